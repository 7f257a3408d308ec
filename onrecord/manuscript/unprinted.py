"""List what stands in a book's folder and is printed in no edition, with the reason."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote

from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.index_checks import list_unused_headings
from onrecord.manuscript.index_file import INDEX_FILE
from onrecord.manuscript.interview_file import INTERVIEWS_FOLDER
from onrecord.manuscript.settings import BOOK_FILE
from onrecord.model import Book, Figure, Interview, TextLine, iterate_blocks, walk_blocks
from onrecord.model.edition_comparison import list_edition_changes
from onrecord.model.interview import NO_REMARKS
from onrecord.model.recording import FOLDER
from onrecord.model.rule import Rule, Severity

_MOST_NAMES = 5
_NEAR_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdwn", ".mdtxt", ".mdtext", ".md.txt", ".md.text")
_MADE_IDENTIFIERS = ("urn:onrecord:", "urn:uuid:")  # for readers' libraries; nobody would look for them on paper
REPORT_SUFFIX = ".import.html"  # of the report that an import writes beside an interview
_JUNK = ("thumbs.db", "desktop.ini", "ehthumbs.db")  # what systems write into folders
# Folders whose files On Record reads for the look of the book, or writes itself.
_OTHER_HOMES = ("styles", "templates", "fonts", "packs", "approval", "translations", "dist")


@dataclass(frozen=True, slots=True)
class Unprinted:
    """Things of one kind that are not printed: their names, and why."""

    kind: str
    names: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        listed = ", ".join(self.names[:_MOST_NAMES])
        more = len(self.names) - _MOST_NAMES
        return f"{self.kind}: {listed}{f' and {more} more' if more > 0 else ''} ({self.reason})"


# --- files in interviews/ ---------------------------------------------------------------------------


def report_unread_files(folder: Path, problems: Problems) -> None:
    """Report each file in interviews/ that is not read: an error if its name nearly ends in .md, else a warning."""
    home = folder / INTERVIEWS_FOLDER
    for path in sorted(home.iterdir()) if home.is_dir() else ():
        if (
            _is_system_file(path)
            or _is_import_report(path)
            or (path.name.endswith(".md") and not path.name.startswith("."))
        ):
            continue
        place = Problems(f"{INTERVIEWS_FOLDER}/{path.name}", [])
        if path.is_dir():
            _report_folder(path, place)
        elif not path.name.startswith(".") and (near := _find_near_name(path.name)):
            place.add(
                0,
                Rule.INTERVIEW_FILES_END_IN_MD,
                "this file is not read: the name of an interview ends in .md, in small letters",
                f"rename it: {near}",
            )
        else:
            place.add(
                0,
                Rule.INTERVIEWS_HOLD_INTERVIEWS,
                "this file is not read and not printed",
                f"import it, or move it out of {INTERVIEWS_FOLDER}/",
                Severity.WARNING,
            )
        problems.entries += place.entries


def _report_folder(path: Path, place: Problems) -> None:
    """Report a folder inside interviews/, with the number of Markdown files that are not read in it."""
    count = sum(_find_near_name(file.name) is not None for file in path.rglob("*"))
    inside = f", nor {'its Markdown file' if count == 1 else f'its {count} Markdown files'}" if count else ""
    place.add(
        0,
        Rule.INTERVIEWS_HOLD_INTERVIEWS,
        f"this folder is not read{inside}",
        f"move its interviews to {INTERVIEWS_FOLDER}/; parts are listed in {BOOK_FILE}",
        Severity.WARNING,
    )


def _find_near_name(name: str) -> str | None:
    """Return the name with .md at its end if it nearly has it; None for any other name."""
    plain = name.strip(" .").lower()
    for suffix in sorted(_NEAR_SUFFIXES, key=len, reverse=True):
        if plain.endswith(suffix) and len(plain) > len(suffix):
            return f"{name.strip(' .')[: -len(suffix)].strip(' .')}.md"
    return None


def _is_import_report(path: Path) -> bool:
    """Return whether a file is the report of the import of an interview that is here."""
    name = path.name.removesuffix(REPORT_SUFFIX)
    return name != path.name and path.is_file() and path.with_name(f"{name}.md").is_file()


def _is_system_file(path: Path) -> bool:
    """Return whether a system or an editor wrote this file for itself."""
    name = path.name.lower()
    is_hidden = name.startswith(".") and not (name.endswith(".md") and not name.startswith(("._", ".#", ".~")))
    return is_hidden or name in _JUNK or name.startswith("~$") or name.endswith(("~", ".swp"))


# --- the whole folder -------------------------------------------------------------------------------


def list_unprinted(folder: Path, book: Book) -> tuple[Unprinted, ...]:
    """Return what is printed in no edition, one entry for each kind."""
    return tuple(entry for entry in _iterate_unprinted(folder, book) if entry.names)


def _iterate_unprinted(folder: Path, book: Book) -> Iterator[Unprinted]:
    """Yield each kind of thing that is not printed, also where there are none."""
    used = set(_iterate_used_files(book))
    pictures = _list_files(folder, "images", used)
    yield Unprinted("pictures", pictures, "no interview shows them")
    originals = {interview.source.file for interview in book.interviews}
    yield Unprinted("originals", _list_files(folder, "originals", used - originals), "kept to compare with")
    yield Unprinted("recordings", _list_files(folder, FOLDER, used), "no interview names them")
    yield Unprinted("other files", _list_other_files(folder, used), "On Record does not read them")
    yield Unprinted("keys of book.yaml", tuple(_iterate_book_keys(book)), "for catalogues and search engines")
    texts = {disclaimer.text for disclaimer in book.disclaimers}
    unused = tuple(name for name, text in book.named_disclaimers if text not in texts)
    yield Unprinted("disclaimers", unused, "no interview names them")
    yield Unprinted("headings of the index", list_unused_headings(book), "the text has no words for them")
    keys = (("tags", "packs choose by them"), ("source", "kept; the web edition links to its url"))
    for key, reason in keys:
        names = tuple(interview.slug for interview in book.interviews if getattr(interview, key) != _get_default(key))
        yield Unprinted(f"{key} of interviews", names, reason)
    if book.earlier and not list_edition_changes(book, book.earlier):
        yield Unprinted("page of changes", (book.earlier.location.file,), "nothing has changed since that edition")
    dated = tuple(interview.slug for interview in book.interviews if interview.date)
    yield Unprinted("date of interviews", dated, "in citations on the web, and for packs")
    times = tuple(interview.slug for interview in book.interviews if _has_remarks(interview))
    yield Unprinted("t= and question= of turns", times, "`outline --json` gives them")
    comments = tuple(f"{line.location.file.rpartition('/')[2]}:{line.location.line}" for line in _list_comments(book))
    yield Unprinted("comments", comments, "notes to yourself; `outline` shows them")


def _iterate_used_files(book: Book) -> Iterator[str]:
    """Yield the path of each file, in the book's folder, that the book prints or names."""
    for interview in book.interviews:
        yield interview.source.file
        yield from (recording.file for recording in interview.recordings)
        yield from (person.picture.asset.path for person in interview.people if person.picture)
        for block in walk_blocks(iterate_blocks(interview)):
            if isinstance(block, Figure):
                yield block.asset.path
    named = (book.profile, book.design.cover_file, book.design.brand.logo)
    yield from (line.text for line in named if line)
    if book.earlier:
        yield book.earlier.location.file


