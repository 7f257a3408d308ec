"""Speed WeasyPrint 70 up: answer questions about styles and boxes once, or by a short way if the answer is plain.

Each speedup replaces one function. `SPEEDUPS` names the file that holds it and the SHA-256 of that file: in another
version of WeasyPrint a speedup does nothing until somebody has read what changed. What a layout draws is the same.

The layout engine stores nothing into the lengths, borders and backgrounds of a style after it has laid out the first
box of it (it does so only into copies), so what follows from them is kept with the style.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from weasyprint.css import AnonymousStyle, ComputedStyle
    from weasyprint.formatting_structure.boxes import Box, PageBox, _Style
    from weasyprint.layout import LayoutContext
    from weasyprint.text.ffi import _CData
    from weasyprint.text.line_break import Layout

_SIDES = ("left", "right", "top", "bottom")
_LENGTHS = (
    *(f"margin_{side}" for side in _SIDES),
    *(f"padding_{side}" for side in _SIDES),
    *(f"{limit}{axis}" for axis in ("width", "height") for limit in ("", "min_", "max_")),
)
_CORNERS = tuple(f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left"))
_NO_RADII = dict.fromkeys(_CORNERS, (0, 0))
# CSS Paged Media 3, section 5.
_MARGIN_BOXES = tuple(
    f"@{name}"
    for name in (
        *("top-left-corner", "top-left", "top-center", "top-right", "top-right-corner"),
        *("bottom-left-corner", "bottom-left", "bottom-center", "bottom-right", "bottom-right-corner"),
        *("left-top", "left-middle", "left-bottom", "right-top", "right-middle", "right-bottom"),
    )
)


@dataclass(frozen=True, slots=True)
class Speedup:
    """A replacement: the module with what it replaces, the first digits of its SHA-256, and what makes it."""

    module: str
    sha256: str
    apply: Callable[[], None]

    def compute_sha256(self) -> str:
        """Return the first 16 digits of the SHA-256 of the module that is installed."""
        source = Path(str(import_module(self.module).__file__)).read_bytes()
        return hashlib.sha256(source).hexdigest()[:16]


def apply_replacements(speedups: Iterable[Speedup]) -> None:
    """Make each replacement whose module is the one that it was written for; call this once in a process."""
    for speedup in speedups:
        if speedup.compute_sha256() == speedup.sha256:
            speedup.apply()


def replace_everywhere(original: object, replacement: object) -> None:
    """Put the replacement wherever a module of WeasyPrint has imported the original."""
    for name, module in list(sys.modules.items()):
        if name == "weasyprint" or name.startswith("weasyprint."):
            for key, value in list(vars(module).items()):
                if value is original:
                    setattr(module, key, replacement)


# --- styles -----------------------------------------------------------------------------------------


def _shorten_style_lookup() -> None:
    """Patch WeasyPrint to take initial and inherited values that need no computing directly."""
    from weasyprint import css
    from weasyprint.css.functions import check_math

    names_by_direction = {
        key: tuple(function(block="ttb", inline=direction) for direction in ("ltr", "rtl"))
        for key, function in css.PHYSICAL_FUNCTIONS.items()
    }
    initial = {
        key: value
        for key, value in css.INITIAL_VALUES.items()
        if key in set(_list_plain_keys(css.INITIAL_VALUES)) - set(css.INHERITED) - set(css.INITIAL_NOT_COMPUTED)
        and not check_math(value)
        and value not in ("initial", "inherit")
    }
    inherited = set(_list_plain_keys(css.INHERITED)) - set(names_by_direction)
    compute, compute_anonymous = css.ComputedStyle.__missing__, css.AnonymousStyle.__missing__

    def find_value(self: ComputedStyle, key: str) -> object:
        """Return the value of a property that no rule sets; leave all else to WeasyPrint."""
        if key not in self.cascaded:
            if key in initial:
                if not any(name in self.cascaded for name in names_by_direction.get(key, ())):
                    value = self[key] = initial[key]
                    return value
            elif key in inherited and self.parent_style is not None:
                value = self.parent_style[key]
                if not check_math(value):
                    self[key] = value
                    return value
        return compute(self, key)

    def find_anonymous_value(self: AnonymousStyle, key: str) -> object:
        """Return the initial value of a property; leave inherited ones to WeasyPrint."""
        if key in initial:
            value = self[key] = initial[key]
            return value
        return compute_anonymous(self, key)

    css.ComputedStyle.__missing__ = find_value
    css.AnonymousStyle.__missing__ = find_anonymous_value


def _list_plain_keys(keys: object) -> Iterator[str]:
    """Yield the properties whose value depends on no other property and on no ancestor but the parent."""
    assert isinstance(keys, dict | set | frozenset)
    for key in keys:
        if key not in ("position", "float", "display", "page") and not key.startswith("text_decoration_"):
            yield key


# --- boxes ------------------------------------------------------------------------------------------


def _keep_used_lengths() -> None:
    """Patch WeasyPrint to compute the used lengths of a style without percentages once, not for each box."""
    from weasyprint.layout import percent

    resolve = percent.resolve_percentages

    def resolve_percentages(box: Box, containing_block: object) -> None:
        """Set the used lengths of a box from those kept with its style."""
        style = box.style
        try:
            used = style._used_by_onrecord
        except AttributeError:
            used = style._used_by_onrecord = _compute_used_lengths(style)
        if used is None:
            resolve(box, containing_block)
        else:
            box.__dict__.update(used)

    replace_everywhere(resolve, resolve_percentages)


def _compute_used_lengths(style: _Style) -> dict[str, object] | None:
    """Return the attributes of every box of this style; None if they depend on the box or on what contains it."""
    from weasyprint.css.properties import Dimension

    if style["border_collapse"] == "collapse" or style["box_sizing"] != "content-box":
        return None
    used: dict[str, object] = {f"border_{side}_width": style[f"border_{side}_width"] for side in _SIDES}
    for name in _LENGTHS:
        value = style[name]
        if value == "auto":
            used[name] = 0 if name in ("min_width", "min_height") else value
        elif value is None:
            used[name] = value
        elif isinstance(value, Dimension) and value.unit != "%":
            used[name] = value.value
        else:
            return None
    return used


def _shorten_flow_check() -> None:
    """Patch WeasyPrint to answer “in normal flow” from two properties, if the box does not float or move."""
    from weasyprint.formatting_structure.boxes import Box

    check = Box.is_in_normal_flow

    def is_in_normal_flow(self: Box) -> bool:
        """Return whether the box is in normal flow (CSS 2.1, section 9.3)."""
        style = self.style
        if style["float"] == "none" and style["position"] in ("static", "relative"):
            return True
        return check(self)

    Box.is_in_normal_flow = is_in_normal_flow


def _shorten_search_for_room() -> None:
    """Patch WeasyPrint to give a line all the room of its block without a search, if nothing floats beside it."""
    from weasyprint.formatting_structure.boxes import LineBox
    from weasyprint.layout import float as floats

    search = floats.avoid_collisions

    def avoid_collisions(
        context: LayoutContext, box: Box, containing_block: Box, outer: bool = True
    ) -> tuple[float, float, float]:
        """Return where a box has room, and how much from left to right."""
        is_free = type(box) is LineBox and not outer and not context.excluded_shapes
        before, after = box.margin_left, box.margin_right
        if not is_free or containing_block.style["direction"] != "ltr" or before == "auto" or after == "auto":
            return search(context, box, containing_block, outer)
        left = containing_block.content_box_x()
        right = left + containing_block.width - after
        left += before
        return left - before, box.border_box_y() - box.margin_top, right - left

    replace_everywhere(search, avoid_collisions)


def _skip_empty_margin_boxes() -> None:
    """Patch WeasyPrint to make no margin boxes for a page of which none has content."""
    from weasyprint.layout import page as pages

    make = pages.make_margin_boxes

    def make_margin_boxes(context: LayoutContext, page: PageBox, state: object) -> Iterator[Box]:
        """Yield the margin boxes of a page, none if none has content."""
        styles = (context.style_for(page.page_type, name) for name in _MARGIN_BOXES)
        if any(style is not None and style["content"] not in ("normal", "inhibit", "none") for style in styles):
            yield from make(context, page, state)

    replace_everywhere(make, make_margin_boxes)


def _skip_bare_backgrounds() -> None:
    """Patch WeasyPrint to compute no background for a box whose style has neither colour nor picture."""
    from weasyprint.layout import background

    lay_out = background.layout_box_backgrounds

    def layout_box_backgrounds(
        page: PageBox, box: Box, get_image: object, layout_children: bool = True, style: _Style | None = None
    ) -> None:
        """Position the background of a box and those of its children."""
        if style is not None or box is page or not _is_bare(box.style):
            lay_out(page, box, get_image, layout_children, style)
            return
        box.__dict__.update(_NO_RADII)
        if layout_children:
            for child in box.all_children():
                layout_box_backgrounds(page, child, get_image)
        box.background = None

    replace_everywhere(lay_out, layout_box_backgrounds)


def _is_bare(style: _Style) -> bool:
    """Return whether boxes of this style have no background, rounded corner, shadow or border picture (cached)."""
    try:
        return style._is_bare_by_onrecord
    except AttributeError:
        style._is_bare_by_onrecord = _compute_is_bare(style)
        return style._is_bare_by_onrecord


def _compute_is_bare(style: _Style) -> bool:
    """Return whether a style has no background, rounded corner, shadow or border picture, by its properties."""
    from weasyprint.draw.color import get_color

    if any((0, "px") not in style[corner] for corner in _CORNERS):  # type: ignore[operator]  # a pair
        return False
    if style["border_image_source"][0] != "none" or style["mask_border_source"][0] != "none":
        return False
    if style["box_shadow"]:
        return False
    if style["visibility"] == "hidden":
        return True
    no_picture = all(kind == "none" for kind, _ in style["background_image"])
    return no_picture and get_color(style, "background_color").alpha == 0


# --- text -------------------------------------------------------------------------------------------


def _keep_struts() -> None:
    """Patch WeasyPrint to keep the height and the baseline of an empty line with the style."""
    from weasyprint.text import line_break

    compute = line_break.strut

    def strut(style: _Style) -> tuple[float, float]:
        """Return the height of an empty line and its baseline."""
        try:
            return style._strut_by_onrecord
        except AttributeError:
            style._strut_by_onrecord = compute(style)
            return style._strut_by_onrecord

    replace_everywhere(compute, strut)


def _postpone_justified_layouts() -> None:
    """Patch WeasyPrint to note only text and spacing of a justified text, which is laid out when drawn."""
    from weasyprint.layout import inline
    from weasyprint.text.line_break import Layout

    create = inline.create_layout

    def create_layout(
        text: str, style: _Style, context: LayoutContext, max_width: float | None, justification_spacing: float
    ) -> Layout:
        """Return a layout of the text; without a width, one that must be activated before it is used."""
        if max_width is not None or style["text_decoration_line"] != "none" or "\n" in text or text == " ":
            return create(text, style, context, max_width, justification_spacing)
        layout = Layout.__new__(Layout)
        layout.text, layout.justification_spacing, layout.max_width = text, justification_spacing, None
        layout.first_line_direction = 0
        layout.__dict__.update(layout=None, language=None, style=None)  # `deactivate` deletes them
        return layout

    inline.create_layout = create_layout


def _measure_lines_in_one_rectangle() -> None:
    """Patch WeasyPrint to measure all lines in one rectangle, and to pass Pango text without a copy."""
    from weasyprint.text import ffi as pango_ffi
    from weasyprint.text import line_break
    from weasyprint.text.ffi import FROM_UNITS, ffi, pango

    rectangle = ffi.new("PangoRectangle *")

    def line_size(line: _CData, style: _Style) -> tuple[float, float]:
        """Return the width and the height of a line in pixels."""
        pango.pango_layout_line_get_extents(line, ffi.NULL, rectangle)
        width = rectangle.width * FROM_UNITS
        spacing = style["letter_spacing"]
        if spacing != "normal":
            width += spacing  # type: ignore[operator]  # a number
        return width, rectangle.height * FROM_UNITS

    def unicode_to_char_p(string: str) -> tuple[bytes, bytes]:
        """Return the text as C takes it, and its bytes: the same bytes, which cffi passes as `const char *`."""
        letters = string.encode().replace(b"\0", b"")
        return letters, letters

    replace_everywhere(line_break.line_size, line_size)
    replace_everywhere(pango_ffi.unicode_to_char_p, unicode_to_char_p)


SPEEDUPS = (
    Speedup("weasyprint.css", "77ad7287f90d7cfa", _shorten_style_lookup),
    Speedup("weasyprint.layout.percent", "bac190e240dce17b", _keep_used_lengths),
    Speedup("weasyprint.formatting_structure.boxes", "8ffd28ab74a149f0", _shorten_flow_check),
    Speedup("weasyprint.layout.float", "4e6cc308ad2a7d2a", _shorten_search_for_room),
    Speedup("weasyprint.layout.page", "d99c5aceb36d4586", _skip_empty_margin_boxes),
    Speedup("weasyprint.layout.background", "3d98949e4fe71bc7", _skip_bare_backgrounds),
    Speedup("weasyprint.text.line_break", "1f5a855ad992e0be", _keep_struts),
    Speedup("weasyprint.layout.inline", "0e7c1569330f5473", _postpone_justified_layouts),
    Speedup("weasyprint.text.ffi", "530e83118f7841d2", _measure_lines_in_one_rectangle),
)
