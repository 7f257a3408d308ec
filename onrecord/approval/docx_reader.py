"""Read a Word document that came back: every character with what was done to it, and the comments.

ECMA-376 part 1 §17.13 (annotations). A character that somebody put in and somebody else took out again is left out: it
was neither sent, nor is it there now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml.etree import QName, _Element

from onrecord.approval.docx_writer import FINGERPRINT_PROPERTY, INSTRUCTION, MARKER, SLUG_PROPERTY
from onrecord.approval.sent_paragraphs import NOTE_CALL, PLAIN, Look
from onrecord.importers.common.decoding import build_refusal
from onrecord.importers.common.zip_archive import ZipPackage
from onrecord.model.rule import Rule

PARAGRAPH_END = "\ue002"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ADDED, _TAKEN_OUT = ("ins", "moveTo"), ("del", "moveFrom")
_CHARACTERS = {"tab": "\t", "cr": "\n", "noBreakHyphen": "\u2011"}
_CALLS = ("footnoteReference", "endnoteReference")
_ODD = {
    "drawing": "a picture",
    "pict": "a picture",
    "object": "an embedded object",
    "oMath": "a formula",
    "sym": "a sign of a symbol font",
    "altChunk": "an embedded document",
    "ruby": "words with others above them",
}
_UNPRINTED_LOOKS = frozenset({"u", "color", "highlight", "shd", "caps", "smallCaps"})
_LOST_MARKER = re.compile(r"(?:[•–◦▪·‣]|\d+[.)])\t")  # of a list entry in a document without our styles
_ADDRESS = re.compile(r"\s*(?:https?://|www\.|mailto:)\S*\s*")
_SKIPPED = frozenset(
    {"pPr", "rPr", "instrText", "delInstrText", "Fallback", "sdtPr", "tblPr", "trPr", "tcPr", "sectPr"}
)
_NUMBERS = ("footnoteRef", "endnoteRef")
_SKIPPED_MARKS = frozenset({"softHyphen", "annotationRef", "lastRenderedPageBreak"})


@dataclass(frozen=True, slots=True)
class Edit:
    """A tracked change: whether it adds or takes out, whether as a move, by whom and when; "" if nobody tracked it.

    `note` names the footnote that was added or taken out with its call.
    """

    adds: bool
    author: str = ""
    date: str = ""
    moves: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """A character of the document, or the end of a paragraph with its style.

    `look_edit` is who changed the look, if that is tracked. `comments` are the ids of comments on it.
    `note` counts footnotes in the order of their calls: that of a call, or of the text in the note.
    """

    char: str
    look: Look = PLAIN
    edit: Edit | None = None
    look_edit: Edit | None = None
    comments: tuple[str, ...] = ()
    style: str = ""
    note: int = 0


@dataclass(frozen=True, slots=True)
class Comment:
    author: str
    date: str
    text: str


@dataclass
class ReturnedDocument:
    """A document that came back: the signs of its text, then those of its notes in the order of their calls."""

    signs: list[Sign]
    comments: dict[str, Comment]
    slug: str
    fingerprint: str
    oddities: list[tuple[int, str]] = field(default_factory=list)  # index of the sign after it, what it is


def read_document(data: bytes, name: str) -> ReturnedDocument:
    """Return what a returned Word document holds: characters with changes, comments; raise Refused if it is none."""
    package = ZipPackage(data, name)
    main = package.read_xml("word/document.xml")
    if main is None or main.tag != _W + "document":
        sentence, hint = "this is no Word document that On Record can read", "save it as a Word document (.docx)"
        raise build_refusal(name, Rule.FILE_IS_WHOLE, sentence, hint)
    properties = _read_properties(package)
    walker = _Walker(_read_style_names(package))
    for paragraph in main.iter(_W + "p"):
        walker.read_paragraph(paragraph)
    _read_notes(package, walker)
    return ReturnedDocument(
        walker.signs,
        _read_comments(package),
        properties.get(SLUG_PROPERTY, ""),
        properties.get(FINGERPRINT_PROPERTY, ""),
        [*walker.oddities, *((len(walker.signs), oddity) for oddity in _iterate_headers(package))],
    )


def _read_properties(package: ZipPackage) -> dict[str, str]:
    """Return the custom properties of a returned Word document."""
    root = package.read_xml("docProps/custom.xml")
    return {} if root is None else {entry.get("name", ""): "".join(entry.itertext()) for entry in root}


def _read_style_names(package: ZipPackage) -> dict[str, str]:
    """Return the name of each style of a returned Word document by its id."""
    root = package.read_xml("word/styles.xml")
    names: dict[str, str] = {}
    for style in () if root is None else root.iter(_W + "style"):
        name = style.find(_W + "name")
        names[style.get(_W + "styleId", "")] = "" if name is None else name.get(_W + "val", "")
    return names


def _read_comments(package: ZipPackage) -> dict[str, Comment]:
    """Return the comments of a returned Word document by id."""
    root = package.read_xml("word/comments.xml")
    comments: dict[str, Comment] = {}
    for entry in () if root is None else root.iter(_W + "comment"):
        paragraphs = [
            "".join(part.text or "" for part in paragraph.iter(_W + "t")) for paragraph in entry.iter(_W + "p")
        ]
        text = " ".join(" ".join(paragraphs).split())
        comments[entry.get(_W + "id", "")] = Comment(entry.get(_W + "author", ""), entry.get(_W + "date", ""), text)
    return comments


def _iterate_headers(package: ZipPackage) -> Iterator[str]:
    """Yield each header and footer of a returned document that holds words: none was sent."""
    for part in package.list_part_names():
        kind = re.fullmatch(r"word/(header|footer)\d*\.xml", part)
        root = package.read_xml(part) if kind else None
        if kind and root is not None and any((text.text or "").strip() for text in root.iter(_W + "t")):
            yield f"words in a {kind[1]}"


def _read_notes(package: ZipPackage, walker: _Walker) -> None:
    """Add the signs of each note that is called; those of a note that was added or taken out share its edit."""
    for number, (kind, identity, edit) in enumerate(list(walker.calls), 1):
        root = package.read_xml(f"word/{kind.removesuffix('Reference')}s.xml")
        notes = () if root is None else root.iter(_W + kind.removesuffix("Reference"))
        start = len(walker.signs)
        for note in notes:
            if note.get(_W + "id") == identity:
                for paragraph in note.iter(_W + "p"):
                    walker.read_paragraph(paragraph)
        walker.signs[start:] = [
            replace(sign, note=number, edit=edit or sign.edit)
            for sign in walker.signs[start:]
            if not (edit and edit.adds and _was_removed(sign))
        ]


def _was_removed(sign: Sign) -> bool:
    """Return whether a returned character was removed by a tracked change."""
    return sign.edit is not None and not sign.edit.adds


@dataclass(frozen=True, slots=True)
class _Context:
    """What holds for all inside an element; `is_gone`: added and taken out again."""

    edit: Edit | None = None
    is_gone: bool = False


class _Walker:
    """Reads paragraphs into signs."""

    def __init__(self, styles: dict[str, str]) -> None:
        self.signs: list[Sign] = []
        self.calls: list[tuple[str, str, Edit | None]] = []  # kind, id, edit
        self.oddities: list[tuple[int, str]] = []
        self._styles = styles
        self._open_comments: list[str] = []
        self._is_after_number = False  # of a list or a note: a tab follows, which was not sent

    def read_paragraph(self, paragraph: _Element) -> None:
        """Add the signs of a paragraph and its end; an instruction of ours is left out."""
        if _is_in_text_box(paragraph):
            return
        element = paragraph.find(f"{_W}pPr/{_W}pStyle")
        style = self._styles.get(element.get(_W + "val", ""), "") if element is not None else ""
        start = len(self.signs)
        self._is_after_number = False
        self._read_element(paragraph, _Context())
        if style == INSTRUCTION:
            del self.signs[start:]
            return
        if MARKER not in self._styles.values():
            self._drop_lost_marker(start)
        number = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}numId")
        if number is not None and number.get(_W + "val") != "0":
            self.oddities.append((len(self.signs), "a bullet or a number that was put before a paragraph"))
        edit, is_gone = _read_mark(paragraph)
        if not is_gone:
            self.signs.append(Sign(PARAGRAPH_END, edit=edit, style=style))

    def _drop_lost_marker(self, start: int) -> None:
        """Take out the bullet or number that we wrote before a list entry, if styles no longer tell it from words."""
        signs = self.signs[start:]
        marker = _LOST_MARKER.match("".join(sign.char for sign in signs))
        if marker and not any(sign.edit for sign in signs[: marker.end()]):
            del self.signs[start : start + marker.end()]

    def _read_element(self, element: _Element, context: _Context) -> None:
        """Add the characters inside an element of a returned Word document."""
        for child in element:
            name = QName(child).localname if isinstance(child.tag, str) else ""
            if name in _ADDED or name in _TAKEN_OUT:
                self._read_element(child, _enter_change(context, child, name))
            elif name == "r":
                self._read_run(child, context)
            elif name == "commentRangeStart":
                self._open_comments.append(child.get(_W + "id", ""))
            elif name == "commentRangeEnd" and child.get(_W + "id", "") in self._open_comments:
                self._open_comments.remove(child.get(_W + "id", ""))
            elif name in _ODD:
                self.oddities.append((len(self.signs), _ODD[name]))
            elif name not in _SKIPPED:
                if name == "hyperlink" and _is_new_link(child, context):
                    self.oddities.append((len(self.signs), "a link that was put in"))
                self._read_element(child, context)

    def _read_run(self, run: _Element, context: _Context) -> None:
        """Add the characters of a run of a returned Word document."""
        properties = run.find(_W + "rPr")
        style = properties.find(_W + "rStyle") if properties is not None else None
        style_name = self._styles.get(style.get(_W + "val", ""), "") if style is not None else ""
        self._is_after_number = self._is_after_number or style_name == MARKER
        if context.is_gone or style_name == MARKER:
            return
        change = properties.find(_W + "rPrChange") if properties is not None else None
        look_edit = None if change is None else _read_edit(change, adds=True)
        if change is not None and properties is not None and _has_unprinted_look(properties, change):
            self.oddities.append((len(self.signs), "a look that is not printed (underlined, coloured, in capitals)"))
        look = _read_look(properties, style_name)
        for part in run:
            name = QName(part).localname if isinstance(part.tag, str) else ""
            if name in _CALLS:
                self._add_call(name, part.get(_W + "id", ""), context)
            elif name == "AlternateContent" or name in _ODD:
                self.oddities.append((len(self.signs), _ODD.get(name, "a text box or a drawing")))
            elif name in _NUMBERS:
                self._is_after_number = True
            elif name not in _SKIPPED and name not in _SKIPPED_MARKS:
                for char in _read_text(part, name):
                    self._add_sign(char, look, context, look_edit)

    def _add_call(self, kind: str, identity: str, context: _Context) -> None:
        """Add the call of a note in a returned Word document."""
        edit = replace(context.edit, note=f"{kind} {identity}") if context.edit else None
        self.calls.append((kind, identity, edit))
        self.signs.append(Sign(NOTE_CALL, PLAIN, edit, comments=tuple(self._open_comments), note=len(self.calls)))

    def _add_sign(self, char: str, look: Look, context: _Context, look_edit: Edit | None) -> None:
        """Add one character of a returned Word document, with its look and change."""
        if self._is_after_number and char in " \t":
            return
        self._is_after_number = False
        self.signs.append(Sign(char, look, context.edit, look_edit, tuple(self._open_comments)))


def _is_new_link(link: _Element, context: _Context) -> bool:
    """Return whether somebody put a link in, around other words than its address."""
    text = "".join(part.text or "" for part in link.iter(_W + "t"))
    if not text.strip() or _ADDRESS.fullmatch(text) or (context.edit and context.edit.moves):
        return False
    added = {run for mark in link.iter(_W + "ins") for run in mark.iter(_W + "r")}
    return bool(context.edit and context.edit.adds) or all(run in added for run in link.iter(_W + "r"))


def _has_unprinted_look(properties: _Element, change: _Element) -> bool:
    """Return whether a tracked change of a look adds or takes out something that no edition prints."""
    before = change.find(_W + "rPr")
    old = {QName(part).localname for part in before} if before is not None else set()
    new = {QName(part).localname for part in properties}
    return bool((old ^ new) & _UNPRINTED_LOOKS)


def _is_in_text_box(element: _Element) -> bool:
    """Return whether the paragraph stands in a text box, which is reported where it is anchored."""
    return any(QName(parent).localname == "txbxContent" for parent in element.iterancestors())


def _read_text(part: _Element, name: str) -> str:
    """Return the characters of a part of a Word run: text, tab, line end."""
    if name in ("t", "delText"):
        return (part.text or "").replace("\n", " ")
    if name == "br":
        return "\n" if part.get(_W + "type", "textWrapping") == "textWrapping" else ""
    return _CHARACTERS.get(name, "")


def _enter_change(context: _Context, element: _Element, name: str) -> _Context:
    """Return what holds for characters inside a tracked change of a returned document."""
    if context.edit and context.edit.adds and name in _TAKEN_OUT:
        return _Context(context.edit, is_gone=True)
    if context.edit and not context.edit.adds and name in _ADDED:
        return _Context(context.edit, is_gone=True)
    edit = _read_edit(element, adds=name in _ADDED)
    return _Context(replace(edit, moves=name.startswith("move")), context.is_gone)


def _read_edit(element: _Element, *, adds: bool) -> Edit:
    """Return who made a tracked change, and on which day."""
    return Edit(adds, element.get(_W + "author", ""), element.get(_W + "date", "")[:10])


def _read_mark(paragraph: _Element) -> tuple[Edit | None, bool]:
    """Return what was done to the end of a paragraph, and whether it was added and taken out again."""
    edits = [
        replace(_read_edit(mark, adds=name in _ADDED), moves=name.startswith("move"))
        for name in (*_ADDED, *_TAKEN_OUT)
        if (mark := paragraph.find(f"{_W}pPr/{_W}rPr/{_W}{name}")) is not None
    ]
    has_both = any(edit.adds for edit in edits) and not all(edit.adds for edit in edits)
    return (edits[0] if edits and not has_both else None), has_both


def _read_look(properties: _Element | None, style: str) -> Look:
    """Return the look (bold, italic …) of a run of a returned Word document."""
    if properties is None:
        return PLAIN
    align = properties.find(_W + "vertAlign")
    position = "" if align is None else align.get(_W + "val", "")
    return Look(
        _is_switched_on(properties.find(_W + "i")) or style == "Emphasis",
        _is_switched_on(properties.find(_W + "b")) or style == "Strong",
        _is_switched_on(properties.find(_W + "strike")) or _is_switched_on(properties.find(_W + "dstrike")),
        position == "superscript",
        position == "subscript",
    )


def _is_switched_on(element: _Element | None) -> bool:
    """Return whether a Word property that can be on or off is on."""
    return element is not None and element.get(_W + "val", "true") not in ("0", "false", "none", "off")
