"""The fonts of the screen editions."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from fontTools.ttLib import TTFont
from PIL import ImageFont

from onrecord.runtime import screen_faces
from onrecord.runtime.screen_faces import SCREEN_FACES, ScreenFace
from tests.support.shared_results import make_subset_anew

_TEXT = "The harbour light: 1,234 affidavits, “quoted” – Ångström fjörd."


@pytest.mark.parametrize("face", SCREEN_FACES[:3:2], ids=lambda face: face.name)
def test_a_compressed_font_is_read_back_as_it_was(face: ScreenFace, monkeypatch: pytest.MonkeyPatch) -> None:
    """By fontTools table by table, and by FreeType, which browsers on Linux use."""
    compressed = make_subset_anew(face, _TEXT)
    monkeypatch.setattr(screen_faces, "_compress_font", lambda data: data)
    plain = make_subset_anew(face, _TEXT)
    assert len(compressed) < 0.6 * len(plain)
    read, expected = TTFont(io.BytesIO(compressed)), TTFont(io.BytesIO(plain))
    assert read.flavor == "woff2"
    assert set(_TEXT) - {" "} <= set(map(chr, read.getBestCmap()))
    names = {"glyf", "loca", "cmap", "hmtx", "GSUB", "GPOS", "gvar", "fvar"}
    assert names <= set(expected.keys())
    assert {name: read.reader[name] for name in names} == {name: expected.reader[name] for name in names}
    masks = [ImageFont.truetype(io.BytesIO(data), 40).getmask(_TEXT) for data in (compressed, plain)]
    assert masks[0].getbbox()
    assert bytes(masks[0]) == bytes(masks[1])


def test_the_same_text_gives_the_same_font() -> None:
    assert make_subset_anew(SCREEN_FACES[0], _TEXT) == make_subset_anew(SCREEN_FACES[0], _TEXT[::-1])


def test_fonts_that_are_made_at_once_are_those_that_are_made_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(screen_faces, "_BROTLI_QUALITY", 5)
    faces = SCREEN_FACES[:4]
    with ThreadPoolExecutor(4) as threads:
        assert [*threads.map(make_subset_anew, faces, [_TEXT] * 4)] == [make_subset_anew(face, _TEXT) for face in faces]
