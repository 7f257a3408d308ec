"""Write an interview as a Word document that records changes: one paragraph for each of the manuscript.

ECMA-376 part 1 §17 (WordprocessingML). The same interview makes the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from onrecord.approval.sent_paragraphs import (
    ANSWER,
    BYLINE,
    CAPTION,
    CELL,
    CODE,
    EDITOR_NOTE,
    HEADING,
    INTRODUCTION,
    LIST,
    MEANING,
    NOTE,
    NOTE_CALL,
    PICTURE,
    QUESTION,
    QUOTATION,
    SMALL_HEADING,
    STANDFIRST,
    TERM,
    TITLE,
    VERSE,
    Look,
    SentParagraph,
)
from onrecord.model.directions import is_from_right

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NOTE_PLACEHOLDER = NOTE_CALL  # in place of the number, which is known when the whole text is
_FIRST_NOTE = 2  # the first two footnotes of a document are its separators
INSTRUCTION, MARKER, _LABEL = "Instruction", "Marker", "Label"

SLUG_PROPERTY, FINGERPRINT_PROPERTY = "onrecord-interview", "onrecord-fingerprint"

# Style -> paragraph properties, run properties, the style of the next paragraph.
_STYLES = {
    TITLE: (
        '<w:spacing w:before="120" w:after="120"/><w:outlineLvl w:val="0"/>',
        '<w:b/><w:sz w:val="36"/>',
        STANDFIRST,
    ),
    STANDFIRST: ("", '<w:sz w:val="26"/>', STANDFIRST),
    BYLINE: ('<w:spacing w:after="360"/>', '<w:color w:val="505050"/>', INTRODUCTION),
    INTRODUCTION: ("", "", INTRODUCTION),
    QUESTION: ('<w:keepNext/><w:spacing w:before="240" w:after="80"/>', "<w:b/>", ANSWER),
    ANSWER: ("", "", ANSWER),
    HEADING: (
        '<w:keepNext/><w:spacing w:before="360"/><w:outlineLvl w:val="1"/>',
        '<w:b/><w:sz w:val="28"/>',
        QUESTION,
    ),
    SMALL_HEADING: ('<w:keepNext/><w:outlineLvl w:val="2"/>', '<w:b/><w:sz w:val="24"/>', ANSWER),
    EDITOR_NOTE: ('<w:ind w:left="567" w:right="567"/>', '<w:sz w:val="20"/>', ANSWER),
    LIST: ("", "", LIST),
    QUOTATION: ('<w:ind w:left="567"/>', "", QUOTATION),
    TERM: ("<w:keepNext/>", "<w:b/>", MEANING),
    MEANING: ('<w:ind w:left="567"/>', "", MEANING),
    VERSE: ('<w:ind w:left="567"/>', "", ANSWER),
    CODE: ("", '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/><w:sz w:val="20"/>', ANSWER),
    PICTURE: ('<w:pBdr><w:left w:val="single" w:sz="18" w:space="6" w:color="A0A0A0"/></w:pBdr>', "", CAPTION),
    CAPTION: ("", '<w:sz w:val="20"/>', ANSWER),
    CELL: ('<w:spacing w:after="40"/>', "", CELL),
    NOTE: ('<w:spacing w:after="40"/>', '<w:sz w:val="19"/>', NOTE),
    INSTRUCTION: (
        '<w:pBdr><w:top w:val="single" w:sz="4" w:space="6" w:color="808080"/>'
        '<w:bottom w:val="single" w:sz="4" w:space="6" w:color="808080"/></w:pBdr><w:spacing w:after="240"/>',
        '<w:color w:val="1F4E79"/>',
        TITLE,
    ),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands in the document besides the interview."""

    slug: str
    title: str
    language: str
    fingerprint: str
    instructions: tuple[str, ...]


