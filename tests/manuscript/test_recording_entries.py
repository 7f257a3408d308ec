"""Recordings are read from the book's folder alone, compared with their digests, and go with their interview."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.manuscript import read_book
from onrecord.manuscript.outline import render_outline_json, render_outline_text
from onrecord.manuscript.unprinted import list_unprinted
from onrecord.model import Interview
from onrecord.model.problems import Problem, select_errors
from onrecord.model.recording import MOST_BYTES, MediaType, find_recording_at
from onrecord.packs import clearance, selection
from onrecord.packs.clearance import ReleaseOptions
from onrecord.pipeline.correct import find_corrected_files
from tests.support.recordings import draw_tone

TONE = draw_tone(1)
DIGEST = hashlib.sha256(TONE).hexdigest()
ADDRESS = "https://example.org/light.mp3"
NOW = ReleaseOptions(datetime(2026, 1, 31, tzinfo=UTC))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A book without interviews, with a recording."""
    folder = tmp_path / "book"
    for home in ("interviews", "recordings", "packs"):
        (folder / home).mkdir(parents=True)
    (folder / "book.yaml").write_text("title: Lights\nlanguage: en\ndate: 2026-01-31\ndisclaimer: none\n", "utf-8")
    (folder / "recordings/Light 1.wav").write_bytes(TONE)
    return folder


def write_interview(folder: Path, recording: str, name: str = "light", more: str = "") -> None:
    text = f"""---
title: The Lamp
byline: By the harbour office
{recording}
{more}
people: [{{name: Ada Moor, role: interviewee}}]
---
**Who lights the lamp?** {{t=00:00:07}}

It lights itself.

**And at noon?** {{t=00:45:11}}

It sleeps.
"""
    (folder / f"interviews/{name}.md").write_text(text.replace("\n\npeople", "\npeople"), encoding="utf-8")


def read(folder: Path) -> tuple[Interview, tuple[Problem, ...]]:
    book, problems = read_book.survey_book(folder)
    assert book is not None
    return book.interviews[0], problems


# --- reading ------------------------------------------------------------------------------------------


def test_an_address_alone_is_a_recording(folder: Path) -> None:
    write_interview(folder, f"recording: {ADDRESS}")
    interview, problems = read(folder)
    assert problems == ()
    (recording,) = interview.recordings
    assert (recording.url, recording.file, recording.media_type) == (ADDRESS, "", MediaType.MP3)
    assert (recording.target, recording.name, recording.is_video) == (ADDRESS, "", False)


def test_two_files_play_one_interview(folder: Path) -> None:
    """The time marks go on in the second file."""
    (folder / "recordings/b.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    digest = hashlib.sha256(b"\0\0\0\x18ftypmp42").hexdigest()
    first = f'{{file: recordings/Light 1.wav, sha256: {DIGEST.upper()}, duration: "00:45:10"}}'
    second = f'{{file: recordings/b.mp4, sha256: {digest}, offset: "00:45:10"}}'
    write_interview(folder, f"recording:\n  - {first}\n  - {second}")
    interview, problems = read(folder)
    assert problems == ()
    assert [recording.target for recording in interview.recordings] == [
        f"recordings/light-1-{DIGEST[:8]}.wav",
        f"recordings/b-{digest[:8]}.mp4",
    ]
    assert [recording.is_video for recording in interview.recordings] == [False, True]
    playing = [find_recording_at(interview.recordings, turn.remarks.seconds or 0) for turn in interview.turns[::2]]
    assert playing == list(interview.recordings)


def test_a_published_file_is_compared_and_not_copied(folder: Path) -> None:
    write_interview(folder, f"recording: {{file: recordings/Light 1.wav, url: {ADDRESS}, sha256: {DIGEST}}}")
    interview, problems = read(folder)
    assert problems == ()
    assert (interview.recordings[0].target, interview.recordings[0].name) == (ADDRESS, "")
    assert interview.recordings[0].media_type is MediaType.WAV


@pytest.mark.parametrize(
    "file", ["../tape.wav", "/etc/tape.wav", "recordings/link.wav", "C:/tape.wav", "file:///a.wav"]
)
def test_nothing_outside_the_book_is_read(folder: Path, file: str) -> None:
    (folder.parent / "tape.wav").write_bytes(TONE)
    (folder / "recordings/link.wav").symlink_to(folder.parent / "tape.wav")
    write_interview(folder, f'recording: {{file: "{file}", sha256: {DIGEST}}}')
    _, problems = read(folder)
    assert [str(problem.rule) for problem in select_errors(problems)] == ["recordings-are-in-the-book"]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1).mp3",
        "ftp://example.org/a.mp3",
        "https:///a.mp3",
        "https://name:word@example.org/a.mp3",
        "https://example.org/a b.mp3",
        'https://example.org/a.mp3?q=\\"x',
        "//example.org/a.mp3",
    ],
)
def test_only_addresses_of_the_web_are_played(folder: Path, address: str) -> None:
    write_interview(folder, f'recording: {{url: "{address}"}}')
    _, problems = read(folder)
    assert [str(problem.rule) for problem in select_errors(problems)] == ["url-is-complete"]


def test_a_large_recording_needs_an_address(folder: Path) -> None:
    """The file has a hole in it, so that the test is quick."""
    path = folder / "recordings/Light 1.wav"
    with path.open("r+b") as file:
        file.truncate(MOST_BYTES + 1)
    write_interview(folder, "recording: recordings/Light 1.wav")
    _, problems = read(folder)
    assert [str(problem.rule) for problem in problems] == ["recordings-are-small"]


