"""Read the printed pages of a delivered edition, as its record vouches for them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from onrecord.model import Book
from onrecord.model.approved_text import list_short_digests
from onrecord.model.problems import Refused
from onrecord.pipeline.verify import RECORD_SUFFIX, ProofRecord, read_record
from onrecord.runtime.folders import read_file_itself

_MOST_BYTES = 100_000_000  # of a file with texts
_LINES = re.compile(rb"addInterviews\(\d+,\d+,\[\n(.*)\n\]\);\n", re.DOTALL)


def read_delivered_pages(book: Book, out: Path) -> dict[str, str]:
    """Return the printed page on which each turn begins, by `slug.id`, as the delivered web edition in `out` has it.

    There is none for an interview that changed since, nor for files that are not those of the record.
    """
    path = out / f"{book.slug}{RECORD_SUFFIX}"
    if not path.is_file():
        return {}
    try:
        record = read_record(path)
        texts = json.loads(record.data).get("texts", {})
    except (Refused, ValueError, AttributeError):
        return {}
    if record.slug != book.slug:
        return {}
    current = {i.slug for i in book.interviews if texts.get(i.slug) == list_short_digests(i)}
    return {
        f"{slug}.{identity}": str(pages[0])
        for slug, _, _, _, pieces in _iterate_lines(record, out)
        for identity, address, pages, *_ in pieces
        if slug in current and address and pages
    }


def _iterate_lines(record: ProofRecord, out: Path) -> Iterator[tuple[str, str, str, list[str], list[list[list[str]]]]]:
    """Yield the line of each interview in the texts for the search, if they are those that were delivered."""
    files: Mapping[str, str] = {name: file.sha256 for name, file in record.list_web_files().items()}
    for name in sorted(name for name in files if re.fullmatch(r"search-\d+\.js", name)):
        try:
            data = read_file_itself(out / record.slug / name, _MOST_BYTES)
        except OSError:
            continue
        match = _LINES.fullmatch(data) if hashlib.sha256(data).hexdigest() == files[name] else None
        yield from json.loads(b"[%b]" % match.group(1)) if match else ()
