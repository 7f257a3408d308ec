"""Read JSON files of transcription tools: their pieces of speech become cues, as captions have them.

A file is recognized by its keys. `recording_shapes` knows where each tool writes speakers, times and words.
"""

from __future__ import annotations

import html as html_entities
import json
import math
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

from onrecord.importers.common import decoding, text_limits
from onrecord.importers.common.decoding import build_warning
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import split_into_tokens
from onrecord.importers.readers import captions, html
from onrecord.importers.readers.caption_cues import Cue, CueLine, SourceNote
from onrecord.importers.readers.recording_shapes import find_speech
from onrecord.importers.readers.recording_values import Json, Speech, Stretch, ends_sentence
from onrecord.manuscript.recording_entries import is_address_of_recording
from onrecord.manuscript.yaml_config import find_unprintable
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule

_MAX_DEPTH = 100
_MOST_S = 1_000 * 3600  # no recording is longer
_LEAST_WORDS = 3  # of words that are said about the file
_MOST_KEYS = 100  # that have a part of their own in the report
_MOST_COMPARISONS = 20_000_000
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_][A-Za-z]{2,4})?")
_LINE_BREAK = re.compile(r"(?i)<br\s?/?>")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LABEL_IN_TEXT = re.compile(r"\bSpeaker \d+:")  # Deepgram gives its paragraphs once more, with labels
_LEAST_WORDS_OF_TURN = 4
_UNKNOWN_SPEAKER = "Unknown Speaker"
_HINT = (
    "read are the JSON files of WhisperX, Whisper, whisper.cpp, Rev, AssemblyAI, Deepgram, AWS Transcribe, Sonix, "
    "YouTube (json3), podcasts and oTranscribe; or export the transcript as .vtt, .srt or .docx"
)


def looks_like_json(data: bytes) -> bool:
    """Return whether an imported file's bytes begin as an object of JSON, or as an array of objects."""
    is_utf_16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    head = data[:4_000].decode("utf-16" if is_utf_16 else "utf-8", "replace").removeprefix("\ufeff")
    return bool(re.match(r"\s*(?:\{\s*[\"}]|\[\s*[{\]])", head))


def read_recording(data: bytes, name: str) -> SourceText:
    """Return the turns of a transcript in JSON; raise Refused for damaged files and other programs' files."""
    text, notes = decoding.decode_text(data, name)
    tree = _parse_json(text, name)
    if isinstance(tree, dict) and isinstance(tree.get("text"), str) and _is_otranscribe(tree["text"], tree.keys()):
        return _read_otranscribe(tree, notes, name)
    speech = find_speech(tree)
    if speech is None or not any(_clean_text(stretch.words) for stretch in speech.stretches):
        sentence = "no tool that On Record knows writes a transcript in JSON like this"
        raise decoding.build_refusal(name, Rule.FORMAT_IS_KNOWN, sentence, _HINT)
    text_limits.refuse_long_text(sum(len(stretch.words) for stretch in speech.stretches), name)
    return _build_reading(speech, tree, notes, name)


def _is_otranscribe(text: Json, keys: Collection[str]) -> bool:
    """Return whether a JSON file is oTranscribe's: it has its keys, or marks times as oTranscribe does."""
    return bool({*keys} & {"media-time", "media-source"}) or 'class="timestamp"' in str(text)


def _read_otranscribe(tree: Mapping[str, Json], notes: tuple[Problem, ...], name: str) -> SourceText:
    """Return the page in a file of oTranscribe, with its recording's address, or its name set aside."""
    page = html.read_html(f"<html><body>{tree['text']}</body></html>".encode(), name)
    media = [text.strip() for key in ("media", "media-source") if isinstance(text := tree.get(key), str)]
    address = next(filter(is_address_of_recording, media), "")
    names = [words for text in dict.fromkeys(media) if text != address and (words := _clean_text(text))]
    asides = [
        Clipping(index, "", words, kind="aside", reason="the name of the recording")
        for index, words in enumerate(names, len(page.clippings))
    ]
    return replace(
        page,
        notes=(*notes, *page.notes),
        clippings=(*page.clippings, *asides),
        original_tokens=(*page.original_tokens, *split_into_tokens(" ".join(names))),
        settings={**page.settings, "recording": (address,)} if address else page.settings,
    )


# --- JSON -----------------------------------------------------------------------------------------


