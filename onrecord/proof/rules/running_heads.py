"""Check what a PDF paints outside its tag tree: folios, running heads, addresses of turns, and nothing else."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from onrecord.model import Book, Interview, Table, iterate_block_passages, iterate_blocks, walk_blocks
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.citation_sentences import expect_interview_head
from onrecord.proof.reading.normalize import SOFT_GAP, is_in_other_script, list_letters, normalize_text, shorten_text
from onrecord.proof.reading.painted_text import ARTIFACT, UNMARKED, TextRun
from onrecord.proof.reading.painting import fold_brackets
from onrecord.proof.reading.pdf_pages import PdfContent
from onrecord.proof.reading.printed_texts import fold_glyphs
from onrecord.proof.reading.tag_tree import TagTreeReader
from onrecord.proof.rules import pack_rules
from onrecord.proof.rules.report import HINT
from onrecord.runtime.interface_texts import get_language

_COPY = "the PDF"
_CONTENTS = "front.contents"
_TWICE = 2
_LEAST_MIDDLE = 3  # letters of a word that is divided twice
CONTRIBUTORS = "back.contributors"  # the id of the list of people
INDEX = "back.index"  # the id of the index
CHANGES = "back.changes"  # the id of the page “Changes in this edition”


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet to check: its index, label, interviews, possible running heads, and what a pack adds.

    `head` is the running head that it must have, "" if it may do without: the first page of a leaf has none.
    """

    index: int
    label: str
    interviews: tuple[Interview, ...]
    heads: tuple[str, ...]
    head: str
    pack_artifacts: pack_rules.PackArtifacts | None


