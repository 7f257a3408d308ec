"""Proves numbered copies: each says its number and name on every page once, and is the proved book in all else."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

import pypdfium2
import pypdfium2.raw as raw

from onrecord.model import Place
from onrecord.model.problems import Problem
from onrecord.model.recipients import NumberedCopy
from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.ink import Move, difference, images_on, inked, overlap, read_both, read_once, text_of
from onrecord.proof.reading.normalize import letters, short
from onrecord.proof.reading.pdf_pages import ARTIFACT, Element, Paper, Run, Sheet, UnreadableError
from onrecord.proof.reading.tag_tree import on_paper
from onrecord.proof.rules.compare import HINT
from onrecord.wording.markings import format_copy_stamp

Finding = tuple[str, str]


def prove_copies(
    original: bytes, copies: Iterable[tuple[NumberedCopy, bytes]], language: str, place: Place
) -> tuple[Problem, ...]:
    """What is wrong with copies of the proved `original`: each with its number and file."""
    try:
        bound = read_once(original)
        names = {"": _identifier(original)}
        problems: list[Problem] = []
        for copy, data in copies:
            found = [*_copy(bound, read_once(data), copy, language), *_named(data, copy, language)]
            identifier = _identifier(data)
            if not identifier or identifier in names.values():
                found.append(("copies-have-their-own-identifier", "has the file identifier of another one"))
            names[copy.file] = identifier
            problems += (_problem(place, copy, rule, what) for rule, what in found)
    except UnreadableError as error:
        return (Problem(place, "copy-can-be-read", f"a numbered copy cannot be opened: {error}", HINT),)
    return tuple(problems)


def prove_identifiers(
    originals: Sequence[bytes], copies: Iterable[tuple[NumberedCopy, bytes]], place: Place
) -> tuple[Problem, ...]:
    """Copies that have the file identifier of another copy, or of a bound edition."""
    known = {_identifier(data) for data in originals}
    problems = []
    for copy, data in copies:
        own = _identifier(data)
        if not own or own in known:
            problems.append(
                _problem(place, copy, "copies-have-their-own-identifier", "has the file identifier of another one")
            )
        known.add(own)
    return tuple(problems)


def prove_print_file(
    original: bytes, data: bytes, copies: Sequence[NumberedCopy], language: str, place: Place
) -> tuple[Problem, ...]:
    """What is wrong with the one file for the printer: all copies of `original` in order, each from a right-hand page."""
    try:
        bound, printed = read_both(original, data)
    except UnreadableError as error:
        return (Problem(place, "copy-can-be-read", f"the print file cannot be opened: {error}", HINT),)
    length = len(bound.sheets) + len(bound.sheets) % 2
    if len(printed.sheets) != length * len(copies):
        sentence = f"the print file has {len(printed.sheets)} pages; {len(copies)} copies of {length} make {length * len(copies)}"
        return (Problem(place, "sheets-are-complete", sentence, HINT),)
    pictures = images_on(original) + [0] * (length - len(bound.sheets))
    problems = []
    if images_on(data) != pictures * len(copies):
        problems.append(
            Problem(place, "pictures-are-there", "the print file has lost a picture, or has one too many", HINT)
        )
    for index, copy in enumerate(copies):
        own = printed.sheets[index * length : (index + 1) * length]
        found = [*_pages(bound, own, copy, language)]
        for sheet, before in zip(own, bound.sheets, strict=False):
            if sheet.label != f"{copy.number}-{before.label}":
                found.append(("pages-are-numbered", f"calls page {before.label} “{sheet.label}”"))
        problems += [_problem(place, copy, rule, what) for rule, what in found]
    return tuple(problems)


def prove_receipts(data: bytes, copies: Sequence[NumberedCopy], place: Place) -> tuple[Problem, ...]:
    """What is wrong with the receipt sheet: a row for each copy, with its number and whole name, in order, once."""
    try:
        paper = pdf_pages.read(data)
    except UnreadableError as error:
        return (Problem(place, "copy-can-be-read", f"the receipt sheet cannot be opened: {error}", HINT),)
    rows = [_row(paper, row) for row in _rows(paper.root)]
    wanted = [f"{copy.number}{copy.recipient.name}{copy.recipient.organisation}" for copy in copies]
    told = ["".join(on_paper(letters(text)).split()) for text in wanted]
    if len(rows) == len(told) and all(row.startswith(text) for row, text in zip(rows, told, strict=True)):
        return ()
    wrong = next(
        (
            f"has “{short(row)}” where “{short(text)}” belongs"
            for row, text in zip(rows, told, strict=False)
            if not row.startswith(text)
        ),
        "",
    )
    return (
        Problem(
            place,
            "copies-are-signed-for",
            f"the receipt sheet {wrong or f'has {len(rows)} rows for {len(told)} copies'}",
            HINT,
        ),
    )


def _rows(element: Element) -> Iterator[Element]:
    """The rows of tables that hold no heads."""
    for child in element.children():
        if isinstance(child, Element):
            is_body = child.role == "TR" and all(
                isinstance(cell, Element) and cell.role == "TD" for cell in child.children()
            )
            yield from (child,) if is_body else _rows(child)


def _row(paper: Paper, element: Element) -> str:
    """The letters of a row that an eye finds."""
    out = []
    for child in element.children():
        if isinstance(child, Element):
            out.append(_row(paper, child))
        else:
            runs = paper.sheets[child[0]].by_mark.get(child[1], [])
            out.append(text_of([run for run in runs if not run.unseen]))
    return on_paper("".join("".join(out).split()))


def _problem(place: Place, copy: NumberedCopy, rule: str, what: str) -> Problem:
    return Problem(place, rule, f"copy {copy.number} of {copy.of} {what}", HINT)


def _copy(bound: Paper, found: Paper, copy: NumberedCopy, language: str) -> Iterator[Finding]:
    if len(bound.sheets) != len(found.sheets):
        yield "sheets-are-complete", f"has {len(found.sheets)} pages instead of {len(bound.sheets)}"
        return
    yield from _pages(bound, found.sheets, copy, language)
    for before, after in zip(bound.sheets, found.sheets, strict=True):
        if (before.label, before.box, before.pictures | {ARTIFACT}) != (
            after.label,
            after.box,
            after.pictures | {ARTIFACT},
        ):
            yield "pages-are-unchanged", f"has another number, size or picture on page {before.label}"
        if [run.mark for run in inked(before)] != [run.mark for run in inked(after)][: len(inked(before))]:
            yield "structure-is-unchanged", f"has words of page {before.label} tagged otherwise"
    if bound.root != found.root:
        yield "structure-is-unchanged", "has another tag tree"


def _pages(bound: Paper, found: Sequence[Sheet], copy: NumberedCopy, language: str) -> Iterator[Finding]:
    """Every page is the bound one and the stamp; pages behind the last one are blank but for it."""
    stamp = on_paper(letters(format_copy_stamp(copy, language)))
    for index, sheet in enumerate(found):
        expected = inked(bound.sheets[index]) if index < len(bound.sheets) else []
        runs = inked(sheet)
        what = difference(expected, runs[: len(expected)], Move())
        if what:
            yield "pages-are-unchanged", f"{what}, on sheet {index + 1}"
        yield from _stamp(runs[len(expected) :], expected, stamp, index)


def _stamp(runs: Sequence[Run], others: Sequence[Run], stamp: str, index: int) -> Iterator[Finding]:
    text = on_paper(text_of(runs))
    if text.replace(" ", "") != stamp.replace(" ", ""):
        said = f"“{short(text)}”" if text else "nothing"
        yield "copies-are-stamped", f"says {said} instead of “{short(stamp)}” on sheet {index + 1}"
        return
    if any(run.mark != ARTIFACT for run in runs):
        yield "copies-are-stamped", f"has its stamp among the words of sheet {index + 1}: a listener would hear it"
    for run in runs:
        other = overlap(run, others)
        if run.unseen or other:
            why = run.unseen or (f"painted over “{short(text_of([other]))}”" if other else "")
            yield "copies-are-stamped", f"has its stamp {why} on sheet {index + 1}"
            return


def _named(data: bytes, copy: NumberedCopy, language: str) -> Iterator[Finding]:
    """Info and XMP name the copy; XMP stands in the file as it is, Info in a packed object."""
    document = pypdfium2.PdfDocument(data)
    told = document.get_metadata_value("Keywords")
    document.close()
    if not told.startswith(format_copy_stamp(copy, language)):
        yield "copies-are-named-in-metadata", f"has the keywords “{short(told)}”"
    if escape(format_copy_stamp(copy, language)).encode() not in data:
        yield "copies-are-named-in-metadata", "does not name itself in XMP"


def _identifier(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        buffer = ctypes.create_string_buffer(256)
        size = raw.FPDF_GetFileIdentifier(document.raw, raw.FILEIDTYPE_PERMANENT, buffer, 256)
        return buffer.raw[: max(size - 1, 0)].hex()
    finally:
        document.close()
