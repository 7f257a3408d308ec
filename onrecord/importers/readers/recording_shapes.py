"""Find speech in the JSON of transcription tools: who says what, when.

Seen in files: WhisperX, Rev, whisper.cpp, YouTube json3, the podcast namespace, oTranscribe. Documented by their
makers: Whisper, faster-whisper, AssemblyAI, Deepgram, AWS Transcribe, Sonix, Google, Azure, Speechmatics, ElevenLabs,
Soniox, editors with words beside paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from onrecord.importers.readers.recording_values import (
    START_KEYS,
    WORD_KEYS,
    Json,
    JsonObject,
    Speech,
    Stretch,
    ends_sentence,
    find_time_unit_s,
    get_end_time,
    get_number,
    get_objects,
    get_piece_text,
    get_speaker,
    get_start_time,
    get_text,
    iterate_object_arrays,
    join_words_to_sentences,
    list_objects,
)
from onrecord.importers.readers.recording_vendors import VENDOR_READERS

_SHORT_RUN = 3  # words of another speaker in the middle of a sentence


def find_speech(tree: Json) -> Speech | None:
    """Return the speech of a transcript in JSON; None if no tool is known that writes such a file."""
    for node in list_objects(tree):
        for read in VENDOR_READERS:
            speech = read(node)
            if speech is not None and speech.stretches:
                return speech
    return _read_segments(tree) or _read_text_alone(tree) or _read_words_alone(tree)


def _read_segments(tree: Json) -> Speech | None:
    """Return the speech of a JSON array of pieces with text and time (those with speakers, most words); or None."""
    arrays = [rows for rows in iterate_object_arrays(tree) if _are_speech_segments(rows)]
    if not arrays:
        return None
    rows = max(
        arrays, key=lambda rows: (any(map(get_speaker, rows)), _compute_mean_words(rows) > 1.5, _count_words(rows))
    )
    stretches = [stretch for row in rows for stretch in _split_segment(row)]
    if not any(stretch.speaker for stretch in stretches):
        stretches = [*_mark_speaker_changes(rows, stretches)]
    names = _list_speaker_names(tree)
    stretches = [replace(stretch, speaker=names.get(stretch.speaker, stretch.speaker)) for stretch in stretches]
    return Speech(stretches, [get_piece_text(row) for row in rows], find_time_unit_s(rows, stretches))


def _list_speaker_names(tree: Json) -> dict[str, str]:
    """Return speakers' names by the codes in a JSON transcript's pieces, if a list beside them gives them."""
    return {
        get_speaker(row, ("id", "speaker_id", "label")): name
        for node in list_objects(tree)
        for row in get_objects(node, "speakers")
        if (name := get_text(row, ("name", "display_name")).strip())
    }


def _are_speech_segments(rows: Sequence[JsonObject]) -> bool:
    """Return whether most of these JSON objects have a text and a time."""
    with_words = [row for row in rows if get_piece_text(row)]
    return 2 * sum(get_start_time(row) is not None for row in with_words) > len(with_words) > 0


def _compute_mean_words(rows: Sequence[JsonObject]) -> float:
    """Return the mean number of words of a JSON transcript's pieces."""
    return _count_words(rows) / len(rows)


def _count_words(rows: Sequence[JsonObject]) -> int:
    """Return the number of words of a JSON transcript's pieces."""
    return sum(len(get_piece_text(row).split()) for row in rows)


def _mark_speaker_changes(rows: Sequence[JsonObject], stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield the stretches, with a mark before each where whisper.cpp says that the speaker changes."""
    has_marks = any(row.get("speaker_turn_next") is True for row in rows) and len(rows) == len(stretches)
    begins_turn = has_marks
    for row, stretch in zip(rows, stretches, strict=False) if has_marks else ():
        yield replace(stretch, words=f">> {stretch.words.strip()}") if begins_turn else stretch
        begins_turn = row.get("speaker_turn_next") is True
    if not has_marks:
        yield from stretches


def _split_segment(row: JsonObject) -> list[Stretch]:
    """Return a JSON transcript's piece as stretches, divided where its words name other speakers."""
    text, speaker = get_piece_text(row), get_speaker(row)
    whole = Stretch(text, get_start_time(row), get_end_time(row), speaker)
    words = get_objects(row, "words")
    if len({name for word in words if (name := get_speaker(word))} | ({speaker} - {""})) < 2:
        return [replace(whole, speaker=speaker or next(filter(None, map(get_speaker, words)), ""))]
    return _split_by_word_speakers(text, words, whole) or [whole]


def _split_by_word_speakers(text: str, words: Sequence[JsonObject], whole: Stretch) -> list[Stretch]:
    """Return a text divided where the speaker of its words changes; [] if these words are not its words."""
    positions, position = list[int](), 0
    for word in words:
        letters = get_text(word, WORD_KEYS).strip()
        start = text.find(letters, position)
        if start < 0:
            return []
        positions.append(start)
        position = start + len(letters)
    speakers = _smooth_speakers([get_speaker(word) or whole.speaker for word in words], text, positions, whole.speaker)
    changes = [0, *(i for i in range(1, len(words)) if speakers[i] != speakers[i - 1])]
    bounds = [0, *(positions[i] for i in changes[1:]), len(text)]
    return [
        Stretch(
            text[bounds[n] : bounds[n + 1]],
            get_number(words[i], START_KEYS) if n else whole.start,
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
    for node in list_objects(tree):
        text = get_text(node, ("text", "transcript"))
        words = get_objects(node, "words") or get_objects(node, "result")
        if text.strip() and (words or len(node) < 8):
            timed = _split_at_sentences(text, words)
            return Speech(timed or [Stretch(text)], [text], find_time_unit_s(words, timed) if timed else 1.0)
    return None


def _split_at_sentences(text: str, words: Sequence[JsonObject]) -> list[Stretch]:
    """Return the sentences of a text with times of their words; [] if these words are not its words."""
    sentences, position, first = list[Stretch](), 0, 0
    begin: JsonObject | None = None
    for word in words:
        letters = get_text(word, WORD_KEYS).strip()
        start = text.find(letters, position)
        if start < 0:
            return []
        if begin is not None and ends_sentence(text, start):
            sentences.append(Stretch(text[first:start], get_start_time(begin), get_start_time(word)))
            first, begin = start, None
        begin = begin if begin is not None else word
        position = start + len(letters)
    if begin is not None:
        sentences.append(Stretch(text[first:], get_start_time(begin), get_end_time(words[-1])))
    return sentences


def _read_words_alone(tree: Json) -> Speech | None:
    """Return the speech of a JSON file's longest array of words with times, or None if there is none."""
    rows = max(iterate_object_arrays(tree), key=len, default=[])
    words = [
        Stretch(f" {text}", get_start_time(row), get_end_time(row), get_speaker(row))
        for row in rows
        if (text := get_text(row, WORD_KEYS).strip())
    ]
    if not words or 2 * sum(word.start is not None for word in words) <= len(words):
        return None
    joined = join_words_to_sentences(words)
    return Speech(joined, ["".join(word.words for word in words)], find_time_unit_s(rows, joined))
