"""What the head of a page says about the page: its address, date, language, title, and who wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from onrecord.importers.common import boilerplate

_TIMES = (
    "//meta[contains(@property, 'published_time') or @name='date' or @name='publish-date' or @name='pubdate' or "
    "@itemprop='datePublished'"
    " or @name='dc.date' or @name='DC.date.issued' or @name='citation_publication_date']/@content"
)
_AUTHORS = (
    "//meta[@name='author' or @property='author' or @name='dc.creator' or @property='article:author' or "
    "@name='citation_author']/@content"
)
_MOST_RECORDS = 50


@dataclass(frozen=True, slots=True)
class Head:
    """What a page says of itself; nothing of it is printed but what stands in the text, too."""

    title: str = ""
    address: str = ""
    date: str = ""
    language: str = ""
    authors: frozenset[str] = frozenset()  # in small letters


def head(page: HtmlElement, text: str) -> Head:
    """`text` is the page as it was saved, with the browser's note of where it came from."""
    records = list(_records(page))
    element = page.find(".//title")
    language = str(page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
    times = [
        *page.xpath(_TIMES),
        *(str(one.get("datePublished", "")) for one in records),
        *page.xpath("//time/@datetime"),
        *(one.text_content() for one in page.xpath("//time")[:5]),
    ]
    authors = [*page.xpath(_AUTHORS), *(name for one in records for name in _names(one.get("author")))]
    return Head(
        title=" ".join((element.text_content() if element is not None else "").split()),
        address=_address(page, text),
        date=next((found for one in times if (found := boilerplate.date_in(str(one)))), ""),
        language=language if re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", language) else "",
        authors=frozenset(" ".join(str(one).split()).casefold() for one in authors if one and "://" not in str(one)),
    )


def declared(data: bytes) -> str:
    """The encoding that the page names (HTML Living Standard §4.2.5.4), "" if none."""
    found = re.search(rb"(?i)<meta[^>]+charset=[\"']?([\w-]+)", data[:4096]) or re.search(
        rb"(?i)<\?xml[^>]+encoding=[\"']([\w-]+)", data[:200]
    )
    return found.group(1).decode("ascii").lower() if found else ""


def without_site(title: str) -> str:
    """The first part of a title like "A Proof | Printing | The Folio"."""
    return re.split(r"\s+[|–—·»-]\s+", title)[0]


def _address(page: HtmlElement, text: str) -> str:
    addresses = [*page.xpath("//link[@rel='canonical']/@href"), *page.xpath("//meta[@property='og:url']/@content")]
    address = next((str(one).strip() for one in addresses if re.match(r"https?://\S+$", str(one).strip())), "")
    saved = re.search(r"<!-- saved from url=\(\d+\)(https?://\S+)", text[:4000])
    return address or (saved.group(1) if saved else "")


def _records(page: HtmlElement) -> Iterator[dict[str, object]]:
    """The records about works in the page's JSON-LD (schema.org), as far as they can be read."""
    for script in page.xpath("//script[@type='application/ld+json']")[:_MOST_RECORDS]:
        try:
            waiting = [json.loads(script.text or "")]
        except (ValueError, RecursionError):
            continue
        while waiting:
            one = waiting.pop(0)
            if isinstance(one, list):
                waiting += one[:_MOST_RECORDS]
            elif isinstance(one, dict):
                waiting += [one["@graph"]] if "@graph" in one else []
                if "datePublished" in one or "headline" in one:
                    yield one


def _names(author: object) -> Iterator[str]:
    for one in author if isinstance(author, list) else [author]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str):
            yield name
