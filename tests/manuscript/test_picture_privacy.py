"""Test that a published picture holds its pixels and colours, and nothing else."""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageOps

from onrecord.manuscript.color_profiles import clean_profile
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.picture_privacy import strip_metadata
from onrecord.manuscript.pictures import Pictures
from onrecord.model import Asset
from onrecord.pipeline.build import build_book
from tests.support.marked_pictures import (
    PICTURES,
    SECRET,
    draw_picture,
    make_interlaced_png,
    make_moving_png,
    mark_jpeg,
    mark_png,
    save,
)
from tests.support.workers import CACHING_RUNNER

_FRONT = "---\ntitle: A Title\nbyline: A byline\npeople: [{name: Ada, role: interviewee}]\n---\n\n**What?**\n\n"
_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"gAMA", b"IDAT", b"IEND"}
_SEGMENTS = {0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDB, 0xDD, 0xE0, 0xE2, 0xEE}


def read_picture(folder: Path, name: str, data: bytes) -> tuple[Asset | None, Problems]:
    """Read a picture as a book does; return it, or None with its problems."""
    (folder / "images").mkdir(exist_ok=True)
    (folder / "images" / name).write_bytes(data)
    problems = Problems("talk.md", ["", ""])
    return Pictures(folder).read_asset(f"images/{name}", 1, problems), problems


@pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_keeps_its_pixels_and_nothing_else(name: str, tmp_path: Path) -> None:
    """Whatever format and coding; a camera's orientation is applied, moving pictures stand still."""
    before = PICTURES[name]()
    assert SECRET in before
    asset, problems = read_picture(tmp_path, name, before)
    assert asset is not None, problems
    assert SECRET not in asset.data
    with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(asset.data)) as new:
        old.load()
        upright = ImageOps.exif_transpose(old)
        assert upright.size == new.size == (asset.width_px, asset.height_px)
        assert list_differences(upright, new) == []
        if old.mode == "RGB" and "icc_profile" in old.info:
            assert new.info["icc_profile"] == clean_profile(old.info["icc_profile"], 3)
        assert getattr(new, "n_frames", 1) == 1
        assert not new.getexif()
    assert list_part_names(asset.data) <= (_CHUNKS if asset.media_type == "image/png" else _SEGMENTS)
    assert strip_metadata(asset.data, "PNG" if asset.media_type == "image/png" else "JPEG") == asset.data


def list_differences(old: Image.Image, new: Image.Image) -> list[int]:
    """Return how far apart pixels of the two pictures are, where they are not alike to the eye."""
    if old.mode.startswith("I;16"):
        old = old.convert("I").point(lambda grey: grey * (1 / 257) + 0).convert("L")
    pixels = (picture.convert("RGBA").tobytes() for picture in (old, new))
    return [abs(a - b) for a, b in zip(*pixels, strict=True) if abs(a - b) > 1]


def list_part_names(data: bytes) -> set[object]:
    """Return the names of a PNG's chunks, or the markers of a JPEG's segments; fail for bytes outside of them."""
    names: set[object] = set()
    if data[:2] == b"\xff\xd8":
        at = 2
        while data[at : at + 2] != b"\xff\xd9":
            assert data[at] == 0xFF
            names.add(data[at + 1])
            length = int.from_bytes(data[at + 2 : at + 4])
            scan = re.compile(rb"\xff(?=[^\xff\x00\xd0-\xd7])", re.DOTALL).search(data, at + 2 + length)
            at = scan.start() if data[at + 1] == 0xDA and scan else at + 2 + length
        assert at + 2 == len(data)
        return names
    at = 8
    while at < len(data):
        names.add(data[at + 4 : at + 8])
        at += 12 + int.from_bytes(data[at : at + 4])
    assert data[-8:-4] == b"IEND"
    assert at == len(data)
    return names


@pytest.mark.parametrize("kind", ["JPEG", "progressive", "PNG", "interlaced", "moving"])
def test_a_damaged_picture_is_a_problem_with_its_name(kind: str, tmp_path: Path) -> None:
    """500 mutations: each is read as a list of known parts, or refused; none is a crash or a warning of a library."""
    makers = {
        "JPEG": lambda: mark_jpeg(save(draw_picture(), "JPEG")),
        "progressive": lambda: mark_jpeg(save(draw_picture(), "JPEG", progressive=True)),
        "PNG": lambda: mark_png(save(draw_picture(), "PNG")),
        "interlaced": lambda: mark_png(make_interlaced_png()),
        "moving": lambda: mark_png(make_moving_png()),
    }
    original = makers[kind]()
    generator = random.Random(1871)
    for _ in range(100):
        data = bytearray(original)
        for _ in range(generator.randint(1, 4)):
            at = generator.randrange(len(data))
            data[at : at + generator.choice((0, 1, 1, 9))] = generator.randbytes(generator.choice((0, 1, 1, 4)))
        cut = generator.choice((None, None, generator.randrange(len(data))))
        asset, problems = read_picture(tmp_path, "a.png", bytes(data[:cut]))
        if asset is None:
            (problem,) = problems.entries
            assert "images/a.png" in problem.sentence
            assert problem.rule in ("pictures-are-readable", "pictures-are-small")
        else:
            assert list_part_names(asset.data) <= (_CHUNKS if asset.media_type == "image/png" else _SEGMENTS)


