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
        b"/Span <</MCID 3/ActualText( )>> BDC",
        b"/Artifact\nBMC",
        b"/Artifact<</Type/Pagination/Subtype/Header>>BDC",
        SPAN + b" /Span <</ActualText<feff0915>>> BDC <0001> Tj EMC",
    ],
)
def test_marked_content_of_editions_is_accepted(mark: bytes) -> None:
    assert find_fault(SPAN, WORDS, b"EMC", mark, WORDS, b"EMC") == ""


def test_a_drawing_without_letters_may_have_no_words() -> None:
    """A QR code, for example; its structure element has its alternative text."""
    drawing = b"/Figure <</MCID 3/ActualText( )>> BDC 0 0 m 9 0 l 9 9 l f EMC"
    assert find_fault(SPAN, WORDS, b"EMC", drawing, SPAN, WORDS, b"EMC") == ""


@pytest.mark.parametrize(
    "mark",
    [
        b"/Span <</MCID 3/Alt(Denied)>> BDC",
        b"/Span <</MCID 3/E(Denied)>> BDC",
        b"/Span <</MCID 3/Lang(fr)>> BDC",
        b"/Span <</MCID 3/ActualText()>> BDC",
        b"/Figure <</MCID 3/ActualText( )>> BDC",
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
