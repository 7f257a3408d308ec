"""Read YAML text as a list of events, which can be checked before anything is made of it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import yaml
from yaml.composer import Composer
from yaml.resolver import Resolver

from onrecord.manuscript.file_problems import Problems
from onrecord.model.rule import Rule

SMALL = 8_000  # characters
MAX_LEVELS = 20  # PyYAML 6.0.3 needs minutes for 60,000 open brackets
# libyaml, in which PyYAML reads ten times as fast as in Python, takes tabs, byte order marks, tags, a comment after
# `|` or `>`, and question marks in brackets in another way.
_READ_OTHERWISE = re.compile(r"[\t\ufeff!]|[|>][-+0-9]*#")
_BRACKET = re.compile(r"[\[{]")
_FAST_LOADER = getattr(yaml, "CSafeLoader", None)  # not in every build of PyYAML
_KEY_AND_TEXT = re.compile(r"[ \t]*(?P<key>(?:- )?[\w-]+):[ \t]+(?P<text>\S.*?)[ \t]*")
_KEY_OR_ENTRY = re.compile(r"(?P<indent> *)(?=- |[\w-]+:(?: |$))(?P<hyphens>(?:- +)*)(?P<key>[\w-]+:(?= |$))?")
_NEEDS_QUOTES = re.compile("['\"@%`*&!|>]")


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why the text cannot be read beyond `line` (from 0); no `error` means too many levels."""

    line: int
    error: yaml.MarkedYAMLError | None


def read_events(text: str) -> tuple[list[yaml.Event], Mistake | None]:
    """Return the events of the YAML text up to its first mistake, and that mistake."""
    events, mistake = _read_cached_events(text) if len(text) < SMALL else _read_events(text)
    return list(events), mistake


@lru_cache(maxsize=64)
def _read_cached_events(text: str) -> tuple[list[yaml.Event], Mistake | None]:
    """Return what `_read_events` does, remembered: import, check and build read the same settings several times."""
    return _read_events(text)


def _read_events(text: str) -> tuple[list[yaml.Event], Mistake | None]:
    """Return the events of the text up to its first mistake, and that mistake, read from the beginning."""
    if (fast_events := _read_fast(text)) is not None:
        return fast_events, None
    level, events = 0, list[yaml.Event]()
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            events.append(event)
            level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if level > MAX_LEVELS:
                return events, Mistake(event.start_mark.line if event.start_mark else 0, None)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return events, Mistake(mark.line if mark else 0, error)
    return events, None


def _read_fast(text: str) -> list[yaml.Event] | None:
    """Return the events that libyaml reads; None if there is a mistake, or it may differ from what Python reads.

    It says another place of an empty value, and describes mistakes in other words.
    """
    bracket = _BRACKET.search(text)
    if _FAST_LOADER is None or _READ_OTHERWISE.search(text) or (bracket and text.find("?", bracket.end()) >= 0):
        return None
    level, events = 0, list[yaml.Event]()
    try:
        for event in yaml.parse(text, Loader=_FAST_LOADER):
            events.append(event)
            level += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if level > MAX_LEVELS or (isinstance(event, yaml.ScalarEvent) and not event.value and not event.style):
                return None
    except (yaml.YAMLError, UnicodeEncodeError):
        return None
    return events


class EventComposer(Composer, Resolver):
    """Composes nodes from events that were checked before."""

    def __init__(self, events: Iterable[yaml.Event]) -> None:
        Composer.__init__(self)
        Resolver.__init__(self)
        self._events = deque(events)

    def check_event(self, *choices: type[yaml.Event]) -> bool:
        """Return whether the next event is of one of these types; it stays the next."""
        return isinstance(self._events[0], choices)

    def peek_event(self) -> yaml.Event:
        """Return the next YAML event without removing it."""
        return self._events[0]

    def get_event(self) -> yaml.Event:
        """Remove the next YAML event and return it."""
        return self._events.popleft()


def refuse_references_and_tags(event: yaml.Event, offset: int, problems: Problems) -> None:
    """Report an alias, an anchor or a tag; `offset` is the number of lines before the text in its file."""
    line = (event.start_mark.line if event.start_mark else 0) + offset + 1
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        problems.add(
            line,
            Rule.YAML_HAS_NO_ALIASES,
            "`&name` and `*name` are not read here",
            'write the text out, or put it in quotes: "*like this*"',
        )
    elif isinstance(event, yaml.NodeEvent) and (tag := getattr(event, "tag", None)):
        problems.add(
            line, Rule.YAML_HAS_NO_TAGS, f"the tag {tag} is not read here", 'put the text in quotes: "!like this"'
        )


