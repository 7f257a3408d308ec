"""Small pages of the web edition: old addresses, withdrawn interviews, addresses that lead nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from onrecord.editions import html
from onrecord.model import Clearance, SourceLocation
from onrecord.model.problems import select_errors
from onrecord.model.redirects import Redirect, Withdrawal
from onrecord.packs import clearance
from onrecord.packs.clearance import ReleaseOptions
from onrecord.pipeline.load import get_current_time
from onrecord.proof.rules.html import prove_web_edition
from tests.support import sample
from tests.support.workers import PROVING_RUNNER

HERE = SourceLocation("book.yaml", 7)
REDIRECTS = tuple(
    Redirect(old, new, HERE)
    for old, new in {
        "old": "older",
        "older": "how-it-works",
        "old#a9": "auf-deutsch#q1",
        "how-it-works#lamp": "how-it-works#a2",
        "gone-too": "fog",
        "draft": "held-back",
    }.items()
)
FOG = Withdrawal("fog", "Der Nebel", "de", date(2026, 5, 1), "Auf Wunsch des Wärters.")
BOOK = replace(sample.BOOK, redirects=REDIRECTS, withdrawals=(FOG,))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return html.make_html(BOOK, tmp_path_factory.mktemp("book"))


def find_rules(files: dict[str, bytes]) -> set[str]:
    return {problem.rule.value for problem in prove_web_edition(BOOK, files, PROVING_RUNNER).problems}


def test_an_old_address_leads_to_the_new_one(site: dict[str, bytes]) -> None:
    """By a refresh, by its script, by a link, and for search engines; also over a second old address."""
    page = site["old.html"].decode()
    assert '<meta http-equiv="refresh" content="0; url=how-it-works.html">' in page
    assert f'<link rel="canonical" href="{BOOK.url}how-it-works.html">' in page
    assert f'<a href="how-it-works.html" lang="en">{sample.HOW.title.text}</a>' in page
    assert 'data-target="how-it-works.html" data-moved="a9 auf-deutsch.html#q1"' in page
    assert '<script src="moved.js" data-moved="lamp how-it-works.html#a2">' in site["how-it-works.html"].decode()
    assert b"moved.js" not in site["auf-deutsch.html"]
    assert b"url=fog.html" in site["gone-too.html"]
    assert b"url=index.html#contents" in site["draft.html"]  # its interview is not in the edition
    assert find_rules(site) == set()


def test_a_withdrawn_interview_leaves_a_notice_alone(site: dict[str, bytes]) -> None:
    """In its language, with its date and the reason; search, contents, sitemap and feed do not know it."""
    page = site["fog.html"].decode()
    assert '<html lang="de">' in page
    assert "<h1>Der Nebel</h1>\n<p>Zurückgezogen, 1. Mai 2026</p>\n<p>Auf Wunsch des Wärters.</p>" in page
    assert '<meta name="robots" content="noindex">' in page
    others = b"".join(data for name, data in site.items() if name not in ("fog.html", "gone-too.html"))
    assert b"Nebel" not in others
    assert b"fog" not in site["sitemap.xml"] + site["feed.xml"] + site["search-1.js"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("old.html", b"0; url=how-it-works.html", b"0; url=auf-deutsch.html"),
        ("old.html", b'data-target="how-it-works.html"', b'data-target="https://example.org/"'),
        ("old.html", b'<a href="how-it-works.html"', b'<a href="auf-deutsch.html"'),
        ("old.html", b"a9 auf-deutsch.html#q1", b"a9 auf-deutsch.html#a1"),
        ("fog.html", b"1. Mai", b"2. Mai"),
        ("fog.html", b"Auf Wunsch", b"Gegen den Wunsch"),
        ("fog.html", b"noindex", b"index"),
        ("404.html", b"does not exist", b"exists"),
        ("how-it-works.html", b"lamp how-it-works.html#a2", b"lamp how-it-works.html#a1"),
    ],
)
def test_a_small_page_that_says_something_else_is_refused(
    site: dict[str, bytes], file: str, old: bytes, new: bytes
) -> None:
    assert old in site[file], site[file].decode()
    rules = find_rules({**site, file: site[file].replace(old, new, 1)})
    assert rules & {"markup-is-true", "claims-are-true"}


def test_a_missing_and_a_strange_page_are_refused(site: dict[str, bytes]) -> None:
    for name in ("old.html", "fog.html", "404.html", "moved.js"):
        assert find_rules({file: data for file, data in site.items() if file != name}) == {"files-are-known"}
    assert "nothing-is-added" in find_rules({**site, "oldest.html": site["old.html"]})


def test_a_withdrawn_interview_is_left_out_also_of_a_book_that_lists_it() -> None:
    """A draft that the book lists is an error, as before."""
    part = sample.BOOK.parts[0]
    first, *others = part.interviews
    for state, count in ((Clearance(withdrawn_on=date(2026, 5, 1)), 0), (Clearance(), 1)):
        held = replace(first, clearance=replace(state, status=type(state.status).WITHDRAWN))
        parts = (replace(part, interviews=(held, *others)), *sample.BOOK.parts[1:])
        book = replace(sample.BOOK, parts=parts, has_listed_interviews=True)
        left, problems = clearance.remove_held(book, ReleaseOptions(get_current_time()))
        assert (first.slug in {interview.slug for interview in left.interviews}) == bool(count)
        assert len(select_errors(problems)) == count


def test_a_book_without_redirects_has_no_script_for_them(tmp_path: Path) -> None:
    assert "moved.js" not in html.make_html(sample.BOOK, tmp_path)
