"""Words of justified lines are shown as Pango lays the lines out."""

from __future__ import annotations

import random
from typing import Any

import pytest

from onrecord.editions.pdf.typeset import drawn_words, text_speedups
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, import_weasyprint, set_part
from onrecord.editions.pdf.typeset.word_widths import find_widths
from tests.editions.pdf.test_line_breaks import collect_style

_WORDS = (
    "The lamp was lit at dusk; AVATAR “To” (about) 1998, 50,000 well-kept affidavits waffle official flow – and/or "
    "naïve café Qu. … 5′ ½"
)
_CSS = (
    "@page { size: A6 } p { font: 11pt 'EB Garamond'; text-align: justify; hyphens: auto; text-wrap: pretty } "
    "b { font-variant-caps: small-caps } i { font-size: 8pt }"
    " u { text-decoration: underline } s { letter-spacing: 1pt }"
)


def write_page(seed: int) -> str:
    """Return paragraphs in two languages, with elements that change how the same words are drawn."""
    chance = random.Random(seed)
    paragraphs = []
    for language in ("en", "de"):
        pieces = []
        for tag in chance.choices("bius", k=8):
            text = " ".join(chance.choices(_WORDS.split(), k=chance.randint(3, 20)))
            pieces.append(
                f"{text} <{tag}>{chance.choice(_WORDS.split())} lamp{chance.choice(['', ' '])}</{tag}>{text[:1]}"
            )
        paragraphs.append(f"<p lang='{language}'>{' '.join(pieces)}</p>")
    return "".join(paragraphs)


def test_known_words_are_shown_as_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    import_weasyprint()
    from weasyprint.text.ffi import pango

    find = drawn_words._WordDrawer.find_strings
    shown: list[tuple[str, Any, Any]] = []

    def compare(self: Any, stream: Any, textbox: Any) -> Any:
        """Note what is shown, and what is shown of the same text laid out in a line."""
        result = find(self, stream, textbox)
        if result is not None:
            layout = textbox.pango_layout
            layout.reactivate(textbox.style)
            pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
            runs = text_speedups._collect_runs(stream, layout.get_first_line()[0], layout.text)
            layout.deactivate()
            assert runs is not None
            shown.append((layout.text, result[2], "".join(runs[0].strings)))
        return result

    monkeypatch.setattr(drawn_words._WordDrawer, "find_strings", compare)
    for seed in range(2):
        set_part(PartSource(write_page(seed), _CSS, "en", "A lamp"))
    assert [row for row in shown if row[1] != row[2]] == []
    assert len(shown) > 60


def test_a_space_that_pango_widens_in_another_way_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    style, _ = collect_style("11pt 'EB Garamond'", monkeypatch)
    widths = find_widths(style)
    assert widths
    drawn = drawn_words._DrawnFont(widths, space=3, space_width=250)
    drawn_words._check_space(drawn, [(3, 351, 50, 0)], 101, 0)
    assert drawn.is_plain
    drawn_words._check_space(drawn, [(3, 351, 51, 0)], 101, 0)
    assert not drawn.is_plain
