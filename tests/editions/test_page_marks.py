"""Page parity: the three formats begin their pages at the same letter, whatever blocks stand there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.editions import epub, html
from onrecord.editions.pdf import edition
from onrecord.model import (
    Answer,
    Block,
    CodeBlock,
    Definition,
    DefinitionList,
    Emphasis,
    Figure,
    Footnote,
    Heading,
    Interview,
    LineBlock,
    ListBlock,
    NoteReference,
    Paragraph,
    PullQuote,
    Question,
    Quotation,
    Strong,
    Table,
    TableCell,
    Text,
    TextLine,
    ThematicBreak,
    Trim,
)
from onrecord.model.paper import PageSize
from onrecord.proof.rules import printed_book
from onrecord.proof.rules.page_parity import prove_page_parity
from tests.support.proof_copies import FIRST, PICTURE, at, book_of, paragraph
from tests.support.sample import RUNNER

# Long words that are often hyphenated, with characters after which a line may break.
_LONG = (
    "Responsibilities notwithstanding, intergovernmental institutionalisation—an uncharacteristically self-evident, "
    "and/or well-established counter-argument—remains incomprehensible to internationally acknowledged "
    "parliamentarians. "
)


def _write_search_texts(count: int, length: int = 2) -> Iterable[str]:
    """Yield `count` texts of different lengths."""
    return (f"Number {n}. " + _LONG * (1 + n % length) + "Extraordinarily so. " * (n % 5) for n in range(count))


def _build_figure(n: int, height: int, caption: str = "") -> Figure:
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="{height}"><path d="M0 0h400v{height}z"/></svg>'
    )
    asset = replace(PICTURE, name=f"{height}.svg", width_px=400, height_px=height, data=drawing.encode())
    return Figure(asset, f"A triangle, the {n}th of its kind", (paragraph(1, caption),) if caption else (), at(n))


def _build_table(rows: int) -> Table:
    cells = [[TableCell((paragraph(1, text),)) for text in (f"Row {n}", _LONG * (1 + n % 2))] for n in range(rows)]
    head = tuple(TableCell((paragraph(1, name),)) for name in ("Which", "What it says"))
    return Table((head,), tuple(tuple(row) for row in cells), (paragraph(1, "A table"),), at(1))


def _build_two_column_table(rows: int) -> Table:
    """Build a table of an original and its translation; a cell may be longer than a page."""
    row = (
        TableCell(tuple(paragraph(1, text) for text in _write_search_texts(rows))),
        TableCell((paragraph(1, _LONG * 2),)),
    )
    return Table((), (row, row), (), at(1))


def _build_paragraphs_with_notes(count: int) -> tuple[Block, ...]:
    return tuple(
        paragraph(n, text, NoteReference(n), " and on.") for n, text in enumerate(_write_search_texts(count), 1)
    )


KINDS: dict[str, tuple[Block, ...]] = {
    "paragraphs": tuple(paragraph(n, text) for n, text in enumerate(_write_search_texts(3))),
    "one paragraph": (paragraph(1, *_write_search_texts(3)),),
    "emphasis": tuple(
        Paragraph(
            (Text("Un"), Emphasis((Text(text),)), Strong((Text("institution"),)), Text("alised responsibilities. ")),
            at(n),
        )
        for n, text in enumerate(_write_search_texts(3))
    ),
    "lists": (
        ListBlock(tuple((paragraph(1, text),) for text in _write_search_texts(3)), at(1)),
        ListBlock(
            tuple((paragraph(1, text), paragraph(1, "So.")) for text in _write_search_texts(2)),
            at(1),
            1,
            "lower-roman",
            is_loose=True,
        ),
    ),
    "nested lists": (
        ListBlock(
            tuple(
                (paragraph(1, text), ListBlock(((paragraph(1, _LONG),), (paragraph(1, "Short."),)), at(1)))
                for text in _write_search_texts(2)
            ),
            at(1),
        ),
    ),
    "definitions": (
        DefinitionList(
            tuple(
                Definition((Text(f"Term {n}"),), ((paragraph(1, text),),))
                for n, text in enumerate(_write_search_texts(3))
            ),
            at(1),
        ),
    ),
    "quotations": tuple(
        Quotation((paragraph(1, text), paragraph(1, "Quoted.")), at(1)) for text in _write_search_texts(3)
    ),
    "verse": tuple(LineBlock(tuple((Text(f"Line {n} of verse {m}"),) for n in range(9)), at(1)) for m in range(2)),
    "code": (CodeBlock("\n".join(f"print('line {n}')  # {'long ' * (n % 30)}" for n in range(18)), at(1), "py"),),
    "tables": (paragraph(1, _LONG), _build_table(3)),
    "two columns": (_build_two_column_table(2),),
    "footnotes": _build_paragraphs_with_notes(2),
    "pull quotes": tuple(
        block
        for n, text in enumerate(_write_search_texts(2))
        for block in (paragraph(n, text), PullQuote((paragraph(n, _LONG),), at(n)))
    ),
    "headings": tuple(
        block
        for n, text in enumerate(_write_search_texts(3))
        for block in (Heading((Text(f"Heading {n}"),), 4, at(n)), paragraph(n, text))
    ),
    "ornaments": tuple(
        block for n, text in enumerate(_write_search_texts(3)) for block in (paragraph(n, text), ThematicBreak(at(n)))
    ),
    "pictures": tuple(
        block
        for n, text in enumerate(_write_search_texts(2))
        for block in (paragraph(n, text), _build_figure(n, 200, f"Figure {n}"))
    ),
    "pages of pictures": tuple(_build_figure(n, 600) for n in range(2)),
}


def _build_notes(kind: str) -> tuple[Footnote, ...]:
    """Build notes that are so long that they continue at the foot of the next page."""
    texts = enumerate(_write_search_texts(2), 1) if kind == "footnotes" else ()
    return tuple(Footnote(n, (paragraph(n, text * 2),), at(n)) for n, text in texts)


def _build_interview(kind: str, blocks: tuple[Block, ...]) -> Interview:
    slug = kind.replace(" ", "-")
    turns = (
        Question(1, "q1", (paragraph(1, f"What about {kind}?"),), at(1)),
        Answer(1, "a1", blocks, at(2)),
        Question(2, "q2", (paragraph(3, "And once more?"),), at(3)),
        Answer(2, "a2", (paragraph(4, "Once more."),), at(4)),
    )
    return replace(
        FIRST,
        slug=slug,
        title=TextLine(kind.capitalize(), at(1)),
        introduction=(),
        footnotes=_build_notes(kind),
        conversation=turns,
    )


# On low pages a fifth of the text makes as many page starts.
BOOK = replace(book_of(*(_build_interview(kind, blocks) for kind, blocks in KINDS.items())), trim=PageSize(148, 84))


@pytest.fixture(scope="module")
def print_edition(tmp_path_factory: pytest.TempPathFactory) -> edition.PrintEdition:
    return edition.make_pdf(BOOK, tmp_path_factory.mktemp("book"), RUNNER)


@pytest.fixture(scope="module")
def printed(print_edition: edition.PrintEdition) -> printed_book.PrintedBook:
    """Return the pages of the PDF, read once."""
    return printed_book.read_page_ranges(BOOK, print_edition.data)


@pytest.fixture(scope="module")
def slugs_by_sheet(printed: printed_book.PrintedBook) -> tuple[frozenset[str], ...]:
    """Return, for each sheet, the interviews whose words stand on it."""
    return printed_book.read_printed_pages(BOOK, printed).names


@pytest.fixture(scope="module")
def problems(
    print_edition: edition.PrintEdition, printed: printed_book.PrintedBook, tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    folder = tmp_path_factory.mktemp("copies")
    copies = (
        epub.make_epub(BOOK, folder, print_edition.pagination),
        html.make_html(BOOK, folder, print_edition.pagination),
    )
    return [str(problem) for problem in prove_page_parity(BOOK, printed, *copies)]


@pytest.mark.parametrize("kind", KINDS)
def test_pages_begin_at_the_same_letter_in_every_format(
    slugs_by_sheet: tuple[frozenset[str], ...], problems: list[str], kind: str
) -> None:
    """At least three pages begin among these blocks."""
    slug = kind.replace(" ", "-")
    assert sum(slug in slugs for slugs in slugs_by_sheet) >= 3
    assert [problem for problem in problems if f"“{slug}”" in problem] == []


def test_no_page_differs_between_the_formats(problems: list[str]) -> None:
    assert problems == []


def test_page_numbers_of_another_layout_are_caught(tmp_path: Path) -> None:
    """A page list for other paper is refused."""
    book = book_of(_build_interview("paragraphs", KINDS["paragraphs"]))
    other = edition.make_pdf(replace(book, trim=Trim.A4), tmp_path, RUNNER)
    e_book = epub.make_epub(book, tmp_path, other.pagination)
    assert prove_page_parity(book, other.data, e_book, None) == ()
    assert prove_page_parity(book, edition.make_pdf(book, tmp_path, RUNNER).data, e_book, None)
