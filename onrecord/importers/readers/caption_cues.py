"""Parse the cues of WebVTT, SRT, and captions that were copied from a player.

Damaged times are read as far as they can be: `->` for `-->`, a colon before the fraction, a missing end. Whatever
stands after a time is words, except comments of WebVTT (W3C Candidate Recommendation of 4 April 2019, §4.1).
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

_TIME = r"(?:(\d{1,3}):\s?)?(\d{1,2}):\s?(\d{1,2})(?:\s?[.,:;]\s?(\d{1,3}))?"
_ARROW = r"\s*(?:[-–—−=]{1,3}\s?>{1,2}|-\s->|[-–—−]{1,3}\s?&gt;|→|⟶)\s*"
_RIGHT_TIMING = re.compile(
    r"\s*\[?(?:\d{1,4}:)?\d{1,2}:\d\d[.,]\d{1,3}\s*-->\s*(?:\d{1,4}:)?\d{1,2}:\d\d[.,]\d{1,3}(?:[\]\s].*)?$"
)
_TIMING = re.compile(rf"\s*(?P<open>[\[(])?\s*{_TIME}{_ARROW}(?:{_TIME})?(?!\d)\s*[\])]?(?P<rest>.*)$")
_TWO_TIMES = re.compile(r"\s*(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{3}[\s,;–—-]+(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{3}\s*$")
_LIKE_TIMING = re.compile(rf"\s*[\[(]?(?P<start>[\dOolI:.,; ]*?){_ARROW}(?P<end>[\dOolI:.,; ]*)[\])]?\s*$")
_TIME_BY_ITSELF = re.compile(r"\s*\[?(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{3}\]?\s*$")
_CUE_SETTINGS = re.compile(r"(?:\s*\b[A-Za-z]\w*:[^\s:]+)+\s*$")  # align:start, X1:40
_PARTS_OF_TIMES = re.compile(r"\b[\dOolI]*\d[\dOolI]*\b|&gt;|\b[A-Za-z]\w*:[^\s:]+(?=\s|$)")
_MARKS_OF_TIMES = re.compile(r">|→|⟶|&gt;|\d[.,]\d{3}")
_MOST_CHARACTERS = 60  # of two times
_FULLWIDTH = str.maketrans("：，．", ":,.")
_COPIED_TIME = re.compile(r"^(?:(\d{1,2}):)?(\d{1,2}):(\d\d)$")
_VOICE = re.compile(r"<[vV](?:\.[^\s<>]{0,100})?\s{1,20}([^<>]{0,200})>")
_TAG = re.compile(
    r"(?i)</?(?:c|i|b|u|s|v|ruby|rt|rp|lang|font|span|em|strong|p|div|small|big|tt|center)(?:[\s./][^<>]*)?>"
    r"|<\d\d:[\d:.]+>|\{\\[^{}]*\}"
)
_BREAKS = re.compile(r"(?i)(?:\s*(?:<br\s*/?>|\\N))+")
_BREAK = re.compile(r"(?i)<br\s*/?>|\\N")
_PARAGRAPH = "\u2029"  # decoded text has none: it is a line end
_CODE = re.compile(r"[\w{}./:#-]*\d[\w{}./:#-]*")
_COMMENT = re.compile(r"NOTE(?:[ \t]|$)|(?:STYLE|REGION)\s*$")
_LANGUAGE = re.compile(r"(?im)^Language:\s*([a-z]{2,3}(?:-[a-z]{2,4})?)\s*$")
ABOUT_FILE = "said about the file"


class CueLine(NamedTuple):
    """Words of one voice in a cue.

    `label` is what was printed before them to name the voice. `opens_paragraph`: two line breaks stand before them.
    """

    voice: str
    words: str
    label: str = ""
    opens_paragraph: bool = False


@dataclass
class Cue:
    """Words that are shown together."""

    start_s: float
    end_s: float
    line: int
    lines: list[CueLine]


class SourceNote(NamedTuple):
    """Words of the file that nobody speaks."""

    line: int
    why: str
    words: str


@dataclass
class CaptionFile:
    """The cues of a file that have words, and what else it holds.

    `damaged_lines` are the numbers of lines whose time is damaged; `has_times` is false if no line has a readable one.
    """

    cues: list[Cue] = field(default_factory=list)
    others: list[SourceNote] = field(default_factory=list)
    damaged_lines: list[int] = field(default_factory=list)
    language: str = ""

    @property
    def has_times(self) -> bool:
        """Return whether a time of the imported subtitle file could be read."""
        return len(self.damaged_lines) < len(self.cues) or any(cue.start_s for cue in self.cues)


class _Timing(NamedTuple):
    """A line that says when a cue is shown; `words` stand after the time in the same line."""

    start_s: float | None
    end_s: float | None
    words: str = ""
    is_damaged: bool = False


# --- times ----------------------------------------------------------------------------------------


def _read_timing(line: str, *, opens_block: bool) -> _Timing | None:
    """Return the time that a subtitle line gives; None for a line of words.

    `opens_block`: a blank line stands before it. Only there, a time by itself is one whose end is missing.
    """
    if not _MARKS_OF_TIMES.search(line):
        return None
    plain = line.translate(_FULLWIDTH)
    match = _TIMING.match(plain)
    if match:
        start, end = match.groups()[1:5], match.groups()[5:9]
        words = "" if _CUE_SETTINGS.fullmatch(match["rest"]) else match["rest"].strip()
        end_s = _compute_seconds(end) if end[1] else None
        return _Timing(_compute_seconds(start), end_s, words, not _RIGHT_TIMING.match(line))
    if _TWO_TIMES.match(plain) or (opens_block and _TIME_BY_ITSELF.match(plain)):
        times = [_compute_seconds(parts) for parts in re.findall(_TIME, plain)]
        return _Timing(times[0], times[1] if len(times) > 1 else None, is_damaged=True)
    like = _LIKE_TIMING.match(plain) if len(plain) < _MOST_CHARACTERS else None
    if like and re.search(r"\d\D?\d", plain):  # a time that cannot be read stands at one side
        end_match = re.fullmatch(_TIME, like["end"].strip())
        return _Timing(None, _compute_seconds(end_match.groups()) if end_match else None, is_damaged=True)
    return None


def _compute_seconds(parts: Sequence[str | None]) -> float:
    """Return the seconds of a subtitle time given as hours, minutes, seconds and decimal fraction."""
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + int((fraction or "0").ljust(3, "0")) / 1000


# --- files of captions ----------------------------------------------------------------------------


def parse_cues(text: str) -> CaptionFile:
    """Return an imported subtitle file's cues, the notes about them, and the lines whose time is damaged."""
    printed = text.split("\n")
    lines = [" ".join(line.split()) for line in printed]
    is_web_vtt = text.lstrip().startswith("WEBVTT")
    timings = {
        number: timing
        for number, line in enumerate(lines)
        if (timing := _read_timing(line, opens_block=_opens_block(lines, number))) is not None
    }
    result = CaptionFile()
    names = _find_cue_names(lines, timings)
    named = set(names)
    starts = [number - 1 if number - 1 in named else number for number in timings]
    head = list(enumerate(lines[: starts[0] if starts else 0]))
    result.others += [
        _build_name_note(number, lines[number])
        for number in names
        if _may_be_words(lines[number], opens_block=is_web_vtt and (number == 0 or not printed[number - 1]))
    ]
    if is_web_vtt:
        language = _LANGUAGE.search("\n".join(line for _, line in head))
        result.language = language[1] if language else ""
        result.others += [_build_block_note(block) for block in _split_blocks(head)]
    else:
        _add_untimed_words(result, head)
    ends = [*starts[1:], len(lines)]
    for (number, timing), end in zip(timings.items(), ends[: len(timings)], strict=True):
        before_s = result.cues[-1].end_s if result.cues else 0.0
        start_s = before_s if timing.start_s is None else timing.start_s
        cue = Cue(start_s, start_s if timing.end_s is None else timing.end_s, number + 1, [])
        if timing.is_damaged:
            result.damaged_lines.append(number + 1)
            result.others += _build_letter_notes(number, lines[number], timing.words)
        payload = list(enumerate(lines[number + 1 : end], number + 1))
        _read_cue_lines(
            result, cue, timing.words, payload, is_web_vtt=is_web_vtt, is_numbered=_are_cues_numbered(lines, names)
        )
        result.cues.append(cue)
    result.cues = [cue for cue in result.cues if cue.lines]
    return result


