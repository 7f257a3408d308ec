"""Find speech in JSON that only one tool writes, each by its own keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from onrecord.importers.readers.recording_values import (
    MILLISECOND,
    WORD_KEYS,
    JsonObject,
    Speech,
    Stretch,
    find_time_unit_s,
    get_end_time,
    get_number,
    get_objects,
    get_speaker,
    get_start_time,
    get_text,
    join_words_to_sentences,
    read_number,
)


def _read_rev(node: JsonObject) -> Speech | None:
    """Return the speech of Rev's JSON (monologues of elements, also marks and blanks), or None."""
    names = {
        number: get_speaker(row, ("name",))
        for row in get_objects(node, "speakers")
        if isinstance(number := row.get("id"), int | str)
    }
    stretches, all_words = list[Stretch](), list[str]()
    for monologue in get_objects(node, "monologues"):
        number = monologue.get("speaker")
        speaker = (names.get(number) if isinstance(number, int | str) else "") or get_speaker(monologue)
        elements = get_objects(monologue, "elements")
        words = [
            Stretch(get_text(element, ("value",)), get_number(element, ("ts",)), get_number(element, ("end_ts",)))
            for element in elements
        ]
        joined = join_words_to_sentences([replace(word, speaker=speaker) for word in words])
        stretches += [stretch for stretch in joined if stretch.words.strip()]
        all_words.append("".join(get_text(element, ("value",)) for element in elements))
    return Speech(stretches, all_words)


def _read_word_list(node: JsonObject) -> Speech | None:
    """Return the speech of AWS Transcribe's and Speechmatics' JSON (words and marks with alternatives), or None."""
    rows = get_objects(node, "items") or get_objects(node, "results")
    if not any(row.get("type") in ("pronunciation", "word") and get_objects(row, "alternatives") for row in rows):
        return None
    labels = {
        word.get("start_time"): get_speaker(word) or get_speaker(segment)
        for segment in get_objects(node, "speaker_labels", "segments")
        for word in get_objects(segment, "items")
        if isinstance(word.get("start_time"), str)
    }
    words, speaker = list[Stretch](), ""
    for row in rows:
        best = next(iter(get_objects(row, "alternatives")), {})
        content, is_mark = get_text(best, ("content",)), row.get("type") == "punctuation"
        label = get_speaker(row) or get_speaker(best) or get_speaker(row, ("channel_label",))
        start = row.get("start_time")
        if not is_mark:
            speaker = label or (labels.get(start, "") if isinstance(start, str) else "")
        blank = "" if is_mark else " "
        words.append(Stretch(blank + content, read_number(start), read_number(row.get("end_time")), speaker))
    return Speech(join_words_to_sentences(words), ["".join(word.words for word in words)])


def _read_tokens(node: JsonObject) -> Speech | None:
    """Return the speech of ElevenLabs' and Soniox' JSON (an array of words that bring their blanks), or None."""
    rows = get_objects(node, "tokens")
    if not rows:
        rows = [row for row in get_objects(node, "words") if row.get("type") != "audio_event"]
        if not any(row.get("type") == "spacing" for row in rows):
            return None
    if not any(get_start_time(row) is not None for row in rows):
        return None
    words = [
        Stretch(
            get_text(row, ("text",)),
            get_start_time(row),
            get_end_time(row),
            get_speaker(row, ("speaker", "speaker_id")),
        )
        for row in rows
    ]
    unit_s = MILLISECOND if "start_ms" in rows[0] else 1.0
    stretches = [stretch for stretch in join_words_to_sentences(words) if stretch.words.strip()]
    return Speech(stretches, ["".join(get_text(row, ("text",)) for row in rows)], unit_s)


def _read_youtube(node: JsonObject) -> Speech | None:
    """Return the speech of YouTube's json3 (events of segments that bring their blanks, in ms), or None."""
    stretches, all_words = list[Stretch](), list[str]()
    for event in get_objects(node, "events"):
        words = "".join(get_text(segment, ("utf8",)) for segment in get_objects(event, "segs"))
        start, length = get_number(event, ("tStartMs",)), get_number(event, ("dDurationMs",))
        all_words.append(words)
        if words.strip():
            end = start + length if start is not None and length is not None else None
            stretches.append(Stretch(words, start, end))
    return Speech(stretches, all_words, MILLISECOND)


