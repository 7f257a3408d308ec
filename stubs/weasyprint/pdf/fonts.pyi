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
