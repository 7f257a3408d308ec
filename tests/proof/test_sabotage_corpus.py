"""Every kind of sabotage in the corpus is noticed by the proof, whatever the bytes of the file are."""

from __future__ import annotations

import pytest

from tests.proof.sabotage.judge import KINDS, build_editions, find_problems, find_unnoticed

# What the proof does not notice by itself. `prove` notices all of it by the bytes in the record.
UNNOTICED: dict[str, set[str]] = {
    "html": set(),
    "epub": {"cover replaced"},  # `prove` draws the cover again and compares its bytes
    "pdf": set(),
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
