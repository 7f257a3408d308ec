"""Set paragraphs with a second look at their lines: the CSS property `text-wrap`, which WeasyPrint 70 lacks.

WeasyPrint fills each line and never looks back. With `text-wrap: pretty` (CSS Text 4 §5.4) a paragraph with a fault is
set again, a line of it at a time a word or a syllable shorter or a little tighter, and what is better is kept. Faults
are a last line shorter than 2.5 em, three hyphens in a row, and a word that begins or ends two lines in a row. A hyphen
at the foot of a right-hand page is taken away when the page is broken there. The number of trials is limited. With
`text-wrap: balance` the lines of a heading become about equally long.

A paragraph is set once, before it is divided into pages; its lines are placed where they are needed.

Private names used: `layout.inline.iter_line_boxes`, `get_next_linebox`, `split_inline_box`, `text_align` and
`justify_line`, and `layout.block._linebox_layout`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import Box, LineBox
    from weasyprint.layout import LayoutContext
    from weasyprint.layout.block import _LineboxLayout

_HYPHENS = ("-", "\u2010")
_SHORTEST_LAST_LINE_EM = 2.5
_SHORTEST_STACKED_WORD = 3
_TIGHTEST_EM = 0.022  # taken from each word space of a line
_LOOSEST_EM = 0.19  # added to each word space of a line that is set again
_LOOSEST_END_EM = 0.23  # – at the end of a paragraph whose last line is very short
_LOOSEST_FOOT_EM = 0.26  # – to take a hyphen away from the foot of a page
_MOST_LINES_BACK = 7  # lines above the foot that may be set again
_SHORTEST_RAGGED = 0.7  # of the measure
_MOST_TRIALS = 12  # of a paragraph
_MOST_LINES_MOVED = 6  # at the end of a paragraph whose last line is very short
_NARROWEST_EM = 12.0  # a column that is narrower has no room for changes of all its lines
_SHORTENED_EM = (0.3, 0.6, 0.9, 1.2, 1.6, 2.0, 2.5)  # taken from each of them
_SAME_PX = 0.01  # the measures of left-hand and right-hand pages differ by rounding
_STEP_PX = 0.5  # a line this much shorter than before has no room for its last syllable
_BALANCE_PX = 2.0
_LADDER, _STACK, _LAST_LINE, _HYPHEN = 8.0, 4.0, 6.0, 0.2  # how bad a fault is


@dataclass
class _Slack:
    """How much longer than its measure the line that is being set may be; below 0, how much shorter it must be."""

    px: float = 0.0


_SLACK = _Slack()


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line that was set: where it starts, where the next one does, and what decides whether it is good."""

    start: object
    resume: object
    box: LineBox
    offset_px: float  # from the left edge of the paragraph
    words: tuple[str, ...]
    spaces: int
    stretch_px: float  # added to each word space
    height_px: float

    @property
    def natural_px(self) -> float:
        """Its length before it was justified."""
        return self.box.width - self.spaces * self.stretch_px

    @property
    def is_hyphenated(self) -> bool:
        """Whether it ends with a hyphen."""
        return bool(self.words) and self.words[-1].endswith(_HYPHENS)


