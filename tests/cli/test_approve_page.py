"""`approve --take FILE --page`: the changes as a page, what is checked on it, and what it asks of the browser."""

from __future__ import annotations

import queue
import re
import threading
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest

from onrecord.approval.comparison_page import write_comparison_page
from onrecord.approval.review import review_document
from onrecord.cli.command_line import main
from onrecord.cli.comparison_server import ask_on_page
from onrecord.cli.exit_codes import ExitCode
from tests.support.approval_books import write_approval_book
from tests.support.browser import PATIENCE_S, start_browser
from tests.support.returned_documents import DocumentEditor


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795000000")
    folder = write_approval_book(tmp_path / "book")
    assert main(["approve", "keeper", "--book", str(folder), "--to", "The Keeper"]) == ExitCode.DONE
    return folder


def return_document(book: Path, *, tracks: bool = True) -> DocumentEditor:
    return DocumentEditor((book / "approval/keeper.docx").read_bytes(), tracks=tracks)


class Asked(threading.Thread):
    """Runs `ask_on_page`, as the command does."""

    def __init__(self, page: str) -> None:
        super().__init__(daemon=True)
        self.page = page
        self.addresses: queue.Queue[str] = queue.Queue()
        self.taken: set[int] | None = {-1}
        self.start()
        self.address = self.addresses.get(timeout=PATIENCE_S)

    def run(self) -> None:
        self.taken = ask_on_page(self.page, self.addresses.put)

    def finish(self) -> set[int] | None:
        self.join(PATIENCE_S)
        return self.taken


def test_the_page_shows_each_change_in_its_paragraph(book: Path) -> None:
    """With what was added and taken out, who and when, and a check box; nothing in it is markup of somebody else."""
    editor = return_document(book)
    editor.replace("dusk", "sunset <script>")
    editor.comment("one tin", "Is that so?")
    editor.set_look("two lines", "<w:i/>")
    editor.join("And who puts")
    path = editor.save(book.parent / "back.docx")
    page = write_comparison_page(review_document(book, path, ""), "back.docx")
    assert "<h2>A1 <span>line 19</span></h2>" in page
    assert '<p lang="en" dir="auto">The keeper lights it at <del>dusk</del><ins>sunset &lt;script&gt;</ins>,' in page
    assert "Is that so? <span" in page
    assert "on <mark>two lines</mark>" in page
    assert "And who puts it out?<del> ¶ </del>" in page
    assert page.count('type="checkbox" name="take"') == page.count(" checked>") == 3
    assert "<script" not in page
    assert "http" not in page


def test_a_change_that_nobody_tracked_is_not_checked(book: Path) -> None:
    editor = return_document(book, tracks=False)
    editor.replace("dusk", "sunset")
    page = write_comparison_page(review_document(book, editor.save(book.parent / "b.docx"), ""), "b.docx")
    assert page.count('type="checkbox"') == 1
    assert " checked>" not in page
    assert "NOT TRACKED" in page


def test_a_move_has_one_box(book: Path) -> None:
    editor = return_document(book)
    editor.move_paragraph("Some words of introduction", "And who puts")
    page = write_comparison_page(review_document(book, editor.save(book.parent / "b.docx"), ""), "b.docx")
    assert page.count('type="checkbox"') == 1
    assert "goes with the change at introduction" in page


@pytest.mark.parametrize(
    ("fields", "taken"),
    [
        ([("take", "0"), ("take", "2"), ("write", "yes")], {0, 2}),
        ([("write", "yes")], set()),
        ([("take", "0"), ("write", "no")], None),
        ([("take", "x"), ("take", "-1"), ("take", "²"), ("write", "yes")], set()),
        ([], None),
    ],
)
def test_what_is_checked_is_taken(fields: list[tuple[str, str]], taken: set[int] | None) -> None:
    asked = Asked("<form>")
    with urlopen(asked.address, data=urlencode(fields).encode(), timeout=PATIENCE_S) as answer:
        assert "close this page" in answer.read().decode()
    assert asked.finish() == taken


def test_only_its_own_address_answers() -> None:
    """No other host name, no other path, nothing too large; and the page may load nothing."""
    asked = Asked("<form>")
    parts = urlsplit(asked.address)

    def request(method: str, path: str, **headers: str) -> int:
        connection = HTTPConnection("127.0.0.1", parts.port or 0, timeout=PATIENCE_S)
        connection.request(method, path, headers={"Host": f"127.0.0.1:{parts.port}", **headers})
        status = connection.getresponse().status
        connection.close()
        return status

    assert request("GET", "/") == 404
    assert request("POST", "/", **{"Content-Length": "0"}) == 404
    assert request("GET", parts.path, Host="example.org") == 404
    assert request("POST", parts.path, **{"Content-Length": "2000000"}) == 400
    assert request("POST", parts.path, **{"Content-Length": "x"}) == 400
    with urlopen(asked.address, timeout=PATIENCE_S) as answer:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
    assert request("POST", parts.path, **{"Content-Length": "0"}) == 200
    assert asked.finish() is None


def test_what_the_page_says_is_written(
    book: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A change that is not checked is not written."""
    editor = return_document(book)
    editor.replace("dusk", "sunset")
    editor.replace("Night", "Day")
    path = editor.save(book.parent / "back.docx")

    def check_last(page: str, on_ready: object) -> set[int]:
        return {int(number) for number in re.findall(r'name="take" value="(\d+)"', page)[-1:]}

    monkeypatch.setattr("onrecord.cli.comparison_server.ask_on_page", check_last)
    assert main(["approve", "--book", str(book), "--take", str(path), "--page"]) == ExitCode.DONE
    assert "1 change written" in capsys.readouterr().out
    text = (book / "interviews/keeper.md").read_text(encoding="utf-8")
    assert "at sunset" in text
    assert 'The Light "at" Night' in text


@pytest.mark.slow
def test_an_editor_decides_in_a_browser(book: Path) -> None:
    """With the keyboard; the page calls nothing else, and each box has a name."""
    editor = return_document(book)
    editor.replace("dusk", "sunset")
    editor.replace("Night", "Day")
    review = review_document(book, editor.save(book.parent / "back.docx"), "")
    asked = Asked(write_comparison_page(review, "back.docx"))
    with start_browser() as browser:
        tab = browser.open(asked.address)
        assert tab.evaluate("performance.getEntriesByType('resource').length") == 0
        names = tab.evaluate("[...document.querySelectorAll('input')].map((box) => box.labels[0].innerText)")
        assert [name.split(" The Keeper")[0] for name in names] == ["“Night” becomes “Day”", "“dusk” becomes “sunset”"]
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        tab.evaluate("document.querySelector('input').focus()")
        tab.press_key(" ")
        assert tab.evaluate("[...document.querySelectorAll('input')].map((box) => box.checked)") == [False, True]
        tab.evaluate("document.querySelector('button[value=yes]').focus()")
        tab.press_key("Enter")
        tab.wait("document.querySelector('h1').innerText.startsWith('Thank you')")
    assert asked.finish() == {review.changes[1].number}
