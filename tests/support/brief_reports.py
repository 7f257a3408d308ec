"""Send the controller of xdist one message for each test that passes, not five, which take as long as small tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

# Options that make the controller print or store more than the result of each test.
_DETAILED = ("durations", "cpu", "xmlpath")


def send_brief_reports(config: pytest.Config) -> None:
    """Let this process of xdist send what the controller prints, unless an option asks for more."""
    if any(config.getoption(name, None) for name in _DETAILED):
        return
    for plugin in config.pluginmanager.get_plugins():
        if type(plugin).__name__ == "WorkerInteractor":
            plugin.sendevent = _leave_out_passed_steps(plugin.sendevent)


def _leave_out_passed_steps(send: Callable[..., None]) -> Callable[..., None]:
    """Return a function that sends what `send` does, but no step of a test that passed."""

    def send_news(name: str, **content: Any) -> None:
        if name in ("logstart", "logfinish") or (name == "testreport" and _is_passed_step(content["data"])):
            return
        send(name, **content)

    return send_news


def _is_passed_step(report: dict[str, object]) -> bool:
    """Return whether a report is of a setup or teardown about which there is nothing to say."""
    return report["when"] != "call" and report["outcome"] == "passed"
