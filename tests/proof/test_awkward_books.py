"""Correct copies pass the proof, however awkward their text is."""

from __future__ import annotations

import hashlib
import io
import random
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from onrecord.editions.pdf import edition
from onrecord.model import (
    Answer,
    Asset,
    Block,
    Book,
    Code,
    Disclaimer,
    Emphasis,
    Figure,
    Footnote,
    Inline,
    Interview,
    Link,
    ListBlock,
    NoteReference,
    Paragraph,
    Question,
    Quotation,
    SourceLocation,
    Strong,
    Superscript,
    Table,
    TableCell,
    Text,
    TextLine,
)
from onrecord.model.interview_style import InterviewStyle
from onrecord.proof import Report, prove_epub, prove_html, prove_pdf
from tests.support.proof_copies import ADA, BOOK, FIRST, MARY, book_of, build_epub, build_web
from tests.support.proof_sabotage import move_to_file
from tests.support.sample import RUNNER

AWKWARD = (
    "built-in",
    "well—known",
    "word—word—word",
    "wait…what",
    "1,000.50",
    "efficient",
    "office",
    "coffee",
    "fjord",
    "Кириллица",
    "Ελληνικά",
    "z\u0307oo",
    "Mr.\u00a0Smith",
    "10\u202fkm",
    "co\u00adop\u00ader\u00ada\u00adtion",
    "zero\u200bwidth",
    "join\u200der",
    "https://example.org/a/very/long/path?with=query&more=stuff#frag",
    "and/or",
    "e.g.,",
    "O’Brien’s",
    "“quoted”",
    "‘single’",
    "(brackets)",
    "[square]",
    "x=y",
    "a@b.org",
    "½",
    "№5",
    "100%",
    "C++",
    "“—",
    "—",
    "–",
    "…",
    "-",
    "incomprehensibilities",
    "internationalization",
    "Donaudampfschifffahrtsgesellschaft",
    "...",
    "?!",
    "T-shirt",
    "AVATAR",
    "To.",
    "f.",
    "ñandú",
    "Ångström",
    "naïve",
    "1842–1843",
    "§5",
    "$3.50",
    "€4",
    "x²",
    "pre\u2010existing",
    "non\u2011break",
    "µm",
    "ﬁne",
    "<b>",
    "&amp;",
    "a\\b",
    "{curly}",
    "%d",
)
PLAIN = [
    "the",
    "of",
    "and",
    "to",
    "in",
    "is",
    "that",
    "it",
    "was",
    "for",
    "on",
    "are",
    "as",
    "with",
    "his",
    "they",
    "be",
    "at",
    "one",
    "have",
    "this",
    "from",
    "or",
    "had",
    "by",
    "not",
    "word",
    "but",
    "what",
    "some",
    "we",
    "can",
    "out",
    "other",
    "were",
    "all",
    "there",
    "when",
    "up",
    "use",
    "your",
    "how",
    "said",
    "an",
    "each",
    "she",
    "which",
    "do",
    "their",
    "time",
    "if",
    "will",
    "way",
    "about",
    "many",
    "then",
    "them",
    "write",
    "would",
    "like",
    "so",
    "these",
    "her",
    "long",
    "make",
    "thing",
    "see",
    "him",
    "two",
    "has",
    "look",
    "more",
    "day",
    "could",
    "go",
    "come",
    "did",
    "number",
    "sound",
    "no",
    "most",
    "people",
    "my",
    "over",
    "know",
    "water",
    "than",
    "call",
    "first",
    "who",
    "may",
    "down",
    "side",
    "been",
    "now",
    "find",
]


_SHORT = replace(FIRST, conversation=FIRST.conversation[:2])


