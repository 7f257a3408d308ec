"""Compare what an import gave with labelled interviews, word by word and paragraph by paragraph."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.import_samples import LabelledInterview, Paragraph
from onrecord.importers.common.draft import Draft

WORD = re.compile(r"[^\W_]+")


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


class ResultWord(NamedTuple):
    """A word of the draft, with what the import says of it."""

    word: str
    kind: str
    speaker: str
    opens_turn: bool
    is_doubtful: bool


def list_result_words(draft: Draft) -> Iterator[ResultWord]:
    """Yield the words of the introduction and of all turns, in the order of the draft."""
    names = {label.casefold(): person.name for person in draft.people for label in (person.name, *person.labels)}
    for kind, clipping, ask in draft.passages[: len(draft.introduction)]:
        for word in WORD.findall(clipping.words):
            yield ResultWord(word, kind, "", False, bool(ask))
    for turn in draft.turns:
        speaker = names.get(turn.label.rstrip(":： ").casefold(), turn.label.rstrip(": "))
        opens_turn = True
        is_doubtful_turn = bool(turn.label) and any(turn.editor_questions)
        for clipping, ask in zip(turn.clippings, turn.editor_questions or ("",) * len(turn.clippings), strict=True):
            for word in WORD.findall(clipping.words):
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
    paragraphs = [(paragraph, WORD.findall(paragraph.words)) for paragraph in interview.paragraphs]
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
