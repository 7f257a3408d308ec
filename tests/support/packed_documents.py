"""Small Word, OpenDocument and EPUB files, written by hand, so that a test can put anything into them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_ODT = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "text": "text",
        "style": "style",
        "table": "table",
        "draw": "drawing",
        "fo": "xsl-fo-compatible",
    }.items()
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)
LINES = (
    "Q: Who lights the lamp?",
    "A: The keeper does.",
    "Q: When?",
    "A: At dusk, and in fog.",
    "Q: And who puts it out?",
)


def pack(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a zip file with these parts, in order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def build_docx(body: str, styles: str = "", parts: Mapping[str, str] | None = None, before: str = "") -> bytes:
    """Return a Word document with an interview, then `body`; `before` stands before the body of the document."""
    text = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in LINES)
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return pack(
        {
            "_rels/.rels": head + _RELATIONS,
            "word/document.xml": f"{head}<w:document {_W}>{before}<w:body>{text}{body}</w:body></w:document>",
            "word/styles.xml": f"{head}<w:styles {_W}>{styles}</w:styles>",
            **{name: f"{head}{xml.replace('XMLNS', _W)}" for name, xml in (parts or {}).items()},
        }
    )


def build_odt(body: str, styles: str = "") -> bytes:
    """Return an OpenDocument text with an interview, then `body`; `styles` are automatic ones."""
    text = "".join(f"<text:p>{line}</text:p>" for line in LINES)
    return pack(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_ODT}>'
            f"<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:text>{text}{body}</office:text></office:body></office:document-content>",
            "styles.xml": f"<office:document-styles {_ODT}><office:styles/></office:document-styles>",
        }
    )


def build_epub(body: str) -> bytes:
    """Return an EPUB of one chapter: an interview, then `body`."""
    chapter = "".join(f"<p>{line}</p>" for line in LINES) + body
    return pack(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="book.opf"/></rootfiles></container>',
            "book.opf": '<package xmlns="http://www.idpf.org/2007/opf">'
            '<manifest><item id="c" href="c.xhtml"/></manifest><spine><itemref idref="c"/></spine></package>',
            "c.xhtml": f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{chapter}</body></html>',
        }
    )


def build_page(body: str, head: str = "") -> bytes:
    """Return a web page with an interview, then `body`."""
    text = "".join(f"<p>{line}</p>" for line in LINES)
    return (
        f"<html><head><meta charset='utf-8'>{head}</head><body><article>{text}{body}</article></body></html>".encode()
    )
