"""The machine that On Record runs on: how it was called, what it must have, and what the system refuses."""

from __future__ import annotations

import ctypes
import errno
import math
import os
import sys
from collections.abc import Iterator

__all__ = [
    "WEASYPRINT_VERSION",
    "EnvironmentProblem",
    "check_environment",
    "check_fonts",
    "check_open_files",
    "count_possible_workers",
    "explain_install",
    "explain_libraries",
    "explain_pandoc",
    "explain_system_error",
    "explain_version",
    "find_environment_problem",
    "find_shortage",
    "get_program_name",
]

WEASYPRINT_VERSION = 70  # the one whose private names we use
_LIBRARIES = {  # what WeasyPrint loads (weasyprint/text/ffi.py) -> its file on Linux
    "Pango": "libpango-1.0.so.0",
    "PangoFT2": "libpangoft2-1.0.so.0",
    "HarfBuzz": "libharfbuzz.so.0",
    "Fontconfig": "libfontconfig.so.1",
}
_SHORTAGES: dict[type, tuple[str, ...]] = {  # what Python and the loader of libraries say
    RuntimeError: ("can't start new thread",),
    ImportError: ("failed to map segment", "annot allocate memory"),
    OSError: ("failed to map segment", "annot allocate memory"),
}
_LEAST_OPEN_FILES = 32  # a small build with two workers needs 17
_FILES_WITHOUT_WORKERS, _FILES_PER_WORKER = 20, 4
_ALLOW_FILES_HINT = "allow more open files: ulimit -n 1024"
_OPEN_FILES_HINT = f"close other programs, or {_ALLOW_FILES_HINT}"
_NO_FILE_LEFT = "Too many open files"  # an error of the loader of libraries, which has no error number
_NO_TEMPORARY_FOLDER = "No usable temporary directory"  # an error of Python's `tempfile`
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_RIGHTS = {errno.EACCES, errno.EPERM, errno.EROFS}
_TOO_MANY_FILES = {errno.EMFILE, errno.ENFILE}
_SHORT = _TOO_MANY_FILES | {errno.ENOMEM, errno.EAGAIN}
_REFUSED = _RIGHTS | _SHORT | {errno.EIO}  # of no file, too


class EnvironmentProblem(Exception):
    """The machine or the installation prevents the work; no line of the manuscript is to blame. Exit code 74."""

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence, hint)
        self.sentence = sentence
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.sentence}\n  hint: {self.hint}"


def get_program_name() -> str:
    """Return how the program was called: `python build.py` or `onrecord`."""
    return "python build.py" if "ONRECORD_HOME" in os.environ else "onrecord"


def format_install_command(package: str) -> str:
    """Return the command that installs a package for the program that runs."""
    python = ".venv\\Scripts\\python" if os.name == "nt" else ".venv/bin/python"
    return f"{f'{python} -m ' if 'ONRECORD_HOME' in os.environ else ''}pip install {package}"


def check_environment() -> None:
    """Check that layout can begin here; raise EnvironmentProblem with the first thing that is missing."""
    check_fonts()
    for problem in _find_missing():
        raise problem


def _find_missing() -> Iterator[EnvironmentProblem]:
    """Yield a problem if WeasyPrint is missing or another version, and if Pango cannot be loaded."""
    from importlib.metadata import PackageNotFoundError, version  # loaded late, as in build_identity

    try:
        installed = version("weasyprint")
    except PackageNotFoundError:
        yield EnvironmentProblem("WeasyPrint, which lays out the pages, is not installed", explain_install())
    else:
        if installed.split(".")[0] != str(WEASYPRINT_VERSION):
            yield explain_version(installed)
    if sys.platform == "linux":  # elsewhere the loader searches more places than we know
        missing = [name for name, file in _LIBRARIES.items() if not _can_load(file)]
        if missing:
            yield explain_libraries(", ".join(missing))


def check_open_files() -> None:
    """Check that enough files may be open at once for workers to start; raise EnvironmentProblem if not.

    With fewer, the process that starts them ends with a traceback of Python.
    """
    limit = _read_open_file_limit()
    if limit < _LEAST_OPEN_FILES:
        raise EnvironmentProblem(f"only {limit:.0f} files may be open at once", _ALLOW_FILES_HINT)


def count_possible_workers(jobs: int) -> int:
    """Return how many workers can start, at most `jobs`: each needs files, and this process may open only so many."""
    possible = (_read_open_file_limit() - _FILES_WITHOUT_WORKERS) / _FILES_PER_WORKER
    return int(max(1, min(jobs, possible)))


