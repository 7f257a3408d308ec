"""The store: what is kept comes back whole or not at all."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from onrecord.runtime import cache
from onrecord.runtime.cache import Store, fingerprint


@pytest.fixture(autouse=True)
def _own_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))


def entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("??/*"))


KEY, OTHER = fingerprint("one"), fingerprint("two")


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    """In another store of the same folder, as another build has it; what nobody kept is not there."""
    Store(tmp_path / "s").put(KEY, ("a value", 3))
    assert Store(tmp_path / "s").get(KEY) == ("a value", 3)
    assert Store(tmp_path / "s").get(OTHER) is None
    assert (tmp_path / "s" / ".gitignore").read_text() == "*\n"


def test_without_a_folder_nothing_is_kept() -> None:
    nothing = Store(None)
    nothing.put(KEY, 1)
    assert nothing.get(KEY) is None


@pytest.mark.parametrize(
    "damage", [lambda d: d[:-1], lambda d: d[:40] + b"x" + d[41:], lambda d: b"", lambda d: b"x" * 99]
)
def test_a_damaged_entry_is_no_entry(tmp_path: Path, damage: object) -> None:
    """Cut short, changed, emptied, replaced: it is made anew, and counted once."""
    kept = Store(tmp_path)
    kept.put(KEY, "a value that is long enough to be damaged in the middle")
    (path,) = entries(tmp_path)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert kept.get(KEY) is None
    assert kept.damaged == 1
    assert kept.made(KEY, lambda: "anew") == "anew"
    assert kept.get(KEY) == "anew"
    assert kept.damaged == 1


def test_an_entry_under_another_name_is_no_entry(tmp_path: Path) -> None:
    """The seal names the key: entries cannot trade places."""
    kept = Store(tmp_path)
    kept.put(KEY, "mine")
    (path,) = entries(tmp_path)
    place = tmp_path / OTHER[:2] / OTHER[2:]
    place.parent.mkdir(exist_ok=True)
    path.rename(place)
    assert kept.get(OTHER) is None


def test_what_somebody_else_kept_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that comes with a book from elsewhere brings no work, and no code, into this user's builds."""
    Store(tmp_path / "s").put(KEY, "theirs")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another home"))
    assert Store(tmp_path / "s").get(KEY) is None


def test_a_full_disk_only_means_that_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> object:
        raise OSError(28, "No space left on device")

    kept = Store(tmp_path)
    monkeypatch.setattr(os, "fdopen", full)
    assert kept.made(KEY, lambda: 5) == 5
    monkeypatch.undo()
    assert not [path for path in entries(tmp_path) if not path.name.startswith("new-")]


def test_it_stays_as_small_as_it_may_be(tmp_path: Path) -> None:
    """What was used longest ago goes first; what a killed build left goes too, when it is old."""
    kept = Store(tmp_path, most_bytes=3_000)
    for number in range(4):
        kept.put(fingerprint(number), b"x" * 1_000)
        place = tmp_path / fingerprint(number)[:2] / fingerprint(number)[2:]
        os.utime(place, (number, number))
    left = tmp_path / KEY[:2] / "new-left"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"half")
    os.utime(left, (time.time() - 7_200,) * 2)
    kept.trim()
    assert [kept.get(fingerprint(number)) is None for number in range(4)] == [True, True, False, False]
    assert not left.exists()


def test_a_store_that_grew_little_is_looked_through_once_an_hour(tmp_path: Path) -> None:
    home = tmp_path / "cache"
    kept = Store(home)
    kept.put(KEY, "a value")
    kept.trim()
    small = Store(home, most_bytes=1_000)
    small.put(fingerprint("more"), "more than nothing")
    place = home / KEY[:2] / KEY[2:]
    place.write_bytes(b"x" * 2_000)
    os.utime(place, (1, 1))
    small.trim()
    assert not place.exists()  # more than a hundredth of what it may hold
    place.write_bytes(b"x" * 2_000_000)
    large = Store(home, most_bytes=1_000_000)
    large.put(fingerprint("more"), "")
    large.trim()
    assert place.exists()
    hours_ago = time.time() - 7_200
    os.utime(home / "CACHEDIR.TAG", (hours_ago, hours_ago))
    os.utime(place, (1, 1))
    large.trim()
    assert not place.exists()


def test_clearing_forgets_everything(tmp_path: Path) -> None:
    kept = Store(tmp_path / "s")
    kept.put(KEY, "a value")
    assert kept.clear() > 30
    assert not (tmp_path / "s").exists()
    assert kept.clear() == 0


def test_what_somebody_else_put_into_the_folder_stays(tmp_path: Path) -> None:
    """A folder given with --cache may hold a life's work; clearing and trimming take only what the store wrote."""
    mine = {
        "go/main.go": "a",
        "ab/notes": "b",
        "ab/new": "c",
        ".gitignore": "d",
        "thesis.md": "e",
        f"abc/{KEY[2:]}": "f",
    }
    given = tmp_path / "given"
    for name, text in mine.items():
        (given / name).parent.mkdir(parents=True, exist_ok=True)
        (given / name).write_text(text, encoding="utf-8")
    kept = Store(given, most_bytes=0)
    kept.put(KEY, "a value")
    kept.trim()
    assert kept.get(KEY) is None
    kept.put(KEY, "a value")
    assert kept.clear() > 30
    assert {path.relative_to(given).as_posix() for path in given.rglob("*") if path.is_file()} == set(mine)


def test_a_linked_folder_can_be_cleared(tmp_path: Path) -> None:
    """A cache on another disk is often a link; what it points to is emptied, the link stays."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk", target_is_directory=True)
    kept = Store(tmp_path / "link")
    kept.put(KEY, "a value")
    assert kept.clear() > 30
    assert (tmp_path / "link").is_dir()
    assert not entries(tmp_path / "disk")


# --- fingerprints ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leaf:
    text: str
    note: str = field(default="", compare=False)


def different() -> Iterator[object]:
    yield from (
        "a",
        b"a",
        ("a",),
        ("a", ""),
        ("", "a"),
        ("ab",),
        ("a", "b"),
        1,
        "1",
        True,
        None,
        "None",
        1.0,
        Leaf("a"),
        {"a": 1},
    )
    yield from ({"a": "1"}, {"b": 1}, (), ((),), Path("a"))


def test_other_values_have_other_names() -> None:
    names = [fingerprint(value) for value in different()]
    assert len(set(names)) == len(names)


def test_equal_values_have_one_name() -> None:
    """Order of a mapping and uncompared fields make no difference."""
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint(Leaf("a", "x")) == fingerprint(Leaf("a", "y"))
    assert fingerprint("a") == "".join(fingerprint("a"))


def test_what_has_no_stable_name_is_refused() -> None:
    with pytest.raises(TypeError, match="no fingerprint for object"):
        fingerprint(object())


def test_the_engine_has_one_identity() -> None:
    from onrecord.runtime import build_identity

    assert build_identity.identity() == build_identity.identity()
    assert len(build_identity.identity()) == len(cache.fingerprint(""))
