"""Find the text that a ` #` cuts off an unquoted YAML value, and quote such values.

YAML begins a comment at a `#` after a blank (YAML 1.2.2 §6.6): of `byline: By desk #2` it keeps “By desk”.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import yaml

from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.yaml_events import MAX_LEVELS, SMALL, Mistake, quote_value, read_events
from onrecord.model.problems import Correction
from onrecord.model.rule import Rule

_MOST_QUOTED = 80  # characters of a text in a sentence
_MOST_READ_AGAIN = 400_000  # characters to read again in search of the comment that breaks the settings
_ANY = re.compile(r"(?m)(?:^|[ \t,\[{])#")
_AFTER = re.compile(r"[ \t]*(#.*)")  # on the line of the value
_BELOW = re.compile(r"\n( *)(#.*)")  # on the next line
_SPACED = re.compile(r"#+(?:[ \t]|$)")
_TURNED_OFF = re.compile(r"#+[ \t]*(?:-[ \t]|[\w-]+:(?:[ \t]|$))")  # `#role: editor`: a setting, not text
_KEY_END = re.compile(r":(?=[ \t]|$)")
_SIGNS = re.compile(r"[,\[\]{}]")  # end a value between brackets (YAML 1.2.2 §7.3.3, ns-plain-safe)
_OPENS = ("FlowSequenceStart", "FlowMappingStart")
_CLOSES = ("FlowSequenceEnd", "FlowMappingEnd")
_BEFORE_VALUES = ("Value", "BlockEntry", "FlowEntry", *_OPENS)


@dataclass(frozen=True, slots=True)
class CutValue:
    """A value as it was written, from `start` to `stop`, and the `#` at which YAML ends it.

    `node_start` is where YAML takes its value to begin; `before` and `after` are what is typed around the value.
    """

    node_start: int
    start: int
    hash_start: int
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
        """Return the hint that says how to type the cut YAML value in quotes."""
        kind = "name" if self.after else "text"
        return f"put the {kind} in quotes: {self.before}{quote_value(self.text)}{self.after}"


def put_in_quotes(text: str, cut: CutValue) -> str:
    """Return the YAML text with the value quoted; every other line keeps its number."""
    lines = text.count("\n", cut.start, cut.stop)
    return text[: cut.start] + quote_value(cut.text) + "\n" * lines + text[cut.stop :]


def find_cuts(text: str) -> list[CutValue]:
    """Return every YAML value in the text that a ` #` comment cuts short, in order.

    A text that is no YAML, or is deeper than MAX_LEVELS, is searched as far as it can be divided into tokens.
    """
    if not _ANY.search(text):
        return []
    return list(_find_again(text) if len(text) < SMALL else _iterate_cuts(text, _read_tokens(text)))


@lru_cache(maxsize=64)
def _find_again(text: str) -> tuple[CutValue, ...]:
    """Find the values in a small text once: it is read again and again."""
    return tuple(_iterate_cuts(text, _read_tokens(text)))


def refuse_cut(cut: CutValue, text: str | None, offset: int, problems: Problems) -> None:
    """Report a YAML value that a comment cuts short; `offset` is the number of lines before the text in its file.

    `text` is the YAML text in which the cut was found; without it the problem has no correction.
    """
    lost = cut.lost if len(cut.lost) <= _MOST_QUOTED else cut.lost[: _MOST_QUOTED - 1] + "…"
    sentence = (
        f"“{lost}” would be lost: after a space a # begins a comment; "
        "write comments here on lines of their own, “# like this”"
    )
    correction = None if text is None or cut.is_spaced else _build_quoting(cut, text, offset)
    problems.add(cut.line + offset + 1, Rule.TEXT_IS_WHOLE, sentence, cut.hint, correction=correction)


def _build_quoting(cut: CutValue, text: str, offset: int) -> Correction:
    """Return the correction that quotes the lines of a cut value; None if `#` might begin a comment.

    `offset` is the number of lines before the YAML text in its file.
    """
    first, last = (text.count("\n", 0, position) + offset + 1 for position in (cut.start, cut.stop))
    before = text[text.rfind("\n", 0, cut.start) + 1 : cut.start]
    after = text[cut.stop : _find_line_end(text, cut.stop)]
    return Correction(first, last, (before + quote_value(cut.text) + after,))


# --- a text that cannot be read because of a comment --------------------------------------------------


def repair_cuts(
    text: str, events: list[yaml.Event], mistake: Mistake, offset: int, problems: Problems
) -> tuple[str, list[yaml.Event], Mistake | None]:
    """Report each comment that makes the text unreadable; return it with these values quoted.

    A comment can hide the end of a bracket, `{name: Berth #4}`, or stand between the lines of a text. It is to blame if
    the text with the value in quotes can be read, or its first mistake then stands further down.
    """
    remaining: Mistake | None = mistake
    budget = _Budget(_MOST_READ_AGAIN)
    while remaining:
        for cut in find_cuts(text)[::-1]:
            if cut.line > remaining.line:
                continue
            quoted, cuts = _quote_to_line_end(text, cut, budget)
            if not budget.spend(quoted):
                return text, events, remaining
            readable, next_mistake = read_events(quoted)
            if next_mistake is None or next_mistake.line > remaining.line:
                for quoted_cut in cuts:  # those after the first stand in a text that is quoted already
                    refuse_cut(quoted_cut, text if quoted_cut is cut else None, offset, problems)
                text, events, remaining = quoted, readable, next_mistake
                break
        else:
            break
    return text, events, remaining


@dataclass
class _Budget:
    """How many characters may still be read again."""

    characters: int

    def spend(self, text: str) -> bool:
        """Count the text as read again; return whether the budget allows it."""
        self.characters -= len(text)
        return self.characters >= 0


def _quote_to_line_end(text: str, cut: CutValue, budget: _Budget) -> tuple[str, list[CutValue]]:
    """Return the YAML text with a value and those that its comment hid in quotes, and all of these values."""
    quoted_cuts, hidden = list[CutValue](), [cut]
    while hidden and budget.spend(text):
        quoted_cuts.append(hidden[0])
        text = put_in_quotes(text, hidden[0])
        hidden = [
            next_cut
            for next_cut in find_cuts(text)
            if next_cut.line == cut.line and next_cut.start > quoted_cuts[-1].start
        ]
    return text, quoted_cuts


# --- the search for cuts ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Token:
    """A token of YAML, from its first character to the one after it."""

    kind: str  # "PlainScalar" when it is an unquoted one
    start: int
    stop: int


def _read_tokens(text: str) -> list[_Token]:
    """Return the YAML tokens of a text, up to the first syntax error or nesting limit."""
    loader, level, tokens = yaml.SafeLoader(text), 0, list[_Token]()
    try:
        while level <= MAX_LEVELS and loader.check_token():
            tokens.append(_convert_token(loader.get_token()))  # type: ignore[no-untyped-call]
            level += (tokens[-1].kind in _OPENS) - (tokens[-1].kind in _CLOSES)
    except yaml.YAMLError:
        tokens += (_convert_token(token) for token in loader.tokens)  # read, but not yet given out
    return tokens


def _convert_token(token: yaml.Token) -> _Token:
    """Return kind, start and end of a PyYAML token; a scalar without quotation marks is a “PlainScalar”."""
    kind = type(token).__name__.removesuffix("Token")
    is_plain = isinstance(token, yaml.ScalarToken) and token.plain
    return _Token("PlainScalar" if is_plain else kind, token.start_mark.index, token.end_mark.index)


def _iterate_cuts(text: str, tokens: Sequence[_Token]) -> Iterator[CutValue]:
    """Yield each unquoted YAML value that loses its end to a ` #` comment."""
    level = 0
    for index, token in enumerate(tokens):
        level += (token.kind in _OPENS) - (token.kind in _CLOSES)
        cut = None
        if token.kind == "PlainScalar" and tokens[index - 1].kind != "Key":
            cut = _find_cut_after(text, tokens, index, level > 0)
        elif token.kind in _BEFORE_VALUES:
            cut = _find_whole_cut(text, tokens, index, level > 0)
        if cut:
            yield cut


def _find_cut_after(text: str, tokens: Sequence[_Token], index: int, is_flow: bool) -> CutValue | None:
    """Return the comment that cuts an unquoted YAML value short, after it or below it; None if there is none."""
    token = tokens[index]
    indent = _find_indent(text, tokens, index)
    comment = _AFTER.match(text, token.stop)
    if comment:
        sign = comment.start(1)
    else:
        below = None if is_flow else _find_sign_below(text, _find_line_end(text, token.stop), indent)
        if below is None:
            return None
        sign = below
    stop = _find_value_end(text, sign, is_flow)
    name = None if is_flow or tokens[index - 1].kind in _BEFORE_VALUES else _KEY_END.search(text, sign, stop)
    if name:  # `two #2: The text.`
        return _make_cut(text, token.start, token.start, sign, name.start(), after=": …")
    if not is_flow:
        stop = _extend_value(text, tokens, index, indent, stop)
    return _make_cut(text, token.start, token.start, sign, stop, before=_describe_key(text, tokens, index))


def _find_whole_cut(text: str, tokens: Sequence[_Token], index: int, is_flow: bool) -> CutValue | None:
    """Return the comment that stands where a YAML value should begin, None if there is none."""
    token = tokens[index]
    comment = _AFTER.match(text, token.stop)
    if not comment:
        return None
    sign = comment.start(1)
    stop, node = _find_value_end(text, sign, is_flow), token.stop
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following and following.kind == "PlainScalar":
        node = following.start
        stop = stop if is_flow else _find_line_end(text, following.stop)
    cut = _make_cut(text, node, sign, sign, stop, before=_describe_key(text, tokens, index + 1))
    return replace(cut, is_whole=True)


def _find_sign_below(text: str, line_end: int, indent: int) -> int | None:
    """Return where a `#` on the next YAML line may be text (indented, at a word, no disabled setting), or None."""
    below = _BELOW.match(text, line_end)
    if not below or len(below[1]) <= indent or _SPACED.match(below[2]) or _TURNED_OFF.match(below[2]):
        return None
    return below.start(2)


def _make_cut(
    text: str, node_start: int, start: int, hash_start: int, stop: int, before: str = "", after: str = ""
) -> CutValue:
    """Return the YAML value `text[start:stop]`, which a # at `hash_start` cuts off."""
    whole, lost = (" ".join(part.split()) for part in (text[start:stop], text[hash_start:stop]))
    is_spaced = _SPACED.match(lost) is not None
    return CutValue(
        node_start,
        start,
        hash_start,
        stop,
        text.count("\n", 0, hash_start),
        whole,
        lost,
        is_spaced,
        False,
        before,
        after,
    )


