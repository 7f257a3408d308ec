"""Store the results of imports in the folder of a book: source files, originals, pictures and reports.

A file that an editor changed is merged with the new import, or stays as it is.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from onrecord.importers.common import decoding
from onrecord.importers.common.draft import Draft, SourceText
from onrecord.importers.output import word_audit
from onrecord.importers.output.import_report import build_import_report
from onrecord.importers.output.manuscript_writer import Origin
from onrecord.importers.output.three_way_merge import Choose, Collision, merge_texts
from onrecord.importers.reader_choice import MOST_BYTES
from onrecord.manuscript.link_guard import refuse_link_out
from onrecord.manuscript.unprinted import REPORT_SUFFIX
from onrecord.manuscript.yaml_config import Problems, parse_settings
from onrecord.model import slugs
from onrecord.model.problems import Problem
from onrecord.model.terminal_text import format_count
from onrecord.model.word_count import count_words_in
from onrecord.runtime.folders import read_file_itself, resolve_inside, write_files

_NAMELESS = frozenset(["index", "_index", "readme", "default", "content"])  # the folder says what such a file is
_FIRST_LINES = 2  # of a source file: a problem there is one of the whole file
_NAMED_ORIGINAL = re.compile(r"(?m)^  file: \"?(?P<file>originals/[\w. -]+)\"?\n  sha256: (?P<hash>[0-9a-f]{64})$")


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What is to be written of one interview.

    `alternatives` are the texts of the same import with doubts left open, or accepted.
    """

    source: Path
    path: Path
    data: bytes
    original: str
    text: str
    draft: Draft | None
    reading: SourceText | None
    alternatives: tuple[str, ...] = ()
    stored_original: bytes | None = None  # of a source file that brings its original from another book
    bases: tuple[str, ...] = ()  # what the first import wrote, if the file was edited and its source is another now

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the imported original."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of one file.

    `state` is new, same (nothing to do), edited (an editor changed it, and the source is still the same: nothing to
    do), merged (with what an editor changed) or different (an editor changed it; it was not touched).
    `accepted`: doubts were written as guessed.
    """

    source: Path
    path: Path
    state: str
    draft: Draft | None = None
    report: Path | None = None
    difference: str = ""
    accepted: bool = False
    collides: bool = False  # the edit and the new source changed the same words
    open_points: tuple[Problem, ...] = ()  # what `check` says, but for doubts

    def describe(self) -> Iterator[str]:
        """Yield for an editor what an import recognized, what is doubtful and what to do next."""
        if self.draft is not None:
            yield _describe_draft(self.draft)
        yield from self._describe_state()
        if self.draft is not None and not self.draft.title:
            yield "no title was found; the file's name stands in for it"
        for problem in self.open_points:
            place = f"line {problem.location.line}: " if problem.location.line > _FIRST_LINES else ""
            yield f"open: {place}{problem.sentence}; {problem.hint}"
        if self.report is not None:
            yield f"original and result side by side: {self.report.name}"

    def _describe_state(self) -> Iterator[str]:
        """Yield what an import did with its file, and with the doubts about it."""
        if self.state == "same":
            yield "is the same already; nothing was written"
        elif self.state == "edited":
            yield f"{self.source} has not changed since it was imported; the edited interview stays as it is"
        elif self.state == "merged":
            yield "the corrected source was merged into the edited interview"
        elif self.collides:
            yield f"the edit and {self.source} changed the same words; nothing was written"
            yield "hint: import it at a terminal to choose for each place, or make one of the changes by hand:"
        elif self.state == "different":
            yield f"is there and differs from {self.source} as imported now; it was not touched"
            yield "hint: move it away and import again, or keep it as it is. The difference:"
        elif self.draft is not None and self.draft.doubts and self.accepted:
            yield f"{format_count(len(self.draft.doubts), 'doubt')} accepted as guessed (--yes)"
        elif self.draft is not None and self.draft.doubts:
            doubts = format_count(len(self.draft.doubts), "doubt")
            yield f"{doubts} marked ::: {{.doubt}} in the file; the build waits until they are settled"


def _describe_draft(draft: Draft) -> str:
    """Return the counts of questions, answers and words set aside in an imported draft, and who speaks."""
    kinds = [turn.kind for turn in draft.turns]
    counts = [format_count(kinds.count("question"), "question"), format_count(kinds.count("answer"), "answer")]
    people = [person.name for person in draft.people if person.role.speaks]
    aside = sum(count_words_in(clipping.words) for clipping in draft.asides)
    return "; ".join(
        [", ".join(counts), *([", ".join(people)] if people else []), f"{format_count(aside, 'word')} set aside"]
    )


class ImportTarget:
    """The folder that the results are written to: a book's interviews, or any other."""

    def __init__(self, to: Path, *, is_dry_run: bool = False) -> None:
        self.is_dry_run = is_dry_run
        if (to / "book.yaml").is_file():
            to = to / "interviews"
        self.interviews = to
        self.book = to.parent if to.name == "interviews" or (to.parent / "book.yaml").is_file() else to
        self.disclaimers = _read_disclaimers(self.book)

    def refuse_links_out(self, result: ImportResult) -> None:
        """Raise Refused if a link leads out of the book on the way to a result."""
        pictures = [picture.path for picture in result.reading.pictures] if result.reading is not None else []
        for path in (
            result.path,
            _get_report_path(result.path),
            *(self.book / name for name in (result.original, *pictures)),
        ):
            refuse_link_out(path, self.book)

    def store(self, result: ImportResult, choose: Choose | None = None) -> Imported:
        """Write an import's result, original, pictures and report; merge with an edited file, never overwrite it."""
        state = "new"
        if result.path.is_file():
            before = result.path.read_text("utf-8", "replace")
            if before == result.text:
                return Imported(result.source, result.path, "same", result.draft)
            if _has_same_source(before, result):
                return Imported(result.source, result.path, "edited", result.draft)
            if before not in result.alternatives:  # an editor changed it
                texts = (result.text, *result.alternatives)
                merged, collisions = (
                    _merge_edited_file(result.bases, before, texts, choose) if result.bases else ("", ())
                )
                if not merged or collisions:
                    return self._describe_difference(result, before, collisions)
                result, state = replace(result, text=merged), "merged"
        if self.is_dry_run:
            return Imported(result.source, result.path, state, result.draft)
        files = self._list_files_beside(result)
        report = None
        if result.draft is not None and result.reading is not None:
            report = _get_report_path(result.path)
            files[report] = build_import_report(result.reading, result.draft, result.source.name).encode()
        write_files({**files, result.path: result.text.encode()})
        return Imported(result.source, result.path, state, result.draft, report)

    def _list_files_beside(self, result: ImportResult) -> dict[Path, bytes]:
        """Return the original and the pictures to be stored with an import's result, without those stored already."""
        original = self.book / result.original
        files = {original: result.data} if result.draft is not None and not original.exists() else {}
        for picture in result.reading.pictures if result.reading is not None else ():
            if not (self.book / picture.path).exists():
                files[self.book / picture.path] = picture.data
        if result.stored_original is not None:
            files[original] = result.stored_original
        return files

    def _describe_difference(self, result: ImportResult, before: str, collisions: Sequence[Collision]) -> Imported:
        """Return an import's result as “different”, with collisions or the diff to the existing file, which stays."""
        if collisions:
            texts = [f"line {c.line}, edited:\n{c.edited}\nnew source:\n{c.new}" for c in collisions]
            return Imported(
                result.source, result.path, "different", result.draft, difference="\n\n".join(texts), collides=True
            )
        diff = word_audit.format_diff(before, result.text, str(result.path), f"{result.source} as imported")
        return Imported(result.source, result.path, "different", result.draft, difference=diff)

    def choose_original_name(self, source: Path, data: bytes) -> str:
        """Return the name to store an original by: its own, with a part of its hash if another file has it."""
        name = re.sub(r"[^\w.-]+", "-", source.name)
        path = self.book / "originals" / name
        digest = sha256(data).hexdigest()
        refuse_link_out(path, self.book)
        if path.exists() and not (path.is_file() and sha256(path.read_bytes()).hexdigest() == digest):
            name = f"{Path(name).stem}-{digest[:8]}{Path(name).suffix}"
        return f"originals/{name}"


