"""Read `packs/<name>.yaml`: every key typed, every mistake with its line.

Whether the interviews that it names exist is checked by `packs.selection`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from onrecord.manuscript import source
from onrecord.manuscript.pack_keys import (
    LONGEST_PACK_SLUG,
    LONGEST_PACK_TITLE,
    MOST_NOTE_PAGES,
    PACK_KEYS,
    VERSION_PATTERN,
    PackPaper,
)
from onrecord.manuscript.yaml_config import Comments, Problems, SettingsSection, parse_settings
from onrecord.model import (
    AgendaItem,
    Choice,
    Distribution,
    InterviewOrder,
    Markings,
    Openings,
    Pack,
    SourceLocation,
    TextLine,
    Trim,
)
from onrecord.model.agenda import MARKINGS, Marking
from onrecord.model.problems import Problem, find_closest_word, select_errors, sort_problems
from onrecord.model.rule import Rule, Severity
from onrecord.model.slugs import SLUG_PATTERN, is_device_name, make_slug
from onrecord.runtime.project import Project

PACKS_FOLDER = "packs"
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)(?:\s*[-–—]\s*([01]?\d|2[0-3])[:.]([0-5]\d))?")
_VERSION = re.compile(VERSION_PATTERN)
_FILE_NAME_END = re.compile(  # what markings add to the name of a pack's files
    "-(?:v[0-9a-z]|merged$"
    + "".join(
        f"|{value.lower().replace(' ', '-')}" for marking in MARKINGS if marking.choices for value in marking.choices
    )
    + "".join(rf"|{marking.name}-\d" for marking in MARKINGS if not marking.choices)
    + ")"
)


def list_pack_names(folder: Path) -> tuple[str, ...]:
    """Return the names of the packs of the book in `folder`, in order."""
    home = folder / PACKS_FOLDER
    paths = home.glob("*.yaml") if home.is_dir() else ()
    return tuple(sorted(path.stem for path in paths if not path.name.startswith(".")))


def read_pack(folder: Path, name: str, *, followers: tuple[str, ...] = ()) -> tuple[Pack | None, tuple[Problem, ...]]:
    """Return the pack as far as it can be read, and all problems of its file.

    `followers` are the supplements that led to this pack. They are not read again, so that a circle ends.
    """
    known = list_pack_names(folder)
    file = f"{PACKS_FOLDER}/{name}.yaml"
    if name not in known:
        near = find_closest_word(name, known)
        choices = f"there are {', '.join(known)}" if known else f"write {file}; the manual has one to copy"
        hint = f"did you mean “{near}”?" if near else choices
        return None, (Problem(SourceLocation(PACKS_FOLDER), Rule.PACK_EXISTS, f"there is no pack “{name}”", hint),)
    if not Project(folder).holds(file):
        sentence = "this file is a link to a place outside the book's folder"
        return None, (Problem(SourceLocation(file), Rule.FILE_IS_IN_THE_BOOK, sentence, "copy the file itself here"),)
    text, problems = source.read_source_text(folder / file, file)
    section = parse_settings(text, 1, problems, PACK_KEYS) if text or not problems.entries else None
    pack = _read_pack(folder, name, file, section, problems, followers) if section else None
    return pack, sort_problems(problems.entries)


def _read_pack(
    folder: Path, name: str, file: str, section: SettingsSection, problems: Problems, followers: tuple[str, ...]
) -> Pack | None:
    """Return the pack that a pack file describes; report what is wrong; None if no pack can be made."""
    title = _read_title(section, problems)
    starts = _read_start(section, problems)
    slug = _read_slug(section, name, problems)
    paper = section.read_choice("paper", PackPaper) or PackPaper.A4
    openings = section.read_choice("openings", Openings) or Openings.RECTO
    supplement_of = section.read_words("supplement_of", comments=Comments.SPACED)
    earlier = _read_earlier_pack(folder, supplement_of.text, (*followers, name)) if supplement_of else None
    version, written = _read_version(section, problems), _read_written_markings(section)
    if supplement_of:
        _check_earlier_markings(section, supplement_of, earlier, written, problems)
    earlier_markings = earlier.markings if earlier else None
    markings = replace(earlier_markings or Markings(), version=version, **written)
    meeting, objective = section.read_text("meeting"), section.read_text("objective")
    venue, is_large_print = section.read_text("place"), section.read_flag("large_print", False)
    note_pages = section.read_count("note_pages", MOST_NOTE_PAGES)
    has_index = section.read_flag("index", False)
    has_earlier_readers = earlier is not None and "distribution" not in written
    earlier_list = earlier.recipients if earlier and has_earlier_readers else ""
    recipients = _read_recipients(folder, section, markings.distribution, earlier_list, problems)
    is_merged = section.read_flag("merged", False)
    if is_merged and supplement_of is None:
        sentence = "this pack is not a supplement, so there is nothing to merge it with"
        hint = "add: supplement_of: the-earlier-pack, or take the line away"
        problems.add(section.find_line("merged"), Rule.MERGED_IS_A_SUPPLEMENT, sentence, hint)
    agenda = tuple(_read_agenda(section, problems))
    section.refuse_unknown_keys()
    if not agenda and not section.has_key("agenda") and supplement_of is None:
        hint = "add: agenda: [{title: The first item, interviews: [a-slug]}]"
        problems.add(section.line, Rule.AGENDA_IS_THERE, "this pack has no agenda, so it holds nothing", hint)
    if not title or starts is None:
        return None
    return Pack(
        name=name,
        slug=slug,
        title=title,
        starts=starts,
        venue=venue,
        agenda=agenda,
        location=SourceLocation(file, section.find_line("title")),
        markings=markings,
        written_markings=tuple(written),
        earlier_markings=earlier_markings,
        paper=Trim(paper.value),
        openings=openings,
        large_print=is_large_print,
        note_pages=note_pages,
        has_index=has_index,
        recipients=recipients,
        meeting=meeting,
        objective=objective,
        supplement_of=supplement_of,
        is_merged=is_merged,
    )


def _read_start(section: SettingsSection, problems: Problems) -> datetime | None:
    """Return the moment at which the pack's meeting begins; report a missing date."""
    starts = section.read_moment("date")
    if starts is None and not section.read_text("date", comments=Comments.ALLOWED):
        hint = "add date, time and zone: date: 2026-01-31 09:00 +01:00"
        problems.add(
            section.find_line("date"), Rule.DATE_IS_THERE, "this pack does not say when the meeting begins", hint
        )
    return starts


