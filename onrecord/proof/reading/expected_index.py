"""Derive the index of a book a second time: which words stand under which heading, in which turn.

Words are looked for by other means than an edition's: letter by letter in a folded text, without regular expressions.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from onrecord.model import (
    Block,
    Book,
    Division,
    EditorNote,
    IndexMark,
    IndexRole,
    Interview,
    Paragraph,
    SourceLocation,
    find_footnote_calls,
    iterate_block_passages,
)
from onrecord.model.index_headings import BookIndex, IndexHeading
from onrecord.model.names import fold_name
from onrecord.model.value import ByIdentity
from onrecord.runtime.collation import find_head, make_sort_key

_FOLDED = {
    **dict.fromkeys("’‘ʼ′`´", "'"),
    **dict.fromkeys("\u2010\u2011", "-"),
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
}
_SEARCHED = frozenset({"text", "heading", "caption", "term"})
_Name = tuple[str, str]  # of a heading and a sub-heading


@dataclass(frozen=True, slots=True)
class SearchedText:
    """A passage that an index searches. `turn` is the number of its turn in the interview, -1 before the first.

    `number` counts the passages of the interview; `note` is the footnote that it stands in.
    """

    text: str
    location: SourceLocation
    turn: int
    number: int = 0
    note: int = 0


@dataclass(frozen=True, slots=True)
class ExpectedPlace:
    """A place of a heading: the passage and the character at which it begins, and at which it ends."""

    slug: str
    first: SearchedText
    start: int
    last: SearchedText
    stop: int
    words: str
    is_range: bool = False


@dataclass(frozen=True, slots=True)
class ExpectedEntry:
    """A heading as the index must have it; `number` counts the headings, sub-headings have 0."""

    name: str
    number: int
    places: tuple[ExpectedPlace, ...]
    see: tuple[tuple[str, int], ...] = ()  # name and number of each heading
    see_also: tuple[tuple[str, int], ...] = ()
    subs: tuple[ExpectedEntry, ...] = ()


ExpectedGroup = tuple[str, tuple[ExpectedEntry, ...]]  # a letter, and the entries below it


def expect_index(book: Book) -> tuple[ExpectedGroup, ...]:
    """Return the entries that the book's index must have, grouped by letter; () if editions have no index."""
    return _expect_index_cached(ByIdentity(book))


@lru_cache(maxsize=2)
def _expect_index_cached(key: ByIdentity[Book]) -> tuple[ExpectedGroup, ...]:
    """Return what `expect_index` does, cached by the identity of the book, as several rules ask for it."""
    book = key.value
    index = book.printed_index
    if index is None:
        return ()
    places: dict[_Name, list[ExpectedPlace]] = {}
    searcher = _Searcher(index)
    for interview in book.interviews:
        for name, place in searcher.search(interview):
            places.setdefault(name, []).append(place)
    return tuple(_compose_groups(book, index, places))


def _compose_groups(
    book: Book, index: BookIndex, places: Mapping[_Name, Sequence[ExpectedPlace]]
) -> Iterator[ExpectedGroup]:
    """Yield the letters that the index must have, with their entries."""

    def sort(heading: IndexHeading) -> tuple[object, ...]:
        """Return the key that sorts a heading of the index."""
        return make_sort_key(heading.sort or heading.name.text, book.language)

    placed = {name for name, _ in places}
    printed = [heading for heading in index.headings if heading.name.text in placed]
    names = {fold_name(heading.name.text) for heading in printed}
    printed += [heading for heading in index.headings if any(fold_name(target.text) in names for target in heading.see)]
    printed.sort(key=sort)
    numbered = {fold_name(heading.name.text): (heading.name.text, number) for number, heading in enumerate(printed, 1)}
    entries = []
    for heading in printed:
        name = heading.name.text
        see, see_also = (
            tuple(numbered[folded] for target in targets if (folded := fold_name(target.text)) in numbered)
            for targets in (heading.see, heading.see_also)
        )
        subs = tuple(
            ExpectedEntry(sub.name.text, 0, tuple(places[name, sub.name.text]))
            for sub in sorted(heading.subs, key=sort)
            if (name, sub.name.text) in places
        )
        own_places = tuple(places.get((name, ""), ()))
        entries.append((heading, ExpectedEntry(name, numbered[fold_name(name)][1], own_places, see, see_also, subs)))
    for head, group in groupby(
        entries, key=lambda entry: find_head(entry[0].sort or entry[0].name.text, book.language)
    ):
        yield head, tuple(entry for _, entry in group)


