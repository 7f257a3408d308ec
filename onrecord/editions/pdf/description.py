"""Describe a PDF to its viewer: its authors, and the outline beside its pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from onrecord.editions.pdf.bind.unbound_document import Bookmark
from onrecord.editions.pdf.page_numbering import NamedLeaf
from onrecord.editions.pdf.running_heads import shorten_between_words
from onrecord.model import Book, Division, Interview, Question, iterate_block_passages, to_plain_text
from onrecord.model.names import list_spellings

_LONGEST_QUESTION = 90  # characters


def list_guests(book: Book) -> str:
    """Return the names of all interviewees, each once, in order of appearance."""
    return ", ".join(list_spellings(person.name for interview in book.interviews for person in interview.guests))


def build_bookmarks(book: Book, words: Mapping[str, str], leaf_names: Iterable[str]) -> Iterator[Bookmark]:
    """Yield the bookmarks: title page, contents, parts with their interviews, and the back matter that has a leaf.

    A pack begins with its own title, and its parts are numbered agenda items.
    """
    yield Bookmark(book.title if book.pack else words["title_page"], "front.title")
    if not book.offprint:
        yield Bookmark(words["contents"], "front.contents")
    for number, part in enumerate(book.parts, 1):
        interviews = tuple(_build_interview_bookmark(interview) for interview in part.interviews)
        if part.has_opening_page:
            yield Bookmark(f"{number} {part.title}" if book.pack else part.title, f"part.{number}", interviews)
        else:
            yield from interviews
    names = {"back.contributors": "contributors", "back.changes": "edition_changes", "back.index": "book_index"}
    yield from (Bookmark(words[names[name]], name) for name in leaf_names if name in names)


def _build_interview_bookmark(interview: Interview) -> Bookmark:
    """Return the bookmark of an interview; below it stand its divisions, and below these its questions."""
    entries: list[Bookmark] = []
    is_divided = False
    for turn in interview.conversation:
        if isinstance(turn, Division):
            is_divided = True
            entries.append(Bookmark(to_plain_text(turn.content), f"{interview.slug}.{turn.id}"))
        elif isinstance(turn, Question):
            question = Bookmark(_write_question_title(turn), f"{interview.slug}.{turn.id}")
            if is_divided:
                division = entries[-1]
                entries[-1] = Bookmark(division.title, division.name, (*division.children, question))
            else:
                entries.append(question)
    return Bookmark(interview.title.text, interview.slug, tuple(entries))


def _write_question_title(question: Question) -> str:
    """Return the address and the text of a question, cut to at most 90 characters of text."""
    text = " ".join(passage.numbered_text for passage in iterate_block_passages(question.blocks, ""))
    return f"{question.address} {shorten_between_words(' '.join(text.split()), _LONGEST_QUESTION)}"


def name_leaves(book: Book, leaves: Iterable[NamedLeaf]) -> tuple[str, ...]:
    """Return what messages call each leaf: the file of an interview, or the name of the leaf."""
    files = {interview.slug: interview.location.file for interview in book.interviews}
    return tuple(files.get(leaf.name, leaf.name) for leaf in leaves)
