"""Blocks as HTML: paragraphs, headings, lists, tables, figures and pull quotes."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from onrecord.editions.article_inlines import InlineWriter
from onrecord.editions.column_widths import compute_column_widths
from onrecord.editions.edition_syntax import EditionSyntax, format_direction
from onrecord.editions.page_marks import PageCursor
from onrecord.model import (
    Block,
    CodeBlock,
    DefinitionList,
    Figure,
    Heading,
    Inline,
    LineBlock,
    ListBlock,
    Paragraph,
    PullQuote,
    Quotation,
    Table,
    TableCell,
    ThematicBreak,
    to_plain_text,
)

_MOST_NORMAL_COLUMNS = 6  # tables with more are set smaller
# The `type` of an ordered list (HTML §4.4.5): other people's texts refer to the "iii." of the author's list.
_NUMBERING = {"lower-alpha": "a", "upper-alpha": "A", "lower-roman": "i", "upper-roman": "I"}
# Style sheets leave room for list numbers of three characters ("10."); for longer ones, up to the longest Roman one
# ("mmmdccclxxxviii."), they have classes.
_NORMAL_NUMBER_LENGTH, _LONGEST_NUMBER_LENGTH = 3, 16
_DEEPEST_INDENT = 40  # columns of verse for which style sheets have room
_PULL_QUOTE_ATTRIBUTES = {
    "html": ' aria-hidden="true"',
    "epub": ' epub:type="pullquote" role="doc-pullquote"',
    "print": "",
}


class BlockWriter:
    """Writes the blocks of one interview, in reading order.

    Heading levels and the numbers of pull quotes depend on what came before.
    """

    def __init__(self, syntax: EditionSyntax, inlines: InlineWriter, cursor: PageCursor) -> None:
        self._syntax = syntax
        self._inlines = inlines
        self._cursor = cursor
        self._heading_level = 1
        self._is_divided = False
        self._pull_quote_count = 0

    def start_division(self) -> None:
        """Note that a division (a heading of level 2) stands before the next blocks."""
        self._heading_level, self._is_divided = 2, True

    def write_blocks(self, blocks: Iterable[Block]) -> str:
        """Return the blocks as HTML, with marks where printed pages begin."""
        return "".join(self._cursor.mark_block_start() + self._write_block(block) for block in blocks)

    def _write_block(self, block: Block) -> str:
        """Return one block as HTML, without the marks of pages that begin right before it."""
        match block:
            case Paragraph() | Heading() | LineBlock() | CodeBlock() | ThematicBreak():
                return self._write_text_block(block)
            case Quotation(blocks):
                return f"<blockquote>\n{self.write_blocks(blocks)}</blockquote>\n"
            case ListBlock():
                return self._write_list(block)
            case DefinitionList():
                return self._write_definitions(block)
            case Table():
                return self._write_table(block)
            case Figure():
                return self._write_figure(block)
            case PullQuote(blocks):
                return self._write_pull_quote(blocks)

    def _write_text_block(self, block: Paragraph | Heading | LineBlock | CodeBlock | ThematicBreak) -> str:
        """Return a paragraph, heading, verse, code block or thematic break as HTML."""
        match block:
            case Paragraph(content):
                return f"<p{self._format_direction(content)}>{self._inlines.write_inlines(content)}</p>\n"
            case Heading(content, level):
                return self._write_heading(content, level)
            case LineBlock():
                return self._write_verse(block)
            case CodeBlock(text):
                # In the e-book, a style sheet may not say in which direction code runs (EPUB 3.3, section 6.3.1.3).
                direction = self._inlines.directions.format_direction("a") if self._syntax.edition == "epub" else ""
                return f"<pre{direction}><code>{self._cursor.mark_text(text)}</code></pre>\n"
            case ThematicBreak():
                return f"<hr{self._syntax.slash}>\n"

    def _write_verse(self, verse: LineBlock) -> str:
        """Return verse, each line in an element that indents it and hangs what turns over."""
        pieces = []
        for number, (line, indent) in enumerate(
            zip(verse.lines, verse.indents or (0,) * len(verse.lines), strict=True), 1
        ):
            style = f" in{min(indent, _DEEPEST_INDENT)}" if indent else ""
            line_end = f"<br{self._syntax.slash}>\n" if number < len(verse.lines) else ""  # for readers without styles
            pieces.append(f'<span class="line{style}">{self._inlines.write_inlines(line)}{line_end}</span>')
        direction = self._format_direction(inline for line in verse.lines for inline in line)
        return f'<p class="verse"{direction}>{"".join(pieces)}</p>\n'

    def _write_heading(self, content: tuple[Inline, ...], level: int) -> str:
        """Return a heading inside a turn, at most one level below the heading before it.

        Levels are never skipped (ISO 14289-1 §7.4.2, WCAG 2.2 technique H42).
        """
        base = 3 if self._is_divided else 2
        rank = 2 if level == 2 else base + max(level - 4, 0)
        self._heading_level = min(rank, self._heading_level + 1, 6)
        tag = f"h{self._heading_level}"
        return f"<{tag}{self._format_direction(content)}>{self._inlines.write_inlines(content)}</{tag}>\n"

    def _format_direction(self, content: Iterable[Inline]) -> str:
        """Return the HTML attribute with the direction of a block of these inlines, "" if it needs none."""
        return self._inlines.directions.format_direction(to_plain_text(content))

    def _write_element(self, tag: str, blocks: tuple[Block, ...], attributes: str = "") -> str:
        """Return an element that holds blocks, and runs in the direction of the first one."""
        direction = self._inlines.directions.find_first_direction(blocks)
        with self._inlines.directions.inside_element(direction):
            return f"<{tag}{attributes}{format_direction(direction)}>{self._write_tight(blocks)}</{tag}>"

    def _write_list(self, block: ListBlock) -> str:
        """Return a list as `<ul>`, or as `<ol>` if it has a start number."""
        numbers = self._format_item_values(block)
        direction = self._inlines.directions.find_first_direction(block.items[0] if block.items else ())
        with self._inlines.directions.inside_element(direction):
            items = "".join(
                f"<li{number}>{self._write_tight(blocks, is_loose=block.is_loose)}</li>\n"
                for number, blocks in zip(numbers, block.items, strict=True)
            )
        attribute = format_direction(direction)
        if block.start is None:
            return f"<ul{attribute}>\n{items}</ul>\n"
        return f"<ol{self._format_numbering(block, block.start)}{attribute}>\n{items}</ol>\n"

    def _format_item_values(self, block: ListBlock) -> list[str]:
        """Return for each list item the HTML attribute with its number; "" where it is one more than the last."""
        if not block.typed_numbers or block.start is None:
            return [""] * len(block.items)
        expected = [block.start, *(number + 1 for number in block.typed_numbers[:-1])]
        steps = zip(block.typed_numbers, expected, strict=True)
        if self._syntax.is_print:  # WeasyPrint 70 ignores the attribute, and sets a counter before it counts
            pattern = ' style="counter-increment: list-item {}"'
            return ["" if number == before else pattern.format(number - before + 1) for number, before in steps]
        return ["" if number == before else f' value="{number}"' for number, before in steps]

    def _format_numbering(self, block: ListBlock, start: int) -> str:
        """Return the attributes that say how a list counts and how much room its numbers need."""
        attributes = f' start="{start}"' if start != 1 else ""
        if block.style in _NUMBERING:
            attributes += f' type="{_NUMBERING[block.style]}"'
        longest = max(map(len, block.numbers), default=0)
        if block.style != "decimal":
            longest = longest * 5 // 3  # letters are wider than figures
        attributes += _format_list_class(longest, block.mark)
        return attributes + (_format_numbering_style(block, start) if self._syntax.is_print else "")

    def _write_tight(self, blocks: tuple[Block, ...], *, is_loose: bool = False) -> str:
        """Return the blocks as HTML, without `<p>` around a first paragraph unless `is_loose`."""
        if is_loose or not blocks or not isinstance(blocks[0], Paragraph):
            return self.write_blocks(blocks)
        paragraph = self._inlines.write_tight(blocks[0].content)  # before the others: letters are counted in order
        following = self.write_blocks(blocks[1:])
        return f"{paragraph}\n{following}" if following else paragraph

    def _write_definitions(self, block: DefinitionList) -> str:
        """Return a definition list as `<dl>`, each term followed by its meanings."""
        lines = ["<dl>\n"]
        for definition in block.items:
            lines.append(
                f"<dt{self._format_direction(definition.term)}>{self._inlines.write_inlines(definition.term)}</dt>\n"
            )
            lines += [f"{self._write_element('dd', meaning)}\n" for meaning in definition.meanings]
        return "".join([*lines, "</dl>\n"])

    def _write_table(self, table: Table) -> str:
        """Return a `<table>`, on the web inside a `<div>` that the keyboard can scroll."""
        columns = max((len(row) for row in (*table.head, *table.body)), default=0)
        lines = ['<table class="dense">\n' if columns > _MOST_NORMAL_COLUMNS else "<table>\n"]
        if table.caption:
            lines.append(f"{self._write_element('caption', table.caption)}\n")
        if not self._syntax.is_print:
            lines.append(self._write_columns(table))
        if table.head:
            lines.append(f"<thead>\n{self._write_rows(table.head, 'th')}</thead>\n")
        lines.append(f"<tbody>\n{self._write_rows(table.body, 'td')}</tbody>\n</table>\n")
        html = "".join(lines)
        return f'<div class="wide" tabindex="0">\n{html}</div>\n' if self._syntax.is_html else html

    def _write_columns(self, table: Table) -> str:
        """Return the widths of the columns: in the e-book, and where a web page is printed, no table is cut off."""
        widths = compute_column_widths(table)
        columns = "".join(f'<col class="w{width}"{self._syntax.slash}>' for width in widths)
        return f"<colgroup>{columns}</colgroup>\n"

    def _write_rows(self, rows: tuple[tuple[TableCell, ...], ...], tag: str) -> str:
        """Return table rows as `<tr>`, their cells as elements `tag` (th or td)."""
        return "".join(f"<tr>{''.join(self._write_cell(cell, tag) for cell in row)}</tr>\n" for row in rows)

    def _write_cell(self, cell: TableCell, tag: str) -> str:
        """Return a table cell as an element `tag` (th or td); an empty th becomes a td."""
        if tag == "th" and not cell.blocks:
            tag = "td"  # an empty corner is no heading
        attributes = ' scope="col"' if tag == "th" else ""
        attributes += f' class="{cell.align}"' if cell.align else ""
        attributes += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
        attributes += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
        return self._write_element(tag, cell.blocks, attributes)

    def _write_figure(self, figure: Figure) -> str:
        """Return a picture with its caption as `<figure>`, and count the picture as one letter."""
        asset = figure.asset
        self._cursor.count_picture()
        identity = f" {self._syntax.format_id(figure.id)}" if figure.id else ""
        image = (
            f'<img src="{"book:/" if self._syntax.is_print else ""}images/{escape(asset.name)}" '
            f'alt="{escape(figure.alt)}" width="{asset.width_px}" height="{asset.height_px}"'
            f"{self._syntax.lazy}{self._syntax.slash}>"
        )
        caption = f"\n{self._write_element('figcaption', figure.caption)}" if figure.caption else ""
        return f"<figure{identity}>{image}{caption}</figure>\n"

    def _write_pull_quote(self, blocks: tuple[Block, ...]) -> str:
        """Return a pull quote as `<aside>`, with the next number of pull quotes in its id."""
        self._pull_quote_count += 1
        identity = self._syntax.format_id(f"pullquote{self._pull_quote_count}")
        with self._inlines.inside_pull_quote():
            quotation = self.write_blocks(blocks)
        attributes = _PULL_QUOTE_ATTRIBUTES[self._syntax.edition]
        return f'<aside class="pullquote" {identity}{attributes}>\n{quotation}</aside>\n'


def _format_list_class(longest: int, mark: str) -> str:
    """Return the class of a list by its longest number and by what stands after its numbers; "" if both are normal."""
    if longest <= _NORMAL_NUMBER_LENGTH:
        return ' class="bracketed"' if mark == ")" else ""
    if mark == ")":
        return f' class="numbers-{min(longest, _LONGEST_NUMBER_LENGTH)} bracketed"'
    return f' class="numbers-{min(longest, _LONGEST_NUMBER_LENGTH)}"'


def _format_numbering_style(block: ListBlock, start: int) -> str:
    """Return start and type of a numbered list as a style attribute, "" if both are normal.

    WeasyPrint 70 ignores the attributes for them.
    """
    styles = [f"counter-reset: list-item {start - 1}"] if start != 1 else []
    styles += [f"list-style-type: {block.style}"] if block.style in _NUMBERING else []
    return f' style="{"; ".join(styles)}"' if styles else ""
