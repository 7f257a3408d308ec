"""Classify clippings without labels: by headings, bold type, italics, quotations, dashes, or the words alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace

from onrecord.importers.common import boilerplate, byline, features
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import cut_leading_words, escape_paragraph, escape_start
from onrecord.importers.recognition import classifier
from onrecord.importers.recognition.classification import (
    Classification,
    ClassifiedClipping,
    is_back_matter,
    mark_back_matter,
)
from onrecord.importers.recognition.hmm import AFTER, ANSWER, FRONT, QUESTION

_DASH = re.compile(r"^(?:[—–―]\s*|-\s+|>>\s*)")
_LIST_MARK = re.compile(r"^(?P<mark>[-*•▪●·◦‣])\s+(?=\S)")
_KINDS = {FRONT: "front", QUESTION: "question", ANSWER: "answer", AFTER: "back"}


def classify_unlabelled(content: Sequence[Clipping], reading: SourceText) -> Classification:
    """Return the classification of a text without labels by the first convention that fits, or by words alone."""
    conventions: tuple[Callable[[Sequence[Clipping]], list[ClassifiedClipping] | None], ...] = (
        _classify_by_bold,
        _classify_by_italics,
        _classify_by_quotation,
        _classify_by_dash,
    )
    for classify in conventions:
        classified = classify(content)
        if classified is not None:
            return Classification(_remove_dashes(classified))
    has_title = "title" in reading.settings or reading.is_spoken
    content = group_list_entries(content)
    classified = classify_by_words(
        content, {}, has_title=has_title, is_talk=reading.is_spoken, shows_turns=reading.shows_turns
    )
    return Classification(classified, has_convention=False)


# --- headings -------------------------------------------------------------------------------------


def classify_by_headings(content: Sequence[Clipping], *, has_title: bool) -> list[ClassifiedClipping] | None:
    """Return the classification in which headings are questions; None if too few headings ask.

    All headings of the level that asks most are questions, and those of other levels that end with a question mark,
    unless they stand above other headings. `has_title`: the title is known, so that the first heading is not it.
    """
    level = _find_asking_level(content)
    if level == 0:
        return None
    headings = [i for i, c in enumerate(content) if c.kind == "heading"]
    main = [i for i in headings if content[i].level == level]
    others = [
        i
        for i in headings
        if content[i].level != level
        and features.ends_with_question_mark(content[i].words_without_notes)
        and (i > 0 or has_title)
        and i + 1 < len(content)
        and content[i + 1].kind != "heading"
    ]
    questions = [i for i in main if _is_question(content[i].words_without_notes)]
    first = min([main[0] if level > 1 or len(main) > 2 else questions[0], *others])
    while first > 1 and content[first - 1].kind == "heading" and content[first - 1].level < level:
        first -= 1  # the heading of a section
    return _classify_headed(content, level, first, others)


def _find_asking_level(content: Sequence[Clipping]) -> int:
    """Return the level of headings that ask most often; 0 if on no level enough of them ask."""
    only_level, best_level, most = 0, 0, 0
    for level in range(6, 0, -1):
        headings = [i for i, c in enumerate(content) if c.kind == "heading" and c.level == level]
        questions = [i for i in headings if _is_question(content[i].words_without_notes)]
        if len(questions) >= 2 and len(questions) >= 0.4 * len(headings) and len(questions) >= most:
            best_level, most = level, len(questions)
        if len(headings) == len(questions) == 1 and headings[0] > 0:
            only_level = level
    return best_level or only_level


def _is_question(words: str) -> bool:
    """Return whether the words end with a question mark or ask somebody to speak."""
    return features.ends_with_question_mark(words) or features.invites_reply(words)


def _classify_headed(
    content: Sequence[Clipping], level: int, first: int, others: Container[int]
) -> list[ClassifiedClipping]:
    """Return the classification with headings of one level, and `others`, as questions from paragraph `first` on."""
    classified: list[ClassifiedClipping] = []
    for i, clipping in enumerate(content):
        if i < first:
            classified.append(ClassifiedClipping(clipping, "front"))
        elif clipping.kind == "heading" and clipping.level == level:
            confidence = 0.99 if features.ends_with_question_mark(clipping.words_without_notes) else 0.9
            classified.append(ClassifiedClipping(clipping, "question", confidence))
        elif i in others:
            classified.append(ClassifiedClipping(clipping, "question", 0.97 if clipping.level < level else 0.7))
        elif clipping.kind == "heading" and clipping.level < level:
            classified.append(ClassifiedClipping(clipping, "heading"))
        else:
            classified.append(ClassifiedClipping(clipping, "answer", 0.98, opens_turn=_begins_turn(classified)))
    mark_back_matter(classified)
    return classified


def _begins_turn(before: Sequence[ClassifiedClipping]) -> bool:
    """Return whether an answer here opens a turn: the last clipping `before` is no answer."""
    return not before or before[-1].kind != "answer"


# --- type and quotations --------------------------------------------------------------------------


def _classify_by_italics(content: Sequence[Clipping]) -> list[ClassifiedClipping] | None:
    """Return the classification with paragraphs wholly in italics as questions; None if too few of them ask."""
    italics = [c for c in content if c.is_italic and not byline.is_byline(c.words)]
    if not _are_questions(italics):
        return None
    return _classify_by_bold([replace(c, is_bold=c.is_italic) for c in content])


def _classify_by_quotation(content: Sequence[Clipping]) -> list[ClassifiedClipping] | None:
    """Return the classification with quotations of one paragraph as questions; None if too few of them ask."""
    quotations = [c for c in content if c.kind == "quote" and "\n" not in c.text]
    if not _are_questions(quotations):
        return None
    return _classify_by_bold(
        [
            replace(c, kind="paragraph", is_bold=True, text=c.text.removeprefix("> "))
            if c in quotations
            else replace(c, is_bold=False)
            for c in content
        ]
    )


def _are_questions(clippings: Sequence[Clipping]) -> bool:
    """Return whether at least two, and 60 % of these clippings, end with a question mark."""
    return len(clippings) >= 2 and sum(
        features.ends_with_question_mark(c.words_without_notes) for c in clippings
    ) >= 0.6 * len(clippings)


def _classify_by_bold(content: Sequence[Clipping]) -> list[ClassifiedClipping] | None:
    """Return the classification with paragraphs wholly in bold as questions; None if too few of them ask."""
    bold = [i for i, c in enumerate(content) if c.is_bold and c.kind == "paragraph" and not byline.is_byline(c.words)]
    questions = [i for i in bold if _is_question(content[i].words_without_notes)]
    if not questions or len(questions) < 0.3 * len(bold) or (len(bold) < 2 and len(content) > 6):
        return None
    first = next(i for i in bold if i in questions or _is_followed_by_answer(content, i))
    classified: list[ClassifiedClipping] = []
    for i, clipping in enumerate(content):
        if i < first:
            classified.append(ClassifiedClipping(clipping, "front"))
        elif i in questions:
            classified.append(ClassifiedClipping(clipping, "question", 0.99))
        elif i in bold:
            may_be_heading = len(questions) > 2 and _may_be_heading(clipping.words)
            classified.append(ClassifiedClipping(clipping, "question", 0.7 if may_be_heading else 0.92))
        elif clipping.kind == "heading" and clipping.level <= 3:
            classified.append(ClassifiedClipping(clipping, "heading"))
        else:
            classified.append(ClassifiedClipping(clipping, "answer", 0.97, opens_turn=_begins_turn(classified)))
    mark_back_matter(classified)
    return classified


def _is_followed_by_answer(content: Sequence[Clipping], i: int) -> bool:
    """Return whether the short paragraph at `i` is followed by one not in bold, so that it may be a question."""
    return (
        0 < i < len(content) - 1
        and len(content[i].words.split()) <= 40
        and not content[i + 1].is_bold
        and content[i + 1].kind == "paragraph"
    )


def _may_be_heading(words: str) -> bool:
    """Return whether bold words may be a heading: at most six, without ".", "!" or "…" at the end."""
    return len(words.split()) <= 6 and not words.rstrip().endswith((".", "!", "…"))


# --- dashes ---------------------------------------------------------------------------------------


def _classify_by_dash(content: Sequence[Clipping]) -> list[ClassifiedClipping] | None:
    """Return the classification with paragraphs that begin with a dash as turns or questions; None if it fails."""
    dashed = [i for i, c in enumerate(content) if c.kind == "paragraph" and _DASH.match(c.words)]
    if len(dashed) < 3 or len(dashed) < 0.25 * len(content):
        return None
    positions = set(dashed)
    if _are_list_entries(content, dashed):
        return None
    plain = [_remove_dash(c) if i in positions else c for i, c in enumerate(content)]
    questions = [i for i in dashed if _is_question(plain[i].words_without_notes)]
    followed = [i for i in dashed if i + 1 < len(content) and i + 1 not in positions]
    are_only_questions = len(questions) >= 0.7 * len(dashed) and len(followed) >= 0.8 * len(dashed)
    classified = _classify_dashed_questions(plain, dashed) if are_only_questions else _classify_turns(plain, dashed)
    mark_back_matter(classified)
    return classified


def _are_list_entries(content: Sequence[Clipping], dashed: Sequence[int]) -> bool:
    """Return whether paragraphs with dashes are entries of lists: they seldom ask, and other paragraphs do."""
    question_count = sum(features.ends_with_question_mark(content[i].words_without_notes) for i in dashed)
    positions = set(dashed)
    asked_elsewhere = sum(
        i not in positions and len(c.words.split()) <= 40 and features.ends_with_question_mark(c.words_without_notes)
        for i, c in enumerate(content)
    )
    return asked_elsewhere >= 2 and question_count <= 0.2 * len(dashed) and question_count < asked_elsewhere


def group_list_entries(clippings: Sequence[Clipping]) -> list[Clipping]:
    """Return the clippings; neighbours that begin with a bullet or a hyphen become entries of a list."""
    marks = [_LIST_MARK.match(c.words) if c.kind == "paragraph" else None for c in clippings]
    changed = list(clippings)
    for i, mark in enumerate(marks):
        neighbours = (marks[i - 1] if i else None, marks[i + 1] if i + 1 < len(marks) else None)
        if mark and any(neighbour and neighbour["mark"] == mark["mark"] for neighbour in neighbours):
            words = clippings[i].words[mark.end() :]
            text = cut_leading_words(clippings[i].text, clippings[i].words[: mark.end()].rstrip())
            entry = escape_start(text) if text is not None else escape_paragraph(words)
            changed[i] = replace(clippings[i], kind="list", words=words, text=f"- {entry}")
    return changed


def _classify_dashed_questions(content: Sequence[Clipping], dashed: Sequence[int]) -> list[ClassifiedClipping]:
    """Return the classification with paragraphs that begin with a dash as questions, others as answers."""
    return [
        ClassifiedClipping(clipping, "front")
        if i < dashed[0]
        else ClassifiedClipping(clipping, "question", 0.97)
        if i in dashed
        else ClassifiedClipping(clipping, "answer", 0.95, opens_turn=i - 1 in dashed)
        for i, clipping in enumerate(content)
    ]


def _classify_turns(content: Sequence[Clipping], starts: Sequence[int]) -> list[ClassifiedClipping]:
    """Return the classification of whole turns, each from one of `starts` to the next, by their words."""
    ends = [*starts[1:], len(content)]
    turns = [
        " ".join(c.words_without_notes for c in content[start:end]) for start, end in zip(starts, ends, strict=True)
    ]
    states = classifier.classify_paragraphs(turns, {}, are_whole_turns=True, can_have_front_matter=False)
    classified = [ClassifiedClipping(clipping, "front") for clipping in content[: starts[0]]]
    for (state, confidence), start, end in zip(states, starts, ends, strict=True):
        kind = "question" if state == QUESTION else "answer"
        classified.append(ClassifiedClipping(content[start], kind, confidence))
        classified += [
            ClassifiedClipping(clipping, kind, 0.97, opens_turn=False) for clipping in content[start + 1 : end]
        ]
    return classified


def _remove_dashes(classified: list[ClassifiedClipping]) -> list[ClassifiedClipping]:
    """Return the clippings without the dashes before turns; if only few have one, it may belong to the words."""
    turns = [turn for turn in classified if turn.opens_turn and turn.kind in ("question", "answer")]
    dashed = [turn for turn in turns if turn.clipping.kind == "paragraph" and _DASH.match(turn.clipping.words)]
    if len(dashed) >= max(3, 0.4 * len(turns)):
        for turn in dashed:
            turn.clipping = _remove_dash(turn.clipping)
    return classified


def _remove_dash(clipping: Clipping) -> Clipping:
    """Return the clipping without the dash that begins it."""
    match = _DASH.match(clipping.words)
    words = clipping.words[match.end() :] if match else clipping.words
    text = cut_leading_words(clipping.text, clipping.words[: match.end()].rstrip()) if match else None
    return replace(clipping, words=words, text=escape_start(text) if text is not None else escape_paragraph(words))


# --- words ----------------------------------------------------------------------------------------


def classify_by_words(
    content: Sequence[Clipping],
    known_states: Mapping[int, int],
    *,
    has_title: bool = False,
    is_talk: bool = False,
    shows_turns: bool = True,
) -> list[ClassifiedClipping]:
    """Return the classification of imported paragraphs by their words alone.

    `known_states`: states of the hidden Markov model by the number of the clipping. `has_title`: the title is known,
    so that the first clipping is not it. `is_talk`: the words are known to be spoken. `shows_turns`: clippings hold
    words of one side.
    """
    known_states = {**({} if is_talk else _find_known_states(content)), **known_states}
    if 0 not in known_states and not has_title and _begins_with_title(content):
        known_states[0] = FRONT
    words = [clipping.words_without_notes for clipping in content]
    states = classifier.classify_paragraphs(words, known_states, is_talk=is_talk, shows_turns=shows_turns)
    if not any(state == QUESTION for state, _ in states):
        states = [(state if state == AFTER else FRONT, 1.0) for state, _ in states]
    classified: list[ClassifiedClipping] = []
    for clipping, (state, confidence) in zip(content, states, strict=True):
        kind = _KINDS[state]
        if clipping.kind == "heading" and clipping.level <= 3 and state == ANSWER:
            kind = "heading"
        if clipping.kind not in ("paragraph", "heading") and state == QUESTION:
            kind = "answer"
        opens_turn = kind == "question" or not classified or classified[-1].kind != kind
        classified.append(ClassifiedClipping(clipping, kind, confidence, opens_turn=opens_turn))
    return classified


def _begins_with_title(content: Sequence[Clipping]) -> bool:
    """Return whether the first imported paragraph is a title."""
    return (
        len(content) > 2
        and boilerplate.may_be_title(content[0].words)
        and (
            not features.ends_with_question_mark(content[0].words_without_notes)
            or features.ends_with_question_mark(content[1].words_without_notes)
        )
    )


def _find_known_states(content: Sequence[Clipping]) -> dict[int, int]:
    """Return states that need no guess, by paragraph: bylines, dates in front, disclaimers, credits at the end."""
    known_states: dict[int, int] = {}
    credit_lines = [
        i for i, c in enumerate(content[:10]) if byline.is_byline(c.words) or boilerplate.read_date_line(c.words)
    ]
    last_credit = credit_lines[-1] if credit_lines else 0
    if credit_lines:
        known_states |= dict.fromkeys(range(last_credit + 1), FRONT)
    has_asked = False
    for i, clipping in enumerate(content):
        has_asked = has_asked or features.ends_with_question_mark(clipping.words_without_notes)
        if has_asked and clipping.kind == "list":
            known_states[i] = ANSWER
    for i in range(len(content) - 1, max(len(content) - 8, last_credit), -1):
        if is_back_matter(content[i].words):
            known_states |= dict.fromkeys(range(i, len(content)), AFTER)
    return known_states
