from collections.abc import Callable, Mapping, Sequence

from tinycss2.ast import Node

_Validator = Callable[[Sequence[Node]], object]

PROPERTIES: Mapping[str, object]

def property(name: str) -> Callable[[_Validator], _Validator]: ...
