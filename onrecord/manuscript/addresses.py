"""Find bare addresses (https://…, www.…, name@host) in Markdown: keep their letters from being marks, and link them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from onrecord.model import Inline, Link, Text

_BEFORE = r"(?<![\w/@.:=&\\+-])"
# Brackets and quotation marks end an address: `[^1]` after it is a footnote, `{#id}` an attribute.
_LETTER = r"[^\s<>\"“”„‘’«»‹›…–—\[\]{}|`\\\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]"
_TAIL = rf"(?:{_LETTER}|\\[_*^~.\-()&#!+])"
_HOST = r"[^\W_][\w-]*(?:\.[\w-]+)*\.[^\W\d_]{2,}"
_ADDRESS = re.compile(
    rf"{_BEFORE}(?:https?://[^\W_]{_TAIL}*|www\.[\w-]+\.[^\W_]{_TAIL}*"
    rf"|(?:mailto:)?[\w+-]+(?:(?:\\?\.|\\[_+-])[\w+-]+)*\\?@(?!\dx\.){_HOST})",  # picture@2x.png is the name of a file
    re.IGNORECASE,
)
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_NOT_IN_ADDRESSES = re.compile(r"[\s<>\"{}|\\^`]")
_CLOSING = "?!.,:;*_~'"  # at the end of an address, these belong to the sentence
_MARKS = "_*^~-.'"  # what Markdown would read as a mark inside an address
_FIRST_STAND_IN = 0xE010  # private use: no source file can hold it
_STAND_INS = {ord(mark): chr(_FIRST_STAND_IN + index) for index, mark in enumerate(_MARKS)}
ORIGINALS = {ord(stand_in): chr(mark) for mark, stand_in in _STAND_INS.items()}


def protect_addresses(text: str) -> str:
    """Return the Markdown with a stand-in for each mark inside a bare address, and no backslashes there."""
    pieces, end = [], 0
    for start, stop in _find_addresses(text):
        pieces += [text[end:start], re.sub(r"\\?([_*^~.'-])|\\(.)", _mask_sign, text[start:stop])]
        end = stop
    return "".join([*pieces, text[end:]])


def _mask_sign(match: re.Match[str]) -> str:
    """Return the stand-in of a Markdown mark in a bare address, or another sign without its backslash."""
    return _STAND_INS[ord(match[1])] if match[1] else match[2]


def link_addresses(content: Iterable[Inline]) -> Iterator[Inline]:
    """Yield the inlines with each bare address in their texts as a link."""
    for inline in content:
        if isinstance(inline, Text):
            yield from _link_in_text(inline.text)
        else:
            yield inline


def _link_in_text(text: str) -> Iterator[Inline]:
    """Yield a text of the manuscript with the bare web addresses in it as links."""
    end = 0
    for start, stop in _find_addresses(text):
        if start > end:
            yield Text(text[end:start])
        target = _complete_address(text[start:stop])
        yield Text(text[start:stop]) if judge_target(target) else Link((Text(text[start:stop]),), target)
        end = stop
    if end < len(text):
        yield Text(text[end:])


def _complete_address(address: str) -> str:
    """Return a bare web address with its scheme, and without the one character that stands in no address."""
    address = address.replace("^", "%5E")
    if re.match(r"https?://|mailto:", address, re.IGNORECASE):
        return address
    return f"http://{address}" if "@" not in address.partition("/")[0] else f"mailto:{address}"


def _find_addresses(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each bare address in the text."""
    for match in _ADDRESS.finditer(text):
        yield match.start(), match.start() + len(_trim_address(match.group()))


def _trim_address(address: str) -> str:
    """Return the address without the punctuation at its end that belongs to the sentence around it.

    A closing bracket, and a mark as in `/*y*`, belong to the address if it opened them.
    """
    while True:
        last, before = address[-1], address[:-1]
        if last in "*_~^" and re.search(rf"[/=]\{last}[^{re.escape(last)}/]+$", before):
            return address
        is_unopened = last == ")" and before.count("(") <= before.count(")")
        if not (last in _CLOSING or is_unopened) or before.endswith("\\"):
            return address
        address = before


def judge_target(target: str) -> tuple[str, str] | None:
    """Return sentence and hint if no edition may link to this address; None if it may."""
    scheme = SCHEME.match(target)
    if scheme and scheme.group().lower() not in ("http:", "https:", "mailto:"):
        return (
            f"links that begin with {scheme.group()} are not printed",
            "link to http:, https:, mailto: or #an-id",
        )
    if _NOT_IN_ADDRESSES.search(target):
        return f"the address {target} holds a character that no address has", "write %20 for a space"
    if scheme and not _has_valid_host(target):
        return f"{target} is not a complete address", "write https://, a host and a path"
    return None


def _has_valid_host(target: str) -> bool:
    """Return whether an absolute web address has a host, and a port that can exist (RFC 3986 §3.2).

    A mail address needs neither.
    """
    try:
        parts = urlsplit(target)
        return parts.scheme.lower() == "mailto" or (bool(parts.hostname) and (parts.port is None or parts.port > 0))
    except ValueError:
        return False
