"""Right-to-left and Indic lines are read aloud as they are written; what is read aloud is compared with the glyphs.

Indic, Khmer and Thai text is also copied as it is written, by three engines.
"""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from onrecord.editions import epub, html
from onrecord.editions.pdf import edition
from onrecord.editions.pdf.typeset.cluster_texts import GlyphGroup, mark_groups
from onrecord.editions.pdf.typeset.unicode_maps import _join_clusters
from onrecord.finishing import booklet
from onrecord.model import Answer, Book, Emphasis, LanguageSpan, Link, Question, Strong, Text, TextLine
from onrecord.proof import prove_booklet, prove_epub, prove_html, prove_pdf_file, read_whole_pdf
from onrecord.proof.reading.painted_glyphs import SpokenLine, read_spoken_lines
from onrecord.proof.reading.reshaping import Reshaper
from onrecord.runtime import font_files
from tests.support.bound import PLACE, change_pdf
from tests.support.proof_copies import FIRST, at, book_of, paragraph
from tests.support.workers import RUNNER

pytestmark = pytest.mark.usefixtures("same_fonts_and_cover")

_HEBREW = "אור הנמל 24 (מהיר) דולק בלילה."
_ARABIC = "المصباح [ضوء 12] يضيء الميناء، والبحارة ينامون."
_PERSIAN = "چراغ بندر روشن است و نمی‌سوزد."
_HINDI = "बन्दरगाह की बत्ती क्षण में हिन्दी"
_CLUSTERS = ("रक्षक कर्म ", "द्वितीय हैं", "प्रकृति।")
_JOINERS = "क्\u200dष क्\u200cष र्\u200dय।"
_THAI = ("น้ำขึ้นน้ำลง", "กำลังทำงาน", "ปู่กับป้าไปซื้อปลา ใหม่เช้าตรู่ ป้า")
_FACES = font_files.list_font_files(font_files.list_package_folders())


@cache
def build_book() -> tuple[Book, bytes]:
    """Return a book whose answers mix scripts, and its PDF."""
    answer = (
        paragraph(14, "She said ", LanguageSpan((Text(_HEBREW),), "he"), " and left (twice), and “no” is no."),
        paragraph(16, _ARABIC),
        paragraph(18, "Persian: ", LanguageSpan((Text(_PERSIAN),), "fa")),
        paragraph(20, "Hindi: ", LanguageSpan((Text(_HINDI),), "hi"), ", Thai: ชาไทย."),
        paragraph(21, "Signs: 😀 👨‍👩‍👧 👍🏽 ❤️ 🇩🇪 ✅ → 𝑥 and 🎈."),
        paragraph(21, "Several parts: 🤷‍♀️ 🏃‍♂️ ❤️‍🔥 👩‍⚖️ 🏴‍☠️"),
        paragraph(22, "A word ", Emphasis((Text("שלום"),)), " and ", Strong((Text("عليكم"),)), " (brackets) 5."),
        paragraph(23, "See ", Link((Text("light שלום"),), "https://example.org/a"), " עולם 7."),
    )
    interview = replace(
        FIRST,
        conversation=(
            Question(1, "q1", (paragraph(12, "What is שלום?"),), at(12)),
            Answer(1, "a1", answer, at(14)),
        ),
        footnotes=(),
        introduction=(),
    )
    book = book_of(interview)
    return book, edition.make_pdf(book, Path("nowhere"), RUNNER).data


def read_lines() -> list[SpokenLine]:
    """Return the spoken lines of the book."""
    return list(read_spoken_lines(build_book()[1], set(range(100))))


def spoil_text(text: str) -> Iterator[str]:
    """Yield the text with one change of each kind."""
    words, middle = text.split(), len(text) // 2
    yield text[:middle] + text[middle + 1] + text[middle] + text[middle + 2 :]
    yield text[:middle] + text[middle + 1 :]
    yield text[::-1]
    yield " ".join([words[1], words[0], *words[2:]])
    yield " ".join(words[1:])
    yield words[0] + " ".join(words[1:])
    yield text.replace("(", "[").replace("24", "42").replace("12", "21")


def test_right_to_left_lines_are_proved() -> None:
    """Brackets, numbers and names stand in their places, and the English around them is read as it is."""
    book, data = build_book()
    assert prove_pdf_file(book, data, data).problems == ()


def test_the_parts_of_a_divided_link_lead_to_one_place() -> None:
    """A link of which only a half runs from the right is two links in print; the proof joins them, and no others."""
    book, data = build_book()

    def lead_elsewhere(file: pikepdf.Pdf) -> None:
        areas = [area for area in file.objects if isinstance(area, pikepdf.Dictionary) and "/Rect" in area]
        [area for area in areas if "/A" in area][-1].A.URI = pikepdf.String("https://example.org/b")

    def rename(file: pikepdf.Pdf) -> None:
        tags = [tag for tag in file.objects if isinstance(tag, pikepdf.Dictionary)]
        (part,) = [tag for tag in tags if "linkpart" in str(tag.get("/ID"))]
        part.ID = pikepdf.String("elsewhere")

    for change, rule in ((lead_elsewhere, "links-are-true"), (rename, "markup-is-true")):
        spoiled = change_pdf(data, change)
        assert rule in {problem.rule for problem in prove_pdf_file(book, spoiled, spoiled).problems}


