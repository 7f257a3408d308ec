"""Long words, addresses and wide tables fit a phone and the paper that a web page is printed on."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path

import pytest

from onrecord.editions import epub, html
from onrecord.manuscript.read_book import read_book
from onrecord.proof.reading.pdf_pages import read_whole_pdf
from tests.support.browser import Browser

pytestmark = pytest.mark.slow

PHONE_PX = 390
WORD = "w" * 80
ADDRESS = "https://example.org/the-keeper_of_the-light?utm_source=newsletter&id=" + "8f3c2a9d7e6b5f4c" * 4
MONTHS = range(1, 13)
BODY = f"""---
title: "{WORD}"
standfirst: "See {ADDRESS}"
byline: "By {WORD}"
people: [{{name: "{WORD}", role: interviewee}}]
---
**{WORD}?**

{WORD} and {ADDRESS} and `{WORD}`.[^note]

## {WORD}

**And the year?**

| {" | ".join(f"Month{month}" for month in MONTHS)} |
|{"---|" * 12}
| {" | ".join(str(1000 * month) for month in MONTHS)} |

: {WORD}

| Key | {WORD} |
|-----|--------|
| `{WORD}` | {ADDRESS} |

::: verse
{WORD} and more
:::

[^note]: {WORD} and {ADDRESS}.
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the web edition and of the e-book of one book."""
    home = tmp_path_factory.mktemp("narrow")
    (home / "interviews").mkdir()
    (home / "book.yaml").write_text("title: Narrow\ndisclaimer: none\ndate: 2026-01-31\n", encoding="utf-8")
    (home / "interviews" / "talk.md").write_text(BODY, encoding="utf-8")
    (home / "interviews" / "next.md").write_text(BODY, encoding="utf-8")
    book = read_book(home)
    for name, data in html.make_html(book, home).items():
        (home / "web" / name).parent.mkdir(parents=True, exist_ok=True)
        (home / "web" / name).write_bytes(data)
    with zipfile.ZipFile(io.BytesIO(epub.make_epub(book, home))) as archive:
        archive.extractall(home / "epub")
    return home


def test_nothing_scrolls_sideways_on_a_phone(pages: Path, browser: Browser) -> None:
    """In the e-book nothing at all may be wider than the page; on the web a table may scroll by itself."""
    files = [*pages.glob("web/*.html"), *pages.glob("epub/EPUB/*.xhtml")]
    assert len(files) > 8
    for file in files:
        tab = browser.open(file.as_uri())
        tab.set_window(PHONE_PX, 800)
        assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE_PX, file.name
        tab.close()


def test_the_last_column_is_on_the_printed_web_page(pages: Path, browser: Browser) -> None:
    tab = browser.open((pages / "web/talk.html").as_uri())
    data = base64.b64decode(tab.send("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])
    tab.close()
    runs = [run for page in read_whole_pdf(data).pages for run in page.runs]
    assert "12000" in "".join(run.text.strip() for run in runs)
    assert max(run.right for run in runs) < 8.27 * 72
