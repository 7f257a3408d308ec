"""An interview as an HTML `<article>`: the same tree in all editions."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from markupsafe import Markup as Safe

from onrecord.editions import players, version_links
from onrecord.editions.article_blocks import BlockWriter
from onrecord.editions.article_inlines import InlineWriter
from onrecord.editions.edition_syntax import EditionSyntax, format_direction
from onrecord.editions.page_marks import PageCursor
from onrecord.editions.page_templates import mark_safe
from onrecord.model import (
    Answer,
    Block,
    Book,
    ConversationEntry,
    Division,
    EditorNote,
    Footnote,
    Inline,
    Interview,
    Paragraph,
    Question,
    to_plain_text,
)
from onrecord.model.directions import direct_page
from onrecord.model.interview_style import STYLES, NamePlace
from onrecord.model.page_numbers import PageStart
from onrecord.model.versions import Version
from onrecord.wording import translations, turn_labels

_LETTERS_IN_COLUMN = 11  # of a hanging name, in the column that print.css makes


@dataclass(frozen=True, slots=True)
class ArticleContext:
    """What an article says that stands outside its interview: printed pages, other languages.

    `page_of_turn` is the printed page of each turn (`slug.a7`) to which print refers. E-book and web link to the
    `versions`; `endnotes` and `breaks` are of print alone.
    """

    pages: Sequence[PageStart] = ()  # the printed pages to mark
    page_of_turn: Mapping[str, str] = field(default_factory=dict)
    endnotes: frozenset[int] = frozenset()  # the footnotes that stand at the end of the interview
    versions: Sequence[Version] = ()  # the interview in other languages
    breaks: frozenset[str] = frozenset()  # the ids of turns and headings that begin a page


NO_CONTEXT = ArticleContext()


class ArticleWriter:
    """Writes one interview, once and from beginning to end: letters and headings are counted."""

    def __init__(
        self, interview: Interview, book: Book, syntax: EditionSyntax, context: ArticleContext = NO_CONTEXT
    ) -> None:
        self._interview = interview
        self._syntax = syntax
        self._is_pack = book.pack is not None
        self._words = translations.get_interface_texts(interview.language)
        self._labels = turn_labels.write_labels(interview)
        self._cursor = PageCursor(context.pages, syntax.edition)
        self._inlines = InlineWriter(interview, book, syntax, self._cursor, context.page_of_turn, context.endnotes)
        self._blocks = BlockWriter(syntax, self._inlines, self._cursor)
        self._inlines.write_blocks = self._blocks.write_blocks
        self._endnotes = context.endnotes
        self._versions = () if syntax.is_print else context.versions
        self._breaks = context.breaks

    def write_article(self) -> Safe:
        """Return the HTML `<article>` of the interview."""
        interview = self._interview
        language = f'lang="{interview.language}"{self._syntax.format_xml_lang(interview.language)}'
        language += format_direction(direct_page(interview.language))
        parts = [f'<article class="{_list_classes(interview)}" id="{interview.slug}" {language}>\n']
        parts.append(self._cursor.mark_block_start() + self._write_opening())
        parts.append(players.write_players(interview, self._words) if self._syntax.is_html else "")
        parts.append(players.write_qr_codes(interview, self._words) if self._syntax.is_print else "")
        if interview.introduction:
            introduction = self._blocks.write_blocks(interview.introduction)
            parts.append(f'<div class="introduction">\n{introduction}</div>\n')
        parts += [self._cursor.mark_block_start() + self._write_part(part) for part in interview.conversation]
        notes = ""
        if interview.footnotes and not self._syntax.is_print:
            notes = self._write_endnotes()
        elif self._endnotes:
            notes = self._write_printed_endnotes()
        closing = self._write_closing()
        parts += [self._cursor.mark_pages_of_notes() if notes else "", notes, closing, self._cursor.mark_remaining()]
        return mark_safe("".join([*parts, "</article>\n"]))

    def _write_opening(self) -> str:
        """Return the `<header>` with title, standfirst, byline, credit and pointer, with page marks."""
        interview = self._interview
        title = self._inlines.write_plain_text(interview.title.text)
        direction = self._inlines.directions.format_direction(interview.title.text)
        identity = self._syntax.format_id("title")
        parts = [f'<header class="opening">\n<h1 class="title" {identity}{direction}>{title}</h1>\n']
        parts.append(self._write_standfirst())
        lines = {"byline": interview.byline, "credit": interview.credit, "pointer": interview.pointer}
        for name, words in lines.items():
            if words:
                start, text = self._cursor.mark_block_start(), self._inlines.write_plain_text(words.text)
                attributes = self._syntax.format_id(name) + self._inlines.directions.format_direction(words.text)
                parts.append(f'{start}<p class="{name}" {attributes}>{text}</p>\n')
        return "".join([*parts, version_links.write_versions(self._versions, self._words, self._syntax), "</header>\n"])

    def _write_standfirst(self) -> str:
        """Return the standfirst: a paragraph, or several in a `<div>`; "" if there is none."""
        paragraphs = self._interview.standfirst_paragraphs
        attributes = f'class="standfirst" {self._syntax.format_id("standfirst")}'
        if len(paragraphs) > 1:
            return f"<div {attributes}>\n{self._blocks.write_blocks(paragraphs)}</div>\n"
        return "".join(
            f"{self._cursor.mark_block_start()}<p {attributes}"
            f"{self._inlines.directions.format_direction(to_plain_text(paragraph.content))}>"
            f"{self._inlines.write_inlines(paragraph.content)}</p>\n"
            for paragraph in paragraphs
        )

    def _write_closing(self) -> str:
        """Return the disclaimer and the line of rights, "" if there is neither."""
        interview = self._interview
        if interview.disclaimer and not interview.rights:
            start, text = self._cursor.mark_block_start(), self._inlines.write_plain_text(interview.disclaimer.text)
            identity = self._syntax.format_id("disclaimer")
            return f'{start}<footer class="disclaimer" {identity}><p>{text}</p></footer>\n'
        lines = []
        for name, words in (("disclaimer", interview.disclaimer), ("rights", interview.rights)):
            if words:
                start, text = self._cursor.mark_block_start(), self._inlines.write_plain_text(words.text)
                lines.append(f"{start}<p {self._syntax.format_id(name)}>{text}</p>\n")
        return f'<footer class="disclaimer">\n{"".join(lines)}</footer>\n' if lines else ""

    def _write_part(self, part: ConversationEntry) -> str:
        """Return a turn, a heading or an editor's note of the conversation as HTML."""
        match part:
            case Question() | Answer():
                return self._write_turn(part)
            case Division(content, identity):
                self._blocks.start_division()
                heading = self._inlines.write_inlines(content)
                attributes = self._syntax.format_id(identity) + self._format_style([self._format_page_break(identity)])
                return f'<h2 class="division" {attributes}>{heading}</h2>\n'
            case EditorNote(blocks):
                label = escape(self._words["editor_note"])
                attributes = "" if self._syntax.is_print else f' role="note" aria-label="{label}"'
                return f'<aside class="editor-note"{attributes}>\n{self._blocks.write_blocks(blocks)}</aside>\n'

    def _write_turn(self, turn: Question | Answer) -> str:
        """Return a question or answer as `<section>`, named by kind, number and speaker."""
        name = self._words[turn.kind] + " " + turn.address[1:]
        if turn.speaker:
            name += f", {turn.speaker.name}"
        start = f'<section class="turn {turn.kind}" {self._syntax.format_id(turn.id)} '
        if self._syntax.is_print:
            start += f'data-title="{escape(name)}"{self._make_room_for_name(turn)}>\n'
        else:
            start += f'role="group" aria-label="{escape(name)}">\n{self._write_address(turn)}\n'
        return f"{start}{self._write_labelled_blocks(turn)}</section>\n"

    def _make_room_for_name(self, turn: Question | Answer) -> str:
        """Return an attribute that keeps a turn as high as the name beside it, and begins a page with it."""
        label = self._labels.get(turn.id, "")
        is_hanging = STYLES[self._interview.style].names is NamePlace.HANGING
        lines = len(textwrap.wrap(label, _LETTERS_IN_COLUMN)) if is_hanging else 0
        return self._format_style([f"min-height: {lines}lh" if lines > 1 else "", self._format_page_break(turn.id)])

    def _format_page_break(self, identity: str) -> str:
        """Return the CSS that begins a page with a turn or a heading, "" if none begins there."""
        return "break-before: page" if identity in self._breaks else ""

    @staticmethod
    def _format_style(declarations: Iterable[str]) -> str:
        """Return a `style` attribute with the declarations that say something, with a space before it."""
        style = "; ".join(filter(None, declarations))
        return f' style="{style}"' if style else ""

    def _write_address(self, turn: Question | Answer) -> str:
        """Return the turn's address as a link to the turn, with links to its time, other languages and its citation."""
        links = f'<a href="#{self._syntax.prefix}{turn.id}">{turn.address}</a>'
        links += players.write_time_mark(self._interview, turn, self._words, self._syntax)
        links += version_links.write_versions_of_turn(self._versions, turn, self._syntax)
        if self._syntax.is_html and not self._is_pack:  # a pack is not cited: the book is
            links += f' <a class="cite" href="#cite-{turn.id}">{escape(self._words["cite"])}</a>'
        return f'<p class="address">{links}</p>'

    def _write_labelled_blocks(self, turn: Question | Answer) -> str:
        """Return the turn's blocks with its label run into the first paragraph."""
        text = self._labels.get(turn.id)
        if not text:
            return self._blocks.write_blocks(turn.blocks)
        persona = self._syntax.format_epub_type("z3998:persona")
        label = f'<b class="speaker"{persona}>{self._cursor.mark_text(text)}</b>'
        first = turn.blocks[0] if turn.blocks else None
        if isinstance(first, Paragraph) and STYLES[self._interview.style].names is not NamePlace.STACKED:
            opening = self._inlines.write_inlines(first.content)
            return f"<p>{label} {opening}</p>\n{self._blocks.write_blocks(turn.blocks[1:])}"
        return f'<p class="label">{label}</p>\n{self._blocks.write_blocks(turn.blocks)}'

    def _write_endnotes(self) -> str:
        """Return the texts of all footnotes as one `<section>`, without page marks."""
        title = escape(self._words["notes"])
        epub_type = self._syntax.format_epub_type("endnotes")
        parts = [f'<section class="footnotes" role="doc-endnotes"{epub_type} aria-label="{title}">\n']
        with self._inlines.inside_note():  # in print, notes stand at the foot of other pages
            parts += [self._write_endnote(note) for note in self._interview.footnotes]
        return "".join([*parts, "</section>\n"])

    def _write_printed_endnotes(self) -> str:
        """Return the footnotes for which their pages have no room, each with the page of its call."""
        notes = [note for note in self._interview.footnotes if note.number in self._endnotes]
        with self._inlines.inside_note():
            return f'<section class="endnotes">\n{"".join(map(self._write_printed_endnote, notes))}</section>\n'

    def _write_printed_endnote(self, note: Footnote) -> str:
        """Return a footnote at the end of the printed interview as `<div>`."""
        page = self._inlines.write_page_of_call(note.number)
        opening, following = _divide_note(note)
        words = f'<b class="note-number">{note.number}</b> {page} {self._inlines.write_inlines(opening)}'
        identity = self._syntax.format_id(f"fn{note.number}")
        direction = self._inlines.directions.format_direction(to_plain_text(opening))
        opening_line = f"<p{direction}>{words}</p>\n"
        return f'<div class="endnote" {identity}>\n{opening_line}{self._blocks.write_blocks(following)}</div>\n'

    def _write_endnote(self, note: Footnote) -> str:
        """Return the text of a footnote as `<div>`; its number links back to the call."""
        syntax, number = self._syntax, note.number
        attributes = f'{syntax.format_id(f"fn{number}")} role="doc-footnote"{syntax.format_epub_type("footnote")}'
        back = f'<a class="back" role="doc-backlink" href="#{syntax.prefix}fnref{number}">{number}</a> '
        opening, following = _divide_note(note)
        direction = self._inlines.directions.format_direction(to_plain_text(opening))
        return (
            f'<div class="footnote" {attributes}>\n<p{direction}>{back}{self._inlines.write_inlines(opening)}</p>\n'
            f"{self._blocks.write_blocks(following)}</div>\n"
        )


def _divide_note(note: Footnote) -> tuple[tuple[Inline, ...], tuple[Block, ...]]:
    """Return the first paragraph of a footnote, which stands beside its number, and the blocks after it."""
    first = note.blocks[0] if note.blocks else None
    opening = first.content if isinstance(first, Paragraph) else ()
    return opening, note.blocks[1:] if opening else note.blocks


def _list_classes(interview: Interview) -> str:
    """Return the classes of the interview: its style, and the properties that style sheets read."""
    design = STYLES[interview.style]
    classes = ["interview", f"style-{interview.style}", f"{design.questions}-questions"]
    return " ".join([*classes, *([] if design.names is NamePlace.RUN_IN else [f"{design.names}-names"])])
