"""Read a book from its folder: `book.yaml`, every interview and picture.

All problems are collected first and refused together, with file, line and a hint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from onrecord.manuscript import interview_cache
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.interview_cache import File, Progress, Reading
from onrecord.manuscript.interview_file import FOLDER
from onrecord.manuscript.settings import BOOK_FILE, Settings, read_settings
from onrecord.model import Book, Interview, Part, Place, Words
from onrecord.model.problems import Problem, Refused, Severity, closest, errors, in_order
from onrecord.model.slugs import slug_of
from onrecord.runtime.task_runner import Press


def read(folder: Path) -> Book:
    """Return the book in `folder`; raise Refused with every problem of every file."""
    book, problems = survey(folder)
    if book is None or errors(problems):
        raise Refused(problems)
    return book


def survey(
    folder: Path, press: Press | None = None, progress: Progress | None = None
) -> tuple[Book | None, tuple[Problem, ...]]:
    """Return the book as far as it can be read, and all problems, warnings too.

    Interviews are read by the workers of `press` (without one, in this process). An interview whose file, pictures,
    original and book settings have not changed comes from the cache.
    """
    settings = read_settings(folder)
    paths = interview_cache.paths(folder, settings.problems)
    files = interview_cache.read([Reading(folder, path, settings.house()) for path in paths], press, progress)
    interviews = {file.slug: file.interview for file in files if file.interview is not None}
    _check_slugs(files, settings.problems)
    parts = _assemble_parts(settings, [file.slug for file in files], interviews)
    problems_by_file = (settings.problems, *(file.problems for file in files))
    problems = in_order(problem for file_problems in problems_by_file for problem in file_problems.found)
    if settings.section is None:
        return None, problems
    return settings.book(parts), problems


def _check_slugs(files: Sequence[File], problems: Problems) -> None:
    names: dict[str, str] = {}
    for file in files:
        first_name = names.setdefault(file.slug, file.path.name)
        if first_name != file.path.name:
            problems.add(
                0,
                "slugs-are-unique",
                f"{first_name} and {file.path.name} would both be “{file.slug}”",
                f"rename one of them in {FOLDER}/",
            )


def _assemble_parts(settings: Settings, slugs: Sequence[str], interviews: Mapping[str, Interview]) -> tuple[Part, ...]:
    """Return the parts that `book.yaml` lists, or one part with every interview, by slug."""
    if settings.parts is None:
        return (Part("", tuple(interviews[slug] for slug in slugs if slug in interviews)),)
    lines: dict[str, int] = {}  # slug -> the line that lists it
    parts = []
    for title, names in settings.parts:
        chosen = [slug for words in names if (slug := _choose_slug(words, slugs, lines, settings.problems))]
        parts.append(Part(title, tuple(interviews[slug] for slug in chosen if slug in interviews)))
    for slug in slugs:
        if slug not in lines:
            sentence = "this interview is in no part of the book and will not be printed"
            hint = f"add {slug} to a part in {BOOK_FILE}"
            place = Place(f"{FOLDER}/{slug}.md")
            settings.problems.found.append(
                Problem(place, "interview-is-listed", sentence, hint, severity=Severity.WARNING)
            )
    return tuple(parts)


def _choose_slug(words: Words, slugs: Sequence[str], lines: dict[str, int], problems: Problems) -> str:
    """Return the slug that is listed, and add its line to `lines`.

    "" and a problem if there is no such interview, or it is listed twice.
    """
    slug = slug_of(words.text.removesuffix(".md").rsplit("/", 1)[-1])
    if slug in slugs and slug not in lines:
        lines[slug] = words.place.line
        return slug
    if slug not in slugs:
        near = closest(slug, slugs)
        hint = f"did you mean “{near}”?" if near else f"write the file: {FOLDER}/{slug or 'name'}.md"
        problems.add(words.place.line, "interview-exists", f"there is no interview “{words.text}”", hint)
    else:
        sentence = f"“{words.text}” stands twice in the book, first in line {lines[slug]}"
        problems.add(words.place.line, "interview-stands-once", sentence, "take one of the two away")
    return ""
