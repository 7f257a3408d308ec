"""Check the rules that need the whole book, each a function named for what it guards."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain

from onrecord.manuscript.index_checks import check_index, check_unread_index_marks
from onrecord.manuscript.look_alikes import check_look_alikes
from onrecord.manuscript.recording_entries import times_are_in_the_recording
from onrecord.manuscript.redirect_check import find_redirect_problems
from onrecord.manuscript.translated_interviews import check_facing_texts, check_pairs, check_translations
from onrecord.model import (
    Asset,
    Book,
    Division,
    EditorNote,
    Figure,
    Heading,
    Interview,
    Link,
    Paragraph,
    PullQuote,
    Question,
    Role,
    SourceLocation,
    Text,
    find_links,
    find_texts,
    iterate_blocks,
    iterate_passages,
    iterate_printed_passages,
    to_plain_text,
    walk_blocks,
)
from onrecord.model.approved_text import find_changes_since_approval
from onrecord.model.interview import TURN_ADDRESS
from onrecord.model.interview_style import STYLES, Labels
from onrecord.model.names import fold_name
from onrecord.model.problems import Problem, find_closest_word, sort_problems
from onrecord.model.rule import Rule, Severity
from onrecord.runtime import interface_texts

_COLUMN_LETTERS = re.compile("[\u1820-\u18aa\ua840-\ua873][\u1800-\u18af\u202f\ua840-\ua877]*")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]")
_ENDS = " “”„«»\"'.…"  # of a quotation; the answer goes on there


def check_book(book: Book) -> tuple[Problem, ...]:
    """Return every problem of a whole book that the rules of this module find, by file and line."""
    return sort_problems(problem for rule in CHECKS for problem in rule(book))


def find_addresses(interview: Interview) -> frozenset[str]:
    """Return the ids inside an interview that a link may point to."""
    ids = {identity for identity, _ in _iterate_ids(interview)}
    around = {"byline": interview.byline, "disclaimer": interview.disclaimer, "rights": interview.rights}
    return frozenset({*ids, "title", *(name for name, text in around.items() if text)})


def _iterate_ids(interview: Interview) -> Iterator[tuple[str, SourceLocation]]:
    """Yield the id of each turn, division and picture that has one, with its place."""
    for part in interview.conversation:
        if not isinstance(part, EditorNote):
            yield part.id, part.location
    for block in walk_blocks(iterate_blocks(interview)):
        if isinstance(block, Figure) and block.id:
            yield block.id, block.location


def check_links(book: Book) -> Iterator[Problem]:
    """Yield a problem for each link inside the book that leads to nothing in it."""
    referring = [
        interview for interview in book.interviews if interview.inventory is None or interview.inventory.has_references
    ]
    known = {interview.slug: find_addresses(interview) for interview in book.interviews if referring}
    for interview in referring:
        for link, place in find_links([*_iterate_headings(interview), *iterate_blocks(interview)]):
            if not link.is_external:
                yield from _check_link(link, place, interview, known)


def _check_link(
    link: Link, place: SourceLocation, interview: Interview, known: Mapping[str, Collection[str]]
) -> Iterator[Problem]:
    """Yield the problem of a link inside the book, if it has one.

    `known` are the ids in each interview, by its slug.
    """
    slug, _, identity = link.target.partition("#")
    slug = slug or interview.slug
    if slug not in known:
        near = find_closest_word(slug.removesuffix(".md").removesuffix(".html"), known)
        near = f"{near}#{identity}" if near and identity else near
        hint = f"did you mean “{near}”?" if near else "write the full address, https://…, or take the link away"
        sentence = f"the link to “{link.target}” leads to no interview of this book"
        yield Problem(place, Rule.LINKS_GO_SOMEWHERE, sentence, hint)
    elif identity and identity not in known[slug]:
        near = find_closest_word(identity, known[slug])
        hint = f"did you mean “#{near}”?" if near else f"give the turn that address: {{#{identity}}}"
        yield Problem(place, Rule.LINKS_GO_SOMEWHERE, f"“{link.target}” is not an address in {slug}", hint)
    elif identity and TURN_ADDRESS.fullmatch(words := to_plain_text(link.content).strip()):
        sentence = f"every edition puts the address of the turn after this link, so it reads “{words} {words}”"
        hint = f"write words of the sentence: [as I said]({link.target})"
        yield Problem(place, Rule.LINKS_HAVE_WORDS, sentence, hint, severity=Severity.WARNING)


def _iterate_headings(interview: Interview) -> Iterator[Heading]:
    """Yield the headings of an interview in reading order; a division counts as level 2."""
    for part in interview.conversation:
        if isinstance(part, Division):
            yield Heading(part.content, 2, part.location)


def check_unique_ids(book: Book) -> Iterator[Problem]:
    """Yield a problem for each address in an interview that is also that of the interview or its rights."""
    for interview in book.interviews:
        owners = {interview.slug: "the interview itself"}
        if interview.rights:
            owners["rights"] = "its line of rights"
        if interview.rights and interview.slug == "rights":
            sentence = "the address #rights is that of the interview and of its line of rights"
            yield Problem(interview.location, Rule.IDS_ARE_UNIQUE, sentence, "rename the file: rights-1.md")
        for identity, place in _iterate_ids(interview):
            if identity in owners:
                sentence = f"the address #{identity} is that of {owners[identity]}"
                yield Problem(place, Rule.IDS_ARE_UNIQUE, sentence, f"write {{#{identity}-1}}")


def check_pull_quotes(book: Book) -> Iterator[Problem]:
    """Yield a problem for each pull quote that does not repeat words of its interview.

    Pull quotes are set large, and not counted as words of the interview.
    """
    for interview in book.interviews:
        quotes = [block for block in walk_blocks(iterate_blocks(interview)) if isinstance(block, PullQuote)]
        words = _join_conversation(interview) if quotes else ""
        for block in (block for quote in quotes for block in quote.blocks):
            if (
                not isinstance(block, Paragraph)
                or _collapse_spaces(to_plain_text(block.content)).strip(_ENDS) not in words
            ):
                yield Problem(
                    block.location,
                    Rule.PULL_QUOTES_REPEAT,
                    "these words do not stand in the interview as they are quoted here",
                    "copy them from the answer, to the letter",
                )


def _join_conversation(interview: Interview) -> str:
    """Return the words of the introduction and the conversation."""
    around = ("title", "standfirst", "byline", "credit", "disclaimer", "rights")
    return _collapse_spaces(
        " ".join(passage.text for passage in iterate_passages(interview) if passage.kind not in around)
    )


def _collapse_spaces(text: str) -> str:
    """Return the text with each run of white space made one space, and none at its ends."""
    return " ".join(text.split())


def _find_interviews_with(book: Book, character: str) -> Iterator[Interview]:
    """Yield the interviews of the book whose text may hold this character, to save a search in the others."""
    for interview in book.interviews:
        if interview.inventory is None or character in interview.inventory.characters:
            yield interview


def check_headings(book: Book) -> Iterator[Problem]:
    """Yield a problem for each division whose heading has no words."""
    for interview in book.interviews:
        for part in interview.conversation:
            if isinstance(part, Division) and not to_plain_text(part.content).strip():
                yield Problem(
                    part.location, Rule.HEADINGS_HAVE_WORDS, "this heading has no words", "write: ## The heading"
                )


def check_undefined_notes(book: Book) -> Iterator[Problem]:
    """Yield a problem for each `[^name]` left in the text, because its footnote is written nowhere."""
    for interview in _find_interviews_with(book, "^"):
        for text, place in find_texts(iterate_blocks(interview)):
            for name in _NOTE.findall(text.text) if "[^" in text.text else ():
                yield Problem(
                    place,
                    Rule.NOTES_ARE_DEFINED,
                    f"footnote [^{name}] is called but written nowhere",
                    f"add a paragraph: [^{name}]: The note.",
                )


def check_unclosed_bold(book: Book) -> Iterator[Problem]:
    """Yield a problem for each paragraph that begins with two asterisks, as bold that does not end.

    It is usually a question whose bold was never closed.
    """
    for interview in _find_interviews_with(book, "*"):
        for block in walk_blocks(iterate_blocks(interview)):
            first = block.content[0] if isinstance(block, Paragraph) and block.content else None
            if isinstance(first, Text) and first.text.startswith("**"):
                yield Problem(
                    block.location,
                    Rule.BOLD_IS_CLOSED,
                    "this paragraph begins with ** that nothing closes",
                    "close it: **The question?**, without a space before the last **",
                )


def check_guests(book: Book) -> Iterator[Problem]:
    """Yield a problem for each interview that does not say who answers.

    Contents and contributors would have nobody to name.
    """
    for interview in book.interviews:
        if not interview.guests:
            yield Problem(
                interview.location,
                Rule.GUESTS_ARE_NAMED,
                "nobody among the people is an interviewee",
                'add: people: [{name: "A name", role: interviewee}]',
                severity=Severity.WARNING,
            )


def check_names_for_styles(book: Book) -> Iterator[Problem]:
    """Yield a problem for each interview whose style prints who speaks, where nobody is known to."""
    for interview in book.interviews:
        prints_names = STYLES[interview.style].labels in (Labels.AS_TYPED, Labels.INITIALS)
        nameless = [turn for turn in interview.turns if not turn.speaker]
        if prints_names and nameless and not any(turn.label for turn in interview.turns):
            turn = nameless[0]
            role = Role.INTERVIEWER if isinstance(turn, Question) else Role.INTERVIEWEE
            sentence = f"the style “{interview.style}” prints who speaks, and nobody is named for {turn.address}"
            hint = f'add under people: - {{name: "A name", role: {role}}}, or write: style: letters'
            yield Problem(turn.location, Rule.STYLE_HAS_NAMES, sentence, hint, severity=Severity.WARNING)


def check_portraits(book: Book) -> Iterator[Problem]:
    """Yield a problem for each picture of a person of whom an earlier interview has another one."""
    known: dict[str, Asset] = {}
    for interview in book.interviews:
        for person in interview.people:
            asset = person.picture.asset if person.picture else None
            first = known.setdefault(fold_name(person.name), asset) if asset else None
            if person.picture and asset and first and asset.sha256 != first.sha256:
                place = SourceLocation(interview.location.file, person.picture.line)
                sentence = f"{person.name} has two pictures; {first.path} is published, {asset.path} is not"
                rule, severity = Rule.PEOPLE_HAVE_ONE_PICTURE, Severity.WARNING
                yield Problem(place, rule, sentence, f"write: picture: {first.path}", severity=severity)


def check_approved_texts(book: Book) -> Iterator[Problem]:
    """Yield a problem for each place at which an interview differs from what was approved."""
    for interview in book.interviews:
        changes = find_changes_since_approval(interview, interview.approval) if interview.approval else ()
        for change in changes:
            hint = f"send it again (approve {interview.slug}), or bring the approved words back"
            rule, severity = Rule.APPROVED_TEXT_IS_UNCHANGED, Severity.WARNING
            yield Problem(change.location, rule, change.sentence, hint, severity=severity)


def check_turn_times(book: Book) -> Iterator[Problem]:
    """Yield a problem for each turn with a time at which no recording plays."""
    for interview in book.interviews:
        yield from times_are_in_the_recording(interview)


def check_redirects(book: Book) -> Iterator[Problem]:
    """Yield a problem for each redirect that cannot work."""
    return find_redirect_problems(book, find_addresses)


def check_languages(book: Book) -> Iterator[Problem]:
    """Yield a warning for each language without interface texts, at the first place that has it."""
    places = {book.language: book.location}
    for interview in book.interviews:
        places.setdefault(interview.language, interview.location)
    known = ", ".join(interface_texts.list_codes())
    for language, place in places.items():
        if not interface_texts.has_texts(language):
            sentence = f"what On Record says by itself is not translated into “{language}”: headings are in English"
            hint = f"leave it so, or translate one file (recipe in CONTRIBUTING.md); there are texts in {known}"
            yield Problem(place, Rule.LANGUAGE_HAS_TEXTS, sentence, hint, severity=Severity.WARNING)


def check_scripts(book: Book) -> Iterator[Problem]:
    """Yield a warning at the first words in a script that is written in columns: Mongolian, Manchu or Phags-pa."""
    texts = [(text, book.location) for text in (book.title, book.subtitle)]
    interviews = (
        interview
        for interview in book.interviews
        if interview.inventory is None or _COLUMN_LETTERS.search(interview.inventory.characters)
    )
    passages = (passage for interview in interviews for passage in iterate_printed_passages(interview))
    for text, place in chain(texts, ((passage.text, passage.location) for passage in passages)):
        if match := _COLUMN_LETTERS.search(text):
            sentence = f"“{match.group()}” is written in columns; all editions show it in lines, lying on its side"
            hint = "leave it so, or write it in another script, such as Cyrillic for Mongolian"
            yield Problem(place, Rule.SCRIPTS_RUN_IN_LINES, sentence, hint, severity=Severity.WARNING)
            return


CHECKS: tuple[Callable[[Book], Iterator[Problem]], ...] = (
    check_languages,
    check_scripts,
    check_links,
    check_unique_ids,
    check_pull_quotes,
    check_headings,
    check_undefined_notes,
    check_unclosed_bold,
    check_guests,
    check_names_for_styles,
    check_portraits,
    check_look_alikes,
    check_approved_texts,
    check_redirects,
    check_turn_times,
    check_pairs,
    check_translations,
    check_facing_texts,
    check_index,
    check_unread_index_marks,
)
