"""Find turns that begin with a time and a name, in any order, in texts of every format.

One grammar for the transcripts of Word, Teams, Zoom, Otter, Rev, Trint, Happy Scribe, Fathom, tl;dv, Descript, Sonix,
InqScribe, MAXQDA, f4 and others: a time or a range of times, in brackets or not; a dash, a bar or nothing; a name, in
brackets or not, perhaps with a firm; a colon or nothing. The words follow on the same line or below it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from onrecord.importers.common import decoding, labels
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import cut_leading_words, escape_paragraph, split_into_tokens
from onrecord.importers.common.recording_times import is_time_of_day, read_time
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule

_CLOCK_TIME = r"(?:\d{1,3}[:;])?\d{1,3}[:;]\d{1,2}(?:[.,:;]\d{1,7})?(?:\s?[APap]\.?[Mm]\b\.?)?(?!\d)"
_TIME_WITH_UNITS = r"(?:\d{1,3}h\s?)?\d{1,3}m(?:in)?\s?\d{1,2}(?:\.\d{1,3})?s\b|\d{1,5}\.\d{1,3}s\b"  # 1h02m03s, 12.5s
# 00.12.41 and 12.41 are times only beside others that grow (see `_are_numbers_of_paragraphs`); 12' 41", 12 min 41 s
_DOTTED_TIME = r"(?:\d{1,2}\.)?\d{2}\.\d{2}(?![\d.]*\d)"
_TIME_WITH_PRIMES = r"\d{1,3}\s?['’′]\s?\d{1,2}\s?(?:[\"”″]|['’′]{2})|\d{1,3}\s?min\.?\s?\d{1,2}\s?s(?:ec?)?\b\.?"
_TIME = rf"(?:{_CLOCK_TIME}|{_TIME_WITH_UNITS}|{_TIME_WITH_PRIMES}|{_DOTTED_TIME})"
_DOTTED = re.compile(_DOTTED_TIME)
_OPEN, _CLOSE = r"@?[\[(<{#]?\s*", r"\s*(?:-\d{1,3}#|[\])>}#])?"  # f4 writes #00:12:41-5#
_END = rf"(?:\s*(?:-->|->|[-–—]|to|,)\s*{_OPEN}(?P<end>{_TIME}){_CLOSE})?"
_RANGE = rf"{_OPEN}(?P<time>{_TIME}){_CLOSE}{_END}"
_FIRM = r"(?:,\s?[^\W\d_][\w .'’&/-]{1,40}?)?(?:\s?[(\[][^()\[\]:\d][^()\[\]:]{0,40}[)\]])?"
_NAME = rf"[^\W\d_][\w .'’ʼ&/-]{{0,48}}?[\w.]?{_FIRM}"
_MARK = r"\s*(?:[-–—|•·,]\s*)?"
_TIME_FIRST = re.compile(rf"{_RANGE}{_MARK}\[?(?P<name>{_NAME})\]?\s*(?P<colon>[:：])\s*(?=\S|$)")
_TIME_FIRST_WITH_TABS = re.compile(rf"{_RANGE}\s*[\t|]\s*(?P<name>{_NAME})\s*[\t|]\s*(?=\S)")
_TIME_FIRST_ALONE = re.compile(rf"{_RANGE}{_MARK}\[?(?P<name>{_NAME})\]?\s*$")
_NAME_FIRST = re.compile(
    rf"(?P<open>\[?)(?P<name>{_NAME})\]?\s*(?P<before>[:：]?){_MARK}(?P<bracket>[\[(<{{]?)"
    rf"\s*(?P<time>{_TIME}){_CLOSE}{_END}\s*(?P<colon>[:：]?)\s*"
)
_TIME_ALONE = re.compile(rf"{_RANGE}\s*(?P<colon>[:：]?)\s*")
_TIME_AT_END = re.compile(rf"\s*#(?P<time>{_TIME})(?:-\d{{1,3}})?#$")
_BRACKETED_TIME_AT_END = re.compile(rf"(?<=\S)\s+[\[(<{{](?P<time>{_TIME})[\])>}}]$")
_LEAST_SHARE_WITH_TIME_AT_END = 0.5
_LEAST_HEADS = 3
_LEAST_SHARE = 0.15  # of the paragraphs between the first and the last head
_LEAST_SHARE_IN_ORDER = 0.8
_LEAST_SHARE_REPEATED = 0.2  # of the heads name the speaker of the head before: then they are pieces of turns
_LONG_WORDS = 150  # of a paragraph that is made of pieces
_MOST_NAME_WORDS = 6
_SENTENCE_END = re.compile(r"[.!?…。？！؟][\"”’»)\]*]*$")
# The beginning of a paragraph that is a time but for a letter, a blank or a wrong sign in it.
_LIKE_A_TIME = re.compile(r"[\[(<{]?(?:[\dOolI]{1,3}\s?[:;.,]\s?){1,2}[\dOolIx]{1,2}[.,]?[\dOolIx]{0,3}[\])>}](?=\s|$)")
_LONE_NAME = re.compile(_NAME)
_REPEATED = "the same label again"


@dataclass(frozen=True, slots=True)
class _Head:
    """A time, and perhaps a name, in the first `length` characters of a paragraph."""

    time: str  # the first of a range
    printed: str  # all that is printed as time
    name: str = ""
    length: int = 0
    is_glued: bool = False  # no blank between time and name: they are one word of the original
    stands_alone: bool = False
    is_marked: bool = True  # in brackets, a range, or before a name; not only a number with a colon


def find_timed_turns(reading: SourceText, name: str) -> SourceText:
    """Return an imported reading with times and names at the start of turns recognized and taken off the words.

    Pieces of one turn are joined. Any other text is returned as it is.
    """
    if reading.is_spoken:
        return reading
    clippings = _remove_times_at_end(reading.clippings)
    heads = _find_turn_heads(clippings)
    if _are_heads_of_turns(heads, clippings):
        reading = replace(reading, notes=(*reading.notes, *_warn_of_damaged_times(heads, clippings, name)))
        clippings = _Separator(clippings, heads).separate_heads()
    else:
        clippings = _assign_section_times(clippings, heads)
    is_changed = clippings is not reading.clippings
    return replace(
        reading,
        clippings=tuple(_replace_tabs(clipping, index) for index, clipping in enumerate(clippings)),
        is_ordered=reading.is_ordered and not is_changed,
    )


def _replace_tabs(clipping: Clipping, index: int) -> Clipping:
    """Return the clipping with its number, and with spaces for tabs, which no turn needs any more."""
    if "\t" not in clipping.words or clipping.kind == "code":
        return replace(clipping, index=index)
    return replace(
        clipping, index=index, words=clipping.words.replace("\t", " "), text=clipping.text.replace("\t", " ")
    )


def _warn_of_damaged_times(heads: dict[int, _Head], clippings: Sequence[Clipping], name: str) -> Iterator[Problem]:
    """Yield a warning for imported paragraphs that seem to begin with a time, which is damaged."""
    damaged = [
        i
        for i in range(min(heads), max(heads) + 1)
        if ((head := heads.get(i)) is None and _LIKE_A_TIME.match(clippings[i].words))
        or (head and head.time and _is_impossible_time(head.time))
    ]
    if damaged:
        first = clippings[damaged[0]]
        others = f" (and in {len(damaged) - 1} more)" if len(damaged) > 1 else ""
        sentence = f"the time in this line{others} is damaged: “{first.words[:40].strip()}”"
        hint = "write the time as 00:12:41 there and import again, or correct t= and the turn in the result"
        yield decoding.build_warning(SourceLocation(name, first.line), Rule.CUE_TIMES_ARE_WHOLE, sentence, hint)


def _is_impossible_time(time: str) -> bool:
    """Return whether a time has more than 59 seconds, or more than 59 minutes after hours."""
    return read_time(time) is None and not is_time_of_day(time)


# --- times at the end of paragraphs ---------------------------------------------------------------


def _remove_times_at_end(clippings: Sequence[Clipping]) -> Sequence[Clipping]:
    """Return the clippings without the times at their ends: #00:12:41-0#, as f4 writes them, or [00:12:41]."""
    paragraphs = [(i, clipping) for i, clipping in enumerate(clippings) if clipping.kind == "paragraph"]
    matches = {i: match for i, clipping in paragraphs if (match := _TIME_AT_END.search(clipping.words))}
    bracketed = {i: match for i, clipping in paragraphs if (match := _BRACKETED_TIME_AT_END.search(clipping.words))}
    if len(bracketed) >= max(_LEAST_HEADS, _LEAST_SHARE_WITH_TIME_AT_END * len(paragraphs)):
        matches |= bracketed
    if not matches:
        return clippings
    cut = list(clippings)
    for i, match in matches.items():
        clipping = clippings[i]
        printed = match.group().strip()
        tail = re.compile(r"\s*" + r"\\?".join(["", *map(re.escape, printed)]) + "$")
        cut[i] = replace(
            clipping,
            words=clipping.words[: match.start()],
            text=tail.sub("", clipping.text),
            time=match["time"],
            printed_time=printed.strip("#[](){}<>"),
        )
    return cut


