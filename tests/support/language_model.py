"""The models that tell languages apart, unpacked once in a run: each process would take 0.4 s for it."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import cache

from py3langid.langid import LanguageIdentifier

from onrecord.importers.common import language_models
from onrecord.runtime.folders import write_file
from tests.support.shared_results import RESULTS

_load_anew = language_models._load_language_identifier


@cache
def load_language_identifier_once() -> LanguageIdentifier:
    """Return what a process of this run has unpacked; unlike other results, it does not stay in memory pickled, too."""
    file = RESULTS.folder / "language-identifier" if RESULTS.folder else None
    if file and file.exists():
        with file.open("rb") as stored:
            loaded: LanguageIdentifier = pickle.load(stored)
            return loaded
    identifier = _load_anew()
    if file:
        write_file(file, pickle.dumps(identifier, pickle.HIGHEST_PROTOCOL))
    return identifier


def share_language_model(set_attribute: Callable[[object, str, object], None]) -> None:
    """Make imports of this process use these models."""
    set_attribute(language_models, "_load_language_identifier", load_language_identifier_once)
