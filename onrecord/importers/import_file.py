"""What editors really have → source files: each foreign format is one module and one row of READERS.

*read* the original into clippings, *understand* them as a draft, *write* the source file, *account* for
every word of it; then the file, its original and a report are put in their place, or nothing is.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from onrecord.importers.common import attached_pictures, decoding
from onrecord.importers.common.draft import Draft, Reading
from onrecord.importers.output import word_audit
from onrecord.importers.output.doubts import Ask, settled
from onrecord.importers.output.import_report import page as side_by_side
from onrecord.importers.output.manuscript_writer import Origin, written
from onrecord.importers.readers import captions, epub, html, markdown, plain_text, word
from onrecord.importers.recognition.document import understood
from onrecord.manuscript.link_guard import refuse_link_out
from onrecord.manuscript.yaml_config import Problems, parse
from onrecord.model import Place
from onrecord.model.problems import Problem, Refused
from onrecord.runtime.folders import inside, read_file_itself, write_file

Progress = Callable[[str, int, int, str], None]  # verb, done, total, what

READERS: dict[str, Callable[[bytes, str], Reading]] = {
    ".txt": plain_text.read,
    ".text": plain_text.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": html.read,
    ".htm": html.read,
    ".xhtml": html.read,
    ".docx": word.read_docx,
    ".odt": word.read_odt,
    ".epub": epub.read,
    ".vtt": captions.read,
    ".srt": captions.read,
}
_MOST_BYTES = {".docx": 60_000_000, ".odt": 60_000_000, ".epub": 60_000_000, ".html": 20_000_000, ".htm": 20_000_000}
_MOST_PARAGRAPHS = 20_000
_ENDLESS = re.compile(r"[^\w\s]{5000}|\S{50000}")
_REFUSED = {
    ".doc": ("a Word file of the old kind", "open it in Word or LibreOffice and save it as .docx"),
    ".pdf": (
        "a PDF, which has lost where paragraphs begin",
        "import the file it was made from, or copy its text into a .txt file",
    ),
    ".rtf": ("an RTF file", "open it in Word or LibreOffice and save it as .docx"),
    ".pages": ("a Pages file", "export it as Word (.docx)"),
}
_MAGIC = ((b"%PDF", ".pdf"), (b"\xd0\xcf\x11\xe0", ".doc"), (b"{\\rtf", ".rtf"))
_MARKED = re.compile(rb"(?m)^(?:\*\*[^*\n]+\*\*|#{1,6} \S)|\]\(https?://")
_OWN = re.compile(r"\A---\n.*?^source:\n  file: .*?^---$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file. `state`: new, same (nothing to do), different (somebody changed it; not touched)."""

    source: Path
    path: Path
    state: str
    draft: Draft | None = None
    report: Path | None = None
    difference: str = ""
    accepted: bool = False  # doubts were written as guessed

    def lines(self) -> Iterator[str]:
        """What was found, what is doubtful, and what to do next, for an editor."""
        if self.draft is not None:
            yield _found(self.draft)
        if self.state == "same":
            yield "is the same already; nothing was written"
        elif self.state == "different":
            yield f"is there and differs from {self.source} as imported now; it was not touched"
            yield "hint: move it away and import again, or keep it as it is. The difference:"
        elif self.draft is not None and self.draft.doubts and self.accepted:
            yield f"{_many(len(self.draft.doubts), 'doubt')} accepted as guessed (--yes)"
        elif self.draft is not None and self.draft.doubts:
            yield f"{_many(len(self.draft.doubts), 'doubt')} marked ::: {{.doubt}} in the file; the build waits until they are settled"
        if self.draft is not None and not self.draft.title:
            yield "no title was found; the file's name stands in for it"
        if self.report is not None:
            yield f"original and result side by side: {self.report.name}"


def _found(draft: Draft) -> str:
    kinds = [turn.kind for turn in draft.turns]
    counts = [_many(kinds.count("question"), "question"), _many(kinds.count("answer"), "answer")]
    people = [person.name for person in draft.people if person.role.speaks]
    aside = sum(len(clipping.words.split()) for clipping in draft.aside)
    return "; ".join([", ".join(counts), *([", ".join(people)] if people else []), f"{_many(aside, 'word')} set aside"])


