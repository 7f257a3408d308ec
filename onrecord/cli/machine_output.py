"""Problems for programs: JSON, and the workflow commands of GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from onrecord.cli.messages import shorten_path
from onrecord.model.problems import Problem
from onrecord.model.terminal_text import clean_line, escape_json

PROBLEM_KEYS = "file, line (null: the whole file), rule, severity (error or warning), sentence, hint, quote"
FILE_KEYS = "path, format, proved, bytes (delivered, other bytes, unrecorded), problems"


def describe_problem(problem: Problem) -> dict[str, str | int | None]:
    """Return the problem as a JSON object; every key is always there."""
    return {
        "file": Path(problem.location.file).as_posix() if problem.location.file else "",
        "line": problem.location.line or None,
        "rule": problem.rule,
        "severity": str(problem.severity),
        "sentence": problem.sentence,
        "hint": problem.full_hint,
        "quote": problem.line,
    }


def describe_file(
    path: Path, format_name: str, problems: Sequence[Problem], *, proved: bool, state: str = "unrecorded"
) -> dict[str, object]:
    """Return a finished file and its problems as a JSON object."""
    return {
        "path": Path(shorten_path(path)).as_posix(),
        "format": format_name,
        "proved": proved,
        "bytes": state,
        "problems": [describe_problem(problem) for problem in problems],
    }


def print_json(value: object) -> None:
    """Print a value as JSON; nothing else may be printed to this stream."""
    print(escape_json(json.dumps(value, ensure_ascii=False, indent=2)))


def print_workflow_commands(problems: Iterable[Problem]) -> None:
    """Print each problem as a workflow command; GitHub shows it beside its source line."""
    for problem in problems:
        print(format_workflow_command(problem))


def format_workflow_command(problem: Problem) -> str:
    """Return `::error file=…,line=…,title=…::…`; no text of the manuscript can begin another command."""
    file = "" if problem.location.file.startswith("--") else Path(problem.location.file).as_posix()
    properties = {"file": file, "line": str(problem.location.line or ""), "title": problem.rule}
    listed = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items() if value)
    message = f"{problem.sentence} — {problem.full_hint}" if problem.hint else problem.sentence
    return f"::{problem.severity} {listed}::{_escape(message)}"


def _escape(text: str) -> str:
    """Return a text for an annotation of GitHub, escaped as `@actions/core` does (command.ts)."""
    return clean_line(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _escape_property(text: str) -> str:
    """Escape a property of a workflow command, in which ":" and "," are separators."""
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
