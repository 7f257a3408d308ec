"""Compare the text that was extracted from a copy with the expected passages, interview by interview.

For a correct copy this costs one comparison of strings. Only if the letters differ are passages, and
then words, aligned (difflib) to say what happened to which line of the source.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from onrecord.model import Interview
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.expected import ExpectedInterview, ExpectedPassage
from onrecord.proof.reading.extracted_text import Chunk, ExtractedInterview, LineEndReader
from onrecord.proof.reading.normalize import count_words, is_list_number
from onrecord.proof.rules.interview_rules import InterviewRules, remove_list_numbers
from onrecord.proof.rules.report import HINT, InterviewReport, ProblemBuilder

__all__ = ["HINT", "compare_interview", "report_missing_interview"]

_MOST_PROBLEMS = 12  # per interview and copy; a longer list usually has one cause


def compare_interview(
    expected: ExpectedInterview, extracted: ExtractedInterview, copy: str
) -> tuple[tuple[Problem, ...], InterviewReport]:
    """Return the problems of one interview in an edition (`copy`: “the PDF”), and the report on it for the record."""
    extracted = _resolve_line_ends(expected, extracted)
    problems = InterviewRules(expected, extracted, ProblemBuilder(expected.interview, copy)).check()
    return _limit_problems(problems, expected.interview, copy), _build_interview_report(expected, extracted)


def report_missing_interview(expected: ExpectedInterview, copy: str) -> tuple[tuple[Problem, ...], InterviewReport]:
    """Return the problem and the report of an interview that is missing in an edition."""
    interview = expected.interview
    sentence = f"{copy} does not hold the interview “{interview.slug}”"
    problem = Problem(interview.location, Rule.EVERY_INTERVIEW_IS_THERE, sentence, HINT)
    return (problem,), InterviewReport(interview.slug, _count_expected_words(expected), 0, "", "")


def _build_interview_report(expected: ExpectedInterview, extracted: ExtractedInterview) -> InterviewReport:
    """Return the report on a proved interview: words expected, words found, and the places of the fixed lines."""
    notes = [chunk for content in extracted.notes.values() for chunk in content]
    interview = expected.interview
    return InterviewReport(
        slug=interview.slug,
        words_expected=_count_expected_words(expected),
        words_found=max(_count_all_words([*extracted.chunks, *notes]) - expected.generated_words, 0),
        byline=extracted.locations.get("byline", "") if interview.byline else "",
        disclaimer=extracted.locations.get("disclaimer", "") if interview.disclaimer else "",
        rights=extracted.locations.get("rights", "") if interview.rights else "",
    )


def _count_expected_words(expected: ExpectedInterview) -> int:
    """Return how many printed words an edition must have of the interview, with its footnotes."""
    pieces = [*expected.passages, *(piece for _, content in expected.notes for piece in content)]
    return _count_all_words(pieces) - expected.generated_words


def _count_all_words(pieces: Iterable[ExpectedPassage | Chunk]) -> int:
    """Return how many printed words these passages, or these blocks of an edition, have together."""
    return sum(count_words(piece.text) for piece in pieces)


def _limit_problems(problems: list[Problem], interview: Interview, copy: str) -> tuple[Problem, ...]:
    """Return the first problems of an interview in an edition, and one problem that counts those left out, if any."""
    if len(problems) <= _MOST_PROBLEMS:
        return tuple(problems)
    sentence = f"{copy} has {len(problems) - _MOST_PROBLEMS} more differences in the interview “{interview.slug}”"
    return (*problems[:_MOST_PROBLEMS], Problem(interview.location, Rule.EVERY_WORD_IS_THERE, sentence, HINT))


# --- line ends --------------------------------------------------------------------------------------


def _resolve_line_ends(expected: ExpectedInterview, extracted: ExtractedInterview) -> ExtractedInterview:
    """Return `extracted` with each hyphen or space at a line end read as the expected text has it there."""
    texts: dict[str, list[str]] = {}
    words = remove_list_numbers(expected.passages)
    for piece in words:
        texts.setdefault(piece.owner, []).append(piece.text)
    whole_text = " ".join(piece.text for piece in words)
    settlers = {owner: LineEndReader(" ".join(pieces), whole_text) for owner, pieces in texts.items()}
    fallback = LineEndReader("", whole_text)
    chunks = [_resolve_chunk(chunk, settlers.get(chunk.owner, fallback)) for chunk in extracted.chunks]
    pulls = [
        _resolve_chunk(
            chunk, LineEndReader(expected.pull_quotes[index].text) if index < len(expected.pull_quotes) else fallback
        )
        for index, chunk in enumerate(extracted.pull_quotes)
    ]
    return replace(extracted, chunks=chunks, notes=_resolve_notes(expected, extracted), pull_quotes=pulls)


def _resolve_notes(expected: ExpectedInterview, extracted: ExtractedInterview) -> dict[int, list[Chunk]]:
    """Return the texts of each footnote by number, with hyphens at line ends read as the expected text has."""
    expected_notes = dict(expected.notes)
    notes = {}
    for number, content in extracted.notes.items():
        line_end_reader = LineEndReader(" ".join(piece.text for piece in expected_notes.get(number, ())))
        notes[number] = [_resolve_chunk(chunk, line_end_reader) for chunk in content]
    return notes


def _resolve_chunk(chunk: Chunk, line_end_reader: LineEndReader) -> Chunk:
    """Return the text block with hyphens at its line ends read by `line_end_reader`; list numbers unchanged."""
    if is_list_number(chunk.text):
        return chunk
    text = line_end_reader.read_line_ends(chunk.text)
    return chunk if text == chunk.text else Chunk(text, chunk.owner, chunk.location)
