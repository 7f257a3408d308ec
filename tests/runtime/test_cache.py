"""The store: what is kept comes back whole or not at all."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint


@pytest.fixture(autouse=True)
def _own_secret(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("home")))


def entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("??/*"))


KEY, OTHER = compute_fingerprint("one"), compute_fingerprint("two")


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    """In another store of the same folder, as another build has it; what nobody kept is not there."""
    Cache(tmp_path / "s").put(KEY, ("a value", 3))
    assert Cache(tmp_path / "s").get(KEY) == ("a value", 3)
    assert Cache(tmp_path / "s").get(OTHER) is None
    assert (tmp_path / "s" / ".gitignore").read_text() == "*\n"


def test_without_a_folder_nothing_is_kept() -> None:
    nothing = Cache(None)
    nothing.put(KEY, 1)
    assert nothing.get(KEY) is None


@pytest.mark.parametrize(
    "damage", [lambda d: d[:-1], lambda d: d[:40] + b"x" + d[41:], lambda d: b"", lambda d: b"x" * 99]
)
def test_a_damaged_entry_is_no_entry(tmp_path: Path, damage: object) -> None:
    """Cut short, changed, emptied, replaced: it is made anew, and counted once."""
    kept = Cache(tmp_path)
    kept.put(KEY, "a value that is long enough to be damaged in the middle")
    (path,) = entries(tmp_path)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert kept.get(KEY) is None
    assert kept.damaged == 1
    assert kept.get_or_compute(KEY, lambda: "anew") == "anew"
    assert kept.get(KEY) == "anew"
    assert kept.damaged == 1


def test_an_entry_under_another_name_is_no_entry(tmp_path: Path) -> None:
    """The seal names the key: entries cannot trade places."""
    kept = Cache(tmp_path)
    kept.put(KEY, "mine")
    (path,) = entries(tmp_path)
    place = tmp_path / OTHER[:2] / OTHER[2:]
    place.parent.mkdir(exist_ok=True)
    path.rename(place)
    assert kept.get(OTHER) is None


def test_what_somebody_else_kept_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that comes with a book from elsewhere brings no work, and no code, into this user's builds."""
    Cache(tmp_path / "s").put(KEY, "theirs")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another home"))
    assert Cache(tmp_path / "s").get(KEY) is None


def test_a_full_disk_only_means_that_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> object:
        raise OSError(28, "No space left on device")

    kept = Cache(tmp_path)
    monkeypatch.setattr(os, "fdopen", full)
    assert kept.get_or_compute(KEY, lambda: 5) == 5
    monkeypatch.undo()
    assert not [path for path in entries(tmp_path) if not path.name.startswith("new-")]


def test_it_stays_as_small_as_it_may_be(tmp_path: Path) -> None:
    """What was used longest ago goes first; what a killed build left goes too, when it is old."""
    kept = Cache(tmp_path, max_bytes=3_000)
    for number in range(4):
        kept.put(compute_fingerprint(number), b"x" * 1_000)
        place = tmp_path / compute_fingerprint(number)[:2] / compute_fingerprint(number)[2:]
        os.utime(place, (number, number))
    left = tmp_path / KEY[:2] / "new-left"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"half")
    os.utime(left, (time.time() - 7_200,) * 2)
    kept.trim()
    assert [kept.get(compute_fingerprint(number)) is None for number in range(4)] == [True, True, False, False]
    assert not left.exists()


def test_a_store_that_grew_little_is_looked_through_once_an_hour(tmp_path: Path) -> None:
    home = tmp_path / "cache"
    kept = Cache(home)
    kept.put(KEY, "a value")
    kept.trim()
    small = Cache(home, max_bytes=1_000)
    small.put(compute_fingerprint("more"), "more than nothing")
    place = home / KEY[:2] / KEY[2:]
    place.write_bytes(b"x" * 2_000)
    os.utime(place, (1, 1))
    small.trim()
    assert not place.exists()  # more than a hundredth of what it may hold
    place.write_bytes(b"x" * 2_000_000)
    large = Cache(home, max_bytes=1_000_000)
    large.put(compute_fingerprint("more"), "")
    large.trim()
    assert place.exists()
    hours_ago = time.time() - 7_200
    os.utime(home / "CACHEDIR.TAG", (hours_ago, hours_ago))
    os.utime(place, (1, 1))
    large.trim()
    assert not place.exists()


def test_clearing_forgets_everything(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "s")
    kept.put(KEY, "a value")
    assert kept.clear() > 30
    assert not (tmp_path / "s").exists()
    assert kept.clear() == 0


