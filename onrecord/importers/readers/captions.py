"""WebVTT and SRT → clippings: cues joined into sentences and turns, each with the time of its first word.

WebVTT: W3C Candidate Recommendation of 4 April 2019, §4 (file structure) and §6.4 (voices, entities).
"""

from __future__ import annotations

import html
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from onrecord.importers.common import decoding, labels
from onrecord.importers.common.decoding import warning
from onrecord.importers.common.draft import Clipping, Reading
from onrecord.importers.common.plain_markdown import escaped, tokens
from onrecord.model import Place
from onrecord.model.problems import Problem

_TIMING = re.compile(
    r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d\d)[.,](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d\d)[.,](\d{1,3})"
)
_COPIED = re.compile(r"^(?:(\d{1,2}):)?(\d{1,2}):(\d\d)$")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,100})?\s{1,20}([^<>]{0,200})>")
_TAG = re.compile(r"</?(?:[a-zA-Z][^<>]*|\d\d:[\d:.]+)>|\{\\[^}]*\}")
_CHANGE = re.compile(r"^(?:>>+|[-–—](?=\s|[A-Z]))\s*")
_CLOSED = re.compile(r"[.!?…。？！؟][\"”’»)\]*]*$")
_ASKED = re.compile(r"[?？؟][\"”’»)\]*]*$")
_PAUSE_S = 2.0
_LONG_WORDS = 150
_ROLLING_SHARE = 0.3


@dataclass
class _Cue:
    start: float
    end: float
    line: int
    lines: list[tuple[str, str]]  # voice, words
    repeated: str = ""


@dataclass
class _Stretch:
    """Words that belong together while they are collected."""

    start: float
    line: int
    voice: str = ""
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.words)


def read(data: bytes, name: str) -> Reading:
    """The turns of a transcript, as far as the file shows them."""
    text, notes = decoding.decoded(data, name)
    cues, others = _parsed(text)
    if not cues:
        raise decoding.refused(
            name,
            "captions-have-cues",
            "there is no cue in this file",
            "a cue has a line like 00:00:01.000 --> 00:00:04.000",
        )
    return _told(cues, others, notes, name)


def of_lines(text: str, notes: tuple[Problem, ...], name: str) -> Reading | None:
    """The turns of captions that were copied from a player: times alternate with words. None for any other text."""
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    times = {number: _COPIED.match(line) for number, line in lines}
    timed = sum(found is not None for found in times.values())
    if timed < 8 or timed < 0.35 * len(lines):
        return None
    cues: list[_Cue] = []
    others: list[tuple[int, str, str]] = []
    for number, line in lines:
        time = times[number]
        if time is not None:
            cues.append(_Cue(_seconds((*time.groups(), "0")), 0.0, number, []))
            others.append((number, "a time by itself", line))
        elif cues:
            _add_words(cues[-1], "", line)
        else:
            others.append((number, "said about the file", line))
    cues = [cue for cue in cues if cue.lines]
    for cue, after in itertools.pairwise(cues):
        cue.end = after.start
    return _told(cues, others, notes, name) if cues else None


def _told(cues: list[_Cue], others: list[tuple[int, str, str]], notes: tuple[Problem, ...], name: str) -> Reading:
    original = [token for cue in cues for _, words in cue.lines for token in tokens(words)]
    rolling = _unrolled(cues)
    stretches = list(_stretches(cues))
    again = list(_same_label_again(stretches))
    spoken = any(one.voice for one in stretches) or _have_labels([one.text for one in stretches])
    if not spoken and not any(_CHANGE.match(one.text) for one in stretches):
        hint = "look at every turn; a transcript with names would be better"
        notes += (warning(Place(name), "speakers-are-named", "nothing in this file says who speaks", hint),)
    clippings = [
        Clipping(0, escaped(one.text), one.text, one.line, voice=one.voice, time=_clock(one.start)) for one in stretches
    ]
    asides = [
        Clipping(0, "", words, line, kind="aside", why="said again by a rolling caption") for line, words in rolling
    ]
    asides += [Clipping(0, "", words, line, kind="aside", why="the same label again") for line, words in again]
    asides += [Clipping(0, "", words, line, kind="aside", why=why) for line, why, words in others]
    original += [token for _, _, words in others for token in tokens(words)]
    numbered = tuple(replace(one, index=i) for i, one in enumerate((*clippings, *asides)))
    return Reading(
        numbered, tuple(original), {} if spoken else {"silent": ("yes",)}, notes, ordered=not rolling and not again
    )


