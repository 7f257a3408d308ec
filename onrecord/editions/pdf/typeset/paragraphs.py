"""Set paragraphs with a second look at their lines: the CSS property `text-wrap`, which WeasyPrint 70 lacks.

WeasyPrint fills each line and never looks back. With `text-wrap: pretty` (CSS Text 4 §5.4) a paragraph with a fault is
set again, a line of it at a time a word or a syllable shorter or a little tighter, and what is better is kept. What
this does not mend, `line_search` sets again as a whole. Faults are a last line shorter than 2.5 em, three hyphens in a
row, a word that begins or ends two lines in a row, and very wide word spaces. A hyphen at the foot of a right-hand page
is taken away when the page is broken there. The number of trials is limited. With `text-wrap: balance` the lines of a
heading become about equally long.

A paragraph is set once, before it is divided into pages; its lines are placed where they are needed. So is one of a
footnote, though WeasyPrint lays out a copy of all notes of the page whenever one more is called there.

`paragraph_placing` gives the lines to WeasyPrint.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, cast

from onrecord.editions.pdf.typeset import line_search
from onrecord.editions.pdf.typeset.line_drafts import make_drafter
from onrecord.editions.pdf.typeset.line_slack import set_boxes
from onrecord.editions.pdf.typeset.set_lines import (
    SetLine,
    describe_draft,
    find_fault,
    has_short_end,
    rate_lines,
)

if TYPE_CHECKING:
    from weasyprint.formatting_structure.boxes import Box, LineBox
    from weasyprint.layout import LayoutContext

    from onrecord.editions.pdf.typeset.line_pieces import Skip

_TIGHTEST_EM = 0.022  # taken from each word space of a line
_LOOSEST_EM = 0.19  # added to each word space of a line that is set again
_LOOSEST_END_EM = 0.23  # – at the end of a paragraph whose last line is very short
_LOOSEST_FOOT_EM = 0.26  # – to take a hyphen away from the foot of a page
_SHORTEST_RAGGED = 0.7  # of the measure
_RAGGED_EM = 2.0  # a line of justified text that is this much too short has no spaces to stretch, or ends a verse
_MOST_TRIALS = 12  # of a paragraph
_MOST_LINES_AGAIN = 15  # that are set again for the sake of one, until they end where they did
_MOST_LINES_MOVED = 6  # at the end of a paragraph whose last line is very short
_NARROWEST_EM = 12.0  # a column that is narrower has no room for changes of all its lines
_SHORTENED_EM = (0.3, 0.6, 0.9, 1.2, 1.6, 2.0, 2.5)  # taken from each of them
_STEP_PX = 0.5  # a line this much shorter than before has no room for its last syllable
_BALANCE_PX = 2.0
_MOST_CHOICES = 5  # of a line, in a search
_MOST_FAULTS = 4  # of a paragraph that are searched for
_WORSE = 1.0  # a paragraph may be for the sake of its page: some hyphens, no fault
_MOST_LINES_CHANGED = 30  # of a paragraph that is made a line longer or shorter


class SetParagraph:
    """A paragraph: its lines, each of which WeasyPrint has set."""

    def __init__(self, context: LayoutContext, box: LineBox, containing_block: Box) -> None:
        self._context = context
        self._box = box
        self._containing_block = containing_block
        self._indent = box.text_indent
        self._drafter = make_drafter(context, box, containing_block)
        self._choices: dict[Hashable, list[SetLine]] = {}
        self._known_lines: dict[Hashable, SetLine | None] = {}  # by where a line begins, and its slack
        self.lengths: Sequence[Sequence[SetLine]] | None = None  # what `list_lengths` returned
        self.size = box.style["font_size"]
        self.is_justified = box.style["text_align_all"] == "justify"
        self.width = containing_block.width
        self.lines = list(self._set_lines(None))
        if len(self.lines) > 1:
            if box.style["text_wrap"] == "balance":
                self._balance()
            else:
                self._improve()
        self.first_lines = self.lines  # before they were divided into pages

    # placing

    def move_to(self, box: LineBox, containing_block: Box) -> None:
        """Let this copy of its box have the lines."""
        self._box, self._containing_block = box, containing_block

    def place_lines(self, start: object, y: float) -> Iterator[tuple[LineBox, object]]:
        """Yield the lines from the one that begins at `start`, moved to this height, and where the next one begins."""
        first = next((index for index, line in enumerate(self.lines) if line.start == start), None)
        if first is None:  # a page was broken by lines that were set in another way: set what follows from there
            self.lines, first = list(self._set_lines(start)), 0
        for line in self.lines[first:]:
            x = self._box.position_x + line.offset_px
            box = line.find_box()
            box.translate(x - box.position_x, y - box.position_y)
            y = box.position_y + box.height
            yield box, line.resume

    def remove_hyphen(self, boxes: Sequence[LineBox]) -> bool:
        """Set lines of a page again so that the last of these boxes does not end with a hyphen; return success."""
        index = self._find_box(boxes[-1])
        if index is None or not self.lines[index].is_hyphenated:
            return False
        best = line_search.find_foot_without_hyphen(self, max(index + 1 - len(boxes), 0), index)
        self.lines = best or self.lines
        return bool(best)

    def count_hyphenated(self, boxes: Sequence[LineBox]) -> int:
        """Return how many of these boxes, from the last one up, end with a hyphen without a break."""
        indices = [self._find_box(box) for box in reversed(boxes)]
        flags = [index is not None and self.lines[index].is_hyphenated for index in indices]
        return flags.index(False) if False in flags else len(flags)

    def _find_box(self, box: LineBox) -> int | None:
        """Return the index of the paragraph's line that is in this box, None if there is none."""
        return next((index for index, line in enumerate(self.lines) if line.box is box), None)

    # setting lines

    def _set_line(self, start: object, slack_px: float = 0.0) -> SetLine | None:
        """Return the line that begins at `start`, None if nothing is left to set; each is set once."""
        key = line_search.freeze(start), slack_px
        if key in self._known_lines:
            return self._known_lines[key]
        self._box.text_indent = self._indent if start is None else 0
        line = self._draft_line(start, slack_px) or set_boxes(
            self._context, self._box, self._containing_block, start, slack_px
        )
        if slack_px < 0 and line and (whole := self._set_line(start)) and _breaks_only_word(line, whole, self._box):
            line = whole  # no word is broken to make a line shorter
        self._known_lines[key] = line
        return line

    def _draft_line(self, start: object, slack_px: float) -> SetLine | None:
        """Return the line that begins at `start` without boxes, None if that is not possible."""
        if self._drafter is None:
            return None
        draft = self._drafter.draft_line(cast("Skip | None", start), self._containing_block, slack_px)
        return describe_draft(draft, self._context) if draft else None

    def _set_lines(self, start: object, slack_px: float = 0.0) -> Iterator[SetLine]:
        """Yield the lines from `start` to the end, each with the same slack."""
        while line := self._set_line(start, slack_px):
            yield line
            if line.resume is None:
                return
            start = line.resume

    def list_choices(self, start: object) -> Sequence[SetLine]:
        """Return the ways to set the line that begins at `start`: tighter, as it is, and some syllables shorter."""
        key = line_search.freeze(start)
        if key not in self._choices:
            self._choices[key] = list(self._make_choices(start))
        return self._choices[key]

    def _make_choices(self, start: object) -> Iterator[SetLine]:
        """Yield the ways to set the line that begins at `start`."""
        if (line := self._set_line(start)) is None:
            return
        if self.is_justified and (tighter := self._set_line(start, self.get_tightness(line))):
            yield from [tighter] if tighter.resume != line.resume else []
        for number in range(_MOST_CHOICES):
            if number and self._is_loose(line, _LOOSEST_FOOT_EM):
                return
            yield line
            shorter = self._set_line(start, line.natural_px - self.width - _STEP_PX) if line.resume else None
            if shorter is None or shorter.resume == line.resume or shorter.natural_px > line.natural_px:
                return
            line = shorter

    def set_all(self, start: object, slack_px: float, most: int) -> list[SetLine]:
        """Return at most so many lines from `start`, each with the same slack; [] if one of them is too loose."""
        lines = list(islice(self._set_lines(start, slack_px), most))
        return [] if any(self._is_loose(line, _LOOSEST_END_EM) for line in lines) else lines

    def _set_again(self, lines: Sequence[SetLine], index: int, slack_px: float) -> list[SetLine] | None:
        """Return the lines with the one at `index` set with this slack; None if it breaks where it did, or badly.

        None, too, if many lines after it would have to be set again.
        """
        changed = self._set_line(lines[index].start, slack_px)
        if changed is None or changed.resume == lines[index].resume or self._is_loose(changed, _LOOSEST_EM):
            return None
        result = [*lines[:index], changed]
        while (start := result[-1].resume) is not None:
            if len(result) > index + _MOST_LINES_AGAIN:
                return None
            same = next((number for number, line in enumerate(lines) if line.start == start), None)
            if same is not None:
                return [*result, *lines[same:]]
            following = self._set_line(start)
            if following is None:
                break
            result.append(following)
        return result

    def _is_loose(self, line: SetLine, loosest_em: float) -> bool:
        """Return whether a line has too wide word spaces, or is too short where lines are ragged."""
        if line.resume is None:
            return False
        if self.is_justified:
            is_ragged = not line.stretch_px and self.width - line.natural_px > _RAGGED_EM * self.size
            return is_ragged or line.stretch_px > loosest_em * self.size
        return line.natural_px < _SHORTEST_RAGGED * self.width

    # improving

    def vary_line(self, lines: Sequence[SetLine], index: int, steps: int) -> Iterator[list[SetLine]]:
        """Yield the lines with the one at `index` tighter, then up to `steps` times a syllable or a word shorter."""
        if self.is_justified:
            tighter = self._set_again(lines, index, self.get_tightness(lines[index]))
            if tighter:
                yield tighter
        current = list(lines)
        for _ in range(steps):
            slack = current[index].natural_px - self.width - _STEP_PX
            shorter = self._set_again(current, index, slack)
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
        while trials > 0 and (fault := find_fault(self.lines, self.size, hopeless)) is not None:
            best, score = self.lines, rate_lines(self.lines, self.size)
            for lines in islice(_vary_near(self, fault), trials):
                trials -= 1
                rating = rate_lines(lines, self.size)
                if rating < score:
                    best, score = lines, rating
                    if find_fault(lines, self.size, hopeless) is None:
                        break
            hopeless = fault if best is self.lines else hopeless
            self.lines = best
        if has_short_end(self.lines, self.size) and self.width > _NARROWEST_EM * self.size:
            _move_end(self)
        _search_faults(self)

    def _balance(self) -> None:
        """Make a paragraph's lines about equally long, without another one."""
        low, high = -self.width / 2, 0.0
        while high - low > _BALANCE_PX:
            middle = (low + high) / 2
            lines = list(islice(self._set_lines(None, middle), len(self.lines) + 1))
            fits = len(lines) == len(self.lines) and all(line.natural_px <= self.width + middle + 1 for line in lines)
            if fits:
                self.lines, high = lines, middle
            else:
                low = middle


