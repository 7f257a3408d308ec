"""Test the import of transcripts: voices, names, rolling captions, cues, times."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.importers import import_file
from onrecord.importers.readers import captions
from onrecord.importers.recognition import classifier
from tests.importers.test_import_file import import_draft, import_source, join_kinds

TURNS = [
    ("The Desk", "What does an import of captions do with all these fragments of sentences, which are cut anywhere?"),
    ("On Record", "It joins them. Every cue has a time, and the first one of a turn is kept."),
    ("The Desk", "And if a speaker is not named?"),
    ("On Record", "Then it says so & asks."),
]


def list_cues() -> list[tuple[int, str, str, bool]]:
    """Return second, speaker, up to four words, and whether the turn begins here."""
    cues: list[tuple[int, str, str, bool]] = []
    for speaker, words in TURNS:
        split = words.split()
        cues += [(len(cues) + i // 4, speaker, " ".join(split[i : i + 4]), i == 0) for i in range(0, len(split), 4)]
    return cues


def format_timing(second: int, mark: str = ".") -> str:
    return f"00:00:{second:02d}{mark}000 --> 00:00:{second + 1:02d}{mark}000"


def format_vtt(form: str) -> str:
    """Return a transcript that shows the speakers in this form."""
    out, before = ["WEBVTT", "NOTE made by hand"], ""
    for n, (second, speaker, words, first) in enumerate(list_cues()):
        line = words.replace("&", "&amp;")
        if form == "voices":
            line = f"<v.loud {speaker}><i>{line}</i></v>"
        elif first:
            line = f"{speaker.upper() if form == 'capitals' else speaker}: {line}"
        out.append(f"{n}\n{format_timing(second)} align:start\n{before if form == 'rolling' else ''}{line}")
        before = f"{line}\n"
    return "\n\n".join(out) + "\n"


@pytest.mark.parametrize("form", ["voices", "capitals", "names", "rolling"])
def test_cues_become_turns(tmp_path: Path, form: str) -> None:
    """Every form gives the same four turns, each with the time of its first word."""
    draft, result, _ = import_source(tmp_path, "one.vtt", format_vtt(form))
    assert join_kinds(draft) == "QAQA"
    assert [" ".join(c.words for c in turn.clippings) for turn in draft.turns] == [words for _, words in TURNS]
    assert [person.name for person in draft.people] == ["On Record", "The Desk"]
    first = [second for second, _, _, opens in list_cues() if opens]
    assert [turn.time for turn in draft.turns] == [f"00:00:{second:02d}" for second in first]
    assert f"{{t=00:00:{first[1]:02d}}}" in result


def test_srt_is_read_like_vtt(tmp_path: Path) -> None:
    """SubRip has numbers, commas in the times, and font tags."""
    text = "\n".join(
        f"{n}\n{format_timing(second, ',')}\n<font color=red>{speaker + ': ' if first else ''}{words}</font>\n"
        for n, (second, speaker, words, first) in enumerate(list_cues(), 1)
    )
    draft = import_draft(tmp_path, "one.srt", text)
    assert join_kinds(draft) == "QAQA"
    assert [" ".join(c.words for c in turn.clippings) for turn in draft.turns] == [words for _, words in TURNS]


def test_no_speaker_is_invented(tmp_path: Path) -> None:
    """A transcript without names has no people and gets a warning."""
    text = "WEBVTT\n\n" + "\n\n".join(f"{format_timing(second)}\n{words}" for second, _, words, _ in list_cues())
    draft, _, problems = import_source(tmp_path, "one.vtt", text)
    assert draft.people == ()
    assert [problem.rule for problem in problems] == ["speakers-are-named"]


FRAGMENTS = [
    "how does an import",
    "begin it begins with",
    "the file and what",
    "does it keep it keeps",
    "every word is that",
    "all yes that is all",
    "it never adds",
    "one of its own",
]


def test_pasted_captions_with_times_are_read_as_captions(tmp_path: Path) -> None:
    """A player shows a time, a line, a time, a line; the times are no words."""
    text = "\n".join(
        f"{number // 6}:{number % 6}{number % 10}\n{fragment}" for number, fragment in enumerate(FRAGMENTS)
    )
    draft = import_draft(tmp_path, "one.txt", text)
    words = " ".join(c.words for turn in draft.turns for c in turn.clippings)
    assert words.split() == " ".join(FRAGMENTS).split()


def test_a_caption_file_under_another_name_is_read_as_one(tmp_path: Path) -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:03.000\nDESK: What is kept?\n\n00:04.000 --> 00:06.000\nPRESS: Every word.\n"
    assert join_kinds(import_draft(tmp_path, "one.txt", text)) == "QA"


def test_a_programme_with_times_is_not_read_as_captions(tmp_path: Path) -> None:
    """Many lines stand between two times."""
    text = "A day at the press\n\n" + "\n\n".join(
        f"{hour}:00\n\nThe press runs.\n\nIt is loud.\n\nNobody talks." for hour in range(8, 14)
    )
    draft, result, _ = import_source(tmp_path, "one.txt", text)
    clippings = [*draft.introduction, *draft.asides, *(c for turn in draft.turns for c in turn.clippings)]
    assert sum("8:00" in c.words for c in clippings) == 1
    assert "t=" not in result


def test_a_repeated_label_with_a_time_is_set_aside_whole(tmp_path: Path) -> None:
    cues = [
        "DESK: What is kept of a file that",
        "DESK: [08:52] somebody sends",
        "DESK: to the archive?",
        "PRESS: Every word of it",
        "PRESS: is kept.",
        "DESK: And then?",
    ]
    text = "WEBVTT\n\n" + "\n\n".join(f"00:0{i}.000 --> 00:0{i + 1}.000\n{cue}" for i, cue in enumerate(cues))
    draft = import_draft(tmp_path, "one.vtt", text)
    assert join_kinds(draft) == "QAQ"
    assert any("08:52" in c.words for c in draft.asides)


@pytest.mark.parametrize("name", ["talk.sbv", "talk.txt", "talk"])
def test_pairs_of_times_with_a_comma_are_captions(tmp_path: Path, name: str) -> None:
    """YouTube's .sbv has no arrow, and writes line breaks in brackets."""
    text = (
        "0:00:01.599,0:00:03.160\nDESK: What is kept[br]of a file?\n\n0:59:59.000,1:00:01.000\nPRESS: Every word.\n\n"
        "1:00:02.500,1:00:04.000\nDESK: In order?\n\n1:00:05.000,1:00:06.000\nPRESS: In order.\n"
    )
    draft = import_draft(tmp_path, name, text)
    assert [turn.time for turn in draft.turns] == ["00:00:01", "00:59:59", "01:00:02", "01:00:05"]
    assert draft.turns[0].clippings[0].words == "What is kept of a file?"


