"""Read what lies outside the sections of a bound PDF: the trees that lead to them, and what all of them share.

It is the same for all builds in which no page, name or glyph was added, so the cache keeps the reading by its bytes.
For it, qpdf opens a file that contains nothing else: given the whole file, it would open every page.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import pikepdf
from fontTools.ttLib import TTLibError

from onrecord.proof.reading.file_description import OuterDescription, describe_file
from onrecord.proof.reading.font_fingerprints import (
    FontFingerprint,
    FontFingerprints,
    find_shown_glyphs,
    fingerprint_font,
)
from onrecord.proof.reading.xref import REFERENCE, OuterObjects, remove_objects
from onrecord.runtime import build_identity, folders
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint


class UndividedError(Exception):
    """The file is not divided into the spans."""


def require(condition: bool) -> None:
    """Raise UndividedError unless the condition holds."""
    if not condition:
        raise UndividedError


@dataclass(frozen=True)  # without slots it unpickles faster
class OuterReading:
    """What lies outside the sections of a PDF.

    `pages`, `branches` (the elements below the root element of the tags) and `parent_tree` are the numbers of objects
    in order; `document` is that of the root element, `root_element` the element before and after the references to its
    branches, `font_dictionary` the number of the dictionary of all fonts. `blank_pages` are the pages that belong to no
    section, by number. `common` is the fingerprint of all that sections share but their glyphs, which are in `fonts`.
    `description` is what the file says of itself, None if something is unusual in it.
    """

    pages: tuple[int, ...]
    document: int
    branches: tuple[int, ...]
    parent_tree: tuple[int, ...]
    root_element: tuple[bytes, bytes]
    font_dictionary: int
    blank_pages: Mapping[int, bytes]
    common: str
    fonts: FontFingerprints
    description: OuterDescription | None


def read_outer_objects(data: bytes, outer: OuterObjects, sections: range, cache: Cache) -> OuterReading:
    """Return what lies outside the sections of a PDF, whose objects have the numbers `sections`.

    Raises UndividedError, or one of many errors, if it is not as in the files that On Record binds.
    """
    digest = hashlib.sha256(memoryview(data)[outer.start : outer.stop])
    for number, row in outer.rows.items():
        digest.update(b"%d " % number + row)
    place = (digest.hexdigest(), outer.count, outer.catalog, outer.info, sections.start, sections.stop)
    key = compute_fingerprint("outer objects", build_identity.compute_build_identity(), place)
    known: OuterReading | None = cache.get(key)
    if known is None:
        with _open_without_sections(data, outer, sections) as pdf:
            known = _read_objects(pdf, outer, sections)
        cache.put(key, known)
    return known


@contextmanager
def _open_without_sections(data: bytes, outer: OuterObjects, sections: range) -> Iterator[pikepdf.Pdf]:
    """Open the PDF without the sections' objects, as a temporary file deleted afterwards."""
    surroundings = remove_objects(data, outer, sections)
    with folders.write_temporary_file(surroundings) as file, pikepdf.open(file) as pdf:  # faster than in memory
        yield pdf


def _read_objects(pdf: pikepdf.Pdf, outer: OuterObjects, sections: range) -> OuterReading:
    """Return what lies outside the sections of an opened PDF. Raises an error if it is unlike what On Record binds."""
    catalog = pdf.get_object((outer.catalog, 0))
    tag_tree = catalog.StructTreeRoot
    pages = _read_reference_numbers(catalog.Pages.Kids)
    require(len(pages) == int(catalog.Pages.Count) and len(tag_tree.K) == 1)
    document = tag_tree.K[0]
    surroundings = _Surroundings(pdf, catalog, sections, outer.info)
    common, fonts = surroundings.compute_fingerprints()
    numbers = {*range(1, sections.start), *range(sections.stop, outer.count)}
    return OuterReading(
        pages,
        document.objgen[0],
        _read_reference_numbers(document.K),
        _read_reference_numbers(tag_tree.ParentTree.Kids),
        _divide_at_kids(document),
        surroundings.font_dictionary,
        {number: _read_blank_page(pdf, number) for number in pages if number not in sections},
        common,
        fonts,
        describe_file(pdf, catalog, pdf.get_object((outer.info, 0)), pages, numbers),
    )


def _read_blank_page(pdf: pikepdf.Pdf, number: int) -> bytes:
    """Return a blank page, which belongs to no section, as it is written. Raises UndividedError if it is not blank."""
    page = pdf.get_object((number, 0))
    require("/Contents" not in page and "/StructParents" not in page)
    return page.unparse(resolved=True)


_KIDS = re.compile(rb"([^\[\]]*/K \[)[\d R]*(\][^\[\]]*)", re.DOTALL)


def _divide_at_kids(element: pikepdf.Object) -> tuple[bytes, bytes]:
    """Return the bytes of a tagged element before and after the references in its `/K`; raises UndividedError."""
    match = _KIDS.fullmatch(element.unparse(resolved=True))
    if match is None:
        raise UndividedError
    return match[1], match[2]


# --- surroundings -----------------------------------------------------------------------------------

# Entries that lead into the sections, or are checked elsewhere.
_TREE_ENTRIES = ("/Kids", "/Count", "/K", "/P", "/ParentTree", "/IDTree", "/ParentTreeNextKey")
_TREE_REFERENCES = re.compile(rb"/(?:Kids|K|P|ParentTree|IDTree) (?:\[[^\]<(]*\]|\d+ 0 R)")
# Entries of a font that are fingerprinted glyph by glyph, or described by themselves.
_GLYPH_ENTRIES = ("/DescendantFonts", "/ToUnicode", "/W", "/FontDescriptor", "/FontFile2")
_DEEPEST = 40  # references that lead from one object to the next


