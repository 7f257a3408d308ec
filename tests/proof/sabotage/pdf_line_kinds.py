"""Sabotage of one printed line: hidden, covered, moved, repainted or said otherwise."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Operator, Pdf, String

from tests.proof.sabotage.kinds import Files, Kind, choose

FIRST_SHEET = "how-it-works"  # the interview whose sheets are spoiled


def change_file(name: str, change: Callable[[Pdf, int], None], **options: Any) -> Kind:
    """Return the kind that changes the file with pikepdf and saves it again."""

    def spoil(files: Files, place: int) -> Files:
        with pikepdf.open(io.BytesIO(files[""])) as pdf:
            change(pdf, place)
            out = io.BytesIO()
            pdf.save(out, static_id="encryption" not in options, **options)
        return {"": out.getvalue()}

    return Kind(name, spoil)


def op(name: str, *operands: Any) -> pikepdf.ContentStreamInstruction:
    return pikepdf.ContentStreamInstruction(list(operands), Operator(name))


_Lines = list[Any]


def change_line(name: str, change: Callable[[Pdf, Any, _Lines, int], None]) -> Kind:
    """Return the kind that changes how a line of an interview is painted."""

    def spoil(pdf: Pdf, place: int) -> None:
        lines = []
        for page in pdf.pages:
            if page.obj.get("/Contents") is None or not holds_interview(page):
                continue
            ops = list(
                pikepdf.parse_content_stream(page.obj.Contents[0] if isinstance(page.obj.Contents, Array) else page)
            )
            lines += [
                (page, ops, n)
                for n, step in enumerate(ops)
                if str(step.operator) == "TJ" and len(step.operands[0]) > 30
            ]
        page, ops, n = choose(lines, place)
        change(pdf, page, ops, n)
        stream = pdf.make_stream(pikepdf.unparse_content_stream(ops))
        if isinstance(page.obj.Contents, Array):
            page.obj.Contents[0] = stream
        else:
            page.obj.Contents = stream

    return change_file(f"line: {name}", spoil)


def holds_interview(page: Any) -> bool:
    return "/StructParents" in page.obj and int(page.obj.StructParents) >= 128


def is_full(page: Any) -> bool:
    streams = page.obj.get("/Contents", [])
    return sum(len(stream.read_bytes()) for stream in (streams if isinstance(streams, Array) else [streams])) > 4000


def around(ops: _Lines, n: int) -> tuple[int, int]:
    """Return the first and the last operator of the text object that holds operator `n`."""
    start, end = n, n
    while str(ops[start].operator) != "BT":
        start -= 1
    while str(ops[end].operator) != "ET":
        end += 1
    return start, end


def find_matrix(ops: _Lines, n: int) -> tuple[list[float], int]:
    while str(ops[n].operator) != "Tm":
        n -= 1
    return [float(value) for value in ops[n].operands], n


def insert(*new: Any) -> Callable[[Pdf, Any, _Lines, int], None]:
    def change(_pdf: Pdf, _page: Any, ops: _Lines, n: int) -> None:
        ops[n:n] = list(new)

    return change


def wrap(*new: Any) -> Callable[[Pdf, Any, _Lines, int], None]:
    def change(_pdf: Pdf, _page: Any, ops: _Lines, n: int) -> None:
        start, end = around(ops, n)
        ops[end + 1 : end + 1] = [op("Q")]
        ops[start:start] = [op("q"), *new]

    return change


def cover(grey: float, width: float = 120, height: float = 20, dx: float = 5, up: float = 16) -> Callable[..., None]:
    def change(_pdf: Pdf, _page: Any, ops: _Lines, n: int) -> None:
        (*_, x, y), _ = find_matrix(ops, n)
        ops.extend(
            [op("BMC", Name.Artifact), op("q"), *_upright(ops), op("g", grey), op("re", x + dx, y - up, width, height)]
        )
        ops.extend([op("f"), op("Q"), op("EMC")])

    return change


def _upright(ops: _Lines) -> _Lines:
    """Return the matrices at the head of a page's content, which `q` and `Q` around all close again."""
    return [step for step in ops[:8] if str(step.operator) == "cm"]


def cover_with_picture(pdf: Pdf, page: Any, ops: _Lines, n: int) -> None:
    (*_, x, y), _ = find_matrix(ops, n)
    image = pdf.make_stream(
        b"\xff",
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=1,
        Height=1,
        ColorSpace=Name.DeviceGray,
        BitsPerComponent=8,
    )
    if "/XObject" not in page.Resources:
        page.Resources.XObject = Dictionary()
    page.Resources.XObject[Name.zz] = image
    ops.extend(
        [
            op("BMC", Name.Artifact),
            op("q"),
            *_upright(ops),
            op("cm", 100, 0, 0, 18, x + 5, y - 14),
            op("Do", Name.zz),
            op("Q"),
            op("EMC"),
        ]
    )


