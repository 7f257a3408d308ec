"""Text for a terminal, a log or a script, in which no character of a received book can act as a command.

An escape sequence in the name of a file could clear the screen, a line end could begin a message of its own, and a
bidirectional control could show the words in another order.
"""

from __future__ import annotations

import re

# Controls (C0, C1), lone surrogates, line separators, bidirectional controls (UAX #9 §2), a byte order mark,
# noncharacters, tags.
_COMMANDS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff"
    "\U000e0000-\U000e007f"
)
_UNSAFE = re.compile(f"[{_COMMANDS}]")
_UNSAFE_IN_LINE = re.compile(f"[{_COMMANDS}\t\n]")


def clean_line(text: str) -> str:
    """Return the text on one line, with U+FFFD for each character that a terminal could take for a command."""
    return _UNSAFE_IN_LINE.sub("\N{REPLACEMENT CHARACTER}", text)


def clean_text(text: str) -> str:
    """Return the text as `clean_line` does, with its line ends and tabs."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def escape_json(text: str) -> str:
    """Return the JSON text with such characters as escapes, so that it says the same."""
    return _UNSAFE.sub(lambda match: _escape(ord(match[0])), text)


def _escape(code: int) -> str:
    r"""Return a character as \uXXXX, or as two of them (RFC 8259 §7)."""
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\u{0xD800 + ((code - 0x10000) >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def format_count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, in the plural if need be: “1 error”, “2,000 words”."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
