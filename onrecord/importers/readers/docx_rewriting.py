"""Rewrite a Word document so that pandoc reads all that is shown.

pandoc 3.9 loses, or cannot read: Strict Open XML (ISO/IEC 29500 part 1), the second line of a title, drop caps, ruby,
line ends and tabs under other names (`cr`, `ptab`), the words of most simple fields, elements around text (`customXml`,
`bdo`), and a paragraph that anchors a text box. It gives formulas as TeX, which nobody has written. Every change keeps
the letters of the document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import lxml.etree
from lxml.etree import _Element

from onrecord.importers.common import decoding
from onrecord.importers.common.zip_archive import ZipPackage, replace_parts
from onrecord.importers.readers.formula_text import write_formula
from onrecord.model.rule import Rule

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(wordprocessingml|drawingml|officeDocument)/(\w+)")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/\2"
_TEXT_PARTS = re.compile(r"word/(?:document|footnotes|endnotes)\.xml")
_WRAPPERS = (f"{_M}oMathPara", *(_W + tag for tag in ("customXml", "smartTag", "bdo", "dir", "fldSimple")))
_WRAPPER_PROPERTIES = frozenset([f"{_M}oMathParaPr", *(_W + tag for tag in ("customXmlPr", "smartTagPr", "fldData"))])
# Line ends and tabs under other names (§17.3.3.4, §17.3.3.23); pandoc drops them and so joins words.
_OTHER_GAPS = {f"{_W}cr": f"{_W}br", f"{_W}ptab": f"{_W}tab"}
# The styles whose paragraphs pandoc takes out of the text, if the document begins with them; it keeps one of each.
_HEAD_STYLES = frozenset(["title", "subtitle", "date", "abstract"])
_ANY_HEAD_STYLE = _HEAD_STYLES | {"author"}
_MAX_PARENTS = 20  # of a style, of which each inherits from the next
_MOST_IN_BOXES = 0.3  # the share of the words up to which text boxes stand beside the text
_DENSE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


class RewrittenDocument(NamedTuple):
    """A document for pandoc, its main part, and the words of text boxes that were taken out of the text."""

    data: bytes
    document: _Element
    boxes: list[str]


def translate_strict(data: bytes, package: ZipPackage) -> bytes:
    """Return a Strict Open XML package with the names of the usual kind, which pandoc reads; any other as it is."""
    if not _STRICT.search(package.read_part("word/document.xml")[:8_000]):
        return data
    names = [name for name in package.list_part_names() if name.endswith((".xml", ".rels"))]
    return replace_parts(package, {name: _STRICT.sub(_TRANSITIONAL, package.read_part(name)) for name in names})


def rewrite_document(data: bytes, package: ZipPackage, name: str) -> RewrittenDocument:
    """Return a Word document with everything that it shows in a form that pandoc reads.

    `name` is the file's name for problems. Raises Refused if a letter was lost, which would be our mistake.
    """
    head_styles = _find_head_styles(package.read_xml("word/styles.xml"))
    parts: dict[str, bytes] = {}
    document, boxes = lxml.etree.Element("none"), list[str]()
    for part in filter(_TEXT_PARTS.fullmatch, package.list_part_names()):
        root = package.read_xml(part)
        if root is None:
            continue
        before = _serialize(root)
        letters = _count_letters(root)
        _rewrite_inlines(root)
        if part == "word/document.xml":
            _join_drop_caps(root)
            _join_head_lines(root, head_styles)
            boxes = list(_take_out_text_boxes(root))
            document = root
        if letters - _count_letters(root) - Counter(_list_letters(boxes if root is document else ())):
            hint = "open it in a word processor and save it again, or copy its text into a .txt file"
            sentence = f"letters were lost when its part {part} was prepared"
            raise decoding.build_refusal(name, Rule.IMPORT_LOSES_NOTHING, sentence, hint)
        if (after := _serialize(root)) != before:
            parts[part] = after
    return RewrittenDocument(replace_parts(package, parts) if parts else data, document, boxes)


def _serialize(root: _Element) -> bytes:
    """Return the XML bytes of a part of a Word package."""
    return lxml.etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _count_letters(root: _Element) -> Counter[str]:
    """Return how often each letter and digit is shown in a Word part, without copies for old programs."""
    texts = (text.text or "" for tag in (f"{_W}t", f"{_M}t") for text in root.iter(tag) if not _is_fallback(text))
    return Counter(_list_letters(texts))


def _list_letters(texts: Iterable[str]) -> Iterator[str]:
    """Yield the letters and digits of texts, to count those of a Word part."""
    return (char for text in texts for char in text if char.isalnum())


def _is_fallback(element: _Element) -> bool:
    """Return whether a Word element stands in the copy of a drawing for old programs."""
    return any(up.tag == f"{_MC}Fallback" for up in element.iterancestors())


# --- inside paragraphs ----------------------------------------------------------------------------


def _rewrite_inlines(root: _Element) -> None:
    """Rewrite a Word part's formulas, ruby, check boxes and wrappers as runs of text, in place."""
    for formula in list(root.iter(f"{_M}oMath")):
        _replace_element(formula, [_build_run(write_formula(formula))])
    for ruby in list(root.iter(f"{_W}ruby")):
        _replace_element(ruby, _list_ruby_texts(ruby))
    for box in list(root.iter(f"{_W}checkBox")):
        _write_out_check_box(box)
    for wrapper in list(root.iter(*_WRAPPERS)):
        if not wrapper.get(f"{_W}instr", "").strip().startswith("HYPERLINK"):
            _replace_element(wrapper, [child for child in wrapper if child.tag not in _WRAPPER_PROPERTIES])
    for gap in list(root.iter(*_OTHER_GAPS)):
        gap.tag = _OTHER_GAPS[str(gap.tag)]
        gap.attrib.clear()


