"""Fonts of systems in the measures of ours, for the time before ours are loaded."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
import uharfbuzz

from onrecord.editions import design_tokens, matched_faces
from onrecord.editions.matched_faces import SAMPLE, SystemFont, add_matched_faces
from onrecord.model import SourceLocation, TextLine
from onrecord.model.design import Brand, Design, Theme
from onrecord.runtime.screen_faces import SCREEN_FACES, list_screen_faces, measure_text
from tests.editions.test_themes import copy_font

NOWHERE = Path("nowhere")
SYSTEM_FONTS = Path("/usr/share/fonts/truetype")
FILES = {  # of fonts that most Linux systems have
    "Liberation Serif": ("liberation/LiberationSerif-{}.ttf", ("Regular", "Bold", "Italic", "BoldItalic")),
    "Liberation Sans": ("liberation/LiberationSans-{}.ttf", ("Regular", "Bold", "Italic", "BoldItalic")),
    "Liberation Mono": ("liberation/LiberationMono-{}.ttf", ("Regular", "Bold", "Italic", "BoldItalic")),
    "DejaVu Serif": ("dejavu/DejaVuSerif{}.ttf", ("", "-Bold", "-Italic", "-BoldItalic")),
    "DejaVu Sans": ("dejavu/DejaVuSans{}.ttf", ("", "-Bold", "-Oblique", "-BoldOblique")),
    "DejaVu Sans Mono": ("dejavu/DejaVuSansMono{}.ttf", ("", "-Bold", "-Oblique", "-BoldOblique")),
}
ALL_FONTS = [font for fonts in matched_faces._KINDS.values() for font in fonts]


def read_rules(css: str) -> list[dict[str, str]]:
    """Return the descriptors of each `@font-face` rule for a font of a system."""
    rules = [
        dict(re.findall(r"([\w-]+): ([^;}]+?)(?=;| })", rule)) for rule in re.findall(r"@font-face \{[^}]*\}", css)
    ]
    return [rule for rule in rules if "local(" in rule["src"]]


def read_percentage(value: str) -> float:
    return float(value.removesuffix("%")) / 100


@pytest.mark.parametrize("theme", Theme)
def test_each_face_is_followed_by_fonts_of_systems_that_take_as_much_room(theme: Theme) -> None:
    """Width, ascent and descent are those of ours, in each weight that pages use."""
    css = add_matched_faces(design_tokens.write_screen_tokens(NOWHERE, Design(theme)), SCREEN_FACES)
    rules = read_rules(css)
    names = {rule["font-family"] for rule in rules}
    for first, second in re.findall(r"--(?:text|label|heading|code)-face: (\"[^\"]+\"), (\"[^\"]+\")", css):
        assert second in names
        assert second.startswith(f"{first[:-1]} (")
    for rule in rules:
        family, system = rule["font-family"].strip('")').split(" (")
        face = next(f for f in SCREEN_FACES if (f.family, f.style) == (family, rule["font-style"]))
        weight = int(rule["font-weight"].split()[0])
        ours, font = measure_text(face, weight, SAMPLE), next(font for font in ALL_FONTS if font.names[0] == system)
        width = font.widths[(weight >= 600) + 2 * (face.style == "italic")]
        scale = read_percentage(rule["size-adjust"])
        assert scale * width == pytest.approx(ours.width, rel=1e-3)
        assert 1000 * scale * read_percentage(rule["ascent-override"]) == pytest.approx(ours.ascent, rel=1e-3)
        assert 1000 * scale * read_percentage(rule["descent-override"]) == pytest.approx(ours.descent, rel=1e-3)


@pytest.mark.parametrize("name", FILES)
def test_the_widths_of_fonts_of_systems_are_those_of_their_files(name: str) -> None:
    file, styles = FILES[name]
    font = next(font for font in ALL_FONTS if name in font.names)
    for style, width in zip(styles, font.widths, strict=True):
        path = SYSTEM_FONTS / file.format(style)
        if not path.is_file():
            pytest.skip(f"{path.name} is not installed")
        assert measure_file(path) == pytest.approx(width, rel=2e-3)


def measure_file(path: Path) -> float:
    """Return the average advance of a character of the sample in a font file, in 1/1000 em."""
    font = uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path))))
    buffer = uharfbuzz.Buffer()
    buffer.add_str(SAMPLE)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer)
    return 1000 / font.face.upem * sum(position.x_advance for position in buffer.glyph_positions) / len(SAMPLE)


def test_a_font_of_a_brand_is_matched_too(tmp_path: Path) -> None:
    """It stands before the face of the theme, and what stands in for it before both."""
    copy_font(tmp_path / "fonts", "Harbour")
    design = Design(brand=Brand(text_face=TextLine("Harbour", SourceLocation("book.yaml", 5))))
    faces = list_screen_faces("", ["Harbour"], tmp_path)
    css = add_matched_faces(design_tokens.write_screen_tokens(tmp_path, design), faces)
    tokens = re.findall(r"--text-face: ([^;}]+)", css)
    assert tokens[-1].startswith('"Harbour", "Harbour (Georgia)", "Harbour (Times New Roman)"')
    assert tokens[-1].endswith("serif")
    assert any(rule["font-family"] == '"Harbour (Georgia)"' for rule in read_rules(css))


def test_weights_that_a_face_lacks_get_no_rule() -> None:
    """A font with one weight stands in for that alone; what the tokens do not name stays as it is."""
    face = next(face for face in SCREEN_FACES if face.family == "EB Garamond")
    light = replace(face, weights="700")
    css = ':root { --text-face: "EB Garamond", serif; --label-face: "Pier", sans-serif; --code-face: monospace }'
    rules = read_rules(add_matched_faces(css, [light]))
    assert {rule["font-weight"] for rule in rules} == {"700"}
    assert all("Bold" in rule["src"] for rule in rules)
    assert add_matched_faces(css, ()) == css
    assert '--label-face: "Pier", sans-serif; --code-face: monospace }' in add_matched_faces(css, [light])


def test_the_names_of_a_style_are_full_names() -> None:
    font = SystemFont(("Pier",), (1, 1, 1, 1), "Oblique")
    assert font.list_sources(is_bold=False, is_italic=False) == ("Pier", "Pier Regular")
    assert font.list_sources(is_bold=True, is_italic=True) == ("Pier Bold Oblique",)
