"""Turns of a translation are paired with those of its original, or it is said that no pair is certain."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord.cli.command_line import main as run
from onrecord.cli.exit_codes import ExitCode
from onrecord.manuscript import checks, outline, read_book
from onrecord.model import Book, Person, Role
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule, Severity
from onrecord.model.turn_pairs import find_original, pair_turns
from onrecord.proof.rules.extract_rules import check_translation_credits
from onrecord.runtime.interface_texts import find_language_name, find_own_name, load_languages
from tests.support.translated import ASKER, GUEST, LAMP, LAMPE, write_book, write_interview

RECORDED = Rule.TRANSLATION_IS_RECORDED


def survey(folder: Path) -> tuple[Book, list[Problem]]:
    book, problems = read_book.survey_book(folder)
    assert book is not None
    every = [*problems, *checks.check_book(book)]
    return book, [problem for problem in every if problem.rule is not RECORDED]


def list_pairs(folder: Path, slug: str = "lampe") -> tuple[list[tuple[str, str]], list[Problem]]:
    """Return the pairs as addresses of the original and of the translation, and the problems."""
    book, problems = survey(folder)
    translation = next(interview for interview in book.interviews if interview.slug == slug)
    original = find_original(book, translation)
    assert original is not None
    pairs = pair_turns(original, translation).pairs
    return [
        (
            " ".join(turn.address for turn in pair.originals),
            " ".join(turn.address for turn in pair.translations),
        )
        for pair in pairs
    ], problems


def test_turns_are_paired_in_their_order(tmp_path: Path) -> None:
    """Questions and answers that follow each other alike need no ids."""
    pairs, problems = list_pairs(write_book(tmp_path))
    assert pairs == [(address, address) for address in ("Q1", "A1", "Q2", "A2", "Q3", "A3")]
    assert problems == []


def test_headings_bound_what_is_uncertain(tmp_path: Path) -> None:
    """A question that is missing above a heading shifts no pair below it."""
    translation = LAMPE.replace("**Wer löscht sie?**\n\nNiemand: Sie geht von selbst aus.\n\n", "")
    pairs, problems = list_pairs(write_book(tmp_path, translation=translation))
    assert pairs == [("Q3", "Q2"), ("A3", "A2")]
    assert [problem.rule for problem in problems] == [Rule.PAIRS_ARE_CERTAIN]
    assert "Q1, A1 cannot be the translation of Q1, A1, Q2, A2" in problems[0].sentence


def test_what_is_left_out_can_be_said(tmp_path: Path) -> None:
    """With it, all other pairs are certain, and nothing is reported."""
    translation = LAMPE.replace("**Wer löscht sie?**\n\nNiemand: Sie geht von selbst aus.\n\n", "")
    pairs, problems = list_pairs(write_book(tmp_path, translation=translation, keys="pairs: {none: q2-a2}\n"))
    assert pairs == [("Q1", "Q1"), ("A1", "A1"), ("Q3", "Q2"), ("A3", "A2")]
    assert problems == []


def test_what_is_added_can_be_said(tmp_path: Path) -> None:
    """A question that only the translation has."""
    translation = LAMPE.replace("**Wer löscht", "**Warum?**\n\nDarum.\n\n**Wer löscht")
    folder = write_book(tmp_path, translation=translation, keys="pairs: {q2-a2: none}\n")
    pairs, problems = list_pairs(folder)
    assert pairs[2:4] == [("Q2", "Q3"), ("A2", "A3")]
    assert problems == []


MERGED = LAMPE.replace("**Wer löscht sie?**\n\nNiemand", "Niemand")
SPLIT = LAMPE.replace("Der Wärter zündet", "Wie bitte?\n\nDer Wärter zündet")


def test_merged_turns_are_a_pair_if_the_editor_says_so(tmp_path: Path) -> None:
    """One answer for a question between two answers."""
    folder = write_book(tmp_path, translation=MERGED, keys="pairs:\n  a1: a1 q2 a2\n")
    pairs, problems = list_pairs(folder)
    assert pairs == [("Q1", "Q1"), ("A1 Q2 A2", "A1"), ("Q3", "Q2"), ("A3", "A2")]
    assert problems == []


def test_split_turns_are_a_pair_if_the_editor_says_so(tmp_path: Path) -> None:
    """Two questions and answers for one of each."""
    original = LAMP.replace("**Who puts it out?**\n\nNobody", "Nobody")
    folder = write_book(tmp_path, original, LAMPE, "pairs: {q1: q1, a1-a2: a1}\n")
    pairs, problems = list_pairs(folder)
    assert pairs == [("Q1", "Q1"), ("A1", "A1 Q2 A2"), ("Q2", "Q3"), ("A2", "A3")]
    assert problems == []


def test_ids_of_their_own_pair_turns(tmp_path: Path) -> None:
    """Between two of them the order decides; what one text lacks is listed."""
    original = LAMP.replace("it out?**", "it out?** {#out}").replace("last?**", "last?** {#oil}")
    translation = LAMPE.replace("scht sie?**", "scht sie?** {#out}").replace("Öl?**", "Öl?** {#oil}")
    translation = translation.replace("Niemand: Sie geht von selbst aus.", "")
    pairs, problems = list_pairs(write_book(tmp_path, original, translation))
    assert pairs == [("Q1", "Q1"), ("A1", "A1"), ("Q2", "Q2"), ("Q3", "Q2-2"), ("A3", "A2")]
    assert [problem.sentence for problem in problems if problem.rule is Rule.TURNS_HAVE_PAIRS] == [
        "A2 of “lamp” has no pair in this translation"
    ]


def test_pairs_may_be_named_by_addresses_and_ranges(tmp_path: Path) -> None:
    """In capitals, with commas, and with either dash."""
    keys = 'pairs:\n  Q1–A3: "Q1, A1 Q2-a3"\n'
    pairs, problems = list_pairs(write_book(tmp_path, keys=keys))
    assert (len(pairs), problems) == (1, [])


def test_a_swapped_speaker_is_an_error(tmp_path: Path) -> None:
    """As many turns as the original has, but one was dropped and another divided."""
    cast = f"{ASKER}, {GUEST}, {{name: Cay Strand, role: interviewee}}"
    write_book(tmp_path)
    body = "**Ada Moor:** {}\n\n**Ben Quay:** {}\n\n**Cay Strand:** {}\n\n**Ada Moor:** {}\n\n**Cay Strand:** {}\n"
    write_interview(tmp_path, "lamp", "en", body.format("Who?", "I do.", "So do I.", "When?", "At dusk."), people=cast)
    text = body.format("Wer?", "Ich.", "Ich auch.", "Wann?", "Abends.").replace(
        "Cay Strand:** Abends", "Ben Quay:** Abends"
    )
    write_interview(tmp_path, "lampe", "de", text, "translation_of: lamp\n", people=cast)
    _, problems = list_pairs(tmp_path)
    assert [(problem.rule, problem.severity) for problem in problems] == [(Rule.PAIRS_AGREE, Severity.ERROR)]
    write_interview(tmp_path, "lampe", "de", text, "translation_of: lamp\npairs: {a2: a2}\n", people=cast)
    assert list_pairs(tmp_path)[1] == []


def test_an_original_with_errors_is_no_second_error(tmp_path: Path) -> None:
    """The translation is not blamed for it."""
    folder = write_book(tmp_path)
    (folder / "interviews" / "lamp.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    _, problems = survey(folder)
    assert {problem.location.file for problem in problems} == {"interviews/lamp.md"}


def test_a_path_to_the_file_names_the_original_too(tmp_path: Path) -> None:
    """As the lists of parts do."""
    folder = write_book(tmp_path)
    path = folder / "interviews" / "lampe.md"
    text = path.read_text(encoding="utf-8").replace("translation_of: lamp\n", "translation_of: interviews/lamp.md\n")
    path.write_text(text, encoding="utf-8")
    assert len(list_pairs(folder)[0]) == 6


# --- credit -----------------------------------------------------------------------------------------


def test_a_translation_says_from_which_language_and_by_whom(tmp_path: Path) -> None:
    """And the proof puts the line together by itself."""
    book, _ = survey(write_book(tmp_path))
    translation = book.interviews[1]
    assert translation.credit is not None
    assert translation.credit.text == "Übersetzung: Eva Tide; Originalsprache: Englisch"
    assert list(check_translation_credits(book)) == []


@pytest.mark.parametrize(
    ("names", "byline", "language", "expected"),
    [
        (("A",), "", "fr", "Translated from the French by A"),
        (("A", "B"), "", "pt-BR", "Translated from the Portuguese by A and B"),
        (("A", "B", "C", "D"), "", "he", "Translated from the Hebrew by A, B, C, and D"),
        ((), "", "zh-Hant", "Translated from the Chinese"),
        (("Ann Poe",), "The desk. Translated by ann poe", "fr", ""),
        (
            ("Ann Poe", "Bo Roe"),
            "The desk. Translated by Ann Poe",
            "fr",
            "Translated from the French by Ann Poe and Bo Roe",
        ),
        (("A",), "", "tlh", "translator: A"),
        ((), "", "tlh", ""),
    ],
)
def test_the_credit_names_all_translators(
    names: tuple[str, ...], byline: str, language: str, expected: str, tmp_path: Path
) -> None:
    """Unless the byline does; the proof agrees in each case, and sees another line."""
    people = ", ".join([ASKER, GUEST, *(f"{{name: {name}, role: translator}}" for name in names)])
    write_book(tmp_path)
    write_interview(tmp_path, "lamp", language, LAMP)
    write_interview(tmp_path, "lampe", "en", LAMPE, "translation_of: lamp\n", people=people)
    if byline:
        path = tmp_path / "interviews" / "lampe.md"
        text = path.read_text(encoding="utf-8").replace("byline: The desk\n", f"byline: {byline}\n")
        path.write_text(text, encoding="utf-8")
    book, _ = survey(tmp_path)
    credit = book.interviews[1].credit
    assert (credit.text if credit else "") == expected
    assert list(check_translation_credits(book)) == []


def test_the_proof_sees_a_wrong_credit(tmp_path: Path) -> None:
    """A translator who is not named, and one who is added."""
    book, _ = survey(write_book(tmp_path))
    translation = book.interviews[1]
    crowded = replace(translation, people=(*translation.people, Person("Fay Shore", Role.TRANSLATOR)))
    parts = (replace(book.parts[0], interviews=(book.interviews[0], crowded)),)
    (problem,) = check_translation_credits(replace(book, parts=parts))
    assert problem.rule is Rule.CREDITS_ARE_TRUE


def test_languages_have_names_in_all_languages_of_the_interface() -> None:
    """And in themselves; a language without interface texts has English names."""
    for code in load_languages():
        assert all(find_language_name(other, code) for other in (*load_languages(), "da", "ur", "hy"))
        assert find_own_name(code) != code
    assert find_language_name("fr", "tlh") == "French"
    assert find_own_name("tlh") == "tlh"


# --- the record -------------------------------------------------------------------------------------


def test_fix_records_what_was_translated_and_sees_changes(tmp_path: Path) -> None:
    """A change stays a warning until the editor says that the translation follows it."""
    folder, record = write_book(tmp_path / "book"), tmp_path / "book" / "translations" / "lampe.yaml"
    book, problems = read_book.survey_book(folder)
    assert book is not None
    assert RECORDED in {problem.rule for problem in checks.check_book(book)}
    assert run(["fix", "--yes", "--book", str(folder)]) == ExitCode.DONE
    first = record.read_bytes()
    assert first.endswith(b'"\n')
    book, problems = read_book.survey_book(folder)
    assert book is not None
    assert [p for p in (*problems, *checks.check_book(book)) if p.rule is RECORDED] == []
    path = folder / "interviews" / "lamp.md"
    path.write_text(path.read_text(encoding="utf-8").replace("at dusk", "at night"), encoding="utf-8")
    changed = [str(problem) for problem in survey(folder)[1]]
    assert len(changed) == 1
    assert "lampe.md:11: warning[translation-is-current]: A1 of “lamp” changed since it was translated" in changed[0]
    assert run(["fix", "--yes", "--book", str(folder)]) == ExitCode.DONE
    assert record.read_bytes() == first, "fix alone does not say that a translation is right"
    assert run(["fix", "--yes", "--translated", "lampe", "--book", str(folder)]) == ExitCode.DONE
    assert survey(folder)[1] == []
    assert record.read_bytes() != first


def test_fix_refuses_an_unknown_translation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the nearest name."""
    folder = write_book(tmp_path)
    assert run(["fix", "--translated", "lamp", "--book", str(folder)]) == ExitCode.PROBLEMS
    assert "--translated lamp: there is no such translation in the book" in capsys.readouterr().err


def test_a_link_out_of_the_book_is_not_written_through(tmp_path: Path) -> None:
    """`fix` makes its folder, but not elsewhere."""
    folder, elsewhere = write_book(tmp_path / "book"), tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder / "translations").symlink_to(elsewhere)
    run(["fix", "--yes", "--book", str(folder)])
    assert list(elsewhere.iterdir()) == []


# --- outline ----------------------------------------------------------------------------------------


def test_the_outline_gives_the_pairs(tmp_path: Path) -> None:
    """Scripts need not pair turns by themselves."""
    book, _ = survey(write_book(tmp_path, translation=MERGED, keys="pairs:\n  a1: a1 q2 a2\n"))
    interviews = json.loads(outline.render_outline_json(book))["parts"][0]["interviews"]
    assert "translation_of" not in interviews[0]
    assert interviews[1]["credit"] == "Übersetzung: Eva Tide; Originalsprache: Englisch"
    translated = interviews[1]["translation_of"]
    assert (translated["slug"], translated["language"]) == ("lamp", "en")
    assert translated["pairs"][1] == {"original": ["A1", "Q2", "A2"], "translation": ["A1"]}
    assert "original    lamp" in outline.render_outline_text(book)
