"""An imported line of rights reaches all editions and is proved to the letter."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord import proof
from onrecord.cli import command_line
from onrecord.editions import epub, html
from onrecord.editions.interview_article import ArticleWriter
from onrecord.editions.markup import PageRenderer
from onrecord.editions.pdf import edition
from onrecord.importers.import_file import import_files
from onrecord.manuscript import read_book
from onrecord.manuscript.checks import check_book
from onrecord.model import Book, Paragraph, Question, SourceLocation, Text, TextLine
from onrecord.packs import selection
from onrecord.packs.clearance import ReleaseOptions
from onrecord.pipeline.load import get_current_time
from tests.support.bound import read_words
from tests.support.sample import GERMAN, HOW, book_of
from tests.support.workers import CACHING_RUNNER, PROVING_RUNNER

pytestmark = pytest.mark.usefixtures("lent_workers", "same_fonts_and_cover")

ORIGINAL = """The Light at Night

Interview by Ada Desk

Desk: What do you see?

Keeper: The lamp, and the boats below it.

Desk: And then?

Keeper: After that I count.

Copyright © 2018 by the Keeper. Used with permission. All rights reserved.
"""
RIGHTS = "Copyright © 2018 by the Keeper. Used with permission. All rights reserved."
SETTINGS = (
    "title: Lights\nslug: lights\nlanguage: en\ndate: 2026-01-31\nopenings: recto\n"
    "disclaimers: {own: The views are theirs.}\ndisclaimer: own\n"
)
PACK = (
    "title: On lights\ndate: 2026-02-01 09:00 +01:00\nlarge_print: yes\n"
    "agenda: [{title: Lights, interviews: ['light#a2']}]\n"
)


@pytest.fixture(scope="module")
def imported_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a book of one imported interview."""
    home = tmp_path_factory.mktemp("rights")
    folder = home / "book"
    (folder / "interviews").mkdir(parents=True)
    (folder / "packs").mkdir()
    (folder / "book.yaml").write_text(SETTINGS, encoding="utf-8")
    (folder / "packs" / "lights.yaml").write_text(PACK, encoding="utf-8")
    (home / "light.txt").write_text(ORIGINAL, encoding="utf-8")
    (imported,), _ = import_files([home / "light.txt"], folder / "interviews", accept=True)
    assert imported.state == "new"
    return home


