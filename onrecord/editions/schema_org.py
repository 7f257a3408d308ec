"""The description of web pages for search engines: one line of text, and schema.org data."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence

from markupsafe import Markup as Safe

from onrecord.editions.page_templates import mark_safe
from onrecord.model import Book, Interview, Role, iterate_passages
from onrecord.model.recording import Recording
from onrecord.model.versions import Version

_MOST_CHARACTERS = 300  # of a description


def describe_book(book: Book) -> str:
    """Return one line about the book: its description, its subtitle, or its titles."""
    return shorten_text(
        book.description or book.subtitle or "; ".join(interview.title.text for interview in book.interviews)
    )


def describe_interview(interview: Interview) -> str:
    """Return one line about the interview: its standfirst, byline, or first words."""
    words = interview.standfirst or interview.byline
    texts = (passage.text for passage in iterate_passages(interview) if passage.kind == "text")
    return shorten_text(words.text if words else next(texts, ""))


def shorten_text(text: str, length: int = _MOST_CHARACTERS) -> str:
    """Return the text on one line, cut between words after at most `length` characters.

    Search engines do not show more than 300.
    """
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1].rsplit(" ", 1)[0] + "…"


def build_book_data(book: Book) -> dict[str, object]:
    """Return the book as schema.org data for its web pages (JSON-LD)."""
    optional: dict[str, object] = {
        "editor": [{"@type": "Person", "name": name} for name in book.editors],
        "publisher": _describe_publisher(book),
        "isbn": book.isbn,
        "url": book.url,
    }
    return {
        "@context": "https://schema.org",
        "@type": "Book",
        "name": book.title,
        "inLanguage": book.language,
        "datePublished": book.date.isoformat(),
        **_drop_empty(optional),
    }


def build_interview_data(interview: Interview, book: Book, versions: Sequence[Version] = ()) -> dict[str, object]:
    """Return the interview as schema.org Article; `versions` are the same interview in other languages.

    Those who ask and those who answer are its authors; those who answer are its subject, too.
    """
    guests = _describe_people(interview, (Role.INTERVIEWEE,))
    optional: dict[str, object] = {
        "description": interview.standfirst and interview.standfirst.text,
        "creditText": interview.byline and interview.byline.text,
        "copyrightNotice": interview.rights and interview.rights.text,
        "author": [*_describe_people(interview, (Role.INTERVIEWER, Role.MODERATOR)), *guests],
        "about": guests,
        "translator": _describe_people(interview, (Role.TRANSLATOR,)),
        "contributor": _describe_people(interview, (Role.EDITOR, Role.PHOTOGRAPHER, Role.CONTRIBUTOR)),
        "publisher": _describe_publisher(book),
        "isBasedOn": interview.source.url,
        "associatedMedia": [_describe_recording(recording, book) for recording in interview.recordings],
        "url": book.url and f"{book.url}{interview.slug}.html",
        **_describe_versions(interview, versions, book),
    }
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": interview.title.text,
        "genre": "interview",
        "inLanguage": interview.language,
        "datePublished": (interview.date or book.date).isoformat(),
        "isPartOf": {key: value for key, value in build_book_data(book).items() if key != "@context"},
        **_drop_empty(optional),
    }


def _describe_recording(recording: Recording, book: Book) -> dict[str, object]:
    """Return a recording as schema.org data (AudioObject or VideoObject, ISO 8601 durations)."""
    optional: dict[str, object] = {
        "sha256": recording.sha256,
        "duration": f"PT{recording.duration}S" if recording.duration else "",
    }
    return {
        "@type": "VideoObject" if recording.is_video else "AudioObject",
        "contentUrl": recording.url or f"{book.url}{recording.target}",
        "encodingFormat": recording.media_type.value,
        **_drop_empty(optional),
    }


def _describe_versions(interview: Interview, versions: Sequence[Version], book: Book) -> dict[str, object]:
    """Return the schema.org data on what the interview translates, or what translates it.

    Of another translation of the same original it says nothing.
    """
    if interview.translation_of is None:
        return {"workTranslation": [_describe_version(version, book) for version in versions]}
    original = next((version for version in versions if version.is_original), None)
    return {"translationOfWork": _describe_version(original, book)} if original else {}


def _describe_version(version: Version, book: Book) -> dict[str, object]:
    """Return the interview in another language as a short schema.org Article."""
    url = {"url": f"{book.url}{version.slug}.html"} if book.url else {}
    return {"@type": "Article", "headline": version.title, "inLanguage": version.language, **url}


def _drop_empty(data: Mapping[str, object]) -> dict[str, object]:
    """Return the entries of schema.org data whose value is not empty."""
    return {key: value for key, value in data.items() if value}


def _describe_people(interview: Interview, roles: Container[Role]) -> list[dict[str, object]]:
    """Return the people of the interview who have one of the roles, as schema.org Person."""
    return [_describe_person(person.name, person.affiliation) for person in interview.people if person.role in roles]


def _describe_person(name: str, affiliation: str) -> dict[str, object]:
    """Return a schema.org Person, with the affiliation as Organization if there is one."""
    person: dict[str, object] = {"@type": "Person", "name": name}
    if affiliation:
        person["affiliation"] = {"@type": "Organization", "name": affiliation}
    return person


def _describe_publisher(book: Book) -> dict[str, object]:
    """Return the book's publisher as schema.org Organization, {} if it has none."""
    return {"@type": "Organization", "name": book.publisher} if book.publisher else {}


def embed_json(data: Mapping[str, object]) -> Safe:
    """Return the data as JSON for a script element: no character in it can end the element."""
    text = json.dumps(data, ensure_ascii=False, indent=1)
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return mark_safe(text)
