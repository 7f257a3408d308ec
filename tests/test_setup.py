"""Two commands from a clean machine: build.py prepares itself, and `pip install .` gives `onrecord`."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
import types
import venv
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def build() -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("build_py", ROOT / "build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]  # type: ignore[no-any-return]  # tomllib


# --- the locks ------------------------------------------------------------------------------------


def locked(name: str) -> dict[str, str]:
    """Package name -> version."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))


def _canonical(requirement: str) -> tuple[str, str]:
    name, _, version = requirement.partition("==")
    return re.sub(r"[-_.]+", "-", name).lower(), version


def test_the_lock_holds_every_dependency_at_its_version(project: dict[str, Any]) -> None:
    """pyproject.toml says what, the locks say exactly what; both locks agree."""
    base, test = locked("requirements.lock"), locked("requirements-test.lock")
    assert {name: base[name] for name, _ in map(_canonical, project["dependencies"])} == dict(
        map(_canonical, project["dependencies"])
    )
    pinned = [one for one in project["optional-dependencies"]["test"] if "==" in one]
    assert all(test[name] == version for name, version in map(_canonical, pinned))
    assert base.items() <= test.items()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_has_hashes_and_no_host(name: str) -> None:
    """Where packages come from is the machine's business; that they are the right ones is ours."""
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "//" not in text
    assert "--index-url" not in text
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_licence_is_the_one_we_name(project: dict[str, Any]) -> None:
    assert project["license"] == "AGPL-3.0-or-later"
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in (ROOT / "LICENSE").read_text(encoding="utf-8")


# --- what build.py says ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("os_release", "system"),
    [
        ('PRETTY_NAME="Debian"\nID=debian\n', "Debian, Ubuntu"),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', "Debian, Ubuntu"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"\n', "Fedora"),
        ("ID=fedora\n", "Fedora"),
        ("ID=alpine\n", "Alpine"),
        ("ID=manjaro\nID_LIKE=arch\n", "Arch"),
        ("ID=nixos\n", ""),
        ("", ""),
    ],
)
def test_the_system_is_known_by_its_os_release(build: types.ModuleType, os_release: str, system: str) -> None:
    assert build.distribution(os_release) == system


