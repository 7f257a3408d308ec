"""Off-prints: one interview as a publication of its own, with the book's page numbers, and proved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from onrecord import proof
from onrecord.cli.command_line import main
from onrecord.cli.exit_codes import ExitCode
from onrecord.editions.pdf import edition
from onrecord.model import Book, Part
from onrecord.model.problems import Refused
from onrecord.pipeline import offprints
from onrecord.pipeline.formats import FORMATS
from onrecord.pipeline.options import ignore_progress
from onrecord.pipeline.pdf_reader import PdfReader
from onrecord.proof.rules.front_matter import Edition, expect_lines
from onrecord.wording.citation import build_citation
from tests.support.bound import ROOT, change_pdf, find_objections, read_page_texts
from tests.support.sample import BOOK
from tests.support.workers import CACHING_RUNNER

FOLDER = ROOT / "book"
SLUG = BOOK.interviews[-1].slug


@pytest.fixture(scope="module")
def offprint() -> tuple[Book, edition.PrintEdition, edition.PrintEdition]:
    """Provide the off-print of the last interview, its print edition, and that of the whole book."""
    reduced = offprints.reduce_to_interview(BOOK, SLUG)
    book, whole = offprints.add_folios(reduced, BOOK, FOLDER, CACHING_RUNNER, ignore_progress)
    assert whole is not None
    return book, edition.make_pdf(book, FOLDER, CACHING_RUNNER), whole


def test_the_pages_have_the_numbers_of_the_book(
    offprint: tuple[Book, edition.PrintEdition, edition.PrintEdition],
) -> None:
    """Before them stand a cover sheet and an imprint."""
    book, printed, whole = offprint
    in_book = [start.label for start in whole.pagination.leaves[SLUG]]
    assert int(in_book[0]) > 1
    assert [start.label for start in printed.pagination.leaves[SLUG]] == in_book
    assert printed.pagination.labels == ("i", "ii", *in_book)
    assert book.offprint
    assert str(book.offprint.first_page) == in_book[0]


def test_the_cover_sheet_has_title_and_citation(
    offprint: tuple[Book, edition.PrintEdition, edition.PrintEdition],
) -> None:
    """The citation names the pages in the book."""
    book, printed, _ = offprint
    (interview,) = book.interviews
    cover = " ".join(read_page_texts(printed.data)[0].split())
    assert interview.title.text in cover
    assert book.offprint
    citation = " ".join(str(build_citation(interview, BOOK, book.offprint.pages)).split())
    assert citation.split(" in ")[-1].replace(" ", "") in cover.replace(" ", "")
    assert f", {book.offprint.pages}" in citation


def test_the_off_print_is_proved(offprint: tuple[Book, edition.PrintEdition, edition.PrintEdition]) -> None:
    """Every word of it, what the file says of itself, and its page numbers."""
    book, printed, whole = offprint
    pdfs = PdfReader(CACHING_RUNNER)
    assert FORMATS["pdf"].prove(book, {"": printed.data}, pdfs, FOLDER).problems == ()
    assert offprints.compare_folios(book, BOOK, printed.data, whole, pdfs) == ()


def test_other_page_numbers_are_refused(offprint: tuple[Book, edition.PrintEdition, edition.PrintEdition]) -> None:
    """The proof reads both files back."""
    book, _, whole = offprint
    assert book.offprint
    shifted = replace(book, offprint=replace(book.offprint, first_page=book.offprint.first_page + 2))
    wrong = edition.make_pdf(shifted, FOLDER, CACHING_RUNNER)
    problems = proof.prove_offprint(book, BOOK, wrong.data, whole.data)
    assert [problem.rule.value for problem in problems] == ["offprint-keeps-its-pages"]


def test_a_cover_sheet_without_its_citation_is_refused(
    offprint: tuple[Book, edition.PrintEdition, edition.PrintEdition], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof puts the citation together a second time."""
    book, _, _ = offprint
    empty = build_citation(book.interviews[0], replace(BOOK, title="Another Book"), "1")
    monkeypatch.setattr("onrecord.wording.citation.build_citation", lambda *_: empty)
    printed = edition.make_pdf(book, FOLDER, CACHING_RUNNER)
    problems = FORMATS["pdf"].prove(book, {"": printed.data}, PdfReader(CACHING_RUNNER), FOLDER).problems
    assert "citations-are-true" in {problem.rule.value for problem in problems}


