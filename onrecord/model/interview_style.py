"""The interview styles: what stands before a turn, and how its questions look.

`STYLES` is the registry. An edition writes the properties of a style as classes of the interview, so a style that
combines them anew is one row here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from onrecord.model.value import Value


class InterviewStyle(StrEnum):
    """The names of the styles, as `style:` has them."""

    BOLD = "bold"
    LETTERS = "letters"
    INITIALS = "initials"
    NAMES = "names"
    HANGING = "hanging"
    STACKED = "stacked"


class Labels(StrEnum):
    """What stands before a turn.

    AS_TYPED: the label of the manuscript; in an interview without labels, the speaker's full name. INITIALS: the full
    name at a speaker's first turn, then initials. LETTERS: “Q:” and “A:”. NONE: nothing.
    """

    AS_TYPED = "as typed"
    INITIALS = "initials"
    LETTERS = "letters"
    NONE = "none"


class QuestionLook(StrEnum):
    """How the words of a question look."""

    BOLD = "bold"
    ITALIC = "italic"
    ROMAN = "roman"


class NamePlace(StrEnum):
    """Where labels stand: before the first words, in a column beside them, or on a line above them, without colon."""

    RUN_IN = "run-in"
    HANGING = "hanging"
    STACKED = "stacked"


@dataclass(frozen=True, slots=True)
class StyleDesign(Value):
    """The properties of a style."""

    meaning: str
    labels: Labels
    questions: QuestionLook
    names: NamePlace = NamePlace.RUN_IN


STYLES: dict[InterviewStyle, StyleDesign] = {
    InterviewStyle.BOLD: StyleDesign("bold questions without labels", Labels.NONE, QuestionLook.BOLD),
    InterviewStyle.LETTERS: StyleDesign("Q: and A: before the turns", Labels.LETTERS, QuestionLook.ITALIC),
    InterviewStyle.INITIALS: StyleDesign(
        "the full name at a speaker’s first turn, then initials", Labels.INITIALS, QuestionLook.ROMAN
    ),
    InterviewStyle.NAMES: StyleDesign(
        "names in small capitals, questions in italics", Labels.AS_TYPED, QuestionLook.ITALIC
    ),
    InterviewStyle.HANGING: StyleDesign(
        "names in a column beside the text", Labels.AS_TYPED, QuestionLook.ROMAN, NamePlace.HANGING
    ),
    InterviewStyle.STACKED: StyleDesign(
        "names on a line of their own", Labels.AS_TYPED, QuestionLook.ROMAN, NamePlace.STACKED
    ),
}


class _Turn(Protocol):
    """What the choice of a style needs of a turn."""

    kind: str

    @property
    def label(self) -> str: ...


def is_labelled(turns: Iterable[_Turn]) -> bool:
    """Return whether the conversation carries labels: at least half of its questions do, or answers if it has none."""
    turns = list(turns)
    questions = [turn for turn in turns if turn.kind == "question"] or turns
    labelled = [turn for turn in questions if turn.label]
    return bool(labelled) and len(labelled) * 2 >= len(questions)
