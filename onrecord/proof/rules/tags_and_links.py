"""Check how the PDF is heard and followed: the roles, titles and languages of its tags, and where its links lead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from onrecord.model import Book, Division, Interview, Paragraph, iterate_blocks
from onrecord.model.passages import find_struck_out
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.expected_tags import NOTES, TagCounts, expect_printed_links, expect_tags
from onrecord.proof.reading.normalize import SOFT_GAP, normalize_text, shorten_text
from onrecord.proof.reading.painted_text import TextRun
from onrecord.proof.reading.pdf_pages import LinkArea, PdfContent, TagElement
from onrecord.proof.reading.printed_texts import fold_glyphs
from onrecord.proof.rules.report import HINT
from onrecord.proof.rules.running_heads import CHANGES, CONTRIBUTORS, INDEX
from onrecord.runtime.interface_texts import get_language

_COPY = "the PDF"
_UNCOUNTED = frozenset({"Lbl", "LBody", "Reference"})  # that depend on how the layout draws labels and calls
_SLACK_PT = 2.0


@dataclass(frozen=True)  # unpickles faster without slots
class FrontLink:
    """A link around the interviews: the section it stands in, its text, its words, and what it leads to."""

    section: str
    text: str
    words: str
    targets: tuple[str, ...]

    @property
    def target(self) -> str:
        """Return what a link leads to, "" if that is not unique; a page number may stand beside its line's area."""
        named = [target for target in self.targets if target]
        return named[0] if len(named) == 1 else ""


def check_tags_and_links(
    book: Book, paper: PdfContent, articles: list[TagElement]
) -> tuple[list[Problem], tuple[FrontLink, ...]]:
    """Return the problems of tags and links on pages of a PDF, and the links around the interviews.

    `articles` are the interviews on them.
    """
    problems: list[Problem] = []
    interviews = {interview.slug: interview for interview in book.interviews}
    links = _LinkReader(paper)
    for article in articles:
        interview = interviews.get(article.id)
        if interview:
            problems += _compare_struck_words(interview, links.list_runs(article))
            endnotes = list(_list_endnote_numbers(article))
            problems += _compare_tags(interview, article, has_endnotes=bool(endnotes))
            problems += _compare_links(interview, links.read_links(article), endnotes)
        else:
            links.read_links(article)
    front_links = tuple(_list_front_links(links, paper.root))
    problems += (
        Problem(book.location, rule, f"{_COPY}: {fault}", HINT) for rule, fault in links.describe_wrong_areas(paper)
    )
    return problems, front_links


def _list_endnote_numbers(element: TagElement) -> Iterator[str]:
    """Yield the numbers of footnotes printed at the end of an interview, with the page of their call."""
    for child in element.children():
        if isinstance(child, TagElement):
            _, is_endnote, number = child.id.rpartition(".callpage")
            yield from [number] if is_endnote else []
            yield from _list_endnote_numbers(child)


# --- tags -------------------------------------------------------------------------------------------


def _compare_tags(interview: Interview, article: TagElement, *, has_endnotes: bool) -> Iterator[Problem]:
    """Report an interview whose tags differ from those that its blocks must have, in their order.

    Endnotes have a section. The order of what stands around the turns, and of footnotes, is that of their words, which
    other rules compare.
    """
    expected, counts = expect_tags(interview), TagCounts()
    if has_endnotes:
        expected.add_roles("", "Sect")
    faults: list[str] = []
    if article.language != interview.language:
        faults.append(f"is announced in the language “{article.language}”")
    if article.title:
        faults.append(f"is announced as “{shorten_text(article.title)}”")
    _count_tags(article, "", {turn.id for turn in interview.turns}, counts, faults)
    places = {turn.id: turn.location for turn in interview.turns}
    for turn, title in expected.titles.items():
        if turn in counts.titles and counts.titles[turn] != title:
            faults.append(f"announces “{title}” as “{shorten_text(counts.titles[turn])}”")
    if counts.languages != expected.languages:
        differing = [*(counts.languages - expected.languages), *(expected.languages - counts.languages)]
        faults.append(f"has other phrases in the language “{differing[0]}” than the manuscript")
    for fault in faults[:3]:
        yield _build_tag_problem(interview, fault, interview.location)
    for owner in sorted(expected.roles.keys() | counts.roles.keys()) if not faults else ():
        fault = _compare_roles(owner, expected.roles.get(owner, []), counts.roles.get(owner, []))
        if fault:
            yield _build_tag_problem(interview, fault, places.get(owner, interview.location))
            return


