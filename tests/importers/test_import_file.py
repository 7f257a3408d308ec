"""Test imports of plain text and Markdown: the seed text, labels, and doubts."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.cli import command_line
from onrecord.importers import import_file
from onrecord.importers.common.draft import Draft
from onrecord.importers.result_storage import ImportTarget
from onrecord.manuscript import read_book
from onrecord.model.problems import Problem, Refused
from tests.support.paths import ROOT

pytestmark = pytest.mark.usefixtures("lent_workers")

UNCLEAR = (
    "A talk\n\nWhat is kept of a file?\n\nYeah, I keep it all.\n\nSo it is long.\n\nIt is read anyway.\n\n"
    "You read it, then.\n\nI do. You do.\n\nThe page is in colour.\n\nColour helps.\n\nPaper has none.\n\n"
    "Right.\n\nIt is kept, too.\n\nWhat else?\n\nNothing.\n"
)
SEED = ROOT / "book/originals/kalika-central-asia.txt"


def create_book(folder: Path) -> Path:
    """Create a book without interviews, with the settings of the shipped book."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "book.yaml").write_text((ROOT / "book/book.yaml").read_text("utf-8"), "utf-8")
    return folder


def import_draft(folder: Path, name: str, text: str | bytes) -> Draft:
    """Return the draft that a file of this name and text becomes; nothing is written."""
    source = _write_source(folder, name, text)
    results, problems = import_file.import_files([source], folder, accept=False, is_dry_run=True)
    assert [result.state for result in results] == ["new"], problems
    assert results[0].draft is not None
    return results[0].draft


def import_source(folder: Path, name: str, text: str | bytes) -> tuple[Draft, str, tuple[Problem, ...]]:
    """Return the draft that a file becomes, the source that would be written, and the warnings; nothing is written."""
    target = ImportTarget(create_book(folder), is_dry_run=True)
    results = import_file._try_import(_write_source(folder, name, text), target, accept=False)
    assert not isinstance(results, Refused), results.problems
    assert results[0].draft is not None
    return results[0].draft, results[0].text, tuple(dict.fromkeys(results[0].draft.notes))


def store_source(folder: Path, name: str, text: str | bytes) -> tuple[Draft, str, tuple[Problem, ...]]:
    """Import a file; return its draft, the source written, and the warnings."""
    source = _write_source(folder, name, text)
    results, problems = import_file.import_files([source], folder, accept=False)
    assert [result.state for result in results] == ["new"], problems
    assert results[0].draft is not None
    return results[0].draft, results[0].path.read_text("utf-8"), problems


def _write_source(folder: Path, name: str, text: str | bytes) -> Path:
    """Write a file to import into a new book; return its path."""
    source = create_book(folder) / name
    source.write_bytes(text if isinstance(text, bytes) else text.encode())
    return source


def join_kinds(draft: Draft) -> str:
    """Return the kinds of the turns in order, as letters: Q, A, H, N."""
    return "".join(turn.kind[0] for turn in draft.turns).upper().replace("H", "H")


def test_the_seed_text_becomes_the_shipped_chapter(tmp_path: Path) -> None:
    """The files are equal byte for byte but for the desk's short title, and a second import changes nothing."""
    home = create_book(tmp_path / "book")
    assert command_line.main(["import", str(SEED), "--to", str(home / "interviews")]) == 0
    result = home / "interviews/kalika-central-asia.md"
    chapter = (ROOT / "book/interviews/kalika-central-asia.md").read_bytes()
    assert result.read_bytes() == chapter.replace(b"short_title: Drug Trafficking in Central Asia\n", b"", 1)
    assert (home / "originals/kalika-central-asia.txt").read_bytes() == SEED.read_bytes()
    stamp = result.stat().st_mtime_ns
    assert command_line.main(["import", str(SEED), "--to", str(home / "interviews")]) == 0
    assert command_line.main(["import", str(result), "--to", str(home / "interviews")]) == 0
    assert result.stat().st_mtime_ns == stamp
    assert command_line.main(["check", "--book", str(home)]) == 0


