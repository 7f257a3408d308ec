"""The markup that paragraphs, lists, pictures and tables of an interview must have in web edition and e-book.

It is composed from the model: every element, every attribute, every character. The editions do not use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from onrecord.model import (
    Block,
    Book,
    Code,
    CodeBlock,
    DefinitionList,
    Emphasis,
    Figure,
    Heading,
    Inline,
    Interview,
    LanguageSpan,
    LineBlock,
    LineBreak,
    Link,
    ListBlock,
    NoteReference,
    Paragraph,
    PullQuote,
    Quotation,
    SourceLocation,
    Strong,
    StruckOut,
    Subscript,
    Superscript,
    Table,
    TableCell,
    Text,
    ThematicBreak,
    resolve_link,
    to_plain_text,
)
from onrecord.model.directions import direct_block, direct_phrase, is_from_right
from onrecord.proof.reading.markup_tokens import Token, build_start_token, escape_text, keep_spaces

_TAGS: dict[type, str] = {Emphasis: "em", Strong: "strong", StruckOut: "s", Superscript: "sup", Subscript: "sub"}
_LIST_TYPES = {"lower-alpha": "a", "upper-alpha": "A", "lower-roman": "i", "upper-roman": "I"}
_USUAL_COLUMNS = 6
_USUAL_NUMBER_LENGTH, _LONGEST_NUMBER_LENGTH = 3, 16
_DEEPEST_INDENT = 40
_DEEPEST_HEADING = 6

PlacedToken = tuple[Token, SourceLocation]


@dataclass(slots=True)
class ExpectedTokens:
    """Tokens as they are composed, each with the place in the source that it comes from."""

    is_epub: bool
    place: SourceLocation
    placed: list[PlacedToken] = field(default_factory=list)

    def add_text(self, text: str) -> None:
        """Add an expected text to the article's tokens."""
        self.placed.append((escape_text(text), self.place))

    def start(self, tag: str, *, lang: str = "", epub_type: str = "", **attributes: str) -> None:
        """Add an expected start tag without empty attributes; a name may end in “_”, and has “_” for “-”."""
        known = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items() if value}
        if lang:
            known |= {"lang": lang} | ({"xml:lang": lang} if self.is_epub else {})
        if epub_type and self.is_epub:
            known["epub:type"] = epub_type
        self.placed.append((build_start_token(tag, known), self.place))

    def end(self, tag: str) -> None:
        """Add an expected end tag to the article's tokens."""
        self.placed.append((f"</{tag}>", self.place))


