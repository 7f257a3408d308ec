"""Lines of text for stamping, in the project's own faces: shaped, fitted to their room, each with its fonts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from onrecord.finishing.finished_file import box, number
from onrecord.model.problems import Problem
from onrecord.model.recipients import Recipient
from onrecord.runtime import font_files

SMALLEST_PT = 5.0


@dataclass(frozen=True, slots=True)
class Line:
    """A shaped line at its size; points."""

    stretches: tuple[font_files.Stretch, ...]
    size_pt: float

    @property
    def width_pt(self) -> float:
        return sum(stretch.width for stretch in self.stretches) * self.size_pt / 1000


def fitted(text: str, paths: Sequence[Path], size_pt: float, room_pt: float) -> Line:
    """The line at this size, or smaller where the room is short. Raises ValueError where it would be too small to read."""
    line = Line(font_files.shaped(text, paths), size_pt)
    if line.width_pt <= room_pt:
        return line
    smaller = size_pt * room_pt / line.width_pt
    if smaller < SMALLEST_PT:
        raise ValueError(f"there is no room for “{text}”")
    return Line(line.stretches, smaller)


def unstampable(recipients: Iterable[Recipient], paths: Sequence[Path]) -> tuple[Problem, ...]:
    """Names that cannot be stamped: a character that no face has, or one that is written from right to left."""
    known = font_files.characters(paths)
    problems = []
    for one in recipients:
        strange = sorted({char for char in one.name if ord(char) not in known})
        if strange:
            listed = " ".join(f"{char!r} (U+{ord(char):04X})" for char in strange)
            hint = "write the name in Latin letters, or put a font that has it into fonts/"
            problems.append(Problem(one.place, "glyphs-exist", f"no font has {listed}", hint))
        elif any(0x590 <= ord(char) <= 0x8FF or 0xFB1D <= ord(char) <= 0xFEFC for char in one.name):
            hint = "write the name in Latin letters"
            problems.append(
                Problem(one.place, "names-run-to-the-right", "stamps are written from left to right only", hint)
            )
    return tuple(problems)


class Case:
    """The type case of one file: draws lines, and embeds each face once with the glyphs that were drawn."""

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._drawn: dict[Path, dict[int, font_files.Glyph]] = {}
        self._fonts = pdf.make_indirect(Dictionary())

    def form(self, line: Line, grey: float = 0.0) -> Stream:
        """The line as a form whose origin is the start of its baseline."""
        size = line.size_pt
        data = f"BT {number(grey)} g {self.show(line)} ET".encode()
        return self._pdf.make_stream(
            data,
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=box(-size, -size, line.width_pt + size, 1.5 * size),
            Resources=Dictionary(Font=self._fonts),
        )

    def show(self, line: Line) -> str:
        """Operators inside a text object, from its present place."""
        out, x = [], 0.0
        for stretch in line.stretches:
            drawn = self._drawn.setdefault(stretch.face, {})
            widths = font_files.widths(stretch.face, {glyph.id for glyph in stretch.glyphs})
            out.append(f"/{_called(stretch.face)} {number(line.size_pt)} Tf 1 0 0 1 {number(x)} 0 Tm [")
            for glyph in stretch.glyphs:
                # One glyph may stand for several characters; the file can tell one. The first glyph of a cluster tells.
                known = drawn.get(glyph.id)
                drawn[glyph.id] = glyph if known is None or not known.text else known
                kern = number(widths[glyph.id] - glyph.advance + glyph.shift)
                before = "" if not glyph.shift else f"{number(-glyph.shift)} "
                raised = (
                    (f"] TJ {number(glyph.rise * line.size_pt / 1000)} Ts [", "] TJ 0 Ts [") if glyph.rise else ("", "")
                )
                out.append(f"{raised[0]}{before}<{glyph.id:04x}>{raised[1]}{kern if kern != '0' else ''}")
            out.append("] TJ")
            x += stretch.width * line.size_pt / 1000
        return " ".join(out)

    def close(self) -> None:
        """Embed the faces; nothing is drawn afterwards."""
        for path, drawn in self._drawn.items():
            self._fonts[f"/{_called(path)}"] = _font(self._pdf, path, drawn)


def _called(path: Path) -> str:
    return f"Case{hashlib.sha256(path.name.encode()).hexdigest()[:6]}"


def _font(pdf: Pdf, path: Path, drawn: dict[int, font_files.Glyph]) -> Dictionary:
    """A composite font (ISO 32000-1 §9.7) with these glyphs under their own ids."""
    program = font_files.subset(path.read_bytes(), 0, drawn, font_files.STAMP_AXES)
    is_cff = program[:4] == b"OTTO"
    tag = "".join(chr(65 + digit % 26) for digit in hashlib.sha256(program).digest()[:6])
    name = Name(f"/{tag}+{''.join(char for char in path.stem.partition('[')[0] if char.isalnum())}")
    measures = font_files.measures(path)
    file = pdf.make_stream(program, **({"Subtype": Name.OpenType} if is_cff else {"Length1": len(program)}))
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=name,
        Flags=4,
        FontBBox=Array([0, measures.descent, 1000, measures.ascent]),
        ItalicAngle=0,
        Ascent=measures.ascent,
        Descent=measures.descent,
        CapHeight=measures.ascent,
        StemV=80,
    )
    descriptor[Name.FontFile3 if is_cff else Name.FontFile2] = file
    widths = font_files.widths(path, drawn)
    texts = {glyph.id: glyph.text for glyph in drawn.values() if glyph.text}
    rows = [part for glyph in sorted(drawn) for part in (glyph, Array([widths[glyph]]))]
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0 if is_cff else Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        W=Array(rows),
    )
    if not is_cff:
        descendant.CIDToGIDMap = Name.Identity
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=name,
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
        ToUnicode=pdf.make_stream(font_files.unicode_map(texts)),
    )
