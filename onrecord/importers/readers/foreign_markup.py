"""Markup of others inside Markdown: HTML is read for its words, the tags of site generators and note-takers are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import lxml.etree
import lxml.html

from onrecord.runtime import pandoc
from onrecord.runtime.pandoc import Block, Inline

_TAG_LINE = re.compile(r"^[ \t]*(?:\{%.*%\}|\{\{[<%].*[%>]\}\}|\{:[^}\n]*\}|%%.*%%|(?:#[^\W\d][\w/-]*[ \t]*)+)[ \t]*$")
_WIKI = re.compile(r"(?<![\[!\\])\[\[(?:[^\[\]|\n]+\|)?([^\[\]|\n]+)\]\](?![(\[:])")
_PAIRS: dict[str, pandoc.EmphasisKind] = {
    "strong": "Strong",
    "b": "Strong",
    "em": "Emph",
    "i": "Emph",
    "u": "Underline",
    "s": "Strikeout",
    "del": "Strikeout",
}
_OPENS = re.compile(r"<(strong|b|em|i|u|s|del)(?:\s[^<>]*)?>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_TAG = re.compile(r"<(?!!--)[^<>]*>")
_WORDS = re.compile(r"\w")
_HTML = "html-smart-tex_math_dollars-native_spans"


def without_tags(body: str) -> str:
    """The Markdown with lines of generators' tags emptied, and the shown words alone of links like [[page|words]]; line numbers stay."""
    fenced, lines = False, []
    for line in body.split("\n"):
        fenced ^= line.lstrip().startswith(("```", "~~~"))
        lines.append(line if fenced else "" if _TAG_LINE.match(line) else _WIKI.sub(r"\1", line))
    return "\n".join(lines)


def read(blocks: list[Block]) -> list[Block]:
    """The tree with its HTML read: <strong>, <em>, <br> in paragraphs, and the blocks of HTML that hold words."""
    raw = list(_raw(blocks))
    told = iter(_told([one["c"][1] for one in raw]))
    become = {id(one): next(told) for one in raw}
    return [one for block in blocks for one in _block(block, become)]


def _raw(blocks: Sequence[Block]) -> Iterator[pandoc.RawBlock]:
    """The blocks of HTML that hold words, in order."""
    for block in blocks:
        if block["t"] == "RawBlock":
            if block["c"][0] == "html" and _WORDS.search(_TAG.sub(" ", _COMMENT.sub(" ", block["c"][1]))):
                yield block
        elif block["t"] in ("BlockQuote", "Div"):
            yield from _raw(block["c"] if block["t"] == "BlockQuote" else block["c"][1])


def _told(pieces: Sequence[str]) -> list[list[Block]]:
    """What pieces of HTML say, read at once: each is closed where its author left it open, so that none reaches into the next."""
    if not pieces:
        return []
    whole = lxml.html.Element("div")
    for piece in pieces:
        whole.append(lxml.html.fragment_fromstring(_COMMENT.sub(" ", piece), create_parent="div"))
    found = pandoc.tree(lxml.etree.tostring(whole, encoding="utf-8", method="html"), _HTML)
    return [inner["c"][1] for block in found if block["t"] == "Div" for inner in block["c"][1] if inner["t"] == "Div"]


def tags(blocks: object) -> Iterator[str]:
    """The tags of the HTML in the tree, without what stands between them."""
    waiting = [blocks]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict) and one.get("t") in ("RawBlock", "RawInline"):
            yield from _TAG.findall(one["c"][1])
        elif isinstance(one, dict):
            waiting.append(one.get("c"))
        elif isinstance(one, list):
            waiting.extend(one)


def _block(block: Block, become: Mapping[int, list[Block]]) -> list[Block]:
    if id(block) in become:
        return list(become[id(block)])
    if block["t"] in ("Para", "Plain"):
        return [{**block, "c": _inlines(block["c"])}]
    if block["t"] in ("BlockQuote", "Div"):
        inner = block["c"] if block["t"] == "BlockQuote" else block["c"][1]
        told = [one for inside in inner for one in _block(inside, become)]
        if block["t"] == "BlockQuote":
            return [{**block, "c": told}]
        content = cast("tuple[pandoc.Attributes, list[Block]]", [block["c"][0], told])  # JSON has no tuples
        return [{**block, "c": content}]
    return [block]


def _inlines(inlines: Sequence[Inline]) -> list[Inline]:
    """Pairs of raw tags become what they mean; one without its partner is left as it is."""
    out: list[Inline] = []
    i = 0
    while i < len(inlines):
        inline = inlines[i]
        tag = inline["c"][1] if inline["t"] == "RawInline" and inline["c"][0] == "html" else ""
        opened = _OPENS.fullmatch(tag)
        end = _closing(inlines, i + 1, opened.group(1).lower()) if opened else 0
        if opened and end:
            out.append({"t": _PAIRS[opened.group(1).lower()], "c": _inlines(inlines[i + 1 : end])})
            i = end + 1
            continue
        out.append({"t": "LineBreak"} if _BREAK.fullmatch(tag) else inline)
        i += 1
    return out


def _closing(inlines: Sequence[Inline], start: int, name: str) -> int:
    for i in range(start, min(start + 400, len(inlines))):
        one = inlines[i]
        if one["t"] == "RawInline" and one["c"][1].lower() == f"</{name}>":
            return i
    return 0
