"""Read the model: the passages that a build promises to print, and what occurs in them.

`iterate_passages` and `iterate_footnotes` yield every passage in reading order, with its location in the source. Every
edition prints them; the proof looks for exactly them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from onrecord.model.book import Book
from onrecord.model.interview import Answer, ConversationEntry, Division, EditorNote, Interview, Inventory, Question
from onrecord.model.source_location import SourceLocation
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
    PullQuote,
    Quotation,
    StruckOut,
    Table,
    Text,
    ThematicBreak,
)
from onrecord.model.value import Value
from onrecord.model.word_count import count_words_in

_WITHOUT_CONTENT = (Text, LineBreak, Code, NoteReference)


def to_plain_text(content: Iterable[Inline]) -> str:
    """Return the characters that a reader sees, without footnote numbers; a forced line end is a newline."""
    texts = []
    for inline in content:
        match inline:
            case Text(text) | Code(text):
                texts.append(text)
            case LineBreak():
                texts.append("\n")
            case NoteReference():
                pass
            case _:
                texts.append(to_plain_text(inline.content))
    return "".join(texts)


@dataclass(frozen=True, slots=True)
class Passage(Value):
    """A piece of text that a build promises to print, whole and in its place.

    `kind`: title, standfirst, byline, credit, pointer, label, text, heading, caption, term, code, alt, disclaimer,
    rights. `turn` is the id of the turn it stands in, "" outside the conversation. An `alt` passage is
    carried by the picture (alternative text), all others are printed.

    `numbers` are those of the list items that begin with the passage, printed before it: ("1984.",), or ("1.", "5.")
    where an item begins with a list. An item without words is a passage of its numbers alone.
    """

    kind: str
    text: str
    location: SourceLocation
    turn: str = ""
    numbers: tuple[str, ...] = ()

    @property
    def numbered_text(self) -> str:
        """The text after the numbers of its list items."""
        return " ".join((*self.numbers, self.text)) if self.numbers else self.text


def list_inner_blocks(block: Block) -> tuple[tuple[Block, ...], ...]:
    """Return the groups of blocks that a block holds, in reading order."""
    match block:
        case Quotation(blocks=blocks) | PullQuote(blocks=blocks):
            return (blocks,)
        case ListBlock(items=items):
            return items
        case DefinitionList(items=items):
            return tuple(meaning for definition in items for meaning in definition.meanings)
        case Table(head=head, body=body, caption=caption):
            return (caption, *(cell.blocks for row in (*head, *body) for cell in row))
        case Figure(caption=caption):
            return (caption,)
        case _:
            return ()


def walk_blocks(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield every block, outer before inner, in reading order."""
    for block in blocks:
        yield block
        for group in () if isinstance(block, Paragraph) else list_inner_blocks(block):  # most blocks are, and hold none
            yield from walk_blocks(group)


def _list_inlines(block: Block) -> tuple[tuple[Inline, ...], ...]:
    """Return the groups of inlines directly in a block, without those of its inner blocks."""
    match block:
        case Paragraph(content=content) | Heading(content=content):
            return (content,)
        case LineBlock(lines=lines):
            return lines
        case DefinitionList(items=items):
            return tuple(definition.term for definition in items)
        case _:
            return ()


def _walk_inlines(content: Iterable[Inline]) -> Iterator[Inline]:
    """Yield every inline, outer before inner, in reading order."""
    for inline in content:
        yield inline
        if not isinstance(inline, _WITHOUT_CONTENT):
            yield from _walk_inlines(inline.content)


def _locate_inlines(blocks: Iterable[Block]) -> Iterator[tuple[Inline, SourceLocation]]:
    """Yield every inline of the blocks and of those inside, with the location of its block."""
    for block in walk_blocks(blocks):
        for content in _list_inlines(block):
            for inline in _walk_inlines(content):
                yield inline, block.location


def find_links(blocks: Iterable[Block]) -> Iterator[tuple[Link, SourceLocation]]:
    """Yield every link of the blocks with the location of its block."""
    for inline, location in _locate_inlines(blocks):
        if isinstance(inline, Link):
            yield inline, location


