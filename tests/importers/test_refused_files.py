"""Test imports of broken, huge and hostile files and of other encodings."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.cli import command_line
from onrecord.importers import import_file
from onrecord.importers.readers import captions
from tests.importers.test_import_file import SEED, create_book, import_source, join_kinds

pytestmark = pytest.mark.usefixtures("lent_workers")

SEED_TEXT = SEED.read_text("utf-8")


def _lock_package() -> bytes:
    """Return a ZIP file of which the directory says that its one part is encrypted (APPNOTE 4.4.4, bit 0)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", "<document/>")
    data = bytearray(out.getvalue())
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


REFUSED = {
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "format-is-known"),
    "renamed.txt": (b"%PDF-1.7\n", "format-is-known"),
    "empty.txt": (b" \n", "file-has-words"),
    "binary.txt": (bytes(range(256)), "file-is-text"),
    "half-a-letter.txt": ("\ufeffWho reads?\n\nAda.\n".encode("utf-16-le") + b"x", "text-is-readable"),
    "damaged.txt": (SEED_TEXT.encode().replace(b"opium", b"opi\xc3(um", 1), "text-is-utf-8"),
    "huge.txt": (b"x" * 5_000_000, "file-is-small"),
    "brackets.md": (b"[" * 1000, "marks-are-sparse"),
    "emphasis.md": (b"Who reads?\n\n" + b"*a **b " * 23_000, "marks-are-sparse"),
    "angles.vtt": (b"WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n" + b"<" * 100_000, "words-end"),
    "loop.md": (b"[^1]\n\n[^1]: a [^1]\n", "notes-call-no-notes"),
    "deep.html": (b"<div>" * 1000 + b"x", "nesting-is-shallow"),
    "comment.html": (b"<!-- nothing else -->", "page-is-readable"),
    "elements.html": (b"<p>Who reads?" + b"<br>" * 60_001, "page-is-small"),
    "attributes.html": (b"<p%s>Who reads?" % b"".join(b" a%d=b" % n for n in range(1001)), "page-is-small"),
    "locked.docx": (_lock_package(), "file-is-open"),
    "none.vtt": (b"WEBVTT\n\n", "captions-have-cues"),
    "picture.png": (b"\x89PNG\r\n", "format-is-known"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_imported_is_refused_and_nothing_is_written(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is 1, the message has the rule and a hint, and no file is written."""
    data, rule = REFUSED[name]
    home = create_book(tmp_path / "book")
    (tmp_path / name).write_bytes(data)
    assert command_line.main(["import", str(tmp_path / name), "--to", str(home / "interviews")]) == 1
    messages = capsys.readouterr().err
    assert f"error[{rule}]" in messages
    assert "hint: " in messages
    assert sorted(path.name for path in home.rglob("*")) == ["book.yaml"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_other_encodings_are_recognized(tmp_path: Path, encoding: str) -> None:
    """The words are those of the seed text."""
    draft, _, problems = import_source(tmp_path, "one.txt", SEED_TEXT.encode(encoding))
    assert join_kinds(draft) == "QAQAQA"
    assert "Moscow’s foreign policy" in draft.turns[-1].clippings[-1].words
    assert [problem.rule for problem in problems] == ([] if encoding == "utf-8-sig" else ["text-is-utf-8"])


@pytest.mark.parametrize("encoding", ["cp1251", "koi8_r"])
def test_old_russian_encodings_are_recognized(tmp_path: Path, encoding: str) -> None:
    """A warning asks the editor to look at the letters."""
    text = (
        "Как устроен импорт\n\nЧто сохраняет импорт?\n\nКаждое слово. Он их считает.\n\n"
        "А потом?\n\nПотом он пишет файл.\n"
    )
    draft, _, problems = import_source(tmp_path, "one.txt", text.encode(encoding))
    assert join_kinds(draft) == "QAQA"
    assert draft.title == "Как устроен импорт"
    assert [problem.rule for problem in problems] == ["text-is-utf-8"]


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    """Files that can be imported are imported; the others are reported."""
    home = create_book(tmp_path / "book")
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"%PDF-1.7")
    results, problems = import_file.import_files([bad, SEED], home, accept=False)
    assert [result.path.name for result in results] == ["kalika-central-asia.md"]
    assert [problem.rule for problem in problems] == ["format-is-known"]


def test_the_report_escapes_everything(tmp_path: Path) -> None:
    """The report shows the words of the original as text."""
    text = SEED_TEXT.replace("Who is conducting", "<script>alert(1)</script> Who is conducting").replace(
        "poppy", '"><img src=x onerror=alert(1)>'
    )
    create_book(tmp_path)
    (tmp_path / "one.txt").write_text(text, "utf-8")
    results, _ = import_file.import_files([tmp_path / "one.txt"], tmp_path, accept=False)
    assert results[0].report is not None
    page = results[0].report.read_text("utf-8")
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_two_files_with_one_name_are_refused(tmp_path: Path) -> None:
    """The first file is imported and not overwritten."""
    home = create_book(tmp_path / "book")
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "one.txt").write_text(SEED_TEXT + folder, "utf-8")
    results, problems = import_file.import_files([tmp_path / "a/one.txt", tmp_path / "b/one.txt"], home, accept=False)
    assert len(results) == 1
    assert [problem.rule for problem in problems] == ["slugs-are-unique"]


def test_thousands_of_broken_voice_tags_are_read_fast(tmp_path: Path) -> None:
    """The tags are words; no search runs to the end of the file for each of them."""
    start = time.process_time()
    cues = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n" + "<v " * 100_000 + "\n"
    captions.read_captions(cues.encode(), "one.vtt")
    assert time.process_time() - start < 5


# --- links of a received book ---------------------------------------------------------------------


def _link_report(home: Path, outside: Path) -> tuple[str, str]:
    (home / "interviews").mkdir()
    (home / "interviews/talk.import.html").symlink_to(outside / "notes.md")
    return "interviews/talk.import.html", "notes.md"


def _link_interview(home: Path, outside: Path) -> tuple[str, str]:
    (home / "interviews").mkdir()
    (home / "interviews/talk.md").symlink_to(outside / "notes.md")
    return "interviews/talk.md", "notes.md"


def _make_original_link(target: str) -> Callable[[Path, Path], tuple[str, str]]:
    def link(home: Path, outside: Path) -> tuple[str, str]:
        (home / "originals").mkdir()
        (home / "originals/talk.html").symlink_to(outside / target)
        return "originals/talk.html", target

    return link


def _make_folder_link(name: str) -> Callable[[Path, Path], tuple[str, str]]:
    def link(home: Path, outside: Path) -> tuple[str, str]:
        (home / name).symlink_to("../outside", target_is_directory=True)
        return name, ""

    return link


LINKS = {
    "interviews": _make_folder_link("interviews"),
    "originals": _make_folder_link("originals"),
    "images": _make_folder_link("images"),
    "an interview": _link_interview,
    "an original": _make_original_link("notes.md"),
    "no original": _make_original_link("nowhere"),
    "a report": _link_report,
}


def _save_page(folder: Path) -> Path:
    """Write a saved page with a picture beside it."""
    (folder / "light.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"a picture")
    turns = (
        "<p><b>What burns here?</b></p><p>The harbour light.</p><p><b>And by day?</b></p><p>Nothing burns by day.</p>"
    )
    (folder / "talk.html").write_text(
        f"<h1>The light</h1>{turns}<p><img src='light.png' alt='A light'></p>", encoding="utf-8"
    )
    return folder / "talk.html"


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_nothing_is_written_through_a_link_out_of_the_book(
    tmp_path: Path, link: Callable[[Path, Path], tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """No part of the import is written: interview, original, pictures or report."""
    home, outside = create_book(tmp_path / "book"), tmp_path / "outside"
    outside.mkdir()
    (outside / "notes.md").write_text("mine", encoding="utf-8")
    name, target = link(home, outside)
    before = sorted(home.rglob("*"))
    assert command_line.main(["import", str(_save_page(tmp_path)), "--to", str(home / "interviews")]) == 1
    messages = capsys.readouterr().err
    assert messages == (
        f"{home / name}: error[links-stay-inside]: "
        f"this is a link to “{outside / target}”, outside of the folder it stands in; "
        "nothing was written there\n  hint: delete the link\n1 error.\n"
    )
    assert sorted(home.rglob("*")) == before
    assert {path.name: path.read_text("utf-8") for path in outside.iterdir()} == {"notes.md": "mine"}


def test_a_link_with_the_name_of_a_half_written_file_is_not_followed(tmp_path: Path) -> None:
    """An earlier version wrote to these names first."""
    home = create_book(tmp_path / "book")
    (tmp_path / "notes.md").write_text("mine", encoding="utf-8")
    for name in ("interviews/.talk.md.new", "originals/.talk.html.new"):
        (home / name).parent.mkdir()
        (home / name).symlink_to("../../notes.md")
    results, problems = import_file.import_files([_save_page(tmp_path)], home, accept=True)
    assert [(result.state, result.path) for result in results] == [("new", home / "interviews/talk.md")]
    assert not problems
    assert (tmp_path / "notes.md").read_text("utf-8") == "mine"
    umask = os.umask(0o022)
    os.umask(umask)
    assert (home / "interviews/talk.md").stat().st_mode & 0o777 == 0o666 & ~umask


def test_a_result_that_cannot_be_written_is_a_fault_of_the_system(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder, pipe or file in place of another kind: one sentence and exit code 74, no internal error."""
    home = create_book(tmp_path / "book")
    (home / "interviews/talk.md").mkdir(parents=True)
    (home / "originals").mkdir()
    os.mkfifo(home / "originals/talk.html")
    before = sorted(home.rglob("*"))
    assert command_line.main(["import", str(_save_page(tmp_path)), "--to", str(home)]) == 74
    assert f"refuses to read or write “{home / 'interviews/talk.md'}” (Is a directory)" in capsys.readouterr().err
    assert command_line.main(["import", str(_save_page(tmp_path)), "--to", str(home / "book.yaml")]) == 74
    assert "Not a directory" in capsys.readouterr().err
    assert sorted(home.rglob("*")) == before


def test_an_original_that_is_a_link_is_not_copied(tmp_path: Path) -> None:
    """A source file names its original; a link out of its book may lead to private files."""
    other, home = create_book(tmp_path / "other"), create_book(tmp_path / "book")
    import_file.import_files([_save_page(tmp_path)], other, accept=True)
    (tmp_path / "secret").write_text("mine", encoding="utf-8")
    (other / "originals/talk.html").unlink()
    (other / "originals/talk.html").symlink_to(tmp_path / "secret")
    import_file.import_files([other / "interviews/talk.md"], home, accept=True)
    assert (home / "interviews/talk.md").is_file()
    assert not (home / "originals").exists()
