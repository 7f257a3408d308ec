"""The cache: an entry is read back unchanged or not at all."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint
from tests.support.paths import ROOT


@pytest.fixture(autouse=True)
def _private_secret(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("home")))


def list_entries(folder: Path) -> list[Path]:
    return sorted(folder.glob("??/*"))


FIRST_KEY, SECOND_KEY = compute_fingerprint("one"), compute_fingerprint("two")


def test_a_stored_value_is_read_back(tmp_path: Path) -> None:
    """By another cache object in the same folder, as in a later build; a missing entry is None."""
    Cache(tmp_path / "s").put(FIRST_KEY, ("a value", 3))
    assert Cache(tmp_path / "s").get(FIRST_KEY) == ("a value", 3)
    assert Cache(tmp_path / "s").get(SECOND_KEY) is None
    assert (tmp_path / "s" / ".gitignore").read_text() == "*\n"


def test_without_a_folder_nothing_is_stored() -> None:
    cache = Cache(None)
    cache.put(FIRST_KEY, 1)
    assert cache.get(FIRST_KEY) is None


@pytest.mark.parametrize(
    "damage", [lambda d: d[:-1], lambda d: d[:40] + b"x" + d[41:], lambda d: b"", lambda d: b"x" * 99]
)
def test_a_damaged_entry_is_ignored_and_rebuilt(tmp_path: Path, damage: object) -> None:
    """Entries are cut short, changed, emptied or replaced; each is counted once."""
    cache = Cache(tmp_path)
    cache.put(FIRST_KEY, "a value that is long enough to be damaged in the middle")
    (path,) = list_entries(tmp_path)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert cache.get(FIRST_KEY) is None
    assert cache.damaged == 1
    assert cache.get_or_compute(FIRST_KEY, lambda: "anew") == "anew"
    assert cache.get(FIRST_KEY) == "anew"
    assert cache.damaged == 1


def test_an_entry_under_another_key_is_ignored(tmp_path: Path) -> None:
    """The signature covers the key, so entries cannot be exchanged."""
    cache = Cache(tmp_path)
    cache.put(FIRST_KEY, "mine")
    (path,) = list_entries(tmp_path)
    place = tmp_path / SECOND_KEY[:2] / SECOND_KEY[2:]
    place.parent.mkdir(exist_ok=True)
    path.rename(place)
    assert cache.get(SECOND_KEY) is None


def test_an_entry_of_another_user_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that comes with a received book brings no data and no code into a build."""
    Cache(tmp_path / "s").put(FIRST_KEY, "theirs")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another home"))
    assert Cache(tmp_path / "s").get(FIRST_KEY) is None


def test_a_full_disk_only_means_that_nothing_is_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def raise_disk_full(*_: object) -> object:
        raise OSError(28, "No space left on device")

    cache = Cache(tmp_path)
    monkeypatch.setattr(os, "fdopen", raise_disk_full)
    assert cache.get_or_compute(FIRST_KEY, lambda: 5) == 5
    monkeypatch.undo()
    assert not [path for path in list_entries(tmp_path) if not path.name.startswith("new-")]


def test_trimming_deletes_the_oldest_entries(tmp_path: Path) -> None:
    """It also deletes old temporary files of killed builds."""
    cache = Cache(tmp_path, max_bytes=3_000)
    for number in range(4):
        cache.put(compute_fingerprint(number), b"x" * 1_000)
        place = tmp_path / compute_fingerprint(number)[:2] / compute_fingerprint(number)[2:]
        os.utime(place, (number, number))
    temporary_file = tmp_path / FIRST_KEY[:2] / "new-left"
    temporary_file.parent.mkdir(exist_ok=True)
    temporary_file.write_bytes(b"half")
    os.utime(temporary_file, (time.time() - 7_200,) * 2)
    cache.trim()
    assert [cache.get(compute_fingerprint(number)) is None for number in range(4)] == [True, True, False, False]
    assert not temporary_file.exists()


