"""All editions print the list numbers of the manuscript, and the proof compares them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import pikepdf
import pytest

from onrecord.editions import epub, html
from onrecord.editions.article_blocks import BlockWriter
from onrecord.editions.pdf import edition
from onrecord.editions.pdf.typeset import tagging
from onrecord.manuscript import outline, read_book
from onrecord.model import (
    Answer,
    Book,
    Interview,
    ListBlock,
    Paragraph,
    Text,
    build_inventory,
    format_list_number,
    iterate_passages,
    walk_blocks,
)
from onrecord.model.changes import ChangeKind
from onrecord.model.problems import Problem
from onrecord.packs import selection
from onrecord.packs.clearance import ReleaseOptions
from onrecord.packs.delivered_pieces import build_record
from onrecord.packs.delivery_changes import find_changes
from onrecord.packs.selection import _contains_words
from onrecord.pipeline.load import get_current_time
from onrecord.proof import (
    Report,
    prove_epub,
    prove_html,
    prove_normal_pages,
    prove_pdf,
    prove_web_edition,
    prove_whole_epub,
)
from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.list_numbers import NumberRule, count_list_numbers, find_number_rules
from onrecord.proof.reading.pdf_pages import PdfContent, TagElement
from onrecord.runtime.task_runner import NO_WORKERS
from tests.proof.test_sabotage_epub import repack
from tests.support.typed_lists import read_lists
from tests.support.workers import CACHING_RUNNER, PROVING_RUNNER, RUNNER

RULE = "list-numbers-are-kept"
FILE = "interviews/light.md"
_LONG = "The keeper writes down each ship, with the hour and the weather. " * 3
SOURCE = f"""---
title: The Harbour Light
byline: The desk asks On Record
people: [{{name: On Record, role: interviewee}}]
---

**When was the light built?**

1984. That was the year.
1985. It was lit.

**How is it lit?**

0. Nothing is lit at zero.
1. The lamp is filled.

   {_LONG}

   {_LONG}
2. The wick is cut:

   7. with scissors,
   8. by hand,
      - slowly,

        12. and again,
        13. and never.

> 40. The log is quoted.
> 41. So is this line.

**How many steps are there?**

12. Or are there?
13.

**What is missing?**

3. The oars,
7. the ropes
8. and the flag,
2. but no lamp.

**And then?**

5. 1. A list begins with a list.
   2. It goes on.
6. > A quotation comes first.

**What do the steps say?**

{chr(10).join(f"{number}. Step {number}. {_LONG}" for number in range(94, 106))}

::: note

3. The third note is kept.
4. The fourth, too.

:::

**Which of these is wrong?**

3. The lamp,
4. or the log?
"""
LABELS = (
    ["1984.", "1985.", "0.", "1.", "2.", "7.", "8.", "12.", "13.", "40.", "41.", "12.", "13."]
    + ["3.", "7.", "8.", "2.", "5.", "1.", "2.", "6."]
    + [f"{number}." for number in range(94, 106)]
    + ["3.", "4.", "3.", "4."]
)
_ONE_LIST = SOURCE[: SOURCE.index("**How is it lit?**")]
_LISTS_IN_LISTS = SOURCE[: SOURCE.index("> 40.")]
_STYLED_LISTS = """---
title: The Harbour Light
byline: The desk asks On Record
people: [{name: On Record, role: interviewee}]
---

**When was the light built?**

1984. That was the year.
1985. It was not lit.

**When was it lit?**

1986. It was lit.
1987. It went out.

**When was it sold?**

