"""A book that uses every kind of block and inline of the model."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from PIL import Image

from onrecord.model import (
    Answer,
    Asset,
    Block,
    Book,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Disclaimer,
    Division,
    EditorNote,
    Emphasis,
    Figure,
    Footnote,
    Heading,
    Inline,
    Interview,
    LanguageSpan,
    LineBlock,
    LineBreak,
    Link,
    ListBlock,
    NoteReference,
    Openings,
    Paragraph,
    Part,
    Person,
    Portrait,
    PullQuote,
    Question,
    Quotation,
    Role,
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
)
from onrecord.model.design import Design, Theme
from onrecord.model.interview_style import InterviewStyle
from tests.support.workers import RUNNER as RUNNER

HOSTILE = "</script><script>alert(1)</script> {{ 7*7 }} \"&\" <b onload='x'>"

_HERE = SourceLocation("interviews/how-it-works.md", 1)


def words(text: str) -> TextLine:
    return TextLine(text, _HERE)


def paragraph(*content: str | Inline) -> Paragraph:
    return Paragraph(inlines(*content), _HERE)


def inlines(*content: str | Inline) -> tuple[Inline, ...]:
    return tuple(Text(part) if isinstance(part, str) else part for part in content)


def _draw_picture(name: str, gradient: Image.Image, width: int, height: int) -> Asset:
    out = io.BytesIO()
    gradient.resize((width, height)).save(out, "PNG")
    data = out.getvalue()
    return Asset(name, f"images/{name}", "image/png", width, height, hashlib.sha256(data).hexdigest(), data)


EDITOR = Person("An editor", Role.INTERVIEWER, "The publications desk", ("AE",))
PORTRAIT = Portrait(_draw_picture("proof.png", Image.radial_gradient("L"), 150, 200), "A “round” scale & a rim")
TOOLCHAIN = Person("The toolchain", Role.INTERVIEWEE, "On Record", ("TT",))
PROOF = Person("The proof", Role.INTERVIEWEE, "On Record", ("TP",), picture=PORTRAIT)
TRANSLATOR = Person("A translator", Role.TRANSLATOR)
DISCLAIMER = Disclaimer("Views expressed are those of the parts, rather than of the whole, “unless noted”.", _HERE)


def _build_row(*cells: str, align: str = "") -> tuple[TableCell, ...]:
    return tuple(
        TableCell((paragraph(cell),) if cell else (), align if index else "") for index, cell in enumerate(cells)
    )


# What leads to turns: an interview with such links is set twice, because print adds the pages of the turns.
_REFERENCES = (
    ", ",
    Link(inlines("a later answer"), "#a2"),
    ", ",
    Link(inlines("the other talk"), "auf-deutsch#q1"),
    ", ",
    Link(inlines("all of it"), "auf-deutsch"),
)


def _build_all_blocks(references: tuple[str | Inline, ...] = _REFERENCES) -> tuple[Block, ...]:
    """Build a block of every kind, with every kind of inline."""
    simple = (
        Emphasis(inlines("leaning")),
        " ",
        Strong(inlines("heavy")),
        " ",
        StruckOut(inlines("gone")),
        " H",
        Subscript(inlines("2")),
        "O, 1",
        Superscript(inlines("st")),
        ", ",
        Code("<main>"),
        ", ",
        LanguageSpan(inlines("mot juste"), "fr"),
        LineBreak(),
        Link(inlines("the web"), "https://example.org/?a=1&b=2", "A “title”"),
        *references,
        ".",
        NoteReference(1),
    )
    return (
        paragraph(*simple),
        Heading(inlines("A small heading"), 4, _HERE),
        Quotation((paragraph("Quoted once,"), paragraph("and again.")), _HERE),
        Heading(inlines("A smaller one"), 5, _HERE),
        ListBlock(
            ((paragraph("tight"), ListBlock(((paragraph("nested"),),), _HERE)), (paragraph("still tight"),)), _HERE
        ),
        ListBlock(((paragraph("loose"),), (paragraph("looser"),)), _HERE, start=3, style="lower-roman", is_loose=True),
        DefinitionList(
            (Definition(inlines("Turn"), ((paragraph("what one person says"),), (paragraph("a bend"),))),), _HERE
        ),
        LineBlock((inlines("A line that ends,"), inlines("a line that ends again.")), _HERE),
        CodeBlock("python build.py all\n  && echo '<done>'", _HERE, "sh"),
        Table(
            (_build_row("", "Words", align="right"),),
            (_build_row("Promised", "1,024", align="right"), _build_row("Found", "1,024", align="right")),
            (paragraph("What was promised"),),
            _HERE,
        ),
        Figure(
            _draw_picture("scale.png", Image.linear_gradient("L"), 320, 180),
            "From black to “white”",
            (paragraph("Figure 1: a scale."),),
            _HERE,
            "scale",
        ),
        ThematicBreak(_HERE),
        paragraph("Every word is accounted for.", NoteReference(2)),
        PullQuote((paragraph("Every word is accounted for."),), _HERE),
    )


HOW = Interview(
    slug="how-it-works",
    title=words("How It Works: a Conversation of Parts"),
    language="en",
    byline=words("Interview with the toolchain and the proof, On Record; set in type by itself."),
    standfirst=words("Three parts of a press sit down together — and every word of it is kept."),
    people=(EDITOR, TOOLCHAIN, PROOF),
    introduction=(paragraph("They met in a ", Emphasis(inlines("build folder")), "."),),
    conversation=(
        Question(1, "q1", (paragraph("What do you take, and what do you give back?"),), _HERE, EDITOR, "AE:"),
        Answer(1, "a1", _build_all_blocks(), _HERE, TOOLCHAIN, "TT:"),
        Answer(1, "a1-2", (Quotation((paragraph("A proof reads, and says nothing."),), _HERE),), _HERE, PROOF, "TP:"),
        EditorNote((paragraph("The fan was loud here; a sentence is lost."),), _HERE),
        Division(inlines("After the ", Emphasis(inlines("break"))), "break", _HERE),
        Question(2, "q2", (paragraph("And if a word is missing?"), paragraph("One word only?")), _HERE, EDITOR, "AE:"),
        Answer(
            2,
            "a2",
            (Heading(inlines("Nothing is delivered"), 4, _HERE), paragraph("Then nothing is delivered.")),
            _HERE,
            TOOLCHAIN,
            "TT:",
        ),
    ),
    footnotes=(
        Footnote(1, (paragraph("By its own count."), paragraph("Counted twice.")), _HERE),
        Footnote(2, (paragraph("See ", Link(inlines("the scale"), "#scale"), "."),), _HERE),
    ),
    disclaimer=DISCLAIMER,
    rights=words("“How It Works” was lent by the press, and reprinted with the press's permission."),
    location=_HERE,
    date=date(2026, 1, 15),
    style=InterviewStyle.NAMES,
)

GERMAN = Interview(
    slug="auf-deutsch",
    title=words("Dasselbe auf Deutsch"),
    language="de",
    byline=words("Gespräch mit der Werkzeugkette"),
    standfirst=None,
    people=(TOOLCHAIN, TRANSLATOR),
    introduction=(),
    conversation=(
        Question(1, "q1", (paragraph("Bleibt jedes Wort stehen?"),), _HERE),
        Answer(1, "a1", (paragraph("Ja: „jedes Wort“."),), _HERE, TOOLCHAIN),
    ),
    footnotes=(),
    disclaimer=DISCLAIMER,
    location=_HERE,
)

BOOK = Book(
    slug="parts",
    title="The Parts Speak",
    language="en",
    date=date(2026, 1, 31),
    parts=(Part("In English", (HOW,)), Part("In another language", (GERMAN,))),
    location=SourceLocation("book.yaml"),
    subtitle="Conversations about a press",
    publisher="The Press",
    editors=("An editor", "A second editor"),
    identifier="urn:onrecord:parts",
    edition="First edition",
    rights="© The Press. All rights reserved.",
    description="Two conversations that use all that a conversation can.",
    url="https://example.org/parts/",
    openings=Openings.RECTO,
)


def book_of(*interviews: Interview, title: str = "One Part") -> Book:
    """Build a book with these interviews and nothing that is optional."""
    return Book(
        "one",
        title,
        "en",
        date(2026, 1, 31),
        (Part("", interviews),),
        SourceLocation("book.yaml"),
        identifier="urn:onrecord:one",
        openings=Openings.RECTO,
    )


def interview_of(*blocks: Block, **changes: object) -> Interview:
    """Build a German interview whose only answer holds these blocks."""
    answer = Answer(1, "a1", blocks, _HERE, TOOLCHAIN)
    return replace(GERMAN, conversation=(GERMAN.conversation[0], answer), **changes)  # type: ignore[arg-type]


def hostile() -> Book:
    """Build a book whose texts are markup, script or template wherever they are not escaped."""
    text = words(HOSTILE)
    person = Person(HOSTILE, Role.INTERVIEWEE, HOSTILE, (HOSTILE,))
    interview = interview_of(
        paragraph(HOSTILE, Code(HOSTILE), Link(inlines(HOSTILE), "https://example.org/?a=1&b=%22%3E", HOSTILE)),
        CodeBlock(HOSTILE, _HERE),
        Figure(_draw_picture("scale.png", Image.linear_gradient("L"), 320, 180), HOSTILE, (paragraph(HOSTILE),), _HERE),
        title=text,
        standfirst=text,
        byline=text,
        people=(person,),
        disclaimer=Disclaimer(HOSTILE, _HERE),
        rights=text,
    )
    turns = tuple(replace(turn, speaker=person, label=f"{HOSTILE}:") for turn in _select_turns(interview))
    return replace(
        book_of(replace(interview, conversation=turns), title=HOSTILE),
        subtitle=HOSTILE,
        publisher=HOSTILE,
        editors=(HOSTILE,),
        rights=HOSTILE,
        edition=HOSTILE,
        description=HOSTILE,
    )


def _select_turns(interview: Interview) -> Iterable[Question | Answer]:
    return (part for part in interview.conversation if isinstance(part, Question | Answer))


def set_in(theme: str, style: str, book: Book = BOOK) -> Book:
    """Return the sample book, or another one, in a theme, its interviews in a style."""
    parts = tuple(
        replace(
            part, interviews=tuple(replace(interview, style=InterviewStyle(style)) for interview in part.interviews)
        )
        for part in book.parts
    )
    return replace(book, parts=parts, design=Design(Theme(theme)))


def build_short_book() -> Book:
    """Build the sample book with its first interview only, which does not refer to turns."""
    conversation = tuple(
        replace(entry, blocks=_build_all_blocks(())) if isinstance(entry, Answer) and entry.id == "a1" else entry
        for entry in HOW.conversation
    )
    return replace(BOOK, parts=(Part("In English", (replace(HOW, conversation=conversation),)),))
