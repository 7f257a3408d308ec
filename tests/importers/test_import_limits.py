"""Import is bounded: reading takes linear time, has limits that messages state, and one file stops no other."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import pytest

from onrecord.importers import import_file, reader_choice, result_storage
from onrecord.model.problems import Problem
from onrecord.runtime.work_limits import limit_cpu_time
from onrecord.runtime.worker_pool import WorkerPool
from tests.support.workers import IMPORTS

SENTENCE = "The light on the outer mole burns white every four seconds. "
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="c.opf"/>'
    "</rootfiles></container>"
)
OPF = '<package xmlns="http://www.idpf.org/2007/opf">'


def make_epub(chapter: str, *, times: int = 1) -> bytes:
    """Make an e-book whose spine names its only chapter so many times."""
    out = io.BytesIO()
    spine = '<itemref idref="i"/>' * times
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", CONTAINER)
        manifest = '<manifest><item id="i" href="c.xhtml"/></manifest>'
        archive.writestr("c.opf", f"{OPF}{manifest}<spine>{spine}</spine></package>")
        archive.writestr("c.xhtml", f"<html>{chapter}</html>")
    return out.getvalue()


LONG_TEXTS: dict[str, tuple[str, str | bytes]] = {
    "one paragraph of 250,000 words": ("talk.md", "word " * 250_000),
    "one paragraph, forced lines": ("talk.md", "a  \n" * 30_000),
    "one paragraph of a page": ("talk.html", f"<p>{SENTENCE * 4_000}</p>"),
    "2,000 people": ("talk.md", "\n\n".join(f"P{number}: Yes, it is." for number in range(2_000))),
    "8,000 people who say their labels twice": (
        "talk.txt",
        "\n\n".join(f"Person {number // 2}: Yes, it is." for number in range(8_000)),
    ),
    "8,000 numbers of lines": ("talk.txt", "\n\n".join(f"P{number}: Yes." for number in range(8_000))),
    "one word in capitals": ("talk.txt", "Ö" * 45_000),
    "brackets": ("talk.md", "![" * 40_000),
    "words of 49,999 characters": ("talk.txt", f"{'a' * 49_999} " * 20),
    "bodies in bodies": ("talk.epub", make_epub("<body>" * 200_000)),
    "open tags": ("talk.epub", make_epub(f"<body>{'<body' * 200_000}</body>")),
    "a chapter again and again": ("talk.epub", make_epub(f"<body><p>{SENTENCE * 2_000}</p></body>", times=2_000)),
    "10,000 cues": (
        "talk.vtt",
        "WEBVTT\n\n" + "".join(f"00:00:{n % 60:02d}.000 --> 00:00:{n % 60:02d}.900\nYes.\n\n" for n in range(10_000)),
    ),
}


def import_one(folder: Path, name: str, text: str | bytes) -> tuple[list[str], tuple[Problem, ...]]:
    """Import a file in this process; return the states of the results, and the problems."""
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    results, problems = import_file.import_files([folder / name], folder / "book", accept=True)
    return [result.state for result in results], problems


@pytest.mark.slow
@pytest.mark.parametrize(("name", "text"), LONG_TEXTS.values(), ids=LONG_TEXTS)
def test_each_reader_takes_linear_time(name: str, text: str | bytes, tmp_path: Path) -> None:
    """What was quadratic took minutes here: imported, or refused with a hint, within seconds of computing."""
    start = time.process_time()
    states, problems = import_one(tmp_path, name, text)
    assert time.process_time() - start < 10
    assert states == ["new"] or [problem.hint for problem in problems if problem.hint]


def test_a_book_of_too_much_text_is_refused_with_the_limit(tmp_path: Path) -> None:
    """A chapter that compresses well is not read at all."""
    states, (problem,) = import_one(tmp_path, "talk.epub", make_epub(f"<body><p>{'word ' * 900_000}</p></body>"))
    assert (states, problem.rule) == ([], "file-is-small")
    assert "more than 4 MB of text" in problem.sentence


def test_a_source_file_that_is_no_utf_8_is_refused_with_line_and_byte(tmp_path: Path) -> None:
    text = b"---\ntitle: The Light\nsource:\n  file: originals/light.txt\n---\n\n**Who?**\n\nThe keeper \xff.\n"
    states, (problem,) = import_one(tmp_path, "light.md", text)
    assert states == []
    assert (problem.rule, problem.location.line) == ("text-is-utf-8", 9)
    assert problem.sentence == "byte 0xFF in this line is not UTF-8; the file is damaged"


def test_a_mistake_of_ours_in_a_file_refuses_that_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a reader raises: the sentence names where, and the other files are imported."""

    def overflow(_data: bytes, _name: str) -> None:
        raise OverflowError("math range error")

    monkeypatch.setitem(reader_choice.READERS, ".vtt", overflow)
    (tmp_path / "bad.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nYes.\n", encoding="utf-8")
    (tmp_path / "good.txt").write_text("Who lights the lamp?\n\nThe keeper.\n", encoding="utf-8")
    files = [tmp_path / "bad.vtt", tmp_path / "good.txt"]
    (result,), (problem, *_) = import_file.import_files(files, tmp_path / "book", accept=True)
    assert result.source == files[1]
    assert problem.sentence.startswith("On Record made a mistake here (OverflowError: math range error, test_import")
    assert problem.rule == "on-record-works"


