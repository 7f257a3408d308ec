"""The records of an interview for reference managers, put together a second time for the proof."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from onrecord.model import Book, Interview, Role
from onrecord.model.dates import AnyDate
from onrecord.proof.reading.citation_sentences import find_askers, find_outlet, join_names
from onrecord.runtime.interface_texts import FALLBACK, get_language

RECORD_ENDINGS = (".csl.json", ".bib", ".ris")
_PARTICLES = frozenset({"af", "al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn"})
_PARTICLES |= {"la", "le", "ten", "ter", "van", "von", "zu", "zum", "zur"}
_ARTICLES = frozenset(("a", "an", "das", "der", "die", "el", "la", "las", "le", "les", "los", "the", "un", "une"))
_SUFFIXES = frozenset({"Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"})
_NOT_IN_NAMES = frozenset(",;&/()")
_SPECIAL = re.compile(r"[\\{}$&#%_^~]")
_SPELLED = {"\\": "textbackslash{}", "^": "textasciicircum{}", "~": "textasciitilde{}"}  # all others stand behind “\\”


@dataclass(frozen=True, slots=True)
class ExpectedRecords:
    """The records of an interview; `first` and `last` are its pages in print."""

    interview: Interview
    book: Book
    first: str
    last: str

    def expect_csl_json(self) -> Mapping[str, object]:
        """Return the only entry of the CSL-JSON (CSL 1.0.2)."""
        interview, book = self.interview, self.book
        record: dict[str, object] = {"id": interview.slug, "type": "interview", "title": interview.title.text}
        for name, people in (
            ("author", self._list_people(Role.INTERVIEWEE)),
            ("interviewer", find_askers(interview)),
            ("translator", self._list_people(Role.TRANSLATOR)),
            ("editor", book.editors),
        ):
            record |= {name: [self._write_csl_name(person) for person in people]} if people else {}
        record |= {"container-title": self._title_of_book(), "issued": _write_csl_date(book.date)}
        record |= {"event-date": _write_csl_date(interview.date)} if interview.date else {}
        texts = {"publisher": book.publisher, "edition": book.edition, "language": interview.language}
        texts |= {"page": self._write_pages("-"), "ISBN": book.isbn, "URL": self._write_address()}
        return record | {name: text for name, text in texts.items() if text}

    def expect_bibtex(self) -> list[str]:
        """Return the lines of the BibTeX."""
        interview, book = self.interview, self.book
        address = re.sub(r"[\\{}]", lambda match: f"%{ord(match[0]):02X}", self._write_address())
        askers = self._name_askers()
        fields = (
            ("author", self._write_bibtex_names(self._list_people(Role.INTERVIEWEE))),
            ("title", f"{{{_spell_for_tex(interview.title.text)}}}" if interview.title.text else ""),
            ("booktitle", f"{{{_spell_for_tex(self._title_of_book())}}}"),
            ("editor", self._write_bibtex_names(book.editors)),
            ("translator", self._write_bibtex_names(self._list_people(Role.TRANSLATOR))),
            ("publisher", _spell_for_tex(book.publisher)),
            ("edition", _spell_for_tex(book.edition)),
            ("year", f"{book.date.year}"),
            ("date", book.date.isoformat()),
            ("pages", self._write_pages("--")),
            ("isbn", book.isbn),
            ("url", address),
            ("language", interview.language),
            ("keywords", "interview"),
            ("note", _spell_for_tex(askers)),
        )
        lines = [f"  {name} = {{{text}}}," for name, text in fields if text]
        return [f"@incollection{{{interview.slug},", *lines, "}"]

    def expect_ris(self) -> list[str]:
        """Return the lines of the RIS."""
        return [f"{tag}  - {' '.join(text.split())}" for tag, text in self._list_ris() if text] + ["ER  - "]

    def _list_ris(self) -> Iterator[tuple[str, str]]:
        """Yield tags and their texts, also empty ones."""
        interview, book = self.interview, self.book
        yield from (("TY", "CHAP"), ("ID", interview.slug), ("TI", interview.title.text))
        yield from (("AU", self._turn_round(name)) for name in self._list_people(Role.INTERVIEWEE))
        yield "T2", self._title_of_book()
        yield from (("ED", self._turn_round(name)) for name in book.editors)
        yield from (("A4", self._turn_round(name)) for name in self._list_people(Role.TRANSLATOR))
        yield from (("PB", book.publisher), ("ET", book.edition), ("PY", f"{book.date.year}"))
        year, month, day = [*book.date.isoformat().split("-"), "", ""][:3]
        yield from (("DA", f"{year}/{month}/{day}"), ("SP", self.first), ("EP", self.last), ("SN", book.isbn))
        yield from (("UR", self._write_address()), ("LA", interview.language), ("KW", "interview"))
        yield "N1", self._name_askers()

    # parts

    def _title_of_book(self) -> str:
        """Return the title of the book with its subtitle."""
        return ": ".join(filter(None, (self.book.title, self.book.subtitle)))

    def _write_address(self) -> str:
        """Return the address of the interview on the web, "" without one."""
        return self.book.url and f"{self.book.url}{self.interview.slug}.html"

    def _write_pages(self, dash: str) -> str:
        """Return the printed pages."""
        return dash.join(dict.fromkeys((self.first, self.last)))

    def _name_askers(self) -> str:
        """Return who asks, in English as keywords and field names are."""
        askers = find_askers(self.interview)
        return f"Interview by {join_names(askers, get_language(FALLBACK).names)}" if askers else ""

    def _list_people(self, role: Role) -> list[str]:
        """Return the names of those with this role."""
        return [person.name for person in self.interview.people if person.role is role]

    # names

    def _divide(self, name: str) -> tuple[str, str, str]:
        """Return given name, family name and suffix; the given name of an institution is ""."""
        institutions = [person.affiliation for person in self.interview.people]
        institutions += [self.book.publisher, self.book.title, *find_outlet(self.interview)]
        return ("", name, "") if name in institutions else divide_name(name)

    def _write_csl_name(self, name: str) -> Mapping[str, str]:
        """Return a name as CSL has it."""
        given, family, suffix = self._divide(name)
        if not given:
            return {"literal": name}
        return {"given": given, "family": family} | ({"suffix": suffix} if suffix else {})

    def _turn_round(self, name: str) -> str:
        """Return a name with the family name first."""
        given, family, suffix = self._divide(name)
        return f"{family}, {given}{', ' if suffix else ''}{suffix}" if given else name

    def _write_bibtex_names(self, names: Sequence[str]) -> str:
        """Return names as BibTeX has them, with “and” between them."""
        written = []
        for name in names:
            given, family, suffix = self._divide(name)
            parts = [family, suffix, given] if suffix else [family, given]
            written.append(", ".join(map(_spell_for_tex, parts)) if given else f"{{{_spell_for_tex(name)}}}")
        return " and ".join(written)


def divide_name(name: str) -> tuple[str, str, str]:
    """Return given name, family name and suffix of a person; the given name is "" for what looks like no person."""
    *words, last = name.split() or [""]
    suffix = last if last in _SUFFIXES and len(words) > 1 else ""
    words += [] if suffix else [last]
    if not _is_person(words):
        return "", name, ""
    particles = list(takewhile(_PARTICLES.__contains__, reversed(words[1:-1])))
    at = len(words) - 1 - len(particles)
    return " ".join(words[:at]), " ".join(words[at:]), suffix


def _is_person(words: Sequence[str]) -> bool:
    """Tell whether words are the name of a person: two to five, with capitals, without figures or signs."""
    return (
        1 < len(words) < 6
        and not any(char in _NOT_IN_NAMES or char.isdigit() for word in words for char in word)
        and all(word[:1].isupper() or word in _PARTICLES for word in words)
        and words[0][:1].isupper()
        and words[0].lower() not in _ARTICLES
    )


def _write_csl_date(day: AnyDate) -> Mapping[str, list[list[int]]]:
    """Return a date as CSL has it."""
    return {"date-parts": [list(map(int, day.isoformat().split("-")))]}


def _spell_for_tex(text: str) -> str:
    """Return a text on one line, as TeX must be given it."""
    return _SPECIAL.sub(lambda match: "\\" + _SPELLED.get(match[0], match[0]), " ".join(text.split()))
