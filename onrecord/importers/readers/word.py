"""Word (DOCX) and OpenDocument (ODT) → clippings: read by pandoc, counted by our own reading of the XML.

ECMA-376 part 1 §17 (WordprocessingML); OpenDocument 1.3 part 3. Changes and comments that nobody settled are
a problem, not a guess.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml.etree import _Element

from onrecord.importers.common import decoding, pandoc_inlines
from onrecord.importers.common.attached_pictures import Album
from onrecord.importers.common.draft import Clipping, Reading
from onrecord.importers.common.plain_markdown import escaped, tokens
from onrecord.importers.common.zip_archive import Package, texts
from onrecord.importers.readers import opendocument, pandoc_tree, picture_placement
from onrecord.model import Place
from onrecord.model.problems import Problem, Refused
from onrecord.runtime import pandoc

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ASKING_STYLE = re.compile(
    r"(?i)question|interviewer|intervieweu[rs]|frage(?!bogen)|вопрос|интервьюер|ведущ|pregunta|entrevistador|domanda"
    r"|\bQ\b"
)
_NAMED_STYLE = re.compile(r"(?i)heading|title|überschrift|titel|titre|заголов|название|título|encabezado")
_CHANGES = ("ins", "del", "moveFrom", "moveTo")
_HYPHENS = {"noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_META = ("title", "subtitle", "author", "date", "abstract")


def read_docx(data: bytes, name: str) -> Reading:
    """A Word document without unsettled changes and comments; raises Refused for one with them."""
    package = Package(data, name)
    document = package.xml("word/document.xml")
    if document is None:
        raise decoding.refused(
            name, "file-is-whole", "this is no Word document", "open it in Word and save it as .docx"
        )
    for tag, char in _HYPHENS.items():
        for one in document.iter(_W + tag):
            one.text = char
    changes = [one for kind in _CHANGES for one in document.iter(_W + kind)]
    comments, settled = _comments(package)
    _refuse_unsettled(name, [one.get(_W + "author", "") for one in changes], [author for author, _ in comments])
    notes = {
        kind: {one.get(_W + "id"): one for one in root.iter(_W + kind)}
        for kind in ("footnote", "endnote")
        if (root := package.xml(f"word/{kind}s.xml")) is not None
    }
    words = _docx_words(document)
    for kind, found in notes.items():
        words += [
            " ".join(_docx_words(found[ref.get(_W + "id")]))
            for ref in document.iter(f"{_W}{kind}Reference")
            if ref.get(_W + "id") in found
        ]
    around = [
        (" ".join("".join(_docx_words(root)).split()), "head or foot of the page")
        for part in package.names()
        if re.fullmatch(r"word/(?:header|footer)\d*\.xml", part) and (root := package.xml(part)) is not None
    ]
    around += [(one, "a settled comment") for one in settled]
    words += [one.get("descr", "") for one in _drawn(document)]
    boxes = [
        " ".join("".join(_docx_words(box)).split())
        for box in document.iter(_W + "txbxContent")
        if not any(up.tag == _MC + "Fallback" for up in box.iterancestors())
    ]
    album = Album(lambda address: package.part(posixpath.normpath(posixpath.join("word", address))))
    return _reading(
        data,
        "docx+styles",
        name,
        words,
        around,
        _bold_styles(package),
        album,
        boxes=boxes,
        pictographs=sum(1 for _ in document.iter(_W + "sym")),
    )


def read_odt(data: bytes, name: str) -> Reading:
    """An OpenDocument text without unsettled changes and comments; raises Refused for one with them."""
    package = Package(data, name)
    content = package.xml("content.xml")
    body = content.find(f".//{_OFFICE}text") if content is not None else None
    if body is None:
        raise decoding.refused(
            name, "file-is-whole", "this is no OpenDocument text", "open it in LibreOffice and save it as .odt"
        )
    changes = list(body.iter(_TEXT + "changed-region"))
    comments = list(body.iter(_OFFICE + "annotation"))
    creators = (
        [one.findtext(f".//{_DC}creator", "") for one in changes],
        [one.findtext(f"{_DC}creator", "") for one in comments],
    )
    _refuse_unsettled(name, *creators)
    inside = frozenset(_TEXT + tag for tag in ("p", "h", "span", "a", "note-body"))
    spaces = frozenset(_TEXT + tag for tag in ("p", "h", "s", "tab", "line-break"))
    without = frozenset({_TEXT + "note-citation", _TEXT + "sequence-decls", _OFFICE + "forms"})
    album = Album(lambda address: package.part(posixpath.normpath(address)))
    described = _odt_pictures(body)
    words = ["".join(texts(body, inside, spaces, without)), *described]
    boxes = [
        " ".join("".join(texts(box, inside, spaces, without)).split())
        for box in body.iter(f"{_DRAW}*")
        if box.find(_TEXT + "p") is not None
    ]
    data = opendocument.with_type_in_spans(data, package, _asks)
    return _reading(data, "odt", name, words, [], frozenset(), album, described, boxes)


def _reading(
    data: bytes,
    source: str,
    name: str,
    words: list[str],
    around: list[tuple[str, str]],
    bold: frozenset[str],
    album: Album,
    described: Sequence[str] = (),
    boxes: Sequence[str] = (),
    pictographs: int = 0,
) -> Reading:
    try:
        found = pandoc.document(data, source)
    except (pandoc.TooSlow, *pandoc.GaveUp) as error:
        hint = "open it in a word processor and save it anew, or copy its text into a .txt file"
        raise decoding.refused(name, "reading-ends", "the reader gave up on this document", hint) from error
    _describe(found["blocks"], described)
    picture_placement.in_tree(found["blocks"], album.path_of)
    front = list(_front(found["meta"]))
    clippings = [*front, *pandoc_tree.clippings(found["blocks"], bold_styles=bold, picture=album.path_of)]
    shown = album.shown_in("\n".join(c.text for c in clippings))
    asides = [Clipping(0, "", text, kind="aside", why=why) for text, why in around if text]
    original = tokens(" ".join((*words, *(text for text, _ in around))))
    original += _signs_of(pictographs, original, clippings)
    asides += [
        Clipping(0, "", box, kind="aside", why="a text box") for box in _unread(boxes, original, (*clippings, *asides))
    ]
    authors = tuple(c.words for c in front if c.kind == "setting")
    settings = {"byline": authors} if authors else {}
    return Reading(
        tuple(replace(c, index=i) for i, c in enumerate((*clippings, *asides))),
        tuple(original),
        settings,
        pictures=shown,
        ordered=False,
    )


def _signs_of(pictographs: int, original: Sequence[str], clippings: Sequence[Clipping]) -> list[str]:
    """The signs that pandoc gives for characters of a pictorial font, whose own numbers say nothing: never more than there are."""
    signs = [token for one in clippings for token in tokens(one.all_words) if len(token) == 1 and not token.isalnum()]
    return list((Counter(signs) - Counter(original)).elements())[:pictographs]


def _unread(boxes: Sequence[str], original: Sequence[str], clippings: Sequence[Clipping]) -> Iterator[str]:
    """The boxes whose words pandoc 3.9 passed over; where it reads boxes, they stand in the text."""
    missing = Counter(original) - Counter(token for clipping in clippings for token in tokens(clipping.all_words))
    for box in boxes:
        held = Counter(tokens(box))
        if held and held <= missing:
            missing -= held
            yield box


def _describe(blocks: object, described: Sequence[str]) -> None:
    """Gives the pictures of the tree their alternative texts, which pandoc 3.9 does not read from an ODT."""
    images, waiting = [], [blocks]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict) and one.get("t") == "Image":
            images.append(one)
        elif isinstance(one, dict):
            waiting.append(one.get("c"))
        elif isinstance(one, list):
            waiting += reversed(one)
    for image, words in zip(images, described, strict=False):
        image["c"][1] = image["c"][1] or [{"t": "Str", "c": words}]


def _drawn(document: _Element) -> list[_Element]:
    """The properties of each picture that is drawn (ECMA-376 part 1 §20.4.2.5), not of shapes and charts."""
    return [
        drawn
        for drawn in document.iter(f"{_WP}docPr")
        if (around := drawn.getparent()) is not None
        and any(True for _ in around.iter(f"{_A}blip"))
        and not any(up.tag == _MC + "Fallback" for up in drawn.iterancestors())
    ]


def _odt_pictures(body: _Element) -> list[str]:
    """The alternative text of each picture: its description, or its title."""
    return [
        frame.findtext(_SVG + "desc", "") or frame.findtext(_SVG + "title", "")
        for frame in body.iter(f"{_DRAW}frame")
        if frame.find(f"{_DRAW}image") is not None
    ]


def _front(meta: dict[str, pandoc.Meta]) -> list[Clipping]:
    """Paragraphs in the styles Title, Subtitle, Author, Date, which pandoc takes out of the text."""
    found = []
    for key in _META:
        value = meta.get(key)
        for one in value["c"] if value and value["t"] == "MetaList" else [value] if value else []:
            words = " ".join(pandoc_inlines.words_of({"c": one["c"]}).split())
            if key == "author":
                found.append(Clipping(0, "", words, kind="setting", why="byline"))
                continue
            found.append(
                Clipping(
                    0,
                    escaped(words),
                    words,
                    kind="heading" if key == "title" else "paragraph",
                    level=1 if key == "title" else 0,
                )
            )
    return found


def _docx_words(element: _Element) -> list[str]:
    words = frozenset(_W + tag for tag in ("t", *_HYPHENS))
    spaces = frozenset(_W + tag for tag in ("p", "tab", "br", "cr", "tc"))
    without = frozenset({_MC + "Fallback", _W + "instrText", _W + "del", _W + "footnoteRef"})
    return ["".join(texts(element, words, spaces, without))]


def _comments(package: Package) -> tuple[list[tuple[str, str]], list[str]]:
    """Open comments with their authors, and the words of those that are marked as done."""
    root = package.xml("word/comments.xml")
    if root is None:
        return [], []
    extended = package.xml("word/commentsExtended.xml")
    done = {
        one.get(_W15 + "paraId") for one in (extended if extended is not None else ()) if one.get(_W15 + "done") == "1"
    }
    waiting, settled = [], []
    for comment in root.iter(_W + "comment"):
        ids = {value for p in comment.iter(_W + "p") for key, value in p.attrib.items() if key.endswith("}paraId")}
        words = " ".join("".join(_docx_words(comment)).split())
        if ids & done:
            settled.append(words)
        else:
            waiting.append((comment.get(_W + "author", ""), words))
    return waiting, settled


def _refuse_unsettled(name: str, changes: list[str], comments: list[str]) -> None:
    """What an author or editor left open is not ours to decide."""
    problems = []
    for authors, what, rule, hint in (
        (
            changes,
            "tracked change",
            "changes-are-settled",
            "accept or reject every change (Review → Accept all), save, and import again",
        ),
        (comments, "comment", "comments-are-settled", "answer the comments and delete them, save, and import again"),
    ):
        if authors:
            by = ", ".join(sorted(set(filter(None, authors)))[:3])
            sentence = f"{len(authors)} {what}{'' if len(authors) == 1 else 's'}{f' by {by}' if by else ''} {'waits' if len(authors) == 1 else 'wait'} for a decision"
            problems.append(Problem(Place(name), rule, sentence, hint))
    if problems:
        raise Refused(problems)


def _bold_styles(package: Package) -> frozenset[str]:
    """The names of paragraph styles that are bold, or are called after questions."""
    root = package.xml("word/styles.xml")
    if root is None:
        return frozenset()
    found = set()
    for style in root.iter(_W + "style"):
        named = style.find(_W + "name")
        name = named.get(_W + "val", "") if named is not None else ""
        bold = style.find(f"{_W}rPr/{_W}b")
        is_bold = bold is not None and bold.get(_W + "val", "true") not in ("0", "false")
        if style.get(_W + "type") == "paragraph" and ((is_bold and not _NAMED_STYLE.match(name)) or _asks(name)):
            found.add(name)
    return frozenset(found)


def _asks(style: str) -> bool:
    """Whether a paragraph style is called after questions, or after who asks."""
    return bool(_ASKING_STYLE.search(style)) and not _NAMED_STYLE.match(style)
