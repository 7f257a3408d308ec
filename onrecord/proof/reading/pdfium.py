"""PDFium's raw interface, called with our own prototypes: handles are plain numbers, strings and boxes are read.

Only the raw interface has marked content and structure. Handles as plain numbers can be compared, and cost half the
time of those of pypdfium2.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from itertools import repeat
from types import SimpleNamespace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import pypdfium2.raw as raw

Matrix: TypeAlias = tuple[float, float, float, float, float, float]
Bounds: TypeAlias = tuple[float, float, float, float]  # left, bottom, right, top
TEXT_OBJECT, IMAGE_OBJECT, FORM_OBJECT = 1, 3, 5  # FPDF_PAGEOBJ_*; all others are drawn: paths, images, shadings
DEEPEST_LEVEL = 200  # of structure and of forms; a book's tree has about ten

_HANDLE, _NUMBER, _SIZE = ctypes.c_void_p, ctypes.c_int, ctypes.c_ulong
_FLOATS = [ctypes.c_float() for _ in range(4)]  # PDFium writes its results into these buffers
_FLOAT_ADDRESSES = tuple(ctypes.addressof(number) for number in _FLOATS)
_DOUBLES = [ctypes.c_double() for _ in range(2)]
_DOUBLE_ADDRESSES = tuple(ctypes.addressof(number) for number in _DOUBLES)
_COLOURS = [ctypes.c_uint() for _ in range(4)]
_COLOUR_ADDRESSES = tuple(ctypes.addressof(number) for number in _COLOURS)
_MATRIX = (ctypes.c_float * 6)()
_MATRIX_ADDRESS = ctypes.addressof(_MATRIX)
_LENGTH = ctypes.c_ulong()
_LENGTH_ADDRESS = ctypes.addressof(_LENGTH)
_BUFFER_BYTES, _NAME_BYTES = 1024, 64  # most strings are shorter
_BUFFER = ctypes.create_string_buffer(_BUFFER_BYTES)
_BUFFER_ADDRESS = ctypes.addressof(_BUFFER)

_CType: TypeAlias = type[ctypes.c_void_p] | type[ctypes.c_int] | type[ctypes.c_uint] | type[ctypes.c_ulong]

_PROTOTYPES: dict[str, tuple[_CType | None, *tuple[_CType, ...]]] = {
    # result, then arguments; every pointer is a plain address
    "FPDF_LoadPage": (_HANDLE, _HANDLE, _NUMBER),
    "FPDF_VIEWERREF_GetName": (_SIZE, _HANDLE, _HANDLE, _HANDLE, _SIZE),
    "FPDF_ClosePage": (None, _HANDLE),
    "FPDF_GetPageLabel": (_SIZE, _HANDLE, _NUMBER, _HANDLE, _SIZE),
    "FPDFPage_GetMediaBox": (_NUMBER, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE),
    "FPDFPage_GetCropBox": (_NUMBER, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE),
    "FPDFPage_CountObjects": (_NUMBER, _HANDLE),
    "FPDFPage_GetObject": (_HANDLE, _HANDLE, _NUMBER),
    "FPDFFormObj_CountObjects": (_NUMBER, _HANDLE),
    "FPDFFormObj_GetObject": (_HANDLE, _HANDLE, _SIZE),
    "FPDFPageObj_GetType": (_NUMBER, _HANDLE),
    "FPDFPageObj_GetMarkedContentID": (_NUMBER, _HANDLE),
    "FPDFPageObj_CountMarks": (_NUMBER, _HANDLE),
    "FPDFPageObj_GetMark": (_HANDLE, _HANDLE, _SIZE),
    "FPDFPageObjMark_GetName": (_NUMBER, _HANDLE, _HANDLE, _SIZE, _HANDLE),
    "FPDFPageObjMark_GetParamBlobValue": (_NUMBER, _HANDLE, _HANDLE, _HANDLE, _SIZE, _HANDLE),
    "FPDFPageObj_GetBounds": (_NUMBER, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE),
    "FPDFPageObj_GetMatrix": (_NUMBER, _HANDLE, _HANDLE),
    "FPDFPageObj_GetFillColor": (_NUMBER, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE),
    "FPDFTextObj_GetFontSize": (_NUMBER, _HANDLE, _HANDLE),
    "FPDFTextObj_GetTextRenderMode": (_NUMBER, _HANDLE),
    "FPDFText_LoadPage": (_HANDLE, _HANDLE),
    "FPDFText_ClosePage": (None, _HANDLE),
    "FPDFText_CountChars": (_NUMBER, _HANDLE),
    "FPDFText_GetUnicode": (ctypes.c_uint, _HANDLE, _NUMBER),
    "FPDFText_IsGenerated": (_NUMBER, _HANDLE, _NUMBER),
    "FPDFText_HasUnicodeMapError": (_NUMBER, _HANDLE, _NUMBER),
    "FPDFText_GetTextObject": (_HANDLE, _HANDLE, _NUMBER),
    "FPDFText_GetCharOrigin": (_NUMBER, _HANDLE, _NUMBER, _HANDLE, _HANDLE),
    "FPDF_StructTree_GetForPage": (_HANDLE, _HANDLE),
    "FPDF_StructTree_Close": (None, _HANDLE),
    "FPDF_StructTree_CountChildren": (_NUMBER, _HANDLE),
    "FPDF_StructTree_GetChildAtIndex": (_HANDLE, _HANDLE, _NUMBER),
    "FPDF_StructElement_CountChildren": (_NUMBER, _HANDLE),
    "FPDF_StructElement_GetChildAtIndex": (_HANDLE, _HANDLE, _NUMBER),
    "FPDF_StructElement_GetChildMarkedContentID": (_NUMBER, _HANDLE, _NUMBER),
    "FPDF_StructElement_GetType": (_SIZE, _HANDLE, _HANDLE, _SIZE),
    "FPDF_StructElement_GetID": (_SIZE, _HANDLE, _HANDLE, _SIZE),
    "FPDF_StructElement_GetAltText": (_SIZE, _HANDLE, _HANDLE, _SIZE),
    "FPDF_StructElement_GetActualText": (_SIZE, _HANDLE, _HANDLE, _SIZE),
    "FPDF_StructElement_GetExpansion": (_SIZE, _HANDLE, _HANDLE, _SIZE),
    "FPDF_StructElement_GetLang": (_SIZE, _HANDLE, _HANDLE, _SIZE),
    "FPDF_StructElement_GetTitle": (_SIZE, _HANDLE, _HANDLE, _SIZE),
    "FPDFPage_GetAnnotCount": (_NUMBER, _HANDLE),
    "FPDFPage_GetAnnot": (_HANDLE, _HANDLE, _NUMBER),
    "FPDFPage_CloseAnnot": (None, _HANDLE),
    "FPDFAnnot_GetSubtype": (_NUMBER, _HANDLE),
    "FPDFAnnot_GetFlags": (_NUMBER, _HANDLE),
    "FPDFAnnot_GetRect": (_NUMBER, _HANDLE, _HANDLE),
    "FPDFAnnot_HasKey": (_NUMBER, _HANDLE, _HANDLE),
    "FPDFAnnot_GetStringValue": (_SIZE, _HANDLE, _HANDLE, _HANDLE, _SIZE),
    "FPDFAnnot_GetLink": (_HANDLE, _HANDLE),
    "FPDFLink_GetAction": (_HANDLE, _HANDLE),
    "FPDFAction_GetType": (_SIZE, _HANDLE),
    "FPDFAction_GetURIPath": (_SIZE, _HANDLE, _HANDLE, _HANDLE, _SIZE),
    "FPDFPageObj_GetClipPath": (_HANDLE, _HANDLE),
    "FPDFPageObj_HasTransparency": (_NUMBER, _HANDLE),
    "FPDFPageObj_Destroy": (None, _HANDLE),
    "FPDFPage_RemoveObject": (_NUMBER, _HANDLE, _HANDLE),
    "FPDFFormObj_RemoveObject": (_NUMBER, _HANDLE, _HANDLE),
    "FPDFBitmap_CreateEx": (_HANDLE, _NUMBER, _NUMBER, _NUMBER, _HANDLE, _NUMBER),
    "FPDFBitmap_FillRect": (_NUMBER, _HANDLE, _NUMBER, _NUMBER, _NUMBER, _NUMBER, _SIZE),
    "FPDFBitmap_GetBuffer": (_HANDLE, _HANDLE),
    "FPDFBitmap_GetStride": (_NUMBER, _HANDLE),
    "FPDFBitmap_Destroy": (None, _HANDLE),
    "FPDF_RenderPageBitmap": (None, _HANDLE, _HANDLE, *(_NUMBER,) * 6),
    "FPDFClipPath_CountPaths": (_NUMBER, _HANDLE),
}


@cache
def load_functions() -> SimpleNamespace:
    """Return PDFium's functions by their names without the prefixes FPDF_ and FPDF."""
    import pypdfium2.raw as raw

    functions = {}
    for name, (result, *arguments) in _PROTOTYPES.items():
        address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
        functions[name.removeprefix("FPDF").removeprefix("_")] = ctypes.CFUNCTYPE(result, *arguments)(address or 0)
    return SimpleNamespace(**functions)


