"""The texts of an interview in the order in which print has its letters, as an index searches them.

A text is what stands in one paragraph, heading, term or verse. Letters are counted as in
`model.page_numbers`: footnotes do not count, pictures and pull quotes do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from onrecord.model.interview import Answer, ConversationEntry, Division, EditorNote, Footnote, Interview, Question
from onrecord.model.page_numbers import PICTURE_LETTER, filter_letters
from onrecord.model.source_location import SourceLocation
from onrecord.model.text import (
    Block,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Figure,
    Heading,
    IndexSpan,
    Inline,
    LineBlock,
    LineBreak,
    NoteReference,
    Paragraph,
    PullQuote,
    Quotation,
    Table,
    Text,
)
from onrecord.model.value import Value

NO_LABELS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class ReadText(Value):
    """A text in its place.

    `ordinal` counts the texts of its line that are searched, from 0. `turn` and `address` are those of the turn that it
    belongs to, "" before the first turn; a heading belongs to the turn after it. `letters` stand before it in print;
    those of a footnote are the ones before the letter that calls it, and `note` is its number. An index searches it if
    `is_searched`.
    `calls`: the footnotes that it calls, each with the characters before the call.
    """

    text: str
    location: SourceLocation
    ordinal: int = 0
    turn: str = ""
    address: str = ""
    letters: int = 0
    note: int = 0
    is_searched: bool = True
    calls: tuple[tuple[int, int], ...] = ()
    spans: tuple[tuple[IndexSpan, int, int], ...] = field(default=(), compare=False)

    def count_letters_before(self, offset: int) -> int:
        """Return how many letters of print stand before this character of the text."""
        return self.letters + (0 if self.note else len(filter_letters(self.text[:offset])))


def iterate_read_texts(interview: Interview, labels: Mapping[str, str] = NO_LABELS) -> Iterator[ReadText]:
    """Yield the texts of the interview in reading order, then those of its footnotes.

    `labels` are what an edition prints before turns, by id; letters are counted rightly only with them.
    """
    letters = 0
    counts: Counter[SourceLocation] = Counter()
    calls: dict[int, ReadText] = {}
    for text in _iterate_flow(interview, labels):
        placed = replace(text, ordinal=counts[text.location], letters=letters)
        counts[text.location] += text.is_searched
        letters += len(filter_letters(text.text))
        for number, offset in text.calls:
            calls[number] = replace(placed, letters=max(placed.count_letters_before(offset) - 1, 0))
        yield placed
    for note in interview.footnotes:
        for text in _iterate_note(note, calls.get(note.number)):
            yield replace(text, ordinal=counts[text.location])
            counts[text.location] += 1


def _iterate_flow(interview: Interview, labels: Mapping[str, str]) -> Iterator[ReadText]:
    """Yield all texts but those of footnotes, without what is counted."""
    yield _build_unsearched_text(interview.title.text, interview.title.location)
    for paragraph in interview.standfirst_paragraphs:
        yield _read_inlines(paragraph.content, paragraph.location)
    for line in (interview.byline, interview.pointer):
        if line:
            yield _build_unsearched_text(line.text, line.location)
    yield from _iterate_blocks(interview.introduction)
    turn: tuple[str, str] = ("", "")
    for index, entry in enumerate(interview.conversation):
        turn = _find_turn(interview.conversation, index, turn)
        for text in _iterate_entry(entry, labels):
            yield replace(text, turn=turn[0], address=turn[1])
    for closing in (interview.disclaimer, interview.rights):
        if closing:
            yield _build_unsearched_text(closing.text, closing.location)


def _find_turn(entries: tuple[ConversationEntry, ...], index: int, before: tuple[str, str]) -> tuple[str, str]:
    """Return id and address of the turn that an entry belongs to; `before` is the turn before it."""
    following = range(index, len(entries)) if not isinstance(entries[index], EditorNote) else ()
    turns = (entries[number] for number in following)
    turn = next((entry for entry in turns if isinstance(entry, Question | Answer)), None)
    return (turn.id, turn.address) if turn else before


def _iterate_entry(entry: ConversationEntry, labels: Mapping[str, str]) -> Iterator[ReadText]:
    """Yield the texts of a turn (its label first), a heading or an editor's note."""
    match entry:
        case Question() | Answer():
            if label := labels.get(entry.id):
                yield _build_unsearched_text(label, entry.location)
            yield from _iterate_blocks(entry.blocks)
        case Division(content, location=location):
            yield _read_inlines(content, location)
        case EditorNote(blocks):
            yield from _iterate_blocks(blocks)


