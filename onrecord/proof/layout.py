"""How the bytes of a PDF are divided among its leaves, so that what was read before need not be read again.

The binder says which sheets and objects each leaf has; nothing here believes it. A leaf is known by its bytes,
by the place of each object in them, and by its pages in the page tree. All that a reader takes from elsewhere
(fonts, running heads, the roots of the trees) has one name of its own, the surroundings. Where the file is not
divided as it should be there is no layout, and it is read as a whole. (ISO 32000-1 §7.5, §7.7.3, §14.7)

To look at the surroundings, qpdf is given a file of them alone: it would open every page of a whole one.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pikepdf

from onrecord.pages import Span
from onrecord.proof.xref import INSIDE, REFERENCE, ROW, UnreadableTableError, by_themselves, offset, table_of, without
from onrecord.store import fingerprint

_KEYS = re.compile(rb"<</Limits\[(\d+) (\d+)\]/Nums\[")
_ELSEWHERE = ("/Kids", "/Count", "/K", "/P", "/ParentTree", "/IDTree", "/ParentTreeNextKey")  # judged by themselves
_LED_ELSEWHERE = re.compile(rb"/(?:Kids|K|P|ParentTree|IDTree) (?:\[[^\]<(]*\]|\d+ 0 R)")


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
    except (_UndividedError, UnreadableTableError, pikepdf.PdfError, zlib.error, AttributeError, LookupError, TypeError, ValueError):
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
        self._offsets = sorted(offset(self._rows, index) for index in by_themselves(self._rows, 0, len(self._rows) // ROW))

    def cuts(self) -> Iterator[Cut]:
        with self._opened_without_leaves() as pdf:
            catalog = pdf.get_object((self._table.catalog, 0))
            root = catalog.StructTreeRoot
            pages = _numbers(catalog.Pages.Kids)
            _need(len(pages) == int(catalog.Pages.Count) == self._spans[-1].stop and len(root.K) == 1)
            branches = self._spans_of(_numbers(root.K[0].K))
            _need(branches == sorted(branches))
            leaves = _numbers(root.ParentTree.Kids)
            _need(self._spans_of(leaves) == list(range(len(self._spans))))
            name = self._surroundings(pdf, catalog)
            for span, leaf in zip(self._spans, leaves, strict=True):
                yield self._cut(span, name, [self._page(pdf, number, span) for number in pages[span.first : span.stop]], leaf)

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
        return Cut(span, name, start, stop, bytes(rows), tuple(sorted(own)), self._bases[0])

    def _surroundings(self, pdf: pikepdf.Pdf, catalog: pikepdf.Object) -> str:
        """The name of all that pages of any leaf are read with: what the first objects hold, and what these refer to."""
        skipped = (0, self._table.catalog, self._table.info)
        found = {f"{number}": self._told(pdf.get_object((number, 0))) for number in range(self._bases[0]) if number not in skipped}
        root = catalog.StructTreeRoot
        return fingerprint(found, sorted(catalog.keys()), self._told(root), self._told(catalog.MarkInfo))

    def _told(self, value: pikepdf.Object, depth: int = 0) -> object:
        """What an object says, with what it refers to; nothing in a leaf."""
        _need(depth < 40)
        if isinstance(value, pikepdf.Stream):
            return [self._told_pairs(value.stream_dict, depth), value.read_raw_bytes()]
        if isinstance(value, pikepdf.Dictionary):
            return self._told_pairs(value, depth)
        if isinstance(value, pikepdf.Array):
            return [self._told(item, depth + 1) for item in value]
        return value.unparse() if isinstance(value, pikepdf.Object) else repr(value)

    def _told_pairs(self, value: pikepdf.Object, depth: int) -> object:
        said = _LED_ELSEWHERE.sub(b"", value.unparse(resolved=True))
        _need(not any(self._bases[0] <= int(number) < self._spans[-1].end for number in REFERENCE.findall(said)))
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
    numbers = {int(found) for text in texts for found in REFERENCE.findall(text)}
    numbers |= {offset(rows, index) for index in range(len(rows) // ROW) if rows[index * ROW] == INSIDE}
    apart = all(number < cut.roots or span.base <= number < span.end for number in numbers)
    keys = [found for text in texts for found in _KEYS.findall(text)]
    return Leaf(apart and len(keys) == 1, (int(keys[0][0]), int(keys[0][1])) if keys else (0, 0))


def _texts(own: bytes, cut: Cut) -> Iterator[bytes]:
    """The objects of a leaf, streams without what they hold but for object streams."""
    for start, stop in pairwise((*cut.objects, cut.stop)):
        head, mark, body = own[start - cut.start : stop - cut.start].partition(b"stream\n")
        yield head
        if mark and b"/ObjStm" in head:
            yield zlib.decompressobj().decompress(body)


def _numbers(array: pikepdf.Object) -> list[int]:
    """The object numbers in an array of references, without looking them up."""
    return [int(found) for found in REFERENCE.findall(array.unparse())]
