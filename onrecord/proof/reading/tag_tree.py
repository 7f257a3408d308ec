"""Reads branches of a PDF's tag tree as a screen reader does, and sees what an eye would.

The words come in the order of the structure tree, and count only where an eye finds them: on the
paper, in ink, in that order down the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from onrecord.model import Interview
from onrecord.proof.reading.expected import Promise, Promised, promised
from onrecord.proof.reading.extracted_text import LIST_NUMBERS, Chunk, Found, Oddity
from onrecord.proof.reading.normalize import HYPHEN, MINUS, SOFT, call, letters, list_number, page_start, picture, short
from onrecord.proof.reading.pdf_pages import ARTIFACT, Element, Paper, Run

_INLINE = frozenset({"Span", "Link", "Reference", "Code", "Quote", "NonStruct", "Em", "Strong", "Annot", "Lbl"})
_ADDRESS = re.compile(r"[QA]\d+(?:-\d+)?")
_BULLET = re.compile(r"[^\w\s]")
_LIST_NUMBER = re.compile(r"[0-9]{1,10}[.)]?|[a-zA-Z]{1,15}[.)]")
# What paper cannot tell apart: letters for which faces have one glyph, so that a PDF says one of them for
# all, and ligatures with a character of their own, which PDFium takes apart.
_GLYPHS = {
    "‐": "-",
    "‑": "-",
    "µ": "μ",
    "∆": "Δ",
    "ϕ": "φ",
    "˭": "⁼",
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
    "ﬅ": "ſt",
    "ﬆ": "st",
}
_DOUBLES = re.compile(f"[{''.join(_GLYPHS)}]")


def elements_of(root: Element) -> Iterator[Element]:
    """Every element in document order; not those inside an article."""
    for child in root.children():
        if isinstance(child, Element):
            yield child
            if child.role != "Art":
                yield from elements_of(child)


def on_paper(text: str) -> str:
    """`text` as paper can say it."""
    return text if text.isascii() else _DOUBLES.sub(lambda match: _GLYPHS[match.group()], text)


def promised_on_paper(interview: Interview) -> Promised:
    promise = promised(interview)
    return replace(
        promise,
        text=_pieces_on_paper(promise.text),
        notes=tuple((number, _pieces_on_paper(content)) for number, content in promise.notes),
        pulls=tuple(replace(pull, text=on_paper(pull.text)) for pull in promise.pulls),
    )


def _pieces_on_paper(pieces: tuple[Promise, ...]) -> tuple[Promise, ...]:
    return tuple(
        piece if (text := on_paper(piece.text)) == piece.text else replace(piece, text=text) for piece in pieces
    )


@dataclass(slots=True)
class Reading:
    """Reads branches of the tree, and remembers whose each piece of marked content is."""

    paper: Paper
    whose: dict[tuple[int, int], str] = field(default_factory=dict)  # (sheet, mark) -> slug or section
    twice: list[tuple[int, int]] = field(default_factory=list)
    claimed: set[tuple[int, int]] = field(default_factory=set)
    hidden: set[tuple[int, int]] = field(default_factory=set)
    headings: dict[str, str] = field(default_factory=dict)  # section -> its first words
    begun: set[int] | None = None  # sheets whose running text has begun; None: nobody asks

    def interview(self, article: Element, promise: Promised) -> Found:
        loose = any("\u200b" in piece.passage.text for piece in promise.text)
        counts = self.begun is None
        reader = _Reader(self, article.id, promise.owners, loose, Found(self.where(article)), counts=counts)
        reader.walk(article, "")
        reader.flush()
        reader.found.addresses = list(self._addresses(promise, reader.begins, reader.pictured))
        return reader.found

    def _addresses(
        self, promise: Promised, begins: Mapping[str, tuple[int, Run]], pictured: Mapping[str, int]
    ) -> Iterator[tuple[str, str]]:
        """Each turn and the address printed in the margin beside its first line."""
        for turn in promise.addresses:
            if turn in begins:
                sheet, first = begins[turn]
                runs = self.paper.sheets[sheet].by_mark.get(ARTIFACT, [])
                beside = [
                    run
                    for run in runs
                    if abs(run.baseline - first.baseline) < 1.5 * first.size
                    and _ADDRESS.fullmatch(run.text)
                    and not run.unseen
                ]
                if beside:
                    nearest = min(beside, key=lambda run: abs(run.baseline - first.baseline))
                    yield turn, nearest.text
                    continue
            if turn in pictured:  # it opens with a picture: the address stands beside that
                runs = self.paper.sheets[pictured[turn]].by_mark.get(ARTIFACT, [])
                yield from ((turn, run.text) for run in runs if run.text == promise.addresses[turn] and not run.unseen)

    def claim(self, leaf: tuple[int, int], owner: str) -> list[Run]:
        """The runs of a piece of marked content, which belongs to one element only."""
        if leaf in self.claimed:
            self.twice.append(leaf)
        self.claimed.add(leaf)
        self.whose.setdefault(leaf, owner)
        return self.paper.sheets[leaf[0]].by_mark.get(leaf[1], [])

    def sheet_of(self, element: Element) -> int | None:
        """The sheet on which an element begins."""
        for child in element.children():
            sheet = child[0] if not isinstance(child, Element) else self.sheet_of(child)
            if sheet is not None:
                return sheet
        return None

    def label(self, element: Element) -> str:
        sheet = self.sheet_of(element)
        return self.paper.sheets[sheet].label if sheet is not None else ""

    def where(self, element: Element) -> str:
        sheet = self.sheet_of(element)
        return self.page(sheet) if sheet is not None else ""

    def page(self, sheet: int) -> str:
        return f"page {self.paper.sheets[sheet].label} (sheet {self.paper.first + sheet + 1})"

    def begin(self, sheet: int) -> str:
        """The mark of a sheet where its running text begins, if somebody asks."""
        if self.begun is None or sheet in self.begun:
            return ""
        self.begun.add(sheet)
        return page_start(self.paper.first + sheet)

    def section(self, element: Element, texts: dict[str, list[str]]) -> None:
        """Add the blocks of each section around the interviews to `texts`."""
        if element.role == "Art":
            return
        if re.fullmatch(r"front\.[\w-]+|back\.[\w-]+|part\.\d+", element.id):
            section = element.id
            reader = _Reader(self, section, frozenset(), True, Found(""))
            reader.walk(element, "")
            reader.flush()
            read = [chunk.text for chunk in reader.found.chunks]
            self.headings.setdefault(section, " ".join(read[0].replace(SOFT, " ").split()) if read else "")
            texts.setdefault(section, []).extend(read)
            return
        for child in element.children():
            if isinstance(child, Element):
                self.section(child, texts)


@dataclass(slots=True)
class _Reader:
    """Walks one branch in order and cuts its text where blocks begin and end."""

    reading: Reading
    name: str  # the interview's slug
    owners: frozenset[str]
    loose: bool  # lines may end inside words
    found: Found
    line: list[tuple[int, Run]] = field(default_factory=list)
    owner: str = ""
    sink: list[Chunk] = field(default_factory=list)
    begins: dict[str, tuple[int, Run]] = field(default_factory=dict)  # owner -> sheet and first run
    pictured: dict[str, int] = field(default_factory=dict)  # owner that opens with a picture -> its sheet
    at: tuple[int, float] = (-1, 0.0)  # sheet and baseline where the last chunk began
    aside: bool = False  # in a table, note or pull quote: beside or below the running text
    apart: bool = False  # in a note or pull quote
    end: tuple[int, float] = (-1, 0.0)  # sheet and baseline where the last words in the running text ended
    counts: bool = False  # whether the numbers of list items are read
    numbered: list[tuple[int, Run]] = field(default_factory=list)  # numbers whose words are to come, with sheets

    def __post_init__(self) -> None:
        self.sink = self.found.chunks

    def walk(self, element: Element, owner: str) -> None:
        own = element.id.removeprefix(self.name + ".")
        if own in self.owners and own != element.id:
            owner = own
            self.found.ids[own] += 1
            self.found.places.setdefault(own, self.reading.where(element))
        inline = element.role in _INLINE
        if not inline:
            self.flush()
            self.owner = owner
        self._content(element, own, owner)
        if element.role == "LI":
            self.flush()
            self.numbered.clear()
        if not inline:
            self.flush()
            self.owner = owner

    def _content(self, element: Element, own: str, owner: str) -> None:
        match element.role:
            case "Figure":
                self._figure(element, owner)
            case "Note":
                self._note(element, own)
            case "Reference":
                self._call(element)
            case "Lbl":
                self._label(element)
            case "Table":
                self.aside, before = True, self.aside
                self._children(element, owner)
                self.aside = before
            case _ if own.startswith("xref") and own != element.id:
                runs = [run for leaf in marks_of(element) for run in self._seen(leaf)]
                self.found.references.append(letters("".join(run.text for run in runs).replace(SOFT, "")))
            case _ if own.startswith("pullquote") and own != element.id and self.reading.begun is None:
                read = self._apart(element, owner)
                where = self.reading.where(element)
                self.found.pulls.append(Chunk(f"{SOFT} ".join(chunk.text for chunk in read), owner, where))
            case _:
                self._children(element, owner)

    def _children(self, element: Element, owner: str) -> None:
        for child in element.children():
            if isinstance(child, Element):
                self.walk(child, owner)
                self.owner = owner
            else:
                self._read(child)

    def _read(self, leaf: tuple[int, int]) -> None:
        """Add marked content to the line. A box of spaces draws nothing; it is seen as a gap."""
        runs = [(leaf[0], run) for run in self._seen(leaf)]
        self.line += runs
        if not runs and self.line and leaf not in self.reading.hidden:
            sheet, last = self.line[-1]
            self.line[-1] = (sheet, replace(last, text=last.text + SOFT))

    def _seen(self, leaf: tuple[int, int]) -> Iterator[Run]:
        """The runs of marked content that an eye finds."""
        for run in self.reading.claim(leaf, self.name):
            if not run.unseen:
                yield run
            elif run.text.strip():
                self.reading.hidden.add(leaf)
                what = f"has “{short(run.text)}” {run.unseen}"
                self.found.oddities.append(Oddity("every-word-is-seen", what, self.reading.page(leaf[0])))

    def flush(self) -> None:
        """End the chunk that is being read."""
        if not self.line:
            return
        sheet, first = self.line[0]
        self._check_numbers_of(sheet, first)
        self.begins.setdefault(self.owner, self.line[0])
        text = on_paper(letters(self._joined()))
        if text:
            where = self.reading.page(sheet)
            if not self.aside:
                if sheet < self.at[0] or (sheet == self.at[0] and first.baseline > self.at[1] + first.size):
                    self._out_of_order(text, sheet)
                self.at = (sheet, first.baseline)
                self.end = (self.line[-1][0], self.line[-1][1].baseline)
            self.sink.append(Chunk(text, self.owner, where))
            self.found.last = self.owner
        self.line.clear()

    def _out_of_order(self, text: str, sheet: int) -> None:
        what = f"has “{short(text)}” above what is read before it"
        self.found.oddities.append(Oddity("order-is-kept", what, self.reading.page(sheet)))

    def _joined(self) -> str:
        """The text of the runs of a block, with what stands between them."""
        out = [self._begin(self.line[0][0]), self.line[0][1].text]
        for (sheet, before), (next_sheet, after) in zip(self.line, self.line[1:], strict=False):
            if not _is_new_line(sheet, before, next_sheet, after):
                if after.left - before.right > 0.1 * after.size:
                    out.append(SOFT)
            else:
                if next_sheet < sheet or (next_sheet == sheet and after.baseline > before.baseline + before.size):
                    self._out_of_order(after.text, next_sheet)
                end = out[-1].rstrip(" " + SOFT)
                if end.endswith(("\u2010", "\u2011", "-")):
                    out[-1] = end[:-1] + (HYPHEN if end[-1] == "\u2010" else MINUS)
                else:
                    out.append(SOFT if self.loose or _may_end_a_line(out[-1], after.text[:1]) else " ")
            out += (self._begin(next_sheet), after.text)
        return "".join(out)

    def _begin(self, sheet: int) -> str:
        return "" if self.apart else self.reading.begin(sheet)

    def _figure(self, element: Element, owner: str) -> None:
        self.flush()
        self.numbered.clear()
        leaves = list(marks_of(element))
        for leaf in leaves:
            list(self._seen(leaf))
        if not any(mark in self.reading.paper.sheets[sheet].pictures for sheet, mark in leaves):
            what = f"has the words of a picture without the picture: “{short(element.alt)}”"
            self.found.oddities.append(Oddity("pictures-are-there", what, self.reading.where(element)))
        if leaves and owner not in self.begins:
            self.pictured.setdefault(owner, leaves[0][0])
        begin = self._begin(leaves[0][0]) if leaves else ""
        self.sink.append(Chunk(begin + picture(on_paper(letters(element.alt))), owner, self.reading.where(element)))

    def _call(self, element: Element) -> None:
        """A footnote's number in the running text."""
        runs = [(leaf[0], run) for leaf in marks_of(element) for run in self._seen(leaf)]
        number = letters("".join(run.text for _, run in runs).replace(SOFT, ""))
        if runs:
            self.line.append((runs[0][0], replace(runs[0][1], text=call(number), right=runs[-1][1].right)))

    def _note(self, element: Element, own: str) -> None:
        """A footnote stands apart, under the number its label shows."""
        labels = [child for child in element.children() if isinstance(child, Element) and child.role == "Lbl"]
        leaves = [leaf for label in labels for leaf in marks_of(label)]
        text = "".join(run.text for leaf in leaves for run in self._seen(leaf)).replace(SOFT, " ")
        number = letters(text).rstrip(".) ")
        read = self._apart(element, "", {id(label) for label in labels})
        if own != f"fn{number}" or not number.isdecimal() or int(number) in self.found.notes:
            what = f"has a footnote numbered “{short(number, 20)}” in the place of “{short(own, 20)}”"
            self.found.oddities.append(Oddity("footnotes-are-linked", what, self.reading.where(element)))
        if own.removeprefix("fn").isdecimal() and int(own.removeprefix("fn")) not in self.found.notes:
            self.found.notes[int(own.removeprefix("fn"))] = read
        else:
            self.found.chunks += read

    def _apart(self, element: Element, owner: str, skipped: Set[int] = frozenset()) -> list[Chunk]:
        line, sink, aside, apart = self.line, self.sink, self.aside, self.apart
        self.line, self.sink, self.aside, self.apart, self.owner = [], [], True, True, owner
        for child in element.children():
            if not isinstance(child, Element):
                self._read(child)
            elif id(child) not in skipped:
                self.walk(child, owner)
        self.flush()
        read, self.line, self.sink, self.aside, self.apart = self.sink, line, sink, aside, apart
        return read

    def _label(self, element: Element) -> None:
        """Read what stands before a list item: a number, apart from the words, or a bullet."""
        runs = [(leaf[0], run) for leaf in marks_of(element) for run in self._seen(leaf)]
        text = letters("".join(run.text for _, run in runs).replace(SOFT, ""))
        if not text or _BULLET.fullmatch(text):
            return
        if not _LIST_NUMBER.fullmatch(text):
            self.line += runs
        elif self.counts:
            self._list_number(text, *runs[0])

    def _list_number(self, text: str, sheet: int, run: Run) -> None:
        self.flush()
        self.begins.setdefault(self.owner, (sheet, run))
        self.sink.append(Chunk(list_number(text), self.owner, self.reading.page(sheet)))
        if self.aside:
            return
        if sheet < self.end[0] or (sheet == self.end[0] and run.baseline > self.end[1] - 0.5 * run.size):
            self._beside_others(sheet, run)
        else:
            self.numbered.append((sheet, run))

    def _check_numbers_of(self, sheet: int, first: Run) -> None:
        """Check that the numbers of an item stand beside its first line.

        They stand above it where a rule comes first.
        """
        for at, run in self.numbered:
            if at > sheet or (at == sheet and run.baseline < first.baseline - 0.5 * run.size):
                self._beside_others(at, run)
        self.numbered.clear()

    def _beside_others(self, sheet: int, run: Run) -> None:
        what = f"has the number “{short(run.text.strip())}” beside other words than those of its list item"
        self.found.oddities.append(Oddity(LIST_NUMBERS, what, self.reading.page(sheet)))


def marks_of(element: Element) -> Iterator[tuple[int, int]]:
    for child in element.children():
        if isinstance(child, Element):
            yield from marks_of(child)
        else:
            yield child


def _is_new_line(sheet: int, before: Run, next_sheet: int, after: Run) -> bool:
    """Whether a line ended between two runs of a block. Raised and lowered figures stay on their line."""
    if sheet != next_sheet:
        return True
    step = abs(after.baseline - before.baseline)
    return step > 0.8 * max(before.size, after.size) or (
        step > 0.25 * before.size and after.left < before.right - 0.5 * before.size
    )


def _may_end_a_line(text: str, following: str) -> bool:
    """Whether a line can end between these without a space or an inserted hyphen: not between letters."""
    last = text[-1:]
    return not last.isalnum() or not following.isalnum() or last >= "\u2e80" or _is_long(text)


def _is_long(text: str) -> bool:
    """Whether it ends in an address, or a word too long for a line, which is broken anywhere."""
    word = re.split(rf"[\s{SOFT}]", text)[-1]
    return len(word) > 20 or bool(re.search(r"[/@_=&?%#\\]|\w\.\w", word))
