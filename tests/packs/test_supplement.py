"""Supplements: the change sheet, the numbers of inserted pages, the merged copy, and the sabotage of each."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from onrecord.cli import command_line
from onrecord.cli.exit_codes import ExitCode
from onrecord.editions import epub, html
from onrecord.editions import pack_pages as values
from onrecord.editions.pdf import edition, page_numbering
from onrecord.model import Book, Interview, Part, TextLine
from onrecord.model.changes import InterviewChange, Supplement
from onrecord.model.inserted_pages import number_inserted_pages
from onrecord.model.problems import Refused
from onrecord.model.text import format_roman
from onrecord.packs import selection, supplement
from onrecord.packs.delivered_pieces import build_record
from onrecord.packs.delivery_changes import find_inserts
from onrecord.pipeline import build as pipeline
from onrecord.pipeline import prove as prove_stage
from onrecord.pipeline.delivery_record import open_copy
from onrecord.pipeline.load import load_book
from onrecord.pipeline.options import BuildOptions
from onrecord.proof import Report, prove_epub, prove_html, prove_normal_pages, prove_page_parity, prove_pdf
from onrecord.wording import change_sheet
from tests.packs.test_selection import build_pack
from tests.support.bound import read_page_texts, read_pages
from tests.support.homes import copy_home
from tests.support.sample import BOOK, GERMAN, book_of
from tests.support.workers import CACHING_RUNNER, PROVING_RUNNER

pytestmark = pytest.mark.usefixtures("lent_workers")

SAYS = "{} The page says so, and it is long enough to be read."
AGENDA = "agenda:\n  - title: The first item\n    interviews: [{}]\n  - title: The second item\n    interviews: [{}]\n"
CHANGES = [
    "What has changed since “The meeting”",
    "Changed: Alpha (pages 5–6)",
    "A2: changed, page 5",
    "New: Echo (after page 6)",
    "Withdrawn: Charlie (pages 11–12)",
    "All else is as it was.",
]
Change = Callable[[tuple[InterviewChange, ...]], tuple[InterviewChange, ...]]


def write_interview(book: Path, name: str, *answers: str) -> None:
    """Write an interview with these answers."""
    turns = "".join(f"\n**What does question {n} ask?**\n\n{answer}\n" for n, answer in enumerate(answers, 1))
    front = (
        f"---\ntitle: {name.title()}\nbyline: The desk talked to {name.title()}\n"
        f"people: [{{name: Desk {name}, role: interviewee}}]\n---\n"
    )
    (book / "interviews" / f"{name}.md").write_text(front + turns, encoding="utf-8")


def write_pack(book: Path, name: str, title: str, first: str, second: str, more: str = "") -> None:
    text = f"title: {title}\ndate: 2026-12-01 09:00 +01:00\n{more}{AGENDA.format(first, second)}"
    (book / "packs" / f"{name}.yaml").write_text(text, encoding="utf-8")


def build(home: Path, *words: str) -> int:
    return command_line.main([*words, "--book", str(home / "book"), "--out", str(home / "dist"), "--jobs", "1"])


@pytest.fixture(scope="module", autouse=True)
def unprinted_book() -> Iterator[None]:
    """Do not print the whole book for the pages on which the interviews of a pack stand there.

    These tests are about the pages of packs; tests/pipeline/test_finish.py builds a pack that names those of its book.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "add_page_pointers", lambda book, *_, **__: (selection.add_pointers(book, None), ()))
        patch.setattr(prove_stage, "add_page_pointers", pipeline.add_page_pointers)
        yield


@pytest.fixture(scope="module")
def delivery_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the first delivery; then an answer changed, one interview was added and another removed."""
    home = tmp_path_factory.mktemp("supplement")
    book = home / "book"
    (book / "interviews").mkdir(parents=True)
    (book / "packs").mkdir()
    (book / "book.yaml").write_text(
        "title: The book\nslug: the-book\nlanguage: en\ndate: 2026-01-01\ndisclaimer: none\n", encoding="utf-8"
    )
    for name in ("alpha", "bravo", "charlie"):
        write_interview(book, name, SAYS.format("First."), SAYS.format("Second."))
    write_pack(book, "meeting", "The meeting", "alpha", "bravo, charlie")
    assert build(home, "pdf", "--pack", "meeting") == ExitCode.DONE
    write_interview(book, "alpha", SAYS.format("First."), SAYS.format("Second, as corrected."))
    write_interview(book, "echo", SAYS.format("Late."))
    write_pack(book, "day", "Papers of the day", "alpha, echo", "bravo", "supplement_of: meeting\n")
    return home


@pytest.fixture(scope="module")
def supplement_home(delivery_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the folder in which the supplement is built in three editions, and merged."""
    home = copy_home(delivery_home, tmp_path_factory.mktemp("supplement") / "home")
    assert build(home, "all", "--pack", "day") == ExitCode.DONE
    assert build(home, "pdf", "--pack", "day", "--merged") == ExitCode.DONE
    return home


