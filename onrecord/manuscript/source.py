"""Read a source file as clean text; every character of a manuscript is checked here.

What cannot be printed, or would change what a reader sees, is a problem with its line, never
dropped in silence.
"""

from __future__ import annotations

import errno
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from onrecord.manuscript.file_problems import Problems, directions_are_closed, find_unprintable
from onrecord.model.rule import Rule
from onrecord.runtime.environment import find_shortage
from onrecord.runtime.project import Project as Project

MAX_BYTES = 2_000_000
MAX_WORD = 1_000
MAX_PARAGRAPH = 60_000
MAX_DEPTH = 12

_NOTE_DEFINITION = re.compile(r" {0,3}\[\^([^\]\s]+)\]:")
_NOTE_CALL = re.compile(r"\[\^([^\]\s]+)\]")
_DEEP = re.compile(
    rf"^(?:[ \t]*>){{{MAX_DEPTH}}}|^[ \t]*(?:(?:[-+*]|\d{{1,9}}[.)])[ \t]+){{{MAX_DEPTH}}}|^ {{{8 * MAX_DEPTH}}}"
)
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_DENSE = re.compile(r"[\[\]*_`<~^]{100}|[\"']{60}|(?:\[\]?\(){30}")


@dataclass(frozen=True)
class SplitSource:
    """Front matter and body of an interview's file; the body begins on line `body_line`."""

    settings: str
    body: str
    body_line: int


def build_outside_problem(name: str) -> Problems:
    """Return the problem of a file that is a link out of the book's folder."""
    problems = Problems(name, [])
    problems.add(
        0,
        Rule.FILE_IS_IN_THE_BOOK,
        "this file is a link to a place outside the book's folder",
        "copy the file itself here",
    )
    return problems


def read_source_text(path: Path, name: str) -> tuple[str, Problems]:
    """Return the file's text in NFC with `\\n` line ends, and the problems of its characters."""
    problems = Problems(name, [])
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would never end
            raise OSError(errno.EINVAL, "it is not an ordinary file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        if shortage := find_shortage(error):  # the file is not to blame
            raise shortage from error
        problems.add(
            0, Rule.FILE_IS_READABLE, f"the file cannot be read: {error.strerror}", "check its name and permissions"
        )
        return "", problems
    if len(data) > MAX_BYTES:
        problems.add(
            0,
            Rule.FILE_IS_SMALL,
            f"the file has {path.stat().st_size / 1e6:.1f} MB; an interview has less than {MAX_BYTES / 1e6:.0f} MB",
            "split it into several interviews",
        )
        return "", problems
    text = _decode_text(data, problems)
    problems.lines = text.split("\n")
    for number, line in enumerate(problems.lines, 1):
        _check_characters(number, line, problems)
    return unicodedata.normalize("NFC", text), problems


def _decode_text(data: bytes, problems: Problems) -> str:
    """Return the text; report bytes that are not UTF-8 (then the text is "")."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.add(1, Rule.TEXT_IS_UTF_8, "the file is UTF-16, not UTF-8", "save it again as “UTF-8”")
        return ""
    data = data.removeprefix(b"\xef\xbb\xbf")  # some editors write this mark at the beginning of a file
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        guess = data[before.rfind(b"\n") + 1 :].split(b"\n", 1)[0].decode("cp1252", "replace")
        problems.lines = [""] * (line - 1) + [guess]
        problems.add(
            line,
            Rule.TEXT_IS_UTF_8,
            f"byte 0x{data[error.start]:02X} in this line is not UTF-8",
            "save the file again as “UTF-8”",
        )
        problems.lines = []
        return ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_characters(number: int, line: str, problems: Problems) -> None:
    """Report unprintable characters and open text directions in one line of a file."""
    for char, name in find_unprintable(line).items():
        problems.add(
            number,
            Rule.CHARACTERS_ARE_PRINTABLE,
            f"{name} at column {line.index(char) + 1} cannot be printed",
            "delete it, or type the character that is meant",
        )
    if not directions_are_closed(line):
        problems.add(
            number,
            Rule.DIRECTIONS_ARE_CLOSED,
            "a bidirectional control character in this line is not closed, or overrides the order: "
            "the words would be shown in another one",
            "delete the invisible character",
        )
    for word in line.split():
        if len(word) > MAX_WORD:
            problems.add(
                number,
                Rule.WORDS_HAVE_AN_END,
                f"a word of {len(word):,} characters (“{word[:20]}…”) fits on no line",
                "put spaces into it",
            )
            break


def split_front_matter(text: str, problems: Problems) -> SplitSource | None:
    """Return a file divided into front matter, from the first line `---` to the next one, and body; or None."""
    lines = text.split("\n")
    example = "start the file with three lines: ---, title: The title, ---"
    if lines[0].rstrip() != "---":
        is_below = next((line.rstrip() == "---" for line in lines if line.strip()), False)
        example = "delete the empty lines above the line ---" if is_below else example
        problems.add(1, Rule.FRONT_MATTER_IS_THERE, "the file does not begin with front matter", example)
        return None
    for index, line in enumerate(lines[1:], 1):
        if line.rstrip() in ("---", "..."):
            return SplitSource("\n".join(lines[1:index]), "\n".join(lines[index + 1 :]), index + 2)
    problems.add(
        1,
        Rule.FRONT_MATTER_IS_CLOSED,
        "the front matter that begins here has no end",
        "put a line --- below the last setting",
    )
    return None


def check_body(front: SplitSource, problems: Problems) -> None:
    """Refuse what would make the Markdown reader run for hours, or lose words."""
    size, start = 0, front.body_line
    for number, line in enumerate(front.body.split("\n"), front.body_line):
        if _DEEP.match(line):
            problems.add(
                number,
                Rule.NESTING_IS_SHALLOW,
                f"this line stands more than {MAX_DEPTH} levels deep",
                "take levels of > or of lists away",
            )
        if _DENSE.search(line):
            problems.add(
                number,
                Rule.MARKS_ARE_SPARSE,
                "this line holds a long run of brackets or other marks",
                "put a backslash before each mark that is meant as text, or delete them",
            )
        size, start = (size + len(line), start) if line.strip() else (0, number + 1)
        if size > MAX_PARAGRAPH:
            problems.add(
                start,
                Rule.PARAGRAPHS_HAVE_AN_END,
                f"the paragraph that begins here has more than {MAX_PARAGRAPH:,} characters",
                "put an empty line where a new paragraph begins",
            )
            size = -(10**9)
    for number, label in _iterate_calls_in_notes(front):
        problems.add(
            number,
            Rule.NOTES_CALL_NO_NOTES,
            f"footnote text calls a footnote, [^{label}]",
            "write the second note's words into the first",
        )


def _iterate_calls_in_notes(front: SplitSource) -> Iterator[tuple[int, str]]:
    """Yield line and name of each footnote call in a footnote.

    pandoc 3.9 never ends on a note that calls itself.
    """
    is_in_note = is_in_paragraph = False  # of a note, whose further lines need no indent
    fence = ""
    for number, line in enumerate(front.body.split("\n"), front.body_line):
        mark = _FENCE.match(line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark.group(1)
        if fence:
            continue
        definition = _NOTE_DEFINITION.match(line)
        if definition:
            is_in_note, is_in_paragraph, line = True, True, line[definition.end() :]
        elif is_in_note and not line.strip():
            is_in_paragraph = False
        elif is_in_note and not is_in_paragraph and not line.startswith(("    ", "\t")):
            is_in_note = False
        if is_in_note:
            for label in _NOTE_CALL.findall(line):
                yield number, label
