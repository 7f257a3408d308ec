"""Prove numbered copies: every page has the stamp with number and name, all else is the proved edition.

Also the files made of all copies together: the print file and the receipt sheet.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pypdfium2
import pypdfium2.raw as raw

from onrecord.model import Book, SourceLocation
from onrecord.model.directions import is_from_right
from onrecord.model.problems import Problem
from onrecord.model.recipients import NumberedCopy
from onrecord.model.rule import Rule
from onrecord.proof.finished.shaped_stamps import find_misread_line, find_stamp_faults, have_text
from onrecord.proof.reading import pdf_pages
from onrecord.proof.reading.normalize import is_in_other_script, list_letters, normalize_text, shorten_text
from onrecord.proof.reading.painted_text import ARTIFACT, FROM_RIGHT, TextRun
from onrecord.proof.reading.painting import (
    PagePlacement,
    count_images,
    describe_difference,
    find_overlapping_run,
    join_run_texts,
    read_pdf_cached,
    read_pdf_pair,
    select_visible_runs,
)
from onrecord.proof.reading.pdf_pages import PdfContent, PdfPage, TagElement, UnreadablePdfError
from onrecord.proof.reading.printed_texts import fold_glyphs
from onrecord.proof.reading.sentences import expect_copy_stamp, expect_marking, expect_moment
from onrecord.proof.rules.report import HINT, Finding
from onrecord.runtime.interface_texts import get_language

_SHARED_IDENTIFIER: Finding = (Rule.COPIES_HAVE_THEIR_OWN_IDENTIFIER, "has the file identifier of another one")


def prove_copies(
    original: bytes,
    copies: Iterable[tuple[NumberedCopy, bytes]],
    language: str,
    place: SourceLocation,
    font_folders: Sequence[Path] = (),
) -> tuple[Problem, ...]:
    """Return the problems of numbered copies, given with their files, made of the proved edition `original`.

    `font_folders` hold the book's fonts.
    """
    try:
        bound = read_pdf_cached(original)
        identifiers = {"": _read_identifier(original)}
        problems: list[Problem] = []
        for copy, data in copies:
            findings = [
                *_compare_copy(bound, read_pdf_cached(data), copy, language),
                *_check_metadata(data, copy, language),
                *_check_glyphs(data, [(copy, range(len(bound.pages)))], language, font_folders),
            ]
            identifier = _read_identifier(data)
            if not identifier or identifier in identifiers.values():
                findings.append(_SHARED_IDENTIFIER)
            identifiers[copy.file_name] = identifier
            problems += (_build_copy_problem(place, copy, finding) for finding in findings)
    except UnreadablePdfError as error:
        return (Problem(place, Rule.COPY_CAN_BE_READ, f"a numbered copy cannot be opened: {error}", HINT),)
    return tuple(problems)


def prove_identifiers(
    originals: Sequence[bytes], copies: Iterable[tuple[NumberedCopy, bytes]], place: SourceLocation
) -> tuple[Problem, ...]:
    """Return a problem for each numbered copy with the file identifier of another copy, or of a bound edition."""
    identifiers = {_read_identifier(data) for data in originals}
    problems = []
    for copy, data in copies:
        identifier = _read_identifier(data)
        if not identifier or identifier in identifiers:
            problems.append(_build_copy_problem(place, copy, _SHARED_IDENTIFIER))
        identifiers.add(identifier)
    return tuple(problems)


def prove_print_file(
    original: bytes,
    data: bytes,
    copies: Sequence[NumberedCopy],
    language: str,
    place: SourceLocation,
    font_folders: Sequence[Path] = (),
) -> tuple[Problem, ...]:
    """Return the problems of the print file: all copies of `original` in order, each begun on a right-hand page.

    `font_folders` hold the book's fonts.
    """
    try:
        bound, printed = read_pdf_pair(original, data)
    except UnreadablePdfError as error:
        return (Problem(place, Rule.COPY_CAN_BE_READ, f"the print file cannot be opened: {error}", HINT),)
    length = len(bound.pages) + len(bound.pages) % 2
    expected = length * len(copies)
    if len(printed.pages) != expected:
        need = f"{len(copies)} copies of {length} make {expected}"
        sentence = f"the print file has {len(printed.pages)} pages; {need}"
        return (Problem(place, Rule.SHEETS_ARE_COMPLETE, sentence, HINT),)
    problems = []
    pictures = (*count_images(original), *[0] * (length - len(bound.pages)))
    if count_images(data) != pictures * len(copies):
        sentence = "the print file has lost a picture, or has one too many"
        problems.append(Problem(place, Rule.PICTURES_ARE_THERE, sentence, HINT))
    for index, copy in enumerate(copies):
        sheets = printed.pages[index * length : (index + 1) * length]
        places = [(copy, range(index * length, (index + 1) * length))]
        findings = [
            *_compare_stamped_sheets(bound, sheets, copy, language),
            *_check_labels(bound, sheets, copy),
            *_check_glyphs(data, places, language, font_folders),
        ]
        problems += [_build_copy_problem(place, copy, finding) for finding in findings]
    return tuple(problems)


def prove_receipts(
    data: bytes,
    copies: Sequence[NumberedCopy],
    language: str,
    place: SourceLocation,
    font_folders: Sequence[Path] = (),
    book: Book | None = None,
) -> tuple[Problem, ...]:
    """Return the problems of the receipt sheet of numbered copies: heading, count, a row for each copy.

    `font_folders` hold the book's fonts. With the pack as `book`, its title, meeting and marking must be there, too.
    """
    try:
        paper = pdf_pages.read_whole_pdf(data)
        difference = find_misread_line(data, paper, font_folders)
    except UnreadablePdfError as error:
        return (Problem(place, Rule.COPY_CAN_BE_READ, f"the receipt sheet cannot be opened: {error}", HINT),)
    rows = [_read_row_letters(paper, row) for row in _list_body_rows(paper.root)]
    names = (f"{copy.number}{copy.recipient.name}{copy.recipient.organisation}" for copy in copies)
    expected = ["".join(fold_glyphs(normalize_text(name)).split()) for name in names]
    pairs = zip(rows, expected, strict=False)
    wrong_row = next(((row, text) for row, text in pairs if not row.startswith(text)), None)
    if wrong_row:
        fault = f"has “{shorten_text(wrong_row[0])}” where “{shorten_text(wrong_row[1])}” belongs"
    elif len(rows) != len(expected):
        fault = f"has {len(rows)} rows for {len(expected)} copies"
    elif lost := _find_missing_text(_read_row_letters(paper, paper.root), len(copies), language):
        fault = f"does not say “{lost}”"
    elif lost := _find_missing_line(_read_row_letters(paper, paper.root), book):
        fault = f"does not say “{shorten_text(lost)}”"
    elif unmarked := _find_unmarked_row(rows, expected, copies, language):
        fault = f"does not say that copy {unmarked.number} is in large print"
    elif difference:
        fault = f"prints other words than are read aloud: “{shorten_text(difference)}”"
    else:
        return ()
    return (Problem(place, Rule.COPIES_ARE_SIGNED_FOR, f"the receipt sheet {fault}", HINT),)


def _find_missing_text(letters: str, count: int, language: str) -> str:
    """Return the first generated text that the letters of the receipt sheet do not contain, "" if all are there."""
    texts = get_language(language).texts
    columns = [texts[key] for key in ("number", "name", "organisation", "received")]
    expected = (texts["receipts"], texts["copies_in_all"].replace("{}", str(count)), *columns)
    return next((text for text in expected if "".join(fold_glyphs(normalize_text(text)).split()) not in letters), "")


def _find_missing_line(letters: str, book: Book | None) -> str:
    """Return the first line on the pack and its meeting that the letters of the receipt sheet do not contain, or ""."""
    if book is None or book.pack is None:
        return ""
    pack, language = book.pack, book.language
    about = (book.title, pack.meeting, expect_moment(pack.starts, language), pack.venue)
    lines = (*about, expect_marking(pack, language))
    return next((line for line in lines if not _contains_letters(letters, line, language)), "")


def _contains_letters(text: str, part: str, language: str) -> bool:
    """Return whether the letters and digits of `part` stand in `text`, one after another.

    Where words run from the right, or both ways, they are not extracted in order: there it is enough that `text` has
    each letter as often.
    """
    letters, letters_of_part = list_letters(text), list_letters(fold_glyphs(normalize_text(part)))
    if is_from_right(language) or is_in_other_script(part):
        return Counter(letters_of_part) <= Counter(letters)
    return "".join(letters_of_part) in "".join(letters)


def _find_unmarked_row(
    rows: Sequence[str], names: Sequence[str], copies: Sequence[NumberedCopy], language: str
) -> NumberedCopy | None:
    """Return the first copy in large print whose row of the receipt sheet does not say so after the name, or None."""
    words = get_language(language).texts["large_print"]
    for row, name, copy in zip(rows, names, copies, strict=True):
        if copy.recipient.large_print and not _contains_letters(row.removeprefix(name), words, language):
            return copy
    return None


def _list_body_rows(element: TagElement) -> Iterator[TagElement]:
    """Yield the rows of the tagged tables of a receipt sheet that hold no table heads."""
    for child in element.children():
        if isinstance(child, TagElement):
            is_body_row = child.role == "TR" and all(
                isinstance(cell, TagElement) and cell.role == "TD" for cell in child.children()
            )
            yield from (child,) if is_body_row else _list_body_rows(child)


def _read_row_letters(paper: PdfContent, element: TagElement) -> str:
    """Return the visible letters of a tagged table row of the receipt sheet."""
    texts = []
    for child in element.children():
        if isinstance(child, TagElement):
            texts.append(_read_row_letters(paper, child))
        else:
            runs = paper.pages[child[0]].runs_by_id.get(child[1], [])
            texts.append(join_run_texts([run for run in runs if not run.unseen_reason]))
    return fold_glyphs("".join("".join(texts).split()))


def _build_copy_problem(place: SourceLocation, copy: NumberedCopy, finding: Finding) -> Problem:
    """Return the problem for a finding in a numbered copy; `place` names the book."""
    rule, fault = finding
    return Problem(place, rule, f"copy {copy.number} of {copy.copy_count} {fault}", HINT)


def _compare_copy(bound: PdfContent, paper: PdfContent, copy: NumberedCopy, language: str) -> Iterator[Finding]:
    """Yield what differs in a numbered copy's sheets and tag tree from the bound edition."""
    if len(bound.pages) != len(paper.pages):
        yield Rule.SHEETS_ARE_COMPLETE, f"has {len(paper.pages)} pages instead of {len(bound.pages)}"
        return
    yield from _compare_stamped_sheets(bound, paper.pages, copy, language)
    for before, after in zip(bound.pages, paper.pages, strict=True):
        if _describe_sheet(before) != _describe_sheet(after):
            yield Rule.PAGES_ARE_UNCHANGED, f"has another number, size or picture on page {before.label}"
        if [run.content_id for run in select_visible_runs(before)] != [
            run.content_id for run in select_visible_runs(after)
        ][: len(select_visible_runs(before))]:
            yield Rule.STRUCTURE_IS_UNCHANGED, f"has words of page {before.label} tagged otherwise"
    if bound.root != paper.root:
        yield Rule.STRUCTURE_IS_UNCHANGED, "has another tag tree"


