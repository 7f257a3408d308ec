import ctypes
from typing import TypeAlias

class struct_fpdf_document_t__(ctypes.Structure): ...
class struct_fpdf_page_t__(ctypes.Structure): ...

FPDF_DOCUMENT: TypeAlias = ctypes._Pointer[struct_fpdf_document_t__]
FPDF_PAGE: TypeAlias = ctypes._Pointer[struct_fpdf_page_t__]

FPDF_PAGEOBJ_PATH: int
FPDF_PAGEOBJ_IMAGE: int
FILEIDTYPE_PERMANENT: int

def FPDFPage_GetAnnotCount(page: FPDF_PAGE) -> int: ...
def FPDF_GetMetaText(
    document: FPDF_DOCUMENT, tag: bytes, buffer: ctypes.Array[ctypes.c_char] | None, buflen: int
) -> int: ...
def FPDF_GetFileIdentifier(
    document: FPDF_DOCUMENT, id_type: int, buffer: ctypes.Array[ctypes.c_char] | None, buflen: int
) -> int: ...
