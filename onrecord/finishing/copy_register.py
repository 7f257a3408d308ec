"""The register of numbered copies: who got which copy, and the SHA-256 of its file."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from onrecord.model.recipients import NumberedCopy

REGISTER = ("number", "of", "name", "organisation", "large_print", "file", "sha256", "date")

# A spreadsheet runs a cell that begins with one of these as a formula (OWASP, “CSV injection”).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Entry:
    """A copy as it was delivered: its file and what is in it."""

    copy: NumberedCopy
    file: str
    data: bytes


def register(entries: Iterable[Entry], day: date) -> bytes:
    """The register as CSV for spreadsheets: UTF-8 with a byte order mark, commas, no cell that is a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)  # RFC 4180
    writer.writerow(REGISTER)
    for entry in entries:
        copy, who = entry.copy, entry.copy.recipient
        digest = hashlib.sha256(entry.data).hexdigest()
        large_print = "yes" if who.large_print else "no"
        cells = (copy.number, copy.of, who.name, who.organisation, large_print, entry.file, digest, day.isoformat())
        writer.writerow(_harmless(str(cell)) for cell in cells)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _harmless(cell: str) -> str:
    """The cell as text that no spreadsheet runs: an apostrophe before what would be a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
