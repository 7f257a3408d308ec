"""Test the import of Rich Text Format: letters of every code page, labels, and what it may hide."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.importers import import_file
from tests.importers.test_import_file import create_book, import_draft, join_kinds
from tests.importers.test_recordings import NAMES, TALK, TEXTS

HEAD = r"{\rtf1\ansi\ansicpg%d\deff0{\fonttbl{\f0\fnil\fcharset%d Arial;}{\f1\fcharset204 Arial CYR;}}{\info{\title x}}"
WORDS = {
    "Western": (1252, 0, "Où est la lumière ? « Là », dit-elle – demain."),
    "Central European": (1250, 238, "Gdzie jest światło? Łódź płynie."),
    "Cyrillic": (1251, 204, "Где горит свет? Во тьме."),
    "Greek": (1253, 161, "Πού είναι το φως;"),
    "Japanese": (932, 128, "灯台の光はどこですか。ソ表"),
    "Chinese": (936, 134, "灯塔的光在哪里？"),
    "Hebrew": (1255, 177, "איפה האור?"),
}


def encode(text: str, code_page: int) -> str:
    """Return the text with each byte beyond ASCII as RTF writes it."""
    data = text.encode(f"cp{code_page}")
    return "".join(chr(byte) if byte < 128 and chr(byte) not in "\\{}" else f"\\'{byte:02x}" for byte in data)


def write_document(body: str, code_page: int = 1252, charset: int = 0) -> bytes:
    return f"{HEAD % (code_page, charset)}\\pard\\plain\\f0\\fs22 {body}}}".encode("ascii")


def read_words(folder: Path, body: str, code_page: int = 1252, charset: int = 0) -> str:
    draft = import_draft(folder, "talk.rtf", write_document(body, code_page, charset))
    clippings = [*draft.introduction, *(c for turn in draft.turns for c in turn.clippings)]
    return " ".join([draft.title, draft.standfirst, *(clipping.words for clipping in clippings)]).strip()


@pytest.mark.parametrize("script", WORDS)
def test_letters_of_a_code_page_are_right(tmp_path: Path, script: str) -> None:
    code_page, charset, text = WORDS[script]
    assert text in read_words(tmp_path, rf"{encode(text, code_page)}\par", code_page, charset)


def test_a_font_may_have_a_code_page_of_its_own(tmp_path: Path) -> None:
    body = rf"Light is {{\f1 {encode('свет', 1251)}}} or lumi{encode('è', 1252)}re.\par"
    assert read_words(tmp_path, body) == "Light is свет or lumière."


@pytest.mark.parametrize(
    "written",
    [
        r"\u1089?\u1074?\u1077?\u1090?",
        r"\uc2\u1089\'f1x\u1074xx\u1077xx\u1090xx\uc1 ",
        r"\uc0\u1089\u1074\u1077\u1090 ",
    ],
)
def test_unicode_is_read_without_its_fallback(tmp_path: Path, written: str) -> None:
    assert (
        read_words(tmp_path, rf"Is {{{written}}} light, or \u-10179?\u-8704? not?\par") == "Is свет light, or 😀 not?"
    )


def test_turns_and_times_are_read(tmp_path: Path) -> None:
    """f4 writes the time after each paragraph."""
    body = "".join(
        rf"{{\b {NAMES[who]}:}} {words} #00:{int(start) // 60:02}:{int(start) % 60:02}-5#\par" + "\r\n"
        for who, start, words in TALK
    )
    draft = import_draft(tmp_path, "talk.txt", write_document(body))
    assert join_kinds(draft) == "QAQA"
    assert [" ".join(c.words for c in turn.clippings) for turn in draft.turns] == TEXTS
    assert [turn.time for turn in draft.turns[:3]] == ["00:00:04", "00:00:09", "00:01:01"]


def test_signs_and_breaks_are_read(tmp_path: Path) -> None:
    body = r"One\emdash two\~three \ldblquote four\rdblquote  fi\-ve\line six\tab seven \{8\}\par"
    assert read_words(tmp_path, body).split() == ["One—two", "three", "“four”", "five", "six", "seven", "{8}"]


def test_heads_of_pages_are_set_aside(tmp_path: Path) -> None:
    draft = import_draft(
        tmp_path, "talk.rtf", write_document(r"{\header The archive\par}Is the lamp lit?\par It is.\par")
    )
    assert ("head or foot of the page", "The archive") in [(c.reason, c.words) for c in draft.asides]


@pytest.mark.parametrize(
    "body",
    [
        r"{\colortbl;\red255\green255\blue255;}\trowd\clcbpat2\cellx900\intbl{\cf1 Seen.}\cell\row\pard\par",
        r"{\colortbl;\red255\green255\blue255;\red0\green0\blue90;}{\cf1\highlight2 Seen.}\par",
        r"{\colortbl\red0\green0\blue0;\red255\green255\blue255;}{\cf0 Seen.}\par",
        r"{\fs7 Seen.}\par",
    ],
)
def test_words_that_are_seen_are_not_hidden(tmp_path: Path, body: str) -> None:
    """White letters on a dark cell or a dark marker, the first colour of the table, small type."""
    assert "Seen." in read_words(tmp_path, body)


REFUSED = {
    "hidden": (r"Shown {\v geheim} and shown.\par", "words in the text are hidden (formatted as hidden): “geheim”"),
    "white": (
        r"{\colortbl;\red255\green255\blue255;\red0\green0\blue0;}Shown {\cf1 geheim} {\cf2 and} shown.\par",
        "words in the text are hidden (white on white): “geheim”",
    ),
    "like its background": (
        r"{\colortbl;\red200\green0\blue0;}Shown {\cf1\highlight1 geheim} and shown.\par",
        "words in the text are hidden (in the colour of their background): “geheim”",
    ),
    "tiny": (r"Shown {\fs2 geheim\plain  and} shown.\par", "words in the text are hidden (in 1 pt type): “geheim”"),
    "deleted": (r"Shown {\deleted gone} and shown.\par", "tracked deletions"),
    "comment": (r"Shown{\*\annotation {Why?}} and shown.\par", "this document has comments"),
    "deep": ("{" * 5_000 + "x" + "}" * 5_000, "nested more than 500 levels deep"),
    "binary": (r"{\pict\bin100 x}Shown.\par", "contains binary data"),
    "cut": (r"Shown {\b and", "its braces are not in pairs"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_document_that_hides_words_is_refused(tmp_path: Path, fault: str) -> None:
    body, sentence = REFUSED[fault]
    source = create_book(tmp_path) / "talk.rtf"
    source.write_bytes(write_document(body)[: -1 if fault == "cut" else None])
    _, problems = import_file.import_files([source], tmp_path, accept=False)
    assert [sentence in problem.sentence for problem in problems] == [True], problems
