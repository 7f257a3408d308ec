"""Decide which interviews may go out now, and report those that may not.

An interview that is named and may not go out refuses the build; one that a search found is left out with a warning.
A pack that is not public may carry an interview whose embargo ends no later than its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from onrecord.model import Book, Distribution, Interview, Pack, Release, SourceLocation, Status
from onrecord.model.extracts import redirect_links
from onrecord.model.problems import Problem, find_closest_word
from onrecord.model.recording import Recording
from onrecord.model.rule import Rule, Severity

_RULE = Rule.EMBARGO_IS_KEPT


@dataclass(frozen=True, slots=True)
class ReleaseOptions:
    """The moment and the options that decide what may go out.

    `now` decides whether to build and enters no file; `released` are the slugs let out on the command line.
    """

    now: datetime
    released: tuple[str, ...] = ()

    def find_held(self, book: Book, pack: Pack | None = None) -> dict[str, str]:
        """Return by slug why an interview may not go out: a predicate such as “is a draft”."""
        return {
            interview.slug: find_hold_reason(interview)
            for interview in book.interviews
            if interview.slug not in self.released and not self._may_go_out(interview, pack)
        }

    def _may_go_out(self, interview: Interview, pack: Pack | None) -> bool:
        """Return whether clearance and embargo let the interview out; `released` is not looked at."""
        status, embargo = interview.clearance.status, interview.clearance.embargo
        if status is not Status.CLEARED or interview.clearance.lacks:
            return False
        if embargo is None:
            return True
        return self.now >= embargo or (pack is not None and _keeps_embargo(pack, embargo))


def _keeps_embargo(pack: Pack, embargo: datetime) -> bool:
    """Return whether the pack is not public and under an embargo at least as long as `embargo`."""
    pack_embargo = pack.markings.embargo
    is_public = pack.markings.distribution is Distribution.PUBLIC
    return pack_embargo is not None and pack_embargo >= embargo and not is_public


def depends_on_time(book: Book, warnings: Iterable[Problem]) -> bool:
    """Return whether time can change the build: an embargo, or a warning of a held interview."""
    has_embargo = any(interview.clearance.embargo for interview in book.interviews)
    return has_embargo or any(problem.rule == _RULE for problem in warnings)


def find_hold_reason(interview: Interview) -> str:
    """Return why the interview may be held back (draft, withdrawn, not approved, embargo), or ""."""
    status, embargo = interview.clearance.status, interview.clearance.embargo
    if status is not Status.CLEARED:
        return "is a draft" if status is Status.DRAFT else "was withdrawn"
    if interview.clearance.lacks:
        return interview.clearance.lacks
    return f"is under embargo until {embargo.isoformat(' ', 'minutes')}" if embargo else ""


def report_refused(interview: Interview, reason: str, place: SourceLocation) -> Problem:
    """Return the error for an interview that is named at `place` and may not go out."""
    sentence = f"“{interview.slug}” {reason} ({interview.clearance.location}), and it is named here"
    hint = f"wait, take it out, or let it out on the command line: --release {interview.slug}"
    return Problem(place, _RULE, sentence, hint)


def report_unreleased(place: SourceLocation, slugs: Sequence[str]) -> Problem:
    """Return the error for a finished file that was built with releases which its proof was not given."""
    option = f"--release {','.join(slugs)}"
    sentence = f"its record says that it was built with {option}; without that option, fewer interviews may go out"
    return Problem(place, _RULE, sentence, f"prove it with the same option: {option}")


def report_left_out(interviews: Iterable[Interview], reasons: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a warning for each interview that a search found and that may not go out.

    There is none for an interview with `withdrawn:`: it is left out on purpose and for good, with a date and a notice.
    """
    for interview in interviews:
        if not interview.clearance.withdrawn_on:
            sentence = f"“{interview.slug}” {reasons[interview.slug]}, so it is left out"
            hint = f"to build it all the same: --release {interview.slug}"
            yield Problem(interview.clearance.location, _RULE, sentence, hint, severity=Severity.WARNING)


