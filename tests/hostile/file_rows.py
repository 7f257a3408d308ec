"""Hostile files: pictures, originals with hidden words, style sheets, fonts, templates."""

from __future__ import annotations

import base64
import os
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.table import FRONT_MATTER, HostileInput, Make, answer, make_png, pack_chunk, write, write_interview
from tests.support import damaged_fonts as fonts
from tests.support.marked_pictures import PICTURES
from tests.support.packed_documents import build_docx, build_epub, build_odt, build_page, pack

CHECK, IMPORT = "check --book book", "import {} --to book/interviews --yes"


def _show_picture(data: bytes | Callable[[], bytes], name: str = "a.png") -> Make:
    """Return a function that writes an interview with this picture, which may be made only then."""

    def make(folder: Path) -> None:
        write(f"book/images/{name}", data if isinstance(data, bytes) else data())(folder)
        write_interview(folder, f"![A light](images/{name})\n")

    return make


_PIXELS = zlib.compress((b"\0" + b"\x80" * 8) * 8)


def _replace_pixels(packed: bytes) -> bytes:
    """Return the grey PNG with other image data."""
    png = make_png()
    return png[:33] + pack_chunk(b"IDAT", packed) + png[-12:]


# --- pictures ---------------------------------------------------------------------------------------


def _make_endless_rows() -> bytes:
    """Return a small PNG whose image data is 200 MB of zeros."""
    return _replace_pixels(zlib.compress(bytes(200_000_000), 9))


def _list_pictures() -> Iterator[HostileInput]:
    """Yield damaged, huge and disguised pictures."""
    huge = (60_000).to_bytes(4) * 2 + bytes([8, 2, 0, 0, 0])
    long_chunk = b"\x89PNG\r\n\x1a\n" + (2**31).to_bytes(4) + b"IHDR"
    profile = pack_chunk(b"iCCP", b"x\0\0" + pack({"a": bytes(9_000_000)}))
    gif = b"GIF89a\xff\xff\xff\xff\x80\0\0" + bytes(6) + b",\0\0\0\0\xff\xff\xff\xff\0\x02\0;"
    made: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
        "huge-png": (make_png().replace(make_png()[16:29], huge), "pictures-are-"),
        "png-of-endless-chunk": (long_chunk, "pictures-are-readable"),
        "png-without-end": (make_png()[:-12], "pictures-are-readable"),
        "png-with-a-bomb-for-a-profile": (make_png()[:33] + profile + make_png()[33:], ""),
        "jpeg-of-markers": (b"\xff\xd8" + b"\xff\xe1\x00\x02" * 200_000, "pictures-are-readable"),
        "jpeg-of-fill-bytes": (b"\xff\xd8" + b"\xff" * 2_000_000, "pictures-are-readable"),
        "jpeg-of-nothing": (b"\xff\xd8\xff\xd9", "pictures-are-readable"),
        "gif-of-65535-points": (gif, "pictures-are-"),
        "svg-that-loads": (
            b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>',
            "readable",
        ),
        "svg-in-svg": (b"<svg>" * 200_000, "pictures-are-readable"),
        "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n/a {a} def a\n", "pictures-are-readable"),
        "pdf": (b"%PDF-1.7\n" + b"<<" * 100_000, "pictures-are-readable"),
        "zip": (pack({"a.png": make_png()}), "pictures-are-readable"),
        "text": (b"hello", "pictures-are-readable"),
        "nothing": (b"", "pictures-are-readable"),
        "svg-of-laughs": (
            b"<!DOCTYPE svg [<!ENTITY a 'ha'>"
            + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
            + b"]><svg>&j;</svg>",
            "pictures-are-readable",
        ),
        "svg-of-scripts": (b"<svg><script>1</script><foreignObject/></svg>", "pictures-are-readable"),
        "png-of-endless-rows": (_make_endless_rows, "pictures-are-readable"),
        "png-with-words-behind": (_replace_pixels(_PIXELS + b"Geheim"), "pictures-are-readable"),
        "png-of-thirty-million-columns": (
            make_png().replace(make_png()[16:29], (30_000_000).to_bytes(4) + (1).to_bytes(4) + bytes([1, 0, 0, 0, 0])),
            "pictures-are-",
        ),
    }
    for name, (data, says) in made.items():
        yield HostileInput(
            f"picture-{name}", _show_picture(data), CHECK, int(bool(says)), (says, "images/a.png")[: 2 * bool(says)]
        )


