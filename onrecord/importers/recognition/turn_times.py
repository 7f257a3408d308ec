"""Decide whether the times of turns count from the start of the recording, or are times of day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from onrecord.importers.common import decoding
from onrecord.importers.common.draft import Draft, DraftTurn
from onrecord.importers.common.recording_times import is_time_of_day, read_time
from onrecord.model import SourceLocation
from onrecord.model.rule import Rule

_EARLIEST_S = 6 * 3600  # a recording that begins later than this is taken for a meeting with times of day


def drop_times_of_day(draft: Draft, name: str) -> Draft:
    """Return the draft without the times of its turns, and with a warning, if they are times of day."""
    times = [clipping.time for turn in draft.turns for clipping in turn.clippings if clipping.time]
    seconds = [second for second in map(read_time, times) if second is not None]
    are_times_of_day = any(map(is_time_of_day, times)) or (bool(seconds) and _EARLIEST_S <= seconds[0] < 86_400)
    if not are_times_of_day:
        return draft
    sentence = f"the times of {len(times)} turns, from {times[0]} on, are times of day and were set aside"
    hint = "write {t=00:12:41} at the end of a turn to say when it was said in the recording"
    place = SourceLocation(name, next(turn.line for turn in draft.turns if turn.time) if draft.turns[0].line else 0)
    warning = decoding.build_warning(place, Rule.TIMES_ARE_OF_THE_RECORDING, sentence, hint)
    return replace(draft, turns=tuple(_drop_times(draft.turns)), notes=(*draft.notes, warning))


def _drop_times(turns: tuple[DraftTurn, ...]) -> Iterator[DraftTurn]:
    """Yield the imported turns without times."""
    for turn in turns:
        yield replace(turn, clippings=tuple(replace(clipping, time="") for clipping in turn.clippings))
