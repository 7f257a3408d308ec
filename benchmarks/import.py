#!/usr/bin/env python3
"""Measure how well an import recognizes questions, answers and speakers, for each convention of showing them.

    python benchmarks/import.py [--corpus ../shared/corpus] [--only CONVENTION] [--half seen|unseen] [--wrong]

The labelled interviews of the corpus are the truth. Their labels are removed or changed as in pasted text, the result
is imported, and every paragraph is compared with the truth.

Half of the interviews, chosen by the hash of their names, is *unseen*: only its totals are printed, so that no rule is
fitted to one of its sentences. `--wrong` shows errors of the seen half alone.

The columns: paragraphs rightly recognized as question or answer, precision and recall of questions, paragraphs with
the right speaker, turns that begin where they should, errors that were marked doubtful, all doubts, right paragraphs
that were marked doubtful (false alarms), seconds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.import_samples import (  # noqa: E402
    CONVENTIONS,
    LabelledInterview,
    keep_answered_questions,
    keeps_speakers,
    read_interviews,
)
from benchmarks.import_scores import Score, score_interview  # noqa: E402 - found beside this file
from onrecord.importers import import_file  # noqa: E402


class Measurement(NamedTuple):
    score: Score
    errors: list[str]  # of the seen half
    refused: list[str]
    seconds: float


def measure_convention(convention: str, interviews: Sequence[LabelledInterview]) -> Measurement:
    """Write the interviews by the convention, import them, and compare."""
    suffix, _, write = CONVENTIONS[convention]
    score, errors = Score(), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        sources = []
        for interview in interviews:
            source = Path(folder) / "in" / f"{interview.name}{suffix}"
            source.parent.mkdir(exist_ok=True)
            source.write_text(write(interview), "utf-8")
            sources.append(source)
        started = time.monotonic()
        results, problems = import_file.import_files(sources, Path(folder) / "out", accept=False)
        seconds = time.monotonic() - started
    drafts = {result.source.name.removesuffix(suffix): result.draft for result in results}
    score.failed = len(interviews) - len(results)
    for interview in interviews:
        draft = drafts.get(interview.name)
        if draft is not None:
            lines = score_interview(interview, draft, score, has_speakers=keeps_speakers(convention))
            errors += [f"{interview.name}: {line}" for line in lines if interview.half == "seen"]
    refused = [str(problem) for problem in problems if problem.severity == "error"]
    return Measurement(score, errors, refused, seconds)


# --- printing -------------------------------------------------------------------------------------


def print_heading() -> None:
    columns = f"{'q/a':>8} {'q prec.':>8} {'q recall':>8} {'speaker':>8} {'turns':>8} {'doubted':>9} {'doubts':>6}"
    print(f"{'convention':32} {columns} {'alarms':>7} {'s':>6}")


def print_measurement(convention: str, measurement: Measurement, show_errors: bool) -> None:
    score, errors, refused, seconds = measurement
    error_count = score.paragraphs - score.right
    precision = score.right_questions / score.recognized_questions if score.recognized_questions else 0
    recall = score.right_questions / score.questions if score.questions else 0
    speakers = f"{score.speakers / max(1, score.paragraphs):8.2%}" if keeps_speakers(convention) else "       –"
    doubted = f"{score.doubtful_errors}/{error_count}" if error_count else "–"
    print(
        f"{convention:32} {score.right / max(1, score.paragraphs):8.2%} {precision:8.2%} {recall:8.2%} {speakers} "
        f"{score.turns_right / max(1, score.turns):8.2%} {doubted:>9} {score.doubts:6} "
        f"{score.false_alarms / max(1, score.right):7.1%} {seconds:6.1f}"
        + (f"  {score.failed} refused" if score.failed else "")
    )
    if show_errors:
        print("\n".join([*errors[:60], *refused[:20]]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared/corpus")
    parser.add_argument("--only", default="", help="only conventions with these words in their names")
    parser.add_argument("--half", choices=("seen", "unseen"), help="only this half of the interviews")
    parser.add_argument("--wrong", action="store_true", help="show the errors of the seen half")
    options = parser.parse_args()
    spoken, written = (
        [interview for interview in interviews if options.half in (None, interview.half)]
        for interviews in read_interviews(options.corpus)
    )
    paragraph_count = sum(len(interview.paragraphs) for interview in (*spoken, *written))
    print(f"{len(spoken)} spoken and {len(written)} written interviews, {paragraph_count:,} paragraphs")
    print_heading()
    for convention, (_, has_names, _) in CONVENTIONS.items():
        if options.only in convention:
            interviews = spoken if has_names else written
            if "cut by" in convention:
                interviews = [keep_answered_questions(interview) for interview in spoken]
            print_measurement(convention, measure_convention(convention, interviews), options.wrong)
    return 0


if __name__ == "__main__":
    sys.exit(main())