def _list_damaged_pictures() -> Iterator[HostileInput]:
    """Yield a book for each format, with many damaged pictures of it; each is read, or is a problem with its name."""
    for name, make_picture in PICTURES.items():

        def make(folder: Path, name: str = name, data: bytes = make_picture()) -> None:
            generator = random.Random(name)
            for number in range(24):
                damaged = bytearray(data)
                for _ in range(generator.randint(1, 4)):
                    damaged[generator.randrange(min(len(damaged), 200))] = generator.randrange(256)
                write(f"book/images/{number}-{name}", bytes(damaged))(folder)
            write(f"book/images/cut-{name}", data[:50])(folder)
            shown = "".join(f"![A light](images/{number}-{name})\n\n" for number in ("cut", *range(24)))
            write_interview(folder, shown)

        yield HostileInput(f"damaged-{name}", make, CHECK, 1, ("pictures-are-readable", f"images/cut-{name}"))


# --- originals with hidden words --------------------------------------------------------------------

_HIDDEN_RUN = "<w:p><w:r><w:rPr>{}</w:rPr><w:t>A: Geheim.</w:t></w:r></w:p>"
_HIDDEN = {
    "vanish.docx": build_docx(_HIDDEN_RUN.format("<w:vanish/>")),
    "white.docx": build_docx(_HIDDEN_RUN.format('<w:color w:val="FFFFFF"/>')),
    "tiny.docx": build_docx(_HIDDEN_RUN.format('<w:sz w:val="2"/>')),
    "text.odt": build_odt(
        '<text:p text:style-name="P">A: Geheim.</text:p>',
        '<style:style style:name="P" style:family="paragraph">'
        '<style:text-properties text:display="none"/></style:style>',
    ),
    "theme.docx": build_docx(_HIDDEN_RUN.format('<w:color w:val="000000" w:themeColor="background1"/>')),
    "clear.docx": build_docx(_HIDDEN_RUN.format("<w14:textFill><w14:noFill/></w14:textFill>")),
    "flat.docx": build_docx(
        '<w:p><w:pPr><w:spacing w:line="1" w:lineRule="exact"/></w:pPr><w:r><w:t>A: Geheim.</w:t></w:r></w:p>'
    ),
    "narrow.odt": build_odt(
        '<text:p text:style-name="P">A: Geheim.</text:p>',
        '<style:style style:name="P" style:family="paragraph">'
        '<style:text-properties style:text-scale="1%"/></style:style>',
    ),
    "white.rtf": rb"{\rtf1{\colortbl;\red255\green255\blue255;}A: Yes. {\cf1 Geheim.}\par}",
    "tiny.rtf": rb"{\rtf1 A: Yes. {\fs2 Geheim.}\par}",
    "away.html": build_page("<p>A: It is <span style='position:absolute;left:-9999px'>Geheim.</span></p>"),
    "clear.html": build_page("<p style='color: rgba(0,0,0,0)'>A: Geheim.</p>"),
    "class.html": build_page("<style>.x { opacity: 0 }</style><p class='x'>A: Geheim.</p>"),
    "page.html": build_page("<p>A: It is <span style='display:none'>Geheim.</span></p>"),
    "book.epub": build_epub("<p style='visibility:hidden'>A: Geheim.</p>"),
}


def _list_originals() -> Iterator[HostileInput]:
    """Yield files whose hidden words would be published."""
    for name, data in _HIDDEN.items():
        says = ("words-are-visible", "Geheim.")
        yield HostileInput(f"hidden-{name}", write(name, data), IMPORT.format(name), 1, says)
    chain = "".join(
        f'<w:style w:type="paragraph" w:styleId="S{n}"><w:basedOn w:val="S{(n + 1) % 500}"/></w:style>'
        for n in range(500)
    )
    circle = build_docx('<w:p><w:pPr><w:pStyle w:val="S0"/></w:pPr><w:r><w:t>A: Yes.</w:t></w:r></w:p>', chain)
    yield HostileInput("styles-in-a-circle.docx", write("a.docx", circle), IMPORT.format("a.docx"), 0)


