"""Read the XML of an OpenDocument text (OpenDocument 1.3 part 3).

LibreOffice writes a paragraph that is wholly bold as a style of the paragraph (§16.2), and pandoc 3.9 reads only
the styles of spans.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import lxml.etree
from lxml.etree import _Element

from onrecord.importers.common.zip_archive import read_xml_texts

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_WORD_TAGS = frozenset(_TEXT + tag for tag in ("p", "h", "span", "a", "note-body"))
_SPACE_TAGS = frozenset(_TEXT + tag for tag in ("p", "h", "s", "tab", "line-break"))
_UNPRINTED_TAGS = frozenset({_TEXT + "note-citation", _TEXT + "sequence-decls", _OFFICE + "forms"})
_BOLD, _ITALIC = "OnRecordBold7c1f", "OnRecordItalic7c1f"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_CAPTION_STYLE = re.compile(r"Table|(?:Table_?(?:20_)?)?Caption")
_MAX_PARENTS = 20  # of a style, of which each inherits from the next


@dataclass(frozen=True, slots=True)
class _Style:
    """A paragraph style; weight and slant are "" where it inherits them."""

    parent: str
    display_name: str
    weight: str
    slant: str


def find_body(content: _Element | None) -> _Element | None:
    """Return the text body of an OpenDocument's content, None if the package holds none."""
    return content.find(f".//{_OFFICE}text") if content is not None else None


def read_printed_text(element: _Element) -> str:
    """Return the printed text of an OpenDocument element."""
    return "".join(read_xml_texts(element, _WORD_TAGS, _SPACE_TAGS, _UNPRINTED_TAGS))


def read_picture_descriptions(body: _Element) -> list[str]:
    """Return the alternative text of each picture in an OpenDocument: its description, or its title."""
    return [
        frame.findtext(_SVG + "desc", "") or frame.findtext(_SVG + "title", "")
        for frame in body.iter(f"{_DRAW}frame")
        if frame.find(f"{_DRAW}image") is not None
    ]


def find_change_authors(body: _Element) -> list[str]:
    """Return the author of each tracked change in an OpenDocument, "" for one without a name."""
    return [region.findtext(f".//{_DC}creator", "") for region in body.iter(_TEXT + "changed-region")]


def find_comment_authors(body: _Element) -> list[str]:
    """Return the author of each comment in an OpenDocument, "" for one without a name."""
    return [comment.findtext(f"{_DC}creator", "") for comment in body.iter(_OFFICE + "annotation")]


# --- the type of whole paragraphs -----------------------------------------------------------------


def wrap_styled_paragraphs(content: _Element, shared_styles: _Element | None, asks: Callable[[str], bool]) -> None:
    """Put a bold or italic span around each OpenDocument paragraph's content if its style is so, in place.

    A paragraph whose style `asks` recognizes by its name as that of a question is bold, too.
    """
    styles = {**_read_styles(shared_styles), **_read_styles(content)}
    has_spans = False
    for paragraph in content.iter(f"{_TEXT}p"):
        span_style = _find_span_style(paragraph.get(f"{_TEXT}style-name", ""), styles, asks)
        if span_style:
            _wrap_content(paragraph, span_style)
            has_spans = True
    if has_spans:
        _add_span_styles(content)


def move_captions_after_tables(content: _Element, shared_styles: _Element | None) -> None:
    """Move each OpenDocument table's caption after its table, with a colon before it, in place.

    A caption is a paragraph beside a table in a style for captions, or in one that inherits from such a style.
    """
    styles = {**_read_styles(shared_styles), **_read_styles(content)}
    for table in content.iter(f"{_TABLE}table"):
        for caption in (table.getprevious(), table.getnext()):
            if caption is None or caption.tag != f"{_TEXT}p":
                continue
            names = _list_style_names(caption.get(f"{_TEXT}style-name", ""), styles)
            if any(_CAPTION_STYLE.fullmatch(name) for name in names):
                caption.attrib.pop(f"{_TEXT}style-name")
                caption.text = f": {caption.text or ''}"
                table.addnext(caption)
                break


