"""Prove a booklet: fold its sheets and compare the pages, in reading order, with the bound edition."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from onrecord.model import SourceLocation
from onrecord.model.directions import is_from_right
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.finished.shaped_stamps import find_stamp_faults, have_text
from onrecord.proof.reading.painted_text import TextRun
from onrecord.proof.reading.painting import (
    PagePlacement,
    count_images,
    describe_difference,
    find_overlapping_run,
    join_run_texts,
    read_claimed_standards,
    read_pdf_pair,
    select_visible_runs,
)
from onrecord.proof.reading.pdf_pages import PdfContent, PdfPage, UnreadablePdfError
from onrecord.proof.rules.report import HINT, Finding
from onrecord.runtime.interface_texts import get_language

_COPY = "the booklet"
_PAPERS = ("A4", "A3", "Letter", "Tabloid")
_SLACK_PT = 2.0  # an italic letter leans over its own end


def prove_booklet(
    original: bytes, data: bytes, language: str, place: SourceLocation, font_folders: Sequence[Path] = ()
) -> tuple[Problem, ...]:
    """Return the problems of a booklet (PDF) made of the bound PDF `original`; `place` names the book in them.

    `font_folders` hold the book's fonts.
    """
    try:
        bound, printed = read_pdf_pair(original, data)
    except UnreadablePdfError as error:
        return (Problem(place, Rule.COPY_CAN_BE_READ, f"{_COPY} cannot be opened: {error}", HINT),)
    findings = _check_sheets(bound, printed)
    if not findings:
        findings += _find_text_across_fold(printed)
        findings += _compare_pages(bound, printed, language)
        findings += _compare_picture_counts(count_images(original), count_images(data))
        findings += _check_glyphs(printed, data, language, font_folders)
    if read_claimed_standards(data):
        findings.append(
            (Rule.CLAIMS_ARE_TRUE, f"claims {', '.join(sorted(read_claimed_standards(data)))}, but has no tags")
        )
    return tuple(Problem(place, rule, f"{_COPY} {fault}", HINT) for rule, fault in findings)


def _fold_sheets(printed: PdfContent, *, is_mirrored: bool) -> list[list[TextRun]]:
    """Return the runs of each page of a booklet in reading order, as if the sheets were stacked and folded.

    A sheet holds two leaves. The right half of its outside is a page of the first half of the booklet, outermost
    sheet first; the back of that leaf is the left half of the inside. The other leaf is a part of the second half.
    A booklet that is read from the right `is_mirrored`: left and right change places.
    """
    front, back = not is_mirrored, is_mirrored
    first_half, leaves_of_second_half = [], []
    for outside, inside in zip(printed.pages[::2], printed.pages[1::2], strict=True):
        first_half += [_list_runs_of_half(outside, is_right=front), _list_runs_of_half(inside, is_right=back)]
        leaf = [_list_runs_of_half(inside, is_right=front), _list_runs_of_half(outside, is_right=back)]
        leaves_of_second_half.append(leaf)
    return [*first_half, *(page for leaf in reversed(leaves_of_second_half) for page in leaf)]


def _list_runs_of_half(sheet: PdfPage, *, is_right: bool) -> list[TextRun]:
    """Return the visible runs of text whose middle is on the right (or left) half of a side of a booklet's sheet."""
    return [run for run in select_visible_runs(sheet) if ((run.left + run.right) / 2 > _get_fold_x(sheet)) is is_right]


def _get_fold_x(sheet: PdfPage) -> float:
    """Return the x position of a booklet's fold in points: the middle of the sheet's width."""
    return (sheet.box[0] + sheet.box[2]) / 2