# --- heads ----------------------------------------------------------------------------------------


def _find_turn_heads(clippings: Sequence[Clipping]) -> dict[int, _Head]:
    """Return the heads (times and names) with which imported paragraphs begin, by their numbers."""
    heads = {
        i: head
        for i, clipping in enumerate(clippings)
        if clipping.kind in ("paragraph", "heading") and not clipping.speaker and (head := _parse_turn_head(clipping))
    }
    heads |= _find_names_beside_times(clippings, heads)
    names = Counter(labels.normalize_name(head.name) for head in heads.values() if head.name)
    for i, head in heads.items():
        is_word = names[labels.normalize_name(head.name)] == 1 and len(head.name.split()) == 1 and len(names) > 1
        following = i + 2 if i + 1 in heads and not heads[i + 1].time else i + 1
        has_words = following < len(clippings) and following not in heads
        if head.name and ((head.stands_alone and not has_words) or (is_word and not head.name.isupper())):
            heads[i] = _parse_time_alone(clippings[i]) or head  # “[00:12] Okay”, “[00:12] Remember: …”
    return heads


def _parse_turn_head(clipping: Clipping) -> _Head | None:
    """Return the head (time and name) with which an imported paragraph begins, or None."""
    words = clipping.words
    if match := _TIME_FIRST_ALONE.match(words):
        if _can_be_name(match["name"]):
            return _build_head(match, match["name"], len(words), stands_alone=True)
    elif (match := _TIME_FIRST.match(words) or _TIME_FIRST_WITH_TABS.match(words)) and _can_be_name(match["name"]):
        return _build_head(match, match["name"], match.end(), stands_alone=match.end() == len(words))
    if (match := _NAME_FIRST.match(words)) and _can_be_name(match["name"]) and not _divides_word(words, match.end()):
        stands_alone = match.end() == len(words)
        is_marked = (
            match["colon"] or match["before"] or match["bracket"] or match["open"] or match["end"] or "\t" in match[0]
        )
        is_bold = clipping.bold_lead.strip(" :") == match["name"]
        if stands_alone or is_marked or is_bold:
            return _build_head(match, match["name"], match.end(), stands_alone=stands_alone)
    return _parse_time_alone(clipping)


