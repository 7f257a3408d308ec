"""A received folder leads nowhere: no link and no file in it makes a command read or write elsewhere."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from onrecord.model.problems import Refused
from onrecord.pipeline.build import build_book
from onrecord.pipeline.options import ignore_progress
from onrecord.runtime import folders
from onrecord.runtime.task_runner import NO_WORKERS
from tests.support.hostile import SETTINGS, run_command, take_snapshot


@pytest.fixture(scope="module")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> tuple[str | Path, ...]:
    """Return the option that names a cache for the tests of this file in which another folder is foreign."""
    return "--cache", tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("words", [("prove",), ("html",)], ids=" ".join)
def test_a_foreign_journal_changes_neither_files_nor_exit_code(
    words: tuple[str, ...],
    folder: Path,
    outside: Path,
    shared_cache: tuple[str | Path, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The warning is given with a refusal and with a delivered book."""
    out, code = folder / "dist", {"prove": 1, "html": 0}[words[0]]
    (out / ".delivery/new").mkdir(parents=True)
    (out / ".delivery/journal").write_text('{"../../outside/notes.md": 1}', encoding="utf-8")
    (out / "notes.md").write_text("theirs", encoding="utf-8")
    before = take_snapshot(outside)
    assert run_command(*words, "--book", folder, "--out", out, *shared_cache) == code
    warning = (
        "dist/.delivery: warning[delivery-is-ours]: this is no unfinished delivery of On Record: its journal names "
        "“../../outside/notes.md”, which is no name of a file in this folder. It was ignored\n"
        f"  hint: delete {out}/.delivery if it is still there; if a build was interrupted here, build again\n"
    )
    assert capsys.readouterr().err.count(warning) == 1
    assert take_snapshot(outside) == before
    assert (out / "notes.md").read_text("utf-8") == "theirs"
    assert (out / ".delivery").exists() == bool(code)
    assert (out / "a-book/index.html").exists() == (not code)


