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

from onrecord.cli import command_line
from onrecord.editions.interview_article import ArticleWriter
from onrecord.editions.markup import PageRenderer
from onrecord.manuscript.checks import check_book
from onrecord.model import Paragraph, Question, SourceLocation, Text, TextLine
from onrecord.proof.reading import pdf_pages
from tests.support.sample import GERMAN, HOW, book_of

pytestmark = pytest.mark.usefixtures("lent_workers")

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
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        assert command_line.main(["import", "light.txt", "--to", "book/interviews", "--yes"]) == 0
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


def read_editions(name: str) -> dict[str, str]:
    """Read the text of each edition in `dist/`, without white space."""
    texts = {}
    for suffix in (".pdf", "-large-print.pdf"):
        if (path := Path("dist", f"{name}{suffix}")).is_file():
            texts[suffix] = "".join(
                run.text for sheet in pdf_pages.read_whole_pdf(path.read_bytes()).pages for run in sheet.runs
            )
    with zipfile.ZipFile(io.BytesIO(Path("dist", f"{name}.epub").read_bytes())) as archive:
        texts["epub"] = "".join(archive.read(page).decode() for page in archive.namelist() if page.endswith(".xhtml"))
    pages = [path.read_text("utf-8").partition("<body")[2] for path in Path("dist", name).glob("*.html")]
    texts["html"] = "".join(pages)
    return {edition: "".join(text.split()) for edition, text in texts.items()}


def test_rights_of_an_import_are_printed_once_in_every_edition(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are counted, and the record has their place beside that of the disclaimer."""
    assert command_line.main(["all"]) == 0
    assert capsys.readouterr().out.count("1 byline, 1 disclaimer and 1 line of rights, to the letter") == 3
    assert {edition: text.count("".join(RIGHTS.split())) for edition, text in read_editions("lights").items()} == {
        ".pdf": 1,
        "epub": 1,
        "html": 1,
    }
    record = json.loads(Path("dist/lights.proof.json").read_text("utf-8"))
    where = {edition["format"]: edition["interviews"][0]["rights"] for edition in record["editions"]}
    assert where == {"epub": "light.xhtml#rights", "html": "light.html#rights", "pdf": "page 1 (sheet 7)"}
    capsys.readouterr()
    assert command_line.main(["prove"]) == 0
    assert capsys.readouterr().out.count("1 line of rights") == 3


def test_an_edition_proved_earlier_keeps_its_rights_in_the_record(book: Path) -> None:
    assert command_line.main(["epub"]) == 0
    assert command_line.main(["html"]) == 0
    record = json.loads(Path("dist/lights.proof.json").read_text("utf-8"))
    assert [edition["interviews"][0]["rights"] for edition in record["editions"]] == [
        "light.xhtml#rights",
        "light.html#rights",
    ]


def test_an_extract_in_a_pack_has_the_rights(book: Path) -> None:
    """Large print has them too."""
    assert command_line.main(["all", "--pack", "lights"]) == 0
    (record,) = Path("dist").glob("*.proof.json")
    texts = read_editions(record.name.removesuffix(".proof.json"))
    assert {edition: text.count("".join(RIGHTS.split())) for edition, text in texts.items()} == {
        ".pdf": 1,
        "-large-print.pdf": 1,
        "epub": 1,
        "html": 1,
    }


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


def _drop_rights(html: str) -> str:
    return html.replace(f'<p id="light.rights">{RIGHTS}</p>', "").replace(f'<p id="rights">{RIGHTS}</p>', "")


SPOILS: dict[str, Callable[[str], str]] = {
    "dropped": _drop_rights,
    "one letter": lambda html: html.replace("permission", "permissíon"),
    "one sign": lambda html: html.replace("©", "(c)"),
    "doubled": lambda html: html.replace("</footer>", f"<p>{RIGHTS}</p></footer>"),
    "above the disclaimer": lambda html: html.replace(
        '<footer class="disclaimer">', f'<footer class="disclaimer"><p>{RIGHTS}</p>'
    ).replace(f">{RIGHTS}</p>\n</footer>", "></p></footer>"),
}


@pytest.mark.parametrize("edition", ["pdf", "epub", "html"])
@pytest.mark.parametrize("spoil", SPOILS)
def test_rights_that_our_code_spoils_are_caught(
    spoil: str, edition: str, book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """If the article writer drops, changes, moves or doubles them, the line is named and nothing is delivered."""
    original = ArticleWriter._write_closing

    def write_spoiled(article: ArticleWriter) -> str:
        html = original(article)
        assert SPOILS[spoil](html) != html
        return SPOILS[spoil](html)

    monkeypatch.setattr(ArticleWriter, "_write_closing", write_spoiled)
    assert command_line.main([edition, "--jobs", "1"]) == 1
    messages = capsys.readouterr().err
    lines = (book / "interviews" / "light.md").read_text("utf-8").split("\n")
    line = next(number for number, text in enumerate(lines, 1) if text.startswith("rights: "))
    assert f"interviews/light.md:{line}: error[rights-to-the-letter]" in messages
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
    html: Any = PageRenderer(tmp_path).render_interview(replace(HOW, rights=rights), book_of(HOW), "html")
    assert '<p id="rights">&quot;Lamps&quot; -- *free* &lt;b&gt;</p>' in str(html)
