#!/usr/bin/env python3
"""Prepare On Record's environment if it is missing, then run `python -m onrecord` in it.

This file uses the standard library only and the syntax of Python 3.6, so that an older Python can
read it and say which version is needed.
"""

import signal
import sys

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def stop(number, _frame):  # type: (int, object) -> None
    """Stop at SIGTERM and SIGHUP as at Ctrl-C, without a traceback, from the first statement on."""
    for stopping in STOPPING:
        signal.signal(stopping, signal.SIG_IGN)
    sys.stderr.write("\nOn Record: stopped.\n")
    sys.exit(128 + number)


for _stopping in STOPPING if __name__ == "__main__" else ():
    if signal.getsignal(_stopping) is not signal.SIG_IGN:  # nohup
        signal.signal(_stopping, stop)

import contextlib
import ctypes
import ctypes.util
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Iterator

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
STAMP = VENV / "onrecord.stamp"  # written last: an environment without it is incomplete
BASE_LOCK = HERE / "requirements.lock"
TEST_LOCK = HERE / "requirements-test.lock"
NEEDED = (3, 11)
PARALLEL = ("-n", "auto", "--dist", "loadfile")  # on every core; the tests of a file share their books
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")

# The file names that WeasyPrint 70 tries for each library that it calls (weasyprint/text/ffi.py).
LIBRARIES = {
    "Pango": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll", "pango-1.0"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll", "pangoft2-1.0"),
    "HarfBuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll", "harfbuzz"),
    "HarfBuzz-Subset": (
        "libharfbuzz-subset.so.0",
        "libharfbuzz-subset.0.dylib",
        "libharfbuzz-subset-0.dll",
        "harfbuzz-subset",
    ),
}
APT_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz0b", "libharfbuzz-subset0")
ADVICE = {
    "Debian, Ubuntu": "sudo apt-get install -y " + " ".join(APT_PACKAGES),
    "Fedora": "sudo dnf install -y pango harfbuzz",
    "Alpine": "sudo apk add pango so:libpangoft2-1.0.so.0 so:libharfbuzz.so.0 so:libharfbuzz-subset.so.0",
    "Arch": "sudo pacman -S --needed pango harfbuzz",
    "macOS": "brew install pango",
    "Windows": r"C:\msys64\usr\bin\pacman.exe -S mingw-w64-ucrt-x86_64-pango   (MSYS2 from https://www.msys2.org)",
}
DISTRIBUTIONS = {
    "debian": "Debian, Ubuntu",
    "ubuntu": "Debian, Ubuntu",
    "fedora": "Fedora",
    "rhel": "Fedora",
    "alpine": "Alpine",
    "arch": "Arch",
}


class CannotPrepare(Exception):
    """The environment cannot be prepared; the message says what to do."""


def main(arguments: "list[str]") -> int:
    """Run the command; its exit code, or 74 when the environment cannot be made."""
    try:
        if sys.version_info < NEEDED:
            raise CannotPrepare(describe_wrong_python())
        find_libraries()
        testing = arguments[:1] == ["test"]
        prepare([BASE_LOCK, TEST_LOCK] if testing else [BASE_LOCK])
        return run_tests(arguments[1:]) if testing else hand_over(arguments)
    except CannotPrepare as trouble:
        print("On Record: %s" % trouble, file=sys.stderr)
        return 74  # EX_IOERR of sysexits.h, as onrecord.cli says for all that the machine refuses


def say(sentence: str) -> None:
    print("On Record: %s" % sentence, file=sys.stderr, flush=True)


# --- the version of Python ------------------------------------------------------------------------


