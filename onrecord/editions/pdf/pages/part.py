"""A part: pages that were laid out on their own and can be bound anywhere in a book.

A part holds no page number, no object number and no folio. What a bound copy decides (object
numbers, keys of the parent tree) stands in its objects as slots, filled by `PdfObject.at`.
Everything is plain data: it can be pickled, hashed and kept.
"""

from __future__ import annotations

import pickle
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from onrecord.wording.page_numbers import PageStart

# A reference outside a literal string. WeasyPrint writes no comment and no hexadecimal "0 R".
_REFERENCE = re.compile(rb"\((?:[^()\\]|\\.)*\)|(\d+) 0 R", re.DOTALL)


class Shared(IntEnum):
    """Objects of the bound copy that parts refer to, as slots below zero."""

    PAGES = -1
    FONTS = -2
    DOCUMENT = -3
    COLOUR_SPACES = -4


_SPACE = 250  # in 1/1000 em: how far words of a stamp stand apart
_LEVEL = 6  # of compression; 9 takes twice the time for a hundredth of the size
KEY = 1_000_000  # slots from here on are keys of the parent tree: KEY + n is the part's n-th key


@dataclass(frozen=True, slots=True)
class PdfObject:
    """One indirect object: `%d` where a slot stands; `stream` is its (compressed) data, if any."""

    template: bytes
    slots: tuple[int, ...] = ()
    stream: bytes | None = None

    @classmethod
    def of(cls, data: bytes, local: Mapping[int, int], stream: bytes | None = None) -> PdfObject:
        """`data` with its references turned into slots: `local` maps object numbers to slots."""
        slots: list[int] = []

        def slot(match: re.Match[bytes]) -> bytes:
            if match.group(1) is None:
                return match.group(0)
            slots.append(local[int(match.group(1))])
            return b"%d 0 R"

        return cls(_REFERENCE.sub(slot, data.replace(b"%", b"%%")), tuple(slots), stream)

    def at(self, base: int, keys: int, shared: Mapping[int, int]) -> bytes:
        """The object's bytes with the part's objects numbered from `base` and its keys from `keys`."""
        if not self.slots:
            return self.template.replace(b"%%", b"%")
        return self.template % tuple(
            keys + slot - KEY if slot >= KEY else base + slot if slot >= 0 else shared[slot] for slot in self.slots
        )


@dataclass(frozen=True)  # without slots it is read faster
class FontUse:
    """What a part uses of one face: glyph ids to text, glyph ids to widths in 1/1000 em."""

    name: str  # as the content streams call it
    family: str
    base_font: str
    file_sha256: str
    index: int
    variations: tuple[tuple[str, float], ...]
    flags: int
    ascent: int
    descent: int
    italic: bool
    to_unicode: tuple[tuple[int, str], ...]
    widths: tuple[tuple[int, float], ...]


@dataclass(frozen=True)  # without slots it is read faster
class Anchor:
    """A named place: page of the part (from 0), and the point in PDF units from the lower left."""

    name: str
    page: int
    x: float
    y: float


@dataclass(frozen=True)  # without slots it is read faster
class PageOfPart:
    content: int  # slot of the content stream
    resources: int
    annotations: tuple[int, ...]


@dataclass(frozen=True)  # without slots it is read faster
class Part:
    """Pages of one size, their objects, their branch of the structure tree, and what they use."""

    width_pt: float
    height_pt: float
    pages: tuple[PageOfPart, ...]
    packed: bytes  # its objects, see `packed`: there are some hundred, and most parts are read for other things
    keys: int  # keys of the parent tree that the part needs; the first ones are its pages
    parent_tree: int  # slot of its leaf of the parent tree
    branches: tuple[int, ...]  # slots of its structure elements just below Document
    ids: tuple[tuple[str, int], ...]  # structure element ids and their slots
    fonts: tuple[FontUse, ...]
    anchors: tuple[Anchor, ...]
    links_out: tuple[str, ...]  # destinations outside the part
    starts: tuple[PageStart, ...] = ()  # one for each page, without a label
    head: int | None = None  # slot of the form that draws the running head, on right-hand pages
    missing: tuple[str, ...] = ()  # characters that no face has
    complaints: tuple[str, ...] = ()  # what the layout engine logged
    key: str = ""  # the name of all that it was made of; "": nobody knows

    @property
    def objects(self) -> tuple[PdfObject, ...]:
        """Its indirect objects, by slot."""
        return tuple(PdfObject(*one) for one in pickle.loads(self.packed))  # noqa: S301 - `packed` wrote it


def packed(objects: Iterable[PdfObject]) -> bytes:
    """Objects for a part to hold."""
    return pickle.dumps([(one.template, one.slots, one.stream) for one in objects], protocol=5)


@dataclass(frozen=True, slots=True)
class Specimen:
    """How to stamp short texts (folios, addresses) without laying them out again."""

    font: str
    size_pt: float
    colour: tuple[float, float, float]
    glyphs: Mapping[str, tuple[int, float]] = field(hash=False)  # character -> glyph id, width in 1/1000 em

    def width_pt(self, text: str) -> float:
        return sum(self._advance(char) for char in text) * self.size_pt / 1000

    def _advance(self, char: str) -> float:
        return _SPACE if char == " " else self.glyphs[char][1]

    def draw(self, text: str, x_pt: float, y_pt: float) -> bytes:
        """Operators that show `text` with its start at the point, baseline at y; a space is a step."""
        red, green, blue = self.colour
        out = [f"BT {number(red)} {number(green)} {number(blue)} rg /{self.font} {number(self.size_pt)} Tf"]
        for word in text.split(" "):
            glyphs = "".join(f"{self.glyphs[char][0]:04x}" for char in word)
            out.append(f"1 0 0 1 {number(x_pt)} {number(y_pt)} Tm <{glyphs}> Tj")
            x_pt += self.width_pt(f"{word} ")
        return " ".join([*out, "ET"]).encode()


def deflated(data: bytes) -> tuple[bytes, int]:
    """The data compressed, and its length before; a line end is added where the last byte would be a CR.

    Some readers take a CR before `endstream` for the line end that belongs there (ISO 32000-1 §7.3.8.1). The
    last byte is that of a sum (RFC 1950 §2.2), so one line end changes it; behind a font it is never read.
    """
    made = zlib.compress(data, _LEVEL)
    return deflated(data + b"\n") if made.endswith(b"\r") else (made, len(data))


def number(value: float) -> str:
    """A PDF number: at most four decimals, no exponent, no trailing zero (ISO 32000-1 §7.3.3)."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def text_string(text: str) -> bytes:
    """A PDF text string (ISO 32000-1 §7.9.2.2): ASCII as a literal, all else as UTF-16BE."""
    if text.isascii() and text.isprintable():
        return b"(" + re.sub(rb"([\\()])", rb"\\\1", text.encode("ascii")) + b")"
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"


def byte_string(text: str) -> bytes:
    """A PDF byte string: names of destinations, ids of structure elements."""
    return b"(" + re.sub(rb"([\\()])", rb"\\\1", text.encode("utf-8")) + b")"