def _compare_roles(owner: str, right: Sequence[str], actual: Sequence[str]) -> str:
    """Return in words how the tag roles of a turn differ from the expected, "" if they do not."""
    if owner == NOTES:  # the layout sets the first paragraph of a note into its line, or not
        right, actual = ([role.lstrip(">") for role in roles if role.lstrip(">") != "P"] for roles in (right, actual))
    where = "around its turns" if not owner else "in its footnotes" if owner == NOTES else f"in {owner}"
    difference = Counter(actual), Counter(right)
    if difference[0] != difference[1]:
        role = next(iter([*(difference[0] - difference[1]), *(difference[1] - difference[0])]))
        counts = [count[role] for count in difference]
        return f"has {counts[0]} elements of the role {role.lstrip('>')} {where}, where {counts[1]} belong"
    if owner in ("", NOTES) or list(right) == list(actual):
        return ""
    index = next(index for index, pair in enumerate(zip(right, actual, strict=True)) if pair[0] != pair[1])
    names = [roles[index].lstrip(">") for roles in (actual, right)]
    return f"has an element of the role {names[0]} {where}, where {names[1]} belongs"


def _build_tag_problem(interview: Interview, fault: str, place: object) -> Problem:
    """Return a problem of the tags of an interview in a PDF."""
    location = place if isinstance(place, type(interview.location)) else interview.location
    return Problem(location, Rule.MARKUP_IS_TRUE, f"{_COPY}: interview “{interview.slug}” {fault}", HINT)


def _count_tags(
    element: TagElement, owner: str, turns: set[str], counts: TagCounts, faults: list[str], depth: int = 0
) -> None:
    """Count the tagged elements inside an element into `counts`; add to `faults` what is announced without words.

    `depth` is the number of counted elements around them in the same turn.
    """
    for child in element.children():
        if not isinstance(child, TagElement):
            continue
        inner = child.id.partition(".")[2]
        child_owner = inner if inner in turns else NOTES if child.role == "Note" else owner
        child_depth = depth if child_owner == owner and owner else 0
        is_call = child.role == "Link" and element.role == "Reference" and ".fnref" in element.id
        # Calls of endnotes and parts of links are compared as links.
        is_counted = child.role not in _UNCOUNTED and not is_call and not _is_link_part(child)
        if child.role == "Span":
            counts.languages.update([child.language] if child.language else [])
        elif is_counted:
            counts.add_roles(child_owner, child.role, depth=child_depth)
        if inner in turns:
            counts.titles[inner] = child.title
        faults += _find_unwritten_words(child, is_turn=inner in turns)
        has_depth = is_counted and child.role not in ("Span", "Link")
        _count_tags(child, child_owner, turns, counts, faults, child_depth + has_depth)


def _is_link_part(element: TagElement) -> bool:
    """Return whether an element is a part of a link that another part, which is read before it, belongs to."""
    return element.role == "Link" and ".linkpart" in element.id


def _find_unwritten_words(element: TagElement, *, is_turn: bool) -> Iterator[str]:
    """Yield what a screen reader says of a tagged element though nobody wrote it."""
    if element.language and element.role != "Span":
        yield f"announces a {element.role} in the language “{element.language}”"
    if element.title and not is_turn:
        yield f"announces a {element.role} as “{shorten_text(element.title)}”"
    if element.replacement.strip() and not _holds_one_content(element):
        yield f"has “{shorten_text(element.replacement)}” read aloud in the place of its words"
    if element.alt and element.role != "Figure":
        yield f"has “{shorten_text(element.alt)}” read aloud for a {element.role}"


def _holds_one_content(element: TagElement) -> bool:
    """Return whether a tagged element is a Span that holds marked content once and nothing else.

    What it says is judged by `spoken_lines`.
    """
    kids = list(element.children())
    return element.role == "Span" and len(kids) == 1 and not isinstance(kids[0], TagElement)


