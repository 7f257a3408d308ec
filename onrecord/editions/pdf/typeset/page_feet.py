"""Break pages with a second look: near feet of facing pages, no page much too short, no hyphen at the foot of a recto.

A page ends short where the next question, with two lines of its answer, has no room; WeasyPrint leaves it so. Here a
page with such a fault is made again, and up to three pages before it: some lines shorter than they could be, or with a
paragraph that is a line longer or shorter. What is best for all these pages is kept. A picture after a short page is
made smaller first. Lines were set before, so this costs little; the number of trials is bounded, no page is made twice
in the same way, and the same pages are made each time.

Private names used: `layout.page.remake_page` and `page_height`, and `LayoutContext.page_maker`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from onrecord.editions.pdf.typeset.line_search import freeze
from onrecord.editions.pdf.typeset.paragraph_placing import get_paragraphs
from onrecord.editions.pdf.typeset.paragraphs import SetParagraph, list_lengths
from onrecord.editions.pdf.typeset.picture_fit import get_picture_heights, list_smaller_heights
from onrecord.editions.pdf.typeset.set_lines import SetLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from weasyprint.formatting_structure.boxes import Box, LineBox, ParentBox
    from weasyprint.layout import LayoutContext

    Remake = Callable[[int, LayoutContext, Box, object], tuple[ParentBox, object]]

Lines = Mapping[SetParagraph, list[SetLine]]

_HYPHENS = ("-", "\u2010")
_NEAR = 1  # lines by which the feet of facing pages may differ
_MOST_SHORT = 3  # lines that a page may be short
_MOST_PAGES = 4  # that are made again together
_MOST_PARAGRAPHS = 5  # of a page that are made longer or shorter
_MOST_STATES = 5  # of a page that are gone on with
_TRIALS, _TRIALS_PER_PAGE = 40, 6  # of a document
_TOO_SHORT, _EACH_LINE, _HYPHEN, _FEET = 5.0, 1.0, 8.0, 3.0  # how bad a fault is
_LESS, _MISSING, _CHANGED = 0.1, 0.05, 0.3  # – a line less, a line that is missing, a paragraph set in another way


@dataclass(frozen=True)
class _Start:
    """All that decides how the next page is made."""

    page_data: Any  # of WeasyPrint's page maker
    footnotes: tuple[Box, ...]
    reported: tuple[Box, ...]
    broken: Mapping[Box, object]
    lines: Lines


@dataclass(frozen=True)
class _PageEnd:
    """How a page ends."""

    missing: int  # lines above its foot
    goes_on: bool  # whether the text goes on, without a page break that was asked for
    is_end: bool
    has_hyphen: bool
    is_right: bool
    has_notes: bool
    has_rest: bool  # whether something besides its text is left over for the next page


@dataclass(frozen=True)
class _Change:
    """How a page is made: so many lines less, a paragraph in another way."""

    lines_less: int = 0
    paragraph: SetParagraph | None = None
    lines: tuple[SetLine, ...] = ()

    @property
    def cost(self) -> float:
        """Return how unwelcome a change of a page is, to choose the least."""
        return _LESS * self.lines_less + _CHANGED * bool(self.lines)

    @property
    def key(self) -> Hashable:
        """Return what tells it from other changes of a page."""
        return self.lines_less, *map(id, self.lines)


@dataclass(frozen=True)
class _Made:
    """A page that was made: what it was made from, how it ends, and the start of the next one."""

    start: _Start
    foot: _PageEnd
    following: _Start

    @property
    def resume(self) -> Hashable:
        """Return where the next page begins."""
        return freeze(self.following.page_data[0])


@dataclass(frozen=True)
class _Trial:
    """Pages made in a certain way: what they cost, and how the last of them ends."""

    cost: float
    changes: tuple[_Change, ...]
    foot: _PageEnd | None
    start: _Start  # of the next page


@dataclass
class _Pages:
    """What is known while the pages of a document are made, by index."""

    boxes: dict[int, ParentBox] = field(default_factory=dict)
    starts: dict[int, _Start] = field(default_factory=dict)
    feet: dict[int, _PageEnd] = field(default_factory=dict)
    changes: dict[int, _Change] = field(default_factory=dict)
    px_less: float = 0.0  # of the page that is made
    trials: int = _TRIALS


@cache
def align_feet() -> None:
    """Patch WeasyPrint to break pages with a second look at feet and short pages."""
    from weasyprint.layout import page as pages

    original, original_height = pages.remake_page, pages.page_height

    def page_height(box: Box, context: LayoutContext, containing_block_height: float) -> None:
        """Set the height of a page, less what it is run short."""
        original_height(box, context, containing_block_height)
        px_less = _get_pages(context).px_less
        box.height -= px_less
        box.margin_bottom += px_less

    def remake_page(index: int, context: LayoutContext, root_box: Box, html: object) -> tuple[ParentBox, object]:
        """Return WeasyPrint's page and where the next one begins; with a fault, pages are made again."""
        return _PageMaker(original, context, root_box, html).make(index)

    pages.page_height, pages.remake_page = page_height, remake_page


