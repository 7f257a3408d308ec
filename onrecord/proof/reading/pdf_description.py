"""Read what a PDF says of itself: catalog, information, XMP, outline, destinations, keys of its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf
from lxml import etree

from onrecord.proof.reading.article_text import get_tag_name
from onrecord.proof.reading.embedded_objects import OpenPdf, PdfValue
from onrecord.proof.reading.tag_objects import TagObjects, read_tag_objects

_INTENT = {  # ISO 19005-1 §6.2.2
    "/Type": "/OutputIntent",
    "/S": "/GTS_PDFA1",
    "/OutputConditionIdentifier": "sRGB",
    "/Info": "sRGB IEC61966-2.1",
}
_ACTION_KEYS = frozenset({"/Type", "/S", "/URI"})  # of the address of a link
_MOST_ENTRIES = 1_000_000  # of an outline that goes round in circles


@dataclass(frozen=True, slots=True)
class SheetObject:
    """The keys of a page, its size in points (left, bottom, right, top), and the keys of what lies on it.

    `trim` is the cut page, () if the page does not say it; a border that draws a line counts as the key “/Border”.
    """

    keys: frozenset[str]
    box: tuple[float, ...]
    trim: tuple[float, ...] = ()
    annotation_keys: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """An entry of the outline: how deep it stands, its words, its target, and its other keys."""

    depth: int
    title: str
    target: tuple[object, ...]
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class PdfObjects:
    """What a file says of itself.

    `catalog` holds its keys with their values as text; `destinations` gives for each name the sheet (from 0) and the
    place on it; `xmp` are the names and texts of the claims.
    """

    is_encrypted: bool
    catalog: Mapping[str, str]
    trees: Mapping[str, frozenset[str]]  # keys of the name tree and of the root of the tag tree
    info: Mapping[str, str]
    xmp: tuple[tuple[str, str], ...]
    sheets: tuple[SheetObject, ...]
    outline: tuple[OutlineEntry, ...]
    destinations: Mapping[str, tuple[object, ...]]
    has_profile: bool = False  # of colours (ICC)
    tags: TagObjects = field(default_factory=TagObjects)


def read_objects(pdf: OpenPdf) -> PdfObjects:
    """Return what a PDF's objects say of the file: catalog, sheets, outline, metadata …"""
    numbers = [page.obj.objgen[0] for page in pdf.pages]
    described = read_description(pdf.Root, pdf.docinfo, numbers)
    sheets = tuple(read_sheet(page.obj) for page in pdf.pages)
    return replace(described, is_encrypted=pdf.is_encrypted, sheets=sheets, tags=read_tag_objects(pdf))


def read_description(root: PdfValue, info: PdfValue, page_numbers: Sequence[int]) -> PdfObjects:
    """Return what the catalog and the document information of a PDF lead to, without sheets and tags.

    `page_numbers` are the object numbers of its pages, which are not looked up.
    """
    numbers = {number: index for index, number in enumerate(page_numbers)}
    names: PdfValue = root.get("/Names", {})
    structure: PdfValue = root.get("/StructTreeRoot", {})
    return PdfObjects(
        is_encrypted=False,
        catalog={key: _format_pdf_value(root[key]) for key in root.keys()},  # noqa: SIM118
        trees={
            "Names": frozenset(names.keys()),
            "StructTreeRoot": frozenset(structure.keys()),
        },
        has_profile=_has_srgb_profile(root.get("/OutputIntents")),
        info={key: str(value) for key, value in info.items()},
        xmp=tuple(_read_xmp(root.get("/Metadata"))),
        sheets=(),
        outline=tuple(_read_outline(root.get("/Outlines"), numbers)),
        destinations=dict(_read_destinations(names.get("/Dests"), numbers)),
    )


def _has_srgb_profile(intents: Any) -> bool:
    """Return whether the only output intent is sRGB with a colour profile: its length, and its mark (ICC.1 §7.2)."""
    if not isinstance(intents, pikepdf.Array) or len(intents) != 1:
        return False
    if {key: str(value) for key, value in intents[0].items() if key != "/DestOutputProfile"} != _INTENT:
        return False
    profile = intents[0].get("/DestOutputProfile")
    data = profile.read_bytes() if isinstance(profile, pikepdf.Stream) else b""
    return data[36:40] == b"acsp" and int.from_bytes(data[:4], "big") == len(data)