def _many(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def bring_in(
    files: Sequence[Path], to: Path, *, accept: bool, progress: Progress = lambda *_: None, ask: Ask | None = None
) -> tuple[tuple[Imported, ...], tuple[Problem, ...]]:
    """Each file imported into folder `to`; the problems of those that could not be, and warnings.

    With `ask`, doubts are put to it before a file is written; what it leaves open is marked.
    """
    home = _Home(to)
    done: list[Imported] = []
    problems: list[Problem] = []
    taken: dict[Path, Path] = {}
    with ThreadPoolExecutor(max_workers=min(8, os.cpu_count() or 1)) as pool:
        found: list[list[_Made] | Refused] = []
        for attempt in pool.map(partial(_attempt, home=home, accept=accept), files):
            found.append(attempt)
            progress("import", len(found), len(files), files[len(found) - 1].name)
    problems += [problem for attempt in found if isinstance(attempt, Refused) for problem in attempt.problems]
    for made in [one for attempt in found if not isinstance(attempt, Refused) for one in attempt]:
        other = taken.setdefault(made.path, made.source)
        if other != made.source:
            problems.append(
                Problem(
                    Place(str(made.source)),
                    "slugs-are-unique",
                    f"{other} would be written to {made.path.name} too",
                    "rename one of the two",
                )
            )
        else:
            try:
                home.refuse_links_out(made)
                answered = _answered(made, home, ask) if ask is not None and not accept else made
                done.append(replace(home.put(answered), accepted=accept))
            except Refused as refused:
                problems += refused.problems
                continue
            except OSError as error:
                problems.append(_explain_unwritable(error, made.path))
                continue
            problems += made.draft.notes if made.draft else ()
    return tuple(done), tuple(dict.fromkeys(problems))


@dataclass(frozen=True, slots=True)
class _Made:
    source: Path
    path: Path
    data: bytes
    original: str
    text: str
    draft: Draft | None
    reading: Reading | None
    otherwise: tuple[str, ...] = ()  # results of the same import with doubts left open, or accepted


class _Home:
    """The folder that takes the results: a book's interviews, or any other."""

    def __init__(self, to: Path) -> None:
        if (to / "book.yaml").is_file():
            to = to / "interviews"
        self.interviews = to
        self.book = to.parent if to.name == "interviews" or (to.parent / "book.yaml").is_file() else to
        self.disclaimers = _disclaimers(self.book)

    def refuse_links_out(self, made: _Made) -> None:
        """Raise Refused if a link leads out of the book on the way to a result."""
        pictures = [picture.path for picture in made.reading.pictures] if made.reading is not None else []
        for path in (made.path, _report_of(made.path), *(self.book / name for name in (made.original, *pictures))):
            refuse_link_out(path, self.book)

    def put(self, made: _Made) -> Imported:
        """Writes what is new; never over a file that is there and says something else."""
        if made.path.is_file():
            before = made.path.read_text("utf-8", "replace")
            if before == made.text:
                return Imported(made.source, made.path, "same", made.draft)
            if before not in made.otherwise:  # nobody changed what is as it was imported
                return self._different(made, before)
        original = self.book / made.original
        if made.draft is not None and not original.exists():
            write_file(original, made.data)
        for picture in made.reading.pictures if made.reading is not None else ():
            if not (self.book / picture.path).exists():
                write_file(self.book / picture.path, picture.data)
        write_file(made.path, made.text.encode())
        report = None
        if made.draft is not None and made.reading is not None:
            report = _report_of(made.path)
            write_file(report, side_by_side(made.reading, made.draft, made.source.name).encode())
        return Imported(made.source, made.path, "new", made.draft, report)

    def _different(self, made: _Made, before: str) -> Imported:
        shown = word_audit.difference(before, made.text, str(made.path), f"{made.source} as imported")
        return Imported(made.source, made.path, "different", made.draft, difference=shown)

    def original_for(self, source: Path, data: bytes) -> str:
        """The name under which the original is kept: its own, or with a part of its hash if another has that."""
        name = re.sub(r"[^\w.-]+", "-", source.name)
        kept = self.book / "originals" / name
        digest = sha256(data).hexdigest()
        refuse_link_out(kept, self.book)
        if kept.exists() and not (kept.is_file() and sha256(kept.read_bytes()).hexdigest() == digest):
            name = f"{Path(name).stem}-{digest[:8]}{Path(name).suffix}"
        return f"originals/{name}"


def _report_of(path: Path) -> Path:
    return path.with_name(f"{path.stem}.import.html")


def _explain_unwritable(error: OSError, path: Path) -> Problem:
    sentence = f"the result cannot be written ({error.strerror or error})"
    hint = "allow writing there, or name another folder: --to DIR"
    return Problem(Place(str(error.filename or path)), "book-is-writable", sentence, hint)


def _disclaimers(book: Path) -> Mapping[str, str]:
    """The disclaimers that the book has a name for."""
    settings = inside(book, "book.yaml")
    try:
        text = read_file_itself(settings, decoding.MAX_BYTES).decode() if settings else ""
        section = parse(text, 1, Problems("book.yaml", []))
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: words.text for name, words in section.named_texts("disclaimers").items()} if section else {}


