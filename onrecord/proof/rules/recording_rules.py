"""Check the recordings of an edition: players, the times beside turns and where they lead, and the files themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from lxml.etree import _Element

from onrecord.model import Book, Interview, SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.recording import Recording
from onrecord.model.rule import Rule
from onrecord.proof.reading.article_text import get_tag_name
from onrecord.proof.reading.expected_recordings import expect_recording_address, expect_time_mark
from onrecord.proof.reading.extracted_text import ExtractedInterview
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.rules.report import HINT


def check_time_marks(
    interview: Interview, extracted: ExtractedInterview, copy: str, *, is_epub: bool
) -> Iterator[Problem]:
    """Yield a problem for each turn that shows a wrong time, or whose link plays a wrong recording or moment."""
    marks: dict[str, list[tuple[str, str]]] = {}
    for owner, text, href in extracted.times:
        marks.setdefault(owner, []).append((text, href))
    for turn in interview.turns:
        mark = expect_time_mark(interview, turn, is_epub=is_epub)
        shown = marks.pop(turn.id, [])
        if shown != ([mark] if mark else []):
            expected_marks, actual_marks = (_format_time_marks(side) for side in ([mark] if mark else [], shown))
            yield _build_recording_problem(
                turn.location, f"{copy}: {turn.address} of “{interview.slug}” has {actual_marks}, not {expected_marks}"
            )
    for owner, shown in marks.items():
        fault = (
            f"{copy}: “{interview.slug}” has {_format_time_marks(shown)} where no turn begins (“{shorten_text(owner)}”)"
        )
        yield _build_recording_problem(interview.location, fault)


def check_players(interview: Interview, article: _Element, copy: str) -> Iterator[Problem]:
    """Yield a problem if the players of an article are not those of the interview's recordings, in order."""
    players = [
        (get_tag_name(element), element.get("src") or "")
        for element in article.iter()
        if get_tag_name(element) in ("audio", "video", "source", "track")
    ]
    expected = [(_get_player_tag(part), expect_recording_address(part, is_epub=False)) for part in interview.recordings]
    if players != expected:
        expected_players, actual_players = (
            ", ".join(f"{tag} “{src}”" for tag, src in side) or "nothing" for side in (expected, players)
        )
        yield _build_recording_problem(
            interview.location,
            f"{copy}: “{interview.slug}” plays {shorten_text(actual_players, 160)}, not {expected_players}",
        )


def list_recording_files(book: Book) -> dict[str, str]:
    """Return the SHA-256 of each recording that the web edition must hold, by the name of its file."""
    parts = (part for interview in book.interviews for part in interview.recordings)
    return {expect_recording_address(part, is_epub=False): part.sha256 for part in parts if part.file and not part.url}


def check_recording_files(book: Book, files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield a problem for recordings with other bytes than declared; missing files are found elsewhere."""
    for name, digest in sorted(list_recording_files(book).items()):
        if name in files and hashlib.sha256(files[name]).hexdigest() != digest:
            sentence = f"the web edition holds another recording as “{name}” than the front matter declares"
            yield _build_recording_problem(book.location, sentence, Rule.RECORDINGS_ARE_KEPT)


def _get_player_tag(recording: Recording) -> str:
    """Return the HTML tag that plays a recording: `audio` or `video`."""
    return recording.media_type.value.partition("/")[0]


def _format_time_marks(marks: list[tuple[str, str]]) -> str:
    """Return time marks (time and link) in words for a message."""
    return ", ".join(f"“{text}” (to {shorten_text(href, 80)})" for text, href in marks) or "no time"


def _build_recording_problem(place: SourceLocation, sentence: str, rule: Rule = Rule.TIME_MARKS_ARE_TRUE) -> Problem:
    """Return a problem of the recordings in an edition."""
    return Problem(place, rule, sentence, HINT)
