"""Check the pictures that messengers show beside a link to a page, and what the page says of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO

from PIL import Image

from onrecord.model import Book, Interview
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.rules.report import HINT
from onrecord.runtime.interface_texts import get_language

_SIZE = (1200, 630)
_END = b"IEND\xaeB`\x82"  # the last chunk of a PNG; WeasyPrint lets Pillow open a picture without its end
_MOST_BYTES = 300_000  # what messengers load without a delay


def list_card_files(book: Book) -> tuple[str, ...]:
    """Return the file names of the pictures for messengers that a web edition must have; () without a web address."""
    if not (book.has_cards and book.url) or book.pack:
        return ()
    return ("cards/index.png", *(f"cards/{interview.slug}.png" for interview in book.interviews))


def expect_card_claims(book: Book, interview: Interview | None) -> dict[str, str]:
    """Return the Open Graph properties, without prefix, that a page's head must give for its picture to share."""
    if not list_card_files(book):
        return {}
    name = interview.slug if interview else "index"
    return {
        "image": f"{book.url}cards/{name}.png",
        "image:type": "image/png",
        "image:width": str(_SIZE[0]),
        "image:height": str(_SIZE[1]),
        "image:alt": _expect_card_text(book, interview),
        "twitter:card": "summary_large_image",
    }


def _expect_card_text(book: Book, interview: Interview | None) -> str:
    """Return what the picture of a page for messengers must show: title and guests or editors, each thing once."""
    if interview is None:
        words = (
            book.title,
            book.subtitle or get_language(book.language).names.comma.join(book.editors),
            book.publisher,
        )
    else:
        guests = get_language(interview.language).names.comma.join(person.name for person in interview.guests)
        words = (interview.title.text, guests if guests != interview.title.text else "", book.title)
    return " – ".join(word for word in words if word)


def check_cards(book: Book, files: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield a problem for each picture for messengers that is broken, blank, of wrong size, or describes another."""
    interviews: dict[str, Interview | None] = {
        f"cards/{interview.slug}.png": interview for interview in book.interviews
    }
    for name in list_card_files(book):
        if name in files and (fault := _find_card_fault(files[name], _expect_card_text(book, interviews.get(name)))):
            sentence = f"the web edition: the picture “{name}” {fault}"
            yield Problem(book.location, Rule.PICTURES_ARE_THERE, sentence, HINT)


def _find_card_fault(data: bytes, description: str) -> str:
    """Return what is wrong with a picture for messengers, "" if nothing is."""
    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as image:
            image.load()
            shown_description = str(image.info.get("Description", ""))
            size, colours = image.size, _count_colours(image)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        return f"cannot be read ({error})"
    if not data.endswith(_END):
        return "has no end"
    if size != _SIZE or len(data) > _MOST_BYTES:
        return f"has {size[0]} × {size[1]} pixels and {len(data)} bytes"
    if colours < 3:
        return "shows nothing"
    return "" if shown_description == description else f"says that it shows “{shown_description[:80]}”"


def _count_colours(image: Image.Image) -> int:
    """Return how many colours a picture has, 0 if there are more than a million."""
    if image.mode != "P" or not (used := image.getcolors()) or not (palette := image.getpalette()):
        return len(image.convert("RGB").getcolors(2**20) or ())
    return len({tuple(palette[3 * index : 3 * index + 3]) for _, index in used if isinstance(index, int)})
