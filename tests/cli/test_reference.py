"""The manual's reference is what the code says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from onrecord.cli import reference
from onrecord.cli.command_line import COMMANDS
from onrecord.cli.exit_codes import ExitCode
from onrecord.cli.reference_styles import CLASSES, TOKENS
from onrecord.manuscript.key_kinds import Key, KeyTable
from onrecord.manuscript.known_keys import TABLES
from onrecord.manuscript.outline import render_outline_json
from onrecord.model import (
    Answer,
    Book,
    ConversationEntry,
    Interview,
    Part,
    Person,
    Question,
    SourceLocation,
    TurnRemarks,
)
from onrecord.model.book import Release
from onrecord.model.interview import Approval, Clearance, Disclaimer, PrintedCorrection, Source
from onrecord.model.interview_style import InterviewStyle, QuestionLook
from onrecord.model.problems import Problem
from onrecord.model.recording import MediaType, Recording
from onrecord.model.redirects import EarlierEdition, Redirect
from onrecord.model.rule import Rule
from onrecord.proof import InterviewReport, Report
from onrecord.proof.record import FileRecord, FinishedRecord, format_record
from tests.support.paths import ROOT
from tests.support.sample import BOOK

CHAPTERS = ROOT / "docs" / "interviews"
PLACE = SourceLocation("book.yaml")
RECORDING = Recording(MediaType.MP3, PLACE, "recordings/a.mp3", "https://example.org/a.mp3", "0", 1, 2, has_code=True)
MORE = (("accession", "OH-1987-14"),)
FACTS: dict[str, Any] = {
    "subtitle": "At night",
    "editors": ("An editor",),
    "publisher": "The Pier Press",
    "edition": "Second edition",
    "rights": "© 2026",
    "description": "About lights.",
    "url": "https://example.org/",
}


@pytest.mark.parametrize("name", reference.render_chapters())
def test_the_committed_chapter_is_the_generated_one(name: str, accept: bool) -> None:
    """`--accept` rewrites it, and so does `python -m onrecord.cli.reference`."""
    text = reference.render_chapters()[name]
    if accept:
        (CHAPTERS / name).write_text(text, encoding="utf-8")
    assert (CHAPTERS / name).read_text(encoding="utf-8") == text


def test_writing_the_chapters_writes_all_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And prints their names."""
    reference.write_chapters(tmp_path)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == reference.render_chapters()
    assert "reference-keys.md" in capsys.readouterr().out


def iterate_keys(table: KeyTable) -> Iterator[Key]:
    """Yield the keys of the table, and of its sections."""
    for key in table.keys:
        yield key
        if key.section:
            yield from iterate_keys(key.section)


def test_every_key_has_a_row() -> None:
    """With its sentence and each of its choices."""
    rows = [line for line in reference.render_chapters()["reference-keys.md"].split("\n") if line.startswith("| `")]
    keys = [key for table in TABLES.values() for key in iterate_keys(table)]
    assert len(keys) == len(rows)
    for key in keys:
        choices = [f"`{choice}`" for choice in key.choices or ()]
        assert any(
            row.startswith(f"| `{key.name}` | {key.kind.value}; ")
            and key.meaning in row
            and all(choice in row for choice in choices)
            for row in rows
        ), key.name


def test_every_command_option_and_exit_code_has_a_row() -> None:
    """In the chapter of commands."""
    text = reference.render_chapters()["reference-commands.md"]
    for name in COMMANDS:
        assert f"\n| `{name}" in text
        for action in reference._list_actions(name):
            start = f"\n| `{reference._name_argument(action)}` | "
            users = [part.split(" | ")[0].split(", ") for part in text.split(start)[1:]]
            assert sum(name in names for names in users) == 1, action
    for code in ExitCode:
        assert f"\n| {int(code)} | " in text


# What the placeholders in the classes of templates and code stand for.
CLASS_PLACEHOLDERS = {
    "{name}": {"standfirst", "byline", "credit", "pointer", "folio", "address", "tab", "normal"},
    "{turn.kind}": {"question", "answer"},
    "{cell.align}": {"left", "right", "center"},
    "{sheet.head_side}": {"recto", "verso"},
    "{side}": {"recto", "verso"},
    "{_list_classes(interview)}": {
        *("interview", "hanging-names", "stacked-names"),
        *(f"style-{style}" for style in InterviewStyle),
        *(f"{look}-questions" for look in QuestionLook),
    },
    "line{style}": {"line", "in1 … in40"},
    "w{width}": {"w1 … w100"},
    "numbers-{min(longest, _LONGEST_NUMBER_LENGTH)}": {"numbers-4 … numbers-16"},
}
SINGLE_FILE = ROOT / "onrecord/finishing/single_file.py"
_CLASS = re.compile(r'class="([^"]*)"|(?:className = |createButton\(|create\("\w+", )"([\w-]+)"')


def iterate_classes(text: str) -> Iterator[str]:
    """Yield the classes that a template or a module writes."""
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", text)
    for match in _CLASS.finditer(text):
        for name in re.findall(r"(?:[^\s{]|\{[^}]*\})+", match[1] or match[2]):
            if "\\" not in name:  # a pattern that looks for a class
                yield from CLASS_PLACEHOLDERS[name] if "{" in name else {name}


def expand_classes(name: str) -> Iterator[str]:
    """Yield the class, or each class of a family such as “w1 … w100”."""
    if family := re.fullmatch(r"(.*?)(\d+) … \1(\d+)", name):
        yield from (f"{family[1]}{number}" for number in range(int(family[2]), int(family[3]) + 1))
    else:
        yield name


