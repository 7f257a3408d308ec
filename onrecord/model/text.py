"""Text as it is printed: lines that stand by themselves, inlines, and the blocks made of them.

All text is in its printed form (quotation marks and dashes already set by language).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from onrecord.model.source_location import SourceLocation
from onrecord.model.value import Value


@dataclass(frozen=True, slots=True)
class TextLine(Value):
    """One line of text that stands by itself (a title, a byline), and where it stands."""

    text: str
    location: SourceLocation

    def __str__(self) -> str:
        return self.text


# --- inlines ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text(Value):
    """Characters as printed; a soft line end of the source is a space."""

    text: str


@dataclass(frozen=True, slots=True)
class LineBreak(Value):
    """A line end that the author asked for."""


@dataclass(frozen=True, slots=True)
class Code(Value):
    text: str


@dataclass(frozen=True, slots=True)
class Emphasis(Value):
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong(Value):
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class StruckOut(Value):
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Superscript(Value):
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Subscript(Value):
    content: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class LanguageSpan(Value):
    """Inlines in another language (BCP 47) than the text around them."""

    content: tuple[Inline, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Link(Value):
    """`target` is an http, https or mailto address, or `#id` / `slug#id` inside the book."""

    content: tuple[Inline, ...]
    target: str
    title: str = ""

    @property
    def is_external(self) -> bool:
        """Return whether the link leads out of the book: its target is http, https or mailto."""
        return self.target.lower().startswith(("http:", "https:", "mailto:"))


@dataclass(frozen=True, slots=True)
class NoteReference(Value):
    """The call of footnote `number`, counted per interview from 1."""

    number: int


class IndexRole(StrEnum):
    """What a mark for the index does."""

    ENTRY = "entry"  # its words are an entry
    BEGIN = "begin"  # a passage about its heading begins with its words
    END = "end"  # and ends with them
    HIDE = "hide"  # no alias finds its words


@dataclass(frozen=True, slots=True)
class IndexSpan(Value):
    """Words that are marked for the index; only while a file is read: `Interview.index_marks` holds the marks.

    `heading` is "" for the heading that the words name; `sub` names one of its sub-headings.
    """

    content: tuple[Inline, ...]
    heading: str
    sub: str
    role: IndexRole


Inline = (
    Text
    | LineBreak
    | Code
    | Emphasis
    | Strong
    | StruckOut
    | Superscript
    | Subscript
    | LanguageSpan
    | Link
    | NoteReference
    | IndexSpan
)


# --- blocks -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph(Value):
    content: tuple[Inline, ...]
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class Heading(Value):
    """A small heading inside a turn (level 4 to 6 in the source)."""

    content: tuple[Inline, ...]
    level: int
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class Quotation(Value):
    blocks: tuple[Block, ...]
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class ListBlock(Value):
    """A list. `start` is the first number, None for a list without numbers; each number is one more than the last.

    If the numbers do not follow each other, `typed_numbers` holds all of them. `mark` is printed after each number.
    The items of a `is_loose` list have space between them.
    """

    items: tuple[tuple[Block, ...], ...]
    location: SourceLocation
    start: int | None = None
    style: str = "decimal"  # decimal, lower-alpha, upper-alpha, lower-roman, upper-roman
    is_loose: bool = False
    typed_numbers: tuple[int, ...] = ()
    mark: str = "."

    @property
    def numbers(self) -> tuple[str, ...]:
        """The number of each item as it is printed ("1984."); () for a list without numbers."""
        if self.start is None:
            return ()
        counted = range(self.start, self.start + len(self.items))
        return tuple(format_list_number(number, self.style, self.mark) for number in self.typed_numbers or counted)


_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def format_list_number(number: int, style: str, mark: str = ".") -> str:
    """Return the number of a list item as it is printed: "1984.", "c.", "iv)".

    A number that the style cannot express is printed in figures (CSS Counter Styles 3 §6, `decimal` is the fallback).
    """
    text = ""
    if style.endswith("alpha"):
        text = _format_letters(number)
    elif style.endswith("roman") and 0 < number < 4000:
        text = format_roman(number)
    text = text.upper() if style.startswith("upper") else text
    return f"{text or number}{mark}"


def _format_letters(number: int) -> str:
    """Return a number above 0 as list letters: a, b, … z, aa, ab; "" below one."""
    text = ""
    while number > 0:
        number, letter = divmod(number - 1, 26)
        text = chr(ord("a") + letter) + text
    return text


def format_roman(number: int) -> str:
    """Return the number as a lower-case roman numeral."""
    text = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        text += sign * count
    return text


@dataclass(frozen=True, slots=True)
class Definition(Value):
    term: tuple[Inline, ...]
    meanings: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class DefinitionList(Value):
    items: tuple[Definition, ...]
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class LineBlock(Value):
    """Verse or an address: lines that keep their ends.

    `indents`: how many characters each line is indented; () if none is.
    """

    lines: tuple[tuple[Inline, ...], ...]
    location: SourceLocation
    indents: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeBlock(Value):
    text: str
    location: SourceLocation
    language: str = ""


@dataclass(frozen=True, slots=True)
class TableCell(Value):
    blocks: tuple[Block, ...]
    align: str = ""  # left, right, center, or "" for that of the column
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, slots=True)
class Table(Value):
    head: tuple[tuple[TableCell, ...], ...]
    body: tuple[tuple[TableCell, ...], ...]
    caption: tuple[Block, ...]
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class Asset(Value):
    """A picture: `name` is a flat, stable file name for the editions; `data` its bytes."""

    name: str
    path: str  # relative to the book's folder, posix
    media_type: str
    width_px: int
    height_px: int
    sha256: str
    data: bytes = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Figure(Value):
    asset: Asset
    alt: str  # never empty
    caption: tuple[Block, ...]
    location: SourceLocation
    id: str = ""


@dataclass(frozen=True, slots=True)
class ThematicBreak(Value):
    """A thematic break, printed as an ornament without words."""

    location: SourceLocation


@dataclass(frozen=True, slots=True)
class PullQuote(Value):
    """Words of an answer, repeated in large type: they are checked, but not counted as words of the interview."""

    blocks: tuple[Block, ...]
    location: SourceLocation


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
    | ThematicBreak
    | PullQuote
)