1988. It was sold.
1989. It stands.
"""


def find_line(words: str) -> int:
    """Return the line that has the words; for "How …" the line of the answer, for "" that of the title."""
    number = next((number for number, line in enumerate(SOURCE.split("\n"), 1) if words and words in line), 2)
    return number + 2 if words.startswith("How") else number


def write_book(folder: Path, source: str, **styles: str) -> Book:
    """Write a book with this interview and these style sheets, and read it."""
    (folder / "interviews").mkdir()
    (folder / "styles").mkdir()
    (folder / "book.yaml").write_text(
        "title: Harbours\ndate: 2026-01-31\ndisclaimer: none\nembed_fonts: no\n", encoding="utf-8"
    )
    (folder / FILE).write_text(source, encoding="utf-8")
    for name, css in styles.items():
        (folder / "styles" / f"{name}.css").write_text(css, encoding="utf-8")
    return read_book.read_book(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("book")


@pytest.fixture(scope="module")
def book(folder: Path) -> Book:
    return write_book(folder, SOURCE)


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a book of one list, at the same lines."""
    return write_book(tmp_path_factory.mktemp("small"), _ONE_LIST)


@pytest.fixture(scope="module")
def print_edition(book: Book, folder: Path) -> edition.PrintEdition:
    return edition.make_pdf(book, folder, CACHING_RUNNER)


@pytest.fixture(scope="module")
def paper(print_edition: edition.PrintEdition) -> PdfContent:
    """Return the pages of the PDF, read once."""
    return pdf_pages.read_whole_pdf(print_edition.data)


@pytest.fixture(scope="module")
def site(book: Book, folder: Path, print_edition: edition.PrintEdition) -> dict[str, bytes]:
    return html.make_html(book, folder, print_edition.pagination)


@pytest.fixture(scope="module")
def ebook(book: Book, folder: Path, print_edition: edition.PrintEdition) -> bytes:
    return epub.make_epub(book, folder, print_edition.pagination)


def select_number_problems(report: Report) -> list[Problem]:
    return [problem for problem in report.problems if problem.rule == RULE]


def has_lost_number(messages: list[tuple[int, str]], words: str, number: str) -> bool:
    """Return whether the proof says that the list item with these words has lost its number."""
    return any(line == find_line(words) and f"has lost the number “{number}”" in text for line, text in messages)


def read_messages(report: Report) -> list[tuple[int, str]]:
    return [(problem.location.line, problem.sentence) for problem in select_number_problems(report)]


# --- what is printed ----------------------------------------------------------------------------------


def _expect_turn_labels(element: TagElement) -> Iterator[TagElement]:
    """Yield the labels of list items, in reading order."""
    for child in element.children():
        if isinstance(child, TagElement):
            yield from (child,) if child.role == "Lbl" else _expect_turn_labels(child)


def locate_label(label: TagElement) -> tuple[int, int]:
    content = next(label.children())
    assert not isinstance(content, TagElement)
    return content


def read_label(paper: PdfContent, label: TagElement) -> str:
    sheet, mark = locate_label(label)
    return "".join(run.text for run in paper.pages[sheet].runs_by_id[mark]).strip()


def test_the_pdf_prints_the_numbers_of_the_manuscript(paper: PdfContent) -> None:
    """Lists may start with any number, be nested, quoted, in a note, without words, or continue over a page break."""
    texts = [read_label(paper, label) for label in _expect_turn_labels(paper.root)]
    assert [text for text in texts if text[0].isdigit()] == LABELS
    steps = [
        locate_label(label)[0]
        for label in _expect_turn_labels(paper.root)
        if read_label(paper, label) in ("94.", "105.")
    ]
    assert steps[0] < steps[1]


def test_a_number_is_printed_on_the_line_of_its_list_item(paper: PdfContent) -> None:
    """It is painted there, not only tagged there."""
    (label,) = (label for label in _expect_turn_labels(paper.root) if read_label(paper, label) == "1984.")
    sheet, mark = locate_label(label)
    (number,) = paper.pages[sheet].runs_by_id[mark]
    (words,) = (run for run in paper.pages[sheet].runs if run.text.startswith("That was the year"))
    assert number.baseline == pytest.approx(words.baseline)
    assert number.right < words.left


