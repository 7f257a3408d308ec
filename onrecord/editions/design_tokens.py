"""The design tokens that every edition and the cover read: ours and the book's, and those computed from its accent."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from pathlib import Path

import tinycss2

from onrecord.editions import styles
from onrecord.editions.colors import LEGIBLE, Color, compute_contrast, find_legible_color, format_color, parse_color
from onrecord.editions.css_nodes import list_used_tokens
from onrecord.editions.style_check import find_similar_name, find_token_definitions
from onrecord.editions.styles import Token
from onrecord.model import SourceLocation, TextLine
from onrecord.model.design import HOUSE_DESIGN, Brand, Design
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule, Severity
from onrecord.runtime import face_choice, font_files
from onrecord.runtime.cache import Cache

_FILE = "styles/tokens.css"
_ACCENT = "--accent"
_LEAST_CONTRAST = 2.0  # of an accent with its paper; the proof takes what is paler for hidden
_NIGHT_CONTRAST = 7.0  # of an accent that we compute for dark screens
# Names in a face without small capitals
_PLAIN_NAMES = ".speaker, .question .speaker { font-weight: 600; letter-spacing: 0 }"
# The text that an accent colours, and the paper below it, by the place where the text is read.
_TEXTS = (
    ("--accent", "--paper", "a light screen"),
    ("--accent", "--paper-print", "paper"),
    ("--accent-night", "--paper-night", "a dark screen"),
)


def read_tokens(folder: Path, design: Design = HOUSE_DESIGN) -> dict[str, Token]:
    """Return all tokens of a book by name: ours, those of theme, brand and book, and those that follow its accent."""
    packaged = styles.read_packaged_tokens(design.theme)
    return _add_accent_colors(
        packaged, {**_list_brand_tokens(packaged, design.brand), **styles.read_book_tokens(folder)}
    )


def _list_brand_tokens(tokens: Mapping[str, Token], brand: Brand) -> dict[str, Token]:
    """Return the design tokens that a brand changes: its faces stand before those of the theme."""
    faces = {"--text-face": brand.text_face, "--heading-face": brand.heading_face or brand.text_face}
    values = {_ACCENT: Token(brand.accent.text, brand.accent.location.line)} if brand.accent else {}
    for name, family in faces.items():
        if family:
            for token in (name, f"{name}-print"):
                values[token] = Token(f'"{family}", {tokens[token].value}', family.location.line)
    return values


def read_number(folder: Path, name: str, design: Design = HOUSE_DESIGN) -> float:
    """Return the number at the beginning of a token's value; ours if the book's is none."""
    for tokens in (read_tokens(folder, design), styles.read_packaged_tokens(design.theme)):
        if number := re.match(r"\d+(?:\.\d+)?|\.\d+", styles.resolve_token(tokens, name, _FILE)):
            return float(number.group())
    raise ValueError(f"the token {name} is no number")


def read_value(folder: Path, name: str, design: Design = HOUSE_DESIGN) -> str:
    """Return the value of a design token."""
    return styles.resolve_token(read_tokens(folder, design), name, _FILE)


def read_family(folder: Path, name: str, design: Design = HOUSE_DESIGN) -> str:
    """Return the first font family that a token names."""
    return read_value(folder, name, design).split(",")[0].strip().strip("\"'")


def write_screen_tokens(folder: Path, design: Design = HOUSE_DESIGN) -> str:
    """Return the CSS of the design tokens for browsers: ours, the theme's, the brand's, the book's."""
    packaged = styles.read_packaged_tokens(design.theme)
    ours = {**packaged, **_list_brand_tokens(packaged, design.brand)}
    before = {**ours, **styles.read_book_tokens(folder)}
    followers = {name: token.value for name, token in read_tokens(folder, design).items() if token != before[name]}
    book_sheet = styles.read_own_stylesheet("tokens", folder)
    root = _write_root_rule({name: token.value for name, token in ours.items()})
    return "\n".join([root, *filter(None, (book_sheet, _write_root_rule(followers) if followers else ""))])


