"""Collect the problems of one file, and find the characters that none may hold."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from onrecord.model import SourceLocation
from onrecord.model.problems import Correction, Problem
from onrecord.model.rule import Rule, Severity

_NEVER_ASSIGNED = tuple(plane + last for plane in range(0x10000, 0xF0000, 0x10000) for last in (0xFFFE, 0xFFFF))
# Controls, line separators, private use, tags, and what Unicode will never give a meaning.
# The flag of a region, as of Scotland: a black flag, letters and digits as tags, and their end (UTS #51).
_REGION_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029"
    "\ufdd0-\ufdef\ufeff\ufffc\ufffd\ufffe\uffff\ud800-\udfff\ue000-\uf8ff"
    "\U000e0000-\U000e007f\U000f0000-\U0010ffff" + "".join(map(chr, _NEVER_ASSIGNED)) + "]"
)
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CLOSING_BIDI = "\u202c\u2069"


@dataclass
class Problems:
    """The problems of one file, in the order added; its `lines` are quoted with them."""

    file: str
    lines: list[str]
    entries: list[Problem] = field(default_factory=list)

    def add(
        self,
        line: int,
        rule: Rule,
        sentence: str,
        hint: str = "",
        severity: Severity = Severity.ERROR,
        correction: Correction | None = None,
    ) -> None:
        """Add a problem of the line, counted from 1; line 0 stands for the whole file."""
        quoted = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        place = SourceLocation(self.file, line)
        self.entries.append(Problem(place, rule, sentence, hint, quoted, severity, correction))


def find_unprintable(text: str) -> dict[str, str]:
    """Return each character of the text that cannot be printed, with its name."""
    # The regular expression takes 80 ns for each character of a text: ask it about different characters only.
    if text.replace("\n", "").isprintable() and "\ufffc" not in text and "\ufffd" not in text:
        return {}
    characters = _UNPRINTABLE.findall("".join(dict.fromkeys(text)))
    if characters:
        characters = _UNPRINTABLE.findall("".join(dict.fromkeys(_REGION_FLAG.sub("", text))))
    return {char: _name_character(char) for char in characters}


def _name_character(char: str) -> str:
    """Return code point and Unicode name of a character, for a message: “U+200B (zero width space)”."""
    name = unicodedata.name(char, "control, private or unassigned character")
    return f"U+{ord(char):04X} ({name.lower()})"


def directions_are_closed(text: str) -> bool:
    """Return whether every bidirectional control in the text is ended where it should be (UAX #9 §2).

    Overrides are not allowed at all: they show letters in another order than they are read aloud.
    """
    if any(override in text for override in "\u202d\u202e"):
        return False
    depth = 0
    for char in _BIDI.findall(text):
        depth += -1 if char in _CLOSING_BIDI else 1
        if depth < 0:
            break
    return depth == 0