def _iterate_note(note: Footnote, call: ReadText | None) -> Iterator[ReadText]:
    """Yield the texts of a footnote; it belongs to the turn that calls it."""
    for text in _iterate_blocks(note.blocks):
        if call:
            yield replace(text, note=note.number, turn=call.turn, address=call.address, letters=call.letters)
        else:
            yield replace(text, note=note.number)


def _iterate_blocks(blocks: Iterable[Block]) -> Iterator[ReadText]:
    """Yield the read texts of the blocks in reading order."""
    for block in blocks:
        match block:
            case Paragraph(content, location) | Heading(content, _, location):
                yield _read_inlines(content, location)
            case LineBlock(lines, location):
                yield _read_inlines(chain.from_iterable((*line, LineBreak()) for line in lines), location)
            case CodeBlock(text, location):
                yield _build_unsearched_text(text, location)
            case PullQuote(blocks):
                yield from (replace(text, is_searched=False) for text in _iterate_blocks(blocks))
            case Quotation(blocks):
                yield from _iterate_blocks(blocks)
            case DefinitionList(items, location):
                for definition in items:
                    yield from _iterate_definition(definition, location)
            case Figure(caption=caption, location=location):
                yield _build_unsearched_text(PICTURE_LETTER, location)
                yield from _iterate_blocks(caption)
            case _:
                yield from _iterate_groups(block)


def _iterate_definition(definition: Definition, location: SourceLocation) -> Iterator[ReadText]:
    """Yield the read texts of a term and of its meanings."""
    yield _read_inlines(definition.term, location)
    for meaning in definition.meanings:
        yield from _iterate_blocks(meaning)


def _iterate_groups(block: Block) -> Iterator[ReadText]:
    """Yield the read texts of a list or a table."""
    groups: Iterable[tuple[Block, ...]] = getattr(block, "items", ())
    if isinstance(block, Table):
        groups = (block.caption, *(cell.blocks for row in (*block.head, *block.body) for cell in row))
    for group in groups:
        yield from _iterate_blocks(group)


def _build_unsearched_text(text: str, location: SourceLocation) -> ReadText:
    """Return a text whose letters only count: an index does not search it."""
    return ReadText(text, location, is_searched=False)


def _read_inlines(content: Iterable[Inline], location: SourceLocation) -> ReadText:
    """Return the text of inlines, with the footnotes called and the marks in it."""
    reader = _InlineReader()
    reader.read(content)
    return ReadText("".join(reader.pieces), location, calls=tuple(reader.calls), spans=tuple(reader.spans))


class _InlineReader:
    """Joins the text of inlines."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.calls: list[tuple[int, int]] = []
        self.spans: list[tuple[IndexSpan, int, int]] = []
        self._length = 0

    def read(self, content: Iterable[Inline]) -> None:
        """Read the text, the footnote calls and the index marks of inlines."""
        for inline in content:
            match inline:
                case Text(text) | Code(text):
                    self._add_text(text)
                case LineBreak():
                    self._add_text("\n")
                case NoteReference(number):
                    self.calls.append((number, self._length))
                case IndexSpan():
                    start = self._length
                    self.read(inline.content)
                    self.spans.append((inline, start, self._length))
                case _:
                    self.read(inline.content)

    def _add_text(self, text: str) -> None:
        """Add a text to what was read."""
        self.pieces.append(text)
        self._length += len(text)
