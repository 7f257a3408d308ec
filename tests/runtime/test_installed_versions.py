"""The versions of libraries are those that Python knows."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from onrecord.runtime import build_identity
from onrecord.runtime.installed_versions import read_version
from tests.support.paths import ROOT

DESCRIPTION = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nVersion: 0 of the text\n"


def ask_python(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def test_each_library_has_the_version_that_python_knows() -> None:
    names = build_identity._LIBRARIES
    assert {name: read_version(name) for name in names} == {name: ask_python(name) for name in names}
    assert read_version("WeasyPrint") == version("weasyprint")
    assert read_version("no-such-library") == ""


def test_each_kind_of_installation_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wheels, folders and files of other installers, archives; the first on the search path counts."""
    first, second, archive = tmp_path / "first", tmp_path / "second", tmp_path / "libraries.zip"
    descriptions = {
        first / "Harbour_Light-1.2.dist-info" / "METADATA": "1.2",
        second / "harbour.light-1.3.dist-info" / "METADATA": "1.3",
        second / "pilot-2.0-py3.11.egg-info" / "PKG-INFO": "2.0",
        second / "buoy-3.0.egg-info": "3.0",
    }
    for path, number in descriptions.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(DESCRIPTION.format(name=path.name.partition("-")[0], version=number), encoding="utf-8")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("tide-4.0.dist-info/METADATA", DESCRIPTION.format(name="tide", version="4.0"))
    monkeypatch.setattr(sys, "path", [str(first), str(second)])
    assert [read_version(name) for name in ("harbour-light", "pilot", "buoy", "tide")] == ["1.2", "2.0", "3.0", ""]
    monkeypatch.setattr(sys, "path", [*sys.path, str(archive)])
    assert read_version("tide") == "4.0"


def test_a_build_does_not_load_what_python_asks(tmp_path: Path) -> None:
    """It loads the library of mail, too, and is slower than all other questions of a build that has nothing to do."""
    program = (
        "import sys; from onrecord.cli import build_command; from onrecord.runtime import build_identity;"
        "build_identity.compute_build_identity(); print('importlib.metadata' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
