"""What a person changes in a Word file comes into the manuscript, with markup, ids and notes as they were."""

from __future__ import annotations

import difflib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.approval.review import MergedManuscript, Review, merge_changes, open_manuscript, review_document
from onrecord.model import Interview
from onrecord.model.problems import Refused
from onrecord.model.text import Emphasis, Paragraph
from tests.support.approval_books import KEEPER, PANEL, write_approval_book
from tests.support.returned_documents import DocumentEditor, write_letter

Edit = Callable[[DocumentEditor], None]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_approval_book(tmp_path_factory.mktemp("approval") / "book")


@pytest.fixture(scope="module")
def letters(book: Path) -> dict[str, bytes]:
    return {slug: write_letter(open_manuscript(book, slug).interview) for slug in ("keeper", "panel")}


def take(book: Path, data: bytes, path: Path, edit: Edit, *, tracks: bool = True) -> tuple[Review, MergedManuscript]:
    """Change the document, read it back, take all changes."""
    editor = DocumentEditor(data, tracks=tracks)
    edit(editor)
    review = review_document(book, editor.save(path / "back.docx"))
    return review, merge_changes(review, [change.number for change in review.changes])


def list_difference(before: str, after: str) -> list[str]:
    """Return the lines that differ."""
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


# What is done, and the lines of the manuscript that change.
EDITS: dict[str, tuple[Edit, list[str]]] = {
    "nothing": (lambda editor: None, []),
    "a word": (
        lambda editor: editor.replace("dusk", "sunset"),
        [
            "-The keeper lights it at dusk, with a match",
            "+The keeper lights it at sunset, with a match",
        ],
    ),
    "a word with signs of Markdown": (
        lambda editor: editor.replace("dusk", "*dusk* & [more]"),
        [
            "-The keeper lights it at dusk, with a match",
            "+The keeper lights it at \\*dusk\\* & \\[more\\], with a match",
        ],
    ),
    "words before": (
        lambda editor: editor.insert("The keeper", " always"),
        [
            "-The keeper lights it at dusk, with a match",
            "+The keeper always lights it at dusk, with a match",
        ],
    ),
    "all words of emphasis": (
        lambda editor: editor.replace("a dry – very dry – tin", "a wet box"),
        [
            "-that is kept in *a dry -- very dry -- tin*.[^tin]",
            "+that is kept in *a wet box*.[^tin]",
        ],
    ),
    "words in emphasis": (
        lambda editor: editor.replace("very dry", "damp"),
        [
            "-that is kept in *a dry -- very dry -- tin*.[^tin]",
            "+that is kept in *a dry -- damp -- tin*.[^tin]",
        ],
    ),
    "strong words": (
        lambda editor: editor.replace("all night", "each day"),
        ["-It burns **all night** ... until dawn.", "+It burns **each day** … until dawn."],
    ),
    "words of a question with an id": (
        lambda editor: editor.replace("the lamp", "the big lamp"),
        [
            '-**Who lights *the lamp*, and "when"?** {#when t=00:00:10}',
            '+**Who lights *the big lamp*, and "when"?** {#when t=00:00:10}',
        ],
    ),
    "a look": (
        lambda editor: editor.set_look("match", "<w:i/>"),
        ["-The keeper lights it at dusk, with a match", "+The keeper lights it at dusk, with a *match*"],
    ),
    "no look": (
        lambda editor: editor.set_look("all night", ""),
        ["-It burns **all night** ... until dawn.", "+It burns all night … until dawn."],
    ),
    "a divided answer": (
        lambda editor: editor.divide("Nobody: it goes out"),
        [
            "-Nobody: it goes out by itself [mot juste]{lang=fr}.\\",
            "+Nobody: it goes out",
            "+",
            "+by itself [mot juste]{lang=fr}.\\",
        ],
    ),
    "a divided question": (
        lambda editor: editor.divide("Who lights "),
        [
            '-**Who lights *the lamp*, and "when"?** {#when t=00:00:10}',
            "+**Who lights** {#when t=00:00:10}",
            "+",
            "+***the lamp*, and “when”?**",
        ],
    ),
    "a question taken out": (
        lambda editor: editor.remove_paragraph("And who puts"),
        ["-### And who puts it out?", "-"],
    ),
    "a new answer": (
        lambda editor: editor.add_paragraph("Nobody: it", "One *more* thing."),
        ["+One \\*more\\* thing.", "+"],
    ),
    "an answer that begins as a list": (
        lambda editor: editor.add_paragraph("Nobody: it", "- no"),
        ["+\\- no", "+"],
    ),
    "a new question": (
        lambda editor: editor.add_paragraph("Nobody: it", "And why?", "Question"),
        ["+**And why?**", "+"],
    ),
    "a title with quotation marks": (
        lambda editor: editor.replace("Night", 'Day: "x"'),
        ['-title: The Light "at" Night', '+title: "The Light “at” Day: \\"x\\""'],
    ),
    "a byline": (
        lambda editor: editor.replace("conversation", "talks"),
        [
            "-byline: The desk in conversation with the keeper",
            "+byline: The desk in talks with the keeper",
        ],
    ),
    "a standfirst": (
        lambda editor: editor.replace(" is lit", "’s light is lit"),
        ["-  How the *lamp* is lit.", "+  How the *lamp*’s light is lit."],
    ),
    "an entry of a list": (
        lambda editor: editor.replace("wicks", "candles"),
        ["-- Two *wicks*", "-  on two lines.", "+- Two *candles* on two lines."],
    ),
    "a cell": (lambda editor: editor.replace("one tin", "no tin"), ["-| June | one tin |", "+| June | no tin |"]),
    "a quotation": (lambda editor: editor.replace("goes on here", "stops"), ["-> goes on here.", "+> stops."]),
    "a link": (
        lambda editor: editor.replace("link", "path"),
        [
            '-Some words of introduction, with a [link](https://example.org/a_b "Title").',
            '+Some words of introduction, with a [path](<https://example.org/a_b> "Title").',
        ],
    ),
    "a note": (
        lambda editor: editor.replace("A tin of ", "A box of ", "word/footnotes.xml"),
        ["-[^tin]: A tin of *brass*.", "+[^tin]: A box of *brass*."],
    ),
    "code": (lambda editor: editor.replace("code here", "code_there"), ["-code here", "+code_there"]),
    "a heading": (lambda editor: editor.replace("The lamp", "The big lamp"), ["-## The lamp", "+## The big lamp"]),
    "words in another language": (
        lambda editor: editor.replace("juste", "exact"),
        [
            "-Nobody: it goes out by itself [mot juste]{lang=fr}.\\",
            "+Nobody: it goes out by itself [mot exact]{lang=fr}.\\",
        ],
    ),
    "an editor's note": (
        lambda editor: editor.replace("editor’s", "author’s"),
        ["-An editor's note.", "+An author’s note."],
    ),
    "a moved paragraph": (
        lambda editor: editor.move_paragraph("Some words", "Nobody: it"),
        [
            "-",
            '-Some words of introduction, with a [link](https://example.org/a_b "Title").',
            '+Some words of introduction, with a [link](https://example.org/a_b "Title").',
            "+",
        ],
    ),
    "an answer with its note taken out": (
        lambda editor: editor.remove_paragraph("The keeper lights"),
        [
            "-",
            "-The keeper lights it at dusk, with a match",
            "-that is kept in *a dry -- very dry -- tin*.[^tin]",
            "-It burns **all night** ... until dawn.",
            "-[^tin]: A tin of *brass*.",
            "-    With a second paragraph.",
            "-",
        ],
    ),
}