def test_what_somebody_else_put_into_the_folder_stays(tmp_path: Path) -> None:
    """Clearing and trimming take only what the store wrote, and the folder stays a store."""
    mine = {
        "go/main.go": "a",
        "ab/notes": "b",
        "ab/new": "c",
        ".gitignore": "d",
        "thesis.md": "e",
        f"abc/{KEY[2:]}": "f",
    }
    home = tmp_path / "cache"
    kept = Cache(home, max_bytes=0)
    kept.put(KEY, "a value")
    _fill(home, mine)
    kept.trim()
    assert kept.get(KEY) is None
    kept.put(KEY, "a value")
    assert kept.clear() > 30
    assert contents(home) == mine | {"CACHEDIR.TAG": TAG}
    assert not kept.is_foreign()


# --- folders that no store began ------------------------------------------------------------------

TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of On Record. It can be deleted.\n"
OBJECT = f"{KEY[:2]}/{KEY[2:]}"  # what a store of another program may call its files, too
TAGS = {
    "none": {},
    "that of another program": {"CACHEDIR.TAG": TAG.splitlines(keepends=True)[0]},
    "cut short": {"CACHEDIR.TAG": TAG[:-1]},
    "with more behind it": {"CACHEDIR.TAG": TAG + "\n"},
    "empty": {"CACHEDIR.TAG": ""},
    "none, but files to ignore": {".gitignore": "*\n"},
}


def _fill(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    }


def _use(folder: Path) -> Cache:
    """Everything that a store does, with so little room that all of it is trimmed."""
    used = Cache(folder, max_bytes=0)
    for key in (KEY, OTHER):
        used.get(key)
        used.get_or_compute(key, lambda: "a value")
    used._added_bytes = 1_000_000  # as if it had kept what it made
    used.trim()
    assert used.clear() == 0
    return used


@pytest.mark.parametrize("more", TAGS.values(), ids=TAGS)
def test_in_a_folder_that_no_store_began_nothing_is_kept_and_nothing_deleted(
    tmp_path: Path, more: Mapping[str, str]
) -> None:
    """Not even what is called as our entries are; without the tag nobody knows whose they are."""
    files = {OBJECT: "an object of git", f"ab/new-{KEY}": "b", "pack/pack-1.idx": "c", **more}
    _fill(tmp_path, files)
    os.utime(tmp_path / f"ab/new-{KEY}", (1, 1))
    assert _use(tmp_path).is_foreign()
    assert contents(tmp_path) == files


def test_a_tag_that_is_a_link_is_no_tag(tmp_path: Path) -> None:
    """The tag of a real store makes no store of a folder beside it."""
    Cache(tmp_path / "real").put(KEY, "a value")
    _fill(tmp_path / "other", {OBJECT: "an object of git"})
    (tmp_path / "other/CACHEDIR.TAG").symlink_to(tmp_path / "real/CACHEDIR.TAG")
    before = (tmp_path / "real/CACHEDIR.TAG").stat().st_mtime_ns
    assert _use(tmp_path / "other").is_foreign()
    assert contents(tmp_path / "other") == {OBJECT: "an object of git", "CACHEDIR.TAG": TAG}
    assert (tmp_path / "real/CACHEDIR.TAG").stat().st_mtime_ns == before


def test_an_empty_folder_and_one_that_a_killed_build_was_about_to_mark_are_new(tmp_path: Path) -> None:
    """A store begins there, and leaves nothing."""
    for name in ("missing", "empty", "begun"):
        home = tmp_path / name
        if name != "missing":
            home.mkdir()
        if name == "begun":
            (home / ".CACHEDIR.TAG.0123abcd.new").write_text(TAG[:10], encoding="utf-8")
        kept = Cache(home)
        assert not kept.is_foreign()
        kept.put(KEY, "a value")
        assert kept.get(KEY) == "a value"
        assert (home / "CACHEDIR.TAG").read_text("utf-8") == TAG
        assert kept.clear() > 30
        assert not home.exists()


EARLIER = {"CACHEDIR.TAG": TAG.splitlines(keepends=True)[0], ".gitignore": "*\n"}


def test_a_store_of_an_earlier_version_is_known_by_both_its_signs(tmp_path: Path) -> None:
    """What it holds is used, and the first thing that is kept there gives it the tag of today."""
    for name in ("used", "cleared"):
        Cache(tmp_path / name).put(KEY, "a value")
        _fill(tmp_path / name, EARLIER)
        assert not Cache(tmp_path / name).is_foreign()
        assert Cache(tmp_path / name).get(KEY) == "a value"
    Cache(tmp_path / "used").put(OTHER, "another")
    assert (tmp_path / "used/CACHEDIR.TAG").read_text("utf-8") == TAG
    assert Cache(tmp_path / "cleared").clear() > 30
    assert not (tmp_path / "cleared").exists()