# --- cues -----------------------------------------------------------------------------------------


def _parsed(text: str) -> tuple[list[_Cue], list[tuple[int, str, str]]]:
    """The cues, and what else stands in the file with its line and what it is."""
    cues: list[_Cue] = []
    others: list[tuple[int, str, str]] = []
    block: list[str] = []
    lines = text.split("\n")
    for number, line in enumerate([*lines, ""], 1):
        timing = _TIMING.match(line)
        if timing:
            if len(block) > 1 or (block and not cues and not block[0].strip().isdigit()):
                _end(block[:-1] if block[-1].strip().isdigit() else block, number, cues, others)
            block = []
            cues.append(_Cue(_seconds(timing.groups()[:4]), _seconds(timing.groups()[4:]), number, []))
            voice = ""
        elif not line.strip():
            block = _end(block, number, cues, others)
        else:
            block.append(line.strip())
            if cues and not _is_comment(block[0]) and not _is_number(line, lines, number):
                voice = _add_line(cues[-1], line, voice)
                block = []
    return [cue for cue in cues if cue.lines], others


def _is_number(line: str, lines: Sequence[str], number: int) -> bool:
    """A cue's own name or number: the next line is its time."""
    return (
        number < len(lines)
        and _TIMING.match(lines[number]) is not None
        and (number < 2 or not lines[number - 2].strip() or line.strip().isdigit())
    )


def _is_comment(line: str) -> bool:
    return line.split(" ")[0] in ("NOTE", "STYLE", "REGION", "WEBVTT") or line.startswith("WEBVTT")


def _end(block: list[str], number: int, cues: list[_Cue], others: list[tuple[int, str, str]]) -> list[str]:
    """What a finished block without a time was; cue numbers say nothing."""
    if block and (_is_comment(block[0]) or not cues):
        others.append((max(1, number - len(block)), "said about the file", " ".join(block)))
    return []


def _add_line(cue: _Cue, line: str, voice: str) -> str:
    """The line's words with their voices; the voice that goes on in the next line."""
    at = 0
    for found in _VOICE.finditer(line):
        _add_words(cue, voice, line[at : found.start()])
        voice, at = html.unescape(found.group(1)).strip(), found.end()
    _add_words(cue, voice, line[at:])
    return voice


def _add_words(cue: _Cue, voice: str, marked: str) -> None:
    words = " ".join(html.unescape(_TAG.sub(" " if "{" in marked else "", marked)).split())
    if words:
        cue.lines.append((voice, words))


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, thousandths = parts
    return (
        int(hours or 0) * 3600
        + int(minutes or 0) * 60
        + int(seconds or 0)
        + int((thousandths or "0").ljust(3, "0")) / 1000
    )


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _unrolled(cues: list[_Cue]) -> list[tuple[int, str]]:
    """Takes away what a cue repeats from the one before, if the file does so throughout; what was taken, by line."""
    whole = [" ".join(words for _, words in cue.lines).split() for cue in cues]
    overlaps = [0] + [_overlap(before, after) for before, after in itertools.pairwise(whole)]
    if sum(overlap > 0 for overlap in overlaps) < max(3, _ROLLING_SHARE * len(cues)):
        return []
    taken: list[tuple[int, str]] = []
    for cue, overlap, words in zip(cues, overlaps, whole, strict=True):
        if overlap:
            taken.append((cue.line, " ".join(words[:overlap])))
            cue.lines = _without(cue.lines, overlap)
    return taken


def _overlap(before: list[str], after: list[str]) -> int:
    """How many words at the end of one cue are those at the beginning of the next."""
    for length in range(min(len(before), len(after)), 0, -1):
        if before[-length:] == after[:length]:
            return length
    return 0


def _without(lines: list[tuple[str, str]], count: int) -> list[tuple[str, str]]:
    kept = []
    for voice, words in lines:
        split = words.split()
        if count < len(split):
            kept.append((voice, " ".join(split[count:])))
        count = max(0, count - len(split))
    return kept


# --- turns ----------------------------------------------------------------------------------------


