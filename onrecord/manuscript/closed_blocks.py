"""Find blocks of colons and code blocks that are not closed, and colons that begin or end no block.

Pandoc's tree decides, not the lines: colons and backticks also stand in comments, in code and after the marks of notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from onrecord.manuscript.file_problems import Problems
from onrecord.model.rule import Rule
from onrecord.runtime import pandoc

_COLONS = re.compile(r"\s*(?P<signs>:{3,})\s*(?P<words>.*?)\s*$")
_SIGNS = {"Div": re.compile(r":{3,}"), "CodeBlock": re.compile(r"`{3,}|~{3,}")}
_OPEN_MESSAGES = {  # the sentence of the problem, and what the hint calls the last line
    "Div": ("the block that begins here has no end", "paragraph of the block"),
    "CodeBlock": ("the code block that begins here has no end", "line of the code"),
}
_SPAN = re.compile(r"(\d+):\d+-(\d+):(\d+)")
_LINE = re.compile(r"(\d+):")


@dataclass(frozen=True, slots=True, order=True)
class _Block:
    """A block that reaches the end of the text: the index of its first line, its signs, and its kind in pandoc."""

    index: int
    signs: str
    kind: str


def check_closed_blocks(
    tree: Sequence[pandoc.Block], body: str, body_line: int, line_shift: int, problems: Problems
) -> None:
    """Report blocks without end, which hold all turns below, and colons that begin or end nothing.

    The body begins on line `body_line` of its file; a line number in `tree` plus `line_shift` is one in the file.
    """
    if ":::" not in body and "```" not in body and "~~~" not in body:
        return
    lines, shift = body.rstrip().split("\n"), line_shift - body_line
    blocks, printed = list[_Block](), list[int]()
    for node in _iterate_nodes(tree):
        if node["t"] == "Span":
            printed += _find_printed_colons(node, shift)
        elif node["t"] in _SIGNS:
            blocks += _read_last_block(node, lines, shift)
    open_blocks = list(_select_open_blocks(blocks, lines))
    for block in open_blocks:
        sentence, last = _OPEN_MESSAGES[block.kind]
        hint = f"type {block.signs} on a line of its own after the last {last}"
        problems.add(body_line + block.index, Rule.BLOCKS_ARE_CLOSED, sentence, hint)
    for index in printed:
        colons = _COLONS.match(lines[index]) if 0 <= index < len(lines) else None
        if colons and (colons["words"] or all(block.index > index for block in open_blocks)):
            sentence = f"this line {'begins' if colons['words'] else 'ends'} no block, and would be printed"
            hint = "write ::: note, ::: pullquote or ::: verse" if colons["words"] else "delete it"
            hint = f"{hint}; if it is text, type a backslash: \\{lines[index].strip()[:60]}"
            problems.add(body_line + index, Rule.BLOCKS_ARE_CLOSED, sentence, hint)


def list_code_lines(tree: Sequence[pandoc.Block], body: str, line_shift: int) -> frozenset[int]:
    """Return the numbers of the file's lines that hold code, in which signs are no markup.

    Empty if no line is indented: fenced code is recognized without the tree.
    """
    if "\n    " not in body and "\t" not in body:
        return frozenset()
    spans = [
        map(int, span)
        for node in _iterate_nodes(tree)
        if node["t"] == "CodeBlock" and isinstance(node["c"], list)
        for span in _SPAN.findall(_read_position(node["c"][0]))
    ]
    return frozenset(line + line_shift for first, end, _ in spans for line in range(first, end))


def _iterate_nodes(tree: object) -> Iterator[dict[str, object]]:
    """Yield each block and inline of pandoc's tree; without recursion."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if "t" in node:
                yield node
            waiting.extend(node.values())
        elif isinstance(node, list | tuple):
            waiting.extend(node)


def _read_position(attributes: object) -> str:
    """Return the position in a node's attributes, the last if there are several; "" if there is none."""
    assert isinstance(attributes, list)
    return str(dict(attributes[2]).get("data-pos", ""))


def _find_printed_colons(span: dict[str, object], shift: int) -> Iterator[int]:
    """Yield the index of the line on which words that begin with colons are printed, perhaps after other words."""
    assert isinstance(span["c"], list)
    attributes, inlines = span["c"]
    place = _LINE.match(_read_position(attributes))
    if place and inlines and inlines[0]["t"] == "Str" and inlines[0]["c"].startswith(":::"):
        yield int(place[1]) + shift


def _read_last_block(node: dict[str, object], lines: Sequence[str], shift: int) -> Iterator[_Block]:
    """Yield a block that begins with colons or a fence, if it reaches the last line."""
    assert isinstance(node["c"], list)
    attributes, content = node["c"]
    spans = [tuple(map(int, span)) for span in _SPAN.findall(_read_position(attributes))]
    if not spans or ["wrapper", "1"] in attributes[2]:
        return
    index = min(line for line, _, _ in spans) + shift
    is_last = max((end + shift, column) for _, end, column in spans) > (len(lines) - 1, 1)
    signs = _SIGNS[str(node["t"])].search(lines[index]) if is_last and index >= 0 else None
    if signs and not (isinstance(content, str) and _is_indented_code(content, lines[index:])):
        yield _Block(index, signs[0], str(node["t"]))


def _is_indented_code(code: str, lines: Sequence[str]) -> bool:
    """Return whether a code block is indented, not fenced: its words are then those of the lines from its first."""
    pairs = zip(code.split("\n"), lines, strict=False)
    return code.strip() != "" and all(line.rstrip().endswith(words.strip()) for words, line in pairs)


def _select_open_blocks(blocks: Sequence[_Block], lines: Sequence[str]) -> Iterator[_Block]:
    """Yield the blocks that the last line does not end: it ends at most one block, the innermost that it can."""
    end, is_free = lines[-1].strip("> \t"), True
    for block in sorted(blocks, reverse=True):
        can_end = end.startswith(block.signs) and not end.strip(block.signs[0]) and block.index < len(lines) - 1
        if not (can_end and is_free):
            yield block
        is_free = is_free and not can_end
