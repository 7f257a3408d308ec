"""Rewrite the text of an OpenDocument so that pandoc reads all that is shown (OpenDocument 1.3 part 3).

pandoc 3.9 loses the words of fields (§7), ruby, numbered paragraphs, text boxes in a paragraph, and check boxes; it
gives formulas as TeX. Every change keeps the letters of the document.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import lxml.etree
from lxml.etree import _Element

from onrecord.importers.common import decoding
from onrecord.importers.common.zip_archive import ZipPackage
from onrecord.importers.readers.formula_text import write_formula
from onrecord.model.rule import Rule

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_FORM = "{urn:oasis:names:tc:opendocument:xmlns:form:1.0}"
_MATH = "{http://www.w3.org/1998/Math/MathML}math"
_HREF = "{http://www.w3.org/1999/xlink}href"
_PARAGRAPHS = (f"{_TEXT}p", f"{_TEXT}h")
# What a paragraph may hold that is no field.
_PLAIN = frozenset(
    _TEXT + tag
    for tag in (
        "span",
        "a",
        "s",
        "tab",
        "line-break",
        "soft-page-break",
        "note",
        "note-citation",
        "note-body",
        "p",
        "h",
    )
) | {f"{_TEXT}list", f"{_TEXT}list-item", f"{_TEXT}list-header"}
_NO_WORDS = frozenset({f"{_TEXT}note-citation", f"{_TEXT}sequence-decls", f"{_OFFICE}forms", f"{_TEXT}tracked-changes"})
_CONTENTS = tuple(
    _TEXT + tag for tag in ("table-of-content", "illustration-index", "table-index", "object-index", "user-index")
)
_WRAPPERS = (f"{_TEXT}numbered-paragraph", f"{_TEXT}bibliography", f"{_TEXT}alphabetical-index", f"{_TEXT}index-body")
_MOST_IN_BOXES = 0.3  # the share of the words up to which text boxes stand beside the text
_DENSE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


class WordsBeside(NamedTuple):
    """Words that were taken out of the text, and why they are set aside."""

    words: str
    reason: str


def rewrite_body(body: _Element, package: ZipPackage, name: str) -> list[WordsBeside]:
    """Give an OpenDocument's body a form that pandoc reads, in place; return the words taken out of the text.

    `name` is the file's name for problems. Raises Refused if a letter was lost, which would be our mistake.
    """
    for frame in list(body.iter(f"{_DRAW}frame")):
        _write_out_formula(frame, package)
    letters = _count_letters(body)
    for ruby in list(body.iter(f"{_TEXT}ruby")):
        _write_out_ruby(ruby)
    _unwrap_blocks(body)
    beside = [WordsBeside(words, "a table of contents") for words in _take_out_contents(body)]
    beside += [WordsBeside(words, "a text box") for words in _take_out_text_boxes(body)]
    _write_out_fields(body)
    if letters - _count_letters(body) - Counter(_list_letters(part.words for part in beside)):
        hint = "open it in a word processor and save it again, or copy its text into a .txt file"
        raise decoding.build_refusal(
            name, Rule.IMPORT_LOSES_NOTHING, "letters were lost when its text was prepared", hint
        )
    _write_out_check_boxes(body)
    return beside


def _iterate_shown_texts(element: _Element) -> Iterator[str]:
    """Yield every text in an OpenDocument element, but those that are never shown."""
    if element.tag in _NO_WORDS or not isinstance(element.tag, str):
        return
    yield element.text or ""
    for child in element:
        yield from _iterate_shown_texts(child)
        yield child.tail or ""


def _count_letters(body: _Element) -> Counter[str]:
    """Return how often each letter and digit stands in an OpenDocument's text."""
    return Counter(_list_letters(_iterate_shown_texts(body)))


def _list_letters(texts: Iterable[str]) -> Iterator[str]:
    """Yield the letters and digits of texts, to count those of an OpenDocument."""
    return (char for text in texts for char in text if char.isalnum())


def _build_span(words: str) -> _Element:
    """Return an OpenDocument span without a style that holds these words."""
    span = lxml.etree.Element(f"{_TEXT}span")
    span.text = words
    return span


def _replace_element(element: _Element, replacements: Iterable[_Element]) -> None:
    """Put other OpenDocument elements in the place of one; the text after it stays."""
    parent = element.getparent()
    if parent is None:
        return
    position, tail = parent.index(element), element.tail
    last: _Element | None = None
    parent.remove(element)
    for number, replacement in enumerate(list(replacements)):
        parent.insert(position + number, replacement)
        last = replacement
    if last is None:
        last = _build_span("")
        parent.insert(position, last)
    last.tail = f"{last.tail or ''}{tail or ''}" or None


# --- inside paragraphs ----------------------------------------------------------------------------


