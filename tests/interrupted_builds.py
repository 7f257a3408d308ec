"""Interrupt builds of a small book at random moments, and look at what is left.

    python -m tests.interrupted_builds 100 [--seed 7]

Run it from the top folder with the Python of `.venv`. Each way is tried so many times: kill −9, SIGTERM, a full disk
(a tmpfs of a random size for the out folder and the cache; without the right to mount it is left out).
After each interruption:

* every delivered file has the bytes of the old edition or those of the new one;
* no process of the build is left;
* nothing was printed that looks like a fault of On Record, and SIGTERM and a full disk end with their exit codes;
* the next build ends well, with the bytes of a build that nobody interrupted, and leaves no temporary file.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from onrecord.cli.exit_codes import ExitCode
from tests.support.paths import ROOT

_TALK = "---\ntitle: Talk {0}\nbyline: The desk\npeople: [{{name: The keeper, role: interviewee}}]\n---\n\n{1}"
_SETTINGS = "title: Lights\nslug: lights\nlanguage: en\ndate: 2026-01-31\ndisclaimer: none\n"
_TURNS = "**Why {0}?**\n\nBecause a light needs a keeper, and a keeper needs {1}.\n\n"
_INTERVIEWS = 4
_END_S = 20  # until all processes of a killed build have ended
_BUILD_S = 300
_FULL_BYTES = (200_000, 1_600_000)  # of the disk: too small for the book and its cache
_FAULTS = ("Traceback", "fault of On Record", "Segmentation", "Aborted")


class Home:
    """A folder with a book, its out folder and its cache, and a build of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out, self.cache = folder / "disk" / "dist", folder / "disk" / "cache"

    def write_book(self, word: str) -> None:
        """Write the book; `word` is what a keeper needs."""
        interviews = self.folder / "book" / "interviews"
        interviews.mkdir(parents=True, exist_ok=True)
        (self.folder / "book" / "book.yaml").write_text(_SETTINGS, encoding="utf-8")
        for number in range(_INTERVIEWS):
            turns = "".join(_TURNS.format(turn, word) for turn in range(12))
            (interviews / f"talk-{number}.md").write_text(_TALK.format(number, turns), encoding="utf-8")

    def start_build(self) -> subprocess.Popen[str]:
        """Start a build of all editions in a session of its own."""
        words = ["all", "--book", str(self.folder / "book"), "--out", str(self.out), "--cache", str(self.cache)]
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "onrecord", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )

    def build(self) -> dict[str, bytes]:
        """Build all editions and return the files; raise RuntimeError if the build fails."""
        process = self.start_build()
        said, _ = process.communicate(timeout=_BUILD_S)
        if process.returncode:
            raise RuntimeError(f"the build ended with {process.returncode}:\n{said}")
        return self.read_files()

    def read_files(self) -> dict[str, bytes]:
        """Return the delivered files by name, hidden ones too."""
        return {str(path.relative_to(self.out)): path.read_bytes() for path in self.out.rglob("*") if path.is_file()}


def find_processes(session: int) -> list[int]:
    """Return the processes that are in a session and have not ended."""
    processes = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
                if int(fields[3]) == session and fields[0] not in "ZX":
                    processes.append(int(entry.name))
    return processes


def wait_for_processes(session: int) -> list[int]:
    """Wait some seconds until the processes of a session have ended; return those that have not."""
    end = time.monotonic() + _END_S
    while (left := find_processes(session)) and time.monotonic() < end:
        time.sleep(0.1)
    return left


@contextlib.contextmanager
def mount_small_disk(place: Path, size: int) -> Iterator[None]:
    """Mount a disk in memory of so many bytes at a folder."""
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True, capture_output=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True, capture_output=True)


