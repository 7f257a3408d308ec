"""The command `schema`, and what `new` writes for an editor."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from onrecord.cli import main
from onrecord.cli.exit_codes import ExitCode
from onrecord.manuscript.json_schema import build_schema
from onrecord.manuscript.known_keys import TABLES


@pytest.mark.parametrize("name", TABLES)
def test_schema_prints_a_schema(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing else is on the output, so it can be written into a file."""
    assert main(["schema", name]) == ExitCode.DONE
    schema = json.loads(capsys.readouterr().out)
    assert schema == build_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)


def test_an_unknown_kind_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """The message says what to type."""
    assert main(["schema", "chapter"]) == ExitCode.WRONG_USAGE
    assert "“chapter” has no schema; write book, interview, pack, index, record" in capsys.readouterr().err


def test_a_new_book_names_its_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By a path in the book's folder, which an editor can follow without a network; `check` accepts all of it."""
    book = tmp_path / "harbour"
    assert main(["new", str(book)]) == ExitCode.DONE
    printed = capsys.readouterr().out
    for path in book.rglob("*.yaml"):
        (name,) = re.findall(
            r"^# yaml-language-server: \$schema=(\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE
        )
        assert json.loads((path.parent / name).read_text(encoding="utf-8"))["$schema"].startswith("https://json-schema")
    for name in TABLES:
        path = book / f".schemas/{name}.json"
        assert json.loads(path.read_text(encoding="utf-8")) == build_schema(name)
        assert f"wrote {path}" in printed
    assert main(["check", "--book", str(book)]) == ExitCode.DONE
    assert capsys.readouterr().err == ""
