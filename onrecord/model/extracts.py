"""Cuts an interview down to some of its turns, and takes links off that lead nowhere any more; words never change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from onrecord.model import (
    Answer,
    Division,
    Extract,
    Interview,
    Item,
    Link,
    NoteReference,
    Place,
    PullQuote,
    Question,
    all_blocks,
    footnotes_in,
)

# The fields of items, blocks and inlines that hold others.
_HOLDERS = ("content", "blocks", "items", "term", "meanings", "lines", "head", "body", "caption")


def span(interview: Interview, turns: str) -> tuple[Item, ...] | None:
    """The items of the conversation that `a2-a3` means, from turn to turn; None if there is no such turn.

    An answer comes with the question it answers. A turn is called by its id or its address.
    """
    names: dict[str, int] = {}
    for index, item in enumerate(interview.conversation):
        if isinstance(item, Question | Answer):
            names.setdefault(item.address.casefold(), index)
            names[item.id.casefold()] = index
    wanted = turns.casefold()
    cuts = [(wanted, wanted)] + [(wanted[:at], wanted[at + 1 :]) for at, char in enumerate(wanted) if char == "-"]
    first, last = next(((names[a], names[b]) for a, b in cuts if a in names and b in names), (1, 0))
    if first > last:
        return None
    opening = interview.conversation[first]
    asked = [
        index
        for index, item in enumerate(interview.conversation[:first])
        if isinstance(opening, Answer) and isinstance(item, Question) and item.n == opening.n
    ]
    return interview.conversation[min([first, *asked]) : last + 1]


def cut(interview: Interview, turns: str, items: tuple[Item, ...], place: Place) -> Interview:
    """The interview with these items alone: title, byline, date and disclaimer stay, numbers and ids too.

    Standfirst, introduction and pull quotes speak of the whole and go; notes are counted anew, as they are on paper.
    """
    said = [item for item in items if isinstance(item, Question | Answer)]
    last, answers = said[-1], [item for item in said if isinstance(item, Answer)]
    first = answers[0] if answers and turns.casefold().startswith("a") else said[0]
    slug = f"{interview.slug}-{turns.casefold().replace('_', '-')}"
    extract = Extract(interview.slug, first.address, last.address, place)
    shorter = replace(
        interview,
        slug=slug,
        standfirst=None,
        introduction=(),
        conversation=_without_pull_quotes(items),
        extract=extract,
        reading="",  # it is no longer what was read
    )
    called = tuple(
        dict.fromkeys([*_calls_in_headings(shorter), *footnotes_in(all_blocks(replace(shorter, footnotes=())))])
    )
    numbers = {number: new for new, number in enumerate(sorted(called), 1)}

    def renumbered(value: Any) -> tuple[Any, ...]:
        return (NoteReference(numbers[value.number]),) if isinstance(value, NoteReference) else (value,)

    notes = (replace(note, number=numbers[note.number]) for note in interview.footnotes if note.number in numbers)
    return replace(shorter, conversation=_rewritten(shorter.conversation, renumbered), footnotes=tuple(notes))


def _calls_in_headings(interview: Interview) -> Iterable[int]:
    for item in interview.conversation:
        if isinstance(item, Division):
            yield from (one.number for one in item.content if isinstance(one, NoteReference))


def _without_pull_quotes(items: Any) -> Any:
    return _rewritten(items, lambda value: () if isinstance(value, PullQuote) else (value,))


def relinked(interview: Interview, lead: Callable[[str], str | None]) -> Interview:
    """The interview with each link inside the book led where `lead` says, or made into plain words (None)."""

    def change(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, Link) or ":" in value.target.partition("#")[0]:
            return (value,)
        target = lead(value.target)
        return value.content if target is None else (replace(value, target=target),)

    changed = replace(
        interview,
        introduction=_rewritten(interview.introduction, change),
        conversation=_rewritten(interview.conversation, change),
        footnotes=_rewritten(interview.footnotes, change),
        reading="",  # it is no longer what was read
    )
    return interview if changed == interview else changed


def _rewritten(value: Any, change: Callable[[Any], tuple[Any, ...]]) -> Any:
    """`value` (an item, block, inline, or a tuple of such) with `change` applied to all inside, inner ones first."""
    if isinstance(value, tuple):
        return tuple(new for one in value for new in _changed(one, change))
    changes = {
        name: _rewritten(held, change) for name in _HOLDERS if isinstance(held := getattr(value, name, None), tuple)
    }
    return replace(value, **changes) if changes else value


def _changed(one: Any, change: Callable[[Any], tuple[Any, ...]]) -> tuple[Any, ...]:
    inner = _rewritten(one, change)
    return (inner,) if isinstance(inner, tuple) else change(inner)
