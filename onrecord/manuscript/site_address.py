"""Judge `url:` of book.yaml: the name of each page follows it, so it must be the address of a folder."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_EXAMPLE = "https://example.org/book/"
_BEGINNING = re.compile(r"https?://(?=[^\s/])", re.IGNORECASE)
_NOT_IN_ADDRESSES = re.compile(r"[\s\"<>\\^`{|}]")  # RFC 3986 §2; letters beyond ASCII are encoded by browsers
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PAGE_NAME = re.compile(r"(?:^|(?<=/))index\.\w+/*$", re.IGNORECASE)


def judge_site_address(address: str) -> tuple[str, str] | None:
    """Return sentence and hint if no page can have an address that begins with this; None if pages can."""
    fault = _find_fault(address)
    if not fault:
        return None
    return f"“{address}” {fault}", f"write: url: {_suggest_address(address)}"


def _find_fault(address: str) -> str:
    """Return what is wrong with the address as a predicate, "" if nothing is."""
    if not re.match(r"https?://[^\s/]", address):
        return "is not a web address"
    host, _, path = address.partition("://")[2].partition("/")
    if mark := re.search(r"[?#]", address):
        part = "a query after ?" if mark.group() == "?" else "a fragment after #"
        return f"has {part}, and the name of each page would follow it"
    if char := _find_strange_character(address, path):
        return f"holds {_show_character(char)}, which stands in no address"
    if _STRAY_PERCENT.search(address):
        return "holds a % without two hexadecimal digits after it"
    if "@" in host:
        return "holds a name or a password, which would stand in each address"
    if not _has_host(address):
        return "has no host, or a port that cannot exist"
    return "is the address of a page, and the name of each page would follow it" if _PAGE_NAME.search(path) else ""


def _find_strange_character(address: str, path: str) -> str:
    """Return the first character that no address has, "" if there is none; brackets stand only in a host."""
    strange = (char for char in address if _NOT_IN_ADDRESSES.match(char) or not char.isprintable())
    return next(strange, "") or next((char for char in path if char in "[]"), "")


def _show_character(char: str) -> str:
    """Return a character as a message shows it."""
    if char == " ":
        return "a space"
    return char if char.isprintable() else f"the invisible character U+{ord(char):04X}"


def _has_host(address: str) -> bool:
    """Return whether the address has a host, and a port that can exist (RFC 3986 §3.2)."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _suggest_address(address: str) -> str:
    """Return the web address of the folder that is probably meant, or an example."""
    beginning = _BEGINNING.match(address)
    if beginning is None:
        return _EXAMPLE
    host, _, path = re.split(r"[?#]", address[beginning.end() :], maxsplit=1)[0].partition("/")
    shown = "".join(char for char in path if char == " " or char.isprintable()).strip()
    encoded = re.sub(r"[\"<>\\^`{|}\[\] ]", lambda match: quote(match.group()), _PAGE_NAME.sub("", shown))
    encoded = _STRAY_PERCENT.sub("%25", encoded).strip("/")
    folder = f"{beginning.group().lower()}{host.rpartition('@')[2]}/{encoded}{'/' if encoded else ''}"
    return _EXAMPLE if _find_fault(folder) else folder
