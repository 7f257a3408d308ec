"""Read the file of an interview: its front matter, and the conversation in its body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path

from onrecord.manuscript import markdown, source
from onrecord.manuscript.conversation import Conversation
from onrecord.manuscript.corrections import build_closing_notes, read_corrections
from onrecord.manuscript.editor_comments import remove_comments
from onrecord.manuscript.index_marks import extract_index_marks
from onrecord.manuscript.interview_keys import INTERVIEW_KEYS
from onrecord.manuscript.note_numbers import number_notes
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.printed_matter import join_standfirst, read_standfirst, refuse_markup
from onrecord.manuscript.recording_entries import read_recordings
from onrecord.manuscript.settings import (
    DENIAL_HINT,
    DENIALS,
    NO_DISCLAIMER,
    BookDefaults,
    read_further_keys,
    read_roles,
)
from onrecord.manuscript.translated_interviews import read_translation_of
from onrecord.manuscript.typography import TextStyle
from onrecord.manuscript.yaml_config import Comments, Problems, SettingsSection, parse_settings, read_paragraphs
from onrecord.model import (
    Clearance,
    Disclaimer,
    Interview,
    Person,
    Portrait,
    Role,
    Source,
    SourceLocation,
    Status,
    TextLine,
    slugs,
)
from onrecord.model.design import THEMES, Theme
from onrecord.model.interview_style import InterviewStyle, is_labelled
from onrecord.model.names import fold_name
from onrecord.model.problems import find_closest_word
from onrecord.model.rule import Rule, Severity
from onrecord.runtime.project import Project

INTERVIEWS_FOLDER = "interviews"  # of the book's folder
_INDEX_MARK = re.compile(r"\.(?:no)?index\b")


def read_interview(
    folder: Path, path: Path, house: BookDefaults, pictures: Pictures
) -> tuple[Interview | None, Problems]:
    """Return the interview in a manuscript file as far as it can be read, and its problems."""
    name = f"{INTERVIEWS_FOLDER}/{path.name}"
    if not Project(folder).holds(name):
        return None, source.build_outside_problem(name)
    text, problems = source.read_source_text(path, name)
    slug = slugs.make_slug(path.stem)
    if not slug:
        sentence = f"the file name {path.name} cannot be an address"
        hint = "rename it with letters, digits and hyphens: first-interview.md"
        problems.add(0, Rule.SLUG_IS_PLAIN, sentence, hint)
    elif slugs.is_reserved(slug):
        sentence = f"the file name {path.name} cannot be an address: the editions or Windows use “{slug}” themselves"
        problems.add(0, Rule.SLUG_IS_PLAIN, sentence, f"rename it, for instance: the-{slug}.md")
    front = None if problems.entries else source.split_front_matter(text, problems)
    section = parse_settings(front.settings, 2, problems, INTERVIEW_KEYS) if front else None
    if front is None or section is None:
        return None, problems
    before = len(problems.entries)
    commented = remove_comments(front.body, front.body_line, problems)
    front = replace(front, body=commented.body)
    source.check_body(front, problems)
    is_readable = len(problems.entries) == before
    header = _read_front_matter(folder, slug, name, section, house, pictures, problems)
    if header is None or not is_readable:
        return None, problems
    interview = _add_body(header, front, pictures, house, problems)
    if interview is None:
        return None, problems
    is_free = house.style is None and not section.has_key("style")
    style = _choose_style(interview, house.theme) if is_free else interview.style
    return replace(interview, comments=commented.comments, style=style), problems


def _read_front_matter(
    folder: Path,
    slug: str,
    name: str,
    section: SettingsSection,
    house: BookDefaults,
    pictures: Pictures,
    problems: Problems,
) -> Interview | None:
    """Return the interview without its body; None if it has no title."""
    title = section.read_words("title", required="The title of the interview")
    short_title = section.read_words("short_title")
    standfirst, byline = read_paragraphs(section, "standfirst"), section.read_words("byline")
    language = section.read_language("language", house.language)
    people = _read_people(section, {**house.roles, **read_roles(section, problems)}, pictures, problems)
    day, rights = section.read_any_date("date"), section.read_words("rights")
    tags = tuple(words.text for words in section.read_texts("tags"))
    clearance = _read_clearance(section, name, problems)
    style = section.read_choice("style", InterviewStyle) or house.style or InterviewStyle.BOLD
    origin = _read_origin(section, folder, problems)
    disclaimer, more = _read_disclaimer(section, house, problems), read_further_keys(section)
    corrections, recordings = read_corrections(section, problems), read_recordings(section, folder, problems)
    translation_of = read_translation_of(section, house, problems)
    section.refuse_unknown_keys()
    if byline:
        refuse_markup(byline, "byline", problems)
    if byline is None:
        problems.add(
            section.line,
            Rule.BYLINE_IS_THERE,
            "there is no byline",
            "add: byline: Who spoke with whom, as it was printed",
            Severity.WARNING,
        )
    if title is None:
        return None
    return Interview(
        slug=slug,
        title=title,
        language=language,
        byline=byline,
        standfirst=standfirst,
        people=people,
        introduction=(),
        conversation=(),
        footnotes=(),
        disclaimer=disclaimer,
        location=SourceLocation(name, section.line),
        date=day,
        rights=rights,
        tags=tags,
        source=origin,
        clearance=clearance,
        style=style,
        more=more,
        short_title=short_title,
        corrections=corrections,
        recordings=recordings,
        translation_of=translation_of,
    )


def _choose_style(interview: Interview, theme: Theme) -> InterviewStyle:
    """Return the interview style for an interview that names none."""
    return THEMES[theme].labelled_style if is_labelled(interview.turns) else InterviewStyle.BOLD


def _add_body(
    header: Interview, front: source.SplitSource, pictures: Pictures, house: BookDefaults, problems: Problems
) -> Interview | None:
    """Return an interview with what its body says; None if the body cannot be read.

    Titles and standfirst get the typography of its language.
    """
    style = TextStyle(header.language, house.typography)
    titles = [title for title in (header.title, header.short_title) if title]
    texts = [title.text for title in titles]
    document = markdown.read_markdown(front.body, front.body_line, texts, style, pictures, problems)
    if document is None:
        return None
    standfirst = read_standfirst(header.standfirst, style, problems) if header.standfirst else ()
    introduction, conversation = Conversation(header.people, problems).read_pieces(document.pieces)
    known = dict(header.more)
    more = [(words, known[key]) for key, words in house.printed_more if key in known]
    if conversation:
        notes = build_closing_notes(header.corrections, more, header.language, header.location)
        conversation = (*conversation, *notes)
    interview = replace(
        header,
        title=TextLine(document.plain[0], header.title.location),
        short_title=TextLine(document.plain[1], header.short_title.location) if header.short_title else None,
        standfirst=join_standfirst(standfirst),
        marked_standfirst=standfirst,
        introduction=introduction,
        conversation=conversation,
        footnotes=document.footnotes,
    )
    interview = number_notes(interview)
    if _INDEX_MARK.search(f"{front.body} {header.standfirst or ''}"):
        interview = extract_index_marks(interview, problems)
    if not interview.turns:
        problems.add(
            front.body_line,
            Rule.INTERVIEW_HAS_TURNS,
            "there is no question and no answer in this file",
            "write a question in bold, **Like this?**, or begin a turn with a label, **AK:** …",
        )
    return interview


def _read_people(
    section: SettingsSection, roles: Mapping[str, Role], pictures: Pictures, problems: Problems
) -> tuple[Person, ...]:
    """Return the people of the front matter; report a label that two people share."""
    people: list[Person] = []
    names: dict[str, str] = {}  # name or label -> name of the person
    for entry in section.read_sections("people", '{name: "A name", role: interviewee}'):
        person = _read_person(entry, roles, pictures, problems)
        for name in (person.name, *person.labels):
            first_person = names.setdefault(fold_name(name), person.name)
            if first_person != person.name:
                problems.add(
                    entry.line,
                    Rule.LABELS_NAME_ONE_PERSON,
                    f"“{name}” is a label of {first_person} and of {person.name}",
                    "give one of them another label",
                )
        if person.name:
            people.append(person)
    return tuple(people)


def _read_person(entry: SettingsSection, roles: Mapping[str, Role], pictures: Pictures, problems: Problems) -> Person:
    """Return a person of the front matter; `roles` are those that the book defines."""
    words = entry.read_words("name", required='"A name"')
    role_name, role = _read_role(entry, roles, problems)
    person = Person(
        words.text if words else "",
        role,
        entry.read_text("affiliation"),
        tuple(label.text.rstrip(":") for label in entry.read_texts("labels")),
        role_name,
        entry.read_text("id", comments=Comments.SPACED),
        entry.read_text("note"),
        read_further_keys(entry),
        _read_portrait(entry, words.text if words else "", pictures, problems),
    )
    entry.refuse_unknown_keys()
    return person


def _read_portrait(entry: SettingsSection, name: str, pictures: Pictures, problems: Problems) -> Portrait | None:
    """Return the picture of a person with its alternative text, by default the name; None without a picture."""
    path = entry.read_words("picture", comments=Comments.SPACED)
    words = entry.read_words("picture_text")
    if path is None:
        if words:
            sentence = "there is a text for a picture, and no picture"
            problems.add(words.location.line, Rule.PICTURES_EXIST, sentence, "add: picture: images/name.jpg")
        return None
    asset = pictures.read_asset(path.text, path.location.line, problems)
    return Portrait(asset, words.text if words else name, path.location.line) if asset else None


def _read_role(entry: SettingsSection, roles: Mapping[str, Role], problems: Problems) -> tuple[str, Role]:
    """Return the name of a role of the book's own ("" for any other), and the known role as which it acts."""
    words = entry.read_words("role", required=Role.INTERVIEWEE.value, comments=Comments.ALLOWED)
    if words is None:
        return "", Role.INTERVIEWEE
    known = {role.value: ("", role) for role in Role} | {name: (name, role) for name, role in roles.items()}
    match = {name.casefold(): role for name, role in known.items()}.get(words.text.casefold())
    if match is None:
        near = find_closest_word(words.text, known)
        hint = f"{f'did you mean “{near}”? ' if near else ''}One of: {', '.join(known)}; or name a role of your own in "
        hint += "book.yaml: roles: {narrator: interviewee}"
        sentence = f"“{words.text}” is not a known role"
        problems.add(words.location.line, Rule.ROLE_IS_KNOWN, sentence, hint)
    return match or ("", Role.INTERVIEWEE)


