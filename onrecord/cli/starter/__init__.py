"""The sample book of the command `new`."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from shutil import copytree

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.runtime.environment import explain_system_error, find_environment_problem


def copy_sample_book(folder: Path, further_files: Mapping[str, str] | None = None) -> tuple[Path, ...]:
    """Copy the sample book to `folder`; return its files. Raises Refused if the folder is not empty.

    The book gets an identifier that no other book has. `further_files` are written with it: a path in the book's
    folder -> the text.
    """
    further_texts = further_files or {}
    place = SourceLocation(str(folder.absolute()))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        sentence = f"“{folder}” is not empty, and nothing in it was changed."
        raise Refused([Problem(place, Rule.NEW_FOLDER_IS_EMPTY, sentence, "name a folder that is not there yet")])
    try:
        with as_file(files(__name__) / "book") as book:
            copytree(book, folder, dirs_exist_ok=True, copy_function=_copy_bytes)
            names = [path.relative_to(book).as_posix() for path in book.rglob("*") if path.is_file()]
        settings = folder / "book.yaml"
        settings.write_bytes(settings.read_bytes().replace(b"urn:uuid:IDENTIFIER", uuid.uuid4().urn.encode()))
        for name, text in further_texts.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(text.encode())
        return tuple(sorted(folder / name for name in (*names, *further_texts)))
    except OSError as error:
        if find_environment_problem(error):
            raise explain_system_error(error, str(folder), hint="name another folder") from error
        sentence = f"Cannot write to “{folder}” ({error.strerror or error})."
        problem = Problem(place, Rule.NEW_FOLDER_CAN_BE_WRITTEN, sentence, "name a folder that is not there yet")
        raise Refused([problem]) from error


def _copy_bytes(source: str, target: str) -> None:
    """Copy without permissions: an installed package may be read-only, a new book must not be."""
    Path(target).write_bytes(Path(source).read_bytes())
