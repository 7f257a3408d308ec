"""pandoc's tree of a foreign document → clippings: one for each paragraph, with its words and its Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from onrecord.importers.common import boilerplate
from onrecord.importers.common.draft import Clipping
from onrecord.importers.common.pandoc_inlines import (
    MARKS_OF_QUESTIONS,
    broken_at_labels,
    question_apart,
    unmarked,
    without_places,
    words_of,
)
from onrecord.importers.common.plain_markdown import escaped, started, within
from onrecord.runtime.pandoc import Attributes, Block, BulletList, Definition, Inline, Link, OrderedList, TableContent

ASIDE = "onrecord-aside-7c1f"  # the class of what a reader set aside before pandoc saw it
SETTING = "onrecord-setting-7c1f"  # the class of what a reader knows to be the title, or the byline
CAPTION = "onrecord-caption-7c1f"  # the class of words that stand below a picture
_COLUMN = re.compile(
    r"(?i)^(?:speakers?|names?|who|person|имя|спикер|говорящий|кто|nom|locuteur|nombre|hablante|sprecher(?:in)?|name)$"
)
_LINE = re.compile(r"(?:^|@|;)(\d+):")
_SAFE = re.compile(r"(?i)(?:https?://|mailto:)[^\s<>\"{}|\\^`]+$")
MARKS = {"Emph": "*", "Strong": "**", "Strikeout": "~~", "Superscript": "^", "Subscript": "~"}


def clippings(
    blocks: Sequence[Block],
    first: int = 0,
    bold_styles: frozenset[str] = frozenset(),
    picture: Callable[[str], str] = lambda _: "",
) -> list[Clipping]:
    """The document's blocks in order, numbered from `first`; paragraphs in one of `bold_styles` are bold.

    `picture` gives the book's path for the address of a picture, "" for one that the book does not get.
    """
    walker = _Walker(bold_styles, picture=picture)
    for block in blocks:
        walker.block(block)
    return [replace(clipping, index=first + i) for i, clipping in enumerate(walker.found)]


class _Walker:
    def __init__(
        self,
        bold_styles: frozenset[str] = frozenset(),
        notes: list[str] | None = None,
        picture: Callable[[str], str] = lambda _: "",
    ) -> None:
        self._picture = picture
        self.found: list[Clipping] = []
        self._line = 0
        self._numbered = 0  # the number of the last question in a list of its own
        self._bold_styles = bold_styles
        self._notes: list[str] = notes if notes is not None else []  # those of the whole document
        self._noted = len(self._notes)  # how many of them stand with a clipping

    # blocks

    def block(self, block: Block) -> None:
        match block["t"]:
            case "Para" | "Plain":
                self._paragraph(block["c"])
            case "Header":
                self._see(block["c"][1])
                self._add("heading", block["c"][2], level=block["c"][0])
            case "Div":
                self._div(*block["c"])
            case "BlockQuote":
                self._inside(block["c"], "> ", "quote")
            case "BulletList" | "OrderedList":
                self._list(block)
            case "LineBlock":
                self._lines(block["c"])
            case "CodeBlock":
                attributes, code = block["c"]
                self._see(attributes)
                fence = "`" * max(3, *(len(run) + 1 for run in re.findall(r"`+", code)), 3)
                self._put(Clipping(0, f"{fence}\n{code}\n{fence}", code, kind="code"))
            case "Table":
                self._table(block["c"])
            case "DefinitionList":
                self._definitions(block["c"])
            case "Figure":
                self._all(block["c"][2])
                self._caption(block["c"][1][1])
            case "RawBlock":
                self._aside(unmarked(block["c"][1]), "raw markup")
            case "HorizontalRule":
                pass
            case _:
                self._aside(words_of(block), block["t"])

    def _caption(self, blocks: Sequence[Block]) -> None:
        """Words below a picture are its caption; below anything else they are a paragraph."""
        if not self.found or self.found[-1].kind != "picture" or self._notes[self._noted :]:
            self._all(blocks)
            return
        inner = _Walker(self._bold_styles, self._notes, self._picture)
        inner._all(blocks)
        words = " ".join(one.words for one in inner.found)
        if words:
            before = self.found[-1]
            text = f"{before.text}\n\n: {' '.join(one.text for one in inner.found)}"
            self.found[-1] = replace(before, text=text, words=f"{before.words} {words}".strip())
            self._noted = len(self._notes)
            self.found[-1] = replace(self.found[-1], notes=tuple(note for one in inner.found for note in one.notes))

    def _all(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self.block(block)

    def _see(self, attributes: Attributes) -> None:
        for key, value in attributes[2]:
            found = _LINE.search(value) if key == "data-pos" else None
            self._line = int(found.group(1)) if found else self._line

    def _put(self, clipping: Clipping) -> None:
        notes = tuple(f"[^{n}]: {text}" for n, text in enumerate(self._notes[self._noted :], self._noted + 1))
        self._noted = len(self._notes)
        if clipping.words.strip() or clipping.kind == "picture":
            self.found.append(replace(clipping, line=self._line, notes=notes))

    def _aside(self, words: str, why: str) -> None:
        self._put(Clipping(0, "", " ".join(words.split()), kind="aside", why=why))

    def _div(self, attributes: Attributes, blocks: Sequence[Block]) -> None:
        self._see(attributes)
        if ASIDE in attributes[1]:
            why = dict(attributes[2]).get("why", "")
            self._aside(" ".join(words_of(block) for block in blocks), why)
        elif SETTING in attributes[1]:
            why = dict(attributes[2]).get("why", "")
            self._put(
                Clipping(
                    0, "", " ".join(" ".join(words_of(block) for block in blocks).split()), kind="setting", why=why
                )
            )
        elif CAPTION in attributes[1]:
            self._caption(blocks)
        elif dict(attributes[2]).get("custom-style") in self._bold_styles:
            self._bold(blocks)
        else:
            self._all(blocks)

    def _paragraph(self, inlines: Sequence[Inline]) -> None:
        if inlines and inlines[0]["t"] == "Span":
            self._see(inlines[0]["c"][0])
        shown = [one for one in without_places(inlines) if one["t"] not in ("Space", "SoftBreak", "LineBreak")]
        first = next((i for i, one in enumerate(shown) if one["t"] != "Image"), len(shown))
        last = next((i for i, one in enumerate(reversed(shown)) if one["t"] != "Image"), 0)
        outside = [*shown[:first], *(shown[len(shown) - last :] if first < len(shown) else [])]
        for image in shown[:first]:
            self._show(image)
        if outside:
            gone = set(map(id, outside))
            inlines = [one for one in without_places(inlines) if id(one) not in gone]
        for piece in broken_at_labels(inlines) if first < len(shown) or not shown else ():
            for part in question_apart(piece):
                self._add("paragraph", part)
        for image in outside[first:]:
            self._show(image)

    def _show(self, image: Inline) -> None:
        """A picture of the book where it stands; one that the book does not get is listed."""
        assert image["t"] == "Image"
        words = " ".join(words_of(image).split())
        path = self._picture(image["c"][2][0])
        if path:
            self._put(Clipping(0, f"![{within(words)}]({path})", words, kind="picture"))
        else:
            self._aside(words, "a picture, which was not imported")

    def _add(self, kind: str, inlines: Iterable[Inline], level: int = 0) -> None:
        bare = list(without_places(inlines))
        text = self._inline_text(bare)
        words = " ".join(words_of({"c": bare}).split())
        strong = [one for one in bare if one["t"] not in ("Space", "SoftBreak", "LineBreak")]
        bold = bool(strong) and all(one["t"] == "Strong" for one in strong)
        lead = " ".join(words_of(strong[0]).split()) if strong and strong[0]["t"] == "Strong" else ""
        italic = bool(strong) and all(one["t"] == "Emph" for one in strong)
        if bold:
            text = self._inline_text(
                x for one in bare for x in (without_places(one["c"]) if one["t"] == "Strong" else [one])
            )
            lead = lead if len(strong) > 1 else ""
        text = " ".join(text.split())
        if bare and bare[0]["t"] in ("Str", "Span", "Quoted", "Cite"):
            text = started(text)
        self._put(Clipping(0, text, words, kind=kind, level=level, bold=bold, italic=italic, lead=lead))

    def _inside(self, blocks: Iterable[Block], prefix: str, kind: str) -> None:
        inner = _Walker(self._bold_styles, self._notes, self._picture)
        inner._line = self._line
        inner._all(blocks)
        self._keep_asides(inner)
        text = "\n>\n".join("\n".join(f"> {line}".rstrip() for line in one.text.split("\n")) for one in inner.found)
        self._put(Clipping(0, text, " ".join(one.words for one in inner.found), kind=kind))

    def _list(self, block: BulletList | OrderedList) -> None:
        kind = block["t"]
        items = block["c"][1] if block["t"] == "OrderedList" else block["c"]
        start = block["c"][0][0] if block["t"] == "OrderedList" else 0
        if len(items) == len(items[0]) == 1 and self._is_question(items[0], start):
            self._numbered = start or -1
            self._bold(items[0])  # a numbered question; here its address numbers it
            return
        lines, words = [], []
        for number, item in enumerate(items, start):
            inner = _Walker(self._bold_styles, self._notes, self._picture)
            inner._all(item)
            self._keep_asides(inner)
            mark = f"{number}. " if kind == "OrderedList" else "- "
            text = "\n\n".join(one.text for one in inner.found)
            indent = " " * len(mark)
            lines.append(
                mark
                + "\n".join(line if i == 0 or not line else indent + line for i, line in enumerate(text.split("\n")))
            )
            words += [one.words for one in inner.found]
        self._put(Clipping(0, "\n".join(lines), " ".join(words), kind="list"))

    def _bold(self, blocks: Iterable[Block]) -> None:
        """Paragraphs that are questions by the place they stand in."""
        at = len(self.found)
        self._all(blocks)
        self.found[at:] = [replace(one, bold=one.kind == "paragraph") for one in self.found[at:]]

    def _is_question(self, item: Sequence[Block], number: int) -> bool:
        """Whether a list of one item is a numbered question: it ends in one, is bold, or goes on behind such; a bullet is number 0."""
        words = words_of(item).strip()
        first = item[0]
        bold = first["t"] in ("Para", "Plain") and [one["t"] for one in first["c"] if one["t"] != "Space"] == ["Strong"]
        follows = len(words.split()) <= 40 and (self._numbered == number - 1 > 0 or self._numbered < number == 0)
        return words.endswith(MARKS_OF_QUESTIONS) or bold or follows

    def _keep_asides(self, inner: _Walker) -> None:
        """What is set aside inside a block stands by itself in front of it."""
        self.found += [one for one in inner.found if one.kind == "aside"]
        inner.found = [one for one in inner.found if one.kind != "aside"]

    def _definitions(self, content: Sequence[Definition]) -> None:
        """Terms that come again are speakers; others are questions, or what is explained."""
        rows: list[tuple[list[Block], list[Block]]] = [
            ([{"t": "Plain", "c": term}], [block for meaning in meanings for block in meaning])
            for term, meanings in content
        ]
        names = _speaks(rows)
        for (term, _), (label, blocks) in zip(content, rows, strict=True):
            if names:
                self._speaker_row(label, blocks)
            else:
                self._add("paragraph", [{"t": "Strong", "c": term}])
                self._all(blocks)

    def _lines(self, lines: Sequence[Sequence[Inline]]) -> None:
        text = "\\\n".join(" ".join(started(self._inline_text(without_places(line))).split()) for line in lines)
        self._put(Clipping(0, text, " ".join(words_of({"c": line}) for line in lines)))

    def _table(self, content: TableContent) -> None:
        """A table of two columns is a way to set a conversation; others stay tables."""
        self._see(content[0])
        rows = [*content[3][1], *(r for body in content[4] for r in (*body[2], *body[3])), *content[5][1]]
        cells = [[cell[4] for cell in row[1]] for row in rows]
        cells, times = _without_times(cells)
        if cells and all(len(row) == 2 for row in cells) and _speaks(cells):
            headed = _has_head(cells)
            for i, ((label, said), time) in enumerate(zip(cells, times, strict=True)):
                self._aside(time, "the time or number of a row")
                if i == 0 and headed:
                    self._aside(
                        " ".join(words_of(block) for cell in (label, said) for block in cell), "the head of a table"
                    )
                else:
                    self._speaker_row(label, said, boilerplate.clock(time))
            return
        if cells and all(len(row) == 2 for row in cells) and _asks(cells):
            for question, answer in cells:
                self._bold(question)
                self._all(answer)
            return
        lines, words = [], []
        for i, row in enumerate(cells):
            shown = []
            for cell in row:
                inner = _Walker(self._bold_styles, self._notes, self._picture)
                inner._all(cell)
                self._keep_asides(inner)
                shown.append(" ".join(one.text for one in inner.found).replace("|", "\\|").replace("\n", " "))
                words += [one.words for one in inner.found]
            lines.append(f"| {' | '.join(shown)} |")
            if i == 0:
                lines.append(f"|{'---|' * len(row)}")
        self._put(Clipping(0, "\n".join(lines), " ".join(words), kind="table"))

    def _speaker_row(self, label: Iterable[Block], blocks: Iterable[Block], time: str = "") -> None:
        name = _cell(label)
        at = len(self.found)
        self._all(blocks)
        if name and at < len(self.found):
            first = self.found[at]
            printed = name if name.endswith((":", "：")) else f"{name}:"
            self.found[at] = replace(first, label=name, voice=printed.rstrip(":： "), time=time)
        elif name:
            self._put(Clipping(0, escaped(name), name))

    # inlines

    def _inline_text(self, inlines: Iterable[Inline]) -> str:
        out = "".join(self._inline(one) for one in inlines)
        return out.strip()

    def _inline(self, one: Inline) -> str:
        match one["t"]:
            case "Str":
                return within(one["c"])
            case "Space" | "SoftBreak" | "LineBreak":
                return " "
            case "Code":
                code = one["c"][1]
                run = "`" * (1 + max((len(found) for found in re.findall("`+", code)), default=0))
                pad = " " if code.startswith("`") or code.endswith("`") else ""
                return f"{run}{pad}{code}{pad}{run}"
            case "Emph" | "Strong" | "Strikeout" | "Superscript" | "Subscript":
                return _marked(self._raw(one["c"]), MARKS[one["t"]])
            case "Quoted":
                mark = "“”" if one["c"][0]["t"] == "DoubleQuote" else "‘’"
                return mark[0] + self._raw(one["c"][1]) + mark[1]
            case "Link":
                return self._link(one)
            case "Image":
                return self._raw(one["c"][1])
            case "Span":
                return self._raw(one["c"][1])
            case "Note":
                words = " ".join(" ".join(words_of(block) for block in one["c"]).split())
                self._notes.append(escaped(words))
                return f"[^{len(self._notes)}]"
            case "Cite":
                return self._raw(one["c"][1])
            case "Math":
                return within(one["c"][1])
            case "RawInline":
                return ""
        return within(words_of(one))

    def _raw(self, inlines: Iterable[Inline]) -> str:
        return "".join(self._inline(one) for one in without_places(inlines))

    def _link(self, link: Link) -> str:
        _, words, (target, _) = link["c"]
        inner = self._raw(words)
        if not inner.strip() or not _SAFE.match(target):
            return inner
        if "(" in target or ")" in target:
            target = target.replace("(", "%28").replace(")", "%29")
        return f"[{inner.strip()}]({target})"


def _marked(inner: str, mark: str) -> str:
    """Emphasis with its spaces outside, where Markdown wants them; none around nothing."""
    bare = inner.strip()
    if not bare:
        return inner
    if mark in ("^", "~") and " " in bare:
        return inner
    before = inner[: len(inner) - len(inner.lstrip())]
    return f"{before}{mark}{bare}{mark}{inner[len(inner.rstrip()) :]}"


def _cell(blocks: Iterable[Block]) -> str:
    """The words of a cell on one line."""
    return " ".join(" ".join(words_of(block) for block in blocks).split())


def _without_times(rows: list[list[list[Block]]]) -> tuple[list[list[list[Block]]], list[str]]:
    """Rows of speaker and words, and what a column of times or numbers in front of them says."""
    if len(rows) < 3 or not all(len(row) == 3 for row in rows):
        return rows, [""] * len(rows)
    first = [_cell(row[0]) for row in rows]
    numbers = sum(bool(re.fullmatch(r"[\[(]?[\d:.,]+[\])]?|", words)) for words in first[1:])
    if numbers < len(rows) - 1 or not _speaks([row[1:] for row in rows]):
        return rows, [""] * len(rows)
    return [row[1:] for row in rows], first


def _has_head(rows: Sequence[Sequence[list[Block]]]) -> bool:
    """Whether the first row of a conversation says what its columns are."""
    names = [_cell(row[0]) for row in rows]
    words = " ".join(words_of(block) for block in rows[0][1]).split()
    return (
        len(words) <= 2 and names[0] not in names[1:] and bool(_COLUMN.match(names[0] or "speaker")) and len(rows) >= 4
    )


def _speaks(rows: Sequence[Sequence[list[Block]]]) -> bool:
    """Whether the left column holds labels: short, and some of them more than once."""
    names = [_cell(row[0]) for row in rows]
    filled = [name for name in names if name]
    return len(filled) >= 2 and all(len(name.split()) <= 5 for name in filled) and len(set(filled)) < len(filled)


def _asks(rows: Sequence[Sequence[list[Block]]]) -> bool:
    """Whether the left column holds questions and the right one does not."""
    left, right = ([words_of(row[side]).rstrip().endswith(MARKS_OF_QUESTIONS) for row in rows] for side in (0, 1))
    return len(rows) >= 2 and sum(left) >= 0.6 * len(rows) and sum(right) < 0.3 * len(rows)
