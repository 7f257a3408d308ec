"""The sample book of the command `new`."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.runtime.environment import explain_system_error
from onrecord.runtime.folders import write_files


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
    with as_file(files(__name__) / "book") as book:
        data = {path.relative_to(book): path.read_bytes() for path in book.rglob("*") if path.is_file()}
    settings = Path("book.yaml")
    data[settings] = data[settings].replace(b"urn:uuid:IDENTIFIER", uuid.uuid4().urn.encode())
    contents = {**data, **{Path(name): text.encode() for name, text in further_texts.items()}}
    paths = {folder / name: content for name, content in sorted(contents.items())}
    try:
        write_files(paths)
    except OSError as error:
        raise explain_system_error(error, str(error.filename or folder), hint="name another folder") from error
    return tuple(sorted(paths))
