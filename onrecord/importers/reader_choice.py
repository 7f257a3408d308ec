"""Choose the reader of a file, by its content and its ending, or refuse a format that cannot be read well.

Each format is one module and one row of READERS.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from onrecord.importers.common import attached_pictures, decoding
from onrecord.importers.common.draft import SourceText
from onrecord.importers.readers import (
    captions,
    epub,
    foreign_front_matter,
    html,
    markdown,
    ohms,
    plain_text,
    recordings,
    rtf,
    timed_xml,
    word,
)
from onrecord.model.rule import Rule

READERS: dict[str, Callable[[bytes, str], SourceText]] = {
    ".txt": plain_text.read_plain_text,
    ".text": plain_text.read_plain_text,
    ".md": markdown.read_foreign_markdown,
    ".markdown": markdown.read_foreign_markdown,
    ".html": html.read_html,
    ".htm": html.read_html,
    ".xhtml": html.read_html,
    ".docx": word.read_docx,
    ".odt": word.read_odt,
    ".rtf": rtf.read_rtf,
    ".epub": epub.read_epub,
    ".vtt": captions.read_captions,
    ".srt": captions.read_captions,
    ".sbv": captions.read_captions,
    **dict.fromkeys((".json", ".jsonl", ".json3", ".otr"), recordings.read_recording),
    **dict.fromkeys((".xml", ".ttml", ".dfxp", ".srv3"), timed_xml.read_timed_xml),
}
# How the letters of an original are counted, independently of its reader.
KINDS_OF_COUNT: dict[Callable[..., SourceText], str] = {
    plain_text.read_plain_text: "text",
    markdown.read_foreign_markdown: "markdown",
    html.read_html: "page",
    word.read_docx: "docx",
    word.read_odt: "odt",
    epub.read_epub: "epub",
    captions.read_captions: "captions",
    recordings.read_recording: "json",
    timed_xml.read_timed_xml: "xml",
    ohms.read_ohms: "xml",
}
MAX_BYTES = {
    **dict.fromkeys((".docx", ".odt", ".epub"), 60_000_000),
    **dict.fromkeys((".html", ".htm", ".json", ".json3", ".otr", ".xml", ".ttml", ".dfxp", ".srv3"), 20_000_000),
}
MOST_BYTES = max(MAX_BYTES.values())  # of a file of any format
_REFUSED = {
    ".doc": ("a Word file of the old kind", "open it in Word or LibreOffice and save it as .docx"),
    ".pdf": (
        "a PDF, which has lost where paragraphs begin",
        "import the file it was made from, or copy its text into a .txt file",
    ),
    ".pages": ("a Pages file", "export it as Word (.docx)"),
}
_TEXT_SUFFIXES = (".md", ".markdown", ".txt", ".text")
_MAGIC = ((b"%PDF", ".pdf"), (b"\xd0\xcf\x11\xe0", ".doc"), (b"{\\rtf", ".rtf"))
_MARKDOWN = re.compile(rb"(?m)^(?:\*\*[^*\n]+\*\*|#{1,6} \S)|\]\(https?://")
_PEEKED_BYTES = 400_000
_PAGE = re.compile(r"(?i)(?:<!--.*?-->\s*)*<(?:!doctype html|html)\b", re.DOTALL)
_PIECE_OF_PAGE = re.compile(r"(?i)<(?:cite|p|div|article|section|main|body|table|h[1-6])(?:\s[^<>]*)?>")
_CLOSED_PARAGRAPH = re.compile(r"(?i)</(?:p|div|td|li)\s*>")
_LEAST_CLOSED_PARAGRAPHS = 3
_TIME = r"[\[(]?(?:\d{1,2}:)?\d{1,2}:\d\d(?:[.,]\d{1,3})?[\])]?"
_CAPTIONS = re.compile(rf"WEBVTT\b|(?:\d+[ \t]*\n)?{_TIME}[ \t]*-->")
# A line that begins with a time, or is a name and a time. Markdown would join it with the words below it.
_TIMED_LINE = re.compile(
    rf"(?m)^(?:@?{_TIME}(?=[ \t]|$)|[^\W\d_][^\n:*_<>]{{0,50}}[ \t]{_TIME}(?:[ \t]?[AP]M)?[ \t]*(?:$|\t))"
)
_LEAST_TIMED_LINES = 2


def choose_reader(source: Path, data: bytes) -> Callable[[bytes, str], SourceText]:
    """Return the function that reads this file's format for an import; raise Refused if none reads it well."""
    suffix = source.suffix.lower()
    suffix = next((kind for magic, kind in _MAGIC if data.startswith(magic)), suffix)
    if suffix in _TEXT_SUFFIXES and foreign_front_matter.has_json_head(data):
        suffix = ".md"
    elif reader := _find_reader_of_content(data):
        return reader
    elif suffix in _TEXT_SUFFIXES:
        suffix = _find_kind_of_text(data) or suffix
    if suffix in _REFUSED:
        description, hint = _REFUSED[suffix]
        raise decoding.build_refusal(str(source), Rule.FORMAT_IS_KNOWN, f"this is {description}", hint)
    if suffix not in READERS:
        raise decoding.build_refusal(
            str(source),
            Rule.FORMAT_IS_KNOWN,
            f"“{suffix or source.name}” is no format that can be imported",
            f"one of: {', '.join(READERS)}",
        )
    reader = READERS[suffix]
    if suffix in (".txt", ".text") and len(_MARKDOWN.findall(data[:400_000])) >= 2:
        reader = markdown.read_foreign_markdown  # pasted Markdown
    if reader in (html.read_html, markdown.read_foreign_markdown):
        return partial(reader, beside=attached_pictures.build_linked_file_reader(source))
    return reader


def _find_reader_of_content(data: bytes) -> Callable[[bytes, str], SourceText] | None:
    """Return the function that reads a format known by its content, whatever the file's name; None if unknown."""
    if recordings.looks_like_json(data):
        return recordings.read_recording
    if captions.has_pairs_of_times(data):
        return captions.read_captions
    root = timed_xml.find_root_name(data)
    if root == "ROOT":
        return ohms.read_ohms
    is_xml = data.lstrip()[:5] == b"<?xml" and root.lower() != "html"
    return timed_xml.read_timed_xml if root in timed_xml.READERS_BY_ROOT or is_xml else None


def _find_kind_of_text(data: bytes) -> str:
    """Return the usual ending of what a text file really holds: a page, captions, or a transcript; "" if unknown."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = data[:_PEEKED_BYTES].decode(encoding, "replace").replace("\r\n", "\n").replace("\r", "\n").lstrip()
    if _PAGE.match(text):
        return ".html"
    if _CAPTIONS.match(text):
        return ".vtt"
    if _MARKDOWN.search(text.encode()):
        return ""
    if _PIECE_OF_PAGE.match(text) and len(_CLOSED_PARAGRAPH.findall(text)) >= _LEAST_CLOSED_PARAGRAPHS:
        return ".html"
    return ".txt" if len(_TIMED_LINE.findall(text)) >= _LEAST_TIMED_LINES else ""


def find_letter_count_kind(reader: Callable[[bytes, str], SourceText]) -> str:
    """Return how the letters of an original are counted that this reader reads; "" if they are not."""
    return KINDS_OF_COUNT.get(reader.func if isinstance(reader, partial) else reader, "")
