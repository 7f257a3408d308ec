"""The rules that the text of one interview must obey in every copy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TypeVar

from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.expected import ExpectedInterview, ExpectedPassage, ExpectedPullQuote
from onrecord.proof.reading.extracted_text import LIST_NUMBERS_RULE, Chunk, ExtractedInterview, join_by_owner
from onrecord.proof.reading.normalize import is_list_number, make_readable, normalize_text, shorten_text
from onrecord.proof.rules.report import ProblemBuilder
from onrecord.proof.rules.text_difference import FIXED_LINE_RULES, TextDifference, describe_owner, group_units

_PULL_QUOTES = Rule.PULL_QUOTES_REPEAT_THE_INTERVIEW
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class InterviewRules:
    """Checks the text extracted for one interview against its expected passages."""

    expected: ExpectedInterview
    extracted: ExtractedInterview
    builder: ProblemBuilder

    def check(self) -> list[Problem]:
        """Return all problems of an interview in an edition, those of the running text first."""
        return [
            *self._compare_pieces(self.expected.passages, self.extracted.chunks),
            *self._check_notes(),
            *self._check_pull_quotes(),
            *self._check_ids(),
            *self._check_closing_line(),
            *self._check_addresses(),
            *self._report_faults(),
        ]

    def _compare_pieces(
        self, expected: Sequence[ExpectedPassage], chunks: Sequence[Chunk], subject: str = ""
    ) -> Iterator[Problem]:
        """Yield a problem for each expected passage that is lost, moved, doubled or changed, and for each addition.

        List numbers are compared only where all words are right. `subject`: "footnote 3", "" for the running text.
        """
        if _have_same_texts(expected, chunks):
            return
        passages, words = remove_list_numbers(expected), remove_list_numbers(chunks)
        if _have_same_texts(passages, words):
            yield from self._compare_list_numbers(expected, chunks)
        else:
            yield from TextDifference(self.builder, group_units(passages), words, subject).find_problems()

    def _compare_list_numbers(self, expected: Sequence[ExpectedPassage], chunks: Sequence[Chunk]) -> Iterator[Problem]:
        """Yield a problem for each list number that differs from the manuscript's, the words being equal."""
        expected_numbers, copied_numbers = _group_numbers_by_offset(expected), _group_numbers_by_offset(chunks)
        for offset in sorted(expected_numbers.keys() | copied_numbers.keys()):
            following = _find_passage_after(expected, offset)
            before = f", before “{shorten_text(following.text, 40)}”" if following else ", at the end"
            for number, chunk in zip_longest(expected_numbers.get(offset, ()), copied_numbers.get(offset, ())):
                if number and chunk and (number.text, number.owner) == (chunk.text, chunk.owner):
                    continue
                piece = number or following
                place = piece.passage.location if piece else self.expected.interview.location
                fault = _describe_wrong_number(number, chunk) + before
                yield self.builder.build(place, LIST_NUMBERS_RULE, chunk.location if chunk else "", fault)

    def _check_notes(self) -> Iterator[Problem]:
        """Yield a problem for each footnote that is lost, added or changed in the edition."""
        interview = self.expected.interview
        for number, content in self.expected.notes:
            chunks = self.extracted.notes.get(number)
            if chunks is None:
                place = content[0].passage.location if content else interview.location
                yield self.builder.build(place, Rule.EVERY_WORD_IS_THERE, "", f"has lost its footnote {number}")
            elif " ".join(chunk.text for chunk in chunks) != " ".join(piece.text for piece in content):
                yield from self._compare_pieces(content, chunks, f"footnote {number}")
        for number in sorted(self.extracted.notes.keys() - dict(self.expected.notes).keys()):
            fault = f"has a footnote {number} that is not in the manuscript"
            yield self.builder.build(interview.location, Rule.NOTHING_IS_ADDED, "", fault)

    def _check_pull_quotes(self) -> Iterator[Problem]:
        """Yield a problem for each pull quote that is lost, misplaced, or not words of the interview."""
        chunks = self.extracted.pull_quotes
        for index, pull in enumerate(self.expected.pull_quotes):
            chunk = chunks[index] if index < len(chunks) else None
            if fault := self._describe_wrong_pull_quote(pull, chunk):
                yield self.builder.build(pull.place, _PULL_QUOTES, chunk.location if chunk else "", fault)
        for chunk in chunks[len(self.expected.pull_quotes) :]:
            fault = f"has one pull quote too many: “{shorten_text(chunk.text)}”"
            yield self.builder.build(self.expected.interview.location, _PULL_QUOTES, chunk.location, fault)

    def _describe_wrong_pull_quote(self, pull: ExpectedPullQuote, chunk: Chunk | None) -> str:
        """Return what is wrong with a pull quote of an edition, "" if nothing is."""
        if chunk is None:
            return f"has lost its pull quote “{shorten_text(pull.text)}”"
        if chunk.text != pull.text:
            return (
                f"has the pull quote “{shorten_text(chunk.text)}” where the manuscript has “{shorten_text(pull.text)}”"
            )
        if chunk.owner != pull.owner:
            return f"has the pull quote “{shorten_text(pull.text)}” in another turn than the manuscript"
        text = " ".join(piece.text for piece in remove_list_numbers(self.expected.passages))
        if not _does_text_hold_quote(text, pull.text):
            return f"has the pull quote “{shorten_text(pull.text)}”, whose words do not stand anywhere else in it"
        return ""

    def _check_ids(self) -> Iterator[Problem]:
        """Yield a problem for each id that is on two or more elements of an edition."""
        first_pieces: dict[str, ExpectedPassage] = {}
        for piece in self.expected.passages:
            first_pieces.setdefault(piece.owner, piece)
        for owner, piece in first_pieces.items():
            count = self.extracted.id_counts.get(owner, 0)
            if owner and count > 1:
                rule = FIXED_LINE_RULES.get(owner, Rule.ORDER_IS_KEPT)
                yield self.builder.build(piece.passage.location, rule, "", f"has “{owner}” {count} times")

    def _check_closing_line(self) -> Iterator[Problem]:
        """Yield a problem if words follow the line of rights (or the disclaimer) at the end of an interview."""
        interview, chunks = self.expected.interview, self.extracted.chunks
        name = "rights" if interview.rights else "disclaimer"
        closing = interview.rights or interview.disclaimer
        if closing and chunks and chunks[-1].owner == name != self.extracted.last_owner:
            fault = f"has words after its {name}, which must be its last words"
            yield self.builder.build(closing.location, FIXED_LINE_RULES[name], chunks[-1].location, fault)

    def _check_addresses(self) -> Iterator[Problem]:
        """Yield a problem for the first turn whose address (Q7) is not shown as expected."""
        if self.extracted.addresses == list(self.expected.addresses.items()):
            return
        addresses = dict(self.extracted.addresses)
        for turn in self.expected.interview.turns:
            text, address = addresses.get(turn.id), self.expected.addresses[turn.id]
            if text != address:
                fault = f"marks {turn.kind} {turn.n} as “{shorten_text(text or '')}”, not “{address}”"
                where = self.extracted.locations.get(turn.id, "")
                yield self.builder.build(turn.location, Rule.ADDRESSES_ARE_RIGHT, where, fault)
                return
        fault = "has addresses that belong to no turn, or stand there twice"
        yield self.builder.build(
            self.expected.interview.location, Rule.ADDRESSES_ARE_RIGHT, self.extracted.location, fault
        )

    def _report_faults(self) -> Iterator[Problem]:
        """Yield a problem for each fault that was noticed while the proof read the interview in the edition."""
        for fault in self.extracted.faults:
            yield self.builder.build(self.expected.interview.location, fault.rule, fault.location, fault.sentence)


