"""Damage a small font in many ways, and see that each copy is refused or can be used. Run by hand:

    python -m tests.fuzz_fonts [COUNT [SEED]]

Prints each copy that ends in an exception, needs more than 2 s, or passes the check but not FreeType or HarfBuzz.
"""

from __future__ import annotations

import io
import random
import struct
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from PIL import ImageFont

from onrecord.finishing import stamp_shaping
from onrecord.runtime import font_check, font_files, font_subsets
from tests.support.damaged_fonts import LETTERS, make_small_font


def damage_font(font: bytes, generator: random.Random) -> bytes:
    """Return a damaged copy: cut, with other bytes in one table, or with another directory."""
    data = bytearray(font)
    count = int.from_bytes(data[4:6])
    row = 12 + 16 * generator.randrange(count)
    start, length = struct.unpack(">II", data[row + 8 : row + 16])
    match generator.randrange(6):
        case 0:
            return bytes(data[: generator.randrange(len(data))])
        case 1:  # an entry of the directory
            data[row + generator.randrange(16)] = generator.randrange(256)
        case 2:  # the beginning of a table, where counts and offsets stand
            for _ in range(generator.randint(1, 4)):
                data[start + generator.randrange(min(length, 40))] = generator.choice((0, 1, 127, 128, 255))
        case 3:  # anywhere in a table
            for _ in range(generator.randint(1, 20)):
                data[start + generator.randrange(length)] = generator.randrange(256)
        case 4:  # a part of a table is repeated in it
            size = generator.randint(1, length)
            data[start + length - size : start + length] = data[start : start + size]
        case _:  # a part of a table is zero, or all ones
            size = generator.randint(1, length)
            data[start : start + size] = generator.choice((b"\0", b"\xff")) * size
    return bytes(data)


def use_font(data: bytes, path: Path) -> None:
    """Do with a font what the editions do; raise whatever goes wrong."""
    path.write_bytes(data)
    font_files.list_families([path])
    known = font_files.list_code_points([path])
    letters = "".join(letter for letter in LETTERS if ord(letter) in known)
    glyphs = [glyph.id for run in stamp_shaping.shape_line(letters, [path]) for glyph in run.glyphs]
    stamp_shaping.measure_glyphs(path, glyphs)
    stamp_shaping.measure_extents(path)
    font_subsets.subset_font(data, 0, glyphs, {"wght": 500})
    ImageFont.truetype(io.BytesIO(data), 20).getbbox(letters or "a")


def main(count: int = 300, seed: int = 1) -> int:
    """Check and use the damaged copies; return how many of them show a fault of On Record."""
    font, generator, results, faults = make_small_font(), random.Random(seed), Counter[str](), 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            data = damage_font(font, generator)
            start, fault = time.process_time(), "-"
            try:
                fault = font_check.find_font_fault(data)
                if not fault:
                    use_font(data, Path(folder) / f"{number}.ttf")
                error = ""
            except Exception as exception:
                error = repr(exception)
            seconds = time.process_time() - start
            results[fault or "accepted"] += 1
            if error or seconds > 2:
                faults += 1
                print(f"{number}: {seconds:.1f} s, {fault!r}: {error}")
    print(f"{len(font):,} bytes; {dict(results.most_common())}; {faults} faults")
    return faults


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])) > 0)
