"""Documents as Word, Word Online, Google Docs and Pages write them: merged exactly, or told; never wrong, never silent.

`tests/expected/word-files.txt` says for each document which changes are found, what cannot be taken, and which lines of
the manuscript change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from onrecord.approval.docx_reader import PARAGRAPH_END
from onrecord.approval.review import MergedManuscript, Review, open_manuscript
from onrecord.approval.sent_paragraphs import NOTE_CALL
from tests.approval.test_review import list_difference, take
from tests.support.approval_books import KEEPER, write_approval_book
from tests.support.paths import TESTS
from tests.support.returned_documents import DOCUMENT, DocumentEditor, sign, write_letter

EXPECTED = TESTS / "expected" / "word-files.txt"
Edit = Callable[[DocumentEditor], None]
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_WHO = 'w:author="The Keeper" w:date="2026-11-20T09:00:00Z"'


def run(text: str, look: str = "", tag: str = "t") -> str:
    """Return a run as Word saves it, with the number of an editing session."""
    return f'<w:r w:rsidR="00AB12CD"><w:rPr>{look}</w:rPr><w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


def added(xml: str) -> str:
    return f"<w:ins {sign()}>{xml}</w:ins>"


def removed(text: str) -> str:
    return f"<w:del {sign()}>{run(text, tag='delText')}</w:del>"


def change(old: str, new: str) -> Edit:
    return lambda editor: editor.change_xml(old, new)


def after_wick(xml: str) -> Edit:
    """Return an edit that adds XML after the entry of a list."""
    return change(WICK, WICK + xml)


WICK = '<w:r><w:t xml:space="preserve">One wick.</w:t></w:r>'
DUSK = '<w:r><w:t xml:space="preserve">The keeper lights it at dusk, with a match that is kept in </w:t></w:r>'
BEFORE_DUSK, AFTER_DUSK = run("The keeper lights it at "), run(", with a match that is kept in ")
LINK = '<w:r><w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr><w:t xml:space="preserve">link</w:t></w:r>'
LINK_LOOK = '<w:rStyle w:val="Hyperlink"/>'


def move_with_ranges(editor: DocumentEditor) -> None:
    paragraph, target = editor._find_paragraph("Some words of"), editor._find_paragraph("Nobody: it")
    inner = re.sub(r"^<w:p>(<w:pPr>.*?</w:pPr>)?|</w:p>$", "", paragraph)

    def mark(kind: str, style: str, number: int) -> str:
        start = f'<w:{kind}RangeStart w:id="{number}" w:name="move1" {_WHO}/>'
        properties = f'<w:pPr><w:pStyle w:val="{style}"/><w:rPr><w:{kind} {sign()}/></w:rPr></w:pPr>'
        moved = f"<w:{kind} {sign()}>{inner}</w:{kind}>"
        return f'<w:p>{properties}{start}{moved}</w:p><w:{kind}RangeEnd w:id="{number}"/>'

    editor.change_xml(paragraph, mark("moveFrom", "Introduction", 70))
    editor.change_xml(target, target + mark("moveTo", "Answer", 71))


def wrap_paragraph(editor: DocumentEditor) -> None:
    paragraph = editor._find_paragraph("Nobody: it")
    editor.change_xml(paragraph, f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph}</w:sdtContent></w:sdt>")


def give_style(words: str, old: str, new: str, *, tracks: bool = True) -> Edit:
    """Return an edit that gives a paragraph another style."""

    def edit(editor: DocumentEditor) -> None:
        paragraph = editor._find_paragraph(words)
        before = f'<w:pPrChange {sign()}><w:pPr><w:pStyle w:val="{old}"/></w:pPr></w:pPrChange>' if tracks else ""
        styled = paragraph.replace(f'<w:pStyle w:val="{old}"/>', f'<w:pStyle w:val="{new}"/>')
        editor.change_xml(paragraph, styled.replace("</w:pPr>", f"{before}</w:pPr>", 1))

    return edit


def number_paragraph(editor: DocumentEditor) -> None:
    paragraph = editor._find_paragraph("Nobody: it")
    number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr>'
    editor.change_xml(paragraph, paragraph.replace("</w:pPr>", number, 1))


def change_row(*, adds: bool) -> Edit:
    """Return an edit that adds a row to the table, or takes one out."""

    def edit(editor: DocumentEditor) -> None:
        rows = re.findall(r"<w:tr>.*?</w:tr>|<w:tr .*?</w:tr>", editor.parts[DOCUMENT])
        (row,) = [row for row in rows if "June" in row]
        kind = "ins" if adds else "del"
        changed = row.replace("June", "July").replace("one tin", "no tin") if adds else row
        if not adds:
            changed = re.sub(r"<w:t( [^>]*)?>([^<]*)</w:t>", r"<w:delText\1>\2</w:delText>", changed)
        changed = re.sub(r"(<w:r>.*?</w:r>)", lambda match: f"<w:{kind} {sign()}>{match[1]}</w:{kind}>", changed)
        changed = changed.replace("</w:pPr>", f"<w:rPr><w:{kind} {sign()}/></w:rPr></w:pPr>")
        changed = changed.replace("<w:tr>", f"<w:tr><w:trPr><w:{kind} {sign()}/></w:trPr>")
        editor.change_xml(row, row + changed if adds else changed)

    return edit


def remove_note(editor: DocumentEditor) -> None:
    look = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
    call = f'<w:r>{look}<w:footnoteReference w:id="2"/></w:r>'
    editor.change_xml(call, f"<w:del {sign()}>{call}</w:del>")


def export_from_google(editor: DocumentEditor) -> None:
    xml = re.sub(r"<w:bookmark(Start|End)[^>]*/>", "", editor.parts[DOCUMENT])
    italic = '<w:rPr><w:i w:val="1"/><w:iCs w:val="1"/><w:rtl w:val="0"/></w:rPr>'
    editor.parts[DOCUMENT] = xml.replace("<w:rPr><w:i/></w:rPr>", italic)
    editor.replace("dusk", "sunset")


def export_from_pages(editor: DocumentEditor) -> None:
    editor.parts[DOCUMENT] = re.sub(r'<w:pStyle w:val="[^"]*"/>', '<w:pStyle w:val="Body"/>', editor.parts[DOCUMENT])
    style = '<w:style w:styleId="Body"><w:name w:val="Body"/></w:style>'
    editor.parts["word/styles.xml"] = f'<w:styles xmlns:w="{_MAIN}">{style}</w:styles>'
    editor.replace("dusk", "sunset")


def reply_to_comment(editor: DocumentEditor) -> None:
    editor.comment("dusk", "Really?")
    words = "<w:p><w:r><w:t>Yes.</w:t></w:r></w:p>"
    reply = f'<w:comment w:id="8" w:author="Ed" w:date="2026-11-21T09:00:00Z">{words}</w:comment></w:comments>'
    editor.change_xml("</w:comments>", reply, "word/comments.xml")


def add_paragraph_after(xml: str) -> Edit:
    """Return an edit that puts XML after a paragraph."""

    def edit(editor: DocumentEditor) -> None:
        paragraph = editor._find_paragraph("Nobody: it")
        editor.change_xml(paragraph, paragraph + xml)

    return edit


_BEGIN, _SEPARATE, _END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
_FIELD = f"{_BEGIN}<w:r><w:instrText> PAGE </w:instrText></w:r>{_SEPARATE}{run('wick')}{_END}"
_BOX = f'<mc:AlternateContent xmlns:mc="{_COMPATIBLE}"><mc:Choice Requires="wps"><w:drawing><w:txbxContent><w:p>'
_BOX += "<w:r><w:t>Boxed</w:t></w:r></w:p></w:txbxContent></w:drawing></mc:Choice></mc:AlternateContent>"
_RUBY = "<w:ruby><w:rt><w:r><w:t>up</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>base</w:t></w:r></w:rubyBase></w:ruby>"
_EDITOR = 'w:id="1" w:author="Ed" w:date="2026-11-19T09:00:00Z"'
_LINKED = f'<w:hyperlink r:id="rIdLink1">{run(" more", LINK_LOOK)}</w:hyperlink>'
FILES: dict[str, Edit] = {
    "a paragraph moved, with ranges": move_with_ranges,
    "letters added inside a link": change(LINK, LINK + added(run("ed", LINK_LOOK))),
    "a new link": after_wick(added(_LINKED)),
    "a new link around added words": after_wick(_LINKED.replace(run(" more", LINK_LOOK), added(run(" more")))),
    "an address that became a link by itself": after_wick(added(_LINKED.replace(" more", " https://example.org"))),
    "a link taken out": change(LINK, removed("link")),
    "sessions, spelling marks and divided runs": change(
        DUSK,
        f'<w:proofErr w:type="spellStart"/>{run("The kee")}<w:proofErr w:type="spellEnd"/>{run("per lights it at ")}'
        f"<w:lastRenderedPageBreak/>{removed('dusk')}{added(run('sunset'))}{AFTER_DUSK}",
    ),
    "a smart tag": change(
        DUSK, f'<w:smartTag w:uri="u" w:element="time">{BEFORE_DUSK}</w:smartTag>{run("dusk")}{AFTER_DUSK}'
    ),
    "a content control in a line": change(
        DUSK,
        f'<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>{BEFORE_DUSK}{removed("dusk")}'
        f"{added(run('dawn'))}</w:sdtContent></w:sdt>{AFTER_DUSK}",
    ),
    "a content control around a paragraph": wrap_paragraph,
    "a field with its code": change(WICK, f"{run('One ')}{_FIELD}{run('.')}"),
    "a field put in": after_wick(added(f'<w:fldSimple w:instr=" DATE ">{run(" today")}</w:fldSimple>')),
    "a sign of a symbol font": after_wick(added('<w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r>')),
    "a tab": after_wick(added("<w:r><w:tab/><w:t>Then.</w:t></w:r>")),
    "an optional hyphen": change(WICK, f"{run('One ')}<w:r><w:t>wi</w:t><w:softHyphen/><w:t>ck.</w:t></w:r>"),
    "a hyphen that breaks no line": after_wick(
        added('<w:r><w:t xml:space="preserve"> A tin</w:t><w:noBreakHyphen/><w:t>box.</w:t></w:r>')
    ),
    "a line break": after_wick(added("<w:r><w:br/><w:t>New line.</w:t></w:r>")),
    "a page break": after_wick(added('<w:r><w:br w:type="page"/></w:r>')),
    "a number before an answer": number_paragraph,
    "an answer that became a question": give_style("Nobody: it", "Answer", "Question"),
    "a question that became an answer, not tracked": give_style("And who puts", "Question", "Answer", tracks=False),
    "a row added": change_row(adds=True),
    "a row taken out": change_row(adds=False),
    "a note taken out": remove_note,
    "words of a note": lambda editor: editor.replace("brass", "tin", "word/footnotes.xml"),
    "a text box": after_wick(f"<w:r>{_BOX}</w:r>"),
    "words above words": after_wick(added(f"<w:r>{_RUBY}</w:r>")),
    "a formula": after_wick(f'<m:oMath xmlns:m="{_MATH}"><m:r><m:t>a=7</m:t></m:r></m:oMath>'),
    "Google Docs": export_from_google,
    "Pages": export_from_pages,
    "words of two people, one inside the other": change(
        WICK,
        f"{run('One ')}<w:ins {_EDITOR}>{run('new ')}<w:del {sign()}>{run('brass ', tag='delText')}</w:del></w:ins>"
        f"{run('wick.')}",
    ),
    "an introduction joined with a heading": lambda editor: editor.join("Some words of"),
    "a line below words": lambda editor: editor.set_look("match", '<w:u w:val="single"/>'),
    "a colour": lambda editor: editor.set_look("match", '<w:color w:val="FF0000"/>'),
    "capitals": lambda editor: editor.set_look("match", "<w:caps/>"),
    "hidden words": after_wick(added(run(" secret", "<w:vanish/>"))),
    "a section break": add_paragraph_after("<w:p><w:pPr><w:sectPr/></w:pPr></w:p>"),
    "an empty paragraph": add_paragraph_after(f"<w:p><w:pPr><w:rPr><w:ins {sign()}/></w:rPr></w:pPr></w:p>"),
    "blanks that break no line": after_wick(added(run(" A\u00a0tin."))),
    "a sign of two parts, and Hebrew": after_wick(added(run(" \U0001f6a2 \u05e0\u05de\u05dc"))),
    "a comment with a reply": reply_to_comment,
}


def describe(review: Review, merged: MergedManuscript) -> Iterator[str]:
    """Yield what is found and written."""
    for entry in review.changes:
        words = (entry.removed, entry.added)
        before, after = (text.replace(PARAGRAPH_END, "¶").replace(NOTE_CALL, "[note]") for text in words)
        yield f"  {entry.author or 'NOT TRACKED'}: “{before}” → “{after}”".replace("\n", "⏎").replace("\t", "⇥")
    yield from (f"  not taken: {oddity}, at {review.paragraphs[place].place}" for place, oddity in review.oddities)
    yield from (f"  not written: {reason}" for reason in merged.unwritten.values())
    yield from (f"  comment on “{comment.words}”: {comment.comment.text}" for comment in review.comments)
    yield from (f"    {line}".rstrip() for line in list_difference(KEEPER, merged.text))


def test_every_document_is_merged_or_told(
    accept: bool, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    book = write_approval_book(tmp_path_factory.mktemp("word") / "book")
    letter = write_letter(open_manuscript(book, "keeper").interview)
    lines = []
    for name, edit in FILES.items():
        lines += [name, *describe(*take(book, letter, tmp_path, edit))]
    text = "\n".join(lines) + "\n"
    if accept:
        EXPECTED.write_text(text, encoding="utf-8")
    assert text == EXPECTED.read_text(encoding="utf-8")
