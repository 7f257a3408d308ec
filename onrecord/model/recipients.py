"""The recipients of a pack, and their numbered copies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from onrecord.model.source_location import SourceLocation
from onrecord.model.value import Value


@dataclass(frozen=True, slots=True)
class Recipient(Value):
    """Somebody who gets `copies` copies; `location` is the line in the recipients file."""

    name: str
    location: SourceLocation
    organisation: str = ""
    copies: int = 1
    large_print: bool = False


@dataclass(frozen=True, slots=True)
class NumberedCopy(Value):
    """Copy `number` of `copy_count`, and its recipient."""

    number: int
    copy_count: int
    recipient: Recipient

    @property
    def file_name(self) -> str:
        """The file name: `007-name.pdf`, or the number alone where the name has no Latin letters."""
        plain = unicodedata.normalize("NFKD", self.recipient.name).encode("ascii", "ignore").decode().lower()
        name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
        return f"{self.number:03}{'-' if name else ''}{name}.pdf"


def number_copies(recipients: Iterable[Recipient]) -> tuple[NumberedCopy, ...]:
    """Return every copy that the recipients get, numbered from 1 in the order of the file."""
    owners = [recipient for recipient in recipients for _ in range(recipient.copies)]
    return tuple(NumberedCopy(number, len(owners), owner) for number, owner in enumerate(owners, 1))