def _read_deepgram(node: JsonObject) -> Speech | None:
    """Return the speech of Deepgram's JSON (utterances, else each channel's paragraphs or words), or None."""
    utterances = get_objects(node, "utterances")
    if utterances and all("transcript" in row for row in utterances):
        stretches = [
            Stretch(get_text(row, ("transcript",)), get_start_time(row), get_end_time(row), get_speaker(row))
            for row in utterances
        ]
        return Speech(stretches, [stretch.words for stretch in stretches])
    channels = [next(iter(get_objects(channel, "alternatives")), {}) for channel in get_objects(node, "channels")]
    if len(channels) == 1:
        return Speech(_read_deepgram_channel(channels[0]), [get_text(channels[0], ("transcript",))])
    stretches = [
        replace(stretch, speaker=stretch.speaker or f"Channel {number}")
        for number, channel in enumerate(channels, 1)
        for stretch in _read_deepgram_channel(channel)
    ]
    stretches.sort(key=lambda stretch: stretch.start or 0.0)
    return Speech(stretches, [stretch.words for stretch in stretches])


def _read_deepgram_channel(channel: JsonObject) -> list[Stretch]:
    """Return the sentences of a channel of Deepgram's JSON."""
    sentences = [
        Stretch(get_text(sentence, ("text",)), get_start_time(sentence), get_end_time(sentence), get_speaker(paragraph))
        for paragraph in get_objects(channel, "paragraphs", "paragraphs")
        for sentence in get_objects(paragraph, "sentences")
    ]
    words = [
        Stretch(f" {get_text(word, WORD_KEYS)}", get_start_time(word), get_end_time(word), get_speaker(word))
        for word in get_objects(channel, "words")
    ]
    return sentences or join_words_to_sentences(words) or [Stretch(get_text(channel, ("transcript",)))]


def _read_google(node: JsonObject) -> Speech | None:
    """Return the speech of Google's JSON (results of alternatives; the last may repeat all words), or None."""
    results = [next(iter(get_objects(result, "alternatives")), {}) for result in get_objects(node, "results")]
    results = [result for result in results if "transcript" in result or "words" in result]
    if not results or not any(isinstance(result.get("transcript"), str) for result in results):
        return None
    keys = ("startTime", "startOffset", "start_time")
    words = [
        [
            Stretch(f" {get_text(word, ('word',))}", get_number(word, keys), None, get_speaker(word))
            for word in get_objects(result, "words")
        ]
        for result in results
    ]
    if words[-1] and words[-1][0].speaker and (len(results) == 1 or not get_text(results[-1], ("transcript",))):
        return Speech(join_words_to_sentences(words[-1]), ["".join(word.words for word in words[-1])])
    texts = [get_text(result, ("transcript",)) for result in results]
    stretches = [
        Stretch(text, spoken[0].start if spoken else None) for text, spoken in zip(texts, words, strict=True) if text
    ]
    return Speech(stretches, texts)


def _read_azure(node: JsonObject) -> Speech | None:
    """Return the speech of Azure's JSON (phrases with the best display text), or None."""
    stretches = []
    for phrase in get_objects(node, "recognizedPhrases"):
        best = next(iter(get_objects(phrase, "nBest")), {})
        start = get_number(phrase, ("offsetMilliseconds",))
        start = get_number(phrase, ("offset",)) if start is None else start * MILLISECOND
        stretches.append(Stretch(get_text(best, ("display",)), start, None, get_speaker(phrase)))
    return Speech(stretches, [stretch.words for stretch in stretches])


def _read_sonix(node: JsonObject) -> Speech | None:
    """Return the speech of Sonix' JSON (pieces that have a text, or only their words), or None."""
    stretches, all_words = list[Stretch](), list[str]()
    for row in get_objects(node, "transcript"):
        words = " ".join(get_text(word, ("text",)).strip() for word in get_objects(row, "words"))
        text = get_text(row, ("text",)) or words
        all_words.append(text)
        stretches.append(Stretch(text, get_start_time(row), get_end_time(row), get_speaker(row)))
    return Speech(stretches, all_words)


def _read_timed_paragraphs(node: JsonObject) -> Speech | None:
    """Return the speech of JSON with words beside paragraphs that name speakers (BBC, Trint), or None."""
    words, paragraphs = get_objects(node, "words"), get_objects(node, "paragraphs")
    starts = [(start, get_speaker(row)) for row in paragraphs if (start := get_start_time(row)) is not None]
    if not words or not any(speaker for _, speaker in starts):
        return None
    stretches, number = list[Stretch](), 0
    for word in words:
        start, end = get_start_time(word), get_end_time(word)
        middle = start if start is None or end is None else (start + end) / 2  # their times may be rounded
        while middle is not None and number + 1 < len(starts) and starts[number + 1][0] <= middle:
            number += 1
        stretches.append(Stretch(f" {get_text(word, WORD_KEYS).strip()}", start, end, starts[number][1]))
    joined = join_words_to_sentences(stretches)
    return Speech(joined, ["".join(word.words for word in stretches)], find_time_unit_s(words, joined))


VENDOR_READERS: tuple[Callable[[JsonObject], Speech | None], ...] = (
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
