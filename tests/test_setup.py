"""Test the set-up: build.py prepares itself, and `pip install .` gives `onrecord`."""

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

from onrecord.runtime import build_identity

ROOT = Path(__file__).parents[1]


@pytest.fixture
def build_script() -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("build_py", ROOT / "build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project


# --- the locks ------------------------------------------------------------------------------------


def read_lock(name: str) -> dict[str, str]:
    """Return the version of each package."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))


def _split_requirement(requirement: str) -> tuple[str, str]:
    """Return the normalized name, without extras, and the version."""
    name, _, version = requirement.partition("==")
    name = name.partition("[")[0]
    return re.sub(r"[-_.]+", "-", name).lower(), version


def test_the_lock_holds_every_dependency_at_its_version(project: dict[str, Any]) -> None:
    """pyproject.toml names the packages, the locks their versions; both locks agree."""
    base, test = read_lock("requirements.lock"), read_lock("requirements-test.lock")
    assert {name: base[name] for name, _ in map(_split_requirement, project["dependencies"])} == dict(
        map(_split_requirement, project["dependencies"])
    )
    pinned = [requirement for requirement in project["optional-dependencies"]["test"] if "==" in requirement]
    assert all(test[name] == version for name, version in map(_split_requirement, pinned))
    assert base.items() <= test.items()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_a_lock_has_hashes_and_no_host(name: str) -> None:
    """The machine decides where packages come from; the lock checks that they are right."""
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
def test_the_system_is_recognized_by_its_os_release(
    build_script: types.ModuleType, os_release: str, system: str
) -> None:
    assert build_script.find_distribution(os_release) == system


@pytest.mark.parametrize("system", ["Debian, Ubuntu", "Fedora", "Alpine", "Arch", "macOS", "Windows", ""])
def test_missing_pango_names_the_line_to_type(
    build_script: types.ModuleType, system: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line for this system, all lines on an unknown one; no environment is begun; exit code 74."""
    monkeypatch.setattr(build_script, "can_load", lambda file: "harfbuzz" in file)
    monkeypatch.setattr(build_script, "find_system", lambda: system)
    monkeypatch.setattr(build_script.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(build_script, "prepare", lambda _: pytest.fail("an environment was begun"))
    assert build_script.main(["pdf"]) == 74
    messages = capsys.readouterr().err
    assert "Pango, PangoFT2 are missing" in messages
    lines = [build_script.ADVICE[system]] if system else build_script.ADVICE.values()
    assert all(line in messages for line in lines)


def test_root_on_debian_gets_pango_installed_with_a_message(
    build_script: types.ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """apt-get is called once with the packages; then the build continues."""
    calls: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        calls.append(command)
        return subprocess.CompletedProcess(command, 0, b"")

    monkeypatch.setattr(build_script, "can_load", lambda _: bool(calls))
    monkeypatch.setattr(build_script, "find_system", lambda: "Debian, Ubuntu")
    monkeypatch.setattr(build_script.os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(build_script.subprocess, "run", run)
    monkeypatch.setattr(build_script.subprocess, "call", lambda *_, **__: 0)
    build_script.find_libraries()
    assert calls[-1][:3] == ["apt-get", "install", "-y"]
    assert set(build_script.APT_PACKAGES) <= set(calls[-1])
    assert "apt-get install -y libpango-1.0-0" in capsys.readouterr().err


def test_an_old_python_gets_a_message_with_the_version_needed(
    build_script: types.ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the name of an installed Python that runs: a command of `pyenv` may have a name and not run."""
    monkeypatch.setattr(build_script, "NEEDED", (99, 0))
    monkeypatch.setattr(build_script.sys, "argv", ["build.py", "pdf"])
    installed = {f"python3.{minor}": f"/bin/python3.{minor}" for minor in (11, 12, 13)}
    monkeypatch.setattr(build_script.shutil, "which", installed.get)
    monkeypatch.setattr(build_script.subprocess, "call", lambda words, **_: 127 if words[0].endswith("13") else 0)
    assert build_script.main(["pdf"]) == 74
    said = capsys.readouterr().err
    assert "needs Python 99.0 or newer" in said
    assert said.endswith("\n  Type: python3.12 build.py pdf\n")
    installed.clear()
    assert build_script.main(["pdf"]) == 74
    assert "Install one from" in capsys.readouterr().err


def test_an_environment_is_used_only_with_its_stamp(
    build_script: types.ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a stamp, or with that of another lock or Python, it is set up again."""
    lock = tmp_path / "a.lock"
    lock.write_text("one==1\n", encoding="utf-8")
    monkeypatch.setattr(build_script, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(build_script, "STAMP", tmp_path / "stamp")
    assert not build_script.is_prepared([lock])
    build_script.STAMP.write_text(build_script.format_stamp(lock), encoding="ascii")
    assert build_script.is_prepared([lock])
    monkeypatch.setattr(build_script.sys, "version_info", (3, 99, 0))
    assert not build_script.is_prepared([lock])
    monkeypatch.undo()
    lock.write_text("one==2\n", encoding="utf-8")
    assert not build_script.is_prepared([lock])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no flock")
def test_the_lock_is_held_until_the_last_installer_has_ended(
    build_script: types.ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installer goes on for a moment after its build was killed; nobody may delete its folder until then."""
    import fcntl

    monkeypatch.setattr(build_script, "HERE", tmp_path)
    monkeypatch.setattr(build_script, "PYTHON", Path(sys.executable))
    (tmp_path / "installer.py").write_text("open('pipe').read()\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    with build_script.lock_environment():
        installer = build_script.start_module("installer")
    lock = os.open(tmp_path, os.O_RDONLY)
    try:
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        Path("pipe").write_text("", encoding="utf-8")
        assert installer.communicate()[0] == ""
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(lock)


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
def test_many_tests_run_in_parallel_and_a_few_in_one_process(
    arguments: list[str], options: list[str], build_script: types.ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Starting processes takes longer than a few tests."""
    commands: list[list[str]] = []

    def call(command: list[str], **_: object) -> int:
        commands.append(command[2:])
        return 0

    monkeypatch.setattr(build_script.subprocess, "call", call)
    assert build_script.run_tests(arguments) == 0
    assert commands[-1] == ["pytest", *options]
    checks = ["ruff", "ruff", "mypy"] if arguments in ([], ["--all"]) else []
    assert [command[0] for command in commands[:-1]] == checks


# --- for real -------------------------------------------------------------------------------------


def _copy_checkout(folder: Path) -> Path:
    left_out = shutil.ignore_patterns(".*", "dist", "build", "node_modules", "__pycache__", "*.egg-info")
    shutil.copytree(ROOT, folder, ignore=left_out)
    return folder


def _read_plain_environment() -> dict[str, str]:
    """Return the environment of a newly opened terminal."""
    ours = ("PYTHON", "ONRECORD_", "VIRTUAL_ENV", "PYTEST")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def _run_build_script(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [_find_system_python(), str(checkout / "build.py"), *words]
    return subprocess.run(
        command, env=_read_plain_environment(), capture_output=True, text=True, check=False, encoding="utf-8"
    )


def _find_system_python() -> str:
    """Return the Python from which this environment was created."""
    return str(getattr(sys, "_base_executable", sys.executable))


@pytest.mark.slow
def test_a_fresh_clone_builds_with_one_command(tmp_path: Path) -> None:
    """Messages on the error stream say what is done; an interrupted set-up is repeated."""
    checkout = _copy_checkout(tmp_path / "a folder")
    command = [_find_system_python(), str(checkout / "build.py"), "check"]
    with subprocess.Popen(
        command, env=_read_plain_environment(), stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stderr
        assert "created now" in process.stderr.readline()
        assert "installing" in process.stderr.readline()
        process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    first_run = _run_build_script(checkout, "check")
    assert first_run.returncode == 0, first_run.stderr
    assert "incomplete" in first_run.stderr
    assert "No error in" in first_run.stdout
    second_run = _run_build_script(checkout, "html")
    assert (second_run.returncode, second_run.stderr) == (0, "")
    assert list((checkout / "dist").glob("*/index.html"))
    assert _run_build_script(checkout, "pfd").returncode == 2


@pytest.mark.slow
def test_the_wheel_works_from_any_folder(tmp_path: Path) -> None:
    """The wheel contains styles, templates and sample book; it needs no checkout."""
    checkout = _copy_checkout(tmp_path / "checkout")
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True, symlinks=os.name != "nt")
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    pip = [str(scripts / "python"), "-m", "pip", "install", "--quiet", str(checkout)]
    subprocess.run(pip, env=_read_plain_environment(), check=True, capture_output=True)
    shutil.rmtree(checkout)
    work_folder = tmp_path / "work"
    work_folder.mkdir()

    def run_onrecord(*words: str) -> str:
        command = [str(scripts / "onrecord"), *words]
        process = subprocess.run(
            command,
            cwd=work_folder,
            env=_read_plain_environment(),
            capture_output=True,
            text=True,
            check=False,
            encoding="utf-8",
        )
        assert process.returncode == 0, process.stderr
        return process.stdout

    assert "onrecord" in run_onrecord("--help")
    run_onrecord("new", "harbour")
    assert run_onrecord("all", "--book", "harbour").count("1 byline and 1 disclaimer") == 3
    assert {path.name for path in (work_folder / "dist").iterdir()} == {
        "my-book",
        "my-book.pdf",
        "my-book.epub",
        "my-book.proof.json",
    }


def test_results_are_made_again_when_a_face_or_a_layout_library_changes(project: dict[str, Any]) -> None:
    """The build identity holds the version of each."""
    names = {name for name, _ in map(_split_requirement, project["dependencies"])}
    makers = {name for name in names if name.startswith("fontpkg-")} | {"weasyprint", "python-bidi", "pypdfium2"}
    assert makers <= {name.lower() for name in build_identity._LIBRARIES}
