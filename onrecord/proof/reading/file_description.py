"""Read what a bound PDF says of itself outside its sections: descriptions, outline, destinations, fonts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from onrecord.proof.reading.embedded_objects import DAMAGES, OpenPdf, PdfValue, read_fonts
from onrecord.proof.reading.face_outlines import EmbeddedFont
from onrecord.proof.reading.part_digests import hash_descriptions, hash_fonts_and_pictures
from onrecord.proof.reading.pdf_description import PdfObjects, SheetObject, read_description, read_sheet
from onrecord.proof.reading.tag_objects import DOCUMENT_KEYS

_PAGE_TREE_KEYS = {"/Type", "/Count", "/Kids"}


@dataclass(frozen=True, slots=True)
class OuterDescription:
    """What a PDF says of itself without its sections.

    `objects` has neither sheets nor tags; `blank_sheets` are those that belong to no section, by index. `parts` are the
    SHA-256 of fonts, pictures and descriptions.
    """

    objects: PdfObjects
    blank_sheets: Mapping[int, SheetObject]
    fonts: tuple[EmbeddedFont, ...]
    parts: Mapping[str, str]


def describe_file(
    pdf: OpenPdf, catalog: PdfValue, info: PdfValue, pages: Sequence[int], numbers: Set[int]
) -> OuterDescription | None:
    """Return what a PDF without its sections says; None if it is unusual, so that the whole file must be read.

    `pages` are the numbers of the objects of all its pages, `numbers` those of the objects outside the sections.
    """
    try:
        if not _has_usual_roots(catalog):
            return None
        blank = {index: number for index, number in enumerate(pages) if number in numbers}
        objects = [pdf.get_object((number, 0)) for number in sorted(numbers)]
        parts = dict(hash_fonts_and_pictures(objects)) | dict(hash_descriptions(info, catalog.get("/Metadata")))
        return OuterDescription(
            read_description(catalog, info, pages),
            {index: read_sheet(pdf.get_object((number, 0))) for index, number in blank.items()},
            tuple(read_fonts(objects)),
            parts,
        )
    except DAMAGES:  # also a font that is not embedded as those of an edition are
        return None


def _has_usual_roots(catalog: PdfValue) -> bool:
    """Return whether the roots of the page tree and of the tag tree have only the keys that an edition has there."""
    tag_tree = catalog.StructTreeRoot
    document = tag_tree.K[0]
    return (
        set(catalog.Pages.keys()) == _PAGE_TREE_KEYS
        and set(tag_tree.ParentTree.keys()) == {"/Kids"}
        and set(document.keys()) == DOCUMENT_KEYS
        and document.S == "/Document"
        and document.P.objgen == tag_tree.objgen
    )
