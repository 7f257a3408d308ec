"""Choose quotation marks, apostrophes and primes for the straight marks of a paragraph.

A straight mark is read by what stands before and after it: “opens”, “closes”, an apostrophe, a prime after a figure,
or none of these. Quotations inside quotations take the other marks of the language in turns.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

# Outer pair, inner pair. Sources: Unicode CLDR, delimiters; for French the thin space is a no-break space.
_ENGLISH = ("“", "”", "‘", "’")
_GERMAN = ("„", "“", "‚", "‘")
_FRENCH = ("«\u00a0", "\u00a0»", "“", "”")
_RUSSIAN = ("«", "»", "„", "“")
_SPANISH = ("«", "»", "“", "”")
_POLISH = ("„", "”", "«", "»")
_SWEDISH = ("”", "”", "’", "’")
_MARKS = {
    "en": _ENGLISH,
    "tr": _ENGLISH,
    "nl": ("‘", "’", "“", "”"),
    "pt-BR": _ENGLISH,
    "de": _GERMAN,
    "cs": _GERMAN,
    "sk": _GERMAN,
    "sl": _GERMAN,
    "bg": ("„", "“", "’", "’"),
    "is": _GERMAN,
    "lt": _GERMAN,
    "et": ("„", "“", "«", "»"),
    "sr": ("„", "”", "’", "’"),
    "de-CH": ("«", "»", "‹", "›"),
    "it-CH": ("«", "»", "‹", "›"),
    "fr-CH": ("«", "»", "‹", "›"),
    "fr": _FRENCH,
    "ru": _RUSSIAN,
    "uk": _RUSSIAN,
    "be": _RUSSIAN,
    "kk": ("«", "»", "“", "”"),
    "es": _SPANISH,
    "it": _SPANISH,
    "pt": _SPANISH,
    "ca": _SPANISH,
    "el": _SPANISH,
    "no": ("«", "»", "‘", "’"),
    "nb": ("«", "»", "‘", "’"),
    "nn": ("«", "»", "‘", "’"),
    "hy": _SPANISH,
    "pl": _POLISH,
    "ro": ("„", "”", "«", "»"),
    "hu": ("„", "”", "»", "«"),
    "hr": ("„", "”", "‚", "’"),
    "sv": _SWEDISH,
    "fi": _SWEDISH,
    "da": ("“", "”", "‘", "’"),
}
_LETTER_BEFORE_N = re.compile(r"\b(?:letters?|symbol|key|variable|the|an|called|named)\s$", re.IGNORECASE)
_YEAR = re.compile(r"'\d\d(s?)(?![\w'%]|[.,:]\d)")
_CUT_OFF = re.compile(r"(?:[sz\d]|\w{2}in|\b(?:ol|an|o|th|wi|mo|lil|fo))$", re.IGNORECASE)  # boys', goin', ol'
_WORD = re.compile(r"'([^\W\d_]+)")
_STRAIGHT = re.compile("[\"']")
_STOPS = ",.!?…;:—–-"
_OPENING_SIGNS = "([{<“„«‹‘‚¿¡/"
_DASHES = "-–—"
_WITHOUT_QUOTES_IN_WORDS = ("he", "yi")  # an abbreviation has a straight mark before its last letter


def _split_word_list(words: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(words.split())


# Words that lose their beginning in speech. They are written with an apostrophe, not with an opening mark.
_CLIPPED = {
    "en": _split_word_list(
        "em cause n til till tis twas twere twill twould tisn twasn twixt tween bout round cept neath nother nuff kay "
        "scuse spose fraid ello ow ave im er ere ome ouse appen stead lectric rithmetic fore gainst mongst"
    ),
    "nl": _split_word_list("s t n k m r ns"),
    "de": _split_word_list("s n ne nen nem ner nes rum ran rauf raus rein rüber runter nauf naus nunter"),
    "it": _split_word_list("sto sta sti ste ndrangheta na"),
}


def choose_quotation_marks(language: str, *, double: bool) -> tuple[str, str]:
    """Return the opening and the closing quotation mark, double or single, of the language."""
    quartet = _MARKS.get(language) or _MARKS.get(language.split("-")[0]) or _ENGLISH
    return (quartet[0], quartet[1]) if double else (quartet[2], quartet[3])


class MarkRole(Enum):
    """What a straight mark stands for."""

    OPENS = auto()
    CLOSES = auto()
    APOSTROPHE = auto()
    PRIME = auto()
    STRAY = auto()  # it stays as it was typed


@dataclass
class StraightMark:
    """A straight mark at `index` of a paragraph; `is_outer` tells which marks of the language it takes."""

    index: int
    sign: str
    role: MarkRole = MarkRole.STRAY
    is_outer: bool = True


def find_straight_marks(text: str, languages: Sequence[str]) -> list[StraightMark]:
    """Return every straight mark of a paragraph with its role; `languages` has one for each character."""
    marks = [StraightMark(match.start(), match.group()) for match in _STRAIGHT.finditer(text)]
    if marks:
        _RoleFinder(text, languages, marks).find_roles()
        _choose_levels(text, languages, marks)
    return marks


class _RoleFinder:
    """Finds the role of each straight mark of a paragraph, from its beginning to its end."""

    def __init__(self, text: str, languages: Sequence[str], marks: list[StraightMark]) -> None:
        self._text = text
        self._languages = languages
        self._marks = marks
        self._roles: dict[int, MarkRole] = {}
        self._closers = [
            mark.index
            for mark in marks
            if mark.sign == "'" and not self._can_begin_here(mark.index) and not self._is_word_character(mark.index + 1)
        ]
        self._openers = [
            mark.index
            for mark in marks
            if mark.sign == "'"
            and self._can_begin_here(mark.index)
            and not self._get_character(mark.index + 1).isspace()
        ]
        self._stop_closers = [closer for closer in self._closers if self._get_character(closer - 1) in _STOPS]
        self._sure_closers = [
            closer for closer in self._closers if not _CUT_OFF.search(text, max(closer - 12, 0), closer)
        ]
        self._start = len(text) - len(text.lstrip(" \"'"))
        self._open = _OpenQuotations()

    def find_roles(self) -> None:
        """Set the role of each straight quotation mark of a paragraph: opens, closes, apostrophe, prime."""
        for mark in self._marks:
            find_role = self._find_double_role if mark.sign == '"' else self._find_single_role
            mark.role = self._roles[mark.index] = find_role(mark.index)
            if mark.role is MarkRole.OPENS:
                self._open.add(mark.index, mark.sign)
            elif mark.role is MarkRole.CLOSES:
                self._open.close(mark.sign)

    # what stands around a mark

    def _get_character(self, index: int) -> str:
        """Return a character of the paragraph, a space beyond its ends."""
        return self._text[index] if 0 <= index < len(self._text) else " "

    def _is_word_character(self, index: int) -> bool:
        """Return whether a letter, a figure or a piece of code stands at the index."""
        return self._get_character(index).isalnum() or self._get_character(index) == "\ufffc"

    def _can_begin_here(self, index: int) -> bool:
        """Return whether a word or a quotation can begin at this mark."""
        before = self._get_character(index - 1)
        if before in "\"'" and index:
            role = self._roles.get(index - 1)
            return role is MarkRole.OPENS if role else self._can_begin_here(index - 1)
        return before.isspace() or before in _OPENING_SIGNS

    def _can_end_here(self, index: int) -> bool:
        """Return whether a space, or marks and then a space, follow the mark."""
        while self._get_character(index + 1) in "\"'":
            index += 1
        return self._get_character(index + 1).isspace()

    # double marks

    def _find_double_role(self, index: int) -> MarkRole:
        """Return the role of a straight double quotation mark: opens, closes or prime."""
        before, is_open = self._get_character(index - 1), self._open.has_sign('"')
        if before.isnumeric():
            return MarkRole.CLOSES if is_open else MarkRole.PRIME
        if self._can_begin_here(index):
            return self._find_role_at_beginning(index, is_open)
        if self._is_word_character(index + 1):
            if before.isalpha() and self._languages[index].split("-")[0] in _WITHOUT_QUOTES_IN_WORDS:
                return MarkRole.STRAY
            return MarkRole.CLOSES if is_open else MarkRole.OPENS
        if (
            before in _DASHES
            and not is_open
            and not self._can_end_here(index)
            and self._get_character(index + 1) not in _STOPS
        ):
            return MarkRole.OPENS
        return MarkRole.CLOSES

    def _find_role_at_beginning(self, index: int, is_open: bool) -> MarkRole:
        """Return the role of a double mark after a space or an opening bracket."""
        if not self._can_end_here(index):
            return MarkRole.OPENS
        return MarkRole.CLOSES if is_open else MarkRole.STRAY

    # single marks

    def _find_single_role(self, index: int) -> MarkRole:
        """Return the role of a straight single quotation mark: opens, closes, apostrophe or prime."""
        before, after, is_open = (
            self._get_character(index - 1),
            self._get_character(index + 1),
            self._open.has_sign("'"),
        )
        if before.isnumeric() and not after.isalpha():
            return MarkRole.CLOSES if is_open and not after.isnumeric() else MarkRole.PRIME
        if self._can_begin_here(index):
            return self._find_role_before_word(index, is_open)
        if self._is_word_character(index + 1):
            is_after_dash = before in "–—" or self._text[max(index - 2, 0) : index] == "--"
            is_after_word = self._is_word_character(index - 1)
            opens = not is_after_word and not is_open and (is_after_dash or before in _STOPS + ")")
            return MarkRole.OPENS if opens and self._can_be_closed(index) else MarkRole.APOSTROPHE
        if is_open:
            is_clipped = bool(_CUT_OFF.search(self._text, max(index - 12, 0), index)) and before.isalpha()
            is_clipped = is_clipped and self._can_be_closed(index, after_stop=True)
            return MarkRole.APOSTROPHE if is_clipped else MarkRole.CLOSES
        return MarkRole.APOSTROPHE if self._is_word_character(index - 1) else MarkRole.CLOSES

    def _find_role_before_word(self, index: int, is_open: bool) -> MarkRole:
        """Return the role of a single mark after a space or an opening mark."""
        if self._can_end_here(index):
            return MarkRole.CLOSES if is_open else MarkRole.STRAY
        if self._is_short_for_and(index) or (
            self._get_character(index - 2) == "'" and self._is_short_for_and(index - 2)
        ):
            return MarkRole.APOSTROPHE
        if self._is_shortened_word(index):
            is_quoted = not is_open and self._can_be_closed(index, after_stop=True)
            return MarkRole.OPENS if is_quoted else MarkRole.APOSTROPHE
        if self._can_be_closed(index) or index < self._start:
            return MarkRole.OPENS  # a quotation that begins its paragraph may go on in the next
        return MarkRole.APOSTROPHE

    def _is_short_for_and(self, index: int) -> bool:
        """Return whether here stands 'n' for “and”: fish 'n' chips."""
        is_and = self._text[index : index + 3].lower() == "'n'" and self._languages[index].startswith("en")
        has_words = self._is_word_character(index - 2) and self._is_word_character(index + 4)
        return is_and and has_words and not _LETTER_BEFORE_N.search(self._text[max(index - 20, 0) : index])

    def _is_shortened_word(self, index: int) -> bool:
        """Return whether a year without its century, or a word without its beginning, stands after the mark."""
        if year := _YEAR.match(self._text, index):
            return bool(year.group(1)) or not self._closes_before_next(index, self._sure_closers)
        word = _WORD.match(self._text, index)
        clipped = _CLIPPED.get(self._languages[index].split("-")[0], frozenset())
        if word is None or word.group(1).casefold() not in clipped:
            return False
        is_quoted_word = self._get_character(word.end()) == "'" and not self._is_word_character(word.end() + 1)
        return not is_quoted_word

    def _can_be_closed(self, index: int, *, after_stop: bool = False) -> bool:
        """Return whether a mark further on can close a quotation that opens here, before another one opens."""
        if not after_stop:
            return _find_next_index(self._closers, index + 1) is not None
        return self._closes_before_next(index, self._stop_closers)

    def _closes_before_next(self, index: int, closers: Sequence[int]) -> bool:
        """Return whether one of these marks comes further on, before another quotation opens."""
        closer, opener = _find_next_index(closers, index + 1), _find_next_index(self._openers, index)
        return closer is not None and (opener is None or closer < opener)


def _find_next_index(indices: Sequence[int], index: int) -> int | None:
    """Return the first of the sorted indices after `index`; None if there is none."""
    place = bisect_right(indices, index)
    return indices[place] if place < len(indices) else None


class _OpenQuotations:
    """The quotations that are open at a place of the paragraph: where each began, and with which sign."""

    def __init__(self) -> None:
        self._entries: list[tuple[int, str]] = []
        self._counts: Counter[str] = Counter()

    def has_sign(self, sign: str) -> bool:
        """Return whether a quotation with this sign is open."""
        return self._counts[sign] > 0

    def add(self, index: int, sign: str) -> None:
        """Note that a quotation with this sign opens at an index."""
        self._entries.append((index, sign))
        self._counts[sign] += 1

    def close(self, sign: str) -> list[int]:
        """Close the last quotation with this sign, and those inside it; return where they began, innermost first."""
        closed: list[int] = []
        while self._counts[sign]:
            index, last_sign = self._entries.pop()
            self._counts[last_sign] -= 1
            closed.append(index)
            if last_sign == sign:
                break
        return closed

    def list_starts(self) -> list[int]:
        """Return the indexes at which the open quotations began."""
        return [index for index, _ in self._entries]


def _choose_levels(text: str, languages: Sequence[str], marks: Sequence[StraightMark]) -> None:
    """Set for each quotation whether it takes the double or the single marks of its language.

    Inside another quotation it takes the other ones, however it was typed. Curly double marks count, too.
    """
    enclosing: list[tuple[int, bool]] = []  # end and whether it has double marks
    by_index = {mark.index: mark for mark in marks}
    for mark in marks:
        mark.is_outer = mark.sign == '"'
    for start, stop in _pair_quotation_marks(text, languages, marks):
        while enclosing and enclosing[-1][0] < start:
            enclosing.pop()
        opening, closing = by_index.get(start), by_index.get(stop)
        is_double = not enclosing[-1][1] if enclosing and opening else opening is None or opening.sign == '"'
        enclosing.append((stop, is_double))
        for boundary in (opening, closing):
            if boundary:
                boundary.is_outer = is_double


def _pair_quotation_marks(text: str, languages: Sequence[str], marks: Sequence[StraightMark]) -> list[tuple[int, int]]:
    """Return the first and the last index of each quotation, in order.

    One that never closes ends where it opens, unless it opens the paragraph: then it goes on in the next paragraph.
    """
    opened = _OpenQuotations()
    pairs: list[tuple[int, int]] = []
    for index, sign, role in _list_quotation_edges(text, languages, marks):
        if role is MarkRole.OPENS:
            opened.add(index, sign)
        elif closed := opened.close(sign):
            pairs += [(unclosed, unclosed) for unclosed in closed[:-1]]
            pairs.append((closed[-1], index))
    start = len(text) - len(text.lstrip())
    pairs += [(index, index if index > start else len(text)) for index in opened.list_starts()]
    return sorted(pairs)


def _list_quotation_edges(
    text: str, languages: Sequence[str], marks: Sequence[StraightMark]
) -> list[tuple[int, str, MarkRole]]:
    """Return where quotations open and close: straight marks, and the language's curly double ones."""
    boundaries = [(mark.index, mark.sign, mark.role) for mark in marks]
    for match in re.finditer("[“”„«»]", text):
        pair = choose_quotation_marks(languages[match.start()], double=True)
        opening, closing = (mark.strip("\u00a0") for mark in pair)
        if opening != closing and match.group() in (opening, closing):
            role = MarkRole.OPENS if match.group() == opening else MarkRole.CLOSES
            boundaries.append((match.start(), '"', role))
    return sorted(
        (boundary for boundary in boundaries if boundary[2] in (MarkRole.OPENS, MarkRole.CLOSES)),
        key=lambda boundary: boundary[0],
    )
