"""Read `book.yaml`: what title page, imprint and paper need, and what interviews take."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from PIL import Image

from onrecord.manuscript import source
from onrecord.manuscript.book_keys import BOOK_KEYS
from onrecord.manuscript.edition_record import read_earlier_edition
from onrecord.manuscript.printed_matter import refuse_markup
from onrecord.manuscript.site_address import judge_site_address
from onrecord.manuscript.typography import EVERYTHING, Typography
from onrecord.manuscript.yaml_config import Comments, Problems, SettingsSection, parse_settings, read_paragraphs
from onrecord.model import Book, Openings, Part, Role, SourceLocation, TextLine, Trim, slugs
from onrecord.model.dates import AnyDate, get_last_day
from onrecord.model.design import HOUSE_DESIGN, Brand, CoverDesign, Design, Theme
from onrecord.model.index_headings import BookIndex
from onrecord.model.interview_style import InterviewStyle
from onrecord.model.paper import (
    LARGEST_MM,
    SMALLEST_MM,
    THICKEST_PAPER_MM,
    THINNEST_PAPER_MM,
    AnyTrim,
    PageSize,
    fits_press,
    parse_thickness_mm,
    parse_trim,
)
from onrecord.model.problems import find_closest_word
from onrecord.model.redirects import EarlierEdition, Redirect
from onrecord.model.rule import Rule
from onrecord.runtime.environment import get_program_name
from onrecord.runtime.project import Project

BOOK_FILE = "book.yaml"
NO_DISCLAIMER = "none"  # instead of a disclaimer
DENIALS = ("none", "no", "false", "null")  # what editors write for it, in small or capital letters
DENIAL_HINT = f"if there is none, write: disclaimer: {NO_DISCLAIMER}"
_HEX_COLOR = re.compile(r"#?(?:[0-9a-fA-F]{3}){1,2}")
_MOST_POINTS = 40_000_000  # of a picture for covers
_TEXT_FIELDS = ("subtitle", "short_title", "publisher", "edition", "rights", "description")


@dataclass(frozen=True)
class BookDefaults:
    """What an interview takes from `book.yaml`; `is_known`: that file can be read at all."""

    language: str
    disclaimers: Mapping[str, TextLine]
    default_disclaimer: TextLine | None
    is_known: bool
    typography: Typography = EVERYTHING
    roles: Mapping[str, Role] = field(default_factory=dict)  # of the book's own, by name
    style: InterviewStyle | None = None
    theme: Theme = Theme.OCTAVO
    has_facing_pages: bool = False
    printed_more: tuple[tuple[str, str], ...] = ()


@dataclass
class BookSettings:
    """`book.yaml`, read once; `section` is None when it cannot be read at all."""

    section: SettingsSection | None
    problems: Problems
    title: str = ""
    slug: str = ""
    language: str = "en"
    fields: Mapping[str, str] | None = None
    editors: tuple[str, ...] = ()
    day: AnyDate | None = None
    disclaimers: Mapping[str, TextLine] | None = None
    default_disclaimer: TextLine | None = None
    parts: tuple[tuple[str, tuple[TextLine, ...]], ...] | None = None
    trim: AnyTrim = Trim.A5
    openings: Openings | None = None
    embed_fonts: bool = True
    has_facing_pages: bool = False
    profile: TextLine | None = None
    paper_thickness_mm: float = 0.0
    back_text: TextLine | None = None
    typography: Typography = EVERYTHING
    roles: Mapping[str, Role] = field(default_factory=dict)
    more: tuple[tuple[str, str], ...] = ()
    printed_more: tuple[tuple[str, str], ...] = ()  # keys of `more` with the words before their texts
    style: InterviewStyle | None = None
    design: Design = HOUSE_DESIGN
    needs_approval: bool = False
    has_offprints: bool = False
    has_downloads: bool = True
    redirects: tuple[Redirect, ...] = ()
    earlier: EarlierEdition | None = None

    def build_defaults(self) -> BookDefaults:
        """Return what each interview takes from the book: language, disclaimers, style …"""
        return BookDefaults(
            self.language,
            dict(self.disclaimers or {}),
            self.default_disclaimer,
            self.section is not None,
            self.typography,
            self.roles,
            self.style,
            self.design.theme,
            self.has_facing_pages,
            self.printed_more,
        )

    def build_book(self, parts: tuple[Part, ...], index: BookIndex | None = None) -> Book:
        """Return the book with these parts; the settings must have been readable."""
        fields = self.fields or {}
        return Book(
            slug=self.slug,
            title=self.title,
            language=self.language,
            date=self._choose_date(parts),
            parts=parts,
            location=SourceLocation(BOOK_FILE),
            editors=self.editors,
            trim=self.trim,
            openings=self.openings,
            embed_fonts=self.embed_fonts,
            has_listed_interviews=self.parts is not None,
            subtitle=fields["subtitle"],
            short_title=fields["short_title"],
            publisher=fields["publisher"],
            edition=fields["edition"],
            rights=fields["rights"],
            description=fields["description"],
            identifier=fields["identifier"],
            typed_identifier=fields["typed_identifier"],
            url=fields["url"],
            profile=self.profile,
            paper_thickness_mm=self.paper_thickness_mm,
            back_text=self.back_text,
            design=self.design,
            more=self.more,
            printed_more=self.printed_more,
            named_disclaimers=tuple((name, words.text) for name, words in (self.disclaimers or {}).items()),
            needs_approval=self.needs_approval,
            has_offprints=self.has_offprints,
            has_downloads=self.has_downloads,
            redirects=self.redirects,
            index=index,
            earlier=self.earlier,
            has_cards=bool(fields["url"]),
        )

    def _choose_date(self, parts: tuple[Part, ...]) -> AnyDate:
        """Return the book's date, or SOURCE_DATE_EPOCH, or that of its newest interview."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        if self.day is None and epoch.isdigit():
            return datetime.fromtimestamp(int(epoch), UTC).date()
        dates = [interview.date or interview.source.retrieved for part in parts for interview in part.interviews]
        return self.day or max((day for day in dates if day), default=date(1970, 1, 1), key=get_last_day)


