"""What a page paints is read with its spaces, wherever they stand in the stream."""

from __future__ import annotations

import io

import pikepdf

from onrecord.proof.reading.normalize import SOFT_GAP
from onrecord.proof.reading.pdf_pages import read_whole_pdf


def read_texts(content: str) -> list[str]:
    """Return the texts that a page with this content paints; `/F` is Helvetica."""
    file = pikepdf.new()
    page = file.add_blank_page(page_size=(300, 100))
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    page.Contents = file.make_stream(content.encode())
    out = io.BytesIO()
    file.save(out)
    return [run.text for run in read_whole_pdf(out.getvalue()).pages[0].runs]


def paint(text: str, x: float, size: int = 10, rise: int = 0) -> str:
    return f"BT /F {size} Tf 1 0 0 1 {x} {50 + rise} Tm ({text}) Tj ET\n"


def test_a_space_behind_a_number_painted_between_is_a_gap() -> None:
    """PDFium leaves it out, because the text painted before it ends with a space, too."""
    note, number = paint("2", 90, 6, 4), paint("1. ", 20)
    assert read_texts(paint("a keeper", 50) + note + number + paint(" at night", 94)) == [
        "a keeper",
        "2",
        "1. ",
        f"{SOFT_GAP}at night",
    ]


def test_text_without_a_space_has_no_gap() -> None:
    number = paint("1. ", 20)
    assert read_texts(paint("a keep", 50) + number + paint("er", 81)) == ["a keep", "1. ", "er"]
