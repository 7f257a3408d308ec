"""Check that an original and its translation stand side by side in print: left and right, exchange by exchange."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from onrecord.model import Answer, Book, Interview, Question, to_plain_text
from onrecord.model.facing import map_facing
from onrecord.model.passages import iterate_block_passages
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.expected_versions import expect_versions
from onrecord.proof.reading.normalize import PAGE_MARK, normalize_text
from onrecord.proof.reading.printed_texts import fold_glyphs
from onrecord.proof.rules.page_range import ReadInterview
from onrecord.proof.rules.report import HINT

_SHEET = re.compile(r"sheet (\d+)")


def join_facing_leaves(book: Book, names: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """Return the leaves on each sheet of the PDF, with the name of the original for a translation beside it."""
    facing = map_facing(book)
    return [frozenset(facing.get(name, name) for name in sheet) for sheet in names]


def may_be_blank(book: Book, names: Sequence[frozenset[str]], sheet: int) -> bool:
    """Return whether a right-hand page of facing texts may be blank: beside a longer original, or before its start."""
    originals = set(map_facing(book).values())
    beside = names[sheet - 1] if sheet else frozenset()
    following = names[sheet + 1] if sheet + 1 < len(names) else frozenset()
    return bool(beside & originals) or bool(following & originals)


def check_facing_pages(
    book: Book, names: Sequence[frozenset[str]], interviews: Mapping[str, ReadInterview]
) -> Iterator[Problem]:
    """Yield the first problem of each pair of facing texts in the PDF; `names` are the leaves on each sheet."""
    texts = {interview.slug: interview for interview in book.interviews}
    versions = expect_versions(book) if map_facing(book) else {}
    for translation, original in map_facing(book).items():
        if original not in interviews or translation not in interviews:
            continue  # which is reported elsewhere
        pairs = next((version.pairs for version in versions[original] if version.slug == translation), ())
        faults = (
            *_find_wrong_sides(names, original, translation),
            *_find_parted_pairs(texts[original], texts[translation], pairs, interviews),
        )
        for fault in faults[:1]:
            sentence = f"the PDF: “{translation}” does not stand beside “{original}”: {fault}"
            yield Problem(texts[translation].location, Rule.FACING_PAGES_FACE, sentence, HINT)


def _find_wrong_sides(names: Sequence[frozenset[str]], original: str, translation: str) -> Iterator[str]:
    """Yield what is wrong with a sheet of facing texts that is on the wrong side, or apart from the others."""
    left = [sheet for sheet, leaves in enumerate(names) if original in leaves]
    right = [sheet for sheet, leaves in enumerate(names) if translation in leaves]
    yield from (f"sheet {sheet + 1} is no left-hand page" for sheet in left if sheet % 2 == 0)
    yield from (f"sheet {sheet + 1} is no right-hand page" for sheet in right if sheet % 2)
    if left and right and right[0] != left[0] + 1:
        yield "they do not begin on the same spread"


def _find_parted_pairs(
    original: Interview,
    translation: Interview,
    pairs: Sequence[tuple[str, str]],
    interviews: Mapping[str, ReadInterview],
) -> Iterator[str]:
    """Yield each question that is on another spread than its pair, or begins a page on one side alone."""
    turns = ({turn.id: turn for turn in original.turns}, {turn.id: turn for turn in translation.turns})
    texts = (original, translation)
    tops = [_read_page_tops(interviews[text.slug].text) for text in texts]
    partners: set[str] = set()
    for pair in pairs:
        if pair[1] in partners or not turns[0][pair[0]].kind == turns[1][pair[1]].kind == "question":
            continue
        partners.add(pair[1])
        sheets = [_find_first_sheet(interviews[text.slug], turn) for text, turn in zip(texts, pair, strict=True)]
        address = turns[1][pair[1]].address
        if sheets[1] != sheets[0] + 1:
            yield f"{address} and its pair are on different spreads"
        sides = zip(texts, pair, tops, sheets, strict=True)
        # Only the first question of a page can begin it; another one may have the same words.
        begins = [_begins_with_question(top.pop(sheet, ""), text, turn) for text, turn, top, sheet in sides]
        if begins[0] != begins[1]:
            yield f"{address} begins a page on one side alone"


def _begins_with_question(words: str, interview: Interview, turn: str) -> bool:
    """Return whether the letters at the top of a sheet begin with a question; the sheet may also end inside it."""
    expected = _expect_page_top(interview, turn)
    return bool(words) and (words.startswith(expected) or expected.startswith(words))


def _find_first_sheet(interview: ReadInterview, turn: str) -> int:
    """Return the number of the printed sheet on which a turn begins, 0 if it is on none."""
    match = _SHEET.search(interview.places.get(turn, ""))
    return int(match.group(1)) if match else 0


def _read_page_tops(text: str) -> dict[int, str]:
    """Return the letters with which each sheet of a printed interview begins, by number of the sheet (from 1)."""
    _, *pieces = PAGE_MARK.split(text)
    tops = zip(pieces[::2], pieces[1::2], strict=True)
    return {int(sheet) + 1: _keep_printed_letters(words) for sheet, words in tops}


def _expect_page_top(interview: Interview, turn: str) -> str:
    """Return the letters that a page that begins with this question must have first, with the heading before it."""
    heading = ""
    for entry in interview.conversation:
        if entry.kind == "heading":
            heading = to_plain_text(getattr(entry, "content", ()))
        elif isinstance(entry, Question | Answer) and entry.id == turn:
            words = " ".join(p.text for p in iterate_block_passages(entry.blocks, turn))
            return _keep_printed_letters(heading or words)
        else:
            heading = ""
    return ""


def _keep_printed_letters(text: str) -> str:
    """Return the letters and digits of a text as the proof reads them in print."""
    return "".join(char for char in fold_glyphs(normalize_text(text)) if char.isalnum())
