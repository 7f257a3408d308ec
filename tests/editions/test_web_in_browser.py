"""The web edition in a browser, from a folder and from a server, on a phone and on a desk: search, keys, colours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.editions import html, search_texts
from onrecord.manuscript.read_book import read_book
from onrecord.pipeline.delivery_record import SINGLE
from onrecord.pipeline.single_web import make_group
from tests.support.browser import Browser, Tab
from tests.support.translated import LAMP, LAMPE, MENORA, write_book, write_interview

pytestmark = pytest.mark.slow

SIZES = {"phone": (390, 844), "desk": (1280, 800)}
TALK = """---
title: "{title}"
people: [{{name: The desk, role: interviewer}}, {{name: The keeper, role: interviewee}}]
---
**The desk:** What burns in the {what}?

**The keeper:** Whale oil, in the old days. Élodie’s café paid for it, and the Straße was dark.

**The desk:** And today?

**The keeper:** Electricity. {more}

**The desk:** Who pays for the A4 sheets?

**The keeper:** 港口的灯塔很古老. The harbour office does, “by and large”. ⚓ Its ﬁle is called ＮＯＶＡ, its fuel ｶﾞｽ…

**The desk:** What does the log say?

**The keeper:** All in one word: {word}
"""
WORD = "lightship" * 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("book")
    (home / "interviews").mkdir()
    redirects = "redirects: {foghorn: horn, foghorn#a1: horn#a2, horn#blast: horn#a3}"
    text = f"title: Harbour\ndisclaimer: none\ndate: 2026-01-31\n{redirects}\n"
    (home / "book.yaml").write_text(text, encoding="utf-8")
    more = "It is told in whole sentences, so that the page is long. " * 60
    for name in ("bell", "horn", "lamp"):
        text = TALK.format(title=f"The {name}", what=name, more=more, word=WORD)
        (home / "interviews" / f"{name}.md").write_text(text, encoding="utf-8")
    book = read_book(home)
    files = html.make_html(book, home)
    for file, data in {**files, "harbour.single.html": make_group(book, files).files[SINGLE]}.items():
        (home / "site" / file).parent.mkdir(parents=True, exist_ok=True)
        (home / "site" / file).write_bytes(data)
    return home / "site"


@pytest.fixture(params=SIZES)
def tab(request: pytest.FixtureRequest, browser: Browser, root: str) -> Iterator[Tab]:
    tab = browser.open(f"{root}horn.html")
    tab.set_window(*SIZES[request.param])
    yield tab
    tab.evaluate("localStorage.clear()")
    tab.close()


def search(tab: Tab, words: str) -> list[str]:
    """Type words into the open search, and return where each hit stands."""
    tab.evaluate("document.querySelector('dialog.search input').select()")
    tab.send("Input.insertText", text=words)
    tab.wait("!document.querySelector('dialog.search .count').textContent.endsWith('…')")
    tab.wait("document.querySelector('dialog.search .count').textContent")
    hits = tab.evaluate("[...document.querySelectorAll('.results ul a')].map((a) => a.getAttribute('href'))")
    return list(hits)


def test_the_search_finds_words_opens_an_answer_and_needs_no_mouse(tab: Tab, root: str) -> None:
    """The texts are loaded when it is opened; Enter opens the first answer, arrows choose another, Escape closes."""
    assert tab.evaluate("document.querySelectorAll('script[src^=search-]').length") == 0
    tab.press_key("/")
    tab.wait("document.activeElement.matches('dialog.search input')")
    assert search(tab, "burns HORN") == ["horn.html#q1"]
    assert tab.evaluate("document.querySelector('.results .place').textContent") == "Q1"
    assert tab.evaluate("document.querySelector('.results .name').textContent") == "The desk"
    assert tab.evaluate("[...document.querySelectorAll('.results mark')].map((m) => m.textContent)") == [
        "burns",
        "horn",
    ]
    assert search(tab, "whale") == ["bell.html#a1", "horn.html#a1", "lamp.html#a1"]
    tab.press_key("ArrowDown")
    tab.press_key("ArrowDown")
    assert tab.evaluate("document.activeElement.getAttribute('href')") == "bell.html#a1"
    tab.press_key("Escape")
    tab.wait("!document.querySelector('dialog[open]')")
    tab.press_key("/")
    tab.press_key("Enter")
    tab.wait(f"location.href == '{root}bell.html#a1' && document.readyState == 'complete'")
    top = tab.evaluate("document.querySelector('#a1').getBoundingClientRect().top")
    assert tab.evaluate("document.querySelector('header.site').getBoundingClientRect().bottom") <= top


def test_the_search_folds_case_accents_and_scripts(tab: Tab) -> None:
    """A phrase stands in quotation marks; words without spaces are found, too; so is the middle of a word, at last."""
    tab.press_key("/")
    for words in ("ELODIE'S CAFÉ", "elodie cafe", "strasse", '"old days"', "灯塔", "古老 whale", "lectric"):
        hits = search(tab, words)
        assert len(hits) == (0 if words.startswith("古老") else 3), words
    assert search(tab, '"days old"') == []
    assert tab.evaluate("document.querySelector('dialog.search .count').textContent") == "Nothing found"
    marks = "[...document.querySelectorAll('.results li:first-child mark')].map((m) => m.textContent)"
    assert search(tab, "strasse elodie")
    assert tab.evaluate(marks)[:2] == ["Élodie", "Straße"]


def test_the_search_folds_other_forms_of_letters(tab: Tab) -> None:
    """Letters of full width, ligatures and kana of half width are found as what they stand for, and each so typed."""
    tab.press_key("/")
    marks = "[...document.querySelectorAll('.results li:first-child mark')].map((m) => m.textContent)"
    for words, marked in (
        ("nova", "ＮＯＶＡ"),
        ("ＮＯｖａ", "ＮＯＶＡ"),
        ("ｗｈａｌｅ　ＯＩＬ", "Whale"),
        ("file", "ﬁle"),
        ("ﬁle", "ﬁle"),
        ("ガス", "ｶﾞｽ"),
        ("ｶﾞｽ", "ｶﾞｽ"),
        ("＂ｏｌｄ　ｄａｙｓ＂", "old days"),
        ("called", "called"),
    ):
        assert len(search(tab, words)) == 3, words
        assert tab.evaluate(marks)[0] == marked


def test_an_address_finds_the_turn_of_this_interview_first(tab: Tab, root: str) -> None:
    """Then that of each other; with a word of a title, that of the interview; then turns with such a word."""
    tab.press_key("/")
    for words in ("A3", "a3", "\uff21\uff13", "(A3)"):
        assert search(tab, words) == ["horn.html#a3", "bell.html#a3", "lamp.html#a3"], words
    assert tab.evaluate("document.querySelector('.results .place').textContent") == "A3"
    assert tab.evaluate("document.querySelector('.results .text').textContent").startswith("港口")
    assert search(tab, "lamp Q2") == ["lamp.html#q2"]
    assert search(tab, "q4 log")[0] == "horn.html#q4"
    assert search(tab, "a30") == []
    hits = [f"{name}.html#{turn}" for name in ("horn", "bell", "lamp") for turn in ("a4", "q3")]
    assert search(tab, "A4") == hits
    tab.press_key("Enter")
    tab.wait(f"location.href == '{root}horn.html#a4'")


def test_keys_lead_to_the_interviews_and_questions(tab: Tab, root: str) -> None:
    """Arrows turn to the interview before and after, j and k go through the questions; nothing while one types."""
    tab.settle()
    for key, question in (("j", "q1"), ("j", "q2"), ("k", "q1"), ("j", "q2")):
        tab.press_key(key)
        top = tab.evaluate(f"document.querySelector('#{question}').getBoundingClientRect().top")
        assert 0 <= top - tab.evaluate("document.querySelector('header.site').getBoundingClientRect().bottom") < 60
    place = tab.evaluate("scrollY")
    tab.press_key("Tab")  # from that question on, not from the head of the page
    assert tab.evaluate("document.activeElement.hash") == "#q2"
    assert tab.evaluate("scrollY") == place
    assert tab.evaluate("document.querySelectorAll('.turn[tabindex]').length") == 0
    tab.press_key("/")
    tab.press_key("ArrowRight")
    assert tab.evaluate("location.href") == f"{root}horn.html"
    tab.press_key("Escape")
    tab.wait("!document.querySelector('dialog[open]') && !document.activeElement.closest('dialog')")
    tab.press_key("ArrowRight")
    tab.wait(f"location.href == '{root}lamp.html' && document.readyState == 'complete'")
    tab.press_key("ArrowLeft")
    tab.wait(f"location.href == '{root}horn.html'")


def test_a_choice_of_colours_is_remembered(tab: Tab, root: str) -> None:
    """It holds on the next page; the choice of the system's own colours is forgotten."""
    paper = "getComputedStyle(document.body).backgroundColor"
    light = tab.evaluate(paper)
    tab.evaluate("document.querySelector('button.theme').click()")
    dark = tab.evaluate(paper)
    assert dark != light
    tab.go(f"{root}bell.html")
    assert tab.evaluate(paper) == dark
    tab.evaluate("document.querySelector('button.theme').click()")
    assert tab.evaluate(paper) == light
    assert tab.evaluate("localStorage.length") == 0


