"""Number the footnotes of an interview in the order in which its readers meet them: a table's caption comes first."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import cast

from onrecord.model import Block, ConversationEntry, Footnote, Interview, NoteReference

_CONTAINERS = ("caption", "content", "term", "meanings", "blocks", "items", "lines", "head", "body")  # as they are read


def number_notes(interview: Interview) -> Interview:
    """Return the interview with its footnotes numbered and sorted as they are called in print, from 1."""
    calls = list(dict.fromkeys(_iterate_note_calls((interview.introduction, interview.conversation))))
    if calls == sorted(calls):
        return interview
    calls += (note.number for note in interview.footnotes if note.number not in calls)
    numbers = {old: new for new, old in enumerate(calls, 1)}
    notes = sorted(
        (Footnote(numbers[note.number], note.blocks, note.location) for note in interview.footnotes), key=_get_number
    )
    return dataclasses.replace(
        interview,
        introduction=cast("tuple[Block, ...]", _renumber_note_calls(interview.introduction, numbers)),
        conversation=cast("tuple[ConversationEntry, ...]", _renumber_note_calls(interview.conversation, numbers)),
        footnotes=tuple(notes),
    )


def _get_number(note: Footnote) -> int:
    """Return the number of a footnote, to sort by."""
    return note.number


def _iterate_note_calls(node: object) -> Iterator[int]:
    """Yield the numbers of the footnotes that a part of the model calls, in reading order."""
    if isinstance(node, NoteReference):
        yield node.number
    elif isinstance(node, tuple):
        for member in node:
            yield from _iterate_note_calls(member)
    else:
        for name in _CONTAINERS:
            yield from _iterate_note_calls(getattr(node, name, ()))


def _renumber_note_calls(node: object, numbers: Mapping[int, int]) -> object:
    """Return a part of the model with new numbers for its calls of footnotes."""
    if isinstance(node, tuple):
        return tuple(_renumber_note_calls(member, numbers) for member in node)
    if isinstance(node, NoteReference):
        return dataclasses.replace(node, number=numbers[node.number])
    if not dataclasses.is_dataclass(node) or isinstance(node, type):
        return node
    changes = {
        name: _renumber_note_calls(value, numbers)
        for name in _CONTAINERS
        if isinstance(value := getattr(node, name, None), tuple)
    }
    return dataclasses.replace(node, **changes) if changes else node