def _read_title(section: SettingsSection, problems: Problems) -> str:
    """Return the title of the pack; report one that is too long for the head of a page."""
    words = section.read_words("title", required="The title of the pack")
    if words and len(words.text) > LONGEST_PACK_TITLE:
        sentence = f"this title has {len(words.text)} letters; the head of a page has room for {LONGEST_PACK_TITLE}"
        problems.add(words.location.line, Rule.TITLE_FITS_THE_HEAD, sentence, "move a part of it into: meeting: …")
    return words.text if words else ""


def _read_slug(section: SettingsSection, name: str, problems: Problems) -> str:
    """Return the slug of the pack, by default its file name; report one that cannot be a file name."""
    words = section.read_words("slug", comments=Comments.ALLOWED)
    slug = words.text if words else name
    if not SLUG_PATTERN.fullmatch(slug) or len(slug) > LONGEST_PACK_SLUG or is_device_name(slug):
        line = words.location.line if words else section.line
        sentence = f"“{slug}” cannot be a file name everywhere, with its markings after it"
        problems.add(line, Rule.SLUG_IS_PLAIN, sentence, f"write: slug: {_propose_slug(slug)}")
    return slug


def _propose_slug(name: str) -> str:
    """Return a slug to type instead of the name."""
    slug = make_slug(name)[:LONGEST_PACK_SLUG].strip("-")
    return f"the-{slug}" if is_device_name(slug) else slug or "desk-briefing"


def _read_version(section: SettingsSection, problems: Problems) -> str:
    """Return the version of the pack; report one unfit for a file name."""
    version = section.read_words("version", comments=Comments.SPACED)
    if version and not _VERSION.fullmatch(version.text):
        sentence = f"“{version}” is not a version that fits into a file name"
        problems.add(
            version.location.line, Rule.VERSION_IS_PLAIN, sentence, "write for instance: version: 2, or version: 2b"
        )
    return version.text if version else ""


def _read_written_markings(section: SettingsSection) -> dict[str, Any]:
    """Return the markings that the pack's file gives, by name."""
    values = {marking.name: _read_marking_value(section, marking) for marking in MARKINGS}
    return {name: value for name, value in values.items() if value is not None}


