"""Read branches of a PDF's tag tree in the order of a screen reader, and check that the words can be seen.

The words come in the order of the structure tree. They count only where a reader sees them: on the paper, in ink, and
in that order down the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from onrecord.model.rule import Rule
from onrecord.proof.reading import text_block
from onrecord.proof.reading.expected import ExpectedInterview
from onrecord.proof.reading.extracted_text import LIST_NUMBERS_RULE, Chunk, ExtractedInterview, Fault
from onrecord.proof.reading.margin_addresses import find_margin_addresses
from onrecord.proof.reading.normalize import (
    SOFT_GAP,
    mark_list_number,
    mark_note_call,
    mark_page_start,
    mark_picture,
    normalize_text,
    shorten_text,
)
from onrecord.proof.reading.note_calls import NoteCalls
from onrecord.proof.reading.painted_text import TextRun
from onrecord.proof.reading.pdf_pages import PdfContent, TagElement
from onrecord.proof.reading.printed_texts import fold_glyphs
from onrecord.proof.reading.reading_order import PlacedRun, ReadingOrder, join_runs
from onrecord.proof.reading.text_block import Margins

_INLINE_ROLES = frozenset({"Span", "Link", "Reference", "Code", "Quote", "NonStruct", "Em", "Strong", "Annot", "Lbl"})
_BULLET = re.compile(r"[^\w\s]")
_LIST_NUMBER = re.compile(r"[0-9]{1,10}[.)]?|[a-zA-Z]{1,15}[.)]")
OUTSIDE_SECTIONS = ""  # instead of the id of a section, for the elements around sections
_SECTION_ID = re.compile(r"front\.[\w-]+|back\.[\w-]+|part\.\d+")


def iterate_outer_elements(root: TagElement) -> Iterator[TagElement]:
    """Yield every element of a PDF's tag tree in document order, but not those inside an article."""
    for child in root.children():
        if isinstance(child, TagElement):
            yield child
            if child.role != "Art":
                yield from iterate_outer_elements(child)


def describe_tags(element: TagElement) -> Iterator[str]:
    """Yield what each tagged element of a branch announces, in order: role, language, and words beside its own.

    A Span that says one line in other words is left out: `rules.spoken_lines` judges it.
    """
    for child in (element, *iterate_outer_elements(element)):
        kids = list(child.children())
        if child.role == "Span" and child.replacement and len(kids) == 1 and not isinstance(kids[0], TagElement):
            continue
        yield format_tag(child.role, child.language, child.title, child.replacement.strip(), child.alt)


def format_tag(role: str, language: str = "", title: str = "", replacement: str = "", alt: str = "") -> str:
    """Return in words what a tagged element announces: role, language, title, and what replaces its words."""
    words = [f" in the language “{language}”" if language else ""]
    words += [f" as “{shorten_text(text)}”" for text in (title, replacement, alt) if text]
    return role + "".join(words)


def describe_sheet(label: str, index: int) -> str:
    """Return number and place of a page for messages, and for the record of the proof; `index` is that in the file."""
    return f"page {label} (sheet {index + 1})"


def find_anchors(pdf: PdfContent, element: TagElement) -> Iterator[tuple[str, int, float]]:
    """Yield the id of each tagged element of a branch, its sheet's index, and the height of its first words or -1.

    A picture counts as no words.
    """
    for child in element.children():
        if isinstance(child, TagElement):
            content = next(_iterate_content(child), None)
            if child.id and content:
                runs = pdf.pages[content[0]].runs_by_id.get(content[1], ())
                yield child.id, pdf.first + content[0], max((run.top for run in runs), default=-1.0)
            yield from find_anchors(pdf, child)


def _iterate_content(element: TagElement) -> Iterator[tuple[int, int]]:
    """Yield the marked content in a tagged element: page index and marked content id."""
    for child in element.children():
        if isinstance(child, TagElement):
            yield from _iterate_content(child)
        else:
            yield child


