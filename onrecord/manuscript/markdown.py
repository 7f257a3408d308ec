"""Markdown → blocks of the model, read by pandoc.

The reader is CommonMark with pandoc's extensions (`commonmark_x`), without those that turn letters
into something else (maths, emoji, task lists, alerts, lettered lists). Every node that the model
does not know is a problem with its line; so is every word that went in and did not come out.
"""

from __future__ import annotations

import html
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from urllib.parse import urlsplit

from onrecord import model
from onrecord.manuscript import typography
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.source import MAX_DEPTH
from onrecord.manuscript.yaml_config import Problems, directions_are_closed, unprintable
from onrecord.model import Block, Inline, Place
from onrecord.model.problems import Severity, closest
from onrecord.runtime import pandoc

FORMAT = (
    "commonmark_x+sourcepos-tex_math_dollars-emoji-task_lists-alerts-fancy_lists-yaml_metadata_block"
    "-implicit_header_references-gfm_auto_identifiers"
)
_MAX_COLUMNS = 20
_MOST_BLANK_LINES = 200  # between list items without text
_PLAIN = "\ue000"  # opens the paragraphs that carry plain text through; no source file can hold it
_WORD = re.compile(r"[^\W_]+")
# What is no word of the text: numbers of list items (`_typed_numbers` compares them), names of footnotes and of link
# definitions.
_NO_WORDS = re.compile(
    r"^\s*(?:(?:>|[-*+:~]\s|\d{1,9}[.)](?=\s|$))\s*)+|\[\^[^\]\s]+\]|(?<=\])\[[^\]]+\]|^ {0,3}\[[^\]]+\](?=:)"
)
_POSITION = re.compile(r"(\d+):(\d+)-")  # line and column, from 1; a tab reaches to the next column of four
_MARKER = re.compile(r"(\d{1,9})([.)])\s*$")  # of a list item, at the end of what stands before its text
# What stands before a marker that is alone on its line.
_BARE_MARKER = re.compile(r"^[\s>]*(?:(?:[-*+:~]|\d{1,9}[.)])\s+)*(?=\d{1,9}[.)]\s*$)")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]^][^\]]*\]:")
_START = re.compile(r"(?:^|[;@])(\d+):")  # "3:1-5:1", "name@3:1-5:1", several with semicolons
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DIVS = ("note", "pullquote", "verse")


@dataclass(frozen=True)
class Piece:
    """A block that stands at the top of a document, and the id that the source gave it."""

    block: Block | model.EditorNote
    id: str = ""


@dataclass(frozen=True)
class Document:
    """A body's pieces and footnotes, and the plain texts that travelled with it, typographically set."""

    plain: tuple[str, ...]
    pieces: tuple[Piece, ...]
    footnotes: tuple[model.Footnote, ...]


def read(
    body: str, body_line: int, plain: Sequence[str], language: str, pictures: Pictures, problems: Problems
) -> Document | None:
    """The Markdown `body`, whose first line is `body_line` of its file; None if pandoc cannot read it.

    `plain` are texts without markup (a title): they get the quotation marks of the language and
    nothing else.
    """
    # The rule keeps them apart: a body that begins with a colon would define the last of them.
    head = "".join(f"{_PLAIN} {_escaped(text)}\n\n" for text in plain) + "***\n\n"
    try:
        tree = pandoc.tree((head + body).encode(), FORMAT)
    except pandoc.TooSlow:
        problems.add(
            body_line,
            "reading-ends",
            f"the Markdown reader did not finish in {pandoc.TIMEOUT_S} s",
            "look for long runs of brackets, quotes or >, or for a footnote that calls itself",
        )
        return None
    except pandoc.GaveUp:
        problems.add(
            body_line,
            "reading-ends",
            "the Markdown reader gave up on this text (too deep or too large)",
            "look for long runs of brackets, quotes or >, or for a footnote that calls itself",
        )
        return None
    lines = [*head.split("\n")[:-1], *body.split("\n")]
    reader = _Reader(language, body_line - 1 - head.count("\n"), lines, pictures, problems)
    texts = tuple(reader.plain_text(block) for block in tree[: len(plain)])
    pieces = tuple(reader.pieces(tree[len(plain) + 1 :]))
    reader.account_for(body, body_line)
    return Document(texts, pieces, tuple(reader.footnotes))


