"""Check the shapes of letters and the pixels of pictures in a PDF: those of the faces, and of the manuscript."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageOps

from onrecord.model import Asset, Book, Figure, SourceLocation, iterate_blocks, walk_blocks
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.bound_file import BoundFile
from onrecord.proof.reading.embedded_objects import (
    OpenPdf,
    PaintedPicture,
    StrangeFontError,
    compute_stream_digest,
    decode_picture,
    find_strange_content,
    list_content_streams,
    read_fonts,
    read_pictures,
)
from onrecord.proof.reading.face_outlines import EmbeddedFont, FaceLibrary
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.reading.page_ink import PictureLook
from onrecord.proof.rules.page_range import PageRange
from onrecord.proof.rules.person_pages import expect_portraits
from onrecord.proof.rules.report import HINT
from onrecord.proof.rules.running_heads import CONTRIBUTORS
from onrecord.runtime import build_identity, font_files
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint

_COPY = "the PDF"
_LOOK_SLACK, _STRANGE_CELLS = 48, 0.05  # levels by which a cell may be paler or darker, and how many cells may be more
_SLACK = 3  # levels of 255 by which a colour may differ


def check_printed_look(
    book: Book, pdf: OpenPdf, ranges: Sequence[PageRange], font_folders: Sequence[Path], cache: Cache
) -> Iterator[Problem]:
    """Yield a problem for letters and pictures that look wrong in the PDF; `font_folders` hold the book's fonts.

    The cache remembers which fonts and pictures were compared.
    """
    yield from _check_fonts(book, read_fonts(pdf.objects), font_folders, cache)
    for fault in _check_letters(pdf, book.title, cache):
        yield Problem(book.location, Rule.EVERY_WORD_IS_SEEN, f"{_COPY} {fault}", HINT)
    yield from _PictureRules(book, list(read_pictures(page.obj for page in pdf.pages)), cache).check(ranges)


def check_bound_look(
    book: Book, bound: BoundFile, ranges: Sequence[PageRange], font_folders: Sequence[Path], cache: Cache
) -> Iterator[Problem]:
    """Yield the same problems for a file that was read section by section, in which no letters are moved."""
    yield from _check_fonts(book, bound.fonts, font_folders, cache)
    yield from _PictureRules(book, bound.pictures, cache).check(ranges)


def _check_fonts(
    book: Book, fonts: Iterable[EmbeddedFont], font_folders: Sequence[Path], cache: Cache
) -> Iterator[Problem]:
    """Yield a problem for each font of a PDF that is wrong: its glyphs differ from the complete font file's."""
    for fault in _find_font_faults(fonts, font_folders, cache):
        yield Problem(book.location, Rule.EVERY_WORD_IS_SEEN, f"{_COPY}: the font {fault}", HINT)


