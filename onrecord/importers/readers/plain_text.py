"""Plain text, as it is pasted from a page or a letter, → clippings."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from onrecord.importers.common import boilerplate, decoding, labels
from onrecord.importers.common.draft import Clipping, Reading
from onrecord.importers.common.plain_markdown import escaped, tokens
from onrecord.importers.readers import captions
from onrecord.importers.readers.printed_sheets import GOES_ON, cleared

_OPENS = re.compile(r"\s*(?:[—–―-]\s|>>|[•▪●·]\s|\d{1,3}[.)]\s|\*\*|#{1,6}\s)")
_CLOSED = re.compile(r"[.!?…:：。！？؟\"”’»)\]]\s*$")
_ARROW = re.compile(r"(?m)^\s*(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}\s*-->")
_OF_LETTER = re.compile(
    r"(?i)(?P<key>from|to|cc|sent|date|subject|reply-to|от|кому|тема|дата|de|à|objet|von|an|betreff|para|asunto"
    r"|fecha)\s?:\s.*",
    re.DOTALL,
)
_SUBJECT = re.compile(r"(?i)(?:subject|тема|objet|betreff|asunto)\s?:\s+(?:(?:re|fwd?|aw|tr|rv)\s?:\s*)*(?=\S)")
_QUOTED = re.compile(r">\s*[^\s>]")
_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)\]]")


def read(data: bytes, name: str) -> Reading:
    """The paragraphs of a plain text; lines that were only wrapped are joined."""
    text, notes = decoding.decoded(data, name)
    if len(_ARROW.findall(text)) > 1:  # a file of captions under another name
        return captions.read(data, name)
    played = captions.of_lines(text, notes, name)
    if played is not None:
        return played
    sheets = cleared(text.split("\n"))
    told = [*_without_head([_clipping(line, words) for line, words in paragraphs(sheets.lines, sheets.wrapped)])]
    told += [Clipping(0, "", words, line, kind="aside", why=why) for line, words, why in sheets.around]
    clippings = tuple(replace(clipping, index=index) for index, clipping in enumerate(told))
    addresses = [c.words for c in clippings if _URL.fullmatch(c.words)]
    said = {
        "url": tuple(addresses) if len(addresses) == 1 else (),
        "title": tuple(c.words for c in clippings if c.kind == "setting"),
    }
    settings = {key: values for key, values in said.items() if values}
    return Reading(clippings, tuple(tokens(text)), settings, notes, ordered=not sheets.around)


def _clipping(line: int, words: str) -> Clipping:
    """A paragraph; one with the marks of a quotation, as letters have it, is a quotation."""
    if not _QUOTED.match(words):
        return Clipping(0, escaped(words), words, line)
    bare = re.sub(r"(?:^|(?<=\s))>\s+", "", words)
    return Clipping(0, f"> {escaped(bare)}", bare, line, kind="quote")


def _without_head(clippings: list[Clipping]) -> Iterator[Clipping]:
    """The head of a letter is set aside but for its subject, which is the title, and its date."""
    head = list(itertools.takewhile(lambda one: _OF_LETTER.match(one.words), clippings))
    head = head if len({_OF_LETTER.sub(r"\g<key>", one.words).casefold() for one in head}) >= 3 else []
    for clipping in head:
        subject = _SUBJECT.match(clipping.words)
        if subject:
            yield replace(clipping, text="", words=subject.group().strip(), kind="aside", why="the head of a letter")
            yield replace(clipping, text="", words=clipping.words[subject.end() :], kind="setting", why="title")
        elif boilerplate.date_in(clipping.words):
            yield clipping
        else:
            yield replace(clipping, text="", kind="aside", why="the head of a letter")
    yield from clippings[len(head) :]


def paragraphs(text: Sequence[str], wrapped: bool = False) -> Iterator[tuple[int, str]]:
    """Line number and words of each paragraph of these lines."""
    lines = [line.strip() if line != GOES_ON else GOES_ON for line in text]
    width = max(map(len, lines)) if wrapped else _width(lines)
    broken = False
    waiting: list[str] = []
    first = 0
    for number, line in enumerate(lines, 1):
        if line == GOES_ON:
            broken = True
            continue
        if waiting and not broken and (not line or not _goes_on(waiting[-1], line, width)):
            yield first, _joined(waiting)
            waiting = []
        broken = False
        if line:
            first = first if waiting else number
            waiting.append(line)
    if waiting:
        yield first, _joined(waiting)


def _joined(lines: list[str]) -> str:
    return re.sub(r"[ \t\u3000]+", " ", " ".join(lines))


def _width(lines: list[str]) -> int:
    """The column at which the lines were wrapped; 0 when every line is a paragraph of its own."""
    full = [(line, after) for line, after in itertools.pairwise(lines) if line and after]
    if not full:
        return 0
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[min(len(lengths) - 1, int(len(lengths) * 0.98))]
    wrapped = sum(len(line) + 1 + len(after.split()[0]) > width - 8 for line, after in full)
    if sum(bool(_CLOSED.search(line)) for line, _ in full) > 0.6 * len(full):
        return 0  # wrapped lines end anywhere, paragraphs do not
    return width if 30 <= width <= 132 and wrapped >= 0.6 * len(full) and len(full) > 1 else 0


def _goes_on(before: str, line: str, width: int) -> bool:
    """Whether `line` continues the paragraph of the line before it."""
    opens = _OPENS.match(line) or (labels.split(line) and not (line[0].islower() and not _CLOSED.search(before)))
    if not width or opens:
        return False
    had_room = len(before) + 1 + len(line.split()[0]) <= width - 8
    return not (had_room and (_CLOSED.search(before) or len(before) < 0.6 * width))
