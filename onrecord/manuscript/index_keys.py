"""The keys of `index.yaml`."""

from __future__ import annotations

from onrecord.manuscript.key_kinds import Key, KeyTable, Kind
from onrecord.model.index_headings import HeadingKind

_ALIASES = Key(
    "aliases",
    Kind.TEXTS,
    "Words of the text that are entries by themselves; in small letters with capitals, too; `pilot*` finds pilotage.",
    "[harbour board, the Board]",
    "marks alone make entries",
)
_SORT = Key("sort", Kind.TEXT, "What stands in for the name where headings are sorted.", "Three Sisters", "the name")
_SUB_HEADING = KeyTable(
    "an entry of `sub`",
    (
        Key("name", Kind.TEXT, "The sub-heading, as it is printed.", "minutes", is_required=True),
        _ALIASES,
        _SORT,
    ),
)
_HEADING = KeyTable(
    "an entry of `headings`",
    (
        Key("name", Kind.TEXT, "The heading, as it is printed.", "Harbour Board", is_required=True),
        Key(
            "kind",
            Kind.CHOICE,
            "What the heading names.",
            HeadingKind.ORGANISATION.value,
            HeadingKind.SUBJECT.value,
            choices=HeadingKind,
        ),
        _ALIASES,
        _SORT,
        Key(
            "see", Kind.TEXTS, "The headings that stand in for this one, which has no places.", "Harbour Board", "none"
        ),
        Key("see_also", Kind.TEXTS, "Further headings that a reader of this one may want.", "[Pilotage]", "none"),
        Key(
            "sub",
            Kind.ENTRIES,
            "The sub-headings: names, or names with aliases.",
            "[minutes, {name: accounts, aliases: [balance sheet]}]",
            "none",
            section=_SUB_HEADING,
        ),
    ),
)
INDEX_KEYS = KeyTable(
    "`index.yaml`",
    (
        Key(
            "headings",
            Kind.ENTRIES,
            "The headings of the index: names, or names with aliases and references.",
            "[Pilotage, {name: Harbour Board, aliases: [harbour board]}]",
            is_required=True,
            section=_HEADING,
        ),
    ),
)