def remove_held(book: Book, release_options: ReleaseOptions) -> tuple[Book, tuple[Problem, ...]]:
    """Return the book without interviews that may not go out, and a problem for each.

    What the book names and may not go out is an error, the others a warning. A withdrawn interview with a notice is
    left out even if the book names it, and without a warning.
    """
    reasons = release_options.find_held(book)
    held = [interview for interview in book.interviews if interview.slug in reasons]
    named = [interview for interview in held if book.has_listed_interviews and not interview.clearance.withdrawn_on]
    if named:
        return book, tuple(report_refused(interview, reasons[interview.slug], book.location) for interview in named)
    problems = list(report_left_out(held, reasons))
    problems += _find_shared_recordings(book, reasons)
    if held and len(held) == len(book.interviews):
        sentence = "every interview of the book is held back, so there is nothing to build"
        problems.append(Problem(book.location, _RULE, sentence, f"let one out: --release {held[0].slug}"))
    return remove_interviews(book, reasons), tuple(problems)


def _find_shared_recordings(book: Book, reasons: Mapping[str, str]) -> Iterator[Problem]:
    """Yield each recording of a published interview that is also that of one which may not go out."""
    held: dict[str, str] = {}
    for interview in book.interviews:
        if interview.slug in reasons:
            held |= {sign: interview.slug for part in interview.recordings for sign in _list_identifiers(part)}
    for interview in book.interviews:
        for part in interview.recordings if interview.slug not in reasons else ():
            slug = next((held[sign] for sign in _list_identifiers(part) if sign in held), "")
            if slug:
                sentence = f"{part.url or part.file} is also the recording of “{slug}”, which {reasons[slug]}"
                hint = f"give each interview a recording of its own, or let that one out: --release {slug}"
                yield Problem(part.location, _RULE, sentence, hint)


def _list_identifiers(recording: Recording) -> list[str]:
    """Return all by which a recording can be told to be another's, too: file, address, digest."""
    return [sign for sign in (recording.file, recording.url, recording.sha256) if sign]


def remove_interviews(book: Book, slugs: Collection[str]) -> Book:
    """Return the book without these interviews, and without parts that held no others.

    Links to them become plain words.
    """
    if not slugs:
        return book

    def find_target(target: str) -> str | None:
        """Return the target of a link, or None if it leads to a removed interview."""
        return None if target.partition("#")[0] in slugs else target

    def remove_from(interviews: tuple[Interview, ...]) -> tuple[Interview, ...]:
        """Return the interviews that are not removed, with links to removed ones as plain words."""
        return tuple(redirect_links(interview, find_target) for interview in interviews if interview.slug not in slugs)

    parts = [replace(part, interviews=remove_from(part.interviews)) for part in book.parts]
    remaining = tuple(
        after for before, after in zip(book.parts, parts, strict=True) if after.interviews or before == after
    )
    return replace(book, parts=remaining or tuple(parts[:1]))


def list_releases(book: Book, release_options: ReleaseOptions) -> tuple[tuple[Release, ...], tuple[Problem, ...]]:
    """Return the interviews let out by --release, and the problems of needless slugs.

    A slug that is not in the book, or that nothing holds back, is a problem.
    """
    interviews = {interview.slug: interview for interview in book.interviews}
    released, problems = [], []
    for slug in dict.fromkeys(release_options.released):
        is_known = slug in interviews
        if reason := find_hold_reason(interviews[slug]) if is_known else "":
            released.append(Release(slug, reason))
            continue
        near = find_closest_word(slug, interviews)
        sentence = f"--release {slug}: {'nothing holds it back' if is_known else 'there is no such interview'}"
        hint = "take the option away" if is_known or not near else f"did you mean “{near}”?"
        problems.append(Problem(book.location, Rule.RELEASE_IS_NEEDED, sentence, hint))
    return tuple(released), tuple(problems)