def _describe_sheet(sheet: PdfPage) -> tuple[object, ...]:
    """Return page label, size and pictures of a numbered copy's sheet, to compare with the bound sheet."""
    return sheet.label, sheet.box, sheet.drawn_ids | {ARTIFACT}


def _compare_stamped_sheets(
    bound: PdfContent, sheets: Sequence[PdfPage], copy: NumberedCopy, language: str
) -> Iterator[Finding]:
    """Yield each sheet that is not the bound page plus the copy's stamp; an added blank sheet has the stamp alone."""
    stamp = fold_glyphs(normalize_text(expect_copy_stamp(copy, language)))
    for index, sheet in enumerate(sheets):
        expected = select_visible_runs(bound.pages[index]) if index < len(bound.pages) else []
        runs = select_visible_runs(sheet)
        is_guessed = bound.pages[0].is_from_right or FROM_RIGHT.search(stamp) is not None
        fault = describe_difference(expected, runs[: len(expected)], PagePlacement(), has_guesses=is_guessed)
        if fault:
            yield Rule.PAGES_ARE_UNCHANGED, f"{fault}, on sheet {index + 1}"
        if fault := _describe_wrong_stamp(runs[len(expected) :], expected, stamp):
            yield Rule.COPIES_ARE_STAMPED, f"{fault} on sheet {index + 1}"


