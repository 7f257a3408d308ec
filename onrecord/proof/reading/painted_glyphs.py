"""Read the lines that are not read glyph by glyph, with the glyphs that are painted for them.

They are those that have an /ActualText, and those in scripts whose letters change with their neighbours, with the
/ActualText of their clusters.

qpdf reads both: PDFium gives characters only, put in order by a guess where they run from the right.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from onrecord.proof.reading.pdf_pages import UnreadablePdfError
from onrecord.proof.reading.shaped_scripts import SHAPED

_MAPPINGS = re.compile(rb"<([0-9a-fA-F]{4})>\s*<((?:[0-9a-fA-F]{4})+)>")  # of a ToUnicode map, character by character


_FORM = -1  # the id of all that a form paints


@dataclass(frozen=True, slots=True)
class PaintedGlyph:
    """A glyph as it is painted: its font, its number in the font, and its text by the ToUnicode map."""

    font: str
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """A piece of a line: the sheet on which it stands (from 0), what is read aloud, and its glyphs as painted."""

    sheet: int
    text: str
    glyphs: tuple[PaintedGlyph, ...]


def read_spoken_lines(data: bytes, sheets: Set[int]) -> Iterator[SpokenLine]:
    """Yield the lines of these sheets that have a spoken text, or letters of scripts that are shaped.

    Raises an error of pikepdf on damaged objects.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fonts = _Fonts()
        parents = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
        for index, page in enumerate(pdf.pages):
            if index not in sheets or "/StructParents" not in page.obj:
                continue
            elements: Any = parents[int(page.obj.StructParents)]
            texts = {
                number: str(element.ActualText)
                for number, element in enumerate(elements)
                if isinstance(element, pikepdf.Dictionary) and "/ActualText" in element
            }
            for number, content in _read_marked_contents(page, page.obj.Resources, fonts).items():
                text = texts.get(number, "".join(content.texts))
                if number in texts or content.is_said or SHAPED.search(text):
                    yield SpokenLine(index, text, tuple(content.glyphs))


def read_stamps(data: bytes, sheets: Iterable[int]) -> Iterator[SpokenLine]:
    """Yield what the form says that each of these sheets paints last. Raises `UnreadablePdfError`."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            yield from _read_last_forms(pdf, sheets)
    except (pikepdf.PdfError, ValueError, KeyError, AttributeError, TypeError, IndexError) as error:
        raise UnreadablePdfError(str(error)) from error


def _read_last_forms(pdf: pikepdf.Pdf, sheets: Iterable[int]) -> Iterator[SpokenLine]:
    """Yield what the last forms of sheets say; many sheets share a form, and the stream that paints it."""
    fonts = _Fonts()
    names: dict[tuple[int, int], str] = {}
    lines: dict[tuple[int, int], SpokenLine] = {}
    for index in sheets:
        page = pdf.pages[index].obj
        contents = page.Contents
        last = contents[len(contents) - 1] if isinstance(contents, pikepdf.Array) else contents
        if last.objgen not in names:
            names[last.objgen] = str(list(pikepdf.parse_content_stream(last, "Do"))[-1].operands[0])
        form = page.Resources.XObject[names[last.objgen]]
        if form.objgen not in lines:
            content = _read_marked_contents(form, form.Resources, fonts, _FORM)[_FORM]
            lines[form.objgen] = SpokenLine(index, "".join(content.texts), tuple(content.glyphs))
        yield replace(lines[form.objgen], sheet=index)


@dataclass(slots=True)
class _Fonts:
    """The ToUnicode maps of fonts by their numbers in the file."""

    _maps: dict[tuple[int, int], Mapping[int, str]] = field(default_factory=dict)

    def read_unicode_map(self, font: Any) -> Mapping[int, str]:
        """Return the text of each glyph of a PDF's font, by its ToUnicode map."""
        key = font.objgen
        if key not in self._maps:
            rows = _MAPPINGS.findall(font.ToUnicode.read_bytes())
            self._maps[key] = {
                int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be", "replace") for code, text in rows
            }
        return self._maps[key]


@dataclass(slots=True)
class _Content:
    """Marked content: its glyphs in the order in which they are painted, and the texts that are copied of them."""

    glyphs: list[PaintedGlyph] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    is_said: bool = False  # a text is said instead of some glyphs


@dataclass(frozen=True, slots=True)
class _ContentLevel:
    """A level of marked content: its id, None if none is given, and whether a text is said instead of its glyphs."""

    content_id: int | None
    is_said: bool = False


def _read_marked_contents(
    page: Any, resources: pikepdf.Object, fonts: _Fonts, outer_id: int | None = None
) -> dict[int, _Content]:
    """Return each marked content of a PDF page by its id."""
    contents: dict[int, _Content] = {}
    marks = [_ContentLevel(outer_id)]
    name, texts = "", dict[int, str]()
    for instruction in pikepdf.parse_content_stream(page, "BDC BMC EMC Tf Tj TJ"):
        operands: Any = instruction.operands
        match str(instruction.operator):
            case "BDC" | "BMC":
                marks.append(_begin_marked_content(operands, marks[-1], contents))
            case "EMC" if len(marks) > 1:
                marks.pop()
            case "Tf":
                font: Any = resources.Font[str(operands[0])]
                name, texts = str(font.BaseFont), dict(fonts.read_unicode_map(font))
            case "Tj" | "TJ" if (number := marks[-1].content_id) is not None:
                content = contents.setdefault(number, _Content())
                glyphs = [
                    PaintedGlyph(name, code, texts.get(code, "\N{REPLACEMENT CHARACTER}"))
                    for code in _list_glyph_codes(operands[0])
                ]
                content.glyphs += glyphs
                content.texts += [] if marks[-1].is_said else [glyph.text for glyph in glyphs]
    return contents


def _begin_marked_content(operands: Any, outer: _ContentLevel, contents: dict[int, _Content]) -> _ContentLevel:
    """Return the level that a marked-content operator begins; add what is said in it to the content around."""
    properties: Any = operands[1] if len(operands) > 1 else None
    if not isinstance(properties, pikepdf.Dictionary):
        return _ContentLevel(None)
    if "/MCID" in properties:
        return _ContentLevel(int(properties["/MCID"]))
    if "/ActualText" in properties and outer.content_id is not None and not outer.is_said:
        content = contents.setdefault(outer.content_id, _Content())
        content.texts.append(str(properties["/ActualText"]))
        content.is_said = True
        return _ContentLevel(outer.content_id, is_said=True)
    return outer


def _list_glyph_codes(shown: Any) -> Iterator[int]:
    """Yield the two-byte codes of the string or strings that a PDF operator shows."""
    for string in shown if isinstance(shown, pikepdf.Array) else [shown]:
        if isinstance(string, pikepdf.String):
            data = bytes(string)
            yield from (int.from_bytes(data[index : index + 2], "big") for index in range(0, len(data), 2))
