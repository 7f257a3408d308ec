"""Small books and correct copies of them, written from the contract of the editions and not by their code."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from html import escape

from onrecord.model import (
    Answer,
    Asset,
    Block,
    Book,
    Code,
    Disclaimer,
    Division,
    EditorNote,
    Emphasis,
    Figure,
    Footnote,
    Inline,
    Interview,
    LineBlock,
    LineBreak,
    Link,
    ListBlock,
    NoteReference,
    Openings,
    Paragraph,
    Part,
    Person,
    PullQuote,
    Question,
    Quotation,
    Role,
    SourceLocation,
    Strong,
    Superscript,
    Table,
    TableCell,
    Text,
    TextLine,
    ThematicBreak,
)
from onrecord.model.dates import get_first_day
from onrecord.model.interview_style import InterviewStyle
from onrecord.wording import citation

FILE = "interviews/ada.md"


def at(line: int, file: str = FILE) -> SourceLocation:
    return SourceLocation(file, line)


def paragraph(line: int, *content: str | Inline, file: str = FILE) -> Paragraph:
    return Paragraph(tuple(Text(part) if isinstance(part, str) else part for part in content), at(line, file))


_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>'
PICTURE = Asset("dot.svg", "images/dot.svg", "image/svg+xml", 20, 10, "0" * 64, _SVG)

ADA = Person("The Engine", Role.INTERVIEWEE, "Analyst", ("AL",))
MARY = Person("The Desk", Role.INTERVIEWER, "", ("MS",))

FIRST = Interview(
    slug="ada",
    title=TextLine("The Engine Weaves", at(2)),
    language="en",
    byline=TextLine("Interview with The Engine, Analyst; London, 1843.", at(4)),
    standfirst=TextLine("On engines, flowers — and 7 leaves.", at(3)),
    people=(ADA, MARY),
    introduction=(paragraph(8, "They met on a “Tuesday” in ", Emphasis((Text("June"),)), "."),),
    conversation=(
        Question(1, "q1", (paragraph(12, "Is it not a mere built-in toy?"),), at(12), MARY, "MS:"),
        Answer(
            1,
            "a1",
            (
                paragraph(14, "It is not. It weaves, exactly 1,024 patterns", NoteReference(1), " an hour."),
                paragraph(16, "A second paragraph—with dashes—and fifty-five words of efficient fiction… perhaps."),
                ListBlock(((paragraph(18, "First leaf"),), (paragraph(19, "Second leaf"),)), at(18), 1),
                PullQuote((paragraph(22, "It weaves, exactly 1,024 patterns"),), at(21)),
            ),
            at(14),
            ADA,
            "AL:",
        ),
        Division((Text("Later"),), "later", at(25)),
        EditorNote((paragraph(28, "A pause was made here."),), at(27)),
        Question(2, "q2", (paragraph(31, "And numbers?"),), at(31), MARY, "MS:"),
        Answer(
            2,
            "a2",
            (
                paragraph(33, "Числа и αριθμοί; see ", Link((Text("the notes"),), "https://example.org/n"), "."),
                Quotation((paragraph(35, "Quoted words,"), paragraph(37, "twice.")), at(35)),
                LineBlock(((Text("One line"),), (Text("another line"),)), at(39)),
                ThematicBreak(at(41)),
                Figure(PICTURE, "A black bar", (paragraph(43, "Figure 1: a bar."),), at(43), "bar"),
                Table(
                    ((TableCell((paragraph(46, "Year"),)), TableCell((paragraph(46, "Cards"),))),),
                    ((TableCell((paragraph(47, "1842"),)), TableCell((paragraph(47, "12"),))),),
                    (paragraph(45, "Table of cards"),),
                    at(45),
                ),
                paragraph(50, "The end", LineBreak(), "of it", Superscript((Text("2"),)), Strong((Text("!"),))),
            ),
            at(33),
            ADA,
            "AL:",
        ),
    ),
    footnotes=(Footnote(1, (paragraph(53, "By her own count."), paragraph(55, "Twice counted.")), at(53)),),
    disclaimer=Disclaimer("Views are hers, rather than the Engine’s.", at(5)),
    rights=TextLine("Copyright © 1843 by the Designer. Used with permission.", at(6)),
    location=SourceLocation(FILE),
    style=InterviewStyle.NAMES,
)

_SECOND_FILE = "interviews/charles.md"
SECOND = Interview(
    slug="charles",
    title=TextLine("On Cogs", at(2, _SECOND_FILE)),
    language="en",
    byline=TextLine("Words by The Designer", at(3, _SECOND_FILE)),
    standfirst=None,
    people=(Person("The Designer", Role.INTERVIEWEE),),
    introduction=(),
    conversation=(
        Question(1, "q1", (paragraph(7, "Why cogs?", file=_SECOND_FILE),), at(7, _SECOND_FILE)),
        Answer(1, "a1", (paragraph(9, "Because they turn.", file=_SECOND_FILE),), at(9, _SECOND_FILE)),
    ),
    footnotes=(),
    disclaimer=Disclaimer("Views are hers, rather than the Engine’s.", at(5)),
    location=SourceLocation(_SECOND_FILE),
)

BOOK = Book(
    "engines",
    "Engines",
    "en",
    date(2026, 1, 2),
    (Part("", (FIRST, SECOND)),),
    SourceLocation("book.yaml"),
    openings=Openings.RECTO,
)


def book_of(*interviews: Interview) -> Book:
    return replace(BOOK, parts=(Part("", interviews),))


# --- a small writer of HTML -------------------------------------------------------------------------


def write_inlines(content: Iterable[Inline]) -> str:
    return "".join(map(_write_inline, content))


def _write_inline(inline: Inline) -> str:
    match inline:
        case Text(text):
            return escape(text)
        case LineBreak():
            return "<br/>\n"
        case NoteReference(n):
            return f'<sup><a class="noteref" href="#fn{n}" id="fnref{n}">{n}</a></sup>'
        case Code(text):
            return f"<code>{escape(text)}</code>"
        case Emphasis(content):
            return f"<em>{write_inlines(content)}</em>"
        case Strong(content):
            return f"<strong>{write_inlines(content)}</strong>"
        case Superscript(content):
            return f"<sup>{write_inlines(content)}</sup>"
        case Link(content, target):
            return f'<a href="{escape(target)}">{write_inlines(content)}</a>'
    raise TypeError(inline)


def write_blocks(content: Iterable[Block], label: str = "") -> str:
    return "\n".join(_write_block(block, "" if index else label) for index, block in enumerate(content))


def _write_block(block: Block, label: str) -> str:
    match block:
        case Paragraph(content):
            return f"<p>{label}{write_inlines(content)}</p>"
        case ListBlock(items, start=start):
            tag = "ul" if start is None else f'ol start="{start}"'
            paragraphs = [blocks[0] for blocks in items if isinstance(blocks[0], Paragraph)]
            inner = "".join(f"<li>{write_inlines(paragraph.content)}</li>" for paragraph in paragraphs)
            return f"<{tag}>{inner}</{tag[:2]}>"
        case Quotation(inner):
            return f"<blockquote>{write_blocks(inner)}</blockquote>"
        case PullQuote(inner):
            return f'<aside class="pullquote" aria-hidden="true">{write_blocks(inner)}</aside>'
        case LineBlock(lines):
            return '<p class="verse">' + "<br/>".join(map(write_inlines, lines)) + "</p>"
        case ThematicBreak():
            return "<hr/>"
        case Figure(asset, alt, caption):
            picture = f'<img src="images/{asset.name}" alt="{escape(alt)}"/>'
            return f'<figure id="bar">{picture}<figcaption>{write_blocks(caption)}</figcaption></figure>'
        case Table(head, body, caption):
            rows = "".join(
                f"<tr>{''.join(f'<{tag}>{write_blocks(cell.blocks)}</{tag}>' for cell in row)}</tr>"
                for tag, row in (*(("th", row) for row in head), *(("td", row) for row in body))
            )
            return f"<table><caption>{write_blocks(caption)}</caption>{rows}</table>"
    raise TypeError(block)


def write_article(interview: Interview) -> str:
    """Write the interview as its page holds it."""
    out = [f'<article class="interview" id="{interview.slug}"><header class="opening">']
    out.append(f'<h1 class="title" id="title">{escape(interview.title.text)}</h1>')
    if interview.standfirst:
        out.append(f'<p class="standfirst" id="standfirst">{escape(interview.standfirst.text)}</p>')
    if interview.byline:
        out.append(f'<p class="byline" id="byline">{escape(interview.byline.text)}</p>')
    out.append(f'</header><div class="introduction">{write_blocks(interview.introduction)}</div>')
    for part in interview.conversation:
        match part:
            case Division(content, id_):
                out.append(f'<h2 class="division" id="{id_}">{write_inlines(content)}</h2>')
            case EditorNote(inner):
                out.append(f'<aside class="editor-note" role="note">{write_blocks(inner)}</aside>')
            case _:
                letter = "Q" if isinstance(part, Question) else "A"
                label = f'<b class="speaker">{escape(part.label)}</b> ' if part.label else ""
                out.append(
                    f'<section class="turn" id="{part.id}"><p class="address"><a href="#{part.id}">{letter}{part.n}</a>'
                    f"</p>{write_blocks(part.blocks, label)}</section>"
                )
    if interview.footnotes:
        out.append('<section class="footnotes">')
        for note in interview.footnotes:
            back = f'<a class="back" href="#fnref{note.number}">{note.number}</a> '
            out.append(f'<div class="footnote" id="fn{note.number}">{write_blocks(note.blocks, back)}</div>')
        out.append("</section>")
    if interview.disclaimer and not interview.rights:
        out.append(f'<footer class="disclaimer" id="disclaimer"><p>{escape(interview.disclaimer.text)}</p></footer>')
    elif interview.rights:
        closing = {"disclaimer": interview.disclaimer, "rights": interview.rights}
        lines = (f'<p id="{name}">{escape(words.text)}</p>' for name, words in closing.items() if words)
        out.append(f'<footer class="disclaimer">{"".join(lines)}</footer>')
    return "\n".join(out) + "</article>"


def _write_citations(book: Book, interview: Interview) -> str:
    """Write the citations of an interview in English, without printed pages."""
    guests = " and ".join(person.name for person in interview.guests)
    askers = " and ".join(person.name for person in interview.people if person.role is Role.INTERVIEWER)
    title = interview.title.text.replace("“", "‘").replace("”", "’")
    cited = f"{guests}{guests and ', '}“{title},” {askers and f'interview by {askers}, '}in {book.title} (2026)"
    lines = [f'<p class="citation">{escape(cited)}.</p>']
    lines += (
        f'<ol><li id="cite-{turn.id}"><span class="citation">{escape(f"{cited}, {turn.address}")}.</span></li></ol>'
        for turn in interview.turns
    )
    return f'<section class="citations">{"".join(lines)}</section>'


def _write_people(book: Book) -> str:
    entries: dict[str, str] = {}
    for interview in book.interviews:
        for person in interview.people:
            facts = f"{person.affiliation[0].upper()}{person.affiliation[1:]}. " if person.affiliation else ""
            role = "In conversation" if person.role is Role.INTERVIEWEE else person.role.value.capitalize()
            entry = f"<p>{escape(f'{facts}{role}: {interview.title.text}.')}</p>"
            entries[person.name] = entries.get(person.name, f"<p>{escape(person.name)}</p>") + entry
    return "".join(entries.values())


def _write_surroundings(book: Book) -> tuple[str, str]:
    contents = "".join(
        f"<li>{escape(interview.title.text)} {escape(', '.join(person.name for person in interview.guests))}</li>"
        for interview in book.interviews
    )
    disclaimers = "".join(f"<p>{escape(disclaimer.text)}</p>" for disclaimer in book.disclaimers)
    rights = f"<p>{escape(book.rights)}</p>" if book.rights else ""
    people = _write_people(book)
    first_day = get_first_day(book.date)
    day = f"<p>{first_day.day} {first_day:%B %Y}</p>"
    return f"<h1>{escape(book.title)}</h1><ol>{contents}</ol>{day}{disclaimers}{rights}", people


def build_web(book: Book) -> dict[str, bytes]:
    """Build the web edition of `book`."""
    cover, people = _write_surroundings(book)
    page = "<!DOCTYPE html><html><head><title>t</title></head><body><nav>Next</nav><main>{}</main></body></html>"
    files = {
        f"{interview.slug}.html": page.format(write_article(interview) + _write_citations(book, interview))
        for interview in book.interviews
    }
    records = {
        f"{interview.slug}{ending}": data
        for interview in book.interviews
        for ending, data in citation.build_citation_records(interview, book, ()).items()
    }
    files |= {"index.html": page.format(cover), "contributors.html": page.format(people), "style.css": "p{margin:0}"}
    return {name: text.encode() for name, text in files.items()} | records


def build_epub(book: Book) -> bytes:
    """Build the EPUB of `book`, as far as the proof reads it."""
    cover, people = _write_surroundings(book)
    page = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title></head><body>{}</body></html>'
    pages = {"title-page.xhtml": cover, "imprint.xhtml": cover, "nav.xhtml": cover}
    pages |= {f"{interview.slug}.xhtml": write_article(interview) for interview in book.interviews}
    pages["contributors.xhtml"] = people
    nav = ' properties="nav"'
    items = "".join(
        f'<item id="i{n}" href="{name}"{nav if name == "nav.xhtml" else ""} media-type="x"/>'
        for n, name in enumerate(pages)
    )
    refs = "".join(f'<itemref idref="i{n}"/>' for n in range(len(pages)))
    opf = f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest><spine>{refs}</spine></package>'
    container = '<container><rootfiles><rootfile full-path="EPUB/content.opf"/></rootfiles></container>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("EPUB/content.opf", opf)
        for name, body in pages.items():
            archive.writestr(f"EPUB/{name}", page.format(body))
    return out.getvalue()
