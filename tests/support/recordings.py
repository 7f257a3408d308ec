"""Recordings for tests, made by code."""

from __future__ import annotations

import io
import math
import wave

_RATE = 8000  # samples a second


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
