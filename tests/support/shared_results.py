"""What takes long and occurs in many tests, made once in a run: layouts, fonts, covers, and what pandoc answers.

So is what the proof reads in the same PDF, and what it finds out about the same font or style sheet.

The processes of a run share the results in a folder (prepared_tests.py sets it). Each key is made from all input, so
a test gets what it would have made; only fonts and covers are compressed less, which takes a sixth. Tests of these
steps themselves, and of pandoc's process (tests/runtime/test_pandoc.py), make their own.
"""

from __future__ import annotations

import contextlib
import gc
import io
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uharfbuzz
from jinja2 import BaseLoader, BytecodeCache, Environment
from jinja2.bccache import Bucket
from PIL import Image

from onrecord.editions import cover, page_cache, page_templates
from onrecord.editions.pdf.bind import font_embedding
from onrecord.editions.pdf.pages.part import FontUse
from onrecord.editions.pdf.pages.pdf_syntax import compress_stream
from onrecord.editions.pdf.typeset import weasyprint_adapter
from onrecord.model import Book
from onrecord.proof.reading import face_outlines, outer_objects, pdf_pages
from onrecord.proof.reading.face_outlines import EmbeddedFont, FaceLibrary
from onrecord.proof.reading.font_fingerprints import FontFingerprint, fingerprint_font
from onrecord.proof.reading.pdf_pages import PdfContent
from onrecord.proof.rules import web_page
from onrecord.runtime import font_subsets, pandoc, screen_faces
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.folders import read_file, write_file
from onrecord.runtime.screen_faces import ScreenFace
from onrecord.runtime.task_runner import TaskRunner


class SharedResults:
    """The results of all tests of this run, pickled; prepared_tests.py sets the folder, which the processes share."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._results: dict[str, bytes] = {}

    def has(self, key: str) -> bool:
        return key in self._results or bool(self.folder and (self.folder / key).exists())

    def get(self, key: str) -> Any:
        if key not in self._results and self.folder and (self.folder / key).exists():
            self._results[key] = read_file(self.folder / key)
        return pickle.loads(self._results[key]) if key in self._results else None

    def put(self, key: str, value: Any) -> None:
        self._results[key] = pickle.dumps(value)
        if self.folder:
            write_file(self.folder / key, self._results[key])

    def get_or_compute(self, key: str, compute: Callable[[], Any]) -> Any:
        if (value := self.get(key)) is None:
            value = compute()
            self.put(key, value)
        return value


RESULTS = SharedResults()

_CHEAP_BROTLI_QUALITY = 1  # a tenth of the time; most tests do not ask how small a font is

make_subset_anew = ScreenFace.make_subset
save_cover_anew = cover.save_cover
draw_cover_anew, _read_file = cover.draw_cover, pandoc.read_file
_find_fault, _read_whole_pdf = FaceLibrary.find_fault, pdf_pages.read_whole_pdf
_list_candidates, _subset_font = FaceLibrary._list_candidates, font_embedding._subset_font
create_environment_anew = page_templates._create_environment
_read_style_effects = web_page._read_style_effects
_SCRIPT = pandoc._SCRIPT.read_bytes()


def make_subset_once(face: ScreenFace, text: str) -> bytes:
    """Return the font of these characters: most books of tests have the same few."""
    key = compute_fingerprint("subset", face, "".join(sorted(set(text))), face.path.stat().st_mtime_ns)
    result: bytes = RESULTS.get_or_compute(key, lambda: _make_cheap_subset(face, text))
    return result


def _make_cheap_subset(face: ScreenFace, text: str) -> bytes:
    """Return the font with the same glyphs as in an edition, compressed less."""
    quality = screen_faces._BROTLI_QUALITY
    screen_faces._BROTLI_QUALITY = _CHEAP_BROTLI_QUALITY
    try:
        return make_subset_anew(face, text)
    finally:
        screen_faces._BROTLI_QUALITY = quality


def _use_no_threads(_count: int) -> contextlib.AbstractContextManager[SimpleNamespace]:
    """Make the fonts of an edition one after the other: most are known, and threads take longer than that."""
    return contextlib.nullcontext(SimpleNamespace(map=map))


def draw_cover_once(book: Book, colors: cover.CoverColors, look: cover.CoverLook = cover.HOUSE_LOOK) -> bytes:
    """Return the cover: it depends on four texts and four colours (see test_epub.py)."""
    texts = (book.title, book.subtitle, book.editors, book.publisher, cover.list_initials(book))
    key = compute_fingerprint("cover", texts, colors, look)
    result: bytes = RESULTS.get_or_compute(key, lambda: draw_cover_anew(book, colors, look))
    return result


def _save_cheap_cover(image: Image.Image, colors: int) -> bytes:
    """Return the same drawing in a larger file, in the nearest of 216 fixed colours: it takes a twentieth."""
    return save_cover_in_its_colors(
        image.convert("P", dither=Image.Dither.NONE, palette=Image.Palette.WEB) if colors else image
    )


def save_cover_in_its_colors(image: Image.Image, _colors: int = 0) -> bytes:
    """Return the drawing in a larger file."""
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def read_file_once(data: bytes, source: str, *options: str) -> pandoc.Document:
    """Return pandoc's answer to a file: pandoc itself is not what these tests test."""
    key = compute_fingerprint("file", pandoc.read_version(), source, options, data)
    document: pandoc.Document = RESULTS.get_or_compute(key, lambda: _read_file(data, source, *options))
    return document


