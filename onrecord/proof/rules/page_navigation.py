"""Compose what stands beside an interview on its web page: its questions, and the contents near it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from onrecord.model import Answer, Book, Interview, Question, iterate_block_passages
from onrecord.proof.reading.markup_tokens import Token, build_element, isolate_name

_LONGEST_QUESTION = 100
_MOST_LINES = 40  # of the contents on a page


def expect_questions(questions: Sequence[Question | Answer], words: Mapping[str, str]) -> list[Token]:
    """Return the HTML tokens that a page's list of questions must have, [] without any."""
    if not questions:
        return []
    lines: list[Token] = []
    for question in questions:
        address = build_element("b", question.address)
        words_of_question = build_element("bdi", _shorten_question(question))
        link = build_element("a", address, " ", words_of_question, href=f"#{question.id}")
        lines += build_element("li", link)
    return build_element(
        "nav",
        build_element("p", words["questions"], class_="name", id="page-questions-title"),
        build_element("ol", lines),
        build_element("a", words["close"], class_="close", href="#main"),
        class_="questions",
        id="page-questions",
        aria_labelledby="page-questions-title",
    )


def _shorten_question(question: Question | Answer) -> str:
    """Return the first words of a question, as the list of questions must show them."""
    passages = iterate_block_passages(question.blocks, question.id)
    text = " ".join(" ".join(passage.text for passage in passages if passage.kind != "alt").split())
    if len(text) > _LONGEST_QUESTION:
        text = f"{text[: _LONGEST_QUESTION - 1].rsplit(' ', 1)[0]}…"
    return re.sub(r"[\s.,;:–—…]*…$", "…", text)


def expect_nearby_contents(book: Book, interview: Interview, name: str) -> list[Token]:
    """Return the tokens of the nearest lines of the contents that an interview's web page must show."""
    lines = [(part.title, line) for part in book.parts for line in part.interviews]
    place = [line.slug for _, line in lines].index(interview.slug)
    first = max(0, min(place - _MOST_LINES // 2, len(lines) - _MOST_LINES))
    content = build_element("p", name, class_="name", id="page-contents-title", lang=interview.language)
    entries: list[Token] = []
    lines = lines[first : first + _MOST_LINES]
    for index, (part, line) in enumerate(lines):
        if index == 0 or lines[index - 1][0] != part:
            content += build_element("p", part, class_="part") if part else []
        current = "page" if line.slug == interview.slug else None
        title = isolate_name(line.title.text, interview.language)
        link = build_element("a", title, href=f"{line.slug}.html", lang=line.language, aria_current=current)
        entries += build_element("li", link)
        if index + 1 == len(lines) or lines[index + 1][0] != part:
            content += build_element("ol", entries)
            entries = []
    return build_element(
        "nav",
        content,
        class_="outline",
        id="page-contents",
        aria_labelledby="page-contents-title",
        lang=book.language,
    )