# --- links ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _LinkReader:
    """Finds for each Link element of the tag tree the areas that lie on its words."""

    paper: PdfContent
    used: set[int] = field(default_factory=set)  # identities of areas

    def read_links(self, element: TagElement) -> list[tuple[str, frozenset[str]]]:
        """Return the words of each link in a branch of the tag tree, and the targets of the areas on them.

        The parts of a link that is divided between two directions are one.
        """
        links: list[tuple[str, frozenset[str]]] = []
        for words, targets, is_part in self._read_links(element):
            if is_part and links and links[-1][1] == targets:
                links[-1] = "".join(sorted(links[-1][0] + words)), targets
            else:
                links.append((words, targets))
        return links

    def _read_links(self, element: TagElement) -> list[tuple[str, frozenset[str], bool]]:
        """Return the words and targets of each Link element, and whether it continues the link before it."""
        links = []
        for child in element.children():
            if isinstance(child, TagElement):
                if child.role == "Link":
                    links.append((*self.read_single_link(child), _is_link_part(child)))
                links += self._read_links(child)
        return links

    def read_single_link(self, element: TagElement) -> tuple[str, frozenset[str]]:
        """Return the words of a tagged link, and its targets; "" for words that no area lies on."""
        text, targets = self.read_link_text(element)
        return sort_letters(text), targets

    def read_link_text(self, element: TagElement, *, may_lack_number: bool = False) -> tuple[str, frozenset[str]]:
        """Return the text of a tagged link, and its targets; "" for words that no area lies on.

        `may_lack_number`: a page number may stand beside the area of its line.
        """
        targets = set()
        words = []
        for page, run, is_own in self._iterate_runs(element, is_own=True):
            text = run.text.replace(SOFT_GAP, "")
            if is_own:
                words.append(text)
            if text.strip():
                area = self._find_link_area(page, run)
                if area or not (may_lack_number and _is_page_number(text)):
                    targets.add(unquote(area.target) if area else "")
        return "".join(words), frozenset(targets)

    def list_runs(self, element: TagElement) -> list[TextRun]:
        """Return the printed runs of a tagged element, with those of elements inside it."""
        return [run for _, run, _ in self._iterate_runs(element, is_own=True)]

    def _iterate_runs(self, element: TagElement, *, is_own: bool) -> Iterator[tuple[int, TextRun, bool]]:
        """Yield a tagged element's runs with their page, and whether the author wrote them (not a link's address)."""
        for child in element.children():
            if isinstance(child, TagElement):
                yield from self._iterate_runs(child, is_own=is_own and ".xref" not in child.id)
            else:
                page, content_id = child
                yield from ((page, run, is_own) for run in self.paper.pages[page].runs_by_id.get(content_id, ()))

    def _find_link_area(self, page: int, run: TextRun) -> LinkArea | None:
        """Return the clickable area that the middle of a printed run lies in, None if none."""
        x, y = (run.left + run.right) / 2, (run.bottom + run.top) / 2
        for area in self.paper.pages[page].links:
            left, bottom, right, top = area.bounds
            if left - _SLACK_PT < x < right + _SLACK_PT and bottom - _SLACK_PT < y < top + _SLACK_PT:
                self.used.add(id(area))
                return area
        return None

    def describe_wrong_areas(self, paper: PdfContent) -> Iterator[tuple[Rule, str]]:
        """Yield what lies on the PDF's pages and is no link of the book: rule and words."""
        for page in paper.pages:
            yield from ((Rule.NOTHING_ACTS, f"page {page.label} has {fault}") for fault in page.faults)
            for area in page.links:
                if id(area) not in self.used:
                    target = shorten_text(area.target)
                    yield Rule.LINKS_ARE_TRUE, f"page {page.label} has a link to “{target}” on no words of a link"


def _is_page_number(text: str) -> bool:
    """Return whether the words of a link are a page number."""
    return re.fullmatch(r"\s*(?:\d+[a-z]*|[ivxlc]+)\s*", text) is not None


def sort_letters(text: str) -> str:
    """Return a text's letters and digits in a fixed order, so that line ends and directions do not count."""
    return "".join(sorted(char for char in fold_glyphs(normalize_text(text)) if char.isalnum()))


