"""Check that an edition holds the files that belong to it and no others, and that each is of its kind."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

from PIL import Image

from onrecord.model import Asset, Book, Figure, iterate_blocks, walk_blocks
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.rules.card_rules import check_cards, list_card_files
from onrecord.proof.rules.changes_rules import CHANGES_PAGE, has_changes
from onrecord.proof.rules.index_rules import INDEX_PAGE, has_index
from onrecord.proof.rules.notice_rules import list_notice_pages, list_notice_scripts
from onrecord.proof.rules.person_pages import expect_person_pages, expect_portraits
from onrecord.proof.rules.recording_rules import check_recording_files, list_recording_files
from onrecord.proof.rules.report import HINT
from onrecord.proof.rules.search_rules import expect_search_files
from onrecord.proof.rules.site_rules import check_site_files, expect_site_files
from onrecord.runtime.build_identity import compute_build_identity
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint

_FACES = {  # file name -> PostScript family and style in its name table
    "EBGaramond-normal.woff2": ("EB Garamond", "normal"),
    "EBGaramond-italic.woff2": ("EB Garamond", "italic"),
    "SourceSans3-normal.woff2": ("Source Sans 3", "normal"),
    "SourceSans3-italic.woff2": ("Source Sans 3", "italic"),
    "SourceSerif4-normal.woff2": ("Source Serif 4", "normal"),
    "SourceSerif4-italic.woff2": ("Source Serif 4", "italic"),
    "SourceCodePro-normal.woff2": ("Source Code Pro", "normal"),
}
_FONT_RULE = re.compile(r"@font-face\s*\{[^}]*\}")
_RECORDS = (".csl.json", ".bib", ".ris")
_SCRIPTS = ("theme.js", "site.js", "search.js")


def check_web_files(
    book: Book, files: Mapping[str, bytes], scripts: Mapping[str, str], cache: Cache
) -> Iterator[Problem]:
    """Yield a problem for each file of a web edition that is missing, unknown, or not what it must be.

    `scripts` are the SHA-256 digests of our scripts by name. The cache remembers which fonts were read.
    """
    pages = ["index.html", *(f"{interview.slug}.html" for interview in book.interviews)]
    pages += ["contributors.html"] if any(interview.people for interview in book.interviews) else []
    pages += [f"{CHANGES_PAGE}.html"] if has_changes(book) else []
    pages += [f"{INDEX_PAGE}.html"] if has_index(book) else []
    records = () if book.pack else (f"{interview.slug}{end}" for interview in book.interviews for end in _RECORDS)
    fonts = _expect_font_names(book, files.get("style.css", b""), files)
    offprints = [f"{interview.slug}.pdf" for interview in book.interviews if book.has_offprints]
    names = [
        *pages,
        *records,
        *offprints,
        *list_card_files(book),
        *list_notice_pages(book),
        *expect_person_pages(book),
        *list_notice_scripts(book),
        *(f"editions/{book.slug}.{file.format}" for file in book.offered),
        *fonts,
        *_SCRIPTS,
        *expect_search_files(files),
        *expect_site_files(book),
        *list_recording_files(book),
        "style.css",
    ]
    yield from _check_names(book, files, names, "the web edition")
    for name, digest in scripts.items():
        if name in files and hashlib.sha256(files[name]).hexdigest() != digest:
            yield _build_files_problem(book, "the web edition", f"holds another script as “{name}”")
    yield from check_site_files(book, files)
    yield from check_recording_files(book, files)
    yield from check_cards(book, files)
    yield from _check_pictures(book, files, "the web edition", optional=())
    yield from _check_fonts(book, files, "the web edition", cache)


def check_epub_files(book: Book, files: Mapping[str, bytes], folder: str, cache: Cache) -> Iterator[Problem]:
    """Yield a problem for each file of an EPUB that is missing, unknown, or not what it must be.

    `folder` is that of the package, with a slash at its end. The cache remembers which fonts were read.
    """
    pages = ["cover", "title-page", "imprint", "nav"]
    pages += [f"part-{number}" for number, part in enumerate(book.parts, 1) if part.has_opening_page]
    pages += [interview.slug for interview in book.interviews]
    pages += ["contributors"] if any(interview.people for interview in book.interviews) else []
    pages += [CHANGES_PAGE] if has_changes(book) else []
    pages += [INDEX_PAGE] if has_index(book) else []
    style = files.get(f"{folder}style.css", b"")
    inner_names = [name.removeprefix(folder) for name in files]
    fonts = _expect_font_names(book, style, inner_names) if book.embed_fonts else []
    names = [*(f"{name}.xhtml" for name in pages), *fonts, "style.css", "toc.ncx", "content.opf", "images/cover.png"]
    outer = ("mimetype", "META-INF/container.xml")
    inner = {name.removeprefix(folder): data for name, data in files.items() if name not in outer}
    yield from _check_names(book, inner, names, "the EPUB")
    yield from _check_pictures(book, inner, "the EPUB", optional=("images/cover.png",))
    yield from _check_fonts(book, inner, "the EPUB", cache)


def _expect_font_names(book: Book, style: bytes, files: Iterable[str]) -> list[str]:
    """Return the file names of the fonts whose families a style sheet uses; all of the brand's with its name."""
    css = style.decode("utf-8", "replace")
    rules = _FONT_RULE.sub("", css)  # those that use faces, not those that define them
    used = [f"fonts/{name}" for name, (family, _) in _FACES.items() if family in rules]
    faces = "".join(_FONT_RULE.findall(css))
    names = [*used, *(more for name in used if f'"{(more := _name_second_file(name))}"' in faces)]
    for family in _list_brand_families(book):
        fonts = [name for name in files if _is_font_name(name, family)]
        names += fonts or [f"fonts/{family.replace(' ', '')}-normal.woff2"]
    return names


