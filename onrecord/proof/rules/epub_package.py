"""Check what an EPUB says of itself: container, package, manifest, spine, and the contents for old readers (NCX)."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree
from lxml.etree import _Element

from onrecord.model import Book, Division, Interview, to_plain_text
from onrecord.model.dates import get_first_day
from onrecord.model.directions import is_from_right
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.article_text import get_tag_name
from onrecord.proof.reading.epub_archive import EpubArchive, UnreadableEpubError, parse_xml
from onrecord.proof.reading.markup_tokens import ANY_TEXT, is_expected_token
from onrecord.proof.reading.normalize import shorten_text
from onrecord.proof.reading.sentences import expect_guests, expect_marking
from onrecord.proof.rules.changes_rules import CHANGES_PAGE, has_changes
from onrecord.proof.rules.edition_files import check_epub_files, list_assets
from onrecord.proof.rules.epub_shell import ContentsEntry, check_epub_shell
from onrecord.proof.rules.expected_claims import expect_credits, get_pack_words
from onrecord.proof.rules.index_rules import INDEX_PAGE, has_index
from onrecord.proof.rules.report import HINT
from onrecord.proof.rules.web_page import WebPageProof
from onrecord.runtime.cache import Cache
from onrecord.runtime.interface_texts import get_language

_COPY = "the EPUB"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_PREFIX = "rendition: http://www.idpf.org/vocab/rendition/#"
_MEDIA_TYPES = {".xhtml": "application/xhtml+xml", ".woff2": "font/woff2", ".css": "text/css", ".png": "image/png"}
_MEDIA_TYPES |= {".ncx": "application/x-dtbncx+xml"}
_PROPERTIES = {"nav.xhtml": "nav", "images/cover.png": "cover-image"}
_FEATURES = ("structuralNavigation", "tableOfContents", "readingOrder", "displayTransformability")
_PAGE_FEATURES = ("pageBreakMarkers", "pageNavigation")
_SUMMARY = "All text can be read by assistive technology; questions and answers are named groups in reading order."
_PAGE_SUMMARY = " The pages of the print edition are marked and listed."
_PICTURE_SUMMARY = " Every picture has an alternative text."


def check_package(
    book: Book,
    archive: EpubArchive,
    pages: Mapping[str, WebPageProof],
    cache: Cache,
    *,
    has_templates: bool,
) -> Iterator[Problem]:
    """Yield a problem for each thing that an EPUB's package, contents or spine says or lacks against the book.

    `pages` are the proofs of its pages, by name.
    """
    folder = posixpath.dirname(archive.package_name)
    prefix = f"{folder}/" if folder else ""
    yield from check_epub_files(book, archive.files, prefix, cache)
    entries = list(expect_contents_entries(book))
    inner = {name.removeprefix(prefix): page for name, page in pages.items()}
    yield from check_epub_shell(book, inner, entries, cache, has_templates=has_templates)
    try:
        container = parse_xml(archive.files["META-INF/container.xml"])
        package = parse_xml(archive.files[archive.package_name])
        ncx = parse_xml(archive.files.get(f"{prefix}toc.ncx", b""))
    except (etree.XMLSyntaxError, UnreadableEpubError, KeyError) as error:
        yield _build_package_problem(book, f"cannot be opened everywhere: {error}")
        return
    rules = _PackageRules(book, package, {name.removeprefix(prefix) for name in archive.files})
    differences = [*_check_container(container, archive.package_name), *rules.check(), *_check_ncx(book, ncx, entries)]
    yield from (_build_package_problem(book, fault) for fault in differences)


def expect_contents_entries(book: Book) -> Iterator[ContentsEntry]:
    """Yield the entries that an EPUB's contents must have, with their depth: parts, interviews, people …"""
    count = 0
    for number, part in enumerate(book.parts, 1):
        depth = 0
        if part.has_opening_page:
            yield ContentsEntry(0, f"part-{number}.xhtml", part.title, "", is_part=True)
            depth, count = 1, count + 1
        for interview in part.interviews:
            count += 1
            yield from _expect_interview_entries(interview, depth)
    words = _get_edition_words(book)
    has_people = any(interview.people for interview in book.interviews)
    if has_people:
        yield ContentsEntry(0, "contributors.xhtml", words["contributors"], "")
    if has_changes(book):
        yield ContentsEntry(0, f"{CHANGES_PAGE}.xhtml", words["edition_changes"], "")
    if has_index(book):
        yield ContentsEntry(0, f"{INDEX_PAGE}.xhtml", words["book_index"], "")
    elif not count and not has_people:
        yield ContentsEntry(0, "title-page.xhtml", words["title_page"], "")


