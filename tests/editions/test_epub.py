"""The e-book: all files are declared, all links resolve, and no time of building is stored."""

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
from onrecord.editions.cover_canvas import RasterCanvas
from onrecord.editions.cover_designs import DESIGNS, TextRuler, load_font
from onrecord.model import Book, Trim
from onrecord.model.design import CoverDesign
from onrecord.model.problems import Refused
from onrecord.runtime.face_choice import find_face
from tests.support import sample
from tests.support.paths import ROOT
from tests.support.shared_results import save_cover_anew

NAMES = {
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "h": "http://www.w3.org/1999/xhtml",
    "epub": "http://www.idpf.org/2007/ops",
}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class OpenedEpub:
    """An EPUB as a reading system opens it."""

    def __init__(self, data: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        container = etree.fromstring(self.zip.read("META-INF/container.xml"))
        self.package = container.xpath("string(//@full-path)")
        self.opf = etree.fromstring(self.zip.read(self.package))
        self.base = posixpath.dirname(self.package)

    def find_all(self, path: str) -> list[Any]:
        return list(self.opf.xpath(path, namespaces=NAMES))

    def read_texts(self, name: str) -> list[str]:
        return [element.text for element in self.find_all(f"//{name}")]

    def read_schema_values(self, key: str) -> list[str]:
        return [element.text for element in self.find_all(f'//opf:meta[@property="schema:{key}"]')]

    def read(self, name: str) -> bytes:
        return self.zip.read(posixpath.join(self.base, name))

    def read_page(self, name: str) -> Any:
        return etree.fromstring(self.read(name))

    @property
    def spine(self) -> list[str]:
        hrefs = {entry.get("id"): entry.get("href") for entry in self.find_all("//opf:item")}
        return [hrefs[reference.get("idref")] for reference in self.find_all("//opf:itemref")]

    @property
    def pages(self) -> dict[str, Any]:
        return {name: self.read_page(name) for name in self.spine}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return epub.make_epub(sample.BOOK, tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def e_book(data: bytes) -> OpenedEpub:
    return OpenedEpub(data)


def test_the_container_follows_the_epub_specification(e_book: OpenedEpub) -> None:
    """`mimetype` is first and not compressed (OCF 3.3 §4.3); names are unique and safe; all times are equal."""
    entries = e_book.zip.infolist()
    first = entries[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", zipfile.ZIP_STORED, b"")
    assert e_book.zip.read("mimetype") == b"application/epub+zip"
    names = [entry.filename for entry in entries]
    assert names[1:] == sorted(set(names) - {"mimetype"})
    assert not [name for name in names if ".." in name or name.startswith("/") or " " in name]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}


def test_the_manifest_lists_every_file_once(e_book: OpenedEpub) -> None:
    """The package names every file of the archive, and only those."""
    listed = [posixpath.join(e_book.base, entry.get("href")) for entry in e_book.find_all("//opf:item")]
    inside = set(e_book.zip.namelist()) - {"mimetype", "META-INF/container.xml", e_book.package}
    assert len(listed) == len(set(listed))
    assert set(listed) == inside
    ids = [element.get("id") for element in e_book.find_all("//opf:*[@id]")]
    assert len(ids) == len(set(ids))


def test_the_spine_is_the_order_of_the_book(e_book: OpenedEpub) -> None:
    """Cover, title page, imprint, contents, parts with their interviews, people; all of it linear."""
    assert e_book.spine == [
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
    assert not e_book.find_all("//opf:itemref[@linear='no']")


def test_a_book_without_parts_has_no_part_pages(tmp_path: Path) -> None:
    """The interviews follow the contents."""
    spine = OpenedEpub(epub.make_epub(sample.book_of(sample.GERMAN), tmp_path)).spine
    assert spine[4:] == ["auf-deutsch.xhtml", "contributors.xhtml"]


def test_every_page_is_xhtml_in_its_language(e_book: OpenedEpub) -> None:
    """`lang` and `xml:lang` are equal on the page, on the article and on words of another language."""
    assert e_book.opf.get(XML_LANG) == "en"
    for name, page in e_book.pages.items():
        assert page.tag == f"{{{NAMES['h']}}}html"
        assert page.get("lang") == page.get(XML_LANG) == ("de" if name == "auf-deutsch.xhtml" else "en")
        for element in page.iter("{*}*"):
            assert element.get("lang") == element.get(XML_LANG)
        assert page.findtext(".//h:title", namespaces=NAMES).strip()
    links = e_book.read_page("nav.xhtml").xpath("//h:nav[1]//h:a[@href='auf-deutsch.xhtml']", namespaces=NAMES)
    assert [link.get("lang") for link in links] == ["de"]


def test_every_link_inside_the_e_book_resolves(e_book: OpenedEpub) -> None:
    """Check pages, pictures, fonts, styles, notes, contents and landmarks."""
    pages = e_book.pages
    for name, page in pages.items():
        for address in page.xpath("//@href | //@src"):
            if address.startswith("https://example.org/"):
                continue
            file, _, identity = address.partition("#")
            target = pages.get(file or name)
            if target is None:
                assert e_book.read(file)
            elif identity:
                assert target.xpath("//*[@id=$identity]", identity=identity), f"{name}: {address}"
    for address in re.findall(r'url\("([^"]+)"\)', e_book.read("style.css").decode()):
        assert e_book.read(address)


def test_the_contents_name_parts_interviews_and_divisions(e_book: OpenedEpub) -> None:
    """The navigation document (EPUB 3) and the NCX (EPUB 2) hold the same titles."""
    nav = e_book.read_page("nav.xhtml").xpath("//h:nav[@epub:type='toc']", namespaces=NAMES)[0]
    titles = [link.text for link in nav.iter(f"{{{NAMES['h']}}}a")]
    assert titles == [
        "In English",
        sample.HOW.title.text,
        "After the break",
        "In another language",
        sample.GERMAN.title.text,
        "Contributors",
    ]
    ncx = etree.fromstring(e_book.read("toc.ncx"))
    assert [text.text for text in ncx.findall(".//{*}navMap//{*}text")] == titles


def test_landmarks_name_the_main_places_of_the_book(e_book: OpenedEpub) -> None:
    """Cover, contents and the start of the text are among them."""
    marks = e_book.read_page("nav.xhtml").xpath("//h:nav[@epub:type='landmarks']//h:a", namespaces=NAMES)
    kinds = {mark.get(f"{{{NAMES['epub']}}}type"): mark.get("href") for mark in marks}
    assert kinds == {
        "cover": "cover.xhtml",
        "titlepage": "title-page.xhtml",
        "imprint": "imprint.xhtml",
        "toc": "nav.xhtml",
        "bodymatter": "part-1.xhtml",
        "contributors": "contributors.xhtml",
    }


def test_elements_have_accessibility_roles(e_book: OpenedEpub) -> None:
    """The roles are those of DPUB-ARIA 1.1, beside `epub:type`."""
    roles = set(e_book.read_page("how-it-works.xhtml").xpath("//@role"))
    assert {"doc-chapter", "doc-noteref", "doc-endnotes", "doc-backlink", "doc-pullquote", "note", "group"} <= roles


def test_the_package_holds_the_metadata_of_the_book(e_book: OpenedEpub) -> None:
    """Dublin Core in the order of the book; each person once, with the MARC code of the role."""
    assert e_book.read_texts("dc:title") == [sample.BOOK.title]
    assert e_book.read_texts("dc:identifier") == ["urn:onrecord:parts"]
    assert e_book.read_texts("dc:language") == ["en"]
    assert e_book.read_texts("dc:creator") == ["An editor", "A second editor"]
    assert e_book.read_texts("dc:contributor") == ["The toolchain", "The proof", "A translator"]
    roles = [meta.text for meta in e_book.find_all("//opf:meta[@property='role']")]
    assert roles == ["edt", "edt", "ive", "ive", "trl"]
    assert e_book.read_texts("dc:publisher") == [sample.BOOK.publisher]
    assert e_book.read_texts("dc:rights") == [sample.BOOK.rights]
    modified = e_book.find_all("//opf:meta[@property='dcterms:modified']")
    assert [meta.text for meta in modified] == ["2026-01-31T00:00:00Z"]


def test_without_editors_the_interviewees_are_the_creators(tmp_path: Path) -> None:
    """Reading apps show the creators in their list of books."""
    e_book = OpenedEpub(epub.make_epub(replace(sample.BOOK, editors=()), tmp_path))
    assert e_book.read_texts("dc:creator") == ["The toolchain", "The proof"]
    assert e_book.read_texts("dc:contributor") == ["An editor", "A translator"]


def test_accessibility_metadata_is_true(e_book: OpenedEpub, tmp_path: Path) -> None:
    """Pictures are named only if there are some, conformance never (EPUB Accessibility 1.1 §2.2)."""
    assert e_book.read_schema_values("accessMode") == ["textual", "visual"]
    assert e_book.read_schema_values("accessModeSufficient") == ["textual"]
    assert "alternativeText" in e_book.read_schema_values("accessibilityFeature")
    assert e_book.read_schema_values("accessibilityHazard") == ["none"]
    assert len(e_book.read_schema_values("accessibilitySummary")) == 1
    plain = OpenedEpub(epub.make_epub(sample.book_of(sample.GERMAN), tmp_path))
    assert plain.read_schema_values("accessMode") == ["textual"]
    assert "alternativeText" not in plain.read_schema_values("accessibilityFeature")
    assert "picture" not in plain.read_schema_values("accessibilitySummary")[0]
    assert not e_book.find_all("//*[@property='dcterms:conformsTo']")


def test_every_picture_has_an_alternative_text(e_book: OpenedEpub) -> None:
    """The metadata promises alternative texts on every page."""
    for page in e_book.pages.values():
        assert all(image.get("alt") for image in page.iter(f"{{{NAMES['h']}}}img"))


def test_the_style_sheet_suits_old_readers_and_dark_screens(e_book: OpenedEpub) -> None:
    """No variables, nor selectors for which old readers drop the whole rule."""
    css = re.sub(r"/\*.*?\*/", "", e_book.read("style.css").decode(), flags=re.DOTALL)
    assert not re.search(r"var\(|--|//|background|:is\(|:has\(|:where\(", css)
    assert set(re.findall(r"(?<![-\w])color:\s*([^;}]*[^;}\s])", css)) == {"inherit"}


def test_the_style_sheet_leaves_the_page_to_the_person_who_reads(e_book: OpenedEpub) -> None:
    """Face, size, line height, margins and alignment of running text are settings of the reading app."""
    css = re.sub(r"/\*.*?\*/|@font-face \{.*?\}", "", e_book.read("style.css").decode(), flags=re.DOTALL)
    rules = [(selector.strip(), body) for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css)]
    assert [selector for selector, body in rules if "font-family" in body] == ["body", "pre", "code"]
    running = " ".join(body for selector, body in rules if selector in ("body", "p"))
    assert not re.search(r"margin: 0 1em|font-size|line-height|text-align|padding", running)
    assert "justify" not in css
    assert not re.search(r"height:[^;}]*%|margin-top:[^;}]*%", css)
    fonts = {name for name in e_book.zip.namelist() if "/fonts/" in name}
    assert {name.rpartition("/")[2].partition("-")[0] for name in fonts} == {"EBGaramond", "SourceCodePro"}


def test_the_contents_name_the_people_below_each_title(tmp_path: Path) -> None:
    """A title that is the name of the guest is not said twice; a part is marked as one."""
    named = replace(sample.GERMAN, title=sample.words("The proof"), people=(sample.PROOF,))
    for interview, people in ((sample.HOW, [" – The toolchain, The proof"]), (named, [])):
        e_book = OpenedEpub(epub.make_epub(sample.book_of(interview), tmp_path))
        link = e_book.read_page("nav.xhtml").xpath("//h:nav[1]//h:a", namespaces=NAMES)[0]
        assert [span.text for span in link.iterfind("h:span[@class='who']", NAMES)] == people
    parts = OpenedEpub(epub.make_epub(sample.BOOK, tmp_path)).read_page("nav.xhtml")
    assert parts.xpath("//h:li[@class='part']/h:a/text()", namespaces=NAMES) == ["In English", "In another language"]


def test_a_speaker_is_a_persona(e_book: OpenedEpub) -> None:
    """The vocabulary of the type is declared (EPUB 3.3 §5.2.5)."""
    page = e_book.read_page("how-it-works.xhtml")
    speakers = page.xpath("//h:b[@class='speaker']/@epub:type", namespaces=NAMES)
    assert set(speakers) == {"z3998:persona"}
    assert page.get(f"{{{NAMES['epub']}}}prefix", "").startswith("z3998: http")


def test_fonts_are_embedded_only_if_the_book_asks_for_them(e_book: OpenedEpub, tmp_path: Path) -> None:
    """Each font holds only the characters of the book."""
    fonts = [name for name in e_book.zip.namelist() if "/fonts/" in name]
    assert fonts
    assert sum(e_book.zip.getinfo(name).file_size for name in fonts) < 400_000
    plain = OpenedEpub(epub.make_epub(replace(sample.BOOK, embed_fonts=False), tmp_path))
    assert not [name for name in plain.zip.namelist() if "/fonts/" in name]
    assert "@font-face" not in plain.read("style.css").decode()


def test_text_is_never_markup_in_the_package(tmp_path: Path) -> None:
    """Title, people, rights and contents are escaped."""
    e_book = OpenedEpub(epub.make_epub(sample.hostile(), tmp_path))
    assert e_book.read_texts("dc:title") == [sample.HOSTILE]
    for name, page in e_book.pages.items():
        assert not page.xpath("//h:script | //@onload", namespaces=NAMES), name
        assert "49" not in "".join(page.itertext())
    assert e_book.read_page("auf-deutsch.xhtml").xpath("string(//h:h1)", namespaces=NAMES) == sample.HOSTILE


def test_a_template_that_makes_broken_xhtml_is_a_problem(tmp_path: Path) -> None:
    """The problem names the template."""
    (tmp_path / "templates/epub").mkdir(parents=True)
    (tmp_path / "templates/epub/imprint.xhtml").write_text("<p>", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        epub.make_epub(sample.BOOK, tmp_path)
    (problem,) = refused.value.problems
    assert (problem.location.file, problem.rule) == ("templates/epub/imprint.xhtml", "templates-are-well-formed")


# --- the cover --------------------------------------------------------------------------------------


COLORS = cover.read_cover_colors(Path("nowhere"))
LONG_TITLE = "A Conversation about Everything with Everybody who Could be Asked, " * 4
COVERS = {
    "short": replace(sample.BOOK, title="On"),
    "long": replace(sample.BOOK, title=LONG_TITLE, subtitle=LONG_TITLE),
    "long word": replace(sample.BOOK, title="Donaudampfschifffahrt" * 6, editors=()),
    "many editors": replace(sample.BOOK, editors=("An editor of the desk",) * 20, publisher=LONG_TITLE),
    "nothing but a title": sample.book_of(sample.GERMAN, title="Слова"),
}


@pytest.mark.parametrize("design", [CoverDesign.BAND, CoverDesign.INITIALS])
@pytest.mark.parametrize("name", COVERS)
def test_the_words_of_a_cover_stay_inside_its_margins(name: str, design: CoverDesign) -> None:
    """A long title leaves room for the words at the foot of the cover."""
    canvas = RasterCanvas(COLORS.paper)
    DESIGNS[design](canvas, COVERS[name], COLORS, cover.CoverLook(design))
    image = canvas.image.convert("L")
    assert image.size == (cover.WIDTH, cover.HEIGHT)
    ink = image.point([255 if value < 200 else 0 for value in range(256)])
    left, _, right, bottom = ink.crop((0, 60, cover.WIDTH, cover.HEIGHT)).getbbox() or (0, 0, 0, 0)
    assert left > 120
    assert right < cover.WIDTH - 120
    assert bottom + 60 < cover.HEIGHT - 120


def test_a_text_is_as_long_as_its_pairs_of_letters() -> None:
    """Also with marks, in other scripts, and for letters that the face does not have."""
    source, index = find_face("EB Garamond", "normal", ())
    for size in (48, 250):
        ruler = TextRuler(load_font(source, index, size, 500))
        for text in ("", "A", "AVATAR To Ty. office – “fjord” Åse", "Лампа — שלום 上", "e\u0301 f\u200bi" * 20):
            assert ruler.measure(text) == ruler.font.getlength(text)


def test_a_cover_depends_on_four_texts_only() -> None:
    """Covers are cached by these texts."""
    texts = {name: getattr(sample.BOOK, name) for name in ("title", "subtitle", "editors", "publisher")}
    other: Book = replace(sample.hostile(), **texts, language="de", url="", trim=Trim.A4, embed_fonts=False)
    assert draw_cover(other, COLORS) == draw_cover(sample.BOOK, COLORS)


def test_a_cover_is_reduced_to_few_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks the same in a third of the bytes; the covers of other tests are reduced less carefully.

    A quarter of the cover is saved: the whole takes longer than all other tests of covers.
    """
    sizes: list[tuple[int, int]] = []

    def save_quarter(image: Image.Image, colors: int) -> bytes:
        sizes.append(image.size)
        return save_cover_anew(image.crop((0, 0, cover.WIDTH // 2, cover.HEIGHT // 2)), colors)

    monkeypatch.setattr(cover, "save_cover", save_quarter)
    data = draw_cover(sample.BOOK, COLORS)
    assert sizes == [(cover.WIDTH, cover.HEIGHT)]
    image = Image.open(io.BytesIO(data), formats=["PNG"])
    assert image.mode == "P"
    assert len(image.getcolors() or []) == 32
    assert len(data) < 18_000


# --- same source, same bytes ------------------------------------------------------------------------

_PRINT_EPUB = (
    "import sys; from pathlib import Path; from tests.support import sample; from onrecord.editions import epub;"
    "sys.stdout.buffer.write(epub.make_epub(sample.BOOK, Path(sys.argv[1])))"
)


@pytest.mark.slow
def test_another_process_makes_the_same_bytes(tmp_path: Path) -> None:
    """Folder, time zone, hash seed and time differ."""
    files = set()
    for seed, zone in (("1", "Asia/Tokyo"), ("2", "America/Bogota")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", _PRINT_EPUB, str(tmp_path / seed)]
        files.add(subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=True).stdout)
    assert len(files) == 1


def test_the_same_book_gives_the_same_bytes(data: bytes, tmp_path: Path) -> None:
    """The folder differs, the process does not."""
    assert epub.make_epub(sample.BOOK, tmp_path) == data


def test_another_edition_gives_other_bytes(data: bytes, tmp_path: Path) -> None:
    """Without this, the comparisons above could not fail."""
    other: Book = replace(sample.BOOK, edition="Second edition")
    assert epub.make_epub(other, tmp_path) != data
