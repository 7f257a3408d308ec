"""Share the width of a page among the columns of a table, where no layout engine can be asked."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from onrecord.model import Table, TableCell, iterate_block_passages

_LINE = 56  # letters of the small type of tables on the page of an e-book
_PADDING = 2  # letters
_LONGEST_CELL = 60  # letters; more make a column no wider
_NARROW_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARABIC")  # whose small letters are as wide as those of a usual text
_WIDE = 1.3  # letters: a capital, or a letter of another script; a reader may not have our faces
_WIDEST = 2  # letters: a sign of Chinese, Japanese or Korean
_BOLD = 1.1  # head cells are bold
# Text breaks between signs of these scripts, which have no spaces.
_IDEOGRAPHS = re.compile("[\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]")


def compute_column_widths(table: Table) -> tuple[int, ...]:
    """Return the width of each column in percent; all together make 100.

    A column gets room for its longest word, as long as there is room, and more the longer its cells are.
    """
    count = max((sum(cell.colspan for cell in row) for row in (*table.head, *table.body)), default=0)
    if not count:
        return ()
    words, cells = [1] * count, [1] * count
    for rows, scale in ((table.head, _BOLD), (table.body, 1.0)):
        for column, text in _list_cells(rows):
            words[column] = max(words[column], math.ceil(scale * _measure_longest_word(text)))
            cells[column] = max(cells[column], min(math.ceil(scale * _measure(text)), _LONGEST_CELL))
    smallest = [length + _PADDING for length in words]
    largest = [max(word, cell) + _PADDING for word, cell in zip(words, cells, strict=True)]
    if sum(smallest) >= _LINE:
        shares = _limit_shares(smallest)
    else:
        spare, growth = _LINE - sum(smallest), sum(largest) - sum(smallest) or 1
        shares = [low + (high - low) * spare / growth for low, high in zip(smallest, largest, strict=True)]
    edges = [round(100 * sum(shares[:index]) / sum(shares)) for index in range(count + 1)]
    return tuple(end - start for start, end in pairwise(edges))


def _measure_longest_word(text: str) -> float:
    """Return the width of the longest piece that no line break may divide, in letters."""
    pieces = _IDEOGRAPHS.sub(" ", text).split()
    return max([*map(_measure, pieces), _WIDEST if _IDEOGRAPHS.search(text) else 1])


def _measure(text: str) -> float:
    """Return about how many small Latin letters are as wide as the text."""
    return sum(map(_measure_character, text))


@cache
def _measure_character(character: str) -> float:
    """Return about how many small Latin letters are as wide as the character."""
    category = unicodedata.category(character)
    if category in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return _WIDEST
    is_small = category != "Lu" and unicodedata.name(character, "").startswith(_NARROW_SCRIPTS)
    return 1 if is_small or not category.startswith("L") else _WIDE


def _list_cells(rows: Iterable[tuple[TableCell, ...]]) -> Iterable[tuple[int, str]]:
    """Yield the column and the text of each cell that is one column wide, to measure columns."""
    for row in rows:
        column = 0
        for cell in row:
            if cell.colspan == 1:
                yield column, " ".join(passage.text for passage in iterate_block_passages(cell.blocks, ""))
            column += cell.colspan


def _limit_shares(shares: list[int]) -> list[float]:
    """Return the shares of columns, the largest ones limited so that all together make a line."""
    limit, remaining = 0.0, float(_LINE)
    for index, share in enumerate(sorted(shares)):
        limit = remaining / (len(shares) - index)
        if share > limit:
            break
        remaining -= share
    return [min(share, limit) for share in shares]
