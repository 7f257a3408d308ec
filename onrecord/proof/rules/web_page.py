"""Prove the pages of an e-book or a web edition one by one, each with a cache key.

A cached result is valid for the same bytes, but for the numbers of printed pages, the same reading of the page's
interview and the same version of On Record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from onrecord.model import Book, Interview, Part
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.model.scope import (
    ResolvedLinks,
    are_links_current,
    extract_book_facts,
    isolate_interview,
    make_cache_key,
    strip_conversations,
)
from onrecord.model.value import ByIdentity
from onrecord.proof.reading.article_text import find_hiding_selectors
from onrecord.proof.reading.expected_versions import ExpectedVersion, expect_versions
from onrecord.proof.reading.list_numbers import NumberRule, find_number_rules
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.reading.number_slots import generalize_page
from onrecord.proof.reading.style_harm import StyleHarm, find_style_harms
from onrecord.proof.rules.page_keys import PageKeys
from onrecord.proof.rules.report import InterviewReport
from onrecord.runtime import build_identity
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.task_runner import TaskRunner

_STYLE_HINT = "take this out of the book's styles/; if it is not there, it is a fault of On Record: please report it."


@dataclass(frozen=True, slots=True)
class StyleEffects:
    """What the style sheets of a copy do to its text."""

    hidden: frozenset[str]  # selectors of what they hide
    numbers: tuple[NumberRule, ...]
    harms: tuple[StyleHarm, ...]


def read_style_effects(css: str, cache: Cache) -> StyleEffects:
    """Return what a style sheet does that the proof must know: hidden selectors, list numbers, harm to words."""
    key = compute_fingerprint("style effects", build_identity.compute_build_identity(), css)
    return cache.get_or_compute(key, lambda: _read_style_effects(css))


@lru_cache(maxsize=4)  # a book's own design is proved before layout and after it
def _read_style_effects(css: str) -> StyleEffects:
    """Read the style sheet as `read_style_effects` does, without the cache on disk."""
    return StyleEffects(find_hiding_selectors(css), find_number_rules(css), find_style_harms(css))


def check_styles(book: Book, pages: Mapping[str, WebPageProof], copy: str) -> Iterator[Problem]:
    """Yield a problem for each style declaration that harms words, with the first page on which it does."""
    first_pages: dict[str, str] = {}
    for name, page in sorted(pages.items()):
        for harm in page.style_harms:
            first_pages.setdefault(harm, name)
    for harm, name in first_pages.items():
        sentence = f"{copy}: its style {shorten_text(harm, 160)}, first on the page “{name}”"
        yield Problem(book.location, Rule.EVERY_WORD_IS_SEEN, sentence, _STYLE_HINT)


def compute_outline_key(book: Book) -> str:
    """Return the fingerprint of a book without its conversations, index, earlier edition and offered files."""
    around = replace(book, parts=(), index=None, earlier=None, offered=())
    return compute_fingerprint(around, _fingerprint_outlines(ByIdentity(book.parts)))


@lru_cache(maxsize=2)  # it is asked for with each edition
def _fingerprint_outlines(parts: ByIdentity[tuple[Part, ...]]) -> str:
    """Return the fingerprint of what stands around the interviews of these parts."""
    return compute_fingerprint(strip_conversations(parts.value))


@dataclass(frozen=True, slots=True)
class Companions:
    """What belongs to a page besides it: the files for reference managers, and what the search knows of it."""

    records: tuple[bytes, ...] = ()
    search: bytes = b""


_NO_COMPANIONS = Companions()


@dataclass(frozen=True, slots=True)
class WebPageTask:
    """A page to prove: its bytes, its interview if it has one, and the part of the book that the proof needs.

    `versions` are the interview in other languages.
    """

    name: str
    data: bytes
    styles: StyleEffects
    book: Book
    interview: Interview | None = None
    companions: Companions = _NO_COMPANIONS
    versions: tuple[ExpectedVersion, ...] = ()


@dataclass(frozen=True)  # unpickles faster without slots
class WebPageProof:
    """What was read on a page: the ids of its interviews, the normalized text outside them, its access rights.

    `problems` and `report` are the proof of the page's interview; `leads` are the facts about other interviews
    that this proof used.
    """

    articles: tuple[str, ...]
    outside: str
    access_rights: tuple[str, ...] = ()  # as the metadata state them
    problems: tuple[Problem, ...] = ()
    report: InterviewReport | None = None
    leads: ResolvedLinks = ()
    shell: tuple[str, ...] = ()  # the tokens of the page without its interviews
    activity: str = ""  # the first tag of the shell that acts, loads or hides
    style_harms: tuple[str, ...] = ()  # what the style sheets do to the words of the page
    markup_problems: tuple[Problem, ...] = ()  # of an interview whose words are right
    key: str = ""  # the fingerprint of the page without page numbers, and of all that it was compared with

    @property
    def is_right(self) -> bool:
        """Return whether the proof of the page's interview found nothing wrong."""
        return not (self.problems or self.markup_problems)


def build_web_page_task(
    book: Book,
    name: str,
    data: bytes,
    styles: StyleEffects,
    interview: Interview | None,
    companions: Companions = _NO_COMPANIONS,
    versions: tuple[ExpectedVersion, ...] = (),
) -> WebPageTask:
    """Return the task of proving one web or e-book page, with only the part of the book that it needs."""
    return WebPageTask(
        name,
        data,
        styles,
        isolate_interview(book, interview) if interview else extract_book_facts(book),
        interview,
        companions,
        versions,
    )


def prove_web_pages(
    kind: str,
    book: Book,
    pages: Sequence[tuple[str, bytes]],
    styles: StyleEffects,
    interviews: Mapping[str, Interview],
    companions: Mapping[str, Companions],
    prove_page: Callable[[WebPageTask], WebPageProof],
    runner: TaskRunner,
) -> list[WebPageProof]:
    """Return the proof of each web or e-book page, from the cache where it is still valid.

    `interviews` and `companions` are by the names of their pages. `prove_page` runs in
    a worker.
    """
    key_of_copy = compute_fingerprint(
        "web page",
        kind,
        build_identity.compute_build_identity(),
        extract_book_facts(book),
        sorted(styles.hidden),
        styles.numbers,
        styles.harms,
    )
    tasks, versions_by_slug = [], expect_versions(book)
    keys = PageKeys(runner.cache, key_of_copy)
    for name, data in pages:
        interview, beside = interviews.get(name), companions.get(name, _NO_COMPANIONS)
        facts = make_cache_key(interview) if interview else None
        versions = versions_by_slug.get(interview.slug, ()) if interview else ()
        key = compute_fingerprint(key_of_copy, name, data, beside.records, beside.search, facts, versions)
        if interview and not book.pack:
            generalize = partial(generalize_page, data, beside.records, beside.search)
            key, _ = keys.find(key, (name, facts, versions), generalize)
        task = partial(build_web_page_task, book, name, data, styles, interview, beside, versions)
        tasks.append((key, task))

    def is_current(index: int, page: WebPageProof) -> bool:
        """Return whether a cached proof found nothing wrong, and links of the page still lead to the same turns.

        What is wrong may name other page numbers than the page has now.
        """
        interview = interviews.get(pages[index][0])
        return interview is None or (page.is_right and are_links_current(book, interview, page.leads))

    proofs = runner.run_small_cached(prove_page, tasks, is_current)
    keys.remember()
    return [replace(proof, key=key) for proof, (key, _) in zip(proofs, tasks, strict=True)]
