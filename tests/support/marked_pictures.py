"""Pictures of every kind that is accepted, with words beside the pixels that no edition may hold."""

from __future__ import annotations

import base64
import io
import random
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

SECRET = b"GEHEIM"
_TEXT = SECRET.decode()
# Arithmetic coding (ISO/IEC 10918-1 annex D): Pillow reads it and does not write it. 16 × 8 red points.
_ARITHMETIC = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYV"
    "pQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//yQARCAAI"
    "ABADASIAAhEBAxEB/8wACgAQEAUBEBEF/9oADAMBAAIRAxEAPwD/ADs7HoPu/9k="
)


def draw_picture(mode: str = "RGB", number: int = 0) -> Image.Image:
    """Return a small picture with edges and shades; each number gives another one."""
    image = Image.linear_gradient("L").resize((48, 32)).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.ellipse((4 + number % 20, 4, 28, 28), fill=(200, 40 + number * 7 % 200, 40))
    return image.convert(mode)


def save(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Return the file of a picture."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def make_exif(orientation: int = 1) -> Image.Exif:
    """Return Exif data with a name, a place, and how to turn the picture."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = exif[0x013B] = _TEXT
    exif.get_ifd(0x8825)[0x1D] = _TEXT
    return exif


def make_profile() -> bytes:
    """Return the colour profile of sRGB."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def pack_segment(marker: int, content: bytes) -> bytes:
    """Return a segment of a JPEG."""
    return b"\xff" + bytes([marker]) + (len(content) + 2).to_bytes(2) + content


def mark_jpeg(data: bytes) -> bytes:
    """Return the JPEG with all that programs write into one: before, between and after its scans."""
    preview = bytes([4, 4]) + SECRET * 8
    head = b"".join(
        (
            pack_segment(0xE0, b"JFIF\0\1\2\0\0\1\0\1" + preview),
            pack_segment(0xE0, b"JFXX\0\x10" + SECRET),
            pack_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
            pack_segment(0xE1, b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0\0\0\0\0" + SECRET),
            pack_segment(0xE2, b"ICC_PROFILE\0\1\1" + make_profile() + SECRET),
            pack_segment(0xE2, b"MPF\0" + SECRET),
            pack_segment(0xE2, b"FPXR\0" + SECRET),
            pack_segment(0xEB, b"JP\0\1\0\0\0\1jumb" + SECRET),
            pack_segment(0xED, b"Photoshop 3.0\x008BIM" + SECRET),
            pack_segment(0xEE, SECRET),
            pack_segment(0xEF, SECRET),
            pack_segment(0xFE, SECRET),
        )
    )
    parts = data[2:-2].split(b"\xff\xda")  # before each scan
    middle = (pack_segment(0xFE, SECRET) + pack_segment(0xE1, SECRET) + b"\xff\xff\xff\xda").join(parts)
    return b"\xff\xd8" + head + middle + b"\xff\xd9" + SECRET + b"ftypmp42" + data + SECRET


def pack_chunk(name: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return len(content).to_bytes(4) + name + content + zlib.crc32(name + content).to_bytes(4)


def mark_png(data: bytes) -> bytes:
    """Return the PNG with all that programs write into one, before and after its pixels, and after its end."""
    head, end = data[:33], len(data) - 12
    text = b"".join(
        (
            pack_chunk(b"tEXt", b"Author\0" + SECRET),
            pack_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(SECRET)),
            pack_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + SECRET),
            pack_chunk(b"eXIf", make_exif().tobytes()[6:]),
            pack_chunk(b"tIME", bytes([7, 234, 1, 2, 3, 4, 5])),
            pack_chunk(b"sPLT", SECRET + b"\0\x08"),
            pack_chunk(b"caBX", b"jumb" + SECRET),
            pack_chunk(b"prVW", SECRET),
            pack_chunk(b"iCCP", SECRET + b"\0\0" + zlib.compress(make_profile() + SECRET)),
        )
    )
    pixels = data[33:end]
    tail = pack_chunk(b"tEXt", b"Copyright\0" + SECRET) + pack_chunk(b"stER", SECRET)
    return head + text + pixels + tail + data[end:] + SECRET + data


def make_moving_png() -> bytes:
    """Return a PNG whose second picture is in frames of an animation."""
    return save(draw_picture(), "PNG", save_all=True, append_images=[draw_picture(number=9)], duration=90)


def _make_deep_png() -> bytes:
    """Return a PNG with 16 bits for each grey."""
    return save(Image.linear_gradient("L").resize((48, 32)).convert("I;16"), "PNG")


def make_interlaced_png() -> bytes:
    """Return a PNG in seven passes (PNG 3rd edition §8), grey; Pillow does not write it."""
    width, height = 16, 16
    greys = random.Random(4).randbytes(width * height)
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    rows = b"".join(
        b"\0" + bytes(greys[y * width + x] for x in range(left, width, right))
        for left, top, right, down in passes
        for y in range(top, height, down)
    )
    head = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 0, 0, 0, 1])
    return (
        b"\x89PNG\r\n\x1a\n"
        + pack_chunk(b"IHDR", head)
        + pack_chunk(b"IDAT", zlib.compress(rows))
        + pack_chunk(b"IEND", b"")
    )


