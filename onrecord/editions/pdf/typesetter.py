"""Set the pages of one edition: fill templates, lay the HTML out in workers, and cache the parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from onrecord.editions import design_tokens, own_design
from onrecord.editions.markup import PageRenderer
from onrecord.editions.page_marks import PageMarks
from onrecord.editions.pdf.pages.geometry import PageGeometry
from onrecord.editions.pdf.pages.part import TypesetPart
from onrecord.editions.pdf.pages.printable import list_font_folders
from onrecord.editions.pdf.pages.specimens import Specimen
from onrecord.editions.pdf.running_heads import NO_HEAD, RunningHead, write_line
from onrecord.editions.pdf.typeset.weasyprint_adapter import PartSource, StampCharacters, set_part, shape_specimens
from onrecord.editions.styles import PRINT_SHEETS
from onrecord.model import Book, SourceLocation
from onrecord.model.design import Design
from onrecord.model.directions import is_from_right
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.runtime import build_identity, font_files
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.rebuild_reasons import CachedPiece, report_rebuilds
from onrecord.runtime.task_runner import TaskFailure, TaskRunner, build_input
from onrecord.wording import contributors, translations

T = TypeVar("T")
_SHORT_HTML = 20_000  # characters: pages with so many are set sooner than a worker starts
_POSITION = re.compile(r" at \d+:\d+(?=[,:])")  # in all style sheets together, which no file has
_PEOPLE = "contributors"  # the template of the list of people, the only one with pictures


class Typesetter:
    """The style of one edition, and the task runner that lays out its pages.

    `css` is the whole style sheet. Without `has_running_heads` no part carries a head of its own.
    """

    def __init__(
        self,
        book: Book,
        folder: Path,
        runner: TaskRunner,
        page: PageGeometry,
        css: str,
        words: Mapping[str, str],
        *,
        marks: PageMarks | None = None,
        has_running_heads: bool = True,
    ) -> None:
        self.book = book
        self.runner = runner
        self.page = page
        self.css = css
        self.words = words
        self.marks = marks or PageMarks(None, "print")
        self._folder = folder
        self.markup = PageRenderer(folder, runner.cache)
        self.fonts = tuple((path.name, path.read_bytes()) for path in font_files.list_font_files([folder / "fonts"]))
        self._font_folders = list_font_folders(folder)
        self._has_running_heads = has_running_heads
        self._passes = Counter[tuple[str, ...]]()

    def make_source(
        self,
        html: str,
        title: str,
        head: RunningHead = NO_HEAD,
        *,
        language: str = "",
        pictures: Iterable[tuple[str, str, bytes]] = (),
        first_side: str = "recto",
        rules: str = "",
    ) -> PartSource:
        """Return the source of a part, in the language of the book if `language` is ""; `rules` are CSS for it."""
        return PartSource(
            html=html,
            css=self.css,
            language=language or self.book.language,
            title=title,
            pictures=tuple(pictures),
            fonts=self.fonts,
            head=head.html if self._has_running_heads else "",
            head_side=head.side,
            first_side=first_side,
            rules=rules,
            is_mirrored=is_from_right(self.book.language),
        )

    def fill_template(self, template: str, head: str, first_side: str = "recto", **values: object) -> PartSource:
        """Return the source of a part, filled from the template `print/<template>.html`; `head` is plain text."""
        values = {
            "book": self.book,
            "words": self.words,
            "marks": self.marks,
            "date": translations.format_date(self.book.date, self.book.language),
            **contributors.TEMPLATE_FUNCTIONS,
            **values,
        }
        name = f"print/{template}.html"
        if self.markup.has_book_templates("print"):
            html = own_design.run_guarded(
                self.runner.executor, self._folder, _fill_template, (self._folder, name, values)
            )
        else:
            html = self.markup.render_page(name, **values)
        people = contributors.list_contributors(self.book) if template == _PEOPLE else ()
        portraits = sorted(contributors.collect_portraits(people).items())
        pictures = [(name, asset.media_type, asset.data) for name, asset in portraits]
        return self.make_source(html, template, write_line(head), first_side=first_side, pictures=pictures)

    def set_template(self, template: str, first_side: str = "recto", **values: object) -> TypesetPart:
        """Set the pages of a template, without a running head; Refused if the layout engine complains."""
        return self.set_sources(self.fill_template(template, "", first_side, **values))[0]

    def set_sources(self, *sources: PartSource) -> list[TypesetPart]:
        """Return each source laid out as a part; raise Refused if the layout engine complains."""
        keys = [compute_fingerprint("set", build_identity.compute_build_identity(), source) for source in sources]
        tasks = list(map(build_input, keys, sources))
        self._report_rebuilds(sources, keys)
        is_short = sum(len(source.html) for source in sources) < _SHORT_HTML
        results = self.runner.run_cached(set_part, tasks, is_short=is_short)
        parts = [replace(self._require(result), cache_key=key) for key, result in zip(keys, results, strict=True)]
        if problems := [problem for part in parts for problem in list_layout_problems(part, self.book.location)]:
            raise Refused(problems)
        return parts

    def _report_rebuilds(self, sources: Sequence[PartSource], keys: Sequence[str]) -> None:
        """Say why each page that is not part of an interview is set again."""
        pieces = [
            CachedPiece(
                source.title,
                not self.runner.cache.has(key),
                {
                    "its text": source.html,
                    "its running head": source.head,
                    "the side that it begins on": source.first_side,
                },
            )
            for source, key in zip(sources, keys, strict=True)
        ]
        shared_inputs = {
            "the style sheet": self.css,
            "the fonts": self.fonts,
            "the language of the book": self.book.language,
        }
        pack = self.book.pack and self.book.pack.name
        names = tuple(piece.name for piece in pieces)
        self._passes[names] += 1  # pages that show page numbers are set several times
        scope = (self.book.slug, pack, compute_fingerprint(self.page), names, self._passes[names])
        report_rebuilds(self.runner.cache, "set", scope, pieces, shared_inputs, is_counted=False)

    def shape_characters(
        self, texts: Mapping[str, str], pieces: tuple[str, ...] = ()
    ) -> tuple[TypesetPart, dict[str, Specimen]]:
        """Return a part with the fonts of all characters, and a specimen for each key of `texts`.

        `pieces` are words for the first of them, in the language of the book.
        """
        characters = StampCharacters(self.css, tuple(texts.items()), self.fonts, pieces, self.book.language)
        key = compute_fingerprint("stamp", build_identity.compute_build_identity(), characters)
        (result,) = self.runner.run_cached(shape_specimens, [build_input(key, characters)], is_short=True)
        return self._require(result)

    def _require(self, result: T | TaskFailure) -> T:
        """Return the result of a task; raise what `find_cause` finds if it failed."""
        if isinstance(result, TaskFailure):
            raise self.find_cause(result.get_error())
        return result

    def find_cause(self, error: BaseException) -> BaseException:
        """Return what a failed layout is to be reported as: Refused if the book has styles of its own, else the error.

        WeasyPrint fails on some rules that it understands, such as `li::marker { content: "-" }`.
        """
        own_sheets = [name for name in PRINT_SHEETS if (self._folder / "styles" / f"{name}.css").is_file()]
        if not own_sheets or isinstance(error, MemoryError):
            return error
        file = f"styles/{own_sheets[0]}.css"
        sentence = f"the layout engine fails with the styles of this book ({type(error).__name__}: {str(error)[:100]})"
        hint = (
            f"take rules out of {file} until it builds; if it fails without that file, it is a fault of On Record: "
            "please report it"
        )
        return Refused([Problem(SourceLocation(file), Rule.LAYOUT_IS_CLEAN, sentence, hint)])

    def read_font(self, sha256: str) -> bytes:
        """Return the bytes of the font file with this hash."""
        return self._font_paths[sha256].read_bytes()

    @cached_property
    def _font_paths(self) -> Mapping[str, Path]:
        """The font files of the package and of the book, by SHA-256."""
        return {font_files.compute_digest(path): path for path in font_files.list_font_files(self._font_folders)}


def join_print_css(runner: TaskRunner, folder: Path, page_css: str, design: Design, *names: str) -> str:
    """Return the whole style sheet of a print edition; a book's own are expanded in a guarded worker."""
    return own_design.run_guarded(runner.executor, folder, _join_print_css, (page_css, folder, names, design))


