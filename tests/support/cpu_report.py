"""With `--cpu`: where the CPU seconds of a run go, by test and by file. Other programs hardly change them.

All that the processes of the run use is in one of four sums: what comes before collection (Python, pytest, imports of
conftest.py), collection, tests with their fixtures, and what lies between the tests.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

_SHOWN_TESTS = 10
_SHOWN_FILES = 25
_BEFORE, _COLLECTION, _BETWEEN = "before collection", "collection", "between tests"


def measure_cpu_s() -> float:
    """Return the CPU seconds of this process and of all that it started."""
    if sys.platform == "win32":
        return time.process_time()
    import resource

    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    running_s = sum(_read_cpu_s(process) for process in _list_descendants(os.getpid()))
    return time.process_time() + ended.ru_utime + ended.ru_stime + running_s


def _list_descendants(process: int) -> Iterator[int]:
    """Yield the running processes that this one started, and those that they started; none where there is no /proc."""
    try:
        threads = list(Path(f"/proc/{process}/task").iterdir())
    except OSError:
        return
    for thread in threads:
        for child in _list_children(thread / "children"):
            yield child
            yield from _list_descendants(child)


def _list_children(path: Path) -> list[int]:
    """Return the processes that a file of /proc lists; none if its thread ended meanwhile."""
    try:
        return list(map(int, path.read_bytes().split()))
    except OSError:
        return []


def _read_cpu_s(process: int) -> float:
    """Return the CPU seconds of a process and of its children that have ended; zero if it ends meanwhile."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


class CpuReport:
    """Adds up what each test took, with its fixtures; under xdist the workers measure and the controller prints."""

    def __init__(self, config: pytest.Config) -> None:
        is_controller = config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput")
        self._measure_cpu_s = time.process_time if is_controller else measure_cpu_s  # the workers measure themselves
        self._last_s = self._last_own_s = 0.0
        self._seconds_by_test = defaultdict[str, float](float)
        self._seconds_by_step = defaultdict[str, float](float)

    def _count(self, step: str) -> None:
        now_s = self._measure_cpu_s()
        self._seconds_by_step[step] += now_s - self._last_s
        self._last_s, self._last_own_s = now_s, time.process_time()

    def pytest_collection(self) -> None:
        self._count(_BEFORE)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self) -> None:
        self._count(_COLLECTION)

    def pytest_runtest_logstart(self) -> None:
        """Count what this process took: other processes work for tests only, and to ask for their times takes long."""
        own_s = time.process_time()
        self._seconds_by_step[_BETWEEN] += own_s - self._last_own_s
        self._last_s, self._last_own_s = self._last_s + own_s - self._last_own_s, own_s

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.when == "teardown":
            now_s = self._measure_cpu_s()
            report.__dict__["cpu_s"], self._last_s = now_s - self._last_s, now_s
            self._last_own_s = time.process_time()
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds_by_test[report.nodeid] += getattr(report, "cpu_s", 0.0)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send the controller what this process took outside tests."""
        self._count(_BETWEEN)
        if (output := getattr(session.config, "workeroutput", None)) is not None:
            output["cpu_seconds_by_step"] = dict(self._seconds_by_step)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Add what a process of xdist took outside tests."""
        for step, seconds in getattr(node, "workeroutput", {}).get("cpu_seconds_by_step", {}).items():
            self._seconds_by_step[step] += seconds

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        tests_s = sum(self._seconds_by_test.values())
        total_s = tests_s + sum(self._seconds_by_step.values())
        terminalreporter.section(f"{total_s:.0f} CPU seconds, of which {tests_s:.0f} in tests", sep="-")
        steps = ", ".join(f"{step} {seconds:.1f}" for step, seconds in self._seconds_by_step.items())
        terminalreporter.write_line(f"outside tests: {steps}")
        _write_most_expensive(terminalreporter, self._seconds_by_test, _SHOWN_TESTS)
        seconds_by_file = defaultdict[str, float](float)
        for test, seconds in self._seconds_by_test.items():
            seconds_by_file[test.partition("::")[0]] += seconds
        _write_most_expensive(terminalreporter, seconds_by_file, _SHOWN_FILES)


def _write_most_expensive(
    terminalreporter: pytest.TerminalReporter, seconds_by_name: dict[str, float], shown: int
) -> None:
    most_expensive = sorted(seconds_by_name.items(), key=lambda pair: pair[1], reverse=True)
    for name, seconds in most_expensive[:shown]:
        terminalreporter.write_line(f"{seconds:6.2f}  {name}")
    if len(most_expensive) > shown:
        others_s = sum(seconds for _, seconds in most_expensive[shown:])
        terminalreporter.write_line(f"{others_s:6.2f}  the other {len(most_expensive) - shown}")
