"""A quire: a leaf as it stands in the file of a copy, with its numbers, its folios and its heads.

Object numbers and keys of the parent tree are given out with room to spare, so that an interview that grows
by a sentence leaves the numbers of the others, and their bytes, as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from onrecord.editions.pdf.bind.leaves import Leaf, Placed
from onrecord.editions.pdf.bind.pdf_objects import Objects, Section
from onrecord.editions.pdf.bind.stamps import Stamps
from onrecord.editions.pdf.pages.part import Part, Shared, number

ROOM = 256  # numbers are given out by so many
_KEYS = 64


@dataclass(frozen=True, slots=True)
class Common:
    """What all leaves of a copy refer to, by object number (`shared`: see `Shared`), and what is stamped on them."""

    shared: Mapping[int, int]
    verso: int  # the form with the running head of left-hand pages
    recto: int | None  # that of right-hand pages, where all leaves have the same
    stamps: Stamps


@dataclass(frozen=True)  # without slots it is read faster
class Quire:
    """The leaf's objects, and what the copy needs to know of them: object numbers, and keys of the parent tree."""

    section: Section
    keys: int
    pages: tuple[int, ...]
    destinations: tuple[tuple[str, bytes], ...]
    ids: tuple[tuple[str, int], ...]
    branches: tuple[int, ...]
    tree_leaf: int


def quire(leaf: Leaf, place: Placed, base: int, keys: int, common: Common) -> Quire:
    """The leaf with its objects numbered from `base`, and its keys from `keys`."""
    part = leaf.part
    out = Objects(base)
    put_part(out, part, keys, common.shared)
    head = base + part.head if part.head is not None else common.recto
    resources = {
        slot: out.add(_with_heads(out.plain(base + slot), common.verso, head))
        for slot in dict.fromkeys(page.resources for page in part.pages)
    }
    boxes = b"[0 0 %s %s]" % (number(part.width_pt).encode(), number(part.height_pt).encode())
    addresses = _addresses(leaf)
    first = base + part.parent_tree + 1
    for index, page in enumerate(part.pages):
        stamp = common.stamps.on(leaf, place, index, addresses.get(index, ()))
        contents = [base + page.content] + ([out.add(b"<</Length %d>>" % len(stamp), stamp)] if stamp else [])
        data = (
            b"<</Type/Page/Parent %d 0 R/MediaBox%s/TrimBox%s/Resources %d 0 R/Contents[%s]/StructParents %d/Tabs/S"
            % (
                common.shared[Shared.PAGES],
                boxes,
                boxes,
                resources[page.resources],
                b" ".join(b"%d 0 R" % num for num in contents),
                keys + index,
            )
        )
        if page.annotations:
            data += b"/Annots[%s]" % b" ".join(b"%d 0 R" % (base + slot) for slot in page.annotations)
        out.put(first + index, data + b">>")
    return Quire(
        section=out.section(ROOM),
        keys=-(-part.keys // _KEYS) * _KEYS,
        pages=tuple(range(first, first + len(part.pages))),
        destinations=tuple(
            (
                anchor.name,
                b"[%d 0 R/XYZ %s %s 0]" % (first + anchor.page, number(anchor.x).encode(), number(anchor.y).encode()),
            )
            for anchor in part.anchors
        ),
        ids=tuple((name, base + slot) for name, slot in part.ids),
        branches=tuple(base + slot for slot in part.branches),
        tree_leaf=base + part.parent_tree,
    )


def put_part(out: Objects, part: Part, keys: int, shared: Mapping[int, int]) -> int:
    """Put the part's own objects, with their slots filled; the number of the first one."""
    objects = part.objects
    base = out.reserve(len(objects))
    for slot, obj in enumerate(objects):
        if obj.template:
            out.put(base + slot, obj.at(base, keys, shared), obj.stream)
    return base


def _with_heads(resources: bytes, verso: int, recto: int | None) -> bytes:
    """A part's resources with the running heads' forms beside its own."""
    forms = b"/Verso %d 0 R" % verso + (b"/Recto %d 0 R" % recto if recto is not None else b"")
    before, mark, after = resources.partition(b"/XObject <<")
    if not mark:
        raise ValueError("a part's resources have no XObject dictionary")
    return before + mark + forms + b" " + after


def _addresses(leaf: Leaf) -> dict[int, list[tuple[str, float]]]:
    """Per page of the part: the addresses to print and the height of their turns."""
    wanted = dict(leaf.addresses)
    found: dict[int, list[tuple[str, float]]] = {}
    for anchor in leaf.part.anchors:
        if anchor.name in wanted:  # a turn that a page break splits is marked where it begins
            found.setdefault(anchor.page, []).append((wanted.pop(anchor.name), anchor.y))
    return found
