"""Check the QR codes of a PDF: read from the page as a camera sees it, each says the address of its recording."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import pypdfium2
import zxingcpp

from onrecord.model import Book
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.rules.page_range import PageRange
from onrecord.proof.rules.report import HINT

_COPY = "the PDF"
_SCALE = 200 / 72  # pixels to a point: a module of half a millimetre has four


def check_printed_codes(book: Book, data: bytes, ranges: Sequence[PageRange]) -> Iterator[Problem]:
    """Yield a problem for interviews whose printed QR codes are not those of their recordings; others are not drawn."""
    coded = {
        interview.slug: [part.url for part in interview.recordings if part.has_code] for interview in book.interviews
    }
    if not any(coded.values()):
        return
    sheets = [names for page_range in ranges for names in page_range.names]
    with contextlib.closing(pypdfium2.PdfDocument(data)) as document:
        for interview in (interview for interview in book.interviews if coded[interview.slug]):
            pages = [sheet for sheet, names in enumerate(sheets) if interview.slug in names]
            codes = [code for sheet in pages for code in _decode_qr_codes(document, sheet)]
            known = {address for sheet in pages for slug in sheets[sheet] for address in coded.get(slug, ())}
            missing = [address for address in coded[interview.slug] if codes.count(address) != 1]
            strange = [code for code in codes if code not in known]
            for fault, addresses in (("does not show once", missing), ("also shows", strange)):
                if addresses:
                    address = shorten_text(addresses[0], 90)
                    sentence = f"{_COPY}: interview “{interview.slug}” {fault} the QR code “{address}”"
                    yield Problem(interview.location, Rule.QR_CODES_ARE_TRUE, sentence, HINT)


def _decode_qr_codes(document: pypdfium2.PdfDocument, sheet: int) -> list[str]:
    """Return the texts of the QR codes on a sheet of a PDF."""
    page = document[sheet]
    image = page.render(scale=_SCALE).to_pil().convert("L")
    page.close()
    kinds = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in zxingcpp.read_barcodes(image, formats=kinds)]
