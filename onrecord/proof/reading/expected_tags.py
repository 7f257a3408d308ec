"""How the parts of an interview must be announced by a screen reader of the PDF: roles, titles and languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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
    TableCell,
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
    """The roles of the elements of each turn in order, by the turn's id ("": around the turns, NOTES: footnotes).

    A role has a “>” before it for each element around it in the same turn. `titles` are those of the turns by id,
    `languages` counts the phrases in another language than the text around.
    """

    roles: dict[str, list[str]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    languages: Counter[str] = field(default_factory=Counter)

    def add_roles(self, owner: str, *roles: str, depth: int = 0) -> None:
        """Count expected tags of these roles in a turn, each inside `depth` others."""
        self.roles.setdefault(owner, []).extend(">" * depth + role for role in roles)


def expect_tags(interview: Interview) -> TagCounts:
    """Return the counts of tags that the branch of an interview in a PDF's tag tree must hold."""
    return _TagComposer(interview).compose()


class _TagComposer:
    """Lists the elements that an interview must have."""

    def __init__(self, interview: Interview) -> None:
        self.interview = interview
        self.counts = TagCounts()
        self.words = get_language(interview.language).texts
        self.labels = {turn.id: turn.label for turn in expect_labels(interview).turns}
        self.level = 1
        self.is_divided = False
        self.owner = ""
        self.depth = 0  # elements around the one that is listed, in the same turn

    def compose(self) -> TagCounts:
        """Return the counts of tags that the interview's branch in a PDF must hold."""
        interview, counts = self.interview, self.counts
        lines = (interview.byline, interview.credit, interview.pointer, interview.disclaimer, interview.rights)
        for paragraph in interview.standfirst_paragraphs:
            self._count_with_inlines(paragraph.content, "P")
        counts.add_roles("", *(["Div"] if len(interview.standfirst_paragraphs) > 1 else []))
        counts.add_roles("", "Div", "H1", *("P" for line in lines if line))
        counts.add_roles("", *(["Div"] if interview.disclaimer or interview.rights else []))
        counts.add_roles("", *(role for part in interview.recordings if part.has_code for role in ("Div", "Figure")))
        if interview.introduction:
            counts.add_roles("", "Div")
            self._count_blocks(interview.introduction)
        for entry in interview.conversation:
            self.owner = ""
            match entry:
                case Question() | Answer():
                    self._count_turn(entry)
                case Division(content):
                    self.level, self.is_divided = 2, True
                    counts.add_roles("", "H2")
                    self._count_inlines(content, interview.language)
                case EditorNote(blocks):
                    counts.add_roles("", "Div")
                    self._count_blocks(blocks)
        self.owner = NOTES
        for note in interview.footnotes:
            self._count_note(note)
        return counts

    def _count_turn(self, turn: Question | Answer) -> None:
        """Count the expected tags of a turn; a label before anything but a paragraph is a paragraph."""
        name = f"{self.words[turn.kind]} {turn.address[1:]}"
        self.counts.titles[turn.id] = f"{name}, {turn.speaker.name}" if turn.speaker else name
        self.owner = turn.id
        self._add_roles("Sect")
        self.depth = 1
        runs_in = bool(turn.blocks) and isinstance(turn.blocks[0], Paragraph)
        if self.labels[turn.id] and not (runs_in and STYLES[self.interview.style].names is not NamePlace.STACKED):
            self._add_roles("P")
        self._count_blocks(turn.blocks)
        self.depth = 0

    def _add_roles(self, *roles: str) -> None:
        """Count expected tags of these roles in the element that is being listed."""
        self.counts.add_roles(self.owner, *roles, depth=self.depth if self.owner else 0)

    @contextmanager
    def _enter_roles(self, *roles: str) -> Iterator[None]:
        """Count expected tags in each other; those counted inside the block stand in the last of them."""
        for role in roles:
            self._add_roles(role)
            self.depth += 1
        yield
        self.depth -= len(roles)

    def _count_note(self, note: Footnote) -> None:
        """Count the expected tags of a footnote: its first paragraph has none of its own."""
        with self._enter_roles("Note"):
            self._count_tight(note.blocks)

    def _count_blocks(self, blocks: Iterable[Block]) -> None:
        """Count the expected tags of these blocks."""
        for block in blocks:
            self._count_block(block)

    def _count_block(self, block: Block) -> None:
        """Count the expected tags of one block."""
        match block:
            case Paragraph(content):
                self._count_with_inlines(content, "P")
            case Heading(content, level):
                deepest = 2 if level == 2 else (3 if self.is_divided else 2) + max(level - 4, 0)
                self.level = min(deepest, self.level + 1, _DEEPEST_HEADING)
                self._count_with_inlines(content, f"H{self.level}")
            case LineBlock(lines):
                self._count_with_inlines([inline for line in lines for inline in line], "P")
            case CodeBlock():
                self._add_roles("P")
            case Quotation(blocks) | PullQuote(blocks):
                with self._enter_roles("BlockQuote" if isinstance(block, Quotation) else "Div"):
                    self._count_blocks(blocks)
            case ListBlock():
                with self._enter_roles("L"):
                    for blocks in block.items:
                        with self._enter_roles("LI"):
                            self._count_tight(blocks, is_loose=block.is_loose)
            case DefinitionList() | Table() | Figure():
                self._count_rows(block)
            case _:
                pass  # a thematic break is an ornament

    def _count_with_inlines(self, content: Iterable[Inline], *roles: str) -> None:
        """Count expected tags in each other, and those of the inlines in them."""
        with self._enter_roles(*roles):
            self._count_inlines(content, self.interview.language)

    def _count_tight(self, blocks: tuple[Block, ...], *, is_loose: bool = False) -> None:
        """Count the expected tags of blocks whose first paragraph has no tag of its own."""
        if blocks and not is_loose and isinstance(blocks[0], Paragraph):
            self._count_with_inlines(blocks[0].content)
            blocks = blocks[1:]
        self._count_blocks(blocks)

    def _count_rows(self, block: DefinitionList | Table | Figure) -> None:
        """Count the expected tags of a table, a list of definitions or a picture with its caption."""
        match block:
            case DefinitionList(definitions):
                with self._enter_roles("L"):
                    for definition in definitions:
                        self._count_with_inlines(definition.term, "LI")
                        for meaning in definition.meanings:
                            with self._enter_roles("LI"):
                                self._count_tight(meaning)
            case Table(head, body, caption):
                with self._enter_roles("Table"):
                    self._count_caption(caption)
                    self._count_cells("THead", head, "TH")
                    self._count_cells("TBody", body, "TD")
            case Figure():
                with self._enter_roles("Div"):
                    self._add_roles("Figure")
                    self._count_caption(block.caption)

    def _count_cells(self, group: str, rows: Sequence[Sequence[TableCell]], role: str) -> None:
        """Count the expected tags of rows and cells; PDFium lists no element without content."""
        filled_rows = [[cell for cell in row if cell.blocks] for row in rows]
        if not any(filled_rows):
            return
        with self._enter_roles(group):
            for row in filter(None, filled_rows):
                with self._enter_roles("TR"):
                    for cell in row:
                        with self._enter_roles(role):
                            self._count_tight(cell.blocks)

    def _count_caption(self, caption: tuple[Block, ...]) -> None:
        """Count the expected tags of a caption, if there is one."""
        if caption:
            with self._enter_roles("Caption"):
                self._count_tight(caption)

    def _count_inlines(self, content: Iterable[Inline], language: str) -> None:
        """Count the expected tags of links and of phrases in other languages."""
        for inline in content:
            if isinstance(inline, Link):
                self._add_roles("Link")
            if isinstance(inline, LanguageSpan) and inline.language != language:
                self.counts.languages[inline.language] += 1
                self._count_inlines(inline.content, inline.language)
            elif not isinstance(inline, NoteReference):
                self._count_inlines(getattr(inline, "content", ()), language)


def expect_printed_links(interview: Interview) -> Iterator[tuple[str, str]]:
    """Yield text and target of every link that the printed interview must have."""

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
