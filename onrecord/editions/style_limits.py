"""Find what makes a style sheet of a book too expensive: huge numbers, thousands of columns, tokens that grow.

Layout engines and browsers take such a style sheet at its word, and use all memory or never end.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

import tinycss2
from tinycss2 import ast

from onrecord.editions.css_nodes import iterate_definitions, list_used_tokens
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule

MAX_TOKEN_CHARACTERS = 20_000  # of the value of a token, with all tokens in it
MAX_TOKEN_DEPTH = 40  # of tokens that read tokens
MAX_RESOLVED_CHARACTERS = 8_000_000  # of a style sheet with the values of all tokens
_MAX_CHARACTERS = 8_000_000  # fonts may stand in data: addresses
_MAX_BARE_CHARACTERS = 400_000  # without them: more than that takes seconds to parse
_DATA_ADDRESS = re.compile(r"data:[^\s\"'()]+")
_MAX_RULES = 5_000
_MAX_SELECTOR_PARTS = 400
_MAX_NUMBER = 1_000_000
_MAX_COUNT = 1_000  # of columns, rows, repetitions
_MAX_PRINT_PX = 10_000
_MIN_PAGE_MM = 40
_LARGE_NUMBERS = ("z-index", "order", "counter-reset", "counter-set", "counter-increment")
_COUNTS = re.compile(r"columns?|column-count|(?:max-)?lines|-webkit-line-clamp|grid(?:-.*)?|tab-size")
_MM = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 0.3528, "pc": 4.233, "q": 0.25, "px": 0.2646}
_MM_RELATIVE = {"em": 4.0, "rem": 4.0, "ex": 2.0, "ch": 2.0, "lh": 6.0, "rlh": 6.0}
_Numeric = ast.NumberToken | ast.DimensionToken | ast.PercentageToken
_Bracketed = ast.CurlyBracketsBlock | ast.SquareBracketsBlock | ast.ParenthesesBlock


def find_excessive_size(file: str, css: str) -> Iterator[Problem]:
    """Yield the problem of a style sheet with too many characters, beside fonts in data: addresses, or rules."""
    bare = len(_DATA_ADDRESS.sub("", css)) if len(css) <= _MAX_CHARACTERS else len(css)
    if bare > _MAX_BARE_CHARACTERS or css.count("{") > _MAX_RULES:
        sentence = f"the style sheet has {css.count('{'):,} rules in {len(css):,} characters"
        hint = (
            f"a style sheet may have {_MAX_RULES:,} rules in {_MAX_BARE_CHARACTERS:,} characters, "
            f"and {_MAX_CHARACTERS:,} with its fonts"
        )
        yield _make_problem(file, 0, sentence, hint)


def find_excess(file: str, nodes: Sequence[ast.Node], *, is_print: bool) -> Iterator[Problem]:
    """Yield a problem for each number, count, selector, page size and token beyond the limits."""
    yield from _LimitedSheet(file, is_print).check_nodes(nodes, "")
    yield from find_growing_token(file, nodes)


@dataclass(frozen=True, slots=True)
class _LimitedSheet:
    """A style sheet whose nodes are checked; `file` is its place."""

    file: str
    is_print: bool

    def check_nodes(self, nodes: Iterable[ast.Node], inherited: str) -> Iterator[Problem]:
        """Yield the problems of nodes in a block or a function; `inherited` is the property or function around them."""
        name, word, selector_parts = inherited, "", 0
        for node in nodes:
            if isinstance(node, ast.LiteralToken) and node.value in (":", ";"):
                name, word = (word, "") if node.value == ":" and word else (inherited, "")
            elif isinstance(node, ast.IdentToken | ast.AtKeywordToken):
                word = node.lower_value
            selector_parts = 0 if isinstance(node, ast.CurlyBracketsBlock | ast.LiteralToken) else selector_parts + 1
            if selector_parts == _MAX_SELECTOR_PARTS:
                sentence = f"a list of more than {_MAX_SELECTOR_PARTS} words without a comma, a semicolon or a brace"
                yield _make_problem(self.file, node.source_line, sentence, "write less, or divide it")
            yield from self._check_node(node, name)

    def _check_node(self, node: ast.Node, name: str) -> Iterator[Problem]:
        """Yield the problems of a node that belongs to the property or function `name`."""
        if isinstance(node, _Numeric):
            if limit := self._find_limit(node, name):
                sentence = f"the number {_shorten(node)} is too {limit}"
                yield _make_problem(self.file, node.source_line, sentence, "correct it")
        elif isinstance(node, ast.FunctionBlock):
            yield from self.check_nodes(node.arguments, "grid" if node.lower_name == "repeat" else name)
        elif isinstance(node, ast.CurlyBracketsBlock):
            yield from self.check_nodes(node.content, "")
        elif isinstance(node, _Bracketed):
            yield from self.check_nodes(node.content, name)

    def _find_limit(self, node: _Numeric, name: str) -> str:
        """Return why a number is beyond its limit, "" if it is not."""
        size = abs(node.value)
        if size > _MAX_NUMBER and (name not in _LARGE_NUMBERS or size > 2**31):
            return f"large: there are at most {_MAX_NUMBER:,}"
        if not isinstance(node, ast.DimensionToken):
            return f"large for “{name}”: there are at most {_MAX_COUNT:,}" if _is_count(name, node, size) else ""
        unit = node.lower_unit
        mm = size * (_MM.get(unit) or _MM_RELATIVE.get(unit, 0.0))
        if self.is_print and mm > _MAX_PRINT_PX * _MM["px"]:
            return f"large: the longest length in print is {_MAX_PRINT_PX:,}px"
        if name == "size" and unit in _MM and mm < _MIN_PAGE_MM:
            return f"small for a page: the smallest is {_MIN_PAGE_MM} mm"
        return ""


def _is_count(name: str, node: _Numeric, size: float) -> bool:
    """Return whether a plain number says how many there are of something, and is too large."""
    return isinstance(node, ast.NumberToken) and size > _MAX_COUNT and bool(_COUNTS.fullmatch(name))


def _shorten(node: _Numeric) -> str:
    """Return a number as it is written, with at most 20 characters."""
    text = str(node.serialize())
    return text if len(text) <= 20 else f"{text[:19]}…"


def _make_problem(file: str, line: int, sentence: str, hint: str) -> Problem:
    """Return a problem at `line` of the style sheet `file`."""
    return Problem(SourceLocation(file, line), Rule.STYLES_ARE_MODERATE, sentence, hint)


# --- tokens that grow -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Definition:
    """The value of a token: its line, its own length, and how often it reads which tokens."""

    line: int
    length: int
    used: Mapping[str, int]


def find_growing_token(file: str, nodes: Sequence[ast.Node]) -> Iterator[Problem]:
    """Yield the problem of the first token whose value is beyond the limits, with all tokens that it reads.

    Its length is computed and not its value: it may be ten times as long with each token. Tokens that need themselves
    are another problem.
    """
    definitions = _read_definitions(nodes)
    graph = {name: [used for used in value.used if used in definitions] for name, value in definitions.items()}
    lengths: dict[str, int] = {}
    depths: dict[str, int] = {}
    with contextlib.suppress(CycleError):
        for name in TopologicalSorter(graph).static_order():
            value = definitions[name]
            lengths[name] = value.length + sum(lengths.get(used, 0) * count for used, count in value.used.items())
            depths[name] = 1 + max((depths[used] for used in graph[name]), default=0)
            if lengths[name] > MAX_TOKEN_CHARACTERS or depths[name] > MAX_TOKEN_DEPTH:
                yield _make_problem(file, value.line, *explain_growth(name, lengths[name], depths[name]))
                return


def explain_growth(name: str, length: int, depth: int) -> tuple[str, str]:
    """Return sentence and hint for a token that is beyond the limits."""
    if depth > MAX_TOKEN_DEPTH:
        return (
            f"the token {name} reads tokens that read tokens, more than {MAX_TOKEN_DEPTH} deep",
            "write its value out",
        )
    return f"the token {name} grows too large: {length:,} characters with all tokens in it", "read fewer tokens in it"


def _read_definitions(nodes: Sequence[ast.Node]) -> dict[str, _Definition]:
    """Return the longest definition of each design token in a style sheet."""
    definitions: dict[str, _Definition] = {}
    for name, value in iterate_definitions(nodes):
        definition = _Definition(name.source_line, len(tinycss2.serialize(value)), Counter(list_used_tokens(value)))
        before = definitions.get(name.value)
        if before is None or before.length < definition.length:
            definitions[name.value] = definition
    return definitions