def _build_run(words: str) -> _Element:
    """Return a Word run that says these words."""
    run = lxml.etree.Element(f"{_W}r")
    run.append(_build_text_element(words))
    return run


def _build_text_element(words: str) -> _Element:
    """Return the Word element for words in a run; spaces at their ends count."""
    text = lxml.etree.Element(f"{_W}t", {_XML_SPACE: "preserve"})
    text.text = words
    return text


def _replace_element(element: _Element, replacements: Iterable[_Element]) -> None:
    """Put other Word elements in the place of one."""
    parent = element.getparent()
    if parent is None:
        return
    position = parent.index(element)
    parent.remove(element)
    for number, replacement in enumerate(list(replacements)):
        parent.insert(position + number, replacement)


def _list_ruby_texts(ruby: _Element) -> list[_Element]:
    """Return the runs for a Word ruby: its base, and its reading in brackets: 灯（とう）."""
    base, reading = (
        "".join(text.text or "" for part in ruby.iter(f"{_W}{tag}") for text in part.iter(f"{_W}t"))
        for tag in ("rubyBase", "rt")
    )
    brackets = "（）" if _DENSE.search(base + reading) else ("(", ")")
    return [_build_text_element(f"{base}{brackets[0]}{reading}{brackets[1]}" if reading else base)]


def _write_out_check_box(box: _Element) -> None:
    """Write the state of an old Word check box before its field, unless it is in the text: [x], [ ]."""
    field = next(box.iterancestors(f"{_W}r"), None)
    if field is None:
        return
    states = [box.find(f"{_W}{tag}") for tag in ("checked", "default")]
    state = next((state for state in states if state is not None), None)
    is_checked = state is not None and state.get(f"{_W}val", "1") not in ("0", "false", "off")
    field.addprevious(_build_run("[x]" if is_checked else "[ ]"))


# --- whole paragraphs -----------------------------------------------------------------------------


def _join_drop_caps(root: _Element) -> None:
    """Move each drop cap of a Word part, which is a paragraph of its own, to the paragraph that it begins."""
    for frame in reversed(list(root.iter(f"{_W}framePr"))):
        paragraph = next(frame.iterancestors(f"{_W}p"), None)
        following = paragraph.getnext() if paragraph is not None else None
        is_drop_cap = frame.get(f"{_W}dropCap", "none") != "none"
        if is_drop_cap and paragraph is not None and following is not None and following.tag == f"{_W}p":
            _insert_at_start(following, _list_paragraph_content(paragraph))
            _remove_element(paragraph)


def _list_paragraph_content(paragraph: _Element) -> list[_Element]:
    """Return what a Word paragraph holds, without its properties."""
    return [child for child in paragraph if child.tag != f"{_W}pPr"]


