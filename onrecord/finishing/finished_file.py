"""What all finished files share: opening, measures, metadata, and the same bytes each time."""

from __future__ import annotations

import io
import itertools
import re
import uuid
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

POINTS_PER_MM = 72 / 25.4

_CARRIAGE_RETURN = 13
_CARRIAGE_RETURN_AT_END = b"\r\nendstream"
_OBJECT_STREAM = re.compile(rb"/Type /ObjStm /Length (\d+) /Filter /FlateDecode /N \d+ /First (\d+) >>\nstream\n")
_TRIES = 1000  # a tenth of the streams with a line end changed have the same length


@dataclass(frozen=True, slots=True)
class FileMetadata:
    """The metadata of a bound file that a file made from it repeats."""

    title: str
    author: str
    producer: str
    language: str
    date: date

    @classmethod
    def read_from(cls, pdf: Pdf) -> FileMetadata:
        """Return the metadata in the document information and the catalog of a bound file."""
        info = {key: str(pdf.docinfo.get(key, "")) for key in ("/Title", "/Author", "/Producer", "/CreationDate")}
        day = info["/CreationDate"].removeprefix("D:")
        created = date(int(day[:4]), int(day[4:6]), int(day[6:8]))
        return cls(info["/Title"], info["/Author"], info["/Producer"], str(pdf.Root.get("/Lang", "en")), created)


def open_pdf(data: bytes) -> Pdf:
    """Return the PDF with these bytes, opened for changes."""
    return pikepdf.open(io.BytesIO(data))


def save_pdf(pdf: Pdf, *, version: str = "1.7", packed: bool = True) -> bytes:
    """Return the PDF's bytes; its identifier is a digest of its content.

    `packed`: small objects go into object streams.
    """
    if "/ID" in pdf.trailer:
        del pdf.trailer["/ID"]  # or its first half would still be that of the file this was made from
    _avoid_carriage_returns(pdf)
    if packed:
        data = _write_pdf(pdf, version, pikepdf.ObjectStreamMode.generate)
        if _CARRIAGE_RETURN_AT_END in data:
            data = _change_ends_of_object_streams(data)
        if _CARRIAGE_RETURN_AT_END not in data:
            return data
    return _write_pdf(pdf, version, pikepdf.ObjectStreamMode.disable)


def _write_pdf(pdf: Pdf, version: str, mode: pikepdf.ObjectStreamMode) -> bytes:
    """Return the bytes that qpdf writes for a PDF."""
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=mode, force_version=version)
    return out.getvalue()


def _avoid_carriage_returns(pdf: Pdf) -> None:
    """Add a line end to each stream of the PDF that qpdf would compress to bytes with a CR at the end.

    Some readers take a CR before “endstream” for the line end that belongs there (ISO 32000-1 §7.3.8.1). The last byte
    is that of a checksum (RFC 1950 §2.2), so one line end changes it.
    """
    for value in pdf.objects:
        if isinstance(value, Stream) and "/Filter" not in value and value.get("/Type") != Name.Metadata:
            data = value.read_raw_bytes()
            if zlib.adler32(data) & 0xFF == _CARRIAGE_RETURN:
                value.write(data + b"\n")


def _change_ends_of_object_streams(data: bytes) -> bytes:
    """Return a PDF that qpdf wrote, in which object streams that ended in a CR end in another byte, if possible."""
    pieces, end = [], 0
    for match in _OBJECT_STREAM.finditer(data):
        start, stop = match.end(), match.end() + int(match[1])
        if data[stop - 1] == _CARRIAGE_RETURN:
            pieces += [data[end:start], _pack_otherwise(data[start:stop], int(match[2]))]
            end = stop
    return b"".join((*pieces, data[end:]))


def _pack_otherwise(packed: bytes, first: int) -> bytes:
    """Return an object stream of the same length and with another checksum; the same if none is found.

    `first` is where its first object begins. The line end between two objects becomes a space.
    """
    content = zlib.decompress(packed)
    ends = [first + int(offset) - 1 for offset in content[:first].split()[3::2]]
    choices = itertools.chain(itertools.combinations(ends, 1), itertools.combinations(ends, 2))
    for places in itertools.islice(choices, _TRIES):
        changed = bytearray(content)
        for place in places:
            changed[place : place + 1] = b" "
        result = zlib.compress(changed)
        if len(result) == len(packed) and result[-1] != _CARRIAGE_RETURN:
            return result
    return packed