def _write_out_formula(frame: _Element, package: ZipPackage) -> None:
    """Replace the frame of an OpenDocument's formula by the formula as text."""
    for embedded in frame.iter(f"{_DRAW}object"):
        formula = embedded.find(f".//{_MATH}")
        if formula is None and (address := embedded.get(_HREF, "")):
            part = package.read_xml(f"{posixpath.normpath(address)}/content.xml")
            formula = part if part is not None and part.tag == _MATH else None
        if formula is not None:
            _replace_element(frame, [_build_span(write_formula(formula))])
            return


def _write_out_ruby(ruby: _Element) -> None:
    """Replace an OpenDocument's ruby by its base and its reading in brackets: 灯（とう）."""
    base, reading = ("".join(ruby.xpath(f"string(*[local-name()='{tag}'])")) for tag in ("ruby-base", "ruby-text"))
    brackets = "（）" if _DENSE.search(base + reading) else ("(", ")")
    _replace_element(ruby, [_build_span(f"{base}{brackets[0]}{reading}{brackets[1]}" if reading else base)])


def _write_out_fields(body: _Element) -> None:
    """Make each field in an OpenDocument paragraph a span with the words that it shows."""
    for paragraph in body.iter(*_PARAGRAPHS):
        for element in paragraph.iterdescendants():
            if isinstance(element.tag, str) and element.tag not in _PLAIN and _is_shown_field(element):
                element.attrib.clear()
                element.tag = f"{_TEXT}span"


def _is_shown_field(element: _Element) -> bool:
    """Return whether an OpenDocument element shows words of its own, and stands in no drawing or comment."""
    if not (element.text or "").strip() and not any((child.tail or "").strip() for child in element):
        return False
    for up in (element, *element.iterancestors()):
        if up.tag in _PARAGRAPHS:
            return True
        if str(up.tag).startswith(_DRAW) or str(up.tag).startswith(_OFFICE):
            return False
    return False


def _write_out_check_boxes(body: _Element) -> None:
    """Replace each check box of an OpenDocument's form by its state and its label."""
    boxes = {box.get(f"{_FORM}id"): box for box in body.iter(f"{_FORM}checkbox")}
    for control in list(body.iter(f"{_DRAW}control")):
        box = boxes.get(control.get(f"{_DRAW}control"))
        if box is not None and control.getparent() is not None:
            sign = "[x]" if box.get(f"{_FORM}current-state", box.get(f"{_FORM}state")) == "checked" else "[ ]"
            _replace_element(control, [_build_span(f"{sign} {box.get(f'{_FORM}label', '')}".strip())])


# --- blocks ---------------------------------------------------------------------------------------


def _unwrap_blocks(body: _Element) -> None:
    """Put an OpenDocument's numbered paragraphs, and entries of a bibliography, into the text itself."""
    for wrapper in list(body.iter(*_WRAPPERS)):
        if next(wrapper.iterancestors(*_CONTENTS), None) is None:
            _replace_element(wrapper, [child for child in wrapper if not str(child.tag).endswith("-source")])


def _take_out_contents(body: _Element) -> Iterator[str]:
    """Take an OpenDocument's tables of contents out of the text; yield their words."""
    for contents in list(body.iter(*_CONTENTS)):
        words = " ".join(_read_line(paragraph) for paragraph in contents.iter(*_PARAGRAPHS)).strip()
        if words:
            yield words
        _replace_element(contents, [])


def _take_out_text_boxes(body: _Element) -> Iterator[str]:
    """Take an OpenDocument's text boxes and the words in drawings out of their paragraphs; yield their words.

    If they hold much of the text, each becomes paragraphs after the one that anchors it, and nothing is yielded.
    """
    drawings = [
        drawing
        for drawing in body.iter(f"{_DRAW}*")
        if any(child.tag in _PARAGRAPHS for child in drawing)
        and next(drawing.iterancestors(*_PARAGRAPHS), None) is not None
    ]
    around = set(drawings)
    drawings = [drawing for drawing in drawings if around.isdisjoint(drawing.iterancestors())]
    amount = sum(len(_read_line(drawing)) for drawing in drawings)
    is_text = amount > _MOST_IN_BOXES * sum(len(text.strip()) for text in _iterate_shown_texts(body))
    for drawing in drawings:
        anchor = list(drawing.iterancestors(*_PARAGRAPHS))[-1]
        words = " ".join(_read_line(paragraph) for paragraph in drawing.iter(*_PARAGRAPHS)).strip()
        if is_text:
            for block in reversed(list(drawing)):
                anchor.addnext(block)
        elif words:
            yield words
        frame = next(drawing.iterancestors(f"{_DRAW}frame"), drawing)
        _replace_element(frame, [])


def _read_line(element: _Element) -> str:
    """Return the words of an OpenDocument element on one line."""
    return " ".join(" ".join(_iterate_shown_texts(element)).split())
