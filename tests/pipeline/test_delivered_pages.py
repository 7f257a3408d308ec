"""The outline gives the printed page of each turn, if the delivered edition is of the same words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from onrecord.editions import html
from onrecord.model import TextLine
from onrecord.model.page_numbers import PageStart, Pagination
from onrecord.pipeline.delivered_pages import read_delivered_pages
from onrecord.proof.record import FileRecord, format_record
from tests.support import sample

SLUG = sample.HOW.slug


def deliver(out: Path) -> Path:
    """Write the texts for the search of a web edition with page numbers, and the record; return the texts."""
    starts = {interview.slug: (PageStart("7"),) for interview in sample.BOOK.interviews}
    site = html.make_html(sample.BOOK, out, Pagination("print", starts, ("7",)))
    data = site["search-1.js"]
    path = out / sample.BOOK.slug / "search-1.js"
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    records = {f"{sample.BOOK.slug}/search-1.js": FileRecord(hashlib.sha256(data).hexdigest(), len(data))}
    (out / f"{sample.BOOK.slug}.proof.json").write_bytes(format_record(sample.BOOK, records, []))
    return path


def test_the_pages_are_those_of_the_delivered_edition(tmp_path: Path) -> None:
    """Those of turns alone; an interview that changed since has none, and neither has a changed file."""
    path = deliver(tmp_path)
    pages = read_delivered_pages(sample.BOOK, tmp_path)
    assert pages[f"{SLUG}.a1"] == "7"
    assert {key.partition(".")[0] for key in pages} == {interview.slug for interview in sample.BOOK.interviews}
    part = sample.BOOK.parts[0]
    changed = replace(part.interviews[0], title=TextLine("Another title", sample.HOW.location), inventory=None)
    book = replace(
        sample.BOOK, parts=(replace(part, interviews=(changed, *part.interviews[1:])), *sample.BOOK.parts[1:])
    )
    assert not [key for key in read_delivered_pages(book, tmp_path) if key.startswith(f"{SLUG}.")]
    path.write_bytes(path.read_bytes().replace(b'"7"', b'"8"'))
    assert read_delivered_pages(sample.BOOK, tmp_path) == {}


def test_there_are_none_without_a_record_or_with_a_damaged_one(tmp_path: Path) -> None:
    assert read_delivered_pages(sample.BOOK, tmp_path) == {}
    deliver(tmp_path)
    record = tmp_path / f"{sample.BOOK.slug}.proof.json"
    for data in (b"[", b"[]", json.dumps({"files": 3}).encode()):
        record.write_bytes(data)
        assert read_delivered_pages(sample.BOOK, tmp_path) == {}
