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
    """Yield the id of each turn and the address that is printed beside its first line, or beside its picture.

    The only answer to a question needs none on the page of the question: then the address that it has is yielded.
    `first_runs` has the first run of each turn, `picture_pages` the page of each turn that begins with a picture.
    """
    places = {**picture_pages, **{turn: page for turn, (page, _) in first_runs.items()}}
    questions = _pair_answers(expected)
    for turn, expected_address in expected.addresses.items():
        is_needless = turn in questions and places.get(questions[turn], -1) == places.get(turn)
        if turn in first_runs and (address := _find_nearest_artifact(pages, *first_runs[turn], is_exact=is_needless)):
            yield turn, address.text
        elif turn in places and is_needless:
            yield turn, expected_address
        elif turn in picture_pages:  # a picture has no baseline: any place on its page will do
            for run in _list_visible_artifacts(pages[picture_pages[turn]]):
                if run.text == expected_address:
                    yield turn, run.text


def _pair_answers(expected: ExpectedInterview) -> dict[str, str]:
    """Return the question of each answer that is the only one to it, by id."""
    questions: dict[int, str] = {}
    answers: dict[int, list[str]] = {}
    for turn in expected.interview.turns:
        if turn.kind == "question":
            questions[turn.n] = turn.id
        else:
            answers.setdefault(turn.n, []).append(turn.id)
    return {ids[0]: questions[n] for n, ids in answers.items() if len(ids) == 1 and n in questions}


def _find_nearest_artifact(pages: Sequence[PdfPage], page: int, first: TextRun, *, is_exact: bool) -> TextRun | None:
    """Return the artifact run nearest to the baseline of a turn's first run, or None."""
    distance = 0.3 if is_exact else 1.5  # of its size
    addresses = [
        run
        for run in _list_visible_artifacts(pages[page])
        if abs(run.baseline - first.baseline) < distance * first.size and _ADDRESS.fullmatch(run.text)
    ]
    return min(addresses, key=lambda run: abs(run.baseline - first.baseline), default=None)


def _list_visible_artifacts(page: PdfPage) -> list[TextRun]:
    """Return the runs of a PDF page that can be seen and belong to no element of the tag tree."""
    return [run for run in page.runs_by_id.get(ARTIFACT, []) if not run.unseen_reason]
