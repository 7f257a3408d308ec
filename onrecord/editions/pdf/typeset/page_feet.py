"""Let facing pages end at about the same height: run a page some lines short where the page beside it ends short.

A page ends short where the next question, with two lines of its answer, has no room; WeasyPrint leaves it so. Here the
page beside it is made again with one to three lines less. If the left-hand page is made shorter, both are made again,
and what is better is kept. Lines were set before, so this costs little; the number of trials is bounded, and the same
pages are made each time. Pages with notes are left alone.

Private names used: `layout.page.remake_page` and `page_height`, and `LayoutContext.page_maker`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from onrecord.editions.pdf.typeset.paragraphs import get_paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable

    from weasyprint.formatting_structure.boxes import Box
    from weasyprint.layout import LayoutContext

    Remake = Callable[[int, LayoutContext, Box, object], tuple[Box, object]]

_NEAR = 1  # lines by which the feet of facing pages may differ
_MOST_SHORT = 3  # lines that a page may be short for the sake of the page beside it


@dataclass
class _FacingPages:
    """What is known while the pages of a document are made: the last left-hand page, and how short pages are run."""

    left: Box | None = None
    left_index: int = -1
    right: Box | None = None  # the page beside it, or one that stands alone, if it is full
    lines_less: dict[int, int] | None = None  # by index
    px_less: float = 0.0  # of the page that is made


@cache
def align_feet() -> None:
    """Make WeasyPrint align the feet of facing pages; a second call changes nothing."""
    from weasyprint.layout import page as pages

    original, original_height = pages.remake_page, pages.page_height

    def page_height(box: Box, context: LayoutContext, containing_block_height: float) -> None:
        """Set the height of a page, less what it is run short."""
        original_height(box, context, containing_block_height)
        px_less = _get_state(context).px_less
        box.height -= px_less
        box.margin_bottom += px_less

    def remake_page(index: int, context: LayoutContext, root_box: Box, html: object) -> tuple[Box, object]:
        """Return WeasyPrint's page and where the next one begins; a right-hand page with its foot beside the left's."""
        spread = _Spread(original, index, context, root_box, html)
        has_rest = _has_rest(context)
        page, resume_at = spread.make(index)
        state = _get_state(context)
        if page.page_type.side == "left" and resume_at is not None and not has_rest and not _has_rest(context):
            page, resume_at = spread.fill_left(page, resume_at)
        is_full = resume_at is not None and not has_rest and not _has_rest(context) and bool(get_paragraphs(context))
        if page.page_type.side == "left":
            state.left, state.left_index = (page if is_full else None), index
        elif is_full and state.left is not None and state.left_index == index - 1:
            page, resume_at = spread.align(state.left, page, resume_at)
            state.right = page
        else:  # it stands alone, as the first page does
            state.right, state.left_index = (page if is_full else None), index - 1
        return page, resume_at

    pages.page_height, pages.remake_page = page_height, remake_page


def _get_state(context: LayoutContext) -> _FacingPages:
    """Return what is known of the pages of a document."""
    if not hasattr(context, "facing_pages"):
        context.facing_pages = _FacingPages(lines_less={})
    state: _FacingPages = context.facing_pages
    return state


def _has_rest(context: LayoutContext) -> bool:
    """Tell whether a page has notes, or left something over for the next one besides its text."""
    return bool(context.current_page_footnotes or context.reported_footnotes or context.broken_out_of_flow)


class _Spread:
    """The right-hand page with an index, and the page before it, while they are made."""

    def __init__(self, remake: Remake, index: int, context: LayoutContext, root_box: Box, html: object) -> None:
        self._remake = remake
        self._index = index
        self._context = context
        self._root_box, self._html = root_box, html

    def make(self, index: int) -> tuple[Box, object]:
        """Make a page as short as it is to be; return it, and where the next one begins."""
        state = _get_state(self._context)
        assert state.lines_less is not None
        lines_less = state.lines_less.get(index, 0)
        state.px_less = lines_less * self._leading
        try:
            page, resume_at = self._remake(index, self._context, self._root_box, self._html)
        finally:
            state.px_less = 0.0
        page.lines_less = lines_less
        return page, resume_at

    @property
    def _leading(self) -> float:
        """The height of a line of the text."""
        from weasyprint.text import line_break

        return line_break.strut(self._root_box.style.root_style)[0]

    def align(self, left: Box, right: Box, resume_at: object) -> tuple[Box, object]:
        """Return the right-hand page, made again if its foot, or that of the left-hand page, can be moved."""
        missing = self.count_missing(left), self.count_missing(right)
        before, most_left = max(missing), max(missing[0], _MOST_SHORT)
        if abs(missing[0] - missing[1]) <= _NEAR:
            return right, resume_at
        less = _get_state(self._context).lines_less
        assert less is not None
        second_best = None  # no page much too short, though the feet differ
        for left_less, right_less in _list_trials(*missing):
            less[self._index - 1], less[self._index] = left_less, right_less
            page, resume_at = self._make_both(left) if left_less else self.make(self._index)
            missing = self.count_missing(left), self.count_missing(page)
            if missing[1] + _NEAR < missing[0] <= _MOST_SHORT and resume_at is not None:
                less[self._index] = missing[0] - _NEAR
                page, resume_at = self.make(self._index)
            if resume_at is not None and self._is_good(left, page, most_left):
                return page, resume_at
            if resume_at is not None and max(missing) <= _MOST_SHORT < before and second_best is None:
                second_best = left_less, right_less
        less[self._index - 1], less[self._index] = second_best or (0, 0)
        return self._make_both(left)

    def fill_left(self, page: Box, resume_at: object) -> tuple[Box, object]:
        """Return the left-hand page, made again if it is much too short and a shorter page before it mends that."""
        state = _get_state(self._context)
        right, less = state.right, state.lines_less
        if (
            self.count_missing(page) <= _MOST_SHORT
            or right is None
            or state.left_index != self._index - 2
            or less is None
        ):
            return page, resume_at
        before = less.get(self._index - 1, 0)
        for lines in range(self.count_missing(right) + 1, _MOST_SHORT + 1):
            less[self._index - 1] = lines
            page, resume_at = self._make_both(right)
            is_good = max(self.count_missing(right), self.count_missing(page)) <= _MOST_SHORT
            if resume_at is not None and is_good and not _has_rest(self._context):
                return page, resume_at
        less[self._index - 1] = before
        return self._make_both(right)

    def _make_both(self, first: Box) -> tuple[Box, object]:
        """Make the page before this one again, in place, then this one; return it, and where the next one begins."""
        page, _ = self.make(self._index - 1)
        first.__dict__.update(page.__dict__)
        made = self.make(self._index)
        self._context.page_maker[self._index][-1]["content_changed"] = False  # it was made just now
        return made

    def _is_good(self, left: Box, right: Box, most_left: int) -> bool:
        """Tell whether the feet are near each other, and no page is much too short, the left one by so many lines."""
        missing = self.count_missing(left), self.count_missing(right)
        is_bad = _has_rest(self._context) or missing[0] > most_left or missing[1] > _MOST_SHORT
        return not is_bad and abs(missing[0] - missing[1]) <= _NEAR

    def count_missing(self, page: Box) -> int:
        """Return how many lines a page ends above its foot."""
        from weasyprint.formatting_structure.boxes import LineBox, ReplacedBox

        bottom = page.content_box_y() + page.height + page.lines_less * self._leading
        ends = [box.position_y + box.height for box in page.descendants() if isinstance(box, LineBox | ReplacedBox)]
        return round((bottom - max(ends, default=bottom)) / self._leading)


def _list_trials(left: int, right: int) -> Iterator[tuple[int, int]]:
    """Yield by how many lines to run both pages short, if they now end so many lines above their feet."""
    if left > right:
        if left <= _MOST_SHORT + _NEAR:
            yield 0, left - _NEAR
    else:
        yield from ((lines, 0) for lines in range(1, _MOST_SHORT + 1) if lines > left)
