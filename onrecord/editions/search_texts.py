"""The texts that the search of the web edition reads: scripts with a line of JSON for each interview.

They are scripts because a browser reads no other file beside a page from the disk. A line is [slug, language, title,
people, turns], a turn is [id, address, pages, text, speaker]. `pages` begins with the printed page on which the turn
begins; an offset in the text and a page follow for each page that begins inside the turn. `speaker` is an index of
`people`, or -1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from onrecord.model import Answer, Interview, Person, Question, Role

ENDING = ".search"  # of the line of an interview, among the files of its page
_MOST_BYTES = 1_000_000  # of a script
_MOST_BYTES_FIRST = 300_000  # of the first one: when it is there, the first results show
_INLINE = frozenset({"a", "b", "cite", "code", "em", "s", "span", "strong", "sub", "sup", "wbr"})
_VOID = frozenset({"br", "col", "hr", "img", "wbr"})
# Classes of what is no part of a turn's words, or repeats them.
_APART = frozenset({"address", "speaker", "pullquote", "noteref", "xref", "page-number"})
_SPACE = re.compile(r"\s+")


def write_search_line(interview: Interview, article: str) -> bytes:
    """Return the line of an interview, read from the HTML of its article."""
    reader = _TurnReader()
    reader.feed(article)
    people = list(dict.fromkeys(person.name for person in _list_speakers(interview)))
    turns = []
    for turn in interview.turns:
        text, pages = reader.turns[turn.id]
        speaker = _find_speaker(interview, turn)
        turns.append([turn.id, turn.address, pages, text, people.index(speaker.name) if speaker else -1])
    line = [interview.slug, interview.language, interview.title.text, people, turns]
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()


def write_search_files(lines: Iterable[bytes]) -> dict[str, bytes]:
    """Return the scripts by name, each with as many lines as it may hold."""
    groups = list(_group_lines(lines)) or [[]]
    return {
        f"search-{number}.js": b"addInterviews(%d,%d,[\n%b\n]);\n" % (number, len(groups), b",\n".join(group))
        for number, group in enumerate(groups, 1)
    }


def _group_lines(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Yield the lines in groups that are not too large; a line that is too large is a group by itself."""
    group: list[bytes] = []
    most_bytes, size = _MOST_BYTES_FIRST, 0
    for line in lines:
        if group and size + len(line) > most_bytes:
            yield group
            group, most_bytes, size = [], _MOST_BYTES, 0
        group.append(line)
        size += len(line)
    if group:
        yield group


def _list_speakers(interview: Interview) -> Iterator[Person]:
    """Yield those who speak in the interview, and its guests."""
    for turn in interview.turns:
        if speaker := _find_speaker(interview, turn):
            yield speaker
    yield from interview.guests


def _find_speaker(interview: Interview, turn: Question | Answer) -> Person | None:
    """Return who speaks a turn: its speaker, or the only person who can be; None if nobody says."""
    if turn.speaker:
        return turn.speaker
    role = Role.INTERVIEWEE if isinstance(turn, Answer) else Role.INTERVIEWER
    people = [person for person in interview.people if person.role is role]
    return people[0] if len(people) == 1 else None


class _TurnReader(HTMLParser):
    """Reads the words of each turn from the HTML of an article, and where printed pages begin in them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.turns: dict[str, tuple[str, list[str | int]]] = {}
        self._page = ""
        self._turn = ""  # the id of the one that is read, "" between turns
        self._words = ""
        self._pages: list[str | int] = []
        self._skipped: list[str] = []  # the open elements that are left out, the outermost first

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a turn, note a page, or begin what is left out."""
        attributes = {name: value or "" for name, value in attrs}
        classes = attributes.get("class", "").split()
        if "pagebreak" in classes:
            self._note_page(attributes.get("aria-label", ""))
        if tag == "section" and "turn" in classes:
            self._turn, self._words, self._pages = attributes["id"], "", [self._page] if self._page else []
        if tag in _VOID:
            self._add_words("" if tag == "wbr" else " ")
        elif self._skipped or not _APART.isdisjoint(classes):
            self._skipped.append(tag)
        elif tag not in _INLINE:
            self._add_words(" ")

    def handle_endtag(self, tag: str) -> None:
        """End a turn, or what is left out."""
        if self._skipped:
            self._skipped.pop()
        elif tag == "section" and self._turn:
            self.turns[self._turn] = (self._words.rstrip(), self._pages)
            self._turn = ""
        elif tag not in _INLINE:
            self._add_words(" ")

    def handle_data(self, data: str) -> None:
        """Add words to the turn."""
        if not self._skipped:
            self._add_words(data)

    def _add_words(self, text: str) -> None:
        """Add text to the turn, with single spaces."""
        if self._turn:
            text = _SPACE.sub(" ", text)
            self._words += text.lstrip() if not self._words or self._words.endswith(" ") else text

    def _note_page(self, label: str) -> None:
        """Note that a printed page begins here; before the first word, it is the page of the turn."""
        self._page = label
        if self._turn:
            self._pages = [*self._pages, len(self._words), label] if self._words else [label]
