"""Check what stands around the interviews on the pages of the web edition: claims in the head, navigation, links.

Each page is composed here a second time from the model, without its interview. Citations, which other rules check, may
be any text here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from onrecord.model import Book, Distribution, Interview
from onrecord.model.names import fold_name
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.model.scope import strip_conversations
from onrecord.proof.reading.citation_sentences import expect_citation_markup
from onrecord.proof.reading.expected_markup import expect_classes, expect_direction
from onrecord.proof.reading.expected_versions import ExpectedVersion, expect_versions
from onrecord.proof.reading.markup_tokens import (
    ANY_TEXT,
    Token,
    build_element,
    build_start_token,
    escape_text,
    find_difference,
    isolate_name,
    isolate_names,
    normalize_tokens,
)
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.reading.sentences import (
    expect_date,
    expect_marking,
)
from onrecord.proof.rules.article_markup import describe_difference
from onrecord.proof.rules.card_rules import expect_card_claims
from onrecord.proof.rules.changes_rules import CHANGES_PAGE, expect_changes_intro, expect_changes_section, has_changes
from onrecord.proof.rules.expected_claims import (
    expect_book_data,
    expect_description,
    expect_interview_data,
    expect_people_description,
    get_pack_words,
    shorten_description,
)
from onrecord.proof.rules.index_rules import INDEX_PAGE, expect_index_description, expect_index_section, has_index
from onrecord.proof.rules.notice_rules import expect_moved_ids
from onrecord.proof.rules.page_navigation import expect_nearby_contents, expect_questions
from onrecord.proof.rules.person_pages import (
    PersonRole,
    collect_roles,
    expect_cast,
    expect_person,
    expect_person_pages,
    expect_roles_description,
)
from onrecord.proof.rules.report import HINT
from onrecord.proof.rules.shared_matter import expect_people_list
from onrecord.proof.rules.web_head import compare_data, find_same_claim, read_head_claims
from onrecord.proof.rules.web_page import WebPageProof
from onrecord.proof.rules.web_start_page import expect_start_page
from onrecord.runtime import build_identity
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.interface_texts import get_language

_COPY = "the web edition"
_PEOPLE_PAGE = "contributors.html"
_INDEX_PAGE = f"{INDEX_PAGE}.html"
_CHANGES_PAGE = f"{CHANGES_PAGE}.html"
# The pages of lists: the text that is the heading, and what describes the page.
_LISTS: Mapping[str, tuple[str, Callable[[Book], str]]] = {
    _PEOPLE_PAGE: ("contributors", expect_people_description),
    _CHANGES_PAGE: ("edition_changes", expect_changes_intro),
    _INDEX_PAGE: ("book_index", lambda book: shorten_description(expect_index_description(book))),
}
_RECORDS = (
    (".csl.json", "CSL-JSON", "application/vnd.citationstyles.csl+json"),
    (".bib", "BibTeX", "application/x-bibtex"),
    (".ris", "RIS", "application/x-research-info-systems"),
)
_OFFPRINT = (".pdf", "PDF", "application/pdf")


# What the scripts say, by the name of the attribute and that of the text.
_TOOLS = {
    "search": "search",
    "close": "close",
    "more": "search_more",
    "results": "search_results",
    "none": "search_none",
    "failed": "search_failed",
    "page": "page_short",
    "light": "light_colors",
    "dark": "dark_colors",
    "copy-link": "copy_link",
    "copied": "copied",
}


@dataclass(frozen=True, slots=True)
class PagePlace:
    """The name of a page, its interview if it has one, the interviews before and after it, and its other languages."""

    name: str
    interview: Interview | None = None
    before: Interview | None = None
    after: Interview | None = None
    versions: tuple[ExpectedVersion, ...] = ()
    person: str = ""
    roles: tuple[PersonRole, ...] = ()  # of that person


def check_web_shell(
    book: Book, pages: Mapping[str, WebPageProof], cache: Cache, *, has_templates: bool
) -> Iterator[Problem]:
    """Yield a problem for web pages that differ from the book around their interview; `pages` are by name.

    Of pages that templates of the book made, only the claims in the head are compared, and what acts or is loaded.
    Pages that were right are not compared again as long as they and the book around them are the same.
    """
    entry = "" if book.pack or book.redirects else _make_key_of_right_pages(book, has_templates=has_templates)
    known: frozenset[str] = (entry and cache.get(entry)) or frozenset()
    right = set()
    for place in _expect_page_places(book):
        page = pages.get(place.name)
        if page is None:
            continue
        problems = [] if page.key in known else list(_check_page(book, place, page, has_templates=has_templates))
        yield from problems
        if page.key and not problems and (place.interview or place.person):
            right.add(page.key)
    if entry and right != known:
        cache.put(entry, frozenset(right))


def _make_key_of_right_pages(book: Book, *, has_templates: bool) -> str:
    """Return the cache key of the web pages found right around their interviews in a book with this outline.

    The sizes of other editions, which change with every edit, stand on the first page alone.
    """
    identity = build_identity.compute_build_identity()
    lists = has_index(book), has_changes(book)
    outline = replace(strip_conversations(book), offered=())
    return compute_fingerprint("web shell", identity, outline, lists, has_templates)


def _check_page(book: Book, place: PagePlace, page: WebPageProof, *, has_templates: bool) -> Iterator[Problem]:
    """Yield the problems of one web page around its interview."""
    rules = _ShellRules(book, place, list(page.shell))
    if page.activity:
        yield rules.build_activity_problem(page.activity)
    else:
        yield from rules.check(has_templates=has_templates)


def _expect_page_places(book: Book) -> Iterator[PagePlace]:
    """Yield the place of each web page in the book: its interview and those before and after."""
    row, versions = (None, *book.interviews, None), expect_versions(book)
    for before, interview, after in zip(row, row[1:], row[2:], strict=False):
        if interview:
            others = versions.get(interview.slug, ())
            yield PagePlace(f"{interview.slug}.html", interview, before, after, others)
    yield PagePlace("index.html")
    yield PagePlace(_PEOPLE_PAGE)
    roles = collect_roles(book)
    for name, person in expect_person_pages(book).items():
        yield PagePlace(name, person=person, roles=tuple(roles[fold_name(person)]))
    yield from (PagePlace(_CHANGES_PAGE), PagePlace(_INDEX_PAGE))


class _ShellRules:
    """Checks one page."""

    def __init__(self, book: Book, place: PagePlace, tokens: list[Token]) -> None:
        self.book = book
        self.place = place
        self.tokens = tokens
        self.interview = place.interview
        self.language = self.interview.language if self.interview else book.language
        self.words = _get_words(book, self.language)
        self.has_people = any(interview.people for interview in book.interviews)
        self.has_index = has_index(book)
        self.has_records = self.interview is not None and book.pack is None
        self.offered_files = (*_RECORDS, *([_OFFPRINT] if book.has_offprints else []))
        questions = [turn for turn in self.interview.turns if turn.kind == "question"] if self.interview else []
        self.questions = questions if len(questions) > 1 else []

    def check(self, *, has_templates: bool) -> Iterator[Problem]:
        """Yield the problems of the web page around its interview."""
        start, end = self._find("<head>"), self._find("</head>")
        head = self.tokens[start + 1 : end]
        yield from self._check_head(head, has_templates=has_templates)
        if has_templates:
            return
        frame = [self.tokens[0] if start else "", *self.tokens[end + 1 :]]
        expected = normalize_tokens(self._expect_frame())
        index = find_difference(expected, frame)
        if index is not None:
            yield self._build(Rule.MARKUP_IS_TRUE, describe_difference(expected, frame, index))

    def build_activity_problem(self, tag: Token) -> Problem:
        """Return the problem of a web page with a tag that loads, does or hides something."""
        return self._build(Rule.NOTHING_ACTS, f"has “{shorten_text(tag, 80)}”, which acts, loads or hides")

    def _find(self, token: Token) -> int:
        """Return the index of an HTML token in the page, 0 if it is not there."""
        return self.tokens.index(token) if token in self.tokens else 0

    def _build(self, rule: Rule, what: str) -> Problem:
        """Return a problem of the web page."""
        place = self.interview.location if self.interview else self.book.location
        return Problem(place, rule, f"{_COPY}: the page “{self.place.name}” {what}", HINT)

    # the head

    def _check_head(self, head: Sequence[Token], *, has_templates: bool) -> Iterator[Problem]:
        """Yield a problem for each claim in a web page's head that is false, missing or added."""
        claims, data = read_head_claims(head)
        expected = list(self._expect_claims())
        for claim in expected:
            if claim in claims:
                claims.remove(claim)
            elif not (has_templates and find_same_claim(claim, claims) is None):
                other = find_same_claim(claim, claims)
                complaint = f"says “{shorten_text(other, 90)}”, not" if other else "does not say"
                yield self._build(Rule.CLAIMS_ARE_TRUE, f"{complaint} “{shorten_text(claim, 120)}”")
                return
        if claims and not has_templates:
            yield self._build(Rule.CLAIMS_ARE_TRUE, f"also says “{shorten_text(claims[0], 120)}”")
        right = expect_book_data(self.book)
        if self.interview:
            right = expect_interview_data(self.interview, self.book, self.place.versions)
        if data != [right] and not (has_templates and not data):
            yield self._build(Rule.CLAIMS_ARE_TRUE, f"has wrong data for search engines: {compare_data(right, data)}")

    def _expect_claims(self) -> Iterator[str]:
        """Yield what the head of a web page must say, as HTML tokens; its title with its text."""
        book, name = self.book, self.place.name
        heading, description, kind = self._expect_page_facts()
        title = heading if heading == book.title else f"{heading} – {book.title}"
        yield f"<title>{''.join(normalize_tokens([escape_text(title)]))}"
        yield build_start_token("meta", {"charset": "utf-8"})
        yield _expect_meta("viewport", "width=device-width, initial-scale=1")
        yield _expect_meta("color-scheme", "light dark")
        yield from (
            [_expect_meta("description", description), _expect_open_graph("description", description)]
            if description
            else []
        )
        if book.pack:
            yield _expect_meta("dcterms.accessRights", expect_marking(book.pack.markings, book.language))
            yield from (
                [] if book.pack.markings.distribution is Distribution.PUBLIC else [_expect_meta("robots", "noindex")]
            )
        yield build_start_token("link", {"rel": "stylesheet", "href": "style.css"})
        if self.interview and (moved := expect_moved_ids(book, self.interview.slug)):
            yield build_start_token("script", {"src": "moved.js", "data-moved": moved})
        yield build_start_token("script", {"src": "theme.js"})
        yield from (build_start_token("script", {"src": name, "defer": "defer"}) for name in ("site.js", "search.js"))
        graph = {"title": heading, "type": kind, "site_name": book.title, "locale": self.language.replace("-", "_")}
        yield from (_expect_open_graph(key, value) for key, value in graph.items())
        if book.url:
            yield build_start_token("link", {"rel": "canonical", "href": f"{book.url}{name}"})
            yield _expect_open_graph("url", f"{book.url}{name}")
        for property_, content in expect_card_claims(book, self.interview).items():
            yield (
                _expect_open_graph(property_, content)
                if property_ != "twitter:card"
                else _expect_meta(property_, content)
            )
        yield build_start_token("link", {"rel": "icon", "href": "icon.svg", "type": "image/svg+xml"})
        if book.url and not book.pack:
            feed = {"type": "application/atom+xml", "href": "feed.xml", "title": book.title}
            yield build_start_token("link", {"rel": "alternate", **feed})
        yield from _expect_neighbour_links(self.place)
        yield from _expect_alternates(self.place.versions, f"{book.url}{name}", self.language, book.url)
        if self.has_records and self.interview:
            yield from _expect_record_links(self.interview, self.offered_files)
        if name == "index.html":
            yield from _expect_edition_links(book)

    def _expect_page_facts(self) -> tuple[str, str, str]:
        """Return the heading, the description and the kind that the web page's head must state."""
        if self.interview:
            return self.interview.title.text, expect_description(self.book, self.interview), "article"
        if page := _LISTS.get(self.place.name):
            return self.words[page[0]], page[1](self.book), "website"
        if self.place.person:
            titles = shorten_description(expect_roles_description(self.place.roles))
            return self.place.person, titles, "profile"
        return self.book.title, expect_description(self.book), "website"

    # the frame

    def _expect_frame(self) -> Iterator[Token]:
        """Yield the HTML tokens that the web page must have outside its head and its article."""
        book, words = self.book, self.words
        yield build_start_token("html", {"lang": self.language} | expect_direction(self.language))
        yield "<body>"
        yield from build_element("a", words["skip"], class_="skip", href="#main")
        yield from self._expect_banner()
        yield build_start_token("main", {"id": "main"})
        if self.interview:
            classes, language = expect_classes(self.interview), self.interview.language
            attributes = {"class": classes, "id": self.interview.slug, "lang": language}
            yield build_start_token("article", attributes | expect_direction(language))
            yield from expect_cast(book, self.interview, words["contributors"])
            yield from self._expect_citations(self.interview) if self.has_records else ()
        elif self.place.person:
            yield from expect_person(book, self.place.person, self.place.roles)
        elif self.place.name == _PEOPLE_PAGE:
            yield from expect_people_list(book, words, ".html", is_epub=False)
        elif self.place.name == _CHANGES_PAGE:
            yield from expect_changes_section(book, words, is_epub=False)
        elif self.place.name == _INDEX_PAGE:
            yield from expect_index_section(book, words, is_epub=False)
        else:
            yield from expect_start_page(book, words, has_index=self.has_index)
        yield "</main>"
        yield from _expect_turning_links(self.place, words, self.language)
        if self.interview:
            yield from expect_questions(self.questions, words)
            yield from expect_nearby_contents(book, self.interview, words["contents"])
        yield from _expect_foot(book, self.language)
        yield "</body>"
        yield "</html>"

    def _expect_banner(self) -> list[Token]:
        """Return the HTML tokens of the banner that the web page must have: the book, its contents, its people."""
        book, words = self.book, self.words
        people = build_element("li", build_element("a", words["contributors"], href=_PEOPLE_PAGE), class_="to-people")
        contents = build_element("li", build_element("a", words["contents"], href="index.html#contents"))
        questions = build_element(
            "li", build_element("a", words["questions"], href="#page-questions"), class_="to-questions"
        )
        links = build_element(
            "ul",
            contents,
            questions if self.questions else [],
            people if self.has_people else [],
            build_element("li", build_element("a", words["book_index"], href=_INDEX_PAGE), class_="to-index")
            if self.has_index
            else [],
            *(_expect_version_link(version) for version in self.place.versions),
            *_expect_step_arrows(self.place, words, self.language),
            lang=self.language,
        )
        return build_element(
            "header",
            _expect_title_link(book, self.language),
            build_element("nav", links, aria_label=book.title, lang=book.language),
            build_element(
                "div", class_="tools", attributes={f"data-{name}": words[key] for name, key in _TOOLS.items()}
            ),
            _expect_marking(book),
            class_="site",
        )

    def _expect_citations(self, interview: Interview) -> list[Token]:
        """Return the HTML tokens that the citations must have on a web page; their texts are checked elsewhere."""
        lines = []
        for turn in interview.turns:
            link = build_element("a", turn.address, class_="back", href=f"#{turn.id}")
            text = expect_citation_markup(interview, self.book, turn=turn.id, address=turn.address)
            cited = build_element("span", _leave_texts_open(text), class_="citation")
            lines += build_element("li", link, " ", cited, id=f"cite-{turn.id}")
        records = []
        for ending, label, media_type in self.offered_files:
            href = f"{interview.slug}{ending}"
            records += build_element("li", build_element("a", label, href=href, type=media_type, download=""))
        return build_element(
            "section",
            build_element("h2", self.words["citations"], class_="section", id="cite-title"),
            build_element("p", _leave_texts_open(expect_citation_markup(interview, self.book)), class_="citation"),
            build_element("ol", lines),
            build_element("ul", records),
            class_="citations",
            id="cite",
            aria_labelledby="cite-title",
        )


