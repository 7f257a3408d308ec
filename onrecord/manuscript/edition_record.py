"""Read the record of an earlier edition's proof, for the page that says what has changed since."""

from __future__ import annotations

import json
from pathlib import Path

from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.yaml_config import Comments, SettingsSection
from onrecord.model import SourceLocation
from onrecord.model.dates import parse_iso_date
from onrecord.model.redirects import EarlierEdition, RecordedInterview
from onrecord.model.rule import Rule
from onrecord.runtime import folders
from onrecord.runtime.project import Project

_MOST_BYTES = 200_000_000
_NO_TEXTS = "this record does not say which texts the edition had: it is of a pack, or of an older On Record"


class UnreadableRecordError(Exception):
    """A file is not the record of a book's edition; the message is a sentence."""


def read_edition_record(path: Path, place: SourceLocation) -> EarlierEdition:
    """Return what a delivery's record says of its edition; raise UnreadableRecordError with the reason."""
    try:
        record = json.loads(folders.read_file_itself(path, _MOST_BYTES))
        texts, titles = record["texts"], record.get("titles", {})
        interviews = tuple(
            RecordedInterview(
                str(slug), str(titles.get(slug, "")), tuple((str(key), str(pieces[key])) for key in pieces)
            )
            for slug, pieces in texts.items()
        )
        slug, title, edition, day = (str(record.get(key, "")) for key in ("slug", "title", "edition", "date"))
        return EarlierEdition(slug, title, edition, parse_iso_date(day), interviews, place)
    except OSError as error:
        raise UnreadableRecordError(f"the record cannot be read ({error.strerror or error})") from error
    except KeyError:
        raise UnreadableRecordError(_NO_TEXTS) from None
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise UnreadableRecordError("this is no record of a proof") from None


def read_earlier_edition(
    folder: Path, section: SettingsSection, problems: Problems, slug: str, title: str
) -> EarlierEdition | None:
    """Return the earlier edition that the setting `changes_since` names; None without one, or with a problem.

    Report a record that is missing, outside the book's folder, or of a book of another name and title.
    """
    words = section.read_words("changes_since", comments=Comments.SPACED)
    if words is None:
        return None
    line = words.location.line
    hint = f"copy dist/{slug}.proof.json of that edition into the book's folder and name it: records/first.proof.json"
    path = Project(folder).find(words.text)
    if path is None or not path.is_file():
        problems.add(line, Rule.RECORD_CAN_BE_READ, f"there is no file “{words}” in the book's folder", hint)
        return None
    try:
        earlier = read_edition_record(path, SourceLocation(words.text))
    except UnreadableRecordError as error:
        problems.add(line, Rule.RECORD_CAN_BE_READ, str(error), hint)
        return None
    if earlier.slug != slug and earlier.title != title:
        sentence = f"this is the record of another book, “{earlier.title or earlier.slug}”"
        problems.add(line, Rule.RECORD_CAN_BE_READ, sentence, hint)
        return None
    return earlier
