"""Count the letters of an original by other means than the reader of its format, and find those that it lost.

Captions are read by webvtt-py and pysubs2, and once more line by line; of documents and pages every text in the XML
is counted. Letters rather than words are compared, because libraries divide words differently. In JSON, XML of
transcripts and Markdown every different word must have been read, too (`missing_words`).
"""

from __future__ import annotations

import html
import itertools
import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import unquote

import lxml.etree
import lxml.html
import pysubs2
import webvtt
from lxml.etree import _Element

from onrecord.importers.common import decoding
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import split_into_tokens
from onrecord.importers.common.zip_archive import ZipPackage
from onrecord.importers.output import missing_words
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule

_HINT = "nothing was written; please send us this file, or save it in another format and import that"
_TWO_TIMES = re.compile(r"\d:\d\d[.,]\d+[\s,;–—-]+(?:\d+:)?\d+:\d\d[.,]\d")
_ONE_TIME = re.compile(r"\s*\[?(?:\d+:)?\d+:\d\d[.,]\d{3}\]?\s*")
_CODE = re.compile(r"\S*\d\S*")  # the number or name of a cue
_TIMES = re.compile(r"\b[\dOolI]*\d[\dOolI]*\b|[\d:.,;\s\[\](){}<>=→⟶–—−-]+|&gt;|\b[A-Za-z]\w*:[^\s:]+(?=\s|$)")
_SETTING = re.compile(r"\b[A-Za-z]\w*:[^\s:]+(?=\s|$)")  # of a cue: align:start
_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}|\\[Nh]|\[br\]")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_W = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_MATH = "{http://www.w3.org/1998/Math/MathML}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_NOT_SHOWN_IN_ODT = frozenset(
    [f"{_TEXT}tracked-changes", f"{_TEXT}note-citation", f"{_TEXT}sequence-decls", f"{_TEXT}variable-decls"]
    + [f"{_TEXT}{kind}-source" for kind in ("table-of-content", "illustration-index", "table-index", "object-index")]
    + [f"{_TEXT}{kind}-source" for kind in ("user-index", "alphabetical-index", "bibliography")]
    + [f"{_MATH}annotation", f"{_MATH}annotation-xml"]
    + [f"{_OFFICE}forms", f"{_OFFICE}annotation", f"{_OFFICE}scripts", f"{_SVG}title", f"{_SVG}desc"]
)
_SILENT_TAGS = (
    "script style template noscript iframe object embed canvas head title annotation annotation-xml rp datalist"
)
_NOT_SHOWN_IN_PAGES = frozenset(_SILENT_TAGS.split())
_MARKUP = re.compile(r"[<>{}\[\]|&\\`$]|://|^\W*~~~|^\s{4}|^\t|^\s*\"[-\w]+\"\s*:|^\s*(?:\d+|[a-zA-Z]+)[.)]\s")
_FRONT_MATTER = re.compile(r"(?s)\A\s*(---|\+\+\+)\n.*?\n(?:\1|\.\.\.)[ \t]*\n")
_MOST_WORDS = 8


def refuse_lost_letters(data: bytes, kind: str, readings: Sequence[SourceText], name: str) -> None:
    """Raise Refused if letters of an imported original are in no clipping of its readings.

    `kind` is a key of the tables of formats below. Several readings are the chapters of an e-book.
    """
    clippings = [clipping for reading in readings for clipping in reading.clippings]
    sentences = [_describe_loss(list(pieces), clippings) for pieces in _PIECES.get(kind, _list_nothing)(data, name)]
    if kind in _PLACES:
        places = _PLACES[kind](data, name)
        sentences.append(missing_words.describe_missing_words(places, clippings, is_markup=kind == "markdown"))
    if sentence := next(filter(None, sentences), ""):
        raise Refused([Problem(SourceLocation(name), Rule.IMPORT_LOSES_NOTHING, sentence, _HINT)])


def _list_nothing(_data: bytes, _name: str) -> Iterator[Iterable[str]]:
    """Yield nothing: the counterpart of other listings, for formats of which letters cannot be counted."""
    yield from ()


def _describe_loss(pieces: Sequence[str], clippings: Sequence[Clipping]) -> str:
    """Return how many letters of an original's pieces are in no clipping, and where; "" if none is lost."""
    lost = (_count_letters(pieces) - _count_letters(clipping.all_words for clipping in clippings)).total()
    if not lost:
        return ""
    words = Counter(token for clipping in clippings for token in split_into_tokens(clipping.all_words))
    for piece in pieces:
        tokens = split_into_tokens(piece)
        missing = Counter(tokens) - words
        if missing:
            excerpt = " ".join([token for token in tokens if token in missing][:_MOST_WORDS])
            return f"{lost:,} letters of the original were not read, the first of them in “{excerpt}”"
        words -= Counter(tokens)
    return f"{lost:,} letters of the original were not read"


