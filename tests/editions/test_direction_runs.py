"""Phrases that run against their block keep their order over inline elements, as in a browser."""

from __future__ import annotations

import io
import random
import re
import zipfile
from pathlib import Path

import pytest

from onrecord.editions import epub, html
from onrecord.editions.article_inlines import InlineWriter
from onrecord.editions.direction_runs import DirectedRun, LinkPart, group_runs
from onrecord.editions.edition_syntax import EditionSyntax
from onrecord.editions.page_marks import PageCursor
from onrecord.manuscript.read_book import read_book
from onrecord.model import Emphasis, Inline, LanguageSpan, LineBreak, Link, Strong, Superscript, Text, to_plain_text
from onrecord.model.bidi_levels import find_levels
from onrecord.model.directions import direct_block, direct_phrase, is_from_right
from onrecord.proof import prove_epub, prove_html
from onrecord.proof.reading import reshaping
from tests.support import sample
from tests.support.translated import SETTINGS, write_interview


def strong(text: str) -> Strong:
    return Strong((Text(text),))


def emphasis(text: str) -> Emphasis:
    return Emphasis((Text(text),))


@pytest.mark.parametrize(
    ("content", "around", "runs"),
    [
        ((Text("She said "), strong("שלום"), Text(" "), emphasis("עולם"), Text(" and left.")), "ltr", ["שלום עולם"]),
        ((Text("In ("), emphasis("שלום עולם"), Text(", דוד) and")), "ltr", ["שלום עולם, דוד"]),
        ((emphasis("קישור"), Text(" עולם 24.")), "ltr", ["קישור עולם 24"]),
        ((emphasis("קישור"), Text(" 24, so")), "ltr", ["קישור 24"]),
        ((Text("אמר "), strong("David"), Text(" "), emphasis("Cohen"), Text(" אחר")), "rtl", ["David Cohen"]),
        ((strong("שלום"), Text(" and "), emphasis("עולם")), "ltr", []),
        ((strong("One"), Text(" "), emphasis("two")), "ltr", []),
        ((Text("שלום עולם"),), "ltr", []),
        ((Text("ו־10"), Superscript((Text("6"),)), Text(", 18:30.")), "rtl", ["106"]),
        ((Text("בשעה 18:30 "), strong("אחת"), Text(" 5")), "rtl", []),
        (
            (Text("ב־Dublin "), strong("(ISO"), Text(" "), emphasis("15836)"), Text(" ספר")),
            "rtl",
            ["Dublin (ISO 15836)"],
        ),
        ((strong("שלום David"), Text(" "), emphasis("Cohen"), Text(" אחר")), "rtl", ["David Cohen"]),
        ((Strong((Text("אור "), emphasis("[Light"))), Text(" 24] "), emphasis("7 ק״מ")), "rtl", ["Light 24"]),
        ((Text("No "), Strong((Text("one: שלום "), emphasis("עולם"))), Text(" (אור) is")), "ltr", ["שלום עולם (אור)"]),
        ((Text("(שלום"), emphasis(" and"), Text(") we")), "ltr", []),
        ((strong("שלום"), LineBreak(), emphasis("עולם")), "ltr", []),
        ((strong("שלום"), Text(" "), LanguageSpan((Text("Licht"),), "de"), Text(" "), emphasis("עולם")), "ltr", []),
        ((LanguageSpan((Text("שלום"),), "he"), Text(" "), LanguageSpan((Text("עולם"),), "he")), "ltr", []),
    ],
)
def test_a_phrase_in_several_elements_is_one_run(content: tuple[Inline, ...], around: str, runs: list[str]) -> None:
    """Its signs and the number after it go with it; a phrase with a language of its own stands by itself."""
    grouped = group_runs(content, around)
    assert [to_plain_text(run.content) for run in grouped if isinstance(run, DirectedRun)] == runs
    flat = [inline for run in grouped for inline in (run.content if isinstance(run, DirectedRun) else (run,))]
    assert to_plain_text(flat) == to_plain_text(content)


def test_a_link_is_divided_where_only_a_part_of_it_is_in_a_phrase() -> None:
    """Its parts are numbered, and the last one is known; a link that is right by itself stays whole."""
    link = Link((Text("Light שלום"),), "#a7")
    first, run, end = group_runs((link, Text(" עולם.")), "ltr")
    assert (first, end) == (LinkPart((Text("Light "),), "#a7"), Text("."))
    assert isinstance(run, DirectedRun)
    assert run.content == (LinkPart((Text("שלום"),), "#a7", "", 2, is_last=True), Text(" עולם"))
    for content in (
        (link, Text(" and")),
        (link, Text(", "), strong("Light")),
        (Text("שלום "), Link((Text("Light"),), "#a7")),
    ):
        assert group_runs(content, "ltr") == content


