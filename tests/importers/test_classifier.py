"""Test the recognition of questions without labels, of bylines, and of disclaimers."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.importers.common import boilerplate, byline, language
from onrecord.manuscript import read_book
from onrecord.model import Person, Role
from tests.importers.test_import_file import UNCLEAR, import_draft, import_source, join_kinds, store_source

# The title, the kind of each paragraph, and the paragraphs. Some questions have no question mark, some answers have.
TEXTS = {
    "en": (
        "How an import works",
        "QAAQAQA",
        "What happens when an editor pastes a text?",
        "It is divided into paragraphs. "
        "We throw nothing away: what is no part of the interview is listed in the report.",
        "Then the program decides what is a question. Can it do that without errors? No. That is why there are doubts.",
        "Tell us more about the doubts.",
        "A doubt is a mark in the file. The build waits until an editor has taken it away. "
        "Is that a nuisance? We hope so.",
        "And if the editor agrees with all of them?",
        "Then --yes is enough. But we do not recommend it.",
    ),
    "ru": (
        "Как устроен импорт",
        "QAAQAQA",
        "Что происходит, когда редактор вставляет текст?",
        "Текст делится на абзацы. Мы не выбрасываем ничего: всё, что не вошло в интервью, перечислено в отчёте.",
        "Потом программа решает, где вопрос, а где ответ. Можно ли это сделать без ошибок? Нет. Поэтому есть сомнения.",
        "Расскажите подробнее о сомнениях.",
        "Сомнение — это пометка в файле. Сборка останавливается, пока редактор её не снимет.",
        "А если редактор согласен со всеми догадками?",
        "Тогда он пишет --yes. Но мы этого не советуем.",
    ),
    "fr": (
        "Comment fonctionne un import",
        "QAAQAQA",
        "Que se passe-t-il quand un rédacteur colle un texte ?",
        "Le texte est divisé en paragraphes. "
        "Nous ne jetons rien : tout ce qui n’entre pas dans l’entretien est dans le rapport.",
        "Ensuite le programme décide. Peut-il le faire sans erreur ? Non. C’est pourquoi il y a des doutes.",
        "Parlez-nous des doutes.",
        "Un doute est une marque dans le fichier. La construction s’arrête tant que le rédacteur ne l’a pas levé.",
        "Et si le rédacteur est d’accord ?",
        "Alors il écrit --yes. Mais nous ne le conseillons pas.",
    ),
    "es": (
        "Cómo funciona una importación",
        "QAAQAQA",
        "¿Qué pasa cuando un editor pega un texto?",
        "El texto se divide en párrafos. No tiramos nada: lo que no es parte de la entrevista está en el informe.",
        "Después el programa decide. ¿Puede hacerlo sin errores? No. Por eso hay dudas.",
        "Háblenos de las dudas.",
        "Una duda es una marca en el archivo. La construcción espera hasta que el editor la quite.",
        "¿Y si el editor está de acuerdo?",
        "Entonces escribe --yes. Pero no lo recomendamos.",
    ),
    "de": (
        "Wie ein Import arbeitet",
        "QAAQAQA",
        "Was geschieht, wenn jemand einen Text einfügt?",
        "Der Text wird in Absätze geteilt. Wir werfen nichts weg: Was nicht zum Interview gehört, steht im Bericht.",
        "Dann entscheidet das Programm. Kann es das ohne Fehler? Nein. Darum gibt es Zweifel.",
        "Erklären Sie uns die Zweifel.",
        "Ein Zweifel ist eine Marke in der Datei. Der Bau wartet, bis jemand sie entfernt hat.",
        "Und wenn die Redaktion zustimmt?",
        "Dann schreibt sie --yes. Aber wir raten davon ab.",
    ),
    "zh": (
        "导入如何工作",
        "QAQA",
        "导入会保留什么？",
        "每一个字。程序会计数。",
        "如果丢失了一个字呢？",
        "那么什么都不会写入。",
    ),
    "ar": (
        "كيف يعمل الاستيراد",
        "QAQA",
        "ماذا يحفظ الاستيراد؟",
        "كل كلمة. البرنامج يعدها.",
        "وماذا لو ضاعت كلمة؟",
        "عندئذ لا يكتب شيء.",
    ),
}


@pytest.mark.parametrize("joint", ["\n\n", "\n"], ids=["empty lines", "line by line"])
@pytest.mark.parametrize("tag", TEXTS)
def test_questions_and_answers_are_recognized_by_their_words(tmp_path: Path, tag: str, joint: str) -> None:
    """The language is recognized, too, and the manuscript has no errors but doubts."""
    title, expected, *paragraphs = TEXTS[tag]
    draft, _, _ = store_source(tmp_path, "one.txt", joint.join((title, *paragraphs)))
    turn_kinds = "".join(turn.kind[0] * len(turn.clippings) for turn in draft.turns).upper()
    assert turn_kinds == expected
    assert (draft.title, draft.language) == (title, tag)
    _, problems = read_book.survey_book(tmp_path)
    assert {problem.rule for problem in problems if problem.severity == "error"} <= {"doubts-are-settled"}


DISCLAIMERS = {
    "ru": (
        "Мнения, высказанные в интервью, могут не совпадать с позицией редакции.",
        "Редакция не несет ответственности за высказывания собеседников.",
        "Точка зрения собеседника может не совпадать с точкой зрения редакции.",
        "Материал отражает личную позицию собеседника.",
        "Взгляды, изложенные в этой беседе, принадлежат её участникам.",
    ),
    "fr": (
        "Les propos tenus dans cet entretien n’engagent que leur auteur.",
        "Les opinions exprimées ici ne sont pas nécessairement celles de la rédaction.",
        "Cet entretien ne reflète pas nécessairement la position de la rédaction.",
        "Les points de vue exprimés sont ceux de la personne interrogée.",
        "La rédaction décline toute responsabilité quant aux propos tenus.",
    ),
    "es": (
        "Las opiniones expresadas en esta entrevista son responsabilidad exclusiva de quien las emite.",
        "Esta entrevista no refleja necesariamente la opinión de la redacción.",
        "Los puntos de vista aquí expresados son los de la persona entrevistada.",
        "La redacción no se hace responsable de las opiniones vertidas por los entrevistados.",
    ),
    "de": (
        "Die in diesem Gespräch geäußerten Ansichten geben nicht unbedingt die Meinung der Redaktion wieder.",
        "Die geäußerten Meinungen müssen nicht mit denen der Redaktion übereinstimmen.",
        "Für den Inhalt ist allein die befragte Person verantwortlich.",
        "Das Interview spiegelt ausschließlich die persönliche Sicht der Befragten.",
    ),
}


@pytest.mark.parametrize(
    ("tag", "words"),
    [(tag, words) for tag, sentences in DISCLAIMERS.items() for words in sentences],
    ids=lambda value: value[:40],
)
def test_the_closing_disclaimer_is_found(tmp_path: Path, tag: str, words: str) -> None:
    """The disclaimer is not part of the last answer, which does not change."""
    title, expected, *paragraphs = TEXTS[tag]
    draft = import_draft(tmp_path, "one.txt", "\n\n".join((title, *paragraphs, words)))
    assert draft.disclaimer == words
    assert "".join(turn.kind[0] * len(turn.clippings) for turn in draft.turns).upper() == expected


@pytest.mark.parametrize(
    "words",
    [
        "Моё мнение не изменилось.",
        "Мы несём ответственность за каждое слово.",
        "Mon opinion n’a pas changé.",
        "La rédaction relit chaque mot.",
        "Mi opinión no ha cambiado.",
        "La redacción lee cada palabra.",
        "Ich bin anderer Meinung.",
        "Die Redaktion liest jedes Wort.",
        "Für den Satz ist der Setzer verantwortlich.",
    ],
)
def test_an_opinion_is_no_disclaimer(words: str) -> None:
    assert not boilerplate.is_disclaimer(words)


def test_a_dash_begins_a_turn(tmp_path: Path) -> None:
    """Russian, French and Spanish papers use dashes; text without a dash continues a turn."""
    turns = [
        "Что сохраняет импорт?",
        "Каждое слово.",
        "Расскажите, как он это узнаёт.",
        "Он сравнивает.\n\nКаждый раз.",
        "А потом?",
        "Потом пишет.",
    ]
    draft = import_draft(tmp_path, "one.txt", "Как устроен импорт\n\n" + "\n\n".join(f"— {turn}" for turn in turns))
    assert join_kinds(draft) == "QAQAQA"
    assert [clipping.words for clipping in draft.turns[3].clippings] == ["Он сравнивает.", "Каждый раз."]


def test_labels_on_the_questions_alone_are_enough(tmp_path: Path) -> None:
    """Paragraphs without a name answer the question before."""
    text = (
        "How an import works\n\nOn Record: What is kept?\n\nEvery word.\n\nWe count them.\n\n"
        "On Record: And the rest?\n\nIt is listed.\n"
    )
    draft = import_draft(tmp_path, "one.txt", text)
    assert join_kinds(draft) == "QAQA"
    assert [turn.label for turn in draft.turns] == ["On Record:", "", "On Record:", ""]


def test_a_doubt_stops_the_build(tmp_path: Path) -> None:
    """A doubt stands between `::: {.doubt}` and `:::`; without them the guess remains."""
    _, result, _ = store_source(tmp_path, "one.txt", UNCLEAR)
    assert "::: {.doubt ask=" in result
    _, problems = read_book.survey_book(tmp_path)
    assert {problem.rule for problem in problems if problem.severity == "error"} == {"doubts-are-settled"}


def test_a_conversation_without_names_gets_a_warning(tmp_path: Path) -> None:
    """If half of the questions have no question mark, the editor is asked to read it all."""
    _, _, problems = import_source(tmp_path, "one.txt", UNCLEAR)
    assert [problem.rule for problem in problems] == ["speakers-are-named"]
    title, _, *paragraphs = TEXTS["en"]
    _, _, problems = import_source(tmp_path, "two.txt", "\n\n".join((title, *paragraphs)))
    assert not problems


BYLINES = [
    (
        "Valdaiclub.com interview with Arnaud Kalika, Chief Editor, "
        "Confidential Newsletter Strategic Information TTU, lecturer, University of Paris II.",
        [
            Person(
                "Arnaud Kalika",
                Role.INTERVIEWEE,
                "Chief Editor, Confidential Newsletter Strategic Information TTU; lecturer, University of Paris II",
            )
        ],
    ),
    ("Interview by Jane Roe", [Person("Jane Roe", Role.INTERVIEWER)]),
    (
        "Interviewed by Jane Roe and John Poe",
        [Person("Jane Roe", Role.INTERVIEWER), Person("John Poe", Role.INTERVIEWER)],
    ),
    ("Text: Jane Roe. Photos: John Poe", [Person("John Poe", Role.PHOTOGRAPHER), Person("Jane Roe", Role.INTERVIEWER)]),
    (
        "By Jane Roe. Translated by John Poe",
        [Person("John Poe", Role.TRANSLATOR), Person("Jane Roe", Role.INTERVIEWER)],
    ),
    (
        "Jane Roe spoke to John Poe, head of the archive.",
        [Person("John Poe", Role.INTERVIEWEE, "head of the archive"), Person("Jane Roe", Role.INTERVIEWER)],
    ),
    ("Беседовала Анна Петрова", [Person("Анна Петрова", Role.INTERVIEWER)]),
    ("Propos recueillis par Paul Martin", [Person("Paul Martin", Role.INTERVIEWER)]),
    ("Das Interview führte Karl Schmidt.", [Person("Karl Schmidt", Role.INTERVIEWER)]),
    ("Entrevista a Ana García, directora", [Person("Ana García", Role.INTERVIEWEE, "directora")]),
]


@pytest.mark.parametrize(("words", "people"), BYLINES, ids=[words[:30] for words, _ in BYLINES])
def test_a_byline_names_people(words: str, people: list[Person]) -> None:
    """The byline says who asked, answered, translated or photographed, with affiliations."""
    assert byline.is_byline(words)
    assert list(byline.find_people_in_byline(words)) == people


@pytest.mark.parametrize(
    "words",
    ["What was the interview with the minister like?", "I was by then interested in many things.", "We spoke to them."],
)
def test_sentences_are_no_bylines(words: str) -> None:
    assert not byline.is_byline(words)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("12 марта 2026 года", "2026-03-12"),
        ("March 12, 2026", "2026-03-12"),
        ("12.03.2026", "2026-03-12"),
        ("Published on 2026-03-12", "2026-03-12"),
        ("12 de marzo de 2026", "2026-03-12"),
        ("12. März 2026", "2026-03-12"),
        ("le 12 mars 2026", "2026-03-12"),
        ("31 February 2026", ""),
        ("in 2026", ""),
    ],
)
def test_dates_are_read(words: str, day: str) -> None:
    assert boilerplate.read_date_line(words) == day


def test_too_few_words_have_no_language() -> None:
    assert language.detect_language("On Record") == ""
