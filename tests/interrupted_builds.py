"""Interrupt builds of a small book at random moments, and look at what is left.

    python -m tests.interrupted_builds 100 [--seed 7]

Run it from the top folder with the Python of `.venv`. Each way is tried so many times: kill −9, SIGTERM, a full disk
(a tmpfs of a random size for the out folder and the cache; without the right to mount it is left out). Builds run in
copies of this process, which has imported all that they need; every tenth one starts as a new program. With `--kind`
only one way is tried, with `--first` those before are left out: so a hundred can be tried in pieces.
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
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import onrecord.__main__
from onrecord.cli.exit_codes import ExitCode
from tests.support.paths import ROOT

_TALK = "---\ntitle: Talk {0}\nbyline: The desk\npeople: [{{name: The keeper, role: interviewee}}]\n---\n\n{1}"
_SETTINGS = "title: Lights\nslug: lights\nlanguage: en\ndate: 2026-01-31\ndisclaimer: none\n"
_TURNS = "**Why {0}?**\n\nBecause a light needs a keeper, and a keeper needs {1}.\n\n"
_INTERVIEWS = 2
_NEW_PROGRAM_EVERY = 10
_END_S = 20  # until all processes of a killed build have ended
_BUILD_S = 300
_FULL_BYTES = (200_000, 1_600_000)  # of the disk: too small for the book and its cache
_FAULTS = ("Traceback", "fault of On Record", "Segmentation", "Aborted")


class Build:
    """A build that runs: `pid` leads its session, `output` is the file of what it prints."""

    def __init__(self, pid: int, output: Path) -> None:
        self.pid = pid
        self._output = output
        self._watch = os.pidfd_open(pid)
        self._has_ended = False

    def wait_for(self, seconds: float) -> bool:
        """Wait for the end of the build, at most so long; return whether it has ended."""
        self._has_ended = self._has_ended or bool(select.select([self._watch], [], [], seconds)[0])
        return self._has_ended

    def wait(self) -> int:
        """Wait for the end; return the exit code, -N after signal N."""
        if not self.wait_for(_BUILD_S):
            os.killpg(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        os.close(self._watch)
        return os.waitstatus_to_exitcode(status)

    def read_output(self) -> str:
        """Return what the build has printed."""
        return self._output.read_text(encoding="utf-8", errors="replace") if self._output.exists() else ""


def _run_build(words: list[str], output: Path, *, is_new_program: bool) -> NoReturn:
    """Run the command line in this process, a copy, and end it as a program ends."""
    try:
        os.setsid()
        with output.open("wb") as file, Path(os.devnull).open("rb") as nothing:
            for number, stream in enumerate((nothing, file, file)):
                os.dup2(stream.fileno(), number)
        os.environ["PYTHONPATH"] = str(ROOT)
        if is_new_program:
            os.chdir(output.parent)
            os.execv(sys.executable, [sys.executable, "-P", "-m", "onrecord", *words])
        sys.argv = ["onrecord", *words]
        onrecord.__main__.run()
    finally:
        os._exit(119)


def load_modules() -> None:
    """Import what builds import, so that they start at once; there must be no threads."""
    for module in ("onrecord.cli.build_command", "onrecord.pipeline.build", "onrecord.pipeline.worker_modules"):
        import_module(module)
    assert threading.active_count() == 1


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
            turns = "".join(_TURNS.format(turn, word) for turn in range(3))
            (interviews / f"talk-{number}.md").write_text(_TALK.format(number, turns), encoding="utf-8")

    def start_build(self, *, is_new_program: bool = False) -> Build:
        """Start a build of all editions in a session of its own: in a copy of this process, or as a new program."""
        words = ["all", "--book", str(self.folder / "book"), "--out", str(self.out), "--cache", str(self.cache)]
        output = self.folder / "output"
        pid = os.fork()
        if pid == 0:
            _run_build(words, output, is_new_program=is_new_program)
        return Build(pid, output)

    def build(self) -> dict[str, bytes]:
        """Build all editions and return the files; raise RuntimeError if the build fails."""
        build = self.start_build()
        if code := build.wait():
            raise RuntimeError(f"the build ended with {code}:\n{build.read_output()}")
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


def interrupt_build(home: Home, signal_number: int, delay_s: float, *, is_new_program: bool) -> Iterator[str]:
    """Start a build, send it a signal after a time, and yield each fault of how it ends."""
    process = home.start_build(is_new_program=is_new_program)
    if not process.wait_for(delay_s):
        os.kill(process.pid, signal_number)
    code, said = process.wait(), process.read_output()
    if code not in {0, 128 + signal_number, -signal_number}:
        yield f"the exit code is {code}:\n{said}"
    yield from (f"it printed “{fault}”:\n{said}" for fault in _FAULTS if fault in said)
    if left := wait_for_processes(process.pid):
        yield f"{len(left)} processes are left"
        os.killpg(process.pid, signal.SIGKILL)


def find_torn_files(home: Home, old: dict[str, bytes], new: dict[str, bytes]) -> Iterator[str]:
    """Yield each delivered file that is neither the old nor the new one."""
    for name, data in home.read_files().items():
        is_hidden = any(part.startswith(".") for part in Path(name).parts)  # a delivery that the next build completes
        if not is_hidden and data not in (old.get(name), new.get(name)):
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


def try_signal(
    folder: Path, old: Home, new: dict[str, bytes], signal_number: int, delay_s: float, *, is_new_program: bool
) -> list[str]:
    """Interrupt a build that would replace an old edition; return all faults."""
    shutil.copytree(old.folder, folder)
    home = Home(folder)
    home.write_book("oil")
    old_files = home.read_files()
    faults = [*interrupt_build(home, signal_number, delay_s, is_new_program=is_new_program)]
    faults += [*find_torn_files(home, old_files, new)]
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
        code, said = process.wait(), process.read_output()
        faults = [f"it printed “{fault}”:\n{said}" for fault in _FAULTS if fault in said]
        if code not in (0, ExitCode.SYSTEM):
            faults.append(f"the exit code is {code}:\n{said}")
        faults += find_torn_files(home, {}, new)
        if code and home.out.exists() and (files := home.read_files()):
            faults.append(f"a refused build left {sorted(files)}")
    faults += find_faults_of_next_build(home, new)
    shutil.rmtree(folder)
    return faults


def plan_tries(count: int, seed: int, length_s: float) -> Iterator[tuple[int, str, float]]:
    """Yield number, kind and random measure of each try: a time in seconds, or the bytes of a disk."""
    chance = random.Random(seed)
    for number in range(count):
        yield number, "kill", chance.uniform(0, length_s)
        yield number, "term", chance.uniform(0, length_s)
        yield number, "full disk", float(chance.randrange(*_FULL_BYTES))


def make_editions(base: Path) -> tuple[Home, dict[str, bytes], float]:
    """Build the old and the new edition; return the home of the old one, the new files, and how long a build takes."""
    old, reference = Home(base / "old"), Home(base / "reference")
    old.write_book("wicks")
    old.build()
    reference.write_book("oil")
    start = time.monotonic()
    new = reference.build()
    return old, new, time.monotonic() - start


def main(words: list[str] | None = None) -> int:
    """Interrupt builds, print each fault, and return 1 if there is one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, help="how many interruptions of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="leave out the tries before this number")
    parser.add_argument("--kind", choices=("kill", "term", "full disk"), help="only this kind")
    options = parser.parse_args(words)
    load_modules()
    faults, ends = 0, Counter[str]()
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        old, new, length_s = make_editions(base)
        print(f"a build takes {length_s:.1f} s", flush=True)
        for number, kind, measure in plan_tries(options.count, options.seed, length_s):
            if number < options.first or kind != (options.kind or kind) or (kind == "full disk" and os.geteuid()):
                continue
            ends[kind] += 1
            folder = base / f"{kind.replace(' ', '-')}-{number}"
            if kind == "full disk":
                new_faults = try_full_disk(folder, new, int(measure))
            else:
                signal_number = signal.SIGKILL if kind == "kill" else signal.SIGTERM
                is_new = number % _NEW_PROGRAM_EVERY == 0
                new_faults = try_signal(folder, old, new, signal_number, measure, is_new_program=is_new)
            faults += len(new_faults)
            for fault in new_faults:
                print(f"{kind} {number}, {measure:.2f}: {fault}", flush=True)
    print(", ".join(f"{kind}: {count}" for kind, count in ends.items()) + f"; {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
