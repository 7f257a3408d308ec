"""Read the front matter of other programs: YAML with other keys, TOML, JSON, or lines like `Title: …`."""

from __future__ import annotations

import contextlib
import html
import itertools
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from onrecord.importers.common import boilerplate
from onrecord.importers.common.draft import Clipping
from onrecord.importers.common.plain_markdown import split_into_tokens
from onrecord.manuscript.yaml_config import Problems, SettingsSection, parse_settings
from onrecord.model import Person, Role

_ASSIGNMENT = re.compile(r"(?m)^[\w-]+\s*=\s*[\"'\[\d]")
_HEADER_LINE = re.compile(r"(?P<key>[A-Za-z][\w-]{0,30}(?: [\w-]{1,20})?):(?:[ \t]+(?P<text>.*)|[ \t]*$)")
_MOST_KEY_TOKENS = 4
_MAX_CHARACTERS = 64_000
_PEOPLE_KEYS = ("people", "persons", "participants", "contributors", "speakers", "guests", "hosts")
_ROLE_WORDS = {
    Role.INTERVIEWEE: "interviewee guest narrator respondent speaker witness",
    Role.INTERVIEWER: "interviewer host questioner journalist reporter",
    Role.MODERATOR: "moderator chair",
    Role.TRANSLATOR: "translator",
    Role.EDITOR: "editor transcriber",
    Role.PHOTOGRAPHER: "photographer",
}
_KEY_LINE = re.compile(r"([\w-]+)\s*[:=]|\[+[\w.-]+\]+\s*$")
# Keys in the front matter of other programs, and the settings that they are here.
_SETTING_OF_KEY = {
    "title": "title",
    "headline": "title",
    "name": "title",
    "standfirst": "standfirst",
    "summary": "standfirst",
    "description": "standfirst",
    "subtitle": "standfirst",
    "dek": "standfirst",
    "excerpt": "standfirst",
    "lede": "standfirst",
    "lead": "standfirst",
    "byline": "byline",
    "author": "byline",
    "authors": "byline",
    "by": "byline",
    "disclaimer": "disclaimer",
    "rights": "rights",
    "license": "rights",
    "copyright": "rights",
    "date": "date",
    "published": "date",
    "url": "url",
    "link": "url",
    "source": "url",
    "source_url": "url",
    "media": "url",
    "permalink": "url",
    "canonical": "url",
    "lang": "language",
    "language": "language",
    "tags": "tags",
    "categories": "tags",
    "keywords": "tags",
    "speakers": "guests",
    "guests": "guests",
    "guest": "guests",
    "interviewee": "guests",
    "interviewees": "guests",
    "interviewer": "hosts",
    "interviewers": "hosts",
    "host": "hosts",
    "hosts": "hosts",
    "credits": "photographer",
    "photographer": "photographer",
    "translator": "translator",
    "translated_by": "translator",
}
_PRINTED_SETTINGS = ("title", "standfirst", "byline", "disclaimer", "rights")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The front matter of a file: its text, the text after it, and the number of the line on which that begins."""

    text: str
    body: str
    body_line: int


@dataclass(frozen=True, slots=True)
class ForeignSettings:
    """What a front matter says: its settings and people, and each entry as a clipping, used or aside."""

    settings: Mapping[str, tuple[str, ...]]
    people: tuple[Person, ...]
    clippings: list[Clipping]


def split_front_matter(text: str) -> FrontMatter:
    """Return the front matter of a foreign Markdown file, "" for none, and what comes after it.

    It stands between lines of `---` (YAML) or `+++` (TOML), or is a JSON object, or lines like `Title: …` that end at
    the first empty line.
    """
    lines = text.split("\n")
    if lines[0].rstrip() in ("---", "+++"):
        ends = ("---", "...") if lines[0].startswith("-") else ("+++",)
        for index, line in enumerate(lines[1:200], 1):
            if line.rstrip() in ends:
                return FrontMatter("\n".join(lines[1:index]), "\n".join(lines[index + 1 :]), index + 2)
    length = _count_json_lines(text) or _count_header_lines(lines)
    return FrontMatter("\n".join(lines[:length]), "\n".join(lines[length:]), length + 1)


def has_json_head(data: bytes) -> bool:
    """Return whether a file begins with a front matter in JSON, and has text after it."""
    head = data[: 4 * _MAX_CHARACTERS].decode("utf-8-sig", "replace")
    length = _count_json_lines(head)
    return length > 0 and any(line.strip() for line in head.split("\n")[length:])


def _count_json_lines(text: str) -> int:
    """Return the number of lines of the JSON object with which a text begins; 0 if it begins otherwise."""
    if not text.startswith("{"):
        return 0
    try:
        table, end = json.JSONDecoder().raw_decode(text[:_MAX_CHARACTERS])
    except (ValueError, RecursionError):
        return 0
    is_head = isinstance(table, dict) and any(str(key).lower() in _SETTING_OF_KEY for key in table)
    is_alone = not text[end:].split("\n", 1)[0].strip()
    return text[:end].count("\n") + 1 if is_head and is_alone else 0


def _count_header_lines(lines: Sequence[str]) -> int:
    """Return the number of lines like `Title: …` with which a text begins; 0 if they are no front matter.

    The title and one more key that programs have must be among them, and an empty line must end them.
    """
    header = list(itertools.takewhile(str.strip, lines[:30]))
    key_lines = [_HEADER_LINE.match(line) for line in header if not line[:1].isspace()]
    keys = {line["key"].lower().replace(" ", "_") if line else "" for line in key_lines}
    is_head = "" not in keys and "title" in keys and len(keys & _SETTING_OF_KEY.keys()) >= 2
    return len(header) if is_head and len(header) < len(lines) else 0


def read_foreign_settings(front_matter: str) -> ForeignSettings:
    """Return the settings, people and words that the front matter of another program's file gives."""
    table = _parse_json_or_toml(front_matter)
    entries = list(_list_entries(front_matter, table))
    texts_by_key = _read_texts_by_key(front_matter, table, [key for key, _, _ in entries])
    settings: dict[str, tuple[str, ...]] = {}
    clippings: list[Clipping] = []
    for key, entry, number in entries:
        setting = _find_setting(key)
        texts = [html.unescape(text) for text in texts_by_key.get(key, [])]
        entry = html.unescape(entry)  # “&amp;” is for the pages that are made of the file
        words = ", ".join(texts)  # people and tags; all else is one text
        tokens, entry_tokens = split_into_tokens(words), split_into_tokens(entry)
        start = len(entry_tokens) - len(tokens)  # after the key, or the keys: “author: {name: …}”
        is_plain = bool(words) and entry_tokens[start:] == tokens and start <= _MOST_KEY_TOKENS
        if is_plain and setting in _PRINTED_SETTINGS and setting not in settings:
            keys = " ".join(entry_tokens[:start])
            clippings.append(Clipping(0, "", keys, line=number, kind="aside", reason="a key of the front matter"))
            clippings.append(Clipping(0, "", words, line=number, kind="setting", reason=setting))
            settings[setting] = (words,)
        else:
            _add_setting(settings, setting, texts)
            clippings.append(Clipping(0, "", entry, line=number, kind="aside", reason="front matter"))
    filled = {setting: texts for setting, texts in settings.items() if texts}
    return ForeignSettings(filled, tuple(_read_people(front_matter, table)), clippings)


