"""Read the head of a page: its address, date, language, title, and who wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
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
_MAX_RECORDS = 50


@dataclass(frozen=True, slots=True)
class PageHead:
    """What a page says about itself; it is not printed, unless the text says it, too."""

    title: str = ""
    address: str = ""
    date: str = ""  # ISO 8601
    language: str = ""
    authors: frozenset[str] = frozenset()  # in small letters


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
    authors = [*page.xpath(_AUTHORS), *(name for record in records for name in _names_in(record.get("author")))]
    return PageHead(
        title=" ".join((title.text_content() if title is not None else "").split()),
        address=_find_address(page, text),
        date=next(filter(None, (boilerplate.read_date_line(str(date)) for date in dates)), ""),
        language=language if re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", language) else "",
        authors=frozenset(
            " ".join(str(name).split()).casefold() for name in authors if name and "://" not in str(name)
        ),
    )


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
