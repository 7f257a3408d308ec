"""Booklets, print-shop files and numbered copies, as the command line builds and proves them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest

from onrecord.cli import command_line
from onrecord.cli.exit_codes import ExitCode
from onrecord.finishing.print_shop import make_print_shop_file
from onrecord.model.recipients import NumberedCopy, Recipient
from onrecord.pipeline import delivery_record, finish_jobs, workspace
from onrecord.proof import prove_identifiers, prove_register
from onrecord.runtime.worker_pool import WorkerPool
from tests.support.bound import PLACE, change_pdf, read_page_texts
from tests.support.homes import copy_home
from tests.support.printer_profile import build_profile

pytestmark = pytest.mark.usefixtures("lent_workers")


PACK, SLUG = "desk-meeting", "desk-meeting-v1-named-not-for-quotation"
RECIPIENTS = "name,organisation,copies,large_print\nThe night desk,Harbour office,2,no\nThe reading room,,1,yes\n"
FILES = {
    "book.yaml": "title: The Harbour Light\nlanguage: en\ndate: 2026-11-24\ndisclaimer: none\n",
    "interviews/lamp.md": (
        "---\ntitle: The Lamp\nbyline: By the harbour office\npeople:\n"
        "  - {name: The lamp keeper, role: interviewee}\n---\n\n"
        "**Who lights the lamp?**\n\nIt lights itself at dusk.\n"
    ),
    "packs/desk-meeting.yaml": (
        "title: Lamps\nmeeting: The keepers meet\nversion: 1\ndate: 2026-12-01 09:00 +03:00\n"
        "distribution: named\nrecipients: packs/recipients.csv\nattribution: not for quotation\nnote_pages: 1\n"
        "agenda: [{title: The lamp, note: One answer is read aloud., interviews: [lamp#a1]}]\n"
    ),
}


def write_book(folder: Path, recipients: str = RECIPIENTS) -> Path:
    """Write a book of one short interview, with a pack for named recipients that does not ask for large print."""
    for name, text in (FILES | {"packs/recipients.csv": recipients}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def change_text(path: Path, old: str, new: str) -> None:
    """Replace a text that the file contains."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def change_pack(home: Path) -> None:
    """Change a page of the pack."""
    change_text(home / "book" / "packs" / f"{PACK}.yaml", "One answer is read aloud.", "Two answers.")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build all files of the pack into `dist`, beside the book."""
    folder = tmp_path_factory.mktemp("bindery")
    book = write_book(folder / "book")
    words = ["pdf", "--pack", PACK, "--booklet", "--print-shop", "--print-file"]
    assert (
        command_line.main([*words, "--book", str(book), "--out", str(folder / "dist"), "--jobs", "1"]) == ExitCode.DONE
    )
    return folder


@pytest.fixture
def changed_home(home: Path, tmp_path: Path) -> Path:
    """Copy that folder, so that a test can change it."""
    return copy_home(home, tmp_path / "home")


def run_on_pack(home: Path, *words: str) -> int:
    return command_line.main(
        [*words, "--pack", PACK, "--book", str(home / "book"), "--out", str(home / "dist"), "--jobs", "1"]
    )


def list_names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix().replace(SLUG, "") for path in folder.rglob("*") if path.is_file()}


# --- what is delivered ----------------------------------------------------------------------------


def test_a_pack_gives_each_recipient_a_copy(home: Path) -> None:
    """Numbers run over both editions; a recipient can ask for large print alone."""
    copies = {".copies/001-the-night-desk", ".copies/002-the-night-desk", ".copies/003-the-reading-room"}
    booklets = {f"{name}.booklet.pdf" for name in copies if "003" not in name}
    papers = {".copies/register.csv", ".copies/receipts.pdf"}
    editions = {
        f"{edition}{name}"
        for edition in ("", "-large-print")
        for name in (".pdf", ".print-shop.pdf", ".print-file.pdf")
    }
    assert list_names(home / "dist") == {f"{name}.pdf" for name in copies} | booklets | papers | editions | {
        ".proof.json"
    }
    large = read_page_texts((home / "dist" / f"{SLUG}.copies" / "003-the-reading-room.pdf").read_bytes())
    assert all("Copy 3 of 3 · The reading room" in text for text in large)
    assert "large print" in large[0]


def test_a_pack_names_the_pages_of_its_interviews_in_the_whole_book(home: Path) -> None:
    pages = read_page_texts((home / "dist" / f"{SLUG}.pdf").read_bytes())
    assert "the whole interview is in The Harbour Light, page 4." in " ".join(pages[4].split())


def test_the_register_has_the_digest_of_each_copy(home: Path) -> None:
    folder = home / "dist" / f"{SLUG}.copies"
    rows = list(csv.DictReader(io.StringIO((folder / "register.csv").read_text(encoding="utf-8-sig"))))
    assert [(row["number"], row["name"], row["large_print"], row["date"]) for row in rows] == [
        ("1", "The night desk", "no", "2026-12-01"),
        ("2", "The night desk", "no", "2026-12-01"),
        ("3", "The reading room", "yes", "2026-12-01"),
    ]
    assert all(hashlib.sha256((folder / row["file"]).read_bytes()).hexdigest() == row["sha256"] for row in rows)


def test_the_record_names_the_edition_behind_each_file(home: Path) -> None:
    record = json.loads((home / "dist" / f"{SLUG}.proof.json").read_bytes())
    files = record["files"]
    assert set(files) == {f"{SLUG}{name}" for name in list_names(home / "dist")} - {f"{SLUG}.proof.json"}
    entries = {entry["kind"]: entry for entry in record["finished"]}
    assert set(entries) == {"copies", "print-shop", "print-file", "large-print.print-shop", "large-print.print-file"}
    assert entries["print-shop"]["made_from"] == files[f"{SLUG}.pdf"]["sha256"]
    assert entries["large-print.print-shop"]["made_from"] == files[f"{SLUG}-large-print.pdf"]["sha256"]
    assert all(entry["proved"] for entry in entries.values())


def test_another_edition_drops_the_files_made_of_the_earlier_one(
    changed_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A warning names each of them; numbered copies are made with every edition."""
    change_pack(changed_home)
    assert run_on_pack(changed_home, "pdf") == ExitCode.DONE
    assert list_recorded_kinds(changed_home / "dist" / f"{SLUG}.proof.json") == {"copies"}
    messages = capsys.readouterr().err
    assert messages.count("copies-are-of-this-edition") == 4
    assert f"{SLUG}.print-shop.pdf" in messages


