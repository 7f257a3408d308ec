"""Numbered copies: one stamp on every page, tag tree and claims unchanged; the proof refuses broken ones."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import page
import pikepdf
import pytest

from onrecord.finishing.copies import Stamp, StampPlace, make_print_file, stamp_copies
from onrecord.finishing.finished_file import open_pdf, save_pdf
from onrecord.model import SourceLocation
from onrecord.model.recipients import NumberedCopy, Recipient, number_copies
from onrecord.proof import identify_copy, prove_copies, prove_identifiers, prove_print_file
from onrecord.wording.markings import format_copy_stamp
from tests.support.bound import (
    PLACE,
    build_leaflet,
    build_sample_pdf,
    build_sheet,
    change_pdf,
    find_objections,
    read_page_texts,
    remove_pictures,
)

NAMES = ("The night desk", "Читальный зал «Гавань»", "Αρχείο Žižek, office affairs", "A <b> & \"C\" 'd' \\ (e)")
STAMP = Stamp(StampPlace(133, 6, "right"), StampPlace(15, 6, "left"), room_mm=100)


def number_sample_copies() -> tuple[NumberedCopy, ...]:
    return number_copies(Recipient(name, SourceLocation("recipients.csv", line)) for line, name in enumerate(NAMES, 2))


@pytest.fixture(scope="module")
def copy_files() -> dict[int, bytes]:
    """Copies of a book of few pages."""
    return {copy.number: data for copy, data in stamp_copies(build_leaflet(), number_sample_copies(), STAMP)}


@pytest.fixture(scope="module")
def whole_copy() -> bytes:
    """The first copy of the sample book."""
    ((_, data),) = stamp_copies(build_sample_pdf(), number_sample_copies()[:1], STAMP)
    return data


@pytest.fixture(scope="module")
def print_file() -> bytes:
    """The print file of a book of few pages."""
    return make_print_file(build_leaflet(), number_sample_copies(), STAMP)


@pytest.fixture(scope="module")
def whole_print_file() -> bytes:
    """The print file of the sample book."""
    return make_print_file(build_sample_pdf(), number_sample_copies(), STAMP)


def list_broken_rules(data: bytes, number: int = 1, original: bytes = b"") -> set[str]:
    copy = number_sample_copies()[number - 1]
    return {problem.rule for problem in prove_copies(original or build_leaflet(), [(copy, data)], "en", PLACE)}


def list_broken_rules_of_print_file(data: bytes, original: bytes = b"") -> set[str]:
    problems = prove_print_file(original or build_leaflet(), data, number_sample_copies(), "en", PLACE)
    return {problem.rule for problem in problems}


def test_the_proof_accepts_correct_copies(copy_files: dict[int, bytes], whole_copy: bytes) -> None:
    pairs = [(copy, copy_files[copy.number]) for copy in number_sample_copies()]
    assert prove_copies(build_leaflet(), pairs, "en", PLACE) == ()
    assert list_broken_rules(whole_copy, original=build_sample_pdf()) == set()


def test_every_page_names_its_recipient(copy_files: dict[int, bytes], whole_copy: bytes) -> None:
    """Once, in every script that has glyphs; blank pages too."""
    copies = number_sample_copies()
    for copy, data in ((copies[0], whole_copy), *((copy, copy_files[copy.number]) for copy in copies)):
        for text in read_page_texts(data):
            assert text.count(format_copy_stamp(copy, "en")) == 1
    assert format_copy_stamp(copies[0], "en") == "Copy 1 of 4 · The night desk"


def test_a_copy_is_valid_pdf_ua_and_pdf_a(whole_copy: bytes) -> None:
    """Copies are PDF/UA-1 and PDF/A-3a, whatever is on their pages, and whatever the script of the name."""
    names = number_copies(Recipient(name, PLACE) for name in (*NAMES, *FOREIGN_NAMES))
    for copy in (whole_copy, *(data for _, data in stamp_copies(build_leaflet(), names, STAMP))):
        for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A):
            report = page.validate_pdf_bytes(copy, profile=profile)
            assert report.rules.total > 100
            assert [f"{failure.rule_id}: {failure.message}" for failure in report.failures] == []


def build_blank_page() -> bytes:
    out = io.BytesIO()
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize("original", [build_blank_page, build_leaflet])
def test_no_object_stream_ends_in_a_carriage_return(original: Callable[[], bytes]) -> None:
    """Some readers take it for the line end before “endstream”; the last byte is that of a checksum."""

    def build(text: str) -> pikepdf.Pdf:
        pdf = open_pdf(original())
        pdf.docinfo.Keywords = text
        return pdf

    def write(text: str) -> bytes:
        out = io.BytesIO()
        build(text).save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()

    data = write("A" * 12)
    missing = (ord("\r") - data[data.index(b"\nendstream", data.index(b"/ObjStm")) - 1]) % 256
    text = "".join(chr(ord("A") + min(25, max(0, missing - 25 * index))) for index in range(12))
    assert b"\r\nendstream" in write(text)
    saved = save_pdf(build(text))
    assert b"\r\nendstream" not in saved
    assert (b"/ObjStm" in saved) is (original is build_leaflet)  # of few objects there are none
    with pikepdf.open(io.BytesIO(saved)) as pdf:
        assert pdf.docinfo.Keywords == text
        assert pdf.check_pdf_syntax() == []
    assert read_page_texts(saved) == read_page_texts(original())


def test_copies_differ_in_identifier_and_metadata(copy_files: dict[int, bytes]) -> None:
    """Each has its own identifier, and its number in Info and XMP."""
    identifiers: set[bytes] = set()
    for copy in number_sample_copies():
        with pikepdf.open(io.BytesIO(copy_files[copy.number])) as file:
            identifiers.update(bytes(identifier) for identifier in file.trailer.ID)
            assert str(file.docinfo.Keywords) == format_copy_stamp(copy, "en")
            with file.open_metadata() as metadata:
                assert metadata["pdf:Keywords"] == format_copy_stamp(copy, "en")
                assert metadata["pdfaid:part"] == "3"
    assert len(identifiers) == len(NAMES)


def test_the_same_recipients_give_the_same_copies(copy_files: dict[int, bytes], print_file: bytes) -> None:
    assert {
        copy.number: data for copy, data in stamp_copies(build_leaflet(), number_sample_copies(), STAMP)
    } == copy_files
    assert make_print_file(build_leaflet(), number_sample_copies(), STAMP) == print_file


def test_a_stamp_stands_at_the_given_place(copy_files: dict[int, bytes]) -> None:
    """On the outer side: it ends at 133 mm on recto pages and begins at 15 mm on verso pages."""
    from onrecord.proof.reading.painted_text import ARTIFACT
    from onrecord.proof.reading.pdf_pages import read_whole_pdf

    for index, sheet in enumerate(read_whole_pdf(copy_files[1]).pages[:4]):
        runs = [run for run in sheet.runs_by_id[ARTIFACT] if abs(run.baseline - 6 / 25.4 * 72) < 0.1]
        edge = (runs[-1].right if index % 2 == 0 else runs[0].left) / 72 * 25.4
        assert edge == pytest.approx(133 if index % 2 == 0 else 15, abs=0.4)


def test_a_long_name_is_set_smaller_down_to_a_limit() -> None:
    """A longer one is refused, never cut."""
    copy = replace(
        number_sample_copies()[0],
        recipient=replace(number_sample_copies()[0].recipient, name="The desk of the harbour office " * 3),
    )
    (_, data), *_ = stamp_copies(build_leaflet(), [copy], replace(STAMP, room_mm=118))
    assert prove_copies(build_leaflet(), [(copy, data)], "en", PLACE) == ()
    with pytest.raises(ValueError, match="no room"):
        next(iter(stamp_copies(build_leaflet(), [copy], replace(STAMP, room_mm=30))))


# --- every script ---

FOREIGN_NAMES = (
    "דוד (מר) Cohen 24",
    "שָׁלוֹם",
    "مكتبة Lagoon (7)",
    "نگه\u200cبان ۱۲",
    "बन्दरगाह क्लब",
    "ห้องสมุดท่าเรือ",
    "ნავსადგური",
    "🧑\u200d✈\ufe0f the pilot 🇩🇪",
)


@cache
def stamp_foreign_copies(language: str) -> tuple[bytes, tuple[NumberedCopy, ...], dict[int, bytes]]:
    """Return two pages of a book in this language, copies of them for names in other scripts, and their files."""
    data = build_sheet(language)
    names = dict.fromkeys(FOREIGN_NAMES if language == "en" else FOREIGN_NAMES[:3])
    copies = number_copies(
        Recipient(name, SourceLocation("recipients.csv", line)) for line, name in enumerate(names, 2)
    )
    return data, copies, {copy.number: file for copy, file in stamp_copies(data, copies, STAMP)}


@pytest.mark.parametrize("language", ["en", "he", "hi"])
def test_names_in_other_scripts_are_stamped_and_proved(language: str) -> None:
    """Also in one print file; each copy is known by its stamp, and a wrong name is not accepted."""
    data, copies, files = stamp_foreign_copies(language)
    assert prove_copies(data, [(copy, files[copy.number]) for copy in copies], language, PLACE) == ()
    assert [identify_copy(files[copy.number], copies, language) for copy in copies] == list(copies)
    assert prove_print_file(data, make_print_file(data, copies, STAMP), copies, language, PLACE) == ()
    other = replace(copies[0], recipient=replace(copies[0].recipient, name="דוד (רמ) Cohen 24"))
    problems = prove_copies(data, [(other, files[1])], language, PLACE)
    assert "copies-are-stamped" in {problem.rule for problem in problems}


SWAPPED_GLYPHS = "(<[0-9a-f]{4}> )(<[0-9a-f]{4}> )(<[0-9a-f]{4}> )(<[0-9a-f]{4}> )(?=<[0-9a-f]{4}> ] TJ)"


@pytest.mark.parametrize(
    ("number", "before", "after"),
    [
        (1, SWAPPED_GLYPHS, r"\\2\\1\\4\\3"),
        (5, "ActualText<feff(....)(....)", r"ActualText<feff\\2\\1"),
    ],
)
def test_a_spoiled_stamp_in_another_script_is_caught(number: int, before: str, after: str) -> None:
    """Glyphs that change places, and other words that are copied of them."""
    data, copies, files = stamp_foreign_copies("en")
    spoiled = change_pdf(files[number], lambda file: spoil_first_stamp(file, before, after))
    problems = prove_copies(data, [(copies[number - 1], spoiled)], "en", PLACE)
    assert {problem.rule for problem in problems} == {"copies-are-stamped"}


def spoil_first_stamp(file: pikepdf.Pdf, before: str, after: str) -> None:
    """Replace something in the stamp of the first page."""
    forms = file.pages[0].obj.Resources.XObject.values()
    form = next(form for form in forms if re.search(before, form.read_bytes().decode("latin-1")))
    form.write(re.sub(before, after, form.read_bytes().decode("latin-1"), count=1).encode("latin-1"))


def test_a_spoiled_stamp_in_another_script_is_caught_in_the_print_file() -> None:
    """Glyphs that change places, with the same text."""
    data, copies, _ = stamp_foreign_copies("en")
    printed = make_print_file(data, copies[:1], STAMP)
    spoiled = change_pdf(printed, lambda file: spoil_first_stamp(file, SWAPPED_GLYPHS, r"\2\1\4\3"))
    problems = prove_print_file(data, spoiled, copies[:1], "en", PLACE)
    assert {problem.rule for problem in problems} == {"copies-are-stamped"}


# --- the print file -----------------------------------------------------------------------------------


def test_the_proof_accepts_a_correct_print_file(whole_print_file: bytes) -> None:
    assert list_broken_rules_of_print_file(whole_print_file, build_sample_pdf()) == set()


def test_the_print_file_shares_its_pages() -> None:
    """Fifty copies take less than twice the bytes of one."""
    copies = number_copies([replace(number_sample_copies()[0].recipient, copies=50)])
    assert len(make_print_file(build_leaflet(), copies, STAMP)) < 2 * len(build_leaflet())


def test_each_copy_begins_on_a_recto_page(print_file: bytes) -> None:
    """A book with an odd number of pages gets a blank one, stamped like the others."""
    length = len(read_page_texts(build_leaflet()))
    assert length % 2 == 1
    assert list_broken_rules_of_print_file(print_file) == set()
    assert len(read_page_texts(print_file)) == 4 * (length + 1)


def test_a_print_file_has_a_label_and_an_outline_entry_for_each_copy(whole_print_file: bytes) -> None:
    """Page labels are “2-i”, and the outline has one line for each copy."""
    with pikepdf.open(io.BytesIO(whole_print_file)) as file:
        labels = [page_.label for page_ in file.pages]
        length = len(labels) // 4
        assert labels[0] == "1-i"
        assert labels[length] == "2-i"
        assert labels[-1].startswith("4-")
        with file.open_outline() as outline:
            assert [entry.title for entry in outline.root] == [
                format_copy_stamp(copy, "en") for copy in number_sample_copies()
            ]
        assert "/StructTreeRoot" not in file.Root


@pytest.mark.slow
def test_qpdf_and_ghostscript_report_nothing(
    copy_files: dict[int, bytes], whole_copy: bytes, whole_print_file: bytes, tmp_path: Path
) -> None:
    for data in (copy_files[2], whole_copy, whole_print_file):
        assert find_objections(data, tmp_path) == ""


# --- sabotage ---------------------------------------------------------------------------------------


def test_a_page_without_a_stamp_is_caught(copy_files: dict[int, bytes]) -> None:
    def wipe(file: pikepdf.Pdf) -> None:
        del file.pages[3].obj.Contents[-1]

    assert list_broken_rules(change_pdf(copy_files[1], wipe)) == {"copies-are-stamped"}


def test_a_page_with_two_stamps_is_caught(copy_files: dict[int, bytes]) -> None:
    def double(file: pikepdf.Pdf) -> None:
        contents = file.pages[3].obj.Contents
        contents.append(contents[-1])

    assert list_broken_rules(change_pdf(copy_files[1], double)) == {"copies-are-stamped"}


def test_the_name_of_another_recipient_is_caught(copy_files: dict[int, bytes]) -> None:
    assert {"copies-are-stamped", "copies-are-named-in-metadata"} <= list_broken_rules(copy_files[2], number=1)


def test_a_stamp_over_the_text_is_caught() -> None:
    """Neither the stamp nor the words below it could be read."""
    for height in range(20, 190):
        place = StampPlace(74, height)
        ((_, data),) = stamp_copies(build_leaflet(), number_sample_copies()[:1], Stamp(place, place, 100))
        if list_broken_rules(data):
            assert list_broken_rules(data) == {"copies-are-stamped"}
            return
    pytest.fail("the proof accepted a stamp at every height")


def test_a_white_stamp_is_caught() -> None:
    ((_, data),) = stamp_copies(build_leaflet(), number_sample_copies()[:1], replace(STAMP, grey=1.0))
    assert list_broken_rules(data) == {"copies-are-stamped"}


def test_a_stamp_that_screen_readers_would_read_is_caught(copy_files: dict[int, bytes]) -> None:
    def remove_artifact_mark(file: pikepdf.Pdf) -> None:
        stream = file.pages[3].obj.Contents[-1]
        stream.write(stream.read_bytes().partition(b"BDC")[2].replace(b"EMC", b""))

    assert list_broken_rules(change_pdf(copy_files[1], remove_artifact_mark)) == {"copies-are-stamped"}


def test_a_lost_word_is_caught(copy_files: dict[int, bytes]) -> None:
    """The copy is no longer the proved book."""

    def lose(file: pikepdf.Pdf) -> None:
        for page_ in file.pages:
            stream = page_.obj.Contents[0]
            if b"TJ" in stream.read_bytes():
                stream.write(stream.read_bytes().replace(b"TJ", b"pop", 1))

    assert "pages-are-unchanged" in list_broken_rules(change_pdf(copy_files[1], lose))


def test_a_damaged_tag_tree_is_caught(copy_files: dict[int, bytes]) -> None:
    def damage(file: pikepdf.Pdf) -> None:
        document = file.Root.StructTreeRoot.K[0]
        document.K[0].S = pikepdf.Name.Div if pikepdf.Name.Div != document.K[0].S else pikepdf.Name.Sect

    assert "structure-is-unchanged" in list_broken_rules(change_pdf(copy_files[1], damage))


def test_a_shared_identifier_is_caught(copy_files: dict[int, bytes]) -> None:
    first = number_sample_copies()[0]
    pairs = [(first, copy_files[1]), (first, copy_files[1])]
    assert {problem.rule for problem in prove_copies(build_leaflet(), pairs, "en", PLACE)} == {
        "copies-have-their-own-identifier"
    }


def test_a_copy_without_an_identifier_is_caught(copy_files: dict[int, bytes]) -> None:
    anonymous = copy_files[1].replace(b"/ID ", b"/IX ")
    assert list_broken_rules(anonymous) == {"copies-have-their-own-identifier"}
    (problem,) = prove_identifiers([], [(number_sample_copies()[0], anonymous)], PLACE)
    assert problem.rule == "copies-have-their-own-identifier"


def test_a_print_file_with_swapped_copies_is_caught(print_file: bytes) -> None:
    def swap(file: pikepdf.Pdf) -> None:
        length = len(file.pages) // 4
        first, second = file.pages[4], file.pages[4 + length]
        first.obj.Contents, second.obj.Contents = second.obj.Contents, first.obj.Contents
        first.obj.Resources, second.obj.Resources = second.obj.Resources, first.obj.Resources

    assert list_broken_rules_of_print_file(change_pdf(print_file, swap)) == {"copies-are-stamped"}


def test_a_print_file_without_a_page_is_caught(print_file: bytes) -> None:
    def lose(file: pikepdf.Pdf) -> None:
        del file.pages[7]

    assert list_broken_rules_of_print_file(change_pdf(print_file, lose)) == {"sheets-are-complete"}


def test_a_print_file_with_wrong_labels_is_caught(print_file: bytes) -> None:
    def relabel(file: pikepdf.Pdf) -> None:
        del file.Root.PageLabels

    assert list_broken_rules_of_print_file(change_pdf(print_file, relabel)) == {"pages-are-numbered"}


def test_a_lost_picture_is_caught(print_file: bytes) -> None:
    assert list_broken_rules_of_print_file(change_pdf(print_file, remove_pictures)) == {"pictures-are-there"}


def test_a_file_that_is_no_pdf_is_caught() -> None:
    assert list_broken_rules(b"no PDF") == {"copy-can-be-read"}
    assert list_broken_rules_of_print_file(b"no PDF") == {"copy-can-be-read"}


def test_a_copy_without_a_page_is_caught(copy_files: dict[int, bytes]) -> None:
    def lose(file: pikepdf.Pdf) -> None:
        del file.pages[3]

    assert list_broken_rules(change_pdf(copy_files[1], lose)) == {"sheets-are-complete"}


def _forget_keywords(file: pikepdf.Pdf) -> None:
    del file.docinfo.Keywords


def _forget_xmp(file: pikepdf.Pdf) -> None:
    file.Root.Metadata.write(file.Root.Metadata.read_bytes().replace(b"Copy 1 of 4", b"Copy 7 of 4"))


@pytest.mark.parametrize("forget", [_forget_keywords, _forget_xmp])
def test_a_copy_that_is_not_named_in_its_metadata_is_caught(
    copy_files: dict[int, bytes], forget: Callable[[pikepdf.Pdf], None]
) -> None:
    """In either of the two places."""
    assert list_broken_rules(change_pdf(copy_files[1], forget)) == {"copies-are-named-in-metadata"}


def _widen(file: pikepdf.Pdf) -> None:
    file.pages[3].MediaBox = pikepdf.Array([0, 0, 430, 595.2756])


def _count_anew(file: pikepdf.Pdf) -> None:
    file.Root.PageLabels = pikepdf.Dictionary(Nums=[0, pikepdf.Dictionary(S=pikepdf.Name.A)])


@pytest.mark.parametrize("change", [_widen, _count_anew, remove_pictures])
def test_a_copy_with_other_pages_is_caught(copy_files: dict[int, bytes], change: Callable[[pikepdf.Pdf], None]) -> None:
    """Of another size, with other page numbers, or without a picture; every word is in its place."""
    assert list_broken_rules(change_pdf(copy_files[1], change)) == {"pages-are-unchanged"}


def test_words_that_are_tagged_otherwise_are_caught(copy_files: dict[int, bytes]) -> None:
    """Two pieces of a page that change places for a screen reader; the tag tree is the same."""

    def swap(file: pikepdf.Pdf) -> None:
        stream = file.pages[2].obj.Contents[0]
        data = stream.read_bytes().replace(b"<</MCID 0>>", b"<</MCID x>>").replace(b"<</MCID 1>>", b"<</MCID 0>>")
        stream.write(data.replace(b"<</MCID x>>", b"<</MCID 1>>"))

    assert list_broken_rules(change_pdf(copy_files[1], swap)) == {"structure-is-unchanged"}
