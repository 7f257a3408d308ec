from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum, IntFlag
from os import PathLike
from typing import NamedTuple, Self

class Blob:
    def __new__(cls, data: bytes | None = None) -> Self: ...
    @classmethod
    def from_file_path(cls, filename: str | PathLike[str]) -> Blob: ...
    @property
    def data(self) -> bytes: ...

class OTVarAxisInfo(NamedTuple):
    axis_index: int
    tag: str
    name_id: int
    flags: int
    min_value: float
    default_value: float
    max_value: float

class OTNameIdPredefined(IntEnum):
    FONT_FAMILY = 1
    TYPOGRAPHIC_FAMILY = 16

class OTNameEntry(NamedTuple):
    name_id: int
    language: str | None

class Face:
    def __new__(cls, blob: Blob | bytes | None = None, index: int = 0) -> Self: ...
    def get_name(self, name_id: int, language: str | None = None) -> str | None: ...
    def list_names(self) -> list[OTNameEntry]: ...
    @property
    def glyph_count(self) -> int: ...
    @property
    def axis_infos(self) -> list[OTVarAxisInfo]: ...
    @property
    def blob(self) -> Blob: ...
    @property
    def unicodes(self) -> Set: ...
    @property
    def upem(self) -> int: ...

class FontExtents(NamedTuple):
    ascender: int
    descender: int
    line_gap: int

class Font:
    def __new__(cls, face_or_font: Face | Font) -> Self: ...
    def get_font_extents(self, direction: str) -> FontExtents: ...
    def get_nominal_glyph(self, unicode: int) -> int | None: ...
    def get_glyph_h_advance(self, gid: int) -> int: ...
    def set_variations(self, variations: Mapping[str, float]) -> None: ...

class BufferClusterLevel(IntEnum):
    MONOTONE_GRAPHEMES = 0
    MONOTONE_CHARACTERS = 1
    CHARACTERS = 2

class GlyphInfo:
    @property
    def codepoint(self) -> int: ...
    @property
    def cluster(self) -> int: ...

class GlyphPosition:
    @property
    def x_advance(self) -> int: ...
    @property
    def x_offset(self) -> int: ...
    @property
    def y_offset(self) -> int: ...

class BufferFlags(IntFlag):
    REMOVE_DEFAULT_IGNORABLES = 8

class Buffer:
    flags: BufferFlags
    cluster_level: BufferClusterLevel
    direction: str
    language: str
    @property
    def glyph_infos(self) -> Sequence[GlyphInfo]: ...
    @property
    def glyph_positions(self) -> Sequence[GlyphPosition]: ...
    def add_str(self, text: str, item_offset: int = 0, item_length: int = -1) -> None: ...
    def guess_segment_properties(self) -> None: ...

def shape(
    font: Font,
    buffer: Buffer,
    features: Mapping[str, int | bool | Sequence[tuple[int, int, int | bool]]] | None = None,
    shapers: Sequence[str] | None = None,
) -> None: ...

class SubsetFlags(IntFlag):
    DEFAULT = 0
    NO_HINTING = 1
    RETAIN_GIDS = 2

class Set:
    def __contains__(self, c: int, /) -> bool: ...
    def __iter__(self) -> Iterator[int]: ...
    def update(self, other: Iterable[int]) -> None: ...

class SubsetInput:
    flags: SubsetFlags
    @property
    def unicode_set(self) -> Set: ...
    @property
    def glyph_set(self) -> Set: ...
    @property
    def layout_feature_tag_set(self) -> Set: ...
    @property
    def drop_table_tag_set(self) -> Set: ...
    def pin_axis_location(self, face: Face, tag: str, value: float) -> bool: ...

def subset(face: Face, input: SubsetInput) -> Face: ...
