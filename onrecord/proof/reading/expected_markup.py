"""The markup that an interview must have in the web edition and in the e-book, composed from the model.

This is the contract of an interview's `<article>`, written a second time: every element, every attribute, every
character. The editions do not use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from onrecord.model import (
    Answer,
    Block,
    Book,
    Code,
    CodeBlock,
    DefinitionList,
    Division,
    EditorNote,
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
    Question,
    Quotation,
    SourceLocation,
    Strong,
    StruckOut,
    Subscript,
    Superscript,
    Table,
    TableCell,
    Text,
    TextLine,
    ThematicBreak,
    resolve_link,
    to_plain_text,
)
from onrecord.model.directions import direct_block, direct_page, direct_phrase, is_from_right
from onrecord.model.interview_style import STYLES, NamePlace
from onrecord.model.recording import Recording
from onrecord.proof.reading.expected_versions import ExpectedVersion
from onrecord.proof.reading.markup_tokens import Token, build_start_token, escape_text, keep_spaces
from onrecord.proof.reading.speaker_labels import expect_labels
from onrecord.runtime.interface_texts import get_language

_TAGS: dict[type, str] = {Emphasis: "em", Strong: "strong", StruckOut: "s", Superscript: "sup", Subscript: "sub"}
_LIST_TYPES = {"lower-alpha": "a", "upper-alpha": "A", "lower-roman": "i", "upper-roman": "I"}
_USUAL_COLUMNS = 6
_USUAL_NUMBER_LENGTH, _LONGEST_NUMBER_LENGTH = 3, 16
_DEEPEST_INDENT = 40
_DEEPEST_HEADING = 6

PlacedToken = tuple[Token, SourceLocation]


def expect_article(
    interview: Interview, book: Book, versions: Sequence[ExpectedVersion] = (), *, is_epub: bool
) -> list[PlacedToken]:
    """Return the HTML tokens that an interview's `<article>` must have, each with its source; spaces as composed.

    `versions` are the same interview in other languages.
    """
    return _ArticleComposer(interview, book, versions, is_epub).compose()


def expect_classes(interview: Interview) -> str:
    """Return the classes that the interview's article must have: its style, and what style sheets must know."""
    design = STYLES[interview.style]
    classes = f"interview style-{interview.style.value} {design.questions.value}-questions"
    return classes if design.names is NamePlace.RUN_IN else f"{classes} {design.names.value}-names"


def expect_direction(language: str) -> dict[str, str]:
    """Return the attribute with the direction that a page in a language must have; {} if it runs from the left."""
    return {"dir": direct_page(language)} if direct_page(language) else {}


def expect_time_mark(interview: Interview, turn: Question | Answer, *, is_epub: bool) -> tuple[str, str] | None:
    """Return the time that must be shown beside a turn, and its link; None if no recording plays the turn.

    The e-book holds no recordings, and leads to those on the web.
    """
    seconds = turn.remarks.seconds
    started = [part for part in interview.recordings if seconds is not None and part.offset <= seconds]
    if seconds is None or not started:
        return None
    recording = max(started, key=lambda part: part.offset)
    if is_epub and not recording.url:
        return None
    text = f"{seconds // 60}:{seconds % 60:02d}"
    if seconds >= 3600:
        text = f"{seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
    return text, f"{expect_recording_address(recording, is_epub=is_epub)}#t={seconds - recording.offset}"


def expect_recording_address(recording: Recording, *, is_epub: bool) -> str:
    """Return the address that a recording must have: its own, or that in the web edition."""
    if recording.url or is_epub:
        return recording.url
    stem, _, ending = recording.file.rpartition("/")[2].rpartition(".")
    words = re.findall("[a-z0-9]+", stem.lower()) or ["recording"]
    return f"recordings/{'-'.join(words)}-{recording.sha256[:8]}.{ending.lower()}"


