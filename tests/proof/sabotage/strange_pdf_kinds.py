"""More kinds of sabotage of a PDF: around the interviews, in what it holds beside its pages, of the whole file."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.proof.sabotage.kinds import Files, Kind, NoPlaceError, choose
from tests.proof.sabotage.pdf_kinds import iterate_outer_elements, set_in_root, set_key, set_on_page
from tests.proof.sabotage.pdf_line_kinds import change_file


def change_front(role: str, change: Callable[[Any], None]) -> Callable[[pikepdf.Pdf, int], None]:
    """Return the change of a structure element outside the interviews."""

    def spoil(pdf: pikepdf.Pdf, place: int) -> None:
        elements = [element for element in iterate_outer_elements(pdf, of_interviews=False) if f"/{role}" == element.S]
        change(choose(elements, place))

    return spoil


def change_top(key: str, value: Any) -> Kind:
    """Return the kind that sets a key of one of the topmost objects of the tag tree: the place says of which."""

    def spoil(pdf: pikepdf.Pdf, place: int) -> None:
        root = pdf.Root.StructTreeRoot
        document = root.K[0]
        interview = next(element for element in document.K if element.S == "/Art")
        choose([root, document, document.K[0], document.K[0].K[0], interview], place)[key] = value

    return change_file(f"top of the tags: {key}{'' if value else ', empty'}", spoil)


def exchange_kids(pdf: pikepdf.Pdf, place: int) -> None:
    """Exchange two kids of an element: their words stay where they are painted."""
    holders = [
        element
        for element in iterate_outer_elements(pdf, of_interviews=True)
        if str(element.S) in ("/Sect", "/BlockQuote", "/Table", "/TR", "/L")
        if isinstance(element.get("/K"), Array) and len(element.K) > 1
    ]
    kids = choose(holders, place).K
    first, second = kids[0], kids[1]
    kids[0], kids[1] = second, first


def exchange_roles(pdf: pikepdf.Pdf, place: int) -> None:
    """Exchange the roles of two neighbours, so that as many of each remain."""
    elements = list(iterate_outer_elements(pdf, of_interviews=True))
    pairs = [
        (first, second)
        for first, second in pairwise(elements)
        if str(first.S) in ("/P", "/H2", "/H3", "/BlockQuote", "/Caption") and first.S != second.S
        if str(second.S) in ("/P", "/H2", "/H3", "/BlockQuote", "/Caption")
    ]
    first, second = choose(pairs, place)
    first.S, second.S = Name(str(second.S)), Name(str(first.S))


def move_out(pdf: pikepdf.Pdf, place: int) -> None:
    """Move the last paragraph of a quotation, list or table out of it, after it."""
    holders = [
        element
        for element in iterate_outer_elements(pdf, of_interviews=True)
        if str(element.S) in ("/BlockQuote", "/L", "/Sect")
        and isinstance(element.get("/K"), Array)
        and len(element.K) > 1
        and "/S" in element.K[-1]
    ]
    holder = choose(holders, place)
    parent, moved = holder.P, holder.K[-1]
    del holder.K[len(holder.K) - 1]
    at = [kid.objgen for kid in parent.K if isinstance(kid, Dictionary)].index(holder.objgen)
    parent.K.insert(at + 1, moved)
    moved.P = parent


def paint_over_margin(content: bytes, first: int = 9) -> Callable[[pikepdf.Pdf, int], None]:
    """Return the change that paints over head, foot or margin of a page that has something there."""

    def spoil(pdf: pikepdf.Pdf, place: int) -> None:
        pages = [page for page in pdf.pages[first:11] if isinstance(page.obj.get("/Contents"), Array)]
        page = choose(pages, place)
        page.obj.Contents = Array([*page.obj.Contents, pdf.make_stream(content)])

    return spoil


def repeat_page(pdf: pikepdf.Pdf, place: int) -> None:
    kids = pdf.Root.Pages.Kids
    kids.insert(9 + place, kids[8 + place])
    pdf.Root.Pages.Count += 1


def drop_page(pdf: pikepdf.Pdf, place: int) -> None:
    del pdf.pages[choose([index for index, page in enumerate(pdf.pages) if "/Contents" in page.obj], place)]


def set_on_font(**keys: Any) -> Callable[[pikepdf.Pdf, int], None]:
    def spoil(pdf: pikepdf.Pdf, place: int) -> None:
        fonts = [part for part in pdf.objects if isinstance(part, Dictionary) and "/DescendantFonts" in part]
        font = choose(fonts, place)
        for key, value in keys.items():
            font[f"/{key}"] = value

    return spoil


def exchange_fonts(pdf: pikepdf.Pdf, _place: int) -> None:
    """Exchange the programs of two faces."""
    fonts = [part for part in pdf.objects if isinstance(part, Dictionary) and "/DescendantFonts" in part]
    first, second = (font.DescendantFonts[0].FontDescriptor for font in fonts[:2])
    first.FontFile2, second.FontFile2 = second.FontFile2, first.FontFile2


def set_in_parents(pdf: pikepdf.Pdf, place: int) -> None:
    """Exchange two entries of the parent tree, so that words belong to each other's elements."""
    tree = pikepdf.NumberTree(pdf.Root.StructTreeRoot.ParentTree)
    rows = [value for _, value in tree.items() if isinstance(value, Array) and len(value) > 4]
    row = choose(rows, place)
    owners = {row[index].objgen: index for index in range(len(row)) if isinstance(row[index], Dictionary)}
    if len(owners) < 2:
        raise NoPlaceError
    first, *_, second = owners.values()
    row[first], row[second] = row[second], row[first]


