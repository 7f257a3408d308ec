"""Interview → semantic HTML, the same tree for all editions; and pages from templates.

The one home of Jinja2. Text is always escaped; a manuscript is data and never a template. What an
edition needs in another way (footnotes, addresses of links) is decided here, by its name.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from html import escape
from itertools import islice
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup as Safe

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
    Footnote,
    Heading,
    Inline,
    Interview,
    LineBlock,
    LineBreak,
    Link,
    ListBlock,
    NoteReference,
    Paragraph,
    Place,
    PullQuote,
    Question,
    Quotation,
    Rule,
    Span,
    Strong,
    StruckOut,
    Subscript,
    Superscript,
    Table,
    TableCell,
    Text,
    reference_of,
)
from onrecord.model.problems import Problem, Refused
from onrecord.wording import translations
from onrecord.wording.page_numbers import END, PageStart, Pagination, letters

# A word with a capital that does not open a sentence; shorter ones are never hyphenated.
_NAME = re.compile(r"(?<=[\w,;)’”»] )[A-ZÀ-ÖØ-ÞĀ-ɏΑ-ΩЀ-Я][\w’'-]{5,}")
_MANY_COLUMNS = 6
_SIMPLE = {Emphasis: "em", Strong: "strong", StruckOut: "s", Superscript: "sup", Subscript: "sub"}
# The `type` of an ordered list (HTML §4.4.5): what the author numbered "iii." is called so in other people's texts.
_NUMBERING = {"lower-alpha": "a", "upper-alpha": "A", "lower-roman": "i", "upper-roman": "I"}
# Style sheets leave room for list numbers of three characters ("10."); for longer ones, up to the longest that Markdown
# has ("999999999."), they have classes.
_ROOM, _LONGEST = 3, 10
# What a template with a mistake in it raises when it is filled.
_MISTAKES = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError)


class Markup:
    """Templates of the package, overridden by name in the `templates/` of the book in `folder`."""

    def __init__(self, folder: Path | None) -> None:
        self._own = folder / "templates" if folder and (folder / "templates").is_dir() else None
        self._environment = _environment(_OwnTemplates(folder)) if folder and self._own else _packaged()

    def has_own(self, edition: str) -> bool:
        """Whether the book has templates of its own for the edition (`html`, `epub`)."""
        return self._own is not None and (self._own / edition).is_dir()

    def page(self, name: str, /, **values: object) -> str:
        """The template `name` (`html/index.html`) filled with the values; Refused if one of the book's own is wrong."""
        try:
            return self._environment.get_template(name).render(**values)
        except _MISTAKES as mistake:
            place = self._place(mistake)
            if place is None:
                raise
            hint = "correct it, or take the file away: then ours is used"
            raise Refused([Problem(place, "templates-can-be-filled", f"the template says: {mistake}", hint)]) from None

    def _place(self, mistake: Exception) -> Place | None:
        """Where in the book's own templates it happened; None if it is ours."""
        if self._own is None:
            return None
        if isinstance(mistake, TemplateSyntaxError):
            steps = [(mistake.filename or "", mistake.lineno)]
        else:  # Jinja shows templates as files with their own lines
            steps = [(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(mistake.__traceback__)]
        own = [(Path(file), line) for file, line in steps if Path(file).is_relative_to(self._own)]
        return Place(f"templates/{own[-1][0].relative_to(self._own).as_posix()}", own[-1][1]) if own else None

    def interview(
        self,
        interview: Interview,
        book: Book,
        edition: str,
        prefix: str = "",
        pages: Sequence[PageStart] = (),
        numbers: Mapping[str, str] | None = None,
    ) -> Safe:
        """The `<article>` of the interview for edition `html`, `epub` or `print`.

        `prefix` stands before every id and every link to one of them; `pages` are the printed pages to mark;
        `numbers` tells the page of a turn (`slug.a7`) where print refers to it.
        """
        return Safe(_Article(interview, book, edition, prefix, pages, numbers or {}).html())  # noqa: S704  every text was escaped


def _environment(*own: BaseLoader) -> Environment:
    return SandboxedEnvironment(
        loader=ChoiceLoader([*own, PackageLoader("onrecord.editions", "templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _packaged() -> Environment:
    """Our templates alone: each is compiled once in a process."""
    return _environment()


class _OwnTemplates(FileSystemLoader):
    """The templates of a book; a link that leads out of its folder is refused."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "templates")
        self._folder = folder.resolve()

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        place = Place(f"templates/{template}")
        try:
            source, filename, uptodate = super().get_source(environment, template)
        except UnicodeDecodeError:
            sentence = f"{place} is not written in UTF-8"
            raise Refused([Problem(place, "text-is-utf-8", sentence, "save it again as UTF-8")]) from None
        if not Path(filename).resolve().is_relative_to(self._folder):
            sentence = f"{place} is not inside the book's folder"
            raise Refused([Problem(place, "templates-are-in-the-book", sentence, "copy the file there")])
        return source, filename, uptodate


class _Article:
    """Writes one interview."""

    def __init__(
        self,
        interview: Interview,
        book: Book,
        edition: str,
        prefix: str,
        pages: Sequence[PageStart],
        numbers: Mapping[str, str],
    ) -> None:
        self._interview = interview
        self._edition = edition
        self._print = edition == "print"
        self._prefix = prefix
        self._words = translations.words(interview.language)
        self._void = "" if edition == "html" else "/"
        self._notes: Mapping[int, Footnote] = {note.number: note for note in interview.footnotes}
        self._heading = 1
        self._divided = False
        self._quoting = False
        self._pull_quotes = 0
        self._book = book
        self._numbers = numbers
        self._references = 0
        self._apart = False  # in a footnote or a pull quote
        self._pages = list(pages)  # those to come
        self._counted = bool(pages)
        self._letters = 0  # written so far

    def html(self) -> str:
        interview = self._interview
        out = [
            f'<article class="interview" id="{interview.slug}" lang="{interview.language}"{self._xml_lang(interview.language)}>\n'
        ]
        out.append(self._break() + self._opening())
        if interview.introduction:
            out.append(f'<div class="introduction">\n{self._blocks(interview.introduction)}</div>\n')
        out += [self._item(item) for item in interview.conversation]
        if interview.footnotes and not self._print:
            out.append(self._endnotes())
        out.append(self._closing())
        out += [break_mark(page.label, self._edition, "div") + "\n" for page in self._pages]  # blank ones
        return "".join([*out, "</article>\n"])

    # parts of the article

    def _opening(self) -> str:
        interview = self._interview
        out = [
            f'<header class="opening">\n<h1 class="title" {self._id("title")}>{self._chars(interview.title.text)}</h1>\n'
        ]
        for name, text in (
            ("standfirst", interview.standfirst),
            ("byline", interview.byline),
            ("pointer", interview.pointer),
        ):
            if text:
                out.append(f'{self._break()}<p class="{name}" {self._id(name)}>{self._chars(text.text)}</p>\n')
        return "".join([*out, "</header>\n"])

    def _closing(self) -> str:
        """The disclaimer and the line of rights: small, and the last things of the interview."""
        interview = self._interview
        if interview.disclaimer and not interview.rights:
            start, text = self._break(), self._chars(interview.disclaimer.text)
            return f'{start}<footer class="disclaimer" {self._id("disclaimer")}><p>{text}</p></footer>\n'
        out = []
        for name, closing in (("disclaimer", interview.disclaimer), ("rights", interview.rights)):
            if closing:
                out.append(f"{self._break()}<p {self._id(name)}>{self._chars(closing.text)}</p>\n")
        return f'<footer class="disclaimer">\n{"".join(out)}</footer>\n' if out else ""

    def _item(self, item: Question | Answer | Division | EditorNote) -> str:
        return self._break() + self._marked_item(item)

    def _marked_item(self, item: Question | Answer | Division | EditorNote) -> str:
        match item:
            case Question() | Answer():
                return self._turn(item)
            case Division(content, identity):
                self._heading, self._divided = 2, True
                return f'<h2 class="division" {self._id(identity)}>{self._inlines(content)}</h2>\n'
            case EditorNote(blocks):
                label = escape(self._words["editor_note"])
                named = "" if self._print else f' role="note" aria-label="{label}"'
                return f'<aside class="editor-note"{named}>\n{self._blocks(blocks)}</aside>\n'

    def _turn(self, turn: Question | Answer) -> str:
        name = self._words[turn.kind] + " " + turn.address[1:]
        if turn.speaker:
            name += f", {turn.speaker.name}"
        head = f'<section class="turn {turn.kind}" {self._id(turn.id)} '
        if self._print:
            head += f'data-title="{escape(name)}">\n'
        else:
            link = f'<a href="#{self._prefix}{turn.id}">{turn.address}</a>'
            if self._edition == "html" and self._book.pack is None:  # a pack is read in a room; the book is cited
                link += f' <a class="cite" href="#cite-{turn.id}">{escape(self._words["cite"])}</a>'
            link = f'<p class="address">{link}</p>'
            head += f'role="group" aria-label="{escape(name)}">\n{link}\n'
        return f"{head}{self._labelled(turn)}</section>\n"

    def _labelled(self, turn: Question | Answer) -> str:
        """The turn's blocks with its label run into the first paragraph."""
        if not turn.label:
            return self._blocks(turn.blocks)
        label = f'<b class="speaker">{self._chars(turn.label)}</b>'
        first = turn.blocks[0] if turn.blocks else None
        if isinstance(first, Paragraph):
            return f"<p>{label} {self._inlines(first.content)}</p>\n{self._blocks(turn.blocks[1:])}"
        return f'<p class="label">{label}</p>\n{self._blocks(turn.blocks)}'

    def _endnotes(self) -> str:
        title = escape(self._words["notes"])
        kind = ' epub:type="endnotes"' if self._edition == "epub" else ""
        out = [f'<section class="footnotes" role="doc-endnotes"{kind} aria-label="{title}">\n']
        waiting, self._pages, self._apart = self._pages, [], True  # notes stand at the foot of other pages
        for note in self._interview.footnotes:
            kind = ' epub:type="footnote"' if self._edition == "epub" else ""
            back = f'<a class="back" role="doc-backlink" href="#{self._prefix}fnref{note.number}">{note.number}</a> '
            first = note.blocks[0] if note.blocks else None
            opening = first.content if isinstance(first, Paragraph) else ()
            rest = note.blocks[1:] if opening else note.blocks
            out.append(
                f'<div class="footnote" {self._id(f"fn{note.number}")} role="doc-footnote"{kind}>\n'
                f"<p>{back}{self._inlines(opening)}</p>\n{self._blocks(rest)}</div>\n"
            )
        self._pages, self._apart = waiting, False
        return "".join([*out, "</section>\n"])

    # blocks

    def _blocks(self, blocks: Iterable[Block]) -> str:
        return "".join(self._break() + self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(content):
                return f"<p>{self._inlines(content)}</p>\n"
            case Heading(content, level):
                return self._small_heading(content, level)
            case Quotation(blocks):
                return f"<blockquote>\n{self._blocks(blocks)}</blockquote>\n"
            case ListBlock():
                return self._list(block)
            case DefinitionList():
                return self._definitions(block)
            case LineBlock(lines):
                br = f"<br{self._void}>\n"
                return f'<p class="verse">{br.join(self._inlines(line) for line in lines)}</p>\n'
            case CodeBlock(text):
                return f"<pre><code>{self._chars(text)}</code></pre>\n"
            case Table():
                return self._table(block)
            case Figure():
                return self._figure(block)
            case Rule():
                return f"<hr{self._void}>\n"
            case PullQuote(blocks):
                return self._pull_quote(blocks)

    def _small_heading(self, content: tuple[Inline, ...], level: int) -> str:
        """A heading inside a turn; levels never skip one (ISO 14289-1 §7.4.2, WCAG 2.2 technique H42)."""
        base = 3 if self._divided else 2
        rank = 2 if level == 2 else base + max(level - 4, 0)
        self._heading = min(rank, self._heading + 1, 6)
        return f"<h{self._heading}>{self._inlines(content)}</h{self._heading}>\n"

    def _list(self, block: ListBlock) -> str:
        items = "".join(f"<li>{self._list_item(item, block.loose)}</li>\n" for item in block.items)
        if block.start is None:
            return f"<ul>\n{items}</ul>\n"
        return f"<ol{self._numbering(block, block.start)}>\n{items}</ol>\n"

    def _numbering(self, block: ListBlock, start: int) -> str:
        """Return the attributes that tell how a list counts and how much room its numbers need."""
        attributes = f' start="{start}"' if start != 1 else ""
        if block.style in _NUMBERING:
            attributes += f' type="{_NUMBERING[block.style]}"'
        longest = max(map(len, block.numbers), default=0)
        if longest > _ROOM:
            attributes += f' class="numbers-{min(longest, _LONGEST)}"'
        return attributes + (_style_of_numbers(block, start) if self._print else "")

    def _list_item(self, blocks: tuple[Block, ...], loose: bool) -> str:
        if not loose and blocks and isinstance(blocks[0], Paragraph):
            first, rest = (
                self._inlines(blocks[0].content),
                self._blocks(blocks[1:]),
            )  # in this order: letters are counted
            return f"{first}\n{rest}" if rest else first
        return self._blocks(blocks)

    def _definitions(self, block: DefinitionList) -> str:
        out = ["<dl>\n"]
        for item in block.items:
            out.append(f"<dt>{self._inlines(item.term)}</dt>\n")
            out += [f"<dd>{self._list_item(meaning, False)}</dd>\n" for meaning in item.meanings]
        return "".join([*out, "</dl>\n"])

    def _table(self, table: Table) -> str:
        columns = max((len(row) for row in (*table.head, *table.body)), default=0)
        out = ['<table class="dense">\n' if columns > _MANY_COLUMNS else "<table>\n"]
        if table.caption:
            out.append(f"<caption>{self._list_item(table.caption, False)}</caption>\n")
        if table.head:
            out.append(f"<thead>\n{self._rows(table.head, 'th')}</thead>\n")
        out.append(f"<tbody>\n{self._rows(table.body, 'td')}</tbody>\n</table>\n")
        whole = "".join(out)
        return f'<div class="wide" tabindex="0">\n{whole}</div>\n' if self._edition == "html" else whole

    def _rows(self, rows: tuple[tuple[TableCell, ...], ...], tag: str) -> str:
        return "".join(f"<tr>{''.join(self._cell(cell, tag) for cell in row)}</tr>\n" for row in rows)

    def _cell(self, cell: TableCell, tag: str) -> str:
        if tag == "th" and not cell.blocks:
            tag = "td"  # an empty corner heads nothing
        attributes = ' scope="col"' if tag == "th" else ""
        attributes += f' class="{cell.align}"' if cell.align else ""
        attributes += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
        attributes += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
        return f"<{tag}{attributes}>{self._list_item(cell.blocks, False)}</{tag}>"

    def _figure(self, figure: Figure) -> str:
        asset = figure.asset
        self._letters += 1
        identity = f" {self._id(figure.id)}" if figure.id else ""
        image = (
            f'<img src="{"book:/" if self._print else ""}images/{escape(asset.name)}" alt="{escape(figure.alt)}" '
            f'width="{asset.width_px}" height="{asset.height_px}"{self._void}>'
        )
        caption = f"\n<figcaption>{self._list_item(figure.caption, False)}</figcaption>" if figure.caption else ""
        return f"<figure{identity}>{image}{caption}</figure>\n"

    def _pull_quote(self, blocks: tuple[Block, ...]) -> str:
        self._pull_quotes += 1
        identity = self._id(f"pullquote{self._pull_quotes}")
        kind = {
            "html": ' aria-hidden="true"',
            "epub": ' epub:type="pullquote" role="doc-pullquote"',
            "print": "",
        }[self._edition]
        # What assistive technology does not see must hold nothing that takes the focus (WAI-ARIA 1.2 §6.6, aria-hidden).
        self._quoting, self._apart = self._edition == "html", True
        words = self._blocks(blocks)
        self._quoting = self._apart = False
        return f'<aside class="pullquote" {identity}{kind}>\n{words}</aside>\n'

    # inlines

    def _inlines(self, content: Iterable[Inline]) -> str:
        return "".join(self._inline(inline) for inline in content)

    def _inline(self, inline: Inline) -> str:
        match inline:
            case Text(text):
                return self._text(text)
            case LineBreak():
                return f"<br{self._void}>\n"
            case Code(text):
                return f"<code>{self._chars(text)}</code>"
            case Span(content, language):
                return f'<span lang="{language}"{self._xml_lang(language)}>{self._inlines(content)}</span>'
            case Link(content) if self._quoting:
                return self._inlines(content)
            case Link(content, target, title):
                named = f' title="{escape(title)}"' if title and not self._print else ""
                inner = self._inlines(content) + self._reference(target)
                return f'<a href="{escape(self._address(target))}"{named}>{inner}</a>'
            case NoteReference(number):
                return self._note(number)
            case _:
                tag = _SIMPLE[type(inline)]
                return f"<{tag}>{self._inlines(inline.content)}</{tag}>"

    def _reference(self, target: str) -> str:
        """Where a link to a turn leads: its address, and in print its page."""
        found = None if self._apart else reference_of(self._book, self._interview, target)
        if found is None:
            return ""
        name, address = found
        self._references += 1
        if not self._print:
            return f'<span class="xref"> {address}</span>'
        text = f"{self._words['page_short']}\u00a0{self._numbers.get(name, '000')} ({address})"
        return f'<span class="xref" {self._id(f"xref{self._references}")}> {text}</span>'

    def _text(self, text: str) -> str:
        """In print, names are marked so that no line end divides them; German sets every noun with a capital."""
        if not self._print or self._counted or self._interview.language.startswith("de"):
            return self._chars(text)
        out, end = [], 0
        for found in _NAME.finditer(text):
            out += [escape(text[end : found.start()]), f'<span class="name">{escape(found.group())}</span>']
            end = found.end()
        return "".join([*out, escape(text[end:])])

    def _note(self, number: int) -> str:
        if not self._print:
            kind = ' epub:type="noteref"' if self._edition == "epub" else ""
            call = f'role="doc-noteref"{kind} href="#{self._prefix}fn{number}" {self._id(f"fnref{number}")}'
            return f'<sup><a class="noteref" {call}>{number}</a></sup>'
        paragraphs = [block for block in self._notes[number].blocks if isinstance(block, Paragraph)]
        waiting, self._pages, self._apart = self._pages, [], True  # it stands at the foot, among no letters of the text
        first, *rest = [self._inlines(paragraph.content) for paragraph in paragraphs] or [""]
        self._pages, self._apart = waiting, False
        more = "".join(f'<span class="fp">{text}</span>' for text in rest)
        return f'<span class="footnote" {self._id(f"fn{number}")}>{first}{more}</span>'

    # printed pages

    def _break(self) -> str:
        """The marks of the pages that begin right here, between two blocks."""
        out = ""
        while self._pages and self._pages[0].letters <= self._letters:
            out += break_mark(self._pages.pop(0).label, self._edition, "div") + "\n"
        return out

    def _chars(self, text: str) -> str:
        """The text escaped, with the marks of the pages that begin in it."""
        if not self._pages:
            return escape(text)
        count = len(letters(text))
        out, done = [], 0
        while self._pages and self._pages[0].letters < self._letters + count:
            page = self._pages.pop(0)
            at = _beginning(text, page.letters - self._letters, whole_word=page.divides_word)
            out += [escape(text[done:at]), break_mark(page.label, self._edition, "span")]
            done = at
        self._letters += count
        return "".join([*out, escape(text[done:])])

    # addresses

    def _id(self, identity: str) -> str:
        return f'id="{self._prefix}{identity}"'

    def _xml_lang(self, language: str) -> str:
        return f' xml:lang="{language}"' if self._edition == "epub" else ""

    def _address(self, target: str) -> str:
        """Where a link of the model leads in this edition."""
        if ":" in target.split("#")[0]:
            return _web_address(target)
        slug, _, identity = target.partition("#")
        slug = slug or self._interview.slug
        inside = slug == self._interview.slug
        if self._print:
            name = f"{slug}.{identity}" if identity else slug
            return f"#{name}" if inside else f"onrecord-book:{name}"
        page = "" if inside and identity else f"{slug}.{'html' if self._edition == 'html' else 'xhtml'}"
        return f"{page}#{identity}" if identity else page


def _web_address(address: str) -> str:
    """The address as RFC 3986 wants it: what may not stand there is percent-encoded, as browsers do on the way."""
    start = re.match(r"\w+:(//[^/?#]*)?", address)
    host = start.group() if start else ""
    rest, mark, fragment = address.removeprefix(host).partition("#")
    return host + _percent_encoded(rest) + mark + _percent_encoded(fragment).replace("#", "%23")


def _percent_encoded(text: str) -> str:
    return re.sub(r"%(?![0-9A-Fa-f]{2})|[\[\]]", lambda found: f"%{ord(found.group()):02X}", text)


class PageMarks:
    """The marks of printed pages outside interviews, for the templates of one edition."""

    def __init__(self, pagination: Pagination | None, edition: str) -> None:
        leaves = pagination.leaves if pagination else {}
        # Paper has no place for the number of a page without words.
        kept = END if edition == "print" else END + 1
        self._leaves = {name: tuple(page for page in pages if page.letters < kept) for name, pages in leaves.items()}
        self._edition = edition
        self._entries: dict[str, int] = {}

    def of(self, slug: str) -> tuple[PageStart, ...]:
        """The pages of an interview."""
        return self._leaves.get(slug, ())

    def told(self, slugs: frozenset[str]) -> list[tuple[str, list[str] | tuple[PageStart, ...]]]:
        """All that the pages around the interviews can say of printed pages: of interviews the numbers alone."""
        return [
            (name, [page.label for page in pages] if name in slugs else pages) for name, pages in self._leaves.items()
        ]

    def all(self, name: str, tag: str = "div") -> Safe:
        """Every page of a leaf, blank ones too."""
        return self._marks(self.of(name), tag)

    def start(self, name: str) -> Safe:
        """The first page of a leaf whose later pages begin at one of its entries."""
        self._entries[name] = 0  # a leaf may be written more than once
        return self._marks(self.of(name)[:1], "div")

    def entry(self, name: str) -> Safe:
        """The pages that begin with the next entry of the leaf: asked once for each entry, in order."""
        entry = self._entries.get(name, 0)
        self._entries[name] = entry + 1
        return self._marks([page for page in self.of(name)[1:] if page.entries == entry and page.letters < END], "span")

    def rest(self, name: str) -> Safe:
        """The pages of a leaf that began with none of its entries, and the blank ones behind it."""
        asked = self._entries.get(name, 0)
        return self._marks([page for page in self.of(name)[1:] if page.letters == END or page.entries >= asked], "div")

    def _marks(self, pages: Iterable[PageStart], tag: str) -> Safe:
        marks = (break_mark(page.label, self._edition, tag) for page in pages)
        return Safe("".join(marks))  # noqa: S704  labels are numbers


def _style_of_numbers(block: ListBlock, start: int) -> str:
    """Return `start` and `type` as a style: WeasyPrint 70 knows no other way."""
    styles = [f"counter-reset: list-item {start - 1}"] if start != 1 else []
    styles += [f"list-style-type: {block.style}"] if block.style in _NUMBERING else []
    return f' style="{"; ".join(styles)}"' if styles else ""


def break_mark(label: str, edition: str, tag: str) -> str:
    """The mark of a printed page (DPUB-ARIA 1.1 doc-pagebreak, EPUB Accessibility 1.1 §3.3.1.2).

    In print itself, large print, it only keeps the place: the number is stamped beside it.
    """
    if edition == "print":
        return f'<{tag} class="pagebreak" id="normal.{label}"></{tag}>'
    kind = ' epub:type="pagebreak"' if edition == "epub" else ""
    named = f'role="doc-pagebreak"{kind} id="page-{label}" aria-label="{label}"'
    # On the web the number is shown, and axe 4.14 takes a name without words for a fault.
    shown = f'<span class="page-number">{label}</span>' if edition == "html" else ""
    return f'<{tag} class="pagebreak" {named}>{shown}</{tag}>'


def _beginning(text: str, skipped: int, *, whole_word: bool) -> int:
    """The index of the letter after `skipped` letters, or of the beginning of its word."""
    at = next(islice((index for index, char in enumerate(text) if letters(char)), skipped, None))
    while whole_word and at and not text[at - 1].isspace():
        at -= 1
    return at
