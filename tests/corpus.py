"""Turns real interviews of the shared corpus into books: a thin adapter until On Record can import them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
BOOK = {"title": "A Corpus", "language": "en", "date": "2026-01-01", "disclaimer": "none"}

_LABEL = re.compile(r"^\*\*([^*]{1,60}?):\*\*", re.MULTILINE)
_NAME_ALONE = re.compile(r"^((?:[A-Z][\w.-]*)(?: [A-Z][\w.-]*){0,3}):\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Mend:
    """Text of one file that On Record refuses by `rule`, and what an editor would write instead."""

    file: str
    found: str
    instead: str
    rule: str


# All that has to be changed in 120 interviews.
MENDS = (
    Mend("mike.essl", "[mamp-pro]: windows/", "[mamp-pro]: https://www.mamp.info/", "links-go-somewhere"),
    Mend("mel.stringer", "<img", "[Picture: Mel's office.]\n\n<!img", "there-is-no-raw-html"),
    Mend("erica.joy.baker", "🤷🏾‍♀️", "[shrugs]", "glyphs-exist"),
    Mend("erica.joy.baker", "💖💖💖", "[three hearts]", "glyphs-exist"),
    Mend("lynn.root", "ಠ_ಠ", "[a look of disapproval]", "glyphs-exist"),
)
