"""Packs: which interviews a meeting reads, in which order, what of them, and which may not go out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from onrecord.cli import command_line
from onrecord.cli.exit_codes import ExitCode
from onrecord.model import (
    Answer,
    Book,
    Clearance,
    Interview,
    Link,
    SourceLocation,
    Status,
    Text,
    TextLine,
    find_footnote_calls,
    find_links,
    iterate_passages,
)
from onrecord.model.pack import AgendaItem, Attribution, Choice, Distribution, InterviewOrder, Markings, Pack
from onrecord.model.problems import Problem, Refused, select_errors
from onrecord.packs import clearance as clearance_module
from onrecord.packs import selection
from onrecord.packs.clearance import ReleaseOptions
from onrecord.pipeline.load import describe_book, load_book, load_packs
from onrecord.pipeline.options import BuildOptions
from onrecord.wording.page_numbers import AFTER_LAST_LETTER, PageStart, Pagination
from tests.support.paths import ROOT
from tests.support.sample import BOOK, GERMAN, HOW, book_of, inlines, interview_of, paragraph

pytestmark = pytest.mark.usefixtures("lent_workers")

HERE = SourceLocation("packs/meeting.yaml", 7)
UNMARKED = Markings()
NINE = datetime(2026, 2, 1, 9, tzinfo=UTC)
EIGHT = datetime(2026, 2, 1, 8, tzinfo=UTC)


def choices(*words: str) -> tuple[Choice, ...]:
    return tuple(Choice(HERE, slug, turns) for slug, _, turns in (word.partition("#") for word in words))


def pack_of(*found: Choice, markings: Markings = UNMARKED) -> Pack:
    item = AgendaItem("The first item", "A note.", found, HERE)
    return Pack(
        "meeting", "meeting", "A pack", "A meeting", NINE, "The reading room", "To agree.", (item,), HERE, markings
    )


def chosen(book: Book, *found: Choice) -> list[str]:
    made, problems = selection.select_interviews(book, pack_of(*found))
    assert not problems
    return [one.slug for one in made.interviews]


def tagged(interview: Interview, **changes: object) -> Interview:
    return replace(interview, **changes)  # type: ignore[arg-type]


# --- choosing -------------------------------------------------------------------------------------

LIBRARY = book_of(
    tagged(GERMAN, slug="one", tags=("press",), date=date(2026, 1, 1), title=TextLine("Zinc", HERE)),
    tagged(GERMAN, slug="two", tags=("Press", "ink"), date=date(2026, 1, 3), title=TextLine("Alum", HERE)),
    tagged(GERMAN, slug="three", date=date(2026, 1, 2), title=TextLine("Lead", HERE)),
)


@pytest.mark.parametrize(
    ("choice", "slugs"),
    [
        (Choice(HERE, tag="press"), ["one", "two"]),
        (Choice(HERE, tag="press", order=InterviewOrder.NEWEST), ["two", "one"]),
        (Choice(HERE, person="the toolchain", order=InterviewOrder.TITLE), ["two", "three", "one"]),
        (Choice(HERE, since=date(2026, 1, 2)), ["two", "three"]),
        (Choice(HERE, since=date(2026, 1, 2), order=InterviewOrder.OLDEST), ["three", "two"]),
        (Choice(HERE, until=date(2026, 1, 2), tag="press"), ["one"]),
        (Choice(HERE, search="LEAD wort"), ["three"]),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_interviews_are_found_by_what_they_are(choice: Choice, slugs: list[str]) -> None:
    """By tag, person, days and words, all conditions together, in the order that is asked for."""
    assert chosen(LIBRARY, choice) == slugs


def test_what_is_named_stands_where_it_is_named() -> None:
    """A search before it does not take it away, and a search behind it does not find it again."""
    search = Choice(HERE, tag="press")
    assert chosen(LIBRARY, search, *choices("two"), search) == ["one", "two"]


def test_a_pack_is_a_book_of_its_own() -> None:
    """Its parts are the items of the agenda; markings stand in its name."""
    marked = Markings(Distribution.NAMED, Attribution.CHATHAM_HOUSE, NINE, "2b")
    made, _ = selection.select_interviews(BOOK, pack_of(*choices("auf-deutsch"), markings=marked))
    assert [(part.number, part.title, part.note) for part in made.parts] == [(1, "The first item", "A note.")]
    assert made.slug == "meeting-v2b-embargo-2026-02-01-named-chatham-house-rule"
    assert (made.title, made.date) == ("A pack", date(2026, 2, 1))
    assert made.pack is not None
    assert made.pack.whole_book is BOOK


# --- extracts -------------------------------------------------------------------------------------


def extract(turns: str) -> Interview:
    made, problems = selection.select_interviews(BOOK, pack_of(*choices(f"how-it-works#{turns}")))
    assert not problems
    return made.interviews[0]


def test_an_extract_keeps_numbers_and_all_that_must_be_printed_with_it() -> None:
    """Title, byline, date, disclaimer, rights; A2 stays A2, and comes with its question."""
    short = extract("a2")
    assert [(turn.id, turn.address) for turn in short.turns] == [("q2", "Q2"), ("a2", "A2")]
    assert (short.title, short.byline, short.date, short.disclaimer) == (
        HOW.title,
        HOW.byline,
        HOW.date,
        HOW.disclaimer,
    )
    assert short.rights == HOW.rights is not None
    assert (short.standfirst, short.introduction, short.footnotes) == (None, (), ())
    assert short.extract is not None
    assert (short.extract.first, short.extract.last) == ("A2", "A2")


@pytest.mark.parametrize(
    ("turns", "ids"),
    [
        ("a1-2", ["q1", "a1", "a1-2"]),
        ("a1-a1-2", ["q1", "a1", "a1-2"]),
        ("a1-a2", ["q1", "a1", "a1-2", "q2", "a2"]),
        ("q2", ["q2"]),
        ("A2", ["q2", "a2"]),
    ],
)
def test_an_extract_runs_from_turn_to_turn(turns: str, ids: list[str]) -> None:
    """Ids that have a hyphen themselves are understood."""
    assert [turn.id for turn in extract(turns).turns] == ids


def test_every_turn_of_an_extract_says_what_it_says_in_the_whole() -> None:
    """Words, labels and footnotes; a link that leads out of the pack is plain words."""
    short = extract("a1")
    for turn in short.turns:
        assert [one.text for one in iterate_passages(short) if one.turn == turn.id] == [
            one.text for one in iterate_passages(HOW) if one.turn == turn.id
        ]
    blocks = [block for turn in short.turns for block in turn.blocks]
    assert sorted({link.target for link, _ in find_links(blocks)}) == ["https://example.org/?a=1&b=2"]
    assert [note.number for note in short.footnotes] == sorted(set(find_footnote_calls(blocks))) == [1, 2]


def test_notes_of_an_extract_are_counted_from_one() -> None:
    """Paper counts the notes of each interview; a call and its note keep together."""
    second = interview_of(paragraph("Second."), slug="later")
    answers = [turn for turn in HOW.turns if isinstance(turn, Answer)]
    late = replace(answers[0], id="a9", n=9, blocks=answers[0].blocks[12:13])
    whole = replace(HOW, conversation=(*HOW.conversation, late))
    made, problems = selection.select_interviews(book_of(whole, second), pack_of(*choices("how-it-works#a9")))
    assert not problems
    (note,) = made.interviews[0].footnotes
    assert note.number == 1
    assert note.blocks[0].content[0] == Text("See ")  # type: ignore[union-attr]
    assert list(find_footnote_calls(made.interviews[0].turns[0].blocks)) == [1]


def test_a_link_follows_its_turn_into_the_extract() -> None:
    """`#a2` of another interview leads to the extract that holds A2."""
    link = Link(inlines("there"), "how-it-works#a2")
    other = interview_of(paragraph("Look ", link, "."), slug="other")
    made, _ = selection.select_interviews(book_of(HOW, other), pack_of(*choices("other", "how-it-works#a2")))
    targets = [found.target for found, _ in find_links(made.interviews[0].turns[1].blocks)]
    assert targets == ["how-it-works-a2#a2"]


# --- where the whole stands -----------------------------------------------------------------------


def test_an_interview_says_where_it_stands_in_the_book() -> None:
    """By the pages of the book's print edition; blank ones do not count."""
    pages = (PageStart("14"), PageStart("15", 90), PageStart("16", AFTER_LAST_LETTER))
    made, _ = selection.select_interviews(BOOK, pack_of(*choices("how-it-works#a2", "auf-deutsch")))
    pointed = selection.add_pointers(made, Pagination("", {"how-it-works": pages, "auf-deutsch": pages[:1]}, ()))
    assert [str(one.pointer) for one in pointed.interviews] == [
        "15 January 2026. Extract: A2 of 3 answers; the whole interview is in The Parts Speak, pages 14–15.",
        "In The Parts Speak: Seite 14.",
    ]
    assert str(selection.add_pointers(made, None).interviews[1].pointer) == "In The Parts Speak."


