"""All keys of the files that editors write, by kind of file: the readers ask for no other.

Schemas and the manual's reference are made of these tables.
"""

from __future__ import annotations

from onrecord.manuscript.book_keys import BOOK_KEYS
from onrecord.manuscript.index_keys import INDEX_KEYS
from onrecord.manuscript.interview_keys import INTERVIEW_KEYS
from onrecord.manuscript.pack_keys import PACK_KEYS

TABLES = {"book": BOOK_KEYS, "interview": INTERVIEW_KEYS, "pack": PACK_KEYS, "index": INDEX_KEYS}
