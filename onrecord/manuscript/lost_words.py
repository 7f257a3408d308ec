"""Compare the words of a Markdown body with those that came out of the reader."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import chain

from onrecord.manuscript.file_problems import Problems
from onrecord.model.rule import Rule, Severity

_WORD = re.compile(r"[^\W_]+")
# What is no word of the text: numbers of list items (`list_markers` compares them), names of footnotes and of link
# definitions.
_NO_WORDS = re.compile(
    r"^\s*(?:(?:>|[-*+:~]\s|\d{1,9}[.)](?=\s|$))\s*)+|\[\^[^\]\s]+\]|(?<=\])\[[^\]]+\]|^ {0,3}\[[^\]]+\](?=:)"
)
# The form `[name]:` at the start of a line, which Markdown reads as a definition whatever comes after it, and the
# targets that an editor may have meant as the address of a link.
_DEFINITION = re.compile(r"^ {0,3}\[[^\]^][^\]]*\]:")
_LINK_DEFINITION = re.compile(
    _DEFINITION.pattern + r"\s*<?(?:[A-Za-z][A-Za-z0-9+.-]*:\S+|www\.\S+|[#/.]\S+|[^\s>]*[\w/-]\.\w{2,})>?"
    r"(?:\s+(?:\".*\"|'.*'|\(.*\)))?\s*$"
)


def report_lost_words(
    body: str, body_line: int, texts: Sequence[str], problems: Problems, excused: Collection[str] = ()
) -> None:
    """Report each line of a body of which a run of letters or digits is in no text that was read.

    `texts` came out; `body_line` is the line of the file on which the body begins. The loss of the footnotes with
    `excused` names has been reported.
    """
    unmatched = Counter(_WORD.findall("\n".join(texts)))
    lines = body.split("\n")
    words_by_line = [_WORD.findall(html.unescape(_NO_WORDS.sub("", line))) for line in lines]
    if Counter(chain.from_iterable(words_by_line)) <= unmatched:
        return
    whole_text = "".join(texts)
    for number, (line, words) in enumerate(zip(lines, words_by_line, strict=True), body_line):
        for word in words:
            unmatched[word] -= 1
            if unmatched[word] >= 0 or ("&" in line and (word in whole_text or line.strip() in whole_text)):
                continue
            if line.lstrip().startswith(tuple(f"[^{name}]:" for name in excused)):
                break
            _report_lost_word(word, line, number, problems)
            break


def _report_lost_word(word: str, line: str, number: int, problems: Problems) -> None:
    """Report a word of a line that the reading lost: a warning for an unused link definition, else an error."""
    severity = Severity.ERROR
    if _LINK_DEFINITION.match(line):
        severity = Severity.WARNING
        sentence, hint = "this link is defined and never used", "delete the line, or use it: [words][name]"
    elif _DEFINITION.match(line):
        sentence = f"Markdown reads this line as the address of a link and would drop the word “{word}”"
        hint = "put a backslash before the bracket if the line is text: \\["
    elif line.lstrip().startswith("[^"):
        sentence = "this footnote is never called, or defined twice"
        hint = "call it where it belongs, [^name], or delete it"
    else:
        sentence = f"the word “{word}” is lost when this line is read"
        hint = "put a backslash before marks that are meant as text: \\["
        if line.count("|") > 1:
            hint = "a row of a table has at most as many cells as its head; for a bar in a cell type a backslash: \\|"
    problems.add(number, Rule.NOTHING_IS_LOST_IN_READING, sentence, hint, severity)
