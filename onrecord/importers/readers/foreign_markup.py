"""Read the HTML inside Markdown, and remove the tags of site generators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import lxml.etree
import lxml.html

from onrecord.runtime import pandoc
from onrecord.runtime.pandoc import Block, Inline

_TAG_LINE = re.compile(r"^[ \t]*(?:\{%.*%\}|\{\{[<%].*[%>]\}\}|\{:[^}\n]*\}|%%.*%%|(?:#[^\W\d][\w/-]*[ \t]*)+)[ \t]*$")
_WIKI_LINK = re.compile(r"(?<![\[!\\])\[\[(?:[^\[\]|\n]+\|)?([^\[\]|\n]+)\]\](?![(\[:])")
# Bold words with which a line begins, after the mark of a list, a heading or a quotation.
_BOLD_START = re.compile(
    r"^(?P<start>[ \t]*(?:(?:[-+*]|\d{1,3}[.)]|#{1,6}|>)[ \t]+)*)(?P<mark>\*\*\*|\*\*|__)(?!\*|_)"
    r"(?P<words>(?:(?!\*\*|__)[^\\\n]|\\.){1,1000})(?P=mark)(?!\*|_)"
)
_ITALIC_LINE = re.compile(r"^([*_])(?![*_\s])([^*_\n]*[^*_\s])[ \t\u00a0]+\1[ \t]*$")
_OPEN_BLOCK_TAG = re.compile(
    r"^[ \t]*(?:<(?:td|th|tr|table|tbody|div|center|section|article)\b[^<>]*>[ \t]*)+(?=\S)", re.IGNORECASE
)
_CLOSING_TAG = re.compile(r"</[a-z]")
_EMPHASIS_OF_TAG: dict[str, pandoc.EmphasisKind] = {
    "strong": "Strong",
    "b": "Strong",
    "em": "Emph",
    "i": "Emph",
    "u": "Underline",
    "s": "Strikeout",
    "del": "Strikeout",
}
_OPENING_TAG = re.compile(r"<(strong|b|em|i|u|s|del)(?:\s[^<>]*)?>", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_TAG = re.compile(r"<(?!!--)[^<>]*>")
_WORD_CHARACTER = re.compile(r"\w")
_HTML = "html-native_spans"
_MAX_PAIR_DISTANCE = 400  # inlines between a tag and the one that closes it


def strip_generator_tags(body: str) -> str:
    """Return foreign Markdown without site generators' tags; of [[page|words]] only the words stay.

    A line of tags becomes an empty line, so that the numbers of lines stay.
    """
    is_fenced, lines = False, []
    for line in body.split("\n"):
        is_fenced ^= line.lstrip().startswith(("```", "~~~"))
        lines.append(line if is_fenced else "" if _TAG_LINE.match(line) else _repair_line(line))
    return "\n".join(lines)


def _repair_line(line: str) -> str:
    """Return a Markdown line as its author meant it: wiki links as words, bold type, Markdown after an open tag.

    CommonMark reads `**Why? **`, `** Why?**` and `**Desk:**Why?` as stars, and what follows `<td>` as no Markdown.
    """
    line = _WIKI_LINK.sub(r"\1", line)
    if "**" not in line and "__" not in line and "*" not in line:
        return line
    if not _CLOSING_TAG.search(line):
        line = _OPEN_BLOCK_TAG.sub("", line)
    line = _BOLD_START.sub(_repair_bold, line)
    return _ITALIC_LINE.sub(r"\1\2\1", line)


def _repair_bold(bold: re.Match[str]) -> str:
    """Return bold words at the start of a line without blanks at their ends; a blank follows where one stood inside."""
    words, mark = bold["words"].strip(), bold["mark"]
    if not words or words[-1] in "*_":
        return bold.group()
    is_divided = bold["words"].endswith((" ", "\t", "\u00a0")) or not words[-1:].isalnum()
    following = bold.string[bold.end() : bold.end() + 2]
    begins_words = following[:1].isalnum() or following.startswith(tuple("“‘\"'¿¡«(["))
    space = " " if is_divided and begins_words and following != "[^" else ""
    return f"{bold['start']}{mark}{words}{mark}{space}"


def parse_raw_html(blocks: list[Block]) -> list[Block]:
    """Return pandoc's tree with its raw HTML read: emphasis, line breaks, and blocks with words."""
    raw_blocks = list(_find_raw_blocks(blocks))
    contents = _convert_html([block["c"][1] for block in raw_blocks])
    content_by_id = {id(block): content for block, content in zip(raw_blocks, contents, strict=False)}
    return [read_block for block in blocks for read_block in _parse_block_html(block, content_by_id)]


