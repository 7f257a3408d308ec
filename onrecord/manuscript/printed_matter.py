"""Read what is printed around an interview: the standfirst with its emphasis, byline and disclaimer to the letter."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from onrecord.manuscript import markdown
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.typography import TextStyle
from onrecord.model import Paragraph, TextLine, to_plain_text
from onrecord.model.rule import Rule

_MOST_CHARACTERS = 90  # of a text in a message
_NOTE_CALL = re.compile(r"\[\^[^\]\s]+\]")
# Emphasis, a link, a note, code, a sign after a backslash; and what is printed of each without its marks.
_MARKUP = (
    (re.compile(r"!?\[([^\[\]]+)\]\([^()\s]+\)"), r"\1"),
    (re.compile(r"\s?\[\^[^\]\s]+\]"), ""),
    (re.compile(r"(?<![^\s(\[“‘\"])(\*{1,3})(?=[^\s*])([^*]*[^\s*\\])\1(?![\w*])"), r"\2"),
    (re.compile(r"(?<![^\s(\[“‘\"])(_{1,3})(?=[^\s_])([^_]*[^\s_\\])\1(?![\w_])"), r"\2"),
    (re.compile(r"(?<!`)`([^`]+)`(?!`)"), r"\1"),
    (re.compile(r"~~(?=\S)([^~]+)~~"), r"\1"),
    (re.compile(r"\\([*_`\[\]])"), r"\1"),
)


def read_standfirst(words: TextLine, style: TextStyle, problems: Problems) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a standfirst, which is Markdown; report all else that it holds, with its line."""
    if _NOTE_CALL.search(words.text):
        sentence, hint = "the standfirst calls a footnote, which it cannot have", "write the note into the text"
        problems.add(words.location.line, Rule.MARKUP_IS_KNOWN, sentence, hint)
    text_problems = Problems(problems.file, words.text.split("\n"))
    document = markdown.read_markdown(words.text, 1, [], style, Pictures(Path()), text_problems)
    for problem in text_problems.entries:
        problems.add(words.location.line, problem.rule, problem.sentence, problem.hint, problem.severity)
    blocks = [piece.block for piece in document.pieces] if document else []
    paragraphs = tuple(replace(block, location=words.location) for block in blocks if isinstance(block, Paragraph))
    if len(paragraphs) < len(blocks):
        sentence = "the standfirst holds more than paragraphs; the rest of it would be lost"
        hint = "write paragraphs, with emphasis and links; a list or picture belongs into the text"
        problems.add(words.location.line, Rule.MARKUP_IS_KNOWN, sentence, hint)
    return paragraphs


def join_standfirst(paragraphs: tuple[Paragraph, ...]) -> TextLine | None:
    """Return the plain text of a standfirst in one line; None if there is none."""
    text = " ".join(" ".join(to_plain_text(paragraph.content).split()) for paragraph in paragraphs)
    return TextLine(text, paragraphs[0].location) if paragraphs else None


def refuse_markup(words: TextLine, key: str, problems: Problems) -> None:
    """Report Markdown in a text that is printed to the letter; the hint is the text without it."""
    plain = words.text
    for pattern, replacement in _MARKUP:
        plain = pattern.sub(replacement, plain)
    if plain != words.text:
        sentence = f"Markdown in a {key} is printed as it is typed: {_shorten_text(words.text)}"
        hint = f"type it without marks: {_shorten_text(' '.join(plain.split()))}"
        problems.add(words.location.line, Rule.TEXT_IS_PLAIN, sentence, hint)


def _shorten_text(text: str) -> str:
    """Return the text, cut with “…” if it is long."""
    return text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…"
