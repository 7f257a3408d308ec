"""Judge what one declaration of a style sheet does to words: it hides, covers, moves, adds or changes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

_LENGTH = re.compile(r"(-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(%|[a-z]+)?")
_SMALLEST_SIZES = {"px": 6.0, "pt": 4.5, "em": 0.4, "rem": 0.4, "%": 40.0, "": 0.001}  # of letters, by unit
_LARGEST_MOVES = {"px": 400.0, "pt": 300.0, "em": 25.0, "rem": 25.0, "%": 99.0, "vw": 50.0, "vh": 50.0}
LEAST_OPACITY = 0.4
_SIZES = tuple(f"{limit}{side}" for limit in ("", "max-") for side in ("width", "height", "inline-size", "block-size"))
_SIDES = ("", "-left", "-right", "-top", "-bottom", "-inline", "-block", "-inline-start", "-inline-end", "-block-start")
_EDGES = tuple(f"inset{axis}{edge}" for axis in ("-inline", "-block") for edge in ("-start", "-end"))
_MOVES = (
    *("left", "right", "top", "bottom", "inset", "inset-inline", "inset-block", *_EDGES, "translate", "text-indent"),
    *("word-spacing", *(f"margin{side}" for side in _SIDES)),
)
_VERTICAL = ("margin-top", "margin-bottom", "margin-block", "margin-block-start", "margin-block-end")
_PULLED_UP = {"px": 32.0, "pt": 24.0, "em": 2.0, "rem": 2.0, "lh": 1.5, "rlh": 1.5}
_LINE = {"px": 5.0, "pt": 4.0, "em": 0.3, "rem": 0.3, "": 100.0}
_LINES = ("text-decoration-thickness", "text-decoration", "outline", "outline-width")
_THICKEST = {**dict.fromkeys(_LINES, _LINE), "text-underline-offset": {"px": 1.0, "pt": 1.0, "em": 0.1, "rem": 0.1}}
_THICKEST |= {"outline-offset": {"px": 6.0, "pt": 5.0, "em": 0.4, "rem": 0.4}}
_FORBIDDEN = {  # property -> values that do no harm; every other one does
    "visibility": ("visible", "inherit", "initial"),
    "content-visibility": ("visible", "auto"),
    "clip": ("auto",),
    "clip-path": ("none",),
    "mask": ("none",),
    "mask-image": ("none",),
    "-webkit-mask": ("none",),
    "-webkit-mask-image": ("none",),
    "text-transform": ("none", "inherit", "initial"),
    "-webkit-text-security": ("none",),
    "-webkit-text-fill-color": ("currentcolor", "inherit"),
    "unicode-bidi": ("normal", "isolate", "embed", "plaintext", "inherit"),
    "transform": ("none",),
    "scale": ("none", "1"),
    "rotate": ("none", "0"),
    "writing-mode": ("horizontal-tb", "inherit"),
    "text-orientation": ("mixed",),
    "mix-blend-mode": ("normal",),
    "-webkit-text-stroke": ("0",),
    "-webkit-text-stroke-width": ("0",),
    "order": ("0",),
    "zoom": ("1", "normal"),
    "offset-path": ("none",),
    "offset": ("none",),
    "float": ("none", "left", "right", "inline-start", "inline-end", "footnote"),
    "animation": ("none",),
    "animation-name": ("none",),
    "line-clamp": ("none",),
    "-webkit-line-clamp": ("none",),
    "text-overflow": ("clip",),
    "contain": ("none", "layout", "style", "paint", "content"),
    "text-emphasis": ("none", "filled dot"),  # the marks of emphasis in Chinese and Japanese
    "text-emphasis-style": ("none", "filled dot"),
    "hyphenate-character": ("auto",),
    "quotes": ("none", "auto"),
}
_CUTS = ("hidden", "clip")  # values of overflow


class Effect(StrEnum):
    """What a declaration does to words."""

    HIDDEN = "hides words"
    PALE = "shows words as pale as the paper"
    STRUCK = "strikes words out"
    MOVED = "moves words out of their place"
    ADDED = "adds words"
    CHANGED = "changes how words read"
    LOADED = "loads something from elsewhere"
    COVERED = "covers words"
    SMALL = "makes words too small to read"
    CLOSE = "sets lines on each other"


@lru_cache(maxsize=4096)  # a style sheet repeats most of its declarations, and those of another edition
def judge_declaration(name: str, value: str) -> str:
    """Return what a CSS declaration does to words, "" if it does no harm."""
    if name in _FORBIDDEN:
        is_harmless = value in _FORBIDDEN[name]
        return (
            ""
            if is_harmless
            else Effect.CHANGED
            if name in ("text-transform", "unicode-bidi", "order")
            else Effect.HIDDEN
        )
    for judge in (_judge_presence, _judge_size, _judge_place, _judge_look):
        if effect := judge(name, value):
            return effect
    return ""


def _judge_presence(name: str, value: str) -> str:
    """Return how a CSS declaration keeps something from being shown, "" if it does not."""
    if name == "display" and "none" in value.split():
        return Effect.HIDDEN
    if name == "opacity" and (number := _read_number(value)) is not None and number < LEAST_OPACITY:
        return Effect.HIDDEN
    if name == "content" and value not in ("none", "normal", '""', "''", "initial"):
        return Effect.ADDED
    return Effect.CHANGED if name == "all" else ""


def _read_number(value: str) -> float | None:
    """Return a CSS number or percentage as a number, None if the value is neither."""
    match = re.fullmatch(r"([\d.]+)(%?)", value)
    return float(match.group(1)) / (100 if match.group(2) else 1) if match and match.group(1) != "." else None


def _judge_size(name: str, value: str) -> str:
    """Return how a CSS declaration makes letters too small or too close, "" if it does not."""
    lengths = read_lengths(value)
    if name in ("font-size", "font") and any(size < _SMALLEST_SIZES.get(unit, 0.001) for size, unit in lengths):
        return Effect.SMALL
    if name == "line-height" and any(
        size < {"": 0.8, "em": 0.8, "rem": 0.6, "%": 80.0, "px": 9.0, "pt": 7.0}.get(unit, 0.0)
        for size, unit in lengths
    ):
        return Effect.CLOSE
    if name == "letter-spacing" and any(
        size < {"em": -0.12, "rem": -0.12, "px": -2.0, "pt": -1.5}.get(unit, 0.0) for size, unit in lengths
    ):
        return Effect.SMALL
    if name == "word-spacing" and any(
        size < {"em": -0.12, "rem": -0.12, "px": -2.0, "pt": -1.5}.get(unit, 0.0) for size, unit in lengths
    ):
        return Effect.CHANGED
    is_nothing = any(size < {"px": 6.0, "pt": 5.0}.get(unit, 0.4) and unit != "%" for size, unit in lengths)
    return Effect.HIDDEN if name in _SIZES and lengths and is_nothing else ""


def _judge_place(name: str, value: str) -> str:
    """Return how a CSS declaration moves something off the paper, or out of its order, "" if it does not."""
    if name in _MOVES and any(
        abs(size) > _LARGEST_MOVES.get(unit, float("inf"))
        and (size < 0 or name not in ("margin", "right", "left", *_EDGES))
        for size, unit in read_lengths(value)
    ):
        return Effect.HIDDEN
    if name == "text-indent" and any(
        size < 0 and unit in ("em", "rem") and size < -6 for size, unit in read_lengths(value)
    ):
        return Effect.HIDDEN
    if name in ("flex-direction", "flex-flow") and "reverse" in value:
        return Effect.CHANGED
    if name == "position":
        return Effect.HIDDEN if value == "fixed" else Effect.MOVED if value == "absolute" else ""
    if name in _VERTICAL and any(size < -_PULLED_UP.get(unit, float("inf")) for size, unit in read_lengths(value)):
        return Effect.CLOSE
    if name in ("grid-area", "grid-row", "grid-column") and re.fullmatch(r"\d+( / \d+){1,3}", value):
        return Effect.MOVED
    if name in ("column-width", "columns") and any(
        size < {"px": 60.0, "pt": 45.0, "em": 4.0, "rem": 4.0}.get(unit, 0.0) for size, unit in read_lengths(value)
    ):
        return Effect.SMALL
    return Effect.HIDDEN if name == "z-index" and value.startswith("-") else ""


def _judge_look(name: str, value: str) -> str:
    """Return how CSS filters or lines through words harm them, "" if they do not."""
    if name in ("filter", "backdrop-filter", "-webkit-filter"):
        harmless = re.fullmatch(r"none|(?:brightness|contrast|saturate|grayscale|sepia)\([\d.%]*\)", value)
        amount = re.search(r"(brightness|contrast)\(([\d.]+)(%?)\)", value)
        is_dim = amount is not None and float(amount.group(2)) / (100 if amount.group(3) else 1) < 0.5
        return Effect.HIDDEN if harmless is None or is_dim else ""
    limits = _THICKEST.get(name, {})
    if any(
        abs(size) > limits.get(unit, float("inf")) and (size > 0) == (name in _LINES)
        for size, unit in read_lengths(value)
    ):
        return Effect.COVERED
    if name in ("text-decoration", "text-decoration-line") and "line-through" in value:
        return Effect.STRUCK
    return ""


def read_lengths(value: str) -> list[tuple[float, str]]:
    """Return the lengths in a CSS value with their units, "" for plain numbers; those inside functions too."""
    bare = re.sub(r"#[0-9a-f]+|var\([^)]*\)|[a-z-]*[a-z]\d+", " ", value)
    return [(float(number), unit or "") for number, unit in _LENGTH.findall(bare)]


def cuts_overflow(name: str, value: str, declarations: Mapping[str, str]) -> bool:
    """Return whether a declaration limits the height, or line length, of what its CSS rule hides beyond it."""
    is_limited = name in ("height", "max-height", "block-size", "max-block-size")
    if name in ("width", "max-width", "inline-size", "max-inline-size"):
        is_limited = declarations.get("white-space", "") in ("nowrap", "pre")
    overflow = " ".join(declarations.get(f"overflow{axis}", "") for axis in ("", "-x", "-y", "-block", "-inline"))
    return is_limited and bool(read_lengths(value)) and any(cut in overflow.split() for cut in _CUTS)


def paints_area(declarations: Mapping[str, str]) -> bool:
    """Return whether a CSS rule paints an area: a background, a border or a shadow."""
    values = [value for name, value in declarations.items() if name.startswith(("background", "border", "box-shadow"))]
    return any(value not in ("none", "transparent", "0") for value in values)
