"""Read Word (DOCX) and OpenDocument (ODT) with pandoc, and count their words in the XML.

ECMA-376 part 1 §17 (WordprocessingML); OpenDocument 1.3 part 3. A document with unsettled changes, comments or hidden
words is refused: only its editor can decide them.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lxml.etree import _Element

from onrecord.importers.common import decoding, pandoc_inlines
from onrecord.importers.common.attached_pictures import PictureAlbum
from onrecord.importers.common.draft import Clipping, SourceText
from onrecord.importers.common.plain_markdown import escape_paragraph, split_into_tokens
from onrecord.importers.common.zip_archive import ZipPackage, replace_parts
from onrecord.importers.readers import (
    docx_hidden,
    docx_parts,
    docx_rewriting,
    odt_hidden,
    opendocument,
    opendocument_rewriting,
    pandoc_tree,
    picture_placement,
)
from onrecord.importers.readers.hidden_words import refuse_hidden_words
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.runtime import pandoc

_HIDDEN_HINT = (
    "show hidden text and formatting marks, delete these words or format them visibly, save, and import again"
)
_META = ("title", "subtitle", "author", "date", "abstract")


@dataclass(frozen=True, slots=True)
class _XmlText:
    """What the XML of a document says, to be compared with what pandoc reads."""

    words: Sequence[str]
    asides: Sequence[tuple[str, str]] = ()  # words outside the text, and why they are set aside
    descriptions: Sequence[str] = ()  # of pictures, where pandoc does not read them
    symbol_count: int = 0  # characters of a pictorial font


def read_docx(data: bytes, name: str) -> SourceText:
    """Return the text of a Word document; raise Refused for open changes or comments, and for hidden words."""
    data = docx_rewriting.translate_strict(data, ZipPackage(data, name))
    package = ZipPackage(data, name)
    document = package.read_xml("word/document.xml")
    if document is None:
        hint = "open it in Word and save it as .docx"
        raise decoding.build_refusal(name, Rule.FILE_IS_WHOLE, "this is not a Word document", hint)
    comments = docx_parts.read_comments(package)
    _refuse_unsettled(name, docx_parts.find_change_authors(document), comments.open_authors)
    refuse_hidden_words(name, docx_hidden.find_hidden_words(package), _HIDDEN_HINT)
    _refuse_included_files(name, document)
    data, document, boxes = docx_rewriting.rewrite_document(data, package, name)
    docx_parts.write_out_hyphens(document)
    text = _XmlText(
        words=[
            *docx_parts.list_printed_text(document),
            *docx_parts.read_notes(package, document),
            *docx_parts.read_picture_descriptions(document),
        ],
        asides=[
            *((words, "head or foot of the page") for words in docx_parts.read_headers_and_footers(package)),
            *((words, "a settled comment") for words in comments.settled),
            *((words, "a text box") for words in boxes),
            *((words, "a chart or a diagram") for words in docx_parts.read_diagrams(package)),
        ],
        symbol_count=docx_parts.count_pictorial_characters(document),
    )
    album = PictureAlbum(lambda address: package.read_part(posixpath.normpath(posixpath.join("word", address))))
    return _read_document(data, "docx+styles", name, text, album, docx_parts.find_bold_styles(package))


def read_odt(data: bytes, name: str) -> SourceText:
    """Return the text of an OpenDocument; raise Refused for open changes or comments, and for hidden words."""
    package = ZipPackage(data, name)
    content = package.read_xml("content.xml")
    body = opendocument.find_body(content)
    if content is None or body is None:
        hint = "open it in LibreOffice and save it as .odt"
        raise decoding.build_refusal(name, Rule.FILE_IS_WHOLE, "this is not an OpenDocument text", hint)
    _refuse_unsettled(name, opendocument.find_change_authors(body), opendocument.find_comment_authors(body))
    refuse_hidden_words(name, odt_hidden.find_hidden_words(package, body), _HIDDEN_HINT)
    beside = opendocument_rewriting.rewrite_body(body, package, name)
    descriptions = opendocument.read_picture_descriptions(body)
    text = _XmlText(
        words=[opendocument.read_printed_text(body), *descriptions],
        asides=beside,
        descriptions=descriptions,
    )
    album = PictureAlbum(lambda address: package.read_part(posixpath.normpath(address)))
    shared_styles = package.read_xml("styles.xml")
    opendocument.join_title_lines(content, shared_styles)
    opendocument.move_captions_after_tables(content, shared_styles)
    opendocument.wrap_styled_paragraphs(content, shared_styles, docx_parts.is_question_style)
    data = replace_parts(package, {"content.xml": opendocument.serialize(content)})
    return _read_document(data, "odt", name, text, album)


def _read_document(
    data: bytes, source: str, name: str, text: _XmlText, album: PictureAlbum, bold_styles: frozenset[str] = frozenset()
) -> SourceText:
    """Return a Word document or OpenDocument read by pandoc, with words, pictures and asides from its XML."""
    try:
        document = pandoc.read_file(data, source)
    except (pandoc.PandocTimeout, *pandoc.PANDOC_ERRORS) as error:
        hint = "open it in a word processor and save it again, or copy its text into a .txt file"
        raise decoding.build_refusal(name, Rule.READING_ENDS, "pandoc could not read this document", hint) from error
    _set_alternative_texts(document["blocks"], text.descriptions)
    picture_placement.move_pictures_in_tree(document["blocks"], album.add_picture)
    front = _build_front_matter(document["meta"])
    body = pandoc_tree.read_clippings(document["blocks"], bold_styles=bold_styles, picture=album.add_picture)
    clippings = [*front, *body]
    asides = [Clipping(0, "", words, kind="aside", reason=why) for words, why in text.asides if words]
    original = split_into_tokens(" ".join((*text.words, *(words for words, _ in text.asides))))
    original += _find_symbols(text.symbol_count, original, clippings)
    authors = tuple(clipping.words for clipping in front if clipping.kind == "setting")
    return SourceText(
        tuple(replace(clipping, index=index) for index, clipping in enumerate((*clippings, *asides))),
        tuple(original),
        {"byline": authors} if authors else {},
        pictures=album.select_shown("\n".join(clipping.text for clipping in clippings)),
        is_ordered=False,
    )


def _refuse_unsettled(name: str, change_authors: Sequence[str], comment_authors: Sequence[str]) -> None:
    """Raise Refused if anybody left a change or a comment open in an imported document."""
    problems = []
    if change_authors:
        hint = "accept or reject every change (Review → Accept all), save, and import again"
        sentence = f"{_describe_open(change_authors, 'tracked change')} neither accepted nor rejected"
        problems.append(Problem(SourceLocation(name), Rule.CHANGES_ARE_SETTLED, sentence, hint))
    if comment_authors:
        hint = "answer the comments and delete them, save, and import again"
        sentence = f"{_describe_open(comment_authors, 'comment')} not resolved"
        problems.append(Problem(SourceLocation(name), Rule.COMMENTS_ARE_SETTLED, sentence, hint))
    if problems:
        raise Refused(problems)


def _refuse_included_files(name: str, document: _Element) -> None:
    """Raise Refused if the document shows the text of another file that is packed with it (§17.17.2)."""
    if docx_parts.has_included_files(document):
        sentence = "this document shows the text of another file inside it, which cannot be read"
        hint = "open it in Word and save it again: then the text is a part of the document"
        raise decoding.build_refusal(name, Rule.FILE_IS_WHOLE, sentence, hint)


def _describe_open(authors: Sequence[str], noun: str) -> str:
    """Return words like "2 comments by the desk are", with at most three names."""
    names = ", ".join(sorted(set(filter(None, authors)))[:3])
    by = f" by {names}" if names else ""
    return f"1 {noun}{by} is" if len(authors) == 1 else f"{len(authors)} {noun}s{by} are"


# --- what pandoc reads otherwise ------------------------------------------------------------------


def _find_symbols(symbol_count: int, original: Sequence[str], clippings: Sequence[Clipping]) -> list[str]:
    """Return at most `symbol_count` symbols that pandoc reads in a Word document for a pictorial font.

    The XML gives only their numbers in the font, so the words counted there lack them.
    """
    symbols = [
        token
        for clipping in clippings
        for token in split_into_tokens(clipping.all_words)
        if len(token) == 1 and not token.isalnum()
    ]
    return list((Counter(symbols) - Counter(original)).elements())[:symbol_count]


def _set_alternative_texts(blocks: object, descriptions: Sequence[str]) -> None:
    """Give pandoc's pictures their alternative texts, which it does not read from an ODT."""
    images, waiting = [], [blocks]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and node.get("t") == "Image":
            images.append(node)
        elif isinstance(node, dict):
            waiting.append(node.get("c"))
        elif isinstance(node, list):
            waiting += reversed(node)
    for image, words in zip(images, descriptions, strict=False):
        image["c"][1] = image["c"][1] or [{"t": "Str", "c": words}]


def _build_front_matter(meta: Mapping[str, pandoc.Meta]) -> list[Clipping]:
    """Return a document's paragraphs in the styles Title, Subtitle, Author and Date as clippings.

    pandoc takes them out of the text.
    """
    clippings = []
    for key in _META:
        entry = meta.get(key)
        if entry is None:
            continue
        for paragraph in entry["c"] if entry["t"] == "MetaList" else [entry]:
            words = " ".join(pandoc_inlines.collect_words({"c": paragraph["c"]}).split())
            if key == "author":
                clippings.append(Clipping(0, "", words, kind="setting", reason="byline"))
            elif key == "title":
                clippings.append(Clipping(0, escape_paragraph(words), words, kind="heading", level=1))
            else:
                clippings.append(Clipping(0, escape_paragraph(words), words))
    return clippings
