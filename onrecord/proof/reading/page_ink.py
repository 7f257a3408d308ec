"""See whether the words of a page have their ink: PDFium draws the page with all that lies on it, then its words alone.

The same engine draws the same letters on the same pixels, so that the two pictures can be compared exactly.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import mul

from PIL import Image, ImageChops

from onrecord.proof.reading import pdfium
from onrecord.proof.reading.pdfium import Bounds

_GREY, _WHITE, _WITH_ANNOTATIONS = 1, 0xFFFFFFFF, 1  # FPDFBitmap_Gray; opaque white; FPDF_ANNOT
_LACKING = 48  # levels of 255 by which a pixel may be paler than the words alone
_FEW_PIXELS = 2  # that may lack more
_COVERED_CELL_PX, _COVERED_SHARE = 4, 0.45  # a cell of this size is covered if so much of it is dark beside the words
_LEVELS = range(256)
_ASCII_SIGNS = bytes(code for code in range(128) if not chr(code).isalnum())
_LEAST_DARK = 32  # of 255: what is paler covers nothing
_DARK_SHARE = 0.5  # of the ink of the words
_LEAST_INK_PER_LETTER = 0.015  # em²; words in the lightest weights of our faces have 0.02 or more, usual ones 0.15
_MOST_PIXELS = 20_000_000
_LOOK_CELL_PX, _MOST_CELLS = 5, 24  # of the look of a picture; a side has no more cells
STRUCK = "struck out"
_BAND = 0.1, 0.5  # of the size above the baseline: where a line through letters stands
_SHORTEST_LINE_PX, _LINE_SHARE = 6, 0.25
_DARK_LINE, _NEW_SHARE = 0.92, 0.25  # parts of two ems of the line that are dark, and that no letter paints
_FEW_LETTERS = 3  # runs of fewer are not measured


@dataclass(frozen=True, slots=True)
class InkedRun:
    """What is known of a run of letters: its place in points, its size, how dark it is (0 to 255), its letters.

    `baseline` is the height of its line.
    """

    bounds: Bounds
    size: float
    darkness: float
    letter_count: int
    baseline: float


@dataclass(frozen=True, slots=True)
class PictureLook:
    """How dark a picture is on its page, in cells from the upper left (0 to 255 each); no cells outside the page."""

    columns: int
    rows: int
    cells: bytes


class PageInk:
    """A page of a PDF, drawn once: tells how dark its pictures look, and which words cannot be seen."""

    def __init__(self, page: int, box: Bounds) -> None:
        left, bottom, right, top = box
        self._page, self._box = page, box
        self._size = max(round(right - left), 1), max(round(top - bottom), 1)
        self._is_too_large = self._size[0] * self._size[1] > _MOST_PIXELS

    @cached_property
    def _image(self) -> Image.Image:
        """How dark each pixel of the page is, with all that lies on it."""
        return _draw_page_darkness(self._page, self._size, _WITH_ANNOTATIONS)

    def read_picture_looks(self) -> tuple[PictureLook, ...]:
        """Return how dark the pictures of the page look with all that lies on them, in painting order."""
        functions = pdfium.load_functions()
        handles = (
            functions.Page_GetObject(self._page, index) for index in range(functions.Page_CountObjects(self._page))
        )
        pictures = [handle for handle in handles if functions.PageObj_GetType(handle) == pdfium.IMAGE_OBJECT]
        if self._is_too_large:
            return ()
        return tuple(_measure_picture_look(self._image, pdfium.read_bounds(picture), self._box) for picture in pictures)

    def find_unseen_runs(self, runs: Sequence[InkedRun], *, are_notes_plain: bool) -> dict[int, str]:
        """Return why printed runs of the page cannot be seen, by their index; those that can are left out.

        `are_notes_plain`: the page has no annotations but links that draw nothing. All objects of the page but its
        text are removed from memory, so this comes last.
        """
        if not runs or self._is_too_large:
            return {}
        seen = words = self._image
        lacking, beside = None, None
        others = list(_iterate_non_text(self._page, None, 0))
        if others or not are_notes_plain:  # else both pictures are the same
            _remove_objects(self._page, others)
            words = _draw_page_darkness(self._page, self._size, 0)
            lacking, beside = _find_difference(words, seen, _LACKING), _find_difference(seen, words, _LEAST_DARK)
        reasons = {}
        for index, run in enumerate(runs):
            area = _find_pixel_area(run.bounds, self._box, self._size)
            if reason := _explain_unseen_run(run, area, self._box, words, lacking, beside):
                reasons[index] = reason
        return reasons


def _find_difference(dark: Image.Image, pale: Image.Image, least: int) -> Image.Image | None:
    """Return by how much each pixel is darker in the first picture; None if it is less than `least` everywhere."""
    changed = ImageChops.difference(dark, pale).getbbox()  # ten times as fast as subtracting; mostly small
    if changed is None:
        return None
    area = ImageChops.subtract(dark.crop(changed), pale.crop(changed))
    if _find_darkest(area) < least:
        return None
    difference = Image.new("L", dark.size)
    difference.paste(area, changed)
    return difference


def _measure_picture_look(seen: Image.Image, bounds: Bounds, box: Bounds) -> PictureLook:
    """Return how dark the area of a picture is on its page."""
    left, bottom, right, top = bounds
    is_outside = left < box[0] - 1 or bottom < box[1] - 1 or right > box[2] + 1 or top > box[3] + 1
    if is_outside:
        return PictureLook(0, 0, b"")
    across, down = seen.width / (box[2] - box[0]), seen.height / (box[3] - box[1])
    area = ((left - box[0]) * across, (box[3] - top) * down, (right - box[0]) * across, (box[3] - bottom) * down)
    first, upper, last, lower = (max(side, 0.0) for side in area)
    last, lower = min(last, float(seen.width)), min(lower, float(seen.height))
    if last - first < 1 or lower - upper < 1:
        return PictureLook(0, 0, b"")
    columns, rows = (max(min(round(side / _LOOK_CELL_PX), _MOST_CELLS), 1) for side in (last - first, lower - upper))
    cells = seen.resize((columns, rows), Image.Resampling.BOX, (first, upper, last, lower))
    return PictureLook(columns, rows, cells.tobytes())


def count_area_letters(text: str) -> int:
    """Return a text's letters and digits to measure its ink; five Arabic ones count for two, as they are thin."""
    if text.isascii():
        return len(text.encode().translate(None, _ASCII_SIGNS))
    letters = [char for char in text if char.isalnum()]
    return len(letters) - sum("\u0600" <= char <= "\u08ff" for char in letters) * 3 // 5


