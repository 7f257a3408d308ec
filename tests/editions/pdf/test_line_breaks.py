"""The widths of words say where lines end as Pango does."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from onrecord.editions.pdf.typeset.breaks_by_drafts import DraftBreaker
from onrecord.editions.pdf.typeset.breaks_by_words import break_line
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, set_part
from onrecord.editions.pdf.typeset.word_widths import find_widths

_WORDS = (
    "The lamp was lit at dusk; AVATAR “To” We’ll (about) 1998, 50,000 well-kept harbour-keepers’ affidavits waffle "
    "– and/or official correspondence f fi Yes. To: V. Ta, ‘Qu’ naïve café extraordinarily [sic] P. … 5′ 11″ !"
)


def collect_style(font: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the style of a text in this font, and the context of its layout."""
    source = PartSource("<p>The lamp</p>", f"p {{ font: {font}; hyphens: auto }}", "en", "A lamp")
    set_part(source)  # before the patch below: it would be taken back with a patch of ours that came after it
    from weasyprint.layout import inline

    texts: list[tuple[Any, Any]] = []
    split = inline.split_text_box

    def note_style(context: Any, box: Any, *args: Any, **options: Any) -> Any:
        texts.append((box.style, context))
        return split(context, box, *args, **options)

    monkeypatch.setattr(inline, "split_text_box", note_style)
    set_part(source)
    return texts[0]


@pytest.mark.parametrize("font", ["11pt 'EB Garamond'", "italic 9pt 'Source Serif 4'", "700 10.3pt 'Source Sans 3'"])
def test_lines_end_where_their_layouts_do(font: str, monkeypatch: pytest.MonkeyPatch) -> None:
    style, context = collect_style(font, monkeypatch)
    by_drafts = DraftBreaker()
    chance = random.Random(font)
    compared = 0
    for _ in range(80):
        text = chance.choice(["", " "]) + " ".join(chance.choices(_WORDS.split(), k=chance.randint(3, 60)))
        width = chance.uniform(80, 500)
        line = break_line(text, style, context, width, 0)
        draft = by_drafts.break_line(text, style, context, width, 0)
        if line is not None and draft is not None:
            assert (line[0].text, *line[1:]) == (draft[0].text, *draft[1:]), (text, width)
            compared += 1
    assert compared > 40


def test_a_few_signs_are_as_wide_as_their_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    style, context = collect_style("10pt 'Source Serif 4'", monkeypatch)
    for text in (", ", ".", " – ", "“", "27″", " "):
        draft = DraftBreaker().break_line(text, style, context, 300, 0)
        for width in (300, None):
            line = break_line(text, style, context, width, 0)
            assert line is not None
            assert draft is not None
            assert (line[0].text, *line[1:]) == (draft[0].text, *draft[1:])


def test_words_are_not_measured_beside_letters_of_another_script(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pango takes a quotation mark after a Cyrillic word for Cyrillic, and does not kern it with a Latin letter."""
    style, context = collect_style("10pt 'Source Serif 4'", monkeypatch)
    break_line(f"{'The lamp was lit. ' * 20}маяк “quoted” [sic] “quoted”", style, context, 200, 0)
    text = "The lamp “quoted” [sic] lit"
    line = break_line(text, style, context, 300, 0)
    draft = DraftBreaker().break_line(text, style, context, 300, 0)
    assert line is not None
    assert draft is not None
    assert line[1:] == draft[1:]


def test_a_text_that_another_font_draws_is_left_to_pango(monkeypatch: pytest.MonkeyPatch) -> None:
    style, context = collect_style("11pt 'EB Garamond'", monkeypatch)
    for text in ("The lamp שלום was lit", "日本 and oil", "a  lamp", "soft\u00adly lit", "1998, 1999, 2000"):
        assert break_line(text, style, context, 300, 0) is None
    assert break_line("The lamp was lit", style, context, 300, 0) is not None
    font = find_widths(style)
    assert font is not None
    lent = "\u20bf"  # a sign that the face lacks
    assert [font.find_word(word) is not None for word in ["oil", lent, "wick"]] == [True, False, True]


def test_a_long_word_before_a_dash_is_measured_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each letter more must not double the time, which would be many seconds for these."""
    style, _ = collect_style("11pt 'EB Garamond'", monkeypatch)
    font = find_widths(style)
    assert font is not None
    start = time.process_time()
    words = [font.find_word(f"Rindfleischetikettierungsg{ending}") for ending in ("-Amt", "—oder", "/Amt")]
    assert time.process_time() - start < 1
    assert [word is not None and word.break_place for word in words] == [27, 26, 27]