# --- what may not go out --------------------------------------------------------------------------


def held(clearance: Clearance) -> Book:
    return book_of(
        GERMAN,
        replace(GERMAN, slug="shut", clearance=replace(clearance, location=SourceLocation("interviews/shut.md", 3))),
    )


SHUT = [Clearance(Status.DRAFT), Clearance(Status.WITHDRAWN), Clearance(embargo=NINE)]


def rules(problems: Sequence[Problem]) -> list[str]:
    return [f"{problem.severity}[{problem.rule}]" for problem in problems]


@pytest.mark.parametrize("clearance", SHUT)
def test_what_is_found_and_may_not_go_out_is_left_out(clearance: Clearance) -> None:
    """With a warning that says why; the rest is built."""
    book, problems = clearance_module.remove_held(held(clearance), ReleaseOptions(EIGHT))
    assert [one.slug for one in book.interviews] == ["auf-deutsch"]
    assert rules(problems) == ["warning[embargo-is-kept]"]
    assert str(problems[0].location) == "interviews/shut.md:3"


@pytest.mark.parametrize("clearance", SHUT)
def test_what_is_named_and_may_not_go_out_is_refused(clearance: Clearance) -> None:
    """By a book that lists its interviews, and by a pack at the line that names it."""
    _, problems = clearance_module.remove_held(
        replace(held(clearance), has_listed_interviews=True), ReleaseOptions(EIGHT)
    )
    assert rules(problems) == ["error[embargo-is-kept]"]
    book = held(clearance)
    _, problems = selection.select_interviews(
        book, pack_of(*choices("shut")), ReleaseOptions(EIGHT).find_held(book, pack_of())
    )
    assert [(str(problem.location), problem.rule) for problem in problems] == [(str(HERE), "embargo-is-kept")]


