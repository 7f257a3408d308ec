"""A folder → a Book: reads `book.yaml`, every interview and picture, and assembles them.

Whatever is wrong is collected first and refused together, with file, line and a hint.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from onrecord.config import Problems, Section, parse
from onrecord.manuscript import markdown, source
from onrecord.manuscript.conversation import Conversation
from onrecord.manuscript.pictures import Pictures
from onrecord.model import (
    Book,
    Clearance,
    Disclaimer,
    Interview,
    Part,
    Person,
    Place,
    Role,
    Source,
    Status,
    Trim,
    Words,
)
from onrecord.problems import Problem, Refused, Severity, closest, errors, in_order

BOOK_FILE = "book.yaml"
INTERVIEWS = "interviews"
RESERVED_SLUGS = frozenset(
    {"index", "contents", "contributors", "imprint", "cover", "nav", "title-page", "front", "back", "part", "style"}
)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 80
_NONE = "none"


def read(folder: Path) -> Book:
    """The book in `folder`; raises `Refused` with every problem of every file."""
    book, problems = survey(folder)
    if book is None or errors(problems):
        raise Refused(problems)
    return book


def survey(folder: Path) -> tuple[Book | None, tuple[Problem, ...]]:
    """The book as far as it can be read, and all problems, warnings too."""
    settings = _read_settings(folder)
    paths = _interview_files(folder, settings.problems)
    pictures = Pictures(folder)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        files = list(pool.map(lambda path: _read_interview(folder, path, settings, pictures), paths))
    interviews = {file.slug: file.interview for file in files if file.interview is not None}
    _check_names(files, settings.problems)
    parts = _parts(settings, [file.slug for file in files], interviews)
    problems = in_order(
        problem for one in (settings.problems, *(file.problems for file in files)) for problem in one.found
    )
    if settings.section is None:
        return None, problems
    return settings.book(parts), problems


# --- book.yaml --------------------------------------------------------------------------------------


@dataclass
class _Settings:
    """`book.yaml`, read once; `section` is None when it cannot be read at all."""

    section: Section | None
    problems: Problems
    title: str = ""
    slug: str = ""
    language: str = "en"
    fields: Mapping[str, str] | None = None
    editors: tuple[str, ...] = ()
    day: date | None = None
    disclaimers: Mapping[str, Words] | None = None
    default_disclaimer: Words | None = None
    parts: tuple[tuple[str, tuple[Words, ...]], ...] | None = None
    trim: Trim = Trim.A5
    embed_fonts: bool = True

    def book(self, parts: tuple[Part, ...]) -> Book:
        fields: dict[str, Any] = dict(self.fields or {})
        return Book(
            slug=self.slug, title=self.title, language=self.language, date=self._date(parts), parts=parts,
            place=Place(BOOK_FILE), editors=self.editors, trim=self.trim, embed_fonts=self.embed_fonts,
            listed=self.parts is not None, **fields,
        )  # fmt: skip

    def _date(self, parts: tuple[Part, ...]) -> date:
        """The book's date, or SOURCE_DATE_EPOCH, or that of its newest interview."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        if self.day is None and epoch.isdigit():
            return datetime.fromtimestamp(int(epoch), UTC).date()
        dates = [i.date or i.source.retrieved for part in parts for i in part.interviews]
        return self.day or max((day for day in dates if day), default=date(1970, 1, 1))


def _read_settings(folder: Path) -> _Settings:
    path = folder / BOOK_FILE
    if not path.is_file():
        problems = Problems(BOOK_FILE, [])
        hint = (
            "make one with: python build.py new DIR"
            if not folder.is_dir()
            else f"write a file {BOOK_FILE} there, with the line: title: The title"
        )
        problems.add(0, "book-is-there", f"there is no {BOOK_FILE} in {folder.name or folder}", hint)
        return _Settings(None, problems)
    if source.inside(folder, BOOK_FILE) is None:
        return _Settings(None, _outside(BOOK_FILE))
    text, problems = source.open_text(path, BOOK_FILE)
    section = parse(text, 1, problems) if text or not problems.found else None
    if section is None:
        return _Settings(None, problems)
    settings = _Settings(section, problems)
    settings.title = section.text("title", required="The title of the book")
    settings.slug = _book_slug(section, settings.title, problems)
    settings.language = section.language("language", "en")
    settings.editors = tuple(words.text for words in section.texts("editors"))
    settings.day = section.date("date")
    settings.trim = section.choice("trim", Trim) or Trim.A5
    settings.embed_fonts = section.flag("embed_fonts", True)
    settings.fields = {
        key: section.text(key) for key in ("subtitle", "publisher", "edition", "rights", "description")
    } | {"identifier": _identifier(section, settings.slug, problems), "url": _url(section, problems)}
    settings.disclaimers = section.named_texts("disclaimers")
    settings.default_disclaimer = section.words("disclaimer")
    _check_default(settings)
    settings.parts = _read_parts(section)
    section.close()
    return settings


