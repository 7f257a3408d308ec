"""Slugs: names of books and interviews that are safe in web addresses and file names everywhere."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

# Names that the editions use themselves, for files and for ids beside that of an interview.
RESERVED_SLUGS = frozenset(
    {"index", "contents", "contributors", "imprint", "cover", "nav", "title-page", "front", "back", "part", "style"}
    | {
        "images",
        "fonts",
        "search",
        "toc",
        "book-index",
        "book-index-title",
        "edition-changes",
        "edition-changes-title",
        "landmarks",
        "page-list",
        "receipts",
        "book-title",
        "part-title",
    }
    | {"page-questions", "page-questions-title", "page-contents", "page-contents-title"}
    | {"cite-title", "contents-title", "contributors-title", "imprint-title", "landmarks-title", "pages-title"}
)
RESERVED_IDS = frozenset(
    {"title", "standfirst", "byline", "pointer", "disclaimer", "introduction", "rights", "main", "contents", "cite"}
    | {"credit", "page-questions", "page-questions-title", "page-contents", "page-contents-title", "cite-title"}
)
_NUMBERED = re.compile(r"(?:fn|fnref|pullquote|xref|division-|part-|[qa])\d+(?:-\d+)?|page-(?:\d+|[ivxlc]+)|cite-.*")
_WINDOWS_DEVICES = re.compile(r"con|prn|aux|nul|com\d|lpt\d")  # no file may have such a name there, whatever its suffix
SLUG_PATTERN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 80


def is_reserved(slug: str) -> bool:
    """Return whether an interview cannot have this slug, because the editions or Windows use it for something else."""
    return slug in RESERVED_SLUGS | RESERVED_IDS or bool(_NUMBERED.fullmatch(slug)) or is_device_name(slug)


def is_device_name(slug: str) -> bool:
    """Return whether Windows refuses to unpack files of this name."""
    return _WINDOWS_DEVICES.fullmatch(slug) is not None


def make_slug(text: str) -> str:
    """Return the text as lower-case Latin letters, digits and hyphens, "" if it has no letters or digits.

    Letters of other scripts are transliterated.
    """
    latin = text if text.isascii() else "".join(map(_write_in_latin, unicodedata.normalize("NFC", text)))
    plain = latin.lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_SLUG].strip("-")


def _write_in_latin(char: str) -> str:
    """Return the Latin letters for a character; "" for one that is neither a letter nor a digit."""
    if char.isascii():
        return char
    plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    return plain or (anyascii(char) if char.isalnum() else "")
