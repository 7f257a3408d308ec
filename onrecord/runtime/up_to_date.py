"""Whether a book is what it was when it was last delivered, and the delivered files still stand as they were proved."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from onrecord.runtime import build_identity
from onrecord.runtime.cache import fingerprint
from onrecord.runtime.folders import open_file


@dataclass(frozen=True, slots=True)
class Standing:
    """SHA-256 of each file that the record of a delivery names, and of the record, by posix name below the out folder."""

    files: Mapping[str, str]

    def stands(self, out: Path) -> bool:
        """Whether `out` holds these files, to the byte, and the folders among them hold nothing else."""
        folders = {PurePosixPath(name).parts[0] for name in self.files if "/" in name}
        found = {path for folder in folders for path in _below(out / folder)}
        wanted = {out / name for name in self.files if "/" in name}
        return found == wanted and all(_sha256(out / name) == digest for name, digest in self.files.items())


def inputs(folder: Path, out: Path, *settings: object) -> str:
    """Names every file of the book's folder, what is asked of it, and this version of On Record."""
    files = [(path.relative_to(folder).as_posix(), _sha256(path)) for path in _below(folder, out)]
    clock = os.environ.get("SOURCE_DATE_EPOCH", "")
    return fingerprint("delivered", build_identity.identity(), str(out), clock, settings, sorted(files))


def _below(folder: Path, out: Path | None = None) -> Iterator[Path]:
    """The files of a folder and its folders; not hidden ones, not what was delivered there."""
    for place, folders, files in os.walk(folder):
        home = Path(place)
        folders[:] = [name for name in folders if not name.startswith(".") and (home / name).absolute() != out]
        yield from (home / name for name in files if not name.startswith("."))


def _sha256(path: Path) -> str:
    try:
        with open(path, "rb", opener=open_file) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
