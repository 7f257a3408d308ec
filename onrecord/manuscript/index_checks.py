"""Check an index: its headings, what refers to them, and whether its aliases and marks make entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain

from onrecord.manuscript.index_file import INDEX_FILE
from onrecord.model import (
    Book,
    IndexMark,
    IndexRole,
    Interview,
    SourceLocation,
    TextLine,
    find_texts,
    iterate_blocks,
    iterate_passages,
)
from onrecord.model.index_headings import BookIndex, IndexHeading
from onrecord.model.index_places import IndexPlace, find_index_places, find_marked_heading, pair_ranges
from onrecord.model.names import fold_name
from onrecord.model.problems import Problem, find_closest_word
from onrecord.model.rule import Rule, Severity

_TYPED_MARK = re.compile(r"\{[^{}]*\.(?:no)?index\b[^{}]*\}")
_KINDS_WITH_CODE = ("text", "heading", "caption", "term", "code")  # of passages
_MAKING_ROLES = (IndexRole.ENTRY, IndexRole.BEGIN, IndexRole.END)


def check_index(book: Book) -> Iterator[Problem]:
    """Yield the problems of the index and of its marks; those of aliases only if there are no others."""
    problems = list(_find_index_problems(book))
    yield from problems
    if book.index and not problems:
        yield from _check_aliases(book, book.index)


def _find_index_problems(book: Book) -> Iterator[Problem]:
    """Yield the problems of the index headings and of the index marks."""
    index = book.index
    for interview in book.interviews:
        for mark in interview.index_marks:
            yield from _check_mark(mark, index)
        yield from _check_ranges(interview, index) if index else ()
    for find_problems in _CHECKS if index else ():
        assert index is not None
        yield from find_problems(index)


def check_unread_index_marks(book: Book) -> Iterator[Problem]:
    """Yield a problem for each index mark that is printed as typed, because no marks are read there.

    In code it may be meant, surely in a book without an index.
    """
    rule = Rule.INDEX_MARKS_ARE_WHOLE
    for text, name, place in _list_settings(book):
        for mark in _TYPED_MARK.findall(text):
            yield _report_printed_mark(f"“{mark}” in {name}", place)
    for interview in book.interviews:
        if interview.inventory is not None and "{" not in interview.inventory.characters:
            continue
        typed = {
            (mark, place)
            for text, place in find_texts(iterate_blocks(interview))
            for mark in _TYPED_MARK.findall(text.text)
        }
        for passage in iterate_passages(interview):
            for mark in _TYPED_MARK.findall(passage.text):
                is_code = passage.kind in _KINDS_WITH_CODE and (mark, passage.location) not in typed
                if is_code and book.index:
                    sentence, hint = f"“{mark}” is code here and no mark for the index", "mark words beside the code"
                    yield Problem(passage.location, rule, sentence, hint, severity=Severity.WARNING)
                elif not is_code:
                    yield _report_printed_mark(f"“{mark}”", passage.location)


def _report_printed_mark(subject: str, place: SourceLocation) -> Problem:
    """Return the problem of a mark for the index that would be printed."""
    sentence = f"{subject} is printed as it stands: no marks for the index are read here"
    return Problem(place, Rule.INDEX_MARKS_ARE_WHOLE, sentence, "mark words of a question or an answer")


def _list_settings(book: Book) -> Iterator[tuple[str, str, SourceLocation]]:
    """Yield the printed texts of book.yaml, and what interviews say about their people: text, what it is, place."""
    keys = ("title", "subtitle", "short_title", "publisher", "edition", "rights", "description")
    for key in keys:
        yield getattr(book, key), f"“{key}”", book.location
    texts = [*(("editors", name) for name in book.editors), *(("parts", part.title) for part in book.parts)]
    for key, text in (*texts, *(("disclaimers", text) for _, text in book.named_disclaimers), *book.more):
        yield text, f"“{key}”", book.location
    if book.back_text:
        yield book.back_text.text, "“back_text”", book.back_text.location
    for interview in book.interviews:
        for person in interview.people:
            for text in (person.name, person.affiliation, person.note, *(text for _, text in person.more)):
                yield text, f"“people”, at “{person.name}”", interview.location


def _check_mark(mark: IndexMark, index: BookIndex | None) -> Iterator[Problem]:
    """Yield the problem of a mark whose heading, or sub-heading, is not in the index."""
    if mark.role not in _MAKING_ROLES or not mark.name:
        return
    heading = index.find_heading(mark.name) if index else None
    if heading is not None and heading.see:
        sentence = f"the heading “{heading.name}” only refers to another one, and has no places"
        hint = f'write heading="{heading.see[0]}"'
        yield Problem(mark.location, Rule.INDEX_REFERENCES_STAND_ALONE, sentence, hint)
        return
    if index and find_marked_heading(index, mark):
        return
    if heading is not None:
        sentence = f"the heading “{heading.name}” has no sub-heading “{mark.sub}”"
        hint = _format_hint(
            mark.sub, [sub.name.text for sub in heading.subs], f"add it in {INDEX_FILE}: sub: [{mark.sub}]"
        )
    else:
        names = [heading.name.text for heading in index.headings] if index else []
        sentence = f"the index has no heading “{mark.name}”" if index else f"there is no {INDEX_FILE} with headings"
        line = f"add to {INDEX_FILE}: - {mark.name}" if index else f"write {INDEX_FILE}: headings: [{mark.name}]"
        hint = _format_hint(mark.name, names, line)
    yield Problem(mark.location, Rule.INDEX_HEADING_EXISTS, sentence, hint)


def _format_hint(name: str, known: list[str], otherwise: str) -> str:
    """Return the hint for an unknown index name: the closest known one, or `otherwise`."""
    near = find_closest_word(name, known)
    return f"did you mean “{near}”?" if near else otherwise


def _check_ranges(interview: Interview, index: BookIndex) -> Iterator[Problem]:
    """Yield a problem for each end of an index range without other end, and each index range in a footnote."""
    rule, notes = Rule.INDEX_RANGES_ARE_CLOSED, _list_footnote_locations(interview)
    for begin, end in pair_ranges(interview, index):
        mark = begin or end
        assert mark is not None
        if not end:
            sentence, hint = (
                f"the range of “{mark.name}” that begins here does not end",
                _format_range_mark(mark, "end"),
            )
            yield Problem(mark.location, rule, sentence, f"write where it ends: {hint}")
        elif not begin:
            sentence, hint = (
                f"a range of “{mark.name}” ends here and begins nowhere before",
                _format_range_mark(mark, "begin"),
            )
            yield Problem(mark.location, rule, sentence, f"write where it begins: {hint}")
        elif {begin.location, end.location} & notes:
            sentence, hint = "a range begins or ends in a footnote", "mark the words that call the note"
            yield Problem(mark.location, rule, sentence, hint)


def _list_footnote_locations(interview: Interview) -> set[SourceLocation]:
    """Return the source locations of all blocks of an interview that are inside footnotes."""
    return {block.location for note in interview.footnotes for block in note.blocks}


def _format_range_mark(mark: IndexMark, end: str) -> str:
    """Return the index mark to type for the other end of a range."""
    sub = f' sub="{mark.sub}"' if mark.sub else ""
    return f'[]{{.index heading="{mark.name}"{sub} range={end}}}'


# --- headings -----------------------------------------------------------------------------------------


def _check_repeated_headings(index: BookIndex) -> Iterator[Problem]:
    """Yield a problem for each index heading that stands twice, and each alias of two headings."""
    for level in (index.headings, *(heading.subs for heading in index.headings)):
        yield from _find_repeated([(heading.name, heading) for heading in level], "heading")
    levels = chain.from_iterable(
        ((alias, sub or heading) for alias in (sub or heading).aliases) for heading, sub in index.iterate_levels()
    )
    yield from _find_repeated(list(levels), "alias")


def _find_repeated(names: list[tuple[TextLine, IndexHeading]], kind: str) -> Iterator[Problem]:
    """Yield a problem for each index name that is that of an earlier one; an alias may differ in capitals."""
    known: dict[str, TextLine] = {}
    for words, _ in names:
        folded = fold_name(words.text) if kind == "heading" else words.text
        first = known.setdefault(folded, words)
        if first is not words:
            sentence = f"the {kind} “{words}” stands twice, first in line {first.location.line}"
            yield Problem(words.location, Rule.INDEX_HEADINGS_DIFFER, sentence, "take one of the two away")


def _check_unknown_references(index: BookIndex) -> Iterator[Problem]:
    """Yield a problem for each index reference to a missing heading, or to its own."""
    names = {fold_name(heading.name.text): heading.name.text for heading in index.headings}
    for heading in index.headings:
        for target in (*heading.see, *heading.see_also):
            folded = fold_name(target.text)
            if folded not in names:
                hint = _format_hint(target.text, list(names.values()), f"add: - {target}")
                sentence = f"the index has no heading “{target}”"
                yield Problem(target.location, Rule.INDEX_HEADING_EXISTS, sentence, hint)
            elif folded == fold_name(heading.name.text):
                sentence, hint = f"the heading “{target}” refers to itself", "take the reference away"
                yield Problem(target.location, Rule.INDEX_REFERENCES_ARRIVE, sentence, hint)


def _check_circular_references(index: BookIndex) -> Iterator[Problem]:
    """Yield a problem for each index reference to a heading that only refers on, or in a circle."""
    referring = {fold_name(heading.name.text): heading for heading in index.headings if heading.see}
    for heading in index.headings:
        for target in (*heading.see, *heading.see_also):
            further = referring.get(fold_name(target.text))
            if further is None or further is heading:
                continue
            ends = [name.text for name in further.see if fold_name(name.text) not in referring]
            sentence = f"“{heading.name}” refers to “{further.name}”, which only says: see “{further.see[0]}”"
            hint = f"write: see: {ends[0]}" if ends else "let one of them have the places: take its “see” away"
            yield Problem(target.location, Rule.INDEX_REFERENCES_ARRIVE, sentence, hint)


def _check_pure_references(index: BookIndex) -> Iterator[Problem]:
    """Yield a problem for each index heading with `see` that has aliases or sub-headings, too."""
    for heading in index.headings:
        if heading.see and (heading.aliases or heading.subs or heading.see_also):
            key = "aliases" if heading.aliases else "sub-headings" if heading.subs else "see_also"
            sentence = f"the heading “{heading.name}” only refers to another one, and has {key}"
            hint = f"move them to “{heading.see[0]}”, or write see_also in place of see"
            yield Problem(heading.name.location, Rule.INDEX_REFERENCES_STAND_ALONE, sentence, hint)


_CHECKS: tuple[Callable[[BookIndex], Iterator[Problem]], ...] = (
    _check_repeated_headings,
    _check_unknown_references,
    _check_circular_references,
    _check_pure_references,
)

# --- uses ---------------------------------------------------------------------------------------------


def _check_aliases(book: Book, index: BookIndex) -> Iterator[Problem]:
    """Yield a problem for each index alias that finds no words in the book."""
    used = {(place.heading, place.sub, place.alias) for place in find_index_places(book)}
    for heading, sub in index.iterate_levels():
        for alias in (sub or heading).aliases:
            if (heading.name.text, sub.name.text if sub else "", alias.text) not in used:
                sentence = f"the alias “{alias}” finds no words, or only some that a mark or a longer alias has"
                hint = "look at its spelling, or take it away"
                rule, severity = Rule.INDEX_ALIASES_FIND_WORDS, Severity.WARNING
                yield Problem(alias.location, rule, sentence, hint, severity=severity)


def list_unused_headings(book: Book) -> tuple[str, ...]:
    """Return, in quotation marks, the headings and sub-headings that no edition prints because they have no places."""
    if book.index is None:
        return ()
    used = list_used_headings(find_index_places(book))
    shown = {fold_name(heading.name.text) for heading in book.index.headings if _has_places(heading, used)}
    unused = []
    for heading, sub in book.index.iterate_levels():
        if sub and (heading.name.text, sub.name.text) not in used:
            unused.append(f"“{heading.name}: {sub.name}”")
        elif (
            not sub
            and not _has_places(heading, used)
            and not any(fold_name(name.text) in shown for name in heading.see)
        ):
            unused.append(f"“{heading.name}”")
    return tuple(unused)


def list_used_headings(places: tuple[IndexPlace, ...]) -> set[tuple[str, str]]:
    """Return the (heading, sub-heading) names of all index places."""
    return {(place.heading, place.sub) for place in places}


def _has_places(heading: IndexHeading, used: set[tuple[str, str]]) -> bool:
    """Return whether an index heading has places, or one of its sub-headings has."""
    return any(name == heading.name.text for name, _ in used)
