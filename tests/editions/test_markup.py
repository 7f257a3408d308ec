"""Interviews as HTML: the same elements in three editions, and all text escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from jinja2 import Environment

from onrecord.editions import page_templates
from onrecord.editions.interview_article import ArticleContext
from onrecord.editions.markup import PageRenderer
from onrecord.editions.page_templates import PageTemplates
from onrecord.model import (
    Answer,
    CodeBlock,
    Disclaimer,
    Division,
    Emphasis,
    Footnote,
    Heading,
    Interview,
    LineBlock,
    Link,
    ListBlock,
    NoteReference,
    PullQuote,
    Question,
    Quotation,
    SourceLocation,
    iterate_passages,
)
from onrecord.model.page_numbers import AFTER_LAST_LETTER, PageStart
from onrecord.model.problems import Refused
from onrecord.runtime.cache import Cache
from tests.support import sample
from tests.support.shared_results import create_environment_anew

HERE = SourceLocation("interviews/auf-deutsch.md", 1)
EDITIONS = ("html", "epub", "print")


def render_article(interview: Interview, edition: str, folder: Path, prefix: str = "") -> Any:
    html = PageRenderer(folder).render_interview(interview, sample.BOOK, edition, prefix=prefix)
    return lxml.html.fragment_fromstring(
        str(html).replace("xml:lang", "data-xml-lang").replace("epub:type", "data-type")
    )


def read_text(element: Any) -> str:
    return " ".join(element.text_content().split())


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_passage_stands_in_the_article_in_reading_order(edition: str, tmp_path: Path) -> None:
    """The texts of pictures stand as their alternatives."""
    root = render_article(sample.HOW, edition, tmp_path)
    for image in root.iter("img"):
        image.tail = f"{image.get('alt')} {image.tail or ''}"
    text, at = read_text(root), 0
    for passage in iterate_passages(sample.HOW):
        words = " ".join(passage.text.split())
        if "the web" in words:  # in print, the footnote follows its reference
            words = words.split(",")[0]
        at = text.index(words, at) + len(words)


def test_ids_are_unique_and_every_link_inside_resolves(edition: str, tmp_path: Path) -> None:
    """The prefix stands before every id but the article's own, and before every internal link."""
    root = render_article(sample.HOW, edition, tmp_path, prefix="how-it-works.")
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(identity.startswith("how-it-works") for identity in ids)
    inside = [link.get("href")[1:] for link in root.iter("a") if link.get("href").startswith("#")]
    assert inside
    if edition == "print":
        assert set(inside) <= set(ids)


@pytest.mark.parametrize(
    ("kind", "links"),
    [
        ("html", ["https://example.org/?a=1&b=2", "#a2", "auf-deutsch.html#q1", "auf-deutsch.html"]),
        ("epub", ["https://example.org/?a=1&b=2", "#a2", "auf-deutsch.xhtml#q1", "auf-deutsch.xhtml"]),
        (
            "print",
            [
                "https://example.org/?a=1&b=2",
                "#how-it-works.a2",
                "onrecord-book:auf-deutsch.q1",
                "onrecord-book:auf-deutsch",
            ],
        ),
    ],
)
def test_links_to_interviews_suit_the_edition(kind: str, links: list[str], tmp_path: Path) -> None:
    """Another interview is another page on screens, and a name that the binder resolves in print."""
    paragraph = render_article(sample.HOW, kind, tmp_path).get_element_by_id("a1").find("p[2]")
    if kind == "print":
        paragraph = render_article(sample.HOW, kind, tmp_path).get_element_by_id("a1").find("p")
    assert [link.get("href") for link in paragraph.iter("a") if link.get("class") != "noteref"][:4] == links


