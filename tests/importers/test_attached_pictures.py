"""Test the import of pictures: their place is kept, and nothing outside is read."""

from __future__ import annotations

import base64
import re
import subprocess
import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pypandoc
import pytest
from PIL import Image

from onrecord.importers.readers import html, picture_placement
from onrecord.manuscript import read_book
from onrecord.model.problems import Refused
from tests.importers.test_import_file import join_kinds, store_source

TEXT = """# How an import works

![A red field](red.png)

**What does an import keep?**

Every word. We count them.

![Another field](red.png)

**And the pictures?**

Those too. All of them.
"""


def make_picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (40, 30), (200, 0, 0)).save(out, "PNG")
    return out.getvalue()


def make_document(folder: Path, kind: str) -> bytes:
    (folder / "red.png").write_bytes(make_picture())
    command = [pypandoc.get_pandoc_path(), "-f", "markdown-implicit_figures", "-t", kind, "-o", "-"]
    document = subprocess.run(command, input=TEXT.encode(), capture_output=True, check=True, cwd=folder).stdout
    return add_descriptions(document) if kind == "odt" else document


def add_descriptions(odt: bytes) -> bytes:
    """Return the document with alternative texts as LibreOffice writes them."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(odt)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name == "content.xml":
                for words in (b"A red field", b"Another field"):
                    data = data.replace(
                        b"</draw:image></draw:frame>",
                        b"</draw:image><svg:desc>" + words + b"</svg:desc></draw:frame>",
                        1,
                    )
                    data = data.replace(b"/></draw:frame>", b"/><svg:desc>" + words + b"</svg:desc></draw:frame>", 1)
            after.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["docx", "odt", "epub", "md", "html"])
def test_pictures_are_imported_with_the_text(tmp_path: Path, kind: str) -> None:
    """Each picture is stored once in images/, with its alternative text and its place."""
    data: str | bytes
    if kind == "html":
        uri = "data:image/png;base64," + base64.b64encode(make_picture()).decode()
        (tmp_path / "red.png").write_bytes(make_picture())
        data = (
            f"<article><h1>How an import works</h1><p><img src='{uri}' alt='A red field'></p>"
            "<p><b>What does an import keep?</b></p><p>Every word. We count them.</p>"
            "<p><img src='red.png' alt='Another field'></p>"
            "<p><b>And the pictures?</b></p><p>Those too. All of them.</p></article>"
        )
    else:
        data = make_document(tmp_path, kind) if kind != "md" else TEXT
        (tmp_path / "red.png").write_bytes(make_picture())
    draft, result, _ = store_source(tmp_path, f"one.{kind}", data)
    pictures = list((tmp_path / "images").iterdir())
    assert [file.read_bytes() for file in pictures] == [make_picture()]
    assert join_kinds(draft) == "QAQA"
    assert draft.title == "How an import works"
    name = pictures[0].name
    assert [line for line in result.split("\n") if "![" in line] == [
        f"![A red field](images/{name})",
        f"![Another field](images/{name})",
    ]
    assert result.index("We count them.") < result.index("![Another field]") < result.index("And the pictures?")
    _, problems = read_book.survey_book(tmp_path)
    assert not [problem for problem in problems if problem.severity == "error"]


def test_a_picture_without_alternative_text_is_a_problem(tmp_path: Path) -> None:
    """The editor is asked for the alternative text, and the build waits."""
    (tmp_path / "red.png").write_bytes(make_picture())
    store_source(tmp_path, "one.md", TEXT.replace("Another field", ""))
    _, problems = read_book.survey_book(tmp_path)
    assert [problem.rule for problem in problems if problem.severity == "error"] == ["pictures-have-words"]


OUTSIDE = [
    "../secret.png",
    "%2e%2e/secret.png",
    "/secret.png",
    "file:///secret.png",
    "//host/secret.png",
    "https://example.org/secret.png",
    "link.png",
    "words.png",
    "data:image/png;base64,AAAA",
    "data:image/svg+xml,<svg/>",
]


@pytest.mark.parametrize("address", OUTSIDE)
def test_no_file_outside_the_folder_is_read(tmp_path: Path, address: str) -> None:
    """Such a picture is listed at most."""
    (tmp_path / "secret.png").write_bytes(make_picture())
    home = tmp_path / "in"
    home.mkdir()
    (home / "link.png").symlink_to(tmp_path / "secret.png")
    (home / "words.png").write_bytes(b"root:x:0:0")
    page = (
        "<article><h1>How an import works</h1><p><b>What is kept?</b></p><p>Every word.</p>"
        f"<p><img src='{address}' alt='A secret'></p></article>"
    )
    draft, result, _ = store_source(home, "one.html", page)
    assert "![" not in result
    assert not (home / "images").exists()
    assert any(clipping.words.startswith("A secret") and "picture" in clipping.reason for clipping in draft.asides)


def build_inline_pictures(kind: str) -> str:
    """Return pictures in a sentence, in a link and with captions, and one of another host."""
    if kind == "md":
        return (
            "# How an import works\n\n**What is kept?**\n\nA word ![A red field](red.png) after a picture.\n\n"
            "See [![Another field](red.png)](https://example.org/large) below.\n\n"
            "**And then?**\n\nNothing more is needed.\n"
        )
    return (
        "<article><h1>How an import works</h1><p><b>What is kept?</b></p>"
        "<p>A word <img src='red.png' alt='A red field'> after a picture.</p>"
        "<p>See <a href='https://example.org/large'><img src='red.png' alt='Another field'></a> below.</p>"
        "<figure><figcaption>A field, as it is <i>printed</i></figcaption><img src='red.png' alt='The field'></figure>"
        "<figure><img src='https://example.org/far.png' alt='Far away'>"
        "<figcaption>Nobody sees this</figcaption></figure>"
        "<p><b>And then?</b></p><p>Nothing more is needed.</p></article>"
    )


@pytest.mark.parametrize("kind", ["md", "html"])
def test_a_picture_inside_a_paragraph_is_placed_after_it(tmp_path: Path, kind: str) -> None:
    """The sentence stays whole, the picture is kept, and the result has no errors."""
    (tmp_path / "red.png").write_bytes(make_picture())
    draft, result, _ = store_source(tmp_path, f"one.{kind}", build_inline_pictures(kind))
    name = next((tmp_path / "images").iterdir()).name
    assert f"A word after a picture.\n\n![A red field](images/{name})\n\n" in result
    assert f"See below.\n\n![Another field](images/{name})\n\n" in result
    assert join_kinds(draft) == "QAQA"
    _, problems = read_book.survey_book(tmp_path)
    assert not [problem for problem in problems if problem.severity == "error"]


def test_words_around_moved_pictures_stay() -> None:
    """No word between or after pictures is lost, and 2000 pictures are moved fast."""
    image = "<img src='red.png' alt='A field'>"
    text = (
        "<article><h1>How an import works</h1><p><b>What is kept?</b></p>"
        f"<p>One {image} two <i>{image} three</i> four.</p>five {image} six"
        f"<p>Seven.</p><figure><figcaption>Eight</figcaption>nine{image}</figure>ten"
        f"<p><b>And then?</b></p><p>Eleven {image * 2000} twelve.</p></article>"
    )
    picture = make_picture()
    start = time.process_time()
    reading = html.read_html(text.encode(), "one.html", lambda _: picture)
    assert time.process_time() - start < 10
    words = re.findall(r"[A-Z]?[a-z]+", " ".join(c.words.replace("A field", "") for c in reading.clippings))
    expected = (
        "How an import works What is kept One two three four five six Seven Eight nine ten And then Eleven twelve"
    )
    assert sorted(words) == sorted(expected.split())
    assert sum(c.kind == "picture" for c in reading.clippings) == 2004


def test_a_word_lost_with_a_picture_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is refused if removing a picture also removes the words after it."""

    def take_out_with_tail(element: Any) -> Any:
        element.getparent().remove(element)
        element.tail = None
        return element

    monkeypatch.setattr(picture_placement, "_take_out", take_out_with_tail)
    with pytest.raises(Refused) as refused:
        html.read_html(build_inline_pictures("html").encode(), "one.html", lambda _: make_picture())
    assert [problem.rule for problem in refused.value.problems] == ["import-loses-nothing"]


def test_a_caption_stays_with_its_picture(tmp_path: Path) -> None:
    """The caption is below its picture; without its picture it is set aside and listed."""
    (tmp_path / "red.png").write_bytes(make_picture())
    draft, result, _ = store_source(tmp_path, "one.html", build_inline_pictures("html"))
    name = next((tmp_path / "images").iterdir()).name
    assert f"![The field](images/{name})\n\n: A field, as it is *printed*\n\n" in result
    assert "Nobody sees this" not in result
    assert ("Nobody sees this", "the caption of a picture, which was not imported") in {
        (c.words, c.reason) for c in draft.asides
    }
