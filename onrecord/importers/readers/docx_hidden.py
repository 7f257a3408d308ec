"""Find the words of a Word document that are formatted so that nobody sees them.

ECMA-376 part 1: §17.3.2 (runs), §17.4 (tables), §17.7 (styles).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml.etree import _Element

from onrecord.importers.common.zip_archive import ZipPackage
from onrecord.importers.readers.hidden_words import WHITE, HiddenWords, is_like_background, is_too_small, parse_color

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_VML = "{urn:schemas-microsoft-com:vml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_PLACES = {"header": "the head of the page", "footer": "the foot of the page"}
_MAX_PARENTS = 20  # of a style, of which each inherits from the next
_LIGHT = ("background1", "light1")  # colours of a theme that are white unless somebody has changed them
_CLEAR = 95_000  # thousandths of a percent of transparency
_FLAT_TWIPS = 60  # height of a line or a row in which no letter is seen: 3 points
_NARROW_PERCENT = 10  # of the width of a letter
_OFF = ("0", "false", "off", "none")
_UNKNOWN = "?"  # a background that only Word can compute
_HIGHLIGHTS = {
    "black": "000000",
    "blue": "0000ff",
    "cyan": "00ffff",
    "green": "00ff00",
    "magenta": "ff00ff",
    "red": "ff0000",
    "yellow": "ffff00",
    "white": "ffffff",
    "darkBlue": "000080",
    "darkCyan": "008080",
    "darkGreen": "008000",
    "darkMagenta": "800080",
    "darkRed": "800000",
    "darkYellow": "808000",
    "darkGray": "808080",
    "lightGray": "c0c0c0",
}
Look = Mapping[str, str]  # property -> its setting; what is not there is inherited


def find_hidden_words(package: ZipPackage) -> Iterator[HiddenWords]:
    """Yield a Word document's hidden words: in text, tables, text boxes, notes, headers and footers."""
    styles = _Styles(package.read_xml("word/styles.xml"))
    for part in package.list_part_names():
        match = _PARTS.fullmatch(part)
        root = package.read_xml(part) if match else None
        if match and root is not None:
            yield from _PartReader(match[1], root, styles).find_hidden_words()


# --- properties -----------------------------------------------------------------------------------


def _read_run_look(properties: _Element | None) -> dict[str, str]:
    """Return the settings of a Word `rPr` that can hide words."""
    look: dict[str, str] = {}
    for element in properties if properties is not None else ():
        setting = element.get(f"{_W}val", "")
        if element.tag == f"{_W}vanish":
            look["vanish"] = "" if setting in _OFF else "yes"
        elif element.tag == f"{_W}color":
            look["color"] = _read_color(element)
        elif element.tag in (f"{_W}sz", f"{_W}szCs", f"{_W}w"):
            look[element.tag.removeprefix(_W)] = setting
        elif element.tag == f"{_W}shd" and (shade := _read_shade(element)):
            look["background"] = shade
        elif element.tag == f"{_W}highlight" and setting in _HIGHLIGHTS:
            look["background"] = _HIGHLIGHTS[setting]
        elif element.tag == f"{_W14}textFill":
            look["fill"] = "none" if _has_transparent_fill(element) else ""
            if (fill := element.find(f"{_W14}solidFill/{_W14}srgbClr")) is not None:
                look["color"] = fill.get(f"{_W14}val", "")
    return look


def _read_color(color: _Element) -> str:
    """Return the colour of a Word text's letters: a light one of the theme counts as white."""
    is_mixed = color.get(f"{_W}themeShade") is not None or color.get(f"{_W}themeTint") is not None
    return WHITE if color.get(f"{_W}themeColor") in _LIGHT and not is_mixed else color.get(f"{_W}val", "")


def _has_transparent_fill(fill: _Element) -> bool:
    """Return whether a Word text's letters have no fill, or one that is as good as transparent."""
    clear = [int(value) for alpha in fill.iter(f"{_W14}alpha") if (value := alpha.get(f"{_W14}val", "")).isdigit()]
    return fill.find(f"{_W14}noFill") is not None or max(clear, default=0) >= _CLEAR


def _read_shade(shade: _Element | None) -> str:
    """Return the colour of a Word `shd`, "" where it lets the background through, _UNKNOWN for a pattern."""
    if shade is None:
        return ""
    pattern = shade.get(f"{_W}val", "clear")
    fill = shade.get(f"{_W}fill", "auto")
    if pattern not in ("clear", "nil"):
        return parse_color(shade.get(f"{_W}color", "")) or _UNKNOWN if pattern == "solid" else _UNKNOWN
    if fill == "auto":
        return _UNKNOWN if shade.get(f"{_W}themeFill") else ""
    return parse_color(fill) or _UNKNOWN


@dataclass
class _WordStyle:
    """A style: what it is based on, its run properties, and the shade of its paragraphs or tables."""

    parent: str
    look: dict[str, str]
    shade: str
    has_shades: bool


