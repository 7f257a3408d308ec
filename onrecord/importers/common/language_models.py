"""Classify the language of a text with the models of py3langid, which are read when they are first needed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_MOST_CHARACTERS = 20_000
_TAGS = {"no": "nb"}  # Norwegian is written as Bokmål, or its texts are recognized as Nynorsk


def classify_text(text: str) -> tuple[str, float]:
    """Return the BCP 47 tag of the most probable language, and its probability."""
    tag, probability = _load_language_identifier().classify(text[:_MOST_CHARACTERS])
    return _TAGS.get(tag, tag), float(probability)


@cache
def _load_language_identifier() -> LanguageIdentifier:
    """Return the identifier of 97 languages; its probabilities compare between texts of any length."""
    # Loaded late: it loads NumPy, which takes 0.1 s, and only the workers of imports need it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
