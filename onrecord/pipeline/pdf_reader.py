"""Read back the PDF files of a build and prove them, each once: in threads, in workers, or in this process."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord import proof
from onrecord.editions import own_design
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from onrecord.runtime.worker_pool import WorkerPool

if TYPE_CHECKING:
    from onrecord.model import Book
    from onrecord.model.page_numbers import LeafSpan
    from onrecord.proof import Report
    from onrecord.runtime.cache import Cache

LARGE_PRINT = "-large-print.pdf"  # what a pack's PDF has beside it, after the slug
_FEW_PAGES = 120  # one worker reads back so many while this process makes and proves e-book and web


class PdfReader:
    """Reads back PDF files for the proof, each once, in threads that use the workers."""

    def __init__(self, runner: TaskRunner) -> None:
        self.runner = runner
        self._results: dict[bytes, Future[proof.PrintedBook]] = {}
        self._files: dict[bytes, proof.BoundFile] = {}  # what files say of themselves
        self._proofs: dict[bytes, tuple[_PdfJob, Future[_PdfProof]]] = {}  # of small files

    def start_proof(self, book: Book, data: bytes, spans: tuple[LeafSpan, ...], folder: Path) -> None:
        """Start to read a bound book in the background; if it has few pages, let a worker prove it, too."""
        pool = self.runner.executor
        if isinstance(pool, WorkerPool) and spans and spans[-1].stop <= _FEW_PAGES:
            job = _PdfJob(book, data, spans, folder, self.runner.cache)
            self._proofs[data] = job, pool.submit_short(_prove_in_worker, job)
        else:
            self.start(data, book, spans)

    def find_report(self, book: Book, files: Mapping[str, bytes], folder: Path | None) -> Report | None:
        """Return a worker's report on these files of the book; None if there is none, so that they are proved here."""
        proved = self._find_proof(files[""]) if len(files) == 1 else None
        if proved is None:
            return None
        job, _ = self._proofs[files[""]]
        is_same = (folder, replace(book, offered=())) == (job.folder, replace(job.book, offered=()))
        return proved.report if is_same else None

    def _find_proof(self, data: bytes) -> _PdfProof | None:
        """Return what a worker found in a PDF; None if none proved it or it failed."""
        _, future = self._proofs.get(data, (None, None))
        return None if future is None or future.exception() else future.result()

    def start(self, data: bytes, book: Book | None = None, spans: tuple[LeafSpan, ...] = ()) -> None:
        """Start to read a PDF in the background; section by section if `spans` says how a book was bound."""
        if data not in self._results:
            future = self._results[data] = Future()
            threading.Thread(target=self._read, args=(data, book, spans, future), daemon=True).start()

    def read(self, data: bytes) -> proof.PrintedBook:
        """Return what PDFium reads in the file; the bytes themselves if it cannot, so that the proof says so."""
        if proved := self._find_proof(data):
            return proved.printed
        self.start(data)
        return self._results[data].result()

    def find_file(self, data: bytes) -> proof.BoundFile | None:
        """Return what a file says of itself if it was read section by section; None if the proof has to read it."""
        return self._files.get(data)

    def list_parts(self, data: bytes) -> dict[str, str]:
        """Return the SHA-256 of each part of a file, as `proof.list_parts` does."""
        if proved := self._find_proof(data):
            return proved.parts
        file = self._files.get(data)
        return dict(file.parts) if file else proof.list_parts(data)

    def _read(
        self, data: bytes, book: Book | None, spans: tuple[LeafSpan, ...], future: Future[proof.PrintedBook]
    ) -> None:
        """Read a PDF for the proof and put the result, or its bytes if it is unreadable, into the future."""
        try:
            if book and spans:
                reading = proof.read_bound_pdf(book, data, spans, self.runner)
                if reading.file:
                    self._files[data] = reading.file
                future.set_result(reading.printed)
            else:
                future.set_result(proof.read_whole_pdf(data, self.runner))
        except proof.UnreadablePdfError:
            future.set_result(data)
        except BaseException as error:
            future.set_exception(error)


@dataclass(frozen=True, slots=True)
class _PdfJob:
    """A PDF to prove in a worker: the book that it must hold, how it was bound, and the folder of the book."""

    book: Book
    data: bytes
    spans: tuple[LeafSpan, ...]
    folder: Path
    cache: Cache


@dataclass(frozen=True, slots=True)
class _PdfProof:
    """What a worker found in a PDF: the words, the report on them and on the file, and the SHA-256 of each part."""

    printed: proof.PrintedBook
    report: Report
    parts: dict[str, str]


def _prove_in_worker(job: _PdfJob) -> _PdfProof:
    """Read a bound book, prove it and list its parts. Runs in a worker."""
    pdfs = PdfReader(TaskRunner(NO_WORKERS.executor, job.cache))
    pdfs.start(job.data, job.book, job.spans)
    report = prove_pdf_files(job.book, {"": job.data}, pdfs, job.folder)
    return _PdfProof(pdfs.read(job.data), report, pdfs.list_parts(job.data))


def prove_pdf_files(book: Book, files: Mapping[str, bytes], pdfs: PdfReader, folder: Path | None = None) -> Report:
    """Prove the PDF, and large print beside it: the same words on other pages."""
    if report := pdfs.find_report(book, files, folder):
        return report
    for data in files.values():
        pdfs.read(data)
    pdfs.runner.release_memory(len(book.interviews))  # that of the workers that read the file
    fonts = [folder / "fonts"] if folder else []
    reports = [
        proof.prove_pdf_file(
            book,
            data,
            pdfs.read(data),
            is_large=name == LARGE_PRINT,
            has_templates=own_design.has_own_templates(folder, "print"),
            font_folders=fonts,
            cache=pdfs.runner.cache,
            file=pdfs.find_file(data),
        )
        for name, data in files.items()
    ]
    problems = [problem for report in reports for problem in report.problems]
    if LARGE_PRINT in files:
        problems += proof.prove_normal_pages(book, pdfs.read(files[""]), pdfs.read(files[LARGE_PRINT]))
    report = replace(reports[0], problems=tuple(problems))
    own_files = own_design.list_own_design(folder, "print", "print") if problems else []
    return proof.name_own_design(report, own_files) if own_files else report