def write_document(letter: Letter, paragraphs: Sequence[SentParagraph]) -> bytes:
    """Return the Word document of the interview with these paragraphs."""
    links = _list_links(paragraphs)
    body = [_write_instruction_paragraph(text) for text in letter.instructions]
    begun: set[str] = set()
    text_paragraphs = [paragraph for paragraph in paragraphs if not paragraph.note]
    for table, group in groupby(text_paragraphs, key=lambda paragraph: paragraph.cell and paragraph.cell.table):
        joined = list(group)
        body += _write_table(joined, links) if table else _write_paragraphs(joined, links, begun)
    notes = [paragraph for paragraph in paragraphs if paragraph.note]
    text = _number_calls("".join(body))
    parts = {
        "[Content_Types].xml": _write_content_types(),
        "_rels/.rels": _write_package_relations(),
        "docProps/core.xml": _write_core_properties(letter),
        "docProps/custom.xml": _write_custom_properties(letter),
        "word/document.xml": f"<w:document {_NAMESPACES}><w:body>{text}{_SECTION}</w:body></w:document>",
        "word/_rels/document.xml.rels": _write_document_relations(links),
        "word/styles.xml": _write_styles(letter.language),
        "word/settings.xml": _SETTINGS,
        "word/footnotes.xml": _write_footnotes(notes, links),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(entry, (_HEAD + text).encode())
    return target.getvalue()


# --- the text -----------------------------------------------------------------------------------------


def _write_instruction_paragraph(text: str) -> str:
    """Return a Word paragraph that tells the recipient what to do."""
    return f"<w:p>{_style_paragraph(INSTRUCTION)}<w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def _write_paragraphs(paragraphs: Iterable[SentParagraph], links: dict[str, str], begun: set[str]) -> Iterator[str]:
    """Yield Word paragraphs of an interview to send; a bookmark stands around the first of each address."""
    for paragraph in paragraphs:
        name = paragraph.place.replace("-", "_").replace(" ", "_").replace("'", "")
        is_first = paragraph.style in (QUESTION, ANSWER) and name not in begun
        begun.add(name)
        yield _write_paragraph(paragraph, links, name if is_first else "", len(begun))


def _write_paragraph(paragraph: SentParagraph, links: dict[str, str], bookmark: str = "", number: int = 0) -> str:
    """Return a Word paragraph of an interview to send."""
    runs = "".join(_write_runs(paragraph, links))
    if bookmark:
        runs = f'<w:bookmarkStart w:id="{number}" w:name="{bookmark}"/>{runs}<w:bookmarkEnd w:id="{number}"/>'
    indent = 0
    if paragraph.style in (LIST, QUOTATION, MEANING):
        indent = 567 * paragraph.depth
    return f"<w:p>{_style_paragraph(paragraph.style, indent, hangs=bool(paragraph.marker))}{runs}</w:p>"


def _style_paragraph(style: str, indent: int = 0, *, hangs: bool = False) -> str:
    """Return the properties of a paragraph; an entry of a list has its number or bullet to the left of its text."""
    indents = (
        f'<w:ind w:left="{indent}"{" w:hanging=" + chr(34) + "397" + chr(34) if hangs else ""}/>' if indent else ""
    )
    return f'<w:pPr><w:pStyle w:val="{_make_style_id(style)}"/>{indents}</w:pPr>'


def _write_runs(paragraph: SentParagraph, links: dict[str, str]) -> Iterator[str]:
    """Yield the Word runs of a paragraph to send."""
    if paragraph.marker:
        yield f'<w:r><w:rPr><w:rStyle w:val="Marker"/></w:rPr><w:t>{escape(paragraph.marker)}</w:t><w:tab/></w:r>'
    label, size = paragraph.text[: paragraph.label_size], paragraph.label_size
    if label:
        yield f'<w:r><w:rPr><w:rStyle w:val="{_LABEL}"/></w:rPr><w:t xml:space="preserve">{escape(label)}</w:t></w:r>'
    pairs = zip(paragraph.text[size:], paragraph.looks[size:], strict=True)
    for look, group in groupby(pairs, key=lambda pair: pair[1]):
        run = "".join(_write_run("".join(char for char, _ in group), look, paragraph))
        if look.link and look.link[0] in links:
            run = f'<w:hyperlink r:id="{links[look.link[0]]}">{run}</w:hyperlink>'
        yield run


def _write_run(text: str, look: Look, paragraph: SentParagraph) -> Iterator[str]:
    """Yield the Word runs of a text of one look: the calls of footnotes have runs of their own."""
    for is_call, group in groupby(text, key=lambda char: char == NOTE_CALL):
        chars = "".join(group)
        if is_call:
            for _ in chars:
                yield (
                    '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
                    f"<w:footnoteReference {_NOTE_PLACEHOLDER}</w:r>"
                )
            continue
        lines = chars.split("\n")
        words = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
        yield f"<w:r>{_write_look(look, paragraph)}{words}</w:r>"


def _number_calls(body: str) -> str:
    """Return the body with the number of each footnote in its call, in the order of the text."""
    pieces = body.split(_NOTE_PLACEHOLDER)
    numbered = (f'w:id="{number}"/>{piece}' for number, piece in enumerate(pieces[1:], _FIRST_NOTE))
    return pieces[0] + "".join(numbered)


def _write_look(look: Look, paragraph: SentParagraph) -> str:
    """Return the properties of a run, in the order of the schema."""
    properties = [
        '<w:rStyle w:val="Hyperlink"/>' if look.link else "",
        '<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>'
        if look.code and paragraph.style != CODE
        else "",
        "<w:b/>" if look.strong else "",
        "<w:i/>" if look.emphasis else "",
        "<w:strike/>" if look.struck else "",
        '<w:vertAlign w:val="superscript"/>' if look.raised else "",
        '<w:vertAlign w:val="subscript"/>' if look.lowered and not look.raised else "",
        f"<w:lang w:val={quoteattr(look.language)}/>" if look.language else "",
    ]
    return f"<w:rPr>{''.join(properties)}</w:rPr>" if any(properties) else ""


def _write_table(paragraphs: Sequence[SentParagraph], links: dict[str, str]) -> Iterator[str]:
    """Yield a table, and an empty paragraph after it: two tables without one would be joined."""
    rows = []
    width = 1
    for _, row in groupby(paragraphs, key=lambda paragraph: paragraph.cell and paragraph.cell.row):
        cells, columns = [], 0
        for _, group in groupby(row, key=lambda paragraph: paragraph.cell and paragraph.cell.column):
            content = list(group)
            span = content[0].cell.span if content[0].cell else 1
            columns += span
            texts = "".join(_write_paragraph(paragraph, links) for paragraph in content)
            cells.append(f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{texts}</w:tc>')
        width = max(width, columns)
        rows.append(f"<w:tr>{''.join(cells)}</w:tr>")
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A0A0A0"/>' for side in sides)
    grid = f'<w:gridCol w:w="{9000 // width}"/>' * width
    yield (
        f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{borders}</w:tblBorders></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    yield f"<w:p>{_style_paragraph(CELL)}</w:p>"


def _list_links(paragraphs: Iterable[SentParagraph]) -> dict[str, str]:
    """Return the Word relation of each link to the web by its address."""
    targets = {look.link[0]: None for paragraph in paragraphs for look in paragraph.looks if look.link}
    external = [target for target in targets if target.lower().startswith(("http:", "https:", "mailto:"))]
    return {target: f"rIdLink{number}" for number, target in enumerate(external, 1)}


# --- the other parts of the package -------------------------------------------------------------------

_SECTION = (
    '<w:sectPr><w:footnotePr><w:numFmt w:val="decimal"/></w:footnotePr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1418" w:right="1418" w:bottom="1418" w:left="1418" w:header="709" w:footer="709" w:gutter="0"/>'
    "</w:sectPr>"
)
_SETTINGS = (
    f"<w:settings {_NAMESPACES}><w:trackRevisions/>"
    '<w:documentProtection w:edit="trackedChanges" w:enforcement="1"/><w:defaultTabStop w:val="397"/>'
    '<w:footnotePr><w:footnote w:id="0"/><w:footnote w:id="1"/></w:footnotePr></w:settings>'
)


def _make_style_id(style: str) -> str:
    """Return the id of a style: its name without blanks."""
    return style.replace(" ", "")


def _write_styles(language: str) -> str:
    """Return the styles of the Word document to send, as XML."""
    is_reversed = is_from_right(language)
    direction, letters = ("<w:bidi/>", "<w:rtl/>") if is_reversed else ("", "")
    tag = quoteattr(language)
    styles = [
        "<w:docDefaults><w:rPrDefault><w:rPr>"
        '<w:rFonts w:ascii="Georgia" w:hAnsi="Georgia" w:eastAsia="Georgia" w:cs="Times New Roman"/>'
        f'<w:sz w:val="23"/><w:szCs w:val="23"/>{letters}<w:lang w:val={tag} w:eastAsia={tag} w:bidi={tag}/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
        f'{direction}<w:spacing w:after="140" w:line="300" w:lineRule="auto"/>'
        "</w:pPr></w:pPrDefault></w:docDefaults>",
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>',
        '<w:style w:type="character" w:default="1" w:styleId="DefaultFont"><w:name w:val="Default Paragraph Font"/>'
        "</w:style>",
    ]
    for name, (paragraph, run, next_name) in _STYLES.items():
        following = _make_style_id(next_name)
        properties = f"<w:pPr>{paragraph}</w:pPr>" if paragraph else ""
        properties += f"<w:rPr>{run}</w:rPr>" if run else ""
        styles.append(
            f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{_make_style_id(name)}"><w:name w:val="{name}"/>'
            f'<w:basedOn w:val="Normal"/><w:next w:val="{following}"/><w:qFormat/>{properties}</w:style>'
        )
    characters = {
        _LABEL: '<w:b/><w:color w:val="505050"/>',
        MARKER: '<w:color w:val="505050"/>',
        "Hyperlink": '<w:color w:val="1F4E79"/><w:u w:val="single"/>',
        "FootnoteReference": '<w:vertAlign w:val="superscript"/>',
    }
    names = {"FootnoteReference": "footnote reference"}
    styles += [
        f'<w:style w:type="character" w:styleId="{name}"><w:name w:val="{names.get(name, name)}"/>'
        f"<w:rPr>{run}</w:rPr></w:style>"
        for name, run in characters.items()
    ]
    return f"<w:styles {_NAMESPACES}>{''.join(styles)}</w:styles>"


def _write_footnotes(notes: Sequence[SentParagraph], links: dict[str, str]) -> str:
    """Return the footnotes, in the order of their numbers."""
    texts = [
        '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>',
        '<w:footnote w:type="continuationSeparator" w:id="1"><w:p><w:r><w:continuationSeparator/></w:r></w:p>'
        "</w:footnote>",
    ]
    call = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r><w:r><w:tab/></w:r>'
    for order, (_, group) in enumerate(groupby(notes, key=lambda paragraph: paragraph.note)):
        first, *others = [_write_paragraph(paragraph, links) for paragraph in group]
        first = first.replace("</w:pPr>", f"</w:pPr>{call}", 1)
        texts.append(f'<w:footnote w:id="{order + _FIRST_NOTE}">{first}{"".join(others)}</w:footnote>')
    return f"<w:footnotes {_NAMESPACES}>{''.join(texts)}</w:footnotes>"


def _write_core_properties(letter: Letter) -> str:
    """Return the title and the language of the Word document, as XML."""
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(letter.title)}</dc:title><dc:language>{escape(letter.language)}</dc:language>"
        "</cp:coreProperties>"
    )


def _write_custom_properties(letter: Letter) -> str:
    """Return the properties by which the Word document is known when it comes back, as XML."""
    values = {SLUG_PROPERTY: letter.slug, FINGERPRINT_PROPERTY: letter.fingerprint}
    properties = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{number}" name="{name}">'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(values.items(), 2)
    )
    return (
        f'<Properties xmlns="{_OFFICE}/custom-properties" xmlns:vt="{_OFFICE}/docPropsVTypes">{properties}</Properties>'
    )


