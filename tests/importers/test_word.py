"""Importing Word and OpenDocument: styles, tables, what nobody settled, and zip files that are no documents."""

from __future__ import annotations

import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pypandoc
import pytest

from onrecord.importers import import_file
from tests.importers.test_import_file import SEED, book, imported, kinds

PARAGRAPHS = [line for line in SEED.read_text("utf-8").split("\n") if line]
SEED_MARKDOWN = "\n\n".join(f"**{words}**" if words.endswith("?") else words for words in PARAGRAPHS)


def made(markdown: str, kind: str) -> bytes:
    """A document of this kind (docx, odt, epub)."""
    command = [pypandoc.get_pandoc_path(), "-f", "markdown-smart", "-t", kind, "-o", "-"]
    return subprocess.run(command, input=markdown.encode(), capture_output=True, check=True).stdout


def changed(docx: bytes, part: str, old: str, new: str) -> bytes:
    """The document with `new` for the first `old` in one of its parts."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(docx)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            data = before.read(name)
            if name == part:
                assert old in data.decode()
                data = data.decode().replace(old, new, 1).encode()
            after.writestr(name, data)
    return out.getvalue()


def refused(folder: Path, name: str, data: bytes) -> list[str]:
    """The rules by which the file is refused; nothing is written."""
    book(folder)
    source = folder / name
    source.write_bytes(data)
    done, problems = import_file.import_files([source], folder / "interviews", accept=False)
    assert not done
    assert not (folder / "interviews").exists()
    return [problem.rule for problem in problems]


@pytest.mark.parametrize("kind", ["docx", "odt", "epub"])
def test_bold_paragraphs_are_questions(tmp_path: Path, kind: str) -> None:
    """The seed as a document comes out like the seed as text."""
    draft = imported(tmp_path, f"one.{kind}", made(SEED_MARKDOWN, kind))
    assert kinds(draft) == "QAQAQA"
    assert draft.title == PARAGRAPHS[0]
    assert draft.byline == PARAGRAPHS[2]
    assert draft.disclaimer == PARAGRAPHS[-1]


@pytest.mark.parametrize(
    "style",
    [
        "Question",
        "Interviewer",
        "Intervieweuse",
        "Вопрос",
        "Ведущий",
        "Pregunta",
        "Entrevistadora",
        "Frage",
        "Interviewfrage",
    ],
)
def test_styles_named_after_questions_are_questions(tmp_path: Path, style: str) -> None:
    """In the language of whoever made the document; a statement in such a style asks, too."""
    text = "# How an import works\n\n" + "\n\n".join(
        f'::: {{custom-style="{style}"}}\n{question}\n:::\n\nEvery word. It counts them.'
        for question in ("What is kept?", "I hear that it counts.", "And then?")
    )
    draft = imported(tmp_path, "one.docx", made(text, "docx"))
    assert kinds(draft) == "QAQAQA"


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_a_table_of_two_columns_is_a_conversation(tmp_path: Path, kind: str) -> None:
    """The left column names who speaks."""
    rows = [
        ("The Desk", "What is a table?"),
        ("On Record", "Two columns: who, and what."),
        ("The Desk", "And then?"),
        ("On Record", "Turns."),
    ]
    table = "\n".join(f"| {a} | {b} |" for a, b in rows)
    draft = imported(tmp_path, f"one.{kind}", made(f"# A table\n\n|  |  |\n|:--|:-----|\n{table}\n", kind))
    assert kinds(draft) == "QAQA"
    assert [turn.label for turn in draft.turns] == ["The Desk:", "On Record:", "The Desk:", "On Record:"]


def test_tracked_changes_and_comments_are_a_problem(tmp_path: Path) -> None:
    """With the number and the authors; nothing is written."""
    docx = made(SEED_MARKDOWN, "docx")
    mark = '<w:ins w:id="1" w:author="The Desk" w:date="2026-01-01T00:00:00Z"><w:r><w:t>maybe</w:t></w:r></w:ins></w:p>'
    assert refused(tmp_path / "a", "one.docx", changed(docx, "word/document.xml", "</w:p>", mark)) == [
        "changes-are-settled"
    ]
    comments = (
        '<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:comment w:id="1" w:author="The Desk">'
        "<w:p><w:r><w:t>Is this so?</w:t></w:r></w:p></w:comment></w:comments>"
    )
    assert refused(tmp_path / "b", "one.docx", _with(docx, "word/comments.xml", comments)) == ["comments-are-settled"]


def _with(docx: bytes, part: str, data: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(docx)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name != part:
                after.writestr(name, before.read(name))
        after.writestr(part, data)
    return out.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """By what the zip's own table says, and by what one part may hold."""
    docx = made(SEED_MARKDOWN, "docx")
    bomb = _with(docx, "word/document.xml", "<w:document>" + " " * 210_000_000)
    assert len(bomb) < 1_000_000
    assert refused(tmp_path, "one.docx", bomb) == ["file-is-small"]


def test_what_is_no_document_is_refused(tmp_path: Path) -> None:
    """Half a file, a text called .docx, entities, a zip without a document."""
    docx = made(SEED_MARKDOWN, "docx")
    assert refused(tmp_path / "a", "one.docx", docx[: len(docx) // 2]) == ["file-is-whole"]
    assert refused(tmp_path / "b", "one.docx", b"words") == ["file-is-whole"]
    laughs = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><w:document>&b;</w:document>'
    assert refused(tmp_path / "c", "one.docx", _with(docx, "word/document.xml", laughs)) == ["file-is-plain"]
    assert refused(tmp_path / "d", "one.odt", docx) == ["file-is-whole"]
