"""Find the words of a text that are aliases of headings of the index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from onrecord.model.index_headings import BookIndex, IndexHeading
from onrecord.model.text import TextLine
from onrecord.model.value import Value

ANY_LETTERS = "*"  # at an end of an alias: any letters of the word, or none
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_ALIKE = {
    **dict.fromkeys("'’‘ʼ′`´", "['’‘ʼ′`´]"),
    **dict.fromkeys("-\u2010\u2011", "[-\u2010\u2011]"),
    **dict.fromkeys('"“”„‟«»', '["“”„‟«»]'),
}
# Scripts that write no blanks between words: there an alias may stand anywhere.
_WITHOUT_BLANKS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Match(Value):
    """Words that an alias finds: the characters `start` to before `stop`."""

    start: int
    stop: int
    heading: IndexHeading
    sub: IndexHeading | None
    alias: TextLine


@dataclass(frozen=True, slots=True)
class _Pattern(Value):
    """What finds an alias. A text without the letters `core`, folded, cannot have it."""

    heading: IndexHeading
    sub: IndexHeading | None
    alias: TextLine
    core: str
    expression: re.Pattern[str]
    is_open_before: bool
    is_open_behind: bool

    def find(self, text: str) -> Iterator[Match]:
        """Yield each place of the alias in a text, as whole words."""
        for match in self.expression.finditer(text):
            start, stop = match.span()
            while self.is_open_before and _goes_on(text, start):
                start -= 1
            while self.is_open_behind and _goes_on(text, stop):
                stop += 1
            if not (_goes_on(text, start) or _goes_on(text, stop)):
                yield Match(start, stop, self.heading, self.sub, self.alias)


class AliasFinder:
    """Finds the aliases of an index. Where two overlap, the longer one counts."""

    def __init__(self, index: BookIndex) -> None:
        levels = (
            (heading, sub, alias) for heading, sub in index.iterate_levels() for alias in (sub or heading).aliases
        )
        patterns = (_compile(heading, sub, alias) for heading, sub, alias in levels)
        self._patterns = [pattern for pattern in patterns if pattern]

    def find(self, text: str, taken: Iterable[tuple[int, int]] = ()) -> list[Match]:
        """Return the matches in a text, in order. Those that share characters with `taken` do not count."""
        folded = text.translate(dict.fromkeys(map(ord, _INVISIBLE))).casefold()
        matches = [match for pattern in self._patterns if pattern.core in folded for match in pattern.find(text)]
        matches.sort(key=_rank)
        spans = list(taken)
        chosen = []
        for match in matches:
            if all(match.stop <= start or stop <= match.start for start, stop in spans):
                spans.append((match.start, match.stop))
                chosen.append(match)
        return sorted(chosen, key=_get_start)


def _rank(match: Match) -> tuple[int, bool, int]:
    """Return what is smaller for a better match: a longer one, one that is written out, an earlier one."""
    return match.start - match.stop, ANY_LETTERS in match.alias.text, match.start


def _get_start(match: Match) -> int:
    """Return where the match begins."""
    return match.start


def has_capitals(alias: str) -> bool:
    """Tell whether an alias finds only words with its capitals: one in small letters finds all."""
    return alias != alias.lower()


def _compile(heading: IndexHeading, sub: IndexHeading | None, alias: TextLine) -> _Pattern | None:
    """Return what finds an alias; None if it has no letters."""
    words = alias.text.strip(ANY_LETTERS).strip()
    runs = re.findall(r"\w+", words)
    if not runs:
        return None
    gap = f"[{_INVISIBLE}]*"
    pieces = [r"\s+" if char == " " else _ALIKE.get(char, re.escape(char)) for char in " ".join(words.split())]
    if len(capital := words[0].upper()) == 1:
        pieces[0] = f"(?:{pieces[0]}|{re.escape(capital)})"  # a sentence may begin with it
    expression = re.compile(gap.join(pieces), 0 if has_capitals(words) else re.IGNORECASE)
    core = max((run.casefold() for run in runs), key=len)
    begins, ends = alias.text.startswith(ANY_LETTERS), alias.text.endswith(ANY_LETTERS)
    return _Pattern(heading, sub, alias, core, expression, begins, ends)


def _goes_on(text: str, index: int) -> bool:
    """Tell whether a word goes on across this place of a text; characters without ink do not end one."""
    start, stop = index - 1, index
    while start >= 0 and text[start] in _INVISIBLE:
        start -= 1
    while stop < len(text) and text[stop] in _INVISIBLE:
        stop += 1
    if start < 0 or stop == len(text) or _WITHOUT_BLANKS.match(text[start]) or _WITHOUT_BLANKS.match(text[stop]):
        return False
    return is_in_word(text[start]) and is_in_word(text[stop])


def is_in_word(char: str) -> bool:
    """Tell whether a character is one of a word: a letter, a mark on one, or a figure."""
    return unicodedata.category(char)[0] in "LMN"


def find_wildcard_fault(aliases: Sequence[TextLine]) -> TextLine | None:
    """Return the first alias with a `*` inside, or with nothing else; None if there is none."""
    return next(
        (alias for alias in aliases if ANY_LETTERS in (words := alias.text.strip(ANY_LETTERS)) or not words), None
    )