def _parse_time_alone(clipping: Clipping) -> _Head | None:
    """Return the head of a paragraph that begins with a time without a name, or None."""
    match = _TIME_ALONE.match(clipping.words)
    if match is None or _divides_word(clipping.words, match.end()):
        return None
    stands_alone = match.end() == len(clipping.words)
    is_marked = bool(match["end"] or match["colon"] or clipping.words[0] in "@[(<{#")
    return replace(_build_head(match, "", match.end(), stands_alone=stands_alone), is_marked=is_marked)


def _build_head(match: re.Match[str], name: str, length: int, *, stands_alone: bool) -> _Head:
    """Return the head of a turn that a pattern matched."""
    printed = " ".join(time for time in (match["time"], match["end"]) if time)
    head, time = match.string[:length], _write_as_clock(match["time"])
    if Counter(split_into_tokens(head)) != Counter(split_into_tokens(f"{name} {printed}")):
        return _Head(time, head.strip(), name.strip(), length, True, stands_alone)
    return _Head(time, printed, name.strip(), length, False, stands_alone)


def _write_as_clock(time: str) -> str:
    """Return a time with colons between its parts, if it has full stops, primes or words there; else as it is."""
    if _DOTTED.fullmatch(time):
        return time.replace(".", ":")
    if re.fullmatch(_TIME_WITH_PRIMES, time):
        return ":".join(re.findall(r"\d+", time))
    return time


def _divides_word(words: str, position: int) -> bool:
    """Return whether a word goes on after a position."""
    return 0 < position < len(words) and words[position - 1].isalnum() and words[position].isalnum()