def test_the_questions_of_a_page_are_in_reach(tab: Tab, root: str) -> None:
    """On a phone they are a sheet that closes where it was opened; on a desk they stand in the margin."""
    shown = "getComputedStyle(document.querySelector('.questions')).display != 'none'"
    is_wide = tab.evaluate("innerWidth > 1250")
    assert tab.evaluate(shown) == is_wide
    assert tab.evaluate("getComputedStyle(document.querySelector('.outline')).display != 'none'") == is_wide
    if not is_wide:
        tab.evaluate("scrollTo(0, 300)")
        tab.evaluate("document.querySelector('a[href=\"#page-questions\"]').click()")
        tab.wait(shown)
        tab.press_key("Escape")
        tab.wait(f"!({shown})")
        assert abs(tab.evaluate("scrollY") - 300) < 5
        tab.evaluate("document.querySelector('a[href=\"#page-questions\"]').click()")
        tab.wait(shown)
    tab.evaluate("document.querySelector('.questions a[href=\"#q3\"]').click()")
    tab.wait("location.hash == '#q3'")
    assert tab.evaluate(shown) == is_wide
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_everything_can_be_read_without_scripts(tab: Tab, root: str) -> None:
    """No button stands there, and links lead to questions and citations."""
    tab.send("Emulation.setScriptExecutionDisabled", value=True)
    tab.send("Page.navigate", url=f"{root}bell.html#page-questions")
    tab.wait("location.pathname.endsWith('bell.html') && document.readyState == 'complete'")
    assert tab.evaluate("document.querySelectorAll('button, dialog').length") == 0
    assert tab.evaluate("getComputedStyle(document.querySelector('.questions')).display") == "block"
    assert tab.evaluate("document.querySelectorAll('.questions li').length") == 4


