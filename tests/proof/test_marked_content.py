"""A page has only marked content as our binder writes it: screen readers say no other words than it paints."""

from __future__ import annotations

import pikepdf
import pytest

from onrecord.proof.reading.embedded_objects import find_strange_content

WORDS = b" BT /F 9 Tf [<0bdc0001>] TJ ET "
SPAN = b"/Span\n<</MCID 3>>\nBDC"


def find_fault(*content: bytes) -> str:
    with pikepdf.new() as pdf:
        return find_strange_content(pdf.make_stream(b"\n".join(content)))


@pytest.mark.parametrize(
    "mark",
    [
        SPAN,
        b"/Figure\n<</MCID 12>>\nBDC",
        b"/Artifact\nBMC",
        b"/Artifact<</Type/Pagination/Subtype/Header>>BDC",
        SPAN + b" /Span <</ActualText<feff0915>>> BDC <0001> Tj EMC",
    ],
)
def test_marked_content_of_editions_is_accepted(mark: bytes) -> None:
    assert find_fault(SPAN, WORDS, b"EMC", mark, WORDS, b"EMC") == ""


@pytest.mark.parametrize("role", [b"/Span", b"/Figure"])
def test_what_shows_no_letters_may_have_no_words(role: bytes) -> None:
    """A space, or a QR code, for example; its structure element has its alternative text."""
    drawing = role + b" <</MCID 3/ActualText( )>> BDC 0 0 m 9 0 l 9 9 l f EMC"
    assert find_fault(SPAN, WORDS, b"EMC", drawing, SPAN, WORDS, b"EMC") == ""


@pytest.mark.parametrize("role", [b"/Span", b"/Figure"])
@pytest.mark.parametrize("letters", [WORDS, b"<0001> Tj", b"<0001> '", b'0 0 <0001> "', b"/Im1 Do", b"BI ID EI"])
def test_words_that_are_said_to_be_a_space_are_found(role: bytes, letters: bytes) -> None:
    """Everybody sees them, and whatever reads the text of the page does not: words could be added to a book so."""
    mark = role + b" <</MCID 3/ActualText( )>> BDC"
    assert find_fault(SPAN, WORDS, b"EMC", mark, letters, b"EMC") == f"has letters marked with “{mark.decode()}”"


@pytest.mark.parametrize(
    ("hidden", "fault"),
    [
        (b"(EMC) Tj", "has letters marked with “EMC”"),
        (b"(EMC) Tj (" + SPAN + b") Tj <0001> Tj", "has a text or a comment between its operators"),
        (b"%EMC\n%/Span <</MCID 4>> BDC\n<0001> Tj", "has a text or a comment between its operators"),
    ],
)
def test_an_end_of_marked_content_is_hidden_in_no_text(hidden: bytes, fault: str) -> None:
    """An edition has none: it shows letters by their numbers in the font."""
    mark = b"/Span <</MCID 3/ActualText( )>> BDC"
    assert find_fault(SPAN, WORDS, b"EMC", mark, hidden, b"EMC") == fault


@pytest.mark.parametrize(
    "mark",
    [
        b"/Span <</MCID 3/Alt(Denied)>> BDC",
        b"/Span <</MCID 3/E(Denied)>> BDC",
        b"/Span <</MCID 3/Lang(fr)>> BDC",
        b"/Span <</MCID 3/ActualText()>> BDC",
        b"/Artifact <</Type/Layout/Alt(Denied)>> BDC",
        b"/Span <</ActualText(Denied)>> BDC",
        b"/Span /Properties BDC",
        b"/Span BMC",
    ],
)
def test_other_words_for_marked_content_are_found(mark: bytes) -> None:
    """Screen readers say them instead of what is painted."""
    fault = f"has letters marked with “{mark.decode()}”"
    assert find_fault(SPAN, WORDS, b"EMC", mark, WORDS, b"EMC") == fault
    assert find_fault(SPAN, mark, WORDS, b"EMC EMC") == fault


@pytest.mark.parametrize("mark", [b"/Artifact BMC", b"/Span <</MCID 4>> BDC"])
def test_marked_content_inside_marked_content_is_found(mark: bytes) -> None:
    """Words of a paragraph that are marked as decoration would not be read aloud."""
    assert find_fault(SPAN, mark, WORDS, b"EMC EMC") == f"has letters marked with “{mark.decode()}”"
    assert find_fault(b"1 Tr", WORDS) == "moves letters by “Tr”"