def _can_be_name(name: str) -> bool:
    """Return whether words can be a name: capitals, or one word as a user's name is."""
    bare = re.sub(r"\s?[(\[].*$", "", name.strip())
    person = bare.split(",")[0]
    if len(bare.split()) > _MOST_NAME_WORDS or labels.is_break_label(person):
        return False
    return labels.looks_like_name(person) or bool(re.fullmatch(r"[a-z][\w.-]*\w", person))


def _find_names_beside_times(clippings: Sequence[Clipping], heads: dict[int, _Head]) -> dict[int, _Head]:
    """Return heads for names on lines of their own before or after lines of a time alone.

    The head is that of the first of the two lines; the second gets an empty one.
    """
    lone = [i for i, head in heads.items() if head.stands_alone and not head.name]
    for step in (1, -1):
        names = {i: _read_lone_name(clippings, i + step) for i in lone if i + step not in heads}
        counts = Counter(labels.normalize_name(name) for name in names.values() if name)
        found_names = {i: name for i, name in names.items() if name and counts[labels.normalize_name(name)] > 1}
        if len(found_names) >= _LEAST_HEADS and 2 * len(found_names) > len(lone):
            paired: dict[int, _Head] = {}
            for i, name in found_names.items():
                first, second = sorted((i, i + step))
                paired[first] = replace(heads[i], name=name, length=len(clippings[first].words))
                paired[second] = _Head("", "", length=len(clippings[second].words), stands_alone=True)
            return paired
    return {}


def _read_lone_name(clippings: Sequence[Clipping], i: int) -> str:
    """Return the name that is all of a paragraph; "" if it is none, or there is no such paragraph."""
    if not 0 <= i < len(clippings) or clippings[i].kind not in ("paragraph", "heading"):
        return ""
    words = clippings[i].words.strip().rstrip(":：").strip()
    return words if _LONE_NAME.fullmatch(words) and _can_be_name(words) and not words.endswith(".") else ""


def _are_heads_of_turns(heads: dict[int, _Head], clippings: Sequence[Clipping]) -> bool:
    """Return whether the heads are those of turns: enough of them, times in order, with names or marks."""
    timed = {i: head for i, head in heads.items() if head.time}
    if len(timed) < _LEAST_HEADS:
        return False
    times = [read_time(re.sub(r"[^\d:;.,hms]", "", head.time)) for head in timed.values()]
    numbers = [seconds for seconds in times if seconds is not None]
    is_dotted = any(_DOTTED.search(head.printed) for head in timed.values())
    if is_dotted and (None in times or _are_numbers_of_paragraphs(numbers)):
        return False
    steps_back = sum(after < before for before, after in pairwise(numbers))
    paragraphs = sum(c.kind == "paragraph" for c in clippings[min(timed) : max(timed) + 1])
    share = len(timed) / max(1, paragraphs)
    names = Counter(labels.normalize_name(head.name) for head in timed.values() if head.name)
    if steps_back > max(1, (1 - _LEAST_SHARE_IN_ORDER) * len(timed)) or share < _LEAST_SHARE:
        return False
    if len(names) >= 2 and max(names.values()) >= 2:
        return True
    with_words = [head for head in timed.values() if not head.stands_alone]
    return len(with_words) >= _LEAST_HEADS and share > 0.8 and all(head.is_marked for head in with_words)


def _are_numbers_of_paragraphs(seconds: Sequence[int]) -> bool:
    """Return whether “12.41” at the start of paragraphs counts them, or is a date: one more each time, or the same."""
    steps = [after - before for before, after in pairwise(seconds)]
    return 2 * sum(step > 1 for step in steps) <= len(steps)


def _assign_section_times(clippings: Sequence[Clipping], heads: dict[int, _Head]) -> Sequence[Clipping]:
    """Give times on lines of their own to the labelled turns below them; Google Meet writes one for each section."""
    sections = [
        i
        for i, head in heads.items()
        if head.stands_alone and not head.name and head.time.count(":") == 2 and i + 1 < len(clippings)
    ]
    turns = [i for i in sections if _has_label(clippings[i + 1])]
    if not turns or 2 * len(turns) < len(sections):
        return clippings
    assigned = list(clippings)
    for i in turns:
        reason = "the time of a section"
        assigned[i] = replace(clippings[i], text="", kind="aside", reason=reason)
        assigned[i + 1] = replace(clippings[i + 1], time=heads[i].time)
    return assigned


def _has_label(clipping: Clipping) -> bool:
    """Return whether a paragraph surely begins with a label."""
    label = labels.parse_label(clipping.words, clipping.bold_lead)
    return label is not None and label.is_certain


