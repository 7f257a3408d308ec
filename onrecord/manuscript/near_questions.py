"""Find paragraphs that are nearly a question in bold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.manuscript.near_labels import shorten_line
from onrecord.model import Emphasis, Inline, NoteReference, Strong, Text, to_plain_text

_QUESTION_END = re.compile(r"[?？؟][”’\"'»)\]*_ ]*$")
_ONLY_MARKS = re.compile(r"\s*[?!？؟][?!.…”’\"'»)]*\s*$")
_BOLD_LINE = re.compile(r"(\*\*|__)(?![*_\s])(.*\S)\1$")
_NOTES_AFTER = re.compile(r"\*\*(.*)\*\*((?:\[\^[^\]\s]+\])+)$")
_MARKUP = re.compile(r"[\\`\[\]<>{}]")


@dataclass(frozen=True, slots=True)
class NearQuestion:
    """What is wrong with the paragraph; `lines` are the only right spelling of its first line, () if there are two."""

    sentence: str
    hint: str
    lines: tuple[str, ...] = ()


def ends_as_question(text: str) -> bool:
    """Return whether the text ends with a question mark, marks and brackets after it apart."""
    return _QUESTION_END.search(text.strip()) is not None


def is_bold_paragraph(content: Sequence[Inline]) -> bool:
    """Return whether the paragraph is one text in bold."""
    return len(content) == 1 and isinstance(content[0], Strong)


def find_near_question(content: Sequence[Inline], lines: Sequence[str]) -> NearQuestion | None:
    """Return what is nearly a question in the paragraph with these source lines; None for any other text."""
    parts = [inline for inline in content if not (isinstance(inline, Text) and not inline.text.strip())]
    if not parts or not lines or lines[0].startswith("\\"):
        return None
    if all(isinstance(inline, Strong | Emphasis) for inline in parts):
        return _describe_wholly_marked(parts, lines)
    if not isinstance(parts[0], Strong):
        return None
    question, following = to_plain_text(parts[0].content), parts[1:]
    if all(isinstance(inline, NoteReference) for inline in following):
        return _describe_note_after(question, lines) if ends_as_question(question) else None
    if _ONLY_MARKS.fullmatch(to_plain_text(following)):
        return _describe_mark_after(question, lines)
    return _describe_answer_after(question, lines) if ends_as_question(question) else None


def _describe_wholly_marked(parts: Sequence[Inline], lines: Sequence[str]) -> NearQuestion | None:
    """Return what is nearly a question in a paragraph of bold and italic text only; None if it does not ask."""
    text = " ".join(lines)
    if not ends_as_question(" ".join(to_plain_text((part,)) for part in parts)):
        question = to_plain_text(parts[:1])
        is_answered = isinstance(parts[0], Strong) and len(parts) > 1 and ends_as_question(question)
        return _describe_answer_after(question, lines) if is_answered else None
    has_strong = any(_has_strong(part) for part in parts)
    words = re.sub(r"\*\*\*|\*\*|__", "", text)
    is_plain = len(lines) == 1 and not _MARKUP.search(text) and not re.search(r"[*_]", words)
    if not has_strong:
        sentence = "a question in italics only is no question; it is printed as text"
        typed = shorten_line("**" + words.strip("*_") + "**")
        return NearQuestion(sentence, f"type: {typed} if it is one; if not, leave it")
    if all(_has_strong(part) for part in parts):
        sentence = "this question is not one text in bold, so it is printed as text"
        typed = f"**{words}**"
        return NearQuestion(sentence, f"type: {shorten_line(typed)}", (typed,) if is_plain else ())
    sentence = "this question is in bold only in part, so it is printed as text"
    typed = "**" + re.sub(r"[*_]{2,3}", "", text) + "**"
    return NearQuestion(sentence, f"type: {shorten_line(typed)} if all of it is the question; else two paragraphs")


def _has_strong(part: Inline) -> bool:
    """Return whether the part is in bold, or bold in italics."""
    return isinstance(part, Strong) or (isinstance(part, Emphasis) and is_bold_paragraph(part.content))


def _describe_note_after(question: str, lines: Sequence[str]) -> NearQuestion:
    """Return the near question that is a question with a note after its bold text."""
    match = _NOTES_AFTER.fullmatch(lines[0]) if len(lines) == 1 else None
    typed = f"**{match[1]}{match[2]}**" if match else f"**{question}[^…]**"
    sentence = "the note stands after the bold question, so the question is printed as text"
    return NearQuestion(sentence, f"type the note into it: {shorten_line(typed)}", (typed,) if match else ())


def _describe_mark_after(question: str, lines: Sequence[str]) -> NearQuestion:
    """Return the near question whose question mark stands after the bold text."""
    mark = re.search(r"(\*\*|__)\s*([^\s*_]+)$", lines[0]) if len(lines) == 1 else None
    typed = f"{lines[0][: mark.start()]}{mark[2]}{mark[1]}" if mark else ""
    sentence = "the mark stands after the bold text, so the question is printed as text"
    return NearQuestion(sentence, f"type: {shorten_line(typed or f'**{question}?**')}", (typed,) if typed else ())


def _describe_answer_after(question: str, lines: Sequence[str]) -> NearQuestion:
    """Return the near question that has the answer in the same paragraph."""
    is_alone = len(lines) > 1 and _BOLD_LINE.fullmatch(lines[0])
    sentence = "text follows the bold question in the same paragraph, so it is printed as text"
    hint = f"type **{shorten_line(question)}** as a paragraph and the text as the next one, with an empty line between"
    return NearQuestion(sentence, hint, (lines[0], "") if is_alone else ())
