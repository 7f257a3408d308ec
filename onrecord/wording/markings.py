"""What a pack says about itself on every page, in its metadata and in its file name, made from its markings."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord.model.pack import Attribution, Distribution, Markings, Pack
from onrecord.model.recipients import NumberedCopy
from onrecord.wording import translations

_SEPARATOR = " · "


def line(markings: Markings, language: str) -> str:
    """Return all markings on one line, separated by points.

    “Version 2 · Embargo: … · For participants only · Chatham House Rule”
    """
    words = translations.words(language)
    texts = [words["version"].format(markings.version)] if markings.version else []
    if markings.embargo:
        texts.append(words["embargo"].format(translations.moment(markings.embargo, language)))
    return _SEPARATOR.join([*texts, words[markings.distribution.value], words[markings.attribution.value]])


def occasion(pack: Pack, language: str) -> str:
    """Return the pack's title and its day, as at the head of every page."""
    return f"{pack.title}{_SEPARATOR}{translations.day(pack.starts.date(), language)}"


def explained(markings: Markings, language: str) -> tuple[str, ...]:
    """Return a sentence for each marking that asks something of its reader."""
    words = translations.words(language)
    keys = ["embargo"] if markings.embargo else []
    keys += [markings.distribution.value, markings.attribution.value]
    return tuple(words[f"explain_{key}"] for key in keys if f"explain_{key}" in words)


def file_name(pack: Pack) -> str:
    """Return the name of the pack's files without suffix: its slug, followed by its markings.

    So a file that was saved somewhere still says what it is.
    """
    return "-".join([pack.slug, *_list_name_parts(pack.markings), *(["merged"] if pack.merged else [])])


def _list_name_parts(markings: Markings) -> Iterator[str]:
    if markings.version:
        yield "v" + "".join(char if char.isascii() and char.isalnum() else "-" for char in markings.version.lower())
    if markings.embargo:
        yield f"embargo-{markings.embargo.date().isoformat()}"
    if markings.distribution is not Distribution.PUBLIC:
        yield markings.distribution.value
    if markings.attribution is not Attribution.ON_THE_RECORD:
        yield markings.attribution.value.lower().replace(" ", "-")


def format_copy_stamp(copy: NumberedCopy, language: str) -> str:
    """Return what every page of a numbered copy says: “Copy 7 of 50 · NAME”."""
    return f"{translations.words(language)['copy_of'].format(copy.number, copy.of)} · {copy.recipient.name}"
