"""Place an original on left-hand pages and its translation on right-hand pages, so that pairs of turns stay together.

Both are laid out by themselves. Where one of them would run ahead, both begin a new page at the same exchange, so that
every spread begins with the same turn on both sides. An exchange that is longer than a page goes on over several
spreads, and the next one begins a page again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from onrecord.editions.pdf.bind.leaves import BookLeaf
from onrecord.editions.pdf.pages.geometry import POINTS_PER_MM, PageGeometry
from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.model import Answer, Book, Division, Interview, Question, iterate_block_passages
from onrecord.model.facing import map_facing
from onrecord.model.turn_pairs import pair_turns

LEFT, RIGHT = "left", "right"
_OPENING = -1  # what comes before the first exchange: the head of the text and its introduction
_MOST_CUTS = 20  # so often two texts are set; then exchanges may run over the end of a page
_MOVED_LINES = 3  # about so many are free at the end of a page if the next one begins with an exchange


@dataclass(frozen=True, slots=True)
class FacingTexts:
    """An original and its translation, and where exchanges begin in both: pairs of ids of turns or headings.

    `letters` are those of each exchange, for both texts.
    """

    original: Interview
    translation: Interview
    starts: tuple[tuple[str, str], ...]
    letters: tuple[tuple[int, int], ...]

    @property
    def slugs(self) -> tuple[str, str]:
        """Return the slugs of both facing texts: original and translation."""
        return self.original.slug, self.translation.slug


def find_exchanges(original: Interview, translation: Interview) -> FacingTexts:
    """Return both texts with the beginnings of their exchanges: pairs that begin with a question on both sides."""
    openings = [
        (pair.originals[0].id, pair.translations[0].id)
        for pair in pair_turns(original, translation).pairs
        if pair.originals and pair.translations and pair.originals[0].kind == pair.translations[0].kind == "question"
    ]
    places = (_find_page_tops(original), _find_page_tops(translation))
    starts = tuple((places[0][there], places[1][here]) for there, here in openings)
    counts = (_count_letters(original, {i for i, _ in openings}), _count_letters(translation, {j for _, j in openings}))
    return FacingTexts(original, translation, starts, tuple(zip(*counts, strict=True)))


def _find_page_tops(interview: Interview) -> dict[str, str]:
    """Return for each turn the id of what begins a page with it: the heading directly before it, or the turn."""
    tops, heading = {}, ""
    for entry in interview.conversation:
        if isinstance(entry, Division):
            heading = heading or entry.id
        elif isinstance(entry, Question | Answer):
            tops[entry.id] = heading or entry.id
            heading = ""
    return tops


def _count_letters(interview: Interview, openings: set[str]) -> list[int]:
    """Return the number of letters of each exchange of an interview that faces another."""
    counts: list[int] = []
    for turn in interview.turns:
        if turn.id in openings:
            counts.append(0)
        if counts:
            counts[-1] += sum(len(passage.text) for passage in iterate_block_passages(turn.blocks, turn.id))
    return counts


def write_margins(side: str, page: PageGeometry) -> str:
    """Return CSS that gives all pages of a text the margins of one side."""
    inner, outer = (page.outer_mm, page.inner_mm) if page.is_mirrored else (page.inner_mm, page.outer_mm)
    left, right = (outer, inner) if side == LEFT else (inner, outer)
    margin = f"margin: {page.top_mm}mm {right}mm {page.bottom_mm}mm {left}mm"
    return f"@page :left {{ {margin} }} @page :right {{ {margin} }}"


# --- where pages begin ------------------------------------------------------------------------------


def choose_cuts(texts: FacingTexts, parts: tuple[TypesetPart, TypesetPart], page: PageGeometry) -> frozenset[int]:
    """Return the exchanges at which both texts begin a page, by the heights that they have without such breaks."""
    columns = [
        _measure_exchanges(texts, side, part, page) for side, part in enumerate(parts)
    ]  # for both, the height of the text before each exchange, and of all
    room = (page.lines + 0.5) * page.leading_pt
    cuts, begins = set[int](), (0.0, 0.0)
    for index in range(1, len(texts.starts)):
        ends = [_find_end(column[index + 1], page) for column in columns]
        is_after_long = any(_find_end(columns[side][index], page) - begins[side] > room for side in (0, 1))
        if is_after_long or any(end - begin > room for end, begin in zip(ends, begins, strict=True)):
            cuts.add(index)
            begins = (columns[0][index], columns[1][index])
    return frozenset(cuts)


def _find_end(start: float, page: PageGeometry) -> float:
    """Return where the text before an exchange ends that begins at this height: earlier, if it begins a page."""
    return start - _MOVED_LINES * page.leading_pt if _begins_page(start, page) else start


def _begins_page(start: float, page: PageGeometry) -> bool:
    """Return whether an exchange is the first on a page, by the height of the text before it."""
    height = page.lines * page.leading_pt
    return start > 0 and min(start % height, height - start % height) < page.leading_pt / 2


def _measure_exchanges(texts: FacingTexts, side: int, part: TypesetPart, page: PageGeometry) -> list[float]:
    """Return the height (pt) of the text of one side before each exchange, and of the whole text, from its letters."""
    anchors = {anchor.name: anchor for anchor in reversed(part.anchors)}
    height, top = page.lines * page.leading_pt, part.height_pt - page.top_mm * POINTS_PER_MM
    slug = texts.slugs[side]
    begins = (anchors[f"{slug}.{start[side]}"] for start in texts.starts)
    heights = [anchor.page * height + top - anchor.y for anchor in begins]
    letters = [count[side] for count in texts.letters]
    before = sum(letters[:-1])
    per_letter = (heights[-1] - heights[0]) / before if before else 0
    return [*heights, heights[-1] + per_letter * letters[-1]] if heights else []


def find_further_cut(
    texts: FacingTexts, parts: tuple[TypesetPart, TypesetPart], cuts: frozenset[int], page: PageGeometry
) -> int | None:
    """Return an exchange at which a page must begin, too; None if there is none.

    Several exchanges need more than one page, or one introduction ends on another page than the other.
    """
    pages = [_find_pages(texts, side, part) for side, part in enumerate(parts)]
    if texts.starts and 0 not in cuts:
        heights = [_measure_exchanges(texts, side, part, page)[0] for side, part in enumerate(parts)]
        if pages[0][0] != pages[1][0] or _begins_page(heights[0], page) != _begins_page(heights[1], page):
            return 0
    for first, last in pairwise(_list_bounds(texts, cuts)):
        sizes = _count_pages(pages, parts, first, last)
        start = max(first, 0)
        if last - start < 2 or max(sizes) == 1:
            continue
        begins = [pages[side][first] if first >= 0 else 0 for side in (0, 1)]
        late = (index for index in range(start + 1, last) if any(pages[s][index] > begins[s] for s in (0, 1)))
        return next(late, last - 1)
    return None


def _list_bounds(texts: FacingTexts, cuts: frozenset[int]) -> list[int]:
    """Return the exchanges at which pages must begin, with the opening (-1) before, and the end of the text after."""
    return [_OPENING, *sorted(cuts), len(texts.starts)]


def _find_pages(texts: FacingTexts, side: int, part: TypesetPart) -> list[int]:
    """Return on which page of the part each exchange begins."""
    anchors = {anchor.name: anchor.page for anchor in reversed(part.anchors)}
    return [anchors[f"{texts.slugs[side]}.{start[side]}"] for start in texts.starts]


def _count_pages(
    pages: Sequence[Sequence[int]], parts: tuple[TypesetPart, TypesetPart], first: int, last: int
) -> tuple[int, int]:
    """Return how many pages both texts need from one exchange, or from the opening (-1), to before another one."""
    begins = [side[first] if first >= 0 else 0 for side in pages]
    ends = [side[last] if last < len(side) else len(part.pages) for side, part in zip(pages, parts, strict=True)]
    return ends[0] - begins[0], ends[1] - begins[1]


def place_on_spreads(
    texts: FacingTexts, parts: tuple[TypesetPart, TypesetPart], cuts: frozenset[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the spread of each page of both texts, from 0."""
    pages = [_find_pages(texts, side, part) for side, part in enumerate(parts)]
    placed: tuple[list[int], list[int]] = ([], [])
    spread = 0
    for first, last in pairwise(_list_bounds(texts, cuts)):
        sizes = _count_pages(pages, parts, first, last)
        for side in (0, 1):
            placed[side].extend(range(spread, spread + sizes[side]))
        spread += max(sizes)
    return tuple(placed[0]), tuple(placed[1])


