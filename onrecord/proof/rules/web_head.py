"""Read what the head of a web page claims, and describe what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from onrecord.proof.reading.markup_tokens import Token
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.rules.expected_claims import Claims

_GENERATOR = re.compile(r'<meta content="On Record [\w.+-]+" name="generator">')
THEME_SCRIPT = '<script src="theme.js">'
_FIRST_FONTS = re.compile(r'<script data-fonts="fonts/[\w-]+\.woff2(?: fonts/[\w-]+\.woff2)*" src="theme\.js">')


def read_head_claims(head: Sequence[Token]) -> tuple[list[str], list[object]]:
    """Return what the head of a web page claims, as tokens, and its data for search engines.

    The name of the program and fonts that are loaded first are left out: a font that a page asks for early says
    nothing.
    """
    claims: list[str] = []
    data: list[object] = []
    for index, token in enumerate(head):
        following = head[index + 1] if index + 1 < len(head) else ""
        if token == "<title>":  # noqa: S105
            claims.append(f"<title>{following}")
        elif token.startswith("<script") and "ld+json" in token:
            data.append(_parse_json_or_text(following.replace("\ue0f2", "<")))
        elif token.startswith("</") or (not token.startswith("<") and index and head[index - 1] != "</meta>"):
            continue
        elif not _GENERATOR.fullmatch(token):
            claims.append(THEME_SCRIPT if _FIRST_FONTS.fullmatch(token) else token)
    return claims, data


def _parse_json_or_text(text: str) -> object:
    """Return the JSON value in a text, or the text itself if it holds none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def find_same_claim(claim: str, claims: Sequence[str]) -> str | None:
    """Return the claim of a web page's head with the same name or property, None if there is none."""
    marks = [r'name="[^"]*"', r'property="[^"]*"', r'rel="[^"]*"', r"^<title>"]
    names = [match.group() for mark in marks if (match := re.search(mark, claim))]
    return next((other for other in claims if names and names[0] in other), None)


def compare_data(right: Claims, data: Sequence[object]) -> str:
    """Return in words how a page's schema.org data differs from the expected: a wrong key, or its order."""
    if len(data) != 1 or not isinstance(data[0], dict):
        return f"there are {len(data)} records instead of 1"
    keys = [key for key in {**right, **data[0]} if right.get(key) != data[0].get(key)]
    return f"“{keys[0]}” is “{shorten_text(str(data[0].get(keys[0])), 60)}”" if keys else "its order"