def test_the_kind_of_a_file_is_that_of_its_bytes(folder: Path) -> None:
    (folder / "recordings/Light 1.wav").write_bytes(b"<html>")
    write_interview(folder, "recording: recordings/Light 1.wav")
    _, problems = read(folder)
    assert [problem.sentence for problem in problems] == [
        "recordings/Light 1.wav does not begin as a file of the type audio/wav does"
    ]


def test_the_outline_names_recordings(folder: Path) -> None:
    write_interview(folder, f'recording: {{url: {ADDRESS}, offset: "00:00:05", duration: "01:00:00"}}')
    book = read_book.read_book(folder)
    outline = json.loads(render_outline_json(book))
    assert outline["parts"][0]["interviews"][0]["recordings"] == [
        {"url": ADDRESS, "type": "audio/mpeg", "offset": 5, "duration": 3600}
    ]
    assert f"  recording   {ADDRESS}\n" in render_outline_text(book)


def test_recordings_that_nobody_names_are_listed(folder: Path) -> None:
    """Times are no longer among what is not printed: the web edition plays them."""
    (folder / "recordings/old.wav").write_bytes(TONE)
    write_interview(folder, f"recording: {{file: recordings/Light 1.wav, sha256: {DIGEST}}}")
    lines = [str(entry) for entry in list_unprinted(folder, read_book.read_book(folder))]
    assert lines == ["recordings: recordings/old.wav (no interview names them)"]


# --- `fix` --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("recording: recordings/a.wav  # the tape", "recording: {file: recordings/a.wav, sha256: DIGEST}  # the tape"),
        ("recording: {file: recordings/a.wav}", "recording: {file: recordings/a.wav, sha256: DIGEST}"),
        ("recording: [{file: recordings/a.wav }]", "recording: [{file: recordings/a.wav, sha256: DIGEST }]"),
        ("recording:\n  file: recordings/a.wav", "recording:\n  file: recordings/a.wav\n  sha256: DIGEST"),
        (
            'recording:\n  - file: recordings/a.wav\n    duration: "00:50:00"',
            'recording:\n  - file: recordings/a.wav\n    sha256: DIGEST\n    duration: "00:50:00"',
        ),
        ("recording:\n- recordings/a.wav", "recording:\n- {file: recordings/a.wav, sha256: DIGEST}"),
        (
            'recording: {file: "recordings/Light 1.wav", offset: "00:00:00"}',
            'recording: {file: "recordings/Light 1.wav", offset: "00:00:00", sha256: DIGEST}',
        ),
    ],
)
def test_fix_writes_the_digest(folder: Path, before: str, after: str) -> None:
    (folder / "recordings/a.wav").write_bytes(TONE)
    write_interview(folder, before)
    files = {file.file: file for file in find_corrected_files(folder)}
    corrected = files["interviews/light.md"].after.decode()
    assert after.replace("DIGEST", DIGEST) in corrected
    (folder / "interviews/light.md").write_text(corrected, encoding="utf-8")
    assert read(folder)[1] == ()


@pytest.mark.parametrize(
    "recording", ["recording: recordings/Light 1.wav", "recording: {\n  file: recordings/a.wav\n  }"]
)
def test_fix_writes_nothing_where_it_cannot_tell_how(folder: Path, recording: str) -> None:
    """A name that would need quotation marks, or braces over several lines: the hint says what to type."""
    (folder / "recordings/a.wav").write_bytes(TONE)
    write_interview(folder, recording)
    _, problems = read(folder)
    (problem,) = problems
    assert problem.correction is None
    assert f"sha256: {DIGEST}" in problem.hint


def test_fix_never_replaces_a_digest(folder: Path) -> None:
    """Somebody has to say that another recording is meant."""
    write_interview(folder, f"recording: {{file: recordings/Light 1.wav, sha256: {DIGEST[::-1]}}}")
    _, problems = read(folder)
    assert [(str(problem.rule), problem.correction) for problem in problems] == [("recording-is-unchanged", None)]


# --- who gets a recording -------------------------------------------------------------------------------


def test_packs_and_extracts_hold_no_recording(folder: Path) -> None:
    """A pack is read; and the recording of an extract would hold what was cut away."""
    write_interview(folder, f"recording: {ADDRESS}")
    agenda = "agenda: [{title: Lamps, interviews: [light]}, {title: More, interviews: ['light#a2']}]\n"
    (folder / "packs/desk.yaml").write_text(f"title: Desk\ndate: 2026-01-31 09:00 UTC\n{agenda}", encoding="utf-8")
    book = read_book.read_book(folder)
    pack, _ = selection.survey_pack(folder, book, "desk", NOW)
    assert pack is not None
    assert book.interviews[0].recordings
    assert [interview.recordings for interview in pack.interviews] == [() for _ in pack.interviews]
    assert all(not interview.reading_key for interview in pack.interviews)


def test_a_recording_of_a_held_interview_is_not_published_with_another(folder: Path) -> None:
    """Whoever plays it would hear both."""
    write_interview(folder, f"recording: {ADDRESS}")
    write_interview(folder, f"recording: {ADDRESS}", "storm", "status: draft")
    book, problems = clearance.remove_held(read_book.read_book(folder), NOW)
    assert [interview.slug for interview in book.interviews] == ["light"]
    assert [problem.sentence for problem in select_errors(problems)] == [
        f"{ADDRESS} is also the recording of “storm”, which is a draft"
    ]
    released = ReleaseOptions(NOW.now, ("storm",))
    assert clearance.remove_held(read_book.read_book(folder), released)[1] == ()
