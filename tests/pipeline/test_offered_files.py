"""The web edition offers the PDF and the e-book that are built with it, and they are proved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.cli.command_line import main
from onrecord.cli.exit_codes import ExitCode
from onrecord.editions import html
from onrecord.model import Pack
from onrecord.model.book import OfferedFile
from onrecord.pipeline import offered_files
from onrecord.pipeline.formats import Files
from onrecord.pipeline.pdf_reader import PdfReader
from onrecord.proof.rules.html import prove_web_edition
from tests.support import sample
from tests.support.workers import PROVING_RUNNER, RUNNER

PDF, EPUB = b"%PDF" + b"x" * 1_233_001, b"PK" + b"y" * 12_600_000
COPIES: dict[str, Files] = {"pdf": {"": PDF}, "epub": {"": EPUB}, "html": {}}
BOOK = offered_files.offer_files(sample.BOOK, COPIES)
HELD = {"editions/everything.pdf": PDF, "editions/everything.epub": EPUB}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    book = replace(BOOK, slug="everything")
    files = html.make_html(book, tmp_path_factory.mktemp("book"))
    return {**files, **offered_files.list_offered_files(book, COPIES)}


def find_rules(files: dict[str, bytes]) -> set[str]:
    """Return the rules that a site breaks whose files say which editions it offers."""
    book = offered_files.read_offered_files(replace(sample.BOOK, slug="everything"), files)
    return {problem.rule.value for problem in prove_web_edition(book, files, PROVING_RUNNER).problems}


def test_the_first_page_names_kind_and_size(site: dict[str, bytes]) -> None:
    """Search engines are told of both files, too."""
    index = site["index.html"].decode()
    link = '<a href="editions/everything.pdf" type="application/pdf" download>PDF <span class="size">1234 kB</span></a>'
    assert link in index
    assert '>EPUB <span class="size">13 MB</span></a>' in index
    assert '<link rel="alternate" type="application/epub+zip" href="editions/everything.epub" title="EPUB">' in index
    assert {name: site[name] for name in HELD} == HELD
    assert find_rules(site) == set()


@pytest.mark.parametrize(
    ("name", "old", "new", "rule"),
    [
        ("index.html", b"1234 kB", b"123 kB", "markup-is-true"),
        ("index.html", b'<a href="editions/everything.pdf"', b'<a href="editions/other.pdf"', "markup-is-true"),
        ("index.html", b'title="EPUB"', b'title="PDF"', "claims-are-true"),
        ("editions/everything.epub", EPUB, EPUB + b"0" * 1_000_000, "markup-is-true"),
    ],
)
def test_a_link_that_says_something_else_is_refused(
    site: dict[str, bytes], name: str, old: bytes, new: bytes, rule: str
) -> None:
    assert old in site[name]
    assert find_rules({**site, name: site[name].replace(old, new, 1)}) == {rule}


def test_a_link_without_a_file_and_a_file_without_a_link_are_refused(site: dict[str, bytes]) -> None:
    lacking = {name: data for name, data in site.items() if name != "editions/everything.pdf"}
    assert find_rules(lacking) == {"markup-is-true", "claims-are-true"}
    plain = html.make_html(replace(sample.BOOK, slug="everything"), Path("nowhere"))
    assert find_rules({**plain, "editions/everything.pdf": PDF}) == {"markup-is-true", "claims-are-true"}
    assert find_rules({**plain, "editions/other.pdf": PDF}) == {"files-are-known"}


def test_another_file_than_the_proved_one_is_proved_by_itself(site: dict[str, bytes]) -> None:
    """A file that is the delivered edition, byte for byte, is not proved a second time."""
    book = replace(BOOK, slug="everything")
    prove = offered_files.prove_offered_files
    assert prove(book, site, COPIES, PdfReader(RUNNER), Path("nowhere")) == ()
    spoiled = {**site, "editions/everything.epub": b"PK no e-book"}
    assert prove(book, spoiled, COPIES, PdfReader(RUNNER), Path("nowhere"))


def test_a_pack_and_a_book_that_says_no_offer_nothing() -> None:
    assert BOOK.offered == (OfferedFile("pdf", len(PDF)), OfferedFile("epub", len(EPUB)))
    assert offered_files.offer_files(replace(BOOK, has_downloads=False), COPIES).offered == ()
    assert offered_files.read_offered_files(replace(BOOK, has_downloads=False, slug="everything"), HELD).offered == ()
    pack = Pack("m", "m", "Lamps", "The keepers", datetime(2026, 1, 31, 9, tzinfo=UTC), "", "", (), BOOK.location)
    assert offered_files.offer_files(replace(BOOK, pack=pack), COPIES).offered == ()


@pytest.mark.slow
@pytest.mark.usefixtures("lent_workers")
def test_the_offered_files_are_delivered_and_proved_again(tmp_path: Path) -> None:
    """The web edition alone offers nothing, because nothing was built with it."""
    folder, out = tmp_path / "light", tmp_path / "dist"
    assert main(["new", str(folder)]) == ExitCode.DONE
    places = ["--book", str(folder), "--out", str(out)]
    assert main(["html", "pdf", *places]) == ExitCode.DONE
    (web,) = [path.parent for path in out.glob("*/index.html")]
    copy = web / "editions" / f"{web.name}.pdf"
    assert copy.read_bytes() == (out / f"{web.name}.pdf").read_bytes()
    assert not (web / "editions" / f"{web.name}.epub").exists()
    assert main(["prove", *places]) == ExitCode.DONE
    copy.write_bytes(copy.read_bytes()[:-2000])
    assert main(["prove", *places]) == ExitCode.PROBLEMS
    assert main(["html", *places]) == ExitCode.DONE
    assert not copy.exists()
    assert "editions/" not in (web / "index.html").read_text("utf-8")