def _merge_edited_file(
    bases: Sequence[str], edited: str, texts: Sequence[str], choose: Choose | None
) -> tuple[str, tuple[Collision, ...]]:
    """Return the edited file merged with the new import, whose doubts are open or accepted as in the edited file."""
    new = next((text for text in texts if ("::: {.doubt" in text) == ("::: {.doubt" in edited)), texts[0])
    return merge_texts(bases, edited, new, choose)


def _has_same_source(edited: str, result: ImportResult) -> bool:
    """Return whether a file was edited whose original, which it names, is the one that is imported now."""
    named = _NAMED_ORIGINAL.search(edited)
    return edited not in result.alternatives and named is not None and named["hash"] == result.digest


def _get_report_path(path: Path) -> Path:
    """Return the path of the import report that belongs to a source file."""
    return path.with_name(f"{path.stem}{REPORT_SUFFIX}")


def _read_disclaimers(book: Path) -> Mapping[str, str]:
    """Return the disclaimers that a book's settings name, by name; {} if they cannot be read."""
    settings = resolve_inside(book, "book.yaml")
    try:
        text = read_file_itself(settings, decoding.MAX_TEXT_BYTES).decode() if settings else ""
        section = parse_settings(text, 1, Problems("book.yaml", []))
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: words.text for name, words in section.read_named_texts("disclaimers").items()} if section else {}


