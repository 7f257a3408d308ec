"""Read the list of recipients, a CSV table; report every mistake with its line."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from onrecord.manuscript.file_problems import Problems, directions_are_closed, find_unprintable
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, find_closest_word
from onrecord.model.recipients import Recipient
from onrecord.model.rule import Rule

COLUMNS = ("name", "organisation", "copies", "large_print")

_SPELLINGS = {"organization": "organisation", "large print": "large_print", "large-print": "large_print"}
_MOST_COPIES = 999  # numbers have three digits in file names
_LONGEST = 120  # characters of a name
_MOST_BYTES = 1_000_000
_YES, _NO = {"yes", "true", "1", "x"}, {"no", "false", "0", ""}


def read_recipients(data: bytes, file: str) -> tuple[tuple[Recipient, ...], tuple[Problem, ...]]:
    """Return the recipients of a pack in the order of their table file, and every problem.

    `file` is the name of the file in problems. Its text is UTF-8 with or without a byte order mark, its separators are
    commas, semicolons or tabs, and the first line names the columns.
    """
    text, problems = _decode_table(data, file)
    if problems.entries:
        return (), tuple(problems.entries)
    rows = list(_read_rows(text, problems))
    columns = _find_columns(rows[0], problems) if rows else None
    if not rows:
        problems.add(0, Rule.RECIPIENTS_ARE_THERE, "the file is empty", f"write a first line: {','.join(COLUMNS)}")
    if columns is None:
        return (), tuple(problems.entries)
    recipients = [
        recipient for line, cells in rows[1:] if (recipient := _read_recipient(line, cells, columns, problems))
    ]
    if not recipients and not problems.entries:
        problems.add(
            rows[0][0],
            Rule.RECIPIENTS_ARE_THERE,
            "nobody is listed below the names of the columns",
            "write a line: The reading room,,1,no",
        )
    _refuse_repeated(recipients, problems)
    copies = sum(recipient.copies for recipient in recipients)
    if copies > _MOST_COPIES:
        sentence = f"these are {copies:,} copies; a pack has at most {_MOST_COPIES}"
        problems.add(
            max(recipients, key=lambda recipient: recipient.copies).location.line,
            Rule.COPIES_CAN_BE_COUNTED,
            sentence,
            "look at the numbers of copies, or make two packs",
        )
    return tuple(recipients), tuple(problems.entries)


def _decode_table(data: bytes, file: str) -> tuple[str, Problems]:
    """Return the text of the file; "" and a problem if it is too long or not UTF-8."""
    problems = Problems(file, [])
    if len(data) > _MOST_BYTES:
        problems.add(
            0,
            Rule.RECIPIENTS_ARE_FEW,
            f"the file is longer than {_MOST_BYTES // 1000:,} kB",
            "look whether this is the right file",
        )
        return "", problems
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.add(
            line,
            Rule.TEXT_IS_UTF_8,
            f"byte 0x{data[error.start]:02X} in this line is not UTF-8",
            "save the table again as “CSV UTF-8”",
        )
        return "", problems
    problems.lines = text.splitlines()
    return text, problems


def _read_rows(text: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Yield every row that is not blank, with the line it begins on."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            cells = [" ".join(unicodedata.normalize("NFC", cell).split(" ")) for cell in cells]
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        hint = 'close the quotation mark, and double one that stands inside: "The ""blue"" room"'
        problems.add(line, Rule.TABLE_IS_READABLE, f"this row cannot be read: {error}", hint)


def _find_columns(head: tuple[int, list[str]], problems: Problems) -> dict[str, int] | None:
    """Return the index of each column by name; None if the first row does not name them."""
    line, cells = head
    names = [_SPELLINGS.get(cell.casefold(), cell.casefold()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not set(names) & set(COLUMNS):
        problems.add(
            line,
            Rule.COLUMNS_ARE_NAMED,
            "the first line does not name the columns",
            f"write it above the recipients: {','.join(COLUMNS)}",
        )
        return None
    before = len(problems.entries)
    for name in dict.fromkeys(names):
        if name not in COLUMNS:
            near = find_closest_word(name, COLUMNS)
            hint = f"did you mean “{near}”?" if near else f"known here: {', '.join(COLUMNS)}"
            problems.add(line, Rule.COLUMNS_ARE_KNOWN, f"“{name}” is not a column we know", hint)
        elif names.count(name) > 1:
            problems.add(
                line, Rule.COLUMNS_STAND_ONCE, f"the column “{name}” stands there twice", "take one of them away"
            )
    if "name" not in names:
        problems.add(
            line, Rule.COLUMNS_ARE_NAMED, "there is no column “name”", f"the first line is: {','.join(COLUMNS)}"
        )
    return {name: index for index, name in enumerate(names)} if len(problems.entries) == before else None


def _read_recipient(
    line: int, cells: Sequence[str], columns: Mapping[str, int], problems: Problems
) -> Recipient | None:
    """Return the recipient of one table row; report cells that are wrong and return None if the row is not whole."""
    if len(cells) < len(columns) or any(cells[len(columns) :]):
        sentence = f"this row has {len(cells)} cells, the first line has {len(columns)}"
        problems.add(
            line,
            Rule.ROWS_ARE_WHOLE,
            sentence,
            'put a cell that holds the separator in quotes: "Harbour office, night desk"',
        )
        return None
    before = len(problems.entries)
    row = {name: cells[index] for name, index in columns.items()}
    for name, cell in row.items():
        _check_cell(name, cell, line, problems)
    if not row["name"]:
        problems.add(
            line, Rule.RECIPIENTS_ARE_NAMED, "this row has no name", "write whose copy it is, for instance: Archive"
        )
    copies = _read_count(row.get("copies", ""), line, problems)
    is_large_print = _read_yes_or_no(row.get("large_print", ""), line, problems)
    if len(problems.entries) > before:
        return None
    return Recipient(
        row["name"], SourceLocation(problems.file, line), row.get("organisation", ""), copies, is_large_print
    )


def _check_cell(name: str, cell: str, line: int, problems: Problems) -> None:
    """Report unprintable characters, line breaks and open text directions in one cell."""
    for character in find_unprintable(cell).values():
        problems.add(
            line, Rule.CHARACTERS_ARE_PRINTABLE, f"“{name}” holds {character}, which cannot be printed", "delete it"
        )
    if "\n" in cell or "\t" in cell or "\r" in cell:
        problems.add(line, Rule.CELLS_ARE_ONE_LINE, f"“{name}” goes over several lines", "write it in one line")
    if not directions_are_closed(cell):
        problems.add(
            line,
            Rule.DIRECTIONS_ARE_CLOSED,
            f"a bidirectional control character in “{name}” is not closed, or overrides the order",
            "delete it",
        )
    if len(cell) > _LONGEST:
        problems.add(
            line,
            Rule.NAMES_ARE_SHORT,
            f"“{name}” has {len(cell)} characters; there is room for {_LONGEST}",
            "shorten it",
        )


def _read_count(cell: str, line: int, problems: Problems) -> int:
    """Return the number of copies, 1 if the cell is empty; report anything else."""
    if not cell:
        return 1
    if re.fullmatch(r"[0-9]{1,9}", cell) and int(cell):
        return int(cell)
    problems.add(
        line,
        Rule.COPIES_ARE_A_NUMBER,
        f"“{cell}” is not a number of copies",
        "write a number from 1; leave the row out for none",
    )
    return 1


def _read_yes_or_no(cell: str, line: int, problems: Problems) -> bool:
    """Return whether a cell of the recipients' table says yes; report one that says neither yes nor no."""
    if cell.casefold() in _YES | _NO:
        return cell.casefold() in _YES
    problems.add(line, Rule.FLAG_IS_YES_OR_NO, f"“{cell}” is neither yes nor no", "write yes or no under large_print")
    return False


def _refuse_repeated(recipients: Sequence[Recipient], problems: Problems) -> None:
    """Report a recipient that stands in the table twice."""
    first_rows: dict[tuple[str, str, bool], Recipient] = {}
    for recipient in recipients:
        key = recipient.name.casefold(), recipient.organisation.casefold(), recipient.large_print
        first = first_rows.setdefault(key, recipient)
        if first is not recipient:
            problems.add(
                recipient.location.line,
                Rule.RECIPIENTS_STAND_ONCE,
                f"“{recipient.name}” is listed on line {first.location.line} too",
                f"keep one of the rows, with copies: {first.copies + recipient.copies}",
            )