def test_a_long_number_stays_in_the_measure(tmp_path: Path) -> None:
    """No part of it is in the margin, where the addresses of turns are."""
    source = _ONE_LIST + "And then?\n\n123456789. That is long.\n123456790. So is this.\n"
    paper = pdf_pages.read_whole_pdf(edition.make_pdf(write_book(tmp_path, source), tmp_path, CACHING_RUNNER).data)
    labels = [label for label in _expect_turn_labels(paper.root) if read_label(paper, label)[0].isdigit()]
    assert [read_label(paper, label) for label in labels] == ["1984.", "1985.", "123456789.", "123456790."]
    for sheet, mark in map(locate_label, labels):
        question = next(run for run in paper.pages[sheet].runs if run.text.startswith("When was"))
        assert paper.pages[sheet].runs_by_id[mark][0].left >= question.left


def test_screens_get_the_first_number(site: Mapping[str, bytes], ebook: bytes) -> None:
    """They get it in plain HTML; only print needs a style for it."""
    starts = ["1984", "0", "7", "12", "40", "12", "3", "5", None, "94", "3", "3"]
    page = lxml.html.document_fromstring(site["light.html"]).get_element_by_id("light")
    assert [element.get("start") for element in page.iter("ol")] == starts
    inside = read_page(ebook, "light.xhtml")
    assert re.findall(r'<ol(?: start="(\d+)")?', inside) == [start or "" for start in starts]
    assert re.findall(r'<li value="(\d+)">', inside) == ["7", "2"]
    assert "counter-" not in inside + site["light.html"].decode()


