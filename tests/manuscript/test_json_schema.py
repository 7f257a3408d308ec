"""The schemas accept what On Record accepts, and refuse wrong keys and values that can be told from a file alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from onrecord.manuscript import index_file, interview_file, pack_file, settings
from onrecord.manuscript.interview_keys import INTERVIEW_KEYS
from onrecord.manuscript.json_schema import build_schema, render_schema_files
from onrecord.manuscript.key_kinds import KeyTable, Kind
from onrecord.manuscript.known_keys import TABLES
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.typography import TextStyle
from onrecord.manuscript.yaml_config import Problems, parse_settings
from onrecord.model import SourceLocation, TextLine
from onrecord.model.problems import Problem, select_errors
from tests.support.paths import ROOT, TESTS

BROKEN = TESTS / "broken"
# The broken books whose fault a schema can express: a wrong key, or a wrong kind of value.
EXPRESSIBLE = {
    "kind-is-known",
    "agenda-is-there",
    "agenda-runs-forward",
    "attribution-is-known",
    "choice-is-one",
    "date-is-iso",
    "date-is-there",
    "name-is-there",
    "role-is-there",
    "value-is-a-list",
    "distribution-is-known",
    "flag-is-yes-or-no",
    "key-is-known",
    "key-is-known-in-a-pack",
    "language-is-bcp47",
    "moment-is-iso",
    "number-is-whole",
    "order-is-known",
    "paper-is-known",
    "slug-is-plain",
    "slug-is-plain-in-a-pack",
    "status-is-known",
    "style-is-known",
    "theme-is-known",
    "time-has-a-zone",
    "time-has-a-zone-in-an-interview",
    "title-fits-the-head",
    "title-is-there",
    "title-is-there-in-a-pack",
    "openings-is-known",
    "trim-is-known",
    "type-is-known",
    "times-are-whole-in-an-interview",
    "url-is-complete",
    "url-is-complete-in-an-interview",
    "value-is-a-section",
    "value-is-text",
    "version-is-plain",
}


HOUSE = settings.BookDefaults("en", {}, TextLine("none", SourceLocation("book.yaml", 1)), True)
SMALLEST = {
    "book": "title: A book\n",
    "interview": "title: A talk\nbyline: A byline\n",
    "pack": "title: A pack\ndate: 2026-01-31 09:00 UTC\nagenda: []\n",
    "index": "headings: [Pilotage]\n",
}
VALUES = (
    """
~|null|''|'  '|a text|'a text'|7|07|-7|+5|.5|1.5|1e3|0x1F|1_000|true|True|yes|No|off|'yes'|40|41|'40'|12:30|.inf|é
2026-01-31|'2026-01-31'|2026-13-01|2026-01-31 09:00 +01:00|2026-01-31T09:00:00Z|2026-01-31 09:00|2026-01-31 09:00 UTC
[]|[a, b]|[a, ~]|[[a]]|{}|{a: b}|{a: }|[{a: b}]|[{name: a, text: b}]|[{name: a}]|[{title: a}]|[~]|{url: 7}|{tag: 7}
[{title: a, interviews: b}]|[{title: a, interviews: [b, {tag: c}]}]|[{title: a, interviews: {from: 2026-01-31}}]
[{name: a, role: Interviewee, labels: 7}]|[{name: a, role: x}]|{profile: a.icc}|{file: a.txt, retrieved: 2026-01-31}
a5|LETTER|' A4 '|en|EN|pt-BR|none|draft|named|Chatham House  Rule|a-slug|A Slug|https://example.org
https://example.org/a/|https://example.org?a|https://example.org/#a|https://bücher.example:80/ü%20/
9783161484100|978-3-16-148410-0|ISBN 978-3-16-148410-0|urn:isbn:3-16-148410-X|URN:x-a:b
""".strip()
    .replace("\n", "|")
    .split("|")
)
VALUES += ["", "|\n  a5", "|\n  a\n  b", ">\n  2026-01-31"]


class Yaml12Loader(yaml.CSafeLoader):
    """Reads plain values as YAML 1.2 does, which the YAML extension of VS Code uses: a date or “yes” is text."""


Yaml12Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    Yaml12Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"(?:{pattern})$"), [*first, ""])


@cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    """Return the validator of a schema; it is built once."""
    return jsonschema.Draft202012Validator(build_schema(name))


def iterate_settings(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the kind and the YAML text of each file of the book."""
    if (folder / "book.yaml").is_file():
        yield "book", (folder / "book.yaml").read_text(encoding="utf-8")
    if (folder / "index.yaml").is_file():
        yield "index", (folder / "index.yaml").read_text(encoding="utf-8")
    for path in sorted(folder.glob("packs/*.yaml")):
        yield "pack", path.read_text(encoding="utf-8")
    for path in sorted(folder.glob("interviews/*.md")):
        text = path.read_text(encoding="utf-8", errors="replace")
        if match := re.match(r"\ufeff?---\n(.*?)\n---\n", text, re.DOTALL):
            yield "interview", match[1]


