"""A part: pages that were laid out by themselves and can be bound anywhere in a book.

A part holds no page number, no object number and no folio. What the binder decides (object
numbers, keys of the parent tree) stands in its objects as slots, filled by `PdfObject.fill_slots`.
Everything is plain data: it can be pickled, hashed and cached.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import cast

from onrecord.model.page_numbers import PageStart

# A reference outside a literal string. WeasyPrint writes no comment and no hexadecimal "0 R".
_REFERENCE = re.compile(rb"\((?:[^()\\]|\\.)*\)|(\d+) 0 R", re.DOTALL)
FIRST_KEY = 1_000_000  # slots from here on are keys of the parent tree: FIRST_KEY + n is the part's n-th key


class SharedSlot(IntEnum):
    """Objects of the bound document that parts refer to, as slots below zero."""

    PAGES = -1
    FONTS = -2
    DOCUMENT = -3
    COLOUR_SPACES = -4


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

        def replace_reference(match: re.Match[bytes]) -> bytes:
            """Remember the slot of a reference and return its placeholder; keep literal strings."""
            if match.group(1) is None:
                return match.group(0)
            slots.append(local[int(match.group(1))])
            return b"%d 0 R"

        return cls(_REFERENCE.sub(replace_reference, data.replace(b"%", b"%%")), tuple(slots), stream)

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
    """What a part uses of a face."""

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
    packed: bytes  # its glyphs, pickled: there are hundreds in each part, and a large book has thousands of parts

    def read_glyphs(self) -> tuple[Sequence[tuple[int, str]], Sequence[tuple[int, float]]]:
        """Return glyph ids with their texts, and with their widths in 1/1000 em."""
        return cast("tuple[list[tuple[int, str]], list[tuple[int, float]]]", _unpack(self.packed))


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
        rows = cast("list[tuple[bytes, tuple[int, ...], bytes | None]]", _unpack(self.packed))
        return tuple(PdfObject(*fields) for fields in rows)


def _unpack(data: bytes) -> object:
    """Return what `pack_objects` or `pack_glyphs` packed; unpickling is safe, because the cache signs its entries."""
    return pickle.loads(data)  # noqa: S301 - see above


def pack_glyphs(texts: Mapping[int, str], widths: Mapping[int, float]) -> bytes:
    """Return texts and widths of glyphs pickled, as `FontUse.packed` holds them."""
    return pickle.dumps((sorted(texts.items()), sorted(widths.items())), protocol=5)


def pack_objects(objects: Iterable[PdfObject]) -> bytes:
    """Return the PDF objects pickled, as `TypesetPart.packed` holds them."""
    return pickle.dumps([(obj.template, obj.slots, obj.stream) for obj in objects], protocol=5)