def read_page(data: bytes, name: str) -> str:
    """Return the text of one page of an EPUB."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return next(archive.read(entry).decode() for entry in archive.namelist() if entry.endswith(name))


def test_correct_editions_are_proved(
    book: Book, print_edition: edition.PrintEdition, site: Mapping[str, bytes], ebook: bytes
) -> None:
    reports = [prove_pdf(book, print_edition.data), prove_html(book, site), prove_epub(book, ebook)]
    assert [report.problems for report in reports] == [(), (), ()]
    assert {report.interviews[0].words_expected == report.interviews[0].words_found for report in reports} == {True}


@pytest.mark.parametrize("format_", ["pdf", "html", "epub"])
def test_letters_and_roman_numerals_are_proved(format_: str, tmp_path: Path) -> None:
    """Manuscripts have decimal numbers only; the model and all editions support these too."""
    styles = ("decimal", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman")
    book = write_book(tmp_path, _ONE_LIST)
    (interview,) = book.interviews
    answer = next(part for part in interview.conversation if isinstance(part, Answer))
    list_items = tuple((Paragraph((Text(f"Item {number}"),), answer.location),) for number in range(3))
    blocks = tuple(ListBlock(list_items, answer.location, start, style) for style in styles for start in (25, 3998))
    blocks += (ListBlock(list_items, answer.location, 9, mark=")"),)
    changed = replace(interview, conversation=(replace(answer, blocks=blocks),), footnotes=())
    book = replace(book, parts=(replace(book.parts[0], interviews=(changed,)),))
    match format_:
        case "pdf":
            report = prove_pdf(book, edition.make_pdf(book, tmp_path, CACHING_RUNNER).data)
        case "html":
            report = prove_html(book, html.make_html(book, tmp_path))
        case _:
            report = prove_epub(book, epub.make_epub(book, tmp_path))
    assert report.problems == ()


@pytest.mark.parametrize(
    ("number", "style", "text"),
    [
        (1984, "decimal", "1984."),
        (0, "decimal", "0."),
        (3, "lower-roman", "iii."),
        (1994, "upper-roman", "MCMXCIV."),
        (4000, "upper-roman", "4000."),
        (0, "lower-roman", "0."),
        (26, "lower-alpha", "z."),
        (27, "lower-alpha", "aa."),
        (703, "upper-alpha", "AAA."),
        (0, "upper-alpha", "0."),
    ],
)
def test_a_number_is_formatted_as_css_does(number: int, style: str, text: str) -> None:
    assert format_list_number(number, style) == text


# --- sabotage of the files ----------------------------------------------------------------------------

# The change on the page of e-book and web, the line of the manuscript, and the message of the proof.
CHANGES: dict[str, tuple[str, str, str, str]] = {
    "start dropped": ('<ol start="1984"', "<ol", "That was the year", "“1.” that is “1984.” in the manuscript"),
    "start changed": ('start="1984"', 'start="1985"', "That was the year", "“1985.” that is “1984.”"),
    "value added": ("<li>Step 97.", '<li value="98">Step 97. ', "Step 97.", "“98.” that is “97.”"),
    "type added": ('<ol start="40"', '<ol start="40" type="a"', "The log is quoted", "“an.” that is “40.”"),
    "type of an item": ("<li>with scissors", '<li type="I">with scissors', "with scissors", "“VII.” that is “7.”"),
    "reversed": ('<ol start="40"', '<ol reversed="reversed" start="40"', "So is this line", "“39.” that is “41.”"),
    "a typed number dropped": ('<li value="7">', "<li>", "the ropes", "“4.” that is “7.” in the manuscript"),
    "a typed number changed": ('<li value="2">', '<li value="9">', "but no lamp", "“9.” that is “2.”"),
    "no numbers": (
        "<li>That was the year.</li>",
        "<p>That was the year.</p>",
        "That was the year",
        "has lost the number “1984.”",
    ),
    "a bullet": ("<li>with scissors", '<li type="disc">with scissors', "with scissors", "has lost the number “7.”"),
    "an item without words": ("<li></li>", "<p></p>", "How many steps", "has lost the number “13.”"),
    "one too many": (
        "<li><p>slowly,",
        '<li type="1"><p>slowly,',
        "slowly",
        "has the number “1.”, which the manuscript does not have there",
    ),
    "no marker": ("<li>Step 97.", '<li style="list-style-type: none">Step 97. ', "", "changes the numbers"),
    "a counter": ('<ol start="40"', '<ol style="counter-reset: list-item 7" start="40"', "", '“style="counter-reset'),
    "a style on the page": ("<main", "<style>li { display: block }</style><main", "", "“li { display: block }”"),
    "a hidden item": ("<li>Step 97.", '<li hidden="hidden">A step.</li><li>Step 97.', "", "“<li hidden>”"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_number_on_the_web_is_named(
    change: tuple[str, str, str, str], book: Book, site: Mapping[str, bytes]
) -> None:
    old, new, words, sentence = change
    page = site["light.html"].decode()
    assert page.count(old) == 1
    messages = read_messages(prove_html(book, {**site, "light.html": page.replace(old, new).encode()}, PROVING_RUNNER))
    assert any(find_line(words) == line and sentence in text for line, text in messages), messages
    assert all("the web edition, light.html" in text or "lost the number" in text for _, text in messages)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_number_in_the_ebook_is_named(change: tuple[str, str, str, str], book: Book, ebook: bytes) -> None:
    old, new, words, sentence = change
    old, new = (text.replace("<main", '<article class="interview ') for text in (old, new))
    assert read_page(ebook, "light.xhtml").count(old) == 1

    def spoil(name: str, data: bytes) -> bytes:
        return data.replace(old.encode(), new.encode()) if name.endswith("light.xhtml") else data

    messages = read_messages(prove_epub(book, repack(ebook, spoil), PROVING_RUNNER))
    assert any(find_line(words) == line and sentence in text for line, text in messages), messages


SHEETS = {
    "no markers": ("ol { list-style: none }", True),
    "other markers": ("article ol > li { list-style-type: lower-greek }", True),
    "an image": ("li { list-style-image: url(data:image/png;base64,AA) }", True),
    "another count": (".answer ol { counter-reset: list-item 4 }", True),
    "a count inside": (".answer li p { counter-increment: list-item }", True),
    "hidden markers": ("li::marker { color: transparent }", True),
    "other words": ('ol > li::marker { content: "§" }', True),
    "other numbers": ('li::before { content: counter(list-item) "/" }', True),
    "a grid": ("@media (min-width: 40em) { ol > li { display: grid } }", True),
    "nested": (".answer { & ol { color: red; list-style: square } }", True),
    "nested without a sign": (".answer { li { all: unset } }", True),
    "an unknown selector": ("li:tomorrow(x) { list-style: none }", True),
    "a colour": ("ol > li::marker { color: red; font-weight: 600 } ol { padding-left: 3em }", False),
    "inside": ("ol { list-style: inside decimal; list-style-position: inside }", False),
    "other lists": ("ul { list-style: square } nav ol { list-style: none } li ul > li { display: block }", False),
    "elsewhere": ("body { counter-reset: figure } figure { counter-increment: figure } p { display: block }", False),
    "as it is": ("li { display: list-item } ol { list-style-type: decimal }", False),
}


@pytest.fixture(scope="module")
def nested_book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a book of a list, and of lists in the items of a list, some of them with paragraphs."""
    return write_book(tmp_path_factory.mktemp("nested"), _LISTS_IN_LISTS)