# --- the texts of an interview ------------------------------------------------------------------------


def list_searched_texts(interview: Interview) -> list[SearchedText]:
    """Return the passages of an interview that the index searches, those of footnotes at the end."""
    texts: list[SearchedText] = []
    turns_of_notes: dict[int, int] = {}

    def add_passages(blocks: Iterable[Block], turn: int, note: int = 0) -> None:
        """Add the searched passages of blocks."""
        blocks = tuple(blocks)
        turns_of_notes.update(dict.fromkeys(find_footnote_calls(blocks), turn))
        for passage in iterate_block_passages(blocks, ""):
            if passage.kind in _SEARCHED and passage.text:
                texts.append(SearchedText(passage.text, passage.location, turn, len(texts), note))

    add_passages(interview.standfirst_paragraphs, -1)
    add_passages(interview.introduction, -1)
    count = len(interview.turns)
    turn = -1
    for entry in interview.conversation:
        match entry:
            case Division(content, location=location):
                add_passages([Paragraph(content, location)], min(turn + 1, count - 1))
            case EditorNote(blocks):
                add_passages(blocks, turn)
            case _:
                turn += 1
                add_passages(entry.blocks, turn)
    for note in interview.footnotes:
        add_passages(note.blocks, turns_of_notes.get(note.number, -1), note.number)
    return texts


# --- words --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Alias:
    """An alias as it is compared: its letters, and what may differ."""

    name: _Name
    letters: str
    is_open_before: bool
    is_open_after: bool

    @property
    def is_pattern(self) -> bool:
        """Return whether an index alias stands for several words."""
        return self.is_open_before or self.is_open_after

    @property
    def ignores_case(self) -> bool:
        """Return whether an index alias also finds words with other capitals."""
        return self.letters == self.letters.lower()

    def matches_at(self, letters: str, start: int) -> bool:
        """Return whether an index alias stands at this place of folded letters."""
        found_letters = letters[start : start + len(self.letters)]
        if self.ignores_case:
            return _lower_letters(found_letters) == self.letters
        begins_alike = found_letters[:1] in (self.letters[0], self.letters[0].upper())
        return begins_alike and found_letters[1:] == self.letters[1:]


