"""The page templates: ours, and those of a book, which replace ours of the same name. The home of Jinja2.

Text is always escaped, and templates run in a sandbox. A manuscript is data and never a template.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined, Template
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup as Safe

from onrecord.model import SourceLocation
from onrecord.model.problems import Problem, Refused
from onrecord.model.rule import Rule

# What a template with a mistake in it raises when it is filled.
_MISTAKES = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError)


def mark_safe(html: str) -> Safe:
    """Return HTML that templates do not escape again. Every text in it must have been escaped."""
    return Safe(html)  # noqa: S704


class PageTemplates:
    """The templates of a book: those in its `templates/`, and ours for all other names."""

    def __init__(self, folder: Path | None) -> None:
        self._book_templates = folder / "templates" if folder and (folder / "templates").is_dir() else None
        self._environment = (
            _create_environment(_BookTemplateLoader(folder))
            if folder and self._book_templates
            else _load_packaged_environment()
        )

    def has_book_templates(self, edition: str) -> bool:
        """Say whether the book has templates for this edition (`html`, `epub`, `print`)."""
        return self._book_templates is not None and (self._book_templates / edition).is_dir()

    def fill_template(self, name: str, /, **values: object) -> str:
        """Return the template `name` (`html/index.html`) filled with the values.

        Raises Refused if a template of the book is wrong; a mistake in one of ours is raised as it is.
        """
        template = self.compile_template(name)
        try:
            return template.render(**values)
        except _MISTAKES as mistake:
            self._refuse_mistake(mistake)
            raise

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
        try:
            return self._environment.get_template(name)
        except _MISTAKES as mistake:
            self._refuse_mistake(mistake)
            raise

    def _refuse_mistake(self, mistake: Exception) -> None:
        """Raise Refused if the mistake is in the book's templates."""
        if place := self._find_mistake(mistake):
            hint = "correct it, or delete the file: then the template of On Record is used"
            raise Refused(
                [Problem(place, Rule.TEMPLATES_CAN_BE_FILLED, f"the template says: {mistake}", hint)]
            ) from None

    def _find_mistake(self, mistake: Exception) -> SourceLocation | None:
        """Return the place of the mistake in the book's templates, None if it is in ours."""
        if self._book_templates is None:
            return None
        if isinstance(mistake, TemplateSyntaxError):
            steps = [(mistake.filename or "", mistake.lineno)]
        else:  # Jinja shows templates as files with their own lines
            steps = [(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(mistake.__traceback__)]
        in_book = [(Path(file), line) for file, line in steps if Path(file).is_relative_to(self._book_templates)]
        if not in_book:
            return None
        path, line = in_book[-1]
        return SourceLocation(f"templates/{path.relative_to(self._book_templates).as_posix()}", line)


def _create_environment(*book_loaders: BaseLoader) -> Environment:
    """Return a sandboxed environment that tries these loaders before our templates."""
    return SandboxedEnvironment(
        loader=ChoiceLoader([*book_loaders, PackageLoader("onrecord.editions", "templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _load_packaged_environment() -> Environment:
    """Return the environment with our templates alone; each is compiled once in a process."""
    return _create_environment()


class _BookTemplateLoader(FileSystemLoader):
    """Loads the templates of a book; a link that leads out of its folder is refused."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "templates")
        self._folder = folder.resolve()

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return a template of the book; raise Refused if not UTF-8 or outside the folder."""
        place = SourceLocation(f"templates/{template}")
        try:
            source, filename, uptodate = super().get_source(environment, template)
        except UnicodeDecodeError:
            sentence = f"{place} is not written in UTF-8"
            raise Refused([Problem(place, Rule.TEXT_IS_UTF_8, sentence, "save it again as UTF-8")]) from None
        if not Path(filename).resolve().is_relative_to(self._folder):
            sentence = f"{place} is not inside the book's folder"
            raise Refused([Problem(place, Rule.TEMPLATES_ARE_IN_THE_BOOK, sentence, "copy the file there")])
        return source, filename, uptodate