def join_print_stylesheets(page_css: str, folder: Path, *names: str, design: Design = HOUSE_DESIGN) -> str:
    """Return the whole style sheet of a print edition: its page, the value of every token, then the sheets by name.

    Raises Refused if a token is not defined.
    """
    tokens = read_tokens(folder, design)
    values = _resolve_tokens(tuple(tokens.items()))
    names_rule = "" if _has_small_capitals(values["--text-face-print"], folder, design) else _PLAIN_NAMES
    additions = {"print": names_rule}
    sheets = (styles.read_stylesheet(name, folder, design.theme, additions.get(name, "")) for name in names)
    return "\n".join([page_css, _write_root_rule(values), *sheets])


@lru_cache(maxsize=8)  # all editions of a book have the same tokens, and so do most books
def _resolve_tokens(tokens: tuple[tuple[str, Token], ...]) -> Mapping[str, str]:
    """Return the value of each design token without `var()`. Raises Refused if one is not defined."""
    named_tokens = dict(tokens)
    return {name: styles.resolve_token(named_tokens, name, _FILE) for name in named_tokens}


def _has_small_capitals(faces: str, folder: Path, design: Design) -> bool:
    """Return whether the first of these font families has small capitals; those of our themes have."""
    ours = styles.read_packaged_tokens(design.theme)["--text-face-print"].value
    family = faces.split(",")[0].strip().strip("\"'")
    if family in ours:
        return True
    paths = font_files.list_font_files([folder / "fonts"])
    fonts = tuple((path.name, path.read_bytes()) for path in paths)
    return face_choice.has_small_capitals(*face_choice.find_face(family, "normal", fonts))


def read_screen_stylesheet(
    name: str, folder: Path, design: Design = HOUSE_DESIGN, results: Cache = styles.NO_CACHE
) -> str:
    """Return the style sheet with its tokens replaced by their values: e-readers know no custom properties."""
    tokens = {token_name: token.value for token_name, token in read_tokens(folder, design).items()}
    css = styles.read_resolved_stylesheet(name, folder, tokens, design.theme, results)
    face = tokens["--heading-face"]
    if face != tokens["--text-face"]:  # else headings have the face that the reader chose for the text
        css = f"h1, h2, h3, h4, h5, h6 {{ font-family: {face} }}\n{css}"
    return css


def read_own_sheets(name: str, folder: Path, design: Design = HOUSE_DESIGN) -> dict[str, str]:
    """Return the book's own style sheets for an edition for screens, by path, with tokens replaced as in the edition.

    Line numbers are those of the files. A sheet that has problems is left out.
    """
    sheets = {}
    for file in (f"{sheet}.css" for sheet in ("tokens", name)):
        if file not in styles.list_book_stylesheets(folder):
            continue
        css, problems = styles.read_book_stylesheet(file.removesuffix(".css"), folder)
        if not problems:
            sheets[f"styles/{file}"] = css
    file = f"styles/{name}.css"
    if name == "epub" and file in sheets:
        with contextlib.suppress(Refused):  # the build reports the missing token
            tokens = {token_name: token.value for token_name, token in read_tokens(folder, design).items()}
            sheets[file] = styles.resolve_tokens(file, sheets[file], tokens)
    return sheets


def read_color(folder: Path, name: str, design: Design = HOUSE_DESIGN) -> str:
    """Return the colour that a token names as `#rrggbb`; ours if the book's cannot be computed."""
    ours = styles.read_packaged_tokens(design.theme)
    color = _compute_color(read_tokens(folder, design), name) or _compute_color(ours, name)
    assert color is not None, name
    return format_color(color)


def find_token_problems(folder: Path, design: Design = HOUSE_DESIGN) -> Iterator[Problem]:
    """Yield each colour token of the book that is no colour, and each accent that is hard to read on its paper."""
    packaged = styles.read_packaged_tokens(design.theme)
    brand_tokens = _list_brand_tokens(packaged, design.brand)
    book_tokens, reading_problems = styles.read_checked_book_tokens(folder)
    if reading_problems:
        return
    tokens = _add_accent_colors(packaged, {**brand_tokens, **book_tokens})
    for name, token in book_tokens.items():
        is_color = name in packaged and _compute_color(packaged, name) is not None
        if is_color and _is_resolvable(tokens, name) and _compute_color(tokens, name) is None:
            sentence = f"the token {name} is no colour that can be computed: {token.value}"
            hint = f"write a colour as # and six digits: {name}: {packaged[name].value}"
            yield Problem(SourceLocation(_FILE, token.line), Rule.STYLES_ARE_UNDERSTOOD, sentence, hint)
    yield from _find_misspelt_tokens(folder, {*packaged}, book_tokens)
    yield from _find_pale_accents(tokens, book_tokens, design.brand.accent)


