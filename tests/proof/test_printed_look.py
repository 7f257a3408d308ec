"""The letters of a PDF are drawn as their faces draw them, and its pictures are those of the manuscript."""

from __future__ import annotations

import io
import zlib
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
import uharfbuzz
from fontTools.ttLib import TTFont
from PIL import Image, ImageOps

from onrecord.model import Asset
from onrecord.proof.reading.embedded_objects import (
    PaintedPicture,
    StrangeFontError,
    describe_picture,
    open_pdf_objects,
    read_fonts,
)
from onrecord.proof.reading.face_outlines import EmbeddedFont, FaceLibrary
from onrecord.proof.rules.printed_look import _has_same_pixels, check_printed_look
from onrecord.runtime import font_files, font_subsets
from onrecord.runtime.cache import Cache
from tests.support.sample import BOOK

FILES = font_files.list_font_files(font_files.list_package_folders())
LIBRARY = FaceLibrary(FILES)
GARAMOND = next(file for file in FILES if file.name == "EBGaramond[wght].ttf")


def embed(texts: dict[int, str], *, weight: float = 500, shape_of: dict[int, int] | None = None) -> EmbeddedFont:
    """Embed glyphs of a face, with the widths of the face."""
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(GARAMOND)))
    font.set_variations({"wght": weight})
    widths = {glyph: font.get_glyph_h_advance(glyph) / 1000 for glyph in texts}
    return EmbeddedFont(
        "EB", font_subsets.subset_font(GARAMOND.read_bytes(), 0, texts, {"wght": weight}), texts, widths
    )


def find_glyph(text: str) -> int:
    """Return the glyph of a character."""
    glyph = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(GARAMOND))).get_nominal_glyph(ord(text))
    assert glyph
    return glyph


ONE, SIX = find_glyph("1"), find_glyph("6")


@pytest.mark.parametrize("weight", [400, 500, 600, 800])
def test_a_face_in_any_weight_is_recognized(weight: float) -> None:
    assert not LIBRARY.find_fault(embed({ONE: "1", SIX: "6", find_glyph("é"): "é"}, weight=weight))


SERIFS = ("SourceSerif4[opsz,wght].ttf", "SourceSerif4-Italic[opsz,wght].ttf")


def embed_serif(name: str, weight: float, size: float) -> EmbeddedFont:
    """Embed some letters of a face at a place on its axes."""
    file = next(file for file in FILES if file.name == name)
    place = {"wght": weight, "opsz": size}
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(file)))
    font.set_variations(place)
    texts = {font.get_nominal_glyph(ord(letter)) or 0: letter for letter in "LTDH1aegs"}
    widths = {glyph: font.get_glyph_h_advance(glyph) / 1000 for glyph in texts}
    return EmbeddedFont("Serif", font_subsets.subset_font(file.read_bytes(), 0, texts, place), texts, widths)


@pytest.mark.parametrize(("weight", "size"), [(400, 14.666), (600, 40), (500, 8), (300, 60), (200, 20.7)])
@pytest.mark.parametrize("name", SERIFS)
def test_a_face_in_any_optical_size_is_recognized(name: str, weight: float, size: float) -> None:
    """The layout engine chooses it by the size of the text."""
    assert not LIBRARY.find_fault(embed_serif(name, weight, size))


@pytest.mark.parametrize(("name", "weight", "size"), [(SERIFS[0], 400, 14.666), (SERIFS[1], 300, 60)])
def test_another_letter_is_found_in_an_optical_size(name: str, weight: float, size: float) -> None:
    """It is compared with the face in all weights, each in the size that is most like it."""
    embedded = embed_serif(name, weight, size)
    texts = embedded.texts
    first, second = sorted(texts)[:2]
    exchanged = {**texts, first: texts[second], second: texts[first]}
    assert "draws another letter" in LIBRARY.find_fault(replace(embedded, texts=exchanged))


def test_a_glyph_that_is_drawn_for_another_letter_is_found() -> None:
    """The map of the file says “1”, and the page shows a 6."""
    assert LIBRARY.find_fault(embed({SIX: "1"})) == "draws another letter for “1”"


def test_what_stands_for_a_space_draws_nothing() -> None:
    """Of a zero-width space, too: HarfBuzz puts the glyph of a space in its place."""
    space = find_glyph(" ")
    for text in (" ", "\u00a0", "\u200b"):
        assert LIBRARY.find_fault(embed({space: text})) == ""
        assert "draws another letter" in LIBRARY.find_fault(embed({SIX: text}))


def test_another_outline_and_another_width_are_found() -> None:
    font = embed({ONE: "1", SIX: "6"})
    assert "draws “1” otherwise" in LIBRARY.find_fault(replace(font, program=embed({SIX: "6"}).program))
    assert "another width" in LIBRARY.find_fault(replace(font, widths={**font.widths, ONE: 0.9}))