def _count_letters(texts: Iterable[str]) -> Counter[str]:
    """Return how often each letter and digit occurs in texts, to compare an original with what was read."""
    counts = Counter[str]()
    for text in texts:
        counts.update(unicodedata.normalize("NFC", text))
    return Counter({char: count for char, count in counts.items() if char.isalnum()})


# --- captions and plain text ----------------------------------------------------------------------


def _list_caption_texts(data: bytes, name: str) -> Iterator[Iterable[str]]:
    """Yield the texts of an original's subtitles, first as a library reads them, then line by line."""
    text, _ = decoding.decode_text(data, name)
    yield _read_captions_with_library(text)
    yield _list_spoken_lines(text.split("\n"))


def _read_captions_with_library(text: str) -> list[str]:
    """Return the texts of subtitles as webvtt-py or pysubs2 reads them; [] if it cannot read the file."""
    try:
        if text.lstrip().startswith("WEBVTT"):
            texts = [caption.text for caption in webvtt.from_string(text.lstrip()).captions]
        else:
            texts = [event.plaintext for event in pysubs2.SSAFile.from_string(text, format_="srt").events]
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError, pysubs2.Pysubs2Error, ValueError):
        return []
    return [line for words in texts for line in _list_spoken_lines(words.split("\n"))]


def _list_spoken_lines(lines: Sequence[str]) -> Iterator[str]:
    """Yield the words of each subtitle line that is no time, and neither number nor name of a cue."""
    plain = [_TAG.sub(" ", _SETTING.sub(" ", line) if _is_timing(line) else line) for line in lines]
    for line, after in zip(plain, [*plain[1:], ""], strict=True):
        if _is_timing(line):
            yield _TIMES.sub(" ", html.unescape(line))
        elif not (_is_timing(after) and _CODE.fullmatch(line.strip())) and not line.strip().isdigit():
            yield html.unescape(line)


def _is_timing(line: str) -> bool:
    """Return whether a subtitle line says when a cue is shown, though its time may be damaged."""
    has_arrow = bool(re.search(r">|&gt;|→", line)) and sum(map(str.isdigit, line)) >= 4
    return has_arrow or bool(_TWO_TIMES.search(line) or _ONE_TIME.fullmatch(line))


def _list_text_lines(data: bytes, name: str) -> Iterator[Iterable[str]]:
    """Yield the lines of an original plain text; times of captions in it are not counted."""
    text, _ = decoding.decode_text(data, name)
    lines = text.split("\n")
    yield _list_spoken_lines(lines) if any(map(_is_timing, lines)) else lines


def _list_markdown_lines(data: bytes, name: str) -> Iterator[Iterable[str]]:
    """Yield the lines of an original Markdown text without any markup but emphasis and headings."""
    text, _ = decoding.decode_text(data, name)
    body = "".join(_cut_comments(_FRONT_MATTER.sub("", text)))
    yield [line for line in body.split("\n") if not _MARKUP.search(line)]


def _list_markdown_words(data: bytes, name: str) -> dict[str, list[str]]:
    """Return all words of an original Markdown text but those of its head, of comments, addresses and tags."""
    text, _ = decoding.decode_text(data, name)
    return missing_words.list_markdown_texts("".join(_cut_comments(_FRONT_MATTER.sub("", text))))


def _cut_comments(text: str) -> Iterator[str]:
    """Yield the parts of a Markdown text outside comments, with a mark of markup in place of each comment."""
    end = 0
    while (start := text.find("<!--", end)) >= 0:
        yield f"{text[end:start]}<>"
        close = text.find("-->", start)
        end = len(text) if close < 0 else close + 3
    yield text[end:]


# --- documents and pages --------------------------------------------------------------------------


def _list_word_texts(data: bytes, name: str) -> Iterator[Iterable[str]]:
    """Yield the texts of an original Word document, paragraph by paragraph, with the notes that it calls."""
    package = ZipPackage(data, name)
    pieces: list[str] = []
    called: set[str] = set()
    for part in ("document", "footnotes", "endnotes"):
        root = package.read_xml(f"word/{part}.xml")
        for paragraph in root.iter(f"{_W}p", f"{_STRICT_W}p") if root is not None else ():
            called |= {f"{_get_tag_name(e)}s{e.get(f'{_W}id')}" for e in paragraph.iter() if "Reference" in str(e.tag)}
            pieces.append("".join(_list_paragraph_texts(paragraph, part, called)))
    yield pieces


