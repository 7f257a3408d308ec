"""The recordings of an interview, and the time in them at which a turn begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from onrecord.model.source_location import SourceLocation
from onrecord.model.value import Value

FOLDER = "recordings"  # of the web edition
MOST_BYTES = 200_000_000  # of a recording that is copied into the web edition
MOST_BYTES_IN_ALL = 600_000_000  # of all of them: `prove` opens a web edition of up to 1,000 MB


class MediaType(StrEnum):
    """What browsers play without further software; the value is the media type."""

    MP3 = "audio/mpeg"
    M4A = "audio/mp4"
    OGG = "audio/ogg"
    WAV = "audio/wav"
    FLAC = "audio/flac"
    WEBA = "audio/webm"
    MP4 = "video/mp4"
    WEBM = "video/webm"


SUFFIXES = {
    ".mp3": MediaType.MP3,
    ".m4a": MediaType.M4A,
    ".ogg": MediaType.OGG,
    ".oga": MediaType.OGG,
    ".opus": MediaType.OGG,
    ".wav": MediaType.WAV,
    ".flac": MediaType.FLAC,
    ".weba": MediaType.WEBA,
    ".mp4": MediaType.MP4,
    ".webm": MediaType.WEBM,
}


@dataclass(frozen=True, slots=True)
class Recording(Value):
    """A sound or video file with the conversation, or with a part of it.

    `file` is its path in the book's folder, `url` where it is published; a file that is published is not copied into
    the web edition. `offset` is what the time marks of turns say where it begins, `duration` its length; both are in
    seconds, and a duration of 0 is not known.
    """

    media_type: MediaType
    location: SourceLocation
    file: str = ""
    url: str = ""
    sha256: str = ""
    offset: int = 0
    duration: int = 0
    has_code: bool = False  # print shows its `url` as a QR code

    @property
    def name(self) -> str:
        """What the copy in the web edition is called, "" if there is none: the file's name and 8 digits of its hash."""
        if self.url or not self.file:
            return ""
        path = PurePosixPath(self.file)
        stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "recording"
        return f"{stem}-{self.sha256[:8]}{path.suffix.lower()}"

    @property
    def target(self) -> str:
        """The address at which a page of the web edition finds it."""
        return self.url or f"{FOLDER}/{self.name}"

    @property
    def is_video(self) -> bool:
        """Return whether a recording is a video."""
        return self.media_type.value.startswith("video/")


def find_media_type(address: str) -> MediaType | None:
    """Return the media type that the end of a file name or web address says; None if it says none."""
    try:
        path = urlsplit(address).path
    except ValueError:  # brackets that are not closed
        return None
    return SUFFIXES.get(PurePosixPath(path).suffix.lower())


def find_recording_at(recordings: Sequence[Recording], seconds: int) -> Recording | None:
    """Return the recording that plays what was said at this time; None if it begins later."""
    return next((recording for recording in reversed(recordings) if recording.offset <= seconds), None)
