"""Packs: which interviews they hold, in which order, which extracts of them, and which are held back."""

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
    AgendaItem,
    Answer,
    Attribution,
    Book,
    Choice,
    Clearance,
    Distribution,
    Interview,
    InterviewOrder,
    Link,
    Markings,
    Pack,
    Part,
    SourceLocation,
    Status,
    Text,
    TextLine,
    find_footnote_calls,
    find_links,
    iterate_passages,
)
from onrecord.model.page_numbers import AFTER_LAST_LETTER, PageStart, Pagination
from onrecord.model.problems import Problem, Refused, select_errors
from onrecord.packs import clearance as clearance_module
from onrecord.packs import selection
from onrecord.packs.clearance import ReleaseOptions
from onrecord.pipeline import build
from onrecord.pipeline.load import describe_book, load_book, load_packs
from onrecord.pipeline.options import BuildOptions
from tests.support.paths import ROOT
from tests.support.sample import BOOK, GERMAN, HOW, book_of, inlines, interview_of, paragraph

pytestmark = pytest.mark.usefixtures("lent_workers")

HERE = SourceLocation("packs/meeting.yaml", 7)
UNMARKED = Markings()
NINE = datetime(2026, 2, 1, 9, tzinfo=UTC)
EIGHT = datetime(2026, 2, 1, 8, tzinfo=UTC)


def make_choices(*words: str) -> tuple[Choice, ...]:
    return tuple(Choice(HERE, slug, turns) for slug, _, turns in (word.partition("#") for word in words))


def build_pack(*choices: Choice, markings: Markings = UNMARKED) -> Pack:
    agenda_item = AgendaItem("The first item", "A note.", choices, HERE)
    return Pack(
        "meeting",
        "meeting",
        "A pack",
        "A meeting",
        NINE,
        "The reading room",
        "To agree.",
        (agenda_item,),
        HERE,
        markings,
    )


def select_slugs(book: Book, *choices: Choice) -> list[str]:
    selected, problems = selection.select_interviews(book, build_pack(*choices))
    assert not problems
    return [interview.slug for interview in selected.interviews]


def change_interview(interview: Interview, **changes: object) -> Interview:
    return replace(interview, **changes)  # type: ignore[arg-type]


# --- choosing -------------------------------------------------------------------------------------