def _check_glyphs(
    data: bytes, copies: Iterable[tuple[NumberedCopy, range]], language: str, font_folders: Sequence[Path]
) -> Iterator[Finding]:
    """Yield a finding for each sheet of a copy whose stamp, in another script, has other glyphs than its text."""
    stamps = [(sheet, expect_copy_stamp(copy, language)) for copy, sheets in copies for sheet in sheets]
    yield from find_stamp_faults(data, stamps, font_folders, Rule.COPIES_ARE_STAMPED)


def _describe_wrong_stamp(runs: Sequence[TextRun], page_runs: Sequence[TextRun], stamp: str) -> str:
    """Return what is wrong with the runs after the page's own, which must be the stamp of the copy, or ""."""
    text = fold_glyphs(join_run_texts(runs))
    if text.replace(" ", "") != stamp.replace(" ", "") and not have_text(runs, stamp):
        return f"says {f'“{shorten_text(text)}”' if text else 'nothing'} instead of “{shorten_text(stamp)}”"
    if any(run.content_id != ARTIFACT for run in runs):
        return "has its stamp among the tagged words, where a screen reader would read it,"
    for run in runs:
        covered = find_overlapping_run(run, page_runs)
        if run.unseen_reason or covered:
            why = run.unseen_reason or (f"painted over “{shorten_text(join_run_texts([covered]))}”" if covered else "")
            return f"has its stamp {why}"
    return ""