class Author:
    """Write interviews that combine any awkward text with any other; the same seed gives the same text."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.line = 10
        self.notes: list[Footnote] = []

    def write_text(self, count: int) -> str:
        words = (self.random.choice(AWKWARD if self.random.random() < 0.15 else PLAIN) for _ in range(count))
        return unicodedata.normalize("NFC", " ".join(words))

    def write_inlines(self, count: int, *, notes: bool = True) -> tuple[Inline, ...]:
        content: list[Inline] = []
        while count > 0:
            size = self.random.randint(1, 25)
            count -= size
            text = Text(self.write_text(size))
            choice = self.random.randint(0, 9)
            styled: list[Inline] = [
                Emphasis((text,)),
                Strong((text,)),
                Link((text,), "https://example.org/"),
                Superscript((Text("2"),)),
                Code("x = 'y'"),
                Emphasis((Strong((text,)),)),
            ]
            content.append(styled[choice] if choice < len(styled) else text)
            content.append(Text(self.random.choice([" ", " ", " ", " ", "", "—", " — ", ", ", "-"])))
            if notes and self.random.random() < 0.08:
                content.append(NoteReference(len(self.notes) + 1))
                self.notes.append(
                    Footnote(len(self.notes) + 1, (self.write_paragraph(12, notes=False),), self.take_place())
                )
        return tuple(content)

    def take_place(self) -> SourceLocation:
        self.line += 2
        return SourceLocation("interviews/x.md", self.line)

    def write_paragraph(self, count: int, *, notes: bool = True) -> Paragraph:
        return Paragraph(self.write_inlines(count, notes=notes), self.take_place())

    def write_block(self) -> Block:
        match self.random.randint(0, 12):
            case 0:
                items = tuple((self.write_paragraph(9, notes=False),) for _ in range(4))
                return ListBlock(items, self.take_place(), self.random.choice([None, 1]))
            case 1:
                return Quotation((self.write_paragraph(30, notes=False),), self.take_place())
            case 2:
                row = tuple(TableCell((self.write_paragraph(5, notes=False),)) for _ in range(3))
                return Table((), (row, row), (), self.take_place())
            case _:
                return self.write_paragraph(self.random.randint(3, 120))

    def write_interview(self, slug: str) -> Interview:
        introduction = (self.write_paragraph(20),)
        conversation: list[Question | Answer] = []
        for n in range(1, self.random.randint(3, 6)):
            question = (self.write_paragraph(self.random.randint(3, 40)),)
            conversation.append(
                Question(n, f"q{n}", question, self.take_place(), MARY, self.random.choice(["", "MS:"]))
            )
            answer = tuple(self.write_block() for _ in range(self.random.randint(1, 5)))
            label = "AL:" if isinstance(answer[0], Paragraph) else ""
            conversation.append(Answer(n, f"a{n}", answer, self.take_place(), ADA, self.random.choice(["", label])))
        return Interview(
            slug=slug,
            title=TextLine(self.write_text(6), self.take_place()),
            language="en",
            byline=TextLine(self.write_text(20), self.take_place()),
            standfirst=TextLine(self.write_text(30), self.take_place()),
            people=(ADA, MARY),
            introduction=introduction,
            conversation=tuple(conversation),
            footnotes=tuple(self.notes),
            disclaimer=Disclaimer(self.write_text(25), self.take_place()),
            location=SourceLocation("interviews/x.md"),
            style=InterviewStyle.NAMES,
        )


def build_awkward_book(seed: int, count: int) -> Book:
    return book_of(*(Author(seed * 1000 + number).write_interview(f"x{number}") for number in range(count)))


def assert_proved(report: Report) -> None:
    assert not report.problems, "\n".join(str(problem) for problem in report.problems[:8])
    for interview in report.interviews:
        assert interview.words_expected == interview.words_found > 0
        assert interview.byline
        assert interview.disclaimer


@pytest.mark.parametrize("seed", range(12))
def test_pages_with_awkward_text_are_proved(seed: int) -> None:
    book = build_awkward_book(seed, 3)
    assert_proved(prove_html(book, build_web(book)))
    assert_proved(prove_epub(book, build_epub(book)))


@pytest.mark.parametrize(
    ("seed", "count"),
    [(101, 1), pytest.param(103, 5, marks=pytest.mark.slow), pytest.param(105, 5, marks=pytest.mark.slow)],
)
def test_a_pdf_with_awkward_text_is_proved(seed: int, count: int, tmp_path: Path) -> None:
    """Hyphenation, justified lines, broken addresses and dashes at line ends cause no false report."""
    book = build_awkward_book(seed, count)
    assert_proved(prove_pdf(book, edition.make_pdf(book, tmp_path, RUNNER).data))


def test_contents_are_read_where_titles_repeat_a_name(tmp_path: Path) -> None:
    """The words after a page number are also the last words of a title nearby: the guest's name, in every entry."""
    titles = ("Round 1: The Engine", "Round 2: The Engine", "The Engine", "The Engine again")
    named = [
        replace(move_to_file(_SHORT, f"round{number}"), title=TextLine(title, _SHORT.title.location))
        for number, title in enumerate(titles)
    ]
    book = book_of(*named)
    assert_proved(prove_pdf(book, edition.make_pdf(book, tmp_path, RUNNER).data))


def test_an_interview_without_byline_and_disclaimer_is_proved() -> None:
    """Where nothing was promised, nothing is reported."""
    first, second = BOOK.interviews
    book = book_of(replace(first, byline=None, disclaimer=None, standfirst=None), second)
    report = prove_html(book, build_web(book))
    assert not report.problems
    assert report.interviews[0].byline == report.interviews[0].disclaimer == ""


def test_soft_hyphens_and_joiners_are_not_compared() -> None:
    """They print nothing; a copy may keep them or leave them out."""
    first, second = BOOK.interviews
    book = book_of(
        replace(first, byline=TextLine("In\u00adter\u200bview by Ada\ufeff", SourceLocation("x.md", 4))), second
    )
    files = build_web(book)
    assert prove_html(book, files).is_proved
    files["ada.html"] = files["ada.html"].replace("\u00ad".encode(), b"").replace("\u200b".encode(), b"")
    assert prove_html(book, files).is_proved


def test_a_page_that_holds_only_a_picture_is_proved(tmp_path: Path) -> None:
    """It has no text of the interview, but its running head."""
    data = io.BytesIO()
    Image.linear_gradient("L").resize((400, 680)).save(data, "PNG")
    digest = hashlib.sha256(data.getvalue()).hexdigest()
    asset = Asset("wall.png", "images/wall.png", "image/png", 400, 680, digest, data.getvalue())
    picture = Figure(asset, "A white wall", (), SourceLocation("interviews/x.md", 9))
    book = book_of(replace(_SHORT, introduction=(*_SHORT.introduction, picture, picture, picture)))
    assert_proved(prove_pdf(book, edition.make_pdf(book, tmp_path, RUNNER).data))
