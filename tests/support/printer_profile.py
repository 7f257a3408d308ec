"""A very small ICC profile of a printing press with four inks, which nobody owns."""

from __future__ import annotations

import struct


def build_profile(*, device: bytes = b"prtr", space: bytes = b"CMYK", version: int = 0x02400000) -> bytes:
    """Build a profile of version 2.4 with a table for each direction (ICC.1:2001-04 §6.5.9)."""
    inks = 4 if space == b"CMYK" else 3
    tags = [
        (b"desc", _build_description("A press for tests")),
        (b"cprt", b"text\0\0\0\0No rights reserved\0"),
        (b"wtpt", b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)),
        (b"A2B0", _build_table(inks, 3, _convert_to_lab)),
        (b"B2A0", _build_table(3, inks, lambda *lab: [255 - lab[0]] * inks)),
    ]
    at, table, body = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, data in tags:
        data += b"\0" * (-len(data) % 4)
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"none", version, device, space, b"Lab ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + struct.pack(">3i", 63190, 65536, 54061)
    return head + b"\0" * (128 - len(head)) + table + body


def _build_description(text: str) -> bytes:
    words = text.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(words)) + words + b"\0" * 78


def _convert_to_lab(*inks: int) -> list[int]:
    light = 1.0
    for ink in inks:
        light *= 1 - ink / 255
    return [round(255 * light), 128, 128]


def _build_table(inputs: int, outputs: int, colour: object) -> bytes:
    """Build an `mft1` table with two grid points for each input."""
    straight = bytes(range(256))
    grid = b""
    for point in range(2**inputs):
        corner = [255 * (point >> (inputs - 1 - place) & 1) for place in range(inputs)]
        grid += bytes(colour(*corner))  # type: ignore[operator]
    head = struct.pack(">4sIBBBx9i", b"mft1", 0, inputs, outputs, 2, 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    return head + straight * inputs + grid + straight * outputs
