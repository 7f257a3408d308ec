"""A comment is taken out of the text before it is read; nothing else is, and lines keep their numbers."""

from __future__ import annotations

import pytest

from onrecord.manuscript.editor_comments import remove_comments
from onrecord.manuscript.file_problems import Problems

TAKEN = {
    "in a paragraph": ("Before <!-- a --> after.", "Before  after.", ["a"]),
    "at the end of a line": ("Before  <!-- a -->\nafter.", "Before\nafter.", ["a"]),
    "at the start of a line": ("<!-- a --> The text", "The text", ["a"]),
    "before a question": ("<!-- a -->**Why?**", "**Why?**", ["a"]),
    "on a line of its own": ("One\n\n<!-- a -->\n\nTwo", "One\n\n\n\nTwo", ["a"]),
    "between two paragraphs": ("**Why?**\n<!-- a -->\nBecause.", "**Why?**\n\nBecause.", ["a"]),
    "over several lines": ("One\n\n<!-- a\n\nb\n-->\n\nTwo", "One\n\n\n\n\n\n\nTwo", ["a b"]),
    "over lines inside a paragraph": ("One <!-- a\n\nb --> two\nthree\n\nFour", "One  two\nthree\n\n\n\nFour", ["a b"]),
    "between rows": ("| a |\n|---|\n| b |\n<!-- x -->\n| c |\n\nText", "| a |\n|---|\n| b |\n| c |\n\n\nText", ["x"]),
    "between list items": ("- a\n<!-- x -->\n- b\n\nText", "- a\n- b\n\n\nText", ["x"]),
    "between lines of verse": ("::: verse\na\n<!-- x -->\nb\n:::\n\nText", "::: verse\na\nb\n:::\n\n\nText", ["x"]),
    "between two lists": ("- a\n\n<!-- x\n-->\n\n1. b", "- a\n\n<!-- -->\n\n\n1. b", ["x"]),
    "two in a line": ("a<!-- x --><!-- y -->b", "ab", ["x", "y"]),
    "empty ones": ("a <!----> b <!--> c", "a  b  c", ["", ""]),
    "with marks of code": ("a <!-- `x --> b ` c", "a  b ` c", ["`x"]),
    "after an open backtick": ("a ` b <!-- x -->\n\nc ` d", "a ` b\n\nc ` d", ["x"]),
    "in an entry": ("- one\n\n    <!-- x --> two", "- one\n\n    two", ["x"]),
}
NOT_TAKEN = {
    "a code span": "Type `<!-- a -->` here",
    "a code span over lines": "Type `` a ` <!--\nb --> `` here",
    "a code block": "```html\n<!-- a -->\n\n<!-- b\n```\n",
    "a code block of tildes": "~~~~\n<!-- a -->\n~~~\n<!-- b -->\n~~~~~\n",
    "a code block that never ends": "```\n<!-- a -->",
    "a code block in a quotation": "> ```\n> <!-- a -->\n> ```\n",
    "a code block in a list": "- ```\n  <!-- a -->\n  ```\n",
    "indented code": "Text\n\n    <!-- a -->\n    more",
    "a backslash": "\\<!-- a -->",
    "an arrow": "a <-- b --> c",
}


@pytest.mark.parametrize(("body", "text", "comments"), TAKEN.values(), ids=TAKEN)
def test_comments_are_taken_out(body: str, text: str, comments: list[str]) -> None:
    problems = Problems("interviews/light.md", [])
    commented = remove_comments(body, 10, problems)
    assert commented.body == text
    assert [comment.text for comment in commented.comments] == comments
    assert commented.body.count("\n") == body.count("\n")
    assert not problems.entries


@pytest.mark.parametrize("body", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_code_and_escaped_text_stay(body: str) -> None:
    commented = remove_comments(body, 10, Problems("interviews/light.md", []))
    assert commented.body == body
    assert commented.comments == ()


def test_a_comment_names_its_line() -> None:
    commented = remove_comments("a\nb <!-- x\n\n-->\n<!-- y -->", 10, Problems("interviews/light.md", []))
    assert [comment.location.line for comment in commented.comments] == [11, 14]


def test_a_comment_without_an_end_is_a_problem() -> None:
    problems = Problems("interviews/light.md", [])
    remove_comments("a\n\n<!-- b -->\n\n<!-- c -\n\nd", 10, problems)
    assert [(problem.rule, problem.location.line) for problem in problems.entries] == [("comments-are-closed", 14)]
