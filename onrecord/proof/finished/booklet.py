"""Proves a booklet: folds its sheets and reads the pages in the order of a reader's hand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from onrecord.model import Place
from onrecord.model.problems import Problem
from onrecord.proof.reading.ink import Move, claims, difference, images_on, inked, overlap, read_both, text_of
from onrecord.proof.reading.pdf_pages import Paper, Run, Sheet, UnreadableError
from onrecord.proof.rules.compare import HINT
from onrecord.wording import translations

_COPY = "the booklet"
_SLACK_PT = 2.0  # an italic letter leans over its own end


def prove_booklet(original: bytes, data: bytes, language: str, place: Place) -> tuple[Problem, ...]:
    """What is wrong with the booklet made of `original`; `place` names the book in problems."""
    try:
        bound, printed = read_both(original, data)
    except UnreadableError as error:
        return (Problem(place, "copy-can-be-read", f"{_COPY} cannot be opened: {error}", HINT),)
    found = [*_sheets(bound, printed)]
    found = found or [
        *_crossing(printed),
        *_pages(bound, printed, language),
        *_pictures(images_on(original), images_on(data)),
    ]
    if claims(data):
        found.append(("claims-are-true", f"claims {', '.join(sorted(claims(data)))}, but has no tags"))
    return tuple(Problem(place, rule, f"{_COPY} {what}", HINT) for rule, what in found)


def folded(printed: Paper) -> list[list[Run]]:
    """The runs of each page, in the order of reading, when the sheets are stacked, turned and folded.

    A sheet holds two leaves. The leaf on the right of its outside is read in the first half of the booklet, outermost
    sheet first; its back is the left of the inside. The other leaf is read on the way back out.
    """
    going, coming = [], []
    for outside, inside in zip(printed.sheets[::2], printed.sheets[1::2], strict=True):
        going += [_half(outside, right=True), _half(inside, right=False)]
        coming.append([_half(inside, right=True), _half(outside, right=False)])
    return [*going, *(page for leaf in reversed(coming) for page in leaf)]


def _fold(sheet: Sheet) -> float:
    return (sheet.box[0] + sheet.box[2]) / 2


def _half(sheet: Sheet, *, right: bool) -> list[Run]:
    return [run for run in inked(sheet) if ((run.left + run.right) / 2 > _fold(sheet)) is right]


Finding = tuple[str, str]


def _sheets(bound: Paper, printed: Paper) -> list[Finding]:
    sides = len(printed.sheets)
    wanted = 2 * -(-len(bound.sheets) // 4)
    if sides != wanted:
        return [("sheets-are-complete", f"has {sides} sides for {len(bound.sheets)} pages; {wanted} are needed")]
    boxes = {sheet.box for sheet in printed.sheets}
    left, bottom, right, top = printed.sheets[0].box
    if len(boxes) > 1 or right - left < top - bottom:
        return [("sheets-are-complete", "has sheets of different sizes, or standing ones")]
    return []


def _crossing(printed: Paper) -> list[Finding]:
    """Words that the fold would run through."""
    return [
        ("pages-keep-to-their-half", f"has “{text_of([run])}” across the fold of side {index + 1}")
        for index, sheet in enumerate(printed.sheets)
        for run in inked(sheet)
        if run.left < _fold(sheet) - _SLACK_PT and run.right > _fold(sheet) + _SLACK_PT
    ]


def _pages(bound: Paper, printed: Paper, language: str) -> list[Finding]:
    pages = folded(printed)
    pages[-1], line = _line(bound, pages[-1], len(pages))
    found = _instruction(line, pages[-1], len(pages) // 4, language)
    for index, runs in enumerate(pages):
        sheet = bound.sheets[index] if index < len(bound.sheets) else None
        expected = inked(sheet) if sheet else []
        what = difference(expected, runs, _move(expected, runs))
        if what:
            label = sheet.label if sheet else "none"
            found.append(
                (
                    "pages-fold-into-order",
                    f"{what}, on page {index + 1} of the folded booklet (page {label} of the book)",
                )
            )
    return found


def _pictures(pages: list[int], sides: list[int]) -> list[Finding]:
    """Each side draws as many pictures as its two pages."""
    pages = pages + [0] * (2 * len(sides) - len(pages))
    wanted = []
    for sheet in range(len(sides) // 2):
        # Counted from both ends of the book: on the outside first and last, on the inside the next ones.
        outer, inner = 2 * sheet, 2 * sheet + 1
        wanted += [pages[outer] + pages[-1 - outer], pages[inner] + pages[-1 - inner]]
    if sides == wanted:
        return []
    return [("pictures-are-there", f"draws {sum(sides)} pictures, or on other sides; the book has {sum(wanted)}")]


def _move(expected: Sequence[Run], found: Sequence[Run]) -> Move:
    """How the page lies on its half, by its first run; every other must agree."""
    if not expected or not found or not expected[0].size:
        return Move()
    scale = found[0].size / expected[0].size
    return Move(scale, found[0].left - scale * expected[0].left, found[0].baseline - scale * expected[0].baseline)


def _line(bound: Paper, last: list[Run], pages: int) -> tuple[list[Run], list[Run]]:
    """The last page without the line that tells how to print, and that line."""
    own = len(inked(bound.sheets[-1])) if len(bound.sheets) == pages else 0
    return last[:own], last[own:]


def _instruction(line: list[Run], page: list[Run], sheets: int, language: str) -> list[Finding]:
    rule = "booklet-says-how-to-print"
    pattern = translations.words(language)["booklet_print" if sheets > 1 else "booklet_one"]
    told = re.escape(pattern).replace(r"\{paper\}", r"\w+").replace(r"\{sheets\}", str(sheets))
    text = text_of(line)
    if not re.fullmatch(told, text):
        return [(rule, f"does not say how to print it beside its last page, but “{text}”")]
    hidden = [run for run in line if run.unseen or overlap(run, page)]
    return [(rule, f"says how to print it where “{text_of(hidden)}” cannot be read")] if hidden else []
