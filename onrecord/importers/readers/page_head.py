"""Read the head of a page: its address, date, language, title, and who wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from onrecord.importers.common import boilerplate

_DATES = (
    "//meta[contains(@property, 'published_time') or @name='date' or @name='publish-date' or @name='pubdate'"
    " or @itemprop='datePublished' or @name='dc.date' or @name='DC.date.issued' or @name='citation_publication_date']"
    "/@content"
)
_AUTHORS = (
    "//meta[@name='author' or @property='author' or @name='dc.creator' or @property='article:author'"
    " or @name='citation_author']/@content"
)
_SITE_NAMES = "//meta[@property='og:site_name']/@content"
_TITLES = "//meta[@property='og:title' or @name='twitter:title' or @name='dc.title']/@content"
_DESCRIPTIONS = "//meta[@property='og:description' or @name='description' or @name='twitter:description']/@content"
_MARKED_AUTHORS = (
    "//*[@rel='author' or contains(concat(' ', @rel, ' '), ' author ')]"
    "|//*[@itemprop='author'][not(self::meta)][not(.//*[@itemprop='name'])]"
    "|//*[@itemprop='author']//*[@itemprop='name'][not(self::meta)]"
    "|//*[contains(concat(' ', @class, ' '), ' p-author ') or contains(concat(' ', @class, ' '), ' author-name ')]"
    "|//*[contains(concat(' ', @class, ' '), ' byline ') or contains(concat(' ', @class, ' '), ' author ')]"
    "//*[self::a or contains(concat(' ', @class, ' '), ' fn ')]"
)
_BETWEEN_NAMES = re.compile(r"\s*(?:,|;|\||&|\band\b|\bund\b|\bet\b|\by\b)\s+")
_LEADING_CREDIT = re.compile(
    r"(?i)^(?:(?:written|words|text|posted|published|interview(?:ed)?)\s+)?(?:by|von|par|por|di|автор|text"
    r"|texte|texto)\s*:?\s+"
)
_NO_AUTHOR_PLACE = re.compile(
    r"(?i)\b(?:comments?|respond|related|recommend\w*|sidebar|widget|aside|footer|nav|teaser)\b"
)
_MAX_NAME, _MAX_CHARACTERS = 60, 600
_MAX_RECORDS = 50


@dataclass(frozen=True, slots=True)
class PageHead:
    """What a page says about itself; it is not printed, unless the text says it, too."""

    title: str = ""
    address: str = ""
    date: str = ""  # ISO 8601
    language: str = ""
    authors: tuple[str, ...] = ()
    description: str = ""


def read_page_head(page: HtmlElement, text: str) -> PageHead:
    """Return the title, language, date, authors and address that a page's metadata give.

    `text` is the source of the page; browsers write into it from where they saved it.
    """
    records = list(_read_records(page))
    title = page.find(".//title")
    language = str(page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
    dates = [
        *page.xpath(_DATES),
        *(str(record.get("datePublished", "")) for record in records),
        *page.xpath("//time/@datetime"),
        *(time.text_content() for time in page.xpath("//time")[:5]),
    ]
    sites = {_clean(site).casefold() for site in page.xpath(_SITE_NAMES)}
    headlines = [*page.xpath(_TITLES), *(record.get("headline") for record in records)]
    titles = [title.text_content() if title is not None else "", *headlines]
    descriptions = [*page.xpath(_DESCRIPTIONS), *(record.get("description") for record in records)]
    return PageHead(
        title=next(filter(None, map(_clean, titles)), ""),
        address=_find_address(page, text),
        date=next(filter(None, (boilerplate.read_date_line(str(date)) for date in dates)), ""),
        language=language if re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", language) else "",
        authors=tuple(name for name in _list_authors(page, records) if name.casefold() not in sites),
        description=next(filter(None, map(_clean, descriptions)), "")[:_MAX_CHARACTERS],
    )


def _list_authors(page: HtmlElement, records: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """Return the names of the authors whom metadata give, and those that the page marks as such, each once."""
    marked = [element.text_content() for element in page.xpath(_MARKED_AUTHORS) if not _is_in_comment(element)]
    names = [*page.xpath(_AUTHORS), *(name for record in records for name in _names_in(record.get("author"))), *marked]
    parts = [part for name in names for part in _BETWEEN_NAMES.split(_LEADING_CREDIT.sub("", _clean(name)))]
    return tuple(dict.fromkeys(part for part in parts if part and "://" not in part and len(part) <= _MAX_NAME))


def _is_in_comment(element: HtmlElement) -> bool:
    """Return whether an element stands in a comment, a list of other articles, or what is beside the text."""
    names = [name for up in element.iterancestors() for name in (up.get("class", ""), up.get("id", ""), str(up.tag))]
    return bool(_NO_AUTHOR_PLACE.search(" ".join(names)))


def _clean(words: object) -> str:
    """Return a text on one line; "" for anything else."""
    return " ".join(words.split()) if isinstance(words, str) else ""


def find_declared_encoding(data: bytes) -> str:
    """Return the encoding that a page names (HTML Living Standard §4.2.5.4), or ""."""
    match = re.search(rb"(?i)<meta[^>]+charset=[\"']?([\w-]+)", data[:4096]) or re.search(
        rb"(?i)<\?xml[^>]+encoding=[\"']([\w-]+)", data[:200]
    )
    return match.group(1).decode("ascii").lower() if match else ""


def strip_site_name(title: str) -> str:
    """Return the first part of a title like "A Proof | Printing | The Folio"."""
    return re.split(r"\s+[|–—·»-]\s+", title)[0]


def _find_address(page: HtmlElement, text: str) -> str:
    """Return the address that the page gives, or that the browser wrote when it saved it."""
    candidates = [*page.xpath("//link[@rel='canonical']/@href"), *page.xpath("//meta[@property='og:url']/@content")]
    addresses = (str(candidate).strip() for candidate in candidates)
    address = next((address for address in addresses if re.match(r"https?://\S+$", address)), "")
    saved = re.search(r"<!-- saved from url=\(\d+\)(https?://\S+)", text[:4000])
    return address or (saved.group(1) if saved else "")


def _read_records(page: HtmlElement) -> Iterator[dict[str, object]]:
    """Yield the readable records about works in the page's JSON-LD (schema.org)."""
    for script in page.xpath("//script[@type='application/ld+json']")[:_MAX_RECORDS]:
        try:
            waiting = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting += node[:_MAX_RECORDS]
            elif isinstance(node, dict):
                waiting += [node["@graph"]] if "@graph" in node else []
                if "datePublished" in node or "headline" in node:
                    yield node


def _names_in(authors: object) -> Iterator[str]:
    """Yield the names of the authors of a record: texts, or records with a name."""
    for author in authors if isinstance(authors, list) else [authors]:
        name = author.get("name") if isinstance(author, dict) else author
        if isinstance(name, str):
            yield name