def _book_slug(section: Section, title: str, problems: Problems) -> str:
    words = section.words("slug")
    if words is None:
        return slug_of(title) or "book"
    if not _SLUG.fullmatch(words.text) or len(words.text) > _LONGEST_SLUG:
        problems.add(
            words.place.line,
            "slug-is-plain",
            f"“{words.text}” cannot be a file name everywhere",
            f"write: slug: {slug_of(words.text) or 'my-book'}",
        )
    return words.text


def _identifier(section: Section, slug: str, problems: Problems) -> str:
    """An ISBN becomes `urn:isbn:…`; without an identifier the slug makes one."""
    words = section.words("identifier")
    if words is None:
        return f"urn:onrecord:{slug}"
    text = words.text
    digits = re.sub(r"(?i)^(urn:)?isbn[: ]*|[- ]", "", text)
    if re.fullmatch(r"\d{9}[\dXx]|\d{13}", digits):
        if not _is_isbn(digits.upper()):
            problems.add(
                words.place.line,
                "identifier-is-true",
                f"the check digit of ISBN {text} is wrong",
                "look the number up again",
            )
        return f"urn:isbn:{digits.upper()}"
    if not re.match(r"(?i)urn:[a-z0-9][a-z0-9-]+:.|https?://.", text):
        problems.add(
            words.place.line,
            "identifier-is-true",
            f"“{text}” is neither an ISBN nor a URN",
            "write for instance: identifier: 978-3-16-148410-0, or leave the line out",
        )
    return text


def _is_isbn(digits: str) -> bool:
    """ISO 2108:2017 §5: check digits of ISBN-13 and of the older ISBN-10."""
    values = [10 if char == "X" else int(char) for char in digits]
    if len(values) == 13:
        return sum(value * (3 if index % 2 else 1) for index, value in enumerate(values)) % 10 == 0
    return sum(value * (10 - index) for index, value in enumerate(values)) % 11 == 0


def _url(section: Section, problems: Problems) -> str:
    words = section.words("url")
    if words is None:
        return ""
    if not re.match(r"https?://[^\s/]+", words.text):
        problems.add(
            words.place.line,
            "url-is-complete",
            f"“{words.text}” is no web address",
            "write: url: https://example.org/book/",
        )
    return words.text.rstrip("/") + "/"


def _check_default(settings: _Settings) -> None:
    words, known = settings.default_disclaimer, settings.disclaimers or {}
    if words and words.text != _NONE and words.text not in known:
        near = closest(words.text, known)
        hint = (
            f"did you mean “{near}”?"
            if near
            else f'add: disclaimers: {{{slug_of(words.text) or "standard"}: "The text."}}'
        )
        settings.problems.add(words.place.line, "disclaimer-is-named", f"no disclaimer is called “{words.text}”", hint)


def _read_parts(section: Section) -> tuple[tuple[str, tuple[Words, ...]], ...] | None:
    if not section.has("parts"):
        section.words("parts")
        return None
    found = []
    for part in section.sections("parts", "{title: The first part, interviews: [a-slug]}"):
        found.append((part.text("title"), part.texts("interviews")))
        part.close()
    return tuple(found)


# --- interviews -------------------------------------------------------------------------------------


@dataclass
class _File:
    path: Path
    slug: str
    problems: Problems
    interview: Interview | None = None


def _interview_files(folder: Path, problems: Problems) -> list[Path]:
    home = folder / INTERVIEWS
    paths = sorted(path for path in home.glob("*.md") if not path.name.startswith(".")) if home.is_dir() else []
    if not paths and not problems.found:
        problems.add(
            0,
            "book-has-interviews",
            f"there is no interview in {INTERVIEWS}/",
            f"put the first one there: {INTERVIEWS}/first-interview.md",
        )
    return paths


