"""The changes of interviews since an earlier delivery, and what a supplement prints of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from onrecord.model.value import Value


class ChangeKind(StrEnum):
    """How an interview or a piece of it differs from an earlier delivery."""

    NEW = "new"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class InterviewPiece(Value):
    """A piece of an interview that is compared as a whole: the digest of its text instead of the text.

    `kind`: question, answer, heading, note; or title, standfirst, byline, introduction, disclaimer, rights. `id` is
    that of the turn, `name` what people call it ("A7"). `page` is the printed page it begins on, "" if unknown.
    """

    kind: str
    id: str
    name: str
    digest: str
    words: int
    page: str = ""


@dataclass(frozen=True, slots=True)
class Change(Value):
    """A changed piece: `before` is None if it is new, `now` if it is withdrawn; `text` is its present text."""

    kind: ChangeKind
    before: InterviewPiece | None
    now: InterviewPiece | None
    text: str = ""

    @property
    def page(self) -> str:
        """Return the page of the earlier delivery on which a changed piece begins, "" for a new one."""
        return self.before.page if self.before else ""


@dataclass(frozen=True, slots=True)
class InterviewChange(Value):
    """A changed interview. `page` is where it began in the earlier delivery.

    `changes` is empty if the whole interview is new or withdrawn.
    """

    kind: ChangeKind
    slug: str
    title: str
    page: str = ""
    last_page: str = ""  # the last of its pages in the earlier delivery
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Insert(Value):
    """The place for the pages of a new or changed interview: after `page` of the earlier delivery."""

    slug: str
    page: str


@dataclass(frozen=True, slots=True)
class Supplement(Value):
    """What a pack adds to an earlier one. `insert_counts`: the pages that have inserts already, and how many."""

    earlier_title: str  # the title of the earlier pack
    changes: tuple[InterviewChange, ...]
    inserts: tuple[Insert, ...]
    insert_counts: tuple[tuple[str, int], ...] = ()
