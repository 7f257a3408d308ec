"""The texts that the search of the web edition reads: scripts with a line of JSON for each interview.

They are scripts because a browser reads no other file beside a page from the disk. A line is [slug, language, title,
people, pieces], a piece is [id, address, pages, text, speaker]: a turn, the introduction, a heading, an editor's note
or a footnote. `pages` begins with the printed page on which the piece begins; an offset in the text and a page follow
for each page that begins inside it. `speaker` is an index of `people`, or -1.

A large book has several such files. `search-words.js` then says which of them hold a rare word, so that they are loaded
first. It has the beginnings of words; what it lacks costs time and hides nothing, because all files are loaded.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from html import unescape

from onrecord.model import Answer, Interview, Person, Question, Role

ENDING = ".search"  # of the line of an interview, among the files of its page
WORDS_ENDING = ".words"  # of the beginnings of its words
_MOST_BYTES = 500_000  # of a script
_MOST_BYTES_FIRST = 300_000  # of the first one: when it is there, the first results show
_INLINE = frozenset({"a", "b", "cite", "code", "em", "s", "span", "strong", "sub", "sup", "wbr"})
_VOID = frozenset({"br", "col", "hr", "img", "wbr"})
# Classes of what is no part of a turn's words, or repeats them.
_APART = frozenset({"address", "speaker", "pullquote", "noteref", "xref", "page-number", "back"})
_SPACE = re.compile(r"\s+")
# An article as we write it: attributes have quotation marks around them, and “<” and “>” are escaped in them.
_TAG_OR_TEXT = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>|[^<]+")
_ATTRIBUTE = re.compile(r'\s(class|id|aria-label)="([^"]*)"')


def write_search_line(interview: Interview, article: str) -> bytes:
    """Return the line of an interview in the search index, read from the HTML of its article."""
    reader = _PieceReader()
    reader.read(str(article))  # it is marked as safe, and so would be each part that is cut from it
    people = list(dict.fromkeys(person.name for person in _iterate_speakers(interview)))
    turns = {turn.id: turn for turn in interview.turns}
    pieces = []
    for kind, identity, text, pages in reader.pieces:
        turn = turns[identity] if kind == "turn" else None
        speaker = _find_speaker(interview, turn) if turn else None
        if kind == "note":
            pieces.append([identity, f"[{identity.removeprefix('fn')}]", [], text, -1])
        elif text or turn:
            place = people.index(speaker.name) if speaker else -1
            pieces.append([identity, turn.address if turn else "", pages, text, place])
    line = [interview.slug, interview.language, interview.title.text, people, pieces]
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()


def write_word_beginnings(line: bytes) -> bytes:
    """Return the beginnings of all words in a search line, each once, as the search folds them."""
    _, _, title, people, pieces = json.loads(line)
    text = unicodedata.normalize("NFKC", " ".join([title, *people, *(piece[3] for piece in pieces)]))
    return " ".join(sorted({begin for word in {*_WORD.findall(text)} for begin in _list_beginnings(word)})).encode()


def write_search_files(lines: Sequence[bytes], words: Sequence[bytes]) -> dict[str, bytes]:
    """Return the search scripts by name, of bounded size; `words` are the word beginnings of each line."""
    groups = list(_group_lines(lines)) or [[]]
    files = {
        f"search-{number}.js": b"addInterviews(%d,%d,[\n%b\n]);\n" % (number, len(groups), b",\n".join(group))
        for number, group in enumerate(groups, 1)
    }
    if len(groups) >= FEWEST_FILES:
        files["search-words.js"] = _write_rare_words([len(group) for group in groups], words)
    return files


FEWEST_FILES = 3  # for which there is a list of rare words


def _write_rare_words(sizes: Sequence[int], words: Sequence[bytes]) -> bytes:
    """Return the script with word beginnings that few search files have; `sizes` are the lines in each file."""
    remaining = iter(words)
    by_file = [{begin for _ in range(size) for begin in next(remaining).decode().split()} for size in sizes]
    counts = Counter(begin for beginnings in by_file for begin in beginnings)
    most = max(1, len(sizes) // 8)
    rows = (" ".join(sorted(begin for begin in beginnings if counts[begin] <= most)) for beginnings in by_file)
    return "addWords([\n{}\n]);\n".format(",\n".join(f'" {row} "' for row in rows)).encode()


# --- words --------------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W_]+")
LONGEST_BEGINNING = 6  # letters
# What scripts/search.js folds as it does; letters that it does not fold alike are found a little later.
_FOLDED = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]"
)
# Scripts that write no space between words: each letter stands for itself.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def _list_beginnings(word: str) -> Iterable[str]:
    """Return under which beginnings the search files a word: its first letters, or every letter in Chinese or Thai."""
    if word.isascii():
        return (word[:LONGEST_BEGINNING].lower(),)
    if _UNSPACED.search(word):
        return word
    return ("".join(map(_fold_letter, word))[:LONGEST_BEGINNING],)


@cache
def _fold_letter(letter: str) -> str:
    """Return a letter without case and accents, as the search of the web edition compares it."""
    base = _MARKS.sub("", unicodedata.normalize("NFD", letter.lower()))
    return _FOLDED.get(base, unicodedata.normalize("NFC", base))


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


def _iterate_speakers(interview: Interview) -> Iterator[Person]:
    """Yield the speaker of each turn, then the guests; people repeat."""
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


def _find_kind(tag: str, classes: list[str]) -> str:
    """Return which kind of searched text begins with an element: turn, heading, note, apart; "" for none."""
    if tag == "section" and "turn" in classes:
        return "turn"
    if tag == "h2" and "division" in classes:
        return "heading"
    if "footnote" in classes:
        return "note"
    return "apart" if "introduction" in classes or "editor-note" in classes else ""


class _PieceReader:
    """Reads the words of each piece from the HTML of an article, and where printed pages begin in them.

    A piece without an id of its own has that of the turn before it; before the first turn, that of the title.
    """

    def __init__(self) -> None:
        self.pieces: list[tuple[str, str, str, list[str | int]]] = []  # kind, id, words, pages
        self._page = ""
        self._last_turn = "title"
        self._piece = ("", "")  # kind and id of the one that is read, "" between pieces
        self._ends: list[str] = []  # the open elements inside it that have its tag, and its own
        self._words = ""
        self._pages: list[str | int] = []
        self._skipped: list[str] = []  # the open elements that are left out, the outermost first

    def read(self, article: str) -> None:
        """Read an article that an `ArticleWriter` has written."""
        for match in _TAG_OR_TEXT.finditer(article):
            end, tag, attributes = match.groups()
            if tag is None:
                self._read_text(unescape(match[0]))
            elif end:
                self._read_end_tag(tag)
            else:
                pairs = _ATTRIBUTE.findall(attributes) if attributes else ()
                self._read_start_tag(tag, {name: unescape(value) for name, value in pairs})

    def _read_start_tag(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin a searched text at an HTML start tag, note a printed page, or begin what is left out."""
        classes = attributes.get("class", "").split()
        if "pagebreak" in classes:
            self._note_page(attributes.get("aria-label", ""))
        if self._piece[0]:
            self._ends += [tag] if tag == self._ends[0] else []
        elif kind := _find_kind(tag, classes):
            self._last_turn = attributes["id"] if kind == "turn" else self._last_turn
            self._piece = (kind, self._last_turn if kind == "apart" else attributes["id"])
            self._ends, self._words = [tag], ""
            self._pages = [self._page] if self._page else []
        if tag in _VOID:
            self._add_words("" if tag == "wbr" else " ")
        elif self._skipped or not _APART.isdisjoint(classes):
            self._skipped.append(tag)
        elif tag not in _INLINE:
            self._add_words(" ")

    def _read_end_tag(self, tag: str) -> None:
        """End a searched text at an HTML end tag, or what is left out."""
        if self._piece[0] and tag == self._ends[0]:
            self._ends.pop()
        if self._skipped:
            self._skipped.pop()
        elif self._piece[0] and not self._ends:
            self.pieces.append((*self._piece, self._words.rstrip(), self._pages))
            self._piece = ("", "")
        elif tag not in _INLINE:
            self._add_words(" ")

    def _read_text(self, text: str) -> None:
        """Add an HTML text's words to the searched text."""
        if not self._skipped:
            self._add_words(text)

    def _add_words(self, text: str) -> None:
        """Add text to the searched text, with single spaces."""
        if self._piece[0]:
            text = _SPACE.sub(" ", text)
            self._words += text.lstrip() if not self._words or self._words.endswith(" ") else text

    def _note_page(self, label: str) -> None:
        """Note that a printed page begins here in the searched text."""
        self._page = label
        if self._piece[0]:
            self._pages = [*self._pages, len(self._words), label] if self._words else [label]
