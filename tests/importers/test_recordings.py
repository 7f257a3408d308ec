"""Test the import of JSON files of transcription tools: whatever the tool, the same turns, names and times."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onrecord.importers import import_file
from onrecord.importers.common.draft import Draft
from onrecord.importers.readers import recordings
from tests.importers.test_import_file import create_book, import_draft, import_source, join_kinds

# Speaker, start in seconds, words. The second turn lasts long; the last one is beyond an hour.
TALK = (
    (0, 4.5, "Good evening. What does the keeper count at night?"),
    (1, 9.25, "The ships that pass, and the hours until dawn. Nobody counts the waves."),
    (0, 61.0, "And why are the ships counted?"),
    (1, 3725.75, "The owners pay for each of them, so the number is written down."),
)
TEXTS = [words for _, _, words in TALK]
TIMES = ["00:00:04", "00:00:09", "00:01:01", "01:02:05"]
NAMES = ("Nora Field", "Ben Shaw")


def split_talk() -> list[tuple[int, float, float, str]]:
    """Return the sentences of the talk: speaker, start, end, words."""
    sentences = []
    for speaker, start, words in TALK:
        parts = [part if part.endswith(("?", ".")) else f"{part}." for part in words.split(". ")]
        sentences += [(speaker, start + 2 * n, start + 2 * n + 2, part) for n, part in enumerate(parts)]
    return sentences


def write_whisperx() -> Any:
    segments = [
        {"start": start, "end": end, "text": f" {words}", "speaker": f"SPEAKER_0{who}", "words": []}
        for who, start, end, words in split_talk()
    ]
    return {"segments": segments, "word_segments": [], "language": "en"}


def write_whisperx_words() -> Any:
    """Only the words name their speakers; some have no times, as numbers."""
    segments: list[dict[str, Any]] = []
    for who, start, end, text in split_talk():
        words = [{"word": word, "start": start, "score": 0.5, "speaker": f"SPEAKER_0{who}"} for word in text.split()]
        del words[1]["start"], words[1]["speaker"]
        segments.append({"start": start, "end": end, "text": f" {text}", "words": words})
    return {"segments": segments}


def write_speakers_within_a_segment() -> Any:
    """A segment is two turns; the words say so. One word inside a sentence has the wrong speaker."""
    segments: list[dict[str, Any]] = []
    for first in (0, 2):
        words = []
        for who, start, text in TALK[first : first + 2]:
            words += [{"word": word, "start": start, "speaker": f"SPEAKER_0{who}"} for word in text.split()]
        words[-3]["speaker"] = "SPEAKER_00"
        text = " ".join(text for _, _, text in TALK[first : first + 2])
        segments.append({"start": TALK[first][1], "end": 1e4, "text": text, "speaker": "SPEAKER_01", "words": words})
    return {"segments": segments}


def write_bare_segments() -> Any:
    return write_whisperx()["segments"]


def write_nested_segments() -> Any:
    return {"id": "x", "status": "succeeded", "output": [{"result": write_whisperx()}]}


def write_podcast(word_by_word: bool = False) -> Any:
    segments = []
    for who, start, end, words in split_talk():
        piece = {"speaker": NAMES[who], "startTime": start, "endTime": end}
        segments += [piece | {"body": part} for part in (words.split() if word_by_word else [words])]
    return {"version": "1.0.0", "segments": segments}


def write_whisper_cpp() -> Any:
    rows = [
        {"timestamps": {"from": "x"}, "offsets": {"from": int(a * 1000), "to": int(b * 1000)}, "text": f" {words}"}
        | {"speaker": str(who)}
        for who, a, b, words in split_talk()
    ]
    return {"systeminfo": "AVX = 1 | SSE3 = 1", "result": {"language": "en"}, "transcription": rows}


def write_rev(named: bool = False) -> Any:
    monologues = []
    for who, start, text in TALK:
        elements: list[dict[str, Any]] = []
        for n, word in enumerate(text.split()):
            bare = word.rstrip(".,?")
            elements += [{"type": "punct", "value": " "}] if n else []
            elements.append({"type": "text", "value": bare, "ts": start + n / 10, "end_ts": start + n / 10 + 0.1})
            elements += [{"type": "punct", "value": word[len(bare) :]}] if bare != word else []
        speaker = {"id": who, "name": NAMES[who]} if named else who
        monologues.append({"speaker": speaker, "elements": elements})
    return {"monologues": monologues}


def write_assemblyai() -> Any:
    rows = [
        {"speaker": "AB"[who], "start": int(start * 1000), "end": int(end * 1000), "text": words, "words": []}
        for who, start, end, words in split_talk()
    ]
    text = " ".join(TEXTS)
    sentiments = [
        {"text": row["text"], "start": row["start"], "end": row["end"], "sentiment": "NEUTRAL"} for row in rows
    ]
    return {"language_code": "en_us", "text": text, "utterances": rows, "sentiment_analysis_results": sentiments}


def write_deepgram(form: str) -> Any:
    utterances = [{"start": a, "end": b, "transcript": words, "speaker": who} for who, a, b, words in split_talk()]
    words = [
        {"word": word.lower(), "punctuated_word": word, "start": start, "end": start, "speaker": who}
        for who, start, text in TALK
        for word in text.split()
    ]
    sentences = [(who, [{"text": words, "start": a, "end": b}]) for who, a, b, words in split_talk()]
    paragraphs = [{"speaker": who, "start": 0, "sentences": rows} for who, rows in sentences]
    best: dict[str, Any] = {"transcript": " ".join(TEXTS), "words": words}
    if form == "paragraphs":
        best["paragraphs"] = {
            "transcript": "".join(f"\nSpeaker {who}: {text}\n" for who, _, text in TALK),
            "paragraphs": paragraphs,
        }
    results: dict[str, Any] = {"channels": [{"alternatives": [best]}]}
    return {"metadata": {"channels": 1}, "results": results | ({"utterances": utterances} if form == "all" else {})}


def write_channels() -> Any:
    """Each speaker has a channel, and speaks in it alone."""
    channels = []
    for who in (0, 1):
        sentences = [{"text": words, "start": a, "end": b} for other, a, b, words in split_talk() if other == who]
        paragraphs = {"paragraphs": [{"sentences": sentences}]}
        channels.append(
            {
                "alternatives": [
                    {"transcript": " ".join(str(sentence["text"]) for sentence in sentences), "paragraphs": paragraphs}
                ]
            }
        )
    return {"results": {"channels": channels}}


def write_aws(labels: str) -> Any:
    items: list[dict[str, Any]] = []
    for who, start, text in TALK:
        for n, word in enumerate(text.split()):
            bare, time = word.rstrip(".,?"), f"{start + n / 10:.2f}"
            item = {"type": "pronunciation", "alternatives": [{"content": bare}], "start_time": time, "end_time": time}
            items.append(item | {labels: f"spk_{who}"} if labels else item | {"_who": who})
            mark = {"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": word[len(bare) :]}]}
            items += [mark] if bare != word else []
    results: dict[str, Any] = {"transcripts": [{"transcript": " ".join(TEXTS)}], "items": items}
    if not labels:
        rows = [{"start_time": i["start_time"], "speaker_label": f"spk_{i.pop('_who')}"} for i in items if "_who" in i]
        results["speaker_labels"] = {"segments": [{"items": rows}]}
    return {"jobName": "talk", "results": results}


def write_speechmatics() -> Any:
    results = []
    for row in write_aws("speaker_label")["results"]["items"]:
        speaker = row.get("speaker_label", "spk_9")
        kind = "word" if row["type"] == "pronunciation" else "punctuation"
        content = row["alternatives"][0]["content"]
        time = {"start_time": float(row["start_time"])} if "start_time" in row else {"start_time": 0.0}
        results.append({"type": kind, "alternatives": [{"content": content, "speaker": speaker}], **time})
    return {"format": "2.9", "results": results}


def write_elevenlabs() -> Any:
    words: list[dict[str, Any]] = []
    for who, start, text in TALK:
        for word in text.split():
            words += [{"text": word, "type": "word", "start": start, "speaker_id": f"speaker_{who}"}]
            words += [{"text": " ", "type": "spacing", "start": start, "speaker_id": f"speaker_{who}"}]
    return {"language_code": "eng", "text": " ".join(TEXTS), "words": words}


def write_soniox() -> Any:
    tokens = []
    for who, start, text in TALK:
        for n, piece in enumerate(text.replace("er", "|er").replace(" ", "| ").split("|")):
            tokens.append({"text": piece, "start_ms": int(1000 * start) + n, "speaker": who})
    return {"tokens": tokens}


def write_google() -> Any:
    words = [
        {"startTime": f"{start}s", "word": word, "speakerTag": who}
        for who, start, text in TALK
        for word in text.split()
    ]
    plain = [{"alternatives": [{"transcript": text, "words": []}]} for text in TEXTS]
    return {"results": [*plain, {"alternatives": [{"words": words}]}]}


def write_azure() -> Any:
    phrases = [
        {
            "speaker": who,
            "offset": f"PT{int(start // 60)}M{start % 60}S",
            "nBest": [{"display": words, "lexical": "x y"}],
        }
        for who, start, _, words in split_talk()
    ]
    return {"recognizedPhrases": phrases}


def write_sonix(with_text: bool) -> Any:
    rows: list[dict[str, Any]] = [
        {"speaker": NAMES[who], "start_time": a, "end_time": b, "words": [{"text": word} for word in words.split()]}
        for who, a, b, words in split_talk()
    ]
    for row, (_, _, _, words) in zip(rows, split_talk(), strict=True):
        row |= {"text": words} if with_text else {}
    return {"name": "talk.mp3", "transcript": rows}


def write_fireflies() -> Any:
    return [
        {"sentence": words, "startTime": f"{int(a // 60):02}:{a % 60:05.2f}", "speaker_name": NAMES[who]}
        for who, a, _, words in split_talk()
    ]


def write_transformers() -> Any:
    chunks = [{"timestamp": [a, None], "text": f" {words}", "speaker": who} for who, a, _, words in split_talk()]
    return {"text": " ".join(TEXTS), "chunks": chunks}


def write_otranscribe() -> Any:
    turns = "".join(
        f'<p><span class="timestamp" contenteditable="false" data-timestamp="{start}">'
        f"{int(start) // 60}:{int(start) % 60:02}</span> <b>{NAMES[who]}:</b> {words}<br /></p>"
        for who, start, words in TALK
    )
    return {"text": turns, "media": "talk.mp3", "media-source": "", "media-time": 90.1}


def write_names_apart() -> Any:
    """Pieces number their speakers; a list beside them gives the names."""
    rows = [{"start": a, "end": b, "text": words, "speaker": who} for who, a, b, words in split_talk()]
    return {"speakers": [{"id": n, "name": name} for n, name in enumerate(NAMES)], "segments": rows}


@pytest.mark.parametrize("missing", ["media-time", "media-source"])
def test_otranscribe_is_known_by_either_of_its_keys(missing: str, tmp_path: Path) -> None:
    whole = write_otranscribe()
    tree = {key: value for key, value in whole.items() if key != missing}
    draft, _, _ = import_source(tmp_path, "talk.otr", json.dumps(tree))
    expected, _, _ = import_source(tmp_path, "whole.otr", json.dumps(whole))
    assert [person.name for person in draft.people] == [person.name for person in expected.people] != []
    assert len(draft.turns) == len(expected.turns)


@pytest.mark.parametrize(
    ("media", "source", "recording", "set_aside"),
    [
        ("talk.mp3", "", "", "talk.mp3"),
        ("https://example.org/talk.mp3?a=1&copy=2", "", "https://example.org/talk.mp3?a=1&copy=2", ""),
        ("Harbour talk", "https://example.org/talk.ogg", "https://example.org/talk.ogg", "Harbour talk"),
        ("https://example.org/watch?v=1", "", "", "https://example.org/watch?v=1"),
        ("blob:https://example.org/talk.mp3", None, "", "blob:https://example.org/talk.mp3"),
        ("https://example.org/a\u202eb.mp3", 7, "", "https://example.org/a\u202eb.mp3"),
    ],
)
def test_otranscribe_gives_its_recording_or_sets_its_name_aside(
    tmp_path: Path, media: str, source: object, recording: str, set_aside: str
) -> None:
    file = json.dumps({**write_otranscribe(), "media": media, "media-source": source})
    draft, result, _ = import_source(tmp_path, "talk.otr", file)
    assert draft.recording == recording
    assert (f'\nrecording: "{recording}"\n' in result) == bool(recording)
    assert [c.words for c in draft.asides if c.reason == "the name of the recording"] == [set_aside] * bool(set_aside)


NAMED: dict[str, Callable[[], Any]] = {
    "podcast": write_podcast,
    "podcast, word by word": lambda: write_podcast(word_by_word=True),
    "Rev with names": lambda: write_rev(named=True),
    "Sonix": lambda: write_sonix(with_text=False),
    "Sonix with text": lambda: write_sonix(with_text=True),
    "Fireflies": write_fireflies,
    "oTranscribe": write_otranscribe,
    "names apart": write_names_apart,
}
NUMBERED: dict[str, tuple[Callable[[], Any], str]] = {
    "WhisperX": (write_whisperx, "SPEAKER_0{}"),
    "WhisperX, speakers of words": (write_whisperx_words, "SPEAKER_0{}"),
    "WhisperX, speakers within a segment": (write_speakers_within_a_segment, "SPEAKER_0{}"),
    "bare array": (write_bare_segments, "SPEAKER_0{}"),
    "nested": (write_nested_segments, "SPEAKER_0{}"),
    "whisper.cpp": (write_whisper_cpp, "Speaker {}"),
    "Rev": (write_rev, "Speaker {}"),
    "Deepgram": (lambda: write_deepgram("all"), "Speaker {}"),
    "Deepgram paragraphs": (lambda: write_deepgram("paragraphs"), "Speaker {}"),
    "Deepgram words": (lambda: write_deepgram("words"), "Speaker {}"),
    "AWS": (lambda: write_aws("speaker_label"), "spk_{}"),
    "AWS, labels apart": (lambda: write_aws(""), "spk_{}"),
    "AWS, channels": (lambda: write_aws("channel_label"), "spk_{}"),
    "Speechmatics": (write_speechmatics, "spk_{}"),
    "ElevenLabs": (write_elevenlabs, "speaker_{}"),
    "Soniox": (write_soniox, "Speaker {}"),
    "Google": (write_google, "Speaker {}"),
    "Azure": (write_azure, "Speaker {}"),
    "transformers": (write_transformers, "Speaker {}"),
}


def import_json(folder: Path, tree: Any, name: str = "talk.json") -> tuple[Draft, tuple[str, ...], str]:
    draft, result, problems = import_source(folder, name, json.dumps(tree))
    return draft, tuple(problem.sentence for problem in problems), result


def check_talk(draft: Draft, names: tuple[str, ...]) -> None:
    assert [" ".join(" ".join(c.words for c in turn.clippings).split()) for turn in draft.turns] == TEXTS
    assert join_kinds(draft) == "QAQA"
    assert [person.name for person in draft.people] == list(reversed(names))
    assert [turn.label for turn in draft.turns] == [f"{names[who]}:" for who, _, _ in TALK]


@pytest.mark.parametrize("tool", NAMED)
def test_the_speakers_of_a_tool_have_names(tmp_path: Path, tool: str) -> None:
    draft, sentences, result = import_json(tmp_path, NAMED[tool]())
    check_talk(draft, NAMES)
    assert sentences == ()
    assert [f"t={time}" in result for time in TIMES] == [True] * 4


@pytest.mark.parametrize("tool", NUMBERED)
def test_the_speakers_of_a_tool_have_numbers(tmp_path: Path, tool: str) -> None:
    write, form = NUMBERED[tool]
    draft, sentences, result = import_json(tmp_path, write())
    check_talk(draft, (form.format(0), form.format(1)))
    assert [f"t={time}" in result for time in TIMES] == [True] * 4
    assert [sentence for sentence in sentences if "is no name" not in sentence and "are no names" not in sentence] == []
    assert draft.language == "en"
    assert [clipping for clipping in draft.asides if "AVX" not in clipping.words and "x y" not in clipping.words] == []


def test_letters_for_speakers_are_no_answers(tmp_path: Path) -> None:
    """AssemblyAI calls the first speaker A; here A asks."""
    draft, _, _ = import_json(tmp_path, write_assemblyai())
    check_talk(draft, ("Speaker A", "Speaker B"))
    assert draft.asides == ()


def test_channels_are_speakers(tmp_path: Path) -> None:
    draft, _, _ = import_json(tmp_path, write_channels())
    check_talk(draft, ("Channel 1", "Channel 2"))


def test_numbers_of_speakers_are_no_names(tmp_path: Path) -> None:
    _, sentences, _ = import_json(tmp_path, write_whisperx())
    assert sentences == ("“SPEAKER_01” and “SPEAKER_00” are no names",)


@pytest.mark.parametrize("name", ["talk.txt", "talk", "talk.otr", "talk.json3", "talk.xml"])
def test_a_file_is_recognized_by_its_content(tmp_path: Path, name: str) -> None:
    check_talk(import_json(tmp_path, write_podcast(), name)[0], NAMES)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_are_no_damage(tmp_path: Path, encoding: str) -> None:
    draft, _, _ = import_source(tmp_path, "talk.json", json.dumps(write_podcast()).encode(encoding))
    check_talk(draft, NAMES)


@pytest.mark.parametrize("number", [{"name": []}, ["Ada"], None, 1.5, 10**30])
def test_speakers_without_a_usable_number_are_no_crash(tmp_path: Path, number: Any) -> None:
    tree = write_rev(named=True) | {"speakers": [{"id": number, "name": "Ada"}]}
    draft, _, _ = import_json(tmp_path, tree)
    assert [" ".join(c.words for c in turn.clippings) for turn in draft.turns] == TEXTS


def test_words_without_sentences_are_read_in_linear_time() -> None:
    """Twenty thousand words of two voices without a mark: what stands before a place is not read again for each."""
    words = [{"word": f"word{n % 7}", "start": n / 3, "end": n / 3, "speaker": f"S{n % 2}"} for n in range(20_000)]
    text = " ".join(str(word["word"]) for word in words)
    tree = {"segments": [{"text": text, "start": 0, "end": 6_700, "speaker": "S0", "words": words}]}
    start = time.process_time()
    recordings.read_recording(json.dumps(tree).encode(), "talk.json")
    assert time.process_time() - start < 5


def test_an_object_on_each_line_is_a_piece(tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(row) for row in write_podcast()["segments"])
    check_talk(import_draft(tmp_path, "talk.jsonl", lines), NAMES)


def test_entities_in_words_are_characters(tmp_path: Path) -> None:
    tree = write_podcast()
    tree["segments"][0]["body"] = tree["segments"][0]["body"].replace(" ", "&#32;").replace(".", "&period;")
    check_talk(import_json(tmp_path, tree)[0], NAMES)


# --- without speakers -----------------------------------------------------------------------------


def write_json3() -> Any:
    events: list[dict[str, Any]] = [{"tStartMs": 0, "dDurationMs": 9000, "id": 1}]
    for _, start, end, words in split_talk():
        segments = [{"utf8": f"{' ' * (n > 0)}{word}"} for n, word in enumerate(words.split())]
        events.append({"tStartMs": int(start * 1000), "dDurationMs": int(1000 * (end - start)), "segs": segments})
        events.append({"tStartMs": int(start * 1000), "aAppend": 1, "segs": [{"utf8": "\n"}]})
    return {"wireMagic": "pb3", "events": events}


def write_whisper(form: str) -> Any:
    text = " ".join(TEXTS)
    if form == "segments":
        segments = [{"id": 0, "start": a, "end": b, "text": f" {words}"} for _, a, b, words in split_talk()]
        return {"text": text, "segments": segments, "language": "english"}
    words = [
        {"word": word.strip(".,?"), "start": int(a * 1000) if form == "ms" else a}
        for _, a, text in TALK
        for word in text.split()
    ]
    return {"text": text, "words": words} if form != "text" else {"text": text}


SILENT: dict[str, Callable[[], Any]] = {
    "json3": write_json3,
    "Whisper": lambda: write_whisper("segments"),
    "Whisper, words": lambda: write_whisper("words"),
    "AssemblyAI without speakers": lambda: (
        write_assemblyai() | {"utterances": None, "words": write_whisper("ms")["words"]}
    ),
    "array of texts": lambda: [{"text": words, "start": a, "duration": b - a} for _, a, b, words in split_talk()],
}


@pytest.mark.parametrize("tool", SILENT)
def test_no_speaker_is_invented(tmp_path: Path, tool: str) -> None:
    draft, sentences, result = import_json(tmp_path, SILENT[tool]())
    words = " ".join(c.words for c in (*draft.introduction, *(c for turn in draft.turns for c in turn.clippings)))
    assert words == " ".join(TEXTS)
    assert not draft.people
    assert "nothing in this file says who speaks" in sentences
    assert "t=00:01:01" in result
    assert "t=01:02:05" in result


def test_a_text_without_times_has_none(tmp_path: Path) -> None:
    _, _, result = import_json(tmp_path, write_whisper("text"))
    assert "t=" not in result


def test_marks_of_a_new_speaker_begin_turns(tmp_path: Path) -> None:
    """whisper.cpp marks, with -tdrz, the segment after which the speaker changes."""
    sentences = split_talk()
    tree = write_whisper_cpp()
    for row, (who, *_), (following, *_) in zip(tree["transcription"], sentences, [*sentences[1:], (0,)], strict=True):
        del row["speaker"]
        row["speaker_turn_next"] = who != following
    draft, _, _ = import_json(tmp_path, tree)
    assert [turn.time for turn in draft.turns] == TIMES


# --- what is missing or besides -------------------------------------------------------------------


def test_a_piece_without_a_speaker_between_two_of_one_speaker_is_theirs(tmp_path: Path) -> None:
    tree = write_whisperx()
    tree["segments"].insert(4, {"start": 20.0, "end": 20.5, "text": "Yes.", "speaker": None})
    tree["segments"].insert(3, {"start": 10.0, "end": 10.5, "text": "Yes."})
    tree["segments"].append({"start": 3800, "end": 3801, "text": " "})
    draft, sentences, _ = import_json(tmp_path, tree)
    assert [turn.label for turn in draft.turns] == [
        "SPEAKER_00:",
        "SPEAKER_01:",
        "Unknown Speaker:",
        "SPEAKER_00:",
        "SPEAKER_01:",
    ]
    assert any("1 of 8 pieces of speech name no speaker" in sentence for sentence in sentences)
    assert len(draft.doubts) == 1


def test_a_summary_is_set_aside(tmp_path: Path) -> None:
    tree = write_assemblyai() | {
        "summary": "The keeper counts ships for their owners.",
        "chapters": [{"gist": "Ships"}],
    }
    draft, _, _ = import_json(tmp_path, tree)
    assert [(c.words, c.reason) for c in draft.asides] == [(tree["summary"], "said about the file: summary")]


def test_characters_that_cannot_be_printed_are_left_out(tmp_path: Path) -> None:
    tree = write_podcast()
    tree["segments"][0]["body"] += "\u0000 \ud800"
    check_talk(import_json(tmp_path, tree)[0], NAMES)


# --- what is refused ------------------------------------------------------------------------------

DAMAGED = {
    "cut": ('{"segments": [{"start": 1, "text": "Wh', "this JSON is damaged: unterminated string starting at"),
    "twice": ('{"segments": [], "segments": [{"start": 1, "text": "Why?"}]}', "“segments” stands twice in one object"),
    "deep": ('{"segments": ' + "[" * 5_000 + "]" * 5_000 + "}", "nested more than 100 levels deep"),
    "deeper": ('{"segments": ' + "[" * 500_000, "nested more than 100 levels deep"),
    "long number": ('{"segments": [{"start": ' + "9" * 5_000 + ', "text": "Why?"}]}', "a number that is too long"),
    "huge number": ('{"segments": [{"start": ' + "9" * 300 + ', "text": "Why?"}]}', "which no recording has"),
    "endless": (
        '{"segments": [{"start": 1e999, "text": "Why?"}]}',
        "a time in this file is inf, which no recording has",
    ),
    "NaN": ('{"segments": [{"start": NaN, "text": "Why?"}]}', "a time in this file is no number"),
    "negative": (
        '{"segments": [{"start": -70, "text": "Why?"}]}',
        "a time in this file is -70, which no recording has",
    ),
    "words for a time": ('{"segments": [{"start": "noon", "text": "Why?"}]}', "a time in this file is no number"),
    "other": ('{"name": "on-record", "dependencies": {"left": "1.0"}}', "no tool that On Record knows"),
    "no words": ('{"segments": [{"start": 1, "end": 2, "text": " "}]}', "no tool that On Record knows"),
    "empty": ("{}", "no tool that On Record knows"),
    "odd types": ('{"segments": [{"start": true, "text": 7}, 3, null, ["x"]], "monologues": {}}', "no tool that"),
    "no JSON": ("Why is the lamp lit?", "this JSON is damaged: expecting value"),
    "odd rows": ('{"results": {"items": [{"type": "word", "alternatives": [{"content": null}]}]}}', "no tool that"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_refused_with_one_sentence(tmp_path: Path, damage: str) -> None:
    text, sentence = DAMAGED[damage]
    source = create_book(tmp_path) / "talk.json"
    source.write_text(text)
    _, problems = import_file.import_files([source], tmp_path, accept=False)
    assert [sentence in problem.sentence for problem in problems] == [True], problems
    assert not list(tmp_path.glob("interviews/talk*"))


def test_many_texts_that_nobody_speaks_are_joined_by_their_keys(tmp_path: Path) -> None:
    """The time for them grows with their number; each is set aside."""
    segments = [{"start": float(n), "end": n + 1.0, "text": f" The lamp number {n} is lit."} for n in range(40)]
    others = [f"The lamp number {n % 40} is out {n}" for n in range(5_000)]
    text = json.dumps({"segments": segments, "notes": others, "more": {f"key {n}": f"So said {n}" for n in range(300)}})
    draft = import_draft(tmp_path, "talk.json", text)
    asides = {clipping.reason: clipping.words for clipping in draft.asides}
    assert asides["said about the file: notes"].count("is out") == 5_000
    assert asides["said about the file: other keys"].count("So said") == 201
    assert len(asides) == 101


# --- the same in other shapes ---------------------------------------------------------------------


def write_only_words() -> Any:
    tree = write_whisperx_words()
    return {"segments": [{**row, "text": None} for row in tree["segments"]]}


def list_words() -> list[dict[str, Any]]:
    """Return the words of the talk, each with its speaker and the time of its sentence."""
    return [
        {"word": word, "start": start, "end": end, "speaker": NAMES[who]}
        for who, start, end, words in split_talk()
        for word in words.split()
    ]


def write_words_alone() -> Any:
    return {"word_segments": list_words()}


def write_paragraphs_beside_words() -> Any:
    words = [{"value": word["word"], "time": 1000 * word["start"]} for word in list_words()]
    return {"words": words, "paragraphs": [{"time": 1000 * start, "speaker": NAMES[who]} for who, start, _ in TALK]}


def write_long_fractions() -> Any:
    tree = write_podcast()
    return {"segments": [{**row, "startTime": f"{row['startTime']:.17f}"} for row in tree["segments"]]}


def write_line_breaks() -> Any:
    return {
        "segments": [{**row, "text": row["text"].replace(" ", "<br />", 1)} for row in write_whisperx()["segments"]]
    }


SHAPES = (write_only_words, write_words_alone, write_paragraphs_beside_words, write_long_fractions, write_line_breaks)


@pytest.mark.parametrize("write", SHAPES, ids=lambda write: write.__name__)
def test_words_speakers_and_times_are_found_in_other_shapes(tmp_path: Path, write: Callable[[], Any]) -> None:
    draft, _, _ = import_json(tmp_path, write())
    assert [" ".join(" ".join(c.words for c in turn.clippings).split()) for turn in draft.turns] == TEXTS
    assert len({turn.label for turn in draft.turns}) == 2
    assert [turn.time for turn in draft.turns] == TIMES


def test_a_sentence_without_a_speaker_between_two_of_one_speaker_may_be_anybodys(tmp_path: Path) -> None:
    tree = write_whisperx()
    tree["segments"].insert(3, {"start": 10.0, "end": 10.5, "text": "He never sleeps at night.", "speaker": None})
    draft, _, _ = import_json(tmp_path, tree)
    assert "Unknown Speaker:" in [turn.label for turn in draft.turns]
    assert draft.doubts
