"""Read Rich Text Format: its characters are rewritten as Unicode, its words are counted, and pandoc reads the result.

pandoc 3.9 knows no code pages, and drops a letter after each character of Unicode. Microsoft, Rich Text Format (RTF)
Specification 1.9.1. A document with hidden words, deletions that are still in it, or comments is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from onrecord.importers.common import decoding
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import split_into_tokens
from onrecord.importers.readers import pandoc_tree
from onrecord.importers.readers.hidden_words import (
    WHITE,
    HiddenWords,
    is_like_background,
    is_too_small,
    parse_color,
    refuse_hidden_words,
)
from onrecord.model.rule import Rule
from onrecord.runtime import pandoc

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})?[ ]?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}]+)",
    re.DOTALL,
)
_SPACE_WORDS = "par line sect page column cell row nestcell nestrow tab emspace enspace qmspace softline"
_SPACES = frozenset(_SPACE_WORDS.split())
_SIGNS = {
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
}
_SYMBOLS = {"~": " ", "_": "-", "-": "", "{": "{", "}": "}", "\\": "\\", "\n": " ", "\r": " ", "\t": " "}
_SILENT_WORDS = (
    "fonttbl colortbl stylesheet info pict object themedata colorschememapping generator listtable listoverridetable "
    "revtbl rsidtbl xmlnstbl datastore fldinst bkmkstart bkmkend latentstyles filetbl listtext docvar userprops "
    "wgrffmtfilter mmathPr blipuid picprop sp nonshppict background pgdsctbl txe rxe"
)
_SILENT = frozenset(_SILENT_WORDS.split())
_ASIDE = {
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "head or foot of the page"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "head or foot of the page"),
    "shptxt": "a text box",
}
_CODE_PAGE_OF_CHARSET = {
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "cp936",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    255: "cp437",
}
_PLAIN_SIZE = 24  # half points
_LOOKS = ("v", "deleted", "plain", "cf", "fs", "cb", "chcbpat", "highlight")  # the last three are backgrounds
# What gives paragraphs, cells and shapes a colour: then white letters may be seen.
_SHADES = re.compile(rb"\\(?:clcbpat|cbpat|trcbpat|clcbpatraw|clshdng|shading|dpfillfg)[a-z]*[1-9]|\bfillColor\b")
_MAX_DEPTH = 500
_HIDDEN_HINT = "show hidden text, delete these words or format them visibly, save, and import again"
_SAVE_HINT = "open it in Word or LibreOffice and save it as .docx"


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds inside a pair of braces."""

    code_page: str
    fallback_length: int = 1  # characters after \\u that older readers show in its place
    is_silent: bool = False
    aside: str = ""
    is_hidden: bool = False
    is_deleted: bool = False
    color: int = -1  # of letters, as the number of a row in the table of colours; -1: the program's own
    background: int = -1
    size_half_pt: int = _PLAIN_SIZE
    is_font_table: bool = False
    is_color_table: bool = False
    ignores_unknown: bool = False  # after \\*


def _change_look(group: _Group, word: str, number: int | None) -> _Group:
    """Return the RTF group after a control word that says how its letters look."""
    is_on = number is None or number != 0
    match word:
        case "v":
            return replace(group, is_hidden=is_on)
        case "deleted":
            return replace(group, is_deleted=is_on)
        case "cf":
            return replace(group, color=number or 0)
        case "fs":
            return replace(group, size_half_pt=number or 0)
        case "plain":
            group = replace(group, is_hidden=False, is_deleted=False)
            return replace(group, color=-1, background=-1, size_half_pt=_PLAIN_SIZE)
    return replace(group, background=number or 0)


