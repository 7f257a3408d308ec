"""Find the text that a ` #` cuts off an unquoted YAML value, and write the value in quotation marks.

YAML begins a comment at a `#` behind a blank (YAML 1.2.2 §6.6): of `byline: By desk #2` it keeps “By desk”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import yaml

_ANY = re.compile(r"(?m)(?:^|[ \t,\[{])#")
_BEHIND = re.compile(r"[ \t]*(#.*)")  # on the line of the value
_BELOW = re.compile(r"\n( *)(#.*)")  # on the next line
_SPACED = re.compile(r"#+(?:[ \t]|$)")
_TURNED_OFF = re.compile(r"#+[ \t]*(?:-[ \t]|[\w-]+:(?:[ \t]|$))")  # `#role: editor`: a setting, not text
_KEY_END = re.compile(r":(?=[ \t]|$)")
_SIGNS = re.compile(r"[,\[\]{}]")  # end a value between brackets (YAML 1.2.2 §7.3.3, ns-plain-safe)
_OPENS = ("FlowSequenceStart", "FlowMappingStart")
_CLOSES = ("FlowSequenceEnd", "FlowMappingEnd")
_BEFORE_VALUES = ("Value", "BlockEntry", "FlowEntry", *_OPENS)


@dataclass(frozen=True, slots=True)
class Cut:
    """A value as it was written, from `start` to `stop`, and the `#` at which YAML ends it.

    `node` is where YAML takes its value to begin; `before` and `after` are what is typed around the value.
    """

    node: int
    start: int
    sign: int
    stop: int
    line: int  # of the #, from 0
    text: str
    lost: str
    is_spaced: bool  # written `# like this`, as most comments are
    is_whole: bool  # nothing stands before the comment
    before: str = ""  # "byline: ", "- "
    after: str = ""

    @property
    def hint(self) -> str:
        """What to type."""
        what = "name" if self.after else "text"
        return f"put the {what} in quotes: {self.before}{quote(self.text)}{self.after}"


def quote(text: str) -> str:
    """Return the text as a quoted scalar: double marks where they need no escape, single ones elsewhere."""
    if '"' in text or "\\" in text:
        return "'" + text.replace("'", "''") + "'"
    return f'"{text}"'


def put_in_quotes(text: str, cut: Cut) -> str:
    """Return the YAML text with the value quoted; every other line keeps its number."""
    lines = text.count("\n", cut.start, cut.stop)
    return text[: cut.start] + quote(cut.text) + "\n" * lines + text[cut.stop :]


def find_cuts(text: str, most_levels: int) -> list[Cut]:
    """Return every value of the YAML text that has a comment where its text could go on, in order.

    A text that is no YAML, or is deeper than `most_levels`, is searched as far as it can be divided into tokens.
    """
    return list(_find_cuts(text, _tokens(text, most_levels))) if _ANY.search(text) else []


@dataclass(frozen=True, slots=True)
class _Token:
    """A token of the YAML text: its kind in the words of PyYAML, and its characters from `start` to `stop`."""

    kind: str  # "PlainScalar" when it is an unquoted one
    start: int
    stop: int


def _tokens(text: str, most_levels: int) -> list[_Token]:
    loader, level, tokens = yaml.SafeLoader(text), 0, list[_Token]()
    try:
        while level <= most_levels and loader.check_token():
            tokens.append(_token(loader.get_token()))  # type: ignore[no-untyped-call]
            level += (tokens[-1].kind in _OPENS) - (tokens[-1].kind in _CLOSES)
    except yaml.YAMLError:
        tokens += (_token(token) for token in loader.tokens)  # read, but not yet given out
    return tokens


def _token(token: yaml.Token) -> _Token:
    kind = type(token).__name__.removesuffix("Token")
    is_plain = isinstance(token, yaml.ScalarToken) and token.plain
    return _Token("PlainScalar" if is_plain else kind, token.start_mark.index, token.end_mark.index)


def _find_cuts(text: str, tokens: Sequence[_Token]) -> Iterator[Cut]:
    level = 0
    for index, token in enumerate(tokens):
        level += (token.kind in _OPENS) - (token.kind in _CLOSES)
        cut = None
        if token.kind == "PlainScalar" and tokens[index - 1].kind != "Key":
            cut = _find_behind(text, tokens, index, level > 0)
        elif token.kind in _BEFORE_VALUES:
            cut = _find_whole(text, tokens, index, level > 0)
        if cut:
            yield cut


def _find_behind(text: str, tokens: Sequence[_Token], index: int, is_flow: bool) -> Cut | None:
    """Find the comment behind the unquoted value, or on the next line, indented like a line of the value."""
    token, before = tokens[index], tokens[index - 1]
    indent = _indent(text, tokens, index)
    found = _BEHIND.match(text, token.stop)
    below = None if found or is_flow else _comment_below(text, _line_end(text, token.stop), indent)
    if found is None and below is None:
        return None
    sign = found.start(1) if found else below or 0
    stop = _end(text, sign, is_flow)
    if is_flow:
        return _cut(text, token.start, token.start, sign, stop, before=_before(text, tokens, index))
    name = _KEY_END.search(text, sign, stop)
    if name and before.kind not in _BEFORE_VALUES:  # `two #2: The text.`
        return _cut(text, token.start, token.start, sign, name.start(), after=": …")
    stop = _joined(text, tokens, index, indent, stop)
    return _cut(text, token.start, token.start, sign, stop, before=_before(text, tokens, index))


def _find_whole(text: str, tokens: Sequence[_Token], index: int, is_flow: bool) -> Cut | None:
    """Find the comment that stands where a value should begin."""
    token = tokens[index]
    found = _BEHIND.match(text, token.stop)
    if not found:
        return None
    sign = found.start(1)
    stop, node = _end(text, sign, is_flow), token.stop
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following and following.kind == "PlainScalar":
        node = following.start
        stop = stop if is_flow else _line_end(text, following.stop)
    return replace(_cut(text, node, sign, sign, stop, before=_before(text, tokens, index + 1)), is_whole=True)


def _comment_below(text: str, line_end: int, indent: int) -> int | None:
    """Where on the next line a `#` stands that may be text: no space behind it, deeper than the value's key."""
    found = _BELOW.match(text, line_end)
    if not found or len(found[1]) <= indent or _SPACED.match(found[2]) or _TURNED_OFF.match(found[2]):
        return None
    return found.start(2)