def _list_style_names(name: str, styles: Mapping[str, _Style]) -> list[str]:
    """Return the name of an OpenDocument paragraph style, and those of the styles from which it inherits."""
    names: list[str] = []
    while name and len(names) < _MAX_PARENTS:
        names += [name]
        name = styles[name].parent if name in styles else ""
    return names


def join_title_lines(content: _Element, shared_styles: _Element | None) -> None:
    """Join neighbouring OpenDocument paragraphs in the style Title, as two lines of one title, in place.

    A style that only inherits from Title becomes Title, so that pandoc reads the paragraph as one.
    """
    styles = {**_read_styles(shared_styles), **_read_styles(content)}
    titles = [p for p in content.iter(f"{_TEXT}p") if _is_title(p.get(f"{_TEXT}style-name", ""), styles)]
    for title in titles:
        title.set(f"{_TEXT}style-name", "Title")
    known_titles = set(titles)
    for title in reversed(titles):
        before = title.getprevious()
        if before is not None and before in known_titles:
            span = lxml.etree.SubElement(before, f"{_TEXT}span")
            span.text = f" {title.text or ''}"
            before.extend(list(title))
            if (parent := title.getparent()) is not None:
                parent.remove(title)


def _is_title(name: str, styles: Mapping[str, _Style]) -> bool:
    """Return whether an OpenDocument paragraph style is the built-in Title, or inherits from it."""
    return "Title" in _list_style_names(name, styles)


def serialize(content: _Element) -> bytes:
    """Return the XML bytes of an OpenDocument's `content.xml`."""
    return lxml.etree.tostring(content, xml_declaration=True, encoding="UTF-8")


def _read_styles(root: _Element | None) -> dict[str, _Style]:
    """Return the paragraph styles of an OpenDocument part, by name."""
    styles = {}
    for style in root.iter(f"{_STYLE}style") if root is not None else ():
        if style.get(f"{_STYLE}family") != "paragraph":
            continue
        name = style.get(f"{_STYLE}name", "")
        properties = style.find(f"{_STYLE}text-properties")
        styles[name] = _Style(
            parent=style.get(f"{_STYLE}parent-style-name", ""),
            display_name=style.get(f"{_STYLE}display-name", name),
            weight=properties.get(f"{_FO}font-weight", "") if properties is not None else "",
            slant=properties.get(f"{_FO}font-style", "") if properties is not None else "",
        )
    return styles


def _find_span_style(name: str, styles: Mapping[str, _Style], asks: Callable[[str], bool]) -> str:
    """Return the style of a span that shows an OpenDocument paragraph style; "" for regular type."""
    weight = slant = ""
    for _ in range(_MAX_PARENTS):
        style = styles.get(name)
        if style is None:
            break
        if asks(style.display_name):
            return _BOLD
        if name == "Table_20_Heading":
            return ""  # the head of a table is bold in any case
        weight, slant, name = weight or style.weight, slant or style.slant, style.parent
    if weight == "bold" or (weight.isdigit() and int(weight) >= 600):
        return _BOLD
    return _ITALIC if slant == "italic" else ""


def _wrap_content(paragraph: _Element, style: str) -> None:
    """Put everything that an OpenDocument paragraph holds into one span."""
    span = lxml.etree.Element(f"{_TEXT}span", {f"{_TEXT}style-name": style})
    span.text, paragraph.text = paragraph.text, None
    span.extend(list(paragraph))
    paragraph.append(span)


def _add_span_styles(content: _Element) -> None:
    """Add the automatic styles for bold and italic spans to content.xml."""
    automatic = content.find(f"{_OFFICE}automatic-styles")
    if automatic is None:
        automatic = lxml.etree.Element(f"{_OFFICE}automatic-styles")
        content.insert(0, automatic)
    for name, property_name, setting in ((_BOLD, "font-weight", "bold"), (_ITALIC, "font-style", "italic")):
        style = lxml.etree.SubElement(automatic, f"{_STYLE}style", {f"{_STYLE}name": name, f"{_STYLE}family": "text"})
        lxml.etree.SubElement(style, f"{_STYLE}text-properties", {f"{_FO}{property_name}": setting})
