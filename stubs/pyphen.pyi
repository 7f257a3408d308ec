from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

LANGUAGES: dict[str, Path]
ignored: tuple[str, ...]

class DataInt(int):
    data: tuple[str, int, int] | None
    def __new__(cls, value: int, data: object = None, reference: int | None = None) -> DataInt: ...

class HyphDict:
    __init__: ClassVar[Callable[[HyphDict, Path], None]]
    positions: ClassVar[Callable[[HyphDict, str], list[DataInt]]]
    patterns: dict[str, str | tuple[int, tuple[int, ...]]]
    cache: dict[str, list[DataInt]]
    maxlen: int

class Pyphen:
    hd: HyphDict
    def __init__(self, lang: str, left: int = 2, right: int = 2, cache: bool = True) -> None: ...
    def iterate(self, word: str) -> Iterator[tuple[str, str]]: ...
    def positions(self, word: str) -> list[DataInt]: ...

def language_fallback(language: str) -> str | None: ...