def _expect_alternates(versions: Sequence[ExpectedVersion], address: str, language: str, url: str) -> Iterator[Token]:
    """Yield the links for search engines that a web page must have to itself and to other languages, if any."""
    pages = {version.language: f"{url}{version.slug}.html" for version in versions}
    for code, href in {**pages, language: address}.items() if versions else ():
        yield build_start_token("link", {"rel": "alternate", "hreflang": code, "href": href})


def _expect_title_link(book: Book, language: str) -> list[Token]:
    """Return the title at the head of a page in a language, with its direction if the page has another one."""
    direction = _expect_other_direction(book, language)
    return build_element("a", book.title, class_="book", href="index.html", lang=book.language, dir=direction)


def _expect_other_direction(book: Book, language: str) -> str | None:
    """Return the direction of the book's language on a page in a language, None if it is the same."""
    is_mirrored = expect_direction(book.language) != expect_direction(language)
    return (expect_direction(book.language).get("dir") or "ltr") if is_mirrored else None


def _leave_texts_open(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens that stand for any texts between the same elements; the texts are checked elsewhere."""
    joined = normalize_tokens(["<p>", *tokens, "</p>"])[1:-1]
    return [token if token.startswith("<") else ANY_TEXT for token in joined]


def _expect_version_link(version: ExpectedVersion) -> list[Token]:
    """Return the HTML tokens of the link at a page's head to the interview in another language."""
    label = f"{version.code}: {version.name}"
    attributes = {"hreflang": version.language, "lang": version.language, "title": version.name, "aria-label": label}
    link = build_element("a", version.code, href=f"{version.slug}.html", attributes=attributes)
    return build_element("li", link, class_="to-version")


def _expect_turning_links(place: PagePlace, words: Mapping[str, str], language: str) -> list[Token]:
    """Return the HTML tokens of the links that a page must have to the interviews before and after."""
    if not (place.before or place.after):
        return []
    lines: list[Token] = []
    neighbours = (("previous", "prev", place.before), ("next", "next", place.after))
    for name, relation, neighbour in neighbours:
        if neighbour:
            way = build_element("span", words[name], class_="way")
            words_of_title = isolate_name(neighbour.title.text, language)
            title = build_element("span", words_of_title, class_="name", lang=neighbour.language)
            link = build_element("a", way, " ", title, href=f"{neighbour.slug}.html", rel=relation)
            lines += build_element("li", link, class_=name)
    label = f"{words['previous']}, {words['next']}"
    return build_element("nav", build_element("ul", lines), class_="turning", aria_label=label)


def _expect_marking(book: Book) -> list[Token]:
    """Return the HTML tokens that the marking of a pack must have, [] for a book."""
    if book.pack is None:
        return []
    return build_element("p", expect_marking(book.pack.markings, book.language), class_="marking", lang=book.language)


def _expect_step_arrows(place: PagePlace, words: Mapping[str, str], language: str) -> Iterator[list[Token]]:
    """Yield the HTML tokens of the arrows that a page must have to the interviews before and after."""
    back, on = ("→", "←") if expect_direction(language) else ("←", "→")
    for name, relation, arrow, neighbour in (
        ("previous", "prev", back, place.before),
        ("next", "next", on, place.after),
    ):
        if neighbour:
            title = neighbour.title.text
            label, href = f"{words[name]}: {title}", f"{neighbour.slug}.html"
            link = build_element("a", arrow, href=href, rel=relation, aria_label=label, title=title)
            yield build_element("li", link, class_="step")


def _expect_record_links(interview: Interview, records: Sequence[tuple[str, str, str]]) -> Iterator[Token]:
    """Yield the tokens of the links that a page's head must have to its files for reference managers."""
    for ending, label, media_type in records:
        href = f"{interview.slug}{ending}"
        yield build_start_token("link", {"rel": "alternate", "type": media_type, "href": href, "title": label})


def _expect_neighbour_links(place: PagePlace) -> Iterator[Token]:
    """Yield the tokens of the links that a page's head must have to the interviews before and after."""
    for relation, neighbour in (("prev", place.before), ("next", place.after)):
        if neighbour:
            yield build_start_token("link", {"rel": relation, "href": f"{neighbour.slug}.html"})


def _expect_foot(book: Book, language: str) -> list[Token]:
    """Return the HTML tokens that the foot of a web page in this language must have."""
    parts = [part for part in (book.title, book.publisher) if part]
    names = isolate_names(parts, ["", ", "][: len(parts)], book.language)
    direction = _expect_other_direction(book, language)
    date = build_element("time", expect_date(book.date, language), datetime=book.date.isoformat())
    line = build_element("p", build_element("span", names, lang=book.language, dir=direction), ", ", date)
    rights = build_element("p", isolate_name(book.rights, language), lang=book.language) if book.rights else []
    return build_element("footer", line, rights, class_="site")


def _expect_edition_links(book: Book) -> Iterator[Token]:
    """Yield the tokens of the links that a page's head must have to other editions."""
    for file in book.offered:
        where = {"type": file.media_type, "href": f"editions/{book.slug}.{file.format}", "title": file.kind}
        yield build_start_token("link", {"rel": "alternate", **where})


def _get_words(book: Book, language: str) -> Mapping[str, str]:
    """Return the interface texts of an edition in a language; a pack has others for some."""
    if book.pack is None:
        return get_language(language).texts
    return get_pack_words(language, late=book.pack.supplement is not None)


def _expect_meta(name: str, content: str) -> Token:
    """Return the HTML token of a `meta` element with this name and content."""
    return build_start_token("meta", {"name": name, "content": content})


def _expect_open_graph(name: str, content: str) -> Token:
    """Return the HTML token of a `meta` element of the Open Graph protocol."""
    return build_start_token("meta", {"property": f"og:{name}", "content": content})
