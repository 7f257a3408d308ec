"""Pages that the XML parser reads have the tree that HTML has for them."""

from __future__ import annotations

import io
from xml.etree.ElementTree import Element

import pytest
from tinyhtml5.parser import HTMLParser

from onrecord.editions.pdf.typeset.html_trees import read_plain_tree

_PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/><title>part</title></head><body dir="ltr">'
    "{}</body></html>"
)
_PLAIN = (
    '<article class="a b"><p>x</p></article>',
    '<section id="q1">\n<p>The <em>lamp</em> &amp; <a href="?a=1&amp;b=2">the <span>book</span></a>.</p>\n</section>',
    "<ul><li>oil<ul><li>wick</li></ul></li></ul><dl><dt>Hour</dt><dd><p>12<br/></p> noon</dd></dl>tail",
    '<h1 title="&quot;a&quot; &#39;b&#39;">A &lt;b&gt;</h1><blockquote><div><p></p></div> </blockquote>',
    '<p><img src="a.png" alt="x > y"/> <b>a <i>b</i></b></p>',
    "<nav><p>a</p>\n<li>b <span>1</span></li>\n<li><nav><li>c</li></nav> 2</li></nav>",
    "",
)
_OTHERS = (
    "<p>a<p>b</p></p>",
    "<p>a<ul><li>b</li></ul></p>",
    "<table><tr><td>a</td></tr></table>",
    '<p><a href="a">b<span><a href="c">d</a></span></a></p>',
    "<p>a<span/>b</p>",
    "<p>a<br></br>b</p>",
    "<pre>\na</pre>",
    "<!-- a --><p>b</p>",
    "<p>&nbsp;</p>",
    "<p>&#128;</p>",
    '<p title="a\nb">c</p>',
    "<p>a\rb</p>",
    "<P>a</P>",
    '<p CLASS="a">b</p>',
    '<p xml:lang="de">b</p>',
    "<p>a<br>b</p>",
    "<p class=a>b</p>",
    "<ul><p>a</p></ul>",
    "<li>a</li>",
    "<nav><li>a<li>b</li></li></nav>",
    "<nav><p>a<li>b</li></p></nav>",
    "<nav><div><li>a</li></div></nav>",
    "<h1>a<h2>b</h2></h1>",
    "<p>a",
    "<p>a</p></body></html>b",
    "<form><form><p>a</p></form></form>",
    "<p>\ud800</p>",
    "<br/>a<title>b</title>",
)


def describe_tree(element: Element) -> object:
    """Return a tree as values: an absent text is an empty one."""
    children = [describe_tree(child) for child in element]
    return element.tag, list(element.attrib.items()), element.text or "", element.tail or "", children


@pytest.mark.parametrize("content", _PLAIN)
def test_a_plain_page_has_the_same_tree(content: str) -> None:
    page = _PAGE.format(content)
    tree = read_plain_tree(page)
    assert tree is not None
    assert describe_tree(tree) == describe_tree(HTMLParser(False).parse(io.StringIO(page)))


@pytest.mark.parametrize("content", _OTHERS)
def test_a_page_with_other_rules_is_left_to_html(content: str) -> None:
    assert read_plain_tree(_PAGE.format(content)) is None
