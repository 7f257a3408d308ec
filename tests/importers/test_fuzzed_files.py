"""Change files of every format at random: each is imported or refused by a rule that says what is wrong with it."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from onrecord.importers import reader_choice
from onrecord.importers.output import original_letters, word_audit
from onrecord.importers.output.manuscript_writer import Origin, write_manuscript
from onrecord.importers.recognition.document import recognize_draft
from onrecord.model.problems import Refused
from tests.importers.office_files import write_odt
from tests.importers.test_everyday_features import MATHML, ODT_INLINES, write_odt_talk
from tests.importers.test_independent_count import FILES
from tests.support.packed_documents import pack

pytestmark = pytest.mark.slow

ROUNDS = 25
MARKDOWN = """---
title: Lamps
tags: [tin, oil]
---

# Lamps

**Ada:** Who *lights* the [lamp](https://example.org/a_b)?

**Ben:** The keeper.[^1]

> He does.

1. At dusk
2. in fog

| Lamp | Oil |
|------|-----|
| tin  | yes |

**Ada:** And `then`?

**Ben:** It goes out.

[^1]: Every day.
"""
PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Lamps | The Pier</title></head><body>
<nav><a href="/">Home</a></nav><main><article><h1>Lamps</h1><p class="byline">By Ada Quill</p>
<p><b>Who lights it?</b></p><p>The keeper.<br>He does.</p><ul><li>oil<ul><li>tin</ul><li></ul>
<table><caption>Lamps</caption><tr><td>1<td>2</table><figure><img src="a.png" alt="A lamp">
<figcaption>A lamp</figcaption></figure><p><b>And then?</b></p><p>It <math><mi>r</mi></math> goes out.</p>
<blockquote>He does.</blockquote></article></main><footer>Share</footer></body></html>"""
CAPTIONS = """WEBVTT
Language: en

NOTE by hand

1
00:01.000 --> 00:02.000 align:start
<v Ada>Who <i>lights</i> it?

2
00:03.000 --> 00:04.000
Ben (host): The keeper.<br><br>He does.

00:05.000 --> 00:06.000
- ADA: And?
>> BEN: Yes. [laughs]
"""
SEEDS: dict[str, bytes] = {
    **FILES,
    "rich.md": MARKDOWN.encode(),
    "rich.html": PAGE.encode(),
    "rich.vtt": CAPTIONS.encode(),
    "rich.srt": CAPTIONS.partition("1\n")[2].encode(),
    "rich.txt": CAPTIONS.replace("<v Ada>", "Ada: ").encode(),
    "rich.odt": write_odt(
        write_odt_talk("".join(f"<text:p>The {xml}.</text:p>" for xml, _ in ODT_INLINES.values())),
        {"Object 1/content.xml": MATHML},
    ),
}

ARROWS = ("->", "--", "-- >", "→", "-->>", "=>", "--&gt;", "to", "")
FRACTIONS = (r":\1", "", r".\g<1>0", r" \1")
SCRAPS = (
    "<v Ada",
    "</i",
    "&am",
    "<",
    "-->",
    r"{\an8}",
    r"\N",
    "[br]",
    "<br>",
    "NOTE x",
    "STYLE",
    "12",
    "00:00:05",
    "<3",
    "<00:00:01.000>",
    "//S01: yes //",
    "<v>",
    "WEBVTT",
    "1:23:45,678",
    "position:10%",
    "http://a.b/c",
    "\u2028",
)


def change_bytes(data: bytes, chance: random.Random) -> bytes:
    """Return the data with a few bytes changed, or cut off."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.randint(1, len(changed))] if chance.random() < 0.2 else changed)


def change_pieces(data: bytes, chance: random.Random) -> bytes:
    """Return the data with lines or tags moved, repeated, emptied and left out."""
    mark = b"<" if b"<" in data and chance.random() < 0.6 else b"\n"
    pieces = data.split(mark)
    for _ in range(chance.randint(1, 5)):
        place, other = chance.randrange(len(pieces)), chance.randrange(len(pieces))
        match chance.randrange(5):
            case 0:
                del pieces[place]
            case 1:
                pieces.insert(place, pieces[other])
            case 2:
                pieces[place], pieces[other] = pieces[other], pieces[place]
            case 3:
                pieces[place] = b""
            case _:
                pieces[place] = pieces[place][: chance.randint(0, len(pieces[place]))]
        pieces = pieces or [b"x"]
    return mark.join(pieces) or b"x"


def change_captions(data: bytes, chance: random.Random) -> bytes:
    """Return captions damaged as programs and hands damage them: times, numbers, tags, empty and joined lines."""
    lines = data.decode("utf-8", "replace").split("\n")
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(lines))
        line = lines[place]
        split = chance.randint(0, len(line))
        match chance.randrange(8):
            case 0:
                lines[place] = line.replace("-->", chance.choice(ARROWS))
            case 1:
                lines[place] = re.sub(r"[.,](\d{3})", chance.choice(FRACTIONS), line)
            case 2:
                lines[place] = line.replace("0", chance.choice("OoI 9"), 1)
            case 3:
                lines[place] = f"{line[:split]}{chance.choice(SCRAPS)}{line[split:]}"
            case 4:
                lines[place : place + 2] = [" ".join(lines[place : place + 2])]
            case 5:
                lines[place : place + 1] = [line[:split], line[split:]]
            case 6:
                lines.insert(place, chance.choice(("", "  ", chance.choice(lines), chance.choice(SCRAPS))))
            case _:
                del lines[place]
        lines = lines or ["x"]
    return "\n".join(lines).encode() or b"x"


def change_package(data: bytes, chance: random.Random) -> bytes:
    """Return a package with one changed part, or without one."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = chance.choice([name for name in parts if parts[name]])
    if chance.random() < 0.1:
        del parts[name]
    else:
        parts[name] = chance.choice((change_bytes, change_pieces))(parts[name], chance)
    return pack(parts)


def import_data(path: Path, data: bytes) -> None:
    """Read the data, recognize a draft, write it and count its words, as an import does."""
    reader = reader_choice.choose_reader(path, data)
    reading = reader(data, path.name)
    if kind := reader_choice.find_letter_count_kind(reader):
        original_letters.refuse_lost_letters(data, kind, [reading], path.name)
    draft = recognize_draft(reading, path.name)
    for accept in (False, True):
        text = write_manuscript(draft, Origin("originals/a", "0"), "Talk", {}, accept=accept)
        problems = word_audit.find_unaccounted_words(reading, draft, text, "Talk", {}, path.name)
        if problems:
            raise Refused(problems)


def list_rules(path: Path, data: bytes) -> set[str]:
    """Return the rules that refuse a file; none if it is imported."""
    try:
        import_data(path, data)
    except Refused as refused:
        return {str(problem.rule) for problem in refused.problems}
    except Exception as error:
        raise AssertionError(data) from error
    return set()


@pytest.mark.parametrize("name", SEEDS)
def test_a_changed_file_is_imported_or_refused_with_a_reason(tmp_path: Path, name: str) -> None:
    """No other exception is raised, and our count finds no loss."""
    chance = random.Random(name)
    data = SEEDS[name]
    changes: tuple[Callable[[bytes, random.Random], bytes], ...] = (change_bytes, change_pieces)
    changes += (change_captions,) * 3 if name.endswith((".vtt", ".srt", ".sbv")) else ()
    for number in range(ROUNDS):
        change = change_package if data.startswith(b"PK") else chance.choice(changes)
        changed = change(data, chance)
        assert "import-loses-nothing" not in list_rules(tmp_path / name, changed), (number, changed)
