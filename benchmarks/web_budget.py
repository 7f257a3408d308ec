"""Measure what the first visit to the web edition of the manual costs: bytes, layout shift, Lighthouse scores.

    python -m benchmarks.web_budget [--book docs] [--lighthouse FOLDER [--pages NAME.html …] [--runs 3]]

Printed are the compressed size of each page with all that it loads but the fonts (the aim: 100 kB for the first one),
and the layout shift on a phone and on a desk while fonts and pages come slowly (the aim: 0). FOLDER is one in which
`npm install lighthouse` was run; then the scores of the first page and of the largest one are printed, too, or those of
`--pages` (the aim: 98 in all four), as a phone of today has them: on a machine with a low index, Lighthouse slows down
less than it does elsewhere. Each is the median of `--runs`.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import gzip
import http.server
import io
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from onrecord.editions import html
from onrecord.manuscript.read_book import read_book
from tests.support.browser import Browser, Tab, start_browser

ROOT = Path(__file__).resolve().parents[1]
SIZES = {"phone": (390, 844), "desk": (1280, 800)}
SLOW = {"latency": 100, "downloadThroughput": 200_000, "uploadThroughput": 200_000}  # milliseconds; bytes a second
OBSERVER = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
MOST_PAGES = 4  # of interviews, evenly chosen, whose layout shift is measured
USUAL_SLOWDOWN, PHONE_INDEX = 4.0, 375  # of Lighthouse, and the speed of a phone, as it measures speed
METRICS = (
    "first-contentful-paint",
    "largest-contentful-paint",
    "speed-index",
    "total-blocking-time",
    "cumulative-layout-shift",
)
TEXTS = (".html", ".css", ".js", ".svg")  # that are sent compressed
LOADED = ("style.css", "theme.js", "site.js", "search.js", "icon.svg")


def list_sizes(files: Mapping[str, bytes]) -> Iterator[tuple[str, int]]:
    """Yield each page with the compressed size of what it loads, without fonts."""
    shared = sum(len(gzip.compress(files[name])) for name in LOADED)
    for name in sorted(name for name in files if name.endswith(".html")):
        yield name, len(gzip.compress(files[name])) + shared


def measure_shift(tab: Tab, address: str) -> float:
    """Return the layout shift of a page that comes slowly, until nothing moves any more."""
    for name in ("Page.enable", "Network.enable"):
        tab.send(name)
    tab.send("Network.setCacheDisabled", cacheDisabled=True)
    tab.send("Network.emulateNetworkConditions", offline=False, **SLOW)
    tab.send("Page.addScriptToEvaluateOnNewDocument", source=OBSERVER)
    tab.go(address)
    tab.settle()
    tab.settle()
    return float(tab.evaluate("window.shift"))


class _PackingHandler(http.server.SimpleHTTPRequestHandler):
    """Sends texts compressed, and many files by one connection, as every server does on which people publish sites."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Print nothing."""

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """Begin the answer, and return what is sent."""
        path = Path(self.translate_path(self.path))
        if path.suffix not in TEXTS or not path.is_file():
            return super().send_head()
        data = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        for name, value in (("Type", self.guess_type(path)), ("Encoding", "gzip"), ("Length", str(len(data)))):
            self.send_header(f"Content-{name}", value)
        self.end_headers()
        return io.BytesIO(data)


@contextlib.contextmanager
def serve_packed(folder: Path) -> Iterator[str]:
    """Serve a folder, and give its address."""
    handler = functools.partial(_PackingHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def print_shifts(browser: Browser, root: str, pages: list[str]) -> None:
    """Print the layout shift of each page in windows of each size."""
    for size, (width, height) in SIZES.items():
        shifts = {}
        for page in pages:
            tab = browser.open("about:blank")
            tab.set_window(width, height)
            shifts[page] = measure_shift(tab, root + page)
            tab.close()
        worst = max(shifts, key=lambda page: shifts[page])
        print(f"layout shift, {size}: {shifts[worst]:.4f} at most ({worst}), {len(pages)} pages")


def print_scores(folder: Path, address: str, runs: int) -> None:
    """Print the four scores that Lighthouse gives a page, and what its performance consists of: medians of the runs."""
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    flags = "--headless=new --no-sandbox --disable-dev-shm-usage"
    command = ["node", str(program), address, "--quiet", "--output=json", f"--chrome-flags={flags}"]
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    slowdown, reports = USUAL_SLOWDOWN, []
    for _ in range(1 + runs):  # the first time the speed of the machine is measured
        options = [*command, f"--throttling.cpuSlowdownMultiplier={slowdown}"]
        report = json.loads(subprocess.run(options, env=environment, capture_output=True, check=True).stdout)
        speed = report["environment"]["benchmarkIndex"]
        slowdown = round(max(1.0, min(USUAL_SLOWDOWN, speed / PHONE_INDEX)), 1)
        reports.append(report)

    def find_median(kind: str, name: str, value: str) -> float:
        """Return the median of a value of a category or an audit in all reports but the first."""
        return statistics.median(float(report[kind][name][value]) for report in reports[1:])

    scores = {name: 100 * find_median("categories", name, "score") for name in reports[0]["categories"]}
    print(f"Lighthouse, {address.rpartition('/')[2]}: " + ", ".join(f"{name} {scores[name]:.0f}" for name in scores))
    times = [f"{name} {find_median('audits', name, 'numericValue'):.3g}" for name in METRICS]
    print(f"  {', '.join(times)}")
    print(f"  on a machine of index {speed:.0f}, slowed down {options[-1].rpartition('=')[2]} times", flush=True)


def main() -> None:
    """Make the web edition in a temporary folder, and print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--book", type=Path, default=ROOT / "docs")
    parser.add_argument("--lighthouse", type=Path)
    parser.add_argument("--pages", nargs="*", help="the pages that Lighthouse looks at")
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    book = read_book(options.book)
    slugs = {interview.slug for interview in book.interviews}
    files = html.make_html(book, options.book)
    sizes = dict(list_sizes(files))
    largest = max(sizes, key=lambda name: sizes[name])
    print(f"first page: {sizes['index.html'] / 1000:.1f} kB compressed, without fonts")
    print(f"largest page: {sizes[largest] / 1000:.1f} kB ({largest})")
    with tempfile.TemporaryDirectory() as place:
        for name, data in files.items():
            path = Path(place) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        interviews = [name for name in sizes if name.removesuffix(".html") in slugs]
        pages = ["index.html", *interviews[:: max(len(interviews) // MOST_PAGES, 1)]]
        with serve_packed(Path(place)) as root:
            with start_browser() as browser:
                print_shifts(browser, root, pages)
            for page in (options.pages or ("index.html", largest)) if options.lighthouse else ():
                print_scores(options.lighthouse, root + page, options.runs)


if __name__ == "__main__":
    main()
