#!/usr/bin/env python3
"""Measure how long a book takes: cold, after an edit and unchanged, beside plain WeasyPrint and pandoc with Typst.

    python benchmarks/press.py [--sizes 1,10,25,100,1200] [--rounds 3] [--only WORD,…] [--against REVISION] [--save]

Run it by hand with the Python of `.venv` (`pip install typst` there first, or Typst is left out) on a machine that does
nothing else. It builds the frozen books of `frozen_books.py`. Every figure is a whole process with all its children:
wall and CPU seconds, and the largest sum of their memory (PSS, Linux). The contenders take turns in each round, so
that a slow moment slows all of them; printed are medians, and ratios to the wall time of plain WeasyPrint.

`--against REVISION` also runs that revision of On Record, with its own styles, in the same rounds. Without a value it
is the revision of `baseline.json`, to which later changes report their cost. `--save` keeps the medians in
`figures.json`, which `press_figures.py` writes into the manual.

`watch` is measured from a save to the line that says that the page is shown.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import frozen_books, press_figures  # noqa: E402 - found beside this file, wherever it is run

Figure, PLAIN, TYPST, WATCH = press_figures.Figure, press_figures.PLAIN, press_figures.TYPST, press_figures.WATCH

PLAIN_CSS = """
@page {
  size: 148mm 210mm; margin: 20mm 18mm 23mm 20mm;
  @bottom-center { content: counter(page) } @top-center { content: string(title) }
}
html { font: 10.75pt/14.25pt "EB Garamond"; hyphens: auto; text-align: justify }
h1 { break-before: page; string-set: title content(); font-size: 19pt; line-height: 24pt }
h3 { font: 600 10pt "Source Sans 3"; break-after: avoid }
nav a::after { content: target-counter(attr(href), page); float: right }
"""
TYPST_HEAD = """\
#set page(width: 148mm, height: 210mm, margin: (x: 19mm, y: 21mm), numbering: "1")
#set par(justify: true)
#set text(font: "EB Garamond", size: 10.75pt, lang: "en")
#show heading.where(level: 1): it => pagebreak(weak: true) + it
#outline(depth: 1)
#let horizontalrule = line(length: 100%)
"""
_SET_CHILD_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, linux/prctl.h
SAMPLING_S = 0.3  # reading the memory of all processes takes time, too

_COMMON_WORDS = ("this", "that", "these", "those", "their")


@dataclass(frozen=True)
class Contender:
    """A command to measure, and what to do before each of its runs."""

    name: str
    prepare: Callable[[], object]
    command: list[str]
    folder: Path = ROOT
    is_watch: bool = False

    def measure(self) -> Figure:
        """Prepare, run the command and return what it used."""
        if self.is_watch:
            return measure_watch(self.command, self.folder, self.prepare)
        self.prepare()
        return measure_process(self.command, self.folder)


# --- measuring --------------------------------------------------------------------------------------


def measure_process(command: list[str], folder: Path) -> Figure:
    """Run the command in `folder`; return what it and all its children used."""
    before = os.times()
    environment = _make_environment(folder)
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = [0.0]
    watcher = threading.Thread(target=_watch_memory, args=(process, peak), daemon=True)
    watcher.start()
    _, messages = process.communicate()
    elapsed_s = os.times().elapsed - before.elapsed
    watcher.join()
    _reap_orphans()
    after = os.times()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}\n{messages.decode(errors='replace')[-2000:]}")
    cpu_s = after.children_user - before.children_user + after.children_system - before.children_system
    return Figure(elapsed_s, cpu_s, peak[0])


def measure_watch(command: list[str], folder: Path, save: Callable[[], object]) -> Figure:
    """Return what `watch` uses from a save of the book until the page is shown; its start does not count."""
    environment = _make_environment(folder)
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        _wait_for_line(process.stdout)
        cpu_s, begin_s = _measure_cpu_s(process.pid), time.monotonic()
        save()
        _wait_for_line(process.stdout)
        elapsed_s = time.monotonic() - begin_s
        peak_mb = sum(_read_pss_mb(pid) for pid in _iterate_processes(process.pid))
        figure = Figure(elapsed_s, _measure_cpu_s(process.pid) - cpu_s, peak_mb)
        process.terminate()
    _reap_orphans()
    return figure


def _make_environment(folder: Path) -> dict[str, str]:
    """Return the variables with which On Record runs from `folder`, its modules compiled as installed ones are."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _wait_for_line(output: IO[str]) -> None:
    """Read what `watch` prints until it says that a page is shown."""
    for line in output:
        if line.startswith("Shown"):
            return
    raise SystemExit("watch has ended")


