"""Recordings for tests, made by code."""

from __future__ import annotations

import hashlib
import io
import math
import wave
from pathlib import Path

ADDRESS = "https://example.org/audio/horn.mp3?part=1&of=2"
_RATE = 8000  # samples a second
_TIMES = ("00:00:01", "00:00:12", "00:00:30", "00:00:45", "00:01:10", "00:02:05", "00:02:20", "00:02:50")
_HEAD = """---
title: "The {}"
byline: By the harbour office
{}people: [{{name: The desk, role: interviewer}}, {{name: The keeper, role: interviewee}}]
---
"""
_TURNS = """
**The desk:** What happens in watch {}? {{t={}}}

**The keeper:** The lamp is lit, and the book is kept. That takes an hour. Then the lamp is trimmed, and the book is
kept again. At dawn it is put out. Whoever comes next reads what was written in the night, and signs below it.

The oil is measured twice, and so is the weather.
"""


def draw_tone(seconds: int, pitch_hz: int = 220) -> bytes:
    """Return a WAV file with a tone of this length."""
    wave_length = _RATE // pitch_hz
    period = bytes(int(128 + 60 * math.sin(2 * math.pi * step / wave_length)) for step in range(wave_length))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(_RATE)
        file.writeframes((period * (seconds * _RATE // wave_length + 1))[: seconds * _RATE])
    return out.getvalue()


def write_recorded_book(folder: Path, settings: str = "") -> Path:
    """Write a book with three interviews: one with two files, one with an address, one with neither."""
    for home in ("interviews", "recordings"):
        (folder / home).mkdir(parents=True, exist_ok=True)
    text = "title: Harbour\nlanguage: en\ndate: 2026-01-31\ndisclaimer: none\n"
    (folder / "book.yaml").write_text(text + settings, encoding="utf-8")
    entries = []
    for name, seconds, pitch_hz, times in (
        ("Lamp 1.wav", 120, 220, 'duration: "00:02:00"'),
        ("lamp-2.wav", 60, 440, 'offset: "00:02:00"'),
    ):
        tone = draw_tone(seconds, pitch_hz)
        (folder / "recordings" / name).write_bytes(tone)
        entries.append(f"  - {{file: recordings/{name}, sha256: {hashlib.sha256(tone).hexdigest()}, {times}}}\n")
    recordings = {
        "bell": "",
        "horn": f'recording: {{url: "{ADDRESS}", duration: "02:00:00"}}\n',
        "lamp": f"recording:\n{''.join(entries)}",
    }
    for name, recording in recordings.items():
        turns = "".join(map(_TURNS.format, range(1, 9), _TIMES))
        (folder / f"interviews/{name}.md").write_text(_HEAD.format(name, recording) + turns, encoding="utf-8")
    return folder
