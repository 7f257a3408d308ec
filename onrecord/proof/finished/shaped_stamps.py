"""Read stamps whose letters change with their neighbours or run from the right: by their glyphs, shaped anew."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from onrecord.model.rule import Rule
from onrecord.proof.reading.normalize import is_in_other_script, list_letters, shorten_text
from onrecord.proof.reading.painted_glyphs import read_spoken_lines, read_stamps
from onrecord.proof.reading.painted_text import TextRun
from onrecord.proof.reading.painting import join_run_texts
from onrecord.proof.reading.pdf_pages import PdfContent, UnreadablePdfError
from onrecord.proof.reading.reshaping import Reshaper
from onrecord.proof.rules.report import Finding
from onrecord.runtime import font_files

_SLACK_PT = 1.0


def have_text(runs: Sequence[TextRun], text: str) -> bool:
    """Return whether runs have the letters of a text, in their order where they are read one by one from the left.

    In other scripts `find_stamp_faults` compares the glyphs.
    """
    painted = join_run_texts(runs)
    if not is_in_other_script(text):
        return painted.replace(" ", "") == text.replace(" ", "")
    return Counter(list_letters(painted)) == Counter(list_letters(text)) and _stand_in_order(runs)


def _stand_in_order(runs: Sequence[TextRun]) -> bool:
    """Return whether runs stand from the left, or in a turned line from the foot, in the order of painting."""
    places = [(run.left, run.bottom) for run in runs]
    return any(all(after[axis] >= before[axis] - _SLACK_PT for before, after in pairwise(places)) for axis in (0, 1))


def find_stamp_faults(
    data: bytes, stamps: Iterable[tuple[int, str]], font_folders: Sequence[Path], rule: Rule
) -> Iterator[Finding]:
    """Yield a finding for each sheet (from 0) whose last form is not the text of its stamp, glyph by glyph.

    `stamps` are sheets with their texts; only those in other scripts are compared. `font_folders` hold the book's
    fonts.
    """
    expected = {sheet: text for sheet, text in stamps if is_in_other_script(text)}
    if not expected:
        return
    reshaper = Reshaper(font_files.list_font_files((*font_files.list_package_folders(), *font_folders)))
    results: dict[tuple[object, ...], str | None] = {}
    try:
        for line in read_stamps(data, expected):
            text = expected[line.sheet]
            key = (text, line.glyphs)
            if key not in results:
                results[key] = reshaper.find_difference(text, line.glyphs)
            if (difference := results[key]) is not None:
                position = f"first at “{shorten_text(difference)}”" if difference else "more is printed"
                yield rule, f"has other glyphs than “{shorten_text(text)}” ({position}) on sheet {line.sheet + 1}"
    except UnreadablePdfError as error:
        yield rule, f"has a stamp that cannot be compared ({error})"


def find_misread_line(data: bytes, content: PdfContent, font_folders: Sequence[Path]) -> str:
    """Return the first line whose glyphs are not what is read aloud, "" if there is none.

    Raises `UnreadablePdfError`.
    """
    sheets = {index for index, page in enumerate(content.pages) if page.has_shaped_lines}
    if not sheets:
        return ""
    reshaper = Reshaper(font_files.list_font_files((*font_files.list_package_folders(), *font_folders)))
    lines = read_spoken_lines(data, sheets)
    return next((line.text for line in lines if reshaper.find_difference(line.text, line.glyphs) is not None), "")


def contains_stamp(runs: Sequence[TextRun], stamp: str, number: int) -> bool:
    """Return whether letters in a row in the runs are those of a stamp in another script, with its number.

    They are read from the left, whatever their order is.
    """
    text = join_run_texts(runs)
    letters, expected = list_letters(text), Counter(list_letters(stamp))
    length = expected.total()
    windows = (letters[start : start + length] for start in range(len(letters) - length + 1))
    return str(number) in re.findall(r"\d+", text) and any(Counter(window) == expected for window in windows)
