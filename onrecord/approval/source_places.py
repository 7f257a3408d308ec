"""Find where in a Markdown file the characters of a printed paragraph stand."""

from __future__ import annotations

import difflib
import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from onrecord.approval.sent_paragraphs import NOTE_CALL, SentParagraph
from onrecord.approval.text_tokens import normalize_piece, split_text

# What is not printed: ends of links, braces, comments, marks of lists, definitions of notes, lines of tables, fences.
_MARKUP = (
    r"\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)|\]\[[^\]\n]*\]|\{[^{}\n]*\}|<!--.*?-->"
    r"|(?<=\n)[ \t>]*(?:[-+*]|\d{1,9}[.)])[ \t]+|(?<=\n)[ \t]*:[ \t]+|(?<=\n) {0,3}\[\^[^\]\s]+\]:[ \t]*"
    r"|(?<=\n)[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*(?=\n)"
    r"|(?<=\n):::[^\n]*|(?<=\n)(?:```|~~~)[^\n]*"
)
_SOURCE_TOKEN = re.compile(
    rf"(?P<markup>{_MARKUP})|(?P<call>\[\^[^\]\s]+\])|\\(?P<escaped>[!-/:-@\[-`{{-~])|(?P<entity>&\#?\w+;)"
    r"|(?P<blank>\\\n|\s+(?:(?<=\n)[ \t]*(?:>[ \t]?)+)?)|(?P<word>[^\W_]+|\.{3}|-{2,}|.)",
    re.DOTALL,
)


_MOST_LETTERS = 400  # that are compared one by one


@dataclass(frozen=True, slots=True)
class SourceRange:
    """A range of the source."""

    start: int
    stop: int


class SourceIndex:
    """The text of a file of an interview, with the places of its lines."""

    def __init__(self, text: str, paragraphs: Sequence[SentParagraph]) -> None:
        self.text = text
        self._paragraphs = paragraphs
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._lines = sorted({paragraph.line for paragraph in paragraphs})
        self._places: dict[int, list[tuple[int, list[SourceRange | None]]]] = {}

    def find_line(self, position: int) -> int:
        """Return the number of the line of a character."""
        return bisect_right(self._line_starts, position)

    def get_line_span(self, first: int, last: int) -> SourceRange:
        """Return the range of these lines, with the end of the last."""
        stop = self._line_starts[last] if last < len(self._line_starts) else len(self.text)
        return SourceRange(self._line_starts[first - 1], stop)

    @cached_property
    def numbers_by_line(self) -> dict[int, list[int]]:
        """The numbers of the paragraphs that begin on each line."""
        numbers: dict[int, list[int]] = {}
        for number, paragraph in enumerate(self._paragraphs):
            numbers.setdefault(paragraph.line, []).append(number)
        return numbers

    def find_places(self, number: int) -> list[SourceRange | None]:
        """Return the range of each character of a paragraph; None for one that cannot be found."""
        line = self._paragraphs[number].line
        if line not in self._places:
            numbers = self.numbers_by_line[line]
            text = "\x00".join(self._paragraphs[index].text for index in numbers)
            chunk = self._get_chunk(line)
            places, position, entries = _align(text, self.text[chunk.start : chunk.stop], chunk.start), 0, []
            for index in numbers:
                size = len(self._paragraphs[index].text)
                entries.append((index, places[position : position + size]))
                position += size + 1
            self._places[line] = entries
        return next(places for index, places in self._places[line] if index == number)

    def _get_chunk(self, line: int) -> SourceRange:
        """Return the range from a line to the one on which the next paragraph begins."""
        following = bisect_right(self._lines, line)
        last = self._lines[following] - 1 if following < len(self._lines) else len(self._line_starts)
        return self.get_line_span(line, last)


def _align(text: str, source: str, start: int) -> list[SourceRange | None]:
    """Return the range of each character of a printed text in its source, which begins at `start` of the file."""
    printed, position = [], 0
    for token in split_text(text):
        printed.append((normalize_piece(token), position, token))
        position += len(token)
    matches = list(_SOURCE_TOKEN.finditer("\n" + source))
    typed = [(key, match) for match in matches if (key := _read_key(match)) is not None]
    places: list[SourceRange | None] = [None] * len(text)
    words = [entry for entry in printed if entry[0] != " "]
    signs = [entry for entry in typed if entry[0] != " "]
    matcher = difflib.SequenceMatcher(None, [key for key, *_ in words], [key for key, _ in signs], autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            for (_, offset, token), (_, match) in zip(words[i:j], signs[k:m], strict=True):
                _place_token(places, offset, token, match, start - 1)
        elif kind == "replace":
            _place_letters(places, [entry[1:] for entry in words[i:j]], [match for _, match in signs[k:m]], start - 1)
    _place_blanks(places, text, matches, start - 1)
    return places


def _read_key(match: re.Match[str]) -> str | None:
    """Return what a token of the source prints, as it is compared; None for markup."""
    if match["markup"] is not None:
        return None
    if match["call"] is not None:
        return NOTE_CALL
    if match["blank"] is not None:
        return " "
    if match["entity"] is not None:
        return normalize_piece(html.unescape(match["entity"]))
    return normalize_piece(match["escaped"] or match["word"])


def _place_token(places: list[SourceRange | None], offset: int, token: str, match: re.Match[str], shift: int) -> None:
    """Note the range of each character of a token."""
    begin, end = match.start() + shift, match.end() + shift
    is_literal = match.group() == token
    for index in range(len(token)):
        if is_literal:
            places[offset + index] = SourceRange(begin + index, begin + index + 1)
        else:  # an escape, an entity, or dots: all of it stands for the first character
            places[offset + index] = SourceRange(begin, end) if index == 0 else SourceRange(end, end)


def _place_letters(
    places: list[SourceRange | None], words: Iterable[tuple[int, str]], matches: Iterable[re.Match[str]], shift: int
) -> None:
    """Note the range of each letter of words that markup divides: the letters of H~2~O are H2O."""
    printed = [(char, offset + index) for offset, word in words for index, char in enumerate(word)]
    typed = [
        (char, match.start() + shift + index)
        for match in matches
        if match["word"] is not None
        for index, char in enumerate(match.group())
    ]
    if len(printed) > _MOST_LETTERS or len(typed) > _MOST_LETTERS:
        return
    matcher = difflib.SequenceMatcher(None, [char for char, _ in printed], [char for char, _ in typed], autojunk=False)
    for i, k, size in matcher.get_matching_blocks():
        for (_, offset), (_, position) in zip(printed[i : i + size], typed[k : k + size], strict=True):
            places[offset] = SourceRange(position, position + 1)


def _place_blanks(places: list[SourceRange | None], text: str, matches: Iterable[re.Match[str]], shift: int) -> None:
    """Note the range of each blank: a run of blanks in the source between the words on both sides."""
    blanks = {match.start() + shift: match.end() + shift for match in matches if match["blank"] is not None}
    starts = sorted(blanks)
    for index, char in enumerate(text):
        before = places[index - 1] if index else None
        if not char.isspace() or before is None:
            continue
        following = bisect_right(starts, before.stop - 1)
        after = next((place for place in places[index + 1 :] if place), None)
        if following < len(starts) and (
            after is None or starts[following] < after.start or blanks[starts[following]] <= after.start
        ):
            begin = starts[following]
            places[index] = SourceRange(begin, blanks[begin])
