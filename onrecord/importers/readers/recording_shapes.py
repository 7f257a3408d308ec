"""Find speech in the JSON of transcription tools: who says what, when.

Seen in files: WhisperX, Rev, whisper.cpp, YouTube json3, the podcast namespace, oTranscribe. Documented by their
makers: Whisper, faster-whisper, AssemblyAI, Deepgram, AWS Transcribe, Sonix, Google, Azure, Speechmatics, ElevenLabs,
Soniox, editors with words beside paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | int | bool | None"
_Object: TypeAlias = Mapping[str, Json]

_TEXT_KEYS = ("text", "body", "transcript", "sentence", "content", "display_text")
_WORD_KEYS = ("punctuated_word", "word", "text", "content", "value")
_START_KEYS = (
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
_SHORT_RUN = 3  # words of another speaker in the middle of a sentence
_SLOWEST_RATE = 0.02  # words for a unit of time; nobody speaks so slowly if the unit is a second
_MILLISECOND = 0.001
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


def find_speech(tree: Json) -> Speech | None:
    """Return the speech of a transcript in JSON; None if no tool is known that writes such a file."""
    for node in _list_objects(tree):
        for read in _READERS:
            speech = read(node)
            if speech is not None and speech.stretches:
                return speech
    return _read_segments(tree) or _read_text_alone(tree) or _read_words_alone(tree)


def _list_objects(tree: Json) -> Iterator[_Object]:
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


# --- values ---------------------------------------------------------------------------------------


def _keep_objects(node: Json) -> list[_Object]:
    """Return the objects of a JSON array; [] for any other value."""
    return [row for row in node if isinstance(row, dict)] if isinstance(node, list) else []


def _get_objects(node: _Object, *keys: str) -> list[_Object]:
    """Return the objects of the JSON array that stands behind these keys."""
    value: Json = dict(node)
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return _keep_objects(value)


def _get_text(row: _Object, keys: Sequence[str]) -> str:
    """Return the text of the first of the keys that has one in a JSON object, "" if none has."""
    return next((text for key in keys if isinstance(text := row.get(key), str)), "")


def _read_number(value: Json) -> float | None:
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


def _get_number(row: _Object, keys: Sequence[str]) -> float | None:
    """Return the number behind the first of the keys that stands in a JSON object, None if none."""
    return next((number for key in keys if (number := _read_number(row.get(key))) is not None), None)


def _get_speaker(row: _Object, keys: Sequence[str] = _SPEAKER_KEYS) -> str:
    """Return the speaker's name in a JSON object; a number or a letter becomes “Speaker 0”."""
    value = next((value for key in keys if (value := row.get(key)) is not None), None)
    if isinstance(value, dict):
        value = value.get("name") or value.get("label") or value.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    name = " ".join(str(value).split())
    return f"Speaker {name}" if len(name) == 1 or name.isdigit() else name


# --- pieces of speech -----------------------------------------------------------------------------


def _read_segments(tree: Json) -> Speech | None:
    """Return the speech of a JSON array of pieces with text and time (those with speakers, most words); or None."""
    arrays = [rows for rows in _iterate_object_arrays(tree) if _are_speech_segments(rows)]
    if not arrays:
        return None
    rows = max(
        arrays, key=lambda rows: (any(map(_get_speaker, rows)), _compute_mean_words(rows) > 1.5, _count_words(rows))
    )
    stretches = [stretch for row in rows for stretch in _split_segment(row)]
    if not any(stretch.speaker for stretch in stretches):
        stretches = [*_mark_speaker_changes(rows, stretches)]
    names = _list_speaker_names(tree)
    stretches = [replace(stretch, speaker=names.get(stretch.speaker, stretch.speaker)) for stretch in stretches]
    return Speech(stretches, [_get_piece_text(row) for row in rows], _find_time_unit_s(rows, stretches))


def _list_speaker_names(tree: Json) -> dict[str, str]:
    """Return speakers' names by the codes in a JSON transcript's pieces, if a list beside them gives them."""
    return {
        _get_speaker(row, ("id", "speaker_id", "label")): name
        for node in _list_objects(tree)
        for row in _get_objects(node, "speakers")
        if (name := _get_text(row, ("name", "display_name")).strip())
    }