class SetParagraph:
    """A paragraph: its lines, each of which WeasyPrint has set."""

    def __init__(self, context: LayoutContext, box: LineBox, containing_block: Box) -> None:
        self._context = context
        self._box = box
        self._containing_block = containing_block
        self._indent = box.text_indent
        self.size = box.style["font_size"]
        self.is_justified = box.style["text_align_all"] == "justify"
        self.width = containing_block.width
        self.lines = list(self._set_lines(None))
        if len(self.lines) > 1:
            if box.style["text_wrap"] == "balance":
                self._balance()
            else:
                self._improve()

    # placing

    def place_lines(self, start: object, y: float) -> Iterator[tuple[LineBox, object]]:
        """Yield the lines from the one that begins at `start`, moved to this height, and where the next one begins."""
        first = next((index for index, line in enumerate(self.lines) if line.start == start), None)
        if first is None:  # a page was broken by lines that were set in another way: set what follows from there
            self.lines, first = list(self._set_lines(start)), 0
        for line in self.lines[first:]:
            x = self._box.position_x + line.offset_px
            line.box.translate(x - line.box.position_x, y - line.box.position_y)
            y = line.box.position_y + line.height_px
            yield line.box, line.resume

    def remove_hyphen(self, boxes: Sequence[LineBox]) -> bool:
        """Set lines of a page again so that the last of these boxes does not end with a hyphen; return success."""
        index = self._find_box(boxes[-1])
        if index is None or not self.lines[index].is_hyphenated:
            return False
        best: list[SetLine] = []
        for changed in range(index, max(index - _MOST_LINES_BACK, index - len(boxes)), -1):
            for lines in self._vary_line(self.lines, changed, 3, _LOOSEST_FOOT_EM):
                is_better = len(lines) > index and not lines[index].is_hyphenated
                if is_better and (not best or self.rate(lines) < self.rate(best)):
                    best = lines
        self.lines = best or self.lines
        return bool(best)

    def count_hyphenated(self, boxes: Sequence[LineBox]) -> int:
        """Return how many of these boxes, from the last one up, end with a hyphen without a break."""
        indices = [self._find_box(box) for box in reversed(boxes)]
        flags = [index is not None and self.lines[index].is_hyphenated for index in indices]
        return flags.index(False) if False in flags else len(flags)

    def _find_box(self, box: LineBox) -> int | None:
        """Return the index of the line in this box."""
        return next((index for index, line in enumerate(self.lines) if line.box is box), None)

    # setting lines

    def _set_line(self, start: object, slack_px: float = 0.0) -> SetLine | None:
        """Return the line that begins at `start`, None if nothing is left to set."""
        from weasyprint.layout import inline

        self._box.text_indent = self._indent if start is None else 0
        _SLACK.px = slack_px
        try:
            box, resume = inline.get_next_linebox(
                *(self._context, self._box, self._box.position_y, 0, start, self._containing_block),
                *([], [], None, None),
            )
        finally:
            _SLACK.px = 0.0
        return None if box is None else _describe_line(start, resume, box, box.position_x - self._box.position_x)

    def _set_lines(self, start: object, slack_px: float = 0.0) -> Iterator[SetLine]:
        """Yield the lines from `start` to the end, each with the same slack."""
        while line := self._set_line(start, slack_px):
            yield line
            if line.resume is None:
                return
            start = line.resume

    def set_all(self, start: object, slack_px: float, most: int) -> list[SetLine]:
        """Return at most so many lines from `start`, each with the same slack; [] if one of them is too loose."""
        lines = list(islice(self._set_lines(start, slack_px), most))
        return [] if any(self._is_loose(line, _LOOSEST_END_EM) for line in lines) else lines

    def _set_again(
        self, lines: Sequence[SetLine], index: int, slack_px: float, loosest_em: float
    ) -> list[SetLine] | None:
        """Return the lines with the one at `index` set with this slack; None if it breaks where it did, or badly."""
        changed = self._set_line(lines[index].start, slack_px)
        if changed is None or changed.resume == lines[index].resume or self._is_loose(changed, loosest_em):
            return None
        result = [*lines[:index], changed]
        while (start := result[-1].resume) is not None:
            same = next((number for number, line in enumerate(lines) if line.start == start), None)
            if same is not None:
                return [*result, *lines[same:]]
            following = self._set_line(start)
            if following is None:
                break
            result.append(following)
        return result

    def _is_loose(self, line: SetLine, loosest_em: float) -> bool:
        """Tell whether a line has too wide word spaces, or is too short where lines are ragged."""
        if line.resume is None:
            return False
        if self.is_justified:
            return line.stretch_px > loosest_em * self.size
        return line.natural_px < _SHORTEST_RAGGED * self.width

    # improving

    def _vary_line(
        self, lines: Sequence[SetLine], index: int, steps: int, loosest_em: float = _LOOSEST_EM
    ) -> Iterator[list[SetLine]]:
        """Yield the lines with the one at `index` tighter, then up to `steps` times a syllable or a word shorter."""
        if self.is_justified:
            tighter = self._set_again(lines, index, self.get_tightness(lines[index]), loosest_em)
            if tighter:
                yield tighter
        current = list(lines)
        for _ in range(steps):
            slack = current[index].natural_px - self.width - _STEP_PX
            shorter = self._set_again(current, index, slack, loosest_em)
            if shorter is None:
                return
            current = shorter
            yield current

    def get_tightness(self, line: SetLine) -> float:
        """Return how much longer the line may be if its word spaces are a little narrower."""
        return line.spaces * _TIGHTEST_EM * self.size

    def _improve(self) -> None:
        """Replace the lines by better ones until they have no fault, or the trials are used up."""
        trials, hopeless = _MOST_TRIALS, 0  # the faults of the first lines could not be mended
        while trials > 0 and (fault := self._find_fault(self.lines, hopeless)) is not None:
            best, score = self.lines, self.rate(self.lines)
            for lines in islice(self._vary_near(fault), trials):
                trials -= 1
                rating = self.rate(lines)
                if rating < score:
                    best, score = lines, rating
                    if self._find_fault(lines, hopeless) is None:
                        break
            hopeless = fault if best is self.lines else hopeless
            self.lines = best
        if self.has_short_end(self.lines) and self.width > _NARROWEST_EM * self.size:
            _move_end(self)

    def _vary_near(self, fault: int) -> Iterator[list[SetLine]]:
        """Yield the lines with changes near the line at this index, the likeliest first."""
        for index, steps in ((fault - 1, 2), (fault - 2, 2), (fault, 1), (fault - 3, 1), (fault - 4, 1)):
            if 0 <= index < len(self.lines) - 1:
                yield from self._vary_line(self.lines, index, steps)

    def rate(self, lines: Sequence[SetLine]) -> float:
        """Return how bad the lines are; 0 is perfect."""
        hyphens = sum(line.is_hyphenated for line in lines)
        ladders = sum(all(line.is_hyphenated for line in lines[i : i + 3]) for i in range(len(lines) - 2))
        stacks = sum(_count_stacked(*pair) for pair in pairwise(lines))
        return _HYPHEN * hyphens + _LADDER * ladders + _STACK * stacks + _LAST_LINE * self.has_short_end(lines)

    def _find_fault(self, lines: Sequence[SetLine], behind: int) -> int | None:
        """Return the index of the first line with a fault behind the line at an index, None if there is none."""
        for index in range(behind + 1, len(lines)):
            if _count_stacked(lines[index - 1], lines[index]):
                return index
            if index > 1 and all(line.is_hyphenated for line in lines[index - 2 : index + 1]):
                return index
        return len(lines) - 1 if behind < len(lines) - 1 and self.has_short_end(lines) else None

    def has_short_end(self, lines: Sequence[SetLine]) -> bool:
        """Tell whether the last of several lines is very short."""
        return len(lines) > 1 and lines[-1].natural_px < _SHORTEST_LAST_LINE_EM * self.size

    def _balance(self) -> None:
        """Make the lines about equally long, without another one."""
        low, high = -self.width / 2, 0.0
        while high - low > _BALANCE_PX:
            middle = (low + high) / 2
            lines = list(islice(self._set_lines(None, middle), len(self.lines) + 1))
            fits = len(lines) == len(self.lines) and all(line.natural_px <= self.width + middle + 1 for line in lines)
            if fits:
                self.lines, high = lines, middle
            else:
                low = middle


