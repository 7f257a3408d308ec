"""The proof notices each list number that is lost or changed: in the files, on paper, and in what makes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from onrecord.editions import epub, html
from onrecord.editions.article_blocks import BlockWriter
from onrecord.editions.pdf import edition
from onrecord.editions.pdf.typeset import tagging
from onrecord.model import (
    Book,
    ListBlock,
)
from onrecord.proof import (
    prove_epub,
    prove_html,
    prove_pdf,
)
from onrecord.proof.reading.list_numbers import NumberRule, count_list_numbers, find_number_rules
from onrecord.runtime.task_runner import NO_WORKERS
from tests.proof.test_sabotage_epub import repack
from tests.support.bound import change_page_content
from tests.support.numbered_lists import (
    LISTS_IN_LISTS,
    ONE_LIST,
    SOURCE,
    NumberedLists,
    find_line,
    has_lost_number,
    iterate_labels,
    locate_label,
    read_label,
    read_messages,
    read_page,
    select_number_problems,
    write_book,
)
from tests.support.workers import PROVING_RUNNER, RUNNER

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


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> NumberedLists:
    folder = tmp_path_factory.mktemp("book")
    return NumberedLists(folder, write_book(folder, SOURCE))


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return a book of one list, at the same lines."""
    return write_book(tmp_path_factory.mktemp("small"), ONE_LIST)


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
def test_a_changed_number_on_the_web_is_named(change: tuple[str, str, str, str], lists: NumberedLists) -> None:
    old, new, words, sentence = change
    page = lists.site["light.html"].decode()
    assert page.count(old) == 1
    messages = read_messages(
        prove_html(lists.book, {**lists.site, "light.html": page.replace(old, new).encode()}, PROVING_RUNNER)
    )
    assert any(find_line(words) == line and sentence in text for line, text in messages), messages
    assert all("the web edition, light.html" in text or "lost the number" in text for _, text in messages)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_number_in_the_ebook_is_named(change: tuple[str, str, str, str], lists: NumberedLists) -> None:
    old, new, words, sentence = change
    old, new = (text.replace("<main", '<article class="interview ') for text in (old, new))
    assert read_page(lists.ebook, "light.xhtml").count(old) == 1

    def spoil(name: str, data: bytes) -> bytes:
        return data.replace(old.encode(), new.encode()) if name.endswith("light.xhtml") else data

    messages = read_messages(prove_epub(lists.book, repack(lists.ebook, spoil), PROVING_RUNNER))
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
    return write_book(tmp_path_factory.mktemp("nested"), LISTS_IN_LISTS)


@pytest.fixture(scope="module")
def nested_site(nested_book: Book, lists: NumberedLists) -> dict[str, bytes]:
    return html.make_html(nested_book, lists.folder)


@pytest.fixture(scope="module")
def nested_ebook(nested_book: Book, lists: NumberedLists) -> bytes:
    return epub.make_epub(nested_book, lists.folder)


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


def test_a_style_after_those_of_on_record_is_refused(
    nested_book: Book, nested_site: Mapping[str, bytes], nested_ebook: bytes
) -> None:
    css, _ = SHEETS["other markers"]
    sheet = nested_site["style.css"] + css.encode()
    web = prove_html(nested_book, {**nested_site, "style.css": sheet}, PROVING_RUNNER)
    changed_ebook = repack(nested_ebook, lambda name, data: data + css.encode() if name.endswith(".css") else data)
    for report in (web, prove_epub(nested_book, changed_ebook, PROVING_RUNNER)):
        assert select_number_problems(report)


def test_the_style_sheets_of_on_record_change_no_numbers_of_interviews(lists: NumberedLists) -> None:
    """They have such rules, for lists outside the interviews."""
    assert find_number_rules(lists.site["style.css"].decode())


def test_a_rule_after_deeply_nested_rules_is_found() -> None:
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
def places(lists: NumberedLists) -> dict[str, tuple[int, int]]:
    """The sheet and the marked content of each number; the last of equal ones."""
    return {read_label(lists.paper, label): locate_label(label) for label in iterate_labels(lists.paper.root)}


def exchange_labels(content: bytes, first: int, second: int, part: int) -> bytes:
    """Exchange the places (part 0) or the glyphs (part 1) of two labels."""
    first_value, second_value = (find_shown_label(content, mark)[part] for mark in (first, second))
    for mark, old, new in ((first, first_value, second_value), (second, second_value, first_value)):
        match = find_operators(content, mark)
        content = content[: match.start(1)] + match.group(1).replace(old, new) + content[match.end(1) :]
    return content