def _read_marking_value(section: SettingsSection, marking: Marking) -> Any:
    """Return the value of a pack's marking, of the type of its field; None if the pack does not give it."""
    if marking.choices:
        return section.read_choice(marking.name, marking.choices)
    return section.read_moment(marking.name)


# --- a supplement has the markings of the pack that it follows -----------------------------------------


def _read_earlier_pack(folder: Path, name: str, followers: tuple[str, ...]) -> Pack | None:
    """Return the pack that `name` means, a pack or one of its deliveries; None if its file is gone or has errors."""
    names = [known for known in list_pack_names(folder) if known not in followers]
    slugs = {} if name in names else {known: _read_pack_slug(folder, known) for known in names}
    delivered = [known for known, slug in slugs.items() if _is_delivery_of(name, slug)]
    known_name = name if name in names else max(delivered, key=lambda known: len(slugs[known]), default=None)
    if known_name is None:
        return None
    pack, problems = read_pack(folder, known_name, followers=followers)
    return None if select_errors(problems) else pack  # an error may have hidden a marking


def _read_pack_slug(folder: Path, name: str) -> str:
    """Return the slug of another pack, whose problems are ignored: they are not those of the supplement."""
    file = f"{PACKS_FOLDER}/{name}.yaml"
    if not Project(folder).holds(file):
        return name
    text, problems = source.read_source_text(folder / file, file)
    section = parse_settings(text, 1, problems, PACK_KEYS)
    words = section.read_words("slug", comments=Comments.ALLOWED) if section else None
    return words.text if words else name


def _is_delivery_of(name: str, slug: str) -> bool:
    """Return whether `name` can be the file name of a pack with this slug: “slug-v2-participants”."""
    return name == slug or (name.startswith(f"{slug}-") and bool(_FILE_NAME_END.match(name.removeprefix(slug))))


def _check_earlier_markings(
    section: SettingsSection,
    name: TextLine,
    earlier: Pack | None,
    written: Mapping[str, StrEnum | datetime],
    problems: Problems,
) -> None:
    """Report markings that a supplement neither has nor can take over, and those weaker than in the earlier pack."""
    if earlier is None:
        missing = [marking for marking in MARKINGS if marking.choices and marking.name not in written]
        if missing:
            keys = " or ".join(marking.name for marking in missing)
            sentence = f"this supplement has no {keys}, and there is no pack “{name}” without errors that has one"
            lines = " and ".join(f"{marking.name}: {getattr(Markings(), marking.name)}" for marking in missing)
            hint = (
                f"bring {PACKS_FOLDER}/{name}.yaml back or correct it, or write here what its readers were told: "
                f"for instance {lines}, and the embargo if there was one"
            )
            problems.add(name.location.line, Rule.EARLIER_MARKINGS_ARE_KNOWN, sentence, hint)
        return
    for key, value in written.items():
        earlier_value = getattr(earlier.markings, key)
        if earlier_value is not None and _rank_marking(value) < _rank_marking(earlier_value):
            sentence = f"the pack “{name}” is stricter: {key}: {_format_marking(earlier_value)}"
            hint = "delete this line to have the same, or leave it if the supplement may be less strict"
            line, severity = section.find_line(key), Severity.WARNING
            problems.add(line, Rule.SUPPLEMENT_IS_AS_STRICT, sentence, hint, severity)


def _format_marking(value: StrEnum | datetime) -> str:
    """Return the value as a pack's file writes it."""
    return value.isoformat(" ", "minutes") if isinstance(value, datetime) else value


def _rank_marking(value: StrEnum | datetime) -> float:
    """Return a number that is greater for a stricter value of a marking; choices stand in that order."""
    return value.timestamp() if isinstance(value, datetime) else list(type(value)).index(value)


def _read_recipients(
    folder: Path, section: SettingsSection, distribution: Distribution, earlier_list: str, problems: Problems
) -> str:
    """Return the path of the list of recipients, by default `earlier_list`; `recipients_file` reads it."""
    words = section.read_words("recipients", comments=Comments.SPACED)
    if words is None and distribution is Distribution.NAMED and earlier_list:
        return earlier_list
    if words is None:
        if distribution is Distribution.NAMED:
            sentence = "this pack is for named recipients, and it names none"
            problems.add(
                section.find_line("distribution"),
                Rule.RECIPIENTS_ARE_THERE,
                sentence,
                "add: recipients: packs/recipients.csv, a table with the columns name,organisation,copies,large_print",
            )
        return ""
    path = Project(folder).find(words.text)
    if path is None or not path.is_file():
        sentence = f"there is no file {words} in the book's folder"
        problems.add(
            words.location.line,
            Rule.RECIPIENTS_ARE_THERE,
            sentence,
            "name it from the book's folder on: recipients: packs/recipients.csv",
        )
    return words.text