def slug_of(text: str) -> str:
    """Lower-case Latin letters, digits and hyphens; "" when nothing of the text can be kept."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-")


def _read_interview(folder: Path, path: Path, settings: _Settings, pictures: Pictures) -> _File:
    name = f"{INTERVIEWS}/{path.name}"
    slug = slug_of(path.stem)
    if source.inside(folder, name) is None:
        return _File(path, slug, _outside(name))
    text, problems = source.open_text(path, name)
    file = _File(path, slug, problems)
    if not slug or slug in RESERVED_SLUGS or re.fullmatch(r"part-\d+", slug):
        problems.add(
            0,
            "slug-is-plain",
            f"the file name {path.name} cannot be an address",
            "rename it with Latin letters, digits and hyphens: first-interview.md",
        )
    if problems.found:
        return file
    front = source.split(text, problems)
    section = parse(front.settings, 2, problems) if front else None
    if front is None or section is None:
        return file
    before = len(problems.found)
    source.check_body(front, problems)
    readable = len(problems.found) == before
    file.interview = _interview(folder, slug, name, front, section, settings, pictures, problems, readable)
    return file


def _outside(name: str) -> Problems:
    problems = Problems(name, [])
    problems.add(
        0,
        "file-is-in-the-book",
        "this file is a link to a place outside the book's folder",
        "copy the file itself here",
    )
    return problems


def _interview(
    folder: Path, slug: str, name: str, front: source.Front, section: Section, settings: _Settings,
    pictures: Pictures, problems: Problems, readable: bool,
) -> Interview | None:  # fmt: skip
    title = section.words("title", required="The title of the interview")
    standfirst, byline = section.words("standfirst"), section.words("byline")
    language = section.language("language", settings.language)
    people = _people(section, problems)
    day, rights = section.date("date"), section.text("rights")
    tags = tuple(words.text for words in section.texts("tags"))
    clearance = _clearance(section, name)
    origin = _source(section, folder, problems)
    disclaimer = _disclaimer(section, settings, problems)
    section.close()
    if byline is None:
        problems.add(
            section.line,
            "byline-is-there",
            "there is no byline",
            "add: byline: Who spoke with whom, as it was printed",
            Severity.WARNING,
        )
    if title is None or not readable:
        return None
    plain = [title.text, *([standfirst.text] if standfirst else [])]
    document = markdown.read(front.body, front.body_line, plain, language, pictures, problems)
    if document is None:
        return None
    introduction, conversation = Conversation(people, problems).read(document.pieces)
    interview = Interview(
        slug=slug, title=Words(document.plain[0], title.place), language=language, byline=byline,
        standfirst=Words(document.plain[1], standfirst.place) if standfirst else None, people=people,
        introduction=introduction, conversation=conversation, footnotes=document.footnotes, disclaimer=disclaimer,
        place=Place(name, section.line), date=day, rights=rights, tags=tags, source=origin,
        clearance=clearance,
    )  # fmt: skip
    if not interview.turns:
        problems.add(
            front.body_line,
            "interview-has-turns",
            "nobody asks and nobody answers in this file",
            "write a question in bold, **Like this?**, or begin a turn with a label, **AK:** …",
        )
    return interview


def _people(section: Section, problems: Problems) -> tuple[Person, ...]:
    found: list[Person] = []
    names: dict[str, str] = {}
    for entry in section.sections("people", '{name: "A name", role: interviewee}'):
        words = entry.words("name", required='"A name"')
        role = entry.choice("role", Role, required=True)
        person = Person(
            words.text if words else "",
            role or Role.INTERVIEWEE,
            entry.text("affiliation"),
            tuple(w.text.rstrip(":") for w in entry.texts("labels")),
        )
        entry.close()
        for name in (person.name, *person.labels):
            other = names.setdefault(name.casefold(), person.name)
            if other != person.name:
                problems.add(
                    entry.line,
                    "labels-name-one-person",
                    f"“{name}” is a label of {other} and of {person.name}",
                    "give one of them another label",
                )
        if person.name:
            found.append(person)
    return tuple(found)


def _clearance(section: Section, name: str) -> Clearance:
    """`status:` and `embargo:`; the line is that of whichever holds the interview back."""
    status = section.choice("status", Status) or Status.CLEARED
    embargo = section.moment("embargo")
    line = section.line_of("embargo" if embargo and status is Status.CLEARED else "status")
    return Clearance(status, embargo, Place(name, line))


def _source(section: Section, folder: Path, problems: Problems) -> Source:
    entry = section.section("source", "{file: originals/name.txt, sha256: …, url: https://…}")
    if entry is None:
        return Source()
    file, sha256 = entry.words("file"), entry.text("sha256")
    origin = Source(file.text if file else "", sha256, entry.text("url"), entry.date("retrieved"))
    entry.close()
    if file:
        _check_original(folder, file, sha256, entry, problems)
    return origin


def _check_original(folder: Path, file: Words, sha256: str, entry: Section, problems: Problems) -> None:
    path = source.inside(folder, file.text)
    if path is None or not path.is_file():
        problems.add(
            file.place.line,
            "original-is-kept",
            f"there is no file {file.text} in the book's folder",
            "put the original text into originals/",
        )
        return
    with path.open("rb") as original:
        actual = file_digest(original, "sha256").hexdigest()
    if sha256 and sha256.lower() != actual:
        problems.add(
            entry.line_of("sha256"),
            "original-is-unchanged",
            f"{file.text} is not the file that was recorded",
            f"if the change is meant, write: sha256: {actual}",
        )


def _disclaimer(section: Section, settings: _Settings, problems: Problems) -> Disclaimer | None:
    """The interview's own text, or the named one, or the book's default."""
    known = settings.disclaimers or {}
    words = section.words("disclaimer") or settings.default_disclaimer
    if words is None and settings.section is None:
        return None  # nobody knows the book's default
    if words is None:
        problems.add(
            section.line_of("disclaimer"),
            "disclaimer-is-decided",
            "this interview has no disclaimer, and the book has no default",
            "add: disclaimer: The text of the disclaimer, or: disclaimer: none",
        )
        return None
    if words.text == _NONE:
        return None
    if words.text in known:
        return Disclaimer(known[words.text].text, known[words.text].place, words.text)
    if words is settings.default_disclaimer:
        return None  # reported in book.yaml
    if re.fullmatch(r"[\w-]+", words.text) and known:
        near = closest(words.text, known)
        problems.add(
            words.place.line,
            "disclaimer-is-named",
            f"no disclaimer is called “{words.text}”",
            f"did you mean “{near}”?" if near else f"known are: {', '.join(known)}",
        )
    return Disclaimer(words.text, words.place)


# --- assembling -------------------------------------------------------------------------------------


def _check_names(files: Sequence[_File], problems: Problems) -> None:
    seen: dict[str, str] = {}
    for file in files:
        other = seen.setdefault(file.slug, file.path.name)
        if other != file.path.name:
            problems.add(
                0,
                "slugs-are-unique",
                f"{other} and {file.path.name} would both be “{file.slug}”",
                f"rename one of them in {INTERVIEWS}/",
            )


def _parts(settings: _Settings, slugs: Sequence[str], interviews: Mapping[str, Interview]) -> tuple[Part, ...]:
    if settings.parts is None:
        return (Part("", tuple(interviews[slug] for slug in slugs if slug in interviews)),)
    used: dict[str, int] = {}
    parts = []
    for title, names in settings.parts:
        chosen = []
        for words in names:
            slug = slug_of(words.text.removesuffix(".md").rsplit("/", 1)[-1])
            if slug not in slugs:
                near = closest(slug, slugs)
                hint = f"did you mean “{near}”?" if near else f"write the file: {INTERVIEWS}/{slug or 'name'}.md"
                settings.problems.add(
                    words.place.line, "interview-exists", f"there is no interview “{words.text}”", hint
                )
            elif slug in used:
                settings.problems.add(
                    words.place.line,
                    "interview-stands-once",
                    f"“{words.text}” stands twice in the book, first in line {used[slug]}",
                    "take one of the two away",
                )
            else:
                used[slug] = words.place.line
                chosen += [interviews[slug]] if slug in interviews else []
        parts.append(Part(title, tuple(chosen)))
    for slug in slugs:
        if slug not in used:
            place = Place(f"{INTERVIEWS}/{slug}.md")
            settings.problems.found.append(
                Problem(
                    place,
                    "interview-is-listed",
                    "this interview is in no part of the book and will not be printed",
                    f"add {slug} to a part in {BOOK_FILE}",
                    severity=Severity.WARNING,
                )
            )
    return tuple(parts)
