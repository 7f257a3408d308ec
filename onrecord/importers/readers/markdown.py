"""Markdown with other habits → clippings: other front matter, headings as questions, labels, reference links."""

from __future__ import annotations

import html
import re
import tomllib
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from onrecord.importers.common import boilerplate, decoding, pandoc_inlines
from onrecord.importers.common.attached_pictures import Album, Beside, nothing_beside
from onrecord.importers.common.draft import Clipping, Reading
from onrecord.importers.common.plain_markdown import tokens
from onrecord.importers.readers import foreign_markup, pandoc_tree, picture_placement
from onrecord.manuscript.yaml_config import Problems, parse
from onrecord.runtime import pandoc

_FORMAT = (
    "commonmark_x-smart-tex_math_dollars-emoji-task_lists-alerts-fancy_lists-yaml_metadata_block"
    "-implicit_header_references-gfm_auto_identifiers-attributes-fenced_divs-bracketed_spans-raw_attribute-definition_lists"
)
_WORD = re.compile(r"[^\W_]+")
_DEFINITION = re.compile(r" {0,3}\[(?P<name>[^\]]+)\]:")
_NUMBER = re.compile(r"^\s*(?:>\s*)*\d{1,9}[.)](?=\s)")
_NAME = re.compile(r"\[\^?[^\]\s]+\](?=:)|(?<=\])\[[^\]]+\]|\[\^[^\]\s]+\]")
_EMPHASIS = re.compile(r"\*+|_+|~+|\^+")
_ASSIGNED = re.compile(r"(?m)^[\w-]+\s*=\s*[\"'\[\d]")
_MOST_MARKS = 4_000  # pandoc 3.9 compares each mark of emphasis in a paragraph with all before it
_WRONG = re.compile(r"^([ \t]*>){13}|^ {96}|[\[\]*_`<~^]{100}")
# Keys of other people's front matter → what they are here.
_KEYS = {
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
_SETTINGS = ("title", "standfirst", "byline", "disclaimer", "rights")


def read(data: bytes, name: str, beside: Beside = nothing_beside) -> Reading:
    """The blocks of a Markdown file, and what its own front matter says; pictures `beside` it come along."""
    text, notes = decoding.decoded(data, name)
    head, body, first_line = _parted(text)
    _check(body, first_line, name)
    settings, found = _settings(head)
    try:
        tree_ = pandoc.tree(foreign_markup.without_tags(body).encode(), _FORMAT)
        blocks = foreign_markup.read(tree_)
    except (pandoc.TooSlow, *pandoc.GaveUp) as error:
        hint = "look for long runs of brackets, quotes or >, or for a footnote that calls itself"
        raise decoding.refused(name, "reading-ends", "the Markdown reader gave up on this text", hint) from error
    album = Album(beside)
    picture_placement.in_tree(blocks, album.path_of)
    lines = body.split("\n")
    bodies = list(_with_lines(pandoc_tree.clippings(blocks, picture=album.path_of), lines, first_line))
    unused = [
        *_numbers(bodies, lines, first_line),
        *_left_over(body, first_line, [*blocks, *foreign_markup.tags(tree_)]),
    ]
    original = [token for c in found for token in tokens(c.words)]
    original += tokens(" ".join(pandoc_inlines.words_of(block) for block in blocks))
    original += [token for c in unused for token in tokens(c.words)]
    shown = album.shown_in("\n".join(c.text for c in bodies))
    clippings = tuple(replace(c, index=i) for i, c in enumerate((*found, *bodies, *unused)))
    return Reading(clippings, tuple(original), settings, notes, shown, ordered=not pandoc_inlines.has_raw(blocks))


def _numbers(bodies: Sequence[Clipping], lines: Sequence[str], first_line: int) -> Iterator[Clipping]:
    """The numbers of questions that became paragraphs, as the file has them."""
    for clipping in bodies:
        line = lines[clipping.line - first_line]
        number = _NUMBER.match(line) if clipping.kind == "paragraph" else None
        if number and _WORD.findall(line[number.end() :])[:1] == _WORD.findall(clipping.words)[:1]:
            yield Clipping(
                0,
                "",
                number.group().strip("> \t"),
                line=clipping.line,
                kind="aside",
                why="the number of a question, which is numbered by its address",
            )


def _with_lines(clippings: Iterable[Clipping], lines: Sequence[str], first_line: int) -> Iterator[Clipping]:
    """The clippings with the line of the file on which each begins, found by its first words."""
    places: dict[tuple[str, ...], list[int]] = {}
    for i, line in enumerate(lines):
        opening = _WORD.findall(_NUMBER.sub("", line)[:300])[:3]
        for length in range(1, len(opening) + 1):
            places.setdefault(tuple(opening[:length]), []).append(i)
    at = 0
    for clipping in clippings:
        first = _WORD.findall(clipping.words[:300])[:3]
        known = places.get(tuple(first), [])
        here = known[found] if (found := bisect_left(known, at)) < len(known) else None
        here = (
            here
            if here is not None
            else next((i for i in range(at, min(at + 200, len(lines))) if first and first[0] in lines[i]), at)
        )
        at = here
        yield replace(clipping, line=here + first_line)


def _parted(text: str) -> tuple[str, str, int]:
    """Front matter, body, and the line on which the body begins."""
    lines = text.split("\n")
    if lines[0].rstrip() in ("---", "+++"):
        ends = ("---", "...") if lines[0].startswith("-") else ("+++",)
        for i, line in enumerate(lines[1:200], 1):
            if line.rstrip() in ends:
                return "\n".join(lines[1:i]), "\n".join(lines[i + 1 :]), i + 2
    return "", text, 1


def _check(body: str, first_line: int, name: str) -> None:
    """What would make pandoc run for hours is refused before it starts."""
    defined = set(re.findall(r"(?m)^ {0,3}\[\^([^\]\s]+)\]:", body))
    marks = 0
    for number, line in enumerate(body.split("\n"), first_line):
        marks = marks + sum(1 for _ in _EMPHASIS.finditer(line)) if line.strip() else 0
        if marks > _MOST_MARKS:
            sentence = f"this paragraph has more than {_MOST_MARKS:,} marks of emphasis"
            raise decoding.refused(
                name, "marks-are-sparse", sentence, "divide it by an empty line, or delete the marks", number
            )
        if _WRONG.search(line):
            raise decoding.refused(
                name, "marks-are-sparse", "this line holds a long run of marks", "delete them", number
            )
        own = re.match(r" {0,3}\[\^([^\]\s]+)\]:(.*)", line)
        if own and any(called in defined for called in re.findall(r"\[\^([^\]\s]+)\]", own.group(2))):
            raise decoding.refused(
                name,
                "notes-call-no-notes",
                "a footnote calls a footnote",
                "write the second note's words into the first",
                number,
            )


def _settings(head: str) -> tuple[dict[str, tuple[str, ...]], list[Clipping]]:
    """What the front matter says, and every line of it as a clipping: used, or set aside."""
    settings: dict[str, tuple[str, ...]] = {}
    found: list[Clipping] = []
    known: dict[str, list[str]] = _toml(head)
    section = parse(head, 2, Problems("", [])) if head and not known else None
    if section is not None:
        for key in _KEYS:
            if section.has(key):
                texts = [words.text for words in section.texts(key)] or _names(head, key)
                known[key] = texts
    number = 1
    for key, lines in _entries(head):
        here = _KEYS.get(key.lower(), "")
        words = " ".join(known.get(key, ()))
        raw = " ".join(lines)
        number += 1
        if here in _SETTINGS and here not in settings and words and tokens(f"{key} {words}") == tokens(raw):
            found.append(Clipping(len(found), "", key, line=number, kind="aside", why="a key of the front matter"))
            found.append(Clipping(len(found), "", words, line=number, kind="setting", why=here))
            settings[here] = (words,)
        else:
            if here == "date" and words:
                settings.setdefault("date", (boilerplate.date_in(words),) if boilerplate.date_in(words) else ())
            elif here == "url" and re.match(r"https?://\S+$", words):
                settings.setdefault("url", (words,))
            elif here and here not in _SETTINGS and here not in ("url", "date") and words:
                settings[here] = (*settings.get(here, ()), *known[key])
            found.append(Clipping(len(found), "", raw, line=number, kind="aside", why="front matter"))
        number += len(lines) - 1
    return {key: values for key, values in settings.items() if values}, found


def _toml(head: str) -> dict[str, list[str]]:
    """What front matter in TOML says of the keys that we know; nothing, if it is none."""
    try:
        values = tomllib.loads(head) if _ASSIGNED.search(head) else {}
    except tomllib.TOMLDecodeError:
        return {}
    found = {
        key: value if isinstance(value, list) else [value] for key, value in values.items() if key.lower() in _KEYS
    }
    return {key: [str(one) for one in several if isinstance(one, str | date)] for key, several in found.items()}


def _names(head: str, key: str) -> list[str]:
    """The names in a section of the front matter: `credits:` with a line `name: …`."""
    block = re.search(rf"(?m)^{re.escape(key)}:[ \t]*\n((?:[ \t-].*\n?)+)", head)
    return re.findall(r"(?m)^[ \t-]*name:[ \t]*(.+?)\s*$", block.group(1)) if block else []


def _entries(head: str) -> Iterator[tuple[str, list[str]]]:
    """Each key of the front matter at the left edge with its lines."""
    key, lines = "", list[str]()
    for line in head.split("\n"):
        opens = re.match(r"([\w-]+)\s*[:=]|\[+[\w.-]+\]+\s*$", line)
        if opens:
            if lines:
                yield key, lines
            key, lines = opens.group(1) or "", []
        lines.append(line)
    if any(line.strip() for line in lines):
        yield key, lines


def _left_over(body: str, first_line: int, blocks: Sequence[object]) -> Iterator[Clipping]:
    """Lines with words that pandoc did not give back: link definitions nobody uses, raw HTML, comments."""
    seen: Counter[str] = Counter()
    for string in _strings(blocks):
        seen.update(_WORD.findall(string))
    for number, line in enumerate(body.split("\n"), first_line):
        words = _WORD.findall(html.unescape(_NAME.sub("", _NUMBER.sub("", line))))
        missing = Counter(words) - seen
        seen.subtract(Counter(words) - missing)
        if missing:
            why = "a link that nobody uses" if _DEFINITION.match(line) else "markup that is not printed"
            yield Clipping(0, "", " ".join(missing.elements()), line=number, kind="aside", why=why)


def _strings(node: object) -> Iterator[str]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting.extend(one.values())
        elif isinstance(one, list):
            waiting.extend(one)
