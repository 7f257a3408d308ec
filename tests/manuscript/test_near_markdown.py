"""Markup of other dialects is read as it is typed, or is a problem with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.manuscript.conversation import Conversation
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.markdown import read_markdown
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.typography import TextStyle
from onrecord.model import Block, Inline, LineBlock, Subscript, Superscript, to_plain_text, walk_blocks
from onrecord.model.passages import iterate_block_passages
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule


def read_answer(body: str) -> tuple[list[Block], list[Problem]]:
    """Return the blocks after the question in line 1, and the problems; the body begins in line 3."""
    text = f"**Why?**\n\n{body}\n"
    problems = Problems("a.md", text.split("\n"))
    document = read_markdown(text, 1, [], TextStyle("en"), Pictures(Path()), problems)
    assert document
    _, conversation = Conversation((), problems).read_pieces(document.pieces)
    return [block for turn in conversation[1:] for block in getattr(turn, "blocks", ())], problems.entries


def show_inlines(content: tuple[Inline, ...]) -> str:
    """Return the text with ⟨…⟩ around what is set high or low."""
    return "".join(
        f"⟨{to_plain_text(inline.content)}⟩"
        if isinstance(inline, Subscript | Superscript)
        else to_plain_text((inline,))
        for inline in content
    )


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("2^10 and 2^20", "2^10 and 2^20"),
        ("H~2~O", "H⟨2⟩O"),
        ("x^2^ and y^2^", "x⟨2⟩ and y⟨2⟩"),
        ("2^10 and x^2^", "2^10 and x⟨2⟩"),
        ("a ~ b ~ c", "a ~ b ~ c"),
        ("~5 km and ~6 km, ~7 km", "~5 km and ~6 km, ~7 km"),
        ("a^b c^d e^f g^h i^j k^l m^n o^2^", "a^b c^d e^f g^h i^j k^l m^n o⟨2⟩"),
        ("one^two\nthree^four", "one^two three^four"),
        ("1^st^ of *2^nd and 3^rd*", "1⟨st⟩ of 2^nd and 3^rd"),
        ("[2^10 a b^c](https://example.org)", "2^10 a b^c"),
        ("2^10 `a^b c^d` 2^20", "2^10 a^b c^d 2^20"),
        ("x^10\u00a0m^", "x⟨10\u00a0m⟩"),
        ("$a^2+b^2$", "$a^2+b^2$"),
        (
            "$a^2 + b^2 = c^2$ holds; $x_1 + x_2$ and $x_{i}*y_{j}*z$.",
            "$a^2 + b^2 = c^2$ holds; $x_1 + x_2$ and $x_{i}*y_{j}*z$.",
        ),
        ("$$E = mc^2$$", "$$E = mc^2$$"),
        ("$\\alpha \\times 'b'$", "$\\alpha \\times 'b'$"),
        ("It was $5, then *$6*.", "It was $5, then $6."),
        ("From $5 to **six** US$.", "From $5 to six US$."),
        ("From $5 [to](https://example.org) US$.", "From $5 to US$."),
        ("US$5-$6 and A$ 7", "US$5-$6 and A$ 7"),
        ("\\$a_b\\$ and \\^ and \\~", "$a_b$ and ^ and ~"),
        ("> 2^10 and\n> 2^20", "2^10 and 2^20"),
        ("1. 2^10 and 2^20\n2. H~2~O", "2^10 and 2^20"),
    ],
)
def test_signs_are_read_as_they_are_typed(typed: str, shown: str) -> None:
    """A subscript or superscript holds no blank, and a formula is text."""
    blocks, problems = read_answer(typed)
    assert problems == []
    paragraph = next(block for block in walk_blocks(blocks) if getattr(block, "content", ()))
    assert show_inlines(getattr(paragraph, "content", ())) == shown


@pytest.mark.parametrize(
    ("typed", "line", "hint"),
    [
        ("+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+", 3, "|---|---|"),
        ("+---+\n| a |\n+---+\n\nText.\n\n+---+\n| b |\n+---+", 3, "|---|---|"),
        ("> +---+\n> | a |\n> +---+", 3, "|---|---|"),
        ("  Right     Left\n-------     ------\n     12     12", 4, "type ***"),
        ("-------  ------\n a        b\n-------  ------", 3, "type ***"),
        ("| a | b |\n| 1 | 2 |", 3, "|---|---|"),
        ("| a | b | c |\n| 1 | 2 | 3 |\n| 4 | 5 | 6 |", 3, "|---|---|---|"),
        ("Text.^[An inline note.]", 3, "[^1]: The note."),
        ("Text\ngoes on.^[A *note*.]", 4, "[^1]: The note."),
        ("He said\n---\nand left.", 3, "## He said"),
        ("He said\n===\nand left.", 3, "## He said"),
        ("> He said\n> ---", 3, "## He said"),
        ("He said\nand said\n-\nmore", 3, "## He said"),
        (": said he.", 3, "\\: …"),
        (":   said he,\n    and left.", 3, "\\: …"),
        ("Look.\n\n![A lamp](images/a lamp.png)", 5, "![A lamp](images/a%20lamp.png); if"),
        ('![A lamp](images/a lamp.png "At night")', 3, '![A lamp](images/a%20lamp.png "At night"); if'),
    ],
)
def test_other_dialects_are_problems_with_what_to_type(typed: str, line: int, hint: str) -> None:
    _, problems = read_answer(typed)
    errors = [problem for problem in problems if problem.rule in ("markup-is-known", "turns-are-marked")]
    assert errors
    assert errors[0].location.line == line
    assert hint in errors[0].hint
    assert str(errors[0].severity) == "error"


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("A | B\n--|--\n1 | 2", "A\nB\n1\n2"),
        ("| A | B |\n|---|---|\n| 1 | 2 |", "A\nB\n1\n2"),
        ("He said\n\n---\n\nand left.", "He said\nand left."),
        ("\\: said he.", ": said he."),
        ("Term\n: meaning", "Term\nmeaning"),
        ("**Term**\n: meaning", "Term\nmeaning"),
        ("`^[a]` and \\^[b]", "^[a] and ^[b]"),
        ("```\n+---+\n---- ----\n^[x]\n```", "+---+\n---- ----\n^[x]"),
        ("a | b", "a | b"),
        ("- - -", ""),
        ("1 + 1\n+ 2", "1 + 1\n2"),
        ("\\[lamp](a b) `[c](d e)` [f](#g 'h i')", "[lamp](a b) [c](d e) f"),
        ("[He laughs.] (And so on.)", "[He laughs.] (And so on.)"),
        ("    ![a](b c)\n    ^[x]", "![a](b c)\n^[x]"),
        ("- a\n\n      ![a](b c)", "a\n![a](b c)"),
        ("A[^1](b c).\n\n[^1]: N.", "A(b c)."),
    ],
)
def test_markup_that_is_right_is_no_problem(typed: str, text: str) -> None:
    blocks, problems = read_answer(typed)
    assert [problem.sentence for problem in problems] == []
    passages = iterate_block_passages(tuple(blocks), "")
    assert "\n".join(passage.text for passage in passages) == text


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        (
            "See [the lamp](old lamp#a3).",
            "type [the lamp](old%20lamp#a3); if it is text, type a backslash: \\[the lamp]",
        ),
        ("[a](b c) and [d](e f 'g')", "type [a](b%20c); if it is text, type a backslash: \\[a]"),
    ],
)
def test_a_link_whose_address_holds_a_space_is_a_warning(typed: str, hint: str) -> None:
    """It may be text, and is printed so; what the hint says is a link."""
    _, problems = read_answer(typed)
    assert [str(problem.severity) for problem in problems] == ["warning"] * typed.count("](")
    assert problems[0].hint == hint
    _, problems = read_answer(hint.removeprefix("type ").split(";")[0])
    assert not problems


def test_a_link_names_an_interview_as_its_file_is_named() -> None:
    """The letters of the name count as read, in any script."""
    for target in ("größe", "<größe a.md#a1>", "größe%20a", "книга#a3", "https://example.org/größe"):
        _, problems = read_answer(f"See [this]({target}).")
        assert not problems


@pytest.mark.parametrize(
    "typed",
    [
        "Text.\n\n<!--\n::: note\n```\n-->",
        "Text.[^1]\n\n[^1]: ```\n    x\n    ```",
        "- ```\n  x\n\t```",
        "- > ```\n  > x\n  > ```",
        "> ```\n> x\n\nText.",
        "Text.\n\n    ```\n    x",
        ">     ```\n>     x",
        "```\n    ```\nx\n```",
        "`a\n:::\nb`",
        "(1) ```\n    x\n    ```",
        "::: note\nx\n\n    y\n    :::\n:::",
        "::: {.note\n.a}\nx\n:::",
        ":::: note\n::: verse\nx\n:::\n::::",
        "::: note\n::: verse\nx\n:::\n:::",
        "> ::: note\n> x\n> :::",
    ],
)
def test_blocks_that_have_an_end_are_no_problem(typed: str) -> None:
    """Signs of blocks also stand in comments, in code, in quotations and after the marks of lists and notes."""
    _, problems = read_answer(typed)
    assert [problem.sentence for problem in problems if problem.rule is Rule.BLOCKS_ARE_CLOSED] == []


@pytest.mark.parametrize(
    ("typed", "line"),
    [("```\n    ```\nx", 1), ("```py\n```py\nx", 1), ("a\n\n```\nx\n```\n\n```", 7), ("::: note\n::: note\na\n:::", 1)],
)
def test_a_block_without_end_is_reported_where_it_begins(typed: str, line: int) -> None:
    _, problems = read_answer(typed)
    open_lines = [problem.location.line - 2 for problem in problems if problem.rule is Rule.BLOCKS_ARE_CLOSED]
    assert open_lines == [line]


def test_lines_after_bars_are_verse() -> None:
    """An empty line ends a stanza; blanks after the bar are an indent."""
    blocks, problems = read_answer("| The light,\n|     and the *dark*\n|\n| and the sea.")
    assert problems == []
    stanzas = [block for block in blocks if isinstance(block, LineBlock)]
    assert [[to_plain_text(line) for line in stanza.lines] for stanza in stanzas] == [
        ["The light,", "and the dark"],
        ["and the sea."],
    ]
    assert [stanza.indents for stanza in stanzas] == [(0, 4), ()]


def test_a_row_with_too_many_cells_gets_a_hint_about_cells() -> None:
    _, problems = read_answer("| A | B |\n|---|---|\n| 1 | 2 | 3 |")
    assert [(problem.location.line, "as many cells as its head" in problem.hint) for problem in problems] == [(5, True)]