# --- other languages --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a book with translations, from a folder."""
    home = write_book(tmp_path_factory.mktemp("book"), LAMP + LONG, LAMPE + LONG)
    write_interview(home, "menora", "he", MENORA + LONG, "translation_of: lamp\n")
    for file, data in html.make_html(read_book(home), home).items():
        (home / "site" / file).parent.mkdir(parents=True, exist_ok=True)
        (home / "site" / file).write_bytes(data)
    return home / "site"


LONG = "".join(f"\n**{number}?**\n\n{'It is told in whole sentences. ' * 40}\n" for number in range(4, 9))


@pytest.mark.parametrize("size", SIZES)
def test_a_change_of_language_keeps_the_answer_in_view(size: str, translated: Path, browser: Browser) -> None:
    """Also into a language that runs from the right; at the head of the page there is nothing to keep."""
    tab = browser.open(f"{translated.as_uri()}/lampe.html")
    tab.set_window(*SIZES[size])
    link = ".to-version a" if size == "desk" else ".versions a"
    tab.evaluate("document.getElementById('a6').scrollIntoView()")
    tab.settle()
    tab.evaluate(f"document.querySelector('{link}[hreflang=he]').click()")
    tab.wait("location.pathname.endsWith('menora.html') && location.hash === '#a6'")
    top = tab.wait(
        "document.readyState === 'complete' && document.getElementById('a6').getBoundingClientRect().top + 1"
    )
    assert 0 < top < SIZES[size][1] / 2
    tab.evaluate("scrollTo(0, 0)")
    tab.settle()
    tab.evaluate(f"document.querySelector('{link}[hreflang=en]').click()")
    tab.wait("location.pathname.endsWith('lamp.html') && location.hash === ''")
    assert tab.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]
    tab.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_list_of_questions_shows_the_one_in_view(width: int, translated: Path, browser: Browser) -> None:
    """Beside the page it follows; on a phone it does when it is opened; also after a jump between long answers."""
    tab = browser.open(f"{translated.as_uri()}/lampe.html")
    tab.set_window(width, 320)
    shown = (
        "((row, list) => row.top >= list.top - 1 && row.bottom <= list.bottom + 1)"
        "(document.querySelector('.questions a[aria-current]').getBoundingClientRect(),"
        " document.querySelector('.questions').getBoundingClientRect())"
    )
    for turn in ("a7", "a5", "a8"):
        tab.evaluate(f"document.getElementById('{turn}').scrollIntoView({{ block: 'end' }})")
        question = turn.replace("a", "#q")
        tab.wait(f"document.querySelector('.questions a[aria-current]')?.getAttribute('href') === '{question}'")
        if width < 1000:
            tab.evaluate("document.querySelector('a[href=\"#page-questions\"]').click()")
        tab.wait(shown)
        if width < 1000:
            tab.press_key("Escape")
            tab.wait("getComputedStyle(document.querySelector('.questions')).display === 'none'")
    tab.close()


