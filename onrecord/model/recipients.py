"""Who gets a copy of a pack, and the numbered copies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from onrecord.model.text import Place


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who gets `copies` copies; `place` is the line in the file."""

    name: str
    place: Place
    organisation: str = ""
    copies: int = 1
    large_print: bool = False


@dataclass(frozen=True, slots=True)
class NumberedCopy:
    """Copy `number` of `of`, and whose it is."""

    number: int
    of: int
    recipient: Recipient

    @property
    def file(self) -> str:
        """`007-name.pdf`; the number alone where the name has no Latin letters."""
        plain = unicodedata.normalize("NFKD", self.recipient.name).encode("ascii", "ignore").decode().lower()
        name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
        return f"{self.number:03}{'-' if name else ''}{name}.pdf"


def numbered(recipients: Iterable[Recipient]) -> tuple[NumberedCopy, ...]:
    """A copy for each that is wanted, numbered from 1 in the order of the file."""
    wanted = [recipient for recipient in recipients for _ in range(recipient.copies)]
    return tuple(NumberedCopy(number, len(wanted), recipient) for number, recipient in enumerate(wanted, 1))
