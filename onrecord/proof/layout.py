"""How the bytes of a PDF are divided among its leaves, so that what was read before need not be read again.

The binder says which sheets and objects each leaf has; nothing here believes it. A leaf is known by its bytes,
by the place of each object in them, and by its pages in the page tree. All that a reader takes from elsewhere
(fonts, running heads, the roots of the trees) has one name of its own, the surroundings. Where the file is not
divided as it should be there is no layout, and it is read as a whole. (ISO 32000-1 §7.5, §7.7.3, §14.7)
"""

from __future__ import annotations

import hashlib
import re
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

import pikepdf

from onrecord.pages import Span
from onrecord.store import fingerprint

_ROW = 7  # bytes of a cross-reference: kind, offset or holder (4), place in the holder (2)
_BY_ITSELF, _INSIDE = 1, 2  # kinds of objects
_KEYS = re.compile(rb"<</Limits\[(\d+) (\d+)\]/Nums\[")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_ELSEWHERE = ("/Kids", "/Count", "/K", "/P", "/ParentTree", "/IDTree", "/ParentTreeNextKey")  # judged by themselves


@dataclass(frozen=True, slots=True)
class Cut:
    """One leaf of the file: `name` of its bytes, pages and surroundings; `start` and `stop` count bytes.

    `rows` are its cross-references, counted from there; `objects` are the offsets of those that stand by themselves.
    `roots` is the first number that may belong to a leaf.
    """

    span: Span
    name: str
    start: int
    stop: int
    rows: bytes
    objects: tuple[int, ...]
    roots: int


