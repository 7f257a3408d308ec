"""Test imports of Word and OpenDocument: styles, tables, tracked changes, bad zip files."""

from __future__ import annotations

import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

import pypandoc
import pytest

from onrecord.importers import import_file
from onrecord.runtime.fingerprints import compute_fingerprint
from tests.importers.test_import_file import SEED, create_book, import_draft, join_kinds
from tests.support.shared_results import RESULTS

PARAGRAPHS = [line for line in SEED.read_text("utf-8").split("\n") if line]
SEED_MARKDOWN = "\n\n".join(f"**{words}**" if words.endswith("?") else words for words in PARAGRAPHS)


def make_document(markdown: str, kind: str, *options: str) -> bytes:
    """Return a document of this kind (docx, odt, epub), made once in a run."""
    command = [pypandoc.get_pandoc_path(), "-f", "markdown-smart", "-t", kind, *options, "-o", "-"]

    def run_pandoc() -> bytes:
        return subprocess.run(command, input=markdown.encode(), capture_output=True, check=True).stdout

    data: bytes = RESULTS.get_or_compute(compute_fingerprint("document", command, markdown), run_pandoc)
    return data


def replace_in_part(docx: bytes, part: str, old: str, new: str) -> bytes:
    """Return the document with the first `old` in one of its parts replaced by `new`."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(docx)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            data = before.read(name)
            if name == part:
                assert old in data.decode()
                data = data.decode().replace(old, new, 1).encode()
            after.writestr(name, data)
    return out.getvalue()


def list_refusals(folder: Path, name: str, data: bytes) -> list[str]:
    """Return the rules by which the file is refused; check that nothing is written."""
    create_book(folder)
    source = folder / name
    source.write_bytes(data)
    results, problems = import_file.import_files([source], folder / "interviews", accept=False)
    assert not results
    assert not (folder / "interviews").exists()
    return [problem.rule for problem in problems]


@pytest.mark.parametrize("kind", ["docx", "odt", "epub"])
def test_bold_paragraphs_are_questions(tmp_path: Path, kind: str) -> None:
    """The seed text gives the same interview from a document as from plain text."""
    draft = import_draft(tmp_path, f"one.{kind}", make_document(SEED_MARKDOWN, kind))
    assert join_kinds(draft) == "QAQAQA"
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
    """Styles may have a name in any of these languages; a statement can be a question, too."""
    text = "# How an import works\n\n" + "\n\n".join(
        f'::: {{custom-style="Lamp"}}\n{question}\n:::\n\nEvery word. It counts them.'
        for question in ("What is kept?", "I hear that it counts.", "And then?")
    )
    docx = replace_in_part(
        make_document(text, "docx"), "word/styles.xml", '<w:name w:val="Lamp"', f'<w:name w:val="{style}"'
    )
    draft = import_draft(tmp_path, "one.docx", docx)
    assert join_kinds(draft) == "QAQAQA"


@pytest.mark.parametrize("kind", ["docx", "odt"])
def test_a_table_of_two_columns_is_a_conversation(tmp_path: Path, kind: str) -> None:
    """The left column names the speakers."""
    rows = [
        ("The Desk", "What is a table?"),
        ("On Record", "Two columns: who, and what."),
        ("The Desk", "And then?"),
        ("On Record", "Turns."),
    ]
    table = "\n".join(f"| {a} | {b} |" for a, b in rows)
    draft = import_draft(tmp_path, f"one.{kind}", make_document(f"# A table\n\n|  |  |\n|:--|:-----|\n{table}\n", kind))
    assert join_kinds(draft) == "QAQA"
    assert [turn.label for turn in draft.turns] == ["The Desk:", "On Record:", "The Desk:", "On Record:"]


def test_tracked_changes_and_comments_are_a_problem(tmp_path: Path) -> None:
    """Nothing is written."""
    docx = make_document(SEED_MARKDOWN, "docx")
    mark = '<w:ins w:id="1" w:author="The Desk" w:date="2026-01-01T00:00:00Z"><w:r><w:t>maybe</w:t></w:r></w:ins></w:p>'
    assert list_refusals(tmp_path / "a", "one.docx", replace_in_part(docx, "word/document.xml", "</w:p>", mark)) == [
        "changes-are-settled"
    ]
    comments = (
        '<w:comments xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:comment w:id="1" w:author="The Desk">'
        "<w:p><w:r><w:t>Is this so?</w:t></w:r></w:p></w:comment></w:comments>"
    )
    assert list_refusals(tmp_path / "b", "one.docx", replace_part(docx, "word/comments.xml", comments)) == [
        "comments-are-settled"
    ]


def replace_part(docx: bytes, part: str, data: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(docx)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name != part:
                after.writestr(name, before.read(name))
        after.writestr(part, data)
    return out.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """The sizes that the zip's own table states are checked."""
    docx = make_document(SEED_MARKDOWN, "docx")
    entry = docx.rindex(b"word/document.xml") - 46  # of the table: APPNOTE 4.3.12
    assert docx[entry : entry + 4] == b"PK\1\2"
    bomb = docx[: entry + 24] + (210_000_000).to_bytes(4, "little") + docx[entry + 28 :]
    assert list_refusals(tmp_path, "one.docx", bomb) == ["file-is-small"]


def test_a_file_that_is_no_document_is_refused(tmp_path: Path) -> None:
    """Half a file, a text called .docx, entities, a zip without a document."""
    docx = make_document(SEED_MARKDOWN, "docx")
    assert list_refusals(tmp_path / "a", "one.docx", docx[: len(docx) // 2]) == ["file-is-whole"]
    assert list_refusals(tmp_path / "b", "one.docx", b"words") == ["file-is-whole"]
    laughs = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><w:document>&b;</w:document>'
    assert list_refusals(tmp_path / "c", "one.docx", replace_part(docx, "word/document.xml", laughs)) == [
        "file-is-plain"
    ]
    assert list_refusals(tmp_path / "d", "one.odt", docx) == ["file-is-whole"]
