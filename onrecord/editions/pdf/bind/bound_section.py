"""Bind one leaf: number its objects, and add its folios, running heads and pages.

Object numbers and keys of the parent tree are given out with room to spare, so that an interview that grows
by a sentence does not change the numbers of the others, and their bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onrecord.editions.pdf.bind.leaves import BookLeaf, LeafPosition
from onrecord.editions.pdf.bind.pdf_objects import Objects, ObjectSection
from onrecord.editions.pdf.bind.stamps import Stamps
from onrecord.editions.pdf.pages.part import Anchor, SharedSlot, TypesetPart
from onrecord.editions.pdf.pages.pdf_syntax import format_pdf_number

OBJECT_NUMBER_ROOM = 256  # object numbers are given out in multiples of this
_KEY_ROOM = 64


@dataclass(frozen=True, slots=True)
class SharedObjects:
    """The objects that all leaves of a document refer to, by number, and what is stamped on their pages."""

    shared: Mapping[int, int]  # see `Shared`
    verso: int  # the form with the running head of left-hand pages
    recto: int | None  # that of right-hand pages, None if each leaf has its own
    stamps: Stamps


@dataclass(frozen=True)  # without slots it is unpickled faster
class BoundLeaf:
    """The objects of a leaf, and those of their numbers that the document needs.

    `key_count` is how many keys of the parent tree are given out to the leaf.
    """

    section: ObjectSection
    key_count: int
    pages: tuple[int, ...]
    destinations: tuple[tuple[str, bytes], ...]
    ids: tuple[tuple[str, int], ...]
    branches: tuple[int, ...]
    tree_leaf: int


def bind_leaf(leaf: BookLeaf, position: LeafPosition, base: int, keys: int, common: SharedObjects) -> BoundLeaf:
    """Return the leaf, its objects numbered from `base`, its parent tree keys from `keys`."""
    part = leaf.part
    out = Objects(base)
    add_part_objects(out, part, keys, common.shared)
    head = base + part.head if part.head is not None else common.recto
    resources = {
        slot: out.add(_add_heads(out.get_plain(base + slot), common.verso, head))
        for slot in dict.fromkeys(page.resources for page in part.pages)
    }
    addresses = _locate_addresses(leaf)
    first = base + part.parent_tree + 1
    for index, page in enumerate(part.pages):
        stamp = common.stamps.draw_page(leaf, position, index, addresses.get(index, ()))
        contents = [base + page.content] + ([out.add(b"<</Length %d>>" % len(stamp), stamp)] if stamp else [])
        box = b"[0 0 %s %s]" % (format_pdf_number(part.width_pt).encode(), format_pdf_number(part.height_pt).encode())
        data = b"<</Type/Page/Parent %d 0 R/MediaBox%s/TrimBox%s" % (common.shared[SharedSlot.PAGES], box, box)
        data += b"/Resources %d 0 R/Contents[%s]" % (resources[page.resources], _list_references(contents))
        data += b"/StructParents %d/Tabs/S" % (keys + index)
        if page.annotations:
            data += b"/Annots[%s]" % _list_references(base + slot for slot in page.annotations)
        out.put(first + index, data + b">>")
    return BoundLeaf(
        section=out.build_section(OBJECT_NUMBER_ROOM),
        key_count=-(-part.key_count // _KEY_ROOM) * _KEY_ROOM,
        pages=tuple(range(first, first + len(part.pages))),
        destinations=tuple((anchor.name, _format_destination(anchor, first)) for anchor in part.anchors),
        ids=tuple((name, base + slot) for name, slot in part.ids),
        branches=tuple(base + slot for slot in part.branches),
        tree_leaf=base + part.parent_tree,
    )


def add_part_objects(out: Objects, part: TypesetPart, keys: int, shared: Mapping[int, int]) -> int:
    """Add the objects of a part to those of the file, with their references filled in; return the first number.

    `keys` is the first key of the part in the parent tree; `shared` has the numbers of objects outside it, by slot.
    """
    objects = part.objects
    base = out.reserve(len(objects))
    for slot, obj in enumerate(objects):
        if obj.template:
            out.put(base + slot, obj.fill_slots(base, keys, shared), obj.stream)
    return base


def _list_references(numbers: Iterable[int]) -> bytes:
    """Return the object numbers as references ("4 0 R 5 0 R"), without brackets."""
    return b" ".join(b"%d 0 R" % num for num in numbers)


def _format_destination(anchor: Anchor, first_page: int) -> bytes:
    """Return the PDF destination of an anchor: its page and its position in points."""
    page, x, y = first_page + anchor.page, format_pdf_number(anchor.x).encode(), format_pdf_number(anchor.y).encode()
    return b"[%d 0 R/XYZ %s %s 0]" % (page, x, y)


def _add_heads(resources: bytes, verso: int, recto: int | None) -> bytes:
    """Return a part's resources with the forms of the running heads."""
    forms = b"/Verso %d 0 R" % verso + (b"/Recto %d 0 R" % recto if recto is not None else b"")
    before, mark, after = resources.partition(b"/XObject <<")
    if not mark:
        raise ValueError("a part's resources have no XObject dictionary")
    return before + mark + forms + b" " + after


def _locate_addresses(leaf: BookLeaf) -> dict[int, list[tuple[str, float]]]:
    """Return the addresses to print on each page of the part, and the height (pt) of their turns."""
    places: dict[str, Anchor] = {}
    for anchor in leaf.part.anchors:
        places.setdefault(anchor.name, anchor)  # a turn that a page break splits is marked where it begins
    addresses: dict[int, list[tuple[str, float]]] = {}
    for destination, text, question in leaf.addresses:
        place, above = places.get(destination), places.get(question)
        if place is not None and (above is None or above.page != place.page):
            addresses.setdefault(place.page, []).append((text, place.y))
    return addresses