@pytest.fixture(scope="module")
def last_supplement(
    supplement_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Book, edition.PrintEdition]:
    """A second supplement after two interviews changed again, also in large print, and its print edition."""
    home = copy_home(supplement_home, tmp_path_factory.mktemp("supplement") / "home")
    write_interview(home / "book", "bravo", SAYS.format("First."), SAYS.format("Second, at last."))
    write_interview(home / "book", "echo", SAYS.format("Later."))
    settings = "supplement_of: day\nlarge_print: yes\n"
    write_pack(home / "book", "last", "Last papers", "alpha, echo", "bravo", settings)
    book = read_supplement(home, "last")
    return book, edition.make_pdf(book, home / "book", CACHING_RUNNER)


@pytest.fixture
def home(delivery_home: Path, tmp_path: Path) -> Path:
    """A copy of the folder after the first delivery, which a test may change."""
    return copy_home(delivery_home, tmp_path / "home")


def read_supplement(home: Path, name: str = "day") -> Book:
    """Return the supplement as a build makes it of the manuscript and of the record of the earlier delivery."""
    book, _ = load_book(home / "book", BuildOptions(name))
    return selection.add_pointers(supplement.reduce_to_supplement(book, home / "book", home / "dist"), None)


@pytest.fixture(scope="module")
def day_supplement(delivery_home: Path) -> Book:
    """The supplement that `supplement_home` holds."""
    return read_supplement(delivery_home)


def select_contents(book: Book) -> tuple[object, ...]:
    """Return all that the editions of a supplement are made of, but not the book and the settings that it came from."""
    assert book.pack
    return book.slug, book.title, book.parts, book.pack.supplement


