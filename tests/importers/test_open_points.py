"""Test that what an import writes passes `check`, but for doubts and what only the desk knows, and lists both."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.importers import import_file, result_storage
from onrecord.manuscript.checks import check_book
from onrecord.manuscript.read_book import survey_book
from onrecord.model.rule import Rule
from tests.importers.office_files import write_docx
from tests.importers.test_everyday_features import DOCX_INLINES, PAGES, write_page, write_sentence, write_talk
from tests.importers.test_import_file import create_book
from tests.importers.test_weighed_conventions import HEADED, HEADS, LISTED, join_paragraphs

pytestmark = pytest.mark.usefixtures("lent_workers")

THE_DESK_KNOWS = {Rule.BYLINE_IS_THERE, Rule.GUESTS_ARE_NAMED, Rule.DOUBTS_ARE_SETTLED}


def test_what_an_import_writes_passes_the_check(tmp_path: Path) -> None:
    """Texts of every convention, with every feature, become interviews of one book."""
    book = create_book(tmp_path / "book")
    texts = [
        *(("md", join_paragraphs(*paragraphs)) for paragraphs, _ in HEADED.values()),
        *(("md", f"# Pier\n\n{form}\n") for form in LISTED.values()),
        *(("md", f"{head}\n**What is lit?**\n\nA lamp.\n") for head in HEADS.values()),
        *(("html", write_page(answer)) for answer, _, _ in PAGES.values()),
    ]
    sources = [tmp_path / f"text-{number}.{suffix}" for number, (suffix, _) in enumerate(texts)]
    for source, (_, text) in zip(sources, texts, strict=True):
        source.write_text(text, encoding="utf-8")
    document = tmp_path / "word.docx"
    document.write_bytes(write_docx(write_talk("".join(write_sentence(xml) for xml, _ in DOCX_INLINES.values()))))
    results, _ = import_file.import_files([*sources, document], book, accept=False)
    assert len(results) == len(texts) + 1
    read, problems = survey_book(book)
    assert read is not None
    rules = {problem.rule for problem in (*problems, *check_book(read))}
    assert rules <= THE_DESK_KNOWS
    assert {problem.rule for result in results for problem in result.open_points} == rules - {Rule.DOUBTS_ARE_SETTLED}


def test_an_import_lists_what_only_the_desk_knows(tmp_path: Path) -> None:
    """Outside a book nothing is known to be missing."""
    source = tmp_path / "one.md"
    source.write_text("# Pier\n\n**What is lit?**\n\nA lamp.\n\n**Why?**\n\nSo.\n", encoding="utf-8")
    book = create_book(tmp_path / "book")
    inside, _ = import_file.import_files([source], book, accept=False)
    outside, _ = import_file.import_files([source], tmp_path / "elsewhere", accept=False)
    again, _ = import_file.import_files([source], book, accept=False)
    listed = [
        [line for line in result.describe() if line.startswith("open: ")] for (result,) in (inside, outside, again)
    ]
    assert listed == [
        [
            "open: there is no byline; add: byline: Who spoke with whom, as it was printed",
            'open: nobody among the people is an interviewee; add: people: [{name: "A name", role: interviewee}]',
        ],
        [],
        [],
    ]


def test_front_matter_written_for_pages_is_read_as_text(tmp_path: Path) -> None:
    source = tmp_path / "one.md"
    source.write_text("---\ntitle: Oil &amp; Tin\nsummary: Lamps &amp; more\n---\n**Why?**\n\nSo.\n", encoding="utf-8")
    ((result,), _) = import_file.import_files([source], create_book(tmp_path / "book"), accept=False)
    assert result.draft is not None
    assert (result.draft.title, result.draft.standfirst) == ("Oil & Tin", "Lamps & more")


def test_a_name_that_the_editions_use_is_changed(tmp_path: Path) -> None:
    assert result_storage.make_slug(tmp_path / "toc.odt") == "the-toc"
