"""What a cover is drawn on: a picture for screens, or HTML that is laid out for paper.

Both have the same units, pixels of a picture 1600 wide: designs are drawn once for both.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Literal, Protocol

from PIL import Image, ImageDraw, ImageFont

from onrecord.model.directions import direct_block, is_from_right

WIDTH, HEIGHT = 1600, 2400  # pixels of the picture
Align = Literal["left", "center"]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Lettering:
    """How a line is written: style (normal, italic), weight, size, colour, and its face as measured."""

    style: str
    weight: int
    colour: str
    font: ImageFont.FreeTypeFont


class Canvas(Protocol):
    """What a design is drawn on."""

    width: float
    height: float

    def fill(self, box: Box, colour: str) -> None:
        """Fill a rectangle of the cover; one at the edge of the cover covers the bleed there, too."""

    def draw_frame(self, box: Box, colour: str, width: int) -> None:
        """Draw the outline of a rectangle on the cover, inside of it."""

    def draw_rule(self, left: float, top: float, right: float, colour: str, width: int) -> None:
        """Draw a horizontal line on the cover."""

    def write(self, text: str, top: float, lettering: Lettering, align: Align, margin: float) -> None:
        """Write a line on the cover between the margins, its ascenders at `top`."""

    def draw_letter(self, char: str, left: float, baseline: float, lettering: Lettering) -> None:
        """Write one letter on the cover from `left` on this baseline."""

    def paste(self, data: bytes, box: Box, align: Align) -> None:
        """Draw a picture on the cover as large as it fits into the box, at its left or in its middle."""


class RasterCanvas:
    """A picture with the colour of the paper."""

    def __init__(self, paper: str) -> None:
        self.width, self.height = float(WIDTH), float(HEIGHT)
        self.image = Image.new("RGB", (WIDTH, HEIGHT), paper)
        self._pen = ImageDraw.Draw(self.image)

    def fill(self, box: Box, colour: str) -> None:
        """Fill a rectangle of the cover's pixels."""
        self._pen.rectangle(box, fill=colour)

    def draw_frame(self, box: Box, colour: str, width: int) -> None:
        """Draw the outline of a rectangle in the cover's pixels."""
        self._pen.rectangle(box, outline=colour, width=width)

    def draw_rule(self, left: float, top: float, right: float, colour: str, width: int) -> None:
        """Draw a horizontal line in the cover's pixels."""
        self._pen.line((left, top, right, top), fill=colour, width=width)

    def write(self, text: str, top: float, lettering: Lettering, align: Align, margin: float) -> None:
        """Write a line between the margins in the cover's pixels."""
        left = margin if align == "left" else (self.width - lettering.font.getlength(text)) / 2
        self._pen.text((left, top), text, font=lettering.font, fill=lettering.colour)

    def draw_letter(self, char: str, left: float, baseline: float, lettering: Lettering) -> None:
        """Write one letter on a baseline in the cover's pixels."""
        self._pen.text((left, baseline), char, font=lettering.font, fill=lettering.colour, anchor="ls")

    def paste(self, data: bytes, box: Box, align: Align) -> None:
        """Draw a picture into the cover's pixels."""
        picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG")).convert("RGBA")
        left, top, right, bottom = box
        scale = min((right - left) / picture.width, (bottom - top) / picture.height)
        size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
        x = left if align == "left" else left + (right - left - size[0]) / 2
        self.image.paste(picture, (round(x), round(top + (bottom - top - size[1]) / 2)), picture)