def _parse_json(text: str, name: str) -> Json:
    """Return the values of a JSON transcript; raise Refused if damaged, nested too deeply, or with double keys."""

    def refuse_repeated_keys(pairs: Sequence[tuple[str, Json]]) -> dict[str, Json]:
        """Return the pairs as a dictionary; raise ValueError if a key stands twice in one JSON object."""
        values = dict(pairs)
        if len(values) < len(pairs):
            keys = [key for key, _ in pairs]
            key = next(key for key in keys if keys.count(key) > 1)
            sentence = f"“{key[:40]}” stands twice in one object; only one of the two can hold"
            raise decoding.build_refusal(name, Rule.FILE_IS_WHOLE, sentence, "export the transcript again")
        return values

    def parse_lines() -> Json:
        """Return the objects of a JSON file that has one on each line."""
        return [json.loads(line, object_pairs_hook=refuse_repeated_keys) for line in text.splitlines() if line.strip()]

    is_lines = bool(re.match(r"\s*\{.*\}[ \t]*\n\s*\{", text))
    try:
        tree: Json = parse_lines() if is_lines else json.loads(text, object_pairs_hook=refuse_repeated_keys)
    except json.JSONDecodeError as error:
        sentence = f"this JSON is damaged: {error.msg.lower()}"
        hint = "export the transcript again, and do not edit the file by hand"
        raise decoding.build_refusal(name, Rule.FILE_IS_WHOLE, sentence, hint, error.lineno) from error
    except RecursionError:
        _refuse_depth(name)
    except ValueError as error:  # a whole number of more than 4,300 digits
        sentence = "this JSON contains a number that is too long"
        raise decoding.build_refusal(name, Rule.FILE_IS_WHOLE, sentence, "export the transcript again") from error
    level, depth = [tree], 0
    while level:
        depth += 1
        if depth > _MAX_DEPTH:
            _refuse_depth(name)
        level = [child for node in level for child in _list_children(node)]
    return tree


def _refuse_depth(name: str) -> NoReturn:
    """Raise Refused for a JSON transcript that is nested too deeply."""
    sentence = f"this JSON is nested more than {_MAX_DEPTH} levels deep"
    raise decoding.build_refusal(name, Rule.NESTING_IS_SHALLOW, sentence, _HINT)


def _list_children(node: Json) -> Sequence[Json]:
    """Return the values inside a JSON object or array."""
    return list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else ()


def _clean_text(text: str) -> str:
    """Return a transcript's text in NFC, on one line, without entities and characters that cannot be printed."""
    text = html_entities.unescape(_LINE_BREAK.sub(" ", text))
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    for char in find_unprintable(text):
        text = text.replace(char, "")
    return _SURROGATE.sub("", text)


# --- speech ---------------------------------------------------------------------------------------


def _build_reading(speech: Speech, tree: Json, notes: tuple[Problem, ...], name: str) -> SourceText:
    """Return a JSON transcript's stretches of speech as turns, with all other words set aside."""
    stretches = [replace(stretch, words=_clean_text(stretch.words)) for stretch in speech.stretches]
    stretches = [stretch for stretch in stretches if stretch.words]
    stretches, count = _fill_missing_speakers(stretches)
    if count:
        sentence = f"{count:,} of {len(stretches):,} pieces of speech name no speaker; they were joined to those around"
        hint = "read the turns of this interview again"
        notes += (build_warning(SourceLocation(name), Rule.SPEAKERS_ARE_NAMED, sentence, hint),)
    cues = list(_build_cues(stretches, speech.unit_s, name))
    original = [token for words in speech.all_words for token in split_into_tokens(_clean_text(words))]
    others = [SourceNote(0, why, words) for why, words in _find_other_words(tree, original)]
    reading = captions.build_reading(cues, others, notes, name, original)
    language = _find_language(tree)
    return replace(reading, settings={**reading.settings, **({"language": (language,)} if language else {})})


