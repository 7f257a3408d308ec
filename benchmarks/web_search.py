"""Measure the search of the web edition with many interviews: the time to the first results, and that of later ones.

    nice -n -10 python -m benchmarks.web_search [--interviews 1200]

The texts are those of the manual, again and again, each time with words that no other interview has. Printed are the
milliseconds from the first key to the first result, loading included (the aim: 500), and for each later query the
median and the longest of five, until the results are drawn (the aim: 100).
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from itertools import cycle, islice
from pathlib import Path

from onrecord.editions import html, search_texts
from onrecord.manuscript.read_book import read_book
from tests.support.browser import Tab, serve_folder, start_browser

ROOT = Path(__file__).resolve().parents[1]
QUERIES = (
    "t",
    "th",
    "the",
    "the page",
    "s",
    "print",
    "printe",
    '"in the"',
    "i use a book",
    "only77",
    "zzz",
    "pdf epub",
)
ROUNDS = 5
FIRST = """(async () => {
  const input = document.querySelector("dialog.search input");
  const start = performance.now();
  input.value = "paper";
  input.dispatchEvent(new Event("input"));
  while (!document.querySelector(".results li")) await new Promise((done) => setTimeout(done, 1));
  const first = performance.now() - start;
  while (document.querySelector(".count").textContent.endsWith("…")) await new Promise((done) => setTimeout(done, 5));
  return [first, performance.now() - start];
})()"""
LATER = """(async () => {
  const input = document.querySelector("dialog.search input");
  const start = performance.now();
  input.value = QUERY;
  input.dispatchEvent(new Event("input"));
  document.querySelector(".results").getBoundingClientRect();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
})()"""


def iterate_lines(files: Mapping[str, bytes], count: int) -> Iterator[bytes]:
    """Yield so many lines of the search, made of those of a site, each with a slug, a title and a word of its own."""
    names = sorted(name for name in files if name.startswith("search-") and name != "search-words.js")
    lines = [line.rstrip(b",") for name in names for line in files[name].split(b"\n")[1:-2]]
    for number, line in enumerate(islice(cycle(lines), count)):
        slug, language, title, people, pieces = json.loads(line)
        pieces[0][3] += f" only{number}"
        changed = [f"{slug}-{number}", language, f"{title} {number}", people, pieces]
        yield json.dumps(changed, ensure_ascii=False, separators=(",", ":")).encode()


def measure(tab: Tab) -> None:
    """Print how long the first search takes, and the later ones."""
    tab.press_key("/")
    tab.wait("document.activeElement.matches('dialog.search input')")
    first, complete = tab.evaluate(FIRST)
    print(f"first result {first:.0f} ms, all files searched {complete:.0f} ms")
    for query in QUERIES:
        times = [tab.evaluate(LATER.replace("QUERY", json.dumps(query))) for _ in range(ROUNDS)]
        print(f"{query:14} median {statistics.median(times):4.0f} ms, longest {max(times):4.0f} ms")


def main() -> None:
    """Write a site whose search knows many interviews, and measure it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interviews", type=int, default=1200)
    options = parser.parse_args()
    files = html.make_html(read_book(ROOT / "docs"), ROOT / "docs")
    lines = list(iterate_lines(files, options.interviews))
    texts = search_texts.write_search_files(lines, [search_texts.write_word_beginnings(line) for line in lines])
    print(f"{len(lines)} interviews, {sum(map(len, texts.values())) / 1e6:.1f} MB in {len(texts)} files")
    pages = {name: data for name, data in files.items() if not name.startswith("search-")}
    with tempfile.TemporaryDirectory() as place:
        for name, data in {**pages, **texts}.items():
            path = Path(place) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        with serve_folder(Path(place)) as root, start_browser() as browser:
            measure(browser.open(f"{root}index.html"))


if __name__ == "__main__":
    main()
