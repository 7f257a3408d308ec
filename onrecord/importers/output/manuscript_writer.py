"""Draft → a source file of the design's format, the same bytes for the same draft."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from onrecord.importers.common import labels
from onrecord.importers.common.draft import Clipping, Draft, Turn
from onrecord.importers.common.plain_markdown import within
from onrecord.model import Person, Role

_PLAIN = re.compile(r"[^\W\d_][\w .’'-]*")
_BOLD = re.compile(r"^\*\*((?:[^*\\]|\\.)+)\*\*")
_LONGEST_LABEL = 60  # as the manuscript's reader has it


@dataclass(frozen=True, slots=True)
class Origin:
    """The kept original, as the front matter names it."""

    file: str
    sha256: str


def written(draft: Draft, origin: Origin, title: str, disclaimers: Mapping[str, str], *, accept: bool) -> str:
    """The source file. `title` stands in for a missing one; `disclaimers` are those of the book, by name.

    With `accept`, doubtful turns are written as guessed, without a mark.
    """
    front = "\n".join(_front(draft, origin, title, disclaimers))
    body = "\n\n".join(_body(draft, accept))
    return f"---\n{front}\n---\n\n{body}\n"


def _front(draft: Draft, origin: Origin, title: str, disclaimers: Mapping[str, str]) -> Iterator[str]:
    yield f"title: {quoted(draft.title or title)}"
    for key, value in (("standfirst", draft.standfirst), ("byline", draft.byline)):
        if value:
            yield f"{key}: {quoted(value)}"
    if draft.language:
        yield f"language: {draft.language}"
    people = with_initials(draft)
    if people:
        yield "people:"
        for person in people:
            yield from _person(person)
    if draft.date:
        yield f"date: {draft.date}"
    if draft.tags:
        yield f"tags: [{', '.join(_item(tag) for tag in draft.tags)}]"
    if draft.rights:
        yield f"rights: {quoted(draft.rights)}"
    if draft.disclaimer:
        yield f"disclaimer: {disclaimer_name(draft.disclaimer, disclaimers) or quoted(draft.disclaimer)}"
    yield "source:"
    yield f"  file: {origin.file if _is_plain_path(origin.file) else quoted(origin.file)}"
    yield f"  sha256: {origin.sha256}"
    if draft.url:
        yield f"  url: {quoted(draft.url)}"


def with_initials(draft: Draft) -> tuple[Person, ...]:
    """The people; where no label is used, guests get their initials for later use, if these name one person."""
    if any(turn.label for turn in draft.turns):
        return draft.people
    short = [labels.initials(person.name).upper() for person in draft.people]
    return tuple(
        Person(person.name, person.role, person.affiliation, (letters,))
        if person.role is Role.INTERVIEWEE
        and not person.labels
        and 2 <= len(letters) <= 4
        and short.count(letters) == 1
        else person
        for person, letters in zip(draft.people, short, strict=True)
    )


def disclaimer_name(text: str, disclaimers: Mapping[str, str]) -> str:
    """The name under which the book has this disclaimer, "" if it has not."""
    return next((name for name, known in disclaimers.items() if " ".join(known.split()) == " ".join(text.split())), "")


def _person(person: Person) -> Iterator[str]:
    yield f"  - name: {_item(person.name)}"
    yield f"    role: {person.role}"
    if person.affiliation:
        yield f"    affiliation: {quoted(person.affiliation)}"
    if person.labels:
        yield f"    labels: [{', '.join(_item(label) for label in person.labels)}]"


def quoted(text: str) -> str:
    """A double-quoted YAML scalar on one line (YAML 1.2.2 §7.3.1)."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _item(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and text.casefold() not in (
        "yes",
        "no",
        "on",
        "off",
        "true",
        "false",
        "null",
        "y",
        "n",
    )
    return text if plain and text == text.strip() else quoted(text)


def _is_plain_path(path: str) -> bool:
    return re.fullmatch(r"[\w./-]+", path) is not None


# --- the conversation -----------------------------------------------------------------------------


