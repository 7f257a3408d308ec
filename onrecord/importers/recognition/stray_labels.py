"""Ask about labels of speakers that stand where no turn begins: typed without a colon, or inside a paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from onrecord.importers.common import labels
from onrecord.importers.common.draft import Clipping, Draft, DraftTurn
from onrecord.importers.recognition.label_candidates import can_be_speaker

_INSIDE = re.compile(
    r"(?<=[.!?…。？！”\"»)\]])\s+(?P<name>(?:[^\W\d_][\w.'’-]*)(?: [^\W\d_][\w.'’-]*){0,3})\s?[:：](?=\s)"
)
# After a name that should be a label: a wrong mark, or none and a new sentence.
_AFTER = r"(?:\s?[;:：]|\.(?=\s[\"“«(\[]?[^\W\d_a-zß-ÿа-яё])|\s[—–-]\s|\s+(?=[\"“«(\[]?[^\W\d_a-zß-ÿа-яё]))"
_LEAST_LETTERS = 3  # of a name; “A” and “I” begin sentences


def ask_about_stray_labels(draft: Draft) -> Draft:
    """Return the draft with a doubt about each paragraph that holds a label which begins no turn.

    Looked for are the labels of the conversation, and names in capitals that stand inside paragraphs repeatedly.
    """
    names = {form for turn in draft.turns if (form := turn.label.rstrip(":： ")) and _is_long_enough(form)}
    inside = Counter(
        match["name"]
        for turn in draft.turns
        for clipping in turn.clippings
        for match in _INSIDE.finditer(clipping.words_without_notes)
    )
    known = names | {name for name, count in inside.items() if count > 1 and labels.is_all_capitals(name)}
    usable = sorted(name for name in known if can_be_speaker(labels.SpeakerLabel(name, name, len(name))))
    if not usable:
        return draft
    at_start = re.compile(rf"(?P<name>{'|'.join(map(re.escape, usable))}){_AFTER}")
    return replace(
        draft, turns=tuple(replace(turn, editor_questions=_list_asks(turn, at_start, usable)) for turn in draft.turns)
    )


def _is_long_enough(name: str) -> bool:
    """Return whether a label is too long to be a word with which sentences begin."""
    return len(name) >= _LEAST_LETTERS or (len(name) > 1 and labels.is_all_capitals(name))


def _list_asks(turn: DraftTurn, at_start: re.Pattern[str], names: list[str]) -> tuple[str, ...]:
    """Return what the editor is asked about each clipping of an imported turn."""
    asks = turn.editor_questions or ("",) * len(turn.clippings)
    if turn.kind not in ("question", "answer"):
        return asks
    return tuple(
        ask or next(_find_asks(clipping, at_start, names, is_labelled=i == 0 and bool(turn.label)), "")
        for i, (clipping, ask) in enumerate(zip(turn.clippings, asks, strict=True))
    )


def _find_asks(clipping: Clipping, at_start: re.Pattern[str], names: list[str], *, is_labelled: bool) -> Iterator[str]:
    """Yield a question about each stray label in a paragraph; `is_labelled` says that it has a label of its own."""
    if clipping.kind != "paragraph":
        return
    words = clipping.words_without_notes
    if not is_labelled and (match := at_start.match(words)):
        yield f"Does {match['name']} speak here? The name stands at the beginning, but is not marked as a label."
    for match in _INSIDE.finditer(words):
        if match["name"] in names:
            yield f"Does {match['name']} speak from “{match['name']}:” on, inside this paragraph?"
