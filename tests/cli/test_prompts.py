"""Test the prompts of an import: one key answers each doubt; a pipe is not asked."""

from __future__ import annotations

import io
import itertools
import os
import pty
import select
import signal
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from onrecord.cli import command_line, prompts
from onrecord.importers import import_file
from onrecord.importers.output.doubts import Doubt, DoubtAnswer
from onrecord.manuscript import read_book
from onrecord.runtime import stop_signals
from tests.importers.test_import_file import UNCLEAR, create_book

pytestmark = pytest.mark.usefixtures("lent_workers")

SPEAKERS = "A talk\n\n" + "\n\n".join(
    f"{'The Desk' if i % 2 else 'On Record'}: Paper holds words, and words hold paper." for i in range(8)
)


@pytest.fixture
def caught_signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Stop at Ctrl-C as the program does, even if the tests run in the background and ignore it."""
    monkeypatch.setattr(stop_signals._State, "number", 0)
    before = signal.signal(signal.SIGINT, stop_signals._stop)
    yield
    signal.signal(signal.SIGINT, before)


class _Screen:
    """An editor at a pseudo-terminal, who reads what is written there and types."""

    def __init__(self, master: int) -> None:
        self.master = master
        self.seen = ""

    def wait_for(self, words: str, seconds: float = 30) -> None:
        """Return when the words appear on the screen after what was read before."""
        until, new = time.monotonic() + seconds, ""
        while words not in new:
            ready, _, _ = select.select([self.master], [], [], max(0.0, until - time.monotonic()))
            assert ready, f"{words} never came: {new}"
            more = os.read(self.master, 4096).decode("utf-8", "replace")
            self.seen, new = self.seen + more, new + more

    def type(self, keys: str) -> None:
        os.write(self.master, keys.encode())


@contextmanager
def open_terminal(slave: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the standard streams be a terminal, which is closed at the end."""
    with os.fdopen(slave, "r+b", buffering=0) as raw:
        for name in ("stdin", "stdout", "stderr"):
            monkeypatch.setattr(sys, name, io.TextIOWrapper(raw, encoding="utf-8", write_through=True))
        yield


@contextmanager
def join_thread(target: Callable[[], None]) -> Iterator[None]:
    """Run a function beside the block, and wait for it."""
    thread = threading.Thread(target=target)
    thread.start()
    yield
    thread.join()


def write_source(folder: Path, text: str = UNCLEAR) -> Path:
    create_book(folder / "book")
    (folder / "one.txt").write_text(text, "utf-8")
    return folder / "one.txt"


def count_marked_doubts(folder: Path) -> int:
    return (folder / "book/interviews/one.md").read_text("utf-8").count("::: {.doubt")


def count_doubts(folder: Path) -> int:
    """Return the number of doubts of an import that asks nobody."""
    write_source(folder)
    import_file.import_files([folder / "one.txt"], folder / "book", accept=False)
    return count_marked_doubts(folder)


def test_answered_doubts_are_settled_and_the_others_stay_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Enter takes the guess, a letter another kind, k keeps the doubt, s all that are left."""
    doubt_count = count_doubts(tmp_path / "all")
    master, slave = pty.openpty()
    screen = _Screen(master)

    done = threading.Event()

    def answer() -> None:
        for key in itertools.chain("\rqhk", itertools.repeat("s")):
            screen.wait_for("\n? ")
            if done.is_set():
                return
            screen.type(key)

    with open_terminal(slave, monkeypatch), join_thread(answer):
        code = command_line.main(["import", str(write_source(tmp_path)), "--to", str(tmp_path / "book")])
        done.set()
        sys.stderr.write("\n? ")
    os.close(master)
    assert code == 0
    assert f"Doubt 1 of {doubt_count}" in screen.seen
    assert "Enter = " in screen.seen
    assert count_marked_doubts(tmp_path) == doubt_count - 3
    result = (tmp_path / "book/interviews/one.md").read_text("utf-8")
    assert "\n## " in result


@pytest.mark.usefixtures("caught_signals")
def test_an_interrupt_leaves_no_partial_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C, which the terminal makes a signal, gives exit code 130 and leaves no interview, original or report."""
    master, slave = pty.openpty()
    screen = _Screen(master)
    signals = []

    def interrupt() -> None:
        screen.wait_for("\n? ")
        screen.type("q")
        screen.wait_for("\n? ")
        signals.append(bool(termios.tcgetattr(slave)[3] & termios.ISIG))
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    with open_terminal(slave, monkeypatch), join_thread(interrupt):
        code = command_line.main(["import", str(write_source(tmp_path)), "--to", str(tmp_path / "book")])
    os.close(master)
    assert code == 130
    assert signals == [True]
    assert sorted(path.name for path in (tmp_path / "book").rglob("*")) == ["book.yaml"]


def test_yes_asks_nothing_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "is_interactive", lambda: True)
    monkeypatch.setattr(prompts, "ask_on_terminal", lambda *_, **__: pytest.fail("an editor was asked"))
    assert command_line.main(["import", str(write_source(tmp_path)), "--to", str(tmp_path / "book"), "--yes"]) == 0
    assert count_marked_doubts(tmp_path) == 0


