"""Keep the times of turns that count from the start of the recording, where a turn begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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


def _drop_times(turns: Iterable[DraftTurn]) -> Iterator[DraftTurn]:
    """Yield the imported turns without times."""
    for turn in turns:
        yield replace(turn, clippings=tuple(replace(clipping, time="") for clipping in turn.clippings))


def drop_times_inside_turns(draft: Draft, name: str) -> Draft:
    """Return the draft without the times of turns that Markdown joins with those before them, and with a warning.

    These are the turns without a label that follow no question: nothing in the text says that a speaker changes there.
    """
    turns = list(_drop_inner_times(draft.turns))
    times = [turn.time for turn, bare in zip(draft.turns, turns, strict=True) if turn.time and not bare.time]
    if not times:
        return draft
    sentence = f"times inside turns were set aside, {len(times)} from {times[0]} on: no turn begins there"
    hint = "if somebody else speaks from there on, write a label and the time: **AK:** … {t=00:12:41}"
    warning = decoding.build_warning(SourceLocation(name), Rule.IDS_STAND_ON_TURNS, sentence, hint)
    return replace(draft, turns=tuple(turns), notes=(*draft.notes, warning))


def _drop_inner_times(turns: Sequence[DraftTurn]) -> Iterator[DraftTurn]:
    """Yield the imported turns, without a time those that continue the introduction or the turn before."""
    has_turn, opens = False, False  # whether somebody has spoken; whether a paragraph without a label opens a turn
    for turn in turns:
        if turn.kind in ("heading", "note"):
            opens = has_turn
            yield turn
            continue
        is_marked = bool(turn.label) or turn.kind == "question"
        yield turn if is_marked or opens else next(_drop_times((turn,)))
        opens = turn.kind == "question" and not turn.label
        has_turn |= is_marked