def write_lines(lines: list[str]) -> bytes:
    """Return captions with one cue for each line, without pauses."""
    cues = [f"{format_timing(second)}\n{line}\n" for second, line in enumerate(lines)]
    return "\n".join(["WEBVTT\n", *cues]).encode()


BROKEN_BY_DASHES = [
    "Who lights the lamp?",
    "The keeper lights it at dusk, and",
    "– if there is fog – he rings the bell.",
    "The tower, which is old",
    "- it was built of stone -",
    "stands on the mole. Is it open?",
    "It is. The stairs are steep",
    "-- I counted them -- and dark.",
    "– He knows all of them.",
]
MARKED_BY_DASHES = [
    "- Who lights the lamp?",
    "- The keeper lights it",
    "at dusk. - And in fog?",
    "- He rings the bell.",
    "- Is the tower open?",
    "- It is.",
]


def test_dashes_inside_sentences_are_no_marks_of_a_speaker() -> None:
    """A line may begin with a dash that breaks a sentence; then questions still begin paragraphs."""
    broken = captions.read_captions(write_lines(BROKEN_BY_DASHES), "one.vtt")
    assert [c.words for c in broken.clippings][:3] == [
        "Who lights the lamp?",
        "The keeper lights it at dusk, and – if there is fog – he rings the bell. "
        "The tower, which is old - it was built of stone - stands on the mole.",
        "Is it open?",
    ]
    assert not broken.shows_turns
    assert [note.rule for note in broken.notes] == ["speakers-are-named"]
    marked = captions.read_captions(write_lines(MARKED_BY_DASHES), "one.vtt")
    assert [c.words for c in marked.clippings if c.kind == "paragraph"][2:] == [
        "- And in fog?",
        "- He rings the bell.",
        "- Is the tower open?",
        "- It is.",
    ]
    assert marked.shows_turns
    assert not marked.notes


def test_less_is_certain_where_nothing_shows_the_change_of_speakers() -> None:
    paragraphs = ["Who lights the lamp?", "The keeper lights it. Yeah, I saw him.", "So he comes at dusk.", "He does."]
    known, unknown = (
        [sure for _, sure in classifier.classify_paragraphs(paragraphs, {}, is_talk=True, shows_turns=shows)]
        for shows in (True, False)
    )
    assert all(less < more for less, more in zip(unknown, known, strict=True))


INTERJECTIONS = [
    "<v S00>Who lights the lamp? //S01: Mhm. //",
    "<v S01>The keeper does, //S00: Every day? // at dusk.",
    "<v S00>And in fog? //S01: Oh. //",
    "<v S01>He rings the bell. See https://example.org/a//b for it.",
]


