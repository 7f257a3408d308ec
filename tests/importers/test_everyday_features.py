"""Test imports of what word processors and pages offer every day: fields, formulas, drop caps, captions, boxes."""

from __future__ import annotations

from pathlib import Path

import lxml.html
import pytest

from onrecord.importers.readers.formula_text import write_formula
from onrecord.importers.readers.word import read_docx, read_odt
from tests.importers.office_files import write_docx, write_odt
from tests.importers.test_import_file import import_source, join_kinds
from tests.importers.test_structures import list_asides, wrap_in_page
from tests.importers.test_word import list_refusals, replace_in_part

# --- Word ------------------------------------------------------------------------------------------


def write_paragraph(words: str, style: str = "", extra: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else extra
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{words}</w:t></w:r></w:p>'


def write_bold(words: str) -> str:
    return f"<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{words}</w:t></w:r></w:p>"


def write_talk(answer: str) -> str:
    return f"{write_bold('What lights the pier?')}{answer}{write_bold('And the quay?')}{write_paragraph('Oil.')}"


def write_sentence(inlines: str) -> str:
    before, after = (f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>' for words in ("The lamp ", " is lit."))
    return f"<w:p>{before}{inlines}{after}</w:p>"


def run(words: str) -> str:
    return f"<w:r><w:t>{words}</w:t></w:r>"


def formula(inner: str) -> str:
    return f"<m:oMath>{inner}</m:oMath>"


def sign(words: str) -> str:
    return f"<m:r><m:t>{words}</m:t></m:r>"


def field(instruction: str, words: str, data: str = "") -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin">{data}</w:fldChar></w:r><w:r><w:instrText> {instruction} </w:instrText>'
        f'</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>{words}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


DOCX_INLINES = {
    "a formula": (formula(sign("n=3")), "n=3"),
    "a fraction": (
        formula(f"<m:f><m:num>{sign('n')}</m:num><m:den>{sign('k+1')}</m:den></m:f>"),
        "n/(k+1)",
    ),
    "a power": (formula(f"<m:sSup><m:e>{sign('r')}</m:e><m:sup>{sign('2')}</m:sup></m:sSup>"), "r^2"),
    "a root": (formula(f"<m:rad><m:deg/><m:e>{sign('r')}</m:e></m:rad>"), "√r"),
    "a sum": (
        formula(
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{sign("k=1")}</m:sub><m:sup>{sign("n")}</m:sup>'
            f"<m:e>{sign('k')}</m:e></m:nary>"
        ),
        "∑_(k=1)^n k",
    ),
    "a formula by itself": (f"<m:oMathPara>{formula(sign('k'))}</m:oMathPara>", "k"),
    "ruby": (
        f"<w:r><w:ruby><w:rt>{run('みなと')}</w:rt><w:rubyBase>{run('港')}</w:rubyBase></w:ruby></w:r>",
        "港（みなと）",
    ),
    "a check box": (
        f"<w:sdt><w:sdtPr><w14:checkbox/></w:sdtPr><w:sdtContent>{run('☒')}</w:sdtContent></w:sdt>",
        "☒",
    ),
    "an old check box": (
        field("FORMCHECKBOX", "", "<w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData>"),
        "[x]",
    ),
    "an empty check box": (
        field("FORMCHECKBOX", "", '<w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData>'),
        "[ ]",
    ),
    "a cross-reference": (field("REF _Ref7", run("of table 7")), "of table 7"),
    "a number of a series": ('<w:fldSimple w:instr=" SEQ Lamp ">' + run("7") + "</w:fldSimple>", "7"),
    "words from right to left": (f'<w:bdo w:val="rtl">{run("of tin")}</w:bdo>', "of tin"),
    "words with an embedding": (f'<w:dir w:val="ltr">{run("of tin")}</w:dir>', "of tin"),
    "a place that Word knows": (f'<w:smartTag w:element="place">{run("of Tin Bay")}</w:smartTag>', "of Tin Bay"),
    "words with a meaning for a program": (f'<w:customXml w:element="x">{run("of tin")}</w:customXml>', "of tin"),
}


def read_docx_words(body: str) -> str:
    """Return the words of the clippings of a document, which account for all its words."""
    reading = read_docx(write_docx(body), "one.docx")
    return " / ".join(clipping.words for clipping in reading.clippings if clipping.kind != "aside")


def test_what_stands_inside_a_line_of_word_is_read(tmp_path: Path) -> None:
    """All features stand in one document, whose file is read back."""
    answer = "".join(write_sentence(xml) for xml, _ in DOCX_INLINES.values())
    document = write_docx(write_talk(answer))
    words = [clipping.words for clipping in read_docx(document, "one.docx").clippings]
    assert words[1:-2] == [f"The lamp {words} is lit." for _, words in DOCX_INLINES.values()]
    draft, _, _ = import_source(tmp_path, "one.docx", document)
    assert join_kinds(draft) == "QAQA"


@pytest.mark.parametrize(
    ("kind", "initial", "following"),
    [("drop", "T", "he lamp is lit."), ("margin", "“T", "he lamp is lit.”"), ("drop", "A", " lamp.")],
)
def test_a_drop_cap_begins_its_paragraph(kind: str, initial: str, following: str) -> None:
    frame = f'<w:pPr><w:keepNext/><w:framePr w:dropCap="{kind}" w:lines="3"/></w:pPr>'
    body = write_talk(write_paragraph(initial, extra=frame) + write_paragraph(following))
    assert read_docx_words(body).split(" / ")[1] == initial + following


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ([("Title", "The Lamp"), ("Title", "and the Pier")], "The Lamp and the Pier"),
        ([("Title", "The"), ("Title", "Lamp"), ("Title", "of Tin")], "The Lamp of Tin"),
        ([("Title", "Lamps"), ("Subtitle", "Of tin"), ("Subtitle", "and oil")], "Lamps / Of tin and oil"),
        ([("Title", "Lamps"), ("Author", "Jane Roe"), ("Author", "Ann Poe")], "Lamps / Jane Roe / Ann Poe"),
        ([("Title", "Lamps"), ("Subtitle", "Of tin"), ("Title", "Oil")], "Lamps / Of tin / Oil"),
        ([("Title", "Lamps"), ("", "A talk."), ("Title", "Oil")], "Lamps / A talk. / Oil"),
    ],
)
def test_the_head_of_a_word_document_may_have_several_lines(head: list[tuple[str, str]], expected: str) -> None:
    body = "".join(write_paragraph(words, style) for style, words in head) + write_talk(write_paragraph("Oil."))
    assert read_docx_words(body).startswith(f"{expected} / What lights the pier?")