def _find_setting(key: str) -> str:
    """Return the setting of On Record that a key of another program is, "" for none."""
    return _SETTING_OF_KEY.get(key.lower().replace("-", "_").replace(" ", "_"), "")


def _add_setting(settings: dict[str, tuple[str, ...]], setting: str, texts: Sequence[str]) -> None:
    """Add the texts of a foreign entry to `settings`, unless the setting is one that is printed.

    Of dates and addresses the first one counts, of names and tags every one.
    """
    words = " ".join(texts)
    if not words or not setting or setting in _PRINTED_SETTINGS:
        return
    if setting == "date":
        day = boilerplate.read_date_line(words)
        settings.setdefault("date", (day,) if day else ())
    elif setting == "url":
        if re.match(r"https?://\S+$", words):
            settings.setdefault("url", (words,))
    else:
        settings[setting] = (*settings.get(setting, ()), *texts)


def _parse_json_or_toml(front_matter: str) -> Mapping[str, object]:
    """Return the keys of a foreign front matter in JSON or TOML; {} if it is neither."""
    with contextlib.suppress(ValueError, RecursionError):
        if front_matter.startswith("{"):
            table: dict[str, object] = json.loads(front_matter)
            return table
        if _ASSIGNMENT.search(front_matter):
            return tomllib.loads(front_matter)
    return {}


def _list_entries(front_matter: str, table: Mapping[str, object]) -> Iterator[tuple[str, str, int]]:
    """Yield each key of a foreign front matter, the words of its whole entry, and the number of its line."""
    if front_matter.startswith("{") and table:
        for key, entry in table.items():
            line = front_matter[: max(0, front_matter.find(f'"{key}"'))].count("\n") + 1
            yield key, " ".join([key, *_list_scalars(entry)]), line
        return
    number = 2
    for key, lines in _split_entries(front_matter):
        yield key, " ".join(lines), number
        number += len(lines)


