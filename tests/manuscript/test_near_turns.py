"""Turns that are nearly marked are problems with the line as it should be typed; other text is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.manuscript.conversation import Conversation
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.markdown import read_markdown
from onrecord.manuscript.pictures import Pictures
from onrecord.manuscript.typography import TextStyle
from onrecord.model import ConversationEntry, Person, Role, to_plain_text
from onrecord.model.interview import Answer, Question
from onrecord.model.passages import iterate_block_passages
from onrecord.model.problems import Correction, Problem
from onrecord.pipeline.correct import correct_lines

CAST = (
    Person("The Keeper", Role.INTERVIEWEE, labels=("KEEPER",)),
    Person("Ada Berg", Role.INTERVIEWEE, labels=("Ada", "AB")),
    Person("The desk", Role.INTERVIEWER, labels=("DESK", "D")),
)


def read_body(body: str) -> tuple[tuple[ConversationEntry, ...], list[Problem]]:
    """Return the conversation of a body that stands in a file from line 1 on, and the problems of its turns."""
    problems = Problems("a.md", body.split("\n"))
    document = read_markdown(body, 1, [], TextStyle("en"), Pictures(Path()), problems)
    assert document
    _, conversation = Conversation(CAST, problems).read_pieces(document.pieces)
    return conversation, [problem for problem in problems.entries if problem.rule == "turns-are-marked"]


def correct_body(body: str) -> str:
    """Return the body with its corrections, as often as there are some."""
    for _ in range(5):
        corrections = [problem.correction for problem in read_body(body)[1] if problem.correction]
        chosen: list[Correction] = []
        for correction in corrections:
            if not chosen or correction.first > chosen[-1].last:
                chosen.append(correction)
        body = correct_lines(body.encode(), chosen).decode()
    return body


DESK = "**DESK:** Where?\n\n"
# What is typed after a first turn of the desk, its severity, and what `fix` makes of it ("" if nothing).
NEAR = [
    # a label without bold
    ("KEEPER: Here.", "error", "**KEEPER:** Here."),
    ("The Keeper: Here.", "error", "**The Keeper:** Here."),
    ("Keeper: Here.", "error", "**Keeper:** Here."),
    ("KEEPER : Here.", "error", "**KEEPER:** Here."),
    ("KEEPER:Here.", "error", "**KEEPER:** Here."),
    ("*KEEPER:* Here.", "error", "**KEEPER:** Here."),
    ("_KEEPER_: Here.", "error", "**KEEPER:** Here."),
    ("***KEEPER:*** Here.", "error", "**KEEPER:** Here."),
    ("*KEEPER: Here.*", "error", "**KEEPER:** Here."),
    ("[KEEPER]: Here.", "", ""),
    ("[KEEPER] Here.", "error", ""),
    ("(KEEPER): Here.", "error", "**KEEPER:** Here."),
    ("KEEPER (laughs): Here.", "error", ""),
    ("Ada: Here.", "error", "**Ada:** Here."),
    ("Ada Berg: *Here*, I said.", "error", "**Ada Berg:** *Here*, I said."),
    # other signs
    ("KEEPER – Here.", "error", "**KEEPER:** Here."),
    ("KEEPER - Here.", "error", "**KEEPER:** Here."),
    ("**KEEPER** – Here.", "error", "**KEEPER:** Here."),
    ("**KEEPER**—Here.", "error", "**KEEPER:** Here."),
    ("**KEEPER.** Here.", "error", "**KEEPER:** Here."),
    ("KEEPER∶ Here.", "error", "**KEEPER:** Here."),
    ("**KEEPER﹕** Here.", "error", "**KEEPER:** Here."),
    ("**KEEPER** Here I was.", "error", ""),
    ("Ada – she was not there.", "warning", ""),
    # alone on its line
    ("**KEEPER**\n\nHere.", "error", "**KEEPER:** Here."),
    ("KEEPER\n\nHere.", "error", "**KEEPER:** Here."),
    ("KEEPER:\n\nHere.", "error", "**KEEPER:** Here."),
    ("**KEEPER**\nHere.", "error", "**KEEPER:** Here."),
    ("KEEPER:\nHere.", "error", "**KEEPER:** Here."),
    ("### KEEPER\n\nHere.", "error", "**KEEPER:** Here."),
    ("### KEEPER: Here?", "error", "**KEEPER:** Here?"),
    ("#### Ada: Here?", "error", "**Ada:** Here?"),
    # two turns in one paragraph
    ("**KEEPER:** Here.\n**DESK:** And then?", "error", "**KEEPER:** Here.\n\n**DESK:** And then?"),
    ("**KEEPER:** Here.\nDESK: And then?", "error", "**KEEPER:** Here.\n\n**DESK:** And then?"),
    ("**KEEPER:** Here. **DESK:** And then?", "error", "**KEEPER:** Here.\n\n**DESK:** And then?"),
    ("**KEEPER:** Here. **DESK**: And then?", "error", "**KEEPER:** Here.\n\n**DESK:** And then?"),
    ("KEEPER: Here.\nDESK: And?", "error", "**KEEPER:** Here.\n\n**DESK:** And?"),
    # in a quotation or list
    ("> **KEEPER:** Here.", "error", ""),
    ("> KEEPER: Here.", "error", ""),
    ("- **KEEPER:** Here.", "error", ""),
    ("1. **KEEPER:** Here.\n2. **DESK:** And then?", "error", ""),
    ("* KEEPER: Here.", "error", ""),
    ("> > DESK: And then?", "error", ""),
    ("1. **And then?**\n2. **And now?**", "warning", ""),
    # a question with text
    ("**Why?** Because.", "warning", ""),
    ("**Why?** *Because.*", "warning", ""),
    ("**Why?**\nBecause.", "warning", "**Why?**\n\nBecause."),
    ("**“Why?”** Because.", "warning", ""),
    ("**Why?** (laughs)", "warning", ""),
    ("**Why?**[^1]\n\n[^1]: A note.", "warning", "**Why?[^1]**\n\n[^1]: A note."),
    # marks
    ("**Why** **now?**", "warning", "**Why now?**"),
    ("**Why now**?", "warning", "**Why now?**"),
    ("***Why?***", "warning", "**Why?**"),
    ("*Why?*", "warning", ""),
    ("**Why** *now?*", "warning", ""),
    ("###Why?", "warning", "### Why?"),
    ("##Nights", "warning", "## Nights"),
    ("##### Why?", "warning", ""),
    # attributes
    ("**Why?** {#x y}", "error", ""),
    ("**Why?** {t=}", "error", ""),
    ("### Why? {#x y}", "error", ""),
    ("**KEEPER:** Here. {#a b c}", "error", ""),
    ("**KEEPER:** Here. {t = 00:12}", "error", ""),
    # labels of nobody
    ("GUEST: Here.", "warning", ""),
    ("A: Here.", "warning", ""),
    ("Tom: Here.\n\nText.\n\nTom: There.", "warning", ""),
    ("*Tom:* Here.\n\nText.\n\n*Tom:* There.", "warning", ""),
]


@pytest.mark.parametrize(("typed", "severity", "corrected"), NEAR, ids=[typed for typed, _, _ in NEAR])
def test_a_turn_that_is_nearly_marked_is_a_problem(typed: str, severity: str, corrected: str) -> None:
    _, problems = read_body(DESK + typed)
    assert {str(problem.severity) for problem in problems} == ({severity} if severity else set())
    fixed = correct_body(DESK + typed).removeprefix(DESK)
    assert fixed == (corrected or typed)
    if corrected:
        assert not read_body(DESK + fixed)[1]
        assert all(line in "".join(problem.hint for problem in problems) for line in ["type"])


TEXTS = [
    "I said: here. And that was it.",
    "The keeper was there, and Ada Berg: nobody else.",
    "Ada was there.",
    "Ada, Berg and the desk: all of them.",
    "Keepers: they are all alike.",
    "Adam: he was the first.",
    "**Here** I was.",
    "**Here:** nothing.",
    "*Ada* was the first boat.",
    "Ada's boat – a good one – sank.",
    "I asked why? Nobody knew.",
    "*Here* we asked *why?* often.",
    "#5 was the buoy, and #hashtag.",
    "NOTE: this is not a label.",
    "He wrote {laughs} and {sic} there.",
    "It was 12:41 and 13:00.",
    "- Speed: five knots\n- Lights: two",
    "- **Speed:** five knots\n- **Lights:** two",
    "> He wrote: here.",
    "Tom: that was the boat.",
    "[Ada Berg](https://example.org) was there.",
    "[Ada Berg](https://example.org): she was there.",
    "We were three – Ada, Tom and I –\nand Ada: she was at home,\nAda – at home.",
    "```\nKEEPER: code\n```",
    "| a | b |\n|---|---|\n| KEEPER: | x |",
    "**KEEPER:** Here. {#here t=00:12:41}",
    "**KEEPER:** **Why?** I asked.",
    "**KEEPER:**\n\nHere.",
    "https://example.org/AB: a page.",
]


@pytest.mark.parametrize("text", TEXTS)
def test_other_text_is_no_problem(text: str) -> None:
    _, problems = read_body(f"{DESK}{text}")
    assert [problem.sentence for problem in problems] == []


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("\\DESK: this is text.", "DESK: this is text."),
        ("\\Ada – this is text.", "Ada – this is text."),
        ("\\GUEST: this is text.", "GUEST: this is text."),
        ("**\\DESK:** this is text.", "DESK: this is text."),
        ("*\\DESK:* this is text.", "DESK: this is text."),
        ("> \\KEEPER: quoted", "KEEPER: quoted"),
        ("- \\KEEPER: one\n- \\DESK: two", "KEEPER: one\nDESK: two"),
        ("Text.\n\\DESK: goes on.", "Text. DESK: goes on."),
        ("\\The Keeper: he was old.", "The Keeper: he was old."),
        ("\\DESK\n\nAlone.", "DESK\nAlone."),
        ("C:\\DESK is a folder.", "C:\\DESK is a folder."),
        ("\\n is a sign.", "\\n is a sign."),
    ],
)
def test_a_backslash_keeps_a_label_as_text(typed: str, printed: str) -> None:
    """The backslash is not printed."""
    conversation, problems = read_body(f"{DESK}**KEEPER:** Here.\n\n{typed}")
    assert [problem.sentence for problem in problems] == []
    last = conversation[-1]
    assert isinstance(last, Answer)
    texts = [passage.text for passage in iterate_block_passages(last.blocks, "")]
    assert "\n".join(texts[1:]) == printed


def test_one_label_of_nobody_is_reported_once() -> None:
    _, problems = read_body(DESK + "GUEST: Here.\n\nGUEST: There.\n\nGUEST: Everywhere.")
    (problem,) = problems
    assert "(and 2 more)" in problem.sentence
    assert problem.hint.startswith("type: **GUEST:** Here.")


def test_a_corrected_interview_has_its_turns() -> None:
    body = DESK + "KEEPER: Here.\nDESK: And then?\n\nKEEPER\n\nGone."
    conversation, problems = read_body(correct_body(body))
    assert not problems
    turns = [entry for entry in conversation if isinstance(entry, Question | Answer)]
    assert [turn.label for turn in turns] == ["DESK:", "KEEPER:", "DESK:", "KEEPER:"]
    assert to_plain_text(getattr(turns[-1].blocks[0], "content", ())) == "Gone."