def find_struck_out(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the text of each phrase of the blocks that is struck out."""
    for inline, _ in _locate_inlines(blocks):
        if isinstance(inline, StruckOut):
            yield to_plain_text(inline.content)


@dataclass(frozen=True, slots=True)
class CrossReference(Value):
    """A link to a turn of the book; `name` is `slug.id`, `address` what people call it ("A7")."""

    name: str
    address: str
    location: SourceLocation


def resolve_link(book: Book, interview: Interview, target: str) -> tuple[str, str] | None:
    """Return name and address of the turn that a link of the interview points to, None if it points elsewhere."""
    slug, _, identity = target.partition("#")
    slug = slug or interview.slug
    for target_interview in book.interviews if identity else ():
        for turn in target_interview.turns if target_interview.slug == slug else ():
            if turn.id == identity:
                return f"{slug}.{identity}", turn.address
    return None


def find_cross_references(book: Book, interview: Interview) -> Iterator[CrossReference]:
    """Yield the links to turns in the running text: not those in footnotes and pull quotes."""
    if interview.inventory and not interview.inventory.has_references:
        return
    entries = (entry for entry in interview.conversation if not isinstance(entry, Division))
    for blocks in (interview.standfirst_paragraphs, interview.introduction, *(entry.blocks for entry in entries)):
        for link, location in _iterate_links_outside_quotes(blocks):
            if reference := resolve_link(book, interview, link.target):
                yield CrossReference(*reference, location)


def _iterate_links_outside_quotes(blocks: Iterable[Block]) -> Iterator[tuple[Link, SourceLocation]]:
    """Yield every link that is in no pull quote, with the location of its block."""
    for block in blocks:
        if isinstance(block, PullQuote):
            continue
        for content in _list_inlines(block):
            yield from ((inline, block.location) for inline in _walk_inlines(content) if isinstance(inline, Link))
        for group in list_inner_blocks(block):
            yield from _iterate_links_outside_quotes(group)


def find_texts(blocks: Iterable[Block]) -> Iterator[tuple[Text, SourceLocation]]:
    """Yield every piece of running text (not code) of the blocks with the location of its block."""
    for inline, location in _locate_inlines(blocks):
        if isinstance(inline, Text):
            yield inline, location


def find_footnote_calls(blocks: Iterable[Block]) -> Iterator[int]:
    """Yield the numbers of the footnotes that the blocks call, in order."""
    for inline, _ in _locate_inlines(blocks):
        if isinstance(inline, NoteReference):
            yield inline.number


def iterate_block_passages(blocks: Iterable[Block], turn: str) -> Iterator[Passage]:
    """Yield the passages of the blocks of a turn, in reading order, without pull quotes."""
    for block in blocks:
        match block:
            case Paragraph() | Heading() | LineBlock() | CodeBlock():
                yield _build_text_passage(block, turn)
            case DefinitionList():
                yield from _iterate_definitions(block, turn)
            case Table(head, body, caption):
                yield from _iterate_captions(caption, turn)
                for cell in (cell for row in (*head, *body) for cell in row):
                    yield from iterate_block_passages(cell.blocks, turn)
            case Figure(alt=alt, caption=caption, location=location):
                yield Passage("alt", alt, location, turn)
                yield from _iterate_captions(caption, turn)
            case PullQuote() | ThematicBreak():
                pass
            case ListBlock() if block.numbers:
                yield from _iterate_numbered_list(block, turn)
            case _:
                for group in list_inner_blocks(block):
                    yield from iterate_block_passages(group, turn)


def _build_text_passage(block: Paragraph | Heading | LineBlock | CodeBlock, turn: str) -> Passage:
    """Return the passage of a block that holds only text, in the turn with the id `turn`."""
    match block:
        case Paragraph(content, location):
            return Passage("text", to_plain_text(content), location, turn)
        case Heading(content, _, location):
            return Passage("heading", to_plain_text(content), location, turn)
        case LineBlock(lines, location):
            return Passage("text", "\n".join(to_plain_text(line) for line in lines), location, turn)
        case CodeBlock(text, location):
            return Passage("code", text, location, turn)


def _iterate_definitions(block: DefinitionList, turn: str) -> Iterator[Passage]:
    """Yield the passages of a definition list: each term, then its meanings."""
    for definition in block.items:
        yield Passage("term", to_plain_text(definition.term), block.location, turn)
        for meaning in definition.meanings:
            yield from iterate_block_passages(meaning, turn)


def _iterate_numbered_list(block: ListBlock, turn: str) -> Iterator[Passage]:
    """Yield the passages of each list item, the first of them with the number of the item."""
    for number, blocks in zip(block.numbers, block.items, strict=True):
        passages_of_item = iterate_block_passages(blocks, turn)
        first = next(passages_of_item, Passage("text", "", block.location, turn))
        yield replace(first, numbers=(number, *first.numbers))
        yield from passages_of_item


def _iterate_captions(blocks: tuple[Block, ...], turn: str) -> Iterator[Passage]:
    """Yield the passages of a caption, with the kind "caption" in place of "text"."""
    for passage in iterate_block_passages(blocks, turn):
        yield replace(passage, kind="caption") if passage.kind == "text" else passage


def _iterate_entry(entry: ConversationEntry) -> Iterator[Passage]:
    """Yield the passages of a turn (label first), a heading or an editor's note."""
    match entry:
        case Question() | Answer():
            if entry.label:
                yield Passage("label", entry.label, entry.location, entry.id)
            yield from iterate_block_passages(entry.blocks, entry.id)
        case Division(content, identity, location):
            yield Passage("heading", to_plain_text(content), location, identity)
        case EditorNote(blocks):
            yield from iterate_block_passages(blocks, "")


def iterate_passages(interview: Interview) -> Iterator[Passage]:
    """Yield all passages of the interview in reading order, without footnotes (`iterate_footnotes`) and pull quotes."""
    yield Passage("title", interview.title.text, interview.title.location)
    for paragraph in interview.standfirst_paragraphs:
        yield Passage("standfirst", to_plain_text(paragraph.content), paragraph.location)
    if interview.byline:
        yield Passage("byline", interview.byline.text, interview.byline.location)
    if interview.credit:
        yield Passage("credit", interview.credit.text, interview.credit.location)
    if interview.pointer:
        yield Passage("pointer", interview.pointer.text, interview.pointer.location)
    yield from iterate_block_passages(interview.introduction, "")
    for entry in interview.conversation:
        yield from _iterate_entry(entry)
    if interview.disclaimer:
        yield Passage("disclaimer", interview.disclaimer.text, interview.disclaimer.location)
    if interview.rights:
        yield Passage("rights", interview.rights.text, interview.rights.location)


def iterate_footnotes(interview: Interview) -> Iterator[tuple[int, tuple[Passage, ...]]]:
    """Yield the number and the passages of each footnote, in order of number."""
    for note in interview.footnotes:
        yield note.number, tuple(iterate_block_passages(note.blocks, ""))


def iterate_printed_passages(interview: Interview) -> Iterator[Passage]:
    """Yield all words of the interview that are printed, with footnotes and people."""
    yield from (passage for passage in iterate_passages(interview) if passage.kind != "alt")
    for _, note in iterate_footnotes(interview):
        yield from note
    for person in interview.people:
        yield Passage("person", f"{person.name} {person.role_name} {person.affiliation}", interview.location)


def build_inventory(interview: Interview) -> Inventory:
    """Build the summary of what occurs in the interview: see `Inventory`."""
    headings = (
        Paragraph(entry.content, entry.location) for entry in interview.conversation if isinstance(entry, Division)
    )
    links = (link for link, _ in find_links([*headings, *iterate_blocks(interview)]))
    characters = {char for passage in iterate_printed_passages(interview) for char in passage.numbered_text}
    has_figures = any(isinstance(block, Figure) for block in walk_blocks(iterate_blocks(interview)))
    return Inventory("".join(sorted(characters)), any(not link.is_external for link in links), has_figures=has_figures)


def count_words(book: Book) -> int:
    """Return how many words the interviews have in print."""
    texts = (
        passage.text
        for interview in book.interviews
        for passage in iterate_passages(interview)
        if passage.kind != "alt"
    )
    notes = (
        passage.text for interview in book.interviews for _, note in iterate_footnotes(interview) for passage in note
    )
    return sum(count_words_in(text) for group in (texts, notes) for text in group)


def iterate_blocks(interview: Interview) -> Iterator[Block]:
    """Yield the top-level blocks of standfirst, introduction, turns, editor's notes and footnotes."""
    yield from interview.standfirst_paragraphs
    yield from interview.introduction
    for entry in interview.conversation:
        if not isinstance(entry, Division):
            yield from entry.blocks
    for note in interview.footnotes:
        yield from note.blocks