@pytest.mark.parametrize("tracks", [True, False], ids=["tracked", "silent"])
@pytest.mark.parametrize("name", EDITS)
def test_a_change_comes_into_the_manuscript(
    name: str, tracks: bool, book: Path, letters: dict[str, bytes], tmp_path: Path
) -> None:
    """Whether it was tracked or not; all other lines are unchanged."""
    edit, difference = EDITS[name]
    review, merged = take(book, letters["keeper"], tmp_path, edit, tracks=tracks)
    assert merged.unwritten == {}
    actual = list_difference(KEEPER, merged.text)
    if name == "an editor's note" and not tracks:
        difference = ["-An editor's note.", "+An author's note."]
    assert actual == difference
    authors = {change.author for change in review.changes}
    assert authors == (set() if name == "nothing" else {"The Keeper" if tracks else ""})


# What a person must decide, and why.
UNWRITABLE: dict[str, tuple[str, Edit, str]] = {
    "question and answer joined": (
        "keeper",
        lambda editor: editor.join("And who puts"),
        "Q2 and A2 were joined; a person must decide whose words these are",
    ),
    "a new entry of a list": (
        "keeper",
        lambda editor: editor.add_paragraph("One wick", "Three wicks.", "Listentry"),
        "it stands in or after a list, a table, a quotation or a note",
    ),
    "a label changed": (
        "panel",
        lambda editor: editor.change_xml(">F: <", ">Fred: <"),
        "the label “F:” was changed; a person must decide whose words these are",
    ),
    "a labelled turn opened by nobody": (
        "panel",
        lambda editor: editor.add_paragraph("I come second", "And then?", "Question"),
        "a new turn needs the label of its speaker; a person must decide whose words these are",
    ),
    "the first paragraph of a labelled turn taken out": (
        "panel",
        lambda editor: editor.remove_paragraph("I come first"),
        "it opens A1, whose other words stay; a person must decide whose words these are",
    ),
}


