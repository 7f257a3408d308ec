"""Layout with shared contexts gives the same pages as WeasyPrint without them."""

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
# Layout.setup of WeasyPrint 70. When this fails, read what changed there and correct `sharing.py`.
SETUP = "a9c5c17fc5206a7a"
LEADER = "c24948d1a2f24f1d"


@pytest.mark.slow
def test_shared_contexts_draw_the_same_pages_as_plain_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare ink and characters of every page of the manual."""
    # Without its cache, the build identity follows the environment variable.
    uncached = build_identity.compute_build_identity.__wrapped__
    monkeypatch.setattr(build_identity, "compute_build_identity", uncached)
    book = read_book.read_book(BOOK)
    files = []
    for switch in ("1", ""):
        monkeypatch.setenv(PLAIN_LAYOUT, switch)
        with WorkerPool(1) as pool:
            files.append(edition.make_pdf(book, BOOK, TaskRunner(pool, Cache(None))).data)
    plain, shared = (pypdfium2.PdfDocument(data) for data in files)
    assert len(plain) == len(shared)
    for number in range(len(plain)):
        plain_ink, shared_ink = _render_ink(plain[number]), _render_ink(shared[number])
        assert sum(a != b for a, b in zip(plain_ink, shared_ink, strict=True)) <= len(plain_ink) // 10_000, (
            f"sheet {number + 1}"
        )  # dots of leaders are rounded to pixels
        assert _read_characters(plain[number]) == _read_characters(shared[number]), f"sheet {number + 1}"


def _render_ink(page: pypdfium2.PdfPage) -> bytes:
    return bytes(page.render(scale=3, grayscale=True).buffer)


def _read_characters(page: pypdfium2.PdfPage) -> str:
    return "".join(page.get_textpage().get_text_range().split())


def test_the_replaced_code_of_weasyprint_is_unchanged() -> None:
    source = Path(inspect.getsourcefile(line_break) or "").read_text(encoding="utf-8")
    begin = source.index("    def setup(self, style):")
    setup = source[begin : source.index("    def get_first_line(self):")]
    assert hashlib.sha256(setup.encode()).hexdigest()[:16] == SETUP
    assert hashlib.sha256(inspect.getsource(leader).encode()).hexdigest()[:16] == LEADER


@pytest.mark.slow
@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="this C library does not report used memory (glibc 2.33 does)"
)
def test_repeated_layouts_do_not_leak_memory() -> None:
    """WeasyPrint does not free lists of font features: 45 KB for each use of small capitals."""
    sheet = PartSource(
        "<p style='font-variant-caps: small-caps'>Kept small.</p>" * 20,
        "body { font: 10pt 'EB Garamond' }",
        "en",
        "Small",
    )
    for _ in range(3):
        set_part(sheet)
    before = _measure_used_bytes()
    for _ in range(20):
        set_part(sheet)
    assert _measure_used_bytes() - before < 20 * 4_000


def _measure_used_bytes() -> int:
    """Return the bytes that the C library has allocated."""
    gc.collect()
    figures = ctypes.c_size_t * 10
    function = ctypes.CDLL(None).mallinfo2
    function.restype = type("Figures", (ctypes.Structure,), {"_fields_": [("all", figures)]})
    usage = function().all
    return int(usage[4] + usage[7])
