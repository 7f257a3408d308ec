"""Sabotage of a whole PDF: its tags, pages, bookmarks, links, metadata and what is attached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.proof.sabotage.kinds import Kind, NoPlaceError, choose
from tests.proof.sabotage.pdf_line_kinds import LINE_KINDS, change_file, holds_interview, is_full


def iterate_outer_elements(pdf: Pdf, *, of_interviews: bool) -> Iterator[Any]:
    """Yield the structure elements of the interviews in order, or those around them."""

    def walk(element: Any, *, is_inside: bool = False) -> Iterator[tuple[Any, bool]]:
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, Array) else [kids]:
            if isinstance(kid, Dictionary) and "/S" in kid:
                is_article = kid.S == "/Art"
                yield from [] if is_article else [(kid, is_inside)]
                yield from walk(kid, is_inside=is_inside or is_article)

    yield from (element for element, is_inside in walk(pdf.Root.StructTreeRoot) if is_inside == of_interviews)


def change_element(name: str, role: str, change: Callable[[Any], None]) -> Kind:
    """Return the kind that changes a structure element of a role."""

    def spoil(pdf: Pdf, place: int) -> None:
        change(
            choose(
                [
                    element
                    for element in iterate_outer_elements(pdf, of_interviews=True)
                    if str(element.S) == f"/{role}"
                ],
                place,
            )
        )

    return change_file(f"tag: {name}", spoil)


def set_key(key: str, value: Any) -> Callable[[Any], None]:
    def change(holder: Any) -> None:
        holder[key] = value

    return change


ELEMENT_KINDS = (
    change_element("ActualText", "P", set_key("/ActualText", String("Another sentence."))),
    change_element("empty ActualText", "P", set_key("/ActualText", String(""))),
    change_element("ActualText of a phrase", "Span", set_key("/ActualText", String("Another phrase."))),
    change_element("Alt on a paragraph", "P", set_key("/Alt", String("Another sentence."))),
    change_element("expansion", "P", set_key("/E", String("Another sentence."))),
    change_element("language of a paragraph", "P", set_key("/Lang", String("fr"))),
    change_element("language of a turn", "Sect", set_key("/Lang", String("fr"))),
    change_element("paragraph to no role", "P", set_key("/S", Name.NonStruct)),
    change_element("paragraph to private", "P", set_key("/S", Name.Private)),
    change_element("title to paragraph", "H1", set_key("/S", Name.P)),
    change_element("paragraph to heading", "P", set_key("/S", Name.H1)),
    change_element("paragraph to quotation", "P", set_key("/S", Name.BlockQuote)),
    change_element("quotation to section", "BlockQuote", set_key("/S", Name.Div)),
    change_element("header cell to data cell", "TH", set_key("/S", Name.TD)),
    change_element("title of a turn", "Sect", set_key("/T", String("Answer 9, Somebody"))),
    change_element("Alt of a picture", "Figure", set_key("/Alt", String("Another picture."))),
    change_element("ActualText of a picture", "Figure", set_key("/ActualText", String("Another picture."))),
    change_element("link to span", "Link", set_key("/S", Name.Span)),
    change_element("span to quotation", "Span", set_key("/S", Name.Quote)),
    change_element("note to paragraph", "Note", set_key("/S", Name.P)),
)


def add_role_map(pdf: Pdf, _place: int) -> None:
    pdf.Root.StructTreeRoot.RoleMap = Dictionary(P=Name.Artifact)


def set_on_page(**keys: Any) -> Callable[[Pdf, int], None]:
    def change(pdf: Pdf, place: int) -> None:
        page = choose([page for page in pdf.pages if holds_interview(page)], place)
        for key, value in keys.items():
            page.obj[f"/{key}"] = value

    return change


def set_in_root(**keys: Any) -> Callable[[Pdf, int], None]:
    def change(pdf: Pdf, _place: int) -> None:
        for key, value in keys.items():
            pdf.Root[f"/{key}"] = value

    return change


def remove_from_root(key: str) -> Callable[[Pdf, int], None]:
    def change(pdf: Pdf, _place: int) -> None:
        del pdf.Root[key]

    return change


def add_blank_page(pdf: Pdf, _place: int) -> None:
    pdf.add_blank_page(page_size=(419.53, 595.28))


def exchange_pages(pdf: Pdf, place: int) -> None:
    first, second = (pdf.pages[place + 6 + number].obj for number in (0, 1))
    kids = pdf.Root.Pages.Kids
    kids[place + 6], kids[place + 7] = second, first


def replace_picture(pdf: Pdf, _place: int) -> None:
    for stream in pdf.objects:
        if isinstance(stream, pikepdf.Stream) and stream.get("/Subtype") == "/Image":
            stream.write(b"\x80" * int(stream.Width) * int(stream.Height) * 3)
            stream.ColorSpace, stream.BitsPerComponent = Name.DeviceRGB, 8
            if "/SMask" in stream:
                del stream["/SMask"]
            return
    raise NoPlaceError


def set_info(key: str, value: str) -> Callable[[Pdf, int], None]:
    def change(pdf: Pdf, _place: int) -> None:
        pdf.docinfo[key] = String(value)

    return change


def edit_xmp(old: bytes, new: bytes) -> Callable[[Pdf, int], None]:
    def change(pdf: Pdf, _place: int) -> None:
        data = pdf.Root.Metadata.read_bytes()
        if old not in data:
            raise NoPlaceError
        pdf.Root.Metadata.write(data.replace(old, new, 1))

    return change


def _bookmarks(pdf: Pdf) -> list[Any]:
    found: list[Any] = []

    def walk(entry: Any) -> None:
        while entry is not None:
            found.append(entry)
            walk(entry.get("/First"))
            entry = entry.get("/Next")

    walk(pdf.Root.Outlines.get("/First"))
    return found


def change_bookmark(change: Callable[[Any, list[Any]], None]) -> Callable[[Pdf, int], None]:
    def spoil(pdf: Pdf, place: int) -> None:
        entries = _bookmarks(pdf)
        change(choose(entries[2:], place), entries)

    return spoil


def retarget_bookmark(entry: Any, entries: list[Any]) -> None:
    entry.Dest = entries[0].Dest


def act_by_bookmark(entry: Any, _entries: list[Any]) -> None:
    del entry["/Dest"]
    entry.A = Dictionary(S=Name.URI, URI=String("https://example.org/"))


def _links(pdf: Pdf, key: str) -> list[Any]:
    return [(page, link) for page in pdf.pages for link in page.obj.get("/Annots", []) if key in link]


def change_link(key: str, change: Callable[[Any, Any], None]) -> Callable[[Pdf, int], None]:
    def spoil(pdf: Pdf, place: int) -> None:
        change(*choose(_links(pdf, key), place))

    return spoil


def retarget_uri(_page: Any, link: Any) -> None:
    link.A.URI = String("https://example.net/")


def retarget_inside(_page: Any, link: Any) -> None:
    link.Dest = String("front.title")


def move_link(_page: Any, link: Any) -> None:
    link.Rect = Array([10, 10, 40, 20])


def remove_link(page: Any, link: Any) -> None:
    page.obj.Annots = Array([other for other in page.obj.Annots if other.objgen != link.objgen])


def launch(_page: Any, link: Any) -> None:
    link.A = Dictionary(S=Name.Launch, F=String("x.exe"))
    if "/Dest" in link:
        del link["/Dest"]


def describe_link(_page: Any, link: Any) -> None:
    link.Contents = String("something else")


def hide_link(_page: Any, link: Any) -> None:
    link.F = 2


def retarget_destination(pdf: Pdf, place: int) -> None:
    names = pdf.Root.Names.Dests.Names
    index = choose([n for n in range(0, len(names), 2) if str(names[n]).startswith("how-it-works.")], place)
    names[index + 1] = names[1]


def annotate(**keys: Any) -> Callable[[Pdf, int], None]:
    def change(pdf: Pdf, place: int) -> None:
        page = choose([page for page in pdf.pages if holds_interview(page)], place)
        look = pdf.make_stream(
            b"1 1 1 rg 0 0 419 595 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 419, 595])
        )
        note = Dictionary(Type=Name.Annot, Rect=Array([0, 0, 419, 595]), F=4, AP=Dictionary(N=look), **keys)
        page.obj.Annots = Array([*page.obj.get("/Annots", []), pdf.make_indirect(note)])

    return change


def attach(pdf: Pdf, _place: int) -> None:
    pdf.attachments["notes.txt"] = b"A note."


def relabel_pages(pdf: Pdf, _place: int) -> None:
    nums = pdf.Root.PageLabels.Nums
    nums[len(nums) - 1] = Dictionary(S=Name.D, St=5)


def add_paint(*content: bytes) -> Callable[[Pdf, int], None]:
    def change(pdf: Pdf, place: int) -> None:
        page = choose([page for page in pdf.pages if holds_interview(page) and is_full(page)], place)
        streams = page.obj.Contents
        page.obj.Contents = Array(
            [*(streams if isinstance(streams, Array) else [streams]), *map(pdf.make_stream, content)]
        )

    return change


_JS = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
_CLAIMS = {"PDF/UA": b"<pdfuaid:part>1</pdfuaid:part>", "PDF/A": b"<pdfaid:part>3</pdfaid:part>"}

KINDS: tuple[Kind, ...] = (
    *LINE_KINDS,
    *ELEMENT_KINDS,
    change_file("role map", add_role_map),
    change_file("page turned", set_on_page(Rotate=180)),
    change_file("page scaled", set_on_page(UserUnit=10)),
    change_file("page cropped", set_on_page(CropBox=Array([0, 0, 419, 300]))),
    change_file("page larger", set_on_page(MediaBox=Array([0, 0, 900, 900]))),
    change_file("page action", set_on_page(AA=Dictionary(O=_JS))),
    change_file("page duration", set_on_page(Dur=1)),
    change_file("blank page added", add_blank_page),
    change_file("pages exchanged", exchange_pages),
    change_file("page labels", relabel_pages),
    change_file("white over the page", add_paint(b"/Artifact BMC q 1 g 0 0 420 300 re f Q EMC")),
    change_file("black over the page", add_paint(b"/Artifact BMC q 0 g 60 100 300 300 re f Q EMC")),
    change_file("picture replaced", replace_picture),
    change_file("language of the file", set_in_root(Lang=String("pl"))),
    change_file("language removed", remove_from_root("/Lang")),
    change_file("not marked", remove_from_root("/MarkInfo")),
    change_file("suspect tags", set_in_root(MarkInfo=Dictionary(Marked=True, Suspects=True))),
    change_file("open action", set_in_root(OpenAction=_JS)),
    change_file("actions of the file", set_in_root(AA=Dictionary(WP=_JS))),
    change_file("form", set_in_root(AcroForm=Dictionary(Fields=Array([])))),
    change_file("layers", set_in_root(OCProperties=Dictionary(OCGs=Array([]), D=Dictionary()))),
    change_file("viewer hides its window", set_in_root(PageMode=Name.FullScreen)),
    change_file("viewer preferences", set_in_root(ViewerPreferences=Dictionary(DisplayDocTitle=False))),
    change_file("permissions", set_in_root(Perms=Dictionary())),
    change_file("collection", set_in_root(Collection=Dictionary())),
    change_file(
        "read right to left", set_in_root(ViewerPreferences=Dictionary(DisplayDocTitle=True, Direction=Name.R2L))
    ),
    change_file("Info: title", set_info("/Title", "Another book")),
    change_file("Info: author", set_info("/Author", "Another author")),
    change_file("Info: subject", set_info("/Subject", "Another subject")),
    change_file("Info: date", set_info("/CreationDate", "D:19990101000000Z")),
    change_file("Info: other key", set_info("/Sponsor", "Somebody")),
    change_file("XMP: title", edit_xmp(b"The Parts Speak", b"Another book")),
    change_file("XMP: author", edit_xmp(b"An editor", b"A ghost")),
    change_file("XMP: language", edit_xmp(b"<rdf:li>en</rdf:li>", b"<rdf:li>pl</rdf:li>")),
    change_file("XMP: date", edit_xmp(b"<xmp:CreateDate>2026", b"<xmp:CreateDate>1999")),
    change_file("XMP: identifier", edit_xmp(b"urn:onrecord:", b"urn:other:")),
    change_file("XMP: publisher", edit_xmp(b"The Press", b"A Press")),
    *(change_file(f"XMP: claim {name} removed", edit_xmp(claim, b"")) for name, claim in _CLAIMS.items()),
    change_file("XMP: claim raised", edit_xmp(b"<pdfaid:conformance>A", b"<pdfaid:conformance>U")),
    change_file("XMP removed", remove_from_root("/Metadata")),
    change_file(
        "bookmark renamed", change_bookmark(lambda entry, _entries: set_key("/Title", String("Denied"))(entry))
    ),
    change_file("bookmark retargeted", change_bookmark(retarget_bookmark)),
    change_file("bookmark with an action", change_bookmark(act_by_bookmark)),
    change_file("bookmarks removed", remove_from_root("/Outlines")),
    change_file("link to the web retargeted", change_link("/A", retarget_uri)),
    change_file("link inside retargeted", change_link("/Dest", retarget_inside)),
    change_file("link moved", change_link("/Subtype", move_link)),
    change_file("link removed", change_link("/Subtype", remove_link)),
    change_file("link starts a program", change_link("/Subtype", launch)),
    change_file("link described otherwise", change_link("/Subtype", describe_link)),
    change_file("link hidden", change_link("/Subtype", hide_link)),
    change_file("destination moved", retarget_destination),
    change_file("white annotation", annotate(Subtype=Name.Square, IC=Array([1, 1, 1]))),
    change_file("note", annotate(Subtype=Name.FreeText, Contents=String("Denied"), DA=String("/F 9 Tf"))),
    change_file("stamp", annotate(Subtype=Name.Stamp)),
    change_file(
        "link added", annotate(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("https://example.org/")))
    ),
    change_file("attachment", attach),
    change_file(
        "encryption",
        lambda _pdf, _place: None,
        encryption=pikepdf.Encryption(
            owner="x", user="", allow=pikepdf.Permissions(extract=False, accessibility=False)
        ),
    ),
)
