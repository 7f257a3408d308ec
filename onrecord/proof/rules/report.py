"""What a proof says about one finished copy."""

from __future__ import annotations

from dataclasses import dataclass

from onrecord.model.problems import Problem


@dataclass(frozen=True)  # without slots it is read faster
class InterviewReport:
    """What was promised and found of one interview.

    `byline`, `disclaimer` and `rights` say where they stand: "page 1 (sheet 9)", "slug.html#byline"; "" where
    the interview has none, or where the copy lost it.
    """

    slug: str
    words_promised: int
    words_found: int
    byline: str
    disclaimer: str
    rights: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A copy is proved when it has no problem. `format` is "html", "epub" or "pdf"."""

    format: str
    problems: tuple[Problem, ...]
    interviews: tuple[InterviewReport, ...]

    @property
    def proved(self) -> bool:
        return not self.problems
