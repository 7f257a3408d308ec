"""Test with the Nu checker that the page beside an import is valid HTML."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from onrecord.importers import import_file
from tests.editions import test_validators as validators
from tests.importers.test_attached_pictures import build_inline_pictures, make_picture
from tests.importers.test_classifier import TEXTS
from tests.importers.test_import_file import SEED, UNCLEAR

pytestmark = pytest.mark.slow


def test_the_nu_checker_finds_no_error_in_the_report(tmp_path: Path) -> None:
    """Imports have doubts, asides, pictures, captions, Arabic, and words like markup."""
    (tmp_path / "red.png").write_bytes(make_picture())
    title, _, *paragraphs = TEXTS["ar"]
    files = {
        "doubts.txt": UNCLEAR,
        "arabic.txt": "\n\n".join((title, *paragraphs)),
        "pictures.html": build_inline_pictures("html"),
        "markup.txt": "A <b>talk</b> & \"more\"\n\nWhat is <script>?\n\nIt is 'nothing' &amp; no more.\n",
        "captions.vtt": (
            "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nhello there. is it so?\n\n"
            "00:00:05.000 --> 00:00:06.000\nyes, it is.\n"
        ),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    results, _ = import_file.import_files([*(tmp_path / name for name in files), SEED], tmp_path / "book", accept=False)
    reports = [result.report for result in results if result.report]
    assert len(reports) == len(files) + 1
    jar = validators._node_module("vnu-jar/build/dist/vnu.jar")
    options = ("--format", "json", "--stdout", "--exit-zero-always")
    output = validators._run(validators._java(), *validators.JAVA, "-jar", jar, *options, *reports)
    assert [message["message"] for message in json.loads(output)["messages"]] == []