def format_number(value: float) -> str:
    """Return a PDF number: at most four decimals, no exponent (ISO 32000-1 §7.3.3)."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def format_numbers(*values: float) -> str:
    """Return PDF numbers with spaces between, as operands of an operator."""
    return " ".join(format_number(value) for value in values)


def make_rectangle(left: float, bottom: float, right: float, top: float) -> Array:
    """Return a PDF rectangle array from four coordinates in points."""
    return Array([pikepdf.Object.parse(format_number(value).encode()) for value in (left, bottom, right, top)])


def measure_page(page: Dictionary) -> tuple[float, float]:
    """Return width and height of a page in points. Its lower left corner must be the origin."""
    left, bottom, right, top = (float(value) for value in page.MediaBox)
    if left or bottom:
        raise ValueError("a bound page begins at its origin")
    return right, top


def list_contents(page: Dictionary) -> list[Object]:
    """Return the content streams of a PDF page."""
    contents = page.get("/Contents", Array())
    return [contents] if isinstance(contents, Stream) else list(contents)


def read_page_content(page: Dictionary) -> bytes:
    """Return the operators that paint the page: its content streams, joined and decoded.

    Its streams are joined with line ends: they are divided between tokens (ISO 32000-1 §7.8.2).
    """
    return b"\n".join(stream.read_bytes() for stream in list_contents(page))


def convert_to_form(pdf: Pdf, page: Dictionary) -> Stream:
    """Return the page as a form in `pdf`, which shares its fonts and pictures."""
    width, height = measure_page(page)
    form = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=make_rectangle(0, 0, width, height),
        Resources=page.get("/Resources", Dictionary()),
    )
    return pdf.make_stream(read_page_content(page), form)


def write_metadata(pdf: Pdf, about: FileMetadata, *, info: Mapping[str, str] | None = None, claims: str = "") -> None:
    """Write title, dates and tool into document information and XMP.

    The file claims to conform to nothing but what is in `claims` (XMP) and `info`, which are added.
    """
    stamp = f"D:{about.date:%Y%m%d}000000Z"
    texts = {
        "/Title": about.title,
        "/Author": about.author,
        "/Creator": about.producer,
        "/Producer": about.producer,
        "/CreationDate": stamp,
        "/ModDate": stamp,
        **(info or {}),
    }
    pdf.trailer["/Info"] = pdf.make_indirect(Dictionary({key: String(text) for key, text in texts.items() if text}))
    pdf.Root.Lang = String(about.language)
    pdf.Root.Metadata = pdf.make_stream(_format_xmp(about, claims), Dictionary(Type=Name.Metadata, Subtype=Name.XML))


def build_document_id(about: FileMetadata) -> str:
    """Return a URN that is the same for the same title and date (RFC 4122 §4.3)."""
    return f"uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{about.title} {about.date.isoformat()}')}"


def _format_xmp(about: FileMetadata, claims: str) -> bytes:
    """Return the XMP packet with the metadata; `claims` is XML that is put in unchanged."""
    day = f"{about.date.isoformat()}T00:00:00Z"
    tool, author = escape(about.producer), escape(about.author)
    creator = f"<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>" if author else ""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" '
        'xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">\n'
        "<dc:format>application/pdf</dc:format>\n"
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(about.title)}</rdf:li></rdf:Alt></dc:title>'
        f"{creator}\n"
        f"<dc:language><rdf:Bag><rdf:li>{escape(about.language)}</rdf:li></rdf:Bag></dc:language>\n"
        f"<xmp:CreateDate>{day}</xmp:CreateDate><xmp:ModifyDate>{day}</xmp:ModifyDate>"
        f"<xmp:MetadataDate>{day}</xmp:MetadataDate>"
        f"<xmp:CreatorTool>{tool}</xmp:CreatorTool><pdf:Producer>{tool}</pdf:Producer>\n{claims}"
        '</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>'
    ).encode()
