"""Read HTML or XHTML as tokens: each element with all its attributes, and each text, character by character.

Only white space of a source file is left out, which no browser shows. Marks of printed pages are left out, too: where
they stand is compared with the PDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from lxml.etree import _Element

from onrecord.model.directions import direct_name
from onrecord.proof.reading.article_text import get_tag_name, is_page_break

Token = str  # "<p class=byline>", "</p>", or a text

_INLINE = frozenset(
    {"a", "b", "bdi", "bdo", "cite", "code", "del", "em", "ins", "mark", "s", "span", "strong", "sub", "sup"}
)
_ACTIVE_TAGS = frozenset({"iframe", "frame", "object", "embed", "applet", "form", "input", "button", "base", "portal"})
_ACTIVE_TAGS |= {"audio", "video", "style", "math", "svg"}
_SPACE = re.compile(r"[ \t\n\r\f]+")  # what HTML collapses: not the no-break space
_LINE_SPACE = re.compile(r"[\t\n\r\f]")
_PREFIXES = {
    "http://www.w3.org/XML/1998/namespace": "xml:",
    "http://www.idpf.org/2007/ops": "epub:",
    "http://www.w3.org/1999/xhtml": "",
}
_KEPT_SPACE, _KEPT_LINE = "\ue0f0", "\ue0f1"  # in preformatted text
_ATTRIBUTE = re.compile(r' ([^\s="]+)="([^"]*)"')
_START = re.compile(r"</?([\w:-]+)")


def build_start_token(tag: str, attributes: dict[str, str]) -> Token:
    """Return the token of an HTML start tag; the order of its attributes does not count."""
    if not attributes:
        return f"<{tag}>"
    written = [f' {name}="{_escape_value(value)}"' for name, value in sorted(attributes.items())]
    return f"<{tag}{''.join(written)}>"


def _escape_value(value: str) -> str:
    """Return the value of an attribute so that it cannot be taken for markup."""
    return value.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def read_attributes(token: Token) -> dict[str, str]:
    """Return the attributes of a start tag's token by name, their values as they stand in it."""
    return dict(_ATTRIBUTE.findall(token))


ANY_TEXT = "\ue0ff"  # in an expected token: any text, which another rule checks


def build_element(
    tag: str,
    *content: Token | Iterable[Token],
    attributes: Mapping[str, str | None] | None = None,
    **others: str | None,
) -> list[Token]:
    """Return the HTML tokens that an element with this content must have; a string is a text.

    Names of attributes end in “_” or have it for “-”. None: the element has no such attribute.
    """
    named = {name.rstrip("_").replace("_", "-"): value for name, value in others.items()} | dict(attributes or {})
    tokens = [build_start_token(tag, {name: value for name, value in named.items() if value is not None})]
    for piece in content:
        tokens += [escape_text(piece)] if isinstance(piece, str) else piece
    return [*tokens, f"</{tag}>"]


def isolate_name(name: str, language: str) -> list[Token]:
    """Return the HTML tokens that a name must have in a text of a language: `<bdi>` if a letter runs against it."""
    direction = direct_name(name, language)
    return build_element("bdi", name, dir=direction) if direction else [escape_text(name)]


def isolate_names(names: Sequence[str], separators: Iterable[str], language: str) -> list[Token]:
    """Return the HTML tokens that names in a row must have, each after its separator."""
    tokens: list[Token] = []
    for separator, name in zip(separators, names, strict=True):
        tokens += [*([escape_text(separator)] if separator else []), *isolate_name(name, language)]
    return tokens


def is_expected_token(expected: Token, token: Token) -> bool:
    """Return whether an HTML token is the expected one, which may have any text in some places."""
    if expected == token:
        return True
    if ANY_TEXT not in expected or expected.startswith("<") != token.startswith("<"):
        return False
    anything = '[^"]*' if expected.startswith("<") else ".*"
    return re.fullmatch(re.escape(expected).replace(ANY_TEXT, anything), token, re.DOTALL) is not None


@lru_cache(maxsize=8192)  # most tags stand on all pages
def describe_activity(token: Token) -> str:
    """Return what an HTML tag loads, does or hides that no page of an edition may, "" if nothing."""
    match = _START.match(token)
    tag = match.group(1) if match else token[1:2]
    if not token.startswith("</") and (tag in _ACTIVE_TAGS or tag in ("?", "{")):
        return token
    attributes = read_attributes(token)
    if any(name.startswith("on") or name in ("style", "http-equiv") for name in attributes):
        return token
    addresses = [attributes.get(name, "").strip().lower() for name in ("href", "src", "action", "srcset", "data")]
    if any(re.match(r"(?:javascript|data|vbscript):", address) for address in addresses):
        return token
    loads = tag in ("img", "script", "source", "track") or attributes.get("rel") in ("stylesheet", "preload", "icon")
    return token if loads and any(re.match(r"(?:\w+:)?//", address) for address in addresses) else ""


def find_activity(tokens: Iterable[Token]) -> str:
    """Return what the first tag that loads, does or hides something does; "" if there is none."""
    return next(filter(None, (describe_activity(token) for token in tokens if token.startswith("<"))), "")


def find_difference(expected: Sequence[Token], tokens: Sequence[Token]) -> int | None:
    """Return the index of the first HTML token that is not the expected one, None if all are."""
    for index, (right, token) in enumerate(zip(expected, tokens, strict=False)):
        if not is_expected_token(right, token):
            return index
    return None if len(expected) == len(tokens) else min(len(expected), len(tokens))