def test_the_classes_are_all_of_them() -> None:
    """None that editions write is missing in the table, and none of the table is written nowhere."""
    paths = [
        path for path in (ROOT / "onrecord/editions").rglob("*") if path.suffix in (".py", ".html", ".xhtml", ".js")
    ]
    written = {name for path in paths for name in iterate_classes(path.read_text(encoding="utf-8"))}
    written |= {"page"} if '<div class="page"' in SINGLE_FILE.read_text(encoding="utf-8") else set()
    listed = [name for classes in CLASSES.values() for name in classes]
    assert sorted(listed) == sorted(written)


def test_rules_of_our_style_sheets_are_for_known_classes() -> None:
    """A class that nothing has is a slip of the pen; Chromium and WeasyPrint would say nothing."""
    listed = {name for classes in CLASSES.values() for entry in classes for name in expand_classes(entry)}
    for path in (ROOT / "styles").glob("*.css"):
        css = re.sub(r"/\*.*?\*/|\{[^{}]*\}|\"[^\"]*\"", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert set(re.findall(r"\.([a-z][\w-]*)", css)) - listed == set(), path.name


def test_the_tokens_are_all_of_them() -> None:
    """In the order of tokens.css or another, each with its meaning."""
    css = (ROOT / "styles/tokens.css").read_text(encoding="utf-8")
    assert sorted(TOKENS) == sorted(set(re.findall(r"^\s*(--[\w-]+):", css, re.MULTILINE)))
    assert all(TOKENS.values())


def list_paths(data: Any, path: str = "", names: frozenset[str] = frozenset()) -> set[str]:
    """Return the path of each field; the keys of the sections in `names` are data, not fields."""
    match data:
        case dict() if path in names:
            return set().union(*(list_paths(value, f"{path}.*", names) for value in data.values()))
        case dict():
            children = {f"{path}.{name}".lstrip("."): value for name, value in data.items()}
            return set(children).union(*(list_paths(value, child, names) for child, value in children.items()))
        case list():
            return set().union(*(list_paths(value, f"{path}[]", names) for value in data))
    return set()


def _add_remarks(interview: Interview) -> tuple[ConversationEntry, ...]:
    """Let each turn say when it was said, and give it the name of a question."""
    remarks = TurnRemarks(1, "why")
    return tuple(
        replace(entry, remarks=remarks) if isinstance(entry, Question | Answer) else entry
        for entry in interview.conversation
    )


def _complete_person(person: Person) -> Person:
    """Say everything of the person that can be said."""
    return replace(person, role_name="narrator", labels=("N",), identity="17", note="born in 1931", more=MORE)


def test_the_fields_of_the_outline_are_all_of_them() -> None:
    """None is missing in the table, none of the table is missing in the outline."""
    (part, *_) = BOOK.parts
    interviews = tuple(
        replace(
            interview,
            rights=interview.title,
            comments=(interview.title,),
            conversation=_add_remarks(interview),
            people=tuple(_complete_person(person) for person in interview.people),
            more=MORE,
            date=date(2026, 1, 31),
            tags=("lights",),
            clearance=Clearance(embargo=datetime(2026, 2, 1, tzinfo=UTC), withdrawn_on=date(2026, 2, 1)),
            disclaimer=Disclaimer("Views.", PLACE, "views"),
            source=Source("originals/a.txt", "0", "https://example.org/a", date(2026, 1, 31)),
            approval=Approval("The keeper", date(2026, 1, 31), (), PLACE),
            corrections=(PrintedCorrection(date(2026, 1, 31), interview.title),),
            recordings=(RECORDING,),
        )
        for interview in part.interviews
    )
    earlier = EarlierEdition("a", "A", "", None, (), PLACE)
    redirects = (Redirect("old", "new", PLACE),)
    book = replace(BOOK, parts=(replace(part, interviews=interviews),), more=MORE, redirects=redirects, **FACTS)
    book = replace(book, earlier=earlier)
    pages = {f"{interview.slug}.{turn.id}": "14" for interview in interviews for turn in interview.turns}
    own_keys = (f"{path}more" for path in ("", "parts[].interviews[].", "parts[].interviews[].people[]."))
    sections = frozenset({*own_keys, "redirects"})
    assert list_paths(json.loads(render_outline_json(book, pages)), names=sections) == set(reference.OUTLINE_FIELDS)


def test_the_fields_of_the_record_are_all_of_them() -> None:
    """None is missing in the table, none of the table is missing in the record."""
    approval = Approval("The keeper", None, (), PLACE)
    parts = (Part("", (replace(BOOK.interviews[0], approval=approval),)),)
    book = Book("harbour", "Harbour", "en", date(2026, 1, 31), parts, PLACE, releases=(Release("a", "draft"),))
    report = Report(
        "pdf", (Problem(PLACE, Rule.DATE_IS_ISO, "A sentence."),), (InterviewReport("a", 1, 1, "b", "d", "r"),)
    )
    finished = FinishedRecord("booklet", ("harbour.booklet.pdf",), "0", "A sentence.")
    record = format_record(book, {"harbour.pdf": FileRecord("0", 1)}, [report], [finished], {"pages": 1})
    paths = list_paths(json.loads(record), names=frozenset({"files", "delivery", "titles", "texts", "texts.*"}))
    assert paths == set(reference.RECORD_FIELDS)
