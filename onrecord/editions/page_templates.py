"""The page templates: ours, and those of a book, which replace ours of the same name. The home of Jinja2.

Text is always escaped, and templates run in a sandbox. A manuscript is data and never a template.
"""

from __future__ import annotations

import contextlib
import re
import traceback
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined, Template
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.loaders import split_template_path
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup as Safe
from markupsafe import escape

from onrecord.editions import own_design
from onrecord.model import SourceLocation
from onrecord.model.directions import direct_name, is_from_right
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule
from onrecord.runtime.build_identity import compute_build_identity
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.guarded_work import note_subject
from onrecord.runtime.interface_texts import get_language
from onrecord.runtime.project import Project
from onrecord.runtime.work_limits import TookTooLong, limit_work
from onrecord.wording.marked_names import END_MARK, MARKS

# What a template with a mistake in it raises when it is filled.
_MISTAKES = (
    TemplateError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    RuntimeError,  # RecursionError is one
    AssertionError,
    SyntaxError,  # Jinja writes Python, which allows 20 loops inside each other
    AttributeError,
    MemoryError,
    TookTooLong,
)
_LIMITS = (MemoryError, TookTooLong)
_MAX_BYTES = 500_000  # of a template
_CPU_S, _CPU_S_PER_INTERVIEW = 2.0, 0.01  # to fill a template of a book
_MEMORY_MB = 300
_MAX_CHARACTERS, _MAX_CHARACTERS_PER_INTERVIEW = 8_000_000, 20_000  # of a filled template
_MAX_PRODUCT = 100_000  # letters or entries that one multiplication may make
_MAX_BITS = 4_000  # of a number
_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")  # it cannot be written in UTF-8
_WIDE_FIELD = re.compile(r"%[^a-zA-Z%]*(?:\d{6}|\*)")


def mark_safe(html: str) -> Safe:
    """Return HTML that templates do not escape again. Every text in it must have been escaped."""
    return Safe(html)  # noqa: S704


def isolate_name(name: object, language: str) -> Safe:
    """Return a name or title as HTML, in `<bdi>` if a letter of it runs against the language of the text around it."""
    direction = direct_name(str(name), language)
    return mark_safe(f'<bdi dir="{direction}">{escape(str(name))}</bdi>') if direction else escape(str(name))


def write_name_list(names: Sequence[str], language: str) -> Safe:
    """Return names as HTML in a row of a language (“A, B, and C”), in `<bdi>` those that run against it."""
    separators = get_language(language).names.list_separators(len(names))
    rows = zip(separators, names, strict=True)
    return mark_safe("".join(f"{escape(separator)}{isolate_name(name, language)}" for separator, name in rows))


def get_comma(language: str) -> str:
    """Return what stands between two statements in a language: a comma of its own script, and a space."""
    return get_language(language).comma


def isolate_marked_names(text: str) -> Safe:
    """Return a sentence as HTML, in it each marked name in `<bdi>`."""
    html = str(escape(text)).replace(END_MARK, "</bdi>")
    for direction, mark in MARKS.items():
        html = html.replace(mark, f'<bdi dir="{direction}">')
    return mark_safe(html)


def name_direction(text: object, language: str) -> Safe:
    """Return the attribute `dir` of an element that runs against the language of the text around it, or nothing."""
    direction = direct_name(str(text), language)
    return mark_safe(f' dir="{direction}"' if direction else "")


