"""Check that each printed footnote stands on the page of its call, or says which page that is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from onrecord.proof.reading.normalize import shorten_text


@dataclass(slots=True)
class NoteCalls:
    """On which pages the footnotes of an interview are called and printed, by number; pages by index.

    `named_page` is what the footnote that was read last says of its call: “(p. 14)”.
    """

    named_page: str = ""
    _calls: dict[str, int] = field(default_factory=dict)
    _notes: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add_call(self, number: str, page: int) -> None:
        """Note on which page a footnote is first called in the PDF."""
        self._calls.setdefault(number, page)

    def add_note(self, number: str, page: int | None) -> None:
        """Note where a footnote stands in the PDF; what it says of its call is in `named_page`."""
        if page is not None:
            self._notes[number] = page, self.named_page

    def find_faults(self, labels: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Yield page and sentence for each footnote not near its call. `labels` are those of pages.

        It stands on another page than its call and does not name that page, or it names a wrong page.
        """
        for number, (page, named) in self._notes.items():
            label = labels[self._calls.get(number, page)]
            is_named = re.fullmatch(rf"\(\D{{1,8}}\s?{re.escape(label)}\)", named) is not None
            if is_named or (not named and label == labels[page]):
                continue
            fault = f"says of footnote {number} “{shorten_text(named, 20)}”" if named else f"has footnote {number}"
            yield page, f"{fault}, which is called on page {label}"