# --- transcripts ------------------------------------------------------------------------------------

_TTML = '{}<tt xmlns="http://www.w3.org/ns/ttml"><body>{}</body></tt>'
_LAUGHING = "".join(f'<!ENTITY a{n} "{f"&a{n + 1};" * 10}">' for n in range(9)) + '<!ENTITY a9 "ha">'
_FOREIGN = '<!ENTITY a SYSTEM "outside/secret.txt">'
_TRANSCRIPTS = {
    "laughs.xml": (_TTML.format(f"<!DOCTYPE tt [{_LAUGHING}]>", "<p begin='1s'>&a0;</p>"), "file-is-plain"),
    "foreign.xml": (_TTML.format(f"<!DOCTYPE tt [{_FOREIGN}]>", "<p begin='1s'>&a;</p>"), "file-is-plain"),
    "deep.xml": (_TTML.format("", "<div>" * 100_000), "nesting-is-shallow"),
    "deep.json": ('{"segments": ' + "[" * 2_000_000, "nesting-is-shallow"),
    "number.json": ('{"segments": [{"start": ' + "9" * 1_000_000 + ', "text": "Yes."}]}', "file-is-whole"),
    "words.json": ('{"segments": [{"start": 1, "text": "' + "yes " * 600_000 + '"}]}', "file-is-small"),
    "deep.rtf": (r"{\rtf1 " + "{" * 500_000 + "yes" + "}" * 500_000 + "}", "nesting-is-shallow"),
    "hidden.rtf": (r"{\rtf1 A: Yes. {\v Geheim.}\par}", "words-are-visible"),
}


def _list_transcripts() -> Iterator[HostileInput]:
    """Yield damaged and hostile files of transcription tools."""
    for name, (data, rule) in _TRANSCRIPTS.items():
        yield HostileInput(f"transcript-{name}", write(name, data), IMPORT.format(name), 1, (rule,))


# --- style sheets -----------------------------------------------------------------------------------

_LAUGHS = ":root {\n" + "".join(f"--a{n}: {f'var(--a{n + 1}) ' * 10};\n" for n in range(12)) + "--a12: 1px;\n}\n"
_GROWING = {
    "laughs": _LAUGHS,
    "laughs-backwards": ":root {\n"
    + "".join(f"--a{n}: {f'var(--a{n - 1}) ' * 10};\n" for n in range(12, 0, -1))
    + "--a0: 1px;\n}\n",
    "laughs-in-brackets": _LAUGHS.replace("var(--a", "calc(1px * (var(--a").replace(") ", "))) "),
    "deep-chain": ":root {\n" + "".join(f"--a{n}: var(--a{n + 1});\n" for n in range(3000)) + "--a3000: 1px;\n}\n",
}
_EXPENSIVE = {
    "columns": "body { column-count: 1e8 }",
    "columns-in-short": "body { columns: 100000 }",
    "repeat": "body { display: grid; grid-template-columns: repeat(100000000, 1px) }",
    "repeat-in-repeat": "body { grid-template-columns: repeat(900, 1px) repeat(90000, 1px) }",
    "far-row": "p { grid-row: 99999 / 100000 }",
    "huge-number": "p { margin: 99999999999999999999999999px }",
    "infinite-number": "p { width: 1e999px }",
    "many-rules": "p { }\n" * 9_000,
    "long-selector": "p" + " p" * 5_000 + " { color: red }",
    "deep-brackets": "p { width: " + "calc(" * 2_000 + "1px" + ")" * 2_000 + " }",
    "deep-selector": ":not(" * 2_000 + "p" + ")" * 2_000 + " { color: red }",
    "deep-rules": "@media all {" * 2_000 + "}" * 2_000,
    "tiny-page": "@page { size: 1mm }",
    "tiny-page-of-two": "@media print { @page { size: 200mm 0.01in } }",
}