class PageTemplates:
    """The templates of a book: those in its `templates/`, and ours for all other names.

    Without templates of its own, the cache keeps ours compiled.
    """

    def __init__(self, folder: Path | None, cache: Cache | None = None) -> None:
        self._folder = folder
        self._book_templates = folder / "templates" if folder and (folder / "templates").is_dir() else None
        self._exceeded: Refused | None = None  # once a template was stopped, none is filled
        self._environment = (
            _create_environment(_BookTemplateLoader(folder))
            if folder and self._book_templates
            else _load_packaged_environment()
        )
        if cache and not self._book_templates:
            self._environment.bytecode_cache = _CompiledTemplates(cache)

    def has_book_templates(self, edition: str) -> bool:
        """Return whether the book has templates for this edition: “html”, “epub” or “print”."""
        return own_design.has_own_templates(self._folder, edition)

    def fill_template(self, name: str, /, **values: object) -> str:
        """Return the template `name` (`html/index.html`) filled with the values.

        Raises Refused if a template of the book is wrong; a mistake in one of ours is raised as it is.
        """
        template = self.compile_template(name)
        note_subject(f"templates/{name}")
        try:
            with self._limit_work(values.get("book")):
                text = template.render(**values)
        except _MISTAKES as mistake:
            self._refuse_mistake(mistake)
            raise
        if len(text) > _MAX_CHARACTERS + _MAX_CHARACTERS_PER_INTERVIEW * _count_interviews(values.get("book")):
            self._refuse_mistake(ValueError(f"the page has {len(text):,} characters"), name)
        if half := _HALF_CHARACTER.search(text):
            self._refuse_mistake(ValueError(f"the page holds half a character, U+{ord(half.group()):04X}"), name)
        return text

    def _limit_work(self, book: object = None) -> AbstractContextManager[None]:
        """Limit the work of a template of the book; ours, filled alone, need no limit."""
        if self._book_templates is None:
            return contextlib.nullcontext()
        if self._exceeded:
            raise self._exceeded
        return limit_work(_CPU_S + _CPU_S_PER_INTERVIEW * _count_interviews(book), _MEMORY_MB)

    def list_syntax_problems(self) -> tuple[Problem, ...]:
        """Return the first fault in the syntax of each template of the book, whether an edition uses it or not."""
        if self._book_templates is None:
            return ()
        problems: list[Problem] = []
        for path in sorted(path for path in self._book_templates.rglob("[!.]*") if path.is_file()):
            try:
                self.compile_template(path.relative_to(self._book_templates).as_posix())
            except Refused as refused:
                problems += refused.problems
        return tuple(problems)

    def compile_template(self, name: str) -> Template:
        """Return the template, ready to be filled. Raises Refused if it is the book's and its syntax is wrong."""
        note_subject(f"templates/{name}")
        try:
            with self._limit_work():  # Jinja computes what is constant while it compiles
                return self._environment.get_template(name)
        except _MISTAKES as mistake:
            self._refuse_mistake(mistake, name)
            raise

    def _refuse_mistake(self, mistake: Exception, compiled: str = "") -> None:
        """Raise Refused if the mistake is in the book's templates; `compiled` is one that could not be compiled."""
        if place := self._find_mistake(mistake) or self._find_template(compiled):
            hint = "correct it, or delete the file: then the template of On Record is used"
            problem = Problem(
                place, Rule.TEMPLATES_CAN_BE_FILLED, f"the template says: {_describe_mistake(mistake)}", hint
            )
            refused = Refused([problem])
            if isinstance(mistake, _LIMITS):
                self._exceeded = refused
            raise refused from None

    def _find_template(self, name: str) -> SourceLocation | None:
        """Return the place of a template of the book, None if the book has none of this name."""
        is_there = name and self._book_templates is not None and (self._book_templates / name).is_file()
        return SourceLocation(f"templates/{name}") if is_there else None

    def _find_mistake(self, mistake: Exception) -> SourceLocation | None:
        """Return the place of the mistake in the book's templates, None if it is in ours."""
        if self._book_templates is None:
            return None
        if isinstance(mistake, TemplateSyntaxError):
            steps = [(mistake.filename or "", mistake.lineno)]
        elif isinstance(mistake, SyntaxError):
            steps = [(mistake.filename or "", 0)]  # its line is one of Jinja's Python
        else:  # Jinja shows templates as files with their own lines
            steps = [(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(mistake.__traceback__)]
        in_book = [(Path(file), line) for file, line in steps if Path(file).is_relative_to(self._book_templates)]
        if not in_book:
            return None
        path, line = in_book[-1]
        return SourceLocation(f"templates/{path.relative_to(self._book_templates).as_posix()}", line)


def _count_interviews(book: object) -> int:
    """Return how many interviews the book has that a template is filled with; 0 if there is no book."""
    return len(getattr(book, "interviews", ()))


def _describe_mistake(mistake: Exception) -> str:
    """Return what is wrong with a template, in one sentence."""
    if isinstance(mistake, TookTooLong):
        return "it takes too long to fill"
    if isinstance(mistake, MemoryError):
        return f"it needs more than {_MEMORY_MB} MB of memory"
    return "it is nested too deeply" if isinstance(mistake, RecursionError | SyntaxError) else str(mistake)


class _LimitedEnvironment(SandboxedEnvironment):
    """A sandbox in which no single operation runs long: such a one could not be stopped."""

    intercepted_binops = frozenset(["**", "*", "%"])

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """Return the result of an operation. Raises ValueError if it could be huge."""
        if operator == "**" and isinstance(left, int) and isinstance(right, int):
            _refuse_large(left.bit_length() * max(right, 0), _MAX_BITS, "bits")
        elif operator == "*" and isinstance(left, int) and isinstance(right, int):
            _refuse_large(left.bit_length() + right.bit_length(), _MAX_BITS, "bits")
        elif operator == "*":
            for many, count in ((left, right), (right, left)):
                if isinstance(many, str | bytes | list | tuple) and isinstance(count, int):
                    _refuse_large(len(many) * max(count, 0), _MAX_PRODUCT, "parts")
        elif operator == "%" and isinstance(left, str) and _WIDE_FIELD.search(left):
            raise ValueError("a field of this width is too large")
        return super().call_binop(context, operator, left, right)


def _refuse_large(size: int, limit: int, unit: str) -> None:
    """Raise ValueError if the result of an operation would be larger than the limit."""
    if size > limit:
        raise ValueError(f"the result would have {size:,} {unit}; it may have {limit:,}")


def _create_environment(*book_loaders: BaseLoader) -> Environment:
    """Return a sandboxed environment that tries these loaders before our templates."""
    environment = _LimitedEnvironment(
        loader=ChoiceLoader([*book_loaders, PackageLoader("onrecord.editions", "templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=bool(book_loaders),  # ours do not change while a build runs
    )
    environment.tests["from_right"] = is_from_right
    environment.filters |= {
        "isolate": isolate_name,
        "isolate_names": isolate_marked_names,
        "name_list": write_name_list,
        "direction": name_direction,
        "comma": get_comma,
    }
    return environment


@cache
def _load_packaged_environment() -> Environment:
    """Return the environment with our templates alone; each is compiled once in a process."""
    return _create_environment()


class _CompiledTemplates(BytecodeCache):
    """Keeps our templates as Python's bytecode; entries of the cache are signed, so that nobody else's code runs."""

    def __init__(self, results: Cache) -> None:
        self._results = results

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket of a template if it was compiled before."""
        if data := self._results.get(self._make_key(bucket)):
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template that was compiled."""
        self._results.put(self._make_key(bucket), bucket.bytecode_to_string())

    def _make_key(self, bucket: Bucket) -> str:
        """Return the key of a template: its name and text, and all code that Jinja may compute while it compiles."""
        return compute_fingerprint("template", compute_build_identity(), bucket.key, bucket.checksum)


class _BookTemplateLoader(FileSystemLoader):
    """Loads the templates of a book; a link that leads out of its folder is refused."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "templates")
        self._project = Project(folder)

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return a template of the book; raise Refused if not UTF-8, too large, or outside the folder."""
        place = SourceLocation(f"templates/{template}")
        path = self._project.folder / "templates" / Path(*split_template_path(template))
        if path.is_file() and not self._project.holds(path.absolute()):
            sentence = f"{place} is not inside the book's folder"
            raise Refused([Problem(place, Rule.TEMPLATES_ARE_IN_THE_BOOK, sentence, "copy the file there")])
        if path.is_file() and path.stat().st_size > _MAX_BYTES:
            sentence = f"the template has {path.stat().st_size:,} bytes; it may have {_MAX_BYTES:,}"
            raise Refused([Problem(place, Rule.TEMPLATES_CAN_BE_FILLED, sentence, "divide it, or write less")])
        try:
            return super().get_source(environment, template)
        except UnicodeDecodeError:
            sentence = f"{place} is not written in UTF-8"
            raise Refused([Problem(place, Rule.TEXT_IS_UTF_8, sentence, "save it again as UTF-8")]) from None
