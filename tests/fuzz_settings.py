"""Damage the settings of a small book in many ways, and see that each copy is read or refused. Run by hand:

    python -m tests.fuzz_settings [COUNT [SEED]]

Changes `book.yaml`, front matter, a pack, its list of recipients and the index, one of them at a time. Prints each copy
that ends in another exception than `Refused`, that needs more than 2 s, or that is called a fault of On Record.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from onrecord.model.problems import Refused
from onrecord.model.rule import Rule
from onrecord.pipeline.check import check_book

_LONGEST_S = 2
FILES = {
    "book.yaml": """title: Lights
slug: lights
language: en
date: 2026-01-31
editors: [The desk, "The other desk"]
disclaimers:
  house: "Written for a test."
disclaimer: house
trim: A5
theme: review
brand: {accent: "#336699"}
parts:
  - title: Lamps
    interviews: [lamp]
typography: {dashes: no}
roles: {narrator: interviewee}
more:
  number: "12"
""",
    "interviews/lamp.md": """---
title: The lamp
standfirst: Two questions.
byline: The desk
date: 2026-01
language: en
people:
  - {name: The keeper, role: interviewee, labels: [KEEPER], affiliation: Harbour}
  - name: The desk
    role: interviewer
    labels: [DESK]
tags: [lamps, oil]
style: initials
corrections:
  - {date: 2026-02-01, text: "Oil, not tin."}
---

**DESK:** Who lights the lamp?

**KEEPER:** I do.[^1]

[^1]: At dusk.
""",
    "packs/papers.yaml": """title: Papers
meeting: Meeting of the desk
date: 2026-12-01 09:00 +03:00
version: 1
distribution: named
recipients: packs/people.csv
attribution: not for quotation
agenda:
  - title: Lamps
    note: Read aloud.
    interviews: [lamp#a1]
note_pages: 1
paper: A4
""",
    "packs/people.csv": "name,organisation,copies,large_print\nThe night desk,Harbour,2,no\nThe reading room,,1,yes\n",
    "index.yaml": "headings:\n  - {name: Keeper, kind: person, aliases: [I do]}\n",
}
_PIECES = (
    *(
        "[",
        "]",
        "{",
        "}",
        ":",
        ": ",
        "- ",
        "#",
        " #",
        "|",
        ">",
        "&a",
        "*a",
        "<<: *a",
        "!!binary",
        "!!python/name:os.system",
    ),
    *(
        "\t",
        "\0",
        "\r",
        "\u2028",
        "\ufeff",
        "\u200b",
        "\u202e",
        "\ud7ff",
        "\U0001f4a1",
        "é",
        "\u0301",
        '"',
        "'",
        "\\",
        "---",
        "...",
    ),
    *(
        "null",
        "~",
        "yes",
        "0x10",
        "1e400",
        "-1",
        "9" * 400,
        "2026-02-30",
        "2026-13",
        "a" * 5_000,
        "[" * 200,
        "? ",
        "@",
        "`",
        "%",
    ),
    *("../", "/etc/passwd", "=cmd()", "<b>", "{{ 1 }}", "${x}", "http://", "lamp#a99", "name: ", "title: "),
)


def damage_text(text: str, generator: random.Random) -> str:
    """Return the text with one to three changes."""
    for _ in range(generator.randint(1, 3)):
        lines = text.split("\n")
        place = generator.randrange(len(text) + 1)
        line = generator.randrange(len(lines))
        match generator.randrange(7):
            case 0:
                text = text[:place] + generator.choice(_PIECES) + text[place:]
            case 1:
                text = text[:place] + text[place + generator.randint(1, 12) :]
            case 2:  # a line twice, or at another place
                text = "\n".join([*lines[:line], generator.choice(lines), *lines[line:]])
            case 3:
                text = "\n".join(lines[:line] + lines[line + 1 :])
            case 4:  # another indentation
                text = "\n".join([*lines[:line], generator.choice((" ", "  ", "\t")) + lines[line], *lines[line + 1 :]])
            case 5:  # another value
                key, colon, _ = lines[line].partition(":")
                text = "\n".join([*lines[:line], f"{key}{colon} {generator.choice(_PIECES)}", *lines[line + 1 :]])
            case _:  # a part many times
                part = text[place : place + generator.randint(1, 40)]
                text = text[:place] + part * generator.choice((2, 30, 300)) + text[place:]
    return text


def judge_book(folder: Path) -> str:
    """Return what is wrong with how the book is checked, "" for nothing."""
    start = time.process_time()
    try:
        _, problems = check_book(folder)
    except Refused as refused:
        problems = tuple(refused.problems)
    except Exception:
        return traceback.format_exc(limit=-3)
    if any(problem.rule is Rule.ON_RECORD_WORKS for problem in problems):
        return "it is called a fault of On Record"
    used_s = time.process_time() - start
    return f"it takes {used_s:.1f} s" if used_s > _LONGEST_S else ""


def main(count: int = 2_000, seed: int = 1) -> int:
    """Damage and check; print what goes wrong, and return 1 if anything does."""
    generator = random.Random(seed)
    ends = Counter[str]()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, text in FILES.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        check_book(folder)  # the sound book has no errors
        for number in range(count):
            name = generator.choice([*FILES])
            damaged = damage_text(FILES[name], generator)
            (folder / name).write_text(damaged, encoding="utf-8", newline="")
            fault = judge_book(folder)
            ends["wrong" if fault else "right"] += 1
            if fault:
                print(f"--- {number}: {name}\n{damaged[:1_500]}\n{fault}", flush=True)
            (folder / name).write_text(FILES[name], encoding="utf-8")
    print(f"seed {seed}: {ends['right']} right, {ends['wrong']} wrong")
    return 1 if ends["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
