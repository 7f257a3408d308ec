"""The pages of the e-book in a browser, at the size of a phone: addresses, paragraphs after page marks, the cover."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import pytest

from onrecord.editions import epub
from onrecord.manuscript.read_book import read_book
from onrecord.model.page_numbers import PageStart, Pagination, filter_letters
from tests.support.browser import Tab, start_browser

pytestmark = pytest.mark.slow

WIDTH, HEIGHT = 390, 844
TEXTS = (
    "The light",  # the title
    "The desk talks to the keeper",
    "The desk: What burns in the harbour light?",
    "And who trims its wick?",
    "The keeper: Oil, since the harbour was built.",
    "The oil comes by ship.",
    "It is kept in a cellar.",
)
BODY = """---
title: "{}"
byline: "{}"
people: [{{name: The desk, role: interviewer}}, {{name: The keeper, role: interviewee}}]
---
**{}

{}

**{}

{}

{}
""".format(*(text.replace(": ", ":** ") for text in TEXTS))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Unpack a book in which a printed page begins with the second paragraph of the question, and of the answer."""
    home = tmp_path_factory.mktemp("book")
    (home / "interviews").mkdir()
    (home / "book.yaml").write_text("title: Harbour\ndisclaimer: none\ndate: 2026-01-31\n", encoding="utf-8")
    (home / "interviews" / "light.md").write_text(BODY, encoding="utf-8")
    letters = (0, *accumulate(len(filter_letters(text)) for text in TEXTS))
    starts = tuple(PageStart(label, letters[index]) for label, index in (("1", 0), ("2", 3), ("3", 5), ("4", 5)))
    pagination = Pagination("", {"light": starts}, ("1", "2", "3", "4"))
    data = epub.make_epub(read_book(home), home, pagination)
    zipfile.ZipFile(io.BytesIO(data)).extractall(home / "e-book")
    return home / "e-book" / "EPUB"


@pytest.fixture(scope="module")
def tab(folder: Path) -> Iterator[Tab]:
    with start_browser() as browser:
        tab = browser.open((folder / "light.xhtml").as_uri())
        tab.set_window(WIDTH, HEIGHT)
        yield tab


def test_an_address_costs_no_line(tab: Tab, folder: Path) -> None:
    """It stands at the end of the first line of its turn, and covers no word of it."""
    tab.go((folder / "light.xhtml").as_uri())
    tops = tab.evaluate("""[...document.querySelectorAll(".turn")].map((turn) => {
        const [address, first] = turn.querySelectorAll("p"), words = document.createRange();
        words.selectNodeContents(first);
        const [mark, line] = [address.getBoundingClientRect(), words.getClientRects()[0]];
        return [first.getBoundingClientRect().top - turn.getBoundingClientRect().top,
                mark.top >= line.top - 1 && mark.bottom <= line.bottom + 1, mark.left >= line.right];
    })""")
    assert tops == [[0, True, True], [0, True, True]]


def test_a_paragraph_that_continues_is_indented_after_page_marks(tab: Tab, folder: Path) -> None:
    """The first paragraph of a turn is not; the marks of a page and of a blank one before it change nothing."""
    tab.go((folder / "light.xhtml").as_uri())
    indents = tab.evaluate("""[...document.querySelectorAll(".turn p:not(.address)")].map(
        (paragraph) => parseFloat(getComputedStyle(paragraph).textIndent) > 0)""")
    assert tab.evaluate("document.querySelectorAll('.turn .pagebreak').length") == 3
    assert indents == [False, True, False, True, True]


@pytest.mark.parametrize("size", [(390, 844), (844, 390), (600, 800), (1280, 800)])
def test_the_cover_fills_one_page_and_is_whole(tab: Tab, folder: Path, size: tuple[int, int]) -> None:
    """It touches the page's height or width, keeps its shape, and needs no second page."""
    tab.set_window(*size)
    tab.go((folder / "cover.xhtml").as_uri())
    box = tab.evaluate("""(() => {
        const box = document.querySelector("img").getBoundingClientRect();
        return [box.left, box.top, innerWidth - box.right, innerHeight - box.bottom,
                document.documentElement.scrollHeight];
    })()""")
    assert all(distance >= 0 for distance in box[:4])
    assert box[4] <= size[1]
    assert size[1] - (box[1] + box[3]) >= 0.95 * size[1] or size[0] - (box[0] + box[2]) >= 0.95 * size[0]
    tab.set_window(WIDTH, HEIGHT)
