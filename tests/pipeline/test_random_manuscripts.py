"""Random manuscripts of all that is allowed are printed as they were written."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from tests.random_manuscripts import find_faults
from tests.support.manuscripts import Choices, RandomChoices, invent_book

if TYPE_CHECKING:
    from hypothesis import strategies as st

T = TypeVar("T")


@dataclass(frozen=True)
class HypothesisChoices:
    """Decisions of Hypothesis, which makes a failing book small."""

    data: st.DataObject

    def choose(self, options: Sequence[T]) -> T:
        return options[self.count(0, len(options) - 1)]

    def count(self, low: int, high: int) -> int:
        from hypothesis import strategies as st

        return self.data.draw(st.integers(low, high))


def check_book(choices: Choices, *, reads_only: bool) -> None:
    """Invent a book; what is read in it, or in all its editions, is what was written."""
    with tempfile.TemporaryDirectory(prefix="manuscript-") as place:
        folder = Path(place) / "book"
        invented = invent_book(choices, folder)
        faults = find_faults(folder, invented, reads_only=reads_only)
        assert not faults, "\n".join([*faults[:3], *(interview.data.decode() for interview in invented)])


@pytest.mark.parametrize("start", [0, 5, 10])
def test_random_manuscripts_are_read_as_they_were_written(start: int) -> None:
    """Hypothesis, which the slow test uses, reads all our modules before its first book."""
    for seed in range(start, start + 5):
        check_book(RandomChoices(random.Random(seed)), reads_only=True)


@pytest.mark.slow
def test_random_manuscripts_are_printed_in_all_editions_as_they_were_written() -> None:
    import hypothesis
    from hypothesis import strategies as st
    from hypothesis.configuration import set_hypothesis_home_dir

    set_hypothesis_home_dir(Path(tempfile.gettempdir()) / f"hypothesis-{os.getuid()}")  # not into the checkout

    @hypothesis.given(st.data())
    @hypothesis.settings(
        max_examples=60,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(hypothesis.Phase.generate, hypothesis.Phase.shrink),
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    def check_editions(data: st.DataObject) -> None:
        check_book(HypothesisChoices(data), reads_only=False)

    check_editions()
