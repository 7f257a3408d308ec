"""Name the proofs of pages in the cache by what the pages say apart from the numbers of printed pages.

To tell the numbers apart takes as long as to look a page up. So it is remembered for each version of a page, in one
entry for all pages of a copy, and done only for versions that are new.
"""

from __future__ import annotations

from collections.abc import Callable

from onrecord.proof.reading.number_slots import GeneralPage
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint


class PageKeys:
    """The cache keys of the pages of a copy. `scope` is the fingerprint of all that its pages have in common."""

    def __init__(self, cache: Cache, scope: str) -> None:
        self._cache = cache
        self._scope = scope
        self._entry = compute_fingerprint("page keys", scope)
        self._known: dict[str, tuple[str, tuple[str, ...]]] = cache.get(self._entry) or {}
        self._used: dict[str, tuple[str, tuple[str, ...]]] = {}

    def find(self, version: str, facts: object, generalize: Callable[[], GeneralPage]) -> tuple[str, tuple[str, ...]]:
        """Return the key of a page without its page numbers, and the numbers.

        `version` is the fingerprint of the page with everything that its proof depends on, `facts` all of that but
        what `generalize` returns.
        """
        known = self._known.get(version)
        if known is None:
            page = generalize()
            known = compute_fingerprint(self._scope, facts, page.pieces), page.labels
        self._used[version] = known
        return known

    def remember(self) -> None:
        """Keep the keys that were asked for, if some were not known."""
        if self._used != self._known:
            self._cache.put(self._entry, self._used)
