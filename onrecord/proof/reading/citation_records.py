"""The records of an interview for reference managers, put together a second time for the proof."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from onrecord.model import Book, Interview, Role
from onrecord.model.dates import AnyDate
from onrecord.proof.reading.citation_sentences import find_interviewers, find_outlet, join_names
from onrecord.runtime.interface_texts import FALLBACK, get_language

RECORD_ENDINGS = (".csl.json", ".bib", ".ris")
_PARTICLES = frozenset({"af", "al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn"})
_PARTICLES |= {"la", "le", "ten", "ter", "van", "von", "zu", "zum", "zur"}
_ARTICLES = frozenset(("a", "an", "das", "der", "die", "el", "la", "las", "le", "les", "los", "the", "un", "une"))
_SUFFIXES = frozenset({"Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"})
_NOT_IN_NAMES = frozenset(",;&/()")
_SPECIAL = re.compile(r"[\\{}$&#%_^~]")
_SPELLED = {"\\": "textbackslash{}", "^": "textasciicircum{}", "~": "textasciitilde{}"}  # all others stand after “\\”


@dataclass(frozen=True, slots=True)
class ExpectedRecords:
    """The records of an interview; `first` and `last` are its pages in print."""

    interview: Interview
    book: Book
    first: str
    last: str

    def expect_csl_json(self) -> Mapping[str, object]:
        """Return the entry that the interview's CSL-JSON file must hold (CSL 1.0.2)."""
        interview, book = self.interview, self.book
        record: dict[str, object] = {"id": interview.slug, "type": "interview", "title": interview.title.text}
        for name, people in (
            ("author", self._list_names(Role.INTERVIEWEE)),
            ("interviewer", find_interviewers(interview)),
            ("translator", self._list_names(Role.TRANSLATOR)),
            ("editor", book.editors),
        ):
            record |= {name: [self._build_csl_name(person) for person in people]} if people else {}
        record |= {"container-title": self._format_book_title(), "issued": _build_csl_date(book.date)}
        record |= {"event-date": _build_csl_date(interview.date)} if interview.date else {}
        texts = {"publisher": book.publisher, "edition": book.edition, "language": interview.language}
        texts |= {"page": self._format_pages("-"), "ISBN": book.isbn, "URL": self._format_address()}
        return record | {name: text for name, text in texts.items() if text}

    def expect_bibtex(self) -> list[str]:
        """Return the lines that the interview's BibTeX file must hold."""
        interview, book = self.interview, self.book
        address = re.sub(r"[\\{}]", lambda match: f"%{ord(match[0]):02X}", self._format_address())
        askers = self._format_interviewers()
        fields = (
            ("author", self._format_bibtex_names(self._list_names(Role.INTERVIEWEE))),
            ("title", f"{{{_escape_tex(interview.title.text)}}}" if interview.title.text else ""),
            ("booktitle", f"{{{_escape_tex(self._format_book_title())}}}"),
            ("editor", self._format_bibtex_names(book.editors)),
            ("translator", self._format_bibtex_names(self._list_names(Role.TRANSLATOR))),
            ("publisher", _escape_tex(book.publisher)),
            ("edition", _escape_tex(book.edition)),
            ("year", f"{book.date.year}"),
            ("date", book.date.isoformat()),
            ("pages", self._format_pages("--")),
            ("isbn", book.isbn),
            ("url", address),
            ("language", interview.language),
            ("keywords", "interview"),
            ("note", _escape_tex(askers)),
        )
        lines = [f"  {name} = {{{text}}}," for name, text in fields if text]
        return [f"@incollection{{{interview.slug},", *lines, "}"]

    def expect_ris(self) -> list[str]:
        """Return the lines that the interview's RIS file must hold."""
        return [f"{tag}  - {' '.join(text.split())}" for tag, text in self._list_ris_fields() if text] + ["ER  - "]

    def _list_ris_fields(self) -> Iterator[tuple[str, str]]:
        """Yield the tags and texts of the expected RIS record, empty texts too."""
        interview, book = self.interview, self.book
        yield from (("TY", "CHAP"), ("ID", interview.slug), ("TI", interview.title.text))
        yield from (("AU", self._invert_name(name)) for name in self._list_names(Role.INTERVIEWEE))
        yield "T2", self._format_book_title()
        yield from (("ED", self._invert_name(name)) for name in book.editors)
        yield from (("A4", self._invert_name(name)) for name in self._list_names(Role.TRANSLATOR))
        yield from (("PB", book.publisher), ("ET", book.edition), ("PY", f"{book.date.year}"))
        year, month, day = [*book.date.isoformat().split("-"), "", ""][:3]
        yield from (("DA", f"{year}/{month}/{day}"), ("SP", self.first), ("EP", self.last), ("SN", book.isbn))
        yield from (("UR", self._format_address()), ("LA", interview.language), ("KW", "interview"))
        yield "N1", self._format_interviewers()

    # parts

    def _format_book_title(self) -> str:
        """Return the title of the book with its subtitle, for a reference manager."""
        return ": ".join(filter(None, (self.book.title, self.book.subtitle)))

    def _format_address(self) -> str:
        """Return the address of the interview on the web, for a reference manager, "" without one."""
        return self.book.url and f"{self.book.url}{self.interview.slug}.html"

    def _format_pages(self, dash: str) -> str:
        """Return the printed pages of the interview, joined by this dash."""
        return dash.join(dict.fromkeys((self.first, self.last)))

    def _format_interviewers(self) -> str:
        """Return who asks, as English fields and keywords of records name them."""
        askers = find_interviewers(self.interview)
        return f"Interview by {join_names(askers, get_language(FALLBACK).names)}" if askers else ""

    def _list_names(self, role: Role) -> list[str]:
        """Return the names of the interview's people with this role."""
        return [person.name for person in self.interview.people if person.role is role]

    # names

    def _split_name(self, name: str) -> tuple[str, str, str]:
        """Return given name, family name and suffix; the given name of an institution is ""."""
        institutions = [person.affiliation for person in self.interview.people]
        institutions += [self.book.publisher, self.book.title, *find_outlet(self.interview)]
        return ("", name, "") if name in institutions else divide_name(name)

    def _build_csl_name(self, name: str) -> Mapping[str, str]:
        """Return a name as a CSL record has it."""
        given_name, family, suffix = self._split_name(name)
        if not given_name:
            return {"literal": name}
        return {"given": given_name, "family": family} | ({"suffix": suffix} if suffix else {})

    def _invert_name(self, name: str) -> str:
        """Return a name with the family name first."""
        given_name, family, suffix = self._split_name(name)
        return f"{family}, {given_name}{', ' if suffix else ''}{suffix}" if given_name else name

    def _format_bibtex_names(self, names: Sequence[str]) -> str:
        """Return names as BibTeX has them, with “and” between them."""
        written = []
        for name in names:
            given_name, family, suffix = self._split_name(name)
            parts = [family, suffix, given_name] if suffix else [family, given_name]
            written.append(", ".join(map(_escape_tex, parts)) if given_name else f"{{{_escape_tex(name)}}}")
        return " and ".join(written)


