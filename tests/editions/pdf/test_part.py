"""Objects of a PDF file are written so that every reader accepts them."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from onrecord.editions.pdf.bind.pdf_objects import ObjectSection, build_file
from onrecord.editions.pdf.pages.part import PdfObject
from onrecord.editions.pdf.pages.pdf_syntax import compress_stream, format_pdf_number, format_text_string
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, set_part


def test_no_compressed_stream_ends_in_a_carriage_return() -> None:
    """A line end is added instead, and the length counts it."""
    added = 0
    for value in range(256):
        data = bytes([value, 0])
        packed, length = compress_stream(data)
        assert not packed.endswith(b"\r")
        assert zlib.decompress(packed)[:2] == data
        assert length == len(zlib.decompress(packed))
        added += length - 2
    assert added


@pytest.mark.parametrize(("mode", "color", "rows"), [("L", 12, [b"\0\x0c"]), ("LA", (12, 12), [b"\0\x0c"] * 2)])
def test_no_picture_ends_in_a_carriage_return(mode: str, color: int | tuple[int, ...], rows: list[bytes]) -> None:
    """The last byte of its compressed rows, and of those of its transparency, is that of their sum: here 13."""
    out = io.BytesIO()
    Image.new(mode, (1, 1), color).save(out, "PNG")
    picture = ("dot.png", "image/png", out.getvalue())
    html = '<img src="book:/images/dot.png" alt="A dot"/>'
    part = set_part(PartSource(html=html, css="", language="en", title="A dot", pictures=(picture,)))
    streams = [made.stream for made in part.objects if made.stream and b"/Image" in made.template]
    assert [zlib.decompress(stream)[:2] for stream in streams] == rows
    assert all(zlib.compress(row).endswith(b"\r") for row in rows)
    assert not any(stream.endswith(b"\r") for stream in streams)


def test_references_become_slots_and_numbers_again() -> None:
    """A literal string that looks like a reference is not changed."""
    part = PdfObject.from_data(b"<</A 5 0 R/B(7 0 R \\) 8 0 R)/C 100%>>", {5: 2})
    assert part.fill_slots(10, 0, {}) == b"<</A 12 0 R/B(7 0 R \\) 8 0 R)/C 100%>>"


def test_numbers_and_strings_follow_the_pdf_syntax() -> None:
    """No exponent, no trailing zero; ASCII as a literal, other text in UTF-16."""
    assert [format_pdf_number(value) for value in (0.00001, 1.5, -0.0, 12345678.9)] == ["0", "1.5", "0", "12345678.9"]
    assert format_text_string("a(b)\\") == b"(a\\(b\\)\\\\)"
    assert format_text_string("ж") == b"<feff0436>"


def test_no_cross_reference_stream_ends_with_a_carriage_return() -> None:
    """Validators take one before “endstream” for a line end; some of these files would end so."""
    for length in range(2000):
        section = ObjectSection(1, 1, b"1 0 obj\n(%s)\nendobj\n" % (b"a" * length), b"\1" + b"\0" * 6, ())
        data = build_file([section], 1, 1)
        assert b"\r\nendstream" not in data
        assert data[int(data.split()[-2]) :].startswith(b"2 0 obj")