def test_no_question_is_asked_when_input_is_a_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Standard input that is not a terminal is not read; the doubts stay in the file."""
    pipe = io.StringIO("qqqq")
    monkeypatch.setattr(sys, "stdin", pipe)
    assert command_line.main(["import", str(write_source(tmp_path)), "--to", str(tmp_path / "book")]) == 0
    assert "Doubt 1" not in capsys.readouterr().err
    assert pipe.read() == "qqqq"
    assert count_marked_doubts(tmp_path) == count_doubts(tmp_path / "all")


@pytest.mark.parametrize("answer", [DoubtAnswer.QUESTION, DoubtAnswer.ANSWER])
def test_every_answer_keeps_every_word(tmp_path: Path, answer: DoubtAnswer) -> None:
    """After any answer no doubt is left, and a second import changes nothing."""
    file = write_source(tmp_path)
    results, problems = import_file.import_files([file], tmp_path / "book", accept=False, ask=lambda _: answer)
    assert [result.state for result in results] == ["new"], problems
    assert count_marked_doubts(tmp_path) == 0
    before = results[0].path.read_text("utf-8")
    _, book_problems = read_book.survey_book(tmp_path / "book")
    assert "doubts-are-settled" not in {problem.rule for problem in book_problems}
    results, _ = import_file.import_files([file], tmp_path / "book", accept=False)
    assert results[0].state == "edited"  # an editor has been here
    assert results[0].path.read_text("utf-8") == before


def test_one_answer_sets_the_role_of_a_speaker_in_all_turns(tmp_path: Path) -> None:
    """An answer about a speaker sets the role and the kind of each turn with that name."""
    doubts: list[Doubt] = []

    def ask(doubt: Doubt) -> DoubtAnswer:
        doubts.append(doubt)
        return DoubtAnswer.QUESTION if doubt.speaker.startswith("On Record") else DoubtAnswer.ANSWER

    results, _ = import_file.import_files([write_source(tmp_path, SPEAKERS)], tmp_path / "book", accept=False, ask=ask)
    draft = results[0].draft
    assert draft is not None
    assert {doubt.speaker for doubt in doubts} == {"On Record:", "The Desk:"}
    assert {turn.label: turn.kind for turn in draft.turns} == {"On Record:": "question", "The Desk:": "answer"}
    assert {person.name: person.role.asks for person in draft.people} == {"On Record": True, "The Desk": False}


def test_no_question_is_asked_about_a_changed_interview(tmp_path: Path) -> None:
    """Nor is anything written."""
    file = write_source(tmp_path)
    results, _ = import_file.import_files([file], tmp_path / "book", accept=False)
    results[0].path.write_text(results[0].path.read_text("utf-8") + "\nMore.\n", "utf-8")

    def ask(doubt: Doubt) -> DoubtAnswer:
        raise AssertionError(doubt)

    results, _ = import_file.import_files([file], tmp_path / "book", accept=False, ask=ask)
    assert results[0].state == "edited"


OPENING = (
    "How an import works\n\n"
    "On Record turns files into interviews, and the manual of On Record describes how it does.\n\n"
    "Some of you find an import slow, and I did, too, until you showed me what it does.\n\n"
    "What is kept of a file?\n\nEvery word of it.\n\nAnd what else?\n\nThe pictures.\n\nWhat is lost?\n\nNothing.\n"
)


def test_a_question_is_asked_about_a_spoken_opening(tmp_path: Path) -> None:
    """The first speaker may be the interviewer; until an editor says so, it is a doubt."""
    file = write_source(tmp_path, OPENING)
    results, _ = import_file.import_files([file], tmp_path / "book", accept=False)
    assert results[0].draft is not None
    assert [clipping.words[:7] for clipping in results[0].draft.doubts] == ["On Reco", "Some of"]
    assert count_marked_doubts(tmp_path) == 2
    assert "still the introduction" in results[0].path.read_text("utf-8")


@pytest.mark.parametrize("answer", [DoubtAnswer.INTRODUCTION, DoubtAnswer.QUESTION, DoubtAnswer.ANSWER])
def test_an_answer_about_the_opening_applies_to_what_follows(tmp_path: Path, answer: DoubtAnswer) -> None:
    """If the opening is a turn, nothing after it is part of the introduction."""

    def ask(doubt: Doubt) -> DoubtAnswer:
        return answer if doubt.guess is DoubtAnswer.INTRODUCTION else doubt.guess

    results, problems = import_file.import_files(
        [write_source(tmp_path, OPENING)], tmp_path / "book", accept=False, ask=ask
    )
    assert [result.state for result in results] == ["new"], problems
    draft = results[0].draft
    assert draft is not None
    assert not draft.doubts
    opening = [clipping.words[:7] for clipping in draft.introduction]
    assert opening == (["On Reco", "Some of"] if answer is DoubtAnswer.INTRODUCTION else [])
    if answer is not DoubtAnswer.INTRODUCTION:
        assert draft.turns[0].kind == answer.value


def test_no_question_is_asked_about_a_plain_introduction(tmp_path: Path) -> None:
    text = "\n\n".join(part for part in OPENING.split("\n\n") if not part.startswith("Some of"))
    results, _ = import_file.import_files([write_source(tmp_path, text)], tmp_path / "book", accept=False)
    assert results[0].draft is not None
    assert results[0].draft.standfirst.startswith("On Record turns")
    assert not results[0].draft.doubts