def _stretches(cues: list[_Cue]) -> Iterator[_Stretch]:
    """Cues joined: a new voice, a label, a sign of change or a long pause begins a new stretch."""
    known = _known_labels(cues)
    silent = not known and not any(voice for cue in cues for voice, _ in cue.lines)
    signs = silent and sum(bool(_CHANGE.match(words)) for cue in cues for _, words in cue.lines) >= 3
    current: _Stretch | None = None
    voice, ended = "", 0.0
    asked = _questions([words for cue in cues for _, words in cue.lines]) if silent else frozenset()
    number = 0
    for cue in cues:
        for spoken, whole in cue.lines:
            number += 1
            for words in _at_changes(whole) if signs else [whole]:
                begins = _begins(
                    current, words, spoken, voice, known, cue.start - ended, silent=silent, signs=signs
                ) or (
                    number - 1 in asked
                    and not signs
                    and current is not None
                    and bool(_CLOSED.search(current.words[-1]))
                )
                if current is None or begins:
                    if current is not None:
                        yield current
                    changed = spoken != voice or current is None
                    current = _Stretch(cue.start, cue.line, spoken if changed else "")
                current.words.append(words)
                voice = spoken or voice
        ended = cue.end
    if current is not None:
        yield current


def _questions(lines: Sequence[str]) -> frozenset[int]:
    """The lines with which a sentence begins that is a question, and stands in lines of its own."""
    found, first = set(), 0
    for i, words in enumerate(lines):
        if _CLOSED.search(words):
            if _ASKED.search(words) and i - first < 5:
                found.add(first)
            first = i + 1
    return frozenset(found)


def _at_changes(words: str) -> list[str]:
    """One line divided where another speaker breaks in: "We've only-- - Wow."."""
    return [part for part in re.split(r"(?<=[.?!,…-])\s+(?=(?:>>+|[-–])\s)", words) if part]


def _begins(
    current: _Stretch | None,
    words: str,
    spoken: str,
    voice: str,
    known: frozenset[str],
    gap_s: float,
    *,
    silent: bool,
    signs: bool,
) -> bool:
    """Whether these words begin a new stretch."""
    if current is None:
        return True
    label = _label(words)
    if (spoken and spoken != voice) or (label and label in known):
        return True
    if signs:
        return bool(_CHANGE.match(words))
    closed = bool(_CLOSED.search(current.words[-1]))
    if silent:
        return closed and (bool(_ASKED.search(current.words[-1])) or gap_s > 0.8 or _size(current) > 80)
    return closed and ((gap_s >= _PAUSE_S and _size(current) > 40) or _size(current) > _LONG_WORDS)


def _size(stretch: _Stretch) -> int:
    return sum(len(words.split()) for words in stretch.words)


def _label(words: str) -> str:
    found = labels.split(words)
    return (
        labels.bare(found.name.removeprefix(">>")) if found and found.sure and found.label.endswith((":", "：")) else ""
    )


def _known_labels(cues: list[_Cue]) -> frozenset[str]:
    """Names before a colon that are speakers: those that come again, or look like names among such."""
    counted: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for cue in cues:
        for _, words in cue.lines:
            if label := _label(words):
                counted[label] += 1
                shown.setdefault(label, words.split(":")[0])
    again = {label for label, count in counted.items() if count >= 2}
    if len(again) < 2 and sum(counted.values()) < 3:
        return frozenset()
    return frozenset(again | {label for label in counted if len(label.split()) in (2, 3) and shown[label].isupper()})


def _same_label_again(stretches: list[_Stretch]) -> Iterator[tuple[int, str]]:
    """Joins stretches whose label only says once more who is speaking; the labels taken away, by line."""
    before, kept = "", list[_Stretch]()
    for one in stretches:
        label = _label(one.text)
        found = labels.split(one.text) if label and label == before and kept else None
        if found is not None:
            yield one.line, one.text[: found.length].rstrip()  # with the time that stands behind it
            rest = one.text[found.length :].lstrip()
            if _size(kept[-1]) > _LONG_WORDS and _CLOSED.search(kept[-1].words[-1]):
                kept.append(_Stretch(one.start, one.line, words=[rest]))
            else:
                kept[-1].words.append(rest)
            continue
        kept.append(one)
        before = label or ("" if one.voice else before)
    stretches[:] = kept


def _have_labels(texts: Sequence[str]) -> bool:
    return sum(bool(_label(text)) for text in texts) >= 2
