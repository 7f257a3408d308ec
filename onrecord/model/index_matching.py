"""Find the words of a text that are aliases of headings of the index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from onrecord.model.index_headings import BookIndex, IndexHeading
from onrecord.model.text import TextLine
from onrecord.model.value import Value

ANY_LETTERS = "*"  # at an end of an alias: any letters of the word, or none
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
# One character for one, so that places stay.
_ALIKE = {
    **dict.fromkeys(map(ord, "’‘ʼ′`´"), "'"),
    **dict.fromkeys(map(ord, "\u2010\u2011"), "-"),
    **dict.fromkeys(map(ord, "“”„‟«»"), '"'),
    **dict.fromkeys(map(ord, "\n\t\u00a0\u2002\u2003\u2009\u202f\u3000"), " "),
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
    """What finds an alias. A text that does not hold `core`, both folded, cannot have it."""

    heading: IndexHeading
    sub: IndexHeading | None
    alias: TextLine
    core: str

    def find(self, text: str) -> Iterator[Match]:
        """Yield each place of the index alias in a text without invisible characters, as whole words."""
        is_open_before, is_open_after = (
            self.alias.text.startswith(ANY_LETTERS),
            self.alias.text.endswith(ANY_LETTERS),
        )
        searched = text if has_capitals(self.alias.text) else _lower_letters(text)
        for start, stop in _iterate_spans(_compile_alias(self.alias.text), searched):
            while is_open_before and _is_inside_word(text, start):
                start -= 1
            while is_open_after and _is_inside_word(text, stop):
                stop += 1
            if not (_is_inside_word(text, start) or _is_inside_word(text, stop)):
                yield Match(start, stop, self.heading, self.sub, self.alias)


class AliasFinder:
    """Finds the aliases of an index. Where two overlap, the longer one counts."""

    def __init__(self, index: BookIndex) -> None:
        levels = (
            (heading, sub, alias) for heading, sub in index.iterate_levels() for alias in (sub or heading).aliases
        )
        patterns = (
            _Pattern(heading, sub, alias, _fold_text(_remove_wildcards(alias.text))) for heading, sub, alias in levels
        )
        self._patterns = [pattern for pattern in patterns if any(map(str.isalnum, pattern.core))]

    def find(self, text: str, taken: Iterable[tuple[int, int]] = ()) -> list[Match]:
        """Return the matches of the index aliases in a text, in order, apart from characters in `taken`."""
        plain, places = _drop_invisible(text)
        folded = _fold_text(plain)
        matches = [match for pattern in self._patterns if pattern.core in folded for match in pattern.find(plain)]
        if places:
            matches = [replace(match, start=places[match.start], stop=places[match.stop - 1] + 1) for match in matches]
        matches.sort(key=_rank_match)
        spans = list(taken)
        chosen = []
        for match in matches:
            if all(match.stop <= start or stop <= match.start for start, stop in spans):
                spans.append((match.start, match.stop))
                chosen.append(match)
        return sorted(chosen, key=_get_start)


def _drop_invisible(text: str) -> tuple[str, list[int]]:
    """Return a text with signs and blanks alike and without invisible characters, and where each character was.

    There are no places if there are no such characters.
    """
    alike = text.translate(_ALIKE)
    if not any(char in alike for char in _INVISIBLE):
        return alike, []
    places = [place for place, char in enumerate(alike) if char not in _INVISIBLE]
    return "".join(alike[place] for place in places), places


def _fold_text(text: str) -> str:
    """Return a text in which signs, capitals and blanks that an index alias may vary are the same."""
    return " ".join(text.translate(_ALIKE).casefold().split())


def _remove_wildcards(alias: str) -> str:
    """Return the words of an index alias without the signs for any letters, and invisible characters."""
    return "".join(char for char in alias if char not in _INVISIBLE).strip(ANY_LETTERS).strip()


def _rank_match(match: Match) -> tuple[int, bool, int]:
    """Return a key that is smaller for a better match: a longer, a written out, an earlier one."""
    return match.start - match.stop, ANY_LETTERS in match.alias.text, match.start


def _get_start(match: Match) -> int:
    """Return where the match of an index alias begins."""
    return match.start


def _iterate_spans(expression: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield where an expression matches, also where two matches overlap."""
    match = expression.search(text)
    while match:
        yield match.span()
        match = expression.search(text, match.start() + 1)


def _lower_letters(text: str) -> str:
    """Return a text in small letters, one for each; İ, whose small letter is two characters, stays."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := char.lower()) == 1 else char for char in text)


def has_capitals(alias: str) -> bool:
    """Return whether an alias finds only words with its capitals: one in small letters finds all."""
    return alias != alias.lower()


@lru_cache(maxsize=8192)
def _compile_alias(alias: str) -> re.Pattern[str]:
    """Return the regular expression that finds an index alias in text with plain signs and blanks."""
    words = _remove_wildcards(alias).translate(_ALIKE).split()
    if not has_capitals(alias):
        return re.compile(" +".join(map(re.escape, words)))
    first, capital = words[0][0], words[0][0].upper()
    start = f"[{re.escape(first)}{re.escape(capital)}]" if len(capital) == 1 else re.escape(first)
    return re.compile(start + " +".join(map(re.escape, (words[0][1:], *words[1:]))))


def _is_inside_word(text: str, index: int) -> bool:
    """Return whether a word goes on across this place of a text."""
    if not 0 < index < len(text):
        return False
    before, after = text[index - 1], text[index]
    if _WITHOUT_BLANKS.match(before) or _WITHOUT_BLANKS.match(after):
        return False
    return is_in_word(before) and is_in_word(after)


def is_in_word(char: str) -> bool:
    """Return whether a character is one of a word: a letter, a mark on one, or a figure."""
    return unicodedata.category(char)[0] in "LMN"


def find_wildcard_fault(aliases: Sequence[TextLine]) -> TextLine | None:
    """Return the first alias with a `*` inside, or with nothing else; None if there is none."""
    return next(
        (alias for alias in aliases if ANY_LETTERS in (words := alias.text.strip(ANY_LETTERS)) or not words), None
    )
