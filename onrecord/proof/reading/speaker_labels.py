"""The labels that must stand before the turns of an interview, derived from its style a second time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from onrecord.model import Division, EditorNote, Interview, Person, Role
from onrecord.model.interview import Turn
from onrecord.model.interview_style import STYLES, Labels, NamePlace, is_labelled
from onrecord.runtime.interface_texts import get_language

_FORMS_OF_ADDRESS = ("dame", "dr", "mr", "mrs", "ms", "prof", "sir")


def expect_labels(interview: Interview) -> Interview:
    """Return the interview with the labels that its editions print in place of those of the manuscript."""
    expected = dict(_LabelReader(interview).expect_turn_labels())
    if all(turn.label == expected[turn.id] for turn in interview.turns):
        return interview
    conversation = tuple(
        entry if isinstance(entry, Division | EditorNote) else replace(entry, label=expected[entry.id])
        for entry in interview.conversation
    )
    return replace(interview, conversation=conversation)


def list_generated_labels(interview: Interview) -> dict[str, str]:
    """Return the labels that are printed and are not in the manuscript, by turn: they are not counted as words."""
    printed = {turn.id: turn.label for turn in expect_labels(interview).turns}
    return {
        turn.id: printed[turn.id]
        for turn in interview.turns
        if printed[turn.id] not in ("", turn.label, _cut_colon(turn.label))
    }


class _LabelReader:
    """Goes through the turns of an interview in order."""

    def __init__(self, interview: Interview) -> None:
        self.interview = interview
        self.turns = interview.turns
        self.is_any_typed = any(turn.label for turn in self.turns)
        self.shared_kinds = {kind for kind in ("question", "answer") if self._has_several_speakers(kind)}

    def expect_turn_labels(self) -> Iterator[tuple[str, str]]:
        """Yield the id of each turn and the label that it must have in print, "" if none."""
        kind, names = STYLES[self.interview.style].labels, STYLES[self.interview.style].names
        named: set[str] = set()
        previous: Turn | None = None
        for turn in self.turns:
            match kind:
                case Labels.AS_TYPED:
                    label = turn.label if self.is_any_typed else self._expect_full_name(turn, previous)
                case Labels.NONE:
                    is_needed = turn.kind in self.shared_kinds or not is_labelled(self.turns)
                    label = turn.label if is_needed else ""
                case Labels.LETTERS:
                    label = self._expect_letter(turn, previous)
                case Labels.INITIALS:
                    label = self._expect_short_name(turn, previous, named)
            yield turn.id, _cut_colon(label) if names is NamePlace.STACKED else label
            previous = turn

    def _has_several_speakers(self, kind: str) -> bool:
        """Return whether several people have turns of this kind, or could have."""
        names = {turn.speaker.name for turn in self.turns if turn.kind == kind and turn.speaker is not None}
        for person in self.interview.people:
            if (kind == "question" and person.role.asks) or (kind == "answer" and person.role is Role.INTERVIEWEE):
                names.add(person.name)
        return len(names) >= 2

    def _expect_letter(self, turn: Turn, previous: Turn | None) -> str:
        """Return the letter that must label a turn; where several people ask or answer, the manuscript's label."""
        if turn.kind in self.shared_kinds:
            return turn.label
        return self._get_interface_text(f"{turn.kind}_label") if self._begins_to_speak(turn, previous) else ""

    def _begins_to_speak(self, turn: Turn, previous: Turn | None) -> bool:
        """Return whether somebody begins to speak with this turn."""
        if turn.label or previous is None:
            return True
        return turn.kind != previous.kind or turn.speaker != previous.speaker

    def _expect_full_name(self, turn: Turn, previous: Turn | None) -> str:
        """Return the speaker's full name as the expected label where somebody begins to speak, else ""."""
        speaks = turn.speaker is not None and self._begins_to_speak(turn, previous)
        return self._get_interface_text("speaker_label", turn.speaker.name) if speaks and turn.speaker else ""

    def _expect_short_name(self, turn: Turn, previous: Turn | None, named: set[str]) -> str:
        """Return the expected label: the full name at a speaker's first, initials later; add to `named`."""
        has_label = bool(turn.label) if self.is_any_typed else self._begins_to_speak(turn, previous)
        if not has_label or turn.speaker is None:
            return turn.label
        name = turn.speaker.name
        if name not in named:
            named.add(name)
            return self._get_interface_text("speaker_label", name)
        return self._get_interface_text("speaker_label", self._choose_short_name(turn.speaker))

    def _choose_short_name(self, person: Person) -> str:
        """Return the initials of a person if nobody else has the same, else the full name."""
        others = [turn.speaker for turn in self.turns if turn.speaker is not None]
        others += [other for other in self.interview.people if other.role.asks or other.role is Role.INTERVIEWEE]
        initials = _derive_initials(person)
        is_taken = any(other.name != person.name and _derive_initials(other) == initials for other in others)
        return person.name if is_taken or not initials else initials

    def _get_interface_text(self, key: str, *values: str) -> str:
        """Return an interface text in the language of the interview, filled with values."""
        return get_language(self.interview.language).texts[key].format(*values)


def _cut_colon(label: str) -> str:
    """Return a speaker label without the colon at its end, and without the spaces around it."""
    return re.sub(r"[\s:：]+$", "", label)


def _derive_initials(person: Person) -> str:
    """Return the initials of a person: a label of up to four capitals, else of the words with a capital."""
    short = [label for label in person.labels if label.isalpha() and label.isupper() and len(label) < 5]
    if short:
        return short[0]
    initials = ""
    for word in person.name.replace("-", " ").split():
        if word[0].isupper() and word.rstrip(".").lower() not in _FORMS_OF_ADDRESS:
            initials += word[0]
    return initials if len(initials) > 1 else ""
