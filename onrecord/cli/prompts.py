"""An editor at a terminal: each doubt of an import is shown and answered with one key."""

from __future__ import annotations

import contextlib
import sys
import textwrap
from collections.abc import Iterator

from onrecord.importers.output.doubts import Answer, Doubt

_KEYS = {
    Answer.INTRODUCTION: "i",
    Answer.QUESTION: "q",
    Answer.ANSWER: "a",
    Answer.HEADING: "h",
    Answer.NOTE: "n",
    Answer.KEEP: "k",
    Answer.STOP: "s",
}
_ENTER = ("\r", "\n")
_END_OF_INPUT = ("", "\x04", "\x1a")
_INTERRUPT = "\x03"
_MOST_WORDS = 120
_NARROWEST = 40


def somebody_answers() -> bool:
    """Whether an editor sits before the screen: both what is asked and what is typed are a terminal's."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def on_terminal(doubt: Doubt, width: int = 80) -> Answer:
    """The editor's answer; Enter is the best guess. Raises KeyboardInterrupt for Ctrl-C."""
    choice = {_KEYS[answer]: answer for answer in doubt.answers}
    with _single_keys():  # what was typed before the doubt was shown answers nothing
        _say(f"\r\033[K\n{shown(doubt, width)}")
        while True:
            key = _key()
            if key == _INTERRUPT:
                raise KeyboardInterrupt
            answer = doubt.guess if key in _ENTER else Answer.STOP if key in _END_OF_INPUT else choice.get(key.lower())
            if answer is not None:
                _say(f"{answer}\n")
                return answer


def _say(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def shown(doubt: Doubt, width: int = 80) -> str:
    """The doubt as text: which, what stood before, the words, why it is unsure, the keys."""
    width = max(_NARROWEST, width)  # a terminal may say that it has no column at all
    where = f", line {doubt.line}" if doubt.line else ""
    lines = [f"Doubt {doubt.number} of {doubt.of}{where}. {_plain(doubt.why)}", ""]
    if doubt.before:
        lines.append(textwrap.shorten(f"… {_plain(' '.join(doubt.before.split()[-12:]))}", width - 4, placeholder=" …"))
    words = " ".join(_plain(doubt.words).split()[:_MOST_WORDS])
    more = " …" if len(doubt.words.split()) > _MOST_WORDS else ""
    lines += [f"    {line}" for line in textwrap.wrap(f"{_plain(doubt.speaker)} {words}{more}".strip(), width - 8)]
    others = "   ".join(f"{_KEYS[answer]} = {answer}" for answer in doubt.answers if answer is not doubt.guess)
    lines += ["", f"Enter = {doubt.guess}   {others}", "? "]
    return "\n".join(lines)


def _plain(text: str) -> str:
    """Nothing of the original can move the cursor or colour the screen."""
    return "".join(char if char.isprintable() else " " for char in text)


@contextlib.contextmanager
def _single_keys() -> Iterator[None]:
    """Keys arrive one by one, unechoed; the terminal is as it was afterwards, whatever happens."""
    try:
        import termios
        import tty
    except ImportError:  # Windows reads single keys without being told
        yield
        return
    before = termios.tcgetattr(sys.stdin.fileno())
    try:
        tty.setcbreak(sys.stdin.fileno())
        yield
    finally:
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSADRAIN, before)


def _key() -> str:
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.getwch()
    import os

    return os.read(sys.stdin.fileno(), 1).decode("ascii", "replace")
