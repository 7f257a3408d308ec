"""Join the cues of captions into turns by voices, labels, marks, questions and pauses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from onrecord.importers.common import labels
from onrecord.importers.readers.caption_cues import Cue, SourceNote

_CHANGE_MARK = re.compile(r"^(?:>>+|[-–—](?=\s|[A-Z]))\s*")
_SENTENCE_END = re.compile(r"[.!?…。？！؟][\"”’»)\]*]*$")
_QUESTION_END = re.compile(r"[?？؟][\"”’»)\]*]*$")
_PAUSE_S = 2.0
_SHORT_PAUSE_S = 0.8  # where nothing else says who speaks
_LONG_WORDS = 150


@dataclass
class CaptionTurn:
    """Words that belong together; they are collected cue by cue."""

    start_s: float
    line: int
    voice: str = ""
    words: list[str] = field(default_factory=list)  # pieces of cues, not single words

    @property
    def text(self) -> str:
        """The words on one line."""
        return " ".join(self.words)

    @property
    def word_count(self) -> int:
        """The number of single words."""
        return sum(len(words.split()) for words in self.words)

    @property
    def is_closed(self) -> bool:
        """Whether the turn ends with a sentence so far."""
        return bool(_SENTENCE_END.search(self.words[-1]))


@dataclass(frozen=True, slots=True)
class _SpeakerSigns:
    """What in a file shows that the speaker changes."""

    labels: frozenset[str]
    is_silent: bool  # neither labels nor voices
    has_change_marks: bool  # a dash or >> before each change

    @classmethod
    def find(cls, cues: Sequence[Cue]) -> _SpeakerSigns:
        """Return the signs of speakers in a file's cues: labels, voices, marks of a change."""
        known_labels = _find_labels(cues)
        is_silent = not known_labels and not any(voice for cue in cues for voice, _ in cue.lines)
        mark_count = sum(bool(_CHANGE_MARK.match(words)) for cue in cues for _, words in cue.lines)
        return cls(known_labels, is_silent, is_silent and mark_count >= 3)


def join_cues(cues: Sequence[Cue]) -> Iterator[CaptionTurn]:
    """Yield the turns; a voice, a label, a mark, a question or a long pause begins one."""
    signs = _SpeakerSigns.find(cues)
    asks_in_lines = signs.is_silent and not signs.has_change_marks
    question_lines = _find_questions([words for cue in cues for _, words in cue.lines]) if asks_in_lines else ()
    turn: CaptionTurn | None = None
    voice, end_s, line_number = "", 0.0, 0
    for cue in cues:
        for new_voice, line in cue.lines:
            for words in _split_at_changes(line) if signs.has_change_marks else [line]:
                is_question = line_number in question_lines
                if (
                    turn is None
                    or _begins_turn(turn, words, cue.start_s - end_s, signs, is_question=is_question)
                    or (new_voice and new_voice != voice)
                ):
                    if turn is not None:
                        yield turn
                    is_new_voice = new_voice != voice or turn is None
                    turn = CaptionTurn(cue.start_s, cue.line, new_voice if is_new_voice else "")
                turn.words.append(words)
                voice = new_voice or voice
            line_number += 1
        end_s = cue.end_s
    if turn is not None:
        yield turn


def _begins_turn(turn: CaptionTurn, words: str, gap_s: float, signs: _SpeakerSigns, *, is_question: bool) -> bool:
    """Return whether these words begin a new turn, after a gap of so many seconds."""
    if _find_label(words) in signs.labels:
        return True
    if signs.has_change_marks:
        return bool(_CHANGE_MARK.match(words))
    if not turn.is_closed:
        return False
    if signs.is_silent:
        is_answer = bool(_QUESTION_END.search(turn.words[-1]))
        return is_question or is_answer or gap_s > _SHORT_PAUSE_S or turn.word_count > 80
    return (gap_s >= _PAUSE_S and turn.word_count > 40) or turn.word_count > _LONG_WORDS


def _find_questions(lines: Sequence[str]) -> frozenset[int]:
    """Return the first lines of questions of at most five lines, shared with no sentence."""
    starts, first = set(), 0
    for number, words in enumerate(lines):
        if _SENTENCE_END.search(words):
            if _QUESTION_END.search(words) and number - first < 5:
                starts.add(first)
            first = number + 1
    return frozenset(starts)


def _split_at_changes(words: str) -> list[str]:
    """Return a line divided where another speaker breaks in: "We've only-- - Wow."."""
    return [part for part in re.split(r"(?<=[.?!,…-])\s+(?=(?:>>+|[-–])\s)", words) if part]


# --- labels ---------------------------------------------------------------------------------------


def _find_label(words: str) -> str:
    """Return the normalized name before a colon at the beginning of the words, or ""."""
    label = labels.parse_label(words)
    if label is None or not label.is_certain or not label.label.endswith((":", "：")):
        return ""
    return labels.normalize_name(label.name.removeprefix(">>"))


def _find_labels(cues: Sequence[Cue]) -> frozenset[str]:
    """Return the labels that are speakers.

    They come again, or are names in capitals among ones that do.
    """
    counts: Counter[str] = Counter()
    printed: dict[str, str] = {}
    for cue in cues:
        for _, words in cue.lines:
            if label := _find_label(words):
                counts[label] += 1
                printed.setdefault(label, words.split(":")[0])
    repeated = {label for label, count in counts.items() if count >= 2}
    if len(repeated) < 2 and counts.total() < 3:
        return frozenset()
    capitals = {label for label in counts if len(label.split()) in (2, 3) and printed[label].isupper()}
    return frozenset(repeated | capitals)


def remove_repeated_labels(turns: Iterable[CaptionTurn]) -> tuple[list[CaptionTurn], list[SourceNote]]:
    """Join turns whose label repeats the last one; return the turns and the labels removed."""
    last_label = ""
    joined: list[CaptionTurn] = []
    removed: list[SourceNote] = []
    for turn in turns:
        label = _find_label(turn.text)
        repeated = labels.parse_label(turn.text) if label and label == last_label and joined else None
        if repeated is None:
            joined.append(turn)
            last_label = label or ("" if turn.voice else last_label)
            continue
        # The length includes a time behind the label.
        removed.append(SourceNote(turn.line, "the same label again", turn.text[: repeated.length].rstrip()))
        words = turn.text[repeated.length :].lstrip()
        if joined[-1].word_count > _LONG_WORDS and joined[-1].is_closed:
            joined.append(CaptionTurn(turn.start_s, turn.line, words=[words]))
        else:
            joined[-1].words.append(words)
    return joined, removed


def have_labels(texts: Sequence[str]) -> bool:
    """Return whether at least two of the texts begin with a label."""
    return sum(bool(_find_label(text)) for text in texts) >= 2


def has_change_marks(turns: Iterable[CaptionTurn]) -> bool:
    """Return whether a turn begins with a dash or >>, as marks of a new speaker."""
    return any(_CHANGE_MARK.match(turn.text) for turn in turns)
