"""How an interview and each of its turns are cited: a sentence for readers, records for reference managers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onrecord.model import Book, Interview, Role
from onrecord.model.dates import AnyDate
from onrecord.model.names import NAME_SUFFIX
from onrecord.runtime.interface_texts import FALLBACK, NameList, get_language
from onrecord.wording import translations
from onrecord.wording.marked_names import mark_name, remove_marks

# The end of each record's file name, the name of its format for readers, and its media type.
RECORD_FORMATS = (
    (".csl.json", "CSL-JSON", "application/vnd.citationstyles.csl+json"),
    (".bib", "BibTeX", "application/x-bibtex"),
    (".ris", "RIS", "application/x-research-info-systems"),
)
_PARTICLE = re.compile("af|al|bin|da|del?|della|de[nr]|di|dos|du|el|ibn|la|le|te[nr]|van|von|zu|zu[mr]")
_ARTICLES = frozenset({"a", "an", "das", "der", "die", "el", "la", "las", "le", "les", "los", "the", "un", "une"})
# A byline that names an outlet in place of its interviewer: “Valdaiclub.com interview with Arnaud Kalika, …”.
_OUTLET = re.compile(r"(\S.{1,79}?)(?:[’']s?)? (?:exclusive )?interview with ", re.IGNORECASE)
_NO_OUTLET = re.compile(r"an?|the|our|this|in an?|from an?|exclusive", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence in the Chicago notes style (CMOS 17 §14.211).

    `container` is the title of the book, which is set in italics. In `marked_before` and `marked_after`, names that run
    against the sentence have marks around them, for editions that isolate them; what readers copy has none.
    """

    marked_before: str
    container: str
    marked_after: str

    @property
    def before(self) -> str:
        """Return the sentence up to the title of the book."""
        return remove_marks(self.marked_before)

    @property
    def after(self) -> str:
        """Return the sentence after the title of the book."""
        return remove_marks(self.marked_after)

    def __str__(self) -> str:
        return f"{self.before}{self.container}{self.after}"


def build_citation(
    interview: Interview, book: Book, page: str = "", turn: str = "", address: str = "", time: str = ""
) -> Citation:
    """Return the citation of the interview or of one of its turns; empty parts are left out.

    Interviewee, “Title,” interview by …, trans. …, in Book (Publisher, year), page, A7, at 12:34, URL. `page` is a page
    of the print edition; `turn` and `address` are the id of the turn and its name (“A7”), `time` is that in the
    recording.
    """
    language = get_language(interview.language)
    words, comma = language.texts, language.comma
    guests = _join_marked(interview, [person.name for person in interview.guests])
    askers = _join_marked(interview, _list_askers(interview))
    named = [person.name for person in interview.people if person.role is Role.TRANSLATOR]
    translators = _join_marked(interview, named)
    before = f"{guests}{comma}" if guests else ""
    before += _quote_title(interview)
    before += f"{words['interview_by'].format(askers)}{comma}" if askers else ""
    before += f"{translations.format_date(interview.date, interview.language)}{comma}" if interview.date else ""
    before += f"{words['cite_translator'].format(translators)}{comma}" if translators else ""
    publisher = mark_name(book.publisher, interview.language)
    published = comma.join(part for part in (publisher, str(book.date.year)) if part)
    editors = _join_marked(interview, book.editors)
    after = f"{comma}{words['ed']} {editors} ({published})" if editors else f" ({published})"
    moment = words["at_time"].format(time) if time else ""
    address = mark_name(address, interview.language)
    web_address = mark_name(_format_address(interview, book, turn), interview.language)
    after += "".join(f"{comma}{part}" for part in (page, address, moment, web_address) if part)
    return Citation(f"{before}{words['in_book']} ", _format_book_title(book), f"{after}.")


def build_citation_records(interview: Interview, book: Book, pages: tuple[str, ...]) -> dict[str, bytes]:
    """Return the citation as CSL-JSON, BibTeX and RIS, by file name suffix.

    `pages` are the printed pages of the interview.
    """
    first, last = (pages[0], pages[-1]) if pages else ("", "")
    record = _Record(interview, book, first, last)
    return {".csl.json": record.write_csl_json(), ".bib": record.write_bibtex(), ".ris": record.write_ris()}


# --- parts of citations -----------------------------------------------------------------------------


def _join_marked(interview: Interview, names: Iterable[str]) -> str:
    """Return the names in a row, those with marks that run against the interview's language."""
    return join_names([mark_name(name, interview.language) for name in names], get_language(interview.language).names)


