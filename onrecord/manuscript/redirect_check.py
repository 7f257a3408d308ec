"""Check the redirects of a book: each leads from an address that is free to one that is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from onrecord.model import Book, Interview
from onrecord.model.problems import Problem, find_closest_word
from onrecord.model.redirects import Redirect
from onrecord.model.rule import Rule
from onrecord.model.slugs import LONGEST_SLUG, SLUG_PATTERN, is_reserved

_Fault = tuple[str, str]  # sentence and hint
_NO_FAULT = ("", "")


def find_redirect_problems(book: Book, find_addresses: Callable[[Interview], frozenset[str]]) -> Iterator[Problem]:
    """Yield each redirect that cannot work; `find_addresses` gives the ids in an interview."""
    check = _RedirectCheck(book, find_addresses)
    for redirect in book.redirects:
        sentence, hint = check.find_redirect_fault(redirect)
        if sentence:
            yield Problem(redirect.location, Rule.REDIRECTS_LEAD_SOMEWHERE, sentence, hint)


class _RedirectCheck:
    """Knows all addresses of a book, and all that lead elsewhere."""

    def __init__(self, book: Book, find_addresses: Callable[[Interview], frozenset[str]]) -> None:
        self._interviews = {interview.slug: interview for interview in book.interviews}
        self._withdrawn = {withdrawal.slug for withdrawal in book.withdrawals}
        self._targets: Mapping[str, str] = {redirect.old: redirect.new for redirect in book.redirects}
        self._find_addresses = find_addresses

    def find_redirect_fault(self, redirect: Redirect) -> _Fault:
        """Return what is wrong with a redirect and what to type; None if nothing is."""
        for address in (redirect.old, redirect.new):
            slug, mark, identity = address.partition("#")
            is_plain = SLUG_PATTERN.fullmatch(slug) and len(slug) <= LONGEST_SLUG
            if not is_plain or (mark and (not identity or set(identity) & set('# "<>&'))):
                sentence = f"“{address}” is no address of the web edition"
                return sentence, "write the name of an interview's file without .md, and for a turn: name#a3"
        return (
            self._explain_old_address(redirect.old)
            if self._is_taken_or_missing(redirect.old)
            else self._check_target(redirect)
        )

    def _is_taken_or_missing(self, old: str) -> bool:
        """Return whether an old address is not free to lead elsewhere."""
        return bool(self._explain_old_address(old)[0])

    def _explain_old_address(self, old: str) -> _Fault:
        """Return why an old address cannot lead elsewhere: it is used, or its page is not there; or None."""
        slug, mark, identity = old.partition("#")
        interview = self._interviews.get(slug)
        if not mark and (interview or slug in self._withdrawn):
            return f"“{old}” is an interview of this book, so its address leads to it", "take the line away"
        if interview and identity in self._find_addresses(interview):
            return f"“{old}” is an address of this book, so it cannot lead elsewhere", "take the line away"
        if mark and interview is None and slug not in self._targets:
            return f"there is no page “{slug}” from which “{old}” could lead elsewhere", f"add: {slug}: its-new-name"
        if interview is None and is_reserved(slug):
            return f"“{slug}” is a name that no interview can have had", "take the line away"
        return _NO_FAULT

    def _check_target(self, redirect: Redirect) -> _Fault:
        """Return a fault if a redirect leads in a circle, or to an address that is not there; else None."""
        address, passed = redirect.new, [redirect.old]
        while address in self._targets and not self._is_taken_or_missing(address):
            if address in passed:
                circle = " → ".join([*passed, address])
                return f"this leads in a circle: {circle}", "name the address that the book has now"
            passed.append(address)
            address = self._targets[address]
        slug, _, identity = address.partition("#")
        interview = self._interviews.get(slug)
        if interview is None and (slug not in self._withdrawn or identity):
            near = find_closest_word(slug, self._interviews)
            return f"there is no interview “{slug}”", f"did you mean “{near}”?" if near else "name one of the book"
        if interview and identity and identity not in self._find_addresses(interview):
            near = find_closest_word(identity, self._find_addresses(interview))
            hint = f"did you mean “{slug}#{near}”?" if near else f"name the interview alone: {slug}"
            return f"there is no “{identity}” in the interview “{slug}”", hint
        return _NO_FAULT
