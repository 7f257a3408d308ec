"""Check what stands around the interviews in an e-book: title page, imprint, contents, landmarks, links.

Each page is composed here a second time from the model, without its interview.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from onrecord.model import Book, Interview, Part
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.expected_markup import expect_classes, expect_direction
from onrecord.proof.reading.markup_tokens import (
    Token,
    build_element,
    build_start_token,
    describe_activity,
    find_difference,
    isolate_name,
    normalize_tokens,
)
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.reading.sentences import expect_marking
from onrecord.proof.rules.article_markup import describe_difference
from onrecord.proof.rules.changes_rules import CHANGES_PAGE, expect_changes_section
from onrecord.proof.rules.expected_claims import get_pack_words
from onrecord.proof.rules.index_rules import INDEX_PAGE, expect_index_section, has_index
from onrecord.proof.rules.report import HINT
from onrecord.proof.rules.shared_matter import (
    expect_editors_line,
    expect_imprint_lines,
    expect_pack_facts,
    expect_people_list,
)
from onrecord.proof.rules.web_page import WebPageProof, compute_outline_key
from onrecord.runtime import build_identity
from onrecord.runtime.cache import Cache
from onrecord.runtime.fingerprints import compute_fingerprint
from onrecord.runtime.interface_texts import get_language

_COPY = "the EPUB"
# What they show depends on more than what stands around the interviews.
_CHANGING_PAGES = (f"{CHANGES_PAGE}.xhtml", f"{INDEX_PAGE}.xhtml")
_VOCABULARY = "z3998: http://www.daisy.org/z3998/2012/vocab/structure/#"


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A line of the contents: how deep it stands, where it leads, its words and their language ("": the book's).

    `people` stand below the title of an interview.
    """

    depth: int
    href: str
    title: str
    language: str
    people: str = ""
    is_part: bool = False


def check_epub_shell(
    book: Book,
    pages: Mapping[str, WebPageProof],
    entries: Sequence[ContentsEntry],
    cache: Cache,
    *,
    has_templates: bool,
) -> Iterator[Problem]:
    """Yield a problem for each EPUB page that differs from the book around its interview; `pages` are by name.

    Of pages that templates of the book made, only what acts or is loaded is reported. A page that was right is not
    compared again. The key of an interview's page holds all that stands around the interview; other pages are compared
    when anything around the interviews changes.
    """
    composer = _PageComposer(book, entries)
    interviews = {f"{interview.slug}.xhtml": interview for interview in book.interviews}
    outline = "" if book.pack else compute_fingerprint(compute_outline_key(book), list(entries), has_index(book))
    entry = compute_fingerprint("epub shell", build_identity.compute_build_identity(), book.slug, has_templates)
    known: frozenset[str] = cache.get(entry) or frozenset()
    right = set()
    for name, page in pages.items():
        is_lasting = bool(page.key) and (name in interviews or (outline and name not in _CHANGING_PAGES))
        key = page.key if name in interviews else page.key + outline
        if is_lasting and key in known:
            right.add(key)
            continue
        expected_page = composer.compose_interview_page(interviews[name]) if name in interviews else None
        problem = _check_page(book, name, page, None if has_templates else expected_page or composer.pages.get(name))
        if problem:
            yield problem
        elif is_lasting:
            right.add(key)
    if right != known:
        cache.put(entry, frozenset(right))


def _check_page(book: Book, name: str, page: WebPageProof, expected_page: Sequence[Token] | None) -> Problem | None:
    """Return the problem of an EPUB's page around its interview; None if it has none, or nothing is expected."""
    active_tags = (
        describe_activity(token) or _describe_script_token(token) for token in page.shell if token.startswith("<")
    )
    active = next(filter(None, active_tags), "")
    if active:
        fault = f"has “{shorten_text(active, 80)}”, which acts, loads or hides"
        return _build_page_problem(book, Rule.NOTHING_ACTS, name, fault)
    if expected_page is None:
        return None
    compared = _leave_out_page_list(page.shell) if name == "nav.xhtml" else list(page.shell)
    expected = normalize_tokens(expected_page)
    index = find_difference(expected, compared)
    if index is None:
        return None
    return _build_page_problem(book, Rule.MARKUP_IS_TRUE, name, describe_difference(expected, compared, index))


def _describe_script_token(token: Token) -> str:
    """Return an HTML token that begins a script, which no e-book has; "" for any other token."""
    return token if token.startswith("<script") else ""


