"""The markings of a supplement: those that its file does not write are those of the pack it follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.manuscript import pack_file
from onrecord.model import Attribution, Distribution, Markings, Pack

NINE = datetime(2026, 2, 1, 9, tzinfo=UTC)
STRICT = Markings("", NINE, Distribution.NAMED, Attribution.CHATHAM_HOUSE)
MEETING = (
    "version: 1\nembargo: 2026-02-01 09:00 UTC\ndistribution: named\nattribution: Chatham House Rule\n"
    "recipients: packs/readers.csv\nagenda: [{title: The first item, interviews: [alpha]}]\n"
)


def write_packs(folder: Path, **packs: str) -> None:
    (folder / "packs").mkdir()
    (folder / "packs" / "readers.csv").write_text("name\nThe desk\n", encoding="utf-8")
    for name, text in packs.items():
        (folder / "packs" / f"{name}.yaml").write_text(
            f"title: Papers\ndate: 2026-01-31 09:00 UTC\n{text}", encoding="utf-8"
        )


def read_pack(folder: Path, name: str) -> tuple[Pack, Sequence[str]]:
    """Return the pack and the rules of its problems."""
    pack, problems = pack_file.read_pack(folder, name)
    assert pack
    return pack, [problem.rule.value for problem in problems]


@pytest.mark.parametrize("name", ["meeting", "meeting-v1-embargo-2026-02-01-named", "meeting-named", "first"])
def test_a_supplement_has_the_markings_of_the_earlier_pack(name: str, tmp_path: Path) -> None:
    """Also those that a supplement before it took over, and with them the readers."""
    write_packs(tmp_path, meeting=MEETING, first="supplement_of: meeting\n", day=f"supplement_of: {name}\n")
    pack, rules = read_pack(tmp_path, "day")
    assert (pack.markings, pack.recipients, rules) == (STRICT, "packs/readers.csv", [])


def test_what_the_file_of_the_supplement_says_counts(tmp_path: Path) -> None:
    day = "supplement_of: meeting\nversion: 2\ndistribution: public\nattribution: not for quotation\n"
    write_packs(tmp_path, meeting=MEETING, day=day)
    pack, rules = read_pack(tmp_path, "day")
    public = replace(STRICT, version="2", distribution=Distribution.PUBLIC, attribution=Attribution.NOT_FOR_QUOTATION)
    assert (pack.markings, pack.recipients, rules) == (public, "", ["supplement-is-as-strict"])


@pytest.mark.parametrize("name", ["gone", "day", "circle", "meeting-notes"])
def test_unknown_markings_are_an_error(name: str, tmp_path: Path) -> None:
    """Of a pack whose file is gone, and of supplements that follow each other."""
    write_packs(tmp_path, meeting=MEETING, circle="supplement_of: day\n", day=f"supplement_of: {name}\n")
    assert "earlier-markings-are-known" in read_pack(tmp_path, "circle" if name == "circle" else "day")[1]