def keep_spaces(text: str) -> str:
    """Return preformatted text so that its white space counts."""
    return text.replace(" ", _KEPT_SPACE).replace("\n", _KEPT_LINE)


def read_tokens(element: _Element, without: frozenset[_Element] = frozenset()) -> list[Token]:
    """Return the HTML tokens of an element and of all inside it; those of `without` only by their start tag."""
    tokens: list[Token] = []
    _add_tokens(tokens, element, without, is_preformatted=False)
    return normalize_tokens(tokens)


def _add_tokens(tokens: list[Token], element: _Element, without: frozenset[_Element], *, is_preformatted: bool) -> None:
    """Add the HTML tokens of an element without those of page marks."""
    if not isinstance(element.tag, str):
        tokens.append(f"<{'?' if 'Instruction' in type(element).__name__ else '!'}>")
        return
    tag = _get_tag_name(element.tag)
    attributes = {_get_attribute_name(name) if "}" in name else name: value for name, value in element.items()}
    if tag == "a" and attributes.get("class") == "url":
        del attributes["class"]  # says how an address may be divided
    is_break_point = tag == "wbr" and not attributes  # for the parser of HTML, the words after it are inside it
    if not is_break_point:
        tokens.append(build_start_token(tag, attributes))
    if element in without:
        return
    is_preformatted = is_preformatted or tag == "pre"
    if text := element.text:
        tokens.append(_build_text_token(text, is_preformatted=is_preformatted))
    for child in element:
        if not (isinstance(child.tag, str) and _has_no_words(child)):
            _add_tokens(tokens, child, without, is_preformatted=is_preformatted)
        if text := child.tail:
            tokens.append(_build_text_token(text, is_preformatted=is_preformatted))
    if not is_break_point:
        tokens.append(f"</{tag}>")


@lru_cache(maxsize=1024)
def _get_tag_name(tag: str) -> str:
    """Return the name of an HTML tag in small letters; one of a foreign namespace keeps it."""
    namespace, _, name = tag.rpartition("}")
    return name.lower() if namespace.removeprefix("{") in ("", "http://www.w3.org/1999/xhtml") else tag


def _has_no_words(element: _Element) -> bool:
    """Return whether an HTML element has no words: the mark of a printed page, the widths of columns."""
    tag = get_tag_name(element)
    if tag == "colgroup":
        columns = [(get_tag_name(child), *child.attrib) for child in element]
        return not element.attrib and all(column == ("col", "class") for column in columns)
    return is_page_break(element) and _is_plain_page_mark(element)


def _is_plain_page_mark(element: _Element) -> bool:
    """Return whether a printed page's mark has only the usual attributes, and shows its number or nothing."""
    names = {_get_attribute_name(name) for name in element.attrib}
    label = element.get("aria-label") or ""
    shown = [
        child for child in element if get_tag_name(child) != "span" or dict(child.attrib) != {"class": "page-number"}
    ]
    text = "".join(element.itertext()).strip()
    is_known = names <= {"class", "role", "id", "aria-label", "epub:type"} and element.get("class") == "pagebreak"
    return is_known and not shown and text in ("", label)


def _get_attribute_name(name: str) -> str:
    """Return the name of an attribute, with the usual prefix of its namespace."""
    namespace, mark, local = name.rpartition("}")
    return f"{_PREFIXES.get(namespace.removeprefix('{'), namespace + '}')}{local}" if mark else local


def _build_text_token(text: str, *, is_preformatted: bool) -> str:
    """Return the text of an HTML element as a token."""
    return escape_text(keep_spaces(text) if is_preformatted else text)


def normalize_tokens(tokens: Iterable[Token]) -> list[Token]:
    """Return the HTML tokens with neighbouring texts joined, and without white space that is not shown."""
    normalized: list[Token] = []
    text = ""
    for token in tokens:
        if not token.startswith("<"):
            text += token
            continue
        if text:
            _add_text(normalized, text, token)
            text = ""
        normalized.append(token)
    if text:
        _add_text(normalized, text, "")
    return normalized


def escape_text(text: str) -> str:
    """Return a text token's text, escaped so that it cannot be taken for a tag."""
    return text.replace("<", "\ue0f2")


def _add_text(tokens: list[Token], text: str, following: Token) -> None:
    """Add a text to HTML tokens, each white space as one space, without spaces beside the edges of blocks."""
    if "  " in text or _LINE_SPACE.search(text):
        text = _SPACE.sub(" ", text)
    if text.startswith(" ") and not (tokens and _is_inline(tokens[-1])):
        text = text.lstrip(" ")
    if text.endswith(" ") and not _is_inline(following):
        text = text.rstrip(" ")
    if text:
        tokens.append(text)


@lru_cache(maxsize=8192)
def _is_inline(tag: Token) -> bool:
    """Return whether an HTML tag stands in a line of text."""
    match = _START.match(tag)
    return match is not None and match.group(1) in _INLINE


def describe_token(token: Token | None) -> str:
    """Return an HTML token as an editor reads it in a message, “its end” for None."""
    if token is None:
        return "its end"
    return token.replace("\ue0f2", "<").replace(_KEPT_SPACE, " ").replace(_KEPT_LINE, " ")
