"""Page parity: the three formats begin their pages at the same letter, whatever blocks stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.editions import epub, html
from onrecord.editions.article_inlines import InlineWriter
from onrecord.editions.edition_syntax import EditionSyntax
from onrecord.editions.page_marks import PageCursor
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
)
from onrecord.model.page_numbers import PageStart, filter_letters
from onrecord.model.paper import PageSize
from onrecord.proof.reading.normalize import PAGE_MARK
from onrecord.proof.rules import printed_book
from onrecord.proof.rules.page_parity import prove_page_parity
from tests.support import sample
from tests.support.proof_copies import FIRST, PICTURE, SECOND, at, book_of, paragraph
from tests.support.sample import RUNNER

# Long words that are often hyphenated, with characters after which a line may break.
_LONG = (
    "Intergovernmental institutionalisation—an uncharacteristically self-evident, and/or well-established "
    "counter-argument—remains incomprehensible. "
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
        TableCell((paragraph(1, _LONG),)),
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
        ListBlock(tuple((paragraph(1, text),) for text in _write_search_texts(2)), at(1)),
        ListBlock(
            tuple((paragraph(1, text), paragraph(1, "So.")) for text in _write_search_texts(1)),
            at(1),
            1,
            "lower-roman",
            is_loose=True,
        ),
    ),
    "nested lists": (
        ListBlock(
            tuple(
                (paragraph(1, text), ListBlock(((paragraph(1, "Short."),), (paragraph(1, text),)), at(1)))
                for text in _write_search_texts(2, 1)
            ),
            at(1),
        ),
    ),
    "definitions": (
        DefinitionList(
            tuple(
                Definition((Text(f"Term {n}"),), ((paragraph(1, text),),))
                for n, text in enumerate(_write_search_texts(3, 1))
            ),
            at(1),
        ),
    ),
    "quotations": tuple(
        Quotation((paragraph(1, text), paragraph(1, "Quoted.")), at(1)) for text in _write_search_texts(3, 1)
    ),
    "verse": tuple(LineBlock(tuple((Text(f"Line {n} of verse {m}"),) for n in range(9)), at(1)) for m in range(2)),
    "code": (CodeBlock("\n".join(f"print('line {n}')  # {'long ' * (n % 20)}" for n in range(12)), at(1), "py"),),
    "tables": (paragraph(1, _LONG), _build_table(2)),
    "two columns": (_build_two_column_table(1),),
    "pull quotes": tuple(
        block
        for n, text in enumerate(_write_search_texts(2, 1))
        for block in (paragraph(n, text), PullQuote((paragraph(n, _LONG),), at(n)))
    ),
    "headings": tuple(
        block
        for n, text in enumerate(_write_search_texts(3, 1))
        for block in (Heading((Text(f"Heading {n}"),), 4, at(n)), paragraph(n, text))
    ),
    "ornaments": tuple(
        block for n, text in enumerate(_write_search_texts(3)) for block in (paragraph(n, text), ThematicBreak(at(n)))
    ),
    "pictures": tuple(
        block
        for n, text in enumerate(_write_search_texts(2, 1))
        for block in (paragraph(n, text), _build_figure(n, 100, f"Figure {n}"))
    ),
    "pages of pictures": tuple(_build_figure(n, 600) for n in range(2)),
    "endnotes": _build_paragraphs_with_notes(3),
}


def _build_notes(count: int) -> tuple[Footnote, ...]:
    return tuple(Footnote(n, (paragraph(n, f"Note {n}. {_LONG * 2}"),), at(n)) for n in range(1, count + 1))


_NO_KIND = "nothing else"


def _build_interview(slug: str, kinds: Iterable[str], footnotes: tuple[Footnote, ...] = ()) -> Interview:
    """Build an interview in which each kind of block has an answer of its own, and one more question follows."""
    answers = {**{kind: KINDS[kind] for kind in kinds}, _NO_KIND: (paragraph(2, "No more."),)}
    turns = [
        turn
        for n, (kind, blocks) in enumerate(answers.items(), 1)
        for turn in (
            Question(n, f"q{n}", (paragraph(1, f"And {kind}?"),), at(1)),
            Answer(n, f"a{n}", blocks, at(2)),
        )
    ]
    title = TextLine(slug.capitalize(), at(1))
    return replace(SECOND, slug=slug, title=title, footnotes=footnotes, conversation=tuple(turns))


# On pages of seven short lines an eighth of the text makes as many page starts. What stands around a conversation is in
# the first interview; the notes of the last are so long that they stand at its end.
PAGE = PageSize(80, 60)
_ENDNOTES = _build_interview("notes", ["endnotes"], _build_notes(3))
_OTHERS = _build_interview("kinds", [kind for kind in KINDS if kind != "endnotes"])
BOOK = replace(book_of(FIRST, _OTHERS, _ENDNOTES), trim=PAGE)


@pytest.fixture(scope="module")
def print_edition(tmp_path_factory: pytest.TempPathFactory) -> edition.PrintEdition:
    return edition.make_pdf(BOOK, tmp_path_factory.mktemp("book"), RUNNER)


@pytest.fixture(scope="module")
def printed(print_edition: edition.PrintEdition) -> printed_book.PrintedBook:
    """Return the pages of the PDF, read once."""
    return printed_book.read_page_ranges(BOOK, print_edition.data)


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


def test_pages_begin_at_the_same_letter_in_every_format(printed: printed_book.PrintedBook, problems: list[str]) -> None:
    """At least three pages begin in the blocks of each kind."""
    texts = printed_book.read_printed_pages(BOOK, printed).texts
    starts_by_kind = _count_page_starts(texts["kinds"]) | _count_page_starts(texts["notes"])
    assert starts_by_kind.keys() == {*KINDS, _NO_KIND}
    assert {kind for kind, starts in starts_by_kind.items() if starts < 3} == {_NO_KIND}
    assert problems == []


def _count_page_starts(text: str) -> dict[str, int]:
    """Return how many pages begin in the answer about each kind of block."""
    _, *turns = re.split(r"And ([\w ]+)\?", text)
    return {kind: len(PAGE_MARK.findall(answer)) for kind, answer in zip(turns[::2], turns[1::2], strict=True)}


def test_page_numbers_of_another_layout_are_caught(tmp_path: Path) -> None:
    """A page list for other paper is refused."""
    book = replace(book_of(_build_interview("one", ["paragraphs"])), trim=PAGE)
    other = edition.make_pdf(replace(book, trim=PageSize(100, 60)), tmp_path, RUNNER)
    e_book = epub.make_epub(book, tmp_path, other.pagination)
    assert prove_page_parity(book, other.data, e_book, None) == ()
    assert prove_page_parity(book, edition.make_pdf(book, tmp_path, RUNNER).data, e_book, None)


@pytest.mark.parametrize("letters", [2, 11, 30, 45])
def test_a_page_that_begins_before_or_inside_an_address_is_marked_there(letters: int) -> None:
    """Large print: letters are counted in the order of the text, though addresses are marked in it first."""
    cursor = PageCursor((PageStart("7", letters),), "print")
    writer = InlineWriter(sample.HOW, sample.BOOK, EditionSyntax("print", "how"), cursor, {})
    html_text = writer.write_inlines((Text("Look at the list, https://example.org/a_b, and ask the keeper."),))
    before, _ = re.split(r'<span class="pagebreak" id="normal.7">[^<]*</span>', html_text)
    assert len(filter_letters(re.sub(r"<[^>]+>", "", before))) == letters
