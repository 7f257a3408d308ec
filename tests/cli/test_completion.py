"""A shell completes what the command line knows."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from onrecord.cli import command_line
from onrecord.cli.completion import SHELLS
from onrecord.cli.exit_codes import ExitCode

# Completes the words as bash does at Tab: the last one is the one that is being written.
_COMPLETE = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
function=$(complete -p onrecord | sed 's/.*-F \\([^ ]*\\).*/\\1/')
"$function" onrecord "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert command_line.main(["completion", "bash"]) == ExitCode.DONE
    path = tmp_path / "completion.sh"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    return path


def complete(script: Path, *words: str) -> set[str]:
    command = ["bash", "-c", _COMPLETE, "bash", str(script), "onrecord", *words]
    done = subprocess.run(command, cwd=script.parent, capture_output=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    return {word.strip() for word in done.stdout.splitlines()}


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_commands_options_values_and_files(script: Path) -> None:
    """The real shell, with the printed script."""
    (script.parent / "harbour.md").touch()
    (script.parent / "harbour").mkdir()
    assert set(command_line.COMMANDS) <= complete(script, "")
    assert complete(script, "che") == {"check"}
    assert {"--json", "--github"} <= complete(script, "check", "--")
    assert complete(script, "check", "--gi") == {"--github"}
    assert complete(script, "completion", "zs") == {"zsh"}
    assert {word.rstrip("/") for word in complete(script, "check", "--book", "har")} == {"harbour"}
    assert "harbour.md" in complete(script, "import", "harb")


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_has_a_script(
    shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For the installed command, also from build.py; every command is in it."""
    monkeypatch.setenv("ONRECORD_HOME", "/anywhere")
    assert command_line.main(["completion", shell]) == ExitCode.DONE
    out, err = capsys.readouterr()
    assert err == ""
    assert "build.py" not in out
    assert "/anywhere" not in out
    assert all(name in out for name in ("onrecord", "github", *command_line.COMMANDS))


def test_an_unknown_shell_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.main(["completion", "dos"]) == ExitCode.WRONG_USAGE
    assert "bash" in capsys.readouterr().err
