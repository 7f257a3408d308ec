"""Check whether an e-reader takes an e-book and shows it well, by the file that would be sent to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO

from PIL import Image

from onrecord.model import Book, Interview
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule, Severity
from onrecord.proof.reading.epub_archive import EpubArchive, UnreadableEpubError, unpack_epub


class EReader(StrEnum):
    """An e-reader with demands of its own."""

    KINDLE = "kindle"


@dataclass(frozen=True, slots=True)
class _Demands:
    """What a reader demands: sizes in bytes and pixels, and the languages that it knows (primary subtags)."""

    name: str
    most_bytes: int
    most_bytes_by_mail: int
    most_picture_bytes: int
    shortest_cover_side: int
    languages: frozenset[str]


# Send to Kindle takes 200 MB on its page and 50 MB by e-mail; the languages are those of e-books in Amazon's shops.
_LANGUAGES = """
    af ar ast br ca co cy da de en es et eu fi fo fr frr fy ga gd gl gsw gu gv hi is it ja kw la lb ml mr nb nl nn no oc
    pl pt rm sco stq sv ta zh
"""
_KINDLE = _Demands("Kindle", 200_000_000, 50_000_000, 5_000_000, 1000, frozenset(_LANGUAGES.split()))
_DEMANDS = {EReader.KINDLE: _KINDLE}
_VARIABLE = re.compile(r"var\(|(?<![\w-])--[\w-]+\s*:")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def check_for_reader(book: Book, data: bytes, reader: EReader) -> tuple[Problem, ...]:
    """Return what an e-reader of this kind would refuse or show badly of an e-book, given the bytes of an EPUB."""
    demands = _DEMANDS[reader]
    problems = [*_check_size(book, len(data), demands), *_check_languages(book, demands)]
    try:
        archive = unpack_epub(data)
    except UnreadableEpubError:
        return tuple(problems)  # which the proof of the e-book reports
    return (*problems, *_check_styles(book, archive, demands), *_check_pictures(book, archive, demands))


def _check_size(book: Book, size: int, demands: _Demands) -> Iterator[Problem]:
    """Yield a problem if an EPUB is too large for the e-reader, a warning if it is too large for an e-mail to it."""
    if size <= demands.most_bytes_by_mail:
        return
    is_refused = size > demands.most_bytes
    most = demands.most_bytes if is_refused else demands.most_bytes_by_mail
    where = "" if is_refused else " by e-mail"
    sentence = f"the e-book has {size / 1e6:.0f} MB; {demands.name} takes at most {most // 10**6} MB{where}"
    hint = "make the pictures smaller" if is_refused else "send it on Amazon's page, or make the pictures smaller"
    severity = Severity.ERROR if is_refused else Severity.WARNING
    yield Problem(book.location, Rule.READER_TAKES_THE_SIZE, sentence, hint, severity=severity)


def _check_languages(book: Book, demands: _Demands) -> Iterator[Problem]:
    """Yield a warning for each language, of the book or of interviews, that the e-reader lacks."""
    places: list[Book | Interview] = [
        book,
        *(interview for interview in book.interviews if interview.language != book.language),
    ]
    for place in places:
        if place.language.split("-")[0].lower() not in demands.languages:
            sentence = f"{demands.name} does not know the language “{place.language}”: it may refuse the e-book, or "
            sentence += "divide and read its words badly"
            hint = "send it to yourself first and look at it, or give such readers the PDF"
            rule = Rule.READER_KNOWS_THE_LANGUAGE
            yield Problem(place.location, rule, sentence, hint, severity=Severity.WARNING)


def _check_styles(book: Book, archive: EpubArchive, demands: _Demands) -> Iterator[Problem]:
    """Yield a problem if an EPUB's style sheets use variables, which the e-reader does not support."""
    if match := _VARIABLE.search(_COMMENT.sub("", archive.css)):
        line = archive.css[max(0, archive.css.find(match.group())) :].partition("\n")[0]
        sentence = (
            f"the style sheet of the e-book uses a variable (“{line[:60].strip()}”), which {demands.name} does not read"
        )
        hint = "write the value itself into styles/epub.css; tokens of styles/tokens.css are written out by themselves"
        yield Problem(book.location, Rule.READER_KNOWS_THE_STYLES, sentence, hint)


def _check_pictures(book: Book, archive: EpubArchive, demands: _Demands) -> Iterator[Problem]:
    """Yield a warning for a cover too small for the e-reader, and for pictures that are too large."""
    for name, data in sorted(archive.files.items()):
        if not name.endswith((".png", ".jpg", ".jpeg", ".gif")):
            continue
        short_name = name.rpartition("/")[2]
        if len(data) > demands.most_picture_bytes:
            sentence = f"the picture “{short_name}” has {len(data) / 1e6:.1f} MB; {demands.name} takes at most "
            sentence += f"{demands.most_picture_bytes // 10**6} MB of one picture"
            hint = "save it with fewer pixels, or as JPEG"
            yield Problem(book.location, Rule.READER_TAKES_THE_SIZE, sentence, hint, severity=Severity.WARNING)
        if short_name.startswith("cover."):
            yield from _check_cover(book, data, demands)


def _check_cover(book: Book, data: bytes, demands: _Demands) -> Iterator[Problem]:
    """Yield a warning if an EPUB's cover has too few pixels for the e-reader."""
    with Image.open(BytesIO(data)) as image:
        width, height = image.size
    if min(width, height) < demands.shortest_cover_side:
        sentence = (
            f"the cover has {width} × {height} pixels; {demands.name} wants {demands.shortest_cover_side} or more "
        )
        sentence += "on its shorter side"
        hint = "give a larger picture as cover"
        yield Problem(book.location, Rule.READER_SHOWS_THE_COVER, sentence, hint, severity=Severity.WARNING)
