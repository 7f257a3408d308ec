"""Walk the nodes of a style sheet that tinycss2 has parsed: tokens, functions, punctuation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from tinycss2 import ast


def iterate_definitions(nodes: Sequence[ast.Node]) -> Iterator[tuple[ast.IdentToken, list[ast.Node]]]:
    """Yield the name and value of each custom property."""
    words = [node for node in nodes if node.type not in ("whitespace", "comment")]
    for index, node in enumerate(words):
        if isinstance(node, ast.CurlyBracketsBlock):
            yield from iterate_definitions(node.content)
        if not isinstance(node, ast.IdentToken) or not node.value.startswith("--"):
            continue
        if index + 1 < len(words) and is_literal(words[index + 1], ":"):
            yield node, list(takewhile(lambda part: not is_literal(part, ";"), words[index + 2 :]))


def iterate_functions(nodes: Iterable[ast.Node], function: str) -> Iterator[ast.FunctionBlock]:
    """Yield each call of a CSS function, also inside brackets and other functions."""
    for node in nodes:
        if isinstance(node, ast.FunctionBlock):
            if node.lower_name == function:
                yield node
            yield from iterate_functions(node.arguments, function)
        elif isinstance(node, ast.CurlyBracketsBlock | ast.SquareBracketsBlock | ast.ParenthesesBlock):
            yield from iterate_functions(node.content, function)


def list_used_tokens(value: Iterable[ast.Node]) -> Iterator[str]:
    """Yield the names of the tokens that a CSS value reads with `var()`."""
    for node in iterate_functions(value, "var"):
        yield from (argument.value for argument in node.arguments[:2] if isinstance(argument, ast.IdentToken))


def is_literal(node: ast.Node, character: str) -> bool:
    """Return whether a CSS node is this punctuation character."""
    return isinstance(node, ast.LiteralToken) and node.value == character
