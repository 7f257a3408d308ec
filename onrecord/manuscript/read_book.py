"""Read a book from its folder: `book.yaml`, every interview and picture.

All problems are collected first and refused together, with file, line and a hint.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from onrecord.manuscript import approvals, interview_cache, translated_interviews
from onrecord.manuscript.file_problems import Problems
from onrecord.manuscript.index_file import read_index
from onrecord.manuscript.interview_cache import Progress, ReadingJob, ReadingResult
from onrecord.manuscript.interview_file import INTERVIEWS_FOLDER
from onrecord.manuscript.settings import BOOK_FILE, BookSettings, read_settings
from onrecord.manuscript.typography import TextStyle
from onrecord.manuscript.unprinted import report_unread_files
from onrecord.model import Book, Interview, Part, SourceLocation, TextLine
from onrecord.model.problems import Problem, Refused, find_closest_word, select_errors, sort_problems
from onrecord.model.redirects import Withdrawal
from onrecord.model.rule import Rule, Severity
from onrecord.model.slugs import make_slug
from onrecord.runtime.task_runner import TaskRunner


def read_book(folder: Path) -> Book:
    """Return the book in `folder`; raise Refused with every problem of every file."""
    book, problems = survey_book(folder)
    if book is None or select_errors(problems):
        raise Refused(problems)
    return book


def survey_book(
    folder: Path, runner: TaskRunner | None = None, progress: Progress | None = None
) -> tuple[Book | None, tuple[Problem, ...]]:
    """Return the book as far as it can be read, and all problems, warnings too.

    Interviews are read by the workers of `runner` (without one, in this process). An interview whose file, pictures,
    original and book settings have not changed comes from the cache.
    """
    settings = read_settings(folder)
    paths = interview_cache.list_interview_files(folder, settings.problems)
    house = settings.build_defaults()
    files = interview_cache.read_interviews([ReadingJob(folder, path, house) for path in paths], runner, progress)
    interviews = {file.slug: file.interview for file in files if file.interview is not None}
    approvals.add_approvals(folder, interviews, settings)
    slugs = [file.slug for file in files]
    translated_interviews.add_translations(folder, slugs, interviews, settings.problems)
    _check_slugs(files, settings.problems)
    report_unread_files(folder, settings.problems)
    index = read_index(folder, TextStyle(settings.language, settings.typography), settings.problems)
    parts = _assemble_parts(settings, slugs, interviews)
    withdrawals = tuple(_list_withdrawals(interviews.values()))
    problems_by_file = (settings.problems, *(file.problems for file in files))
    problems = sort_problems(problem for file_problems in problems_by_file for problem in file_problems.entries)
    if settings.section is None:
        return None, problems
    return replace(settings.build_book(parts, index), withdrawals=withdrawals), problems


def _list_withdrawals(interviews: Iterable[Interview]) -> Iterator[Withdrawal]:
    """Yield what the notice at the address of each withdrawn interview must say."""
    for interview in interviews:
        day, reason = interview.clearance.withdrawn_on, interview.clearance.reason
        if day:
            yield Withdrawal(interview.slug, interview.title.text, interview.language, day, reason)


def _check_slugs(files: Sequence[ReadingResult], problems: Problems) -> None:
    """Report interviews whose file names would make the same slug."""
    names: dict[str, str] = {}
    for file in files:
        first_name = names.setdefault(file.slug, file.path.name)
        if first_name != file.path.name:
            problems.add(
                0,
                Rule.SLUGS_ARE_UNIQUE,
                f"{first_name} and {file.path.name} would both be “{file.slug}”",
                f"rename one of them in {INTERVIEWS_FOLDER}/",
            )


def _assemble_parts(
    settings: BookSettings, slugs: Sequence[str], interviews: Mapping[str, Interview]
) -> tuple[Part, ...]:
    """Return the parts that `book.yaml` lists, or one part with every interview, by slug."""
    if settings.parts is None:
        return (Part("", tuple(interviews[slug] for slug in slugs if slug in interviews)),)
    lines: dict[str, int] = {}  # slug -> the line that lists it
    parts = []
    for title, names in settings.parts:
        chosen = [slug for words in names if (slug := _choose_slug(words, slugs, lines, settings.problems))]
        parts.append(Part(title, tuple(interviews[slug] for slug in chosen if slug in interviews)))
        if title and not names:
            line = settings.section.find_line("parts") if settings.section else 0
            hint = "list an interview in this part, or delete the part"
            settings.problems.add(line, Rule.BOOK_HAS_INTERVIEWS, f"the part “{title}” has no interview", hint)
    for slug in slugs:
        is_withdrawn = slug in interviews and interviews[slug].clearance.withdrawn_on
        if slug not in lines and not is_withdrawn:
            sentence = "this interview is in no part of the book and will not be printed"
            hint = f"add {slug} to a part in {BOOK_FILE}"
            place = SourceLocation(f"{INTERVIEWS_FOLDER}/{slug}.md")
            settings.problems.entries.append(
                Problem(place, Rule.INTERVIEW_IS_LISTED, sentence, hint, severity=Severity.WARNING)
            )
    return tuple(parts)


def _choose_slug(words: TextLine, slugs: Sequence[str], lines: dict[str, int], problems: Problems) -> str:
    """Return the slug that is listed, and add its line to `lines`.

    "" and a problem if there is no such interview, or it is listed twice.
    """
    slug = make_slug(words.text.removesuffix(".md").rsplit("/", 1)[-1])
    if slug in slugs and slug not in lines:
        lines[slug] = words.location.line
        return slug
    if slug not in slugs:
        near = find_closest_word(slug, slugs)
        hint = f"did you mean “{near}”?" if near else f"write the file: {INTERVIEWS_FOLDER}/{slug or 'name'}.md"
        problems.add(words.location.line, Rule.INTERVIEW_EXISTS, f"there is no interview “{words.text}”", hint)
    else:
        sentence = f"“{words.text}” stands twice in the book, first in line {lines[slug]}"
        problems.add(words.location.line, Rule.INTERVIEW_STANDS_ONCE, sentence, "take one of the two away")
    return ""
