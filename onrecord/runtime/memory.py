"""How this process keeps and returns memory."""

from __future__ import annotations

import ctypes
import gc

GC_THRESHOLDS = (100_000, 50, 100)  # to search for cycles all the time takes a tenth of the time


def free_memory() -> None:
    """Return unused memory to the system; Python and the C library would keep it for later."""
    gc.collect()
    if (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:  # glibc
        trim(0)
