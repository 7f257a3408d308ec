"""Which interviews may go out now, and what becomes of those that may not: never in silence.

An interview that is named, and may not go out, refuses the build; one that was only found is left out
with a warning. A pack that is not public may carry an interview whose embargo ends no later than its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from onrecord.model import Book, Interview, Place, Release, Status
from onrecord.model.extracts import relinked
from onrecord.model.pack import Distribution, Pack
from onrecord.model.problems import Problem, Severity, closest

_RULE = "embargo-is-kept"


@dataclass(frozen=True, slots=True)
class Gate:
    """`now` decides whether to build and enters no file; `released` are the slugs let out on the command line."""

    now: datetime
    released: tuple[str, ...] = ()

    def held(self, book: Book, pack: Pack | None = None) -> dict[str, str]:
        """The interviews that may not go out, each with the reason as it continues a sentence."""
        return {
            one.slug: reason_of(one)
            for one in book.interviews
            if one.slug not in self.released and not self._may_go(one, pack)
        }

    def _may_go(self, interview: Interview, pack: Pack | None) -> bool:
        status, embargo = interview.clearance.status, interview.clearance.embargo
        if status is not Status.CLEARED or embargo is None:
            return status is Status.CLEARED
        return self.now >= embargo or (pack is not None and _may_carry(pack, embargo))


def _may_carry(pack: Pack, embargo: datetime) -> bool:
    own = pack.markings.embargo
    return own is not None and own >= embargo and pack.markings.distribution is not Distribution.PUBLIC


def ages(book: Book, told: Iterable[Problem]) -> bool:
    """Whether time alone may make another book of the same files: an embargo has a part in it."""
    return any(one.clearance.embargo for one in book.interviews) or any(problem.rule == _RULE for problem in told)


def reason_of(interview: Interview) -> str:
    """What may keep the interview back, whatever the time is; "" if nothing does."""
    status, embargo = interview.clearance.status, interview.clearance.embargo
    if status is not Status.CLEARED:
        return "is a draft" if status is Status.DRAFT else "was withdrawn"
    return f"is under embargo until {embargo.isoformat(' ', 'minutes')}" if embargo else ""


def refused(interview: Interview, reason: str, place: Place) -> Problem:
    """An interview that is named at `place` and may not go out."""
    sentence = f"“{interview.slug}” {reason} ({interview.clearance.place}), and it is named here"
    hint = f"wait, take it out, or let it out on the command line: --release {interview.slug}"
    return Problem(place, _RULE, sentence, hint)


def left_out(interview: Interview, reason: str) -> Problem:
    """An interview that was found, not named."""
    sentence = f"“{interview.slug}” {reason}, so it is left out"
    hint = f"to build it all the same: --release {interview.slug}"
    return Problem(interview.clearance.place, _RULE, sentence, hint, severity=Severity.WARNING)


def opened(book: Book, gate: Gate) -> tuple[Book, tuple[Problem, ...]]:
    """The book without what may not go out, and what to say of that: errors, if the book names it."""
    held = gate.held(book)
    shut = [one for one in book.interviews if one.slug in held]
    if book.listed:
        return book, tuple(refused(one, held[one.slug], book.place) for one in shut)
    problems = [left_out(one, held[one.slug]) for one in shut]
    if shut and len(shut) == len(book.interviews):
        sentence = "every interview of the book is held back, so there is nothing to build"
        problems.append(Problem(book.place, _RULE, sentence, f"let one out: --release {shut[0].slug}"))
    return without(book, held), tuple(problems)


def without(book: Book, slugs: Collection[str]) -> Book:
    """The book without these interviews; links to them become plain words."""
    if not slugs:
        return book

    def lead(target: str) -> str | None:
        return None if target.partition("#")[0] in slugs else target

    def left(interviews: tuple[Interview, ...]) -> Iterator[Interview]:
        return (relinked(one, lead) for one in interviews if one.slug not in slugs)

    return replace(book, parts=tuple(replace(part, interviews=tuple(left(part.interviews))) for part in book.parts))


def releases(book: Book, gate: Gate) -> tuple[tuple[Release, ...], tuple[Problem, ...]]:
    """What was let out on the command line, for the record; one that is not there, or free to go, is a problem."""
    known = {one.slug: one for one in book.interviews}
    found, problems = [], []
    for slug in dict.fromkeys(gate.released):
        reason = reason_of(known[slug]) if slug in known else ""
        if reason:
            found.append(Release(slug, reason))
            continue
        near = closest(slug, known)
        sentence = (
            f"--release {slug}: nothing holds it back"
            if slug in known
            else f"--release {slug}: there is no such interview"
        )
        hint = "take the option away" if slug in known or not near else f"did you mean “{near}”?"
        problems.append(Problem(book.place, "release-is-needed", sentence, hint))
    return tuple(found), tuple(problems)
