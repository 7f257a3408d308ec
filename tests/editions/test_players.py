"""The web edition plays recordings from the turns that have times, and the proof compares all of it with the book."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html as html_parser
import pytest

from onrecord.editions import epub, html, players
from onrecord.editions.players import format_mark
from onrecord.manuscript.read_book import read_book
from onrecord.model import Book
from onrecord.pipeline.formats import FORMATS
from onrecord.proof import prove_web_edition, prove_whole_epub
from tests.support.recordings import ADDRESS, draw_tone, write_recorded_book
from tests.support.workers import PROVING_RUNNER

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_recorded_book(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def book(folder: Path) -> Book:
    return read_book(folder)


@pytest.fixture(scope="module")
def site(book: Book, folder: Path) -> Mapping[str, bytes]:
    return html.make_html(book, folder)


def list_problems(book: Book, files: Mapping[str, bytes]) -> list[str]:
    return [
        f"{problem.rule}: {problem.sentence}" for problem in prove_web_edition(book, files, PROVING_RUNNER).problems
    ]


def test_a_recording_is_copied_once_and_every_time_leads_into_it(book: Book, site: Mapping[str, bytes]) -> None:
    """A recording with an address is not copied; one without recording has no times."""
    first, second = (part.target for part in book.interviews[2].recordings)
    assert {name for name in site if name.startswith("recordings/")} == {first, second}
    assert hashlib.sha256(site[first]).hexdigest() == book.interviews[2].recordings[0].sha256
    lamp, horn, bell = (site[f"{name}.html"].decode() for name in ("lamp", "horn", "bell"))
    assert f'<a class="time" href="{first}#t=70" aria-label="Recording 1:10">1:10</a>' in lamp
    assert f'<a class="time" href="{second}#t=5" aria-label="Recording 2:05">2:05</a>' in lamp
    assert lamp.count('preload="none"') == 2
    assert f'href="{ADDRESS.replace("&", "&amp;")}#t=170"' in horn
    assert 'class="time"' not in bell
    assert 'class="player"' not in bell
    assert list_problems(book, site) == []


def test_the_e_book_links_to_published_recordings_and_holds_none(book: Book, folder: Path) -> None:
    """A file would make it large, and few reading systems play it."""
    data = epub.make_epub(book, folder)
    assert prove_whole_epub(book, data, PROVING_RUNNER).problems == ()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        pages = {name.rpartition("/")[2]: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    assert f'href="{ADDRESS.replace("&", "&amp;")}#t=170"' in pages["horn.xhtml"]
    assert 'class="time"' not in pages["lamp.xhtml"]
    assert not any(name.endswith((".wav", ".mp3")) for name in pages)


def test_search_engines_are_told_of_recordings(book: Book, site: Mapping[str, bytes]) -> None:
    """With media type, SHA-256 and duration, as far as they are known."""
    lamp, horn, bell = (read_data(site[f"{name}.html"]) for name in ("lamp", "horn", "bell"))
    first, second = book.interviews[2].recordings
    assert lamp["associatedMedia"] == [
        {
            "@type": "AudioObject",
            "contentUrl": first.target,
            "encodingFormat": "audio/wav",
            "sha256": first.sha256,
            "duration": "PT120S",
        },
        {
            "@type": "AudioObject",
            "contentUrl": second.target,
            "encodingFormat": "audio/wav",
            "sha256": second.sha256,
        },
    ]
    assert horn["associatedMedia"] == [
        {"@type": "AudioObject", "contentUrl": ADDRESS, "encodingFormat": "audio/mpeg", "duration": "PT7200S"}
    ]
    assert "associatedMedia" not in bell


def test_a_citation_says_when_it_was_said(site: Mapping[str, bytes]) -> None:
    """A turn without a time, or without a recording, is cited as before."""
    lamp, bell = (html_parser.fromstring(site[f"{name}.html"]) for name in ("lamp", "bell"))
    assert lamp.get_element_by_id("cite-q6").text_content().endswith(" (2026), Q6, at 2:05.")
    assert lamp.get_element_by_id("cite-a6").text_content().endswith(" (2026), A6.")
    assert bell.get_element_by_id("cite-q6").text_content().endswith(" (2026), Q6.")


def read_data(page: bytes) -> dict[str, Any]:
    (script,) = html_parser.fromstring(page).xpath("//script[@type='application/ld+json']")
    return dict(json.loads(script.text))


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59, "0:59"), (754, "12:34"), (3600, "1:00:00"), (36061, "10:01:01")]
)
def test_times_are_written_as_people_write_them(seconds: int, text: str) -> None:
    assert format_mark(seconds) == text


# --- sabotage -------------------------------------------------------------------------------------------


def change(old: str, new: str, page: str = "lamp.html") -> Callable[[Files], None]:
    """Return a change of one page."""

    def spoil(files: Files) -> None:
        text = files[page].decode()
        assert old in text
        files[page] = text.replace(old, new, 1).encode()

    return spoil


def move_a_time(files: Files) -> None:
    """Put the time of a question beside the answer to it."""
    text = files["lamp.html"].decode()
    start = text.index(' <a class="time"')
    end = text.index("</a>", start) + 4
    mark, rest = text[start:end], text[:start] + text[end:]
    files["lamp.html"] = rest.replace('<a href="#a1">A1</a>', f'<a href="#a1">A1</a>{mark}', 1).encode()


def replace_a_recording(files: Files) -> None:
    name = next(name for name in files if name.startswith("recordings/"))
    files[name] = draw_tone(1)


def add_a_recording(files: Files) -> None:
    files["recordings/other.wav"] = draw_tone(1)


SPOILED = {
    "the time is another": (change(">1:10</a>", ">1:11</a>"), "time-marks-are-true", "Q5 of “lamp” has “1:11”"),
    "the moment is another": (change("#t=70", "#t=7"), "time-marks-are-true", "#t=7), not “1:10”"),
    "another file plays": (
        change('href="recordings/lamp-2-', 'href="recordings/lamp-1-'),
        "time-marks-are-true",
        "Q6 of “lamp”",
    ),
    "another site plays": (
        change('class="time" href="https://example.org/', 'class="time" href="https://example.com/', "horn.html"),
        "time-marks-are-true",
        "https://example.com/",
    ),
    "a time is gone": (change('class="time"', 'class="cite"'), "", ""),
    "a time stands at another turn": (move_a_time, "time-marks-are-true", "A1 of “lamp” has “0:01”"),
    "a player plays another file": (
        change('preload="none" src="recordings/lamp-1-', 'preload="none" src="recordings/lamp-2-'),
        "time-marks-are-true",
        "“lamp” plays audio “recordings/lamp-2-",
    ),
    "a player is gone": (change("<audio ", "<span ", "horn.html"), "time-marks-are-true", "“horn” plays nothing"),
    "a player plays by itself": (change("<audio controls", "<audio autoplay controls"), "markup-is-true", "autoplay"),
    "an interview without a recording plays one": (
        change("</article>", '<audio src="recordings/x.wav"></audio></article>', "bell.html"),
        "time-marks-are-true",
        "“bell” plays audio “recordings/x.wav”, not nothing",
    ),
    "the frame plays something": (
        change("</main>", '<audio src="recordings/x.wav"></audio></main>', "bell.html"),
        "nothing-acts",
        "audio",
    ),
    "the name for a screen reader is another": (
        change('aria-label="Recording 1:10"', 'aria-label="Recording 1:20"'),
        "markup-is-true",
        "1:20",
    ),
    "a citation says another time": (change("Q6, at 2:05.", "Q6, at 2:15."), "citations-are-true", "at 2:15"),
    "search engines are told of another file": (
        change('"contentUrl": "recordings/lamp-1-', '"contentUrl": "recordings/lamp-2-'),
        "claims-are-true",
        "associatedMedia",
    ),
    "the recording is another": (replace_a_recording, "recordings-are-kept", "holds another recording as"),
    "there is another recording": (add_a_recording, "files-are-known", "recordings/other.wav"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_the_proof_notices(name: str, book: Book, site: Mapping[str, bytes]) -> None:
    spoil, rule, words = SPOILED[name]
    files = dict(site)
    spoil(files)
    problems = list_problems(book, files)
    assert problems
    assert any(problem.startswith(rule) and words in problem for problem in problems), problems


def test_a_recording_that_is_gone_is_missed(book: Book, site: Mapping[str, bytes]) -> None:
    files = {name: data for name, data in site.items() if not name.startswith("recordings/")}
    assert sum("does not hold the file “recordings/" in problem for problem in list_problems(book, files)) == 2


def test_the_proof_notices_times_of_another_book(book: Book, site: Mapping[str, bytes]) -> None:
    """The model is right and the page is old: a second later, another offset, no recording at all."""
    lamp = book.interviews[2]
    parts = (lamp.recordings[0], replace(lamp.recordings[1], offset=121))
    for recordings in (parts, parts[:1], ()):
        changed = replace(lamp, recordings=recordings, reading_key="")
        other = replace(book, parts=(replace(book.parts[0], interviews=(*book.interviews[:2], changed)),))
        assert any(problem.startswith("time-marks-are-true") for problem in list_problems(other, site))


# --- size -----------------------------------------------------------------------------------------------


def test_recordings_that_are_too_large_together_are_refused(
    book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is set; the PDF does not copy them."""
    monkeypatch.setattr(players, "MOST_BYTES_IN_ALL", 1_000_000)
    (problem,) = FORMATS["html"].validate(book, folder)
    assert (str(problem.rule), problem.sentence) == (
        "recordings-are-small",
        "the recordings that the web edition would copy have 1 MB",
    )
    assert FORMATS["pdf"].validate(book, folder) == ()


def test_the_page_of_a_pack_plays_nothing(book: Book, folder: Path) -> None:
    """It has no recordings; `test_recording_entries` sees that they are left out."""
    silent = tuple(replace(interview, recordings=(), reading_key="") for interview in book.interviews)
    files = html.make_html(replace(book, parts=(replace(book.parts[0], interviews=silent),)), folder)
    assert not any(name.startswith("recordings/") for name in files)
    assert b'class="time"' not in files["lamp.html"]
