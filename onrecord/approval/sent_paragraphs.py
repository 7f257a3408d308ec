"""The paragraphs of an interview as they are sent for approval, each with its place, its style and its looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from onrecord.model import (
    Answer,
    Block,
    Division,
    EditorNote,
    Figure,
    Heading,
    Inline,
    Interview,
    LineBreak,
    NoteReference,
    Paragraph,
    Question,
    Text,
)
from onrecord.model.text import (
    Code,
    CodeBlock,
    DefinitionList,
    Emphasis,
    LanguageSpan,
    LineBlock,
    Link,
    ListBlock,
    PullQuote,
    Quotation,
    Strong,
    StruckOut,
    Subscript,
    Superscript,
    Table,
    ThematicBreak,
)
from onrecord.model.value import Value

NOTE_CALL = "\ue001"  # stands for the call of a footnote; no manuscript can hold this character
_BULLET = "•"


@dataclass(frozen=True, slots=True)
class Look(Value):
    """How a character looks, and what it belongs to. Only the first five can be changed in a word processor."""

    emphasis: bool = False
    strong: bool = False
    struck: bool = False
    raised: bool = False
    lowered: bool = False
    code: bool = False
    link: tuple[str, str] | None = None  # target, title
    language: str = ""

    @property
    def visible(self) -> Look:
        """Return the look without what a word processor does not show or keep."""
        if not (self.code or self.link or self.language):
            return self
        return Look(self.emphasis, self.strong, self.struck, self.raised, self.lowered)

    def take_visible(self, other: Look) -> Look:
        """Return this look with what is visible of another one."""
        return Look(
            other.emphasis,
            other.strong,
            other.struck,
            other.raised,
            other.lowered,
            self.code,
            self.link,
            self.language,
        )


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Cell(Value):
    """The place of a paragraph in a table; `table` numbers the tables of an interview."""

    table: int
    row: int
    column: int
    span: int = 1


@dataclass(frozen=True, slots=True)
class SentParagraph(Value):
    """A paragraph of an interview.

    `place` is the address or name of what it belongs to (“A3”, “byline”, “note 2”), `text` what is printed, with
    `NOTE_CALL` for the call of a footnote, and `looks` has the look of each character. The text begins with a label
    of `label_size` characters. `marker` is the number or bullet before it.
    """

    place: str
    style: str
    text: str
    looks: tuple[Look, ...]
    line: int
    speaker: str = ""
    label_size: int = 0
    marker: str = ""
    depth: int = 0  # of lists and quotations
    cell: Cell | None = None
    note: int = 0  # the number of the footnote it belongs to
    entry: int = 0  # numbers turns, headings and editor's notes in their order

    @property
    def is_plain_block(self) -> bool:
        """Return whether the paragraph stands by itself: in no list, table, quotation, verse or footnote."""
        return self.style in PLAIN_STYLES and not (self.depth or self.cell or self.note)


TITLE, STANDFIRST, BYLINE, INTRODUCTION = "Title", "Standfirst", "Byline", "Introduction"
QUESTION, ANSWER, HEADING, SMALL_HEADING, EDITOR_NOTE = "Question", "Answer", "Heading", "Small heading", "Editor note"
LIST, QUOTATION, TERM, MEANING = "List entry", "Quotation", "Term", "Meaning"
VERSE, CODE, PICTURE, CAPTION, CELL, NOTE = "Verse", "Code", "Picture description", "Caption", "Cell", "Footnote text"
PLAIN_STYLES = frozenset({INTRODUCTION, QUESTION, ANSWER})
FRONT_STYLES = frozenset({TITLE, STANDFIRST, BYLINE})


def list_sent_paragraphs(interview: Interview, *, with_empty_cells: bool = False) -> tuple[SentParagraph, ...]:
    """Return the paragraphs of the interview in order, its footnotes at the end."""
    return tuple(
        paragraph
        for paragraph in _Lister().iterate_interview(interview)
        if paragraph.text.strip() or (with_empty_cells and paragraph.cell)
    )


class _Lister:
    """Lists paragraphs; counts tables, so that each has a number."""

    def __init__(self) -> None:
        self._tables = 0
        self._called: set[int] = set()

    def iterate_interview(self, interview: Interview) -> Iterator[SentParagraph]:
        """Yield the paragraphs of an interview as they are sent for approval."""
        yield self._build_paragraph((Text(interview.title.text),), "title", TITLE, interview.title.location.line)
        for part in interview.standfirst_paragraphs:
            yield self._build_paragraph(part.content, "standfirst", STANDFIRST, part.location.line)
        if interview.byline:
            yield self._build_paragraph(
                (Text(interview.byline.text),), "byline", BYLINE, interview.byline.location.line
            )
        yield from self._list_blocks(interview.introduction, "introduction", INTRODUCTION)
        for number, entry in enumerate(interview.conversation, 1):
            if isinstance(entry, EditorNote) and entry.is_correction:
                continue
            for paragraph in self._list_entry(entry):
                yield replace(paragraph, entry=number)
        for note in interview.footnotes:
            for paragraph in self._list_blocks(note.blocks, f"note {note.number}", NOTE):
                yield replace(paragraph, note=note.number)

    def _list_entry(self, entry: Question | Answer | Division | EditorNote) -> Iterator[SentParagraph]:
        """Yield the paragraphs of a turn, heading or editor's note; a label stands before the first words."""
        match entry:
            case Division(content=content):
                yield self._build_paragraph(content, "heading", HEADING, entry.location.line)
            case EditorNote(blocks=blocks):
                yield from self._list_blocks(blocks, "editor's note", EDITOR_NOTE)
            case _:
                style = QUESTION if isinstance(entry, Question) else ANSWER
                speaker = entry.speaker.name if entry.speaker else ""
                paragraphs = list(self._list_blocks(entry.blocks, entry.address, style))
                if entry.label and paragraphs:
                    label = f"{entry.label} "
                    first = paragraphs[0]
                    paragraphs[0] = replace(
                        first, text=label + first.text, looks=(PLAIN,) * len(label) + first.looks, label_size=len(label)
                    )
                yield from (replace(paragraph, speaker=speaker) for paragraph in paragraphs)

    def _build_paragraph(self, content: Iterable[Inline], place: str, style: str, line: int) -> SentParagraph:
        """Return a paragraph to be sent, made of inlines."""
        pairs = list(self._iterate_characters(content, PLAIN))
        text, looks = "".join(char for char, _ in pairs), tuple(look for _, look in pairs)
        return SentParagraph(place, style, text, looks, line)

    def _iterate_characters(self, content: Iterable[Inline], look: Look) -> Iterator[tuple[str, Look]]:
        """Yield each character of inlines with its look."""
        for inline in content:
            match inline:
                case Text(text):
                    yield from ((char, look) for char in text)
                case Code(text):
                    yield from ((char, replace(look, code=True)) for char in text)
                case LineBreak():
                    yield "\n", look
                case NoteReference(number):
                    if number not in self._called:  # a second call of the same note cannot be sent
                        yield NOTE_CALL, look
                    self._called.add(number)
                case _:
                    yield from self._iterate_characters(inline.content, _change_look(inline, look))

    def _list_blocks(self, blocks: Iterable[Block], place: str, style: str) -> Iterator[SentParagraph]:
        """Yield the paragraphs of blocks; pull quotes repeat words and are not sent."""
        for block in blocks:
            line = block.location.line
            match block:
                case Paragraph(content=content):
                    yield self._build_paragraph(content, place, style, line)
                case Heading(content=content):
                    yield self._build_paragraph(content, place, SMALL_HEADING, line)
                case Quotation(blocks=inner):
                    yield from self._list_deeper(inner, place, QUOTATION)
                case ListBlock():
                    yield from self._list_list(block, place)
                case DefinitionList(items=items):
                    for definition in items:
                        yield self._build_paragraph(definition.term, place, TERM, line)
                        for meaning in definition.meanings:
                            yield from self._list_deeper(meaning, place, MEANING)
                case PullQuote() | ThematicBreak():
                    pass
                case _:
                    yield from self._list_odd_block(block, place)

    def _list_odd_block(self, block: LineBlock | CodeBlock | Table | Figure, place: str) -> Iterator[SentParagraph]:
        """Yield the paragraphs of a block that is no running text."""
        match block:
            case Table():
                yield from self._list_table(block, place)
            case Figure(alt=alt, caption=caption):
                yield self._build_paragraph((Text(alt),), place, PICTURE, block.location.line)
                yield from self._list_blocks(caption, place, CAPTION)
            case _:
                yield self._list_lines(block, place)

    def _list_deeper(self, blocks: Iterable[Block], place: str, style: str) -> Iterator[SentParagraph]:
        """Yield the sent paragraphs of blocks one level deeper in lists or quotations."""
        yield from (replace(block, depth=block.depth + 1) for block in self._list_blocks(blocks, place, style))

    def _list_list(self, block: ListBlock, place: str) -> Iterator[SentParagraph]:
        """Yield the paragraphs of a list; the first of each entry has the number or bullet."""
        for marker, entry in zip(block.numbers or (_BULLET,) * len(block.items), block.items, strict=True):
            paragraphs = list(self._list_deeper(entry, place, LIST))
            if paragraphs:
                paragraphs[0] = replace(paragraphs[0], marker=f"{marker} {paragraphs[0].marker}".strip())
            yield from paragraphs

    def _list_lines(self, block: LineBlock | CodeBlock, place: str) -> SentParagraph:
        """Return the paragraph of verse or code; its lines keep their ends."""
        if isinstance(block, CodeBlock):
            return self._build_paragraph((Code(block.text),), place, CODE, block.location.line)
        content: list[Inline] = [inline for line in block.lines for inline in (*line, LineBreak())]
        return self._build_paragraph(content[:-1], place, VERSE, block.location.line)

    def _list_table(self, table: Table, place: str) -> Iterator[SentParagraph]:
        """Yield the caption of a table, and the paragraphs of its cells."""
        yield from self._list_blocks(table.caption, place, CAPTION)
        self._tables += 1
        number = self._tables
        for row_number, row in enumerate((*table.head, *table.body)):
            for column, cell in enumerate(row):
                frame = Cell(number, row_number, column, cell.colspan)
                empty = self._build_paragraph((), place, CELL, table.location.line)
                for paragraph in tuple(self._list_blocks(cell.blocks, place, CELL)) or (empty,):
                    yield replace(paragraph, cell=frame)


def _change_look(inline: Inline, look: Look) -> Look:
    """Return the look of what stands inside an inline."""
    match inline:
        case Emphasis():
            return replace(look, emphasis=not look.emphasis)
        case Strong():
            return replace(look, strong=True)
        case StruckOut():
            return replace(look, struck=True)
        case Superscript():
            return replace(look, raised=True)
        case Subscript():
            return replace(look, lowered=True)
        case Link(target=target, title=title):
            return replace(look, link=(target, title))
        case LanguageSpan(language=language):
            return replace(look, language=language)
        case _:
            return look
