"""Find the words of an OpenDocument text that are formatted so that nobody sees them.

OpenDocument 1.3 part 3, §16 (styles) and §20 (their attributes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain

from lxml.etree import _Element

from onrecord.importers.common.zip_archive import ZipPackage
from onrecord.importers.readers.hidden_words import WHITE, HiddenWords, is_like_background, is_too_small, parse_color

_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_MAX_PARENTS = 20
_CLEAR = tuple(f"{percent}%" for percent in range(6))  # opacity of words that cannot be seen
_NARROW_PERCENT = 10  # of the width of a letter
_UNKNOWN = "?"
_SIZE = re.compile(r"([\d.]{1,8})(pt|px|mm|cm|in)$")
_POINTS = {"pt": 1.0, "px": 0.75, "mm": 2.8346, "cm": 28.346, "in": 72.0}
# Elements with a style, and the family that it belongs to.
_FAMILIES = {
    f"{_TEXT}p": "paragraph",
    f"{_TEXT}h": "paragraph",
    f"{_TEXT}span": "text",
    f"{_TEXT}a": "text",
    f"{_TEXT}section": "section",
    f"{_TABLE}table": "table",
    f"{_TABLE}table-row": "table-row",
    f"{_TABLE}table-cell": "table-cell",
    f"{_DRAW}frame": "graphic",
}
_PRINTED = tuple(f"{_TEXT}{name}" for name in ("p", "h", "span", "a", "hidden-text"))
Look = Mapping[str, str]


def find_hidden_words(package: ZipPackage, body: _Element) -> Iterator[HiddenWords]:
    """Yield the hidden words of an imported OpenDocument text in order, with their place."""
    content = body.getroottree().getroot()
    styles = _read_styles([root for root in (package.read_xml("styles.xml"), content) if root is not None])
    number = 0
    waiting: list[tuple[_Element | str, Look, int]] = [(body, styles.get(("paragraph", ""), {}), 0)]
    while waiting:
        node, look, paragraph = waiting.pop()
        if isinstance(node, str):
            if reason := _explain_hidden(look):
                yield HiddenWords(f"paragraph {paragraph}", node, reason)
            continue
        if not isinstance(node.tag, str) or node.tag in (f"{_OFFICE}annotation", f"{_TEXT}tracked-changes"):
            continue
        if node.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            number += bool("".join(map(str, node.itertext())).strip())
            paragraph = number
        look = _inherit_look(look, node, styles)
        parts: list[_Element | str] = [node.text or ""]
        for child in node:
            parts += [child, child.tail or ""]
        has_words = node.tag in _PRINTED
        waiting += [
            (part, look, paragraph) for part in reversed(parts) if not isinstance(part, str) or (part and has_words)
        ]


def _read_styles(roots: list[_Element]) -> dict[tuple[str, str], dict[str, str]]:
    """Return the look of each OpenDocument style, by family and name, with all that it inherits."""
    looks: dict[tuple[str, str], dict[str, str]] = {}
    parents: dict[tuple[str, str], str] = {}
    for style in chain.from_iterable(root.iter(f"{_STYLE}style", f"{_STYLE}default-style") for root in roots):
        key = (style.get(f"{_STYLE}family", ""), style.get(f"{_STYLE}name", ""))
        looks[key], parents[key] = _read_look(style), style.get(f"{_STYLE}parent-style-name", "")
    resolved = {}
    for family, name in looks:
        names = [name]
        while (parent := parents.get((family, names[-1]), "")) and len(names) < _MAX_PARENTS:
            names.append(parent)
        resolved[family, name] = {
            property_name: setting
            for style_name in reversed(names)
            for property_name, setting in looks.get((family, style_name), {}).items()
        }
    return resolved


def _read_look(style: _Element) -> dict[str, str]:
    """Return the settings of an OpenDocument style that can hide words."""
    look: dict[str, str] = {}
    for properties in style:
        is_of_text = properties.tag == f"{_STYLE}text-properties"
        for name, setting in properties.attrib.items():
            if background := _read_background(str(name), str(setting)):
                look["background"] = background
            elif name in (f"{_FO}color", f"{_FO}font-size", f"{_TEXT}display", f"{_STYLE}text-scale"):
                look[name.rpartition("}")[2]] = setting
            elif is_of_text and name.endswith("}opacity"):
                look["opacity"] = setting
        if properties.get(f"{_STYLE}use-window-font-color") == "true":  # LibreOffice writes it with an opacity of 0 %
            look["color"] = look["opacity"] = ""
    return look


def _read_background(name: str, setting: str) -> str:
    """Return the background that an attribute gives, _UNKNOWN for one that cannot be computed, "" for none."""
    if name in (f"{_FO}background-color", f"{_DRAW}fill-color"):
        return "" if setting == "transparent" else parse_color(setting) or _UNKNOWN
    is_unknown = (name == f"{_DRAW}fill" and setting not in ("none", "solid")) or name.endswith("}background-image")
    return _UNKNOWN if is_unknown else ""


def _inherit_look(look: Look, element: _Element, styles: Mapping[tuple[str, str], dict[str, str]]) -> Look:
    """Return the look of an element's words: that of its surroundings, changed by its style and attributes."""
    family = _FAMILIES.get(str(element.tag))
    if any(field.get(f"{_TEXT}is-hidden") == "true" for field in element.iterchildren(f"{_TEXT}hidden-paragraph")):
        look = {**look, "display": "none"}
    if element.tag == f"{_TEXT}hidden-text":
        return {**look, "display": "none"}
    if family is None:
        return look
    names = (element.get(f"{space}style-name", "") for space in (_TEXT, _TABLE, _DRAW))
    style = styles.get((family, next(filter(None, names), "-")), {})
    is_hidden = element.get(f"{_TEXT}display") == "none" or look.get("display") == "none"
    size = style.get("font-size", "")
    if size.endswith("%"):  # of the size around it
        style = {key: setting for key, setting in style.items() if key != "font-size"}
    return {**look, **style, **({"display": "none"} if is_hidden else {})}


def _explain_hidden(look: Look) -> str:
    """Return what hides OpenDocument words of this look, "" if they are visible."""
    if look.get("display") == "none":
        return "formatted as hidden"
    match = _SIZE.match(look.get("font-size", ""))
    if match and is_too_small(size := float(match[1].strip(".") or 0) * _POINTS[match[2]]):
        return f"in {size:g} pt type"
    if look.get("opacity") in _CLEAR:
        return "transparent"
    scale = look.get("text-scale", "").rstrip("%")
    if scale.isdigit() and int(scale) <= _NARROW_PERCENT:
        return f"in type of {scale} % of its width"
    background = look.get("background", WHITE)
    if background != _UNKNOWN and is_like_background(parse_color(look.get("color", "")), background):
        return "white on white" if background == WHITE else "in the colour of their background"
    return ""
