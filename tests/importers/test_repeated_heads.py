"""Test turns that begin with a name that nothing but its repetition marks as a label."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importers.office_files import write_docx
from tests.importers.test_enclosed_turns import TALK, list_turns
from tests.importers.test_import_file import import_draft

# The first line is a turn, too; `{n}` is its number.
SHAPES = {
    "square brackets": "[{name}] {words}",
    "square brackets, bold": "**[{name}]** {words}",
    "angle brackets": "<{name}> {words}",
    "numbers": "{n}. {name}: {words}",
    "numbers in brackets": "({n}) {name}: {words}",
    "numbers alone": "{n}  {name}: {words}",
    "dates": "[12/03/2021, 14:0{n}:11] {name}: {words}",
    "dates with a dash": "3/12/21, 2:0{n} PM - {name}: {words}",
    "times of day and brackets": "14:0{n} <{name}> {words}",
    "nothing": "{name} {words}",
    "semicolons": "{name}; {words}",
    "a time": "[00:0{n}:12] {name} {words}",
    "a time of f4": "#00:0{n}:12-5# {name}: {words}",
    "typed italics": "_{name}_: {words}",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_names_that_come_again_and_again_are_labels(tmp_path: Path, shape: str) -> None:
    """Each of the two names begins half of the paragraphs, and they take turns."""
    lines = (SHAPES[shape].format(n=n, name=name, words=words) for n, (name, words) in enumerate(TALK, 1))
    draft = import_draft(tmp_path, "one.txt", "Type\n\n" + "\n\n".join(lines))
    assert list_turns(draft) == list(TALK)
    assert sorted(person.name for person in draft.people) == ["Ada Quill", "Ben Serif"]


def test_titles_before_names_belong_to_the_label(tmp_path: Path) -> None:
    """A full stop after a form of address does not end a sentence."""
    lines = (f"{'Ms. Quill' if name == 'Ada Quill' else 'Mr. Serif'}. {words}" for name, words in TALK)
    draft = import_draft(tmp_path, "one.txt", "Type\n\n" + "\n\n".join(lines))
    assert [words for _, words in list_turns(draft)] == [words for _, words in TALK]
    assert len(draft.people) == 2


@pytest.mark.parametrize("start", ["[Laughs] ", "New York ", "1. "])
def test_words_that_begin_some_paragraphs_are_no_labels(tmp_path: Path, start: str) -> None:
    """A single beginning that repeats does not alternate with another."""
    lines = [f"{start if i % 2 else ''}{words}" for i, (_, words) in enumerate(TALK)]
    draft = import_draft(tmp_path, "one.txt", "Type\n\n" + "\n\n".join(lines))
    assert not any(turn.label for turn in draft.turns)


@pytest.mark.parametrize("gap", ["<w:tab/>", "<w:ptab/>", "<w:br/>", "<w:cr/>"])
@pytest.mark.parametrize("colon", [":", ""])
def test_tabs_and_line_ends_of_word_separate_name_and_words(tmp_path: Path, gap: str, colon: str) -> None:
    """A tab or a line end counts as a space, whatever its name in the XML."""
    body = "".join(
        f"<w:p><w:r><w:t>{name}{colon}</w:t></w:r><w:r>{gap}</w:r><w:r><w:t>{words}</w:t></w:r></w:p>"
        for name, words in TALK
    )
    assert list_turns(import_draft(tmp_path, "one.docx", write_docx(body))) == list(TALK)


def test_initials_with_a_polish_letter_are_a_label(tmp_path: Path) -> None:
    """Initials without a mark may have any capital of the Latin alphabet."""
    lines = (f"{'AQ' if name == 'Ada Quill' else 'ŁŚ'} {words}" for name, words in TALK)
    draft = import_draft(tmp_path, "one.txt", "Type\n\n" + "\n\n".join(lines))
    assert [label for label, _ in list_turns(draft)] == ["AQ", "ŁŚ"] * 3