def _read_open_file_limit() -> float:
    """Return how many files this process may have open at once; infinity if there is no limit."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return math.inf
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return limit if limit >= 0 else math.inf


def check_fonts() -> None:
    """Check that the fonts of our packages are there; raise EnvironmentProblem with the first that are not."""
    from onrecord.runtime import font_files  # loads what reads fonts

    for name in font_files.PACKAGES:
        try:
            has_fonts = bool(font_files.list_font_files([font_files.find_package_folder(name)]))
        except ImportError:
            has_fonts = False
        if not has_fonts:
            sentence = f"the fonts of the package {name.replace('_', '-')} are not installed"
            raise EnvironmentProblem(sentence, explain_install())


def _can_load(file: str) -> bool:
    """Return whether the system can load a shared library, by its file name.

    Raises EnvironmentProblem if there is no memory left, or no more files may be open.
    """
    try:
        ctypes.CDLL(file)
    except OSError as error:
        if shortage := find_shortage(error):
            raise shortage from None
        return False
    return True


# --- sentences --------------------------------------------------------------------------------------


def explain_install() -> str:
    """Return what to type to get the libraries that On Record was tested with."""
    if get_program_name() == "onrecord":
        return "install On Record again: pip install --force-reinstall onrecord"
    return "delete the folder .venv and type the same command again"


def explain_version(installed: str) -> EnvironmentProblem:
    """Return the problem of another version of WeasyPrint."""
    sentence = f"On Record needs WeasyPrint {WEASYPRINT_VERSION}, and this is {installed}"
    return EnvironmentProblem(sentence, explain_install())


def explain_libraries(names: str) -> EnvironmentProblem:
    """Return the problem of system libraries that cannot be loaded."""
    hint = "install Pango with the system's packages (Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0)"
    return EnvironmentProblem(f"the page is laid out with Pango, and this cannot be loaded: {names}", hint)


# --- what the system refuses ------------------------------------------------------------------------


def find_environment_problem(error: BaseException) -> EnvironmentProblem | None:
    """Return the problem if this error comes from the machine: a full disk, no rights, a name too long."""
    if isinstance(error, EnvironmentProblem):
        return error
    if isinstance(error, OSError) and (error.errno in _FULL | _REFUSED or (error.errno and error.filename)):
        return explain_system_error(error, str(error.filename or ""))
    if isinstance(error, FileNotFoundError) and _NO_TEMPORARY_FOLDER in str(error):
        hint = f"make room there, or name another folder (TMPDIR); or {_OPEN_FILES_HINT}"
        return EnvironmentProblem("no folder for temporary files can be written to", hint)
    return None


def find_shortage(error: BaseException | None) -> EnvironmentProblem | None:
    """Return the problem if this process has no memory left, or may start no thread, or open no more files.

    It is none of `find_environment_problem`: a worker without memory has met a text that is too large for it.
    """
    if isinstance(error, OSError) and error.errno in _SHORT:
        return explain_system_error(error, str(error.filename or ""))
    if isinstance(error, ImportError | OSError) and _NO_FILE_LEFT in str(error):
        return EnvironmentProblem(f"the system refuses to read or write ({_NO_FILE_LEFT})", _OPEN_FILES_HINT)
    if isinstance(error, MemoryError) or any(words in str(error) for words in _SHORTAGES.get(type(error), ())):
        hint = "close other programs, or allow this one more (ulimit -v, ulimit -u, the limits of a container)"
        return EnvironmentProblem("there is not enough memory, or too many threads are running", hint)
    return None


def explain_pandoc(reason: str) -> EnvironmentProblem:
    """Return the problem that pandoc cannot be started."""
    sentence = f"pandoc, which reads the manuscript, cannot be started ({reason})"
    return EnvironmentProblem(sentence, f"allow more memory than 300 MB, or {explain_install()}")


def explain_system_error(error: OSError, place: str, addition: str = "", hint: str = "") -> EnvironmentProblem:
    """Return the problem that the system refused something at a place; `addition` ends the sentence."""
    where = f" “{place}”" if place else ""
    if error.errno in _FULL:
        sentence = f"the disk is full{' at' if where else ''}{where}{addition}"
        return EnvironmentProblem(sentence, f"make room{f', or {hint}' if hint else ''}")
    sentence = f"the system refuses to read or write{where} ({error.strerror or error}){addition}"
    if error.errno in _TOO_MANY_FILES:
        return EnvironmentProblem(sentence, _OPEN_FILES_HINT)
    if error.errno not in _RIGHTS:  # a file is in the way, or memory is short: no right would help
        return EnvironmentProblem(sentence, hint or "close other programs and try again; if it stays, look at the disk")
    return EnvironmentProblem(sentence, f"allow it there{f', or {hint}' if hint else ''}")
