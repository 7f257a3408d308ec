"""Test the watch: it shows saved changes and problems, and keeps running."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pypdfium2
import pytest
import watchfiles

from onrecord.cli import starter
from onrecord.cli.watch import View, _is_of_manuscript, _show_book, _watch_folder, patient_protocol
from onrecord.cli.watch import watch as watch_book
from onrecord.cli.watch.server import PortError, serve_view
from onrecord.cli.watch.view import CurrentView, update_view
from onrecord.model.problems import Refused
from onrecord.pipeline.build import Preview, preview_book
from onrecord.pipeline.options import BuildOptions
from onrecord.runtime import stop_signals
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from tests.support.workers import RUNNER

PATIENCE_S = 60
TALK = """---
title: The Lamp
byline: By the harbour office
people: [{name: Ada Moor, role: interviewee}]
---

**Who lights the lamp?**

It lights itself at dusk.
"""


@dataclass
class Session:
    """A running watch: its book, its address, and the views it has shown."""

    folder: Path
    address: str = ""
    views: list[View] = field(default_factory=list)

    def get(self, name: str, **headers: str) -> bytes:
        with urlopen(Request(self.address + name, headers=headers), timeout=PATIENCE_S) as answer:
            return bytes(answer.read())

    def read_news(self, after: int) -> dict[str, object]:
        with urlopen(f"{self.address}_news", timeout=PATIENCE_S) as answer:
            events = (json.loads(line[6:]) for line in answer if line.startswith(b"data: "))
            return dict(next(event for event in events if event["version"] > after))

    def wait(self, holds: Callable[[View], bool]) -> View:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if self.views and holds(self.views[-1]):
                return self.views[-1]
            time.sleep(0.01)
        raise AssertionError(f"not shown in {PATIENCE_S} s: {self.views[-1:]}")

    @property
    def interview(self) -> Path:
        return next((self.folder / "interviews").glob("*.md"))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    folder = tmp_path_factory.mktemp("watched") / "book"
    starter.copy_sample_book(folder)
    session, stop = Session(folder), threading.Event()

    def store_address(address: str) -> None:
        session.address = address

    def store_view(view: View, _seconds: float) -> None:
        session.views.append(view)
        if stop.is_set():
            raise KeyboardInterrupt

    arguments = (folder, RUNNER, BuildOptions(), 0, store_view, store_address)
    thread = threading.Thread(target=watch_book, args=arguments, daemon=True)
    thread.start()
    session.wait(lambda view: bool(view.files))
    yield session
    stop.set()
    session.interview.write_text(session.interview.read_text(encoding="utf-8") + "\nThe end.\n", encoding="utf-8")
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


def test_what_is_saved_is_shown(session: Session) -> None:
    """The page has the new words; the event names the turn and its printed page."""
    before = session.views[-1].version
    text = session.interview.read_text(encoding="utf-8")
    session.interview.write_text(text + "\nA sentence about zebras.\n", encoding="utf-8")
    view = session.wait(lambda view: view.version > before and not view.is_broken)
    slug = session.interview.stem
    assert b"zebras" in session.get(f"{slug}.html")
    news = session.read_news(before)
    assert news["version"] == view.version
    edited = news["edited"]
    assert isinstance(edited, dict)
    assert edited["page"] == f"{slug}.html"
    assert edited["turn"].startswith("a")
    assert edited["printed"] in view.labels
    assert session.get("_page.png").startswith(b"\x89PNG")


def test_problems_of_the_manuscript_are_shown_until_they_are_fixed(session: Session) -> None:
    """The last good page stays with the problems in words until they are fixed."""
    good = session.interview.read_text(encoding="utf-8")
    session.interview.write_text(good + "\n**Nobody:** What is this?\n", encoding="utf-8")
    view = session.wait(lambda view: view.is_broken)
    assert session.get("index.html")
    news = json.dumps(session.read_news(view.version - 1))
    assert "speaks here but is not among the people" in news
    (session.folder / "book.yaml").rename(session.folder / "book.away")
    session.wait(lambda view: view.is_broken and view.problems[0].rule == "book-is-there")
    (session.folder / "book.away").rename(session.folder / "book.yaml")
    session.interview.write_text(good, encoding="utf-8")
    session.wait(lambda view: not view.is_broken)


def test_a_page_contains_its_version(session: Session) -> None:
    """The version tells the browser whether it shows the newest page."""
    assert b'<html data-version="' in session.get("index.html")
    assert session.address.encode().split(b":", 2)[2].partition(b"/")[2] + b"_watch.js" in session.get("index.html")
    assert session.get("_watch.js")
    assert session.get("_watch.css")


def test_requests_for_other_hosts_and_paths_are_refused(session: Session) -> None:
    """Refuse a host name from elsewhere that points here, and a path out of the site."""
    with pytest.raises(HTTPError, match="400"):
        session.get("index.html", Host="example.org")
    with pytest.raises(HTTPError, match="404"):
        session.get("../book.yaml")
    for name in (
        "%2e%2e/book.yaml",
        "..%2f..%2fetc/passwd",
        "//etc/passwd",
        "index.html%00.css",
        "_page.png/../../book.yaml",
    ):
        with pytest.raises(HTTPError, match="404"):
            session.get(name)


def test_an_address_without_the_token_shows_nothing(session: Session) -> None:
    """Another page of this machine knows the port, and reads no word of the book."""
    host = session.address.split("/")[2]
    for path in ("", "index.html", "_news", "_page.png", "_watch.js", "a" * 32 + "/index.html"):
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"http://{host}/{path}", timeout=PATIENCE_S)


def test_requests_that_do_not_end_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_protocol, "REQUEST_S", 0.05)
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(serve_view(CurrentView(), 0))
        port = int(address.split(":")[2].split("/")[0])
        connections = []
        for request in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "):
            connections.append(stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)))
            connections[-1].sendall(request)
        assert [connection.recv(1) for connection in connections] == [b"", b"", b""]


def test_too_many_connections_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_protocol, "_MOST_CONNECTIONS", 2)
    with contextlib.ExitStack() as stack:
        address = stack.enter_context(serve_view(CurrentView(), 0))
        port = int(address.split(":")[2].split("/")[0])
        for _ in range(2):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S))
        third = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S))
        assert third.recv(1) == b""


def test_pages_of_other_sites_may_not_embed_it(session: Session) -> None:
    """Neither in a frame nor as a picture: the book may be under embargo."""
    for name in ("index.html", "_watch.js", "_watch.css"):
        with urlopen(session.address + name, timeout=PATIENCE_S) as answer:
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
            assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'none'"


def test_a_port_in_use_is_an_error(session: Session) -> None:
    port = int(session.address.split(":")[2].split("/")[0])
    with pytest.raises(PortError, match="in use"), serve_view(CurrentView(), port):
        pass


def test_an_interrupt_that_a_library_swallows_still_ends_the_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a callback of a library prints the interrupt and goes on, the build is the last."""
    views: list[View] = []

    def swallow_interrupt(*_: object) -> NoReturn:
        with contextlib.suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise Refused(())

    monkeypatch.setattr("onrecord.cli.watch.preview_book", swallow_interrupt)
    monkeypatch.setattr(stop_signals._State, "number", 0)
    before = signal.signal(signal.SIGINT, stop_signals._stop)
    watch_book(
        tmp_path, NO_WORKERS, BuildOptions(), 0, lambda view, _seconds: views.append(view), lambda _address: None
    )
    signal.signal(signal.SIGINT, before)
    assert len(views) == 1


