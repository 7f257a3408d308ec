"""Fonts of systems that take as much room as ours: while a font of the web edition is loaded, no line moves for it.

A browser shows words in a font of the system until ours is there. Each rule below gives such a font the average width,
the ascent and the descent of ours (CSS Fonts 5, `size-adjust` and `ascent-override`), so that nearly every paragraph
has as many lines before as after. Letters of other scripts are not touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from onrecord.runtime.screen_faces import ScreenFace, TextMetrics, measure_text

# Widths are those of this text: about as many of each letter, and of each pair, as English prose has.
SAMPLE = (
    "The light at the end of the harbour wall was lit again last winter, after two years without a keeper. What "
    "does it mean for the people who go out before dawn? Each of them had learned to find the way by the church "
    "tower and the sound of the bell; nobody would call that safe. “We asked for a lamp that turns on by itself, "
    "and for somebody who looks at it every week,” the desk says. The new one burns from dusk until morning, uses "
    "less power than a kettle, and can be seen at a distance of nine miles when the air is clear. In fog it helps "
    "as little as the old one did, so the horn has been kept, too. How much did all this cost, and who paid? Most "
    "of the money came from the town, some of it from the fishing boats, and a small part from visitors, who may "
    "climb the tower in summer. Its stairs have been painted, the glass is clean, and the log book lies open on "
    "the table. Not every question could be answered, though: just where the first lens was made, and by which "
    "workshop, is still unknown."
)


@dataclass(frozen=True, slots=True)
class SystemFont:
    """Fonts of systems with the same widths: upright, bold, italic, bold italic, in 1/1000 em for a letter of `SAMPLE`.

    `names` are those of their families; `slant` is what the full names of italic ones have.
    """

    names: tuple[str, ...]
    widths: tuple[float, float, float, float]
    slant: str = "Italic"

    def list_sources(self, *, is_bold: bool, is_italic: bool) -> tuple[str, ...]:
        """Return the full names of the fonts in one style. Some families write “Regular” out, some do not."""
        style = " ".join([*["Bold"] * is_bold, *[self.slant] * is_italic])
        styles = [f" {style}"] if style else ["", " Regular"]
        return tuple(f"{name}{ending}" for name in self.names for ending in styles)


# Widths measured with HarfBuzz in the fonts themselves, or in free ones with the same advances: Gelasio for Georgia,
# Tinos for Times New Roman, Arimo for Arial. Windows and macOS have the first ones, Android has Noto Serif and Roboto.
_SERIF = (
    SystemFont(("Georgia", "Gelasio"), (435.2, 505.9, 442.9, 515.1)),
    SystemFont(("Times New Roman", "Liberation Serif", "Tinos"), (397.8, 421.4, 397.4, 408.0)),
    SystemFont(("Noto Serif",), (471.6, 499.9, 458.0, 503.7)),
    SystemFont(("DejaVu Serif",), (506.8, 559.2, 506.8, 559.2)),
)
_SANS = (
    SystemFont(("Arial", "Liberation Sans", "Arimo"), (438.3, 472.3, 438.4, 472.3)),
    SystemFont(("Roboto",), (437.1, 443.1, 425.0, 430.8)),
    SystemFont(("DejaVu Sans",), (501.3, 566.4, 501.7, 566.4), "Oblique"),
)
_MONOSPACE = (
    SystemFont(("Consolas",), (549.8, 549.8, 549.8, 549.8)),
    SystemFont(("Menlo", "DejaVu Sans Mono"), (602.1, 602.1, 602.1, 602.1), "Oblique"),
    SystemFont(("Courier New", "Liberation Mono", "Cousine"), (600.1, 600.1, 600.1, 600.1)),
)
_KINDS = {"monospace": _MONOSPACE, "sans-serif": _SANS, "serif": _SERIF}  # a name of a generic family ends the list
_FACE_TOKEN = re.compile(r"(--(?:text|label|heading|code)-face:\s*)([\"'])([^\"']+)\2([^;}]*)")
_SCRIPTS = "U+20-52F, U+1E00-20CF"  # Latin, Greek, Cyrillic, and signs: what our text faces have
_BOLD = 600  # from this weight on, systems have bold letters
_WEIGHTS = {"normal": (400, 500, 600), "italic": (400, 600)}  # titles have 500, labels 600


def add_matched_faces(css: str, faces: Iterable[ScreenFace]) -> str:
    """Return a style sheet whose tokens name matched fonts of systems after each of these faces, with their rules."""
    faces_by_family: dict[str, list[tuple[ScreenFace, int]]] = {}
    for face in faces:
        faces_by_family.setdefault(face.family, []).append((face, face.path.stat().st_mtime_ns))
    rules: dict[str, None] = {}

    def name_matched_faces(token: re.Match[str]) -> str:
        """Return the token with the matched fonts after its first one, if that is one of the faces."""
        start, quote, family, others = token.groups()
        fonts = _choose_fonts(others) if family in faces_by_family else ()
        for font in fonts:
            for face, modified_ns in faces_by_family[family]:
                rules.update(dict.fromkeys(_write_rules(face, font, modified_ns)))
        names = "".join(f', "{_name_matched_face(family, font)}"' for font in fonts)
        return f"{start}{quote}{family}{quote}{names}{others}"

    named = _FACE_TOKEN.sub(name_matched_faces, css)
    return "".join(rules) + named


def _choose_fonts(families: str) -> tuple[SystemFont, ...]:
    """Return the fonts of systems that are of the kind that a list of font families ends with."""
    generic = families.rpartition(",")[2].strip()
    return _KINDS.get(generic, ())


def _name_matched_face(family: str, font: SystemFont) -> str:
    """Return the name under which the style sheet calls a font of the system in place of ours."""
    return f"{family} ({font.names[0]})"


@lru_cache(maxsize=256)  # every web edition has the same ones, but for the fonts of a book
def _write_rules(face: ScreenFace, font: SystemFont, modified_ns: int) -> tuple[str, ...]:
    """Return an `@font-face` rule for each weight of our face that we use; `modified_ns` is that of its file."""
    least, *_, most = map(int, f"{face.weights} {face.weights}".split())
    weights = sorted({min(max(weight, least), most) for weight in _WEIGHTS[face.style]})
    ranges = zip(weights, [*(weight - 1 for weight in weights[1:]), most], strict=True)
    return tuple(_write_rule(face, font, first, last, modified_ns) for first, last in ranges)


@lru_cache(maxsize=64)  # every font of a system is matched with the same faces
def _measure_sample(face: ScreenFace, weight: int, _modified_ns: int) -> TextMetrics:
    """Return what the sample measures in a face at this weight."""
    return measure_text(face, weight, SAMPLE)


def _write_rule(face: ScreenFace, font: SystemFont, first: int, last: int, modified_ns: int) -> str:
    """Return the rule that gives a font of the system the measures of ours, for weights from `first` to `last`."""
    is_bold, is_italic = first >= _BOLD, face.style == "italic"
    metrics = _measure_sample(face, first, modified_ns)
    scale = metrics.width / font.widths[is_bold + 2 * is_italic]
    sources = ", ".join(f'local("{name}")' for name in font.list_sources(is_bold=is_bold, is_italic=is_italic))
    overrides = {"ascent": metrics.ascent, "descent": metrics.descent, "line-gap": metrics.line_gap}
    descriptors = {
        "font-family": f'"{_name_matched_face(face.family, font)}"',
        "src": sources,
        "font-weight": f"{first} {last}" if last > first else str(first),
        "font-style": face.style,
        "size-adjust": _format_percentage(scale),
        # Browsers scale these with the size.
        **{f"{name}-override": _format_percentage(height / scale / 1000) for name, height in overrides.items()},
        "unicode-range": _SCRIPTS,
    }
    return "@font-face { " + "; ".join(f"{name}: {value}" for name, value in descriptors.items()) + " }\n"


def _format_percentage(share: float) -> str:
    """Return a share as CSS: “85.9%”, “0%”."""
    return f"{round(100 * share, 2):g}%"
