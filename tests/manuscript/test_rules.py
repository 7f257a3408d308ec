"""Test rules with a broken book and the exact message an editor sees; check that no rule lacks a test or a use."""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.manuscript import checks, read_book
from onrecord.manuscript import pack_file as pack_files
from onrecord.model.problems import quote_source_lines, sort_problems
from onrecord.model.rule import Rule, find_rule
from onrecord.packs import selection
from onrecord.packs.clearance import ReleaseOptions
from tests.support.paths import ROOT, TESTS

NOW = ReleaseOptions(datetime(2026, 1, 31, tzinfo=UTC))
BROKEN = TESTS / "broken"


def list_messages(folder: Path) -> str:
    book, problems = read_book.survey_book(folder)
    if book:
        names = pack_files.list_pack_names(folder)
        pack_problems = (selection.survey_pack(folder, book, name, NOW)[1] for name in names)
        problems = (*problems, *checks.check_book(book), *itertools.chain.from_iterable(pack_problems))
    return "".join(f"{problem}\n" for problem in quote_source_lines(sort_problems(problems), folder))


@pytest.mark.parametrize("folder", sorted(BROKEN.iterdir()), ids=lambda folder: folder.name)
def test_a_broken_book_gets_the_expected_messages(folder: Path, accept: bool) -> None:
    """Compare all words of the message; the folder is named after its rule."""
    expected = folder / "expected.txt"
    messages = list_messages(folder)
    if accept:
        expected.write_text(messages, encoding="utf-8")
    assert messages == expected.read_text(encoding="utf-8")
    assert f"[{re.sub('-in-an?-(pack|interview|part)$', '', folder.name)}]" in messages or folder.name.startswith(
        "text-is-utf-8-"
    )


# --- completeness -----------------------------------------------------------------------------------

# Rules that a module finds by the end of their id: find_rule(f"{key}-is-known").
RULE_FAMILIES = {
    "-is-known": {
        Rule.TRIM_IS_KNOWN,
        Rule.OPENINGS_IS_KNOWN,
        Rule.PAPER_IS_KNOWN,
        Rule.STATUS_IS_KNOWN,
        Rule.STYLE_IS_KNOWN,
        Rule.THEME_IS_KNOWN,
        Rule.ORDER_IS_KNOWN,
        Rule.ATTRIBUTION_IS_KNOWN,
        Rule.DISTRIBUTION_IS_KNOWN,
        Rule.PERSON_IS_KNOWN,
        Rule.TAG_IS_KNOWN,
        Rule.TYPE_IS_KNOWN,
        Rule.KIND_IS_KNOWN,
    },
    "-is-there": {Rule.TITLE_IS_THERE, Rule.NAME_IS_THERE, Rule.ROLE_IS_THERE},
    "-to-the-letter": {Rule.BYLINE_TO_THE_LETTER, Rule.DISCLAIMER_TO_THE_LETTER, Rule.RIGHTS_TO_THE_LETTER},
}


def list_named_members(text: str) -> set[str]:
    names = re.findall(r"\bRule\.([A-Z]\w*)", text)
    return {Rule[name].value for name in names if name in Rule.__members__}


def list_named_rules(text: str) -> set[str]:
    """Return the ids of the rules that a text names: as `Rule.NAME`, or by the id in quotation marks or brackets."""
    return list_named_members(text) | set(re.findall(r"(?<=[\"\[])[a-z0-9-]+(?=[\"\]])", text))


def read_modules(folder: Path, left_out: Path) -> str:
    """Return the code of all modules in a folder but one, which lists rules without testing or using them."""
    return "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py") if path != left_out)


def test_every_rule_has_a_broken_book_or_a_test() -> None:
    """A test names its rule by id or member; so does an expected message."""
    messages = (path.read_text(encoding="utf-8") for path in BROKEN.glob("*/expected.txt"))
    tested = list_named_rules("\n".join((read_modules(TESTS, Path(__file__)), *messages)))
    assert [rule.value for rule in Rule if rule not in tested] == []


def test_the_manual_gives_a_rule_the_severity_of_its_messages() -> None:
    """A rule may have both severities; one of them is that of the table."""
    severities: dict[str, set[str]] = {}
    for path in BROKEN.glob("*/expected.txt"):
        for severity, rule in re.findall(r"\b(error|warning)\[([\w-]+)\]", path.read_text(encoding="utf-8")):
            severities.setdefault(rule, set()).add(severity)
    assert [rule for rule, given in severities.items() if find_rule(rule).severity not in given] == []


def test_every_rule_is_used() -> None:
    """A rule that nothing reports is deleted."""
    source = read_modules(ROOT / "onrecord", ROOT / "onrecord" / "model" / "rule.py")
    used = list_named_members(source)
    for ending, rules in RULE_FAMILIES.items():
        assert re.search(rf'find_rule\(f"\{{\w+\}}{ending}"\)', source), f"nothing looks for a rule ending in {ending}"
        assert all(rule.endswith(ending) for rule in rules)
        used |= rules
    assert [rule.value for rule in Rule if rule not in used] == []
