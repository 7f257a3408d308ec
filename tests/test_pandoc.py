"""The pandoc that stays: whoever ends it between two texts, no text is to blame."""

from __future__ import annotations

from onrecord import pandoc


def test_a_process_that_was_ended_while_it_rested_is_replaced() -> None:
    """A machine short of memory ends what rests; the next text is read by a new process."""
    reader = pandoc._Reader()
    read = reader.read(b"A word.\n", "commonmark")
    assert reader._process
    reader._process.kill()
    reader._process.wait()
    assert reader.read(b"A word.\n", "commonmark") == read
