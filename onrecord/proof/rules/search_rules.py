"""Check the texts that the search of the web edition reads: its words, places and speakers are those of the turns."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache as cache_in_memory

from lxml.etree import _Element

from onrecord.model import (
    Answer,
    Block,
    Book,
    Division,
    EditorNote,
    Interview,
    Question,
    Role,
    SourceLocation,
    iterate_block_passages,
    to_plain_text,
)
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.article_text import get_classes, get_tag_name, is_page_break, read_page_break_label
from onrecord.proof.reading.normalize import normalize_text, shorten_text
from onrecord.proof.rules.report import HINT
from onrecord.runtime import build_identity
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint

_COPY = "the web edition"
_SCRIPT = re.compile(rb"addInterviews\((\d{1,6}),(\d{1,6}),\[\n(.*)\n\]\);\n", re.DOTALL)
_APART = frozenset({"address", "speaker", "pullquote", "noteref", "xref", "page-number", "back"})
_WORDS_FILE = "search-words.js"
_WORDS = re.compile(r"addWords\(\[\n((?:\" [^\"\\\n]* \",?\n)+)\]\);\n")
_FEWEST_FILES = 3  # that have a list of rare words
_LONGEST_BEGINNING = 6


def expect_search_files(files: Mapping[str, bytes]) -> list[str]:
    """Return the names that the search index files of a web edition must have, by the count in the first."""
    match = _SCRIPT.fullmatch(files.get("search-1.js", b""))
    count = int(match.group(2)) if match else 1
    return [*_format_search_file_names(count), *([_WORDS_FILE] if count >= _FEWEST_FILES else [])]


def _format_search_file_names(count: int) -> list[str]:
    """Return the names of so many files of the search index: `search-1.js` and so on."""
    return [f"search-{number}.js" for number in range(1, count + 1)]


def read_search_lines(
    book: Book, files: Mapping[str, bytes], cache: Cache
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Return the search index line of each interview by slug, and the problems of the index files as a whole.

    The cache remembers which beginnings of words a file has.
    """
    lines: dict[str, bytes] = {}
    order: list[str] = []
    problems = []
    names = [name for name in expect_search_files(files) if name != _WORDS_FILE]
    groups: list[list[bytes]] = []
    for number, name in enumerate(names, 1):
        match = _SCRIPT.fullmatch(files.get(name, b""))
        if match is None or (int(match.group(1)), int(match.group(2))) != (number, len(names)):
            problems.append(
                _build_search_problem(book.location, f"the file “{name}” is no list of texts for the search")
            )
            continue
        groups.append(match.group(3).split(b",\n") if match.group(3) else [])
        for line in groups[-1]:
            slug = _read_slug(line)
            order.append(slug)
            lines[slug] = line
    if not problems and order != [interview.slug for interview in book.interviews]:
        fault = (
            f"the search knows the interviews {shorten_text(', '.join(order))}, not those of the book in their order"
        )
        problems.append(_build_search_problem(book.location, fault))
    has_words = len(names) >= _FEWEST_FILES
    if not problems and has_words and not _is_word_list_right(files.get(_WORDS_FILE, b""), groups, cache):
        fault = f"the file “{_WORDS_FILE}” names other beginnings of words than the texts for the search have"
        problems.append(_build_search_problem(book.location, fault))
    return lines, tuple(problems)


