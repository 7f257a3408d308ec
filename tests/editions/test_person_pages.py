"""A page for each person of the book, and the links to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.editions import epub, html
from onrecord.model import Pack
from onrecord.model.names import name_person_page
from onrecord.proof import prove_whole_epub
from onrecord.proof.rules.html import prove_web_edition
from tests.support import sample
from tests.support.workers import PROVING_RUNNER

PROOF = "person_the-proof.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return html.make_html(sample.BOOK, tmp_path_factory.mktemp("book"))


def test_a_person_has_a_page_with_all_interviews(site: dict[str, bytes]) -> None:
    """With role and affiliation as in the list of people; list and interviews link to it."""
    page = site["person_the-toolchain.html"].decode()
    assert "<h1>The toolchain</h1>" in page
    assert page.count("<li>") - page.split("<main")[0].count("<li>") == 2
    assert '<a href="how-it-works.html" lang="en">' in page
    assert '<a href="auf-deutsch.html" lang="de">' in page
    assert f'<a href="{PROOF}">The proof</a>' in site["contributors.html"].decode()
    assert f'<li><a href="{PROOF}">The proof</a></li>' in site["how-it-works.html"].decode()
    assert f"{sample.BOOK.url}{PROOF}" in site["sitemap.xml"].decode()
    assert prove_web_edition(sample.BOOK, site, PROVING_RUNNER).problems == ()


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("Ada  Moor", "person_ada-moor.html"),
        ("ada moor", "person_ada-moor.html"),
        ("Áda Moor", "person_ada-moor-3c8a06.html"),
        ("O’Quay", "person_o-quay-fd36d8.html"),
        ("O'Quay", "person_o-quay-fd36d8.html"),
        ("…", "person_-24cabe.html"),
    ],
)
def test_each_name_has_a_page_of_its_own(name: str, page: str) -> None:
    """Spellings that are the same person share it."""
    known = name_person_page(name)
    assert known.startswith(page[:8])
    assert known == name_person_page(name.replace("’", "'"))
    assert (known == name_person_page("ada moor")) == (page == "person_ada-moor.html")


@pytest.mark.parametrize(
    ("file", "old", "new", "rule"),
    [
        (PROOF, b"<h1>The proof", b"<h1>The poof", "markup-is-true"),
        (PROOF, b'<a href="how-it-works.html" lang', b'<a href="auf-deutsch.html" lang', "markup-is-true"),
        ("contributors.html", PROOF.encode(), b"person_the-toolchain.html", "markup-is-true"),
        ("how-it-works.html", b">The proof</a></li>\n</ul></nav>", b"></a></li>\n</ul></nav>", "markup-is-true"),
        ("sitemap.xml", PROOF.encode(), b"person_nobody.html", "claims-are-true"),
    ],
)
def test_a_page_that_says_something_else_is_refused(
    site: dict[str, bytes], file: str, old: bytes, new: bytes, rule: str
) -> None:
    if old not in site[file]:
        old, new = b'<nav class="cast"', b'<nav class="past"'
    problems = prove_web_edition(sample.BOOK, {**site, file: site[file].replace(old, new, 1)}, PROVING_RUNNER).problems
    assert rule in {problem.rule.value for problem in problems}


def test_a_missing_page_is_refused(site: dict[str, bytes]) -> None:
    files = {name: data for name, data in site.items() if name != PROOF}
    assert {problem.rule.value for problem in prove_web_edition(sample.BOOK, files, PROVING_RUNNER).problems} == {
        "files-are-known"
    }
    strange = {**site, "person_nobody.html": site[PROOF]}
    assert "nothing-is-added" in {
        problem.rule.value for problem in prove_web_edition(sample.BOOK, strange, PROVING_RUNNER).problems
    }


def test_a_pack_has_no_such_pages() -> None:
    """Its list of people is enough for a meeting."""
    moment = datetime(2026, 1, 31, 9, tzinfo=UTC)
    pack = Pack("m", "m", "Lamps", "The keepers", moment, "", "", (), sample.BOOK.location)
    files = html.make_html(replace(sample.BOOK, pack=pack), Path("nowhere"))
    assert not [name for name in files if name.startswith("person_")]
    assert b"person_" not in files["contributors.html"] + files["how-it-works.html"]


def test_names_are_never_markup(tmp_path: Path) -> None:
    """Neither in the e-book, whose list of people has no links."""
    part = sample.BOOK.parts[0]
    interview = part.interviews[0]
    people = tuple(replace(person, name=f"<b>{person.name} & Co</b>") for person in interview.people)
    named = replace(interview, people=people, conversation=(), introduction=(), footnotes=())
    book = replace(sample.BOOK, parts=(replace(part, interviews=(named,)),))
    assert prove_web_edition(book, html.make_html(book, tmp_path), PROVING_RUNNER).problems == ()
    assert prove_whole_epub(book, epub.make_epub(book, tmp_path), PROVING_RUNNER).problems == ()