def _find_misspelt_tokens(
    folder: Path, packaged: AbstractSet[str], book_tokens: Mapping[str, Token]
) -> Iterator[Problem]:
    """Yield a warning for each unknown token that no style sheet of the book uses, if a known name is similar."""
    known = packaged | find_token_definitions(styles.read_packaged_stylesheet("web"))
    unknown = {name: token for name, token in book_tokens.items() if name not in known}
    sheets = styles.list_book_stylesheets(folder) if unknown else ()
    css = "\n".join(styles.read_book_stylesheet(file.removesuffix(".css"), folder)[0] for file in sheets)
    used = set(list_used_tokens(tinycss2.parse_component_value_list(css)))
    for name, token in unknown.items():
        if name not in used and (near := find_similar_name(name, known)):
            sentence = f"no style sheet uses the token “{name}”; did you mean “{near}”?"
            place, rule, hint = SourceLocation(_FILE, token.line), Rule.STYLES_ARE_UNDERSTOOD, f"write: {near}: …"
            yield Problem(place, rule, sentence, hint, severity=Severity.WARNING)


def _find_pale_accents(
    tokens: Mapping[str, Token], book_tokens: Mapping[str, Token], accent: TextLine | None
) -> Iterator[Problem]:
    """Yield a warning for each accent, or paper below one, of the book that leaves too little contrast.

    `accent` is that of the brand.
    """
    reported: set[str] = set()
    for text, paper, medium in _TEXTS:
        color, ground = _compute_color(tokens, text), _compute_color(tokens, paper)
        token = book_tokens.get(text) or book_tokens.get(paper)
        is_brand = text == _ACCENT and accent is not None and _ACCENT not in book_tokens
        if (token is None and not is_brand) or color is None or ground is None or text in reported:
            continue
        if compute_contrast(color, ground) >= LEGIBLE:
            continue
        reported.add(text)
        ratio = f"{compute_contrast(color, ground):.1f}"
        sentence = f"text in {text} {format_color(color)} is hard to read on {medium}: its contrast is {ratio} : 1"
        legible = format_color(find_legible_color(color, ground))
        hint = f"at least {LEGIBLE} : 1, for example {text}: {legible}"
        place = SourceLocation(_FILE, token.line if token else 0)
        if is_brand and accent:
            sentence = sentence.replace(f"text in {text}", "text in the accent of the brand")
            hint, place = f'at least {LEGIBLE} : 1, for example accent: "{legible}"', accent.location
        is_invisible = compute_contrast(color, ground) < _LEAST_CONTRAST and text == _ACCENT
        severity = Severity.ERROR if is_invisible else Severity.WARNING
        yield Problem(place, Rule.ACCENT_CAN_BE_READ, sentence, hint, severity=severity)


def _add_accent_colors(packaged: Mapping[str, Token], book_tokens: Mapping[str, Token]) -> dict[str, Token]:
    """Return all design tokens; those that follow the accent are computed from a book's accent."""
    tokens = {**packaged, **book_tokens}
    if _ACCENT not in book_tokens:
        return tokens
    accent, night = _compute_color(tokens, _ACCENT), _compute_color(tokens, "--paper-night")
    values = {"--accent-rule": accent}
    values["--accent-night"] = find_legible_color(accent, night, _NIGHT_CONTRAST) if accent and night else None
    for name, color in values.items():
        if name not in book_tokens:
            tokens[name] = Token(format_color(color) if color else f"var({_ACCENT})", tokens[_ACCENT].line)
    return tokens


def _compute_color(tokens: Mapping[str, Token], name: str) -> Color | None:
    """Return the colour that a design token names, None if it names none."""
    return parse_color(styles.resolve_token(tokens, name, _FILE)) if _is_resolvable(tokens, name) else None


def _is_resolvable(tokens: Mapping[str, Token], name: str) -> bool:
    """Return whether all tokens that the value needs are defined."""
    return styles.find_missing_token(tokens, name, _FILE) is None


def _write_root_rule(values: Mapping[str, str]) -> str:
    """Return a CSS rule that gives the design tokens these values."""
    return ":root { " + "; ".join(f"{name}: {value}" for name, value in values.items()) + " }\n"
