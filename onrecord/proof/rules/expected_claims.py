"""What an edition says of the book to search engines, libraries and shops, derived from the model."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence

from onrecord.model import Book, Interview, Person, Role, iterate_passages
from onrecord.model.names import fold_name, list_spellings
from onrecord.model.recording import Recording
from onrecord.proof.reading.expected_recordings import expect_recording_address
from onrecord.proof.reading.expected_versions import ExpectedVersion
from onrecord.runtime.interface_texts import get_language

_LONGEST_DESCRIPTION = 300  # characters
_ASKING = (Role.INTERVIEWER, Role.MODERATOR)
_RELATORS = {"interviewee": "ive", "interviewer": "ivr", "moderator": "mod", "translator": "trl", "editor": "edt"} | {
    "photographer": "pht",
    "contributor": "ctb",
}  # MARC code list for relators

Claims = dict[str, object]


def expect_description(book: Book, interview: Interview | None = None) -> str:
    """Return the description that the metadata of an edition must give of the book or of an interview."""
    if interview is None:
        titles = "; ".join(interview.title.text for interview in book.interviews)
        return shorten_description(book.description or book.subtitle or titles)
    line = interview.standfirst or interview.byline
    texts = (passage.text for passage in iterate_passages(interview) if passage.kind == "text")
    return shorten_description(line.text if line else next(texts, ""))


def expect_people_description(book: Book) -> str:
    """Return the description that the page of people must have: all names, by family name."""
    names = list_spellings(person.name for interview in book.interviews for person in interview.people)
    ordered = sorted(names, key=lambda name: (name.split()[-1].casefold(), name.casefold()))
    return shorten_description(get_language(book.language).names.comma.join(ordered))


def shorten_description(text: str) -> str:
    """Return at most 300 characters of the text on one line."""
    line = " ".join(text.split())
    if len(line) <= _LONGEST_DESCRIPTION:
        return line
    return line[: _LONGEST_DESCRIPTION - 1].rsplit(" ", 1)[0] + "…"


def expect_book_data(book: Book) -> Claims:
    """Return the schema.org data that the web edition must give of the book (JSON-LD)."""
    data: Claims = {"@context": "https://schema.org", "@type": "Book", "name": book.title}
    data |= {"inLanguage": book.language, "datePublished": book.date.isoformat()}
    data |= {"editor": [{"@type": "Person", "name": name} for name in book.editors]} if book.editors else {}
    data |= {"publisher": {"@type": "Organization", "name": book.publisher}} if book.publisher else {}
    data |= {"isbn": book.isbn} if book.isbn else {}
    return data | ({"url": book.url} if book.url else {})


def expect_interview_data(interview: Interview, book: Book, versions: Sequence[ExpectedVersion] = ()) -> Claims:
    """Return the schema.org data of an interview (JSON-LD): those who ask and those who answer are its authors.

    An original names its translations, a translation its original; `versions` are all other languages.
    """
    whole = {key: value for key, value in expect_book_data(book).items() if key != "@context"}
    data: Claims = {"@context": "https://schema.org", "@type": "Article", "headline": interview.title.text}
    data |= {"genre": "interview", "inLanguage": interview.language, "isPartOf": whole}
    data["datePublished"] = (interview.date or book.date).isoformat()
    lines = {"description": interview.standfirst, "creditText": interview.byline, "copyrightNotice": interview.rights}
    data |= {name: line.text for name, line in lines.items() if line}
    guests = _expect_people_data(interview, (Role.INTERVIEWEE,))
    people = {
        "author": [*_expect_people_data(interview, _ASKING), *guests],
        "about": guests,
        "translator": _expect_people_data(interview, (Role.TRANSLATOR,)),
        "contributor": _expect_people_data(interview, (Role.EDITOR, Role.PHOTOGRAPHER, Role.CONTRIBUTOR)),
    }
    data |= {name: listed for name, listed in people.items() if listed}
    data |= {"publisher": whole["publisher"]} if book.publisher else {}
    data |= {"isBasedOn": interview.source.url} if interview.source.url else {}
    recordings = [_expect_recording_data(recording, book) for recording in interview.recordings]
    data |= {"associatedMedia": recordings} if recordings else {}
    others = [_expect_version_data(version, book) for version in versions]
    if interview.translation_of is None:
        data |= {"workTranslation": others} if others else {}
    else:
        firsts = [other for other, version in zip(others, versions, strict=True) if version.is_original]
        data |= {"translationOfWork": firsts[0]} if firsts else {}
    return data | ({"url": f"{book.url}{interview.slug}.html"} if book.url else {})


def _expect_recording_data(recording: Recording, book: Book) -> Claims:
    """Return the schema.org data that the web edition must give of a recording."""
    kind = {"audio": "AudioObject", "video": "VideoObject"}[recording.media_type.value.partition("/")[0]]
    address = expect_recording_address(recording, is_epub=False)
    data: Claims = {"@type": kind, "contentUrl": address if recording.url else book.url + address}
    data |= {"encodingFormat": recording.media_type.value}
    data |= {"sha256": recording.sha256} if recording.sha256 else {}
    return data | ({"duration": f"PT{recording.duration}S"} if recording.duration else {})


def _expect_version_data(version: ExpectedVersion, book: Book) -> Claims:
    """Return the schema.org data that a page must give of the interview in another language."""
    data: Claims = {"@type": "Article", "headline": version.title, "inLanguage": version.language}
    return data | ({"url": book.url + version.slug + ".html"} if book.url else {})


def _expect_people_data(interview: Interview, roles: Container[Role]) -> list[Claims]:
    """Return the schema.org data of the people who have one of these roles in the interview."""
    return [_expect_person_data(person) for person in interview.people if person.role in roles]


def _expect_person_data(person: Person) -> Claims:
    """Return the schema.org data that a page must give of a person."""
    affiliation = {"affiliation": {"@type": "Organization", "name": person.affiliation}} if person.affiliation else {}
    return {"@type": "Person", "name": person.name, **affiliation}


def expect_credits(book: Book) -> Iterator[tuple[str, str, str]]:
    """Yield who the metadata must say made the book: “creator” or “contributor”, name, MARC relator; each person once.

    The editors are its creators; without editors, its guests.
    """
    for name in list_spellings(book.editors):
        yield "creator", name, "edt"
    named = set(map(fold_name, book.editors))
    for person in (person for interview in book.interviews for person in interview.people):
        if fold_name(person.name) not in named:
            named.add(fold_name(person.name))
            kind = "creator" if not book.editors and person.role is Role.INTERVIEWEE else "contributor"
            yield kind, person.name, _RELATORS[person.role.value]


def get_edition_words(book: Book) -> Mapping[str, str]:
    """Return the interface texts of an edition in the language of its book; a pack has others for some."""
    if book.pack is None:
        return get_language(book.language).texts
    return get_pack_words(book.language, late=book.pack.supplement is not None)


def get_pack_words(language: str, *, late: bool) -> dict[str, str]:
    """Return the interface texts of a pack: its contents are an agenda, but not those of a supplement (`late`)."""
    texts = get_language(language).texts
    contents = texts["contents"] if late else texts["agenda"]
    return {**texts, "contents": contents, "contributors": texts["whos_who"], "imprint": texts["about_pack"]}
