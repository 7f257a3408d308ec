"""Check the texts that the search of the web edition reads: its words, places and speakers are those of the turns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element

from onrecord.model import Answer, Book, Interview, Question, Role, SourceLocation, iterate_passages
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.article_text import get_classes, get_tag_name, is_page_break, read_page_break_label
from onrecord.proof.reading.normalize import normalize_text, shorten_text
from onrecord.proof.rules.report import HINT

_COPY = "the web edition"
_SCRIPT = re.compile(rb"addInterviews\((\d{1,6}),(\d{1,6}),\[\n(.*)\n\]\);\n", re.DOTALL)
_APART = frozenset({"address", "speaker", "pullquote", "noteref", "xref", "page-number"})


def list_search_files(files: Mapping[str, bytes]) -> list[str]:
    """Return the names that the files with texts for the search must have, by the number that the first one says."""
    match = _SCRIPT.fullmatch(files.get("search-1.js", b""))
    return [f"search-{number}.js" for number in range(1, 1 + (int(match.group(2)) if match else 1))]


def read_search_lines(book: Book, files: Mapping[str, bytes]) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Return the line of each interview by slug, and what is wrong with the files as a whole."""
    lines: dict[str, bytes] = {}
    order: list[str] = []
    problems = []
    names = list_search_files(files)
    for number, name in enumerate(names, 1):
        match = _SCRIPT.fullmatch(files.get(name, b""))
        if match is None or (int(match.group(1)), int(match.group(2))) != (number, len(names)):
            problems.append(_build(book.location, f"the file “{name}” is no list of texts for the search"))
            continue
        for line in match.group(3).split(b",\n") if match.group(3) else ():
            slug = _read_slug(line)
            order.append(slug)
            lines[slug] = line
    if not problems and order != [interview.slug for interview in book.interviews]:
        what = f"the search knows the interviews {shorten_text(', '.join(order))}, not those of the book in their order"
        problems.append(_build(book.location, what))
    return lines, tuple(problems)


def _read_slug(line: bytes) -> str:
    """Return the slug with which a line begins."""
    match = re.match(rb'\["([^"\\]*)"', line)
    return match.group(1).decode("utf-8", "replace") if match else "?"


def check_search_line(interview: Interview, page: _Element, line: bytes) -> Iterator[Problem]:
    """Yield what the search knows otherwise of an interview than the book and its page say."""
    name = f"the search: interview “{interview.slug}”"
    try:
        slug, language, title, people, turns = json.loads(line)
        said_turns = [(str(turn[0]), str(turn[1]), turn[2], str(turn[3]), turn[4]) for turn in turns if len(turn) == 5]
        is_whole = len(said_turns) == len(turns)
    except (ValueError, TypeError, IndexError, KeyError, RecursionError):
        yield _build(interview.location, f"{name} has no texts that can be read")
        return
    head = (slug, language, title, people)
    if not is_whole or head != (interview.slug, interview.language, interview.title.text, _expect_people(interview)):
        yield _build(interview.location, f"{name} has another title, language or other people")
        return
    if [turn[:2] for turn in said_turns] != [(turn.id, turn.address) for turn in interview.turns]:
        yield _build(interview.location, f"{name} has other turns or addresses")
        return
    texts, pages = _expect_texts(interview), _TurnPageReader().read(page)
    for turn, (_, _, said_pages, text, speaker) in zip(interview.turns, said_turns, strict=True):
        if _drop_spaces(text) != texts.get(turn.id, ""):
            yield _build(turn.location, f"{name}: the words of {turn.address} are not those of the turn")
        elif not _is_speaker(interview, turn, people, speaker):
            yield _build(turn.location, f"{name}: {turn.address} has another speaker")
        elif _count_letters(said_pages, text) != pages.get(turn.id, []):
            yield _build(turn.location, f"{name}: {turn.address} has other printed pages than its page shows")


