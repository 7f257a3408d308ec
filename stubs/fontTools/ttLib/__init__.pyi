from collections.abc import Sequence
from typing import BinaryIO, Literal, overload

class TTLibError(Exception): ...

class SFNTReader:
    def __getitem__(self, tag: str) -> bytes: ...

class _Glyph:
    def getComponentNames(self, glyfTable: _GlyphTable) -> list[str]: ...

class _GlyphTable:
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

class TTFont:
    reader: SFNTReader
    def __init__(self, file: str | BinaryIO | None = None, *, lazy: bool | None = None) -> None: ...
    def getGlyphOrder(self) -> list[str]: ...
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