def _find_font_faults(fonts: Iterable[EmbeddedFont], font_folders: Sequence[Path], cache: Cache) -> Iterator[str]:
    """Yield what is wrong with each font."""
    folders = (*font_files.list_package_folders(), *font_folders)
    files = font_files.list_font_files(folders)
    library = FaceLibrary(files)
    known = [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    try:
        for font in fonts:
            # As one text, because a fingerprint of many values takes long.
            glyphs = repr((sorted(font.texts.items()), sorted(font.widths.items())))
            key = compute_fingerprint("printed font", font.program, glyphs, known)
            if cache.get(key) != "right":
                fault = library.find_fault(font)
                if fault:
                    yield f"“{shorten_text(font.name)}” {fault}"
                else:
                    cache.put(key, "right")
    except StrangeFontError as error:
        yield f"“{shorten_text(str(error))}” is not embedded as those of an edition are"


def _check_letters(pdf: OpenPdf, title: str, cache: Cache) -> Iterator[str]:
    """Yield what is wrong with each sheet of a PDF that spaces, stretches, raises, hides or marks letters.

    One entry of the cache holds the digests of all streams of the book that do not.
    """
    key = compute_fingerprint("plain letters", build_identity.compute_build_identity(), title)
    known: frozenset[bytes] = cache.get(key) or frozenset()
    plain = set()
    for sheet, page in enumerate(pdf.pages):
        for stream in list_content_streams(page.obj):
            digest = compute_stream_digest(stream)
            if digest not in known and (fault := find_strange_content(stream)):
                yield f"{shorten_text(fault, 120)} on sheet {sheet + 1}"
                break
            plain.add(digest)
    if plain != known:
        cache.put(key, frozenset(plain))


class _PictureRules:
    """Compares the pictures on the sheets of each interview, and of the list of people, with the manuscript's."""

    def __init__(self, book: Book, pictures: Sequence[PaintedPicture], cache: Cache) -> None:
        self._book = book
        self._cache = cache
        self._pictures = pictures
        self._looks: dict[int, PictureLook] = {}  # by the identity of the picture

    def check(self, ranges: Sequence[PageRange]) -> Iterator[Problem]:
        """Yield the problems of a PDF's pictures; `ranges` says which interviews stand on which sheet."""
        names = [names for page_range in ranges for names in page_range.names]
        looks = (look for page_range in ranges for looks in page_range.pictures for look in looks)
        self._looks = dict(zip(map(id, self._pictures), looks, strict=False))
        pictures_of: dict[str, list[PaintedPicture]] = {}
        for picture in self._pictures:
            for name in names[picture.sheet]:
                pictures_of.setdefault(name, []).append(picture)
        for interview in self._book.interviews:
            blocks = walk_blocks(iterate_blocks(interview))
            figures = [block.asset for block in blocks if isinstance(block, Figure)]
            pictures = pictures_of.get(interview.slug, [])
            shared = any(len(names[picture.sheet]) > 1 for picture in pictures)
            if not shared:
                subject = f"interview “{interview.slug}”"
                yield from self._compare_leaf(subject, interview.location, figures, pictures)
        if self._book.offprint is None:  # which has no list of people
            portraits = [portrait.asset for portrait in expect_portraits(self._book).values()]
            pictures = pictures_of.get(CONTRIBUTORS, [])
            yield from self._compare_leaf("the list of people", self._book.location, portraits, pictures)

    def _compare_leaf(
        self, subject: str, place: SourceLocation, figures: Sequence[Asset], pictures: Sequence[PaintedPicture]
    ) -> Iterator[Problem]:
        """Yield the problems of a leaf's pictures; one in the head of a table may stand on several sheets."""
        assets = {asset.sha256: asset for asset in figures}
        shown = [self._identify_asset(picture, assets) for picture in pictures]
        for picture, digest in zip(pictures, shown, strict=True):
            if not digest or not picture.is_upright:
                shown_picture = (
                    "another picture than the manuscript" if picture.is_upright else "a picture turned or mirrored"
                )
                sentence = f"{_COPY}, sheet {picture.sheet + 1}: {subject} shows {shown_picture}"
                yield Problem(place, Rule.PICTURES_ARE_THERE, sentence, HINT)
                return
            look = self._looks.get(id(picture))
            if look is None or not _has_similar_darkness(look, assets[digest]):
                sentence = f"{_COPY}, sheet {picture.sheet + 1}: {subject} hides its picture"
                yield Problem(place, Rule.PICTURES_ARE_THERE, sentence, HINT)
                return
        expected = [asset.sha256 for asset in figures]
        if not _are_in_order(expected, shown):
            twins = self._find_identical_pictures(pictures, assets)
            expected, shown = ([twins.get(digest, digest) for digest in digests] for digests in (expected, shown))
        if not _are_in_order(expected, shown):
            sentence = f"{_COPY}: {subject} shows its pictures in another order, or not all of them"
            yield Problem(place, Rule.PICTURES_ARE_THERE, sentence, HINT)

    def _find_identical_pictures(
        self, pictures: Sequence[PaintedPicture], assets: Mapping[str, Asset]
    ) -> dict[str, str]:
        """Return for each asset's digest that of the first asset with the same pixels: files can differ in that."""
        twins: dict[str, str] = {}
        for picture in pictures:
            digests = [digest for digest, asset in assets.items() if self._identify_asset(picture, {digest: asset})]
            twins |= dict.fromkeys(
                digests, min((twins.get(digest, digest) for digest in digests), key=list(assets).index, default="")
            )
        return twins

    def _identify_asset(self, picture: PaintedPicture, assets: Mapping[str, Asset]) -> str:
        """Return the digest of the asset whose pixels a printed picture has, "" if it is none of them."""
        for digest, asset in assets.items():
            if picture.sha256 == hashlib.sha256(asset.data).hexdigest():
                return digest
        place = compute_fingerprint("printed picture", picture.pixels_key)
        for digest, asset in assets.items():
            key = compute_fingerprint(place, digest)
            if self._cache.get(key) == "same":
                return digest
            if _has_same_pixels(picture, asset):
                self._cache.put(key, "same")
                return digest
        return ""


def _are_in_order(expected: Sequence[str], shown: Sequence[str]) -> bool:
    """Return whether all expected pictures are printed, each for the first time in its order."""
    return not Counter(expected) - Counter(shown) and list(dict.fromkeys(expected)) == list(dict.fromkeys(shown))


def _has_similar_darkness(look: PictureLook, asset: Asset) -> bool:
    """Return whether a printed picture is about as dark as its asset; a transparent one is not judged."""
    with Image.open(io.BytesIO(asset.data)) as source:
        image = ImageOps.exif_transpose(source)
        if image.mode == "CMYK" or "A" in image.getbands() or "transparency" in image.info:
            return True
        if not look.cells:
            return False
        size = (look.columns, look.rows)
        expected = ImageChops.invert(image.convert("RGB").convert("L").resize(size, Image.Resampling.BOX)).tobytes()
    differing_count = sum(abs(a - b) > _LOOK_SLACK for a, b in zip(expected, look.cells, strict=True))
    return differing_count <= len(expected) * _STRANGE_CELLS


def _has_same_pixels(picture: PaintedPicture, asset: Asset) -> bool:
    """Return whether a printed picture has the pixels of an asset."""
    with Image.open(io.BytesIO(asset.data)) as source:
        image = ImageOps.exif_transpose(source)
        with picture.open_stream() as stream:
            if image.size != (int(stream.Width), int(stream.Height)):
                return False
            printed = decode_picture(stream)
        if "A" in image.getbands() or "transparency" in image.info:
            paper = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(paper, image.convert("RGBA"))
        extrema = ImageChops.difference(image.convert("RGB"), printed).getextrema()
    return all(isinstance(band, tuple) and band[1] <= _SLACK for band in extrema)
