"""Put the pages of a web edition into one file: style sheet, scripts, fonts and pictures are inside it.

Each page is an element of the class `page`. An id `a7` of the page `light.html` becomes `light/a7`, and a link to
`light.html#a7` becomes `#light/a7`. Recordings, the PDF and the e-book stay outside; links lead to them.

A document has one main part, and no use for the same landmarks on each page: there they are groups. The headings of
all pages but the first are one level lower. Style sheets find such elements by classes: `main`, `nav`, `h1`.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# The ends of the names of files that are put inside, and their media types.
_MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
    "csl.json": "application/vnd.citationstyles.csl+json",
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
}
_TAG = re.compile(r"""</?[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE = re.compile(r'(?<=\s)([\w:-]+)="([^"]*)"')
_ID_LISTS = frozenset({"id", "for", "headers", "aria-labelledby", "aria-describedby", "aria-details", "aria-controls"})
_ADDRESSES = frozenset({"href", "src", "poster"})
_FONT = re.compile(r'url\("?(fonts/[^")]+)"?\)')
_RENAMED = re.compile(r"(?<![\w.#-])(main|nav|h[1-6])(?=[\s,>{:+~.\[)])")  # elements in selectors
_HEAD_LINKS = re.compile(r'<link rel="(?:alternate|prev|next)"[^>]*>\n?')
_FIRST = "index.html"
_SCRIPT = re.compile(r'<script src="([^"]+)"[^>]*></script>\n?')


@dataclass(frozen=True, slots=True)
class _SiteFiles:
    """The files of a site by name, the pages that become sections, and where all other files lie."""

    files: Mapping[str, bytes]
    pages: frozenset[str]
    elsewhere: str  # the beginning of the address of a file that stays outside

    def find_address(self, address: str, page: str) -> str:
        """Return where an address of a page leads in the one file."""
        name, mark, fragment = address.partition("#")
        if (name or page) in self.pages:
            section = _format_section_id(name or page)
            return f"#{section}/{fragment}" if fragment else f"#{section}"
        if name not in self.files:
            return address
        return self.embed_file(name) or f"{self.elsewhere}{name}{mark}{fragment}"

    def embed_file(self, name: str) -> str:
        """Return a web edition's file as a `data:` address (RFC 2397), "" for one that stays outside."""
        ending = next((ending for ending in _MEDIA_TYPES if name.endswith(f".{ending}")), "")
        if not ending:
            return ""
        return f"data:{_MEDIA_TYPES[ending]};base64,{base64.b64encode(self.files[name]).decode()}"

    def read(self, name: str) -> str:
        """Return a file of the web edition as text."""
        return self.files[name].decode()


def make_single_file(files: Mapping[str, bytes], pages: Sequence[str], elsewhere: str) -> bytes:
    """Return a web edition as one HTML file: `files` are those of the edition, `pages` the names of its pages in order.

    `elsewhere` is the beginning of the addresses of files that stay outside: a folder, or a web address.
    """
    present = [page for page in pages if page in files]
    site = _SiteFiles(files, frozenset(present), elsewhere)
    start, head, _ = _split_page(site.read(present[0]))
    start = start.replace("<html ", '<html data-edition="single" ', 1)
    sections = "".join(_write_section(site, page) for page in present)
    texts = sorted((name for name in files if re.fullmatch(r"search-\d+\.js", name)), key=_find_number)
    scripts = "".join(f"<script>{site.read(name)}</script>\n" for name in ("site.js", "search.js"))
    scripts = "".join(_write_search_texts(site, name) for name in texts) + scripts
    body = f"<body>\n<main>\n{sections}</main>\n{scripts}</body>\n</html>\n"
    return f"{start}{_write_head(site, head)}{body}".encode()


def _format_section_id(page: str) -> str:
    """Return the id of the section that a page becomes in the one file."""
    return page.removesuffix(".html")


def _find_number(name: str) -> int:
    """Return the number of a script with texts for the search."""
    return int(re.sub(r"\D", "", name))


def _split_page(page: str) -> tuple[str, str, str]:
    """Return what stands before the end of the start of the head, the contents of the head and those of the body."""
    start, _, after = page.partition("<head>")
    head, _, after = after.partition("</head>")
    return f"{start}<head>", head, after.partition("<body>")[2].rpartition("</body>")[0]


def _write_head(site: _SiteFiles, head: str) -> str:
    """Return the contents of the head, with style sheet, icon and the script of the colours in it."""
    head = _HEAD_LINKS.sub("", head)
    style = _RENAMED.sub(r".\1", site.read("style.css"))
    style = _FONT.sub(lambda match: f"url({site.embed_file(match[1])})", style).replace("</", "<\\/")
    head = head.replace('<link rel="stylesheet" href="style.css">', f"<style>{style}</style>")
    head = head.replace('href="icon.svg"', f'href="{site.embed_file("icon.svg")}"')
    theme = f"<script>{site.read('theme.js')}</script>\n"
    return f"{_SCRIPT.sub(lambda match: theme if match[1] == 'theme.js' else '', head)}</head>\n"


def _write_search_texts(site: _SiteFiles, name: str) -> str:
    """Return the search texts of a script for the one file, which runs nothing before the search opens."""
    texts = site.read(name).replace("<", "\\u003c")  # only texts have it, as strings of JSON
    return f'<script type="text/plain" data-file="{name}">{texts}</script>\n'


def _write_section(site: _SiteFiles, page: str) -> str:
    """Return a web page as a section of the one file, with its addresses changed."""
    start, _, body = _split_page(site.read(page))
    language = re.search(r'<html [^>]*?lang="([^"]*)"', start)
    direction = "rtl" if 'dir="rtl"' in start else "ltr"
    body = _TAG.sub(lambda match: _rewrite_tag(site, page, match[0]), body)
    lang = f' lang="{language[1]}"' if language else ""
    return f'<div class="page" id="{_format_section_id(page)}"{lang} dir="{direction}">{body}</div>\n'


def _rewrite_tag(site: _SiteFiles, page: str, tag: str) -> str:
    """Return an HTML tag with the ids and addresses of the one file, and the element that it is there."""

    def rewrite(match: re.Match[str]) -> str:
        """Return an HTML attribute with its value in the one file."""
        name, value = match.groups()
        if name in _ID_LISTS:
            value = " ".join(f"{_format_section_id(page)}/{word}" for word in value.split())
        elif name in _ADDRESSES:
            value = site.find_address(value, page)
        return f'{name}="{value}"'

    rewritten = _ATTRIBUTE.sub(rewrite, tag)
    if 'href="data:' in rewritten:
        href = re.search(r'href="([^"]*)"', tag)
        rewritten = re.sub(r"\sdownload(?=[\s>])", f' download="{href[1] if href else ""}"', rewritten)
    return _rename_tag(rewritten, is_first=page == _FIRST)


def _rename_tag(tag: str, *, is_first: bool) -> str:
    """Return an HTML tag for the one file: a landmark as a group, a heading one level lower."""
    mark, name = re.findall(r"^<(/?)(\w+)", tag)[0]
    if name == "section" and ' role="doc-endnotes"' in tag:
        return tag.replace(' role="doc-endnotes"', ' role="group"', 1)
    if name == "section" and " aria-label" in tag and " role=" not in tag:
        return tag.replace("<section", '<section role="group"', 1)
    if not _RENAMED.match(f"{name} "):
        return tag
    level = int(name[1]) if name[0] == "h" else 0
    new_name = f"h{min(6, level + (not is_first))}" if level else "div"
    if mark:
        return f"</{new_name}>"
    role = ' role="group"' if name == "nav" else ""
    others = tag.removeprefix(f"<{name}")
    others = others.replace(' class="', f' class="{name} ', 1) if ' class="' in others else f' class="{name}"{others}'
    return f"<{new_name}{role}{others}"