def _list_styles() -> Iterator[HostileInput]:
    """Yield style sheets that take all time or memory, for each edition that reads them."""
    for name, css in _GROWING.items():
        uses = write("book/styles/epub.css", "p { padding: var(--a0) }\n")

        def make(folder: Path, css: str = css, uses: Make = uses) -> None:
            write("book/styles/tokens.css", css)(folder)
            uses(folder)

        for command in ("epub --book book --out out", "html --book book --out out", CHECK):
            kind = command.split()[0]
            yield HostileInput(f"tokens-{name}-{kind}", make, command, 1, ("styles/tokens.css:", "token --a"))
        yield HostileInput(
            f"tokens-{name}-in-print", write("book/styles/print.css", css), CHECK, 1, ("styles/print.css:", "token --a")
        )
    for name, css in _EXPENSIVE.items():
        for sheet in ("web", "print"):
            file = f"styles/{sheet}.css"
            says = (
                (file,)
                if name.startswith("deep")
                else (file, "[styles-" if sheet == "print" else "styles-are-moderate")
            )
            yield HostileInput(f"{sheet}-{name}", write(f"book/{file}", css), CHECK, 1, says)
    tall = "p { height: 99999mm; }"
    yield HostileInput("print-tall", write("book/styles/print.css", tall), CHECK, 1, ("styles-are-moderate",))
    stars = ".none * * * * * * * * * * * * { color: red }\n" * 400
    nested = answer("\n".join("  " * depth + "- a" for depth in range(11)) + "\n")

    def make_stars(folder: Path) -> None:
        nested(folder)
        write("book/styles/web.css", stars)(folder)

    yield HostileInput("web-selectors-of-stars", make_stars, "html --book book --out out", 0)


_PNG_ADDRESS = f"data:image/png;base64,{base64.b64encode(make_png()).decode()}"
_EMBEDDED = {
    "picture": f"b {{ background: url({_PNG_ADDRESS}) }}",
    "picture-that-says-font": f"b {{ background: url({_PNG_ADDRESS.replace('image/png', 'font/ttf')}) }}",
    "picture-in-a-string": f'b {{ background: image-set("{_PNG_ADDRESS}" 1x) }}',
    "picture-in-a-token": ':root { --a: "https://example.org/a.png" }\nb { background: image-set(var(--a) 1x) }',
}


def _list_embedded_pictures() -> Iterator[HostileInput]:
    """Yield style sheets with pictures that would be published with all that is hidden in them."""
    for name, css in _EMBEDDED.items():
        says = ("styles/web.css:", "styles-fetch-nothing")
        yield HostileInput(f"style-with-{name}", write("book/styles/web.css", css), CHECK, 1, says)


# --- fonts ------------------------------------------------------------------------------------------