def get_handle(document: raw.FPDF_DOCUMENT) -> int:
    """Return the handle of a document that pypdfium2 has opened."""
    return ctypes.cast(document, ctypes.c_void_p).value or 0


def read_string(function: Callable[..., int], *arguments: int) -> str:
    """Return the string that a function of PDFium writes as UTF-16 into a buffer."""
    size = function(*arguments, _BUFFER_ADDRESS, _BUFFER_BYTES)
    if size <= 2:
        return ""
    if size <= _BUFFER_BYTES:  # else nothing was written
        return ctypes.string_at(_BUFFER_ADDRESS, size - 2).decode("utf-16-le", "replace")
    buffer = ctypes.create_string_buffer(size)
    function(*arguments, ctypes.addressof(buffer), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


@cache
def _place_key(key: bytes) -> tuple[int, ctypes.Array[ctypes.c_char]]:
    """Return the address of a key that PDFium is asked for, and the buffer that holds it there."""
    buffer = ctypes.create_string_buffer(key)
    return ctypes.addressof(buffer), buffer


def is_read_from_right(document: int) -> bool:
    """Return whether a PDF says that it is read from the right: PDFium then reverses the words of all lines."""
    buffer = ctypes.create_string_buffer(8)
    load_functions().VIEWERREF_GetName(document, _place_key(b"Direction")[0], ctypes.addressof(buffer), 8)
    return buffer.value == b"R2L"


def read_mark_name(mark: int) -> str:
    """Return the tag of a marked content sequence, "" if it has more than 31 characters."""
    is_read = load_functions().PageObjMark_GetName(mark, _BUFFER_ADDRESS, _NAME_BYTES, _LENGTH_ADDRESS)
    if not is_read or _LENGTH.value > _NAME_BYTES:
        return ""
    return ctypes.string_at(_BUFFER_ADDRESS, _LENGTH.value).decode("utf-16-le", "replace").rstrip("\0")


def read_mark_text(mark: int) -> str | None:
    """Return the /ActualText of a marked content sequence, None if it has none."""
    pdfium, arguments = load_functions(), (mark, _place_key(b"ActualText")[0])
    if not pdfium.PageObjMark_GetParamBlobValue(*arguments, None, 0, _LENGTH_ADDRESS):
        return None
    size = _LENGTH.value
    buffer = ctypes.create_string_buffer(size)
    pdfium.PageObjMark_GetParamBlobValue(*arguments, ctypes.addressof(buffer), size, _LENGTH_ADDRESS)
    data = buffer.raw[: _LENGTH.value]
    is_utf_16 = data.startswith(b"\xfe\xff")  # ISO 32000-1 §7.9.2.2
    return data[2:].decode("utf-16-be", "replace") if is_utf_16 else data.decode("latin-1")


def read_page_box(page: int) -> Bounds:
    """Return what remains of the page after trimming (the crop box), in points."""
    pdfium = load_functions()
    if not pdfium.Page_GetCropBox(page, *_FLOAT_ADDRESSES) and not pdfium.Page_GetMediaBox(page, *_FLOAT_ADDRESSES):
        return 0.0, 0.0, 612.0, 792.0
    return _read_floats()


def read_annotation_string(annotation: int, key: bytes) -> str:
    """Return the text that a PDF annotation has under a key, "" if it has none."""
    return read_string(load_functions().Annot_GetStringValue, annotation, _place_key(key)[0])


def has_annotation_key(annotation: int, key: bytes) -> bool:
    """Return whether a PDF annotation has a key."""
    return bool(load_functions().Annot_HasKey(annotation, _place_key(key)[0]))


def read_annotation_rectangle(annotation: int) -> Bounds:
    """Return the rectangle of a PDF annotation, in points: left, bottom, right, top."""
    rectangle = (ctypes.c_float * 4)()  # FS_RECTF: left, top, right, bottom
    load_functions().Annot_GetRect(annotation, ctypes.addressof(rectangle))
    left, top, right, bottom = rectangle
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)


