"""Check before layout that a book can be printed: its fonts, characters, style sheets and templates for print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path

from onrecord.editions import design_tokens, styles
from onrecord.editions.markup import EMPTY_PAGE, CollectingRenderer
from onrecord.editions.pack_pages import build_pack_brief
from onrecord.editions.page_marks import PageMarks
from onrecord.editions.pdf.pages.printable import check_fonts, check_printable, list_font_folders
from onrecord.editions.pdf.running_heads import shorten_between_words
from onrecord.editions.pdf.typeset.hiding_styles import HidingRules
from onrecord.editions.pdf.typeset.style_faults import find_style_faults
from onrecord.editions.style_check import drop_consequences, find_token_definitions, find_undefined_tokens
from onrecord.model import Book, Pack, SourceLocation
from onrecord.model.design import HOUSE_DESIGN, Design
from onrecord.model.problems import Problem, Refused, select_errors
from onrecord.model.rule import Rule, Severity
from onrecord.runtime import font_files
from onrecord.wording import changed_places, contributors, index_entries, markings, translations

_ID = re.compile(r"""\sid\s*=\s*["']?([^"'\s>]+)""")


def find_print_problems(book: Book, folder: Path) -> tuple[Problem, ...]:
    """Return the problems and warnings of the print edition that show before layout."""
    style_problems = check_print_styles(folder, book.design)
    problems = (*check_printable(book, folder), *style_problems, *_check_templates(book, folder))
    return problems if select_errors(style_problems) else (*problems, *_find_hidden_words(book, folder))


class _AnyPage(dict[str, str]):
    """Page numbers by name, before there are any: a stand-in for each."""

    def __missing__(self, key: str) -> str:
        return "1"


def _check_templates(book: Book, folder: Path) -> tuple[Problem, ...]:
    """Return what is wrong with the book's templates; those for print are filled with stand-ins for page numbers."""
    markup = CollectingRenderer(folder)
    if markup.has_book_templates("print"):
        _fill_templates(book, markup)
    return tuple(markup.problems)


def _fill_templates(book: Book, markup: CollectingRenderer) -> None:
    """Fill every template for print that the book needs; collect pages and problems in `markup`."""
    people = contributors.list_contributors(book)
    values: dict[str, object] = {
        "book": book,
        "marks": PageMarks(None, "print"),
        "date": translations.format_date(book.date, book.language),
        "numbers": _AnyPage(),
        **contributors.TEMPLATE_FUNCTIONS,
    }
    if people:
        words = _get_words(book)
        page = markup.render_page("print/contributors.html", **values, words=words, contributors=people)
        markup.problems += _find_missing_ids("contributors", page, "back.contributors")
    if changes := changed_places.list_changed_places(book):
        page = markup.render_page("print/edition-changes.html", **values, words=_get_words(book), changes=changes)
        markup.problems += _find_missing_ids("edition-changes", page, "back.changes")
    if index := index_entries.list_printed_index(book):
        signs = index_entries.get_marks(book.language)
        page = markup.render_page("print/book-index.html", **values, words=_get_words(book), index=index, **signs)
        markup.problems += _find_missing_ids("book-index", page, "back.index")
    if book.pack:
        _fill_pack_templates(book, book.pack, markup, values, has_contributors=bool(people))
    else:
        _fill_book_templates(book, markup, values)


def _get_words(book: Book) -> Mapping[str, str]:
    """Return the interface texts in the book's language: those of packs for a pack."""
    if book.pack:
        return translations.get_pack_texts(book.language, late=book.pack.supplement is not None)
    return translations.get_interface_texts(book.language)


def _fill_book_templates(book: Book, markup: CollectingRenderer, values: Mapping[str, object]) -> None:
    """Fill a book's templates for print; add problems and missing ids to `markup.problems`."""
    words = _get_words(book)
    for name, section in (("opening", "front.title"), ("contents", "front.contents")):
        page = markup.render_page(f"print/{name}.html", **values, words=words, is_compact=False)
        markup.problems += _find_missing_ids(name, page, section)
    for number, part in enumerate(book.parts, 1):
        if part.has_opening_page:
            page = markup.render_page("print/part.html", **values, words=words, part=part, number=number)
            markup.problems += _find_missing_ids("part", page, f"part.{number}")


def _fill_pack_templates(
    book: Book, pack: Pack, markup: CollectingRenderer, values: Mapping[str, object], *, has_contributors: bool
) -> None:
    """Fill a pack's templates for print; add problems and missing ids to `markup.problems`."""
    words = _get_words(book)
    for is_large in (False, True):
        page = markup.render_page(
            "print/briefing.html",
            **values,
            words=words,
            pack=pack,
            explained=markings.explain_markings(pack.markings, book.language),
            briefing=build_pack_brief(book),
            when=translations.format_date_and_time(pack.starts, book.language),
            marking=markings.format_markings(pack.markings, book.language),
            large=is_large,
            has_contributors=has_contributors,
            has_index=bool(index_entries.list_printed_index(book)),
        )
        markup.problems += _find_missing_ids("briefing", page, "front.title", "front.contents")
    for part in book.parts:
        if part.has_opening_page:
            number = part.number
            page = markup.render_page("print/item.html", **values, words=words, part=part, number=number)
            markup.problems += _find_missing_ids("item", page, f"part.{number}")


def _find_missing_ids(name: str, page: str, *sections: str) -> Iterator[Problem]:
    """Yield a problem for each bookmark target that a filled template lacks."""
    ids = set(_ID.findall(page))
    for section in sections if page != EMPTY_PAGE else ():
        if section not in ids:
            sentence = f"no element has the id “{section}”, which the bookmarks of the PDF lead to"
            hint = f'give it to the section: <section id="{section}">'
            yield Problem(SourceLocation(f"templates/print/{name}.html"), Rule.BOOKMARKS_GO_SOMEWHERE, sentence, hint)


def check_print_styles(folder: Path, design: Design = HOUSE_DESIGN) -> tuple[Problem, ...]:
    """Return the problems of the book's style sheets for print, with file and line."""
    names = [name for name in styles.PRINT_SHEETS if f"{name}.css" in styles.list_book_stylesheets(folder)]
    if not names:
        return ()
    sheets = {name: styles.read_book_stylesheet(name, folder) for name in names}
    problems = [problem for _, sheet_problems in sheets.values() for problem in sheet_problems]
    tokens = _collect_tokens((css for css, _ in sheets.values()), folder, design)
    known = set(tokens).union(*(find_token_definitions(css) for css, _ in sheets.values()))
    folders = font_files.list_package_folders() if check_fonts(folder) else list_font_folders(folder)
    families = font_files.list_families(font_files.list_font_files(folders))
    for name, (css, _) in sheets.items():
        file = f"styles/{name}.css"
        undefined = list(find_undefined_tokens(file, css, known, name))
        problems += undefined
        problems += _check_sheet(file, css if undefined else _resolve_tokens(file, css, tokens), families)
    return drop_consequences(problems)


def _find_hidden_words(book: Book, folder: Path) -> Iterator[Problem]:
    """Yield each declaration of the book's style sheets for print that hides words, with some of them."""
    if not any(f"{name}.css" in styles.list_book_stylesheets(folder) for name in styles.PRINT_SHEETS):
        return
    pages: list[str] = []
    reported: set[tuple[str, int]] = set()
    editions = [("print",)] if book.pack is None else [("print", "pack"), ("print", "pack", "large-print")]
    for names in editions[: 1 if book.pack and not book.pack.large_print else None]:
        rules = HidingRules(_list_resolved_sheets(names, folder, book.design))
        if not rules.has_any:
            continue
        pages = pages or list(_list_pages(book, folder))
        for hidden in (hidden for page in pages for hidden in rules.find_hidden_words(page)):
            if (hidden.sheet, hidden.line) in reported:
                continue
            reported.add((hidden.sheet, hidden.line))
            sentence = f"“{hidden.declaration}” hides words in print: “{shorten_between_words(hidden.words, 60)}”"
            place = SourceLocation(f"styles/{hidden.sheet}.css", hidden.line)
            yield Problem(place, Rule.WORDS_ARE_SHOWN, sentence, "delete it, or name other elements before the “{”")


def _list_resolved_sheets(names: Iterable[str], folder: Path, design: Design) -> Iterator[tuple[str, str]]:
    """Yield our style sheets (""), each followed by the book's, with the values of their tokens."""
    book_sheets = {name: styles.read_own_stylesheet(name, folder) for name in names}
    tokens = _collect_tokens(book_sheets.values(), folder, design)
    for name, book_css in book_sheets.items():
        ours = (styles.read_packaged_stylesheet(name), styles.read_theme_stylesheet(name, design.theme))
        for sheet, css in (*(("", css) for css in ours if css), (name, book_css)):
            yield sheet, _resolve_tokens(f"styles/{name}.css", css, tokens)


def _collect_tokens(sheets: Iterable[str], folder: Path, design: Design) -> dict[str, str]:
    """Return the values of the tokens of tokens.css, and of those that the sheets define in `:root`."""
    try:
        tokens = design_tokens.read_tokens(folder, design)
    except Refused:  # said elsewhere
        tokens = dict(styles.read_packaged_tokens(design.theme))
    for css in sheets:
        tokens |= styles.parse_tokens(css)
    return {name: token.value for name, token in tokens.items()}


def _list_pages(book: Book, folder: Path) -> Iterator[str]:
    """Yield the HTML of all that is printed: pages around the interviews, interviews, heads, numbers and addresses."""
    markup = CollectingRenderer(folder)
    _fill_templates(book, markup)
    yield from markup.pages
    for interview in book.interviews:
        yield markup.render_interview(interview, book, "print", prefix=f"{interview.slug}.")
    for side in ("recto", "verso"):
        yield f'<div class="running-head {side}"><p class="occasion"><b>{escape(book.title)}</b></p></div>'
    yield "".join(f'<div class="specimen {name}">1</div>' for name in ("folio", "address"))


def _resolve_tokens(file: str, css: str, tokens: Mapping[str, str]) -> str:
    """Return the style sheet with the values of its tokens, on the same lines; as it is if they vary by element."""
    try:
        return styles.resolve_tokens(file, css, tokens)
    except Refused:
        return css


def _check_sheet(file: str, css: str, families: tuple[str, ...]) -> Iterator[Problem]:
    """Yield a problem for each fault of the print style sheet `file`."""
    for fault in find_style_faults(css, families):
        severity = Severity.ERROR if fault.is_error else Severity.WARNING
        place = SourceLocation(file, fault.line)
        yield Problem(place, fault.rule, fault.sentence, fault.hint, severity=severity)
