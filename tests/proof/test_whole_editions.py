"""What an edition has beside its words is proved: markup, claims, links, styles, files, tags, what lies on a page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache

import lxml.html
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from onrecord.editions import epub, html
from onrecord.editions.pdf import edition
from onrecord.model import Book, Figure, Part, Person, Role
from onrecord.model.dates import AnyDate, PartialDate
from onrecord.proof import prove_pdf_file, prove_web_edition, prove_whole_epub
from onrecord.proof.reading.markup_tokens import read_tokens
from onrecord.proof.reading.style_harm import find_style_harms
from tests.support.bound import ROOT, build_sample_pdf, change_pdf
from tests.support.prepared_tests import use_same_fonts_and_cover
from tests.support.proof_copies import FIRST, book_of
from tests.support.sample import BOOK, GERMAN, hostile
from tests.support.workers import CACHING_RUNNER, PROVING_RUNNER

_PAGE = "how-it-works.html"
_SHORT_BOOK = replace(BOOK, parts=(Part("", (GERMAN,)),))  # for what is said of the whole book


@pytest.fixture(scope="module")
def site() -> Mapping[str, bytes]:
    return html.make_html(BOOK, ROOT / "book")


@pytest.fixture(scope="module")
def e_book() -> bytes:
    return epub.make_epub(BOOK, ROOT / "book")


@pytest.fixture
def same_looks() -> Iterator[None]:
    """Make the fonts and the cover of the sample book only: other books have the same kinds."""
    with use_same_fonts_and_cover():
        yield


def list_web_rules(files: Mapping[str, bytes], book: Book = BOOK) -> list[str]:
    return [problem.rule for problem in prove_web_edition(book, files, PROVING_RUNNER).problems]


def spoil(files: Mapping[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    assert old.encode() in files[name]
    return {**files, name: files[name].replace(old.encode(), new.encode(), 1)}


def change_archive(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


# --- the web edition --------------------------------------------------------------------------------


def test_a_web_edition_is_proved(site: Mapping[str, bytes]) -> None:
    assert list_web_rules(site) == []


@pytest.mark.usefixtures("same_looks")
def test_a_web_edition_with_texts_that_look_like_markup_is_proved() -> None:
    book = hostile()
    assert list_web_rules(html.make_html(book, ROOT / "book"), book) == []


@pytest.mark.usefixtures("same_looks")
def test_a_book_without_anything_optional_is_proved() -> None:
    book = replace(_SHORT_BOOK, editors=(), publisher="", rights="", url="", description="", subtitle="", edition="")
    assert list_web_rules(html.make_html(book, ROOT / "book"), book) == []
    assert not prove_whole_epub(book, epub.make_epub(book, ROOT / "book"), PROVING_RUNNER).problems


def test_an_address_may_be_divided_anywhere() -> None:
    """For the parser of HTML the words after a break point are inside it."""
    page = lxml.html.fromstring('<p>See <a class="url" href="x">http://<wbr>a<wbr>.org</a>, <b>b</b>.</p>')
    plain = lxml.html.fromstring('<p>See <a href="x">http://a.org</a>, <b>b</b>.</p>')
    assert read_tokens(page) == read_tokens(plain)


@pytest.mark.usefixtures("same_looks")
def test_a_year_of_three_digits_is_written_with_four() -> None:
    book = replace(_SHORT_BOOK, date=date(979, 5, 1))
    assert not prove_whole_epub(book, epub.make_epub(book, ROOT / "book"), PROVING_RUNNER).problems


@pytest.mark.usefixtures("same_looks")
@pytest.mark.parametrize("day", [PartialDate(1979), PartialDate(1979, 5)])
def test_a_book_of_a_year_or_a_month_is_proved(day: AnyDate) -> None:
    book = replace(_SHORT_BOOK, date=day)
    pdf = edition.make_pdf(book, ROOT / "book", CACHING_RUNNER).data
    assert not prove_pdf_file(book, pdf, pdf).problems
    assert list_web_rules(html.make_html(book, ROOT / "book"), book) == []
    assert not prove_whole_epub(book, epub.make_epub(book, ROOT / "book"), PROVING_RUNNER).problems


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("They met in a", "They\u00a0met in a"),
        ("<em>build folder</em>", "build folder"),
        ("Then nothing", "Then <del>nothing</del>"),
        ('class="turn question"', 'class="turn answer"'),
        ('aria-label="Answer 2, The toolchain"', 'aria-label="Answer 2, The proof"'),
        ('href="#a2"', 'href="#q2"'),
        ("<p>Then nothing", '<p title="Denied.">Then nothing'),
        ('<span lang="fr">', '<span lang="it">'),
    ],
)
def test_markup_that_nobody_wrote_is_caught(site: Mapping[str, bytes], old: str, new: str) -> None:
    assert list_web_rules(spoil(site, _PAGE, old, new)) == ["markup-is-true"]


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (_PAGE, '"headline": "How', '"headline": "Not How'),
        (_PAGE, "<title>How", "<title>Not How"),
        ("index.html", 'name="description" content="Two', 'name="description" content="Three'),
        ("index.html", 'property="og:title" content="The', 'property="og:title" content="A'),
    ],
)
def test_a_false_claim_of_a_page_is_caught(site: Mapping[str, bytes], name: str, old: str, new: str) -> None:
    assert list_web_rules(spoil(site, name, old, new)) == ["claims-are-true"]


@pytest.mark.parametrize(
    "tag",
    ["<script>alert(1)</script>", '<base href="https://example.org/">', '<meta http-equiv="refresh" content="0">'],
)
def test_what_acts_on_a_page_is_caught(site: Mapping[str, bytes], tag: str) -> None:
    rules = list_web_rules(spoil(site, "contributors.html", "</head>", f"{tag}</head>"))
    assert rules in (["nothing-acts"], ["claims-are-true"])


def test_files_that_nobody_wrote_or_that_are_missing_are_caught(site: Mapping[str, bytes]) -> None:
    assert list_web_rules({**site, "notes.txt": b"x"}) == ["files-are-known"]
    without = {name: data for name, data in site.items() if name != "how-it-works.bib"}
    assert list_web_rules(without) == ["citations-are-true", "files-are-known"]
    assert list_web_rules({**site, "images/scale.png": b"x"}) == ["pictures-are-there"]


def test_templates_of_the_book_may_say_less_in_the_head(site: Mapping[str, bytes]) -> None:
    files = spoil(site, _PAGE, '<meta property="og:type" content="article">', "<!-- nothing -->")
    assert list_web_rules(files) == ["claims-are-true"]
    assert not prove_web_edition(BOOK, files, PROVING_RUNNER, has_templates=True).problems
    lie = spoil(site, _PAGE, "<title>How", "<title>Not How")
    problems = prove_web_edition(BOOK, lie, PROVING_RUNNER, has_templates=True).problems
    assert [problem.rule for problem in problems] == ["claims-are-true"]


# --- styles -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "css",
    [
        ".byline::before { content: 'Not ' }",
        "@media print { .disclaimer { display: none } }",
        "p { color: #fefefe; background: white }",
        ".answer p { text-transform: uppercase }",
        ".byline { position: absolute; left: -999px }",
        "p { font-size: 0.1px }",
        ".disclaimer { transform: scale(0) }",
        '@import "other.css";',
        "@font-face { font-family: x; src: url(https://example.org/x.woff) }",
        '@font-face { font-family: "EB Garamond"; src: local("Arial") }',
        '@font-face { font-family: "EB Garamond (Arial)"; src: local("Wingdings") }',
        '@font-face { font-family: "EB Garamond (Arial)"; src: local("Arial"); size-adjust: 1% }',
        '@font-face { font-family: "EB Garamond (Arial)"; src: local("Arial"); ascent-override: 9999% }',
    ],
)
def test_a_style_that_harms_words_is_caught(site: Mapping[str, bytes], css: str) -> None:
    """On a page whose only style it is."""
    assert "every-word-is-seen" in list_web_rules({_PAGE: site[_PAGE], "style.css": css.encode()})


def test_a_style_before_those_of_on_record_is_caught(site: Mapping[str, bytes]) -> None:
    files = {**site, "style.css": b"p { color: #fefefe; background: white }" + site["style.css"]}
    assert set(list_web_rules(files)) == {"every-word-is-seen"}


@pytest.mark.parametrize(
    "css",
    [
        "p { color: #333; margin: 0 -1em; text-indent: 1.5em; line-height: 1.4; letter-spacing: -0.01em }",
        ".byline { font: italic 600 1rem/1.3 serif; font-size: 0.8em; opacity: 0.8; max-width: 30em; width: 100% }",
        "figure img { max-width: 100%; height: auto; filter: grayscale(1) }",
        "h1 { position: relative; top: -0.2em; background: #eee; color: #222 } hr::before { content: '***' }",
        "@media (max-width: 40em) { body { margin: 0 } } .skip { display: none }",
    ],
)
def test_a_plain_style_does_no_harm(site: Mapping[str, bytes], css: str) -> None:
    assert "every-word-is-seen" not in list_web_rules({_PAGE: site[_PAGE], "style.css": css.encode()})


def test_a_plain_style_after_those_of_on_record_does_no_harm(site: Mapping[str, bytes]) -> None:
    css = b"p { color: #333; margin: 0 -1em; line-height: 1.4 } .skip { display: none }"
    assert list_web_rules({**site, "style.css": site["style.css"] + css}) == []


def test_brackets_without_end_are_harm() -> None:
    assert find_style_harms("a{" * 5000)


# --- the e-book -------------------------------------------------------------------------------------


def list_epub_rules(data: bytes) -> set[str]:
    return {problem.rule for problem in prove_whole_epub(BOOK, data, PROVING_RUNNER).problems}


def test_an_e_book_is_proved(e_book: bytes) -> None:
    assert list_epub_rules(e_book) == set()


@pytest.mark.parametrize(
    ("name", "old", "new", "rule"),
    [
        ("EPUB/content.opf", "<dc:title>The", "<dc:title>A", "claims-are-true"),
        ("EPUB/content.opf", "<itemref idref", '<itemref linear="no" idref', "claims-are-true"),
        ("EPUB/toc.ncx", 'src="how-it-works.xhtml"', 'src="imprint.xhtml"', "claims-are-true"),
        ("EPUB/nav.xhtml", '<a href="how-it-works.xhtml"', '<a href="imprint.xhtml"', "markup-is-true"),
        ("EPUB/nav.xhtml", 'epub:type="bodymatter"', 'epub:type="backmatter"', "markup-is-true"),
        ("EPUB/title-page.xhtml", "</h1>", "</h1><p>Second edition</p>", "markup-is-true"),
        ("EPUB/how-it-works.xhtml", "<em>build", "<em>built", "every-word-is-there"),
        ("EPUB/how-it-works.xhtml", "<em>build folder</em>", "build folder", "markup-is-true"),
        ("EPUB/how-it-works.xhtml", "</head>", "<script>1</script></head>", "nothing-acts"),
        (
            "META-INF/container.xml",
            "</rootfiles>",
            '<rootfile full-path="x.opf" media-type="application/oebps-package+xml"/></rootfiles>',
            "claims-are-true",
        ),
    ],
)
def test_a_spoiled_part_of_an_e_book_is_caught(e_book: bytes, name: str, old: str, new: str, rule: str) -> None:
    def change(files: dict[str, bytes]) -> None:
        assert old.encode() in files[name]
        files[name] = files[name].replace(old.encode(), new.encode(), 1)

    assert list_epub_rules(change_archive(e_book, change)) == {rule}


def test_a_file_that_is_not_part_of_the_e_book_is_caught(e_book: bytes) -> None:
    assert "files-are-known" in list_epub_rules(
        change_archive(e_book, lambda files: files.update({"EPUB/x.txt": b"x"}))
    )


# --- the PDF ----------------------------------------------------------------------------------------


def make_small_book() -> Book:
    """Return a book of a question and an answer with a table and a link, and without a picture and notes."""
    question, last = FIRST.turns[-2:]
    blocks = tuple(block for block in last.blocks if not isinstance(block, Figure))
    return book_of(replace(FIRST, conversation=(question, replace(last, blocks=blocks)), footnotes=()))


SMALL_BOOK = make_small_book()


@cache
def build_small_pdf() -> bytes:
    """Return that book in print; the interview begins on sheet 7."""
    return edition.make_pdf(SMALL_BOOK, ROOT / "book", CACHING_RUNNER).data


def list_pdf_rules(change: Callable[[pikepdf.Pdf], None]) -> set[str]:
    data = change_pdf(build_small_pdf(), change)
    return {problem.rule for problem in prove_pdf_file(SMALL_BOOK, data, data).problems}


def find_element(element: pikepdf.Object, role: str) -> pikepdf.Object:
    """Return the first structure element of a role inside an interview."""
    waiting = [(element, False)]
    while waiting:
        node, is_inside = waiting.pop()
        if isinstance(node, pikepdf.Dictionary) and "/S" in node:
            if is_inside and f"/{role}" == node.S:
                return node
            kids = node.get("/K", Array())
            inner = list(kids) if isinstance(kids, Array) else [kids]
            waiting += [(kid, is_inside or node.S == "/Art") for kid in reversed(inner)]
    raise AssertionError(role)


def list_rules_of_tag(role: str, key: str, value: pikepdf.Object) -> set[str]:
    def change(pdf: pikepdf.Pdf) -> None:
        find_element(pdf.Root.StructTreeRoot.K[0], role)[key] = value

    return list_pdf_rules(change)


def test_a_pdf_is_proved() -> None:
    assert list_pdf_rules(lambda _pdf: None) == set()
    assert prove_pdf_file(BOOK, build_sample_pdf(), build_sample_pdf()).problems == ()


@pytest.mark.parametrize(
    ("role", "key", "value"),
    [
        ("P", "/ActualText", String("Another sentence.")),
        ("P", "/Lang", String("fr")),
        ("P", "/S", Name.H1),
        ("Sect", "/T", String("Answer 9")),
        ("TH", "/S", Name.TD),
    ],
)
def test_a_tag_that_says_something_else_is_caught(role: str, key: str, value: pikepdf.Object) -> None:
    assert list_rules_of_tag(role, key, value) == {"markup-is-true"}


def test_a_link_that_leads_elsewhere_is_caught() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        links = [link for page in pdf.pages for link in page.obj.get("/Annots", []) if "/A" in link]
        links[0].A.URI = String("https://example.net/")

    assert list_pdf_rules(change) == {"links-are-true"}


@pytest.mark.parametrize(
    ("key", "value", "rule"),
    [
        ("/OpenAction", Dictionary(S=Name.JavaScript, JS=String("1")), "nothing-acts"),
        ("/OCProperties", Dictionary(), "nothing-acts"),
        ("/Lang", String("pl"), "claims-are-true"),
    ],
)
def test_a_catalog_that_acts_or_lies_is_caught(key: str, value: pikepdf.Object, rule: str) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root[key] = value

    assert list_pdf_rules(change) == {rule}


def test_an_annotation_over_the_words_is_caught() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=Array([0, 0, 9, 9]), F=4)
        pdf.pages[6].obj.Annots = Array([*pdf.pages[6].obj.get("/Annots", []), pdf.make_indirect(note)])

    assert list_pdf_rules(change) == {"nothing-acts"}


def test_words_under_a_white_area_are_not_seen() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        page = pdf.pages[6]
        white = pdf.make_stream(b"/Artifact BMC q 1 g 0 0 420 595 re f Q EMC")
        page.obj.Contents = Array([*page.obj.Contents, white])

    assert "every-word-is-seen" in list_pdf_rules(change)


@pytest.mark.usefixtures("same_looks")
def test_people_whose_names_are_spelled_in_two_ways_are_listed_once() -> None:
    """Capitals and the look of an apostrophe make no other person."""
    spellings = [("ADA O'MOOR", "The Keeper"), ("Ada O’Moor", "the keeper")]
    interviews = [
        replace(GERMAN, slug=slug, people=(*GERMAN.people, *(Person(name, Role.PHOTOGRAPHER) for name in names)))
        for slug, names in zip(("first", "second"), spellings, strict=True)
    ]
    for editors in ((), ("ada o'moor",)):
        book = replace(BOOK, editors=editors, parts=(replace(BOOK.parts[0], interviews=tuple(interviews)),))
        assert list_web_rules(html.make_html(book, ROOT / "book"), book) == []
        assert prove_whole_epub(book, epub.make_epub(book, ROOT / "book"), PROVING_RUNNER).problems == ()
