"""Which kind of recording an address names."""

from __future__ import annotations

import pytest

from onrecord.model.recording import find_media_type


@pytest.mark.parametrize("address", ["https://[::1/a.mp3", "https://[x]y/a.mp3", "https://example.org/a", ""])
def test_an_address_that_cannot_be_divided_names_none(address: str) -> None:
    assert find_media_type(address) is None
