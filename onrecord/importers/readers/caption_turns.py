"""Join the cues of captions into turns by voices, marks, questions and pauses."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from onrecord.importers.common import labels
from onrecord.importers.readers.caption_cues import Cue, CueLine, SourceNote

_CHANGE_MARK = re.compile(r"^(?:>>+|[-–—](?=\s|[A-Z]))\s*")
# Where another speaker breaks in: "We've only-- - Wow.".
_BEFORE_CHANGE = re.compile(r"(?<=[.?!,…-])\s+(?=(?:>>+|[-–])\s)")
_ARROWS = re.compile(r"^>>")
_LEAST_MARKS, _LEAST_SHARE_OF_STARTS = 3, 0.7
_SENTENCE_END = re.compile(r"[.!?…。？！؟][\"”’»)\]*]*$")
_SENTENCE_END_INSIDE = re.compile(r"[.!?…。？！؟][\"”’»)\]*]*(?=\s|$)")
# Between two sentences of a line. A stop may also be that of "Dr.", "etc." or of an initial.
_BETWEEN_SENTENCES = re.compile(
    r"(?<=[?!…？！؟])[ \t]+(?=\S)"
    r"|(?:(?<=[^\W\d_]{4}\.)|(?<=\s[^\W\d_A-ZÀ-ÞА-Я]{3}\.)|(?<=\s[^\W\d_A-ZÀ-ÞА-Я]{2}\.))"
    r"(?<!etc\.)(?<!usw\.)(?<!bzw\.)(?<!vgl\.)(?<!vs\.)(?<!ca\.)(?<!no\.)[ \t]+(?=[\"“«¿¡(]*[^\W\d_a-zß-ÿа-я])"
)
_QUESTION_END = re.compile(r"[?？؟][\"”’»)\]*]*$")
_PAUSE_S = 2.0
_SHORT_PAUSE_S = 0.8  # where nothing else says who speaks
_LONG_WORDS = 150
_TIME_STEP_S = 0.05
_PARAGRAPH_WORDS = 95  # where sentences have no end
_UNPUNCTUATED_WORDS = 60  # to a sentence, on average


@dataclass
class CaptionTurn:
    """Words that belong together; they are collected cue by cue.

    `label` is what was printed before the words to name the voice.
    """

    start_s: float
    line: int
    voice: str = ""
    label: str = ""
    words: list[str] = field(default_factory=list)  # pieces of cues, not single words

    @property
    def text(self) -> str:
        """Return the words of a turn from subtitles on one line."""
        return " ".join(self.words)

    @property
    def word_count(self) -> int:
        """Return the number of words of a turn from subtitles."""
        return sum(len(words.split()) for words in self.words)

    @property
    def ends_sentence(self) -> bool:
        """Return whether a turn from subtitles ends with a sentence so far."""
        return bool(self.words) and bool(_SENTENCE_END.search(self.words[-1]))


@dataclass(frozen=True, slots=True)
class _SpeakerSigns:
    """What in a file shows that the speaker changes, and where a paragraph can end."""

    is_silent: bool  # no voices
    has_change_marks: bool  # a dash or >> before each change
    is_unpunctuated: bool  # sentences have no end
    usual_gap_s: float

    @classmethod
    def find(cls, cues: Sequence[Cue]) -> _SpeakerSigns:
        """Return how a subtitle file shows who speaks: voices, marks of a change, pauses."""
        lines = [line for cue in cues for line in cue.lines]
        is_silent = not any(line.voice for line in lines)
        word_count = sum(len(line.words.split()) for line in lines)
        sentence_count = sum(len(_SENTENCE_END_INSIDE.findall(line.words)) for line in lines)
        gaps = [after.start_s - before.end_s for before, after in pairwise(cues)]
        return cls(
            is_silent,
            is_silent and _has_change_marks([line.words for line in lines]),
            word_count > _UNPUNCTUATED_WORDS * (sentence_count + 1),
            statistics.median(gaps) if gaps else 0.0,
        )

    @property
    def shows_nobody(self) -> bool:
        """Return whether neither voices nor marks show who speaks."""
        return self.is_silent and not self.has_change_marks

    def split_line(self, line: CueLine) -> list[tuple[CueLine, str]]:
        """Return the line with each of its parts: it is divided where the speaker can change inside it."""
        if self.has_change_marks:
            return [(line, part) for part in _BEFORE_CHANGE.split(line.words) if part]
        if not self.shows_nobody or self.is_unpunctuated:
            return [(line, line.words)]
        first, *others = _BETWEEN_SENTENCES.split(line.words)
        return [(line, first), *((line._replace(opens_paragraph=False), part) for part in others)]


def _has_change_marks(lines: Sequence[str]) -> bool:
    """Return whether >> or dashes before lines show changes of the speaker.

    A dash that breaks a sentence (“the tower – it was old – stood”) may begin a line, too. It is no mark: the line
    before is not the end of a sentence, or a small letter follows.
    """
    if sum(bool(_ARROWS.match(words)) for words in lines) >= _LEAST_MARKS:
        return True
    before = ["", *lines]
    dashed = [(before[i], words) for i, words in enumerate(lines) if _CHANGE_MARK.match(words)]
    starts = [
        words
        for line_before, words in dashed
        if (not line_before or _SENTENCE_END.search(line_before)) and not _CHANGE_MARK.sub("", words)[:1].islower()
    ]
    return len(dashed) >= _LEAST_MARKS and len(starts) >= _LEAST_SHARE_OF_STARTS * len(dashed)


def join_cues_to_turns(cues: Sequence[Cue]) -> tuple[list[CaptionTurn], list[SourceNote]]:
    """Return the turns of subtitle cues, begun by each voice, mark, question or long pause; and repeated labels."""
    signs = _SpeakerSigns.find(cues)
    parts = [(cue, *part) for cue in cues for line in cue.lines for part in signs.split_line(line)]
    questions = _find_question_starts([words for _, _, words in parts]) if signs.shows_nobody else ()
    joiner = _TurnJoiner(signs)
    end_s = 0.0
    for number, (cue, line, words) in enumerate(parts):
        joiner.add(line, words, cue, cue.start_s - end_s, is_question=number in questions)
        end_s = cue.end_s
    return joiner.turns, joiner.repeated_labels


class _TurnJoiner:
    """Collects lines of cues as turns."""

    def __init__(self, signs: _SpeakerSigns) -> None:
        self.turns: list[CaptionTurn] = []
        self.repeated_labels: list[SourceNote] = []
        self._signs = signs
        self._voice = ""  # normalized

    def add(self, line: CueLine, words: str, cue: Cue, gap_s: float, *, is_question: bool) -> None:
        """Add the words of a subtitle line to the last turn, or begin one with them."""
        voice = labels.identify_speaker(line.voice)
        is_new_voice = bool(voice) and voice != self._voice
        if line.label and not is_new_voice:
            self.repeated_labels.append(SourceNote(cue.line, "the same label again", line.label))
        last = self.turns[-1] if self.turns else None
        begins = (
            line.opens_paragraph or is_question if last is None else self._begins_paragraph(last, line, words, gap_s)
        )
        if last is None or is_new_voice or begins or (is_question and last.ends_sentence):
            last = CaptionTurn(cue.start_s, cue.line)
            if is_new_voice:
                last.voice, last.label = line.voice, line.label
            self.turns.append(last)
        if words:
            last.words.append(words)
        self._voice = voice or self._voice

    def _begins_paragraph(self, turn: CaptionTurn, line: CueLine, words: str, gap_s: float) -> bool:
        """Return whether words of the same voice begin a paragraph, after a gap of so many seconds."""
        if not turn.words:  # only a label yet
            return False
        if line.opens_paragraph:
            return True
        if self._signs.has_change_marks:
            return bool(_CHANGE_MARK.match(words))
        if self._signs.is_unpunctuated:
            is_pause = gap_s > self._signs.usual_gap_s - _TIME_STEP_S
            return turn.word_count >= (_PARAGRAPH_WORDS if is_pause else 1.3 * _PARAGRAPH_WORDS)
        if not turn.ends_sentence:
            return False
        if self._signs.is_silent:
            is_answer = bool(_QUESTION_END.search(turn.words[-1]))
            return is_answer or gap_s > _SHORT_PAUSE_S or turn.word_count > 80
        return (gap_s >= _PAUSE_S and turn.word_count > 40) or turn.word_count > _LONG_WORDS


def _find_question_starts(lines: Sequence[str]) -> frozenset[int]:
    """Return the first subtitle lines of questions of at most five lines, shared with no sentence."""
    starts, first = set(), 0
    for number, words in enumerate(lines):
        if _SENTENCE_END.search(words):
            if _QUESTION_END.search(words) and number - first < 5:
                starts.add(first)
            first = number + 1
    return frozenset(starts)


def has_change_marks(cues: Sequence[Cue]) -> bool:
    """Return whether >> or dashes show where the speaker changes, in cues that name no voices."""
    return _SpeakerSigns.find(cues).has_change_marks