def test_a_file_that_an_editor_changed_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the same source nothing is to do; with another one the difference is shown, and the exit code is 1."""
    home = create_book(tmp_path / "book")
    command_line.main(["import", str(SEED), "--to", str(home)])
    result = home / "interviews/kalika-central-asia.md"
    changed = result.read_text("utf-8").replace("a kind of doctrine", "a doctrine").replace("[AK]", "[K]")
    result.write_text(changed, "utf-8")
    capsys.readouterr()
    assert command_line.main(["import", str(SEED), "--to", str(home)]) == 0
    assert "has not changed since it was imported" in capsys.readouterr().out
    assert result.read_text("utf-8") == changed
    (home / "originals" / SEED.name).unlink()  # so that there is no base to merge with
    corrected = tmp_path / SEED.name
    corrected.write_text(SEED.read_text("utf-8") + "\n", "utf-8")
    assert command_line.main(["import", str(corrected), "--to", str(home)]) == 1
    assert "-    labels: [K]\n+    labels: [AK]" in capsys.readouterr().out
    assert result.read_text("utf-8") == changed


LABELS = {
    "names": ("The Desk: {q}", "On Record: {a}"),
    "bold": ("**The Desk:** {q}", "**On Record:** {a}"),
    "bold, colon outside": ("**The Desk**: {q}", "**On Record**: {a}"),
    "letters": ("Q: {q}", "A: {a}"),
    "capitals": ("THE DESK: {q}", "ON RECORD: {a}"),
    "capitals with a dash": ("THE DESK — {q}", "ON RECORD — {a}"),
    "capitals with a full stop": ("THE DESK. {q}", "ON RECORD. {a}"),
    "lower case": ("desk: {q}", "record: {a}"),
    "label above": ("The Desk:\n\n{q}", "On Record:\n\n{a}"),
    "times": ("The Desk (00:01:12): {q}", "On Record (00:01:20): {a}"),
    "French": ("Question : {q}", "Réponse : {a}"),
    "Chinese": ("问：{q}", "答：{a}"),
}
PAIRS = [
    ("What does an import keep?", "Every word. It counts them."),
    ("And if a word is lost?", "Then nothing is written."),
    ("Tell us how it knows.", "It reads the file that it wrote, and compares. Is that enough? We think so."),
]


@pytest.mark.parametrize("suffix", [".txt", ".md"])
@pytest.mark.parametrize("convention", LABELS)
def test_labels_name_the_speakers(tmp_path: Path, convention: str, suffix: str) -> None:
    """Every convention of labels gives the same turns."""
    ask, answer = LABELS[convention]
    text = "How an import works\n\n" + "\n\n".join(f"{ask.format(q=q)}\n\n{answer.format(a=a)}" for q, a in PAIRS)
    draft, result, _ = store_source(tmp_path, f"one{suffix}", text)
    assert join_kinds(draft) == "QAQAQA"
    assert draft.title == "How an import works"
    assert [" ".join(c.words for c in turn.clippings).strip() for turn in draft.turns] == [
        w for pair in PAIRS for w in pair
    ]
    assert result.count("**") == 12
    _, problems = read_book.survey_book(tmp_path)
    assert not [problem for problem in problems if problem.severity == "error"]


def test_a_file_with_settings_alone_is_imported(tmp_path: Path) -> None:
    """Pandoc gets an empty text, and must not wait for its first byte."""
    draft = import_draft(tmp_path, "one.md", "---\ntitle: The lamp\n---\n")
    assert (draft.title, draft.turns) == ("The lamp", ())


def test_doubts_can_be_accepted_later(tmp_path: Path) -> None:
    """With --yes an unchanged result may be imported again; an edited one stays as it is."""
    source = tmp_path / "one.txt"
    source.write_text(UNCLEAR, "utf-8")
    home = create_book(tmp_path / "book")
    result = home / "interviews/one.md"
    assert command_line.main(["import", str(source), "--to", str(home)]) == 0
    assert "::: {.doubt" in result.read_text("utf-8")
    assert command_line.main(["import", str(source), "--to", str(home), "--yes"]) == 0
    assert "::: {.doubt" not in result.read_text("utf-8")
    edited = result.read_text("utf-8") + "\nMore.\n"
    result.write_text(edited, "utf-8")
    assert command_line.main(["import", str(source), "--to", str(home)]) == 0
    assert result.read_text("utf-8") == edited


def test_an_interview_of_another_book_comes_with_its_original(tmp_path: Path) -> None:
    """A source file is copied without a change."""
    home = create_book(tmp_path / "book")
    interview = ROOT / "book/interviews/kalika-central-asia.md"
    assert command_line.main(["import", str(interview), "--to", str(home / "interviews")]) == 0
    assert (home / "interviews" / interview.name).read_bytes() == interview.read_bytes()
    assert (home / "originals/kalika-central-asia.txt").read_bytes() == SEED.read_bytes()
