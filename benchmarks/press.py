#!/usr/bin/env python3
"""How long a book takes, cold, after an edit, and unchanged, beside plain WeasyPrint and pandoc with Typst in the same run.

    python benchmarks/press.py [--sizes 10,100,1200] [--rounds 3] [--only NAME]

Run it by hand with the Python of `.venv` (`pip install typst` there first, or it is left out), on a machine that does nothing
else: it reads the interviews of Uses This, repeated under other names for scale. Every figure is a whole process with all that
it starts: wall and CPU seconds, and the largest sum of what the processes held at once (PSS, Linux). Contenders take turns in
each round, so that what slows the machine slows them all; printed are medians, and ratios to plain WeasyPrint's wall time.
"""

from __future__ import annotations

import argparse
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
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

PLAIN_CSS = """
@page { size: 148mm 210mm; margin: 20mm 18mm 23mm 20mm; @bottom-center { content: counter(page) } @top-center { content: string(title) } }
html { font: 10.75pt/14.25pt "EB Garamond"; hyphens: auto; text-align: justify }
h1 { break-before: page; string-set: title content(); font-size: 19pt; line-height: 24pt }
h3 { font: 600 10pt "Source Sans 3"; break-after: avoid } nav a::after { content: target-counter(attr(href), page); float: right }
"""


@dataclass(frozen=True)
class Figure:
    wall_s: float
    cpu_s: float
    peak_mb: float


# --- the books --------------------------------------------------------------------------------------


def written(folder: Path, count: int) -> Path:
    """A book of that many interviews: those of the corpus, again and again under other names."""
    from tests.support import corpus

    small = folder / "small"
    if not small.exists():
        corpus.usesthis(small)
    files = sorted((small / "interviews").glob("*.md"))
    book = folder / f"book-{count}"
    (book / "interviews").mkdir(parents=True)
    shutil.copy(small / "book.yaml", book)
    for index in range(count):
        turn, source = divmod(index, len(files))
        text = files[source].read_text(encoding="utf-8")
        if turn:
            text = text.replace('title: "', f'title: "Round {turn + 1}: ', 1) + f"\n\nThis is round {turn + 1}.\n"
        (book / "interviews" / f"{files[source].stem}-{turn + 1}.md").write_text(text, encoding="utf-8")
    return book


_WORDS = ("this", "that", "these", "those", "their")


def edit(book: Path, number: int) -> None:
    """Another word in an interview in the middle of the book."""
    paths = sorted((book / "interviews").glob("*.md"))
    path = paths[len(paths) // 2]
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    known = "|".join((*_WORDS, "the"))
    other = re.sub(rf"\b(?:{known})\b", lambda found: _WORDS[number % 5] if found[0] != _WORDS[number % 5] else "the", body, count=1)
    path.write_text(f"---\n{front}---\n{other}", encoding="utf-8")


# --- measuring --------------------------------------------------------------------------------------


def measured(command: list[str]) -> Figure:
    """A whole process and all its children."""
    begun = os.times()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watcher.start()
    _, told = process.communicate()
    ended = os.times()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}\n{told.decode(errors='replace')[-2000:]}")
    cpu = ended.children_user - begun.children_user + ended.children_system - begun.children_system
    return Figure(ended.elapsed - begun.elapsed, cpu, peak[0])


def _watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(_pss_mb(pid) for pid in _family(process.pid)))
        time.sleep(0.3)  # looking costs time too


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [child for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # it has just ended
        return
    for child in children:
        yield from _family(int(child))


def _pss_mb(pid: int) -> float:
    try:
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0.0
    return int(found.group(1)) / 1024 if found else 0.0


# --- the contenders ---------------------------------------------------------------------------------


def build(book: Path, out: Path, formats: str) -> list[str]:
    return [sys.executable, "-m", "onrecord", formats, "--book", str(book), "--out", str(out)]


def plain(book: Path, out: Path) -> list[str]:
    return [sys.executable, str(Path(__file__)), "--plain", str(book), str(out)]


def typst(book: Path, out: Path) -> list[str]:
    return [sys.executable, str(Path(__file__)), "--typst", str(book), str(out)]


def _bodies(book: Path) -> Iterator[tuple[str, str, str]]:
    """Slug, title and Markdown of each interview."""
    for path in sorted((book / "interviews").glob("*.md")):
        _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        found = re.search(r'^title: "(.*)"$', front, re.MULTILINE)
        yield path.stem, found.group(1) if found else path.stem, body


def _pandoc(text: str, to: str) -> str:
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "-f", "commonmark_x", "-t", to]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def run_plain(book: Path, out: Path) -> None:
    """One HTML file of all interviews, set by WeasyPrint in one go, without tags."""
    from onrecord import faces

    os.environ["FONTCONFIG_FILE"] = str(faces.configured(faces.packaged_folders()))
    import weasyprint

    sections, contents = [], []
    for slug, title, body in _bodies(book):
        sections.append(f"# {title} {{#{slug}}}\n\n{body}")
        contents.append(f'<p><a href="#{slug}">{title}</a></p>')
    html = _pandoc("\n\n".join(sections), "html")
    page = f"<html lang=en><style>{PLAIN_CSS}</style><body><nav>{''.join(contents)}</nav>{html}</body></html>"
    weasyprint.HTML(string=page).write_pdf(out / "plain.pdf")


