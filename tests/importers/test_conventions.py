"""Test the import of one conversation in many conventions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importers.test_import_file import import_draft, import_source, join_kinds

PAIRS = [
    ("What does an import keep?", "Every word. It counts them."),
    ("And if a word is lost?", "Then nothing is written. That is the whole idea."),
    ("Who settles a doubt?", "The desk does. A program should not."),
]
RUSSIAN = [
    ("Что сохраняет импорт?", "Каждое слово. Он их считает."),
    ("А если слово потеряно?", "Тогда ничего не пишется."),
    ("Кто снимает сомнения?", "Редакция."),
]
FRENCH = [
    ("Que garde un import ?", "Chaque mot."),
    ("Et si un mot est perdu ?", "Alors rien n’est écrit."),
    ("Parlez-nous des doutes.", "Un doute est une marque."),
]
SPANISH = [
    ("¿Qué guarda una importación?", "Cada palabra."),
    ("¿Y si se pierde una?", "Entonces no se escribe nada."),
    ("Háblenos de las dudas.", "Una duda es una marca."),
]
GERMAN = [
    ("Was behält ein Import?", "Jedes Wort."),
    ("Und wenn eines fehlt?", "Dann wird nichts geschrieben."),
    ("Erklären Sie die Zweifel.", "Ein Zweifel ist eine Marke."),
]

TEXTS = {
    "initials without a mark": ("TD  {}", "OR  {}", PAIRS),
    "name on its own line": ("THE DESK\n{}", "ON RECORD\n{}", PAIRS),
    "name in a paragraph of its own": ("The Desk\n\n{}", "On Record\n\n{}", PAIRS),
    "letters with a full stop": ("Q. {}", "A. {}", PAIRS),
    "an office": ("QUESTION: {}", "SECRETARY RECORD: {}", PAIRS),
    "a tab": ("Desk:\t{}", "Record:\t{}", PAIRS),
    "a time after the name": ("THE DESK: [00:12:41] {}", "ON RECORD: [00:12:50] {}", PAIRS),
    "Russian dashes": ("— {}", "— {}", RUSSIAN),
    "Russian dashes before questions": ("— {}", "{}", RUSSIAN),
    "French dashes": ("– {}", "– {}", FRENCH),
    "Spanish dashes": ("—{}", "—{}", SPANISH),
    "Spanish letters": ("P. {}", "R. {}", SPANISH),
    "German words": ("Frage: {}", "Antwort: {}", GERMAN),
    "an editorial office": ("Redaktion: {}", "Archiv: {}", GERMAN),
    "Spanish words with a full stop": ("Pregunta. {}", "Respuesta. {}", SPANISH),
    "Russian words": ("Вопрос: {}", "Ответ: {}", RUSSIAN),
}


@pytest.mark.parametrize("convention", TEXTS)
def test_pasted_text_becomes_turns(tmp_path: Path, convention: str) -> None:
    """Three questions and three answers have their own words and no doubt."""
    ask, answer, pairs = TEXTS[convention]
    text = "How an import works\n\n" + "\n\n".join(f"{ask.format(q)}\n\n{answer.format(a)}" for q, a in pairs)
    draft = import_draft(tmp_path, "one.txt", text)
    assert join_kinds(draft) == "QAQAQA"
    assert not draft.doubts
    assert [" ".join(c.words for c in turn.clippings).strip() for turn in draft.turns] == [
        words for pair in pairs for words in pair
    ]


def test_a_word_and_its_initial_are_one_speaker(tmp_path: Path) -> None:
    labels = [("Pregunta. {}", "Respuesta. {}"), ("P. {}", "R. {}"), ("P. {}", "R. {}")]
    lines = [
        form.format(words)
        for pair, forms in zip(SPANISH, labels, strict=True)
        for form, words in zip(forms, pair, strict=True)
    ]
    draft, text, problems = import_source(tmp_path, "one.txt", "Una charla\n\n" + "\n\n".join(lines))
    assert join_kinds(draft) == "QAQAQA"
    assert "name: Respuesta\n    role: interviewee\n    labels: [R]" in text
    assert any(problem.rule == "people-have-names" and "labels: [Respuesta]" in problem.hint for problem in problems)


def test_an_editors_credit_is_no_speaker(tmp_path: Path) -> None:
    """The same word stands before a name, once."""
    turns = "\n\n".join(f"Archiv: {q}\n\nPresse: {a}" for q, a in GERMAN)
    draft = import_draft(tmp_path, "one.txt", f"Ein Gespräch\n\n{turns}\n\nRedaktion: Die Presse")
    assert {person.name for person in draft.people if person.role.speaks} == {"Archiv", "Presse"}


def test_a_role_after_a_name_is_not_part_of_the_name(tmp_path: Path) -> None:
    turns = "\n\n".join(f"THE DESK: {q}\n\nTHE ARCHIVE: {a}" for q, a in PAIRS)
    draft = import_draft(tmp_path, "one.txt", f"A talk\n\nTHE DESK, HOST:\n\nWelcome.\n\n{turns}")
    assert [person.name for person in draft.people] == ["The Archive", "The Desk"]


PAGES = {
    "a list of names and words": "<dl>{}</dl>",
    "a list of questions": "<dl>{}</dl>",
    "a table of questions": "<table>{}</table>",
    "lines": "<p>{}</p>",
    "italics and lines": "{}",
    "details": "{}",
    "quotations": "{}",
}
ROWS = {
    "a list of names and words": "<dt>The Desk</dt><dd>{q}</dd><dt>On Record</dt><dd>{a}</dd>",
    "a list of questions": "<dt>{q}</dt><dd>{a}</dd>",
    "a table of questions": "<tr><td>{q}</td><td>{a}</td></tr>",
    "lines": "Desk: {q}<br>Record: {a}<br>",
    "italics and lines": "<p><i>{q}</i><br>{a}",
    "details": "<details><summary>{q}</summary><p>{a}</p></details>",
    "quotations": "<blockquote><p>{q}</p></blockquote><p>{a}</p>",
}


@pytest.mark.parametrize("convention", PAGES)
def test_a_page_becomes_turns(tmp_path: Path, convention: str) -> None:
    rows = "".join(ROWS[convention].format(q=q, a=a) for q, a in PAIRS)
    draft = import_draft(
        tmp_path, "one.html", f"<html><body><h1>How an import works</h1>{PAGES[convention].format(rows)}</body></html>"
    )
    assert join_kinds(draft) == "QAQAQA"
    assert draft.title == "How an import works"


def test_numbered_questions_of_markdown_are_questions(tmp_path: Path) -> None:
    draft = import_draft(
        tmp_path,
        "one.md",
        "# How an import works\n\n" + "\n\n".join(f"{n}. {q}\n\n{a}" for n, (q, a) in enumerate(PAIRS, 1)),
    )
    assert join_kinds(draft) == "QAQAQA"
    assert [(c.words, c.line) for c in draft.asides] == [("1.", 3), ("2.", 7), ("3.", 11)]


def test_numbers_of_a_list_stay_in_the_list(tmp_path: Path) -> None:
    text = (
        "# How an import works\n\n**What is kept?**\n\n1. every word\n2. every picture\n\n"
        "**And then?**\n\nNothing more.\n"
    )
    draft, result, _ = import_source(tmp_path, "one.md", text)
    assert "1. every word\n2. every picture" in result
    assert not draft.asides


def test_several_may_ask_and_a_speaker_with_one_turn_is_in_doubt(tmp_path: Path) -> None:
    """A second interviewer is recognized; a speaker with a single turn is in doubt."""
    turns = [
        ("MODERATOR", "Welcome, everybody. What does an import keep?"),
        ("ON RECORD", "Every word."),
        ("THE PRESS", "And the commas? Commas matter."),
        ("PANDOC", "Those too, mostly."),
        ("READER", "Who reads it?"),
        ("ON RECORD", "You do."),
        ("MODERATOR", "And you, what do you say?"),
        ("PANDOC", "I read."),
        ("THE PRESS", "Thank you. Is it fast?"),
        ("ON RECORD", "It is."),
    ]
    draft = import_draft(
        tmp_path, "one.txt", "How an import works\n\n" + "\n\n".join(f"{who}: {words}" for who, words in turns)
    )
    assert join_kinds(draft) == "QAQAQAQAQA"
    assert [clipping.label for clipping in draft.doubts] == ["READER:"]


def test_a_text_without_questions_gets_a_warning(tmp_path: Path) -> None:
    _, _, problems = import_source(
        tmp_path, "one.md", "How an import works\n\n- it keeps\n- it counts\n\nWe keep all.\n"
    )
    assert [problem.rule for problem in problems] == ["interview-has-turns"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_a_mark_is_recognized_in_russian(tmp_path: Path, encoding: str) -> None:
    text = "Как устроен импорт\n\n" + "\n\n".join(f"{q}\n\n{a}" for q, a in RUSSIAN)
    draft = import_draft(tmp_path, "one.txt", text.encode(encoding))
    assert draft.title == "Как устроен импорт"
    assert draft.language == "ru"
