"""Only files of the book are read, and only pictures that can be printed."""

from __future__ import annotations

import io
import os
import random
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from onrecord.model import Figure, iterate_blocks, walk_blocks
from onrecord.pipeline.load import load_book
from tests.support.hostile import (
    ALL,
    CANARY,
    FRONT_MATTER,
    QUESTION,
    build_and_read,
    list_problems,
    list_rules,
    make_picture,
    make_screens,
    write_interview,
)


def _link_interview_outside(folder: Path) -> str:
    (folder / "interviews/talk.md").unlink()
    (folder / "interviews/talk.md").symlink_to(folder.parent / "secret.md")
    return "file-is-in-the-book"


def _link_folder_outside(folder: Path) -> str:
    (folder / "interviews/talk.md").unlink()
    (folder / "interviews").rmdir()
    (folder.parent / "elsewhere").mkdir()
    (folder.parent / "elsewhere/talk.md").write_text(f"{FRONT_MATTER}{QUESTION}{CANARY}\n", encoding="utf-8")
    (folder / "interviews").symlink_to(folder.parent / "elsewhere")
    return "file-is-in-the-book"


def _link_settings_outside(folder: Path) -> str:
    (folder / "book.yaml").unlink()
    (folder / "book.yaml").symlink_to(folder.parent / "secret.yaml")
    return "file-is-in-the-book"


def _link_picture_outside(folder: Path) -> str:
    (folder / "images/a.png").symlink_to(folder.parent / "secret.png")
    write_interview(folder, QUESTION + "![a](images/a.png)\n")
    return "pictures-are-in-the-book"


def _link_original_outside(folder: Path) -> str:
    (folder / "originals/a.txt").symlink_to(folder.parent / "secret.md")
    write_interview(
        folder, QUESTION + "Yes.\n", FRONT_MATTER.replace("people", "source: {file: originals/a.txt}\npeople")
    )
    return "original-is-kept"


def _name_original_above(folder: Path) -> str:
    write_interview(folder, QUESTION + "Yes.\n", FRONT_MATTER.replace("people", "source: {file: ../secret.md}\npeople"))
    return "original-is-kept"


def _name_original_too_long(folder: Path) -> str:
    write_interview(
        folder, QUESTION + "Yes.\n", FRONT_MATTER.replace("people", f"source: {{file: {'a' * 300}}}\npeople")
    )
    return "original-is-kept"


def _link_interview_to_itself(folder: Path) -> str:
    (folder / "interviews/talk.md").unlink()
    (folder / "interviews/talk.md").symlink_to(folder / "interviews/talk.md")
    return "file-is-in-the-book"


def _link_picture_to_itself(folder: Path) -> str:
    (folder / "images/a.png").symlink_to(folder / "images/a.png")
    write_interview(folder, QUESTION + "![a](images/a.png)\n")
    return "pictures-are-in-the-book"


def _make_interview_a_pipe(folder: Path) -> str:
    (folder / "interviews/talk.md").unlink()
    os.mkfifo(folder / "interviews/talk.md")
    return "file-is-readable"


def _make_interview_a_folder(folder: Path) -> str:
    (folder / "interviews/talk.md").unlink()
    (folder / "interviews/talk.md").mkdir()
    return "file-is-readable"


def _name_interview_without_letters(folder: Path) -> str:
    (folder / "interviews/talk.md").rename(folder / "interviews/?#.md")
    return "slug-is-plain"


def _give_reserved_name(folder: Path) -> str:
    (folder / "interviews/talk.md").rename(folder / "interviews/index.md")
    return "slug-is-plain"


def _repeat_slug(folder: Path) -> str:
    write_interview(folder, QUESTION + "Yes.\n", name="Talk!.md")
    return "slugs-are-unique"


FILE_ATTACKS: list[Callable[[Path], str]] = [
    _link_interview_outside,
    _link_folder_outside,
    _link_settings_outside,
    _link_picture_outside,
    _link_original_outside,
    _name_original_above,
    _name_original_too_long,
    _link_interview_to_itself,
    _link_picture_to_itself,
    _make_interview_a_pipe,
    _make_interview_a_folder,
    _name_interview_without_letters,
    _give_reserved_name,
    _repeat_slug,
]


@pytest.mark.parametrize("spoil", FILE_ATTACKS, ids=lambda spoil: spoil.__name__.strip("_"))
def test_only_files_of_the_book_are_read(spoil: Callable[[Path], str], folder: Path) -> None:
    """Links that lead out, circular links, pipes, folders and odd names are problems; no line is quoted."""
    rule = spoil(folder)
    assert rule in list_rules(list_problems(folder, 15))


def test_odd_file_names_make_plain_addresses(folder: Path) -> None:
    """Spaces, punctuation and accents in file names are allowed."""
    (folder / "interviews/talk.md").rename(folder / "interviews/Ünïcode & co #1?.md")
    files = make_screens(folder)
    assert {"unicode-co-1.html", "epub/EPUB/unicode-co-1.xhtml"} <= files.keys()