def _list_files(folder: Path, home: str, used: Iterable[str]) -> tuple[str, ...]:
    """Return the files in a folder of the book that are not used, by path."""
    known = {_normalize_path(name) for typed in used for name in (typed, unquote(typed))}
    files = (path for path in sorted((folder / home).rglob("*")) if path.is_file() and not _is_system_file(path))
    names = (path.relative_to(folder).as_posix() for path in files)
    return tuple(name for name in names if _normalize_path(name) not in known)


def _normalize_path(name: str) -> str:
    """Return a path without `./`, in Unicode's form NFC: é is one character, however it is typed or stored."""
    return normpath(unicodedata.normalize("NFC", name))


def _list_other_files(folder: Path, used: Iterable[str]) -> tuple[str, ...]:
    """Return the other files and folders at the top of the book's folder."""
    known = {
        BOOK_FILE,
        INDEX_FILE,
        INTERVIEWS_FOLDER,
        "images",
        "originals",
        FOLDER,
        *_OTHER_HOMES,
        *(name.split("/")[0] for name in used),
    }
    others = (path for path in sorted(folder.iterdir()) if path.name not in known and not _is_system_file(path))
    return tuple(f"{path.name}/" if path.is_dir() else path.name for path in others)


def _iterate_book_keys(book: Book) -> Iterator[str]:
    """Yield the keys of book.yaml that stand only in metadata."""
    if book.description:
        yield "description"
    if not book.isbn and not book.identifier.startswith(_MADE_IDENTIFIERS):
        yield "identifier"


def _get_default(key: str) -> object:
    """Return what an interview has if its front matter lacks this key."""
    return next(field.default for field in fields(Interview) if field.name == key)


def _has_remarks(interview: Interview) -> bool:
    """Return whether a turn has the name of a question, or says when it was said and no recording plays it."""
    remarks = [turn.remarks for turn in interview.turns if turn.remarks != NO_REMARKS]
    return bool(remarks) and not (interview.recordings and not any(remark.question_name for remark in remarks))


def _list_comments(book: Book) -> list[TextLine]:
    """Return the editors' comments of all interviews, which no edition prints."""
    return [comment for interview in book.interviews for comment in interview.comments]
