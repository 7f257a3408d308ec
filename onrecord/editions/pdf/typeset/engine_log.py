"""Collect what the layout engine logs: its only way to say what it ignored."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _RecordList(logging.Handler):
    """Keeps the records of warnings and errors."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Add a record of WeasyPrint's log to the list."""
        self.records.append(record)


@contextmanager
def collect_log_records() -> Iterator[list[logging.LogRecord]]:
    """Collect the warnings and errors that WeasyPrint logs while the block runs; nobody else gets them."""
    handler = _RecordList()
    logger = logging.getLogger("weasyprint")
    before = logger.handlers[:], logger.propagate
    logger.handlers, logger.propagate = [handler], False
    try:
        yield handler.records
    finally:
        logger.handlers, logger.propagate = before
