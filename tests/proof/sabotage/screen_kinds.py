"""Kinds of sabotage that an e-book and a web edition have in common: words, markup, style sheets, files."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image

from tests.proof.sabotage.kinds import Kind, add, append, drop, edit, replace_file, swap

_WORDS = r"(?<=<p>)([^<]*?[a-z]{3} )([a-z]{4,})"  # in a paragraph
_SPACE = r"(<p>[^<]*?[a-z]{3}) ([a-z]{3})"


def _draw_picture() -> bytes:
    out = io.BytesIO()
    Image.new("L", (320, 180), 128).save(out, "PNG")
    return out.getvalue()


OTHER_PICTURE = _draw_picture()


def list_markup_kinds(pages: str) -> Iterator[Kind]:
    """Yield kinds that change the page of an interview, and no printed word of it."""
    yield edit("no-break space", pages, _SPACE, "\\1\u00a0\\2")
    yield edit("thin space", pages, _SPACE, "\\1\u2009\\2")
    yield edit("zero-width space", pages, _WORDS, "\\1\u200b\\2")
    yield edit("zero-width joiner in a word", pages, r"(<p>[^<]*?[a-z]{3})([a-z])", "\\1\u200d\\2")
    yield edit("soft hyphen", pages, r"(<p>[^<]*?[a-z]{3})([a-z]{3})", "\\1\u00ad\\2")
    yield edit("direction override", pages, _WORDS, "\\1\u202e\\2\u202c")
    yield edit("decomposed letter", pages, r"(Gespr)ä(?=ch mit[^<]*</p>)", "\\1a\u0308")
    yield edit("emphasis added", pages, _WORDS, r"\1<em>\2</em>")
    yield edit("emphasis dropped", pages, r"<em>(.*?)</em>", r"\1")
    yield edit("strong added", pages, _WORDS, r"\1<strong>\2</strong>")
    yield edit("strong to emphasis", pages, r"<strong>(.*?)</strong>", r"<em>\1</em>")
    yield edit("word struck out", pages, _WORDS, r"\1<del>\2</del>")
    yield edit("strike dropped", pages, r"<s>(.*?)</s>", r"\1")
    yield edit("raised figure lowered", pages, r"<sup>(st)</sup>", r"\1")
    yield edit("code dropped", pages, r"<code>([^<]*?)</code>", r"\1")
    yield edit("question set as answer", pages, r'class="turn question"', 'class="turn answer"')
    yield edit("answer set as question", pages, r'class="turn answer"', 'class="turn question"')
    yield edit("aria-label changed", pages, r'aria-label="(Question|Answer|Frage|Antwort)', 'aria-label="Somebody')
    yield edit("aria-label removed", pages, r' aria-label="(Question|Answer|Frage|Antwort)[^"]*"', "")
    yield edit("cross-reference retargeted", pages, r'href="([\w.-]*#)a2"(?=>a later)', r'href="\1q1"')
    yield edit("external link retargeted", pages, r'href="https://example.org/\?', 'href="https://example.net/?')
    yield edit("link unwrapped", pages, r'<a href="https://example.org/[^>]*>(.*?)</a>', r"\1")
    yield edit("link added", pages, _WORDS, r'\1<a href="https://example.org/">\2</a>')
    yield edit("title of a link changed", pages, r'title="A “', 'title="No “')
    yield edit("word white", pages, _WORDS, r'\1<span style="color:#fff">\2</span>')
    yield edit("word off the screen", pages, _WORDS, r'\1<span style="position:absolute;left:-9999px">\2</span>')
    yield edit("word without size", pages, _WORDS, r'\1<span style="font-size:0.01px">\2</span>')
    yield edit("closed details", pages, r"(<p>[^<]{12,}</p>)", r"<details><summary></summary>\1</details>")
    yield edit("aria-hidden", pages, r"<p>(?=[^<]{12,})", '<p aria-hidden="true">')
    yield edit("title attribute", pages, r"<p>(?=[^<]{12,})", '<p title="This was denied later.">')
    yield edit("role img", pages, r"<p>(?=[^<]{12,})", '<p role="img" aria-label="Another sentence.">')
    yield edit("role presentation of a turn", pages, r'role="group"', 'role="presentation"')
    yield edit("right to left", pages, r"<p>(?=[^<]{12,})", '<p dir="rtl">')
    yield edit("bdo", pages, _WORDS, r'\1<bdo dir="rtl">\2</bdo>')
    yield edit("language of a paragraph", pages, r"<p>(?=[^<]{12,})", '<p lang="fr">')
    yield edit("language of a phrase", pages, r'<span lang="fr"', '<span lang="it"')
    yield edit("language of the interview", pages, r'(<article [^>]*?)lang="\w+"', r'\1lang="pl"')
    yield edit("language of the page", pages, r'<html([^>]*?) lang="\w+"', r'<html\1 lang="pl"')
    yield edit("heading to paragraph", pages, r"<(h2|h3)>(.*?)</\1>", r"<p>\2</p>")
    yield edit("title to paragraph", pages, r"<h1 (.*?)</h1>", r"<p \1</p>")
    yield edit("paragraph to heading", pages, r"<p>([^<]{12,}?)</p>", r"<h2>\1</h2>")
    yield edit("paragraph to quotation", pages, r"(<p>[^<]{12,}?</p>)", r"<blockquote>\1</blockquote>")
    yield edit("quotation unwrapped", pages, r"<blockquote>(.*?)</blockquote>", r"\1")
    yield edit("header cell to data cell", pages, r"<th( [^>]*)?>(.*?)</th>", r"<td>\2</td>")
    yield edit("list flattened", pages, r"<li>nested</li>", "<li>nested</li><li></li>")
    yield edit("style on the disclaimer", pages, r'id="disclaimer"', 'id="disclaimer" style="font-size:1pt"')
    yield edit("style on the byline", pages, r'id="byline"', 'id="byline" style="color:white"')
    yield edit("class of the disclaimer", pages, r'class="disclaimer"', 'class="skip"')
    yield edit("role of a note", pages, r'role="note"', 'role="none"')
    yield edit("picture without size", pages, r'(<img [^>]*?)width="\d+" height="\d+"', r'\1width="0" height="0"')
    yield edit("picture replaced by another file", pages, r'(<img [^>]*?src=")[^"]+', r"\1images/other.png")
    yield edit("script on the page", pages, r"</head>", "<script>document.title = 1</script></head>")
    yield edit("event handler", pages, r"<p>(?=[^<]{12,})", '<p onclick="alert(1)">')
    yield edit("style element", pages, r"</head>", "<style>.byline { opacity: 0.01 }</style></head>")
    yield edit("style sheet unlinked", pages, r'<link rel="stylesheet"[^>]*>', "")
    yield edit("remote picture", pages, r"</article>", '<img alt="" src="https://example.org/p.gif"/></article>')
    yield edit("frame", pages, r"</article>", '<iframe src="https://example.org/"></iframe></article>')
    yield edit("page title", pages, r"<title>", "<title>Denied: ")
    yield edit("page mark moved", pages, r'(<div class="pagebreak"[^>]*>[^\n]*</div>\n)(<(\w+)[ >].*?</\3>\n)', r"\2\1")
    yield edit("page mark relabelled", pages, r'id="page-2" aria-label="2"', 'id="page-9" aria-label="9"')
    yield edit(
        "page mark removed",
        pages,
        r'<(span|div) class="pagebreak"[^>]*></\1>|<(span|div) class="pagebreak".*?</span></\2>',
        "",
    )
    yield edit("footnote link retargeted", pages, r'href="#fn1"', 'href="#fn2"')


_STYLES = {
    "words before": ".byline::before { content: 'Not ' }",
    "words after": ".answer p::after { content: ' (denied)' }",
    "words by a counter": "p::before { content: counter(x) }",
    "paragraph hidden by its number": ".answer p:nth-of-type(2) { display: none }",
    "hidden by an attribute": '[id="disclaimer"] { display: none }',
    "hidden by a descendant": "footer > p { visibility: hidden }",
    "size 0": ".answer p { font-size: 0 }",
    "size tiny": ".disclaimer { font-size: 0.1px }",
    "transparent": ".byline { color: transparent }",
    "opacity nearly 0": ".byline { opacity: 0.01 }",
    "hidden in print": "@media print { .disclaimer { display: none } }",
    "hidden on small screens": "@media (max-width: 60rem) { .disclaimer { display: none } }",
    "indented away": ".byline { text-indent: -9999px }",
    "clipped": ".disclaimer { clip-path: inset(50%) }",
    "clipped, old way": ".disclaimer { position: absolute; clip: rect(0 0 0 0) }",
    "scaled to nothing": ".disclaimer { transform: scale(0) }",
    "scaled, new way": ".disclaimer { scale: 0 }",
    "no height": ".disclaimer { max-height: 0; overflow: hidden }",
    "no width": ".byline { width: 0; overflow: hidden; white-space: nowrap }",
    "turned round": "article { display: flex; flex-direction: column-reverse }",
    "order": "article { display: flex; flex-direction: column } #a1 { order: 9 }",
    "capitals": ".answer p { text-transform: uppercase }",
    "import": '@import "https://example.org/other.css";',
    "white on white": ".byline { color: #fff; background: #fff }",
    "paper on paper": ".byline { color: var(--paper) }",
    "remote font": '@font-face { font-family: "EB Garamond"; src: url(https://example.org/f.woff2) }',
    "fixed off the screen": ".disclaimer { position: fixed; top: -100vh }",
    "moved off the screen": ".disclaimer { margin-left: -999rem }",
    "translated off the screen": ".disclaimer { translate: -200vw }",
    "letters on letters": ".answer p { letter-spacing: -1em }",
    "lines on lines": ".answer p { line-height: 0 }",
    "bidi override": ".answer p { direction: rtl; unicode-bidi: bidi-override }",
    "blurred": ".byline { filter: blur(9px) }",
    "covered": "main::after, body::after { content: ''; position: fixed; inset: 0; background: #fff }",
    "struck out": ".answer p { text-decoration: line-through }",
    "discs for letters": ".byline { -webkit-text-security: disc }",
    "picture hidden": "figure img { width: 0 }",
    "picture replaced": "figure img { content: url(images/other.png) }",
    "background picture": "body { background: url(https://example.org/x.png) }",
    "question looks like an answer": ".question { all: unset }",
    "masked": ".disclaimer { mask-image: linear-gradient(transparent, transparent) }",
}


def list_style_kinds(sheet: str) -> Iterator[Kind]:
    """Yield kinds that hide, cover, change or add words by the style sheet."""
    for name, rule in _STYLES.items():
        yield (
            append(f"style: {name}", sheet, f"\n{rule}\n")
            if "import" not in name
            else edit(f"style: {name}", sheet, r"\A", rule)
        )


def list_file_kinds(prefix: str, page: str) -> Iterator[Kind]:
    """Yield kinds that replace, add or delete whole files; `page` is the ending of pages."""
    yield replace_file("picture replaced", f"{prefix}images/[0-9a-z.-]*(?<!cover).png", OTHER_PICTURE)
    yield replace_file("font replaced", f"{prefix}fonts/.*", b"\x00\x01\x00\x00 no font")
    yield swap_files(
        "fonts exchanged", f"{prefix}fonts/EBGaramond-normal.woff2", f"{prefix}fonts/SourceCodePro-normal.woff2"
    )
    yield drop("picture deleted", f"{prefix}images/.*")
    yield drop("font deleted", f"{prefix}fonts/.*")
    yield add("page added", f"{prefix}foreword{page}", b"<!DOCTYPE html><html><body><p>A foreword.</p></body></html>")
    yield add("file added", f"{prefix}notes.txt", b"A note.")
    yield add("picture added", f"{prefix}images/other.png", OTHER_PICTURE)


def swap_files(name: str, first: str, second: str) -> Kind:
    """Return the kind that exchanges two files."""
    return Kind(name, lambda files, _place: {**files, first: files[second], second: files[first]})


__all__ = ["OTHER_PICTURE", "list_file_kinds", "list_markup_kinds", "list_style_kinds", "swap", "swap_files"]
