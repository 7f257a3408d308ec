"""Find markup of other Markdown dialects, which would be printed as text or read as something else.

Each is a problem with its line and with what to type instead.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from onrecord.manuscript.file_problems import Problems
from onrecord.model.rule import Rule, Severity

_MARGIN = r"(?:[> ]{0,12}(?:(?:[-+*]|\d{1,9}[.)]) +){0,4})"  # the marks of quotations and lists before a fence
_FENCE = re.compile(rf"{_MARGIN}(?P<signs>`{{3,}}|~{{3,}})(?P<words>.*)$")
_GRID = re.compile(r" {0,3}(?:> ?)*\+(?:[-=:]{2,}\+)+\s*$")
_COLUMNS = re.compile(r" {0,3}(?:> ?)*-{2,}(?:\s+-{2,})+\s*$")
_INLINE_NOTE = re.compile(r"(?<!\\)\^\[(?=[^\]\s^])")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
# What would be a link or a picture if its address had no spaces: `[words](two words)`, perhaps with a title.
# Not the call of a note before a bracket: `[^1](two words)`.
_SPACED_TARGET = re.compile(
    r"(?<![\\!])(?P<sign>!?)\[(?!\^)(?P<words>(?:[^\[\]\\]|\\.)*)\]\("
    r"(?P<target>[^\s()<>\"']+(?: +[^\s()<>\"']+)+)(?P<title> +\"[^\"]*\"| +'[^']*')?\)"
)
_PIPE_HINT = "type the head as | Harbour | Nights |, below it |---|---|, then each row as | North | 61 |"
_FEW_LINES = 40  # between two lines of hyphens of one table


def check_body_lines(body: str, body_line: int, code_lines: Collection[int], problems: Problems) -> None:
    """Report tables drawn with + and with columns of hyphens, and notes in the line, outside of code blocks.

    The body begins on line `body_line` of its file; `code_lines` are the lines of indented code,
    perhaps with those of other code.
    """
    reported: dict[str, int] = {}  # a line of hyphens -> where it last stood
    last_table_line = 0
    for number, line in _iterate_text_lines(body, body_line):
        is_grid, is_columns = _GRID.match(line) is not None, _COLUMNS.match(line) is not None
        if is_grid or (last_table_line == number - 1 and line.strip()):
            is_new, last_table_line = is_grid and last_table_line < number - 1, number
        else:
            is_new = is_columns and number - reported.get(line.strip(), -_FEW_LINES) >= _FEW_LINES
            reported[line.strip()] = number
        if is_new:
            look = "drawn with + and hyphens" if is_grid else "with columns below hyphens"
            hint = _PIPE_HINT if is_grid else f"{_PIPE_HINT}; for a break between paragraphs type ***"
            problems.add(number, Rule.MARKUP_IS_KNOWN, f"a table {look} is not read", hint)
        if number in code_lines:
            continue
        if "^[" in line and _INLINE_NOTE.search(_CODE.sub("", line)):
            sentence = "^[…] is no note here, and would be printed"
            hint = "type [^1] here, and [^1]: The note. as a paragraph below; if it is text, type a backslash: \\^["
            problems.add(number, Rule.MARKUP_IS_KNOWN, sentence, hint)
        if "](" in line:
            _check_targets(_CODE.sub("", line), number, problems)


def _check_targets(line: str, number: int, problems: Problems) -> None:
    """Report each link and picture of a line whose address has a space: they would be printed as they are typed."""
    for match in _SPACED_TARGET.finditer(line):
        kind = "picture" if match["sign"] else "link"
        sentence = f"this {kind} is printed as it is typed: its address has a space"
        words = f"{match['sign']}[{match['words']}]"
        target = match["target"].replace(" ", "%20")
        hint = f"type {words}({target}{match['title'] or ''}); if it is text, type a backslash: \\{words}"
        severity = Severity.ERROR if match["sign"] else Severity.WARNING
        problems.add(number, Rule.MARKUP_IS_KNOWN, sentence, hint, severity)


def _match_fence(line: str, fence: str) -> str:
    """Return the signs that begin a code block, or end the one that began with `fence`; "" for another line."""
    mark = _FENCE.match(line)
    if mark is None or (mark["words"].strip() if fence else mark["signs"][0] == "`" and "`" in mark["words"]):
        return ""
    return mark["signs"] if mark["signs"].startswith(fence) else ""


def _iterate_text_lines(body: str, body_line: int) -> Iterator[tuple[int, str]]:
    """Yield number and text of each line of a body that is not in a fenced code block."""
    fence = ""
    for number, line in enumerate(body.split("\n"), body_line):
        if mark := _match_fence(line, fence):
            fence = "" if fence else mark
        elif not fence:
            yield number, line


def describe_underlined_heading(lines: Sequence[str], number: int) -> tuple[str, str] | None:
    """Return sentence and hint if the heading on this line (from 1) is a paragraph with hyphens below it."""
    line = lines[number - 1].lstrip("> -*+") if 0 < number <= len(lines) else "#"
    if not line.strip() or line.startswith("#") or re.match(r"\d{1,9}[.)]\s+#", line):
        return None
    signs = "##"
    sentence = "the line below this paragraph makes a heading of it"
    return sentence, f"put an empty line between them; for a heading type: {signs} {line.strip()[:60]}"


def describe_lost_table(lines: Sequence[str], number: int) -> tuple[str, str] | None:
    """Return sentence and hint if the paragraph on this line (from 1) is a table without a line of hyphens."""
    rows = [line.strip().lstrip("> ") for line in lines[number - 1 : number + 1]]
    if len(rows) < 2 or not all(re.fullmatch(r"\|.*\|.*\|", row) for row in rows):
        return None
    columns = rows[0].count("|") - 1
    sentence = "this table has no line of hyphens below its head, so it would be printed as text"
    return sentence, f"type below the first line: {'|---' * min(columns, 20)}|"


def is_line_block(lines: Sequence[str], number: int, count: int) -> bool:
    """Return whether each of the lines of a paragraph begins with | and a blank, as verse does in other dialects."""
    typed = [line.strip().lstrip("> ") for line in lines[number - 1 : number - 1 + count]]
    return count > 1 and len(typed) == count and all(re.match(r"\|(?:\s|$)", line) for line in typed)
