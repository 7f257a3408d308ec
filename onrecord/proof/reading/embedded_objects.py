"""Read the fonts that a PDF embeds, and the pictures on its sheets with their pixels, with qpdf and Pillow."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import pikepdf
from PIL import Image

from onrecord.proof.reading.face_outlines import EmbeddedFont
from onrecord.runtime.fingerprints import compute_fingerprint

OpenPdf: TypeAlias = pikepdf.Pdf
PdfValue: TypeAlias = Any  # what a key of a PDF holds
_MAPPINGS = re.compile(rb"<([0-9a-fA-F]{4})>\s*<((?:[0-9a-fA-F]{4})+)>")  # of a ToUnicode map, glyph by glyph
_BLOCKS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_NUMBER = rb"[-+\d.]+"
_PAINTED = re.compile(rb"(?:(%s) (%s) (%s) (%s) %s %s cm\s+)?/(\S+)\s+Do\b" % ((_NUMBER,) * 6))
_LEAST_SIDE_PT = 4.0
# ISO 32000-1 §9.3; filled and filled with an outline (Tr 0, 2) are what a face and its bold substitute look like.
_STRANGE_OPERATOR = re.compile(rb"(?<=[\d.]\s)(?:Tc|Tw|Tz|Ts|TL)\b|(?<![02])(?<=\d)\s+Tr\b|\bT\*")
_TEXT_STATE = re.compile(rb"T[cwzsLr*]")  # in each of them
# A mark above or below a letter is a glyph that is raised alone; marked content may begin before it, or end after it.
_RAISED_MARK = re.compile(
    rb"-?[\d.]+ Ts\s+(?:/Span <</ActualText<[0-9a-fA-F]+>>> BDC\s+)?"
    rb"\[\s*(?:-?[\d.]+\s*)?<[0-9a-fA-F]{4}>\s*\]\s*TJ\s+(?:EMC\s+)?0 Ts\b"
)
# The marked content of editions (ISO 32000-1 §14.6, §14.9): the content of a tag, decoration, or a space or drawing
# that shows no letters; inside it, the words of clusters of letters, which `painted_glyphs` compares.
_MARK = re.compile(
    rb"(?P<inner>/Span\s*<</ActualText<[0-9a-fA-F]+>>>\s*BDC\b)|(?P<end>E(?<=\bE)MC\b)|"
    rb"(?P<outer>/(?!Artifact\b)\w+\s*<</MCID \d+>>\s*BDC\b|"
    rb"/(?:Span|Figure)\s*<</MCID \d+/ActualText\( \)>>\s*BDC\b"
    rb"(?!(?:(?!\bEMC\b)[\s\S])*?(?:\b(?:T[jJ]|Do|BI)\b|>\s*['\"]))|"
    rb"/Artifact\s*(?:<</Type/\w+(?:/Subtype/\w+)?>>\s*BDC|BMC)\b)|"
    rb"(?P<strange>/\w+\s*(?:<<[^\n]{0,80}?>>\s*|/\w+\s+)?B[DM]C\b|B(?<=\bB)[DM]C\b)"
)
_SPACE = b"( )"
_PICTURE_KEYS = ("/Width", "/Height", "/ColorSpace", "/Filter", "/Decode", "/BitsPerComponent", "/DecodeParms")
_COLOURS = {"/DeviceRGB": "RGB", "/DeviceGray": "L", "/DeviceCMYK": "CMYK"}


@dataclass(frozen=True)
class PaintedPicture:
    """A picture as a sheet (from 0) shows it; `is_upright` tells that it is neither turned, mirrored nor tiny.

    `sha256` is that of its bytes as the PDF holds them, without its mask; `pixels_key` identifies all that its pixels
    depend on. `open_stream` gives its stream, for which a file may have to be opened.
    """

    sheet: int
    is_upright: bool
    sha256: str
    pixels_key: str
    open_stream: Callable[[], AbstractContextManager[PdfValue]]


def decode_picture(stream: PdfValue) -> Image.Image:
    """Return the pixels of a PDF's picture, transparency as white. Raises ValueError or an error of Pillow."""
    image = _decode_image_stream(stream)
    if "/SMask" in stream:
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image.convert("RGB"), mask=_decode_image_stream(stream.SMask).convert("L").resize(image.size))
        return paper
    return image.convert("RGB")


def describe_picture(sheet: int, stream: PdfValue, *, is_upright: bool) -> PaintedPicture:
    """Return the picture that a sheet of a PDF shows, by its stream."""
    data = bytes(stream.read_raw_bytes())
    mask = stream.SMask.read_raw_bytes() if "/SMask" in stream else b""
    look = [str(stream.get(key)) for key in _PICTURE_KEYS]
    pixels = compute_fingerprint(hashlib.sha256(data + mask).hexdigest(), look)
    return PaintedPicture(sheet, is_upright, hashlib.sha256(data).hexdigest(), pixels, partial(nullcontext, stream))


class StrangeFontError(ValueError):
    """A font is not embedded as those of an edition are; the message names it."""


class DamagedObjectsError(ValueError):
    """The objects of a file are not those of a PDF; the message says why."""


DAMAGES = (pikepdf.PdfError, ValueError, LookupError, AttributeError, TypeError, OSError, SyntaxError, RecursionError)


@contextmanager
def open_pdf_objects(data: bytes) -> Iterator[OpenPdf]:
    """Open a PDF to read its objects. Raises DamagedObjectsError, also for what is read inside."""
    with name_damages(), pikepdf.open(io.BytesIO(data)) as pdf:
        yield pdf