def test_a_cache_that_grew_little_is_trimmed_once_an_hour(tmp_path: Path) -> None:
    home = tmp_path / "cache"
    cache = Cache(home)
    cache.put(FIRST_KEY, "a value")
    cache.trim()
    small = Cache(home, max_bytes=1_000)
    small.put(compute_fingerprint("more"), "more than nothing")
    place = home / FIRST_KEY[:2] / FIRST_KEY[2:]
    place.write_bytes(b"x" * 2_000)
    os.utime(place, (1, 1))
    small.trim()
    assert not place.exists()  # it grew by more than a hundredth of its limit
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


def test_clearing_deletes_everything(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "s")
    cache.put(FIRST_KEY, "a value")
    assert cache.clear() > 30
    assert not (tmp_path / "s").exists()
    assert cache.clear() == 0


def test_foreign_files_in_the_folder_stay(tmp_path: Path) -> None:
    """Clearing and trimming delete only what the cache wrote, and the folder stays a cache."""
    foreign_files = {
        "go/main.go": "a",
        "ab/notes": "b",
        "ab/new": "c",
        ".gitignore": "d",
        "thesis.md": "e",
        f"abc/{FIRST_KEY[2:]}": "f",
    }
    home = tmp_path / "cache"
    cache = Cache(home, max_bytes=0)
    cache.put(FIRST_KEY, "a value")
    write_files(home, foreign_files)
    cache.trim()
    assert cache.get(FIRST_KEY) is None
    cache.put(FIRST_KEY, "a value")
    assert cache.clear() > 30
    assert read_files(home) == foreign_files | {"CACHEDIR.TAG": TAG}
    assert not cache.is_foreign()


# --- folders that are no cache --------------------------------------------------------------------

TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of On Record. It can be deleted.\n"
OBJECT = f"{FIRST_KEY[:2]}/{FIRST_KEY[2:]}"  # git names its object files in the same way
TAGS = {
    "none": {},
    "that of another program": {"CACHEDIR.TAG": TAG.splitlines(keepends=True)[0]},
    "cut short": {"CACHEDIR.TAG": TAG[:-1]},
    "with more after it": {"CACHEDIR.TAG": TAG + "\n"},
    "empty": {"CACHEDIR.TAG": ""},
    "none, but files to ignore": {".gitignore": "*\n"},
}


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def read_files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    }


def use_cache(folder: Path) -> Cache:
    """Call everything that a cache does, with so little room that all entries are trimmed."""
    cache = Cache(folder, max_bytes=0)
    for key in (FIRST_KEY, SECOND_KEY):
        cache.get(key)
        cache.get_or_compute(key, lambda: "a value")
    cache._added_bytes = 1_000_000  # as if it had stored its values
    cache.trim()
    assert cache.clear() == 0
    return cache


@pytest.mark.parametrize("other_files", TAGS.values(), ids=TAGS)
def test_in_a_folder_that_is_no_cache_nothing_is_stored_or_deleted(
    tmp_path: Path, other_files: Mapping[str, str]
) -> None:
    """Not even files that are named like our entries."""
    files = {OBJECT: "an object of git", f"ab/new-{FIRST_KEY}": "b", "pack/pack-1.idx": "c", **other_files}
    write_files(tmp_path, files)
    os.utime(tmp_path / f"ab/new-{FIRST_KEY}", (1, 1))
    assert use_cache(tmp_path).is_foreign()
    assert read_files(tmp_path) == files


def test_a_tag_that_is_a_link_does_not_count(tmp_path: Path) -> None:
    """A link to the tag of a real cache does not make another folder a cache."""
    Cache(tmp_path / "real").put(FIRST_KEY, "a value")
    write_files(tmp_path / "other", {OBJECT: "an object of git"})
    (tmp_path / "other/CACHEDIR.TAG").symlink_to(tmp_path / "real/CACHEDIR.TAG")
    before = (tmp_path / "real/CACHEDIR.TAG").stat().st_mtime_ns
    assert use_cache(tmp_path / "other").is_foreign()
    assert read_files(tmp_path / "other") == {OBJECT: "an object of git", "CACHEDIR.TAG": TAG}
    assert (tmp_path / "real/CACHEDIR.TAG").stat().st_mtime_ns == before


