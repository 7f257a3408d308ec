"""Read with qpdf what the objects of one section of a PDF say: sheets, tags, pictures, how letters are placed.

The section is opened as a file of its own, so that a large book needs no more memory than its largest section. Where
anything in a section is unusual, nothing is said of it, and the proof reads the whole file.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pikepdf

from onrecord.proof.reading.embedded_objects import (
    DAMAGES,
    OpenPdf,
    PaintedPicture,
    PdfValue,
    find_strange_content,
    list_content_streams,
    read_pictures,
)
from onrecord.proof.reading.file_partition import FileSection
from onrecord.proof.reading.part_digests import NamedDigest, hash_fonts_and_pictures, hash_sheet
from onrecord.proof.reading.pdf_description import SheetObject, read_sheet
from onrecord.proof.reading.tag_objects import read_section_tags
from onrecord.proof.reading.xref import ROW_LENGTH, extract_objects, number_rows, read_offset
from onrecord.runtime import folders

_FONT_TYPES = ("/Font", "/FontDescriptor")


@dataclass(frozen=True)  # without slots it unpickles faster
class SectionPicture:
    """A picture of a section: see `PaintedPicture`. Its sheet counts from the first of the section."""

    sheet: int
    is_upright: bool
    sha256: str
    pixels_key: str
    number: int  # of its object


@dataclass(frozen=True)  # without slots it unpickles faster
class SectionObjects:
    """What the objects of a section say.

    By sheet: `sheets` (None for blank ones, whose objects belong to no section), `digests` (the SHA-256 of what is
    painted), and `painted` (the numbers of the streams that paint it). `images` are name and SHA-256 of its pictures as
    parts of the file; `numberings` are those of lists, by interview.
    """

    sheets: tuple[SheetObject | None, ...]
    digests: tuple[str, ...]
    painted: tuple[tuple[int, ...], ...]
    pictures: tuple[SectionPicture, ...]
    images: tuple[NamedDigest, ...]
    numberings: Mapping[str, Counter[str]]

    def repaint(self, data: bytes, section: FileSection) -> SectionObjects | None:
        """Return what a section says in which only page numbers changed; `data` are its bytes."""
        try:
            return replace(self, digests=hash_painted(data, section, self.painted))
        except (zlib.error, LookupError):
            return None


class _UnusualError(Exception):
    """The section has something that only a reading of the whole file can judge."""


def _require(condition: bool) -> None:
    """Raise _UnusualError unless the condition holds."""
    if not condition:
        raise _UnusualError


def read_section_objects(
    data: bytes, section: FileSection, shared_objects: Mapping[int, bytes]
) -> SectionObjects | None:
    """Return what the objects of a self-contained section say; None if there is anything unusual in it.

    `data` are the bytes of the section, `shared_objects` those that all sections use, by number.
    """
    try:
        with _open_section(data, section, shared_objects) as pdf:
            return _read_objects(pdf, data, section)
    except (_UnusualError, zlib.error, *DAMAGES):
        return None


@contextmanager
def _open_section(data: bytes, section: FileSection, shared_objects: Mapping[int, bytes]) -> Iterator[OpenPdf]:
    """Open a PDF that holds the objects of a section, as a temporary file deleted afterwards."""
    own_objects = extract_objects(data, number_rows(section.xref_rows, section.span.base), shared_objects)
    with folders.write_temporary_file(own_objects) as file, pikepdf.open(file) as pdf:  # bytes in memory take longer
        yield pdf


@contextmanager
def open_picture(
    data: bytes, section: FileSection, shared_objects: Mapping[int, bytes], number: int
) -> Iterator[PdfValue]:
    """Open the stream of a picture in a section of the PDF `data`."""
    with _open_section(data[section.start : section.stop], section, shared_objects) as pdf:
        yield pdf.get_object((number, 0))


def hash_painted(data: bytes, section: FileSection, painted: Sequence[Sequence[int]]) -> tuple[str, ...]:
    """Return for each sheet of a section the SHA-256 of what the streams with these numbers paint.

    `data` are the bytes of the section. Raises zlib.error, or LookupError for streams of another section.
    """
    stops = dict(zip(section.object_offsets, (*section.object_offsets[1:], section.stop), strict=True))
    digests = []
    for numbers in painted:
        digest = hashlib.sha256()
        for number in numbers:
            start = read_offset(section.xref_rows, number - section.span.base)
            head, _, body = data[start : stops[start + section.start] - section.start].partition(b"stream\n")
            is_packed = b"/FlateDecode" in head
            digest.update(zlib.decompressobj().decompress(body) if is_packed else body.rpartition(b"\nendstream")[0])
        digests.append(digest.hexdigest())
    return tuple(digests)


def _read_objects(pdf: OpenPdf, data: bytes, section: FileSection) -> SectionObjects:
    """Return what the objects of an opened section say. Raises _UnusualError, zlib.error or an error of pikepdf."""
    pages = [None if number is None else pdf.get_object((number, 0)) for number in section.pages]
    own_pages = [page for page in pages if page is not None]
    _require(all(page.get("/Type") == "/Page" for page in own_pages))
    objects = list(_iterate_objects(pdf, section))
    _require(not any(isinstance(value, pikepdf.Dictionary) and value.get("/Type") in _FONT_TYPES for value in objects))
    numberings = _read_numberings(pdf, section, own_pages)
    streams = [[] if page is None else list_content_streams(page) for page in pages]
    _require(not any(find_strange_content(stream) for group in streams for stream in group))
    painted = tuple(tuple(stream.objgen[0] for stream in group) for group in streams)
    digests = hash_painted(data, section, painted)
    _require(all(page is None or digest == hash_sheet(page) for page, digest in zip(pages, digests, strict=True)))
    known: dict[SheetObject, SheetObject] = {}
    sheets = (None if page is None else read_sheet(page) for page in pages)
    return SectionObjects(
        tuple(sheet and known.setdefault(sheet, sheet) for sheet in sheets),  # equal ones are stored once
        digests,
        painted,
        tuple(map(_describe_picture, read_pictures(pages))),
        tuple(hash_fonts_and_pictures(objects)),
        numberings,
    )


def _iterate_objects(pdf: OpenPdf, section: FileSection) -> Iterator[PdfValue]:
    """Yield all objects of a section."""
    for index in range(len(section.xref_rows) // ROW_LENGTH):
        if section.xref_rows[index * ROW_LENGTH]:
            yield pdf.get_object((section.span.base + index, 0))


def _read_numberings(pdf: OpenPdf, section: FileSection, pages: Sequence[PdfValue]) -> Mapping[str, Counter[str]]:
    """Return the numberings of the lists that the tags of a section announce, by interview.

    Raises _UnusualError if anything is strange in the tags, or if a page names a place in the parent tree of another
    section.
    """
    node = pdf.get_object((section.parent_tree_node, 0))
    _require(set(node.keys()) == {"/Limits", "/Nums"})
    entries = list(node.Nums)
    parents = {int(key): value for key, value in zip(entries[::2], entries[1::2], strict=True)}
    for page in pages:
        links: PdfValue = page.get("/Annots", ())
        keys = [page.get("/StructParents"), *(link.get("/StructParent") for link in links)]
        _require(all(key is not None and int(key) in parents for key in keys))
    branches = (pdf.get_object((number, 0)) for number in section.branches)
    tags = read_section_tags(section.document, branches, pages, parents)
    _require(not tags.faults)
    return tags.numberings


def _describe_picture(picture: PaintedPicture) -> SectionPicture:
    """Return what is stored of a picture of a section."""
    with picture.open_stream() as stream:
        number = stream.objgen[0]
    return SectionPicture(picture.sheet, picture.is_upright, picture.sha256, picture.pixels_key, number)