@dataclass(slots=True)
class _Tokens:
    """Tokens as they are composed, each with the place in the source that it comes from."""

    is_epub: bool
    place: SourceLocation
    placed: list[PlacedToken] = field(default_factory=list)

    def add_text(self, text: str) -> None:
        """Add an expected text to the article's tokens."""
        self.placed.append((escape_text(text), self.place))

    def start(self, tag: str, *, lang: str = "", epub_type: str = "", **attributes: str) -> None:
        """Add an expected start tag; attribute names end in “_” or have it for “-”; empty ones are left out."""
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
class _InlineComposer:
    """Composes the inlines of an interview."""

    interview: Interview
    book: Book
    out: _Tokens
    is_apart: bool = False  # in a footnote or a pull quote: links have no address behind them
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
class _BlockComposer:
    """Composes the blocks of an interview in reading order."""

    inlines: _InlineComposer
    out: _Tokens
    level: int = 1  # of the last heading
    is_divided: bool = False
    pull_quote_count: int = 0

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
        self.out.start(tag, dir=direct_block(to_plain_text(content), self.inlines.interview.language))
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
                is_turned = self.out.is_epub and is_from_right(self.inlines.interview.language)
                self.out.start("pre", dir="ltr" if is_turned else "")
                self.inlines.compose((Code(keep_spaces(text)),))
                self.out.end("pre")
            case ThematicBreak():
                self.out.start("hr")
                self.out.end("hr")

    def _compose_verse(self, block: LineBlock) -> None:
        """Add the expected tokens of verse, each line in an element of its own with its indent."""
        words = to_plain_text(inline for line in block.lines for inline in line)
        self.out.start("p", class_="verse", dir=direct_block(words, self.inlines.interview.language))
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
        self.out.start(tag, **attributes, dir=self.direct_first(block.items[0] if block.items else ()))
        typed = block.typed_numbers or (0,) * len(block.items)
        for index, blocks in enumerate(block.items):
            follows = typed[index] == (typed[index - 1] + 1 if index else block.start)
            self.out.start("li", value="" if follows or not block.typed_numbers else str(typed[index]))
            self.compose_tight(blocks, is_loose_list=block.is_loose_list)
            self.out.end("li")
        self.out.end(tag)

    def direct_first(self, blocks: Sequence[Block]) -> str:
        """Return the direction of the first block, if it is a paragraph with another one than the interview."""
        first = blocks[0] if blocks else None
        words = to_plain_text(first.content) if isinstance(first, Paragraph) else ""
        return direct_block(words, self.inlines.interview.language)

    def compose_tight(self, blocks: Sequence[Block], *, is_loose_list: bool = False) -> None:
        """Add expected blocks, the first paragraph without its element unless the list is loose."""
        first = blocks[0] if blocks else None
        if is_loose_list or not isinstance(first, Paragraph):
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
            self.out.start("figcaption", dir=self.direct_first(figure.caption))
            self.compose_tight(figure.caption)
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


def _compose_definitions_or_table(composer: _BlockComposer, block: DefinitionList | Table) -> None:
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


def _compose_definitions(composer: _BlockComposer, block: DefinitionList) -> None:
    """Add the expected tokens of a list of definitions."""
    out = composer.out
    out.start("dl")
    for definition in block.items:
        composer.out.start("dt", dir=direct_block(to_plain_text(definition.term), composer.inlines.interview.language))
        composer.inlines.compose(definition.term)
        composer.out.end("dt")
        for meaning in definition.meanings:
            out.start("dd", dir=composer.direct_first(meaning))
            composer.compose_tight(meaning)
            out.end("dd")
    out.end("dl")


def _compose_table(composer: _BlockComposer, table: Table) -> None:
    """Add the expected tokens of a table with its caption, head and body."""
    out = composer.out
    columns = max((len(row) for row in (*table.head, *table.body)), default=0)
    out.start("table", class_="dense" if columns > _USUAL_COLUMNS else "")
    if table.caption:
        out.start("caption", dir=composer.direct_first(table.caption))
        composer.compose_tight(table.caption)
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


def _compose_cell(composer: _BlockComposer, cell: TableCell, tag: str) -> None:
    """Add the expected tokens of a table's cell."""
    colspan, rowspan = (str(count) if count > 1 else "" for count in (cell.colspan, cell.rowspan))
    scope = "col" if tag == "th" else ""
    direction = composer.direct_first(cell.blocks)
    composer.out.start(tag, scope=scope, class_=cell.align, colspan=colspan, rowspan=rowspan, dir=direction)
    composer.compose_tight(cell.blocks)
    composer.out.end(tag)


