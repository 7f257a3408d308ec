from collections.abc import Iterable, Mapping
from urllib.request import OpenerDirector

class URLFetcherResponse:
    def __init__(
        self, url: str, body: str | bytes | None = None, headers: Mapping[str, str] | None = None, status: int = 200
    ) -> None: ...

class URLFetcher(OpenerDirector):
    def __init__(self, *, allowed_protocols: Iterable[str] | None = None, allow_redirects: bool = False) -> None: ...
    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse: ...