def test_an_off_print_that_ends_with_its_cover_sheet_is_refused(
    offprint: tuple[Book, edition.PrintEdition, edition.PrintEdition], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page is there and right, but the leaves are bound in another order."""
    book, _, _ = offprint
    original = edition._BookPrinter._set_spacious_leaves
    monkeypatch.setattr(edition._BookPrinter, "_set_spacious_leaves", lambda printer: original(printer)[::-1])
    printed = edition.make_pdf(book, FOLDER, CACHING_RUNNER)
    problems = FORMATS["pdf"].prove(book, {"": printed.data}, PdfReader(CACHING_RUNNER), FOLDER).problems
    assert "order-is-kept" in {problem.rule.value for problem in problems}


def test_a_spoiled_off_print_is_refused(offprint: tuple[Book, edition.PrintEdition, edition.PrintEdition]) -> None:
    """Without its first page, for instance."""
    book, printed, _ = offprint

    def remove_cover(file: pikepdf.Pdf) -> None:
        del file.pages[0]

    data = change_pdf(printed.data, remove_cover)
    assert FORMATS["pdf"].prove(book, {"": data}, PdfReader(CACHING_RUNNER), FOLDER).problems


def test_an_off_print_needs_no_contents_and_no_list_of_people() -> None:
    """In print; its e-book has them, as every e-book."""
    reduced = offprints.reduce_to_interview(BOOK, SLUG)
    sections = {line.section for line in expect_lines(reduced, Edition.PDF, {})}
    assert sections == {"title", "imprint"}
    assert "contributors" in {line.section for line in expect_lines(reduced, Edition.EPUB, {})}


def test_an_unknown_interview_is_refused() -> None:
    book = replace(BOOK, parts=(Part("", BOOK.interviews),))
    with pytest.raises(Refused, match="did you mean"):
        offprints.reduce_to_interview(book, f"{SLUG}x")


@pytest.mark.parametrize(
    "words", [["html", "--only", "a"], ["pdf", "--only", ","], ["pdf", "--only", "a", "--pack", "b"]]
)
def test_options_that_do_not_go_together_are_refused(words: list[str]) -> None:
    assert main(words) == ExitCode.WRONG_USAGE


BOOK_FILE = "title: Lights\nslug: lights\nlanguage: en\ndate: 2026-01-31\ndisclaimer: none\n"
INTERVIEW = """---
title: {title}
byline: The desk and a keeper
people: [{{name: The Desk, role: interviewer}}, {{name: A Keeper, role: interviewee}}]
---

**Who lights it?**

See [the other one]({other}#a1).
"""


def write_page(*labels: str) -> bytes:
    """Return the page of an interview that shows these printed pages."""
    breaks = "".join(
        f'<span role="doc-pagebreak" class="pagebreak" id="page-{label}" aria-label="{label}"></span>'
        for label in labels
    )
    return f"<html><body><section class='turn'>{breaks}</section></body></html>".encode()


@pytest.mark.parametrize(("shift", "rules"), [(0, set()), (1, {"offprint-keeps-its-pages"})])
def test_an_off_print_of_the_web_has_the_pages_of_its_page(
    offprint: tuple[Book, edition.PrintEdition, edition.PrintEdition], shift: int, rules: set[str]
) -> None:
    """And it is proved as it is elsewhere."""
    book, printed, _ = offprint
    assert book.offprint
    page = write_page(str(book.offprint.first_page + shift))
    files = {f"{SLUG}.pdf": printed.data, f"{SLUG}.html": page}
    with_offprints = replace(BOOK, has_offprints=True)
    problems = offprints.prove_in_web(with_offprints, files, PdfReader(CACHING_RUNNER), FOLDER)
    assert {problem.rule.value for problem in problems} == rules


def test_a_damaged_off_print_of_the_web_is_refused() -> None:
    files = {f"{SLUG}.pdf": b"%PDF-1.7 damaged", f"{SLUG}.html": write_page("3")}
    book = replace(BOOK, has_offprints=True)
    problems = offprints.prove_in_web(book, files, PdfReader(CACHING_RUNNER), FOLDER)
    assert "copy-can-be-read" in {problem.rule.value for problem in problems}


@pytest.mark.slow
@pytest.mark.usefixtures("lent_workers")
def test_off_prints_are_delivered_and_proved_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Several in one command, as PDF and as e-book; a link to another interview becomes plain words."""
    folder, out = tmp_path / "book", tmp_path / "dist"
    (folder / "interviews").mkdir(parents=True)
    (folder / "book.yaml").write_text(BOOK_FILE, encoding="utf-8")
    for slug, other in (("first", "second"), ("second", "first")):
        text = INTERVIEW.format(title=slug.title(), other=other)
        (folder / f"interviews/{slug}.md").write_text(text, encoding="utf-8")
    places = ["--book", str(folder), "--out", str(out)]
    assert main(["pdf", "epub", "--only", "first,second", *places]) == ExitCode.DONE
    names = {path.name for path in out.iterdir()}
    assert {"lights-first.pdf", "lights-first.epub", "lights-second.pdf", "lights-second.proof.json"} <= names
    texts = read_page_texts((out / "lights-second.pdf").read_bytes())
    assert "See the other one." in " ".join(texts[-2:])
    assert find_objections((out / "lights-second.pdf").read_bytes(), tmp_path) == ""
    capsys.readouterr()
    assert main(["prove", "--only", "second", *places]) == ExitCode.DONE
    assert "byte for byte the delivered file" in capsys.readouterr().out
    assert main(["prove", str(out / "lights-second.pdf"), "--only", "first", *places]) == ExitCode.PROBLEMS
    (folder / "book.yaml").write_text(f"{BOOK_FILE}offprints: yes\n", encoding="utf-8")
    assert main(["html", *places]) == ExitCode.DONE
    assert (out / "lights/second.pdf").read_bytes() == (out / "lights-second.pdf").read_bytes()
    assert '<a href="second.pdf" type="application/pdf" download>PDF</a>' in (out / "lights/second.html").read_text(
        "utf-8"
    )
    (out / "lights/second.pdf").write_bytes((out / "lights/first.pdf").read_bytes())
    assert main(["prove", *places]) == ExitCode.PROBLEMS
