"""Find turns that begin with the same names again and again, without the colon that makes a name a label.

Names in brackets (“[Mara Lind] Yes.”, “<mara> Yes.”), with the number of the turn before them (“12. Mara: Yes.”) or its
date (“[12/03/2021, 14:05:11] Mara: Yes.”), or told apart from the words by nothing but colour or underlining, which an
import does not see (“Mara Lind Yes.”). Only the whole text shows that they are labels: they begin most paragraphs, and
they take turns.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from onrecord.importers.common import labels
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import split_into_tokens
from onrecord.importers.readers.timed_turns import cut_head

_NAME = r"(?P<name>[^\W\d_][\w .'’-]{0,40}?)"
_TIME = r"(?:[\[(<#]?\s?(?P<time>(?:\d{1,2}:)?\d{1,2}:\d\d(?:[.,]\d{1,3})?)(?:-\d)?\s?[\])>#]?\s+)?"
_NUMBERED = re.compile(rf"[\[(]?(?P<number>\d{{1,4}})[.):\]]{{0,2}}\s+{_NAME}\s?[:：]\s*(?=\S|$)")
_DATE = r"\d{1,4}[./-](?:\d{1,2}|[^\W\d_]{3,4})[./-]\d{2,4}"
_TIME_OF_DAY = r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?:\s?[APap]\.?[Mm]\b\.?)?"
_DATED = re.compile(rf"[\[(]?(?P<number>{_DATE},?\s+{_TIME_OF_DAY})[\])]?\s*[-–—]?\s*{_NAME}\s?[:：]\s*(?=\S|$)")
_IN_BRACKETS = re.compile(
    rf"(?:[\[(]?(?P<number>{_TIME_OF_DAY})[\])]?\s+)?(?:\[{_NAME}\]|<(?P<nick>[\w.' -]{{1,30}})>)\s*[:：]?\s+(?=\S)"
)
_CAPITAL = r"(?:[^\W\d_a-zß-ÿа-яё][\w'’-]*\.?)"
_BARE = re.compile(rf"{_TIME}(?P<name>{_CAPITAL}(?: (?:{_CAPITAL}|[a-z]{{1,3}}(?= [^\W\d_a-zß-ÿ]))){{0,3}})(?=[\s;])")
_BEGINS_SENTENCE = re.compile(r"\s*(?:[^\w\s]\s*)*[^\Wa-zß-ÿа-яё_]")
_LEAST_HEADS, _LEAST_SHARE = 4, 0.4  # of the paragraphs between the first head and the last
_LEAST_BARE_HEADS, _LEAST_BARE_SHARE = 6, 0.6
_LEAST_SHARE_OF_CHANGES = 0.6  # of the heads name another speaker than the one before
_MOST_SHARE_OF_LABELS = 0.3  # of the paragraphs; beyond it, labels of the usual kinds say who speaks
_MOST_NAME_WORDS = 4


@dataclass(frozen=True, slots=True)
class _NameHead:
    """A name, and perhaps a number or a time, in the first `length` characters of a paragraph."""

    name: str
    length: int
    number: str = ""  # of the turn, or its date
    time: str = ""


def find_repeated_heads(reading: SourceText) -> SourceText:
    """Return an imported reading with the names that begin its paragraphs again and again as labels.

    Any other text, and one whose turns have labels or speakers, is returned as it is.
    """
    paragraphs = [i for i, clipping in enumerate(reading.clippings) if clipping.kind == "paragraph"]
    if reading.is_spoken or any(clipping.speaker for clipping in reading.clippings):
        return reading
    labelled = sum(_has_label(reading.clippings[i]) for i in paragraphs)
    if len(paragraphs) < _LEAST_HEADS or labelled > _MOST_SHARE_OF_LABELS * len(paragraphs):
        return reading
    for find, least_count, least_share in (
        (_find_numbered, _LEAST_HEADS, _LEAST_SHARE),
        (_find_dated, _LEAST_HEADS, _LEAST_SHARE),
        (_find_bracketed, _LEAST_HEADS, _LEAST_SHARE),
        (_find_bare, _LEAST_BARE_HEADS, _LEAST_BARE_SHARE),
    ):
        heads = _select_repeated(find([(i, reading.clippings[i].words) for i in paragraphs]))
        inside = [i for i in paragraphs if heads and min(heads) <= i <= max(heads)]
        if len(heads) >= max(least_count, least_share * len(inside)) and _are_alternating(list(heads.values())):
            clippings = list(_separate_heads(reading.clippings, heads))
            numbered = tuple(replace(clipping, index=index) for index, clipping in enumerate(clippings))
            return replace(reading, clippings=numbered, is_ordered=False)
    return reading


def _has_label(clipping: Clipping) -> bool:
    """Return whether an imported paragraph begins with a label of a usual kind."""
    label = labels.parse_label(clipping.words, clipping.bold_lead)
    return label is not None and label.name[0].isalpha()


# --- shapes ---------------------------------------------------------------------------------------


def _find_numbered(paragraphs: Sequence[tuple[int, str]]) -> dict[int, _NameHead]:
    """Return heads like “12. Mara:” by paragraph, if their numbers increase."""
    matches = {i: match for i, words in paragraphs if (match := _NUMBERED.match(words)) and _can_be_name(match["name"])}
    numbers = [int(match["number"]) for match in matches.values()]
    if any(after <= before for before, after in pairwise(numbers)):
        return {}
    return {i: _NameHead(match["name"], match.end(), number=match["number"]) for i, match in matches.items()}


def _find_dated(paragraphs: Sequence[tuple[int, str]]) -> dict[int, _NameHead]:
    """Return heads like “[12/03/2021, 14:05:11] Mara:” by paragraph, as messengers export a conversation."""
    matches = {i: match for i, words in paragraphs if (match := _DATED.match(words))}
    return {i: _NameHead(match["name"], match.end(), number=match["number"]) for i, match in matches.items()}


def _find_bracketed(paragraphs: Sequence[tuple[int, str]]) -> dict[int, _NameHead]:
    """Return heads like “[Mara Lind] ” or “<mara> ” by paragraph."""
    matches = {i: match for i, words in paragraphs if (match := _IN_BRACKETS.match(words))}
    return {
        i: _NameHead(match["name"] or match["nick"], match.end(), number=match["number"] or "")
        for i, match in matches.items()
        if match["nick"] or _can_be_name(match["name"])
    }


def _find_bare(paragraphs: Sequence[tuple[int, str]]) -> dict[int, _NameHead]:
    """Return heads that are only a name, perhaps with a time before it, by paragraph.

    The name is two words or more, or all in capitals, and a sentence begins after it.
    """
    starts = {i: (match, match["name"].split()) for i, words in paragraphs if (match := _BARE.match(words))}
    beginnings = Counter(tuple(names[:n]) for _, names in starts.values() for n in range(1, len(names) + 1))
    heads = {}
    for i, words in paragraphs:
        match, names = starts.get(i, (None, []))
        sizes = [n for n in range(1, len(names) + 1) if _is_bare_name(names[:n]) and beginnings[tuple(names[:n])] > 1]
        if match is None or not sizes:
            continue
        size = max(sizes, key=lambda n: (beginnings[tuple(names[:n])], n))
        name = " ".join(names[:size])
        length = match.start("name") + len(name)
        if words.startswith(name, match.start("name")) and _BEGINS_SENTENCE.match(words, length):
            has_mark = words[length : length + 1] == ";"  # a colon that was typed wrong throughout
            heads[i] = _NameHead(name, length + has_mark, time=match["time"] or "")
    return heads


def _is_bare_name(words: Sequence[str]) -> bool:
    """Return whether words can be a name without any mark after it."""
    is_long = len(words) > 1 or (len(words[0]) > 2 and labels.is_all_capitals(words[0]))
    return is_long and words[-1][0].isupper()


def _can_be_name(name: str) -> bool:
    """Return whether a name before a colon or in brackets may be a speaker's."""
    return len(name.split()) <= _MOST_NAME_WORDS and labels.looks_like_name(name) and not labels.is_break_label(name)


