"""Inlines as HTML: emphasis, links, cross-references to turns, and the calls of footnotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from html import escape

from onrecord.editions import break_points, direction_runs
from onrecord.editions.direction_runs import BlockDirections, DirectedRun, LinkPart
from onrecord.editions.edition_syntax import EditionSyntax, format_direction
from onrecord.editions.page_marks import PageCursor
from onrecord.model import (
    Block,
    Book,
    Code,
    Emphasis,
    Footnote,
    Inline,
    Interview,
    LanguageSpan,
    LineBreak,
    Link,
    NoteReference,
    Paragraph,
    Strong,
    StruckOut,
    Subscript,
    Superscript,
    Text,
    resolve_link,
    to_plain_text,
)
from onrecord.model.directions import direct_block, direct_page, direct_phrase
from onrecord.wording import translations

# A word with a capital that does not open a sentence; shorter ones are never hyphenated.
_NAME = r"(?<=[\w,;)’”»] )[A-ZÀ-ÖØ-ÞĀ-ɏΑ-ΩЀ-Я][\w’'-]{5,}"
_ADDRESS = re.compile(f"(?P<url>{break_points.WITHOUT_HYPHEN})")
_ADDRESS_OR_NAME = re.compile(f"{_ADDRESS.pattern}|(?P<name>{_NAME})")
_SPANS = {"url": '<span class="url">', "name": '<span class="name">'}
_TAGS = {Emphasis: "em", Strong: "strong", StruckOut: "s", Superscript: "sup", Subscript: "sub"}
_BLOCK_TAG = re.compile(r"<(/?)(p|ul|ol|li|blockquote|pre)\b")
_LINE_END_OF_TAG = re.compile(r"(?<=>)\n(?=<|\Z)")
_UNKNOWN_PAGE = "000"  # as wide as most page numbers, until the pages are counted


class InlineWriter:
    """Writes the inlines of one interview.

    For print, `endnotes` are the numbers of the notes that are printed at the end, and `page_of_turn` is the printed
    page of each turn that is referred to (`slug.a7`) and of the call of each of these notes (`slug.fnref3`).
    `write_blocks` writes the blocks of notes.
    """

    def __init__(
        self,
        interview: Interview,
        book: Book,
        syntax: EditionSyntax,
        cursor: PageCursor,
        page_of_turn: Mapping[str, str],
        endnotes: frozenset[int] = frozenset(),
    ) -> None:
        self._interview = interview
        self.directions = BlockDirections(interview.language)
        self._book = book
        self._syntax = syntax
        self._cursor = cursor
        self._page_of_turn = page_of_turn
        self._endnotes = endnotes
        self.write_blocks: Callable[[Iterable[Block]], str] = _write_no_blocks
        self._page_word = translations.get_interface_texts(interview.language)["page_short"]
        self._notes: Mapping[int, Footnote] = {note.number: note for note in interview.footnotes}
        self._reference_count = 0
        self._part_count = 0  # of parts of divided links, but for their first ones
        self._is_apart = False  # in a footnote or a pull quote, where cross-references have no address
        self._hides_links = False
        self._direction = ""  # of the block or the phrase that is being written in print
        self._marks_names = syntax.is_print and not cursor.has_pages and not interview.language.startswith("de")

    def write_tight(self, content: Iterable[Inline]) -> str:
        """Return inlines that stand in an element without a paragraph of their own: they run in its direction."""
        with self._run_direction(self._direction or self.directions.around):
            return self.write_inlines(content)

    def write_inlines(self, content: Iterable[Inline]) -> str:
        """Return the inlines as HTML; every text is escaped."""
        if not self._syntax.is_print:
            return "".join(map(self._write_inline, content))
        content = tuple(content)
        by_letters = self.directions.find_direction(to_plain_text(content))
        with self._run_direction(self._direction or by_letters or self.directions.around) as direction:
            return self._write_runs(direction_runs.group_runs(content, direction))

    def _write_runs(self, content: Iterable[Inline | DirectedRun]) -> str:
        """Return inlines as HTML for print, with break places before long words, and with the direction of phrases."""
        pieces, before = [], ""
        for inline in content:
            if isinstance(inline, DirectedRun):
                with self._run_direction(inline.direction):
                    pieces.append(f'<span dir="{inline.direction}">{self._write_runs(inline.content)}</span>')
                before = to_plain_text(inline.content)
                continue
            text = to_plain_text((inline,))
            pieces += [break_points.BREAK] if break_points.is_glued(before, text) else []
            before = text or before
            pieces.append(self._write_inline(inline))
        return "".join(pieces)

    @contextmanager
    def _run_direction(self, direction: str) -> Iterator[str]:
        """Write the HTML of inlines in the with block as in a block or phrase with this direction."""
        before, self._direction = self._direction, direction
        yield direction
        self._direction = before

    @contextmanager
    def inside_note(self) -> Iterator[None]:
        """Write a footnote's HTML in the with block: count no letters, add no addresses to links."""
        with self._write_apart(hides_links=self._hides_links), self._cursor.pause():
            yield

    @contextmanager
    def inside_pull_quote(self) -> Iterator[None]:
        """Write a pull quote's HTML in the with block: add no addresses to links, on the web no links.

        On the web it is hidden from assistive technology, so it must hold nothing that takes the focus
        (WAI-ARIA 1.2 §6.6, aria-hidden): its links are written as their text.
        """
        with self._write_apart(hides_links=self._syntax.is_html):
            yield

    @contextmanager
    def _write_apart(self, *, hides_links: bool) -> Iterator[None]:
        """Add no addresses to links in the with block; with `hides_links`, write only their text."""
        before = self._is_apart, self._hides_links, self._direction
        self._is_apart, self._hides_links, self._direction = True, hides_links, ""
        yield
        self._is_apart, self._hides_links, self._direction = before

    def _write_inline(self, inline: Inline) -> str:
        """Return an inline of any kind as HTML; in print, a note call becomes the whole note."""
        match inline:
            case Text(text):
                return self._write_text(text)
            case LineBreak():
                return f"<br{self._syntax.slash}>\n"
            case Code(text):
                return f"<code>{self._cursor.mark_text(text)}</code>"
            case LanguageSpan(content, language):
                direction = direct_phrase(language, self._interview.language)
                attributes = self._syntax.format_xml_lang(language) + format_direction(direction)
                with self._run_direction(direction or self._direction):
                    return f'<span lang="{language}"{attributes}>{self.write_inlines(content)}</span>'
            case Link():
                return self._write_link(inline)
            case NoteReference(number):
                return self._write_note_or_call(number)
            case _:
                tag = _TAGS[type(inline)]
                if self._direction:  # the block is in order, with what stands in its elements
                    return f"<{tag}>{self._write_runs(inline.content)}</{tag}>"
                return f"<{tag}>{self.write_inlines(inline.content)}</{tag}>"

    def _write_text(self, text: str) -> str:
        """Return the text escaped; in print, mark addresses and names so that they are not hyphenated.

        No names in German, which begins every noun with a capital, and where page marks are inserted; nothing where
        words run from the right: WeasyPrint 70 orders each element by itself.
        """
        if not self._syntax.is_print or self._direction == "rtl":
            return self.write_plain_text(text)
        pieces, end = [], 0
        for match in (_ADDRESS_OR_NAME if self._marks_names else _ADDRESS).finditer(text):
            pieces.append(self.write_plain_text(text[end : match.start()]))  # first: letters are counted in order
            pieces += [_SPANS[match.lastgroup or ""], self.write_plain_text(match.group()), "</span>"]
            end = match.end()
        return "".join([*pieces, self.write_plain_text(text[end:])])

    def write_plain_text(self, text: str) -> str:
        """Return the text escaped, with places where the addresses in it may be divided."""
        is_print = self._syntax.is_print
        html = self._cursor.mark_text(break_points.add_break_points(text, is_print=is_print))
        is_marked = not is_print and break_points.has_address(text)
        return html.replace(break_points.BREAK, f"<wbr{self._syntax.slash}>") if is_marked else html

    def _write_link(self, link: Link) -> str:
        """Return a link as `<a>`, with the address of a turn after its text, or the text alone."""
        if self._hides_links:
            return self.write_inlines(link.content)
        title = f' title="{escape(link.title)}"' if link.title and not self._syntax.is_print else ""
        address = escape(self._syntax.resolve_link(link.target))
        style = ' class="url"' if break_points.is_address(to_plain_text(link.content)) else ""
        words = self._write_runs(link.content) if self._direction else self.write_inlines(link.content)
        identity = ""
        if isinstance(link, LinkPart) and link.number > 1:
            self._part_count += 1
            identity = f" {self._syntax.format_id(f'linkpart{self._part_count}')}"
        words += "" if isinstance(link, LinkPart) and not link.is_last else self._write_reference(link.target)
        return f'<a{style}{identity} href="{address}"{title}>{words}</a>'

    def _write_reference(self, target: str) -> str:
        """Return the turn's address, and in print its page, for a link to a turn; else ""."""
        reference = None if self._is_apart else resolve_link(self._book, self._interview, target)
        if reference is None:
            return ""
        name, address = reference
        self._reference_count += 1
        if not self._syntax.is_print:
            return f'<span class="xref"> {address}</span>'
        text = f"{self._page_word}\u00a0{self._page_of_turn.get(name, _UNKNOWN_PAGE)} ({address})"
        return f'<span class="xref" {self._syntax.format_id(f"xref{self._reference_count}")}> {text}</span>'

    def _write_note_or_call(self, number: int) -> str:
        """Return the call of a footnote; in print the footnote itself, unless it is printed at the end."""
        if not self._syntax.is_print:
            return _write_note_call(self._syntax, number, self._interview.language)
        if number not in self._endnotes:
            return self._write_note_in_place(number)
        link = f'<a href="#{self._syntax.prefix}fn{number}">{number}</a>'
        return f'<span class="notecall" {self._syntax.format_id(f"fnref{number}")}>{link}</span>'

    def write_page_of_call(self, number: int) -> str:
        """Return the printed page on which a footnote is called, for the footnote at the end."""
        page = self._page_of_turn.get(f"{self._syntax.prefix}fnref{number}", _UNKNOWN_PAGE)
        identity = self._syntax.format_id(f"callpage{number}")
        return f'<span class="callpage" {identity}>({self._page_word}\u00a0{page})</span>'

    def _write_note_in_place(self, number: int) -> str:
        """Return a footnote for the place where it is called.

        The layout engine moves it to the foot of the page.
        """
        blocks = self._notes[number].blocks
        first = blocks[0].content if blocks and isinstance(blocks[0], Paragraph) else ()
        language = self._interview.language
        # A note stands in a paragraph, which may run in another direction.
        direction = direct_block(to_plain_text(first), language) or direct_page(language) or "ltr"
        with self.inside_note(), self.directions.inside_element(direction):
            opening = self.write_inlines(first)
            following = _write_as_spans(self.write_blocks(blocks[1:] if first else blocks))
        attributes = f'{self._syntax.format_id(f"fn{number}")} data-number="{number}"'
        attributes += format_direction(direction)
        return f'<span class="footnote" {attributes}>{opening}{following}</span>'