def _write_content_types() -> str:
    """Return the content types of the Word document's parts, as XML."""
    types = {
        "/word/document.xml": f"{_WORD}.document.main+xml",
        "/word/styles.xml": f"{_WORD}.styles+xml",
        "/word/settings.xml": f"{_WORD}.settings+xml",
        "/word/footnotes.xml": f"{_WORD}.footnotes+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/custom.xml": "application/vnd.openxmlformats-officedocument.custom-properties+xml",
    }
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types.items())
    defaults = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{defaults}{overrides}</Types>'


def _write_relations(relations: Iterable[tuple[str, str, str]], further: str = "") -> str:
    """Return the XML of a Word package's relations: id, type and target of each."""
    entries = "".join(
        f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>' for name, kind, target in relations
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{entries}{further}</Relationships>'


def _write_package_relations() -> str:
    """Return the XML of the relations of the Word package."""
    return _write_relations(
        [
            ("rId1", f"{_OFFICE}/relationships/officeDocument", "word/document.xml"),
            ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ("rId3", f"{_OFFICE}/relationships/custom-properties", "docProps/custom.xml"),
        ]
    )


def _write_document_relations(links: dict[str, str]) -> str:
    """Return the XML of the relations of the Word document: styles, settings, footnotes, links."""
    kinds = ("styles", "settings", "footnotes")
    relations = [
        (f"rId{number}", f"{_OFFICE}/relationships/{kind}", f"{kind}.xml") for number, kind in enumerate(kinds, 1)
    ]
    further = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/relationships/hyperlink" Target={quoteattr(target)} '
        'TargetMode="External"/>'
        for target, name in links.items()
    )
    return _write_relations(relations, further)
