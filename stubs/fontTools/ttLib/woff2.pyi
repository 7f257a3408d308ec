from collections.abc import Iterable
from types import ModuleType, SimpleNamespace

class WOFF2FlavorData:
    def __init__(self, *, transformedTables: Iterable[str]) -> None: ...

brotli: ModuleType | SimpleNamespace
