"""Write blocks that hold other blocks as one clipping each: quotations, lists, tables, lists of terms, code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from onrecord.importers.common.draft import Clipping
from onrecord.importers.common.pandoc_inlines import QUESTION_MARKS

Parts = Sequence[Clipping]  # what a cell or an entry holds


def build_code_block(code: str) -> Clipping:
    """Return an imported code block as a clipping, its fence longer than any run of backticks in it."""
    longest_run = max(map(len, re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest_run + 1)
    return Clipping(0, f"{fence}\n{code}\n{fence}", code, kind="code")


def build_quotation(parts: Parts) -> Clipping:
    """Return an imported quotation of these clippings as one clipping in Markdown."""
    text = "\n>\n".join(
        "\n".join(f"> {line}".rstrip() for line in _write_inner_clipping(part).split("\n")) for part in parts
    )
    return Clipping(0, text, _join_words(parts), kind="quote")


def build_list(entries: Iterable[tuple[str, Parts]]) -> Clipping:
    """Return an imported list as a clipping, from the marker and the content of each entry."""
    lines, words = list[str](), list[Clipping]()
    entries = list(entries)
    for marker, parts in entries:
        marker = marker if len(entries) > 1 or marker != "- " else "* "  # a single hyphen may be a dash
        content = "\n\n".join(map(_write_inner_clipping, parts))
        lines.append(marker + _indent_after_first(content, " " * len(marker)))
        words += parts
    return Clipping(0, "\n".join(lines), _join_words(words), kind="list")


def build_definitions(rows: Iterable[tuple[Parts, Parts]]) -> Clipping:
    """Return an imported list of terms and their meanings as a clipping."""
    lines, words = list[str](), list[Clipping]()
    for term, meaning in rows:
        content = _indent_after_first("\n\n".join(map(_write_inner_clipping, meaning)), "    ")
        lines.append(f"{' '.join(map(_write_inner_clipping, term))}\n\n:   {content}")
        words += [*term, *meaning]
    return Clipping(0, "\n\n".join(lines), _join_words(words), kind="list")


def build_table(rows: Iterable[Sequence[Parts]]) -> Clipping:
    """Return an imported table as a clipping; its first row is its head."""
    lines, words = list[str](), list[Clipping]()
    for number, row in enumerate(rows):
        cells = [" ".join(map(_write_inner_clipping, cell)).replace("|", "\\|").replace("\n", " ") for cell in row]
        lines.append(f"| {' | '.join(cells)} |")
        if number == 0:
            lines.append(f"|{'---|' * len(row)}")
        words += [part for cell in row for part in cell]
    return Clipping(0, "\n".join(lines), _join_words(words), kind="table")


def _write_inner_clipping(part: Clipping) -> str:
    """Return the Markdown of a clipping in a quotation or list; a question loses its bold, or it would be a turn."""
    is_bold = part.is_bold and part.kind == "paragraph" and not part.words.endswith(QUESTION_MARKS)
    return f"**{part.text}**" if is_bold else part.text


def _join_words(parts: Parts) -> str:
    """Return the words of imported clippings, with spaces between them."""
    return " ".join(part.words for part in parts)


def _indent_after_first(text: str, indent: str) -> str:
    """Return the text with each line but the first and empty ones indented."""
    first, *lines = text.split("\n")
    return "\n".join((first, *(indent + line if line else line for line in lines)))
