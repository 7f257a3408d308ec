"""Links between an interview and its translations lead to the same turn, and the proof checks each by itself."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.editions import epub, html
from onrecord.manuscript import checks
from onrecord.manuscript.conversation import Conversation
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.markdown import BodyPiece
from onrecord.manuscript.read_book import read_book
from onrecord.model import Book, Heading, Interview, Paragraph, Role, Strong, Text, TextLine
from onrecord.model.interview import TranslationOf
from onrecord.model.problems import Problem
from onrecord.model.rule import Severity
from onrecord.model.turn_pairs import Pairing, pair_turns
from onrecord.model.versions import list_versions
from onrecord.packs import clearance, selection
from onrecord.packs.clearance import ReleaseOptions
from onrecord.pipeline import offprints
from onrecord.pipeline.load import get_current_time
from onrecord.proof import prove_web_edition, prove_whole_epub
from onrecord.proof.reading.expected_versions import expect_versions
from tests.proof.test_sabotage_epub import repack
from tests.support.translated import LAMPE, MENORA, write_book, write_interview
from tests.support.workers import PROVING_RUNNER

pytestmark = pytest.mark.usefixtures("same_fonts_and_cover")

MERGED = LAMPE.replace("**Wer löscht sie?**\n\nNiemand", "Niemand")
PAIRS = "pairs:\n  a1: a1 q2 a2\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with an original, a translation that merges turns, and one into Hebrew."""
    home = write_book(tmp_path_factory.mktemp("book"), translation=MERGED, keys=PAIRS)
    write_interview(home, "menora", "he", MENORA, "translation_of: lamp\n")
    (home / "packs").mkdir()
    agenda = "agenda: [{{title: The lamp, interviews: [{}]}}]\n"
    for name, chosen in (
        ("alone", "lampe"),
        ("both", "lamp, lampe"),
        ("cut", '"lamp#q3-a3", "menora#a2-a3", "lampe#q1-a1"'),
    ):
        text = f"title: The lamp\ndate: 2026-02-01 09:00 UTC\n{agenda.format(chosen)}"
        (home / "packs" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def book(folder: Path) -> Book:
    return read_book(folder)


@pytest.fixture(scope="module")
def site(book: Book, folder: Path) -> dict[str, bytes]:
    return html.make_html(book, folder)


@pytest.fixture(scope="module")
def e_book(book: Book, folder: Path) -> bytes:
    return epub.make_epub(book, folder)


def list_links(page: bytes, turn: str) -> list[str]:
    """Return where the links to other languages lead that a turn has."""
    section = re.search(rf'<section class="turn \w+" id="{turn}".*?</section>', page.decode(), re.DOTALL)
    assert section
    return re.findall(r'<a class="version" href="([^"]+)"', section.group())


def test_each_turn_leads_to_the_same_turn(site: dict[str, bytes]) -> None:
    """Through the original from one translation to another, and from a merged turn to the first of its turns."""
    assert list_links(site["lamp.html"], "a2") == ["lampe.html#a1", "menora.html#a2"]
    assert list_links(site["lampe.html"], "a1") == ["lamp.html#a1", "menora.html#a1"]
    assert list_links(site["lampe.html"], "q2") == ["lamp.html#q3", "menora.html#q3"]
    assert list_links(site["menora.html"], "a3") == ["lamp.html#a3", "lampe.html#a2"]


def test_each_page_names_the_other_languages(site: dict[str, bytes]) -> None:
    """For readers in the head and above the text, and for search engines."""
    page = site["lampe.html"].decode()
    assert '<link rel="alternate" hreflang="he" href="menora.html">' in page
    assert '<link rel="alternate" hreflang="de" href="lampe.html">' in page
    assert '<a href="menora.html" hreflang="he" lang="he">עברית</a>' in page
    assert '"translationOfWork": {\n  "@type": "Article",\n  "headline": "Lamp"' in page
    assert '"workTranslation": [' in site["lamp.html"].decode()
    assert "hreflang" not in site["index.html"].decode()


def test_the_e_book_links_both_ways(e_book: bytes) -> None:
    """And says in which languages it is."""
    archive = zipfile.ZipFile(io.BytesIO(e_book))
    assert list_links(archive.read("EPUB/lamp.xhtml"), "q3") == ["lampe.xhtml#q2", "menora.xhtml#q3"]
    assert list_links(archive.read("EPUB/lampe.xhtml"), "q2") == ["lamp.xhtml#q3", "menora.xhtml#q3"]
    package = archive.read("EPUB/content.opf").decode()
    assert re.findall("<dc:language>(.*?)</dc:language>", package) == ["en", "de", "he"]
    assert "Eva Tide" in package


def list_problems(book: Book, site: dict[str, bytes], e_book: bytes) -> tuple[Problem, ...]:
    reports = prove_web_edition(book, site, PROVING_RUNNER), prove_whole_epub(book, e_book, PROVING_RUNNER)
    return tuple(problem for report in reports for problem in report.problems)


def test_the_editions_are_proved(book: Book, site: dict[str, bytes], e_book: bytes) -> None:
    assert list_problems(book, site, e_book) == ()


# --- sabotage of the files --------------------------------------------------------------------------

SPOILS: dict[str, Callable[[str], str]] = {
    "a link to the next turn": lambda page: page.replace('lampe.html#q2"', 'lampe.html#a2"', 1),
    "a link to another page": lambda page: page.replace('href="menora.html#a3"', 'href="lampe.html#a3"', 1),
    "a lost link": lambda page: re.sub(r' <a class="version"[^>]*>HE</a>', "", page, count=1),
    "a link too many": lambda page: page.replace(
        'class="version"', 'class="version" href="lampe.html#a1" hreflang="de" lang="de">XX</a> <a class="version"', 1
    ),
    "another language": lambda page: page.replace('hreflang="he" lang="he" aria', 'hreflang="ar" lang="he" aria', 1),
    "another name": lambda page: page.replace(">Deutsch<", ">English<", 1),
    "words in the list of languages": lambda page: page.replace(
        "</a></nav>\n</header>", "</a> buy</nav>\n</header>", 1
    ),
    "a lost list of languages": lambda page: re.sub(r'<nav class="versions".*?</nav>\n', "", page),
    "a lost link in the head": lambda page: re.sub(r'<li class="to-version">.*?</li>\n', "", page, count=1),
    "another page for search engines": lambda page: page.replace('"he" href="menora', '"he" href="lampe', 1),
    "a lost language for search engines": lambda page: re.sub(r'<link rel="alternate" hreflang="he".*?>\n', "", page),
    "a lost translation in the data": lambda page: page.replace('"workTranslation"', '"hasPart"', 1),
}


@pytest.mark.parametrize("name", SPOILS)
def test_a_spoiled_page_is_refused(name: str, book: Book, site: dict[str, bytes]) -> None:
    page = site["lamp.html"].decode()
    spoiled = SPOILS[name](page)
    assert spoiled != page
    assert prove_web_edition(book, {**site, "lamp.html": spoiled.encode()}, PROVING_RUNNER).problems


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("lamp.xhtml#q3", "lamp.xhtml#q2"),
        ('<a href="menora.xhtml" hreflang="he"', '<a href="lamp.xhtml" hreflang="he"'),
        (">Hebrew<", ">x<"),
        ("<dc:language>he</dc:language>", ""),
    ],
)
def test_a_spoiled_e_book_is_refused(old: str, new: str, book: Book, e_book: bytes) -> None:
    old = old.replace("Hebrew", "עברית")
    name = "EPUB/content.opf" if old.startswith("<dc") else "EPUB/lampe.xhtml"

    def spoil(file: str, data: bytes) -> bytes:
        assert file != name or old in data.decode()
        return data.decode().replace(old, new, 1).encode() if file == name else data

    assert prove_whole_epub(book, repack(e_book, spoil), PROVING_RUNNER).problems