def _find_raw_blocks(blocks: Sequence[Block]) -> Iterator[pandoc.RawBlock]:
    """Yield pandoc's blocks of raw HTML that hold words, in order."""
    for block in blocks:
        if block["t"] == "RawBlock":
            if block["c"][0] == "html" and _WORD_CHARACTER.search(_TAG.sub(" ", _COMMENT.sub(" ", block["c"][1]))):
                yield block
        elif block["t"] == "BlockQuote":
            yield from _find_raw_blocks(block["c"])
        elif block["t"] == "Div":
            yield from _find_raw_blocks(block["c"][1])


def _convert_html(pieces: Sequence[str]) -> list[list[Block]]:
    """Return pandoc's blocks of each piece of raw HTML.

    Pandoc reads all pieces at once, because that is faster. lxml closes each piece first, so that a tag left open
    does not reach into the next one.
    """
    if not pieces:
        return []
    page = lxml.html.Element("div")
    for piece in pieces:
        page.append(lxml.html.fragment_fromstring(_COMMENT.sub(" ", piece), create_parent="div"))
    for cell in list(page.iter("td", "th", "tr", "tbody", "thead", "caption")):
        if next(cell.iterancestors("table"), None) is None:
            cell.tag = "div"  # pandoc would read no words of it
    blocks = pandoc.read_text(lxml.etree.tostring(page, encoding="utf-8", method="html"), _HTML)
    return [part["c"][1] for block in blocks if block["t"] == "Div" for part in block["c"][1] if part["t"] == "Div"]


def find_html_tags(blocks: object) -> Iterator[str]:
    """Yield the HTML tags in pandoc's tree, without the text between them."""
    waiting = [blocks]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and node.get("t") in ("RawBlock", "RawInline"):
            yield from _TAG.findall(node["c"][1])
        elif isinstance(node, dict):
            waiting.append(node.get("c"))
        elif isinstance(node, list):
            waiting.extend(node)


def _parse_block_html(block: Block, content_by_id: Mapping[int, list[Block]]) -> list[Block]:
    """Return a pandoc block with its HTML read; a raw block becomes the blocks that it holds."""
    if id(block) in content_by_id:
        return list(content_by_id[id(block)])
    if block["t"] in ("Para", "Plain"):
        return [{**block, "c": _parse_inline_html(block["c"])}]
    if block["t"] == "BlockQuote":
        return [{**block, "c": [part for inner in block["c"] for part in _parse_block_html(inner, content_by_id)]}]
    if block["t"] == "Div":
        attributes, blocks = block["c"]
        parts = [part for inner in blocks for part in _parse_block_html(inner, content_by_id)]
        content = cast("tuple[pandoc.Attributes, list[Block]]", [attributes, parts])  # JSON has no tuples
        return [{**block, "c": content}]
    return [block]


def _parse_inline_html(inlines: Sequence[Inline]) -> list[Inline]:
    """Return pandoc's inlines with pairs of HTML tags turned into emphasis; single tags stay."""
    out: list[Inline] = []
    position = 0
    while position < len(inlines):
        inline = inlines[position]
        tag = inline["c"][1] if inline["t"] == "RawInline" and inline["c"][0] == "html" else ""
        opening = _OPENING_TAG.fullmatch(tag)
        name = opening.group(1).lower() if opening else ""
        end = _find_closing_tag(inlines, position + 1, name) if opening else 0
        if end:
            out.append({"t": _EMPHASIS_OF_TAG[name], "c": _parse_inline_html(inlines[position + 1 : end])})
            position = end + 1
            continue
        out.append({"t": "LineBreak"} if _LINE_BREAK.fullmatch(tag) else inline)
        position += 1
    return out


def _find_closing_tag(inlines: Sequence[Inline], start: int, name: str) -> int:
    """Return the position of the HTML tag that closes an element, 0 if there is none near."""
    for position in range(start, min(start + _MAX_PAIR_DISTANCE, len(inlines))):
        inline = inlines[position]
        if inline["t"] == "RawInline" and inline["c"][1].lower() == f"</{name}>":
            return position
    return 0
