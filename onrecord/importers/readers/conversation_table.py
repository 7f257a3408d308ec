"""Recognize tables and definition lists that hold a conversation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from onrecord.importers.common.pandoc_inlines import QUESTION_MARKS, collect_words, remove_spaces
from onrecord.runtime.pandoc import Block, TableContent

_SPEAKER_COLUMN = re.compile(
    r"(?i)^(?:speakers?|names?|who|person|имя|спикер|говорящий|кто|nom|locuteur|nombre|hablante|sprecher(?:in)?|name)$"
)


def read_rows(table: TableContent) -> list[list[list[Block]]]:
    """Return the cells of each row, from the head to the foot of the table."""
    rows = [*table[3][1], *(row for body in table[4] for row in (*body[2], *body[3])), *table[5][1]]
    return [[cell[4] for cell in row[1]] for row in rows]


def collect_cell_words(blocks: Iterable[Block]) -> str:
    """Return the words of a cell on one line."""
    return " ".join(" ".join(collect_words(block) for block in blocks).split())


def split_off_times(rows: list[list[list[Block]]]) -> tuple[list[list[list[Block]]], list[str]]:
    """Return rows of speaker and words, and the times or numbers in a column before them."""
    if len(rows) < 3 or not all(len(row) == 3 for row in rows):
        return rows, [""] * len(rows)
    times = [collect_cell_words(row[0]) for row in rows]
    number_count = sum(bool(re.fullmatch(r"[\[(]?[\d:.,]+[\])]?|", words)) for words in times[1:])
    if number_count < len(rows) - 1 or not names_speakers([row[1:] for row in rows]):
        return rows, [""] * len(rows)
    return [row[1:] for row in rows], times


def has_header_row(rows: Sequence[Sequence[list[Block]]]) -> bool:
    """Return whether the first row of a conversation names its columns."""
    names = [collect_cell_words(row[0]) for row in rows]
    words = " ".join(collect_words(block) for block in rows[0][1]).split()
    is_header = names[0] not in names[1:] and bool(_SPEAKER_COLUMN.match(names[0] or "speaker"))
    return len(words) <= 2 and is_header and len(rows) >= 4


def names_speakers(rows: Sequence[Sequence[list[Block]]]) -> bool:
    """Return whether the left column holds labels: short, and some of them more than once."""
    names = [name for row in rows if (name := collect_cell_words(row[0]))]
    return len(names) >= 2 and all(len(name.split()) <= 5 for name in names) and len(set(names)) < len(names)


def asks_question(blocks: Iterable[Block]) -> bool:
    """Return whether a cell or a term ends in a question mark."""
    return collect_cell_words(blocks).endswith(QUESTION_MARKS)


def is_list_of_questions(entries: Sequence[Sequence[Block]]) -> bool:
    """Return whether each entry of a list is a question and its answer, which stand in different paragraphs or type.

    One of five questions may have no question mark, but then it is bold.
    """
    if len(entries) < 2 or not all(entries) or not all(map(_holds_answer, entries)):
        return False
    heads = [_read_question(entry) for entry in entries]
    asked = [words.endswith(QUESTION_MARKS) for words, _ in heads]
    are_questions = all(is_question or is_bold for is_question, (_, is_bold) in zip(asked, heads, strict=True))
    return are_questions and sum(asked) >= 0.6 * len(entries)


def _read_question(entry: Sequence[Block]) -> tuple[str, bool]:
    """Return the words with which an entry begins, up to the end of bold type, and whether they are bold."""
    first = entry[0]
    inlines = first["c"] if first["t"] in ("Para", "Plain") else []
    visible = remove_spaces(inlines)
    if visible and visible[0]["t"] == "Strong":
        return " ".join(collect_words(visible[0]).split()), True
    return " ".join(collect_words(first).split()), False


def _holds_answer(entry: Sequence[Block]) -> bool:
    """Return whether an entry goes on behind its first paragraph, or behind bold type in it."""
    first = entry[0]
    visible = remove_spaces(first["c"]) if first["t"] in ("Para", "Plain") else []
    return len(entry) > 1 or (len(visible) > 1 and visible[0]["t"] == "Strong")


def asks_questions(rows: Sequence[Sequence[list[Block]]]) -> bool:
    """Return whether the left column holds questions and the right one does not."""
    left, right = ([collect_words(row[side]).rstrip().endswith(QUESTION_MARKS) for row in rows] for side in (0, 1))
    return len(rows) >= 2 and sum(left) >= 0.6 * len(rows) and sum(right) < 0.3 * len(rows)