@dataclass(slots=True)
class TagTreeReader:
    """Reads branches of the tag tree, and records which branch each piece of marked content belongs to.

    A piece of marked content is identified by page index and marked content id.
    """

    pdf: PdfContent
    branches: dict[tuple[int, int], str] = field(default_factory=dict)  # content -> slug or section
    claimed_twice: list[tuple[int, int]] = field(default_factory=list)  # content that two elements have
    claimed: set[tuple[int, int]] = field(default_factory=set)
    invisible_content: set[tuple[int, int]] = field(default_factory=set)
    headings: dict[str, str] = field(default_factory=dict)  # section -> its first words
    section_tags: dict[str, list[str]] = field(default_factory=dict)  # section -> what its elements announce, in order
    section_faults: list[Fault] = field(default_factory=list)
    margins: dict[tuple[float, float], Margins] = field(default_factory=dict)  # of a page, by its size
    is_mirrored: bool = False  # in a book that is read from the right: its first page is a left-hand page
    marked_pages: set[int] | None = None  # pages whose beginning is marked in the text; None: none shall be marked
    marked_runs: list[tuple[int, TextRun | None]] | None = None  # instead, each run and picture is marked by its index

    def read_interview(self, article: TagElement, expected: ExpectedInterview) -> ExtractedInterview:
        """Return the text of an interview that the proof reads from its branch of the PDF's tag tree."""
        breaks_words = any("\u200b" in passage.passage.text for passage in expected.passages)
        interview = ExtractedInterview(self.describe_element_page(article))
        reader = _BranchReader(self, article.id, expected.owners, breaks_words, interview)
        reader.reads_list_numbers = self.marked_pages is None
        reader.read_branch(article, "")
        reader.end_chunk()
        interview.faults += self._find_moved_lines(reader.content.runs_by_page)
        for page, sentence in reader.note_calls.find_faults([page.label for page in self.pdf.pages]):
            interview.faults.append(Fault(Rule.FOOTNOTES_ARE_LINKED, sentence, self.describe_page(page)))
        interview.addresses = list(
            find_margin_addresses(expected, self.pdf.pages, reader.first_runs, reader.picture_pages)
        )
        return interview

    def _find_moved_lines(self, runs_by_page: Mapping[int, Sequence[TextRun]]) -> Iterator[Fault]:
        """Yield a fault for each page whose lines all stand a little beyond an edge of the text block."""
        for page, runs in runs_by_page.items() if self.margins else ():
            is_right_hand = self._is_right_hand(page)
            if edge := text_block.find_moved_edge(
                runs, self.pdf.pages[page], self.margins, is_right_hand=is_right_hand
            ):
                sentence = f"has the lines of a page {edge} the text block"
                yield Fault(Rule.WORDS_STAND_IN_THE_TEXT_BLOCK, sentence, self.describe_page(page))

    def claim_content(self, content: tuple[int, int], branch: str) -> list[TextRun]:
        """Return the text runs of marked content (page, MCID); note its branch, and whether it was claimed before."""
        if content in self.claimed:
            self.claimed_twice.append(content)
        self.claimed.add(content)
        self.branches.setdefault(content, branch)
        page, content_id = content
        return self.pdf.pages[page].runs_by_id.get(content_id, [])

    def find_page(self, element: TagElement) -> int | None:
        """Return the index of the page on which a tagged element begins, None if it has no content."""
        return next((page for page, _ in _iterate_content(element)), None)

    def find_page_label(self, element: TagElement) -> str:
        """Return the number of the page on which a tagged element begins, "" if it has no content."""
        page = self.find_page(element)
        return self.pdf.pages[page].label if page is not None else ""

    def describe_element_page(self, element: TagElement) -> str:
        """Return for messages the page on which a tagged element begins, "" if it has no content."""
        page = self.find_page(element)
        return self.describe_page(page) if page is not None else ""

    def describe_page(self, index: int) -> str:
        """Return number and place of a PDF page for messages, and for the record of the proof."""
        return describe_sheet(self.pdf.pages[index].label, self.pdf.first + index)

    def find_stray_edge(self, run: TextRun, page: int) -> str:
        """Return which edge of its page's text block ("left of") a printed run with ink stands beyond, "" if none."""
        if not self.margins or not run.text.strip(" " + SOFT_GAP):
            return ""
        is_right_hand = self._is_right_hand(page)
        return text_block.find_stray_edge(run, self.pdf.pages[page], self.margins, is_right_hand=is_right_hand)

    def _is_right_hand(self, page: int) -> bool:
        """Return whether a page lies on the right: the first one of the file and every other, or the others."""
        return bool((self.pdf.first + page) % 2) == self.is_mirrored

    def mark_start(self, index: int, run: TextRun | None) -> str:
        """Return the mark of a page where its text begins, with its index in the file; later "".

        Return "" too if pages are not marked. Where runs are marked, mark each; a picture is no run.
        """
        if self.marked_runs is not None:
            self.marked_runs.append((index, run))
            return mark_page_start(len(self.marked_runs) - 1)
        if self.marked_pages is None or index in self.marked_pages:
            return ""
        self.marked_pages.add(index)
        return mark_page_start(self.pdf.first + index)

    def read_sections(self, element: TagElement, texts: dict[str, list[str]]) -> None:
        """Add to `texts` the blocks of each section of the PDF around the interviews, by section id.

        The tags of elements around the sections go to `section_tags`, too, with the key OUTSIDE_SECTIONS.
        """
        if element.role == "Art":
            return
        if _SECTION_ID.fullmatch(element.id):
            section = element.id
            reader = _BranchReader(self, section, frozenset(), True, ExtractedInterview(""))
            reader.read_branch(element, "")
            reader.end_chunk()
            self.section_faults += (*reader.interview.faults, *self._find_struck_words(element))
            self.section_tags.setdefault(section, []).extend(describe_tags(element))
            blocks = [chunk.text for chunk in reader.interview.chunks]
            self.headings.setdefault(section, " ".join(blocks[0].replace(SOFT_GAP, " ").split()) if blocks else "")
            texts.setdefault(section, []).extend(blocks)
            return
        if element.role not in ("", "Document"):  # `tag_objects` checks these
            title = element.title or element.id  # an element around sections has neither
            tag = format_tag(element.role, element.language, title, element.replacement, element.alt)
            self.section_tags.setdefault(OUTSIDE_SECTIONS, []).append(tag)
        for child in element.children():
            if isinstance(child, TagElement):
                self.read_sections(child, texts)

    def _find_struck_words(self, element: TagElement) -> Iterator[Fault]:
        """Yield a fault for each run of a PDF section that a line runs through: nobody strikes words out there."""
        for page, content_id in _iterate_content(element):
            for run in self.pdf.pages[page].runs_by_id.get(content_id, ()):
                if run.is_struck and not run.unseen_reason:
                    sentence = f"has “{shorten_text(run.text)}” with a line through it"
                    yield Fault(Rule.EVERY_WORD_IS_SEEN, sentence, self.describe_page(page))


