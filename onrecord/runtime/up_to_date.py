"""Tell whether a book is unchanged since it was delivered, and its delivered files are those that were proved."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from onrecord.runtime.build_identity import compute_build_identity
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.folders import open_file


@dataclass(frozen=True, slots=True)
class DeliveredFiles:
    """The files of a delivery and its record: posix name below the out folder -> SHA-256."""

    digests: Mapping[str, str]

    def are_current(self, out: Path) -> bool:
        """Return whether `out` holds these files, byte for byte, and their folders hold nothing else."""
        folders = {PurePosixPath(name).parts[0] for name in self.digests if "/" in name}
        present = {path for folder in folders for path in _iterate_files(out / folder)}
        delivered = {out / name for name in self.digests if "/" in name}
        return present == delivered and all(
            _compute_sha256(out / name) == digest for name, digest in self.digests.items()
        )


def compute_inputs_key(folder: Path, out: Path, *options: object) -> str:
    """Return a fingerprint of every file of the book's folder, the options, and this version of On Record."""
    files = [(path.relative_to(folder).as_posix(), _compute_sha256(path)) for path in _iterate_files(folder, out)]
    clock = os.environ.get("SOURCE_DATE_EPOCH", "")
    return compute_fingerprint("delivered", compute_build_identity(), str(out), clock, options, sorted(files))


def _iterate_files(folder: Path, out: Path | None = None) -> Iterator[Path]:
    """Yield the files of a book's folder and its sub-folders, except hidden ones and the out folder."""
    for parent_name, folders, files in os.walk(folder):
        parent = Path(parent_name)
        folders[:] = [name for name in folders if not name.startswith(".") and (parent / name).absolute() != out]
        yield from (parent / name for name in files if not name.startswith("."))


def _compute_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex digits, "" if it cannot be read."""
    try:
        with open(path, "rb", opener=open_file) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