def read_page_labels(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [document.get_page_label(index) for index in range(len(document))]


def read_text(path: Path, page: int = 0) -> str:
    with pypdfium2.PdfDocument(path.read_bytes()) as document:
        return " ".join(document[page].get_textpage().get_text_bounded().split())


# --- what is delivered ----------------------------------------------------------------------------


def test_the_change_sheet_lists_new_changed_and_withdrawn_pieces(supplement_home: Path) -> None:
    """It names interview, answer and page of the earlier pack, and is the same in all three editions."""
    rows = " ".join(CHANGES)
    assert rows in read_text(supplement_home / "dist" / "day-participants.pdf")
    page = (supplement_home / "dist" / "day-participants" / "index.html").read_text(encoding="utf-8")
    with zipfile.ZipFile(supplement_home / "dist" / "day-participants.epub") as archive:
        title = archive.read("EPUB/title-page.xhtml").decode()
    assert all(change in page and change in title for change in CHANGES)


def test_late_interviews_continue_the_number_of_the_page_before_them(supplement_home: Path) -> None:
    """The numbers are the same in the viewer, in print, in the page list of the e-book and on the web page."""
    path = supplement_home / "dist" / "day-participants.pdf"
    page_labels = ["i", "ii", "6a", "6b", "6c", "6d", "iii", "iv"]
    assert read_page_labels(path.read_bytes()) == page_labels
    assert [f"page {label}" in read_text(path, index) for index, label in enumerate(page_labels)] == [True] * 8
    with zipfile.ZipFile(supplement_home / "dist" / "day-participants.epub") as archive:
        nav = archive.read("EPUB/nav.xhtml").decode()
    assert [nav.count(f'#page-{label}"') for label in page_labels] == [1] * 8
    assert 'id="page-6c"' in (supplement_home / "dist" / "day-participants" / "echo.html").read_text(encoding="utf-8")


def test_a_supplement_is_proved_again(supplement_home: Path) -> None:
    assert build(supplement_home, "prove", "--pack", "day") == ExitCode.DONE


def test_the_merged_copy_has_continuous_page_numbers(supplement_home: Path) -> None:
    """It holds all interviews as they are now, and has another file name."""
    path = supplement_home / "dist" / "day-participants-merged.pdf"
    assert read_page_labels(path.read_bytes()) == [str(number) for number in range(1, 15)]
    record = json.loads((supplement_home / "dist" / "day-participants-merged.proof.json").read_bytes())
    assert [interview["slug"] for interview in record["delivery"]["interviews"]] == ["alpha", "echo", "bravo"]
    assert "changed since" not in read_text(path)


def test_a_second_supplement_continues_the_letters(last_supplement: tuple[Book, edition.PrintEdition]) -> None:
    """Its readers already have the first pack and the first supplement; no supplement follows a merged copy."""
    book, printed = last_supplement
    assert read_page_labels(printed.data) == ["i", "ii", "6e", "6f", "10a", "10b", "iii", "iv"]
    assert (
        "Changed: Echo (pages 6c–6d) A1: changed, page 6c Changed: Bravo (pages 9–10) A2: changed, page 9 All else"
        in " ".join(read_page_texts(printed.data)[0].split())
    )
    assert prove_pdf(book, read_pages(printed.data)).problems == ()


def test_the_earlier_manuscript_is_not_needed(home: Path, day_supplement: Book) -> None:
    """The record of the delivery is enough; it may also be in the folder of the packs."""
    shutil.copy(home / "dist" / "meeting-participants.proof.json", home / "book" / "packs")
    shutil.rmtree(home / "dist")
    (home / "book" / "packs" / "meeting.yaml").unlink()
    (home / "book" / "interviews" / "charlie.md").unlink()
    markings = "distribution: participants\nattribution: on the record\n"
    write_pack(home / "book", "day", "Papers of the day", "alpha, echo", "bravo", f"supplement_of: meeting\n{markings}")
    assert select_contents(read_supplement(home)) == select_contents(day_supplement)


def test_a_supplement_without_an_agenda_follows_the_earlier_one(home: Path, day_supplement: Book) -> None:
    write_pack(home / "book", "meeting", "The meeting", "alpha, echo", "bravo")
    text = "title: Papers of the day\ndate: 2026-12-01 09:00 +01:00\nsupplement_of: meeting\n"
    (home / "book" / "packs" / "day.yaml").write_text(text, encoding="utf-8")
    assert select_contents(read_supplement(home)) == select_contents(day_supplement)


def test_a_supplement_that_only_withdraws_is_the_change_sheet_alone(home: Path) -> None:
    write_interview(home / "book", "alpha", SAYS.format("First."), SAYS.format("Second."))
    write_pack(home / "book", "day", "Papers of the day", "alpha", "bravo", "supplement_of: meeting\n")
    assert build(home, "all", "--pack", "day") == ExitCode.DONE
    path = home / "dist" / "day-participants.pdf"
    assert read_page_labels(path.read_bytes()) == ["i", "ii"]
    assert "since “The meeting” Withdrawn: Charlie (pages 11–12) All else" in read_text(path)


def test_large_print_has_the_numbers_of_inserts_in_its_margin(
    last_supplement: tuple[Book, edition.PrintEdition],
) -> None:
    book, printed = last_supplement
    assert printed.large_print
    text = " ".join(read_page_texts(printed.large_print))
    assert {"6e", "6f", "10a", "10b"} & {*text.split()} == {"6e", "10a"}
    assert prove_normal_pages(book, printed.data, read_pages(printed.large_print)) == ()
    assert prove_pdf(book, read_pages(printed.large_print)).problems == ()


def test_the_record_holds_no_words_of_turns(supplement_home: Path) -> None:
    """Words that are withdrawn later must not stay in it."""
    record = (supplement_home / "dist" / "meeting-participants.proof.json").read_text(encoding="utf-8")
    assert "page says so" not in record
    assert '"pack": "meeting"' in record


# --- what is refused ------------------------------------------------------------------------------


def test_a_delivery_without_a_record_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(home / "dist")
    assert build(home, "pdf", "--pack", "day") == ExitCode.PROBLEMS
    messages = capsys.readouterr().err
    assert "day.yaml:3: error[earlier-delivery-is-known]" in messages
    assert "onrecord pdf --pack meeting" in messages


def test_a_supplement_must_name_one_of_two_deliveries(
    home: Path, day_supplement: Book, capsys: pytest.CaptureFixture[str]
) -> None:
    record = (home / "dist" / "meeting-participants.proof.json").read_text(encoding="utf-8")
    second = record.replace('"meeting-participants"', '"meeting-v2-participants"')
    (home / "dist" / "meeting-v2-participants.proof.json").write_text(second, encoding="utf-8")
    assert build(home, "pdf", "--pack", "day") == ExitCode.PROBLEMS
    assert "supplement_of: meeting-v2-participants" in capsys.readouterr().err
    settings = "supplement_of: meeting-participants\n"
    write_pack(home / "book", "day", "Papers of the day", "alpha, echo", "bravo", settings)
    assert select_contents(read_supplement(home)) == select_contents(day_supplement)


def test_a_supplement_without_changes_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_interview(home / "book", "alpha", SAYS.format("First."), SAYS.format("Second."))
    write_pack(home / "book", "day", "Papers of the day", "alpha", "bravo, charlie", "supplement_of: meeting\n")
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


# --- where pages are inserted ---------------------------------------------------------------------

NAMES = {name: replace(GERMAN, slug=name, title=TextLine(name, GERMAN.title.location)) for name in "abcdef"}
PAGES = {name: str(3 + 4 * index) for index, name in enumerate("abcd")}
LAST = {name: str(4 + 4 * index) for index, name in enumerate("abcd")}


def build_book(*slugs: str) -> Book:
    return replace(BOOK, parts=tuple(Part("", tuple(pick_interview(name) for name in names)) for names in slugs))


def pick_interview(name: str) -> Interview:
    return (
        replace(NAMES[name.lower()], byline=TextLine("As corrected", GERMAN.location))
        if name.isupper()
        else NAMES[name]
    )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (("aeb", "cd"), {"e": "4"}),  # after the interview before it
        (("ab", "ecd"), {"e": "10"}),  # before the interview after it in its part
        (("ab", "e", "cd"), {"e": "8"}),  # in a new part
        (("e", "ab", "cd"), {"e": "2"}),
        (("Aef", "bcd"), {"a": "4", "e": "4", "f": "4"}),
        (("ab", "C"), {"c": "12"}),  # after its earlier state
    ],
)
def test_a_late_interview_is_inserted_after_the_right_page(now: tuple[str, ...], expected: dict[str, str]) -> None:
    record = build_record(build_book("ab", "cd"), PAGES, LAST)
    assert {insert.slug: insert.page for insert in find_inserts(record, build_book(*now))} == expected


