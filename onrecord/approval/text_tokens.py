"""Divide text into words, blanks and signs, and compare texts regardless of typography."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[^\W_]+|\s+|\.{3}|-{2,}|.", re.DOTALL)
# What typography makes of a typed sign, and what a word processor may make of it, are the same sign.
_SAME_SIGNS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛‹›′`", "'"),
        **dict.fromkeys("–—‑‐−―", "-"),
        "×": "x",
        "\u00ad": None,
    }
)


def split_text(text: str) -> list[str]:
    """Return the words, runs of blanks and single signs of a text, which together are the text."""
    return _TOKEN.findall(text)


def normalize_piece(piece: str) -> str:
    """Return a word or sign as it is compared: quotation marks and dashes of all kinds are the same, so are blanks."""
    if piece.isspace():
        return " "
    if piece == "...":
        return "…"
    folded = piece.translate(_SAME_SIGNS)
    return "-" if folded and not folded.strip("-") else folded


def list_comparable_tokens(text: str) -> list[str]:
    """Return the words and signs of a text without its blanks, as they are compared with those of another text."""
    return [normalize_piece(token) for token in split_text(text) if not token.isspace()]
