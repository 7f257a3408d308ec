"""Documents that share computed styles are laid out as they are without others before them."""

from __future__ import annotations

import pytest

from onrecord.editions.pdf.typeset import style_sharing
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, set_part

_BASE = "@page { size: A6 } body { font: 10pt 'EB Garamond' } "
_RULES = (
    "section p { margin-left: 1em } section::before { content: attr(id) ' ' } em:lang(de) { font-weight: 600 }",
    "html { overflow: hidden } p { overflow: inherit; height: 3mm }",
    "body { overflow: hidden; height: 9mm }",
    "html { display: none } p { color: red }",
    "span { float: footnote } p::first-letter { font-size: 2em } li { float: left }",
    "p { text-decoration: underline; counter-increment: p } p::after { content: leader('.') counter(p) }",
    "#a { color: red } #b p { font-size: 12pt } section + section { break-before: page }",
)
_PAGES = (
    "<section id='a'><p>The lamp was <em lang='de'>hell</em> at dusk.<span>A note</span></p></section>",
    "<section id='b' lang='de'><p id='a'>The <em>keepers</em> wrote.</p><ul><li>oil</ul></section><section>End",
    "<section><p style='color: blue'>The lamp</p><p>and the <span id='x y'>book</span></p></section>",
    "<section id='a'><p>The lamp was <em lang='de'>out</em> at dawn.</p><p>A table<p>of tides</section>",
)


@pytest.mark.parametrize("rules", _RULES)
def test_a_document_is_laid_out_as_if_it_were_the_first(rules: str) -> None:
    style_sharing.forget_styles()
    sources = [PartSource(page, _BASE + rules, "en", "A lamp") for page in _PAGES]
    parts = [set_part(source) for source in sources]
    for source, part in zip(sources[1:], parts[1:], strict=True):
        style_sharing.forget_styles()
        assert set_part(source) == part


def test_lengths_in_parts_of_the_page_are_those_of_each_document() -> None:
    css = "p { margin-left: 40vw } @page wide { size: A4 landscape } @page { size: A6 }"
    wide, narrow = (
        PartSource("<p>The lamp was lit at dusk.</p>", css, "en", "A lamp", rules=rules)
        for rules in ("html { page: wide }", "")
    )
    parts = [set_part(source) for source in (narrow, wide, narrow, wide)]
    assert parts[:2] == parts[2:]
    assert parts[0].width_pt != parts[1].width_pt


def test_documents_with_the_same_sheets_have_lengths_in_parts_of_their_own_first_page() -> None:
    """The paragraph has the same rules and the same parent in both."""
    css = "p { margin-left: 40vw } h2 { page: wide } @page wide { size: A4 landscape } @page { size: A6 }"
    sources = [
        PartSource(f"<{head}>A lamp</{head}><p>It was lit at dusk.</p>", css, "en", "A lamp") for head in ("h1", "h2")
    ]
    style_sharing.forget_styles()
    parts = [set_part(source) for source in sources]
    style_sharing.forget_styles()
    assert set_part(sources[1]) == parts[1]
    assert parts[0].width_pt != parts[1].width_pt


@pytest.mark.parametrize("rule", ["p { width: calc(1em * 1em) }", "p { --c: 12 } p { color: var(--c) }"])
def test_each_document_with_a_wrong_value_is_complained_of(rule: str) -> None:
    css = _BASE + rule
    sources = [PartSource(f"<p>The lamp {number}</p>", css, "en", "A lamp") for number in range(2)]
    first, second = (set_part(source).complaints for source in sources)
    assert first == second != ()


def test_styles_are_computed_once_for_all_documents() -> None:
    style_sharing.forget_styles()
    for number in range(3):
        set_part(PartSource(f"<section id='s{number}'><p>The lamp</p></section>", _BASE, "en", "A lamp"))
    (pool,) = style_sharing._pools.values()
    assert len(pool.styles) == 7  # html, head, meta, title, body, section, p