@pytest.fixture(scope="module")
def nested_site(nested_book: Book, folder: Path) -> dict[str, bytes]:
    return html.make_html(nested_book, folder)


@pytest.fixture(scope="module")
def nested_ebook(nested_book: Book, folder: Path) -> bytes:
    return epub.make_epub(nested_book, folder)


@pytest.mark.parametrize(("css", "refused"), SHEETS.values(), ids=SHEETS)
def test_a_style_sheet_that_changes_numbers_is_refused(
    css: str, refused: bool, nested_book: Book, nested_site: Mapping[str, bytes], nested_ebook: bytes
) -> None:
    """On the web and in the e-book; the hint names the folder of the style sheets."""
    sheet = f"{css}\n".encode()
    web = prove_html(nested_book, {**nested_site, "style.css": sheet}, PROVING_RUNNER)
    changed_ebook = repack(nested_ebook, lambda name, data: sheet if name.endswith(".css") else data)
    for report in (web, prove_epub(nested_book, changed_ebook, PROVING_RUNNER)):
        assert bool(select_number_problems(report)) == refused, report.problems
        assert report.is_proved is not refused
        assert all("styles/" in problem.hint for problem in report.problems)


def test_a_style_behind_those_of_on_record_is_refused(
    nested_book: Book, nested_site: Mapping[str, bytes], nested_ebook: bytes
) -> None:
    css, _ = SHEETS["other markers"]
    sheet = nested_site["style.css"] + css.encode()
    web = prove_html(nested_book, {**nested_site, "style.css": sheet}, PROVING_RUNNER)
    changed_ebook = repack(nested_ebook, lambda name, data: data + css.encode() if name.endswith(".css") else data)
    for report in (web, prove_epub(nested_book, changed_ebook, PROVING_RUNNER)):
        assert select_number_problems(report)


def test_the_style_sheets_of_on_record_change_no_numbers_of_interviews(site: Mapping[str, bytes]) -> None:
    """They have such rules, for lists outside the interviews."""
    assert find_number_rules(site["style.css"].decode())


def test_a_rule_behind_deeply_nested_rules_is_found() -> None:
    deep = "a {" * 5000
    assert find_number_rules(deep + "li { list-style: none }")


def test_numbers_are_counted_as_browsers_count() -> None:
    """Attributes may have signs, spaces and nonsense; list items may be in other elements or in no list."""
    page = lxml.html.document_fromstring(
        '<article><ol start=" +7x"><li>a<li value="-2">b<div><li value="x">c</div></ol>'
        '<ol reversed><li>d<ul><li>e</ul><li>f</ol><ol start="y" type="q"><li>g</ol><li>h</article>'
    )
    numbers = count_list_numbers(page)
    assert [(element.text, number) for element, number in numbers.items()] == [
        ("a", "7."),
        ("b", "-2."),
        ("c", "-1."),
        ("d", "2."),
        ("f", "1."),
        ("g", "1."),
    ]
    assert str(NumberRule("ol", "list-style", "none")) == "ol { list-style: none }"


