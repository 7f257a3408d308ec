"""How an interview and each of its turns are cited: a sentence for people, records for reference managers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from onrecord.model import Book, Interview, Role
from onrecord.wording import translations

__all__ = ["MEDIA_TYPES", "Citation", "citation", "records"]

# The ends of the records' file names, what a reader calls the format, and its media type.
MEDIA_TYPES = (
    (".csl.json", "CSL-JSON", "application/vnd.citationstyles.csl+json"),
    (".bib", "BibTeX", "application/x-bibtex"),
    (".ris", "RIS", "application/x-research-info-systems"),
)
_QUOTES = {
    "de": ("„", "“"),
    "fr": ("«\u202f", "\u202f»"),
    "ru": ("«", "»"),
    "es": ("«", "»"),
}  # titles in other languages stand in “…”
_PARTICLES = frozenset(
    {
        "af",
        "al",
        "bin",
        "da",
        "de",
        "del",
        "della",
        "den",
        "der",
        "di",
        "dos",
        "du",
        "el",
        "ibn",
        "la",
        "le",
        "ten",
        "ter",
        "van",
        "von",
        "zu",
        "zum",
        "zur",
    }
)
_ARTICLES = frozenset({"a", "an", "das", "der", "die", "el", "la", "las", "le", "les", "los", "the", "un", "une"})
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
# An outlet that speaks for its interviewer: “Valdaiclub.com interview with Arnaud Kalika, …”.
_OUTLET = re.compile(r"(\S.{1,79}?)(?:[’']s?)? (?:exclusive )?interview with ", re.IGNORECASE)
_NO_OUTLET = re.compile(r"an?|the|our|this|in an?|from an?|exclusive", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence in the Chicago notes style (CMOS 17 §14.211); `container` is the book, set in italics."""

    before: str
    container: str
    after: str

    def __str__(self) -> str:
        return f"{self.before}{self.container}{self.after}"


def citation(interview: Interview, book: Book, page: str = "", turn: str = "", address: str = "") -> Citation:
    """Interviewee, “Title,” interview by …, in Book (Publisher, year), page, A7, URL. Empty parts are left out.

    `page` is a page of the print edition; `turn` and `address` are the id of the turn and its name (“A7”).
    """
    own = translations.words(interview.language)
    opening, closing = _QUOTES.get(interview.language.split("-")[0], ("“", "”"))
    title = f"{opening}{interview.title.text}{closing},"
    if closing == "”":  # in English, the comma stands inside, and marks inside the title become single ones
        title = f"“{interview.title.text.replace('“', '‘').replace('”', '’')},”"
    guests = _together([person.name for person in interview.guests], own["and"])
    before = f"{guests}, " if guests else ""
    before += f"{title} "
    askers = _together(_askers(interview), own["and"])
    before += f"{own['interview_by'].format(askers)}, " if askers else ""
    before += f"{translations.day(interview.date, interview.language)}, " if interview.date else ""
    published = ", ".join(part for part in (book.publisher, str(book.date.year)) if part)
    editors = _together(book.editors, own["and"])
    after = f", {own['ed']} {editors} ({published})" if editors else f" ({published})"
    after += "".join(f", {part}" for part in (page, address, _address(interview, book, turn)) if part)
    return Citation(f"{before}{own['in_book']} ", _full_title(book), f"{after}.")


def records(interview: Interview, book: Book, pages: tuple[str, ...]) -> dict[str, bytes]:
    """The record for reference managers in each format, by the end of its file name; `pages` are those in print."""
    first, last = (pages[0], pages[-1]) if pages else ("", "")
    work = _Work(interview, book, first, last)
    return {".csl.json": work.csl_json(), ".bib": work.bibtex(), ".ris": work.ris()}


# --- who, where -------------------------------------------------------------------------------------


def _askers(interview: Interview) -> list[str]:
    """Who asked: the people, or the outlet that the byline names."""
    return [person.name for person in interview.people if person.role.asks] or _outlet(interview)


def _outlet(interview: Interview) -> list[str]:
    """The outlet that speaks for its interviewer, if the byline names one."""
    found = _OUTLET.match(interview.byline.text) if interview.byline else None
    return [found.group(1)] if found and not _NO_OUTLET.fullmatch(found.group(1)) else []


def _together(names: Iterable[str], conjunction: str) -> str:
    """Names in a row; of more than three the first and “et al.” (CMOS 17 §14.76)."""
    names = list(names)
    if len(names) > 3:
        return f"{names[0]} et al."
    comma = "," if len(names) == 3 and conjunction == "and" else ""
    return f"{', '.join(names[:-1])}{comma} {conjunction} {names[-1]}" if len(names) > 1 else "".join(names)


def _full_title(book: Book) -> str:
    return f"{book.title}: {book.subtitle}" if book.subtitle else book.title


def _address(interview: Interview, book: Book, turn: str = "") -> str:
    if not book.url:
        return ""
    return f"{book.url}{interview.slug}.html" + (f"#{turn}" if turn else "")


