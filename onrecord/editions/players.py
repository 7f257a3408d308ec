"""The recordings on the page of an interview: a player for each, and at each turn the time from which it plays."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.editions.edition_syntax import EditionSyntax
from onrecord.model import Answer, Book, Interview, Question
from onrecord.model.problems import Problem
from onrecord.model.recording import FOLDER, MOST_BYTES_IN_ALL, Recording, find_recording_at
from onrecord.model.rule import Rule
from onrecord.runtime.folders import read_file
from onrecord.runtime.project import Project

if TYPE_CHECKING:
    import segno

_QUIET_ZONE = 4  # modules (ISO/IEC 18004 §6.3.8)
_MODULE_MM = 0.5


def write_players(interview: Interview, words: Mapping[str, str]) -> str:
    """Return a player of the browser's own for each recording; it loads nothing before somebody plays it."""
    players = []
    for number, recording in enumerate(interview.recordings, 1):
        name = words["recording"] + (f" {number}" if len(interview.recordings) > 1 else "")
        tag = "video" if recording.is_video else "audio"
        attributes = f'controls preload="none" src="{escape(recording.target)}" aria-label="{escape(name)}"'
        players.append(f'<div class="player"><{tag} {attributes}></{tag}></div>\n')
    return "".join(players)


def write_time_mark(
    interview: Interview, turn: Question | Answer, words: Mapping[str, str], syntax: EditionSyntax
) -> str:
    """Return the time of a turn as a link that plays from there; "" if no recording has it.

    An e-book holds no recordings; it links to those that are published.
    """
    seconds, time = turn.remarks.seconds, find_time(interview, turn)
    recording = find_recording_at(interview.recordings, seconds or 0)
    if seconds is None or recording is None or not time or not (syntax.is_html or recording.url):
        return ""
    href = escape(f"{recording.target}#t={seconds - recording.offset}")
    return f' <a class="time" href="{href}" aria-label="{escape(words["recording"])} {time}">{time}</a>'


def find_time(interview: Interview, turn: Question | Answer) -> str:
    """Return the time at which a recording plays the turn, as people write it; "" if none does."""
    seconds = turn.remarks.seconds
    return "" if seconds is None or not find_recording_at(interview.recordings, seconds) else format_mark(seconds)


def format_mark(seconds: int) -> str:
    """Return a recording time as people write it: 12:41, or 1:02:03."""
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


def write_qr_codes(interview: Interview, words: Mapping[str, str]) -> str:
    """Return a figure with a QR code for each recording that asks for one, for print."""
    codes = []
    for recording in _list_recordings_with_code(interview):
        modules = _make_code(recording).symbol_size(border=_QUIET_ZONE)[0]
        style = f"width: {modules * _MODULE_MM:g}mm"
        alt = escape(f"{words['recording']}: {recording.url}")
        name = _get_code_name(recording)
        codes.append(f'<figure class="qr"><img src="book:/images/{name}" alt="{alt}" style="{style}"/></figure>\n')
    return "".join(codes)


def draw_codes(interview: Interview) -> list[tuple[str, str, bytes]]:
    """Return name, media type and bytes of each QR code of the interview, drawn as shapes (ISO/IEC 18004)."""
    pictures = []
    for recording in _list_recordings_with_code(interview):
        picture = io.BytesIO()
        _make_code(recording).save(
            picture, kind="svg", border=_QUIET_ZONE, xmldecl=False, svgclass=None, lineclass=None
        )
        pictures.append((_get_code_name(recording), "image/svg+xml", picture.getvalue()))
    return pictures


def _make_code(recording: Recording) -> segno.QRCode:
    """Return the QR code of a recording's address."""
    import segno  # which loads what speaks HTTP; few interviews have a code

    return segno.make_qr(recording.url, error="m")


def _list_recordings_with_code(interview: Interview) -> list[Recording]:
    """Return the recordings that have a QR code."""
    return [recording for recording in interview.recordings if recording.has_code]


def _get_code_name(recording: Recording) -> str:
    """Return the name under which print asks for a recording's QR code."""
    return f"code-{hashlib.sha256(recording.url.encode()).hexdigest()[:8]}.svg"


def read_recordings(book: Book, folder: Path) -> dict[str, bytes]:
    """Return the files of the recordings that are copied, by their names in the web edition."""
    return {name: read_file(path) for name, path in _find_recording_files(book, folder).items()}


def find_recording_problems(book: Book, folder: Path) -> tuple[Problem, ...]:
    """Return an error if the recordings that would be copied are too large for one web edition."""
    size = sum(path.stat().st_size for path in _find_recording_files(book, folder).values())
    if size <= MOST_BYTES_IN_ALL:
        return ()
    sentence = f"the recordings that the web edition would copy have {size // 1_000_000} MB"
    hint = (
        f"publish some elsewhere and add their addresses, url: https://…; {MOST_BYTES_IN_ALL // 1_000_000} MB may be "
    )
    return (Problem(book.location, Rule.RECORDINGS_ARE_SMALL, sentence, f"{hint}copied"),)


def _find_recording_files(book: Book, folder: Path) -> dict[str, Path]:
    """Return where the recordings are that are copied, by their names in the web edition.

    One that is gone since it was read is left out, and the proof says so.
    """
    project = Project(folder)
    copied = [part for interview in book.interviews for part in interview.recordings if part.name]
    paths = {f"{FOLDER}/{recording.name}": project.find(recording.file) for recording in copied}
    return {name: path for name, path in paths.items() if path and path.is_file()}
