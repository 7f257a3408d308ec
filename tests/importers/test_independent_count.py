"""Test that an import refuses a file of which its reader lost something, although the reader does not notice it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from onrecord.importers import import_file, reader_choice
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import split_into_tokens
from onrecord.importers.output import original_letters
from onrecord.importers.readers import caption_cues, captions, epub
from onrecord.importers.readers.caption_cues import CaptionFile
from onrecord.model.problems import Problem, Refused
from tests.importers.test_epub import make_epub
from tests.importers.test_import_file import create_book
from tests.support.packed_documents import LINES, build_docx, build_epub, build_odt, build_page

CUES = "\n\n".join(f"00:0{n}.000 --> 00:0{n}.900\n{line}" for n, line in enumerate(LINES))
NOTE = "<w:footnote w:id='2'><w:p><w:r><w:t>The note of the keeper.</w:t></w:r></w:p></w:footnote>"
CALL = "<w:p><w:r><w:t>And?</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
FILES: dict[str, bytes] = {
    "talk.vtt": f"WEBVTT\n\n{CUES}\n".encode(),
    "talk.srt": CUES.replace(".", ",").encode(),
    "talk.txt": "\n\n".join(LINES).encode(),
    "talk.md": "\n\n".join(LINES).encode(),
    "talk.html": build_page("<p>And?</p>"),
    "talk.docx": build_docx(CALL, parts={"word/footnotes.xml": f"<w:footnotes XMLNS>{NOTE}</w:footnotes>"}),
    "talk.odt": build_odt("<text:p>In <text:date>1987</text:date> it burned.</text:p>"),
    "talk.epub": build_epub("<p>And?</p>"),
}


def sabotage(reading: SourceText, clippings: Sequence[Clipping]) -> SourceText:
    """Return a reading that has only these clippings, and believes that the original has no other words."""
    tokens = tuple(token for clipping in clippings for token in split_into_tokens(clipping.all_words))
    return replace(reading, clippings=tuple(clippings), original_tokens=tokens)


def read_file(folder: Path, name: str) -> tuple[bytes, str, SourceText]:
    data = FILES[name]
    reader = reader_choice.choose_reader(folder / name, data)
    return data, reader_choice.find_letter_count_kind(reader), reader(data, name)


def find_loss(data: bytes, kind: str, reading: SourceText) -> str:
    """Return what the count says is lost."""
    try:
        original_letters.refuse_lost_letters(data, kind, [reading], "talk")
    except Refused as refused:
        return refused.problems[0].sentence
    return ""


@pytest.mark.parametrize("name", FILES)
def test_a_reader_that_loses_anything_is_noticed(tmp_path: Path, name: str) -> None:
    """A paragraph, every second one, or one word of one of them; and nothing is said of a whole reading."""
    data, kind, reading = read_file(tmp_path, name)
    assert find_loss(data, kind, reading) == ""
    spoken = [clipping for clipping in reading.clippings if clipping.kind == "paragraph"]
    for dropped in spoken:
        without = [clipping for clipping in reading.clippings if clipping is not dropped]
        assert "letters of the original were not read" in find_loss(data, kind, sabotage(reading, without))
    assert find_loss(data, kind, sabotage(reading, reading.clippings[::2]))
    first = spoken[0].words.rpartition(" ")
    shortened = [replace(c, words=first[0]) if c is spoken[0] else c for c in reading.clippings]
    assert first[2].strip("?") in find_loss(data, kind, sabotage(reading, shortened))


@pytest.mark.parametrize(("name", "words"), [("talk.odt", "1987"), ("talk.docx", "And?")])
def test_a_field_or_a_note_that_vanishes_is_noticed(tmp_path: Path, name: str, words: str) -> None:
    data, kind, reading = read_file(tmp_path, name)
    without = [replace(c, words=c.words.replace(words, "")) for c in reading.clippings]
    assert find_loss(data, kind, sabotage(reading, without))


def import_one(folder: Path, name: str) -> tuple[Problem, ...]:
    (folder / name).write_bytes(FILES[name])
    results, problems = import_file.import_files([folder / name], create_book(folder), accept=True)
    return problems if not results else ()


@pytest.mark.parametrize("name", ["talk.vtt", "talk.srt"])
def test_captions_that_lose_every_second_cue_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert import_one(tmp_path, name) == ()
    parse = caption_cues.parse_cues

    def parse_half(text: str) -> CaptionFile:
        file = parse(text)
        return replace(file, cues=file.cues[::2])

    monkeypatch.setattr(captions, "parse_cues", parse_half)
    assert [problem.rule for problem in import_one(tmp_path, name)] == ["import-loses-nothing"]


@pytest.mark.parametrize("name", [name for name in FILES if name != "talk.vtt"])
def test_every_reader_is_counted_by_the_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A reader that drops its last paragraph without a trace is refused, and its file is named."""
    suffix = Path(name).suffix
    reader = reader_choice.READERS[suffix]

    def read_less(data: bytes, file_name: str, **options: object) -> SourceText:
        reading = partial(reader, **options)(data, file_name)
        last = [clipping for clipping in reading.clippings if clipping.kind == "paragraph"][-1]
        return sabotage(reading, [clipping for clipping in reading.clippings if clipping is not last])

    monkeypatch.setitem(reader_choice.READERS, suffix, read_less)
    monkeypatch.setitem(reader_choice.KINDS_OF_COUNT, read_less, reader_choice.KINDS_OF_COUNT[reader])
    problems = import_one(tmp_path, name)
    assert [problem.rule for problem in problems] == ["import-loses-nothing"]