def test_an_emoji_of_several_parts_is_one_sign_of_one_face() -> None:
    """♀ and ♂ also stand in faces for text, which print asks first."""
    (line,) = [line for line in read_lines() if "Several parts" in line.text]
    signs = [glyph for glyph in line.glyphs if "Noto-Emoji" in glyph.font and glyph.text.strip()]
    assert len(signs) == 5
    assert not any("♀" in glyph.text or "♂" in glyph.text for glyph in line.glyphs if "Noto-Emoji" not in glyph.font)


def test_the_screens_run_in_the_same_directions() -> None:
    """A block has the direction of its first letter, a phrase that of its language; the proof expects both."""
    book, _ = build_book()
    e_book = epub.make_epub(book, Path("nowhere"))
    pages = html.make_html(book, Path("nowhere"))
    page = pages["ada.html"].decode()
    assert f'<p dir="rtl">{_ARABIC}</p>' in page
    assert '<span lang="he" dir="rtl">' in page
    assert prove_epub(book, e_book).problems == prove_html(book, pages).problems == ()


@cache
def build_arabic_book() -> tuple[Book, bytes]:
    """Return a book that is read from the right, and its PDF."""
    book = build_book()[0]
    # The bracket of an element without a letter: no other text of its face has one.
    text = (paragraph(12, _ARABIC), paragraph(13, "الكتاب ", Strong((Text("(ISO "),)), Emphasis((Text("15836)"),))))
    interview = replace(
        book.interviews[0],
        language="ar",
        title=TextLine("ضوء الميناء", at(2)),
        conversation=(Question(1, "q1", text, at(12)), Answer(1, "a1", text, at(14))),
    )
    arabic = replace(book_of(interview), language="ar", title="كتاب الميناء")
    return arabic, edition.make_pdf(arabic, Path("nowhere"), RUNNER).data


def test_a_booklet_from_the_right_folds_into_order() -> None:
    """Its first page is the left half of the outermost sheet; other pages are noticed."""
    _, data = build_arabic_book()
    folded = booklet.make_booklet(data)
    assert prove_booklet(data, folded, "ar", PLACE) == ()
    assert prove_booklet(data, folded, "en", PLACE) != ()


def test_a_book_from_the_right_is_mirrored_in_every_edition() -> None:
    """The reader turns its pages to the right: the first page is a left-hand one, with its addresses at the left."""
    arabic, data = build_arabic_book()
    with pikepdf.open(io.BytesIO(data)) as file:
        assert file.Root.ViewerPreferences.Direction == "/R2L"
    page = read_whole_pdf(data).pages[6]
    (address,) = [run for run in page.runs if run.text == "Q1"]
    words = [run for run in page.runs if run.content_id >= 0 and run.text.strip()]
    assert address.right < min(run.left for run in words)
    assert max(run.right for run in words) > page.box[2] - 20 * 72 / 25.4
    assert prove_pdf_file(arabic, data, data).problems == ()
    e_book, pages = epub.make_epub(arabic, Path("nowhere")), html.make_html(arabic, Path("nowhere"))
    assert b'<html lang="ar" dir="rtl">' in pages["index.html"]
    assert prove_epub(arabic, e_book).problems == prove_html(arabic, pages).problems == ()


def test_every_spoken_line_is_what_is_painted() -> None:
    """What is read aloud is in the order of reading, what is painted from left to right."""
    lines = read_lines()
    assert {line.text.strip() for line in lines} >= {_ARABIC, _HEBREW}
    assert [Reshaper(_FACES).find_difference(line.text, line.glyphs) for line in lines] == [None] * len(lines)


@pytest.mark.parametrize("text", [_HEBREW, _ARABIC, _PERSIAN, _HINDI])
def test_other_words_are_noticed(text: str) -> None:
    """A letter, a mark, a word, a space, a digit or a bracket that is read aloud otherwise than it is painted."""
    (line,) = [line for line in read_lines() if text.split()[-1] in line.text]
    for spoiled in spoil_text(text):
        if spoiled != text:
            other = line.text.replace(text, spoiled) if text in line.text else spoiled
            assert Reshaper(_FACES).find_difference(other, line.glyphs) is not None, spoiled


