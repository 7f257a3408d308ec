"""Turn pandoc's lists into those of the model, or into the paragraphs that were typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from textwrap import shorten

from onrecord import model
from onrecord.manuscript.list_markers import ListMarkers
from onrecord.manuscript.pandoc_nodes import insert_text_before, is_loose_list
from onrecord.manuscript.reading_state import ReadingState
from onrecord.model import Block, SourceLocation
from onrecord.model.rule import Rule, Severity
from onrecord.runtime import pandoc


class ListReader:
    """Reads the lists of one document; `read_blocks` reads what stands in them."""

    def __init__(
        self,
        state: ReadingState,
        markers: ListMarkers,
        read_blocks: Callable[[Iterable[pandoc.Block]], tuple[Block, ...]],
    ) -> None:
        self._state = state
        self._markers = markers
        self._read_blocks = read_blocks
        self._list_depth = 0

    def read_list(self, block: pandoc.BulletList | pandoc.OrderedList, place: SourceLocation) -> Iterator[Block]:
        """Yield the list; or what is typed, if its only item is text that begins with a year or a dash."""
        typed = self._find_typed_text(block)
        if typed is not None:
            yield from self._read_blocks(typed)
            return
        self._list_depth += 1
        if block["t"] == "BulletList":
            entries = tuple(self._read_blocks(blocks) for blocks in block["c"])
            yield model.ListBlock(entries, place, is_loose=is_loose_list(block["c"]))
        else:
            (start, _, delimiter), numbered = block["c"]
            numbers = self._markers.read_numbers(start, numbered, self._state.line)
            entries = tuple(self._read_blocks(blocks) for blocks in numbered)
            mark = ")" if delimiter["t"] == "OneParen" else "."
            yield model.ListBlock(
                entries, place, start, is_loose=is_loose_list(numbered), typed_numbers=numbers, mark=mark
            )
        self._list_depth -= 1

    def _find_typed_text(self, block: pandoc.BulletList | pandoc.OrderedList) -> list[pandoc.Block] | None:
        """Return the blocks of a list of a single item, with the marker as text; None for any other list.

        "1984. That was the year." is such a text, and "12."; "1. First" is a list. "- I said no." is a text, with a
        warning, unless it stands in a list.
        """
        if block["t"] == "OrderedList":
            (start, _, mark), entries = block["c"]
            if len(entries) != 1 or (start == 1 and entries[0]):
                return None
            marker = self._markers.read_marker(entries[0], self._state.line)
            return insert_text_before(marker or f"{start}{')' if mark['t'] == 'OneParen' else '.'}", entries[0])
        if len(block["c"]) != 1 or len(block["c"][0]) > 1 or self._list_depth:
            return None
        marker = self._markers.read_marker(block["c"][0], self._state.line)
        typed = insert_text_before(marker, block["c"][0]) if marker == "-" else None
        if typed:
            words = shorten(self._markers.read_words(block["c"][0]), 30, placeholder=" …") or "…"
            self._state.report(
                Rule.DASHES_ARE_DECIDED,
                "this paragraph begins with a hyphen and is printed so",
                f"type * {words} for a list of one entry, – {words} for a dash, or \\- {words} to keep the hyphen",
                Severity.WARNING,
            )
        return typed
