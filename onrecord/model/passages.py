"""Reading the model: the passages that a build promises, and what stands in them.

`passages` and `notes_of` are the promise: each passage in reading order, with its place in the source. Every edition
prints them; the proof looks for exactly them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from onrecord.model.book import Book
from onrecord.model.interview import Answer, Division, EditorNote, Interview, Inventory, Item, Question
from onrecord.model.text import (
    Block,
    Code,
    CodeBlock,
    DefinitionList,
    Figure,
    Heading,
    Inline,
    LineBlock,
    LineBreak,
    Link,
    ListBlock,
    NoteReference,
    Paragraph,
    Place,
    PullQuote,
    Quotation,
    Rule,
    Table,
    Text,
)
from onrecord.model.value import Value

_WITHOUT_CONTENT = (Text, LineBreak, Code, NoteReference)


def plain(content: Iterable[Inline]) -> str:
    """The characters a reader sees, without notes' numbers; a forced line end is a newline."""
    out = []
    for inline in content:
        match inline:
            case Text(text) | Code(text):
                out.append(text)
            case LineBreak():
                out.append("\n")
            case NoteReference():
                pass
            case _:
                out.append(plain(inline.content))
    return "".join(out)


@dataclass(frozen=True, slots=True)
class Passage(Value):
    """A stretch of text that a build promises to print, whole and in its place.

    `kind`: title, standfirst, byline, pointer, label, text, heading, caption, term, code, alt, disclaimer, rights.
    `turn` is the id of the turn it stands in, "" outside the conversation. An `alt` passage is
    carried by the picture (alternative text), all others are printed.

    `numbers` are those of list items that the passage opens, printed before it: ("1984.",), or ("1.", "5.") where an
    item begins with a list. An item without words is a passage of its numbers alone.
    """

    kind: str
    text: str
    place: Place
    turn: str = ""
    numbers: tuple[str, ...] = ()

    @property
    def numbered_text(self) -> str:
        """The text behind the numbers of the list items that it opens."""
        return " ".join((*self.numbers, self.text)) if self.numbers else self.text


def blocks_of(block: Block) -> tuple[tuple[Block, ...], ...]:
    """The groups of blocks that a block holds, in reading order."""
    match block:
        case Quotation(blocks=blocks) | PullQuote(blocks=blocks):
            return (blocks,)
        case ListBlock(items=items):
            return items
        case DefinitionList(items=items):
            return tuple(meaning for item in items for meaning in item.meanings)
        case Table(head=head, body=body, caption=caption):
            return (caption, *(cell.blocks for row in (*head, *body) for cell in row))
        case Figure(caption=caption):
            return (caption,)
        case _:
            return ()


