"""Phrases that run against their block keep their order over inline elements, as in a browser."""

from __future__ import annotations

import pytest

from onrecord.editions.direction_runs import DirectedRun, group_runs
from onrecord.model import Emphasis, Inline, LanguageSpan, Strong, Superscript, Text, to_plain_text
from onrecord.model.directions import direct_block, direct_phrase, is_from_right


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
        ((LanguageSpan((Text("שלום"),), "he"), Text(" "), LanguageSpan((Text("עולם"),), "he")), "ltr", []),
    ],
)
def test_a_phrase_in_several_elements_is_one_run(content: tuple[Inline, ...], around: str, runs: list[str]) -> None:
    """Its signs and the number behind it go with it; a phrase with a language of its own stands by itself."""
    grouped = group_runs(content, around)
    assert [to_plain_text(run.content) for run in grouped if isinstance(run, DirectedRun)] == runs
    flat = [inline for run in grouped for inline in (run.content if isinstance(run, DirectedRun) else (run,))]
    assert to_plain_text(flat) == to_plain_text(content)


def test_blocks_and_phrases_have_a_direction_where_it_is_another() -> None:
    """A block by its first letter, a phrase by its language or script."""
    assert [direct_block(text, "en") for text in ("“שלום, Ada”", "24: Ada שלום", "24", "")] == ["rtl", "", "", ""]
    assert [direct_block(text, "ar") for text in ("مرحبا", "Ada")] == ["", "ltr"]
    assert [direct_phrase(language, "en") for language in ("he", "fa-IR", "de", "az-Arab")] == ["rtl", "rtl", "", "rtl"]
    assert [is_from_right(language) for language in ("ar", "ur-Latn", "en")] == [True, False, False]