class _Searcher:
    """Searches interviews for what an index names."""

    def __init__(self, index: BookIndex) -> None:
        self._index = index
        self._aliases = []
        for heading in index.headings:
            for sub in (None, *heading.subs):
                name = (heading.name.text, sub.name.text if sub else "")
                for alias in (sub or heading).aliases:
                    letters = _fold_letters(alias.text)[0].strip("*").strip()
                    ends = alias.text.startswith("*"), alias.text.endswith("*")
                    self._aliases += [_Alias(name, letters, *ends)] if letters else []

    def search(self, interview: Interview) -> Iterator[tuple[_Name, ExpectedPlace]]:
        """Yield the places of an interview that its index must name, with their headings: words first, then ranges."""
        texts = list_searched_texts(interview)
        keys: Counter[SourceLocation] = Counter()
        by_key: dict[tuple[SourceLocation, int], SearchedText] = {}
        for text in texts:
            by_key[text.location, keys[text.location]] = text
            keys[text.location] += 1
        marks: dict[int, list[IndexMark]] = {}
        for mark in interview.index_marks:
            if text_of_mark := by_key.get((mark.location, mark.ordinal)):
                marks.setdefault(text_of_mark.number, []).append(mark)
        for text in texts:
            for name, start, stop in self._search_text(text.text, marks.get(text.number, [])):
                words = " ".join(text.text[start:stop].split())
                yield name, ExpectedPlace(interview.slug, text, start, text, stop, words)
        yield from self._find_ranges(interview, texts, by_key)

    def _get_mark_names(self, mark: IndexMark) -> _Name | None:
        """Return heading and sub-heading that an index mark is for; None if the index does not have it."""
        folded = fold_name(mark.heading or mark.words)
        headings = [heading for heading in self._index.headings if fold_name(heading.name.text) == folded]
        headings += [
            heading
            for heading in self._index.headings
            if folded in {fold_name(alias.text) for alias in heading.aliases}
        ]
        names = ["", *(sub.name.text for sub in headings[0].subs)] if headings else []
        subs = [name for name in names if fold_name(name) == fold_name(mark.sub)]
        return (headings[0].name.text, subs[0]) if subs else None

    def _search_text(self, text: str, marks: Sequence[IndexMark]) -> Iterator[tuple[_Name, int, int]]:
        """Yield what an index mark or an alias names in a text: heading names, first and last character."""
        taken = []
        for mark in marks:
            if mark.role is IndexRole.ENTRY and (name := self._get_mark_names(mark)):
                yield name, mark.start, mark.stop
            if mark.role in (IndexRole.ENTRY, IndexRole.HIDE) and mark.start < mark.stop:
                taken.append((mark.start, mark.stop))
        candidates = sorted(self._find_aliases(text), key=lambda match: (match[1] - match[2], match[3], match[1]))
        chosen = []
        for name, start, stop, _ in candidates:
            if not any(start < other_stop and other_start < stop for other_start, other_stop in taken):
                taken.append((start, stop))
                chosen.append((name, start, stop))
        yield from sorted(chosen, key=lambda match: match[1])

    def _find_aliases(self, text: str) -> Iterator[tuple[_Name, int, int, bool]]:
        """Yield all whole words that an index alias is: names, characters, whether the alias is for several words."""
        letters, places = _fold_letters(text)
        lowered = _lower_letters(letters)
        for alias in self._aliases:
            small_letters = _lower_letters(alias.letters)
            position = lowered.find(small_letters)
            while position >= 0:
                if alias.matches_at(letters, position):
                    start, stop = position, position + len(alias.letters)
                    while alias.is_open_before and _is_inside_word(letters, start):
                        start -= 1
                    while alias.is_open_after and _is_inside_word(letters, stop):
                        stop += 1
                    if not _is_inside_word(letters, start) and not _is_inside_word(letters, stop):
                        yield alias.name, places[start], places[stop - 1] + 1, alias.is_pattern
                position = lowered.find(small_letters, position + 1)

    def _find_ranges(
        self,
        interview: Interview,
        texts: Sequence[SearchedText],
        by_key: Mapping[tuple[SourceLocation, int], SearchedText],
    ) -> Iterator[tuple[_Name, ExpectedPlace]]:
        """Yield the expected index places that are ranges of turns; of an extract, the part that it holds."""
        begun: list[tuple[_Name, IndexMark]] = []
        for mark in interview.index_marks:
            name = self._get_mark_names(mark)
            if name and mark.role is IndexRole.BEGIN:
                begun.append((name, mark))
            elif name and mark.role is IndexRole.END:
                begin = next((other for other_name, other in reversed(begun) if other_name == name), None)
                if begin:
                    begun.remove((name, begin))
                    inside = [
                        text for text in texts if not text.note and begin.location <= text.location <= mark.location
                    ]
                    if inside:
                        first = by_key.get((begin.location, begin.ordinal))
                        last = by_key.get((mark.location, mark.ordinal))
                        start = begin.start if begin.start < begin.stop else max(begin.start - 1, 0)
                        place = ExpectedPlace(
                            interview.slug,
                            first or inside[0],
                            start if first else 0,
                            last or inside[-1],
                            max(mark.stop, 1) if last else len(inside[-1].text),
                            begin.words,
                            is_range=True,
                        )
                        yield name, place


def _fold_letters(text: str) -> tuple[str, list[int]]:
    """Return a text's letters as the index compares them, and the place of each: one blank for a run of them."""
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        folded = " " if char.isspace() else _FOLDED.get(char, char)
        if folded and not (folded == " " and letters[-1:] == [" "]):
            letters.append(folded)
            places.append(place)
    return "".join(letters), places


def _lower_letters(letters: str) -> str:
    """Return the text in small letters, one for each character, so that places stay the same."""
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in letters)


def _is_inside_word(letters: str, place: int) -> bool:
    """Return whether the letters before and after this place belong to one word."""
    if not 0 < place < len(letters):
        return False
    pair = letters[place - 1], letters[place]
    return all(unicodedata.category(char)[0] in "LMN" and not _is_word_by_itself(char) for char in pair)


def _is_word_by_itself(char: str) -> bool:
    """Return whether a letter is of a script that writes no blanks between words."""
    code = ord(char)
    ranges = (
        (0x0E00, 0x0EFF),
        (0x1000, 0x109F),
        (0x1780, 0x17FF),
        (0x3040, 0x30FF),
        (0x3400, 0x9FFF),
        (0xF900, 0xFAFF),
        (0x20000, 0x3FFFF),
    )
    return any(first <= code <= last for first, last in ranges)
