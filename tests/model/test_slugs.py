"""A slug is safe as a file name and as an id, whatever the title."""

from __future__ import annotations

import pytest

from onrecord.model import slugs

SLUGS = {
    "Voices from the Harbour": "voices-from-the-harbour",
    "Книга разговоров": "kniga-razgovorov",
    "Ночной маяк № 5": "nochnoy-mayak-no-5",
    "Φάρος της νύχτας": "faros-tis-nychtas",
    "Größe & Straße": "grosse-strasse",
    "Żółć": "zolc",
    "Øst for Ærø": "ost-for-aero",
    "東京の灯台": "dongjingnodengtai",
    "L’heure bleue": "lheure-bleue",
    "…—!": "",
}


@pytest.mark.parametrize(("title", "slug"), SLUGS.items())
def test_a_title_of_any_script_becomes_a_slug(title: str, slug: str) -> None:
    assert slugs.make_slug(title) == slug
    assert not slug or slugs.SLUG_PATTERN.fullmatch(slug)


TAKEN = """
title fn1 fnref2 page-1 page-xii a7 q12 a7-2 contents nav index cover division-1 cite cite-q1 pullquote1 xref3 main
standfirst byline disclaimer rights front back part part-1 images fonts con aux nul prn com1 lpt9
"""


@pytest.mark.parametrize("slug", TAKEN.split())
def test_names_that_are_taken_are_reserved(slug: str) -> None:
    assert slugs.is_reserved(slug)


@pytest.mark.parametrize(
    "slug",
    ["the-title", "fnord", "page", "pages-1", "answer", "a", "q", "aux-1", "console", "com", "b7", "1984", "partly"],
)
def test_other_names_are_free(slug: str) -> None:
    assert not slugs.is_reserved(slug)
