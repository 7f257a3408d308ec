"""Write a draft as a source file; the same draft gives the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from onrecord.importers.common import labels
from onrecord.importers.common.draft import Clipping, Draft, DraftTurn
from onrecord.importers.common.plain_markdown import escape_inline, escape_paragraph
from onrecord.importers.common.recording_times import format_time, read_time
from onrecord.model import Person, Role

_PLAIN = re.compile(r"[^\W\d_][\w .’'-]*")
_BOLD = re.compile(r"^\*\*((?:[^*\\]|\\.)+)\*\*")
_LONGEST_LABEL = 60  # characters; the same as in the reader of manuscripts
_YAML_CONSTANTS = ("yes", "no", "on", "off", "true", "false", "null", "y", "n")


@dataclass(frozen=True, slots=True)
class Origin:
    """The stored original, as the front matter names it."""

    file: str
    sha256: str


def write_manuscript(draft: Draft, origin: Origin, title: str, disclaimers: Mapping[str, str], *, accept: bool) -> str:
    """Return the text of the source file that is written for an imported draft.

    `title` replaces a missing one; `disclaimers` are those of the book, by name. With `accept`, doubtful turns are
    written as guessed, without a mark.
    """
    front = "\n".join(_write_front_matter(draft, origin, title, disclaimers))
    body = "\n\n".join(_write_body(draft, accept))
    return f"---\n{front}\n---\n\n{body}\n"


def _write_front_matter(draft: Draft, origin: Origin, title: str, disclaimers: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of the front matter for an imported draft."""
    yield f"title: {quote_yaml(draft.title or title)}"
    if draft.standfirst:
        yield f"standfirst: {quote_yaml(escape_paragraph(draft.standfirst))}"
    if draft.byline:
        yield f"byline: {quote_yaml(draft.byline)}"
    if draft.language:
        yield f"language: {draft.language}"
    people = add_initials(draft)
    if people:
        yield "people:"
        for person in people:
            yield from _write_person(person)
    if draft.date:
        yield f"date: {draft.date}"
    if draft.tags:
        yield f"tags: [{', '.join(_format_scalar(tag) for tag in draft.tags)}]"
    if draft.rights:
        yield f"rights: {quote_yaml(draft.rights)}"
    if draft.disclaimer:
        yield f"disclaimer: {find_disclaimer_name(draft.disclaimer, disclaimers) or quote_yaml(draft.disclaimer)}"
    yield from _write_source_settings(draft, origin)


def _write_source_settings(draft: Draft, origin: Origin) -> Iterator[str]:
    """Yield the YAML lines of `recording:`, and of `source:`: file, SHA-256 and web address."""
    if draft.recording:
        yield f"recording: {quote_yaml(draft.recording)}"
    yield "source:"
    yield f"  file: {origin.file if _is_plain_path(origin.file) else quote_yaml(origin.file)}"
    yield f"  sha256: {origin.sha256}"
    if draft.url:
        yield f"  url: {quote_yaml(draft.url)}"


def add_initials(draft: Draft) -> tuple[Person, ...]:
    """Return a draft's people; if no label is used, guests whose initials are unique get them as a label."""
    if any(turn.label for turn in draft.turns):
        return draft.people
    initials = [labels.abbreviate_name(person.name).upper() for person in draft.people]
    return tuple(
        replace(person, labels=(letters,))
        if person.role is Role.INTERVIEWEE
        and not person.labels
        and 2 <= len(letters) <= 4
        and initials.count(letters) == 1
        else person
        for person, letters in zip(draft.people, initials, strict=True)
    )


def find_disclaimer_name(text: str, disclaimers: Mapping[str, str]) -> str:
    """Return the name that the book gives to a disclaimer with this text; "" if it has none."""
    words = text.split()
    return next((name for name, disclaimer in disclaimers.items() if disclaimer.split() == words), "")


def _write_person(person: Person) -> Iterator[str]:
    """Yield the YAML lines of a person in an imported interview: name, role, affiliation, labels."""
    yield f"  - name: {_format_scalar(person.name)}"
    yield f"    role: {person.role}"
    if person.affiliation:
        yield f"    affiliation: {quote_yaml(person.affiliation)}"
    if person.note:
        yield f"    note: {quote_yaml(person.note)}"
    if person.labels:
        yield f"    labels: [{', '.join(_format_scalar(label) for label in person.labels)}]"


