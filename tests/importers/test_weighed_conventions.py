"""Test how conventions are weighed together: headings, labels, type, lists, bylines and heads of other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.importers import import_file, reader_choice
from onrecord.importers.common.draft import Draft
from onrecord.importers.recognition.document import recognize_draft
from onrecord.importers.recognition.opening import split_opening_credits
from onrecord.model import Role
from tests.importers.test_import_file import create_book, import_source


def recognize(text: str, name: str = "one.md") -> Draft:
    """Return the draft of a text, without writing anything."""
    reader = reader_choice.choose_reader(Path(name), text.encode())
    return recognize_draft(split_opening_credits(reader(text.encode(), name)), name)


def list_turns(draft: Draft) -> str:
    """Return the passages in order, each with the letter of its kind and its label, divided by strokes."""
    return " / ".join(
        f"{kind[0].upper()} {clipping.label and f'{clipping.label} '}{clipping.words}"
        for kind, clipping, _ in draft.passages
        if clipping.words
    )


def join_paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"


# --- headings ---------------------------------------------------------------------------------------

HEADED = {
    "questions of another level": (
        ("# Pier", "### What is lit?", "A lamp.", "### And when?", "At dusk.", "## What is dark?", "The quay."),
        "Q What is lit? / A A lamp. / Q And when? / A At dusk. / Q What is dark? / A The quay.",
    ),
    "the first question of another level": (
        ("# Pier", "## What is dark?", "The quay.", "### What is lit?", "A lamp.", "### And when?", "At dusk."),
        "Q What is dark? / A The quay. / Q What is lit? / A A lamp. / Q And when? / A At dusk.",
    ),
    "sections that ask": (
        (
            "# Pier",
            "## What is light?",
            "### Who lit it?",
            "Ann.",
            "### And when?",
            "Now.",
            "## Oil?",
            "### Whose?",
            "Mine.",
        ),
        "H What is light? / Q Who lit it? / A Ann. / Q And when? / A Now. / H Oil? / Q Whose? / A Mine.",
    ),
    "labels of both sides below headings": (
        (
            "# Pier",
            "### Light",
            "**Ann:** Where?",
            "**Ben:** Here.",
            "### What then?",
            "**Ann:** When?",
            "**Ben:** Now.",
        ),
        "H Light / Q Ann: Where? / A Ben: Here. / H What then? / Q Ann: When? / A Ben: Now.",
    ),
    "names with times below headings": (
        (
            "Ann Poe: 00:00:02",
            "Where is it?",
            "Ben Roe: 00:00:04",
            "Here.",
            "## Why lamps?",
            "Ann Poe: 00:00:07",
            "And then?",
            "Ben Roe: 00:00:09",
            "Night.",
            "## What is oil?",
        ),
        "Q Where is it? / A Here. / H Why lamps? / Q And then? / A Night. / H What is oil?",
    ),
    "labels of those who answer": (
        (
            "# Pier",
            "### What is lit?",
            "**Ann Poe:** A lamp.",
            "### Tell me more.",
            "**Poe:** It is tin.",
            "Is it not?",
            "### And oil?",
            "**Poe:** None.",
        ),
        "Q What is lit? / A Ann Poe: A lamp. / Q Tell me more. / A Poe: It is tin. / A Is it not? / "
        "Q And oil? / A Poe: None.",
    ),
    "labels in the headings": (
        ("# Pier", "## Q: What is lit?", "**Poe:** A lamp.", "## Q: And when?", "**Poe:** At dusk."),
        "Q Q: What is lit? / A Poe: A lamp. / Q Q: And when? / A Poe: At dusk.",
    ),
    "names in the headings": (
        ("# Pier", "### Ann: What is lit?", "A lamp.", "### Ann: And when?", "At dusk.", "### Ann: Why?", "So."),
        "Q Ann: What is lit? / A A lamp. / Q Ann: And when? / A At dusk. / Q Ann: Why? / A So.",
    ),
    "bold questions, a panel answers": (
        (
            "# Pier",
            "**What is lit?**",
            "Ann: A lamp.",
            "Ben: A buoy.",
            "**Tell us more.**",
            "Ann: It is tin.",
            "**And oil?**",
            "Ben: Is there any?",
            "There is.",
        ),
        "Q What is lit? / A Ann: A lamp. / A Ben: A buoy. / Q Tell us more. / A Ann: It is tin. / Q And oil? / "
        "A Ben: Is there any? / A There is.",
    ),
    "numbered headings in bold": (
        (
            "# Pier",
            "A talk.",
            "**1. The lamp**",
            "Ann: Where?",
            "Ben: Here.",
            "Ann: When?",
            "Ben: Now.",
            "**2. Oil**",
            "Ann: Whose?",
            "Ben: Mine.",
        ),
        "H 1. The lamp / Q Ann: Where? / A Ben: Here. / Q Ann: When? / A Ben: Now. / H 2. Oil / "
        "Q Ann: Whose? / A Ben: Mine.",
    ),
    "bold headings between labels": (
        (
            "# Pier",
            "**Childhood**",
            "Ann: Where?",
            "Ben: Here.",
            "Ann: When?",
            "Ben: Now.",
            "**The sea**",
            "Ann: Whose?",
            "Ben: Mine.",
        ),
        "H Childhood / Q Ann: Where? / A Ben: Here. / Q Ann: When? / A Ben: Now. / H The sea / "
        "Q Ann: Whose? / A Ben: Mine.",
    ),
}


@pytest.mark.parametrize("convention", HEADED)
def test_headings_are_weighed_against_labels(convention: str) -> None:
    paragraphs, expected = HEADED[convention]
    assert list_turns(recognize(join_paragraphs(*paragraphs))).removeprefix("I A talk. / ") == expected


# --- Markdown ---------------------------------------------------------------------------------------

LISTED = {
    "bold questions with indented answers": "1. **What is lit?**\n\n    A lamp.\n\n1. **And when?**\n\n    At dusk.",
    "plain questions with indented answers": "1. What is lit?\n\n    A lamp.\n\n2. And when?\n\n    At dusk.",
    "other numbers": "7) **What is lit?**\n\n    A lamp.\n\n8) **And when?**\n\n    At dusk.",
    "bullets": "* **What is lit?**\n\n  A lamp.\n\n* **And when?**\n\n  At dusk.",
    "answers in the same line": "- **What is lit?** A lamp.\n- **And when?** At dusk.",
    "answers in the next line": "- **What is lit?**\n  A lamp.\n- **And when?**\n  At dusk.",
    "a blank before the stars": "**What is lit? **\n\nA lamp.\n\n**And when? **\n\nAt dusk.",
    "a blank after the stars": "** What is lit?**\n\nA lamp.\n\n** And when?**\n\nAt dusk.",
    "underscores": "__What is lit? __\n\nA lamp.\n\n__And when? __\n\nAt dusk.",
    "a heading in bold": "## **What is lit? **\n\nA lamp.\n\n## **And when? **\n\nAt dusk.",
    "italics": "*What is lit? *\n\nA lamp.\n\n*And when? *\n\nAt dusk.",
    "an open cell": "<td>**What is lit?**\n\nA lamp.\n\n<td >**And when?**\n\nAt dusk.",
}


@pytest.mark.parametrize("form", LISTED)
def test_questions_are_read_however_markdown_marks_them(form: str) -> None:
    draft = recognize(f"# Pier\n\n{LISTED[form]}\n")
    assert list_turns(draft) == "Q What is lit? / A A lamp. / Q And when? / A At dusk."
    assert not draft.doubts


@pytest.mark.parametrize("label", ["**Ann: **", "** Ann:**", "**Ann:**", "**Ann**: ", "__Ann: __"])
def test_a_label_may_touch_its_words(label: str) -> None:
    pair = f"{label}“Where is it?”\n\n{label.replace('Ann', 'Ben')}Here.\n\n"
    draft = recognize(f"# Pier\n\n{pair * 2}")
    assert list_turns(draft) == " / ".join(["Q Ann: “Where is it?”", "A Ben: Here."] * 2)


def test_bold_parts_of_words_stay_as_they_are() -> None:
    draft = recognize(
        "# Pier\n\n**What?**\n\n**im**ports and ** no **.\n\n**And?**\n\nA list:\n\n- **Oil.**\n- **Why?**\n"
    )
    texts = [clipping.text for _, clipping, _ in draft.passages]
    assert texts == ["What?", "**im**ports and \\*\\* no \\*\\*.", "And?", "A list:", "- **Oil.**\n- Why?"]


def test_a_blank_inside_a_link_stays_outside(tmp_path: Path) -> None:
    _, result, _ = import_source(tmp_path, "one.md", "# Pier\n\n**What?**\n\nA tin[ lamp ](https://example.org)here.\n")
    assert "A tin [lamp](https://example.org) here." in result


# --- lists and bylines in plain text ----------------------------------------------------------------

QUESTIONS = (
    "What is lit?",
    "I light these:",
    "{}",
    "And when?",
    "At dusk, every day.",
    "Why is that?",
    "I like light.",
)


@pytest.mark.parametrize("mark", ["-", "•", "*", "▪"])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_list_with_dashes_is_no_dialogue(mark: str, between: str) -> None:
    entries = ("Lamp 10", "Buoy", "Night Beacon", "Tin Lantern", "Pier Light", "Harbour Light", "Others")
    text = join_paragraphs("Ann Poe", "Interview with Ann Poe, keeper", *QUESTIONS).format(
        between.join(f"{mark} {entry}" for entry in entries)
    )
    draft = recognize(text, "one.txt")
    assert [turn.kind for turn in draft.turns] == ["question", "answer"] * 3
    assert [c.text for c in draft.turns[1].clippings if c.kind == "list"] == [f"- {entry}" for entry in entries]
    assert not draft.doubts


def test_a_list_in_a_labelled_answer_is_a_list() -> None:
    draft = recognize("Pier\n\nAnn: What?\n\nBen: These:\n\n- lamps\n\n- oil\n\nAnn: Why?\n\nBen: So.\n", "one.txt")
    assert [c.text for c in draft.turns[1].clippings] == ["These:", "- lamps", "- oil"]


@pytest.mark.parametrize(
    "words",
    [
        "TextMate and vim (but mostly TextMate) for text.",
        "Words Mean little here.",
        "Fotos Ann took hang here.",
        "Textiles, too.",
    ],
)
def test_a_byline_is_not_made_of_the_first_word_of_a_sentence(words: str) -> None:
    draft = recognize(join_paragraphs("Ann Poe", "Interview with Ann Poe, keeper", *QUESTIONS).format(words), "one.txt")
    assert draft.byline == "Interview with Ann Poe, keeper"
    assert words in [clipping.words for clipping in draft.turns[1].clippings]


@pytest.mark.parametrize("line", ["Text Jane Roe", "Words by Jane Roe", "Text: Jane Roe", "Автор: Jane Roe"])
def test_short_credits_are_bylines(line: str) -> None:
    draft = recognize(join_paragraphs("Ann Poe", line, *QUESTIONS[:1], *QUESTIONS[3:]), "one.txt")
    assert draft.byline == line
    assert ("Jane Roe", Role.INTERVIEWER) in [(person.name, person.role) for person in draft.people]


@pytest.mark.parametrize(
    "lines",
    [
        ("By Jane Roe | 3 May 2024", "Keeper Ann Poe talks to Jane Roe about lamps and the price of oil."),
        (
            "Jane Roe spoke to the keeper Ann Poe about lamps and the price of oil.",
            "Interview by Jane Roe | 3 May 2024",
        ),
    ],
)
def test_a_sentence_beside_a_byline_is_the_standfirst(lines: tuple[str, str]) -> None:
    draft = recognize(
        join_paragraphs("Pier", *lines, "Jane Roe: What?", "Ann Poe: Oil.", "JR: Why?", "AP: So."), "one.txt"
    )
    assert (draft.byline, draft.standfirst) == tuple(sorted(lines, key=len))
    assert [(p.name, p.role) for p in draft.people] == [("Ann Poe", Role.INTERVIEWEE), ("Jane Roe", Role.INTERVIEWER)]


@pytest.mark.parametrize(
    ("guest", "credit", "names", "affiliation"),
    [
        (
            "Dr. Ann Poe is a keeper at the Pier.",
            "The interview was conducted by the desk's staff on 4 May 2025.",
            ["Ann Poe"],
            "keeper at the Pier",
        ),
        (
            "Ann Poe, keeper of the Pier, is at home here.",
            "Interview by Jane Roe.",
            ["Jane Roe", "Ann Poe"],
            "keeper of the Pier",
        ),
        (
            "Anna Poe ist Leiterin des Hafens.",
            "Das Interview führte Jane Roe.",
            ["Jane Roe", "Anna Poe"],
            "Leiterin des Hafens",
        ),
        (
            "Anne Poe est directrice du port.",
            "Propos recueillis par Jane Roe.",
            ["Jane Roe", "Anne Poe"],
            "directrice du port",
        ),
        (
            "Ana Poe es directora del puerto.",
            "Entrevista realizada por Juan Roe.",
            ["Juan Roe", "Ana Poe"],
            "directora del puerto",
        ),
        ("Анна По — смотритель порта.", "Беседовала Мария Рой.", ["Мария Рой", "Анна По"], "смотритель порта"),
    ],
)
@pytest.mark.parametrize("mark", ["", "*", "_"])
def test_an_opening_says_who_answers_and_who_asked(
    guest: str, credit: str, names: list[str], affiliation: str, mark: str
) -> None:
    draft = recognize(
        join_paragraphs("# Pier", f"{mark}{guest} {credit}{mark}", "**What?**", "Oil.", "**Why?**", "So.")
    )
    assert (draft.standfirst, draft.byline) == (guest, credit)
    assert [person.name for person in draft.people] == names
    assert [p.affiliation for p in draft.people if p.role is Role.INTERVIEWEE] == [affiliation]


@pytest.mark.parametrize(
    "sentence",
    [
        "Mill Street is a street in the town.",
        "The Old Pier is a wall.",
        "Pier House Museum is a house.",
        "It is a pier.",
    ],
)
def test_no_guest_is_invented(sentence: str) -> None:
    draft = recognize(join_paragraphs("# Pier", sentence, "**What?**", "Ann Poe is my aunt.", "**Why?**", "So."))
    assert not draft.people


def test_a_wrapped_line_goes_on_and_others_do_not(tmp_path: Path) -> None:
    text = "Pier\n\nANN: We light the lamp at ten every night, and then the boats\ncome in."
    text += "\n\nBEN: Why?\n\nANN: So.\n\nBEN: Oh.\n"
    assert list_turns(recognize(text, "one.txt")).count("and then the boats come in.") == 1
    assert (
        recognize("Pier\n\nBy Ann Poe\nPier Review\n\nWhat?\n\nOil.\n\nWhy?\n\nSo.\n", "one.txt").byline == "By Ann Poe"
    )


# --- people -----------------------------------------------------------------------------------------


def test_every_apostrophe_is_the_same(tmp_path: Path) -> None:
    names = ["Ann O'Poe", "Ann O’Poe", "Ann Oʼ Poe".replace(" P", "P")]
    text = "\n\n".join(f"Ben Roe: Where?\n\n{name}: Here." for name in names)
    draft, _, _ = import_source(tmp_path, "one.md", f"---\nspeakers: [Ann O’Poe, Ben Roe]\n---\n{text}\n")
    assert sorted(person.name for person in draft.people) == ["Ann O’Poe", "Ben Roe"]


def test_somebody_with_a_bold_label_who_speaks_once_is_a_doubt() -> None:
    turns = (
        ("Ann", "Who are you?"),
        ("Ben", "Ben."),
        ("Eve", "Eve."),
        ("Ann", "And who keeps the lamp?"),
        ("Ben", "I."),
    )
    draft = recognize("# Pier\n\n" + join_paragraphs(*(f"**{name}**: {words}" for name, words in turns)))
    assert [turn.label for turn in draft.turns] == [f"{name}:" for name, _ in turns]
    assert [clipping.label for clipping in draft.doubts] == ["Eve:"]


# --- heads of other programs ------------------------------------------------------------------------

HEADS = {
    "JSON": '{\n  "title": "Pier",\n  "date": "2020-05-01T06:00:01-08:00",\n  "authors": ["Jane Roe"],\n'
    '  "weight": 3\n}\n',
    "JSON on one line": '{"Title": "Pier", "date": "2020-05-01", "author": {"name": "Jane Roe"}, "draft": false}\n',
    "TOML": '+++\ntitle = "Pier"\ndate = 2020-05-01T06:00:01-08:00\nauthors = ["Jane Roe"]\n[params]\n'
    'menu = "x"\n+++\n',
    "lines": "Title: Pier\nDate: 2020-05-01\nAuthor: Jane Roe\nSlug: pier\n",
    "capitals": "---\nTitle: Pier\nDate: 2020-05-01\nAuthor: Jane Roe\n---\n",
    "a colon in a value": "---\nlayout: a: b\ntitle: Pier\ndate: 2020-05-01\nauthor: Jane Roe\n---\n",
}


@pytest.mark.parametrize("head", HEADS)
def test_heads_of_other_programs_are_settings(tmp_path: Path, head: str) -> None:
    draft, _, _ = import_source(tmp_path, "one.md", f"{HEADS[head]}\n**What is lit?**\n\nA lamp.\n\n**Why?**\n\nSo.\n")
    assert (draft.title, draft.byline, draft.date) == ("Pier", "Jane Roe", "2020-05-01")
    assert list_turns(draft) == "Q What is lit? / A A lamp. / Q Why? / A So."


@pytest.mark.parametrize(
    "head",
    [
        "---\npeople:\n  - {name: Ann Poe, role: narrator, labels: [P], affiliation: keeper}\n"
        "  - {name: Ben Roe, role: interviewer, labels: [R]}\n---\n",
        '{"title": "Pier", "people": [{"name": "Ann Poe", "role": "guest", "labels": ["P"], "affiliation": "keeper"}, '
        '{"name": "Ben Roe", "role": "host", "labels": ["R"]}]}\n',
    ],
)
def test_people_of_a_head_have_their_roles_and_labels(head: str) -> None:
    draft = recognize(f"{head}\n**R:** Where?\n\n**P:** Here.\n")
    assert list_turns(draft) == "Q R: Where? / A P: Here."
    assert [(p.name, p.role, p.affiliation) for p in draft.people] == [
        ("Ann Poe", Role.INTERVIEWEE, "keeper"),
        ("Ben Roe", Role.INTERVIEWER, ""),
    ]


@pytest.mark.parametrize("byline", ["Interview by the night desk", "Conversation, by the desk", "Entretien du matin"])
def test_a_byline_without_names_names_nobody(byline: str) -> None:
    assert not recognize(f"---\ntitle: Pier\nbyline: {byline}\n---\n\n**What?**\n\nOil.\n").people


@pytest.mark.parametrize("name", ["index.md", "_index.md", "README.md", "index.html"])
def test_a_file_without_a_name_of_its_own_has_that_of_its_folder(tmp_path: Path, name: str) -> None:
    book = create_book(tmp_path / "book")
    (tmp_path / "Night Lamps").mkdir()
    source = tmp_path / "Night Lamps" / name
    source.write_text(
        "<p><b>What is lit?</b></p><p>A lamp of tin.</p>" if name.endswith("l") else "**What?**\n\nOil.\n"
    )
    results, _ = import_file.import_files([source], book, accept=False)
    assert [result.path.name for result in results] == ["night-lamps.md"]
    assert 'title: "Night Lamps"' in results[0].path.read_text()


@pytest.mark.parametrize(
    "form", ["***{}?*** {}", "***{}? ***{}", "<b><i>{}?</i></b> {}", "<i><b>{}?</b></i> {}", "**Well,** ***{}?*** {}"]
)
def test_a_question_in_bold_italics_is_parted_from_its_answer(form: str) -> None:
    turns = [("Who lights the lamp", "The keeper."), ("When", "At dusk."), ("Who helps", "Nobody does.")]
    draft = recognize("# Pier\n\n" + "\n\n".join(form.format(*turn) for turn in turns))
    words = [clipping.words.removeprefix("Well, ") for _, clipping, _ in draft.passages]
    assert words == [text for question, answer in turns for text in (f"{question}?", answer)]


def test_bold_words_after_a_bold_question_belong_to_the_answer() -> None:
    draft = recognize("# Pier\n\n**What?** **Oil** it is.\n\n**And?** *Tin.*\n\n**Desk:** **Why?** So.\n")
    assert [clipping.words for _, clipping, _ in draft.passages][:4] == ["What?", "Oil it is.", "And?", "Tin."]


def test_stars_that_nothing_closes_stay_stars() -> None:
    draft = recognize("# Pier\n\n**What?**\n\n** no bold\n\n\\** so\n\n**And?**\n\n***So.***\n")
    assert [clipping.text for _, clipping, _ in draft.passages] == [
        "What?",
        "\\*\\* no bold",
        "\\*\\* so",
        "And?",
        "***So.***",
    ]


@pytest.mark.parametrize(
    ("labels", "people"),
    [
        (("Roe, Jane", "Poe, Ann"), [("Ann Poe", "", ("Poe, Ann",)), ("Jane Roe", "", ("Roe, Jane",))]),
        (
            ("Jane Roe | Pier Review", "Ann Poe - Keeper"),
            [("Ann Poe", "Keeper", ("Ann Poe - Keeper",)), ("Jane Roe", "Pier Review", ("Jane Roe | Pier Review",))],
        ),
        (("Jane Roe.", "Ann Poe."), [("Ann Poe", "", ("Ann Poe.",)), ("Jane Roe", "", ("Jane Roe.",))]),
        (("Jane Roe", "Ann Poe"), [("Ann Poe", "", ()), ("Jane Roe", "", ())]),
    ],
)
def test_labels_say_names_in_many_ways(labels: tuple[str, str], people: list[tuple[str, str, tuple[str, ...]]]) -> None:
    """A joint label at the end changes nobody's name, and is a doubt."""
    asks, answers = labels
    turns = [
        f"{asks}: Where is it?",
        f"{answers}: Here on the pier.",
        f"{asks}: And when?",
        f"{answers}: At night.",
        f"{asks}: Why?",
    ]
    draft = recognize(
        join_paragraphs("# Pier", *turns, f"{answers}: So.", "Jane Roe and Ann Poe: Good night.", f"{asks}: Yes.")
    )
    assert [(person.name, person.affiliation, person.labels) for person in draft.people] == people
    assert [clipping.words for clipping in draft.doubts] == ["Jane Roe and Ann Poe: Good night."]
