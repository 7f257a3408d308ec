"""What the package of an e-book says of itself: Dublin Core, who did what, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from onrecord import __version__
from onrecord.model import Book, Person, Role
from onrecord.wording import markings
from onrecord.wording.page_numbers import Pagination


class Package(Protocol):
    """What takes the metadata: an e-book of EbookLib."""

    def add_metadata(
        self, namespace: str | None, name: str, value: str, others: dict[str, str] | None = None
    ) -> None: ...
    def set_unique_metadata(
        self, namespace: str | None, name: str, value: str, others: dict[str, str] | None = None
    ) -> None: ...


def describe(out: Package, book: Book, pagination: Pagination | None, *, has_figures: bool) -> None:
    """Dublin Core, and EPUB Accessibility 1.1 §2.2: what is stated is true of every book made here."""
    for number, (kind, name, role) in enumerate(_credits(book), 1):
        out.add_metadata("DC", kind, name, {"id": f"person-{number}"})
        about = {"refines": f"#person-{number}", "property": "role", "scheme": "marc:relators"}
        out.add_metadata(None, "meta", role, about)
    fields = {
        "publisher": book.publisher,
        "rights": book.rights,
        "description": book.description or book.subtitle,
        "date": book.date.isoformat(),
    }
    if book.pack:
        marking = markings.line(book.pack.markings, book.language)
        fields["rights"] = f"{book.rights} {marking}".strip()
        out.add_metadata(None, "meta", marking, {"property": "dcterms:accessRights"})
    for name, value in fields.items():
        if value:
            out.add_metadata("DC", name, value)
    features = ["structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability"]
    summary = "All text can be read by assistive technology; questions and answers are named groups in reading order."
    if pagination is not None:
        features += ["pageBreakMarkers", "pageNavigation"]
        summary += " The pages of the print edition are marked and listed."
    if has_figures:
        features.append("alternativeText")
        summary += " Every picture has an alternative text."
    stated = [("accessMode", "textual"), *([("accessMode", "visual")] if has_figures else [])]
    stated += [("accessModeSufficient", "textual"), *(("accessibilityFeature", feature) for feature in features)]
    stated += [("accessibilityHazard", "none"), ("accessibilitySummary", summary)]
    for key, value in stated:
        out.add_metadata(None, "meta", value, {"property": f"schema:{key}"})
    source = pagination.source if pagination else "none"
    out.add_metadata(None, "meta", source, {"property": "pageBreakSource"})
    out.set_unique_metadata("OPF", "generator", "", {"name": "generator", "content": f"On Record {__version__}"})


# Codes of the MARC relators list for what people did.
_RELATORS = {
    Role.INTERVIEWEE: "ive",
    Role.INTERVIEWER: "ivr",
    Role.MODERATOR: "mod",
    Role.TRANSLATOR: "trl",
    Role.EDITOR: "edt",
    Role.PHOTOGRAPHER: "pht",
}


def _credits(book: Book) -> Iterator[tuple[str, str, str]]:
    """Everybody once, as `creator` or `contributor`, with a relator; without editors the guests are the creators."""
    yield from (("creator", name, "edt") for name in dict.fromkeys(book.editors))
    cast: dict[str, Person] = {}
    for person in (person for one in book.interviews for person in one.people):
        cast.setdefault(person.name, person)
    for person in cast.values():
        if person.name not in book.editors:
            first = not book.editors and person.role is Role.INTERVIEWEE
            yield "creator" if first else "contributor", person.name, _RELATORS[person.role]
