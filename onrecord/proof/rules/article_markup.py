"""Check the markup of an interview's page: what the words look like, how they are announced, where links lead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml.etree import _Element

from onrecord.model import Book, Interview, SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.expected_blocks import PlacedToken
from onrecord.proof.reading.expected_markup import expect_article
from onrecord.proof.reading.expected_versions import ExpectedVersion
from onrecord.proof.reading.markup_tokens import Token, describe_token, find_difference, normalize_tokens, read_tokens
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.rules.report import HINT


def check_article_markup(
    book: Book,
    interview: Interview,
    article: _Element,
    copy: str,
    versions: Sequence[ExpectedVersion] = (),
    *,
    is_epub: bool,
) -> Iterator[Problem]:
    """Report the first place where elements, attributes or characters of an article are not the expected ones.

    Call it where the words are right: it reports one difference, and the words have a report of their own.
    """
    placed = expect_article(interview, book, versions, is_epub=is_epub)
    expected, tokens = normalize_tokens(token for token, _ in placed), read_tokens(article)
    index = find_difference(expected, tokens)
    if index is None:
        return
    place = _find_token_source(placed, expected, index) or interview.location
    fault = describe_difference(expected, tokens, index)
    sentence = f"{copy}: interview “{interview.slug}” {fault}"
    yield Problem(place, Rule.MARKUP_IS_TRUE, sentence, HINT)


def describe_difference(expected: Sequence[Token], tokens: Sequence[Token], index: int) -> str:
    """Return in words what an edition has at an index instead of the expected: “has “<em>” where “word” belongs”."""
    expected_text, actual_text = (
        describe_token(side[index] if index < len(side) else None) for side in (expected, tokens)
    )
    start = _find_difference_start(expected_text, actual_text)
    expected_text, actual_text = (_quote_characters(text[start:]) for text in (expected_text, actual_text))
    return f"has “{actual_text}” where “{expected_text}” belongs"


def _find_token_source(placed: list[PlacedToken], expected: list[Token], index: int) -> SourceLocation | None:
    """Return the place in the manuscript of the token at `index`: that of the last tag up to it, or None."""
    tag_count = sum(token.startswith("<") for token in expected[: index + 1])
    for token, place in placed:
        tag_count -= token.startswith("<")
        if tag_count <= 0:
            return place
    return None


def _find_difference_start(expected_text: str, actual_text: str) -> int:
    """Return the index at which two texts begin to differ, a few characters earlier."""
    first_difference = next(
        (index for index, (a, b) in enumerate(zip(expected_text, actual_text, strict=False)) if a != b),
        min(len(expected_text), len(actual_text)),
    )
    return max(first_difference - 12, 0) if not expected_text.startswith("<") else 0


def _quote_characters(text: str) -> str:
    """Return the beginning of a text for a message, unusual characters by their numbers."""
    shown = "".join(
        char if char.isprintable() and (char == " " or not char.isspace()) else f"U+{ord(char):04X}" for char in text
    )
    return shorten_text(shown, 80)