def list_recorded_kinds(record: Path) -> set[str]:
    """Return the kinds of finished files that a record names."""
    return {entry["kind"] for entry in json.loads(record.read_bytes())["finished"]}


def test_a_book_gets_a_booklet_and_a_print_shop_file(changed_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the printer's profile, the file claims PDF/X-4. A build of the same edition without them keeps them."""
    book = changed_home / "book"
    (book / "printer.icc").write_bytes(build_profile())
    with (book / "book.yaml").open("a", encoding="utf-8") as file:
        file.write("print_shop: {profile: printer.icc}\n")
    out = changed_home / "dist"
    places = ["--book", str(book), "--out", str(out), "--jobs", "1"]
    assert command_line.main(["pdf", "--booklet", "--print-shop", *places]) == ExitCode.DONE
    assert (out / "the-harbour-light.booklet.pdf").is_file()
    assert b"GTS_PDFXVersion>PDF/X-4<" in (out / "the-harbour-light.print-shop.pdf").read_bytes()
    assert "PDF/X-4 for" in capsys.readouterr().out
    assert command_line.main(["prove", *places]) == ExitCode.DONE
    assert "folded, every page stands" in capsys.readouterr().out
    assert command_line.main(["pdf", *places]) == ExitCode.DONE
    assert list_recorded_kinds(out / "the-harbour-light.proof.json") == {"booklet", "print-shop"}


# --- prove ----------------------------------------------------------------------------------------


def test_every_delivered_file_is_proved_again(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Editions, copies, booklets of copies, print files, register and receipts."""
    assert run_on_pack(home, "prove") == ExitCode.DONE
    output = capsys.readouterr().out
    assert all(name.removeprefix(".copies/") in output for name in list_names(home / "dist") - {".proof.json"})
    assert output.count("“Copy 1 of 3 · The night desk”") == 2


def test_files_that_lost_a_page_are_named(changed_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file for the print shop, the print file of all copies, a copy, and the booklet of another copy beside it."""
    kinds = (".print-shop", ".print-file", ".copies/001-the-night-desk", ".copies/002-the-night-desk.booklet")
    paths = [changed_home / "dist" / f"{SLUG}{kind}.pdf" for kind in kinds]
    for path in paths:
        path.write_bytes(change_pdf(path.read_bytes(), lambda file: file.pages.__delitem__(2)))
    folder = paths[2].parent
    assert set(delivery_record.expand_copy_folders([folder])) == set(folder.iterdir())
    assert run_on_pack(changed_home, "prove", *map(str, (*paths[:2], folder))) == ExitCode.PROBLEMS
    messages = capsys.readouterr().err
    for path in paths:
        assert re.search(rf"{re.escape(path.name)}\b.*error\[sheets-are-complete\]", messages), path.name
    assert "build again, or bring the manuscript back" in messages


def test_a_copy_of_another_manuscript_is_refused(changed_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The copy is compared with the edition of the present manuscript."""
    change_pack(changed_home)
    assert (
        run_on_pack(changed_home, "prove", str(changed_home / "dist" / f"{SLUG}.copies" / "001-the-night-desk.pdf"))
        == ExitCode.PROBLEMS
    )
    assert "pages-are-unchanged" in capsys.readouterr().err


def test_a_copy_for_a_name_that_is_not_on_the_list_is_refused(
    changed_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (changed_home / "book" / "packs" / "recipients.csv").write_text("name\nThe day desk\n", encoding="utf-8")
    assert (
        run_on_pack(changed_home, "prove", str(changed_home / "dist" / f"{SLUG}.copies" / "001-the-night-desk.pdf"))
        == ExitCode.PROBLEMS
    )
    assert "copy-is-of-this-book" in capsys.readouterr().err


def test_a_copy_proved_without_its_pack_is_one_problem(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The hint names the option; there is no list of missing words."""
    path = home / "dist" / f"{SLUG}.copies" / "001-the-night-desk.pdf"
    assert command_line.main(["prove", str(path), "--book", str(home / "book"), "--jobs", "1"]) == ExitCode.PROBLEMS
    messages = capsys.readouterr().err
    assert "--pack NAME" in messages
    assert "1 error." in messages


def test_a_register_with_another_digest_is_named(changed_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = changed_home / "dist" / f"{SLUG}.copies" / "register.csv"
    copy = path.parent / "001-the-night-desk.pdf"
    copy.write_bytes(copy.read_bytes() + b"\n")
    assert run_on_pack(changed_home, "prove", str(path)) == ExitCode.PROBLEMS
    assert "says of copy 1: sha256" in capsys.readouterr().err


def test_copies_with_the_same_identifier_are_named(home: Path) -> None:
    """Also when one of the files was built by another worker."""
    data = (home / "dist" / f"{SLUG}.pdf").read_bytes()
    copies = [NumberedCopy(number, 2, Recipient(f"Desk {number}", PLACE)) for number in (1, 2)]
    assert {problem.rule for problem in prove_identifiers([], [(copy, data) for copy in copies], PLACE)} == {
        "copies-have-their-own-identifier"
    }
    assert len(prove_identifiers([data], [(copies[0], data)], PLACE)) == 1


def test_a_register_that_lost_a_row_is_named() -> None:
    copy = NumberedCopy(1, 1, Recipient("The desk", PLACE))
    head = b"number,of,name,organisation,large_print,file,sha256,date\r\n"
    day = date(2026, 1, 1)
    assert [problem.rule for problem in prove_register(head, [(copy, b"")], day, PLACE)] == ["copies-are-registered"]


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["epub", "--booklet"], "--booklet is made of the PDF"),
        (["html", "epub", "--print-shop"], "--print-shop is made of the PDF"),
        (["pdf", "--print-file"], "write which one: --pack NAME"),
    ],
)
def test_a_finished_file_without_its_edition_is_wrong_usage(
    words: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line.main(words) == ExitCode.WRONG_USAGE
    assert says in capsys.readouterr().err


@pytest.mark.parametrize(
    ("recipients", "rule", "line"),
    [
        ("name\nThe desk \u1230\n", "glyphs-exist", 2),
        ("name\nThe desk\n" + "W" * 110 + "\n", "names-fit-the-foot", 3),
        ("name,copies\nThe desk,none\n", "copies-are-a-number", 2),
    ],
)
def test_a_name_that_cannot_be_stamped_is_found_by_check(
    recipients: str, rule: str, line: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = write_book(tmp_path / "book", recipients)
    assert command_line.main(["check", "--pack", PACK, "--book", str(book)]) == ExitCode.PROBLEMS
    assert f"recipients.csv:{line}: error[{rule}]" in capsys.readouterr().err


def test_our_words_on_a_copy_need_a_font(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """“Copy 7 of 50” in Japanese, in a book without Japanese letters."""
    book = write_book(tmp_path / "book", "name\nThe desk\n")
    change_text(book / "book.yaml", "language: en", "language: ja")
    assert command_line.main(["check", "--pack", PACK, "--book", str(book)]) == ExitCode.PROBLEMS
    messages = capsys.readouterr().err
    assert re.search(r"\.yaml:\d+: error\[glyphs-exist\]: no font has .* of .*, which is stamped", messages)


def test_named_copies_need_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = write_book(tmp_path / "book")
    change_text(book / "packs" / f"{PACK}.yaml", "recipients: packs/recipients.csv\n", "")
    assert command_line.main(["check", "--pack", PACK, "--book", str(book)]) == ExitCode.PROBLEMS
    messages = capsys.readouterr().err
    assert "error[recipients-are-there]: this pack is for named recipients, and it names none" in messages


def test_a_print_file_needs_copies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = write_book(tmp_path / "book")
    named = "distribution: named\nrecipients: packs/recipients.csv"
    change_text(book / "packs" / f"{PACK}.yaml", named, "distribution: participants")
    words = ["pdf", "--pack", PACK, "--print-file", "--book", str(book), "--out", str(tmp_path / "dist")]
    assert command_line.main(words) == ExitCode.PROBLEMS
    assert "copies-are-wanted" in capsys.readouterr().err
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize(("data", "rule"), [(None, "profile-is-there"), (b"no profile", "profile-is-readable")])
def test_a_missing_or_broken_profile_is_a_problem(
    data: bytes | None, rule: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = write_book(tmp_path / "book")
    with (book / "book.yaml").open("a", encoding="utf-8") as file:
        file.write("print_shop: {profile: printer.icc}\n")
    if data is not None:
        (book / "printer.icc").write_bytes(data)
    assert command_line.main(["check", "--book", str(book)]) == ExitCode.PROBLEMS
    assert f"error[{rule}]" in capsys.readouterr().err


def test_nothing_is_delivered_if_a_finished_file_is_refused(
    changed_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The PDF is not delivered either."""
    before = {path: path.read_bytes() for path in (changed_home / "dist").rglob("*") if path.is_file()}

    def make_spoiled_file(data: bytes, profile: object = None) -> bytes:
        return change_pdf(make_print_shop_file(data), lambda file: file.pages.__delitem__(0))

    monkeypatch.setattr(finish_jobs, "run_tasks", lambda _executor, task, jobs, **_: [task(job) for job in jobs])
    monkeypatch.setattr(finish_jobs, "make_print_shop_file", make_spoiled_file)
    assert run_on_pack(changed_home, "pdf", "--print-shop") == ExitCode.PROBLEMS
    assert "sheets-are-complete" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (changed_home / "dist").rglob("*") if path.is_file()} == before


def test_one_worker_and_two_give_the_same_bytes(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare every delivered file."""
    monkeypatch.setattr(workspace, "WorkerPool", WorkerPool)
    out = tmp_path / "dist"
    book = home / "book"
    words = ["pdf", "--pack", PACK, "--booklet", "--print-shop", "--print-file", "--jobs", "2"]
    assert command_line.main([*words, "--book", str(book), "--out", str(out)]) == ExitCode.DONE
    assert list_names(out) == list_names(home / "dist")
    assert all(
        (out / path).read_bytes() == (home / "dist" / path).read_bytes()
        for path in (p.relative_to(out) for p in out.rglob("*") if p.is_file())
    )
