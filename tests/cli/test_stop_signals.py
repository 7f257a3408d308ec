"""SIGTERM and SIGHUP stop a command as Ctrl-C does."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from onrecord.cli import command_line, packs_command
from onrecord.cli.exit_codes import ExitCode
from onrecord.runtime import stop_signals
from tests.support.default_signals import restore_default_signals
from tests.support.paths import ROOT

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@pytest.fixture
def caught_signals(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Catch the signals as the program does, and let go of them after the test."""
    monkeypatch.setattr(stop_signals._State, "number", 0)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    before = {number: signal.getsignal(number) for number in stop_signals.SIGNALS}
    for number in before:
        signal.signal(number, signal.SIG_DFL)  # a shell has Ctrl-C ignored in what runs in the background
    stop_signals.catch_stop_signals()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@POSIX
@pytest.mark.usefixtures("caught_signals")
@pytest.mark.parametrize("swallowed_as", [None, ImportError, SystemError], ids=str)
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_each_signal_has_the_exit_code_that_shells_expect(
    name: str,
    code: int,
    swallowed_as: type[Exception] | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without a traceback, also if a library turns the interrupt into an error of its own."""

    def stop(_options: argparse.Namespace) -> ExitCode:
        try:
            signal.raise_signal(signal.Signals[name])
        except KeyboardInterrupt:
            if swallowed_as is None:
                raise
            raise swallowed_as from None
        return ExitCode.DONE

    monkeypatch.setattr(packs_command, "COMMANDS", (replace(command_line.COMMANDS["packs"], run=stop),))
    assert command_line.main(["packs"]) == code
    assert capsys.readouterr().err == "\nStopped. Everything that was delivered before is unchanged.\n"


@POSIX
@pytest.mark.usefixtures("caught_signals")
def test_an_interrupt_that_python_drops_is_raised_again() -> None:
    """Python prints and forgets what is raised in `__del__`."""

    class Careless:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGTERM)

    careless = [Careless()]
    careless.clear()
    with pytest.raises(stop_signals.Stopped):
        signal.pause()
    assert stop_signals.read_exit_code() == 143


@POSIX
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_that_waits_when_the_program_starts_stops_it(name: str, code: int) -> None:
    """As build.py does, block the signal until the program can handle it; no import prints a traceback."""
    script = (
        "import os, signal, sys\n"
        f"signal.pthread_sigmask(signal.SIG_BLOCK, [signal.{name}])\n"
        f"os.kill(os.getpid(), signal.{name})\n"
        "os.execv(sys.executable, [sys.executable, '-m', 'onrecord', 'check'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=restore_default_signals,
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert "Traceback" not in done.stderr


@POSIX
def test_a_signal_that_the_caller_ignores_stays_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """`nohup` has SIGHUP ignored."""
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    before = {number: signal.getsignal(number) for number in stop_signals.SIGNALS}
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        stop_signals.catch_stop_signals()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