def _write_note_call(syntax: EditionSyntax, number: int, language: str) -> str:
    """Return the raised number of a footnote as a link to its text at the end.

    In an e-book from the right its direction isolates it: it would join a Latin word before it, with the full stop
    between them. On the web the style sheet does it, which in an e-book it must not (EPUB 3.3, section 6.3.1.3).
    """
    direction = format_direction("ltr") if syntax.edition == "epub" and direct_page(language) else ""
    attributes = (
        f'role="doc-noteref"{syntax.format_epub_type("noteref")} '
        f'href="#{syntax.prefix}fn{number}" {syntax.format_id(f"fnref{number}")}{direction}'
    )
    return f'<sup><a class="noteref" {attributes}>{number}</a></sup>'


def _write_no_blocks(blocks: Iterable[Block]) -> str:
    """Return "", for inlines that are written before there is a writer of blocks."""
    return ""


def _write_as_spans(html: str) -> str:
    """Return blocks as spans that style sheets show as blocks: a paragraph, where a note is called, holds no blocks.

    Without the line ends between them: in a paragraph, each would be a line of its own.
    """
    spans = _BLOCK_TAG.sub(lambda tag: f'<span data-tag="{tag[2]}"' if not tag[1] else "</span", html)
    return _LINE_END_OF_TAG.sub("", spans)
