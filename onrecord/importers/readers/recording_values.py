"""Read speech, times and speakers from the JSON of transcription tools, whatever their keys are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | int | bool | None"
JsonObject: TypeAlias = Mapping[str, Json]

_TEXT_KEYS = ("text", "body", "transcript", "sentence", "content", "display_text")
WORD_KEYS = ("punctuated_word", "word", "text", "content", "value")
START_KEYS = (
    "start",
    "startTime",
    "start_time",
    "start_ms",
    "startMs",
    "startTimecode",
    "begin",
    "offset",
    "time",
    "timestamp",
)
_END_KEYS = ("end", "endTime", "end_time", "end_ms", "endMs", "endTimecode")
_LENGTH_KEYS = ("duration", "dur")
_SPEAKER_KEYS = ("speaker", "speaker_name", "speakerName", "speaker_label", "speakerLabel", "speakerTag", "speaker_id")
_SENTENCE_END = re.compile(r"[.!?…。！？؟][\"”’»)\]]*$")
_MANY_WORDS = 40  # of a stretch that is made of single words
_MANY_LETTERS = 10_000  # of a stretch that is made of words without blanks
_LOOK_BACK = 40  # characters before a place: marks that end a sentence, and blanks
_SLOWEST_RATE = 0.02  # words for a unit of time; nobody speaks so slowly if the unit is a second
MILLISECOND = 0.001
_SHORT_ARRAY = 10  # values; results stand in it, not pieces of speech
_TIME = re.compile(r"(?:(\d{1,6}):)??(?:(\d{1,6}):)?(\d{1,9}(?:[.,]\d{1,20})?)")
_DURATION = re.compile(r"(?:PT)?(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9}(?:\.\d{1,20})?)S)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that one speaker says together; times are in the units of the file."""

    words: str
    start: float | None = None
    end: float | None = None
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Speech:
    """The speech of a file; `all_words` are the words of the file, collected without regard to speakers and times."""

    stretches: Sequence[Stretch]
    all_words: Sequence[str]
    unit_s: float = 1.0


def list_objects(tree: Json) -> Iterator[JsonObject]:
    """Yield the objects of a JSON transcript, the outer ones first, but not those in long arrays."""
    level = [tree]
    while level:
        yield from (node for node in level if isinstance(node, dict))
        level = _list_children(level)


def _list_children(level: Sequence[Json]) -> list[Json]:
    """Return the values inside JSON objects and short arrays."""
    inner: list[Json] = [child for node in level if isinstance(node, dict) for child in node.values()]
    return inner + [child for node in level if isinstance(node, list) and len(node) < _SHORT_ARRAY for child in node]


def ends_sentence(text: str, end: int | None = None) -> bool:
    """Return whether a sentence ends before a place of the text; only what stands close before it is looked at."""
    end = len(text) if end is None else end
    return bool(_SENTENCE_END.search(text[max(0, end - _LOOK_BACK) : end].rstrip()))


def _keep_objects(node: Json) -> list[JsonObject]:
    """Return the objects of a JSON array; [] for any other value."""
    return [row for row in node if isinstance(row, dict)] if isinstance(node, list) else []


def get_objects(node: JsonObject, *keys: str) -> list[JsonObject]:
    """Return the objects of the JSON array that stands after these keys."""
    value: Json = dict(node)
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return _keep_objects(value)


def get_text(row: JsonObject, keys: Sequence[str]) -> str:
    """Return the text of the first of the keys that has one in a JSON object, "" if none has."""
    for key in keys:
        if isinstance(text := row.get(key), str):
            return text
    return ""