def read_settings(folder: Path) -> BookSettings:
    """Return the settings of the book in `folder` as far as they can be read."""
    path = folder / BOOK_FILE
    if not path.is_file():
        return BookSettings(None, report_missing_book(folder))
    if not Project(folder).holds(BOOK_FILE):
        return BookSettings(None, source.build_outside_problem(BOOK_FILE))
    text, problems = source.read_source_text(path, BOOK_FILE)
    section = parse_settings(text, 1, problems, BOOK_KEYS) if text or not problems.entries else None
    if section is None:
        return BookSettings(None, problems)
    settings = BookSettings(section, problems)
    settings.title = section.read_text("title", required="The title of the book")
    settings.slug = _read_slug(section, settings.title, problems)
    settings.language = section.read_language("language", "en")
    settings.editors = tuple(words.text for words in section.read_texts("editors"))
    settings.day = section.read_any_date("date")
    settings.trim = _read_trim(section, problems)
    settings.style = section.read_choice("style", InterviewStyle)
    theme = section.read_choice("theme", Theme) or Theme.OCTAVO
    cover, cover_file = _read_cover(folder, section, problems)
    settings.design = Design(theme, _read_brand(folder, section, problems), cover, cover_file)
    settings.openings = section.read_choice("openings", Openings)
    settings.embed_fonts = section.read_flag("embed_fonts", True)
    settings.has_facing_pages = section.read_flag("facing", False)
    settings.fields = {key: section.read_text(key) for key in _TEXT_FIELDS} | {
        "identifier": _read_identifier(section, settings.slug, problems),
        "typed_identifier": section.read_text("identifier", comments=Comments.SPACED),
        "url": _read_url(section, problems),
    }
    settings.disclaimers = section.read_named_texts("disclaimers")
    for words in settings.disclaimers.values():
        refuse_markup(words, "disclaimer", settings.problems)
    settings.default_disclaimer = section.read_words("disclaimer", comments=Comments.SPACED)
    _check_default_disclaimer(settings)
    settings.parts = _read_parts(section)
    settings.profile = _read_color_profile(folder, section, problems)
    settings.paper_thickness_mm = _read_paper_thickness(section, problems)
    settings.back_text = read_paragraphs(section, "back_text")
    settings.typography = _read_typography(section)
    settings.roles = read_roles(section, problems)
    settings.more = read_further_keys(section)
    settings.printed_more = tuple((key, words.text) for key, words in section.read_named_texts("printed_more").items())
    settings.has_offprints = section.read_flag("offprints", False)
    settings.has_downloads = section.read_flag("downloads", True)
    settings.redirects = tuple(
        Redirect(old, new.text, SourceLocation(BOOK_FILE, new.location.line))
        for old, new in section.read_named_texts("redirects", comments=Comments.SPACED).items()
    )
    settings.earlier = read_earlier_edition(folder, section, problems, settings.slug, settings.title)
    settings.needs_approval = section.read_flag("needs_approval", False)
    section.refuse_unknown_keys()
    return settings


