"""Test that words which nobody sees in an original are refused and named, and that visible ones are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.importers.reader_choice import choose_reader
from onrecord.model.problems import Problem, Refused
from tests.support.packed_documents import build_docx, build_epub, build_odt, build_page

SECRET = "A: Geheim, phone 555"


def run(properties: str, words: str = SECRET) -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{words}</w:t></w:r>"


def par(properties: str, content: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content or run('')}</w:p>"


def cell(content: str, properties: str = "", table: str = "") -> str:
    first = "<w:tc><w:p><w:r><w:t>Light</w:t></w:r></w:p></w:tc>"
    row = f"<w:tr>{first}<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc></w:tr>"
    return f"<w:tbl><w:tblPr>{table}</w:tblPr>{row}</w:tbl>"


def style(kind: str, name: str, properties: str, more: str = "") -> str:
    return f'<w:style w:type="{kind}" w:styleId="{name}">{more}<w:rPr>{properties}</w:rPr></w:style>'


def fill(color: str) -> str:
    return f'<w:shd w:val="clear" w:fill="{color}"/>'


def box(fill_properties: str, properties: str) -> str:
    content = f"<w:txbxContent>{par('', run(properties))}</w:txbxContent>"
    return (
        f"<w:p><w:r><wps:wsp><wps:spPr>{fill_properties}</wps:spPr><wps:txbx>{content}</wps:txbx></wps:wsp></w:r></w:p>"
    )


WHITE, VANISH, TINY = '<w:color w:val="FFFFFF"/>', "<w:vanish/>", '<w:sz w:val="2"/>'
BASED = '<w:basedOn w:val="Low"/>'
HEADER = {"word/header1.xml": f"<w:hdr XMLNS>{par('', run(VANISH))}</w:hdr>"}
NOTES = {
    "word/footnotes.xml": f'<w:footnotes XMLNS><w:footnote w:id="2">{par("", run(WHITE))}</w:footnote></w:footnotes>'
}

HIDDEN_IN_WORD = {
    "hidden": (build_docx(par("", run(VANISH))), "paragraph 6 are hidden (formatted as hidden)"),
    "white": (build_docx(par("", run(WHITE))), "paragraph 6 are hidden (white on white)"),
    "nearly white": (build_docx(par("", run('<w:color w:val="FAFAFA"/>'))), "white on white"),
    "1 pt": (build_docx(par("", run(TINY))), "in 1 pt type"),
    "3 pt": (build_docx(par("", run('<w:sz w:val="6"/>'))), "in 3 pt type"),
    "1 % wide": (build_docx(par("", run('<w:w w:val="1"/>'))), "1 % of its width"),
    "without ink": (build_docx(par("", run("<w14:textFill><w14:noFill/></w14:textFill>"))), "without ink"),
    "as good as transparent": (
        build_docx(
            par(
                "",
                run(
                    '<w14:textFill><w14:solidFill><w14:srgbClr w14:val="000000"><w14:alpha w14:val="100000"/>'
                    "</w14:srgbClr></w14:solidFill></w14:textFill>"
                ),
            )
        ),
        "without ink",
    ),
    "white ink": (
        build_docx(
            par(
                "",
                run('<w14:textFill><w14:solidFill><w14:srgbClr w14:val="FFFFFF"/></w14:solidFill></w14:textFill>'),
            )
        ),
        "white on white",
    ),
    "white of the theme": (
        build_docx(par("", run('<w:color w:val="000000" w:themeColor="background1"/>'))),
        "white on white",
    ),
    "1 pt from the right": (build_docx(par("", run('<w:rtl/><w:szCs w:val="2"/>'))), "in 1 pt type"),
    "a line without height": (build_docx(par('<w:spacing w:line="1" w:lineRule="exact"/>')), "without height"),
    "a row without height": (
        build_docx(
            '<w:tbl><w:tr><w:trPr><w:trHeight w:val="1" w:hRule="exact"/></w:trPr>'
            f"<w:tc>{par('')}</w:tc></w:tr></w:tbl>"
        ),
        "without height",
    ),
    "a character style": (
        build_docx(par("", run('<w:rStyle w:val="Low"/>')), style("character", "Low", VANISH)),
        "formatted as hidden",
    ),
    "a paragraph style": (
        build_docx(par('<w:pStyle w:val="Low"/>'), style("paragraph", "Low", WHITE)),
        "white on white",
    ),
    "a style based on another": (
        build_docx(
            par('<w:pStyle w:val="Deep"/>'), style("paragraph", "Low", TINY) + style("paragraph", "Deep", "", BASED)
        ),
        "in 1 pt type",
    ),
    "the defaults": (
        build_docx(
            par("", run("")), f"<w:docDefaults><w:rPrDefault><w:rPr>{TINY}</w:rPr></w:rPrDefault></w:docDefaults>"
        ),
        "in 1 pt type",
    ),
    "a cell": (build_docx(cell(par("", run(VANISH)))), "table 1, row 1, cell 2"),
    "a shaded cell": (
        build_docx(cell(par("", run('<w:color w:val="112233"/>')), fill("112233"))),
        "in the colour of their background",
    ),
    "a row": (
        build_docx(cell(par("", run(""))).replace("<w:tr>", "<w:tr><w:trPr><w:hidden/></w:trPr>")),
        "in a hidden row",
    ),
    "shading": (build_docx(par("", run(f'<w:color w:val="808080"/>{fill("808080")}'))), "colour of their background"),
    "highlight": (
        build_docx(par("", run('<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>'))),
        "colour of their background",
    ),
    "a shaded paragraph": (build_docx(par(fill("00FF00"), run('<w:color w:val="00FF00"/>'))), "colour of their backgr"),
    "a text box": (build_docx(box("<a:noFill/>", WHITE)), "a text box (paragraph"),
    "a filled text box": (
        build_docx(box('<a:solidFill><a:srgbClr val="336699"/></a:solidFill>', '<w:color w:val="336699"/>')),
        "colour of their background",
    ),
    "a header": (build_docx("", parts=HEADER), "the head of the page"),
    "a footnote": (build_docx("", parts=NOTES), "footnote 2"),
    "the page": (
        build_docx(par("", run('<w:color w:val="000000"/>')), before='<w:background w:color="000000"/>'),
        "in the colour of their background",
    ),
}
VISIBLE_IN_WORD = {
    "white on a dark cell": build_docx(cell(par("", run(WHITE)), fill("203040"))),
    "white in a table with a style": build_docx(
        cell(par("", run(WHITE)), table='<w:tblStyle w:val="Dark"/>'),
        f'<w:style w:type="table" w:styleId="Dark"><w:tcPr>{fill("203040")}</w:tcPr></w:style>',
    ),
    "white on a pattern": build_docx(par("", run(f'{WHITE}<w:shd w:val="pct50" w:fill="auto"/>'))),
    "white in a blue box": build_docx(box('<a:solidFill><a:srgbClr val="336699"/></a:solidFill>', WHITE)),
    "white in a gradient": build_docx(box("<a:gradFill/>", WHITE)),
    "darker white of the theme": build_docx(
        par("", run('<w:color w:val="7F7F7F" w:themeColor="background1" w:themeShade="7F"/>'))
    ),
    "an exact line": build_docx(par('<w:spacing w:line="240" w:lineRule="exact"/>')),
    "switched off": build_docx(
        par("", run('<w:rStyle w:val="Low"/><w:vanish w:val="0"/>')), style("character", "Low", VANISH)
    ),
    "hidden twice": build_docx(
        par('<w:pStyle w:val="P"/>', run('<w:rStyle w:val="C"/>')),
        style("paragraph", "P", VANISH) + style("character", "C", VANISH),
    ),
    "small": build_docx(par("", run('<w:sz w:val="12"/>'))),
    "automatic": build_docx(par("", run('<w:color w:val="auto"/>'))),
    "hidden on the web only": build_docx(par("", run("<w:webHidden/>"))),
    "a hidden end of a paragraph": build_docx(par(f"<w:rPr>{VANISH}</w:rPr>", run(""))),
    "a hidden index entry": build_docx(
        par("", f'<w:r><w:rPr>{VANISH}</w:rPr><w:instrText>XE "Light"</w:instrText></w:r>{run("")}')
    ),
}


def odt_style(family: str, name: str, properties: str, kind: str = "text", more: str = "") -> str:
    return (
        f'<style:style style:name="{name}" style:family="{family}" {more}>'
        f"<style:{kind}-properties {properties}/></style:style>"
    )


TRANSPARENT = 'loext:opacity="0%" xmlns:loext="urn:org:documentfoundation:loext"'
SPAN = f'<text:p><text:span text:style-name="S">{SECRET}</text:span></text:p>'
PARAGRAPH = f'<text:p text:style-name="P">{SECRET}</text:p>'
ROW = f"<table:table-row><table:table-cell table:style-name='C'>{SPAN}</table:table-cell></table:table-row>"
HIDDEN_IN_ODT = {
    "hidden": (build_odt(SPAN, odt_style("text", "S", 'text:display="none"')), "paragraph 6"),
    "white": (build_odt(SPAN, odt_style("text", "S", 'fo:color="#ffffff"')), "white on white"),
    "1 pt": (build_odt(PARAGRAPH, odt_style("paragraph", "P", 'fo:font-size="1pt"')), "in 1 pt type"),
    "inherited": (
        build_odt(
            PARAGRAPH,
            odt_style("paragraph", "P", "", more='style:parent-style-name="Q"')
            + odt_style("paragraph", "Q", 'text:display="none"'),
        ),
        "formatted as hidden",
    ),
    "a cell": (
        build_odt(
            f"<table:table>{ROW}</table:table>",
            odt_style("text", "S", 'fo:color="#123456"')
            + odt_style("table-cell", "C", 'fo:background-color="#123456"', "table-cell"),
        ),
        "in the colour of their background",
    ),
    "narrow": (build_odt(SPAN, odt_style("text", "S", 'style:text-scale="1%"')), "of its width"),
    "transparent": (
        build_odt(SPAN, odt_style("text", "S", TRANSPARENT)),
        "transparent",
    ),
    "a hidden paragraph": (
        build_odt(
            f'<text:p>{SECRET}<text:hidden-paragraph text:condition="ooow:1" text:is-hidden="true"/></text:p>', ""
        ),
        "formatted as hidden",
    ),
    "a section": (
        build_odt(f'<text:section text:name="x" text:display="none">{PARAGRAPH}</text:section>'),
        "formatted as hidden",
    ),
}
VISIBLE_IN_ODT = {
    "white on dark": build_odt(SPAN, odt_style("text", "S", 'fo:color="#ffffff" fo:background-color="#000000"')),
    "a share of the size": build_odt(SPAN, odt_style("text", "S", 'fo:font-size="58%"')),
    "automatic, as LibreOffice 7 writes it": build_odt(
        PARAGRAPH, odt_style("paragraph", "P", f'style:use-window-font-color="true" {TRANSPARENT}')
    ),
    "opaque in what is transparent": build_odt(
        f'<text:p text:style-name="P"><text:span text:style-name="S">{SECRET}</text:span></text:p>',
        odt_style("paragraph", "P", TRANSPARENT) + odt_style("text", "S", TRANSPARENT.replace("0%", "100%")),
    ),
}
HIDDEN_ON_PAGES = {
    "a word": ("<p>Words <span style='display:none'>geheim </span>words.</p>", "paragraph 6", "not displayed"),
    "a paragraph": ("<p style='display: none !important'>Geheim.</p>", "paragraph 6", "not displayed"),
    "an attribute": ("<p hidden>Geheim.</p>", "paragraph 6", "not displayed"),
    "invisible": ("<p style='visibility:hidden'>Geheim.</p>", "paragraph 6", "invisible"),
    "transparent": ("<p style='opacity:0'>Geheim.</p>", "paragraph 6", "invisible"),
    "transparent by a share": ("<p style='opacity:0%'>Geheim.</p>", "paragraph 6", "invisible"),
    "nearly transparent": ("<p style='opacity:.001'><b>Geheim.</b></p>", "paragraph 6", "invisible"),
    "without ink": ("<p style='color:transparent'>Geheim.</p>", "paragraph 6", "invisible"),
    "ink without opacity": ("<p style='color: rgba(0, 0, 0, 0)'>Geheim.</p>", "paragraph 6", "invisible"),
    "a share of nothing": ("<p style='font-size:0.01em'>Geheim.</p>", "paragraph 6", "pt type"),
    "beside the page": ("<p style='position:absolute;left:-9999px'>Geheim.</p>", "paragraph 6", "off the page"),
    "indented": ("<p style='text-indent:-999em'>Geheim.</p>", "paragraph 6", "off the page"),
    "cut off": ("<p style='position:absolute;clip:rect(0 0 0 0)'>Geheim.</p>", "paragraph 6", "without room"),
    "clipped": ("<p style='clip-path:inset(100%)'>Geheim.</p>", "paragraph 6", "without room"),
    "no height": ("<p style='max-height:0;overflow:hidden'>Geheim.</p>", "paragraph 6", "without room"),
    "a point": ("<p style='transform: scale(0)'>Geheim.</p>", "paragraph 6", "without room"),
    "snow": ("<p style='color:snow;background:white'>Geheim.</p>", "paragraph 6", "white on white"),
    "a class": ("<style>.x, .y { display: none }</style><p class='x'>Geheim.</p>", "paragraph 6", "not displayed"),
    "an id": ("<style>#x { font-size: 0 }</style><p id='x'>Geheim.</p>", "paragraph 6", "in 0 pt type"),
    "size 0": ("<p>Words <b style='FONT-SIZE:0'>geheim</b>.</p>", "paragraph 6", "in 0 pt type"),
    "1 px": ("<p>Words <i style='font-size:1px'>geheim</i>.</p>", "paragraph 6", "pt type"),
    "white": (
        "<p>Words <span style='color:#fff;background:#ffffff'>geheim</span>.</p>",
        "paragraph 6",
        "white on white",
    ),
    "rgb": ("<p style='background-color:rgb(9,9,9)'><span style='color:#0a0a0a'>geheim</span></p>", "6", "background"),
}
VISIBLE_ON_PAGES = {
    "white on black": "<p><span style='color:white;background:black'>Words.</span></p>",
    "visible again": "<p style='visibility:hidden'><span style='visibility:visible'>Words.</span></p>",
    "a hanging line": "<p style='text-indent:-2em;margin-left:-3px;left:-10px;line-height:1'>Words.</p>",
    "cut in width": "<p style='overflow:hidden;max-width:100%;width:1000px;height:10px'>Words.</p>",
    "a faint colour": "<p style='color:rgba(0,0,0,.6)'>Words.</p>",
    "a class of one screen": "<style>@media print { .x { display: none } }</style><p class='x'>Words.</p>",
    "a class in another": "<style>.m .x { display: none }</style><p class='x'>Words.</p>",
    "a class that a script may show": "<script>1</script><style>.x { display: none }</style><p class='x'>Words.</p>",
    "half": "<p style='opacity:0.5;font-size:80%'>Words.</p>",
    "a share of the size": "<p style='font-size:0.8em'>Words, <b style='font-size: .9rem'>too</b>.</p>",
    "a menu": "<div style='display:none'><a href='x'>Home</a></div><p>Words.</p>",
}


def list_problems(name: str, data: bytes) -> tuple[Problem, ...]:
    """Return the problems with which the file is refused."""
    try:
        choose_reader(Path(name), data)(data, name)
    except Refused as refused:
        return refused.problems
    return ()


@pytest.mark.parametrize(("data", "where"), HIDDEN_IN_WORD.values(), ids=HIDDEN_IN_WORD)
def test_hidden_words_of_a_word_document_are_refused(data: bytes, where: str) -> None:
    """By whatever means they are hidden; the message names them, and their place."""
    problems = list_problems("talk.docx", data)
    assert {problem.rule for problem in problems} == {"words-are-visible"}
    assert where in problems[-1].sentence
    assert "Geheim, phone 555" in problems[-1].sentence


@pytest.mark.parametrize("data", VISIBLE_IN_WORD.values(), ids=VISIBLE_IN_WORD)
def test_visible_words_of_a_word_document_are_read(data: bytes) -> None:
    """Where the background is not certain, words count as visible."""
    assert list_problems("talk.docx", data) == ()


@pytest.mark.parametrize(("data", "where"), HIDDEN_IN_ODT.values(), ids=HIDDEN_IN_ODT)
def test_hidden_words_of_an_opendocument_are_refused(data: bytes, where: str) -> None:
    """By styles of words, paragraphs, cells and sections."""
    (problem,) = list_problems("talk.odt", data)
    assert problem.rule == "words-are-visible"
    assert where in problem.sentence
    assert "Geheim, phone 555" in problem.sentence


@pytest.mark.parametrize("data", VISIBLE_IN_ODT.values(), ids=VISIBLE_IN_ODT)
def test_visible_words_of_an_opendocument_are_read(data: bytes) -> None:
    """Light words on a dark background, and sizes relative to others."""
    assert list_problems("talk.odt", data) == ()


def build_pages(body: str) -> Iterator[tuple[str, bytes]]:
    """Yield the same words as a web page and as an e-book."""
    yield "talk.html", build_page(body)
    yield "talk.epub", build_epub(body)


@pytest.mark.parametrize(("body", "place", "reason"), HIDDEN_ON_PAGES.values(), ids=HIDDEN_ON_PAGES)
def test_hidden_words_of_an_article_are_refused(body: str, place: str, reason: str) -> None:
    """Those that the import would have put into the interview."""
    for name, data in build_pages(body):
        (problem,) = list_problems(name, data)
        assert problem.rule == "words-are-visible"
        assert place in problem.sentence
        assert reason in problem.sentence
        assert "geheim" in problem.sentence.lower()


@pytest.mark.parametrize("body", VISIBLE_ON_PAGES.values(), ids=VISIBLE_ON_PAGES)
def test_visible_words_of_an_article_are_read(body: str) -> None:
    """A hidden menu around the text is set aside, as other menus."""
    for name, data in build_pages(body):
        assert list_problems(name, data) == ()


def test_white_words_are_hidden_only_where_the_page_is_surely_white() -> None:
    """A style sheet may give the page a dark background."""
    body = "<p><font color='white'>Geheim.</font></p>"
    assert len(list_problems("talk.html", build_page(body))) == 1
    assert not list_problems("talk.html", build_page(body, "<style>body { background: black }</style>"))


def test_many_hidden_places_are_counted() -> None:
    """The first twenty are named."""
    problems = list_problems("talk.docx", build_docx(par("", run(VANISH)) * 30))
    assert len(problems) == 21
    assert "10 more places" in problems[-1].sentence
