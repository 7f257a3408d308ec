"""Test the watch in a browser: saved changes, the scroll position, the panel."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest

from tests.support.browser import PATIENCE_S, Browser, Tab, start_browser
from tests.support.default_signals import restore_default_signals
from tests.support.paths import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="it is ended with Ctrl-C, which is a signal here"),
]

HOME = ROOT
NEAR_PX = 3
# The start of the first passage in the window, and its distance from the top.
PLACE = """(() => {
  const passages = [...document.querySelectorAll("main p:not(.address)")];
  const first = passages.find((passage) => passage.getBoundingClientRect().top >= 0);
  return [first.textContent.slice(0, 60), first.getBoundingClientRect().top];
})()"""
BROKEN = "\n\n**Nobody:** Who am I?\n"


def build_conversation(topic: str, turns: int = 24) -> str:
    """Return an interview whose passages can be told apart."""
    people = "people:\n  - {name: The reader, role: interviewer}\n  - {name: The desk, role: interviewee}\n"
    head = f'---\ntitle: "{topic}"\nbyline: The reader asked the desk\n{people}---\n'
    questions = [f"**The reader:** What does step {turn} of {topic} do?" for turn in range(1, turns)]
    filler = "It is told in whole sentences, so that lines are broken and pages are filled. " * 4
    answers = [
        f"**The desk:** Step {turn} of {topic} begins.\n\nThen step {turn} goes on. {filler}"
        for turn in range(1, turns)
    ]
    return (
        head
        + "\n"
        + "\n\n".join(f"{question}\n\n{answer}" for question, answer in zip(questions, answers, strict=True))
        + "\n"
    )


@dataclass
class WatchedBook:
    """A book with a running watch, and the browser that shows it."""

    folder: Path
    port: int
    browser: Browser
    process: subprocess.Popen[str] | None = None
    root: str = ""  # the address of the preview, with its secret part

    @property
    def file(self) -> Path:
        return self.folder / "interviews" / "setting.md"

    def address(self, page: str = "setting.html") -> str:
        return f"{self.root}{page}"

    def begin(self) -> None:
        command = [
            sys.executable,
            "-m",
            "onrecord",
            "watch",
            "--book",
            str(self.folder),
            "--port",
            str(self.port),
            "--jobs",
            "1",
        ]
        environment = {**os.environ, "PYTHONPATH": str(HOME)}
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=restore_default_signals,
        )
        assert self.process.stdout
        for line in self.process.stdout:
            if line.startswith("Open "):
                self.root = line.split()[1]
            if line.startswith("Shown after"):
                return
        raise AssertionError("the watch ended")

    def end(self) -> str:
        """Send Ctrl-C and return what was printed until then."""
        assert self.process
        self.process.send_signal(signal.SIGINT)
        output, _ = self.process.communicate(timeout=PATIENCE_S)
        assert self.process.returncode == 0
        return output


@pytest.fixture(scope="module")
def watched_book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedBook]:
    folder = tmp_path_factory.mktemp("shown") / "dist" / "book"  # a book may lie in a folder of any name
    (folder / "interviews").mkdir(parents=True)
    (folder / "book.yaml").write_text(
        "title: Steps\nlanguage: en\ndate: 2026-01-31\ndisclaimer: none\n", encoding="utf-8"
    )
    for topic in ("binding", "setting"):
        (folder / "interviews" / f"{topic}.md").write_text(build_conversation(topic), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with start_browser() as browser:
        book = WatchedBook(folder, port, browser)
        book.begin()
        yield book
        output = book.end()
    assert "Traceback" not in output, output


@pytest.fixture
def tab(watched_book: WatchedBook) -> Iterator[Tab]:
    """Open the page, scrolled to its middle; restore the book afterwards."""
    text = watched_book.file.read_text(encoding="utf-8")
    page = watched_book.browser.open(watched_book.address())
    page.evaluate("scrollTo({top: document.documentElement.scrollHeight / 2, behavior: 'instant'})")
    page.settle()
    yield page
    if not watched_book.file.exists() or watched_book.file.read_text(encoding="utf-8") != text:
        save_and_wait(page, lambda: watched_book.file.write_text(text, encoding="utf-8"))
    page.close()


def read_version(tab: Tab) -> int:
    return int(tab.evaluate("document.documentElement.dataset.version"))


def save_and_wait(tab: Tab, save: Callable[[], object]) -> None:
    """Save, and wait until the browser shows the next page."""
    before = read_version(tab)
    save()
    tab.wait(f"Number(document.documentElement.dataset.version) > {before} && document.readyState == 'complete'")
    tab.settle()


def edit_text(tab: Tab, watched_book: WatchedBook, old: str, new: str) -> None:
    text = watched_book.file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    save_and_wait(tab, lambda: watched_book.file.write_text(text.replace(old, new), encoding="utf-8"))


def assert_same_place(tab: Tab, before: tuple[str, float]) -> None:
    """Check that the same passage is at the same height."""
    words, top = tab.evaluate(PLACE)
    assert (words, round(abs(top - before[1]) / NEAR_PX)) == (before[0], 0)


EDITS = {
    "a comma above": ("Step 2 of setting begins.", "Step 2 of setting, begins."),
    "a paragraph above": (
        "Step 3 of setting begins.",
        "Step 3 of setting begins.\n\nA new paragraph. " + "It has several lines. " * 20,
    ),
    "turns above": (
        "**The reader:** What does step 2 ",
        "**The reader:** Is this new?\n\n**The desk:** It is.\n\n**The reader:** What does step 2 ",
    ),
    "a paragraph less above": ("**The desk:** Step 4 of setting begins.\n\nThen step 4", "**The desk:** Then step 4"),
    "a heading above": ("**The reader:** What does step 5 ", "## Later\n\n**The reader:** What does step 5 "),
    "a comma below": ("Step 22 of setting begins.", "Step 22 of setting, begins."),
}


@pytest.mark.parametrize("edit", EDITS)
def test_the_scroll_position_stays_at_the_same_passage(watched_book: WatchedBook, tab: Tab, edit: str) -> None:
    """An edit elsewhere does not move the passage on screen, in narrow windows neither."""
    before = tab.evaluate(PLACE)
    edit_text(tab, watched_book, *EDITS[edit])
    assert_same_place(tab, before)
    tab.set_window(390, 844)
    before = tab.evaluate(PLACE)
    edit_text(tab, watched_book, *reversed(EDITS[edit]))
    assert_same_place(tab, before)


def test_the_scroll_position_stays_when_the_passage_at_the_top_changes(watched_book: WatchedBook, tab: Tab) -> None:
    """If the words at the top of the window change, those below them stay in place."""
    passages = "[...document.querySelectorAll('main p:not(.address)')]"
    visible = f"{passages}.filter((passage) => passage.getBoundingClientRect().top >= 0)"
    words, below = tab.evaluate(f"{visible}.slice(0, 2).map((passage) => passage.textContent)")
    is_below = f"(passage) => passage.textContent == {json.dumps(below)}"
    next_passage = f"[...document.querySelectorAll('main p')].find({is_below})"
    before = tab.evaluate(f"{next_passage}.getBoundingClientRect().top")
    passage_start = words.rpartition(": ")[2][:20]
    edit_text(tab, watched_book, passage_start, f"Anew: {passage_start}")
    assert abs(tab.evaluate(f"{next_passage}.getBoundingClientRect().top") - before) <= NEAR_PX


def test_a_turn_in_the_address_does_not_change_the_scroll_position(watched_book: WatchedBook) -> None:
    """A page opened at one turn and scrolled further does not jump back to that turn."""
    tab = watched_book.browser.open(watched_book.address("setting.html#a2"))
    tab.evaluate("scrollTo({top: document.documentElement.scrollHeight / 2, behavior: 'instant'})")
    before = tab.evaluate(PLACE)
    edit_text(tab, watched_book, *EDITS["a paragraph above"])
    assert_same_place(tab, before)
    edit_text(tab, watched_book, *reversed(EDITS["a paragraph above"]))
    tab.close()


@pytest.mark.parametrize("step", [1, 12, 23])
def test_the_picture_shows_the_page_of_the_edited_passage(
    watched_book: WatchedBook, tab: Tab, step: int, tmp_path: Path
) -> None:
    """The panel names and shows the page on which a build prints the new word."""
    edit_text(tab, watched_book, f"Then step {step} goes on.", f"Then step {step} goes on, zebra.")
    head = tab.wait("document.querySelector('.watch-page:not([hidden]) > summary')?.textContent")
    assert (
        tab.wait(
            "(() => { const i = document.querySelector('.watch-page img'); return i?.complete && i.naturalWidth; })()"
        )
        == 840
    )
    command = [
        sys.executable,
        "-m",
        "onrecord",
        "pdf",
        "--book",
        str(watched_book.folder),
        "--out",
        str(tmp_path),
        "--jobs",
        "1",
    ]
    subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(HOME)}, check=True, capture_output=True, timeout=PATIENCE_S
    )
    with contextlib.closing(pypdfium2.PdfDocument(next(tmp_path.glob("*.pdf")))) as document:
        sheets = [
            index for index in range(len(document)) if "zebra" in document[index].get_textpage().get_text_bounded()
        ]
        assert head == f"Page {document.get_page_label(sheets[0])}, where you wrote last"


def test_problems_are_shown_until_they_are_fixed(watched_book: WatchedBook, tab: Tab) -> None:
    """The page and the scroll position stay, and the panel shows the problem in words."""
    before, shown_version = tab.evaluate(PLACE), read_version(tab)
    text = watched_book.file.read_text(encoding="utf-8")
    watched_book.file.write_text(text + BROKEN, encoding="utf-8")
    messages = tab.wait("document.querySelector('.watch-broken')?.innerText")
    assert "One thing to mend" in messages
    assert "speaks here but is not among the people" in messages
    assert "setting.md" in messages
    assert read_version(tab) == shown_version
    assert_same_place(tab, before)
    save_and_wait(tab, lambda: watched_book.file.write_text(text, encoding="utf-8"))
    tab.wait("!document.querySelector('.watch-broken') && document.querySelector('.watch-problems').hidden")
    assert_same_place(tab, before)


def test_markup_in_a_problem_is_shown_as_text(watched_book: WatchedBook, tab: Tab) -> None:
    """HTML in a broken line is not interpreted."""
    text = watched_book.file.read_text(encoding="utf-8")
    watched_book.file.write_text(text + "\n\n**<img src=x onerror=document.title='pwned'>:** Who?\n", encoding="utf-8")
    tab.wait("!!document.querySelector('.watch-broken')")
    assert tab.evaluate("document.querySelectorAll('.watch-problems img').length") == 0
    assert tab.evaluate("document.title") != "pwned"
    save_and_wait(tab, lambda: watched_book.file.write_text(text, encoding="utf-8"))


def test_a_deleted_page_is_reported_and_can_come_back(watched_book: WatchedBook, tab: Tab) -> None:
    """The page of a missing interview links to the contents."""
    other = watched_book.file.with_name("other.md")
    before = tab.evaluate(PLACE)
    save_and_wait(tab, lambda: watched_book.file.rename(other))
    assert "There is no such page" in tab.wait("document.querySelector('main').innerText")
    assert tab.wait("document.querySelector('.watch-page a[href*=\"/other\"]')?.textContent")
    save_and_wait(tab, lambda: other.rename(watched_book.file))
    assert "Step 1 of setting" in tab.wait("document.querySelector('main').innerText")
    assert_same_place(tab, before)
    text = watched_book.file.read_text(encoding="utf-8")
    edit_text(tab, watched_book, "Step 1 of setting begins.", "Step 1 of setting, begins.")
    save_and_wait(tab, watched_book.file.unlink)
    assert tab.evaluate("document.querySelector('.watch-page').hidden")  # no picture of a page that is gone
    save_and_wait(tab, lambda: watched_book.file.write_text(text, encoding="utf-8"))


def test_a_new_style_sheet_is_used(watched_book: WatchedBook, tab: Tab) -> None:
    """A style sheet of the book is loaded, and the scroll position stays."""
    styles = watched_book.folder / "styles"
    styles.mkdir()
    before = tab.evaluate(PLACE)
    save_and_wait(
        tab,
        lambda: (styles / "web.css").write_text(".answer p { color: rgb(1, 2, 3); line-height: 2 }", encoding="utf-8"),
    )
    assert tab.evaluate("getComputedStyle(document.querySelector('.answer p:not(.address)')).color") == "rgb(1, 2, 3)"
    assert_same_place(tab, before)
    save_and_wait(tab, (styles / "web.css").unlink)
    styles.rmdir()
    assert_same_place(tab, before)


def test_every_way_of_saving_is_noticed(watched_book: WatchedBook, tab: Tab) -> None:
    """Save twice at once, during a build, in two parts, and by replacing the file."""
    text = watched_book.file.read_text(encoding="utf-8")
    states = [text.replace("Step 1 of", f"Step 1, state {count}, of") for count in range(6)]
    for state in states[:3]:
        watched_book.file.write_text(state, encoding="utf-8")
        time.sleep(0.15)  # usually, the next save falls into the build of this one
    tab.wait("document.querySelector('main').innerText.includes('state 2')")
    with watched_book.file.open("w", encoding="utf-8") as file:
        file.write(states[3][:200])  # the front matter is incomplete
        file.flush()
        time.sleep(0.5)  # usually, the watch reads it meanwhile
        file.write(states[3][200:])
    tab.wait("document.querySelector('main').innerText.includes('state 3')")
    tab.wait("!document.querySelector('.watch-broken')")
    for name, state in (("setting.md~", states[4]), (".setting.md.swp", states[5])):
        draft = watched_book.file.with_name(name)
        draft.write_text(state, encoding="utf-8")
        draft.replace(watched_book.file)
        tab.wait(f"document.querySelector('main').innerText.includes('state {states.index(state)}')")


def test_a_lost_connection_is_shown_and_restored(watched_book: WatchedBook, tab: Tab) -> None:
    """The page says that the watch has ended; a new watch shows what was saved meanwhile."""
    before = tab.evaluate(PLACE)
    text = watched_book.file.read_text(encoding="utf-8")
    assert "Traceback" not in watched_book.end()
    tab.wait("document.querySelector('.watch-away')?.hidden === false")
    watched_book.file.write_text(text.replace(*EDITS["a paragraph above"]), encoding="utf-8")
    save_and_wait(tab, watched_book.begin)
    tab.wait("document.querySelector('.watch-away').hidden")
    assert "A new paragraph." in tab.evaluate("document.querySelector('main').innerText")
    assert_same_place(tab, before)


def test_the_folder_may_be_moved_away_and_back(watched_book: WatchedBook, tab: Tab) -> None:
    """A new folder of the same name is watched like the old one."""
    away = watched_book.folder.with_name("away")
    watched_book.folder.rename(away)
    assert "One thing to mend" in tab.wait("document.querySelector('.watch-broken')?.innerText")
    away.rename(watched_book.folder)
    tab.wait("!document.querySelector('.watch-broken')")
    edit_text(tab, watched_book, *EDITS["a comma above"])


def test_the_panel_works_by_keyboard(watched_book: WatchedBook, tab: Tab) -> None:
    """Keys open and close the panel; a reload keeps its state and the focus in the text."""
    edit_text(tab, watched_book, *EDITS["a comma above"])
    tab.wait("document.querySelector('.watch-page').open")
    tab.evaluate("document.querySelector('#watch-page-head').focus()")
    tab.press_key("Enter")
    tab.wait("!document.querySelector('.watch-page').open")
    edit_text(tab, watched_book, *reversed(EDITS["a comma above"]))
    tab.wait("!document.querySelector('.watch-page').hidden && !document.querySelector('.watch-page').open")
    assert tab.evaluate("document.activeElement.id") == "watch-page-head"
    tab.press_key("Enter")
    tab.wait("document.querySelector('.watch-page').open")
    tab.press_key("Tab")
    assert tab.evaluate("document.activeElement.href").endswith(f"version={read_version(tab)}")
    tab.evaluate("document.querySelector('main a[href]').focus()")
    chosen = tab.evaluate("document.activeElement.getAttribute('href')")
    edit_text(tab, watched_book, *EDITS["a comma below"])
    assert tab.evaluate("document.activeElement.getAttribute('href')") == chosen


def test_many_tabs_are_served(watched_book: WatchedBook, tab: Tab) -> None:
    """A browser opens six connections to a host; hidden tabs close theirs."""
    tabs = [watched_book.browser.open(watched_book.address()) for _ in range(8)]
    tab.send("Page.bringToFront")
    edit_text(tab, watched_book, *EDITS["a comma above"])
    assert read_version(tabs[0]) < read_version(tab)
    save_and_wait(tabs[0], lambda: tabs[0].send("Page.bringToFront"))
    for extra_tab in tabs:
        extra_tab.close()
    tab.send("Page.bringToFront")


def test_the_page_loads_nothing_from_other_sites(watched_book: WatchedBook, tab: Tab) -> None:
    """The page sends requests to this server only, and other sites cannot embed it."""
    addresses = "performance.getEntriesByType('resource').map((resource) => resource.name)"
    assert tab.evaluate(f"{addresses}.filter((name) => !name.startsWith(location.origin))") == []
    page, picture = watched_book.address(), watched_book.address("_page.png")
    tab.go(f"data:text/html,<iframe src='{page}'></iframe><img src='{picture}'>")
    tab.wait("document.querySelector('img').complete")
    assert tab.evaluate("document.querySelector('img').naturalWidth") == 0
    tab.go(watched_book.address())
