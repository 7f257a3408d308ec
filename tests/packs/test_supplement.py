"""Late papers: the change sheet names what changed, pages are inserts, the archive copy counts on; sabotage is caught."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from onrecord.cli import command_line
from onrecord.cli.exit_codes import ExitCode
from onrecord.editions import pack_pages as values
from onrecord.editions.pdf import page_numbering
from onrecord.model import Book, Interview, Part, TextLine
from onrecord.model.changes import Supplement
from onrecord.model.inserted_pages import number_inserted_pages
from onrecord.model.problems import Refused
from onrecord.packs import supplement
from onrecord.packs.delivered_pieces import build_record
from onrecord.packs.delivery_changes import find_inserts
from onrecord.wording import change_sheet
from tests.support.homes import copy_home
from tests.support.sample import BOOK, GERMAN, book_of

pytestmark = pytest.mark.usefixtures("lent_workers")

SAYS = "{} The page says so, and it is long enough to be read."
AGENDA = "agenda:\n  - title: The first item\n    interviews: [{}]\n  - title: The second item\n    interviews: [{}]\n"
CHANGES = [
    "What has changed since “The meeting”",
    "Changed: Alpha (pages 5–6)",
    "A2: changed, page 5",
    "New: Echo (behind page 6)",
    "Withdrawn: Charlie (pages 11–12)",
    "All else is as it was.",
]
Change = Callable[[change_sheet.ChangeSheet], change_sheet.ChangeSheet]


def write(book: Path, name: str, *answers: str) -> None:
    """An interview with these answers."""
    turns = "".join(f"\n**What does question {n} ask?**\n\n{answer}\n" for n, answer in enumerate(answers, 1))
    front = f"---\ntitle: {name.title()}\nbyline: The desk talked to {name.title()}\npeople: [{{name: Desk {name}, role: interviewee}}]\n---\n"
    (book / "interviews" / f"{name}.md").write_text(front + turns, encoding="utf-8")


def pack(book: Path, name: str, title: str, first: str, second: str, more: str = "") -> None:
    text = f"title: {title}\ndate: 2026-12-01 09:00 +01:00\n{more}{AGENDA.format(first, second)}"
    (book / "packs" / f"{name}.yaml").write_text(text, encoding="utf-8")


def build(home: Path, *words: str) -> int:
    return command_line.main([*words, "--book", str(home / "book"), "--out", str(home / "dist"), "--jobs", "1"])


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first delivery; then one answer was changed, one interview came, one went."""
    home = tmp_path_factory.mktemp("supplement")
    book = home / "book"
    (book / "interviews").mkdir(parents=True)
    (book / "packs").mkdir()
    (book / "book.yaml").write_text(
        "title: The book\nslug: the-book\nlanguage: en\ndate: 2026-01-01\ndisclaimer: none\n", encoding="utf-8"
    )
    for name in ("alpha", "bravo", "charlie", "delta"):
        write(book, name, SAYS.format("First."), SAYS.format("Second."))
    pack(book, "meeting", "The meeting", "alpha, bravo", "charlie, delta")
    assert build(home, "pdf", "--pack", "meeting") == ExitCode.DONE
    write(book, "alpha", SAYS.format("First."), SAYS.format("Second, as corrected."))
    write(book, "echo", SAYS.format("Late."))
    pack(book, "day", "Papers of the day", "alpha, echo, bravo", "delta", "supplement_of: meeting\n")
    return home


@pytest.fixture(scope="module")
def made(delivered: Path) -> Path:
    """The supplement in three editions."""
    assert build(delivered, "all", "--pack", "day") == ExitCode.DONE
    return delivered


@pytest.fixture
def home(delivered: Path, tmp_path: Path) -> Path:
    """The same, to be spoiled."""
    return copy_home(delivered, tmp_path / "home")


def labels(path: Path) -> list[str]:
    with pypdfium2.PdfDocument(path.read_bytes()) as document:
        return [document.get_page_label(index) for index in range(len(document))]


def text_of(path: Path, page: int = 0) -> str:
    with pypdfium2.PdfDocument(path.read_bytes()) as document:
        return " ".join(document[page].get_textpage().get_text_bounded().split())


# --- what is delivered ----------------------------------------------------------------------------


