"""Kinds of sabotage of an e-book, given as the files of its archive."""

from __future__ import annotations

from tests.proof.sabotage.kinds import Files, Kind, add, edit, replace_file, swap
from tests.proof.sabotage.screen_kinds import OTHER_PICTURE, list_file_kinds, list_markup_kinds, list_style_kinds

_PAGES = r"EPUB/(?:how-it-works|auf-deutsch)\.xhtml"
_OPF, _NAV, _NCX = r"EPUB/content\.opf", r"EPUB/nav\.xhtml", r"EPUB/toc\.ncx"
_CHAPTER = (
    b'<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>A word</title></head>'
    b"<body><p>Nobody wrote this.</p></body></html>"
)
_FIELDS = ("title", "language", "identifier", "creator", "contributor", "publisher", "rights", "description", "date")


def _add_chapter(files: Files, _place: int) -> Files:
    """Add a chapter to the archive, the manifest and the spine."""
    opf = files["EPUB/content.opf"].decode()
    opf = opf.replace(
        "</manifest>", '<item href="word.xhtml" id="word" media-type="application/xhtml+xml"/></manifest>'
    )
    opf = opf.replace("</spine>", '<itemref idref="word"/></spine>')
    return {**files, "EPUB/content.opf": opf.encode(), "EPUB/word.xhtml": _CHAPTER}


def _format_expected_claim(name: str, mark: str, old: str, new: str) -> Kind:
    return edit(f"claim: {name}", _OPF, f'(<meta property="{mark}">){old}', rf"\g<1>{new}")