@pytest.mark.slow
def test_no_edition_holds_what_stood_beside_the_pixels(tmp_path: Path) -> None:
    """The bytes of every file of the three editions, with every stream of the PDF decoded."""
    book = tmp_path / "book"
    (book / "interviews").mkdir(parents=True)
    (book / "images").mkdir()
    (book / "book.yaml").write_text("title: A Book\nslug: book\ndate: 2026-01-01\ndisclaimer: none\n", encoding="utf-8")
    for name, make_picture in PICTURES.items():
        (book / "images" / name).write_bytes(make_picture())
    body = "".join(f"![A circle](images/{name})\n\nWords.\n\n" for name in PICTURES)
    (book / "interviews/talk.md").write_text(_FRONT + body, encoding="utf-8")
    build_book(book, tmp_path / "out", ("html", "epub", "pdf"), CACHING_RUNNER, lambda *_: None)
    pieces = {path.name: path.read_bytes() for path in tmp_path.joinpath("out").rglob("*") if path.is_file()}
    with zipfile.ZipFile(tmp_path / "out/book.epub") as archive:
        pieces |= {f"epub/{name}": archive.read(name) for name in archive.namelist()}
    with pikepdf.open(tmp_path / "out/book.pdf") as pdf:
        streams = [part for part in pdf.objects if isinstance(part, pikepdf.Stream)]
        pieces |= {f"pdf/{index}": read_stream(stream) for index, stream in enumerate(streams)}
    assert sum(name.endswith((".jpg", ".png")) for name in pieces) >= 2 * len(PICTURES)
    assert [name for name, data in pieces.items() if SECRET in data] == []


def read_stream(stream: pikepdf.Stream) -> bytes:
    """Return a stream decoded, or as it is where only a picture's decoder could."""
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:
        return stream.read_raw_bytes()


def pack_chunk(name: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)


def hide_after_pixels() -> dict[str, bytes]:
    """Return pictures with words after their pixels, where decoders do not look."""
    png, jpeg = save(draw_picture(number=20), "PNG"), save(draw_picture(number=21), "JPEG")
    start, end = png.index(b"IDAT") - 4, png.index(b"IEND") - 4
    pixels = zlib.decompress(png[start + 8 : end - 4])
    words = SECRET * 9
    return {
        "after the scan.jpg": jpeg[:-2] + words + jpeg[-2:],
        "after the packed data.png": png[:end] + pack_chunk(b"IDAT", words) + png[end:],
        "in the last chunk.png": png[:start] + pack_chunk(b"IDAT", zlib.compress(pixels) + words) + png[end:],
        "in further rows.png": png[:start] + pack_chunk(b"IDAT", zlib.compress(pixels + words, 0)) + png[end:],
    }


@pytest.mark.parametrize("name", hide_after_pixels())
def test_a_picture_with_words_after_its_pixels_is_refused(name: str, tmp_path: Path) -> None:
    """They would be published unseen; to save the picture again removes them."""
    asset, problems = read_picture(tmp_path, name.replace(" ", "-"), hide_after_pixels()[name])
    assert asset is None
    assert [problem.rule for problem in problems.entries] == ["pictures-are-readable"]


@pytest.mark.parametrize("name", ["pHYs", "gAMA", "cHRM", "bKGD", "sBIT"])
def test_a_chunk_that_is_too_long_is_left_out(name: str, tmp_path: Path) -> None:
    png = save(draw_picture(number=22), "PNG")
    marked = png[:33] + pack_chunk(name.encode(), bytes(32) + SECRET) + png[33:]
    asset, problems = read_picture(tmp_path, "a.png", marked)
    assert asset is not None, problems
    assert SECRET not in asset.data


def test_lines_that_no_decoder_reads_are_left_out(tmp_path: Path) -> None:
    jpeg = save(draw_picture(number=23), "JPEG")
    asset, problems = read_picture(tmp_path, "a.jpg", jpeg[:2] + b"\xff\xdc\x00\x0a\x00\x20" + SECRET + jpeg[2:])
    assert asset is not None, problems
    assert SECRET not in asset.data
