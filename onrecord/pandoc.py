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


def tree(data: bytes, source: str, *options: str, timeout_s: int = TIMEOUT_S) -> list[Any]:
    """The blocks that pandoc reads from `data` in format `source`; it opens no file and no connection."""
    done = subprocess.run(
        [_binary(), "+RTS", f"-M{_MEMORY_MB}m", "-RTS", "--sandbox", "--from", source, "--to", "json", *options],
        input=data,
        capture_output=True,
        timeout=timeout_s,
        check=True,
    )
    return list(json.loads(done.stdout)["blocks"])