@pytest.fixture
def book(
    imported_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Path:
    """A copy of that book, in the folder in which commands run."""
    home = shutil.copytree(imported_home, tmp_path / "home")
    monkeypatch.chdir(home)
    capsys.readouterr()
    return home / "book"


@pytest.fixture(scope="module")
def lights(imported_home: Path) -> Book:
    return read_book.read_book(imported_home / "book")


def read_pdf_text(data: bytes) -> str:
    return "".join(run.text for sheet in read_words(data).pages for run in sheet.runs)


def read_epub_text(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(page).decode() for page in archive.namelist() if page.endswith(".xhtml"))


def read_body(page: str) -> str:
    """Return a web page without its head, which holds data about its words."""
    return page.partition("<body")[2]


def read_editions(name: str) -> dict[str, str]:
    """Read the text of each edition in `dist/`, without white space."""
    texts = {
        "pdf": read_pdf_text(Path("dist", f"{name}.pdf").read_bytes()),
        "epub": read_epub_text(Path("dist", f"{name}.epub").read_bytes()),
        "html": "".join(read_body(path.read_text("utf-8")) for path in Path("dist", name).glob("*.html")),
    }
    return {format_: "".join(text.split()) for format_, text in texts.items()}


def test_rights_of_an_import_are_printed_once_in_every_edition(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are counted, and the record has their place beside that of the disclaimer."""
    assert command_line.main(["all"]) == 0
    assert capsys.readouterr().out.count("1 byline, 1 disclaimer and 1 line of rights, to the letter") == 3
    texts = read_editions("lights")
    assert [text.count("".join(RIGHTS.split())) for text in texts.values()] == [1, 1, 1]
    record = json.loads(Path("dist/lights.proof.json").read_text("utf-8"))
    where = {part["format"]: part["interviews"][0]["rights"] for part in record["editions"]}
    assert where == {"epub": "light.xhtml#rights", "html": "light.html#rights", "pdf": "page 1 (sheet 7)"}
    capsys.readouterr()
    assert command_line.main(["prove"]) == 0
    assert capsys.readouterr().out.count("1 line of rights") == 3


def test_an_edition_proved_earlier_keeps_its_rights_in_the_record(book: Path) -> None:
    assert command_line.main(["epub"]) == 0
    assert command_line.main(["html"]) == 0
    record = json.loads(Path("dist/lights.proof.json").read_text("utf-8"))
    assert [part["interviews"][0]["rights"] for part in record["editions"]] == [
        "light.xhtml#rights",
        "light.html#rights",
    ]


def test_an_extract_in_a_pack_has_the_rights(imported_home: Path, lights: Book) -> None:
    """For its print and large print see test_pack_rules.py."""
    folder = imported_home / "book"
    pack, problems = selection.survey_pack(folder, lights, "lights", ReleaseOptions(get_current_time()))
    assert pack is not None
    assert problems == ()
    pack = selection.add_pointers(pack, None)
    pages = [page.decode() for name, page in html.make_html(pack, folder).items() if name.endswith(".html")]
    texts = [read_epub_text(epub.make_epub(pack, folder)), "".join(map(read_body, pages))]
    assert ["".join(text.split()).count("".join(RIGHTS.split())) for text in texts] == [1, 1]


def test_the_outline_shows_the_rights(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It shows them only for interviews that have some."""
    plain = book / "interviews" / "plain.md"
    plain.write_text("---\ntitle: Plain\nbyline: x\n---\n\n**Why?**\n\nSo.\n", encoding="utf-8")
    assert command_line.main(["outline", "--json"]) == 0
    with_rights, without = json.loads(capsys.readouterr().out)["parts"][0]["interviews"]
    assert with_rights["rights"] == RIGHTS
    assert "rights" not in without
    assert command_line.main(["outline"]) == 0
    assert capsys.readouterr().out.count("  rights      Copyright © 2018 by the Keeper.") == 1


def _drop_rights(markup: str) -> str:
    return markup.replace(f'<p id="light.rights">{RIGHTS}</p>', "").replace(f'<p id="rights">{RIGHTS}</p>', "")


SPOILS: dict[str, Callable[[str], str]] = {
    "dropped": _drop_rights,
    "one letter": lambda markup: markup.replace("permission", "permissíon"),
    "one sign": lambda markup: markup.replace("©", "(c)"),
    "doubled": lambda markup: markup.replace("</footer>", f"<p>{RIGHTS}</p></footer>"),
    "above the disclaimer": lambda markup: markup.replace(
        '<footer class="disclaimer">', f'<footer class="disclaimer"><p>{RIGHTS}</p>'
    ).replace(f">{RIGHTS}</p>\n</footer>", "></p></footer>"),
}


def spoil_rights(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the article writer spoil the line of rights."""
    original = ArticleWriter._write_closing

    def write_spoiled(article: ArticleWriter) -> str:
        markup = original(article)
        assert SPOILS[name](markup) != markup
        return SPOILS[name](markup)

    monkeypatch.setattr(ArticleWriter, "_write_closing", write_spoiled)


def find_line_of_rights(folder: Path) -> int:
    lines = (folder / "interviews" / "light.md").read_text("utf-8").split("\n")
    return next(number for number, text in enumerate(lines, 1) if text.startswith("rights: "))


PROOFS: dict[str, Callable[[Book, Path], proof.Report]] = {
    "pdf": lambda book, home: proof.prove_pdf(book, read_words(edition.make_pdf(book, home, CACHING_RUNNER).data)),
    "epub": lambda book, home: proof.prove_epub(book, epub.make_epub(book, home), PROVING_RUNNER),
    "html": lambda book, home: proof.prove_html(book, html.make_html(book, home), PROVING_RUNNER),
}


@pytest.mark.parametrize("format_", PROOFS)
@pytest.mark.parametrize("spoil", SPOILS)
def test_rights_that_our_code_spoils_are_caught(
    spoil: str, format_: str, imported_home: Path, lights: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the article writer drops, changes, moves or doubles them, the line is named."""
    folder = imported_home / "book"
    spoil_rights(spoil, monkeypatch)
    problems = PROOFS[format_](lights, folder).problems
    places = {(problem.rule, problem.location.file, problem.location.line) for problem in problems}
    assert ("rights-to-the-letter", "interviews/light.md", find_line_of_rights(folder)) in places


@pytest.mark.parametrize("format_", PROOFS)
def test_nothing_with_spoiled_rights_is_delivered(
    format_: str, book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil_rights("dropped", monkeypatch)
    assert command_line.main([format_, "--jobs", "1"]) == 1
    place = f"interviews/light.md:{find_line_of_rights(book)}"
    assert f"{place}: error[rights-to-the-letter]" in capsys.readouterr().err
    assert not Path("dist").exists()


def test_a_turn_cannot_have_the_address_of_the_rights() -> None:
    """It can if the interview has no rights."""
    question = Question(
        1,
        "rights",
        (Paragraph((Text("Whose is it?"),), HOW.location),),
        SourceLocation("interviews/how-it-works.md", 9),
    )
    asking = replace(HOW, conversation=(question, *HOW.conversation))
    (problem,) = (problem for problem in check_book(book_of(asking)) if problem.rule == "ids-are-unique")
    assert (problem.location.line, problem.hint) == (9, "write {#rights-1}")
    assert "its line of rights" in problem.sentence
    assert not [
        problem for problem in check_book(book_of(replace(asking, rights=None))) if problem.rule == "ids-are-unique"
    ]
    named = replace(GERMAN, slug="rights", rights=TextLine("Of the publisher.", GERMAN.location))
    assert [
        problem.rule for problem in check_book(book_of(named)) if problem.hint == "rename the file: rights-1.md"
    ] == ["ids-are-unique"]


def test_rights_are_printed_as_typed(tmp_path: Path) -> None:
    """Straight quotation marks stay straight, and markup is text."""
    rights = TextLine('"Lamps" -- *free* <b>', HOW.location)
    markup: Any = PageRenderer(tmp_path).render_interview(replace(HOW, rights=rights), book_of(HOW), "html")
    assert '<p id="rights">&quot;Lamps&quot; -- *free* &lt;b&gt;</p>' in str(markup)
