"""The codes of characters that PDFium gives are read one for one, also those that are no characters."""

from __future__ import annotations

import pytest

from onrecord.proof.reading import painted_text, pdfium
from onrecord.proof.reading.normalize import SOFT_GAP


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        ([0x48, 0x20, 0x49, 0x0A], f"H{SOFT_GAP}I{SOFT_GAP}"),
        ([0x48, 0x02, 0x0D], f"H{SOFT_GAP}{SOFT_GAP}"),
        ([0xD83D, 0xDE00, 0x1F600], "\ud83d\ude00\U0001f600"),
        ([0, 0xFFFE, 0xFFFF, 0xFDD0, 0xFDD5, 0xFDEF], "\N{REPLACEMENT CHARACTER}" * 6),
        ([0x110000, 0x48, 0xFFFFFFFF, 0x20], f"\N{REPLACEMENT CHARACTER}H\N{REPLACEMENT CHARACTER}{SOFT_GAP}"),
        ([], ""),
    ],
)
def test_codes_become_characters(codes: list[int], text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    functions = pdfium.load_functions()
    monkeypatch.setattr(functions, "Text_IsGenerated", lambda _reading, _index: 1)
    assert painted_text._decode_characters(0, codes) == text


def test_a_hyphen_at_the_end_of_a_line_is_a_hyphen(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = pdfium.load_functions()
    monkeypatch.setattr(functions, "Text_IsGenerated", lambda _reading, _index: 0)
    assert painted_text._decode_characters(0, [0x02, 0x20]) == "- "