def _read_agenda(section: SettingsSection, problems: Problems) -> Iterator[AgendaItem]:
    """Yield the agenda items with the interviews that belong to each; report unknown keys."""
    latest = ""
    for entry in section.read_sections("agenda", "{title: The first item, interviews: [a-slug]}"):
        title = entry.read_text("title", required="What is talked about")
        time = _read_time(entry, latest, problems)
        latest = time[-5:] or latest
        note = entry.read_text("note")
        rows = entry.read_entries("interviews", comments=Comments.SPACED)  # `a-slug#a2`
        choices = tuple(choice for row in rows if (choice := _read_choice(row, problems)))
        entry.refuse_unknown_keys()
        yield AgendaItem(title, note, choices, SourceLocation(problems.file, entry.line), time)


def _read_time(entry: SettingsSection, latest: str, problems: Problems) -> str:
    """Return when an item is talked about: “09:15”, or “09:15–09:35”; report a time before the `latest` one above."""
    words = entry.read_words("time", comments=Comments.ALLOWED)
    if words is None:
        return ""
    match = _TIME.fullmatch(words.text)
    times = (
        [f"{int(hour):02}:{minute}" for hour, minute in (match.group(1, 2), match.group(3, 4)) if hour] if match else []
    )
    if not times:
        sentence, hint = (
            f"“{words}” is no time of a day",
            "write when it begins, or from when to when: time: 09:15–09:35",
        )
    elif times != sorted(times):
        sentence, hint = f"this item ends before it begins: {words}", f"write: time: {times[1]}–{times[0]}"
    elif latest and times[0] < latest:
        sentence = f"this item begins at {times[0]}, and the one above it goes on until {latest}"
        hint = "put the items in the order of their times"
    else:
        return "–".join(times)
    problems.add(words.location.line, Rule.AGENDA_RUNS_FORWARD, sentence, hint)
    return ""


def _read_choice(row: TextLine | SettingsSection, problems: Problems) -> Choice | None:
    """Return the choice that one row of a pack's `interviews` describes, None with a problem if it is wrong.

    `a-slug`, `a-slug#a2-a3`, or `{tag: …, person: …, from: …, to: …, search: …, order: …}`.
    """
    if isinstance(row, TextLine):
        return _read_named_choice(row)
    slug = row.read_words("slug", comments=Comments.SPACED)
    person, tag, search = (row.read_text(key) for key in ("person", "tag", "search"))
    since, until = row.read_date("from"), row.read_date("to")
    order = row.read_choice("order", InterviewOrder)
    conditions = [key for key in ("slug", "person", "tag", "from", "to", "search") if row.has_key(key)]
    before = len(problems.entries)
    row.refuse_unknown_keys()
    if slug and len(conditions) + row.has_key("order") > 1:
        sentence = "an interview that is named needs no other condition"
        problems.add(row.line, Rule.CHOICE_IS_ONE, sentence, f"write: - {slug}, or take “slug” away")
        return None
    if since and until and since > until:
        sentence = f"no day is after {since} and before {until}"
        problems.add(row.find_line("from"), Rule.DAYS_ARE_IN_ORDER, sentence, f"write: from: {until}, to: {since}")
        return None
    if not conditions:
        if len(problems.entries) == before:
            hint = "write: - a-slug, or: - {tag: energy}, {person: …}, {search: …}, {from: 2026-01-01, to: 2026-01-31}"
            problems.add(row.line, Rule.CHOICE_IS_ONE, "this line chooses nothing", hint)
        return None
    if slug:
        return _read_named_choice(slug)
    return Choice(
        SourceLocation(problems.file, row.line), "", "", person, tag, since, until, search, order or InterviewOrder.BOOK
    )


def _read_named_choice(words: TextLine) -> Choice:
    """Return the choice of a pack that `slug`, `slug.md` or `slug#turns` describes."""
    slug, _, turns = words.text.partition("#")
    return Choice(words.location, slug.strip().removesuffix(".md").rsplit("/", 1)[-1], turns.strip())
