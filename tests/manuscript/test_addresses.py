"""Bare addresses in the text are links, letter by letter, and end where the sentence goes on."""

from __future__ import annotations

import pytest

from onrecord.manuscript import addresses, markdown
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.typography import TextStyle
from onrecord.manuscript.yaml_config import Problems
from onrecord.model import Emphasis, Link, NoteReference, Paragraph, Strong, find_links
from tests.support.paths import ROOT

SENTENCES = {
    "See www.example.org/a_b_c and https://example.org/_x_/*y*.": [
        "www.example.org/a_b_c",
        "https://example.org/_x_/*y*",
    ],
    "https://example.org/~user/^x^/*y*": ["https://example.org/~user/^x^/*y*"],
    "(see https://example.org/A_(b)), or me_too@example.org.": ["https://example.org/A_(b)", "me_too@example.org"],
    "“https://example.org/q” https://example.org/u’s": ["https://example.org/q", "https://example.org/u"],
    "https://example.org/a--b...c it's": ["https://example.org/a--b...c"],
    "https://example.org/a\\_b\\_c": ["https://example.org/a_b_c"],
    "https://example.org/x[^1] and more.\n\n[^1]: A note.": ["https://example.org/x"],
    "https://example.org/?a=1&b=2#c!": ["https://example.org/?a=1&b=2#c"],
    "mailto:pilot@example.org; HTTPS://EXAMPLE.ORG/A_B": ["mailto:pilot@example.org", "HTTPS://EXAMPLE.ORG/A_B"],
    "picture@2x.png, ftp://example.org/a, https://, www.a, x@y and and/or": [],
    "`https://example.org/_a_` and [words](https://example.org/_b_)": [],
}


def read_paragraph(text: str) -> Paragraph:
    problems = Problems("interviews/talk.md", [])
    document = markdown.read_markdown(text, 1, (), TextStyle("en"), Pictures(ROOT), problems)
    assert not problems.entries
    assert document
    paragraph = document.pieces[0].block
    assert isinstance(paragraph, Paragraph)
    return paragraph


def list_bare_links(text: str) -> list[str]:
    words = [
        "".join(getattr(inline, "text", "") for inline in link.content)
        for link, _ in find_links([read_paragraph(text)])
    ]
    return [address for address in words if address != "words"]


@pytest.mark.parametrize("text", SENTENCES)
def test_addresses_in_the_text_are_links(text: str) -> None:
    assert list_bare_links(text) == SENTENCES[text]


def test_an_address_is_completed_and_holds_no_character_that_no_address_has() -> None:
    links = [link.target for link, _ in find_links([read_paragraph("www.example.org/^x a@example.org")])]
    assert links == ["http://www.example.org/%5Ex", "mailto:a@example.org"]


@pytest.mark.parametrize(("marks", "kind"), [("**", Strong), ("*", Emphasis), ("_", Emphasis)])
def test_marks_around_an_address_stay_marks(marks: str, kind: type) -> None:
    (inline,) = read_paragraph(f"{marks}See https://example.org/a_b{marks}").content
    assert isinstance(inline, kind)


def test_a_note_after_an_address_is_called() -> None:
    _, call, _ = read_paragraph("https://example.org/x[^1]: that.\n\n[^1]: A note.").content
    assert isinstance(call, NoteReference)


def test_an_address_inside_the_words_of_a_link_is_no_second_link() -> None:
    (link,) = read_paragraph("[see https://example.org/_a_](https://example.org/b)").content
    assert isinstance(link, Link)
    assert list_bare_links("[see https://example.org/_a_](https://example.org/b)") == ["see https://example.org/_a_"]


def test_protected_text_gives_its_marks_back() -> None:
    for text in SENTENCES:
        assert addresses.protect_addresses(text).translate(addresses.ORIGINALS).replace("\\", "") == text.replace(
            "\\", ""
        )


@pytest.mark.parametrize("unit", ["a_", "--", "a-", "+", "é_", "a\\_", "a.", "a@", "www.a"])
def test_long_rows_of_marks_are_read_at_once(unit: str) -> None:
    """The line below the head of a table, or a name with many underscores, once took time without end."""
    text = f"| {unit * 2000} |"
    protected = addresses.protect_addresses(text).translate(addresses.ORIGINALS)
    assert protected.replace("\\", "") == text.replace("\\", "")
