"""What a bound PDF says of itself, put together from its sections and what surrounds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from onrecord.proof.reading.embedded_objects import PaintedPicture
from onrecord.proof.reading.face_outlines import EmbeddedFont
from onrecord.proof.reading.file_partition import FilePartition, FileSection
from onrecord.proof.reading.pdf_description import PdfObjects, SheetObject
from onrecord.proof.reading.section_objects import SectionObjects, open_picture
from onrecord.proof.reading.tag_objects import TagObjects


@dataclass(frozen=True, slots=True)
class BoundFile:
    """What a PDF says of itself, its fonts, and the pictures on its sheets; `parts` are the SHA-256 of its parts."""

    objects: PdfObjects
    fonts: tuple[EmbeddedFont, ...]
    pictures: tuple[PaintedPicture, ...]
    parts: Mapping[str, str]


def join_sections(data: bytes, partition: FilePartition, sections: Sequence[SectionObjects | None]) -> BoundFile | None:
    """Return what a PDF says of itself by what was read of its sections; None if one was not read."""
    description, known = partition.description, [section for section in sections if section is not None]
    if description is None or len(known) < len(sections):
        return None
    sheets = [sheet for section in known for sheet in section.sheets]
    digests = [digest for section in known for digest in section.digests]
    images = dict(image for section in known for image in section.images)
    parts = {f"sheet {number}": digest for number, digest in enumerate(digests, 1)}
    tags = TagObjects(numberings=_join_numberings(known))
    objects = replace(
        description.objects, sheets=tuple(_fill_blank_sheets(sheets, description.blank_sheets)), tags=tags
    )
    pictures = (
        picture
        for section, read in zip(partition.sections, known, strict=True)
        for picture in _locate_pictures(data, section, read, partition.shared_objects)
    )
    return BoundFile(objects, description.fonts, tuple(pictures), {**parts, **images, **description.parts})


def _fill_blank_sheets(
    sheets: Sequence[SheetObject | None], blank_sheets: Mapping[int, SheetObject]
) -> Iterator[SheetObject]:
    """Yield all sheets of a PDF, with the blank ones, which belong to no section, by their index."""
    for index, sheet in enumerate(sheets):
        yield blank_sheets[index] if sheet is None else sheet


def _join_numberings(sections: Sequence[SectionObjects]) -> dict[str, Counter[str]]:
    """Return how the lists of each interview are announced, by its id."""
    joined: dict[str, Counter[str]] = {}
    for section in sections:
        for article, numberings in section.numberings.items():
            joined[article] = joined[article] + numberings if article in joined else numberings
    return joined


def _locate_pictures(
    data: bytes, section: FileSection, read: SectionObjects, shared_objects: Mapping[int, bytes]
) -> Iterator[PaintedPicture]:
    """Yield the pictures of a section, with their sheets counted in the whole PDF."""
    for picture in read.pictures:
        yield PaintedPicture(
            section.span.first + picture.sheet,
            picture.is_upright,
            picture.sha256,
            picture.pixels_key,
            partial(open_picture, data, section, shared_objects, picture.number),
        )
