"""A folder → a Book: reads `book.yaml`, every interview and picture, and assembles them.

Whatever is wrong is collected first and refused together, with file, line and a hint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from onrecord.manuscript import interview_cache
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.interview_cache import File, Progress, Reading
from onrecord.manuscript.interview_file import FOLDER
from onrecord.manuscript.settings import BOOK_FILE, Settings, read_settings
from onrecord.model import Book, Interview, Part, Place
from onrecord.model.problems import Problem, Refused, Severity, closest, errors, in_order
from onrecord.model.slugs import slug_of
from onrecord.runtime.task_runner import Press


def read(folder: Path) -> Book:
    """The book in `folder`; raises `Refused` with every problem of every file."""
    book, problems = survey(folder)
    if book is None or errors(problems):
        raise Refused(problems)
    return book


def survey(
    folder: Path, press: Press | None = None, progress: Progress | None = None
) -> tuple[Book | None, tuple[Problem, ...]]:
    """The book as far as it can be read, and all problems, warnings too.

    Interviews are read on the press (without one, here); one that was read before, and whose file, pictures,
    original and house rules are what they were, comes out of its store.
    """
    settings = read_settings(folder)
    paths = interview_cache.paths(folder, settings.problems)
    files = interview_cache.read([Reading(folder, path, settings.house()) for path in paths], press, progress)
    interviews = {file.slug: file.interview for file in files if file.interview is not None}
    _check_names(files, settings.problems)
    parts = _parts(settings, [file.slug for file in files], interviews)
    problems = in_order(
        problem for one in (settings.problems, *(file.problems for file in files)) for problem in one.found
    )
    if settings.section is None:
        return None, problems
    return settings.book(parts), problems


def _check_names(files: Sequence[File], problems: Problems) -> None:
    seen: dict[str, str] = {}
    for file in files:
        other = seen.setdefault(file.slug, file.path.name)
        if other != file.path.name:
            problems.add(
                0,
                "slugs-are-unique",
                f"{other} and {file.path.name} would both be “{file.slug}”",
                f"rename one of them in {FOLDER}/",
            )


def _parts(settings: Settings, slugs: Sequence[str], interviews: Mapping[str, Interview]) -> tuple[Part, ...]:
    if settings.parts is None:
        return (Part("", tuple(interviews[slug] for slug in slugs if slug in interviews)),)
    used: dict[str, int] = {}
    parts = []
    for title, names in settings.parts:
        chosen = []
        for words in names:
            slug = slug_of(words.text.removesuffix(".md").rsplit("/", 1)[-1])
            if slug not in slugs:
                near = closest(slug, slugs)
                hint = f"did you mean “{near}”?" if near else f"write the file: {FOLDER}/{slug or 'name'}.md"
                settings.problems.add(
                    words.place.line, "interview-exists", f"there is no interview “{words.text}”", hint
                )
            elif slug in used:
                settings.problems.add(
                    words.place.line,
                    "interview-stands-once",
                    f"“{words.text}” stands twice in the book, first in line {used[slug]}",
                    "take one of the two away",
                )
            else:
                used[slug] = words.place.line
                chosen += [interviews[slug]] if slug in interviews else []
        parts.append(Part(title, tuple(chosen)))
    for slug in slugs:
        if slug not in used:
            place = Place(f"{FOLDER}/{slug}.md")
            settings.problems.found.append(
                Problem(
                    place,
                    "interview-is-listed",
                    "this interview is in no part of the book and will not be printed",
                    f"add {slug} to a part in {BOOK_FILE}",
                    severity=Severity.WARNING,
                )
            )
    return tuple(parts)
