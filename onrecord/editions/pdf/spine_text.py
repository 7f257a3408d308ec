"""The text on the spine of a cover: the title, and who made the book, in the largest size that fits."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from PIL import ImageFont

from onrecord.model import Book
from onrecord.model.directions import direct_block, is_from_right, is_spine_read_upwards
from onrecord.runtime.interface_texts import get_language

_END_MM = 11.0  # from the ends of the spine
_GAP_MM = 8.0  # between title and name
_SIDE_MM = 1.0  # from the folds: paper is folded and cut with a tolerance
_LARGEST_MM, _SMALLEST_MM = 7.0, 2.47  # 20 and 7 points
_LEADING = 1.2
_MOST_WORDS = 60  # of a title that is divided
NARROWEST_MM = 2 * _SIDE_MM + _LEADING * _SMALLEST_MM

LoadFont = Callable[[float], ImageFont.FreeTypeFont]  # a face by its size in pixels


@dataclass(frozen=True, slots=True)
class SpineText:
    """What is written on a spine: the lines of the title, the name ("" for none), and their size."""

    title: tuple[str, ...]
    name: str
    size_mm: float


def find_spine_name(book: Book) -> str:
    """Return whose name is on the spine: that of the editors, else that of the publisher."""
    return get_language(book.language).names.comma.join(book.editors) or book.publisher


def fit_spine_text(book: Book, spine_mm: float, height_mm: float, load_font: LoadFont) -> SpineText | None:
    """Return the text in its largest size; without the name if there is no room for both, None if there is none."""
    font = load_font(100.0)

    def measure_em(line: str) -> float:
        """Return the length of a line in sizes of its type."""
        return font.getlength(line) / 100

    for name in dict.fromkeys((find_spine_name(book), "")):
        texts = []
        for lines in _divide_title(book.short_title or book.title):
            length_em = max(map(measure_em, lines)) + measure_em(name)
            room_mm = height_mm - 2 * _END_MM - (_GAP_MM if name else 0)
            rows_mm = (spine_mm - 2 * _SIDE_MM) / _LEADING / len(lines)
            texts.append(SpineText(lines, name, min(rows_mm, room_mm / length_em, _LARGEST_MM)))
        largest = max(texts, key=lambda text: text.size_mm)  # the first of them: the one with fewest lines
        if largest.size_mm >= _SMALLEST_MM:
            return largest
    return None


def _divide_title(title: str) -> Iterator[tuple[str, ...]]:
    """Yield the title in one line, in two and in three, which are about equally long."""
    words = title.split()
    yield (" ".join(words),)
    for count in range(2, min(3, len(words)) + 1):
        cuts = itertools.combinations(range(1, len(words)), count - 1)
        if len(words) > _MOST_WORDS:
            return
        lines = [
            tuple(" ".join(words[start:end]) for start, end in itertools.pairwise((0, *cut, len(words))))
            for cut in cuts
        ]
        yield min(lines, key=lambda parts: max(map(len, parts)))


def write_spine(text: SpineText, book: Book, left_mm: float, spine_mm: float, height_mm: float, colour: str) -> str:
    """Return the HTML of the spine, turned: the title at the head, the name at the foot.

    Where one reads upwards, the line begins at the foot; lines from the right begin at the head when turned so.
    """
    is_upwards = is_spine_read_upwards(book.language)
    is_turned_left = is_upwards != is_from_right(book.language)
    length_mm, rows_mm = height_mm - 2 * _END_MM, text.size_mm * _LEADING
    left, top = left_mm + (spine_mm - length_mm) / 2, (height_mm - spine_mm) / 2
    blocks = []
    sides = ("end", "start") if is_upwards else ("start", "end")
    for lines, side in ((text.title, sides[0]), ((text.name,) if text.name else (), sides[1])):
        begin_mm = (spine_mm - len(lines) * rows_mm) / 2
        for number, line in enumerate(lines):
            direction = direct_block(line, book.language)
            attribute = f' dir="{direction}"' if direction else ""
            side_here = {"start": "end", "end": "start"}[side] if direction else side
            style = (
                f"left: 0; top: {begin_mm + number * rows_mm:.3f}mm; width: {length_mm:.3f}mm; text-align: {side_here}"
            )
            blocks.append(f'<p{attribute} style="{style}">{escape(line)}</p>')
    place = f"left: {left:.3f}mm; top: {top:.3f}mm; width: {length_mm:.3f}mm; height: {spine_mm:.3f}mm"
    look = f"font-size: {text.size_mm:.3f}mm; line-height: {rows_mm:.3f}mm; font-weight: 500; color: {colour}"
    turn = f"transform: rotate({'-90deg' if is_turned_left else '90deg'})"
    return f'<div style="{place}; {look}; {turn}">{"".join(blocks)}</div>'
