"""The stylesheets: ours, from the wheel or the checkout, and behind them the book's own of the same name.

A book's own stylesheet is data from anyone: it is read from the book's folder only, and what goes
to a screen may not fetch anything (print has its own guard, the fetcher of the layout engine).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import tinycss2
from tinycss2 import ast

from onrecord.model import Place
from onrecord.model.problems import Problem, Refused

_PACKAGE = Path(__file__).parents[1]
_GUARDED_BY_ITS_FETCHER = "print"
_MAX_DEPTH = 30
# Functions that fetch what a plain string names (CSS Images 4 §2.3, CSS Values 5 §5.1).
_FETCHING = ("url", "src", "image-set", "-webkit-image-set", "image")
_Bracketed = ast.CurlyBracketsBlock | ast.SquareBracketsBlock | ast.ParenthesesBlock
_BRACKETS = {"{} block": ("{", "}"), "[] block": ("[", "]"), "() block": ("(", ")")}


@cache
def _home() -> Path:
    inside = _PACKAGE / "styles"
    return inside if inside.is_dir() else _PACKAGE.parent / "styles"


def read(name: str, folder: Path) -> str:
    """`styles/<name>.css`, followed by the same file of the book in `folder`, if it has one."""
    return "\n".join(filter(None, (_ours(name), _own(name, folder))))


def resolved(name: str, folder: Path) -> str:
    """The stylesheet with its design tokens written out: e-readers know no custom properties."""
    tokens = _tokens(read("tokens", folder))
    sheets = (_ours(name), _own(name, folder))
    return "\n".join(_Written(f"styles/{name}.css", tokens).sheet(sheet) for sheet in sheets if sheet)


def _ours(name: str) -> str:
    return (_home() / f"{name}.css").read_text(encoding="utf-8")


def _own(name: str, folder: Path) -> str:
    """The book's own stylesheet, "" if it has none; Refused if it leads out of the book or cannot be read."""
    path = folder / "styles" / f"{name}.css"
    if not path.is_file():
        return ""
    file = f"styles/{name}.css"
    if not path.resolve().is_relative_to(folder.resolve()):
        raise _refused(
            file, 0, "styles-are-in-the-book", f"{file} is not inside the book's folder", "copy the file there"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        sentence = f"{file} is not written in UTF-8"
        raise _refused(file, 0, "text-is-utf-8", sentence, "save it again as UTF-8") from None
    nodes = tinycss2.parse_component_value_list(text)
    if deep := _too_deep(nodes):
        sentence = f"brackets stand more than {_MAX_DEPTH} levels deep here"
        raise _refused(file, deep, "styles-are-shallow", sentence, "take some of them away")
    if name != _GUARDED_BY_ITS_FETCHER:
        for line, address in _fetched(nodes):
            sentence = f"the stylesheet asks for “{address}”, which the edition does not hold"
            raise _refused(
                file, line, "styles-fetch-nothing", sentence, "take it away, or write the picture as url(data:…)"
            )
    return text


def _too_deep(nodes: Iterable[ast.Node]) -> int:
    """The line of brackets too deep for whoever reads them by recursion; 0 if there are none."""
    waiting = [(node, 1) for node in nodes]
    while waiting:
        node, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            return int(node.source_line)
        inner = (
            node.arguments
            if isinstance(node, ast.FunctionBlock)
            else node.content
            if isinstance(node, _Bracketed)
            else ()
        )
        waiting += [(one, depth + 1) for one in inner]
    return 0


def _fetched(nodes: Iterable[ast.Node], inside: str = "") -> Iterator[tuple[int, str]]:
    """Line and address of everything that a stylesheet would load; `data:` and `#…` are in it already."""
    importing = False
    for node in nodes:
        address = node.value if isinstance(node, ast.URLToken) else ""
        if isinstance(node, ast.StringToken) and (inside in _FETCHING or importing):
            address = node.value
        if address and not address.lower().startswith(("data:", "#")):
            yield node.source_line, address
        if isinstance(node, ast.AtKeywordToken):
            importing = node.lower_value == "import"
        elif isinstance(node, ast.LiteralToken) and node.value == ";":
            importing = False
        if isinstance(node, ast.FunctionBlock):
            yield from _fetched(node.arguments, node.lower_name)
        elif isinstance(node, _Bracketed):
            yield from _fetched(node.content, inside)


def _tokens(css: str) -> dict[str, str]:
    """The custom properties of `:root`, the last definition of each; those inside `@media` are for screens that vary."""
    found: dict[str, str] = {}
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if isinstance(rule, ast.QualifiedRule) and tinycss2.serialize(rule.prelude).strip() == ":root":
            for item in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
                if isinstance(item, ast.Declaration) and item.name.startswith("--"):
                    found[item.name] = tinycss2.serialize(item.value).strip()
    return found


class _Written:
    """Writes a stylesheet with the value of each token in the place of its `var()`."""

    def __init__(self, file: str, tokens: Mapping[str, str]) -> None:
        self._file = file
        self._tokens = tokens

    def sheet(self, css: str) -> str:
        return self._nodes(tinycss2.parse_component_value_list(css), 0, ())

    def _nodes(self, nodes: Iterable[ast.Node], line: int, used: tuple[str, ...]) -> str:
        return "".join(self._node(node, line, used) for node in nodes)

    def _node(self, node: ast.Node, line: int, used: tuple[str, ...]) -> str:
        """`line` is where the outermost `var()` stands, 0 outside of one; `used` are the tokens on the way here."""
        if isinstance(node, ast.FunctionBlock):
            if node.lower_name == "var":
                return self._token(node, line or node.source_line, used)
            return f"{node.name}({self._nodes(node.arguments, line, used)})"
        if isinstance(node, _Bracketed):
            opening, closing = _BRACKETS[node.type]
            return f"{opening}{self._nodes(node.content, line, used)}{closing}"
        return str(node.serialize())

    def _token(self, node: ast.FunctionBlock, line: int, used: tuple[str, ...]) -> str:
        words = [one for one in node.arguments if one.type not in ("whitespace", "comment")]
        name = words[0].value if words and isinstance(words[0], ast.IdentToken) else ""
        if name in self._tokens and name not in used:
            inner = tinycss2.parse_component_value_list(self._tokens[name])
            return self._nodes(inner, line, (*used, name)).strip()
        comma = next(
            (at for at, one in enumerate(node.arguments) if isinstance(one, ast.LiteralToken) and one.value == ","),
            None,
        )
        if comma is not None:
            return self._nodes(node.arguments[comma + 1 :], line, used).strip()
        sentence = f"the token {name} is defined by itself" if name in used else f"there is no design token “{name}”"
        raise _refused(
            self._file, line, "tokens-are-defined", sentence, f"add to styles/tokens.css: :root {{ {name}: … }}"
        )


def _refused(file: str, line: int, rule: str, sentence: str, hint: str) -> Refused:
    return Refused([Problem(Place(file, line), rule, sentence, hint)])