def _escaped(text: str) -> str:
    """Text in which Markdown sees quotation marks, hyphens and dots, and no other mark."""
    return re.sub(r"([!#$%&()*+,/:;<=>?@\[\\\]^_`{|}~])", r"\\\1", text)


@dataclass(frozen=True, slots=True)
class _Marker:
    """The marker of a list item, "1." or "1)"."""

    line: int
    column: int  # where the text of the item begins
    number: int
    mark: str


class _Reader:
    """Turns pandoc's tree into the model, counting the words that come out."""

    def __init__(self, language: str, shift: int, lines: Sequence[str], pictures: Pictures, problems: Problems) -> None:
        self._languages = [language]
        self._quotes: list[bool] = []
        self._shift = shift
        self._lines = lines  # as pandoc was given them; line n of these is line n + shift of the file
        self._pictures = pictures
        self._problems = problems
        self._line = shift + 1
        self._seen: list[str] = []
        self._inside_note = False
        self._plain = False
        self._depth = 0
        self._id = ""
        self.footnotes: list[model.Footnote] = []

    # helpers

    def _at(self, attributes: pandoc.Attributes) -> Place:
        """The place that the attributes tell; it stays the current one."""
        for key, value in attributes[2]:
            if key == "data-pos":
                starts = [int(start) for start in _START.findall(value)]
                self._line = min(starts) + self._shift if starts else self._line
        return self._place()

    def _place(self) -> Place:
        return Place(self._problems.file, self._line)

    def _problem(self, rule: str, sentence: str, hint: str) -> None:
        self._problems.add(self._line, rule, sentence, hint)

    def _see(self, *texts: str) -> None:
        self._seen += texts

    def _see_attributes(self, attributes: pandoc.Attributes, known: Sequence[str] = ()) -> None:
        own = [(key, value) for key, value in attributes[2] if key not in ("data-pos", "wrapper")]
        for key in [key for key, _ in own if key not in known]:
            self._problem("markup-is-known", f"{key}=… means nothing here", "known is lang: [mot juste]{lang=fr}")
        self._see(attributes[0], *attributes[1], *(text for pair in own for text in pair))

    def account_for(self, body: str, first_line: int) -> None:
        """Every run of letters and digits of the body has come out, or is a problem with its line."""
        found = Counter(_WORD.findall("\n".join(self._seen)))
        lines = body.split("\n")
        wanted = [_WORD.findall(html.unescape(_NO_WORDS.sub("", line))) for line in lines]
        if Counter(chain.from_iterable(wanted)) <= found:
            return
        everything = "".join(self._seen)
        for number, (line, words) in enumerate(zip(lines, wanted, strict=True), first_line):
            for word in words:
                found[word] -= 1
                if found[word] >= 0 or ("&" in line and (word in everything or line.strip() in everything)):
                    continue
                severity = Severity.ERROR
                if _REFERENCE.match(line):
                    severity = Severity.WARNING
                    sentence, hint = "this link is defined and never used", "delete the line, or use it: [words][name]"
                elif line.lstrip().startswith("[^"):
                    sentence, hint = (
                        "this footnote is never called, or defined twice",
                        "call it where it belongs, [^name], or delete it",
                    )
                else:
                    sentence, hint = (
                        f"the word “{word}” is lost when this line is read",
                        "put a backslash before marks that are meant as text: \\[",
                    )
                self._problems.add(number, "nothing-is-lost-in-reading", sentence, hint, severity)
                break

    def _check(self, text: str) -> None:
        """Markdown can write any character as `&#…;`; it must be one that the file itself could hold."""
        for name in unprintable(text).values() if not self._plain else ():
            sentence = f"{name}, written as an entity, cannot be printed"
            self._problem("characters-are-printable", sentence, "delete the &…;")

    @contextmanager
    def _deeper(self, content: object, deepest: int) -> Iterator[bool]:
        """Whether there is room for one level more; the layout engine needs some for its own recursion."""
        self._depth += 1
        if self._depth > deepest:
            self._see(*_strings(content))
            self._problem(
                "nesting-is-shallow",
                f"this text stands more than {deepest} levels deep",
                "take levels of quotations, lists, ::: or emphasis away",
            )
        yield self._depth <= deepest
        self._depth -= 1

    # blocks

    def plain_text(self, block: pandoc.Block) -> str:
        paragraph = _within_div(block)
        assert paragraph["t"] in ("Para", "Plain")
        content = paragraph["c"]
        self._plain = True
        text = model.plain(self.inlines(content)).replace(_PLAIN, "", 1).strip()
        self._plain = False
        return text

    def pieces(self, blocks: Iterable[pandoc.Block]) -> Iterator[Piece]:
        for block in blocks:
            self._id = ""
            yield from self._piece(block)

    def _piece(self, block: pandoc.Block) -> Iterator[Piece]:
        if block["t"] == "Div" and block["c"][0][1] == ["note"]:
            place = self._at(block["c"][0])
            self._see_attributes(block["c"][0])
            yield Piece(model.EditorNote(self.blocks(block["c"][1]), place))
        elif block["t"] == "Div" and "doubt" in block["c"][0][1]:
            self._doubt(block["c"][0])
            for inner in block["c"][1]:
                self._id = ""
                yield from self._piece(inner)
        elif block["t"] == "Header" and block["c"][0] <= 3:
            level, attributes, inlines = block["c"]
            place = self._at(attributes)
            identity = self._own_id(attributes)
            if level == 1:
                self._problem(
                    "headings-begin-at-two",
                    "a level-1 heading stands in the text; the title is in the front matter",
                    "write ## for a division, ### for a question",
                )
            yield Piece(model.Heading(self.inlines(inlines), level, place), identity)
        else:
            for found in self._block(block):
                yield Piece(found, self._id)

    def _doubt(self, attributes: pandoc.Attributes) -> None:
        """What an import was not sure of stands between `::: {.doubt ask="…"}` and `:::` until an editor settles it."""
        self._at(attributes)
        self._see_attributes(attributes, ("ask",))
        asked = dict(attributes[2]).get("ask", "is this turn right?")
        self._check(asked)
        self._problem(
            "doubts-are-settled",
            f"the import asks here: {asked}",
            "if what stands below is right, delete the ::: line above it and the ::: line behind it; if not, mend it first",
        )

    def _own_id(self, attributes: pandoc.Attributes, known: Sequence[str] = ()) -> str:
        self._see_attributes(attributes, known)
        identity = str(attributes[0])
        if identity and not _ID.fullmatch(identity):
            self._problem(
                "ids-are-plain",
                f"“{identity}” cannot be an address",
                "use Latin letters, digits and hyphens, a letter first: {#question-one}",
            )
            return ""
        return identity

    def blocks(self, blocks: Iterable[pandoc.Block]) -> tuple[Block, ...]:
        found: list[Block] = []
        for block in blocks:
            found += self._block(block)
        return tuple(found)

    def _block(self, block: pandoc.Block) -> Iterator[Block]:
        kind, content = block["t"], block.get("c")
        method = getattr(self, f"_read_{kind.lower()}", None)
        if method is None:
            self._problem("markup-is-known", f"{kind} cannot be set", "write it in plain Markdown")
            return
        if kind not in _BLOCKS_WITHIN or _is_wrapper(block):
            yield from method(content)
            return
        with self._deeper(content, MAX_DEPTH) as there_is_room:
            if there_is_room:
                yield from method(content)

    def _read_div(self, content: tuple[pandoc.Attributes, list[pandoc.Block]]) -> Iterator[Block]:
        attributes, inner = content
        place = self._at(attributes)
        if ("wrapper", "1") in (tuple(pair) for pair in attributes[2]):
            self._id = self._own_id(attributes) or self._id
            self._classes(attributes[1])
            yield from self._wrapped(inner, place)
            return
        self._see_attributes(attributes)
        name = attributes[1][0] if len(attributes[1]) == 1 else ""
        if name == "pullquote":
            yield model.PullQuote(self.blocks(inner), place)
        elif name == "verse":
            yield from (self._verse(block, place) for block in inner)
        elif name == "note":
            self._problem(
                "notes-stand-between-turns",
                "an editor's note stands inside another block",
                "move the ::: note lines out of the list or quotation",
            )
            yield from self.blocks(inner)
        else:
            near = closest(name, _DIVS) or "note"
            self._problem(
                "markup-is-known",
                f"::: {name} is no block that we know",
                f"write ::: {near}; known are {', '.join(_DIVS)}",
            )
            yield from self.blocks(inner)

    def _wrapped(self, inner: Iterable[pandoc.Block], place: Place) -> Iterator[Block]:
        for block in inner:
            if block["t"] in ("Para", "Plain"):
                yield from self._paragraph(block["c"], place)
            elif block["t"] == "HorizontalRule":
                yield model.Rule(place)
            else:
                yield from self._block(block)

    def _paragraph(self, content: Sequence[pandoc.Inline], place: Place) -> Iterator[Block]:
        image = _only_image(content)
        if image is not None:
            yield from self._figure(image, place)
            return
        inlines = self.inlines(content)
        if not model.plain(inlines).strip() and not any(isinstance(one, model.NoteReference) for one in inlines):
            return
        self._limit(sum(isinstance(one, model.LineBreak) for one in inlines), 500, "forced line ends")
        yield model.Paragraph(inlines, place)

    def _limit(self, lines: int, most: int, what: str) -> None:
        """Layout time grows with the square of these."""
        if lines > most:
            self._problem(
                "paragraphs-have-an-end",
                f"this paragraph has more than {most:,} {what}",
                "divide it: end it here and there, and begin another",
            )

    def _read_para(self, content: Sequence[pandoc.Inline]) -> Iterator[Block]:
        if content and content[0]["t"] == "Span":
            self._at(content[0]["c"][0])
        yield from self._paragraph(content, self._place())

    _read_plain = _read_para

    def _verse(self, block: pandoc.Block, place: Place) -> Block:
        inner = _within_div(block)
        if inner["t"] not in ("Para", "Plain"):
            self._problem("markup-is-known", "::: verse holds lines of text only", "take the other blocks out of it")
            return model.Rule(place)
        lines: list[list[pandoc.Inline]] = [[]]
        for inline in inner["c"]:
            bare = _unwrapped(inline)
            if bare["t"] in ("SoftBreak", "LineBreak"):
                lines.append([])
            else:
                lines[-1].append(inline)
        self._limit(len(lines), 500, "lines of verse")
        return model.LineBlock(tuple(self.inlines(line) for line in lines), place)

    def _figure(self, image: pandoc.Image, place: Place) -> Iterator[Block]:
        attributes, alt, (path, title) = image["c"]
        self._at(attributes)
        identity = self._own_id(attributes)
        alternative = model.plain(self.inlines(alt))
        self._see(path, title)
        self._check(path + title)
        if not alternative.strip():
            self._problem(
                "pictures-have-words",
                "this picture has no alternative text",
                f"say what it shows: ![A map of the region]({path})",
            )
        asset = self._pictures.asset(path, self._line, self._problems)
        caption = (model.Paragraph((model.Text(_apostrophes(title)),), place),) if title else ()
        if asset is not None:
            yield model.Figure(asset, alternative, caption, place, identity)

    def _read_header(self, content: tuple[int, pandoc.Attributes, list[pandoc.Inline]]) -> Iterator[Block]:
        level, attributes, inlines = content
        place = self._at(attributes)
        if attributes[0]:
            self._problem(
                "ids-stand-on-turns", "a heading inside a turn has no address of its own", "take the {#…} away"
            )
        self._see_attributes(attributes)
        yield model.Heading(self.inlines(inlines), level, place)

    def _read_blockquote(self, content: list[pandoc.Block]) -> Iterator[Block]:
        place = self._place()
        yield model.Quotation(self.blocks(content), place)

    def _read_bulletlist(self, content: list[list[pandoc.Block]]) -> Iterator[Block]:
        place = self._place()
        yield model.ListBlock(tuple(self.blocks(item) for item in content), place, loose=_is_loose(content))

    def _read_orderedlist(
        self, content: tuple[tuple[int, pandoc.Tag, pandoc.Tag], list[list[pandoc.Block]]]
    ) -> Iterator[Block]:
        (start, _, _), items = content
        place = self._place()
        self._check_numbers(start, items)
        yield model.ListBlock(tuple(self.blocks(item) for item in items), place, start=start, loose=_is_loose(items))

    def _check_numbers(self, start: int, items: Sequence[list[pandoc.Block]]) -> None:
        """Refuse a list whose items would be printed with other numbers than were typed.

        The number 1 before all items means "count them".
        """
        typed = self._typed_numbers(items)
        if all(marker is None or marker.number == 1 for marker in typed):
            return
        for number, marker in enumerate(typed, start):
            if marker and marker.number != number:
                self._problems.add(
                    marker.line + self._shift,
                    "list-numbers-follow",
                    f"this list item is typed {marker.number}{marker.mark} and would be printed {number}., "
                    "because a list counts on from its first number",
                    f"type {number}{marker.mark} if it belongs to the list; "
                    f"if it is text, put a backslash before the mark: {marker.number}\\{marker.mark}",
                )
                return

    def _typed_numbers(self, items: Sequence[list[pandoc.Block]]) -> list[_Marker | None]:
        """Return the marker of each item in the source; None where it is not found."""
        markers: list[_Marker | None] = []
        line, column = self._line - self._shift, sys.maxsize
        for item in items:
            marker = self._marker_before(item[0]) if item else self._bare_marker(line, column)
            markers.append(marker)
            if marker:
                line, column = marker.line + 1, marker.column
        return markers

    def _marker_before(self, block: pandoc.Block) -> _Marker | None:
        """Find the marker of the item that begins with this block.

        It stands before the block on its line, or alone on the line above.
        """
        pairs: Sequence[Sequence[str]] = ()
        if block["t"] in ("Div", "CodeBlock", "Table"):
            pairs = block["c"][0][2]
        elif block["t"] == "Header":
            pairs = block["c"][1][2]
        starts = [_POSITION.match(value) for key, value in pairs if key == "data-pos"]
        places = [(int(start[1]), int(start[2])) for start in starts if start]
        if not places:
            return None
        line, column = max(places)
        for number, text in ((line, self._text(line)[: column - 1]), (line - 1, self._text(line - 1))):
            if marker := _MARKER.search(text):
                return _Marker(number, column, int(marker[1]), marker[2])
            if text.strip("> "):
                return None
        return None

    def _bare_marker(self, first: int, column: int) -> _Marker | None:
        """Find the marker of an item without text, from line `first` on.

        It begins before `column`, where the text of items begins: else it belongs to a list inside.
        """
        for number in range(first, min(first + _MOST_BLANK_LINES, len(self._lines) + 1)):
            text = self._text(number)
            before = _BARE_MARKER.match(text)
            if before and before.end() < column - 1 and (marker := _MARKER.search(text)):
                return _Marker(number, len(text.rstrip()) + 2, int(marker[1]), marker[2])
        return None

    def _text(self, line: int) -> str:
        return self._lines[line - 1].expandtabs(4) if 0 < line <= len(self._lines) else ""

    def _read_definitionlist(self, content: list[pandoc.Definition]) -> Iterator[Block]:
        place = self._place()
        if _only_image(content[0][0]) is not None:
            yield from self._captioned_figure(content[0], place)
            content = content[1:]
        items = tuple(
            model.Definition(self.inlines(term), tuple(self.blocks(meaning) for meaning in meanings))
            for term, meanings in content
        )
        if items:
            yield model.DefinitionList(items, place)

    def _captioned_figure(self, definition: pandoc.Definition, place: Place) -> Iterator[Block]:
        """A picture with a paragraph `: caption` behind it, which Markdown takes for a definition."""
        term, meanings = definition
        image = _only_image(term)
        assert image is not None
        caption = tuple(block for meaning in meanings for block in self.blocks(meaning))
        for figure in self._figure(image, place):
            assert isinstance(figure, model.Figure)
            self._id = figure.id
            yield replace(figure, caption=(*figure.caption, *caption))

    def _read_codeblock(self, content: tuple[pandoc.Attributes, str]) -> Iterator[Block]:
        attributes, text = content
        place = self._at(attributes)
        self._see_attributes(attributes)
        self._see(text)
        self._limit(text.count("\n"), 5_000, "lines of code")
        yield model.CodeBlock(text, place, attributes[1][0] if attributes[1] else "")

    def _read_table(self, content: pandoc.TableContent) -> Iterator[Block]:
        attributes, _, columns, head, bodies, foot = content
        place = self._at(attributes)
        if len(columns) > _MAX_COLUMNS:
            self._problem(
                "tables-fit-the-page",
                f"this table has {len(columns)} columns; no page has room for more than {_MAX_COLUMNS}",
                "make several tables of it, or turn rows and columns round",
            )
        aligns = [_ALIGN[column[0]["t"]] for column in columns]
        rows = [row for body in bodies for row in (*body[2], *body[3])] + foot[1]
        yield model.Table(
            tuple(self._row(row, aligns) for row in head[1]), tuple(self._row(row, aligns) for row in rows), (), place
        )

    def _row(self, row: pandoc.Row, aligns: Sequence[str]) -> tuple[model.TableCell, ...]:
        return tuple(
            model.TableCell(self.blocks(blocks), _ALIGN[align["t"]] or aligns[index], colspan, rowspan)
            for index, (_, align, rowspan, colspan, blocks) in enumerate(row[1])
        )

    def _read_horizontalrule(self, _: object) -> Iterator[Block]:
        yield model.Rule(self._place())

    def _read_rawblock(self, content: tuple[str, str]) -> Iterator[Block]:
        self._raw(content)
        yield from ()

    def _raw(self, content: tuple[str, str]) -> None:
        mark = content[1].strip().split("\n")[0][:60]
        self._see(content[1])
        self._problem(
            "there-is-no-raw-html",
            f"raw HTML is not printed: {mark}",
            "write it in Markdown, or put a backslash before the < that is meant as text: \\<",
        )

    def _classes(self, classes: Sequence[str]) -> None:
        for name in classes:
            self._problem(
                "markup-is-known",
                f"the class .{name} means nothing here",
                "take it away; known are " + ", ".join(f"::: {div}" for div in _DIVS),
            )

    # inlines

    def inlines(self, content: Iterable[pandoc.Inline]) -> tuple[Inline, ...]:
        """Merged and trimmed, as a paragraph wants them."""
        found = _trimmed(_merged(self._inlines(content), self._languages[-1]))
        if not directions_are_closed(model.plain(found)):
            self._problem(
                "directions-are-closed",
                "a bidirectional control character in this paragraph is not closed",
                "delete the &…; that writes it",
            )
        return found

    def _inlines(self, content: Iterable[pandoc.Inline]) -> Iterator[Inline]:
        for inline in content:
            yield from self._inline(inline)

    def _inline(self, inline: pandoc.Inline) -> Iterator[Inline]:
        if inline["t"] not in _INLINES_WITHIN or _is_wrapper(inline):
            yield from self._one(inline)
            return
        with self._deeper(inline.get("c"), 2 * MAX_DEPTH) as there_is_room:
            if there_is_room:
                yield from self._one(inline)

    def _one(self, inline: pandoc.Inline) -> Iterator[Inline]:
        match inline["t"]:
            case "Str":
                self._see(inline["c"])
                self._check(inline["c"])
                yield model.Text(inline["c"])
            case "Space" | "SoftBreak":
                self._see(" ")
                yield model.Text(" ")
            case "LineBreak":
                self._see(" ")
                yield model.LineBreak()
            case "Code":
                self._see_attributes(inline["c"][0])
                self._see(inline["c"][1])
                yield model.Code(inline["c"][1])
            case "Emph" | "Strong" | "Strikeout" | "Superscript" | "Subscript":
                yield _WRAPPERS[inline["t"]](self._within(inline["c"]))
            case "Quoted":
                yield from self._quoted(inline["c"])
            case "Link":
                yield from self._link(inline["c"])
            case "Span":
                yield from self._span(inline["c"])
            case "Note":
                yield from self._note(inline["c"])
            case "Image":
                attributes, words, target = inline["c"]
                self._at(attributes)
                self._see(model.plain(self.inlines(words)), *target)
                self._problem(
                    "pictures-stand-alone", "a picture stands inside a paragraph", "put empty lines before and after it"
                )
            case "RawInline":
                self._raw(inline["c"])
            case _:
                self._problem("markup-is-known", f"{inline['t']} cannot be set", "write it in plain Markdown")

    def _within(self, content: Iterable[pandoc.Inline]) -> tuple[Inline, ...]:
        return _merged(self._inlines(content), self._languages[-1])

    def _quoted(self, content: tuple[pandoc.Tag, list[pandoc.Inline]]) -> Iterator[Inline]:
        # A quotation within a quotation takes the other marks, however it was typed.
        double = not self._quotes[-1] if self._quotes else content[0]["t"] == "DoubleQuote"
        opening, closing = typography.marks(self._languages[-1], double=double)
        yield model.Text(opening)
        self._quotes.append(double)
        yield from self._inlines(content[1])
        self._quotes.pop()
        yield model.Text(closing)

    def _link(self, content: tuple[pandoc.Attributes, list[pandoc.Inline], pandoc.Target]) -> Iterator[Inline]:
        attributes, words, (target, title) = content
        self._at(attributes)
        self._see_attributes(attributes)
        self._see(target, title)
        self._check(target + title)
        inner = self._within(words)
        if not model.plain(inner).strip():
            self._problem("links-have-words", f"the link to {target} has no words", f"write [words]({target})")
        scheme = _SCHEME.match(target)
        if scheme and scheme.group().lower() not in ("http:", "https:", "mailto:"):
            self._problem(
                "links-are-safe",
                f"links that begin with {scheme.group()} are not printed",
                "link to http:, https:, mailto: or #an-id",
            )
        elif re.search(r"[\s<>\"{}|\\^`]", target):
            self._problem(
                "links-are-safe", f"the address {target} holds a character that no address has", "write %20 for a space"
            )
        elif scheme and not _is_complete(target):
            self._problem("links-are-safe", f"{target} is no complete address", "write https://, a host and a path")
        else:
            yield model.Link(inner, target, title)
            return
        yield from inner

    def _span(self, content: tuple[pandoc.Attributes, list[pandoc.Inline]]) -> Iterator[Inline]:
        attributes, inner = content
        self._at(attributes)
        known = dict(attributes[2])
        if attributes[0]:
            self._id = self._own_id(attributes, ("lang",))
        if known.get("wrapper"):
            yield from self._inlines(inner)
            return
        self._see_attributes(attributes, ("lang",))
        self._classes(attributes[1])
        language = known.get("lang", "")
        if not language:
            yield from self._inlines(inner)
        elif not _LANGUAGE.fullmatch(language):
            self._problem(
                "language-is-bcp47",
                f"“{language}” is no language tag (BCP 47)",
                "write for instance [mot juste]{lang=fr}",
            )
        else:
            self._languages.append(language)
            yield model.Span(self._within(inner), language)
            self._languages.pop()

    def _note(self, blocks: list[pandoc.Block]) -> Iterator[Inline]:
        if self._inside_note:
            self._problem(
                "notes-call-no-notes", "a footnote calls a footnote", "write the second note's words into the first"
            )
            return
        self._inside_note = True
        number, line, place = len(self.footnotes) + 1, self._line, self._place()
        self.footnotes.append(model.Footnote(number, (), place))
        found = self.blocks(blocks)
        self.footnotes[number - 1] = model.Footnote(number, found, found[0].place if found else place)
        self._inside_note, self._line = False, line
        if not all(isinstance(block, model.Paragraph) for block in found):
            self._problem(
                "notes-are-paragraphs",
                f"footnote {number} holds more than paragraphs",
                "write the note in plain paragraphs; lists and pictures belong into the text",
            )
        yield model.NoteReference(number)


