"""Compare a book with an earlier edition of it, answer by answer, by the record of that edition's proof."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from onrecord.model import Interview, SourceLocation
from onrecord.model.approved_text import TextChange, compute_text_digests, find_changed_places, list_short_digests
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.pipeline.load import load_book
from onrecord.pipeline.options import WHOLE_BOOK, BuildOptions
from onrecord.runtime import folders

_MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class EditionChange:
    """A difference from an earlier edition: of a whole interview (`place` is ""), or of a piece of it."""

    slug: str
    place: str
    change: TextChange
    location: SourceLocation


def compare_editions(folder: Path, record: Path, options: BuildOptions = WHOLE_BOOK) -> tuple[EditionChange, ...]:
    """Return what is new, changed or gone since the edition of the record, in the order of the book."""
    texts = _read_texts(record)
    book, _ = load_book(folder, options)
    changes: list[EditionChange] = []
    for interview in book.interviews:
        if interview.slug in texts:
            changes += _compare_interview(interview, texts[interview.slug])
        else:
            changes.append(EditionChange(interview.slug, "", TextChange.NEW, interview.location))
    slugs = {interview.slug for interview in book.interviews}
    changes += [EditionChange(slug, "", TextChange.GONE, book.location) for slug in texts if slug not in slugs]
    return tuple(changes)


def _compare_interview(interview: Interview, before: Mapping[str, str]) -> Iterator[EditionChange]:
    """Yield the differences of one interview."""
    after = list_short_digests(interview)
    if list(after.items()) == list(before.items()):
        return
    places = [digest.location for digest in compute_text_digests(interview)]
    for change, place, index in find_changed_places(list(before.items()), list(after.items())):
        yield EditionChange(interview.slug, place, change, places[index])


def _read_texts(path: Path) -> dict[str, dict[str, str]]:
    """Return the digests in the record, by slug and place; raise Refused if it has none."""
    hint = "name the record of an edition of this book: dist/SLUG.proof.json"
    try:
        record = json.loads(folders.read_file_itself(path, _MOST_BYTES))
        texts = record["texts"]
        return {
            str(slug): {str(place): str(digest) for place, digest in pieces.items()} for slug, pieces in texts.items()
        }
    except OSError as error:
        sentence = f"the record cannot be read ({error.strerror or error})"
    except KeyError:
        sentence = "this record does not say which texts the edition had: it is of a pack, or of an older On Record"
    except (ValueError, TypeError, AttributeError, RecursionError):
        sentence = "this is no record of a proof"
    raise Refused([Problem(SourceLocation(str(path)), Rule.RECORD_CAN_BE_READ, sentence, hint)])
