"""Read the head of a page: its address, date, language, title, and who wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from onrecord.importers.common import boilerplate, byline

# Names, properties and item properties of <meta>, in small letters.
_DATES = (
    "article:published_time article:published og:published_time date publish-date pubdate publishdate datepublished"
    " dc.date dc.date.issued dc.date.created dcterms.date dcterms.created dcterms.issued citation_publication_date"
    " citation_date citation_online_date parsely-pub-date sailthru.date bt:pubdate pdate"
)
_AUTHORS = (
    "author article:author dc.creator dcterms.creator dc.creator.personalname citation_author parsely-author"
    " sailthru.author byl article:author_name authors og:article:author cxenseparse:author"
)
_TITLES = "og:title twitter:title dc.title dcterms.title parsely-title citation_title sailthru.title"
_DESCRIPTIONS = "og:description description twitter:description dc.description dcterms.abstract"
_DATE_KEYS, _AUTHOR_KEYS = frozenset(_DATES.split()), frozenset(_AUTHORS.split())
_TITLE_KEYS, _DESCRIPTION_KEYS = frozenset(_TITLES.split()), frozenset(_DESCRIPTIONS.split())
_SITE_KEYS = frozenset(["og:site_name", "application-name"])
_WRITTEN_BY = frozenset(["written by", "author", "von", "verfasst von", "écrit par", "escrito por"])
_TURNED_ROUND = re.compile(r"(?P<surname>[^\W\d_][\w’' -]{1,30}), (?P<first>[^\W\d_][\w’'.-]*(?: [^\W\d_][\w’'.-]*)?)")
_PRINTED_DATES = (
    "//time/@datetime|//*[@property='datePublished']/@datetime|//*[@property='datePublished']/@content"
    "|//abbr[contains(concat(' ', @class, ' '), ' published ')]/@title"
)
_MARKED_AUTHORS = (
    "//*[@rel='author' or contains(concat(' ', @rel, ' '), ' author ')]"
    "|//*[@itemprop='author'][not(self::meta)][not(.//*[@itemprop='name'])]"
    "|//*[@itemprop='author']//*[@itemprop='name'][not(self::meta)]"
    "|//*[@property='author'][not(self::meta)][not(.//*[@property='name'])]"
    "|//*[@property='author']//*[@property='name']|//*[@data-hook='user-name']"
    "|//*[contains(concat(' ', @class, ' '), ' p-author ') or contains(concat(' ', @class, ' '), ' author-name ')]"
    "|//*[contains(@class, 'author') and contains(@class, 'name')]"
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
    """Return the title, language, date, authors and address that an imported page's metadata give.

    `text` is the source of the page; browsers write into it from where they saved it.
    """
    records = list(_read_json_ld(page))
    title = page.find(".//title")
    language = str(page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
    metadata = list(_list_metadata(page))
    dates = [
        *_get_contents_of_keys(metadata, _DATE_KEYS),
        *(str(record.get("datePublished", "")) for record in records),
        *page.xpath(_PRINTED_DATES),
        *(time.text_content() for time in page.xpath("//time")[:5]),
    ]
    sites = {_clean_text(site).casefold() for site in _get_contents_of_keys(metadata, _SITE_KEYS)}
    headlines = [*_get_contents_of_keys(metadata, _TITLE_KEYS), *(record.get("headline") for record in records)]
    titles = [title.text_content() if title is not None else "", *headlines]
    descriptions = [
        *_get_contents_of_keys(metadata, _DESCRIPTION_KEYS),
        *(record.get("description") for record in records),
    ]
    return PageHead(
        title=next(filter(None, map(_clean_text, titles)), ""),
        address=_find_web_address(page, text),
        date=next(filter(None, (boilerplate.read_date_line(_format_date(str(date))) for date in dates)), ""),
        language=language if re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", language) else "",
        authors=tuple(name for name in _list_authors(page, metadata, records) if name.casefold() not in sites),
        description=next(filter(None, map(_clean_text, descriptions)), "")[:_MAX_CHARACTERS],
    )


def _list_metadata(page: HtmlElement) -> Iterator[tuple[str, str]]:
    """Yield the key, in small letters, and the content of each <meta>; “Written by” of a card is an author."""
    cards: dict[str, str] = {}
    for element in page.iter("meta"):
        key = str(element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        content = _clean_text(element.get("content"))
        cards[key] = content
        yield key, content
    for number in ("1", "2"):
        if cards.get(f"twitter:label{number}", "").casefold() in _WRITTEN_BY:
            yield "author", cards.get(f"twitter:data{number}", "")


def _get_contents_of_keys(metadata: Sequence[tuple[str, str]], keys: Container[str]) -> list[str]:
    """Return the metadata of a page that stand under one of the keys."""
    return [content for key, content in metadata if key in keys and content]


def _format_date(date: str) -> str:
    """Return a date of a catalogue, 2024/05/03 or 20240503, as 2024-05-03."""
    match = re.fullmatch(r"((?:19|20)\d\d)[/.]?([01]\d)[/.]?([0-3]\d)", date.strip())
    return "-".join(match.groups()) if match else date


def _list_authors(
    page: HtmlElement, metadata: Sequence[tuple[str, str]], records: Sequence[Mapping[str, object]]
) -> tuple[str, ...]:
    """Return the authors whom an imported page's metadata give, and those that it marks as such, each once."""
    marked = [element.text_content() for element in page.xpath(_MARKED_AUTHORS) if not _is_in_comment(element)]
    names = [
        *_get_contents_of_keys(metadata, _AUTHOR_KEYS),
        *(name for record in records for name in _iterate_author_names(record.get("author"))),
    ]
    parts = [part for name in [*names, *marked] for part in _split_author_names(_clean_text(name))]
    return tuple(dict.fromkeys(part for part in parts if part and "://" not in part and len(part) <= _MAX_NAME))


