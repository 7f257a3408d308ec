"""Show the index of a book: each heading with its places, by address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onrecord.model import Book
from onrecord.model.index_headings import IndexHeading
from onrecord.model.index_places import IndexPlace, find_index_places

_Places = dict[tuple[str, str], list[IndexPlace]]  # by the names of heading and sub-heading


def outline_index(book: Book) -> list[dict[str, object]]:
    """Return the index headings for `outline --json`, in the order of the file; [] if the book has no index."""
    if book.index is None:
        return []
    places = _group_places(book)
    return [_outline_heading(heading, places) for heading in book.index.headings]


def list_index_lines(book: Book) -> Iterator[str]:
    """Yield a line of `outline` for each index heading and sub-heading that has places."""
    if book.index is None:
        return
    places = _group_places(book)
    for heading, sub in book.index.iterate_levels():
        entries = places.get(_get_key(heading, sub), [])
        addresses = ", ".join(dict.fromkeys(f"{place.slug} {_format_address(place)}".strip() for place in entries))
        references = "".join(f"; see {name}" for name in heading.see) if not sub else ""
        if addresses or references or (not sub and _has_places_below(heading, places)):
            yield f"  {'  ' if sub else ''}{(sub or heading).name}{': ' if addresses else ''}{addresses}{references}"


def _has_places_below(heading: IndexHeading, places: _Places) -> bool:
    """Return whether a sub-heading of an index heading has places."""
    return any(_get_key(heading, sub) in places for sub in heading.subs)


def _group_places(book: Book) -> _Places:
    """Return the index places of each heading and sub-heading."""
    groups: _Places = {}
    for place in find_index_places(book):
        groups.setdefault((place.heading, place.sub), []).append(place)
    return groups


def _get_key(heading: IndexHeading, sub: IndexHeading | None) -> tuple[str, str]:
    """Return the (heading, sub-heading) names under which index places are grouped."""
    return heading.name.text, sub.name.text if sub else ""


def _outline_heading(heading: IndexHeading, places: _Places) -> dict[str, object]:
    """Return an index heading with its references, places and sub-headings for `outline --json`."""
    subs: list[dict[str, object]] = [
        {"name": sub.name.text, "places": _outline_places(places.get(_get_key(heading, sub), []))}
        for sub in heading.subs
    ]
    further = {
        "aliases": [alias.text for alias in heading.aliases],
        "sort": heading.sort,
        "see": [name.text for name in heading.see],
        "see_also": [name.text for name in heading.see_also],
        "sub": subs,
    }
    return {
        "name": heading.name.text,
        "kind": heading.kind.value,
        **{key: value for key, value in further.items() if value},
        "places": _outline_places(places.get(_get_key(heading, None), [])),
    }


def _outline_places(places: Sequence[IndexPlace]) -> list[dict[str, object]]:
    """Return places for `outline --json`: the interview, the address ("" before the first turn), and the words."""
    return [
        {
            "interview": place.slug,
            "address": place.first.address,
            **({"to": place.last.address} if place.is_range else {}),
            "words": place.words,
            "line": place.first.location.line,
        }
        for place in places
    ]


def _format_address(place: IndexPlace) -> str:
    """Return the turns of an index place: “A2”, or “A2–A4” for a range."""
    return "–".join(dict.fromkeys((place.first.address, place.last.address)))