class _Styles:
    """The styles of a document, each with all that it inherits."""

    def __init__(self, root: _Element | None) -> None:
        self._styles: dict[str, _WordStyle] = {}
        self.default_paragraph = ""
        self.defaults = _read_run_look(root.find(f".//{_W}rPrDefault/{_W}rPr")) if root is not None else {}
        for style in root.iter(f"{_W}style") if root is not None else ():
            style_id = style.get(f"{_W}styleId", "")
            based_on = style.find(f"{_W}basedOn")
            self._styles[style_id] = _WordStyle(
                parent=based_on.get(f"{_W}val", "") if based_on is not None else "",
                look=_read_run_look(style.find(f"{_W}rPr")),
                shade=_read_shade(style.find(f"{_W}pPr/{_W}shd")),
                has_shades=style.find(f".//{_W}shd") is not None,
            )
            if style.get(f"{_W}type") == "paragraph" and style.get(f"{_W}default") in ("1", "true"):
                self.default_paragraph = style_id

    def _list_base_styles(self, style_id: str) -> list[_WordStyle]:
        """Return a Word style after those that it is based on."""
        chain: list[_WordStyle] = []
        while style_id in self._styles and len(chain) < _MAX_PARENTS:
            chain.append(self._styles[style_id])
            style_id = self._styles[style_id].parent
        return chain[::-1]

    def find_look(self, style_id: str) -> dict[str, str]:
        """Return the run properties of a Word style that can hide words."""
        return {key: setting for style in self._list_base_styles(style_id) for key, setting in style.look.items()}

    def find_shade(self, style_id: str) -> str:
        """Return the shade behind the paragraphs of a Word style."""
        return next((style.shade for style in reversed(self._list_base_styles(style_id)) if style.shade), "")

    def has_shades(self, style_id: str) -> bool:
        """Return whether a table style gives any cells a background."""
        return any(style.has_shades for style in self._list_base_styles(style_id))


# --- the words of a part --------------------------------------------------------------------------


@dataclass
class _PartReader:
    """Finds the hidden words of a part, as `document` or `header1`."""

    name: str
    root: _Element
    styles: _Styles
    numbers: dict[_Element, int] = field(default_factory=dict)  # of the paragraphs with words, and of the tables

    def find_hidden_words(self) -> Iterator[HiddenWords]:
        """Yield the hidden words in order, with their place."""
        paragraphs = [p for p in self.root.iter(f"{_W}p") if any(t.text for t in p.iter(f"{_W}t"))]
        for elements in (paragraphs, list(self.root.iter(f"{_W}tbl"))):
            self.numbers |= {element: number for number, element in enumerate(elements, 1)}
        for text in self.root.iter(f"{_W}t"):
            ancestors = list(text.iterancestors())
            if not text.text or any(up.tag == f"{_MC}Fallback" for up in ancestors):
                continue
            if reason := self._explain_hidden(ancestors):
                yield HiddenWords(self._describe_place(ancestors), text.text, reason)

    def _explain_hidden(self, ancestors: list[_Element]) -> str:
        """Return what hides the words inside these Word elements, from the innermost out; "" if they are visible."""
        run = next((up for up in ancestors if up.tag == f"{_W}r"), None)
        paragraph = next((up for up in ancestors if up.tag == f"{_W}p"), None)
        if run is None or paragraph is None:
            return ""
        direct = _read_run_look(run.find(f"{_W}rPr"))
        character = self.styles.find_look(_read_setting(run, "rPr/rStyle"))
        style_id = _read_setting(paragraph, "pPr/pStyle") or self.styles.default_paragraph
        of_paragraph = self.styles.find_look(style_id)
        look = {**self.styles.defaults, **of_paragraph, **character, **direct}
        if "vanish" not in direct and of_paragraph.get("vanish") and character.get("vanish"):
            look["vanish"] = ""  # §17.7.3: two styles that switch it on switch it off
        if look.get("vanish"):
            return "formatted as hidden"
        if any(up.tag == f"{_W}tr" and up.find(f"{_W}trPr/{_W}hidden") is not None for up in ancestors):
            return "in a hidden row"
        if _has_no_height(paragraph, ancestors):
            return "in a line or a row without height"
        return _explain_invisible_type(
            look, is_complex=run.find(f"{_W}rPr/{_W}rtl") is not None
        ) or self._explain_color(look, ancestors, paragraph, style_id)

    def _explain_color(self, look: Look, ancestors: list[_Element], paragraph: _Element, style_id: str) -> str:
        """Return that the colour of a Word text is that of its background, or ""."""
        color = parse_color(look.get("color", ""))
        if not color:
            return ""
        background = (
            look.get("background")
            or _read_shade(paragraph.find(f"{_W}pPr/{_W}shd"))
            or self.styles.find_shade(style_id)
            or self._find_background(ancestors)
        )
        if background == _UNKNOWN or not is_like_background(color, background):
            return ""
        return "white on white" if background == WHITE else "in the colour of their background"

    def _find_background(self, ancestors: list[_Element]) -> str:
        """Return the colour behind a Word paragraph: that of its cell, row, table, text box or page."""
        for up in ancestors:
            shade = ""
            if up.tag == f"{_W}tc":
                shade = _read_shade(up.find(f"{_W}tcPr/{_W}shd"))
            elif up.tag == f"{_W}tbl":
                shade = _read_shade(up.find(f"{_W}tblPr/{_W}shd"))
                if not shade and self.styles.has_shades(_read_setting(up, "tblPr/tblStyle")):
                    shade = _UNKNOWN
            elif up.tag in (f"{_WPS}wsp", f"{_VML}shape", f"{_VML}rect"):
                shade = _read_shape_fill(up)
            if shade:
                return shade
        page = self.root.find(f"{_W}background")
        return (parse_color(page.get(f"{_W}color", "")) or WHITE) if page is not None else WHITE

    def _describe_place(self, ancestors: list[_Element]) -> str:
        """Return the place of hidden words in words like "paragraph 5" or "table 1, row 2, cell 3"."""
        kind = self.name.rstrip("0123456789")
        if kind in _PLACES:
            return _PLACES[kind]
        note = next((up for up in ancestors if up.tag in (f"{_W}footnote", f"{_W}endnote")), None)
        if note is not None:
            return f"{str(note.tag).removeprefix(_W)} {note.get(f'{_W}id', '')}"
        paragraph = next(up for up in ancestors if up.tag == f"{_W}p")
        place = f"paragraph {self.numbers[paragraph]}"
        if any(up.tag == f"{_W}txbxContent" for up in ancestors):
            return f"a text box ({place})"
        cell = next((up for up in ancestors if up.tag == f"{_W}tc"), None)
        row = next((up for up in ancestors if up.tag == f"{_W}tr"), None)
        table = next((up for up in ancestors if up.tag == f"{_W}tbl"), None)
        if cell is None or row is None or table is None:
            return place
        numbers = (_get_number_among_siblings(row, table), _get_number_among_siblings(cell, row))
        return f"table {self.numbers[table]}, row {numbers[0]}, cell {numbers[1]}"


