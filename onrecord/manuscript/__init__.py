"""A folder → a Book: reads `book.yaml`, every interview and picture, and assembles them.

Whatever is wrong is collected first and refused together, with file, line and a hint.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import file_digest
from pathlib import Path

from onrecord import engine
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
from onrecord.press import Failure, Press, run
from onrecord.problems import Problem, Refused, Severity, closest, errors, in_order
from onrecord.store import Store, fingerprint

Progress = Callable[[int, int, str], None]  # done, total, what

BOOK_FILE = "book.yaml"
INTERVIEWS = "interviews"
RESERVED_SLUGS = frozenset(
    {"index", "contents", "contributors", "imprint", "cover", "nav", "title-page", "front", "back", "part", "style"}
)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 80
_NONE = "none"
_FEW = 2


def read(folder: Path) -> Book:
    """The book in `folder`; raises `Refused` with every problem of every file."""
    book, problems = survey(folder)
    if book is None or errors(problems):
        raise Refused(problems)
    return book


def survey(
    folder: Path, press_: Press | None = None, progress: Progress | None = None
) -> tuple[Book | None, tuple[Problem, ...]]:
    """The book as far as it can be read, and all problems, warnings too.

    Interviews are read on the press (without one, here); one that was read before, and whose file, pictures,
    original and house rules are what they were, comes out of its store.
    """
    settings = _read_settings(folder)
    paths = _interview_files(folder, settings.problems)
    files = _read_interviews([_Reading(folder, path, settings.house()) for path in paths], press_, progress)
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


@dataclass(frozen=True)
class _House:
    """What an interview takes from `book.yaml`; `is_known`: the file could be read at all."""

    language: str
    disclaimers: Mapping[str, Words]
    default_disclaimer: Words | None
    is_known: bool


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
    profile: Words | None = None

    def house(self) -> _House:
        return _House(self.language, dict(self.disclaimers or {}), self.default_disclaimer, self.section is not None)

    def book(self, parts: tuple[Part, ...]) -> Book:
        fields = self.fields or {}
        return Book(
            slug=self.slug, title=self.title, language=self.language, date=self._date(parts), parts=parts,
            place=Place(BOOK_FILE), editors=self.editors, trim=self.trim, embed_fonts=self.embed_fonts,
            listed=self.parts is not None, subtitle=fields["subtitle"], publisher=fields["publisher"],
            edition=fields["edition"], rights=fields["rights"], description=fields["description"],
            identifier=fields["identifier"], url=fields["url"], profile=self.profile,
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
    settings.profile = _profile(folder, section, problems)
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


def _profile(folder: Path, section: Section, problems: Problems) -> Words | None:
    """The file of the printer's profile, as it is named under `print_shop`."""
    example = "{profile: profiles/printer.icc}"
    shop = section.section("print_shop", example)
    if shop is None:
        return None
    words = shop.words("profile", required="profiles/printer.icc")
    shop.close()
    path = source.inside(folder, words.text) if words else None
    if words and (path is None or not path.is_file()):
        hint = f"put it into the book's folder and write: print_shop: {example}"
        problems.add(words.place.line, "profile-is-there", f"there is no file “{words}” in the book's folder", hint)
    return words


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


@dataclass(frozen=True)
class _Reading:
    """All that reading an interview needs."""

    folder: Path
    path: Path
    house: _House

    def key(self) -> str | None:
        """The name of the file's bytes under these house rules, as this version reads them; None if there is no such file."""
        found = source.inside(self.folder, f"{INTERVIEWS}/{self.path.name}")
        digest = _digest(found) if found else None
        return fingerprint("read", engine.identity(), self.path.name, self.house, digest) if digest else None


@dataclass
class _File:
    """`seen`: the other files that were looked at, relative to the book's folder, and the hash of each."""

    path: Path
    slug: str
    problems: Problems
    interview: Interview | None = None
    seen: tuple[tuple[str, str], ...] = ()


def _read_interviews(readings: Sequence[_Reading], press_: Press | None, progress: Progress | None) -> list[_File]:
    if press_ is None:
        return [_read_file(reading) for reading in readings]
    keys = [reading.key() for reading in readings]
    files = [_kept(press_.store, key, reading.folder) for key, reading in zip(keys, readings, strict=True)]
    missing = [index for index, file in enumerate(files) if file is None]
    anew = [readings[index] for index in missing]
    if len(anew) <= _FEW:  # an editor saved a file: it is read here, before a worker has started
        made: list[_File | Failure] = [_read_file(reading) for reading in anew]
    else:
        made = run(press_.executor, _read_file, anew, name=lambda reading: reading.path.name, on_progress=progress)
    for index, result in zip(missing, made, strict=True):
        file = _unread(readings[index], result) if isinstance(result, Failure) else result
        files[index] = file
        if key := keys[index]:
            if file.interview:
                file.interview = replace(file.interview, reading=fingerprint(key, file.seen))
            if not errors(file.problems.found):
                press_.store.put(key, file)
    return [file for file in files if file is not None]


def _kept(store: Store, key: str | None, folder: Path) -> _File | None:
    """What was read before, if the pictures and the original are still those."""
    file: _File | None = store.get(key) if key else None
    if file is None:
        return None
    for name, digest in file.seen:
        path = source.inside(folder, name)
        if path is None or _digest(path) != digest:
            return None
    return file


def _unread(reading: _Reading, failure: Failure) -> _File:
    """The file of a worker that was lost over it."""
    if failure.error is not None:
        raise failure.error
    problems = Problems(f"{INTERVIEWS}/{reading.path.name}", [])
    hint = "look for very long paragraphs, tables or words in it"
    problems.add(0, "reading-ends", f"the interview could not be read: {failure.reason}", hint)
    return _File(reading.path, slug_of(reading.path.stem), problems)


def _digest(path: Path) -> str | None:
    """SHA-256 of an ordinary file; None if there is none."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _read_file(reading: _Reading) -> _File:
    """The interview in a file, with its problems. Runs in a worker."""
    pictures = Pictures(reading.folder)
    file = _read_interview(reading.folder, reading.path, reading.house, pictures)
    original = file.interview.source.file if file.interview else ""
    seen = {**pictures.seen, **({original: _digest(reading.folder / original) or ""} if original else {})}
    file.seen = tuple(sorted(seen.items()))
    file.problems.lines = []  # each problem has its own
    return file


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


def _read_interview(folder: Path, path: Path, house: _House, pictures: Pictures) -> _File:
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
    file.interview = _interview(folder, slug, name, front, section, house, pictures, problems, readable)
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
    folder: Path, slug: str, name: str, front: source.Front, section: Section, house: _House,
    pictures: Pictures, problems: Problems, readable: bool,
) -> Interview | None:  # fmt: skip
    title = section.words("title", required="The title of the interview")
    standfirst, byline = section.words("standfirst"), section.words("byline")
    language = section.language("language", house.language)
    people = _people(section, problems)
    day, rights = section.date("date"), section.text("rights")
    tags = tuple(words.text for words in section.texts("tags"))
    clearance = _clearance(section, name)
    origin = _source(section, folder, problems)
    disclaimer = _disclaimer(section, house, problems)
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


def _disclaimer(section: Section, house: _House, problems: Problems) -> Disclaimer | None:
    """The interview's own text, or the named one, or the book's default."""
    known = house.disclaimers
    words = section.words("disclaimer") or house.default_disclaimer
    if words is None and not house.is_known:
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
    if words is house.default_disclaimer:
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