def _opens_block(lines: Sequence[str], number: int) -> bool:
    """Return whether a blank line, or one and a number, stand before the subtitle line."""
    before = [line.strip() for line in lines[max(0, number - 2) : number]]
    return not before or not before[-1] or (before[-1].isdigit() and (len(before) == 1 or not before[0]))


def _find_cue_names(lines: Sequence[str], timings: dict[int, _Timing]) -> list[int]:
    """Return the indexes of the lines that name or number a subtitle's cue: they stand before its time."""
    names: list[int] = []
    for number in timings:
        name = lines[number - 1].strip() if number else ""
        if not name or number - 1 in timings or name.startswith("WEBVTT"):
            continue
        opens_block = number == 1 or not lines[number - 2].strip()
        goes_on = bool(names) and _is_cue_code(name) and _is_cue_code(lines[names[-1]])
        if opens_block or goes_on:
            names.append(number - 1)
    return names


def _are_cues_numbered(lines: Sequence[str], names: Sequence[int]) -> bool:
    """Return whether the cues of an imported subtitle file have numbers."""
    return bool(names) and lines[names[0]].strip().isdigit()


def _is_cue_code(name: str) -> bool:
    """Return whether the name of a cue is a number or a code: “12”, “cue-12”, “5f2c7a10-1111/11-0”."""
    return bool(_CODE.fullmatch(name.strip()))