def _has_no_height(paragraph: _Element, ancestors: list[_Element]) -> bool:
    """Return whether an exact height leaves the letters of a Word paragraph, or of its row, no room."""
    spacing = paragraph.find(f"{_W}pPr/{_W}spacing")
    heights = [(spacing, "line", "lineRule")] if spacing is not None else []
    rows = (up.find(f"{_W}trPr/{_W}trHeight") for up in ancestors if up.tag == f"{_W}tr")
    heights += [(row, "val", "hRule") for row in rows if row is not None]
    return any(
        element.get(f"{_W}{rule}") == "exact"
        and element.get(f"{_W}{name}", "").isdigit()
        and int(element.get(f"{_W}{name}", "")) <= _FLAT_TWIPS
        for element, name, rule in heights
    )


def _explain_invisible_type(look: Look, *, is_complex: bool = False) -> str:
    """Return how the size, width or fill of a Word text's letters hides them, or ""."""
    size, width = look.get("szCs" if is_complex else "sz", ""), look.get("w", "").rstrip("%")
    if size.isdigit() and is_too_small(int(size) / 2):
        return f"in {int(size) / 2:g} pt type"
    if width.isdigit() and int(width) <= _NARROW_PERCENT:
        return f"in type of {width} % of its width"
    return "without ink" if look.get("fill") == "none" else ""


def _read_setting(element: _Element, path: str) -> str:
    """Return the `val` of a Word element below this one, "" if it is not there."""
    below = element.find("/".join(_W + step for step in path.split("/")))
    return below.get(f"{_W}val", "") if below is not None else ""


def _read_shape_fill(shape: _Element) -> str:
    """Return the colour of a Word text box, "" where it has none, _UNKNOWN where only Word can compute it."""
    if shape.tag != f"{_WPS}wsp":
        filled = shape.get("filled", "t") not in ("f", "false")
        return (parse_color(shape.get("fillcolor", "white").split(" ")[0]) or _UNKNOWN) if filled else ""
    properties = shape.find(f"{_WPS}spPr")
    if properties is not None and properties.find(f"{_A}noFill") is not None:
        return ""
    solid = properties.find(f"{_A}solidFill/{_A}srgbClr") if properties is not None else None
    if solid is not None:
        return parse_color(solid.get("val", "")) or _UNKNOWN
    has_fill = properties is not None and any("Fill" in str(child.tag) for child in properties)
    style = shape.find(f"{_WPS}style/{_A}fillRef")
    return _UNKNOWN if has_fill or (style is not None and style.get("idx", "0") != "0") else ""


def _get_number_among_siblings(element: _Element, parent: _Element) -> int:
    """Return the number of a Word element among those of its kind in the parent."""
    return next((n for n, child in enumerate(parent.iter(str(element.tag)), 1) if child is element), 1)
