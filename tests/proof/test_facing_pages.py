"""Print has an original on left-hand and its translation on right-hand pages, exchange by exchange, and proves it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from onrecord import proof
from onrecord.editions.pdf import edition, facing_pages
from onrecord.editions.pdf.bind import leaves
from onrecord.editions.pdf.bind.leaves import BookLeaf, LeafPosition, place_leaves
from onrecord.editions.pdf.page_numbering import PrintEdition
from onrecord.editions.pdf.pages.geometry import PageGeometry
from onrecord.manuscript.read_book import read_book
from onrecord.model import Book
from onrecord.model.facing import map_facing
from onrecord.model.paper import PageSize
from onrecord.model.problems import Refused
from onrecord.model.rule import Rule
from onrecord.pipeline import offprints
from onrecord.proof import Report
from onrecord.proof.rules.page_range import PageRange, ReadInterview
from onrecord.proof.rules.printed_book import read_page_ranges
from tests.support.sample import RUNNER
from tests.support.translated import write_book, write_interview

SENTENCES = {
    "en": "The keeper lights the lamp at dusk and looks at the jetty. ",
    "de": "Der Wärter zündet in der Dämmerung die Lampe an und sieht auf die lange Mole hinaus. ",
    "he": "השומר מדליק את המנורה עם רדת החשכה. ",
}
QUESTIONS = {"en": "Who lights lamp {}?", "de": "Wer zündet Lampe {} an?", "he": "מי מדליק את מנורה {}?"}
LENGTHS = (1, 6, 9, 2, 4, 80, 3, 7, 12, 1)  # of the answers, in sentences: one is longer than a page
FEW_LENGTHS = (1, 3, 1, 20, 1, 3)  # the same on a small page
SMALL_PAGE = PageSize(90, 120)


def write_talk(language: str, lengths: Sequence[int] = LENGTHS) -> str:
    """Return a conversation with a heading before the fourth question."""
    lines = []
    for number, length in enumerate(lengths):
        lines += ["## Part two"] if number == 3 else []
        lines += [f"**{QUESTIONS[language].format(number)}**", (SENTENCES[language] * length).strip()]
    return "\n\n".join(lines) + "\n"


def write_facing_book(folder: Path, language: str = "de", settings: str = "", lengths: Sequence[int] = LENGTHS) -> Path:
    """Write a book with an interview and its translation beside it."""
    write_book(folder, write_talk("en", lengths), settings=f"facing: yes\n{settings}")
    write_interview(folder, "lampe", language, write_talk(language, lengths), "translation_of: lamp\n")
    return folder


def prove_book(book: Book, folder: Path) -> Report:
    """Print the book and return the report of its proof."""
    printed = edition.make_pdf(book, folder, RUNNER)
    return proof.prove_pdf_file(book, printed.data, printed.data)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_facing_book(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    folder = write_facing_book(tmp_path_factory.mktemp("small"), lengths=FEW_LENGTHS)
    return replace(read_book(folder), trim=SMALL_PAGE)


@pytest.fixture(scope="module")
def printed(small_book: Book, tmp_path_factory: pytest.TempPathFactory) -> PrintEdition:
    return edition.make_pdf(small_book, tmp_path_factory.mktemp("empty"), RUNNER)


@pytest.fixture(scope="module")
def paper(small_book: Book, printed: PrintEdition) -> PageRange:
    """The printed book as the proof reads it."""
    (page_range,) = read_page_ranges(small_book, printed.data)
    return page_range


def test_both_texts_have_every_other_page(printed: PrintEdition) -> None:
    """The original the left-hand pages, the translation the right-hand ones, also where the other is longer."""
    leaves_by_name = printed.pagination.leaves
    left, right = ([int(start.label) for start in leaves_by_name[slug]] for slug in ("lamp", "lampe"))
    assert left == list(range(left[0], left[-1] + 1, 2))
    assert right == list(range(left[0] + 1, right[-1] + 1, 2))
    assert left[0] % 2 == 0
    assert len(left) > 4


def test_facing_pages_are_proved(small_book: Book, printed: PrintEdition, paper: PageRange) -> None:
    assert proof.prove_pdf_file(small_book, printed.data, (paper,)).problems == ()


@pytest.mark.parametrize(("original", "translation"), [(0, 14), (12, 5)])
def test_the_first_question_stands_beside_its_pair(original: int, translation: int, tmp_path: Path) -> None:
    """Also where one introduction needs more pages than the other; the numbers are sentences."""
    lengths = (1, 3, 1)
    write_book(tmp_path, f"{SENTENCES['en'] * original}\n\n{write_talk('en', lengths)}", settings="facing: yes\n")
    german = f"{SENTENCES['de'] * translation}\n\n{write_talk('de', lengths)}"
    write_interview(tmp_path, "lampe", "de", german, "translation_of: lamp\n")
    assert prove_book(replace(read_book(tmp_path), trim=SMALL_PAGE), tmp_path).problems == ()


# --- what the proof notices -------------------------------------------------------------------------


def change_reading(paper: PageRange, slug: str, change: Callable[[ReadInterview], ReadInterview]) -> PageRange:
    """Return the pages with another reading of one interview."""
    return replace(
        paper,
        interviews=tuple(change(interview) if interview.slug == slug else interview for interview in paper.interviews),
    )


def change_sides_of_pages(paper: PageRange) -> PageRange:
    """Let each page of a text be one page later."""
    return replace(paper, names=(frozenset(), *paper.names[:-1]))


def begin_a_spread_later(paper: PageRange) -> PageRange:
    """Let the translation be on each right-hand page, but the first."""
    first = next(sheet for sheet, names in enumerate(paper.names) if "lampe" in names)
    names = (*paper.names[:first], frozenset[str](), *paper.names[first + 1 :])
    return replace(paper, names=names)


def part_a_question_from_its_pair(paper: PageRange) -> PageRange:
    """Let the last question of the translation be on another spread."""
    turn = "q6"
    return change_reading(
        paper, "lampe", lambda reading: replace(reading, places={**reading.places, turn: reading.places["q1"]})
    )


def begin_a_page_with_other_words(paper: PageRange) -> PageRange:
    """Let other words stand before the question with which a page of the translation begins."""

    def add_words(reading: ReadInterview) -> ReadInterview:
        words = QUESTIONS["de"].format(3)
        before, mark, after = reading.text.rpartition("Part two")
        assert words in after
        return replace(reading, text=f"{before}Nein. {mark}{after}")

    return change_reading(paper, "lampe", add_words)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (change_sides_of_pages, "is no left-hand page"),
        (begin_a_spread_later, "they do not begin on the same spread"),
        (part_a_question_from_its_pair, "Q6 and its pair are on different spreads"),
        (begin_a_page_with_other_words, "Q4 begins a page on one side alone"),
    ],
)
def test_pages_that_do_not_face_each_other_are_named(
    change: Callable[[PageRange], PageRange], fault: str, small_book: Book, paper: PageRange
) -> None:
    """Tests that do the same to our own code, which are slow, follow below."""
    (problem,) = [
        problem
        for problem in proof.prove_pdf(small_book, (change(paper),)).problems
        if problem.rule is Rule.FACING_PAGES_FACE
    ]
    assert problem.sentence.startswith("the PDF: “lampe” does not stand beside “lamp”: ")
    assert fault in problem.sentence


# --- sabotage ---------------------------------------------------------------------------------------


def drop_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both texts run on by themselves."""
    monkeypatch.setattr(facing_pages, "choose_cuts", lambda *_: frozenset())
    monkeypatch.setattr(facing_pages, "find_further_cut", lambda *_: None)


