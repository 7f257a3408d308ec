"""Share the width of a page among the columns of a table, where no layout engine can be asked."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from onrecord.model import Table, iterate_block_passages

_LINE = 56  # letters of the small type of tables on the page of an e-book
_PADDING = 2  # letters
_LONGEST_CELL = 60  # letters; more make a column no wider


def compute_column_widths(table: Table) -> tuple[int, ...]:
    """Return the width of each column in percent; all together make 100.

    A column gets room for its longest word, as long as there is room, and more the longer its cells are.
    """
    count = max((sum(cell.colspan for cell in row) for row in (*table.head, *table.body)), default=0)
    if not count:
        return ()
    words, cells = [1] * count, [1] * count
    for column, text in _list_cells(table):
        words[column] = max(words[column], *map(len, text.split()), 1)
        cells[column] = max(cells[column], min(len(text), _LONGEST_CELL))
    smallest = [length + _PADDING for length in words]
    largest = [max(word, cell) + _PADDING for word, cell in zip(words, cells, strict=True)]
    if sum(smallest) >= _LINE:
        shares = _limit_shares(smallest)
    else:
        spare, growth = _LINE - sum(smallest), sum(largest) - sum(smallest) or 1
        shares = [low + (high - low) * spare / growth for low, high in zip(smallest, largest, strict=True)]
    edges = [round(100 * sum(shares[:index]) / sum(shares)) for index in range(count + 1)]
    return tuple(end - start for start, end in pairwise(edges))


def _list_cells(table: Table) -> Iterable[tuple[int, str]]:
    """Yield the column and the text of each cell that is one column wide."""
    for row in (*table.head, *table.body):
        column = 0
        for cell in row:
            if cell.colspan == 1:
                yield column, " ".join(passage.text for passage in iterate_block_passages(cell.blocks, ""))
            column += cell.colspan


def _limit_shares(shares: list[int]) -> list[float]:
    """Return the shares, the largest ones limited so that all together make a line."""
    limit, remaining = 0.0, float(_LINE)
    for index, share in enumerate(sorted(shares)):
        limit = remaining / (len(shares) - index)
        if share > limit:
            break
        remaining -= share
    return [min(share, limit) for share in shares]
