"""No edition has words in English that no language file holds: with marked texts, no other Latin word is shown.

The manuscript is in Cyrillic, the interface texts are made of Cyrillic or Hebrew letters, so every Latin word is one
that somebody wrote into a template, a script or a style sheet.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import lxml.etree
import lxml.html
import pypdfium2
import pytest

from onrecord.cli import command_line
from onrecord.cli.exit_codes import ExitCode
from onrecord.editions import epub, html
from onrecord.manuscript.read_book import read_book
from onrecord.model import Book
from onrecord.runtime import interface_texts
from onrecord.runtime.interface_texts import InterfaceLanguage, NameList
from tests.support.paths import ROOT

SETTINGS = """\
title: Огни гавани
subtitle: Разговоры
slug: ogni
language: ru
date: 2026-01-01
editors: [Анна Мор]
publisher: Маяк
edition: Второе издание
rights: Все права у маяка
url: https://example.org/ogni/
paper_thickness_mm: 0.11
downloads: yes
disclaimers: {desk: Это мнения говорящих.}
disclaimer: desk
printed_more: {shelf: "Полка:"}
redirects: {old: lamp, "lamp#a9": "lamp#a1"}
parts:
  - {title: Свет, interviews: [lamp]}
  - {title: Тьма, interviews: [lampe, night]}
"""
PEOPLE = """\
people:
  - {name: Ада Мор, role: interviewer}
  - {name: Бен Ки, role: interviewee, note: Сторож., affiliation: Маяк}
  - {name: Эва Тайд, role: translator}
  - {name: Фото Граф, role: photographer}
  - {name: Мо Дера, role: moderator}
"""
LAMP = (
    """\
---
title: Лампа
standfirst: О свете.
byline: Редакция
date: 2025-03-04
rights: Права у сторожа
recording: [{url: "https://example.org/a.mp3"}]
corrections: [{date: 2025-05-06, text: "Было иначе."}]
more: {shelf: "А 7"}
"""
    + PEOPLE
    + """---

Вступление.[^1]