@contextmanager
def name_damages() -> Iterator[None]:
    """Raise DamagedObjectsError for an error on damaged objects of a PDF that is raised inside."""
    try:
        yield
    except DAMAGES as error:
        raise DamagedObjectsError(str(error)) from error


def read_fonts(objects: Iterable[PdfValue]) -> Iterator[EmbeddedFont]:
    """Yield the embedded fonts of these objects of a PDF.

    Raises StrangeFontError, or an error of pikepdf on damaged objects.
    """
    for font in objects:
        if isinstance(font, pikepdf.Dictionary) and font.get("/Type") == "/Font" and "/DescendantFonts" in font:
            yield _read_font(font)
        elif isinstance(font, pikepdf.Dictionary) and font.get("/Type") == "/Font" and "/CIDSystemInfo" not in font:
            raise StrangeFontError(str(font.get("/BaseFont", "?")))


def _read_font(font: PdfValue) -> EmbeddedFont:
    """Return what a PDF says of an embedded font: name, file, glyphs and widths."""
    (descendant,) = font.DescendantFonts
    name = str(font.BaseFont).lstrip("/").partition("+")[2]
    file = descendant.FontDescriptor.get("/FontFile2", descendant.FontDescriptor.get("/FontFile3"))
    is_plain = font.Encoding == "/Identity-H" and descendant.get("/CIDToGIDMap", "/Identity") == "/Identity"
    if file is None or not is_plain:
        raise StrangeFontError(name)
    texts = {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
        for block in _BLOCKS.findall(font.ToUnicode.read_bytes())
        for code, text in _MAPPINGS.findall(block)
    }
    rows = list(descendant.get("/W", []))
    widths = {
        int(first) + index: float(width) / 1000
        for first, members in zip(rows[::2], rows[1::2], strict=True)
        for index, width in enumerate(members)
    }
    return EmbeddedFont(name, bytes(file.read_bytes()), texts, widths)


def read_pictures(pages: Iterable[PdfValue]) -> Iterator[PaintedPicture]:
    """Yield the pictures on these pages of a PDF, in the order in which they are painted; sheets count from the first.

    Blank pages may be None.
    """
    for index, page in enumerate(pages):
        resources: PdfValue = {} if page is None else page.get("/Resources", {})
        objects: PdfValue = resources.get("/XObject", {})
        if any(stream.get("/Subtype") == "/Image" for _, stream in objects.items()):
            content = b"\n".join(stream.read_bytes() for stream in list_content_streams(page))
            for a, b, c, d, name in _PAINTED.findall(content):
                stream = objects.get("/" + name.decode("latin-1"))
                if stream is not None and stream.get("/Subtype") == "/Image":
                    yield describe_picture(index, stream, is_upright=_is_upright(a, b, c, d))


def list_content_streams(page: PdfValue) -> list[PdfValue]:
    """Return the content streams that paint a page of a PDF."""
    contents: PdfValue = page.get("/Contents", ())
    return [contents] if isinstance(contents, pikepdf.Stream) else list(contents)


def compute_stream_digest(stream: PdfValue) -> bytes:
    """Return the SHA-256 of a stream as the file holds it, and of how it is unpacked."""
    packing = f"{stream.get('/Filter')!r} {stream.get('/DecodeParms')!r} "
    return hashlib.sha256(packing.encode() + bytes(stream.read_raw_bytes())).digest()


def find_strange_content(stream: PdfValue) -> str:
    """Return what a page's content stream does that no edition does ("moves letters by …"); "" if there is nothing.

    Such a stream spaces, stretches, raises or hides letters, or makes screen readers say other words than it paints.
    """
    data = stream.read_bytes()
    if mark := _find_strange_mark(data):
        return f"has letters marked with “{mark}”"
    if b"%" in data or b"(" in data.replace(_SPACE, b""):  # what looks like an operator in it would be none
        return "has a text or a comment between its operators"
    if not _TEXT_STATE.search(data):  # as in most pages: spares two searches that look at every digit
        return ""
    match = _STRANGE_OPERATOR.search(_RAISED_MARK.sub(b"", data))
    return f"moves letters by “{match.group().decode('latin-1').strip()}”" if match else ""


def _find_strange_mark(data: bytes) -> str:
    """Return the first mark of content that no edition has, or none has inside other marks; "" if there is none."""
    depth = 0
    for match in _MARK.finditer(data):
        kind = match.lastgroup
        if kind == "strange" or (kind == "outer" and depth):
            return " ".join(match.group().decode("latin-1").split())
        depth += -1 if kind == "end" else 1
        if depth < 0:
            return "EMC"
    return ""


def _is_upright(a: bytes, b: bytes, c: bytes, d: bytes) -> bool:
    """Return whether a picture's matrix neither turns nor mirrors it, on a sheet whose y grows downwards."""
    try:
        return float(a) >= _LEAST_SIDE_PT and float(b) == float(c) == 0 and float(d) <= -_LEAST_SIDE_PT
    except ValueError:
        return False


def _decode_image_stream(stream: PdfValue) -> Image.Image:
    """Return the pixels of a PDF's image stream. Raises ValueError or an error of Pillow."""
    filters = stream.get("/Filter")
    if filters == "/DCTDecode":
        return Image.open(io.BytesIO(stream.read_raw_bytes()))
    mode = _COLOURS.get(str(stream.get("/ColorSpace")))
    if filters != "/FlateDecode" or mode is None or int(stream.BitsPerComponent) != 8:
        raise ValueError("a picture in another form")
    return Image.frombytes(mode, (int(stream.Width), int(stream.Height)), bytes(stream.read_bytes()))
