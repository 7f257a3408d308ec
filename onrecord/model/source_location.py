"""Where something stands in the sources of a book."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.model.value import Value


@dataclass(frozen=True, slots=True, order=True)
class SourceLocation(Value):
    """A line of a source file: path relative to the book's folder (posix), line from 1 (0: whole file)."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file
