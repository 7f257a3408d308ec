"""Pools of workers for tests."""

from __future__ import annotations

import time

from onrecord.runtime.worker_pool import WorkerPool
from tests.support.pool_tasks import PRELOAD


def open_pool(jobs: int, *, timeout_s: float = 120, memory_mb: int = 2048) -> WorkerPool:
    """Return a pool whose workers (on Linux) are copies of one process: they start fast, and fail as all others do."""
    return WorkerPool(jobs, timeout_s=timeout_s, memory_mb=memory_mb, preload=PRELOAD)


def expire_deadlines(pool: WorkerPool) -> None:
    """Let every deadline of the pool pass now."""
    with pool._state.lock:
        pool._state._kill_late_workers(time.monotonic() + pool._state.timeout_s)
