"""More kinds of sabotage of e-book and web edition: in what they hold beside their pages, and in style sheets."""

from __future__ import annotations

from collections.abc import Iterator

from tests.proof.sabotage.kinds import Files, Kind, add, append, edit

# --- e-book ----------------------------------------------------------------------------------------------

_OPF, _NAV = r"EPUB/content\.opf", r"EPUB/nav\.xhtml"
_PAGE = r"EPUB/how-it-works\.xhtml"


def _move_name(files: Files, _place: int) -> Files:
    """Give a page a name with other capitals; what refers to it stays."""
    return {("EPUB/How-it-works.xhtml" if name == "EPUB/how-it-works.xhtml" else name): files[name] for name in files}


def _add_reading(files: Files, _place: int) -> Files:
    """Add a file that reads other words aloud beside a page."""
    opf = files["EPUB/content.opf"].decode()
    item = '<item href="x.smil" id="smil" media-type="application/smil+xml"/></manifest>'
    opf = opf.replace("</manifest>", item)
    opf = opf.replace('<item href="how-it-works.xhtml"', '<item media-overlay="smil" href="how-it-works.xhtml"')
    return {**files, "EPUB/content.opf": opf.encode(), "EPUB/x.smil": b"<smil/>"}


def _add_ncx(files: Files, _place: int) -> Files:
    """Name a second table of contents in the spine."""
    opf = files["EPUB/content.opf"].decode().replace('toc="', 'toc="x" data-toc="')
    return {**files, "EPUB/content.opf": opf.encode()}


STRANGE_EPUB_KINDS: tuple[Kind, ...] = (
    Kind("name with capitals", _move_name),
    Kind("words read aloud", _add_reading),
    Kind("another table of contents", _add_ncx),
    add("signatures", "META-INF/signatures.xml", b"<signatures/>"),
    add("rights of use", "META-INF/rights.xml", b"<rights/>"),
    add("options of a shop", "META-INF/com.apple.ibooks.display-options.xml", b"<display_options/>"),
    add("metadata of the container", "META-INF/metadata.xml", b"<metadata/>"),
    edit("type of the archive", "mimetype", r"application/epub\+zip", "application/zip"),
    edit("OPF: title refined", _OPF, "</metadata>", '<meta refines="#title" property="title-type">x</meta></metadata>'),
    edit("OPF: link", _OPF, "</metadata>", '<link rel="record" href="https://example.org/x"/></metadata>'),
    edit("OPF: subject", _OPF, "</metadata>", "<dc:subject>Advertising</dc:subject></metadata>"),
    edit("OPF: source", _OPF, "</metadata>", "<dc:source>Another book</dc:source></metadata>"),
    edit("OPF: identifier added", _OPF, "</metadata>", "<dc:identifier>urn:isbn:1</dc:identifier></metadata>"),
    edit("OPF: old meta", _OPF, "</metadata>", '<meta name="calibre:series" content="x"/></metadata>'),
    edit("OPF: version", _OPF, 'version="3.0"', 'version="2.0"'),
    edit("OPF: unique identifier", _OPF, 'unique-identifier="', 'unique-identifier="x'),
    edit("OPF: prefix", _OPF, "<package ", '<package prefix="x: https://example.org/" '),
    edit("OPF: direction", _OPF, "<package ", '<package dir="rtl" '),
    edit("OPF: bindings", _OPF, "</package>", "<bindings/></package>"),
    edit("OPF: page spread", _OPF, "<itemref ", '<itemref properties="page-spread-left" '),
    edit("OPF: item twice", _OPF, r'<itemref idref="([^"]*)"/>', r"\g<0>\g<0>"),
    edit("OPF: sum of files", _OPF, '(<item href="style.css")', r'\1 media-overlay="x"'),
    edit("nav: other list", _NAV, "</body>", '<nav epub:type="loi"><ol><li><a href="x">x</a></li></ol></nav></body>'),
    edit("nav: style", _NAV, "</head>", "<style>nav { display: none }</style></head>"),
    edit("page: base", _PAGE, "<head>", '<head><base href="imprint.xhtml"/>'),
    edit("page: refresh", _PAGE, "</head>", '<meta http-equiv="refresh" content="0;url=imprint.xhtml"/></head>'),
    edit(
        "page: second sheet", _PAGE, "</head>", '<link rel="alternate stylesheet" href="style.css" title="x"/></head>'
    ),
    edit("page: viewport", _PAGE, "</head>", '<meta name="viewport" content="width=1,height=1"/></head>'),
    edit("page: entities", _PAGE, r"<!DOCTYPE html>", '<!DOCTYPE html [<!ENTITY x "denied">]>'),
    edit("page: comment", _PAGE, "</article>", "<!-- denied --></article>"),
    edit("page: types", _PAGE, r"<p>(?=[^<]{12,})", '<p epub:type="pagebreak">'),
    edit(
        "page: switch",
        _PAGE,
        r"<p>([^<]{12,})</p>",
        r"<epub:switch><epub:default><p>\1</p></epub:default></epub:switch>",
    ),
    edit("page: math", _PAGE, "</article>", "<math><mtext>denied</mtext></math></article>"),
    edit("page: words after the article", _PAGE, "</body>", "<p>Denied.</p></body>"),
    edit("page: words in the body", _PAGE, "</body>", "Denied.</body>"),
)