KINDS: tuple[Kind, ...] = (
    *list_markup_kinds(_PAGES),
    *list_style_kinds("EPUB/style.css"),
    *list_file_kinds("EPUB/", ".xhtml"),
    replace_file("cover replaced", r"EPUB/images/cover\.png", OTHER_PICTURE),
    edit("cover described otherwise", r"EPUB/cover\.xhtml", 'alt="', 'alt="Not '),
    Kind("chapter added", _add_chapter),
    add("attachment", "META-INF/notes.txt", b"A note."),
    add("encryption", "META-INF/encryption.xml", b"<encryption/>"),
    *(edit(f"OPF: {name}", _OPF, f"(<dc:{name}[^>]*>)", r"\1X") for name in _FIELDS),
    *(
        edit(f"OPF: {name} removed", _OPF, f"<dc:{name}[^>]*>[^<]*</dc:{name}>", "")
        for name in ("creator", "publisher", "rights", "description", "date")
    ),
    edit("OPF: creator added", _OPF, "</metadata>", "<dc:creator>A Ghost</dc:creator></metadata>"),
    edit("OPF: role", _OPF, ">(ive|edt|trl)<", ">ill<"),
    edit("OPF: language of the package", _OPF, 'xml:lang="en"', 'xml:lang="pl"'),
    edit("OPF: modified", _OPF, r"(<meta property=\"dcterms:modified\">)\d{4}", r"\g<1>1999"),
    edit(
        "OPF: conforms to",
        _OPF,
        "</metadata>",
        '<meta property="dcterms:conformsTo">EPUB Accessibility 1.1 - WCAG 2.2 Level AAA</meta></metadata>',
    ),
    edit("OPF: certified", _OPF, "</metadata>", '<meta property="a11y:certifiedBy">Somebody</meta></metadata>'),
    edit("OPF: progression", _OPF, "<spine ", '<spine page-progression-direction="rtl" '),
    edit("OPF: not linear", _OPF, r"<itemref idref", '<itemref linear="no" idref'),
    edit("OPF: rendition", _OPF, "</metadata>", '<meta property="rendition:layout">pre-paginated</meta></metadata>'),
    edit("OPF: media type", _OPF, r'(href="style.css" [^>]*media-type=")text/css', r"\1text/plain"),
    edit("OPF: fallback", _OPF, r'(<item href="how-it-works.xhtml")', r'\1 fallback="item-imprint-xhtml"'),
    edit("OPF: cover of another picture", _OPF, ' properties="cover-image"', ""),
    edit("OPF: scripted", _OPF, r'(<item href="how-it-works.xhtml")', r'\1 properties="scripted"'),
    edit("OPF: guide", _OPF, "</package>", '<guide><reference type="text" href="imprint.xhtml"/></guide></package>'),
    edit("OPF: collection", _OPF, "</package>", '<collection role="index"/></package>'),
    _format_expected_claim("hazard", "schema:accessibilityHazard", "none", "flashing"),
    _format_expected_claim("mode", "schema:accessMode", "textual", "auditory"),
    _format_expected_claim("sufficient", "schema:accessModeSufficient", "textual", "visual"),
    _format_expected_claim("feature", "schema:accessibilityFeature", "readingOrder", "synchronizedAudioText"),
    _format_expected_claim("summary", "schema:accessibilitySummary", "All text", "No text"),
    _format_expected_claim("source of pages", "pageBreakSource", "", "Another edition of "),
    edit("claim: removed", _OPF, r'<meta property="schema:[^<]*</meta>', ""),
    swap("nav targets exchanged", _NAV, r'<a href="([\w.-]+\.xhtml)" lang'),
    edit("nav target", _NAV, r'<a href="[\w-]+\.xhtml" lang', '<a href="imprint.xhtml" lang'),
    edit("nav label", _NAV, r'(<a href="how-it-works.xhtml"[^>]*>)', r"\1Not "),
    edit("nav division target", _NAV, r"how-it-works\.xhtml#break", "how-it-works.xhtml#a2"),
    edit("nav line removed", _NAV, r'<li><a href="how-it-works.xhtml#break".*?</li>', ""),
    edit("nav line added", _NAV, r"(<ol>\s*<li>)", r'<ol><li><a href="imprint.xhtml">A word</a></li><li>'),
    edit("nav hidden", _NAV, r'<nav epub:type="toc"', '<nav hidden="hidden" epub:type="toc"'),
    edit("page list entry moved", _NAV, r'(<li><a href="[^"]*#page-1">1</a></li>)\s*(<li>.*?</li>)', r"\2\1"),
    edit("page list entry removed", _NAV, r'<li><a href="[^"]*#page-1">1</a></li>', ""),
    edit("page list entry relabelled", _NAV, r'(#page-1">)1<', r"\g<1>11<"),
    edit("page list entry retargeted", _NAV, r'#page-1">1<', '#page-2">1<'),
    edit("page list removed", _NAV, r'<nav epub:type="page-list".*?</nav>', ""),
    edit("landmark retargeted", _NAV, r'(epub:type="bodymatter" href=")[^"]*', r"\1imprint.xhtml"),
    edit("landmark renamed", _NAV, r'(epub:type="bodymatter" href="[^"]*">)', r"\1Not "),
    edit("landmark type", _NAV, r'<a epub:type="bodymatter"', '<a epub:type="backmatter"'),
    edit("landmark removed", _NAV, r'<li><a epub:type="\w+".*?</li>', ""),
    edit("NCX target", _NCX, r'<content src="[\w-]+\.xhtml"', '<content src="imprint.xhtml"'),
    edit("NCX label", _NCX, "<navLabel>\\s*<text>", r"\g<0>Not "),
    edit("NCX title", _NCX, "<docTitle>\\s*<text>", r"\g<0>Not "),
    edit("NCX identifier", _NCX, 'content="urn:', 'content="urn:x:'),
    edit("NCX line removed", _NCX, r"<navPoint id=\"[^\"]*break\".*?</navPoint>", ""),
    edit("title page: words", r"EPUB/title-page\.xhtml", "</section>", "<p>Second edition</p></section>"),
    edit("title page: people", r"EPUB/title-page\.xhtml", '<p class="people">', '<p class="people">Not '),
    edit("title page: title", r"EPUB/title-page\.xhtml", "</h1>", " II</h1>"),
    edit("imprint: words", r"EPUB/imprint\.xhtml", "</section>", "<p>Second edition</p></section>"),
    edit("imprint: rights", r"EPUB/imprint\.xhtml", "All rights", "No rights"),
    edit("part page: title", r"EPUB/part-1\.xhtml", "</h1>", " II</h1>"),
    edit("people: affiliation", r"EPUB/contributors\.xhtml", r"(<dd>.*?<span [^>]*>)", r"\1former "),
    edit("people: link", r"EPUB/contributors\.xhtml", r'<a href="how-it-works.xhtml"', '<a href="auf-deutsch.xhtml"'),
    edit("type of a turn's note", _PAGES, 'epub:type="footnote"', 'epub:type="rearnote"'),
    edit("type of the body", _PAGES, 'epub:type="bodymatter"', 'epub:type="frontmatter"'),
    edit("type of the chapter", _PAGES, 'epub:type="chapter"', 'epub:type="appendix"'),
    edit(
        "second rootfile",
        r"META-INF/container\.xml",
        "</rootfiles>",
        '<rootfile media-type="application/oebps-package+xml" full-path="EPUB/other.opf"/></rootfiles>',
    ),
    edit(
        "link in the container",
        r"META-INF/container\.xml",
        "</container>",
        '<links><link href="x" rel="mapping" media-type="x"/></links></container>',
    ),
    edit("xml:lang of the interview", _PAGES, r'(<article [^>]*?xml:lang=")\w+', r"\1pl"),
    edit("processing instruction", _PAGES, r"<html ", '<?xml-stylesheet href="other.css"?><html '),
)