def _make_webp() -> bytes:
    """Return a WebP with Exif, XMP and a profile."""
    return save(draw_picture(), "WEBP", lossless=True, exif=make_exif(), xmp=SECRET, icc_profile=make_profile())


def _make_gif() -> bytes:
    """Return a GIF of two pictures, with a comment."""
    frames = [draw_picture("P", number) for number in (3, 8)]
    return save(frames[0], "GIF", save_all=True, append_images=frames[1:], comment=SECRET) + SECRET


def _make_tiff() -> bytes:
    """Return a TIFF of two pages with a description."""
    return save(
        draw_picture(),
        "TIFF",
        save_all=True,
        append_images=[draw_picture(number=5)],
        description=_TEXT,
        exif=make_exif(),
    )


def _make_png_with_text() -> bytes:
    """Return a PNG as Pillow writes it with all that it can add."""
    info = PngInfo()
    info.add_text("Author", _TEXT)
    info.add_itxt("XML:com.adobe.xmp", _TEXT)
    return save(draw_picture("P"), "PNG", exif=make_exif(), pnginfo=info, icc_profile=make_profile())


PICTURES: dict[str, Callable[[], bytes]] = {
    "baseline.jpg": lambda: mark_jpeg(save(draw_picture(), "JPEG", exif=make_exif(), comment=SECRET)),
    "progressive.jpg": lambda: mark_jpeg(save(draw_picture(number=1), "JPEG", progressive=True)),
    "grey.jpg": lambda: mark_jpeg(save(draw_picture("L"), "JPEG")),
    "restarts.jpg": lambda: mark_jpeg(save(draw_picture(number=2), "JPEG", restart_marker_blocks=2)),
    "colours-as-they-are.jpg": lambda: mark_jpeg(save(draw_picture(number=11), "JPEG", keep_rgb=True)),
    "four-inks.jpg": lambda: mark_jpeg(save(draw_picture("CMYK"), "JPEG")),
    "turned.jpg": lambda: save(draw_picture(number=3), "JPEG", exif=make_exif(6), comment=SECRET) + SECRET,
    "arithmetic.jpg": lambda: mark_jpeg(_ARITHMETIC),
    "several.jpg": lambda: save(
        draw_picture(number=4), "MPO", save_all=True, append_images=[draw_picture(number=7)], exif=make_exif()
    ),
    "colours.png": lambda: mark_png(save(draw_picture(number=5), "PNG")),
    "palette.png": lambda: mark_png(save(draw_picture("P", 6), "PNG", transparency=3)),
    "clear.png": lambda: mark_png(save(draw_picture("RGBA", 7), "PNG")),
    "deep.png": lambda: mark_png(_make_deep_png()),
    "interlaced.png": lambda: mark_png(make_interlaced_png()),
    "moving.png": lambda: mark_png(make_moving_png()),
    "turned.png": lambda: save(draw_picture(number=8), "PNG", exif=make_exif(8)) + SECRET,
    "text.png": _make_png_with_text,
    "picture.webp": _make_webp,
    "moving.gif": _make_gif,
    "pages.tiff": _make_tiff,
    "picture.bmp": lambda: save(draw_picture(number=10), "BMP") + SECRET,
}