# --- web edition -----------------------------------------------------------------------------------------

_HTML = r"how-it-works\.html"
_FEED, _MAP = r"feed\.xml", r"sitemap\.xml"

STRANGE_WEB_KINDS: tuple[Kind, ...] = (
    edit("feed: title", _FEED, "<title[^>]*>", r"\g<0>Not "),
    edit("feed: link", _FEED, 'href="https://example.org', 'href="https://example.net'),
    edit("feed: summary", _FEED, "<summary[^>]*>", r"\g<0>Not "),
    edit("feed: author", _FEED, "<name>", r"\g<0>Not "),
    edit("feed: date", _FEED, "<updated>2026", "<updated>1999"),
    edit("feed: entry dropped", _FEED, "<entry[ >].*?</entry>", ""),
    edit("feed: entry added", _FEED, "</feed>", "<entry><title>Denied</title></entry></feed>"),
    edit("feed: sheet", _FEED, r"\A<\?xml[^>]*>", '\\g<0><?xml-stylesheet href="x.xsl"?>'),
    edit("site map: address", _MAP, "<loc>https://example.org", "<loc>https://example.net"),
    edit("site map: address dropped", _MAP, "<url>.*?</url>", ""),
    edit("site map: address added", _MAP, "</urlset>", "<url><loc>https://example.net/</loc></url></urlset>"),
    add("robots: all kept out", "robots.txt", b"User-agent: *\nDisallow: /\n"),
    edit("feed: words between entries", _FEED, "</entry>", "</entry>Denied."),
    edit("site map: sheet", _MAP, r"\A<\?xml[^>]*>", '\\g<0><?xml-stylesheet href="x.xsl"?>'),
    edit("search: words", r"search-\d+\.js", "(?i)every", "no"),
    edit("search: dropped", r"search-\d+\.js", r"\A.*\Z", "{}"),
    edit("page of a missing address: words", r"404\.html", "</main>", "<p>Gone for good.</p></main>"),
    edit("page of a missing address: link", r"404\.html", 'href="', 'href="https://example.net/'),
    edit("icon", r"icon\.svg", "</svg>", "<text>x</text></svg>"),
    edit("person: words", r"person_[\w-]+\.html", "</main>", "<p>Convicted.</p></main>"),
    edit("person: link", r"person_the-\w+\.html", r'href="how-it-works\.html', 'href="auf-deutsch.html'),
    edit("question list: words", _HTML, r'(href="#q1">)', r"\1Not "),
    edit("alternate language", _HTML, "</head>", '<link rel="alternate" hreflang="fr" href="x.html"></head>'),
    edit("preload", _HTML, "</head>", '<link rel="preload" as="script" href="x.js"></head>'),
    edit("prefetch", _HTML, "</head>", '<link rel="prefetch" href="https://example.org/"></head>'),
    edit("manifest", _HTML, "</head>", '<link rel="manifest" href="x.webmanifest"></head>'),
    edit("security policy", _HTML, "</head>", '<meta http-equiv="Content-Security-Policy" content="x"></head>'),
    edit("import map", _HTML, "</head>", '<script type="importmap">{}</script></head>'),
    edit("second record", _HTML, "</head>", '<script type="application/ld+json">{"@type": "Person"}</script></head>'),
    edit("data of things", _HTML, r"<p>(?=[^<]{12,})", '<p itemprop="review" itemscope>'),
    edit("data of triples", _HTML, r"<p>(?=[^<]{12,})", '<p property="schema:review">'),
    edit("slot", _HTML, "</article>", "<template><p>Denied.</p></template></article>"),
    edit("dialog", _HTML, "</article>", "<dialog open><p>Denied.</p></dialog></article>"),
    edit("popover", _HTML, r"<p>(?=[^<]{12,})", '<p popover="auto">'),
    edit("part of a shadow", _HTML, r"<p>(?=[^<]{12,})", '<p slot="x" part="y">'),
    edit("no script", _HTML, "</body>", "<noscript><p>Denied.</p></noscript></body>"),
    edit("marking of the tools", _HTML, 'data-search="', 'data-search="Not '),
    edit("generator", _HTML, '(name="generator" content=")[^"]*', r"\1Another program"),
    edit("theme colour", _HTML, "</head>", '<meta name="theme-color" content="#fff"></head>'),
    edit("refers to another author", _HTML, "</head>", '<link rel="author" href="https://example.net/"></head>'),
    edit("words before the page", _HTML, "<body>", "<body>Denied."),
    edit("words in a comment", _HTML, "</article>", "<!--denied--></article>"),
    edit("conditional words", _HTML, "<body>", "<body><!--[if IE]><p>Denied.</p><![endif]-->"),
    edit("letters as entities of another script", _HTML, r"(<p>[^<]*?)a", r"\1&#1072;"),
    edit("date of the book in words", r"index\.html", r"(<time [^>]*>)", r"\1Not before "),
    edit("words beside the date", r"index\.html", r"(</time>)", r" (second edition)\1"),
)