def _insert_at_start(paragraph: _Element, content: Iterable[_Element]) -> None:
    """Insert content at the beginning of a Word paragraph, after its properties."""
    start = 1 if paragraph.find(f"{_W}pPr") is not None else 0
    for number, element in enumerate(content):
        paragraph.insert(start + number, element)


def _remove_element(element: _Element) -> None:
    """Take an element out of the Word document."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _find_head_styles(styles: _Element | None) -> Mapping[str, str]:
    """Return the built-in style ("title", "subtitle" …) of each Word paragraph style that is one or inherits one."""
    names, parents = dict[str, str](), dict[str, str]()
    for style in styles.iter(f"{_W}style") if styles is not None else ():
        style_id = style.get(f"{_W}styleId", "")
        names[style_id] = _read_setting(style, "name").lower()
        parents[style_id] = _read_setting(style, "basedOn")
    head_styles = {}
    for style_id in names:
        current = style_id
        for _ in range(_MAX_PARENTS):
            if names.get(current) in _ANY_HEAD_STYLE:
                head_styles[style_id] = names[current]
                break
            current = parents.get(current, "")
    return head_styles


def _read_setting(element: _Element, path: str) -> str:
    """Return the `val` of a Word element below this one, "" if it is not there."""
    below = element.find("/".join(_W + step for step in path.split("/")))
    return below.get(f"{_W}val", "") if below is not None else ""


def _join_head_lines(root: _Element, head_styles: Mapping[str, str]) -> None:
    """Join neighbouring Word paragraphs of the head in one style, as the two lines of a title, in place.

    A later paragraph with a style that the head has already becomes one of the text.
    """
    last: _Element | None = None
    last_style, seen_ids = "", set[str]()
    for paragraph in root.iterfind(f"{_W}body/{_W}p"):
        if not any(text.text for text in paragraph.iter(f"{_W}t")):
            continue
        style = head_styles.get(_read_setting(paragraph, "pPr/pStyle"), "")
        if not style:
            return
        if style == last_style and style in _HEAD_STYLES and last is not None:
            last.append(_build_run(" "))
            last.extend(_list_paragraph_content(paragraph))
            _remove_element(paragraph)
            continue
        if style in seen_ids and style in _HEAD_STYLES:
            paragraph.remove(paragraph[0])  # its properties, with the style
            return
        seen_ids.add(style)
        last, last_style = paragraph, style


# --- text boxes -----------------------------------------------------------------------------------


def _take_out_text_boxes(root: _Element) -> Iterator[str]:
    """Take the text boxes of a Word part out of their paragraphs, and yield their words.

    If they hold much of the text, each becomes paragraphs after the one that anchors it, and nothing is yielded.
    """
    boxes = [box for box in root.iter(f"{_W}txbxContent") if not _is_fallback(box) and not _is_inside_box(box)]
    amount = sum(len(_read_box_words(box)) for box in boxes)
    total = sum(len(text.text or "") for text in root.iter(f"{_W}t") if not _is_fallback(text))
    for box in boxes:
        words = " ".join(_read_box_words(box).split())
        anchor = _find_box_paragraph(box)
        if amount > _MOST_IN_BOXES * total and anchor is not None:
            for element in reversed(list(box)):
                anchor.addnext(element)
        elif words:
            yield words
        _remove_drawing(box)


def _is_inside_box(box: _Element) -> bool:
    """Return whether a Word text box stands in another one."""
    return next(box.iterancestors(f"{_W}txbxContent"), None) is not None


def _read_box_words(box: _Element) -> str:
    """Return the words of a Word text box, with a space between its paragraphs."""
    return " ".join("".join(text.text or "" for text in p.iter(f"{_W}t")) for p in box.iter(f"{_W}p"))


def _find_box_paragraph(box: _Element) -> _Element | None:
    """Return the outermost paragraph that a Word text box stands in, or None."""
    return next(reversed(list(box.iterancestors(f"{_W}p"))), None)


def _remove_drawing(box: _Element) -> None:
    """Take the drawing of a Word text box, with its copy for old programs, out of its run."""
    for up in list(box.iterancestors()):
        parent = up.getparent()
        if parent is not None and parent.tag == f"{_W}r":
            parent.remove(up)
            return