@dataclass(slots=True)
class InlineComposer:
    """Composes the inlines of an interview."""

    interview: Interview
    book: Book
    out: ExpectedTokens
    is_apart: bool = False  # in a footnote or a pull quote: links have no address after them
    hides_links: bool = False  # in a pull quote of the web edition

    def compose(self, content: Iterable[Inline]) -> None:
        """Add the expected HTML tokens of these inlines."""
        for inline in content:
            self._compose_inline(inline)

    def _compose_inline(self, inline: Inline) -> None:
        """Add the expected HTML tokens of one inline."""
        out = self.out
        match inline:
            case Text(text):
                out.add_text(text)
            case LineBreak():
                out.start("br")
                out.end("br")
            case Code(text):
                self._wrap_inlines("code", (Text(text),))
            case LanguageSpan(content, language):
                out.start("span", lang=language, dir=direct_phrase(language, self.interview.language))
                self.compose(content)
                out.end("span")
            case Link():
                self._compose_inline_link(inline)
            case NoteReference(number):
                self._compose_note_call(number)
            case _:
                self._wrap_inlines(_TAGS[type(inline)], inline.content)

    def _wrap_inlines(self, tag: str, content: Iterable[Inline]) -> None:
        """Add the expected tokens of inlines inside an element without attributes."""
        self.out.start(tag)
        self.compose(content)
        self.out.end(tag)

    def _compose_inline_link(self, link: Link) -> None:
        """Add the expected tokens of a link, with the address of the turn that it leads to."""
        if self.hides_links:
            self.compose(link.content)
            return
        self.out.start("a", href=self._expect_address(link.target), title=link.title)
        self.compose(link.content)
        reference = None if self.is_apart else resolve_link(self.book, self.interview, link.target)
        if reference is not None:
            self.out.start("span", class_="xref")
            self.out.add_text(f" {reference[1]}")
            self.out.end("span")
        self.out.end("a")

    def _expect_address(self, target: str) -> str:
        """Return the address that a link must have: on the web, of another page, or of a place on this page."""
        slug, mark, identity = target.partition("#")
        if ":" in slug:
            return expect_web_address(target)
        if not slug or (slug == self.interview.slug and mark and identity):
            return f"#{identity}" if identity else f"{self.interview.slug}{self._suffix}"
        return f"{slug}{self._suffix}{mark}{identity}" if identity else f"{slug}{self._suffix}"

    @property
    def _suffix(self) -> str:
        """Return the ending of page file names: ".xhtml" in an e-book, ".html" on the web."""
        return ".xhtml" if self.out.is_epub else ".html"

    def _compose_note_call(self, number: int) -> None:
        """Add the expected tokens of the call of a footnote."""
        self.out.start("sup")
        attributes = {"class_": "noteref", "href": f"#fn{number}", "id": f"fnref{number}"}
        attributes["dir"] = "ltr" if self.out.is_epub and is_from_right(self.interview.language) else ""
        self.out.start("a", role="doc-noteref", epub_type="noteref", **attributes)
        self.out.add_text(str(number))
        self.out.end("a")
        self.out.end("sup")


def expect_web_address(address: str) -> str:
    """Return a web address as editions must write it: RFC 3986 allows no stray %, no bracket and no second #."""

    def encode(text: str) -> str:
        """Return the text with each stray % and bracket encoded."""
        return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text).replace("[", "%5B").replace("]", "%5D")

    host = re.match(r"\w+:(?://[^/?#]*)?", address)
    start = host.group() if host else ""
    path, mark, fragment = address[len(start) :].partition("#")
    return f"{start}{encode(path)}{mark}{encode(fragment).replace('#', '%23')}"