LIBRARY = book_of(
    change_interview(GERMAN, slug="one", tags=("press",), date=date(2026, 1, 1), title=TextLine("Zinc", HERE)),
    change_interview(GERMAN, slug="two", tags=("Press", "ink"), date=date(2026, 1, 3), title=TextLine("Alum", HERE)),
    change_interview(GERMAN, slug="three", date=date(2026, 1, 2), title=TextLine("Lead", HERE)),
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
def test_interviews_are_selected_by_their_properties(choice: Choice, slugs: list[str]) -> None:
    """Tag, person, dates and words must all match; the choice gives the order."""
    assert select_slugs(LIBRARY, choice) == slugs


def test_an_interview_named_by_its_slug_keeps_that_place() -> None:
    """A search before it does not take it, and a search after it does not repeat it."""
    search = Choice(HERE, tag="press")
    assert select_slugs(LIBRARY, search, *make_choices("two"), search) == ["one", "two"]


def test_a_pack_becomes_a_book() -> None:
    """Its parts are the agenda items, and its slug has the markings."""
    marked = Markings("2b", NINE, Distribution.NAMED, Attribution.CHATHAM_HOUSE)
    pack_book, _ = selection.select_interviews(BOOK, build_pack(*make_choices("auf-deutsch"), markings=marked))
    assert [(part.number, part.title, part.note) for part in pack_book.parts] == [(1, "The first item", "A note.")]
    assert pack_book.slug == "meeting-v2b-embargo-2026-02-01-named-chatham-house-rule"
    assert (pack_book.title, pack_book.date) == ("A pack", date(2026, 2, 1))
    assert pack_book.pack is not None
    assert pack_book.pack.whole_book is BOOK


def test_a_pack_has_no_off_prints() -> None:
    """They would have neither its markings nor its page numbers."""
    book = replace(BOOK, has_offprints=True)
    pack_book, _ = selection.select_interviews(book, build_pack(*make_choices("auf-deutsch")))
    assert not pack_book.has_offprints


# --- extracts -------------------------------------------------------------------------------------


def build_extract(turns: str) -> Interview:
    pack_book, problems = selection.select_interviews(BOOK, build_pack(*make_choices(f"how-it-works#{turns}")))
    assert not problems
    return pack_book.interviews[0]


def test_an_extract_keeps_its_numbers_and_the_lines_that_must_be_printed() -> None:
    """It keeps title, byline, date, disclaimer and rights; A2 stays A2 and comes with its question."""
    short = build_extract("a2")
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
    """Ids may contain hyphens."""
    assert [turn.id for turn in build_extract(turns).turns] == ids


def test_every_turn_of_an_extract_has_the_words_of_the_whole() -> None:
    """It has its labels and footnotes too; a link to outside the pack becomes plain text."""
    short = build_extract("a1")
    for turn in short.turns:
        assert [passage.text for passage in iterate_passages(short) if passage.turn == turn.id] == [
            passage.text for passage in iterate_passages(HOW) if passage.turn == turn.id
        ]
    blocks = [block for turn in short.turns for block in turn.blocks]
    assert sorted({link.target for link, _ in find_links(blocks)}) == ["https://example.org/?a=1&b=2"]
    assert [note.number for note in short.footnotes] == sorted(set(find_footnote_calls(blocks))) == [1, 2]


def test_footnotes_of_an_extract_are_numbered_from_one() -> None:
    """Print numbers the footnotes of each interview; a call and its footnote keep the same number."""
    second = interview_of(paragraph("Second."), slug="later")
    answers = [turn for turn in HOW.turns if isinstance(turn, Answer)]
    late = replace(answers[0], id="a9", n=9, blocks=answers[0].blocks[12:13])
    whole = replace(HOW, conversation=(*HOW.conversation, late))
    pack_book, problems = selection.select_interviews(
        book_of(whole, second), build_pack(*make_choices("how-it-works#a9"))
    )
    assert not problems
    (note,) = pack_book.interviews[0].footnotes
    assert note.number == 1
    assert note.blocks[0].content[0] == Text("See ")  # type: ignore[union-attr]
    assert list(find_footnote_calls(pack_book.interviews[0].turns[0].blocks)) == [1]


def test_a_link_to_a_turn_becomes_a_link_to_its_extract() -> None:
    """A link to `#a2` of another interview becomes a link to the extract that holds A2."""
    link = Link(inlines("there"), "how-it-works#a2")
    other = interview_of(paragraph("Look ", link, "."), slug="other")
    pack_book, _ = selection.select_interviews(
        book_of(HOW, other), build_pack(*make_choices("other", "how-it-works#a2"))
    )
    targets = [link.target for link, _ in find_links(pack_book.interviews[0].turns[1].blocks)]
    assert targets == ["how-it-works-a2#a2"]


# --- where the whole interview is ------------------------------------------------------------------


def test_an_interview_names_its_pages_in_the_whole_book() -> None:
    """The pages are those of the print edition; blank pages do not count."""
    pages = (PageStart("14"), PageStart("15", 90), PageStart("16", AFTER_LAST_LETTER))
    pack_book, _ = selection.select_interviews(BOOK, build_pack(*make_choices("how-it-works#a2", "auf-deutsch")))
    pointed = selection.add_pointers(pack_book, Pagination("", {"how-it-works": pages, "auf-deutsch": pages[:1]}, ()))
    assert [str(interview.pointer) for interview in pointed.interviews] == [
        "15 January 2026. Extract: A2 of 3 answers; the whole interview is in The Parts Speak, pages 14–15.",
        "In The Parts Speak: Seite 14.",
    ]
    assert str(selection.add_pointers(pack_book, None).interviews[1].pointer) == "In The Parts Speak."


# --- interviews that are held back -----------------------------------------------------------------


def build_held_book(clearance: Clearance) -> Book:
    return book_of(
        GERMAN,
        replace(GERMAN, slug="shut", clearance=replace(clearance, location=SourceLocation("interviews/shut.md", 3))),
    )


HELD_CLEARANCES = [Clearance(Status.DRAFT), Clearance(Status.WITHDRAWN), Clearance(embargo=NINE)]


def list_rules(problems: Sequence[Problem]) -> list[str]:
    return [f"{problem.severity}[{problem.rule}]" for problem in problems]


@pytest.mark.parametrize("clearance", HELD_CLEARANCES)
def test_a_held_interview_that_is_not_named_is_left_out(clearance: Clearance) -> None:
    """A warning says why; the other interviews are built."""
    book, problems = clearance_module.remove_held(build_held_book(clearance), ReleaseOptions(EIGHT))
    assert [interview.slug for interview in book.interviews] == ["auf-deutsch"]
    assert list_rules(problems) == ["warning[embargo-is-kept]"]
    assert str(problems[0].location) == "interviews/shut.md:3"


def test_an_interview_withdrawn_with_a_notice_is_left_out_without_a_warning() -> None:
    """That is decided for good; the edition does not depend on time. A pack that names it is refused."""
    book = build_held_book(Clearance(Status.WITHDRAWN, withdrawn_on=date(2026, 5, 1)))
    left, problems = clearance_module.remove_held(book, ReleaseOptions(EIGHT))
    assert [interview.slug for interview in left.interviews] == ["auf-deutsch"]
    assert problems == ()
    assert not clearance_module.depends_on_time(left, problems)
    held = ReleaseOptions(EIGHT).find_held(book, build_pack())
    every = Choice(HERE, person=GERMAN.people[0].name)
    pack_book, problems = selection.select_interviews(book, build_pack(every), held)
    assert [interview.slug for interview in pack_book.interviews] == ["auf-deutsch"]
    assert problems == ()
    _, problems = selection.select_interviews(book, build_pack(*make_choices("shut")), held)
    assert list_rules(problems) == ["error[embargo-is-kept]"]


def test_a_part_whose_interviews_are_withdrawn_is_left_out() -> None:
    """It would have a title and nothing below it."""
    book = build_held_book(Clearance(Status.WITHDRAWN, withdrawn_on=date(2026, 5, 1)))
    parts = tuple(Part(interview.slug, (interview,)) for interview in book.interviews)
    left, problems = clearance_module.remove_held(replace(book, parts=parts), ReleaseOptions(EIGHT))
    assert ([part.title for part in left.parts], problems) == (["auf-deutsch"], ())


@pytest.mark.parametrize("clearance", HELD_CLEARANCES)
def test_a_held_interview_that_is_named_is_refused(clearance: Clearance) -> None:
    """A book that lists its interviews is refused, and so is a pack, at the line that names the interview."""
    _, problems = clearance_module.remove_held(
        replace(build_held_book(clearance), has_listed_interviews=True), ReleaseOptions(EIGHT)
    )
    assert list_rules(problems) == ["error[embargo-is-kept]"]
    book = build_held_book(clearance)
    _, problems = selection.select_interviews(
        book, build_pack(*make_choices("shut")), ReleaseOptions(EIGHT).find_held(book, build_pack())
    )
    assert [(str(problem.location), problem.rule) for problem in problems] == [(str(HERE), "embargo-is-kept")]


def test_an_embargo_ends_at_its_minute() -> None:
    """At nine it has ended; an hour earlier it has not."""
    book = build_held_book(Clearance(embargo=NINE))
    assert list(ReleaseOptions(EIGHT).find_held(book)) == ["shut"]
    assert ReleaseOptions(NINE).find_held(book) == {}


@pytest.mark.parametrize(
    ("markings", "is_allowed"),
    [
        (Markings(distribution=Distribution.NAMED, embargo=NINE), True),
        (Markings(distribution=Distribution.PARTICIPANTS, embargo=NINE), True),
        (Markings(distribution=Distribution.PUBLIC, embargo=NINE), False),
        (Markings(distribution=Distribution.NAMED, embargo=EIGHT), False),
        (Markings(distribution=Distribution.NAMED), False),
    ],
)
def test_a_pack_may_hold_an_embargoed_interview_if_its_own_embargo_is_as_long(
    markings: Markings, *, is_allowed: bool
) -> None:
    """A public pack may not, and a draft stays out of any pack."""
    book = build_held_book(Clearance(embargo=NINE))
    assert (ReleaseOptions(EIGHT).find_held(book, build_pack(markings=markings)) == {}) is is_allowed
    draft = build_held_book(Clearance(Status.DRAFT, NINE))
    assert list(ReleaseOptions(EIGHT).find_held(draft, build_pack(markings=markings))) == ["shut"]


def test_a_release_is_listed_and_must_be_needed() -> None:
    """A release is listed with its reason; to release an interview that is not held is a mistake."""
    book = build_held_book(Clearance(Status.DRAFT))
    out = ReleaseOptions(EIGHT, ("shut",))
    assert clearance_module.remove_held(book, out)[0] == book
    releases, problems = clearance_module.list_releases(book, out)
    assert [(release.slug, release.reason) for release in releases] == [("shut", "is a draft")]
    assert not problems
    _, problems = clearance_module.list_releases(book, ReleaseOptions(EIGHT, ("auf-deutsch", "shutt")))
    assert {problem.rule for problem in problems} == {"release-is-needed"}
    assert [problem.hint for problem in problems] == ["take the option away", "did you mean “shut”?"]


def test_a_link_to_an_interview_that_was_left_out_becomes_plain_text() -> None:
    """The words of the link stay."""
    talk = interview_of(paragraph("See ", Link(inlines("the other"), "shut#a1"), "."), slug="talk")
    book = book_of(talk, replace(GERMAN, slug="shut", clearance=Clearance(Status.DRAFT)))
    remaining, _ = clearance_module.remove_held(book, ReleaseOptions(EIGHT))
    assert not list(find_links(remaining.interviews[0].turns[1].blocks))
    assert [passage.text for passage in iterate_passages(remaining.interviews[0])] == [
        passage.text for passage in iterate_passages(talk)
    ]


# --- on the command line --------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a book with a cleared interview, an interview under embargo until nine, and two packs."""
    talk = (
        "---\ntitle: {}\nbyline: The desk\npeople: [{{name: The printer, role: interviewee}}]\n{}---\n\n"
        "**Why?**\n\nSo.\n"
    )
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


def test_source_date_epoch_decides_whether_an_embargo_has_ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before nine the book is built without the second interview, at nine with it."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(EIGHT.timestamp())))
    assert [interview.slug for interview in load_book(folder)[0].interviews] == ["one"]
    assert len(load_book(folder, BuildOptions("late"))[0].interviews) == 2
    with pytest.raises(Refused, match="embargo-is-kept"):
        load_book(folder, BuildOptions("early"))
    assert len(load_book(folder, BuildOptions("early", ("two",)))[0].interviews) == 2
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NINE.timestamp())))
    assert len(load_book(folder)[0].interviews) == 2
    assert len(load_book(folder, BuildOptions("early"))[0].interviews) == 2