class _ColorTable:
    """The colours of a document by their numbers, as six hexadecimal digits; "" is the program's own.

    `has_shades`: something in the document gives paragraphs, cells or shapes a colour, so white letters may be seen.
    """

    def __init__(self, *, has_shades: bool) -> None:
        self._rows = [""]
        self._has_shades = has_shades

    def add_part(self, number: int) -> None:
        """Add red, green or blue to the last row of the RTF colour table."""
        self._rows[-1] += f"{min(255, max(0, number)):02x}"

    def end_rows(self, count: int) -> None:
        """End the last row of the RTF colour table, and as many as follow."""
        self._rows += [""] * count

    def _find_color(self, number: int) -> str:
        """Return the colour of a number in the RTF colour table, "" for the program's own."""
        return parse_color(f"#{self._rows[number]}") if 0 <= number < len(self._rows) else ""

    def explain_look(self, group: _Group) -> str:
        """Return what hides the letters of an RTF group, "" if they are seen."""
        if group.is_hidden:
            return "formatted as hidden"
        if is_too_small(group.size_half_pt / 2):
            return f"in {group.size_half_pt / 2:g} pt type"
        color, background = self._find_color(group.color), self._find_color(group.background)
        if self._has_shades or not is_like_background(color, background or WHITE):
            return ""
        return "in the colour of their background" if background else "white on white"