def _check_labels(bound: PdfContent, sheets: Sequence[PdfPage], copy: NumberedCopy) -> Iterator[Finding]:
    """Report each sheet of the print file whose label is not copy and page number (“3-14”)."""
    for sheet, before in zip(sheets, bound.pages, strict=False):
        if sheet.label != f"{copy.number}-{before.label}":
            yield Rule.PAGES_ARE_NUMBERED, f"calls page {before.label} “{sheet.label}”"


def _check_metadata(data: bytes, copy: NumberedCopy, language: str) -> Iterator[Finding]:
    """Yield a finding where document information or (uncompressed) XMP do not name the copy."""
    document = pypdfium2.PdfDocument(data)
    keywords = document.get_metadata_value("Keywords")
    document.close()
    stamp = expect_copy_stamp(copy, language)
    if not keywords.startswith(stamp):
        yield Rule.COPIES_ARE_NAMED_IN_METADATA, f"has the keywords “{shorten_text(keywords)}”"
    if escape(stamp).encode() not in data:
        yield Rule.COPIES_ARE_NAMED_IN_METADATA, "does not name itself in XMP"


def _read_identifier(data: bytes) -> str:
    """Return a PDF's permanent file identifier in hexadecimal digits, "" if there is none (ISO 32000-1 §14.4)."""
    document = pypdfium2.PdfDocument(data)
    try:
        buffer = ctypes.create_string_buffer(256)
        size = raw.FPDF_GetFileIdentifier(document.raw, raw.FILEIDTYPE_PERMANENT, buffer, 256)
        return buffer.raw[: max(size - 1, 0)].hex()
    finally:
        document.close()