_BLOCKS_WITHIN = ("BlockQuote", "BulletList", "OrderedList", "DefinitionList", "Div")
_INLINES_WITHIN = (
    "Emph",
    "Strong",
    "Strikeout",
    "Superscript",
    "Subscript",
    "Quoted",
    "Link",
    "Span",
    "Note",
    "Image",
)
_ALIGN = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center", "AlignDefault": ""}
_WRAPPERS: dict[str, Callable[[tuple[Inline, ...]], Inline]] = {
    "Emph": model.Emphasis,
    "Strong": model.Strong,
    "Strikeout": model.StruckOut,
    "Superscript": model.Superscript,
    "Subscript": model.Subscript,
}


def _unwrapped(inline: pandoc.Inline) -> pandoc.Inline:
    """The inline inside the spans that only tell places."""
    while inline["t"] == "Span" and ["wrapper", "1"] in inline["c"][0][2] and len(inline["c"][1]) == 1:
        inline = inline["c"][1][0]
    return inline


def _is_wrapper(node: pandoc.Block | pandoc.Inline) -> bool:
    """Whether this is a Div or Span that only tells a place."""
    return node["t"] in ("Div", "Span") and ["wrapper", "1"] in node["c"][0][2]


def _within_div(block: pandoc.Block) -> pandoc.Block:
    """The first block of a Div, which only tells a place; any other block itself."""
    return block["c"][1][0] if block["t"] == "Div" and block["c"][1] else block