def test_the_change_sheet_says_what_is_new_changed_and_withdrawn(made: Path) -> None:
    """By interview and answer, with the pages of the earlier pack, alike in all three editions."""
    told = " ".join(CHANGES)
    assert told in text_of(made / "dist" / "day-participants.pdf")
    page = (made / "dist" / "day-participants" / "index.html").read_text(encoding="utf-8")
    with zipfile.ZipFile(made / "dist" / "day-participants.epub") as archive:
        title = archive.read("EPUB/title-page.xhtml").decode()
    assert all(row in page and row in title for row in CHANGES)


def test_late_papers_are_numbered_behind_the_pages_they_belong_to(made: Path) -> None:
    """In the viewer, on paper, in the page list of the e-book and on the web page."""
    path = made / "dist" / "day-participants.pdf"
    wanted = ["i", "ii", "6a", "6b", "6c", "6d", "iii", "iv"]
    assert labels(path) == wanted
    assert [f"page {label}" in text_of(path, index) for index, label in enumerate(wanted)] == [True] * 8
    with zipfile.ZipFile(made / "dist" / "day-participants.epub") as archive:
        nav = archive.read("EPUB/nav.xhtml").decode()
    assert [nav.count(f'#page-{label}"') for label in wanted] == [1] * 8
    assert 'id="page-6c"' in (made / "dist" / "day-participants" / "echo.html").read_text(encoding="utf-8")


def test_a_supplement_is_proved_again(made: Path) -> None:
    assert build(made, "prove", "--pack", "day") == ExitCode.DONE


def test_the_archive_copy_counts_on(home: Path) -> None:
    """Everything as it is now, with continuous numbers, under a name of its own."""
    assert build(home, "pdf", "--pack", "day", "--merged") == ExitCode.DONE
    path = home / "dist" / "day-participants-merged.pdf"
    assert labels(path) == [str(number) for number in range(1, 17)]
    record = json.loads((home / "dist" / "day-participants-merged.proof.json").read_bytes())
    assert [one["slug"] for one in record["delivery"]["interviews"]] == ["alpha", "echo", "bravo", "delta"]
    assert "changed since" not in text_of(path)


def test_a_second_supplement_goes_on_with_the_letters(home: Path) -> None:
    """What its readers hold by then is the first pack and the first supplement."""
    assert build(home, "pdf", "--pack", "day") == ExitCode.DONE
    assert build(home, "pdf", "--pack", "day", "--merged") == ExitCode.DONE  # is no delivery to follow
    write(home / "book", "bravo", SAYS.format("First."), SAYS.format("Second, at last."))
    write(home / "book", "echo", SAYS.format("Later."))
    pack(home / "book", "last", "Last papers", "alpha, echo, bravo", "delta", "supplement_of: day\n")
    assert build(home, "pdf", "--pack", "last") == ExitCode.DONE
    path = home / "dist" / "last-participants.pdf"
    assert labels(path) == ["i", "ii", "6e", "6f", "8a", "8b", "iii", "iv"]
    assert (
        "Changed: Echo (pages 6c–6d) A1: changed, page 6c Changed: Bravo (pages 7–8) A2: changed, page 7 All else"
        in text_of(path)
    )


def test_the_earlier_manuscript_may_be_gone(home: Path) -> None:
    """Its record is enough; a copy of that beside the packs serves where nothing was delivered yet."""
    shutil.copy(home / "dist" / "meeting-participants.proof.json", home / "book" / "packs")
    shutil.rmtree(home / "dist")
    (home / "book" / "packs" / "meeting.yaml").unlink()
    (home / "book" / "interviews" / "charlie.md").unlink()
    assert build(home, "pdf", "--pack", "day") == ExitCode.DONE
    assert " ".join(CHANGES) in text_of(home / "dist" / "day-participants.pdf")


def test_a_supplement_without_an_agenda_follows_the_earlier_one(home: Path) -> None:
    pack(home / "book", "meeting", "The meeting", "alpha, echo, bravo", "delta")
    text = "title: Papers of the day\ndate: 2026-12-01 09:00 +01:00\nsupplement_of: meeting\n"
    (home / "book" / "packs" / "day.yaml").write_text(text, encoding="utf-8")
    assert build(home, "pdf", "--pack", "day") == ExitCode.DONE
    assert " ".join(CHANGES) in text_of(home / "dist" / "day-participants.pdf")


