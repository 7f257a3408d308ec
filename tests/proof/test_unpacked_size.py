"""A finished file is measured before it is unpacked, and measuring comes to an end."""

from __future__ import annotations

import zlib
from functools import cache

import pytest

from onrecord.proof.unpacked_size import find_excess


@cache
def pack_zeros(size: int) -> bytes:
    return zlib.compress(bytes(size), level=1)


def write_stream(packed: bytes) -> bytes:
    """Return a stream of a PDF: a line end stands between its bytes and the word that ends it."""
    return b"1 0 obj<</Filter /FlateDecode>>\nstream\n" + packed + b"\nendstream\nendobj\n"


@pytest.mark.parametrize("size", [0, 1, 2**20 - 1, 2**20, 2**20 + 1, 3 * 2**20])
@pytest.mark.parametrize("after", [b"", b"\n", b"\r\n", bytes(5000)])
def test_what_stands_after_a_packed_stream_is_left_alone(size: int, after: bytes) -> None:
    """A picture of more than a megabyte is read in pieces, the last of which ends with the stream."""
    assert find_excess("pdf", {"": write_stream(pack_zeros(size) + after)}) == ""


def test_a_stream_that_unpacks_to_too_much_is_refused() -> None:
    """Also one that is packed twice; two streams together have more than 64 MB."""
    bomb = pack_zeros(33_000_000)
    for packed in (bomb, zlib.compress(bomb)):
        assert "would unpack to more than" in find_excess("pdf", {"": write_stream(packed) * 2})
