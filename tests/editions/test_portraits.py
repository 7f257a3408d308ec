"""Pictures of people: in the list of people, on the page of the person, in the manuscript and what is said of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PIL.Image import Exif

from onrecord.editions import epub, html
from onrecord.manuscript import read_book
from onrecord.manuscript.outline import render_outline_json
from onrecord.manuscript.unprinted import list_unprinted
from onrecord.model import Book, Interview, Person
from onrecord.proof import prove_whole_epub
from onrecord.proof.rules.html import prove_web_edition
from onrecord.proof.rules.person_pages import check_printed_portraits, expect_portraits
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskRunner
from tests.support import sample
from tests.support.workers import PROVING_RUNNER, RUNNER

ALT = b"A \xe2\x80\x9cround\xe2\x80\x9d scale &amp; a rim"
PERSON_PAGE, LIST = "person_the-proof.html", "contributors.html"
MANUSCRIPT = """---
title: The light
byline: The desk and the keeper
people:
  - {{name: The Desk, role: interviewer}}
  - {{name: The Keeper, role: interviewee, picture: images/keeper.jpg{}}}
---

**Who lights the lamp?**

The keeper.
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return html.make_html(sample.BOOK, tmp_path_factory.mktemp("book"))


def write_book(folder: Path, further: str = "") -> Path:
    (folder / "interviews").mkdir()
    (folder / "images").mkdir()
    exif = Exif()
    exif[0x010E] = "taken at home"
    Image.linear_gradient("L").save(folder / "images/keeper.jpg", exif=exif)
    Image.linear_gradient("L").save(folder / "images/spare.png")
    (folder / "interviews/light.md").write_text(MANUSCRIPT.format(further), encoding="utf-8")
    settings = "title: Lights\nlanguage: en\ndate: 2026-01-31\ndisclaimer: none\n"
    (folder / "book.yaml").write_text(settings, encoding="utf-8")
    return folder


def test_web_edition_and_e_book_show_the_picture(site: dict[str, bytes], tmp_path: Path) -> None:
    picture = b'src="images/proof.png" alt="' + ALT
    assert picture in site[LIST]
    assert picture in site[PERSON_PAGE]
    assert site["images/proof.png"] == sample.PORTRAIT.asset.data
    assert prove_web_edition(sample.BOOK, site, PROVING_RUNNER).problems == ()
    assert prove_whole_epub(sample.BOOK, epub.make_epub(sample.BOOK, tmp_path), PROVING_RUNNER).problems == ()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (LIST, ALT, b"A square"),
        (PERSON_PAGE, ALT, b""),
        (LIST, b'src="images/proof.png"', b'src="images/scale.png"'),
        (PERSON_PAGE, b'<p class="portrait">', b'<p class="portrait" hidden>'),
        ("images/proof.png", sample.PORTRAIT.asset.data, b"no picture"),
    ],
)
def test_another_picture_or_text_is_refused(site: dict[str, bytes], file: str, old: bytes, new: bytes) -> None:
    assert old in site[file]
    assert prove_web_edition(sample.BOOK, {**site, file: site[file].replace(old, new, 1)}, PROVING_RUNNER).problems


@pytest.mark.parametrize("blocks", [(), ("\ue000",), ("A “round” scale & a rim",)])
def test_a_picture_that_print_does_not_announce_is_refused(blocks: tuple[str, ...]) -> None:
    (problem,) = check_printed_portraits(sample.BOOK, blocks, str)
    assert "the list of people lacks the picture" in problem.sentence


def test_a_picture_without_a_text_has_the_name(tmp_path: Path) -> None:
    """And nothing of what a camera wrote into the file."""
    book = read_book.read_book(write_book(tmp_path))
    picture = book.interviews[0].people[1].picture
    assert picture is not None
    assert (picture.alt, picture.asset.path) == ("The Keeper", "images/keeper.jpg")
    assert b"taken at home" not in picture.asset.data
    (interview,) = json.loads(render_outline_json(book))["parts"][0]["interviews"]
    expected = {"file": "images/keeper.jpg", "alt": "The Keeper", "width": 256, "height": 256}
    assert interview["people"][1]["picture"] == expected
    (unused,) = (entry for entry in list_unprinted(tmp_path, book) if "images" in str(entry))
    assert unused.names == ("images/spare.png",)


def test_the_first_picture_of_a_person_is_shown() -> None:
    """However the name is typed, and in the order of the list."""
    other = replace(sample.PORTRAIT, alt="another")
    people = (Person("the  PROOF", sample.PROOF.role, picture=other), sample.PROOF)
    part = sample.BOOK.parts[0]
    interview = replace(part.interviews[0], people=people)
    assert [portrait.alt for portrait in expect_portraits(_get_contents_of_keys(interview)).values()] == ["another"]


def _get_contents_of_keys(interview: Interview) -> Book:
    part = replace(sample.BOOK.parts[0], interviews=(interview,))
    return replace(sample.BOOK, parts=(part,))


def test_an_edition_without_the_person_has_no_picture(tmp_path: Path) -> None:
    """As a pack that chooses other interviews."""
    interview = replace(sample.BOOK.interviews[0], people=(sample.TOOLCHAIN,))
    files = html.make_html(_get_contents_of_keys(interview), tmp_path)
    assert "images/proof.png" not in files
    assert b"illustrated" not in files[LIST]


def test_a_changed_note_or_picture_reaches_the_cached_list(tmp_path: Path) -> None:
    runner = TaskRunner(RUNNER.executor, Cache(tmp_path / "cache"))
    html.make_html(sample.BOOK, tmp_path, runner=runner)
    person = replace(sample.PROOF, note="works at night", picture=None)
    interviews = [
        replace(entry, people=tuple(person if other == sample.PROOF else other for other in entry.people))
        for entry in sample.BOOK.interviews
    ]
    book = replace(sample.BOOK, parts=(replace(sample.BOOK.parts[0], interviews=tuple(interviews)),))
    assert prove_web_edition(book, html.make_html(book, tmp_path, runner=runner)).problems == ()