CELLS = (("lamp", "place", "oil"), ("tin", "pier", "none"))
TABLE = (
    "<w:tbl><w:tblGrid><w:gridCol/><w:gridCol/><w:gridCol/></w:tblGrid>"
    + "".join(f"<w:tr>{''.join(f'<w:tc>{write_paragraph(cell)}</w:tc>' for cell in row)}</w:tr>" for row in CELLS)
    + "</w:tbl>"
)
PRINTED_TABLE = "| lamp | place | oil |\n|---|---|---|\n| tin | pier | none |\n\n"


@pytest.mark.parametrize("is_above", [True, False])
def test_the_caption_of_a_table_is_its_caption(tmp_path: Path, is_above: bool) -> None:
    caption = write_paragraph("Table 7: lamps", "caption")
    answer = write_paragraph("These.") + (caption + TABLE if is_above else TABLE + caption)
    _, result, _ = import_source(tmp_path, "one.docx", write_docx(write_talk(answer)))
    assert f"{PRINTED_TABLE}: Table 7: lamps" in result


def test_strict_open_xml_is_read(tmp_path: Path) -> None:
    """ISO/IEC 29500 Strict has other names for the same elements."""
    body = write_talk(write_sentence(DOCX_INLINES["a power"][0]))
    document = (
        '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main" '
        f'xmlns:m="http://purl.oclc.org/ooxml/officeDocument/math"><w:body>{body}</w:body></w:document>'
    )
    draft, result, _ = import_source(tmp_path, "one.docx", write_docx(body, {"word/document.xml": document}))
    assert join_kinds(draft) == "QAQA"
    assert "The lamp r\\^2 is lit." in result


BOX = f"<w:txbxContent>{write_paragraph('Lamps of tin')}</w:txbxContent>"
DRAWINGS = {
    "old": f"<w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict>",
    "new": "<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:wsp><wps:txbx>"
    f"{BOX}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{BOX}</v:textbox>"
    "</v:shape></w:pict></mc:Fallback></mc:AlternateContent>",
}


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_a_text_box_leaves_its_paragraph_in_the_text(tmp_path: Path, drawing: str) -> None:
    """The box is set aside; if most of the words stand in boxes, they are the text."""
    long_answer = "The lamp is lit at dusk, and it is put out when the last boat of the night has come in. " * 2
    anchor = f"<w:p>{run(long_answer.strip())}<w:r>{DRAWINGS[drawing]}</w:r></w:p>"
    draft, result, _ = import_source(tmp_path, "one.docx", write_docx(write_talk(anchor)))
    assert list_asides(draft) == ["Lamps of tin"]
    assert long_answer.strip() in result
    short_talk = write_bold("Why?") + f"<w:p>{run('Oil.')}<w:r>{DRAWINGS[drawing]}</w:r></w:p>"
    assert read_docx_words(short_talk) == "Why? / Oil. / Lamps of tin"