def read_whole_pdf_once(data: bytes, runner: TaskRunner | None = None, *, with_ink: bool = True) -> PdfContent:
    """Return what the proof reads in a PDF; the caller may change it."""
    key = compute_fingerprint("pages", data, with_ink)
    content: PdfContent = RESULTS.get_or_compute(key, lambda: _read_whole_pdf(data, runner, with_ink=with_ink))
    return content


def find_fault_once(library: FaceLibrary, font: EmbeddedFont) -> str:
    """Return what is wrong with a font of a PDF: those of the unspoiled pages are the same in many tests."""
    files = [(str(file), file.stat().st_mtime_ns) for file in library.files]
    glyphs = repr((sorted(font.texts.items()), sorted(font.widths.items())))
    key = compute_fingerprint("font fault", files, font.name, font.program, glyphs)
    fault: str = RESULTS.get_or_compute(key, lambda: _find_fault(library, font))
    return fault


def embed_subset_once(
    use: FontUse, texts: Mapping[int, str], read_font: Callable[[str], bytes]
) -> font_embedding._FontProgram:
    """Return the subset of a printed font: a book that is bound again has the same. Its map of letters is made anew."""
    key = compute_fingerprint(
        "printed subset", use.file_sha256, use.index, repr((use.variations, sorted(texts.items())))
    )
    program: font_embedding._FontProgram = RESULTS.get_or_compute(key, lambda: _subset_font(use, texts, read_font))
    letters, _ = compress_stream(font_subsets.make_to_unicode_map(texts))
    return replace(program, unicode_map=letters)


@dataclass(slots=True)
class _DrawnFace(face_outlines._Face):
    """A complete face that draws each glyph once."""

    outlines: dict[int, face_outlines._Outline] = field(default_factory=dict)

    def draw(self, glyph: int) -> face_outlines._Outline:
        if glyph not in self.outlines:
            self.outlines[glyph] = face_outlines._Face.draw(self, glyph)
        return self.outlines[glyph]


@cache
def _find_drawn_face(face: uharfbuzz.Face, place: tuple[tuple[str, float], ...]) -> _DrawnFace:
    return _DrawnFace(face, dict(place))


def list_drawn_faces(
    library: FaceLibrary, embedded: face_outlines._Face, glyphs: Sequence[int]
) -> Iterator[face_outlines._Face]:
    """Yield the complete faces like the embedded one, each the same in all tests of this process."""
    for face in _list_candidates(library, embedded, glyphs):
        yield _find_drawn_face(face.face, tuple(face.place.items()))


def fingerprint_font_once(program: bytes, unicode_map: bytes, widths: Sequence[object]) -> FontFingerprint:
    """Return the fingerprints of a font's glyphs."""
    key = compute_fingerprint("font fingerprint", program, unicode_map, repr(widths))
    result: FontFingerprint = RESULTS.get_or_compute(key, lambda: fingerprint_font(program, unicode_map, widths))
    return result