def _get_pages(context: LayoutContext) -> _Pages:
    """Return what is known of the pages of a document."""
    if not hasattr(context, "made_pages"):
        context.made_pages = _Pages()
    pages: _Pages = context.made_pages
    return pages


class _PageMaker:
    """Makes the pages of a document."""

    def __init__(self, remake: Remake, context: LayoutContext, root_box: Box, html: object) -> None:
        from weasyprint.text import line_break

        self._remake = remake
        self._context = context
        self._root_box, self._html = root_box, html
        self._leading: float = line_break.strut(root_box.style.root_style)[0]
        self.pages = _get_pages(context)

    def make(self, index: int) -> tuple[ParentBox, object]:
        """Make the next page, and others again if it has a fault; return it, and where the next one begins."""
        pages, start = self.pages, self.take_start(index)
        pages.starts[index] = start
        pages.trials += _TRIALS_PER_PAGE
        page, resume_at, foot = self.make_changed(index, start, pages.changes.get(index, _Change()))
        if foot.goes_on and foot.missing > _MOST_SHORT:
            page, resume_at, foot = self._fit_picture(index, start, foot.missing)
        pages.feet[index] = foot
        if _rate(pages.feet.get(index - 1), foot) >= _FEET and get_paragraphs(self._context):
            search = _PageSearch(self, index, page)
            pages.changes |= search.find_changes()
            page, resume_at = self._make_again(search.first, index)
        pages.boxes[index] = page
        return page, resume_at

    def _fit_picture(self, index: int, start: _Start, lines: int) -> tuple[ParentBox, object, _PageEnd]:
        """Make a page again that ends so many lines short, with the picture after it smaller if it then has room."""
        context, change = self._context, self.pages.changes.get(index, _Change())
        following, *_ = self.make_changed(index + 1, self.take_start(index + 1), _Change())
        del context.page_maker[index + 2 :]
        heights = get_picture_heights(context)
        for picture, height in list_smaller_heights(following, lines, self._leading):
            heights[picture] = height
            page, resume_at, foot = self.make_changed(index, start, change)
            if foot.missing <= _MOST_SHORT or not foot.goes_on:
                return page, resume_at, foot
            del heights[picture]
        return self.make_changed(index, start, change)

    def _make_again(self, first: int, last: int) -> tuple[ParentBox, object]:
        """Make pages again, in place; return the last of them, and where the next one begins."""
        pages, start = self.pages, self.pages.starts[first]
        for index in range(first, last + 1):
            pages.starts[index] = start
            page, resume_at, foot = self.make_changed(index, start, pages.changes.get(index, _Change()))
            pages.feet[index] = foot
            start = self.take_start(index + 1)
            if index < last:
                pages.boxes[index].__dict__.update(page.__dict__)
                self._context.page_maker[index + 1][-1]["content_changed"] = False  # it is made now
        return page, resume_at

    def make_changed(self, index: int, start: _Start, change: _Change) -> tuple[ParentBox, object, _PageEnd]:
        """Make a page with a change; return it, where the next one begins, and how it ends."""
        self._restore(index, start)
        if change.paragraph:
            change.paragraph.lines = list(change.lines)
        self.pages.px_less = change.lines_less * self._leading
        try:
            page, resume_at = self._remake(index, self._context, self._root_box, self._html)
            foot = self._describe_foot(index, page, resume_at)
            if foot.has_hyphen and self._remove_hyphen(page):
                self._restore(index, replace(start, lines=self._take_lines()))
                page, resume_at = self._remake(index, self._context, self._root_box, self._html)
                foot = self._describe_foot(index, page, resume_at)
        finally:
            self.pages.px_less = 0.0
        return page, resume_at, foot

    def _describe_foot(self, index: int, page: ParentBox, resume_at: object) -> _PageEnd:
        """Return how a laid-out page ends: its last line, height and hyphen."""
        following = self._context.page_maker[index + 1][1]
        bottom = page.content_box_y() + page.height + self.pages.px_less
        lowest = max((box.position_y + box.height for box in _iterate_content(page)), default=bottom)
        is_right = page.page_type.side == "right"
        return _PageEnd(
            missing=round((bottom - lowest) / self._leading),
            goes_on=resume_at is not None and following["break"] == "any" and not following["page"],
            is_end=resume_at is None,
            has_hyphen=is_right and resume_at is not None and self._find_hyphenated(page) is not None,
            is_right=is_right,
            has_notes=bool(self._context.current_page_footnotes),
            has_rest=bool(self._context.reported_footnotes or self._context.broken_out_of_flow),
        )

    def _find_hyphenated(self, page: ParentBox) -> tuple[SetParagraph, list[LineBox]] | None:
        """Return the last paragraph of a page, and its lines there, if a word goes on on the next page."""
        boxes = list(_iterate_lines(page.children[0]))
        last = max(boxes, key=lambda box: box.position_y, default=None)
        if last is None or not _read_text(last).endswith(_HYPHENS):
            return None
        for paragraph in get_paragraphs(self._context).values():
            number = next((number for number, line in enumerate(paragraph.lines) if line.box is last), None)
            if number is not None and paragraph.lines[number].resume is not None:
                known = {id(line.box) for line in paragraph.lines[: number + 1]}
                return paragraph, [box for box in boxes if id(box) in known]
        return None

    def _remove_hyphen(self, page: ParentBox) -> bool:
        """Set lines of the last paragraph of a page again so that they end without a hyphen; return success."""
        hyphenated = self._find_hyphenated(page)
        with self._open_flow():
            return hyphenated is not None and hyphenated[0].remove_hyphen(hyphenated[1])

    def list_lengths(self, page: ParentBox) -> Iterator[_Change]:
        """Yield the ways to make a paragraph that begins on a page a line longer or shorter, from the last one up."""
        known = {id(box) for box in _iterate_lines(page.children[0])}
        paragraphs = [
            paragraph
            for paragraph in get_paragraphs(self._context).values()
            if id(paragraph.lines[0].box) in known and len(paragraph.lines) > 1
        ]
        for paragraph in paragraphs[: -_MOST_PARAGRAPHS - 1 : -1]:
            with self._open_flow():
                lengths = list_lengths(paragraph)
            yield from (_Change(paragraph=paragraph, lines=tuple(lines)) for lines in lengths)

    @contextlib.contextmanager
    def _open_flow(self) -> Iterator[None]:
        """Let lines be set though no page is being made."""
        self._context.create_block_formatting_context()
        yield
        self._context.finish_block_formatting_context()

    # state

    def take_start(self, index: int) -> _Start:
        """Return all that decides how the page with this index is made."""
        context = self._context
        return _Start(
            context.page_maker[index],
            tuple(context.footnotes),
            tuple(context.reported_footnotes),
            dict(context.broken_out_of_flow),
            self._take_lines(),
        )

    def _take_lines(self) -> Lines:
        """Return the lines of each paragraph that was changed since it was set."""
        paragraphs = get_paragraphs(self._context).values()
        return {paragraph: paragraph.lines for paragraph in paragraphs if paragraph.lines is not paragraph.first_lines}

    def _restore(self, index: int, start: _Start) -> None:
        """Take everything back to what it was before the page with this index was made."""
        context = self._context
        context.page_maker[index] = start.page_data
        context.footnotes = list(start.footnotes)
        context.reported_footnotes = list(start.reported)
        context.broken_out_of_flow = dict(start.broken)
        for paragraph in get_paragraphs(context).values():
            paragraph.lines = start.lines.get(paragraph, paragraph.first_lines)


