"""Further kinds of sabotage: signs, elements, attributes and styles of screens; what a PDF paints, says and does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.proof.sabotage.kinds import Kind, NoPlaceError, append, choose, edit, swap
from tests.proof.sabotage.pdf_kinds import change_element, set_in_root, set_key, set_on_page
from tests.proof.sabotage.pdf_line_kinds import change_file, change_line, find_matrix, insert, op

_WORD = r"(?<=<p>)([^<]*?[a-z]{3} )([a-z]{4,})"
_PARAGRAPH = r"<p>(?=[^<]{12,})"

_SIGNS = {
    "dash shortened": ("—", "-"),
    "quotation mark straightened": ("”", '"'),
    "apostrophe straightened": ("’", "'"),
    "letter of another script": (r"(?<=[a-z])a(?=[a-z ][^<>]*</p>)", "\u0430"),
    "two spaces": (r"(<p>[^<]*?[a-z]{3}) ([a-z]{3})", "\\1 \u00a0\\2"),
    "line break": (_WORD, r"\1<br/>\2"),
    "small print": (_WORD, r"\1<small>\2</small>"),
    "inserted": (_WORD, r"\1<ins>\2</ins>"),
    "underlined": (_WORD, r"\1<u>\2</u>"),
    "marked": (_WORD, r"\1<mark>\2</mark>"),
    "quoted": (_WORD, r"\1<q>\2</q>"),
    "ruby": (_WORD, r"\1<ruby>\2<rt>not</rt></ruby>"),
    "abbreviation": (_WORD, r'\1<abbr title="not">\2</abbr>'),
    "own element": (_WORD, r"\1<x-word>\2</x-word>"),
    "words in a drawing": ("</article>", "<svg><text>denied</text></svg></article>"),
    "sound": ("</article>", '<audio src="x.mp3"></audio></article>'),
    "object": ("</article>", '<object data="x.html"></object></article>'),
    "rule between paragraphs": (_PARAGRAPH, "<hr/><p>"),
    "inert": (_PARAGRAPH, '<p inert="inert">'),
    "hidden until found": (_PARAGRAPH, '<p hidden="until-found">'),
    "editable": (_PARAGRAPH, '<p contenteditable="true">'),
    "not translated": (_PARAGRAPH, '<p translate="no">'),
    "tab stop": (_PARAGRAPH, '<p tabindex="0">'),
    "class of a paragraph": (_PARAGRAPH, '<p class="skip">'),
    "described by": (_PARAGRAPH, '<p aria-describedby="disclaimer">'),
    "data": (_PARAGRAPH, '<p data-note="denied">'),
    "list begins elsewhere": ("<ol(?=[ >])", '<ol start="7"'),
    "list runs backwards": ("<ol(?=[ >])", '<ol reversed="reversed"'),
    "list in letters": ("<ol(?=[ >])", '<ol type="a"'),
    "cell over two columns": ("<td>", '<td colspan="2">'),
    "caption to paragraph": (r"<figcaption>(.*?)</figcaption>", r"<p>\1</p>"),
}
_STYLES = {
    "behind the paper": ".disclaimer { position: relative; z-index: -1 }",
    "nearly white": ".byline { color: color-mix(in srgb, white 97%, black) }",
    "system colour": ".byline { color: Canvas }",
    "dark behind dark": ".byline { background-color: #222 }",
    "background of its own colour": ".byline { background: currentColor }",
    "lines clamped": ".answer p { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 1 }",
    "line clamp": ".answer p { line-clamp: 1 }",
    "cut with dots": ".byline { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; width: 3em }",
    "cut after two lines": ".answer p { height: 2lh; overflow: hidden }",
    "page cut": "body { height: 10px; overflow: hidden }",
    "size by calculation": ".disclaimer { font-size: calc(1px * 0.1) }",
    "size in per cent": ".disclaimer { font-size: 1% }",
    "size by short form": ".disclaimer { font: 0/0 serif }",
    "lines pulled up": ".byline { margin-top: -6em }",
    "first letter": ".answer p::first-letter { font-size: 0 }",
    "first line": ".answer p::first-line { color: transparent }",
    "marker": "li::marker { content: '9. ' }",
    "not under the mouse": ".disclaimer:not(:hover) { color: #fff }",
    "hidden if it is the target": ".turn:target { display: none }",
    "moved by animation": "@keyframes x { to { opacity: 0 } } .disclaimer { animation: x 1s forwards }",
    "contained": ".disclaimer { contain: size; overflow: clip }",
    "block size": ".disclaimer { block-size: 0; overflow: hidden }",
    "local font": '@font-face { font-family: "EB Garamond"; src: local("Wingdings") }',
    "local font in our name": '@font-face { font-family: "EB Garamond"; src: local("Arial") }',
    "signs under the name of letters": '@font-face { font-family: "EB Garamond (Arial)"; src: local("Wingdings") }',
    "font of no size": '@font-face { font-family: "EB Garamond (Arial)"; src: local("Arial"); size-adjust: 1% }',
    "font far below its line": '@font-face { font-family: "A (Arial)"; src: local("Arial"); ascent-override: 9999% }',
    "thick line under words": ".answer p { text-decoration: underline; text-decoration-thickness: 1em }",
    "line over words": ".answer p { text-decoration: overline; text-underline-offset: -0.5em }",
    "outline over words": ".byline { outline: 99px solid #fff; outline-offset: -50px }",
    "in a layer": "@layer x { .disclaimer { display: none } }",
    "by support": "@supports (display: grid) { .disclaimer { display: none } }",
    "nested": ".disclaimer { & { visibility: collapse } }",
    "zoom": "html { zoom: 0.05 }",
    "turned in depth": ".disclaimer { rotate: x 90deg }",
    "emphasis marks": ".answer p { text-emphasis: 'x' }",
    "hyphen of words": ".answer p { hyphenate-character: ' not ' }",
    "quotation marks": ".answer p { quotes: 'not ' ' not' }",
    "words kept from selection": ".answer p { -webkit-user-modify: read-write; user-select: none; color: white }",
    "colour by escape": r".byline { c\6flor: #fff }",
    "display by escape": r".disclaimer { display: n\6fne }",
    "columns": ".answer { column-width: 1px; overflow: hidden }",
    "grid in one place": ".answer { display: grid } .answer > * { grid-area: 1 / 1 }",
    "absolute on each other": ".answer p { position: absolute; top: 0 }",
}


def list_further_screen_kinds(pages: str, sheet: str) -> Iterator[Kind]:
    """Yield further kinds of both editions for screens."""
    for name, (pattern, new) in _SIGNS.items():
        yield edit(name, pages, pattern, new)
    for name, rule in _STYLES.items():
        yield append(f"style: {name}", sheet, f"\n{rule}\n")
    yield swap("ids of turns exchanged", pages, r'<section class="turn \w+" id="(\w+)"')
    yield swap("words of two paragraphs exchanged", pages, r"<p>([^<]{12,})</p>")


# --- PDF --------------------------------------------------------------------------------------------------


def draw_other_glyphs(pdf: pikepdf.Pdf, page: Any, ops: list[Any], n: int) -> None:
    """Draw another letter in a line; the map of the font says that it is the right one."""
    at = n
    while str(ops[at].operator) != "Tf":
        at -= 1
    font = page.Resources.Font[str(ops[at].operands[0])]
    text = font.ToUnicode.read_bytes()
    rows = dict(re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]{4})>\n", text))
    letters = [code for code, char in rows.items() if b"0061" <= char <= b"007a"]
    strings = [bytes(part) for part in ops[n].operands[0] if isinstance(part, String)]
    shown = {string[i : i + 2].hex().encode() for string in strings for i in range(0, len(string), 2)}
    old = next(code for code in letters if code in shown)
    new = next(code for code in letters if code not in shown)
    font.ToUnicode = pdf.make_stream(text.replace(b"<%s> <%s>" % (new, rows[new]), b"<%s> <%s>" % (new, rows[old])))
    parts = [
        String(bytes(part).replace(bytes.fromhex(old.decode()), bytes.fromhex(new.decode())))
        if isinstance(part, String)
        else part
        for part in ops[n].operands[0]
    ]
    ops[n] = op("TJ", Array(parts))


def move_line(dx: float, dy: float) -> Callable[..., None]:
    def change(_pdf: pikepdf.Pdf, _page: Any, ops: list[Any], n: int) -> None:
        (a, b, c, d, x, y), at = find_matrix(ops, n)
        ops[at] = op("Tm", a, b, c, d, x + dx, y + dy)

    return change


def scale_line(across: float, down: float) -> Callable[..., None]:
    def change(_pdf: pikepdf.Pdf, _page: Any, ops: list[Any], n: int) -> None:
        (a, b, c, d, x, y), at = find_matrix(ops, n)
        ops[at] = op("Tm", a * across, b, c, d * down, x, y)

    return change


def strike(_pdf: pikepdf.Pdf, _page: Any, ops: list[Any], n: int) -> None:
    (*_, x, y), _ = find_matrix(ops, n)
    first = [step for step in ops[:8] if str(step.operator) == "cm"]
    ops.extend([op("BMC", Name.Artifact), op("q"), *first, op("g", 0), op("re", x, y - 6.4, 150, 0.7), op("f")])
    ops.extend([op("Q"), op("EMC")])


def change_picture(change: Callable[[pikepdf.Pdf, Any], None]) -> Callable[[pikepdf.Pdf, int], None]:
    def spoil(pdf: pikepdf.Pdf, place: int) -> None:
        images = [part for part in pdf.objects if isinstance(part, pikepdf.Stream) and part.get("/Subtype") == "/Image"]
        change(
            pdf, choose([image for image in images if image.get("/ColorSpace") in ("/DeviceGray", "/DeviceRGB")], place)
        )

    return spoil


def change_painting(pattern: bytes, new: bytes) -> Callable[[pikepdf.Pdf, int], None]:
    """Return the change of how a picture is painted."""

    def spoil(pdf: pikepdf.Pdf, place: int) -> None:
        streams = []
        for page in pdf.pages:
            contents = page.obj.get("/Contents", Array([]))
            streams += list(contents) if isinstance(contents, Array) else [contents]
        stream = choose([stream for stream in streams if re.search(pattern, stream.read_bytes())], place)
        stream.write(re.sub(pattern, new, stream.read_bytes(), count=1))

    return spoil


def change_font(key: str, change: Callable[[pikepdf.Pdf, Any], Any]) -> Callable[[pikepdf.Pdf, int], None]:
    def spoil(pdf: pikepdf.Pdf, place: int) -> None:
        fonts = [part for part in pdf.objects if isinstance(part, Dictionary) and "/DescendantFonts" in part]
        font = choose(fonts, place)
        holder = font if key in font else font.DescendantFonts[0]
        holder[key] = change(pdf, holder[key])

    return spoil


def zoom_bookmark(pdf: pikepdf.Pdf, _place: int) -> None:
    pdf.Root.Outlines.First.Dest = Array([*list(pdf.Root.Outlines.First.Dest)[:4], 64])


def exchange_bookmarks(pdf: pikepdf.Pdf, _place: int) -> None:
    first = pdf.Root.Outlines.First
    first.Title, first.Next.Title = String(str(first.Next.Title)), String(str(first.Title))


def change_first_link(key: str, value: Any) -> Callable[[pikepdf.Pdf, int], None]:
    def spoil(pdf: pikepdf.Pdf, place: int) -> None:
        links = [link for page in pdf.pages for link in page.obj.get("/Annots", [])]
        choose(links, place)[key] = value

    return spoil


def replace_profile(pdf: pikepdf.Pdf, _place: int) -> None:
    pdf.Root.OutputIntents[0].DestOutputProfile = pdf.make_stream(b"no profile")


def hide_text(content: bytes) -> Callable[[pikepdf.Pdf, int], None]:
    """Return the change that paints words which nobody sees, for those who search."""

    def spoil(pdf: pikepdf.Pdf, place: int) -> None:
        page = choose([page for page in pdf.pages[8:] if "/Contents" in page.obj], place)
        streams = page.obj.Contents
        first = (streams[0] if isinstance(streams, Array) else streams).read_bytes()
        codes = choose(re.findall(rb"/(\S+)\s+[\d.]+\s+Tf.*?<([0-9a-f]{8,})>", first, re.DOTALL), place)
        data = content.replace(b"FONT", b"/" + codes[0]).replace(b"CODES", codes[1])
        page.obj.Contents = Array([*(streams if isinstance(streams, Array) else [streams]), pdf.make_stream(data)])

    return spoil


def drop_key(key: str) -> Callable[[pikepdf.Pdf, Any], None]:
    def change(_pdf: pikepdf.Pdf, image: Any) -> None:
        if key not in image:
            raise NoPlaceError
        del image[key]

    return change


_PAINTED = rb"([\d.]+) 0 0 -([\d.]+) 0 ([\d.]+) cm\s*(/i[0-9a-f]{8,} Do)"
FURTHER_PDF_KINDS: tuple[Kind, ...] = (
    change_line("other letter, and a map that lies", draw_other_glyphs),
    change_line("moved off the paper", move_line(900, 0)),
    change_line("narrow", scale_line(0.8, 1)),
    change_line("tiny", scale_line(0.1, 0.1)),
    change_line("black line through the letters", strike),
    change_line("letters apart", insert(op("Tc", 9))),
    change_line("colour of a pattern", insert(op("cs", Name.Pattern))),
    change_line("white by another colour space", insert(op("k", 0, 0, 0, 0))),
    change_line("pale red", insert(op("rg", 1, 0.9, 0.9))),
    change_file("picture inverted", change_picture(lambda _pdf, image: set_key("/Decode", Array([1, 0]))(image))),
    change_file(
        "picture with a key for a mask",
        change_picture(lambda _pdf, image: set_key("/Mask", Array([0, 255]))(image)),
    ),
    change_file("picture mirrored", change_painting(_PAINTED, rb"-\1 0 0 -\2 \1 \3 cm\n\4")),
    change_file("picture upside down", change_painting(_PAINTED, rb"\1 0 0 \2 0 0 cm\n\4")),
    change_file("picture shrunk", change_painting(_PAINTED, rb"2 0 0 -2 0 2 cm\n\4")),
    change_file("picture moved away", change_painting(_PAINTED, rb"\1 0 0 -\2 -900 \3 cm\n\4")),
    change_file("picture not painted", change_painting(_PAINTED, b"")),
    change_file("picture covered", change_painting(rb"(/i[0-9a-f]{8,} Do\s*Q\s*Q)", rb"\1 q 1 g 0 0 420 600 re f Q")),
    change_file("picture painted twice", change_painting(rb"(/i[0-9a-f]{8,} Do)", rb"\1 \1")),
    change_file("picture clipped", change_painting(_PAINTED, rb"0 0 1 1 re W n \1 0 0 -\2 0 \3 cm\n\4")),
    change_file("picture turned before", change_painting(_PAINTED, rb"0 1 -1 0 0 0 cm \1 0 0 -\2 0 \3 cm\n\4")),
    change_file("font without a map", change_font("/ToUnicode", lambda pdf, _: pdf.make_stream(b""))),
    change_file(
        "widths of a font",
        change_font("/W", lambda _pdf, rows: Array([*list(rows)[:1], Array([9] * len(rows[1])), *list(rows)[2:]])),
    ),
    change_element("ID", "Sect", set_key("/ID", String("how-it-works.a99"))),
    change_element("list item to paragraph", "LI", set_key("/S", Name.P)),
    change_element("table to division", "Table", set_key("/S", Name.Div)),
    change_element("no kids", "P", set_key("/K", Array([]))),
    change_file("bookmark with another zoom", zoom_bookmark),
    change_file("bookmarks exchanged", exchange_bookmarks),
    change_file("link with a border", change_first_link("/Border", Array([0, 0, 9]))),
    change_file("link with an action besides", change_first_link("/AA", Dictionary())),
    change_file("link with a popup", change_first_link("/Popup", Dictionary())),
    change_file("page trimmed", set_on_page(TrimBox=Array([0, 0, 200, 300]))),
    change_file("page thumbnail", set_on_page(Thumb=Dictionary())),
    change_file("page group", set_on_page(Group=Dictionary(S=Name.Transparency))),
    change_file("page transition", set_on_page(Trans=Dictionary())),
    change_file("page layout", set_in_root(PageLayout=Name.TwoColumnRight)),
    change_file("associated files", set_in_root(AF=Array([]))),
    change_file("threads", set_in_root(Threads=Array([]))),
    change_file("legal", set_in_root(Legal=Dictionary())),
    change_file("base of addresses", set_in_root(URI=Dictionary(Base=String("https://example.net/")))),
    change_file("colour profile", replace_profile),
    change_file(
        "invisible words", hide_text(b"BT /P <</MCID 999>> BDC FONT 9 Tf 3 Tr 1 0 0 1 80 80 Tm <CODES> Tj EMC ET")
    ),
    change_file("words as decoration", hide_text(b"/Artifact BMC BT FONT 9 Tf 1 0 0 1 80 80 Tm <CODES> Tj ET EMC")),
    change_file("words without a mark", hide_text(b"BT FONT 9 Tf 1 0 0 1 80 80 Tm <CODES> Tj ET")),
)
