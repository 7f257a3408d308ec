"""Build a large book again and again beside busy processes, and see whether every build ends, with the same bytes.

    python -m tests.builds_under_load 10 [--interviews 1200] [--loops 2]

Run it from the top folder with the Python of `.venv`. Each build begins without a cache. A build that has not ended
after its limit counts as hanging; the stacks of its processes are written to standard error before they are killed.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.interrupted_builds import wait_for_processes
from tests.support.paths import ROOT

_SETTINGS = "title: Lights\nslug: lights\nlanguage: en\ndate: 2026-01-31\ndisclaimer: none\nopenings: any\n"
_HEAD = "---\ntitle: Talk {0}\nbyline: The desk\npeople: [{{name: Keeper {0}, role: interviewee}}]\n---\n\n"
_TURN = "**Why does light {0} need oil {1}?**\n\nBecause light {0} burns {1} pints of it in a night of fog.\n\n"
_TURNS = 3
_LIMIT_S = 1800.0


def write_book(folder: Path, count: int) -> None:
    """Write a book of so many short interviews."""
    (folder / "interviews").mkdir(parents=True)
    (folder / "book.yaml").write_text(_SETTINGS, encoding="utf-8")
    for number in range(count):
        turns = "".join(_TURN.format(number, turn) for turn in range(_TURNS))
        (folder / "interviews" / f"talk-{number:04}.md").write_text(_HEAD.format(number) + turns, encoding="utf-8")


def _spin() -> None:
    """Keep a core busy until the process is killed."""
    while True:
        pass


@contextlib.contextmanager
def keep_busy(count: int) -> Iterator[None]:
    """Run so many busy loops beside the block."""
    loops = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(count)]
    for loop in loops:
        loop.start()
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()


def build(book: Path, folder: Path) -> tuple[str, str]:
    """Build all editions into a new folder; return a digest of all files, and what went wrong, "" if nothing."""
    out, cache = folder / "dist", folder / "cache"
    words = ["all", "--book", str(book), "--out", str(out), "--cache", str(cache)]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "onrecord", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1"},
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=_LIMIT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGABRT)  # prints the stacks
        said, _ = process.communicate()
        print(said, file=sys.stderr)
        return "", "it hangs"
    if process.returncode:
        return "", f"it ended with {process.returncode}:\n{said}"
    if left := wait_for_processes(process.pid):
        os.killpg(process.pid, signal.SIGKILL)
        return "", f"{len(left)} processes are left"
    digest = hashlib.sha256()
    for path in sorted(path for path in out.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(out)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest(), ""


def main(words: list[str] | None = None) -> int:
    """Build the book so many times, print each fault, and return 1 if there is one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, help="how many builds")
    parser.add_argument("--interviews", type=int, default=1200, help="of the book (1200 if omitted)")
    parser.add_argument("--loops", type=int, default=2, help="busy processes beside the builds (2 if omitted)")
    options = parser.parse_args(words)
    faults, digests = 0, set[str]()
    with tempfile.TemporaryDirectory() as temporary, keep_busy(options.loops):
        book = Path(temporary) / "book"
        write_book(book, options.interviews)
        for number in range(1, options.count + 1):
            start = time.monotonic()
            digest, fault = build(book, Path(temporary) / "build")
            shutil.rmtree(Path(temporary) / "build", ignore_errors=True)
            print(f"build {number}: {time.monotonic() - start:.0f} s {fault or digest[:12]}", flush=True)
            faults += bool(fault)
            digests |= {digest} - {""}
    if len(digests) > 1:
        faults += 1
        print(f"{len(digests)} different editions of the same book")
    print(
        f"{options.count} builds of {options.interviews} interviews beside {options.loops} busy loops: {faults} faults"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