@pytest.mark.slow
def test_a_file_on_which_a_worker_computes_too_long_ends_the_worker(tmp_path: Path) -> None:
    """The system ends the worker; the next file gets another one."""
    (tmp_path / "slow.txt").write_text(f"{SENTENCE}\n\n" * 9_000, encoding="utf-8")
    (tmp_path / "good.txt").write_text("Who lights the lamp?\n\nThe keeper.\n", encoding="utf-8")
    files = [tmp_path / "slow.txt", tmp_path / "good.txt"]
    with WorkerPool(1) as workers:
        jobs = [
            import_file._ImportJob(path, result_storage.ImportTarget(tmp_path / "book"), True, tmp_path)
            for path in files
        ]
        limited = [workers.submit(_import_limited, (job, limit)) for job, limit in zip(jobs, (0.2, 9), strict=True)]
        assert str(limited[0].exception()) == "it took longer, and was stopped"
        assert len(limited[1].result()) == 1


def _import_limited(job_and_limit: tuple[import_file._ImportJob, float]) -> list[object]:
    """Import a file with a limit of computing time. Runs in a worker."""
    job, limit = job_and_limit
    with limit_cpu_time(limit):
        return list(import_file._import_without_limits(job))  # type: ignore[arg-type]


def test_workers_import_what_this_process_would(tmp_path: Path) -> None:
    """The result travels from the worker, with its pictures and its report."""
    (tmp_path / "light.txt").write_text("Who lights the lamp?\n\nThe keeper.\n", encoding="utf-8")
    books = tmp_path / "a", tmp_path / "b"
    import_file.import_files([tmp_path / "light.txt"], books[0], accept=True)
    import_file.import_files([tmp_path / "light.txt"], books[1], accept=True, workers=IMPORTS)
    contents = [{p.relative_to(book): p.read_bytes() for p in book.rglob("*") if p.is_file()} for book in books]
    assert contents[0] == contents[1]
    assert contents[0]


def test_a_mistake_while_a_result_is_stored_refuses_this_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report of one file fails; the other is imported."""

    def fail_for_first(reading: object, draft: object, title: str) -> str:
        if title == "first.txt":
            raise KeyError("lamp")
        return "<html></html>"

    monkeypatch.setattr(result_storage, "build_import_report", fail_for_first)
    for name in ("first.txt", "second.txt"):
        (tmp_path / name).write_text("Q: How?\n\nA: With oil.\n\nQ: Why?\n\nA: For light.\n", "utf-8")
    files = [tmp_path / "first.txt", tmp_path / "second.txt"]
    results, problems = import_file.import_files(files, tmp_path / "book/interviews", accept=True)
    assert [result.source.name for result in results] == ["second.txt"]
    failures = [problem.location.file for problem in problems if problem.rule == "on-record-works"]
    assert [Path(name).name for name in failures] == ["first.txt"]