@dataclass(slots=True)
class BlockComposer:
    """Composes the blocks of an interview in reading order."""

    inlines: InlineComposer
    out: ExpectedTokens
    level: int = 1  # of the last heading
    is_divided: bool = False
    pull_quote_count: int = 0
    inside: str = ""  # the direction of the element that holds the blocks, "" if it is the interview's

    def find_direction(self, text: str) -> str:
        """Return the direction that a block of this text must have, "" if it is that of what is around it."""
        return direct_block(text, self.inlines.interview.language, self.inside)

    def compose_inside(self, direction: str, blocks: Sequence[Block], *, is_loose: bool = False) -> None:
        """Add the expected tokens of blocks inside an element with this direction, "" for one without.

        The first paragraph has no element of its own unless the list is loose (CommonMark 0.31 §5.3).
        """
        before, self.inside = self.inside, direction or self.inside
        self.compose_tight(blocks, is_loose=is_loose)
        self.inside = before

    def compose(self, blocks: Iterable[Block]) -> None:
        """Add the expected HTML tokens of these blocks."""
        for block in blocks:
            self.out.place = block.location
            self._compose_block(block)

    def _compose_block(self, block: Block) -> None:
        """Add the expected HTML tokens of one block."""
        match block:
            case Paragraph(content):
                self.wrap_inlines("p", content)
            case Heading(content, level):
                self._compose_heading(content, level)
            case Quotation(blocks):
                self.out.start("blockquote")
                self.compose(blocks)
                self.out.end("blockquote")
            case ListBlock():
                self._compose_list(block)
            case DefinitionList() | Table():
                _compose_definitions_or_table(self, block)
            case Figure():
                self._compose_figure(block)
            case PullQuote(blocks):
                self._compose_pull_quote(blocks)
            case LineBlock() | CodeBlock() | ThematicBreak():
                self._compose_preformatted(block)

    def wrap_inlines(self, tag: str, content: Iterable[Inline]) -> None:
        """Add an expected element that holds inlines, with its direction if it differs from the interview's."""
        content = tuple(content)
        self.out.start(tag, dir=self.find_direction(to_plain_text(content)))
        self.inlines.compose(content)
        self.out.end(tag)

    def _compose_heading(self, content: Sequence[Inline], level: int) -> None:
        """Add an expected small heading: its level is at most one more than that of the heading before it."""
        deepest = 2 if level == 2 else (3 if self.is_divided else 2) + max(level - 4, 0)
        self.level = min(deepest, self.level + 1, _DEEPEST_HEADING)
        self.wrap_inlines(f"h{self.level}", content)

    def _compose_preformatted(self, block: LineBlock | CodeBlock | ThematicBreak) -> None:
        """Add the expected tokens of verse, preformatted text, or a thematic break."""
        match block:
            case LineBlock():
                self._compose_verse(block)
            case CodeBlock(text):
                self.out.start("pre", dir=self.find_direction("a") if self.out.is_epub else "")
                self.inlines.compose((Code(keep_spaces(text)),))
                self.out.end("pre")
            case ThematicBreak():
                self.out.start("hr")
                self.out.end("hr")

    def _compose_verse(self, block: LineBlock) -> None:
        """Add the expected tokens of verse, each line in an element of its own with its indent."""
        words = to_plain_text(inline for line in block.lines for inline in line)
        self.out.start("p", class_="verse", dir=self.find_direction(words))
        indents = block.indents or (0,) * len(block.lines)
        for number, (line, indent) in enumerate(zip(block.lines, indents, strict=True), 1):
            self.out.start("span", class_=f"line in{min(indent, _DEEPEST_INDENT)}" if indent else "line")
            self.inlines.compose(line)
            if number < len(block.lines):
                self.out.start("br")
                self.out.end("br")
            self.out.end("span")
        self.out.end("p")

    def _compose_list(self, block: ListBlock) -> None:
        """Add the expected tokens of a list, with the attributes of its numbers."""
        tag, attributes = "ul", {}
        if block.start is not None:
            longest = max(map(len, block.numbers), default=0)
            longest = longest if block.style == "decimal" else longest * 5 // 3  # letters are wider than figures
            class_ = f"numbers-{min(longest, _LONGEST_NUMBER_LENGTH)}" if longest > _USUAL_NUMBER_LENGTH else ""
            class_ = " ".join(filter(None, (class_, "bracketed" if block.mark == ")" else "")))
            start = "" if block.start == 1 else str(block.start)
            tag, attributes = "ol", {"start": start, "type": _LIST_TYPES.get(block.style, ""), "class_": class_}
        direction = self.direct_first(block.items[0] if block.items else ())
        self.out.start(tag, **attributes, dir=direction)
        typed = block.typed_numbers or (0,) * len(block.items)
        for index, blocks in enumerate(block.items):
            follows = typed[index] == (typed[index - 1] + 1 if index else block.start)
            self.out.start("li", value="" if follows or not block.typed_numbers else str(typed[index]))
            self.compose_inside(direction, blocks, is_loose=block.is_loose)
            self.out.end("li")
        self.out.end(tag)

    def direct_first(self, blocks: Sequence[Block]) -> str:
        """Return the direction of the first block, if it is a paragraph with another one than what is around it."""
        first = blocks[0] if blocks else None
        words = to_plain_text(first.content) if isinstance(first, Paragraph) else ""
        return self.find_direction(words)

    def compose_tight(self, blocks: Sequence[Block], *, is_loose: bool = False) -> None:
        """Add expected blocks, the first paragraph without its element unless the list is loose."""
        first = blocks[0] if blocks else None
        if is_loose or not isinstance(first, Paragraph):
            self.compose(blocks)
            return
        self.out.place = first.location
        self.inlines.compose(first.content)
        self.compose(blocks[1:])

    def _compose_figure(self, figure: Figure) -> None:
        """Add the expected tokens of a picture with its caption."""
        asset = figure.asset
        self.out.start("figure", id=figure.id)
        size = {"width": str(asset.width_px), "height": str(asset.height_px)}
        size |= {} if self.out.is_epub else {"loading": "lazy"}
        self.out.start("img", src=f"images/{asset.name}", alt=figure.alt, **size)
        self.out.end("img")
        if figure.caption:
            direction = self.direct_first(figure.caption)
            self.out.start("figcaption", dir=direction)
            self.compose_inside(direction, figure.caption)
            self.out.end("figcaption")
        self.out.end("figure")

    def _compose_pull_quote(self, blocks: Sequence[Block]) -> None:
        """Add the expected tokens of a pull quote; on the web it is hidden from assistive technology."""
        self.pull_quote_count += 1
        identity = f"pullquote{self.pull_quote_count}"
        if self.out.is_epub:
            self.out.start("aside", class_="pullquote", id=identity, role="doc-pullquote", epub_type="pullquote")
        else:
            self.out.start("aside", class_="pullquote", id=identity, aria_hidden="true")
        before = self.inlines.is_apart, self.inlines.hides_links
        self.inlines.is_apart, self.inlines.hides_links = True, not self.out.is_epub
        self.compose(blocks)
        self.inlines.is_apart, self.inlines.hides_links = before
        self.out.end("aside")


