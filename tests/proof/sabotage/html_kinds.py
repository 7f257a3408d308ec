"""Kinds of sabotage of a web edition."""

from __future__ import annotations

from tests.proof.sabotage.kinds import Kind, drop, edit, swap
from tests.proof.sabotage.screen_kinds import list_file_kinds, list_markup_kinds, list_style_kinds

_PAGES = r"(?:how-it-works|auf-deutsch)\.html"
_ALL_PAGES = r"[\w-]+\.html"
_LD = r'(<script type="application/ld\+json">.*?)'

KINDS: tuple[Kind, ...] = (
    *list_markup_kinds(_PAGES),
    *list_style_kinds("style.css"),
    *list_file_kinds("", ".html"),
    edit("JSON-LD: headline", _PAGES, _LD + '"headline": "', r'\1"headline": "Not '),
    edit("JSON-LD: creditText", _PAGES, _LD + '"creditText": "', r'\1"creditText": "Not '),
    edit("JSON-LD: date", _ALL_PAGES, _LD + r'"datePublished": "\d+', r'\1"datePublished": "1999'),
    edit("JSON-LD: author", _PAGES, _LD + '"author": \\[.*?"name": "', r'\1"author": [{"@type": "Person", "name": "A '),
    edit("JSON-LD: publisher", _ALL_PAGES, _LD + r'"name": "The Press"', r'\1"name": "A Press"'),
    edit("JSON-LD: rights", _PAGES, _LD + '"copyrightNotice": "', r'\1"copyrightNotice": "No '),
    edit("JSON-LD: more", _ALL_PAGES, _LD + r"\n\}</script>", r'\1, "review": "bad"}</script>'),
    edit("JSON-LD: removed", _ALL_PAGES, _LD + "</script>", ""),
    edit("description changed", _ALL_PAGES, '<meta name="description" content="', r"\g<0>Not "),
    edit("description removed", _ALL_PAGES, '<meta name="description"[^>]*>', ""),
    edit("og:title", _ALL_PAGES, '<meta property="og:title" content="', r"\g<0>Not "),
    edit("og:description", _ALL_PAGES, '<meta property="og:description" content="', r"\g<0>Not "),
    edit(
        "og:url",
        _ALL_PAGES,
        '<meta property="og:url" content="https://example.org',
        '<meta property="og:url" content="https://example.net',
    ),
    edit("og:type", _ALL_PAGES, '(?<="og:type" content=")\\w+', "video"),
    edit(
        "og:image added", _ALL_PAGES, "</head>", '<meta property="og:image" content="https://example.org/x.png"></head>'
    ),
    edit("canonical", _ALL_PAGES, r'rel="canonical" href="[^"]*', 'rel="canonical" href="https://example.net/'),
    edit("next page in the head", _PAGES, r'<link rel="(next|prev)" href="[^"]*', r'<link rel="\1" href="index.html'),
    edit("alternate record", _PAGES, r'(<link rel="alternate" [^>]*?href=")[^"]*', r"\1other.bib"),
    edit("not to be indexed", _ALL_PAGES, "</head>", '<meta name="robots" content="noindex"></head>'),
    edit(
        "redirection", _ALL_PAGES, "</head>", '<meta http-equiv="refresh" content="0;url=https://example.org/"></head>'
    ),
    edit("base", _ALL_PAGES, "<head>", '<head><base href="https://example.org/">'),
    edit("visible citation", _PAGES, r'<p class="citation">', '<p class="citation">Not '),
    edit("visible citation of a turn", _PAGES, r'(<span class="citation">[^<]*)2026', r"\g<1>1926"),
    edit("citation of a turn: page", _PAGES, r"2026\), (\d+), ", "2026), 99, "),
    edit("citation of a turn: link", _PAGES, r'<a class="back" href="#q1"(?=>Q1)', '<a class="back" href="#a1"'),
    edit("cite link retargeted", _PAGES, r'class="cite" href="#cite-q1"', 'class="cite" href="#cite-a1"'),
    edit("BibTeX", r".*\.bib", "title = {", "title = {Not "),
    edit("RIS", r".*\.ris", "TI  - ", "TI  - Not "),
    edit("RIS: person", r".*\.ris", "AU  - ", "AU  - X"),
    edit("CSL-JSON: year", r".*\.csl\.json", "2026", "1926"),
    edit("CSL-JSON: publisher", r".*\.csl\.json", '"publisher": "', '"publisher": "Not '),
    drop("BibTeX deleted", r".*\.bib"),
    edit("download link", _PAGES, r'<li><a href="[\w-]+\.bib"', '<li><a href="other.bib"'),
    swap("contents links exchanged", r"index\.html", r'<a href="([\w-]+\.html)" lang="\w+">'),
    edit(
        "contents link retargeted",
        r"index\.html",
        r'<a href="[\w-]+\.html" lang',
        '<a href="https://example.org/" lang',
    ),
    edit("contents link unwrapped", r"index\.html", r'<a href="[\w-]+\.html" lang="\w+">(.*?)</a>', r"\1"),
    edit("contents language", r"index\.html", r'(<a href="[\w-]+\.html" lang=")\w+', r"\1pl"),
    edit("people in the contents", r"index\.html", r'<span class="who">', '<span class="who">Not '),
    edit("turning link retargeted", _PAGES, r'(<li class="(?:next|previous)"><a href=")[^"]*', r"\1index.html"),
    edit("turning link renamed", _PAGES, r'(<span class="name" lang="\w+">)', r"\1Not "),
    edit(
        "person linked to another interview",
        r"contributors\.html",
        r'<a href="how-it-works.html"',
        '<a href="auf-deutsch.html"',
    ),
    edit("affiliation", r"contributors\.html", r"(<dd>.*?<span lang=\"\w+\">)", r"\1former "),
    edit("role of a person", r"contributors\.html", r"<dd>(\w+)", "<dd>Witness"),
    edit("words in the imprint", r"index\.html", r"(id=\"imprint-title\">.*?</h2>)", r"\1<p>Second edition</p>"),
    edit("date of the book", _ALL_PAGES, r'<time datetime="[^"]*', '<time datetime="1999-01-01'),
    edit("words in the foot", _ALL_PAGES, r'(<footer class="site">)', r"\1<p>Sponsored</p>"),
    edit(
        "link in the head",
        _ALL_PAGES,
        r'<a class="book" href="index.html"',
        '<a class="book" href="https://example.org/"',
    ),
    edit("skip link", _ALL_PAGES, r'class="skip" href="#main"', 'class="skip" href="https://example.org/"'),
    edit("remote script", _ALL_PAGES, "</body>", '<script src="https://example.org/x.js"></script></body>'),
    edit("script changed", r"site\.js", "button.textContent = text", 'button.textContent = "x" + text'),
    edit("form", _ALL_PAGES, "</main>", '<form action="https://example.org/"><input></form></main>'),
)
