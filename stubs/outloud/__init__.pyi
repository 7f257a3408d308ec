from collections.abc import Iterable

from outloud.findings import Result as Result

def check(
    path: str,
    source: str | None = None,
    only: Iterable[str] | None = None,
    skip: Iterable[str] | None = None,
    layers: Iterable[str] | None = None,
) -> Result: ...