def test_what_was_only_withdrawn_is_told_on_a_sheet_of_its_own(home: Path) -> None:
    write(home / "book", "alpha", SAYS.format("First."), SAYS.format("Second."))
    pack(home / "book", "day", "Papers of the day", "alpha, bravo", "delta", "supplement_of: meeting\n")
    assert build(home, "all", "--pack", "day") == ExitCode.DONE
    path = home / "dist" / "day-participants.pdf"
    assert labels(path) == ["i", "ii"]
    assert "since “The meeting” Withdrawn: Charlie (pages 11–12) All else" in text_of(path)


def test_large_print_has_the_numbers_of_inserts_in_its_margin(home: Path) -> None:
    pack(
        home / "book",
        "day",
        "Papers of the day",
        "alpha, echo, bravo",
        "delta",
        "supplement_of: meeting\nlarge_print: yes\n",
    )
    assert build(home, "pdf", "--pack", "day") == ExitCode.DONE
    with pypdfium2.PdfDocument((home / "dist" / "day-participants-large-print.pdf").read_bytes()) as document:
        text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    assert "6c" in text.split()


def test_the_record_keeps_no_words(made: Path) -> None:
    """What is withdrawn later shall not live on in it."""
    record = (made / "dist" / "meeting-participants.proof.json").read_text(encoding="utf-8")
    assert "page says so" not in record
    assert '"pack": "meeting"' in record


# --- what stands in the way -----------------------------------------------------------------------


def test_a_delivery_that_nobody_recorded_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(home / "dist")
    assert build(home, "pdf", "--pack", "day") == ExitCode.PROBLEMS
    told = capsys.readouterr().err
    assert "day.yaml:3: error[earlier-delivery-is-known]" in told
    assert "onrecord pdf --pack meeting" in told