# --- sabotage of the paper ----------------------------------------------------------------------------


def change_page(data: bytes, sheet: int, change: Callable[[bytes], bytes]) -> bytes:
    """Change the content of one page of the PDF."""
    with pikepdf.open(io.BytesIO(data)) as document:
        page = document.pages[sheet]
        page.contents_coalesce()
        content = page.Contents.read_bytes()
        changed = change(content)
        assert changed != content
        page.Contents = document.make_stream(changed)
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()


def find_operators(content: bytes, mark: int) -> re.Match[bytes]:
    match = re.search(rb"<</MCID %d>>\s*BDC\n(.*?)\nEMC" % mark, content, re.DOTALL)
    assert match
    return match


def find_shown_label(content: bytes, mark: int) -> tuple[bytes, bytes]:
    """Return the place of a label (its text matrix), and the glyphs that it shows."""
    match = re.search(rb"([-\d. ]+ Tm)\n.*?(\[.*?\] TJ)", find_operators(content, mark).group(1), re.DOTALL)
    assert match
    return match.group(1), match.group(2)


@pytest.fixture(scope="module")
def places(paper: PdfContent) -> dict[str, tuple[int, int]]:
    """The sheet and the marked content of each number; the last of equal ones."""
    return {read_label(paper, label): locate_label(label) for label in _expect_turn_labels(paper.root)}


def exchange_labels(content: bytes, first: int, second: int, part: int) -> bytes:
    """Exchange the places (part 0) or the glyphs (part 1) of two labels."""
    first_value, second_value = (find_shown_label(content, mark)[part] for mark in (first, second))
    for mark, old, new in ((first, first_value, second_value), (second, second_value, first_value)):
        match = find_operators(content, mark)
        content = content[: match.start(1)] + match.group(1).replace(old, new) + content[match.end(1) :]
    return content


def test_another_number_on_paper_is_named(
    book: Book, print_edition: edition.PrintEdition, places: dict[str, tuple[int, int]]
) -> None:
    """The glyphs of another label are drawn for it; the tag tree is unchanged."""
    (sheet, first), (other, second) = places["95."], places["96."]
    assert sheet == other

    def spoil(content: bytes) -> bytes:
        label = find_operators(content, first)
        changed = label.group(1).replace(find_shown_label(content, first)[1], find_shown_label(content, second)[1])
        return content[: label.start(1)] + changed + content[label.end(1) :]

    messages = read_messages(prove_pdf(book, change_page(print_edition.data, sheet, spoil)))
    assert [line for line, _ in messages] == [find_line("Step 95. ")]
    assert "numbers an item “96.” that is “95.” in the manuscript, before “Step 95. The keeper" in messages[0][1]
    assert f"(sheet {sheet + 1})" in messages[0][1]


def test_exchanged_numbers_on_paper_are_named(
    book: Book, print_edition: edition.PrintEdition, places: dict[str, tuple[int, int]]
) -> None:
    """Each label is tagged for its own item and painted beside the other."""
    (sheet, first), (_, second) = places["95."], places["96."]
    spoiled = change_page(print_edition.data, sheet, lambda content: exchange_labels(content, first, second, 0))
    messages = read_messages(prove_pdf(book, spoiled))
    assert any("has the number “95.” beside other words" in text for _, text in messages), messages


