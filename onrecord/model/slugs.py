"""Slugs: names of books and interviews that are safe in web addresses and file names everywhere."""

from __future__ import annotations

import re
import unicodedata

RESERVED_SLUGS = frozenset(
    {"index", "contents", "contributors", "imprint", "cover", "nav", "title-page", "front", "back", "part", "style"}
)
SLUG_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 80


def make_slug(text: str) -> str:
    """Return the text as lower-case Latin letters, digits and hyphens, "" if it has none."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")