def divide_name(name: str) -> tuple[str, str, str]:
    """Return given name, family name and suffix of a person; the given name is "" for what looks like no person."""
    *words, last = name.split() or [""]
    suffix = last if last in _SUFFIXES and len(words) > 1 else ""
    words += [] if suffix else [last]
    if not _is_person_name(words):
        return "", name, ""
    particles = list(takewhile(_PARTICLES.__contains__, reversed(words[1:-1])))
    start = len(words) - 1 - len(particles)
    return " ".join(words[:start]), " ".join(words[start:]), suffix


def _is_person_name(words: Sequence[str]) -> bool:
    """Return whether words are the name of a person: two to five, with capitals, without figures or signs."""
    return (
        1 < len(words) < 6
        and not any(char in _NOT_IN_NAMES or char.isdigit() for word in words for char in word)
        and all(word[:1].isupper() or word in _PARTICLES for word in words)
        and words[0][:1].isupper()
        and words[0].lower() not in _ARTICLES
    )


def _build_csl_date(day: AnyDate) -> Mapping[str, list[list[int]]]:
    """Return a date as a CSL record has it."""
    return {"date-parts": [list(map(int, day.isoformat().split("-")))]}


def _escape_tex(text: str) -> str:
    """Return a text on one line, with the characters escaped that TeX reads as commands."""
    return _SPECIAL.sub(lambda match: "\\" + _SPELLED.get(match[0], match[0]), " ".join(text.split()))
