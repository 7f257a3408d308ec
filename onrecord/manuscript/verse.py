"""Keep the indents of verse, which Markdown drops."""

from __future__ import annotations

import re
from collections.abc import Sequence

from onrecord import model
from onrecord.model import Inline, SourceLocation

_INDENT = "\N{NO-BREAK SPACE}"  # no indent to Markdown, but a blank before emphasis and quotation marks
_OPENING = re.compile(r"([> ]{0,12})(:{3,})[ \t]*(?:verse|\{[ \t]*\.verse[ \t]*\})[ \t]*:*[ \t]*$")
_CLOSING = re.compile(r"[> ]{0,12}(:{3,})[ \t]*$")
_FENCE = re.compile(r"[> ]{0,12}(`{3,}|~{3,})")


def protect_indents(body: str) -> str:
    """Return the Markdown with no-break spaces for the blanks that lines inside `::: verse` begin with.

    Every line keeps its number, and every character its column where the indents have no tabs.
    """
    if "verse" not in body:
        return body
    lines, margin, fence = [], None, ""
    for line in body.split("\n"):
        if margin is not None:
            if _CLOSING.match(line):
                margin = None
            else:
                line = _protect_line(line, margin)
        elif mark := _FENCE.match(line):
            fence = "" if fence and line.lstrip("> ").startswith(fence) else fence or mark[1]
        elif not fence and (opening := _OPENING.match(line)):
            margin = opening[1]
        lines.append(line)
    return "\n".join(lines)


def _protect_line(line: str, margin: str) -> str:
    """Return a line of verse with its indent protected; `margin` stands before the ::: of the verse."""
    if not line.strip("> \t"):
        return line
    before = len(margin) if line.startswith(margin) else 0
    text = line[before:].expandtabs(4)
    words = text.lstrip(" ")
    return line[:before] + _INDENT * (len(text) - len(words)) + words


def make_line_block(lines: Sequence[tuple[Inline, ...]], place: SourceLocation) -> model.LineBlock:
    """Return the lines as a block; the no-break spaces that a line begins with are its indent."""
    indents, texts = [], []
    for line in lines:
        first = line[0].text if line and isinstance(line[0], model.Text) else ""
        indent = len(first) - len(first.lstrip(_INDENT))
        indents.append(indent)
        texts.append((model.Text(first[indent:]), *line[1:]) if indent < len(first) else line[1:] if indent else line)
    return model.LineBlock(tuple(texts), place, tuple(indents) if any(indents) else ())


def make_stanzas(
    lines: Sequence[tuple[Inline, ...]], typed_lines: Sequence[str], place: SourceLocation
) -> list[model.LineBlock]:
    """Return lines that are typed after `| ` as blocks: an empty line ends one, blanks after `| ` are an indent."""
    stanzas: list[list[tuple[Inline, ...]]] = [[]]
    for line, typed in zip(lines, typed_lines, strict=True):
        first = line[0].text.removeprefix("|") if line and isinstance(line[0], model.Text) else ""
        after = typed.partition("|")[2].expandtabs(4)[1:]
        indent = len(after) - len(after.lstrip(" "))
        words = (model.Text(_INDENT * indent + first.lstrip(" ")), *line[1:])
        if after.strip():
            stanzas[-1].append(words)
        elif stanzas[-1]:
            stanzas.append([])
    return [make_line_block(stanza, place) for stanza in stanzas if stanza]
