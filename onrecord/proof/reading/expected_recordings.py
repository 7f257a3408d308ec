"""The times and addresses of recordings that web edition and e-book must show."""

from __future__ import annotations

import re

from onrecord.model import Answer, Interview, Question
from onrecord.model.recording import Recording


def expect_time_mark(interview: Interview, turn: Question | Answer, *, is_epub: bool) -> tuple[str, str] | None:
    """Return the time that must be shown beside a turn, and its link; None if no recording plays the turn.

    The e-book holds no recordings, and leads to those on the web.
    """
    seconds = turn.remarks.seconds
    started = [part for part in interview.recordings if seconds is not None and part.offset <= seconds]
    if seconds is None or not started:
        return None
    recording = max(started, key=lambda part: part.offset)
    if is_epub and not recording.url:
        return None
    text = f"{seconds // 60}:{seconds % 60:02d}"
    if seconds >= 3600:
        text = f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    return text, f"{expect_recording_address(recording, is_epub=is_epub)}#t={seconds - recording.offset}"


def expect_recording_address(recording: Recording, *, is_epub: bool) -> str:
    """Return the address that a recording must have: its own, or that in the web edition."""
    if recording.url or is_epub:
        return recording.url
    stem, _, ending = recording.file.rpartition("/")[2].rpartition(".")
    words = re.findall("[a-z0-9]+", stem.lower()) or ["recording"]
    return f"recordings/{'-'.join(words)}-{recording.sha256[:8]}.{ending.lower()}"
