"""Classify a text whose turns begin with labels, those of all speakers or of one side only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from onrecord.importers.common import features, labels
from onrecord.importers.common.draft import DOUBTFUL_BELOW, Clipping
from onrecord.importers.recognition import label_candidates
from onrecord.importers.recognition.classification import Classification, ClassifiedClipping, mark_back_matter
from onrecord.importers.recognition.conventions import classify_by_words
from onrecord.importers.recognition.hmm import ANSWER, FRONT, QUESTION
from onrecord.importers.recognition.roles import decide_who_asks
from onrecord.importers.recognition.speakers import (
    Speaker,
    collect_turns,
    detach_label,
    find_speakers,
    have_only_answers_labels,
)
from onrecord.model import Person, Role

_MOST_NAME_WORDS = 4
_BREAK = re.compile(r"^\**\s*(?P<label>[^:：]{2,20})\s*[:：]")


def classify_by_labels(
    content: Sequence[Clipping], cast: Sequence[Person], *, has_title: bool
) -> Classification | None:
    """Return the classification by labels; None if no speaker has one."""
    speakers, splits = find_speakers(content, [person.name for person in cast if person.role.speaks])
    if not speakers:
        return None
    turns = collect_turns(speakers, splits, content)
    if have_only_answers_labels(speakers, splits, content):
        speakers = [speaker for speaker in speakers if "&" not in speaker.name]  # a topic, not a person
        splits = {i: splits[i] for speaker in speakers for i in speaker.positions}
        return _classify_one_side(content, speakers, splits, cast, has_title=has_title) if speakers else None
    decide_who_asks(speakers, turns, {labels.normalize_name(p.name): p.role.asks for p in cast if p.role.speaks})
    if len(speakers) == 1:
        return _classify_one_side(content, speakers, splits, cast, has_title=has_title)
    return Classification(_classify_all_sides(content, speakers, splits), _list_people(speakers, splits, cast))


def _classify_all_sides(
    content: Sequence[Clipping], speakers: Sequence[Speaker], splits: Mapping[int, labels.SpeakerLabel]
) -> list[ClassifiedClipping]:
    """Classify a text in which both those who ask and those who answer have labels."""
    speaker_at = {i: speaker for speaker in speakers for i in speaker.positions}
    first = min(speaker_at)
    classified: list[ClassifiedClipping] = []
    doubted_names: set[str] = set()
    for i, clipping in enumerate(content):
        if i < first:
            is_section = clipping.kind == "heading" and bool(clipping.time)  # of a recording, so nothing of a title
            classified.append(ClassifiedClipping(clipping, "heading" if is_section else "front"))
        elif i in speaker_at:
            classified.append(_classify_labelled(clipping, speaker_at[i], splits[i], doubted_names))
        else:
            classified.append(_classify_between(clipping, classified))
    mark_back_matter(classified)
    return classified


def _classify_labelled(
    clipping: Clipping, speaker: Speaker, split: labels.SpeakerLabel, doubted_names: set[str]
) -> ClassifiedClipping:
    """Return the first paragraph of a turn; a doubtful role is asked about once, and noted in `doubted_names`."""
    ask, confidence = "", speaker.confidence
    if speaker.is_anonymous:
        ask = f"Who is “{speaker.name}”? The original does not say."
        confidence = 0.5
    elif speaker.is_guessed:
        ask = f"Does {speaker.name} speak here? No other turn has this name."
        confidence = 0.6
    elif confidence < DOUBTFUL_BELOW and speaker.name not in doubted_names:
        doubted_names.add(speaker.name)
        ask = (
            f"Does {speaker.name} {'ask' if speaker.asks else 'answer'} here, and everywhere? "
            f"({int(100 * confidence)} %) If not, change the role among the people."
        )
    kind = "question" if speaker.asks else "answer"
    return ClassifiedClipping(detach_label(clipping, split), kind, confidence, True, _format_label(split), ask)


def _format_label(split: labels.SpeakerLabel) -> str:
    """Return the label as it is shown: the name without “*” or spaces around it, and “:”."""
    return f"{split.name.strip(' *')}:"


def _classify_between(clipping: Clipping, before: Sequence[ClassifiedClipping]) -> ClassifiedClipping:
    """Return a clipping without a label: more of the turn, a heading, or a break of the programme."""
    if clipping.kind == "heading" and clipping.level <= 3:
        return ClassifiedClipping(clipping, "heading")
    match = _BREAK.match(clipping.words)
    if match and labels.is_break_label(match["label"]):
        return ClassifiedClipping(clipping, "note")
    kind = before[-1].kind if before else "answer"
    if kind not in ("heading", "note"):
        return ClassifiedClipping(clipping, kind, opens_turn=False, ask=_ask_about_label(clipping))
    spoken = next((turn for turn in reversed(before) if turn.kind in ("question", "answer")), None)
    return ClassifiedClipping(clipping, spoken.kind if spoken else "answer", label=spoken.label if spoken else "")


def _ask_about_label(clipping: Clipping) -> str:
    """Return what the editor is asked if words inside a turn look as if another speaker's label began them."""
    if clipping.kind != "paragraph":
        return ""
    if clipping.words.startswith(">>"):
        return "Who speaks here? The original marks another speaker."
    label = labels.parse_label(clipping.words, clipping.bold_lead)
    is_label = (
        label is not None
        and label.is_certain
        and labels.looks_like_name(label.name)
        and len(label.name.split()) <= _MOST_NAME_WORDS
        and not clipping.words[label.length :].lstrip()[:1].islower()
        and label_candidates.can_be_speaker(label)
    )
    return f"Does {label.name} speak here? No other turn has this name." if label is not None and is_label else ""


