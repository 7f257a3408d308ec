"""Manuscripts of the tests of approval are read once in each state: nearly all of them compare with the same one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.approval import review


@pytest.fixture(scope="module", autouse=True)
def known_manuscripts() -> Iterator[None]:
    """Make reviews open a manuscript again only if a file of its book has changed."""
    manuscripts: dict[object, review.ManuscriptFile] = {}
    open_manuscript = review.open_manuscript

    def open_once(folder: Path, slug: str) -> review.ManuscriptFile:
        state = (slug, *sorted((path, path.read_bytes()) for path in folder.rglob("*") if path.is_file()))
        if state not in manuscripts:
            manuscripts[state] = open_manuscript(folder, slug)
        return manuscripts[state]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(review, "open_manuscript", open_once)
        yield