def _iterate_object_arrays(tree: Json) -> Iterator[list[_Object]]:
    """Yield the arrays of objects in a JSON transcript; not those inside the rows of another."""
    level = [tree]
    while level:
        yield from (rows for node in level if (rows := _keep_objects(node)))
        level = _list_children(level)


def _are_speech_segments(rows: Sequence[_Object]) -> bool:
    """Return whether most of these JSON objects have a text and a time."""
    with_words = [row for row in rows if _get_piece_text(row)]
    return 2 * sum(_get_start_time(row) is not None for row in with_words) > len(with_words) > 0


def _get_piece_text(row: _Object) -> str:
    """Return the text of a JSON transcript's piece, made of its words if it has none."""
    words = (_get_text(word, _WORD_KEYS).strip() for word in _get_objects(row, "words"))
    return _get_text(row, _TEXT_KEYS) or " ".join(words)


def _compute_mean_words(rows: Sequence[_Object]) -> float:
    """Return the mean number of words of a JSON transcript's pieces."""
    return _count_words(rows) / len(rows)


def _count_words(rows: Sequence[_Object]) -> int:
    """Return the number of words of a JSON transcript's pieces."""
    return sum(len(_get_piece_text(row).split()) for row in rows)


def _get_start_time(row: _Object) -> float | None:
    """Return the number that says when a JSON transcript's piece begins, or None."""
    return _get_time_bound(row, "from", _START_KEYS)


def _get_end_time(row: _Object) -> float | None:
    """Return the number that says when a JSON transcript's piece ends, by its length if need be, or None."""
    end, length, start = _get_time_bound(row, "to", _END_KEYS), _get_number(row, _LENGTH_KEYS), _get_start_time(row)
    return start + length if end is None and length is not None and start is not None else end


def _get_time_bound(row: _Object, side: str, keys: Sequence[str]) -> float | None:
    """Return the start or end (`side`) of a JSON piece, or None; whisper.cpp has an inner object for both."""
    offsets, timestamp = row.get("offsets"), row.get("timestamp")
    if isinstance(offsets, dict):
        return _read_number(offsets.get(side))
    if isinstance(timestamp, list) and len(timestamp) == 2:  # of the library transformers
        return _read_number(timestamp[side == "to"])
    return _get_number(row, keys)


def _find_time_unit_s(rows: Sequence[_Object], stretches: Sequence[Stretch]) -> float:
    """Return the unit of a JSON transcript's times in seconds: 0.001 if speech would be too slow otherwise."""
    if any(key in rows[0] for key in ("start_ms", "startMs", "startTimecode", "offsets")):
        return _MILLISECOND
    times = [time for stretch in stretches for time in (stretch.start, stretch.end) if time is not None]
    length = max(times) - min(times) if times else 0.0
    words = sum(len(stretch.words.split()) or 1 for stretch in stretches)
    is_whole = all(time == int(time) for time in times if abs(time) < 1e15)
    return _MILLISECOND if is_whole and length > 1_000 and words < _SLOWEST_RATE * length else 1.0