def test_an_embargo_ends_with_its_minute() -> None:
    """At nine it is over; an hour before it is not."""
    book = held(Clearance(embargo=NINE))
    assert list(ReleaseOptions(EIGHT).find_held(book)) == ["shut"]
    assert ReleaseOptions(NINE).find_held(book) == {}


@pytest.mark.parametrize(
    ("markings", "may"),
    [
        (Markings(Distribution.NAMED, embargo=NINE), True),
        (Markings(Distribution.PARTICIPANTS, embargo=NINE), True),
        (Markings(Distribution.PUBLIC, embargo=NINE), False),
        (Markings(Distribution.NAMED, embargo=EIGHT), False),
        (Markings(Distribution.NAMED), False),
    ],
)
def test_a_pack_may_carry_what_is_under_embargo_as_long_as_it_is_itself(markings: Markings, *, may: bool) -> None:
    """And only where it is not for everybody."""
    book = held(Clearance(embargo=NINE))
    assert (ReleaseOptions(EIGHT).find_held(book, pack_of(markings=markings)) == {}) is may
    draft = held(Clearance(Status.DRAFT, NINE))
    assert list(ReleaseOptions(EIGHT).find_held(draft, pack_of(markings=markings))) == ["shut"]


def test_a_release_is_recorded_and_needed() -> None:
    """What the command line lets out is named with its reason; what nothing holds back is a mistake."""
    book = held(Clearance(Status.DRAFT))
    out = ReleaseOptions(EIGHT, ("shut",))
    assert clearance_module.remove_held(book, out)[0] == book
    found, problems = clearance_module.list_releases(book, out)
    assert [(one.slug, one.reason) for one in found] == [("shut", "is a draft")]
    assert not problems
    _, problems = clearance_module.list_releases(book, ReleaseOptions(EIGHT, ("auf-deutsch", "shutt")))
    assert [problem.hint for problem in problems] == ["take the option away", "did you mean “shut”?"]


def test_a_link_to_what_was_left_out_is_plain_words() -> None:
    """Its words stay."""
    talk = interview_of(paragraph("See ", Link(inlines("the other"), "shut#a1"), "."), slug="talk")
    book = book_of(talk, replace(GERMAN, slug="shut", clearance=Clearance(Status.DRAFT)))
    left, _ = clearance_module.remove_held(book, ReleaseOptions(EIGHT))
    assert not list(find_links(left.interviews[0].turns[1].blocks))
    assert [one.text for one in iterate_passages(left.interviews[0])] == [one.text for one in iterate_passages(talk)]