def build_preview(folder: Path) -> Preview:
    """Build a preview as the watch does, with a cache for what did not change."""
    return preview_book(folder, TaskRunner(RUNNER.executor, Cache(folder.parent / "cache")))


def read_edited_page(view: View) -> str:
    assert view.pdf
    assert view.edited
    with contextlib.closing(pypdfium2.PdfDocument(view.pdf)) as document:
        return str(document[view.labels.index(view.edited.page)].get_textpage().get_text_bounded())


def test_the_printed_page_contains_the_edited_passage(tmp_path: Path) -> None:
    """The page is right, too, when text was deleted or only a setting was changed."""
    folder = tmp_path / "book"
    starter.copy_sample_book(folder)
    settings = folder / "book.yaml"
    file = next((folder / "interviews").glob("*.md"))
    text = TALK
    long = text + "\n" + "A paragraph that fills a page of its own. " * 75 + "\n\nThe last one.\n"
    file.write_text(long, encoding="utf-8")
    first = update_view(build_preview(folder), View())
    assert first.edited is None
    file.write_text(long.replace("own. \n\nThe last", "own. A zebra.\n\nThe last"), encoding="utf-8")
    grown = update_view(build_preview(folder), first)
    assert "zebra" in read_edited_page(grown)
    file.write_text(long.replace("The last one.\n", ""), encoding="utf-8")
    cut = update_view(build_preview(folder), grown)
    assert "of its own." in read_edited_page(cut)
    assert cut.edited != first.edited
    settings.write_text(settings.read_text(encoding="utf-8").replace("title: ", "title: More of ", 1), encoding="utf-8")
    titled = update_view(build_preview(folder), cut)
    assert titled.edited == cut.edited
    assert update_view(build_preview(folder), titled) is titled
    file.unlink()
    (folder / "interviews" / "other.md").write_text(text, encoding="utf-8")
    renamed = update_view(build_preview(folder), titled)
    assert renamed.edited is not None
    assert renamed.edited.slug == "other"


