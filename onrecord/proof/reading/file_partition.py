"""How the bytes of a PDF are divided among its leaves, so that what was read before need not be read again.

The binder says which sheets and objects each leaf has; nothing here believes it. A leaf is known by its bytes,
by the place of each object in them, and by its pages in the page tree. All that a reader takes from elsewhere
(running heads, the roots of the trees, what is true for all glyphs of a font) has one name of its own, the
surroundings; single glyphs stand in the copy's alphabet. Where the file is not
divided as it should be there is no layout, and it is read as a whole. (ISO 32000-1 §7.5, §7.7.3, §14.7)

To look at the surroundings, qpdf is given a file of them alone: it would open every page of a whole one.
"""

from __future__ import annotations

import hashlib
import re
import struct
import tempfile
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pikepdf
from fontTools.ttLib import TTLibError

from onrecord.proof.reading.font_fingerprints import Alphabet, Face, Shown, face, shown
from onrecord.proof.reading.xref import (
    INSIDE,
    REFERENCE,
    ROW,
    UnreadableTableError,
    by_themselves,
    offset,
    table_of,
    without,
)
from onrecord.runtime.cache import fingerprint
from onrecord.wording.page_numbers import Span

_FONTS = re.compile(rb"/Font(?![A-Za-z])[ ]?(\d+ 0 R)?")
_IMAGE = re.compile(rb"/Subtype\s*/Image")
_KEYS = re.compile(rb"<</Limits\[(\d+) (\d+)\]/Nums\[")  # a leaf of the parent tree (ISO 32000-1 §7.9.7)
_ELSEWHERE = ("/Kids", "/Count", "/K", "/P", "/ParentTree", "/IDTree", "/ParentTreeNextKey")  # judged by themselves
_GLYPHS = (
    "/DescendantFonts",
    "/ToUnicode",
    "/W",
    "/FontDescriptor",
    "/FontFile2",
)  # told glyph by glyph, or by themselves
_LED_ELSEWHERE = re.compile(rb"/(?:Kids|K|P|ParentTree|IDTree) (?:\[[^\]<(]*\]|\d+ 0 R)")


