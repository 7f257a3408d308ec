"""A part: pages that were laid out by themselves and can be bound anywhere in a book.

A part holds no page number, no object number and no folio. What the binder decides (object
numbers, keys of the parent tree) stands in its objects as slots, filled by `PdfObject.fill_slots`.
Everything is plain data: it can be pickled, hashed and cached.
"""

from __future__ import annotations

import pickle
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from onrecord.model.page_numbers import PageStart

# A reference outside a literal string. WeasyPrint writes no comment and no hexadecimal "0 R".
_REFERENCE = re.compile(rb"\((?:[^()\\]|\\.)*\)|(\d+) 0 R", re.DOTALL)


class SharedSlot(IntEnum):
    """Objects of the bound document that parts refer to, as slots below zero."""

    PAGES = -1
    FONTS = -2
    DOCUMENT = -3
    COLOUR_SPACES = -4


_SPACE = 250  # the width of a space in stamped text, in 1/1000 em
_COMPRESSION_LEVEL = 6  # 9 takes twice the time and saves 1 %
FIRST_KEY = 1_000_000  # slots from here on are keys of the parent tree: KEY + n is the part's n-th key


@dataclass(frozen=True, slots=True)
class PdfObject:
    """An indirect object: `template` has `%d` for each slot; `stream` is its (compressed) data, if any."""

    template: bytes
    slots: tuple[int, ...] = ()
    stream: bytes | None = None

    @classmethod
    def from_data(cls, data: bytes, local: Mapping[int, int], stream: bytes | None = None) -> PdfObject:
        """Return the object with its references turned into slots: `local` maps object numbers to slots."""
        slots: list[int] = []

        def slot(match: re.Match[bytes]) -> bytes:
            """Remember the slot of a reference and return its placeholder; keep literal strings."""
            if match.group(1) is None:
                return match.group(0)
            slots.append(local[int(match.group(1))])
            return b"%d 0 R"

        return cls(_REFERENCE.sub(slot, data.replace(b"%", b"%%")), tuple(slots), stream)

    def fill_slots(self, base: int, keys: int, shared: Mapping[int, int]) -> bytes:
        """Return the object's bytes, with the part's objects numbered from `base` and its keys from `keys`."""
        if not self.slots:
            return self.template.replace(b"%%", b"%")
        return self.template % tuple(
            keys + slot - FIRST_KEY if slot >= FIRST_KEY else base + slot if slot >= 0 else shared[slot]
            for slot in self.slots
        )


@dataclass(frozen=True)  # without slots it is read faster
class FontUse:
    """What a part uses of a face: the text of glyph ids, and their widths in 1/1000 em."""

    name: str  # its name in content streams
    family: str
    base_font: str
    file_sha256: str
    index: int
    variations: tuple[tuple[str, float], ...]
    flags: int
    ascent: int
    descent: int
    is_italic: bool
    to_unicode: tuple[tuple[int, str], ...]
    widths: tuple[tuple[int, float], ...]


@dataclass(frozen=True)  # without slots it is read faster
class Anchor:
    """A named point: the page of the part (from 0), and the distance (pt) from its lower left corner."""

    name: str
    page: int
    x: float
    y: float


@dataclass(frozen=True)  # without slots it is read faster
class PartPage:
    """The slots of a page's objects."""

    content: int
    resources: int
    annotations: tuple[int, ...]


@dataclass(frozen=True)  # without slots it is read faster
class TypesetPart:
    """Pages of one size, their objects, their branch of the structure tree, and what they use."""

    width_pt: float
    height_pt: float
    pages: tuple[PartPage, ...]
    packed: bytes  # the objects, pickled: there are hundreds, and most readers of a cached part need none
    key_count: int  # keys of the parent tree that the part needs; the first ones are its pages
    parent_tree: int  # slot of its leaf of the parent tree
    branches: tuple[int, ...]  # slots of its structure elements just below Document
    ids: tuple[tuple[str, int], ...]  # structure element ids and their slots
    fonts: tuple[FontUse, ...]
    anchors: tuple[Anchor, ...]
    links_out: tuple[str, ...]  # destinations outside the part
    page_starts: tuple[PageStart, ...] = ()  # one for each page, without a label
    head: int | None = None  # slot of the form that draws the running head, on right-hand pages
    missing_characters: tuple[str, ...] = ()  # characters that no face has
    unfit_notes: tuple[int, ...] = ()  # numbers of footnotes for which their pages have no room
    complaints: tuple[str, ...] = ()  # messages of the layout engine
    baseline_pt: float = 0.0  # of a line of text, below its upper edge
    cache_key: str = ""  # cache key of all that the part was made of, or ""

    @property
    def objects(self) -> tuple[PdfObject, ...]:
        """Return the indirect PDF objects of a laid-out part, by slot."""
        return tuple(PdfObject(*fields) for fields in pickle.loads(self.packed))  # noqa: S301 - see `pack_objects`


