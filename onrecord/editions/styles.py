"""The style sheets: ours, from the wheel or the checkout, followed by those of the book with the same names.

A style sheet of a book is untrusted data: it is read from the book's folder only, and may fetch nothing. One for print
holds no picture or font either: the layout engine loads none. One for screens may hold fonts in data: addresses, no
pictures: nobody would see what is hidden in them.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import unquote

import tinycss2
from tinycss2 import ast

from onrecord.editions.style_limits import (
    MAX_RESOLVED_CHARACTERS,
    MAX_TOKEN_CHARACTERS,
    MAX_TOKEN_DEPTH,
    explain_growth,
    find_excess,
    find_excessive_size,
)
from onrecord.model import SourceLocation
from onrecord.model.design import Theme
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.runtime.build_identity import compute_build_identity
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.folders import read_file
from onrecord.runtime.font_check import FONT_SIGNATURES, find_font_fault
from onrecord.runtime.guarded_work import note_subject
from onrecord.runtime.project import Project

_PACKAGE = Path(__file__).parents[1]
PRINT_SHEETS = ("print", "pack", "large-print")
SCREEN_SHEETS = ("tokens", "epub", "web")
NO_CACHE = Cache(None)
_MAX_DEPTH = 30
# A style sheet with a problem of these rules is not read further.
_UNREADABLE = (Rule.STYLES_ARE_SHALLOW, Rule.STYLES_ARE_MODERATE, Rule.STYLES_ARE_UNDERSTOOD)
# Functions that fetch what a plain string names (CSS Images 4 §2.3, CSS Values 5 §5.1).
_FETCHING = ("url", "src", "image-set", "-webkit-image-set", "image")
_REPLACED = ("var", "attr", "env", "if", "inherit", "first-valid")  # functions that stand for any value (CSS Values 5)
_EMBEDDED_FONTS = (b"wOFF", b"wOF2")
_Bracketed = ast.CurlyBracketsBlock | ast.SquareBracketsBlock | ast.ParenthesesBlock
_BRACKETS = {"{} block": ("{", "}"), "[] block": ("[", "]"), "() block": ("(", ")")}
_OPEN_SIGNS = {**_BRACKETS, "comment": ("/*", "*/")}


def read_stylesheet(name: str, folder: Path, theme: Theme = Theme.OCTAVO, addition: str = "") -> str:
    """Return our style sheet `<name>.css`, followed by that of the theme, the addition, and that of the book."""
    ours = (read_packaged_stylesheet(name), read_theme_stylesheet(name, theme), addition)
    return "\n".join(filter(None, (*ours, read_own_stylesheet(name, folder))))


def read_resolved_stylesheet(
    name: str,
    folder: Path,
    tokens: Mapping[str, str],
    theme: Theme = Theme.OCTAVO,
    results: Cache = NO_CACHE,
) -> str:
    """Return our style sheet, the theme's and the book's with each `var()` replaced by the value of its token."""
    ours = (read_packaged_stylesheet(name), read_theme_stylesheet(name, theme))
    file, sheets = f"styles/{name}.css", (*ours, read_own_stylesheet(name, folder))
    pairs = tuple(tokens.items())

    def resolve(sheet: str) -> str:
        """Return the sheet without `var()`, from the cache if it was resolved before."""
        key = compute_fingerprint("resolved sheet", compute_build_identity(), file, sheet, pairs)
        return results.get_or_compute(key, lambda: _resolve_sheet(file, sheet, pairs))

    return "\n".join(map(resolve, filter(None, sheets)))


def resolve_tokens(file: str, css: str, tokens: Mapping[str, str]) -> str:
    """Return the CSS with each `var()` replaced by the value of its token; lines stay.

    Raises Refused, which names `file`, for a token that is not defined.
    """
    return _resolve_sheet(file, css, tuple((name, " ".join(value.split())) for name, value in tokens.items()))


@lru_cache(maxsize=16)  # a book's own design is checked before layout, and used after it
def _resolve_sheet(file: str, css: str, tokens: tuple[tuple[str, str], ...]) -> str:
    """Return the CSS with each `var()` replaced by the value of its token as it stands there."""
    return _TokenResolver(file, dict(tokens)).resolve_sheet(css)


@cache
def _find_packaged_folder() -> Path:
    """Return the folder of our own style sheets, in the wheel or in the checkout."""
    in_wheel = _PACKAGE / "styles"
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent / "styles"


def read_packaged_stylesheet(name: str) -> str:
    """Return On Record's own style sheet `<name>.css`, without the book's."""
    return (_find_packaged_folder() / f"{name}.css").read_text(encoding="utf-8")


@cache
def read_theme_stylesheet(name: str, theme: Theme) -> str:
    """Return a theme's style sheet of this name, which comes after the house's; "" if it has none."""
    path = _find_packaged_folder() / "themes" / theme.value / f"{name}.css"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def read_own_stylesheet(name: str, folder: Path) -> str:
    """Return the book's style sheet, "" if it has none. Raises Refused if it may not be used."""
    if not (folder / "styles" / f"{name}.css").is_file():
        return ""
    text, problems = read_book_stylesheet(name, folder)
    if problems:
        raise Refused(problems)
    return text


