"""Test what the page beside an import shows: doubts, a summary, and what was set aside."""

from __future__ import annotations

from pathlib import Path

import lxml.html

from onrecord.importers import import_file
from tests.importers.test_import_file import UNCLEAR, create_book


def test_the_report_leads_from_doubt_to_doubt_and_folds_what_was_set_aside(tmp_path: Path) -> None:
    """Each doubt links to its neighbours; a summary stands before the words; every word is in the page."""
    aside = "The site keeps this footer with many words that nobody has to read here."
    (tmp_path / "talk.html").write_text(
        f"<html><body><article><h1>Lamps</h1><p>{UNCLEAR.replace(chr(10) * 2, '</p><p>')}</p></article>"
        f"<footer>{aside}</footer></body></html>",
        "utf-8",
    )
    results, _ = import_file.import_files([tmp_path / "talk.html"], create_book(tmp_path / "book"), accept=False)
    assert results[0].report is not None
    assert results[0].draft is not None
    page = lxml.html.fromstring(results[0].report.read_text("utf-8"))
    count = len(results[0].draft.doubts)
    assert count > 2
    for name, expected in (("next doubt", count - 1), ("previous doubt", count - 1), ("top", 1)):
        links = page.xpath(f"//td//a[text()='{name}']")
        assert len(links) == expected
        assert all(page.xpath(f"//*[@id='{link.get('href')[1:]}']") for link in links)
    assert [details.text_content() for details in page.iter("details")] == [f"14 words{aside}"]
    assert f"questions: {sum(turn.kind == 'question' for turn in results[0].draft.turns)}" in page.text_content()
