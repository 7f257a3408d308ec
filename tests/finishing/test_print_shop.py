"""Boxes, marks and colours of the file for a commercial printer, and the requirements of PDF/X-4."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Name
from PIL import ImageChops, ImageStat

from onrecord.finishing.print_shop import PrinterProfile, make_print_shop_file, read_printer_profile
from onrecord.model import SourceLocation
from onrecord.model.problems import Refused
from onrecord.proof import prove_print_shop
from onrecord.proof.finished.print_shop import Box, check_box_sizes, check_standard_claims
from tests.support.bound import (
    PLACE,
    build_leaflet,
    build_sample_pdf,
    change_pdf,
    find_objections,
    remove_pictures,
    render_page,
)
from tests.support.printer_profile import build_profile as icc

MM = 72 / 25.4


def read_test_profile() -> PrinterProfile:
    return read_printer_profile(icc(), PLACE)


@pytest.fixture(scope="module")
def plain_file() -> bytes:
    """A book of five pages."""
    return make_print_shop_file(build_leaflet())


@pytest.fixture(scope="module")
def pdf_x4_file() -> bytes:
    """The sample book with a printer's profile."""
    return make_print_shop_file(build_sample_pdf(), read_test_profile())


def list_broken_rules(data: bytes) -> set[str]:
    """Return the rules that a file of five pages breaks."""
    return {problem.rule for problem in prove_print_shop(build_leaflet(), data, PLACE, claims_pdfx=False)}


def test_the_proof_accepts_a_correct_file(plain_file: bytes, pdf_x4_file: bytes) -> None:
    assert list_broken_rules(plain_file) == set()
    assert prove_print_shop(build_sample_pdf(), pdf_x4_file, PLACE, claims_pdfx=True) == ()


def test_without_a_profile_nothing_is_claimed(plain_file: bytes) -> None:
    """The proof also catches a false claim and a missing one."""
    assert b"GTS_PDFX" not in plain_file
    with_claim = make_print_shop_file(build_leaflet(), read_test_profile())
    for data, claims in ((with_claim, False), (plain_file, True)):
        problems = prove_print_shop(build_leaflet(), data, PLACE, claims_pdfx=claims)
        assert {problem.rule for problem in problems} == {"claims-are-true"}


def test_every_page_has_its_boxes(pdf_x4_file: bytes) -> None:
    """Trim of A5, bleed of 3 mm, each box inside the next (ISO 32000-1 §14.11.2)."""
    with pikepdf.open(io.BytesIO(pdf_x4_file)) as file:
        assert len(file.pages) > 10
        for page in file.pages:
            trim, bleed, media = (
                [float(value) / MM for value in page.obj[name]] for name in ("/TrimBox", "/BleedBox", "/MediaBox")
            )
            assert [trim[2] - trim[0], trim[3] - trim[1]] == pytest.approx([148, 210], abs=0.01)
            assert bleed == pytest.approx([trim[0] - 3, trim[1] - 3, trim[2] + 3, trim[3] + 3], abs=0.01)
            assert (media[0], media[1]) < (bleed[0], bleed[1])
            assert (media[2], media[3]) > (bleed[2], bleed[3])
            assert "/Annots" not in page


def test_inside_the_trim_every_page_looks_the_same(plain_file: bytes) -> None:
    """Except for a shade at the edges of letters; a page moved by 0.2 mm is noticed."""
    with pikepdf.open(io.BytesIO(build_leaflet())) as file:
        count = len(file.pages)
    assert max(_measure_difference(plain_file, index) for index in range(count)) < 0.05

    def move(file: pikepdf.Pdf) -> None:
        stream = file.pages[1].obj.Contents
        stream.write(stream.read_bytes().replace(b"28.3465 28.3465 cm", b"28.9465 28.3465 cm"))

    assert _measure_difference(change_pdf(plain_file, move), 1) > 0.5


def _measure_difference(data: bytes, index: int) -> float:
    """Return the share of the page's ink that has moved, from 0."""
    trimmed, original = render_page(data, index, 10).convert("L"), render_page(build_leaflet(), index).convert("L")
    assert trimmed.size == original.size
    ink = ImageStat.Stat(ImageChops.invert(original)).sum[0]
    return ImageStat.Stat(ImageChops.difference(trimmed, original)).sum[0] / (ink + 1)


