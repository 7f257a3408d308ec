"""Test what pages say of themselves: who wrote them and when, who answers, and what stands around the interview."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import lxml.html
import pytest

from onrecord.importers.common.draft import Draft
from onrecord.importers.readers.html import read_html
from onrecord.importers.readers.page_head import read_page_head
from onrecord.importers.recognition.document import recognize_draft
from onrecord.importers.recognition.opening import split_opening_credits
from onrecord.model import Role
from tests.importers.test_import_file import import_draft, join_kinds
from tests.importers.test_weighed_conventions import recognize

QUESTIONS = (
    (
        "What lights the pier at night?",
        "The lamp on the wall does, and it has done so for as long as we know.",
    ),
    (
        "And who brings the oil for it?",
        "A boat brings it every week, unless the wind is too strong for it.",
    ),
    (
        "What happens when it does not come?",
        "Then the lamp stays dark, and the boats wait outside until the day.",
    ),
)
BOLD = "".join(f"<p><strong>{q}</strong></p>\n<p>{a}</p>\n" for q, a in QUESTIONS)
HEADINGS = "".join(f"<h2>{q}</h2>\n<p>{a}</p>\n" for q, a in QUESTIONS)


class Page(NamedTuple):
    """A page as a publishing system writes it, and what is to be found in it."""

    head: str
    body: str
    title: str
    byline: str
    guests: str
    date: str = "2024-05-03"
    standfirst: str = ""


PAGES = {
    "a blog": Page(
        "<title>Ann Poe on lamps and oil | The Pier</title><meta property='og:site_name' content='The Pier'>"
        '<script type=\'application/ld+json\'>{"@graph": [{"@type": "Article", "headline": "Ann Poe on lamps and oil",'
        '"datePublished": "2024-05-03T08:00:00+00:00", "author": {"@type": "Person", "name": "Jane Roe"}}]}</script>',
        "<header class='site-header'><nav><a href='/'>The Pier</a><a href='/a'>About</a></nav></header>"
        "<main><article class='post'><header class='entry-header'>"
        "<h1 class='entry-title'>Ann Poe on lamps and oil</h1>"
        "<div class='entry-meta'><span class='posted-on'><a href='/d'>"
        "<time datetime='2024-05-03'>May 3, 2024</time></a></span>"
        "<span class='byline'> by <span class='author vcard'><a class='url fn n' href='/jane'>Jane Roe</a>"
        "</span></span></div>"
        f"</header><div class='entry-content'><p>Poe keeps the lamp of the pier.</p>{BOLD}"
        "<div class='sharedaddy'><h3>Share this:</h3><ul><li><a href='/s'>Share on X</a></li></ul></div>"
        "<div id='jp-relatedposts'><h3>Related</h3><a href='/r'>Ropes</a></div></div></article>"
        "<div id='comments'><h2>2 comments</h2><p>So says somebody who never saw the pier at night.</p></div></main>"
        "<aside class='widget-area'><section class='widget'><h2>Newsletter</h2><p>Sign up for our letter."
        "</p></section></aside>",
        "Ann Poe on lamps and oil",
        "by Jane Roe",
        "Ann Poe",
    ),
    "a newsletter": Page(
        "<title>The lamp must burn: a conversation with Ann Poe</title><meta name='author' content='Jane Roe'>"
        "<meta property='og:description' content='Oil, wind and a wall'>"
        "<meta property='article:published_time' content='2024-05-03T08:00:00.000Z'>",
        "<div class='main-menu'><a href='/'>Pier Letters</a><button>Subscribe</button></div><article>"
        "<div class='post-header'><h1 class='post-title'>The lamp must burn: a conversation with Ann Poe</h1>"
        "<h3 class='subtitle'>Oil, wind and a wall of stone at the end of the sea</h3>"
        "<div class='byline-wrapper'><a href='/@jane'>Jane Roe</a><div>May 03, 2024</div></div>"
        "<div class='post-ufi'><a href='/l'>12</a><a href='/c'>3</a><a>Share</a></div></div>"
        f"<div class='available-content'>{BOLD}<div class='subscription-widget-wrap'>"
        f"<p>Pier Letters is a reader-supported "
        "publication. To receive new posts, subscribe.</p><form><input type='email'></form></div></div></article>",
        "The lamp must burn: a conversation with Ann Poe",
        "Jane Roe",
        "Ann Poe",
        standfirst="Oil, wind and a wall of stone at the end of the sea",
    ),
    "a newspaper": Page(
        "<title>‘The lamp must burn’: Ann Poe on oil, wind and walls | Lamps | The Pier Post</title>"
        "<meta property='og:site_name' content='The Pier Post'><meta name='author' content='Jane Roe'>"
        "<meta property='article:author' content='https://example.org/profile/jane'>"
        "<meta property='article:published_time' content='2024-05-03T08:00:00.000Z'>",
        "<nav><a href='/'>News</a><a href='/l'>Lamps</a></nav><main><div class='headline'>"
        "<h1>‘The lamp must burn’: Ann Poe on oil, wind and walls</h1></div>"
        "<div class='standfirst'><p>The keeper of the pier speaks of forty years with the lamp</p></div>"
        "<address><div><a rel='author' href='/jane'>Jane Roe</a></div></address>"
        "<div class='dateline'>Fri 3 May 2024 08.00 BST</div>"
        f"<div class='article-body'>{BOLD}<aside><h3>Read more</h3><a href='/x'>Ropes of the quay</a>"
        f"</aside></div></main>"
        "<footer><p>© 2024 The Pier Post and all its companies and partners around the sea</p></footer>",
        "‘The lamp must burn’: Ann Poe on oil, wind and walls",
        "Jane Roe",
        "",
        standfirst="The keeper of the pier speaks of forty years with the lamp",
    ),
    "a magazine in German": Page(
        "<title>Hafen: „Das Licht muss brennen“ | Mole</title><meta property='og:site_name' content='Mole'>"
        '<script type=\'application/ld+json\'>{"@type": "NewsArticle", "datePublished": "2024-05-03T08:00:00+02:00", '
        '"author": [{"@type": "Person", "name": "Jana Roe"}, {"@type": "Organization", "name": "Mole"}]}</script>',
        "<main><article><h1>„Das Licht muss brennen“</h1>"
        "<p class='summary'>Ein Gespräch mit der Kapitänin Anna Poe über Öl, Wind und"
        " lange Nächte auf der Mole.</p><div class='byline'>Interview: "
        "<a href='/jana' rel='author'>Jana Roe</a></div>"
        f"<time datetime='2024-05-03'>3. Mai 2024</time><div class='body'>{BOLD}</div></article></main>",
        "„Das Licht muss brennen“",
        "Interview: Jana Roe",
        "Anna Poe",
        standfirst="Ein Gespräch mit der Kapitänin Anna Poe über Öl, Wind und lange Nächte auf der Mole.",
    ),
    "a page whose head alone names the author": Page(
        "<title>Interview with Ann Poe – The Pier</title><meta property='og:site_name' content='The Pier'>"
        '<script type=\'application/ld+json\'>{"@type": "BlogPosting", "datePublished": "2024-05-03", '
        '"author": [{"@type": "Person", "name": "Jane Roe"}]}</script>',
        f"<div class='page'><h1>Interview with Ann Poe</h1><div class='content'>{HEADINGS}</div></div>",
        "Interview with Ann Poe",
        "Jane Roe",
        "Ann Poe",
    ),
    "a page without anything": Page(
        "<title>Lamps of the pier</title>",
        f"<div><h1>Lamps of the pier</h1>{BOLD}</div>",
        "Lamps of the pier",
        "",
        "",
        date="",
    ),
    "a site as its own author": Page(
        "<title>Lamps of the pier | Pier House</title><meta property='og:site_name' content='Pier House'>"
        "<meta name='author' content='Pier House'><meta property='article:published_time' content='2024-05-03'>",
        f"<article><h1>Lamps of the pier</h1>{BOLD}</article>",
        "Lamps of the pier",
        "",
        "",
    ),
    "microdata": Page(
        "<title>Meet Ann Poe</title>",
        "<article itemscope itemtype='https://schema.org/Article'><h1 itemprop='headline'>Meet Ann Poe</h1>"
        "<p>By <span itemprop='author' itemscope><span itemprop='name'>Jane Roe</span></span>, lamp editor</p>"
        "<meta itemprop='datePublished' content='2024-05-03'>"
        f"<div itemprop='articleBody'><p>Poe keeps the lamp.</p>{BOLD}</div></article>",
        "Meet Ann Poe",
        "By Jane Roe, lamp editor",
        "Ann Poe",
    ),
    "a page in Spanish": Page(
        "<title>Entrevista a Ana Poe: “La luz no se apaga”</title><meta name='author' content='Juana Roe'>"
        "<meta property='article:published_time' content='2024-05-03T08:00:00Z'>",
        "<article><h1>Entrevista a Ana Poe: “La luz no se apaga”</h1>"
        "<h2>La directora del puerto habla del aceite y del viento</h2>"
        f"<div class='a_md_a'><a href='/juana'>Juana Roe</a></div><div class='cuerpo'>{BOLD}</div></article>",
        "Entrevista a Ana Poe: “La luz no se apaga”",
        "Juana Roe",
        "Ana Poe",
        standfirst="La directora del puerto habla del aceite y del viento",
    ),
    "other posts by the same author below": Page(
        "<title>Ann Poe: “The lamp must burn”</title><meta name='author' content='Jane Roe'>"
        "<meta property='article:published_time' content='2024-05-03T08:00:00Z'>",
        f"<main><article><h1>Ann Poe: “The lamp must burn”</h1><p class='author'>Words: Jane Roe</p>{BOLD}</article>"
        "<section class='related'><h2>More</h2><article class='teaser'><h3>Ropes</h3><p>By Jane Roe</p>"
        "</article></section></main>",
        "Ann Poe: “The lamp must burn”",
        "Words: Jane Roe",
        "Ann Poe",
    ),
}


@pytest.mark.parametrize("system", PAGES)
def test_a_page_says_who_wrote_it_who_answers_and_when(system: str) -> None:
    """Nothing of what stands around the interview is in it, and nobody is invented."""
    page = PAGES[system]
    draft = read_page(f"<html lang='en'><head><meta charset='utf-8'>{page.head}</head><body>{page.body}</body></html>")
    guests = ", ".join(person.name for person in draft.people if person.role is Role.INTERVIEWEE)
    assert (draft.title, draft.byline, guests, draft.date) == (page.title, page.byline, page.guests, page.date)
    assert draft.standfirst == page.standfirst or not page.standfirst
    assert join_kinds(draft) == "QAQAQA"
    said = [clipping.words for turn in draft.turns for clipping in turn.clippings]
    assert said == [words for pair in QUESTIONS for words in pair]


def read_page(text: str) -> Draft:
    return recognize_draft(split_opening_credits(read_html(text.encode(), "one.html")), "one.html")


TITLES = {
    "‘Lamps Are Lists’: An Interview with Ann Poe": ["Ann Poe"],
    "An Interview with harbour master Ann Poe": ["Ann Poe"],
    "Interview with Dr. Ann Poe, keeper of the Pier": ["Ann Poe"],
    "In Conversation with Ann Poe and Ben Roe": ["Ann Poe", "Ben Roe"],
    "Q&A with Keeper Ann Poe": ["Ann Poe"],
    "Talking with Ann Poe about lamps": ["Ann Poe"],
    "Five Questions for Ann Poe": ["Ann Poe"],
    "INTERVIEW WITH ANN POE": ["Ann Poe"],
    "Ann Poe on lamps and oil": ["Ann Poe"],
    "Ann Poe, keeper of lamps, on oil": ["Ann Poe"],
    "“Oil is over” – Ann Poe": ["Ann Poe"],
    "Oil is over, says keeper Ann Poe": ["Ann Poe"],
    "Ann Poe in Conversation": ["Ann Poe"],
    "Interview mit der Kapitänin Ann Poe": ["Ann Poe"],
    "Gespräch mit dem Historiker Ben Poe": ["Ben Poe"],
    "Ein Gespräch mit der Leiterin des Hafens Ann Poe über Öl": ["Ann Poe"],
    "Historikerin Ann Poe über Lampen": ["Ann Poe"],
    "Entretien avec la directrice du port Ann Poe": ["Ann Poe"],
    "Intervista a Ann Poe": ["Ann Poe"],
    "10 Questions with Ann Poe": ["Ann Poe"],
    "Ann Poe Interview": ["Ann Poe"],
    "Getting to know Ann Poe": ["Ann Poe"],
    "Ten minutes with Ann Poe": ["Ann Poe"],
    "Meet the keeper: Ann Poe": ["Ann Poe"],
    "Oil and wind: Ann Poe on lamps": ["Ann Poe"],
    "Ann Poe, Keeper": ["Ann Poe"],
    "Entrevista com Ann Poe": ["Ann Poe"],
    "Intervista ad Ann Poe": ["Ann Poe"],
    "Interview met Ann Poe": ["Ann Poe"],
    "Night Lights on the Pier": [],
    "A winter with Old Harbour": [],
    "Getting to know Mill Street": [],
    "Interview with the Harbour Office": [],
    "Interview with Open Source Keepers": [],
    "New York on the Sea": [],
    "Lamps And Oil on Mill Street": [],
    "Harbour Lights: A History": [],
    "A Talk with Friends": [],
    "San Pier – Old Harbour": [],
    "Oil Lamps": [],
    "Talking to Strangers": [],
    "Conversation with God": [],
}
OPENINGS = {
    "We spoke to keeper Ann Poe about oil.": ["Ann Poe"],
    "Jane Roe sat down with Ann Poe, the keeper of the lamp, to talk about oil.": ["Ann Poe"],
    "In this interview, we talk with the Pier’s Ann Poe.": ["Ann Poe"],
    "The historian Ann Poe has written of lamps.": ["Ann Poe"],
    "Ann Poe has been the keeper of the lamp for years.": ["Ann Poe"],
    "Lamps are old. Ann Poe is a keeper of them.": ["Ann Poe"],
    "Für das Heft sprachen wir mit der Kapitänin Ann Poe über Öl.": ["Ann Poe"],
    "Ann Poe, 52, leads the harbour office.": ["Ann Poe"],
    "Ann Poe (52) is a keeper.": ["Ann Poe"],
    "Today’s guest is Ann Poe, keeper of the light.": ["Ann Poe"],
    "I recently had the chance to interview Ann Poe about oil.": ["Ann Poe"],
    "Joining us is Ann Poe, keeper of the light.": ["Ann Poe"],
    "Ann Poe joined us to talk about oil.": ["Ann Poe"],
    "Ann Poe (Pier House) answers our questions.": ["Ann Poe"],
    "In this month’s talk, Ann Poe tells us about oil.": ["Ann Poe"],
    "Ann Poe, 61, has kept the lamp since 1984.": ["Ann Poe"],
    "Unser Gast ist Ann Poe.": ["Ann Poe"],
    "Notre invitée est Ann Poe.": ["Ann Poe"],
    "Ann Poe hütet das Licht. Ein Gespräch über Öl.": ["Ann Poe"],
    "Old Harbour tells the story of lamps.": [],
    "We met the harbour staff at Old Pier.": [],
    "Night Watch shares its lamp.": [],
    "Welcome to Harbour Lights, an interview series.": [],
    "You can interview Google Maps.": [],
    "San Pier is a town on the coast.": [],
    "Harbour House is an old museum.": [],
    "Oil Lamps are a project of the Pier.": [],
    "Night Watch is a film about lamps.": [],
    "We talked with Harbour Staff about oil.": [],
    "The Harbour Review has a new look.": [],
    "We spoke to people on the Old Pier.": [],
}
TEXT = ("**What is lit?**", "A lamp.", "**Why?**", "So.")


@pytest.mark.parametrize("title", TITLES)
def test_a_title_names_who_answers_and_nobody_else(title: str) -> None:
    keeps = "Poe keeps lamps in the harbour. The open source of oil is lit by keepers at night."
    draft = recognize("\n\n".join((f"# {title}", keeps, *TEXT)))
    assert [person.name for person in draft.people if person.role is Role.INTERVIEWEE] == TITLES[title]


@pytest.mark.parametrize("opening", OPENINGS)
def test_an_opening_names_who_answers_and_nobody_else(opening: str) -> None:
    draft = recognize("\n\n".join(("# Lamps", opening, *TEXT)))
    assert [person.name for person in draft.people if person.role is Role.INTERVIEWEE] == OPENINGS[opening]


def test_the_author_of_a_page_who_answers_is_the_guest(tmp_path: Path) -> None:
    head = "<meta name='author' content='Ann Poe'><title>Interview with Ann Poe</title>"
    page = f"<html lang='en'><head><meta charset='utf-8'>{head}</head><body><article>{BOLD}</article></body></html>"
    draft = import_draft(tmp_path, "one.html", page)
    assert [(person.name, person.role) for person in draft.people] == [("Ann Poe", Role.INTERVIEWEE)]


def test_words_after_a_label_introduce_nobody() -> None:
    """“I talk with Ben Roe” is said in a turn, here by the guest."""
    turns = (
        "ANN POE — I talk with Ben Roe today.",
        "BEN ROE — What is lit?",
        "ANN POE — A lamp.",
        "BEN ROE — And why?",
    )
    draft = recognize(
        "\n\n".join(("Lamps", *turns, "ANN POE — So.", "BEN ROE — And then?", "ANN POE — Night.")), "one.txt"
    )
    assert [(p.name, p.role) for p in draft.people] == [("Ann Poe", Role.INTERVIEWEE), ("Ben Roe", Role.INTERVIEWER)]


SKELETONS = Path(__file__).parent / "page_skeletons"


@pytest.mark.slow
def test_pages_of_many_systems_name_who_asked_and_who_answered() -> None:
    """Pages in the shapes of blogs, newsletters and newspapers in ten languages, with widgets around the text."""
    expected = json.loads((SKELETONS / "expected.json").read_text("utf-8"))
    for name, page in expected.items():
        draft = read_page((SKELETONS / f"{name}.html").read_text("utf-8"))
        described = {
            "title": draft.title,
            "asked": sorted(person.name for person in draft.people if person.role.asks),
            "answered": sorted(person.name for person in draft.people if person.role is Role.INTERVIEWEE),
            "date": draft.date,
        }
        said = [clipping.words for turn in draft.turns for clipping in turn.clippings]
        assert described == page, name
        assert len(said) == 10, (name, said)


def test_authors_are_read_from_the_heads_of_many_systems() -> None:
    """Records that refer to people, catalogues, cards; an author that is an organization is none."""
    for head, authors in HEADS.items():
        page = lxml.html.document_fromstring(f"<html><head>{head}</head><body><p>A lamp.</p></body></html>")
        assert read_page_head(page, "").authors == authors, head


HEADS = {
    '<script type="application/ld+json">{"@graph": [{"@type": "Article", "headline": "Oil", "author": {"@id": "#1"}},'
    '{"@type": "Person", "@id": "#1", "name": "Jane Roe"}]}</script>': ("Jane Roe",),
    '<script type="application/ld+json">{"@type": "WebPage", "mainEntity": {"headline": "Oil", "author": ['
    '{"@type": "Organization", "name": "The Pier"}, {"name": "Jane Roe"}]}}</script>': ("Jane Roe",),
    "<meta name='citation_author' content='Roe, Jane'><meta name='citation_author' content='Lee, Ben'>": (
        "Jane Roe",
        "Ben Lee",
    ),
    "<meta name='DC.Creator' content='Jane Roe'>": ("Jane Roe",),
    "<meta name='parsely-author' content='Jane Roe and Ben Lee'>": ("Jane Roe", "Ben Lee"),
    "<meta name='byl' content='By Jane Roe'>": ("Jane Roe",),
    "<meta name='twitter:label1' content='Written by'><meta name='twitter:data1' content='Jane Roe'>": ("Jane Roe",),
    "<meta name='author' content='https://example.org/jane'>": (),
}
