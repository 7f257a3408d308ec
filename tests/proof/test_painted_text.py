"""What a page paints is read with its spaces, wherever they stand in the stream, and with why it cannot be seen."""

from __future__ import annotations

import io

import pikepdf
import pytest

from onrecord.proof.reading.normalize import SOFT_GAP
from onrecord.proof.reading.page_ink import PictureLook
from onrecord.proof.reading.pdf_pages import PdfPage, read_whole_pdf


def read_page(content: str, annotation: str = "") -> PdfPage:
    """Return what is read of a page with this content, below an annotation that is drawn.

    `/F` is Helvetica, `/E` a font of empty glyphs, `/T` half transparent, `/I` a black picture.
    """
    file = pikepdf.new()
    page = file.add_blank_page(page_size=(300, 100))
    nothing = file.make_stream(b"6 0 d0")
    page.Resources = pikepdf.Dictionary(
        Font={
            "/F": pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            ),
            "/E": pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type3,
                FontBBox=[0, 0, 6, 10],
                FontMatrix=[0.1, 0, 0, 0.1, 0, 0],
                CharProcs=pikepdf.Dictionary(a=nothing),
                Encoding=pikepdf.Dictionary(Differences=[97, pikepdf.Name.a]),
                FirstChar=97,
                LastChar=97,
                Widths=[6],
            ),
        },
        ExtGState={"/T": pikepdf.Dictionary(ca=0.5)},
        XObject={
            "/I": file.make_stream(
                b"\0",
                Type=pikepdf.Name.XObject,
                Subtype=pikepdf.Name.Image,
                Width=1,
                Height=1,
                BitsPerComponent=8,
                ColorSpace=pikepdf.Name.DeviceGray,
            )
        },
    )
    page.Contents = file.make_stream(content.encode())
    if annotation:
        look = file.make_stream(
            annotation.encode(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 300, 100]
        )
        page.Annots = [
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Stamp,
                Rect=[0, 0, 300, 100],
                F=4,
                AP=pikepdf.Dictionary(N=look),
            )
        ]
    out = io.BytesIO()
    file.save(out)
    return read_whole_pdf(out.getvalue()).pages[0]


def read_texts(content: str) -> list[str]:
    """Return the texts that a page with this content paints."""
    return [run.text for run in read_page(content).runs]


def paint(text: str, x: float, size: int = 10, rise: int = 0) -> str:
    return f"BT /F {size} Tf 1 0 0 1 {x} {50 + rise} Tm ({text}) Tj ET\n"


def test_a_space_after_a_number_painted_between_is_a_gap() -> None:
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


# --- why words cannot be seen -------------------------------------------------------------------------


def mark(content: str) -> str:
    """Return the content as that of a tag: only what is tagged, or an artifact, has to be seen."""
    return f"/P <</MCID 0>> BDC {content} EMC\n"


WORDS = mark("BT /F 10 Tf 1 0 0 1 20 50 Tm (a keeper) Tj ET")  # 42 points wide, with “p” below the baseline
UNSEEN = {
    "a pale area": (WORDS + "1 g 15 45 60 15 re f", "covered by something pale"),
    "a pale area over the last letters": (WORDS + "1 g 45 45 30 15 re f", "covered by something pale"),
    "a dark area": (WORDS + "0 g 15 45 60 15 re f", "covered by something dark"),
    "a dark area below": ("0 g 15 45 60 15 re f " + WORDS, "covered by something dark"),
    "a picture": (WORDS + "q 60 0 0 15 15 45 cm /I Do Q", "covered by something dark"),
    "no ink": (mark("BT /E 10 Tf 1 0 0 1 20 50 Tm (aaaa) Tj ET"), "without its ink"),
    "invisible ink": (WORDS.replace("BT", "BT 3 Tr"), "painted with invisible ink"),
    "white ink": (WORDS.replace("BT", "1 g BT"), "painted white on white"),
    "pale ink": (WORDS.replace("BT", "0.8 g BT"), "painted too pale to read"),
    "tiny letters": (WORDS.replace("10 Tf", "2 Tf"), "painted too small to read"),
    "beyond the left edge": (WORDS.replace("20 50", "-9 50"), "painted beyond the edge of the paper"),
    "beyond the upper edge": (WORDS.replace("20 50", "20 98"), "painted beyond the edge of the paper"),
    "mirrored": (WORDS.replace("1 0 0 1 20", "-1 0 0 1 90"), "turned, mirrored or pressed together"),
    "turned": (WORDS.replace("1 0 0 1 20", "0 1 -1 0 20"), "turned, mirrored or pressed together"),
    "clipped": ("q 15 45 30 15 re W n " + WORDS + " Q", "cut by a clipping path"),
    "half transparent": (WORDS.replace("BT", "/T gs BT"), "painted through a mask or transparent"),
    "outlines": (WORDS.replace("BT", "BT 1 Tr"), "painted as outlines only"),
}
SEEN = {
    "nothing else": WORDS,
    "a pale area below": "0.9 g 15 45 60 15 re f 0 g " + WORDS,
    "a pale area beside": WORDS + "1 g 80 45 60 15 re f",
    "a line below": WORDS + "20 46 60 0.5 re f",
    "an artifact in a pale colour": WORDS + "/Artifact BMC 0.9 g 100 45 60 15 re f EMC",
}


@pytest.mark.parametrize(("content", "reason"), UNSEEN.values(), ids=UNSEEN)
def test_words_that_cannot_be_seen_are_read_with_the_reason(content: str, reason: str) -> None:
    (run,) = read_page(content).runs
    assert (run.unseen_reason, run.is_struck) == (reason, False)


@pytest.mark.parametrize("content", SEEN.values(), ids=SEEN)
def test_words_that_can_be_seen_are_read_without_a_reason(content: str) -> None:
    (run,) = read_page(content).runs
    assert (run.text, run.unseen_reason, run.is_struck) == ("a keeper", "", False)


def test_a_line_through_words_is_read() -> None:
    (run,) = read_page(WORDS + "20 52.5 45 0.8 re f").runs
    assert (run.unseen_reason, run.is_struck) == ("", True)


def test_an_annotation_can_cover_words() -> None:
    (run,) = read_page(WORDS, annotation="1 g 15 45 60 15 re f").runs
    assert run.unseen_reason == "covered by something pale"


def test_a_picture_is_read_as_it_is_seen() -> None:
    """What lies on it makes its cells pale."""
    picture = "q 20 0 0 10 200 50 cm /I Do Q "
    assert read_page(WORDS + picture).pictures == (PictureLook(4, 2, b"\xff" * 8),)
    assert read_page(WORDS + picture + "1 g 200 50 10 10 re f").pictures == (PictureLook(4, 2, b"\0\0\xff\xff" * 2),)
    assert read_page(WORDS + picture.replace("200", "290")).pictures == (PictureLook(0, 0, b""),)