def test_the_pdf_x4_claim_is_complete(pdf_x4_file: bytes) -> None:
    """Check what ISO 15930-7 demands of the file as a whole."""
    with pikepdf.open(io.BytesIO(pdf_x4_file)) as file:
        assert file.pdf_version == "1.6"
        assert not file.is_encrypted
        assert file.docinfo.GTS_PDFXVersion == "PDF/X-4"
        assert file.docinfo.Trapped == Name("/False")
        (intent,) = file.Root.OutputIntents
        assert (intent.S, str(intent.OutputConditionIdentifier)) == (Name.GTS_PDFX, "A press for tests")
        assert intent.DestOutputProfile.read_bytes() == icc()
        assert intent.DestOutputProfile.N == 4
        assert len(file.trailer.ID) == 2
        metadata = file.Root.Metadata.read_bytes().decode()
        assert not {"/JavaScript", "/AA", "/OpenAction", "/AcroForm", "/Names", "/Outlines"} & set(file.Root.keys())
    for text in (
        "<pdfxid:GTS_PDFXVersion>PDF/X-4<",
        "<pdf:Trapped>False<",
        "<xmpMM:DocumentID>uuid:",
        "<xmpMM:VersionID>1<",
        "<xmpMM:RenditionClass>default<",
        "<xmp:CreateDate>",
        "<xmp:ModifyDate>",
        "<xmp:MetadataDate>",
        "<dc:title>",
    ):
        assert text in metadata


def test_every_colour_is_defined_in_the_file(pdf_x4_file: bytes) -> None:
    """RGB is sRGB by an embedded profile; neutral colours are grey."""
    with pikepdf.open(io.BytesIO(pdf_x4_file)) as file:
        for resources in _list_resources(file):
            default = resources.ColorSpace.DefaultRGB
            assert default[0] == Name.ICCBased
            assert default[1].N == 3
        streams = b"\n".join(stream.read_bytes() for stream in _list_streams(file))
    neutral_colours = [
        colour for colour in re.findall(rb"([\d.]+) ([\d.]+) ([\d.]+) (?:rg|RG)", streams) if len(set(colour)) == 1
    ]
    assert neutral_colours == []
    assert b" rg" in streams  # the questions are still red
    assert b"0 g" in streams


def _list_streams(file: pikepdf.Pdf) -> Iterator[pikepdf.Stream]:
    for page in file.pages:
        yield page.obj.Contents  # type: ignore[misc]
    for stream in file.objects:
        if isinstance(stream, pikepdf.Stream) and stream.get("/Subtype") == Name.Form:
            yield stream


def _list_resources(file: pikepdf.Pdf) -> Iterator[Any]:
    for page in file.pages:
        yield page.obj.Resources
    for stream in file.objects:
        if isinstance(stream, pikepdf.Stream) and stream.get("/Subtype") == Name.Form and "/Resources" in stream:
            yield stream.Resources


def test_a_monitor_profile_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_printer_profile(icc(device=b"mntr", space=b"RGB "), SourceLocation("book.yaml", 7))
    assert [(problem.location.line, problem.rule) for problem in refused.value.problems] == [
        (7, "profile-is-of-a-press")
    ]


