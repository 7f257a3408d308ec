"""Lines with letters, marks and numbers that are read, ordered or drawn in ways of their own pass the proof."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.editions import epub, html
from onrecord.editions.pdf import edition
from onrecord.manuscript.file_problems import find_unprintable
from onrecord.model import Answer, Emphasis, Question, Strong, Text
from onrecord.proof import prove_epub, prove_html, prove_pdf_file
from onrecord.proof.reading.normalize import normalize_text
from onrecord.proof.rules.running_heads import _is_running_head
from onrecord.runtime.font_files import is_drawn
from tests.support.proof_copies import FIRST, at, book_of, paragraph
from tests.support.workers import RUNNER

_SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
LINES = (
    f"Skin 👍🏽 👩🏿‍🚀 👨🏻‍🤝‍👨🏾, flags 🇩🇪 {_SCOTLAND}, families 👨‍👩‍👧‍👦, keycaps 1️⃣ #️⃣, hearts ❤️ ❤ ☎︎.",
    "A lone flag letter 🇩, a joiner before a space 👩\u200d and a selector \ufe0f alone.",
    "Stacks Z\u0351\u036b\u0343\u036a\u034f\u0334\u0319\u0324 a\u0301\u0302\u0303 q\u0303\u0323 x\u0302 t\u0361\u0283.",
    "Cafe\u0301 A\u030angstro\u0308m Vie\u0323\u0302t in parts.",
    "السلام (عليكم [24] “English (x)” نهاية) 3,5% – 12:30 و A/B؟ ١٢٣ 50٪",
    "چراغ بندر روشن است و نمی‌سوزد؛ «بندر» (۲۴) و 12.",
    "بندرگاہ کی روشنی ہر رات جلتی ہے۔ نمبر ۲۴ (24)۔",
    "שלום (עולם [24] “English (x)” סוף) 3,5% – 12:30 ו־A/B?",
    "Left אב1ג2 right 5 אב, גד 6 (הו) “זח” ט, isolated \u2067אב\u2069 and marked \u200f.",
    "Dominos 🀱 cards 🂡 chess ♞ box ┼, ₹ ₪ ₺ ₾ ‱ ⅓ ꟹ ﬁ ﬆ ŉ, Ѳеѡ҃дѡръ Қазақ, ᾠδή ᾧ, ɪʃ ʔ ǃ.",
    "Spaces\u2003em\u2009thin\u202fnarrow\u3000ideographic\u205fend.",
)


def test_strange_lines_are_proved_in_every_edition() -> None:
    """Plain, and in bold and italic faces."""
    answer = [
        paragraph(14 + number, line, " ", Strong((Text(line),)), " ", Emphasis((Text(line),)))
        for number, line in enumerate(LINES)
    ]
    conversation = (
        Question(1, "q1", (paragraph(12, "Which letters?"),), at(12)),
        Answer(1, "a1", tuple(answer), at(14)),
    )
    book = book_of(replace(FIRST, conversation=conversation, footnotes=(), introduction=()))
    data = edition.make_pdf(book, Path("nowhere"), RUNNER).data
    assert prove_pdf_file(book, data, data).problems == ()
    assert prove_epub(book, epub.make_epub(book, Path("nowhere"))).problems == ()
    assert prove_html(book, html.make_html(book, Path("nowhere"))).problems == ()


def test_the_flag_of_a_region_can_be_printed() -> None:
    """Tags are letters of it; anywhere else they are refused."""
    assert find_unprintable(f"The flag {_SCOTLAND}.") == {}
    assert [*find_unprintable("\U000e0067\U000e007f")] == ["\U000e0067", "\U000e007f"]
    assert [*find_unprintable(f"{_SCOTLAND}\U000e0067")] == ["\U000e0067"]


def test_a_joiner_between_marks_does_not_change_their_order() -> None:
    """It keeps two marks in the order in which they are typed; it is not printed, so the order is that of NFC."""
    assert normalize_text("a\u0301\u034f\u0323") == normalize_text("a\u0323\u0301")


def test_a_space_that_is_a_line_needs_a_glyph() -> None:
    """The space of Ogham; other spaces are drawn as nothing."""
    assert [char for char in " \u1680\u2003\u200d\u3000" if is_drawn(char)] == ["\u1680"]


@pytest.mark.parametrize(
    ("text", "is_head"),
    [
        ("ไฟ ท่าเรือ", True),  # a gap between two faces
        ("ไฟท่า…", True),
        ("ไฟท่าเรือ ๒", False),
        ("ท่าเรือ", False),
        ("बदंरगाह की रोशनी", True),  # marks where they are painted
        ("बंदरगाह की", True),
        ("नाव की रोशनी", False),
    ],
)
def test_a_running_head_in_another_script_has_the_letters_of_its_title(text: str, is_head: bool) -> None:
    """No tag tree puts them in order; a title may be cut."""
    assert _is_running_head(text, ("ไฟท่าเรือ", "बंदरगाह की रोशनी")) == is_head
