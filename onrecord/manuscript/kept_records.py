"""Open a record that the program writes into the book's folder, such as `approval/SLUG.yaml`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onrecord.manuscript import source
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.key_kinds import KeyTable
from onrecord.manuscript.yaml_config import SettingsSection, parse_settings
from onrecord.runtime.project import Project


@contextmanager
def open_record(folder: Path, name: str, keys: KeyTable, problems: Problems) -> Iterator[SettingsSection | None]:
    """Provide the settings of the record file of this name, None if there is none or if it cannot be read.

    Afterwards the mistakes of its file, unknown keys among them, are problems of the book.
    """
    path = Project(folder).find(name)
    if path is None or not path.is_file():
        yield None
        return
    text, record_problems = source.read_source_text(path, name)
    section = None if record_problems.entries else parse_settings(text, 1, record_problems, keys)
    yield section
    if section is not None:
        section.refuse_unknown_keys()
    problems.entries += record_problems.entries
