"""Ask an editor at a terminal: show each doubt of an import and read one key."""

from __future__ import annotations

import contextlib
import sys
import textwrap
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

from onrecord.importers.output.doubts import Doubt, DoubtAnswer
from onrecord.importers.output.three_way_merge import Collision, MergeChoice
from onrecord.model.terminal_text import clean_line

A = TypeVar("A", bound=StrEnum)
_KEYS = {
    DoubtAnswer.INTRODUCTION: "i",
    DoubtAnswer.QUESTION: "q",
    DoubtAnswer.ANSWER: "a",
    DoubtAnswer.HEADING: "h",
    DoubtAnswer.NOTE: "n",
    DoubtAnswer.KEEP: "k",
    DoubtAnswer.STOP: "s",
}
_ENTER = ("\r", "\n")
_END_OF_INPUT = ("", "\x04", "\x1a")
_INTERRUPT = "\x03"
_MOST_WORDS = 120
_NARROWEST = 40


def is_interactive() -> bool:
    """Return whether input and messages are both connected to a terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask_on_terminal(doubt: Doubt, width: int = 80) -> DoubtAnswer:
    """Return the editor's answer; Enter accepts the best guess. Raises KeyboardInterrupt for Ctrl-C."""
    answers = {_KEYS[answer]: answer for answer in doubt.answers}
    return ask_for_key(format_doubt(doubt, width), answers, doubt.guess, DoubtAnswer.STOP)


def choose_on_terminal(collision: Collision, width: int = 80) -> MergeChoice:
    """Return which words the editor wants where an edit and a new source collide; Enter keeps the edit."""
    width = max(_NARROWEST, width)
    lines = [f"Line {collision.line}: the interview was edited, and its source is another now.", ""]
    for title, text in (("edited", collision.edited), ("new source", collision.new)):
        words = textwrap.wrap(clean_line(" ".join(text.split()[:_MOST_WORDS])), width - 8) or ["(nothing)"]
        lines += [f"  {title}:", *(f"    {line}" for line in words), ""]
    keys = {"n": MergeChoice.NEW, "e": MergeChoice.EDITED, "l": MergeChoice.STOP}
    question = "\n".join(
        [*lines, f"Enter = {MergeChoice.EDITED}   n = {MergeChoice.NEW}   l = {MergeChoice.STOP}", "? "]
    )
    return ask_for_key(question, keys, MergeChoice.EDITED, MergeChoice.STOP)


def ask_for_key(question: str, answers: Mapping[str, A], on_enter: A, on_end: A) -> A:
    """Show a question and return the answer of the key that is typed; print that answer.

    `on_enter` is the answer of the Enter key, `on_end` that of the end of input. Raises KeyboardInterrupt for Ctrl-C.
    """
    with _read_single_keys():  # keys typed before the question was shown are dropped
        _write_prompt(f"\r\033[K\n{question}")
        while True:
            key = _read_key()
            if key == _INTERRUPT:
                raise KeyboardInterrupt
            answer = on_enter if key in _ENTER else on_end if key in _END_OF_INPUT else answers.get(key.lower())
            if answer is not None:
                _write_prompt(f"{answer}\n")
                return answer


def _write_prompt(text: str) -> None:
    """Write a text to standard error at once, without a line end."""
    sys.stderr.write(text)
    sys.stderr.flush()


def format_doubt(doubt: Doubt, width: int = 80) -> str:
    """Return the doubt as text: its number, why it is unsure, what comes before, the words, the keys."""
    width = max(_NARROWEST, width)  # a terminal may report no columns at all
    where = f", line {doubt.line}" if doubt.line else ""
    lines = [f"Doubt {doubt.number} of {doubt.of}{where}. {clean_line(doubt.why)}", ""]
    if doubt.before:
        lines.append(
            textwrap.shorten(f"… {clean_line(' '.join(doubt.before.split()[-12:]))}", width - 4, placeholder=" …")
        )
    words = clean_line(" ".join(doubt.words.split()[:_MOST_WORDS]))
    more = " …" if len(doubt.words.split()) > _MOST_WORDS else ""
    lines += [f"    {line}" for line in textwrap.wrap(f"{clean_line(doubt.speaker)} {words}{more}".strip(), width - 8)]
    choices = "   ".join(f"{_KEYS[answer]} = {answer}" for answer in doubt.answers if answer is not doubt.guess)
    lines += ["", f"Enter = {doubt.guess}   {choices}", "? "]
    return "\n".join(lines)


@contextlib.contextmanager
def _read_single_keys() -> Iterator[None]:
    """Read keys one by one without echo; restore the terminal afterwards."""
    try:
        import termios
        import tty
    except ImportError:  # Windows reads single keys anyway
        yield
        return
    before = termios.tcgetattr(sys.stdin.fileno())
    try:
        tty.setcbreak(sys.stdin.fileno())
        yield
    finally:
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, before)


def _read_key() -> str:
    """Wait for a key and return its character; the terminal must be in raw mode."""
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.getwch()
    import os

    return os.read(sys.stdin.fileno(), 1).decode("ascii", "replace")
