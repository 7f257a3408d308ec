"""The folder of a book, and the guard that says whether a path is inside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onrecord.runtime import folders


@dataclass(frozen=True, slots=True)
class Project:
    """The folder of a book. It may come from a stranger: whatever is read or written in it goes through here."""

    folder: Path

    def find(self, name: str | Path) -> Path | None:
        """Return the path of `name` in the book's folder, links resolved; None if it is outside."""
        return folders.resolve_inside(self.folder, name)

    def holds(self, path: str | Path) -> bool:
        """Return whether the path, with all links resolved, is inside the book's folder."""
        return self.find(path) is not None

    def find_link_out(self, path: Path) -> Path | None:
        """Return the first link in the book's folder that leads out of it on the way to `path`; None if none does."""
        return folders.find_link_out(path, self.folder)
