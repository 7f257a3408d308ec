"""The citations of an interview and of its turns, put together a second time for the proof."""

from __future__ import annotations

import re
from collections.abc import Sequence

from onrecord.model import Book, Interview, Role
from onrecord.model.directions import direct_name
from onrecord.proof.reading.markup_tokens import Token, build_element, isolate_name
from onrecord.proof.reading.sentences import expect_date
from onrecord.runtime.interface_texts import NameList, get_language

_ASKING_ROLES = (Role.INTERVIEWER, Role.MODERATOR)
# A byline that names the interviewing outlet in front of the words “interview with”.
_INTERVIEW_WITH = re.compile(r"(?P<outlet>.+?) (?:exclusive )?interview with ", re.IGNORECASE)
_NO_OUTLET = ("a", "an", "the", "our", "this", "in a", "in an", "from a", "from an", "exclusive")
_LONGEST_OUTLET = 80
_MOST_NAMES = 3  # of more people a citation names the first
_NAME, _BOOK = "\ufdd8", "\ufdd9"  # before and after a name that may need an element, and the title of the book


def expect_citation(
    interview: Interview, book: Book, page: str = "", turn: str = "", address: str = "", time: str = ""
) -> str:
    """Return the sentence with which an edition must cite the interview, or one of its turns.

    `page` is the printed page on which the turn begins, `turn` its id, `address` its name (“A7”), and `time` when it
    was said in the recording.
    """
    return re.sub(f"[{_NAME}{_BOOK}]", "", _compose_citation(interview, book, page, turn, address, time))


def expect_citation_markup(
    interview: Interview, book: Book, page: str = "", turn: str = "", address: str = "", time: str = ""
) -> list[Token]:
    """Return the HTML tokens of a citation: the book's title as `<cite>`, isolated names as `<bdi>`."""
    tokens: list[Token] = []
    language = interview.language
    parts = re.split(f"([{_NAME}{_BOOK}])", _compose_citation(interview, book, page, turn, address, time))
    for index in range(0, len(parts), 4):  # text, mark, name, mark
        tokens.append(parts[index])
        if len(parts) > index + 2:
            mark, name = parts[index + 1 : index + 3]
            direction = direct_name(name, language) or None
            tokens += (
                build_element("cite", name, lang=book.language, dir=direction)
                if mark == _BOOK
                else isolate_name(name, language)
            )
    return tokens


def _compose_citation(interview: Interview, book: Book, page: str, turn: str, address: str, time: str) -> str:
    """Return the citation with marks around names and the title of the book."""
    language = get_language(interview.language)
    texts, comma = language.texts, language.comma
    named = {
        role: [_mark(person.name) for person in interview.people if person.role is role]
        for role in (Role.INTERVIEWEE, Role.TRANSLATOR)
    }
    guests, translators = (join_names(names, language.names) for names in named.values())
    askers = join_names([_mark(name) for name in find_interviewers(interview)], language.names)
    editors = join_names([_mark(name) for name in book.editors], language.names)
    title = f"{_BOOK}{book.title}{f': {book.subtitle}' if book.subtitle else ''}{_BOOK}"
    place = f"{_mark(book.publisher)}{comma}{book.date.year}" if book.publisher else str(book.date.year)
    web = _mark(f"{book.url}{interview.slug}.html{'#' if turn else ''}{turn}") if book.url else ""
    pieces = [
        f"{guests}{comma}" if guests else "",
        _quote_title(interview),
        f"{texts['interview_by'].replace('{}', askers)}{comma}" if askers else "",
        f"{expect_date(interview.date, interview.language)}{comma}" if interview.date else "",
        f"{texts['cite_translator'].replace('{}', translators)}{comma}" if translators else "",
        f"{texts['in_book']} {title}",
        f"{comma}{texts['ed']} {editors}" if editors else "",
        f" ({place})",
    ]
    moment = texts["at_time"].replace("{}", time) if time else ""
    return comma.join(filter(None, ["".join(pieces), page, address and _mark(address), moment, web])) + "."


def _mark(name: str) -> str:
    """Return the name with a mark before and after it."""
    return f"{_NAME}{name}{_NAME}"


def expect_interview_head(interview: Interview) -> str:
    """Return the running head that right-hand pages of an interview must have: guests and title."""
    title = interview.short_title.text if interview.short_title else interview.title.text
    guests = [person.name for person in interview.people if person.role is Role.INTERVIEWEE]
    unnamed = [name for name in guests if name.casefold() not in title.casefold()]
    return f"{join_names(guests, get_language(interview.language).names)} · {title}" if unnamed else title


def _quote_title(interview: Interview) -> str:
    """Return an interview's title for a citation, with quotation marks and comma in the order of its language."""
    language = get_language(interview.language)
    quotations, comma = language.quotations, language.comma
    (opening, closing), (inner_opening, inner_closing) = quotations.marks, quotations.inner_marks
    title = interview.title.text.replace(opening, inner_opening).replace(closing, inner_closing)
    title = _mark(title)
    if not quotations.comma_inside:
        return opening + title + closing + comma
    return opening + title + comma[:1] + closing + comma[1:]


def find_interviewers(interview: Interview) -> list[str]:
    """Return the names of those who ask, or the outlet that the byline names in their place."""
    return [person.name for person in interview.people if person.role in _ASKING_ROLES] or find_outlet(interview)


def find_outlet(interview: Interview) -> list[str]:
    """Return the outlet that the byline names in the place of a person who asks, as a list; [] if none."""
    match = _INTERVIEW_WITH.match(interview.byline.text) if interview.byline else None
    if match is None:
        return []
    outlet = re.sub(r"[’']s?$", "", match["outlet"])
    if any(person.name == outlet for person in interview.people):
        return []
    return [outlet] if 1 < len(outlet) <= _LONGEST_OUTLET and outlet.lower() not in _NO_OUTLET else []


def join_names(names: Sequence[str], words: NameList) -> str:
    """Return the names as a list in words, for a citation; of more than three only the first is named."""
    if len(names) > _MOST_NAMES:
        return names[0] + words.others
    *firsts, last = names or ("",)
    if len(firsts) == 2:
        return words.comma.join(firsts) + words.last + last
    return words.pair.join([*firsts, last])
