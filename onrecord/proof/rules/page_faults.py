"""Find what a typographer would set otherwise on the printed pages: line ends, short pages, uneven feet.

Everything is measured in the finished PDF, with PDFium. Such a fault is no error: it is what remains after layout.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from onrecord.model import Book, Interview
from onrecord.model.page_numbers import LeafSpan
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule, Severity
from onrecord.proof.reading.citation_sentences import expect_interview_head
from onrecord.proof.reading.normalize import SOFT_GAP, normalize_text, shorten_text
from onrecord.proof.reading.painted_text import ARTIFACT, TextRun
from onrecord.proof.reading.pdf_pages import PdfContent, PdfPage
from onrecord.proof.reading.printed_texts import fold_glyphs

_HYPHENS = ("-", "\u2010", "\u00ad")
_SAME_PT = 0.5
_SHORTEST_LAST_LINE_EM = 2.5
_FULL_LINE_EM = 3.0  # a line that ends nearer to the edge is not the last of its paragraph
_SHORTEST_STACKED_WORD = 3
_MOST_HYPHENS = 2  # in a row
_SHORT_PAGE_LINES = 4
_SHOWN_LETTERS = 30


@dataclass(frozen=True, slots=True)
class _TextRow:
    """A line of the text block: the height of its baseline, its ends, and its words."""

    baseline: float
    left: float
    right: float
    text: str


@dataclass(frozen=True, slots=True)
class _PageRows:
    """A page of an interview: its index, its number, its lines from above, and whether the interview goes on after it.

    `foot` is the baseline of the lowest line, also of a note.
    """

    index: int
    label: str
    lines: tuple[_TextRow, ...]
    foot: float
    goes_on: bool
    interview: Interview


@dataclass(frozen=True, slots=True)
class _Type:
    """The text of the book: its size, the distance of its lines, and the right edge of left- and right-hand pages."""

    size: float
    leading: float
    edges: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is not as it should be on a page."""

    rule: Rule
    sheet: _PageRows
    sentence: str


def find_page_faults(book: Book, content: PdfContent, spans: Sequence[LeafSpan]) -> tuple[Problem, ...]:
    """Return a warning for each fault of a PDF's interview pages (ladders, short pages …), in page order.

    `spans` says on which pages of the PDF each interview stands.
    """
    size = _find_text_size(content)
    interviews = {interview.slug: interview for interview in book.interviews}
    sheets = [
        _read_page_rows(content.pages[index], index, interviews[span.name], size, goes_on=index + 1 < span.stop)
        for span in spans
        if span.name in interviews
        for index in range(span.first, span.stop)
    ]
    sheets = [sheet for sheet in sheets if sheet.lines]
    text = _measure_text_area(sheets, size)
    faults = [fault for sheet in sheets for find in _FINDERS for fault in find(sheet, text)]
    faults += [
        *_find_short_pages(sheets, text),
        *_find_uneven_feet(sheets, text),
        *_find_cut_heads(book, content, sheets),
    ]
    faults.sort(key=lambda fault: (fault.sheet.index, fault.rule))
    return tuple(
        Problem(
            fault.sheet.interview.location,
            fault.rule,
            f"page {fault.sheet.label}: {fault.sentence}",
            fault.rule.hint,
            severity=Severity.WARNING,
        )
        for fault in faults
    )


# --- reading ----------------------------------------------------------------------------------------


def _find_text_size(content: PdfContent) -> float:
    """Return the font size in which most letters of the PDF's tagged text are set."""
    letters: Counter[float] = Counter()
    for page in content.pages:
        for run in page.runs:
            if run.content_id >= 0:
                letters[round(run.size, 1)] += len(run.text)
    return max(letters, key=lambda size: letters[size], default=10.0)


def _read_page_rows(page: PdfPage, index: int, interview: Interview, size: float, *, goes_on: bool) -> _PageRows:
    """Return a PDF page with its lines in the size of the text; heads, folios and addresses are not tagged."""
    runs = [run for run in page.runs if run.content_id >= 0 and run.text.replace(SOFT_GAP, "").strip()]
    text_runs = [run for run in runs if abs(run.size - size) < _SAME_PT]
    rows: list[list[TextRun]] = []
    for run in sorted(text_runs, key=lambda run: -run.baseline):
        if rows and abs(rows[-1][0].baseline - run.baseline) < _SAME_PT:
            rows[-1].append(run)
        else:
            rows.append([run])
    foot = min((run.baseline for run in runs), default=0.0)
    return _PageRows(index, page.label, tuple(map(_build_row, rows)), foot, goes_on, interview)


