"""Reduce a pack to what is new and changed since an earlier delivery on record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from onrecord.manuscript.pack_file import PACKS_FOLDER
from onrecord.model import Book, Pack, Part, TextLine
from onrecord.model.changes import Supplement
from onrecord.model.problems import Problem, Refused, find_closest_word
from onrecord.model.rule import Rule
from onrecord.packs import delivered_pieces, delivery_changes
from onrecord.runtime.environment import get_program_name
from onrecord.runtime.folders import read_file


def reduce_to_supplement(book: Book, folder: Path, out: Path) -> Book:
    """Return a supplement with only new and changed interviews; any other book as it is.

    The record of the earlier delivery stands in `out`, or beside the pack's file. Raises Refused if it does not, or
    if nothing changed.
    """
    pack = book.pack
    if pack is None or pack.supplement_of is None or pack.is_merged:
        return book
    earlier = _find_earlier_delivery(folder, out, pack.supplement_of, book.slug)
    changes = delivery_changes.find_changes(earlier, book)
    inserts = delivery_changes.find_inserts(earlier, book)
    _refuse_what_cannot_be_inserted(pack.supplement_of, [insert.page for insert in inserts], is_empty=not changes)
    new_slugs = {insert.slug for insert in inserts}
    papers = tuple(interview for interview in book.interviews if interview.slug in new_slugs)
    supplement = Supplement(str(earlier["title"]), changes, inserts, delivery_changes.count_inserts(earlier))
    return replace(book, parts=(Part("", papers),), pack=replace(pack, agenda=(), supplement=supplement))


def read_earlier_interviews(pack: Pack, slug: str, folder: Path, out: Path) -> list[delivered_pieces.InterviewRecord]:
    """Return the interviews in the record of the delivery that the supplement `pack`, with this slug, follows."""
    assert pack.supplement_of is not None
    return _find_earlier_delivery(folder, out, pack.supplement_of, slug)["interviews"]


class PackDelivery(delivered_pieces.PackRecord):
    """A delivery of a pack as JSON; `pack` is "" for an archive copy."""

    pack: str
    title: str


def build_delivery(
    book: Book, pages: Mapping[str, str], last: Mapping[str, str], whole: Book, folder: Path, out: Path
) -> PackDelivery:
    """Return the record of this pack for a later supplement.

    It holds all that the pack's readers have now, with its pages. `whole` is the pack before the unchanged papers were
    left out; these keep the pages they had. An archive copy is no delivery to follow: it is found by its slug alone.
    """
    assert book.pack is not None
    pages, last = dict(pages), dict(last)
    if book.pack.supplement and book.pack.supplement_of:
        earlier = _find_earlier_delivery(folder, out, book.pack.supplement_of, book.slug)
        printed = {interview.slug for interview in book.interviews}
        for record in earlier["interviews"]:
            slug = record["slug"]
            if slug not in printed:
                pages[slug], last[slug] = record["page"], record["last"]
                pages |= {f"{slug}.{piece['id']}": piece["page"] for piece in record["pieces"] if piece["id"]}
    return {
        "pack": "" if book.pack.is_merged else book.pack.name,
        "title": book.title,
        **delivered_pieces.build_record(whole, pages, last),
    }


def _refuse_what_cannot_be_inserted(name: TextLine, pages: list[str], *, is_empty: bool) -> None:
    """Raise Refused if nothing has changed, or if the earlier pages have no numbers."""
    if is_empty:
        sentence = f"nothing has changed since “{name}” was delivered"
        hint = "a supplement holds what is new or changed; for one copy of everything: --merged"
        raise Refused([Problem(name.location, Rule.SUPPLEMENT_HAS_CHANGES, sentence, hint)])
    if not all(pages):
        sentence = f"“{name}” was delivered without page numbers, so nobody can say where new pages belong"
        hint = "build the earlier pack as PDF, or give --merged"
        raise Refused([Problem(name.location, Rule.EARLIER_PAGES_ARE_KNOWN, sentence, hint)])


# --- the record ---------------------------------------------------------------------------------------


def _find_earlier_delivery(folder: Path, out: Path, name: TextLine, own_slug: str) -> PackDelivery:
    """Return the earlier delivery that `name` means, never the pack `own_slug` itself.

    The name is a slug, or that of a pack with one delivery on record. Raises Refused if there is none, or several.
    """
    records = {str(record["slug"]): record for record in _read_records(folder, out) if record["slug"] != own_slug}
    if name.text in records:
        return records[name.text]
    of_pack = {slug: record for slug, record in records.items() if record["pack"] == name.text}
    if len(of_pack) == 1:
        return next(iter(of_pack.values()))
    if of_pack:
        sentence = f"“{name}” was delivered more than once: {', '.join(sorted(of_pack))}"
        hint = f"say which one: supplement_of: {max(of_pack)}"
    else:
        sentence = f"no delivery of “{name}” is on record in “{out}”"
        near = find_closest_word(name.text, {*records, *(str(record["pack"]) for record in records.values())})
        build = f"build it first: {get_program_name()} pdf --pack {name}; or put its .proof.json into {PACKS_FOLDER}/"
        hint = f"did you mean “{near}”? {build}" if near else build
    raise Refused([Problem(name.location, Rule.EARLIER_DELIVERY_IS_KNOWN, sentence, hint)])


def _read_records(folder: Path, out: Path) -> Iterator[PackDelivery]:
    """Yield each delivery recorded in `out` or in the packs folder (*.proof.json).

    A copy of a record beside the packs counts where `out` has none.
    """
    for home in (folder / PACKS_FOLDER, out):
        for path in sorted(home.glob("*.proof.json")):
            try:
                content = json.loads(read_file(path))["delivery"]
                pack, title = str(content["pack"]), str(content["title"])
            except (OSError, ValueError, LookupError, TypeError, RecursionError):
                continue  # of a book, or of a version without
            record = delivered_pieces.parse_record(json.dumps(content).encode(), str(path))
            yield {**record, "pack": pack, "title": title}