def test_packs_are_listed_with_their_contents(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Below them are the problems that prevent a build, with exit code 1."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(EIGHT.timestamp())))
    assert command_line.main(["packs", "--book", str(folder)]) == ExitCode.PROBLEMS
    messages = capsys.readouterr()
    assert (
        "late  “A pack”\n  1 agenda item, 2 interviews, 10 words; Embargo: 1 February 2026, 09:00 (UTC)" in messages.out
    )
    assert "early.yaml:4: error[embargo-is-kept]: “two” is under embargo until 2026-02-01 09:00+00:00" in messages.err


def test_an_unknown_pack_name_gets_the_nearest_name_as_a_hint(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is 1, and the hint can be typed."""
    assert command_line.main(["check", "--book", str(folder), "--pack", "lates"]) == ExitCode.PROBLEMS
    messages = capsys.readouterr().err
    assert "error[pack-exists]: there is no pack “lates”" in messages
    assert "did you mean “late”?" in messages


def test_the_outline_shows_all_interviews_at_any_time(folder: Path) -> None:
    """Scripts rely on this."""
    outline = json.loads(describe_book(folder, as_json=True))
    assert len(outline["parts"][0]["interviews"]) == 2


def test_the_packs_of_the_sample_book_have_no_errors() -> None:
    packs = load_packs(ROOT / "book")
    assert packs
    assert all(book is not None and not select_errors(problems) for _, book, problems in packs)


def test_a_release_is_written_into_the_proof(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the interview and the reason why it was held; `prove` needs the same options."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(EIGHT.timestamp())))
    monkeypatch.setattr(build, "print_book", lambda *_, **__: (None, ()))  # for page numbers
    arguments = ["--book", str(folder), "--out", str(tmp_path / "out"), "--pack", "early"]
    assert command_line.main(["html", *arguments]) == ExitCode.PROBLEMS
    assert not (tmp_path / "out").exists()
    assert command_line.main(["html", *arguments, "--release", "two"]) == ExitCode.DONE
    record = json.loads((tmp_path / "out/early-participants.proof.json").read_bytes())
    assert record["released"] == [{"slug": "two", "reason": "is under embargo until 2026-02-01 09:00+00:00"}]
    assert command_line.main(["prove", *arguments, "--release", "two"]) == ExitCode.DONE


def test_a_proof_without_the_releases_of_the_build_names_them(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is one error, not one for each place where the interview should not be."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(EIGHT.timestamp())))
    monkeypatch.setattr(build, "print_book", lambda *_, **__: (None, ()))  # for page numbers
    arguments = ["--book", str(folder), "--out", str(tmp_path / "out")]
    assert command_line.main(["epub", *arguments, "--release", "two"]) == ExitCode.DONE
    assert command_line.main(["prove", *arguments]) == ExitCode.PROBLEMS
    messages = capsys.readouterr().err
    assert messages.count("error[") == 1
    assert "hint: prove it with the same option: --release two" in messages


def test_an_extract_cannot_have_the_slug_of_another_interview() -> None:
    """The names of files and addresses come from slugs."""
    book = book_of(HOW, replace(GERMAN, slug="how-it-works-a2"))
    _, problems = selection.select_interviews(book, build_pack(*make_choices("how-it-works-a2", "how-it-works#a2")))
    assert list_rules(problems) == ["error[slugs-are-unique]"]
