"""Read branches of a PDF's tag tree in the order of a screen reader, and check that the words can be seen.

The words come in the order of the structure tree. They count only where a reader sees them: on the paper, in ink, and
in that order down the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace

from onrecord.model import Interview
from onrecord.proof.reading.expected import Promise, Promised, promised
from onrecord.proof.reading.extracted_text import LIST_NUMBERS, Chunk, Found, Oddity
from onrecord.proof.reading.margin_addresses import find_margin_addresses
from onrecord.proof.reading.normalize import SOFT, call, letters, list_number, page_start, picture, short
from onrecord.proof.reading.pdf_pages import Element, Paper, Run
from onrecord.proof.reading.reading_order import PlacedRun, ReadingOrder, join_runs

_INLINE_ROLES = frozenset({"Span", "Link", "Reference", "Code", "Quote", "NonStruct", "Em", "Strong", "Annot", "Lbl"})
_BULLET = re.compile(r"[^\w\s]")
_LIST_NUMBER = re.compile(r"[0-9]{1,10}[.)]?|[a-zA-Z]{1,15}[.)]")
_SECTION_ID = re.compile(r"front\.[\w-]+|back\.[\w-]+|part\.\d+")

# --- glyphs -----------------------------------------------------------------------------------------

# Characters for which fonts have the same glyph, so that a PDF says one of them for all of them, and ligatures with a
# character of their own, which PDFium divides.
_SAME_GLYPHS = {"‐": "-", "‑": "-", "µ": "μ", "∆": "Δ", "ϕ": "φ", "˭": "⁼"}
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "ſt", "ﬆ": "st"}
_FOLDED = _SAME_GLYPHS | _LIGATURES
_TO_FOLD = re.compile(f"[{''.join(_FOLDED)}]")  # on long texts six times as fast as str.translate


def on_paper(text: str) -> str:
    """Return `text` with one character for all that have the same glyph, as a PDF may say it."""
    return text if text.isascii() else _TO_FOLD.sub(lambda match: _FOLDED[match.group()], text)


def promised_on_paper(interview: Interview) -> Promised:
    """Return what a PDF must hold of `interview`, its texts folded by `fold_glyphs`."""
    expected = promised(interview)
    return Promised(
        interview=interview,
        text=_fold_passages(expected.text),
        notes=tuple((number, _fold_passages(content)) for number, content in expected.notes),
        pulls=tuple(replace(pull_quote, text=on_paper(pull_quote.text)) for pull_quote in expected.pulls),
    )


def _fold_passages(passages: tuple[Promise, ...]) -> tuple[Promise, ...]:
    return tuple(
        passage if (text := on_paper(passage.text)) == passage.text else replace(passage, text=text)
        for passage in passages
    )


# --- branches ---------------------------------------------------------------------------------------


def elements_of(root: Element) -> Iterator[Element]:
    """Yield every element in document order, but not those inside an article."""
    for child in root.children():
        if isinstance(child, Element):
            yield child
            if child.role != "Art":
                yield from elements_of(child)


def _iterate_content(element: Element) -> Iterator[tuple[int, int]]:
    """Yield the marked content in an element: page index and marked content id."""
    for child in element.children():
        if isinstance(child, Element):
            yield from _iterate_content(child)
        else:
            yield child


@dataclass(slots=True)
class Reading:
    """Reads branches of the tag tree, and records which branch each piece of marked content belongs to.

    A piece of marked content is identified by page index and marked content id.
    """

    paper: Paper
    whose: dict[tuple[int, int], str] = field(default_factory=dict)  # content -> slug or section
    twice: list[tuple[int, int]] = field(default_factory=list)  # content that two elements have
    claimed: set[tuple[int, int]] = field(default_factory=set)
    hidden: set[tuple[int, int]] = field(default_factory=set)
    headings: dict[str, str] = field(default_factory=dict)  # section -> its first words
    begun: set[int] | None = None  # pages whose beginning is marked in the text; None: none shall be marked

    def interview(self, article: Element, expected: Promised) -> Found:
        """Return the text of an interview from its branch."""
        breaks_words = any("\u200b" in passage.passage.text for passage in expected.text)
        interview = Found(self.where(article))
        reader = _BranchReader(self, article.id, expected.owners, breaks_words, interview)
        reader.reads_list_numbers = self.begun is None
        reader.walk(article, "")
        reader.end_chunk()
        interview.addresses = list(
            find_margin_addresses(expected, self.paper.sheets, reader.first_runs, reader.picture_pages)
        )
        return interview

    def claim(self, content: tuple[int, int], branch: str) -> list[Run]:
        """Return the runs of marked content, and record that it belongs to the branch."""
        if content in self.claimed:
            self.twice.append(content)
        self.claimed.add(content)
        self.whose.setdefault(content, branch)
        page, content_id = content
        return self.paper.sheets[page].by_mark.get(content_id, [])

    def sheet_of(self, element: Element) -> int | None:
        """Return the index of the page on which an element begins."""
        return next((page for page, _ in _iterate_content(element)), None)

    def label(self, element: Element) -> str:
        """Return the number of the page on which an element begins, "" if it has no content."""
        page = self.sheet_of(element)
        return self.paper.sheets[page].label if page is not None else ""

    def where(self, element: Element) -> str:
        """Return for messages the page on which an element begins, "" if it has no content."""
        page = self.sheet_of(element)
        return self.page(page) if page is not None else ""

    def page(self, index: int) -> str:
        """Return number and place of a page for messages, and for the record of the proof."""
        return f"page {self.paper.sheets[index].label} (sheet {self.paper.first + index + 1})"

    def begin(self, index: int) -> str:
        """Return the mark of a page where its text begins, with its index in the file; later "".

        Return "" too if pages are not marked.
        """
        if self.begun is None or index in self.begun:
            return ""
        self.begun.add(index)
        return page_start(self.paper.first + index)

    def section(self, element: Element, texts: dict[str, list[str]]) -> None:
        """Add to `texts` the blocks of each section around the interviews, by section id."""
        if element.role == "Art":
            return
        if _SECTION_ID.fullmatch(element.id):
            section = element.id
            reader = _BranchReader(self, section, frozenset(), True, Found(""))
            reader.walk(element, "")
            reader.end_chunk()
            blocks = [chunk.text for chunk in reader.interview.chunks]
            self.headings.setdefault(section, " ".join(blocks[0].replace(SOFT, " ").split()) if blocks else "")
            texts.setdefault(section, []).extend(blocks)
            return
        for child in element.children():
            if isinstance(child, Element):
                self.section(child, texts)


@dataclass(frozen=True, slots=True)
class _VisibleContent:
    """Takes the marked content of one branch, and reports what cannot be seen as a fault of the interview."""

    tree: Reading
    branch: str
    interview: Found

    def claim(self, content: tuple[int, int]) -> Iterator[Run]:
        """Yield the runs of marked content that can be seen."""
        for run in self.tree.claim(content, self.branch):
            if not run.unseen:
                yield run
            elif run.text.strip():
                self.tree.hidden.add(content)
                sentence = f"has “{short(run.text)}” {run.unseen}"
                self.interview.oddities.append(Oddity("every-word-is-seen", sentence, self.tree.page(content[0])))

    def find_runs(self, element: Element) -> list[PlacedRun]:
        """Return all runs inside an element that can be seen."""
        return [(content[0], run) for content in _iterate_content(element) for run in self.claim(content)]


@dataclass(slots=True)
class _BranchReader:
    """Walks one branch in document order and cuts its text where blocks begin and end.

    The `owner` of an element is the innermost expected id around it.
    """

    tree: Reading
    branch: str  # the interview's slug, or the section's id
    owners: frozenset[str]
    breaks_words: bool  # lines may end inside words
    interview: Found
    runs: list[PlacedRun] = field(default_factory=list)  # of the chunk that is being read
    owner: str = ""  # of that chunk
    chunks: list[Chunk] = field(default_factory=list)  # where finished chunks go
    first_runs: dict[str, PlacedRun] = field(default_factory=dict)  # by owner
    picture_pages: dict[str, int] = field(default_factory=dict)  # of owners that begin with a picture
    order: ReadingOrder = field(default_factory=ReadingOrder)
    content: _VisibleContent = field(init=False)
    is_aside: bool = False  # in a table, note or pull quote: beside or below the running text
    is_apart: bool = False  # in a note or pull quote
    reads_list_numbers: bool = False

    def __post_init__(self) -> None:
        self.chunks = self.interview.chunks
        self.content = _VisibleContent(self.tree, self.branch, self.interview)

    def walk(self, element: Element, owner: str) -> None:
        local_id = element.id.removeprefix(self.branch + ".")
        if local_id in self.owners and local_id != element.id:
            owner = local_id
            self.interview.ids[local_id] += 1
            self.interview.places.setdefault(local_id, self.tree.where(element))
        is_inline = element.role in _INLINE_ROLES
        if not is_inline:
            self.end_chunk()
            self.owner = owner
        self._read_element(element, local_id, owner)
        if element.role == "LI":
            self.end_chunk()
            self.order.forget_numbers()
        if not is_inline:
            self.end_chunk()
            self.owner = owner

    def _read_element(self, element: Element, local_id: str, owner: str) -> None:
        match element.role:
            case "Figure":
                self._read_figure(element, owner)
            case "Note":
                self._read_note(element, local_id)
            case "Reference":
                self._read_note_call(element)
            case "Lbl":
                self._read_label(element)
            case "Table":
                self.is_aside, was_aside = True, self.is_aside
                self._read_children(element, owner)
                self.is_aside = was_aside
            case _ if local_id.startswith("xref") and local_id != element.id:
                self.interview.references.append(_join_label(self.content.find_runs(element)))
            case _ if local_id.startswith("pullquote") and local_id != element.id and self.tree.begun is None:
                chunks = self._read_apart(element, owner)
                text = f"{SOFT} ".join(chunk.text for chunk in chunks)
                self.interview.pulls.append(Chunk(text, owner, self.tree.where(element)))
            case _:
                self._read_children(element, owner)

    def _read_children(self, element: Element, owner: str) -> None:
        for child in element.children():
            if isinstance(child, Element):
                self.walk(child, owner)
                self.owner = owner
            else:
                self._read_content(child)

    def _read_content(self, content: tuple[int, int]) -> None:
        """Add marked content to the chunk that is being read. A box of spaces paints nothing and is a gap."""
        runs = [(content[0], run) for run in self.content.claim(content)]
        self.runs += runs
        if not runs and self.runs and content not in self.tree.hidden:
            page, last = self.runs[-1]
            self.runs[-1] = (page, replace(last, text=last.text + SOFT))

    def end_chunk(self) -> None:
        """Add the chunk that is being read to the others, if it has text."""
        if not self.runs:
            return
        page, first = self.runs[0]
        for number_page, number in self.order.match_numbers(page, first):
            self._report_number(number_page, number)
        self.first_runs.setdefault(self.owner, self.runs[0])
        joined, misplaced = join_runs(self.runs, self._mark_page, breaks_words=self.breaks_words)
        for run_page, run in misplaced:
            self._report_order(run.text, run_page)
        text = on_paper(letters(joined))
        if text:
            if not self.is_aside and not self.order.add_block(self.runs):
                self._report_order(text, page)
            self.chunks.append(Chunk(text, self.owner, self.tree.page(page)))
            self.interview.last = self.owner
        self.runs.clear()

    def _mark_page(self, page: int) -> str:
        return "" if self.is_apart else self.tree.begin(page)

    def _read_figure(self, element: Element, owner: str) -> None:
        self.end_chunk()
        self.order.forget_numbers()
        contents = list(_iterate_content(element))
        self.content.find_runs(element)
        pages = self.tree.paper.sheets
        where = self.tree.where(element)
        if not any(content_id in pages[page].pictures for page, content_id in contents):
            sentence = f"has the words of a picture without the picture: “{short(element.alt)}”"
            self.interview.oddities.append(Oddity("pictures-are-there", sentence, where))
        if contents and owner not in self.first_runs:
            self.picture_pages.setdefault(owner, contents[0][0])
        page_mark = self._mark_page(contents[0][0]) if contents else ""
        self.chunks.append(Chunk(page_mark + picture(on_paper(letters(element.alt))), owner, where))

    def _read_note_call(self, element: Element) -> None:
        """Add the mark of a footnote's number to the chunk that is being read."""
        runs = self.content.find_runs(element)
        if runs:
            page, first = runs[0]
            self.runs.append((page, replace(first, text=call(_join_label(runs)), right=runs[-1][1].right)))

    def _read_note(self, element: Element, local_id: str) -> None:
        """Add a footnote to those of the interview, under its number; its label must show that number."""
        labels = [child for child in element.children() if isinstance(child, Element) and child.role == "Lbl"]
        runs = [run for label in labels for _, run in self.content.find_runs(label)]
        number = letters("".join(run.text for run in runs).replace(SOFT, " ")).rstrip(".) ")
        chunks = self._read_apart(element, "", {id(label) for label in labels})
        if local_id != f"fn{number}" or not number.isdecimal() or int(number) in self.interview.notes:
            sentence = f"has a footnote numbered “{short(number, 20)}” in the place of “{short(local_id, 20)}”"
            self.interview.oddities.append(Oddity("footnotes-are-linked", sentence, self.tree.where(element)))
        id_number = local_id.removeprefix("fn")
        if id_number.isdecimal() and int(id_number) not in self.interview.notes:
            self.interview.notes[int(id_number)] = chunks
        else:
            self.interview.chunks += chunks

    def _read_apart(self, element: Element, owner: str, skipped: Set[int] = frozenset()) -> list[Chunk]:
        """Return the chunks of an element without adding them to the running text.

        `skipped` are the identities of children that are not read.
        """
        runs, running_text, was_aside, was_apart = self.runs, self.chunks, self.is_aside, self.is_apart
        self.runs, self.chunks, self.is_aside, self.is_apart, self.owner = [], [], True, True, owner
        for child in element.children():
            if not isinstance(child, Element):
                self._read_content(child)
            elif id(child) not in skipped:
                self.walk(child, owner)
        self.end_chunk()
        chunks, self.runs, self.chunks = self.chunks, runs, running_text
        self.is_aside, self.is_apart = was_aside, was_apart
        return chunks

    def _read_label(self, element: Element) -> None:
        """Read what stands before a list item: a number, kept out of the words, or a bullet."""
        runs = self.content.find_runs(element)
        text = _join_label(runs)
        if not text or _BULLET.fullmatch(text):
            return
        if not _LIST_NUMBER.fullmatch(text):
            self.runs += runs
        elif self.reads_list_numbers:
            self._read_list_number(text, *runs[0])

    def _read_list_number(self, text: str, page: int, number: Run) -> None:
        self.end_chunk()
        self.first_runs.setdefault(self.owner, (page, number))
        self.chunks.append(Chunk(list_number(text), self.owner, self.tree.page(page)))
        if not self.is_aside and not self.order.add_number(page, number):
            self._report_number(page, number)

    def _report_order(self, text: str, page: int) -> None:
        self._add_fault("order-is-kept", f"has “{short(text)}” above what is read before it", page)

    def _report_number(self, page: int, number: Run) -> None:
        text = short(number.text.strip())
        self._add_fault(LIST_NUMBERS, f"has the number “{text}” beside other words than those of its list item", page)

    def _add_fault(self, rule: str, sentence: str, page: int) -> None:
        self.interview.oddities.append(Oddity(rule, sentence, self.tree.page(page)))


def _join_label(runs: list[PlacedRun]) -> str:
    """Return the normalized text of runs that make one label, without gaps."""
    return letters("".join(run.text for _, run in runs).replace(SOFT, ""))