# --- on the command line --------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A book with a cleared interview and one under embargo until nine, and two packs."""
    talk = "---\ntitle: {}\nbyline: The desk\npeople: [{{name: The printer, role: interviewee}}]\n{}---\n\n**Why?**\n\nSo.\n"
    book = tmp_path / "book"
    (book / "interviews").mkdir(parents=True)
    (book / "packs").mkdir()
    (book / "book.yaml").write_text("title: A book\ndate: 2026-01-01\ndisclaimer: none\n", encoding="utf-8")
    (book / "interviews/one.md").write_text(talk.format("One", ""), encoding="utf-8")
    (book / "interviews/two.md").write_text(talk.format("Two", "embargo: 2026-02-01 09:00 UTC\n"), encoding="utf-8")
    pack = "title: A pack\ndate: 2026-02-01 09:00 UTC\n{}agenda:\n  - {{title: Item, interviews: [one, two]}}\n"
    (book / "packs/early.yaml").write_text(pack.format(""), encoding="utf-8")
    (book / "packs/late.yaml").write_text(pack.format("embargo: 2026-02-01 09:00 UTC\n"), encoding="utf-8")
    return book


def test_the_clock_decides_and_source_date_epoch_is_the_clock(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before nine the book is built without the second interview, at nine with it."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(EIGHT.timestamp())))
    assert [one.slug for one in load_book(folder)[0].interviews] == ["one"]
    assert len(load_book(folder, BuildOptions("late"))[0].interviews) == 2
    with pytest.raises(Refused, match="embargo-is-kept"):
        load_book(folder, BuildOptions("early"))
    assert len(load_book(folder, BuildOptions("early", ("two",)))[0].interviews) == 2
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NINE.timestamp())))
    assert len(load_book(folder)[0].interviews) == 2
    assert len(load_book(folder, BuildOptions("early"))[0].interviews) == 2


def test_packs_are_listed_with_what_they_would_hold(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And what keeps one from being built stands below, with exit code 1."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(EIGHT.timestamp())))
    assert command_line.main(["packs", "--book", str(folder)]) == ExitCode.PROBLEMS
    said = capsys.readouterr()
    assert "late  “A pack”\n  1 agenda item, 2 interviews, 10 words; Embargo: 1 February 2026, 09:00 (UTC)" in said.out
    assert "early.yaml:4: error[embargo-is-kept]: “two” is under embargo until 2026-02-01 09:00+00:00" in said.err


def test_an_unknown_pack_is_answered_with_the_nearest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, and a name to type."""
    assert command_line.main(["check", "--book", str(folder), "--pack", "lates"]) == ExitCode.PROBLEMS
    assert "did you mean “late”?" in capsys.readouterr().err


def test_the_outline_shows_a_book_whatever_the_clock_says(folder: Path) -> None:
    """Scripts rely on it."""
    told = json.loads(describe_book(folder, as_json=True))
    assert len(told["parts"][0]["interviews"]) == 2


def test_the_packs_that_ship_are_right() -> None:
    """Those of the seed book."""
    found = load_packs(ROOT / "book")
    assert found
    assert all(book is not None and not select_errors(problems) for _, book, problems in found)


def test_a_release_is_written_into_the_proof(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which interview, and why it was held; the copies are proved again with the same words on the command line."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(EIGHT.timestamp())))
    asked = ["--book", str(folder), "--out", str(tmp_path / "out"), "--pack", "early"]
    assert command_line.main(["html", *asked]) == ExitCode.PROBLEMS
    assert not (tmp_path / "out").exists()
    assert command_line.main(["html", *asked, "--release", "two"]) == ExitCode.DONE
    record = json.loads((tmp_path / "out/early-participants.proof.json").read_bytes())
    assert record["released"] == [{"slug": "two", "reason": "is under embargo until 2026-02-01 09:00+00:00"}]
    assert command_line.main(["prove", *asked, "--release", "two"]) == ExitCode.DONE


def test_an_extract_takes_no_other_interviews_name() -> None:
    """Files and addresses are made from slugs."""
    book = book_of(HOW, replace(GERMAN, slug="how-it-works-a2"))
    _, problems = selection.select_interviews(book, pack_of(*choices("how-it-works-a2", "how-it-works#a2")))
    assert rules(problems) == ["error[slugs-are-unique]"]
