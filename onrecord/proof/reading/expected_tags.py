"""How the parts of an interview must be announced by a screen reader of the PDF: roles, titles and languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from onrecord.model import (
    Answer,
    Block,
    CodeBlock,
    DefinitionList,
    Division,
    EditorNote,
    Figure,
    Footnote,
    Heading,
    Inline,
    Interview,
    LanguageSpan,
    LineBlock,
    Link,
    ListBlock,
    NoteReference,
    Paragraph,
    PullQuote,
    Question,
    Quotation,
    Table,
    find_links,
    iterate_blocks,
    to_plain_text,
)
from onrecord.model.interview_style import STYLES, NamePlace
from onrecord.proof.reading.speaker_labels import expect_labels
from onrecord.runtime.interface_texts import get_language

_DEEPEST_HEADING = 6
NOTES = "notes"  # in place of the id of a turn


@dataclass(slots=True)
class TagCounts:
    """How many elements of each role each turn has, by the turn's id ("": around the turns).

    `titles` are those of the turns by id, `languages` counts the phrases in another language than the text around.
    """

    roles: dict[str, Counter[str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)

    def add(self, owner: str, *roles: str) -> None:
        """Count elements of these roles in the turn."""
        self.roles.setdefault(owner, Counter()).update(roles)


def expect_tags(interview: Interview) -> TagCounts:
    """Return what the branch of an interview in the tag tree must hold."""
    return _TagComposer(interview).compose()


class _TagComposer:
    """Counts the elements that an interview must have."""

    def __init__(self, interview: Interview) -> None:
        self.interview = interview
        self.counts = TagCounts()
        self.words = get_language(interview.language).texts
        self.labels = {turn.id: turn.label for turn in expect_labels(interview).turns}
        self.level = 1
        self.is_divided = False
        self.owner = ""

    def compose(self) -> TagCounts:
        """Return the counts."""
        interview, counts = self.interview, self.counts
        lines = (interview.byline, interview.credit, interview.pointer, interview.disclaimer, interview.rights)
        for paragraph in interview.standfirst_paragraphs:
            self._count(paragraph.content, "P")
        counts.add("", *(["Div"] if len(interview.standfirst_paragraphs) > 1 else []))
        counts.add("", "Div", "H1", *("P" for line in lines if line))
        counts.add("", *(["Div"] if interview.disclaimer or interview.rights else []))
        counts.add("", *(role for part in interview.recordings if part.has_code for role in ("Div", "Figure")))
        if interview.introduction:
            counts.add("", "Div")
            self._count_blocks(interview.introduction)
        for entry in interview.conversation:
            self.owner = ""
            match entry:
                case Question() | Answer():
                    self._count_turn(entry)
                case Division(content):
                    self.level, self.is_divided = 2, True
                    counts.add("", "H2")
                    self._count_inlines(content, interview.language)
                case EditorNote(blocks):
                    counts.add("", "Div")
                    self._count_blocks(blocks)
        self.owner = NOTES
        for note in interview.footnotes:
            self._count_note(note)
        return counts

    def _count_turn(self, turn: Question | Answer) -> None:
        """Count the elements of a turn; a label before anything but a paragraph is a paragraph."""
        name = f"{self.words[turn.kind]} {turn.address[1:]}"
        self.counts.titles[turn.id] = f"{name}, {turn.speaker.name}" if turn.speaker else name
        self.owner = turn.id
        self.counts.add(turn.id, "Sect")
        runs_in = bool(turn.blocks) and isinstance(turn.blocks[0], Paragraph)
        if self.labels[turn.id] and not (runs_in and STYLES[self.interview.style].names is not NamePlace.STACKED):
            self.counts.add(turn.id, "P")
        self._count_blocks(turn.blocks)

    def _count_note(self, note: Footnote) -> None:
        """Count the elements of a footnote: its paragraphs are run together."""
        self.counts.add(NOTES, "Note")
        for block in note.blocks:
            if isinstance(block, Paragraph):
                self._count_inlines(block.content, self.interview.language)

    def _count_blocks(self, blocks: Iterable[Block]) -> None:
        """Count the elements of blocks."""
        for block in blocks:
            self._count_block(block)

    def _count_block(self, block: Block) -> None:
        """Count the elements of a block."""
        match block:
            case Paragraph(content):
                self._count(content, "P")
            case Heading(content, level):
                deepest = 2 if level == 2 else (3 if self.is_divided else 2) + max(level - 4, 0)
                self.level = min(deepest, self.level + 1, _DEEPEST_HEADING)
                self._count(content, f"H{self.level}")
            case LineBlock(lines):
                self._count([inline for line in lines for inline in line], "P")
            case CodeBlock():
                self.counts.add(self.owner, "P")
            case Quotation(blocks) | PullQuote(blocks):
                self.counts.add(self.owner, "BlockQuote" if isinstance(block, Quotation) else "Div")
                self._count_blocks(blocks)
            case ListBlock():
                self.counts.add(self.owner, "L", *("LI" for _ in block.items))
                for blocks in block.items:
                    self._count_tight(blocks, is_loose=block.is_loose)
            case DefinitionList() | Table() | Figure():
                self._count_rows(block)
            case _:
                pass  # a thematic break is an ornament

    def _count(self, content: Iterable[Inline], *roles: str) -> None:
        """Count elements and the inlines in them."""
        self.counts.add(self.owner, *roles)
        self._count_inlines(content, self.interview.language)

    def _count_tight(self, blocks: tuple[Block, ...], *, is_loose: bool = False) -> None:
        """Count blocks of which the first paragraph has no element of its own."""
        if blocks and not is_loose and isinstance(blocks[0], Paragraph):
            self._count(blocks[0].content)
            blocks = blocks[1:]
        self._count_blocks(blocks)

    def _count_rows(self, block: DefinitionList | Table | Figure) -> None:
        """Count the elements of a table, a list of definitions or a picture with its caption."""
        match block:
            case DefinitionList(definitions):
                self.counts.add(self.owner, "L")
                for definition in definitions:
                    self._count(definition.term, "LI", *("LI" for _ in definition.meanings))
                    for meaning in definition.meanings:
                        self._count_tight(meaning)
            case Table(head, body, caption):
                self.counts.add(self.owner, "Table", *(["THead"] if head else []), "TBody")
                self._count_caption(caption)
                for rows, role in ((head, "TH"), (body, "TD")):
                    for row in rows:
                        # PDFium lists no element without content.
                        filled = sum(bool(cell.blocks) for cell in row)
                        self.counts.add(self.owner, *(["TR"] if filled else []), *([role] * filled))
                        for cell in row:
                            self._count_tight(cell.blocks)
            case Figure():
                self.counts.add(self.owner, "Div", "Figure")
                self._count_caption(block.caption)

    def _count_caption(self, caption: tuple[Block, ...]) -> None:
        """Count a caption, if there is one."""
        if caption:
            self.counts.add(self.owner, "Caption")
            self._count_tight(caption)

    def _count_inlines(self, content: Iterable[Inline], language: str) -> None:
        """Count the links and the phrases in other languages."""
        for inline in content:
            if isinstance(inline, Link):
                self.counts.add(self.owner, "Link")
            if isinstance(inline, LanguageSpan) and inline.language != language:
                self.counts.languages[inline.language] += 1
                self._count_inlines(inline.content, inline.language)
            elif not isinstance(inline, NoteReference):
                self._count_inlines(getattr(inline, "content", ()), language)


def list_printed_links(interview: Interview) -> Iterator[tuple[str, str]]:
    """Yield text and target of every link of the interview, as print has them."""

    headings = (
        Paragraph(entry.content, entry.location) for entry in interview.conversation if isinstance(entry, Division)
    )
    for link, _ in find_links([*headings, *iterate_blocks(interview)]):
        slug, _, identity = link.target.partition("#")
        if ":" in slug:
            yield to_plain_text(link.content), link.target
        else:
            slug = slug or interview.slug
            yield to_plain_text(link.content), f"{slug}.{identity}" if identity else slug
