"""What an interview book is: frozen, hashable, picklable values that know where they came from.

`Book > Part > Interview`. An interview holds what was printed with it (title, standfirst, byline,
disclaimer), who takes part, and the conversation: questions and answers made of blocks, blocks made
of inlines. All text is in its printed form (quotation marks and dashes already set by language);
bylines and disclaimers are to the letter.

`passages` and `notes_of` are the promise a build makes: each passage in reading order, with its
place in the source. Every edition prints them; the proof looks for exactly them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

__all__ = [
    "AgendaItem", "Answer", "Asset", "Attribution", "Block", "Book", "Choice", "Clearance", "Code", "CodeBlock",
    "CrossReference", "Definition", "DefinitionList", "Disclaimer", "Distribution", "Division", "EditorNote", "Emphasis",
    "Extract", "Figure", "Footnote", "Heading", "Inline", "Interview", "Item", "LineBlock", "LineBreak", "Link",
    "ListBlock", "Markings", "NoteReference", "Order", "Pack", "Paragraph", "Part", "Passage", "Person", "Place",
    "PullQuote", "Question", "Quotation", "Release", "Role", "Rule", "Source", "Span", "Status", "Strong", "StruckOut",
    "Subscript", "Superscript", "Table", "TableCell", "Text", "Trim", "Words", "block_passages", "blocks_of", "cross_references", "footnotes_in", "links_in", "notes_of",
    "passages", "plain", "reference_of", "texts_in", "walk_blocks", "word_count",
]  # fmt: skip


# --- where things are ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a source file: path relative to the book's folder (posix), line from 1 (0: whole file)."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text that stands by itself (a title, a byline), and its place."""

    text: str
    place: Place

    def __str__(self) -> str:
        return self.text