def _build_row(row: Sequence[TextRun]) -> _TextRow:
    """Return the runs of one printed line as a row, from the left."""
    runs = sorted(row, key=lambda run: run.left)
    text = runs[0].text
    for before, run in pairwise(runs):
        text += f" {run.text}" if run.left - before.right > 0.1 * run.size else run.text
    words = " ".join(text.replace(SOFT_GAP, " ").split())
    return _TextRow(runs[0].baseline, runs[0].left, max(run.right for run in runs), words)


def _measure_text_area(sheets: Sequence[_PageRows], size: float) -> _Type:
    """Return the commonest distance of printed lines, and where full lines end on both kinds of pages."""
    steps = Counter(round(a.baseline - b.baseline, 1) for sheet in sheets for a, b in pairwise(sheet.lines))
    leading = steps.most_common(1)[0][0] if steps else size * 1.3
    ends: tuple[Counter[float], Counter[float]] = (Counter(), Counter())
    for sheet in sheets:
        ends[sheet.index % 2].update(round(line.right, 1) for line in sheet.lines)
    edges = [max((right for right, count in side.items() if count > 1), default=0.0) for side in ends]
    return _Type(size, leading, (edges[0], edges[1]))


# --- lines ------------------------------------------------------------------------------------------


def _pair_lines(sheet: _PageRows, text: _Type) -> Iterator[tuple[_TextRow, _TextRow]]:
    """Yield pairs of neighbouring printed lines without a gap between them."""
    for above, below in pairwise(sheet.lines):
        if above.baseline - below.baseline < text.leading * 1.2:
            yield above, below


def _find_short_ends(sheet: _PageRows, text: _Type) -> Iterator[_Fault]:
    """Yield each last line of a printed paragraph that is shorter than 2.5 em."""
    edge = text.edges[sheet.index % 2]
    for above, line in _pair_lines(sheet, text):
        is_last = edge - line.right > _FULL_LINE_EM * text.size > edge - above.right
        if is_last and line.right - line.left < _SHORTEST_LAST_LINE_EM * text.size:
            words = _quote_end(above.text)
            yield _Fault(
                Rule.LAST_LINES_ARE_LONG, sheet, f"“{line.text}” is the last line of a paragraph, after “{words}”"
            )


def _find_ladders(sheet: _PageRows, text: _Type) -> Iterator[_Fault]:
    """Yield each group of more than two printed lines in a row that end with a hyphen."""
    pairs = [
        (below, below.text.endswith(_HYPHENS) and above.text.endswith(_HYPHENS))
        for above, below in _pair_lines(sheet, text)
    ]
    for is_ladder, group in groupby(pairs, key=lambda pair: pair[1]):
        lines = [line for line, _ in group]
        if is_ladder and len(lines) >= _MOST_HYPHENS:
            words = _quote_end(lines[-1].text)
            yield _Fault(
                Rule.HYPHENS_ARE_FEW, sheet, f"{len(lines) + 1} lines in a row end with a hyphen, the last “{words}”"
            )


def _find_divided_words(sheet: _PageRows, _text: _Type) -> Iterator[_Fault]:
    """Yield a word that is divided at the foot of a right-hand page, which is turned."""
    last = sheet.lines[-1]
    if sheet.index % 2 == 0 and sheet.goes_on and last.text.endswith(_HYPHENS):
        yield _Fault(
            Rule.PAGES_END_WITH_WORDS, sheet, f"a word is divided where the page is turned: “{_quote_end(last.text)}”"
        )


