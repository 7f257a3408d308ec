"""Propose headings for an index: the people, the tags, and names that are frequent in the text.

Nothing of it is taken by itself. Names that are spelt in two ways are listed, so that an editor can decide.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, dropwhile

from onrecord.manuscript.yaml_events import quote_value
from onrecord.model import Book, SourceLocation, TextLine
from onrecord.model.index_headings import BookIndex, HeadingKind, IndexHeading
from onrecord.model.index_matching import AliasFinder
from onrecord.model.interview import TURN_ADDRESS
from onrecord.model.names import fold_name
from onrecord.model.read_texts import iterate_read_texts

_FEWEST = 2  # times that a name stands in the text
_MOST_NAMES = 60
_MOST_COMPARED = 600  # names that are compared with each other
_SHORTEST_COMPARED = 5  # letters of a name that may be another one with a slip
_FAMILY_FIRST = ("hu", "ja", "ko", "zh", "vi")
_WORD = r"[^\W\d_a-zß-öø-ÿа-яёα-ω][\w’'-]+"
_NAME = re.compile(rf"(?<![\w’'-]){_WORD}(?:(?: (?:of|the|de|del|di|da|du|des|la|von|van|der|und|and|y))*[ -]{_WORD})*")
_SENTENCE_END = re.compile(r"[.!?…:;“”„«»\"(]\s*$|^\s*$")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A heading that may be added, with the number of places of its aliases; `reason` says where it is from."""

    name: str
    kind: HeadingKind
    aliases: tuple[str, ...]
    places: int
    reason: str

    def format_entry(self) -> str:
        """Return the entry for `index.yaml` that a suggested heading makes."""
        kind = "" if self.kind is HeadingKind.SUBJECT else f", kind: {self.kind.value}"
        aliases = f", aliases: [{', '.join(map(quote_value, self.aliases))}]" if self.aliases else ""
        return f"  - {{name: {quote_value(self.name)}{kind}{aliases}}}"


@dataclass(frozen=True, slots=True)
class Spellings:
    """Two spellings that may be of one name, each with the number of its places."""

    first: str
    first_count: int
    second: str
    second_count: int


def suggest_headings(book: Book) -> tuple[Suggestion, ...]:
    """Return headings that the index does not have: people, then tags, then names by their frequency."""
    known = {fold_name(name) for name in _iterate_known_names(book.index)}
    texts = _list_texts(book)
    suggestions: list[Suggestion] = []
    for suggestion in (*_suggest_people(book, texts), *_suggest_tags(book, texts), *_suggest_names(book, texts)):
        names = {fold_name(name) for name in (suggestion.name, *suggestion.aliases)}
        if not names & known:
            suggestions.append(suggestion)
            known |= names
    return tuple(suggestions)


def find_spellings(book: Book) -> tuple[Spellings, ...]:
    """Return pairs of names in the text that differ in a sign, an accent or a letter."""
    counts = _count_names(_list_texts(book))
    names = [name for name, _ in counts.most_common(_MOST_COMPARED)]
    pairs = ((first, second) for first, second in combinations(names, 2) if _may_be_same_name(first, second))
    return tuple(Spellings(first, counts[first], second, counts[second]) for first, second in pairs)


def _iterate_known_names(index: BookIndex | None) -> Iterator[str]:
    """Yield the names and aliases of the index."""
    for heading, sub in index.iterate_levels() if index else ():
        yield (sub or heading).name.text
        yield from (alias.text for alias in (sub or heading).aliases)


def _list_texts(book: Book) -> list[str]:
    """Return the texts of all interviews that an index searches."""
    return [text.text for interview in book.interviews for text in iterate_read_texts(interview) if text.is_searched]