def _fill_missing_speakers(stretches: Sequence[Stretch]) -> tuple[list[Stretch], int]:
    """Return the stretches, each with a speaker if any has, and how many got that of their neighbours.

    A stretch without a speaker between two of one speaker is theirs, unless it is a sentence of its own, which may be
    anybody's: its speaker is unknown, as elsewhere.
    """
    if all(stretch.speaker for stretch in stretches) or not any(stretch.speaker for stretch in stretches):
        return list(stretches), 0
    following = ""
    speakers_after = list[str]()
    for stretch in reversed(stretches):
        speakers_after.append(following)
        following = stretch.speaker or following
    filled, before, count, is_closed = list[Stretch](), "", 0, True
    for stretch, after in zip(stretches, reversed(speakers_after), strict=True):
        before = stretch.speaker or before
        is_sentence = is_closed and ends_sentence(stretch.words) and len(stretch.words.split()) >= _LEAST_WORDS_OF_TURN
        is_joined = not stretch.speaker and before == after and not is_sentence
        is_closed = ends_sentence(stretch.words)
        count += is_joined
        filled.append(replace(stretch, speaker=stretch.speaker or (before if is_joined else _UNKNOWN_SPEAKER)))
    return filled, count


def _build_cues(stretches: Sequence[Stretch], unit_s: float, name: str) -> Iterator[Cue]:
    """Yield a cue for each stretch of speech; raise Refused for a time that no recording has."""
    for stretch in stretches:
        start_s = _convert_to_seconds(stretch.start, unit_s, name)
        end_s = _convert_to_seconds(stretch.end, unit_s, name)
        yield Cue(start_s, start_s if math.isnan(end_s) else end_s, 0, [CueLine(stretch.speaker, stretch.words)])


def _convert_to_seconds(time: float | None, unit_s: float, name: str) -> float:
    """Return the time in seconds, NaN if there is none; raise Refused if no recording has it."""
    if time is None:
        return math.nan
    seconds = time * unit_s
    if not -1 <= seconds < _MOST_S:  # also NaN and infinite numbers
        sentence = f"a time in this file is {'no number' if math.isnan(time) else f'{time:g}, which no recording has'}"
        raise decoding.build_refusal(name, Rule.FILE_IS_WHOLE, sentence, "export the transcript again")
    return max(0.0, seconds)


# --- what else the file says ----------------------------------------------------------------------


def _find_other_words(tree: Json, spoken: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield reason and words of a JSON transcript that are not spoken, as a summary, joined by their keys."""
    transcript = _SpokenWords(spoken)
    texts: dict[str, list[str]] = {}
    seen = set[str]()
    for key, text in _list_strings(tree):
        if (" " not in text and text.isascii()) or text in seen:
            continue
        seen.add(text)
        words = _clean_text(text)
        tokens = split_into_tokens(_LABEL_IN_TEXT.sub(" ", words))
        if len(tokens) >= _LEAST_WORDS and not transcript.contains(tokens):
            texts.setdefault(key if key in texts or len(texts) < _MOST_KEYS else "other keys", []).append(words)
    for key, parts in texts.items():
        yield f"said about the file: {key}", " ".join(parts)


class _SpokenWords:
    """Tells whether words were spoken one after the other; the time for all questions is bounded."""

    def __init__(self, spoken: Sequence[str]) -> None:
        self._spoken = spoken
        self._starts: dict[tuple[str, ...], list[int]] = {}
        for start in range(len(spoken) - _LEAST_WORDS + 1):
            self._starts.setdefault(tuple(spoken[start : start + _LEAST_WORDS]), []).append(start)
        self._budget = _MOST_COMPARISONS

    def contains(self, tokens: Sequence[str]) -> bool:
        """Return whether the tokens were spoken in this order; False if too many were compared already."""
        for start in self._starts.get(tuple(tokens[:_LEAST_WORDS]), ()):
            self._budget -= len(tokens)
            if self._budget < 0:
                return False
            if self._spoken[start : start + len(tokens)] == tokens:
                return True
        return False


def _list_strings(tree: Json) -> Iterator[tuple[str, str]]:
    """Yield each text of a JSON transcript with the nearest key above it, in order."""
    waiting: list[tuple[str, Json]] = [("", tree)]
    while waiting:
        key, node = waiting.pop()
        if isinstance(node, str):
            yield key, node
        elif isinstance(node, dict):
            waiting += reversed(node.items())
        elif isinstance(node, list):
            waiting += reversed([(key, child) for child in node])


def _find_language(tree: Json) -> str:
    """Return the language that a JSON transcript names, as “en”; "" if it names none."""
    for key, text in _list_strings(tree) if isinstance(tree, dict) else ():
        language = _LANGUAGE.fullmatch(text) if key in ("language", "language_code", "detected_language") else None
        if language:
            return language[1]
    return ""
