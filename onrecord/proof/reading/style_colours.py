"""Judge the colours of a style sheet: can words be told from what is behind them?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import tinycss2
import tinycss2.color4

from onrecord.proof.reading.style_effects import LEAST_OPACITY, Effect
from onrecord.proof.reading.style_sheets import DEEPEST_LEVEL

_LEAST_CONTRAST = 1.8  # WCAG 2.2 contrast ratio; the palest text of our own has 4.5
_UNRESOLVED = frozenset(
    {"inherit", "unset", "revert", "currentcolor", "canvastext", "linktext", "visitedtext", "initial"}
)
_UNRESOLVED |= {"buttontext", "fieldtext", "marktext", "highlighttext", "activetext"}


Variables = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ColourReader:
    """Resolves colours of a style sheet, and judges whether words can be told from what is behind them."""

    variables: Variables

    def judge_background(self, name: str, value: str, declarations: Mapping[str, str]) -> str:
        """Return the harm of a background as dark as the words on it, whose colour another rule sets, or ""."""
        if name not in ("background", "background-color") or "color" in declarations:
            return ""
        if value == "currentcolor":
            return Effect.PALE
        inks, backgrounds = self._resolve_colours("var(--ink)") or [(0.0, 0.0, 0.0, 1.0)], self._resolve_colours(value)
        if any(background[3] < LEAST_OPACITY for background in backgrounds):
            return ""
        if len(inks) == len(backgrounds):
            pairs = list(zip(inks, backgrounds, strict=True))
        else:
            pairs = [(ink, background) for background in backgrounds for ink in inks[:1]]
        return Effect.PALE if any(_measure_contrast(ink, paper) < _LEAST_CONTRAST for ink, paper in pairs) else ""

    def judge_colour(self, name: str, value: str, declarations: Mapping[str, str]) -> str:
        """Return the harm of a CSS colour that cannot be told from what is behind it, or ""."""
        if name != "color":
            return ""
        if not self._resolve_colours(value) and value not in _UNRESOLVED and not value.startswith("var("):
            return Effect.PALE
        declared = declarations.get("background-color") or declarations.get("background") or "var(--paper)"
        backgrounds = self._resolve_colours(declared) or [(1.0, 1.0, 1.0, 1.0)]
        for index, colour in enumerate(colours := self._resolve_colours(value)):
            background = backgrounds[index] if len(colours) == len(backgrounds) else backgrounds[0]
            is_alone = len(colours) > 1 or len(backgrounds) > 1
            pale = _measure_contrast(colour, background) < _LEAST_CONTRAST
            if colour[3] < LEAST_OPACITY or (pale and (len(colours) == len(backgrounds) or not is_alone)):
                return Effect.PALE
            if pale and _is_unreadable_colour(colour, backgrounds, is_fixed=len(colours) == 1):
                return Effect.PALE
        return ""

    def _resolve_colours(self, value: str, depth: int = 0) -> list[tuple[float, float, float, float]]:
        """Return the colours that a CSS value can have: red, green, blue, alpha (0 to 1)."""
        match = re.fullmatch(r"var\(\s*(--[\w-]+)\s*(?:,.*)?\)", value)
        if match and depth < DEEPEST_LEVEL:
            values = self.variables.get(match.group(1), ())
            return [colour for inner in values for colour in self._resolve_colours(inner.lower(), depth + 1)]
        colour = _parse_colour(value)
        return [colour] if colour else []


@lru_cache(maxsize=512)
def _parse_colour(value: str) -> tuple[float, float, float, float] | None:
    """Return red, green, blue and alpha (0 to 1) of a CSS colour; None for other values, and for `currentcolor`."""
    colour: Any = tinycss2.color4.parse_color(value)
    if colour is None or isinstance(colour, str):
        return None
    try:
        red, green, blue = colour.to("srgb").coordinates
    except (ValueError, NotImplementedError, TypeError):
        return None
    return red or 0.0, green or 0.0, blue or 0.0, colour.alpha


def _is_unreadable_colour(
    colour: tuple[float, float, float, float],
    backgrounds: Sequence[tuple[float, float, float, float]],
    *,
    is_fixed: bool,
) -> bool:
    """Return whether a colour cannot be read: a fixed one on one of the papers, one of several on none."""
    is_pale = [_measure_contrast(colour, background) < _LEAST_CONTRAST for background in backgrounds]
    return any(is_pale) if is_fixed else all(is_pale)


def _measure_contrast(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2)."""

    def compute_luminance(colour: Sequence[float]) -> float:
        """Return the relative luminance of a colour (WCAG 2.2)."""
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((compute_luminance(first), compute_luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)