def report_mistake(mistake: Mistake, offset: int, problems: Problems) -> None:
    """Report the mistake; `offset` is the number of lines before the text in its file."""
    line = mistake.line + offset + 1
    if mistake.error:
        report_syntax_error(mistake.error, line, problems)
    else:
        problems.add(
            line,
            Rule.YAML_IS_SHALLOW,
            f"these settings stand more than {MAX_LEVELS} levels deep",
            'take brackets and levels away; put text that opens with [ or { in quotes: "[like this]"',
        )


def report_syntax_error(error: yaml.MarkedYAMLError, line: int, problems: Problems) -> None:
    """Report what PyYAML says of a line of the file, with what to type instead."""
    message, context = error.problem or "not readable", error.context or ""
    if "quoted scalar" in context and "end of stream" in message:  # the end of the settings does not help
        line -= _count_lines_since_context(error)
        message = "the quotation mark is not closed"
    hint = (
        _suggest_indent(problems.lines[:line], message)
        or _suggest_quotes(
            problems.lines[line - 1] if 0 < line <= len(problems.lines) else "",
            is_any_text="mapping values are not allowed" in message,
        )
        or _suggest_signs(error, message, line)
    )
    problems.add(line, Rule.YAML_IS_READABLE, f"this line cannot be read as settings: {message}", hint)


def _count_lines_since_context(error: yaml.MarkedYAMLError) -> int:
    """Return how many lines a YAML mistake stands below the place where its bracket or quotation mark opens."""
    if error.problem_mark is None or error.context_mark is None:
        return 0
    return error.problem_mark.line - error.context_mark.line


def _suggest_signs(error: yaml.MarkedYAMLError, message: str, line: int) -> str:
    """Return the hint that closes a bracket or a quotation mark, or says how settings are written."""
    context = error.context or ""
    if "found character" in message and "cannot start any token" in message:
        return "indent with spaces, not tabs, and put text that opens with @, ` or % in quotes"
    if "while parsing a flow" in context:
        lines = _count_lines_since_context(error)
        place = f" that opens in line {line - lines}" if lines else ""
        return f"close the bracket{place}: {'[one, two]' if 'sequence' in context else '{name: …, role: interviewee}'}"
    if "quoted scalar" in context:
        return "close the quotation mark, and double one that stands inside: 'It''s'"
    if "mapping values are not allowed" in message:
        return "put the whole text in quotes, from where it begins"
    if "sequence entries are not allowed" in message:
        return "begin the list on the next line"
    return "write `key: value`, one to a line, with a space after the colon"


def _suggest_indent(lines: Sequence[str], message: str) -> str:
    """Return the hint with the spaces that the last of the lines needs, "" if its indent is not what is wrong."""
    is_value = "mapping values are not allowed" in message
    start = _KEY_OR_ENTRY.match(lines[-1]) if lines and (is_value or "<block end>" in message) else None
    if start is None or (is_value and ": " in lines[-1][start.end() :]):  # a text with a colon
        return ""
    indent = len(start["indent"])
    columns = _list_columns_above(lines[:-1], of_entries=bool(start["hyphens"]))
    if not columns or indent in columns:
        return ""
    deeper = [column for column in columns if column > indent][-1:]
    shallower = [column for column in columns if column < indent][:1]
    spaces = " or ".join(map(_format_spaces, deeper + shallower))
    sentence = f"begin the line with {spaces}, like the line above to which it belongs"
    return f"{sentence}; or, if it continues the text above, put the whole text in quotes" if is_value else sentence


def _list_columns_above(lines: Sequence[str], *, of_entries: bool) -> list[int]:
    """Return the columns of the keys, or of the list entries, to which another line can be added; the deepest first."""
    columns = list[int]()
    for match in filter(None, map(_KEY_OR_ENTRY.match, reversed(lines))):
        column = len(match["indent"]) if of_entries else match.end("hyphens")
        if bool(match["hyphens"] if of_entries else match["key"]) and (not columns or column < columns[-1]):
            columns.append(column)
    return columns


def _format_spaces(number: int) -> str:
    """Return a number of spaces in words."""
    return {0: "no space", 1: "1 space"}.get(number, f"{number} spaces")


def _suggest_quotes(line: str, *, is_any_text: bool) -> str:
    """Return the hint that puts the text of a line in quotes, "" if it does not begin with a sign that needs them.

    Quotes around the text that others stand in are taken for those of the whole.
    """
    match = _KEY_AND_TEXT.fullmatch(line)
    if match is None or not (is_any_text or _NEEDS_QUOTES.match(match["text"])):
        return ""
    text = match["text"]
    if text[0] in "'\"":
        if len(text) < 3 or text[-1] != text[0]:
            return ""
        text = text[1:-1].replace(text[0] * 2, text[0])
    return f"put the text in quotes: {match['key']}: {quote_value(text)}"


def quote_value(text: str) -> str:
    """Return the text as a quoted YAML scalar that needs no escapes."""
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'