def walk_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, outer before inner, in reading order."""
    for block in blocks:
        yield block
        for group in () if isinstance(block, Paragraph) else blocks_of(block):  # most are, and hold none
            yield from walk_blocks(group)


def _inlines(block: Block) -> tuple[tuple[Inline, ...], ...]:
    match block:
        case Paragraph(content=content) | Heading(content=content):
            return (content,)
        case LineBlock(lines=lines):
            return lines
        case DefinitionList(items=items):
            return tuple(item.term for item in items)
        case _:
            return ()


def _walk_inlines(content: Iterable[Inline]) -> Iterator[Inline]:
    for inline in content:
        yield inline
        if not isinstance(inline, _WITHOUT_CONTENT):
            yield from _walk_inlines(inline.content)


def links_in(blocks: Iterable[Block]) -> Iterator[tuple[Link, Place]]:
    """Every link of the blocks with the place of its block."""
    for block in walk_blocks(blocks):
        for content in _inlines(block):
            for inline in _walk_inlines(content):
                if isinstance(inline, Link):
                    yield inline, block.place


@dataclass(frozen=True, slots=True)
class CrossReference(Value):
    """A link to a turn of the book; `name` is `slug.id`, `address` what people call it ("A7")."""

    name: str
    address: str
    place: Place


def reference_of(book: Book, interview: Interview, target: str) -> tuple[str, str] | None:
    """Name and address of the turn that a link of the interview points to; None if it points elsewhere."""
    slug, _, identity = target.partition("#")
    for one in book.interviews if identity else ():
        for turn in one.turns if one.slug == (slug or interview.slug) else ():
            if turn.id == identity:
                return f"{one.slug}.{identity}", turn.address
    return None


def cross_references(book: Book, interview: Interview) -> Iterator[CrossReference]:
    """The links to turns in the running text: not those in footnotes and pull quotes."""
    if interview.inventory and not interview.inventory.refers:
        return
    groups = [
        interview.introduction,
        *(item.blocks for item in interview.conversation if not isinstance(item, Division)),
    ]
    quoted = {
        id(inner)
        for group in groups
        for block in walk_blocks(group)
        if isinstance(block, PullQuote)
        for inner in walk_blocks(block.blocks)
    }
    for group in groups:
        for block in walk_blocks(group):
            for content in _inlines(block) if id(block) not in quoted else ():
                for inline in _walk_inlines(content):
                    found = reference_of(book, interview, inline.target) if isinstance(inline, Link) else None
                    if found:
                        yield CrossReference(*found, block.place)


def texts_in(blocks: Iterable[Block]) -> Iterator[tuple[Text, Place]]:
    """Every stretch of running text (not code) of the blocks with the place of its block."""
    for block in walk_blocks(blocks):
        for content in _inlines(block):
            for inline in _walk_inlines(content):
                if isinstance(inline, Text):
                    yield inline, block.place


def footnotes_in(blocks: Iterable[Block]) -> Iterator[int]:
    """The numbers of the footnotes that the blocks call, in order."""
    for block in walk_blocks(blocks):
        for content in _inlines(block):
            for inline in _walk_inlines(content):
                if isinstance(inline, NoteReference):
                    yield inline.number


def block_passages(blocks: Iterable[Block], turn: str) -> Iterator[Passage]:
    """The passages of blocks that stand in turn `turn`, in reading order."""
    for block in blocks:
        match block:
            case Paragraph(content, place):
                yield Passage("text", plain(content), place, turn)
            case Heading(content, _, place):
                yield Passage("heading", plain(content), place, turn)
            case LineBlock(lines, place):
                yield Passage("text", "\n".join(plain(line) for line in lines), place, turn)
            case CodeBlock(text, place):
                yield Passage("code", text, place, turn)
            case DefinitionList(items, place):
                for item in items:
                    yield Passage("term", plain(item.term), place, turn)
                    for meaning in item.meanings:
                        yield from block_passages(meaning, turn)
            case Table(head, body, caption):
                yield from _captions(caption, turn)
                for row in (*head, *body):
                    for cell in row:
                        yield from block_passages(cell.blocks, turn)
            case Figure(alt=alt, caption=caption, place=place):
                yield Passage("alt", alt, place, turn)
                yield from _captions(caption, turn)
            case PullQuote() | Rule():
                pass
            case ListBlock(items, place) if block.numbers:
                for number, blocks_of_item in zip(block.numbers, items, strict=True):
                    within = block_passages(blocks_of_item, turn)
                    yield from _behind_number(number, within, Passage("text", "", place, turn))
            case _:
                for group in blocks_of(block):
                    yield from block_passages(group, turn)


def _behind_number(number: str, item: Iterator[Passage], empty: Passage) -> Iterator[Passage]:
    """Yield the passages of a list item, the first of them with the number.

    `empty` stands for an item without words.
    """
    first = next(item, empty)
    yield replace(first, numbers=(number, *first.numbers))
    yield from item


def _captions(blocks: tuple[Block, ...], turn: str) -> Iterator[Passage]:
    for passage in block_passages(blocks, turn):
        yield replace(passage, kind="caption") if passage.kind == "text" else passage


def _item_passages(item: Item) -> Iterator[Passage]:
    match item:
        case Question() | Answer():
            if item.label:
                yield Passage("label", item.label, item.place, item.id)
            yield from block_passages(item.blocks, item.id)
        case Division(content, id_, place):
            yield Passage("heading", plain(content), place, id_)
        case EditorNote(blocks):
            yield from block_passages(blocks, "")


def passages(interview: Interview) -> Iterator[Passage]:
    """All that the interview promises, in reading order, footnotes (`notes_of`) and pull quotes aside."""
    yield Passage("title", interview.title.text, interview.title.place)
    if interview.standfirst:
        yield Passage("standfirst", interview.standfirst.text, interview.standfirst.place)
    if interview.byline:
        yield Passage("byline", interview.byline.text, interview.byline.place)
    if interview.pointer:
        yield Passage("pointer", interview.pointer.text, interview.pointer.place)
    yield from block_passages(interview.introduction, "")
    for item in interview.conversation:
        yield from _item_passages(item)
    if interview.disclaimer:
        yield Passage("disclaimer", interview.disclaimer.text, interview.disclaimer.place)
    if interview.rights:
        yield Passage("rights", interview.rights.text, interview.rights.place)


def notes_of(interview: Interview) -> Iterator[tuple[int, tuple[Passage, ...]]]:
    """Each footnote's number and passages, in order of number."""
    for note in interview.footnotes:
        yield note.number, tuple(block_passages(note.blocks, ""))


def printed(interview: Interview) -> Iterator[Passage]:
    """All words of the interview that stand on paper, notes and people too."""
    yield from (passage for passage in passages(interview) if passage.kind != "alt")
    for _, note in notes_of(interview):
        yield from note
    for person in interview.people:
        yield Passage("person", f"{person.name} {person.affiliation}", interview.place)


def inventory(interview: Interview) -> Inventory:
    """Counted once, for all who ask later."""
    headings = (Paragraph(item.content, item.place) for item in interview.conversation if isinstance(item, Division))
    links = (link for link, _ in links_in([*headings, *all_blocks(interview)]))
    characters = {char for passage in printed(interview) for char in passage.numbered_text}
    return Inventory("".join(sorted(characters)), any(not link.leads_out for link in links))


def word_count(book: Book) -> int:
    """How many words its interviews have in print."""
    texts = (passage.text for one in book.interviews for passage in passages(one) if passage.kind != "alt")
    notes = (passage.text for one in book.interviews for _, note in notes_of(one) for passage in note)
    return sum(len(text.split()) for group in (texts, notes) for text in group)


def all_blocks(interview: Interview) -> Iterator[Block]:
    """Every top-level block of the interview: introduction, turns, editor's notes, footnotes."""
    yield from interview.introduction
    for item in interview.conversation:
        if not isinstance(item, Division):
            yield from item.blocks
    for note in interview.footnotes:
        yield from note.blocks