def _name_second_file(name: str) -> str:
    """Return the name of the file with the letters of a face that few pages need; the style sheet says if it exists."""
    return name.replace(".woff2", "-more.woff2")


def _list_brand_families(book: Book) -> list[str]:
    """Return the families of the brand for which editions for screens have no faces without it."""
    known = {family for family, _ in _FACES.values()}
    return [family for family in book.design.brand.families if family not in known]


def _is_font_name(name: str, family: str) -> bool:
    """Return whether a file has the name of a font of this family: with its style, and its weight if it has but one."""
    start = re.escape(family.replace(" ", ""))
    return re.fullmatch(rf"fonts/{start}-(?:normal|italic)(?:-\d{{1,4}})?\.woff2", name) is not None


def list_assets(book: Book) -> dict[str, Asset]:
    """Return the pictures that an edition must have, of all interviews and people, by their file name in it."""
    interviews = (each for each in book.interviews if each.inventory is None or each.inventory.has_figures)
    blocks = (block for interview in interviews for block in walk_blocks(iterate_blocks(interview)))
    assets = [block.asset for block in blocks if isinstance(block, Figure)]
    assets += [portrait.asset for portrait in expect_portraits(book).values()]
    return {f"images/{asset.name}": asset for asset in assets}


def _check_names(book: Book, files: Mapping[str, bytes], names: Iterable[str], copy: str) -> Iterator[Problem]:
    """Yield a problem for each file that is not named in `names`, nor a picture, and each name without a file."""
    known = {*names}
    pictures = set(list_assets(book))
    for name in sorted(files.keys() - known - pictures):
        yield _build_files_problem(book, copy, f"holds a file “{shorten_text(name)}” that is not part of it")
    for name in sorted(known - files.keys()):
        yield _build_files_problem(book, copy, f"does not hold the file “{name}”")


def _check_pictures(book: Book, files: Mapping[str, bytes], copy: str, optional: tuple[str, ...]) -> Iterator[Problem]:
    """Yield a problem for each picture that is missing or has other bytes than the picture of the manuscript."""
    for name, asset in sorted(list_assets(book).items()):
        if name not in files:
            yield _build_files_problem(book, copy, f"does not hold the picture “{name}”", Rule.PICTURES_ARE_THERE)
        elif hashlib.sha256(files[name]).hexdigest() != hashlib.sha256(asset.data).hexdigest():
            yield _build_files_problem(book, copy, f"holds another picture as “{name}”", Rule.PICTURES_ARE_THERE)
    for name in optional:
        try:
            Image.open(BytesIO(files.get(name, b""))).verify()
        except (OSError, SyntaxError, ValueError):
            yield _build_files_problem(book, copy, f"has a damaged picture “{name}”", Rule.PICTURES_ARE_THERE)


def _check_fonts(book: Book, files: Mapping[str, bytes], copy: str, cache: Cache) -> Iterator[Problem]:
    """Yield a problem for each font of an edition that cannot be read, or is another face than its name says."""

    def is_face(data: bytes, family: str, style: str) -> bool:
        """Return whether a font can be read and names itself so, from the cache if it was read before."""
        key = compute_fingerprint("face of a screen", compute_build_identity(), data, family, style)
        return cache.get_or_compute(key, lambda: _is_font_face(data, family, style))

    for name, (family, style) in _FACES.items():
        for path in (f"fonts/{name}", _name_second_file(f"fonts/{name}")):
            if path in files and not is_face(files[path], family, style):
                yield _build_files_problem(book, copy, f"holds another font as “{path}”")
    for family in _list_brand_families(book):
        for path in [name for name in files if _is_font_name(name, family)]:
            if not is_face(files[path], family, "italic" if "-italic" in path else "normal"):
                yield _build_files_problem(book, copy, f"holds another font as “{path}”")


def _is_font_face(data: bytes, family: str, style: str) -> bool:
    """Return whether the bytes are a readable font that names itself as this family and style."""
    from fontTools.ttLib import TTFont, TTLibError  # most builds have all answers in the cache

    try:
        face: Any = TTFont(BytesIO(data))
        if face.flavor != "woff2":
            return False
        name = face["name"].getDebugName(16) or face["name"].getDebugName(1) or ""
        is_italic = bool(face["post"].italicAngle)
    except (TTLibError, ValueError, KeyError, AssertionError, AttributeError, OSError, IndexError, struct.error):
        return False
    return str(name).startswith(family) and is_italic == (style == "italic")


def _build_files_problem(book: Book, copy: str, fault: str, rule: Rule = Rule.FILES_ARE_KNOWN) -> Problem:
    """Return a problem of the files of a whole edition; `fault` says what is wrong."""
    return Problem(book.location, rule, f"{copy} {fault}", HINT)