def test_an_empty_or_half_marked_folder_becomes_a_cache(tmp_path: Path) -> None:
    """A build may be killed before it has written the tag."""
    for name in ("missing", "empty", "begun"):
        home = tmp_path / name
        if name != "missing":
            home.mkdir()
        if name == "begun":
            (home / ".CACHEDIR.TAG.0123abcd.new").write_text(TAG[:10], encoding="utf-8")
        cache = Cache(home)
        assert not cache.is_foreign()
        cache.put(FIRST_KEY, "a value")
        assert cache.get(FIRST_KEY) == "a value"
        assert (home / "CACHEDIR.TAG").read_text("utf-8") == TAG
        assert cache.clear() > 30
        assert not home.exists()


FILES_OF_EARLIER_VERSION = {"CACHEDIR.TAG": TAG.splitlines(keepends=True)[0], ".gitignore": "*\n"}


def test_a_cache_of_an_earlier_version_is_recognized(tmp_path: Path) -> None:
    """Its entries are used, and the first new entry writes the tag of today."""
    for name in ("used", "cleared"):
        Cache(tmp_path / name).put(FIRST_KEY, "a value")
        write_files(tmp_path / name, FILES_OF_EARLIER_VERSION)
        assert not Cache(tmp_path / name).is_foreign()
        assert Cache(tmp_path / name).get(FIRST_KEY) == "a value"
    Cache(tmp_path / "used").put(SECOND_KEY, "another")
    assert (tmp_path / "used/CACHEDIR.TAG").read_text("utf-8") == TAG
    assert Cache(tmp_path / "cleared").clear() > 30
    assert not (tmp_path / "cleared").exists()


@pytest.mark.parametrize("name", ["notes.md", "pack/pack-1.idx", "abc/d"])
def test_beside_other_files_the_tag_of_an_earlier_version_does_not_count(tmp_path: Path, name: str) -> None:
    """Other programs write the same files."""
    files = {OBJECT: "an object of git", name: "mine", **FILES_OF_EARLIER_VERSION}
    write_files(tmp_path, files)
    assert use_cache(tmp_path).is_foreign()
    assert read_files(tmp_path) == files


