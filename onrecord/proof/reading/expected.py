"""The passages that a copy of an interview is expected to hold, derived from the model and normalized."""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from onrecord.model import (
    Block,
    Division,
    Interview,
    NoteReference,
    Passage,
    PullQuote,
    SourceLocation,
    Text,
    find_footnote_calls,
    iterate_block_passages,
    iterate_footnotes,
    iterate_passages,
    walk_blocks,
)
from onrecord.proof.reading.normalize import count_words, mark_list_number, mark_note_call, mark_picture, normalize_text
from onrecord.proof.reading.speaker_labels import expect_labels, list_generated_labels

# Kinds of passages that stand under an id of the same name.
_KINDS_WITH_ID = ("title", "standfirst", "byline", "credit", "pointer", "disclaimer", "rights")


@dataclass(frozen=True, slots=True)
class ExpectedPassage:
    """A passage, its normalized text, and the id of the element it must stand in ("": any of the interview's).

    The number of a list item is a passage of its own, of kind `number`, in front of the item's first passage.
    """

    passage: Passage
    text: str
    owner: str


@dataclass(frozen=True, slots=True)
class ExpectedPullQuote:
    """A pull quote: printed large where it stands, its words taken from the interview."""

    text: str
    owner: str
    place: SourceLocation


@dataclass(frozen=True, slots=True)
class ExpectedInterview:
    """All that is expected of one interview: running text in reading order, notes by number, pull quotes."""

    interview: Interview
    passages: tuple[ExpectedPassage, ...]
    notes: tuple[tuple[int, tuple[ExpectedPassage, ...]], ...]
    pull_quotes: tuple[ExpectedPullQuote, ...]
    generated_words: int = 0  # in labels that are not in the manuscript

    @property
    def owners(self) -> frozenset[str]:
        """Return the ids of elements that every edition of the interview must have, each once."""
        return frozenset(passage.owner for passage in self.passages if passage.owner)

    @property
    def addresses(self) -> dict[str, str]:
        """Return the address that must be printed beside each turn by the turn's id: “A7-2” by "a7-2"."""
        return {turn.id: turn.address for turn in self.interview.turns}


def expect_interview(interview: Interview, *, with_typed_labels: bool = False) -> ExpectedInterview:
    """Return what every edition of an interview must hold; on demand with the labels of the manuscript."""
    marked = _insert_note_marks(interview if with_typed_labels else expect_labels(interview))
    return ExpectedInterview(
        interview=interview,
        passages=_expect_passages(iterate_passages(marked)),
        notes=tuple((number, _expect_passages(content)) for number, content in iterate_footnotes(marked)),
        pull_quotes=tuple(_expect_pull_quotes(marked)),
        generated_words=sum(count_words(normalize_text(label)) for label in list_generated_labels(interview).values()),
    )


def _expect_passages(content: Iterable[Passage]) -> tuple[ExpectedPassage, ...]:
    """Return what editions must hold of these passages, without those that have no text."""
    return tuple(expected for passage in content for expected in _expect_passage(passage) if expected.text)


def _expect_passage(passage: Passage) -> Iterator[ExpectedPassage]:
    """Yield what editions must hold of a passage: the numbers of its list items, then its text."""
    text = normalize_text(passage.text)
    owner = passage.kind if passage.kind in _KINDS_WITH_ID else passage.turn
    for number in passage.numbers:
        yield ExpectedPassage(
            Passage("number", number, passage.location, passage.turn), mark_list_number(number), owner
        )
    yield ExpectedPassage(passage, mark_picture(text) if passage.kind == "alt" else text, owner)


def _expect_pull_quotes(interview: Interview) -> Iterator[ExpectedPullQuote]:
    """Yield the pull quotes that editions must hold in reading order, with their text normalized."""
    for owner, blocks in _group_blocks(interview):
        for block in walk_blocks(blocks):
            if isinstance(block, PullQuote):
                text = " ".join(normalize_text(passage.text) for passage in iterate_block_passages(block.blocks, owner))
                yield ExpectedPullQuote(text, owner, block.location)


def _group_blocks(interview: Interview) -> Iterator[tuple[str, Iterable[Block]]]:
    """Yield the blocks of the introduction and of each turn, with the id that editions must give them."""
    yield "", interview.introduction
    for turn in interview.conversation:
        if not isinstance(turn, Division):
            yield getattr(turn, "id", ""), turn.blocks


# --- footnote calls ---------------------------------------------------------------------------------

_PARTS = ("introduction", "conversation", "footnotes")
_CONTAINERS = ("content", "blocks", "items", "term", "meanings", "lines", "head", "body", "caption")


def _insert_note_marks(interview: Interview) -> Interview:
    """Return the interview with a mark of each footnote's number written into its text."""
    blocks = [block for _, group in _group_blocks(interview) for block in group]
    notes = [block for note in interview.footnotes for block in note.blocks]
    has_heading_with_call = any(
        isinstance(turn, Division) and _has_note_reference(turn.content) for turn in interview.conversation
    )
    if not has_heading_with_call and next(find_footnote_calls([*blocks, *notes]), None) is None:
        return interview
    marked = _replace_note_references(interview)
    assert isinstance(marked, Interview)
    return marked


def _has_note_reference(content: Iterable[object]) -> bool:
    """Return whether the inlines, or any inside them, call a footnote."""
    return any(
        isinstance(inline, NoteReference) or _has_note_reference(getattr(inline, "content", ())) for inline in content
    )


def _replace_note_references(node: object) -> object:
    """Return `node`, a model object or a tuple of such, with marked text for each `NoteReference` in it.

    What has none is returned as it is: that is nearly all of an interview.
    """
    if isinstance(node, tuple):
        members = tuple(map(_replace_note_references, node))
        return members if any(map(operator.is_not, members, node)) else node
    if isinstance(node, NoteReference):
        return Text(mark_note_call(node.number))
    kind: type = type(node)
    changes = {}
    for name in _list_containers(kind):
        value = getattr(node, name)
        if isinstance(value, tuple) and (changed := _replace_note_references(value)) is not value:
            changes[name] = changed
    if not changes or not dataclasses.is_dataclass(node) or isinstance(node, type):
        return node
    return dataclasses.replace(node, **changes)


@cache
def _list_containers(kind: type) -> tuple[str, ...]:
    """Return the names of the fields of a model class in which text may stand."""
    if not dataclasses.is_dataclass(kind):
        return ()
    names = _PARTS if issubclass(kind, Interview) else _CONTAINERS
    return tuple(field.name for field in dataclasses.fields(kind) if field.name in names)
