"""Test that words and lines read from grouped words equal those of pandoc's own tree."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

import pytest

from onrecord.manuscript import markdown, source
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.typography import TextStyle
from onrecord.manuscript.yaml_config import Problems
from onrecord.model.problems import Problem, sort_problems
from onrecord.runtime import pandoc
from tests.support.paths import ROOT

DOCS = ROOT / "docs"
STRANGE = {
    "words over lines": "one two\nthree *four\nfive* six `a\nb` <b>\nseven [eight\nnine](javascript:x) &#7;\nten &#1;",
    "words in words": 'a *b **c ~~d~~ e** f*g h^i^ j~k~ "l \'m\' n" [o *p*](https://example.org/q "r") s',
    "words that touch": (
        "don't a\\_b a\\\\b caf&eacute;s &#7;&#8; x&amp;y a–b—c… 1\\. 2\\) ä\\*ö \\[x\\] {y} "
        '\\"z\\" a&#32;&#32;b &#32;'
    ),
    "JSON in the text": r'{"t":"Span","c":[["",[],[["wrapper","1"],["data-pos","9:1-9:2"]]],[{"t":"Space"}]]}' + " <i>",
    "places in the text": (
        '[a b *c* d]{wrapper=1}\n[a b]{wrapper=1 data-pos="99"} <i>\nc <i> [d e]{data-pos="7:1-7:2" x=y} <b>\nf <i>'
    ),
    "notes": "a b[^1] c <i>\nd e[^2] <i>\n\n[^1]: f g\n    h <b> i\n\n[^2]:\n    j\n\n    - k <b>\n\nl <i>",
    "lines of their own": (
        "::: verse\na b\\\nc d\ne <i> f\n:::\n\n| a b | c <i> |\n|---|---|\n| d e | f <i> |\n\nt u\n: v w\n  x <i>\n"
    ),
    "pictures": "![a b *c*](images/none.png) \n\na ![b](c.png) d\n\n![e f](g.png){.h}\n: i j <i>",
    "words without a space": "漢字 かな漢字 カナ，漢字。漢字\nпривет, мир… <i> e\u0301a, \u0301b",
    "addresses": "see https://example.org/_a_/*b*--c[^1] `https://e.org/_d_` me_x@e.org <i>\n\n[^1]: www.e.org/a_b <i>",
    "quotations": '> a "b\n> c" <i>\n\n> - d\n>   e <i>\n>   1. f\n>      g <i>',
    "a verse without lines": "::: verse\n::: note\n:::\n:::\n\na b <i>",
    "doubts": '::: {.doubt ask="a b?"}\nc d\n:::\n\n::: who\ne\n:::\n\n## f g {#h i=j}\n\nk {#l}\n',
}


def read_body(body: str) -> tuple[markdown.MarkdownBody | None, tuple[Problem, ...]]:
    problems = Problems("interviews/talk.md", [])
    document = markdown.read_markdown(body, 7, ('A "title" & more',), TextStyle("en"), Pictures(DOCS), problems)
    return document, sort_problems(problems.entries)


# Long tables, the most kinds of blocks, another script; all other chapters are read by the slow tests.
SAMPLE_CHAPTERS = {"writing-an-interview", "reference-styles", "korotko-o-glavnom", "gallery"}


@cache
def read_manual_bodies() -> Mapping[str, str]:
    bodies = {}
    for path in sorted((DOCS / "interviews").glob("*.md")):
        front = source.split_front_matter(path.read_text(encoding="utf-8"), Problems(path.name, []))
        assert front
        bodies[path.stem] = front.body
    return bodies


@pytest.mark.parametrize("body", STRANGE.values(), ids=STRANGE)
def test_words_and_lines_equal_those_of_pandocs_own_tree(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare blocks with their places, and problems with their lines."""
    compare_readings(body, monkeypatch)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in SAMPLE_CHAPTERS else [pytest.mark.slow])
        for name in sorted(path.stem for path in (DOCS / "interviews").glob("*.md"))
    ],
)
def test_words_and_lines_of_the_manual_equal_those_of_pandocs_own_tree(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole manual is one book of the slow tests, a sample of it is read each time."""
    compare_readings(read_manual_bodies()[name], monkeypatch)


def compare_readings(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare what is read from grouped words with what is read from pandoc's own tree."""
    document = read_body(body)

    def read_text(data: bytes, source: str, originals: dict[int, str]) -> list[pandoc.Block]:
        blocks = pandoc.read_file(data, source)["blocks"]
        return list(json.loads(json.dumps(blocks, ensure_ascii=False).translate(originals)))

    monkeypatch.setattr(pandoc, "read_text", read_text)
    assert document == read_body(body)


def test_pandoc_gives_one_position_for_all_words_of_a_line() -> None:
    """Otherwise nine tenths of pandoc's output would be positions of single words."""
    body = read_manual_bodies()["while-you-write"].encode()
    grouped, single_words = pandoc.read_text(body, markdown.FORMAT), pandoc.read_file(body, markdown.FORMAT)["blocks"]
    assert len(json.dumps(grouped)) < len(json.dumps(single_words)) / 4