@dataclass(frozen=True, slots=True)
class _VisibleContent:
    """Takes the marked content of one branch, and reports what cannot be seen as a fault of the interview."""

    tree: TagTreeReader
    branch: str
    interview: ExtractedInterview
    runs_by_page: dict[int, list[TextRun]] = field(default_factory=dict)  # those that can be seen

    def claim_visible_runs(self, content: tuple[int, int]) -> Iterator[TextRun]:
        """Yield the runs of marked content that can be seen, and note that they are read."""
        for run in self.tree.claim_content(content, self.branch):
            if not run.unseen_reason:
                if edge := self.tree.find_stray_edge(run, content[0]):
                    self._add_fault(Rule.WORDS_STAND_IN_THE_TEXT_BLOCK, run, f"{edge} the text block", content[0])
                self.runs_by_page.setdefault(content[0], []).append(run)
                yield run
            elif run.text.strip():
                self.tree.invisible_content.add(content)
                self._add_fault(Rule.EVERY_WORD_IS_SEEN, run, run.unseen_reason, content[0])

    def _add_fault(self, rule: Rule, run: TextRun, fault: str, page: int) -> None:
        """Note a fault of a printed run on the page with this index."""
        sentence = f"has “{shorten_text(run.text)}” {fault}"
        self.interview.faults.append(Fault(rule, sentence, self.tree.describe_page(page)))

    def find_runs(self, element: TagElement) -> list[PlacedRun]:
        """Return all runs inside a tagged element that can be seen."""
        return [(content[0], run) for content in _iterate_content(element) for run in self.claim_visible_runs(content)]


