"""Layout with shared contexts gives the same pages as WeasyPrint without them."""

from __future__ import annotations

import ctypes
import gc
import hashlib
import inspect
import json
import os
import random
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pypdfium2
import pyphen
import pytest
from PIL import Image, ImageChops

from onrecord.editions.pdf import edition
from onrecord.editions.pdf.typeset import box_speedups, breaks_by_words, line_breaks, speedups
from onrecord.editions.pdf.typeset.box_speedups import Speedup
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, import_weasyprint, load_engine, set_part
from onrecord.manuscript import read_book
from onrecord.runtime import build_identity
from onrecord.runtime.build_identity import PLAIN_LAYOUT
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskRunner
from onrecord.runtime.worker_pool import WorkerPool
from tests.support.fresh_modules import read_module_again
from tests.support.paths import ROOT

BOOK = ROOT / "docs"  # tables, code, lists, small capitals, Russian and German
# Layout.setup of WeasyPrint 70. When this fails, read what changed there and correct `sharing.py`.
SETUP = "a9c5c17fc5206a7a"
LEADER = "c24948d1a2f24f1d"
_ROUNDED_DOTS = 20  # of 255 levels of grey; text that is moved by half a point makes 85


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
        levels = ImageChops.difference(plain_ink, shared_ink).histogram()
        assert not any(levels[_ROUNDED_DOTS:]), f"sheet {number + 1}"
        assert _read_characters(plain[number]) == _read_characters(shared[number]), f"sheet {number + 1}"


def _render_ink(page: pypdfium2.PdfPage) -> Image.Image:
    """Return the page in cells of 2 points. In them, dots of leaders that are rounded to other pixels look alike."""
    return page.render(scale=3, grayscale=True).to_pil().reduce(6)


def _read_characters(page: pypdfium2.PdfPage) -> str:
    return "".join(page.get_textpage().get_text_range().split())


def test_the_replaced_code_of_weasyprint_is_unchanged() -> None:
    import_weasyprint()
    from weasyprint.layout import leader
    from weasyprint.text import line_break

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


def test_each_box_speedup_replaces_what_it_was_written_for() -> None:
    """When this fails, read what changed in WeasyPrint, correct the speedup or delete it, then its digest."""
    rows = [row for module in speedups._MODULES for row in module.SPEEDUPS]
    assert [(row.module, row.compute_sha256()) for row in rows] == [(row.module, row.sha256) for row in rows]


def test_a_speedup_for_another_version_does_nothing() -> None:
    applied: list[str] = []
    rows = [("weasyprint.css", ""), ("weasyprint.layout.percent", box_speedups.SPEEDUPS[1].sha256)]
    box_speedups.apply_replacements(Speedup(module, sha256, partial(applied.append, module)) for module, sha256 in rows)
    assert applied == ["weasyprint.layout.percent"]


# Each rule takes another way through layout: what a speedup must notice and leave to WeasyPrint.
_RULES = (
    "p { margin: 10%; width: 50%; max-width: calc(10em + 5%) } div { box-sizing: border-box; padding: 3mm }",
    "p { float: left; width: 40% } li { position: absolute; top: 1cm } b { position: relative; left: 2mm }",
    "p { background: #eee; border-radius: 3mm; box-shadow: 1mm 1mm } b { visibility: hidden }",
    "td { border: 1pt solid; border-collapse: collapse } table { border-collapse: collapse; width: 80% }",
    "@page { @top-left { content: counter(page) } @bottom-right { content: 'end' } } p { columns: 2 }",
    "p { text-align: justify; letter-spacing: .1em; word-spacing: .2em; text-decoration: underline }",
    "p { text-align: justify; white-space: pre-wrap } b { display: inline-block; padding-inline: 5% }",
    "body { direction: rtl } p { margin-inline-start: 2em; text-transform: uppercase; page: other }",
    "b::before { content: '-' } li { list-style: none } td { padding: 1% }",
    "* { font-size: 0.9em; line-height: 1.3; hyphens: auto; text-align: justify } p { min-height: 30% }",
    "p { width: 31mm; hyphens: auto; text-align: justify; text-wrap: pretty; hyphenate-character: '=' }",
    "p { width: 43mm; hyphens: auto; hyphenate-limit-chars: 9 4 4; hyphenate-limit-zone: 12%; font-kerning: none }",
    "p { width: 22mm; overflow-wrap: anywhere } b { font: 8pt 'Source Code Pro' } p::first-letter { font-size: 2em }",
    "p { width: 53mm; hyphens: auto; text-wrap: balance; font-family: 'Source Sans 3'; font-weight: 600 }",
)
_PAGE = (
    "<div><p>The lamp was lit at <b>dusk</b> every day, and the keepers, two at a time, wrote down the hour of it in "
    "a book of two hundred and forty pages that nobody has lost since then.</p><p>Никто не помнит <b>первую</b> лампу."
    "</p><p>A well-kept light\u00adhouse\u00a0lamp – 5′ 11″ high, “Waffle” and/or AVATAR – needs official affidavits; "
    "harbour-keepers’ <i>correspondence</i> fills  forty-four volumes, שלום and 日本 in none of them.</p></div>"
    "<ul><li>a wick<li>oil</ul><table><tr><td>Hour<td>Weather<tr><td>12<td>a calm sea</table>"
)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system knows where libraries are")
def test_the_layout_engine_starts_no_program_and_loads_only_what_it_needs() -> None:
    """Nothing that reduces fonts, and nothing that parses declarations: those of this WeasyPrint are known."""
    program = (
        "import subprocess, sys\n"
        "def refuse(*_, **__): raise AssertionError('a program is started')\n"
        "subprocess.Popen.__init__ = refuse\n"
        "from onrecord.editions.pdf.typeset.weasyprint_adapter import import_weasyprint, load_engine\n"
        "import_weasyprint()\n"
        "print(*(name in sys.modules for name in ('weasyprint.pdf', 'fontTools.subset', 'fontTools.varLib')))\n"
        "load_engine(())\n"
        "from weasyprint.text.ffi import gobject, pango\n"
        "print(*map(callable, (pango.pango_layout_line_index_to_x, pango.pango_shape_full, gobject.g_object_ref)))\n"
        "print(*(name in sys.modules for name in ('pycparser', 'cffi')))\n"
        "from weasyprint.pdf import fonts\n"
        "print(type(fonts.subset.Options()).__module__, 'fontTools.subset' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True False False", "True True True", "False False", "fontTools.subset True"]