def _split_author_names(words: str) -> Iterable[str]:
    """Return the names in an author line: “Roe, Jane” is one; the words of a credit are none."""
    match = _TURNED_ROUND.fullmatch(words)
    if match and " " not in match["surname"] and byline.can_be_person_name(f"{match['first']} {match['surname']}"):
        return [f"{match['first']} {match['surname']}"]
    if people := byline.find_people_in_byline(words):
        return [person.name for person in people if person.role.asks]
    return _BETWEEN_NAMES.split(_LEADING_CREDIT.sub("", words))


def _is_in_comment(element: HtmlElement) -> bool:
    """Return whether a page's element stands in a comment, a list of other articles, or beside the text."""
    names = [name for up in element.iterancestors() for name in (up.get("class", ""), up.get("id", ""), str(up.tag))]
    return bool(_NO_AUTHOR_PLACE.search(" ".join(names)))


def _clean_text(words: object) -> str:
    """Return a metadata text on one line; "" for anything that is no text."""
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


def _find_web_address(page: HtmlElement, text: str) -> str:
    """Return the address that an imported page gives, or that the browser wrote when it saved it; or ""."""
    candidates = [*page.xpath("//link[@rel='canonical']/@href"), *page.xpath("//meta[@property='og:url']/@content")]
    addresses = (str(candidate).strip() for candidate in candidates)
    address = next((address for address in addresses if re.match(r"https?://\S+$", address)), "")
    saved = re.search(r"<!-- saved from url=\(\d+\)(https?://\S+)", text[:4000])
    return address or (saved.group(1) if saved else "")


def _read_json_ld(page: HtmlElement) -> Iterator[dict[str, object]]:
    """Yield the readable records about works in the page's JSON-LD (schema.org), with their people."""
    works: list[dict[str, object]] = []
    names: dict[str, object] = {}
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
                waiting += [node[key] for key in ("@graph", "mainEntity") if key in node]
                names |= {str(node["@id"]): node["name"]} if "@id" in node and "name" in node else {}
                works += [node] if "datePublished" in node or "headline" in node else []
    for work in works:
        yield {**work, "author": _resolve_authors(work.get("author"), names)}


def _resolve_authors(authors: object, names: Mapping[str, object]) -> object:
    """Return the authors of a record with the names of those whom it only refers to by their ids."""
    if isinstance(authors, list):
        return [_resolve_authors(author, names) for author in authors]
    is_reference = isinstance(authors, dict) and "name" not in authors
    return names.get(str(authors.get("@id")), "") if is_reference and isinstance(authors, dict) else authors


def _iterate_author_names(authors: object) -> Iterator[str]:
    """Yield the names of the authors of a JSON-LD record: texts, or records of people with a name."""
    for author in authors if isinstance(authors, list) else [authors]:
        if isinstance(author, dict) and author.get("@type") in ("Organization", "NewsMediaOrganization"):
            continue
        name = author.get("name") if isinstance(author, dict) else author
        if isinstance(name, str):
            yield name