def _check_sheets(bound: PdfContent, printed: PdfContent) -> list[Finding]:
    """Return what is wrong with the number, the size or the landscape format of a booklet's sheet sides."""
    sides = len(printed.pages)
    expected = 2 * -(-len(bound.pages) // 4)
    if sides != expected:
        return [(Rule.SHEETS_ARE_COMPLETE, f"has {sides} sides for {len(bound.pages)} pages; {expected} are needed")]
    boxes = {sheet.box for sheet in printed.pages}
    left, bottom, right, top = printed.pages[0].box
    if len(boxes) > 1 or right - left < top - bottom:
        return [(Rule.SHEETS_ARE_COMPLETE, "has sheets of different sizes, or in portrait format")]
    return []


def _find_text_across_fold(printed: PdfContent) -> list[Finding]:
    """Return a finding for each run of text that reaches over the fold of a booklet on both sides."""
    return [
        (Rule.PAGES_KEEP_TO_THEIR_HALF, f"has “{join_run_texts([run])}” across the fold of side {index + 1}")
        for index, sheet in enumerate(printed.pages)
        for run in select_visible_runs(sheet)
        if run.left < _get_fold_x(sheet) - _SLACK_PT and run.right > _get_fold_x(sheet) + _SLACK_PT
    ]


def _compare_pages(bound: PdfContent, printed: PdfContent, language: str) -> list[Finding]:
    """Return how a booklet's pages differ from the bound ones, and what its instruction for printing lacks."""
    pages = _fold_sheets(printed, is_mirrored=is_from_right(language))
    pages[-1], instruction = _split_last_page(bound, pages[-1], len(pages))
    findings = _check_instruction(instruction, pages[-1], len(pages) // 4, language)
    for index, runs in enumerate(pages):
        sheet = bound.pages[index] if index < len(bound.pages) else None
        expected = select_visible_runs(sheet) if sheet else []
        is_guessed = sheet is not None and sheet.is_from_right
        fault = describe_difference(expected, runs, _measure_placement(expected, runs), has_guesses=is_guessed)
        if fault:
            label = sheet.label if sheet else "none"
            where = f"on page {index + 1} of the folded booklet (page {label} of the book)"
            findings.append((Rule.PAGES_FOLD_INTO_ORDER, f"{fault}, {where}"))
    return findings


def _compare_picture_counts(pages: Sequence[int], sides: Sequence[int]) -> list[Finding]:
    """Return findings for sides of a booklet with another number of pictures than their two pages."""
    pages = (*pages, *[0] * (2 * len(sides) - len(pages)))
    expected = []
    for sheet in range(len(sides) // 2):
        # Counted from both ends of the book: on the outside the first and the last page, on the inside the next ones.
        outer, inner = 2 * sheet, 2 * sheet + 1
        expected += [pages[outer] + pages[-1 - outer], pages[inner] + pages[-1 - inner]]
    if list(sides) == expected:
        return []
    return [(Rule.PICTURES_ARE_THERE, f"draws {sum(sides)} pictures, or on other sides; the book has {sum(expected)}")]


def _measure_placement(expected: Sequence[TextRun], runs: Sequence[TextRun]) -> PagePlacement:
    """Return how a page was moved onto its half of a booklet's sheet, by its first run; all other runs must agree."""
    if not expected or not runs or not expected[0].size:
        return PagePlacement()
    scale = runs[0].size / expected[0].size
    return PagePlacement(
        scale, runs[0].left - scale * expected[0].left, runs[0].baseline - scale * expected[0].baseline
    )


def _split_last_page(bound: PdfContent, runs: list[TextRun], pages: int) -> tuple[list[TextRun], list[TextRun]]:
    """Return the runs of a booklet's last page, and the runs of the instruction for printing after them."""
    count = len(select_visible_runs(bound.pages[-1])) if len(bound.pages) == pages else 0
    return runs[:count], runs[count:]


def _check_glyphs(printed: PdfContent, data: bytes, language: str, font_folders: Sequence[Path]) -> list[Finding]:
    """Return a finding if an instruction in another script has other glyphs than one for some size of paper."""
    sentence = _get_instruction(len(printed.pages) // 2, language)
    ways = []
    for paper in _PAPERS:
        text = sentence.format(paper=paper, sheets=len(printed.pages) // 2)
        ways.append([*find_stamp_faults(data, [(0, text)], font_folders, Rule.BOOKLET_SAYS_HOW_TO_PRINT)])
    return min(ways, key=len)


def _get_instruction(sheets: int, language: str) -> str:
    """Return the sentence that says how to print so many sheets, with its placeholders."""
    return get_language(language).texts["booklet_print" if sheets > 1 else "booklet_one"]


def _check_instruction(instruction: list[TextRun], page: list[TextRun], sheets: int, language: str) -> list[Finding]:
    """Return findings if the last page of a booklet lacks a visible instruction on how to print it."""
    rule = Rule.BOOKLET_SAYS_HOW_TO_PRINT
    template = _get_instruction(sheets, language)
    pattern = re.escape("".join(template.split())).replace(r"\{paper\}", r"\w+").replace(r"\{sheets\}", str(sheets))
    text = join_run_texts(instruction)
    texts = [template.format(paper=paper, sheets=sheets) for paper in _PAPERS]
    is_said = any(have_text(instruction, text) for text in texts)
    if not (is_said or re.fullmatch(pattern, "".join(text.split()))):
        return [(rule, f"does not say how to print it beside its last page, but “{text}”")]
    hidden = [run for run in instruction if run.unseen_reason or find_overlapping_run(run, page)]
    return [(rule, f"says how to print it where “{join_run_texts(hidden)}” cannot be read")] if hidden else []
