"""Take an editor's comments, `<!-- like this -->`, out of a Markdown body before it is read.

A comment is a note to oneself: it is never printed, and `outline` lists it. Code keeps what looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.source import MAX_PARAGRAPH
from onrecord.model import SourceLocation, TextLine
from onrecord.model.rule import Rule

SEPARATOR = "<!-- -->"  # the reader prints nothing for it
_OPENING, _CLOSING = "<!--", "-->"
_GAP, _GAP_LINE = "\x00", "\x01"  # where a comment stood, and each line end in it; no source file can hold them
_SIGN = re.compile(r"\\[^\n]|`+|<!--|\n")
_FENCE = re.compile(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*(`{3,}(?=[^`\n]*$)|~{3,})", re.MULTILINE)
_INDENTED = re.compile(r"(?: {4}|\t)[^\n]*")
_HOLDS_INDENTED = re.compile(r" {0,3}(?:[-+*:~][ \t]|\d{1,9}[.)][ \t]|\[\^)")  # lists, definitions and notes
_BLANK_LINE = re.compile(r"\n[ \t]*(?=\n)")
_ROW = re.compile(r"[ \t]*\|")
_ENTRY = re.compile(r"[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]")


@dataclass(frozen=True)
class CommentedBody:
    """A body without its comments, of as many lines, and the comments."""

    body: str
    comments: tuple[TextLine, ...]


def remove_comments(body: str, body_line: int, problems: Problems) -> CommentedBody:
    """Return a body without its editors' comments, and the comments; report one that is never closed."""
    if _OPENING not in body:
        return CommentedBody(body, ())
    comments: list[TextLine] = []
    pieces: list[str] = []
    end, line = 0, body_line
    for start, stop in _find_comments(body):
        line += body.count("\n", end, start)
        if stop < 0:
            problems.add(
                line,
                Rule.COMMENTS_ARE_CLOSED,
                "the comment that begins here has no end; nothing after it would be printed",
                "close it: <!-- a note to myself --> (or type \\<!-- if it is text)",
            )
            break
        text = " ".join(body[start + len(_OPENING) : stop - len(_CLOSING)].split())
        comments.append(TextLine(text, SourceLocation(problems.file, line)))
        pieces += [body[end:start], _GAP + _GAP_LINE * body.count("\n", start, stop)]
        line += body.count("\n", start, stop)
        end = stop
    lines = "".join([*pieces, body[end:]]).split("\n")
    return CommentedBody("\n".join(_close_gaps(lines)), tuple(comments))


def _find_comments(body: str) -> Iterator[tuple[int, int]]:
    """Yield start and stop of each editor's comment outside of code; stop is -1 if it never closes."""
    position, is_line_start, holds_indented, is_after_blank = 0, True, False, True
    while position < len(body):
        if is_line_start:
            if code_end := _find_code_end(body, position, is_after_blank and not holds_indented):
                position = code_end
                continue
            line = body[position : _find_line_end(body, position)]
            is_after_blank = not line.strip()
            if line.strip() and not line.startswith((" ", "\t")):
                holds_indented = _HOLDS_INDENTED.match(line) is not None
        sign = _SIGN.search(body, position)
        if sign is None:
            return
        is_line_start, position = sign.group() == "\n", sign.end()
        if sign.group() == _OPENING:
            closing = body.find(_CLOSING, sign.start() + 2)
            yield sign.start(), closing + len(_CLOSING) if closing >= 0 else -1
            if closing < 0:
                return
            position = closing + len(_CLOSING)
        elif sign.group().startswith("`"):
            position = _find_code_span_end(body, sign.end(), sign.group())


def _find_line_end(body: str, position: int) -> int:
    """Return the index of the next line end in a body, or of the end of the body."""
    end = body.find("\n", position)
    return len(body) if end < 0 else end


def _find_code_end(body: str, position: int, may_be_indented: bool) -> int:
    """Return where the code block ends that begins with this line; 0 if none does."""
    fence = _FENCE.match(body, position)
    if fence:
        mark = fence.group(1)
        closing = re.compile(rf"^[ \t>]*{re.escape(mark[0])}{{{len(mark)},}}[ \t]*$", re.MULTILINE)
        end = closing.search(body, _find_line_end(body, position))
        return min(end.end() + 1, len(body)) if end else len(body)
    indented = _INDENTED.match(body, position) if may_be_indented else None
    return min(indented.end() + 1, len(body)) if indented and indented.group().strip() else 0


def _find_code_span_end(body: str, position: int, mark: str) -> int:
    """Return where the code span ends that begins with these backticks; `position` if they open none."""
    closing = re.compile(rf"(?<!`){mark}(?!`)").search(body, position, position + MAX_PARAGRAPH)
    return closing.end() if closing and not _BLANK_LINE.search(body, position, closing.start()) else position


def _close_gaps(lines: list[str]) -> Iterator[str]:
    """Yield a body's lines without the gaps of removed comments, and as many as before.

    For lines that a paragraph has lost, empty ones follow it, so that what stands after keeps its line numbers.
    """
    missing = 0
    is_in_verse = False
    for index, line in enumerate(lines):
        is_in_verse = (is_in_verse or line.strip(": ") == "verse") and not re.fullmatch(r":{3,}\s*", line)
        if _GAP not in line:
            yield line
            if not line.strip():
                yield from [""] * missing
                missing = 0
            continue
        inner_lines = line.count(_GAP_LINE)
        text = _remove_gaps(line)
        if text.strip():
            yield text
            missing += inner_lines
        elif is_in_verse or _are_parts_of_block(lines[index - 1] if index else "", *lines[index + 1 : index + 2]):
            missing += inner_lines + 1
        else:
            yield _choose_separator(line, lines[index + 1 :])
            yield from [""] * (inner_lines + missing)
            missing = 0
    yield from [""] * missing


def _choose_separator(line: str, following: list[str]) -> str:
    """Return what replaces a comment between two lists, so that they stay two; "" elsewhere."""
    after = next((text for text in following if text.strip()), "")
    return line[: len(line) - len(line.lstrip())] + SEPARATOR if _ENTRY.match(after) else ""


def _remove_gaps(line: str) -> str:
    """Return a line without the gaps of comments, and without spaces that a gap leaves at its ends."""
    line = line.replace(_GAP_LINE, "")
    text = line.replace(_GAP, "")
    if line.lstrip().startswith(_GAP):
        text = line[: len(line) - len(line.lstrip())] + text.lstrip()
    return text.rstrip() if line.rstrip().endswith(_GAP) else text


def _are_parts_of_block(before: str, after: str = "") -> bool:
    """Return whether two lines with a comment between are rows of a table, or entries of a list."""
    return any(pattern.match(before) and pattern.match(after) for pattern in (_ROW, _ENTRY))
