"""Every kind of sabotage in the corpus is noticed by the proof, whatever the bytes of the file are."""

from __future__ import annotations

import pytest

from tests.proof.sabotage.judge import KINDS, build_editions, find_problems, find_unnoticed

# What the proof does not notice yet. `prove` with the record beside the file notices all of it, by the bytes.
UNNOTICED = {
    "html": {
        *("visible citation", "visible citation of a turn"),
        *("BibTeX", "RIS", "RIS: person", "CSL-JSON: year", "CSL-JSON: publisher", "script changed"),
    },
    "epub": {"cover replaced", "style: paper on paper"},
    "pdf": {
        "line: white line through the letters",
        "line: black rectangle",
        "line: outlines exchanged",
        "picture replaced",
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_sabotage_is_noticed(name: str) -> None:
    """A kind that is noticed now is taken out of the list."""
    assert not find_problems(name, build_editions()[name])
    assert set(find_unnoticed(name)) <= UNNOTICED[name]


def test_the_corpus_has_at_least_sixty_kinds_for_each_edition() -> None:
    for kinds in KINDS.values():
        assert len({kind.name for kind in kinds}) == len(kinds) >= 60