def test_the_title_of_the_book_begins_at_its_beginning(translated: Path, browser: Browser) -> None:
    """Also where it is cut, at the head of a page that runs from the right; it stands at the side where lines begin."""
    tab = browser.open(f"{translated.as_uri()}/menora.html")
    tab.set_window(390, 800)
    title = "document.querySelector('header.site .book')"
    assert tab.evaluate(f"[{title}.dir, getComputedStyle({title}).textAlign]") == ["ltr", "right"]
    tab.go(f"{translated.as_uri()}/lamp.html")
    assert tab.evaluate(f"[{title}.dir, getComputedStyle({title}).textAlign]") == ["", "left"]
    tab.close()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("foghorn.html", "horn.html"),
        ("foghorn.html#q2", "horn.html#q2"),
        ("foghorn.html#a1", "horn.html#a2"),
        ("horn.html#blast", "horn.html#a3"),
    ],
)
def test_an_old_address_leads_to_the_new_one(tab: Tab, root: str, old: str, new: str) -> None:
    """Also to a turn, whether its id is another one now or not; without scripts, to the page."""
    tab.send("Page.navigate", url=f"{root}{old}")
    tab.wait(f"location.href.endsWith('/{new}')")
    tab.go(f"{root}bell.html")
    tab.send("Emulation.setScriptExecutionDisabled", value=True)
    tab.send("Page.navigate", url=f"{root}foghorn.html")
    tab.wait("!location.href.endsWith('/bell.html')")
    tab.send("Emulation.setScriptExecutionDisabled", value=False)
    tab.wait("location.href.endsWith('/horn.html')")


def test_a_search_for_signs_alone_says_what_it_finds(tab: Tab) -> None:
    """A picture in the text is a word of its own; punctuation is none."""
    tab.press_key("/")
    for query in ("😀", "...", '"', "(", "x" * 3000):
        assert search(tab, query) == []
        assert tab.evaluate("document.querySelector('dialog.search .count').textContent") == "Nothing found"
    assert len(search(tab, "⚓")) == 3
    assert len(search(tab, "(⚓)")) == 3


def test_what_is_found_by_title_or_in_a_long_word_is_counted_and_marked(tab: Tab) -> None:
    """A title is one result; a hit in a word that fills the excerpt is marked whole."""
    tab.press_key("/")
    assert search(tab, "keeper desk") == []
    assert tab.evaluate("document.querySelector('dialog.search .count').textContent") == "Results: 3"
    assert tab.evaluate("document.querySelectorAll('.results a.title').length") == 3
    assert len(search(tab, "lightshipl")) == 3
    assert tab.evaluate("document.querySelector('.results mark').textContent") == "lightshipl"
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_typing_on_finds_what_a_new_search_finds(tab: Tab) -> None:
    """Only the results are searched again while a word gets longer; the inside of words comes last."""
    tab.press_key("/")
    queries = (
        "w",
        "wh",
        "whale",
        "whale oil",
        "whale oily",
        "whale",
        "ectric",
        "lectricity",
        '"by and',
        '"by and l',
        "e",
    )
    hits = {query: search(tab, query) for query in queries}
    for query in reversed(queries):
        search(tab, "港口")
        assert search(tab, query) == hits[query], query
    assert [len(hits[query]) for query in ("whale", "whale oily", "ectric", '"by and l')] == [3, 0, 3, 3]


