"""The HTML of one book: its pages, filled from templates, and the articles of its interviews."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup as Safe

from onrecord.editions.edition_syntax import EditionSyntax
from onrecord.editions.interview_article import NO_CONTEXT, ArticleContext, ArticleWriter
from onrecord.editions.page_templates import PageTemplates
from onrecord.model import Book, Interview
from onrecord.model.problems import Problem, Refused
from onrecord.runtime.cache import Cache

EMPTY_PAGE = "<html/>"  # stands for a page that cannot be filled


class PageRenderer:
    """Writes the HTML of one book; templates in its `folder` replace ours, which the cache keeps compiled."""

    def __init__(self, folder: Path | None, cache: Cache | None = None) -> None:
        self._templates = PageTemplates(folder, cache)

    def has_book_templates(self, edition: str) -> bool:
        """Return whether the book has templates for this edition: “html”, “epub” or “print”."""
        return self._templates.has_book_templates(edition)

    def render_page(self, name: str, /, **values: object) -> str:
        """Return the template `name` (`html/index.html`) filled with the values.

        Raises Refused if a template of the book is wrong.
        """
        return self._templates.fill_template(name, **values)

    def list_syntax_problems(self) -> tuple[Problem, ...]:
        """Return the first fault in the syntax of each template of the book."""
        return self._templates.list_syntax_problems()

    def render_interview(
        self, interview: Interview, book: Book, edition: str, context: ArticleContext = NO_CONTEXT, prefix: str = ""
    ) -> Safe:
        """Return the `<article>` of the interview for the edition “html”, “epub” or “print”.

        `prefix` stands before every id and every link to one of them.
        """
        return ArticleWriter(interview, book, EditionSyntax(edition, interview.slug, prefix), context).write_article()


class CollectingRenderer(PageRenderer):
    """Collects the filled pages, and the problems of the book's templates; a page that cannot be filled is empty."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.problems: list[Problem] = list(self.list_syntax_problems())
        self.pages: list[str] = []

    def render_page(self, name: str, /, **values: object) -> str:
        """Return the filled template, or an empty page while collecting what is wrong."""
        try:
            self.pages.append(super().render_page(name, **values))
        except Refused as refused:
            self.problems += refused.problems
            return EMPTY_PAGE
        return self.pages[-1]