@pytest.mark.parametrize("kind", ["html", "epub"])
def test_a_turn_names_its_kind_its_number_and_its_speaker(kind: str, tmp_path: Path) -> None:
    """A screen reader reads out the label; the address comes first and links to the turn itself."""
    root = render_article(sample.HOW, kind, tmp_path)
    turns = root.find_class("turn")
    assert [(turn.get("role"), turn.get("aria-label")) for turn in turns] == [
        ("group", "Question 1, An editor"),
        ("group", "Answer 1, The toolchain"),
        ("group", "Answer 1-2, The proof"),
        ("group", "Question 2, An editor"),
        ("group", "Answer 2, The toolchain"),
    ]
    for turn in turns:
        address = turn[0].find("a")
        assert address.get("href") == f"#{turn.get('id')}"
        assert address.text == turn.get("id").upper()


def test_a_turn_is_named_in_the_language_of_its_interview(tmp_path: Path) -> None:
    """“Frage 1”, not “Question 1”, in a German interview."""
    turns = render_article(sample.GERMAN, "html", tmp_path).find_class("turn")
    assert [turn.get("aria-label") for turn in turns] == ["Frage 1", "Antwort 1, The toolchain"]


def test_a_label_runs_into_the_first_paragraph_or_stands_alone(edition: str, tmp_path: Path) -> None:
    """“AE:” starts the paragraph; before a quotation it has its own line."""
    root = render_article(sample.HOW, edition, tmp_path)
    paragraph = next(p for p in root.get_element_by_id("q1").iter("p") if p.get("class") != "address")
    assert read_text(paragraph).startswith("AE: What do you take")
    labels = root.get_element_by_id("a1-2").find_class("label")
    assert [read_text(label) for label in labels] == ["TP:"]


def _list_heading_levels(root: Any) -> Iterator[int]:
    return (int(element.tag[1]) for element in root.iter() if re.fullmatch("h[1-6]", str(element.tag)))


def test_heading_levels_never_skip(edition: str, tmp_path: Path) -> None:
    """Levels go down one step at a time (WCAG 2.2 technique H42), whatever the source does."""
    blocks = (Heading(sample.inlines("deep"), 6, HERE), sample.paragraph("x"), Heading(sample.inlines("up"), 4, HERE))
    for interview in (sample.HOW, sample.interview_of(*blocks)):
        levels = list(_list_heading_levels(render_article(interview, edition, tmp_path)))
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def _find_answer(interview: Interview) -> Answer:
    return next(turn for turn in interview.conversation if isinstance(turn, Answer))


def test_headings_of_one_level_stay_peers_until_a_division(tmp_path: Path) -> None:
    """Two small headings before the first division are both h2, after it both h3."""
    small = tuple(Heading(sample.inlines(word), 4, HERE) for word in ("one", "two"))
    before = sample.interview_of(*small)
    after = Division(sample.inlines("part"), "part", HERE)
    both = replace(before, conversation=(*before.conversation, after, replace(_find_answer(before), id="a2")))
    assert list(_list_heading_levels(render_article(both, "html", tmp_path))) == [1, 2, 2, 2, 3, 3]


def test_a_list_keeps_its_numbers_and_their_style(edition: str, tmp_path: Path) -> None:
    """The item iii. of the source is iii. in every edition; a plain decimal list has no type."""
    items = ((sample.paragraph("one"),), (sample.paragraph("two"),))
    styles = {"decimal": None, "lower-alpha": "a", "upper-alpha": "A", "lower-roman": "i", "upper-roman": "I"}
    blocks = [ListBlock(items, HERE, start=3, style=style) for style in styles]
    lists = list(render_article(sample.interview_of(*blocks), edition, tmp_path).iter("ol"))
    assert [(element.get("start"), element.get("type")) for element in lists] == [
        ("3", kind) for kind in styles.values()
    ]


def test_a_tight_list_has_no_paragraphs(tmp_path: Path) -> None:
    """Items of a loose list have them."""
    root = render_article(sample.HOW, "html", tmp_path)
    assert not list(root.find(".//ul").iter("p"))
    assert len(root.findall(".//ol/li/p")) == 2