def test_a_spoiled_actual_text_is_refused() -> None:
    """The words are those of the manuscript, but the page shows others."""
    book, data = build_book()

    glyphs = [glyph for line in read_lines() for glyph in line.glyphs]
    codes = [f"{glyph.code:04x}".encode() for glyph in glyphs if "Amiri" in glyph.font]

    def replace_glyph(file: pikepdf.Pdf) -> None:
        """Paint an Arabic glyph in the place of another."""
        for page in (page for page in file.pages if "/Contents" in page.obj):
            page.contents_coalesce()
            content = page.obj.Contents.read_bytes()
            page.obj.Contents.write(content.replace(codes[0] + b">", codes[1] + b">"))

    spoiled = change_pdf(data, replace_glyph)
    sentences = [problem.sentence for problem in prove_pdf_file(book, spoiled, spoiled).problems]
    assert any("is read aloud for other words" in sentence for sentence in sentences), sentences


@cache
def build_cluster_book() -> tuple[Book, bytes]:
    """Return a book with words in Devanagari and Thai, and its PDF."""
    text = (
        paragraph(12, " ".join(_CLUSTERS)),
        paragraph(13, " ".join(_THAI)),
        paragraph(14, "And ", Strong((Text("x̂, fluffy offices"),))),
        paragraph(15, _JOINERS),
        paragraph(16, "๑๒๓ ฯลฯ น้ำ ป๋า กี่ ๆ"),  # a raised mark at the end of a group
    )
    interview = replace(
        FIRST, conversation=(Question(1, "q1", text[:1], at(12)), Answer(1, "a1", text, at(14))), footnotes=()
    )
    book = book_of(interview)
    return book, edition.make_pdf(book, Path("nowhere"), RUNNER).data


def test_clusters_are_proved() -> None:
    """Their glyphs stand in another order than their characters, and their marks beside the next letter."""
    book, data = build_cluster_book()
    assert prove_pdf_file(book, data, data).problems == ()
    lines = [line.text for line in read_spoken_lines(data, set(range(100)))]
    assert _JOINERS in lines  # joiners choose between the forms of a letter


@pytest.mark.parametrize("engine", ["PDFium", "MuPDF"])
def test_clusters_are_copied_as_they_are_written(engine: str) -> None:
    """The engines of Chrome and of many viewers give every word back; so does poppler."""
    data = build_cluster_book()[1]
    if engine == "PDFium":
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
    else:
        with importlib.import_module("pymupdf").Document(stream=data) as file:  # without types
            text = "".join(file.get_page_text(number) for number in range(len(file)))
    assert [words for words in (*_CLUSTERS, *_THAI, "fluffy offices") if words not in text] == []


def test_a_cluster_that_says_another_text_is_refused() -> None:
    """The words are those of the manuscript, but the page shows others."""
    book, data = build_cluster_book()

    def say_other_words(file: pikepdf.Pdf) -> None:
        """Say another letter of each cluster that begins with this one."""
        for page in (page for page in file.pages if "/Contents" in page.obj):
            page.contents_coalesce()
            content = page.obj.Contents.read_bytes()
            page.obj.Contents.write(content.replace(b"/ActualText<feff0915", b"/ActualText<feff0916"))

    spoiled = change_pdf(data, say_other_words)
    sentences = [problem.sentence for problem in prove_pdf_file(book, spoiled, spoiled).problems]
    assert any("is read aloud for other words" in sentence for sentence in sentences), sentences


def test_the_halves_of_a_vowel_sign_are_in_one_cluster() -> None:
    """Pango takes the left half of the Tamil ொ for a glyph of the letter, the right one for a cluster of its own."""
    assert list(_join_clusters("கொடி".encode(), [0, 0, 3, 6])) == [("கொ", [0, 1, 2]), ("டி", [3])]


def test_groups_of_glyphs_are_marked() -> None:
    """Distances stay where they are, and a line that is divided otherwise stays as it is."""
    line = [b"/F 12 Tf", b"[<00010002>-50<>7<0003>] TJ"]
    groups = [GlyphGroup(1), GlyphGroup(2, "क")]
    marked = [b"/F 12 Tf", b"[<0001>] TJ", b"/Span <</ActualText<feff0915>>> BDC", b"[<0002> -50 7 <0003>] TJ", b"EMC"]
    assert mark_groups(line, groups) == marked
    assert mark_groups(line, [*groups, GlyphGroup(1)]) == line


def test_brackets_keep_their_meaning_in_the_whole_file() -> None:
    """A Hebrew “(” is drawn with the glyph of “)”, whose ToUnicode map must say “)”."""
    (line,) = [line for line in read_lines() if "brackets" in line.text]
    assert "(brackets)" in "".join(glyph.text for glyph in line.glyphs)


def test_no_glyph_is_without_text() -> None:
    """PDF/UA and PDF/A forbid empty texts in ToUnicode maps; a cluster of several glyphs had one."""
    assert all(glyph.text for line in read_lines() for glyph in line.glyphs)
