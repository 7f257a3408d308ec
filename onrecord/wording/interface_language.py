"""What the editions need of a language, apart from the words of the authors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class InterfaceLanguage:
    """The interface texts of one language by name, and how it writes dates and quotes titles.

    `date_format` has the fields {day}, {month} and {year}. `months` are twelve words, in the form that it needs.
    `month_format` and `year_format` are for dates without a day, `months_alone` their months if they differ.
    """

    months: str
    date_format: str
    quotation_marks: tuple[str, str]
    texts: Mapping[str, str]
    months_alone: str = ""
    month_format: str = "{month} {year}"
    year_format: str = "{year}"
