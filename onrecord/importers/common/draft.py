"""The values of an import: the clippings of a foreign file, and the draft made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from onrecord.importers.common.attached_pictures import AttachedPicture
from onrecord.model import Person
from onrecord.model.problems import Problem

DOUBTFUL_BELOW = 0.9  # confidence


@dataclass(frozen=True, slots=True)
class Clipping:
    """A paragraph or another block of the original, before anything is known about its role.

    `kind` is one of: paragraph, heading, quote, list, code, table, picture (its words are the alternative text),
    setting (`reason` says which: title, byline …), aside (not in the text, for the `reason`). `label` is a speaker's
    label as it was printed; `words` are what comes after it.
    """

    index: int
    text: str  # as Markdown
    words: str  # the characters that a reader sees
    line: int = 0
    kind: str = "paragraph"
    level: int = 0
    is_bold: bool = False  # the whole paragraph is bold
    is_italic: bool = False  # the whole paragraph is in italics
    bold_lead: str = ""  # the bold words that it begins with
    label: str = ""
    printed_time: str = ""  # a time that was printed with the label
    speaker: str = ""  # who speaks, if the format itself says it
    time: str = ""  # when these words were said: 00:12:41
    reason: str = ""
    notes: tuple[str, ...] = ()  # its footnotes, as Markdown definitions
    note_words: tuple[str, ...] = ()  # the words of its footnotes, which stand in `words` where they are called

    @property
    def words_without_notes(self) -> str:
        """The words without those of its footnotes: what the speaker said."""
        parts, position = list[str](), 0
        for note in self.note_words:
            start = self.words.find(note, position)
            if start >= 0:
                parts.append(self.words[position:start])
                position = start + len(note)
        return "".join((*parts, self.words[position:])).strip()

    @property
    def all_words(self) -> str:
        """Return the clipping's words with the label and the time that were printed before them."""
        return " ".join(part for part in (self.label, self.printed_time, self.words) if part)


@dataclass(frozen=True, slots=True)
class SourceText:
    """A foreign file as it was read.

    `original_tokens` are the tokens of its words, which are collected independently of the clippings.
    """

    clippings: tuple[Clipping, ...]
    original_tokens: tuple[str, ...]
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what the file says about itself
    notes: tuple[Problem, ...] = ()  # warnings for the editor
    pictures: tuple[AttachedPicture, ...] = ()  # that the clippings show
    is_spoken: bool = False  # a transcript: it has no buttons, titles, bylines or disclaimers of a page
    shows_turns: bool = True  # False: in this transcript nothing says where the speaker changes
    people: tuple[Person, ...] = ()  # whom the file itself lists with their roles
    is_ordered: bool = True  # whether `original_tokens` is in the order of the clippings, or only the same words


@dataclass(frozen=True, slots=True)
class DraftTurn:
    """A part of the draft; `kind` is question, answer, heading or note.

    `editor_questions` is what an editor is asked about each clipping, "" for nothing.
    """

    kind: str
    clippings: tuple[Clipping, ...]
    label: str = ""  # with its colon, as it will be written
    confidence: float = 1.0
    editor_questions: tuple[str, ...] = ()

    @property
    def time(self) -> str:
        """Return the recording time at which an imported turn begins, as 00:12:41, or ""."""
        return self.clippings[0].time if self.clippings else ""

    @property
    def line(self) -> int:
        """Return the line of the original on which an imported turn begins, 0 if unknown."""
        return self.clippings[0].line if self.clippings else 0


@dataclass(frozen=True, slots=True)
class Draft:
    """An interview as it will be written; `front` are the clippings after each setting."""

    title: str
    people: tuple[Person, ...]
    introduction: tuple[Clipping, ...]
    turns: tuple[DraftTurn, ...]
    asides: tuple[Clipping, ...]
    standfirst: str = ""
    byline: str = ""
    disclaimer: str = ""
    rights: str = ""
    date: str = ""
    language: str = ""
    url: str = ""
    recording: str = ""  # the web address of its sound or video
    tags: tuple[str, ...] = ()
    front: Mapping[str, tuple[Clipping, ...]] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    introduction_questions: tuple[str, ...] = ()  # what an editor is asked about each paragraph of the introduction

    @property
    def passages(self) -> tuple[tuple[str, Clipping, str], ...]:
        """Return the draft's clippings in order, with kind and the question about each for an editor, or ""."""
        opening = zip(self.introduction, self.introduction_questions or ("",) * len(self.introduction), strict=True)
        conversation = (
            (turn.kind, turn.clippings, turn.editor_questions or ("",) * len(turn.clippings)) for turn in self.turns
        )
        return (
            *(("introduction", clipping, question) for clipping, question in opening),
            *(
                (kind, clipping, question)
                for kind, clippings, questions in conversation
                for clipping, question in zip(clippings, questions, strict=True)
            ),
        )

    @property
    def doubts(self) -> tuple[Clipping, ...]:
        """Return the clippings of an imported draft about which an editor is asked."""
        return tuple(clipping for _, clipping, question in self.passages if question)
