"""A book of numbered lists, its editions, and what the proof says of their numbers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from onrecord.editions import epub, html
from onrecord.editions.pdf import edition
from onrecord.manuscript import read_book
from onrecord.model import Book
from onrecord.model.problems import Problem
from onrecord.proof import Report
from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.pdf_pages import PdfContent, TagElement
from tests.support.workers import CACHING_RUNNER

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
ONE_LIST = SOURCE[: SOURCE.index("**How is it lit?**")]
LISTS_IN_LISTS = SOURCE[: SOURCE.index("> 40.")]


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


@dataclass(frozen=True)
class NumberedLists:
    """The book of SOURCE and its editions, each made when it is first asked for."""

    folder: Path
    book: Book

    @cached_property
    def print_edition(self) -> edition.PrintEdition:
        return edition.make_pdf(self.book, self.folder, CACHING_RUNNER)

    @cached_property
    def paper(self) -> PdfContent:
        """The pages of the PDF, read once."""
        return pdf_pages.read_whole_pdf(self.print_edition.data)

    @cached_property
    def site(self) -> dict[str, bytes]:
        return html.make_html(self.book, self.folder, self.print_edition.pagination)

    @cached_property
    def ebook(self) -> bytes:
        return epub.make_epub(self.book, self.folder, self.print_edition.pagination)


def select_number_problems(report: Report) -> list[Problem]:
    return [problem for problem in report.problems if problem.rule == RULE]


def has_lost_number(messages: list[tuple[int, str]], words: str, number: str) -> bool:
    """Return whether the proof says that the list item with these words has lost its number."""
    return any(line == find_line(words) and f"has lost the number “{number}”" in text for line, text in messages)


def read_messages(report: Report) -> list[tuple[int, str]]:
    return [(problem.location.line, problem.sentence) for problem in select_number_problems(report)]


def iterate_labels(element: TagElement) -> Iterator[TagElement]:
    """Yield the labels of list items, in reading order."""
    for child in element.children():
        if isinstance(child, TagElement):
            yield from (child,) if child.role == "Lbl" else iterate_labels(child)


def locate_label(label: TagElement) -> tuple[int, int]:
    content = next(label.children())
    assert not isinstance(content, TagElement)
    return content


def read_label(paper: PdfContent, label: TagElement) -> str:
    sheet, mark = locate_label(label)
    return "".join(run.text for run in paper.pages[sheet].runs_by_id[mark]).strip()


def read_page(data: bytes, name: str) -> str:
    """Return the text of one page of an EPUB."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return next(archive.read(entry).decode() for entry in archive.namelist() if entry.endswith(name))