@dataclass(slots=True)
class _BranchReader:
    """Walks one branch in document order and cuts its text where blocks begin and end."""

    tree: TagTreeReader
    branch: str  # the interview's slug, or the section's id
    owners: frozenset[str]  # expected ids; the owner of an element is the innermost of them around it
    breaks_words: bool  # lines may end inside words
    interview: ExtractedInterview
    runs: list[PlacedRun] = field(default_factory=list)  # of the chunk that is being read
    owner: str = ""  # of that chunk
    chunks: list[Chunk] = field(default_factory=list)  # where finished chunks go
    first_runs: dict[str, PlacedRun] = field(default_factory=dict)  # by owner
    picture_pages: dict[str, int] = field(default_factory=dict)  # of owners that begin with a picture
    note_calls: NoteCalls = field(default_factory=NoteCalls)
    order: ReadingOrder = field(default_factory=ReadingOrder)
    content: _VisibleContent = field(init=False)
    is_aside: bool = False  # in a table, note or pull quote: beside or below the running text
    is_apart: bool = False  # in a note or pull quote
    reads_list_numbers: bool = False

    def __post_init__(self) -> None:
        self.chunks = self.interview.chunks
        self.content = _VisibleContent(self.tree, self.branch, self.interview)

    def read_branch(self, element: TagElement, owner: str) -> None:
        """Read a tagged element and all inside; `owner` is the expected id that it stands under."""
        local_id = element.id.removeprefix(self.branch + ".")
        if local_id in self.owners and local_id != element.id:
            owner = local_id
            self.interview.id_counts[local_id] += 1
            self.interview.locations.setdefault(local_id, self.tree.describe_element_page(element))
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

    def _read_element(self, element: TagElement, local_id: str, owner: str) -> None:
        """Read what is in a tagged element by its role: figure, note, label, table, link or other."""
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
            case _ if local_id.startswith("callpage") and local_id != element.id:
                self.note_calls.named_page = _join_label(self.content.find_runs(element))
            case _ if local_id.startswith("xref") and local_id != element.id:
                self.interview.references.append(_join_label(self.content.find_runs(element)))
            case _ if local_id.startswith("pullquote") and local_id != element.id and self.tree.marked_pages is None:
                chunks = self._read_separately(element, owner)
                text = f"{SOFT_GAP} ".join(chunk.text for chunk in chunks)
                self.interview.pull_quotes.append(Chunk(text, owner, self.tree.describe_element_page(element)))
            case _:
                self._read_children(element, owner)

    def _read_children(self, element: TagElement, owner: str) -> None:
        """Read the elements and the marked content inside a tagged element, in order."""
        for child in element.children():
            if isinstance(child, TagElement):
                self.read_branch(child, owner)
                self.owner = owner
            else:
                self._read_content(child)

    def _read_content(self, content: tuple[int, int]) -> None:
        """Add marked content to the text block that is being read. A box of spaces paints nothing and is a gap."""
        runs = [(content[0], run) for run in self.content.claim_visible_runs(content)]
        self.runs += runs
        if not runs and self.runs and content not in self.tree.invisible_content:
            page, last = self.runs[-1]
            self.runs[-1] = (page, replace(last, text=last.text + SOFT_GAP))

    def end_chunk(self) -> None:
        """Add the marked content since the last block boundary as a text block, if there is any."""
        if not self.runs:
            return
        page, first = self.runs[0]
        for number_page, number in self.order.take_numbers(page, first):
            self._report_number(number_page, number)
        self.first_runs.setdefault(self.owner, self.runs[0])
        joined, misplaced = join_runs(self.runs, self._mark_page_start, breaks_words=self.breaks_words)
        for run_page, run in misplaced:
            self._add_fault(Rule.ORDER_IS_KEPT, _describe_order(run.text), run_page)
        text = fold_glyphs(normalize_text(joined))
        if text:
            if not self.is_aside and not self.order.add_block(self.runs):
                self._add_fault(Rule.ORDER_IS_KEPT, _describe_order(text), page)
            self.chunks.append(Chunk(text, self.owner, self.tree.describe_page(page)))
            self.interview.last_owner = self.owner
        self.runs.clear()

    def _mark_page_start(self, page: int, run: TextRun | None) -> str:
        """Return the page mark due before a run or a picture, always "" in text read apart."""
        return "" if self.is_apart else self.tree.mark_start(page, run)

    def _read_figure(self, element: TagElement, owner: str) -> None:
        """Add the alternative text of a tagged picture; note a fault for a picture that is not drawn."""
        self.end_chunk()
        self.order.forget_numbers()
        contents = list(_iterate_content(element))
        self.content.find_runs(element)
        pages = self.tree.pdf.pages
        where = self.tree.describe_element_page(element)
        if not any(content_id in pages[page].drawn_ids for page, content_id in contents):
            sentence = f"has the words of a picture without the picture: “{shorten_text(element.alt)}”"
            self.interview.faults.append(Fault(Rule.PICTURES_ARE_THERE, sentence, where))
        if contents and owner not in self.first_runs:
            self.picture_pages.setdefault(owner, contents[0][0])
        page_mark = self._mark_page_start(contents[0][0], None) if contents else ""
        self.chunks.append(Chunk(page_mark + mark_picture(fold_glyphs(normalize_text(element.alt))), owner, where))

    def _read_note_call(self, element: TagElement) -> None:
        """Add the mark of a footnote's number to the text block that is being read."""
        runs = self.content.find_runs(element)
        if runs:
            page, first = runs[0]
            number = _join_label(runs)
            self.note_calls.add_call(number, page)
            self.runs.append((page, replace(first, text=mark_note_call(number), right=runs[-1][1].right)))

    def _read_note(self, element: TagElement, local_id: str) -> None:
        """Add a footnote to the interview's; note a fault if its label shows another number."""
        labels = [child for child in element.children() if isinstance(child, TagElement) and child.role == "Lbl"]
        runs = [run for label in labels for _, run in self.content.find_runs(label)]
        number = normalize_text("".join(run.text for run in runs).replace(SOFT_GAP, " ")).rstrip(".) ")
        self.note_calls.named_page = ""
        chunks = self._read_separately(element, "", {id(label) for label in labels})
        page = self.tree.find_page(element)
        self.note_calls.add_note(number, page)
        if local_id != f"fn{number}" or not number.isdecimal() or int(number) in self.interview.notes:
            fault = (
                f"has a footnote numbered “{shorten_text(number, 20)}” in the place of “{shorten_text(local_id, 20)}”"
            )
            self._add_fault(Rule.FOOTNOTES_ARE_LINKED, fault, page or 0)
        id_number = local_id.removeprefix("fn")
        if id_number.isdecimal() and int(id_number) not in self.interview.notes:
            self.interview.notes[int(id_number)] = chunks
        else:
            self.interview.chunks += chunks

    def _read_separately(self, element: TagElement, owner: str, skipped: Set[int] = frozenset()) -> list[Chunk]:
        """Return the text blocks of a tagged element without adding them to the running text.

        `skipped` are the identities of children that are not read.
        """
        runs, running_text, was_aside, was_apart = self.runs, self.chunks, self.is_aside, self.is_apart
        self.runs, self.chunks, self.is_aside, self.is_apart, self.owner = [], [], True, True, owner
        for child in element.children():
            if not isinstance(child, TagElement):
                self._read_content(child)
            elif id(child) not in skipped:
                self.read_branch(child, owner)
        self.end_chunk()
        chunks, self.runs, self.chunks = self.chunks, runs, running_text
        self.is_aside, self.is_apart = was_aside, was_apart
        return chunks

    def _read_label(self, element: TagElement) -> None:
        """Read a tagged list label: a number as its own block, no bullet, any other text as words."""
        runs = self.content.find_runs(element)
        text = _join_label(runs)
        if not text or _BULLET.fullmatch(text):
            return
        if not _LIST_NUMBER.fullmatch(text):
            self.runs += runs
        elif self.reads_list_numbers:
            self._read_list_number(text, *runs[0])

    def _read_list_number(self, text: str, page: int, number: TextRun) -> None:
        """Add the number of a list item as a text block of its own; note a fault if it is in a wrong place."""
        self.end_chunk()
        self.first_runs.setdefault(self.owner, (page, number))
        self.chunks.append(Chunk(mark_list_number(text), self.owner, self.tree.describe_page(page)))
        if not self.is_aside and not self.order.add_number(page, number):
            self._report_number(page, number)

    def _report_number(self, page: int, number: TextRun) -> None:
        """Note a fault for a list number that is not on the line of its own list item."""
        text = shorten_text(number.text.strip())
        self._add_fault(
            LIST_NUMBERS_RULE, f"has the number “{text}” beside other words than those of its list item", page
        )

    def _add_fault(self, rule: Rule, sentence: str, page: int) -> None:
        """Note a fault of the interview on the page with this index."""
        self.interview.faults.append(Fault(rule, sentence, self.tree.describe_page(page)))


def _describe_order(text: str) -> str:
    """Return in words what is wrong with a printed block that is placed above the block read before it."""
    return f"has “{shorten_text(text)}” above what is read before it"


def _join_label(runs: list[PlacedRun]) -> str:
    """Return the normalized text of runs that make one label, without gaps."""
    return normalize_text("".join(run.text for _, run in runs).replace(SOFT_GAP, ""))