def _expect_interview_entries(interview: Interview, depth: int) -> Iterator[ContentsEntry]:
    """Yield the entries that the contents must have for an interview and for each of its divisions."""
    page = f"{interview.slug}.xhtml"
    guests = expect_guests(interview)
    people = guests if guests != interview.title.text else ""
    yield ContentsEntry(depth, page, interview.title.text, interview.language, people)
    for entry in interview.conversation:
        if isinstance(entry, Division):
            title = to_plain_text(entry.content)
            yield ContentsEntry(depth + 1, f"{page}#{entry.id}", title, interview.language)


def _get_edition_words(book: Book) -> Mapping[str, str]:
    """Return the interface texts of an edition in the book's language; a pack has its own."""
    if book.pack is None:
        return get_language(book.language).texts
    return get_pack_words(book.language, late=book.pack.supplement is not None)


def _build_package_problem(book: Book, fault: str) -> Problem:
    """Return the problem of an EPUB's package; `fault` says what is wrong."""
    return Problem(book.location, Rule.CLAIMS_ARE_TRUE, f"{_COPY} {fault}", HINT)


def _check_container(container: _Element, package_name: str) -> Iterator[str]:
    """Yield what is wrong with `container.xml` of an EPUB: it must name one package, and nothing else."""
    names = [get_tag_name(element) for element in container.iter()]
    roots = [dict(element.attrib) for element in container.iter() if get_tag_name(element) == "rootfile"]
    expected = {"full-path": package_name, "media-type": "application/oebps-package+xml"}
    if names != ["container", "rootfiles", "rootfile"] or roots != [expected]:
        yield "has a container that names more than one package, or something else"


