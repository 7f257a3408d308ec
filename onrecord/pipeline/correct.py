"""Find the corrections that a manuscript needs and of which only one is right, and write them.

A problem carries its correction (`Correction`); `FINDERS` is for what no problem says.
"""

from __future__ import annotations

import difflib
import re
import stat
import tempfile
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord.manuscript import checks, pack_file, read_book, source
from onrecord.manuscript.interview_file import INTERVIEWS_FOLDER
from onrecord.manuscript.settings import BOOK_FILE, read_settings
from onrecord.manuscript.translated_interviews import TRANSLATIONS_FOLDER, list_missing_records
from onrecord.model import Book
from onrecord.model.problems import Correction, Problem, Refused, find_closest_word
from onrecord.model.rule import Rule
from onrecord.packs import selection
from onrecord.packs.clearance import ReleaseOptions
from onrecord.pipeline.load import get_current_time
from onrecord.runtime import folders

_WHOLE_FILE = 1_000_000  # the last line of a correction that replaces a file
_MOST_READINGS = 8  # a correction may show the next problem
_KEYS_AFTER_IDENTIFIER = ("slug", "language", "date", "disclaimer", "title")  # the line is inserted before the first
_LINE_END = re.compile(r"(\r\n|\r|\n)")


@dataclass(frozen=True, slots=True)
class FileCorrection:
    """A correction of the lines of a file (its path in the book's folder), and why it is needed."""

    file: str
    correction: Correction
    reason: str


@dataclass(frozen=True, slots=True)
class CorrectedFile:
    """A file of the book before and after its corrections."""

    file: str
    before: bytes
    after: bytes
    reasons: tuple[str, ...]

    def render_diff(self) -> str:
        """Return the changes of a corrected file as a unified diff."""
        before, after = (_LINE_END.split(data.decode("utf-8", "replace"))[::2] for data in (self.before, self.after))
        return "\n".join(difflib.unified_diff(before, after, self.file, self.file, n=1, lineterm="")) + "\n"


# --- finders ------------------------------------------------------------------------------------------


def _take_problem_corrections(_folder: Path, problems: Sequence[Problem]) -> Iterator[FileCorrection]:
    """Yield the corrections of the problems that have one."""
    for problem in problems:
        if problem.correction:
            yield FileCorrection(problem.location.file, problem.correction, f"{problem.location}: {problem.sentence}")


def _add_identifier(folder: Path, _problems: Sequence[Problem]) -> Iterator[FileCorrection]:
    """Yield the correction that adds a new identifier for a book that has none."""
    section = read_settings(folder).section
    if section is None or section.has_key("identifier"):
        return
    lines = _LINE_END.split(folders.read_file(folder / BOOK_FILE).decode("utf-8"))[::2]
    for key in _KEYS_AFTER_IDENTIFIER:
        line = section.find_line(key) if section.has_key(key) else 0
        if line and (match := re.match(rf"( *)[\"']?{key}\b", lines[line - 1])):
            new_line = f"{match.group(1)}identifier: {uuid.uuid4().urn}"
            reason = f"{BOOK_FILE}:{line}: the book has no identifier of its own"
            yield FileCorrection(BOOK_FILE, Correction(line, line - 1, (new_line,)), reason)
            return


def _record_originals(folder: Path, _problems: Sequence[Problem]) -> Iterator[FileCorrection]:
    """Yield the correction that records the original for each translation that has no record."""
    yield from _write_records(read_book.survey_book(folder)[0])


def _write_records(book: Book | None, renewed: Collection[str] = ()) -> Iterator[FileCorrection]:
    """Yield the record of each translation without one, and of the translations that are named."""
    for record in list_missing_records(book, renewed) if book else ():
        reason = f"{record.file}: which text of “{record.original}” was translated"
        yield FileCorrection(record.file, Correction(1, _WHOLE_FILE, record.lines), reason)


# Each yields corrections, given the book's folder and its problems. The next reading must not find the same again.
FINDERS: tuple[Callable[[Path, Sequence[Problem]], Iterator[FileCorrection]], ...] = (
    _take_problem_corrections,
    _add_identifier,
    _record_originals,
)


# --- corrections of a book ----------------------------------------------------------------------------