def _attempt(source: Path, home: _Home, accept: bool) -> list[_Made] | Refused:
    """What becomes of one file: an interview, or several that an e-book holds."""
    try:
        return _made(source, home, accept)
    except Refused as refused:
        return refused
    except OSError as error:
        return Refused([_explain_unwritable(error, home.book)])


def _made(source: Path, home: _Home, accept: bool) -> list[_Made]:
    data = _opened(source)
    path = home.interviews / f"{slug_of(source)}.md"
    if source.suffix.lower() in (".md", ".markdown") and _OWN.match(data[:64_000].decode("utf-8", "replace")):
        _bring_original(source, data.decode("utf-8"), home)
        return [_Made(source, path, data, "", data.decode("utf-8"), None, None)]  # a source file already
    reader = reader_for(source, data)
    several = _interviews_in(data, source) if reader is epub.read else []
    if not several:
        reading = reader(data, str(source))
        if len(reading.clippings) > _MOST_PARAGRAPHS:
            sentence = f"the file has {len(reading.clippings):,} paragraphs; an interview may have {_MOST_PARAGRAPHS:,}"
            raise decoding.refused(
                str(source), "file-is-small", sentence, "split it, or export only the text of the interview"
            )
        _refuse_endless(reading, str(source))
        return [_finished(source, path, data, reading, understood(reading, str(source)), home, accept)]
    return [
        _finished(source, path.with_name(f"{path.stem}-{number:02d}.md"), data, reading, draft, home, accept)
        for number, (reading, draft) in enumerate(several, 1)
    ]


def _refuse_endless(reading: Reading, name: str) -> None:
    """What no reader of Markdown gets through, the build's neither: thousands of signs in a row, or one endless word."""
    for clipping in reading.clippings:
        if _ENDLESS.search(clipping.words):
            sentence = f"“{clipping.words[:20]}…” goes on for thousands of characters without a space"
            raise decoding.refused(name, "words-end", sentence, "delete it, or divide it by spaces", clipping.line)


def _interviews_in(data: bytes, source: Path) -> list[tuple[Reading, Draft]]:
    """The chapters of an e-book that are interviews, if there is more than one; the last one says what was left out."""
    found, others, left = list[tuple[Reading, Draft]](), list[str](), 0
    for reading in epub.chapters(data, str(source)):
        draft = understood(reading, str(source))
        kinds = [turn.kind for turn in draft.turns]
        if kinds.count("question") >= 2 and kinds.count("answer") >= 2:
            found.append((reading, draft))
        else:
            words = draft.title or " ".join(c.words for c in reading.clippings)
            others.append(f"“{words[:40].strip()}”")
            left += sum(token.isalnum() for token in reading.original)
    if len(found) < 2:
        return []
    if others:
        names = f"{', '.join(others[:12])}{' …' if len(others) > 12 else ''}"
        sentence = f"{_many(len(others), 'chapter')} without a conversation ({_many(left, 'word')}) did not come along: {names}"
        note = decoding.warning(
            Place(str(source)), "chapters-are-interviews", sentence, "copy what you need into an introduction"
        )
        found[-1] = (found[-1][0], replace(found[-1][1], notes=(*found[-1][1].notes, note)))
    return found


def _finished(
    source: Path, path: Path, data: bytes, reading: Reading, draft: Draft, home: _Home, accept: bool
) -> _Made:
    original = home.original_for(source, data)
    title = title_from(source)
    origin = Origin(original, sha256(data).hexdigest())
    result = written(draft, origin, title, home.disclaimers, accept=accept)
    _refuse_unaccounted(reading, draft, result, source, home)
    otherwise = (written(draft, origin, title, home.disclaimers, accept=not accept),) if draft.doubts else ()
    return _Made(source, path, data, original, result, draft, reading, otherwise)