class _ArticleComposer:
    """Composes the `<article>` of one interview."""

    def __init__(self, interview: Interview, book: Book, versions: Sequence[ExpectedVersion], is_epub: bool) -> None:
        self.versions = versions
        self.interview = expect_labels(interview)
        self.is_pack = book.pack is not None
        self.out = _Tokens(is_epub, interview.location)
        self.inlines = _InlineComposer(interview, book, self.out)
        self.blocks = _BlockComposer(self.inlines, self.out)
        self.words = get_language(interview.language).texts

    def compose(self) -> list[PlacedToken]:
        """Return the HTML tokens that the interview's article must have."""
        interview, out = self.interview, self.out
        out.start(
            "article",
            class_=expect_classes(interview),
            id=interview.slug,
            lang=interview.language,
            dir=direct_page(interview.language),
        )
        self._compose_opening()
        self._compose_players()
        if interview.introduction:
            out.start("div", class_="introduction")
            self.blocks.compose(interview.introduction)
            out.end("div")
        for entry in interview.conversation:
            out.place = entry.blocks[0].location if isinstance(entry, EditorNote) and entry.blocks else out.place
            match entry:
                case Question() | Answer():
                    self._compose_turn(entry)
                case Division(content, identity):
                    out.place, self.blocks.level, self.blocks.is_divided = entry.location, 2, True
                    out.start("h2", class_="division", id=identity)
                    self.inlines.compose(content)
                    out.end("h2")
                case EditorNote(blocks):
                    out.start("aside", class_="editor-note", role="note", aria_label=self.words["editor_note"])
                    self.blocks.compose(blocks)
                    out.end("aside")
        if interview.footnotes:
            self._compose_notes()
        self._compose_closing()
        out.end("article")
        return out.placed

    def _compose_opening(self) -> None:
        """Add the expected tokens of an article's head: title, standfirst, byline, credit and pointer."""
        interview = self.interview
        self.out.start("header", class_="opening")
        self._compose_fixed_line("h1", "title", interview.title, class_="title")
        self._compose_standfirst()
        for name in ("byline", "credit", "pointer"):
            self._compose_fixed_line("p", name, getattr(interview, name), class_=name)
        if self.versions:
            self.out.start("nav", class_="versions", aria_label=self.words["languages"])
            for number, version in enumerate(self.versions):
                self.out.add_text(" " if number else "")
                self._compose_version_link(version, "", version.name)
            self.out.end("nav")
        self.out.end("header")

    def _compose_players(self) -> None:
        """Add the expected tokens of a player for each recording, on the web alone."""
        recordings = () if self.out.is_epub else self.interview.recordings
        for number, recording in enumerate(recordings, 1):
            tag, address = recording.media_type.value.split("/")[0], expect_recording_address(recording, is_epub=False)
            label = f"{self.words['recording']} {number}" if len(recordings) > 1 else self.words["recording"]
            self.out.start("div", class_="player")
            attributes = {"controls": "", "preload": "none", "src": address, "aria-label": label}
            self.out.placed.append((build_start_token(tag, attributes), self.out.place))
            self.out.end(tag)
            self.out.end("div")

    def _compose_version_link(
        self, version: ExpectedVersion, turn: str, text: str, class_: str = "", aria_label: str = ""
    ) -> None:
        """Add the expected tokens of a link to the interview in another language, or to a turn of it."""
        ending = (".xhtml" if self.out.is_epub else ".html") + (f"#{turn}" if turn else "")
        attributes = {"class_": class_, "hreflang": version.language, "aria_label": aria_label}
        self.out.start("a", href=version.slug + ending, lang=version.language, **attributes)
        self.out.add_text(text)
        self.out.end("a")

    def _compose_standfirst(self) -> None:
        """Add the expected tokens of the standfirst: a paragraph, or several in an element that has its name."""
        paragraphs = self.interview.standfirst_paragraphs
        tag = "p" if len(paragraphs) == 1 else "div"
        if not paragraphs:
            return
        self.out.place = paragraphs[0].location
        direction = self.blocks.direct_first(paragraphs) if tag == "p" else ""
        self.out.start(tag, class_="standfirst", id="standfirst", dir=direction)
        for paragraph in paragraphs:
            if tag == "p":
                self.inlines.compose(paragraph.content)
            else:
                self.blocks.compose((paragraph,))
        self.out.end(tag)

    def _compose_fixed_line(self, tag: str, identity: str, line: TextLine | None, class_: str = "") -> None:
        """Add the expected tokens of a fixed line (byline, credit …), if the interview has it."""
        if line:
            self.out.place = line.location
            direction = direct_block(line.text, self.interview.language) if class_ else ""
            self.out.start(tag, class_=class_, id=identity, dir=direction)
            self.out.add_text(line.text)
            self.out.end(tag)

    def _compose_turn(self, turn: Question | Answer) -> None:
        """Add the expected tokens of a question or an answer, with its accessible name and its address."""
        out = self.out
        out.place = turn.location
        name = f"{self.words[turn.kind]} {turn.address[1:]}" + (f", {turn.speaker.name}" if turn.speaker else "")
        out.start("section", class_=f"turn {turn.kind}", id=turn.id, role="group", aria_label=name)
        out.start("p", class_="address")
        self._compose_short_link("", f"#{turn.id}", turn.address)
        if mark := expect_time_mark(self.interview, turn, is_epub=out.is_epub):
            out.add_text(" ")
            label = f"{self.words['recording']} {mark[0]}"
            out.start("a", class_="time", href=mark[1], aria_label=label)
            out.add_text(mark[0])
            out.end("a")
        for version in self.versions:
            if partner := dict(version.pairs).get(turn.id):
                out.add_text(" ")
                name = f"{version.code}: {version.name}, {turn.address}"
                self._compose_version_link(version, partner, version.code, class_="version", aria_label=name)
        if not (out.is_epub or self.is_pack):
            out.add_text(" ")
            self._compose_short_link("cite", f"#cite-{turn.id}", self.words["cite"])
        out.end("p")
        first = turn.blocks[0] if turn.blocks else None
        if not turn.label:
            self.blocks.compose(turn.blocks)
        elif isinstance(first, Paragraph) and STYLES[self.interview.style].names is not NamePlace.STACKED:
            out.start("p")
            self._compose_label(turn.label)
            out.add_text(" ")
            self.inlines.compose(first.content)
            out.end("p")
            self.blocks.compose(turn.blocks[1:])
        else:
            out.start("p", class_="label")
            self._compose_label(turn.label)
            out.end("p")
            self.blocks.compose(turn.blocks)
        out.end("section")

    def _compose_label(self, label: str) -> None:
        """Add the expected tokens of the printed label of a speaker."""
        self.out.start("b", class_="speaker", epub_type="z3998:persona")
        self.out.add_text(label)
        self.out.end("b")

    def _compose_short_link(self, class_: str, href: str, text: str, role: str = "") -> None:
        """Add the expected tokens of a link with a short text."""
        self.out.start("a", class_=class_, href=href, role=role)
        self.out.add_text(text)
        self.out.end("a")

    def _compose_notes(self) -> None:
        """Add the expected tokens of the texts of all footnotes."""
        out = self.out
        out.start(
            "section", class_="footnotes", role="doc-endnotes", epub_type="endnotes", aria_label=self.words["notes"]
        )
        self.inlines.is_apart = True
        for note in self.interview.footnotes:
            out.place = note.location
            out.start("div", class_="footnote", id=f"fn{note.number}", role="doc-footnote", epub_type="footnote")
            out.start("p")
            self._compose_short_link("back", f"#fnref{note.number}", str(note.number), "doc-backlink")
            out.add_text(" ")
            first = note.blocks[0] if note.blocks else None
            opening = first.content if isinstance(first, Paragraph) else ()
            self.inlines.compose(opening)
            out.end("p")
            self.blocks.compose(note.blocks[1:] if opening else note.blocks)
            out.end("div")
        self.inlines.is_apart = False
        out.end("section")

    def _compose_closing(self) -> None:
        """Add the expected tokens of an article's end: the disclaimer and the line of rights."""
        disclaimer, rights = self.interview.disclaimer, self.interview.rights
        if not (disclaimer or rights):
            return
        self.out.place = (disclaimer or rights or self.interview.title).location
        if disclaimer and not rights:
            self.out.start("footer", class_="disclaimer", id="disclaimer")
            self._compose_fixed_line("p", "", TextLine(disclaimer.text, disclaimer.location))
        else:
            self.out.start("footer", class_="disclaimer")
            line = TextLine(disclaimer.text, disclaimer.location) if disclaimer else None
            self._compose_fixed_line("p", "disclaimer", line)
            self._compose_fixed_line("p", "rights", rights)
        self.out.end("footer")
