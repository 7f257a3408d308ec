"""How a book looks: its theme, and the house style that `brand:` gives it.

`THEMES` is the registry. The tokens and rules of a theme stand in `styles/themes/<name>/`, where every edition and the
cover read them; only what decides about words stands here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from onrecord.model.interview_style import InterviewStyle
from onrecord.model.text import TextLine
from onrecord.model.value import Value


class Theme(StrEnum):
    """The names of the themes, as `theme:` has them."""

    OCTAVO = "octavo"
    REVIEW = "review"
    BRIEF = "brief"


@dataclass(frozen=True, slots=True)
class ThemeDesign(Value):
    """What a theme is like, and the style of interviews whose questions carry labels and that name none."""

    meaning: str
    labelled_style: InterviewStyle


THEMES: dict[Theme, ThemeDesign] = {
    Theme.OCTAVO: ThemeDesign("a book in a classic text face, with one colour", InterviewStyle.NAMES),
    Theme.REVIEW: ThemeDesign("a literary magazine: names on their own line, no colour", InterviewStyle.STACKED),
    Theme.BRIEF: ThemeDesign("a working paper: sans-serif, ragged right, names in a column", InterviewStyle.HANGING),
}


@dataclass(frozen=True, slots=True)
class Brand(Value):
    """A house style: a colour as `#rrggbb`, names of font families, the path of a logo; None leaves the theme's."""

    accent: TextLine | None = None
    text_face: TextLine | None = None
    heading_face: TextLine | None = None
    logo: TextLine | None = None

    @property
    def families(self) -> tuple[str, ...]:
        """Return the names of a brand's font families, each once."""
        return tuple(dict.fromkeys(face.text for face in (self.text_face, self.heading_face) if face))


class CoverDesign(StrEnum):
    """The covers that are drawn: a band of colour at the head, a plate on colour, or the initials of the guests."""

    BAND = "band"
    PLATE = "plate"
    INITIALS = "initials"


@dataclass(frozen=True, slots=True)
class Design(Value):
    """What the editions read to look as the book wants. `cover_file` is the path of a picture in place of a cover."""

    theme: Theme = Theme.OCTAVO
    brand: Brand = Brand()
    cover: CoverDesign = CoverDesign.BAND
    cover_file: TextLine | None = None


HOUSE_DESIGN = Design()
