"""Large print says where the pages of the normal edition begin: found by counting letters, whatever the words are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord import proof
from onrecord.editions.pdf import edition
from onrecord.editions.pdf.pages.geometry import get_pack_geometry
from onrecord.manuscript.read_book import survey_book
from onrecord.model import Trim
from onrecord.packs import selection
from onrecord.packs.clearance import ReleaseOptions
from onrecord.proof.reading import pdf_pages
from onrecord.proof.rules import large_print
from tests.support.manuscripts import draw_picture
from tests.support.workers import CACHING_RUNNER

TITLE = "What the Keepers of the Harbour Light Say of Their Boats, Their Weather and Their Long Winter Evenings"
PACK = """\
title: The Keepers
meeting: A meeting of keepers
date: 2026-03-01 09:00 +01:00
large_print: yes
objective: "{1}"
agenda:
  - title: All of them
    interviews: [{0}]
"""


def write_answers() -> dict[str, str]:
    """Return answers of several pages, by what they are made of."""
    notes = "".join(f"[^{number}]: A word of note {number}.\n\n" for number in range(1, 100))
    return {
        "repeated": "Ha ha ha, ha ha! " * 500 + "\n\n" + "Zzz" + "z" * 3000,
        "lists": "".join(f"{number}. No.\n" for number in range(1, 120)),
        "bullets": "".join("* Yes, yes.\n\n  And no.\n\n" for _ in range(60)),
        "notes": "".join(f"So[^{number}] it[^{number + 1}] is.\n\n" for number in range(1, 99, 2)) + notes,
        "tables": "| Boat | Boat |\n|---|---|\n" + "| A boat | A boat |\n" * 90 + "\n: Boats\n",
        "pictures": '![A light](images/light.png "A light")\n\n' * 12,
        "signs": "… — … “…” — …! …?\n\n" * 70,
        "rows": "| Boat | Boat |\n|---|---|\n" + f"| {'A long boat. ' * 300}| {'Another boat. ' * 400}|\n" * 2,
        "headings": f"Yes.\n\n## {'A long way to the harbour ' * 50}\n\n**And?**\n\nWell.\n",
    }


def write_book(folder: Path) -> None:
    """Write interviews with one and the same long title, and a pack of all."""
    for name in ("interviews", "images", "packs"):
        (folder / name).mkdir(parents=True)
    (folder / "images/light.png").write_bytes(draw_picture())
    (folder / "book.yaml").write_text("title: Harbours\ndate: 2026-01-31\ndisclaimer: none\n", encoding="utf-8")
    answers = write_answers()
    for name, answer in answers.items():
        title = f"{TITLE} " * 15 if name == "headings" else TITLE
        people = (
            f"people: [{{name: Anna, role: interviewee, note: {'She keeps the light ' * 200}}}]\n"
            if name == "signs"
            else ""
        )
        head = f"---\ntitle: {title}\nbyline: By the desk\nlanguage: en\n{people}---\n\n"
        text = f"{head}**And what is it?**\n\nThis.\n\n{answer}\n"
        (folder / f"interviews/{name}.md").write_text(text, encoding="utf-8")
    (folder / "packs/keepers.yaml").write_text(
        PACK.format(", ".join(answers), "To agree on lamps. " * 250), encoding="utf-8"
    )


@pytest.mark.slow
def test_large_print_of_alike_words_is_proved_and_moved_numbers_are_caught(tmp_path: Path) -> None:
    """Repeated letters, lists, notes, tables, pictures, interviews with the same title, texts longer than a page."""
    write_book(tmp_path / "book")
    book, _ = survey_book(tmp_path / "book")
    assert book
    pack, problems = selection.survey_pack(
        tmp_path / "book", book, "keepers", ReleaseOptions(datetime(2026, 5, 1, tzinfo=UTC))
    )
    assert pack, problems
    files = edition.make_pdf(pack, tmp_path / "book", CACHING_RUNNER)
    assert files.large_print
    assert proof.prove_normal_pages(pack, files.data, files.large_print) == ()
    normal, paper = pdf_pages.read_whole_pdf(files.data), pdf_pages.read_whole_pdf(files.large_print)
    numbers = [run for _, run in large_print.find_normal_numbers(paper)]
    assert len(numbers) > 20
    for run in numbers:
        run.baseline -= 3 * get_pack_geometry(Trim.A5, large_print=True).leading_pt
    caught = [problem.sentence for problem in proof.prove_normal_pages(pack, normal, paper)]
    assert len(caught) > len(numbers) * 0.7  # the others are not beside interviews