def list_errors(kind: str, text: str) -> list[str]:
    """Return what the schema says of the settings; nothing if they are not YAML."""
    try:
        data = yaml.load(text, Yaml12Loader)
    except yaml.YAMLError:
        return []
    return list_data_errors(kind, data)


def list_data_errors(kind: str, data: object) -> list[str]:
    """Return what the schema says of settings that are read already."""
    return [f"{kind}: {error.json_path}: {error.message}" for error in validator(kind).iter_errors(data)]


@cache
def load_value(value: str) -> object:
    """Return what an editor reads after a key."""
    return yaml.load(f"key: {value}\n", Yaml12Loader)["key"]


def list_book_errors(folder: Path) -> list[str]:
    """Return what the schemas say of all files of the book."""
    return [error for kind, text in iterate_settings(folder) for error in list_errors(kind, text)]


def iterate_sections(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield each part of the schema that describes a section with known keys."""
    if isinstance(schema, dict):
        if schema.get("additionalProperties") is False:
            yield schema
        for part in schema.values():
            yield from iterate_sections(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from iterate_sections(part)


@pytest.mark.parametrize("name", TABLES)
def test_a_schema_is_one(name: str) -> None:
    """It keeps to draft 2020-12, and every key has a description."""
    schema = build_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    for section in iterate_sections(schema):
        assert all(entry["description"] for entry in section["properties"].values())


@pytest.mark.parametrize("folder", ["book", "docs", "onrecord/cli/starter/book"])
def test_shipped_books_keep_to_the_schemas(folder: str) -> None:
    """Book, manual and starter book, with their packs."""
    assert list(iterate_settings(ROOT / folder))
    assert list_book_errors(ROOT / folder) == []


@pytest.mark.parametrize("folder", sorted(BROKEN.iterdir()), ids=lambda folder: folder.name)
def test_a_broken_book_is_refused_if_its_fault_is_expressible(folder: Path) -> None:
    """The schemas refuse a wrong key or value, and no other broken book."""
    assert bool(list_book_errors(folder)) == (folder.name in EXPRESSIBLE), list_book_errors(folder)


def test_each_example_of_the_table_is_accepted() -> None:
    """A hint of the editor that the editor refuses would be no help."""

    def check(table: KeyTable, schema: dict[str, Any]) -> None:
        """Compare the examples of a table, and of its sections, with the schema."""
        for key in table.keys:
            value = yaml.load(f"{key.name}: {key.example}", Yaml12Loader)[key.name]
            errors = jsonschema.Draft202012Validator(schema["properties"][key.name]).iter_errors(value)
            assert [error.message for error in errors] == [], f"{table.place}: {key.name}"
            if key.section:
                (section, *_) = iterate_sections(schema["properties"][key.name])
                check(key.section, section)

    for name, table in TABLES.items():
        check(table, build_schema(name))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("book", "title: 1984\nslug: 1984\nedition: 2\nembed_fonts: yes\ntrim: a4\nidentifier: 9783161484100"),
        ("book", "title: A book\nembed_fonts: false\ntrim: >\n  LETTER\nsubtitle:\nparts:\neditors: A desk\nslug: ''"),
        ("book", "title: A book\ndisclaimers: [{name: views, text: The views.}, {law: The law.}]\nprint_shop:"),
        ("book", "title: A book\nidentifier: urn:isbn:978-3-16-148410-0\nurl: https://example.org\nparts: []"),
        ("interview", "title: A talk\npeople: [{name: A pilot, role: Interviewee, labels: P}]\ntags: 1984"),
        ("interview", "title: A talk\nembargo: 2026-01-31T09:00:00Z\nstatus: CLEARED\nsource:"),
        (
            "pack",
            "title: A pack\ndate: 2026-01-31 09:00 UTC\nagenda: [{title: First, interviews: a-slug}]\nversion: 1.5",
        ),
        ("pack", "title: A pack\ndate: 2026-01-31 09:00+01:00\nsupplement_of: first\nmerged: Yes\nnote_pages: '7'"),
        ("pack", "title: A pack\ndate: 2026-01-31 09:00 Z\nagenda:\nattribution: chatham  house rule\nnote_pages: 40"),
    ],
)
def test_what_on_record_accepts_is_accepted(kind: str, text: str) -> None:
    """Numbers as text, capitals, empty values, one text instead of a list."""
    assert list_errors(kind, text) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("book", "title: A book\ntitel: A book"),
        ("book", "title:"),
        ("book", "title: ' '"),
        ("book", "title: [A, book]"),
        ("book", "title: A book\nslug: A Book"),
        ("book", f"title: A book\nslug: {'a' * 81}"),
        ("book", "title: A book\ndate: 31 January 2026"),
        ("book", "title: A book\nurl: 7"),
        ("book", "title: A book\nurl: https://example.org/?from=post"),
        ("book", "title: A book\nurl: https://example.org/book#top"),
        ("book", "title: A book\nurl: https://example.org/a book/"),
        ("book", "title: A book\nlanguage: English"),
        ("book", "title: A book\nparts: {title: First}"),
        ("book", "title: A book\nprint_shop: {}"),
        ("book", "title: A book\ndisclaimers: The views."),
        ("interview", "title: A talk\npeople: [{name: A pilot}]"),
        ("interview", "title: A talk\nembargo: 2026-01-31 09:00"),
        ("interview", "title: A talk\nsource: originals/a.txt"),
        ("pack", "title: A pack\ndate: 2026-01-31 09:00 UTC"),
        ("pack", "title: A pack\ndate: 2026-01-31 09:00 UTC\nagenda: []\nnote_pages: 41"),
        ("pack", "title: A pack\ndate: 2026-01-31 09:00 UTC\nagenda: []\nlarge_print: perhaps"),
        ("pack", "title: A pack\ndate: 2026-01-31 09:00 UTC\nagenda: []\ndistribution: Named"),
        ("pack", "title: A pack\ndate: 2026-01-31 09:00 UTC\nagenda: []\nmerged: yes"),
        ("pack", f"title: {'a b' * 31}\ndate: 2026-01-31 09:00 UTC\nagenda: []"),
        ("pack", "title: A pack\ndate: 2026-01-31 09:00 UTC\nagenda: [{title: First, interviews: [{order: title}]}]"),
    ],
)
def test_what_on_record_refuses_is_refused(kind: str, text: str) -> None:
    """Unknown keys, wrong kinds of values, missing keys."""
    assert list_errors(kind, text)


def list_front_matter_problems(folder: Path, text: str) -> list[Problem]:
    """Return the problems of an interview's front matter; no schema knows the body, which would take pandoc's time."""
    problems = Problems("interviews/a.md", text.split("\n"))
    if section := parse_settings(text, 2, problems, INTERVIEW_KEYS):
        interview_file._read_front_matter(folder, "a", "interviews/a.md", section, HOUSE, Pictures(folder), problems)
    return problems.entries


def read_problems(folder: Path, kind: str, text: str) -> list[Problem]:
    """Return the errors of the readers; a file that is missing is none that a schema could know."""
    if kind == "book":
        (folder / "book.yaml").write_text(text, encoding="utf-8")
        problems = settings.read_settings(folder).problems.entries
    elif kind == "pack":
        (folder / "packs/a.yaml").write_text(text, encoding="utf-8")
        problems = list(pack_file.read_pack(folder, "a")[1])
    elif kind == "index":
        (folder / "index.yaml").write_text(text, encoding="utf-8")
        reported = Problems("book.yaml", [])
        index_file.read_index(folder, TextStyle("en"), reported)
        problems = reported.entries
    else:
        problems = list_front_matter_problems(folder, text)
    missing = ("there is no file", "no disclaimer is called")
    return [problem for problem in select_errors(problems) if not problem.sentence.startswith(missing)]


FOR_TRANSLATIONS = {"pairs", "facing"}


def list_refused_keys(folder: Path, kind: str, value: str) -> frozenset[str]:
    """Return the keys that the readers refuse at their line of a file in which every key has this value.

    To read a file for each key takes six times as long. Keys for translations alone are left out: whether the file is
    one depends on another key.
    """
    lines = [
        (key, line)
        for key in TABLES[kind].names
        if key not in FOR_TRANSLATIONS
        for line in f"{key}: {value}".split("\n")
    ]
    problems = read_problems(folder, kind, "".join(f"{line}\n" for _, line in lines))
    first_line = 2 if kind == "interview" else 1
    return frozenset(lines[problem.location.line - first_line][0] for problem in problems if problem.location.line > 0)


@pytest.fixture(scope="module")
def refused_keys(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], frozenset[str]]:
    """Return a function that lists the refused keys of a kind of file for a value."""
    folder = tmp_path_factory.mktemp("keys")
    (folder / "packs").mkdir()
    return cache(partial(list_refused_keys, folder))


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind, table in TABLES.items() for key in table.names])
def test_no_schema_is_stricter_than_the_readers(
    kind: str, key: str, tmp_path: Path, refused_keys: Callable[[str, str], frozenset[str]]
) -> None:
    """An editor must not underline what On Record accepts: what the schema refuses, the readers refuse."""
    (tmp_path / "packs").mkdir()
    lines = [line for line in SMALLEST[kind].splitlines(keepends=True) if not line.startswith(f"{key}:")]
    lines += ["translation_of: other\n"] if kind == "interview" and key in FOR_TRANSLATIONS else []
    smallest = yaml.load("".join(lines), Yaml12Loader) or {}
    is_accepted = False
    for value in VALUES:
        errors = list_data_errors(kind, smallest | {key: load_value(value)})
        if errors and key in refused_keys(kind, value):
            continue
        if errors or not is_accepted:
            text = f"{''.join(lines)}{key}: {value}\n"
            problems = read_problems(tmp_path, kind, text)
            assert problems or not errors, text
            is_accepted = is_accepted or not problems
    assert is_accepted


def test_choices_complete_in_an_editor() -> None:
    """An editor offers what stands in an `enum`, in the spelling of the manual."""
    for name, table in TABLES.items():
        properties: Any = build_schema(name)["properties"]
        for key in table.keys:
            if key.kind is Kind.CHOICE:
                assert key.choices is not None
                assert properties[key.name]["anyOf"][0] == {"enum": [str(choice) for choice in key.choices]}


def test_there_is_a_file_for_each_schema() -> None:
    """`new` writes them into the hidden folder `.schemas`."""
    assert set(render_schema_files()) == {f".schemas/{name}.json" for name in ("book", "interview", "pack", "index")}
