"""Read the front matter of other programs: YAML with other keys, or TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from onrecord.importers.common import boilerplate
from onrecord.importers.common.draft import Clipping
from onrecord.importers.common.plain_markdown import split_into_tokens
from onrecord.manuscript.yaml_config import Problems, parse_settings

_ASSIGNMENT = re.compile(r"(?m)^[\w-]+\s*=\s*[\"'\[\d]")
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


def split_front_matter(text: str) -> tuple[str, str, int]:
    """Return front matter, body, and the number of the line on which the body begins."""
    lines = text.split("\n")
    if lines[0].rstrip() in ("---", "+++"):
        ends = ("---", "...") if lines[0].startswith("-") else ("+++",)
        for index, line in enumerate(lines[1:200], 1):
            if line.rstrip() in ends:
                return "\n".join(lines[1:index]), "\n".join(lines[index + 1 :]), index + 2
    return "", text, 1


def read_settings(front_matter: str) -> tuple[dict[str, tuple[str, ...]], list[Clipping]]:
    """Return the settings in the front matter, and each entry as a clipping, used or aside."""
    settings: dict[str, tuple[str, ...]] = {}
    clippings: list[Clipping] = []
    texts_by_key = _read_toml(front_matter) or _read_yaml(front_matter)
    number = 1
    for key, lines in _split_entries(front_matter):
        setting = _SETTING_OF_KEY.get(key.lower(), "")
        texts = texts_by_key.get(key, [])
        words = " ".join(texts)
        entry = " ".join(lines)
        number += 1
        is_plain = bool(words) and split_into_tokens(f"{key} {words}") == split_into_tokens(entry)
        if is_plain and setting in _PRINTED_SETTINGS and setting not in settings:
            clippings.append(Clipping(0, "", key, line=number, kind="aside", reason="a key of the front matter"))
            clippings.append(Clipping(0, "", words, line=number, kind="setting", reason=setting))
            settings[setting] = (words,)
        else:
            _add_setting(settings, setting, texts)
            clippings.append(Clipping(0, "", entry, line=number, kind="aside", reason="front matter"))
        number += len(lines) - 1
    return {setting: texts for setting, texts in settings.items() if texts}, clippings


def _add_setting(settings: dict[str, tuple[str, ...]], setting: str, texts: Sequence[str]) -> None:
    """Add the texts of an entry to `settings`, unless the setting is one that is printed.

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


def _read_toml(front_matter: str) -> dict[str, list[str]]:
    """Return the texts of the known keys in TOML; {} if the front matter is not TOML."""
    try:
        table = tomllib.loads(front_matter) if _ASSIGNMENT.search(front_matter) else {}
    except tomllib.TOMLDecodeError:
        return {}
    return {key: _read_texts(entry) for key, entry in table.items() if key.lower() in _SETTING_OF_KEY}


def _read_texts(entry: object) -> list[str]:
    """Return the texts and dates of a TOML value, or of a list, as strings."""
    entries = entry if isinstance(entry, list) else [entry]
    return [str(text) for text in entries if isinstance(text, str | date)]


def _read_yaml(front_matter: str) -> Mapping[str, list[str]]:
    """Return the texts of the known keys in YAML; {} if it cannot be read."""
    section = parse_settings(front_matter, 2, Problems("", [])) if front_matter else None
    if section is None:
        return {}
    return {
        key: [words.text for words in section.read_texts(key)] or _find_names(front_matter, key)
        for key in _SETTING_OF_KEY
        if section.has_key(key)
    }


def _find_names(front_matter: str, key: str) -> list[str]:
    """Return the names in a section of the front matter: `credits:` with a line `name: …`."""
    section = re.search(rf"(?m)^{re.escape(key)}:[ \t]*\n((?:[ \t-].*\n?)+)", front_matter)
    return re.findall(r"(?m)^[ \t-]*name:[ \t]*(.+?)\s*$", section.group(1)) if section else []


def _split_entries(front_matter: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each key at the left edge of the front matter with its lines."""
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
