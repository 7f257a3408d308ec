"""The web edition in one file: made of the site, read back, and spoiled."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from onrecord.cli import command_line
from onrecord.cli.exit_codes import ExitCode
from onrecord.editions import html
from onrecord.finishing import single_file
from onrecord.manuscript.read_book import read_book
from onrecord.model import Book
from onrecord.model.page_numbers import PageStart, Pagination
from onrecord.model.problems import Refused
from onrecord.pipeline import build, single_web
from onrecord.pipeline.options import ignore_progress
from onrecord.proof import detect_format, find_excess, prove_single_file
from onrecord.runtime.task_runner import NO_WORKERS

TALK = r"""---
title: The harbour {name}
byline: The desk asks the keeper about the {name}
people: [{{name: The desk, role: interviewer}}, {{name: The keeper, role: interviewee}}]
---
**The desk:** Where is the {name}?

**The keeper:** By the pier \</script> of *stone*[^1], see [the other talk]({other}#a1).

[^1]: The pier is old.

**The desk:** Who pays for it?

**The keeper:** The harbour office.

![A lamp](images/lamp.png)

::: note
The office has moved.
:::
"""

STARTS = {"lamp": (PageStart("1"), PageStart("2", 60)), "horn": (PageStart("3"), PageStart("4", 60))}
PAGINATION = Pagination("", STARTS, ("1", "2", "3", "4"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a book of two interviews that link to each other, with a picture, a footnote and a note."""
    home = tmp_path_factory.mktemp("book")
    (home / "interviews").mkdir()
    (home / "images").mkdir()
    Image.new("RGB", (80, 60), "gray").save(home / "images" / "lamp.png")
    (home / "book.yaml").write_text("title: Harbour\ndate: 2026-01-31\ndisclaimer: none\n", encoding="utf-8")
    for name, other in (("lamp", "horn"), ("horn", "lamp")):
        text = TALK.format(name=name, other=other)
        (home / "interviews" / f"{name}.md").write_text(text, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def book(home: Path) -> Book:
    return read_book(home)


@pytest.fixture(scope="module")
def site(book: Book, home: Path) -> Mapping[str, bytes]:
    """The web edition, with the marks of printed pages."""
    return html.make_html(book, home, PAGINATION)


@pytest.fixture(scope="module")
def single(book: Book, site: Mapping[str, bytes]) -> str:
    return single_web.make_group(book, site).files[".single.html"].decode()


def prove(book: Book, site: Mapping[str, bytes], text: str) -> list[str]:
    return [problem.sentence for problem in prove_single_file(book, site, text.encode(), book.location)]


def test_everything_is_inside_and_each_address_leads_somewhere(single: str) -> None:
    """Nothing is loaded, ids are unique, and links between interviews lead to places of the file."""
    assert not re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', single)
    assert "url(data:font/woff2" in single
    assert not re.findall(r"url\((?!data:)", single)
    ids = re.findall(r'\sid="([^"]*)"', single)
    assert len(ids) == len(set(ids))
    pages = single.partition("<script>// Colours")[0]
    assert {match for match in re.findall(r'href="#([^"]*)"', pages) if match not in ids} == set()
    assert 'href="#horn/a1"' in single
    assert single.count('role="doc-pagebreak" id="lamp/page-2"') == 1
    assert 'download="lamp.bib"' in single


def test_files_outside_are_links(book: Book, site: Mapping[str, bytes], single: str) -> None:
    """The folder of the site lies beside the file; a book with a web address names that."""
    page = site["index.html"].replace(b"</main>", b'<a href="harbour.pdf" download>PDF</a></main>')
    files = {**site, "harbour.pdf": b"%PDF", "index.html": page}
    make = single_file.make_single_file
    assert b'<a href="harbour/harbour.pdf" download>' in make(files, ["index.html"], "harbour/")
    assert b'<a href="https://light.example/harbour.pdf"' in make(files, ["index.html"], "https://light.example/")


def change(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


SABOTAGES: dict[str, tuple[Callable[[str], str], str]] = {
    "a lost word": (change("The harbour office.", "The office."), "page “horn.html”"),
    "a lost byline": (
        lambda text: re.sub(r'<p class="byline".*?</p>', "", text, count=1, flags=re.DOTALL),
        "page “horn.html”",
    ),
    "a lost page": (
        lambda text: re.sub(r'<div class="page" id="horn".*?(?=<div class="page")', "", text, flags=re.DOTALL),
        "horn",
    ),
    "pages that change places": (
        lambda text: re.sub(
            r'(<div class="page" id="lamp".*?)(?=<div class="page" id="contributors")', "", text, flags=re.DOTALL
        ),
        "page “",
    ),
    "a word between pages": (change('<div class="page" id="horn"', 'More.<div class="page" id="horn"'), "beside its"),
    "a hidden answer": (change('id="lamp/a2"', 'id="lamp/a2" hidden'), "page “lamp.html”"),
    "another link": (change('href="#horn/a1"', 'href="#lamp/a2"'), "page “"),
    "another note": (change("The pier is old.", "The pier is new."), "page “"),
    "another picture": (change("data:image/png;base64,iVBOR", "data:image/png;base64,iVBOS"), "page “"),
    "another font": (change("data:font/woff2;base64,d09G", "data:font/woff2;base64,d09H"), "head"),
    "a style that hides": (change("</style>", ".byline { display: none }</style>"), "head"),
    "another script": (change("</script>\n</body>", "alert(1)</script>\n</body>"), "end"),
    "one script more": (change("</body>", "<script>alert(1)</script></body>"), "end"),
    "a script of the head": (change("</head>", "<script>alert(1)</script></head>"), "head"),
    "another text for the search": (change('"The harbour office.', '"The harbor office.'), "end"),
    "a space between words": (change("of <em>stone", "of<em>stone"), "page “"),
    "another title": (change("<title>Harbour", "<title>Harbor"), "head"),
    "another language": (change('lang="en" dir="ltr">', 'lang="de" dir="ltr">'), "page “index.html”"),
    "an attribute of the root": (change("<html ", '<html onload="alert(1)" '), "root"),
    "no site at all": (lambda text: "<html><body>All is well.</body></html>", "no head"),
    "nothing": (lambda text: "", "no head"),
}


def test_a_file_that_is_the_site_is_accepted(book: Book, site: Mapping[str, bytes], single: str) -> None:
    assert prove(book, site, single) == []


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_spoiled_file_is_caught(name: str, book: Book, site: Mapping[str, bytes], single: str) -> None:
    spoil, says = SABOTAGES[name]
    spoiled = spoil(single)
    assert spoiled != single, "the sabotage changes nothing"
    sentences = prove(book, site, spoiled)
    assert any(says in sentence for sentence in sentences), sentences


def test_a_page_of_the_site_that_is_left_out_is_named(book: Book, site: Mapping[str, bytes], single: str) -> None:
    """Also one of a kind that did not exist when the maker was written."""
    more = {**site, "letters.html": site["contributors.html"]}
    assert any("lacks the page “letters.html”" in sentence for sentence in prove(book, more, single))


@pytest.mark.parametrize("name", ["_rewrite_tag", "_rename_tag", "_write_search_texts", "_write_head"])
def test_faults_of_our_own_code_are_caught(
    name: str, book: Book, site: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step of the maker does nothing; the rule names the file."""
    unchanged = {"_rewrite_tag": lambda _site, _page, tag: tag, "_rename_tag": lambda tag, **_: tag}
    monkeypatch.setattr(single_file, name, unchanged.get(name, lambda *_: ""))
    with pytest.raises(Refused) as refused:
        single_web.make_group(book, site)
    assert {problem.rule for problem in refused.value.problems} == {"single-file-is-the-site"}


def test_a_large_file_is_told_and_a_huge_one_refused(
    book: Book, site: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single_web, "_MOST_BYTES_OF_MAIL", 1000)
    (warning,) = single_web.make_group(book, site).warnings
    assert (warning.rule, warning.severity) == ("single-file-can-be-sent", "warning")
    monkeypatch.setattr(single_web, "_MOST_BYTES", 1000)
    with pytest.raises(Refused, match=r"would have .* kB; 0 MB may be") as refused:
        single_web.make_group(book, site)
    assert [problem.rule for problem in refused.value.problems] == ["single-file-can-be-opened"]
    assert find_excess("single", {"": b" " * 120_000_001}) == "it has more than 120 MB"


def test_the_kind_of_file_is_known_by_its_first_bytes(site: Mapping[str, bytes], single: str) -> None:
    assert detect_format(single.encode()) == "single"
    assert detect_format(site["index.html"]) == "html"


def test_a_file_is_compared_with_the_site_that_has_its_page_marks(
    book: Book, home: Path, single: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = SimpleNamespace(pagination=PAGINATION)
    monkeypatch.setattr(single_web, "print_book", lambda *_, **__: (printed, ()))
    says, problems = single_web.prove_earlier_file(
        book, home, single.encode(), NO_WORKERS, ignore_progress, book.location
    )
    assert "every page of the proved site" in says
    assert problems == ()


def run(home: Path, *words: str) -> int:
    return command_line.main([*words, "--book", str(home), "--out", str(home / "dist"), "--jobs", "1"])


def change_talk(folder: Path, old: str, new: str) -> None:
    """Replace words of the talk about the lamp."""
    path = folder / "interviews" / "lamp.md"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.mark.usefixtures("lent_workers")
def test_it_is_delivered_recorded_proved_and_verified(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The record names the site that it was made of; a file of an older site is named in a warning."""
    for module in (build, single_web):
        monkeypatch.setattr(module, "print_book", lambda *_, **__: (None, ()))  # for page numbers
    folder = tmp_path / "book"
    shutil.copytree(home, folder)
    (folder / "interviews" / "horn.md").unlink()
    change_talk(folder, "horn#a1", "lamp#a1")
    assert run(folder, "html", "--single") == ExitCode.DONE
    assert "the web edition in one file, " in capsys.readouterr().out
    path = folder / "dist" / "harbour.single.html"
    record = json.loads((folder / "dist" / "harbour.proof.json").read_bytes())
    assert [(entry["kind"], entry["files"]) for entry in record["finished"]] == [("single", ["harbour.single.html"])]
    assert run(folder, "prove") == ExitCode.DONE
    assert "every page of the proved site, element by element; byte for byte" in capsys.readouterr().out
    verify = ["verify", str(path), str(folder / "dist" / "harbour.proof.json")]
    assert command_line.main(verify) == ExitCode.DONE
    spoiled = path.read_bytes()
    assert run(folder, "html") == ExitCode.DONE
    assert "earlier edition" not in capsys.readouterr().err
    change_talk(folder, "The pier is old.", "The pier is new.")
    assert run(folder, "html") == ExitCode.DONE
    assert "“harbour.single.html” was made of an earlier edition" in capsys.readouterr().err
    assert run(folder, "prove", str(path)) == ExitCode.PROBLEMS
    assert "single-file-is-the-site" in capsys.readouterr().err
    assert path.read_bytes() == spoiled


def test_it_needs_the_web_edition(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(home, "pdf", "--single") == ExitCode.WRONG_USAGE
    assert (
        "--single is made of the web edition, which is not asked for; write: html --single" in capsys.readouterr().err
    )