def test_words_of_a_diagram_are_set_aside(tmp_path: Path) -> None:
    """A chart and SmartArt keep their words in parts of their own."""
    names = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    parts = {"word/diagrams/data1.xml": f"<x {names}><a:t>Lamp</a:t><a:t>Pier</a:t></x>"}
    draft, _, _ = import_source(tmp_path, "one.docx", write_docx(write_talk(write_paragraph("Oil.")), parts))
    assert list_asides(draft) == ["Lamp Pier"]


def test_a_document_that_shows_another_file_is_refused(tmp_path: Path) -> None:
    document = write_docx(write_talk(write_paragraph("Oil.")) + '<w:altChunk r:id="rId9"/>')
    assert list_refusals(tmp_path, "one.docx", document) == ["file-is-whole"]


# --- OpenDocument ----------------------------------------------------------------------------------


def write_odt_talk(answer: str) -> str:
    question = '<text:p><text:span text:style-name="B">{}</text:span></text:p>'
    return f"{question.format('What lights it?')}{answer}{question.format('And then?')}<text:p>Oil.</text:p>"


MATHML = (
    '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>n</mi><mo>=</mo><mfrac><mi>k</mi><mn>3</mn>'
    '</mfrac></mrow><annotation encoding="StarMath 5.0">n = k over 3</annotation></semantics></math>'
)
FIELD_NAMES = (
    "variable-set variable-get expression user-field-get date time author-name author-initials sequence-ref "
    "bookmark-ref page-number chapter title conditional-text text-input drop-down placeholder database-display meta "
    "bibliography-mark note-ref file-name"
)
ODT_INLINES = {
    **{name: (f'<text:{name} text:name="x">of tin</text:{name}>', "of tin") for name in FIELD_NAMES.split()},
    "a field in bold": ('<text:span text:style-name="B"><text:date>1 May</text:date></text:span>', "1 May"),
    "ruby": (
        "<text:ruby><text:ruby-base>港</text:ruby-base><text:ruby-text>みなと</text:ruby-text></text:ruby>",
        "港（みなと）",
    ),
    "a formula": ('<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>', "n = k/3"),
    "a formula in the text": (f"<draw:frame><draw:object>{MATHML}</draw:object></draw:frame>", "n = k/3"),
    "a check box": ('<loext:content-control loext:checkbox="true">☒</loext:content-control>', "☒"),
    "a check box of a form": ('<draw:control draw:control="c"/>', "[x] of tin"),
}
FORM = (
    '<office:forms><form:form><form:checkbox form:id="c" form:label="of tin" form:current-state="checked"/>'
    "</form:form></office:forms>"
)


def read_odt_words(body: str) -> list[str]:
    """Return the words of the clippings of a document that are not set aside."""
    reading = read_odt(write_odt(body, {"Object 1/content.xml": MATHML}), "one.odt")
    return [clipping.words for clipping in reading.clippings if clipping.kind != "aside"]


def test_what_stands_inside_a_line_of_an_opendocument_is_read() -> None:
    lines = "".join(f"<text:p>The lamp {xml} is lit.</text:p>" for xml, _ in ODT_INLINES.values())
    expected = [f"The lamp {words} is lit." for _, words in ODT_INLINES.values()]
    assert read_odt_words(FORM + write_odt_talk(lines))[1:-2] == expected


def test_every_feature_of_an_opendocument_passes_the_count_of_words(tmp_path: Path) -> None:
    lines = "".join(f"<text:p>The lamp {xml} is lit.</text:p>" for xml, _ in ODT_INLINES.values())
    contents = (
        "<text:table-of-content><text:index-body><text:p>Lamps 7</text:p></text:index-body></text:table-of-content>"
    )
    box = "<draw:frame><draw:text-box><text:p>Beside it</text:p></draw:text-box></draw:frame>"
    numbered = "<text:numbered-paragraph><text:p>It has a number.</text:p></text:numbered-paragraph>"
    body = FORM + contents + write_odt_talk(f"{lines}<text:list/><text:p>Tin.{box}</text:p>{numbered}")
    draft, result, _ = import_source(tmp_path, "one.odt", write_odt(body, {"Object 1/content.xml": MATHML}))
    assert join_kinds(draft) == "QAQA"
    assert list_asides(draft) == ["Lamps 7", "Beside it"]
    assert "It has a number." in result


@pytest.mark.parametrize("style", ["Title", "P1"])
def test_the_title_of_an_opendocument_may_have_two_lines(style: str) -> None:
    lines = f'<text:p text:style-name="{style}">The Lamp</text:p><text:p text:style-name="{style}">of Tin</text:p>'
    styles = write_odt(lines + write_odt_talk("<text:p>Oil.</text:p>"), {})
    automatic = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    document = replace_in_part(
        styles, "content.xml", "<office:automatic-styles>", f"<office:automatic-styles>{automatic}"
    )
    words = [clipping.words for clipping in read_odt(document, "one.odt").clippings]
    assert words[0] == "The Lamp of Tin"


