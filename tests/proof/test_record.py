"""The record of a proof, the normalized text that it compares, and how line ends are read."""

from __future__ import annotations

import json

import pytest

from onrecord.proof import prove_epub, prove_html
from onrecord.proof.reading.extracted_text import LineEndReader
from onrecord.proof.reading.normalize import (
    LINE_END_HYPHEN,
    LINE_END_MINUS,
    SOFT_GAP,
    count_words,
    make_readable,
    mark_note_call,
    mark_picture,
    normalize_text,
)
from onrecord.proof.record import FileRecord, detect_format, format_record, summarize_reports
from tests.support.proof_copies import BOOK, SECOND, book_of, build_epub, build_web


def test_the_record_lists_what_the_proof_found() -> None:
    """It has the hash of each file, and for each interview its words and the places of byline, disclaimer and rights.

    An interview without rights has no such field.
    """
    reports = [prove_html(BOOK, build_web(BOOK)), prove_epub(BOOK, build_epub(BOOK))]
    files = {"engines.epub": FileRecord("ab" * 32, 12), "engines/index.html": FileRecord("cd" * 32, 34)}
    data = format_record(BOOK, files, reports)
    assert data == format_record(BOOK, dict(reversed(files.items())), reversed(reports))
    record = json.loads(data)
    assert data.decode() == json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    assert record["version"] == 4
    assert record["files"]["engines.epub"] == {"sha256": "ab" * 32, "size": 12}
    assert [edition["format"] for edition in record["editions"]] == ["epub", "html"]
    first = record["editions"][1]["interviews"][0]
    words = first.pop("words")
    assert words["promised"] == words["found"] > 100
    assert first == {
        "slug": "ada",
        "byline": "ada.html#byline",
        "disclaimer": "ada.html#disclaimer",
        "rights": "ada.html#rights",
    }
    assert "rights" not in record["editions"][1]["interviews"][1]


def test_the_summary_has_a_line_for_each_edition() -> None:
    good, bad = prove_epub(BOOK, build_epub(BOOK)), prove_html(BOOK, {})
    first, second = summarize_reports([bad, good]).splitlines()
    assert first.startswith(
        "EPUB: all 135 words of 2 interviews are there, in order; 2 bylines, 2 disclaimers and 1 line of rights"
    )
    (line,) = summarize_reports([prove_epub(book_of(SECOND), build_epub(book_of(SECOND)))]).splitlines()
    assert line.endswith("; 1 byline and 1 disclaimer, to the letter")
    assert second.startswith("HTML: not proved, ")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (build_epub(BOOK), "epub"),
        (build_web(BOOK)["ada.html"], "html"),
        (b"\xef\xbb\xbf\n<html lang='en'>", "html"),
        (b"PK\x03\x04 a Word file", ""),
        (b"", ""),
    ],
)
def test_a_format_is_detected_by_its_first_bytes(data: bytes, name: str) -> None:
    assert detect_format(data) == name


def test_normalized_text_keeps_all_visible_characters() -> None:
    """White space becomes one space, invisible characters are removed, and nothing else changes."""
    assert normalize_text(" a\u00a0b\n\u202fc\u00add\u200be ") == "a b cde"
    assert normalize_text("e\u0301 “ﬁ” ½ ² Ａ İ ß") == "é “ﬁ” ½ ² Ａ İ ß"


def test_only_printed_words_are_counted() -> None:
    """The number of a note and the alternative text of a picture are no printed words."""
    assert count_words(f"one two{mark_note_call(1)} {mark_picture('a black bar')} three") == 3


def test_marks_become_readable_words() -> None:
    assert (
        make_readable(f"so{mark_note_call(12)} {mark_picture('a bar')}\x1b[2J")
        == "so[note 12] [picture: a bar]\N{REPLACEMENT CHARACTER}[2J"
    )


@pytest.mark.parametrize(
    ("expected", "extracted", "result"),
    [
        ("a difficult word", f"a diffi{LINE_END_HYPHEN}cult word", "a difficult word"),
        ("a built-in toy", f"a built{LINE_END_MINUS}in toy", "a built-in toy"),
        ("pre- and postwar", f"pre{LINE_END_MINUS}and postwar", "pre- and postwar"),
        ("word—word", f"word—{SOFT_GAP}word", "word—word"),
        ("word — word", f"word —{SOFT_GAP}word", "word — word"),
        ("wide gap", f"wide{SOFT_GAP}gap", "wide gap"),
        ("and - mail", f"and{SOFT_GAP}{LINE_END_MINUS}mail", "and - mail"),
        ("changed a difficult word", f"xxxxxxx a diffi{LINE_END_HYPHEN}cult word", "xxxxxxx a difficult word"),
        # Where the expected text differs, the extracted text stays.
        ("a reformed word", f"a re{LINE_END_MINUS}form word", "a reform word"),
        ("resign", f"re{LINE_END_MINUS}sign", "resign"),
        ("foobar", "foo bar", "foo bar"),
    ],
)
def test_line_ends_are_read_as_the_expected_text_has_them(expected: str, extracted: str, result: str) -> None:
    assert LineEndReader(expected).read_line_ends(extracted) == result
