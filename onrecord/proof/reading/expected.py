"""The passages that a copy of an interview is expected to hold, derived from the model and normalized."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onrecord.model import (
    Block,
    Division,
    Interview,
    NoteReference,
    Passage,
    Place,
    PullQuote,
    Text,
    block_passages,
    footnotes_in,
    notes_of,
    passages,
    walk_blocks,
)
from onrecord.proof.reading.normalize import call, letters, list_number, picture

# Kinds of passages that stand under an id of the same name.
_KINDS_WITH_ID = ("title", "standfirst", "byline", "pointer", "disclaimer", "rights")


@dataclass(frozen=True, slots=True)
class Promise:
    """A passage, its normalized text, and the id of the element it must stand in ("": any of the interview's).

    The number of a list item is a passage of its own, of kind `number`, in front of the item's first passage.
    """

    passage: Passage
    text: str
    owner: str


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull quote: printed large where it stands, its words taken from the interview."""

    text: str
    owner: str
    place: Place


@dataclass(frozen=True, slots=True)
class Promised:
    """All that is expected of one interview: running text in reading order, notes by number, pull quotes."""

    interview: Interview
    text: tuple[Promise, ...]
    notes: tuple[tuple[int, tuple[Promise, ...]], ...]
    pulls: tuple[Pull, ...]

    @property
    def owners(self) -> frozenset[str]:
        """The ids that the copy must have, each once."""
        return frozenset(passage.owner for passage in self.text if passage.owner)

    @property
    def addresses(self) -> dict[str, str]:
        """Each turn's id and the address printed beside it: "a7-2" and "A7-2"."""
        return {turn.id: turn.address for turn in self.interview.turns}


def promised(interview: Interview) -> Promised:
    """Return what every copy of `interview` must hold."""
    marked = _write_note_calls(interview)
    return Promised(
        interview=interview,
        text=_expect_passages(passages(marked)),
        notes=tuple((number, _expect_passages(content)) for number, content in notes_of(marked)),
        pulls=tuple(_expect_pull_quotes(marked)),
    )


def _expect_passages(content: Iterable[Passage]) -> tuple[Promise, ...]:
    return tuple(expected for passage in content for expected in _expect_passage(passage) if expected.text)


def _expect_passage(passage: Passage) -> Iterator[Promise]:
    text = letters(passage.text)
    owner = passage.kind if passage.kind in _KINDS_WITH_ID else passage.turn
    for number in passage.numbers:
        yield Promise(Passage("number", number, passage.place, passage.turn), list_number(number), owner)
    yield Promise(passage, picture(text) if passage.kind == "alt" else text, owner)


def _expect_pull_quotes(interview: Interview) -> Iterator[Pull]:
    for owner, blocks in _group_blocks(interview):
        for block in walk_blocks(blocks):
            if isinstance(block, PullQuote):
                text = " ".join(letters(passage.text) for passage in block_passages(block.blocks, owner))
                yield Pull(text, owner, block.place)


def _group_blocks(interview: Interview) -> Iterator[tuple[str, Iterable[Block]]]:
    """Yield the blocks of the introduction and of each turn, with the id they stand under."""
    yield "", interview.introduction
    for turn in interview.conversation:
        if not isinstance(turn, Division):
            yield getattr(turn, "id", ""), turn.blocks


# --- footnote calls ---------------------------------------------------------------------------------

_PARTS = ("introduction", "conversation", "footnotes")
_CONTAINERS = ("content", "blocks", "items", "term", "meanings", "lines", "head", "body", "caption")


def _write_note_calls(interview: Interview) -> Interview:
    """Return the interview with the mark of each footnote's number written into its text."""
    blocks = [block for _, group in _group_blocks(interview) for block in group]
    notes = [block for note in interview.footnotes for block in note.blocks]
    has_heading_with_call = any(
        isinstance(turn, Division) and _has_note_call(turn.content) for turn in interview.conversation
    )
    if not has_heading_with_call and next(footnotes_in([*blocks, *notes]), None) is None:
        return interview
    marked = _replace_note_calls(interview, _PARTS)
    assert isinstance(marked, Interview)
    return marked


def _has_note_call(content: Iterable[object]) -> bool:
    return any(
        isinstance(inline, NoteReference) or _has_note_call(getattr(inline, "content", ())) for inline in content
    )


def _replace_note_calls(node: object, containers: Iterable[str] = _CONTAINERS) -> object:
    """Return `node`, a model object or a tuple of such, with marked text for each `NoteReference` in it."""
    if isinstance(node, tuple):
        return tuple(_replace_note_calls(member) for member in node)
    if isinstance(node, NoteReference):
        return Text(call(node.number))
    if not dataclasses.is_dataclass(node) or isinstance(node, type):
        return node
    members = {name: getattr(node, name, None) for name in containers}
    changes = {name: _replace_note_calls(value) for name, value in members.items() if isinstance(value, tuple)}
    return dataclasses.replace(node, **changes) if changes else node
