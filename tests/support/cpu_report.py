"""With `--cpu`: the CPU seconds of a run and its dearest tests. Other programs hardly change them, unlike wall time."""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Generator

import pytest

_SHOWN = 10


def measure_cpu_s() -> float:
    """Return the CPU seconds of this process and of its children that have ended."""
    if sys.platform == "win32":
        return time.process_time()
    import resource

    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


class CpuReport:
    """Adds up what each test took, with its fixtures; under xdist the workers measure and the controller prints."""

    def __init__(self) -> None:
        self._last_s = 0.0
        self._seconds_by_test = defaultdict[str, float](float)

    def pytest_runtest_logstart(self) -> None:
        self._last_s = measure_cpu_s()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        now_s = measure_cpu_s()
        report.__dict__["cpu_s"], self._last_s = now_s - self._last_s, now_s
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds_by_test[report.nodeid] += getattr(report, "cpu_s", 0.0)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        total_s = sum(self._seconds_by_test.values())
        terminalreporter.section(f"{total_s:.0f} CPU seconds in tests; the dearest", sep="-")
        dearest = sorted(self._seconds_by_test.items(), key=lambda pair: pair[1], reverse=True)[:_SHOWN]
        for test, seconds in dearest:
            terminalreporter.write_line(f"{seconds:6.2f}  {test}")
