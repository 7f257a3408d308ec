"""Judges what hangs in no tag: folios that say the page's own number, running heads, addresses of turns; nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from onrecord.model import Book, Interview, Table, all_blocks, block_passages, walk_blocks
from onrecord.model.problems import Problem
from onrecord.proof.reading.normalize import SOFT, letters, short
from onrecord.proof.reading.pdf_pages import ARTIFACT, STRAY, Paper, Run
from onrecord.proof.reading.tag_tree import Reading, on_paper
from onrecord.proof.rules import pack_rules
from onrecord.proof.rules.compare import HINT

_COPY = "the PDF"


@dataclass(slots=True)
class Furniture:
    """Judges the paint that no structure element claims."""

    book: Book
    paper: Paper
    reading: Reading

    def problems(self) -> Iterator[Problem]:
        pack = self.book.pack
        if pack and letters(self.paper.about.get("Keywords", "")) != letters(pack_rules.marking_of(self.book, pack)):
            yield Problem(
                pack.place, "every-page-is-marked", f"{_COPY}: its metadata do not say how it is marked", HINT
            )
        interviews = {interview.slug: interview for interview in self.book.interviews}
        for leaf in dict.fromkeys(self.reading.twice):
            yield self._problem(leaf[0], self.book, "nothing-is-added", f"text is read twice: “{self._text(leaf)}”")
        named = [
            frozenset(name for mark in sheet.by_mark if (name := self.reading.whose.get((index, mark))))
            for index, sheet in enumerate(self.paper.sheets)
        ]
        furniture = self._furniture(named)
        if not pack_rules.is_large(self.book, self.paper.about.get("Title", "")):
            yield from pack_rules.inserted(self.book, [sheet.label for sheet in self.paper.sheets], named, _COPY)
        for index, sheet in enumerate(self.paper.sheets):
            names = named[index]
            if self.book.pack:
                lines = list(_lines(sheet.by_mark.get(ARTIFACT, [])))
                yield from furniture[index].problems(lines, self.book.pack, f"{_COPY}, {self.reading.page(index)}")
            here = [interviews[name] for name in names if name in interviews]
            for mark, runs in sheet.by_mark.items():
                if mark == ARTIFACT:
                    heads = {self.reading.headings.get(name, "") for name in names} - {""}
                    yield from self._artifacts(index, runs, here, heads, furniture.get(index))
                elif mark == STRAY or (index, mark) not in self.reading.whose:
                    yield from self._strays(index, runs, here)

    def _text(self, leaf: tuple[int, int]) -> str:
        return short(" ".join(run.text for run in self.paper.sheets[leaf[0]].by_mark.get(leaf[1], ())))

    def _strays(self, index: int, runs: list[Run], here: list[Interview]) -> Iterator[Problem]:
        text = _read(runs)
        if text and not all(run.unseen for run in runs):
            what = f"“{short(text)}” is painted but belongs to no passage: a listener would not hear it"
            yield self._problem(index, here[0] if here else self.book, "nothing-is-added", what)

    def _furniture(self, named: list[frozenset[str]]) -> dict[int, pack_rules.Page]:
        """What each sheet of a pack must say beside its words; nothing of any other book."""
        book, pack, count = self.book, self.book.pack, len(self.paper.sheets)
        if pack is None:
            return {}
        large = pack_rules.is_large(book, self.paper.about.get("Title", ""))
        tabs = enumerate(pack_rules.tabs(book, named))
        sheets_ = self.paper.sheets
        return {
            index: pack_rules.page(book, pack, index, count, tab, sheets_[index].label, large=large)
            for index, tab in tabs
        }

    def _artifacts(
        self, index: int, runs: list[Run], here: list[Interview], more: set[str], furniture: pack_rules.Page | None
    ) -> Iterator[Problem]:
        """Folios, running heads, addresses, ornaments and the heads of tables; all else has no business there."""
        label = self.paper.sheets[index].label
        titles = [self.book.title, *(interview.title.text for interview in here)]
        heads = [*(on_paper(letters(title)) for title in titles), *more]
        for text in _lines(runs):
            if not any(char.isalnum() for char in text) or text == label or _is_head(text, heads):
                continue
            if furniture and furniture.allows(text):
                continue
            if here and (self._is_address(text, here) or any(_is_table_head(text, interview) for interview in here)):
                continue
            subject = here[0] if here else self.book
            if re.fullmatch(r"\d+|[ivxlc]+", text):
                what = f"the page is numbered “{text}” on paper and “{label}” in the viewer"
                yield self._problem(index, subject, "folios-are-right", what)
            else:
                what = f"“{short(text)}” is printed as decoration, but it has words"
                yield self._problem(index, subject, "nothing-is-added", what)

    def _is_address(self, text: str, here: list[Interview]) -> bool:
        return any(text in _addresses(interview) for interview in here)

    def _problem(self, index: int, subject: Book | Interview, rule: str, what: str) -> Problem:
        return Problem(subject.place, rule, f"{_COPY}, {self.reading.page(index)}: {what}", HINT)


def _addresses(interview: Interview) -> frozenset[str]:
    """The addresses of an interview's turns: Q1, A1, Q2 …"""
    return frozenset(turn.address for turn in interview.turns)


def _read(runs: list[Run]) -> str:
    return on_paper(letters("".join(run.text for run in runs).replace(SOFT, " ")))


def _lines(runs: list[Run]) -> Iterator[str]:
    """The text of each line of the runs."""
    line: list[Run] = []
    for run in runs:
        if line and (abs(run.baseline - line[-1].baseline) > 0.5 or run.left - line[-1].right > 2 * run.size):
            yield _read(line)
            line = []
        gap = bool(line) and run.left - line[-1].right > 0.1 * run.size
        line.append(replace(run, text=SOFT + run.text) if gap else run)
    if line:
        yield _read(line)


def _is_head(text: str, heads: list[str]) -> bool:
    """Whether it is a running head: a title, or its beginning and an ellipsis."""
    begin = text.removesuffix("…").rstrip()
    return any(text == head or (begin != text and head.startswith(begin)) for head in heads)


def _is_table_head(text: str, interview: Interview) -> bool:
    """Whether it is a line of a table's head, which is printed again on later pages.

    A line of a head runs through all its cells, so it holds characters of the head in their order.
    """
    rows = [row for block in walk_blocks(all_blocks(interview)) if isinstance(block, Table) for row in block.head]
    for row in rows:
        words = " ".join(piece.text for cell in row for piece in block_passages(cell.blocks, ""))
        rest = iter(on_paper(letters(words)))
        if all(char in rest for char in text if not char.isspace()):
            return True
    return False