def test_inserts_need_the_page_numbers_of_the_earlier_pack(tmp_path: Path) -> None:
    """They are missing if the earlier pack could not be printed."""
    before = book_of(NAMES["a"])
    delivery = {"pack": "meeting", "title": "The meeting", **build_record(before, {})}
    (tmp_path / "x.proof.json").write_text(json.dumps({"delivery": delivery}), encoding="utf-8")
    late = replace(build_pack(), supplement_of=TextLine("meeting", GERMAN.location))
    with pytest.raises(Refused, match="earlier-pages-are-known"):
        supplement.reduce_to_supplement(
            replace(book_of(NAMES["a"], NAMES["b"]), slug="day", pack=late), tmp_path, tmp_path
        )


# --- sabotage -------------------------------------------------------------------------------------


def test_a_change_sheet_without_a_change_is_refused(
    supplement_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In each edition, also where all that was right was built and proved before."""
    home = copy_home(supplement_home, tmp_path / "home")
    original = change_sheet.build_change_sheet

    class _Spoiled:
        @staticmethod
        def build_change_sheet(changes: Supplement, language: str) -> change_sheet.ChangeSheet:
            sheet = original(changes, language)
            return replace(sheet, rows=sheet.rows[1:])

    monkeypatch.setattr(values, "change_sheet", _Spoiled)
    assert build(home, "all", "--pack", "day") == ExitCode.PROBLEMS
    messages = capsys.readouterr().err
    for copy in ("the PDF", "the EPUB", "the web edition"):
        assert f"error[changes-are-told]: {copy} " in messages


def prove_editions(book: Book, folder: Path) -> Sequence[Report]:
    """Return what the proof says of the words of the PDF, the e-book and the web edition."""
    pdf, e_book, web = (open_copy(folder / f"{book.slug}{ending}")[1] for ending in (".pdf", ".epub", ""))
    return (
        prove_pdf(book, read_pages(pdf[""])),
        prove_epub(book, e_book[""], PROVING_RUNNER),
        prove_html(book, web, PROVING_RUNNER),
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda changes: (*changes, replace(changes[2], slug="bravo", title="Bravo")),
        lambda changes: changes[1:],
        lambda changes: changes[::-1],
        lambda changes: (replace(changes[0], page="7", last_page="8"), *changes[1:]),
    ],
    ids=["a change is lost", "one too many", "another order", "other pages"],
)
def test_a_false_change_sheet_is_caught(change: Change, supplement_home: Path, day_supplement: Book) -> None:
    """In each edition: the changes are others than the files say."""
    assert day_supplement.pack
    assert day_supplement.pack.supplement
    original = day_supplement.pack.supplement
    changed = replace(day_supplement.pack, supplement=replace(original, changes=change(original.changes)))
    for pack, rules in ((day_supplement.pack, set()), (changed, {"changes-are-told"})):
        book = replace(day_supplement, pack=pack)
        reports = prove_editions(book, supplement_home / "dist")
        assert [{problem.rule.value for problem in report.problems} for report in reports] == [rules] * 3


def test_a_wrong_insert_number_is_caught(
    day_supplement: Book, delivery_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Print and viewer agree, but not with the earlier pack."""
    original = number_inserted_pages

    def number_from_b(changes: Supplement, pages: dict[str, int]) -> dict[str, tuple[str, ...]]:
        return original(replace(changes, insert_counts=(("6", 1),)), pages)

    monkeypatch.setattr(page_numbering, original.__name__, number_from_b)
    printed = edition.make_pdf(day_supplement, delivery_home / "book", CACHING_RUNNER)
    problems = prove_pdf(day_supplement, read_pages(printed.data)).problems
    assert {problem.rule.value for problem in problems} == {"inserts-are-numbered"}
    assert "numbers the pages of “alpha” 6b, 6c instead of 6a, 6b" in problems[0].sentence


def test_a_wrong_number_of_a_page_of_the_supplement_itself_is_caught(
    day_supplement: Book, delivery_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All pages but the inserts count i, ii, iii."""
    monkeypatch.setattr(page_numbering, "format_roman", lambda number: format_roman(number + 1))
    printed = edition.make_pdf(day_supplement, delivery_home / "book", CACHING_RUNNER)
    problems = prove_pdf(day_supplement, read_pages(printed.data)).problems
    assert {problem.rule.value for problem in problems} == {"inserts-are-numbered"}
    assert "numbers its own pages ii, iii" in problems[0].sentence


def test_a_long_agenda_item_continues_on_a_second_page(tmp_path: Path) -> None:
    """The second page is marked beside its first line: in large print, on the web and in the e-book."""
    book = tmp_path / "book"
    (book / "interviews").mkdir(parents=True)
    (book / "packs").mkdir()
    settings = "title: The book\nslug: the-book\nlanguage: en\ndate: 2026-01-01\ndisclaimer: none\n"
    (book / "book.yaml").write_text(settings, encoding="utf-8")
    for name in ("alpha", "bravo"):
        write_interview(book, name, SAYS.format("First."))
    path = book / "interviews" / "bravo.md"
    title = "title: Bravo" + ", a Title That Fills Several Lines of the Agenda" * 9
    path.write_text(path.read_text(encoding="utf-8").replace("title: Bravo", title, 1), encoding="utf-8")
    text = "title: The meeting\ndate: 2026-12-01 09:00 +01:00\nlarge_print: yes\nagenda:\n"
    note = "This note leaves room for one of the papers. " * 30
    text += f"  - title: The first item\n    note: {note}\n    interviews: [alpha, bravo]\n"
    (book / "packs" / "meeting.yaml").write_text(text, encoding="utf-8")
    pack = selection.add_pointers(load_book(book, BuildOptions("meeting"))[0], None)
    printed = edition.make_pdf(pack, book, CACHING_RUNNER)
    assert printed.large_print
    e_book, web = epub.make_epub(pack, book, printed.pagination), html.make_html(pack, book, printed.pagination)
    assert prove_page_parity(pack, read_pages(printed.data), e_book, web) == ()
    mark = r'<li><span class="pagebreak" [^>]*><span [^>]*>4</span></span><a href="bravo.html"'
    assert re.search(mark, web["index.html"].decode())
    assert prove_normal_pages(pack, printed.data, read_pages(printed.large_print)) == ()
    for data in (printed.data, printed.large_print):
        assert prove_pdf(pack, read_pages(data)).problems == ()
        pages = read_page_texts(data)
        item = next(index for index, text in enumerate(pages) if text.startswith("Item 1"))
        assert "Desk bravo" not in pages[item]
        assert any("Desk bravo" in text for text in pages[item + 1 : item + 3])