_SHEETS = {
    "words by a variable": ":root { --x: 'Not ' } .byline::before { content: var(--x) }",
    "words by an attribute": ".turn::before { content: attr(id) }",
    "shape outside": ".answer p { float: left; shape-outside: circle(50%); height: 0 }",
    "filter": ".disclaimer { filter: opacity(0) }",
    "backdrop": "body::after { content: ''; position: fixed; inset: 0; backdrop-filter: blur(40px) }",
    "blend": ".byline { mix-blend-mode: lighten; color: white }",
    "perspective": ".disclaimer { transform: perspective(1px) translateZ(2px) }",
    "offset path": ".disclaimer { offset-path: path('M -9999 0 L -9999 1'); }",
    "inset": ".disclaimer { position: absolute; inset: auto auto 9999px }",
    "content visibility": ".answer { content-visibility: hidden }",
    "writing mode": ".byline { writing-mode: vertical-rl }",
    "direction": ".answer p { direction: rtl; unicode-bidi: bidi-override }",
    "word spacing": ".answer p { word-spacing: -0.25em }",
    "white space": ".answer p { white-space: pre; overflow: hidden; width: 1ch }",
    "fill": ".byline { -webkit-text-fill-color: transparent }",
    "stroke": ".byline { -webkit-text-stroke: 9px white }",
    "shadow": ".byline { color: transparent; text-shadow: 0 0 9px #000 }",
    "counter of lists": "ol { counter-reset: list-item 7 }",
    "style of lists": "li { list-style-type: 'Not ' }",
    "style of counters": "@counter-style x { system: cyclic; symbols: 'Not' } li { list-style: x }",
    "in a container": "@container (min-width: 0) { .disclaimer { display: none } }",
    "in a scope": "@scope (article) { .disclaimer { display: none } }",
    "on a start": "@starting-style { .disclaimer { opacity: 0 } }",
    "by has": "article:has(.disclaimer) .disclaimer { display: none }",
    "by where": ":where(.disclaimer) { visibility: hidden }",
    "by language": ":lang(en) { color: #fff }",
    "by root": ":root > body .byline { font-size: 0 }",
    "by empty name space": "*|*[id=byline] { display: none }",
    "by light and dark": ".byline { color: light-dark(white, white) }",
    "by transparency of colour": ".byline { color: rgb(0 0 0 / 0.02) }",
    "by hue": ".byline { color: oklch(0.99 0 0) }",
    "in print at the margin": "@page { margin: 100% }",
    "important": ".disclaimer { display: none !important }",
}


def list_strange_styles(sheet: str) -> Iterator[Kind]:
    """Yield further styles that hide, cover, change or add words."""
    for name, rule in _SHEETS.items():
        yield append(f"sheet: {name}", sheet, f"\n{rule}\n")