# --- pages -----------------------------------------------------------------------------------------


def write_page(answer: str) -> str:
    text = "<p>The lamp on the pier is lit at dusk, and then the boats come in.</p>"
    return wrap_in_page(
        f"<h1>The Pier</h1><p><b>What lights the pier?</b></p>{text}{answer}<p><b>And the quay?</b></p><p>{text}</p>"
    )


PAGES = {
    "a caption": (
        "<table><caption>Lamps</caption><tr><th>lamp</th><th>place</th><th>oil</th></tr>"
        "<tr><td>tin</td><td>pier</td><td>none</td></tr></table>",
        f"{PRINTED_TABLE}: Lamps",
        [],
    ),
    "words like those of buttons": (
        "<ul><li>Letters</li><li>Print</li><li>5 minutes</li></ul>",
        "- Letters\n- Print\n- 5 minutes",
        [],
    ),
    "such words in links": (
        '<ul><li>Letters</li><li><a href="/p">Print</a></li></ul>',
        "- Letters\n- Print",
        [],
    ),
    "a list of buttons": ("<ul><li>Share</li><li>Tweet</li></ul><p>Then night.</p>", "Then night.", ["Share", "Tweet"]),
    "a button in a quotation": (
        "<blockquote><p>Light the lamp, she said.</p><p>Tweet</p></blockquote>",
        "> Light the lamp, she said.",
        ["Tweet"],
    ),
    "buttons in an entry": (
        "<ol><li>lamps</li><li>ropes<div class='share'>Tweet</div></li></ol>",
        "1. lamps\n2. ropes",
        ["Tweet"],
    ),
    "an advertisement in a cell": (
        "<table><tr><td>tin</td><td>pier<div class='advert'>Buy</div></td><td>none</td></tr></table>",
        "| tin | pier | none |",
        ["Buy"],
    ),
    "empty lists": (
        "<ul></ul><ol></ol><ul><li></li></ul><dl></dl><table></table><p>Then night.</p>",
        "Then night.",
        [],
    ),
    "a formula": (
        "<p>Of <math><msup><mi>r</mi><mn>2</mn></msup><mo>=</mo><mn>9</mn></math> lamps.</p>",
        "Of r\\^2 = 9",
        [],
    ),
    "a formula by itself": ("<math display='block'><msqrt><mi>r</mi></msqrt></math>", "√r", []),
    "a formula that is shown twice": (
        "<p>Of <span class='katex'><math><mi>r</mi></math><span class='katex-html' aria-hidden='true'>r</span></span>"
        " lamps.</p>",
        "Of r lamps.",
        [],
    ),
    "ruby": ("<p>At <ruby>港<rt>みなと</rt></ruby>.</p>", "At 港（みなと）.", []),
    "ruby with brackets": ("<p>At <ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby>.</p>", "At 港(みなと).", []),
    "check boxes": ("<ul><li><input type='checkbox' checked> oil</li></ul>", "* \\[x\\] oil", []),
    "a blank inside a link": (
        "<p>A little<a href='https://example.org/a'> tin lamp </a>there.</p>",
        "A little [tin lamp](https://example.org/a) there.",
        [],
    ),
    "a list of terms": (
        "<dl><dt>Pier</dt><dd>a wall</dd><dt>Quay</dt><dd>a street</dd></dl>",
        "Pier\n\n:   a wall",
        [],
    ),
}


@pytest.mark.parametrize("feature", PAGES)
def test_what_pages_have_inside_a_text_is_read(tmp_path: Path, feature: str) -> None:
    """The words are in their place, or set aside; the questions stay the questions."""
    answer, expected, asides = PAGES[feature]
    draft, result, _ = import_source(tmp_path, "one.html", write_page(answer))
    assert expected in result
    assert list_asides(draft) == asides
    assert join_kinds(draft) == "QAQA"


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow>", "n + 1"),
        ("<msub><mi>n</mi><mn>1</mn></msub>", "n_1"),
        ("<mroot><mi>n</mi><mn>3</mn></mroot>", "3√n"),
        ("<munderover><mo>∑</mo><mi>k</mi><mi>n</mi></munderover><mi>k</mi>", "∑_k^nk"),
        ("<mfenced open='[' close=']'><mi>n</mi><mi>k</mi></mfenced>", "[n, k]"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>", "1, 2"),
        ("<mfrac><mi>n</mi></mfrac>", "n/"),
        ("<mtext>for all</mtext><mspace/><mi>n</mi>", "for all n"),
        ("<mo>−</mo><mn>4</mn>", "−4"),
    ],
)
def test_formulas_become_lines_of_text(xml: str, text: str) -> None:
    assert write_formula(lxml.html.fragment_fromstring(f"<math>{xml}</math>")) == text
