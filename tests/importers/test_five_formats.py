"""Test that an interview gives the same result from Word, OpenDocument, a page, an e-book and Markdown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.importers import reader_choice
from onrecord.importers.common.draft import Draft
from onrecord.importers.recognition.document import recognize_draft
from onrecord.importers.recognition.opening import split_opening_credits
from tests.importers.test_import_file import import_source, join_kinds
from tests.importers.test_structures import list_asides, wrap_in_page
from tests.importers.test_word import make_document

KINDS = ("md", "docx", "odt", "html", "epub")
PAIRS = (
    ("What lights the pier?", "The lamp does. It has *done* so for years.\n\nNobody knows why, or since when."),
    ("And who brings the oil?", "A boat brings:\n\n- oil\n- rope\n- **bread**\n\nAnd letters."),
    (
        "What does it cost?",
        "Little.[^1]\n\n> Oil is dear, they say.\n\nSee [the list](https://example.org/list).\n\n[^1]: A coin.",
    ),
    (
        "Is it enough?",
        "A table says so:\n\n| lamp | oil | place |\n|---|---|---|\n| tin | none | pier |\n\n: Lamps\n\nThat is all.",
    ),
)
HEAD = "# The Lamp of the Pier\n\nAnn Poe is a keeper of lamps. Interview by Jane Roe.\n\n"
TAIL = "\n\nThe views expressed are those of the speaker and do not reflect those of the pier.\n"
Convention = Callable[[str, str], str]
CONVENTIONS: dict[str, Convention] = {
    "bold": lambda question, answer: f"**{question}**\n\n{answer}",
    "headings": lambda question, answer: f"### {question}\n\n{answer}",
    "italics": lambda question, answer: f"*{question}*\n\n{answer}",
    "names": lambda question, answer: f"**Jane Roe:** {question}\n\n**Ann Poe:** {answer}",
    "capitals": lambda question, answer: f"ROE: {question}\n\nPOE: {answer}",
    "letters": lambda question, answer: f"Q: {question}\n\nA: {answer}",
    "headings and names": lambda question, answer: f"### {question}\n\n**Poe:** {answer}",
}


def read_draft(markdown: str, kind: str) -> Draft:
    """Return the draft of a text, converted to this kind of file."""
    data = markdown.encode() if kind == "md" else make_document(markdown, kind)
    name = f"one.{kind}"
    reading = reader_choice.choose_reader(Path(name), data)(data, name)
    return recognize_draft(split_opening_credits(reading), name)


def describe(draft: Draft) -> dict[str, object]:
    """Return what will be written of a draft."""
    people = [(person.name, person.role, person.affiliation, person.labels) for person in draft.people]
    passages = [(kind, c.label, c.kind, c.text, c.notes, doubt) for kind, c, doubt in draft.passages]
    settings = (draft.title, draft.standfirst, draft.byline, draft.disclaimer)
    return {"settings": settings, "people": people, "passages": passages}


@pytest.mark.parametrize(
    "convention",
    [pytest.param(name, marks=[] if name in ("bold", "names") else pytest.mark.slow) for name in CONVENTIONS],
)
def test_every_format_gives_the_same_interview(convention: str) -> None:
    """Paragraphs, lists, quotations, tables with captions, footnotes, links, people, byline and disclaimer."""
    text = HEAD + "\n\n".join(CONVENTIONS[convention](question, answer) for question, answer in PAIRS) + TAIL
    drafts = {kind: read_draft(text, kind) for kind in KINDS}
    expected = describe(drafts["docx"])
    assert {kind: describe(draft) for kind, draft in drafts.items()} == dict.fromkeys(KINDS, expected)
    assert join_kinds(drafts["docx"]) == "QAQAQAQA"
    assert not drafts["docx"].doubts


# --- footnotes of pages -----------------------------------------------------------------------------

NOTES = {
    "pandoc": (
        "<a href='#fn1' class='footnote-ref' id='fnref1' role='doc-noteref'><sup>1</sup></a>",
        "<section class='footnotes'><ol><li id='fn1'><p>A coin.<a href='#fnref1'>↩︎</a></p></li></ol></section>",
    ),
    "a blog": (
        "<sup id='r1'><a href='#n1'>[1]</a></sup>",
        "<ol><li id='n1'>A coin. <a href='#r1'>↑</a></li></ol>",
    ),
    "an old page": ("<a href='#n1' name='r1'>1</a>", "<p><a name='n1' href='#r1'>1</a>. A coin.</p>"),
    "an e-book": (
        "<a epub:type='noteref' href='one.xhtml#n1'>*</a>",
        "<aside epub:type='footnote' id='n1'><p>A coin.</p></aside>",
    ),
}


@pytest.mark.parametrize("system", NOTES)
def test_footnotes_of_pages_are_footnotes(tmp_path: Path, system: str) -> None:
    call, note = NOTES[system]
    body = "<h1>Lamps</h1>" + "".join(
        f"<p><b>{question}</b></p><p>The lamp of tin costs little{call if number == 0 else ''}, and oil is dear.</p>"
        for number, question in enumerate(("What does it cost?", "And the oil?"))
    )
    draft, result, _ = import_source(tmp_path, "one.html", wrap_in_page(f"{body}{note}"))
    assert "The lamp of tin costs little[^1], and oil is dear." in result
    assert "[^1]: A coin." in result
    assert join_kinds(draft) == "QAQA"
    assert "A coin." not in list_asides(draft)


def test_links_to_words_are_no_footnotes(tmp_path: Path) -> None:
    """A link must be a number, and the words must lead back to it, or say that they are a note."""
    body = (
        "<h1>Lamps</h1><p><b>What does it cost?</b></p>"
        "<p>See <a href='#oil'>the oil</a>, or part <a href='#oil'>2</a> of it.</p>"
        "<p><b>And the oil?</b></p><p id='oil'>The oil is dear, and a boat brings it every week to the pier.</p>"
    )
    draft, result, _ = import_source(tmp_path, "one.html", wrap_in_page(body))
    assert "[^1]" not in result
    assert join_kinds(draft) == "QAQA"
