"""Read YAML settings as typed values; report every mistake with its line.

Scalars are text until a field says otherwise. Aliases, anchors and tags are refused, so a document
cannot grow while it is read (YAML 1.2.2 §7.1), and nothing is executed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum, StrEnum, auto
from functools import cache, partial
from typing import TypeVar

import yaml

from onrecord.manuscript.cut_values import CutValue, find_cuts, refuse_cut, repair_cuts
from onrecord.manuscript.file_problems import Problems, directions_are_closed, find_unprintable
from onrecord.manuscript.key_kinds import SCALARS, Key, KeyTable, Kind
from onrecord.manuscript.scalar_values import (
    join_paragraphs,
    parse_any_date,
    parse_count,
    parse_date,
    parse_flag,
    parse_moment,
)
from onrecord.manuscript.section_nodes import SectionNodes
from onrecord.manuscript.shared_keys import LANGUAGE_PATTERN
from onrecord.manuscript.yaml_events import (
    EventComposer,
    quote_value,
    read_events,
    refuse_references_and_tags,
    report_mistake,
    report_syntax_error,
)
from onrecord.model import SourceLocation, TextLine
from onrecord.model.dates import AnyDate
from onrecord.model.problems import find_closest_word
from onrecord.model.rule import Rule, find_rule

# Problems and unprintable live in `file_problems`; the importers import them from here.
__all__ = ["Comments", "Problems", "SettingsSection", "parse_settings", "read_paragraphs", "find_unprintable"]

_MAX_BYTES = 64_000
_SPACES = re.compile(r"[ \t\r\n]+")
_LANGUAGE = re.compile(LANGUAGE_PATTERN)

_NO_DATE, _DATE_HINT = "“{}” is not a date", "write year, month, day"

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class Comments(Enum):
    """What a comment after an unquoted value does to it."""

    REFUSED = auto()  # it cuts off text
    SPACED = auto()  # `# like this` it is a comment; `#like-this` it is a part of a file's name or an address
    ALLOWED = auto()  # nothing: no such value holds a #


def parse_settings(
    text: str, first_line: int, problems: Problems, keys: KeyTable | None = None, *, most_bytes: int = _MAX_BYTES
) -> SettingsSection | None:
    """Return the mapping that the YAML text holds; None, with a problem, if it cannot be read.

    `first_line` is the line of the file on which the text begins. Without `keys` any key can be read.
    """
    if len(text.encode()) > most_bytes:
        problems.add(
            first_line,
            Rule.YAML_IS_SMALL,
            f"these settings are longer than {most_bytes // 1000} kB",
            "move long text into the interview",
        )
        return None
    offset = first_line - 1
    try:
        text, node = _compose(text, offset, problems)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        report_syntax_error(error, (mark.line if mark else 0) + offset + 1, problems)
        return None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        sentence = f"these lines are not readable settings ({type(error).__name__})"
        problems.add(first_line, Rule.YAML_IS_READABLE, sentence, "write `key: value`, one to a line")
        return None
    if node is None and not problems.entries:
        node = yaml.MappingNode("tag:yaml.org,2002:map", [], yaml.Mark("", 0, 0, 0, "", 0))
    if isinstance(node, yaml.MappingNode):
        values = _ValueReader(text, offset, problems, {cut.node_start: cut for cut in find_cuts(text)})
        return SettingsSection(node, values, keys)
    if not problems.entries:
        problems.add(
            first_line, Rule.YAML_IS_READABLE, "these lines are not settings", "write `key: value`, one to a line"
        )
    return None


def _compose(text: str, offset: int, problems: Problems) -> tuple[str, yaml.Node | None]:
    """Return the text as far as it could be repaired, and its node.

    The node is None if there is none, or a problem refuses it.
    """
    events, mistake = read_events(text)
    for event in events:
        refuse_references_and_tags(event, offset, problems)
    is_refused = bool(problems.entries)
    if mistake:
        text, events, mistake = repair_cuts(text, events, mistake, offset, problems)
    if mistake:
        report_mistake(mistake, offset, problems)
    return text, None if is_refused or mistake else EventComposer(events).get_single_node()


@dataclass(frozen=True)
class _ValueReader:
    """Reads scalars of one YAML text; `offset` is the number of lines before it in the file."""

    text: str
    offset: int
    problems: Problems
    cuts: Mapping[int, CutValue]  # by the place where the value begins

    def find_line(self, node: yaml.Node) -> int:
        """Return the line of the file on which the node begins."""
        return int(node.start_mark.line) + self.offset + 1

    def read_words(self, node: yaml.Node, key: str, comments: Comments) -> TextLine | None:
        """Return the text of a scalar, its blanks made one; a problem and None for any other node."""
        line = self.find_line(node)
        if not isinstance(node, yaml.ScalarNode):
            self.problems.add(line, Rule.VALUE_IS_TEXT, f"“{key}” must be one text", f'write: {key}: "the text"')
            return None
        self.refuse_cut(node, comments)
        text = self._remove_unprintable(_SPACES.sub(" ", node.value).strip(" "), key, line)
        return TextLine(text, SourceLocation(self.problems.file, line))

    def refuse_cut(self, node: yaml.Node, comments: Comments) -> CutValue | None:
        """Report what a comment cuts off the value, and return it; None if the comment is one."""
        cut = self.cuts.get(node.start_mark.index)
        if cut is None or comments is Comments.ALLOWED:
            return None
        if cut.is_spaced and (cut.is_whole or comments is Comments.SPACED):
            return None
        refuse_cut(cut, self.text, self.offset, self.problems)
        return cut

    def refuse_nameless(self, node: yaml.Node, key: str) -> None:
        """Report a text without a name, or with one that a comment cuts."""
        cut = self.cuts.get(node.start_mark.index)
        name, colon, _ = cut.text.partition(": ") if cut else ("", "", "")
        hint = (
            f"put the name in quotes: {quote_value(name)}: …" if colon else f'write: {key}: {{standard: "The text."}}'
        )
        self.problems.add(self.find_line(node), Rule.VALUE_IS_A_SECTION, f"“{key}” must be names with texts", hint)

    def _remove_unprintable(self, text: str, key: str, line: int) -> str:
        """Return the text without characters that no edition may hold, and report each of them.

        YAML can write any character with a backslash.
        """
        for char, name in find_unprintable(text).items():
            self.problems.add(
                line,
                Rule.CHARACTERS_ARE_PRINTABLE,
                f"“{key}” holds {name}, which cannot be printed",
                "delete the \\… in it",
            )
            text = text.replace(char, "")
        if not directions_are_closed(text):
            self.problems.add(
                line,
                Rule.DIRECTIONS_ARE_CLOSED,
                f"a bidirectional control character in “{key}” is not closed, or overrides the order",
                "delete the \\u… in it",
            )
        return text


@cache
def _list_choices(kind: type[StrEnum]) -> Mapping[str, str]:
    """Return the values of an enumeration by their small letters."""
    return {str(member.value).casefold(): str(member.value) for member in kind}


def _split_at_commas(words: TextLine | None, node: yaml.Node | None) -> list[TextLine | None]:
    """Return the texts between the commas of a text without quotation marks; any other text alone."""
    if words is None or not isinstance(node, yaml.ScalarNode) or node.style:
        return [words]
    return [replace(words, text=part.strip()) for part in words.text.split(",")]


class SettingsSection:
    """A mapping, read key by key; only keys of its table can be read, each by the method for its kind."""

    def __init__(self, node: yaml.MappingNode, values: _ValueReader, keys: KeyTable | None) -> None:
        self._nodes = SectionNodes(node, values.find_line, values.problems, keys)
        self.line = self._nodes.line
        self._values = values
        self._problems = values.problems

    def find_line(self, key: str) -> int:
        """Return the line of the key, or of the whole section when it is not there."""
        return self._nodes.find_line(key)

    def has_key(self, key: str) -> bool:
        """Return whether the key is there, with a value or without."""
        return key in self._nodes.names

    def refuse_unknown_keys(self) -> None:
        """Refuse the keys that the table does not have, with the closest one that it has."""
        self._nodes.refuse_unknown()

    # text

    def read_words(
        self, key: str, *, required: str = "", comments: Comments = Comments.REFUSED, names: Container[str] = ()
    ) -> TextLine | None:
        """Return one line of text with its place; None if there is none.

        `required` is an example to type when it is missing. One of `names` is a name and no text, so that a comment
        may stand after it.
        """
        self._nodes.find_key(key, SCALARS)
        return self._read_words(key, required, comments, names)

    def _read_words(
        self, key: str, required: str = "", comments: Comments = Comments.REFUSED, names: Container[str] = ()
    ) -> TextLine | None:
        """Return one line of text of a key of any kind, with its place; see `read_words`."""
        node = self._nodes.find_value(key)
        if node is not None:
            is_name = isinstance(node, yaml.ScalarNode) and node.value in names
            return self._values.read_words(node, key, Comments.SPACED if is_name else comments)
        empty = self._nodes.find_written(key)
        if empty is not None and (cut := self._values.refuse_cut(empty, comments)):
            return TextLine(cut.text, SourceLocation(self._problems.file, self.find_line(key)))
        if required:
            rule, hint = find_rule(f"{key}-is-there"), f"add: {key}: {required}"
            self._problems.add(self.find_line(key), rule, f"there is no {key}", hint)
        return None

    def read_text(self, key: str, *, required: str = "", comments: Comments = Comments.REFUSED) -> str:
        """Return one line of text; "" if there is none."""
        words = self.read_words(key, required=required, comments=comments)
        return words.text if words else ""

    def read_texts(self, key: str, *, comments: Comments = Comments.REFUSED) -> tuple[TextLine, ...]:
        """Return a list of texts; a text without quotation marks is a list, too, if it has commas."""
        self._nodes.find_key(key, {Kind.TEXTS})
        node = self._nodes.find_value(key)
        if isinstance(node, yaml.SequenceNode):
            texts = [self._values.read_words(entry, key, comments) for entry in node.value]
        else:
            texts = _split_at_commas(self._read_words(key, comments=comments), node)
        return tuple(words for words in texts if words and words.text)

    def read_named_texts(self, key: str, *, comments: Comments = Comments.REFUSED) -> dict[str, TextLine]:
        """Return the texts under a key of the settings by their names, {} without the key.

        They are `name: text` pairs, a list of such, or a list of `{name: …, text: …}`.
        """
        self._nodes.find_key(key, {Kind.NAMED_TEXTS})
        named: dict[str, TextLine] = {}
        for entry in self._nodes.list_values(key):
            if not isinstance(entry, yaml.MappingNode):
                self._values.refuse_nameless(entry, key)
                continue
            pairs = SettingsSection(entry, self._values, None)
            if set(pairs._nodes.names) == {"name", "text"}:
                texts = [(pairs.read_text("name"), pairs.read_words("text", comments=comments))]
            else:
                texts = [(name, pairs.read_words(name, comments=comments)) for name in pairs._nodes.names]
            named |= {name: words for name, words in texts if words}
        return named

    # values that are no text

    def _convert(self, key: str, convert: Callable[[str], T], rule: Rule, sentence: str, hint: str) -> T | None:
        """Return a value converted by a function; report the rule if the function raises ValueError."""
        words = self.read_words(key, comments=Comments.ALLOWED)
        if words is None:
            return None
        try:
            return convert(words.text)
        except ValueError:
            self._problems.add(words.location.line, rule, sentence.format(words.text), hint)
            return None

    def read_date(self, key: str) -> date | None:
        """Return the day under a key of the settings, None if there is none; report a wrong one."""
        self._nodes.find_key(key, {Kind.DATE})
        return self._convert(key, parse_date, Rule.DATE_IS_ISO, _NO_DATE, f"{_DATE_HINT}: {key}: 2026-01-31")

    def read_any_date(self, key: str) -> AnyDate | None:
        """Return a day, a month or a year; None if there is none."""
        self._nodes.find_key(key, {Kind.ANY_DATE})
        hint = f"{_DATE_HINT}: {key}: 2026-01-31 (or 2026-01, or 2026)"
        return self._convert(key, parse_any_date, Rule.DATE_IS_ISO, _NO_DATE, hint)

    def read_moment(self, key: str) -> datetime | None:
        """Return a date and time with their offset from UTC (ISO 8601); report one without an offset."""
        self._nodes.find_key(key, {Kind.MOMENT})
        hint = f"write date, time and zone: {key}: 2026-01-31 09:00 +01:00 (or UTC)"
        moment = self._convert(key, parse_moment, Rule.MOMENT_IS_ISO, "“{}” is not a date and time", hint)
        if moment is not None and moment.tzinfo is None:
            words = self.read_words(key, comments=Comments.ALLOWED)
            sentence = f"“{words}” could be many moments: it does not say in which zone"
            self._problems.add(self.find_line(key), Rule.TIME_HAS_A_ZONE, sentence, hint)
            return None
        return moment

    def read_count(self, key: str, most: int) -> int:
        """Return a whole number from 0 to `most`; 0 when it is not there."""
        entry = self._nodes.find_key(key, {Kind.COUNT})
        assert entry is None or entry.most == most, f"“{key}” has another highest number"
        sentence, hint = f"“{{}}” is not a whole number from 0 to {most}", f"write: {key}: 2"
        return self._convert(key, partial(parse_count, most=most), Rule.NUMBER_IS_WHOLE, sentence, hint) or 0

    def read_flag(self, key: str, default: bool) -> bool:
        """Return whether a key of the settings says yes; the default if it is missing or, with a report, wrong."""
        self._nodes.find_key(key, {Kind.FLAG})
        rule, hint = Rule.FLAG_IS_YES_OR_NO, f"write: {key}: yes"
        flag = self._convert(key, parse_flag, rule, "“{}” is neither yes nor no", hint)
        return default if flag is None else flag

    def read_choice(self, key: str, kind: type[E]) -> E | None:
        """Return the member of `kind` whose value is written, in capitals or not."""
        entry = self._nodes.find_key(key, {Kind.CHOICE})
        assert entry is None or entry.choices is kind, f"“{key}” has other choices"
        names = _list_choices(kind)
        words = self.read_words(key, comments=Comments.ALLOWED)
        if words is not None and words.text.casefold() not in names:
            near = find_closest_word(words.text, [*names.values()])
            hint = f"{f'did you mean “{near}”? ' if near else ''}One of: {', '.join(names.values())}"
            rule, sentence = find_rule(f"{key}-is-known"), f"“{words.text}” is not a known {key}"
            self._problems.add(words.location.line, rule, sentence, hint)
        name = names.get(words.text.casefold()) if words else None
        return None if name is None else kind(name)

    def read_language(self, key: str, default: str) -> str:
        """Return the language tag (BCP 47) under a key of the settings, else the default; report a wrong one."""
        self._nodes.find_key(key, {Kind.LANGUAGE})
        words = self.read_words(key, comments=Comments.ALLOWED)
        if words is None or _LANGUAGE.fullmatch(words.text):
            return words.text if words else default
        sentence = f"“{words.text}” is not a language tag (BCP 47)"
        hint = f"write for instance: {key}: en, {key}: de or {key}: pt-BR"
        self._problems.add(words.location.line, Rule.LANGUAGE_IS_BCP47, sentence, hint)
        return default

    # sections in sections

    def read_section(self, key: str, example: str) -> SettingsSection | None:
        """Return the mapping under `key`; `example` is one to type."""
        entry = self._nodes.find_key(key, {Kind.SECTION})
        node = self._nodes.find_value(key)
        if node is None or isinstance(node, yaml.MappingNode):
            return self._open_section(node, entry) if node is not None else None
        sentence = f"“{key}” must be a section"
        self._problems.add(self.find_line(key), Rule.VALUE_IS_A_SECTION, sentence, f"write: {key}: {example}")
        return None

    def read_sections(self, key: str, example: str) -> Iterator[SettingsSection]:
        """Yield each mapping of a list; `example` is one to type."""
        known = self._nodes.find_key(key, {Kind.SECTIONS})
        node = self._nodes.find_value(key)
        if node is None:
            return
        hint = f"write: - {example}"
        if not isinstance(node, yaml.SequenceNode):
            self._problems.add(self.find_line(key), Rule.VALUE_IS_A_LIST, f"“{key}” must be a list", hint)
            return
        for entry in node.value:
            if isinstance(entry, yaml.MappingNode):
                yield self._open_section(entry, known)
            else:
                line, sentence = self._values.find_line(entry), f"an entry of “{key}” is not a section"
                self._problems.add(line, Rule.VALUE_IS_A_SECTION, sentence, hint)

    def read_entries(self, key: str, *, comments: Comments = Comments.REFUSED) -> Iterator[TextLine | SettingsSection]:
        """Yield each entry of a list of texts or mappings; one text alone is a list of one."""
        known = self._nodes.find_key(key, {Kind.ENTRIES})
        for entry in self._nodes.list_values(key):
            if isinstance(entry, yaml.MappingNode):
                yield self._open_section(entry, known)
            elif (words := self._values.read_words(entry, key, comments)) and words.text:
                yield words

    def _open_section(self, node: yaml.MappingNode, key: Key | None) -> SettingsSection:
        """Return the section, with the keys that the table has for it."""
        return SettingsSection(node, self._values, key.section if key else None)


def read_paragraphs(section: SettingsSection, key: str) -> TextLine | None:
    """Return a text of the section with an empty line between its paragraphs; None if there is none."""
    words, node = section.read_words(key), section._nodes.find_value(key)
    if words is None or not isinstance(node, yaml.ScalarNode) or "\n" not in node.value.strip():
        return words
    return replace(words, text=join_paragraphs(node.value, is_literal=node.style == "|"))
