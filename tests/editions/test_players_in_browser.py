"""Recordings in a browser, from a folder and from a server, on a phone and on a desk, with script and without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.editions import html
from onrecord.manuscript.read_book import read_book
from tests.support.browser import Browser, Tab
from tests.support.recordings import write_recorded_book

pytestmark = pytest.mark.slow

SIZES = {"phone": (390, 844), "desk": (1280, 800)}
TIMES = "[...document.querySelectorAll('.player audio')].map((player) => player.currentTime)"
PLAYING = "[...document.querySelectorAll('.player audio')].map((player) => !player.paused)"
CURRENT = "document.querySelector('a.time[aria-current]')?.textContent"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = write_recorded_book(tmp_path_factory.mktemp("book"))
    for file, data in html.make_html(read_book(book), book).items():
        (book / "site" / file).parent.mkdir(parents=True, exist_ok=True)
        (book / "site" / file).write_bytes(data)
    return book / "site"


@pytest.fixture(params=SIZES)
def tab(request: pytest.FixtureRequest, browser: Browser, root: str) -> Iterator[Tab]:
    tab = browser.open(f"{root}lamp.html")
    tab.set_window(*SIZES[request.param])
    yield tab
    tab.close()


def press_time(tab: Tab, turn: str) -> None:
    """Open the time of a turn with the Enter key, as somebody without a mouse does."""
    tab.evaluate(f"document.querySelector('#{turn} a.time').focus()")
    tab.press_key("Enter")


def test_times_play_the_recording_and_need_no_mouse(tab: Tab) -> None:
    """The second file plays where the first one ends; one plays at a time; the turn that is heard is marked."""
    assert tab.evaluate("[...document.querySelectorAll('.player audio')].map((player) => player.readyState)") == [0, 0]
    press_time(tab, "q3")
    tab.wait(f"({TIMES})[0] > 30 && ({TIMES})[0] < 40 && ({CURRENT}) == '0:30'")
    assert tab.evaluate(PLAYING) == [True, False]
    press_time(tab, "q7")
    tab.wait(f"({TIMES})[1] > 20 && ({TIMES})[1] < 30 && ({CURRENT}) == '2:20'")
    assert tab.evaluate(PLAYING) == [False, True]
    tab.press_key("p")
    tab.wait(f"!({PLAYING})[1]")
    tab.press_key("p")
    tab.wait(f"({PLAYING})[1]")
    press_time(tab, "q2")
    tab.wait(f"({TIMES})[0] > 12 && ({TIMES})[0] < 20 && ({CURRENT}) == '0:12'")
    assert tab.evaluate(PLAYING) == [True, False]
    tab.evaluate("document.querySelectorAll('.player audio')[0].currentTime = 119.8")
    tab.wait(f"({PLAYING})[1] && ({TIMES})[1] < 20")
    assert tab.evaluate("location.pathname").endswith("/lamp.html")


def test_the_player_stays_in_sight_and_moves_nothing(tab: Tab) -> None:
    """It is below the head of the page, as wide as the text, and no turn is scrolled under it."""
    before = tab.evaluate("document.querySelector('#q5').getBoundingClientRect().top + scrollY")
    press_time(tab, "q2")
    tab.wait(f"({TIMES})[0] > 12")
    assert tab.evaluate("document.querySelector('#q5').getBoundingClientRect().top + scrollY") == before
    tab.evaluate("document.querySelector('#q5').scrollIntoView()")
    head, player, turn = (
        tab.evaluate(f"document.querySelector('{name}').getBoundingClientRect().{side}")
        for name, side in (("header.site", "bottom"), (".player[data-playing]", "top"), ("#q5", "top"))
    )
    assert abs(head - player) < 2
    assert tab.evaluate("document.querySelector('.player[data-playing]').getBoundingClientRect().bottom") <= turn
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_address_and_its_time_cost_no_line(tab: Tab) -> None:
    """On a phone they run in before the first line of the turn, on a desk they stand in the margin."""
    address, words = (
        tab.evaluate(f"document.querySelector('#q5 {name}').getBoundingClientRect().top")
        for name in (".address", ".address + p")
    )
    assert abs(address - words) < 12
    if tab.evaluate("innerWidth < 800"):
        ends = "['.address', '.speaker'].map((name) => document.querySelector('#q5 ' + name).getBoundingClientRect())"
        assert tab.evaluate(f"(([address, name]) => address.right < name.left && name.top < address.bottom)({ends})")


def test_little_moves_while_the_page_loads(tab: Tab, root: str) -> None:
    """No line when fonts come late, and nothing when scripts put their buttons into its head."""
    if root.startswith("file:"):
        pytest.skip("a folder is not slow")
    tab.send("Page.enable")
    tab.send("Network.enable")
    tab.send("Network.setCacheDisabled", cacheDisabled=True)
    slow = {"latency": 100, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
    tab.send("Network.emulateNetworkConditions", offline=False, **slow)
    observer = "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) => "
    observer += "(window.shift += entry.value))).observe({ type: 'layout-shift', buffered: true });"
    tab.send("Page.addScriptToEvaluateOnNewDocument", source=observer)
    tab.go(f"{root}horn.html")
    tab.settle()
    assert tab.evaluate("document.querySelectorAll('.tools button').length") == 2
    assert tab.evaluate("window.shift") < 0.01  # a line that moves is 0.02; up to 0.1 counts as good for a reader


def test_arrows_in_a_player_do_not_turn_the_page(tab: Tab, root: str) -> None:
    press_time(tab, "q2")
    tab.wait(f"({TIMES})[0] > 12")
    tab.evaluate("document.querySelector('.player[data-playing] audio').focus()")
    tab.press_key("ArrowLeft")
    tab.press_key("k")
    assert tab.evaluate("location.href") == f"{root}lamp.html"


def test_without_scripts_times_lead_into_the_recording(tab: Tab, root: str) -> None:
    """The browser plays the file from there; its own player on the page works, too."""
    tab.send("Emulation.setScriptExecutionDisabled", value=True)
    tab.send("Page.navigate", url=f"{root}lamp.html")
    tab.wait("document.readyState == 'complete' && document.querySelectorAll('.player audio[controls]').length == 2")
    href = tab.evaluate("document.querySelector('#q7 a.time').href")
    assert href.startswith(f"{root}recordings/lamp-2-")
    assert href.endswith("#t=20")
    tab.send("Page.navigate", url=href)
    tab.wait("document.querySelector('video, audio')?.readyState > 0")
    if root.startswith("file:"):  # the other server sends no parts of files, so nothing can begin within one
        assert tab.evaluate("document.querySelector('video, audio').currentTime") >= 20
