from collections.abc import Iterable, Mapping
from typing import BinaryIO, TypeAlias

_Value: TypeAlias = Object | str | bytes | float

class Object:
    number: int | None  # None until it stands in a PDF
    generation: int
    free: str
    def __init__(self) -> None: ...
    @property
    def data(self) -> bytes: ...
    @property
    def reference(self) -> bytes: ...

class Dictionary(Object, dict[str, _Value]):
    def __init__(self, values: Mapping[str, _Value] | None = None) -> None: ...

class Array(Object, list[_Value]):
    def __init__(self, array: Iterable[_Value] | None = None) -> None: ...

class Stream(Object):
    stream: list[_Value]
    extra: dict[str, _Value]
    compress: bool
    def __init__(
        self, stream: list[_Value] | None = None, extra: dict[str, _Value] | None = None, compress: bool = False
    ) -> None: ...

class String(Object):
    string: str | bytes
    def __init__(self, string: str | bytes = "") -> None: ...

class PDF:
    objects: list[Object]
    pages: Dictionary
    info: Dictionary
    catalog: Dictionary
    def __init__(self) -> None: ...
    def add_object(self, object_: Object) -> None: ...
    def write(
        self, output: BinaryIO, version: bytes = b"1.7", identifier: bytes | bool = False, compress: bool = False
    ) -> None: ...
