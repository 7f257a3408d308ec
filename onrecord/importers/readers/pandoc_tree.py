"""Divide pandoc's tree of a foreign document into clippings of words and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from onrecord.importers.common.draft import Clipping
from onrecord.importers.common.pandoc_inlines import (
    QUESTION_MARKS,
    collect_words,
    drop_space_inlines,
    split_off_question,
    split_paragraph,
    strip_tags,
    unwrap_plain_spans,
)
from onrecord.importers.common.plain_markdown import escape_paragraph
from onrecord.importers.readers import block_markdown, conversation_table, enclosed_turns
from onrecord.importers.readers.clipping_list import ClippingList
from onrecord.importers.readers.conversation_table import TalkRow, collect_cell_words
from onrecord.importers.readers.inline_markdown import InlineMarkdown
from onrecord.runtime.pandoc import Attributes, Block, BulletList, Definition, Image, Inline, OrderedList

# Classes of <div> with which a reader marks elements before pandoc sees them.
ASIDE_CLASS = "onrecord-aside-7c1f"  # set aside; the attribute "why" gives the reason
SETTING_CLASS = "onrecord-setting-7c1f"  # the title or the byline; the attribute "why" says which
CAPTION_CLASS = "onrecord-caption-7c1f"  # words below a picture


def read_clippings(
    blocks: Sequence[Block],
    bold_styles: frozenset[str] = frozenset(),
    picture: Callable[[str], str] = lambda _: "",
) -> list[Clipping]:
    """Return pandoc's blocks of an imported document as clippings in order.

    Paragraphs in one of `bold_styles` are bold. `picture` gives the path in the book for the address of a picture,
    "" for one that the book does not get.
    """
    speakers = enclosed_turns.find_labelled_speakers(blocks)
    walker = _BlockWalker(ClippingList(InlineMarkdown(), picture), bold_styles, speakers)
    walker.add_blocks(blocks)
    return [replace(clipping, index=index) for index, clipping in enumerate(walker.clipping_list.clippings)]


class _BlockWalker:
    """Adds the blocks of a document to a list of clippings."""

    def __init__(self, clipping_list: ClippingList, bold_styles: frozenset[str], speakers: frozenset[str]) -> None:
        self.clipping_list = clipping_list
        self._bold_styles = bold_styles
        self._speakers = speakers  # whose labels begin paragraphs again and again
        self._last_question = 0  # the number of the last question that is a list of one item; -1 for a bullet

    def add_blocks(self, blocks: Iterable[Block]) -> None:
        """Add the clippings of each pandoc block, or of the turns that it holds."""
        for block in blocks:
            for inner in enclosed_turns.take_out_turns(block, self._speakers) or [block]:
                self._add_block(inner)

    def _add_block(self, block: Block) -> None:
        """Add the clippings of a pandoc block; containers go to `_add_container`."""
        match block["t"]:
            case "Para" | "Plain":
                self._add_paragraph(block["c"])
            case "Header":
                self.clipping_list.add_text("heading", block["c"][2], level=block["c"][0])
            case "BulletList" | "OrderedList":
                self._add_list(block)
            case "LineBlock":
                self.clipping_list.add_verse(block["c"])
            case "CodeBlock":
                self.clipping_list.add(block_markdown.build_code_block(block["c"][1]))
            case "RawBlock":
                self.clipping_list.add_aside(strip_tags(block["c"][1]), "raw markup")
            case "HorizontalRule":
                pass
            case _:
                self._add_container(block)

    def _add_container(self, block: Block) -> None:
        """Add the clippings of a pandoc block that holds blocks."""
        match block["t"]:
            case "Div":
                self._add_div(*block["c"])
            case "BlockQuote":
                self._add_quote(block["c"])
            case "Table":
                self._add_table(conversation_table.list_table_rows(block["c"]), block["c"][1][1])
            case "DefinitionList":
                self._add_definitions(block["c"])
            case "Figure":
                self.add_blocks(block["c"][2])
                self._add_caption(block["c"][1][1])
            case _:
                self.clipping_list.add_aside(collect_words(block), block["t"])

    def _read_inner(self, blocks: Iterable[Block]) -> list[Clipping]:
        """Return the clippings inside a pandoc block; those set aside are added in front of the block."""
        self.clipping_list.move_asides_from(inner := self._build_inner_list(blocks))
        return inner.clippings

    def _build_inner_list(self, blocks: Iterable[Block]) -> ClippingList:
        """Return a list of the clippings of pandoc's blocks inside another block."""
        inner = _BlockWalker(self.clipping_list.start_inner_list(), self._bold_styles, self._speakers)
        inner.add_blocks(blocks)
        return inner.clipping_list

    def _add_div(self, attributes: Attributes, blocks: Sequence[Block]) -> None:
        """Add the clippings of a pandoc Div: set aside, a setting, a caption, a bold paragraph or its content."""
        why = dict(attributes[2]).get("why", "")
        if ASIDE_CLASS in attributes[1]:
            self.clipping_list.add_aside(" ".join(collect_words(block) for block in blocks), why)
        elif SETTING_CLASS in attributes[1]:
            self.clipping_list.add(Clipping(0, "", collect_cell_words(blocks), kind="setting", reason=why))
        elif CAPTION_CLASS in attributes[1]:
            self._add_caption(blocks)
        elif dict(attributes[2]).get("custom-style") in self._bold_styles:
            self._add_as_questions(blocks)
        else:
            self.add_blocks(blocks)

    def _add_caption(self, blocks: Sequence[Block]) -> None:
        """Add words below a picture as its caption, and words below anything else as paragraphs."""
        if self.clipping_list.can_take_caption():
            self.clipping_list.add_caption(self._build_inner_list(blocks).clippings)
        else:
            self.add_blocks(blocks)

    def _add_paragraph(self, inlines: Sequence[Inline]) -> None:
        """Add the words of a pandoc paragraph, and before and after them the pictures at its two ends."""
        if _is_caption(inlines) and self.clipping_list.can_take_caption():
            self._add_caption([{"t": "Para", "c": list(inlines[1:])}])
            return
        before, inlines, after = _split_off_pictures(inlines)
        for image in before:
            self.clipping_list.add_picture(image)
        for paragraph in split_paragraph(inlines):
            for part in split_off_question(paragraph):
                self.clipping_list.add_text("paragraph", part)
        for image in after:
            self.clipping_list.add_picture(image)

    def _add_quote(self, blocks: Iterable[Block]) -> None:
        """Add a quotation of an imported document as one clipping."""
        self.clipping_list.add(block_markdown.build_quotation(self._read_inner(blocks)))

    # --- lists ------------------------------------------------------------------------------------

    def _add_list(self, block: BulletList | OrderedList) -> None:
        """Add a pandoc list as one clipping, as a numbered question, or as questions and answers."""
        is_ordered = block["t"] == "OrderedList"
        items = block["c"][1] if block["t"] == "OrderedList" else block["c"]
        first_number = block["c"][0][0] if block["t"] == "OrderedList" else 0
        if not items:
            return
        if len(items) == len(items[0]) == 1 and _is_numbered_question(items[0], first_number, self._last_question):
            self._last_question = first_number or -1
            self._add_as_questions(items[0])  # without its number: the book numbers questions by their addresses
            return
        if conversation_table.is_list_of_questions(items):
            for list_item in items:
                self._add_question_entry(list_item)
            return
        entries = [
            (f"{number}. " if is_ordered else "- ", self._read_inner(list_item))
            for number, list_item in enumerate(items, first_number)
        ]
        self.clipping_list.add(block_markdown.build_list(entry for entry in entries if entry[1] or is_ordered))

    def _add_as_questions(self, blocks: Iterable[Block]) -> None:
        """Add pandoc's blocks; mark their paragraphs as bold, because their place makes them questions."""
        start = len(self.clipping_list.clippings)
        self.add_blocks(blocks)
        self.clipping_list.clippings[start:] = [
            replace(clipping, is_bold=clipping.kind == "paragraph") for clipping in self.clipping_list.clippings[start:]
        ]

    def _add_question_entry(self, list_item: Sequence[Block]) -> None:
        """Add a question and its answer; only the first paragraph is marked as bold."""
        start = len(self.clipping_list.clippings)
        self.add_blocks(list_item)
        question = self.clipping_list.clippings[start]
        self.clipping_list.clippings[start] = replace(question, is_bold=question.kind == "paragraph")

    # --- tables and definition lists --------------------------------------------------------------

    def _add_definitions(self, content: Sequence[Definition]) -> None:
        """Add terms that come again as speakers, those that ask as questions, and others as one list of terms."""
        rows: list[tuple[list[Block], list[Block]]] = [
            ([{"t": "Plain", "c": term}], [block for meaning in meanings for block in meaning])
            for term, meanings in content
        ]
        is_conversation = conversation_table.has_speaker_column(rows)
        if not is_conversation and not any(conversation_table.is_asking_cell(term) for term, _ in rows):
            pairs = [(self._read_inner(term), self._read_inner(meaning)) for term, meaning in rows]
            self.clipping_list.add(block_markdown.build_definitions(pairs))
            return
        for (term, _), (label, blocks) in zip(content, rows, strict=True):
            if is_conversation:
                self._add_speaker_row(TalkRow(label, blocks))
            else:
                self.clipping_list.add_text("paragraph", [{"t": "Strong", "c": term}])
                self.add_blocks(blocks)

    def _add_table(self, rows: list[list[list[Block]]], caption: Sequence[Block]) -> None:
        """Add a pandoc table of two columns as a conversation if it is one; others as tables, with caption."""
        has_two_columns = bool(rows) and all(len(row) == 2 for row in rows)
        if talk := conversation_table.read_conversation_rows(rows):
            for row in talk:
                self.clipping_list.add_aside(row.before, "the time or number of a row")
                self._add_speaker_row(row)
        elif has_two_columns and (pairs := conversation_table.read_question_rows(rows)):
            head = "" if len(pairs) == len(rows) else " ".join(map(collect_cell_words, rows[0]))
            self.clipping_list.add_aside(head, "the head of a table")
            for question, answer in pairs:
                self._add_as_questions(question)
                self.add_blocks(answer)
        else:
            self._add_plain_table(rows)
            self._add_caption(caption)
            return
        self.add_blocks(caption)

    def _add_speaker_row(self, row: TalkRow) -> None:
        """Add what a speaker says, with the label on its first clipping or, if it stands after the words, aside."""
        name = collect_cell_words(row.label)
        if row.is_header:
            self.clipping_list.add_aside(row.header, "the head of a table")
            return
        start = len(self.clipping_list.clippings)
        self.add_blocks(row.blocks)
        if name and start < len(self.clipping_list.clippings):
            self.clipping_list.clippings[start] = row.set_speaker(self.clipping_list.clippings[start], name)
            self.clipping_list.add_aside(row.after, "the speaker or time of a row")
        elif name:
            words = f"{name} {row.between}{row.after.removesuffix(name)}".strip()
            self.clipping_list.add(Clipping(0, escape_paragraph(words), words))
        self.clipping_list.add_aside(row.remarks, "another column of the table")

    def _add_plain_table(self, rows: Sequence[Sequence[list[Block]]]) -> None:
        """Add a pandoc table that is no conversation, as one clipping: a table of Markdown."""
        self.clipping_list.add(block_markdown.build_table([[self._read_inner(cell) for cell in row] for row in rows]))


