"""Write small Word and OpenDocument files from their XML, with features that no converter writes."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

_OFFICE = "http://schemas.openxmlformats.org"
_DOCX_NAMES = {
    "w": f"{_OFFICE}/wordprocessingml/2006/main",
    "m": f"{_OFFICE}/officeDocument/2006/math",
    "r": f"{_OFFICE}/officeDocument/2006/relationships",
    "a": f"{_OFFICE}/drawingml/2006/main",
    "mc": f"{_OFFICE}/markup-compatibility/2006",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
}
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_ODT_NAMES = {
    **{name: f"{_OASIS}:{name}:1.0" for name in ("office", "text", "table", "style", "form")},
    "draw": f"{_OASIS}:drawing:1.0",
    "fo": f"{_OASIS}:xsl-fo-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
    "loext": "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0",
}
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_STYLES = ("Title", "Subtitle", "Author", "Date", "caption", "heading 1")


def write_docx(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """Return a Word document with this XML in its body; the built-in styles have their names as ids."""
    names = _write_names(_DOCX_NAMES)
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/></w:style>' for name in _STYLES
    )
    return _zip(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _write_relation("officeDocument", "word/document.xml"),
            "word/document.xml": f"<w:document {names}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": f"<w:styles {names}>{styles}</w:styles>",
            "word/_rels/document.xml.rels": _write_relation("styles", "styles.xml"),
            **(parts or {}),
        }
    )


def write_odt(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """Return an OpenDocument text with this XML in its body; the span style B is bold."""
    names = _write_names(_ODT_NAMES)
    bold = (
        '<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
    )
    return _zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="{_OASIS}:manifest:1.0"/>',
            "styles.xml": f"<office:document-styles {names}/>",
            "content.xml": f"<office:document-content {names}><office:automatic-styles>{bold}</office:automatic-styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
            **(parts or {}),
        }
    )


def _write_names(names: Mapping[str, str]) -> str:
    """Return the declarations of namespaces."""
    return " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in names.items())


def _write_relation(kind: str, target: str) -> str:
    """Return a part with one relation."""
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>'
    )


def _zip(parts: Mapping[str, str]) -> bytes:
    """Return the parts in a zip file."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()
