"""Colours as numbers: read from CSS, compared by contrast (WCAG 2.2 §1.4.3), mixed with black or white."""

from __future__ import annotations

from tinycss2 import color4

Color = tuple[float, float, float]  # red, green, blue from 0 to 1 in sRGB
BLACK: Color = (0.0, 0.0, 0.0)
WHITE: Color = (1.0, 1.0, 1.0)
LEGIBLE = 4.5  # the least contrast of text with its paper
_STEPS = 100


def parse_color(css: str) -> Color | None:
    """Return the colour that the CSS names; None if it is none, transparent, or in a notation unknown here."""
    color = color4.parse_color(css)
    if not isinstance(color, color4.Color):
        return None
    try:
        red, green, blue, alpha = (float(part or 0) for part in color.to("srgb"))
    except NotImplementedError:  # oklch() and its like
        return None
    return (red, green, blue) if alpha == 1 else None


def format_color(color: Color) -> str:
    """Return the colour as CSS: `#rrggbb`."""
    return "#" + "".join(f"{round(255 * min(max(part, 0.0), 1.0)):02x}" for part in color)


def compute_contrast(first: Color, second: Color) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((_compute_luminance(first), _compute_luminance(second)))
    return (high + 0.05) / (low + 0.05)


def find_legible_color(color: Color, paper: Color, contrast: float = LEGIBLE) -> Color:
    """Return the colour most similar to `color` with at least this contrast to the paper.

    It is mixed with black on light paper, with white on dark paper.
    """
    target = BLACK if compute_contrast(BLACK, paper) > compute_contrast(WHITE, paper) else WHITE
    mixes = (_mix_colors(color, target, step / _STEPS) for step in range(_STEPS + 1))
    return next((mix for mix in mixes if compute_contrast(_round_color(mix), paper) >= contrast), target)


def _mix_colors(first: Color, second: Color, share: float) -> Color:
    """Return the first colour with this share of the second one mixed in."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return red, green, blue


def _round_color(color: Color) -> Color:
    """Return the colour in the 256 steps of each part that CSS writes."""
    red, green, blue = (round(255 * part) / 255 for part in color)
    return red, green, blue


def _compute_luminance(color: Color) -> float:
    """Return the relative luminance of the colour (WCAG 2.2)."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
