"""The labels that editions print before the turns of an interview, by its style."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping

from onrecord.model import Interview, Person, Question, Role
from onrecord.model.interview import Turn
from onrecord.model.interview_style import STYLES, Labels, NamePlace, is_labelled
from onrecord.wording.translations import get_interface_texts

_LONGEST_INITIALS = 4
_TITLES = frozenset({"dame", "dr", "mr", "mrs", "ms", "prof", "sir"})


def write_labels(interview: Interview) -> Mapping[str, str]:
    """Return the label of each turn that has one, by the turn's id."""
    design = STYLES[interview.style]
    labels = {turn: label for turn, label in _WRITERS[design.labels](interview).items() if label}
    if design.names is NamePlace.STACKED:
        return {turn: label.rstrip(":： \u00a0\u202f") for turn, label in labels.items()}
    return labels


def _write_typed_labels(interview: Interview) -> Mapping[str, str]:
    """Return the labels of the manuscript; if it has none, names where the speaker changes."""
    if any(turn.label for turn in interview.turns):
        return {turn.id: turn.label for turn in interview.turns}
    return {turn.id: _write_name(turn.speaker.name, interview) for turn in _list_changes(interview) if turn.speaker}


def _write_no_labels(interview: Interview) -> Mapping[str, str]:
    """Return the labels that are needed: those typed where several people ask or answer, or on answers alone."""
    keeps_all = not is_labelled(interview.turns)
    return {turn.id: turn.label for turn in interview.turns if keeps_all or _has_several(interview, turn)}


def _write_letters(interview: Interview) -> Mapping[str, str]:
    """Return “Q:” and “A:”; the typed label where several people ask or answer."""
    texts = get_interface_texts(interview.language)
    letters = {
        turn.id: texts["question_label" if isinstance(turn, Question) else "answer_label"]
        for turn in _list_changes(interview)
    }
    typed = {turn.id: turn.label for turn in interview.turns if _has_several(interview, turn)}
    return letters | typed


def _write_initials(interview: Interview) -> Mapping[str, str]:
    """Return a speaker's full name at the first turn, then initials; the typed label of a turn without a speaker."""
    has_labels = any(turn.label for turn in interview.turns)
    turns = [turn for turn in interview.turns if turn.label] if has_labels else _list_changes(interview)
    initials = _choose_initials(interview)
    labels, introduced = {}, set()
    for turn in turns:
        if turn.speaker is None:
            labels[turn.id] = turn.label
            continue
        name = turn.speaker.name
        labels[turn.id] = _write_name(initials[name] if name in introduced else name, interview)
        introduced.add(name)
    return labels


_WRITERS: dict[Labels, Callable[[Interview], Mapping[str, str]]] = {
    Labels.AS_TYPED: _write_typed_labels,
    Labels.INITIALS: _write_initials,
    Labels.LETTERS: _write_letters,
    Labels.NONE: _write_no_labels,
}


def _write_name(name: str, interview: Interview) -> str:
    """Return a name as a label, in the language of the interview."""
    return get_interface_texts(interview.language)["speaker_label"].format(name)


def _list_changes(interview: Interview) -> list[Turn]:
    """Return the turns with a label of their own, and those that another person has than the turn before."""
    turns = interview.turns
    before = (None, *turns)
    return [
        turn
        for turn, last in zip(turns, before, strict=False)
        if turn.label or last is None or (last.kind, last.speaker) != (turn.kind, turn.speaker)
    ]


def _has_several(interview: Interview, turn: Turn) -> bool:
    """Return whether several people ask, if the turn is a question, or answer."""
    asks = isinstance(turn, Question)
    cast = {person.name for person in interview.people if (person.role.asks if asks else _is_guest(person))}
    speakers = {other.speaker.name for other in interview.turns if other.kind == turn.kind and other.speaker}
    return len(cast | speakers) > 1


def _is_guest(person: Person) -> bool:
    """Return whether the person is interviewed."""
    return person.role is Role.INTERVIEWEE


def _choose_initials(interview: Interview) -> dict[str, str]:
    """Return the initials of each speaker by name; the name itself if it has none, or two people have the same."""
    people = {turn.speaker.name: turn.speaker for turn in interview.turns if turn.speaker}
    people |= {person.name: person for person in interview.people if person.role.speaks}
    initials = {name: _find_initials(person) for name, person in people.items()}
    counts = Counter(initials.values())
    return {name: short if short and counts[short] == 1 else name for name, short in initials.items()}


def _find_initials(person: Person) -> str:
    """Return the person's first label in capitals, else the first letters of the name, "" if it has but one word."""
    for label in person.labels:
        if label.isalpha() and label.isupper() and len(label) <= _LONGEST_INITIALS:
            return label
    words = [word for word in re.split(r"[\s-]+", person.name) if word.rstrip(".").lower() not in _TITLES]
    letters = [word[0] for word in words if word[:1].isupper()]
    return "".join(letters) if len(letters) > 1 else ""