def _build(place: SourceLocation, what: str) -> Problem:
    """Return a problem of the search."""
    return Problem(place, Rule.SEARCH_IS_TRUE, f"{_COPY}: {what}", HINT)


def _drop_spaces(text: str) -> str:
    """Return the normalized text without spaces."""
    return normalize_text(text).replace(" ", "")


def _expect_texts(interview: Interview) -> dict[str, str]:
    """Return the letters of each turn by its id: without labels and alternative texts."""
    texts: dict[str, list[str]] = {}
    for passage in iterate_passages(interview):
        if passage.turn and passage.kind not in ("label", "alt"):
            texts.setdefault(passage.turn, []).append(_drop_spaces(passage.text))
    return {turn: "".join(pieces) for turn, pieces in texts.items()}


def _name_speaker(interview: Interview, turn: Question | Answer) -> str:
    """Return who speaks a turn: its speaker, or the only person with the right role; "" if nobody says."""
    if turn.speaker:
        return turn.speaker.name
    role = Role.INTERVIEWEE if turn.kind == "answer" else Role.INTERVIEWER
    names = [person.name for person in interview.people if person.role is role]
    return names[0] if len(names) == 1 else ""


def _expect_people(interview: Interview) -> list[str]:
    """Return those who speak, in the order of their first turns, and the guests."""
    speakers = (_name_speaker(interview, turn) for turn in interview.turns)
    guests = (person.name for person in interview.people if person.role is Role.INTERVIEWEE)
    return [name for name in dict.fromkeys([*speakers, *guests]) if name]


def _is_speaker(interview: Interview, turn: Question | Answer, people: Sequence[str], index: object) -> bool:
    """Tell whether the index in the list of people is that of the turn's speaker."""
    name = _name_speaker(interview, turn)
    return index == (people.index(name) if name else -1) and not isinstance(index, bool)


def _count_letters(pages: object, text: str) -> list[tuple[int, str]]:
    """Return the pages with the letters before them, from a list of page, offset, page, …; [] if it is no such list."""
    if not isinstance(pages, list) or not pages:
        return []
    offsets, labels = [0, *pages[1::2]], pages[::2]
    if len(offsets) != len(labels) or not all(isinstance(offset, int) for offset in offsets):
        return [(-1, "")]
    return [(len(_drop_spaces(text[:offset])), str(label)) for offset, label in zip(offsets, labels, strict=True)]


@dataclass(slots=True)
class _TurnPageReader:
    """Reads from a page on which printed pages each turn stands, with the letters of the turn before each."""

    label: str = ""
    turn: str = ""
    words: list[str] = field(default_factory=list)
    pages: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def read(self, page: _Element) -> dict[str, list[tuple[int, str]]]:
        """Return the pages by the id of the turn."""
        self._walk(page)
        return self.pages

    def _walk(self, element: _Element) -> None:
        """Read an element and all inside it."""
        classes = get_classes(element)
        if is_page_break(element):
            self._begin_page(read_page_break_label(element))
            return
        if not isinstance(element.tag, str) or not _APART.isdisjoint(classes):
            for child in element.iter() if isinstance(element.tag, str) else ():
                if is_page_break(child):
                    self._begin_page(read_page_break_label(child))
            return
        is_turn = get_tag_name(element) == "section" and "turn" in classes
        if is_turn:
            self.turn, self.words = element.get("id") or "", []
            self.pages[self.turn] = [(0, self.label)] if self.label else []
        self.words.append(element.text or "")
        for child in element:
            self._walk(child)
            self.words.append(child.tail or "")
        if is_turn:
            self.turn = ""

    def _begin_page(self, label: str) -> None:
        """Note that a page begins here."""
        self.label = label
        if self.turn:
            letters = len(_drop_spaces("".join(self.words)))
            self.pages[self.turn] = [*self.pages[self.turn], (letters, label)] if letters else [(0, label)]
