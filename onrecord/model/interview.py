"""An interview: what was printed with it, who takes part, and the conversation of questions and answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from onrecord.model.dates import AnyDate
from onrecord.model.interview_style import InterviewStyle
from onrecord.model.recording import Recording
from onrecord.model.source_location import SourceLocation
from onrecord.model.text import Asset, Block, IndexRole, Inline, Paragraph, Text, TextLine
from onrecord.model.value import Value

TURN_ADDRESS = re.compile(r"[AQ]\d+(?:-\d+)?")  # as editions print it: A7, A7-2

_NOWHERE = SourceLocation("")


class Role(StrEnum):
    """What a person did for the interview."""

    INTERVIEWEE = "interviewee"
    INTERVIEWER = "interviewer"
    MODERATOR = "moderator"
    TRANSLATOR = "translator"
    EDITOR = "editor"
    PHOTOGRAPHER = "photographer"
    CONTRIBUTOR = "contributor"

    @property
    def asks(self) -> bool:
        """Return whether this role asks the questions: interviewer or moderator."""
        return self in (Role.INTERVIEWER, Role.MODERATOR)

    @property
    def speaks(self) -> bool:
        """Return whether this role has turns of its own: interviewer, moderator or interviewee."""
        return self.asks or self is Role.INTERVIEWEE


@dataclass(frozen=True, slots=True)
class Portrait(Value):
    """A picture of a person; `alt` says what it shows. The line is that of the front matter which names it."""

    asset: Asset
    alt: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Person(Value):
    """A person of the cast. `affiliation` is the one at the time of the interview.

    `role_name` is the name that `roles` gives to a role of the book's own; "" for the role itself. `identity` says
    elsewhere who the person is: an address or a number of a register. `note` is about the person.
    """

    name: str
    role: Role
    affiliation: str = ""
    labels: tuple[str, ...] = ()
    role_name: str = ""
    identity: str = ""
    note: str = ""
    more: tuple[tuple[str, str], ...] = ()
    picture: Portrait | None = None


@dataclass(frozen=True, slots=True)
class TurnRemarks(Value):
    """What braces at the end of a turn's first paragraph say besides its id.

    `seconds` is when it was said in the recording; `question_name` is that of the same question in several interviews.
    """

    seconds: int | None = None
    question_name: str = ""


NO_REMARKS = TurnRemarks()


def _format_address(letter: str, n: int, identity: str, ordinal: int) -> str:
    """Return the printed address of turn `n`: "A7", or "A7-2" for the second one of the pair."""
    if ordinal > 1:
        return f"{letter}{n}-{ordinal}"
    match = re.fullmatch(rf"{letter.lower()}{n}(-\d+)?", identity)
    return f"{letter}{n}{match.group(1) or '' if match else ''}"


@dataclass(frozen=True, slots=True)
class Question(Value):
    """A turn of an interviewer. `label` is the printed label with its colon ("AK:"), or ""."""

    n: int
    id: str  # "q7" unless the source gives one
    blocks: tuple[Block, ...]
    location: SourceLocation
    speaker: Person | None = None
    label: str = ""
    ordinal: int = 1  # 2 for the second question of the pair
    remarks: TurnRemarks = NO_REMARKS

    kind = "question"

    @property
    def address(self) -> str:
        """What people call the question: "Q7", or "Q7-2" for the second question of the pair."""
        return _format_address("Q", self.n, self.id, self.ordinal)


@dataclass(frozen=True, slots=True)
class Answer(Value):
    """A turn of a guest, the answer to question `n`."""

    n: int
    id: str
    blocks: tuple[Block, ...]
    location: SourceLocation
    speaker: Person | None = None
    label: str = ""
    ordinal: int = 1
    remarks: TurnRemarks = NO_REMARKS

    kind = "answer"

    @property
    def address(self) -> str:
        """What people call the answer: "A7", or "A7-2" for the second answer of the pair."""
        return _format_address("A", self.n, self.id, self.ordinal)


Turn = Question | Answer


@dataclass(frozen=True, slots=True)
class Division(Value):
    """A level-2 heading that divides the conversation."""

    content: tuple[Inline, ...]
    id: str
    location: SourceLocation

    kind = "heading"


@dataclass(frozen=True, slots=True)
class EditorNote(Value):
    """An editor's note between turns (`::: note`)."""

    blocks: tuple[Block, ...]
    location: SourceLocation
    is_correction: bool = False  # made of `corrections` and `more` in the front matter
    is_approved: bool = True  # part of what somebody approves; the desk's own keys are not

    kind = "note"


ConversationEntry = Turn | Division | EditorNote


@dataclass(frozen=True, slots=True)
class Footnote(Value):
    number: int
    blocks: tuple[Block, ...]
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class Disclaimer(Value):
    """A disclaimer. `name` is its name in book.yaml, or "" when the interview has a text of its own."""

    text: str
    location: SourceLocation
    name: str = ""


@dataclass(frozen=True, slots=True)
class Source(Value):
    """The origin of the words: the original file with its hash, and where it was published."""

    file: str = ""
    sha256: str = ""
    url: str = ""
    retrieved: date | None = None


class Status(StrEnum):
    """Whether an interview may be published."""

    DRAFT = "draft"  # not yet: somebody still works on it, or has to agree to it
    CLEARED = "cleared"  # yes; this is the default
    WITHDRAWN = "withdrawn"  # no longer


