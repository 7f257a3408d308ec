"""Find labels at the start of a line that are typed in another way than `**LABEL:**`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from onrecord.model import Block, Emphasis, Inline, ListBlock, Paragraph, Person, Quotation, Strong, Text
from onrecord.model.names import fold_name

_MOST_QUOTED = 60  # characters of a line in a hint
_COLON = "[:：∶﹕︰꞉ː]"
_DASH = r"(?:[-–—]{1,3}(?=\s|$)|[–—])"
# What may stand after a label: marks, a note in brackets, a sign, marks, and the words.
_AFTER = (
    r"\s*(?P<note>\([^()]{1,40}\)|\[[^\[\]]{1,40}\])?\s*(?P<close>(?P=open)|[\])>]|)\s*"
    rf"(?P<sign>{_COLON}|{_DASH}|[.>](?=\s|[*_]|$)|)\s*(?P<close2>(?P=open)|)(?P<blank>\s*)(?P<words>.*)$"
)
_OPEN = r"(?P<open>\*{1,3}|_{1,3}|[\[(<]|)\s*"
# A label of nobody: up to three words in capitals, or one capital letter.
_CAPITALS = re.compile(rf"(?P<name>[^\W\d_](?:[\w.'’-]*)(?: [\w.'’-]+){{0,3}})\s?(?P<sign>{_COLON})\s+(?P<words>\S.*)$")
_MARKED = re.compile(
    rf"(?P<open>\*{{1,3}}|_{{1,3}})(?P<name>[^\W\d_][\w.'’-]*(?: [\w.'’-]+){{0,3}})\s?"
    rf"(?:{_COLON}(?P=open)|(?P=open)\s?(?:{_COLON}|{_DASH}))\s*(?P<words>\S.*)$"
)
_NO_LABELS = frozenset(
    ["NOTE", "NOTES", "PS", "P.S.", "PPS", "NB", "N.B.", "UPDATE", "EDIT", "FAQ", "TIP", "TODO", "WARNING", "RE"]
)
_ANY_LABEL = re.compile(rf"\\[^\W\d_][^:\n]{{0,59}}?{_COLON}")


@dataclass(frozen=True, slots=True)
class NearLabel:
    """A label as it is typed, and its line as it should be.

    `name` is the label without signs, `words` what is said. `is_exact`: typed with the capitals of the cast. If
    `is_certain`, it is an error. `has_correction`: no other spelling can be meant.
    """

    typed: str
    name: str
    words: str
    person: str = ""
    is_bold: bool = False
    is_exact: bool = True
    has_colon: bool = True
    is_certain: bool = True
    has_correction: bool = False

    @property
    def line(self) -> str:
        """Return the line as the label should be typed: in bold, with a colon."""
        return f"**{self.name}:** {self.words}"


def _build_name_pattern(name: str) -> str:
    """Return a regular expression for a name, with any blanks and either form of its apostrophes."""
    return re.sub(r"['’]", "['’]", re.escape(name).replace(r"\ ", r"\s+"))


def shorten_line(text: str, most: int = _MOST_QUOTED) -> str:
    """Return the text, cut at a blank if it is long."""
    if len(text) <= most:
        return text
    return f"{text[:most].rpartition(' ')[0] or text[:most]} …"


class KnownLabels:
    """The names and labels of the people of an interview."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = {name: person.name for person in people for name in (person.name, *person.labels) if name}
        self._folded = {fold_name(name): name for name in self._people}
        names = sorted(map(_build_name_pattern, self._people), key=len, reverse=True)
        alternatives = "|".join(names)
        self._line = re.compile(rf"{_OPEN}(?P<name>{alternatives})(?![^\W_]){_AFTER}", re.IGNORECASE) if names else None
        self._protected = re.compile(rf"(?<!\S)\\(?=(?:{alternatives})(?![^\W_]))", re.IGNORECASE) if names else None
        closing = rf"(?:{_COLON}\s?(?P=mark)|(?P=mark)\s?{_COLON})"
        inside = rf"\s(?P<typed>(?P<mark>\*\*|__)(?P<name>{alternatives})\s?{closing})\s*(?P<words>.*)$"
        self._inside = re.compile(inside) if names else None

    def find(self, line: str) -> NearLabel | None:
        """Return a person's label that the line begins with, if it can be meant as a turn; else None."""
        match = self._line.match(line) if self._line else None
        if not match or line.startswith("\\"):
            return None
        typed_name = match["name"]
        folded = fold_name(" ".join(typed_name.split()))
        name = self._folded.get(folded)
        if name is None:
            return None
        is_exact = typed_name in self._people
        if len(typed_name) < 3 and not is_exact:
            return None
        return _judge_label(match, self._people[name], is_exact=is_exact)

    def drop_backslash(self, block: Block) -> Block:
        """Return the block without the backslashes that keep a speaker label as text."""
        match block:
            case Paragraph(content):
                return replace(block, content=self.drop_backslash_from_text(content))
            case Quotation(blocks):
                return replace(block, blocks=tuple(self.drop_backslash(inner) for inner in blocks))
            case ListBlock(items=items):
                entries = tuple(tuple(self.drop_backslash(inner) for inner in blocks) for blocks in items)
                return replace(block, items=entries)
            case _:
                return block

    def drop_backslash_from_text(self, content: tuple[Inline, ...]) -> tuple[Inline, ...]:
        """Return a paragraph's inlines without the backslashes that keep a speaker label as text."""
        changed: list[Inline] = []
        for index, inline in enumerate(content):
            if isinstance(inline, Text) and "\\" in inline.text:
                text = self._protected.sub("", inline.text) if self._protected else inline.text
                changed.append(Text(text[1:] if index == 0 and _ANY_LABEL.match(text) else text))
            elif isinstance(inline, Strong | Emphasis):
                changed.append(replace(inline, content=self.drop_backslash_from_text(inline.content)))
            else:
                changed.append(inline)
        return tuple(changed)

    def find_label_inside(self, line: str) -> NearLabel | None:
        """Return the first speaker label in bold, with its colon, after other words of the line; or None."""
        match = self._inside.search(line) if self._inside else None
        if not match or not line[: match.start()].strip(" >*_#-"):
            return None
        name = self._folded.get(fold_name(match["name"]))
        return (
            NearLabel(match["typed"], match["name"], match["words"], self._people[name], is_bold=True) if name else None
        )