def _find_value_end(text: str, sign: int, is_flow: bool) -> int:
    """Return the end of the line or, between brackets, of the text before their next sign."""
    stop = _find_line_end(text, sign)
    bracket = _SIGNS.search(text, sign, stop) if is_flow else None
    return sign + len(text[sign : bracket.start() if bracket else stop].rstrip())


def _extend_value(text: str, tokens: Sequence[_Token], index: int, indent: int, stop: int) -> int:
    """Return the end of a YAML value that goes on below its comment, which YAML does not allow."""
    while True:
        end = _find_line_end(text, stop)
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        is_text = following is not None and following.kind == "PlainScalar" and not text[end : following.start].strip()
        if following and is_text and _find_column(text, following.start) > indent:
            stop, index = _find_line_end(text, following.stop), index + 1
        elif _find_sign_below(text, end, indent) is not None:
            stop = _find_line_end(text, end + 1)
        else:
            return stop


def _find_line_end(text: str, position: int) -> int:
    """Return the index of the next line break, or the length of the text."""
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _find_column(text: str, position: int) -> int:
    """Return the column, from 0, of a position in the text."""
    return position - text.rfind("\n", 0, position) - 1


def _find_key(tokens: Sequence[_Token], index: int) -> _Token | None:
    """Return the token of the key whose YAML value is at `index`; None for an entry of a list."""
    is_value = index >= 2 and tokens[index - 1].kind == "Value"
    return tokens[index - 2] if is_value else None


def _find_indent(text: str, tokens: Sequence[_Token], index: int) -> int:
    """Return the column of a YAML value's key or hyphen: its further lines stand after that."""
    key = _find_key(tokens, index)
    holder = key or tokens[index - 1]
    return _find_column(text, holder.start) if key or holder.kind == "BlockEntry" else -1


def _describe_key(text: str, tokens: Sequence[_Token], index: int) -> str:
    """Return what is typed before the YAML value: `byline: `, `- ` or nothing."""
    key = _find_key(tokens, index)
    if key:
        return f"{text[key.start : key.stop]}: "
    return "- " if tokens[index - 1].kind == "BlockEntry" else ""
