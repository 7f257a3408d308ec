"""Manuscripts of the tests of approval are read once in each state: nearly all of them are the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.approval import review
from onrecord.manuscript.file_problems import Problems
from onrecord.model import Interview


@pytest.fixture(scope="module", autouse=True)
def known_manuscripts() -> Iterator[None]:
    """Make reviews open a manuscript again only if a file of its book has changed."""
    manuscripts: dict[object, review.ManuscriptFile] = {}
    open_manuscript, read_anew = review.open_manuscript, review._read_again
    read: dict[object, tuple[Interview | None, Problems]] = {}

    def open_once(folder: Path, slug: str) -> review.ManuscriptFile:
        state = (slug, *sorted((path, path.read_bytes()) for path in folder.rglob("*") if path.is_file()))
        if state not in manuscripts:
            manuscripts[state] = open_manuscript(folder, slug)
        return manuscripts[state]

    def read_again(manuscript: review.ManuscriptFile, text: str) -> tuple[Interview | None, Problems]:
        if (key := (manuscript.path, manuscript.text, text)) not in read:
            read[key] = read_anew(manuscript, text)
        return read[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(review, "open_manuscript", open_once)
        patch.setattr(review, "_read_again", read_again)
        yield