@pytest.mark.parametrize("trick", ["gone", "invisible", "decoration", "white"])
def test_an_invisible_number_is_reported_as_lost(
    trick: str, book: Book, print_edition: edition.PrintEdition, places: dict[str, tuple[int, int]]
) -> None:
    sheet, mark = places["1984."]

    def spoil(content: bytes) -> bytes:
        label = find_operators(content, mark)
        inside = {
            "gone": b"",
            "invisible": b"3 Tr\n" + label.group(1) + b"\n0 Tr",
            "white": b"1 1 1 rg\n" + re.sub(rb"[\d.]+ [\d.]+ [\d.]+ rg", b"", label.group(1)),
            "decoration": label.group(1),
        }[trick]
        spoiled = content[: label.start(1)] + inside + content[label.end(1) :]
        return spoiled.replace(b"<</MCID %d>>" % mark, b"<<>>", 1) if trick == "decoration" else spoiled

    messages = read_messages(prove_pdf(book, change_page(print_edition.data, sheet, spoil)))
    assert has_lost_number(messages, "That was the year", "1984."), messages


# --- sabotage of what makes the files -----------------------------------------------------------------


@pytest.mark.parametrize("pattern", [r' start="\d+"', r"counter-reset: list-item -?\d+"], ids=["attribute", "style"])
def test_a_start_number_that_our_code_leaves_out_is_caught(
    pattern: str, small_book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PDF depends on the style, screens on the attribute."""
    original = BlockWriter._format_numbering

    def format_without_pattern(self: Any, block: ListBlock, start: int) -> str:
        return re.sub(pattern, "", original(self, block, start))

    monkeypatch.setattr(BlockWriter, "_format_numbering", format_without_pattern)
    paper = read_messages(prove_pdf(small_book, edition.make_pdf(small_book, folder, RUNNER).data))
    web = read_messages(prove_html(small_book, html.make_html(small_book, folder), PROVING_RUNNER))
    ebook = read_messages(prove_epub(small_book, epub.make_epub(small_book, folder), PROVING_RUNNER))
    for messages, is_refused in ((paper, "counter" in pattern), (web, "start" in pattern), (ebook, "start" in pattern)):
        named = [line for line, text in messages if "“1.” that is “1984.” in the manuscript" in text]
        assert named == ([find_line("That was the year")] if is_refused else [])
        assert bool(messages) == is_refused


def test_labels_that_our_code_does_not_tag_are_caught(
    small_book: Book, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No screen reader would read such a number."""
    original = tagging.TagTreeBuilder._get_box_node

    def skip_markers(self: Any, box: Any, page: int) -> Any:
        return None if box.element_tag.endswith("::marker") else original(self, box, page)

    monkeypatch.setattr(tagging.TagTreeBuilder, "_get_box_node", skip_markers)
    messages = read_messages(prove_pdf(small_book, edition.make_pdf(small_book, folder, NO_WORKERS).data))
    assert has_lost_number(messages, "That was the year", "1984."), messages


def test_styles_of_the_book_that_change_printed_numbers_are_refused(tmp_path: Path) -> None:
    """Each of three, for the list of one answer."""
    rules = ("ol { list-style: none }", "ol { list-style-type: lower-roman }", "li { counter-increment: list-item 2 }")
    css = "\n".join(f'[id="light.a{number}"] {rule}' for number, rule in enumerate(rules, 1))
    book = write_book(tmp_path, _STYLED_LISTS, print=css)
    report = prove_pdf(book, edition.make_pdf(book, tmp_path, RUNNER).data)
    lines = [number for number, line in enumerate(_STYLED_LISTS.split("\n"), 1) if re.match(r"\d", line)]
    assert {line for line, _ in read_messages(report)} == {*lines}


# --- other readers of list numbers --------------------------------------------------------------------


def test_the_outline_shows_the_numbers(book: Book) -> None:
    """They are shown, and not counted as words."""
    text = outline.render_outline_text(book)
    assert "1984. That was the year. 1985. It was lit. (7 words)" in text
    assert '"text": "12. Or are there?\\n13."' in outline.render_outline_json(book)


def test_a_search_finds_a_number(book: Book) -> None:
    assert _contains_words(book.interviews[0], "1984")


def test_a_changed_number_is_a_change(book: Book, tmp_path: Path) -> None:
    """A supplement lists an answer with other numbers as changed."""
    later = write_book(tmp_path, SOURCE.replace("1984. That", "1985. That"))
    (change,) = find_changes(build_record(book, {}), later)
    assert [(piece.kind, piece.now.name if piece.now else "") for piece in change.changes] == [
        (ChangeKind.CHANGED, "A1")
    ]


def test_the_characters_of_numbers_are_in_the_inventory(tmp_path: Path) -> None:
    """The fonts of the e-book must hold them too."""
    source = _ONE_LIST.replace("1984. That", "8. That").replace("1985. It", "9. It")
    (interview,) = write_book(tmp_path, source).interviews
    assert "9" in build_inventory(interview).characters


def test_every_list_item_is_a_passage_with_its_number(book: Book) -> None:
    (interview,) = book.interviews
    numbered = [passage for passage in iterate_passages(interview) if passage.numbers]
    assert [number for passage in numbered for number in passage.numbers] == LABELS
    assert ("5.", "1.") in {passage.numbers for passage in numbered}
    assert [passage.numbered_text for passage in numbered if not passage.text] == ["13. "]
    assert _list_start_numbers(interview) == [1984, 0, 7, None, 12, 40, 12, 3, 5, 1, 94, 3, 3]


def _list_start_numbers(interview: Interview) -> list[int | None]:
    groups = [part.blocks for part in interview.conversation if hasattr(part, "blocks")]
    return [block.start for blocks in groups for block in walk_blocks(blocks) if isinstance(block, ListBlock)]


def test_numbers_as_typed_are_in_the_markup_that_the_proof_expects(tmp_path: Path) -> None:
    """A bracket behind a number is kept, and so are numbers that do not follow each other."""
    book, _ = read_lists(tmp_path, "1) one\n3) three\n   1. inside\n4) four\n\nAnd:\n\n3. three\n9. nine")
    assert book
    pages, e_book = html.make_html(book, tmp_path), epub.make_epub(book, tmp_path)
    assert prove_web_edition(book, pages).problems == prove_whole_epub(book, e_book).problems == ()
    page = pages["light.html"].decode()
    assert '<ol class="bracketed">' in page
    plain = {**pages, "light.html": page.replace(' class="bracketed"', "").encode()}
    assert RULE in [problem.rule for problem in prove_web_edition(book, plain).problems]
    sheet = pages["style.css"].replace(b'suffix: ") "', b'suffix: "! "')
    assert RULE in [problem.rule for problem in prove_web_edition(book, {**pages, "style.css": sheet}).problems]


# --- large print --------------------------------------------------------------------------------------

PACK = """title: A pack
meeting: The harbour board
date: 2026-02-01 09:00 +01:00
place: The reading room
objective: To agree.
version: 1
distribution: participants
attribution: not for quotation
large_print: yes
agenda:
  - title: The light
    interviews: ["light#a6"]
"""


def test_large_print_finds_its_normal_pages_among_numbers(tmp_path: Path) -> None:
    """Where a normal page begins inside a list, its page number is beside the list item."""
    book = write_book(tmp_path, SOURCE)
    numbers = LABELS[LABELS.index("94.") : LABELS.index("105.") + 1]
    (tmp_path / "packs").mkdir()
    (tmp_path / "packs" / "meeting.yaml").write_text(PACK, encoding="utf-8")
    pack, problems = selection.survey_pack(tmp_path, book, "meeting", ReleaseOptions(get_current_time()))
    assert pack
    assert not problems
    pack = selection.add_pointers(pack, None)
    printed = edition.make_pdf(pack, tmp_path, CACHING_RUNNER)
    assert printed.large_print
    paper = pdf_pages.read_whole_pdf(printed.large_print)
    assert prove_normal_pages(pack, printed.data, paper) == prove_pdf(pack, paper).problems == ()
    texts = [read_label(paper, label) for label in _expect_turn_labels(paper.root)]
    assert [text for text in texts if text[0].isdigit()] == numbers
    starts = [start.label for start in printed.pagination.leaves[pack.interviews[0].slug]]
    assert len(starts) > 1
