"""What a pack says about itself on every page, in its metadata and in its file name, made from its markings."""

from __future__ import annotations

from collections.abc import Iterator

from onrecord import words
from onrecord.model.packs import Attribution, Distribution, Markings, Pack

_SEPARATOR = " · "


def line(markings: Markings, language: str) -> str:
    """All markings on one line: “Version 2 · Embargo: … · For participants only · Chatham House Rule”."""
    own = words.words(language)
    found = [own["version"].format(markings.version)] if markings.version else []
    if markings.embargo:
        found.append(own["embargo"].format(words.moment(markings.embargo, language)))
    return _SEPARATOR.join([*found, own[markings.distribution.value], own[markings.attribution.value]])


def occasion(pack: Pack, language: str) -> str:
    """The pack's title and its day, as they stand at the head of every page."""
    return f"{pack.title}{_SEPARATOR}{words.day(pack.starts.date(), language)}"


def explained(markings: Markings, language: str) -> tuple[str, ...]:
    """A sentence for each marking that asks something of its reader."""
    own = words.words(language)
    keys = ["embargo"] if markings.embargo else []
    keys += [markings.distribution.value, markings.attribution.value]
    return tuple(own[f"explain_{key}"] for key in keys if f"explain_{key}" in own)


def file_name(pack: Pack) -> str:
    """The slug with the markings behind it, so that a file that was saved somewhere still says what it is."""
    return "-".join([pack.slug, *_in_a_name(pack.markings), *(["merged"] if pack.merged else [])])


def _in_a_name(markings: Markings) -> Iterator[str]:
    if markings.version:
        yield "v" + "".join(char if char.isascii() and char.isalnum() else "-" for char in markings.version.lower())
    if markings.embargo:
        yield f"embargo-{markings.embargo.date().isoformat()}"
    if markings.distribution is not Distribution.PUBLIC:
        yield markings.distribution.value
    if markings.attribution is not Attribution.ON_THE_RECORD:
        yield markings.attribution.value.lower().replace(" ", "-")
