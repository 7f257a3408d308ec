"""Turn pandoc's tables into those of the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from onrecord import model
from onrecord.manuscript.reading_state import ReadingState
from onrecord.model import Block
from onrecord.model.rule import Rule
from onrecord.runtime import pandoc

_MAX_COLUMNS = 20
_ALIGNMENTS = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center", "AlignDefault": ""}


class TableReader:
    """Reads the tables of one document; `read_blocks` reads what stands in their cells."""

    def __init__(self, state: ReadingState, read_blocks: Callable[[Iterable[pandoc.Block]], tuple[Block, ...]]) -> None:
        self._state = state
        self._read_blocks = read_blocks

    def read_table(self, content: pandoc.TableContent) -> Block:
        """Return a table; report one with more columns than a page has room for."""
        attributes, _, columns, head, bodies, foot = content
        place = self._state.move_to(attributes)
        if len(columns) > _MAX_COLUMNS:
            self._state.report(
                Rule.TABLES_FIT_THE_PAGE,
                f"this table has {len(columns)} columns; no page has room for more than {_MAX_COLUMNS}",
                "make several tables of it, or turn rows and columns round",
            )
        alignments = [_ALIGNMENTS[column[0]["t"]] for column in columns]
        rows = [row for body in bodies for row in (*body[2], *body[3])] + foot[1]
        head_rows = tuple(self._read_row(row, alignments) for row in head[1])
        return model.Table(head_rows, tuple(self._read_row(row, alignments) for row in rows), (), place)

    def _read_row(self, row: pandoc.Row, alignments: Sequence[str]) -> tuple[model.TableCell, ...]:
        """Return the cells of one table row, each with its alignment and spans."""
        return tuple(
            model.TableCell(
                self._read_blocks(blocks), _ALIGNMENTS[alignment["t"]] or alignments[index], colspan, rowspan
            )
            for index, (_, alignment, rowspan, colspan, blocks) in enumerate(row[1])
        )
