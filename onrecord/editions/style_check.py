"""Check the style sheets of a book for e-book and web edition: names, values and tokens, with their lines.

Browsers and e-readers drop what they do not understand in silence, so a slip is told from a name that is only new by
its likeness to a known one: the first is an error, the second a warning.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cssselect2
import tinycss2
from tinycss2 import ast

from onrecord.editions import styles
from onrecord.editions.css_names import AT_RULES, COLORS, DESCRIPTORS, PROPERTIES
from onrecord.editions.css_nodes import is_literal, iterate_definitions, iterate_functions, list_used_tokens
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, find_closest_word
from onrecord.model.rule import Rule, Severity
from onrecord.runtime.project import Project

_RULE = Rule.STYLES_ARE_UNDERSTOOD
_TEMPLATES = Path(__file__).parent / "templates"
_MOST_BYTES = 500_000  # of a template
_HOLD_RULES = ("media", "supports", "layer", "container", "scope", "starting-style", "document")
_HOLD_FRAMES = ("keyframes", "-webkit-keyframes", "font-feature-values")
_COLOR_WORDS = COLORS | {"inherit", "initial", "unset", "revert", "revert-layer", "auto", "none", "inverse"}


def find_screen_problems(folder: Path, edition: str) -> tuple[Problem, ...]:
    """Return the problems of the book's `tokens.css` and `<edition>.css` (`epub`, `web`)."""
    problems: list[Problem] = []
    sheets: list[_StyleSheet] = []
    for name in ("tokens", edition):
        if f"{name}.css" in styles.list_book_stylesheets(folder):
            css, reading_problems = styles.read_book_stylesheet(name, folder)
            problems += reading_problems
            sheets.append(_StyleSheet(f"styles/{name}.css", css))
    if not sheets:
        return tuple(problems)
    known = find_token_definitions(styles.read_packaged_stylesheet("tokens"))
    for sheet in sheets:
        if edition == "web" or sheet.file == "styles/tokens.css":
            known |= find_token_definitions(sheet.css)
    if edition == "web":
        known |= find_token_definitions(styles.read_packaged_stylesheet("web"))
    for sheet in sheets:
        problems += sheet.find_problems()
        problems += find_undefined_tokens(sheet.file, sheet.css, known, "tokens")
    return drop_consequences(problems)