def _count_places(book: Book, texts: Iterable[str], aliases: tuple[str, ...]) -> Counter[str]:
    """Return how many places each alias of a suggested heading would have beside the existing headings."""
    place = SourceLocation("")
    heading = IndexHeading(TextLine("", place), aliases=tuple(TextLine(alias, place) for alias in aliases))
    finder = AliasFinder(BookIndex((*(book.index.headings if book.index else ()), heading), place))
    # The finder is slow: it reads only the texts that have the longest word of an alias.
    words = [max(re.split(r"\W+", alias.casefold()), key=len) for alias in aliases]
    candidates = (text for text in texts if any(word in text.casefold() for word in words))
    matches = (match for text in candidates for match in finder.find(text))
    return Counter(match.alias.text for match in matches if match.heading is heading)


def _suggest_people(book: Book, texts: list[str]) -> Iterator[Suggestion]:
    """Yield index suggestions for the people of the casts, family name first, and alone as alias if unique."""
    casts = ((person.name, interview) for interview in book.interviews for person in interview.people)
    people = {fold_name(name): (name, interview) for name, interview in casts}
    families = Counter(name.split()[-1] for name, _ in people.values())
    for name, interview in people.values():
        first, _, last = name.strip().rpartition(" ")
        turned = first and interview.language.split("-")[0] not in _FAMILY_FIRST
        places = _count_places(book, texts, (name, last) if turned and families[last] == 1 else (name,))
        aliases = tuple(alias for alias in (name, last) if places[alias])
        heading = f"{last}, {first}" if turned else name
        reason = f"of the cast of {interview.slug}"
        yield Suggestion(heading, HeadingKind.PERSON, tuple(dict.fromkeys(aliases)), places.total(), reason)


def _suggest_tags(book: Book, texts: list[str]) -> Iterator[Suggestion]:
    """Yield index suggestions for the tags of the interviews."""
    tags = dict.fromkeys(tag for interview in book.interviews for tag in interview.tags)
    for tag in tags:
        count = _count_places(book, texts, (tag,)).total()
        name = tag[:1].upper() + tag[1:]
        yield Suggestion(name, HeadingKind.SUBJECT, (tag,) if count else (), count, "a tag")


def _suggest_names(book: Book, texts: list[str]) -> Iterator[Suggestion]:
    """Yield index suggestions for names that stand in the text more than once."""
    for name, count in _count_names(texts).most_common(_MOST_NAMES):
        if count < _FEWEST or TURN_ADDRESS.fullmatch(name):
            continue
        if places := _count_places(book, texts, (name,)).total():
            yield Suggestion(name, HeadingKind.SUBJECT, (name,), places, "a name in the text")


def _count_names(texts: Iterable[str]) -> Counter[str]:
    """Return how often each name stands in the texts: words with a capital that do not open a sentence."""
    counts: Counter[str] = Counter()
    for text in texts:
        for match in _NAME.finditer(text):
            words = match.group().replace("'", "’").split()
            if _SENTENCE_END.search(text[: match.start()][-4:]):
                words = list(dropwhile(str.islower, words[1:]))
            if words:
                counts[" ".join(words).removesuffix("’s")] += 1
    return counts


def _may_be_same_name(first: str, second: str) -> bool:
    """Return whether two names are alike but for signs, accents, or one letter that is not an ending."""
    plain, other = _fold_name(first), _fold_name(second)
    if plain == other:
        return True
    if min(len(plain), len(other)) < _SHORTEST_COMPARED or abs(len(plain) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(plain, other, strict=False)) if a != b), min(len(plain), len(other)))
    if start == 0 or start >= min(len(plain), len(other)) or start + 1 == len(plain) == len(other):
        return False  # another beginning, or another ending: “Pilot” and “Pilots”
    after = max(len(plain), len(other)) - start - 1
    return plain[len(plain) - after :] == other[len(other) - after :]


def _fold_name(name: str) -> str:
    """Return the letters and figures of a name without accents and capitals."""
    return "".join(char for char in unicodedata.normalize("NFD", name).casefold() if char.isalnum())