def test_fonts_are_asked_for_early_from_a_server_only(tab: Tab, root: str) -> None:
    """From a folder a browser would refuse that and complain."""
    links = tab.evaluate("[...document.querySelectorAll('link[rel=preload]')].map((link) => link.getAttribute('href'))")
    assert [link.startswith("fonts/") for link in links] == ([] if root.startswith("file:") else [True] * 3)


def test_words_take_as_much_room_before_the_fonts_come(tab: Tab, root: str) -> None:
    """A font of the system in the measures of ours stands in: a long page is as long, within a line in twenty."""
    height = "document.querySelector('main').getBoundingClientRect().height"
    name = "document.fonts.check('1em \"EB Garamond\"')"
    tab.settle()
    assert tab.evaluate(name)
    before = tab.evaluate(height)
    tab.send("Network.enable")
    tab.send("Network.setBlockedURLs", urls=["*.woff2"])
    tab.send("Network.setCacheDisabled", cacheDisabled=True)
    tab.go(f"{root}bell.html")
    tab.go(f"{root}horn.html")
    tab.settle()
    assert not tab.evaluate(
        "[...document.fonts].some((face) => face.family.endsWith('Garamond') && face.status === 'loaded')"
    )
    assert abs(tab.evaluate(height) / before - 1) < 0.05  # in Palatino it is a sixth longer


def test_long_words_of_titles_get_a_hyphen(tab: Tab) -> None:
    """Only those that fill a line of a phone; the browser has the words of the language, which the title says."""
    for name in ("h1", "nav.outline a"):
        style = f"getComputedStyle(document.querySelector('{name}'))"
        assert tab.evaluate(f"{style}.hyphens") == "auto"
        assert tab.evaluate(f"{style}.hyphenateLimitChars") == "18 7 7"
        assert tab.evaluate(f"document.querySelector('{name}').closest('[lang]').lang") == "en"
    assert tab.evaluate("getComputedStyle(document.querySelector('.turn p')).hyphens") == "manual"


def test_people_are_reached_from_the_head_on_a_phone(tab: Tab) -> None:
    """The link stands in the window, beside the title of the book, and nothing is cut off."""
    place = "document.querySelector('header.site .to-people a').getBoundingClientRect()"
    assert tab.evaluate(f"{place}.width > 40 && {place}.right <= innerWidth && {place}.top >= 0")
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.evaluate("document.querySelector('header.site .to-people a').click()")
    tab.wait("location.href.endsWith('contributors.html')")


# --- all pages in one file --------------------------------------------------------------------------


@pytest.fixture(params=SIZES)
def single(request: pytest.FixtureRequest, browser: Browser, folder: Path) -> Iterator[Tab]:
    tab = browser.open(f"{folder.as_uri()}/harbour.single.html#horn")
    tab.set_window(*SIZES[request.param])
    yield tab
    tab.close()


def read_place(tab: Tab) -> str:
    return str(tab.evaluate("decodeURIComponent(location.hash)"))


def test_one_file_is_searched_and_turned_as_a_site_is(single: Tab) -> None:
    """Each page has the tools; keys lead from the page that is in view."""
    assert single.evaluate("document.querySelectorAll('.tools .find').length") == 7
    single.press_key("/")
    single.wait("document.activeElement.matches('dialog.search input')")
    assert search(single, "burns HORN") == ["#horn/q1"]
    assert search(single, "whale") == ["#bell/a1", "#horn/a1", "#lamp/a1"]
    single.press_key("Enter")
    single.wait("!document.querySelector('dialog[open]')")
    assert read_place(single) == "#bell/a1"
    top = "document.getElementById('bell/a1').getBoundingClientRect().top"
    assert 0 <= single.evaluate(top) < 200
    for key, place in (("ArrowRight", "#horn"), ("ArrowRight", "#lamp"), ("ArrowLeft", "#horn")):
        single.press_key(key)
        single.wait(f"location.hash === '{place}'")
        assert abs(single.evaluate(f"document.querySelector('{place}').getBoundingClientRect().top")) < 20
    single.press_key("/")
    assert search(single, "A1") == ["#horn/a1", "#bell/a1", "#lamp/a1"]
    single.press_key("Escape")
    single.evaluate("history.back()")
    single.wait("location.hash === '#lamp'")


