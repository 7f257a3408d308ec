"""Lines of text for stamping: shaped, fitted to their room, and drawn with embedded fonts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from onrecord.finishing import stamp_shaping
from onrecord.finishing.finished_file import format_number, make_rectangle
from onrecord.model import SourceLocation
from onrecord.model.directions import is_from_right
from onrecord.model.problems import Problem
from onrecord.model.recipients import Recipient
from onrecord.model.rule import Rule
from onrecord.runtime import face_choice, font_files, font_subsets

SMALLEST_PT = 5.0


@dataclass(frozen=True, slots=True)
class StampLine:
    """A shaped line of text in its size."""

    stretches: tuple[stamp_shaping.GlyphRun, ...]
    size_pt: float

    @property
    def width_pt(self) -> float:
        """Return the width of a stamp's line in points, at its font size."""
        return sum(stretch.width for stretch in self.stretches) * self.size_pt / 1000


def fit_line(text: str, paths: Sequence[Path], size_pt: float, room_pt: float, language: str) -> StampLine:
    """Return the text shaped in `size_pt`, or in a smaller size that fits `room_pt`.

    It runs as the language (BCP 47) does. Raises ValueError if it would be too small to read, or if no font has one
    of its characters.
    """
    line = StampLine(stamp_shaping.shape_line(text, paths, is_from_right=is_from_right(language)), size_pt)
    if line.width_pt <= room_pt:
        return line
    smaller = size_pt * room_pt / line.width_pt
    if smaller < SMALLEST_PT:
        raise ValueError(f"there is no room for “{text}”")
    return StampLine(line.stretches, smaller)


def find_unstampable_names(recipients: Iterable[Recipient], paths: Sequence[Path]) -> tuple[Problem, ...]:
    """Return a problem for each recipient's name with a character that no font in `paths` has."""
    known = font_files.list_code_points(paths)
    problems = []
    for recipient in recipients:
        missing = sorted({char for char in recipient.name if font_files.is_drawn(char) and ord(char) not in known})
        if missing:
            characters = " ".join(f"{char!r} (U+{ord(char):04X})" for char in missing)
            hint = "write the name in Latin letters, or put a font that has it into fonts/"
            problems.append(Problem(recipient.location, Rule.GLYPHS_EXIST, f"no font has {characters}", hint))
    return tuple(problems)


def find_unstampable_words(text: str, place: SourceLocation, paths: Sequence[Path]) -> tuple[Problem, ...]:
    """Return a problem if no font in `paths` has a character of these words of ours, which are stamped."""
    known = font_files.list_code_points(paths)
    missing = sorted({char for char in text if font_files.is_drawn(char) and ord(char) not in known})
    if not missing:
        return ()
    sentence = f"no font has {' '.join(missing)} of “{text}”, which is stamped on pages"
    return (Problem(place, Rule.GLYPHS_EXIST, sentence, "put a font that has them into fonts/"),)


class StampFonts:
    """The fonts of the lines in one file.

    Draw all lines, then call `embed_fonts`, which embeds each font once, with the glyphs that were drawn.
    """

    def __init__(self, pdf: Pdf) -> None:
        self._pdf = pdf
        self._drawn: dict[Path, dict[int, stamp_shaping.Glyph]] = {}
        self._fonts = pdf.make_indirect(Dictionary())

    def build_form(self, line: StampLine, grey: float = 0.0) -> Stream:
        """Return the line as a form whose origin is the start of its baseline.

        `grey` is 0 for black, 1 for white.
        """
        size = line.size_pt
        data = f"BT {format_number(grey)} g {self.show_line(line)} ET".encode()
        return self._pdf.make_stream(
            data,
            Type=Name.XObject,
            Subtype=Name.Form,
            BBox=make_rectangle(-size, -size, line.width_pt + size, 1.5 * size),
            Resources=Dictionary(Font=self._fonts),
        )

    def show_line(self, line: StampLine) -> str:
        """Return the operators that show the line inside of a text object."""
        operators, x = [], 0.0
        for stretch in line.stretches:
            font = f"/{_get_font_name(stretch.face)} {format_number(line.size_pt)} Tf"
            shown = f"{font} 1 0 0 1 {format_number(x)} 0 Tm [ {self._show_glyphs(stretch, line.size_pt)} ] TJ"
            actual_text = f"feff{stretch.said.encode('utf-16-be').hex()}"
            operators.append(f"/Span<</ActualText<{actual_text}>>>BDC {shown} EMC" if stretch.said else shown)
            x += stretch.width * line.size_pt / 1000
        return " ".join(operators)

    def _show_glyphs(self, stretch: stamp_shaping.GlyphRun, size_pt: float) -> str:
        """Return the glyphs of a stretch as the operands of TJ, with their shifts and rises."""
        drawn = self._drawn.setdefault(stretch.face, {})
        widths = stamp_shaping.measure_glyphs(stretch.face, {glyph.id for glyph in stretch.glyphs})
        operands = []
        for glyph in stretch.glyphs:
            # A glyph may stand for several characters, but the file names one text for it.
            known = drawn.get(glyph.id)
            drawn[glyph.id] = glyph if known is None or known.text == stamp_shaping.NO_TEXT else known
            kern = format_number(widths[glyph.id] - glyph.advance + glyph.shift)
            text = f"{format_number(-glyph.shift)} " if glyph.shift else ""
            text += f"<{glyph.id:04x}>"
            if glyph.rise:
                text = f"] TJ {format_number(glyph.rise * size_pt / 1000)} Ts [{text}] TJ 0 Ts ["
            operands.append(f"{text}{kern if kern != '0' else ''}")
        return " ".join(operands)

    def embed_fonts(self) -> None:
        """Embed the fonts. No line can be drawn afterwards."""
        for path, drawn in self._drawn.items():
            self._fonts[f"/{_get_font_name(path)}"] = self._pdf.make_indirect(_embed_font(self._pdf, path, drawn))


def _get_font_name(path: Path) -> str:
    """Return a resource name made from a stamp's font file: “Case” and six hex digits."""
    return f"Case{hashlib.sha256(path.name.encode()).hexdigest()[:6]}"


def _embed_font(pdf: Pdf, path: Path, drawn: Mapping[int, stamp_shaping.Glyph]) -> Dictionary:
    """Return a composite font (ISO 32000-1 §9.7) with these glyphs, which keep their ids."""
    program = font_subsets.subset_font(path.read_bytes(), 0, drawn, face_choice.STAMP_AXES)
    is_cff = program[:4] == b"OTTO"
    tag = "".join(chr(65 + digit % 26) for digit in hashlib.sha256(program).digest()[:6])
    name = Name(f"/{tag}+{''.join(char for char in path.stem.partition('[')[0] if char.isalnum())}")
    descriptor = _describe_font(pdf, path, name, program, is_cff=is_cff)
    widths = stamp_shaping.measure_glyphs(path, drawn)
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType0 if is_cff else Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
        W=Array([part for glyph in sorted(drawn) for part in (glyph, Array([widths[glyph]]))]),
    )
    if not is_cff:
        descendant.CIDToGIDMap = Name.Identity
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=name,
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([pdf.make_indirect(descendant)]),
        ToUnicode=pdf.make_stream(font_subsets.make_to_unicode_map({glyph.id: glyph.text for glyph in drawn.values()})),
    )


def _describe_font(pdf: Pdf, path: Path, name: Name, program: bytes, *, is_cff: bool) -> Dictionary:
    """Return the font descriptor with the embedded font file (ISO 32000-1 §9.8)."""
    measures = stamp_shaping.measure_extents(path)
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
    return descriptor