def report_missing_book(folder: Path) -> Problems:
    """Return the problem that the folder has no book.yaml."""
    problems = Problems(BOOK_FILE, [])
    hint = f"write a file {BOOK_FILE} there, with the line: title: The title"
    if home := next((place for place in (folder.parent, Path()) if (place / BOOK_FILE).is_file()), None):
        hint = f"name the folder of the book: --book {shlex.quote(str(home))}"
    elif not folder.is_dir():
        hint = f"name the folder of the book: --book DIR; or make one with: {get_program_name()} new DIR"
    problems.add(0, Rule.BOOK_IS_THERE, f"there is no {BOOK_FILE} in {folder.name or folder}", hint)
    return problems


def _read_slug(section: SettingsSection, title: str, problems: Problems) -> str:
    """Return the slug of the book, by default made from its title; report one that cannot be a file name."""
    words = section.read_words("slug", comments=Comments.ALLOWED)
    if words is None:
        slug = slugs.make_slug(title) or "book"
        return f"the-{slug}" if slugs.is_device_name(slug) else slug
    if not slugs.SLUG_PATTERN.fullmatch(words.text) or len(words.text) > slugs.LONGEST_SLUG:
        problems.add(
            words.location.line,
            Rule.SLUG_IS_PLAIN,
            f"“{words.text}” cannot be a file name everywhere",
            f"write: slug: {slugs.make_slug(words.text) or 'my-book'}",
        )
    elif slugs.is_device_name(words.text):
        sentence = f"“{words.text}” cannot be a file name everywhere: Windows uses it for a device"
        problems.add(words.location.line, Rule.SLUG_IS_PLAIN, sentence, f"write: slug: the-{words.text}")
    return words.text


def _read_trim(section: SettingsSection, problems: Problems) -> AnyTrim:
    """Return the size of the cut page; report one that is no size, or that is too small or too large."""
    words = section.read_words("trim", comments=Comments.ALLOWED)
    if words is None:
        return Trim.A5
    trim = parse_trim(words.text)
    if trim is None:
        near = find_closest_word(words.text, [name.value for name in Trim])
        names = ", ".join(name.value for name in Trim)
        hint = f"{f'did you mean “{near}”? ' if near else ''}One of: {names}, or a size: 130 x 200 mm"
        problems.add(words.location.line, Rule.TRIM_IS_KNOWN, f"“{words}” is not a known trim", hint)
    elif not fits_press(trim):
        least, most = (PageSize(*sides).value for sides in (SMALLEST_MM, LARGEST_MM))
        sentence = f"a page of {trim.value} cannot be set"
        problems.add(words.location.line, Rule.TRIM_IS_KNOWN, sentence, f"write a size from {least} to {most}")
    else:
        return trim
    return Trim.A5


def _read_identifier(section: SettingsSection, slug: str, problems: Problems) -> str:
    """Return the identifier: an ISBN as `urn:isbn:…`; one made from the slug if there is none."""
    words = section.read_words("identifier", comments=Comments.SPACED)
    if words is None:
        return f"urn:onrecord:{slug}"
    text = words.text
    digits = re.sub(r"(?i)^(urn:)?isbn[: ]*|[- ]", "", text)
    if re.fullmatch(r"\d{9}[\dXx]|\d{13}", digits):
        if not _is_isbn(digits.upper()):
            problems.add(
                words.location.line,
                Rule.IDENTIFIER_IS_TRUE,
                f"the check digit of ISBN {text} is wrong",
                "look the number up again",
            )
        return f"urn:isbn:{digits.upper()}"
    if not re.match(r"(?i)urn:[a-z0-9][a-z0-9-]+:.|https?://.", text):
        problems.add(
            words.location.line,
            Rule.IDENTIFIER_IS_TRUE,
            f"“{text}” is neither an ISBN nor a URN",
            "write for instance: identifier: 978-3-16-148410-0, or leave the line out",
        )
    return text