def test_a_table_has_its_caption_first_and_column_headings_only(edition: str, tmp_path: Path) -> None:
    """`th scope=col` stands in the head; an empty corner is no heading."""
    table = next(render_article(sample.HOW, edition, tmp_path).iter("table"))
    assert table[0].tag == "caption"
    head, *rows = table.iter("tr")
    assert [(cell.tag, cell.get("scope"), cell.get("class")) for cell in head] == [
        ("td", None, None),
        ("th", "col", "right"),
    ]
    assert {cell.tag for row in rows for cell in row} == {"td"}


@pytest.mark.parametrize("kind", ["html", "epub"])
def test_footnotes_link_there_and_back(kind: str, tmp_path: Path) -> None:
    """Each reference has one note, each note one back link; notes stand right before the disclaimer."""
    root = render_article(sample.HOW, kind, tmp_path)
    assert [call.get("href") for call in root.find_class("noteref")] == ["#fn1", "#fn2"]
    assert [back.get("href") for back in root.find_class("back")] == ["#fnref1", "#fnref2"]
    assert [child.get("class") for child in root][-2:] == ["footnotes", "disclaimer"]


def test_in_print_a_footnote_stands_at_its_reference(tmp_path: Path) -> None:
    """The layout engine moves it, with all its paragraphs, to the foot of the page."""
    first, _ = render_article(sample.HOW, "print", tmp_path, "how-it-works.").find_class("footnote")
    assert first.get("id") == "how-it-works.fn1"
    assert read_text(first) == "By its own count.Counted twice."
    assert [read_text(paragraph) for paragraph in first.iter("span") if paragraph.get("data-tag")] == ["Counted twice."]


def test_the_lines_of_verse_hang_and_keep_their_indents(edition: str, tmp_path: Path) -> None:
    """The indent is no text: style sheets make it."""
    verse = LineBlock((sample.inlines("one,"), sample.inlines(Emphasis(sample.inlines("two")))), HERE, (0, 2))
    (block,) = render_article(sample.interview_of(verse), edition, tmp_path).find_class("verse")
    assert [(line.get("class"), read_text(line)) for line in block] == [("line", "one,"), ("line in2", "two")]


def test_a_note_at_the_end_of_print_has_its_number_and_a_page(tmp_path: Path) -> None:
    """Its call links to it."""
    markup = PageRenderer(tmp_path)
    context = ArticleContext(page_of_turn={"a.fnref1": "7"}, endnotes=frozenset({1}))
    html = markup.render_interview(sample.HOW, sample.BOOK, "print", context, "a.")
    article = lxml.html.fromstring(html)
    (note,) = article.find_class("endnote")
    assert read_text(note).startswith("1 (p. 7) By its own count.")
    (call,) = article.find_class("notecall")
    assert [link.get("href") for link in call] == ["#a.fn1"]
    assert [other.get("id") for other in article.find_class("footnote")] == ["a.fn2"]


@pytest.mark.parametrize("kind", ["html", "epub"])
def test_a_printed_page_of_notes_begins_before_the_notes_and_a_blank_one_after_all(kind: str, tmp_path: Path) -> None:
    interview = replace(
        sample.interview_of(
            sample.paragraph("x", NoteReference(1)), footnotes=(Footnote(1, (sample.paragraph("Noted."),), HERE),)
        ),
        disclaimer=None,
    )
    pages = [PageStart("6"), PageStart("7", 10_000), PageStart("8", AFTER_LAST_LETTER)]
    html = str(PageRenderer(tmp_path).render_interview(interview, sample.BOOK, kind, ArticleContext(pages)))
    six, seven, notes, eight = (html.index(text) for text in ('"page-6"', '"page-7"', "Noted.", '"page-8"'))
    assert six < seven < notes < eight