def test_words_said_at_the_same_time_are_those_of_their_voice() -> None:
    """The codes are set aside; at the end of a cue such words begin the next turn of their voice, with its time."""
    reading = captions.read_captions(write_lines(INTERJECTIONS), "one.vtt")
    turns = [(c.speaker, c.words, c.time) for c in reading.clippings if c.kind == "paragraph"]
    assert turns == [
        ("S00", "Who lights the lamp?", "00:00:00"),
        ("S01", "Mhm. The keeper does,", "00:00:01"),
        ("S00", "Every day?", "00:00:01"),
        ("S01", "at dusk.", "00:00:01"),
        ("S00", "And in fog?", "00:00:02"),
        ("S01", "Oh. He rings the bell. See https://example.org/a//b for it.", "00:00:03"),
    ]
    asides = [c.words for c in reading.clippings if c.reason == "a code for words said at the same time"]
    assert asides == ["//S01: //", "//S00: //", "//S01: //"]


def test_every_word_of_an_interjection_is_accounted_for(tmp_path: Path) -> None:
    (tmp_path / "one.vtt").write_bytes(write_lines(INTERJECTIONS))
    results, problems = import_file.import_files([tmp_path / "one.vtt"], tmp_path / "book", accept=True)
    assert [result.state for result in results] == ["new"], problems
    assert "//" not in results[0].path.read_text("utf-8").partition("\n---\n")[2].replace(
        "https://example.org/a//b", ""
    )


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        (
            ["The lamp burns oil. Who lights it? The", "keeper, Dr. Quay, does. With oil,", "etc. And wicks."],
            ["The lamp burns oil.", "Who lights it?", "The keeper, Dr. Quay, does. With oil, etc. And wicks."],
        ),
        (
            ["Лампа горит. Кто её зажигает? Смотритель", "зажигает её вечером."],
            ["Лампа горит.", "Кто её зажигает?", "Смотритель зажигает её вечером."],
        ),
        (["Who lights it, Ada? He", "does."], ["Who lights it, Ada?", "He does."]),
        (["He rings it!", "Why? it is late", "he said."], ["He rings it!", "Why?", "it is late he said."]),
    ],
)
def test_a_question_inside_a_line_is_a_paragraph_where_nothing_shows_who_speaks(
    lines: list[str], paragraphs: list[str]
) -> None:
    reading = captions.read_captions(write_lines(lines), "one.vtt")
    assert [clipping.words for clipping in reading.clippings if clipping.kind == "paragraph"] == paragraphs


def test_a_paragraph_of_captions_begins_once_in_a_line() -> None:
    """A line that begins a paragraph begins one, though it has several sentences."""
    data = b"WEBVTT\n\n00:01.000 --> 00:02.000\nThe lamp burns.<br><br>The keeper sleeps. Boats pass. He wakes.\n"
    reading = captions.read_captions(data, "one.vtt")
    assert [clipping.words for clipping in reading.clippings if clipping.kind == "paragraph"] == [
        "The lamp burns.",
        "The keeper sleeps. Boats pass. He wakes.",
    ]


CUES = (
    "00:01.000 --> 00:02.000\n<V Ada Moor>Who lights the lamp?</V>\n\n00:03.000 --> 00:04.000\n<v Ben Quay>I do.</v>\n"
)
PAGE = "".join(
    f"<cite>{name}:</cite>\n<time>0:0{i}</time>\n<p>{words}</p>\n"
    for i, (name, words) in enumerate(
        [("Ada Moor", "Who lights the lamp?"), ("Ben Quay", "I do."), ("Ada Moor", "Why?"), ("Ben Quay", "Ships pass.")]
    )
)
DISGUISED = {
    "captions as Markdown": ("talk.md", "WEBVTT\n\n" + CUES),
    "captions without a head as Markdown": ("talk.md", CUES),
    "captions with Windows line ends": ("talk.markdown", ("\ufeffWEBVTT\n\n" + CUES).replace("\n", "\r\n")),
    "a page as text": ("talk.txt", f"<!DOCTYPE html>\n<html><body>{PAGE}</body></html>"),
    "a piece of a page as text": ("talk.txt", PAGE),
    "a piece of a page as Markdown": ("talk.md", PAGE),
}


@pytest.mark.parametrize("kind", DISGUISED)
def test_captions_and_pages_are_known_by_what_they_hold(tmp_path: Path, kind: str) -> None:
    name, text = DISGUISED[kind]
    draft, _, _ = import_source(tmp_path, name, text)
    assert [turn.label for turn in draft.turns][:2] == ["Ada Moor:", "Ben Quay:"]
    assert [turn.clippings[0].words for turn in draft.turns][:2] == ["Who lights the lamp?", "I do."]


def test_markdown_with_a_picture_in_html_stays_markdown(tmp_path: Path) -> None:
    turns = "**Ada Moor:** Who lights it?\n\n**Ben Quay:** I do.\n\n**Ada Moor:** Why?\n\n**Ben Quay:** Ships pass.\n"
    draft, _, _ = import_source(tmp_path, "talk.md", f"<p>A lamp</p>\n<p>A tower</p>\n<p>A keeper</p>\n\n{turns}")
    assert [turn.label for turn in draft.turns] == ["Ada Moor:", "Ben Quay:"] * 2
