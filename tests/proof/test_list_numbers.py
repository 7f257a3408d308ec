"""All editions print the list numbers of the manuscript, and other readers of a book know them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest

from onrecord.editions import epub, html
from onrecord.editions.pdf import edition
from onrecord.manuscript import outline
from onrecord.model import (
    Answer,
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
from onrecord.packs import selection
from onrecord.packs.clearance import ReleaseOptions
from onrecord.packs.delivered_pieces import build_record
from onrecord.packs.delivery_changes import find_changes
from onrecord.packs.selection import _contains_words
from onrecord.pipeline.load import get_current_time
from onrecord.proof import (
    prove_epub,
    prove_html,
    prove_normal_pages,
    prove_pdf,
    prove_web_edition,
    prove_whole_epub,
)
from onrecord.proof.reading import pdf_pages
from tests.support.numbered_lists import (
    LABELS,
    ONE_LIST,
    RULE,
    SOURCE,
    NumberedLists,
    iterate_labels,
    locate_label,
    read_label,
    read_page,
    write_book,
)
from tests.support.typed_lists import read_lists
from tests.support.workers import CACHING_RUNNER, PROVING_RUNNER


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> NumberedLists:
    folder = tmp_path_factory.mktemp("book")
    return NumberedLists(folder, write_book(folder, SOURCE))


# --- what is printed ----------------------------------------------------------------------------------


def test_the_pdf_prints_the_numbers_of_the_manuscript(lists: NumberedLists) -> None:
    """Lists may start with any number, be nested, quoted, in a note, without words, or continue over a page break."""
    texts = [read_label(lists.paper, label) for label in iterate_labels(lists.paper.root)]
    assert [text for text in texts if text[0].isdigit()] == LABELS
    steps = [
        locate_label(label)[0]
        for label in iterate_labels(lists.paper.root)
        if read_label(lists.paper, label) in ("94.", "105.")
    ]
    assert steps[0] < steps[1]


def test_a_number_is_printed_on_the_line_of_its_list_item(lists: NumberedLists) -> None:
    """It is painted there, not only tagged there."""
    (label,) = (label for label in iterate_labels(lists.paper.root) if read_label(lists.paper, label) == "1984.")
    sheet, mark = locate_label(label)
    (number,) = lists.paper.pages[sheet].runs_by_id[mark]
    (words,) = (run for run in lists.paper.pages[sheet].runs if run.text.startswith("That was the year"))
    assert number.baseline == pytest.approx(words.baseline)
    assert number.right < words.left


def test_a_long_number_stays_in_the_measure(tmp_path: Path) -> None:
    """No part of it is in the margin, where the addresses of turns are."""
    source = ONE_LIST + "And then?\n\n123456789. That is long.\n123456790. So is this.\n"
    paper = pdf_pages.read_whole_pdf(edition.make_pdf(write_book(tmp_path, source), tmp_path, CACHING_RUNNER).data)
    labels = [label for label in iterate_labels(paper.root) if read_label(paper, label)[0].isdigit()]
    assert [read_label(paper, label) for label in labels] == ["1984.", "1985.", "123456789.", "123456790."]
    for sheet, mark in map(locate_label, labels):
        question = next(run for run in paper.pages[sheet].runs if run.text.startswith("When was"))
        assert paper.pages[sheet].runs_by_id[mark][0].left >= question.left


def test_screens_get_the_first_number(lists: NumberedLists) -> None:
    """They get it in plain HTML; only print needs a style for it."""
    starts = ["1984", "0", "7", "12", "40", "12", "3", "5", None, "94", "3", "3"]
    page = lxml.html.document_fromstring(lists.site["light.html"]).get_element_by_id("light")
    assert [element.get("start") for element in page.iter("ol")] == starts
    inside = read_page(lists.ebook, "light.xhtml")
    assert re.findall(r'<ol(?: start="(\d+)")?', inside) == [start or "" for start in starts]
    assert re.findall(r'<li value="(\d+)">', inside) == ["7", "2"]
    assert "counter-" not in inside + lists.site["light.html"].decode()


def test_correct_editions_are_proved(lists: NumberedLists) -> None:
    reports = [
        prove_pdf(lists.book, lists.print_edition.data),
        prove_html(lists.book, lists.site),
        prove_epub(lists.book, lists.ebook),
    ]
    assert [report.problems for report in reports] == [(), (), ()]
    assert {report.interviews[0].words_expected == report.interviews[0].words_found for report in reports} == {True}


@pytest.mark.parametrize("format_", ["pdf", "html", "epub"])
def test_letters_and_roman_numerals_are_proved(format_: str, tmp_path: Path) -> None:
    """Manuscripts have decimal numbers only; the model and all editions support these too."""
    styles = ("decimal", "lower-alpha", "upper-alpha", "lower-roman", "upper-roman")
    book = write_book(tmp_path, ONE_LIST)
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


# --- other readers of list numbers --------------------------------------------------------------------


def test_the_outline_shows_the_numbers(lists: NumberedLists) -> None:
    """They are shown, and not counted as words."""
    text = outline.render_outline_text(lists.book)
    assert "1984. That was the year. 1985. It was lit. (7 words)" in text
    assert '"text": "12. Or are there?\\n13."' in outline.render_outline_json(lists.book)


def test_a_search_finds_a_number(lists: NumberedLists) -> None:
    assert _contains_words(lists.book.interviews[0], "1984")


def test_a_changed_number_is_a_change(lists: NumberedLists, tmp_path: Path) -> None:
    """A supplement lists an answer with other numbers as changed."""
    later = write_book(tmp_path, SOURCE.replace("1984. That", "1985. That"))
    (change,) = find_changes(build_record(lists.book, {}), later)
    assert [(piece.kind, piece.now.name if piece.now else "") for piece in change.changes] == [
        (ChangeKind.CHANGED, "A1")
    ]


def test_the_characters_of_numbers_are_in_the_inventory(tmp_path: Path) -> None:
    """The fonts of the e-book must hold them too."""
    source = ONE_LIST.replace("1984. That", "8. That").replace("1985. It", "9. It")
    (interview,) = write_book(tmp_path, source).interviews
    assert "9" in build_inventory(interview).characters


def test_every_list_item_is_a_passage_with_its_number(lists: NumberedLists) -> None:
    (interview,) = lists.book.interviews
    numbered = [passage for passage in iterate_passages(interview) if passage.numbers]
    assert [number for passage in numbered for number in passage.numbers] == LABELS
    assert ("5.", "1.") in {passage.numbers for passage in numbered}
    assert [passage.numbered_text for passage in numbered if not passage.text] == ["13. "]
    assert _list_start_numbers(interview) == [1984, 0, 7, None, 12, 40, 12, 3, 5, 1, 94, 3, 3]


def _list_start_numbers(interview: Interview) -> list[int | None]:
    groups = [part.blocks for part in interview.conversation if hasattr(part, "blocks")]
    return [block.start for blocks in groups for block in walk_blocks(blocks) if isinstance(block, ListBlock)]


def test_numbers_as_typed_are_in_the_markup_that_the_proof_expects(tmp_path: Path) -> None:
    """A bracket after a number is kept, and so are numbers that do not follow each other."""
    book, _ = read_lists(tmp_path, "1) one\n3) three\n   1. inside\n4) four\n\nAnd:\n\n3. three\n9. nine")
    assert book
    pages, e_book = html.make_html(book, tmp_path), epub.make_epub(book, tmp_path)
    assert prove_web_edition(book, pages, PROVING_RUNNER).problems == prove_whole_epub(book, e_book).problems == ()
    page = pages["light.html"].decode()
    assert '<ol class="bracketed">' in page
    plain = {**pages, "light.html": page.replace(' class="bracketed"', "").encode()}
    assert RULE in [problem.rule for problem in prove_web_edition(book, plain, PROVING_RUNNER).problems]
    sheet = pages["style.css"].replace(b'suffix: ") "', b'suffix: "! "')
    assert RULE in [
        problem.rule for problem in prove_web_edition(book, {**pages, "style.css": sheet}, PROVING_RUNNER).problems
    ]


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
    texts = [read_label(paper, label) for label in iterate_labels(paper.root)]
    assert [text for text in texts if text[0].isdigit()] == numbers
    starts = [start.label for start in printed.pagination.leaves[pack.interviews[0].slug]]
    assert len(starts) > 1
