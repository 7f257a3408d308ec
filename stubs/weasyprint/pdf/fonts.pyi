from collections.abc import Callable

class Font:
    hash: str
    family: str
    name: bytes
    file_content: bytes
    index: int
    weight: int
    variations: dict[str, float]
    flags: int
    ascent: int
    descent: int
    style: int
    missing: set[int]
    to_unicode: dict[int, str]
    widths: dict[int, float]
    bitmap: bool
    svg: int
    png: int
    colr: int
    _strings_by_onrecord: dict[float, dict[tuple[object, ...], str]]
    _words_by_onrecord: dict[tuple[int, float], dict[str, str]]

get_hb_object_data: Callable[..., bytes | None]
