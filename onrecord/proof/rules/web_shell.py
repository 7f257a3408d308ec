"""Check what stands around the interviews on the pages of the web edition: claims in the head, navigation, links.

Each page is composed here a second time from the model, without its interview. Citations, which other rules check, may
be any text here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from onrecord.model import Book, Interview
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.citation_sentences import expect_citation_markup
from onrecord.proof.reading.expected_markup import expect_classes, expect_direction
from onrecord.proof.reading.expected_versions import ExpectedVersion
from onrecord.proof.reading.markup_tokens import (
    ANY_TEXT,
    Token,
    build_element,
    build_start_token,
    find_difference,
    isolate_name,
    isolate_names,
    normalize_tokens,
)
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.reading.sentences import expect_date, expect_marking
from onrecord.proof.rules.article_markup import describe_difference
from onrecord.proof.rules.changes_rules import expect_changes_section, has_changes
from onrecord.proof.rules.expected_claims import expect_book_data, expect_interview_data
from onrecord.proof.rules.index_rules import expect_index_section, has_index
from onrecord.proof.rules.page_navigation import expect_nearby_contents, expect_questions
from onrecord.proof.rules.person_pages import expect_cast, expect_person
from onrecord.proof.rules.report import HINT
from onrecord.proof.rules.shared_matter import expect_people_list
from onrecord.proof.rules.web_claims import HeadClaims, get_words
from onrecord.proof.rules.web_head import compare_data, find_same_claim, read_head_claims
from onrecord.proof.rules.web_page import WebPageProof, compute_outline_key
from onrecord.proof.rules.web_places import (
    CHANGES_PAGE_NAME,
    INDEX_PAGE_NAME,
    PEOPLE_PAGE,
    PagePlace,
    expect_page_places,
)
from onrecord.proof.rules.web_start_page import expect_start_page
from onrecord.runtime import build_identity
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.interface_texts import get_language

_COPY = "the web edition"
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
    for place in expect_page_places(book):
        page = pages.get(place.name)
        if page is None:
            continue
        problems = [] if page.key in known else list(_check_page(book, place, page, has_templates=has_templates))
        yield from problems
        if page.key and not problems and (place.interview or place.person or place.name == PEOPLE_PAGE):
            right.add(page.key)
    if entry and right != known:
        cache.put(entry, frozenset(right))


def _make_key_of_right_pages(book: Book, *, has_templates: bool) -> str:
    """Return the cache key of the web pages found right around their interviews in a book with this outline.

    The sizes of other editions, which change with every edit, stand on the first page alone.
    """
    identity = build_identity.compute_build_identity()
    lists = has_index(book), has_changes(book)
    return compute_fingerprint("web shell", identity, compute_outline_key(book), lists, has_templates)


def _check_page(book: Book, place: PagePlace, page: WebPageProof, *, has_templates: bool) -> Iterator[Problem]:
    """Yield the problems of one web page around its interview."""
    rules = _ShellRules(book, place, list(page.shell))
    if page.activity:
        yield rules.build_activity_problem(page.activity)
    else:
        yield from rules.check(has_templates=has_templates)


class _ShellRules:
    """Checks one page."""

    def __init__(self, book: Book, place: PagePlace, tokens: list[Token]) -> None:
        self.book = book
        self.place = place
        self.tokens = tokens
        self.interview = place.interview
        self.language = self.interview.language if self.interview else book.language
        self.words = get_words(book, self.language)
        self.has_people = any(interview.people for interview in book.interviews)
        self.has_index = has_index(book)
        self.has_records = self.interview is not None and book.pack is None
        self.record_types = (*_RECORDS, *([_OFFPRINT] if book.has_offprints else [])) if self.has_records else ()
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

    def _build(self, rule: Rule, fault: str) -> Problem:
        """Return a problem of the web page."""
        place = self.interview.location if self.interview else self.book.location
        return Problem(place, rule, f"{_COPY}: the page “{self.place.name}” {fault}", HINT)

    # the head

    def _check_head(self, head: Sequence[Token], *, has_templates: bool) -> Iterator[Problem]:
        """Yield a problem for each claim in a web page's head that is false, missing or added."""
        claims, data = read_head_claims(head)
        composer = HeadClaims(self.book, self.place, self.language, self.words)
        expected = list(composer.expect_claims(self.record_types))
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
        elif self.place.name == PEOPLE_PAGE:
            yield from expect_people_list(book, words, ".html", is_epub=False)
        elif self.place.name == CHANGES_PAGE_NAME:
            yield from expect_changes_section(book, words, is_epub=False)
        elif self.place.name == INDEX_PAGE_NAME:
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
        people = build_element("li", build_element("a", words["contributors"], href=PEOPLE_PAGE), class_="to-people")
        contents = build_element("li", build_element("a", words["contents"], href="index.html#contents"))
        questions = build_element(
            "li", build_element("a", words["questions"], href="#page-questions"), class_="to-questions"
        )
        links = build_element(
            "ul",
            contents,
            questions if self.questions else [],
            people if self.has_people else [],
            build_element("li", build_element("a", words["book_index"], href=INDEX_PAGE_NAME), class_="to-index")
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
        for ending, label, media_type in self.record_types:
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


def _expect_title_link(book: Book, language: str) -> list[Token]:
    """Return the title at the head of a page in a language: a link home, with `dir` if the title runs otherwise."""
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
    return build_element("p", expect_marking(book.pack, book.language), class_="marking", lang=book.language)


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


def _expect_foot(book: Book, language: str) -> list[Token]:
    """Return the HTML tokens that the foot of a web page in this language must have."""
    parts = [part for part in (book.title, book.publisher) if part]
    commas = [get_language(tag).comma for tag in (book.language, language)]
    names = isolate_names(parts, ["", commas[0]][: len(parts)], book.language)
    direction = _expect_other_direction(book, language)
    date = build_element("time", expect_date(book.date, language), datetime=book.date.isoformat())
    line = build_element("p", build_element("span", names, lang=book.language, dir=direction), commas[1], date)
    rights = build_element("p", isolate_name(book.rights, language), lang=book.language) if book.rights else []
    return build_element("footer", line, rights, class_="site")