def _compose_definitions_or_table(composer: BlockComposer, block: DefinitionList | Table) -> None:
    """Add the expected tokens of definitions or of a table; on the web a table is in a box that scrolls."""
    out = composer.out
    if isinstance(block, DefinitionList):
        _compose_definitions(composer, block)
    elif out.is_epub:
        _compose_table(composer, block)
    else:
        out.start("div", class_="wide", tabindex="0")
        _compose_table(composer, block)
        out.end("div")


def _compose_definitions(composer: BlockComposer, block: DefinitionList) -> None:
    """Add the expected tokens of a list of definitions."""
    out = composer.out
    out.start("dl")
    for definition in block.items:
        composer.out.start("dt", dir=composer.find_direction(to_plain_text(definition.term)))
        composer.inlines.compose(definition.term)
        composer.out.end("dt")
        for meaning in definition.meanings:
            direction = composer.direct_first(meaning)
            out.start("dd", dir=direction)
            composer.compose_inside(direction, meaning)
            out.end("dd")
    out.end("dl")


def _compose_table(composer: BlockComposer, table: Table) -> None:
    """Add the expected tokens of a table with its caption, head and body."""
    out = composer.out
    columns = max((len(row) for row in (*table.head, *table.body)), default=0)
    out.start("table", class_="dense" if columns > _USUAL_COLUMNS else "")
    if table.caption:
        direction = composer.direct_first(table.caption)
        out.start("caption", dir=direction)
        composer.compose_inside(direction, table.caption)
        out.end("caption")
    for tag, rows, cell_tag in (("thead", table.head, "th"), ("tbody", table.body, "td")):
        if rows or tag == "tbody":
            out.start(tag)
            for row in rows:
                out.start("tr")
                for cell in row:
                    _compose_cell(composer, cell, cell_tag if cell.blocks else "td")
                out.end("tr")
            out.end(tag)
    out.end("table")


def _compose_cell(composer: BlockComposer, cell: TableCell, tag: str) -> None:
    """Add the expected tokens of a table's cell."""
    colspan, rowspan = (str(count) if count > 1 else "" for count in (cell.colspan, cell.rowspan))
    scope = "col" if tag == "th" else ""
    direction = composer.direct_first(cell.blocks)
    composer.out.start(tag, scope=scope, class_=cell.align, colspan=colspan, rowspan=rowspan, dir=direction)
    composer.compose_inside(direction, cell.blocks)
    composer.out.end(tag)