def drop_breaks_of_the_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin pages in the original alone."""
    original = facing_pages.list_breaks

    def list_breaks(*args: Any) -> dict[str, frozenset[str]]:
        return {**original(*args), "lampe": frozenset()}

    monkeypatch.setattr(facing_pages, "list_breaks", list_breaks)


def move_the_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Place the translation a spread later."""
    original = facing_pages.place_on_spreads

    def place_on_spreads(*args: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
        left, right = original(*args)
        return left, tuple(spread + 1 for spread in right)

    monkeypatch.setattr(facing_pages, "place_on_spreads", place_on_spreads)


def change_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Place the original on right-hand pages."""
    original = leaves.place_leaves

    def begin_on_the_right(document: Any, *args: Any) -> Any:
        placed, count, front = original(document, *args)
        moved = (
            LeafPosition(position.index + bool(leaf.spreads), position.number + bool(leaf.spreads))
            for leaf, position in zip(document, placed, strict=True)
        )
        return tuple(moved), count + 2, front

    for module in ("bind.binding", "page_numbering"):
        monkeypatch.setattr(f"onrecord.editions.pdf.{module}.place_leaves", begin_on_the_right)


def change_margins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Move the text of all pages to the binding."""
    original = facing_pages.write_margins

    def write_margins(side: str, page: PageGeometry) -> str:
        return original(side, replace(page, inner_mm=page.inner_mm - 6, outer_mm=page.outer_mm + 6))

    monkeypatch.setattr(facing_pages, "write_margins", write_margins)


def exchange_margins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give left-hand pages the margins of right-hand ones: on A5 they differ by 1 mm."""
    original = facing_pages.write_margins
    monkeypatch.setattr(
        facing_pages,
        "write_margins",
        lambda side, page: original(side, replace(page, inner_mm=page.outer_mm, outer_mm=page.inner_mm)),
    )


def print_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget that the texts face each other."""
    monkeypatch.setattr(facing_pages, "map_facing", lambda _: {})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (drop_cuts, Rule.FACING_PAGES_FACE),
        (drop_breaks_of_the_translation, Rule.FACING_PAGES_FACE),
        (move_the_translation, Rule.FACING_PAGES_FACE),
        (change_sides, Rule.FACING_PAGES_FACE),
        (change_margins, None),
        (exchange_margins, Rule.WORDS_STAND_IN_THE_TEXT_BLOCK),
        (print_one_after_the_other, Rule.FACING_PAGES_FACE),
    ],
)
def test_texts_that_do_not_face_each_other_are_refused(
    spoil: Callable[[pytest.MonkeyPatch], None], rule: Rule | None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each fault is one of our own code."""
    spoil(monkeypatch)
    report = prove_book(read_book(folder), folder)
    assert report.problems
    assert rule is None or rule in {problem.rule for problem in report.problems}


@pytest.mark.slow
def test_other_margins_are_refused_on_small_pages(
    small_book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their size has no name, so the proof derives its margins."""
    change_margins(monkeypatch)
    report = prove_book(small_book, tmp_path)
    assert Rule.WORDS_STAND_IN_THE_TEXT_BLOCK in {problem.rule for problem in report.problems}


@pytest.mark.slow
@pytest.mark.parametrize("settings", ["openings: recto\n", "trim: A4\n", "theme: brief\n"])
@pytest.mark.parametrize("language", ["de", "he"])
def test_facing_pages_of_every_kind_are_proved(settings: str, language: str, tmp_path: Path) -> None:
    """On other paper, in other themes, and with a language that runs from the right on the right-hand pages."""
    home = write_facing_book(tmp_path, language, settings)
    assert prove_book(read_book(home), home).problems == ()


# --- without layout ---------------------------------------------------------------------------------


def test_pages_of_two_texts_are_placed_on_spreads() -> None:
    """The first begins on a left-hand page; what follows begins after the longer one."""
    first, second = (
        BookLeaf(
            cast("Any", SimpleNamespace(pages=(1, 2))), spreads=spreads, is_first_of_two=is_first, opens_anywhere=True
        )
        for spreads, is_first in (((0, 2), True), ((0, 1), False))
    )
    single = BookLeaf(cast("Any", SimpleNamespace(pages=(1,))), opens_anywhere=True)
    placed, count, _ = place_leaves([single, first, second, single])
    assert [position.index for position in placed] == [0, 1, 2, 7]
    assert [first.find_offset(page) for page in (0, 1)] == [0, 4]
    assert count == 8
    placed, _, _ = place_leaves([single, single, first, second])
    assert [position.index for position in placed] == [0, 1, 3, 4]


def test_packs_and_off_prints_have_no_facing_pages(small_book: Book) -> None:
    """An off-print cannot have every other page number, and says so."""
    assert map_facing(small_book) == {"lampe": "lamp"}
    for slug in ("lamp", "lampe"):
        with pytest.raises(Refused, match="print has it beside its translation"):
            offprints.reduce_to_interview(small_book, slug)