def _is_word_list_right(data: bytes, groups: Sequence[Sequence[bytes]], cache: Cache) -> bool:
    """Return whether the search index's list of rare words has the right row for each of its files."""
    match = _WORDS.fullmatch(data.decode("utf-8", "replace"))
    if not match:
        return False
    rows = [set(row.strip('," \n').split()) for row in match.group(1).splitlines()]
    try:
        held = [_read_beginnings(number, group, cache) for number, group in enumerate(groups)]
    except (ValueError, TypeError, LookupError):  # a line is no interview
        return False
    counts = Counter(begin for beginnings in held for begin in beginnings)
    limit = max(len(groups) // 8, 1)
    return rows == [{begin for begin in beginnings if counts[begin] <= limit} for beginnings in held]


def _read_beginnings(number: int, lines: Sequence[bytes], cache: Cache) -> frozenset[str]:
    """Return the beginnings of the words in the lines of a file, from the cache if it has the same lines."""
    key = compute_fingerprint("search words", build_identity.compute_build_identity(), list(lines))
    return cache.get_or_compute(key, lambda: _join_beginnings(number, lines, cache))


def _join_beginnings(number: int, lines: Sequence[bytes], cache: Cache) -> frozenset[str]:
    """Return the beginnings of the words in the lines of the file with this number; those of old lines are known."""
    key = compute_fingerprint("search words of lines", build_identity.compute_build_identity(), number)
    known: Mapping[bytes, frozenset[str]] = cache.get(key) or {}
    digests = {hashlib.sha256(line).digest(): line for line in lines}
    beginnings = {
        digest: known[digest] if digest in known else frozenset(_list_word_beginnings([line]))
        for digest, line in digests.items()
    }
    cache.put(key, beginnings)
    return frozenset().union(*beginnings.values())


def _list_word_beginnings(lines: Iterable[bytes]) -> set[str]:
    """Return the beginnings of all words in lines of the search index: in titles, names and texts."""
    words: set[str] = set()
    for line in lines:
        _, _, title, people, pieces = json.loads(line)
        for string in (title, *people, *(piece[3] for piece in pieces)):
            words.update(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", string)))
    beginnings: set[str] = set()
    for word in words:
        spread = any(_LETTERS_ALONE.match(letter) for letter in word)
        beginnings.update(word if spread else [_fold_word(word)[:_LONGEST_BEGINNING]])
    return beginnings


# Thai, Lao, Myanmar, Khmer, kana, Han: words are not divided there.
_LETTERS_ALONE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_PAIRS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_DROPPED = (  # marks on letters: first and last of each range
    *((0x300, 0x36F), (0x591, 0x5BD), (0x5BF, 0x5BF), (0x5C1, 0x5C2), (0x5C4, 0x5C5), (0x5C7, 0x5C7)),
    *((0x610, 0x61A), (0x640, 0x640), (0x64B, 0x65F), (0x670, 0x670)),
)


def _fold_word(word: str) -> str:
    """Return a word as the search of the web edition compares it: small letters without accents."""
    if word.isascii():
        return word.lower()
    letters = [letter for letter in unicodedata.normalize("NFD", word.lower()) if not _is_ignored_mark(ord(letter))]
    return unicodedata.normalize("NFC", "".join(letters)).translate(_PAIRS)


@cache_in_memory
def _is_ignored_mark(code: int) -> bool:
    """Return whether a character is a mark that the search of the web edition leaves out."""
    return any(first <= code <= last for first, last in _DROPPED)


def _read_slug(line: bytes) -> str:
    """Return the slug with which a line of the search index begins, "?" if it begins with none."""
    match = re.match(rb'\["([^"\\]*)"', line)
    return match.group(1).decode("utf-8", "replace") if match else "?"


def check_search_line(interview: Interview, page: _Element, line: bytes) -> Iterator[Problem]:
    """Yield the problems of an interview's line in the search index that differs from the book and its page."""
    name = f"the search: interview “{interview.slug}”"
    try:
        slug, language, title, people, turns = json.loads(line)
        said_turns = [(str(turn[0]), str(turn[1]), turn[2], str(turn[3]), turn[4]) for turn in turns if len(turn) == 5]
        is_whole = len(said_turns) == len(turns)
    except (ValueError, TypeError, IndexError, KeyError, RecursionError):
        yield _build_search_problem(interview.location, f"{name} has no texts that can be read")
        return
    head = (slug, language, title, people)
    if not is_whole or head != (interview.slug, interview.language, interview.title.text, _expect_people(interview)):
        yield _build_search_problem(interview.location, f"{name} has another title, language or other people")
        return
    all_pieces, all_pages = _expect_search_pieces(interview), _PiecePageReader().read(page)
    both = [(piece, pages) for piece, pages in zip(all_pieces, all_pages, strict=False) if piece.letters or piece.turn]
    pieces = [piece for piece in all_pieces if piece.letters or piece.turn]
    if len(all_pieces) != len(all_pages) or [turn[:2] for turn in said_turns] != [
        (piece.identity, piece.address) for piece in pieces
    ]:
        yield _build_search_problem(interview.location, f"{name} has other turns, notes or addresses")
        return
    for (piece, pages), (_, _, said_pages, text, speaker) in zip(both, said_turns, strict=True):
        owner = piece.address or "the introduction, a heading or an editor's note"
        if _remove_spaces(text) != piece.letters:
            yield _build_search_problem(piece.location, f"{name}: the words of {owner} are not those of the book")
        elif not _is_speaker_index(interview, piece.turn, people, speaker):
            yield _build_search_problem(piece.location, f"{name}: {owner} has another speaker")
        elif _read_page_letters(said_pages, text) != ([] if piece.is_note else pages):
            yield _build_search_problem(piece.location, f"{name}: {owner} has other printed pages than its page shows")


@dataclass(frozen=True, slots=True)
class _SearchPiece:
    """A piece of an interview that can be searched: a turn, or what stands between turns, before and after them."""

    identity: str
    address: str
    letters: str
    location: SourceLocation
    turn: Question | Answer | None = None
    is_note: bool = False


def _build_search_problem(place: SourceLocation, fault: str) -> Problem:
    """Return a problem of the search index of the web edition."""
    return Problem(place, Rule.SEARCH_IS_TRUE, f"{_COPY}: {fault}", HINT)


def _remove_spaces(text: str) -> str:
    """Return a text normalized and without spaces, to compare the search index with a page."""
    return normalize_text(text).replace(" ", "")


def _expect_search_pieces(interview: Interview) -> list[_SearchPiece]:
    """Return an interview's texts that the search index must hold, with their ids, in the order of the page."""
    pieces, last = [], "title"
    if interview.introduction:
        pieces.append(_SearchPiece("title", "", _join_searched_letters(interview.introduction), interview.location))
    for entry in interview.conversation:
        match entry:
            case Question() | Answer():
                last = entry.id
                pieces.append(
                    _SearchPiece(last, entry.address, _join_searched_letters(entry.blocks), entry.location, entry)
                )
            case Division():
                pieces.append(_SearchPiece(entry.id, "", _remove_spaces(to_plain_text(entry.content)), entry.location))
            case EditorNote():
                pieces.append(_SearchPiece(last, "", _join_searched_letters(entry.blocks), entry.location))
    for note in interview.footnotes:
        letters = _join_searched_letters(note.blocks)
        pieces.append(_SearchPiece(f"fn{note.number}", f"[{note.number}]", letters, note.location, is_note=True))
    return pieces


def _join_searched_letters(blocks: Sequence[Block]) -> str:
    """Return the letters of blocks for the search: without labels, alternative texts and pull quotes."""
    passages = iterate_block_passages(blocks, "")
    return "".join(_remove_spaces(passage.text) for passage in passages if passage.kind not in ("label", "alt"))


def _expect_speaker(interview: Interview, turn: Question | Answer) -> str:
    """Return the name that the search index must give a turn: its speaker, or the only person with its role; or ""."""
    if turn.speaker:
        return turn.speaker.name
    role = Role.INTERVIEWEE if turn.kind == "answer" else Role.INTERVIEWER
    names = [person.name for person in interview.people if person.role is role]
    return names[0] if len(names) == 1 else ""


def _expect_people(interview: Interview) -> list[str]:
    """Return the names that the search index must have: those who speak, by their first turns, and the guests."""
    speakers = (_expect_speaker(interview, turn) for turn in interview.turns)
    guests = (person.name for person in interview.people if person.role is Role.INTERVIEWEE)
    return [name for name in dict.fromkeys([*speakers, *guests]) if name]


def _is_speaker_index(
    interview: Interview, turn: Question | Answer | None, people: Sequence[str], index: object
) -> bool:
    """Return whether `index` is the place of the turn's speaker in the search index's list of people."""
    name = _expect_speaker(interview, turn) if turn else ""
    return index == (people.index(name) if name else -1) and not isinstance(index, bool)


def _read_page_letters(pages: object, text: str) -> list[tuple[int, str]]:
    """Return (letters before, page) pairs of a list in the search index; [] if it is no such list."""
    if not isinstance(pages, list) or not pages:
        return []
    offsets, labels = [0, *pages[1::2]], pages[::2]
    if len(offsets) != len(labels) or not all(isinstance(offset, int) for offset in offsets):
        return [(-1, "")]
    return [(len(_remove_spaces(text[:offset])), str(label)) for offset, label in zip(offsets, labels, strict=True)]


@dataclass(slots=True)
class _PiecePageReader:
    """Reads from a page on which printed pages each piece stands, with the letters of the piece before each."""

    label: str = ""
    is_inside: bool = False
    words: list[str] = field(default_factory=list)
    pages: list[list[tuple[int, str]]] = field(default_factory=list)

    def read(self, page: _Element) -> list[list[tuple[int, str]]]:
        """Return for each searched text on a web page the printed pages that begin in it, with the letters before."""
        self._walk(page)
        return self.pages

    def _walk(self, element: _Element) -> None:
        """Read the page marks in an HTML element and in all inside it."""
        classes = get_classes(element)
        if is_page_break(element):
            self._begin_page(read_page_break_label(element))
            return
        if not isinstance(element.tag, str) or not _APART.isdisjoint(classes):
            for child in element.iter() if isinstance(element.tag, str) else ():
                if is_page_break(child):
                    self._begin_page(read_page_break_label(child))
            return
        begins = not self.is_inside and _begins_search_piece(get_tag_name(element), classes)
        if begins:
            self.is_inside, self.words = True, []
            self.pages.append([(0, self.label)] if self.label else [])
        self.words.append(element.text or "")
        for child in element:
            self._walk(child)
            self.words.append(child.tail or "")
        if begins:
            self.is_inside = False

    def _begin_page(self, label: str) -> None:
        """Note that a printed page begins here in the web page's text."""
        self.label = label
        if self.is_inside:
            letters = len(_remove_spaces("".join(self.words)))
            self.pages[-1] = [*self.pages[-1], (letters, label)] if letters else [(0, label)]


def _begins_search_piece(tag: str, classes: Collection[str]) -> bool:
    """Return whether a turn, a heading, a note or the introduction begins with an HTML element."""
    named = {("section", "turn"), ("h2", "division"), ("div", "introduction"), ("aside", "editor-note")}
    return any((tag, name) in named | {("div", "footnote")} for name in classes)
