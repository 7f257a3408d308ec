"""YAML of `book.yaml` and of front matter as typed values: every mistake with its line, nothing executed.

Scalars are text until a field says otherwise. Aliases, anchors and tags are refused, so a document
cannot grow while it is read (YAML 1.2.2 §7.1).
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum, StrEnum, auto
from typing import TypeVar

import yaml
from yaml.composer import Composer
from yaml.resolver import Resolver

from onrecord.manuscript.cut_values import Cut, find_cuts, put_in_quotes, quote
from onrecord.model import Place, Words
from onrecord.model.problems import Problem, Severity, closest

_MAX_BYTES = 64_000
_MAX_DEPTH = 20  # PyYAML 6.0.3 needs minutes for 60,000 open brackets
_MOST_QUOTED = 80  # characters of a text in a sentence
_MOST_TRIED = 400_000  # characters to read again in search of the comment that breaks the settings
_SPACES = re.compile(r"[ \t\r\n]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-[a-z0-9]{5,8})*")

_NEVER_ASSIGNED = tuple(plane + last for plane in range(0x10000, 0xF0000, 0x10000) for last in (0xFFFE, 0xFFFF))
# Controls, line separators, private use, tags, and what Unicode will never give a meaning.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufeff\ufffc\ufffd\ufffe\uffff\ud800-\udfff\ue000-\uf8ff"
    "\U000e0000-\U000e007f\U000f0000-\U0010ffff" + "".join(map(chr, _NEVER_ASSIGNED)) + "]"
)
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CLOSING_BIDI = "\u202c\u2069"

E = TypeVar("E", bound=StrEnum)


@dataclass
class Problems:
    """Problems found in one file, in the order found; `lines` are quoted with them."""

    file: str
    lines: list[str]
    found: list[Problem] = field(default_factory=list)

    def add(self, line: int, rule: str, sentence: str, hint: str = "", severity: Severity = Severity.ERROR) -> None:
        quoted = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        self.found.append(Problem(Place(self.file, line), rule, sentence, hint, quoted, severity))


def unprintable(text: str) -> dict[str, str]:
    """The characters of the text that have no place in print, each with its name."""
    found = dict.fromkeys(_UNPRINTABLE.findall(text))
    return {char: _named(char) for char in found}


def _named(char: str) -> str:
    name = unicodedata.name(char, "control, private or unassigned character")
    return f"U+{ord(char):04X} ({name.lower()})"


def directions_are_closed(text: str) -> bool:
    """Whether every bidirectional control in the text is ended where it should be (UAX #9 §2)."""
    depth = 0
    for char in _BIDI.findall(text):
        depth += -1 if char in _CLOSING_BIDI else 1
        if depth < 0:
            break
    return depth == 0


class Comments(Enum):
    """What a comment behind an unquoted value does to it."""

    REFUSED = auto()  # it cuts off text
    SPACED = auto()  # `# like this` it is a comment; `#like-this` it is a part of a file's name or an address
    ALLOWED = auto()  # nothing: no such value holds a #


def parse(text: str, first_line: int, problems: Problems) -> Section | None:
    """The mapping that the YAML text holds; its first line is line `first_line` of the file."""
    if len(text.encode()) > _MAX_BYTES:
        problems.add(
            first_line,
            "yaml-is-small",
            f"these settings are longer than {_MAX_BYTES // 1000} kB",
            "move long text into the interview",
        )
        return None
    offset = first_line - 1
    try:
        events, mistake = _read_events(text)
        for event in events:
            _refuse_tricks(event, offset, problems)
        is_refused = bool(problems.found)
        if mistake:
            text, events, mistake = _mend(text, events, mistake, offset, problems)
        if mistake and mistake.error:
            _syntax(mistake.error, mistake.line + offset + 1, problems)
        elif mistake:
            _too_deep(mistake.line + offset + 1, problems)
        node = None if is_refused or mistake else _Composer(events).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        _syntax(error, (mark.line if mark else 0) + offset + 1, problems)
        return None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        problems.add(
            first_line,
            "yaml-is-readable",
            f"these lines are not readable settings ({type(error).__name__})",
            "write `key: value`, one to a line",
        )
        return None
    if node is None and not problems.found:
        node = yaml.MappingNode("tag:yaml.org,2002:map", [], yaml.Mark("", 0, 0, 0, "", 0))
    if not isinstance(node, yaml.MappingNode):
        if not problems.found:
            problems.add(
                first_line, "yaml-is-readable", "these lines are not settings", "write `key: value`, one to a line"
            )
        return None
    return Section(node, offset, problems, {cut.node: cut for cut in find_cuts(text, _MAX_DEPTH)})


@dataclass(frozen=True, slots=True)
class _Mistake:
    """Why the text can be read no further than to `line` (from 0); `error` is None when it is too deep."""

    line: int
    error: yaml.MarkedYAMLError | None


def _read_events(text: str) -> tuple[list[yaml.Event], _Mistake | None]:
    """Return the events of the text up to its first mistake, and that mistake."""
    depth, events = 0, list[yaml.Event]()
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            events.append(event)
            depth += _step(event)
            if depth > _MAX_DEPTH:
                return events, _Mistake(event.start_mark.line if event.start_mark else 0, None)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return events, _Mistake(mark.line if mark else 0, error)
    return events, None


def _mend(
    text: str, events: list[yaml.Event], mistake: _Mistake, offset: int, problems: Problems
) -> tuple[str, list[yaml.Event], _Mistake | None]:
    """Report each comment that makes the text unreadable; return the text with these values quoted.

    A comment can hide the end of a bracket, `{name: Berth #4}`, or stand between the lines of a text. It is to blame if
    the text with the value in quotes can be read, or its first mistake then stands further down.
    """
    left: _Mistake | None = mistake
    effort = _Effort(_MOST_TRIED)
    while left:
        for cut in find_cuts(text, _MAX_DEPTH)[::-1]:
            if cut.line > left.line:
                continue
            quoted, cuts = _quote_to_line_end(text, cut, effort)
            if not effort.allows(quoted):
                return text, events, left
            readable, still = _read_events(quoted)
            if still is None or still.line > left.line:
                text, events, left = quoted, readable, still
                for quoted_cut in cuts:
                    _refuse_cut(quoted_cut, offset, problems)
                break
        else:
            break
    return text, events, left


@dataclass
class _Effort:
    """How many characters may still be read again."""

    characters: int

    def allows(self, text: str) -> bool:
        self.characters -= len(text)
        return self.characters >= 0


def _quote_to_line_end(text: str, cut: Cut, effort: _Effort) -> tuple[str, list[Cut]]:
    """Put the value in quotes, and those that its comment hid; return the text and all of them."""
    cuts, hidden = list[Cut](), [cut]
    while hidden and effort.allows(text):
        cuts.append(hidden[0])
        text = put_in_quotes(text, hidden[0])
        hidden = [
            other for other in find_cuts(text, _MAX_DEPTH) if other.line == cut.line and other.start > cuts[-1].start
        ]
    return text, cuts


def _refuse_cut(cut: Cut, offset: int, problems: Problems) -> None:
    lost = cut.lost if len(cut.lost) <= _MOST_QUOTED else cut.lost[: _MOST_QUOTED - 1] + "…"
    sentence = f"“{lost}” would be lost: behind a space a # begins a comment; write comments here on lines of their own, “# like this”"
    problems.add(cut.line + offset + 1, "text-is-whole", sentence, cut.hint)


class _Composer(Composer, Resolver):
    """Makes nodes of events that were looked at before."""

    def __init__(self, events: Iterable[yaml.Event]) -> None:
        Composer.__init__(self)
        Resolver.__init__(self)
        self._events = deque(events)

    def check_event(self, *choices: type[yaml.Event]) -> bool:
        return isinstance(self._events[0], choices)

    def peek_event(self) -> yaml.Event:
        return self._events[0]

    def get_event(self) -> yaml.Event:
        return self._events.popleft()


def _refuse_tricks(event: yaml.Event, offset: int, problems: Problems) -> None:
    line = (event.start_mark.line if event.start_mark else 0) + offset + 1
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        problems.add(
            line,
            "yaml-has-no-aliases",
            "`&name` and `*name` are not read here",
            'write the text out, or put it in quotes: "*like this*"',
        )
    elif isinstance(event, yaml.NodeEvent) and (tag := getattr(event, "tag", None)):
        problems.add(
            line, "yaml-has-no-tags", f"the tag {tag} is not read here", 'put the text in quotes: "!like this"'
        )


def _step(event: yaml.Event) -> int:
    """How much deeper the document is behind this event."""
    return isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)