class _PageSearch:
    """The search of better ways to make the page with an index, and pages before it."""

    def __init__(self, maker: _PageMaker, index: int, page: ParentBox) -> None:
        self._maker = maker
        self._index = index
        self._pages = maker.pages
        self._page = page
        self._made: dict[tuple[int, Hashable], _Made] = {}  # by the identity of the start, and by the change
        self.first = index  # of the pages that were tried: lines of theirs stand where a trial placed them

    def find_changes(self) -> Mapping[int, _Change]:
        """Return how to make pages up to this one, by index."""
        best: Mapping[int, _Change] = {}
        gain = 0.0
        self._pages.starts[self._index + 1] = self._maker.take_start(self._index + 1)
        for first, has_lengths in self._list_windows():
            self.first = min(self.first, first)
            self._remember(first)
            before = sum(self._rate_made(number) for number in range(first, self._index + 1))
            trial = self._try_pages(first, before - gain, has_lengths=has_lengths)
            if trial is not None:
                best, gain = dict(enumerate(trial.changes, first)), before - trial.cost
                if trial.cost < _FEET:
                    break
        return best

    def _remember(self, index: int) -> None:
        """Note how a page was made, so that it is not made so again."""
        pages = self._pages
        start, change = pages.starts[index], pages.changes.get(index, _Change())
        self._made[id(start), change.key] = _Made(start, pages.feet[index], pages.starts[index + 1])

    def _list_windows(self) -> Iterator[tuple[int, bool]]:
        """Yield the first pages to make again, and whether paragraphs may get longer or shorter there."""
        pages, index = self._pages, self._index
        is_serious = _rate(None, pages.feet[index]) >= _TOO_SHORT
        firsts = [index]
        while len(firsts) < (_MOST_PAGES if is_serious else 2) and self._can_change(firsts[-1] - 1):
            firsts.append(firsts[-1] - 1)
        yield from ((first, False) for first in firsts)
        if is_serious:
            yield from ((first, True) for first in firsts[:2])

    def _can_change(self, index: int) -> bool:
        """Return whether the page with this index may be made again together with the next one."""
        foot = self._pages.feet.get(index)
        return foot is not None and foot.goes_on and not foot.has_rest

    def _rate_made(self, index: int) -> float:
        """Return how bad a page's end is as it was made."""
        pages = self._pages
        return _rate(pages.feet.get(index - 1), pages.feet[index]) + pages.changes.get(index, _Change()).cost

    def _try_pages(self, first: int, limit: float, *, has_lengths: bool) -> _Trial | None:
        """Return the best way to make the pages from the first one to the last one that costs less than the limit."""
        pages = self._pages
        trials = [_Trial(0.0, (), pages.feet.get(first - 1), pages.starts[first])]
        for index in range(first, self._index + 1):
            changes = [_Change(lines_less=lines) for lines in range(_MOST_SHORT + 1)]
            if has_lengths:
                page = self._page if index == self._index else pages.boxes[index]
                changes += self._maker.list_lengths(page)
            best: dict[Hashable, _Trial] = {}
            for trial in trials:
                for key, following in self._go_on(trial, index, changes, limit):
                    if key not in best or following.cost < best[key].cost:
                        best[key] = following
            trials = sorted(best.values(), key=lambda trial: trial.cost)[:_MOST_STATES]
        return trials[0] if trials else None

    def _go_on(
        self, trial: _Trial, index: int, changes: Sequence[_Change], limit: float
    ) -> Iterator[tuple[Hashable, _Trial]]:
        """Yield the trial with a page more, made in each of these ways, and what decides how it can go on.

        What costs as much as the limit is left out: a page more makes nothing cheaper. So is a page that is made
        shorter by lines that are empty anyway.
        """
        empty = 0
        for change in changes:
            cost = trial.cost + change.cost
            if 0 < change.lines_less <= empty or cost + _MISSING * change.lines_less >= limit:
                continue
            made = self._make(index, trial.start, change)
            if made is None:
                return
            foot = made.foot
            empty = empty if change.cost else foot.missing
            cost += _rate(trial.foot, foot)
            is_early_end = foot.is_end and index < self._index
            if foot.has_rest or is_early_end or (change.lines_less and foot.has_notes) or cost >= limit:
                continue
            key = made.resume, foot.missing if not foot.is_right else 0
            yield key, _Trial(cost, (*trial.changes, change), foot, made.following)

    def _make(self, index: int, start: _Start, change: _Change) -> _Made | None:
        """Make a page, if it was not made so before; return it, None if the trials are used up."""
        key = id(start), change.key
        if key not in self._made:
            if self._pages.trials <= 0:
                return None
            self._pages.trials -= 1
            *_, foot = self._maker.make_changed(index, start, change)
            self._made[key] = _Made(start, foot, self._maker.take_start(index + 1))
        return self._made[key]


