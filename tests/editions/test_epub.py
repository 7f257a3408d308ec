"""The e-book: a package in which everything is declared, everything arrives and nothing tells the time."""

from __future__ import annotations

import io
import os
import posixpath
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image

from onrecord.editions import cover, epub
from onrecord.editions.cover import draw_cover
from onrecord.model import Book, Trim
from onrecord.model.problems import Refused
from tests.support import sample
from tests.support.paths import ROOT

NAMES = {
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "h": "http://www.w3.org/1999/xhtml",
    "epub": "http://www.idpf.org/2007/ops",
}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Opened:
    """An EPUB as a reading system opens it."""

    def __init__(self, data: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        container = etree.fromstring(self.zip.read("META-INF/container.xml"))
        self.package = container.xpath("string(//@full-path)")
        self.opf = etree.fromstring(self.zip.read(self.package))
        self.base = posixpath.dirname(self.package)

    def all(self, path: str) -> list[Any]:
        return list(self.opf.xpath(path, namespaces=NAMES))

    def texts(self, name: str) -> list[str]:
        return [element.text for element in self.all(f"//{name}")]

    def stated(self, key: str) -> list[str]:
        return [element.text for element in self.all(f'//opf:meta[@property="schema:{key}"]')]

    def read(self, name: str) -> bytes:
        return self.zip.read(posixpath.join(self.base, name))

    def page(self, name: str) -> Any:
        return etree.fromstring(self.read(name))

    @property
    def spine(self) -> list[str]:
        hrefs = {item.get("id"): item.get("href") for item in self.all("//opf:item")}
        return [hrefs[reference.get("idref")] for reference in self.all("//opf:itemref")]

    @property
    def pages(self) -> dict[str, Any]:
        return {name: self.page(name) for name in self.spine}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return epub.make_epub(sample.BOOK, tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def opened(data: bytes) -> Opened:
    return Opened(data)


def test_the_container_is_what_a_reader_expects(opened: Opened) -> None:
    """`mimetype` first, bare and unpacked (OCF 3.3 §4.3); no name twice, none that leads out; one time for all."""
    entries = opened.zip.infolist()
    first = entries[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert opened.zip.read("mimetype") == b"application/epub+zip"
    names = [entry.filename for entry in entries]
    assert names[1:] == sorted(set(names) - {"mimetype"})
    assert not [name for name in names if ".." in name or name.startswith("/") or " " in name]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}


def test_the_manifest_lists_every_file_once(opened: Opened) -> None:
    """Nothing is in the file that the package does not name, and nothing is named that is not there."""
    listed = [posixpath.join(opened.base, item.get("href")) for item in opened.all("//opf:item")]
    inside = set(opened.zip.namelist()) - {"mimetype", "META-INF/container.xml", opened.package}
    assert len(listed) == len(set(listed))
    assert set(listed) == inside
    ids = [item.get("id") for item in opened.all("//opf:*[@id]")]
    assert len(ids) == len(set(ids))


def test_the_spine_is_the_order_of_the_book(opened: Opened) -> None:
    """Cover, title page, imprint, contents, parts with their interviews, people; all of it on the reader's way."""
    assert opened.spine == [
        "cover.xhtml",
        "title-page.xhtml",
        "imprint.xhtml",
        "nav.xhtml",
        "part-1.xhtml",
        "how-it-works.xhtml",
        "part-2.xhtml",
        "auf-deutsch.xhtml",
        "contributors.xhtml",
    ]
    assert not opened.all("//opf:itemref[@linear='no']")


def test_a_book_without_parts_has_no_part_pages(tmp_path: Path) -> None:
    """Its contents are the interviews."""
    spine = Opened(epub.make_epub(sample.book_of(sample.GERMAN), tmp_path)).spine
    assert spine[4:] == ["auf-deutsch.xhtml", "contributors.xhtml"]


def test_every_page_is_xhtml_in_its_language(opened: Opened) -> None:
    """`lang` and `xml:lang` say the same, on the page, on the article and on words of another language."""
    assert opened.opf.get(XML_LANG) == "en"
    for name, page in opened.pages.items():
        assert page.tag == f"{{{NAMES['h']}}}html"
        assert page.get("lang") == page.get(XML_LANG) == ("de" if name == "auf-deutsch.xhtml" else "en")
        for element in page.iter("{*}*"):
            assert element.get("lang") == element.get(XML_LANG)
        assert page.findtext(".//h:title", namespaces=NAMES).strip()
    links = opened.page("nav.xhtml").xpath("//h:nav[1]//h:a[@href='auf-deutsch.xhtml']", namespaces=NAMES)
    assert [link.get("lang") for link in links] == ["de"]


def test_every_link_inside_the_e_book_arrives(opened: Opened) -> None:
    """Pages, pictures, fonts, styles, notes, contents and landmarks."""
    pages = opened.pages
    for name, page in pages.items():
        for address in page.xpath("//@href | //@src"):
            if address.startswith("https://example.org/"):
                continue
            file, _, identity = address.partition("#")
            target = pages.get(file or name)
            if target is None:
                assert opened.read(file)
            elif identity:
                assert target.xpath("//*[@id=$identity]", identity=identity), f"{name}: {address}"
    for address in re.findall(r'url\("([^"]+)"\)', opened.read("style.css").decode()):
        assert opened.read(address)


def test_the_contents_name_parts_interviews_and_divisions(opened: Opened) -> None:
    """The same tree for readers of EPUB 3 and, in the NCX, of EPUB 2."""
    nav = opened.page("nav.xhtml").xpath("//h:nav[@epub:type='toc']", namespaces=NAMES)[0]
    titles = [link.text for link in nav.iter(f"{{{NAMES['h']}}}a")]
    assert titles == [
        "In English",
        sample.HOW.title.text,
        "After the break",
        "In another language",
        sample.GERMAN.title.text,
        "Contributors",
    ]
    ncx = etree.fromstring(opened.read("toc.ncx"))
    assert [text.text for text in ncx.findall(".//{*}navMap//{*}text")] == titles


def test_landmarks_lead_to_the_places_a_reader_offers(opened: Opened) -> None:
    """Cover, contents and the start of the text among them."""
    marks = opened.page("nav.xhtml").xpath("//h:nav[@epub:type='landmarks']//h:a", namespaces=NAMES)
    kinds = {mark.get(f"{{{NAMES['epub']}}}type"): mark.get("href") for mark in marks}
    assert kinds == {
        "cover": "cover.xhtml",
        "titlepage": "title-page.xhtml",
        "imprint": "imprint.xhtml",
        "toc": "nav.xhtml",
        "bodymatter": "part-1.xhtml",
        "contributors": "contributors.xhtml",
    }


def test_roles_say_what_a_part_is(opened: Opened) -> None:
    """DPUB-ARIA 1.1, beside `epub:type`."""
    roles = set(opened.page("how-it-works.xhtml").xpath("//@role"))
    assert {"doc-chapter", "doc-noteref", "doc-endnotes", "doc-backlink", "doc-pullquote", "note", "group"} <= roles


def test_the_package_says_what_the_book_is(opened: Opened) -> None:
    """Dublin Core in the order of the book; people once, with the MARC code for what they did."""
    assert opened.texts("dc:title") == [sample.BOOK.title]
    assert opened.texts("dc:identifier") == ["urn:onrecord:parts"]
    assert opened.texts("dc:language") == ["en"]
    assert opened.texts("dc:creator") == ["An editor", "A second editor"]
    assert opened.texts("dc:contributor") == ["The toolchain", "The proof", "A translator"]
    roles = [meta.text for meta in opened.all("//opf:meta[@property='role']")]
    assert roles == ["edt", "edt", "ive", "ive", "trl"]
    assert opened.texts("dc:publisher") == [sample.BOOK.publisher]
    assert opened.texts("dc:rights") == [sample.BOOK.rights]
    modified = opened.all("//opf:meta[@property='dcterms:modified']")
    assert [meta.text for meta in modified] == ["2026-01-31T00:00:00Z"]


def test_without_editors_those_who_answer_are_the_creators(tmp_path: Path) -> None:
    """A shelf in a reading app shows somebody's name."""
    opened = Opened(epub.make_epub(replace(sample.BOOK, editors=()), tmp_path))
    assert opened.texts("dc:creator") == ["The toolchain", "The proof"]
    assert opened.texts("dc:contributor") == ["An editor", "A translator"]


def test_accessibility_is_stated_as_far_as_it_is_true(opened: Opened, tmp_path: Path) -> None:
    """EPUB Accessibility 1.1 §2.2; pictures are spoken of only where there are some, conformance nowhere."""
    assert opened.stated("accessMode") == ["textual", "visual"]
    assert opened.stated("accessModeSufficient") == ["textual"]
    assert "alternativeText" in opened.stated("accessibilityFeature")
    assert opened.stated("accessibilityHazard") == ["none"]
    assert len(opened.stated("accessibilitySummary")) == 1
    plain = Opened(epub.make_epub(sample.book_of(sample.GERMAN), tmp_path))
    assert plain.stated("accessMode") == ["textual"]
    assert "alternativeText" not in plain.stated("accessibilityFeature")
    assert "picture" not in plain.stated("accessibilitySummary")[0]
    assert not opened.all("//*[@property='dcterms:conformsTo']")


def test_every_picture_has_words(opened: Opened) -> None:
    """What the metadata promises holds on every page."""
    for page in opened.pages.values():
        assert all(image.get("alt") for image in page.iter(f"{{{NAMES['h']}}}img"))


def test_the_sheet_suits_old_readers_and_the_night(opened: Opened) -> None:
    """No variables, and no colour of text or paper but the one that shows on both."""
    css = re.sub(r"/\*.*?\*/", "", opened.read("style.css").decode(), flags=re.DOTALL)
    assert "var(" not in css
    assert "background" not in css
    assert set(re.findall(r"(?<![-\w])color:\s*([^;}]*[^;}\s])", css)) <= {"inherit", "#d43d3d"}
    assert "--" not in css
    assert "//" not in css


def test_fonts_come_along_only_if_the_book_wants_them(opened: Opened, tmp_path: Path) -> None:
    """Each is cut to the characters of the book."""
    fonts = [name for name in opened.zip.namelist() if "/fonts/" in name]
    assert fonts
    assert sum(opened.zip.getinfo(name).file_size for name in fonts) < 400_000
    plain = Opened(epub.make_epub(replace(sample.BOOK, embed_fonts=False), tmp_path))
    assert not [name for name in plain.zip.namelist() if "/fonts/" in name]
    assert "@font-face" not in plain.read("style.css").decode()


def test_text_is_never_markup_in_the_package(tmp_path: Path) -> None:
    """Title, people, rights and contents are words, whatever the words are."""
    opened = Opened(epub.make_epub(sample.hostile(), tmp_path))
    assert opened.texts("dc:title") == [sample.HOSTILE]
    for name, page in opened.pages.items():
        assert not page.xpath("//h:script | //@onload", namespaces=NAMES), name
        assert "49" not in "".join(page.itertext())
    assert opened.page("auf-deutsch.xhtml").xpath("string(//h:h1)", namespaces=NAMES) == sample.HOSTILE


def test_a_page_that_a_template_breaks_is_a_problem(tmp_path: Path) -> None:
    """The editor learns which template, before a reader shows an error page."""
    (tmp_path / "templates/epub").mkdir(parents=True)
    (tmp_path / "templates/epub/imprint.xhtml").write_text("<p>", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        epub.make_epub(sample.BOOK, tmp_path)
    (problem,) = refused.value.problems
    assert (problem.location.file, problem.rule) == ("templates/epub/imprint.xhtml", "templates-are-well-formed")


# --- the cover --------------------------------------------------------------------------------------


LONG = "A Conversation about Everything with Everybody who Could be Asked, " * 4
COVERS = {
    "short": replace(sample.BOOK, title="On"),
    "long": replace(sample.BOOK, title=LONG, subtitle=LONG),
    "one word": replace(sample.BOOK, title="Donaudampfschifffahrt" * 6, editors=()),
    "many editors": replace(sample.BOOK, editors=("An editor of the desk",) * 20, publisher=LONG),
    "nothing but a title": sample.book_of(sample.GERMAN, title="Слова"),
}


@pytest.mark.parametrize("name", COVERS)
def test_a_cover_keeps_its_words_on_the_paper(name: str) -> None:
    """Left, right and below there is a margin, whatever the title, and the title leaves room for the foot."""
    image = Image.open(io.BytesIO(cover.draw_cover(COVERS[name]))).convert("L")
    assert image.size == (cover.WIDTH, cover.HEIGHT)
    ink = image.point([255 if value < 200 else 0 for value in range(256)])
    left, _, right, bottom = ink.crop((0, 60, cover.WIDTH, cover.HEIGHT)).getbbox() or (0, 0, 0, 0)
    assert left > 120
    assert right < cover.WIDTH - 120
    assert bottom + 60 < cover.HEIGHT - 120


def test_nothing_but_four_texts_is_drawn_on_a_cover() -> None:
    """A kept cover is known by them; the rest of the book may be another."""
    texts = {name: getattr(sample.BOOK, name) for name in ("title", "subtitle", "editors", "publisher")}
    other: Book = replace(sample.hostile(), **texts, language="de", url="", trim=Trim.A4, embed_fonts=False)
    assert draw_cover(other) == draw_cover(sample.BOOK)


# --- same source, same bytes ------------------------------------------------------------------------

_AGAIN = (
    "import sys; from pathlib import Path; from tests.support import sample; from onrecord.editions import epub;"
    "sys.stdout.buffer.write(epub.make(sample.BOOK, Path(sys.argv[1])))"
)


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_makes_the_same_bytes(data: bytes, seed: str, tmp_path: Path) -> None:
    """In another folder, another zone, with other hashes, on another day."""
    zone = {"1": "Asia/Tokyo", "2": "America/Bogota"}[seed]
    root = ROOT
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", _AGAIN, tmp_path], env=environment, cwd=root, capture_output=True, check=True
    )
    assert done.stdout == data


def test_the_same_book_gives_the_same_bytes(data: bytes, tmp_path: Path) -> None:
    """In one process, from another folder."""
    assert epub.make_epub(sample.BOOK, tmp_path) == data


def test_another_book_is_another_file(data: bytes, tmp_path: Path) -> None:
    """So that equal bytes mean something."""
    other: Book = replace(sample.BOOK, edition="Second edition")
    assert epub.make_epub(other, tmp_path) != data