def test_the_chapters_of_an_e_book_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A chapter that is not read is noticed; one that is no interview is named, and no loss."""
    read_chapters = epub.read_epub_chapters
    (tmp_path / "talks.epub").write_bytes(make_epub())
    results, _ = import_file.import_files([tmp_path / "talks.epub"], create_book(tmp_path / "whole"), accept=True)
    assert len(results) == 2

    def skip_first_chapter(data: bytes, name: str) -> Iterator[SourceText]:
        yield from list(read_chapters(data, name))[1:]

    monkeypatch.setattr(epub, "read_epub_chapters", skip_first_chapter)
    results, problems = import_file.import_files([tmp_path / "talks.epub"], create_book(tmp_path / "less"), accept=True)
    assert [problem.rule for problem in problems] == ["import-loses-nothing"]


PIECES = [
    {"start": float(n), "end": n + 0.9, "text": f" {line}", "speaker": f"S{n % 2}"} for n, line in enumerate(LINES)
]
SAID_TWICE = [{**piece, "words": [{"word": word} for word in str(piece["text"]).split()]} for piece in PIECES]
TTML = "".join(f'<p begin="{n}.0s" end="{n}.9s">{line}</p>' for n, line in enumerate(LINES))
CODE = "".join(
    f"> **{name}:** *{line}* [here](https://example.org/lamp) {{.x}}\n\n"
    for name, line in zip("AB" * 9, LINES, strict=False)
)
WORDS = {
    "talk.json": json.dumps({"segments": PIECES, "model": "large-v3", "language": "en"}).encode(),
    "twice.json": json.dumps({"segments": SAID_TWICE, "text": " ".join(LINES)}).encode(),
    "talk.ttml": f'<tt xmlns="http://www.w3.org/ns/ttml"><body><div>{TTML}</div></body></tt>'.encode(),
    "talk.md": f"---\ntitle: Oil\nnever: said\n---\n\n{CODE}".encode(),
}


@pytest.mark.parametrize("name", WORDS)
def test_a_reader_that_loses_words_of_a_format_without_a_count_of_letters_is_noticed(name: str) -> None:
    """JSON and XML say words twice, Markdown has markup: there, each different word must have been read."""
    data = WORDS[name]
    reader = reader_choice.choose_reader(Path(name), data)
    kind, reading = reader_choice.find_letter_count_kind(reader), reader(data, name)
    assert find_loss(data, kind, reading) == ""
    lost = find_loss(data, kind, sabotage(reading, reading.clippings[::2]))
    assert "different words of the original were not read" in lost
