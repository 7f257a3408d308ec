from collections.abc import Iterable, Sequence
from typing import BinaryIO, Literal, overload

from fontTools.ttLib.woff2 import WOFF2FlavorData

class TTLibError(Exception): ...

class _DirectoryEntry:
    offset: int

class SFNTReader:
    tables: dict[str, _DirectoryEntry]
    def __getitem__(self, tag: str) -> bytes: ...

class _Component:
    glyphName: str

class _Glyph:
    numberOfContours: int
    components: Sequence[_Component]
    def expand(self, glyfTable: _GlyphTable) -> None: ...
    def getComponentNames(self, glyfTable: _GlyphTable) -> list[str]: ...

class _GlyphTable:
    glyphOrder: Sequence[str]
    glyphs: dict[str, _Glyph]
    def __getitem__(self, glyphName: str) -> _Glyph: ...

class _Locations:
    locations: Sequence[int]

class _Metrics:
    metrics: dict[str, tuple[int, int]]  # advance, side bearing

class _Head:
    unitsPerEm: int

class _Lines:
    ascent: int
    descent: int
    lineGap: int

class _Maxima:
    numGlyphs: int

class _CharacterTable:
    cmap: dict[int, str]

class _CharacterTables:
    tables: Sequence[_CharacterTable]

class _CharString:
    def decompile(self) -> None: ...

class _CharStrings:
    def keys(self) -> Iterable[str]: ...
    def __getitem__(self, name: str) -> _CharString: ...

class _TopDict:
    CharStrings: _CharStrings

class _FontSet:
    topDictIndex: Sequence[_TopDict]

class _CompactOutlines:
    cff: _FontSet

class TTFont:
    reader: SFNTReader
    flavor: str | None
    flavorData: WOFF2FlavorData | None
    def __init__(
        self,
        file: str | BinaryIO | None = None,
        *,
        lazy: bool | None = None,
        fontNumber: int = -1,
        recalcBBoxes: bool = True,
        recalcTimestamp: bool = True,
    ) -> None: ...
    def save(self, file: str | BinaryIO, reorderTables: bool | None = True) -> None: ...
    def getBestCmap(self) -> dict[int, str]: ...
    def getGlyphOrder(self) -> list[str]: ...
    def setGlyphOrder(self, glyphOrder: list[str]) -> None: ...
    def __contains__(self, tag: str) -> bool: ...
    def keys(self) -> list[str]: ...
    @overload
    def __getitem__(self, tag: Literal["glyf"]) -> _GlyphTable: ...
    @overload
    def __getitem__(self, tag: Literal["loca"]) -> _Locations: ...
    @overload
    def __getitem__(self, tag: Literal["hmtx"]) -> _Metrics: ...
    @overload
    def __getitem__(self, tag: Literal["head"]) -> _Head: ...
    @overload
    def __getitem__(self, tag: Literal["hhea"]) -> _Lines: ...
    @overload
    def __getitem__(self, tag: Literal["maxp"]) -> _Maxima: ...
    @overload
    def __getitem__(self, tag: Literal["cmap"]) -> _CharacterTables: ...
    @overload
    def __getitem__(self, tag: Literal["CFF ", "CFF2"]) -> _CompactOutlines: ...
    @overload
    def __getitem__(self, tag: str) -> object: ...

class TTCollection:
    fonts: list[TTFont]
    def __init__(self, file: BinaryIO | None = None, **options: object) -> None: ...
    def save(self, file: str | BinaryIO) -> None: ...