def test_a_cache_cleared_during_another_build_is_still_a_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tag is deleted last, and written again if the folder cannot be deleted."""
    home = tmp_path / "cache"
    cache = Cache(home)
    cache.put(FIRST_KEY, "a value")
    remove = Path.rmdir

    def store_and_remove(self: Path) -> None:
        if self == home:
            (home / SECOND_KEY[:2]).mkdir()
        remove(self)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rmdir", store_and_remove)
        assert cache.clear() > 30
    assert not cache.is_foreign()
    cache.put(SECOND_KEY, "another")
    assert cache.get(SECOND_KEY) == "another"


# --- links ------------------------------------------------------------------------------------------


@pytest.fixture
def cache_with_links(tmp_path: Path) -> Path:
    """Create a cache with a true tag, whose shelves are links to a folder with signed entries."""
    Cache(tmp_path / "outside").put(FIRST_KEY, "a value")
    Cache(tmp_path / "outside").put(SECOND_KEY, "another")
    home = tmp_path / "received"
    write_files(home, {"CACHEDIR.TAG": TAG, ".gitignore": "*\n"})
    for key in (FIRST_KEY, SECOND_KEY):
        (home / key[:2]).symlink_to(tmp_path / "outside" / key[:2], target_is_directory=True)
    return home


def test_shelves_that_are_links_are_not_followed(cache_with_links: Path) -> None:
    """Neither for reading nor for writing, trimming or clearing, whatever the tag says."""
    outside = cache_with_links.parent / "outside"
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in outside.rglob("*") if path.is_file()}
    cache = Cache(cache_with_links, max_bytes=0)
    for key in (FIRST_KEY, SECOND_KEY):
        assert not cache.has(key)
        assert cache.get(key) is None
        assert cache.get_or_compute(key, lambda: "anew") == "anew"
    cache._added_bytes = 1_000_000
    cache.trim()
    cache.clear()
    assert cache.damaged == 0
    assert {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in outside.rglob("*") if path.is_file()
    } == before
    assert Cache(outside).get(FIRST_KEY) == "a value"


def test_an_entry_that_is_a_link_is_replaced_and_not_followed(cache_with_links: Path) -> None:
    """Its target is neither read nor changed, even if it is an entry of another cache."""
    outside = cache_with_links.parent / "outside" / FIRST_KEY[:2] / FIRST_KEY[2:]
    os.utime(outside, (1, 1))  # reading an entry updates its time
    place = cache_with_links / FIRST_KEY[:2] / FIRST_KEY[2:]
    place.parent.unlink()
    place.parent.mkdir()
    place.symlink_to(outside)
    cache = Cache(cache_with_links)
    assert cache.get(FIRST_KEY) is None
    cache.put(FIRST_KEY, "mine")
    assert cache.get(FIRST_KEY) == "mine"
    assert not place.is_symlink()
    assert outside.stat().st_mtime == 1
    assert Cache(cache_with_links.parent / "outside").get(FIRST_KEY) == "a value"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
def test_an_entry_that_is_a_pipe_does_not_block(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(FIRST_KEY, "a value")
    (path,) = list_entries(tmp_path)
    path.unlink()
    os.mkfifo(path)
    assert cache.get(FIRST_KEY) is None
    cache.put(FIRST_KEY, "a value")
    assert cache.get(FIRST_KEY) == "a value"


def test_a_linked_folder_can_be_cleared(tmp_path: Path) -> None:
    """A cache folder may be a link to another disk: its target is emptied, the link stays."""
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk", target_is_directory=True)
    cache = Cache(tmp_path / "link")
    cache.put(FIRST_KEY, "a value")
    assert cache.clear() > 30
    assert (tmp_path / "link").is_dir()
    assert not list_entries(tmp_path / "disk")


# --- fingerprints ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    text: str
    note: str = field(default="", compare=False)


def iterate_different_values() -> Iterator[object]:
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
        Sample("a"),
        {"a": 1},
    )
    yield from ({"a": "1"}, {"b": 1}, (), ((),), Path("a"))


def test_different_values_have_different_fingerprints() -> None:
    fingerprints = [compute_fingerprint(value) for value in iterate_different_values()]
    assert len(set(fingerprints)) == len(fingerprints)


def test_equal_values_have_the_same_fingerprint() -> None:
    """The order of a mapping and uncompared fields make no difference."""
    assert compute_fingerprint({"a": 1, "b": 2}) == compute_fingerprint({"b": 2, "a": 1})
    assert compute_fingerprint(Sample("a", "x")) == compute_fingerprint(Sample("a", "y"))
    assert compute_fingerprint("a") == "".join(compute_fingerprint("a"))


def test_a_value_without_a_stable_fingerprint_is_refused() -> None:
    with pytest.raises(TypeError, match="no fingerprint for object"):
        compute_fingerprint(object())


def test_the_build_identity_follows_code_and_data() -> None:
    """Names of languages and the style sheets of themes, too; not what Python compiles."""
    from onrecord.runtime import build_identity

    folders = (ROOT / "onrecord", ROOT / "styles")
    paths = {path.removeprefix(f"{ROOT}/") for folder in folders for path in build_identity._iterate_files(folder)}
    assert paths >= {"onrecord/languages/names.json", "onrecord/__main__.py", "styles/themes/review/tokens.css"}
    assert not any("__pycache__" in path for path in paths)


def test_the_build_identity_is_stable() -> None:
    from onrecord.runtime import build_identity

    assert build_identity.compute_build_identity() == build_identity.compute_build_identity()
    assert len(build_identity.compute_build_identity()) == len(compute_fingerprint(""))
