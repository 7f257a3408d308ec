"""The whole build on one page: read, assemble, check, set, bind, prove, deliver."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord import proof
from onrecord.manuscript.link_guard import refuse_link_out
from onrecord.model import Book, SourceLocation
from onrecord.model.problems import Problem, Refused, select_errors
from onrecord.model.rule import Rule, Severity
from onrecord.packs import clearance, selection, supplement
from onrecord.packs.clearance import ReleaseOptions
from onrecord.pipeline import delivery, delivery_record, foreign_files, offered_files, offprints, single_web
from onrecord.pipeline.current_delivery import (
    BuildOrder,
    Finished,
    find_current_delivery,
    place_order,
    remember_delivery,
)
from onrecord.pipeline.formats import (
    FORMATS,
    Files,
    import_editions,
    load_typesetter,
    make_web_pages,
    name_delivered_file,
    name_main_file,
    prepare_formats,
    print_book,
    prove_copies,
    validate_formats,
    warn_of_missing_pages,
)
from onrecord.pipeline.load import get_current_time, load_book
from onrecord.pipeline.options import WHOLE_BOOK, BuildOptions, FinishOptions, Progress, ignore_progress
from onrecord.pipeline.pdf_reader import PdfReader
from onrecord.proof.record import summarize_reports
from onrecord.runtime import pandoc
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner

if TYPE_CHECKING:
    from onrecord.editions.pdf.edition import PrintEdition
    from onrecord.pipeline.finish import FinishPlan

OnRefused = Callable[[Mapping[str, bytes]], None]  # is given files by the names they would have been delivered under


@dataclass(frozen=True, slots=True)
class Preview:
    """A book while it is written: the files of its web edition, and the print edition if it can be printed."""

    book: Book
    files: Files
    printed: PrintEdition | None
    warnings: tuple[Problem, ...]


def build_book(
    folder: Path,
    out: Path,
    formats: Sequence[str],
    runner: TaskRunner,
    progress: Progress,
    options: BuildOptions = WHOLE_BOOK,
    on_refused: OnRefused = lambda _files: None,
) -> Finished:
    """Deliver the book in these formats to `out`, each proved; or change nothing and raise Refused.

    Return what an earlier build delivered if nothing has changed since. `on_refused` is that of `carry_out`.
    """
    with recover_delivery(folder, out) as warnings:
        order = place_order(folder, out, formats, options)
        finished = find_current_delivery(order, runner.cache) or carry_out(order, runner, progress, on_refused)
    return replace(finished, warnings=(*warnings, *finished.warnings))


def carry_out(order: BuildOrder, runner: TaskRunner, progress: Progress, on_refused: OnRefused) -> Finished:
    """Deliver what is ordered, proved; or change nothing and raise Refused.

    `on_refused` is called only if a proof refuses an edition or a file made of one; it gets the bound editions by file
    name. It is not called for problems that are found before.
    """
    with recover_delivery(order.folder, order.out) as warnings:
        finished = _build(order, runner, progress, on_refused)
    return replace(finished, warnings=(*warnings, *finished.warnings))


def _build(order: BuildOrder, runner: TaskRunner, progress: Progress, on_refused: OnRefused) -> Finished:
    """Make, prove and deliver the formats."""
    folder, out, formats, options = order.folder, order.out, order.formats, order.options
    progress("read", 0, 0, str(folder))
    runner.prepare(load_typesetter, ())  # a worker loads the layout engine while the book is read
    with import_editions(formats, runner):
        book, warnings = load_book(folder, options, runner, progress)  # read, assemble, check
    pandoc.end_idle_processes()
    whole_pack, book = book, reduce_to_supplement(book, folder, out)
    book = offprints.reduce_to_interview(book, options.only) if options.only else book
    finishing = _plan_finishing(book, folder, options.finishing)
    warnings = (*warnings, *refuse_invalid(book, folder, formats, runner.executor))
    is_printed = "pdf" in formats
    book, pointer_warnings = add_page_pointers(book, folder, runner, progress, options, is_required=is_printed)
    book, whole = offprints.add_folios(book, whole_pack, folder, runner, progress)
    with prepare_formats(book, folder, formats, runner) as patient_runner:
        printed, print_warnings = print_book(
            book, folder, patient_runner, progress, is_required=is_printed
        )  # set, bind
    book = book if printed else replace(book, has_offprints=False)
    runner.release_memory(len(book.interviews))
    pdfs = PdfReader(runner)
    if printed:
        pdfs.start_proof(book, printed.data, printed.spans, folder)  # workers read it while other formats are bound
    book, copies = _bind_copies(book, folder, formats, printed, runner, progress)
    with _show_refused(book, copies, on_refused):
        reports = prove_copies(book, copies.items(), pdfs, progress, folder)
    try:
        _compare_with_print(book, copies, printed, pdfs, folder)
        offprints.prove_folios(book, whole_pack, printed, whole, pdfs)
        further = (
            finishing.make_files(book, folder, copies["pdf"], runner, progress) if finishing and is_printed else ()
        )
    except Refused as refused:
        if printed is None or "pdf" in formats:
            with _show_refused(book, copies, on_refused):
                raise
        # What cannot be printed does not stop the screens.
        printed, further, print_warnings = None, (), (*print_warnings, warn_of_missing_pages(refused))
        book = replace(book, has_offprints=False)
        book, copies = _bind_copies(book, folder, formats, None, runner, progress)
        with _show_refused(book, copies, on_refused):
            reports = prove_copies(book, copies.items(), pdfs, progress, folder)
    if options.finishing.single:
        with _show_refused(book, copies, on_refused):
            further = (*further, single_web.make_group(book, copies["html"]))
    runner.stop_idle_workers()
    files = _name_files(book, copies)
    progress("deliver", 0, 0, str(out))
    memory = _remember_delivery(book, whole_pack, printed, folder, out) if book.pack else None
    record_name, record = delivery_record.update_record(book, out, files, reports, further, memory, pdfs.list_parts)
    files |= {f"{book.slug}{file}": data for group in further for file, data in group.files.items()}
    if foreign := list(foreign_files.find_foreign_files(out, files, record_name)):
        raise Refused(foreign)
    delivery.deliver_files(out, {**files, record_name: record})
    stale = [_warn_of_stale_file(path) for path in delivery_record.find_stale_files(book, out, record, formats)]
    finished = Finished(
        (
            *(
                (out / name_main_file(book, name), summarize_reports([report]))
                for name, report in zip(formats, reports, strict=True)
            ),
            *((out / f"{book.slug}{group.kind}", group.proved) for group in further),
        ),
        (
            *warnings,
            *pointer_warnings,
            *print_warnings,
            *stale,
            *(warning for group in further for warning in group.warnings),
        ),
    )
    if not stale and _depends_on_inputs_alone(book, warnings):
        remember_delivery(order, delivery_record.read_digests(record_name, record), finished, runner.cache)
    return finished


def preview_book(folder: Path, runner: TaskRunner, options: BuildOptions = WHOLE_BOOK) -> Preview:
    """Return the web edition and the printed pages without proof or delivery; raise Refused as `build_book` does."""
    book, warnings = load_book(folder, options, runner)
    book, pointer_warnings = add_page_pointers(book, folder, runner, ignore_progress, options)
    printed, print_warnings = print_book(book, folder, runner, ignore_progress, is_required=False)
    book = replace(book, has_offprints=False, has_cards=False)  # a preview has none
    files = make_web_pages(book, folder, printed.pagination if printed else None, runner)
    return Preview(book, files, printed, (*warnings, *pointer_warnings, *print_warnings))


def refuse_invalid(
    book: Book, folder: Path, formats: Sequence[str], executor: Executor = NO_WORKERS.executor
) -> tuple[Problem, ...]:
    """Return the warnings that concern these formats; raise Refused if there are errors, before anything is set."""
    problems = validate_formats(book, folder, formats, executor)
    if select_errors(problems):
        raise Refused(problems)
    return problems


@contextlib.contextmanager
def recover_delivery(folder: Path, out: Path) -> Iterator[tuple[Problem, ...]]:
    """Complete an interrupted delivery in `out`; give its warnings, and add them to a refusal.

    Raises Refused if a link in the book's folder leads to an `out` elsewhere.
    """
    out = out.absolute()
    refuse_link_out(out, folder, "--out")
    warnings = delivery.recover_out(out)
    try:
        yield warnings
    except Refused as refused:
        if not warnings:
            raise
        raise Refused((*warnings, *refused.problems)) from refused


def reduce_to_supplement(book: Book, folder: Path, out: Path) -> Book:
    """Return a supplement with only new and changed interviews, proved; any other book as it is. May raise Refused."""
    reduced = supplement.reduce_to_supplement(book, folder, out)
    if reduced.pack and reduced.pack.supplement:
        earlier = supplement.read_earlier_interviews(reduced.pack, book.slug, folder, out)
        if problems := proof.prove_supplement(book, reduced, earlier):
            raise Refused(problems)
    return reduced


def add_page_pointers(
    book: Book,
    folder: Path,
    runner: TaskRunner,
    progress: Progress,
    options: BuildOptions,
    *,
    is_required: bool = False,
) -> tuple[Book, tuple[Problem, ...]]:
    """Return the pack with the pages of the whole book on which its interviews stand; any other book as it is.

    If the print edition of the whole book is wrong, name no pages, and return a warning; raise Refused if they are
    required.
    """
    if book.pack is None:
        return book, ()
    whole = selection.choose_printable_book(book, ReleaseOptions(get_current_time(), options.released))
    printed, warnings = print_book(whole, folder, runner, progress, is_required=False)
    pointed = selection.add_pointers(book, printed.pagination if printed else None)
    if printed and (problems := proof.prove_pointers(pointed, PdfReader(runner).read(printed.data))):
        refused = Refused(problems)
        if is_required:
            raise refused
        return selection.add_pointers(book, None), (*warnings, warn_of_missing_pages(refused))
    return pointed, warnings


# --- steps ------------------------------------------------------------------------------------------


def _plan_finishing(book: Book, folder: Path, options: FinishOptions) -> FinishPlan | None:
    """Return what to make of the editions; None for a book of which nothing is made, so that nothing is loaded."""
    if options == FinishOptions() and book.pack is None:
        return None
    from onrecord.pipeline import finish

    return finish.plan_finishing(book, folder, options)


def _depends_on_inputs_alone(book: Book, warnings: Sequence[Problem]) -> bool:
    """Return whether only the inputs decide what is built: neither a date nor an earlier delivery."""
    return not (book.pack and book.pack.supplement) and not clearance.depends_on_time(book, warnings)


def _bind_copies(
    book: Book,
    folder: Path,
    formats: Sequence[str],
    printed: PrintEdition | None,
    runner: TaskRunner,
    progress: Progress,
) -> tuple[Book, dict[str, Files]]:
    """Return the files of each format, with the page numbers of the print edition if there is one.

    The web edition is made last, and the book returned says which of the others it offers.
    """
    copies: dict[str, Files] = {}
    for name in sorted(formats, key=lambda name: name == "html"):
        progress("bind", len(copies), len(formats), name)
        if name == "html":
            book = offered_files.offer_files(book, copies)
        copies[name] = FORMATS[name].make(book, folder, printed, runner)
        if name == "html":
            offered = offered_files.list_offered_files(book, copies)
            copies[name] = {
                **copies[name],
                **offprints.print_for_web(book, printed, folder, runner, progress),
                **offered,
            }
    return book, {name: copies[name] for name in formats}


def _compare_with_print(
    book: Book, copies: Mapping[str, Files], printed: PrintEdition | None, pdfs: PdfReader, folder: Path
) -> None:
    """Raise Refused if page numbers of e-book or web are not those of print, or an off-print is wrong."""
    if printed:
        _prove_page_parity(book, pdfs.read(printed.data), copies, pdfs.runner)
    web = copies.get("html", {})
    problems = offprints.prove_in_web(book, web, pdfs, folder)
    problems += offered_files.prove_offered_files(book, web, copies, pdfs, folder) if web else ()
    if problems:
        raise Refused(problems)


@contextlib.contextmanager
def _show_refused(book: Book, copies: Mapping[str, Files], on_refused: OnRefused) -> Iterator[None]:
    """Give the copies to `on_refused` if the block refuses them."""
    try:
        yield
    except Refused:
        on_refused(_name_files(book, copies))
        raise


def _name_files(book: Book, copies: Mapping[str, Files]) -> dict[str, bytes]:
    """Return all files by the names under which they are delivered."""
    return {
        name_delivered_file(book, name, file): data for name, group in copies.items() for file, data in group.items()
    }


def _prove_page_parity(book: Book, printed: proof.PrintedBook, copies: Mapping[str, Files], runner: TaskRunner) -> None:
    """Check that the page marks of e-book and web stand where the printed pages begin."""
    epub = copies["epub"][""] if "epub" in copies else None
    problems = proof.prove_page_parity(book, printed, epub, copies.get("html"), runner)
    if problems:
        raise Refused(problems)


def _remember_delivery(
    book: Book, whole_pack: Book, printed: PrintEdition | None, folder: Path, out: Path
) -> Mapping[str, object]:
    """Return what a later supplement must know of this pack."""
    sections = printed.pagination.leaves if printed else {}
    last_labels = {name: pages[-1].label for name, pages in sections.items() if pages}
    return supplement.build_delivery(book, printed.turn_pages if printed else {}, last_labels, whole_pack, folder, out)


def _warn_of_stale_file(path: Path) -> Problem:
    """Return the warning that a finished file in OUT belongs to an earlier edition."""
    sentence = f"“{path.name}” was made of an earlier edition of this book and stands beside the new one"
    hint = "build it again with the same option, or delete it"
    return Problem(
        SourceLocation(str(path)), Rule.COPIES_ARE_OF_THIS_EDITION, sentence, hint, severity=Severity.WARNING
    )
