"""The readers and the table of keys say the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.manuscript import index_file, interview_file, known_keys, pack_file, section_nodes, settings, yaml_config
from onrecord.manuscript.book_keys import BOOK_KEYS
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.interview_keys import INTERVIEW_KEYS
from onrecord.manuscript.key_kinds import Key, KeyTable, Kind
from onrecord.manuscript.known_keys import TABLES
from onrecord.manuscript.pack_keys import PACK_KEYS
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.typography import TextStyle
from onrecord.model import SourceLocation, Status, TextLine, Trim
from onrecord.model.agenda import Attribution, Distribution, InterviewOrder

# Every section is there, so that every reader of a section runs.
BOOK = """
title: Harbour
parts: [{title: First}]
print_shop: {profile: printer.icc}
typography: {quotes: no}
brand: {accent: "#14532d"}
"""
INTERVIEW = """---
title: Harbour
people: [{name: A pilot, role: interviewee}]
source: {url: "https://example.org/"}
corrections: [{date: 2026-11-26, text: The lamp burns oil.}]
recording: {url: "https://example.org/harbour.mp3"}
withdrawn: {date: 2026-11-26}
---

**Who comes in?**

The pilot.
"""
PACK = """
title: Harbour
date: 2026-01-31 09:00 UTC
agenda: [{title: First, interviews: [{tag: night}]}]
"""
INDEX = """
headings: [Pilotage, {name: Pilot, aliases: [pilot], sub: [night, {name: day, aliases: [who]}]}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small book with an interview and a pack."""
    (tmp_path / "interviews").mkdir()
    (tmp_path / "packs").mkdir()
    (tmp_path / "printer.icc").write_bytes(b"")
    (tmp_path / "book.yaml").write_text(BOOK, encoding="utf-8")
    (tmp_path / "interviews/harbour.md").write_text(INTERVIEW, encoding="utf-8")
    (tmp_path / "packs/harbour.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "index.yaml").write_text(INDEX, encoding="utf-8")
    return tmp_path


def read_all(folder: Path) -> None:
    """Read the book's settings, its interview and its pack."""
    house = settings.BookDefaults("en", {}, TextLine("none", SourceLocation("book.yaml", 1)), True)
    assert not settings.read_settings(folder).problems.entries
    path = folder / "interviews/harbour.md"
    interview_file.read_interview(folder, path, house, Pictures(folder))
    assert pack_file.read_pack(folder, "harbour")[1] == ()
    problems = Problems("index.yaml", [])
    assert index_file.read_index(folder, TextStyle("en"), problems)
    assert not problems.entries


def iterate_tables(table: KeyTable) -> Iterator[KeyTable]:
    """Yield the table, and those of its sections."""
    yield table
    for key in table.keys:
        if key.section:
            yield from iterate_tables(key.section)


ALL_TABLES = [section for table in TABLES.values() for section in iterate_tables(table)]
ALL_KEYS = [pytest.param(key, id=f"{table.place} {key.name}") for table in ALL_TABLES for key in table.keys]


def test_every_key_of_the_table_is_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that no reader asks for would be accepted and ignored."""
    asked: set[tuple[str, str]] = set()
    find_key = section_nodes.SectionNodes.find_key

    def record_key(nodes: section_nodes.SectionNodes, key: str, kinds: set[Kind]) -> Key | None:
        """Remember the key that is asked for."""
        if nodes.table:
            asked.add((nodes.table.place, key))
        return find_key(nodes, key, kinds)

    monkeypatch.setattr(section_nodes.SectionNodes, "find_key", record_key)
    read_all(folder)
    assert asked == {(table.place, key.name) for table in ALL_TABLES for key in table.keys}


@pytest.mark.parametrize("name", ["title", "people", "slug"])
def test_a_key_that_is_not_in_the_table_cannot_be_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A reader that asks for it fails at once, whether the manuscript has the key or not."""
    for variable, module in (("BOOK_KEYS", settings), ("INTERVIEW_KEYS", interview_file), ("PACK_KEYS", pack_file)):
        table: KeyTable = getattr(known_keys, variable)
        keys = tuple(key for key in table.keys if key.name != name)
        monkeypatch.setattr(module, variable, KeyTable(table.place, keys))
    with pytest.raises(KeyError, match=name):
        read_all(folder)


def test_a_key_is_read_as_what_the_table_says() -> None:
    """Neither another kind, nor other choices, nor another range."""
    section = yaml_config.parse_settings(PACK, 1, Problems("packs/harbour.yaml", []), PACK_KEYS)
    assert section is not None
    for read in (
        lambda: section.read_flag("title", True),
        lambda: section.read_texts("title"),
        lambda: section.read_words("agenda"),
        lambda: section.read_choice("paper", Trim),
        lambda: section.read_count("note_pages", 7),
    ):
        with pytest.raises(AssertionError):
            read()


@pytest.mark.parametrize("key", ALL_KEYS)
def test_a_key_says_what_it_does(key: Key) -> None:
    """One sentence, an example, and what holds without it; and what its kind needs."""
    assert key.meaning.endswith(".")
    assert len(key.meaning) <= 120
    assert key.example
    assert bool(key.default) != key.is_required
    assert (key.choices is not None) == (key.kind is Kind.CHOICE)
    assert (key.most > 0) == (key.kind is Kind.COUNT)
    assert (key.section is not None) == (key.kind in {Kind.SECTION, Kind.SECTIONS, Kind.ENTRIES})


def test_names_stand_once_in_a_table() -> None:
    """The second of two keys would hide the first."""
    for table in ALL_TABLES:
        assert len(table.names) == len(table.keys), table.place


def test_the_defaults_of_the_table_hold(folder: Path) -> None:
    """What the manual says of a key that is not there is what the readers do."""
    book = settings.read_settings(folder)
    assert (book.language, book.trim.value) == (BOOK_KEYS.find("language").default, BOOK_KEYS.find("trim").default)
    assert book.embed_fonts is (BOOK_KEYS.find("embed_fonts").default == "yes")
    pack, _ = pack_file.read_pack(folder, "harbour")
    assert pack is not None
    assert pack.slug == "harbour"
    assert pack.paper.value == PACK_KEYS.find("paper").default
    assert pack.markings.distribution is Distribution(PACK_KEYS.find("distribution").default)
    assert pack.markings.attribution is Attribution(PACK_KEYS.find("attribution").default)
    assert pack.large_print is (PACK_KEYS.find("large_print").default == "yes")
    assert pack.is_merged is (PACK_KEYS.find("merged").default == "yes")
    assert pack.note_pages == int(PACK_KEYS.find("note_pages").default)
    house = settings.BookDefaults("de", {}, TextLine("none", SourceLocation("book.yaml", 1)), True)
    path = folder / "interviews/harbour.md"
    path.write_text(path.read_text("utf-8").replace("withdrawn: {date: 2026-11-26}\n", ""), encoding="utf-8")
    interview, _ = interview_file.read_interview(folder, path, house, Pictures(folder))
    assert interview is not None
    assert interview.language == "de"
    assert interview.clearance.status is Status(INTERVIEW_KEYS.find("status").default)
    (choice,) = pack.agenda[0].choices
    orders = [table.find("order") for table in ALL_TABLES if "order" in table.names]
    assert [InterviewOrder(order.default) for order in orders] == [choice.order]