def _body(draft: Draft, accept: bool) -> Iterator[str]:
    used: set[str] = set()
    blocks = [f"## {c.text}" if c.kind == "heading" else _quiet(c) for c in draft.introduction]
    blocks += [block for turn in draft.turns for block in _turn(turn, used)]
    waiting = ""
    for block, (_, _, ask) in zip(blocks, draft.told, strict=True):
        ask, waiting = ask or waiting, "" if block else ask
        if block:
            yield f'::: {{.doubt ask="{_attribute(ask)}"}}\n\n{block}\n\n:::' if ask and not accept else block
    for clipping in (*draft.introduction, *(clipping for turn in draft.turns for clipping in turn.clippings)):
        yield from clipping.notes


def _attribute(text: str) -> str:
    return (
        text.replace("\\", "").replace('"', "”").replace("{", "(").replace("}", ")").replace("<", "‹").replace("&", "+")
    )


def _turn(turn: Turn, used: set[str]) -> Iterator[str]:
    """One block of Markdown for each clipping of the turn."""
    match turn.kind:
        case "heading":
            yield from (f"## {clipping.text}" for clipping in turn.clippings)
        case "note":
            yield from (f"::: note\n\n{clipping.text}\n\n:::" for clipping in turn.clippings)
        case "question" if not turn.label:
            yield from (
                _quiet(clipping) if clipping.kind == "picture" else _question(clipping, used)
                for clipping in turn.clippings
            )
        case _ if _label_stands_alone(turn):
            first, second, *others = turn.clippings
            yield ""
            yield _labelled(turn, replace(second, time=first.time), used)
            yield from map(_quiet, others)
        case _:
            for i, clipping in enumerate(turn.clippings):
                yield _labelled(turn, clipping, used) if i == 0 and turn.label else _quiet(clipping)


def _label_stands_alone(turn: Turn) -> bool:
    """A label on a line of its own is printed with the words below it."""
    return (
        bool(turn.label)
        and len(turn.clippings) > 1
        and not turn.clippings[0].words
        and turn.clippings[1].kind == "paragraph"
    )


def _question(clipping: Clipping, used: set[str]) -> str:
    text = clipping.text.replace("**", "")
    if clipping.italic and text.count("*") == 2:
        text = text.strip("*")
    if text.endswith(":") or "`" in text or text != text.strip("*_ "):
        return f"### {text}{_address(clipping.time, used)}"
    return f"**{text}**{_address(clipping.time, used)}"


def _labelled(turn: Turn, clipping: Clipping, used: set[str]) -> str:
    label = f"**{within(turn.label)}**"
    address = _address(clipping.time, used)
    if clipping.kind != "paragraph" or not clipping.words:
        return f"{label}{address}\n\n{clipping.text}" if clipping.text else f"{label}{address}"
    return f"{label} {_unlabelled(clipping)}{address}"


def _address(time: str, used: set[str]) -> str:
    """The time of a turn is its address: 00:12:41 → {#t-00-12-41}."""
    address = "t-" + "-".join(re.findall(r"\d+", time.split(".")[0])) if time else ""
    if not address or address in used:
        return ""
    used.add(address)
    return f" {{#{address}}}"


def _quiet(clipping: Clipping) -> str:
    """A block that opens no turn: no bold paragraph, no heading above level 4, no bold label."""
    if clipping.kind == "heading":
        return f"{'#' * max(4, min(6, clipping.level + 1))} {clipping.text}"
    return _unlabelled(clipping) if clipping.kind == "paragraph" else clipping.text


def _unlabelled(clipping: Clipping) -> str:
    """Bold words at the start that would be read as a label, or as a question, are set in plain type."""
    found = _BOLD.match(clipping.text)
    if not found or (len(found.group(1)) > _LONGEST_LABEL and found.end() < len(clipping.text)):
        return clipping.text
    rest = clipping.text[found.end() :]
    is_label = found.group(1).rstrip().endswith((":", "：")) or rest.lstrip().startswith((":", "：")) or not rest
    return found.group(1) + rest if is_label else clipping.text