def _move_end(paragraph: SetParagraph) -> None:
    """Make the last lines all a little shorter, or a little tighter, so that the very last one is no longer short.

    A few letters from each of several lines are enough where no single line can give a word.
    """
    best, score = paragraph.lines, paragraph.rate(paragraph.lines)
    first = max(len(best) - _MOST_LINES_MOVED, 0)
    beginning, start = best[:first], best[first].start
    steps = [-step * paragraph.size for step in _SHORTENED_EM]
    if paragraph.is_justified:
        steps.insert(0, min(map(paragraph.get_tightness, best[first:-1])))
    for slack in steps:
        moved = paragraph.set_all(start, slack, _MOST_LINES_MOVED + 1)
        lines = [*beginning, *moved]
        if moved and moved[-1].resume is None and paragraph.rate(lines) < score:
            best, score = lines, paragraph.rate(lines)
            if not paragraph.has_short_end(lines):
                break
    paragraph.lines = best


def _describe_line(start: object, resume: object, box: LineBox, offset_px: float) -> SetLine:
    """Return a line that WeasyPrint has set."""
    from weasyprint.formatting_structure.boxes import TextBox

    texts = [child for child in box.descendants() if isinstance(child, TextBox)]
    text = "".join(child.text for child in texts)
    stretch = next((child.justification_spacing for child in texts), 0.0)
    spaces = text.count(" ") + text.count("\u00a0")
    return SetLine(start, resume, box, offset_px, tuple(text.split()), spaces, stretch, box.height)


def _count_stacked(above: SetLine, below: SetLine) -> int:
    """Return how many words stand at the same end of both lines: at their left ends, at their right ends."""
    if not above.words or not below.words:
        return 0
    pairs = ((above.words[end].lower(), below.words[end].lower()) for end in (0, -1))
    return sum(first == second and len(first) >= _SHORTEST_STACKED_WORD for first, second in pairs)


# --- WeasyPrint -------------------------------------------------------------------------------------


@cache
def set_paragraphs() -> None:
    """Make WeasyPrint set paragraphs as `text-wrap` says; a second call changes nothing."""
    _allow_slack()
    _place_paragraphs()
    _remove_hyphens_at_feet()