@pytest.mark.parametrize("tracks", [True, False], ids=["tracked", "silent"])
@pytest.mark.parametrize("name", UNWRITABLE)
def test_what_cannot_be_written_is_reported_and_changes_nothing(
    name: str, tracks: bool, book: Path, letters: dict[str, bytes], tmp_path: Path
) -> None:
    """With a reason; the manuscript stays as it is."""
    slug, edit, reason = UNWRITABLE[name]
    _, merged = take(book, letters[slug], tmp_path, edit, tracks=tracks)
    assert reason in merged.unwritten.values()
    assert merged.text == {"keeper": KEEPER, "panel": PANEL}[slug]


def test_what_can_be_written_is_written_beside_what_cannot(
    book: Path, letters: dict[str, bytes], tmp_path: Path
) -> None:
    """Each paragraph is judged by itself."""

    def edit(editor: DocumentEditor) -> None:
        editor.replace("dusk", "sunset")
        editor.join("And who puts")

    _, merged = take(book, letters["keeper"], tmp_path, edit)
    assert list_difference(KEEPER, merged.text) == EDITS["a word"][1]
    assert len(merged.unwritten) == 1


def test_a_refused_change_is_not_written(book: Path, letters: dict[str, bytes], tmp_path: Path) -> None:
    """Also if it stands in the same paragraph as one that is taken; a silent one, too."""
    editor = DocumentEditor(letters["keeper"])
    editor.replace("dusk", "sunset")
    editor.change_xml("with a match", "with a splint")
    review = review_document(book, editor.save(tmp_path / "back.docx"))
    first, second = review.changes
    assert (first.author, second.author) == ("The Keeper", "")
    for taken, line in ((first, "at sunset, with a match"), (second, "at dusk, with a splint")):
        merged = merge_changes(review, [taken.number])
        assert list_difference(KEEPER, merged.text)[1] == f"+The keeper lights it {line}"


def test_new_words_can_be_a_turn_with_a_label(book: Path, letters: dict[str, bytes], tmp_path: Path) -> None:
    """If the label is that of one of the people."""
    _, merged = take(
        book, letters["panel"], tmp_path, lambda editor: editor.add_paragraph("I come second", "F: I *know*.")
    )
    assert list_difference(PANEL, merged.text) == ["+**F:** I \\*know\\*.", "+"]


def test_a_new_footnote_is_written(book: Path, letters: dict[str, bytes], tmp_path: Path) -> None:
    """With a name that no other has."""

    def edit(editor: DocumentEditor) -> None:
        call = '<w:r><w:footnoteReference w:id="9"/></w:r>'
        who = 'w:id="901" w:author="The Keeper" w:date="2026-11-20T09:00:00Z"'
        run = '<w:r><w:t xml:space="preserve">One wick.</w:t></w:r>'
        editor.change_xml(run, f"{run}<w:ins {who}>{call}</w:ins>")
        words = f"<w:ins {who}><w:r><w:t>Of wool.</w:t></w:r></w:ins>"
        note = f"<w:p><w:r><w:footnoteRef/></w:r><w:r><w:tab/></w:r>{words}</w:p>"
        editor.change_xml(
            "</w:footnotes>", f'<w:footnote w:id="9">{note}</w:footnote></w:footnotes>', "word/footnotes.xml"
        )

    review, merged = take(book, letters["keeper"], tmp_path, edit)
    assert len(review.changes) == 1
    difference = ["-- One wick.", "+- One wick.[^approval-1]", "+[^approval-1]: Of wool.", "+"]
    assert list_difference(KEEPER, merged.text) == difference