def test_one_file_has_a_sheet_of_questions_for_each_page(single: Tab) -> None:
    """It leads to a turn of its page; closing it leads back to the place where the page was."""
    open_sheet = "document.querySelector('#horn .to-questions a').click()"
    if single.evaluate("innerWidth") < 1000:
        single.evaluate(open_sheet)
        assert single.evaluate("getComputedStyle(document.getElementById('horn/page-questions')).position") == "fixed"
        single.press_key("Escape")
        single.wait("location.hash === '#horn'")
    single.evaluate("document.querySelector('[id=\"horn/page-questions\"] li:nth-child(2) a').click()")
    single.wait("location.hash === '#horn/q2'")
    current = "document.querySelector('[id=\"horn/page-questions\"] [aria-current]')?.hash"
    single.wait(f"{current} === '#horn/q2'")


def test_one_file_can_be_read_without_scripts_and_in_other_colours(single: Tab) -> None:
    """The buttons of all pages change together; without scripts every page is there."""
    paper = "getComputedStyle(document.body).backgroundColor"
    light = single.evaluate(paper)
    single.evaluate("document.querySelector('#lamp button.theme').click()")
    assert single.evaluate(paper) != light
    labels = "new Set([...document.querySelectorAll('button.theme')].map((button) => button.title)).size"
    assert single.evaluate(labels) == 1
    single.evaluate("localStorage.clear()")
    single.send("Emulation.setScriptExecutionDisabled", value=True)
    single.send("Page.reload")
    single.wait("document.readyState == 'complete' && !document.querySelector('dialog')")
    for name in ("bell", "horn", "lamp"):
        assert single.evaluate(f"document.getElementById('{name}/a3').getBoundingClientRect().height") > 20


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a book whose texts for the search are in six files."""
    home = tmp_path_factory.mktemp("book")
    (home / "interviews").mkdir()
    (home / "book.yaml").write_text("title: Harbour\ndisclaimer: none\ndate: 2026-01-31\n", encoding="utf-8")
    for number in range(6):
        more = f"The reef is called Élan{number}. {'It is told in whole sentences. ' * 20}"
        text = TALK.format(title=f"Talk {number}", what="lamp", more=more, word=WORD)
        (home / "interviews" / f"talk-{number}.md").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name in ("_MOST_BYTES", "_MOST_BYTES_FIRST"):
            monkeypatch.setattr(search_texts, name, 900)
        files = html.make_html(read_book(home), home)
    for file, data in files.items():
        (home / "site" / file).parent.mkdir(parents=True, exist_ok=True)
        (home / "site" / file).write_bytes(data)
    assert "search-6.js" in files
    return home / "site"


def test_a_rare_word_loads_its_file_first(large: Path, browser: Browser) -> None:
    """All files are searched in the end, and the results stand in the order of the book, however they arrive."""
    tab = browser.open(f"{large.as_uri()}/talk-0.html")
    tab.press_key("/")
    tab.wait("document.activeElement.matches('dialog.search input')")
    assert search(tab, "elan4") == ["talk-4.html#a2"]
    scripts = "[...document.querySelectorAll('script[src^=search-]')].map((s) => s.getAttribute('src'))"
    order = [name for name in tab.evaluate(scripts) if name != "search-words.js"]
    assert order[:2] == ["search-1.js", "search-5.js"]
    assert sorted(order) == [f"search-{number}.js" for number in range(1, 7)]
    assert search(tab, "reef") == [f"talk-{number}.html#a2" for number in range(6)]
    assert search(tab, "nowhere-at-all") == []
    tab.close()
