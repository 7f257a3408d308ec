"""Finished files are compared with their record: the delivered file, other bytes, or no file of this record."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import jsonschema
import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from onrecord.cli.command_line import main
from onrecord.cli.exit_codes import ExitCode
from onrecord.model.problems import Refused
from onrecord.pipeline import delivery_record, signatures
from onrecord.pipeline.prove import ProvedFile
from onrecord.pipeline.record_report import render_record_report
from onrecord.pipeline.record_schema import build_record_schema
from onrecord.pipeline.verify import (
    FileState,
    compare_beside,
    find_record,
    read_record,
    verify_file,
    warn_of_other_bytes,
)
from onrecord.proof import list_parts, prove_epub, prove_html
from tests.support.bound import build_leaflet
from tests.support.proof_copies import BOOK, build_epub, build_web


@pytest.fixture(scope="module")
def delivered_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """An EPUB, a web edition and a PDF of the book, and their record."""
    e_book, web = build_epub(BOOK), build_web(BOOK)
    web_files = {f"engines/{name}": data for name, data in web.items()}
    files = {"engines.epub": e_book, "engines.pdf": build_leaflet(), **web_files}
    reports = [prove_epub(BOOK, e_book), prove_html(BOOK, web)]
    name, record = delivery_record.update_record(BOOK, tmp_path_factory.mktemp("empty"), files, reports)
    return {**files, name: record}


@pytest.fixture
def out(delivered_files: dict[str, bytes], tmp_path: Path) -> Path:
    """Return a folder with these files."""
    (tmp_path / "engines").mkdir()
    for path, data in delivered_files.items():
        (tmp_path / path).write_bytes(data)
    return tmp_path


def compare(path: Path) -> tuple[FileState, tuple[str, ...]]:
    format_name, files = delivery_record.open_copy(path)
    comparison = compare_beside(path, format_name, files)
    return comparison.state, comparison.differences


def break_part(epub: Path, name: bytes) -> None:
    """Change bytes inside a file of the archive, so that its CRC is wrong."""
    data = bytearray(epub.read_bytes())
    start = data.index(name) + len(name) + 30
    data[start : start + 20] = bytes(byte ^ 0x11 for byte in data[start : start + 20])
    epub.write_bytes(data)


def test_a_delivered_file_is_recognized_by_its_bytes(out: Path) -> None:
    for name in ("engines.epub", "engines.pdf", "engines"):
        assert compare(out / name) == (FileState.DELIVERED, ())
        assert "byte for byte" in verify_file(out / name, out / "engines.proof.json")


def test_the_name_of_a_delivered_file_does_not_matter(out: Path) -> None:
    (out / "engines.epub").rename(out / "mail.bin")
    sentence = verify_file(out / "mail.bin", out / "engines.proof.json")
    assert "“engines.epub” of “Engines”" in sentence
    assert "words of 2 interviews were proved" in sentence


def test_a_file_of_an_earlier_build_is_not_taken_for_the_edition(out: Path) -> None:
    """The record names no booklet and no copies: those that lie there are not a PDF that was saved again."""
    (out / "engines.copies").mkdir()
    for name in ("engines.booklet.pdf", "engines.copies/001-desk.pdf"):
        (out / name).write_bytes(build_leaflet() + b"\n")
        assert compare(out / name) == (FileState.UNRECORDED, ())


def test_a_changed_part_of_an_epub_is_named(out: Path) -> None:
    break_part(out / "engines.epub", b"EPUB/ada.xhtml")
    assert compare(out / "engines.epub") == (FileState.OTHER_BYTES, ("“EPUB/ada.xhtml” is changed",))
    with pytest.raises(Refused, match="“EPUB/ada"):
        verify_file(out / "engines.epub", out / "engines.proof.json")


def test_broken_bytes_in_any_part_of_an_epub_are_refused() -> None:
    """A style sheet, a font or a picture is read, too."""
    packed = io.BytesIO(build_epub(BOOK))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("EPUB/fonts/face.ttf", b"outlines of letters" * 9)
    data = packed.getvalue().replace(b"letters", b"lettuce", 1)
    assert [problem.rule for problem in prove_epub(BOOK, data).problems] == ["copy-can-be-read"]


def test_a_pdf_that_was_saved_again_has_other_bytes_and_the_same_parts(out: Path) -> None:
    with pikepdf.open(out / "engines.pdf", allow_overwriting_input=True) as pdf:
        pdf.save(out / "engines.pdf", fix_metadata_version=False)
    assert compare(out / "engines.pdf") == (FileState.OTHER_BYTES, ())
    with pikepdf.open(out / "engines.pdf", allow_overwriting_input=True) as pdf:
        pdf.docinfo["/Title"] = "Other"
        pdf.pages[0].contents_add(b"q Q")
        pdf.save(out / "engines.pdf", fix_metadata_version=False)
    assert compare(out / "engines.pdf")[1] == ("“document information” is changed", "“sheet 1” is changed")


def test_a_changed_an_added_and_a_missing_file_of_the_web_edition_are_named(out: Path) -> None:
    (out / "engines/style.css").write_text("p { color: red }")
    (out / "engines/old.html").write_text("old")
    (out / "engines/charles.html").unlink()
    state, differences = compare(out / "engines" / "index.html")
    assert state is FileState.OTHER_BYTES
    assert sorted(differences) == ["“charles.html” is missing", "“old.html” is added", "“style.css” is changed"]


def test_a_link_and_a_pipe_in_the_web_edition_are_named_and_not_read(out: Path, tmp_path: Path) -> None:
    folder = out / "engines"
    os.mkfifo(folder / "pipe.html")
    (tmp_path / "elsewhere").write_bytes((folder / "style.css").read_bytes())
    (folder / "style.css").unlink()
    (folder / "style.css").symlink_to(tmp_path / "elsewhere")
    state, differences = compare(folder)
    assert state is FileState.OTHER_BYTES
    assert any("pipe.html" in line for line in differences)
    assert any("style.css" in line for line in differences)


def test_other_bytes_are_a_warning_that_says_what_differs(out: Path) -> None:
    break_part(out / "engines.epub", b"EPUB/ada.xhtml")
    comparison = compare_beside(out / "engines.epub", *delivery_record.open_copy(out / "engines.epub"))
    (warning,) = warn_of_other_bytes(out / "engines.epub", comparison)
    assert (warning.rule, warning.severity) == ("file-is-the-delivered-one", "warning")
    assert "“EPUB/ada.xhtml” is changed" in warning.sentence


def test_the_record_of_the_longest_slug_is_taken(tmp_path: Path) -> None:
    for slug in ("light", "light-house"):
        (tmp_path / f"{slug}.proof.json").write_text("{}")
    assert find_record(tmp_path / "light-house-large-print.pdf", "pdf") == tmp_path / "light-house.proof.json"
    assert find_record(tmp_path / "light.copies/001.pdf", "pdf") == tmp_path / "light.proof.json"
    assert find_record(tmp_path / "lighter.pdf", "pdf") is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": {"a": 1}}', "[" * 100_000])
def test_a_damaged_record_is_a_problem_not_a_crash(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.proof.json").write_text(text)
    with pytest.raises(Refused) as refused:
        read_record(tmp_path / "x.proof.json")
    assert [problem.rule for problem in refused.value.problems] == ["record-can-be-read"]


def test_a_file_of_another_book_is_not_in_the_record(out: Path) -> None:
    (out / "other.html").write_bytes(b"<!DOCTYPE html><p>other</p>")
    (out / "other.pdf").write_bytes(b"%PDF-1.7 other")
    with pytest.raises(Refused, match="What differs"):
        verify_file(out / "other.pdf", out / "engines.proof.json")


def test_files_without_parts_have_none() -> None:
    assert list_parts(b"number,of,name,") == {}
    assert list_parts(b"%PDF-1.7 broken") == {}
    assert list_parts(b"PK\x03\x04" + b"x" * 26 + b"mimetypeapplication/epub+zip") == {}


# --- signatures -------------------------------------------------------------------------------------


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    """Return a private and a public key as PEM files."""
    key = Ed25519PrivateKey.generate()
    private, public = tmp_path / "key.pem", tmp_path / "public.pem"
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


def test_a_signature_holds_for_the_record_and_for_nothing_else(out: Path, keys: tuple[Path, Path]) -> None:
    record = out / "engines.proof.json"
    signature = signatures.sign_record(record, keys[0])
    assert signatures.check_signature(record, record.read_bytes(), keys[1]) == signature
    with pytest.raises(Refused) as refused:
        signatures.check_signature(record, record.read_bytes() + b" ", keys[1])
    assert [problem.rule for problem in refused.value.problems] == ["signature-is-true"]


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_file_that_is_no_key_is_refused(out: Path, content: bytes) -> None:
    (out / "key.pem").write_bytes(content)
    with pytest.raises(Refused, match="Ed25519"):
        signatures.sign_record(out / "engines.proof.json", out / "key.pem")
    with pytest.raises(Refused, match="Ed25519"):
        signatures.check_signature(out / "engines.proof.json", b"", out / "key.pem")


def test_verify_checks_file_and_signature(
    out: Path, keys: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["verify", str(out / "engines.epub"), str(out / "engines.proof.json"), "--public-key", str(keys[1])]
    assert main(words) == ExitCode.PROBLEMS
    assert "signature cannot be read" in capsys.readouterr().err
    signatures.sign_record(out / "engines.proof.json", keys[0])
    assert main(words) == ExitCode.DONE
    assert "signed with the private half" in capsys.readouterr().out


# --- schema and report ------------------------------------------------------------------------------


def test_a_record_follows_its_schema(out: Path) -> None:
    record = json.loads((out / "engines.proof.json").read_bytes())
    jsonschema.validate(record, build_record_schema())
    record["files"]["engines.pdf"]["sha256"] = "short"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, build_record_schema())


def test_the_report_shows_files_interviews_and_digests(out: Path) -> None:
    report = prove_epub(BOOK, build_epub(BOOK))
    comparison = compare_beside(out / "engines.epub", *delivery_record.open_copy(out / "engines.epub"))
    page = render_record_report([ProvedFile(out / "a<b.epub", "epub", (), report, "", comparison)])
    assert "a&lt;b.epub" in page
    assert "byte for byte the delivered file" in page
    assert '<th scope="row">ada</th>' in page
    assert read_record(out / "engines.proof.json").files[0].sha256 in page