@dataclass(slots=True)
class ArtifactRules:
    """Checks the text runs that no structure element claims."""

    book: Book
    paper: PdfContent
    reading: TagTreeReader

    def check(self) -> list[Problem]:
        """Return the problems of all text in the PDF that is outside the tag tree: running heads, page numbers …"""
        names = [self._find_leaves_of_page(index) for index in range(len(self.paper.pages))]
        problems = [*self._check_metadata(), *self._check_repeated_text(), *self._check_inserted_pages(names)]
        for sheet in self._expect_sheets(names):
            problems += self._check_outside_text(sheet)
        return problems

    def count_folios(self) -> Iterator[int]:
        """Yield for each page how often its number stands on it outside the tag tree, as a line of its own."""
        for page in self.paper.pages:
            yield list(_split_lines(page.runs_by_id.get(ARTIFACT, []))).count(page.label)

    def _find_leaves_of_page(self, index: int) -> frozenset[str]:
        """Return the interviews and sections that have text or a picture on a page of the PDF."""
        page = self.paper.pages[index]
        marks = (*page.runs_by_id, *page.drawn_ids)
        return frozenset(name for mark in marks if (name := self.reading.branches.get((index, mark))))

    def _is_large_print(self) -> bool:
        """Return whether the PDF is the large-print edition, by its title."""
        return pack_rules.is_large_print(self.book, self.paper.metadata.get("Title", ""))

    def _check_metadata(self) -> Iterator[Problem]:
        """Yield a problem if the keywords of a pack's PDF are not the marking of the pack."""
        pack = self.book.pack
        if pack and normalize_text(self.paper.metadata.get("Keywords", "")) != pack_rules.expect_marking_text(
            self.book, pack
        ):
            sentence = f"{_COPY}: its metadata do not say how it is marked"
            yield Problem(pack.location, Rule.EVERY_PAGE_IS_MARKED, sentence, HINT)

    def _check_repeated_text(self) -> Iterator[Problem]:
        """Yield a problem for marked content of the PDF that stands twice in the tag tree."""
        for index, mark in dict.fromkeys(self.reading.claimed_twice):
            text = shorten_text(" ".join(run.text for run in self.paper.pages[index].runs_by_id.get(mark, ())))
            yield self._build_sheet_problem(index, self.book, Rule.NOTHING_IS_ADDED, f"text is read twice: “{text}”")

    def _check_inserted_pages(self, names: list[frozenset[str]]) -> Iterator[Problem]:
        """Yield a problem for a supplement's pages without the number of an insert; large print is not checked."""
        if not self._is_large_print():
            labels = [sheet.label for sheet in self.paper.pages]
            yield from pack_rules.check_inserted_pages(self.book, labels, names, _COPY)

    def _expect_sheets(self, names: list[frozenset[str]]) -> Iterator[_Sheet]:
        """Yield what each page may show outside the tag tree; `names` are the leaves on each page."""
        labels = [sheet.label for sheet in self.paper.pages]
        interviews = {interview.slug: interview for interview in self.book.interviews}
        pack_artifacts: tuple[pack_rules.PackArtifacts, ...] = ()
        if self.book.pack:
            pack_artifacts = pack_rules.expect_pack_artifacts(
                self.book, self.book.pack, labels, names, is_large=self._is_large_print()
            )
        heads = self._expect_heads(names)
        for index, label in enumerate(labels):
            on_sheet = tuple(interviews[name] for name in names[index] if name in interviews)
            titles = [self.book.short_title or self.book.title, *map(expect_interview_head, on_sheet)]
            headings = {self.reading.headings.get(name, "") for name in names[index]} - {""}
            possible = (*(fold_glyphs(normalize_text(title)) for title in titles), *headings)
            artifacts = pack_artifacts[index] if pack_artifacts else None
            head = heads[index]
            if self.paper.pages[index].is_from_right:
                possible, head = tuple(map(fold_brackets, possible)), fold_brackets(head)
                artifacts = artifacts.fold_brackets() if artifacts else None
            yield _Sheet(index, label, on_sheet, possible, head, artifacts)

    def _expect_heads(self, names: list[frozenset[str]]) -> list[str]:
        """Return the running head that each page of a book must have, "" if none; `names` are the leaves on each page.

        Left-hand pages have the book's title, right-hand pages guests and title of the interview, or that of the list.
        """
        texts = get_language(self.book.language).texts
        titles = {interview.slug: expect_interview_head(interview) for interview in self.book.interviews}
        titles |= {_CONTENTS: texts["contents"], CONTRIBUTORS: texts["contributors"], INDEX: texts["book_index"]}
        titles[CHANGES] = texts["edition_changes"]
        heads, begun = [], set[str]()
        for index, leaves in enumerate(names):
            title = next((titles[name] for name in leaves if name in titles and name in begun), "")
            begun |= leaves
            text = (
                (self.book.short_title or self.book.title if (self.paper.first + index) % 2 else title)
                if title and self.book.pack is None
                else ""
            )
            heads.append(fold_glyphs(normalize_text(text)))
        return heads

    def _list_lines(self, index: int, runs: list[TextRun]) -> list[str]:
        """Return the text of the lines of some runs of a sheet, with one sign for brackets that PDFium turned round."""
        lines = list(_split_lines(runs))
        return list(map(fold_brackets, lines)) if self.paper.pages[index].is_from_right else lines

    def _check_outside_text(self, sheet: _Sheet) -> Iterator[Problem]:
        """Yield the problems of the text on one sheet that is outside the tag tree."""
        by_mark = self.paper.pages[sheet.index].runs_by_id
        if sheet.pack_artifacts and self.book.pack:
            visible_runs = [run for run in by_mark.get(ARTIFACT, []) if not run.unseen_reason]
            lines = self._list_lines(sheet.index, visible_runs)
            where = f"{_COPY}, {self.reading.describe_page(sheet.index)}"
            yield from sheet.pack_artifacts.check(lines, self.book.pack, where)
        if sheet.head:
            yield from self._check_head_and_folio(sheet, by_mark.get(ARTIFACT, []))
        for mark, runs in by_mark.items():
            if mark == ARTIFACT:
                yield from self._check_artifacts(sheet, runs)
            elif mark == UNMARKED or (sheet.index, mark) not in self.reading.branches:
                yield from self._check_untagged_text(sheet, runs)

    def _check_head_and_folio(self, sheet: _Sheet, runs: list[TextRun]) -> Iterator[Problem]:
        """Yield a problem for a page of a book that has lost its running head or its page number."""
        lines = self._list_lines(sheet.index, [run for run in runs if not run.unseen_reason])
        subject = sheet.interviews[0] if sheet.interviews else self.book
        if not any(_is_running_head(line, (sheet.head,)) for line in lines):
            fault = f"the page has no running head “{shorten_text(sheet.head)}”"
            yield self._build_sheet_problem(sheet.index, subject, Rule.RUNNING_HEADS_ARE_THERE, fault)
        if sheet.label not in lines:
            yield self._build_sheet_problem(
                sheet.index, subject, Rule.FOLIOS_ARE_RIGHT, f"the page has no number “{sheet.label}”"
            )

    def _check_untagged_text(self, sheet: _Sheet, runs: list[TextRun]) -> Iterator[Problem]:
        """Yield a problem if text is neither in the tag tree nor marked as an artifact, whether it is seen or not."""
        text = _join_run_texts(runs)
        if text:
            fault = f"“{shorten_text(text)}” is printed but belongs to no passage: a screen reader would not read it"
            if all(run.unseen_reason for run in runs):
                fault = f"“{shorten_text(text)}” is {runs[0].unseen_reason} and belongs to no passage"
            subject = sheet.interviews[0] if sheet.interviews else self.book
            yield self._build_sheet_problem(sheet.index, subject, Rule.NOTHING_IS_ADDED, fault)

    def _check_artifacts(self, sheet: _Sheet, runs: list[TextRun]) -> Iterator[Problem]:
        """Report artifacts that are no folio, running head, address, ornament or table head, or stand there twice."""
        subject = sheet.interviews[0] if sheet.interviews else self.book
        counts = Counter[str]()
        for run in runs:
            if run.unseen_reason and any(char.isalnum() for char in run.text):
                fault = f"has “{shorten_text(run.text)}” beside its text {run.unseen_reason}"
                yield self._build_sheet_problem(sheet.index, subject, Rule.EVERY_WORD_IS_SEEN, fault)
        for text in self._list_lines(sheet.index, runs):
            counts[text] += 1
            if self._is_allowed_outside(text, sheet):
                if counts[text] == _TWICE and self._is_allowed_once(text, sheet):
                    fault = f"“{shorten_text(text)}” is printed twice beside the text"
                    yield self._build_sheet_problem(sheet.index, subject, Rule.NOTHING_IS_ADDED, fault)
                continue
            if re.fullmatch(r"\d+|[ivxlc]+", text):
                fault = f"the page is numbered “{text}” on paper and “{sheet.label}” in the viewer"
                yield self._build_sheet_problem(sheet.index, subject, Rule.FOLIOS_ARE_RIGHT, fault)
            else:
                fault = f"“{shorten_text(text)}” is printed as decoration, but it has words"
                yield self._build_sheet_problem(sheet.index, subject, Rule.NOTHING_IS_ADDED, fault)

    def _is_allowed_outside(self, text: str, sheet: _Sheet) -> bool:
        """Return whether a line may stand outside the tag tree on this sheet."""
        is_ornament = not any(char.isalnum() for char in text)
        if is_ornament or text == sheet.label or _is_running_head(text, sheet.heads):
            return True
        if sheet.pack_artifacts and sheet.pack_artifacts.allows(text):
            return True
        return any(_is_address(text, interview) or _is_table_head(text, interview) for interview in sheet.interviews)

    def _is_allowed_once(self, text: str, sheet: _Sheet) -> bool:
        """Return whether a line may stand on a sheet only once outside the tag tree: a page number, an address."""
        is_address = any(_is_address(text, interview) for interview in sheet.interviews)
        is_in_table = any(_is_table_head(text, interview) for interview in sheet.interviews)
        return (is_address or text == sheet.label or text in sheet.heads) and not (is_in_table or sheet.pack_artifacts)

    def _build_sheet_problem(self, index: int, subject: Book | Interview, rule: Rule, fault: str) -> Problem:
        """Return a problem on the sheet `index`, at the source line of `subject`."""
        return Problem(subject.location, rule, f"{_COPY}, {self.reading.describe_page(index)}: {fault}", HINT)