def test_words_are_divided_as_by_whole_dictionaries(tmp_path: Path) -> None:
    """German has two patterns of the same letters, Hungarian has other kinds, Dutch another encoding.

    One pattern in forty is enough, with short ones and the two German ones.
    """
    load_engine(())
    plain_pyphen = read_module_again(Path(pyphen.__file__), "plain_pyphen")
    assert plain_pyphen.HyphDict.positions.__module__ == "plain_pyphen"
    chance = random.Random(7)
    for language, is_lazy in (("de", True), ("hu", False), ("nl", True)):
        head, *lines = pyphen.LANGUAGES[language].read_bytes().splitlines()
        chosen = [*lines[:100], *lines[100::40], *(line for line in lines if len(line) < 4)]
        if language == "de":
            letters = [line.translate(None, b"0123456789") for line in lines]
            counts = Counter(letters)
            chosen += [line for line, name in zip(lines, letters, strict=True) if counts[name] > 1]
        path = tmp_path / f"{language}.dic"
        path.write_bytes(b"\n".join([head, *chosen]))
        whole, quick = plain_pyphen.HyphDict(path), pyphen.HyphDict(path)
        patterns = [key.strip(".") for key in whole.patterns]
        words = ["".join(chance.choices(patterns, k=chance.randint(1, 4))) for _ in range(300)]
        words += ["", ".a.", *map(str.title, words[:50]), *patterns[::10], max(patterns, key=len)]
        divided = [[(int(at), at.data) for at in whole.positions(word)] for word in words]
        assert [[(int(at), at.data) for at in quick.positions(word)] for word in words] == divided
        assert sum(map(bool, divided)) > 100
        assert any(isinstance(pattern, str) for pattern in quick.patterns.values()) is is_lazy


def test_lines_of_plain_text_are_broken_by_the_widths_of_their_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the speedup would cost time: WeasyPrint would lay the line out, too."""
    break_line = breaks_by_words.break_line
    lines: list[object] = []

    def note_line(*arguments: Any) -> object:
        lines.append(break_line(*arguments))
        return lines[-1]

    monkeypatch.setattr(line_breaks, "break_line", note_line)
    words = "The keepers of the harbour light wrote down the correspondence of several neighbouring lighthouses. "
    css = "@page { size: A6 } body { font: 11pt 'EB Garamond'; hyphens: auto; text-align: justify }"
    set_part(PartSource(f"<p>{words * 20}</p>", css, "en", "A lamp"))
    assert len(lines) > 20
    assert sum(line is None for line in lines) < len(lines) / 5


@pytest.mark.slow
def test_speedups_change_no_layout() -> None:
    """Lay the same pages out in two processes, plain and sped up, and compare everything that a part holds."""
    program = (
        "import hashlib, json, sys\n"
        "from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, set_part\n"
        "page, rules = json.load(sys.stdin)\n"
        "base = \"@page { size: A6 } body { font: 11pt 'EB Garamond' } \"\n"
        "parts = [set_part(PartSource(page, base + rule, 'en', 'A lamp')) for rule in rules]\n"
        "print(*(hashlib.sha256(repr(part).encode()).hexdigest() for part in parts), sep='\\n')\n"
    )
    digests = []
    for switch in ("1", ""):
        done = subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps([_PAGE, _RULES]),
            env={**os.environ, PLAIN_LAYOUT: switch},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        digests.append(done.stdout.split())
    assert len(set(digests[0])) == len(_RULES)
    assert digests[0] == digests[1]
