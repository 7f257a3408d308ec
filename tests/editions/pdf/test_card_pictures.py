"""The pictures that messengers show beside a link to a page of the web edition."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from PIL import Image, ImageFile

from onrecord.editions import html
from onrecord.editions.pdf import card_pictures
from onrecord.editions.share_cards import list_cards
from onrecord.model import Pack, TextLine
from onrecord.proof.rules.html import prove_web_edition
from onrecord.runtime.task_runner import NO_WORKERS
from tests.support import sample
from tests.support.workers import PROVING_RUNNER, RUNNER

SHORT = replace(sample.GERMAN, slug="how-it-works", title=sample.HOW.title)
BOOK = replace(
    sample.BOOK,
    parts=(replace(sample.BOOK.parts[0], interviews=(SHORT,)), sample.BOOK.parts[1]),
    has_cards=True,
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("book")
    return {**html.make_html(BOOK, folder), **card_pictures.draw_share_cards(BOOK, folder, RUNNER)}


def find_rules(files: dict[str, bytes]) -> set[str]:
    return {problem.rule.value for problem in prove_web_edition(BOOK, files, PROVING_RUNNER).problems}


def spoil_picture(data: bytes, size: tuple[int, int], colour: str | None = None) -> bytes:
    """Return a picture that says what another one says: of another size, or of one colour."""
    from PIL import PngImagePlugin

    with Image.open(io.BytesIO(data)) as image:
        texts = PngImagePlugin.PngInfo()
        texts.add_itxt("Description", str(image.info["Description"]))
        spoiled = Image.new("RGB", size, colour).quantize(4) if colour else image.convert("RGB").resize(size)
    out = io.BytesIO()
    spoiled.save(out, "PNG", pnginfo=texts)
    return out.getvalue()


def test_each_page_names_its_picture(site: dict[str, bytes]) -> None:
    """By its whole address, with its size and what it shows; pages about the book share one."""
    assert {name for name in site if name.startswith("cards/")} == {
        "cards/index.png",
        "cards/how-it-works.png",
        "cards/auf-deutsch.png",
    }
    page, index = site["auf-deutsch.html"].decode(), site["contributors.html"].decode()
    assert f'<meta property="og:image" content="{BOOK.url}cards/auf-deutsch.png">' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
    assert f'<meta property="og:image" content="{BOOK.url}cards/index.png">' in index
    assert prove_web_edition(BOOK, site, PROVING_RUNNER).problems == ()


def test_the_pictures_are_small_and_the_same_each_time(
    site: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawn together by a worker, or alone in this process."""
    for name in ("cards/index.png", "cards/auf-deutsch.png"):
        assert Image.open(io.BytesIO(site[name])).size == (1200, 630)
        assert len(site[name]) < 60_000
    (card,) = (card for card in list_cards(BOOK) if card.file == "cards/auf-deutsch.png")
    monkeypatch.setattr(card_pictures, "list_cards", lambda _: [card])
    again = card_pictures.draw_share_cards(BOOK, tmp_path, NO_WORKERS)
    assert again == {card.file: site[card.file]}


def test_a_book_without_an_address_or_the_key_and_a_pack_have_no_pictures(tmp_path: Path) -> None:
    for book in (replace(BOOK, url=""), replace(BOOK, has_cards=False)):
        assert card_pictures.draw_share_cards(book, tmp_path, RUNNER) == {}
        assert b"og:image" not in html.make_html(book, tmp_path)["index.html"]
    assert list_cards(replace(BOOK, pack=cast("Pack", object()))) == ()


def test_long_texts_are_cut_between_words_and_wide_letters_count_twice() -> None:
    title = TextLine("word " * 300, BOOK.location)
    assert card_pictures.shorten_to_width(title.text, 30) == "word word word word word…"
    assert card_pictures.shorten_to_width("灯" * 300, 30) == "灯" * 14 + "…"
    assert card_pictures.shorten_to_width("short", 30) == "short"


@pytest.mark.parametrize("is_lenient", [False, True])
def test_a_damaged_picture_is_refused(
    site: dict[str, bytes], is_lenient: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """WeasyPrint lets Pillow open such pictures, once it is loaded."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", is_lenient)
    name = "cards/auf-deutsch.png"
    for data in (site[name][:900], b"GIF89a"):
        assert find_rules({**site, name: data}) == {"pictures-are-there"}


def test_a_spoiled_picture_is_refused(site: dict[str, bytes]) -> None:
    """One of another interview, one that shows nothing, another size, none; words that are not shown."""
    name = "cards/auf-deutsch.png"
    for data in (
        site["cards/how-it-works.png"],
        spoil_picture(site[name], (1200, 630), "white"),
        spoil_picture(site[name], (600, 315)),
    ):
        assert find_rules({**site, name: data}) == {"pictures-are-there"}
    assert find_rules({file: data for file, data in site.items() if file != name}) == {"files-are-known"}
    alt = b'<meta property="og:image:alt" content="'
    assert find_rules({**site, "index.html": site["index.html"].replace(alt, alt + b"Not ")}) == {"claims-are-true"}
