"""The web edition: complete pages without scripts for reading, network access or a server."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import lxml.etree
import lxml.html
import pytest
from fontTools.ttLib import TTFont

from onrecord.editions import html
from onrecord.model import Asset, Book, Figure, Part, iterate_blocks, walk_blocks
from onrecord.model.page_numbers import AFTER_LAST_LETTER, PageStart, Pagination
from onrecord.proof.rules.html import prove_web_edition
from onrecord.runtime.screen_faces import SCREEN_FACES
from tests.support import sample
from tests.support.workers import PROVING_RUNNER


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return html.make_html(sample.BOOK, tmp_path_factory.mktemp("book"))


SCRIPTS = ("theme.js", "site.js", "search.js")


def parse_pages(files: dict[str, bytes]) -> dict[str, Any]:
    return {name: lxml.html.document_fromstring(data) for name, data in files.items() if name.endswith(".html")}


def read_meta(page: Any, name: str) -> str:
    (element,) = page.xpath(f'//meta[@name="{name}" or @property="{name}"]')
    return str(element.get("content"))


def read_json_ld(page: Any) -> Any:
    (script,) = page.xpath("//script[not(@src)]")
    assert script.get("type") == "application/ld+json"
    return json.loads(script.text)


def test_a_site_has_a_cover_its_interviews_and_its_people(site: dict[str, bytes]) -> None:
    """No other file is written, and pictures keep their bytes."""
    assert {name for name in site if not name.startswith("fonts/")} == {
        "index.html",
        "404.html",
        "how-it-works.html",
        "auf-deutsch.html",
        "contributors.html",
        *(f"person_{name}.html" for name in ("an-editor", "the-proof", "a-translator", "the-toolchain")),
        "style.css",
        "images/proof.png",
        "images/scale.png",
        "theme.js",
        "site.js",
        "search.js",
        "search-1.js",
        "icon.svg",
        "sitemap.xml",
        "feed.xml",
        "how-it-works.csl.json",
        "how-it-works.bib",
        "how-it-works.ris",
        "auf-deutsch.csl.json",
        "auf-deutsch.bib",
        "auf-deutsch.ris",
    }
    picture = _find_picture()
    assert site["images/scale.png"] == picture.data


def _find_picture() -> Asset:
    return next(block.asset for block in walk_blocks(iterate_blocks(sample.HOW)) if isinstance(block, Figure))


def test_the_same_book_gives_the_same_bytes(site: dict[str, bytes], tmp_path: Path) -> None:
    """The folder differs."""
    assert html.make_html(sample.BOOK, tmp_path) == site


def test_every_link_inside_the_site_resolves(site: dict[str, bytes]) -> None:
    """Check pages, styles, pictures, fonts and every `#address`."""
    trees = parse_pages(site)
    for name, page in trees.items():
        for address in page.xpath("//@href | //@src"):
            if address.startswith("https://example.org/"):
                continue
            address = address.removeprefix("/parts/")
            file, _, identity = unquote(address).partition("#")
            assert (file or name) in site, f"{name}: {address}"
            if identity:
                trees[file or name].get_element_by_id(identity)
    for address in re.findall(r'url\("([^"]+)"\)', site["style.css"].decode()):
        assert address in site


def test_a_page_loads_nothing_from_outside_its_folder(site: dict[str, bytes]) -> None:
    """There are three scripts, which ask for nothing outside either, and no frame.

    The page for addresses that lead nowhere is shown at any address, so it names files by their path from the root.
    """
    lost = parse_pages(site)["404.html"]
    assert {*lost.xpath("//@src | //link/@href")} == {"/parts/theme.js", "/parts/style.css", "/parts/icon.svg"}
    for page in (page for name, page in parse_pages(site).items() if name != "404.html"):
        loaded = page.xpath("//@src | //link[@rel='stylesheet' or @rel='icon']/@href")
        assert not [address for address in loaded if ":" in address or address.startswith("/")]
        assert not page.xpath(
            "//iframe | //object | //embed | //form | //@srcset | //@style"
            " | //script[not(@type) and not(@src='theme.js' or @src='site.js' or @src='search.js')]"
        )
    for name in SCRIPTS:
        script = re.sub(r"//.*", "", site[name].decode())
        script = script.replace("await fetch(nameFile(address))", "")  # the recording that somebody plays
        assert not re.search(r"https?:|fetch|import\b|eval|innerHTML|XMLHttp|sendBeacon", script), name
    assert "//" not in re.sub(r"/\*.*?\*/", "", site["style.css"].decode(), flags=re.DOTALL)


def test_the_fonts_of_nearly_every_page_are_loaded_first(site: dict[str, bytes]) -> None:
    """Other fonts may come later; until then, words are shown in a font of the system."""
    assert b'--text-face: "EB Garamond", "EB Garamond (Georgia)"' in site["style.css"]  # its lines are as long
    assert site["style.css"].count(b"font-display: swap") == len([name for name in site if name.startswith("fonts/")])
    for name, page in parse_pages(site).items():
        fonts = "".join(page.xpath("//script[@src='theme.js']/@data-fonts")).split()
        first = [f"fonts/{face}.woff2" for face in ("EBGaramond-normal", "EBGaramond-italic", "SourceSans3-normal")]
        assert fonts == (first if page.xpath("//main[@id='main']//h1") and name != "404.html" else [])
        assert set(fonts) <= site.keys()


def test_letters_that_few_pages_have_are_in_fonts_of_their_own() -> None:
    """A page in English does not load Greek and Cyrillic; marks are in both files. The proof knows both."""
    others = "".join(map(chr, range(0x391, 0x3C0))) + "абвгдежзий"
    text = f"A café, “ﬁne” → a\u0301 Š. {others} а\u0301"
    question = replace(sample.HOW.turns[0], blocks=(sample.paragraph(text),))
    interview = replace(sample.HOW, conversation=(question,), introduction=(), footnotes=())
    book = replace(sample.BOOK, parts=(Part("", (interview,)),))
    files = html.make_html(book, Path("nowhere"))
    first, more = "fonts/EBGaramond-normal.woff2", "fonts/EBGaramond-normal-more.woff2"
    fonts: list[Any] = [TTFont(BytesIO(files[name])) for name in (first, more)]
    western, other = ({*font.getBestCmap()} for font in fonts)
    assert western & other == {0x301}
    assert {*map(ord, "éŠ“→ﬁ")} <= western
    assert {*map(ord, others)} - {0x3A2} <= other
    ranges = re.findall(
        r"EBGaramond-normal(?:-more)?\.woff2[^}]*unicode-range: ([^;}]*) }", files["style.css"].decode()
    )
    for css, points in zip(ranges, (western, other), strict=True):
        pairs = [(part[2:].split("-")[0], part[2:].split("-")[-1]) for part in css.split(", ")]
        assert all(any(int(first, 16) <= code <= int(last, 16) for first, last in pairs) for code in points), css
    lacking = {name: data for name, data in files.items() if name != more}
    assert {"files-are-known"} == {p.rule for p in prove_web_edition(book, lacking, PROVING_RUNNER).problems}
    wrong = {**files, more: files["fonts/SourceSans3-normal-more.woff2"]}
    assert {"files-are-known"} == {p.rule for p in prove_web_edition(book, wrong, PROVING_RUNNER).problems}
    assert not {p.rule for p in prove_web_edition(book, files, PROVING_RUNNER).problems} & {"files-are-known"}
    greek = html.make_html(replace(book, language="el"), Path("nowhere"))
    assert more not in greek  # there, every page would load both


def test_the_fonts_are_small(site: dict[str, bytes]) -> None:
    """All fonts of a book of two interviews take less than 400 kB."""
    fonts = {name: len(data) for name, data in site.items() if name.startswith("fonts/")}
    assert fonts
    assert sum(fonts.values()) < 400_000
    assert {PurePosixPath(name).suffix for name in fonts} == {".woff2"}


def test_every_page_has_headings_metadata_and_a_skip_link(site: dict[str, bytes]) -> None:
    """One `main`, one `h1` first, headings in order, its own title and description."""
    trees = {name: page for name, page in parse_pages(site).items() if name != "404.html"}
    for name, page in trees.items():
        assert len(page.findall(".//main")) == 1, name
        levels = [int(element.tag[1]) for element in page.iter() if re.fullmatch("h[1-6]", str(element.tag))]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), name
        assert next(page.find("body").iter("a")).get("href") == "#main"
        assert read_meta(page, "description")
        assert read_meta(page, "viewport") == "width=device-width, initial-scale=1"
        assert read_meta(page, "og:title")
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), name
    assert len({page.findtext(".//title") for page in trees.values()}) == len(trees)


def test_a_page_has_the_language_of_its_interview(site: dict[str, bytes]) -> None:
    """Words about the book have the language of the book (WCAG 2.2 §3.1.2)."""
    page = parse_pages(site)["auf-deutsch.html"]
    assert page.get("lang") == "de"
    assert page.find(".//main/article").get("lang") == "de"
    (head,) = page.find_class("book")
    assert (head.text, head.get("lang")) == (sample.BOOK.title, "en")
    contents = parse_pages(site)["index.html"].get_element_by_id("contents")
    assert [link.get("lang") for link in contents.iter("a")] == ["en", "de"]


def test_every_navigation_of_a_page_has_its_own_name(site: dict[str, bytes]) -> None:
    """Screen reader users tell landmarks apart by name (axe: landmark-unique)."""
    for name, page in parse_pages(site).items():
        names = [nav.get("aria-label") or _read_label(page, nav) for nav in page.iter("nav")]
        assert all(names), name
        assert len(set(names)) == len(names), name


def _read_label(page: Any, element: Any) -> str:
    return str(page.get_element_by_id(element.get("aria-labelledby")).text_content())


def test_an_interview_links_to_its_neighbours(site: dict[str, bytes]) -> None:
    """The first has none before it, the last none after it."""
    links = {
        name: [link.get("href") for link in page.xpath("//nav[@class='turning']//a[@rel]")]
        for name, page in parse_pages(site).items()
    }
    arrows = parse_pages(site)["how-it-works.html"].xpath("//li[@class='step']/a")
    assert [(arrow.get("href"), arrow.get("title")) for arrow in arrows] == [
        ("auf-deutsch.html", sample.GERMAN.title.text)
    ]
    assert links["how-it-works.html"] == ["auf-deutsch.html"]
    assert links["auf-deutsch.html"] == ["how-it-works.html"]


def test_the_cover_names_parts_interviews_people_and_rights(site: dict[str, bytes]) -> None:
    """In the order of the book; a disclaimer that both interviews share stands once."""
    text = " ".join(parse_pages(site)["index.html"].find(".//main").text_content().split())
    at = 0
    for words in (
        sample.BOOK.title,
        sample.BOOK.subtitle,
        "An editor and A second editor",
        sample.BOOK.publisher,
        "In English",
        sample.HOW.title.text,
        "The toolchain, The proof",
        "In another language",
        sample.GERMAN.title.text,
        sample.BOOK.edition,
        "31 January 2026",
        sample.BOOK.rights,
        sample.DISCLAIMER.text,
    ):
        at = text.index(words, at) + len(words)
    assert text.count(sample.DISCLAIMER.text) == 1


def test_people_are_listed_once_with_all_their_roles(site: dict[str, bytes]) -> None:
    """The affiliation stands with the interview in which it was given."""
    terms = parse_pages(site)["contributors.html"].get_element_by_id("contributors")
    assert [term.text_content() for term in terms.iter("dt")] == [
        "An editor",
        "The proof",
        "The toolchain",
        "A translator",
    ]
    assert [link.get("href") for link in terms.iter("a")].count("how-it-works.html") == 3


def test_the_json_ld_names_interviewers_and_interviewees(site: dict[str, bytes]) -> None:
    """schema.org: an Article by all speakers, about the interviewees, part of the Book."""
    data = read_json_ld(parse_pages(site)["how-it-works.html"])
    assert (data["@type"], data["headline"], data["inLanguage"]) == ("Article", sample.HOW.title.text, "en")
    assert [person["name"] for person in data["author"]] == ["An editor", "The toolchain", "The proof"]
    assert [person["name"] for person in data["about"]] == ["The toolchain", "The proof"]
    assert data["datePublished"] == "2026-01-15"
    assert data["isPartOf"]["name"] == sample.BOOK.title
    german = read_json_ld(parse_pages(site)["auf-deutsch.html"])
    assert [person["name"] for person in german["translator"]] == ["A translator"]


def test_web_addresses_are_written_only_if_the_book_has_a_url(site: dict[str, bytes], tmp_path: Path) -> None:
    """Canonical links, `og:url` and JSON-LD all follow `url` of the book."""
    assert b'<link rel="canonical" href="https://example.org/parts/how-it-works.html">' in site["how-it-works.html"]
    files = html.make_html(replace(sample.BOOK, url=""), tmp_path)
    for data in (data for name, data in files.items() if name.endswith(".html")):
        assert b"canonical" not in data
        assert b"og:url" not in data
        assert b"example.org/parts" not in data


def test_a_description_is_one_line_of_moderate_length(tmp_path: Path) -> None:
    """The standfirst, cut between words; else the byline; else the first words of the conversation."""
    interview = replace(sample.GERMAN, standfirst=sample.words("Wort für Wort " * 40))
    assert len(_read_description(interview, tmp_path)) <= 300
    assert _read_description(interview, tmp_path).endswith("Wort…")
    assert _read_description(sample.GERMAN, tmp_path) == "Gespräch mit der Werkzeugkette"
    assert _read_description(replace(sample.GERMAN, byline=None), tmp_path) == "Bleibt jedes Wort stehen?"


def _read_description(interview: Any, folder: Path) -> str:
    files = html.make_html(sample.book_of(interview), folder)
    return read_meta(parse_pages(files)["auf-deutsch.html"], "description")


def test_text_is_never_markup_on_any_page(tmp_path: Path) -> None:
    """A title with a script and a template expression is shown as text."""
    files = html.make_html(sample.hostile(), tmp_path)
    for name, page in parse_pages(files).items():
        assert page.xpath("//script/@src") == [*SCRIPTS], name
        assert read_json_ld(page)
        assert not page.xpath("//@onload"), name
        assert "<" not in page.xpath("string(//script[not(@src)])"), name
        assert "49" not in page.text_content()
    assert read_json_ld(parse_pages(files)["auf-deutsch.html"])["headline"] == sample.HOSTILE
    texts = {name for name in files if name.startswith("search-")}  # there it is inside a string of a script
    shown = [name for name in files if name.endswith((".html", ".js", ".css")) and name not in texts]
    assert not [name for name in shown if b"<script>alert" in files[name]]


def test_the_smallest_book_has_no_empty_pages(tmp_path: Path) -> None:
    """Without people there is no list of them and no link to it."""
    interview = replace(sample.GERMAN, people=(), conversation=sample.GERMAN.conversation[:1])
    book: Book = sample.book_of(interview)
    files = html.make_html(book, tmp_path)
    assert "contributors.html" not in files
    assert b"contributors.html" not in files["index.html"]
    assert not parse_pages(files)["index.html"].find_class("people")


def test_a_book_overrides_styles_and_templates(tmp_path: Path) -> None:
    """A book's files replace ours by name; all others stay."""
    (tmp_path / "styles").mkdir()
    (tmp_path / "styles/web.css").write_text(".question { color: teal }", encoding="utf-8")
    (tmp_path / "templates/html").mkdir(parents=True)
    template = '{% extends "html/base.html" %}{% block main %}<h1>Mine</h1>{% endblock %}'
    (tmp_path / "templates/html/contributors.html").write_text(template, encoding="utf-8")
    files = html.make_html(sample.BOOK, tmp_path)
    assert files["style.css"].endswith(b".question { color: teal }")
    assert parse_pages(files)["contributors.html"].findtext(".//h1") == "Mine"