class _PackageRules:
    """Checks the package document."""

    def __init__(self, book: Book, package: _Element, names: set[str]) -> None:
        self.book = book
        self.package = package
        self.names = names
        self.parts = {get_tag_name(child): child for child in package if isinstance(child.tag, str)}

    def check(self) -> Iterator[str]:
        """Yield what is wrong with the package document of an EPUB: attributes, metadata, manifest, spine."""
        attributes = dict(self.package.attrib)
        expected = {"unique-identifier": "id", "version": "3.0", "prefix": _PREFIX, _XML_LANG: self.book.language}
        if attributes != expected:
            differing = {name for name in {**attributes, **expected} if attributes.get(name) != expected.get(name)}
            yield f"has a package with another “{min(differing).rpartition('}')[2]}” than the book"
        if sorted(self.parts) != ["manifest", "metadata", "spine"] or len(self.package) != 3:
            yield "has a package with more than metadata, manifest and spine"
            return
        yield from self._check_metadata()
        yield from self._check_manifest()
        yield from self._check_spine()

    def _check_metadata(self) -> Iterator[str]:
        """Yield the first claim in an EPUB's metadata that is false or missing, or else the first that is added."""
        claims = [
            _format_actual_claim(element)
            for element in self.parts["metadata"]
            if not (element.get("name") == "generator" and element.get("content", "").startswith("On Record "))
        ]
        for expected in self._expect_claims("pageBreakMarkers" in " ".join(claims)):
            claim = next((claim for claim in claims if is_expected_token(expected, claim)), None)
            if claim is None:
                alike = expected.partition(">")[0].partition(" id=")[0]
                other = next((claim for claim in claims if claim.startswith(alike)), None)
                says = f"says “{shorten_text(other, 100)}”, not" if other else "does not say"
                yield f"{says} “{shorten_text(expected.replace(ANY_TEXT, '…'), 100)}”"
                return
            claims.remove(claim)
        if claims:
            yield f"also says “{shorten_text(claims[0], 100)}”"

    def _expect_claims(self, has_pages: bool) -> Iterator[str]:
        """Yield the claims that an EPUB's metadata must make: what the work is, who made it, how it can be read."""
        book = self.book
        yield _format_expected_claim(
            "meta", f"{get_first_day(book.date).isoformat()}T00:00:00Z", property="dcterms:modified"
        )
        yield _format_expected_claim("identifier", book.identifier, id="id")
        yield _format_expected_claim("title", book.title)
        yield _format_expected_claim("language", book.language)
        if any(interview.translation_of is not None for interview in book.interviews):
            further = {interview.language for interview in book.interviews} - {book.language}
            yield from (_format_expected_claim("language", language) for language in sorted(further))
        for number, (kind, name, relator) in enumerate(expect_credits(book), 1):
            yield _format_expected_claim(kind, name, id=f"person-{number}")
            yield _format_expected_claim(
                "meta", relator, refines=f"#person-{number}", property="role", scheme="marc:relators"
            )
        marking = expect_marking(book.pack, book.language) if book.pack else ""
        rights = f"{book.rights} {marking}".strip()
        fields = {"publisher": book.publisher, "rights": rights, "description": book.description or book.subtitle}
        yield from (_format_expected_claim(name, value) for name, value in fields.items() if value)
        yield _format_expected_claim("date", book.date.isoformat())
        yield from [_format_expected_claim("meta", marking, property="dcterms:accessRights")] if marking else []
        yield from self._expect_accessibility(has_pages)
        known = (book.title, book.publisher, book.edition, book.date.isoformat(), book.trim.value, ANY_TEXT)
        facts = ", ".join(fact for fact in known if fact)
        yield _format_expected_claim("meta", facts if has_pages else "none", property="pageBreakSource")

    def _expect_accessibility(self, has_pages: bool) -> Iterator[str]:
        """Yield the claims that an EPUB's metadata must make about access (EPUB Accessibility 1.1 §2.2)."""
        has_pictures = bool(list_assets(self.book))
        summary = f"{_SUMMARY}{_PAGE_SUMMARY if has_pages else ''}{_PICTURE_SUMMARY if has_pictures else ''}"
        claims = [("accessMode", "textual"), ("accessModeSufficient", "textual"), ("accessibilityHazard", "none")]
        claims += [("accessMode", "visual"), ("accessibilityFeature", "alternativeText")] if has_pictures else []
        claims += [("accessibilityFeature", name) for name in (*_FEATURES, *(_PAGE_FEATURES if has_pages else ()))]
        for name, value in (*claims, ("accessibilitySummary", summary)):
            yield _format_expected_claim("meta", value, property=f"schema:{name}")

    def _check_manifest(self) -> Iterator[str]:
        """Yield files that an EPUB's manifest lacks, adds, or describes wrongly."""
        assets = list_assets(self.book)
        described = Counter(
            tuple(sorted((k, v) for k, v in entry.attrib.items() if k != "id")) for entry in self.parts["manifest"]
        )
        expected: Counter[tuple[tuple[str, str], ...]] = Counter()
        for name in self.names - {"mimetype", "content.opf"}:
            if not name.startswith("META-INF/"):
                ending = name[name.rfind(".") :]
                media_type = assets[name].media_type if name in assets else _MEDIA_TYPES.get(ending, "")
                entry = {"href": name, "media-type": media_type, "properties": _PROPERTIES.get(name, "")}
                expected[tuple(sorted((key, value) for key, value in entry.items() if value))] += 1
        differing = [*(described - expected), *(expected - described)]
        if differing:
            yield f"has a manifest that describes “{dict(differing[0]).get('href', '')}” wrongly"

    def _check_spine(self) -> Iterator[str]:
        """Yield what is wrong with the reading order in an EPUB's package."""
        spine = self.parts["spine"]
        hrefs = {entry.get("id"): entry.get("href") for entry in self.parts["manifest"]}
        direction = {"page-progression-direction": "rtl"} if is_from_right(self.book.language) else {}
        if dict(spine.attrib) != {"toc": "ncx"} | direction:
            yield "has a spine with other attributes than that of its contents"
        if any(set(entry.attrib) != {"idref"} for entry in spine):
            yield "has a page that is not part of the reading order, or stands in it in another way"
        order = [str(hrefs.get(entry.get("idref"))) for entry in spine]
        if order != (expected := list(expect_spine(self.book))):
            pairs = zip([*order, "nothing"], [*expected, "nothing"], strict=False)
            name, right = next((pair for pair in pairs if pair[0] != pair[1]), (order[-1], "nothing"))
            yield f"has “{name}” in the reading order where “{right}” belongs"