def list_breaks(texts: FacingTexts, cuts: frozenset[int]) -> Mapping[str, frozenset[str]]:
    """Return the ids that begin a page, by the slug of the text."""
    chosen = [texts.starts[index] for index in cuts]
    return {slug: frozenset(start[side] for start in chosen) for side, slug in enumerate(texts.slugs)}


# --- a book -----------------------------------------------------------------------------------------


class FacingPlan:
    """The texts of a book that face each other, and where they begin pages."""

    def __init__(self, book: Book, page: PageGeometry) -> None:
        interviews = {interview.slug: interview for interview in book.interviews}
        self._page = page
        self._pairs = [find_exchanges(interviews[there], interviews[here]) for here, there in map_facing(book).items()]
        self._margins = {texts.original.slug: LEFT for texts in self._pairs}
        self._margins |= {texts.translation.slug: RIGHT for texts in self._pairs}
        self._cuts: dict[str, frozenset[int]] = {}  # by the slug of the original
        self._breaks: dict[str, frozenset[str]] = {}

    @property
    def first_sides(self) -> dict[str, str]:
        """Return "verso" by the slug of each original that faces a translation: it begins on a left-hand page."""
        return {texts.original.slug: "verso" for texts in self._pairs}

    def write_rules(self, slug: str) -> str:
        """Return the CSS of a text that faces another one, "" for others."""
        return write_margins(self._margins[slug], self._page) if slug in self._margins else ""

    def find_breaks(self, slug: str) -> frozenset[str]:
        """Return the ids of what begins a page in a text."""
        return self._breaks.get(slug, frozenset())

    def align(self, parts: Mapping[str, TypesetPart], set_again: Callable[[Sequence[Interview]], None]) -> None:
        """Set the texts again, until each spread begins with the same exchange on both sides; `parts` are by slug."""
        for texts in self._pairs:
            cuts = choose_cuts(texts, _select_parts(texts, parts), self._page)
            for _ in range(_MOST_CUTS):
                self._cuts[texts.original.slug] = cuts
                self._breaks |= list_breaks(texts, cuts)
                set_again((texts.original, texts.translation))
                further = find_further_cut(texts, _select_parts(texts, parts), cuts, self._page)
                if further is None:
                    break
                cuts |= {further}

    def add_spreads(self, leaf: BookLeaf, slug: str, parts: Mapping[str, TypesetPart]) -> BookLeaf:
        """Return the leaf of a text with the spreads of its pages, if it faces another one."""
        for texts in self._pairs:
            if slug in texts.slugs:
                spreads = place_on_spreads(texts, _select_parts(texts, parts), self._cuts[texts.original.slug])
                is_first = slug == texts.original.slug
                return replace(leaf, spreads=spreads[0 if is_first else 1], is_first_of_two=is_first)
        return leaf


def _select_parts(texts: FacingTexts, parts: Mapping[str, TypesetPart]) -> tuple[TypesetPart, TypesetPart]:
    """Return the laid-out parts of both facing texts."""
    return parts[texts.original.slug], parts[texts.translation.slug]
