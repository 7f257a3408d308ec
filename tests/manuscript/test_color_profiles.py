"""The colour profile of a published picture computes the same colours, and holds no names and nothing damaged."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image, ImageCms

from onrecord.manuscript.color_profiles import clean_profile
from onrecord.manuscript.picture_privacy import strip_metadata
from tests.support.marked_pictures import SECRET, draw_picture, make_profile, pack_segment, save

TABLE = 128


def add_tag(profile: bytes, name: bytes, content: bytes) -> bytes:
    """Return the profile with one more tag."""
    count = int.from_bytes(profile[TABLE : TABLE + 4])
    rows = bytearray(profile[TABLE + 4 : TABLE + 4 + 12 * count])
    for row in range(0, len(rows), 12):
        rows[row + 4 : row + 8] = (int.from_bytes(rows[row + 4 : row + 8]) + 12).to_bytes(4)
    body = profile[TABLE + 4 + 12 * count :]
    start = TABLE + 4 + 12 * (count + 1) + len(body)
    rows += name + start.to_bytes(4) + len(content).to_bytes(4)
    data = profile[4:TABLE] + (count + 1).to_bytes(4) + bytes(rows) + body + content
    return (len(data) + 4).to_bytes(4) + data


def set_bytes(profile: bytes, start: int, data: bytes) -> bytes:
    return profile[:start] + data + profile[start + len(data) :]


def transform(profile: bytes) -> bytes:
    """Return the pixels of a picture with this profile in another colour space."""
    source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("LAB")
    shown = ImageCms.profileToProfile(draw_picture(), source, target, outputMode="LAB")
    assert shown is not None
    return shown.tobytes()


@pytest.mark.parametrize("version", [2, 4])
def test_a_clean_profile_computes_the_same_colours(version: int) -> None:
    """Texts, dates and private tags are gone; to clean it again changes nothing."""
    profile = set_bytes(make_profile(), 8, bytes([version]))
    marked = add_tag(add_tag(profile, b"dmnd", b"text" + bytes(4) + SECRET), b"GEHE", b"data" + bytes(4) + SECRET)
    marked = set_bytes(marked, 80, SECRET[:4])
    clean = clean_profile(marked, 3)
    assert 0 < len(clean) <= len(marked)
    assert transform(clean) == transform(profile)
    assert SECRET[:4] not in clean
    assert clean_profile(clean, 3) == clean
    assert ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(clean))).strip() == "icc"


PROFILE = make_profile()
DAMAGED = {
    "nothing": b"",
    "cut": PROFILE[:200],
    "no signature": set_bytes(PROFILE, 36, b"pdf "),
    "larger than it is": set_bytes(PROFILE, 0, (len(PROFILE) + 1).to_bytes(4)),
    "smaller than its head": set_bytes(PROFILE, 0, (100).to_bytes(4)),
    "four inks": set_bytes(PROFILE, 16, b"CMYK"),
    "grey": set_bytes(PROFILE, 16, b"GRAY"),
    "a link between devices": set_bytes(PROFILE, 12, b"link"),
    "endless tags": set_bytes(PROFILE, TABLE, b"\xff\xff\xff\xff"),
    "thousand tags": set_bytes(PROFILE, TABLE, (1_000).to_bytes(4)) + bytes(12_000),
    "a tag after the end": set_bytes(PROFILE, TABLE + 8, (len(PROFILE) - 4).to_bytes(4)),
    "a tag in the head": set_bytes(PROFILE, TABLE + 8, bytes(4)),
    "a tag without content": set_bytes(PROFILE, TABLE + 12, bytes(4)),
    "an endless tag": set_bytes(PROFILE, TABLE + 12, b"\xff\xff\xff\xff"),
    "tags on each other": PROFILE[:128]
    + (90).to_bytes(4)
    + b"".join(b"A2B0" + (1_300 + n).to_bytes(4) + (9_000).to_bytes(4) for n in range(90))
    + bytes(12_000),
}
DAMAGED["tags on each other"] = set_bytes(
    DAMAGED["tags on each other"], 0, len(DAMAGED["tags on each other"]).to_bytes(4)
)


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_profile_is_left_out_of_a_picture(damage: str) -> None:
    """In a JPEG and a PNG; the pixels stay."""
    profile = DAMAGED[damage]
    assert clean_profile(profile, 3) == b""
    jpeg, png = save(draw_picture(), "JPEG"), save(draw_picture(), "PNG")
    segment = pack_segment(0xE2, b"ICC_PROFILE\0\x01\x01" + profile)
    content = b"a\0\0" + zlib.compress(profile)
    chunk = len(content).to_bytes(4) + b"iCCP" + content + zlib.crc32(b"iCCP" + content).to_bytes(4)
    for kind, data, marked in (
        ("JPEG", jpeg, jpeg[:2] + segment + jpeg[2:]),
        ("PNG", png, png[:33] + chunk + png[33:]),
    ):
        assert strip_metadata(marked, kind) == strip_metadata(data, kind)


@pytest.mark.parametrize(
    "segments",
    [
        [b"ICC_PROFILE\0"],
        [b"ICC_PROFILE\0\x01"],
        [b"ICC_PROFILE\0\x02\x02" + PROFILE],
        [b"ICC_PROFILE\0" + bytes([n, 255]) + PROFILE[n * 9 : n * 9 + 9] for n in range(255)],
    ],
    ids=["without a number", "without a count", "the second alone", "in 255 pieces"],
)
def test_pieces_of_a_profile_in_a_jpeg_are_no_damage(segments: list[bytes]) -> None:
    """A picture with odd pieces is shown as without them, or with the whole profile."""
    data = save(draw_picture(), "JPEG")
    marked = data[:2] + b"".join(pack_segment(0xE2, segment) for segment in segments) + data[2:]
    stripped = strip_metadata(marked, "JPEG")
    assert Image.open(io.BytesIO(stripped)).tobytes() == Image.open(io.BytesIO(data)).tobytes()


def test_a_profile_of_one_component_belongs_to_a_grey_picture() -> None:
    """Three colours of a grey picture, or one of three, would be shown wrongly."""
    grey = save(draw_picture("L"), "PNG", icc_profile=PROFILE)
    assert b"iCCP" in grey
    assert b"iCCP" not in strip_metadata(grey, "PNG")
    assert b"iCCP" in strip_metadata(save(draw_picture("P"), "PNG", icc_profile=PROFILE), "PNG")