def read_web_address(document: int, action: int) -> str:
    """Return the web address that an action of a PDF opens, "" if it opens none."""
    size = load_functions().Action_GetURIPath(document, action, None, 0)
    if size <= 1:
        return ""
    buffer = ctypes.create_string_buffer(size)
    load_functions().Action_GetURIPath(document, action, ctypes.addressof(buffer), size)
    return buffer.raw[: size - 1].decode("utf-8", "replace")


def read_bounds(page_object: int) -> Bounds:
    """Return the bounds of what a PDF page object paints, in points."""
    load_functions().PageObj_GetBounds(page_object, *_FLOAT_ADDRESSES)
    return _read_floats()


def _read_floats() -> Bounds:
    """Return the four numbers that the last PDFium call wrote: left, bottom, right, top."""
    left, bottom, right, top = (number.value for number in _FLOATS)
    return left, bottom, right, top


def read_matrix(page_object: int) -> Matrix:
    """Return the transformation matrix of a PDF page object."""
    load_functions().PageObj_GetMatrix(page_object, _MATRIX_ADDRESS)
    a, b, c, d, e, f = _MATRIX
    return a, b, c, d, e, f


def read_font_size(text_object: int) -> float:
    """Return the font size of a PDF text object, before its matrix is applied."""
    load_functions().TextObj_GetFontSize(text_object, _FLOAT_ADDRESSES[0])
    return _FLOATS[0].value


def read_characters(text_page: int) -> tuple[list[int], list[int | None]]:
    """Return the code of each character of a page, and the handle of the text object that paints it, None if none."""
    functions = load_functions()
    places = range(functions.Text_CountChars(text_page))
    codes = [*map(functions.Text_GetUnicode, repeat(text_page), places)]
    return codes, [*map(functions.Text_GetTextObject, repeat(text_page), places)]


def read_character_x(text_page: int, index: int) -> float:
    """Return where a character of a page begins, in points from the left edge."""
    load_functions().Text_GetCharOrigin(text_page, index, *_DOUBLE_ADDRESSES)
    return _DOUBLES[0].value


def read_fill_colour(page_object: int) -> tuple[int, int, int, int] | None:
    """Return red, green, blue and alpha (0 to 255), or None if the object has no fill colour."""
    if not load_functions().PageObj_GetFillColor(page_object, *_COLOUR_ADDRESSES):
        return None
    red, green, blue, alpha = (number.value for number in _COLOURS)
    return red, green, blue, alpha