def add_outside(pdf: pikepdf.Pdf, _place: int) -> None:
    """Add a second document to the tag tree, with words read aloud."""
    element = Dictionary(S=Name.P, P=pdf.Root.StructTreeRoot, ActualText=String("Denied."), K=0, Pg=pdf.pages[8].obj)
    kids = pdf.Root.StructTreeRoot.K
    pdf.Root.StructTreeRoot.K = Array([*(kids if isinstance(kids, Array) else [kids]), pdf.make_indirect(element)])


def link_by_page(pdf: pikepdf.Pdf, place: int) -> None:
    """Let a link lead to a sheet instead of a name."""
    links = [link for page in pdf.pages for link in page.obj.get("/Annots", []) if "/Dest" in link]
    choose(links, place).Dest = Array([pdf.pages[0].obj, Name.Fit])


def cover_link(pdf: pikepdf.Pdf, place: int) -> None:
    """Lay a second link on a link."""
    pairs = [(page, link) for page in pdf.pages for link in page.obj.get("/Annots", [])]
    page, link = choose(pairs, place)
    action = Dictionary(S=Name.URI, URI=String("https://example.net/"))
    other = Dictionary(Type=Name.Annot, Subtype=Name.Link, F=4, Rect=link.Rect, A=action, BS=Dictionary(W=0))
    page.obj.Annots = Array([*page.obj.Annots, pdf.make_indirect(other)])


def put_link_first(pdf: pikepdf.Pdf, place: int) -> None:
    """Lay a second link under a link."""
    pairs = [(page, link) for page in pdf.pages for link in page.obj.get("/Annots", [])]
    page, link = choose(pairs, place)
    action = Dictionary(S=Name.URI, URI=String("https://example.net/"))
    other = Dictionary(Type=Name.Annot, Subtype=Name.Link, F=4, Rect=link.Rect, A=action, BS=Dictionary(W=0))
    page.obj.Annots = Array([pdf.make_indirect(other), *page.obj.Annots])


def chain_action(pdf: pikepdf.Pdf, place: int) -> None:
    """Let a link to the web start an action besides."""
    links = [link for page in pdf.pages for link in page.obj.get("/Annots", []) if "/A" in link]
    choose(links, place).A.Next = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def change_intent(pdf: pikepdf.Pdf, _place: int) -> None:
    pdf.Root.OutputIntents[0].OutputConditionIdentifier = String("Another press")


def change_sheet_class(pdf: pikepdf.Pdf, _place: int) -> None:
    pdf.Root.StructTreeRoot.ClassMap = Dictionary(x=Dictionary(O=Name.Layout, Placement=Name.Block))


def set_scope(pdf: pikepdf.Pdf, place: int) -> None:
    cells = [element for element in iterate_outer_elements(pdf, of_interviews=True) if element.S in ("/TH", "/TD")]
    choose(cells, place).A = Dictionary(O=Name.Table, Scope=Name.Row, RowSpan=4, ColSpan=3)


def set_numbering(pdf: pikepdf.Pdf, place: int) -> None:
    lists = [element for element in iterate_outer_elements(pdf, of_interviews=True) if element.S == "/L"]
    choose(lists, place).A = Dictionary(O=Name.List, ListNumbering=Name.UpperRoman)