def _find_stacks(sheet: _PageRows, text: _Type) -> Iterator[_Fault]:
    """Yield each word of three letters or more that begins or ends two printed lines of a turn in a row."""
    names = {name for person in sheet.interview.people for name in (person.name, *person.labels)}
    for above, below in _pair_lines(sheet, text):
        if below.text.partition(":")[0] in names:
            continue
        for end, name in ((0, "begin"), (-1, "end")):
            words = above.text.split()[end].lower(), below.text.split()[end].lower()
            if words[0] == words[1] and len(words[0]) >= _SHORTEST_STACKED_WORD:
                sentence = f"two lines in a row {name} with “{words[0]}”: “{_quote_beginning(above.text)}”"
                yield _Fault(Rule.WORDS_ARE_NOT_STACKED, sheet, sentence)


_FINDERS: tuple[Callable[[_PageRows, _Type], Iterator[_Fault]], ...] = (
    _find_short_ends,
    _find_ladders,
    _find_divided_words,
    _find_stacks,
)


# --- pages ------------------------------------------------------------------------------------------


def _find_short_pages(sheets: Sequence[_PageRows], text: _Type) -> Iterator[_Fault]:
    """Yield each page that ends four lines or more above its foot though its interview goes on."""
    inside = [sheet for sheet in sheets if sheet.goes_on]
    lowest = min((sheet.foot for sheet in inside), default=0.0)
    for sheet in inside:
        missing = round((sheet.foot - lowest) / text.leading)
        if missing >= _SHORT_PAGE_LINES:
            sentence = f"the page is {missing} lines short; it begins “{_quote_beginning(sheet.lines[0].text)}”"
            yield _Fault(Rule.PAGES_ARE_FULL, sheet, sentence)


def _find_uneven_feet(sheets: Sequence[_PageRows], text: _Type) -> Iterator[_Fault]:
    """Yield each pair of full facing pages whose last lines are more than a line apart."""
    by_index = {sheet.index: sheet for sheet in sheets if sheet.goes_on}
    for index, left in by_index.items():
        right = by_index.get(index + 1)
        if index % 2 == 0 or right is None:
            continue
        distance = round(abs(left.foot - right.foot) / text.leading)
        if abs(left.foot - right.foot) >= text.leading + _SAME_PT:
            shorter = left if left.foot > right.foot else right
            words = _quote_beginning(shorter.lines[0].text)
            sentence = f"the foot stands {distance} lines above that of the facing page; the page begins “{words}”"
            yield _Fault(Rule.FEET_ARE_EVEN, shorter, sentence)


def _find_cut_heads(book: Book, content: PdfContent, sheets: Sequence[_PageRows]) -> Iterator[_Fault]:
    """Yield the first page on which the head of the book, or that of an interview, is cut between words."""
    reported: set[str] = set()
    for sheet in sheets:
        heads = {_fold_text(book.short_title or book.title), _fold_text(expect_interview_head(sheet.interview))}
        for line in _list_artifact_lines(content.pages[sheet.index]):
            begin = _fold_text(line).removesuffix("…").rstrip()
            cut = [head for head in heads - reported if line.endswith("…") and begin and head.startswith(begin)]
            cut = [head for head in cut if head != _fold_text(line)]
            reported.update(cut)
            for head in cut:
                sentence = f"the running head is cut, “{_quote_end(line)}”, {len(head) - len(begin)} letters too long"
                yield _Fault(Rule.RUNNING_HEADS_ARE_WHOLE, sheet, sentence)


def _list_artifact_lines(page: PdfPage) -> list[str]:
    """Return the printed lines of a PDF page that are no text of the book: head, folio, addresses."""
    runs = [run for run in page.runs if run.content_id == ARTIFACT and run.text.strip()]
    baselines = dict.fromkeys(round(run.baseline) for run in runs)
    return [_build_row([run for run in runs if round(run.baseline) == baseline]).text for baseline in baselines]


def _fold_text(text: str) -> str:
    """Return a printed or expected text as they are compared."""
    return fold_glyphs(normalize_text(text))


def _quote_beginning(text: str) -> str:
    """Return the first words of a printed line for a message."""
    return shorten_text(text, _SHOWN_LETTERS)


def _quote_end(text: str) -> str:
    """Return the last words of a printed line for a message."""
    return text if len(text) <= _SHOWN_LETTERS else f"…{text[-_SHOWN_LETTERS:].partition(' ')[2]}"
