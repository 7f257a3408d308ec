"""Random manuscripts of all that is allowed are printed as they were written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st
from hypothesis.configuration import set_hypothesis_home_dir

from tests.random_manuscripts import find_faults
from tests.support.manuscripts import invent_book

T = TypeVar("T")

set_hypothesis_home_dir(Path(tempfile.gettempdir()) / f"hypothesis-{os.getuid()}")  # not into the checkout
SETTINGS = hypothesis.settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class HypothesisChoices:
    """Decisions of Hypothesis, which makes a failing book small."""

    data: st.DataObject

    def choose(self, options: Sequence[T]) -> T:
        return options[self.data.draw(st.integers(0, len(options) - 1))]

    def count(self, low: int, high: int) -> int:
        return self.data.draw(st.integers(low, high))


def check_book(data: st.DataObject, *, reads_only: bool) -> None:
    """Invent a book; what is read in it, or in all its editions, is what was written."""
    with tempfile.TemporaryDirectory(prefix="manuscript-") as place:
        folder = Path(place) / "book"
        invented = invent_book(HypothesisChoices(data), folder)
        faults = find_faults(folder, invented, reads_only=reads_only)
        assert not faults, "\n".join([*faults[:3], *(interview.data.decode() for interview in invented)])


@given(st.data())
@hypothesis.settings(SETTINGS, max_examples=15)
def test_random_manuscripts_are_read_as_they_were_written(data: st.DataObject) -> None:
    check_book(data, reads_only=True)


@pytest.mark.slow
@given(st.data())
@SETTINGS
def test_random_manuscripts_are_printed_in_all_editions_as_they_were_written(data: st.DataObject) -> None:
    check_book(data, reads_only=False)
