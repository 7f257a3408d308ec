"""Print shows the QR code of a recording; the proof reads it from the drawn page."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import segno
import zxingcpp

from onrecord.editions import players
from onrecord.editions.pdf import edition
from onrecord.manuscript.read_book import read_book
from onrecord.model import Book
from onrecord.proof import prove_pdf_file, read_whole_pdf
from tests.support.recordings import ADDRESS
from tests.support.workers import CACHING_RUNNER

TALK = """---
title: The {0}
byline: By the harbour office
recording: {{url: "{1}", qr: {2}}}
people: [{{name: The keeper, role: interviewee}}]
---
**What happens in the night?** {{t=00:00:07}}

The lamp is lit, and the book is kept.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("book")
    (folder / "interviews").mkdir()
    (folder / "book.yaml").write_text("title: Harbours\nlanguage: en\ndate: 2026-01-31\ndisclaimer: none\n", "utf-8")
    for name, address, has_code in (("horn", ADDRESS, "yes"), ("lamp", "https://example.org/lamp.mp3", "no")):
        (folder / f"interviews/{name}.md").write_text(TALK.format(name, address, has_code), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def book(folder: Path) -> Book:
    return read_book(folder)


@pytest.fixture(scope="module")
def printed(book: Book, folder: Path) -> bytes:
    return edition.make_pdf(book, folder, CACHING_RUNNER).data


def list_problems(book: Book, data: bytes) -> list[str]:
    report = prove_pdf_file(book, data, read_whole_pdf(data))
    return [f"{problem.rule}: {problem.sentence}" for problem in report.problems]


def test_a_code_says_the_address_and_is_drawn_with_shapes(book: Book, printed: bytes) -> None:
    """It has a quiet zone of four modules of half a millimetre, and no pixels; a screen reader says the address."""
    assert list_problems(book, printed) == []
    assert b"/Subtype /Image" not in printed
    assert b"/Subtype/Image" not in printed
    document = pypdfium2.PdfDocument(printed)
    codes = [code for page in document for code in zxingcpp.read_barcodes(page.render(scale=2).to_pil())]
    document.close()
    (code,) = codes
    assert code.text == ADDRESS
    pixels_per_mm = 2 * 72 / 25.4
    assert code.position.top_right.x - code.position.top_left.x == pytest.approx(33 * 0.5 * pixels_per_mm, abs=2)
    _, _, data = players.draw_codes(book.interviews[0])[0]
    assert b'width="41" height="41"' in data  # 33 modules and twice four


def test_the_proof_reads_another_address(book: Book, printed: bytes) -> None:
    """The words for screen readers are compared, too."""
    horn = book.interviews[0]
    recording = replace(horn.recordings[0], url="https://example.org/other.mp3")
    changed = replace(horn, recordings=(recording,), reading_key="")
    other = replace(book, parts=(replace(book.parts[0], interviews=(changed, book.interviews[1])),))
    problems = list_problems(other, printed)
    assert any(
        problem == "qr-codes-are-true: the PDF: interview “horn” does not show once the QR code "
        "“https://example.org/other.mp3”"
        for problem in problems
    )
    assert any(f"also shows the QR code “{ADDRESS}”" in problem for problem in problems)
    assert any("picture" in problem and "other.mp3" in problem for problem in problems)


@pytest.mark.slow
@pytest.mark.parametrize("address", ["https://example.com/horn.mp3", ""])
def test_the_proof_notices_a_code_that_was_drawn_wrongly(
    address: str, book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the right words for screen readers: another address, or a white square."""
    horn = book.interviews[0]
    ((name, kind, _),) = players.draw_codes(horn)
    picture = io.BytesIO(b'<svg xmlns="http://www.w3.org/2000/svg" width="41" height="41"><path d="M0 0h1"/></svg>')
    if address:
        picture = io.BytesIO()
        segno.make_qr(address, error="m").save(picture, kind="svg", border=4)

    def draw(interview: object) -> list[tuple[str, str, bytes]]:
        return [(name, kind, picture.getvalue())] if interview == horn else []

    monkeypatch.setattr(players, "draw_codes", draw)
    problems = list_problems(book, edition.make_pdf(book, folder, CACHING_RUNNER).data)
    assert [problem for problem in problems if problem.startswith("qr-codes-are-true")]
