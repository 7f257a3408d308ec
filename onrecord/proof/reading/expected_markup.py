"""The markup that the `<article>` of an interview must have in web edition and e-book, composed from the model.

This is the contract of an interview's `<article>`, written a second time: every element, every attribute, every
character. The editions do not use it.
"""

from __future__ import annotations

from collections.abc import Sequence

from onrecord.model import (
    Answer,
    Book,
    Division,
    EditorNote,
    Interview,
    Paragraph,
    Question,
    TextLine,
    to_plain_text,
)
from onrecord.model.directions import direct_block, direct_page
from onrecord.model.interview_style import STYLES, NamePlace
from onrecord.proof.reading.expected_blocks import BlockComposer, ExpectedTokens, InlineComposer, PlacedToken
from onrecord.proof.reading.expected_recordings import expect_recording_address, expect_time_mark
from onrecord.proof.reading.expected_versions import ExpectedVersion
from onrecord.proof.reading.markup_tokens import build_start_token
from onrecord.proof.reading.speaker_labels import expect_labels
from onrecord.runtime.interface_texts import get_language


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


class _ArticleComposer:
    """Composes the `<article>` of one interview."""

    def __init__(self, interview: Interview, book: Book, versions: Sequence[ExpectedVersion], is_epub: bool) -> None:
        self.versions = versions
        self.interview = expect_labels(interview)
        self.is_pack = book.pack is not None
        self.out = ExpectedTokens(is_epub, interview.location)
        self.inlines = InlineComposer(interview, book, self.out)
        self.blocks = BlockComposer(self.inlines, self.out)
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
            first = note.blocks[0] if note.blocks else None
            opening = first.content if isinstance(first, Paragraph) else ()
            out.start("p", dir=direct_block(to_plain_text(opening), self.interview.language))
            self._compose_short_link("back", f"#fnref{note.number}", str(note.number), "doc-backlink")
            out.add_text(" ")
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
