"""What became of interviews since a delivery, and what a supplement brings of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from onrecord.model.value import Value


class ChangeKind(StrEnum):
    """What became of something since an earlier delivery."""

    NEW = "new"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Piece(Value):
    """Something of an interview that is compared as a whole, without its words.

    `kind`: question, answer, heading, note; or title, standfirst, byline, introduction, disclaimer, rights. `id` is
    the turn's; `name` is what people call it ("A7"). `page` is the printed page it begins on, "" if nobody said.
    """

    kind: str
    id: str
    name: str
    digest: str
    words: int
    page: str = ""


@dataclass(frozen=True, slots=True)
class Change(Value):
    """`before` is None for what is new, `now` for what is withdrawn; `text` are its words now."""

    kind: ChangeKind
    before: Piece | None
    now: Piece | None
    text: str = ""

    @property
    def page(self) -> str:
        """The page of the earlier delivery that it concerns, "" for what is new."""
        return self.before.page if self.before else ""


@dataclass(frozen=True, slots=True)
class InterviewChange(Value):
    """`page` is where the interview began in the earlier delivery; `changes` are empty where all of it is new or withdrawn."""

    kind: ChangeKind
    slug: str
    title: str
    page: str = ""
    last: str = ""  # the last of its pages then
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Insert(Value):
    """Where the pages of a new or changed interview belong: behind `page` of the earlier delivery."""

    slug: str
    page: str


@dataclass(frozen=True, slots=True)
class Supplement(Value):
    """What a pack brings after an earlier one. `taken`: pages of that which have inserts already, with their number."""

    of: str  # the title of the earlier pack
    changes: tuple[InterviewChange, ...]
    inserts: tuple[Insert, ...]
    taken: tuple[tuple[str, int], ...] = ()