# --- the whole text -------------------------------------------------------------------------------


def _select_repeated(heads: dict[int, _NameHead]) -> dict[int, _NameHead]:
    """Return the heads whose names repeat."""
    counts = Counter(labels.normalize_name(head.name) for head in heads.values())
    return {i: head for i, head in heads.items() if counts[labels.normalize_name(head.name)] > 1}


def _are_alternating(heads: Sequence[_NameHead]) -> bool:
    """Return whether most heads name another speaker than the head before."""
    names = [labels.normalize_name(head.name) for head in heads]
    changes = sum(before != after for before, after in pairwise(names))
    return len(names) > 1 and changes >= _LEAST_SHARE_OF_CHANGES * (len(names) - 1)


def _separate_heads(clippings: Sequence[Clipping], heads: dict[int, _NameHead]) -> Iterator[Clipping]:
    """Yield the clippings with their heads as labels; numbers of turns are set aside."""
    for i, clipping in enumerate(clippings):
        head = heads.get(i)
        words = f"{head.number} {head.name} {head.time}" if head else ""
        if (
            head is None
            or (head.time and clipping.printed_time)
            # a word of the head would be in neither the label, nor the number, nor the time
            or Counter(split_into_tokens(words)) != Counter(split_into_tokens(clipping.words[: head.length]))
        ):
            yield clipping
            continue
        if head.number:
            yield Clipping(0, "", head.number, clipping.line, kind="aside", reason="the number or the date of a turn")
        yield replace(
            cut_head(clipping, head.length),
            speaker=head.name.rstrip("."),
            label=head.name,
            printed_time=clipping.printed_time or head.time,
            time=clipping.time or head.time,
        )
