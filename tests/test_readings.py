"""What was read once and is kept is what would be read again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest

from onrecord import manuscript
from onrecord.manuscript import interview
from onrecord.press import Press
from onrecord.store import Store

MANUAL = Path(__file__).parents[1] / "docs"


@pytest.fixture
def executor() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as found:
        yield found


def test_kept_readings_are_those_of_a_first_reading(
    tmp_path: Path, executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same book with the same places and warnings, and no file is read for it."""
    first = manuscript.survey(MANUAL)
    press = Press(executor, Store(tmp_path))
    assert manuscript.survey(MANUAL, press) == first
    monkeypatch.setattr(interview, "read", None)
    kept = manuscript.survey(MANUAL, Press(executor, Store(tmp_path)))
    assert kept == first
    assert kept[0]
    assert all(one.reading for one in kept[0].interviews)


@pytest.mark.parametrize("searching", [True, False])
def test_reading_leaves_the_search_for_garbage_as_it_was(searching: bool, tmp_path: Path, executor: Executor) -> None:
    """Also when the store cannot be used; and one reading after another sets aside no more than one."""
    (gc.enable if searching else gc.disable)()
    try:
        counts = []
        for _ in range(3):
            manuscript.survey(MANUAL, Press(executor, Store(tmp_path)))
            counts.append(gc.get_freeze_count())
        assert gc.isenabled() is searching
        with pytest.raises(AttributeError):
            manuscript.survey(MANUAL, Press(executor, None))  # type: ignore[arg-type]
        assert gc.isenabled() is searching
        gc.collect()
        assert abs(counts[2] - counts[1]) < counts[1] / 4
    finally:
        gc.unfreeze()
        gc.enable()