def divided(data: bytes, spans: Sequence[Span]) -> tuple[Cut, ...] | None:
    """The cuts of a file that is divided into these spans, in their order, which is that of the tag tree; None if it is not."""
    try:
        return tuple(_Divider(data, spans).cuts())
    except (_UndividedError, pikepdf.PdfError, zlib.error, AttributeError, LookupError, TypeError, ValueError):
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
        self._table, self._end = _cross_references(data)
        self._offsets = sorted(_offset(self._table, index) for index in _by_themselves(self._table, 0, len(self._table) // _ROW))

    def cuts(self) -> Iterator[Cut]:
        with pikepdf.open(BytesIO(self._data)) as pdf:
            root = pdf.Root.StructTreeRoot
            pages = _numbers(pdf.Root.Pages.Kids)
            _need(len(pages) == int(pdf.Root.Pages.Count) == self._spans[-1].stop and len(root.K) == 1)
            branches = self._spans_of(_numbers(root.K[0].K))
            _need(branches == sorted(branches))
            leaves = _numbers(root.ParentTree.Kids)
            _need(self._spans_of(leaves) == list(range(len(self._spans))))
            around = self._surroundings(pdf)
            for span, leaf in zip(self._spans, leaves, strict=True):
                yield self._cut(span, around, [self._page(pdf, number, span) for number in pages[span.first : span.stop]], leaf)

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
        own = [_offset(self._table, index) for index in _by_themselves(self._table, span.base, span.end)]
        _need(bool(own))
        start = min(own)
        after = bisect_right(self._offsets, max(own))
        stop = self._offsets[after] if after < len(self._offsets) else self._end
        _need(after - bisect_right(self._offsets, start - 1) == len(own))  # nobody else's stand among them
        rows = bytearray(self._table[span.base * _ROW : span.end * _ROW])
        for index in _by_themselves(rows, 0, span.end - span.base):
            rows[index * _ROW + 1 : index * _ROW + 5] = (_offset(rows, index) - start).to_bytes(4, "big")
        digest = hashlib.sha256(self._data[start:stop]).hexdigest()
        name = fingerprint(around, span, digest, bytes(rows), list(pages), tree_leaf)
        return Cut(span, name, start, stop, bytes(rows), tuple(sorted(own)), self._bases[0])

    def _surroundings(self, pdf: pikepdf.Pdf) -> str:
        """The name of all that pages of any leaf are read with: what the first objects hold, and what these refer to."""
        skipped = {pdf.Root.objgen[0], pdf.trailer.Info.objgen[0]}
        found = {f"{number}": told for number in range(1, self._bases[0]) if number not in skipped for told in [self._told(pdf.get_object((number, 0)))]}
        root = pdf.Root.StructTreeRoot
        return fingerprint(found, sorted(pdf.Root.keys()), self._told(root), self._told(pdf.Root.MarkInfo))

    def _told(self, value: pikepdf.Object, depth: int = 0) -> object:
        """What an object says, with what it refers to outside the leaves."""
        _need(depth < 40)
        if isinstance(value, pikepdf.Stream):
            return [self._told_pairs(value, depth), value.read_raw_bytes()]
        if isinstance(value, pikepdf.Dictionary):
            return self._told_pairs(value, depth)
        if isinstance(value, pikepdf.Array):
            return [self._told(item, depth + 1) for item in value]
        return value.unparse() if isinstance(value, pikepdf.Object) else repr(value)

    def _told_pairs(self, value: pikepdf.Object, depth: int) -> object:
        return {key: self._told(value[key], depth + 1) for key in value.keys() if key not in _ELSEWHERE}  # noqa: SIM118


@dataclass(frozen=True, slots=True)
class Leaf:
    """What the objects of a leaf say of their place: whether they keep to themselves, and their keys in the parent tree."""

    keeps_apart: bool
    keys: tuple[int, int]


def leaf(own: bytes, cut: Cut) -> Leaf:
    """Look into the leaf's objects, of which `own` are the bytes (ISO 32000-1 §7.9.7 for the keys)."""
    span, rows = cut.span, cut.rows
    texts = [*_texts(own, cut)]
    numbers = {int(found) for text in texts for found in _REFERENCE.findall(text)}
    numbers |= {_offset(rows, index) for index in range(len(rows) // _ROW) if rows[index * _ROW] == _INSIDE}
    apart = all(number < cut.roots or span.base <= number < span.end for number in numbers)
    keys = [found for text in texts for found in _KEYS.findall(text)]
    return Leaf(apart and len(keys) == 1, (int(keys[0][0]), int(keys[0][1])) if keys else (0, 0))


def _texts(own: bytes, cut: Cut) -> Iterator[bytes]:
    """The objects of a leaf, streams without what they hold but for object streams."""
    for offset, stop in pairwise((*cut.objects, cut.stop)):
        head, mark, body = own[offset - cut.start : stop - cut.start].partition(b"stream\n")
        yield head
        if mark and b"/ObjStm" in head:
            yield zlib.decompressobj().decompress(body)


# --- the cross-reference table -----------------------------------------------------------------------


def _cross_references(data: bytes) -> tuple[bytes, int]:
    """The rows of the file's one cross-reference stream, and where it stands (ISO 32000-1 §7.5.8)."""
    found = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", data[-64:])
    _need(found is not None)
    start = int(found.group(1)) if found else 0
    head, _, body = data[start:].partition(b"stream\n")
    _need(b"/Type/XRef" in head and b"/W[1 4 2]" in head and b"/Prev" not in head and b"/Index" not in head)
    return zlib.decompressobj().decompress(body), start


def _by_themselves(table: bytes | bytearray, first: int, stop: int) -> Iterator[int]:
    """The indices of the rows, from `first` to before `stop`, of objects that stand in no object stream."""
    kinds = bytes(table[first * _ROW : stop * _ROW : _ROW])
    at = kinds.find(_BY_ITSELF)
    while at >= 0:
        yield first + at
        at = kinds.find(_BY_ITSELF, at + 1)


def _offset(table: bytes | bytearray, index: int) -> int:
    return int.from_bytes(table[index * _ROW + 1 : index * _ROW + 5], "big")


def _numbers(array: pikepdf.Object) -> list[int]:
    """The object numbers in an array of references, without looking them up."""
    return [int(found) for found in _REFERENCE.findall(array.unparse())]
