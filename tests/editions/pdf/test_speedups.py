"""What is laid out with shared contexts is what WeasyPrint lays out by itself."""

from __future__ import annotations

import ctypes
import gc
import hashlib
import inspect
from pathlib import Path

import pypdfium2
import pytest
from weasyprint.layout import leader
from weasyprint.text import line_break

from onrecord.editions.pdf import edition
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, set_part
from onrecord.manuscript import read_book
from onrecord.runtime import build_identity
from onrecord.runtime.build_identity import PLAIN_LAYOUT
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskRunner
from onrecord.runtime.worker_pool import WorkerPool
from tests.support.paths import ROOT

BOOK = ROOT / "docs"  # tables, code, lists, small capitals, Russian and German
# Layout.setup of WeasyPrint 70. When this fails, read what changed there and mend `sharing.py`.
SETUP = "a9c5c17fc5206a7a"
LEADER = "c24948d1a2f24f1d"


@pytest.mark.slow
def test_shared_contexts_draw_what_plain_ones_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page of the manual: the same ink and the same characters; a leader is one text instead of one for each dot."""
    monkeypatch.setattr(
        build_identity, "identity", build_identity.compute_build_identity.__wrapped__
    )  # which remembers how it was asked first
    book = read_book.read_book(BOOK)
    made = []
    for switch in ("1", ""):
        monkeypatch.setenv(PLAIN_LAYOUT, switch)
        with WorkerPool(1) as workshop:
            made.append(edition.make_pdf(book, BOOK, TaskRunner(workshop, Cache(None))).data)
    plain, shared = (pypdfium2.PdfDocument(data) for data in made)
    assert len(plain) == len(shared)
    for number in range(len(plain)):
        one, other = _ink(plain[number]), _ink(shared[number])
        assert sum(a != b for a, b in zip(one, other, strict=True)) <= len(one) // 10_000, (
            f"sheet {number + 1}"
        )  # dots are rounded to dots of the screen
        assert _characters(plain[number]) == _characters(shared[number]), f"sheet {number + 1}"


def _ink(page: pypdfium2.PdfPage) -> bytes:
    return bytes(page.render(scale=3, grayscale=True).buffer)


def _characters(page: pypdfium2.PdfPage) -> str:
    return "".join(page.get_textpage().get_text_range().split())


def test_what_is_replaced_is_what_we_read() -> None:
    source = Path(inspect.getsourcefile(line_break) or "").read_text(encoding="utf-8")
    begin = source.index("    def setup(self, style):")
    setup = source[begin : source.index("    def get_first_line(self):")]
    assert hashlib.sha256(setup.encode()).hexdigest()[:16] == SETUP
    assert hashlib.sha256(inspect.getsource(leader).encode()).hexdigest()[:16] == LEADER


@pytest.mark.slow
@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="this C library does not tell what is in use (glibc 2.33 does)"
)
def test_a_thousand_interviews_take_no_more_memory_than_one() -> None:
    """Small capitals and old figures come from features of a font, whose lists WeasyPrint does not free: 45 KB each time."""
    sheet = PartSource(
        "<p style='font-variant-caps: small-caps'>Kept small.</p>" * 20,
        "body { font: 10pt 'EB Garamond' }",
        "en",
        "Small",
    )
    for _ in range(3):
        set_part(sheet)
    before = _in_use()
    for _ in range(20):
        set_part(sheet)
    assert _in_use() - before < 20 * 4_000


def _in_use() -> int:
    """Bytes that the C library has given out."""
    gc.collect()
    figures = ctypes.c_size_t * 10
    function = ctypes.CDLL(None).mallinfo2
    function.restype = type("Figures", (ctypes.Structure,), {"_fields_": [("all", figures)]})
    found = function().all
    return int(found[4] + found[7])