def describe_wrong_python() -> str:
    """Return the message for a Python that is too old."""
    text = "needs Python %d.%d or newer; this is Python %s." % (*NEEDED, sys.version.split()[0])
    for minor in range(19, NEEDED[1] - 1, -1):
        other = shutil.which("python3.%d" % minor)
        if other and subprocess.call([other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return text + "\n  Type: python3.%d %s" % (minor, " ".join(["build.py", *sys.argv[1:]]))
    return text + "\n  Install one from your system's packages or from https://www.python.org/downloads/"


# --- libraries of the system ----------------------------------------------------------------------


def find_libraries() -> None:
    """Make sure that the libraries can be loaded; raise CannotPrepare if they cannot.

    Root on Debian or Ubuntu gets them installed.
    """
    add_library_folders()
    if not list_missing_libraries():
        return
    system = find_system()
    if system == "Debian, Ubuntu" and hasattr(os, "geteuid") and os.geteuid() == 0:
        install_system_packages(APT_PACKAGES)
    missing = list_missing_libraries()
    if missing:
        lines = [ADVICE[system]] if system else ["%s: %s" % pair for pair in sorted(ADVICE.items())]
        raise CannotPrepare(
            "%s missing. On Record needs Pango and HarfBuzz from your system to lay out pages. Type\n\n    %s\n\n"
            "and run the same command again. Nothing was changed."
            % (", ".join(missing) + (" is" if len(missing) == 1 else " are"), "\n    ".join(lines))
        )


def list_missing_libraries() -> "list[str]":
    """Return the names of the system's libraries that cannot be loaded."""
    return [name for name, files in LIBRARIES.items() if not any(can_load(file) for file in files)]


def can_load(file: str) -> bool:
    """Return whether the library can be loaded; search for bare names, as cffi does."""
    name = file if file.endswith((".0", ".dylib", ".dll")) and "lib" in file else ctypes.util.find_library(file)
    if not name:
        return False
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def add_library_folders() -> None:
    """Let libraries be found where Homebrew and MSYS2 put them."""
    if sys.platform == "darwin" and os.path.isdir("/opt/homebrew/lib"):
        folders = os.environ.get("DYLD_FALLBACK_LIBRARY_PATH", "/usr/local/lib:/usr/lib").split(":")
        os.environ["DYLD_FALLBACK_LIBRARY_PATH"] = ":".join(["/opt/homebrew/lib", *folders])
    if WINDOWS:
        default = r"C:\msys64\ucrt64\bin;C:\msys64\mingw64\bin;C:\Program Files\GTK3-Runtime Win64\bin"
        for folder in os.environ.get("WEASYPRINT_DLL_DIRECTORIES", default).split(";"):
            with contextlib.suppress(OSError):
                getattr(os, "add_dll_directory")(folder)  # noqa: B009 - exists on Windows only


def find_system() -> str:
    """Return the key of ADVICE for this system, or "" if there is none."""
    if sys.platform == "darwin":
        return "macOS"
    if WINDOWS:
        return "Windows"
    try:
        return find_distribution(Path("/etc/os-release").read_text(encoding="utf-8"))
    except OSError:
        return ""


def find_distribution(os_release: str) -> str:
    """Return the key of ADVICE for an os-release file (os-release(5): ID, then ID_LIKE)."""
    for field in ("ID", "ID_LIKE"):
        match = re.search(r"^%s=\"?([^\"\n]*)" % field, os_release, re.MULTILINE)
        for word in match.group(1).split() if match else []:
            if word in DISTRIBUTIONS:
                return DISTRIBUTIONS[word]
    return ""


def install_system_packages(packages: "tuple[str, ...]") -> None:
    """Install the packages with apt-get, and say so; print what it says if it fails."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    say("you are root on Debian or Ubuntu, so the missing packages of the system are installed now:")
    say("  apt-get install -y %s" % " ".join(packages))
    # HarfBuzz-Subset is a separate package only since Debian 12.
    commands = [["apt-get", "update", "-qq"]]
    if subprocess.call(["apt-cache", "show", packages[-1]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        commands = []
    for command in [*commands, ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *list(packages)]]:
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            say("the packages could not be installed; apt-get said:\n" + done.stdout.decode(errors="replace")[-1500:])
            return


# --- packages from PyPI ---------------------------------------------------------------------------


def prepare(locks: "list[Path]") -> None:
    """Make .venv hold what `locks` list; replace an incomplete or outdated one."""
    if is_prepared(locks):
        return
    with lock_environment():
        if is_prepared(locks):
            return
        new = not is_prepared([BASE_LOCK])
        if new:
            make_environment()
        try:
            install(locks[-1])
        except BaseException:
            if new:
                shutil.rmtree(str(VENV), ignore_errors=True)  # leave nothing incomplete behind
            raise
        STAMP.write_text("".join(format_stamp(lock) for lock in locks), encoding="ascii")


def is_prepared(locks: "list[Path]") -> bool:
    """Return whether .venv holds what these locks list, for this version of Python."""
    try:
        stamps = STAMP.read_text(encoding="ascii")
    except OSError:
        return False
    return PYTHON.exists() and all(format_stamp(lock) in stamps for lock in locks)


def format_stamp(lock: Path) -> str:
    """Return a line that changes with the lock and with the version of Python."""
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return "%s %d.%d %s\n" % (lock.name, sys.version_info[0], sys.version_info[1], digest)


@contextlib.contextmanager
def lock_environment() -> "Iterator[None]":
    """Wait until no other build prepares the environment.

    The processes of `start_module` inherit the lock: if this one is killed, pip goes on writing for a moment.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    try:
        lock = os.open(str(HERE), os.O_RDONLY)  # the folder, so that no file is left behind
    except OSError:
        yield
        return
    try:
        os.set_inheritable(lock, True)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting until another build has prepared the environment …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def make_environment() -> None:
    """Make an empty .venv in the place of an old one, and say so."""
    why = "is outdated or incomplete and is created again" if VENV.exists() else "is created now; this happens once"
    say("the environment in %s %s." % (VENV, why))
    try:
        import ensurepip  # noqa: F401 - a separate package on Debian
    except ImportError:
        provide_ensurepip()
    import venv

    try:
        if VENV.is_dir() and not VENV.is_symlink():
            shutil.rmtree(str(VENV))
        venv.create(str(VENV), symlinks=not WINDOWS)
        install_pip()
    except OSError as error:
        shutil.rmtree(str(VENV), ignore_errors=True)
        raise CannotPrepare("cannot create the environment in %s: %s" % (VENV, error)) from None


def install_pip() -> None:
    """Install the pip that Python brings; raise OSError if that fails.

    A build that is stopped waits for it (two seconds): if ensurepip is killed, the process that it started writes on.
    """
    ensurepip = start_module("ensurepip", "--upgrade", "--default-pip")
    try:
        output, _ = ensurepip.communicate()
    finally:
        ensurepip.wait()
    if ensurepip.returncode:
        raise OSError("ensurepip said:\n\n%s" % output[-3000:])


def provide_ensurepip() -> None:
    """Install the package with ensurepip as root on Debian or Ubuntu; raise CannotPrepare if it is still missing."""
    package = "python%d.%d-venv" % sys.version_info[:2]
    if find_system() == "Debian, Ubuntu" and os.geteuid() == 0:
        install_system_packages((package,))
        if subprocess.call([sys.executable, "-c", "import ensurepip"], stderr=subprocess.DEVNULL) == 0:
            return
    raise CannotPrepare(
        "this Python has no venv. Type\n\n    sudo apt-get install -y %s\n\nand run the same command again." % package
    )


def install(lock: Path) -> None:
    """Install the packages of the lock with pip, and show progress.

    pip checks their hashes and compiles nothing.
    """
    total = len(re.findall(r"^[\w.-]+==", lock.read_text(encoding="utf-8"), re.MULTILINE))
    say("installing %d packages from %s and checking their hashes …" % (total, lock.name))
    pip = start_module(
        "pip",
        "install",
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--no-deps",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar",
        "off",
        "-r",
        str(lock),
    )
    output = []
    try:
        for line in pip.stdout or ():
            output.append(line)
            done = sum(1 for said in output if said.startswith(("Collecting ", "Requirement already")))
            show_progress(line, done, total)
        if pip.wait():
            tail = "".join(line for line in output if not line.startswith(("Collecting", "  Downloading", "  Using")))
            raise CannotPrepare("pip could not install the packages of %s; it said:\n\n%s" % (lock.name, tail[-3000:]))
    finally:
        clear_progress()
        if pip.poll() is None:
            pip.kill()
            pip.wait()
    say("the environment is ready.")


def start_module(*words: str) -> "subprocess.Popen[str]":
    """Start a module with .venv's Python, and return its process, which holds the lock until it ends."""
    return subprocess.Popen(
        [str(PYTHON), "-m", *words],
        env=clean_environment(PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        close_fds=False,  # it inherits the lock
    )


def show_progress(line: str, done: int, total: int) -> None:
    if not sys.stderr.isatty():
        return
    if line.startswith("Installing collected"):
        text = "unpacking %d packages" % total
    elif line.startswith("Collecting "):
        text = "%2d of %d  %s" % (min(done, total), total, line.split()[1])
    else:
        return
    sys.stderr.write("\r\033[K  " + text[:70])
    sys.stderr.flush()


def clear_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")


# --- running the command --------------------------------------------------------------------------


def clean_environment(**changes: str) -> "dict[str, str]":
    """Return the environment variables for a child: our package first, text in UTF-8."""
    environment = dict(os.environ, PYTHONUTF8="1", PYTHONPATH=str(HERE), ONRECORD_HOME=str(HERE), **changes)
    environment.pop("PYTHONHOME", None)
    return environment


def hand_over(arguments: "list[str]") -> int:
    """Replace this process by `python -m onrecord`; on Windows, run it and wait."""
    command = [str(PYTHON), "-m", "onrecord", *arguments]
    if WINDOWS:
        return subprocess.call(command, env=clean_environment())
    sys.stdout.flush()
    sys.stderr.flush()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)  # until onrecord can handle them
    return os.execve(str(PYTHON), command, clean_environment())


def run_tests(arguments: "list[str]") -> int:
    """Run ruff, mypy and the quick tests; with `--all` the slow ones, too; other arguments go to pytest alone."""
    checks = [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]]
    if not arguments:
        commands = [*checks, ["pytest", *PARALLEL, "-m", "not slow"]]
    elif arguments == ["--all"]:
        commands = [*checks, ["pytest", *PARALLEL]]
    else:
        commands = [["pytest", *([] if has_test_selection(arguments) else PARALLEL), *arguments]]
    failed = []
    for command in commands:
        say("python -m %s" % " ".join(command))
        if subprocess.call([str(PYTHON), "-m", *command], env=clean_environment(), cwd=str(HERE)):
            failed.append(command[0])
    if failed:
        say("failed: %s" % ", ".join(failed))
    return 1 if failed else 0


def has_test_selection(arguments: "list[str]") -> bool:
    """Return whether the arguments choose a few tests or a way to run them."""
    options = ("-k", "-n", "--pdb", "--lf", "--last-failed")
    return any(word.startswith(options) or (HERE / word.split("::")[0]).exists() for word in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