def _join_run_texts(runs: list[TextRun]) -> str:
    """Return the text of printed runs, normalized and folded, with gaps as spaces."""
    return fold_glyphs(normalize_text("".join(run.text for run in runs).replace(SOFT_GAP, " ")))


def _split_lines(runs: list[TextRun]) -> Iterator[str]:
    """Yield the text of each printed line of the runs; a wide gap on a baseline begins a new line.

    The cells of a table that is read from the right are painted from the right. A mark that is painted by itself above
    or below a letter (the hamza of صفحهٔ) has another baseline and stays in the line.
    """
    line: list[TextRun] = []
    last: TextRun | None = None  # the last run that is more than a mark
    for run in runs:
        is_near = last is None or abs(run.baseline - last.baseline) < run.size
        if is_near and all(map(unicodedata.combining, run.text)):
            line.append(run)
            continue
        gap = max(run.left - last.right, last.left - run.right) if last else 0.0
        if last and (abs(run.baseline - last.baseline) > 0.5 or gap > 2 * run.size):
            yield _join_run_texts(line)
            line = []
        line.append(replace(run, text=SOFT_GAP + run.text) if line and gap > 0.1 * run.size else run)
        last = run
    if line:
        yield _join_run_texts(line)


def _is_running_head(text: str, heads: tuple[str, ...]) -> bool:
    """Return whether a printed text is one of the heads, or the beginning of one and an ellipsis."""
    begin = text.removesuffix("…").rstrip()
    if any(text == head or (begin not in ("", text) and head.startswith(begin)) for head in heads):
        return True
    letters = sorted(list_letters(text))
    return is_in_other_script(text) and any(letters == sorted(list_letters(head)[: len(letters)]) for head in heads)


def _is_address(text: str, interview: Interview) -> bool:
    """Return whether the text is the address of a turn: Q1, A1, Q2 …"""
    return any(text == turn.address for turn in interview.turns)


def _is_table_head(text: str, interview: Interview) -> bool:
    """Return whether the text is a line of a table's head, which is printed again on later pages.

    A line of a head runs through all its cells, so it holds words of the head in their order. The layout ends a line
    with a hyphen that is not in the head, so that the beginning or the end of a word may stand in a line.
    """
    pieces = re.sub(r"[-\u2010](?=\s|$)", "", text).split()
    rows = [row for block in walk_blocks(iterate_blocks(interview)) if isinstance(block, Table) for row in block.head]
    for row in rows:
        words = " ".join(piece.text for cell in row for piece in iterate_block_passages(cell.blocks, ""))
        text_of_head = fold_glyphs(normalize_text(words))
        head = iter((fold_brackets(text_of_head) if fold_brackets(text) == text else text_of_head).split())
        if all(any(_is_part_of_word(piece, word) for word in head) for piece in pieces):
            return True
        if is_in_other_script(text) and Counter(list_letters(text)) <= Counter(list_letters(words)):
            return True
    return False


def _is_part_of_word(piece: str, word: str) -> bool:
    """Return whether letters are a word, its beginning, its end, or a long part of it."""
    return word.startswith(piece) or word.endswith(piece) or (len(piece) >= _LEAST_MIDDLE and piece in word)