def _classify_one_side(
    content: Sequence[Clipping],
    speakers: Sequence[Speaker],
    splits: Mapping[int, labels.SpeakerLabel],
    cast: Sequence[Person],
    *,
    has_title: bool,
) -> Classification:
    """Classify a text in which only questions, or only answers, have labels; the words decide the other clippings."""
    positions = sorted(i for speaker in speakers for i in speaker.positions)
    labelled = set(positions)
    unlabelled_questions = sum(
        i not in labelled and len(c.words.split()) <= 30 and features.ends_with_question_mark(c.words)
        for i, c in enumerate(content)
    )
    labelled_questions = sum(features.ends_with_question_mark(content[i].words) for i in positions)
    are_questions = len(speakers) == 1 and speakers[0].asks and unlabelled_questions <= labelled_questions
    for speaker in speakers:
        speaker.asks = are_questions
    known_states = dict.fromkeys(positions, QUESTION if are_questions else ANSWER)
    clippings = [detach_label(c, splits[i]) if i in known_states else c for i, c in enumerate(content)]
    if are_questions:
        known_states |= dict.fromkeys(range(positions[0]), FRONT)
        known_states |= {i + 1: ANSWER for i in positions if i + 1 < len(content) and i + 1 not in known_states}
    classified = classify_by_words(clippings, known_states, has_title=has_title)
    for i in positions:
        classified[i].label, classified[i].opens_turn = _format_label(splits[i]), True
    return Classification(classified, _list_people(speakers, splits, cast))


# --- people ---------------------------------------------------------------------------------------


def _list_people(
    speakers: Sequence[Speaker], splits: Mapping[int, labels.SpeakerLabel], cast: Sequence[Person]
) -> list[Person]:
    """Return everybody who speaks, with the labels of the text, then those who only have a credit."""
    people: list[Person] = []
    known = {labels.normalize_name(person.name): person for person in cast}
    listed: set[str] = set()
    for speaker in sorted(speakers, key=lambda speaker: (speaker.asks, speaker.positions[0])):
        person = known.get(labels.normalize_name(speaker.name)) or _find_only_person(speaker, cast)
        name = person.name if person else speaker.name
        listed.add(labels.normalize_name(name))
        role = Role.INTERVIEWER if speaker.asks else Role.INTERVIEWEE
        if person and person.role.asks and speaker.asks:
            role = person.role
        affiliation = person.affiliation if person else ""
        people.append(Person(name, role, affiliation, _list_forms(speaker, splits, name)))
    return people + [p for p in cast if labels.normalize_name(p.name) not in listed and not p.role.speaks]


def _list_forms(speaker: Speaker, splits: Mapping[int, labels.SpeakerLabel], name: str) -> tuple[str, ...]:
    """Return the forms of the label that differ from the name in more than case, in the order of their last use."""
    forms = {form.casefold(): form for i in reversed(speaker.positions) if (form := splits[i].name.strip(" *"))}
    return tuple(form for form in reversed(forms.values()) if form.casefold() != name.casefold())


def _find_only_person(speaker: Speaker, cast: Sequence[Person]) -> Person | None:
    """Return the person behind "Q" or "Answer" if the cast has only one who asks, or answers."""
    people = [person for person in cast if person.role.speaks and person.role.asks == speaker.asks]
    return people[0] if labels.is_role_label(speaker.name) and len(people) == 1 else None
