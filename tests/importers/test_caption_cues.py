"""Test what is a time, a comment and a word in captions, also where a file is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.importers.output import original_letters
from onrecord.importers.readers.caption_cues import parse_cues
from onrecord.importers.readers.captions import read_captions
from tests.importers.test_import_file import import_draft, import_source, join_kinds

LAMP = ("Who lights the lamp?", "The keeper lights it.", "And at dawn?", "Then it goes out.")


def read_words(text: str) -> list[str]:
    """Return the words of each cue."""
    return [" ".join(line.words for line in cue.lines) for cue in parse_cues(text).cues]


def join_srt(timings: list[str]) -> str:
    return "".join(
        f"{n}\n{timing}\n{words}\n\n" for n, (timing, words) in enumerate(zip(timings, LAMP, strict=True), 1)
    )


def format_right(n: int) -> str:
    return f"00:00:0{n},000 --> 00:00:0{n},900"


DAMAGED = {
    "arrow": "00:00:02,000 -> 00:00:02,900",
    "long arrow": "00:00:02,000 ---> 00:00:02,900",
    "dash": "00:00:02,000 –> 00:00:02,900",
    "escaped": "00:00:02,000 --&gt; 00:00:02,900",
    "colon": "00:00:02:000 --> 00:00:02:900",
    "blanks": "00: 00: 02, 000 --> 00: 00: 02, 900",
    "no end": "00:00:02,000 -->",
    "full width": "00：00：02，000 --> 00：00：02，900",
    "no arrow": "00:00:02,000 00:00:02,900",
    "no fraction": "00:00:02 --> 00:00:03",
    "alone": "00:00:02,000",
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_time_is_read_and_named(kind: str) -> None:
    """It never becomes words; the cue has its start."""
    file = parse_cues(join_srt([format_right(1), DAMAGED[kind], format_right(3), format_right(4)]))
    assert [line.words for cue in file.cues for line in cue.lines] == list(LAMP)
    assert [cue.start_s for cue in file.cues] == [1.0, 2.0, 3.0, 4.0]
    assert file.damaged_lines == [6]


@pytest.mark.parametrize("damaged", ["--> 00:00:02,900", "OO:OO:O2,OOO --> 00:00:02,900", "00:0002,000 -> 00:00"])
def test_a_time_that_cannot_be_read_is_that_of_the_cue_before(damaged: str) -> None:
    file = parse_cues(join_srt([format_right(1), damaged, format_right(3), format_right(4)]))
    assert [line.words for cue in file.cues for line in cue.lines] == list(LAMP)
    assert (file.cues[1].start_s, file.damaged_lines) == (1.9, [6])


def test_the_warning_of_a_damaged_time_names_its_line(tmp_path: Path) -> None:
    text = join_srt([format_right(1), DAMAGED["arrow"], format_right(3), format_right(4)])
    _, result, problems = import_source(tmp_path, "lamp.srt", text)
    assert ("cue-times-are-whole", 6) in [(problem.rule, problem.location.line) for problem in problems]
    assert "00:00:02,000" not in result


def test_words_without_a_time_are_not_lost() -> None:
    """A number without a time, words before the first time, words after a time."""
    text = (
        "1\nWho lights it?\n\n2\n00:00:02,000 --> 00:00:02,900 The keeper.\n\n3\nEvery day.\n\n"
        "4\n00:00:04,000 --> 00:00:05,000\nAnd?\n"
    )
    file = parse_cues(text)
    assert read_words(text) == ["Who lights it?", "The keeper. Every day.", "And?"]
    assert file.damaged_lines == [2, 7]


def test_arrows_and_times_in_speech_are_words() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\nFrom A -> B\n10:30\n\n00:03.000 --> 00:04.000\n1984\n--> next\n"
    assert read_words(text) == ["From A -> B 10:30", "1984 --> next"]


@pytest.mark.parametrize("words", ["NOTE THE TIDE.", "STYLE IS ALL.", "REGION BY REGION.", "NOTE", "STYLE"])
def test_words_of_a_cue_are_no_comment(words: str) -> None:
    """Right after a time, and anywhere in SRT."""
    assert read_words(f"WEBVTT\n\n00:01.000 --> 00:02.000\n{words}\n\n00:03.000 --> 00:04.000\nYes.\n") == [
        words,
        "Yes.",
    ]
    assert read_words(f"1\n00:00:01,000 --> 00:00:02,000\nSo.\n\n{words}\n") == [f"So. {words}"]


def test_comments_of_web_vtt_are_set_aside() -> None:
    text = (
        "WEBVTT\nLanguage: de\n\nNOTE made\nby hand\n\n00:01.000 --> 00:02.000\nSo.\n\nNOTE the end\n\n"
        "STYLE\n::cue { color: red }\n"
    )
    file = parse_cues(text)
    assert read_words(text) == ["So."]
    assert [note.words for note in file.others] == [
        "WEBVTT Language: de",
        "NOTE made by hand",
        "NOTE the end",
        "STYLE ::cue { color: red }",
    ]
    assert file.language == "de"


def test_numbers_without_blank_lines_are_no_words() -> None:
    text = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{words}\n"
        for n, words in enumerate(["Which year?", "1984", "Oh."], 1)
    )
    assert read_words(text) == ["Which year?", "1984", "Oh."]


def test_the_name_of_a_cue_is_set_aside_with_its_words() -> None:
    text = "WEBVTT\n\nThe harbour\n00:01.000 --> 00:02.000\nSo.\n\n7e-12/3-0\n00:03.000 --> 00:04.000\nYes.\n"
    file = parse_cues(text)
    assert [(note.why, note.words) for note in file.others] == [
        ("the name of a cue", "The harbour"),
        ("said about the file", "WEBVTT"),
    ]


def test_line_breaks_are_blanks_and_two_are_a_paragraph(tmp_path: Path) -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Desk>How?\n\n00:03.000 --> 00:04.000\n"
        "<v Press>With ink.<br><br>On<BR/>paper.\n\n00:05.000 --> 00:06.000\n<v Desk>So?\n"
    )
    draft = import_draft(tmp_path, "ink.vtt", text)
    assert [clipping.words for clipping in draft.turns[1].clippings] == ["With ink.", "On paper."]


def test_what_looks_like_a_tag_is_kept(tmp_path: Path) -> None:
    """Tags of WebVTT and of SRT are no words; anything else in such brackets is."""
    head = "1\n00:00:01,000 --> 00:00:02,000\n"
    text = '<i>Well</i> <laughs> <00:00:01.500>{\\an8}yes, <c.red>red</c> &amp; <font color="blue">blue</font>\n'
    assert read_words(head + text) == ["Well <laughs> yes, red & blue"]


PAGE_WORDS = ["Where?", "Facebook.", "Really?", "Subscribe to our free newsletter.", "And then?", "Share it."]


def test_spoken_words_are_no_buttons_of_a_page(tmp_path: Path) -> None:
    text = "WEBVTT\n\n" + "\n\n".join(
        f"00:{n * 2:02d}.000 --> 00:{n * 2 + 1:02d}.000\n{w}" for n, w in enumerate(PAGE_WORDS)
    )
    draft = import_draft(tmp_path, "page.vtt", text)
    assert [c.words for turn in draft.turns for c in turn.clippings] == PAGE_WORDS


def test_a_sound_is_no_title(tmp_path: Path) -> None:
    text = "WEBVTT\n\n" + "\n\n".join(
        f"00:{n * 2:02d}.000 --> 00:{n * 2 + 1:02d}.000\n{words}"
        for n, words in enumerate(["(music)", "<v Desk>How?", "<v Press>So.", "<v Desk>Why?", "<v Press>Just so."])
    )
    draft = import_draft(tmp_path, "sound.vtt", text)
    assert draft.title == ""
    assert [clipping.words for clipping in draft.introduction] == ["(music)"]
    assert join_kinds(draft) == "QAQA"


@pytest.mark.parametrize("voices", [("Desk", "Press"), ("", "")])
def test_two_people_who_say_the_same_are_no_rolling_caption(tmp_path: Path, voices: tuple[str, str]) -> None:
    words = ["Okay.", "Okay.", "Did it stop?", "Yes.", "Yes.", "It stopped.", "Never?", "Never.", "Never. And then?"]
    text = "WEBVTT\n\n" + "\n\n".join(
        f"00:{n * 3:02d}.000 --> 00:{n * 3 + 1:02d}.000\n{f'<v {voices[n % 2]}>' if voices[0] else ''}{line}"
        for n, line in enumerate(words)
    )
    draft = import_draft(tmp_path, "okay.vtt", text)
    assert " ".join(c.words for turn in draft.turns for c in turn.clippings).split() == " ".join(words).split()


def test_speech_without_full_stops_is_divided_into_paragraphs(tmp_path: Path) -> None:
    """About 100 words each, at pauses, each with its time."""
    words = "we went out past the light and the sea was calm so we"
    text = "WEBVTT\n\n" + "\n\n".join(
        f"{n // 60:02d}:{n % 60:02d}.000 --> {n // 60:02d}:{n % 60:02d}.900\n{words} {'abcdefghij'[n % 10]}{n}"
        for n in range(80)
    )
    draft = import_draft(tmp_path, "hour.vtt", text)
    clippings = [*draft.introduction, *(c for turn in draft.turns for c in turn.clippings)]
    assert all(90 <= len(clipping.words.split()) <= 110 for clipping in clippings[:-1])
    assert 10 <= len(clippings) <= 12
    assert all(clipping.time for clipping in clippings)


SCATTERED = {
    "a letter in the number of a cue": "Who?\n\n2o\n00:03,000 --> 00:04,000",
    "an address before a time": "Who?\n\n6http://a.b\n00:03,000 --> 00:04,000",
    "blanks on an empty line": "Who?\n  \n5f2c-1/23-0\n00:03.000 --> 00:04.000",
    "no empty line": "Who?\na-2\n00:03.000 --> 00:04.000",
    "words before a time": "Who?\n\nIn 1987 we\n00:03.000 --> 00:04.000",
    "tags before a time": "Who?\n\nso<00:02.100><c> we</c>\n00:03.000 --> 00:04.000",
    "a time by itself": "Who?\n\n1:23:45,678\nYes.\n\n00:03.000 --> 00:04.000",
    "letters in a time": "Who?\n\n00:03.000 --> 00:0NOTE4.000",
    "a letter before a time": "Who?\n\nO:00:03.000 --> 00:04.000",
    "a setting with a break": "Who?\n\n00:03.000 --> 00:04.000 align:s[br]tart",
}


@pytest.mark.parametrize("head", ["WEBVTT\n\na-1\n", "1\n"])
@pytest.mark.parametrize("name", SCATTERED)
def test_every_letter_of_damaged_captions_is_read_or_set_aside(name: str, head: str) -> None:
    """Two libraries and a count of lines agree with the reader; what was spoken is in the turns."""
    file = "talk.vtt" if "WEBVTT" in head else "talk.srt"
    data = f"{head}00:01.000 --> 00:02.000\n{SCATTERED[name]}\nHe.\n".encode()
    reading = read_captions(data, file)
    original_letters.refuse_lost_letters(data, "captions", [reading], file)
    spoken = " ".join(clipping.words for clipping in reading.clippings if clipping.kind == "paragraph")
    assert "Who?" in spoken
    assert spoken.endswith("He.")
    assert "-1" not in spoken
