"""What a pack says about itself on every page, in its metadata and in its file name, made from its markings."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.model import Attribution, Distribution, Markings, Pack
from onrecord.model.recipients import NumberedCopy
from onrecord.wording import translations

_SEPARATOR = " · "


def format_markings(markings: Markings, language: str) -> str:
    """Return all markings of a pack on one line, separated by points.

    “Version 2 · Embargo: … · For participants only · Chatham House Rule”
    """
    words = translations.get_interface_texts(language)
    texts = [words["version"].format(markings.version)] if markings.version else []
    if markings.embargo:
        texts.append(words["embargo"].format(translations.format_date_and_time(markings.embargo, language)))
    return _SEPARATOR.join([*texts, words[markings.distribution.value], words[markings.attribution.value]])


def format_occasion(pack: Pack, language: str) -> str:
    """Return the pack's title and its day, as at the head of every page."""
    return f"{pack.title}{_SEPARATOR}{translations.format_date(pack.starts.date(), language)}"


def explain_markings(markings: Markings, language: str) -> tuple[str, ...]:
    """Return a sentence for each marking that asks something of its reader."""
    words = translations.get_interface_texts(language)
    keys = ["embargo"] if markings.embargo else []
    keys += [markings.distribution.value, markings.attribution.value]
    return tuple(words[f"explain_{key}"] for key in keys if f"explain_{key}" in words)


def format_file_name(pack: Pack) -> str:
    """Return the name of the pack's files without suffix: its slug, followed by its markings.

    So a file that was saved somewhere still says what it is.
    """
    return "-".join([pack.slug, *_list_name_parts(pack.markings), *(["merged"] if pack.is_merged else [])])


def _list_name_parts(markings: Markings) -> Iterator[str]:
    """Yield what the markings add to a file name: version, embargo, limits of use."""
    if markings.version:
        yield "v" + "".join(char if char.isascii() and char.isalnum() else "-" for char in markings.version.lower())
    if markings.embargo:
        yield f"embargo-{markings.embargo.date().isoformat()}"
    if markings.distribution is not Distribution.PUBLIC:
        yield markings.distribution.value
    if markings.attribution is not Attribution.ON_THE_RECORD:
        yield markings.attribution.value.lower().replace(" ", "-")


def format_copy_stamp(copy: NumberedCopy, language: str) -> str:
    """Return the text stamped on every page of a numbered copy: “Copy 7 of 50 · NAME”."""
    count = translations.get_interface_texts(language)["copy_of"].format(copy.number, copy.copy_count)
    return f"{count} · {copy.recipient.name}"
