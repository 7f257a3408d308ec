"""Import writes a time only where a turn begins in the file that it writes."""

from __future__ import annotations

import pytest

from onrecord.importers.common.draft import Clipping, Draft, DraftTurn
from onrecord.importers.output.manuscript_writer import _write_body
from onrecord.importers.recognition.turn_times import drop_times_inside_turns
from onrecord.model.rule import Rule

# Kind and label of each turn, then which of them lose their times.
TURNS = {
    "after an introduction": ([("answer", ""), ("question", ""), ("answer", "")], [0]),
    "two answers": ([("question", ""), ("answer", ""), ("answer", "")], [2]),
    "after a heading": ([("question", ""), ("answer", ""), ("heading", ""), ("answer", "")], []),
    "after a labelled question": ([("question", "AK:"), ("answer", "")], [1]),
    "labels": ([("question", "AK:"), ("answer", "BQ:"), ("answer", "BQ:")], []),
}


@pytest.mark.parametrize("name", TURNS)
def test_times_of_turns_that_the_file_joins_are_set_aside_with_a_warning(name: str) -> None:
    kinds, lost = TURNS[name]
    turns = tuple(
        DraftTurn(
            kind,
            (Clipping(n, f"Words {n}.", f"Words {n}.", time="" if kind == "heading" else f"00:00:0{n + 1}"),),
            label,
        )
        for n, (kind, label) in enumerate(kinds)
    )
    draft = drop_times_inside_turns(Draft("Pier", (), (), turns, ()), "pier.vtt")
    assert [n for n, turn in enumerate(draft.turns) if turns[n].time and not turn.time] == lost
    assert [note.rule for note in draft.notes] == [Rule.IDS_STAND_ON_TURNS] * bool(lost)
    assert all(f"{len(lost)} from {turns[lost[0]].time} on" in note.sentence for note in draft.notes)
    assert "".join(_write_body(draft, accept=True)).count("{t=") == sum(bool(turn.time) for turn in draft.turns)
