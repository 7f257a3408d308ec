"""Draw the pictures that messengers show beside a link to a page of the web edition (Open Graph)."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from PIL import Image, PngImagePlugin

from onrecord.editions import design_tokens
from onrecord.editions.pdf.page_pictures import draw_pages
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, print_pages
from onrecord.editions.share_cards import CARD_HEIGHT, CARD_WIDTH, ShareCard, list_cards
from onrecord.model import Book
from onrecord.model.directions import direct_block
from onrecord.runtime import build_identity, font_files
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.project import Project
from onrecord.runtime.task_runner import TaskFailure, TaskRunner

_IN_A_TASK = 12  # cards: laid out together, they share their fonts
_COLOURS, _COLOURS_WITH_LOGO = 32, 200
# What fits, in letters; wide letters count twice. Nothing is cut off by style: each text is shortened before.
_MOST_TITLE, _MOST_PEOPLE, _MOST_BOOK = 220, 110, 66
_SIZES = ((30, 104), (60, 84), (110, 68), (160, 56), (_MOST_TITLE, 48))  # of titles of at most so many letters, pixels
_CSS = """
@page { size: 1200px 630px; margin: 0 }
body { margin: 0 }
section { width: 1200px; height: 630px; box-sizing: border-box; padding: 66px 80px 0; position: relative }
section { break-after: page; background: %(paper)s; border-top: 20px solid %(accent)s; color: %(ink)s }
h1, h2, p { margin: 0; overflow-wrap: anywhere }
h1 { font-family: %(heading)s; font-weight: 500; line-height: 1.1 }
h2 { font-weight: 400; font-family: %(label)s; font-size: 34px; line-height: 1.3; color: %(quiet)s; margin-top: 26px }
p { font-family: %(label)s; font-weight: 600; font-size: 28px; line-height: 1.3; color: %(accent)s }
p { position: absolute; bottom: 52px; left: 80px; right: 80px }
img { position: absolute; bottom: 48px; right: 80px; height: 64px }
[dir="rtl"] img { right: auto; left: 80px }
"""


@dataclass(frozen=True, slots=True)
class _Task:
    """Cards to draw together, with all that determines their look."""

    cards: tuple[ShareCard, ...]
    css: str
    fonts: tuple[tuple[str, bytes], ...]
    pictures: tuple[tuple[str, str, bytes], ...]


def draw_share_cards(book: Book, folder: Path, runner: TaskRunner) -> dict[str, bytes]:
    """Return the cards of a book as PNG by their names in the web edition; none if its pages have none."""
    cards = list_cards(book)
    if not cards:
        return {}
    fonts = tuple((path.name, path.read_bytes()) for path in font_files.list_font_files([folder / "fonts"]))
    pictures = tuple(_read_logo(book, folder))
    css = _write_css(book, folder)
    groups = [cards[start : start + _IN_A_TASK] for start in range(0, len(cards), _IN_A_TASK)]
    identity = compute_fingerprint("share cards", build_identity.compute_build_identity(), css, fonts, pictures)
    drawn: dict[str, bytes] = {}
    inputs = [
        (compute_fingerprint(identity, group), lambda group=group: _Task(group, css, fonts, pictures))
        for group in groups
    ]
    for group, result in zip(groups, runner.run_cached(_draw_cards, inputs), strict=True):
        pngs = _draw_cards(_Task(group, css, fonts, pictures)) if isinstance(result, TaskFailure) else result
        drawn |= dict(zip((card.file for card in group), pngs, strict=True))
    return drawn


def _write_css(book: Book, folder: Path) -> str:
    """Return the style of the cards in the colours and faces of the book."""
    design = book.design
    colours = {"paper": "--paper-cover", "ink": "--ink", "accent": "--accent", "quiet": "--quiet"}
    values = {name: design_tokens.read_color(folder, token, design) for name, token in colours.items()}
    faces = {"heading": "--heading-face-print", "label": "--label-face-print"}
    values |= {name: design_tokens.read_value(folder, token, design) for name, token in faces.items()}
    return _CSS % values


def _read_logo(book: Book, folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield name, media type and bytes of the logo of the brand, if it has one."""
    logo = book.design.brand.logo
    path = Project(folder).find(logo.text) if logo else None
    if path:
        data = path.read_bytes()
        yield "logo", "image/png" if data.startswith(b"\x89PNG") else "image/jpeg", data


def _draw_cards(task: _Task) -> tuple[bytes, ...]:
    """Return each card as PNG, which says in a text what it shows. Runs in a worker."""
    has_logo = bool(task.pictures)
    html = "".join(_write_card(card, has_logo=has_logo) for card in task.cards)
    data = print_pages(PartSource(html, task.css, task.cards[0].language, "cards", task.pictures, task.fonts))
    colours = _COLOURS_WITH_LOGO if has_logo else _COLOURS
    pages = draw_pages(data, CARD_WIDTH, CARD_HEIGHT)
    return tuple(_encode_png(page, card, colours) for page, card in zip(pages, task.cards, strict=False))


def _write_card(card: ShareCard, *, has_logo: bool) -> str:
    """Return the HTML of a picture of a web page for messengers."""
    title = shorten_to_width(card.title, _MOST_TITLE)
    size = next(size for most, size in _SIZES if _measure(title) <= most)
    people = f"<h2>{escape(shorten_to_width(card.people, _MOST_PEOPLE))}</h2>" if card.people else ""
    logo = '<img src="images/logo" alt=""/>' if has_logo else ""
    direction = direct_block(card.title, "en") or "ltr"
    return (
        f'<section dir="{direction}" lang="{card.language}">'
        f'<h1 style="font-size: {size}px">{escape(title)}</h1>{people}'
        f"<p>{escape(shorten_to_width(card.book, _MOST_BOOK))}</p>{logo}</section>"
    )


def _measure(text: str) -> int:
    """Return the width of a text in letters; those of East Asia are twice as wide."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def shorten_to_width(text: str, most: int) -> str:
    """Return the text, cut before it is wider than so many letters."""
    if _measure(text) <= most:
        return text
    while _measure(text) >= most:
        text = text[: len(text) // 2] if _measure(text) > 4 * most else text[:-1]
    whole_words = text.rpartition(" ")[0] if " " in text[-20:] else text
    return f"{whole_words.rstrip()}…"


def _encode_png(page: Image.Image, card: ShareCard, colours: int) -> bytes:
    """Return the drawn picture for messengers as PNG with so many colours and its description."""
    image = page.quantize(colours, dither=Image.Dither.NONE)
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("Description", card.alt)
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=texts, optimize=True)
    return out.getvalue()