def _strings(content: object) -> list[str]:
    """All texts of a part of the tree, however deep."""
    found, waiting = [], [content]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        elif isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
    return found


def _is_complete(target: str) -> bool:
    """Whether an absolute address has a host, and a port that can be (RFC 3986 §3.2); mail needs neither."""
    try:
        parts = urlsplit(target)
        return parts.scheme.lower() == "mailto" or (bool(parts.hostname) and (parts.port is None or parts.port > 0))
    except ValueError:
        return False


def _only_image(content: Sequence[pandoc.Inline]) -> pandoc.Image | None:
    bare = [one for one in map(_unwrapped, content) if one["t"] not in ("Space", "SoftBreak")]
    return bare[0] if len(bare) == 1 and bare[0]["t"] == "Image" else None


def _is_loose(items: Iterable[Iterable[pandoc.Block]]) -> bool:
    """pandoc writes the items of a loose list as Para, those of a tight one as Plain."""
    for item in items:
        for block in item:
            if _within_div(block)["t"] == "Para":
                return True
    return False


def _apostrophes(text: str) -> str:
    return re.sub(r"(?<=\w)'(?=\w)", "’", text)


def _merged(content: Iterable[Inline], language: str) -> tuple[Inline, ...]:
    """Neighbouring texts made one; runs of spaces made one space."""
    out: list[Inline] = []
    for inline in content:
        if isinstance(inline, model.Text) and out and isinstance(out[-1], model.Text):
            out[-1] = model.Text(out[-1].text + inline.text)
        else:
            out.append(inline)
    return tuple(
        model.Text(typography.spaced(re.sub(" {2,}", " ", one.text), language)) if isinstance(one, model.Text) else one
        for one in out
    )


def _trimmed(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Without spaces at both ends and around forced line ends."""
    out: list[Inline] = []
    for index, inline in enumerate(content):
        if isinstance(inline, model.Text):
            text = inline.text
            before = content[index - 1] if index else None
            after = content[index + 1] if index + 1 < len(content) else None
            if before is None or isinstance(before, model.LineBreak):
                text = text.lstrip(" ")
            if after is None or isinstance(after, model.LineBreak):
                text = text.rstrip(" ")
            if text:
                out.append(model.Text(text))
        else:
            out.append(inline)
    return tuple(out)