def _breaks_only_word(line: SetLine, whole: SetLine, box: LineBox) -> bool:
    """Return whether a line ends inside its only word, where it may not break; `whole` is the line at full width."""
    from weasyprint.layout.inline import can_break_text

    if line.resume is None or line.resume == whole.resume or len(line.words) != 1 or not whole.words:
        return False
    part, word = line.words[0], whole.words[0]
    is_inside = len(part) < len(word) and word.startswith(part) and not line.is_hyphenated
    return is_inside and not can_break_text(word[len(part) - 1 : len(part) + 1], box.style["lang"])


def _vary_near(paragraph: SetParagraph, fault: int) -> Iterator[list[SetLine]]:
    """Yield the lines with changes near the line at this index, the likeliest first."""
    for index, steps in ((fault - 1, 2), (fault - 2, 2), (fault, 1), (fault - 3, 1), (fault - 4, 1)):
        if 0 <= index < len(paragraph.lines) - 1:
            yield from paragraph.vary_line(paragraph.lines, index, steps)


def _move_end(paragraph: SetParagraph) -> None:
    """Make the last lines all a little shorter, or a little tighter, so that the very last one is no longer short.

    A few letters from each of several lines are enough where no single line can give a word.
    """
    best, score = paragraph.lines, rate_lines(paragraph.lines, paragraph.size)
    first = max(len(best) - _MOST_LINES_MOVED, 0)
    beginning, start = best[:first], best[first].start
    steps = [-step * paragraph.size for step in _SHORTENED_EM]
    if paragraph.is_justified:
        steps.insert(0, min(map(paragraph.get_tightness, best[first:-1])))
    for slack in steps:
        moved = paragraph.set_all(start, slack, _MOST_LINES_MOVED + 1)
        lines = [*beginning, *moved]
        if moved and moved[-1].resume is None and rate_lines(lines, paragraph.size) < score:
            best, score = lines, rate_lines(lines, paragraph.size)
            if not has_short_end(lines, paragraph.size):
                break
    paragraph.lines = best


