"""The head of a table that is divided stands above each of its parts."""

from __future__ import annotations

from pathlib import Path

from onrecord import proof
from onrecord.editions.pdf import edition
from onrecord.pipeline.load import load_book
from tests.support.workers import CACHING_RUNNER

HEAD = "---\ntitle: Lamps\nbyline: The desk\npeople: [{name: Keeper, role: interviewee}]\n---\n\n**Which lamps?**\n\n"
ROWS = "\n".join(f"| lamp {number} | a lamp that burns at night, and that is lit at dusk |" for number in range(30))


def test_the_head_of_a_divided_table_stands_on_each_page(tmp_path: Path) -> None:
    """Lines of a paragraph are set once and placed where it stands; those of a head stand in several places."""
    (tmp_path / "interviews").mkdir()
    (tmp_path / "book.yaml").write_text("title: Lamps\ndisclaimer: none\n", encoding="utf-8")
    table = f"| The lamp | What it does in the night |\n|:--|:--|\n{ROWS}\n\n: All lamps\n"
    (tmp_path / "interviews/lamps.md").write_text(HEAD + table, encoding="utf-8")
    book, _ = load_book(tmp_path)
    data = edition.make_pdf(book, tmp_path, CACHING_RUNNER).data
    assert not proof.prove_pdf(book, data).problems
    pages = [page for page in proof.read_whole_pdf(data, CACHING_RUNNER).pages if page.runs_by_id]
    tops = []
    for page in pages:
        runs = [run for group in page.runs_by_id.values() for run in group]
        heads = [run for run in runs if run.text.strip() == "The lamp"]
        rows = [run.baseline for run in runs if run.text.startswith("lamp ")]
        tops += [(head.baseline, max(rows)) for head in heads if rows]
    assert len(tops) > 1
    assert all(0 < head - row < 40 for head, row in tops)
