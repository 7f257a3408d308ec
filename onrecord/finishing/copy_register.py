"""The register of numbered copies: who got which copy, and the SHA-256 of its file."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from onrecord.model.recipients import NumberedCopy

REGISTER_COLUMNS = ("number", "of", "name", "organisation", "large_print", "file", "sha256", "date")

# A spreadsheet runs a cell that begins with one of these as a formula (OWASP, “CSV injection”).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class DeliveredCopy:
    """A delivered copy: the name of its file, and the file's bytes."""

    copy: NumberedCopy
    file: str
    data: bytes


def write_register(entries: Iterable[DeliveredCopy], day: date) -> bytes:
    """Return the register as CSV for spreadsheets: UTF-8 with a byte order mark (RFC 4180)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)  # a “;” in a cell would divide it where that is the separator
    writer.writerow(REGISTER_COLUMNS)
    for entry in entries:
        copy, recipient = entry.copy, entry.copy.recipient
        digest = hashlib.sha256(entry.data).hexdigest()
        large_print = "yes" if recipient.large_print else "no"
        names = (recipient.name, recipient.organisation)
        cells = (copy.number, copy.copy_count, *names, large_print, entry.file, digest, day.isoformat())
        writer.writerow(_defuse_formula(str(cell)) for cell in cells)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _defuse_formula(cell: str) -> str:
    """Return the cell with an apostrophe before a formula, so that no spreadsheet runs it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
