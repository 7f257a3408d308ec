from typing import TypedDict

class _Char(TypedDict):
    ch: str
    level: int
    type: str

class _Storage(TypedDict):
    base_level: int
    base_dir: str
    chars: list[_Char]

MIRRORED: dict[str, str]

def get_empty_storage() -> _Storage: ...
def get_embedding_levels(text: str, storage: _Storage, upper_is_rtl: bool = False, debug: bool = False) -> None: ...
def explicit_embed_and_overrides(storage: _Storage, debug: bool = False) -> None: ...
def resolve_weak_types(storage: _Storage, debug: bool = False) -> None: ...
def resolve_neutral_types(storage: _Storage, debug: bool) -> None: ...
def resolve_implicit_levels(storage: _Storage, debug: bool) -> None: ...
