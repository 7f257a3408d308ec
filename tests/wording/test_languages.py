"""Every language of the interface is complete, and one readable file per language shows what it says."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from onrecord.model import Attribution, Distribution, Markings, Pack, Person, Role, SourceLocation, TextLine
from onrecord.model.changes import Change, ChangeKind, Insert, InterviewChange, InterviewPiece, Supplement
from onrecord.model.dates import PartialDate
from onrecord.model.interview import Extract
from onrecord.model.recipients import NumberedCopy, Recipient
from onrecord.packs.selection import write_pointer
from onrecord.runtime import interface_texts
from onrecord.runtime.interface_texts import PLACEHOLDERS, InterfaceTextsError
from onrecord.wording import change_sheet, citation, markings, translations
from tests.support import sample
from tests.support.paths import TESTS

LANGUAGES = sorted(interface_texts.load_languages())
EXPECTED = TESTS / "expected" / "languages"
PUBLIC_CHATHAM = Markings(distribution=Distribution.PUBLIC, attribution=Attribution.CHATHAM_HOUSE)
HERE = SourceLocation("book.yaml", 1)
MOMENTS = (
    datetime(2026, 12, 1, 9, 0, tzinfo=UTC),
    datetime(2026, 5, 31, 18, 30, tzinfo=timezone(timedelta(hours=2))),
    datetime(2027, 1, 2, 0, 5, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
)
# Texts that a language writes as English does.
SAME_AS_ENGLISH = {
    "ar": {"speaker_label", "time_zone"},
    "cs": {"ed", "in_book", "speaker_label", "time_zone"},
    "de": {"answer_label", "in_book", "name", "organisation", "stands_in", "speaker_label"},
    "el": {"speaker_label", "time_zone"},
    "es": {"ed", "embargo", "page_short", "time_zone", "speaker_label"},
    "fa": {"speaker_label", "time_zone"},
    "fr": {
        *(
            "book_index",
            "notes",
            "page",
            "page_in",
            "page_short",
            "pages",
            "pages_in",
            "piece_introduction",
            "piece_question",
        ),
        *("public", "question", "questions", "time_zone", "version"),
    },
    "he": {"speaker_label", "time_zone"},
    "hi": {"speaker_label", "time_zone"},
    "it": {"in_book", "page_short", "stands_in", "time_zone", "speaker_label"},
    "ja": {"page_short"},
    "ka": {"speaker_label", "time_zone"},
    "ko": {"speaker_label", "time_zone"},
    "nl": {"agenda", "answer_label", "in_book", "interviewer", "page_short", "speaker_label", "stands_in"},
    "pl": {"time_zone", "speaker_label"},
    "pt": {"page_short", "time_zone", "speaker_label"},
    "ru": {"time_zone", "speaker_label"},
    "sv": {"organisation", "speaker_label"},
    "tr": {"number", "time_zone", "speaker_label"},
    "uk": {"time_zone", "speaker_label"},
    "zh": set(),
}


def test_there_are_languages_of_every_part_of_the_world() -> None:
    """Twenty and more, with scripts from the right and without letters among them."""
    assert len(LANGUAGES) >= 20
    assert set(LANGUAGES) >= {*("ar", "he", "fa", "hi", "zh", "ja", "ko", "ka", "uk", "tr", "pl", "pt", "it")}


# --- completeness -----------------------------------------------------------------------------------


def read_changed_file(folder: Path, old: str, new: str) -> str:
    """Return the message with which a changed copy of the English file is refused."""
    text = (interface_texts.FOLDER / "en.toml").read_text(encoding="utf-8")
    assert old in text
    (folder / "en.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InterfaceTextsError) as refused:
        interface_texts.read_language(folder / "en.toml")
    return str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('contents = "Contents"\n', "", "[texts] has no “contents”"),
        ('contents = "Contents"\n', 'contents = ""\n', "[texts] “contents” cannot be ''"),
        ('contents = "Contents"\n', "contents = 3\n", "[texts] “contents” cannot be 3"),
        ('contents = "Contents"\n', 'contents = "Contents"\nlamp = "Lamp"\n', "[texts] “lamp” is not known"),
        ("{page} of {pages}", "{page} of {page}", "[texts] “page_of” cannot be 'page {page} of {page}'"),
        ("Copy {} of {}", "Copy {} of", "[texts] “copy_of” cannot be 'Copy {} of'"),
        ("Version {}", "Version {", "[texts] “version” cannot be 'Version {'"),
        ('"January", ', "", "[dates] “months” cannot be ["),
        ("{day} {month} {year}", "{day} {year}", "[dates] “date” cannot be '{day} {year}'"),
        ("comma_inside = true", "comma_inside = 1", "[quotations] “comma_inside” cannot be 1"),
        ('marks = ["“", "”"]', 'marks = "“”"', "[quotations] “marks” cannot be '“”'"),
        ("[names]", "[name]", "[name] is not known; [names] has no “pair”"),
        ("[texts]", "[texts", "en.toml cannot be read: "),
    ],
)
def test_an_incomplete_language_is_an_error_when_it_is_read(old: str, new: str, fault: str, tmp_path: Path) -> None:
    """No text is taken from another language."""
    assert fault in read_changed_file(tmp_path, old, new)


def test_all_faults_of_a_language_are_said_at_once(tmp_path: Path) -> None:
    """A translator corrects them together."""
    message = read_changed_file(tmp_path, 'contents = "Contents"\ncontributors = "Contributors"\n', "")
    assert message == "en.toml: [texts] has no “contents”; [texts] has no “contributors”"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('en = "Public"\n', "", "markings.toml: [public] has no “en”"),
        ('en = "Public"\n', 'en = " "\n', "markings.toml: [public] “en” cannot be ' '"),
        ('en = "Embargo: {}"\n', 'en = "Embargo"\n', "markings.toml: [embargo] “en” cannot be 'Embargo'"),
        ("[public]\n", "[pubic]\n", "en.toml: [texts] has no “public”"),
        ("[public]\n", '[lamp]\nen = "Lamp"\n[public]\n', "markings.toml: [lamp] is not known"),
        ("[public]\n", '[contents]\nen = "Contents"\n[public]\n', "en.toml: [texts] “contents” is not known"),
    ],
)
def test_an_incomplete_text_of_a_marking_is_an_error(old: str, new: str, fault: str, tmp_path: Path) -> None:
    """Each text stands in one file: that of markings, or that of its language."""
    text = interface_texts.MARKING_TEXTS.read_text(encoding="utf-8")
    assert text.count(old) == 1
    (tmp_path / "markings.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InterfaceTextsError) as refused:
        interface_texts.read_language(interface_texts.FOLDER / "en.toml", tmp_path / "markings.toml")
    assert str(refused.value) == fault


def test_markings_have_texts_in_the_languages_that_there_are() -> None:
    """A code that is no language is a slip."""
    markings = tomllib.loads(interface_texts.MARKING_TEXTS.read_text(encoding="utf-8"))
    assert {key: sorted(by_language) for key, by_language in markings.items()} == dict.fromkeys(markings, LANGUAGES)


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_what_a_language_writes_as_english_does_is_listed(code: str) -> None:
    """So a text that nobody translated is seen. The comma between places of an index is a sign alone."""
    texts, english = (interface_texts.get_language(name).texts for name in (code, "en"))
    same = {key for key, text in texts.items() if text == english[key]}
    assert same - {"list_comma"} == SAME_AS_ENGLISH[code]


def test_a_language_is_found_by_its_tag() -> None:
    """Countries share a language; an unknown language has English texts and dates in figures."""
    assert interface_texts.get_language("DE-at").code == "de"
    assert interface_texts.find_language("tlh") is None
    assert translations.get_interface_texts("tlh")["contents"] == "Contents"
    assert translations.format_date(date(2026, 5, 2), "tlh") == "2026-05-02"


# --- golden texts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_sentences_of_a_language_are_the_expected_ones(code: str, accept: bool) -> None:
    """Whoever changes a text reads whole sentences in review."""
    expected = EXPECTED / f"{code}.txt"
    text = "\n".join(list_sentences(code)) + "\n"
    if accept:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


def test_each_language_has_expected_sentences() -> None:
    """A file of a language that is gone is deleted."""
    assert sorted(path.stem for path in EXPECTED.glob("*.txt")) == LANGUAGES


def list_sentences(code: str) -> Iterator[str]:
    yield f"# What the editions say in the language “{code}”"
    for title, lines in (
        ("Dates", list_dates(code)),
        ("Citations", list_citations(code)),
        ("Markings", list_markings(code)),
        ("Where an interview stands in the book", list_pointers(code)),
        ("Change sheet", list_changes(code)),
        ("Texts with a number or a name", list_filled_texts(code)),
        ("Texts", (f"{key}: {text}" for key, text in get_texts(code).items() if not PLACEHOLDERS[key])),
    ):
        yield f"\n## {title}\n"
        yield from lines


def get_texts(code: str) -> dict[str, str]:
    return {key: translations.get_interface_texts(code)[key] for key in PLACEHOLDERS}


def list_dates(code: str) -> Iterator[str]:
    yield from (translations.format_date(date(2026, month, month), code) for month in range(1, 13))
    yield from (translations.format_date_and_time(moment, code) for moment in MOMENTS)
    yield from (translations.format_date(PartialDate(2026, month), code) for month in range(13))


def list_citations(code: str) -> Iterator[str]:
    book = replace(sample.BOOK, title="Harbours", subtitle="", publisher="The Harbour Office", url="")
    names = ("Ada Moor", "Ben Quay", "Cay Strand", "Dee Wharf")
    quotations = interface_texts.get_language(code).quotations
    title = f"The {quotations.marks[0]}Light{quotations.marks[1]}"
    for count in range(1, 5):
        guests = [Person(name, Role.INTERVIEWEE) for name in names[:count]]
        asker = Person("Eve Pilot", Role.INTERVIEWER)
        interview = replace(
            sample.HOW, language=code, title=TextLine(title, HERE), people=(*guests, asker), date=date(2026, 3, 9)
        )
        edited = replace(book, editors=names[:count])
        yield str(citation.build_citation(interview, edited, page="14", address="A7"))
    translated = replace(interview, people=(*interview.people[-2:], Person("Fay Shore", Role.TRANSLATOR)))
    yield str(citation.build_citation(translated, edited))


def list_markings(code: str) -> Iterator[str]:
    for distribution, attribution in zip(Distribution, Attribution, strict=True):
        marks = Markings("2", MOMENTS[0] if distribution is Distribution.NAMED else None, distribution, attribution)
        yield markings.format_markings(marks, code)
        yield from (f"  {sentence}" for sentence in markings.explain_markings(marks, code))
    yield from (f"  {sentence}" for sentence in markings.explain_markings(PUBLIC_CHATHAM, code))
    pack = Pack("lamps", "lamps", "Lamps", "The keepers meet", MOMENTS[1], "", "", (), HERE)
    yield markings.format_occasion(pack, code)
    copy = NumberedCopy(7, 50, Recipient("Ada Moor", HERE))
    yield markings.format_copy_stamp(copy, code)


def list_pointers(code: str) -> Iterator[str]:
    whole = replace(sample.HOW, language=code, date=date(2026, 3, 9))
    single = replace(whole, conversation=whole.conversation[:2], date=None)
    several, only = Extract("how", "A1", "A3", HERE), Extract("how", "A1", "A1", HERE)
    yield write_pointer(whole, None, "Harbours", ["4", "5", "6"])
    yield write_pointer(whole, None, "Harbours", ["4"])
    yield write_pointer(whole, None, "Harbours", [], missing=True)
    yield write_pointer(whole, several, "Harbours", ["4", "5", "6"])
    yield write_pointer(whole, only, "Harbours", ["4"])
    yield write_pointer(single, only, "Harbours", [])
    yield write_pointer(whole, only, "Harbours", [], missing=True)


def list_changes(code: str) -> Iterator[str]:
    details = []
    kinds = ("title", "standfirst", "byline", "introduction", "heading", "note", "disclaimer", "rights")
    for kind in kinds:
        piece = InterviewPiece(kind, "", "", "digest", 5, "16")
        details.append(Change(ChangeKind.CHANGED, piece, piece))
    before, now = (InterviewPiece("answer", f"a{n}", f"A{n}", "digest", 5, "17") for n in (3, 4))
    details += [
        Change(ChangeKind.CHANGED, before, now),
        Change(ChangeKind.NEW, None, now),
        Change(ChangeKind.WITHDRAWN, before, None),
    ]
    supplement = Supplement(
        "Lamps",
        (
            InterviewChange(ChangeKind.NEW, "new", "The New Lamp"),
            InterviewChange(ChangeKind.CHANGED, "old", "The Old Lamp", "16", "18", tuple(details)),
            InterviewChange(ChangeKind.WITHDRAWN, "gone", "The Lamp That Went Out", "20", "20"),
        ),
        (Insert("new", "12"),),
    )
    sheet = change_sheet.build_change_sheet(supplement, code)
    yield sheet.heading
    yield from (row.text if row.of_interview else f"  {row.text}" for row in sheet.rows)
    yield sheet.closing


def list_filled_texts(code: str) -> Iterator[str]:
    values = {
        "page": 2,
        "pages": 9,
        "first": "A2",
        "last": "A4",
        "count": 5,
        "book": "Harbours",
        "paper": "A4",
        "sheets": 3,
        "time": "09:00",
        "zone": "UTC",
        "name": "Ada Moor",
        "language": interface_texts.find_language_name("pt", code),
    }
    for key, text in get_texts(code).items():
        if PLACEHOLDERS[key]:
            yield f"{key}: {text.format('7', '50', **values)}"