**Кто зажигает лампу?** {#q1 t=00:00:05}

Сторож, см. [ниже](#a2) и [там](night#a1).[^2]

> Цитата

## Ночь

**Кто гасит?**

Никто.

| А | Б |
|---|---|
| 1 | 2 |

: Таблица

::: note
Заметка редакции.
:::

[^1]: Сноска.
[^2]: Другая.
"""
)
INDEX = """\
headings:
  - {name: свет, aliases: [Сторож], see_also: [лампа]}
  - {name: лампа, aliases: [лампу]}
  - {name: светильник, see: лампа}
"""
PACK = """\
title: Торг
meeting: Встреча
date: 2026-12-01 09:00 +03:00
place: Зал
version: 2
distribution: named
attribution: not for quotation
recipients: packs/readers.csv
large_print: yes
note_pages: 1
paper: A4
agenda:
  - {title: Что, time: 09:00–09:20, note: Один ответ., interviews: ["lamp#a2"]}
  - {title: Решение, interviews: [night]}
"""


def write_cyrillic_book(folder: Path, language: str = "ru") -> Path:
    """Write a book without a Latin word that readers see."""
    (folder / "interviews").mkdir(parents=True)
    (folder / "book.yaml").write_text(SETTINGS.replace("language: ru", f"language: {language}"), encoding="utf-8")
    (folder / "index.yaml").write_text(INDEX, encoding="utf-8")
    for slug, text in (
        ("lamp", LAMP),
        ("night", LAMP.replace("Лампа", "Ночь").replace("night#a1", "lamp#a1")),
        ("lampe", LAMP.replace("Лампа", "Лампа ещё").replace("byline", "language: uk\ntranslation_of: lamp\nbyline")),
    ):
        (folder / "interviews" / f"{slug}.md").write_text(text, encoding="utf-8")
    return folder


# --- marked texts ---------------------------------------------------------------------------------------

LATIN = "abcdefghijklmnopqrstuvwxyz"
ALPHABETS = {
    "ru": dict(zip(LATIN, "абцдефгхийклмнопярстувшжыз", strict=True)),
    "he": dict(zip(LATIN, "אבצדהפגחיגכלמנופקרשתוטוקיז", strict=True)),
}


def mark_text(text: str, letters: dict[str, str]) -> str:
    """Return a text a third longer, with other letters; what is in braces stays."""
    parts = re.split(r"(\{.*?\})", text)
    marked = "".join(part if part[:1] == "{" else "".join(letters.get(c, c) for c in part.lower()) for part in parts)
    words = [word for word in marked.split() if "{" not in word and word.isalpha()]
    return marked + (f" {' '.join(words[: -(-len(words) // 3)])}" if len(words) > 1 else "")


def mark_language(language: InterfaceLanguage, letters: dict[str, str]) -> InterfaceLanguage:
    """Return a language with marked texts, months and lists of names."""
    months = tuple(mark_text(month, letters) for month in language.months)
    return replace(
        language,
        months=months,
        months_alone=months,
        names=NameList(
            language.names.comma,
            *(mark_text(text, letters) for text in (language.names.pair, language.names.last, " et al.")),
        ),
        texts={key: mark_text(text, letters) for key, text in language.texts.items()},
    )


@pytest.fixture(params=["ru", "he"])
def pseudo_book(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Book, Path]:
    """Return the book and its folder, with marked English texts as the texts of each language."""
    load = interface_texts._load_language
    english = mark_language(load("en"), ALPHABETS[request.param])
    monkeypatch.setattr(interface_texts, "_load_language", lambda code: replace(english, code=code))
    folder = write_cyrillic_book(tmp_path / "book", request.param)
    return read_book(folder), folder


# --- what is shown ---------------------------------------------------------------------------------------

_SHOWN = ("alt", "title", "aria-label", "placeholder", "summary", "label", "value", "data-title")
_NAMES = frozenset(("On", "Record", "PDF", "EPUB", "BibTeX", "RIS", "CSL", "JSON", "UTC", "UK", "RU", "HE"))


def list_english_words(pages: dict[str, bytes]) -> set[str]:
    """Return the Latin words that pages show, or say to assistive technology, with the names of their files."""
    found: set[str] = set()
    for name, data in pages.items():
        found |= {f"{name}: {word}" for text in _list_texts(data) for word in find_latin_words(text)}
    return found


def find_latin_words(text: str) -> list[str]:
    """Return the Latin words of a text that are no names of programs or languages, and no parts of an address."""
    words = re.findall("[A-Za-z]{2,}", re.sub(r"https?://\S+|\S+\.html\S*", "", text))
    return [word for word in words if word not in _NAMES]


def _list_texts(data: bytes) -> Iterator[str]:
    """Yield the texts of a page, and those of its attributes that people read or hear."""
    for element in lxml.html.document_fromstring(data).iter(lxml.etree.Element):
        if element.tag not in ("script", "style", "code"):
            yield element.text or ""
        yield element.tail or ""
        yield from (element.get(name, "") for name in _SHOWN)
        if element.tag == "meta" and element.get("name") in ("description", "author", "keywords"):
            yield element.get("content", "")


def test_the_web_edition_says_nothing_in_english(pseudo_book: tuple[Book, Path]) -> None:
    """Search, contents, people, cite menu, notices, players."""
    files = html.make_html(*pseudo_book)
    assert list_english_words({name: data for name, data in files.items() if name.endswith(".html")}) == set()


def test_the_e_book_says_nothing_in_english(pseudo_book: tuple[Book, Path]) -> None:
    """Pages, navigation, package."""
    with zipfile.ZipFile(io.BytesIO(epub.make_epub(*pseudo_book))) as archive:
        pages = {name: archive.read(name) for name in archive.namelist() if name.endswith((".xhtml", ".ncx"))}
    assert len(pages) > 8
    assert list_english_words(pages) == set()


def test_style_sheets_and_scripts_say_nothing() -> None:
    """Words that a style sheet or a script shows come from the page; only “use strict” and selectors are Latin."""
    for path in (ROOT / "styles").rglob("*.css"):
        contents = re.findall(r"content:([^;}]*)", path.read_text(encoding="utf-8"))
        literals = [literal for content in contents for literal in re.findall(r'"([^"]*)"', content)]
        assert not [literal for literal in literals if re.search("[A-Za-z]{2,}", re.sub(r"\\\w+", "", literal))], path
    for path in (ROOT / "onrecord" / "editions" / "scripts").glob("*.js"):
        shown = r"(?:textContent|innerText|placeholder|title|ariaLabel|alert)\s*[=(]\s*[\"'`][^\"'`$]*[A-Za-z]{2,}"
        assert not re.findall(shown, path.read_text(encoding="utf-8")), path


@pytest.mark.slow
def test_print_and_what_is_made_of_it_say_nothing_in_english(tmp_path: Path, lent_workers: object) -> None:
    """The book, its cover and booklet, a pack with copies for names, receipts, large print: text, labels, metadata."""
    book, out = write_cyrillic_book(tmp_path / "book"), tmp_path / "dist"
    (book / "packs").mkdir()
    (book / "packs" / "desk.yaml").write_text(PACK, encoding="utf-8")
    (book / "packs" / "readers.csv").write_text("name,large_print\nСторож,no\nПричал,yes\n", encoding="utf-8")
    places = ["--book", str(book), "--out", str(out), "--booklet", "--print-shop"]
    assert command_line.main(["pdf", "--cover", *places]) == ExitCode.DONE
    assert command_line.main(["pdf", "--pack", "desk", "--print-file", *places]) == ExitCode.DONE
    files = sorted(out.rglob("*.pdf"))
    assert len(files) > 10
    for path in files:
        with pypdfium2.PdfDocument(path) as document:
            texts = [page.get_textpage().get_text_bounded() for page in document]
            texts += document.get_metadata_dict().values()
            texts += [document.get_page_label(index) or "" for index in range(len(document))]
        assert find_latin_words(" ".join(texts)) == [], path.name