def _make_image_bomb(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def _make_noise() -> bytes:
    out = io.BytesIO()
    Image.frombytes("RGB", (200, 200), random.Random(1).randbytes(120_000)).save(out, "PNG")
    return out.getvalue()


_ACTIVE_SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/><script>alert(1)</script></svg>'
)
BAD_PICTURES = {
    "20,000 squared": (_make_image_bomb(20_000, 20_000), "pictures-are-small"),
    "60,000 squared": (_make_image_bomb(60_000, 60_000), "pictures-are-small"),
    "26 MB": (make_picture().ljust(26_000_000, b"\0"), "pictures-are-small"),
    "empty": (b"", "pictures-are-readable"),
    "text": (b"hello", "pictures-are-readable"),
    "cut off": (_make_noise()[:5000], "pictures-are-readable"),
    "SVG": (_ACTIVE_SVG, "pictures-are-readable"),
    "SVG, compressed": (zlib.compress(_ACTIVE_SVG), "pictures-are-readable"),
    "32 bits": (make_picture("I", kind="TIFF"), "pictures-are-readable"),
    "PDF": (b"%PDF-1.7\n", "pictures-are-readable"),
}


@pytest.mark.parametrize(("data", "rule"), BAD_PICTURES.values(), ids=BAD_PICTURES)
def test_a_picture_that_cannot_be_printed_is_a_problem(data: bytes, rule: str, folder: Path) -> None:
    """The content decides, not the extension of the name."""
    (folder / "images/a.png").write_bytes(data)
    write_interview(folder, QUESTION + "![Words](images/a.png)\n")
    (problem,) = list_problems(folder, 15)
    assert (problem.rule, problem.location.line) == (rule, 9)


def test_a_damaged_picture_causes_no_crash(folder: Path) -> None:
    """It is read, or it is a problem."""
    generator = random.Random(7)
    pictures = [make_picture(size=(60, 40), kind=kind) for kind in ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP")]
    (folder / "images").mkdir(exist_ok=True)
    body = ""
    for number in range(150):
        data = bytearray(generator.choice(pictures))
        for _ in range(generator.randint(1, 6)):
            data[generator.randrange(len(data))] = generator.randrange(256)
        (folder / f"images/{number}.png").write_bytes(data[: generator.choice([None, generator.randrange(len(data))])])
        body += f"![Words](images/{number}.png)\n\n"
    write_interview(folder, QUESTION + body)
    assert list_rules(list_problems(folder)) <= {"pictures-are-readable", "pictures-are-small"}


def _make_rotated_picture() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return make_picture(kind="JPEG", exif=exif)


GOOD_PICTURES: dict[str, tuple[bytes, tuple[int, int], tuple[int, int, int]]] = {
    "cmyk.jpg": (
        make_picture("CMYK", kind="JPEG", color=(0, 255, 0, 0), icc_profile=b"four inks" * 30),
        (40, 30),
        (255, 0, 255),
    ),
    "deep.png": (make_picture("I;16", color=30_000), (40, 30), (116, 116, 116)),
    "turned.jpg": (_make_rotated_picture(), (30, 40), (0, 0, 0)),
    "moving.gif": (
        make_picture("P", kind="GIF", save_all=True, append_images=[Image.new("P", (40, 30), 5)]),
        (40, 30),
        (0, 0, 0),
    ),
    "web.webp": (make_picture(kind="WEBP"), (40, 30), (0, 0, 0)),
    "clear.png": (make_picture("LA"), (40, 30), (0, 0, 0)),
    "a b#c?d.png": (make_picture(color=(9, 9, 9)), (40, 30), (9, 9, 9)),
    "cafe\u0301.png": (make_picture(color=(8, 8, 8)), (40, 30), (8, 8, 8)),
}


def _write_book_with_pictures(folder: Path) -> None:
    body = QUESTION
    for name, (data, _, _) in GOOD_PICTURES.items():
        (folder / "images" / name).write_bytes(data)
        address = {"a b#c?d.png": "images/a%20b%23c%3fd.png", "cafe\u0301.png": "images/café.png"}.get(
            name, f"images/{name}"
        )
        body += f'Here is one.\n\n![Words]({address} "{name.split(".")[0].title()}")\n\n'
    write_interview(folder, body)


def test_pictures_of_every_kind_become_printable(folder: Path) -> None:
    """Three channels of eight bits, upright, first frame, without an unsuitable profile."""
    _write_book_with_pictures(folder)
    book, _ = load_book(folder)
    figures = [block for block in walk_blocks(iterate_blocks(book.interviews[0])) if isinstance(block, Figure)]
    assert len(figures) == len(GOOD_PICTURES)
    for figure, (name, (_, size, colour)) in zip(figures, GOOD_PICTURES.items(), strict=True):
        with Image.open(io.BytesIO(figure.asset.data)) as image:
            assert (image.size, image.mode in ("RGB", "RGBA", "LA", "L", "P")) == (size, True), name
            pixel = image.convert("RGB").getpixel((2, 2))
            assert isinstance(pixel, tuple)
            assert all(abs(value - expected) < 3 for value, expected in zip(pixel, colour, strict=True)), name
            assert "icc_profile" not in image.info
        assert re.fullmatch(r"[a-z0-9-]+\.(png|jpg)", figure.asset.name)


@pytest.mark.slow
def test_pictures_of_every_kind_are_printed(folder: Path) -> None:
    """They are also proved, in all three formats."""
    _write_book_with_pictures(folder)
    build_and_read(folder, ALL)