# --- sabotage of our own pairing --------------------------------------------------------------------


def shift_pairs(original: Interview, translation: Interview) -> Pairing:
    """Pair each turn with the one after its own."""
    pairing = pair_turns(original, translation)
    originals = [pair.originals for pair in pairing.pairs]
    pairs = zip(pairing.pairs, [*originals[1:], originals[0]], strict=True)
    return replace(pairing, pairs=tuple(replace(pair, originals=moved) for pair, moved in pairs))


def drop_a_pair(original: Interview, translation: Interview) -> Pairing:
    """Forget the last pair."""
    pairing = pair_turns(original, translation)
    return replace(pairing, pairs=pairing.pairs[:-1])


@pytest.mark.parametrize("change", [shift_pairs, drop_a_pair])
def test_a_wrong_pairing_is_refused(
    change: Callable[[Interview, Interview], Pairing], book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof does not ask the code that paired the turns."""
    monkeypatch.setattr("onrecord.model.versions.pair_turns", change)
    spoiled = html.make_html(book, folder)
    assert prove_web_edition(book, spoiled, PROVING_RUNNER).problems
    assert prove_whole_epub(book, epub.make_epub(book, folder), PROVING_RUNNER).problems


# --- a part of the book -----------------------------------------------------------------------------


def choose_pack(folder: Path, book: Book, name: str) -> Book:
    pack, problems = selection.survey_pack(folder, book, name, ReleaseOptions(get_current_time()))
    assert pack is not None
    assert [problem for problem in problems if problem.severity is Severity.ERROR] == []
    return selection.add_pointers(pack, None)


def test_a_pack_with_the_translation_alone_has_no_links_and_keeps_its_credit(folder: Path, book: Book) -> None:
    """Nothing leads out of the pack."""
    pack = choose_pack(folder, book, "alone")
    files, data = html.make_html(pack, folder), epub.make_epub(pack, folder)
    page = files["lampe.html"].decode()
    assert "Übersetzung: Eva Tide; Originalsprache: Englisch" in page
    assert "hreflang" not in page
    assert "translationOfWork" not in page
    assert list_problems(pack, files, data) == ()


def test_a_pack_with_both_has_links(folder: Path, book: Book) -> None:
    pack = choose_pack(folder, book, "both")
    files, data = html.make_html(pack, folder), epub.make_epub(pack, folder)
    assert list_links(files["lampe.html"], "a1") == ["lamp.html#a1"]
    assert list_problems(pack, files, data) == ()


def test_extracts_link_the_turns_that_both_have(folder: Path, book: Book) -> None:
    """An extract has a page of its own; one that shares no turn is no other language of it."""
    pack = choose_pack(folder, book, "cut")
    files, data = html.make_html(pack, folder), epub.make_epub(pack, folder)
    page = files["lamp-q3-a3.html"]
    assert list_links(page, "q3") == ["menora-a2-a3.html#q3"]
    assert (
        "lampe"
        not in re.sub(r"<nav class=\"(?:outline|turning)\".*?</nav>", "", page.decode(), flags=re.DOTALL).split(
            "</header>", 2
        )[1]
    )
    assert list_links(files["menora-a2-a3.html"], "a2") == ["lampe-q1-a1.html#a1"]
    assert list_problems(pack, files, data) == ()


def test_an_off_print_of_a_translation_has_no_links(folder: Path, book: Book) -> None:
    offprint = offprints.reduce_to_interview(book, "lampe")
    files = html.make_html(offprint, folder)
    assert "hreflang" not in files["lampe.html"].decode()
    assert prove_web_edition(offprint, files, PROVING_RUNNER).problems == ()


def test_a_translation_goes_out_without_an_original_that_is_held_back(folder: Path, book: Book) -> None:
    cleared = clearance.remove_interviews(book, {"lamp"})
    files, data = html.make_html(cleared, folder), epub.make_epub(cleared, folder)
    assert "hreflang" not in files["lampe.html"].decode()
    assert list_problems(cleared, files, data) == ()


# --- two ways to pair -------------------------------------------------------------------------------


def write_conversation(
    interview: Interview, kinds: list[str], ids: dict[int, str], headings: set[int], problems: Problems
) -> Interview:
    """Return the interview with other questions and answers, some with ids, with headings before some of them."""
    pieces = []
    for number, kind in enumerate(kinds):
        if number in headings:
            pieces.append(BodyPiece(Heading((Text(f"Part {number}"),), 2, interview.location)))
        words = Text(f"Lamp {number}")
        content = Strong((words,)) if kind == "q" else words
        pieces.append(BodyPiece(Paragraph((content,), interview.location), ids.get(number, "")))
    pieces.append(BodyPiece(Paragraph((Text("The end."),), interview.location)))
    _, conversation = Conversation(interview.people, problems).read_pieces(pieces)
    return replace(interview, conversation=conversation)


def invent_book(generator: random.Random, book: Book) -> tuple[Book, list[Problem]]:
    """Return an original and a translation that leaves turns out, or adds some, and says so in one of the ways.

    Return the problems of reading them, too: an id may stand where no turn begins.
    """
    kinds = [kind for _ in range(generator.randint(2, 5)) for kind in "qa"]
    translated = sorted(generator.sample(range(len(kinds)), generator.randint(1, len(kinds))))
    translated = translated if kinds[translated[0]] == "q" else [0, *translated]
    ids = {index: f"turn-{index}" for index in generator.sample(range(len(kinds)), generator.randint(0, len(kinds)))}
    headings = set(generator.sample(range(0, len(kinds), 2), generator.randint(0, 2)))
    here = [kinds[index] for index in translated]
    ids_here = {
        place: ids[index] for place, index in enumerate(translated) if index in ids and generator.random() < 0.8
    }
    headings_here = {place for place, index in enumerate(translated) if index in headings}
    has_pairs = generator.random() < 0.6
    alone = [
        ids.get(index, f"{kinds[index]}{index // 2 + 1}")
        for index in range(len(kinds))
        if index not in translated and generator.random() < 0.7
    ]
    original, translation, *_ = book.interviews
    named = (("none", TextLine(" ".join(alone), original.location)),) if has_pairs and alone else ()
    of = TranslationOf(original.slug, original.location, named)
    problems = Problems(original.location.file, [])
    interviews = (
        write_conversation(original, kinds, ids, headings, problems),
        replace(write_conversation(translation, here, ids_here, headings_here, problems), translation_of=of),
    )
    return replace(book, parts=(replace(book.parts[0], interviews=interviews),)), problems.entries


def test_proof_and_book_pair_turns_alike(book: Book) -> None:
    """Two algorithms agree on all invented books whose pairs are certain."""
    generator, compared = random.Random(7), 0
    for _ in range(200):
        invented, problems = invent_book(generator, book)
        if any(problem.severity is Severity.ERROR for problem in (*problems, *checks.check_book(invented))):
            continue
        compared += 1
        pairs = {slug: [dict(version.turns) for version in found] for slug, found in list_versions(invented).items()}
        proved = {slug: [dict(version.pairs) for version in found] for slug, found in expect_versions(invented).items()}
        assert pairs == proved, [interview.conversation for interview in invented.interviews]
    assert compared > 50


def test_the_translator_is_cited(site: dict[str, bytes], book: Book) -> None:
    assert [person.name for person in book.interviews[1].people if person.role is Role.TRANSLATOR] == ["Eva Tide"]
    assert "übers. von Eva Tide, in" in site["lampe.html"].decode()