def _may_be_words(name: str, *, opens_block: bool) -> bool:
    """Return whether a cue's name may be words: a code is none, after a blank line; elsewhere a number."""
    return not (_is_cue_code(name) if opens_block else name.strip().isdigit())


def _build_name_note(number: int, name: str) -> SourceNote:
    """Return the note that a subtitle's cue has a name of its own, which is set aside."""
    return SourceNote(number + 1, "the name of a cue", html.unescape(_TAG.sub(" ", name)).strip())


def _build_letter_notes(number: int, line: str, words: str) -> list[SourceNote]:
    """Return a note with letters of a damaged subtitle time that are neither words nor settings of the cue."""
    times = line.removesuffix(words) if words else line
    letters = " ".join(re.findall(r"[^\W_]+", _PARTS_OF_TIMES.sub(" ", _BREAK.sub(" ", _TAG.sub(" ", times)))))
    return [SourceNote(number + 1, "part of a damaged time", letters)] if letters else []


def _split_blocks(lines: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Yield the runs of a subtitle file's lines, with their numbers, between blank lines."""
    for has_words, group in itertools.groupby(lines, key=lambda numbered: bool(numbered[1].strip())):
        if has_words:
            yield list(group)


def _build_block_note(block: Sequence[tuple[int, str]]) -> SourceNote:
    """Return the note that a block of a subtitle file is about the file, not speech."""
    return SourceNote(block[0][0] + 1, ABOUT_FILE, " ".join(line.strip() for _, line in block))


def _add_untimed_words(result: CaptionFile, head: Sequence[tuple[int, str]]) -> None:
    """Add words that stand before the first time of an SRT file as a cue; such a file has no head."""
    words = [(number, line) for number, line in head if line.strip() and not line.strip().isdigit()]
    if words:
        cue = Cue(0.0, 0.0, words[0][0] + 1, [])
        voice = ""
        for _, line in words:
            voice = _add_cue_line(cue, line, voice)
        result.cues.append(cue)
        result.damaged_lines.append(cue.line)


def _read_cue_lines(
    result: CaptionFile,
    cue: Cue,
    first_words: str,
    payload: Sequence[tuple[int, str]],
    *,
    is_web_vtt: bool,
    is_numbered: bool,
) -> None:
    """Add the lines after a time to the subtitle's cue; comments of WebVTT are notes about the file."""
    voice = _add_cue_line(cue, first_words, "")
    for block in _split_blocks(payload):
        follows_blank = not payload or block[0][0] > payload[0][0]
        if follows_blank and is_web_vtt and _COMMENT.match(block[0][1]):
            result.others.append(_build_block_note(block))
            continue
        if follows_blank and is_numbered and len(block) > 1 and block[0][1].strip().isdigit():
            result.damaged_lines.append(block[0][0] + 1)  # a number, and no time
            block = block[1:]
        for _, line in block:
            voice = _add_cue_line(cue, line, voice)


def _add_cue_line(cue: Cue, line: str, voice: str) -> str:
    """Add an imported subtitle line, split at voice tags, to its cue; return the voice that speaks at its end."""
    line = _BREAKS.sub(lambda breaks: _PARAGRAPH if len(_BREAK.findall(breaks.group())) > 1 else " ", line)
    position = 0
    for match in _VOICE.finditer(line):
        _add_cue_words(cue, voice, line[position : match.start()])
        voice, position = " ".join(html.unescape(match.group(1)).split()), match.end()
    _add_cue_words(cue, voice, line[position:])
    return voice


def _add_cue_words(cue: Cue, voice: str, marked: str) -> None:
    """Add a line of words to the subtitle's cue, without tags; nothing if no word is left."""
    for number, part in enumerate(marked.split(_PARAGRAPH)):
        words = " ".join(html.unescape(_TAG.sub(" " if "{" in part else "", part)).split())
        if words:
            cue.lines.append(CueLine(voice, words, opens_paragraph=number > 0))


# --- captions copied from a player ----------------------------------------------------------------


def parse_copied_cues(text: str) -> tuple[list[Cue], list[SourceNote]]:
    """Return cues from captions copied from a player, and the other lines as notes.

    No cues for a text in which times do not alternate with words.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    times = {number: _COPIED_TIME.match(line) for number, line in lines}
    time_count = sum(time is not None for time in times.values())
    if time_count < 8 or time_count < 0.35 * len(lines):
        return [], []
    cues: list[Cue] = []
    others: list[SourceNote] = []
    for number, line in lines:
        time = times[number]
        if time is not None:
            cues.append(Cue(_compute_seconds((*time.groups(), "0")), 0.0, number, []))
            others.append(SourceNote(number, "a time by itself", line))
        elif cues:
            _add_cue_words(cues[-1], "", line)
        else:
            others.append(SourceNote(number, ABOUT_FILE, line))
    cues = [cue for cue in cues if cue.lines]
    for cue, following in itertools.pairwise(cues):
        cue.end_s = following.start_s
    return cues, others