def test_a_hidden_pull_quote_has_nothing_to_focus(tmp_path: Path) -> None:
    """On the web, screen readers skip pull quotes; a link would get the focus (axe: aria-hidden-focus)."""
    link = Link(sample.inlines("words"), "https://example.org/")
    quote = sample.interview_of(sample.paragraph(link), PullQuote((sample.paragraph("“", link, "”"),), HERE))
    aside = render_article(quote, "html", tmp_path).find_class("pullquote")[0]
    assert aside.get("aria-hidden") == "true"
    assert not list(aside.iter("a"))
    assert read_text(aside) == "“words”"
    assert len([link for link in render_article(quote, "html", tmp_path).iter("a") if link.get("class") != "cite"]) == 3
    aside = render_article(quote, "epub", tmp_path).find_class("pullquote")[0]
    assert aside.get("role") == "doc-pullquote"


def test_no_white_space_is_added_between_inlines(edition: str, tmp_path: Path) -> None:
    """“H₂O” stays one word."""
    html = str(PageRenderer(tmp_path).render_interview(sample.HOW, sample.BOOK, edition))
    assert "H<sub>2</sub>O, 1<sup>st</sup>," in html


def test_text_is_never_markup_nor_template(edition: str, tmp_path: Path) -> None:
    """Hostile text gives the elements of harmless text and is shown as it is."""
    book = sample.hostile()
    hostile = book.interviews[0]
    root = render_article(hostile, edition, tmp_path)
    assert not list(root.iter("script"))
    assert not [element for element in root.iter() if element.get("onload")]
    assert "49" not in root.text_content()
    assert root.get_element_by_id("title").text == sample.HOSTILE
    assert root.get_element_by_id("disclaimer").text_content() == sample.HOSTILE
    assert root.get_element_by_id("rights").text_content() == sample.HOSTILE
    assert next(root.iter("pre")).text_content() == sample.HOSTILE
    assert next(root.iter("img")).get("alt") == sample.HOSTILE


@pytest.mark.parametrize("disclaimer", [sample.DISCLAIMER, None])
def test_the_rights_stand_below_the_disclaimer(edition: str, disclaimer: Disclaimer | None, tmp_path: Path) -> None:
    """Once, in the same footer; without rights the disclaimer stands alone."""
    root = render_article(replace(sample.HOW, disclaimer=disclaimer), edition, tmp_path)
    (footer,) = root.find_class("disclaimer")
    assert footer.tag == "footer"
    assert footer.getnext() is None
    assert [element.get("id") for element in footer] == [*(["disclaimer"] if disclaimer else []), "rights"]
    assert sample.HOW.rights
    assert read_text(footer).count(sample.HOW.rights.text) == read_text(root).count(sample.HOW.rights.text) == 1
    (footer,) = render_article(sample.GERMAN, edition, tmp_path).find_class("disclaimer")
    assert footer.get("id") == "disclaimer"


def test_the_simplest_interview_has_no_empty_elements(edition: str, tmp_path: Path) -> None:
    """Nothing stands in the place of a missing byline, standfirst, note or disclaimer."""
    interview = replace(sample.GERMAN, byline=None, disclaimer=None)
    root = render_article(interview, edition, tmp_path)
    empty = [element for element in root.iter() if element.tag not in ("img", "hr", "br") and not read_text(element)]
    assert not empty
    assert not root.find_class("byline")
    assert not root.find_class("disclaimer")


@pytest.mark.parametrize("kind", ["html", "epub"])
def test_a_note_that_does_not_begin_with_a_paragraph_keeps_its_words(kind: str, tmp_path: Path) -> None:
    """The back link also stands before a quotation, verse or code."""
    for block in (
        Quotation((sample.paragraph("kept words"),), HERE),
        LineBlock((sample.inlines("kept words"),), HERE),
        CodeBlock("kept words", HERE),
    ):
        interview = sample.interview_of(
            sample.paragraph("x", NoteReference(1)), footnotes=(Footnote(1, (block,), HERE),)
        )
        note = render_article(interview, kind, tmp_path).get_element_by_id("fn1")
        assert read_text(note) == "1 kept words"


# --- the book's own templates -----------------------------------------------------------------------


