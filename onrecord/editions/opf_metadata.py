"""The metadata in the package document of an e-book: Dublin Core, who did what, and accessibility."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from onrecord import __version__
from onrecord.model import Book, Person, Role
from onrecord.model.names import fold_name, list_spellings
from onrecord.model.page_numbers import Pagination
from onrecord.wording import markings


class MetadataTarget(Protocol):
    """What the metadata is added to: an e-book of EbookLib."""

    def add_metadata(self, namespace: str | None, name: str, value: str, others: dict[str, str] | None = None) -> None:
        """Add a metadata element `name`, besides those of the same name."""

    def set_unique_metadata(
        self, namespace: str | None, name: str, value: str, others: dict[str, str] | None = None
    ) -> None:
        """Set the metadata element `name`, instead of those of the same name."""


# Codes of the MARC relators list for what people did.
_RELATORS = {
    Role.INTERVIEWEE: "ive",
    Role.INTERVIEWER: "ivr",
    Role.MODERATOR: "mod",
    Role.TRANSLATOR: "trl",
    Role.EDITOR: "edt",
    Role.PHOTOGRAPHER: "pht",
    Role.CONTRIBUTOR: "ctb",
}


def add_epub_metadata(out: MetadataTarget, book: Book, pagination: Pagination | None, *, has_figures: bool) -> None:
    """Add all metadata of the book to the package document."""
    _add_people(out, book)
    _add_dublin_core(out, book)
    _add_accessibility(out, pagination, has_figures=has_figures)
    source = pagination.source if pagination else "none"
    out.add_metadata(None, "meta", source, {"property": "pageBreakSource"})
    out.set_unique_metadata("OPF", "generator", "", {"name": "generator", "content": f"On Record {__version__}"})


def _add_people(out: MetadataTarget, book: Book) -> None:
    """Add the creators and contributors of the book, each with the MARC code of the role."""
    for number, (kind, name, relator) in enumerate(_list_credits(book), 1):
        out.add_metadata("DC", kind, name, {"id": f"person-{number}"})
        refinement = {"refines": f"#person-{number}", "property": "role", "scheme": "marc:relators"}
        out.add_metadata(None, "meta", relator, refinement)


def _list_credits(book: Book) -> Iterator[tuple[str, str, str]]:
    """Yield each person once as (`creator` or `contributor`, name, relator).

    The editors are the creators, or the guests where there are no editors.
    """
    yield from (("creator", name, "edt") for name in list_spellings(book.editors))
    cast: dict[str, Person] = {}
    for person in (person for interview in book.interviews for person in interview.people):
        cast.setdefault(fold_name(person.name), person)
    editors = set(map(fold_name, book.editors))
    for name, person in cast.items():
        if name not in editors:
            is_creator = not book.editors and person.role is Role.INTERVIEWEE
            yield "creator" if is_creator else "contributor", person.name, _RELATORS[person.role]


def _add_dublin_core(out: MetadataTarget, book: Book) -> None:
    """Add publisher, rights, description and date if not empty, a pack's marking, and further languages."""
    fields = {
        "publisher": book.publisher,
        "rights": book.rights,
        "description": book.description or book.subtitle,
        "date": book.date.isoformat(),
    }
    if book.pack:
        marking = markings.format_markings(book.pack.markings, book.language)
        fields["rights"] = f"{book.rights} {marking}".strip()
        out.add_metadata(None, "meta", marking, {"property": "dcterms:accessRights"})
    for name, value in fields.items():
        if value:
            out.add_metadata("DC", name, value)
    for language in _list_further_languages(book):
        out.add_metadata("DC", "language", language)


def _list_further_languages(book: Book) -> list[str]:
    """Return the languages of a book with translations, besides its own."""
    has_translations = any(interview.translation_of for interview in book.interviews)
    languages = dict.fromkeys(interview.language for interview in book.interviews)
    return [language for language in languages if language != book.language] if has_translations else []


def _add_accessibility(out: MetadataTarget, pagination: Pagination | None, *, has_figures: bool) -> None:
    """Add the metadata of EPUB Accessibility 1.1 §2.2, true of every book made here."""
    features = ["structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability"]
    summary = "All text can be read by assistive technology; questions and answers are named groups in reading order."
    if pagination is not None:
        features += ["pageBreakMarkers", "pageNavigation"]
        summary += " The pages of the print edition are marked and listed."
    if has_figures:
        features.append("alternativeText")
        summary += " Every picture has an alternative text."
    properties = [("accessMode", "textual"), *([("accessMode", "visual")] if has_figures else [])]
    properties += [("accessModeSufficient", "textual"), *(("accessibilityFeature", feature) for feature in features)]
    properties += [("accessibilityHazard", "none"), ("accessibilitySummary", summary)]
    for name, value in properties:
        out.add_metadata(None, "meta", value, {"property": f"schema:{name}"})