def _allow_slack() -> None:
    """Let a line be longer or shorter than its measure by the slack; a longer one gets narrower word spaces."""
    from weasyprint.formatting_structure.boxes import LineBox
    from weasyprint.layout import inline

    split, align = inline.split_inline_box, inline.text_align

    def split_inline_box(context: LayoutContext, box: Box, position_x: float, max_x: float, *args: object) -> object:
        """Return WeasyPrint's part of the box for this line, which may be longer or shorter than its measure."""
        slack = _SLACK.px if isinstance(box, LineBox) else 0.0
        return split(context, box, position_x, max_x + slack, *args)

    def text_align(context: LayoutContext, line: LineBox, available_width: float, last: bool) -> float:
        """Return how far to move the line; narrow the word spaces of one that is too long by its slack."""
        if _SLACK.px > 0 and available_width < line.width <= available_width + _SLACK.px * 1.001:
            inline.justify_line(context, line, available_width - line.width)
            return 0
        return align(context, line, available_width, last)

    inline.split_inline_box = split_inline_box
    inline.text_align = text_align


def _place_paragraphs() -> None:
    """Take the lines of plain paragraphs from `SetParagraph`, others as WeasyPrint sets them."""
    from weasyprint.layout import block, inline
    from weasyprint.layout.percent import resolve_one_percentage, resolve_percentages

    original = inline.iter_line_boxes

    def iter_line_boxes(
        context: LayoutContext,
        box: LineBox,
        position_y: float,
        bottom_space: float,
        skip_stack: object,
        containing_block: Box,
        *args: object,
    ) -> Iterator[tuple[LineBox, object]]:
        """Yield each line with the place where the next one begins."""
        *_, first_letter_style, first_line_style = args
        is_wanted = box.style["text_wrap"] != "wrap" and not (first_letter_style or first_line_style)
        if not is_wanted or context.excluded_shapes or not _is_plain(box):
            yield from original(context, box, position_y, bottom_space, skip_stack, containing_block, *args)
            return
        paragraphs = get_paragraphs(context)
        paragraph = paragraphs.get(box)
        if paragraph is None or abs(paragraph.width - containing_block.width) > _SAME_PX:
            resolve_percentages(box, containing_block)
            resolve_one_percentage(box, "text_indent", containing_block.width)
            box.position_y = position_y
            paragraph = paragraphs[box] = SetParagraph(context, box, containing_block)
        yield from paragraph.place_lines(skip_stack, position_y)

    inline.iter_line_boxes = block.iter_line_boxes = iter_line_boxes


def get_paragraphs(context: LayoutContext) -> dict[LineBox, SetParagraph]:
    """Return the paragraphs of a document that have been set, by the box of their lines."""
    if not hasattr(context, "paragraphs"):
        context.paragraphs = {}
    paragraphs: dict[LineBox, SetParagraph] = context.paragraphs
    return paragraphs


def _is_plain(box: Box) -> bool:
    """Tell whether a paragraph holds text only, and nothing that is moved."""
    from weasyprint.formatting_structure.boxes import InlineBox, LineBox, TextBox

    return box.style["direction"] == "ltr" and all(
        type(child) in (LineBox, InlineBox, TextBox)
        and not child.is_leader
        and child.style["position"] == "static"
        and child.style["float"] == "none"
        for child in box.descendants()
    )


def _remove_hyphens_at_feet() -> None:
    """Set a line again that ends with a hyphen at the foot of a right-hand page."""
    from weasyprint.layout import block

    original = block._linebox_layout

    def linebox_layout(
        context: LayoutContext, box: Box, index: int, child: LineBox, new_children: list[LineBox], *args: object
    ) -> _LineboxLayout:
        """Return WeasyPrint's layout of the lines on this page."""
        layout = original(context, box, index, child, new_children, *args)
        abort, stop, _, position_y, new_footnotes, max_lines = layout
        paragraph = get_paragraphs(context).get(child)
        is_broken = stop and not abort and not new_footnotes and new_children
        if not is_broken or paragraph is None or not _is_recto(context, child):
            return layout
        if paragraph.remove_hyphen(new_children):
            new_children.clear()
            return original(context, box, index, child, new_children, *args)
        count = paragraph.count_hyphenated(new_children)
        if not 0 < count <= len(new_children) - cast("int", box.style["orphans"]):
            return layout
        position_y -= sum(line.height for line in new_children[-count:])
        del new_children[-count:]
        return abort, stop, {index: new_children[-1].resume_at}, position_y, [], max_lines

    block._linebox_layout = linebox_layout


def _is_recto(context: LayoutContext, box: Box) -> bool:
    """Tell whether the page that is being set is a right-hand page."""
    begins_left = box.style.root_style["break_before"] in ("left", "verso")
    return bool(context.current_page % 2) != begins_left