def _list_paragraph_texts(paragraph: _Element, part: str, called: set[str]) -> Iterator[str]:
    """Yield the texts of a Word paragraph, without inner paragraphs, old copies, and uncalled notes."""
    for text in paragraph.iter(f"{_W}t", f"{_STRICT_W}t"):
        above = list(text.iterancestors())
        nearest = next(element for element in above if _get_tag_name(element) == "p")
        note = next((element for element in above if _get_tag_name(element) in ("footnote", "endnote")), None)
        is_called = note is None or f"{part[:-1]}References{note.get(f'{_W}id')}" in called
        if nearest is paragraph and is_called and not any(element.tag == _MC_FALLBACK for element in above):
            yield text.text or ""


def _get_tag_name(element: _Element) -> str:
    """Return the name of an XML element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _list_odt_texts(data: bytes, name: str) -> Iterator[Iterable[str]]:
    """Yield the texts of an original OpenDocument text that are shown."""
    content = ZipPackage(data, name).read_xml("content.xml")
    body = content.find(f".//{_OFFICE}text") if content is not None else None
    yield _list_shown_texts(body, _NOT_SHOWN_IN_ODT) if body is not None else []


def _list_page_texts(data: bytes, _name: str) -> Iterator[Iterable[str]]:
    """Yield the texts of an original web page's body that are no scripts or styles."""
    text, _ = decoding.decode_text(data, _name, declared=_find_declared_encoding(data))
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    parser = lxml.html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
    try:
        page = lxml.html.document_fromstring(text, parser=parser)
    except lxml.etree.ParserError:  # there is nothing in it
        yield []
        return
    body = page.find("body")
    around = {scope for formula in page.iter("math") for scope in itertools.islice(formula.iterancestors(), 2)}
    for copy in [child for scope in around for child in scope if child.get("aria-hidden") == "true"]:
        copy.clear(keep_tail=True)  # a formula is shown twice, once for the eyes
    yield _list_shown_texts(page if body is None else body, _NOT_SHOWN_IN_PAGES)


def _find_declared_encoding(data: bytes) -> str:
    """Return the encoding that an original web page names, in small letters."""
    match = re.search(rb"(?i)<meta[^>]+charset\s*=\s*[\"']?([\w.:-]+)", data[:4_000])
    return match[1].decode("ascii").lower() if match else ""


def _list_book_texts(data: bytes, name: str) -> Iterator[Iterable[str]]:
    """Yield the texts of an original EPUB's chapters that its spine names, without its table of contents."""
    package = ZipPackage(data, name)
    container = package.read_xml("META-INF/container.xml")
    path = next((e.get("full-path", "") for e in container.iter("{*}rootfile")), "") if container is not None else ""
    publication = package.read_xml(path)
    pieces: list[str] = []
    if publication is not None:
        entries = {e.get("id"): e for e in publication.iter("{*}item") if "nav" not in e.get("properties", "").split()}
        spine = [entries[e.get("idref")] for e in publication.iter("{*}itemref") if e.get("idref") in entries]
        for address in dict.fromkeys(entry.get("href", "") for entry in spine):
            part = package.read_part(posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(address))))
            if re.search(rb"<body", part):
                pieces += next(_list_page_texts(part, name))
    yield pieces


def _list_shown_texts(root: _Element, hidden: frozenset[str]) -> Iterator[str]:
    """Yield every text below an XML element, without elements of the hidden names."""
    waiting: list[_Element | str] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node.tag, str) and node.tag not in hidden:
            parts: list[_Element | str] = [node.text or ""]
            for child in node:
                parts += [child, child.tail or ""]
            waiting += reversed(parts)


_PIECES: dict[str, Callable[[bytes, str], Iterator[Iterable[str]]]] = {
    "captions": _list_caption_texts,
    "text": _list_text_lines,
    "markdown": _list_markdown_lines,
    "docx": _list_word_texts,
    "odt": _list_odt_texts,
    "page": _list_page_texts,
    "epub": _list_book_texts,
}
_PLACES: dict[str, Callable[[bytes, str], dict[str, list[str]]]] = {
    "markdown": _list_markdown_words,
    "json": missing_words.list_json_texts,
    "xml": missing_words.list_xml_texts,
}