def _join_print_css(job: tuple[str, Path, tuple[str, ...], Design]) -> str:
    """Return the style sheet for a page, with the sheets of these names."""
    page_css, folder, names, design = job
    return design_tokens.join_print_stylesheets(page_css, folder, *names, design=design)


def adapt_page(page: PageGeometry, folder: Path, design: Design) -> PageGeometry:
    """Return the page with the type size and the place of the folio that the book's design tokens say.

    The lines stay where they are: a face that looks larger is set smaller.
    """
    scale = design_tokens.read_number(folder, "--text-scale", design)
    is_centered = design_tokens.read_value(folder, "--folio-place", design) == "center"
    return replace(page, text_pt=round(page.text_pt * scale, 2), has_centered_folio=is_centered)


def list_layout_problems(part: TypesetPart, place: SourceLocation) -> list[Problem]:
    """Return what the layout engine complained of, and the characters that no font has."""
    complaints = dict.fromkeys(_POSITION.sub("", complaint) for complaint in part.complaints)
    problems = [
        Problem(place, Rule.LAYOUT_IS_CLEAN, f"the layout engine says: {complaint}", "look at the styles/ of this book")
        for complaint in complaints
    ]
    if part.missing_characters:
        listed = " ".join(f"{char!r} (U+{ord(char):04X})" for char in part.missing_characters)
        hint = "take the character away, or put a font that has it into fonts/"
        problems.append(Problem(place, Rule.GLYPHS_EXIST, f"no font has {listed}", hint))
    return problems


def _fill_template(job: tuple[Path, str, dict[str, object]]) -> str:
    """Return a template of the book in a folder, filled with values. Runs in a worker."""
    folder, name, values = job
    return PageRenderer(folder).render_page(name, **values)
