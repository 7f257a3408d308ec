"""The pages of an e-book or of a web edition, each read and proved on its own; what was found on the same bytes before is known.

What is known of a page holds for exactly these bytes, this reading of its interview, and this version of On Record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from onrecord.model import Book, Interview
from onrecord.model.problems import Problem
from onrecord.model.scope import Leads, apart, facts, named, still
from onrecord.proof.reading.article_text import hiding_selectors
from onrecord.proof.reading.list_numbers import NumberRule, number_rules
from onrecord.proof.rules.report import InterviewReport
from onrecord.runtime import build_identity
from onrecord.runtime.cache import fingerprint
from onrecord.runtime.task_runner import Press


@dataclass(frozen=True, slots=True)
class Styles:
    """What the style sheets of a copy do to its words."""

    hidden: frozenset[str]  # selectors
    numbers: tuple[NumberRule, ...]


def styles_of(css: str) -> Styles:
    return Styles(hiding_selectors(css), number_rules(css))


@dataclass(frozen=True, slots=True)
class Case:
    """A page of a copy, and the interview whose page it is, with all of the book that the two are judged by.

    `record` is the file beside it for reference managers.
    """

    name: str
    data: bytes
    styles: Styles
    book: Book
    interview: Interview | None = None
    record: bytes = b""


@dataclass(frozen=True)  # without slots it is read faster
class Screen:
    """What is found on a page: the ids of its interviews, the letters outside of them, who may read it by its metadata.

    `problems` and `report` are the proof of its own interview; `leads` is what that was judged by in others.
    """

    articles: tuple[str, ...]
    outside: str
    stated: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    report: InterviewReport | None = None
    leads: Leads = ()


def case_of(book: Book, name: str, data: bytes, styles: Styles, own: Interview | None, record: bytes = b"") -> Case:
    return Case(name, data, styles, apart(book, own) if own else facts(book), own, record)


def read_screens(
    kind: str,
    book: Book,
    pages: Sequence[tuple[str, bytes]],
    styles: Styles,
    own: Mapping[str, Interview],
    records: Mapping[str, bytes],
    judge: Callable[[Case], Screen],
    press: Press,
) -> list[Screen]:
    """What `judge` finds on each page. `own` are the interviews, and `records` their records, by the names of their pages."""
    about = fingerprint("screen", kind, build_identity.identity(), facts(book), sorted(styles.hidden), styles.numbers)
    wanted = []
    for name, data in pages:
        interview, record = own.get(name), records.get(name, b"")
        key = fingerprint(about, name, data, record, named(interview) if interview else None)
        wanted.append((key, partial(case_of, book, name, data, styles, interview, record)))

    def holds(index: int, screen: Screen) -> bool:
        interview = own.get(pages[index][0])
        return interview is None or still(book, interview, screen.leads)

    return press.quick(judge, wanted, holds)