@pytest.mark.parametrize("more", ["notes.md", "pack/pack-1.idx", "abc/d"])
def test_beside_other_files_the_signs_of_an_earlier_version_say_nothing(tmp_path: Path, more: str) -> None:
    """Other programs write the same."""
    files = {OBJECT: "an object of git", more: "mine", **EARLIER}
    _fill(tmp_path, files)
    assert _use(tmp_path).is_foreign()
    assert contents(tmp_path) == files


def test_a_store_that_is_cleared_while_another_keeps_something_is_still_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tag goes last; if the folder cannot go, the tag is there again."""
    home = tmp_path / "cache"
    kept = Cache(home)
    kept.put(KEY, "a value")
    remove = Path.rmdir

    def keep_first(self: Path) -> None:
        if self == home:
            (home / OTHER[:2]).mkdir()
        remove(self)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rmdir", keep_first)
        assert kept.clear() > 30
    assert not kept.is_foreign()
    kept.put(OTHER, "another")
    assert kept.get(OTHER) == "another"


# --- links ------------------------------------------------------------------------------------------


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A store with the right tag, whose shelves are links to a folder with entries that this user sealed."""
    Cache(tmp_path / "outside").put(KEY, "a value")
    Cache(tmp_path / "outside").put(OTHER, "another")
    home = tmp_path / "received"
    _fill(home, {"CACHEDIR.TAG": TAG, ".gitignore": "*\n"})
    for key in (KEY, OTHER):
        (home / key[:2]).symlink_to(tmp_path / "outside" / key[:2], target_is_directory=True)
    return home


def test_shelves_that_are_links_are_not_followed(linked: Path) -> None:
    """Neither for reading nor for writing, trimming or clearing, and whatever the tag says."""
    outside = linked.parent / "outside"
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in outside.rglob("*") if path.is_file()}
    received = Cache(linked, max_bytes=0)
    for key in (KEY, OTHER):
        assert not received.has(key)
        assert received.get(key) is None
        assert received.get_or_compute(key, lambda: "anew") == "anew"
    received._added_bytes = 1_000_000
    received.trim()
    received.clear()
    assert received.damaged == 0
    assert {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in outside.rglob("*") if path.is_file()
    } == before
    assert Cache(outside).get(KEY) == "a value"


def test_an_entry_that_is_a_link_is_replaced_and_not_followed(linked: Path) -> None:
    """What it leads to is neither read nor changed, even where it is a true entry of another store."""
    outside = linked.parent / "outside" / KEY[:2] / KEY[2:]
    os.utime(outside, (1, 1))  # an entry that is read says that it is still of use
    place = linked / KEY[:2] / KEY[2:]
    place.parent.unlink()
    place.parent.mkdir()
    place.symlink_to(outside)
    received = Cache(linked)
    assert received.get(KEY) is None
    received.put(KEY, "mine")
    assert received.get(KEY) == "mine"
    assert not place.is_symlink()
    assert outside.stat().st_mtime == 1
    assert Cache(linked.parent / "outside").get(KEY) == "a value"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_an_entry_that_is_a_pipe_holds_nobody_up(tmp_path: Path) -> None:
    kept = Cache(tmp_path)
    kept.put(KEY, "a value")
    (path,) = entries(tmp_path)
    path.unlink()
    os.mkfifo(path)
    assert kept.get(KEY) is None
    kept.put(KEY, "a value")
    assert kept.get(KEY) == "a value"


def test_a_linked_folder_can_be_cleared(tmp_path: Path) -> None:
    """A cache on another disk is often a link; what it points to is emptied, the link stays."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk", target_is_directory=True)
    kept = Cache(tmp_path / "link")
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
    names = [compute_fingerprint(value) for value in different()]
    assert len(set(names)) == len(names)


def test_equal_values_have_one_name() -> None:
    """Order of a mapping and uncompared fields make no difference."""
    assert compute_fingerprint({"a": 1, "b": 2}) == compute_fingerprint({"b": 2, "a": 1})
    assert compute_fingerprint(Leaf("a", "x")) == compute_fingerprint(Leaf("a", "y"))
    assert compute_fingerprint("a") == "".join(compute_fingerprint("a"))


def test_what_has_no_stable_name_is_refused() -> None:
    with pytest.raises(TypeError, match="no fingerprint for object"):
        compute_fingerprint(object())


def test_the_engine_has_one_identity() -> None:
    from onrecord.runtime import build_identity

    assert build_identity.compute_build_identity() == build_identity.compute_build_identity()
    assert len(build_identity.compute_build_identity()) == len(compute_fingerprint(""))
