"""A selector that is not tried on a page would not have matched any of its elements with words."""

from __future__ import annotations

import pytest
from lxml import etree

from onrecord.proof.reading.style_selectors import collect_names, compile_selectors, wrap_elements

_PAGE = """
<html lang="en"><head><title>Light</title></head>
<body class="page"><header class="site"><a class="book" href="#lamp">The lamp</a></header>
<main id="lamp"><section class="turn first"><h3>Who lights it?</h3><p class="a&#160;b">The <sup>third</sup> keeper.</p>
<p>Until dawn.</p></section></main></body></html>
"""
_SELECTORS = (
    *("p", "P", "sup, sub", ".turn", ".first.turn", "#lamp", "*", "section.turn > h3", "header.site .book", "h3 + p"),
    *("h3 ~ p", "p:first-child", ":is(.turn, .none) p", ".none :is(.turn, p)", ":where(#none, h3)", ":not(.none)"),
    *(".turn:not(:target) p", "main:has(sup)", "[class]", ".a\\a0 b", "header + main", ".none + main", ".none > p"),
    *("#none p", "p::before", "body.page > main p:hover", ":is(.none .turn, .page .turn) p", "TITLE", "head title"),
)


@pytest.mark.parametrize("text", _SELECTORS)
def test_a_selector_is_left_out_only_where_it_matches_nothing(text: str) -> None:
    page = etree.fromstring(_PAGE, etree.HTMLParser())
    elements = {element for element in page.iter() if element.tag not in ("head", "title")}
    selectors = compile_selectors(text)
    assert selectors
    for selector in selectors:
        matches = any(selector.compiled.test(element) for element in wrap_elements(page, elements))
        assert selector.can_match(collect_names(elements)) or not matches


@pytest.mark.parametrize("text", ["sub", ".none", "#none", ".none p", ".none > :is(p)", ":is(.none, #none)", "p.none"])
def test_a_selector_with_a_name_that_the_page_lacks_is_not_tried(text: str) -> None:
    page = etree.fromstring(_PAGE, etree.HTMLParser())
    assert not any(selector.can_match(collect_names(page.iter())) for selector in compile_selectors(text) or ())


def test_a_selector_that_is_not_valid_has_no_parts() -> None:
    assert compile_selectors("p >> q {") is None