class _Scanner:
    """Goes through the bytes once; rewrites characters and collects words."""

    def __init__(self, data: bytes, name: str) -> None:
        self.rewritten: list[str] = []
        self.words: list[str] = []
        self.asides: list[tuple[str, str]] = []  # why, words
        self.hidden: list[HiddenWords] = []
        self.has_comments = False
        self.has_deletions = False
        self.is_damaged = False  # braces that are not in pairs
        self._name = name
        self._code_pages: dict[int, str] = {}  # of fonts
        self._font = 0
        self._colors = _ColorTable(has_shades=_SHADES.search(data) is not None)
        self._default_page = "cp1252"
        self._group = _Group(self._default_page)
        self._groups: list[_Group] = []
        self._bytes = bytearray()  # characters of a code page, one or two bytes each
        self._skipped = 0  # characters of a fallback that are still to come
        for token in _TOKEN.finditer(data):
            self._read_token(token)
        self._write_collected_bytes()
        self.is_damaged = self.is_damaged or bool(self._groups)

    def _read_token(self, token: re.Match[bytes]) -> None:
        """Read one token of the RTF file."""
        if token["byte"]:
            if self._skipped:
                self._skipped -= 1
            else:
                self._bytes.append(int(token["byte"], 16))
            return
        if token["text"] is not None:
            if self._group.is_color_table:
                self._colors.end_rows(token["text"].count(b";"))
            self._read_plain_text(token["text"].replace(b"\r", b"").replace(b"\n", b""))
            return
        self._write_collected_bytes()
        if token["brace"]:
            self._skipped = 0
            self._read_brace(token["brace"] == b"{")
        elif token["symbol"]:
            self._read_control_symbol(token["symbol"].decode("latin-1"))
        else:
            self._read_control_word(token["word"].decode("ascii"), token["number"])

    def _read_brace(self, opens: bool) -> None:
        """Open or close a group of the RTF file."""
        self.rewritten.append("{" if opens else "}")
        if opens:
            self._groups.append(self._group)
            if len(self._groups) > _MAX_DEPTH:
                sentence = f"this document is nested more than {_MAX_DEPTH} levels deep"
                raise decoding.build_refusal(self._name, Rule.NESTING_IS_SHALLOW, sentence, _SAVE_HINT)
        elif self._groups:
            self._group = self._groups.pop()
        else:
            self.is_damaged = True

    def _read_control_symbol(self, symbol: str) -> None:
        """Read a backslash with a sign after it in the RTF file."""
        if symbol == "*":
            self._group = replace(self._group, ignores_unknown=True)
            self.rewritten.append("\\*")
        elif self._skipped and symbol in _SYMBOLS:
            self._skipped -= 1
        else:
            if symbol != "-":  # where a word may be divided
                self.rewritten.append("\\par " if symbol in "\r\n" else f"\\{symbol}")
            self._add_characters(_SYMBOLS.get(symbol, ""))

    def _read_control_word(self, word: str, digits: bytes | None) -> None:
        """Read a control word of the RTF file with its number."""
        number = int(digits) if digits is not None else None
        if word == "bin" and number:
            sentence = "this document contains binary data, which cannot be read"
            raise decoding.build_refusal(self._name, Rule.FILE_IS_PLAIN, sentence, _SAVE_HINT)
        if word == "u" and number is not None:
            self._skipped = self._group.fallback_length
            self._write_characters(_decode_utf_16_unit(number))
        elif word == "uc":
            self._group = replace(self._group, fallback_length=max(0, number or 0))
        else:
            self.rewritten.append(f"\\{word}{'' if digits is None else digits.decode('ascii')} ")
            self._apply_control_word(word, number)

    def _apply_control_word(self, word: str, number: int | None) -> None:
        """Apply an RTF control word to the group, or add the words that it stands for."""
        if word in _SPACES or word in _SIGNS:
            self._add_characters(_SIGNS.get(word, " "))
        elif word in ("f", "fcharset", "ansicpg", "mac", "deff", "fonttbl"):
            self._apply_font(word, number)
        elif word in _LOOKS:
            self._group = _change_look(self._group, word, number)
        elif word in ("red", "green", "blue"):
            self._colors.add_part(number or 0)
        elif word in ("annotation", "atnauthor"):
            self.has_comments = True
            self._group = replace(self._group, is_silent=True)
        elif word == "colortbl":
            self._group = replace(self._group, is_color_table=True, is_silent=True)
        elif word in _ASIDE:
            self._group = replace(self._group, aside=_ASIDE[word])
        elif word in _SILENT or (self._group.ignores_unknown and word not in ("shpinst", "footnote")):
            self._group = replace(self._group, is_silent=True)
        self._group = replace(self._group, ignores_unknown=False)

    def _apply_font(self, word: str, number: int | None) -> None:
        """Apply an RTF control word that says in which code page bytes are written."""
        if word == "fonttbl":
            self._group = replace(self._group, is_font_table=True, is_silent=True)
        elif word == "f":
            self._font = number or 0
            if not self._group.is_font_table:
                self._group = replace(self._group, code_page=self._code_pages.get(self._font, self._default_page))
        elif word == "fcharset":
            self._code_pages[self._font] = _CODE_PAGE_OF_CHARSET.get(number or 0, self._default_page)
        elif word == "deff":
            self._font = number or 0
        else:
            self._default_page = "mac_roman" if word == "mac" else f"cp{number}"
            if not _is_known_code_page(self._default_page):
                self._default_page = "cp1252"
            self._group = replace(self._group, code_page=self._default_page)

    def _read_plain_text(self, text: bytes) -> None:
        """Read plain characters of the RTF file; those of a fallback are dropped."""
        skipped = min(self._skipped, len(text))
        self._skipped -= skipped
        for part in re.split(rb"([\x80-\xff]+)", text[skipped:]):
            if part[:1] >= b"\x80":
                self._bytes += part
            elif part and self._bytes and _has_two_byte_characters(self._group.code_page) and len(self._bytes) % 2:
                self._bytes += part[:1]  # the second byte of a character may be one of ASCII
                self._write_collected_bytes()
                self._write_characters(part[1:].decode("ascii"))
            else:
                self._write_collected_bytes()
                self._write_characters(part.decode("ascii"))

    def _write_collected_bytes(self) -> None:
        """Write the collected bytes of an RTF code page as Unicode."""
        if self._bytes:
            text = self._bytes.decode(self._group.code_page, "replace")
            self._bytes.clear()
            self._write_characters(text)

    def _write_characters(self, text: str) -> None:
        """Write characters of the RTF file as they are: pandoc reads UTF-8."""
        self.rewritten.append(_encode_for_pandoc(text))
        self._add_characters(text)

    def _add_characters(self, text: str) -> None:
        """Add characters of the RTF file to its words: hidden, deleted, set aside or plain."""
        if self._group.is_silent or not text:
            return
        if reason := self._colors.explain_look(self._group):
            self.hidden.append(HiddenWords("the text", text, reason))
        elif self._group.is_deleted:
            self.has_deletions = self.has_deletions or bool(text.strip())
        elif self._group.aside:
            last = self.asides[-1] if self.asides else ("", "")
            joined = (self._group.aside, last[1] + text) if last[0] == self._group.aside else (self._group.aside, text)
            self.asides[-1:] = [joined] if last[0] == self._group.aside else [*self.asides[-1:], joined]
        else:
            self.words.append(text)


