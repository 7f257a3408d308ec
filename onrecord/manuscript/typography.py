"""Print a paragraph as its language prints it: quotation marks, apostrophes, primes, dashes, spaces.

The letters of a paragraph are looked at in one run, across links and emphasis. Code, addresses and what was typed
with a backslash stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from onrecord.manuscript.quotation_marks import MarkRole, StraightMark, choose_quotation_marks, find_straight_marks
from onrecord.model import Code, Inline, LanguageSpan, LineBreak, NoteReference, Text
from onrecord.model.value import Value

_OBJECT = "\ufffc"  # stands for a piece of code; no source file can hold it
# What was typed with a backslash or as an entity, and stays. A backslash before these signs means nothing to Markdown,
# and Markdown takes both for punctuation. No manuscript holds the signs: they are punctuation of an Indian script that
# is not written any more. The private characters stand for them once they are read.
_KEPT = {
    '\\"': ("\\\U00010a50", "\ue010"),
    "\\'": ("\\\U00010a51", "\ue011"),
    "\\-": ("\\\U00010a52", "\ue012"),
    "\\.": ("\\\U00010a53", "\ue013"),
    "&quot;": ("\\\U00010a54", "\ue010"),
    "&#34;": ("\\\U00010a55", "\ue010"),
    "&apos;": ("\\\U00010a56", "\ue011"),
    "&#39;": ("\\\U00010a57", "\ue011"),
}
_KEPT_SIGNS = {"\ue010": '"', "\ue011": "'", "\ue012": "-", "\ue013": "."}
_TYPED = re.compile(r"\\[^\n]|&(?:quot|apos|#34|#39);")
_MARKED = re.compile("|".join(re.escape(mark) for mark, _ in _KEPT.values()))
_TYPED_BY_MARK = {mark: typed for typed, (mark, _) in _KEPT.items()}
_SIGN_BY_MARK = dict(_KEPT.values())

_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,11}://|\bwww\.|\bmailto:)[^\s<>\"]*[^\s<>\"'.,;:!?)\]]"
    r"|(?<![\w.+-])[\w.+-]{1,64}(?:'[\w.+-]{1,64}){0,2}@[\w-]+(?:\.[\w-]+)+"
)
_HYPHENS = re.compile(r"(?<!-)-{2,}(?!-)")
_HYPHEN_BETWEEN_WORDS = re.compile(r"(?<=[^\s-])[ \u00a0]-[ \u00a0](?=[^\s-])")
_DOTS = re.compile(r"\.\.\.")
_TIMES = re.compile(
    r"(?:(?<=\d)|(?<=[\d½¼¾][\"'″′])|(?<=[½¼¾])|(?<=\d [cm]m)|(?<=\d m)|(?<=\d in)|(?<=\d ft)|(?<=\d px))"
    r"[ \u00a0]([xх])[ \u00a0](?=\d)"
)
_ANYTHING = re.compile(r"[\"'\ue010-\ue013]|--|\.\.\.| - |\u00a0-[ \u00a0]| -\u00a0|[ \u00a0][xх][ \u00a0]")
_SPACED_EM_DASH = ("ru", "uk", "be", "kk", "bg")
_UNSPACED_EM_DASH = ("en", "en-US", "en-CA", "en-PH")


@dataclass(frozen=True, slots=True)
class Typography(Value):
    """What On Record changes in the text of interviews; each part can be turned off in `book.yaml`."""

    quotes: bool = True
    apostrophes: bool = True
    primes: bool = True
    dashes: bool = True
    ellipses: bool = True
    multiplication: bool = True
    spaces: bool = True


EVERYTHING = Typography()


@dataclass(frozen=True, slots=True)
class TextStyle(Value):
    """The language of a text, and what On Record changes in it."""

    language: str
    typography: Typography = EVERYTHING


# --- what was typed with a backslash ------------------------------------------------------------------


def mark_kept_signs(markdown: str) -> str:
    """Return Markdown in which signs with a backslash, or written as entities, are marked to stay as typed."""
    return _TYPED.sub(lambda match: _KEPT.get(match.group(), (match.group(), ""))[0], markdown)


def mark_signs(text: str) -> str:
    """Return a text in which signs that typography changes are marked to stay, as if each had a backslash."""
    return text.translate({ord(sign): mark for mark, sign in _KEPT_SIGNS.items()})


def restore_typed(text: str) -> str:
    """Return code in which marked signs are written as they were typed."""
    return _MARKED.sub(lambda match: _TYPED_BY_MARK[match.group()], text)


def restore_signs(text: str) -> str:
    """Return text that no typography is for (an address, an attribute), with the marked signs themselves."""
    return _MARKED.sub(lambda match: _KEPT_SIGNS[_SIGN_BY_MARK[match.group()]], text)


# --- a paragraph --------------------------------------------------------------------------------------


def join_texts(content: Iterable[Inline]) -> tuple[Inline, ...]:
    """Return the inlines with neighbouring texts joined; runs of spaces become one."""
    joined: list[Inline] = []
    for inline in content:
        if isinstance(inline, Text) and joined and isinstance(joined[-1], Text):
            joined[-1] = Text(joined[-1].text + inline.text)
        else:
            joined.append(inline)
    return tuple(Text(_join_spaces(inline.text)) if isinstance(inline, Text) else inline for inline in joined)


def _join_spaces(text: str) -> str:
    """Return the text with one space for each run of them, and marked signs as private characters."""
    return _MARKED.sub(lambda match: _SIGN_BY_MARK[match.group()], re.sub(" {2,}", " ", text))


def set_paragraph(content: tuple[Inline, ...], style: TextStyle) -> tuple[Inline, ...]:
    """Return the inlines of a paragraph with the printed signs of its language: quotation marks, dashes …"""
    letters: list[str] = []
    languages: list[str] = []
    for text, text_language in _iterate_letters(content, style.language):
        letters.append(text)
        languages += [text_language] * len(text)
    paragraph = "".join(letters)
    if not _ANYTHING.search(paragraph) and not any(name.split("-")[0] == "fr" for name in set(languages)):
        return content
    printed = _Paragraph(paragraph, languages, style.typography).get_printed_letters()
    return _replace_letters(content, iter(printed))


def trim_blanks(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return the inlines without spaces at both ends and around forced line ends."""
    trimmed: list[Inline] = []
    for index, inline in enumerate(content):
        if not isinstance(inline, Text):
            trimmed.append(inline)
            continue
        text = inline.text
        if index == 0 or isinstance(content[index - 1], LineBreak):
            text = text.lstrip(" ")
        if index + 1 == len(content) or isinstance(content[index + 1], LineBreak):
            text = text.rstrip(" ")
        if text:
            trimmed.append(Text(text))
    return tuple(trimmed)


