"""Text that was copied from printed sheets: page numbers, running heads and line numbers are found; what a page broke is joined."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_FOLIO = re.compile(
    r"(?i)^[-–—\s]*(?:(?:page|seite|p\.|стр\.?|página)\s*)?(\d{1,3})(?:\s*(?:/|of|von|из|de|sur)\s*\d{1,4})?[-–—\s]*$"
)
_NUMBERED = re.compile(r"^\s{0,12}(\d{1,5})(?:\s+(?=\S)|\s*$)")
_CLOCK = re.compile(r"\d:\d\d")  # a line with one says who spoke when
_CLOSED = re.compile(r"[.!?…:;。！？؟\"”’»)\]]\s*$")
_LONGEST_HEAD = 90
GOES_ON = "\f"  # a line that was never there: the paragraph goes on behind it


@dataclass(frozen=True, slots=True)
class Sheets:
    """The lines of the text without what belongs to the sheets; that, with its line and what it is."""

    lines: tuple[str, ...]
    around: tuple[tuple[int, str, str], ...] = ()
    wrapped: bool = False  # every line ends where the sheet ends


def cleared(lines: Sequence[str]) -> Sheets:
    """The text of the sheets; lines keep their places, cleared ones are empty, or GOES_ON inside a paragraph."""
    lines, numbers = _without_numbers(lines)
    folios = _folios(lines)
    heads = _heads(lines, folios)
    found = [(i + 1, lines[i].strip(), "the number of a page") for i in folios] + [
        (i + 1, lines[i].strip(), "the head or foot of a page") for i in heads
    ]
    gone = {*folios, *heads}
    kept = ["" if i in gone else line for i, line in enumerate(lines)]
    for first, last in _breaks(kept, sorted(gone)):
        kept[first + 1 : last] = [GOES_ON] * (last - first - 1)
    return Sheets(tuple(kept), (*numbers, *sorted(found)), wrapped=bool(numbers))


def _without_numbers(lines: Sequence[str]) -> tuple[list[str], list[tuple[int, str, str]]]:
    """Lines that are numbered throughout, without their numbers; a sheet may begin again with 1."""
    full = [i for i, line in enumerate(lines) if line.strip()]
    numbered = {i: int(found.group(1)) for i in full if (found := _NUMBERED.match(lines[i]))}
    steps = [b - a == 1 or b == 1 for a, b in itertools.pairwise(numbered.values())]
    if len(numbered) < 12 or len(numbered) < 0.75 * len(full) or sum(steps) < 0.9 * len(steps):
        return list(lines), []
    bare = [_NUMBERED.sub("", line) if i in numbered else line for i, line in enumerate(lines)]
    return bare, [(min(numbered) + 1, " ".join(map(str, numbered.values())), "the numbers of the lines")]


def _folios(lines: Sequence[str]) -> list[int]:
    """Lines that are nothing but a number, each one more than the one before: three pages at least."""
    alone = [(i, int(found.group(1))) for i, line in enumerate(lines) if (found := _FOLIO.match(line))]
    best: list[int] = []
    for start in range(min(len(alone), 20)):
        run = [alone[start]]
        for i, number in alone[start + 1 :]:
            if number == run[-1][1] + 1:
                run.append((i, number))
        best = max(best, [i for i, _ in run], key=len)
    return best if len(best) >= 3 else []


def _heads(lines: Sequence[str], folios: Sequence[int]) -> list[int]:
    """Short lines that stand beside the number of a page again and again, or count the pages themselves."""
    same: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        if 3 < len(line.strip()) <= _LONGEST_HEAD and not _CLOCK.search(line):
            same.setdefault(re.sub(r"\d+", "#", " ".join(line.split())), []).append(i)
    beside = {near for i in folios for near in _near(lines, i)}
    found: list[int] = []
    for words, at in same.items():
        counts = [int(number[-1]) for i in at if (number := re.findall(r"\d+", lines[i]))] if "#" in words else []
        counting = (
            len(at) >= 3
            and len(counts) == len(at)
            and all(b - a == 1 for a, b in itertools.pairwise(counts))
            and min(map(len, (lines[i] for i in at))) > 5
        )
        if counting or (len(at) >= 3 and sum(i in beside for i in at) >= 0.8 * len(at)):
            found += at
    return sorted(set(found) - set(folios))


def _near(lines: Sequence[str], at: int) -> Iterator[int]:
    """The two lines with words before a line, and the two behind it."""
    for way in (-1, 1):
        i, seen = at + way, 0
        while 0 <= i < len(lines) and seen < 2:
            if lines[i].strip():
                seen += 1
                yield i
            i += way


def _breaks(kept: Sequence[str], gone: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The last line before and the first behind each change of pages that goes through a sentence."""
    seen = -1
    for at in gone:
        before = next((i for i in range(at, -1, -1) if kept[i].strip()), -1)
        after = next((i for i in range(at, len(kept)) if kept[i].strip()), -1)
        if before < 0 or after < 0 or after == seen or _CLOSED.search(kept[before]):
            continue
        first = kept[after].strip()
        if first[0].islower() or (first[0].isalpha() and not re.match(r"[^\s:]{1,30}(?: [^\s:]{1,30}){0,3}:", first)):
            seen = after
            yield before, after
