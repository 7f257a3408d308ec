"""Test conversations in tables, lists and preformatted text, in the shapes in which people keep transcripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.importers.common.draft import Draft
from tests.importers.office_files import write_docx
from tests.importers.test_import_file import import_draft
from tests.importers.test_structures import list_asides, wrap_in_page

TALK = (
    ("Ada Quill", "You set type by hand?"),
    ("Ben Serif", "Since I was nine. Note: it was lead, and lead is heavy."),
    ("Ada Quill", "Who taught you?"),
    ("Ben Serif", "My uncle did."),
    ("Ada Quill", "Was he patient?"),
    ("Ben Serif", "He had to be."),
)
FRAMES = {
    "list": ("<ul>{}</ul>", "<li>{}: {}</li>"),
    "numbered list, bold": ("<ol>{}</ol>", "<li><b>{}:</b> {}</li>"),
    "list, name on its own line": ("<ul>{}</ul>", "<li><span>{}</span><p>{}</p></li>"),
    "one column": ("<table>{}</table>", "<tr><td>{}: {}</td></tr>"),
    "one cell": ("<table><tr><td>{}</td></tr></table>", "<p>{}: {}</p>"),
    "empty column": ("<table>{}</table>", "<tr><td>{}</td><td>{}</td><td></td></tr>"),
    "preformatted": ("<pre>{}</pre>", "{}: {}\n\n"),
    "preformatted lines": ("<pre>{}</pre>", "{}: {}\n"),
}


def list_turns(draft: Draft) -> list[tuple[str, str]]:
    """Return the label of each turn without its colon, and the words."""
    return [(turn.label.rstrip(":"), " ".join(c.words for c in turn.clippings).strip()) for turn in draft.turns]


@pytest.mark.parametrize("frame", FRAMES)
def test_turns_in_a_list_a_table_or_preformatted_text_have_speakers(tmp_path: Path, frame: str) -> None:
    """A list, a table of one column or preformatted text around a whole talk holds turns."""
    outside, inside = FRAMES[frame]
    body = outside.format("".join(inside.format(*turn) for turn in TALK))
    draft = import_draft(tmp_path, "one.html", wrap_in_page(f"<h1>Type</h1>{body}"))
    assert list_turns(draft) == list(TALK)
    assert not draft.doubts


def test_a_list_that_a_paragraph_divides_holds_turns(tmp_path: Path) -> None:
    """The speakers of the whole text are known in a list with one turn of each."""
    first, second, *others = (f"1. {name}: {words}\n" for name, words in TALK)
    draft = import_draft(tmp_path, "one.md", f"# Type\n\n{''.join(others)}\nIt was late.\n\n{first}{second}")
    assert [name for name, _ in list_turns(draft)] == ["Ada Quill", "Ben Serif"] * 3


def test_a_list_without_speakers_stays_a_list(tmp_path: Path) -> None:
    """Labels in the list of an answer that are no speakers of the text do not divide it."""
    text = "# Type\n\n**Q:** What is lost?\n\n**A:** Much:\n\n- Lead: sold\n- Ink: dry\n\n**Q:** All?\n\n**A:** Yes.\n"
    draft = import_draft(tmp_path, "one.md", text)
    assert [clipping.kind for clipping in draft.turns[1].clippings] == ["paragraph", "list"]


def test_a_cell_over_several_rows_names_who_speaks_in_all(tmp_path: Path) -> None:
    """In Word, the cell of the speaker is often merged over the paragraphs of a turn."""

    def write_cell(words: str, merge: str = "") -> str:
        return f"<w:tc><w:tcPr>{merge}</w:tcPr><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>"

    begin, go_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"

    rows = "".join(
        f"<w:tr>{write_cell(name, begin)}{write_cell(words)}</w:tr>"
        f"<w:tr>{write_cell('', go_on)}{write_cell('So it was.')}</w:tr>"
        for name, words in TALK
    )
    grid = "<w:tblPr/><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>"
    draft = import_draft(tmp_path, "one.docx", write_docx(f"<w:tbl>{grid}{rows}</w:tbl>"))
    assert list_turns(draft) == [(name, f"{words} So it was.") for name, words in TALK]


def test_a_column_of_remarks_is_set_aside(tmp_path: Path) -> None:
    """The head of the column says that it holds no speech."""
    rows = "".join(
        f"<tr><td>{name}</td><td>{words}</td><td>theme {i}</td></tr>" for i, (name, words) in enumerate(TALK)
    )
    head = "<tr><th>Speaker</th><th>Text</th><th>Notes</th></tr>"
    draft = import_draft(tmp_path, "one.html", wrap_in_page(f"<h1>Type</h1><table>{head}{rows}</table>"))
    assert list_turns(draft) == list(TALK)
    assert "theme 2" in list_asides(draft)


@pytest.mark.parametrize("head", [("Question", "Answer"), ("Ada Quill", "Ben Serif")])
def test_the_head_says_who_asks_in_the_left_column(tmp_path: Path, head: tuple[str, str]) -> None:
    """A table of two columns is a conversation if its first row names those who speak, or questions and answers."""
    pairs = zip(TALK[::2], TALK[1::2], strict=True)
    rows = "".join(f"<tr><td>{question}</td><td>{answer}</td></tr>" for (_, question), (_, answer) in pairs)
    table = f"<table><tr><th>{head[0]}</th><th>{head[1]}</th></tr>{rows}</table>"
    draft = import_draft(tmp_path, "one.html", wrap_in_page(f"<h1>Type</h1>{table}"))
    assert [words for _, words in list_turns(draft)] == [words for _, words in TALK]
    assert [person.name for person in draft.people] in ([], ["Ben Serif", "Ada Quill"])


def test_a_table_that_holds_most_words_is_a_doubt(tmp_path: Path) -> None:
    """Nothing says who speaks in its columns, so the editor is asked."""
    rows = "".join(f"<tr><td>{words} {words}</td><td>{words} And so on, and on.</td></tr>" for _, words in TALK)
    draft = import_draft(tmp_path, "one.html", wrap_in_page(f"<h1>Type</h1><p>Why?</p><table>{rows}</table>"))
    assert any("Do people speak in this table?" in ask for _, _, ask in draft.passages)


def test_a_wide_cell_does_not_move_the_cells_after_it(tmp_path: Path) -> None:
    """A cell over two columns counts as two, so that each row of the written table has as many."""
    rows = "<tr><td colspan='2'>Metals</td><td>Year</td></tr><tr><td>lead</td><td>tin</td><td>1899</td></tr>"
    body = "".join(f"<p><b>{name}:</b> {words}</p>" for name, words in TALK)
    draft = import_draft(tmp_path, "one.html", wrap_in_page(f"<h1>Type</h1>{body}<table>{rows}</table>"))
    assert "| Metals |  | Year |" in draft.turns[-1].clippings[-1].text
