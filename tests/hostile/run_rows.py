"""Hostile runs: bounded import, dense manuscripts, signals, faults of the system, watch, scheduler."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache

from tests.hostile.table import FRONT_MATTER, SETTINGS, HostileInput, Make, answer, write
from tests.support.packed_documents import build_docx, pack

CHECK, IMPORT, PROVE = "check --book book", "import {} --to book/interviews --yes", "prove --book book --out dist {}"
SENTENCE = "The light on the outer mole burns white every four seconds. "
_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="c.opf"/></rootfiles></container>'
)


def _pack_epub(chapter: str, times: int = 1) -> bytes:
    """Return an e-book whose spine names its only chapter so many times."""
    out = io.BytesIO()
    manifest, spine = '<manifest><item id="i" href="c.xhtml"/></manifest>', '<itemref idref="i"/>' * times
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", _CONTAINER)
        package = f'<package xmlns="http://www.idpf.org/2007/opf">{manifest}<spine>{spine}</spine></package>'
        archive.writestr("c.opf", package)
        archive.writestr("c.xhtml", f"<html>{chapter}</html>")
    return out.getvalue()


def _pack_pdf(filters: str, stream: bytes) -> bytes:
    """Return a PDF of one page with this content stream."""
    return (
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\n"
        b"endobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>\nendobj\n"
        + f"4 0 obj\n<</Length {len(stream)}/Filter[{filters}]>>stream\n".encode()
        + stream
        + b"\nendstream\nendobj\ntrailer\n<</Root 1 0 R/Size 5>>\n"
    )


def _write_packed(file: str, pack: Callable[[], bytes]) -> Make:
    """Return what packs the file when its row runs: the quick tests, which run none of them, need not wait for it."""
    return lambda folder: write(file, pack())(folder)


def _list_imports() -> Iterator[HostileInput]:
    """Yield files that took minutes to import: refused with the limit, or imported in linear time."""
    people = "\n\n".join(f"P{number}: Yes, it is." for number in range(2_000))
    yield HostileInput(
        "import-spine",
        _write_packed("a.epub", lambda: _pack_epub(f"<body><p>{SENTENCE * 160_000}</p></body>", 1_000)),
        IMPORT.format("a.epub"),
        1,
        ("a.epub",),
    )
    files: dict[str, tuple[str, str | bytes, int]] = {
        "bodies": ("a.epub", _pack_epub("<body>" * 200_000), 0),
        "open-bodies": ("a.epub", _pack_epub("<body>" + "<body" * 200_000), 0),
        "one-paragraph": ("a.md", "word " * 250_000, 1),
        "people": ("a.md", people, 0),
        "lines": ("a.txt", people, 0),
        "word-in-capitals": ("a.txt", "Ö" * 45_000, 0),
        "brackets": ("a.md", "![" * 40_000, 1),
        "bad-byte": ("a.md", b"---\nsource:\n  file: originals/a.txt\n---\n\n**What?**\n\nYes \xff\n", 1),
    }
    for name, (file, data, code) in files.items():
        yield HostileInput(f"import-{name}", write(file, data), IMPORT.format(file), code, (file,) if code else ())


@cache
def _compress_zeros() -> bytes:
    """Compress 400 MB."""
    return zlib.compress(bytes(400_000_000), 9)


def _list_finished_files() -> Iterator[HostileInput]:
    """Yield finished files that would unpack to gigabytes."""
    files: dict[str, tuple[str, Callable[[], bytes]]] = {
        "pdf-bomb": ("a.pdf", lambda: _pack_pdf("/FlateDecode", _compress_zeros())),
        "pdf-bomb-twice": (
            "a.pdf",
            lambda: _pack_pdf("/FlateDecode/FlateDecode", zlib.compress(_compress_zeros(), 9)),
        ),
        "pdf-bomb-in-hex": (
            "a.pdf",
            lambda: _pack_pdf("/ASCIIHexDecode/FlateDecode", _compress_zeros().hex().encode() + b">"),
        ),
        "pdf-locked": (
            "a.pdf",
            lambda: _pack_pdf("/FlateDecode", _compress_zeros()).replace(b"<</Root", b"<</Encrypt 9 0 R/Root"),
        ),
        "epub-bomb": ("a.epub", lambda: _pack_epub("<body>" + "<p>a</p>" * 9_000_000)),
        "page-bomb": ("site/index.html", lambda: b"<html><body>" + b"<div>" * 8_000_000),
    }
    for name, (file, pack_file) in files.items():
        says = "copy-is-an-edition" if name == "epub-bomb" else "copy-can-be-read"
        yield HostileInput(f"prove-{name}", _write_packed(file, pack_file), PROVE.format(file), 1, (says,))


def _nest_entries(mark: str, times: int) -> str:
    """Return a paragraph of one kind of mark, dense but below every other limit."""
    return "\n\n".join((mark * 400)[:1_500] for _ in range(times))


def _list_dense_manuscripts() -> Iterator[HostileInput]:
    """Yield manuscripts full of marks: read or refused, in seconds."""
    marks = {
        "brackets": "[a ",
        "links": "[a](b ",
        "pictures": "![a ",
        "stars": "*a **b ",
        "underscores": "_a __b ",
        "backticks": "`a ``b ",
        "pipes": "| a ",
        "quotations": "> > > a ",
        "notes": "^[a ",
        "calls": "[^a] ",
        "attributes": "[a]{.b c=d ",
        "braces": "{a=b ",
        "quotation-marks": "\"a 'b ",
        "angles": "<a ",
        "dollars": "$a ",
        "tildes": "~a ~~b ",
    }
    for name, mark in marks.items():
        make: Make = answer(_nest_entries(mark, 40) + "\n", FRONT_MATTER)
        yield HostileInput(f"dense-{name}", make, CHECK, int(name in ("notes", "calls")))


# --- settings, the index, records, and files that come back from an approval --------------------------

_INDEXES = {
    "deep": "headings:\n" + "".join("  " * n + f"- name: a\n{'  ' * n}  sub:\n" for n in range(1, 200)),
    "anchors": "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nheadings: [*b, *b]\n",
    "many": "headings:\n" + "- {name: Ada}\n" * 20_000,
    "tag": "headings: !!python/object/apply:os.system [id]\n",
    "escape": 'headings:\n- {name: "\\e[31m\\u202e"}\n',
    "itself": "headings:\n- {name: A, see: A}\n",
}
_BOOK_KEYS = ("cover: ../outside/secret.txt", "cover: /etc/passwd", "brand: {logo: /dev/zero}", "cover: book.yaml")
_RECORDING = "recording: {}\npeople:"
_RECORDINGS = (
    "https://[::1/a.mp3",
    "../outside/secret.txt",
    "/dev/zero",
    "'javascript:alert(1)//a.mp3'",
    "[[], {}, 1]",
)
_RECORDS = (
    "[" * 100_000,
    '{"files": ' + "9" * 5_000 + "}",
    '{"files": {"../../outside/secret.txt": "00"}}',
    "\0",
    "[]",
)
_ENTITIES = "".join(f"<!ENTITY a{n} '{f'&a{n + 1};' * 10}'>" for n in range(9))
_RETURNED: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb": (lambda: pack({"word/document.xml": b"<a>" + bytes(200_000_000) + b"</a>"}), "file-is-small"),
    "deep": (lambda: build_docx("<w:sdt>" * 20_000 + "</w:sdt>" * 20_000), "file-is-whole"),
    "laughs": (
        lambda: pack({"word/document.xml": f"<!DOCTYPE a [{_ENTITIES}<!ENTITY a9 'ha'>]><a>&a0;</a>".encode()}),
        "file-is-plain",
    ),
    "foreign": (
        lambda: pack({"word/document.xml": b"<!DOCTYPE a [<!ENTITY x SYSTEM 'outside/secret.txt'>]><a>&x;</a>"}),
        "file-is-plain",
    ),
    "paths": (lambda: pack({"../../outside/x": b"x", "word/document.xml": b"<a/>"}), "file-is-whole"),
    "parts": (lambda: pack({f"word/x{n}.xml": b"<a/>" for n in range(20_000)}), "file-is-small"),
    "nothing": (lambda: b"", "file-is-whole"),
}


def _list_settings() -> Iterator[HostileInput]:
    """Yield files of settings, records and returned Word files that ask for too much, or for files outside."""
    for name, text in _INDEXES.items():
        yield HostileInput(f"index-{name}", write("book/index.yaml", text), CHECK, 1, ("book/index.yaml:",))
    for number, line in enumerate(_BOOK_KEYS):
        make: Make = write("book/book.yaml", f"{SETTINGS}{line}\n")
        yield HostileInput(f"book-key-{number}", make, CHECK, 1, ("book/book.yaml:6",))
    for number, value in enumerate(_RECORDINGS):
        front = FRONT_MATTER.replace("people:", _RECORDING.format(value))
        yield HostileInput(f"recording-{number}", answer("Yes.\n", front), CHECK, 1, ("book/interviews/talk.md:4",))
    for number, record in enumerate(_RECORDS):
        make = write("a.proof.json", record)
        yield HostileInput(f"record-{number}", make, "verify book/book.yaml a.proof.json", 1, ("record-can-be-read",))
    for name, (pack_file, rule) in _RETURNED.items():
        make = _write_packed("t.docx", pack_file)
        yield HostileInput(f"returned-{name}", make, "approve --take t.docx --book book --yes", 1, (rule,))


ROWS: tuple[HostileInput, ...] = (
    HostileInput("word-of-a-megabyte", answer("a" * 1_000_000 + "\n"), "check --book book", 1, ("words-have-an-end",)),
    *_list_imports(),
    *_list_finished_files(),
    *_list_dense_manuscripts(),
    *_list_settings(),
)
