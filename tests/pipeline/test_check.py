"""`check` finds what `build` would refuse, and `build` says it before anything is set."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import onrecord
from onrecord import proof
from onrecord.editions.style_check import find_stray_templates
from onrecord.manuscript import interview_file
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule, Severity
from onrecord.pipeline import build
from onrecord.pipeline.build import build_book
from onrecord.pipeline.check import check_book
from onrecord.pipeline.formats import FORMATS
from onrecord.pipeline.load import load_book
from onrecord.pipeline.options import BuildOptions
from onrecord.runtime import font_files
from tests.support.manuscripts import RandomChoices, draw_picture, invent_interview
from tests.support.workers import CACHING_RUNNER

pytestmark = pytest.mark.usefixtures("lent_workers")

TEMPLATES = Path(onrecord.__file__).parent / "editions/templates"
SETTINGS = "title: The Harbour Light\ndisclaimer: none\n"
TALK = """---
title: The Lamp
byline: By the harbour office
people:
  - {name: Ada Moor, role: interviewee}
---
**Who lights the lamp?**

It lights itself at dusk.
"""

PACK = """title: Lamps
meeting: The keepers meet
date: 2026-12-01 09:00 +03:00
distribution: participants
attribution: not for quotation
agenda: [{title: The lamp, interviews: [lamp#a1]}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small sound book."""
    home = tmp_path / "book"
    write(home, "interviews/lamp.md", TALK)
    write(home, "book.yaml", SETTINGS)
    return home


def test_each_interview_is_read_once_with_all_packs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "packs/lamps.yaml", PACK)
    write(folder, "packs/lights.yaml", PACK.replace("Lamps", "Lights"))
    read = interview_file.read_interview
    names: list[str] = []

    def read_and_record(home: Path, path: Path, *arguments: Any) -> Any:
        names.append(path.name)
        return read(home, path, *arguments)

    monkeypatch.setattr(interview_file, "read_interview", read_and_record)
    check_book(folder)
    assert names == ["lamp.md"]


def write(folder: Path, name: str, data: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)


def read_font() -> bytes:
    return font_files.list_font_files(font_files.list_package_folders())[0].read_bytes()


def collect_refusal(action: Callable[[], object]) -> tuple[Problem, ...]:
    """Return the errors with which the action is refused, none if it is not."""
    try:
        action()
    except Refused as refused:
        return tuple(problem for problem in refused.problems if problem.severity is Severity.ERROR)
    return ()


FAULTS = [
    (
        "book.yaml",
        "title: T\ndisclaimer: none\nbrand:\n  accent: '#14532d'\n  text_face: Source Serif 5\n",
        "book.yaml:5",
        "fonts-are-there",
        "epub",
    ),
    ("styles/print.css", ".question { colour: teal }", "styles/print.css:1", "styles-are-understood", "pdf"),
    ("styles/print.css", "p { }\nhtml { font-family: Verdana }", "styles/print.css:2", "fonts-are-there", "pdf"),
    ("styles/print.css", "@page { size: 110mm 178mm }", "styles/print.css:1", "pages-follow-the-trim", "pdf"),
    ("styles/prints.css", "p { }", "styles/prints.css", "styles-have-an-edition", "html"),
    (
        "styles/web.css",
        "p { }\nb { background: url(//example.org/a.png) }",
        "styles/web.css:2",
        "styles-fetch-nothing",
        "html",
    ),
    ("styles/web.css", "p { colour: teal }", "styles/web.css:1", "styles-are-understood", "html"),
    ("styles/epub.css", "p { color: var(--nowhere) }", "styles/epub.css:1", "tokens-are-defined", "epub"),
    ("styles/tokens.css", ":root { --mine: var(--nowhere) }", "styles/tokens.css:1", "tokens-are-defined", "html"),
    ("styles/tokens.css", ":root {\n--accent: rde }", "styles/tokens.css:2", "styles-are-understood", "pdf"),
    ("templates/html/base.html", "<p>\n{% if %}", "templates/html/base.html:2", "templates-can-be-filled", "html"),
    (
        "templates/html/index.html",
        "<p>{{ bok.title }}",
        "templates/html/index.html:1",
        "templates-can-be-filled",
        "html",
    ),
    (
        "templates/html/interview.html",
        "\n{{ book.titel }}",
        "templates/html/interview.html:2",
        "templates-can-be-filled",
        "html",
    ),
    ("templates/epub/nav.xhtml", "{{ title | uper }}", "templates/epub/nav.xhtml:1", "templates-can-be-filled", "epub"),
    ("templates/epub/imprint.xhtml", "<p>", "templates/epub/imprint.xhtml", "templates-are-well-formed", "epub"),
    (
        "templates/print/opening.html",
        "\n\n{{ nothing }}",
        "templates/print/opening.html:3",
        "templates-can-be-filled",
        "pdf",
    ),
    (
        "templates/print/contents.html",
        "{{ numbers.x.y }}",
        "templates/print/contents.html:1",
        "templates-can-be-filled",
        "pdf",
    ),
    (
        "templates/print/receipts.html",
        "{% for %}",
        "templates/print/receipts.html:1",
        "templates-can-be-filled",
        "html",
    ),
    ("fonts/light.woff2", "wOF2", "fonts/light.woff2", "fonts-are-readable", "pdf"),
    ("fonts/light.ttf", "no font", "fonts/light.ttf", "fonts-are-readable", "pdf"),
    ("fonts/light.otf", read_font()[:9000], "fonts/light.otf", "fonts-are-readable", "pdf"),
]


@pytest.mark.parametrize(("name", "data", "place", "rule", "edition"), FAULTS)
def test_check_and_build_refuse_the_same_before_layout(
    name: str, data: str | bytes, place: str, rule: str, edition: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One error with its own file and line; the build sets no page."""
    write(folder, name, data)
    monkeypatch.setattr(build, "print_book", lambda *_, **__: pytest.fail("a page is set"))
    (problem,) = collect_refusal(lambda: check_book(folder))
    assert (str(problem.location), problem.rule) == (place, rule)
    assert problem.hint
    refusal = collect_refusal(lambda: build_book(folder, folder / "dist", (edition,), CACHING_RUNNER, lambda *_: None))
    assert refusal == (problem,)


def test_faults_of_one_format_do_not_stop_another(folder: Path) -> None:
    """A slip in the style of the web edition is no matter of the e-book."""
    write(folder, "styles/web.css", "p { colour: teal }")
    assert not collect_refusal(lambda: build.refuse_invalid(load_book(folder)[0], folder, ("epub", "pdf")))
    assert collect_refusal(lambda: build.refuse_invalid(load_book(folder)[0], folder, ("html",)))


def test_warnings_of_styles_are_said_and_stop_nothing(folder: Path) -> None:
    """`check` returns them with those of the manuscript."""
    write(folder, "styles/print.css", "a { cursor: pointer }")
    _, warnings = check_book(folder)
    assert [problem.sentence for problem in warnings] == ["“cursor” does nothing in print"]


def test_a_template_that_no_edition_reads_is_named(folder: Path) -> None:
    """As `templates-have-an-edition`: it stands in the wrong folder; one that another template includes is read."""
    write(folder, "templates/print/parts/opening.html", "")
    write(folder, "templates/html/house.html", "")
    write(folder, "templates/notes.txt", "")
    write(folder, "templates/index-entries.html", "{# parts/line.html #}")
    write(folder, "templates/parts/line.html", "")
    hint = "give it the name and the folder of the template that it replaces, as templates/print/opening.html"
    assert [(problem.location.file, problem.hint) for problem in find_stray_templates(folder)] == [
        ("templates/html/house.html", hint),
        ("templates/notes.txt", hint),
        ("templates/print/parts/opening.html", "move it to templates/print/opening.html"),
    ]
    (folder / "templates/index-entries.html").unlink()
    _, warnings = check_book(folder)
    assert [problem.rule.value for problem in warnings] == ["templates-have-an-edition"] * 4


def test_a_book_with_a_design_of_its_own_has_packs(folder: Path) -> None:
    """An extract is proved before layout without the pages of the book that it points to."""
    write(folder, "styles/tokens.css", ":root { --accent: #14425c }")
    write(folder, "packs/meeting.yaml", PACK)
    assert not collect_refusal(lambda: check_book(folder))


def test_every_template_with_a_fault_is_named(folder: Path) -> None:
    """Not only the first, and each once for all interviews."""
    write(folder, "interviews/second.md", TALK.replace("The Lamp", "The Second Lamp"))
    for name in ("index", "interview", "contributors"):
        write(folder, f"templates/html/{name}.html", "{{ nothing }}")
    refusal = collect_refusal(lambda: check_book(folder))
    assert [problem.location.file for problem in refusal] == [
        "templates/html/contributors.html",
        "templates/html/index.html",
        "templates/html/interview.html",
    ]


def test_a_template_that_drops_words_is_refused_before_layout(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edition is made and proved without page numbers if the book changes its design."""
    write(folder, "templates/html/interview.html", "<html><body><p>{{ title }}</p></body></html>")
    write(folder, "templates/epub/interview.xhtml", "<html><body><p>{{ title }}</p></body></html>")
    monkeypatch.setattr(build, "print_book", lambda *_, **__: pytest.fail("a page is set"))
    assert collect_refusal(lambda: check_book(folder))
    for edition in ("html", "epub"):
        build_edition = partial(build_book, folder, folder / "dist", (edition,), CACHING_RUNNER, lambda *_: None)
        assert collect_refusal(build_edition)


def test_a_template_for_print_keeps_the_ids_of_bookmarks(folder: Path) -> None:
    """The hint names the id that is to be there."""
    write(folder, "templates/print/contents.html", "<p>{{ words.contents }}</p>")
    (problem,) = collect_refusal(lambda: check_book(folder))
    assert (problem.location.file, problem.rule) == ("templates/print/contents.html", "bookmarks-go-somewhere")
    assert problem.hint == 'give it to the section: <section id="front.contents">'


def test_a_style_that_changes_the_numbers_of_lists_is_refused_by_check(folder: Path) -> None:
    """The proof of the web edition reads the style sheet, too."""
    write(folder, "interviews/lamp.md", TALK + "\n1. The lamp\n2. The lens\n")
    write(folder, "styles/web.css", "ol { list-style-type: upper-roman }")
    assert collect_refusal(lambda: check_book(folder))


def test_sound_templates_are_no_problem(folder: Path) -> None:
    """They get the values that they get in a build, and page numbers are stood in for."""
    write(folder, "templates/html/index.html", (TEMPLATES / "html/index.html").read_text("utf-8"))
    contents = "<section id='front.contents'>{{ words.contents }} {{ numbers['lamp'] }}</section>"
    write(folder, "templates/print/contents.html", contents)
    write(folder, "templates/.DS_Store", b"\xff")
    assert not collect_refusal(lambda: check_book(folder))


def test_other_files_beside_the_fonts_are_left_alone(folder: Path) -> None:
    """A licence belongs there."""
    write(folder, "fonts/OFL.txt", "The licence of the font")
    write(folder, "fonts/light.ttf", read_font())
    assert not collect_refusal(lambda: check_book(folder))


# --- what `check` passes, `build` does not refuse ---------------------------------------------------

# Rules that only the layout can judge, such as words that a style hides in print. No book of this grammar breaks one.
KNOWN_AFTER_LAYOUT: set[str] = set()
SELECTORS = (
    "p",
    "em",
    "h1 + p",
    ".question",
    ".answer > p",
    "h1, h2",
    "blockquote p + p",
    "a:hover",
    "p >> q",
    "..x",
    "::nothing",
    "",
)
PROPERTIES = (
    "color",
    "text-indent",
    "background-color",
    "colour",
    "font-size",
    "font-family",
    "margin",
    "cursor",
    "-webkit-hyphens",
    "harbour",
    "--mine",
)
VALUES = (
    "teal",
    "rde",
    "1.1em",
    '"Noto Serif"',
    "Arial, serif",
    "0 1em",
    "var(--accent)",
    "var(--nowhere)",
    "url(a.png)",
    "",
)
RULES = (
    "{body}",
    "{body}",
    "{body}",
    "@media print {{ {body} }}",
    "@media screen {{ {body} }}",
    "@page {{ margin: 0 }}",
    "@medai {{ {body} }}",
)
SHEETS = ("print", "web", "epub", "tokens", "pack", "prin")
TRIMS = ("", "", "", "trim: A5\n", "trim: A6\n", "language: de\n", "trimm: A4\n")


def invent_style(chance: random.Random) -> str:
    declarations = "; ".join(
        f"{chance.choice(PROPERTIES)}: {chance.choice(VALUES)}" for _ in range(chance.choice((1, 1, 2)))
    )
    return chance.choice(RULES).format(body=f"{chance.choice(SELECTORS)} {{ {declarations} }}")


def invent_book(folder: Path, seed: int) -> None:
    """Write a book of good and bad settings, styles, templates and fonts, with a sound interview."""
    chance = random.Random(seed)
    write(folder, "images/light.png", draw_picture())
    interview = invent_interview(RandomChoices(random.Random(seed)), "lamp", "en", ["light.png"])
    write(folder, "interviews/lamp.md", interview.data)
    write(folder, "book.yaml", SETTINGS + chance.choice(TRIMS))
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        write(folder, f"styles/{chance.choice(SHEETS)}.css", invent_style(chance) + "\n")
    if chance.random() < 0.4:
        template = chance.choice(
            ("html/index.html", "html/interview.html", "epub/imprint.xhtml", "print/contents.html")
        )
        source = (TEMPLATES / template).read_text("utf-8")
        change = chance.choice(
            (source, f"{source}\n", source.replace("book.title", "book.titel"), f"{source}{{% if %}}", "")
        )
        write(folder, f"templates/{template}", change)
    if chance.random() < 0.2:
        data = read_font()
        write(folder, f"fonts/own{chance.choice(('.ttf', '.otf', '.woff'))}", chance.choice((data, data[:2000], b"")))


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 60, 10))
def test_what_check_passes_build_does_not_refuse(start: int, tmp_path: Path) -> None:
    """But for what only the layout knows."""
    passed = 0
    for seed in range(start, start + 10):
        folder = tmp_path / f"book-{seed}"
        invent_book(folder, seed)
        if collect_refusal(partial(check_book, folder)):
            continue
        passed += 1
        formats = ("html", "epub", "pdf")
        refusal = collect_refusal(
            partial(build_book, folder, folder / "dist", formats, CACHING_RUNNER, lambda *_: None)
        )
        rules = {problem.rule for problem in refusal}
        # How dark a background of the book's own is, only the page shows; what stands on it is lost as well.
        if any("background" in sheet.read_text("utf-8") for sheet in folder.glob("styles/*.css")) and (
            Rule.EVERY_WORD_IS_SEEN in rules
        ):
            rules -= {Rule.EVERY_WORD_IS_SEEN, Rule.EVERY_WORD_IS_THERE}
        assert rules <= KNOWN_AFTER_LAYOUT, (seed, [*map(str, refusal)])
    assert 0 < passed < 10


def test_what_cannot_be_printed_does_not_stop_the_screens(folder: Path) -> None:
    """E-book and web edition are delivered without page numbers, with one warning; print is refused with a hint."""
    write(folder, "interviews/second.md", TALK.replace("The Lamp", "The Second Lamp 港"))
    finished = build_book(folder, folder / "dist", ("epub", "html"), CACHING_RUNNER, lambda *_: None)
    assert [problem.rule for problem in finished.warnings if "no page numbers" in problem.sentence] == [
        "pages-are-numbered"
    ]
    for formats in (("pdf",), tuple(FORMATS)):
        (problem,) = collect_refusal(
            partial(build_book, folder, folder / "dist", formats, CACHING_RUNNER, lambda *_: None)
        )
        assert (problem.rule, "epub html" in problem.hint) == ("glyphs-exist", True)


def test_pages_that_cannot_be_proved_do_not_stop_the_screens(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the print edition is one warning, if no PDF is asked for."""
    fault = Problem(SourceLocation("talk.md", 3), Rule.PAGE_LIST_IS_WHOLE, "a page begins elsewhere", "")

    def refuse(*_: object) -> None:
        raise Refused([fault])

    monkeypatch.setattr(build, "_prove_page_parity", refuse)
    finished = build_book(folder, folder / "dist", ("html",), CACHING_RUNNER, lambda *_: None)
    assert any(fault.sentence in problem.sentence for problem in finished.warnings)
    assert b"doc-pagebreak" not in b"".join(page.read_bytes() for page in (folder / "dist").rglob("*.html"))


def test_a_wrong_web_edition_is_refused_and_not_made_again_without_pages(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only faults of the print edition are worth another attempt."""
    fault = Problem(SourceLocation("talk.md", 3), Rule.EVERY_WORD_IS_THERE, "a word is gone", "")
    shown: list[Mapping[str, bytes]] = []

    def refuse(*_: object) -> None:
        raise Refused([fault])

    monkeypatch.setattr(build, "prove_copies", refuse)
    make = partial(build_book, folder, folder / "dist", ("html",), CACHING_RUNNER, lambda *_: None)
    assert collect_refusal(partial(make, on_refused=shown.append)) == (fault,)
    (files,) = shown
    assert any(b"doc-pagebreak" in data for data in files.values())


def test_a_wrong_print_edition_of_the_whole_book_does_not_stop_the_screens_of_a_pack(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pack points to the book without pages, with a warning; its PDF is refused."""
    pack = "title: The Desk\ndate: 2026-01-31 09:00 UTC\nagenda: [{title: Light, interviews: [lamp]}]\n"
    write(folder, "packs/desk.yaml", pack)
    fault = Problem(SourceLocation("talk.md", 3), Rule.POINTERS_ARE_TRUE, "a pointer is wrong", "")
    monkeypatch.setattr(proof, "prove_pointers", lambda *_: (fault,))
    make = partial(build_book, folder, folder / "dist")
    options = BuildOptions(pack="desk")
    finished = make(("html",), CACHING_RUNNER, lambda *_: None, options)
    assert any(fault.sentence in problem.sentence for problem in finished.warnings)
    assert collect_refusal(partial(make, ("pdf",), CACHING_RUNNER, lambda *_: None, options)) == (fault,)