@dataclass
class MarkupCanvas:
    """HTML of absolutely placed blocks: `left_mm` is where the cover begins on the sheet, `mm` the length of a unit.

    What is filled up to an edge goes on for `bleed_mm` on that side; `bleeds_left` and `bleeds_right` say whether the
    sides are edges of the sheet. Pictures get names, for the layout to load them.
    """

    width: float
    height: float
    mm: float
    left_mm: float
    paper: str
    language: str
    bleed_mm: float
    bleeds_left: bool
    bleeds_right: bool
    html: list[str] = field(default_factory=list)
    pictures: list[tuple[str, str, bytes]] = field(default_factory=list)

    def fill(self, box: Box, colour: str) -> None:
        """Fill a rectangle of the cover in HTML, and the bleed at the edges that it reaches."""
        left, top, right, bottom = (side * self.mm for side in box)
        left -= self.bleed_mm if left <= 0 and self.bleeds_left else 0
        top -= self.bleed_mm if top <= 0 else 0
        right += self.bleed_mm if right >= self.width * self.mm and self.bleeds_right else 0
        bottom += self.bleed_mm if bottom >= self.height * self.mm else 0
        self._put_block((left, top, right, bottom), f"background: {colour}")

    def draw_frame(self, box: Box, colour: str, width: int) -> None:
        """Draw the outline of a rectangle on the cover in HTML."""
        left, top, right, bottom = box
        for side in (
            (left, top, right, top + width),
            (left, bottom - width, right, bottom),
            (left, top, left + width, bottom),
            (right - width, top, right, bottom),
        ):
            self._put_block([edge * self.mm for edge in side], f"background: {colour}")

    def draw_rule(self, left: float, top: float, right: float, colour: str, width: int) -> None:
        """Draw a horizontal line on the cover in HTML."""
        left, right = self._mirror(left, right)
        sides = [side * self.mm for side in (left, top - width / 2, right, top + width / 2)]
        self._put_block(sides, f"background: {colour}")

    def write(self, text: str, top: float, lettering: Lettering, align: Align, margin: float) -> None:
        """Write a line between the margins of the cover in HTML."""
        sides = [side * self.mm for side in (margin, top, self.width - margin, top + sum(lettering.font.getmetrics()))]
        side = align if align == "center" or not is_from_right(self.language) else "right"
        self._put_block(sides, f"text-align: {side}", text, lettering)

    def draw_letter(self, char: str, left: float, baseline: float, lettering: Lettering) -> None:
        """Write one letter on a baseline of the cover in HTML."""
        ascent, descent = lettering.font.getmetrics()
        left, right = self._mirror(left, left + ascent + descent)
        sides = [side * self.mm for side in (left, baseline - ascent, right, baseline + descent)]
        self._put_block(sides, f"text-align: {'right' if is_from_right(self.language) else 'left'}", char, lettering)

    def paste(self, data: bytes, box: Box, align: Align) -> None:
        """Draw a picture on the cover in HTML, its transparent parts on the colour of the paper."""
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
            flat = flatten_picture(picture, self.paper)
        left, top, right, bottom = box
        scale = min((right - left) / flat.width, (bottom - top) / flat.height)
        width, height = flat.width * scale, flat.height * scale
        x, y = left if align == "left" else left + (right - left - width) / 2, top + (bottom - top - height) / 2
        x, _ = self._mirror(x, x + width) if align == "left" else (x, 0)
        self._place_picture(flat, [side * self.mm for side in (x, y, x + width, y + height)])

    def cover_with(self, picture: Image.Image, kind: str) -> None:
        """Draw a picture over all of the cover and its bleed; a photograph (JPEG) stays one."""
        left = -self.bleed_mm if self.bleeds_left else 0.0
        right = self.width * self.mm + (self.bleed_mm if self.bleeds_right else 0)
        self._place_picture(picture, [left, -self.bleed_mm, right, self.height * self.mm + self.bleed_mm], kind)

    def _mirror(self, left: float, right: float) -> tuple[float, float]:
        """Return the edges of a thing on the cover of a right-to-left book, given those of a left-to-right one."""
        return (self.width - right, self.width - left) if is_from_right(self.language) else (left, right)

    def _place_picture(self, picture: Image.Image, sides_mm: Sequence[float], kind: str = "PNG") -> None:
        """Put a picture in this place of the cover, which has its proportions."""
        out = io.BytesIO()
        options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
        picture.save(out, kind, **options)
        name = f"cover-{len(self.pictures)}.{kind.lower()}"
        self.pictures.append((name, f"image/{kind.lower()}", out.getvalue()))
        left, top, right, bottom = sides_mm
        style = f"left: {left + self.left_mm:.3f}mm; top: {top:.3f}mm; width: {right - left:.3f}mm"
        style += f"; height: {bottom - top:.3f}mm"
        self.html.append(f'<div style="{style}"><img alt="" src="book:/images/{name}"/></div>')

    def _put_block(
        self, sides_mm: Sequence[float], style: str, text: str = "", lettering: Lettering | None = None
    ) -> None:
        """Put an HTML block with these sides on the cover, and a line of text in it."""
        left, top, right, bottom = sides_mm
        place = f"left: {left + self.left_mm:.3f}mm; top: {top:.3f}mm; width: {right - left:.3f}mm"
        if lettering:
            size, height = lettering.font.size * self.mm, (bottom - top)
            style += (
                f"; color: {lettering.colour}; font: {lettering.style} {lettering.weight} {size:.3f}mm/{height:.3f}mm"
            )
            style += " var(--heading-face-print)"
        direction = direct_block(text, self.language)
        attribute = f' dir="{direction}"' if direction else ""
        self.html.append(f'<p{attribute} style="{place}; height: {bottom - top:.3f}mm; {style}">{escape(text)}</p>')


def flatten_picture(picture: Image.Image, paper: str) -> Image.Image:
    """Return the picture without transparency, on this colour."""
    with_alpha = picture.convert("RGBA")
    ground = Image.new("RGBA", with_alpha.size, paper)
    return Image.alpha_composite(ground, with_alpha).convert("RGB")