@dataclass(frozen=True, slots=True)
class Cut:
    """One leaf of the file: `name` of its bytes, pages and surroundings; `start` and `stop` count bytes.

    `rows` are its cross-references, counted from there; `objects` are the offsets of those that stand by themselves.
    `roots` is the first number that may belong to a leaf, `fonts` that of the dictionary of all fonts.
    """

    span: Span
    name: str
    start: int
    stop: int
    rows: bytes
    objects: tuple[int, ...]
    roots: int
    fonts: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The cuts of a file in their order, which is that of the tag tree, and the fonts that all of them use."""

    cuts: tuple[Cut, ...]
    alphabet: Alphabet


def divided(data: bytes, spans: Sequence[Span]) -> Layout | None:
    """The layout of a file that is divided into these spans; None if it is not."""
    try:
        return _Divider(data, spans).layout()
    except (
        _UndividedError,
        UnreadableTableError,
        pikepdf.PdfError,
        zlib.error,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ):
        return None  # whatever is missing in it, the proof will say


class _UndividedError(Exception):
    """The file is not divided like that."""


def _need(what: bool) -> None:
    if not what:
        raise _UndividedError


class _Divider:
    def __init__(self, data: bytes, spans: Sequence[Span]) -> None:
        _need(len(spans) > 0 and spans[0].first == 0)
        _need(all(one.end <= two.base and one.stop == two.first for one, two in pairwise(spans)))
        self._data = data
        self._spans = spans
        self._bases = [span.base for span in spans]
        self._table = table_of(data)
        self._rows = self._table.rows
        self._offsets = sorted(
            offset(self._rows, index) for index in by_themselves(self._rows, 0, len(self._rows) // ROW)
        )

    def layout(self) -> Layout:
        with self._opened_without_leaves() as pdf:
            catalog = pdf.get_object((self._table.catalog, 0))
            root = catalog.StructTreeRoot
            pages = _numbers(catalog.Pages.Kids)
            _need(len(pages) == int(catalog.Pages.Count) == self._spans[-1].stop and len(root.K) == 1)
            branches = self._spans_of(_numbers(root.K[0].K))
            _need(branches == sorted(branches))
            leaves = _numbers(root.ParentTree.Kids)
            _need(self._spans_of(leaves) == list(range(len(self._spans))))
            name, alphabet = self._surroundings(pdf, catalog)
            cuts = (
                self._cut(span, name, [self._page(pdf, number, span) for number in pages[span.first : span.stop]], leaf)
                for span, leaf in zip(self._spans, leaves, strict=True)
            )
            return Layout(tuple(cuts), alphabet)

    @contextmanager
    def _opened_without_leaves(self) -> Iterator[pikepdf.Pdf]:
        with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
            file = Path(folder, "around.pdf")  # qpdf reads bytes of ours ten times as slowly
            file.write_bytes(without(self._data, self._table, range(self._bases[0], self._spans[-1].end)))
            with pikepdf.open(file) as pdf:
                yield pdf

    def _spans_of(self, numbers: Sequence[int]) -> list[int]:
        """Which span each of these objects belongs to."""
        found = [bisect_right(self._bases, number) - 1 for number in numbers]
        _need(all(index >= 0 and number < self._spans[index].end for index, number in zip(found, numbers, strict=True)))
        return found

    def _page(self, pdf: pikepdf.Pdf, number: int, span: Span) -> object:
        """A page of the span, or a blank one with all that it says."""
        if span.base <= number < span.end:
            return number
        page = pdf.get_object((number, 0))
        _need("/Contents" not in page and "/StructParents" not in page)
        return page.unparse(resolved=True)

    def _cut(self, span: Span, around: str, pages: Sequence[object], tree_leaf: int) -> Cut:
        own = [offset(self._rows, index) for index in by_themselves(self._rows, span.base, span.end)]
        _need(bool(own))
        start = min(own)
        after = bisect_right(self._offsets, max(own))
        stop = self._offsets[after] if after < len(self._offsets) else self._table.start
        _need(after - bisect_right(self._offsets, start - 1) == len(own))  # nobody else's stand among them
        rows = bytearray(self._rows[span.base * ROW : span.end * ROW])
        for index in by_themselves(rows, 0, span.end - span.base):
            rows[index * ROW + 1 : index * ROW + 5] = (offset(rows, index) - start).to_bytes(4, "big")
        digest = hashlib.sha256(self._data[start:stop]).hexdigest()
        name = fingerprint(around, span, digest, bytes(rows), list(pages), tree_leaf)
        return Cut(span, name, start, stop, bytes(rows), tuple(sorted(own)), self._bases[0], self._fonts)

    def _surroundings(self, pdf: pikepdf.Pdf, catalog: pikepdf.Object) -> tuple[str, Alphabet]:
        """The name of all that pages of any leaf are read with, and the glyphs: the first objects, and what these refer to."""
        numbers = [
            number for number in range(self._bases[0]) if number not in (0, self._table.catalog, self._table.info)
        ]
        found = {str(number): pdf.get_object((number, 0)) for number in numbers}
        first = {
            number: one for number, one in found.items() if not _is_holder(one)
        }  # what it holds is told one by one
        dictionaries = [number for number, one in first.items() if _has_fonts(one)]
        _need(len(dictionaries) == 1)
        fonts = first.pop(dictionaries[0])
        self._fonts = int(dictionaries[0])
        alphabet = Alphabet({name[1:]: taken for name, font in fonts.items() if (taken := _face(font))})
        faces = {name: self._told_font(font, alphabet.faces.get(name[1:])) for name, font in fonts.items()}
        heads = alphabet.name(shown(one.read_bytes() for one in first.values() if isinstance(one, pikepdf.Stream)))
        told = {number: self._told(one) for number, one in first.items()}
        root = catalog.StructTreeRoot
        around = (told, faces, heads, sorted(catalog.keys()), self._told(root), self._told(catalog.MarkInfo))
        return fingerprint(*around), alphabet

    def _told_font(self, font: pikepdf.Object, known: Face | None) -> object:
        """What a font says; but for its single glyphs, where they are known."""
        if known is None:
            return self._told(font)
        descendant = font.DescendantFonts[0]
        told = [self._told_pairs(one, 0, _GLYPHS) for one in (font, descendant, descendant.FontDescriptor)]
        return [known.rest, *told]

    def _told(self, value: pikepdf.Object, depth: int = 0) -> object:
        """What an object says, with what it refers to; nothing in a leaf."""
        _need(depth < 40)
        if isinstance(value, pikepdf.Stream):
            return [self._told_pairs(value.stream_dict, depth), value.read_raw_bytes()]
        if isinstance(value, pikepdf.Dictionary):
            return "fonts" if value.objgen == (self._fonts, 0) else self._told_pairs(value, depth)
        if isinstance(value, pikepdf.Array):
            return [self._told(item, depth + 1) for item in value]
        return value.unparse() if isinstance(value, pikepdf.Object) else repr(value)

    def _told_pairs(self, value: pikepdf.Object, depth: int, left_out: Sequence[str] = ()) -> object:
        said = _LED_ELSEWHERE.sub(b"", value.unparse(resolved=True))
        _need(not any(self._bases[0] <= int(number) < self._spans[-1].end for number in REFERENCE.findall(said)))
        told = [key for key in value.keys() if key not in (*_ELSEWHERE, *left_out)]  # noqa: SIM118
        return {key: self._told(value[key], depth + 1) for key in told}


def _is_holder(found: object) -> bool:
    """Whether it is an object stream."""
    return isinstance(found, pikepdf.Stream) and found.get("/Type") == "/ObjStm"


def _has_fonts(found: object) -> bool:
    """Whether it is a dictionary of fonts."""
    if not isinstance(found, pikepdf.Dictionary):
        return False
    values = [value for _, value in found.items()]
    return bool(values) and all(
        isinstance(value, pikepdf.Dictionary) and value.get("/Type") == "/Font" for value in values
    )


def _face(font: pikepdf.Object) -> Face | None:
    """The font glyph by glyph; None where it is not such a font as the binder embeds."""
    try:
        descendant = font.DescendantFonts[0]
        if font.Encoding != "/Identity-H" or descendant.CIDToGIDMap != "/Identity" or len(font.DescendantFonts) != 1:
            return None
        widths = [list(item) if isinstance(item, pikepdf.Array) else item for item in descendant.W]
        return face(descendant.FontDescriptor.FontFile2.read_bytes(), font.ToUnicode.read_bytes(), widths)
    except (AttributeError, LookupError, TypeError, ValueError, TTLibError, struct.error):
        return None


@dataclass(frozen=True)  # without slots it is read faster
class Leaf:
    """What the objects of a leaf say of their place, and what is taken from fonts.

    `keeps_apart`: they refer to nothing in other leaves; `keys` are its first and last in the parent tree.
    """

    keeps_apart: bool
    keys: tuple[int, int]
    shown: Shown | None


def leaf(own: bytes, cut: Cut) -> Leaf:
    """Look into the leaf's objects, of which `own` are the bytes; where they are damaged, nothing is true of it."""
    try:
        return _leaf(own, cut)
    except zlib.error:
        return Leaf(keeps_apart=False, keys=(0, 0), shown=None)


