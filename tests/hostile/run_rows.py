"""Hostile runs: bounded import, dense manuscripts, signals, faults of the system, watch, scheduler."""

from __future__ import annotations

from tests.hostile.table import HostileInput, answer

ROWS: tuple[HostileInput, ...] = (
    HostileInput("word-of-a-megabyte", answer("a" * 1_000_000 + "\n"), "check --book book", 1, ("words-have-an-end",)),
)
