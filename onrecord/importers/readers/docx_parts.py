"""Read the XML of a Word document: words, notes, comments, changes and styles.

ECMA-376 part 1 §17 (WordprocessingML).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml.etree import _Element

from onrecord.importers.common.zip_archive import ZipPackage, read_xml_texts

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DIAGRAM = re.compile(r"word/(?:diagrams/data|charts/chart)\d*\.xml")
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_CHANGES = ("ins", "del", "moveFrom", "moveTo")
_HYPHENS = {"noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_WORD_TAGS = frozenset(_W + tag for tag in ("t", *_HYPHENS))
_SPACE_TAGS = frozenset(_W + tag for tag in ("p", "tab", "br", "cr", "tc"))
_UNPRINTED_TAGS = frozenset({_MC + "Fallback", _W + "instrText", _W + "del", _W + "footnoteRef"})
_QUESTION_STYLE = re.compile(
    r"(?i)question|interviewer|intervieweu[rs]|frage(?!bogen)|вопрос|интервьюер|ведущ|pregunta|entrevistador|domanda"
    r"|\bQ\b"
)
_HEADING_STYLE = re.compile(r"(?i)heading|title|überschrift|titel|titre|заголов|название|título|encabezado")


class DocxComments(NamedTuple):
    """The authors of open comments, and the words of those that are marked as done."""

    open_authors: list[str]
    settled: list[str]


def write_out_hyphens(document: _Element) -> None:
    """Replace a Word document's hyphen elements by the characters, in place."""
    for tag, char in _HYPHENS.items():
        for element in document.iter(_W + tag):
            element.text = char


def list_printed_text(element: _Element) -> list[str]:
    """Return the printed text of a Word element as a list of one text."""
    return ["".join(read_xml_texts(element, _WORD_TAGS, _SPACE_TAGS, _UNPRINTED_TAGS))]


def _read_line(element: _Element) -> str:
    """Return the printed text of a Word element on one line, with single spaces."""
    return " ".join("".join(list_printed_text(element)).split())


def read_notes(package: ZipPackage, document: _Element) -> list[str]:
    """Return the words of each footnote and each endnote that a Word document calls."""
    notes = []
    for kind in ("footnote", "endnote"):
        root = package.read_xml(f"word/{kind}s.xml")
        if root is None:
            continue
        notes_by_id = {note.get(_W + "id"): note for note in root.iter(_W + kind)}
        notes += [
            " ".join(list_printed_text(notes_by_id[reference.get(_W + "id")]))
            for reference in document.iter(f"{_W}{kind}Reference")
            if reference.get(_W + "id") in notes_by_id
        ]
    return notes


def read_headers_and_footers(package: ZipPackage) -> list[str]:
    """Return the words of each header and footer of a Word document."""
    return [
        _read_line(root)
        for part in package.list_part_names()
        if re.fullmatch(r"word/(?:header|footer)\d*\.xml", part) and (root := package.read_xml(part)) is not None
    ]


def read_diagrams(package: ZipPackage) -> list[str]:
    """Return the words of each chart and diagram of a Word document, which stand in parts of their own."""
    words = []
    for part in package.list_part_names():
        root = package.read_xml(part) if _DIAGRAM.fullmatch(part) else None
        if root is not None:
            words.append(" ".join(" ".join(text.text or "" for text in root.iter(f"{_A}t", f"{_C}v")).split()))
    return words


def has_included_files(document: _Element) -> bool:
    """Return whether a Word document shows the text of another file (`w:altChunk`, ECMA-376 part 1 §17.17.2)."""
    return next(document.iter(_W + "altChunk"), None) is not None


def _is_fallback(element: _Element) -> bool:
    """Return whether a Word element stands in the copy of a drawing for old programs."""
    return any(up.tag == _MC + "Fallback" for up in element.iterancestors())


def count_pictorial_characters(document: _Element) -> int:
    """Return how many characters of a pictorial font a Word document has."""
    return sum(1 for _ in document.iter(_W + "sym"))


def read_picture_descriptions(document: _Element) -> list[str]:
    """Return the alternative text of each picture in a Word document, not of shapes and charts.

    ECMA-376 part 1 §20.4.2.5.
    """
    return [
        properties.get("descr", "")
        for properties in document.iter(f"{_WP}docPr")
        if (drawing := properties.getparent()) is not None
        and any(True for _ in drawing.iter(f"{_A}blip"))
        and not _is_fallback(properties)
    ]


# --- what waits for a decision --------------------------------------------------------------------


def find_change_authors(document: _Element) -> list[str]:
    """Return the author of each tracked change in a Word document, "" for one without a name."""
    return [change.get(_W + "author", "") for kind in _CHANGES for change in document.iter(_W + kind)]


def read_comments(package: ZipPackage) -> DocxComments:
    """Return the comments of a Word document, divided into open and settled ones."""
    comments = DocxComments([], [])
    root = package.read_xml("word/comments.xml")
    if root is None:
        return comments
    settled_ids = set(_find_settled_ids(package))
    for comment in root.iter(_W + "comment"):
        ids = {
            text
            for paragraph in comment.iter(_W + "p")
            for key, text in paragraph.attrib.items()
            if key.endswith("}paraId")
        }
        if ids & settled_ids:
            comments.settled.append(_read_line(comment))
        else:
            comments.open_authors.append(comment.get(_W + "author", ""))
    return comments


def _find_settled_ids(package: ZipPackage) -> Iterator[str]:
    """Yield the ids of the paragraphs of a Word document's comments that are marked as done."""
    extended = package.read_xml("word/commentsExtended.xml")
    for comment in extended if extended is not None else ():
        paragraph_id = comment.get(_W15 + "paraId")
        if paragraph_id and comment.get(_W15 + "done") == "1":
            yield paragraph_id


# --- styles ---------------------------------------------------------------------------------------


def find_bold_styles(package: ZipPackage) -> frozenset[str]:
    """Return the names of a Word document's paragraph styles that are bold, or are named after questions."""
    root = package.read_xml("word/styles.xml")
    if root is None:
        return frozenset()
    names = set()
    for style in root.iter(_W + "style"):
        name_element = style.find(_W + "name")
        name = name_element.get(_W + "val", "") if name_element is not None else ""
        bold = style.find(f"{_W}rPr/{_W}b")
        is_bold = bold is not None and bold.get(_W + "val", "true") not in ("0", "false")
        is_question = (is_bold and not _HEADING_STYLE.match(name)) or is_question_style(name)
        if is_question and style.get(_W + "type") == "paragraph":
            names.add(name)
    return frozenset(names)


def is_question_style(name: str) -> bool:
    """Return whether a paragraph style is named after questions, or after who asks."""
    return bool(_QUESTION_STYLE.search(name)) and not _HEADING_STYLE.match(name)