# --- inlines ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Characters as printed; a soft line end of the source is a space."""

    text: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A line end that the author asked for."""


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong:
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class StruckOut:
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Superscript:
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Subscript:
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Words in another language than those around them (BCP 47)."""

    content: tuple[Inline, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Link:
    """`target` is an http, https or mailto address, or `#id` / `slug#id` inside the book."""

    content: tuple[Inline, ...]
    target: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class NoteReference:
    """Where footnote `number` (counted per interview from 1) is called."""

    number: int


Inline = Text | LineBreak | Code | Emphasis | Strong | StruckOut | Superscript | Subscript | Span | Link | NoteReference


# --- blocks -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    content: tuple[Inline, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Heading:
    """A small heading inside a turn (level 4 to 6 in the source)."""

    content: tuple[Inline, ...]
    level: int
    place: Place


@dataclass(frozen=True, slots=True)
class Quotation:
    blocks: tuple[Block, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class ListBlock:
    """`start` is the first number, or None for a list without numbers. `loose` items have space between."""

    items: tuple[tuple[Block, ...], ...]
    place: Place
    start: int | None = None
    style: str = "decimal"  # decimal, lower-alpha, upper-alpha, lower-roman, upper-roman
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    term: tuple[Inline, ...]
    meanings: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class DefinitionList:
    items: tuple[Definition, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class LineBlock:
    """Verse, an address: lines that keep their ends."""

    lines: tuple[tuple[Inline, ...], ...]
    place: Place


@dataclass(frozen=True, slots=True)
class CodeBlock:
    text: str
    place: Place
    language: str = ""


@dataclass(frozen=True, slots=True)
class TableCell:
    blocks: tuple[Block, ...]
    align: str = ""  # left, right, center or "" for the column's own
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[tuple[TableCell, ...], ...]
    body: tuple[tuple[TableCell, ...], ...]
    caption: tuple[Block, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Asset:
    """A picture: `name` is a flat, stable file name for the editions; `data` its bytes."""

    name: str
    path: str  # relative to the book's folder, posix
    media_type: str
    width_px: int
    height_px: int
    sha256: str
    data: bytes = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Figure:
    asset: Asset
    alt: str  # never empty
    caption: tuple[Block, ...]
    place: Place
    id: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A break in the thought, printed as an ornament without words."""

    place: Place


@dataclass(frozen=True, slots=True)
class PullQuote:
    """Words of an answer set large. They repeat the answer, so they are checked and not counted."""

    blocks: tuple[Block, ...]
    place: Place


Block = (
    Paragraph
    | Heading
    | Quotation
    | ListBlock
    | DefinitionList
    | LineBlock
    | CodeBlock
    | Table
    | Figure
    | Rule
    | PullQuote
)


# --- the conversation ---------------------------------------------------------------------------


class Role(StrEnum):
    """What a person did for the interview."""

    INTERVIEWEE = "interviewee"
    INTERVIEWER = "interviewer"
    MODERATOR = "moderator"
    TRANSLATOR = "translator"
    EDITOR = "editor"
    PHOTOGRAPHER = "photographer"

    @property
    def asks(self) -> bool:
        return self in (Role.INTERVIEWER, Role.MODERATOR)

    @property
    def speaks(self) -> bool:
        return self.asks or self is Role.INTERVIEWEE


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the cast. `affiliation` is the one at the time of the interview."""

    name: str
    role: Role
    affiliation: str = ""
    labels: tuple[str, ...] = ()


def _address(letter: str, n: int, identity: str) -> str:
    counted = re.fullmatch(rf"{letter.lower()}{n}(-\d+)?", identity)
    return f"{letter}{n}{counted.group(1) or '' if counted else ''}"


@dataclass(frozen=True, slots=True)
class Question:
    """A turn of an interviewer. `label` is the printed label with its colon ("AK:"), or ""."""

    n: int
    id: str  # "q7" unless the source gives one
    blocks: tuple[Block, ...]
    place: Place
    speaker: Person | None = None
    label: str = ""

    kind = "question"

    @property
    def address(self) -> str:
        """How people call it: "Q7", or "Q7-2" for the second question of the pair."""
        return _address("Q", self.n, self.id)


@dataclass(frozen=True, slots=True)
class Answer:
    """A turn of a guest, the answer to question `n`."""

    n: int
    id: str
    blocks: tuple[Block, ...]
    place: Place
    speaker: Person | None = None
    label: str = ""

    kind = "answer"

    @property
    def address(self) -> str:
        """How people call it: "A7", or "A7-2" for the second answer of the pair."""
        return _address("A", self.n, self.id)


@dataclass(frozen=True, slots=True)
class Division:
    """A level-2 heading that divides the conversation."""

    content: tuple[Inline, ...]
    id: str
    place: Place

    kind = "heading"


@dataclass(frozen=True, slots=True)
class EditorNote:
    """`::: note` between turns: the desk speaks, not the people."""

    blocks: tuple[Block, ...]
    place: Place

    kind = "note"


Item = Question | Answer | Division | EditorNote


@dataclass(frozen=True, slots=True)
class Footnote:
    number: int
    blocks: tuple[Block, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Disclaimer:
    """`name` is its name in book.yaml, or "" when the interview brings its own text."""

    text: str
    place: Place
    name: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the words came from: the kept original with its hash, and where it was published."""

    file: str = ""
    sha256: str = ""
    url: str = ""
    retrieved: date | None = None


class Status(StrEnum):
    """Whether an interview may go out; each says something else to a build, so there is no fourth."""

    DRAFT = "draft"  # not yet: somebody still works on it, or has to agree to it
    CLEARED = "cleared"  # yes; what says nothing is cleared
    WITHDRAWN = "withdrawn"  # no longer, however long it was out


@dataclass(frozen=True, slots=True)
class Clearance:
    """When an interview may go out: its status, and a moment (with a zone) before which it may not."""

    status: Status = Status.CLEARED
    embargo: datetime | None = None
    place: Place = Place("")


@dataclass(frozen=True, slots=True)
class Extract:
    """What was cut out of an interview: addresses of its first and last turn, and the slug of the whole."""

    whole: str
    first: str  # "A2"
    last: str
    place: Place  # the line that asked for it

    @property
    def stretch(self) -> str:
        """“A2–A3”, or “A2”."""
        return "–".join(dict.fromkeys((self.first, self.last)))


@dataclass(frozen=True, slots=True)
class Interview:
    """`pointer` stands in a pack alone: it says where the whole is found in the book."""

    slug: str
    title: Words
    language: str  # BCP 47
    byline: Words | None
    standfirst: Words | None
    people: tuple[Person, ...]
    introduction: tuple[Block, ...]
    conversation: tuple[Item, ...]
    footnotes: tuple[Footnote, ...]
    disclaimer: Disclaimer | None
    place: Place
    date: date | None = None
    rights: str = ""
    tags: tuple[str, ...] = ()
    source: Source = Source()
    clearance: Clearance = Clearance()
    extract: Extract | None = None
    pointer: Words | None = None
    reading: str = field(default="", compare=False, repr=False)  # names all that it was read from; "" if nobody knows

    @property
    def turns(self) -> tuple[Question | Answer, ...]:
        return tuple(item for item in self.conversation if isinstance(item, Question | Answer))

    @property
    def guests(self) -> tuple[Person, ...]:
        return tuple(person for person in self.people if person.role is Role.INTERVIEWEE)


@dataclass(frozen=True, slots=True)
class Part:
    """A run of interviews; a book that is not divided is one part without a title.

    In a pack it is an item of the agenda: it has a number, may have a note, and may have no interview.
    """

    title: str
    interviews: tuple[Interview, ...]
    number: int = 0
    note: str = ""

    @property
    def opens(self) -> bool:
        """Whether it has a page of its own before its interviews."""
        return bool(self.title and (self.interviews or self.number))


class Trim(StrEnum):
    """The size of the cut page."""

    A5 = "A5"
    A4 = "A4"
    LETTER = "Letter"
    SIX_BY_NINE = "6x9"

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height in millimetres."""
        return {"A5": (148.0, 210.0), "A4": (210.0, 297.0), "Letter": (215.9, 279.4), "6x9": (152.4, 228.6)}[self.value]


# --- packs --------------------------------------------------------------------------------------


class Distribution(StrEnum):
    """Who may have a copy of a pack."""

    PUBLIC = "public"
    PARTICIPANTS = "participants"
    NAMED = "named"  # the people on the list of recipients, and nobody else


class Attribution(StrEnum):
    """What a reader of a pack may do with what it says."""

    ON_THE_RECORD = "on the record"
    CHATHAM_HOUSE = "Chatham House Rule"
    NOT_FOR_QUOTATION = "not for quotation"


class Order(StrEnum):
    """How interviews that were found, not named, follow each other."""

    BOOK = "book"
    OLDEST = "oldest"
    NEWEST = "newest"
    TITLE = "title"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Markings:
    """What every page of a pack says about itself. `embargo` has a zone."""

    distribution: Distribution = Distribution.PARTICIPANTS
    attribution: Attribution = Attribution.ON_THE_RECORD
    embargo: datetime | None = None
    version: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Interviews of an agenda item: one that is named (`slug`, and `turns` for an extract), or all that match."""

    place: Place
    slug: str = ""
    turns: str = ""  # "a2-a3"
    person: str = ""
    tag: str = ""
    since: date | None = None
    until: date | None = None
    search: str = ""
    order: Order = Order.BOOK


class ChangeKind(StrEnum):
    """What became of something since an earlier delivery."""

    NEW = "new"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Piece:
    """Something of an interview that is compared as a whole, without its words.

    `kind`: question, answer, heading, note; or title, standfirst, byline, introduction, disclaimer. `id` is the
    turn's; `name` is what people call it ("A7"). `page` is the printed page it begins on, "" if nobody said.
    """

    kind: str
    id: str
    name: str
    digest: str
    words: int
    page: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is None for what is new, `now` for what is withdrawn; `text` are its words now."""

    kind: ChangeKind
    before: Piece | None
    now: Piece | None
    text: str = ""

    @property
    def page(self) -> str:
        """The page of the earlier delivery that it concerns, "" for what is new."""
        return self.before.page if self.before else ""


@dataclass(frozen=True, slots=True)
class InterviewChange:
    """`page` is where the interview began in the earlier delivery; `changes` are empty where all of it is new or withdrawn."""

    kind: ChangeKind
    slug: str
    title: str
    page: str = ""
    last: str = ""  # the last of its pages then
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Insert:
    """Where the pages of a new or changed interview belong: behind `page` of the earlier delivery."""

    slug: str
    page: str


@dataclass(frozen=True, slots=True)
class Supplement:
    """What a pack brings after an earlier one. `taken`: pages of that which have inserts already, with their number."""

    of: str  # the title of the earlier pack
    changes: tuple[InterviewChange, ...]
    inserts: tuple[Insert, ...]
    taken: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class AgendaItem:
    title: str
    note: str
    choices: tuple[Choice, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Pack:
    """What a meeting reads: `packs/<name>.yaml`. `starts` has a zone; `recipients` is a path in the book's folder.

    `whole` is the book that its interviews are chosen from, as soon as they are chosen.
    """

    name: str
    slug: str
    title: str
    meeting: str
    starts: datetime
    venue: str
    objective: str
    agenda: tuple[AgendaItem, ...]
    place: Place
    markings: Markings = Markings()
    paper: Trim = Trim.A5
    large_print: bool = False
    note_pages: int = 0
    recipients: str = ""
    supplement_of: Words | None = None  # the name of an earlier pack, or its slug
    merged: bool = False  # all of it with continuous numbers, though it is a supplement
    supplement: Supplement | None = None
    whole: Book | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Release:
    """An interview that was built although its file says it may not go out: somebody said so on the command line."""

    slug: str
    reason: str


@dataclass(frozen=True, slots=True)
class Book:
    """`listed`: its interviews are named one by one, and not all that there are. `pack`: it is a briefing pack."""

    slug: str
    title: str
    language: str
    date: date
    parts: tuple[Part, ...]
    place: Place
    subtitle: str = ""
    publisher: str = ""
    editors: tuple[str, ...] = ()
    identifier: str = ""  # "urn:isbn:…" or another URN; a URN derived from the slug when the desk gives none
    edition: str = ""
    rights: str = ""
    description: str = ""
    url: str = ""  # where the web edition will live, "" or ends in "/"
    trim: Trim = Trim.A5
    embed_fonts: bool = True  # in the EPUB
    listed: bool = False
    pack: Pack | None = None
    releases: tuple[Release, ...] = ()
    profile: Words | None = None  # the file of the printer's ICC profile, relative to the book's folder

    @property
    def isbn(self) -> str:
        return self.identifier.removeprefix("urn:isbn:") if self.identifier.startswith("urn:isbn:") else ""

    @property
    def interviews(self) -> tuple[Interview, ...]:
        return tuple(interview for part in self.parts for interview in part.interviews)

    @property
    def disclaimers(self) -> tuple[Disclaimer, ...]:
        """Each different disclaimer of the book once, in order of first use."""
        seen = {i.disclaimer.text: i.disclaimer for i in reversed(self.interviews) if i.disclaimer}
        return tuple(reversed(seen.values()))


# --- reading the model --------------------------------------------------------------------------


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
class Passage:
    """A stretch of text that a build promises to print, whole and in its place.

    `kind`: title, standfirst, byline, pointer, label, text, heading, caption, term, code, alt, disclaimer.
    `turn` is the id of the turn it stands in, "" outside the conversation. An `alt` passage is
    carried by the picture (alternative text), all others are printed.
    """

    kind: str
    text: str
    place: Place
    turn: str = ""


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
        for group in blocks_of(block):
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
        if not isinstance(inline, Text | LineBreak | Code | NoteReference):
            yield from _walk_inlines(inline.content)


def links_in(blocks: Iterable[Block]) -> Iterator[tuple[Link, Place]]:
    """Every link of the blocks with the place of its block."""
    for block in walk_blocks(blocks):
        for content in _inlines(block):
            for inline in _walk_inlines(content):
                if isinstance(inline, Link):
                    yield inline, block.place


@dataclass(frozen=True, slots=True)
class CrossReference:
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
            case _:
                for group in blocks_of(block):
                    yield from block_passages(group, turn)


def _captions(blocks: tuple[Block, ...], turn: str) -> Iterator[Passage]:
    for passage in block_passages(blocks, turn):
        yield Passage("caption", passage.text, passage.place, turn) if passage.kind == "text" else passage


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


def notes_of(interview: Interview) -> Iterator[tuple[int, tuple[Passage, ...]]]:
    """Each footnote's number and passages, in order of number."""
    for note in interview.footnotes:
        yield note.number, tuple(block_passages(note.blocks, ""))


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