# --- turns ----------------------------------------------------------------------------------------


class _Separator:
    """Separates heads from words, and joins the pieces of a turn."""

    def __init__(self, clippings: Sequence[Clipping], heads: dict[int, _Head]) -> None:
        self._clippings = clippings
        self._heads = heads
        names = [labels.normalize_name(head.name) for head in heads.values() if head.name]
        repeated = sum(before == after for before, after in pairwise(names))
        self._is_pieces = repeated >= max(1, _LEAST_SHARE_REPEATED * len(names))
        self._out: list[Clipping] = []
        self._speaker = ""
        self._pending: _Head | None = None  # a head whose words come below it
        self._pending_line = 0

    def separate_heads(self) -> list[Clipping]:
        """Return the clippings with heads separate from words: the first of a turn has its speaker and time."""
        for i, clipping in enumerate(self._clippings):
            head = self._heads.get(i)
            if head is None:
                self._add_words(clipping)
            elif head.time:
                self._open_turn(head, clipping)
            # The second line of a head says nothing more.
        self._set_pending_aside()
        return self._out

    def _open_turn(self, head: _Head, clipping: Clipping) -> None:
        """Begin the turn that a head opens, with the words after it."""
        self._set_pending_aside()
        self._pending, self._pending_line = head, clipping.line
        if not head.stands_alone:
            self._add_words(cut_head(clipping, head.length))

    def _set_pending_aside(self) -> None:
        """Set aside a head of a turn that no words follow."""
        if self._pending is not None:
            words = _format_head(self._pending)
            self._out.append(Clipping(0, "", words, self._pending_line, kind="aside", reason="a time without words"))
            self._pending = None

    def _add_words(self, clipping: Clipping) -> None:
        """Add an imported paragraph; the first one after a head gets its speaker and time."""
        head, self._pending = self._pending, None
        if head is None:
            self._out.append(clipping)
            return
        is_same = bool(head.name) and labels.identify_speaker(head.name) == self._speaker
        if is_same or (not head.name and self._speaker):
            self._continue_turn(head, clipping, is_same=is_same)
            return
        self._speaker = labels.identify_speaker(head.name)
        self._out.append(
            replace(
                clipping,
                line=self._pending_line or clipping.line,
                speaker=head.name,
                label="" if head.is_glued else head.name,
                printed_time=head.printed,
                time=head.time,
            )
        )

    def _continue_turn(self, head: _Head, clipping: Clipping, *, is_same: bool) -> None:
        """Add a piece with its own time to the open turn: to its last paragraph, or as a new one.

        `is_same`: its head repeats the speaker.
        """
        formatted = _format_head(head)
        reason = _REPEATED if is_same else "the time of a paragraph inside a turn"
        self._out.append(Clipping(0, "", formatted, self._pending_line, kind="aside", reason=reason))
        last = next((i for i in range(len(self._out) - 1, -1, -1) if self._out[i].kind != "aside"), None)
        before = self._out[last] if last is not None else None
        if (
            last is None
            or before is None
            or not (is_same and self._is_pieces)
            or not (_is_plain_paragraph(before) and _is_plain_paragraph(clipping))
            or (len(before.words.split()) > _LONG_WORDS and _SENTENCE_END.search(before.words))
        ):
            self._out.append(clipping)
            return
        words = f"{before.words} {clipping.words}"
        self._out[last] = replace(before, words=words, text=escape_paragraph(words))


def _format_head(head: _Head) -> str:
    """Return the printed words of a turn's head: name and time."""
    return head.printed if head.is_glued or not head.name else f"{head.name} {head.printed}"


def cut_head(clipping: Clipping, length: int) -> Clipping:
    """Return the clipping without the characters of its head."""
    words = clipping.words[length:].lstrip()
    text = cut_leading_words(clipping.text, clipping.words[:length])
    if clipping.is_bold and text is not None:
        text = re.sub(r"^\*\*(.*)\*\*$", r"\1", text)
    return replace(
        clipping,
        words=words,
        text=text if text is not None and words else escape_paragraph(words),
        is_bold=False,
        bold_lead="",
        kind="paragraph",
    )


def _is_plain_paragraph(clipping: Clipping) -> bool:
    """Return whether the clipping is a paragraph without emphasis, links or notes."""
    return clipping.kind == "paragraph" and not clipping.notes and clipping.text == escape_paragraph(clipping.words)
