"""Write pandoc's inlines as Markdown, and collect the footnotes that they call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from onrecord.importers.common.pandoc_inlines import collect_words, unwrap_plain_spans
from onrecord.importers.common.plain_markdown import escape_inline, escape_paragraph
from onrecord.runtime.pandoc import Block, Inline, PandocLink

_SAFE_TARGET = re.compile(r"(?i)(?:https?://|mailto:)[^\s<>\"{}|\\^`]+$")
_EMPHASIS_MARKS = {"Emph": "*", "Strong": "**", "Strikeout": "~~", "Superscript": "^", "Subscript": "~"}


class InlineMarkdown:
    """Writes inlines as Markdown; `footnotes` are the texts of all that were called, in order."""

    def __init__(self) -> None:
        self.footnotes: list[str] = []

    def write(self, inlines: Iterable[Inline]) -> str:
        """Return the Markdown of pandoc's inlines, without spaces around it."""
        return "".join(self._write_inline(inline) for inline in inlines).strip()

    def _write_inline(self, inline: Inline) -> str:
        """Return the Markdown of one pandoc inline; add a footnote that it holds."""
        match inline["t"]:
            case "Str":
                return escape_inline(inline["c"])
            case "Space" | "SoftBreak" | "LineBreak":
                return " "
            case "Code":
                return _write_code(inline["c"][1])
            case "Emph" | "Strong" | "Strikeout" | "Superscript" | "Subscript":
                return _write_emphasis(self._write_content(inline["c"]), _EMPHASIS_MARKS[inline["t"]])
            case "Quoted":
                opening, closing = "“”" if inline["c"][0]["t"] == "DoubleQuote" else "‘’"
                return opening + self._write_content(inline["c"][1]) + closing
            case "Link":
                return self._write_link(inline)
            case "Image" | "Span" | "Cite":
                return self._write_content(inline["c"][1])
            case "Note":
                return self._call_footnote(inline["c"])
            case "RawInline":
                return ""
        return escape_inline(collect_words(inline))

    def _write_content(self, inlines: Iterable[Inline]) -> str:
        """Return the Markdown of pandoc inlines, with spaces at its ends kept."""
        return "".join(self._write_inline(inline) for inline in unwrap_plain_spans(inlines))

    def _write_link(self, link: PandocLink) -> str:
        """Return a pandoc link as Markdown, or its words alone if they are empty or the target is no plain address."""
        _, inlines, (target, _) = link["c"]
        words = self._write_content(inlines)
        if not words.strip() or not _SAFE_TARGET.match(target):
            return words
        before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
        return f"{before}[{words.strip()}]({target.replace('(', '%28').replace(')', '%29')}){after}"

    def _call_footnote(self, blocks: Sequence[Block]) -> str:
        """Add a footnote of an imported text, and return the mark that calls it."""
        words = " ".join(" ".join(collect_words(block) for block in blocks).split())
        self.footnotes.append(escape_paragraph(words))
        return f"[^{len(self.footnotes)}]"


def _write_code(code: str) -> str:
    """Return inline code between runs of backticks longer than those inside it."""
    longest_run = max(map(len, re.findall("`+", code)), default=0)
    fence = "`" * (longest_run + 1)
    padding = " " if code.startswith("`") or code.endswith("`") else ""
    return f"{fence}{padding}{code}{padding}{fence}"


def _write_emphasis(words: str, mark: str) -> str:
    """Return words between emphasis marks, with outer spaces outside, as CommonMark requires."""
    bare = words.strip()
    if not bare or (mark in ("^", "~") and " " in bare):
        return words
    before = words[: len(words) - len(words.lstrip())]
    return f"{before}{mark}{bare}{mark}{words[len(words.rstrip()) :]}"