class _Surroundings:
    """The objects outside the sections: those with lower numbers, and what these refer to.

    `sections` are the numbers of the objects of all sections.
    """

    def __init__(self, pdf: pikepdf.Pdf, catalog: pikepdf.Object, sections: range, info: int) -> None:
        self._catalog = catalog
        self._sections = sections
        numbers = (number for number in range(sections.start) if number not in (0, catalog.objgen[0], info))
        objects = {number: pdf.get_object((number, 0)) for number in numbers}
        # Of an object stream, the objects that it holds are described one by one.
        self._objects = {number: member for number, member in objects.items() if not _is_object_stream(member)}
        font_dictionaries = [number for number, member in self._objects.items() if _is_font_dictionary(member)]
        require(len(font_dictionaries) == 1)
        self.font_dictionary = font_dictionaries[0]
        self._fonts = self._objects.pop(self.font_dictionary)

    def compute_fingerprints(self) -> tuple[str, FontFingerprints]:
        """Return the fingerprint of what all sections of a PDF share, and those of the fonts' glyphs."""
        faces = {name[1:]: known for name, font in self._fonts.items() if (known := _fingerprint_font(font))}
        alphabet = FontFingerprints(faces)
        fonts = {name: self._describe_font(font, faces.get(name[1:])) for name, font in self._fonts.items()}
        streams = (member.read_bytes() for member in self._objects.values() if isinstance(member, pikepdf.Stream))
        glyphs_of_heads = alphabet.fingerprint_glyphs(find_shown_glyphs(streams))
        objects = {str(number): self._describe(member) for number, member in self._objects.items()}
        tag_tree, mark_info = self._catalog.StructTreeRoot, self._catalog.MarkInfo
        trees = (sorted(self._catalog.keys()), self._describe(tag_tree), self._describe(mark_info))
        return compute_fingerprint(objects, fonts, glyphs_of_heads, *trees), alphabet

    def _describe_font(self, font: pikepdf.Object, known: FontFingerprint | None) -> object:
        """Return what is fingerprinted of a PDF's font: without glyphs if `known` covers them."""
        if known is None:
            return self._describe(font)
        descendant = font.DescendantFonts[0]
        dictionaries = (font, descendant, descendant.FontDescriptor)
        return [known.common, *(self._describe_entries(dictionary, 0, _GLYPH_ENTRIES) for dictionary in dictionaries)]

    def _describe(self, value: pikepdf.Object, depth: int = 0) -> object:
        """Return a PDF object with all it refers to, as plain values. Raises UndividedError at section objects."""
        require(depth < _DEEPEST)
        if isinstance(value, pikepdf.Stream):
            return [self._describe_entries(value.stream_dict, depth), value.read_raw_bytes()]
        if isinstance(value, pikepdf.Dictionary):
            is_font_dictionary = value.objgen == (self.font_dictionary, 0)
            return "fonts" if is_font_dictionary else self._describe_entries(value, depth)
        if isinstance(value, pikepdf.Array):
            return [self._describe(member, depth + 1) for member in value]
        return value.unparse() if isinstance(value, pikepdf.Object) else repr(value)

    def _describe_entries(self, dictionary: pikepdf.Object, depth: int, left_out: Sequence[str] = ()) -> object:
        """Return a PDF dictionary's entries as plain values, without `left_out` and those that lead into sections."""
        text = _TREE_REFERENCES.sub(b"", dictionary.unparse(resolved=True))
        require(not any(int(number) in self._sections for number in REFERENCE.findall(text)))
        skipped = (*_TREE_ENTRIES, *left_out)
        return {key: self._describe(value, depth + 1) for key, value in dictionary.items() if key not in skipped}


def _is_object_stream(value: object) -> bool:
    """Return whether a PDF object is an object stream."""
    return isinstance(value, pikepdf.Stream) and value.get("/Type") == "/ObjStm"


def _is_font_dictionary(value: object) -> bool:
    """Return whether a PDF object is a dictionary that holds only fonts."""
    if not isinstance(value, pikepdf.Dictionary):
        return False
    fonts = [font for _, font in value.items()]
    return bool(fonts) and all(isinstance(font, pikepdf.Dictionary) and font.get("/Type") == "/Font" for font in fonts)


def _fingerprint_font(font: pikepdf.Object) -> FontFingerprint | None:
    """Return the fingerprint of a PDF's font, or None for a font unlike those that On Record embeds."""
    try:
        descendant = font.DescendantFonts[0]
        if font.Encoding != "/Identity-H" or descendant.CIDToGIDMap != "/Identity" or len(font.DescendantFonts) != 1:
            return None
        widths = [list(width) if isinstance(width, pikepdf.Array) else width for width in descendant.W]
        return fingerprint_font(descendant.FontDescriptor.FontFile2.read_bytes(), font.ToUnicode.read_bytes(), widths)
    except (AttributeError, LookupError, TypeError, ValueError, TTLibError, struct.error):
        return None


def _read_reference_numbers(array: pikepdf.Object) -> tuple[int, ...]:
    """Return the object numbers in a PDF array of references, without looking the objects up."""
    return tuple(int(number) for number in REFERENCE.findall(array.unparse()))