def test_the_contents_mark_the_printed_pages(tmp_path: Path) -> None:
    """A later page is marked at its first line; blank pages are marked last, where the style sheet hides them."""
    count = len(sample.BOOK.interviews)
    contents = (
        PageStart("v"),
        PageStart("vi", 20, 1),
        PageStart("vii", 90, count),
        PageStart("viii", AFTER_LAST_LETTER),
    )
    pages_by_slug = {"front.title": (PageStart("i"), PageStart("ii", AFTER_LAST_LETTER)), "front.contents": contents}
    labels = tuple(page.label for pages in pages_by_slug.values() for page in pages)
    index = html.make_html(sample.BOOK, tmp_path, Pagination("a print edition", pages_by_slug, labels))[
        "index.html"
    ].decode()
    groups_of_marks = re.findall(r'id="(page-\w+|book-title|contents-title)"|(<li>)|(</nav>)', index.split("<main")[1])
    marks = ["".join(groups) for groups in groups_of_marks]
    lines = ["<li>", "<li>", "page-vi", *["<li>"] * (count - 2)]
    assert marks[:3] == ["page-i", "book-title", "page-ii"]
    assert marks[3:] == ["page-v", "contents-title", *lines, "page-vii", "page-viii", "</nav>"]


def test_a_book_with_an_address_has_a_sitemap_and_a_feed(site: dict[str, bytes], tmp_path: Path) -> None:
    """They name every page and interview by its whole address; a book without `url` has neither."""
    addresses = lxml.etree.fromstring(site["sitemap.xml"]).xpath("//*[local-name()='loc']/text()")
    pages = {name for name in site if name.endswith(".html")} - {"404.html"}
    assert {address.removeprefix(sample.BOOK.url) for address in addresses} == pages
    entries = lxml.etree.fromstring(site["feed.xml"]).findall("{*}entry")
    assert [entry.findtext("{*}title") for entry in entries] == [sample.HOW.title.text, sample.GERMAN.title.text]
    assert entries[0].findtext("{*}updated") == "2026-01-15T00:00:00Z"
    assert b'type="application/atom+xml" href="feed.xml"' in site["index.html"]
    files = html.make_html(replace(sample.BOOK, url=""), tmp_path)
    assert not {"sitemap.xml", "feed.xml"} & set(files)
    assert b"feed.xml" not in files["index.html"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("sitemap.xml", b"how-it-works", b"elsewhere"),
        ("feed.xml", b"2026-01-15", b"2026-01-16"),
        ("feed.xml", b"</feed>", b"<entry/></feed>"),
        ("icon.svg", b"</svg>", b"<script>alert(1)</script></svg>"),
        ("index.html", b'href="feed.xml"', b'href="other.xml"'),
    ],
)
def test_a_sitemap_feed_or_icon_that_says_something_else_is_refused(
    site: dict[str, bytes], file: str, old: bytes, new: bytes
) -> None:
    """The proof composes them a second time."""
    assert old in site[file]
    assert not prove_web_edition(sample.BOOK, site, PROVING_RUNNER).problems
    problems = prove_web_edition(sample.BOOK, {**site, file: site[file].replace(old, new, 1)}, PROVING_RUNNER).problems
    assert {problem.rule for problem in problems} == {"claims-are-true"}


def test_fonts_hold_the_weights_of_pages_alone() -> None:
    """Source Sans begins at 200 and ends at 900; the style sheet says 400 to 700, and so does the file."""
    face = next(face for face in SCREEN_FACES if face.family == "Source Sans 3")
    font: Any = TTFont(BytesIO(face.make_subset("light")))
    (axis,) = font["fvar"].axes
    assert (axis.axisTag, axis.minValue, axis.maxValue) == ("wght", 400, 700)


def test_pictures_come_when_they_are_nearly_in_sight(site: dict[str, bytes]) -> None:
    """The picture of a person is at the head of the person's page, and comes at once."""
    pages = [data for name, data in site.items() if name.endswith(".html") and not name.startswith("person_")]
    assert sum(page.count(b"<img") for page in pages) > 1
    for page in pages:
        assert page.count(b"<img") == page.count(b'loading="lazy"')