def _is_isbn(digits: str) -> bool:
    """Return whether the check digit of an ISBN-13 or ISBN-10 is right (ISO 2108:2017 §5)."""
    values = [10 if char == "X" else int(char) for char in digits]
    if len(values) == 13:
        return sum(value * (3 if index % 2 else 1) for index, value in enumerate(values)) % 10 == 0
    return sum(value * (10 - index) for index, value in enumerate(values)) % 11 == 0


def _read_url(section: SettingsSection, problems: Problems) -> str:
    """Return the web address of the book, or an empty text; report one that no names of pages can follow."""
    words = section.read_words("url", comments=Comments.SPACED)
    if words is None:
        return ""
    if fault := judge_site_address(words.text):
        problems.add(words.location.line, Rule.URL_IS_COMPLETE, *fault)
    return words.text.rstrip("/") + "/"


def _read_color_profile(folder: Path, section: SettingsSection, problems: Problems) -> TextLine | None:
    """Return the path of the print shop's colour `profile` as written, also if the file is missing; or None.

    Reports a path that is missing or outside the book's folder, and unknown keys of `print_shop`. None if no path
    is given.
    """
    example = "{profile: profiles/printer.icc}"
    shop = section.read_section("print_shop", example)
    if shop is None:
        return None
    words = shop.read_words("profile", required="profiles/printer.icc", comments=Comments.SPACED)
    shop.refuse_unknown_keys()
    path = Project(folder).find(words.text) if words else None
    if words and (path is None or not path.is_file()):
        hint = f"put it into the book's folder and write: print_shop: {example}"
        problems.add(
            words.location.line, Rule.PROFILE_IS_THERE, f"there is no file “{words}” in the book's folder", hint
        )
    return words


def _read_paper_thickness(section: SettingsSection, problems: Problems) -> float:
    """Return the thickness of a sheet of paper in millimetres; 0 if none is given, or one that no paper has."""
    words = section.read_words("paper_thickness_mm", comments=Comments.SPACED)
    if words is None:
        return 0.0
    thickness = parse_thickness_mm(words.text)
    if thickness is not None and THINNEST_PAPER_MM <= thickness <= THICKEST_PAPER_MM:
        return thickness
    hint = "ask the printer how thick one sheet is, and write it in millimetres: paper_thickness_mm: 0.11"
    if thickness is None:
        sentence = f"“{words}” is no thickness in millimetres"
    else:
        sentence = f"no book paper is {thickness:g} mm thick: it has {THINNEST_PAPER_MM:g} to {THICKEST_PAPER_MM:g} mm"
        if THINNEST_PAPER_MM <= thickness / 1000 <= THICKEST_PAPER_MM:
            hint = f"if these are micrometres, write: paper_thickness_mm: {thickness / 1000:g}"
    problems.add(words.location.line, Rule.PAPER_IS_MEASURED, sentence, hint)
    return 0.0


def _read_brand(folder: Path, section: SettingsSection, problems: Problems) -> Brand:
    """Return the house style; report an accent that is no colour, and a logo that is not there or is no picture."""
    brand = section.read_section("brand", '{accent: "#14532d"}')
    if brand is None:
        return Brand()
    accent, logo = brand.read_words("accent", comments=Comments.SPACED), brand.read_words("logo")
    text_face, heading_face = brand.read_words("text_face"), brand.read_words("heading_face")
    brand.refuse_unknown_keys()
    if accent and not _HEX_COLOR.fullmatch(accent.text):
        hint = 'write it as # and six digits, in quotation marks: accent: "#14532d"'
        problems.add(accent.location.line, Rule.ACCENT_IS_A_COLOUR, f"“{accent}” is no colour", hint)
        accent = None
    if accent:
        digits = accent.text.lstrip("#").lower()
        accent = TextLine(f"#{digits if len(digits) == 6 else ''.join(2 * digit for digit in digits)}", accent.location)
    if logo and (fault := _find_picture_fault(folder, logo)):
        problems.add(logo.location.line, Rule.LOGO_IS_THERE, *fault)
        logo = None
    return Brand(accent, text_face, heading_face, logo)


