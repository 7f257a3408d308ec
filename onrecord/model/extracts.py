"""Cut an interview down to some of its turns, and redirect or remove its links; words never change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from onrecord.model import (
    Answer,
    ConversationEntry,
    Division,
    EditorNote,
    Extract,
    Interview,
    Link,
    NoteReference,
    PullQuote,
    Question,
    SourceLocation,
    find_footnote_calls,
    iterate_blocks,
)

# The fields of turns, blocks and inlines that hold others.
_CONTAINER_FIELDS = ("content", "blocks", "items", "term", "meanings", "lines", "head", "body", "caption")

# A node is a turn, block, inline, definition, table cell or footnote; a change returns what replaces it.
_Change = Callable[[Any], tuple[Any, ...]]


def find_turns(interview: Interview, turns: str) -> tuple[ConversationEntry, ...] | None:
    """Return the entries of a range of turns (“a2-a3”, “a2”) with the first answer's question; else None.

    A turn is named by its id or its address. An answer comes with the question that it answers.
    """
    indices = _index_turns(interview)
    name = turns.casefold()
    ranges = [(name, name)] + [(name[:place], name[place + 1 :]) for place, char in enumerate(name) if char == "-"]
    bounds = ((indices[first], indices[last]) for first, last in ranges if first in indices and last in indices)
    first, last = next(bounds, (1, 0))
    if first > last:
        return None
    opening = interview.conversation[first]
    if isinstance(opening, Answer):
        questions = [
            index
            for index, entry in enumerate(interview.conversation[:first])
            if isinstance(entry, Question) and entry.n == opening.n
        ]
        first = min([first, *questions])
    return interview.conversation[first : last + 1]


def _index_turns(interview: Interview) -> dict[str, int]:
    """Return the index of each turn in the conversation by its id and its address; an id precedes an address."""
    indices: dict[str, int] = {}
    for index, entry in enumerate(interview.conversation):
        if isinstance(entry, Question | Answer):
            indices.setdefault(entry.address.casefold(), index)
            indices[entry.id.casefold()] = index
    return indices


def cut_extract(
    interview: Interview, turns: str, entries: tuple[ConversationEntry, ...], location: SourceLocation
) -> Interview:
    """Return the interview with only these entries; title, byline, numbers and ids stay.

    Standfirst, introduction and pull quotes speak of the whole interview and are left out. Footnotes are renumbered
    in the order of their old numbers. `turns` is the text that asked for the extract, `location` its line.
    """
    notes = [entry for entry in interview.conversation if isinstance(entry, EditorNote) and entry.is_correction]
    entries = (*entries, *(note for note in notes if note not in entries))
    turns_of_extract = [entry for entry in entries if isinstance(entry, Question | Answer)]
    last, answers = turns_of_extract[-1], [turn for turn in turns_of_extract if isinstance(turn, Answer)]
    first = answers[0] if answers and turns.casefold().startswith("a") else turns_of_extract[0]
    shorter = replace(
        interview,
        slug=f"{interview.slug}-{turns.casefold().replace('_', '-')}",
        standfirst=None,
        introduction=(),
        recordings=(),  # they hold what was cut away
        conversation=_rewrite(entries, _drop_pull_quote),
        extract=Extract(interview.slug, first.address, last.address, location),
        reading_key="",  # the extract is not what was read from the file
    )
    return _renumber_footnotes(shorter)


def _renumber_footnotes(interview: Interview) -> Interview:
    """Return the interview with the footnotes that it still calls, numbered from 1."""
    blocks = iterate_blocks(replace(interview, footnotes=()))
    called = {*_list_calls_in_headings(interview), *find_footnote_calls(blocks)}
    numbers = {old: new for new, old in enumerate(sorted(called), 1)}

    def renumber(node: Any) -> tuple[Any, ...]:
        """Return a footnote call with its new number, and any other node unchanged."""
        return (NoteReference(numbers[node.number]),) if isinstance(node, NoteReference) else (node,)

    footnotes = (replace(note, number=numbers[note.number]) for note in interview.footnotes if note.number in numbers)
    return replace(interview, conversation=_rewrite(interview.conversation, renumber), footnotes=tuple(footnotes))


def _list_calls_in_headings(interview: Interview) -> Iterable[int]:
    """Yield the numbers of the footnotes called in the interview's level-2 headings."""
    for entry in interview.conversation:
        if isinstance(entry, Division):
            yield from (inline.number for inline in entry.content if isinstance(inline, NoteReference))


def redirect_links(interview: Interview, find_target: Callable[[str], str | None]) -> Interview:
    """Return the interview with each link inside the book redirected to the target that `find_target` returns.

    Where `find_target` returns None, the link becomes plain text.
    """

    def redirect(node: Any) -> tuple[Any, ...]:
        """Return an internal link redirected, or as plain text; any other node unchanged."""
        if not isinstance(node, Link) or ":" in node.target.partition("#")[0]:
            return (node,)
        target = find_target(node.target)
        return node.content if target is None else (replace(node, target=target),)

    changed = replace(
        interview,
        marked_standfirst=_rewrite(interview.marked_standfirst, redirect),
        introduction=_rewrite(interview.introduction, redirect),
        conversation=_rewrite(interview.conversation, redirect),
        footnotes=_rewrite(interview.footnotes, redirect),
        reading_key="",  # the result is not what was read from the file
    )
    return interview if changed == interview else changed


def _drop_pull_quote(node: Any) -> tuple[Any, ...]:
    """Return no node for a pull quote, and any other node unchanged."""
    return () if isinstance(node, PullQuote) else (node,)


def _rewrite(nodes: tuple[Any, ...], change: _Change) -> tuple[Any, ...]:
    """Return the nodes that `change` makes of each node and of all inside, inner ones first."""
    return tuple(new for node in nodes for new in _rewrite_node(node, change))


def _rewrite_node(node: Any, change: _Change) -> tuple[Any, ...]:
    """Return the nodes that `change` makes of this one, after rewriting all that it contains."""
    if isinstance(node, tuple):  # the blocks of a list item, the cells of a row
        return (_rewrite(node, change),)
    contents = ((name, getattr(node, name, None)) for name in _CONTAINER_FIELDS)
    changes = {name: _rewrite(nodes, change) for name, nodes in contents if isinstance(nodes, tuple)}
    return change(replace(node, **changes) if changes else node)
