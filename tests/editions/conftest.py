"""A browser for the tests of a module, and the addresses of the site that its fixture `folder` writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser import Browser, serve_folder, start_browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with start_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def roots(folder: Path) -> Iterator[dict[str, str]]:
    """Serve the folder, with a server that sends files in one piece; give its addresses."""
    with serve_folder(folder) as address:
        yield {"folder": f"{folder.as_uri()}/", "server": address}


@pytest.fixture(params=["folder", "server"])
def root(request: pytest.FixtureRequest, roots: dict[str, str]) -> str:
    return roots[request.param]