def _cut(text: str, node: int, start: int, sign: int, stop: int, before: str = "", after: str = "") -> Cut:
    whole, lost = (" ".join(part.split()) for part in (text[start:stop], text[sign:stop]))
    is_spaced = _SPACED.match(lost) is not None
    return Cut(node, start, sign, stop, text.count("\n", 0, sign), whole, lost, is_spaced, False, before, after)


def _end(text: str, sign: int, is_flow: bool) -> int:
    """Where the value ends: at the end of the line; between brackets, before the next of their signs."""
    stop = _line_end(text, sign)
    found = _SIGNS.search(text, sign, stop) if is_flow else None
    return sign + len(text[sign : found.start() if found else stop].rstrip())


def _joined(text: str, tokens: Sequence[_Token], index: int, indent: int, stop: int) -> int:
    """Where the value ends when it goes on below the comment, which YAML does not allow."""
    while True:
        end = _line_end(text, stop)
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        is_text = following is not None and following.kind == "PlainScalar" and not text[end : following.start].strip()
        if following and is_text and _column(text, following.start) > indent:
            stop, index = _line_end(text, following.stop), index + 1
        elif _comment_below(text, end, indent) is not None:
            stop = _line_end(text, end + 1)
        else:
            return stop


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at) - 1


def _key_of(tokens: Sequence[_Token], index: int) -> _Token | None:
    """The key of the value at `index`; None for an entry of a list."""
    is_value = index >= 2 and tokens[index - 1].kind == "Value"
    return tokens[index - 2] if is_value else None


def _indent(text: str, tokens: Sequence[_Token], index: int) -> int:
    """The column of the key or of the hyphen that the value belongs to: its other lines stand behind that."""
    key = _key_of(tokens, index)
    holder = key or tokens[index - 1]
    return _column(text, holder.start) if key or holder.kind == "BlockEntry" else -1


def _before(text: str, tokens: Sequence[_Token], index: int) -> str:
    key = _key_of(tokens, index)
    if key:
        return f"{text[key.start : key.stop]}: "
    return "- " if tokens[index - 1].kind == "BlockEntry" else ""
