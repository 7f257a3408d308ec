"""An interview of another book is copied as it is; the front matter of another program keeps its commas."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.importers import import_file
from onrecord.importers.ready_interviews import is_interview_file
from tests.importers.test_import_file import create_book, import_source

HEAD = """---
title: Lamps
standfirst: One, two, and three; four.
byline: Anna, Ben and the desk
people:
  - {name: The keeper, role: interviewee, affiliation: "Harbour, north"}
  - {name: The desk, role: interviewer}
style: letters
disclaimer: house
---

"""
BODY = "**Why, then?** {#why t=00:01:02}\n\nBecause[^1] of *oil*.\n\n[^1]: A note.\n"


def test_an_interview_of_another_book_is_copied_to_the_letter(tmp_path: Path) -> None:
    """Its style, the id and the time of its turn, its note, and the name of a disclaimer."""
    book = create_book(tmp_path / "book")
    source = tmp_path / "lamps.md"
    source.write_text(HEAD + BODY, encoding="utf-8")
    (result,), problems = import_file.import_files([source], book / "interviews", accept=False)
    assert problems == ()
    assert result.path.read_text(encoding="utf-8") == HEAD + BODY


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace("role: interviewee", "role: guest star") + BODY.replace("**", ""),
        HEAD.replace("style: letters", "layout: post") + BODY,
        HEAD + "Q: Why?\n\nA: Because.\n",
        HEAD + "DESK: Why?\n\nKEEPER: Because.\n",
        HEAD + "Only a text.\n",
        BODY,
        "",
    ],
    ids=["no marked turn", "a key of another program", "letters", "names", "no turn", "no front matter", "nothing"],
)
def test_what_still_has_to_be_recognized_is_not_copied(text: str) -> None:
    assert is_interview_file((HEAD + BODY).encode())
    assert not is_interview_file(text.encode())


def test_printed_settings_of_another_program_keep_their_commas(tmp_path: Path) -> None:
    """A list of authors gets them; tags stay a list."""
    head = "---\ntitle: Lamps, old and new\ndescription: One, two, and three; four.\nauthors: [Anna, Ben]\n"
    text = head + "layout: post\ntags: a, b\n---\n\n**Why?**\n\nBecause.\n"
    _, written, _ = import_source(create_book(tmp_path / "book"), "lamps.md", text)
    assert 'title: "Lamps, old and new"' in written
    assert 'standfirst: "One, two, and three; four."' in written
    assert 'byline: "Anna, Ben"' in written
    assert "tags: [a, b]" in written
