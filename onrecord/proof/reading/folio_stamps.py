"""Tell the page numbers that are stamped on the pages of a section apart from all else in it.

If earlier interviews grow, all that changes in the bytes of a section are the numbers of its pages: in each stamp,
where the number begins and which glyphs it has. What was read in the section stays valid if these glyphs say the new
numbers. A stamp in any other form is not told apart, so that the section is read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from onrecord.proof.reading.font_fingerprints import FontFingerprints

_FARTHEST_PT = 40.0  # by which a number may begin elsewhere: it has other digits, and more or fewer of them
_STAMP = re.compile(
    rb"(?P<number>\d+) 0 obj\n<</Length (?P<length>\d+)>>\nstream\n"
    rb"(?P<content>(?P<before>(?:/Artifact<</Type/Pagination/Subtype/Header>>BDC /(?:Recto|Verso) Do EMC\n)?"
    rb"/Artifact<</Type/Pagination/Subtype/Footer>>BDC BT [\d. ]+ rg /(?P<font>\w+) [\d.]+ Tf 1 0 0 1 )"
    rb"(?P<left>\d+(?:\.\d+)?)(?P<height> [\d.]+ Tm )<(?P<glyphs>(?:[0-9a-f]{4}){1,12})>"
    rb"(?P<after> Tj ET EMC(?:\n.*)?))\nendstream\nendobj\n",
    re.DOTALL,
)


@dataclass(frozen=True)  # without slots it unpickles faster
class FolioStamp:
    """A page number as it is stamped: the number of its object, its font, where it begins (points), its glyphs."""

    number: int
    font: str
    left: float
    glyphs: tuple[int, ...]

    def is_moved(self, known: FolioStamp) -> bool:
        """Return whether this is the known stamp with another number in about the same place."""
        return (self.number, self.font) == (known.number, known.font) and abs(self.left - known.left) < _FARTHEST_PT


def separate_folios(objects: Iterable[bytes]) -> Iterator[tuple[bytes, FolioStamp | None]]:
    """Yield the bytes of each object without its page number, and the stamp; other objects as they are."""
    for data in objects:
        match = _STAMP.fullmatch(data) if b"/Subtype/Footer" in data[:400] else None
        if match is None or int(match["length"]) != len(match["content"]):
            yield data, None
            continue
        pieces = (b"folio", match["number"], match["before"], match["height"], match["after"])
        codes = match["glyphs"]
        glyphs = tuple(int(codes[place : place + 4], 16) for place in range(0, len(codes), 4))
        stamp = FolioStamp(int(match["number"]), match["font"].decode(), float(match["left"]), glyphs)
        yield b"\n".join(pieces), stamp


@dataclass(frozen=True)  # without slots it unpickles faster
class PlacedStamps:
    """The stamps of a section as it was read: each with the index of the page that paints it."""

    stamps: tuple[FolioStamp, ...]
    sheets: tuple[int, ...]

    def have_labels(self, stamps: Sequence[FolioStamp], labels: Sequence[str], fonts: FontFingerprints) -> bool:
        """Return whether `stamps`, in the places of these, say the page labels of the section."""
        return len(stamps) == len(self.stamps) and all(
            stamp.is_moved(known) and fonts.read_text(stamp.font, stamp.glyphs) == labels[sheet]
            for stamp, known, sheet in zip(stamps, self.stamps, self.sheets, strict=True)
        )


def place_stamps(stamps: Sequence[FolioStamp], painted_by: Mapping[int, Sequence[int]]) -> PlacedStamps | None:
    """Return the stamps with their pages; None unless each is painted by one page, and no page paints two.

    `painted_by` are the indices of the pages that paint a stream, by the number of its object.
    """
    pages = [painted_by.get(stamp.number, ()) for stamp in stamps]
    sheets = tuple(indices[0] for indices in pages if len(indices) == 1)
    return PlacedStamps(tuple(stamps), sheets) if len(set(sheets)) == len(stamps) else None
