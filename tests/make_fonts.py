"""Make our faces of those of npm packages, when a new version shall be taken: for print, the manual and the book.

    $ npm pack PACKAGE@VERSION   # for each of SOURCES, in a folder of its own
    $ python -m tests.make_fonts FOLDER

Print has faces for the scripts and signs that no small Python package draws. Each is cut to the characters below,
without hints, which print does not use. All are under the SIL Open Font License; their licence stands beside them.
"""

from __future__ import annotations

import io
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
FONTS = ROOT / "onrecord" / "fonts"

_Range = tuple[int, int]
_SPACES: tuple[_Range, ...] = ((0x20, 0x20), (0xA0, 0xA0))  # Pango takes those beside a sign from its face
_SYMBOLS: tuple[_Range, ...] = (
    *_SPACES,
    (0x2139, 0x2139),
    (0x2190, 0x21FF),
    (0x2300, 0x23FF),
    (0x2440, 0x245F),
    (0x2500, 0x27BF),
    (0x27F0, 0x27FF),
    (0x2900, 0x297F),
    (0x2B00, 0x2BFF),
    (0x1F000, 0x1F0FF),
    (0x1F100, 0x1F1FF),
    (0x1F780, 0x1F8FF),
)
_MATHEMATICS: tuple[_Range, ...] = (
    *_SPACES,
    (0x2016, 0x2016),
    (0x2032, 0x2037),
    (0x2057, 0x2057),
    (0x20D0, 0x20EF),
    (0x2100, 0x214F),
    (0x2190, 0x21FF),
    (0x2200, 0x22FF),
    (0x2308, 0x230B),
    (0x27C0, 0x27EF),
    (0x2A00, 0x2A1C),
    (0x2A7D, 0x2AC6),
    (0x1D400, 0x1D7FF),
)
_EVERYTHING: tuple[_Range, ...] = ((0x20, 0x10FFFF),)


@dataclass(frozen=True)
class Source:
    """A font in a packed npm package, what is taken of it, and the name of the file that is made of it."""

    archive: str
    file: str
    name: str
    ranges: tuple[_Range, ...] = _EVERYTHING


SOURCES = (
    Source("expo-google-fonts-noto-emoji-0.4.7", "400Regular/NotoEmoji_400Regular.ttf", "NotoEmoji.ttf"),
    Source(
        "fontsource-noto-sans-symbols-2-5.3.0",
        "files/noto-sans-symbols-2-symbols-400-normal.woff2",
        "NotoSansSymbols2.ttf",
        _SYMBOLS,
    ),
    Source(
        "fontsource-noto-sans-math-5.3.0",
        "files/noto-sans-math-latin-400-normal.woff2",
        "NotoSansMath.ttf",
        _MATHEMATICS,
    ),
    Source(
        "fontsource-variable-noto-serif-georgian-5.3.0",
        "files/noto-serif-georgian-georgian-wght-normal.woff2",
        "NotoSerifGeorgian.ttf",
    ),
    Source(
        "fontsource-variable-noto-sans-armenian-5.3.0",
        "files/noto-sans-armenian-armenian-wght-normal.woff2",
        "NotoSansArmenian.ttf",
    ),
)


# The letters of CJK scripts that the manual and the book show, by the folder of their font.
CJK_LETTERS = {"docs": "中田港口湾茶北京上海：，。、", "book": "上海"}


def make_cjk_source(letters: str) -> Source:
    """Return the font of these letters."""
    archive, file = "expo-google-fonts-noto-serif-sc-0.4.3", "400Regular/NotoSerifSC_400Regular.ttf"
    return Source(archive, file, "NotoSerifSC.ttf", tuple((ord(char), ord(char)) for char in letters))


def make_font(data: bytes, ranges: tuple[_Range, ...]) -> bytes:
    """Return the font with the characters in the ranges, uncompressed and without hints."""
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    options = subset.Options(layout_features=["*"], hinting=False, notdef_outline=True, name_IDs=["*"])
    options.flavor = None
    subsetter = subset.Subsetter(options)
    characters = set(font.getBestCmap())
    subsetter.populate(unicodes={char for first, last in ranges for char in characters if first <= char <= last})
    subsetter.subset(font)
    font.flavor = None
    made = io.BytesIO()
    font.save(made)
    return made.getvalue()


def read_source(folder: Path, source: Source) -> bytes:
    """Return the font that is made of a packed npm package in the folder."""
    with tarfile.open(folder / f"{source.archive}.tgz") as archive:
        file = archive.extractfile(f"package/{source.file}")
        assert file is not None
        return make_font(file.read(), source.ranges)


def main(folder: Path) -> None:
    """Write every font."""
    homes = [(FONTS, source) for source in SOURCES]
    homes += [(ROOT / book / "fonts", make_cjk_source(letters)) for book, letters in CJK_LETTERS.items()]
    for home, source in homes:
        data = read_source(folder, source)
        (home / source.name).write_bytes(data)
        print(f"{source.name}: {len(data):,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