def quote_yaml(text: str) -> str:
    """Return a double-quoted YAML scalar on one line (YAML 1.2.2 §7.3.1)."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _format_scalar(text: str) -> str:
    """Return a text as a YAML scalar, quoted if it could mean something else."""
    is_plain = _PLAIN.fullmatch(text) and text.casefold() not in _YAML_CONSTANTS
    return text if is_plain and text == text.strip() else quote_yaml(text)


def _is_plain_path(path: str) -> bool:
    """Return whether a path needs no quotes in YAML: letters, digits, “_”, “.”, “/”, “-”."""
    return re.fullmatch(r"[\w./-]+", path) is not None


# --- the conversation -----------------------------------------------------------------------------


def _write_body(draft: Draft, accept: bool) -> Iterator[str]:
    """Yield the Markdown blocks of an imported draft, doubtful ones in `::: doubt`, then the footnotes."""
    blocks = [f"## {c.text}" if c.kind == "heading" else _write_inner_block(c) for c in draft.introduction]
    blocks += [block for turn in draft.turns for block in _write_turn(turn)]
    pending_doubt = ""
    for block, (_, _, ask) in zip(blocks, draft.passages, strict=True):
        ask, pending_doubt = ask or pending_doubt, "" if block else ask
        if block:
            yield f'::: {{.doubt ask="{_clean_attribute(ask)}"}}\n\n{block}\n\n:::' if ask and not accept else block
    for clipping in (*draft.introduction, *(clipping for turn in draft.turns for clipping in turn.clippings)):
        yield from clipping.notes


def _clean_attribute(text: str) -> str:
    """Return the text for a Markdown attribute, without characters that would end it."""
    return (
        text.replace("\\", "").replace('"', "”").replace("{", "(").replace("}", ")").replace("<", "‹").replace("&", "+")
    )


def _write_turn(turn: DraftTurn) -> Iterator[str]:
    """Yield a block of Markdown for each clipping of an imported turn."""
    match turn.kind:
        case "heading":
            yield from (f"## {clipping.text}" for clipping in turn.clippings)
        case "note":
            yield from (f"::: note\n\n{clipping.text}\n\n:::" for clipping in turn.clippings)
        case "question" if not turn.label:
            yield from (
                _write_inner_block(clipping) if clipping.kind == "picture" else _write_question(clipping)
                for clipping in turn.clippings
            )
        case _ if _label_stands_alone(turn):
            first, second, *following = turn.clippings
            yield ""
            yield _write_labelled(turn, replace(second, time=first.time))
            yield from map(_write_inner_block, following)
        case _:
            for i, clipping in enumerate(turn.clippings):
                if i == 0 and turn.label:
                    yield _write_labelled(turn, clipping)
                elif i == 0 and clipping.kind == "paragraph":
                    yield f"{_write_inner_block(clipping)}{_format_attributes(clipping.time)}"
                else:
                    yield _write_inner_block(clipping)


def _label_stands_alone(turn: DraftTurn) -> bool:
    """Return whether an imported label is on its own line; it is then printed with the words below it."""
    return (
        bool(turn.label)
        and len(turn.clippings) > 1
        and not turn.clippings[0].words
        and turn.clippings[1].kind == "paragraph"
    )


def _write_question(clipping: Clipping) -> str:
    """Return an imported question as Markdown in bold, or as a heading if it cannot stand in bold type."""
    text = clipping.text.replace("**", "")
    if clipping.is_italic and text.count("*") == 2:
        text = text.strip("*")
    if text.endswith(":") or "`" in text or text != text.strip("*_ "):
        return f"### {text}{_format_attributes(clipping.time)}"
    return f"**{text}**{_format_attributes(clipping.time)}"


def _write_labelled(turn: DraftTurn, clipping: Clipping) -> str:
    """Return the first Markdown block of an imported turn, with its label in bold."""
    label = f"**{escape_inline(turn.label)}**"
    attributes = _format_attributes(clipping.time)
    if clipping.kind != "paragraph" or not clipping.words:
        return f"{label}{attributes}\n\n{clipping.text}" if clipping.text else f"{label}{attributes}"
    return f"{label} {_remove_false_label(clipping)}{attributes}"


def _format_attributes(time: str) -> str:
    """Return the Markdown attributes of a turn with its time in the recording: 12:41 → {t=00:12:41}."""
    seconds = read_time(time)
    return "" if seconds is None else f" {{t={format_time(seconds)}}}"


def _write_inner_block(clipping: Clipping) -> str:
    """Return the Markdown of a block that must open no turn: no bold paragraph, high heading or bold label."""
    if clipping.kind == "heading":
        return f"{'#' * max(4, min(6, clipping.level + 1))} {clipping.text}"
    return _remove_false_label(clipping) if clipping.kind == "paragraph" else clipping.text


def _remove_false_label(clipping: Clipping) -> str:
    """Return a clipping's Markdown without bold type at its start that would be read as a label or a question."""
    match = _BOLD.match(clipping.text)
    if not match or (len(match[1]) > _LONGEST_LABEL and match.end() < len(clipping.text)):
        return clipping.text
    after = clipping.text[match.end() :]
    is_label = match[1].rstrip().endswith((":", "：")) or after.lstrip().startswith((":", "：")) or not after
    return match[1] + after if is_label else clipping.text
