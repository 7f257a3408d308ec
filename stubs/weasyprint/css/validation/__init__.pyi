from collections.abc import Iterable, Iterator, Mapping

from tinycss2.ast import Node

EXPANDERS: Mapping[str, object]
NOT_PRINT_MEDIA: frozenset[str]

def preprocess_declarations(base_url: str, declarations: Iterable[Node]) -> Iterator[tuple[str, object, bool]]: ...