def test_blocks_and_phrases_have_a_direction_where_it_is_another() -> None:
    """A block by its first letter, a phrase by its language or script."""
    assert [direct_block(text, "en") for text in ("“שלום, Ada”", "24: Ada שלום", "24", "")] == ["rtl", "", "", ""]
    assert [direct_block(text, "ar") for text in ("مرحبا", "Ada")] == ["", "ltr"]
    assert [direct_phrase(language, "en") for language in ("he", "fa-IR", "de", "az-Arab")] == ["rtl", "rtl", "", "rtl"]
    assert [is_from_right(language) for language in ("ar", "ur-Latn", "en")] == [True, False, False]


SIGNS = "aאا1٢ ,.:-+%()[]«"


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("base", [0, 1])
def test_the_levels_are_those_of_the_proof(seed: int, base: int) -> None:
    """Two programs find the direction of each character, here of signs at random."""
    choices = random.Random(seed)
    for _ in range(50):
        text = "".join(choices.choices(SIGNS, k=choices.randint(1, 14)))
        assert find_levels(text, is_from_right=bool(base)) == reshaping._find_visible_levels(text, base), text


MIXED_BLOCKS = """**Which?**

* אור (1).

* Light (2).

  Oil (3).

  נר (4).

  * ראשון (5).
  * Second (6).

Seen.[^1]

[^1]: הערה (8).

    English (9).
"""


def test_blocks_inside_others_run_by_their_own_letters(tmp_path: Path) -> None:
    """A paragraph from the left in a list from the right says so; so does one in a printed note."""
    (tmp_path / "book.yaml").write_text(SETTINGS, encoding="utf-8")
    write_interview(tmp_path, "lamp", "en", MIXED_BLOCKS)
    book = read_book(tmp_path)
    pages = html.make_html(book, tmp_path)
    page = pages["lamp.html"].decode()
    for part in ('<ul dir="rtl">', "<p>אור", '<p dir="ltr">Light', '<p dir="ltr">Oil', "<p>נר", "<li>Second"):
        assert part in page, part
    assert "<p>English (9)" in page  # beside its note's first paragraph, not inside it
    assert prove_html(book, pages).problems == prove_epub(book, epub.make_epub(book, tmp_path)).problems == ()


def test_the_number_of_a_note_is_isolated_in_an_e_book_from_the_right(tmp_path: Path) -> None:
    """After “Sons.” it would stand with the full stop on the wrong side of the name."""
    (tmp_path / "book.yaml").write_text(SETTINGS, encoding="utf-8")
    write_interview(tmp_path, "lamp", "he", "**מה?**\n\nשלום David & Sons.[^1]\n\n[^1]: נר.\n")
    write_interview(tmp_path, "light", "en", "**Which?**\n\nDavid & Sons.[^1]\n\n[^1]: Light.\n")
    book = read_book(tmp_path)
    e_book = epub.make_epub(book, tmp_path)
    with zipfile.ZipFile(io.BytesIO(e_book)) as files:
        calls = [
            re.findall(r'<a class="noteref"[^>]*>', files.read(f"EPUB/{slug}.xhtml").decode())
            for slug in ("lamp", "light")
        ]
    assert [['dir="ltr"' in call for call in page] for page in calls] == [[True], [False]]
    assert prove_epub(book, e_book).problems == ()


def test_an_entry_of_a_list_is_printed_in_the_direction_of_the_list() -> None:
    """As browsers show it: a phrase from the left is one phrase there, though it begins the entry."""
    content = (Text("Light "), strong("(24)"), Text(" "), emphasis("of"), Text(" 7 נמל"))
    writer = InlineWriter(sample.HOW, sample.BOOK, EditionSyntax("print", "how"), PageCursor((), "print"), {})
    assert "<span dir=" not in writer.write_tight((Text("Light "), strong("24")))
    with writer.directions.inside_element("rtl"):
        assert writer.write_tight(content).startswith('<span dir="ltr">Light <strong>(24)</strong>')
        assert '<span dir="ltr">' not in writer.write_inlines((Text("Light "), strong("24"), Text(" נר")))


HEBREW_BLOCKS = """**Which?**

* אור (1).
* נר (2).

אור (3)
:   נר (4).

| נר (5) | B |
|---|:-:|
| a | ד! |

: טבלה (6).

Seen.[^1]

[^1]: הערה (8).

    The second paragraph runs from the left.
"""


def test_every_block_runs_in_the_direction_of_its_first_letter(tmp_path: Path) -> None:
    """Lists, definitions, captions, cells, notes and standfirsts, in all editions; the proof expects it."""
    (tmp_path / "book.yaml").write_text(SETTINGS, encoding="utf-8")
    write_interview(tmp_path, "lamp", "en", HEBREW_BLOCKS, 'standfirst: "סיפור (7)."\n')
    book = read_book(tmp_path)
    pages = html.make_html(book, tmp_path)
    page = pages["lamp.html"].decode()
    for start in ("<ul", "<dt", "<dd", "<caption", '<th scope="col"', '<td class="center"', '<p class="standfirst"'):
        assert re.search(rf'{start}[^>]* dir="rtl">', page), start
    assert '<p dir="rtl"><a class="back"' in page
    assert page.count('dir="rtl"') == 8
    e_book = epub.make_epub(book, tmp_path)
    assert prove_html(book, pages).problems == prove_epub(book, e_book).problems == ()
