"""Files beside the pages of a web edition: an icon, and for a book with a web address a sitemap and an Atom feed."""

from __future__ import annotations

from html import escape
from pathlib import Path

from onrecord.editions import design_tokens, schema_org
from onrecord.model import Book
from onrecord.model.dates import AnyDate, get_first_day
from onrecord.wording import changed_places, contributors, index_entries


def build_site_files(book: Book, folder: Path) -> dict[str, bytes]:
    """Return the files by name. A pack has neither sitemap nor feed: it is for those who are invited."""
    files = {"icon.svg": _draw_icon(folder)}
    if book.url and not book.pack:
        files |= {"sitemap.xml": _write_sitemap(book), "feed.xml": _write_feed(book)}
    return {name: text.encode() for name, text in files.items()}


def _draw_icon(folder: Path) -> str:
    """Return a small picture of the cover: its band and its rule on its paper."""
    accent, paper = (design_tokens.read_color(folder, name) for name in ("--accent", "--paper-cover"))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<path fill="{paper}" d="M5 0h22v32H5z"/><path fill="{accent}" d="M5 0h22v9H5zM9 20h14v2H9z"/></svg>\n'
    )


def _write_sitemap(book: Book) -> str:
    """Return the sitemap of the web edition: the addresses of all pages (sitemaps.org 0.9)."""
    pages = ["index.html", *(f"{interview.slug}.html" for interview in book.interviews)]
    pages += ["contributors.html"] if any(interview.people for interview in book.interviews) else []
    pages += [contributor.page for contributor in contributors.list_contributors(book)]
    pages += ["edition-changes.html"] if changed_places.list_changed_places(book) else []
    pages += ["book-index.html"] if index_entries.list_printed_index(book) else []
    rows = "".join(f"<url><loc>{escape(book.url + page)}</loc></url>\n" for page in pages)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    )


def _write_feed(book: Book) -> str:
    """Return the feed of the web edition: the interviews as entries (Atom, RFC 4287)."""
    names = book.editors or ((book.publisher,) if book.publisher else (book.title,))
    authors = "".join(f"<author><name>{escape(name)}</name></author>\n" for name in names)
    entries = "".join(
        f'<entry xml:lang="{interview.language}"><title>{escape(interview.title.text)}</title>\n'
        f"<id>{escape(book.url)}{interview.slug}.html</id>\n"
        f'<link href="{escape(book.url)}{interview.slug}.html"/>\n'
        f"<updated>{_format_feed_time(interview.date or book.date)}</updated>\n"
        f"<summary>{escape(schema_org.describe_interview(interview))}</summary></entry>\n"
        for interview in book.interviews
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{book.language}">\n'
        f"<title>{escape(book.title)}</title>\n<id>{escape(book.url)}</id>\n"
        f'<link href="{escape(book.url)}"/>\n<link rel="self" href="{escape(book.url)}feed.xml"/>\n'
        f"<updated>{_format_feed_time(book.date)}</updated>\n{authors}{entries}</feed>\n"
    )


def _format_feed_time(value: AnyDate) -> str:
    """Return the beginning of a day, month or year for the feed (RFC 3339)."""
    return f"{get_first_day(value).isoformat()}T00:00:00Z"
