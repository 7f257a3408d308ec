"""Deep, long and large text is refused in short time, or printed whole."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.support.hostile import (
    ALL,
    FRONT_MATTER,
    QUESTION,
    SETTINGS,
    build_and_read,
    list_problems,
    list_rules,
    make_picture,
    write_interview,
)

YAML_ATTACKS = {
    "alias bomb": ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "yaml-has-no-aliases"),
    "brackets": ("title: " + "[" * 60_000, "yaml-is-shallow"),
    "brackets apart": ("title: " + "[ " * 30_000, "yaml-is-shallow"),
    "braces": ("title: " + "{a: " * 15_000, "yaml-is-shallow"),
    "dashes": ("title:\n" + "- " * 30_000, "yaml-is-shallow"),
    "question marks": ("? " * 30_000, "yaml-is-shallow"),
    "steps": ("\n".join(" " * depth + "a:" for depth in range(300)), "yaml-is-shallow"),
    "python": ('title: !!python/object/apply:os.system ["true"]', "yaml-has-no-tags"),
    "binary": ("title: !!binary aGk=", "yaml-has-no-tags"),
    "no such day": (SETTINGS + "date: 2020-02-30", "date-is-iso"),
    "digits of another script": (SETTINGS + "date: ٢٠٢٠-٠١-٠١", "date-is-iso"),
    "huge number": (SETTINGS + "date: " + "9" * 900, "date-is-iso"),
    "too much": ("title: " + "a " * 40_000, "yaml-is-small"),
    "NUL written out": ('title: "a\\0b"\ndisclaimer: none', "characters-are-printable"),
    "escape written out": ('title: "\\e[31mred"\ndisclaimer: none', "characters-are-printable"),
    "lone surrogate": ('title: "\\ud800"\ndisclaimer: none', "characters-are-printable"),
    "backwards": ('title: "\\u202eabc"\ndisclaimer: none', "directions-are-closed"),
    "only invisible": ('title: "\\ufeff"\ndisclaimer: none', "characters-are-printable"),
    "empty title": ('title: "  "\ndisclaimer: none', "title-is-there"),
    "long slug": (SETTINGS + "slug: " + "a" * 300, "slug-is-plain"),
    "slug with a path": (SETTINGS + "slug: ../../evil", "slug-is-plain"),
    "no settings": ("just words", "yaml-is-readable"),
    "a list": ("- a\n- b", "yaml-is-readable"),
}


@pytest.mark.parametrize(("text", "rule"), YAML_ATTACKS.values(), ids=YAML_ATTACKS)
def test_settings_are_read_as_plain_text_or_refused(text: str, rule: str, folder: Path) -> None:
    """In book.yaml and in front matter, with the line, in short time."""
    (folder / "book.yaml").write_text(text, encoding="utf-8")
    assert rule in list_rules(list_problems(folder, 15))
    (folder / "book.yaml").write_text(SETTINGS, encoding="utf-8")
    if "slug" not in text:
        write_interview(folder, QUESTION + "Yes.\n", f"---\n{text}\n---\n")
        assert {rule, "words-have-an-end", "file-is-small"} & list_rules(list_problems(folder, 15))


# --- Markdown ---------------------------------------------------------------------------------------

LADDERS = {
    "quotations": (">" * 900, "nesting-is-shallow"),
    "20,000 quotations": ("> " * 20_000, "nesting-is-shallow"),
    "lists in a line": ("- " * 20_000, "nesting-is-shallow"),
    "list by steps": ("\n".join("  " * depth + "- a" for depth in range(47)), "nesting-is-shallow"),
    "brackets": ("[" * 900, "marks-are-sparse"),
    "20,000 brackets": ("[" * 20_000, "words-have-an-end"),
    "links": ("[](" * 400, "words-have-an-end"),
    "emphasis, closed": ("*a **b " * 250 + "b** a* " * 250, "reading-ends"),
    "languages in languages": ("[a " * 30 + "]{lang=fr} " * 30, "nesting-is-shallow"),
    "pictures in pictures": ("![a " * 300 + "](x) " * 300, "nesting-is-shallow"),
    "divs": ("\n\n".join(":" * (90 - depth) + " note" for depth in range(60)), "nesting-is-shallow"),
    "note that calls itself": ("a[^1]\n\n[^1]: b [^1]", "notes-call-no-notes"),
    "notes that call each other": ("a[^1]\n\n[^1]: b [^2]\n\n[^2]: c [^1]", "notes-call-no-notes"),
    "10 MB": ("word " * 2_000_000, "file-is-small"),
    "paragraph of 60,005 characters": ("word " * 12_001, "paragraphs-have-an-end"),
    "word of 1 MB": ("a" * 1_000_000, "words-have-an-end"),
    "word with 50,000 hyphens": ("a-" * 50_000, "words-have-an-end"),
    "501 line ends": ("a\\\n" * 501 + "a", "paragraphs-have-an-end"),
    "501 lines of verse": ("::: verse\n" + "a\n" * 501 + ":::", "paragraphs-have-an-end"),
    "5,002 lines of code": ("```\n" + "a\n" * 5_002 + "```", "paragraphs-have-an-end"),
    "30 columns": ("|" + "a|" * 30 + "\n|" + "-|" * 30 + "\n|" + "b|" * 30, "tables-fit-the-page"),
}


@pytest.mark.parametrize(("body", "rule"), LADDERS.values(), ids=LADDERS)
def test_text_that_would_take_too_long_is_refused(body: str, rule: str, folder: Path) -> None:
    """Either before parsing, or by the limits of time and memory."""
    write_interview(folder, QUESTION + body + "\n")
    assert rule in list_rules(list_problems(folder))


# These are refused when the parser has used up its memory.
EXHAUSTING_LADDERS = {
    "3,000 open divs": ("::: note\n" * 3000, "reading-ends"),
    "note that calls itself, quoted": ("a[^1]\n\n> [^1]: b [^1]", "reading-ends"),
    "note that calls itself by a strange name": ("a[^a b]\n\n[^a b]: b [^a b]", "reading-ends"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("body", "rule"), EXHAUSTING_LADDERS.values(), ids=EXHAUSTING_LADDERS)
def test_text_that_fills_the_memory_is_refused(body: str, rule: str, folder: Path) -> None:
    """The parser is stopped by its own memory limit."""
    test_text_that_would_take_too_long_is_refused(body, rule, folder)


HARMLESS_LADDERS = {
    "open brackets": "[a " * 15_000,
    "open pictures": "![a " * 10_000,
    "20 brackets": "[" * 20,
    "angles": "<a " * 15_000,
    "ampersands": "&a " * 15_000,
    "stars": "*a **b " * 8_000,
    "underscores": "_a __b " * 8_000,
    "quotation marks": "\"a 'b " * 8_000,
    "quotation marks, closed": "\"a 'b " * 4_000 + "c' d\" " * 4_000,
    "apostrophes": "a'b" * 300,
    "hyphens": "a - " * 14_000,
    "tildes": "~a ^b " * 8_000,
    "braces": "{a=b " * 10_000,
    "backticks": " ".join("`" * count + "a" for count in range(1, 90)) * 10,
    "empty lines": "\n" * 400_000 + "a",
}


@pytest.mark.slow
@pytest.mark.parametrize("body", HARMLESS_LADDERS.values(), ids=HARMLESS_LADDERS)
def test_harmless_ladders_are_read_as_text(body: str, folder: Path) -> None:
    """Parsing takes linear time, and no word is lost."""
    write_interview(folder, QUESTION + body + "\n")
    assert not list_problems(folder)


LARGE_BOOKS = {
    "long title": ("", FRONT_MATTER.replace("A Title", "A very long title of words " * 75)),
    "long question": (f"**{'A question of words '.strip()} {'and words ' * 3000}?**\n\nYes.\n", FRONT_MATTER),
    "only questions": ("**What?**\n\n" * 200, FRONT_MATTER),
    "long paragraph": (QUESTION + "words " * 9_900, FRONT_MATTER),
    "500 footnotes": (QUESTION + "".join(f"Word[^{n}].\n\n[^{n}]: Note {n}.\n\n" for n in range(500)), FRONT_MATTER),
    "500 footnotes in a paragraph": (
        QUESTION
        + "".join(f"Word[^{n}] " for n in range(500))
        + "\n\n"
        + "".join(f"[^{n}]: N {n}.\n\n" for n in range(500)),
        FRONT_MATTER,
    ),
    "footnotes everywhere": (
        "## Part[^a]\n\n**Who[^b]?**\n\n- one[^c]\n\n|two[^d]|\n|-|\n|three[^e]|\n\n"
        "> four[^f]\n\nfive[^g]\n: six[^h]\n\n" + "".join(f"[^{name}]: Note {name}.\n\n" for name in "abcdefgh"),
        FRONT_MATTER,
    ),
    "list at the limit": (QUESTION + "\n".join("  " * depth + "- a" for depth in range(12)) + "\n", FRONT_MATTER),
    "quotations at the limit": (QUESTION + "> " * 11 + "x\n", FRONT_MATTER),
    "2,000 rows": (QUESTION + "|a|b|\n|-|-|\n" + "|a|b|\n" * 2_000, FRONT_MATTER),
    "2,000 items": (QUESTION + "- a\n" * 2_000, FRONT_MATTER),
    "500 lines of verse": (QUESTION + "::: verse\n" + "a\n" * 500 + ":::\n", FRONT_MATTER),
    "isolates, closed": (QUESTION + "a \u2067b\u2069 c\n", FRONT_MATTER),
    "no byline": (QUESTION + "Yes.\n", "---\ntitle: A\n---\n"),
    "empty values": (
        QUESTION + "Yes.\n",
        FRONT_MATTER.replace("---\ntitle", '---\nstandfirst: ""\ntags: []\nrights:\ntitle'),
    ),
    "the first day": (QUESTION + "Yes.\n", FRONT_MATTER.replace("people", "date: 0001-01-01\npeople")),
}


@pytest.mark.slow
@pytest.mark.parametrize(("body", "front"), LARGE_BOOKS.values(), ids=LARGE_BOOKS)
def test_large_books_within_the_limits_are_built_and_proved(body: str, front: str, folder: Path) -> None:
    """All three formats together take less than a minute."""
    write_interview(folder, body or QUESTION + "Yes.\n", front)
    assert not list_problems(folder)
    start = time.monotonic()
    build_and_read(folder, ALL)
    assert time.monotonic() - start < 60


@pytest.mark.slow
@pytest.mark.parametrize(
    "body",
    [
        "![Words](images/a.png)\n",
        "![Words](images/a.png)\n\n**Another?**\n\n![Words](images/a.png)\n\n: A caption\n",
        "|" + "Heading word|" * 12 + "\n|" + "-|" * 12 + "\n|" + "extraordinary words|" * 12 + "\n",
    ],
    ids=["answer that opens with a picture", "answers that are pictures", "12 wide columns"],
)
def test_unusual_pages_are_printed(body: str, folder: Path) -> None:
    """They are also proved."""
    (folder / "images/a.png").write_bytes(make_picture())
    write_interview(folder, QUESTION + body)
    build_and_read(folder, ("pdf",))


@pytest.mark.slow
def test_a_note_that_fills_a_page_is_printed(folder: Path) -> None:
    """The layout engine cannot divide a note: it is printed at the end of the interview."""
    write_interview(folder, QUESTION + "A word.\n\n" * 5 + "A[^1].\n\n[^1]: " + "word " * 400 + "\n")
    build_and_read(folder, ("pdf",))


@pytest.mark.slow
def test_notes_of_one_line_that_fill_more_than_a_page_are_printed(folder: Path) -> None:
    """Those for which the page of their call has no room are printed at the end of the interview."""
    calls = "".join(f"a[^{n}] " for n in range(12))
    write_interview(folder, QUESTION + calls + "\n\n" + "".join(f"[^{n}]: {'word ' * 40}\n\n" for n in range(12)))
    build_and_read(folder, ("pdf",))