def _find_pixel_area(bounds: Bounds, box: Bounds, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the pixels of a printed run in the page's image: left, upper, right, lower."""
    left, bottom, right, top = bounds
    across, down = size[0] / (box[2] - box[0]), size[1] / (box[3] - box[1])
    area = (
        max(int((left - box[0]) * across), 0),
        max(int((box[3] - top) * down), 0),
        min(math.ceil((right - box[0]) * across) + 1, size[0]),
        min(math.ceil((box[3] - bottom) * down) + 1, size[1]),
    )
    return area[0], area[1], max(area[2], area[0] + 1), max(area[3], area[1] + 1)


def _explain_unseen_run(
    run: InkedRun,
    area: tuple[int, int, int, int],
    box: Bounds,
    words: Image.Image,
    lacking: Image.Image | None,
    beside: Image.Image | None,
) -> str:
    """Return why a printed run cannot be seen in the page's images, or ""."""
    if lacking is not None and sum(lacking.crop(area).histogram()[_LACKING:]) > _FEW_PIXELS:
        return "covered by something pale"
    if beside is not None and _is_as_dark(beside.crop(area), run.darkness):
        return "covered by something dark"
    if beside is not None and _is_struck_out(words, beside, area, run, box):
        return STRUCK
    if run.letter_count >= _FEW_LETTERS and run.darkness:
        ink = sum(map(mul, _LEVELS, words.crop(area).histogram())) / run.darkness
        if ink < _LEAST_INK_PER_LETTER * run.letter_count * run.size**2:
            return "without its ink"
    return ""


def _is_struck_out(
    words: Image.Image, beside: Image.Image, area: tuple[int, int, int, int], run: InkedRun, box: Bounds
) -> bool:
    """Return whether a line runs through a run's letters: two ems or more are dark, on and between strokes."""
    down = beside.height / (box[3] - box[1])
    low, high = (run.baseline - box[1] + run.size * part for part in _BAND)
    upper, lower = beside.height - math.ceil(high * down), beside.height - int(low * down)
    width = area[2] - area[0]
    if not 0 <= upper < lower <= beside.height or width < _SHORTEST_LINE_PX:
        return False
    limit = max(int(_LINE_SHARE * run.darkness), 1)
    strip = (area[0], upper, area[2], lower)
    between = beside.crop(strip)
    if _find_darkest(between) < limit:
        return False
    levels = [0] * limit + [255] * (256 - limit)
    size = (max(int(width / max(2 * run.size * down, 1)), 1), lower - upper)
    strokes = words.crop(strip)
    whole = ImageChops.add(between, strokes).point(levels).resize(size, Image.Resampling.BOX).tobytes()
    new = between.point(levels).resize(size, Image.Resampling.BOX).tobytes()
    return any(dark > _DARK_LINE * 255 and added > _NEW_SHARE * 255 for dark, added in zip(whole, new, strict=True))


def _is_as_dark(part: Image.Image, darkness: float) -> bool:
    """Return whether a cell of the image beside the strokes of letters is about as dark as they are."""
    limit = max(int(_DARK_SHARE * darkness), 1)
    if _find_darkest(part) < limit:
        return False
    dark = part.point([0] * limit + [255] * (256 - limit))
    cells = dark.reduce((_COVERED_CELL_PX, max(1, dark.height)))
    return _find_darkest(cells) > _COVERED_SHARE * 255


def _find_darkest(image: Image.Image) -> int:
    """Return the level of the darkest pixel of an image."""
    _, darkest = image.getextrema()
    assert not isinstance(darkest, tuple)  # it has one channel
    return int(darkest)


def _draw_page_darkness(page: int, size: tuple[int, int], flags: int) -> Image.Image:
    """Return how dark each pixel of the page is, as PDFium shows it."""
    functions = pdfium.load_functions()
    width, height = size
    bitmap = functions.Bitmap_CreateEx(width, height, _GREY, None, 0)
    try:
        functions.Bitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
        functions.RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
        stride = functions.Bitmap_GetStride(bitmap)
        data = ctypes.string_at(functions.Bitmap_GetBuffer(bitmap), stride * height)
    finally:
        functions.Bitmap_Destroy(bitmap)
    return ImageChops.invert(Image.frombuffer("L", size, data, "raw", "L", stride, 1))


def _remove_objects(page: int, objects: Sequence[tuple[int | None, int]]) -> None:
    """Remove objects from a page, or from the forms on it that hold them."""
    functions = pdfium.load_functions()
    for holder, handle in reversed(objects):
        remove = functions.Page_RemoveObject if holder is None else functions.FormObj_RemoveObject
        if remove(page if holder is None else holder, handle):
            functions.PageObj_Destroy(handle)


def _iterate_non_text(page: int, holder: int | None, depth: int) -> Iterator[tuple[int | None, int]]:
    """Yield each page object that is neither text nor a form, with the form that holds it (None: the page)."""
    functions = pdfium.load_functions()
    is_page = holder is None
    count = functions.Page_CountObjects(page) if is_page else functions.FormObj_CountObjects(holder)
    for index in range(count):
        handle = functions.Page_GetObject(page, index) if is_page else functions.FormObj_GetObject(holder, index)
        kind = functions.PageObj_GetType(handle)
        if kind == pdfium.FORM_OBJECT and depth < pdfium.DEEPEST_LEVEL:
            yield from _iterate_non_text(page, handle, depth + 1)
        elif kind != pdfium.TEXT_OBJECT:
            yield holder, handle