def _list_fonts() -> Iterator[HostileInput]:
    """Yield damaged fonts, and fonts that take all time or memory."""
    font = fonts.make_small_font()
    names = struct.pack(">HHH", 0, 65_535, 6) + struct.pack(">6H", 3, 1, 0x409, 1, 65_535, 0) * 65_535 + bytes(65_536)
    damaged = {
        "cut-off": font[: len(font) // 2],
        "of-endless-table": font[:24] + b"\xff\xff\xff\xff" + font[28:],
        "without-units": fonts.replace_bytes("head", 18, b"\0\0"),
        "of-wrong-widths": fonts.replace_bytes("maxp", 4, b"\xff\xff"),
        "of-names": fonts.replace_table("name", names),
        "of-all-characters": fonts.replace_table("cmap", fonts.make_character_table([(0, 0x10FFFF, 1)], 100_000)),
        "in-a-circle": fonts.replace_glyphs({5: fonts.compose_glyph([6]), 6: fonts.compose_glyph([5])}),
        "of-laughs": fonts.replace_glyphs({n: fonts.compose_glyph([n + 1] * 10) for n in range(5, 15)}),
    }
    damaged |= {
        "of-outlines-of-32767-contours": fonts.replace_glyphs(
            {5: struct.pack(">hhhhh", 32_767, 0, 0, 9, 9) + bytes(99)}
        ),
        "of-endless-instructions": fonts.replace_glyphs(
            {5: struct.pack(">hhhhhHH", 1, 0, 0, 9, 9, 0, 65_535) + bytes(65_535)}
        ),
        "of-65535-axes": fonts.replace_table(
            "fvar", struct.pack(">8H", 1, 0, 16, 2, 65_535, 20, 65_535, 8) + bytes(99)
        ),
        "of-wrong-places": fonts.replace_table("loca", b"\xff" * 100),
        "of-pictures": fonts.replace_table("SVG ", bytes(100)),
        "of-packed-nothing": b"wOF2" + bytes(400),
        "of-65535-fonts": b"ttcf\0\1\0\0" + struct.pack(">I", 65_535) + bytes(4 * 65_535) + font,
        "of-one-unit": fonts.replace_bytes("head", 18, b"\0\1"),
    }
    for name, data in damaged.items():
        says = ("book/fonts/light.ttf", "fonts-are-readable")
        yield HostileInput(f"font-{name}", write("book/fonts/light.ttf", data), CHECK, 1, says)


# --- templates --------------------------------------------------------------------------------------

_LOOP = "{% for a in range(90000) %}"
_TEMPLATES = {
    "loops": f"\n{_LOOP}{_LOOP}{{% endfor %}}{{% endfor %}}",
    "doubling": "{% set n = namespace(x='aa') %}\n{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "power": "{% set a = 9 %}\n{{ a ** (a ** (a ** a)) }}",
    "squares": "{% set n = namespace(x=99) %}{% for i in range(99) %}{% set n.x = n.x * n.x %}{% endfor %}",
    "long-text": "{{ 'a' * 10 ** 10 }}",
    "wide-field": "{{ '%2000000000d' % 1 }}",
    "wide-format": "{{ '{:2000000000}'.format(1) }}",
    "centred": "{{ 'a' | center(2000000000) }}",
    "sample-text": "{{ lipsum(n=100000000) }}",
    "slices": "{{ [1] | slice(1000000000) | list | length }}",
    "includes-itself": "{% include 'html/index.html' %}",
    "extends-itself": "{% extends 'html/index.html' %}",
    "macro-calls-itself": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "deep-loops": "{% for a in [1] %}" * 60 + "{% endfor %}" * 60,
    "deep-brackets": "{{ " + "(" * 9_000 + "1" + ")" * 9_000 + " }}",
    "deep-conditions": "{% if 1 %}" * 5_000 + "{% endif %}" * 5_000,
    "long-sum": "{{ " + "1 + " * 30_000 + "1 }}",
    "large": "<p>a</p>" * 100_000,
    "large-page": _LOOP + "<p>Some words for a page.</p>" * 20 + "{% endfor %}",
    "deep-page": _LOOP + "<div>" + "{% endfor %}",
    "not-utf-8": "{{ '\ud800' }}",
    "reads-files": "{% include '/etc/passwd' %}",
    "reads-above": "{% include '../../../outside/secret.txt' %}",
    "reads-classes": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "reads-globals": "{{ lipsum.__globals__ }}",
    "rounds-to-a-billion-digits": "{{ 10 | round(-10 ** 9) }}{{ 1.5 | round(10 ** 9) }}",
    "replaces-each-letter": "{% set a = 'a' * 100000 %}{{ a.replace('', a) }}",
    "joins-a-list": "{{ (range(99999) | list) | join('x' * 99999) }}",
    "expands-tabs": "{{ ('\t' * 99999).expandtabs(99999) }}",
    "wide-format-in-format": "{{ '{0:{1}}'.format('x', 999999999) }}",
    "batch-of-a-billion": "{{ [1] | batch(10 ** 9, 0) | list }}",
    "calls-itself-by-a-loop": "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
    "sorts-again-and-again": "{{ range(99999) | map('string') | sort | list | length }}" * 40,
    "of-many-blocks": "".join(f"{{% block b{n} %}}{{% endblock %}}" for n in range(9_000)),
    "half-a-character": "{{ '\\ud800' }}",
    "empty": "{# nothing #}",
}


def _list_templates() -> Iterator[HostileInput]:
    """Yield templates that never end, take all memory, or leave their sandbox."""
    for name, text in _TEMPLATES.items():
        place = "templates/html/index.html"
        says = (place,) if name not in ("deep-page", "of-many-blocks", "empty") else ()
        yield HostileInput(f"template-{name}", write(f"book/{place}", text), CHECK, 1, says)
    place = "templates/print/opening.html"
    text = _TEMPLATES["loops"]
    yield HostileInput(
        "template-for-print",
        write(f"book/{place}", text),
        "epub --book book --out out",
        0,
        (place, "pages-are-numbered"),
    )
    many = write("book/templates/epub/interview.xhtml", _TEMPLATES["loops"])

    def make_many(folder: Path) -> None:
        many(folder)
        for number in range(30):
            write_interview(folder, "Yes.\n", FRONT_MATTER, f"talk-{number}.md")

    says = ("templates/epub/interview.xhtml:2",)
    yield HostileInput("template-of-many-pages", make_many, "epub --book book --out out", 1, says)


# --- links, pipes, names ------------------------------------------------------------------------------


def _make_pipe(path: Path) -> None:
    os.mkfifo(path)


def _link_out(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _link_to_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


_PLACES = (
    *("images/light.png", "fonts/light.ttf", "styles/web.css", "templates/html/index.html", "originals/talk.txt"),
    *("packs/meeting.yaml", "recipients.csv", "nested/deep/light.txt", "interviews/nested/talk.md"),
)


def _list_strange_files() -> Iterator[HostileInput]:
    """Yield each kind of a file that is none, in each folder of a book; it is named, and never opened."""
    for place in _PLACES:
        for replace_file in (_make_pipe, _link_out, _link_to_device):

            def make(folder: Path, place: str = place, replace_file: Callable[[Path], None] = replace_file) -> None:
                path = folder / "book" / place
                path.parent.mkdir(parents=True, exist_ok=True)
                replace_file(path)

            is_error = place.startswith(("fonts", "packs")) or (
                replace_file is _link_out and place.startswith(("styles", "templates"))
            )
            name = f"{replace_file.__name__.strip('_')}-{place.replace('/', '-')}"
            yield HostileInput(name, make, CHECK, int(is_error), (f"book/{place}",))

    def make_pipe(folder: Path) -> None:
        _make_pipe(folder / "book/pipe")

    for command in ("outline", "packs", "fix"):
        yield HostileInput(f"pipe-in-{command}", make_pipe, f"{command} --book book", 0, ("book/pipe",))


_NAMES = {
    "escape": "talk\x1b[2J\x1b[31m.md",
    "line-end": "talk\n0 errors.\n.md",
    "backwards": "talk\u202egnp.md",
    "bell": "talk\x07.md",
    "c1": "talk\x9b31m.md",
}


def _list_names() -> Iterator[HostileInput]:
    """Yield names of files that would act on a terminal, in each kind of output."""
    for kind, name in _NAMES.items():
        for command in (CHECK, "check --book book --json", "check --book book --github"):

            def make(folder: Path, name: str = name) -> None:
                write_interview(folder, "![a](images/none.png)\n", name=name)

            option = command.rpartition("--")[2].split()[0]
            yield HostileInput(f"name-{kind}-{option}", make, command, 1, ("pictures-exist",))

        def make_title(folder: Path, name: str = name) -> None:
            (folder / f"book/images/{name}").parent.mkdir(exist_ok=True)
            os.mkfifo(folder / f"book/images/{name}")

        yield HostileInput(f"pipe-named-{kind}", make_title, CHECK, 0, ("files-are-ordinary",))


ROWS: tuple[HostileInput, ...] = (
    HostileInput("good-book", lambda _folder: None, "html --book book --out out", 0),
    HostileInput(
        "picture-above-the-book",
        answer("![a](../outside/secret.txt)\n"),
        CHECK,
        1,
        ("pictures-are-in-the-book",),
    ),
    *_list_pictures(),
    *_list_damaged_pictures(),
    *_list_originals(),
    *_list_transcripts(),
    *_list_styles(),
    *_list_embedded_pictures(),
    *_list_fonts(),
    *_list_templates(),
    *_list_strange_files(),
    *_list_names(),
)
