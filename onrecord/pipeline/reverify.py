"""Prove files that were made earlier against the edition as it is bound now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from onrecord import proof
from onrecord.finishing.copies import Stamp, stamp_copies
from onrecord.model import Book, SourceLocation
from onrecord.model.problems import Problem
from onrecord.model.recipients import NumberedCopy
from onrecord.model.rule import Rule
from onrecord.pipeline.finish_jobs import FOLDED, count_copies, describe_cover
from onrecord.wording.markings import format_copy_stamp

_NO_LARGE_PRINT = "this is of the large-print edition, and none is made now"
_NO_RECIPIENTS = "this was made for numbered copies, and no list of recipients is known"
_NOT_ON_LIST = "this copy bears no number and name that are on the list of recipients now"


@dataclass(frozen=True, slots=True)
class EarlierFile:
    """A file that was made earlier, and what it is compared with.

    `original` is the bound edition (None: it is not made now), `copies` are those of that edition.
    """

    path: Path
    kind: proof.FileKind
    data: bytes
    original: bytes | None
    copies: tuple[NumberedCopy, ...]
    stamp: Stamp | None
    book: Book
    fonts: tuple[Path, ...]

    @property
    def name(self) -> str:
        """Return the name of the file that is proved, without its folder."""
        return self.path.name

    def prove(self) -> tuple[str, tuple[Problem, ...]]:
        """Compare this file with the bound edition; return what was proved ("" if nothing) and the problems."""
        original, data, place = self.original, self.data, SourceLocation(str(self.path))
        language = self.book.language
        if original is None:
            return "", (_build_comparison_problem(place, _NO_LARGE_PRINT),)
        match self.kind:
            case proof.FileKind.PRINT_SHOP:
                claims_pdfx = b"GTS_PDFXVersion>PDF/X-4<" in data
                claim = ", PDF/X-4" if claims_pdfx else ""
                sentence = f"for the print shop{claim}: every word of the edition, inside the trim"
                return sentence, proof.prove_print_shop(original, data, place, claims_pdfx=claims_pdfx)
            case proof.FileKind.COVER:
                return self._prove_cover(original, place)
            case proof.FileKind.BOOKLET if not self.copies:
                return FOLDED, proof.prove_booklet(original, data, language, place, self.fonts)
            case proof.FileKind.PRINT_FILE if self.copies:
                sentence = f"one print file: {count_copies(len(self.copies))}, each from a right-hand page"
                return sentence, proof.prove_print_file(original, data, self.copies, language, place, self.fonts)
            case proof.FileKind.RECEIPTS if self.copies:
                return "the receipt sheet: a row for each copy", proof.prove_receipts(
                    data, self.copies, language, place, self.fonts, self.book
                )
            case proof.FileKind.COPY | proof.FileKind.BOOKLET if self.copies:
                return self._prove_copy(original, place)
        return "", (_build_comparison_problem(place, _NO_RECIPIENTS),)

    def _prove_cover(self, original: bytes, place: SourceLocation) -> tuple[str, tuple[Problem, ...]]:
        """Prove a cover against the number of pages of the edition; return a sentence and problems."""
        count, claims_pdfx = len(proof.read_page_labels(original)), b"GTS_PDFXVersion>PDF/X-4<" in self.data
        problems = proof.prove_cover(self.book, count, self.data, place, claims_pdfx=claims_pdfx)
        return describe_cover(self.book, count), problems

    def _prove_copy(self, original: bytes, place: SourceLocation) -> tuple[str, tuple[Problem, ...]]:
        """Prove a numbered copy, or a print file that holds it, against the edition; return a sentence and problems."""
        copy = proof.identify_copy(self.data, self.copies, self.book.language)
        if copy is None or self.stamp is None:
            return "", (_build_comparison_problem(place, _NOT_ON_LIST),)
        text = format_copy_stamp(copy, self.book.language)
        if self.kind is proof.FileKind.COPY:
            problems = proof.prove_copies(original, [(copy, self.data)], self.book.language, place, self.fonts)
            return f"“{text}”: on every page; all else is the proved edition", problems
        ((_, copy_data),) = stamp_copies(original, [copy], self.stamp, self.fonts)
        return f"“{text}”: {FOLDED}", proof.prove_booklet(copy_data, self.data, self.book.language, place, self.fonts)


def prove_earlier_file(file: EarlierFile) -> tuple[str, tuple[Problem, ...]]:
    """Return the result of the proof of one finished file of an earlier build. Runs in a worker."""
    return file.prove()


def prove_earlier_register(
    copies: Sequence[NumberedCopy], day: date, path: Path, data: bytes
) -> tuple[Path, str, tuple[Problem, ...]]:
    """Compare the register with the copies that stand beside it."""
    place = SourceLocation(str(path))
    missing = [copy.file_name for copy in copies if not (path.parent / copy.file_name).is_file()]
    if missing:
        sentence = f"“{missing[0]}” does not stand beside the register"
        return path, "", (Problem(place, Rule.COPIES_ARE_REGISTERED, sentence, "bring it back, or build again"),)
    files = [(copy, (path.parent / copy.file_name).read_bytes()) for copy in copies]
    problems = proof.prove_register(data, files, day, place)
    return path, "the register: number, name and digest of every copy beside it", problems


def _build_comparison_problem(place: SourceLocation, reason: str) -> Problem:
    """Return the problem of a file that belongs to nothing that is made now."""
    hint = "name its pack: --pack NAME; or bring back the list it was made with"
    return Problem(place, Rule.COPY_IS_OF_THIS_BOOK, reason, hint)
