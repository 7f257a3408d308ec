#!/usr/bin/env python3
"""Simulate one cache that many books share: how long it takes to write, find again, and trim what they keep in it.

    python -m benchmarks.many_books [--books 200] [--interviews 10]

Nothing is laid out: each interview leaves as many cache entries as a tiny one does, of their sizes, under random keys.
A build of which all is in the cache reads all entries of its book. See “Many books” in `docs/decisions.md`.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from onrecord.runtime import cache_folder
from onrecord.runtime.cache import MAX_BYTES, Cache

# Bytes of the entries that a question and an answer leave in three editions: the reading, the layout, the section of
# the PDF, the pages of web edition and e-book, and what was proved of each.
ENTRY_BYTES = (150, 700, 700, 900, 1_300, 1_500, 1_500, 2_700, 4_000, 4_500, 7_200, 7_800)


def iterate_keys(book: int, interview: int) -> Iterator[tuple[str, int]]:
    """Yield key and size of each entry of an interview."""
    for number, size in enumerate(ENTRY_BYTES):
        yield hashlib.sha256(f"{book} {interview} {number}".encode()).hexdigest(), size


def simulate(folder: Path, books: int, interviews: int) -> None:
    """Fill a cache, read it as builds do, trim it, and print what each step took."""
    cache = Cache(folder / "cache", max_bytes=MAX_BYTES)
    count = books * interviews
    begin = Stopwatch()
    for book in range(books):
        for interview in range(interviews):
            for key, size in iterate_keys(book, interview):
                cache.put(key, os.urandom(size))
    report("write all entries", begin, count)
    begin = Stopwatch()
    for interview in range(interviews):
        assert all(cache.get(key) for key, _ in iterate_keys(books // 2, interview))
    report("read those of one book", begin, interviews)
    begin = Stopwatch()
    missing = sum(cache.has(key) for interview in range(interviews) for key, _ in iterate_keys(books, interview))
    assert not missing
    report("look for those of a new book", begin, interviews)
    begin = Stopwatch()
    size = sum(entry.stat().st_size for entry in cache_folder.iterate_files(folder / "cache"))
    report("add up the sizes", begin, count)
    full_cache = Cache(folder / "cache", max_bytes=size // 2)
    full_cache.put(hashlib.sha256(b"another book").hexdigest(), os.urandom(size // 100))
    begin = Stopwatch()
    full_cache.trim()
    report("trim to half of it", begin, count)
    print(f"{count:,} interviews, {size / 1e6:,.0f} MB, {size / count / 1e3:.0f} KB for each")


class Stopwatch:
    """The moment when a step began; a busy disk changes its wall time, hardly its computing time."""

    def __init__(self) -> None:
        self.wall_s, self.cpu_s = time.perf_counter(), time.process_time()


def report(step: str, begin: Stopwatch, count: int) -> None:
    """Print what a step took: wall and computing time, and the latter for each interview."""
    wall_s, cpu_s = time.perf_counter() - begin.wall_s, time.process_time() - begin.cpu_s
    print(f"{step}: {wall_s:.2f} s, computing {cpu_s:.2f} s, {cpu_s / count * 1e3:.2f} ms for each interview")


def main() -> None:
    """Read the arguments and simulate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--books", type=int, default=200)
    parser.add_argument("--interviews", type=int, default=10, help="of each book")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="onrecord-many-") as name:
        simulate(Path(name), options.books, options.interviews)


if __name__ == "__main__":
    main()
