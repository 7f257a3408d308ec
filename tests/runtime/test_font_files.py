"""The fonts of the screen editions."""

from __future__ import annotations

import pytest
from fontTools.ttLib import woff2

from onrecord.runtime import font_files
from onrecord.runtime.font_files import SCREEN_FACES

_TEXT = "The harbour light: 1,234 affidavits, “quoted” – Ångström fjörd."


@pytest.mark.parametrize("face", SCREEN_FACES[:3:2], ids=lambda face: face.name)
def test_quick_bounds_of_glyphs_pack_the_same_font(
    face: font_files.ScreenFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = face.make_subset(_TEXT)
    monkeypatch.setattr(font_files, "_find_bounds", woff2.calcIntBounds)
    assert face.make_subset(_TEXT) == quick
    monkeypatch.setattr(font_files, "_find_bounds", lambda _points: (0, 0, 0, 0))
    assert face.make_subset(_TEXT) != quick