def _judge_label(match: re.Match[str], person: str, *, is_exact: bool) -> NearLabel | None:
    """Return the label if what surrounds it looks like one; None if it is a name in a sentence."""
    name, sign, words = match["name"], match["sign"], _read_words_after(match)
    is_marked = bool(match["open"])
    is_closed = bool(match["close"] or match["close2"])
    is_bold = match["open"] in ("**", "__", "***", "___")
    is_loud = name.isupper() and len(name) > 1
    has_colon = bool(re.fullmatch(_COLON, sign))
    if has_colon:
        is_label, is_certain = True, True
    elif not words:
        is_label = (is_marked and is_closed) or (not is_marked and is_exact and sign == "")
        is_certain = is_exact and (is_bold or is_loud)
    elif sign in (".", ">"):
        is_label, is_certain = is_exact and (is_bold or (is_loud and len(name) > 2)), True
    elif sign:
        is_label, is_certain = is_exact, is_bold or is_loud
    else:
        is_label = is_exact and is_marked and is_closed and (words[:1].isupper() or not words[:1].isalnum())
        is_certain = is_bold or is_loud
    is_link = match["open"] == "[" and match.string[match.end("close") :].startswith(("(", "[", ":"))
    if not is_label or match["open"] == "<" or is_link:
        return None
    typed = match.string[: match.start("blank")].strip()
    if match["note"]:
        words = f"{match['note']} {words}".strip()
    return NearLabel(
        typed,
        name,
        words,
        person,
        is_bold=is_bold,
        is_exact=is_exact,
        has_colon=has_colon,
        is_certain=is_certain,
        has_correction=bool(sign) and is_certain and not match["note"] and _is_markup_balanced(match),
    )


def _read_words_after(match: re.Match[str]) -> str:
    """Return the words after a label; marks that the label shares with them are taken away."""
    words = str(match["words"]).strip()
    opening = match["open"]
    if opening and opening in "***___" and not (match["close"] or match["close2"]):
        return words.removesuffix(opening)
    return words


def _is_markup_balanced(match: re.Match[str]) -> bool:
    """Return whether every mark opened before a label is closed, after it or at the end of the line."""
    opening, closing = match["open"], match["close"] or match["close2"]
    if not opening:
        return not closing
    if opening in ("[", "("):
        return closing in ("]", ")")
    return closing == opening or (not closing and match["words"].strip().endswith(opening))


def find_unknown_label(line: str) -> NearLabel | None:
    """Return what looks like the label of somebody who is not among the people; None for other text.

    It is certain if it is in capitals; a name that only one paragraph begins with is none.
    """
    match = _MARKED.match(line) or _CAPITALS.match(line)
    if not match or match["name"] in _NO_LABELS:
        return None
    name, is_marked = match["name"], "open" in match.re.groupindex
    if is_marked and match["open"] in ("**", "__") and re.match(_COLON, line[match.end("name") :].lstrip("*_ ")):
        return None  # a turn
    if not all(word[:1].isupper() or word in ("de", "van", "von", "der", "al", "la", "the") for word in name.split()):
        return None
    typed = line[: match.start("words")].strip()
    return NearLabel(typed, name, match["words"], is_certain=name.isupper() and not is_marked)