def hide_in_layer(pdf: Pdf, page: Any, ops: _Lines, _n: int) -> None:
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("x")))
    page.Resources[Name.Properties] = Dictionary(oc=layer)
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    ops[:] = [op("BDC", Name.OC, Name.oc), *ops, op("EMC")]


def set_state(**keys: Any) -> Callable[..., None]:
    def change(pdf: Pdf, page: Any, ops: _Lines, n: int) -> None:
        if "/ExtGState" not in page.Resources:
            page.Resources.ExtGState = Dictionary()
        page.Resources.ExtGState[Name.zz] = Dictionary(**{k: v(pdf) if callable(v) else v for k, v in keys.items()})
        ops[n:n] = [op("gs", Name.zz)]

    return change


def make_soft_mask(pdf: Pdf) -> Any:
    group = pdf.make_stream(
        b"0 g 0 0 9 9 re f",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 9, 9]),
        Group=Dictionary(S=Name.Transparency, CS=Name.DeviceGray),
    )
    return Dictionary(S=Name.Luminosity, G=group)


def mirror(_pdf: Pdf, _page: Any, ops: _Lines, n: int) -> None:
    (a, b, c, d, x, y), at = find_matrix(ops, n)
    ops[at] = op("Tm", -a, b, c, d, x + 300, y)


def change_outlines(change: Callable[[Any, str, str], None]) -> Callable[..., None]:
    """Change the outlines of two letters of a line in the embedded font."""

    def change_font(_pdf: Pdf, page: Any, ops: _Lines, n: int) -> None:
        while str(ops[n].operator) != "TJ":
            n += 1
        at = n
        while str(ops[at].operator) != "Tf":
            at -= 1
        descriptor = page.Resources.Font[str(ops[at].operands[0])].DescendantFonts[0].FontDescriptor
        face: Any = TTFont(io.BytesIO(descriptor.FontFile2.read_bytes()))
        codes = [bytes(part) for part in ops[n].operands[0] if isinstance(part, String)]
        glyphs = sorted({int.from_bytes(code[i : i + 2], "big") for code in codes for i in range(0, len(code), 2)})
        change(face["glyf"], *(face.getGlyphName(glyph) for glyph in glyphs[5:7]))
        out = io.BytesIO()
        face.save(out)
        descriptor.FontFile2.write(out.getvalue())

    return change_font


def exchange_outlines(table: Any, first: str, second: str) -> None:
    table.glyphs[first], table.glyphs[second] = table[second], table[first]


def move_point(table: Any, first: str, _second: str) -> None:
    """Move one point of a letter by 20 units; the outline has as many steps as before."""
    glyph = table[first]
    if glyph.isComposite():
        glyph = table[glyph.components[0].glyphName]
    x, y = glyph.coordinates[0]
    glyph.coordinates[0] = x + 20, y


def remap_glyphs(pdf: Pdf, page: Any, ops: _Lines, n: int) -> None:
    while str(ops[n].operator) != "Tf":
        n -= 1
    below = page.Resources.Font[str(ops[n].operands[0])].DescendantFonts[0]
    below.CIDToGIDMap = pdf.make_stream(b"".join((i ^ 1 if i > 40 else i).to_bytes(2, "big") for i in range(4000)))


LINE_KINDS = (
    change_line("horizontal scale 1 %", insert(op("Tz", 1))),
    change_line("horizontal scale 70 %", insert(op("Tz", 70))),
    change_line("white rectangle", cover(1)),
    change_line("white rectangle over three letters", cover(1, 14)),
    change_line("white line through the letters", cover(1, 300, 1.4, 0, 4)),
    change_line("black rectangle", cover(0)),
    change_line("grey rectangle", cover(0.45)),
    change_line("white picture", cover_with_picture),
    change_line("clipped to nothing", wrap(op("re", 0, 0, 0.1, 0.1), op("W"), op("n"))),
    change_line("hidden layer", hide_in_layer),
    change_line("soft mask", set_state(SMask=make_soft_mask)),
    change_line("blend mode", set_state(BM=Name.Screen)),
    change_line("opacity 20 %", set_state(ca=0.2)),
    change_line("grey 90 %", insert(op("g", 0.9))),
    change_line("white", insert(op("g", 1))),
    change_line("outlines only", insert(op("w", 0.01), op("Tr", 1))),
    change_line("invisible", insert(op("Tr", 3))),
    change_line("clipping text", insert(op("Tr", 7))),
    change_line("mirrored", mirror),
    change_line("letters on letters", insert(op("Tc", -5))),
    change_line("raised", insert(op("Ts", 30))),
    change_line("outlines exchanged", change_outlines(exchange_outlines)),
    change_line("point of an outline moved", change_outlines(move_point)),
    change_line("other glyphs", remap_glyphs),
)