@dataclass(frozen=True, slots=True)
class Clearance(Value):
    """When an interview may be published: its status, and a moment (with a zone) before which it may not.

    `withdrawn_on` is when it was withdrawn from the public, `reason` why: its web address then has a notice.
    `lacks` says what is missing to the approval that the book needs: a predicate such as “is not approved”.
    """

    status: Status = Status.CLEARED
    embargo: datetime | None = None
    location: SourceLocation = _NOWHERE
    lacks: str = ""
    withdrawn_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Approval(Value):
    """Who approved an interview, when, and the digests of what was approved, in order: place and SHA-256."""

    by: str
    date: AnyDate | None
    digests: tuple[tuple[str, str], ...]
    location: SourceLocation


@dataclass(frozen=True, slots=True)
class TranslationOf(Value):
    """Of which interview another is the translation: its slug, and the pairs of turns that the file names.

    A pair is the name of a turn here and the names of turns there. `digests` are those of the original when
    it was translated, in order: place and digest; None if they are not recorded.
    """

    slug: str
    location: SourceLocation
    pairs: tuple[tuple[str, TextLine], ...] = ()
    digests: tuple[tuple[str, str], ...] | None = None
    is_facing: bool = False  # print has it on right-hand pages, and the original on left-hand pages


@dataclass(frozen=True, slots=True)
class PrintedCorrection(Value):
    """What was corrected in an interview after it was published, and when."""

    day: date
    text: TextLine


@dataclass(frozen=True, slots=True)
class Extract(Value):
    """The range that was cut out of an interview: its first and last turn by address, and the slug of the whole."""

    whole_slug: str
    first: str  # "A2"
    last: str
    location: SourceLocation  # the line that asked for it

    @property
    def stretch(self) -> str:
        """Return the turns of an extract: “A2–A3”, or “A2”."""
        return "–".join(dict.fromkeys((self.first, self.last)))


@dataclass(frozen=True, slots=True)
class IndexMark(Value):
    """A mark for the index: the letters `start` to before `stop` of a text of `model.read_texts`.

    `ordinal` counts the texts of its line from 0. `words` are those of the mark, `heading` is "" if they name it.
    """

    location: SourceLocation
    ordinal: int
    start: int
    stop: int
    words: str
    heading: str
    sub: str
    role: IndexRole

    @property
    def name(self) -> str:
        """Return the name of the index heading that the mark is for."""
        return self.heading or self.words


@dataclass(frozen=True, slots=True)
class Inventory(Value):
    """A summary of what occurs in an interview, so that a search for what rarely occurs can skip it.

    `characters` are all that are printed, each once. `has_references`: some link does not lead to the web;
    `has_figures`: it has pictures, not counting those of people.
    `digests` has a line for each piece of the text: the beginning of its SHA-256, and its place.
    """

    characters: str
    has_references: bool
    digests: str = ""
    has_figures: bool = True


@dataclass(frozen=True, slots=True)
class Interview(Value):
    """An interview. `pointer`, in a pack only, says where the whole interview is found in the book.

    `credit` is the line of a translation that says from which language it is, and who translated it.

    An extract keeps the `inventory` of the whole interview, which may list more than the extract contains.
    """

    slug: str
    title: TextLine
    language: str  # BCP 47
    byline: TextLine | None
    standfirst: TextLine | None
    people: tuple[Person, ...]
    introduction: tuple[Block, ...]
    conversation: tuple[ConversationEntry, ...]
    footnotes: tuple[Footnote, ...]
    disclaimer: Disclaimer | None
    location: SourceLocation
    date: AnyDate | None = None
    rights: TextLine | None = None
    tags: tuple[str, ...] = ()
    source: Source = Source()
    clearance: Clearance = Clearance()
    extract: Extract | None = None
    pointer: TextLine | None = None
    comments: tuple[TextLine, ...] = ()  # notes of the editor to themselves, which are never printed
    reading_key: str = field(default="", compare=False, repr=False)  # cache key of all that it was read from, or ""
    inventory: Inventory | None = field(default=None, compare=False, repr=False)
    marked_standfirst: tuple[Paragraph, ...] = ()  # the standfirst, if it has paragraphs or emphasis
    more: tuple[tuple[str, str], ...] = ()  # keys of the desk's own with their texts
    style: InterviewStyle = InterviewStyle.BOLD
    approval: Approval | None = None
    corrections: tuple[PrintedCorrection, ...] = ()
    recordings: tuple[Recording, ...] = ()  # in the order in which they were made
    translation_of: TranslationOf | None = None
    credit: TextLine | None = None
    index_marks: tuple[IndexMark, ...] = ()
    short_title: TextLine | None = None  # for running heads

    @property
    def standfirst_paragraphs(self) -> tuple[Paragraph, ...]:
        """The standfirst as it is printed; `standfirst` is its plain text."""
        if self.standfirst is None:
            return ()
        return self.marked_standfirst or (Paragraph((Text(self.standfirst.text),), self.standfirst.location),)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The questions and answers of the conversation, in order."""
        return tuple(entry for entry in self.conversation if isinstance(entry, Question | Answer))

    @property
    def guests(self) -> tuple[Person, ...]:
        """The people in the role of interviewee, in order."""
        return tuple(person for person in self.people if person.role is Role.INTERVIEWEE)