def _is_numbered_question(list_item: Sequence[Block], number: int, last_question: int) -> bool:
    """Return whether a pandoc list of one entry is a question; `number` is 0 for a bullet.

    A short one is a question too if it follows such a list with the number before.
    """
    words = collect_words(list_item).strip()
    is_next = last_question == number - 1 > 0 or last_question < number == 0
    return words.endswith(QUESTION_MARKS) or _is_bold_paragraph(list_item[0]) or (is_next and len(words.split()) <= 40)


def _is_caption(inlines: Sequence[Inline]) -> bool:
    """Return whether a pandoc paragraph begins with a colon and a space, as a caption below a table does."""
    starts = [inline["c"] if inline["t"] == "Str" else inline["t"] for inline in inlines[:2]]
    return len(inlines) > 2 and starts == [":", "Space"]


def _is_bold_paragraph(block: Block) -> bool:
    """Return whether a pandoc block is a paragraph of nothing but one run of bold words."""
    if block["t"] not in ("Para", "Plain"):
        return False
    return [inline["t"] for inline in block["c"] if inline["t"] != "Space"] == ["Strong"]


def _split_off_pictures(inlines: Sequence[Inline]) -> tuple[list[Image], Sequence[Inline], list[Image]]:
    """Return pandoc's pictures at the beginning, the other inlines, and the pictures at the end."""
    visible = drop_space_inlines(unwrap_plain_spans(inlines))
    before = _list_leading_pictures(visible)
    after = _list_leading_pictures(reversed(visible))[::-1] if len(before) < len(visible) else []
    if not before and not after:
        return [], inlines, []
    pictures = set(map(id, (*before, *after)))
    return before, [inline for inline in unwrap_plain_spans(inlines) if id(inline) not in pictures], after


def _list_leading_pictures(inlines: Iterable[Inline]) -> list[Image]:
    """Return pandoc's pictures that stand before the first words."""
    pictures: list[Image] = []
    for inline in inlines:
        if inline["t"] != "Image":
            break
        pictures.append(inline)
    return pictures