def test_a_mistake_of_on_record_is_shown_with_the_last_good_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watch goes on: the next save may be one that On Record can show."""

    def fail(*_: object) -> NoReturn:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("onrecord.cli.watch.preview_book", fail)
    current, shown = CurrentView(), list[View]()
    current.view = replace(current.view, files={"index.html": b"the last good page"})
    _show_book(tmp_path, NO_WORKERS, BuildOptions(), current, lambda view, _seconds: shown.append(view))
    assert shown == [current.view]
    assert current.view.files == {"index.html": b"the last good page"}
    (problem,) = current.view.problems
    assert problem.rule == "on-record-works"
    assert "(ZeroDivisionError: division by zero); it is not yours" in problem.sentence


def test_only_files_of_the_manuscript_start_a_build(tmp_path: Path) -> None:
    """Ignore files of editors and builds; names of folders above the book do not matter."""
    book = tmp_path / "dist" / ".onrecord" / "book"
    for name, counts in {
        "interviews/ada.md": True,
        "styles/web.css": True,
        "book.yaml": True,
        "": True,
        "dist/book.pdf": False,
        ".onrecord/cache/ab/cd": False,
        "interviews/.ada.md.swp": False,
        "interviews/ada.md~": False,
        "interviews/#ada.md#": False,
        "interviews/ada.tmp": False,
    }.items():
        assert _is_of_manuscript(book, watchfiles.Change.modified, str(book / name)) is counts, name


def test_the_folder_is_polled_where_the_system_cannot_watch_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the limit of watched files is reached, the folder is polled."""
    polling: list[object] = []
    changed, stop = threading.Event(), threading.Event()

    def watch(*_: object, force_polling: bool | None, **__: object) -> Iterator[set[object]]:
        polling.append(force_polling)
        if not force_polling:
            raise OSError("OS file watch limit reached")
        stop.set()
        yield {"a change"}

    monkeypatch.setattr(watchfiles, "watch", watch)
    _watch_folder(tmp_path, changed, stop)
    assert polling == [None, True]
    assert changed.is_set()
