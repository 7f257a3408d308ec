"""Inlines as HTML: emphasis, links, cross-references to turns, and the calls of footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from html import escape

from onrecord.editions.edition_syntax import EditionSyntax
from onrecord.editions.page_marks import PageCursor
from onrecord.model import (
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
)
from onrecord.wording import translations

# A word with a capital that does not open a sentence; shorter ones are never hyphenated.
_NAME = re.compile(r"(?<=[\w,;)’”»] )[A-ZÀ-ÖØ-ÞĀ-ɏΑ-ΩЀ-Я][\w’'-]{5,}")
_TAGS = {Emphasis: "em", Strong: "strong", StruckOut: "s", Superscript: "sup", Subscript: "sub"}
_UNKNOWN_PAGE = "000"  # as wide as most page numbers, until the pages are counted


class InlineWriter:
    """Writes the inlines of one interview.

    `page_of_turn`: for print, the printed page of each turn that is referred to, by `slug.a7`.
    """

    def __init__(
        self,
        interview: Interview,
        book: Book,
        syntax: EditionSyntax,
        cursor: PageCursor,
        page_of_turn: Mapping[str, str],
    ) -> None:
        self._interview = interview
        self._book = book
        self._syntax = syntax
        self._cursor = cursor
        self._page_of_turn = page_of_turn
        self._page_word = translations.get_interface_texts(interview.language)["page_short"]
        self._notes: Mapping[int, Footnote] = {note.number: note for note in interview.footnotes}
        self._reference_count = 0
        self._is_apart = False  # in a footnote or a pull quote, where cross-references have no address
        self._hides_links = False
        self._marks_names = syntax.is_print and not cursor.has_pages and not interview.language.startswith("de")

    def write_inlines(self, content: Iterable[Inline]) -> str:
        """Return the inlines as HTML; every text is escaped."""
        return "".join(self._write_inline(inline) for inline in content)

    @contextmanager
    def inside_note(self) -> Iterator[None]:
        """Write a footnote in the with block: count no letters, add no addresses to links."""
        with self._apart(hides_links=self._hides_links), self._cursor.paused():
            yield

    @contextmanager
    def inside_pull_quote(self) -> Iterator[None]:
        """Write a pull quote in the with block: add no addresses to links, on the web no links.

        On the web it is hidden from assistive technology, so it must hold nothing that takes the focus
        (WAI-ARIA 1.2 §6.6, aria-hidden): its links are written as their text.
        """
        with self._apart(hides_links=self._syntax.is_html):
            yield

    @contextmanager
    def _apart(self, *, hides_links: bool) -> Iterator[None]:
        """Add no addresses to links in the with block; with `hides_links`, write only their text."""
        before = self._is_apart, self._hides_links
        self._is_apart, self._hides_links = True, hides_links
        yield
        self._is_apart, self._hides_links = before

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
                xml_lang = self._syntax.format_xml_lang(language)
                return f'<span lang="{language}"{xml_lang}>{self.write_inlines(content)}</span>'
            case Link():
                return self._write_link(inline)
            case NoteReference(number):
                return self._write_note_in_place(number) if self._syntax.is_print else self._write_note_call(number)
            case _:
                tag = _TAGS[type(inline)]
                return f"<{tag}>{self.write_inlines(inline.content)}</{tag}>"

    def _write_text(self, text: str) -> str:
        """Return the text escaped; in print, mark names so that they are not hyphenated.

        Not in German, which begins every noun with a capital, and not where page marks are inserted.
        """
        if not self._marks_names:
            return self._cursor.mark_text(text)
        pieces, end = [], 0
        for match in _NAME.finditer(text):
            pieces += [escape(text[end : match.start()]), f'<span class="name">{escape(match.group())}</span>']
            end = match.end()
        return "".join([*pieces, escape(text[end:])])

    def _write_link(self, link: Link) -> str:
        """Return a link as `<a>`, with the address of a turn behind its text, or the text alone."""
        if self._hides_links:
            return self.write_inlines(link.content)
        title = f' title="{escape(link.title)}"' if link.title and not self._syntax.is_print else ""
        address = escape(self._syntax.resolve_link(link.target))
        return f'<a href="{address}"{title}>{self.write_inlines(link.content)}{self._write_reference(link.target)}</a>'

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

    def _write_note_call(self, number: int) -> str:
        """Return the raised number of a footnote as a link to its text at the end."""
        syntax = self._syntax
        attributes = (
            f'role="doc-noteref"{syntax.format_epub_type("noteref")} '
            f'href="#{syntax.prefix}fn{number}" {syntax.format_id(f"fnref{number}")}'
        )
        return f'<sup><a class="noteref" {attributes}>{number}</a></sup>'

    def _write_note_in_place(self, number: int) -> str:
        """Return a footnote for the place where it is called.

        The layout engine moves it to the foot of the page.
        """
        with self.inside_note():
            paragraphs = [
                self.write_inlines(block.content)
                for block in self._notes[number].blocks
                if isinstance(block, Paragraph)
            ] or [""]
        following = "".join(f'<span class="fp">{text}</span>' for text in paragraphs[1:])
        return f'<span class="footnote" {self._syntax.format_id(f"fn{number}")}>{paragraphs[0]}{following}</span>'