def stamp_content(*content: bytes) -> Callable[[pikepdf.Pdf, int], None]:
    """Return the change that paints words of a font of the page, in a tagged or untagged way."""

    def spoil(pdf: pikepdf.Pdf, place: int) -> None:
        pages = [page for page in pdf.pages[8:] if isinstance(page.obj.get("/Contents"), Array)]
        page = choose(pages, place)
        first = page.obj.Contents[0].read_bytes()
        match = re.search(rb"/(\S+)\s+[\d.]+\s+Tf.*?<([0-9a-f]{8,})>", first, re.DOTALL)
        if match is None:
            raise NoPlaceError
        data = b"\n".join(content).replace(b"FONT", b"/" + match[1]).replace(b"CODES", match[2])
        page.obj.Contents = Array([*page.obj.Contents, pdf.make_stream(data)])

    return spoil


def mark_content(entries: bytes) -> Callable[[pikepdf.Pdf, int], None]:
    """Return the change that adds entries to what the first marked content of a page says of itself."""

    def spoil(pdf: pikepdf.Pdf, place: int) -> None:
        stream = choose([page.obj.Contents[0] for page in pdf.pages[8:] if "/Contents" in page.obj], place)
        data, count = re.subn(rb"(/Span\s+<</MCID \d+)(?=>>)", rb"\1" + entries, stream.read_bytes(), count=1)
        if not count:
            raise NoPlaceError
        stream.write(data)

    return spoil


def wrap_content(mark: bytes) -> Callable[[pikepdf.Pdf, int], None]:
    """Return the change that puts the first words of a page into further marked content."""

    def spoil(pdf: pikepdf.Pdf, place: int) -> None:
        stream = choose([page.obj.Contents[0] for page in pdf.pages[8:] if "/Contents" in page.obj], place)
        wrapped = rb"\1 " + mark + rb"\2EMC \3"
        stream.write(
            re.sub(rb"(<</MCID \d+>>\s+BDC)(.*?)(EMC)", wrapped, stream.read_bytes(), count=1, flags=re.DOTALL)
        )

    return spoil


def paint_form(pdf: pikepdf.Pdf, place: int) -> None:
    """Paint white over a page by a form that lies in a transparency group."""
    page = choose([page for page in pdf.pages[8:] if isinstance(page.obj.get("/Contents"), Array)], place)
    form = pdf.make_stream(
        b"1 g 0 0 420 420 re f",
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=Array([0, 0, 420, 420]),
        Group=Dictionary(S=Name.Transparency),
    )
    if "/XObject" not in page.obj.Resources:
        page.obj.Resources.XObject = Dictionary()
    page.obj.Resources.XObject[Name.zf] = form
    page.obj.Contents = Array([*page.obj.Contents, pdf.make_stream(b"/Artifact BMC q /zf Do Q EMC")])


def paint_shading(pdf: pikepdf.Pdf, place: int) -> None:
    """Paint a white shading over a page."""
    page = choose([page for page in pdf.pages[8:] if isinstance(page.obj.get("/Contents"), Array)], place)
    function = Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1]), C1=Array([1]), N=1)
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceGray, Coords=Array([0, 0, 420, 0]), Function=function)
    page.obj.Resources.Shading = Dictionary(zs=shading)
    page.obj.Contents = Array([*page.obj.Contents, pdf.make_stream(b"/Artifact BMC q 0 0 420 420 re W n /zs sh Q EMC")])


def update_incrementally(files: Files, _place: int) -> Files:
    """Append an update of the catalog that claims another language."""
    data = files[""]
    with pikepdf.open(io.BytesIO(data)) as pdf:
        number = pdf.Root.objgen[0]
        pdf.Root.Lang = String("pl")
        body = pdf.Root.unparse(resolved=True)
        size = len(pdf.objects) + 1
    start = data.rstrip().rsplit(b"startxref", 1)[1].split()[0]
    at = len(data)
    update = b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root %d 0 R/Prev %s>>\nstartxref\n%d\n%%%%EOF\n"
    return {"": data + update + table % (number, at, size, number, start, at + len(update))}