class CompiledTemplates(BytecodeCache):
    """The templates of all tests, compiled; a template that has changed is compiled again."""

    def load_bytecode(self, bucket: Bucket) -> None:
        if (compiled := RESULTS.get(f"template-{bucket.key}")) is not None:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        RESULTS.put(f"template-{bucket.key}", bucket.bytecode_to_string())


def create_environment_once(*book_loaders: BaseLoader) -> Environment:
    """Return an environment that compiles no template that was compiled in this run."""
    environment = create_environment_anew(*book_loaders)
    environment.bytecode_cache = CompiledTemplates()
    return environment


# The style sheets of layouts, in all tests of this process: a build has at most four, and parsing one takes 0.02 s.
_parse_css_once = lru_cache(maxsize=64)(weasyprint_adapter._Engine._get_css.__wrapped__)


@cache
def read_style_effects_once(css: str) -> web_page.StyleEffects:
    """Return what the style sheets of an edition do, in all tests of this process the same object."""
    key = compute_fingerprint("style effects", css)
    effects: web_page.StyleEffects = RESULTS.get_or_compute(key, lambda: _read_style_effects.__wrapped__(css))
    return effects


class _StayingPandoc(pandoc._PandocProcess):
    """A pandoc process that stays until this one ends: a timer after each text is a thread, which takes longer."""

    def schedule_end(self, delay_s: float) -> None:
        """Do nothing."""


class PandocAnswers:
    """Stands for pandoc's process in this thread, and asks it only what no test of this run has asked."""

    def __init__(self) -> None:
        self._readers = pandoc._readers

    @property
    def reader(self) -> PandocAnswers:
        return self

    def read(self, data: bytes, source: str) -> bytes:
        key = compute_fingerprint("text", pandoc.read_version(), _SCRIPT, source, data)
        answer: bytes = RESULTS.get_or_compute(key, lambda: self._ask(data, source))
        return answer

    def _ask(self, data: bytes, source: str) -> bytes:
        if not hasattr(self._readers, "reader"):
            self._readers.reader = _StayingPandoc()
        answer: bytes = self._readers.reader.read(data, source)
        return answer


def share_results(set_attribute: Callable[[object, str, object], None]) -> None:
    """Make the tests share what they make, and let pandoc's process wait long for the next document."""
    set_attribute(cover, "draw_cover", draw_cover_once)
    set_attribute(cover, "save_cover", _save_cheap_cover)
    set_attribute(ScreenFace, "make_subset", make_subset_once)
    set_attribute(page_cache, "ThreadPoolExecutor", _use_no_threads)
    set_attribute(font_embedding, "_subset_font", embed_subset_once)
    set_attribute(pandoc, "read_file", read_file_once)
    set_attribute(pandoc, "guard_command", list)  # a Python that starts pandoc: 10 ms each time
    set_attribute(pdf_pages, "read_whole_pdf", read_whole_pdf_once)
    set_attribute(FaceLibrary, "find_fault", find_fault_once)
    set_attribute(FaceLibrary, "_list_candidates", list_drawn_faces)
    set_attribute(outer_objects, "fingerprint_font", fingerprint_font_once)
    set_attribute(page_templates, "_create_environment", create_environment_once)
    set_attribute(weasyprint_adapter._Engine, "_get_css", _parse_css_once)
    set_attribute(web_page, "_read_style_effects", read_style_effects_once)
    set_attribute(pandoc, "_readers", PandocAnswers())
    set_attribute(pandoc, "IDLE_S", 60)
    set_attribute(pandoc, "end_idle_processes", lambda: None)


@cache
def _load_engine_once(fonts: tuple[tuple[str, bytes], ...]) -> weasyprint_adapter._Engine:
    """Return the layout engine; exclude it from searches for garbage, of which a worker makes one as it grows."""
    engine = weasyprint_adapter._Engine(fonts)
    gc.freeze()
    return engine


def share_results_of_worker(folder: Path | None) -> None:
    """Make this worker share results with the tests. It does nothing but work for them, so it never stops sharing."""
    if RESULTS.folder is None:
        RESULTS.folder = folder
        share_results(setattr)
        weasyprint_adapter._get_engine = _load_engine_once
