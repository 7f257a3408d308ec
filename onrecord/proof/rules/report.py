"""The report of a proof on one finished copy, and how its problems are worded."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.model import Interview, SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.extracted_text import LIST_NUMBERS_RULE

HINT = (
    "Nothing was delivered. Build again; if the problem stays, it is a fault of On Record: "
    "please report it with this line."
)
GENERATED_HINT = (
    "if templates/ or styles/ of the book make this page, give it these words again; "
    "if not, it is a fault of On Record: please report it with this line."
)
_LIST_NUMBERS_HINT = (
    "take the rules that change list numbers (list-style, counter-…) out of the book's styles/ and templates/; "
    "if there are none, it is a fault of On Record: please report it with this line."
)

# What is wrong with a file: the rule, and a predicate whose subject is the file ("has lost a picture").
Finding = tuple[Rule, str]


@dataclass(frozen=True)  # unpickles faster without slots
class InterviewReport:
    """How many words of one interview were expected and found, and where its fixed lines stand.

    `byline`, `disclaimer` and `rights` are places such as "page 1 (sheet 9)" or "slug.html#byline"; "" where
    the interview has no such line, or the copy lost it.
    """

    slug: str
    words_expected: int
    words_found: int
    byline: str
    disclaimer: str
    rights: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The result of proving one copy. `format` is "html", "epub" or "pdf"."""

    format: str
    problems: tuple[Problem, ...]
    interviews: tuple[InterviewReport, ...]

    @property
    def is_proved(self) -> bool:
        """Return whether the proved edition has no problem."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class ProblemBuilder:
    """Words the problems of one interview in one copy ("the PDF")."""

    interview: Interview
    copy: str

    def build(self, place: SourceLocation, rule: Rule, where: str, fault: str) -> Problem:
        """Return a problem whose sentence names the edition, the place in it and the interview.

        `where` is a place in the copy ("" if unknown); `fault` is a predicate whose subject is the interview.
        """
        copy = f"{self.copy}, {where}" if where else self.copy
        hint = _LIST_NUMBERS_HINT if rule == LIST_NUMBERS_RULE else HINT
        return Problem(place, rule, f"{copy}: interview “{self.interview.slug}” {fault}", hint)