def read_number(value: Json) -> float | None:
    """Return a number, also one written as text: "0.5", "1.3s", "00:01:02,5"; None for no number.

    Text that is no time is NaN, so that it is refused and not ignored.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float("inf") if abs(value) > 1e300 else float(value)
    if not isinstance(value, str) or not value.strip():
        return None
    match = _TIME.fullmatch(value.strip()) or _DURATION.fullmatch(value.strip())
    if match is None:
        return float("nan")
    hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def get_number(row: JsonObject, keys: Sequence[str]) -> float | None:
    """Return the number after the first of the keys that stands in a JSON object, None if none."""
    return next((number for key in keys if (number := read_number(row.get(key))) is not None), None)


def get_speaker(row: JsonObject, keys: Sequence[str] = _SPEAKER_KEYS) -> str:
    """Return the speaker's name in a JSON object; a number or a letter becomes “Speaker 0”."""
    value: Json = None
    for key in keys:
        if (value := row.get(key)) is not None:
            break
    if isinstance(value, dict):
        value = value.get("name") or value.get("label") or value.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    name = " ".join(str(value).split())
    return f"Speaker {name}" if len(name) == 1 or name.isdigit() else name


def iterate_object_arrays(tree: Json) -> Iterator[list[JsonObject]]:
    """Yield the arrays of objects in a JSON transcript; not those inside the rows of another."""
    level = [tree]
    while level:
        yield from (rows for node in level if (rows := _keep_objects(node)))
        level = _list_children(level)


def get_piece_text(row: JsonObject) -> str:
    """Return the text of a JSON transcript's piece, made of its words if it has none."""
    words = (get_text(word, WORD_KEYS).strip() for word in get_objects(row, "words"))
    return get_text(row, _TEXT_KEYS) or " ".join(words)


def get_start_time(row: JsonObject) -> float | None:
    """Return the number that says when a JSON transcript's piece begins, or None."""
    return _get_time_bound(row, "from", START_KEYS)


def get_end_time(row: JsonObject) -> float | None:
    """Return the number that says when a JSON transcript's piece ends, by its length if need be, or None."""
    end, length, start = _get_time_bound(row, "to", _END_KEYS), get_number(row, _LENGTH_KEYS), get_start_time(row)
    return start + length if end is None and length is not None and start is not None else end


def _get_time_bound(row: JsonObject, side: str, keys: Sequence[str]) -> float | None:
    """Return the start or end (`side`) of a JSON piece, or None; whisper.cpp has an inner object for both."""
    offsets, timestamp = row.get("offsets"), row.get("timestamp")
    if isinstance(offsets, dict):
        return read_number(offsets.get(side))
    if isinstance(timestamp, list) and len(timestamp) == 2:  # of the library transformers
        return read_number(timestamp[side == "to"])
    return get_number(row, keys)


def find_time_unit_s(rows: Sequence[JsonObject], stretches: Sequence[Stretch]) -> float:
    """Return the unit of a JSON transcript's times in seconds: 0.001 if speech would be too slow otherwise."""
    if any(key in rows[0] for key in ("start_ms", "startMs", "startTimecode", "offsets")):
        return MILLISECOND
    times = [time for stretch in stretches for time in (stretch.start, stretch.end) if time is not None]
    length = max(times) - min(times) if times else 0.0
    words = sum(len(stretch.words.split()) or 1 for stretch in stretches)
    is_whole = all(time == int(time) for time in times if abs(time) < 1e15)
    return MILLISECOND if is_whole and length > 1_000 and words < _SLOWEST_RATE * length else 1.0


def join_words_to_sentences(words: Sequence[Stretch]) -> list[Stretch]:
    """Return the words of a recording joined to sentences; each word has the blank that stands before it."""
    joined = list[Stretch]()
    for word in words:
        last = joined[-1] if joined else None
        if (
            last is None
            or word.speaker != last.speaker
            or len(last.words) > _MANY_LETTERS
            or (word.words[:1].isspace() and ends_sentence(last.words, len(last.words)))
            or (word.words[:1].isspace() and len(last.words.split()) > _MANY_WORDS)
        ):
            joined.append(word)
        else:
            joined[-1] = replace(last, words=last.words + word.words, end=word.end or last.end)
    return joined
