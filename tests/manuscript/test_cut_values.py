"""Test that no text is lost after ` #` in settings, and that comments stay allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from onrecord.cli import starter
from onrecord.manuscript import interview_file, pack_file, settings, source
from onrecord.manuscript.book_keys import BOOK_KEYS
from onrecord.manuscript.interview_keys import INTERVIEW_KEYS
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.yaml_config import Comments, Problems, SettingsSection, parse_settings
from onrecord.manuscript.yaml_events import quote_value
from onrecord.model import Trim
from onrecord.model.problems import Problem, select_errors
from onrecord.model.rule import Rule
from tests.support.paths import ROOT

LOST = (
    "“{}” would be lost: after a space a # begins a comment; write comments here on lines of their own, “# like this”"
)

# Settings with one cut text, then: the line of the #, the lost text, what to type, and the text read then.
CUT = {
    "a value": ("title: Talk #3 and more", 1, "#3 and more", 'title: "Talk #3 and more"', "Talk #3 and more"),
    "a comment that was meant as one": ("title: Talk  # draft", 1, "# draft", 'title: "Talk # draft"', "Talk # draft"),
    "a colon after the sign": ("title: Talk #3: lamps", 1, "#3: lamps", 'title: "Talk #3: lamps"', "Talk #3: lamps"),
    "the whole value": ("title: #3 and more", 1, "#3 and more", 'title: "#3 and more"', "#3 and more"),
    "the first line": ("title: #3 and\n  more", 1, "#3 and more", 'title: "#3 and more"', "#3 and more"),
    "a value on the next line": ("title:\n  Talk #3", 2, "#3", 'title: "Talk #3"', "Talk #3"),
    "the last line": ("title: Talk\n  of berth #3", 2, "#3", 'title: "Talk of berth #3"', "Talk of berth #3"),
    "a middle line": (
        "title: Talk\n  of #3 and\n  more",
        2,
        "#3 and more",
        'title: "Talk of #3 and more"',
        "Talk of #3 and more",
    ),
    "a line that opens with the sign": (
        "title: Talk\n  #3 and\n  #4",
        2,
        "#3 and #4",
        'title: "Talk #3 and #4"',
        "Talk #3 and #4",
    ),
    "an entry of a list": ("tags:\n  - lamp\n  - berth #3", 3, "#3", '- "berth #3"', "berth #3"),
    "an entry that is the sign": ("tags:\n- lamp\n- #3 berth", 3, "#3 berth", '- "#3 berth"', "#3 berth"),
    "an entry with a colon": ("tags:\n- berth #3: lamp", 2, "#3: lamp", '- "berth #3: lamp"', "berth #3: lamp"),
    "between brackets": ("tags: [lamp, berth #3]", 1, "#3", '"berth #3"', "berth #3"),
    "first between brackets": ("tags: [#3 berth, lamp]", 1, "#3 berth", '"#3 berth"', "#3 berth"),
    "after a comma": ("tags: [lamp, #3 berth]", 1, "#3 berth", '"#3 berth"', "#3 berth"),
    "between brackets on two lines": ("tags: [berth #3\n  , lamp]", 1, "#3", '"berth #3"', "berth #3"),
    "between braces": ("people:\n- {name: Ada # B}\nslug: en", 2, "# B", 'name: "Ada # B"', "Ada # B"),
    "a section of a list": ("people:\n- name: Ada #2\n  role: x", 2, "#2", 'name: "Ada #2"', "Ada #2"),
    "a named text": ("disclaimers:\n  one: Call #1.", 2, "#1.", 'one: "Call #1."', "Call #1."),
    "quotation marks": ('title: The "old" lamp #3', 1, "#3", "title: 'The \"old\" lamp #3'", 'The "old" lamp #3'),
    "both kinds of marks": ('title: It\'s "old" #3', 1, "#3", "title: 'It''s \"old\" #3'", 'It\'s "old" #3'),
    "a backslash": ("title: A\\n #3", 1, "#3", "title: 'A\\n #3'", "A\\n #3"),
}

# Settings whose comments cut off no text.
WHOLE = {
    "on a line of its own": "# The book.\ntitle: Talk\n# It is short.\ntags:\n  # two\n  - lamp\n  # end",
    "below a text": "title: Talk\n  # it is short\ntags: [lamp]",
    "a setting that is turned off": "people:\n  - name: Ada\n    #affiliation: The pier\n      #role: editor",
    "an entry that is turned off": "tags:\n  - lamp\n    #- berth\n  - pier",
    "after quotation marks": "title: \"Talk #3\" # short\ntags: ['lamp' # old\n  ]",
    "after a comma": "tags: [lamp, # old\n  berth]",
    "after a key": "title: # the long one\n  Talk\npeople: # two\n  - name: Ada\ntags: #all\n  - lamp",
    "after the sign of a block": "title: > # folded\n  Talk #3\n  # is text",
    "a sign inside a word": "title: C#, F# and a#b",
}


def read_settings(text: str) -> tuple[list[str], Problems]:
    """Return every text of some settings, and the problems."""
    problems = Problems("book.yaml", text.split("\n"))
    section = parse_settings(text, 1, problems)
    texts: list[str] = []
    if section:
        texts += [section.read_text("title"), *(words.text for words in section.read_texts("tags"))]
        texts += [words.text for words in section.read_named_texts("disclaimers").values()]
        texts += [person.read_text("name") for person in section.read_sections("people", "")]
    return texts, problems


@pytest.mark.parametrize("place", CUT)
def test_text_after_a_number_sign_is_refused_with_a_hint(place: str) -> None:
    """The problem names the line of the sign; the hint is the value in quotation marks."""
    text, line, lost, typed, _ = CUT[place]
    _, problems = read_settings(text)
    assert [(problem.location.line, problem.rule, problem.sentence, problem.hint) for problem in problems.entries] == [
        (line, "text-is-whole", LOST.format(lost), f"put the text in quotes: {typed}")
    ]


@pytest.mark.parametrize("place", CUT)
def test_the_hint_is_valid_and_keeps_the_whole_text(place: str) -> None:
    """Typed as it stands, the hint is read without a problem, as the text meant."""
    _, _, _, typed, whole = CUT[place]
    opening = {"-": "tags:\n", '"': "tags:\n- ", "n": "people:\n- ", "o": "disclaimers:\n  "}.get(typed[0], "")
    texts, problems = read_settings(opening + typed)
    assert whole in texts
    assert not problems.entries


@pytest.mark.parametrize("place", WHOLE)
def test_a_comment_that_cuts_off_nothing_is_allowed(place: str) -> None:
    """An editor may write comments."""
    texts, problems = read_settings(WHOLE[place])
    assert not problems.entries
    assert texts


_CALLS: list[tuple[Callable[[SettingsSection], object], str]] = [
    (lambda section: section.read_date("key"), "2026-01-31"),
    (lambda section: section.read_moment("key"), "2026-01-31 09:00 UTC"),
    (lambda section: section.read_flag("key", False), "yes"),
    (lambda section: section.read_count("key", 9), "3"),
    (lambda section: section.read_language("key", ""), "de"),
    (lambda section: section.read_choice("key", Trim), "A4"),
    (lambda section: section.read_text("key", comments=Comments.ALLOWED), "a-slug"),
]


@pytest.mark.parametrize(("call", "value"), _CALLS)
def test_a_comment_may_follow_a_value_that_is_not_text(call: Callable[[SettingsSection], object], value: str) -> None:
    """Dates, numbers, languages and names from a list contain no number sign."""
    problems = Problems("book.yaml", [])
    for comment in ("# a comment", "#tight", ""):
        section = parse_settings(f"key: {value} {comment}", 1, problems)
        assert section
        assert call(section)
    assert not problems.entries


def test_every_reader_of_text_refuses_comments_by_default() -> None:
    """Comments are refused unless the caller allows them."""
    readers: tuple[Callable[[SettingsSection, str], object], ...] = (
        SettingsSection.read_words,
        SettingsSection.read_text,
        SettingsSection.read_texts,
        lambda section, key: list(section.read_entries(key)),
    )
    for reader in readers:
        problems = Problems("book.yaml", [])
        section = parse_settings("new: Talk #3", 1, problems)
        assert section
        reader(section, "new")
        assert [problem.rule for problem in problems.entries] == ["text-is-whole"], reader


def test_a_number_sign_that_touches_text_cuts_off_a_file_name() -> None:
    """`#a2` belongs to an address; `# the scan` is a comment."""
    for comment, rules in (("# the scan", []), ("#2.txt", ["text-is-whole"])):
        problems = Problems("book.yaml", [])
        section = parse_settings(f"file: originals/talk {comment}", 1, problems)
        assert section
        section.read_text("file", comments=Comments.SPACED)
        assert [problem.rule for problem in problems.entries] == rules


def test_a_comment_may_follow_only_the_name_of_a_text() -> None:
    """`disclaimer: standard # the usual one` is a name, `disclaimer: Call #3` a text."""
    for value, rules in (
        ("standard # usual", []),
        ("none # yet", []),
        ("standard #3", ["text-is-whole"]),
        ("Call #3", ["text-is-whole"]),
    ):
        problems = Problems("interviews/one.md", [])
        section = parse_settings(f"disclaimer: {value}", 1, problems)
        assert section
        section.read_words("disclaimer", names={"standard", "none"})
        assert [problem.rule for problem in problems.entries] == rules


def test_all_cut_texts_between_braces_are_reported_at_once() -> None:
    """The comment hides the closing brace and two more cut texts; later lines are read, too."""
    text = "people:\n- {name: Ada #1, affiliation: Pier #2}\n- {name: Bo #3}\ntitle: Talk #4"
    _, problems = read_settings(text)
    hints = [(problem.location.line, problem.hint.partition(": ")[2]) for problem in problems.entries]
    assert hints == [
        (2, 'name: "Ada #1"'),
        (2, 'affiliation: "Pier #2"'),
        (3, 'name: "Bo #3"'),
        (4, 'title: "Talk #4"'),
    ]


@pytest.mark.parametrize("first", ["", "  one: The views are theirs.\n"])
def test_a_name_that_is_cut_gets_a_hint_to_quote_it(first: str) -> None:
    """The name of a disclaimer is free text."""
    _, problems = read_settings(f"disclaimers:\n{first}  two #2: They are ours.\ntitle: Talk")
    (problem,) = problems.entries
    assert problem.hint == 'put the name in quotes: "two #2": …'
    assert problem.location.line == 2 + bool(first)


def test_other_mistakes_are_not_blamed_on_a_comment() -> None:
    """A missing bracket or a colon is the cause here."""
    for text in ("slug: a # note\ntags: [a, b", "slug: a # note\ntitle: A: b", "tags: [a # note"):
        _, problems = read_settings(text)
        assert [problem.rule for problem in problems.entries] == ["yaml-is-readable"]


@pytest.mark.parametrize(
    "text",
    [
        "a: [" + "b #1, " * 8000,
        "a: x #1\n" * 5000 + "[",
        "a: [b #1]\n" * 6000,
        "a: b #1\n" + "  c\n" * 9000,
        "[" * 28_000 + " #",
    ],
    ids=lambda text: text[:12],
)
def test_many_number_signs_are_read_fast(text: str) -> None:
    """The search for the comment that caused an error is bounded."""
    before = process_time()
    parse_settings(text[:30_000], 1, Problems("book.yaml", []))
    assert process_time() - before < 4


def test_quotation_marks_need_no_escapes() -> None:
    """Use single quotes where the text contains double ones or a backslash."""
    assert [quote_value(text) for text in ("a", "it's", 'a "b"', 'it\'s "b"', "a\\b")] == [
        '"a"',
        '"it\'s"',
        "'a \"b\"'",
        "'it''s \"b\"'",
        "'a\\b'",
    ]


def list_settings_errors(folder: Path) -> list[Problem]:
    """Return the errors in the settings of a book, its packs and its interviews, whose bodies take long to read."""
    book = settings.read_settings(folder)
    problems = book.problems.entries
    for pack in folder.glob("packs/*.yaml"):
        problems += pack_file.read_pack(folder, pack.stem)[1]
    for path in folder.glob("interviews/*.md"):
        text, of_file = source.read_source_text(path, path.name)
        front = source.split_front_matter(text, of_file)
        assert front
        section = parse_settings(front.settings, 2, of_file, INTERVIEW_KEYS)
        assert section
        house, pictures = book.build_defaults(), Pictures(folder)
        interview_file._read_front_matter(folder, path.stem, path.name, section, house, pictures, of_file)
        problems += of_file.entries
    return [*select_errors(problems)]


def test_comments_in_the_shipped_books_are_allowed(tmp_path: Path) -> None:
    """The starter book has comments on lines of their own only: after a text they are an error."""
    starter.copy_sample_book(tmp_path / "new")
    for folder in (ROOT / "book", ROOT / "docs", tmp_path / "new"):
        assert list_settings_errors(folder) == []
    text = (tmp_path / "new" / "book.yaml").read_text("utf-8")
    assert re.search(r"^# ", text, re.MULTILINE)
    assert not re.search(r"\S +# ", text)


_SHOWN = [
    block
    for chapter in sorted((ROOT / "docs" / "interviews").glob("*.md"))
    for block in re.findall(r"^```yaml\n(.*?)^```", chapter.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
]


def test_settings_that_the_manual_shows_can_be_typed_as_they_stand(tmp_path: Path) -> None:
    """Their keys are known where they belong, and a comment in them cuts off nothing."""
    rules = (Rule.TEXT_IS_WHOLE, Rule.KEY_IS_KNOWN, Rule.KIND_IS_KNOWN, Rule.YAML_IS_READABLE)
    (tmp_path / "interviews").mkdir()
    for block in _SHOWN:
        keys = set(re.findall(r"^(\w+):", block, re.MULTILINE))
        is_of_book, is_of_interview = keys <= set(BOOK_KEYS.names), keys <= set(INTERVIEW_KEYS.names)
        book, front = block if is_of_book else "title: A", block if is_of_interview else "title: A"
        (tmp_path / "book.yaml").write_text(book, encoding="utf-8")
        (tmp_path / "interviews" / "one.md").write_text(f"---\n{front}\n---\n", encoding="utf-8")
        assert [str(problem) for problem in list_settings_errors(tmp_path) if problem.rule in rules] == []
    assert len(_SHOWN) > 20


def test_a_comment_may_follow_an_address() -> None:
    """Neither old web addresses nor pairs of turns are printed; `keeper #a4` is an address with a slip."""
    for value, rules in (("keeper#a4 # moved", []), ("keeper #a4", ["text-is-whole"])):
        problems = Problems("book.yaml", [])
        section = parse_settings(f"redirects:\n  lamp#a3: {value}", 1, problems)
        assert section
        section.read_named_texts("redirects", comments=Comments.SPACED)
        assert [problem.rule for problem in problems.entries] == rules