def _quote_title(interview: Interview) -> str:
    """Return the title with a comma and what follows that, in the quotation marks of the interview's language.

    The same marks inside the title become inner ones. In English, and in languages that we do not know, the comma
    stands inside the quotation marks.
    """
    language = get_language(interview.language)
    quotations, comma = language.quotations, language.comma
    bare_comma = comma.rstrip()
    title = interview.title.text
    for mark, inner_mark in zip(quotations.marks, quotations.inner_marks, strict=True):
        title = title.replace(mark, inner_mark)
    title = mark_name(title, interview.language)
    opening, closing = quotations.marks
    return (
        f"{opening}{title}{bare_comma}{closing}{comma.removeprefix(bare_comma)}"
        if quotations.comma_inside
        else f"{opening}{title}{closing}{comma}"
    )


def _list_askers(interview: Interview) -> list[str]:
    """Return the names of interviewers and moderators, or the outlet that the byline names."""
    return [person.name for person in interview.people if person.role.asks] or _find_outlet(interview)


def _find_outlet(interview: Interview) -> list[str]:
    """Return the outlet that the byline names in place of its interviewer; [] if it names none, or a person."""
    match = _OUTLET.match(interview.byline.text) if interview.byline else None
    is_person = match is not None and match.group(1) in {person.name for person in interview.people}
    return [match.group(1)] if match and not is_person and not _NO_OUTLET.fullmatch(match.group(1)) else []


def join_names(names: Sequence[str], words: NameList) -> str:
    """Return the names in a row; of more than three the first and “et al.” (CMOS 17 §14.76)."""
    if len(names) > 3:
        return f"{names[0]}{words.others}"
    return "".join(map("".join, zip(words.list_separators(len(names)), names, strict=True)))


def _format_book_title(book: Book) -> str:
    """Return the title of the book, with its subtitle after a colon."""
    return f"{book.title}: {book.subtitle}" if book.subtitle else book.title


def _format_address(interview: Interview, book: Book, turn: str = "") -> str:
    """Return the web address of the interview or of its turn, "" if the book has none."""
    if not book.url:
        return ""
    return f"{book.url}{interview.slug}.html" + (f"#{turn}" if turn else "")


