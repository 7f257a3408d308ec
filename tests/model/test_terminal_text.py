"""Test that no text of a book acts on a terminal."""

from __future__ import annotations

import json

from onrecord.cli.machine_output import describe_problem, format_workflow_command
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.model.terminal_text import clean_line, clean_text, escape_json

HOSTILE = "a\x1b[2J\n::error::b\u202ec\x9bd\u2028e\U000e0041f\r"
HARMLESS = "Zo\u00eb\u00a0\u2019s \u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f600"


def test_controls_are_replaced_and_letters_stay() -> None:
    """Joiners and spaces that do not break are letters of a text; line ends stay in a text of several lines."""
    assert clean_line(HOSTILE) == "a\ufffd[2J\ufffd::error::b\ufffdc\ufffdd\ufffde\ufffdf\ufffd"
    assert clean_text("a\n\tb\x07") == "a\n\tb\ufffd"
    assert clean_line(HARMLESS) == HARMLESS


def test_json_says_the_same_without_commands() -> None:
    """Scripts read the true name of a file; a terminal that shows the JSON is safe."""
    text = escape_json(json.dumps({"file": HOSTILE}, ensure_ascii=False))
    assert json.loads(text) == {"file": HOSTILE}
    assert clean_line(text) == text


def test_a_problem_stays_one_line_for_each_of_its_parts() -> None:
    """In text and as a workflow command."""
    problem = Problem(SourceLocation(f"interviews/{HOSTILE}.md", 3), Rule.KEY_IS_KNOWN, HOSTILE, HOSTILE, HOSTILE)
    assert len(str(problem).split("\n")) == 3
    assert clean_text(str(problem)) == str(problem)
    command = format_workflow_command(problem)
    assert clean_line(command) == command
    assert describe_problem(problem)["sentence"] == HOSTILE


def test_a_quoted_line_keeps_the_spaces_and_joiners_of_its_language() -> None:
    """French has no-break spaces before its marks, Persian has joiners inside of words."""
    line = "«\u00a0Pourquoi\u202f?\u00a0» می\u200cخواهم"
    problem = Problem(SourceLocation("a.md", 3), Rule.PICTURES_EXIST, "There is no picture.", "add it", line=line)
    assert f"| {line}" in str(problem)