def _refuse_unaccounted(reading: Reading, draft: Draft, text: str, source: Path, home: _Home) -> None:
    problems = word_audit.unaccounted(reading, draft, text, title_from(source), home.disclaimers, str(source))
    if problems:
        raise Refused(problems)


def _answered(made: _Made, home: _Home, ask: Ask) -> _Made:
    """The result with the doubts that `ask` settles; nobody is asked about a file that will not be written."""
    before = made.path.read_text("utf-8", "replace") if made.path.is_file() else made.text
    if made.draft is None or made.reading is None or not made.draft.doubts:
        return made
    if before != made.text:
        return replace(made, text=before) if before in made.otherwise else made
    draft = settled(made.draft, ask)
    origin = Origin(made.original, sha256(made.data).hexdigest())
    text = written(draft, origin, title_from(made.source), home.disclaimers, accept=False)
    _refuse_unaccounted(made.reading, draft, text, made.source, home)
    return replace(made, draft=draft, text=text, otherwise=(*made.otherwise, made.text))


def _bring_original(source: Path, text: str, home: _Home) -> None:
    """A source file of another book comes with the original that it names."""
    named = re.search(r"(?m)^  file: \"?(originals/[\w. -]+)\"?$", text)
    for folder in (source.parent.parent, source.parent) if named else ():
        name = named.group(1) if named else ""
        original, kept = inside(folder, name), home.book / name
        refuse_link_out(kept, home.book)
        if original is None or not original.is_file() or kept.exists():
            continue
        if original.stat().st_size < max(_MOST_BYTES.values()):
            write_file(kept, original.read_bytes())


def _opened(source: Path) -> bytes:
    name = str(source)
    try:
        if not source.is_file():
            why = "it is a folder" if source.is_dir() else "there is no such file"
            raise decoding.refused(name, "file-is-readable", f"the file cannot be read: {why}", "check its name")
        most = _MOST_BYTES.get(source.suffix.lower(), decoding.MAX_BYTES)
        if source.stat().st_size > most:
            size = source.stat().st_size / 1e6
            raise decoding.refused(
                name,
                "file-is-small",
                f"the file has {size:.0f} MB; a file of this kind may have {most / 1e6:.0f} MB",
                "split it, or export only the text of the interview",
            )
        data = source.read_bytes()
    except OSError as error:
        raise decoding.refused(
            name, "file-is-readable", f"the file cannot be read: {error.strerror}", "check its name and permissions"
        ) from error
    if not data.strip():
        raise decoding.refused(name, "file-has-words", "the file is empty", "choose the file that holds the text")
    return data


def reader_for(source: Path, data: bytes) -> Callable[[bytes, str], Reading]:
    """The reader of this format; raises Refused for one that nobody can read well."""
    suffix = source.suffix.lower()
    suffix = next((kind for magic, kind in _MAGIC if data.startswith(magic)), suffix)
    if suffix in _REFUSED:
        what, hint = _REFUSED[suffix]
        raise decoding.refused(str(source), "format-is-known", f"this is {what}", hint)
    if suffix not in READERS:
        raise decoding.refused(
            str(source),
            "format-is-known",
            f"“{suffix or source.name}” is no format that can be imported",
            f"one of: {', '.join(READERS)}",
        )
    reader = READERS[suffix]
    if suffix in (".txt", ".text") and len(_MARKED.findall(data[:400_000])) >= 2:
        reader = markdown.read  # pasted Markdown
    if reader in (html.read, markdown.read):
        return partial(reader, beside=attached_pictures.beside(source))
    return reader


def slug_of(source: Path) -> str:
    """The name of the result: Latin letters, digits and hyphens of the file's name."""
    stem = source.name.removesuffix("".join(source.suffixes[-1:]))
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")
    return slug or f"interview-{sha256(stem.encode()).hexdigest()[:8]}"


def title_from(source: Path) -> str:
    """What stands in for a title that the file does not have: its name, as words."""
    words = re.sub(r"[\s._-]+", " ", source.stem).strip()
    return words[:1].upper() + words[1:] or "Interview"
