"""Remove page numbers, running heads and line numbers from text of printed pages."""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_FOLIO = re.compile(
    r"(?i)^[-–—\s]*(?:(?:page|seite|p\.|стр\.?|página)\s*)?(\d{1,3})(?:\s*(?:/|of|von|из|de|sur)\s*\d{1,4})?[-–—\s]*$"
)
_NUMBERED = re.compile(r"^\s{0,12}(\d{1,5})(?:\s+(?=\S)|\s*$)")
_TIME = re.compile(r"\d:\d\d")  # a line with one says who spoke when
_SENTENCE_END = re.compile(r"[.!?…:;。！？؟\"”’»)\]]\s*$")
_LONGEST_HEAD = 90  # characters
CONTINUATION = "\f"  # stands for a line that was cleared inside a paragraph


@dataclass(frozen=True, slots=True)
class PrintedPages:
    """The lines of a text, and `around` them what belongs to its pages.

    `around` gives for each part line number, words and reason.
    """

    lines: tuple[str, ...]
    around: tuple[tuple[int, str, str], ...] = ()
    is_wrapped: bool = False  # every line ends where the page ends


def remove_page_furniture(lines: Sequence[str]) -> PrintedPages:
    """Return an imported text without line numbers, folios and running heads, and those lines.

    Lines keep their numbers: a cleared line is empty, or CONTINUATION inside a paragraph.
    """
    lines, line_numbers = _remove_line_numbers(lines)
    folios = _find_folios(lines)
    heads = _find_running_heads(lines, folios)
    around = [
        *((index + 1, lines[index].strip(), "the number of a page") for index in folios),
        *((index + 1, lines[index].strip(), "the head or foot of a page") for index in heads),
    ]
    cleared_lines = {*folios, *heads}
    text = ["" if index in cleared_lines else line for index, line in enumerate(lines)]
    for before, after in _find_page_breaks(text, sorted(cleared_lines)):
        text[before + 1 : after] = [CONTINUATION] * (after - before - 1)
    return PrintedPages(tuple(text), (*line_numbers, *sorted(around)), is_wrapped=bool(line_numbers))


def _remove_line_numbers(lines: Sequence[str]) -> tuple[list[str], list[tuple[int, str, str]]]:
    """Return the lines without numbers, if they are numbered throughout, and the numbers.

    The numbers may begin again with 1 on each page.
    """
    filled = [index for index, line in enumerate(lines) if line.strip()]
    numbers = {index: int(match.group(1)) for index in filled if (match := _NUMBERED.match(lines[index]))}
    steps = [after - before == 1 or after == 1 for before, after in itertools.pairwise(numbers.values())]
    if len(numbers) < 12 or len(numbers) < 0.75 * len(filled) or sum(steps) < 0.9 * len(steps):
        return list(lines), []
    bare = [_NUMBERED.sub("", line) if index in numbers else line for index, line in enumerate(lines)]
    return bare, [(min(numbers) + 1, " ".join(map(str, numbers.values())), "the numbers of the lines")]


def _find_folios(lines: Sequence[str]) -> list[int]:
    """Return the longest run of lines of a text that are only a number, each one more than the last.

    None for a run of fewer than three pages.
    """
    numbers = [(index, int(match.group(1))) for index, line in enumerate(lines) if (match := _FOLIO.match(line))]
    longest: list[int] = []
    for start in range(min(len(numbers), 20)):
        run = [numbers[start]]
        for index, number in numbers[start + 1 :]:
            if number == run[-1][1] + 1:
                run.append((index, number))
        longest = max(longest, [index for index, _ in run], key=len)
    return longest if len(longest) >= 3 else []


def _find_running_heads(lines: Sequence[str], folios: Sequence[int]) -> list[int]:
    """Return the short lines that stand beside page numbers again and again, or count pages."""
    lines_by_words: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        if 3 < len(line.strip()) <= _LONGEST_HEAD and not _TIME.search(line):
            lines_by_words.setdefault(re.sub(r"\d+", "#", " ".join(line.split())), []).append(index)
    beside_folios = {near for index in folios for near in _find_near_lines(lines, index)}
    heads: set[int] = set()
    for repeated in lines_by_words.values():
        if len(repeated) < 3:
            continue
        is_beside = sum(index in beside_folios for index in repeated) >= 0.8 * len(repeated)
        if is_beside or _is_page_count([lines[index] for index in repeated]):
            heads.update(repeated)
    return sorted(heads - set(folios))


def _is_page_count(lines: Sequence[str]) -> bool:
    """Return whether the last number of each line is one more than in the line before.

    Lines of at most five characters do not count pages.
    """
    numbers = [int(digits[-1]) for line in lines if (digits := re.findall(r"\d+", line))]
    is_counting = len(numbers) == len(lines) and all(
        after - before == 1 for before, after in itertools.pairwise(numbers)
    )
    return is_counting and min(map(len, lines)) > 5


def _find_near_lines(lines: Sequence[str], start: int) -> Iterator[int]:
    """Yield the two lines with words before a line of a text, and the two after it."""
    for step in (-1, 1):
        index, count = start + step, 0
        while 0 <= index < len(lines) and count < 2:
            if lines[index].strip():
                count += 1
                yield index
            index += step


def _find_page_breaks(lines: Sequence[str], cleared_lines: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the lines before and after each change of pages that divides a sentence."""
    last_after = -1
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for index in cleared_lines:
        position = bisect.bisect_right(filled, index)
        before = filled[position - 1] if position else -1
        after = filled[position] if position < len(filled) else -1
        if before < 0 or after < 0 or after == last_after or _SENTENCE_END.search(lines[before]):
            continue
        following = lines[after].strip()
        has_label = re.match(r"[^\s:]{1,30}(?: [^\s:]{1,30}){0,3}:", following)
        if following[0].islower() or (following[0].isalpha() and not has_label):
            last_after = after
            yield before, after
