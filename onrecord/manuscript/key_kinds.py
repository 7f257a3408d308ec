"""How a key of the settings is described: its kind, what its value can be, and the table in which it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum


class Kind(Enum):
    """What the value of a key is; the value is the name for readers of the manual."""

    TEXT = "text"
    TEXTS = "list of texts"
    NAMED_TEXTS = "names with texts"
    DATE = "date"
    ANY_DATE = "day, month or year"
    MOMENT = "date and time"
    COUNT = "number"
    FLAG = "yes or no"
    CHOICE = "choice"
    LANGUAGE = "language"
    SECTION = "section"
    SECTIONS = "list of sections"
    ENTRIES = "list of texts or sections"


SCALARS = frozenset(Kind) - {Kind.TEXTS, Kind.NAMED_TEXTS, Kind.SECTION, Kind.SECTIONS, Kind.ENTRIES}


@dataclass(frozen=True, slots=True)
class Key:
    """A key: what it does, its kind, and what its value can be.

    `default` is what holds without the key, in words. `pattern` is a regular expression of Python and of JavaScript
    for the whole text; `longest` counts its characters; `most` is the highest number.
    """

    name: str
    kind: Kind
    meaning: str
    example: str
    default: str = ""
    is_required: bool = False
    choices: type[StrEnum] | None = None
    pattern: str = ""
    longest: int = 0
    most: int = 0
    section: KeyTable | None = None  # the keys of its sections
    has_more_choices: bool = False  # the book may name further ones


@dataclass(frozen=True, slots=True)
class KeyTable:
    """The keys that a section knows, in the order in which hints list them.

    `conditions` are rules between keys, as JSON Schema. `place` says where the keys stand.
    """

    place: str
    keys: tuple[Key, ...]
    conditions: tuple[Mapping[str, object], ...] = ()
    _by_name: dict[str, Key] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the keys by name."""
        object.__setattr__(self, "_by_name", {key.name: key for key in self.keys})

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the keys of a section, in order."""
        return tuple(self._by_name)

    def find(self, name: str) -> Key:
        """Return the key of this name; raise KeyError if the section has none."""
        return self._by_name[name]