def find_corrected_files(folder: Path, translated: Collection[str] = ()) -> list[CorrectedFile]:
    """Return every file of the book that has corrections; write nothing into the book's folder.

    The texts are read where they are, with pictures and recordings; then copies of them are corrected and read again
    until nothing more is found. `translated` are the slugs of translations that follow their originals as these are
    now; raises Refused if there is no such translation, or no book.
    """
    names = _list_text_files(folder)
    if BOOK_FILE not in names:
        raise Refused(read_settings(folder).problems.entries)
    originals = {name: folders.read_file(folder / name) for name in names}
    reasons: dict[str, list[str]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory(prefix="onrecord-") as place:
        copy = Path(place)
        for name, data in originals.items():
            folders.write_file(copy / name, data)
        for number in range(_MOST_READINGS):
            corrections = _find_corrections(copy if number else folder, translated)
            for name in dict.fromkeys(correction.file for correction in corrections):
                if name not in originals and name.startswith(f"{TRANSLATIONS_FOLDER}/"):  # the book has it not yet
                    originals[name], reasons[name] = b"", []
                    folders.write_file(copy / name, b"")
            names = list(originals)
            changed = [_correct_file(copy, name, corrections, reasons[name]) for name in names]
            if not any(changed):
                break
        after = {name: (copy / name).read_bytes() for name in names}
    return [
        CorrectedFile(name, data, after[name], tuple(reasons[name]))
        for name, data in originals.items()
        if after[name] != data
    ]


def write_corrected_file(folder: Path, file: CorrectedFile) -> bool:
    """Write the corrected file in one step; return False if it has changed since it was read."""
    path = (folder / file.file).resolve()
    if not file.before and not path.exists() and folders.resolve_inside(folder, file.file):
        folders.write_file(path, file.after)
        return True
    if folders.read_file(path) != file.before:
        return False
    mode = stat.S_IMODE(path.stat().st_mode)
    folders.write_file(path, file.after)
    path.chmod(mode)
    return True


def _list_text_files(folder: Path) -> list[str]:
    """Return the paths of the book's settings, interviews and packs, from the book's folder."""
    interviews = (f"{INTERVIEWS_FOLDER}/{path.name}" for path in (folder / INTERVIEWS_FOLDER).glob("*.md"))
    packs = (f"packs/{name}.yaml" for name in pack_file.list_pack_names(folder))
    records = (f"{TRANSLATIONS_FOLDER}/{path.name}" for path in (folder / TRANSLATIONS_FOLDER).glob("*.yaml"))
    names = (BOOK_FILE, *sorted(interviews), *packs, *sorted(records))
    paths = {name: folders.resolve_inside(folder, name) for name in names}
    return [name for name, path in paths.items() if path and path.is_file() and path.stat().st_size <= source.MAX_BYTES]


def _find_corrections(folder: Path, translated: Collection[str]) -> list[FileCorrection]:
    """Return the corrections of the book as it is in the folder."""
    book, problems = read_book.survey_book(folder)
    renewed = list(_write_records(book, _find_translations(book, translated))) if book and translated else []
    if book:
        gate = ReleaseOptions(get_current_time())
        packs = (selection.survey_pack(folder, book, name, gate)[1] for name in pack_file.list_pack_names(folder))
        problems = (*problems, *checks.check_book(book), *(problem for pack in packs for problem in pack))
    return [*renewed, *(correction for finder in FINDERS for correction in finder(folder, problems))]


def _find_translations(book: Book, slugs: Collection[str]) -> Collection[str]:
    """Return the slugs; raise Refused if one is no translation of the book."""
    known = [interview.slug for interview in book.interviews if interview.translation_of]
    problems = []
    for slug in slugs:
        if slug not in known:
            near = find_closest_word(slug, known)
            hint = f"did you mean “{near}”?" if near else f"the translations are: {', '.join(known) or 'none'}"
            sentence = f"--translated {slug}: there is no such translation in the book"
            problems.append(Problem(book.location, Rule.INTERVIEW_EXISTS, sentence, hint))
    if problems:
        raise Refused(problems)
    return slugs


def _correct_file(folder: Path, name: str, corrections: Iterable[FileCorrection], reasons: list[str]) -> bool:
    """Write the corrections of one file that do not overlap, the others wait for the next reading; add their reasons.

    Return whether there were any.
    """
    chosen: list[FileCorrection] = []
    for correction in sorted(corrections, key=lambda entry: entry.correction.first):
        is_free = not chosen or correction.correction.first > chosen[-1].correction.last
        if correction.file == name and is_free:
            chosen.append(correction)
    if not chosen:
        return False
    before = (folder / name).read_bytes()
    after = correct_lines(before, [entry.correction for entry in chosen])
    folders.write_file(folder / name, after)
    reasons += [entry.reason for entry in chosen]
    return after != before


def correct_lines(data: bytes, corrections: Sequence[Correction]) -> bytes:
    """Return the file with the corrections, which do not overlap; all other bytes are unchanged."""
    parts = _LINE_END.split(data.decode("utf-8"))
    lines = list(zip(parts[::2], [*parts[1::2], ""], strict=True))  # each with its end
    line_end = lines[0][1] or "\n"
    for correction in sorted(corrections, key=lambda entry: entry.first, reverse=True):
        replaced = slice(correction.first - 1, correction.last)
        ends = [end for _, end in lines[replaced]] or [line_end]
        lines[replaced] = [(line, line_end) for line in correction.lines]
        if correction.lines:
            lines[correction.first + len(correction.lines) - 2] = (correction.lines[-1], ends[-1])
    return "".join(line + end for line, end in lines).encode()
