"""Citations: a sentence for readers, records for reference managers, and their proof."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import lxml.html
import pytest

from onrecord.editions import html
from onrecord.editions.page_templates import PageTemplates
from onrecord.model import Book, Interview, Person, Role, SourceLocation, TextLine
from onrecord.model.page_numbers import PageStart, Pagination
from onrecord.proof import prove_html
from onrecord.proof.reading import citation_sentences
from onrecord.proof.rules.html import prove_web_edition
from onrecord.runtime.interface_texts import get_language
from onrecord.wording.citation import build_citation, build_citation_records
from tests.support import sample
from tests.support.workers import PROVING_RUNNER

HERE = SourceLocation("interviews/how-it-works.md", 1)
KALIKA = Person("Arnaud Kalika", Role.INTERVIEWEE, "Chief Editor")


def build_interview(*people: Person, title: str = "On Trade", byline: str = "", **changes: Any) -> Interview:
    words = TextLine(byline, HERE) if byline else None
    return replace(sample.HOW, title=TextLine(title, HERE), byline=words, people=people, **{"date": None, **changes})


PLAIN_BOOK = Book("b", "Talks", "en", date(2026, 5, 2), (), HERE, publisher="The Club")
FULL_BOOK = replace(
    PLAIN_BOOK,
    subtitle="Ten of Them",
    editors=("Ada King",),
    url="https://example.org/b/",
    identifier="urn:isbn:9783161484100",
)


# --- the sentence -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("interview", "book", "place", "sentence"),
    [
        (
            build_interview(KALIKA, byline="Valdaiclub.com interview with Arnaud Kalika, Chief Editor."),
            PLAIN_BOOK,
            ("14", "a7", "A7"),
            "Arnaud Kalika, “On Trade,” interview by Valdaiclub.com, in Talks (The Club, 2026), 14, A7.",
        ),
        (
            build_interview(KALIKA, byline="An interview with Arnaud Kalika"),
            FULL_BOOK,
            ("14", "a7", "A7"),
            "Arnaud Kalika, “On Trade,” in Talks: Ten of Them, ed. Ada King (The Club, 2026), 14, A7, "
            "https://example.org/b/how-it-works.html#a7.",
        ),
        (
            build_interview(
                KALIKA, Person("Eva Ruiz", Role.INTERVIEWER), Person("Bo Li", Role.MODERATOR), date=date(2026, 4, 1)
            ),
            PLAIN_BOOK,
            (),
            "Arnaud Kalika, “On Trade,” interview by Eva Ruiz and Bo Li, 1 April 2026, in Talks (The Club, 2026).",
        ),
        (build_interview(title="What Is “Trade”?"), PLAIN_BOOK, (), "“What Is ‘Trade’?,” in Talks (The Club, 2026)."),
        (
            build_interview(KALIKA, title="Vom Handel", language="de", byline="Gespräch"),
            PLAIN_BOOK,
            ("iv", "q1", "Q1"),
            "Arnaud Kalika, „Vom Handel“, in Talks (The Club, 2026), iv, Q1.",
        ),
        (
            build_interview(*(Person(f"Guest {name}", Role.INTERVIEWEE) for name in "ABCD")),
            PLAIN_BOOK,
            (),
            "Guest A et al., “On Trade,” in Talks (The Club, 2026).",
        ),
        (
            build_interview(*(Person(f"Guest {name}", Role.INTERVIEWEE) for name in "ABC")),
            replace(PLAIN_BOOK, publisher=""),
            (),
            "Guest A, Guest B, and Guest C, “On Trade,” in Talks (2026).",
        ),
    ],
    ids=["outlet", "whole", "people", "question", "german", "many", "three"],
)
def test_a_citation_names_all_that_is_known(
    interview: Interview, book: Book, place: tuple[str, ...], sentence: str
) -> None:
    """Interviewee, title, interviewer, book, publisher, year, page, address (CMOS 17 §14.211)."""
    assert str(build_citation(interview, book, *place)) == sentence


# --- records ----------------------------------------------------------------------------------------

# The part of CSL-JSON that we write, after the CSL 1.0.2 specification, appendices III (types) and IV (variables),
# and the names and dates of its csl-data.json, written by hand because no package contains the schema.
_TEXTS = {"id", "type", "title", "container-title", "publisher", "edition", "page", "language", "ISBN", "URL"}
_NAMES = {"author", "interviewer", "translator", "editor"}
_DATES = {"issued", "event-date"}


def list_csl_faults(record: dict[str, Any]) -> list[str]:
    """Return the fields of a record that are not valid CSL-JSON."""
    faults = [name for name in record if name not in _TEXTS | _NAMES | _DATES]
    faults += [name for name in _TEXTS & record.keys() if not isinstance(record[name], str) or not record[name]]
    faults += [name for name in ("id", "type") if name not in record]
    for name in _NAMES & record.keys():
        kinds = [set(person) for person in record[name]]
        faults += [
            name for kind in kinds if kind not in ({"literal"}, {"family", "given"}, {"family", "given", "suffix"})
        ]
        faults += [
            name for person in record[name] if not all(isinstance(part, str) and part for part in person.values())
        ]
    for name in _DATES & record.keys():
        ((year, month, day),) = record[name]["date-parts"]
        date(year, month, day)
    return faults


@pytest.mark.parametrize("book", [sample.BOOK, sample.hostile(), FULL_BOOK], ids=["sample", "hostile", "whole"])
def test_csl_json_is_valid(book: Book) -> None:
    for interview in [*book.interviews, build_interview(KALIKA)]:
        (record,) = json.loads(build_citation_records(interview, book, ("12", "13", "18"))[".csl.json"])
        assert list_csl_faults(record) == []
        assert record["type"] == "interview"
        assert record["title"] == interview.title.text
        assert record["page"] == "12-18"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Arnaud Kalika", {"given": "Arnaud", "family": "Kalika"}),
        ("Martin Luther King Jr.", {"given": "Martin Luther", "family": "King", "suffix": "Jr."}),
        ("Ursula von der Leyen", {"given": "Ursula", "family": "von der Leyen"}),
        ("Cher", {"literal": "Cher"}),
        ("The Publications Desk", {"literal": "The Publications Desk"}),
        ("An editor", {"literal": "An editor"}),
        ("Valdaiclub.com", {"literal": "Valdaiclub.com"}),
        ("Smith & Sons", {"literal": "Smith & Sons"}),
        ("Studio 54", {"literal": "Studio 54"}),
    ],
)
def test_only_names_of_people_are_split(name: str, parts: dict[str, str]) -> None:
    (record,) = json.loads(
        build_citation_records(build_interview(Person(name, Role.INTERVIEWEE)), PLAIN_BOOK, ())[".csl.json"]
    )
    assert record["author"] == [parts]
    assert "page" not in record


def test_an_institution_is_no_person() -> None:
    """The publisher, an outlet or an affiliation may look like the name of a person."""
    interview = build_interview(Person("On Record", Role.INTERVIEWEE), byline="Russia Today interview with On Record")
    (record,) = json.loads(
        build_citation_records(interview, replace(PLAIN_BOOK, publisher="On Record"), ())[".csl.json"]
    )
    assert (record["author"], record["interviewer"]) == ([{"literal": "On Record"}], [{"literal": "Russia Today"}])


def test_a_person_in_the_byline_is_no_institution() -> None:
    """`Cabin Desk` is a neutral name of two words, listed as the person who asks."""
    interview = build_interview(
        Person("Harbour Pilot", Role.INTERVIEWEE),
        Person("Cabin Desk", Role.INTERVIEWER),
        byline="Cabin Desk’s interview with Harbour Pilot",
    )
    (record,) = json.loads(build_citation_records(interview, PLAIN_BOOK, ())[".csl.json"])
    assert record["interviewer"] == [{"family": "Desk", "given": "Cabin"}]
    assert citation_sentences.find_outlet(interview) == []


def test_bibtex_is_safe_in_tex() -> None:
    """Special characters are escaped, braces are balanced, addresses are unchanged."""
    interview = build_interview(KALIKA, Person("R&D {team}", Role.INTERVIEWEE), title=r"50% of $1_000 ~ C:\new #1 ^")
    text = build_citation_records(interview, FULL_BOOK, ("12",))[".bib"].decode()
    assert text.startswith("@incollection{how-it-works,\n")
    assert r"title = {{50\% of \$1\_000 \textasciitilde{} C:\textbackslash{}new \#1 \textasciicircum{}}}," in text
    assert r"author = {Kalika, Arnaud and {R\&D \{team\}}}," in text
    assert "  pages = {12},\n" in text
    assert "  url = {https://example.org/b/how-it-works.html},\n" in text
    assert "keywords = {interview}" in text
    unescaped = re.sub(r"\\[{}]", "", text)
    assert unescaped.count("{") == unescaped.count("}")


def test_ris_has_a_field_on_each_line() -> None:
    """A line end in a title does not start another field."""
    text = build_citation_records(build_interview(KALIKA, title="One\nER  - two"), FULL_BOOK, ("12", "18"))[
        ".ris"
    ].decode()
    lines = text.split("\r\n")
    assert lines[0] == "TY  - CHAP"
    assert lines[-2:] == ["ER  - ", ""]
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines[:-1])
    assert {"TI  - One ER - two", "AU  - Kalika, Arnaud", "T2  - Talks: Ten of Them", "SP  - 12", "EP  - 18"} <= set(
        lines
    )


HEBREW = build_interview(
    Person("דנה לוי", Role.INTERVIEWER),
    Person("יוסי כהן", Role.INTERVIEWEE),
    Person("Ada King", Role.TRANSLATOR),
    title="אור הנמל 24",
)
HEBREW_BOOK = replace(FULL_BOOK, editors=("דנה לוי", "Ada King"), publisher="הוצאת הנמל")


def test_names_that_run_against_a_citation_are_marked_and_never_copied() -> None:
    cited = build_citation(HEBREW, HEBREW_BOOK)
    assert cited.marked_before.startswith("\ufdd0יוסי כהן\ufdd2, “\ufdd0אור הנמל 24\ufdd2,” interview by ")
    assert "\ufdd2 and Ada King (\ufdd0הוצאת הנמל\ufdd2, 2026)" in cited.marked_after
    assert "\ufdd0" not in str(cited) + cited.before + cited.after
    assert str(cited) == citation_sentences.expect_citation(HEBREW, HEBREW_BOOK)
    for record in build_citation_records(HEBREW, HEBREW_BOOK, ("7",)).values():
        assert re.search("[\u2066-\u2069\ufdd0-\ufdd2]", record.decode()) is None


def test_addresses_are_isolated_in_a_citation_from_the_right() -> None:
    interview = replace(HEBREW, language="he")
    cited = build_citation(interview, HEBREW_BOOK, "7", "a1", "A1", "12:30")
    assert "\ufdd1A1\ufdd2, " in cited.marked_after
    assert "\ufdd1https://example.org/b/how-it-works.html#a1\ufdd2." in cited.marked_after
    assert "\ufdd1Ada King\ufdd2" in cited.marked_before
    assert "\ufdd0" not in cited.marked_before


def test_the_cover_sheet_of_an_off_print_isolates_names() -> None:
    cited = build_citation(HEBREW, HEBREW_BOOK)
    sheet = PageTemplates(None).fill_template(
        "print/offprint.html",
        book=HEBREW_BOOK,
        interview=HEBREW,
        guests="",
        citation=cited,
        words=get_language("en").texts,
        date="2 May 2026",
    )
    assert '<bdi dir="rtl">יוסי כהן</bdi>, “<bdi dir="rtl">אור הנמל 24</bdi>,” interview by <bdi' in sheet
    assert ' and Ada King (<bdi dir="rtl">הוצאת הנמל</bdi>, 2026)' in sheet


# --- in the web edition -----------------------------------------------------------------------------

PAGES = Pagination(
    "The Press",
    {"how-it-works": (PageStart("7", 0), PageStart("8", 400)), "auf-deutsch": (PageStart("9", 0),)},
    ("7", "8", "9"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return html.make_html(sample.BOOK, tmp_path_factory.mktemp("book"), PAGES)


def test_every_turn_links_to_its_citation(site: dict[str, bytes]) -> None:
    """Without a script: the citation names the printed page and the address of the turn."""
    page = lxml.html.document_fromstring(site["how-it-works.html"])
    links = page.xpath('//section[contains(@class, "turn")]/p[@class="address"]/a[@class="cite"]/@href')
    assert links == [f"#cite-{turn.id}" for turn in sample.HOW.turns]
    lines = {link: " ".join(page.get_element_by_id(link[1:]).text_content().split()) for link in links}
    assert ", 7, A1, https://example.org/parts/how-it-works.html#a1." in lines["#cite-a1"]
    assert ", 8, A2, https://example.org/parts/how-it-works.html#a2." in lines["#cite-a2"]


def test_records_are_linked_and_stand_beside_the_page(site: dict[str, bytes]) -> None:
    page = lxml.html.document_fromstring(site["how-it-works.html"])
    records = '//link[@rel="alternate"][not(@type="application/atom+xml")]'
    for path in (records, '//section[@id="cite"]//a[@type]'):
        links = {link.get("type"): link.get("href") for link in page.xpath(path)}
        assert links == {
            "application/vnd.citationstyles.csl+json": "how-it-works.csl.json",
            "application/x-bibtex": "how-it-works.bib",
            "application/x-research-info-systems": "how-it-works.ris",
        }
        assert set(links.values()) <= site.keys()
    (record,) = json.loads(site["how-it-works.csl.json"])
    assert record["page"] == "7-8"


@pytest.fixture(scope="module")
def hebrew_site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Book, dict[str, bytes]]:
    """Return an English book with Hebrew names, titles and notes, and its web edition."""
    people = (*HEBREW.people[:2], replace(HEBREW.people[2], note="מתרגמת 24, בנמל"))
    interview = replace(sample.HOW, people=people, title=HEBREW.title)
    german = next(line for line in sample.BOOK.interviews if line.slug != interview.slug)
    parts = (replace(sample.BOOK.parts[0], interviews=(interview, german)),)
    book = replace(sample.BOOK, parts=parts, editors=HEBREW_BOOK.editors, publisher=HEBREW_BOOK.publisher)
    return book, html.make_html(book, tmp_path_factory.mktemp("hebrew"), PAGES)


def test_names_are_isolated_on_every_page(hebrew_site: tuple[Book, dict[str, bytes]]) -> None:
    """A name would drag the numbers, commas and names beside it into its own order."""
    book, site = hebrew_site
    assert [str(problem) for problem in prove_web_edition(book, site, PROVING_RUNNER).problems] == []
    title, guest = '<bdi dir="rtl">אור הנמל 24</bdi>', '<bdi dir="rtl">יוסי כהן</bdi>'
    publisher = '<bdi dir="rtl">הוצאת הנמל</bdi>'
    pages = {name: data.decode() for name, data in site.items() if name.endswith(".html")}
    assert f'<p class="citation">{guest}, “{title},” interview by <bdi' in pages["how-it-works.html"]
    assert f", {publisher}</span>, <time" in pages["how-it-works.html"]
    assert f">{title}</a>" in pages["index.html"]
    assert f'<span class="who">{guest}</span>' in pages["index.html"]
    assert '<bdi dir="rtl">מתרגמת 24, בנמל.</bdi></span>' in pages["contributors.html"]
    assert f">{title}</a>." in pages["contributors.html"]


@pytest.mark.parametrize(
    ("file", "place"),
    [
        ("how-it-works.html", '<p class="citation">'),
        ("how-it-works.html", '<li id="cite-a2">'),
        ("how-it-works.html", '<footer class="site">'),
        ("how-it-works.html", '<nav class="outline"'),
        ("auf-deutsch.html", '<nav class="turning"'),
        ("index.html", '<p class="people">'),
        ("index.html", '<ol class="list">'),
        ("contributors.html", '<dl class="contributors'),
    ],
)
def test_a_name_that_is_not_isolated_is_caught(
    hebrew_site: tuple[Book, dict[str, bytes]], file: str, place: str
) -> None:
    book, site = hebrew_site
    text = site[file].decode()
    before, start, after = text.partition(place)
    spoiled = before + start + re.sub(r"<bdi[^>]*>([^<]*)</bdi>", r"\1", after, count=1)
    assert start
    assert spoiled != text
    assert prove_web_edition(book, {**site, file: spoiled.encode()}, PROVING_RUNNER).problems


def test_the_proof_accepts_correct_citations(site: dict[str, bytes]) -> None:
    assert [str(problem) for problem in prove_html(sample.BOOK, site, PROVING_RUNNER).problems] == []


@pytest.mark.parametrize(
    ("file", "change", "rule"),
    [
        ("how-it-works.html", lambda text: text.replace(", 8, A2", ", 9, A2"), "citations-are-true"),
        ("how-it-works.html", lambda text: text.replace('id="cite-a2"', 'id="cite-x2"'), "citations-are-true"),
        (
            "how-it-works.html",
            lambda text: text.replace("How It Works: a Conversation of Parts,” interview", "Wrong,” interview"),
            "citations-are-true",
        ),
        ("how-it-works.html", lambda text: text.replace('href="#cite-a2"', 'href="#cite-a1"'), "addresses-are-right"),
        ("how-it-works.html", lambda text: text.replace(">cite</a>", ">excite</a>", 1), "addresses-are-right"),
        ("how-it-works.csl.json", lambda text: text.replace("7-8", "8-9"), "citations-are-true"),
        ("how-it-works.csl.json", lambda text: text.replace("The proof", "The proofs"), "citations-are-true"),
        ("how-it-works.csl.json", lambda text: text[:-4], "citations-are-true"),
    ],
    ids=["page", "line lost", "title", "link", "word", "record's page", "record's name", "record broken"],
)
def test_an_altered_citation_is_caught(
    site: dict[str, bytes], file: str, change: Callable[[str], str], rule: str
) -> None:
    text = site[file].decode()
    assert change(text) != text
    report = prove_html(sample.BOOK, {**site, file: change(text).encode()}, PROVING_RUNNER)
    assert {problem.rule for problem in report.problems} == {rule}
