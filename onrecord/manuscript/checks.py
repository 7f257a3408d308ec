"""Rules that need the whole book: one small function for each, named for the good state it guards."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from onrecord.model import (
    Book,
    Division,
    EditorNote,
    Figure,
    Heading,
    Interview,
    PullQuote,
    Text,
    all_blocks,
    links_in,
    passages,
    plain,
    texts_in,
    walk_blocks,
)
from onrecord.model import Paragraph as ParagraphBlock
from onrecord.model.problems import Problem, Severity, closest, in_order

_NOTE = re.compile(r"\[\^([^\]\s]+)\]")
_ENDS = " “”„«»\"'.…"  # of a quotation; the answer goes on there


def check(book: Book) -> tuple[Problem, ...]:
    """Every problem of the rules below, by file and line."""
    return in_order(problem for rule in RULES for problem in rule(book))


def addresses(interview: Interview) -> frozenset[str]:
    """The ids inside an interview that a link may point to."""
    items = {item.id for item in interview.conversation if not isinstance(item, EditorNote)}
    figures = {block.id for block in walk_blocks(all_blocks(interview)) if isinstance(block, Figure) and block.id}
    around = {"byline": interview.byline, "disclaimer": interview.disclaimer, "rights": interview.rights}
    return frozenset({*items, *figures, "title", *(name for name, text in around.items() if text)})


def links_go_somewhere(book: Book) -> Iterator[Problem]:
    """Every link inside the book points to an interview, a turn, a division or a picture of it."""
    referring = [one for one in book.interviews if one.inventory is None or one.inventory.refers]
    known = {interview.slug: addresses(interview) for interview in book.interviews if referring}
    for interview in referring:
        for link, place in links_in([*_headings(interview), *all_blocks(interview)]):
            if link.leads_out:
                continue
            slug, _, identity = link.target.partition("#")
            slug = slug or interview.slug
            if slug not in known:
                near = closest(slug.removesuffix(".md").removesuffix(".html"), known)
                near = f"{near}#{identity}" if near and identity else near
                hint = f"did you mean “{near}”?" if near else "write the full address, https://…, or take the link away"
                yield Problem(
                    place, "links-go-somewhere", f"the link to “{link.target}” leads to no interview of this book", hint
                )
            elif identity and identity not in known[slug]:
                near = closest(identity, known[slug])
                hint = f"did you mean “#{near}”?" if near else f"give the turn that address: {{#{identity}}}"
                yield Problem(place, "links-go-somewhere", f"“{link.target}” is no address in {slug}", hint)


def _headings(interview: Interview) -> Iterator[Heading]:
    for item in interview.conversation:
        if isinstance(item, Division):
            yield Heading(item.content, 2, item.place)


def ids_are_unique(book: Book) -> Iterator[Problem]:
    """No address inside an interview is also that of the interview, or of a fixed part of it."""
    for interview in book.interviews:
        places = {item.id: item.place for item in interview.conversation if not isinstance(item, EditorNote)}
        figures = [block for block in walk_blocks(all_blocks(interview)) if isinstance(block, Figure) and block.id]
        taken = {interview.slug: "the interview itself"} | (
            {"rights": "its line of rights"} if interview.rights else {}
        )
        if interview.rights and interview.slug == "rights":
            sentence = "the address #rights is that of the interview and of its line of rights"
            yield Problem(interview.place, "ids-are-unique", sentence, "rename the file: rights-1.md")
        for identity, place in [*places.items(), *((figure.id, figure.place) for figure in figures)]:
            if identity in taken:
                sentence = f"the address #{identity} is that of {taken[identity]}"
                yield Problem(place, "ids-are-unique", sentence, f"write {{#{identity}-1}}")


def pull_quotes_repeat(book: Book) -> Iterator[Problem]:
    """A pull quote repeats words of its interview: it is set large, not counted."""
    for interview in book.interviews:
        quotes = [block for block in walk_blocks(all_blocks(interview)) if isinstance(block, PullQuote)]
        words = _own_words(interview) if quotes else ""
        for inner in (inner for quote in quotes for inner in quote.blocks):
            if not isinstance(inner, ParagraphBlock) or _folded(plain(inner.content)).strip(_ENDS) not in words:
                yield Problem(
                    inner.place,
                    "pull-quotes-repeat",
                    "these words do not stand in the interview as they are quoted here",
                    "copy them from the answer, to the letter",
                )


def _own_words(interview: Interview) -> str:
    """What is said in it, without what stands around it."""
    around = ("title", "standfirst", "byline", "disclaimer", "rights")
    return _folded(" ".join(passage.text for passage in passages(interview) if passage.kind not in around))


def _folded(text: str) -> str:
    return " ".join(text.split())


def _with(book: Book, character: str) -> Iterator[Interview]:
    """The interviews in which this character may stand."""
    return (one for one in book.interviews if one.inventory is None or character in one.inventory.characters)


def headings_have_words(book: Book) -> Iterator[Problem]:
    """A division has a heading that can be read."""
    for interview in book.interviews:
        for item in interview.conversation:
            if isinstance(item, Division) and not plain(item.content).strip():
                yield Problem(item.place, "headings-have-words", "this heading has no words", "write: ## The heading")


def notes_are_defined(book: Book) -> Iterator[Problem]:
    """`[^name]` in the text means that the footnote was written nowhere."""
    for interview in _with(book, "^"):
        for text, place in texts_in(all_blocks(interview)):
            for name in _NOTE.findall(text.text) if "[^" in text.text else ():
                yield Problem(
                    place,
                    "notes-are-defined",
                    f"footnote [^{name}] is called but written nowhere",
                    f"add a paragraph: [^{name}]: The note.",
                )


def bold_is_closed(book: Book) -> Iterator[Problem]:
    """Two asterisks left in the text are usually a question whose bold was never closed."""
    for interview in _with(book, "*"):
        for block in walk_blocks(all_blocks(interview)):
            first = block.content[0] if isinstance(block, ParagraphBlock) and block.content else None
            if isinstance(first, Text) and first.text.startswith("**"):
                yield Problem(
                    block.place,
                    "bold-is-closed",
                    "this paragraph begins with ** that nothing closes",
                    "close it: **The question?**, without a space before the last **",
                )


def guests_are_named(book: Book) -> Iterator[Problem]:
    """An interview says who answers; without it, contents and contributors have nobody to name."""
    for interview in book.interviews:
        if not interview.guests:
            yield Problem(
                interview.place,
                "guests-are-named",
                "nobody among the people is an interviewee",
                'add: people: [{name: "A name", role: interviewee}]',
                severity=Severity.WARNING,
            )


RULES: tuple[Callable[[Book], Iterator[Problem]], ...] = (
    links_go_somewhere,
    ids_are_unique,
    pull_quotes_repeat,
    headings_have_words,
    notes_are_defined,
    bold_is_closed,
    guests_are_named,
)
