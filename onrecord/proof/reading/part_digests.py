"""The SHA-256 of each part of a PDF, by its name: what is painted on a sheet, fonts, pictures, descriptions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import pikepdf

from onrecord.proof.reading.embedded_objects import PdfValue

_INFO_KEYS = ("/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer", "/CreationDate", "/ModDate")
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
NamedDigest: TypeAlias = tuple[str, str]  # the name of a part, and its SHA-256


def hash_sheet(page: PdfValue) -> str:
    """Return the SHA-256 of what is painted on a page of a PDF: its content streams, in order."""
    contents = page.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return hash_in_sequence(stream.read_bytes() for stream in streams if isinstance(stream, pikepdf.Stream))


def hash_fonts_and_pictures(objects: Iterable[PdfValue]) -> Iterator[NamedDigest]:
    """Yield name and SHA-256 of each font file and picture of a PDF; the bytes of pictures are not decoded."""
    for value in objects:
        if isinstance(value, pikepdf.Stream):
            if value.get("/Subtype") == "/Image":
                digest = hash_in_sequence([value.read_raw_bytes()])
                yield f"picture {digest[:12]}", digest
        elif isinstance(value, pikepdf.Dictionary) and value.get("/Type") == "/FontDescriptor":
            for key in _FONT_FILES:
                if key in value:
                    digest = hash_in_sequence([value[key].read_bytes()])
                    yield f"font {str(value.get('/FontName', '')).lstrip('/') or digest[:12]}", digest


def hash_descriptions(info: PdfValue, metadata: PdfValue) -> Iterator[NamedDigest]:
    """Yield name and SHA-256 of what a PDF says of itself: its document information, and its XMP metadata."""
    yield (
        "document information",
        hash_in_sequence(f"{key}{info.get(key)}".encode() for key in _INFO_KEYS if key in info),
    )
    if isinstance(metadata, pikepdf.Stream):
        yield "XMP metadata", hash_in_sequence([metadata.read_bytes()])


def hash_in_sequence(pieces: Iterable[bytes]) -> str:
    """Return the SHA-256 of these bytes, joined in order."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()