def _rate(facing: _PageEnd | None, foot: _PageEnd) -> float:
    """Return how bad the end of a page is, beside that of the page before it."""
    if not foot.goes_on:
        return 0.0
    cost = _MISSING * foot.missing + _HYPHEN * foot.has_hyphen
    if foot.missing > _MOST_SHORT:
        cost += _TOO_SHORT + _EACH_LINE * (foot.missing - _MOST_SHORT)
    if facing is not None and facing.goes_on and foot.is_right:
        cost += _FEET * (abs(facing.missing - foot.missing) > _NEAR)
    return cost


def _iterate_content(box: Box) -> Iterator[Box]:
    """Yield the lines and pictures in a box."""
    from weasyprint.formatting_structure.boxes import Box, LineBox, ReplacedBox

    for child in box.all_children():
        if isinstance(child, (LineBox, ReplacedBox)):
            yield child
        elif isinstance(child, Box):
            yield from _iterate_content(child)


def _iterate_lines(box: Box) -> Iterator[LineBox]:
    """Yield the laid-out lines in a box."""
    from weasyprint.formatting_structure.boxes import LineBox

    return (child for child in _iterate_content(box) if isinstance(child, LineBox))


def _read_text(line: LineBox) -> str:
    """Return the text of a laid-out line."""
    from weasyprint.formatting_structure.boxes import TextBox

    return "".join(child.text for child in line.descendants() if isinstance(child, TextBox)).rstrip()
