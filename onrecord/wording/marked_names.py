"""Names inside a sentence that run against it: marked, so that editions can isolate them.

The marks are Unicode noncharacters, which no manuscript may hold. A sentence to copy has none: reference managers would
keep an isolate (U+2068) as a part of the name.
"""

from __future__ import annotations

import re

from onrecord.model.directions import direct_name

MARKS = {"rtl": "\ufdd0", "ltr": "\ufdd1"}  # in front of a name, by its direction
END_MARK = "\ufdd2"
_ANY_MARK = re.compile("[\ufdd0-\ufdd2]")


def mark_name(name: str, language: str) -> str:
    """Return the name with marks around it if a letter of it runs against a sentence in the language."""
    direction = direct_name(name, language)
    return f"{MARKS[direction]}{name}{END_MARK}" if direction else name


def remove_marks(text: str) -> str:
    """Return the text without marks."""
    return _ANY_MARK.sub("", text)