# --- records ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Record:
    """An interview as a published part of a book; `first` and `last` are its pages in print."""

    interview: Interview
    book: Book
    first: str
    last: str

    def _list_names(self, role: Role) -> list[str]:
        """Return the names of the interview's people in this role, in order."""
        return [person.name for person in self.interview.people if person.role is role]

    def _format_pages(self, dash: str) -> str:
        """Return the printed page or pages, with `dash` between first and last."""
        return self.first if self.first == self.last else f"{self.first}{dash}{self.last}"

    def write_csl_json(self) -> bytes:
        """Return CSL-JSON (CSL 1.0.2, appendices III and IV), with the type `interview`."""
        interview, book = self.interview, self.book
        fields: dict[str, object] = {
            "id": interview.slug,
            "type": "interview",
            "title": interview.title.text,
            "author": [self._format_csl_name(name) for name in self._list_names(Role.INTERVIEWEE)],
            "interviewer": [self._format_csl_name(name) for name in _list_askers(interview)],
            "translator": [self._format_csl_name(name) for name in self._list_names(Role.TRANSLATOR)],
            "container-title": _format_book_title(book),
            "editor": [self._format_csl_name(name) for name in book.editors],
            "publisher": book.publisher,
            "edition": book.edition,
            "issued": _format_csl_date(book.date),
            "event-date": _format_csl_date(interview.date) if interview.date else {},
            "page": self._format_pages("-"),
            "language": interview.language,
            "ISBN": book.isbn,
            "URL": _format_address(interview, book),
        }
        filled = {name: value for name, value in fields.items() if value}
        return (json.dumps([filled], ensure_ascii=False, indent=2) + "\n").encode()

    def write_bibtex(self) -> bytes:
        """Return BibTeX for a part of a book with an author of its own.

        Bibliography styles know no interviews, so the keyword says that it is one.
        """
        interview, book = self.interview, self.book
        askers = _list_askers(interview)
        fields = {
            "author": self._format_bibtex_names(self._list_names(Role.INTERVIEWEE)),
            "title": f"{{{_escape_tex(interview.title.text)}}}",
            "booktitle": f"{{{_escape_tex(_format_book_title(book))}}}",
            "editor": self._format_bibtex_names(book.editors),
            "translator": self._format_bibtex_names(self._list_names(Role.TRANSLATOR)),
            "publisher": _escape_tex(book.publisher),
            "edition": _escape_tex(book.edition),
            "year": str(book.date.year),
            "date": book.date.isoformat(),
            "pages": self._format_pages("--"),
            "isbn": book.isbn,
            "url": _escape_tex_address(_format_address(interview, book)),
            "language": interview.language,
            "keywords": "interview",
            "note": _escape_tex(f"Interview by {join_names(askers, get_language(FALLBACK).names)}") if askers else "",
        }
        lines = (f"  {name} = {{{value}}},\n" for name, value in fields.items() if value and value != "{}")
        return f"@incollection{{{interview.slug},\n{''.join(lines)}}}\n".encode()

    def write_ris(self) -> bytes:
        """Return RIS for a chapter (CHAP) with the keyword “interview”.

        RIS has no type for interviews. Zotero writes them as personal communication (PCOMM), but when it reads such a
        record it loses the book, its editors and the pages.
        """
        interview, book = self.interview, self.book
        askers = _list_askers(interview)
        lines = [
            ("TY", "CHAP"),
            ("ID", interview.slug),
            ("TI", interview.title.text),
            *(("AU", self._invert_name(name)) for name in self._list_names(Role.INTERVIEWEE)),
            ("T2", _format_book_title(book)),
            *(("ED", self._invert_name(name)) for name in book.editors),
            *(("A4", self._invert_name(name)) for name in self._list_names(Role.TRANSLATOR)),
            ("PB", book.publisher),
            ("ET", book.edition),
            ("PY", str(book.date.year)),
            ("DA", _format_ris_date(book.date)),
            ("SP", self.first),
            ("EP", self.last),
            ("SN", book.isbn),
            ("UR", _format_address(interview, book)),
            ("LA", interview.language),
            ("KW", "interview"),
            ("N1", f"Interview by {join_names(askers, get_language(FALLBACK).names)}" if askers else ""),
        ]
        written = "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines if value)
        return f"{written}ER  - \r\n".encode()

    # names

    def _divide_name(self, name: str) -> tuple[str, str, str]:
        """Return given name, family name and suffix; an institution has a family name only."""
        affiliations = [person.affiliation for person in self.interview.people]
        institutions = {self.book.publisher, self.book.title, *affiliations, *_find_outlet(self.interview)}
        return ("", name, "") if name in institutions else _divide_name(name)

    def _format_csl_name(self, name: str) -> dict[str, str]:
        """Return the name as a CSL name: its parts, or `literal` for an institution."""
        given_name, family, suffix = self._divide_name(name)
        if not given_name:
            return {"literal": name}
        return {"family": family, "given": given_name, **({"suffix": suffix} if suffix else {})}

    def _invert_name(self, name: str) -> str:
        """Return the name as “family, given, suffix”, without the parts that it lacks."""
        given_name, family, suffix = self._divide_name(name)
        return ", ".join(part for part in (family, given_name, suffix) if part)

    def _format_bibtex_names(self, names: Iterable[str]) -> str:
        """Return the names as one BibTeX field: “Family, Given and Family, Given”.

        A name that is no person's stands in braces, so that BibTeX does not take it apart.
        """
        formatted = []
        for name in names:
            given_name, family, suffix = self._divide_name(name)
            person = ", ".join(_escape_tex(part) for part in (family, suffix, given_name) if part)
            formatted.append(person if given_name else f"{{{_escape_tex(name)}}}")
        return " and ".join(formatted)


def _format_csl_date(day: AnyDate) -> dict[str, list[list[int]]]:
    """Return the date as a CSL date: `date-parts` with year, month and day, as far as they are known."""
    return {"date-parts": [[int(part) for part in day.isoformat().split("-")]]}


def _format_ris_date(day: AnyDate) -> str:
    """Return the date as RIS writes it: 1979/05/31, with nothing in the place of what is not known."""
    return "/".join([*day.isoformat().split("-"), "", ""][:3])


def _divide_name(name: str) -> tuple[str, str, str]:
    """Return given name, family name and suffix of a person.

    The family name is the last word with its particles, or all of a name that does not look like a person's. A name
    is taken apart if it has two to five words, no digits and none of ",;&/()", and every word but a particle begins
    with a capital.
    """
    parts = name.split()
    suffix = parts.pop().rstrip(",") if len(parts) > 2 and NAME_SUFFIX.fullmatch(parts[-1]) else ""
    is_whole = not 2 <= len(parts) <= 5 or any(char.isdigit() or char in ",;&/()" for char in " ".join(parts))
    has_capitals = all(part[0].isupper() or _PARTICLE.fullmatch(part) for part in parts)
    if is_whole or not has_capitals or not parts[0][0].isupper() or parts[0].lower() in _ARTICLES:
        return "", name, ""
    family = len(parts) - 1
    while family > 1 and _PARTICLE.fullmatch(parts[family - 1]):
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


def _escape_tex(text: str) -> str:
    """Return the text with the special characters of TeX escaped, and otherwise in UTF-8."""
    return "".join(_TEX.get(char, char) for char in " ".join(text.split()))


def _escape_tex_address(address: str) -> str:
    """Return the address for the field `url`, which is verbatim.

    Only the characters that would unbalance the field are percent-encoded.
    """
    return address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")
