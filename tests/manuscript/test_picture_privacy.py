"""Test that a published picture has no metadata."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from onrecord.manuscript.picture_privacy import without_metadata


def make_photograph(kind: str) -> bytes:
    image = Image.effect_noise((64, 48), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = "SECRET description"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    if kind == "JPEG":
        image.save(out, kind, exif=exif, comment=b"SECRET comment", icc_profile=b"profile" * 20)
    else:
        info = PngInfo()
        info.add_text("Author", "SECRET")
        info.add_itxt("XML:com.adobe.xmp", "SECRET")
        image.save(out, kind, exif=exif, pnginfo=info)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_loses_its_metadata_and_no_pixel(kind: str) -> None:
    """Pixels and colour profile stay; description, place and comment are removed."""
    before = make_photograph(kind)
    after = without_metadata(before, kind)
    assert b"SECRET" in before
    assert b"SECRET" not in after
    with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(after)) as new:
        assert old.tobytes() == new.tobytes()
        assert old.info.get("icc_profile") == new.info.get("icc_profile")
        assert not new.getexif()
    assert without_metadata(after, kind) == after