# --- the stored original --------------------------------------------------------------------------


def find_edited_original(result: ImportResult, book: Path) -> tuple[Origin, Path, bytes] | None:
    """Return the original that an edited source file names, its place and its bytes; None if it is gone.

    None if the file was not edited, if it names the original that is imported now, or one that is gone.
    """
    edited = result.path.read_text("utf-8", "replace") if result.path.is_file() else result.text
    if edited in (result.text, *result.alternatives):
        return None
    origin = read_original_of(edited, book)
    return None if origin is None or origin[0].sha256 == result.digest else origin


def read_original_of(text: str, book: Path) -> tuple[Origin, Path, bytes] | None:
    """Return the original that a source file of the book names, its place and its bytes; None if it is gone."""
    named = _NAMED_ORIGINAL.search(text)
    path = resolve_inside(book, named["file"]) if named is not None else None
    try:
        data = read_file_itself(path, MOST_BYTES) if path is not None else b""
    except OSError:
        return None
    if named is None or path is None or sha256(data).hexdigest() != named["hash"]:
        return None
    return Origin(named["file"], named["hash"]), path, data


def read_named_original(source: Path, text: str, target: ImportTarget) -> tuple[str, bytes | None]:
    """Return name and bytes of the original that a source file of another book names; None if it stays there."""
    match = re.search(r"(?m)^  file: \"?(originals/[\w. -]+)\"?$", text)
    name = match[1] if match else ""
    for folder in (source.parent.parent, source.parent) if match else ():
        original, copy = folder.resolve() / name, target.book / name
        refuse_link_out(copy, target.book)
        if resolve_inside(folder, name) != original or copy.exists():  # no link is followed, wherever it leads
            continue
        with contextlib.suppress(OSError):  # there is none, or it is no file, or too large
            return name, read_file_itself(original, MOST_BYTES)
    return "", None


# --- names ----------------------------------------------------------------------------------------


def make_slug(source: Path) -> str:
    """Return the slug for an imported file: Latin letters, digits and hyphens of the file's name.

    A file with a name like “index.html” has the name of its folder.
    """
    stem = _find_stem(source)
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")
    slug = f"the-{slug}" if slugs.is_reserved(slug) else slug
    return slug or f"interview-{sha256(stem.encode()).hexdigest()[:8]}"


def make_title(source: Path) -> str:
    """Return an imported file's name as words, for a file without a title."""
    words = re.sub(r"[\s._-]+", " ", _find_stem(source)).strip()
    return words[:1].upper() + words[1:] or "Interview"


def _find_stem(source: Path) -> str:
    """Return the name of an imported file without its ending, or that of its folder if the file's says nothing."""
    stem = source.name.removesuffix("".join(source.suffixes[-1:]))
    folder = source.absolute().parent.name
    return folder if stem.lower() in _NAMELESS and folder else stem