def expect_spine(book: Book) -> Iterator[str]:
    """Yield the file names of the pages that an e-book must have, in reading order."""
    contents = ("nav.xhtml", "imprint.xhtml") if book.pack else ("imprint.xhtml", "nav.xhtml")
    yield from ("cover.xhtml", "title-page.xhtml", *contents)
    for number, part in enumerate(book.parts, 1):
        yield from (f"part-{number}.xhtml",) if part.has_opening_page else ()
        yield from (f"{interview.slug}.xhtml" for interview in part.interviews)
    yield from ("contributors.xhtml",) if any(interview.people for interview in book.interviews) else ()
    yield from (f"{CHANGES_PAGE}.xhtml",) if has_changes(book) else ()
    yield from (f"{INDEX_PAGE}.xhtml",) if has_index(book) else ()


def _format_expected_claim(tag: str, text: str, **attributes: str) -> str:
    """Return an expected element of an EPUB's metadata as one line, to compare."""
    written = "".join(f' {name}="{value}"' for name, value in sorted(attributes.items()))
    return f"{tag}{written}>{' '.join(text.split())}"


def _format_actual_claim(element: _Element) -> str:
    """Return an element of an EPUB's metadata as one line, to compare; what is inside it counts as text."""
    attributes = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    return _format_expected_claim(get_tag_name(element) or "!", "".join(element.itertext()), **attributes)


def _check_ncx(book: Book, ncx: _Element, entries: Sequence[ContentsEntry]) -> Iterator[str]:
    """Yield what is wrong with the contents for readers of EPUB 2 (`toc.ncx`)."""
    identifiers = [element.get("content") for element in ncx.iter() if element.get("name") == "dtb:uid"]
    titles = [_read_line(element) for element in ncx.iter() if get_tag_name(element) == "doctitle"]
    if identifiers != [book.identifier] or titles != [" ".join(book.title.split())]:
        yield "has contents for old readers (NCX) of another book"
    points = [element for element in ncx.iter() if get_tag_name(element) == "navpoint"]
    lines = [_read_ncx_point(point) for point in points]
    expected = [(entry.depth, entry.href, " ".join(entry.title.split())) for entry in entries]
    if lines != expected:
        pairs = zip([*lines, None], [*expected, None], strict=False)
        line, right = next((pair for pair in pairs if pair[0] != pair[1]), (None, None))
        shown = shorten_text(f"{line[2]} → {line[1]}" if line else "nothing", 80)
        yield f"has contents for old readers (NCX) with “{shown}” in the place of “{right[2] if right else 'nothing'}”"


def _read_ncx_point(point: _Element) -> tuple[int, str, str]:
    """Return depth, target and label of an entry of `toc.ncx`."""
    depth = sum(get_tag_name(element) == "navpoint" for element in point.iterancestors())
    children = {get_tag_name(child): child for child in point}
    label = _read_line(children["navlabel"]) if "navlabel" in children else ""
    target = children["content"].get("src") if "content" in children else ""
    return depth, target or "", label


def _read_line(element: _Element) -> str:
    """Return all text inside an element of the package on one line."""
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()
