"""Lists, paragraphs that begin with a number, and single hyphens are read as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.model import ListBlock, iterate_block_passages, iterate_footnotes, iterate_passages, walk_blocks
from tests.support.typed_lists import FIRST_LINE, read_lists


@pytest.mark.parametrize(
    ("lists", "numbers"),
    [
        ("1. one\n1. two\n1. three", ["1.", "2.", "3."]),
        ("5. 1. five\n   2. and one\n6. six", ["5.", "1.", "2.", "6."]),
        ("- 4. four\n  5. five\n- 7. seven\n  8. eight", ["4.", "5.", "7.", "8."]),
        ("> 3. three\n>\n>    and more\n>\n> 4. four", ["3.", "4."]),
        ("007. seven\n008. eight", ["7.", "8."]),
        ("3.\n   three\n4.\n   four", ["3.", "4."]),
        ("3.\n4.\n   5.\n   6.\n5.\n\nText.", ["3.", "4.", "5.", "6.", "5."]),
        ("1.\ttab\n2.\ttab\n\n\t7. seven\n\t8. eight", ["1.", "2.", "7.", "8."]),
        ("1) one\n2) two", ["1)", "2)"]),
        ("1) one\n   1. inside\n2) two", ["1)", "1.", "2)"]),
        ("Term\n\n: 3. three\n  4. four", ["3.", "4."]),
        ("1. one\n- a bullet\n- another\n2. two\n3. three", ["1.", "2.", "3."]),
        ("3. ```\n   code\n   ```\n4. #### A heading\n5. > A quotation", ["3.", "4.", "5."]),
    ],
)
def test_a_list_is_read_with_its_numbers(lists: str, numbers: list[str], tmp_path: Path) -> None:
    book, problems = read_lists(tmp_path, lists)
    assert not problems
    assert book
    assert [number for passage in iterate_passages(book.interviews[0]) for number in passage.numbers] == numbers


@pytest.mark.parametrize(
    ("lists", "line", "hint", "numbers"),
    [
        ("1. one\n2. two\n4. four", 2, "type 3. if", "1. 2. 4."),
        ("1984. one year\n1984. the same year", 1, "1984\\.", "1984. 1984."),
        ("1) one\n3) three", 1, "type 2) if", "1) 3)"),
        ("3. three\n1. one", 1, "type 4. if", "3. 1."),
        ("3. three\n7. seven\n9. nine", 1, "type 4. if", "3. 7. 9."),
        ("3. three\n1. one\n1. one", 1, "type 4. if", "3. 1. 1."),
        ("5. 1. five\n   3. and three\n6. six", 1, "type 2. if", "5. 1. 3. 6."),
        ("> 3. three\n>\n> 5. five", 2, "type 4. if", "3. 5."),
        ("1.\n   one\n3.\n   three", 2, "type 2. if", "1. 3."),
        ("7.\n\n9.\n\nText.", 2, "type 8. if", "7. 9."),
        ("Term\n\n: 3. three\n  5. five", 3, "type 4. if", "3. 5."),
        ("1990. a\n1985. b\n1986. c\n1984. d", 1, "type 1991. if", "1990. 1985. 1986. 1984."),
    ],
)
def test_numbers_that_do_not_follow_are_printed_as_typed(
    lists: str, line: int, hint: str, numbers: str, tmp_path: Path
) -> None:
    """A warning names the number that a list would count."""
    book, problems = read_lists(tmp_path, lists)
    assert [(problem.rule, str(problem.severity)) for problem in problems] == [("list-numbers-follow", "warning")]
    assert problems[0].location.line == FIRST_LINE + line
    assert hint in problems[0].hint
    assert book
    assert [number for passage in iterate_passages(book.interviews[0]) for number in passage.numbers] == numbers.split()


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("1984. That was the year.", ""),
        ("12.", ""),
        ("7. Or eight.", ""),
        ("007. Bond was his number.", ""),
        ("3) Or three.", ""),
        ("7. 8. 9. And so on.", ""),
        ("0. Nothing.", ""),
        ("1.", ""),
        ("1984.\n      That was the year.", "1984. That was the year."),
        ("> 1979. It is said.", "1979. It is said."),
        ("- 1979. It was cold.\n- 1980. It was not.", "1979. It was cold.\n1980. It was not."),
        ("1984. That was it.\n\n      It was long ago.", "1984. That was it.\nIt was long ago."),
        ("See.[^1]\n\n[^1]: 1979. A good year.", "See."),
        ("1. First", "1. First"),
        ("1984\\. That was it.", "1984. That was it."),
    ],
)
def test_a_paragraph_may_begin_with_a_number(typed: str, text: str, tmp_path: Path) -> None:
    """A list of a single item is one only if its number is 1; else what is typed is printed."""
    book, problems = read_lists(tmp_path, typed)
    assert (book is not None, problems) == (True, [])
    assert book
    (_, answer) = book.interviews[0].turns
    passages = iterate_block_passages(answer.blocks, "")
    assert "\n".join(passage.numbered_text for passage in passages) == (text or typed)


def test_a_footnote_may_begin_with_a_year(tmp_path: Path) -> None:
    book, problems = read_lists(tmp_path, "See.[^1] And.[^2]\n\n[^1]: 1979. A good year.\n\n[^2]: 1979.")
    assert book
    assert not problems
    notes = [note[0].text for _, note in iterate_footnotes(book.interviews[0])]
    assert notes == ["1979. A good year.", "1979."]


@pytest.mark.parametrize(
    ("typed", "is_text"),
    [
        ("- I said no.", True),
        ("> - I said no.", True),
        ("-", True),
        ("- *No*, I said.\n  And that was it.", True),
        ("-\n  No.", True),
        ("* I said no.", False),
        ("+ I said no.", False),
        ("- I said no.\n- And again.", False),
        ("1. The log:\n   - a ship\n2. The lamp", False),
        ("- The log:\n\n  two paragraphs", False),
    ],
)
def test_a_single_hyphen_is_a_dash_or_a_list(typed: str, is_text: bool, tmp_path: Path) -> None:
    """What is typed is printed, with a warning that says how to write the other."""
    book, problems = read_lists(tmp_path, typed)
    assert book
    assert [problem.rule for problem in problems] == (["dashes-are-decided"] if is_text else [])
    (_, answer) = book.interviews[0].turns
    assert any(isinstance(block, ListBlock) for block in walk_blocks(answer.blocks)) != is_text
    text = next(iterate_block_passages(answer.blocks, "")).text
    assert text.startswith("-") == is_text
    if is_text:
        words = typed.split("\n")[0].lstrip("> -") or "…"
        assert f"type * {words} for a list" in problems[0].hint.replace("No.", "…")
        assert f"– {words} for a dash" in problems[0].hint.replace("No.", "…")
