"""Check what an EPUB says about its page numbers: the page list, and the metadata of the package."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from lxml.etree import _Element

from onrecord.model import Book
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.reading.article_text import get_tag_name
from onrecord.proof.reading.epub_archive import EpubArchive, resolve_path
from onrecord.proof.reading.normalize import normalize_text, shorten_text
from onrecord.proof.rules.page_markers import EPUB_TYPE, MarkedCopy
from onrecord.proof.rules.report import HINT

_FEATURES = frozenset({"pageBreakMarkers", "pageNavigation"})


def check_page_list(
    book: Book, labels: Sequence[str], copy: MarkedCopy, nav: _Element | None, nav_name: str
) -> Iterator[Problem]:
    """Yield a problem for what is wrong in an EPUB's page list: missing page, order, or link to marker.

    EPUB Accessibility 1.1 §3.3.3. `labels` are the printed page numbers.
    """
    for fault in _describe_page_list(labels, copy, nav, nav_name):
        yield Problem(book.location, Rule.PAGE_LIST_IS_WHOLE, f"{copy.name}: {fault}", HINT)


def _describe_page_list(labels: Sequence[str], copy: MarkedCopy, nav: _Element | None, nav_name: str) -> Iterator[str]:
    """Yield in words what is wrong with the page list in an EPUB's navigation page."""
    page_lists = [element for element in nav.iter() if _is_page_list(element)] if nav is not None else []
    if len(page_lists) != 1:
        yield f"it has {len(page_lists)} page lists" if page_lists else "it has no page list"
        return
    links = [element for element in page_lists[0].iter() if get_tag_name(element) == "a"]
    entries = [normalize_text("".join(link.itertext())) for link in links]
    if entries != list(labels):
        yield _describe_first_difference(entries, labels)
    marked_labels = {(marker.file, marker.id): marker.label for marker in copy.markers if marker.id}
    for link, entry in zip(links, entries, strict=True):
        href = link.get("href") or ""
        path, _, id_ = href.partition("#")
        file = resolve_path(posixpath.dirname(nav_name), path) if path else nav_name
        if marked_labels.get((file, id_)) != entry:
            page = shorten_text(entry, 20)
            yield f"its page list sends page {page} to “{shorten_text(href)}”, which is not its marker"


def _describe_first_difference(entries: Sequence[str], labels: Sequence[str]) -> str:
    """Return in words the first difference of an EPUB's page list from the printed page numbers."""
    pairs = enumerate(zip(entries, labels, strict=False))
    shorter = min(len(entries), len(labels))
    index = next((index for index, (entry, label) in pairs if entry != label), shorter)
    entry, label = (
        f"“{shorten_text(names[index], 20)}”" if index < len(names) else "nothing" for names in (entries, labels)
    )
    return f"its page list has {entry} where the print edition has {label}"


def _is_page_list(element: _Element) -> bool:
    """Return whether the element is the `nav` of an EPUB's page list."""
    return get_tag_name(element) == "nav" and "page-list" in (element.get(EPUB_TYPE) or "").split()


def check_page_metadata(book: Book, copy: MarkedCopy, archive: EpubArchive) -> Iterator[Problem]:
    """Yield a problem for what an EPUB's package lacks: source of page numbers, declaration of markers or list."""
    sources = [value for name, value in archive.metadata if name == "pageBreakSource"]
    if len(sources) != 1 or sources[0] in ("", "none", book.identifier):
        names = "; ".join(f"“{shorten_text(source)}”" for source in sources) or "nothing"
        sentence = (
            f"{copy.name}: its page numbers are from print, but as their source (pageBreakSource) it names {names}"
        )
        yield Problem(book.location, Rule.PAGE_SOURCE_IS_NAMED, sentence, HINT)
    features = {value for name, value in archive.metadata if name == "schema:accessibilityFeature"}
    for feature in sorted(_FEATURES - features):
        sentence = f"{copy.name}: it has page numbers, but does not declare {feature}"
        yield Problem(book.location, Rule.FEATURES_ARE_DECLARED, sentence, HINT)
