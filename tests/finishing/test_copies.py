"""Numbered copies: stamped once on every page, the tag tree and both claims intact; the proof is shown broken ones."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import page
import pikepdf
import pytest

from onrecord.editions.pdf import edition
from onrecord.finishing.copies import Stamp, StampPlace, make_print_file, stamp_copies
from onrecord.model import SourceLocation
from onrecord.model.recipients import NumberedCopy, Recipient, number_copies
from onrecord.pipeline.load import load_book
from onrecord.proof import prove_copies, prove_print_file
from onrecord.wording.markings import format_copy_stamp
from tests.support.bound import PLACE, ROOT, bound, changed, objections, texts, without_pictures
from tests.support.sample import PRESS

NAMES = ("The night desk", "Читальный зал «Гавань»", "Αρχείο Žižek, office affairs", "A <b> & \"C\" 'd' \\ (e)")
STAMP = Stamp(StampPlace(133, 6, "right"), StampPlace(15, 6, "left"), room_mm=100)


def copies() -> tuple[NumberedCopy, ...]:
    return number_copies(Recipient(name, SourceLocation("recipients.csv", line)) for line, name in enumerate(NAMES, 2))


@pytest.fixture(scope="module")
def files() -> dict[int, bytes]:
    return {copy.number: data for copy, data in stamp_copies(bound(), copies(), STAMP)}


@pytest.fixture(scope="module")
def together() -> bytes:
    return make_print_file(bound(), copies(), STAMP)


def rules(data: bytes, number: int = 1) -> set[str]:
    copy = copies()[number - 1]
    return {problem.rule for problem in prove_copies(bound(), [(copy, data)], "en", PLACE)}


def print_rules(data: bytes) -> set[str]:
    return {problem.rule for problem in prove_print_file(bound(), data, copies(), "en", PLACE)}


def test_the_proof_of_good_copies_finds_nothing(files: dict[int, bytes]) -> None:
    found = [(copy, files[copy.number]) for copy in copies()]
    assert prove_copies(bound(), found, "en", PLACE) == ()


def test_every_page_says_whose_copy_it_is(files: dict[int, bytes]) -> None:
    """Once, in every script that a face has; blank pages too."""
    for copy in copies():
        for text in texts(files[copy.number]):
            assert text.count(format_copy_stamp(copy, "en")) == 1
    assert format_copy_stamp(copies()[0], "en") == "Copy 1 of 4 · The night desk"


def test_a_copy_is_accessible_and_fit_for_archives() -> None:
    """Copies of the book that ships here are PDF/UA-1 and PDF/A-3a, as it is itself, whatever script the name has."""
    book, _ = load_book(ROOT / "book")
    data = edition.make_pdf(book, ROOT / "book", PRESS).data
    for _, copy in stamp_copies(data, copies(), STAMP):
        for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A):
            report = page.validate_pdf_bytes(copy, profile=profile)
            assert report.rules.total > 100
            assert [f"{failure.rule_id}: {failure.message}" for failure in report.failures] == []


def test_copies_differ_in_identifier_and_metadata(files: dict[int, bytes]) -> None:
    """Each has its own identifier, and names itself in Info and XMP."""
    identifiers: set[bytes] = set()
    for copy in copies():
        with pikepdf.open(io.BytesIO(files[copy.number])) as file:
            identifiers.update(bytes(one) for one in file.trailer.ID)
            assert str(file.docinfo.Keywords) == format_copy_stamp(copy, "en")
            with file.open_metadata() as metadata:
                assert metadata["pdf:Keywords"] == format_copy_stamp(copy, "en")
                assert metadata["pdfaid:part"] == "3"
    assert len(identifiers) == len(NAMES)


def test_the_same_recipients_give_the_same_copies(files: dict[int, bytes], together: bytes) -> None:
    assert {copy.number: data for copy, data in stamp_copies(bound(), copies(), STAMP)} == files
    assert make_print_file(bound(), copies(), STAMP) == together


def test_a_stamp_stands_where_the_caller_says(files: dict[int, bytes]) -> None:
    """On the outer side: it ends at 133 mm on right-hand pages and begins at 15 mm on left-hand ones."""
    from onrecord.proof.reading.pdf_pages import ARTIFACT, read_whole_pdf

    for index, sheet in enumerate(read_whole_pdf(files[1]).pages[:4]):
        runs = [run for run in sheet.runs_by_id[ARTIFACT] if abs(run.baseline - 6 / 25.4 * 72) < 0.1]
        edge = (runs[-1].right if index % 2 == 0 else runs[0].left) / 72 * 25.4
        assert edge == pytest.approx(133 if index % 2 == 0 else 15, abs=0.4)


def test_a_long_name_is_set_smaller_until_it_cannot_be_read() -> None:
    """Then it is refused, never cut."""
    long = replace(copies()[0], recipient=replace(copies()[0].recipient, name="The desk of the harbour office " * 3))
    (_, data), *_ = stamp_copies(bound(), [long], replace(STAMP, room_mm=118))
    assert prove_copies(bound(), [(long, data)], "en", PLACE) == ()
    with pytest.raises(ValueError, match="no room"):
        next(iter(stamp_copies(bound(), [long], replace(STAMP, room_mm=30))))


# --- the print file -----------------------------------------------------------------------------------


def test_the_proof_of_a_good_print_file_finds_nothing(together: bytes) -> None:
    assert print_rules(together) == set()


def test_the_print_file_shares_its_pages() -> None:
    """Fifty copies are not twice the bytes of one."""
    fifty = number_copies([replace(copies()[0].recipient, copies=50)])
    assert len(make_print_file(bound(), fifty, STAMP)) < 2 * len(bound())


def test_each_copy_begins_on_a_right_hand_page() -> None:
    """A book with an odd number of pages gets a blank one, stamped like the others."""

    def shorten(file: pikepdf.Pdf) -> None:
        del file.pages[-1]
        for page_ in file.pages:
            if "/Annots" in page_:
                del page_.Annots

    odd = changed(bound(), shorten)
    data = make_print_file(odd, copies(), STAMP)
    assert prove_print_file(odd, data, copies(), "en", PLACE) == ()
    assert len(texts(odd)) % 2 == 1
    assert len(texts(data)) == 4 * (len(texts(odd)) + 1)


def test_a_viewer_finds_a_copy_by_its_number(together: bytes) -> None:
    """Page labels “2-i”, and one line of the outline for each copy."""
    with pikepdf.open(io.BytesIO(together)) as file:
        labels = [one.label for one in file.pages]
        length = len(labels) // 4
        assert labels[0] == "1-i"
        assert labels[length] == "2-i"
        assert labels[-1].startswith("4-")
        with file.open_outline() as outline:
            assert [item.title for item in outline.root] == [format_copy_stamp(copy, "en") for copy in copies()]
        assert "/StructTreeRoot" not in file.Root


@pytest.mark.slow
def test_qpdf_and_ghostscript_have_no_objection(files: dict[int, bytes], together: bytes, tmp_path: Path) -> None:
    for data in (files[2], together):
        assert objections(data, tmp_path) == ""


# --- sabotage ---------------------------------------------------------------------------------------


def test_a_page_without_a_stamp_is_caught(files: dict[int, bytes]) -> None:
    def wipe(file: pikepdf.Pdf) -> None:
        del file.pages[3].obj.Contents[-1]

    assert rules(changed(files[1], wipe)) == {"copies-are-stamped"}


def test_a_page_with_two_stamps_is_caught(files: dict[int, bytes]) -> None:
    def double(file: pikepdf.Pdf) -> None:
        contents = file.pages[3].obj.Contents
        contents.append(contents[-1])

    assert rules(changed(files[1], double)) == {"copies-are-stamped"}


def test_the_name_of_somebody_else_is_caught(files: dict[int, bytes]) -> None:
    assert {"copies-are-stamped", "copies-are-named-in-metadata"} <= rules(files[2], number=1)


def test_a_stamp_over_the_text_is_caught() -> None:
    """It could not be read, and neither could the words below it."""
    for height in range(20, 190):
        place = StampPlace(74, height)
        ((_, data),) = stamp_copies(bound(), copies()[:1], Stamp(place, place, 100))
        if rules(data):
            assert rules(data) == {"copies-are-stamped"}
            return
    pytest.fail("a stamp could stand anywhere")


def test_a_stamp_in_white_is_caught() -> None:
    ((_, data),) = stamp_copies(bound(), copies()[:1], replace(STAMP, grey=1.0))
    assert rules(data) == {"copies-are-stamped"}


def test_a_stamp_that_a_listener_would_hear_is_caught(files: dict[int, bytes]) -> None:
    def read_out(file: pikepdf.Pdf) -> None:
        stream = file.pages[3].obj.Contents[-1]
        stream.write(stream.read_bytes().partition(b"BDC")[2].replace(b"EMC", b""))

    assert rules(changed(files[1], read_out)) == {"copies-are-stamped"}


def test_a_lost_word_is_caught(files: dict[int, bytes]) -> None:
    """A copy that is no longer the proved book."""

    def lose(file: pikepdf.Pdf) -> None:
        for one in file.pages:
            stream = one.obj.Contents[0]
            if b"TJ" in stream.read_bytes():
                stream.write(stream.read_bytes().replace(b"TJ", b"pop", 1))

    assert "pages-are-unchanged" in rules(changed(files[1], lose))


def test_a_damaged_tag_tree_is_caught(files: dict[int, bytes]) -> None:
    def damage(file: pikepdf.Pdf) -> None:
        document = file.Root.StructTreeRoot.K[0]
        document.K[0].S = pikepdf.Name.Div if pikepdf.Name.Div != document.K[0].S else pikepdf.Name.Sect

    assert "structure-is-unchanged" in rules(changed(files[1], damage))


def test_a_shared_identifier_is_caught(files: dict[int, bytes]) -> None:
    first = copies()[0]
    again = [(first, files[1]), (first, files[1])]
    assert {problem.rule for problem in prove_copies(bound(), again, "en", PLACE)} == {
        "copies-have-their-own-identifier"
    }


def test_a_print_file_with_swapped_copies_is_caught(together: bytes) -> None:
    def swap(file: pikepdf.Pdf) -> None:
        length = len(file.pages) // 4
        first, second = file.pages[4], file.pages[4 + length]
        first.obj.Contents, second.obj.Contents = second.obj.Contents, first.obj.Contents
        first.obj.Resources, second.obj.Resources = second.obj.Resources, first.obj.Resources

    assert print_rules(changed(together, swap)) == {"copies-are-stamped"}


def test_a_print_file_without_a_page_is_caught(together: bytes) -> None:
    def lose(file: pikepdf.Pdf) -> None:
        del file.pages[7]

    assert print_rules(changed(together, lose)) == {"sheets-are-complete"}


def test_a_print_file_with_wrong_labels_is_caught(together: bytes) -> None:
    def relabel(file: pikepdf.Pdf) -> None:
        del file.Root.PageLabels

    assert print_rules(changed(together, relabel)) == {"pages-are-numbered"}


def test_a_lost_picture_is_caught(together: bytes) -> None:
    assert print_rules(changed(together, without_pictures)) == {"pictures-are-there"}