def _leaf(own: bytes, cut: Cut) -> Leaf:
    span, rows = cut.span, cut.rows
    objects = [
        own[start - cut.start : stop - cut.start].partition(b"stream\n")
        for start, stop in pairwise((*cut.objects, cut.stop))
    ]
    texts = [*_texts(objects)]
    numbers = {int(found) for text in texts for found in REFERENCE.findall(text)}
    numbers |= {offset(rows, index) for index in range(len(rows) // ROW) if rows[index * ROW] == INSIDE}
    apart = all(number < cut.roots or span.base <= number < span.end for number in numbers)
    keys = [found for text in texts for found in _KEYS.findall(text)]
    fonts = {found for text in texts for found in _FONTS.findall(text)}
    letters = shown(_contents(objects)) if fonts <= {b"%d 0 R" % cut.fonts} else None
    return Leaf(apart and len(keys) == 1, (int(keys[0][0]), int(keys[0][1])) if keys else (0, 0), letters)


_Parts = tuple[bytes, bytes, bytes]  # an object: its head, `stream` if it has one, and what the stream holds


def _texts(objects: Iterable[_Parts]) -> Iterator[bytes]:
    """The objects of a leaf, streams without what they hold but for object streams."""
    for head, mark, body in objects:
        yield head
        if mark and b"/ObjStm" in head:
            yield zlib.decompressobj().decompress(body)


def _contents(objects: Iterable[_Parts]) -> Iterator[bytes]:
    """What may paint text."""
    for head, mark, body in objects:
        if mark and b"/ObjStm" not in head and not _IMAGE.search(head):
            yield (
                zlib.decompressobj().decompress(body) if b"/FlateDecode" in head else body.rpartition(b"\nendstream")[0]
            )


def _numbers(array: pikepdf.Object) -> list[int]:
    """The object numbers in an array of references, without looking them up."""
    return [int(found) for found in REFERENCE.findall(array.unparse())]