def _read_clearance(section: SettingsSection, name: str, problems: Problems) -> Clearance:
    """Read `status:`, `embargo:` and `withdrawn:`; the line is that of whichever holds the interview back."""
    status = section.read_choice("status", Status) or Status.CLEARED
    embargo = section.read_moment("embargo")
    example = '{date: 2026-11-26, reason: "At the wish of the keeper."}'
    notice = section.read_section("withdrawn", example)
    if notice is None:
        line = section.find_line("embargo" if embargo and status is Status.CLEARED else "status")
        return Clearance(status, embargo, SourceLocation(name, line))
    before = len(problems.entries)
    day, reason = notice.read_date("date"), notice.read_words("reason")
    notice.refuse_unknown_keys()
    if reason:
        refuse_markup(reason, "reason", problems)
    if day is None and len(problems.entries) == before:
        problems.add(notice.line, Rule.WITHDRAWAL_HAS_A_DATE, "this notice has no date", f"write: withdrawn: {example}")
    place = SourceLocation(name, section.find_line("withdrawn"))
    return Clearance(Status.WITHDRAWN, embargo, place, withdrawn_on=day, reason=reason.text if reason else "")


def _read_origin(section: SettingsSection, folder: Path, problems: Problems) -> Source:
    """Return the original file, its hash and its web address from the front matter; report a missing original."""
    entry = section.read_section("source", "{file: originals/name.txt, sha256: …, url: https://…}")
    if entry is None:
        return Source()
    file = entry.read_words("file", comments=Comments.SPACED)
    sha256, url = entry.read_text("sha256", comments=Comments.ALLOWED), entry.read_text("url", comments=Comments.SPACED)
    origin = Source(file.text if file else "", sha256, url, entry.read_date("retrieved"))
    entry.refuse_unknown_keys()
    if file:
        _check_original(folder, file, sha256, entry, problems)
    return origin