# --- records ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Work:
    """An interview as a published part of a book; `first` and `last` are its pages in print."""

    interview: Interview
    book: Book
    first: str
    last: str

    def _named(self, role: Role) -> list[str]:
        return [person.name for person in self.interview.people if person.role is role]

    def _pages(self, dash: str) -> str:
        return self.first if self.first == self.last else f"{self.first}{dash}{self.last}"

    def csl_json(self) -> bytes:
        """CSL-JSON (CSL 1.0.2, appendices III and IV): an array of one item of the type `interview`."""
        interview, book = self.interview, self.book
        item: dict[str, object] = {
            "id": interview.slug,
            "type": "interview",
            "title": interview.title.text,
            "author": [self._csl_name(name) for name in self._named(Role.INTERVIEWEE)],
            "interviewer": [self._csl_name(name) for name in _askers(interview)],
            "translator": [self._csl_name(name) for name in self._named(Role.TRANSLATOR)],
            "container-title": _full_title(book),
            "editor": [self._csl_name(name) for name in book.editors],
            "publisher": book.publisher,
            "edition": book.edition,
            "issued": _csl_date(book.date),
            "event-date": _csl_date(interview.date) if interview.date else {},
            "page": self._pages("-"),
            "language": interview.language,
            "ISBN": book.isbn,
            "URL": _address(interview, book),
        }
        filled = {name: value for name, value in item.items() if value}
        return (json.dumps([filled], ensure_ascii=False, indent=2) + "\n").encode()

    def bibtex(self) -> bytes:
        """A part of a book with its own author; styles know no interview, so that it stands in `keywords`."""
        interview, book = self.interview, self.book
        askers = _askers(interview)
        fields = {
            "author": self._bib_names(self._named(Role.INTERVIEWEE)),
            "title": f"{{{_tex(interview.title.text)}}}",
            "booktitle": f"{{{_tex(_full_title(book))}}}",
            "editor": self._bib_names(book.editors),
            "translator": self._bib_names(self._named(Role.TRANSLATOR)),
            "publisher": _tex(book.publisher),
            "edition": _tex(book.edition),
            "year": str(book.date.year),
            "date": book.date.isoformat(),
            "pages": self._pages("--"),
            "isbn": book.isbn,
            "url": _tex_address(_address(interview, book)),
            "language": interview.language,
            "keywords": "interview",
            "note": _tex(f"Interview by {_together(askers, 'and')}") if askers else "",
        }
        lines = (f"  {name} = {{{value}}},\n" for name, value in fields.items() if value and value != "{}")
        return f"@incollection{{{interview.slug},\n{''.join(lines)}}}\n".encode()

    def ris(self) -> bytes:
        """A chapter (CHAP) with the keyword “interview”.

        RIS has no interview. Zotero writes interviews as personal communication (PCOMM), and loses the
        book, its editors and the pages with it when such a record is read.
        """
        interview, book = self.interview, self.book
        askers = _askers(interview)
        lines = [
            ("TY", "CHAP"),
            ("ID", interview.slug),
            ("TI", interview.title.text),
            *(("AU", self._inverted(name)) for name in self._named(Role.INTERVIEWEE)),
            ("T2", _full_title(book)),
            *(("ED", self._inverted(name)) for name in book.editors),
            *(("A4", self._inverted(name)) for name in self._named(Role.TRANSLATOR)),
            ("PB", book.publisher),
            ("ET", book.edition),
            ("PY", str(book.date.year)),
            ("DA", book.date.strftime("%Y/%m/%d")),
            ("SP", self.first),
            ("EP", self.last),
            ("SN", book.isbn),
            ("UR", _address(interview, book)),
            ("LA", interview.language),
            ("KW", "interview"),
            ("N1", f"Interview by {_together(askers, 'and')}" if askers else ""),
        ]
        written = "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines if value)
        return f"{written}ER  - \r\n".encode()

    # names

    def _parts(self, name: str) -> tuple[str, str, str]:
        """Given name, family name and suffix; all in the second for what is known to be no person."""
        affiliations = [person.affiliation for person in self.interview.people]
        institutions = {self.book.publisher, self.book.title, *affiliations, *_outlet(self.interview)}
        return ("", name, "") if name in institutions else _parts(name)

    def _csl_name(self, name: str) -> dict[str, str]:
        given, family, suffix = self._parts(name)
        if not given:
            return {"literal": name}
        return {"family": family, "given": given, **({"suffix": suffix} if suffix else {})}

    def _inverted(self, name: str) -> str:
        given, family, suffix = self._parts(name)
        return ", ".join(part for part in (family, given, suffix) if part)

    def _bib_names(self, names: Iterable[str]) -> str:
        """Names in one field; one that is no person's stands in braces, so that BibTeX does not take it apart."""
        out = []
        for name in names:
            given, family, suffix = self._parts(name)
            person = ", ".join(_tex(part) for part in (family, suffix, given) if part)
            out.append(person if given else f"{{{_tex(name)}}}")
        return " and ".join(out)


def _csl_date(value: date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[value.year, value.month, value.day]]}


def _parts(name: str) -> tuple[str, str, str]:
    """Given name, family name and suffix; all in the second for what does not look like a person's name.

    The family name is the last word with its particles, as in the list of contributors.
    """
    parts = name.split()
    suffix = parts.pop().rstrip(",") if len(parts) > 2 and _SUFFIX.fullmatch(parts[-1]) else ""
    whole = not 2 <= len(parts) <= 5 or any(char.isdigit() or char in ",;&/()" for char in " ".join(parts))
    capital = all(part[0].isupper() or part in _PARTICLES for part in parts)
    if whole or not capital or not parts[0][0].isupper() or parts[0].lower() in _ARTICLES:
        return "", name, ""
    family = len(parts) - 1
    while family > 1 and parts[family - 1] in _PARTICLES:
        family -= 1
    return " ".join(parts[:family]), " ".join(parts[family:]), suffix


# --- TeX --------------------------------------------------------------------------------------------

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}


def _tex(text: str) -> str:
    """Text as TeX prints it; what is no special character of TeX stays as it is, in UTF-8."""
    return "".join(_TEX.get(char, char) for char in " ".join(text.split()))


def _tex_address(address: str) -> str:
    """An address for the `url` field, which is verbatim: only what would unbalance the field is encoded."""
    return address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")