@pytest.mark.parametrize("system", ["Debian, Ubuntu", "Fedora", "Alpine", "Arch", "macOS", "Windows", ""])
def test_missing_pango_names_the_line_to_type(
    build: types.ModuleType, system: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line for this system, all lines on an unknown one; no environment is begun; exit code 74."""
    monkeypatch.setattr(build, "loads", lambda file: "harfbuzz" in file)
    monkeypatch.setattr(build, "system_name", lambda: system)
    monkeypatch.setattr(build.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(build, "prepare", lambda _: pytest.fail("an environment was begun"))
    assert build.main(["pdf"]) == 74
    said = capsys.readouterr().err
    assert "Pango, PangoFT2 are missing" in said
    lines = [build.ADVICE[system]] if system else build.ADVICE.values()
    assert all(line in said for line in lines)


def test_root_on_debian_gets_pango_installed_and_is_told(
    build: types.ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """apt-get is called once with the packages; afterwards the build goes on."""
    calls: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        calls.append(command)
        return subprocess.CompletedProcess(command, 0, b"")

    monkeypatch.setattr(build, "loads", lambda _: bool(calls))
    monkeypatch.setattr(build, "system_name", lambda: "Debian, Ubuntu")
    monkeypatch.setattr(build.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(build.subprocess, "run", run)
    monkeypatch.setattr(build.subprocess, "call", lambda *_, **__: 0)
    build.find_libraries()
    assert calls[-1][:3] == ["apt-get", "install", "-y"]
    assert set(build.APT_PACKAGES) <= set(calls[-1])
    assert "apt-get install -y libpango-1.0-0" in capsys.readouterr().err


def test_an_old_python_is_told_which_one_is_needed(
    build: types.ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "NEEDED", (99, 0))
    assert build.main(["pdf"]) == 74
    assert "needs Python 99.0 or newer" in capsys.readouterr().err


def test_an_environment_counts_only_with_its_stamp(
    build: types.ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the stamp it is half-made; with one of another lock or another Python it is outdated."""
    lock = tmp_path / "a.lock"
    lock.write_text("one==1\n", encoding="utf-8")
    monkeypatch.setattr(build, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(build, "STAMP", tmp_path / "stamp")
    assert not build.have([lock])
    build.STAMP.write_text(build.stamp_of(lock), encoding="ascii")
    assert build.have([lock])
    monkeypatch.setattr(build.sys, "version_info", (3, 99, 0))
    assert not build.have([lock])
    monkeypatch.undo()
    lock.write_text("one==2\n", encoding="utf-8")
    assert not build.have([lock])


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], ["-n", "auto", "--dist", "loadfile", "-m", "not slow"]),
        (["--all"], ["-n", "auto", "--dist", "loadfile"]),
        (["-m", "slow"], ["-n", "auto", "--dist", "loadfile", "-m", "slow"]),
        (["tests/test_setup.py"], ["tests/test_setup.py"]),
        (["tests/test_setup.py::test_it"], ["tests/test_setup.py::test_it"]),
        (["-k", "python"], ["-k", "python"]),
        (["-n", "1", "-m", "slow"], ["-n", "1", "-m", "slow"]),
    ],
)
def test_many_tests_run_on_all_cores_and_a_few_at_once(
    arguments: list[str], options: list[str], build: types.ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Starting processes costs more than a few tests take."""
    commands: list[list[str]] = []

    def call(command: list[str], **_: object) -> int:
        commands.append(command[2:])
        return 0

    monkeypatch.setattr(build.subprocess, "call", call)
    assert build.run_tests(arguments) == 0
    assert commands[-1] == ["pytest", *options]
    assert [command[0] for command in commands[:-1]] == (["ruff", "mypy"] if arguments in ([], ["--all"]) else [])


# --- for real -------------------------------------------------------------------------------------


def _checkout(folder: Path) -> Path:
    left_out = shutil.ignore_patterns(".*", "dist", "build", "node_modules", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, folder, ignore=left_out)
    return folder


def _plain() -> dict[str, str]:
    """The environment of somebody who has just opened a terminal."""
    ours = ("PYTHON", "ONRECORD_", "VIRTUAL_ENV", "PYTEST")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _build_py(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [_system_python(), str(checkout / "build.py"), *words]
    return subprocess.run(command, env=_plain(), capture_output=True, text=True, check=False, encoding="utf-8")


def _system_python() -> str:
    """The Python that our environment was made from."""
    return str(getattr(sys, "_base_executable", sys.executable))


@pytest.mark.slow
def test_a_fresh_clone_builds_with_one_command(tmp_path: Path) -> None:
    """The environment is made once, with words about it on the error stream; a killed set-up is made anew."""
    checkout = _checkout(tmp_path / "a folder")
    command = [_system_python(), str(checkout / "build.py"), "check"]
    with subprocess.Popen(command, env=_plain(), stderr=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stderr
        assert "made now" in process.stderr.readline()
        assert "installing" in process.stderr.readline()
        process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    first = _build_py(checkout, "check")
    assert first.returncode == 0, first.stderr
    assert "half-made" in first.stderr
    assert "No error in" in first.stdout
    second = _build_py(checkout, "html")
    assert (second.returncode, second.stderr) == (0, "")
    assert list((checkout / "dist").glob("*/index.html"))
    assert _build_py(checkout, "pfd").returncode == 2


@pytest.mark.slow
def test_the_wheel_works_from_any_folder(tmp_path: Path) -> None:
    """`pip install .` brings styles, templates and the sample book; the command needs nothing of the checkout."""
    checkout = _checkout(tmp_path / "checkout")
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True, symlinks=os.name != "nt")
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(scripts / "python"), "-m", "pip", "install", "--quiet", str(checkout)]
    subprocess.run(pip, env=_plain(), check=True, capture_output=True)
    shutil.rmtree(checkout)
    desk = tmp_path / "desk"
    desk.mkdir()

    def onrecord(*words: str) -> str:
        command = [str(scripts / "onrecord"), *words]
        done = subprocess.run(
            command, cwd=desk, env=_plain(), capture_output=True, text=True, check=False, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "onrecord" in onrecord("--help")
    onrecord("new", "harbour")
    assert onrecord("all", "--book", "harbour").count("1 byline and 1 disclaimer") == 3
    assert {path.name for path in (desk / "dist").iterdir()} == {
        "my-book",
        "my-book.pdf",
        "my-book.epub",
        "my-book.proof.json",
    }
