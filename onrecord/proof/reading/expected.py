"""What an interview promises, written in the letters of the comparison."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

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

# Passages that stand under an id of their own.
OWN_ID = ("title", "standfirst", "byline", "pointer", "disclaimer", "rights")


@dataclass(frozen=True, slots=True)
class Promise:
    """A passage, its letters, and the id of the element it must stand in ("": any of the interview's).

    The number of a list item is a promise of its own, of kind `number`, in front of the item's first passage.
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
    """All of one interview: the running text in reading order, the notes by number, the pull quotes."""

    interview: Interview
    text: tuple[Promise, ...]
    notes: tuple[tuple[int, tuple[Promise, ...]], ...]
    pulls: tuple[Pull, ...]

    @property
    def owners(self) -> frozenset[str]:
        """The ids that the copy must have, each once."""
        return frozenset(promise.owner for promise in self.text if promise.owner)

    @property
    def addresses(self) -> dict[str, str]:
        """Each turn's id and the address printed beside it: "a7-2" and "A7-2"."""
        return {turn.id: turn.address for turn in self.interview.turns}


def promised(interview: Interview) -> Promised:
    """What every copy of `interview` must hold."""
    marked = _with_calls(interview)
    return Promised(
        interview=interview,
        text=_promises(passages(marked)),
        notes=tuple((number, _promises(content)) for number, content in notes_of(marked)),
        pulls=tuple(_pulls(marked)),
    )


def _promises(content: Iterable[Passage]) -> tuple[Promise, ...]:
    return tuple(promise for passage in content for promise in _promises_of(passage) if promise.text)


def _promises_of(passage: Passage) -> Iterator[Promise]:
    text = letters(passage.text)
    owner = passage.kind if passage.kind in OWN_ID else passage.turn
    for number in passage.numbers:
        yield Promise(Passage("number", number, passage.place, passage.turn), list_number(number), owner)
    yield Promise(passage, picture(text) if passage.kind == "alt" else text, owner)


def _pulls(interview: Interview) -> Iterator[Pull]:
    for owner, blocks in _groups(interview):
        for block in walk_blocks(blocks):
            if isinstance(block, PullQuote):
                yield Pull(
                    " ".join(letters(passage.text) for passage in block_passages(block.blocks, owner)),
                    owner,
                    block.place,
                )


def _groups(interview: Interview) -> Iterator[tuple[str, Iterable[Block]]]:
    """The blocks of the interview, each group with the id it stands under."""
    yield "", interview.introduction
    for item in interview.conversation:
        if not isinstance(item, Division):
            yield getattr(item, "id", ""), item.blocks


def _with_calls(interview: Interview) -> Interview:
    """The interview with the mark of each footnote's call written into its text."""
    blocks = [block for _, group in _groups(interview) for block in group]
    notes = [block for note in interview.footnotes for block in note.blocks]
    headings = any(isinstance(item, Division) and _has_call(item.content) for item in interview.conversation)
    if not headings and next(footnotes_in([*blocks, *notes]), None) is None:
        return interview
    return dataclasses.replace(
        interview,
        introduction=_marked(interview.introduction),
        conversation=_marked(interview.conversation),
        footnotes=_marked(interview.footnotes),
    )


def _has_call(content: Iterable[object]) -> bool:
    return any(isinstance(inline, NoteReference) or _has_call(getattr(inline, "content", ())) for inline in content)


_HOLDERS = ("content", "blocks", "items", "term", "meanings", "lines", "head", "body", "caption")


def _marked(value: Any) -> Any:
    """`value` (an item, block, inline, or a tuple of such) with `NoteReference` turned into marked text."""
    if isinstance(value, tuple):
        return tuple(map(_marked, value))
    if isinstance(value, NoteReference):
        return Text(call(value.number))
    changes = {name: _marked(held) for name in _HOLDERS if isinstance(held := getattr(value, name, None), tuple)}
    return dataclasses.replace(value, **changes) if changes else value