def _read_cover(folder: Path, section: SettingsSection, problems: Problems) -> tuple[CoverDesign, TextLine | None]:
    """Return the design of the cover, and the path of a picture of it; report a picture that is not there."""
    words = section.read_words("cover", comments=Comments.SPACED)
    names = {design.value: design for design in CoverDesign}
    if words is None or words.text.casefold() in names:
        return names[words.text.casefold()] if words else CoverDesign.BAND, None
    if fault := _find_picture_fault(folder, words):
        sentence, hint = fault
        near = find_closest_word(words.text, names)
        hint = f"did you mean “{near}”?" if near else f"{hint}, or write one of: {', '.join(names)}"
        problems.add(words.location.line, Rule.COVER_IS_THERE, sentence, hint)
        return CoverDesign.BAND, None
    return CoverDesign.BAND, words


def _find_picture_fault(folder: Path, picture: TextLine) -> tuple[str, str] | None:
    """Return what is wrong with the path of a picture for covers, and a hint; None if it can be used."""
    path = Project(folder).find(picture.text)
    if path is None or not path.is_file():
        return f"there is no file “{picture}” in the book's folder", "put the picture into images/"
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as image:
            image.verify()
            points = image.width * image.height
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return f"the file “{picture}” is no PNG or JPEG picture", "save it as a PNG picture"
    if points > _MOST_POINTS:
        return f"the picture “{picture}” has more than {_MOST_POINTS // 1_000_000} million points", "make it smaller"
    return None


def _read_typography(section: SettingsSection) -> Typography:
    """Return what On Record may change in the text of interviews: everything that is not turned off."""
    switches = section.read_section("typography", "{dashes: no}")
    if switches is None:
        return EVERYTHING
    typography = Typography(
        quotes=switches.read_flag("quotes", True),
        apostrophes=switches.read_flag("apostrophes", True),
        primes=switches.read_flag("primes", True),
        dashes=switches.read_flag("dashes", True),
        ellipses=switches.read_flag("ellipses", True),
        multiplication=switches.read_flag("multiplication", True),
        spaces=switches.read_flag("spaces", True),
    )
    switches.refuse_unknown_keys()
    return typography


def read_roles(section: SettingsSection, problems: Problems) -> dict[str, Role]:
    """Return the roles of the book's or the interview's own by name; report one that acts as no known role."""
    roles: dict[str, Role] = {}
    names = [role.value for role in Role]
    for name, words in section.read_named_texts("roles").items():
        if name.casefold() in names:
            sentence, hint = f"“{name}” is a role that On Record knows already", "give your role another name"
        elif words.text.casefold() in names:
            roles[name] = Role(words.text.casefold())
            continue
        else:
            sentence = f"“{name}” acts as “{words.text}”, which is no role that On Record knows"
            hint = f"write as which of them it acts: {', '.join(names)}"
        problems.add(words.location.line, Rule.ROLE_IS_KNOWN, sentence, hint)
    return roles


def read_further_keys(section: SettingsSection) -> tuple[tuple[str, str], ...]:
    """Return the keys under `more`, the editors' own, with their texts."""
    return tuple((name, words.text) for name, words in section.read_named_texts("more").items())


def _check_default_disclaimer(settings: BookSettings) -> None:
    """Report a default disclaimer that `disclaimers` does not define."""
    words, known = settings.default_disclaimer, settings.disclaimers or {}
    if words and words.text != NO_DISCLAIMER and words.text not in known:
        near = find_closest_word(words.text, known)
        hint = (
            DENIAL_HINT
            if words.text.casefold() in DENIALS
            else f"did you mean “{near}”?"
            if near
            else f'add: disclaimers: {{{slugs.make_slug(words.text) or "standard"}: "The text."}}'
        )
        settings.problems.add(
            words.location.line, Rule.DISCLAIMER_IS_NAMED, f"no disclaimer is called “{words.text}”", hint
        )


def _read_parts(section: SettingsSection) -> tuple[tuple[str, tuple[TextLine, ...]], ...] | None:
    """Return title and interviews of each part of the book, or None if book.yaml has no `parts`."""
    if not section.has_key("parts"):
        return None
    parts = []
    for part in section.read_sections("parts", "{title: The first part, interviews: [a-slug]}"):
        parts.append((part.read_text("title"), part.read_texts("interviews", comments=Comments.ALLOWED)))
        part.refuse_unknown_keys()
    return tuple(parts)
