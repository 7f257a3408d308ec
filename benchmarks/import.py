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
import difflib
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.import_samples import (  # noqa: E402 - found beside this file, wherever it is run
    CONVENTIONS,
    LabelledInterview,
    Paragraph,
    keep_answered_questions,
    keeps_speakers,
    read_interviews,
)
from onrecord.importers import import_file  # noqa: E402
from onrecord.importers.common.draft import Draft  # noqa: E402

_WORD = re.compile(r"[^\W_]+")


@dataclass
class Score:
    """Counts of paragraphs and turns; `questions` are the true ones, `recognized_questions` those of the result."""

    paragraphs: int = 0
    right: int = 0
    speakers: int = 0
    turns: int = 0
    turns_right: int = 0
    questions: int = 0
    recognized_questions: int = 0
    right_questions: int = 0
    doubtful_errors: int = 0
    doubts: int = 0
    false_alarms: int = 0
    failed: int = 0


class Measurement(NamedTuple):
    score: Score
    errors: list[str]  # of the seen half
    refused: list[str]
    seconds: float


class ResultWord(NamedTuple):
    """A word of the draft, with what the import says of it."""

    word: str
    kind: str
    speaker: str
    opens_turn: bool
    is_doubtful: bool


# --- scoring --------------------------------------------------------------------------------------


def list_result_words(draft: Draft) -> Iterator[ResultWord]:
    """Yield the words of the introduction and of all turns, in the order of the draft."""
    names = {label.casefold(): person.name for person in draft.people for label in (person.name, *person.labels)}
    for kind, clipping, ask in draft.passages[: len(draft.introduction)]:
        for word in _WORD.findall(clipping.words):
            yield ResultWord(word, kind, "", False, bool(ask))
    for turn in draft.turns:
        speaker = names.get(turn.label.rstrip(":： ").casefold(), turn.label.rstrip(": "))
        opens_turn = True
        is_doubtful_turn = bool(turn.label) and any(turn.editor_questions)
        for clipping, ask in zip(turn.clippings, turn.editor_questions or ("",) * len(turn.clippings), strict=True):
            for word in _WORD.findall(clipping.words):
                yield ResultWord(word, turn.kind, speaker, opens_turn, bool(ask) or is_doubtful_turn)
                opens_turn = False


def match_words(expected: Sequence[str], actual: Sequence[str]) -> dict[int, int]:
    """Return the position of each expected word among the actual words."""
    if expected == actual:
        return {i: i for i in range(len(expected))}
    blocks = difflib.SequenceMatcher(None, expected, actual, autojunk=False).get_matching_blocks()
    return {block.a + i: block.b + i for block in blocks for i in range(block.size)}


def score_interview(interview: LabelledInterview, draft: Draft, score: Score, *, has_speakers: bool) -> list[str]:
    """Add an imported interview to the score; return a line for each error."""
    result_words = list(list_result_words(draft))
    paragraphs = [(paragraph, _WORD.findall(paragraph.words)) for paragraph in interview.paragraphs]
    expected = [word for _, words in paragraphs for word in words]
    positions = match_words(expected, [result.word for result in result_words])
    score.doubts += len(draft.doubts)
    errors = []
    start = 0
    for paragraph, words in paragraphs:
        if not words:
            continue
        matches = [result_words[positions[i]] for i in range(start, start + len(words)) if i in positions]
        # A time that is printed before the first word is in the turn, or set aside with the label.
        digits = next((i for i, word in enumerate(words) if not word.isdigit()), 0)
        first_matches = [result_words[positions[i]] for i in range(start, start + digits + 1) if i in positions]
        begins_turn = any(result.opens_turn for result in first_matches)
        errors += score_paragraph(paragraph, matches, score, begins_turn=begins_turn, has_speakers=has_speakers)
        start += len(words)
    return errors


def score_paragraph(
    paragraph: Paragraph, matches: Sequence[ResultWord], score: Score, *, begins_turn: bool, has_speakers: bool
) -> list[str]:
    """Add a paragraph to the score; return a line if its kind is wrong."""
    kinds = [result.kind for result in matches]
    kind = max(set(kinds), key=kinds.count) if kinds else "lost"
    expected_kind = "question" if paragraph.asks else "answer"
    is_right = kind == expected_kind
    names = [result.speaker for result in matches]
    name = max(set(names), key=names.count).casefold() if names else ""
    speaker = paragraph.speaker.casefold()
    is_right_speaker = name in (speaker, speaker.split(",")[0])
    is_doubtful = any(result.is_doubtful for result in matches)
    score.paragraphs += 1
    score.questions += paragraph.asks
    score.recognized_questions += kind == "question"
    score.right_questions += paragraph.asks and kind == "question"
    score.right += is_right
    score.speakers += is_right_speaker
    if paragraph.opens_turn:
        score.turns += 1
        score.turns_right += begins_turn and (is_right_speaker if has_speakers else is_right)
    score.false_alarms += is_right and is_doubtful
    if is_right:
        return []
    score.doubtful_errors += is_doubtful
    return [f"{'  doubtful' if is_doubtful else '! SURE'} {kind} for {expected_kind}: {paragraph.words[:140]}"]


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
