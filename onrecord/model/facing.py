"""Translations that print has on the right-hand pages, beside their originals on the left-hand pages."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from onrecord.model.book import Book


def map_facing(book: Book) -> Mapping[str, str]:
    """Return the slug of each translation that faces its original in print, with that of the original.

    It stands directly after it in its part. Packs and off-prints have no facing pages.
    """
    if book.pack or book.offprint:
        return {}
    pairs = [pair for part in book.parts for pair in pairwise(part.interviews)]
    return {
        translation.slug: original.slug
        for original, translation in pairs
        if translation.translation_of
        and translation.translation_of.is_facing
        and translation.translation_of.slug == original.slug
    }
