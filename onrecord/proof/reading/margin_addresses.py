"""Find the addresses of turns (Q1, A7-2) that are printed in the margin of a PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from onrecord.proof.reading.expected import ExpectedInterview
from onrecord.proof.reading.painted_text import ARTIFACT, TextRun
from onrecord.proof.reading.pdf_pages import PdfPage
from onrecord.proof.reading.reading_order import PlacedRun

_ADDRESS = re.compile(r"[QA]\d+(?:-\d+)?")


def find_margin_addresses(
    expected: ExpectedInterview,
    pages: Sequence[PdfPage],
    first_runs: Mapping[str, PlacedRun],
    picture_pages: Mapping[str, int],
) -> Iterator[tuple[str, str]]:
    """Yield the id of each turn and the address beside its first line, or beside its picture.

    `first_runs` has the first run of each turn, `picture_pages` the page of each turn that begins with a picture.
    """
    for turn, expected_address in expected.addresses.items():
        if turn in first_runs and (address := _find_address(pages, *first_runs[turn])):
            yield turn, address.text
        elif turn in picture_pages:  # a picture has no baseline: any place on its page will do
            for run in _find_artifacts(pages[picture_pages[turn]]):
                if run.text == expected_address:
                    yield turn, run.text


def _find_address(pages: Sequence[PdfPage], page: int, first: TextRun) -> TextRun | None:
    """Return the artifact run nearest to the baseline of a turn's first run, or None."""
    addresses = [
        run
        for run in _find_artifacts(pages[page])
        if abs(run.baseline - first.baseline) < 1.5 * first.size and _ADDRESS.fullmatch(run.text)
    ]
    return min(addresses, key=lambda run: abs(run.baseline - first.baseline), default=None)


def _find_artifacts(page: PdfPage) -> list[TextRun]:
    """Return the runs of a page that can be seen and belong to no element of the tag tree."""
    return [run for run in page.runs_by_id.get(ARTIFACT, []) if not run.unseen_reason]
