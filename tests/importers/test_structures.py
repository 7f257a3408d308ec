"""Test imports of structures that sites, offices and transcription programs produce."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from onrecord.importers.common import boilerplate
from onrecord.importers.common.draft import Draft
from onrecord.model import Role
from tests.importers.test_import_file import import_draft, import_source, join_kinds
from tests.importers.test_word import make_document, replace_in_part

PAIRS = [
    ("What does an import keep?", "Every word. It counts them."),
    ("And if a word is lost?", "Then nothing is written."),
    ("Who settles a doubt?", "The desk does."),
]
BOLD = "".join(f"<p><b>{q}</b></p><p>{a}</p>" for q, a in PAIRS)
TALK = "\n\n".join(f"Q: {q}\n\nA: {a}" for q, a in PAIRS)


def wrap_in_page(body: str, head: str = "") -> str:
    return f"<html lang='en'><head><meta charset='utf-8'>{head}</head><body><article>{body}</article></body></html>"


def list_asides(draft: Draft) -> list[str]:
    return [clipping.words for clipping in draft.asides]


# --- pages -----------------------------------------------------------------------------------------


def test_pieces_of_a_word_stay_together(tmp_path: Path) -> None:
    """A drop cap, and a word that is bold in part, are one word each."""
    _, result, _ = import_source(
        tmp_path,
        "one.html",
        wrap_in_page(f"<h1>Lists</h1><p><span class='cap'>T</span><span>he</span> desk <b>im</b>ports.</p>{BOLD}"),
    )
    assert "The desk **im**ports." in result


@pytest.mark.parametrize(
    "row",
    [
        "<div class='meta'><span class='posted-on'>Posted on <a href='/'><time>February 1, 2025</time>"
        "<time>February 3, 2025</time></a></span><span class='byline'> by <a>Jane Roe</a></span></div>",
        "<div><time datetime='2025-02-01'><span class='date'>February 1, 2025</span>"
        "<span class='time'>4:10 PM ET</span></time></div><p>By Jane Roe</p>",
        "<div class='blog-meta'><span class='categories'>Interviews</span>"
        "<time class='published'>February 1, 2025</time></div><p>Written by Jane Roe</p>",
    ],
)
@pytest.mark.parametrize("below", [True, False])
def test_the_heading_is_the_title_whatever_stands_around_it(tmp_path: Path, row: str, below: bool) -> None:
    """The date is read, the author is the byline, and neither is the title."""
    heading = "<h1>Interview with the Import Desk</h1>"
    draft = import_draft(tmp_path, "one.html", wrap_in_page((heading + row if below else row + heading) + BOLD))
    assert draft.title == "Interview with the Import Desk"
    assert draft.date == "2025-02-01"
    assert draft.byline.lower().removeprefix("written ") == "by jane roe"
    assert "Jane Roe" in [person.name for person in draft.people if person.role is Role.INTERVIEWER]
    assert not draft.introduction
    assert join_kinds(draft) == "QAQAQA"


def test_the_author_whom_the_page_names_is_the_byline(tmp_path: Path) -> None:
    """Also one whom only the head of the page names, unless it is the site or its staff."""
    bare = f"<h1>Lists</h1>{BOLD}"
    pages = [(f"<h1>Lists</h1><div><a href='/roe'>Jane Roe</a></div>{BOLD}", "Jane Roe")]
    pages += [(bare, author) for author in ("Jane Roe", "Lists Staff", "admin")]
    drafts = [
        import_draft(tmp_path / str(n), "one.html", wrap_in_page(page, f"<meta name='author' content='{author}'>"))
        for n, (page, author) in enumerate(pages)
    ]
    assert [draft.byline for draft in drafts] == ["Jane Roe", "Jane Roe", "", ""]
    assert [[person.name for person in draft.people] for draft in drafts] == [["Jane Roe"], ["Jane Roe"], [], []]


def test_a_pull_quote_is_set_aside_if_the_text_says_it(tmp_path: Path) -> None:
    quote = "<figure class='pullquote'><blockquote>{}</blockquote></figure>"
    repeated, new = (quote.format(words) for words in ("It counts them.", "Nobody said this."))
    draft, result, _ = import_source(
        tmp_path, "one.html", wrap_in_page(f"<h1>Lists</h1>{BOLD}{repeated}{new}<p>That is all.</p>")
    )
    assert list_asides(draft) == ["It counts them."]
    assert "Nobody said this." in result


def test_other_dates_of_a_page_are_set_aside(tmp_path: Path) -> None:
    head = "<meta property='article:published_time' content='2026-03-04T09:00:00Z'>"
    draft = import_draft(
        tmp_path,
        "one.html",
        wrap_in_page(f"<h1>Lists</h1><p>March 4, 2026</p><p>Last modified on Thu 5 Mar 2026 08.00 CET</p>{BOLD}", head),
    )
    assert draft.date == "2026-03-04"
    assert list_asides(draft) == ["March 4, 2026", "Last modified on Thu 5 Mar 2026 08.00 CET"]


@pytest.mark.parametrize(
    "title", ["Jane Roe: “A list can be checked”", "Interview: Jane Roe", "Q&A: Jane Roe", "Jane Roe"]
)
def test_a_title_names_who_answers(tmp_path: Path, title: str) -> None:
    text = "\n\n".join(f"**Q:** {q}\n\n**A:** {a}" for q, a in PAIRS)
    draft = import_draft(tmp_path, "one.md", f"# {title}\n\nRoe runs a desk.\n\n{text}")
    assert [(p.name, p.labels) for p in draft.people if p.role is Role.INTERVIEWEE] == [("Jane Roe", ("A",))]


@pytest.mark.parametrize("title", ["The Review: “A list can be checked”", "Interview: lists"])
def test_a_title_without_a_person_names_nobody(tmp_path: Path, title: str) -> None:
    text = "\n\n".join(f"**Q:** {q}\n\n**A:** {a}" for q, a in PAIRS)
    assert [person.name for person in import_draft(tmp_path, "one.md", f"# {title}\n\n{text}").people] == ["A", "Q"]


LABELS_OF_PAGES = [
    "5 min read",
    "Temps de Lecture 3 min.",
    "-30-",
    "Subscribe now",
    "The Desk stopped transcription",
    "{% include letter.html %}",
    "#lists #imports",
]
SENTENCES = [
    "Read more than you write.",
    "I subscribe now and then.",
    "A five minute read is long.",
    "# 1 is the list",
    "Transcribed by the desk",
    "Related to that, lists are dull: I know.",
]


@pytest.mark.parametrize("words", LABELS_OF_PAGES)
def test_interface_labels_are_recognized(words: str) -> None:
    assert boilerplate.is_interface_label(words)


@pytest.mark.parametrize("words", SENTENCES)
def test_sentences_are_not_interface_labels(words: str) -> None:
    assert not boilerplate.is_interface_label(words)


# --- labels ----------------------------------------------------------------------------------------

LABELS = {
    "a name in brackets and a time": ("[The Desk] 10:00:0{n}\n{}", "[On Record] 10:00:2{n}\n{}"),
    "a numbered speaker": ("Speaker 1 (00:00:0{n}):\n{}", "Speaker 2 (00:00:2{n}):\n{}"),
    "a numbered speaker without brackets": ("Speaker 1  0:0{n}\n{}", "Speaker 2  0:2{n}\n{}"),
}


@pytest.mark.parametrize("convention", LABELS)
def test_a_transcript_becomes_turns(tmp_path: Path, convention: str) -> None:
    question, answer = LABELS[convention]
    text = "\n\n".join(f"{question.format(q, n=n)}\n\n{answer.format(a, n=n)}" for n, (q, a) in enumerate(PAIRS))
    draft = import_draft(tmp_path, "one.txt", text)
    assert join_kinds(draft) == "QAQAQA"
    assert not draft.doubts
    assert draft.turns[0].clippings[0].printed_time


def test_an_office_after_a_name_is_the_same_person(tmp_path: Path) -> None:
    text = "JANE ROE, HOST: Welcome to the desk. How are lists made?\n\nON RECORD: By counting.\n\n" + "\n\n".join(
        f"ROE: {q}\n\nON RECORD: {a}" for q, a in PAIRS
    )
    draft = import_draft(tmp_path, "one.txt", f"Lists\n\nBy Jane Roe\n\n{text}")
    assert [person.name for person in draft.people] == ["On Record", "Jane Roe"]


def test_a_word_and_its_initial_are_one_person(tmp_path: Path) -> None:
    """Pregunta and Respuesta are written out once, then abbreviated as P. and R."""
    pairs = [
        ("¿Qué guarda?", "Cada palabra."),
        ("¿Y si se pierde una?", "No se escribe nada."),
        ("¿Quién decide?", "La redacción."),
    ]
    labels = ["Pregunta.", "P.", "P."], ["Respuesta.", "R.", "R."]
    body = "".join(f"<p><b>{p}</b> {q}</p><p><b>{r}</b> {a}</p>" for (q, a), p, r in zip(pairs, *labels, strict=True))
    draft = import_draft(tmp_path, "one.html", wrap_in_page(f"<h1>Listas</h1>{body}"))
    assert join_kinds(draft) == "QAQAQA"
    assert [(person.name, person.labels) for person in draft.people] == [("Respuesta", ("R",)), ("Pregunta", ("P",))]


def test_labels_that_look_like_markup_stay_words(tmp_path: Path) -> None:
    body = "".join(f"<p><b>&lt;b&gt;Desk&lt;/b&gt;:</b> {q}</p><p><b>On_Record* [x]:</b> {a}</p>" for q, a in PAIRS)
    draft, result, _ = import_source(tmp_path, "one.html", wrap_in_page(f"<h1>Lists</h1>{body}"))
    assert join_kinds(draft) == "QAQAQA"
    assert r"**\<b>Desk\</b>:**" in result


# --- Markdown ----------------------------------------------------------------------------------------


def test_lines_with_labels_are_turns(tmp_path: Path) -> None:
    text = "\n\n".join(f"**Q:** {q}\n**A:** {a}" for q, a in PAIRS)
    draft = import_draft(tmp_path, "one.md", f"# Lists\n\n{text}")
    assert join_kinds(draft) == "QAQAQA"


def test_toml_front_matter_is_read(tmp_path: Path) -> None:
    head = (
        "+++\ntitle = 'Lists'\ndate = 2026-03-04T09:00:00+01:00\nauthors = ['Jane Roe']\n"
        '[params]\nkind = "talk"\n+++\n\n'
    )
    draft, result, _ = import_source(
        tmp_path,
        "one.md",
        head + '{{< figure src="desk.jpg" >}}\n\n' + "\n\n".join(f"**{q}**\n\n{a}" for q, a in PAIRS),
    )
    assert (draft.title, draft.date, join_kinds(draft)) == ("Lists", "2026-03-04", "QAQAQA")
    assert [person.name for person in draft.people] == ["Jane Roe"]
    assert "figure" not in result


CODE = "# Lists\n\n**What?**\n\nThis:\n\n{0}python\nprint()\n{1}\n\n**And then?**\n\nNothing.\n{2}"


@pytest.mark.parametrize(
    ("fences", "line"),
    [(("```", "", ""), 7), (("````", "```", ""), 7), (("~~~", "```", ""), 7), (("```", "", "\n```\nx\n```\n"), 17)],
)
def test_code_without_an_end_is_a_doubt(tmp_path: Path, fences: tuple[str, ...], line: int) -> None:
    """The turns below it would be code: the warning names the line of the fence."""
    draft = import_draft(tmp_path, "one.md", CODE.format(*fences))
    assert [(note.location.line, note.rule.value) for note in draft.notes] == [(line, "blocks-are-closed")]
    assert [clipping.kind for clipping in draft.doubts] == ["code"]


@pytest.mark.parametrize("fences", [("```", "```", ""), ("~~~", "~~~~", ""), ("```", "```", "\n```\n```\n")])
def test_code_with_an_end_is_no_doubt(tmp_path: Path, fences: tuple[str, ...]) -> None:
    draft = import_draft(tmp_path, "one.md", CODE.format(*fences))
    assert not draft.notes
    assert not draft.doubts


# --- texts that were pages and letters -----------------------------------------------------------------


def test_numbers_of_lines_are_set_aside(tmp_path: Path) -> None:
    lines = [
        line
        for q, a in PAIRS
        for line in (f"Q.   {q} And what", "is not kept, and why?", f"A.   {a} What is not", "printed is listed.")
    ]
    draft = import_draft(tmp_path, "one.txt", "\n".join(f"{n % 25 + 1:3}   {line}" for n, line in enumerate(lines)))
    assert join_kinds(draft) == "QAQAQA"
    assert list_asides(draft) == [" ".join(str(n + 1) for n in range(12))]
    assert draft.turns[0].clippings[0].words == f"{PAIRS[0][0]} And what is not kept, and why?"


def test_heads_of_pages_are_set_aside(tmp_path: Path) -> None:
    head = "\n\nThe Desk                         Page {}\n\n"
    text = "Lists\n\n" + "".join(f"Q: {q}{head.format(n)}A: {a}\n\n" for n, (q, a) in enumerate(PAIRS, 1))
    draft = import_draft(tmp_path, "one.txt", text)
    assert [" ".join(words.split()) for words in list_asides(draft)] == [
        "The Desk Page 1",
        "The Desk Page 2",
        "The Desk Page 3",
    ]
    assert join_kinds(draft) == "QAQAQA"


@pytest.mark.parametrize("number", ["1", "- 2 -", "Page 2 of 3"])
def test_a_lone_number_inside_a_turn_is_a_doubt(tmp_path: Path, number: str) -> None:
    """A text of two pages has too few page numbers to know them for sure."""
    text = f"Lists\n\n{TALK.replace(PAIRS[1][1], f'{PAIRS[1][1]}{chr(10) * 2}{number}{chr(10) * 2}And more.')}"
    draft = import_draft(tmp_path, "one.txt", text)
    assert [clipping.words for clipping in draft.doubts] == [number]


def test_numbers_in_an_answer_stay(tmp_path: Path) -> None:
    draft = import_draft(tmp_path, "one.txt", f"Lists\n\n{TALK}\n\n1  word\n2  words\n\n1984\n")
    assert not list_asides(draft)


def test_the_head_of_a_transcript_names_people(tmp_path: Path) -> None:
    head = "Interviewee: Jane Roe\n\nInterviewer: John Doe\n\nDate: March 4, 2026\n\nTranscriber: Ann Other\n\n"
    draft = import_draft(
        tmp_path, "one.txt", f"Lists\n\n{head}" + "\n\n".join(f"DOE: {q}\n\nROE: {a}" for q, a in PAIRS)
    )
    assert {person.name: person.role for person in draft.people} == {
        "Jane Roe": Role.INTERVIEWEE,
        "John Doe": Role.INTERVIEWER,
        "Ann Other": Role.EDITOR,
    }
    assert draft.date == "2026-03-04"
    assert join_kinds(draft) == "QAQAQA"


def test_initials_in_the_head_of_a_transcript_are_labels(tmp_path: Path) -> None:
    """The lines are no turns of “Interviewee” and “Interviewer”."""
    head = "Interviewee: Jane Roe (JR)\nInterviewer: John Doe (JD)\n\n"
    draft = import_draft(tmp_path, "one.txt", f"Lists\n\n{head}" + "\n\n".join(f"JD: {q}\n\nJR: {a}" for q, a in PAIRS))
    assert [(p.name, p.role, p.labels) for p in draft.people] == [
        ("Jane Roe", Role.INTERVIEWEE, ("JR",)),
        ("John Doe", Role.INTERVIEWER, ("JD",)),
    ]
    assert join_kinds(draft) == "QAQAQA"


def test_a_line_of_the_head_may_name_several(tmp_path: Path) -> None:
    head = "Interviewee: Dr. Jane Roe, head of a desk\n\nInterviewers: John Doe and Ann Other\n\n"
    draft = import_draft(
        tmp_path,
        "one.txt",
        f"Lists\n\n{head}"
        + "\n\n".join(f"{who}: {q}\n\nROE: {a}" for who, (q, a) in zip(("DOE", "OTHER", "DOE"), PAIRS, strict=True)),
    )
    assert [(p.name, p.role.asks, p.affiliation) for p in draft.people] == [
        ("Jane Roe", False, "head of a desk"),
        ("John Doe", True, ""),
        ("Ann Other", True, ""),
    ]


def test_a_label_far_below_the_head_is_a_label(tmp_path: Path) -> None:
    """A label far below the head is a label, whatever follows it."""
    text = (
        "\n\n".join(f"Host: {q}\n\nGuest: {a}" for q, a in PAIRS * 3) + "\n\nHost: Good Night\n\nGuest: It is late.\n"
    )
    draft = import_draft(tmp_path, "one.txt", f"Lists\n\n{text}")
    assert join_kinds(draft) == "QA" * 10


def test_an_email_becomes_turns(tmp_path: Path) -> None:
    text = (
        "From: The Desk <desk@example.com>\nTo: On Record\nDate: Wed, 4 Mar 2026 10:02:00 +0100\nSubject: Re: Lists\n\n"
    )
    draft = import_draft(
        tmp_path, "one.txt", text + "\n\n".join(f"> {n}. {q}\n\n{a}" for n, (q, a) in enumerate(PAIRS, 1))
    )
    assert (draft.title, draft.date, join_kinds(draft)) == ("Lists", "2026-03-04", "QAQAQA")


def test_a_stray_control_character_is_left_out(tmp_path: Path) -> None:
    draft, _, problems = import_source(tmp_path, "one.txt", TALK.replace("Every", "Every\x07"))
    assert join_kinds(draft) == "QAQAQA"
    assert "characters-are-printable" in [problem.rule for problem in problems]


def test_interview_with_on_the_first_line_is_the_title(tmp_path: Path) -> None:
    draft = import_draft(tmp_path, "one.txt", f"Interview with Jane Roe, head of a desk\n\n{TALK}")
    assert draft.title == "Interview with Jane Roe, head of a desk"
    assert [(p.name, p.affiliation) for p in draft.people][:1] == [("Jane Roe", "head of a desk")]


# --- documents ---------------------------------------------------------------------------------------


def test_bold_paragraph_styles_of_opendocument_are_bold(tmp_path: Path) -> None:
    """LibreOffice makes a paragraph bold by a style, which may inherit from another one."""
    plain = make_document("# Lists\n\n" + "\n\n".join(f"{q}\n\n{a}\n\nIs that all? Yes." for q, a in PAIRS), "odt")
    styles = (
        '<style:style style:name="P8" style:family="paragraph">'
        '<style:text-properties fo:font-weight="bold"/></style:style>'
        '<style:style style:name="P9" style:family="paragraph" style:parent-style-name="P8"/>'
    )
    document = replace_in_part(plain, "content.xml", "<office:automatic-styles>", f"<office:automatic-styles>{styles}")
    for question, _ in PAIRS:
        for old in ("Text_20_body", "First_20_paragraph"):
            try:
                document = replace_in_part(
                    document,
                    "content.xml",
                    f'<text:p text:style-name="{old}">{question}',
                    f'<text:p text:style-name="P9">{question}',
                )
            except AssertionError:
                continue
    draft = import_draft(tmp_path, "one.odt", document)
    assert join_kinds(draft) == "QAQAQA"
    assert not draft.doubts


@pytest.mark.parametrize("head", ["", "<tr><td>Time</td><td>Speaker</td><td>Text</td></tr>"])
def test_a_table_of_times_names_and_words_is_a_conversation(tmp_path: Path, head: str) -> None:
    rows = "".join(
        f"<tr><td>00:0{n}:01</td><td>The Desk</td><td>{q}</td></tr>"
        f"<tr><td>00:0{n}:20</td><td>On Record</td><td>{a}</td></tr>"
        for n, (q, a) in enumerate(PAIRS)
    )
    draft = import_draft(tmp_path, "one.html", wrap_in_page(f"<h1>Lists</h1><table>{head}{rows}</table>"))
    assert join_kinds(draft) == "QAQAQA"
    assert [person.name for person in draft.people] == ["On Record", "The Desk"]


def test_a_table_of_numbers_stays_a_table(tmp_path: Path) -> None:
    _, result, _ = import_source(
        tmp_path,
        "one.html",
        wrap_in_page(
            f"<h1>Lists</h1>{BOLD}<table><tr><td>1</td><td>word</td><td>kept</td></tr>"
            "<tr><td>2</td><td>comma</td><td>kept</td></tr></table>"
        ),
    )
    assert re.search(r"\| 2 \| comma \| kept \|", result)


def test_drawings_of_word_do_not_stop_an_import(tmp_path: Path) -> None:
    """A text box is set aside; special hyphens and a pictograph become characters."""
    wps, mc = (
        "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "http://schemas.openxmlformats.org/markup-compatibility/2006",
    )
    box = "<w:txbxContent><w:p><w:r><w:t>Words in a box.</w:t></w:r></w:p></w:txbxContent>"
    drawn = (
        f'<w:p><w:r><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice Requires="wps">'
        f'<w:drawing><wps:txbx xmlns:wps="{wps}">{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        "<w:p><w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>op</w:t><w:softHyphen/><w:t>eration</w:t>"
        '<w:sym w:font="Wingdings" w:char="F04A"/></w:r></w:p>'
    )
    document = replace_in_part(
        make_document("# Lists\n\n" + "\n\n".join(f"**{q}**\n\n{a}" for q, a in PAIRS), "docx"),
        "word/document.xml",
        "<w:sectPr",
        f"{drawn}<w:sectPr",
    )
    draft, result, _ = import_source(tmp_path, "one.docx", document)
    assert list_asides(draft) == ["Words in a box."]
    assert "co\u2011op\u00aderation☺" in result


# --- times, and other forms ----------------------------------------------------------------------------

TIMES = {
    "in brackets before a name": ("[00:0{n}:01] The Desk: {}", "[00:0{n}:21] On Record: {}"),
    "before a name": ("00:0{n}:01 The Desk: {}", "00:0{n}:21 On Record: {}"),
    "on a line of its own": ("00:0{n}:01\n\nThe Desk:\n\n{}", "00:0{n}:21\n\nOn Record:\n\n{}"),
}


@pytest.mark.parametrize("suffix", ["txt", "md"])
@pytest.mark.parametrize("convention", TIMES)
def test_a_time_before_a_speaker_is_that_of_the_turn(tmp_path: Path, convention: str, suffix: str) -> None:
    question, answer = TIMES[convention]
    text = "\n\n".join(f"{question.format(q, n=n)}\n\n{answer.format(a, n=n)}" for n, (q, a) in enumerate(PAIRS))
    draft, result, _ = import_source(tmp_path, f"one.{suffix}", f"Lists of words\n\n{text}")
    assert join_kinds(draft) == "QAQAQA"
    assert [turn.time for turn in draft.turns] == [
        "00:00:01",
        "00:00:21",
        "00:01:01",
        "00:01:21",
        "00:02:01",
        "00:02:21",
    ]
    assert "{t=00:01:21}" in result


def test_a_time_after_a_name_on_its_own_line_is_that_of_the_turn(tmp_path: Path) -> None:
    rows = "".join(
        f"<cite>The Desk:</cite> <time>0:0{n}</time><p>{q}</p><cite>On Record:</cite> <time>0:2{n}</time><p>{a}</p>"
        for n, (q, a) in enumerate(PAIRS)
    )
    draft = import_draft(tmp_path, "one.html", wrap_in_page(f"<h1>Lists</h1><div>{rows}</div>"))
    assert join_kinds(draft) == "QAQAQA"
    assert [turn.time for turn in draft.turns][:2] == ["0:00", "0:20"]


def test_a_time_within_an_answer_stays(tmp_path: Path) -> None:
    text = TALK.replace("Every word.", "10:30 is when it begins.")
    draft, result, _ = import_source(tmp_path, "one.txt", text)
    assert "10:30 is when it begins." in result
    assert not draft.asides


def test_headings_that_are_names_are_labels(tmp_path: Path) -> None:
    rows = "".join(f"<h5>The Desk:</h5><p>{q}</p><h5>On Record:</h5><p>{a}</p>" for q, a in PAIRS)
    assert join_kinds(import_draft(tmp_path, "one.html", wrap_in_page(f"<h1>Lists</h1>{rows}"))) == "QAQAQA"


def test_html_in_markdown_is_read(tmp_path: Path) -> None:
    """The words of a script are set aside."""
    text = "\n\n".join(f"<p><strong>{q}</strong></p>\n\n{a}" for q, a in PAIRS)
    draft, result, _ = import_source(tmp_path, "one.md", f"# Lists\n\n{text}\n\n<script>let words = 1</script>\n")
    assert join_kinds(draft) == "QAQAQA"
    assert "let words" not in result
    assert list_asides(draft) == ["let words 1"]


# --- footnotes of questions ------------------------------------------------------------------------


QUESTIONS_WITH_NOTES = "**Is it read?[^7]**\n\nIt is.\n\n**Is it said?**[^8] It is.\n\n[^7]: Note A.\n[^8]: Note B.\n"
PAGE_WITH_NOTES = (
    "<p><b>Is it read?<a href='#n1' id='c1'><sup>1</sup></a></b></p><p>It is.</p>"
    "<p><b>Is it said?</b><a href='#n2' id='c2'><sup>2</sup></a> It is.</p>"
    "<section><ol><li id='n1'><p>Note A.<a href='#c1'>↩︎</a></p></li>"
    "<li id='n2'><p>Note B.<a href='#c2'>↩︎</a></p></li></ol></section>"
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("one.md", "".join(f"**{q}**\n\n{a}\n\n" for q, a in PAIRS) + QUESTIONS_WITH_NOTES),
        ("one.html", wrap_in_page(f"<h1>Lists</h1>{BOLD}{PAGE_WITH_NOTES}")),
    ],
)
def test_a_footnote_stays_with_its_bold_question_once(tmp_path: Path, name: str, text: str) -> None:
    _, result, _ = import_source(tmp_path, name, text)
    assert "**Is it read?[^1]**\n\nIt is.\n\n**Is it said?[^2]**\n\nIt is." in result
    assert re.findall(r"(?m)^\[\^(\d)\]: Note (.)\.$", result) == [("1", "A"), ("2", "B")]


def test_a_page_with_nothing_but_short_lines_is_read_whole(tmp_path: Path) -> None:
    turns = "<p><b>Is it kept?</b></p><p>It is.</p><p><b>All of it?</b></p><p>Yes.</p>"
    page = wrap_in_page(f"<h1>Lists</h1><div>{turns}</div><div><p>A short end.</p></div>").replace("article>", "body>")
    _, result, _ = import_source(tmp_path, "one.html", page)
    assert "**Is it kept?**\n\nIt is.\n\n**All of it?**\n\nYes.\n\nA short end." in result
