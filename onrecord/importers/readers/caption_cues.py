"""Parse the cues of WebVTT, SRT, and captions that were copied from a player."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

_TIMING = re.compile(
    r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d\d)[.,](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d\d)[.,](\d{1,3})"
)
_COPIED_TIME = re.compile(r"^(?:(\d{1,2}):)?(\d{1,2}):(\d\d)$")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,100})?\s{1,20}([^<>]{0,200})>")
_TAG = re.compile(r"</?(?:[a-zA-Z][^<>]*|\d\d:[\d:.]+)>|\{\\[^}]*\}")
_ABOUT_FILE = "said about the file"


@dataclass
class Cue:
    """Words that are shown together."""

    start_s: float
    end_s: float
    line: int
    lines: list[tuple[str, str]]  # voice, words


class SourceNote(NamedTuple):
    """Words of the file that nobody speaks."""

    line: int
    why: str
    words: str


def parse_cues(text: str) -> tuple[list[Cue], list[SourceNote]]:
    """Return the cues that have words, and the notes of the file (WebVTT comments, heads)."""
    cues: list[Cue] = []
    others: list[SourceNote] = []
    block: list[str] = []  # lines that belong to no cue yet
    lines = text.split("\n")
    for number, line in enumerate([*lines, ""], 1):
        timing = _TIMING.match(line)
        if timing:
            if len(block) > 1 or (block and not cues and not block[0].strip().isdigit()):
                others += _read_block(block[:-1] if block[-1].strip().isdigit() else block, number, cues)
            block = []
            cues.append(Cue(_read_seconds(timing.groups()[:4]), _read_seconds(timing.groups()[4:]), number, []))
            voice = ""
        elif not line.strip():
            others += _read_block(block, number, cues)
            block = []
        else:
            block.append(line.strip())
            if cues and not _is_comment(block[0]) and not _is_cue_name(line, lines, number):
                voice = _add_line(cues[-1], line, voice)
                block = []
    return [cue for cue in cues if cue.lines], others


def _is_cue_name(line: str, lines: Sequence[str], number: int) -> bool:
    """Return whether a line is the name or number of a cue: the next line is its time."""
    if number >= len(lines) or not _TIMING.match(lines[number]):
        return False
    return number < 2 or not lines[number - 2].strip() or line.strip().isdigit()


def _is_comment(line: str) -> bool:
    """Return whether a line opens a block of WebVTT that is no cue: NOTE, STYLE, …"""
    return line.split(" ")[0] in ("NOTE", "STYLE", "REGION", "WEBVTT") or line.startswith("WEBVTT")


def _read_block(block: Sequence[str], number: int, cues: Sequence[Cue]) -> list[SourceNote]:
    """Return a note for lines before a time, if they are a comment or precede all cues."""
    if block and (_is_comment(block[0]) or not cues):
        return [SourceNote(max(1, number - len(block)), _ABOUT_FILE, " ".join(block))]
    return []


def _add_line(cue: Cue, line: str, voice: str) -> str:
    """Add a line's words with their voices to the cue; return the voice at its end."""
    position = 0
    for match in _VOICE.finditer(line):
        _add_words(cue, voice, line[position : match.start()])
        voice, position = html.unescape(match.group(1)).strip(), match.end()
    _add_words(cue, voice, line[position:])
    return voice


def _add_words(cue: Cue, voice: str, marked: str) -> None:
    """Add a line of words to the cue, without tags; nothing if no word is left."""
    words = " ".join(html.unescape(_TAG.sub(" " if "{" in marked else "", marked)).split())
    if words:
        cue.lines.append((voice, words))


def _read_seconds(parts: Sequence[str | None]) -> float:
    """Return the seconds of a time given as hours, minutes, seconds and a decimal fraction."""
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + int((fraction or "0").ljust(3, "0")) / 1000


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
            cues.append(Cue(_read_seconds((*time.groups(), "0")), 0.0, number, []))
            others.append(SourceNote(number, "a time by itself", line))
        elif cues:
            _add_words(cues[-1], "", line)
        else:
            others.append(SourceNote(number, _ABOUT_FILE, line))
    cues = [cue for cue in cues if cue.lines]
    for cue, following in itertools.pairwise(cues):
        cue.end_s = following.start_s
    return cues, others