def interrupt_build(home: Home, signal_number: int, delay_s: float) -> Iterator[str]:
    """Start a build, send it a signal after a time, and yield each fault of how it ends."""
    process = home.start_build()
    try:
        said, _ = process.communicate(timeout=delay_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal_number)
        said, _ = process.communicate(timeout=_BUILD_S)
    expected = {0, 128 + signal_number, -signal_number}
    if process.returncode not in expected:
        yield f"the exit code is {process.returncode}"
    yield from (f"it printed “{fault}”:\n{said}" for fault in _FAULTS if fault in said)
    if left := wait_for_processes(process.pid):
        yield f"{len(left)} processes are left"
        os.killpg(process.pid, signal.SIGKILL)


def find_torn_files(home: Home, old: dict[str, bytes], new: dict[str, bytes]) -> Iterator[str]:
    """Yield each delivered file that is neither the old nor the new one."""
    for name, data in home.read_files().items():
        if not Path(name).name.startswith(".") and data not in (old.get(name), new.get(name)):
            yield f"{name} is neither old nor new"


def find_faults_of_next_build(home: Home, new: dict[str, bytes]) -> Iterator[str]:
    """Build again, and yield what differs from the edition that nobody interrupted."""
    try:
        files = home.build()
    except RuntimeError as error:
        yield str(error)
        return
    yield from (f"{name} differs" for name in sorted(files.keys() | new.keys()) if files.get(name) != new.get(name))
    leftovers = [path for path in (home.folder / "book").rglob("*") if path.name.endswith((".new", ".tmp"))]
    yield from (f"{path} is left" for path in leftovers)


def try_signal(folder: Path, old: Home, new: dict[str, bytes], signal_number: int, delay_s: float) -> list[str]:
    """Interrupt a build that would replace an old edition; return all faults."""
    shutil.copytree(old.folder, folder)
    home = Home(folder)
    home.write_book("oil")
    old_files = home.read_files()
    faults = [*interrupt_build(home, signal_number, delay_s), *find_torn_files(home, old_files, new)]
    faults += find_faults_of_next_build(home, new)
    shutil.rmtree(folder)
    return faults


def try_full_disk(folder: Path, new: dict[str, bytes], size: int) -> list[str]:
    """Build on a disk that is too small, then on one that is not; return all faults."""
    folder.mkdir()
    home = Home(folder)
    home.write_book("oil")
    with mount_small_disk(folder / "disk", size):
        process = home.start_build()
        said, _ = process.communicate(timeout=_BUILD_S)
        faults = [f"it printed “{fault}”:\n{said}" for fault in _FAULTS if fault in said]
        if process.returncode not in (0, ExitCode.SYSTEM):
            faults.append(f"the exit code is {process.returncode}:\n{said}")
        faults += find_torn_files(home, {}, new)
        if process.returncode and home.out.exists() and (files := home.read_files()):
            faults.append(f"a refused build left {sorted(files)}")
    faults += find_faults_of_next_build(home, new)
    shutil.rmtree(folder)
    return faults


def main(words: list[str] | None = None) -> int:
    """Interrupt builds, print each fault, and return 1 if there is one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, help="how many interruptions of each kind")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(words)
    chance = random.Random(options.seed)
    faults, ends = 0, Counter[str]()
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        old = Home(base / "old")
        old.write_book("wicks")
        old.build()
        reference = Home(base / "reference")
        reference.write_book("oil")
        start = time.monotonic()
        new = reference.build()
        length_s = time.monotonic() - start
        print(f"a build takes {length_s:.1f} s", flush=True)
        for number in range(options.count):
            for kind, signal_number in (("kill", signal.SIGKILL), ("term", signal.SIGTERM)):
                delay_s = chance.uniform(0, length_s)
                ends[kind] += 1
                for fault in try_signal(base / f"{kind}-{number}", old, new, signal_number, delay_s):
                    faults += 1
                    print(f"{kind} after {delay_s:.2f} s: {fault}", flush=True)
            if os.geteuid() == 0:
                size = chance.randrange(*_FULL_BYTES)
                ends["full disk"] += 1
                for fault in try_full_disk(base / f"full-{number}", new, size):
                    faults += 1
                    print(f"full disk of {size} bytes: {fault}", flush=True)
    print(", ".join(f"{kind}: {count}" for kind, count in ends.items()) + f"; {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