def test_comments_are_shown_with_their_words(book: Path, letters: dict[str, bytes], tmp_path: Path) -> None:
    """They change nothing."""
    review, merged = take(book, letters["keeper"], tmp_path, lambda editor: editor.comment("dusk", "Really?"))
    (comment,) = review.comments
    assert (comment.words, comment.comment.text, comment.comment.author) == ("dusk", "Really?", "The Keeper")
    assert review.paragraphs[comment.paragraph].place == "A1"
    assert merged.text == KEEPER


def test_a_picture_that_was_put_in_is_reported(book: Path, letters: dict[str, bytes], tmp_path: Path) -> None:
    """It is no text and cannot be taken."""
    run = '<w:r><w:t xml:space="preserve">One wick.</w:t></w:r>'
    review, _ = take(
        book, letters["keeper"], tmp_path, lambda editor: editor.change_xml(run, f"{run}<w:r><w:drawing/></w:r>")
    )
    assert [oddity for _, oddity in review.oddities] == ["a picture"]


def test_a_file_without_styles_bookmarks_and_properties_is_read(
    book: Path, letters: dict[str, bytes], tmp_path: Path
) -> None:
    """If somebody says of which interview it is; here, the fingerprint is that of the manuscript as it is."""

    def edit(editor: DocumentEditor) -> None:
        editor.replace("dusk", "sunset")
        editor.parts["word/styles.xml"] = (
            '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
        )

    review, merged = take(book, letters["keeper"], tmp_path, edit)
    assert [change.author for change in review.changes if "sunset" in change.added] == ["The Keeper"]
    assert "at sunset" in merged.text


def test_a_file_of_an_unknown_state_is_refused(book: Path, letters: dict[str, bytes], tmp_path: Path) -> None:
    """Its words could not be compared with what was sent."""
    editor = DocumentEditor(letters["keeper"])
    xml = editor.parts["docProps/custom.xml"]
    editor.parts["docProps/custom.xml"] = xml.replace("<vt:lpwstr>", "<vt:lpwstr>", 1)[: xml.rindex("<vt:lpwstr>")] + (
        "<vt:lpwstr>0000</vt:lpwstr></property></Properties>"
    )
    with pytest.raises(Refused, match="sent-text-is-known"):
        review_document(book, editor.save(tmp_path / "back.docx"))


@pytest.mark.parametrize("data", [b"", b"PK", b"no document"])
def test_a_file_that_is_no_word_document_is_refused(data: bytes, book: Path, tmp_path: Path) -> None:
    (tmp_path / "back.docx").write_bytes(data)
    with pytest.raises(Refused):
        review_document(book, tmp_path / "back.docx")


def list_emphases(interview: Interview) -> list[str]:
    """Return the emphasized words of the answers."""
    return [
        "".join(getattr(part, "text", "") for part in inline.content)
        for turn in interview.turns
        for block in turn.blocks
        if isinstance(block, Paragraph)
        for inline in block.content
        if isinstance(inline, Emphasis)
    ]


def test_the_manuscript_is_read_again(book: Path, letters: dict[str, bytes], tmp_path: Path) -> None:
    """The result holds the interview as it then is."""
    _, merged = take(book, letters["keeper"], tmp_path, EDITS["a look"][0])
    assert list_emphases(merged.interview) == ["the lamp", "match", "a dry – very dry – tin"]


# --- LibreOffice --------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("form", ["docx", "odt"])
def test_a_file_that_libreoffice_saved_is_read_as_before(
    form: str, book: Path, letters: dict[str, bytes], tmp_path: Path
) -> None:
    """Tracked words, looks, moves, comments and notes come through; so do they by way of ODT."""
    editor = DocumentEditor(letters["keeper"])
    editor.replace("dusk", "sunset")
    editor.set_look("match", "<w:i/>")
    editor.replace("A tin of ", "A box of ", "word/footnotes.xml")
    editor.add_paragraph("Nobody: it", "One more.")
    editor.remove_paragraph("And who puts")
    editor.move_paragraph("Some words", "Nobody: it")
    editor.comment("juste", "ask")
    sent = editor.save(tmp_path / "back.docx")
    before = review_document(book, sent)
    for kind in dict.fromkeys((form, "docx")):
        command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"]
        command += ["--convert-to", kind, "--outdir", str(tmp_path / "saved"), str(sent)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        sent = tmp_path / "saved" / f"back.{kind}"
    after = review_document(book, sent)
    assert {change.author for change in after.changes} == {"The Keeper"}
    assert [comment.words for comment in after.comments] == ["juste"]
    texts = [merge_changes(review, [change.number for change in review.changes]).text for review in (before, after)]
    assert texts[0] == texts[1] != KEEPER