_WORDS = b"BT FONT 9 Tf 1 0 0 1 80 80 Tm <CODES> Tj ET"
STRANGE_PDF_KINDS: tuple[Kind, ...] = (
    change_file("front: ActualText", change_front("P", set_key("/ActualText", String("Another sentence.")))),
    change_file("front: Alt", change_front("P", set_key("/Alt", String("Another sentence.")))),
    change_file("front: language", change_front("P", set_key("/Lang", String("fr")))),
    change_file("front: heading to paragraph", change_front("H1", set_key("/S", Name.P))),
    change_file("front: paragraph to artifact", change_front("P", set_key("/S", Name.Artifact))),
    change_file("front: title of a section", change_front("Sect", set_key("/T", String("Another section")))),
    change_file("front: line of the contents to paragraph", change_front("TOCI", set_key("/S", Name.P))),
    change_file("front: link to span", change_front("Link", set_key("/S", Name.Span))),
    *(change_top(key, String("Denied")) for key in ("/ActualText", "/Alt", "/E", "/T", "/Phoneme", "/ID")),
    *(change_top(key, String("")) for key in ("/ActualText", "/Alt", "/Lang")),
    change_top("/Lang", String("fr")),
    change_top("/C", Name.Aside),
    change_top("/A", Dictionary(O=Name.Table, Summary=String("Denied"))),
    change_top("/A", Array([])),
    change_top("/NS", Dictionary(Type=Name.Namespace, NS=String("https://example.org/"))),
    change_top("/PhoneticAlphabet", Name.ipa),
    change_top("/Type", Name.Artifact),
    change_top("/S", Name.Private),
    change_file("front: empty ActualText", change_front("P", set_key("/ActualText", String("")))),
    change_file("front: role of a holder of sections", change_front("Div", set_key("/S", Name.Artifact))),
    change_file("kids exchanged", exchange_kids),
    change_file("roles exchanged", exchange_roles),
    change_file("element moved out", move_out),
    change_file("second document in the tags", add_outside),
    change_file("parents exchanged", set_in_parents),
    change_file("class map", change_sheet_class),
    change_file("scope and spans of a cell", set_scope),
    change_file("numbering of a list", set_numbering),
    change_file("head covered", paint_over_margin(b"/Artifact BMC q 1 g 0 545 420 50 re f Q EMC")),
    change_file("foot covered", paint_over_margin(b"/Artifact BMC q 1 g 0 0 420 50 re f Q EMC")),
    change_file("margin covered", paint_over_margin(b"/Artifact BMC q 1 g 360 60 60 480 re f Q EMC", 10)),
    change_file("white form over the page", paint_form),
    change_file("white shading over the page", paint_shading),
    change_file("page repeated", repeat_page),
    change_file("page dropped", drop_page),
    change_file("faces exchanged", exchange_fonts),
    change_file("encoding of a font", set_on_font(Encoding=Name("/Identity-V"))),
    change_file("link by page", link_by_page),
    change_file("link on a link", cover_link),
    change_file("link under a link", put_link_first),
    change_file("action after an address", chain_action),
    change_file("name of the colours", change_intent),
    change_file("page private data", set_on_page(PieceInfo=Dictionary())),
    change_file("page metadata", set_on_page(Metadata=Dictionary())),
    change_file("page files", set_on_page(AF=Array([]))),
    change_file("page art box", set_on_page(ArtBox=Array([0, 0, 200, 300]))),
    change_file("page bleed box", set_on_page(BleedBox=Array([0, 0, 200, 300]))),
    change_file("page separation", set_on_page(SeparationInfo=Dictionary())),
    change_file("page order of tabs", set_on_page(Tabs=Name.R)),
    change_file("private data of the file", set_in_root(PieceInfo=Dictionary())),
    change_file("requirements", set_in_root(Requirements=Array([]))),
    change_file("dests in the old way", set_in_root(Dests=Dictionary())),
    change_file("spiders", set_in_root(SpiderInfo=Dictionary())),
    change_file("extensions", set_in_root(Extensions=Dictionary())),
    change_file("words in a form of content", stamp_content(b"/P <</MCID 0>> BDC", _WORDS, b"EMC")),
    change_file("words under another mark", stamp_content(b"/OC /x BDC", _WORDS, b"EMC")),
    change_file("words said otherwise", stamp_content(b"/Span <</ActualText (Denied)>> BDC", _WORDS, b"EMC")),
    change_file("content: Alt", mark_content(b"/Alt(Denied)")),
    change_file("content: expansion", mark_content(b"/E(Denied)")),
    change_file("content: language", mark_content(b"/Lang(fr)")),
    change_file("content: empty ActualText", mark_content(b"/ActualText()")),
    change_file("content inside: Alt", wrap_content(b"/Span <</Alt(Denied)>> BDC")),
    change_file("content inside: empty ActualText", wrap_content(b"/Span <</ActualText()>> BDC")),
    change_file("content inside: artifact", wrap_content(b"/Artifact BMC")),
    change_file("artifact that says words", stamp_content(b"/Artifact <</Alt (Denied)>> BDC", _WORDS, b"EMC")),
    change_file("words painted white", stamp_content(b"1 g", _WORDS)),
    change_file("words as a clip", stamp_content(b"7 Tr", _WORDS)),
    change_file("words in an artifact, invisible", stamp_content(b"/Artifact BMC 3 Tr", _WORDS, b"EMC")),
    change_file("words off the sheet", stamp_content(_WORDS.replace(b"80 80", b"900 900"))),
    Kind("incremental update", update_incrementally),
)
