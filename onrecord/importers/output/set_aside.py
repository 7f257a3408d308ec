"""Judge what an import set aside between the first and the last turn: it may be speech that was misunderstood."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from onrecord.importers.common import labels
from onrecord.importers.common.draft import Clipping, Draft
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule, Severity
from onrecord.model.word_count import count_words_in

# Reasons that are guesses from the structure of a page, not from what the words say or how they are marked.
_GUESSED_REASONS = frozenset(
    ["a list of links", "around the text", "other articles", "page frame", "raw markup", "a pull quote"]
)
# Reasons that are facts of a format: what is said a second time, or is no speech.
_FACTS = re.compile(
    r"again|once more|\btime\b|label|about the file|name of a cue|head or foot|comment|text box|chart|picture"
    r"|number of a question|front matter|the date|read as|marks without words|repeats|link that nobody"
)
_SENTENCE = re.compile(r"[^.!?…。？！؟]+[.!?…。？！؟]+[\"”’»)\]]*(?=\s|$)")
_LEAST_WORDS = 4  # of a sentence
_MOST_SHARE = 0.03
_EXCERPT = 60  # characters
_HINT = "copy the text of the interview into a .txt file and import that, or report this page"


def find_lost_speech(draft: Draft, name: str) -> Iterator[Problem]:
    """Yield a problem if what an import set aside between the first and the last turn may be speech.

    It is an error if a turn of a named speaker is among it, or if sentences of it are more than 3 % of the words of
    the conversation; else a warning.
    """
    asides = [clipping for clipping in _list_inner_asides(draft) if not _FACTS.search(clipping.reason)]
    names = {labels.normalize_name(form) for person in draft.people for form in (person.name, *person.labels)}
    counts = Counter(map(_read_speaker_name, asides))
    names |= {label for label, count in counts.items() if count > 1 and any(turn.label for turn in draft.turns)}
    voices = [clipping for clipping in asides if _read_speaker_name(clipping) in names - {""}]
    guessed = [clipping for clipping in asides if clipping.reason in _GUESSED_REASONS]
    if voices:
        sentence = f"a turn was set aside as “{voices[0].reason}”: “{_quote_beginning(voices[0])}”"
        yield _build_speech_problem(voices[0], name, sentence, Severity.ERROR)
    elif guessed:
        count = sum(count_words_in(clipping.words) for clipping in guessed)
        words = f"{count:,} word{'' if count == 1 else 's'} inside the conversation were set aside"
        sentence = f"{words} ({guessed[0].reason}), from “{_quote_beginning(guessed[0])}” on"
        spoken = sum(count_words_in(clipping.words) for turn in draft.turns for clipping in turn.clippings)
        is_large = _count_words_of_sentences(guessed) > _MOST_SHARE * spoken
        yield _build_speech_problem(guessed[0], name, sentence, Severity.ERROR if is_large else Severity.WARNING)


def _list_inner_asides(draft: Draft) -> Iterator[Clipping]:
    """Yield what an import set aside between the first and the last turn."""
    turns = [turn for turn in draft.turns if turn.kind in ("question", "answer")]
    if not turns:
        return
    first, last = turns[0].clippings[0], turns[-1].clippings[-1]
    for clipping in draft.asides:
        if first.index < clipping.index < last.index or (clipping.line and first.line < clipping.line < last.line):
            yield clipping


def _read_speaker_name(clipping: Clipping) -> str:
    """Return the normalized name in the label before a sentence; "" without a label or a sentence."""
    label = labels.parse_label(clipping.words, clipping.bold_lead)
    if label is None or not label.is_certain or not labels.looks_like_name(label.name):
        return ""
    words = clipping.words[label.length :].split()
    return labels.normalize_name(label.name) if len(words) >= 2 else ""


def _count_words_of_sentences(clippings: Sequence[Clipping]) -> int:
    """Return how many words of clippings stand in sentences that end with a mark."""
    counts = (count_words_in(sentence) for clipping in clippings for sentence in _SENTENCE.findall(clipping.words))
    return sum(count for count in counts if count >= _LEAST_WORDS)


def _quote_beginning(clipping: Clipping) -> str:
    """Return the first words of a clipping for a message."""
    words = " ".join(clipping.words.split())
    return words if len(words) <= _EXCERPT else f"{words[:_EXCERPT].rsplit(' ', 1)[0]} …"


def _build_speech_problem(clipping: Clipping, name: str, sentence: str, severity: Severity) -> Problem:
    """Return the problem, at the clipping's line, that words which may be speech were set aside."""
    place = SourceLocation(name, clipping.line)
    return Problem(place, Rule.SPEECH_IS_KEPT, sentence, _HINT, severity=severity)