def _build_page_problem(book: Book, rule: Rule, name: str, fault: str) -> Problem:
    """Return a problem of a page of an e-book; `fault` says what is wrong with the page `name`."""
    interviews = {f"{interview.slug}.xhtml": interview.location for interview in book.interviews}
    return Problem(interviews.get(name, book.location), rule, f"{_COPY}: the page “{name}” {fault}", HINT)


def _leave_out_page_list(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens of the navigation without its list of printed pages, which is compared with the PDF."""
    start = next((index for index, token in enumerate(tokens) if _is_page_list(token)), None)
    if start is None:
        return list(tokens)
    stop = next((index for index in range(start, len(tokens)) if tokens[index] == "</nav>"), len(tokens) - 1)
    return [*tokens[:start], *tokens[stop + 1 :]]


def _is_page_list(token: Token) -> bool:
    """Return whether a token begins the list of printed pages, with the attributes that it must have."""
    attributes = {"role": "doc-pagelist", "id": "page-list", "hidden": "hidden", "aria-labelledby": "pages-title"}
    return token == build_start_token("nav", {**attributes, "epub:type": "page-list"})


class _PageComposer:
    """Composes the pages of the e-book without its interviews."""

    def __init__(self, book: Book, entries: Sequence[ContentsEntry]) -> None:
        self.book = book
        self.entries = entries
        pack = book.pack
        late = pack is not None and pack.supplement is not None
        language = book.language
        self.words = get_pack_words(language, late=late) if pack else get_language(language).texts

    @cached_property
    def pages(self) -> dict[str, list[Token]]:
        """The HTML tokens that each page of an e-book but an interview's must have, by file name."""
        book, words = self.book, self.words
        pages = {
            "cover.xhtml": self._expect_page(words["cover"], "cover", self._compose_cover(), class_="cover"),
            "nav.xhtml": self._expect_page(words["contents"], "frontmatter", self._compose_navigation()),
        }
        pages["title-page.xhtml"] = self._expect_page(book.title, "frontmatter", self._compose_title_page())
        pages["imprint.xhtml"] = self._expect_page(words["imprint"], "frontmatter", self._compose_imprint())
        for number, part in enumerate(book.parts, 1):
            if part.has_opening_page:
                pages[f"part-{number}.xhtml"] = self._expect_page(part.title, "bodymatter", self._compose_part(part))
        people = expect_people_list(book, words, ".xhtml", is_epub=True)
        section = self._expect_section(
            "contributors", "contributors-title", people, class_="contributors", id="contributors"
        )
        pages["contributors.xhtml"] = self._expect_page(words["contributors"], "backmatter", section)
        changes = expect_changes_section(book, words, is_epub=True)
        pages[f"{CHANGES_PAGE}.xhtml"] = self._expect_page(words["edition_changes"], "backmatter", changes)
        index = expect_index_section(book, words, is_epub=True)
        pages[f"{INDEX_PAGE}.xhtml"] = self._expect_page(words["book_index"], "backmatter", index)
        return pages

    def _expect_page(
        self, title: str, kind: str, content: Iterable[Token], *, language: str = "", class_: str | None = None
    ) -> list[Token]:
        """Return the HTML tokens that a page of an e-book with this content must have."""
        language = language or self.book.language
        link = build_element("link", rel="stylesheet", type="text/css", href="style.css")
        head = build_element("head", build_element("title", title), link)
        pack, marking = self.book.pack, list[Token]()
        if pack:
            text = expect_marking(pack, self.book.language)
            marking = build_element(
                "p", text, class_="marking", attributes=_build_language_attributes(self.book.language)
            )
        body = build_element("body", marking, content, class_=class_, attributes={"epub:type": kind})
        return build_element(
            "html",
            head,
            body,
            attributes=_build_language_attributes(language) | expect_direction(language) | {"epub:prefix": _VOCABULARY},
        )

    def _expect_section(self, kind: str, title_id: str, *content: Iterable[Token], **attributes: str) -> list[Token]:
        """Return the HTML tokens that a section with a type and a title must have."""
        return build_element(
            "section",
            *content,
            aria_labelledby=title_id,
            attributes={"epub:type": kind, **_rename_attributes(attributes)},
        )

    def _compose_cover(self) -> list[Token]:
        """Return the HTML tokens that the cover of an e-book must have."""
        alt = f"{self.words['cover']}: {self.book.title}"
        return build_element("p", build_element("img", role="doc-cover", src="images/cover.png", alt=alt))

    def _compose_title_page(self) -> list[Token]:
        """Return the HTML tokens that the title page of an e-book must have."""
        book = self.book
        return self._expect_section(
            "titlepage",
            "book-title",
            build_element("h1", book.title, id="book-title"),
            build_element("p", book.subtitle, class_="subtitle", role="doc-subtitle") if book.subtitle else [],
            expect_editors_line(book, self.words),
            build_element("p", book.publisher, class_="people") if book.publisher else [],
            expect_pack_facts(book, self.words),
            class_="title-page",
        )

    def _compose_imprint(self) -> list[Token]:
        """Return the HTML tokens that the imprint of an e-book must have."""
        title = build_element("h1", self.words["imprint"], id="imprint-title")
        lines = expect_imprint_lines(self.book, with_publisher=True)
        return self._expect_section("imprint", "imprint-title", title, *lines, class_="imprint", id="imprint")

    def _compose_part(self, part: Part) -> list[Token]:
        """Return the HTML tokens that the page of a part must have in an e-book."""
        number = build_element("p", f"{self.words['item']} {part.number}", class_="item-number") if part.number else []
        time = build_element("p", part.time, class_="item-time") if part.time else []
        note = build_element("p", part.note, class_="item-note") if part.note else []
        title = build_element("h1", part.title, id="part-title")
        return self._expect_section(
            "part", "part-title", number, title, time, note, class_="part-page", role="doc-part"
        )

    def compose_interview_page(self, interview: Interview) -> list[Token]:
        """Return the HTML tokens that an interview's e-book page must have, its article only as a start tag."""
        start = {
            "class": expect_classes(interview),
            "id": interview.slug,
            **_build_language_attributes(interview.language),
        }
        start |= expect_direction(interview.language)
        article = [build_start_token("article", start)]
        section = self._expect_section("chapter", "title", article, role="doc-chapter")
        return self._expect_page(interview.title.text, "bodymatter", section, language=interview.language)

    def _compose_navigation(self) -> list[Token]:
        """Return the HTML tokens that the navigation of an e-book must have: contents and landmarks."""
        words = self.words
        contents = build_element(
            "nav",
            build_element("h1", words["contents"], id="contents-title"),
            build_element("ol", _nest_entries(self.entries, self.book.language)),
            role="doc-toc",
            id="toc",
            aria_labelledby="contents-title",
            attributes={"epub:type": "toc"},
        )
        lines = [
            build_element("li", build_element("a", title, href=href, attributes={"epub:type": kind}))
            for kind, href, title in self._expect_landmarks()
        ]
        landmarks = build_element(
            "nav",
            build_element("h2", words["landmarks"], id="landmarks-title"),
            build_element("ol", *lines),
            id="landmarks",
            hidden="hidden",
            aria_labelledby="landmarks-title",
            attributes={"epub:type": "landmarks"},
        )
        return [*contents, *landmarks]

    def _expect_landmarks(self) -> Iterator[tuple[str, str, str]]:
        """Yield type, target and words of each landmark that an e-book's navigation must have."""
        words = self.words
        yield "cover", "cover.xhtml", words["cover"]
        yield "titlepage", "title-page.xhtml", words["title_page"]
        yield "imprint", "imprint.xhtml", words["imprint"]
        yield "toc", "nav.xhtml", words["contents"]
        yield "bodymatter", self.entries[0].href, words["start"]
        if any(interview.people for interview in self.book.interviews):
            yield "contributors", "contributors.xhtml", words["contributors"]
        if has_index(self.book):
            yield "index", f"{INDEX_PAGE}.xhtml", words["book_index"]


def _nest_entries(entries: Sequence[ContentsEntry], around: str) -> Iterator[Token]:
    """Yield the HTML tokens of entries of the contents as nested lists."""
    for index, entry in enumerate(entries):
        following = entries[index + 1].depth if index + 1 < len(entries) else entries[0].depth
        yield build_start_token("li", {"class": "part"} if entry.is_part else {})
        languages = _build_language_attributes(entry.language) if entry.language else {}
        people = build_element("span", " – ", isolate_name(entry.people, around), class_="who") if entry.people else []
        yield from build_element("a", isolate_name(entry.title, around), people, href=entry.href, attributes=languages)
        if following > entry.depth:
            yield "<ol>"
        else:
            yield "</li>"
            yield from ("</ol>", "</li>") * (entry.depth - following)


def _build_language_attributes(language: str) -> dict[str, str]:
    """Return the attributes `lang` and `xml:lang` for a language."""
    return {"lang": language, "xml:lang": language}


def _rename_attributes(attributes: Mapping[str, str]) -> dict[str, str]:
    """Return attributes with the names that they have in an XHTML file, such as `epub:type`."""
    return {name.rstrip("_"): value for name, value in attributes.items()}
