"""Proves large print against the normal edition: where a page of that begins, its number stands beside the line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from onrecord.model import Book, Interview
from onrecord.model.problems import Problem
from onrecord.proof.reading.normalize import PAGES, call, picture, short
from onrecord.proof.reading.pdf_pages import ARTIFACT, Element, Paper, Run
from onrecord.proof.reading.tag_tree import elements_of
from onrecord.proof.rules.compare import HINT
from onrecord.proof.rules.pdf import Pages, Printed, pages_of, paper_of

_MARKED_OFF = re.compile(
    f"[{call(0)[0]}{picture('')[0]}]"
)  # where the mark of a note or a picture stands in running text
_NUMBER = re.compile(r"\d+[a-z]*|[ivxlc]+")  # 23, 23a of a supplement, iv
_KNOWN_BY = 24  # letters that tell where in an interview a page begins
_TAB_BAND_PT = 36  # from the edge of the paper; tabs of agenda items stand in it


def prove_normal_pages(book: Book, normal: Printed, large: Printed) -> tuple[Problem, ...]:
    """In large print, where a page of the normal edition begins, its number stands beside the line, and nowhere else."""
    assert book.pack is not None
    pages, paper = pages_of(book, normal), paper_of(large)
    wanted = {pages.labels[sheet] for sheet, names in enumerate(pages.names) if names}
    found = Counter(text for _, text, _ in _normal_numbers(paper))
    problems = [
        f"the number of page {label} stands {found[label]} times in the margin"
        for label in sorted(wanted | set(found), key=lambda label: (len(label), label))
        if found[label] != (label in wanted)
    ]
    spots = {text: (sheet, top) for sheet, text, top in _normal_numbers(paper)}
    for interview in book.interviews:
        problems += _misplaced(interview, pages, paper, spots)
    copy = "the large-print PDF"
    return tuple(Problem(book.pack.place, "normal-pages-are-marked", f"{copy}: {what}", HINT) for what in problems)


def _normal_numbers(paper: Paper) -> Iterator[tuple[int, str, float]]:
    """Numbers in the margin of large print that are no tab: sheet, text, baseline. A tab stands in the outermost band."""
    for index, sheet in enumerate(paper.sheets):
        left, _, right, _ = sheet.box
        for run in sheet.by_mark.get(ARTIFACT, []):
            if (
                _NUMBER.fullmatch(run.text.strip())
                and not run.unseen
                and min(run.left - left, right - run.right) > _TAB_BAND_PT
            ):
                beside = any(
                    abs(other.baseline - run.baseline) < 1 and other is not run for other in sheet.by_mark[ARTIFACT]
                )
                if not beside:  # “large print 3 of 9” is one line
                    yield index, run.text.strip(), run.baseline


def _misplaced(
    interview: Interview, pages: Pages, paper: Paper, spots: Mapping[str, tuple[int, float]]
) -> Iterator[str]:
    """Pages of an interview whose number stands beside another line than the one with their first letters."""
    articles = [
        element for element in elements_of(paper.root) if element.role == "Art" and element.id == interview.slug
    ]
    text = pages.texts.get(interview.slug, "")
    if not articles or not text:
        return
    leaves = _marks_of_text(articles[0])
    runs = [(sheet, run) for sheet, mark in leaves for run in paper.sheets[sheet].by_mark.get(mark, [])]
    read, at = "".join(_bare(run.text) for _, run in runs), 0
    _, *rest = PAGES.split(text)
    for sheet, words in zip(rest[::2], rest[1::2], strict=True):
        label = pages.labels[int(sheet)]
        begin = _bare(_MARKED_OFF.split(words.lstrip(), maxsplit=1)[0])[:_KNOWN_BY]
        if not begin:  # it begins with a picture, which paper does not tell in letters
            continue
        at = max(read.find(begin, at), at)
        here, spot = _run_at(runs, at), spots.get(label)
        if here and spot and (spot[0] != here[0] or abs(spot[1] - here[1].baseline) > 3 * here[1].size):
            yield f"the number of page {label} does not stand beside “{short(words.strip(), 40)}”"


def _marks_of_text(element: Element) -> Iterator[tuple[int, int]]:
    """Yield the marked content of running text: list numbers are not among its letters."""
    for child in element.children():
        if not isinstance(child, Element):
            yield child
        elif child.role != "Lbl":
            yield from _marks_of_text(child)


def _run_at(runs: list[tuple[int, Run]], at: int) -> tuple[int, Run] | None:
    """The run that holds letter `at`."""
    for sheet, run in runs:
        size = len(_bare(run.text))
        if at < size:
            return sheet, run
        at -= size
    return None


def _bare(text: str) -> str:
    """The letters alone: neither spaces nor hyphens, which paper adds and takes away."""
    return "".join(char for char in text if char.isalnum())
