"""The type of whole paragraphs of an OpenDocument text, put where pandoc sees it.

LibreOffice writes a paragraph that is wholly bold as a style of the paragraph (OpenDocument 1.3 part 3 §16.2), and
pandoc 3.9 reads only the styles of spans.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO

import lxml.etree
from lxml.etree import _Element

from onrecord.importers.common.zip_archive import Package

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_BOLD, _ITALIC = "OnRecordBold7c1f", "OnRecordItalic7c1f"
_LONGEST_CHAIN = 20  # of styles that stand on one another


@dataclass(frozen=True, slots=True)
class _Style:
    parent: str
    shown: str  # its name as an editor sees it
    weight: str
    slant: str


def with_type_in_spans(data: bytes, package: Package, asks: Callable[[str], bool]) -> bytes:
    """The document with a bold or slanted span around each paragraph whose style is so, or is called after questions."""
    content = package.xml("content.xml")
    assert content is not None  # who calls this has read it
    named = package.xml("styles.xml")
    styles = {**_styles(named), **_styles(content)}
    changed = [
        _wrapped(p, style)
        for p in content.iter(f"{_TEXT}p")
        if (style := _type(p.get(f"{_TEXT}style-name", ""), styles, asks))
    ]
    if not changed:
        return data
    automatic = content.find(f"{_OFFICE}automatic-styles")
    if automatic is None:
        automatic = lxml.etree.Element(f"{_OFFICE}automatic-styles")
        content.insert(0, automatic)
    for name, key, value in ((_BOLD, "font-weight", "bold"), (_ITALIC, "font-style", "italic")):
        span = lxml.etree.SubElement(automatic, f"{_STYLE}style", {f"{_STYLE}name": name, f"{_STYLE}family": "text"})
        lxml.etree.SubElement(span, f"{_STYLE}text-properties", {f"{_FO}{key}": value})
    return _packed(package, lxml.etree.tostring(content, xml_declaration=True, encoding="UTF-8"))


def _styles(root: _Element | None) -> dict[str, _Style]:
    """The paragraph styles of a part, by name."""
    found = {}
    for style in root.iter(f"{_STYLE}style") if root is not None else ():
        name = style.get(f"{_STYLE}name", "")
        if style.get(f"{_STYLE}family") == "paragraph":
            own = style.find(f"{_STYLE}text-properties")
            weight, slant = (
                own.get(f"{_FO}{key}", "") if own is not None else "" for key in ("font-weight", "font-style")
            )
            found[name] = _Style(
                style.get(f"{_STYLE}parent-style-name", ""), style.get(f"{_STYLE}display-name", name), weight, slant
            )
    return found


def _type(name: str, styles: Mapping[str, _Style], asks: Callable[[str], bool]) -> str:
    """The span that shows this paragraph style as it is; "" if it is upright and of common weight."""
    weight = slant = ""
    for _ in range(_LONGEST_CHAIN):
        style = styles.get(name)
        if style is None:
            break
        if asks(style.shown):
            return _BOLD
        weight, slant, name = weight or style.weight, slant or style.slant, style.parent
    heavy = weight == "bold" or (weight.isdigit() and int(weight) >= 600)
    return _BOLD if heavy else _ITALIC if slant == "italic" else ""


def _wrapped(paragraph: _Element, style: str) -> _Element:
    """The paragraph with all it holds in one span."""
    span = lxml.etree.Element(f"{_TEXT}span", {f"{_TEXT}style-name": style})
    span.text, paragraph.text = paragraph.text, None
    span.extend(list(paragraph))
    paragraph.append(span)
    return paragraph


def _packed(package: Package, content: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for part in dict.fromkeys(package.names()):
            packed.writestr(zipfile.ZipInfo(part), content if part == "content.xml" else package.part(part))
    return out.getvalue()