def drop_consequences(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems; a line that fetches something keeps only that problem."""
    fetching = {problem.location for problem in problems if problem.rule == Rule.STYLES_FETCH_NOTHING}
    return tuple(p for p in problems if p.rule == Rule.STYLES_FETCH_NOTHING or p.location not in fetching)


def find_stray_stylesheets(folder: Path) -> Iterator[Problem]:
    """Yield a problem for each file in the book's `styles/` that no edition reads."""
    known = [f"{name}.css" for name in (*styles.SCREEN_SHEETS, *styles.PRINT_SHEETS)]
    for name in styles.list_book_stylesheets(folder):
        if name in known or name.startswith("."):
            continue
        near = find_closest_word(name, known)
        sentence = f"no edition reads the file “{name}”" + (f"; did you mean “{near}”?" if near else "")
        hint = f"rename it: {near}" if near else f"the names are {', '.join(known)}"
        severity = Severity.ERROR if near else Severity.WARNING
        yield Problem(SourceLocation(f"styles/{name}"), Rule.STYLES_HAVE_AN_EDITION, sentence, hint, severity=severity)


def find_stray_templates(folder: Path) -> Iterator[Problem]:
    """Yield a warning for each file in the book's `templates/` that no edition reads and no other template names."""
    home, project = folder / "templates", Project(folder)
    paths = (path for path in sorted(home.rglob("*")) if not path.name.startswith(".") and path.is_file())
    files = [path for path in paths if project.holds(path.absolute())]
    known = [path.relative_to(_TEMPLATES).as_posix() for path in _TEMPLATES.rglob("*.*html")]
    names = [path.relative_to(home).as_posix() for path in files]
    strays = [name for name in names if name not in known]
    texts = [path.read_bytes() for path in files if strays and path.stat().st_size <= _MOST_BYTES]
    for name in strays:
        if any(name.encode() in text for text in texts):
            continue  # a template of the book includes it
        alike = [other for other in known if other.rpartition("/")[2].casefold() == name.rpartition("/")[2].casefold()]
        sentence = f"no edition reads the file “{name}”"
        hint = "give it the name and the folder of the template that it replaces, as templates/print/opening.html"
        if alike:
            hint = f"move it to {' or '.join(f'templates/{other}' for other in alike)}"
        place, rule = SourceLocation(f"templates/{name}"), Rule.TEMPLATES_HAVE_AN_EDITION
        yield Problem(place, rule, sentence, hint, severity=Severity.WARNING)


# --- tokens -----------------------------------------------------------------------------------------


@lru_cache(maxsize=16)  # ours are read for each style sheet of a book
def find_token_definitions(css: str) -> frozenset[str]:
    """Return the names of the custom properties that the style sheet gives a value anywhere."""
    return frozenset(name.value for name, _ in iterate_definitions(tinycss2.parse_component_value_list(css)))


def find_undefined_tokens(file: str, css: str, known: AbstractSet[str], home: str) -> Iterator[Problem]:
    """Yield each `var()` without a fallback whose token no style sheet defines, and tokens that need themselves.

    `home` is the style sheet in which the token belongs.
    """
    nodes = tinycss2.parse_component_value_list(css)
    for node in iterate_functions(nodes, "var"):
        words = [argument for argument in node.arguments if argument.type not in ("whitespace", "comment")]
        name = words[0].value if words and isinstance(words[0], ast.IdentToken) else ""
        if name in known or len(words) > 1:
            continue
        near = find_closest_word(name, known)
        sentence = f"there is no design token “{name}”" + (f"; did you mean “{near}”?" if near else "")
        hint = f"write var({near})" if near else f"add to styles/{home}.css: :root {{ {name or '--name'}: … }}"
        yield Problem(SourceLocation(file, node.source_line), Rule.TOKENS_ARE_DEFINED, sentence, hint)
    definitions = {
        name.value: (name.source_line, set(list_used_tokens(value))) for name, value in iterate_definitions(nodes)
    }
    for name, (line, _) in definitions.items():
        if _needs_itself(name, definitions):
            sentence = f"the token {name} is defined by itself"
            yield Problem(SourceLocation(file, line), Rule.TOKENS_ARE_DEFINED, sentence, f"write a value: {name}: …")


def _needs_itself(name: str, definitions: Mapping[str, tuple[int, set[str]]]) -> bool:
    """Return whether a token's value refers to the same token, directly or indirectly."""
    seen: set[str] = set()
    waiting = list(definitions[name][1])
    while waiting:
        used = waiting.pop()
        if used == name:
            return True
        if used not in seen and used in definitions:
            seen.add(used)
            waiting += definitions[used][1]
    return False


# --- rules and declarations -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _StyleSheet:
    """A style sheet of a book for screens; `file` is its place."""

    file: str
    css: str

    def find_problems(self) -> Iterator[Problem]:
        """Yield a problem for each rule, property or value that a browser would drop."""
        rules = tinycss2.parse_stylesheet(self.css, skip_comments=True, skip_whitespace=True)
        yield from self._check_nodes(rules, has_selectors=True, names=PROPERTIES)

    def _check_nodes(
        self, nodes: Iterable[ast.Node], *, has_selectors: bool, names: frozenset[str]
    ) -> Iterator[Problem]:
        """Yield the problems of rules and declarations; `names` are the valid properties."""
        for node in nodes:
            if isinstance(node, ast.ParseError):
                yield self._report(node, f"this cannot be read: {node.message}", "look for a missing { } : or ;")
            elif isinstance(node, ast.Declaration):
                yield from self._check_declaration(node, names)
            elif isinstance(node, ast.AtRule):
                yield from self._check_at_rule(node)
            elif isinstance(node, ast.QualifiedRule):
                if has_selectors and not _is_selector(node.prelude):
                    selector = tinycss2.serialize(node.prelude).strip()
                    yield self._report(node, f"“{selector}” is no selector", "correct it, or delete the rule")
                inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
                yield from self._check_nodes(inner, has_selectors=has_selectors, names=names)

    def _check_at_rule(self, rule: ast.AtRule) -> Iterator[Problem]:
        """Yield the problems of an at-rule and its content; @import is an error."""
        name = rule.lower_at_keyword
        if name not in AT_RULES and not name.startswith("-"):
            yield self._report_unknown(rule, "at-rule", f"@{name}", [f"@{known}" for known in AT_RULES])
        elif name == "import":
            hint = "copy the rules of the other file here"
            yield self._report(rule, "a style sheet of a book takes in no other one", hint)
        elif rule.content is not None and name in (*_HOLD_RULES, *_HOLD_FRAMES):
            inner = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
            yield from self._check_nodes(inner, has_selectors=name in _HOLD_RULES, names=PROPERTIES)
        elif rule.content is not None:
            inner = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
            yield from self._check_nodes(inner, has_selectors=False, names=PROPERTIES | DESCRIPTORS)

    def _check_declaration(self, declaration: ast.Declaration, names: frozenset[str]) -> Iterator[Problem]:
        """Yield the problem of a declaration: its name, an empty value, “:”, or a colour."""
        name = declaration.lower_name
        value = [node for node in declaration.value if node.type not in ("whitespace", "comment")]
        if declaration.name.startswith("-"):  # a token, or a browser's own property
            return
        if name not in names:
            yield self._report_unknown(declaration, "property", name, names)
        elif not value:
            yield self._report(declaration, f"the property “{name}” has no value", f"write: {name}: …;")
        elif any(is_literal(node, ":") for node in value):
            sentence = f"the value of “{name}” has a colon in it: a semicolon may be missing before it"
            yield self._report(declaration, sentence, f"write: {name}: …;")
        elif name.endswith("color") and len(value) == 1 and isinstance(value[0], ast.IdentToken):
            word = value[0].lower_value
            if word not in _COLOR_WORDS:
                yield self._report_unknown(declaration, "colour", word, COLORS)

    def _report_unknown(self, node: ast.Node, kind: str, name: str, known: Iterable[str]) -> Problem:
        """Return the problem of an unknown name: an error if a known one is similar."""
        near = find_similar_name(name, known)
        if near:
            return self._report(node, f"no {kind} “{name}”; did you mean “{near}”?", f"write: {near}")
        hint = "readers drop what they do not know: correct it, or delete it"
        return self._report(node, f"On Record knows no {kind} “{name}”", hint, Severity.WARNING)

    def _report(self, node: ast.Node, sentence: str, hint: str, severity: Severity = Severity.ERROR) -> Problem:
        """Return a problem at the line of a CSS node."""
        return Problem(SourceLocation(self.file, node.source_line), _RULE, sentence, hint, severity=severity)


def find_similar_name(name: str, known: Iterable[str]) -> str:
    """Return the known name most similar to `name`, "" if none is similar enough."""
    matches = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.8 if len(name) > 4 else 0.6)
    return matches[0] if matches else ""


def _is_selector(prelude: Iterable[ast.Node]) -> bool:
    """Return whether the words before a block are selectors, whatever their pseudo-classes are.

    Browsers have more pseudo-classes than any library knows, so each stands as an attribute here.
    """
    plain: list[str] = []
    colons = 0
    for node in prelude:
        if is_literal(node, ":"):
            colons += 1
        elif colons and isinstance(node, ast.IdentToken | ast.FunctionBlock) and colons <= 2:
            plain.append("[pseudo]")
            colons = 0
        elif colons:
            return False
        else:
            plain.append("[nested]" if is_literal(node, "&") else node.serialize())
    text = "".join(plain).strip().lstrip(">+~ ")
    try:
        return not colons and bool(cssselect2.compile_selector_list(text))
    except cssselect2.SelectorError:
        return False
