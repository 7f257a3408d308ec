"""A computation with room for its frames does not ask the system for memory at each call."""

from __future__ import annotations

import threading

import pytest

from onrecord.runtime.frame_room import call_with_room

resource = pytest.importorskip("resource")
_DEPTHS, _CALLS = 150, 60


def call_at_each_depth(depth: int) -> None:
    for _ in range(_CALLS):
        abs_of(depth)
    if depth:
        call_at_each_depth(depth - 1)


def abs_of(number: int) -> int:
    return abs(number)


def count_page_faults(*, has_room: bool) -> int:
    """Count the pages that calls take in a thread, which has chunks of its own."""
    counts: list[int] = []

    def measure() -> None:
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
        if has_room:
            call_with_room(call_at_each_depth, _DEPTHS)
        else:
            call_at_each_depth(_DEPTHS)
        counts.append(resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before)

    thread = threading.Thread(target=measure)
    thread.start()
    thread.join()
    return counts[0]


@pytest.mark.skipif(not hasattr(resource, "RUSAGE_THREAD"), reason="this system does not count them by thread")
def test_calls_at_any_depth_take_no_new_pages() -> None:
    count_page_faults(has_room=True)
    assert count_page_faults(has_room=True) < _CALLS
    assert count_page_faults(has_room=False) >= _CALLS  # the ends of chunks are met


def test_arguments_results_and_errors_pass_through() -> None:
    assert call_with_room(sorted, [2, 1], reverse=True) == [2, 1]
    with pytest.raises(ZeroDivisionError):
        call_with_room(divmod, 1, 0)
