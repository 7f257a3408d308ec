"""A pack's late papers: what is new and changed since an earlier delivery, which its record remembers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from onrecord.manuscript.pack_file import FOLDER
from onrecord.model import Book, Part, Words
from onrecord.model.changes import Supplement
from onrecord.model.problems import Problem, Refused, closest
from onrecord.packs import delivery_changes
from onrecord.runtime.folders import read_file

__all__ = ["delivery", "of"]


def of(book: Book, folder: Path, out: Path) -> Book:
    """The papers of the day: the pack without what is as it was in the earlier delivery; any other book as it is.

    The record of the earlier delivery stands in `out`, or beside the pack's file. Refused if it does not, or if
    nothing changed.
    """
    pack = book.pack
    if pack is None or pack.supplement_of is None or pack.merged:
        return book
    earlier = _record(folder, out, pack.supplement_of, book.slug)
    found = delivery_changes.changes(earlier, book)
    inserts = delivery_changes.inserts(earlier, book)
    _refuse_what_cannot_be_inserted(pack.supplement_of, [insert.page for insert in inserts], empty=not found)
    fresh = {insert.slug for insert in inserts}
    papers = tuple(one for one in book.interviews if one.slug in fresh)
    supplement = Supplement(str(earlier["title"]), found, inserts, delivery_changes.taken(earlier))
    return replace(book, parts=(Part("", papers),), pack=replace(pack, agenda=(), supplement=supplement))


class Delivery(delivery_changes.Record):
    """What a later supplement needs to know of a pack."""

    pack: str
    title: str


def delivery(
    book: Book, pages: Mapping[str, str], last: Mapping[str, str], whole: Book, folder: Path, out: Path
) -> Delivery:
    """What a later supplement needs to know of this pack: all that its readers hold now, with its pages.

    `whole` is the pack before the unchanged papers were left out; these keep the pages they had. An archive copy is
    no delivery to follow: it is found by its slug alone.
    """
    assert book.pack is not None
    pages, last = dict(pages), dict(last)
    if book.pack.supplement and book.pack.supplement_of:
        earlier = _record(folder, out, book.pack.supplement_of, book.slug)
        printed = {one.slug for one in book.interviews}
        for one in earlier["interviews"]:
            if one["slug"] not in printed:
                pages |= {one["slug"]: one["page"]} | {
                    f"{one['slug']}.{piece['id']}": piece["page"] for piece in one["pieces"] if piece["id"]
                }
                last[one["slug"]] = one["last"]
    return {
        "pack": "" if book.pack.merged else book.pack.name,
        "title": book.title,
        **delivery_changes.record_of(whole, pages, last),
    }


def _refuse_what_cannot_be_inserted(name: Words, pages: list[str], *, empty: bool) -> None:
    if empty:
        sentence = f"nothing has changed since “{name}” was delivered"
        hint = "a supplement holds what is new or changed; for one copy of everything: --merged"
        raise Refused([Problem(name.place, "supplement-has-changes", sentence, hint)])
    if not all(pages):
        sentence = f"“{name}” was delivered without page numbers, so nobody can say where new pages belong"
        raise Refused(
            [
                Problem(
                    name.place, "earlier-pages-are-known", sentence, "build the earlier pack as PDF, or give --merged"
                )
            ]
        )


# --- the record ---------------------------------------------------------------------------------------


def _record(folder: Path, out: Path, name: Words, own: str) -> Delivery:
    """What was delivered under that name: a slug, or the name of a pack of which one delivery is on record."""
    known = {str(record["slug"]): record for record in _records(folder, out) if record["slug"] != own}
    if name.text in known:
        return known[name.text]
    named = {slug: record for slug, record in known.items() if record["pack"] == name.text}
    if len(named) == 1:
        return next(iter(named.values()))
    if named:
        sentence = f"“{name}” was delivered more than once: {', '.join(sorted(named))}"
        hint = f"say which one: supplement_of: {max(named)}"
    else:
        sentence = f"no delivery of “{name}” is on record in “{out}”"
        near = closest(name.text, {*known, *(str(record["pack"]) for record in known.values())})
        build = f"build it first: python build.py pdf --pack {name}; or put its .proof.json into {FOLDER}/"
        hint = f"did you mean “{near}”? {build}" if near else build
    raise Refused([Problem(name.place, "earlier-delivery-is-known", sentence, hint)])


def _records(folder: Path, out: Path) -> Iterator[Delivery]:
    """Every delivery of a pack that is on record; a copy of a record beside the packs counts where `out` has none."""
    for home in (folder / FOLDER, out):
        for path in sorted(home.glob("*.proof.json")):
            try:
                found = json.loads(read_file(path))["delivery"]
                pack, title = str(found["pack"]), str(found["title"])
            except (OSError, ValueError, LookupError, TypeError, RecursionError):
                continue  # of a book, or of a version without
            yield {**delivery_changes.recorded(json.dumps(found).encode(), str(path)), "pack": pack, "title": title}
