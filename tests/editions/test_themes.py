"""Every theme reaches every edition: its tokens are read by layout, stamping, cover, e-book and web."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from onrecord import proof
from onrecord.editions import cover, design_tokens, epub, html, styles
from onrecord.editions.pdf import edition
from onrecord.editions.pdf.pages.geometry import get_book_geometry
from onrecord.editions.pdf.typesetter import adapt_page
from onrecord.model import Book, Trim
from onrecord.model.design import Design, Theme
from onrecord.model.interview_style import InterviewStyle
from tests.support import sample
from tests.support.workers import CACHING_RUNNER

NOWHERE = Path("nowhere")


def set_in(theme: str, style: str) -> Book:
    """Return the sample book in a theme, its interviews in a style."""
    parts = tuple(
        replace(
            part, interviews=tuple(replace(interview, style=InterviewStyle(style)) for interview in part.interviews)
        )
        for part in sample.BOOK.parts
    )
    return replace(sample.BOOK, parts=parts, design=Design(Theme(theme)))


def assert_proved(book: Book, name: str) -> None:
    """Make an edition of the book and prove it."""
    if name == "pdf":
        report = proof.prove_pdf(book, edition.make_pdf(book, NOWHERE, CACHING_RUNNER).data)
    elif name == "epub":
        report = proof.prove_epub(book, epub.make_epub(book, NOWHERE))
    else:
        report = proof.prove_html(book, html.make_html(book, NOWHERE))
    assert not report.problems, "\n".join(map(str, report.problems))
    assert all(interview.words_expected == interview.words_found for interview in report.interviews)


@pytest.mark.parametrize("name", ["pdf", "epub", "html"])
@pytest.mark.parametrize(("theme", "style"), [("octavo", "initials"), ("review", "stacked"), ("brief", "hanging")])
def test_a_book_in_a_theme_is_proved(theme: str, style: str, name: str) -> None:
    """Three of all combinations; the others are slow tests."""
    assert_proved(set_in(theme, style), name)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pdf", "epub", "html"])
@pytest.mark.parametrize("style", [style.value for style in InterviewStyle])
@pytest.mark.parametrize("theme", [theme.value for theme in Theme])
def test_every_style_is_proved_in_every_theme(theme: str, style: str, name: str) -> None:
    """Labels run in, hang or stand alone; questions are bold, italic or roman."""
    assert_proved(set_in(theme, style), name)


@pytest.mark.parametrize("theme", [theme for theme in Theme if theme is not Theme.OCTAVO])
def test_the_tokens_of_a_theme_are_known_and_reach_all_editions(theme: Theme) -> None:
    """A theme replaces tokens that there are, and changes what each edition is made of."""
    design, known = Design(theme), styles.read_packaged_tokens()
    own = styles.parse_tokens(styles.read_theme_stylesheet("tokens", theme))
    assert own
    assert set(own) <= set(known)
    face = design_tokens.read_family(NOWHERE, "--text-face", design)
    assert design_tokens.read_family(NOWHERE, "--text-face-print", design) == face
    for css in (
        design_tokens.join_print_stylesheets("", NOWHERE, "print", design=design),
        design_tokens.read_screen_stylesheet("epub", NOWHERE, design),
        design_tokens.write_screen_tokens(NOWHERE, design),
    ):
        assert face in css
    accent = own["--accent"].value
    assert accent in design_tokens.write_screen_tokens(NOWHERE, design)
    assert cover.read_cover_colors(NOWHERE, design) != cover.read_cover_colors(NOWHERE)
    assert f"fonts/{face.replace(' ', '')}-normal.woff2" in html.make_html(set_in(theme, "names"), NOWHERE)


def test_a_theme_changes_type_and_folio_but_no_line() -> None:
    """The grid is that of the trim."""
    page = get_book_geometry(Trim.A5)
    review = adapt_page(page, NOWHERE, Design(Theme.REVIEW))
    assert review.has_centered_folio
    assert review.text_pt < page.text_pt
    assert replace(review, text_pt=page.text_pt, has_centered_folio=False) == page
    assert adapt_page(page, NOWHERE, Design()) == page


def test_the_rules_of_our_themes_are_for_known_tokens() -> None:
    """A `var()` of a token that nothing defines would be dropped in silence."""
    known = styles.read_packaged_tokens()
    for path in (Path(__file__).parents[2] / "styles/themes").rglob("*.css"):
        assert set(re.findall(r"var\((--[\w-]+)\)", path.read_text(encoding="utf-8"))) <= set(known), path
        assert path.stem in (*styles.PRINT_SHEETS, *styles.SCREEN_SHEETS)
        assert path.parent.name in list(Theme)
