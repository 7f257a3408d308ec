"""The guard of a book's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from onrecord.runtime.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A folder with files, beside a file that does not belong to it."""
    (tmp_path / "book/images").mkdir(parents=True)
    (tmp_path / "book/images/a.png").touch()
    (tmp_path / "book-of-others").mkdir()
    (tmp_path / "book-of-others/a.png").touch()
    (tmp_path / "book/door").symlink_to("../book-of-others")
    (tmp_path / "book/window").symlink_to("images")
    (tmp_path / "book/circle").symlink_to("circle")
    return Project(tmp_path / "book")


@pytest.mark.parametrize("name", ["images/a.png", "images/../images/a.png", "window/a.png", "images/missing.png", "."])
def test_a_name_in_the_folder_is_found(name: str, project: Project) -> None:
    """Also through a link that stays inside, and if nothing is there yet."""
    assert project.find(name) == (project.folder / name).resolve()
    assert project.holds(project.folder / name)


@pytest.mark.parametrize(
    "name", ["../book-of-others/a.png", "door/a.png", "door", "circle", "/etc/passwd", "a" * 300, "a\0b", ".."]
)
def test_a_name_that_leads_out_is_not_found(name: str, project: Project) -> None:
    """Nor one that no file system accepts, nor a neighbour whose name begins like that of the folder."""
    assert project.find(name) is None
    assert not project.holds(name)


def test_a_relative_folder_is_the_same_folder(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The working folder does not count."""
    monkeypatch.chdir(project.folder.parent)
    relative = Project(Path("book"))
    assert relative.find("images/a.png") == project.find("images/a.png")
    assert relative.holds(Path("book/images/a.png").absolute())
    assert relative.find_link_out(Path("book/door/a.png")) == project.folder / "door"