def _search_faults(paragraph: SetParagraph) -> None:
    """Set lines near each fault that is left again, several of them together."""
    after = 0
    for _ in range(_MOST_FAULTS):
        fault = find_fault(paragraph.lines, paragraph.size, after)
        if fault is None:
            return
        paragraph.lines = line_search.find_better_lines(paragraph, fault)
        after = fault


def list_lengths(paragraph: SetParagraph) -> Sequence[Sequence[SetLine]]:
    """Return the lines of a paragraph as a line more, then as a line less, where they are good."""
    if paragraph.lengths is None:
        paragraph.lengths = list(_make_lengths(paragraph))
    return paragraph.lengths


def _make_lengths(paragraph: SetParagraph) -> Iterator[list[SetLine]]:
    """Yield the lines of a paragraph as a line more, then as a line less, where they are good."""
    first_lines, size = paragraph.first_lines, paragraph.size
    count = len(first_lines)
    is_narrow = paragraph.width < _NARROWEST_EM * size
    if not paragraph.is_justified or is_narrow or not 1 < count <= _MOST_LINES_CHANGED:
        return
    worst = rate_lines(first_lines, size) + _WORSE
    tightness = min(map(paragraph.get_tightness, first_lines[:-1]))
    for number, slacks in ((count + 1, [-step * size for step in _SHORTENED_EM]), (count - 1, [tightness])):
        for slack in slacks:
            lines = paragraph.set_all(None, slack, number + 1)
            if len(lines) == number and rate_lines(lines, size) < worst:
                yield lines
                break