def _have_same_texts(expected: Iterable[ExpectedPassage], chunks: Iterable[Chunk]) -> bool:
    """Return whether the expected passages and the blocks of the edition have the same text under the same ids."""
    copied = join_by_owner((chunk.owner, chunk.text) for chunk in chunks)
    return copied == join_by_owner((piece.owner, piece.text) for piece in expected)


def _does_text_hold_quote(text: str, quote: str) -> bool:
    """Return whether the words of a pull quote stand in `text`, without its omissions (…)."""
    words = " ".join(_WORD.findall(normalize_text(text).casefold()))
    parts = re.split(r"\[?(?:…|\.\.\.)\]?", normalize_text(quote).casefold())
    return all(f" {' '.join(_WORD.findall(part))} ".replace("  ", " ") in f" {words} " for part in parts)


# --- list numbers -----------------------------------------------------------------------------------

_Piece = TypeVar("_Piece", ExpectedPassage, Chunk)


def remove_list_numbers(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Return the passages or blocks of text that are not the number of a list item."""
    return [piece for piece in pieces if not is_list_number(piece.text)]


def _group_numbers_by_offset(pieces: Iterable[_Piece]) -> dict[int, list[_Piece]]:
    """Return list numbers by how many letters (no spaces) of the text come before them."""
    numbers: dict[int, list[_Piece]] = {}
    offset = 0
    for piece in pieces:
        if is_list_number(piece.text):
            numbers.setdefault(offset, []).append(piece)
        else:
            offset += _count_non_spaces(piece.text)
    return numbers


def _find_passage_after(pieces: Iterable[ExpectedPassage], offset: int) -> ExpectedPassage | None:
    """Return the expected passage that holds the letter after `offset`, None after the end."""
    end = 0
    for piece in remove_list_numbers(pieces):
        end += _count_non_spaces(piece.text)
        if end > offset:
            return piece
    return None


def _count_non_spaces(text: str) -> int:
    """Return how many characters other than spaces the text has."""
    return len(text) - text.count(" ")


def _describe_wrong_number(number: ExpectedPassage | None, chunk: Chunk | None) -> str:
    """Return what is wrong with a list number of an edition: lost, added, changed, or under another id."""
    if number is None:
        return (
            f"has the number “{make_readable(chunk.text)}”, which the manuscript does not have there" if chunk else ""
        )
    if chunk is None:
        return f"has lost the number “{make_readable(number.text)}”"
    if number.text != chunk.text:
        return f"numbers an item “{make_readable(chunk.text)}” that is “{make_readable(number.text)}” in the manuscript"
    readable = make_readable(number.text)
    return f"has the number “{readable}” {describe_owner(chunk.owner)}, not {describe_owner(number.owner)}"
