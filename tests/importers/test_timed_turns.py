"""Test turns that begin with a time and a name, in the forms that transcription tools write."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importers.test_import_file import import_draft, import_source, join_kinds
from tests.importers.test_recordings import NAMES, TALK, TEXTS, TIMES

# In a form, {t} is the time as 1:02:05, {T} as 01:02:05, {m} with milliseconds; {e} is the end, {n} the name, {w} the
# words.
FORMS = {
    "Word": "{T} {n}\n{w}",
    "Word with a dash": "{T} - {n}\n\n{w}",
    "Happy Scribe": "[{T}.00] - {n}\n{w}",
    "Fathom": "{t} - {n}\n  {w}",
    "tl;dv": "[{T}] {n}: {w}",
    "Otter": "{n}  {t}  \n{w}",
    "Otter, name and time apart": "{n}\n{t}\n{w}",
    "Rev": "{n} ({T}):\n{w}",
    "Trint": "{n} [{T}] {w}",
    "Sonix": "{n}: [{T}] {w}",
    "InqScribe": "[{T}.12] {n}: {w}",
    "MAXQDA": "{T}.5{n}: {w}",
    "Teams, old": "{m} --> {e}\n{n}\n{w}",
    "Teams, new": "{n}   {t}\n{w}",
    "Zoom": "[{n}] {T}\n{w}",
    "noScribe": "{n}: [{T}] {w}",
    "range after": "{n} [{m} - {e}]\n{w}",
    "range before": "[{m} --> {e}] {n}: {w}",
    "range with a dash": "{m} – {e} | {n}\n{w}",
    "bar": "{t} | {n}\n{w}",
    "pieces": "[{n}] [{T}] {w}",
    "NVivo": "{m} - {e}\t{n}\t{w}",
    "Fathom, with a sign": "@{t} - {n}\n{w}",
    "bars": "{T} | {n} | {w}",
    "time after the words": "{n}: {w} [{T}]",
    "units": "[{u}] {n}: {w}",
    "seconds": "{n} [{s}]: {w}",
    "full stops": "{d} {n}: {w}",
    "full stops in brackets": "{n} [{d}]: {w}",
    "hours with full stops": "({h}) {n}: {w}",
    "primes": "({p}) {n}: {w}",
    "minutes in words": "{q} – {n}: {w}",
}


def format_time(seconds: float, form: str) -> str:
    hours, minutes, rest = int(seconds) // 3600, int(seconds) // 60 % 60, int(seconds) % 60
    if form == "t":
        return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
    return f"{hours:02}:{minutes:02}:{rest:02}" + (".500" if form == "m" else "")


def write_turn(form: str, name: str, start: float, words: str) -> str:
    times = {key: format_time(start, key) for key in ("t", "T", "m")}
    minutes, seconds = divmod(int(start), 60)
    times |= {"u": f"{minutes}m{seconds:02}s", "s": f"{int(start)}.25s", "d": f"{minutes:02}.{seconds:02}"}
    times |= {"p": f"{minutes}' {seconds}\"", "q": f"{minutes} min {seconds} s"}
    times["h"] = times["T"].replace(":", ".")
    return form.format(n=name, w=words, e=format_time(start + 3, "m"), **times)


def write_talk(form: str) -> str:
    return "\n\n".join(write_turn(form, NAMES[who], start, words) for who, start, words in TALK)


@pytest.mark.parametrize("form", FORMS)
def test_a_turn_has_its_name_and_time(tmp_path: Path, form: str) -> None:
    draft, result, problems = import_source(tmp_path, "talk.txt", write_talk(FORMS[form]))
    assert join_kinds(draft) == "QAQA"
    assert [" ".join(" ".join(c.words for c in turn.clippings).split()) for turn in draft.turns] == TEXTS
    assert [person.name for person in draft.people] == ["Ben Shaw", "Nora Field"]
    assert [f"{{t={time}}}" in result for time in TIMES] == [True] * 4
    assert draft.introduction == ()
    assert problems == ()


@pytest.mark.parametrize("numbers", ["01.{n:02}", "03.05.24", "12.7{n}", "1.{n}"])
def test_numbers_of_paragraphs_and_dates_are_no_times(tmp_path: Path, numbers: str) -> None:
    pieces = [f"{numbers.format(n=n)} {NAMES[who]}: {words}" for n, (who, _, words) in enumerate(TALK, start=1)]
    _, result, _ = import_source(tmp_path, "talk.txt", "\n\n".join(pieces))
    assert "{t=" not in result


@pytest.mark.parametrize("names", [("Speaker 1", "Speaker 2"), ("SPEAKER_00", "SPEAKER_01"), ("nora_f", "ben.shaw")])
@pytest.mark.parametrize("form", ["Word", "Happy Scribe", "Zoom", "bar"])
def test_numbers_and_user_names_are_speakers(tmp_path: Path, names: tuple[str, str], form: str) -> None:
    text = "\n\n".join(write_turn(FORMS[form], names[who], start, words) for who, start, words in TALK)
    draft = import_draft(tmp_path, "talk.txt", text)
    assert [turn.label for turn in draft.turns] == [f"{names[who]}:" for who, _, _ in TALK]


def test_what_stands_before_the_first_turn_is_no_turn(tmp_path: Path) -> None:
    text = f"The Harbour Light\n\n5 March 2024\n\n{write_talk(FORMS['Fathom'])}"
    draft = import_draft(tmp_path, "talk.txt", text)
    assert (draft.title, draft.date, join_kinds(draft)) == ("The Harbour Light", "2024-03-05", "QAQA")


def test_pieces_of_one_speaker_are_one_turn(tmp_path: Path) -> None:
    """Names come again with every piece; the time of the turn is that of its first piece."""
    pieces = [(who, start + n, part) for who, start, words in TALK for n, part in enumerate(words.split(". "))]
    text = "\n\n".join(write_turn(FORMS["Zoom"], NAMES[who], start, words) for who, start, words in pieces)
    draft, result, _ = import_source(tmp_path, "talk.txt", text)
    assert join_kinds(draft) == "QAQA"
    assert [turn.time for turn in draft.turns] == TIMES
    assert "Good evening What does the keeper count at night?" in result
    assert [c.words for c in draft.asides] == ["Nora Field 00:00:05", "Ben Shaw 00:00:10"]


def test_times_of_paragraphs_are_no_words(tmp_path: Path) -> None:
    """Rev writes a time before each further paragraph of a turn."""
    turns = [write_turn(FORMS["Rev"], NAMES[who], start, words) for who, start, words in TALK]
    turns[1] = turns[1].replace(" Nobody", "\n\n(00:00:20):\nNobody")
    draft, result, _ = import_source(tmp_path, "talk.txt", "\n\n".join(turns))
    assert [len(turn.clippings) for turn in draft.turns] == [1, 2, 1, 1]
    assert "20" not in result.partition("---\n\n")[2]
    assert [(c.words, c.reason) for c in draft.asides] == [("00:00:20", "the time of a paragraph inside a turn")]


def test_times_at_the_end_are_those_of_the_paragraph(tmp_path: Path) -> None:
    """f4 writes them between number signs, after paragraphs with short labels."""
    letters = "IB"
    text = "\n\n".join(f"{letters[who]}: {w} #{format_time(start, 'T')}-{n}#" for n, (who, start, w) in enumerate(TALK))
    draft, result, _ = import_source(tmp_path, "talk.txt", text)
    assert [turn.time for turn in draft.turns] == TIMES
    assert "#0" not in result
    assert [" ".join(c.words for c in turn.clippings) for turn in draft.turns] == TEXTS


def test_times_of_sections_are_those_of_the_turns_below(tmp_path: Path) -> None:
    """Google Meet writes a time on a line of its own, and no time for the other turns."""
    labelled = [f"{NAMES[who]}: {words}" for who, _, words in TALK]
    text = "\n\n".join(["00:00:00", *labelled[:2], "01:00:00", *labelled[2:]])
    draft, result, _ = import_source(tmp_path, "talk.txt", text)
    assert [turn.time for turn in draft.turns] == ["00:00:00", "", "01:00:00", ""]
    assert "t=01:00:00" in result


def test_short_answers_after_times_are_no_names(tmp_path: Path) -> None:
    pieces = ["Is the lamp lit?", "Okay", "Who lights it?", "Remember: nobody does", "Why?", "It is lit by itself."]
    text = "\n".join(f"[00:0{n}] {words}" for n, words in enumerate(pieces))
    draft = import_draft(tmp_path, "talk.txt", text)
    clippings = (*draft.introduction, *(c for turn in draft.turns for c in turn.clippings))
    assert " ".join(c.words for c in clippings) == " ".join(pieces)
    assert not draft.people


OTHER_TIMES = {
    "programme": (
        "Programme\n\n9:00 Opening Session\nThe keeper speaks.\n\n10:30 Coffee Break\nIn the hall.\n\n"
        "11:00 Closing Session"
    ),
    "times in sentences": (
        "Why is the lamp lit at 17:30?\n\nThe rule says so: at 17:30 in March, at 21:15 in June.\n\n"
        "And who reads the rule?\n\nEverybody who is on the pier at 9:15 does."
    ),
    "verses": (
        "Mark 4:12 says nothing of lamps.\n\nDoes Luke 8:16 say more?\n\nLuke 11:33 says the same.\n\n"
        "And Mark 4:21?\n\nIt does."
    ),
}


@pytest.mark.parametrize("text", OTHER_TIMES.values(), ids=OTHER_TIMES)
def test_other_times_stay_words(tmp_path: Path, text: str) -> None:
    draft, result, _ = import_source(tmp_path, "talk.txt", text)
    assert "t=" not in result
    clippings = (*draft.introduction, *(c for turn in draft.turns for c in turn.clippings), *draft.asides)
    times = [word for word in text.split() if ":" in word]
    written = " ".join(c.words for c in clippings) + draft.title
    assert [time for time in times if time not in written] == []


def test_emphasis_in_the_words_stays(tmp_path: Path) -> None:
    text = write_talk("**{n}** [{T}] {w}").replace("counted?", "*counted*?")
    _, result, _ = import_source(tmp_path, "talk.md", text)
    assert "**Nora Field:** And why are the ships *counted*? {t=00:01:01}" in result


@pytest.mark.parametrize("time", ["[00:00;09]", "[00;00:09]"])
def test_a_semicolon_in_a_time_is_a_colon(tmp_path: Path, time: str) -> None:
    text = write_talk("[{T}] {n}: {w}").replace("[00:00:09]", time)
    draft, result, problems = import_source(tmp_path, "talk.txt", text)
    assert join_kinds(draft) == "QAQA"
    assert "t=00:00:09" in result
    assert problems == ()


def test_a_time_may_go_back_once(tmp_path: Path) -> None:
    text = write_talk("[{T}] {n}: {w}").replace("[00:00:09]", "[00:09:15]")
    draft, result, _ = import_source(tmp_path, "talk.txt", text)
    assert join_kinds(draft) == "QAQA"
    assert "t=00:09:15" in result


@pytest.mark.parametrize("time", ["[00:O0:09]", "[00:00:99]", "[00:75:09]", "[00: 0:0x]"])
def test_a_damaged_time_is_named_with_its_line(tmp_path: Path, time: str) -> None:
    text = write_talk("[{T}] {n}: {w}").replace("[00:00:09]", time)
    _, _, problems = import_source(tmp_path, "talk.txt", text)
    damage = [problem for problem in problems if problem.rule == "cue-times-are-whole"]
    assert [problem.location.line for problem in damage] == [3]
    assert time in damage[0].sentence


def test_tabs_inside_words_are_spaces(tmp_path: Path) -> None:
    _, result, _ = import_source(tmp_path, "talk.txt", "Who\tcounts the ships?\n\nThe keeper\t does.")
    assert "**Who counts the ships?**" in result
    assert "The keeper does." in result


# --- tables ---------------------------------------------------------------------------------------

COLUMNS = {
    "time, speaker, words": ("{T}", "{n}", "{w}"),
    "range, words, speaker": ("{m} - {e}", "{w}", "{n}"),
    "number, range, words, speaker": ("{number}", "{m} - {e}", "{w}", "{n}"),
    "two times": ("{n}", "{T}", "{e}", "{w}"),
}
HEADS = {"{T}": "Time", "{m} - {e}": "Timespan", "{w}": "Content", "{n}": "Speaker", "{number}": "", "{e}": "End"}


@pytest.mark.parametrize("columns", COLUMNS)
def test_a_table_may_have_its_columns_in_any_order(tmp_path: Path, columns: str) -> None:
    rows = [f"<tr>{''.join(f'<th>{HEADS[cell]}</th>' for cell in COLUMNS[columns])}</tr>"]
    for number, (who, start, words) in enumerate(TALK, 1):
        cells = (cell.replace("{number}", str(number)) for cell in COLUMNS[columns])
        rows.append(f"<tr>{''.join(f'<td>{write_turn(cell, NAMES[who], start, words)}</td>' for cell in cells)}</tr>")
    draft, result, _ = import_source(tmp_path, "talk.html", f"<html><body><table>{''.join(rows)}</table></body></html>")
    assert join_kinds(draft) == "QAQA"
    assert [" ".join(c.words for c in turn.clippings) for turn in draft.turns] == TEXTS
    assert [person.name for person in draft.people] == ["Ben Shaw", "Nora Field"]
    assert [f"{{t={time}}}" in result for time in TIMES] == [True] * 4


UNMARKED = ("Word", "Fathom", "Fathom, with a sign", "Otter", "Teams, new", "Teams, old", "NVivo", "bars")


@pytest.mark.parametrize("form", UNMARKED)
def test_a_transcript_that_is_called_markdown_is_read_as_text(tmp_path: Path, form: str) -> None:
    """Markdown would join the line of a name and a time with the words below it."""
    draft, _, _ = import_source(tmp_path, "talk.md", write_talk(FORMS[form]).replace("\n\n", "\n"))
    assert join_kinds(draft) == "QAQA"
    assert [" ".join(" ".join(c.words for c in turn.clippings).split()) for turn in draft.turns] == TEXTS


def test_a_few_times_in_brackets_at_the_ends_of_paragraphs_are_words(tmp_path: Path) -> None:
    talk = write_talk("{n}: {w}").split("\n\n")
    draft, _, _ = import_source(tmp_path, "talk.txt", "\n\n".join([f"{talk[0]} [12:41]", *talk[1:]]))
    assert draft.turns[0].clippings[-1].words.endswith("[12:41]")