@pytest.mark.parametrize("deeper", ["", "deeper"])
@pytest.mark.parametrize("words", [("html",), ("all",), ("prove",)], ids=" ".join)
def test_an_out_folder_in_the_book_must_not_link_out_of_it(
    words: tuple[str, ...], deeper: str, folder: Path, outside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """However it is named; the hint gives the command that uses the place."""
    (folder / "dist").symlink_to("../outside")
    before = take_snapshot(outside)
    for out in (folder / "dist" / deeper, Path("dist") / deeper, folder / "images/../dist" / deeper):
        assert run_command(*words, "--book", ".", "--out", out) == 1
        messages = capsys.readouterr().err
        assert messages.startswith(
            f"dist: error[links-stay-inside]: this is a link to “{outside}”, outside of the folder it stands in; "
            "nothing was written there\n"
            f"  hint: delete the link; if you mean that place, write: --out {outside / deeper}\n1 error."
        )
    assert take_snapshot(outside) == before


@pytest.mark.parametrize("name", ["html", "prove"])
def test_the_default_out_folder_must_not_be_a_link(
    name: str,
    folder: Path,
    outside: Path,
    shared_cache: tuple[str | Path, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It may have come with the book. A folder given with --out may be a link."""
    (folder.parent / "received").mkdir()
    folder = folder.rename(folder.parent / "received/book")
    monkeypatch.chdir(folder.parent)
    Path("dist").symlink_to("../outside")
    before = take_snapshot(outside)
    assert run_command(name) == 1
    assert capsys.readouterr().err.startswith(
        f"dist: error[links-stay-inside]: this is a link to “{outside}”, outside of"
    )
    assert take_snapshot(outside) == before
    (folder / "book.yaml").write_text(f"{SETTINGS}slug: b-book\n", encoding="utf-8")
    assert run_command("html", "--out", "dist", *shared_cache) == 0
    assert (outside / "b-book/index.html").is_file()
    assert {file: state for file, state in take_snapshot(outside).items() if "b-book" not in file} == before


def test_a_link_that_stays_in_the_book_is_followed(
    folder: Path, outside: Path, shared_cache: tuple[str | Path, ...]
) -> None:
    """To a folder of the book, in one step or in several."""
    (folder / "copies").mkdir()
    (folder / "second").symlink_to("copies", target_is_directory=True)
    (folder / "dist").symlink_to(folder / "second", target_is_directory=True)
    assert run_command("html", "--book", folder, "--out", folder / "dist", *shared_cache) == 0
    assert (folder / "copies/a-book/index.html").is_file()
    assert folders.find_link_out(folder / "dist", folder.parent / "outside") is None
    assert folders.find_link_out(folder / "dist", folder) is None


def test_a_link_out_in_several_steps_is_detected(
    folder: Path, outside: Path, shared_cache: tuple[str | Path, ...]
) -> None:
    """Through a link in the book, a folder behind a link, and a circular link, which leads nowhere."""
    (folder / "door").symlink_to("../outside", target_is_directory=True)
    (folder / "dist").symlink_to("door/objects", target_is_directory=True)
    (folder / "images/circle").symlink_to("circle")
    linked = folder.parent / "linked"
    linked.symlink_to(folder, target_is_directory=True)
    assert folders.find_link_out(folder / "dist", folder) == folder / "dist"
    assert folders.find_link_out(folder / "door/objects/ab", folder) == folder / "door"
    assert folders.find_link_out(linked / "images/../door", folder) == folder / "door"
    assert folders.find_link_out(folder / "door", linked) == folder / "door"
    assert folders.find_link_out(folder / "images/circle/dist", folder) is None
    assert folders.find_link_out(folder / ".." / "outside", folder) is None
    assert run_command("html", "--out", folder / "images/circle", "--book", folder, *shared_cache) == 74


def _link_home_folder(folder: Path) -> Path:
    (folder / ".onrecord").symlink_to("../outside")
    return Path("cache")


def _link_cache(folder: Path) -> Path:
    (folder / ".onrecord").mkdir()
    (folder / ".onrecord/cache").symlink_to("../../outside/objects")
    return Path("objects")


def _link_to_missing_folder(folder: Path) -> Path:
    (folder / ".onrecord").symlink_to("../outside/nowhere")
    return Path("nowhere/cache")


@pytest.mark.parametrize("words", [("clean",), ("html",), ("prove",), ("watch", "--port", "0")], ids=" ".join)
@pytest.mark.parametrize("link", [_link_home_folder, _link_cache, _link_to_missing_folder])
def test_the_cache_of_a_book_must_not_link_out_of_it(
    link: Callable[[Path], Path],
    words: tuple[str, ...],
    folder: Path,
    outside: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By default or with --cache, nothing is read, written or deleted there."""
    place = outside / link(folder)
    before = take_snapshot(outside.parent)
    for options in ((), ("--cache", folder / ".onrecord/cache")):
        assert run_command(*words, "--book", folder, *options) == 1
        messages = capsys.readouterr().err
        assert "/cache: error[links-stay-inside]" in messages or ".onrecord: error[links-stay-inside]" in messages
        assert f"hint: delete the link; if you mean that place, write: --cache {place}\n" in messages
    assert take_snapshot(outside.parent) == before


@pytest.mark.parametrize(
    "tag", [b"", b"Signature: 8a477f597d28d172789f06886806bc55\n", None], ids=["empty", "of another program", "none"]
)
@pytest.mark.parametrize("words", [("clean",), ("html",)], ids=" ".join)
def test_a_folder_that_is_no_cache_of_ours_is_not_changed(
    tag: bytes | None, words: tuple[str, ...], folder: Path, outside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Named by mistake or received with the book, it is an error."""
    (folder / ".onrecord/cache/ab").mkdir(parents=True)
    (folder / f".onrecord/cache/ab/{'c' * 62}").write_text("theirs", encoding="utf-8")
    for home in (outside / "objects", folder / ".onrecord/cache"):
        if tag is not None:
            (home / "CACHEDIR.TAG").write_bytes(tag)
    before = take_snapshot(folder.parent)
    assert run_command(*words, "--book", folder, "--cache", outside / "objects") == 1
    messages_if_named = capsys.readouterr().err
    assert run_command(*words, "--book", folder) == 1
    messages_if_received = capsys.readouterr().err
    sentence = "is not empty, and it is no cache of On Record; nothing in it was changed"
    assert messages_if_named.startswith(
        f"--cache: error[cache-is-ours]: {outside}/objects {sentence}\n"
        f"  hint: name a folder that is new or empty: --cache {outside}/objects/onrecord\n"
    )
    assert messages_if_received.startswith(
        f".onrecord/cache: error[cache-is-ours]: {folder}/.onrecord/cache {sentence}\n"
        f"  hint: delete {folder}/.onrecord/cache yourself, or name another folder: --cache DIR\n"
    )
    assert take_snapshot(folder.parent) == before


def test_clean_follows_no_link_in_a_received_cache(
    folder: Path, outside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The cache has our tag: `clean` empties it, and nothing else."""
    home = folder / ".onrecord/cache"
    assert run_command("html", "--book", folder, "--out", folder.parent / "out") == 0
    (home / "ab").mkdir(exist_ok=True)
    (home / "ab/new-link").symlink_to(outside / "notes.md")
    (home / f"ab/{'d' * 62}").symlink_to(outside / "notes.md")
    for shelf in ("cd", "00", "ff"):
        if not (home / shelf).exists():
            (home / shelf).symlink_to(outside / "objects/ab", target_is_directory=True)
    before = take_snapshot(outside)
    assert run_command("clean", "--book", folder) == 0
    assert "The cache is empty" in capsys.readouterr().out
    assert take_snapshot(outside) == before
    assert not [
        path for path in home.glob("??/*") if path.is_file() and not path.parent.is_symlink() and not path.is_symlink()
    ]


def test_names_outside_the_folder_in_a_foreign_record_are_ignored(
    folder: Path, outside: Path, shared_cache: tuple[str | Path, ...]
) -> None:
    """The next build reads the record in `dist`, which may be hostile."""
    out = folder.parent / "out"
    assert run_command("html", "--book", folder, "--out", out, *shared_cache) == 0
    place = out / "a-book.proof.json"
    record = json.loads(place.read_bytes())
    secret = (outside / "notes.md").read_bytes()
    record["files"] |= {"../outside/notes.md": {"sha256": hashlib.sha256(secret).hexdigest(), "size": len(secret)}}
    place.write_text(json.dumps(record), encoding="utf-8")
    assert run_command("epub", "--book", folder, "--out", out, *shared_cache) == 0
    assert list(json.loads(place.read_bytes())["files"]) == ["a-book.epub"]
    place.write_text('{"files": ' + "[" * 90_000, encoding="utf-8")
    assert run_command("html", "--book", folder, "--out", out, *shared_cache) == 0
    assert "a-book/index.html" in json.loads(place.read_bytes())["files"]


def test_pipes_in_a_received_folder_do_not_block(folder: Path, outside: Path) -> None:
    """Nor does an endless device behind a link."""
    (folder / "dist").mkdir()
    for name in ("pipe", "images/pipe", "dist/a-book.proof.json", "dist/a-book.pdf"):
        os.mkfifo(folder / name)
    (folder / "endless").symlink_to("/dev/zero")
    assert run_command("html", "--book", folder, "--out", folder / "dist") == 0
    assert (folder / "dist/a-book/index.html").is_file()


def test_a_new_book_is_not_written_through_a_dead_link(
    folder: Path, outside: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would not appear in the place that was named."""
    (folder / "harbour").symlink_to(outside / "nowhere")
    before = take_snapshot(outside)
    assert run_command("new", folder / "harbour") == 74
    assert f"refuses to read or write “{folder / 'harbour'}" in capsys.readouterr().err
    assert take_snapshot(outside) == before


def test_a_folder_that_is_no_book_is_not_read_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever names a home or a whole disk by mistake is told at once."""

    def read_all(*_: object) -> str:
        raise AssertionError("all files are read")

    monkeypatch.setattr("onrecord.runtime.up_to_date.compute_inputs_key", read_all)
    (tmp_path / "notes.txt").write_text("Notes.", encoding="utf-8")
    with pytest.raises(Refused, match="there is no book"):
        build_book(tmp_path, tmp_path / "out", ("html",), NO_WORKERS, ignore_progress)