def test_another_number_on_paper_is_named(lists: NumberedLists, places: dict[str, tuple[int, int]]) -> None:
    """The glyphs of another label are drawn for it; the tag tree is unchanged."""
    (sheet, first), (other, second) = places["95."], places["96."]
    assert sheet == other

    def spoil(content: bytes) -> bytes:
        label = find_operators(content, first)
        changed = label.group(1).replace(find_shown_label(content, first)[1], find_shown_label(content, second)[1])
        return content[: label.start(1)] + changed + content[label.end(1) :]

    messages = read_messages(prove_pdf(lists.book, change_page_content(lists.print_edition.data, sheet, spoil)))
    assert [line for line, _ in messages] == [find_line("Step 95. ")]
    assert "numbers an item “96.” that is “95.” in the manuscript, before “Step 95. The keeper" in messages[0][1]
    assert f"(sheet {sheet + 1})" in messages[0][1]


def test_exchanged_numbers_on_paper_are_named(lists: NumberedLists, places: dict[str, tuple[int, int]]) -> None:
    """Each label is tagged for its own item and painted beside the other."""
    (sheet, first), (_, second) = places["95."], places["96."]
    spoiled = change_page_content(
        lists.print_edition.data, sheet, lambda content: exchange_labels(content, first, second, 0)
    )
    messages = read_messages(prove_pdf(lists.book, spoiled))
    assert any("has the number “95.” beside other words" in text for _, text in messages), messages


@pytest.mark.parametrize("trick", ["gone", "invisible", "decoration", "white"])
def test_an_invisible_number_is_reported_as_lost(
    trick: str, lists: NumberedLists, places: dict[str, tuple[int, int]]
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

    messages = read_messages(prove_pdf(lists.book, change_page_content(lists.print_edition.data, sheet, spoil)))
    assert has_lost_number(messages, "That was the year", "1984."), messages


# --- sabotage of what makes the files -----------------------------------------------------------------


@pytest.mark.parametrize("pattern", [r' start="\d+"', r"counter-reset: list-item -?\d+"], ids=["attribute", "style"])
def test_a_start_number_that_our_code_leaves_out_is_caught(
    pattern: str, small_book: Book, lists: NumberedLists, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PDF depends on the style, screens on the attribute."""
    original = BlockWriter._format_numbering

    def format_without_pattern(self: Any, block: ListBlock, start: int) -> str:
        return re.sub(pattern, "", original(self, block, start))

    monkeypatch.setattr(BlockWriter, "_format_numbering", format_without_pattern)
    paper = read_messages(prove_pdf(small_book, edition.make_pdf(small_book, lists.folder, RUNNER).data))
    web = read_messages(prove_html(small_book, html.make_html(small_book, lists.folder), PROVING_RUNNER))
    ebook = read_messages(prove_epub(small_book, epub.make_epub(small_book, lists.folder), PROVING_RUNNER))
    for messages, is_refused in ((paper, "counter" in pattern), (web, "start" in pattern), (ebook, "start" in pattern)):
        named = [line for line, text in messages if "“1.” that is “1984.” in the manuscript" in text]
        assert named == ([find_line("That was the year")] if is_refused else [])
        assert bool(messages) == is_refused


def test_labels_that_our_code_does_not_tag_are_caught(
    small_book: Book, lists: NumberedLists, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No screen reader would read such a number."""
    original = tagging.TagTreeBuilder._get_box_node

    def skip_markers(self: Any, box: Any, page: int) -> Any:
        return None if box.element_tag.endswith("::marker") else original(self, box, page)

    monkeypatch.setattr(tagging.TagTreeBuilder, "_get_box_node", skip_markers)
    messages = read_messages(prove_pdf(small_book, edition.make_pdf(small_book, lists.folder, NO_WORKERS).data))
    assert has_lost_number(messages, "That was the year", "1984."), messages


def test_styles_of_the_book_that_change_printed_numbers_are_refused(tmp_path: Path) -> None:
    """Each of three, for the list of one answer."""
    rules = ("ol { list-style: none }", "ol { list-style-type: lower-roman }", "li { counter-increment: list-item 2 }")
    css = "\n".join(f'[id="light.a{number}"] {rule}' for number, rule in enumerate(rules, 1))
    book = write_book(tmp_path, _STYLED_LISTS, print=css)
    report = prove_pdf(book, edition.make_pdf(book, tmp_path, RUNNER).data)
    lines = [number for number, line in enumerate(_STYLED_LISTS.split("\n"), 1) if re.match(r"\d", line)]
    assert {line for line, _ in read_messages(report)} == {*lines}
