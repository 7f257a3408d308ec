"""The page “Changes in this edition”: what is new, changed and withdrawn, by interview and answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from onrecord.model import Book, Division, EditorNote, Interview
from onrecord.model.approved_text import TextChange
from onrecord.model.edition_comparison import EditionChange, list_edition_changes
from onrecord.model.redirects import EarlierEdition
from onrecord.runtime.interface_texts import InterfaceLanguage, get_language
from onrecord.wording.translations import format_date

_SHEET_WORDS = {TextChange.CHANGED: "changed", TextChange.NEW: "new", TextChange.GONE: "withdrawn"}
_PIECES = {"heading": "piece_heading", "editor's note": "piece_note", "note": "piece_footnote"}
_NO_PAGES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """A piece of an interview: its words (“A7”), the id that a link leads to, and its page in print; "" if none."""

    text: str
    id: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class ChangedPlaces:
    """What became of some pieces: “Changed: ”, and the pieces; without pieces, of the whole interview: “New”."""

    lead: str
    places: tuple[ChangedPlace, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedInterview:
    """An interview that has changed; `interview` is None if it is gone, `title` then the words for it."""

    title: str
    interview: Interview | None
    rows: tuple[ChangedPlaces, ...]


@dataclass(frozen=True, slots=True)
class EditionChangeList:
    """The texts of the page."""

    since: str
    interviews: tuple[ChangedInterview, ...]
    closing: str
    semicolon: str
    stop: str


def list_changed_places(book: Book, turn_pages: Mapping[str, str] = _NO_PAGES) -> EditionChangeList | None:
    """Return the page of a book, None if it has none; `turn_pages` are the printed pages by `slug.id`."""
    earlier = book.compared_edition
    changes = list_edition_changes(book, earlier) if earlier else ()
    if not earlier or not changes:
        return None
    words = get_language(book.language)
    interviews = {interview.slug: interview for interview in book.interviews}
    groups = groupby(changes, key=lambda change: change.slug)
    return EditionChangeList(
        words.texts["changes_since"].format(_format_edition_name(earlier, book.language)),
        tuple(_describe_interview(list(group), interviews.get(slug), words, turn_pages) for slug, group in groups),
        words.texts["changes_end"],
        words.semicolon,
        words.stop.strip(),
    )


def _format_edition_name(earlier: EarlierEdition, language: str) -> str:
    """Return what the earlier edition is called: its name and date; an old record has only a title."""
    day = format_date(earlier.date, language) if earlier.date else ""
    return get_language(language).comma.join(filter(None, (earlier.edition, day))) or earlier.title


def _describe_interview(
    changes: Iterable[EditionChange],
    interview: Interview | None,
    words: InterfaceLanguage,
    turn_pages: Mapping[str, str],
) -> ChangedInterview:
    """Return the lines of one interview: a line for each kind of change."""
    by_kind: dict[TextChange, list[EditionChange]] = {}
    title = ""
    for change in changes:
        by_kind.setdefault(change.change, []).append(change)
        title = change.title or change.slug
    rows = []
    for kind, name in _SHEET_WORDS.items():
        lead = words.texts[f"sheet_{name}"]
        places = tuple(
            _describe_place(change, interview, words, turn_pages) for change in by_kind.get(kind, ()) if change.place
        )
        if kind in by_kind:
            rows.append(ChangedPlaces(f"{lead}{words.colon}" if places else lead, places))
    return ChangedInterview(title, interview, tuple(rows))


def _describe_place(
    change: EditionChange, interview: Interview | None, words: InterfaceLanguage, turn_pages: Mapping[str, str]
) -> ChangedPlace:
    """Return a piece in the words of a language, with its id and its printed page if it is in this edition."""
    kind, _, number = change.place.rpartition(" ")
    if kind in _PIECES:
        text = f"{words.texts[_PIECES[kind]]} {number}"
    else:
        text = words.texts.get(f"piece_{change.place}", change.place)
    identity = _find_id(interview, change.place) if interview and change.change is not TextChange.GONE else ""
    page = turn_pages.get(f"{interview.slug}.{identity}", "") if interview and identity else ""
    return ChangedPlace(text, identity, page)


def _find_id(interview: Interview, place: str) -> str:
    """Return the id of a turn by its address, or of a heading by its number; "" for other pieces."""
    headings = [entry.id for entry in interview.conversation if isinstance(entry, Division)]
    known = {f"heading {number}": identity for number, identity in enumerate(headings, 1)}
    known |= {
        entry.address: entry.id for entry in interview.conversation if not isinstance(entry, Division | EditorNote)
    }
    return known.get(place, "")
