"""Files that were made earlier, proved against the edition as it is bound now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from onrecord import proof
from onrecord.finishing.copies import Stamp, stamped
from onrecord.model import Place
from onrecord.model.problems import Problem
from onrecord.model.recipients import NumberedCopy
from onrecord.pipeline.finish_jobs import FOLDED, many
from onrecord.wording.markings import format_copy_stamp


@dataclass(frozen=True, slots=True)
class Again:
    """A file that was made earlier, to be proved against the edition as it is bound now."""

    path: Path
    kind: proof.Kind
    data: bytes
    original: bytes | None  # None: there is no such edition now
    copies: tuple[NumberedCopy, ...]  # of that edition
    stamp: Stamp | None
    language: str
    fonts: tuple[Path, ...]

    @property
    def name(self) -> str:
        return self.path.name

    def judged(self) -> tuple[str, tuple[Problem, ...]]:
        """A sentence about the file, and its problems."""
        original, data, language, here = self.original, self.data, self.language, Place(str(self.path))
        if original is None:
            return "", (_unmade(here, "this is of the large-print edition, and none is made now"),)
        match self.kind:
            case proof.Kind.PRINT_SHOP:
                claims = b"GTS_PDFXVersion>PDF/X-4<" in data
                found = proof.prove_print_shop(original, data, here, claims_pdfx=claims)
                return (
                    f"for the print shop{', PDF/X-4' if claims else ''}: every word of the edition, inside the trim",
                    found,
                )
            case proof.Kind.BOOKLET if not self.copies:
                return FOLDED, proof.prove_booklet(original, data, language, here)
            case proof.Kind.PRINT_FILE if self.copies:
                found = proof.prove_print_file(original, data, self.copies, language, here)
                return f"one print file: {many(len(self.copies))}, each from a right-hand page", found
            case proof.Kind.RECEIPTS if self.copies:
                return "the receipt sheet: a row for each copy", proof.prove_receipts(data, self.copies, here)
            case proof.Kind.COPY | proof.Kind.BOOKLET if self.copies:
                return self._judged_copy(original, here)
        return "", (_unmade(here, "this was made for numbered copies, and no list of recipients is known"),)

    def _judged_copy(self, original: bytes, here: Place) -> tuple[str, tuple[Problem, ...]]:
        copy = proof.copy_on(self.data, self.copies, self.language)
        if copy is None or self.stamp is None:
            return "", (_unmade(here, "this copy bears no number and name that are on the list of recipients now"),)
        told = format_copy_stamp(copy, self.language)
        if self.kind is proof.Kind.COPY:
            return f"“{told}”: on every page; all else is the proved edition", proof.prove_copies(
                original, [(copy, self.data)], self.language, here
            )
        ((_, numbered),) = stamped(original, [copy], self.stamp, self.fonts)
        return f"“{told}”: {FOLDED}", proof.prove_booklet(numbered, self.data, self.language, here)


def judge(job: Again) -> tuple[str, tuple[Problem, ...]]:
    return job.judged()


def judged_register(
    copies: Sequence[NumberedCopy], day: date, path: Path, data: bytes
) -> tuple[Path, str, tuple[Problem, ...]]:
    """The register against the copies that stand beside it."""
    here = Place(str(path))
    missing = [copy.file for copy in copies if not (path.parent / copy.file).is_file()]
    if missing:
        return (
            path,
            "",
            (
                Problem(
                    here,
                    "copies-are-registered",
                    f"“{missing[0]}” does not stand beside the register",
                    "bring it back, or build again",
                ),
            ),
        )
    found = [(copy, (path.parent / copy.file).read_bytes()) for copy in copies]
    return (
        path,
        "the register: number, name and digest of every copy beside it",
        proof.prove_register(data, found, day, here),
    )


def _unmade(here: Place, why: str) -> Problem:
    """A file that cannot be compared with anything that is made now."""
    hint = "name its pack: --pack NAME; or bring back the list it was made with"
    return Problem(here, "copy-is-of-this-book", why, hint)