def test_two_deliveries_of_one_name_must_be_told_apart(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack(home / "book", "meeting", "The meeting", "alpha, bravo", "delta", "version: 2\n")
    assert build(home, "pdf", "--pack", "meeting") == ExitCode.DONE
    assert build(home, "pdf", "--pack", "day") == ExitCode.PROBLEMS
    assert "supplement_of: meeting-v2-participants" in capsys.readouterr().err
    pack(
        home / "book",
        "day",
        "Papers of the day",
        "alpha, echo, bravo",
        "delta",
        "supplement_of: meeting-participants\n",
    )
    assert build(home, "pdf", "--pack", "day") == ExitCode.DONE


def test_a_supplement_to_nothing_new_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(home / "book", "alpha", SAYS.format("First."), SAYS.format("Second."))
    pack(home / "book", "day", "Papers of the day", "alpha, bravo", "charlie, delta", "supplement_of: meeting\n")
    assert build(home, "pdf", "--pack", "day") == ExitCode.PROBLEMS
    assert "supplement-has-changes" in capsys.readouterr().err


def test_only_a_supplement_can_be_merged(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert build(home, "pdf", "--pack", "meeting", "--merged") == ExitCode.PROBLEMS
    assert "merged-is-a-supplement" in capsys.readouterr().err
    assert build(home, "pdf", "--merged") == ExitCode.WRONG_USAGE


def test_a_damaged_record_is_a_problem(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = home / "dist" / "meeting-participants.proof.json"
    record = json.loads(path.read_bytes())
    del record["delivery"]["interviews"][0]["pieces"]
    path.write_text(json.dumps(record), encoding="utf-8")
    assert build(home, "pdf", "--pack", "day") == ExitCode.PROBLEMS
    assert "record-is-whole" in capsys.readouterr().err


# --- where pages belong ---------------------------------------------------------------------------

NAMES = {name: replace(GERMAN, slug=name, title=TextLine(name, GERMAN.title.location)) for name in "abcdef"}
PAGES = {name: str(3 + 4 * index) for index, name in enumerate("abcd")}
LAST = {name: str(4 + 4 * index) for index, name in enumerate("abcd")}


def parts(*slugs: str) -> Book:
    return replace(BOOK, parts=tuple(Part("", tuple(fresh(name) for name in names)) for names in slugs))


def fresh(name: str) -> Interview:
    return (
        replace(NAMES[name.lower()], byline=TextLine("As corrected", GERMAN.location))
        if name.isupper()
        else NAMES[name]
    )


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (("aeb", "cd"), {"e": "4"}),  # behind what stands before it
        (("ab", "ecd"), {"e": "10"}),  # before what follows it in its part
        (("ab", "e", "cd"), {"e": "8"}),  # a part that is new
        (("e", "ab", "cd"), {"e": "2"}),
        (("Aef", "bcd"), {"a": "4", "e": "4", "f": "4"}),
        (("ab", "C"), {"c": "12"}),  # behind its earlier self
    ],
)
def test_a_late_paper_belongs_behind_a_page(now: tuple[str, ...], wanted: dict[str, str]) -> None:
    record = build_record(parts("ab", "cd"), PAGES, LAST)
    assert {insert.slug: insert.page for insert in find_inserts(record, parts(*now))} == wanted


def test_without_pages_nobody_can_say_where_they_belong(tmp_path: Path) -> None:
    """As when the earlier pack could not be printed."""
    before = book_of(NAMES["a"])
    from tests.packs.test_selection import pack_of

    told = {"pack": "meeting", "title": "The meeting", **build_record(before, {})}
    (tmp_path / "x.proof.json").write_text(json.dumps({"delivery": told}), encoding="utf-8")
    late = replace(pack_of(), supplement_of=TextLine("meeting", GERMAN.location))
    with pytest.raises(Refused, match="earlier-pages-are-known"):
        supplement.reduce_to_supplement(
            replace(book_of(NAMES["a"], NAMES["b"]), slug="day", pack=late), tmp_path, tmp_path
        )


# --- sabotage -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spoil",
    [
        lambda sheet: replace(sheet, rows=sheet.rows[1:]),
        lambda sheet: replace(
            sheet, rows=(*sheet.rows, change_sheet.ChangeRow("Withdrawn: Delta (pages 13–14)", True))
        ),
        lambda sheet: replace(sheet, rows=sheet.rows[::-1]),
        lambda sheet: replace(sheet, rows=(replace(sheet.rows[0], text="Changed: Alpha (pages 7–8)"), *sheet.rows[1:])),
    ],
    ids=["a change is lost", "one too many", "another order", "other pages"],
)
@pytest.mark.parametrize("edition", ["pdf", "epub", "html"])
def test_a_false_change_sheet_is_caught(
    spoil: Change, edition: str, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    honest = change_sheet.build_change_sheet

    class _Spoiled:
        @staticmethod
        def build_change_sheet(told: Supplement, language: str) -> change_sheet.ChangeSheet:
            return spoil(honest(told, language))

    monkeypatch.setattr(values, "change_sheet", _Spoiled)
    assert build(home, edition, "--pack", "day") == ExitCode.PROBLEMS
    assert "changes-are-told" in capsys.readouterr().err


def test_a_wrong_insert_number_is_caught(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Paper and viewer agree with each other, and not with the earlier pack."""
    honest = number_inserted_pages

    def shifted(told: Supplement, pages: dict[str, int]) -> dict[str, tuple[str, ...]]:
        return honest(replace(told, insert_counts=(("6", 1),)), pages)

    monkeypatch.setattr(page_numbering, honest.__name__, shifted)
    assert build(home, "pdf", "--pack", "day") == ExitCode.PROBLEMS
    assert "numbers the pages of “alpha” 6b, 6c instead of 6a, 6b" in capsys.readouterr().err


def test_an_item_of_many_interviews_goes_over_two_pages(tmp_path: Path) -> None:
    """The second of them is marked beside its line: in large print, on the web, in the e-book."""
    book = tmp_path / "book"
    (book / "interviews").mkdir(parents=True)
    (book / "packs").mkdir()
    (book / "book.yaml").write_text(
        "title: The book\nslug: the-book\nlanguage: en\ndate: 2026-01-01\ndisclaimer: none\n", encoding="utf-8"
    )
    names = [f"paper-{index:02}" for index in range(24)]
    for name in names:
        write(book, name, SAYS.format("First."))
    pack(book, "meeting", "The meeting", ", ".join(names[:-1]), names[-1], "large_print: yes\n")
    assert build(tmp_path, "all", "--pack", "meeting") == ExitCode.DONE