def _decode_utf_16_unit(number: int) -> str:
    """Return the character of a number after RTF's \\u, which is that of UTF-16 and may be negative."""
    return chr(number % 65_536)


def _encode_for_pandoc(text: str) -> str:
    """Return text as RTF for pandoc: braces and backslashes get a backslash, all other letters stay as they are."""
    return re.sub(r"[\\{}]", r"\\\g<0>", text)


def _is_known_code_page(name: str) -> bool:
    """Return whether Python knows the code page of an RTF file."""
    try:
        return "a".encode(name) == b"a"
    except LookupError:
        return False


def _has_two_byte_characters(code_page: str) -> bool:
    """Return whether characters of the code page have two bytes."""
    return code_page in ("cp932", "cp936", "cp949", "cp950")


# --- the document ---------------------------------------------------------------------------------


def read_rtf(data: bytes, name: str) -> SourceText:
    """Return the text of an RTF document; raise Refused for hidden words, open changes or comments."""
    scanned = _Scanner(data.rstrip(b"\0 \r\n"), name)
    if scanned.is_damaged:
        sentence = "this RTF is damaged: its braces are not in pairs"
        raise decoding.build_refusal(name, Rule.FILE_IS_WHOLE, sentence, _SAVE_HINT)
    refuse_hidden_words(name, scanned.hidden, _HIDDEN_HINT)
    if scanned.has_deletions:
        sentence = "this document has tracked deletions that are neither accepted nor rejected"
        hint = "accept or reject every change (Review → Accept all), save, and import again"
        raise decoding.build_refusal(name, Rule.CHANGES_ARE_SETTLED, sentence, hint)
    if scanned.has_comments:
        sentence, hint = "this document has comments", "answer the comments and delete them, save, and import again"
        raise decoding.build_refusal(name, Rule.COMMENTS_ARE_SETTLED, sentence, hint)
    words = _join_surrogates("".join(scanned.words))
    asides = [(why, " ".join(_join_surrogates(text).split())) for why, text in scanned.asides]
    try:
        blocks = pandoc.read_text(_join_surrogates("".join(scanned.rewritten)).encode(), "rtf")
    except (pandoc.PandocTimeout, *pandoc.PANDOC_ERRORS) as error:
        sentence = "pandoc could not read this document"
        raise decoding.build_refusal(name, Rule.READING_ENDS, sentence, _SAVE_HINT) from error
    clippings = pandoc_tree.read_clippings(blocks)
    added = [
        Clipping(0, "", text, kind="aside", reason=why) for why, text in _select_unread_texts(asides, words, clippings)
    ]
    original = split_into_tokens(" ".join((words, *(text for _, text in asides if text))))
    return SourceText(
        tuple(replace(clipping, index=index) for index, clipping in enumerate((*clippings, *added))),
        tuple(original),
        is_ordered=False,
    )


def _join_surrogates(text: str) -> str:
    """Return the text with each pair of surrogates as one character, and without single ones."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\ufffd", "")


def _select_unread_texts(
    asides: Sequence[tuple[str, str]], words: str, clippings: Sequence[Clipping]
) -> list[tuple[str, str]]:
    """Return the texts beside the RTF document's text that pandoc did not put into it."""
    surplus = Counter(token for clipping in clippings for token in split_into_tokens(clipping.all_words))
    surplus -= Counter(split_into_tokens(words))
    unread = []
    for why, text in asides:
        tokens = Counter(split_into_tokens(text))
        if tokens and tokens <= surplus:
            surplus -= tokens
        elif tokens:
            unread.append((why, text))
    return unread