def _list_scalars(entry: object) -> Iterator[str]:
    """Yield the keys and values in a JSON value as texts."""
    if isinstance(entry, Mapping):
        for key, inner in entry.items():
            yield str(key)
            yield from _list_scalars(inner)
    elif isinstance(entry, list):
        for inner in entry:
            yield from _list_scalars(inner)
    else:
        yield str(entry)


def _read_texts_by_key(
    front_matter: str, table: Mapping[str, object], keys: Sequence[str]
) -> Mapping[str, Sequence[str]]:
    """Return the texts of the known keys of a foreign front matter, whatever its form."""
    if table:
        return {key: _list_texts(entry) for key, entry in table.items() if _find_setting(key)}
    known_keys = [key for key in keys if _find_setting(key)]
    section = _parse_yaml(front_matter)
    if section is None:
        lines = (_HEADER_LINE.match(line) for line in front_matter.split("\n"))
        texts = {line["key"]: line["text"].strip() for line in lines if line and (line["text"] or "").strip()}
        return {
            key: re.split(r"\s*,\s*", text) if _find_setting(key) == "tags" else [text] for key, text in texts.items()
        }
    return {
        key: list(_read_yaml_texts(section, key)) or _find_names(front_matter, key)
        for key in known_keys
        if section.has_key(key)
    }


def _read_yaml_texts(section: SettingsSection, key: str) -> Iterator[str]:
    """Yield the texts of a YAML key: the whole text where it is one that is printed, else each between commas."""
    text = section.read_text(key) if _find_setting(key) in _PRINTED_SETTINGS else ""
    yield from [text] if text else (words.text for words in section.read_texts(key))


def _parse_yaml(front_matter: str) -> SettingsSection | None:
    """Return the settings of a foreign front matter in YAML; None if it cannot be read."""
    return parse_settings(front_matter, 2, Problems("", [])) if front_matter else None


def _list_texts(entry: object) -> list[str]:
    """Return the texts and dates of a value, of a list of them, or the names of a list of people."""
    entries = entry if isinstance(entry, list) else [entry]
    named = [inner.get("name") if isinstance(inner, Mapping) else inner for inner in entries]
    return [str(text) for text in named if isinstance(text, str | date)]


def _read_people(front_matter: str, table: Mapping[str, object]) -> Iterator[Person]:
    """Yield the people of a foreign front matter with name and role, as a source file of On Record has it."""
    section = None if table else _parse_yaml(front_matter)
    for key in _PEOPLE_KEYS:
        entries = table.get(key)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping):
                yield from _build_person({name: _list_texts(words) for name, words in entry.items()})
        for part in section.read_entries(key) if section is not None and section.has_key(key) else ():
            if isinstance(part, SettingsSection):
                names = ("name", "role", "affiliation", "title", "labels")
                yield from _build_person({name: [words.text for words in part.read_texts(name)] for name in names})


def _build_person(texts: Mapping[str, Sequence[str]]) -> Iterator[Person]:
    """Yield the person whom a foreign entry describes, unless it has no name or an unknown role."""
    name, role_name = (" ".join(texts.get(key, ())).strip() for key in ("name", "role"))
    role = next((role for role, words in _ROLE_WORDS.items() if role_name.lower() in words.split()), None)
    if name and role:
        affiliation = ", ".join(texts.get("affiliation") or texts.get("title") or ())
        yield Person(name, role, affiliation, tuple(texts.get("labels", ())))


def _find_names(front_matter: str, key: str) -> list[str]:
    """Return the names in a section of a foreign front matter: `credits:` with a line `name: …`."""
    section = re.search(rf"(?m)^{re.escape(key)}:[ \t]*\n((?:[ \t-].*\n?)+)", front_matter)
    return re.findall(r"(?m)^[ \t-]*name:[ \t]*(.+?)\s*$", section.group(1)) if section else []


def _split_entries(front_matter: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each key at the left edge of a foreign front matter with its lines."""
    key, lines = "", list[str]()
    for line in front_matter.split("\n"):
        key_line = _KEY_LINE.match(line)
        if key_line:
            if lines:
                yield key, lines
            key, lines = key_line.group(1) or "", []
        lines.append(line)
    if any(line.strip() for line in lines):
        yield key, lines