def _format_pdf_value(value: pikepdf.Object) -> str:
    """Return a simple PDF value, or a dictionary of such, as text; "" for what refers to more."""
    if isinstance(value, pikepdf.Dictionary):
        inner = [(key, value[key]) for key in value.keys()]  # noqa: SIM118
        return " ".join(sorted(f"{key} {'' if _has_parts(part) else part}".strip() for key, part in inner))
    return "" if _has_parts(value) else str(value)


def _has_parts(value: pikepdf.Object) -> bool:
    """Return whether a PDF value is a stream, a list or a dictionary."""
    return isinstance(value, pikepdf.Stream | pikepdf.Array | pikepdf.Dictionary)


def read_sheet(page: pikepdf.Object) -> SheetObject:
    """Return the keys and the size of a PDF page, and the keys of what lies on it."""
    boxes: Any = [page.get(name, ()) for name in ("/MediaBox", "/TrimBox")]
    box, trim = (tuple(round(float(number), 1) for number in sides) for sides in boxes)
    keys: set[str] = set()
    annotations: Any = page.get("/Annots", ())
    for annotation in annotations:
        keys.update(annotation.keys())
        style = annotation.get("/BS", {})
        keys.update(set(annotation.get("/A", {}).keys()) - _ACTION_KEYS)
        keys.update(["/Border"] if style and (set(style.keys()) != {"/W"} or style.W != 0) else [])
    order = [] if page.get("/Tabs", "/S") == "/S" else ["/Tabs of another order"]
    return SheetObject(frozenset([*page.keys(), *order]), box, trim, frozenset(keys))


def _read_xmp(metadata: pikepdf.Object | None) -> Iterator[tuple[str, str]]:
    """Yield name and text of each claim in a PDF's XMP metadata, nested names joined."""
    if not isinstance(metadata, pikepdf.Stream):
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(metadata.read_bytes(), parser)
    except etree.XMLSyntaxError:
        yield "damaged", ""
        return
    for element in root.iter():
        if isinstance(element.tag, str):
            for name, value in element.attrib.items():
                if not name.endswith(("}about", "}parseType", "}lang")):
                    yield name.rpartition("}")[2], value
            if not len(element) and not _is_extension(element):
                names = [get_tag_name(element), *(get_tag_name(outer) for outer in element.iterancestors())]
                yield next((name for name in names if name not in ("li", "seq", "bag", "alt")), ""), element.text or ""


def _is_extension(element: etree._Element) -> bool:
    """Return whether an XMP element belongs to the description of an extension schema, which claims nothing."""
    return any(
        "pdfa/ns/extension" in str(outer.tag) or "pdfa/ns/schema" in str(outer.tag) for outer in element.iterancestors()
    )


def _read_outline(outline: pikepdf.Object | None, numbers: Mapping[int, int]) -> Iterator[OutlineEntry]:
    """Yield the entries of a PDF's outline in order."""
    waiting = [(0, outline.get("/First"))] if outline is not None else []
    for _ in range(_MOST_ENTRIES):
        if not waiting:
            return
        depth, entry = waiting.pop()
        if entry is None:
            continue
        keys = frozenset(entry.keys())
        yield OutlineEntry(depth, str(entry.get("/Title", "")), _read_target(entry.get("/Dest"), numbers), keys)
        waiting.append((depth, entry.get("/Next")))
        waiting.append((depth + 1, entry.get("/First")))


def _read_target(target: pikepdf.Object | None, numbers: Mapping[int, int]) -> tuple[object, ...]:
    """Return the sheet of a PDF's destination and the place on it; () if there is none."""
    if not isinstance(target, pikepdf.Array):
        return ()
    page, _, place = target.unparse(resolved=True)[1:-1].strip().partition(b" 0 R")
    if not page:
        return ()
    return numbers.get(int(page) if page.isdigit() else -1, -1), *place.decode("latin-1").split()


def _read_destinations(
    tree: pikepdf.Object | None, numbers: Mapping[int, int]
) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Yield name and target of each named destination of a PDF."""
    if tree is not None:
        names = list(tree.get("/Names", ()))
        for name, target in zip(names[::2], names[1::2], strict=False):
            yield str(name), _read_target(target, numbers)
