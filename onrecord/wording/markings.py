"""What a pack says about itself on every page, in its metadata and in its file name, made from its markings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from onrecord.model import Markings, Pack
from onrecord.model.agenda import MARKINGS, Marking
from onrecord.model.recipients import NumberedCopy
from onrecord.wording import translations

_SEPARATOR = " · "


def format_markings(markings: Markings, language: str) -> str:
    """Return all markings of a pack on one line, separated by points.

    “Version 2 · Embargo: … · For participants only · Chatham House Rule”
    """
    words = translations.get_interface_texts(language)
    texts = [words["version"].format(markings.version)] if markings.version else []
    for marking, value in _list_values(markings):
        texts.append(words[value] if marking.choices else _format_moment(marking.name, value, language))
    return _SEPARATOR.join(texts)


def _list_values(markings: Markings) -> list[tuple[Marking, Any]]:
    """Return the markings that the pack has, in order, each with its value."""
    values = [(marking, getattr(markings, marking.name)) for marking in MARKINGS]
    return [(marking, value) for marking, value in values if value is not None]


def _format_moment(name: str, moment: datetime, language: str) -> str:
    """Return a marking that is a date and time: “Embargo: 1 December 2026, 09:00 (UTC+1)”."""
    date_and_time = translations.format_date_and_time(moment, language)
    return translations.get_interface_texts(language)[name].format(date_and_time)


def format_occasion(pack: Pack, language: str) -> str:
    """Return the pack's title and its day, as at the head of every page."""
    return f"{pack.title}{_SEPARATOR}{translations.format_date(pack.starts.date(), language)}"


def explain_markings(markings: Markings, language: str) -> tuple[str, ...]:
    """Return a sentence for each marking that asks something of its reader."""
    words = translations.get_interface_texts(language)
    keys = [value if marking.choices else marking.name for marking, value in _list_values(markings)]
    return tuple(words[f"explain_{key}"] for key in keys if f"explain_{key}" in words)


def format_file_name(pack: Pack) -> str:
    """Return the name of the pack's files without suffix: its slug, followed by its markings.

    So a file that was saved somewhere still says what it is.
    """
    return "-".join([pack.slug, *_list_name_parts(pack.markings), *(["merged"] if pack.is_merged else [])])


def _list_name_parts(markings: Markings) -> Iterator[str]:
    """Yield what the markings add to a file name: the version, and each limit of use."""
    if markings.version:
        yield "v" + "".join(char if char.isascii() and char.isalnum() else "-" for char in markings.version.lower())
    for marking, value in _list_values(markings):
        if not marking.choices:
            yield f"{marking.name}-{value.date().isoformat()}"
        elif value is not marking.unrestricted:
            yield value.lower().replace(" ", "-")


def format_copy_stamp(copy: NumberedCopy, language: str) -> str:
    """Return the text stamped on every page of a numbered copy: “Copy 7 of 50 · NAME”."""
    count = translations.get_interface_texts(language)["copy_of"].format(copy.number, copy.copy_count)
    return f"{count} · {copy.recipient.name}"
