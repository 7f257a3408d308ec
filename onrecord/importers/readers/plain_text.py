"""Read plain text, as pasted from a page or a letter, and join wrapped lines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from onrecord.importers.common import boilerplate, decoding, labels
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import escape_paragraph, split_into_tokens
from onrecord.importers.readers import captions
from onrecord.importers.readers.printed_pages import CONTINUATION, remove_page_furniture

_PARAGRAPH_START = re.compile(r"\s*(?:[—–―-]\s|>>|#\d{1,3}:\d\d|[•▪●·]\s|\d{1,3}[.)]\s|\*\*|#{1,6}\s)")
_SENTENCE_END = re.compile(r"[.!?…:：。！？؟\"”’»)\]]\s*$")
_LEAST_WRAPPED = 40  # characters of a line that may go on in the next
_CUE_TIMING = re.compile(r"(?m)^\s*[\[(]?(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}\s*-->")
_LETTER_HEADER = re.compile(
    r"(?i)(?P<key>from|to|cc|sent|date|subject|reply-to|от|кому|тема|дата|de|à|objet|von|an|betreff|para|asunto"
    r"|fecha)\s?:\s.*",
    re.DOTALL,
)
_SUBJECT = re.compile(r"(?i)(?:subject|тема|objet|betreff|asunto)\s?:\s+(?:(?:re|fwd?|aw|tr|rv)\s?:\s*)*(?=\S)")
_QUOTE_MARK = re.compile(r">\s*[^\s>]")
_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)\]]")


def read_plain_text(data: bytes, name: str) -> SourceText:
    """Return an imported text file: captions and labelled lines as turns, else paragraphs of joined lines.

    Captions may have the name of a text, or have been copied from a player. A title and an address become settings.
    """
    text, notes = decoding.decode_text(data, name)
    if len(_CUE_TIMING.findall(text)) > 1:
        return captions.read_captions(data, name)
    copied_captions = captions.read_copied_captions(text, notes, name)
    if copied_captions is not None:
        return copied_captions
    labelled_lines = captions.read_labelled_lines(text, notes, name)
    if labelled_lines is not None:
        return labelled_lines
    pages = remove_page_furniture(text.split("\n"))
    paragraphs = [
        _build_paragraph(line, words)
        for line, words in join_lines_to_paragraphs(pages.lines, is_wrapped=pages.is_wrapped)
    ]
    asides = [Clipping(0, "", words, line, kind="aside", reason=why) for line, words, why in pages.around]
    clippings = tuple(
        replace(clipping, index=index) for index, clipping in enumerate((*_set_letter_head_aside(paragraphs), *asides))
    )
    addresses = [clipping.words for clipping in clippings if _URL.fullmatch(clipping.words)]
    settings = {
        "url": tuple(addresses) if len(addresses) == 1 else (),
        "title": tuple(clipping.words for clipping in clippings if clipping.kind == "setting"),
    }
    filled = {key: texts for key, texts in settings.items() if texts}
    return SourceText(clippings, tuple(split_into_tokens(text)), filled, notes, is_ordered=not pages.around)


def _build_paragraph(line: int, words: str) -> Clipping:
    """Return an imported paragraph, or a quotation if it has > before its lines, as in letters."""
    if not _QUOTE_MARK.match(words):
        return Clipping(0, escape_paragraph(words), words, line)
    bare = re.sub(r"(?:^|(?<=\s))>\s+", "", words)
    return Clipping(0, f"> {escape_paragraph(bare)}", bare, line, kind="quote")


def _set_letter_head_aside(clippings: Sequence[Clipping]) -> Iterator[Clipping]:
    """Yield the clippings with the head of a letter set aside, but for subject and date.

    The subject becomes the title.
    """
    head = list(itertools.takewhile(lambda clipping: _LETTER_HEADER.match(clipping.words), clippings))
    keys = {_LETTER_HEADER.sub(r"\g<key>", clipping.words).casefold() for clipping in head}
    if len(keys) < 3:
        yield from clippings
        return
    for clipping in head:
        subject = _SUBJECT.match(clipping.words)
        if subject:
            yield replace(clipping, text="", words=subject.group().strip(), kind="aside", reason="the head of a letter")
            yield replace(clipping, text="", words=clipping.words[subject.end() :], kind="setting", reason="title")
        elif boilerplate.read_date_line(clipping.words):
            yield clipping
        else:
            yield replace(clipping, text="", kind="aside", reason="the head of a letter")
    yield from clippings[len(head) :]


# --- wrapped lines --------------------------------------------------------------------------------


def join_lines_to_paragraphs(lines: Sequence[str], *, is_wrapped: bool = False) -> Iterator[tuple[int, str]]:
    """Yield the line number and the words of each paragraph of an imported text.

    `is_wrapped` says that every line is wrapped.
    """
    lines = [line.strip() if line != CONTINUATION else CONTINUATION for line in lines]
    width = max(map(len, lines)) if is_wrapped else _find_wrap_width(lines)
    goes_on = False  # over the end of a page
    paragraph: list[str] = []
    first = 0
    for number, line in enumerate(lines, 1):
        if line == CONTINUATION:
            goes_on = True
            continue
        if paragraph and not goes_on and (not line or not _continues_paragraph(paragraph[-1], line, width)):
            yield first, _join_line_words(paragraph)
            paragraph = []
        goes_on = False
        if line:
            first = first if paragraph else number
            paragraph.append(line)
    if paragraph:
        yield first, _join_line_words(paragraph)


def _join_line_words(lines: Sequence[str]) -> str:
    """Return lines joined by spaces, with runs of spaces made one space, and one tab where there are tabs."""
    return re.sub(r"[ \t\u3000]+", lambda run: "\t" if "\t" in run.group() else " ", " ".join(lines))


def _find_wrap_width(lines: Sequence[str]) -> int:
    """Return the column at which lines were wrapped; 0 if each line is a paragraph."""
    pairs = [(line, after) for line, after in itertools.pairwise(lines) if line.strip() and after.strip()]
    if len(pairs) < 2:
        return 0
    if sum(bool(_SENTENCE_END.search(line)) for line, _ in pairs) > 0.6 * len(pairs):
        return 0  # wrapped lines end anywhere, paragraphs do not
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[min(len(lengths) - 1, int(len(lengths) * 0.98))]
    wrapped_count = sum(len(line) + 1 + len(following.split()[0]) > width - 8 for line, following in pairs)
    return width if 30 <= width <= 132 and wrapped_count >= 0.6 * len(pairs) else 0


def _continues_paragraph(before: str, line: str, width: int) -> bool:
    """Return whether a line continues the paragraph of the line before it."""
    if _PARAGRAPH_START.match(line):
        return False
    if not width:
        return len(before) >= _LEAST_WRAPPED and line[0].islower() and not _SENTENCE_END.search(before)
    is_closed = bool(_SENTENCE_END.search(before))
    if labels.parse_label(line) and (is_closed or not line[0].islower()):
        return False
    had_room = len(before) + 1 + len(line.split()[0]) <= width - 8
    return not (had_room and (is_closed or len(before) < 0.6 * width))
