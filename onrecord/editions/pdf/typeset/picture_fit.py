"""Make a picture a little smaller where its page has no room for it, instead of leaving the page half empty.

Private name used: `layout.block.block_replaced_box_layout`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from weasyprint.formatting_structure.boxes import Box, ParentBox
    from weasyprint.layout import LayoutContext

_SMALLEST = 0.7  # of its height
_MOST_SIZES = 2  # that are tried
_CODE = "qr"  # the class of a code, which must keep its size
_ROUNDING = 0.1  # of a line


@cache
def limit_pictures() -> None:
    """Let pictures be as high as `get_picture_heights` says; a second call changes nothing."""
    from weasyprint.layout import block

    original = block.block_replaced_box_layout

    def block_replaced_box_layout(context: LayoutContext, box: Box, containing_block: Box) -> object:
        """Return WeasyPrint's layout of the picture, of this height at most."""
        height = get_picture_heights(context).get(box.element)
        if height is not None:
            box = box.copy()
            box.max_height = min(box.max_height, height)
        return original(context, box, containing_block)

    block.block_replaced_box_layout = block_replaced_box_layout


def get_picture_heights(context: LayoutContext) -> dict[Element | None, float]:
    """Return the greatest heights (px) of the pictures of a document that are made smaller, by element."""
    if not hasattr(context, "picture_heights"):
        context.picture_heights = {}
    heights: dict[Element | None, float] = context.picture_heights
    return heights


def list_smaller_heights(page: ParentBox, lines: int, leading: float) -> Iterator[tuple[Element | None, float]]:
    """Yield the first picture of a page with heights of which the page before it has room, the greatest first.

    `lines` are empty there. Each line that the picture is less high makes its figure a line less high.
    """
    figure = next((box for box in page.descendants() if box.element_tag == "figure"), None)
    if figure is None or figure.element is None or _CODE in (figure.element.get("class") or "").split():
        return
    pictures = [box for box in figure.descendants() if box.element_tag == "img"]
    if len(pictures) != 1 or pictures[0].style["width"] != "auto" or pictures[0].style["height"] != "auto":
        return
    (picture,) = pictures
    needed = (figure.border_box_y() + figure.border_height() - page.content_box_y()) / leading
    lines_less = ceil(needed - _ROUNDING) + 1 - lines  # a line is left empty above it
    for excess in range(max(lines_less, 1), max(lines_less, 1) + _MOST_SIZES):
        if picture.height - excess * leading >= _SMALLEST * picture.height:
            yield picture.element, picture.height - excess * leading