@pytest.mark.parametrize("data", [b"", b"no profile" * 50, icc()[:200]])
def test_a_file_that_is_no_profile_is_refused(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read_printer_profile(data, PLACE)
    assert refused.value.problems[0].rule == "profile-is-readable"


def test_a_profile_that_pdf_x_does_not_allow_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        read_printer_profile(icc(version=0x04400000), PLACE)
    assert refused.value.problems[0].rule == "profile-is-known-to-pdf-x"


def test_the_same_book_gives_the_same_file(pdf_x4_file: bytes) -> None:
    assert make_print_shop_file(build_sample_pdf(), read_test_profile()) == pdf_x4_file


@pytest.mark.slow
def test_ghostscript_and_qpdf_accept_the_file(pdf_x4_file: bytes, tmp_path: Path) -> None:
    """Black text has no cyan; the crop marks stand on every plate."""
    assert find_objections(pdf_x4_file, tmp_path) == ""
    command = [str(shutil.which("gs")), "-q", "-dSAFER", "-o", "-", "-sDEVICE=inkcov", str(tmp_path / "finished.pdf")]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pages = [[float(value) for value in line.split()[:4]] for line in output.splitlines() if "CMYK OK" in line]
    assert len(pages) > 10
    assert all(min(page) > 0 for page in pages)  # marks
    assert any(cyan < black / 5 for cyan, _, _, black in pages)


# --- sabotage ---------------------------------------------------------------------------------------


def test_a_wrong_trim_is_caught(plain_file: bytes) -> None:
    def cut(file: pikepdf.Pdf) -> None:
        file.pages[3].obj.TrimBox[2] = 400

    assert "trim-is-the-page" in list_broken_rules(change_pdf(plain_file, cut))


def test_a_missing_bleed_is_caught(plain_file: bytes) -> None:
    def cut(file: pikepdf.Pdf) -> None:
        file.pages[3].obj.BleedBox = file.pages[3].obj.TrimBox

    assert "bleed-is-3-mm" in list_broken_rules(change_pdf(plain_file, cut))


def test_a_crooked_crop_mark_is_caught(plain_file: bytes) -> None:
    def bend(file: pikepdf.Pdf) -> None:
        stream = file.pages[3].obj.Contents
        before, mark, after = stream.read_bytes().rpartition(b" m ")
        stream.write(
            before.rpartition(b"\n")[0] + b"\n300 1 m 300 3 l S\n" + after.partition(b"\n")[2] + b"" * len(mark)
        )

    assert "crop-marks-stand-at-the-corners" in list_broken_rules(change_pdf(plain_file, bend))


def test_a_moved_page_is_caught(plain_file: bytes) -> None:
    def move(file: pikepdf.Pdf) -> None:
        stream = next(page.obj.Contents for page in file.pages if b"BT" in page.obj.Contents.read_bytes())
        stream.write(stream.read_bytes().replace(b"28.3465 28.3465 cm", b"28.3465 40 cm"))

    assert "pages-are-unchanged" in list_broken_rules(change_pdf(plain_file, move))


def test_a_lost_picture_is_caught(plain_file: bytes) -> None:
    assert list_broken_rules(change_pdf(plain_file, remove_pictures)) == {"pictures-are-there"}


def test_a_link_is_caught(plain_file: bytes) -> None:
    def link(file: pikepdf.Pdf) -> None:
        annotation = pikepdf.Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=[60, 60, 90, 90], Dest=[file.pages[0].obj, Name.Fit]
        )
        file.pages[3].obj.Annots = pikepdf.Array([file.make_indirect(annotation)])

    assert list_broken_rules(change_pdf(plain_file, link)) == {"pages-have-no-links"}


def test_a_file_that_is_no_pdf_is_caught() -> None:
    assert list_broken_rules(b"no PDF") == {"copy-can-be-read"}


def test_a_lost_page_is_caught(plain_file: bytes) -> None:
    def lose(file: pikepdf.Pdf) -> None:
        del file.pages[3]

    assert list_broken_rules(change_pdf(plain_file, lose)) == {"sheets-are-complete"}


def test_another_page_number_is_caught(plain_file: bytes) -> None:
    """Of the label that a reading program shows."""

    def count_anew(file: pikepdf.Pdf) -> None:
        file.Root.PageLabels = pikepdf.Dictionary(Nums=[0, pikepdf.Dictionary(S=Name.A)])

    assert list_broken_rules(change_pdf(plain_file, count_anew)) == {"pages-are-unchanged"}


@pytest.mark.parametrize("paper", [(1, 0, 130, 230), (0, 1, 130, 230), (0, 0, 128, 230), (0, 0, 130, 228)])
def test_a_bleed_beyond_the_paper_is_caught(paper: Box) -> None:
    """On each side: paper that is too small by a little cuts the bleed off."""
    margin = 3 * MM
    trim = (margin, margin, 129 - margin, 229 - margin)
    size = (trim[2] - trim[0], trim[3] - trim[1])
    bleed = (0.0, 0.0, 129.0, 229.0)
    assert list(check_box_sizes(size, trim, bleed, (0, 0, 129, 229))) == []
    findings = list(check_box_sizes(size, trim, bleed, paper))
    assert findings == [("bleed-is-3-mm", "has a bleed beyond the paper")]


@pytest.mark.parametrize("entry", ["/GTS_PDFXVersion", "/Trapped"])
def test_a_claim_without_its_entries_is_caught(entry: str) -> None:
    """PDF/X-4 is claimed in the document information, too."""

    def forget(file: pikepdf.Pdf) -> None:
        del file.docinfo[entry]

    data = change_pdf(make_print_shop_file(build_leaflet(), read_test_profile()), forget)
    assert [rule for rule, _ in check_standard_claims(data, claims_pdfx=True)] == ["claims-are-true"]