def _compare_links(
    interview: Interview, links: list[tuple[str, frozenset[str]]], endnotes: Sequence[str]
) -> Iterator[Problem]:
    """Yield a problem for each printed link that leads elsewhere than in the manuscript, or nowhere.

    Each call of an endnote leads to it.
    """
    calls = {(sort_letters(number), frozenset({f"{interview.slug}.fn{number}"})) for number in endnotes}
    expected: Counter[tuple[str, frozenset[str]]] = Counter(calls)
    links = [*(link for link in links if link not in calls), *calls.intersection(links)]
    texts: dict[str, str] = {}
    for text, target in expect_printed_links(interview):
        words = sort_letters(text)
        if words:
            texts.setdefault(words, text)
            expected[words, frozenset({unquote(target)})] += 1
    actual = Counter((words, targets) for words, targets in links if words)
    for words, targets in [*(actual - expected)][:2]:
        shown = shorten_text(" and ".join(sorted(target or "nowhere" for target in targets)) or "nowhere")
        text = shorten_text(texts.get(words, "…"))
        sentence = f"{_COPY}: interview “{interview.slug}” has a link on “{text}” that leads to “{shown}”"
        yield Problem(interview.location, Rule.LINKS_ARE_TRUE, sentence, HINT)
    if not actual - expected:
        for words, targets in [*(expected - actual)][:2]:
            text = shorten_text(texts.get(words, words))
            sentence = f"{_COPY}: interview “{interview.slug}” has lost the link on “{text}” to “{next(iter(targets))}”"
            yield Problem(interview.location, Rule.LINKS_ARE_TRUE, sentence, HINT)


def _compare_struck_words(interview: Interview, runs: Iterable[TextRun]) -> Iterator[Problem]:
    """Yield a problem for printed words with a line through them that nobody struck out."""
    struck = [run.text.replace(SOFT_GAP, "") for run in runs if run.is_struck]
    headings = (
        Paragraph(entry.content, entry.location) for entry in interview.conversation if isinstance(entry, Division)
    )
    texts = find_struck_out([*headings, *iterate_blocks(interview)]) if struck else ()
    if Counter(sort_letters("".join(struck))) - Counter(sort_letters("".join(texts))):
        text = shorten_text(" ".join(struck))
        sentence = f"{_COPY}: interview “{interview.slug}” has a line through words that nobody struck out: “{text}”"
        yield Problem(interview.location, Rule.EVERY_WORD_IS_SEEN, sentence, HINT)


def _list_front_links(links: _LinkReader, element: TagElement, section: str = "") -> Iterator[FrontLink]:
    """Yield the links of contents, index and other front matter in reading order; `section` is the id of the part."""
    for child in element.children():
        if not isinstance(child, TagElement) or child.role == "Art":
            continue
        if child.role == "Link":
            text, targets = links.read_link_text(child, may_lack_number=section != INDEX)
            yield FrontLink(section, text, sort_letters(text), tuple(sorted(targets)))
        else:
            inner = child.id if child.id.startswith(("front.", "back.", "part.")) else section
            yield from _list_front_links(links, child, inner)


def check_front_links(book: Book, links: Iterable[FrontLink]) -> Iterator[Problem]:
    """Yield a problem for links around the interviews whose words are not those of what they lead to.

    Those of the index and of the page of changes have rules of their own.
    """
    titles = {name: Counter(sort_letters(title)) for name, title in _expect_front_targets(book)}
    for link in links:
        if link.section in (INDEX, CHANGES):
            continue
        target = link.targets[0] if len(link.targets) == 1 else ""
        if target not in titles or not titles[target] <= Counter(link.words):
            shown = shorten_text(" and ".join(name or "nowhere" for name in link.targets) or "nowhere")
            sentence = f"{_COPY}: a link in the pages around the interviews leads to “{shown}”"
            yield Problem(book.location, Rule.LINKS_ARE_TRUE, sentence, HINT)


def _expect_front_targets(book: Book) -> Iterator[tuple[str, str]]:
    """Yield what links around the interviews can lead to, with the words that such a link must have."""
    yield from ((interview.slug, interview.title.text) for interview in book.interviews)
    yield from ((f"part.{part.number}", f"{part.number} {part.title}") for part in book.parts if part.number)
    texts = get_language(book.language).texts
    yield CONTRIBUTORS, texts["whos_who" if book.pack else "contributors"]
    yield CHANGES, texts["edition_changes"]
    yield INDEX, texts["book_index"]