def _iterate_letters(content: Iterable[Inline], language: str) -> Iterator[tuple[str, str]]:
    """Yield the letters of each inline with their language; an object sign for what must stay."""
    for inline in content:
        match inline:
            case Text(text):
                yield text, language
            case Code() | LineBreak():
                yield _OBJECT if isinstance(inline, Code) else "\n", language
            case NoteReference():
                pass
            case LanguageSpan(inner, other_language):
                yield from _iterate_letters(inner, other_language)
            case _:
                yield from _iterate_letters(inline.content, language)


def _replace_letters(content: Iterable[Inline], printed: Iterator[str]) -> tuple[Inline, ...]:
    """Return the inlines with the printed letters in the place of the typed ones."""
    rebuilt: list[Inline] = []
    for inline in content:
        match inline:
            case Text(text):
                rebuilt.append(Text("".join(next(printed) for _ in text)))
            case Code() | LineBreak():
                next(printed)
                rebuilt.append(inline)
            case NoteReference():
                rebuilt.append(inline)
            case _:
                rebuilt.append(replace(inline, content=_replace_letters(inline.content, printed)))
    return tuple(rebuilt)


class _Paragraph:
    """The letters of a paragraph, and what is printed for each of them."""

    def __init__(self, text: str, languages: list[str], typography: Typography) -> None:
        self._text = _ADDRESS.sub(lambda match: _OBJECT * len(match.group()), text)
        self._languages = languages
        self._typography = typography
        self._printed = list(text)

    def get_printed_letters(self) -> list[str]:
        """Return what is printed for each typed letter of a paragraph."""
        setters: tuple[tuple[bool, Callable[[], None]], ...] = (
            (self._typography.multiplication, self._set_multiplication),
            (self._typography.ellipses, self._set_ellipses),
            (self._typography.dashes, self._set_dashes),
            (True, self._set_quotation_marks),
            (self._typography.spaces, self._set_spaces),
        )
        for is_wanted, set_signs in setters:
            if is_wanted:
                set_signs()
        return [_KEPT_SIGNS.get(sign, sign) for sign in self._printed]

    def _replace(self, start: int, stop: int, printed: str) -> None:
        """Print a text for the letters from `start` to `stop`."""
        self._printed[start:stop] = [printed, *[""] * (stop - start - 1)]

    def _set_multiplication(self) -> None:
        """Print × for an x between figures: 18 × 24."""
        for match in _TIMES.finditer(self._text):
            self._replace(match.start(1), match.end(1), "×")

    def _set_ellipses(self) -> None:
        """Print … for three full stops, in a paragraph as its language prints it."""
        for match in _DOTS.finditer(self._text):
            self._replace(*match.span(), "…")

    def _set_dashes(self) -> None:
        """Print dashes for two or three hyphens, and for a hyphen between two words."""
        for match in _HYPHENS.finditer(self._text):
            self._replace(*match.span(), _choose_dashes(len(match.group())))
        for match in _HYPHEN_BETWEEN_WORDS.finditer(self._text):
            before, after = self._text[match.start() - 1], self._text[match.end()]
            if not (before.isnumeric() and after.isnumeric()) and "+" not in before + after:
                self._replace(*match.span(), _choose_dash_between_words(self._languages[match.start()]))

    def _set_quotation_marks(self) -> None:
        """Print quotation marks, apostrophes and primes for straight marks."""
        for mark in find_straight_marks(self._text, self._languages):
            self._replace(mark.index, mark.index + 1, self._choose_sign(mark))

    def _choose_sign(self, mark: StraightMark) -> str:
        """Return the quotation mark, apostrophe or prime that is printed for a straight mark."""
        typography = self._typography
        opening, closing = choose_quotation_marks(self._languages[mark.index], double=mark.is_outer)
        match mark.role:
            case MarkRole.OPENS if typography.quotes:
                return opening
            case MarkRole.CLOSES if typography.quotes:
                return closing
            case MarkRole.APOSTROPHE if typography.apostrophes:
                return "’"
            case MarkRole.PRIME if typography.primes:
                return "″" if mark.sign == '"' else "′"
        return mark.sign

    def _set_spaces(self) -> None:
        """Print a no-break space before ; : ? ! » and after « in French."""
        for match in re.finditer(r" (?=[;:?!»])|(?<=«) ", self._text):
            if self._languages[match.start()].split("-")[0] == "fr":
                self._printed[match.start()] = "\u00a0"


def _choose_dashes(count: int) -> str:
    """Return the dashes for a run of hyphens: – for two, — for three, and so on (as CommonMark's “smart” option)."""
    if count % 3 == 0:
        return "—" * (count // 3)
    if count % 2 == 0:
        return "–" * (count // 2)
    return "—" * ((count - 2) // 3) + "–" if count % 3 == 2 else "—" * ((count - 4) // 3) + "––"


def _choose_dash_between_words(language: str) -> str:
    """Return the dash of the language with its spaces."""
    if language in _UNSPACED_EM_DASH:
        return "—"
    return "\u00a0— " if language.split("-")[0] in _SPACED_EM_DASH else " – "