@pytest.mark.parametrize("units", [4, -20])
def test_a_point_that_is_moved_is_found(units: int) -> None:
    """The outline has as many steps as before; the rounding of a subset moves points by less."""
    font = embed({ONE: "1", SIX: "6"})
    face: Any = TTFont(io.BytesIO(font.program))
    glyph = face["glyf"][face.getGlyphName(ONE)]
    x, y = glyph.coordinates[3]
    glyph.coordinates[3] = x, y + units
    face.save(out := io.BytesIO())
    assert LIBRARY.find_fault(replace(font, program=out.getvalue())) == "draws “1” otherwise than its face"


def test_a_space_without_a_width_is_no_fault_and_a_letter_without_one_is() -> None:
    """The default of a PDF is 1 em; a space that is named but stands nowhere has no width."""
    space = find_glyph(" ")
    font = embed({ONE: "1", space: " "})
    assert LIBRARY.find_fault(replace(font, widths={ONE: font.widths[ONE]})) == ""
    assert "another width" in LIBRARY.find_fault(replace(font, widths={space: font.widths[space]}))


def test_a_face_of_nobody_is_found() -> None:
    assert LIBRARY.find_fault(embed({ONE: "1"})) == ""
    assert "no face of On Record" in FaceLibrary(()).find_fault(embed({ONE: "1"}))


@pytest.mark.parametrize(("feature", "text"), [("smcp", "a"), ("dlig", "ct"), ("onum", "1"), ("sups", "1")])
def test_other_forms_of_a_letter_stand_for_it(feature: str, text: str) -> None:
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(GARAMOND)))
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer, {feature: True})
    assert not LIBRARY.find_fault(embed({buffer.glyph_infos[0].codepoint: text}))


def make_pdf(**keys: Any) -> pikepdf.Pdf:
    """Make a file with a font that has these keys."""
    pdf = pikepdf.new()
    pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, BaseFont=pikepdf.Name.Helvetica, **keys))
    return pdf


def test_a_font_that_is_not_embedded_is_found() -> None:
    pdf, data = make_pdf(Subtype=pikepdf.Name.Type1), io.BytesIO()
    with pytest.raises(StrangeFontError, match="Helvetica"):
        list(read_fonts(pdf.objects))
    pdf.Root.Font = pdf.objects[-1]
    pdf.save(data)
    with open_pdf_objects(data.getvalue()) as opened:
        (problem,) = check_printed_look(replace(BOOK, parts=()), opened, (), (), Cache(None))
    assert "is not embedded" in problem.sentence


def draw() -> Image.Image:
    """Draw a picture that is another one when it is turned, with a transparent point."""
    image = Image.new("RGBA", (8, 6), (0, 90, 90, 255))
    image.putpixel((1, 1), (200, 10, 10, 90))
    return image


def paint(pdf: pikepdf.Pdf, image: Image.Image, mask: Image.Image | None = None) -> PaintedPicture:
    """Put the pixels of a picture into a file."""

    def make_stream(pixels: Image.Image) -> pikepdf.Stream:
        stream = pdf.make_stream(b"")
        stream.write(zlib.compress(pixels.tobytes()), filter=pikepdf.Name.FlateDecode)
        stream.Width, stream.Height, stream.BitsPerComponent = pixels.width, pixels.height, 8
        stream.ColorSpace = pikepdf.Name.DeviceRGB if pixels.mode == "RGB" else pikepdf.Name.DeviceGray
        return stream

    stream = make_stream(image)
    if mask:
        stream.SMask = make_stream(mask)
    return describe_picture(0, stream, is_upright=True)


def make_asset(image: Image.Image) -> Asset:
    """Return a picture of a manuscript."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return Asset("a.png", "a.png", "image/png", *image.size, "", out.getvalue())


def test_the_pixels_of_a_picture_are_compared() -> None:
    pdf, image = pikepdf.new(), draw()
    asset = make_asset(image)
    assert _has_same_pixels(paint(pdf, image.convert("RGB"), image.getchannel("A")), asset)
    assert not _has_same_pixels(paint(pdf, image.convert("RGB")), asset), "its transparent point is opaque"
    for changed in (ImageOps.mirror(image), ImageOps.flip(image), image.rotate(180), image.resize((8, 5))):
        assert not _has_same_pixels(paint(pdf, changed.convert("RGB"), changed.getchannel("A")), asset)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "I;16"])
def test_pictures_of_every_mode_are_recognized(mode: str) -> None:
    image = Image.new("L", (8, 6), 90).convert("RGB")
    image.putpixel((1, 1), (255, 255, 255))
    source = image.convert("L").convert("I").convert(mode) if mode == "I;16" else image.convert(mode)
    pixels = source.convert("RGBA").convert("RGB") if mode != "I;16" else source.convert("RGB")
    assert _has_same_pixels(paint(pikepdf.new(), pixels), make_asset(source))