def pack_objects(objects: Iterable[PdfObject]) -> bytes:
    """Return the PDF objects pickled, as `TypesetPart.packed` holds them."""
    return pickle.dumps([(obj.template, obj.slots, obj.stream) for obj in objects], protocol=5)


@dataclass(frozen=True, slots=True)
class StampPiece:
    """Words that were laid out to be stamped: the operators that show them inside of a text object, and their width."""

    operators: str
    width_pt: float


@dataclass(frozen=True, slots=True)
class Specimen:
    """The glyphs of some characters, to stamp short texts (folios, addresses) without laying them out.

    `pieces` are words in scripts that are not drawn letter by letter; with them, a text may run `is_from_right`.
    """

    font: str
    size_pt: float
    colour: tuple[float, float, float]
    glyphs: Mapping[str, tuple[int, float]] = field(hash=False)  # character -> glyph id, width in 1/1000 em
    pieces: Mapping[str, StampPiece] = field(hash=False, default_factory=dict)
    is_from_right: bool = False

    def measure_width_pt(self, text: str) -> float:
        """Return the width of a text in points, in the font of this specimen."""
        return sum(map(self._measure_part, self._divide(text)))

    def _divide(self, text: str) -> list[str]:
        """Return the pieces in a text and what stands between them, from the left."""
        if not self.pieces:
            return [text]
        longest_first = sorted(self.pieces, key=len, reverse=True)
        parts = re.split(f"({'|'.join(map(re.escape, longest_first))})", text)
        return parts[::-1] if self.is_from_right else parts

    def _measure_part(self, part: str) -> float:
        """Return the width of a piece, or of a text without pieces, in points."""
        if part in self.pieces:
            return self.pieces[part].width_pt
        return sum(self._get_advance(char) for char in part) * self.size_pt / 1000

    def _get_advance(self, char: str) -> float:
        """Return the width of a character in 1/1000 em."""
        return _SPACE if char == " " else self.glyphs[char][1]

    def draw(self, text: str, x_pt: float, y_pt: float) -> bytes:
        """Return the operators that print the text from this point of its baseline; a space prints nothing."""
        colour = " ".join(map(format_pdf_number, self.colour))
        setting = f"/{self.font} {format_pdf_number(self.size_pt)} Tf"
        operators = [f"BT {colour} rg {setting}"]
        for part in self._divide(text):
            if piece := self.pieces.get(part):
                place = f"1 0 0 1 {format_pdf_number(x_pt)} {format_pdf_number(y_pt)} Tm"
                operators.append(f"{place} {piece.operators} {setting}")
            else:
                operators += self._show_words(part, x_pt, y_pt)
            x_pt += self._measure_part(part)
        return " ".join([*operators, "ET"]).encode()

    def _show_words(self, text: str, x_pt: float, y_pt: float) -> Iterator[str]:
        """Yield the operators that show a text without pieces, word by word."""
        words = text.split(" ")
        for word in reversed(words) if self.is_from_right else words:
            glyphs = "".join(f"{self.glyphs[char][0]:04x}" for char in word)
            if glyphs or not self.pieces:
                yield f"1 0 0 1 {format_pdf_number(x_pt)} {format_pdf_number(y_pt)} Tm <{glyphs}> Tj"
            x_pt += self._measure_part(f"{word} ")


def compress_stream(data: bytes) -> tuple[bytes, int]:
    """Return the data compressed, and its length before compression.

    A line end is added to the data if the last compressed byte would be a CR: some readers take a CR before
    “endstream” for the line end that belongs there (ISO 32000-1 §7.3.8.1). The last byte belongs to a checksum
    (RFC 1950 §2.2), so one line end changes it; behind a font file it is never read.
    """
    compressed = zlib.compress(data, _COMPRESSION_LEVEL)
    return compress_stream(data + b"\n") if compressed.endswith(b"\r") else (compressed, len(data))


def format_pdf_number(value: float) -> str:
    """Return a PDF number: at most four decimals, no exponent, no trailing zero (ISO 32000-1 §7.3.3)."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def format_text_string(text: str) -> bytes:
    """Return a PDF text string (ISO 32000-1 §7.9.2.2): ASCII as a literal, all else as UTF-16BE."""
    if text.isascii() and text.isprintable():
        return b"(" + re.sub(rb"([\\()])", rb"\\\1", text.encode("ascii")) + b")"
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"


def format_byte_string(text: str) -> bytes:
    """Return a PDF byte string, as names of destinations and ids of structure elements are."""
    return b"(" + re.sub(rb"([\\()])", rb"\\\1", text.encode("utf-8")) + b")"