def _check_original(folder: Path, file: TextLine, sha256: str, entry: SettingsSection, problems: Problems) -> None:
    """Report an original file that is missing or does not match its `sha256`."""
    path = Project(folder).find(file.text)
    if path is None or not path.is_file():
        problems.add(
            file.location.line,
            Rule.ORIGINAL_IS_KEPT,
            f"there is no file {file.text} in the book's folder",
            "put the original text into originals/",
        )
        return
    with path.open("rb") as original:
        actual = file_digest(original, "sha256").hexdigest()
    if sha256 and sha256.lower() != actual:
        problems.add(
            entry.find_line("sha256"),
            Rule.ORIGINAL_IS_UNCHANGED,
            f"{file.text} is not the file that was recorded",
            f"if the change is meant, write: sha256: {actual}",
        )


def _read_disclaimer(section: SettingsSection, house: BookDefaults, problems: Problems) -> Disclaimer | None:
    """Return an interview's own disclaimer, or the named one, or the book's default; None for none."""
    known = house.disclaimers
    comments = Comments.REFUSED if house.is_known else Comments.SPACED  # it may be a name
    words = (
        section.read_words("disclaimer", comments=comments, names={NO_DISCLAIMER, *known}) or house.default_disclaimer
    )
    if words is None and not house.is_known:
        return None  # nobody knows the book's default
    if words is None:
        problems.add(
            section.find_line("disclaimer"),
            Rule.DISCLAIMER_IS_DECIDED,
            "this interview has no disclaimer, and the book has no default",
            "add: disclaimer: The text of the disclaimer, or: disclaimer: none",
        )
        return None
    if words.text == NO_DISCLAIMER:
        return None
    if words.text in known:
        return Disclaimer(known[words.text].text, known[words.text].location, words.text)
    if words is house.default_disclaimer:
        return None  # reported in book.yaml
    if words.text.casefold() in DENIALS:
        problems.add(
            words.location.line, Rule.DISCLAIMER_IS_NAMED, f"no disclaimer is called “{words.text}”", DENIAL_HINT
        )
    elif re.fullmatch(r"[\w-]+", words.text) and known:
        near = find_closest_word(words.text, known)
        problems.add(
            words.location.line,
            Rule.DISCLAIMER_IS_NAMED,
            f"no disclaimer is called “{words.text}”",
            f"did you mean “{near}”?" if near else f"known are: {', '.join(known)}",
        )
    refuse_markup(words, "disclaimer", problems)
    return Disclaimer(words.text, words.location)