def test_the_blocks_of_a_note_follow_each_other_without_empty_lines(tmp_path: Path) -> None:
    """In the paragraph that calls a note, a line end between two blocks would be printed as a line."""
    blocks = (sample.paragraph("First."), sample.paragraph("Second."), Quotation((sample.paragraph("Quoted."),), HERE))
    interview = sample.interview_of(
        sample.paragraph("x", NoteReference(1)), footnotes=(Footnote(1, (*blocks, CodeBlock("a\n\nb", HERE)), HERE),)
    )
    (note,) = render_article(interview, "print", tmp_path).find_class("footnote")
    between = [
        text for element in note.iter() if element.tag != "code" for text in (element.text, element.tail) if text
    ]
    assert not [text for text in between if "\n" in text]
    assert "a\n\nb" in note.text_content()


def write_template(folder: Path, name: str, text: str) -> Path:
    path = folder / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_our_templates_are_compiled_once_for_each_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process finds them compiled; those of a book are compiled in each."""
    results = Cache(tmp_path / "cache")
    monkeypatch.setattr(page_templates, "_create_environment", create_environment_anew)
    monkeypatch.setattr(page_templates, "_load_packaged_environment", create_environment_anew)
    compiled: list[str] = []
    compile_template = Environment.compile

    def note_compilation(self: Environment, source: str, name: str, *further: Any) -> Any:
        compiled.append(name)
        return compile_template(self, source, name, *further)

    monkeypatch.setattr(Environment, "compile", note_compilation)
    for folder in (tmp_path, tmp_path, write_template(tmp_path / "own", "html/index.html", "").parents[2]):
        PageTemplates(folder, results).compile_template("html/base.html")
    assert compiled == ["html/base.html"] * 2


def test_a_template_of_the_book_replaces_ours(tmp_path: Path) -> None:
    """It has the same name, gets the same values, and escapes them."""
    write_template(tmp_path, "html/index.html", "<p>{{ title }}</p>")
    assert PageRenderer(tmp_path).render_page("html/index.html", title="<b>") == "<p>&lt;b&gt;</p>"


@pytest.mark.parametrize(
    "text",
    [
        "one\n{{ nothing }}",
        "one\n{% if %}",
        "one\n{{ title.__class__.__mro__ }}",
        "one\n{{ 1 // 0 }}",
        "one\n{% for a in range(10**9) %}{% endfor %}",
    ],
)
def test_a_wrong_template_is_a_problem_with_its_line(text: str, tmp_path: Path) -> None:
    """The problem names file and line; a template cannot leave its sandbox."""
    write_template(tmp_path, "html/index.html", text)
    with pytest.raises(Refused) as refused:
        PageRenderer(tmp_path).render_page("html/index.html", title="x")
    (problem,) = refused.value.problems
    assert (str(problem.location), problem.rule) == ("templates/html/index.html:2", "templates-can-be-filled")


def test_a_mistake_in_our_template_is_our_bug(tmp_path: Path) -> None:
    """The editor gets no problem for it."""
    with pytest.raises(Exception, match="is undefined") as raised:
        PageRenderer(tmp_path).render_page("html/index.html")
    assert not isinstance(raised.value, Refused)


def test_a_template_cannot_be_a_link_out_of_the_book(tmp_path: Path) -> None:
    """A received manuscript cannot show other files of the machine."""
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    book = tmp_path / "book"
    (book / "templates/html").mkdir(parents=True)
    (book / "templates/html/index.html").symlink_to(tmp_path / "secret")
    with pytest.raises(Refused, match="templates-are-in-the-book"):
        PageRenderer(book).render_page("html/index.html")


def test_questions_and_answers_have_different_classes(edition: str, tmp_path: Path) -> None:
    """Style sheets and readers need not guess."""
    root = render_article(sample.HOW, edition, tmp_path)
    kinds = [
        "question" if isinstance(turn, Question) else "answer" for turn in sample.HOW.conversation if hasattr(turn, "n")
    ]
    assert [turn.get("class") for turn in root.find_class("turn")] == [f"turn {kind}" for kind in kinds]
