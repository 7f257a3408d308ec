"""The life of an interview: import, draft, approval with changes, book, off-print, index, correction, next edition."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from onrecord.cli.command_line import main
from onrecord.cli.exit_codes import ExitCode
from tests.support.bound import read_page_texts
from tests.support.returned_documents import DocumentEditor

ORIGINAL = """The Light at Night

The desk in conversation with the keeper

Desk: Who lights the lamp?

Keeper: The keeper lights it at dusk, with a match.

Desk: And who puts it out?

Keeper: Nobody: it goes out by itself.
"""
SETTINGS = (
    "title: Lights\nslug: lights\nlanguage: en\ndate: {}\ndisclaimer: none\nneeds_approval: yes\noffprints: yes\n"
)


@pytest.mark.slow
@pytest.mark.usefixtures("lent_workers")
def test_an_interview_goes_from_its_import_to_its_second_edition(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order in which the manual tells it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")
    book, out = tmp_path / "book", tmp_path / "dist"
    places = ["--book", str(book), "--out", str(out)]
    (book / "interviews").mkdir(parents=True)
    (book / "book.yaml").write_text(SETTINGS.format("2026-01-31"), encoding="utf-8")
    (tmp_path / "light.txt").write_text(ORIGINAL, encoding="utf-8")

    # It is imported, and nobody has approved it yet.
    assert main(["import", "light.txt", "--to", str(book / "interviews"), "--yes"]) == ExitCode.DONE
    path = book / "interviews/light.md"
    assert main(["all", *places]) == ExitCode.PROBLEMS
    assert "“light” is not approved" in capsys.readouterr().err

    # It is sent, comes back with two changes, and is approved.
    assert main(["approve", "light", "--book", str(book), "--to", "The keeper"]) == ExitCode.DONE
    editor = DocumentEditor((book / "approval/light.docx").read_bytes())
    editor.replace("dusk", "sunset")
    editor.insert("by itself", ", at dawn")
    returned = str(editor.save(tmp_path / "back.docx"))
    assert main(["approve", "--book", str(book), "--take", returned, "--yes"]) == ExitCode.DONE
    assert "Recorded as approved by The keeper" in capsys.readouterr().out
    assert "at sunset" in path.read_text(encoding="utf-8")

    # It is published, as a book and as an off-print.
    assert main(["all", *places]) == ExitCode.DONE
    assert (out / "lights/light.pdf").is_file()
    assert main(["pdf", "--only", "light", *places]) == ExitCode.DONE
    assert "by itself, at dawn" in " ".join(" ".join(read_page_texts((out / "lights-light.pdf").read_bytes())).split())
    first_record = tmp_path / "first.proof.json"
    first_record.write_bytes((out / "lights.proof.json").read_bytes())

    # It is found by its words.
    assert main(["index", "--book", str(book), "--suggest"]) == ExitCode.DONE
    (book / "index.yaml").write_text("headings:\n  - {name: Lamp, aliases: [lamp]}\n", encoding="utf-8")
    assert main(["all", *places]) == ExitCode.DONE
    with_index = " ".join(" ".join(read_page_texts((out / "lights.pdf").read_bytes())).split())
    assert re.search(r"Index L Lamp, \d+", with_index)
    assert ">Q1</a>" in (out / "lights/book-index.html").read_text(encoding="utf-8")

    # A mistake is found, corrected openly, and approved again.
    text = path.read_text(encoding="utf-8").replace("with a match", "with a splint")
    text = text.replace("people:", 'corrections: [{date: 2026-02-01, text: "A1 said: a match."}]\npeople:', 1)
    path.write_text(text, encoding="utf-8")
    assert main(["all", *places]) == ExitCode.PROBLEMS
    assert "the approved text changed at A1" in capsys.readouterr().err
    assert main(["approve", "light", "--book", str(book), "--by", "The keeper"]) == ExitCode.DONE

    # The second edition says what is new.
    (book / "records").mkdir()
    (book / "records/first.proof.json").write_bytes(first_record.read_bytes())
    settings = SETTINGS.format("2026-03-01") + "changes_since: records/first.proof.json\n"
    (book / "book.yaml").write_text(settings, encoding="utf-8")
    assert main(["all", *places]) == ExitCode.DONE
    printed = " ".join(" ".join(read_page_texts((out / "lights.pdf").read_bytes())).split())
    assert re.search(
        "Changes in this edition What has changed since “31 January 2026” The Light at Night, page \\d+ "
        "Changed: A1, page \\d+[.] New: Editor’s note 1[.] All else is as it was[.]",
        printed,
    )
    page = (out / "lights/edition-changes.html").read_text(encoding="utf-8")
    assert 'Changed: <a href="light.html#a1">A1</a>.' in page
    assert "Correction, 1 February 2026: A1 said: a match." in " ".join(
        " ".join(read_page_texts((out / "lights.pdf").read_bytes())).split()
    )
    capsys.readouterr()
    assert main(["changes", "--book", str(book), "--since", str(first_record)]) == ExitCode.DONE
    changes = capsys.readouterr().out
    assert "light: A1 is changed" in changes
    assert "light: editor's note 1 is new" in changes
    assert "2 changes since" in changes
