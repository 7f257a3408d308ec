"""Turn pandoc's blocks into those of the model; report those that it does not know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from onrecord import model
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.inlines import InlineReader
from onrecord.manuscript.list_markers import ListMarkers
from onrecord.manuscript.lists import ListReader
from onrecord.manuscript.near_markdown import describe_lost_table, is_line_block
from onrecord.manuscript.pandoc_nodes import (
    begins_with_bar,
    find_only_image,
    is_place_wrapper,
    split_lines,
    unwrap_block,
)
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.reading_state import KNOWN_DIVS, ReadingState
from onrecord.manuscript.source import MAX_DEPTH
from onrecord.manuscript.tables import TableReader
from onrecord.manuscript.typography import TextStyle
from onrecord.manuscript.verse import make_line_block, make_stanzas
from onrecord.model import Block, SourceLocation
from onrecord.model.problems import find_closest_word
from onrecord.model.rule import Rule
from onrecord.runtime import pandoc

_NOTE_CALL = re.compile(r"\[\^([^\]\s]+)\]")


class FigureReader:
    """Reads pictures that stand alone, with what stands below them."""

    def __init__(self, state: ReadingState, inlines: InlineReader, pictures: Pictures, problems: Problems) -> None:
        self._state = state
        self._inlines = inlines
        self._pictures = pictures
        self._problems = problems

    def read_figure(self, image: pandoc.Image, place: SourceLocation) -> Iterator[model.Figure]:
        """Yield the figure for a pandoc image; nothing if its picture cannot be printed, which is then reported."""
        attributes, words, (path, title) = image["c"]
        self._state.move_to(attributes)
        identity = self._state.read_id(attributes)
        inlines = self._inlines.read_inlines(words)
        alternative = model.to_plain_text(inlines)
        if _has_index_mark(inlines):
            sentence = "a text for a picture is seen on no page, and its marks are in no index"
            self._state.report(Rule.INDEX_MARKS_ARE_WHOLE, sentence, "mark words of the caption, or of the answer")
        self._state.record_texts(path, title)
        self._state.check_characters(path + title)
        if not alternative.strip():
            self._state.report(
                Rule.PICTURES_HAVE_WORDS,
                "this picture has no alternative text",
                f"say what it shows: ![A map of the region]({path})",
            )
        title = self._read_caption(title)
        asset = self._pictures.read_asset(path, self._state.line, self._problems)
        caption = (model.Paragraph(self._inlines.set_typography((model.Text(title),)), place),) if title else ()
        if asset is not None:
            yield model.Figure(asset, alternative, caption, place, identity)

    def _read_caption(self, title: str) -> str:
        """Return a caption in quotation marks without the calls of footnotes in it, which are reported."""
        names = _NOTE_CALL.findall(title)
        if names:
            self._state.notes_in_captions |= {*names}
            words = " ".join(title.split())
            self._state.report(
                Rule.CAPTIONS_CALL_NOTES_BELOW,
                "a picture's caption in quotation marks calls no footnotes",
                f"write the caption below the picture, as a paragraph that begins with a colon: : {words}",
            )
        return _NOTE_CALL.sub("", title)


def _has_index_mark(inlines: Iterable[model.Inline]) -> bool:
    """Return whether a mark for the index stands among inlines, or inside one."""
    return any(
        isinstance(inline, model.IndexSpan) or _has_index_mark(getattr(inline, "content", ())) for inline in inlines
    )


class BlockReader:
    """Reads the blocks of one document."""

    def __init__(
        self, state: ReadingState, style: TextStyle, markers: ListMarkers, pictures: Pictures, problems: Problems
    ) -> None:
        self.inlines = InlineReader(state, style, self.read_blocks)
        self._state = state
        self._lines = problems.lines
        self._tables = TableReader(state, self.read_blocks)
        self._lists = ListReader(state, markers, self.read_blocks)
        self._figures = FigureReader(state, self.inlines, pictures, problems)

    def read_blocks(self, blocks: Iterable[pandoc.Block]) -> tuple[Block, ...]:
        """Return pandoc's blocks as blocks of the model."""
        return tuple(model_block for block in blocks for model_block in self.read_block(block))

    def read_block(self, block: pandoc.Block) -> Iterator[Block]:
        """Yield a pandoc block as blocks of the model: most kinds give one, a wrapper those inside it."""
        match block["t"]:
            case "Para" | "Plain":
                yield from self._read_paragraph(block["c"], self._find_place(block["c"]))
            case "Header":
                yield self._read_heading(*block["c"])
            case "CodeBlock":
                yield self._read_code(*block["c"])
            case "Table":
                yield self._tables.read_table(block["c"])
            case "HorizontalRule":
                yield model.ThematicBreak(self._state.place)
            case "RawBlock":
                self._state.refuse_raw_html(block["c"][1])
            case "Div" if is_place_wrapper(block):
                yield from self._read_container(block)
            case "BlockQuote" | "BulletList" | "OrderedList" | "DefinitionList" | "Div":
                with self._state.enter_level(block["c"], MAX_DEPTH) as has_room:
                    if has_room:
                        yield from self._read_container(block)
            case _:
                self._state.report(Rule.MARKUP_IS_KNOWN, f"{block['t']} cannot be set", "write it in plain Markdown")

    def _read_container(self, block: pandoc.Block) -> Iterator[Block]:
        """Yield the quotation or list (bulleted, numbered, definitions) of a pandoc block that holds other blocks."""
        place = self._state.place
        match block["t"]:
            case "BlockQuote":
                yield model.Quotation(self.read_blocks(block["c"]), place)
            case "BulletList" | "OrderedList":
                yield from self._lists.read_list(block, place)
            case "DefinitionList":
                yield from self._read_definitions(block["c"], place)
            case "Div" if is_place_wrapper(block):
                yield from self._read_wrapper(*block["c"])
            case "Div":
                yield from self._read_div(*block["c"])

    # divs

    def _read_wrapper(self, attributes: pandoc.Attributes, blocks: list[pandoc.Block]) -> Iterator[Block]:
        """Yield the content of a Div that only tells its place, and perhaps its id."""
        place = self._state.move_to(attributes)
        self._state.id = self._state.read_turn_id(attributes) or self._state.id
        for block in blocks:
            if block["t"] in ("Para", "Plain"):
                yield from self._read_paragraph(block["c"], place)
            elif block["t"] == "HorizontalRule":
                yield model.ThematicBreak(place)
            else:
                yield from self.read_block(block)

    def _read_div(self, attributes: pandoc.Attributes, blocks: list[pandoc.Block]) -> Iterator[Block]:
        """Yield the blocks of a ::: container (pull quote, verse, note, figure); report an unknown class."""
        place = self._state.move_to(attributes)
        self._state.record_attributes(attributes)
        name = attributes[1][0] if len(attributes[1]) == 1 else ""
        if name == "pullquote":
            yield model.PullQuote(self.read_blocks(blocks), place)
        elif name == "verse":
            yield from (self._read_verse(block, place) for block in blocks)
        elif name == "note":
            self._state.report(
                Rule.NOTES_STAND_BETWEEN_TURNS,
                "an editor's note stands inside another block",
                "move the ::: note lines out of the list or quotation",
            )
            yield from self.read_blocks(blocks)
        else:
            near = find_closest_word(name, KNOWN_DIVS) or "note"
            self._state.report(
                Rule.MARKUP_IS_KNOWN,
                f"::: {name} is not a known block",
                f"write ::: {near}; known are {', '.join(KNOWN_DIVS)}",
            )
            yield from self.read_blocks(blocks)

    def _read_verse(self, block: pandoc.Block, place: SourceLocation) -> Block:
        """Return the lines of a paragraph inside ::: verse; report any block that is not a paragraph."""
        paragraph = unwrap_block(block)
        if paragraph["t"] not in ("Para", "Plain"):
            self._state.report(
                Rule.MARKUP_IS_KNOWN, "::: verse holds lines of text only", "take the other blocks out of it"
            )
            return model.ThematicBreak(place)
        source_lines = split_lines(paragraph["c"])
        self._state.refuse_length(len(source_lines), 500, "lines of verse")
        return make_line_block([self.inlines.read_inlines(line) for line in source_lines], place)

    # text

    def _read_paragraph(self, content: Sequence[pandoc.Inline], place: SourceLocation) -> Iterator[Block]:
        """Yield a figure if the paragraph is only an image, otherwise a paragraph; yield nothing if it has no words."""
        image = find_only_image(content)
        if image is not None:
            yield from self._figures.read_figure(image, place)
            return
        if begins_with_bar(content) and (verse := self._read_bars(content, place)):
            yield from verse
            return
        inlines = self.inlines.read_inlines(content)
        has_note = any(isinstance(inline, model.NoteReference) for inline in inlines)
        if not has_note and not model.to_plain_text(inlines).strip():
            return
        line_ends = sum(isinstance(inline, model.LineBreak) for inline in inlines)
        self._state.refuse_length(line_ends, 500, "forced line ends")
        yield model.Paragraph(inlines, place)

    def _read_bars(self, content: Sequence[pandoc.Inline], place: SourceLocation) -> list[model.LineBlock]:
        """Return lines that begin with a bar as verse; report a table without a line of hyphens."""
        lines = split_lines(content)
        if complaint := describe_lost_table(self._lines, place.line):
            self._state.report(Rule.MARKUP_IS_KNOWN, *complaint)
        elif is_line_block(self._lines, place.line, len(lines)):
            typed = self._lines[place.line - 1 : place.line - 1 + len(lines)]
            return make_stanzas([self.inlines.read_inlines(line) for line in lines], typed, place)
        return []

    def _find_place(self, content: Sequence[pandoc.Inline]) -> SourceLocation:
        """Return the place of a paragraph without a Div: that of the Span it begins with."""
        if content and content[0]["t"] == "Span":
            self._state.move_to(content[0]["c"][0])
        return self._state.place

    def _read_heading(self, level: int, attributes: pandoc.Attributes, content: list[pandoc.Inline]) -> Block:
        """Return a heading inside a turn; report an id written on it."""
        place = self._state.move_to(attributes)
        if attributes[0]:
            self._state.report(
                Rule.IDS_STAND_ON_TURNS, "a heading inside a turn has no address of its own", "take the {#…} away"
            )
        self._state.record_attributes(attributes)
        self._state.report_underlined_heading()
        return model.Heading(self.inlines.read_inlines(content), level, place)

    def _read_code(self, attributes: pandoc.Attributes, text: str) -> Block:
        """Return a code block; report one with more than 5,000 lines."""
        place = self._state.move_to(attributes)
        self._state.record_attributes(attributes)
        self._state.record_texts(text)
        self._state.refuse_length(text.count("\n"), 5_000, "lines of code")
        return model.CodeBlock(text, place, attributes[1][0] if attributes[1] else "")

    # lists of definitions, tables

    def _read_definitions(self, definitions: list[pandoc.Definition], place: SourceLocation) -> Iterator[Block]:
        """Yield definition lists, and a captioned figure for each term between them that is only an image."""
        for is_picture, group in groupby(definitions, lambda definition: find_only_image(definition[0]) is not None):
            if is_picture:
                for definition in group:
                    yield from self._read_captioned_figure(definition, place)
                continue
            entries = tuple(
                model.Definition(self.inlines.read_inlines(term), tuple(map(self.read_blocks, meanings)))
                for term, meanings in group
            )
            yield model.DefinitionList(entries, place)

    def _read_captioned_figure(self, definition: pandoc.Definition, place: SourceLocation) -> Iterator[Block]:
        """Yield a picture with a paragraph `: caption` below it: a definition list to pandoc."""
        term, meanings = definition
        image = find_only_image(term)
        assert image is not None
        caption = tuple(block for meaning in meanings for block in self.read_blocks(meaning))
        for figure in self._figures.read_figure(image, place):
            self._state.id = figure.id
            yield replace(figure, caption=(*figure.caption, *caption))