def _measure_cpu_s(pid: int) -> float:
    """Return the computing time of the process and all its descendants (Linux)."""
    ticks = 0
    for number in _iterate_processes(pid):
        with contextlib.suppress(OSError):  # it has just ended
            fields = Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2]
            ticks += sum(map(int, fields.split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _adopt_orphans() -> None:
    """Become the parent of processes whose parent ends (Linux): the workers of a build are grandchildren."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reap_orphans() -> None:
    """Wait for all adopted processes, so that their computing time counts."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.wait()


def _watch_memory(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(_read_pss_mb(pid) for pid in _iterate_processes(process.pid)))
        time.sleep(SAMPLING_S)


def _iterate_processes(pid: int) -> Iterator[int]:
    """Yield the process and all its descendants."""
    yield pid
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # the process has just ended
        return
    for child in children:
        yield from _iterate_processes(int(child))


def _read_pss_mb(pid: int) -> float:
    try:
        match = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0.0
    return int(match.group(1)) / 1024 if match else 0.0


# --- what is compared -------------------------------------------------------------------------------


def edit_one_word(book: Path, number: int) -> None:
    """Replace a word of an interview in the middle of the book; another word for each number."""
    paths = sorted((book / "interviews").glob("*.md"))
    path = paths[len(paths) // 2]
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    word = _COMMON_WORDS[number % len(_COMMON_WORDS)]
    pattern = rf"\b(?:{'|'.join((*_COMMON_WORDS, 'the'))})\b"
    edited = re.sub(pattern, lambda match: word if match[0] != word else "the", body, count=1)
    path.write_text(f"---\n{front}---\n{edited}", encoding="utf-8")


def add_long_paragraph(book: Path, number: int) -> None:
    """Make the first interview two or three pages longer: one more page may fill a blank one, and move nothing."""
    path = min((book / "interviews").glob("*.md"))
    sentences = " ".join(f"This is sentence {index} of edit {number}." for index in range(150))
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{sentences}\n", encoding="utf-8")


def build_command(book: Path, out: Path, formats: str) -> list[str]:
    return [sys.executable, "-m", "onrecord", formats, "--book", str(book), "--out", str(out)]


def watch_command(book: Path) -> list[str]:
    return [sys.executable, "-m", "onrecord", "watch", "--book", str(book), "--port", "0"]


def own_command(option: str, book: Path, out: Path) -> list[str]:
    return [sys.executable, str(Path(__file__).resolve()), option, str(book), str(out)]


def _iterate_bodies(book: Path) -> Iterator[tuple[str, str, str]]:
    """Yield slug, title and Markdown of each interview."""
    for path in sorted((book / "interviews").glob("*.md")):
        _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        match = re.search(r'^title: "(.*)"$', front, re.MULTILINE)
        yield path.stem, match.group(1) if match else path.stem, body


def _run_pandoc(text: str, to: str) -> str:
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "-f", "commonmark_x", "-t", to]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def print_with_weasyprint(book: Path, out: Path) -> None:
    """Lay out one HTML file of all interviews with WeasyPrint, without tags."""
    from onrecord.runtime import font_files, font_store

    os.environ["FONTCONFIG_FILE"] = str(font_store.write_fontconfig(font_files.list_package_folders()))
    import weasyprint

    sections, contents = [], []
    for slug, title, body in _iterate_bodies(book):
        sections.append(f"# {title} {{#{slug}}}\n\n{body}")
        contents.append(f'<p><a href="#{slug}">{title}</a></p>')
    html = _run_pandoc("\n\n".join(sections), "html")
    page = f"<html lang=en><style>{PLAIN_CSS}</style><body><nav>{''.join(contents)}</nav>{html}</body></html>"
    weasyprint.HTML(string=page).write_pdf(out / "plain.pdf")


def print_with_typst(book: Path, out: Path) -> None:
    """Lay out all interviews with pandoc and Typst."""
    import typst

    from onrecord.runtime import font_files

    text = "\n\n".join(f"# {title}\n\n{body}" for _, title, body in _iterate_bodies(book))
    body = re.sub(r"#figure\(\[?#?image.*?\n\)", "", _run_pandoc(text, "typst"), flags=re.DOTALL)
    source = out / "book.typ"
    source.write_text(TYPST_HEAD + re.sub(r"#?(?:box\()?image\([^)]*\)\)?", "", body), encoding="utf-8")
    fonts = [str(path) for path in font_files.list_package_folders()]
    typst.compile(str(source), output=str(out / "typst.pdf"), font_paths=fonts)


# --- comparing --------------------------------------------------------------------------------------


def list_contenders(book: Path, out: Path, revision: Path | None) -> list[Contender]:
    """Return what is measured, in the order of each round; `revision` is a checkout of an earlier On Record."""
    cache, numbers = book / ".onrecord", iter(range(10_000))

    def empty_cache() -> None:
        shutil.rmtree(cache, ignore_errors=True)
        shutil.rmtree(out)
        out.mkdir()

    def do_nothing() -> None:
        pass

    contenders = [Contender(PLAIN, do_nothing, own_command("--plain", book, out))]
    if _has_typst():
        contenders.append(Contender(TYPST, do_nothing, own_command("--typst", book, out)))
    for folder, suffix in ((revision, " (baseline)"), (ROOT, "")):
        if folder is None:
            continue
        build = partial(build_command, book, out)
        contenders += [
            Contender(f"PDF, cold{suffix}", empty_cache, build("pdf"), folder),
            Contender(f"all three, cold{suffix}", empty_cache, build("all"), folder),
            Contender(
                f"all three, one word edited{suffix}", lambda: edit_one_word(book, next(numbers)), build("all"), folder
            ),
            Contender(
                f"all three, all pages move{suffix}",
                lambda: add_long_paragraph(book, next(numbers)),
                build("all"),
                folder,
            ),
            Contender(f"all three, nothing changed{suffix}", do_nothing, build("all"), folder),
            Contender(
                f"{WATCH}{suffix}",
                lambda: edit_one_word(book, next(numbers)),
                watch_command(book),
                folder,
                is_watch=True,
            ),
        ]
    return contenders


def compare(folder: Path, size: int, rounds: int, words: list[str], revision: Path | None) -> dict[str, Figure]:
    """Measure every contender whose name holds one of the words, `rounds` times; print and return the medians."""
    book, out = frozen_books.write_book(folder, size), folder / f"out-{size}"
    out.mkdir()
    figures: dict[str, list[Figure]] = {}
    contenders = list_contenders(book, out, revision)
    for _ in range(rounds):
        for contender in contenders:
            if any(word in contender.name for word in words):
                figures.setdefault(contender.name, []).append(contender.measure())
    medians = {name: _find_median(runs) for name, runs in figures.items()}
    plain_s = medians[PLAIN].wall_s if PLAIN in medians else 1
    print(f"\n{size} interviews, medians of {rounds}\n")
    print("| | wall s | CPU s | peak MB | wall ÷ plain |\n|---|---:|---:|---:|---:|")
    for name, figure in medians.items():
        cells = f"{figure.wall_s:.1f} | {figure.cpu_s:.1f} | {figure.peak_mb:.0f} | {figure.wall_s / plain_s:.3f}"
        print(f"| {name} | {cells} |", flush=True)
    return medians


def _find_median(runs: list[Figure]) -> Figure:
    """Return the median of each figure."""
    return Figure(*(statistics.median(values) for values in zip(*map(astuple, runs), strict=True)))


def _has_typst() -> bool:
    return subprocess.run([sys.executable, "-c", "import typst"], capture_output=True, check=False).returncode == 0


def check_out(revision: str, folder: Path) -> Path:
    """Write that revision of On Record into a folder; return the folder."""
    checkout = folder / "baseline"
    subprocess.run(["git", "clone", "--quiet", "--shared", str(ROOT), str(checkout)], check=True)
    subprocess.run(["git", "-C", str(checkout), "checkout", "--quiet", revision], check=True)
    return checkout


def main() -> None:
    """Read the arguments and compare at each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1,10,25,100,1200")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="contenders whose name holds one of these words: plain,edited")
    baseline = json.loads(frozen_books.BASELINE.read_text(encoding="utf-8"))["revision"]
    parser.add_argument(
        "--against", nargs="?", const=baseline, help="also measure this revision (default: the baseline)"
    )
    parser.add_argument("--save", action="store_true", help="keep the medians in figures.json")
    parser.add_argument("--plain", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--typst", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    _adopt_orphans()
    if options.plain:
        print_with_weasyprint(*options.plain)
    elif options.typst:
        print_with_typst(*options.typst)
    else:
        with tempfile.TemporaryDirectory(prefix="onrecord-press-") as name:
            folder = Path(name)
            revision = check_out(options.against, folder) if options.against else None
            for size in map(int, options.sizes.split(",")):
                try:
                    medians = compare(folder, size, options.rounds, options.only.split(","), revision)
                except frozen_books.CorpusMissingError as error:
                    parser.exit(2, f"Nothing was measured: {error}\n")
                if options.save:
                    press_figures.save_figures(size, medians)


if __name__ == "__main__":
    main()