def _too_deep(line: int, problems: Problems) -> None:
    problems.add(
        line,
        "yaml-is-shallow",
        f"these settings stand more than {_MAX_DEPTH} levels deep",
        'take brackets and levels away; text that opens with [ or { wants quotes: "[like this]"',
    )


def _syntax(error: yaml.MarkedYAMLError, line: int, problems: Problems) -> None:
    said = error.problem or "not readable"
    hint = "write `key: value`, one to a line, with a space after the colon"
    if "mapping values are not allowed" in said:
        source = problems.lines[line - 1] if 0 < line <= len(problems.lines) else ""
        key, _, value = source.partition(":")
        hint = f'put the text in quotes: {key.strip()}: "{value.strip().replace(chr(34), chr(39))}"'
    elif "found character" in said and "cannot start any token" in said:
        hint = "indent with spaces, not tabs, and put text that opens with @, ` or % in quotes"
    elif "while parsing a flow" in (error.context or ""):
        hint = "close the bracket: {name: …, role: interviewee}"
    elif "quoted scalar" in (error.context or ""):
        hint = "close the quotation mark, and double one that stands inside: 'It''s'"
    problems.add(line, "yaml-is-readable", f"this line cannot be read as settings: {said}", hint)


class Section:
    """A mapping, read key by key; `close` reports the keys that nobody asked for."""

    def __init__(self, node: yaml.MappingNode, offset: int, problems: Problems, cuts: Mapping[int, Cut]) -> None:
        self._offset = offset
        self._problems = problems
        self._cuts = cuts  # by the place where the value begins
        self._known: list[str] = []
        self.line = node.start_mark.line + offset + 1
        self._nodes: dict[str, tuple[yaml.Node, int]] = {}
        for key, value in node.value:
            line = key.start_mark.line + offset + 1
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not name:
                problems.add(line, "key-is-known", "this key is no word", "write `key: value`")
            elif name in self._nodes:
                problems.add(
                    line, "key-stands-once", f"“{name}” stands twice; only one can hold", "keep one of the two lines"
                )
            else:
                self._nodes[name] = value, line

    def line_of(self, key: str) -> int:
        """The line of the key, or of the whole section when it is not there."""
        return self._nodes[key][1] if key in self._nodes else self.line

    def _take(self, key: str) -> yaml.Node | None:
        self._known.append(key)
        node = self._nodes.get(key, (None, 0))[0]
        empty = isinstance(node, yaml.ScalarNode) and (node.tag.endswith(":null") or not node.value.strip())
        return None if empty else node

    def has(self, key: str) -> bool:
        return key in self._nodes

    def words(
        self, key: str, *, required: str = "", comments: Comments = Comments.REFUSED, names: Container[str] = ()
    ) -> Words | None:
        """One line of text; `required` is an example to type when it is missing.

        One of `names` is a name and no text, so that a comment may stand behind it.
        """
        node = self._take(key)
        if node is None:
            cut = self._refuse_cut(self._nodes[key][0], comments) if key in self._nodes else None
            if cut:
                return Words(cut.text, Place(self._problems.file, self.line_of(key)))
            if required:
                self._problems.add(
                    self.line_of(key), f"{key}-is-there", f"there is no {key}", f"add: {key}: {required}"
                )
            return None
        is_name = isinstance(node, yaml.ScalarNode) and node.value in names
        return self._words(node, key, Comments.SPACED if is_name else comments)

    def _refuse_cut(self, node: yaml.Node, comments: Comments) -> Cut | None:
        """Report what a comment cuts off the value, and return it; None if the comment is one."""
        cut = self._cuts.get(node.start_mark.index)
        if (
            cut is None
            or comments is Comments.ALLOWED
            or (cut.is_spaced and (cut.is_whole or comments is Comments.SPACED))
        ):
            return None
        _refuse_cut(cut, self._offset, self._problems)
        return cut

    def _words(self, node: yaml.Node, key: str, comments: Comments) -> Words | None:
        line = node.start_mark.line + self._offset + 1
        if not isinstance(node, yaml.ScalarNode):
            self._problems.add(line, "value-is-text", f"“{key}” wants one text", f'write: {key}: "the text"')
            return None
        self._refuse_cut(node, comments)
        text = self._printable(_SPACES.sub(" ", node.value).strip(" "), key, line)
        return Words(text, Place(self._problems.file, line))

    def _printable(self, text: str, key: str, line: int) -> str:
        """YAML can write any character with a backslash; it must be one that the file itself could hold."""
        for char, name in unprintable(text).items():
            self._problems.add(
                line,
                "characters-are-printable",
                f"“{key}” holds {name}, which cannot be printed",
                "delete the \\… in it",
            )
            text = text.replace(char, "")
        if not directions_are_closed(text):
            self._problems.add(
                line,
                "directions-are-closed",
                f"a bidirectional control character in “{key}” is not closed",
                "delete the \\u… in it",
            )
        return text

    def text(self, key: str, *, required: str = "", comments: Comments = Comments.REFUSED) -> str:
        words = self.words(key, required=required, comments=comments)
        return words.text if words else ""

    def texts(self, key: str, *, comments: Comments = Comments.REFUSED) -> tuple[Words, ...]:
        """A list of texts; one text alone is a list of one."""
        node = self._take(key)
        if not isinstance(node, yaml.SequenceNode):
            words = self.words(key, comments=comments)
            return (words,) if words and words.text else ()
        found = (self._words(entry, key, comments) for entry in node.value)
        return tuple(words for words in found if words and words.text)

    def _converted(self, key: str, convert: Callable[[str], object], rule: str, sentence: str, hint: str) -> object:
        words = self.words(key, comments=Comments.ALLOWED)
        if words is None:
            return None
        try:
            return convert(words.text)
        except ValueError:
            self._problems.add(words.place.line, rule, sentence.format(words.text), hint)
            return None

    def date(self, key: str) -> date | None:
        found = self._converted(
            key, _date, "date-is-iso", "“{}” is no date", f"write year, month, day: {key}: 2026-01-31"
        )
        return found if isinstance(found, date) else None

    def moment(self, key: str) -> datetime | None:
        """A date and a time with a zone (ISO 8601); the zone is an offset, which means the same on every machine."""
        hint = f"write date, time and zone: {key}: 2026-01-31 09:00 +01:00 (or UTC)"
        found = self._converted(key, _moment, "moment-is-iso", "“{}” is no moment", hint)
        if isinstance(found, datetime) and found.tzinfo is None:
            line = self.words(key, comments=Comments.ALLOWED)
            sentence = f"“{line}” could be many moments: it does not say in which zone"
            self._problems.add(self.line_of(key), "time-has-a-zone", sentence, hint)
            return None
        return found if isinstance(found, datetime) else None

    def count(self, key: str, most: int) -> int:
        """A whole number from 0 to `most`; 0 when it is not there."""

        def convert(text: str) -> int:
            if not text.isascii() or not text.isdecimal() or int(text[:9]) > most:
                raise ValueError(text)
            return int(text)

        found = self._converted(
            key, convert, "number-is-whole", f"“{{}}” is no whole number from 0 to {most}", f"write: {key}: 2"
        )
        return found if isinstance(found, int) else 0

    def flag(self, key: str, default: bool) -> bool:
        found = self._converted(key, _flag, "flag-is-yes-or-no", "“{}” is neither yes nor no", f"write: {key}: yes")
        return found if isinstance(found, bool) else default

    def choice(self, key: str, kind: type[E], *, required: bool = False) -> E | None:
        names = [member.value for member in kind]
        words = self.words(key, required=names[0] if required else "", comments=Comments.ALLOWED)
        if words is None:
            return None
        for member in kind:
            if member.value.casefold() == words.text.casefold():
                return member
        near = closest(words.text, names)
        hint = f"did you mean “{near}”? " if near else ""
        self._problems.add(
            words.place.line,
            f"{key}-is-known",
            f"“{words.text}” is no {key} we know",
            f"{hint}One of: {', '.join(names)}",
        )
        return None

    def language(self, key: str, default: str) -> str:
        words = self.words(key, comments=Comments.ALLOWED)
        if words is None:
            return default
        if not _LANGUAGE.fullmatch(words.text):
            self._problems.add(
                words.place.line,
                "language-is-bcp47",
                f"“{words.text}” is no language tag (BCP 47)",
                f"write for instance: {key}: en, {key}: de or {key}: pt-BR",
            )
            return default
        return words.text

    def sections(self, key: str, example: str) -> Iterator[Section]:
        """A list of mappings; `example` is one to type."""
        node = self._take(key)
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            self._problems.add(self.line_of(key), "value-is-a-list", f"“{key}” wants a list", f"write: - {example}")
            return
        for one in node.value:
            if isinstance(one, yaml.MappingNode):
                yield Section(one, self._offset, self._problems, self._cuts)
            else:
                self._problems.add(
                    one.start_mark.line + self._offset + 1,
                    "value-is-a-section",
                    f"an entry of “{key}” is no section",
                    f"write: - {example}",
                )

    def entries(self, key: str, *, comments: Comments = Comments.REFUSED) -> Iterator[Words | Section]:
        """A list whose entries are texts or mappings; one text alone is a list of one."""
        node = self._take(key)
        rows = node.value if isinstance(node, yaml.SequenceNode) else [node] if node is not None else []
        for row in rows:
            if isinstance(row, yaml.MappingNode):
                yield Section(row, self._offset, self._problems, self._cuts)
            elif (words := self._words(row, key, comments)) and words.text:
                yield words

    def section(self, key: str, example: str) -> Section | None:
        node = self._take(key)
        if node is None or isinstance(node, yaml.MappingNode):
            return Section(node, self._offset, self._problems, self._cuts) if node is not None else None
        self._problems.add(
            self.line_of(key), "value-is-a-section", f"“{key}” wants a section", f"write: {key}: {example}"
        )
        return None

    def named_texts(self, key: str) -> dict[str, Words]:
        """`name: text` pairs, or a list of them, or a list of `{name: …, text: …}`."""
        node = self._take(key)
        rows = node.value if isinstance(node, yaml.SequenceNode) else [node] if node is not None else []
        found: dict[str, Words] = {}
        for row in rows:
            if not isinstance(row, yaml.MappingNode):
                cut = self._cuts.get(row.start_mark.index)
                name, colon, _ = cut.text.partition(": ") if cut else ("", "", "")
                self._problems.add(
                    row.start_mark.line + self._offset + 1,
                    "value-is-a-section",
                    f"“{key}” wants names with texts",
                    f"put the name in quotes: {quote(name)}: …"
                    if colon
                    else f'write: {key}: {{standard: "The text."}}',
                )
                continue
            pairs = Section(row, self._offset, self._problems, self._cuts)
            if set(pairs._nodes) == {"name", "text"}:
                words = pairs.words("text")
                found |= {pairs.text("name"): words} if words else {}
            else:
                found |= {name: words for name in pairs._nodes if (words := pairs.words(name))}
        return found

    def close(self) -> None:
        """Refuse the keys that are not known, with the closest known one."""
        for name, (_, line) in self._nodes.items():
            if name not in self._known:
                near = closest(name, self._known)
                hint = f"did you mean “{near}”?" if near else f"known here: {', '.join(self._known)}"
                self._problems.add(line, "key-is-known", f"“{name}” is not a key we know", hint)


def _date(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(text)
    return date.fromisoformat(text)


def _moment(text: str) -> datetime:
    """`2026-01-31 09:00 +01:00`, with or without T, seconds and blanks; without a zone it is naive."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00)?(?: ?(Z|UTC|[+-]\d\d:\d\d))?", text)
    if not found:
        raise ValueError(text)
    day, time, zone = found.groups()
    return datetime.fromisoformat(f"{day}T{time}{'+00:00' if zone in ('Z', 'UTC') else zone or ''}")


def _flag(text: str) -> bool:
    known = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
    if text.lower() not in known:
        raise ValueError(text)
    return known[text.lower()]