def run_typst(book: Path, out: Path) -> None:
    """All interviews through pandoc to Typst, set in one go."""
    import typst as engine  # type: ignore[import-not-found,unused-ignore]

    from onrecord import faces

    text = "\n\n".join(f"# {title}\n\n{body}" for _, title, body in _bodies(book))
    head = (
        '#set page(width: 148mm, height: 210mm, margin: (x: 19mm, y: 21mm), numbering: "1")\n#set par(justify: true)\n'
        '#set text(font: "EB Garamond", size: 10.75pt, lang: "en")\n#show heading.where(level: 1): it => pagebreak(weak: true) + it\n'
        "#outline(depth: 1)\n#let horizontalrule = line(length: 100%)\n"
    )
    body = re.sub(r"#figure\(\[?#?image.*?\n\)", "", _pandoc(text, "typst"), flags=re.DOTALL)
    source = out / "book.typ"
    source.write_text(head + re.sub(r"#?(?:box\()?image\([^)]*\)\)?", "", body), encoding="utf-8")
    engine.compile(str(source), output=str(out / "typst.pdf"), font_paths=[str(path) for path in faces.packaged_folders()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10,100,1200")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="contenders whose name holds one of these words: plain,edited")
    parser.add_argument("--plain", nargs=2, type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--typst", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.plain:
        return run_plain(*options.plain)
    if options.typst:
        return run_typst(*options.typst)
    with tempfile.TemporaryDirectory(prefix="onrecord-press-") as place:
        for size in map(int, options.sizes.split(",")):
            compare(Path(place), size, options.rounds, options.only)
    return None


def compare(place: Path, size: int, rounds: int, only: str) -> None:
    book, out = written(place, size), place / f"out-{size}"
    out.mkdir()
    cache, edits = book / ".onrecord", iter(range(10_000))

    def cold() -> None:
        shutil.rmtree(cache, ignore_errors=True)
        shutil.rmtree(out)
        out.mkdir()

    contenders: list[tuple[str, Callable[[], object], list[str]]] = [
        ("plain WeasyPrint, one PDF", lambda: None, plain(book, out)),
        ("pandoc and Typst, one PDF", lambda: None, typst(book, out)),
        ("PDF, cold", cold, build(book, out, "pdf")),
        ("all three, cold", cold, build(book, out, "all")),
        ("all three, one word edited", lambda: edit(book, next(edits)), build(book, out, "all")),
        ("all three, nothing changed", lambda: None, build(book, out, "all")),
    ]
    found: dict[str, list[Figure]] = {}
    for _ in range(rounds):
        for name, prepare, command in contenders:
            if any(word in name for word in only.split(",")) and not ("Typst" in name and not _has_typst()):
                prepare()
                found.setdefault(name, []).append(measured(command))
    base = statistics.median(one.wall_s for one in found.get("plain WeasyPrint, one PDF", [Figure(1, 1, 1)]))
    print(f"\n{size} interviews, medians of {rounds}\n")
    print("| | wall s | CPU s | peak MB | wall ÷ plain |\n|---|---:|---:|---:|---:|")
    for name, figures in found.items():
        wall, cpu, peak = (statistics.median(getattr(one, key) for one in figures) for key in ("wall_s", "cpu_s", "peak_mb"))
        print(f"| {name} | {wall:.1f} | {cpu:.1f} | {peak:.0f} | {wall / base:.3f} |", flush=True)


def _has_typst() -> bool:
    return subprocess.run([sys.executable, "-c", "import typst"], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main()
