"""pandoc, caged and under a clock: bytes in, its document tree out; the one home of pypandoc."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from typing import Any

import pypandoc

TIMEOUT_S = 30
_MEMORY_MB = 512

# What a caller catches: pandoc took too long, or gave up (too deep, too large, not its format).
TooSlow = subprocess.TimeoutExpired
GaveUp = (subprocess.CalledProcessError, RecursionError, ValueError)


@cache
def _binary() -> str:
    return str(pypandoc.get_pandoc_path())


def tree(data: bytes, source: str, *options: str) -> list[Any]:
    """The blocks that pandoc reads from `data` in format `source`; it opens no file and no connection."""
    return list(document(data, source, *options)["blocks"])


def document(data: bytes, source: str, *options: str) -> dict[str, Any]:
    """The blocks (`blocks`) and what the document says about itself (`meta`)."""
    done = subprocess.run(
        [_binary(), "+RTS", f"-M{_MEMORY_MB}m", "-RTS", "--sandbox", "--from", source, "--to", "json", *options],
        input=data,
        capture_output=True,
        timeout=TIMEOUT_S,
        check=True,
    )
    return dict(json.loads(done.stdout))
