"""Describe a document to software: XMP metadata with both conformance claims, and the colour profile."""

from __future__ import annotations

from functools import partial
from html import escape
from importlib.util import find_spec
from pathlib import Path

from onrecord.editions.pdf.bind.unbound_document import UnboundDocument


def read_srgb_profile() -> bytes:
    """Return the sRGB profile that is packaged with WeasyPrint, without importing it."""
    package = find_spec("weasyprint")
    assert package
    assert package.origin
    return (Path(package.origin).parent / "pdf" / "sRGB2014.icc").read_bytes()


_escape = partial(escape, quote=False)  # as xml.sax does, which loads the libraries of the network
_SCHEMA = "http://www.aiim.org/pdfa/ns"


def build_xmp(document: UnboundDocument) -> bytes:
    """Return the XMP packet with title, dates and both conformance claims (ISO 19005-3 §6.6, ISO 14289-1 §5)."""
    title, authors, subject = (_escape(text) for text in (document.title, document.authors, document.subject))
    tool = _escape(f"On Record {document.version}")
    date = f"{document.date}T00:00:00Z"
    publisher = (
        f"<dc:publisher><rdf:Bag><rdf:li>{_escape(document.publisher)}</rdf:li></rdf:Bag></dc:publisher>"
        if document.publisher
        else ""
    )
    keywords = f"<pdf:Keywords>{_escape(document.keywords)}</pdf:Keywords>" if document.keywords else ""
    creator = f"<dc:creator><rdf:Seq><rdf:li>{authors}</rdf:li></rdf:Seq></dc:creator>" if authors else ""
    description = (
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>'
        if subject
        else ""
    )
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" '
        'xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\n'
        "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>\n"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>'
        f"{creator}{description}{publisher}\n"
        f"<dc:language><rdf:Bag><rdf:li>{_escape(document.language)}</rdf:li></rdf:Bag></dc:language>\n"
        f"<dc:identifier>{_escape(document.identifier)}</dc:identifier>\n"
        f"<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>"
        f"<xmp:MetadataDate>{date}</xmp:MetadataDate>"
        f"<xmp:CreatorTool>{tool}</xmp:CreatorTool><pdf:Producer>{tool}</pdf:Producer>{keywords}\n</rdf:Description>\n"
        f'<rdf:Description rdf:about="" xmlns:pdfaExtension="{_SCHEMA}/extension/" '
        f'xmlns:pdfaSchema="{_SCHEMA}/schema#" '
        f'xmlns:pdfaProperty="{_SCHEMA}/property#">\n<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>"
        "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
        '<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">'
        "<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>"
        "<pdfaProperty:category>internal</pdfaProperty:category>"
        "<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>"
        "</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>\n</rdf:Description>\n"
        '</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>'
    ).encode()