def read_book_stylesheet(name: str, folder: Path) -> tuple[str, tuple[Problem, ...]]:
    """Return a style sheet that the book has, and the problems that forbid its use."""
    path = folder / "styles" / f"{name}.css"
    file = f"styles/{name}.css"
    if not Project(folder).holds(path.absolute()):
        sentence = f"{file} is not inside the book's folder"
        return "", (_make_problem(file, 0, Rule.STYLES_ARE_IN_THE_BOOK, sentence, "copy the file there"),)
    note_subject(file)
    try:
        text = read_file(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        sentence = f"{file} is not written in UTF-8"
        return "", (_make_problem(file, 0, Rule.TEXT_IS_UTF_8, sentence, "save it again as UTF-8"),)
    problems = _find_reading_problems(file, text, is_print=name in PRINT_SHEETS)
    return "" if any(problem.rule in _UNREADABLE for problem in problems) else text, problems


@lru_cache(maxsize=16)  # the tokens of a book are read by each edition, and by the cover
def _find_reading_problems(file: str, text: str, *, is_print: bool) -> tuple[Problem, ...]:
    """Return the problems that forbid the use of a book's style sheet, one kind at a time."""
    if excess := tuple(find_excessive_size(file, text)):
        return excess
    *nodes, last = tinycss2.parse_component_value_list(f"{text}\n}}")
    if line := _find_deep_brackets((*nodes, last)):
        sentence = f"brackets are nested more than {_MAX_DEPTH} levels deep here"
        return (_make_problem(file, line, Rule.STYLES_ARE_SHALLOW, sentence, "nest fewer brackets"),)
    if not isinstance(last, ast.ParseError) or last.kind != "}":  # an open node holds the bracket added above
        return (_describe_open_node(file, last),)
    return tuple(find_excess(file, nodes, is_print=is_print)) or tuple(
        _describe_fetched(file, line, address)
        for line, address in _find_fetched(nodes)
        if is_print or not _is_embedded_font(address)
    )


def _describe_open_node(file: str, node: ast.Node) -> Problem:
    """Return the problem of a bracket or comment that is not closed: it holds all rules to the end of the file."""
    sign, end = _OPEN_SIGNS.get(node.type, ("(", ")"))
    sentence = f"the {sign} on this line has no {end}, or a bracket below it is not closed: it holds all that follows"
    hint = f"write {end} after the last declaration of the rule" if end == "}" else f"write {end} where it should end"
    return _make_problem(file, node.source_line, Rule.STYLES_ARE_UNDERSTOOD, sentence, hint)


def _describe_fetched(file: str, line: int, address: str) -> Problem:
    """Return the problem of an address in a style sheet that may not stand there."""
    shown = f"“{_shorten_address(address)}”"
    if address.lower().startswith("data:"):
        sentence = f"the style sheet holds {shown}, which is no font and is published unseen"
        hint = "delete it; show pictures in an interview: ![what is seen](images/light.png)"
    else:
        sentence, hint = f"the style sheet fetches {shown}, which the edition does not hold", "delete it"
    return _make_problem(file, line, Rule.STYLES_FETCH_NOTHING, sentence, hint)


def _is_embedded_font(address: str) -> bool:
    """Return whether a data: address holds a font; its bytes decide, as in a browser, not the type that it names."""
    head, _, body = address.partition(",")
    if not head.lower().startswith("data:") or not head.lower().endswith(";base64"):
        return False
    try:
        data = base64.b64decode("".join(unquote(body).split()), validate=True)
    except ValueError:
        return False
    return data.startswith(_EMBEDDED_FONTS) or (data.startswith(FONT_SIGNATURES) and not find_font_fault(data))


def list_book_stylesheets(folder: Path) -> tuple[str, ...]:
    """Return the names of the files in the book's `styles/`, in order."""
    styles = folder / "styles"
    return tuple(sorted(path.name for path in styles.iterdir() if path.is_file())) if styles.is_dir() else ()


def _shorten_address(address: str) -> str:
    """Return the address, cut to 80 characters with “…” at the end."""
    return address if len(address) <= 80 else f"{address[:79]}…"


def _find_deep_brackets(nodes: Iterable[ast.Node]) -> int:
    """Return the line of brackets nested too deep for a recursive reader, or 0."""
    waiting = [(node, 1) for node in nodes]
    while waiting:
        node, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            return int(node.source_line)
        if isinstance(node, ast.FunctionBlock):
            waiting += [(argument, depth + 1) for argument in node.arguments]
        elif isinstance(node, _Bracketed):
            waiting += [(inner, depth + 1) for inner in node.content]
    return 0


def _find_fetched(nodes: Iterable[ast.Node], function: str = "") -> Iterator[tuple[int, str]]:
    """Yield line and address of every resource that the style sheet would load; places in the page are none.

    `function` is the name of the function or at-rule that the nodes stand in.
    """
    is_import = False
    for node in nodes:
        address = node.value if isinstance(node, ast.URLToken) else ""
        if isinstance(node, ast.StringToken) and (function in _FETCHING or is_import):
            address = node.value
        if isinstance(node, ast.FunctionBlock) and function in _FETCHING and node.lower_name in _REPLACED:
            address = node.serialize()  # it may become a string
        if address and not address.startswith("#"):
            yield node.source_line, address
        if isinstance(node, ast.AtKeywordToken):
            is_import = node.lower_value == "import"
        elif isinstance(node, ast.LiteralToken) and node.value == ";":
            is_import = False
        if isinstance(node, ast.FunctionBlock):
            yield from _find_fetched(node.arguments, node.lower_name)
        elif isinstance(node, _Bracketed):
            yield from _find_fetched(node.content, function)


# --- design tokens ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Token:
    """The value of a design token as CSS, and the line of its definition."""

    value: str
    line: int = 0


@cache
def read_packaged_tokens(theme: Theme = Theme.OCTAVO) -> Mapping[str, Token]:
    """Return the tokens of our own `tokens.css` by name, replaced by those of the theme."""
    theme_tokens = parse_tokens(read_theme_stylesheet("tokens", theme))
    return {**parse_tokens(read_packaged_stylesheet("tokens")), **theme_tokens}


def read_book_tokens(folder: Path) -> dict[str, Token]:
    """Return the tokens of the book's `tokens.css` by name. Raises Refused if it may not be used."""
    return parse_tokens(read_own_stylesheet("tokens", folder))


def read_checked_book_tokens(folder: Path) -> tuple[dict[str, Token], tuple[Problem, ...]]:
    """Return the tokens of the book's `tokens.css`, and the problems that forbid its use."""
    if not (folder / "styles/tokens.css").is_file():
        return {}, ()
    css, problems = read_book_stylesheet("tokens", folder)
    return parse_tokens(css), problems


def resolve_token(tokens: Mapping[str, Token], name: str, file: str) -> str:
    """Return the value of a token without `var()`. Raises Refused, which names `file`, if it needs a missing one."""
    values = {name: token.value for name, token in tokens.items()}
    return _TokenResolver(file, values, tokens[name].line).resolve_sheet(f"var({name})")


def find_missing_token(tokens: Mapping[str, Token], name: str, file: str) -> Problem | None:
    """Return the problem of a token that needs a missing one or itself, None if it has a value."""
    try:
        resolve_token(tokens, name, file)
    except Refused as refused:
        return refused.problems[0]
    return None


def parse_tokens(css: str) -> dict[str, Token]:
    """Return the custom properties of `:root`, the last definition of each.

    Not those inside `@media`, which are for screens that vary.
    """
    tokens: dict[str, Token] = {}
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if isinstance(rule, ast.QualifiedRule) and tinycss2.serialize(rule.prelude).strip() == ":root":
            for node in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
                if isinstance(node, ast.Declaration) and node.name.startswith("--"):
                    tokens[node.name] = Token(tinycss2.serialize(node.value).strip(), node.source_line)
    return tokens


class _TokenResolver:
    """Replaces each `var()` of a style sheet with the value of its token.

    `file` is named in errors, with `line` or else the line of the `var()`.
    """

    def __init__(self, file: str, tokens: Mapping[str, str], line: int = 0) -> None:
        self._file = file
        self._tokens = tokens
        self._line = line
        self._values: dict[str, str] = {}
        self._length = 0  # of all values that were put in

    def resolve_sheet(self, css: str) -> str:
        """Return the style sheet without `var()`. Raises Refused for a token that is not defined."""
        return self._resolve_nodes(tinycss2.parse_component_value_list(css), self._line, ())

    def _resolve_nodes(self, nodes: Iterable[ast.Node], line: int, used: tuple[str, ...]) -> str:
        """Return the nodes as CSS, each `var()` replaced with its value."""
        return "".join(self._resolve_node(node, line, used) for node in nodes)

    def _resolve_node(self, node: ast.Node, line: int, used: tuple[str, ...]) -> str:
        """Return a CSS node as text, its design tokens replaced by their values.

        `line` is where the outermost `var()` stands, 0 outside of one; `used` are the tokens that lead here.
        """
        if isinstance(node, ast.FunctionBlock):
            if node.lower_name == "var":
                return self._resolve_token(node, line or node.source_line, used)
            return f"{node.name}({self._resolve_nodes(node.arguments, line, used)})"
        if isinstance(node, _Bracketed):
            opening, closing = _BRACKETS[node.type]
            return f"{opening}{self._resolve_nodes(node.content, line, used)}{closing}"
        return str(node.serialize())

    def _resolve_token(self, node: ast.FunctionBlock, line: int, used: tuple[str, ...]) -> str:
        """Return the value of the token in a `var()`, or the fallback after the comma."""
        words = [argument for argument in node.arguments if argument.type not in ("whitespace", "comment")]
        name = words[0].value if words and isinstance(words[0], ast.IdentToken) else ""
        if name in self._tokens and name not in used:
            return self._resolve_known_token(name, line, used)
        for index, argument in enumerate(node.arguments):
            if isinstance(argument, ast.LiteralToken) and argument.value == ",":
                return self._resolve_nodes(node.arguments[index + 1 :], line, used).strip()
        sentence = f"the token {name} is defined by itself" if name in used else f"there is no design token “{name}”"
        hint = f"add to styles/tokens.css: :root {{ {name}: … }}"
        raise Refused([_make_problem(self._file, line, Rule.TOKENS_ARE_DEFINED, sentence, hint)])

    def _resolve_known_token(self, name: str, line: int, used: tuple[str, ...]) -> str:
        """Return the value of a token. Raises Refused if it, or all values together, grow too large."""
        if name not in self._values:
            inner = tinycss2.parse_component_value_list(self._tokens[name])
            too_deep = len(used) >= MAX_TOKEN_DEPTH
            value = "" if too_deep else self._resolve_nodes(inner, line, (*used, name)).strip()
            if too_deep or len(value) > MAX_TOKEN_CHARACTERS:
                sentence, hint = explain_growth(name, len(value), len(used) + 1)
                raise Refused([_make_problem(self._file, line, Rule.STYLES_ARE_MODERATE, sentence, hint)])
            self._values[name] = value
        self._length += len(self._values[name])
        if self._length > MAX_RESOLVED_CHARACTERS:
            sentence = f"the values of all tokens here have more than {MAX_RESOLVED_CHARACTERS:,} characters"
            hint = "read fewer tokens, or shorter ones"
            raise Refused([_make_problem(self._file, line, Rule.STYLES_ARE_MODERATE, sentence, hint)])
        return self._values[name]


def _make_problem(file: str, line: int, rule: Rule, sentence: str, hint: str) -> Problem:
    """Return a problem at `line` of the style sheet `file`."""
    return Problem(SourceLocation(file, line), rule, sentence, hint)