def _mark_speaker_changes(rows: Sequence[_Object], stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield the stretches, with a mark before each where whisper.cpp says that the speaker changes."""
    has_marks = any(row.get("speaker_turn_next") is True for row in rows) and len(rows) == len(stretches)
    begins_turn = has_marks
    for row, stretch in zip(rows, stretches, strict=False) if has_marks else ():
        yield replace(stretch, words=f">> {stretch.words.strip()}") if begins_turn else stretch
        begins_turn = row.get("speaker_turn_next") is True
    if not has_marks:
        yield from stretches


def _split_segment(row: _Object) -> list[Stretch]:
    """Return a JSON transcript's piece as stretches, divided where its words name other speakers."""
    text, speaker = _get_piece_text(row), _get_speaker(row)
    whole = Stretch(text, _get_start_time(row), _get_end_time(row), speaker)
    words = _get_objects(row, "words")
    if len({name for word in words if (name := _get_speaker(word))} | ({speaker} - {""})) < 2:
        return [replace(whole, speaker=speaker or next(filter(None, map(_get_speaker, words)), ""))]
    return _split_by_word_speakers(text, words, whole) or [whole]


def _split_by_word_speakers(text: str, words: Sequence[_Object], whole: Stretch) -> list[Stretch]:
    """Return a text divided where the speaker of its words changes; [] if these words are not its words."""
    positions, position = list[int](), 0
    for word in words:
        letters = _get_text(word, _WORD_KEYS).strip()
        start = text.find(letters, position)
        if start < 0:
            return []
        positions.append(start)
        position = start + len(letters)
    speakers = _smooth_speakers([_get_speaker(word) or whole.speaker for word in words], text, positions, whole.speaker)
    changes = [0, *(i for i in range(1, len(words)) if speakers[i] != speakers[i - 1])]
    bounds = [0, *(positions[i] for i in changes[1:]), len(text)]
    return [
        Stretch(
            text[bounds[n] : bounds[n + 1]],
            _get_number(words[i], _START_KEYS) if n else whole.start,
            whole.end,
            speakers[i],
        )
        for n, i in enumerate(changes)
    ]


def _smooth_speakers(speakers: list[str], text: str, positions: Sequence[int], main: str) -> list[str]:
    """Return the speakers of words; a few words inside a sentence are of the piece's own speaker."""
    smoothed, start = list[str](), 0
    while start < len(speakers):
        end = next((i for i in range(start, len(speakers)) if speakers[i] != speakers[start]), len(speakers))
        opens = start == 0 or ends_sentence(text, positions[start])
        closes = end == len(speakers) or ends_sentence(text, positions[end])
        is_own = (opens and closes) or end - start >= _SHORT_RUN or not main
        smoothed += [speakers[start] if is_own else main] * (end - start)
        start = end
    return smoothed


def _read_text_alone(tree: Json) -> Speech | None:
    """Return the speech of a JSON text that stands alone, or beside an array of its timed words; or None."""
    for node in _list_objects(tree):
        text = _get_text(node, ("text", "transcript"))
        words = _get_objects(node, "words") or _get_objects(node, "result")
        if text.strip() and (words or len(node) < 8):
            timed = _split_at_sentences(text, words)
            return Speech(timed or [Stretch(text)], [text], _find_time_unit_s(words, timed) if timed else 1.0)
    return None


def _split_at_sentences(text: str, words: Sequence[_Object]) -> list[Stretch]:
    """Return the sentences of a text with times of their words; [] if these words are not its words."""
    sentences, position, first = list[Stretch](), 0, 0
    begin: _Object | None = None
    for word in words:
        letters = _get_text(word, _WORD_KEYS).strip()
        start = text.find(letters, position)
        if start < 0:
            return []
        if begin is not None and ends_sentence(text, start):
            sentences.append(Stretch(text[first:start], _get_start_time(begin), _get_start_time(word)))
            first, begin = start, None
        begin = begin if begin is not None else word
        position = start + len(letters)
    if begin is not None:
        sentences.append(Stretch(text[first:], _get_start_time(begin), _get_end_time(words[-1])))
    return sentences


# --- single words ---------------------------------------------------------------------------------


def _join_words_to_sentences(words: Sequence[Stretch]) -> list[Stretch]:
    """Return sentences of single words; each word brings the blank before it."""
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


def _read_words_alone(tree: Json) -> Speech | None:
    """Return the speech of a JSON file's longest array of words with times, or None if there is none."""
    rows = max(_iterate_object_arrays(tree), key=len, default=[])
    words = [
        Stretch(f" {text}", _get_start_time(row), _get_end_time(row), _get_speaker(row))
        for row in rows
        if (text := _get_text(row, _WORD_KEYS).strip())
    ]
    if not words or 2 * sum(word.start is not None for word in words) <= len(words):
        return None
    joined = _join_words_to_sentences(words)
    return Speech(joined, ["".join(word.words for word in words)], _find_time_unit_s(rows, joined))


def _read_rev(node: _Object) -> Speech | None:
    """Return the speech of Rev's JSON (monologues of elements, also marks and blanks), or None."""
    names = {
        number: _get_speaker(row, ("name",))
        for row in _get_objects(node, "speakers")
        if isinstance(number := row.get("id"), int | str)
    }
    stretches, all_words = list[Stretch](), list[str]()
    for monologue in _get_objects(node, "monologues"):
        number = monologue.get("speaker")
        speaker = (names.get(number) if isinstance(number, int | str) else "") or _get_speaker(monologue)
        elements = _get_objects(monologue, "elements")
        words = [
            Stretch(_get_text(element, ("value",)), _get_number(element, ("ts",)), _get_number(element, ("end_ts",)))
            for element in elements
        ]
        joined = _join_words_to_sentences([replace(word, speaker=speaker) for word in words])
        stretches += [stretch for stretch in joined if stretch.words.strip()]
        all_words.append("".join(_get_text(element, ("value",)) for element in elements))
    return Speech(stretches, all_words)


def _read_word_list(node: _Object) -> Speech | None:
    """Return the speech of AWS Transcribe's and Speechmatics' JSON (words and marks with alternatives), or None."""
    rows = _get_objects(node, "items") or _get_objects(node, "results")
    if not any(row.get("type") in ("pronunciation", "word") and _get_objects(row, "alternatives") for row in rows):
        return None
    labels = {
        word.get("start_time"): _get_speaker(word) or _get_speaker(segment)
        for segment in _get_objects(node, "speaker_labels", "segments")
        for word in _get_objects(segment, "items")
        if isinstance(word.get("start_time"), str)
    }
    words, speaker = list[Stretch](), ""
    for row in rows:
        best = next(iter(_get_objects(row, "alternatives")), {})
        content, is_mark = _get_text(best, ("content",)), row.get("type") == "punctuation"
        label = _get_speaker(row) or _get_speaker(best) or _get_speaker(row, ("channel_label",))
        start = row.get("start_time")
        if not is_mark:
            speaker = label or (labels.get(start, "") if isinstance(start, str) else "")
        blank = "" if is_mark else " "
        words.append(Stretch(blank + content, _read_number(start), _read_number(row.get("end_time")), speaker))
    return Speech(_join_words_to_sentences(words), ["".join(word.words for word in words)])


def _read_tokens(node: _Object) -> Speech | None:
    """Return the speech of ElevenLabs' and Soniox' JSON (an array of words that bring their blanks), or None."""
    rows = _get_objects(node, "tokens")
    if not rows:
        rows = [row for row in _get_objects(node, "words") if row.get("type") != "audio_event"]
        if not any(row.get("type") == "spacing" for row in rows):
            return None
    if not any(_get_start_time(row) is not None for row in rows):
        return None
    words = [
        Stretch(
            _get_text(row, ("text",)),
            _get_start_time(row),
            _get_end_time(row),
            _get_speaker(row, ("speaker", "speaker_id")),
        )
        for row in rows
    ]
    unit_s = _MILLISECOND if "start_ms" in rows[0] else 1.0
    stretches = [stretch for stretch in _join_words_to_sentences(words) if stretch.words.strip()]
    return Speech(stretches, ["".join(_get_text(row, ("text",)) for row in rows)], unit_s)


def _read_youtube(node: _Object) -> Speech | None:
    """Return the speech of YouTube's json3 (events of segments that bring their blanks, in ms), or None."""
    stretches, all_words = list[Stretch](), list[str]()
    for event in _get_objects(node, "events"):
        words = "".join(_get_text(segment, ("utf8",)) for segment in _get_objects(event, "segs"))
        start, length = _get_number(event, ("tStartMs",)), _get_number(event, ("dDurationMs",))
        all_words.append(words)
        if words.strip():
            end = start + length if start is not None and length is not None else None
            stretches.append(Stretch(words, start, end))
    return Speech(stretches, all_words, _MILLISECOND)


def _read_deepgram(node: _Object) -> Speech | None:
    """Return the speech of Deepgram's JSON (utterances, else each channel's paragraphs or words), or None."""
    utterances = _get_objects(node, "utterances")
    if utterances and all("transcript" in row for row in utterances):
        stretches = [
            Stretch(_get_text(row, ("transcript",)), _get_start_time(row), _get_end_time(row), _get_speaker(row))
            for row in utterances
        ]
        return Speech(stretches, [stretch.words for stretch in stretches])
    channels = [next(iter(_get_objects(channel, "alternatives")), {}) for channel in _get_objects(node, "channels")]
    if len(channels) == 1:
        return Speech(_read_deepgram_channel(channels[0]), [_get_text(channels[0], ("transcript",))])
    stretches = [
        replace(stretch, speaker=stretch.speaker or f"Channel {number}")
        for number, channel in enumerate(channels, 1)
        for stretch in _read_deepgram_channel(channel)
    ]
    stretches.sort(key=lambda stretch: stretch.start or 0.0)
    return Speech(stretches, [stretch.words for stretch in stretches])


def _read_deepgram_channel(channel: _Object) -> list[Stretch]:
    """Return the sentences of a channel of Deepgram's JSON."""
    sentences = [
        Stretch(
            _get_text(sentence, ("text",)), _get_start_time(sentence), _get_end_time(sentence), _get_speaker(paragraph)
        )
        for paragraph in _get_objects(channel, "paragraphs", "paragraphs")
        for sentence in _get_objects(paragraph, "sentences")
    ]
    words = [
        Stretch(f" {_get_text(word, _WORD_KEYS)}", _get_start_time(word), _get_end_time(word), _get_speaker(word))
        for word in _get_objects(channel, "words")
    ]
    return sentences or _join_words_to_sentences(words) or [Stretch(_get_text(channel, ("transcript",)))]


def _read_google(node: _Object) -> Speech | None:
    """Return the speech of Google's JSON (results of alternatives; the last may repeat all words), or None."""
    results = [next(iter(_get_objects(result, "alternatives")), {}) for result in _get_objects(node, "results")]
    results = [result for result in results if "transcript" in result or "words" in result]
    if not results or not any(isinstance(result.get("transcript"), str) for result in results):
        return None
    keys = ("startTime", "startOffset", "start_time")
    words = [
        [
            Stretch(f" {_get_text(word, ('word',))}", _get_number(word, keys), None, _get_speaker(word))
            for word in _get_objects(result, "words")
        ]
        for result in results
    ]
    if words[-1] and words[-1][0].speaker and (len(results) == 1 or not _get_text(results[-1], ("transcript",))):
        return Speech(_join_words_to_sentences(words[-1]), ["".join(word.words for word in words[-1])])
    texts = [_get_text(result, ("transcript",)) for result in results]
    stretches = [
        Stretch(text, spoken[0].start if spoken else None) for text, spoken in zip(texts, words, strict=True) if text
    ]
    return Speech(stretches, texts)


def _read_azure(node: _Object) -> Speech | None:
    """Return the speech of Azure's JSON (phrases with the best display text), or None."""
    stretches = []
    for phrase in _get_objects(node, "recognizedPhrases"):
        best = next(iter(_get_objects(phrase, "nBest")), {})
        start = _get_number(phrase, ("offsetMilliseconds",))
        start = _get_number(phrase, ("offset",)) if start is None else start * _MILLISECOND
        stretches.append(Stretch(_get_text(best, ("display",)), start, None, _get_speaker(phrase)))
    return Speech(stretches, [stretch.words for stretch in stretches])


def _read_sonix(node: _Object) -> Speech | None:
    """Return the speech of Sonix' JSON (pieces that have a text, or only their words), or None."""
    stretches, all_words = list[Stretch](), list[str]()
    for row in _get_objects(node, "transcript"):
        words = " ".join(_get_text(word, ("text",)).strip() for word in _get_objects(row, "words"))
        text = _get_text(row, ("text",)) or words
        all_words.append(text)
        stretches.append(Stretch(text, _get_start_time(row), _get_end_time(row), _get_speaker(row)))
    return Speech(stretches, all_words)


def _read_timed_paragraphs(node: _Object) -> Speech | None:
    """Return the speech of JSON with words beside paragraphs that name speakers (BBC, Trint), or None."""
    words, paragraphs = _get_objects(node, "words"), _get_objects(node, "paragraphs")
    starts = [(start, _get_speaker(row)) for row in paragraphs if (start := _get_start_time(row)) is not None]
    if not words or not any(speaker for _, speaker in starts):
        return None
    stretches, number = list[Stretch](), 0
    for word in words:
        start, end = _get_start_time(word), _get_end_time(word)
        middle = start if start is None or end is None else (start + end) / 2  # their times may be rounded
        while middle is not None and number + 1 < len(starts) and starts[number + 1][0] <= middle:
            number += 1
        stretches.append(Stretch(f" {_get_text(word, _WORD_KEYS).strip()}", start, end, starts[number][1]))
    joined = _join_words_to_sentences(stretches)
    return Speech(joined, ["".join(word.words for word in stretches)], _find_time_unit_s(words, joined))


_READERS: tuple[Callable[[_Object], Speech | None], ...] = (
    _read_rev,
    _read_youtube,
    _read_word_list,
    _read_tokens,
    _read_timed_paragraphs,
    _read_deepgram,
    _read_google,
    _read_azure,
    _read_sonix,
)
