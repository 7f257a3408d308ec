"""What an e-reader would refuse of an e-book is said: reader-takes-the-size and its like."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from onrecord.cli.command_line import main
from onrecord.editions import epub
from onrecord.proof import EReader, check_for_reader
from onrecord.proof.rules import reader_rules
from tests.support import sample


@pytest.fixture(scope="module")
def e_book(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return epub.make_epub(sample.BOOK, tmp_path_factory.mktemp("book"))


def change_file(data: bytes, ending: str, new: bytes) -> bytes:
    """Return the e-book with other bytes in the file whose name ends so; added to those of a style sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as spoiled:
        for info in old.infolist():
            content = old.read(info)
            if info.filename.endswith(ending):
                content = content + new if ending.endswith(".css") else new
            spoiled.writestr(info, content)
    return out.getvalue()


def find_rules(data: bytes) -> set[str]:
    return {problem.rule.value for problem in check_for_reader(sample.BOOK, data, EReader.KINDLE)}


def test_our_e_book_is_taken(e_book: bytes) -> None:
    assert check_for_reader(sample.BOOK, e_book, EReader.KINDLE) == ()


@pytest.mark.parametrize("css", [b"p { color: var(--ink) }", b":root{--ink:#000}", b"p{--a:1}"])
def test_variables_in_styles_are_refused(e_book: bytes, css: bytes) -> None:
    """A comment or a class with two hyphens is no variable."""
    assert find_rules(change_file(e_book, "style.css", css)) == {"reader-knows-the-styles"}
    harmless = change_file(e_book, "style.css", b"/* --ink: var(--x) */ .part--one { color: red }")
    assert find_rules(harmless) == set()


def test_a_small_cover_and_a_large_picture_are_reported(e_book: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.BytesIO()
    Image.new("RGB", (900, 1600)).save(out, "PNG")
    assert find_rules(change_file(e_book, "cover.png", out.getvalue())) == {"reader-shows-the-cover"}
    demands = reader_rules._DEMANDS[EReader.KINDLE]
    monkeypatch.setitem(reader_rules._DEMANDS, EReader.KINDLE, replace(demands, most_picture_bytes=100))
    assert find_rules(e_book) == {"reader-takes-the-size"}


@pytest.mark.parametrize(("most_bytes", "severity"), [(10**9, "warning"), (1000, "error")])
def test_a_large_file_is_reported(
    e_book: bytes, most_bytes: int, severity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is too large for an e-mail may be sent on the page."""
    known = reader_rules._DEMANDS[EReader.KINDLE]
    demands = replace(known, most_bytes_by_mail=1000, most_bytes=most_bytes)
    monkeypatch.setitem(reader_rules._DEMANDS, EReader.KINDLE, demands)
    (problem,) = check_for_reader(sample.BOOK, e_book, EReader.KINDLE)
    assert (problem.rule.value, problem.severity.value) == ("reader-takes-the-size", severity)


def test_a_language_that_it_does_not_know_is_reported_at_its_interview(e_book: bytes) -> None:
    part = sample.BOOK.parts[0]
    interviews = (replace(part.interviews[0], language="ka"), *part.interviews[1:])
    book = replace(sample.BOOK, parts=(replace(part, interviews=interviews), *sample.BOOK.parts[1:]))
    (problem,) = check_for_reader(book, e_book, EReader.KINDLE)
    assert problem.rule.value == "reader-knows-the-language"
    assert problem.location == interviews[0].location


@pytest.mark.usefixtures("lent_workers")
def test_the_command_checks_the_e_book(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The styles of the book are in it."""
    folder = tmp_path / "book"
    assert main(["new", str(folder)]) == 0
    assert main(["check", "--reader", "kindle", "--book", str(folder)]) == 0
    (folder / "styles").mkdir(exist_ok=True)
    (folder / "styles/epub.css").write_text("p { --gap: 1em }", encoding="utf-8")
    capsys.readouterr()
    main(["check", "--reader", "kindle", "--book", str(folder)])
    assert "reader-knows-the-styles" in capsys.readouterr().err
