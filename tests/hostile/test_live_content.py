"""Scripts, strange characters and text that looks like code stay words, or they are problems."""

from __future__ import annotations

import io
import json
import random
import re
import socket
from pathlib import Path

import lxml.html
import pytest

from onrecord.model.problems import Refused
from onrecord.pipeline.load import load_book
from tests.support.hostile import (
    FRONT_MATTER,
    QUESTION,
    SCREEN,
    build_and_read,
    list_problems,
    list_rules,
    make_picture,
    make_screens,
    write_interview,
)
from tests.support.paths import ROOT

INJECTIONS = (
    "{{ 7*7 }} {{ config.__class__.__mro__ }}",
    "{% include '/etc/passwd' %} {# gone? #}",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style> <!-- ]]> -->",
    "&amp; & &lt; &#60;",
    'it\'s "quoted"',
    "%PDF-1.7 %s %d %%EOF",
    r"\ ( ) \) (() \n \\",
    "* _a_ **b** `c` [d](e) ^f^ ~g~ $h$ <i>",
)
# Each interview of a book holds two of them: it takes as long to build as one with a single one.
PAIRS = tuple(f"{first} {second}" for first, second in zip(INJECTIONS[::2], INJECTIONS[1::2], strict=True))


LIVE_CONTENT = {
    "script": ("<script>alert(1)</script>", "there-is-no-raw-html"),
    "iframe": ('<iframe src="http://127.0.0.1:PORT/"></iframe>', "there-is-no-raw-html"),
    "image with a handler": ("<img src=x onerror=alert(1)>", "there-is-no-raw-html"),
    "inline element": ("x <b onclick=alert(1)>y</b>", "there-is-no-raw-html"),
    "raw inline": ("`<b>`{=html}", "there-is-no-raw-html"),
    "raw block": ("```{=html}\n<b>x</b>\n```", "there-is-no-raw-html"),
    "raw for LaTeX": ("```{=latex}\n\\input{/etc/passwd}\n```", "there-is-no-raw-html"),
    "handler on words": ("[a]{onclick=alert}", "markup-is-known"),
    "handler on a link": ("[a](https://example.org){onclick=alert}", "markup-is-known"),
    "handler on a heading": ("## A {onclick=alert}\n\nB", "markup-is-known"),
    "handler on code": ("```{.py onclick=alert}\na\n```", "markup-is-known"),
    "style on a picture": ("![a](images/none.png){style=x}", "markup-is-known"),
    "javascript": ("[a](javascript:alert(1))", "links-are-safe"),
    "javascript in capitals": ("[a](JaVaScRiPt:alert(1))", "links-are-safe"),
    "javascript as entities": ("[a](&#106;avascript&colon;alert(1))", "links-are-safe"),
    "javascript with a tab": ("[a](<jav&#x09;ascript:alert(1)>)", "links-are-safe"),
    "javascript after a control": ("[a](&#1;javascript:alert(1))", "characters-are-printable"),
    "javascript after a name": ("[a][b]\n\n[b]: javascript:alert(1)", "links-are-safe"),
    "javascript as an autolink": ("<javascript:alert(1)>", "links-are-safe"),
    "data": ("[a](data:text/html,<script>)", "links-are-safe"),
    "file": ("[a](file:///etc/passwd)", "links-are-safe"),
    "another host": ("[a](//example.org/x)", "links-go-somewhere"),
    "upwards": ("[a](../../etc/passwd)", "links-go-somewhere"),
    "upwards in a heading": ("## [a](../../etc/passwd)\n\nB", "links-go-somewhere"),
    "picture of the machine": ("![a](/etc/passwd)", "pictures-are-in-the-book"),
    "picture by address": ("![a](http://127.0.0.1:PORT/a.png)", "pictures-are-in-the-book"),
    "picture by file address": ("![a](file:///etc/passwd)", "pictures-are-in-the-book"),
    "picture beside the book": ("![a](../secret.png)", "pictures-are-in-the-book"),
    "picture beside the book, encoded": ("![a](%2e%2e/secret.png)", "pictures-are-in-the-book"),
    "picture with a very long name": (f"![a](images/{'a' * 300}.png)", "pictures-are-in-the-book"),
    "control": ("a&#7;b", "characters-are-printable"),
    "NUL": ("a&#0;b", "characters-are-printable"),
    "noncharacter": ("a&#xfffe;b", "characters-are-printable"),
    "our own mark": ("&#xe000; a", "characters-are-printable"),
    "line separator": ("a&#x2028;b", "characters-are-printable"),
    "backwards": ("&#x202e;abc", "directions-are-closed"),
    "control in an address": ("[a](https://example.org/&#7;)", "characters-are-printable"),
    "invisible letters": ("a\U000e0041\U000e0042b", "characters-are-printable"),
    "private letters": ("a\U000f0000b", "characters-are-printable"),
    "id of the interview": ("**Who?** {#talk}\n\nI.", "ids-are-unique"),
    "id of the page": ("**Who?** {#main}\n\nI.", "ids-are-unique"),
}


@pytest.mark.parametrize(("body", "rule"), LIVE_CONTENT.values(), ids=LIVE_CONTENT)
def test_active_content_is_refused(body: str, rule: str, folder: Path, listener: socket.socket) -> None:
    """Scripts, handlers, local addresses and invisible characters."""
    write_interview(folder, QUESTION + body.replace("PORT", str(listener.getsockname()[1])) + "\n")
    problems = list_problems(folder, 15)
    assert rule in list_rules(problems)
    assert all(problem.location.line >= len(FRONT_MATTER.split("\n")) for problem in problems)


BROKEN_BYTES = {
    "UTF-16": ((FRONT_MATTER + QUESTION).encode("utf-16"), "text-is-utf-8"),
    "UTF-16 without a mark": ((FRONT_MATTER + QUESTION).encode("utf-16-le"), "characters-are-printable"),
    "Latin-1": ((FRONT_MATTER + QUESTION + "é").encode("latin-1"), "text-is-utf-8"),
    "a surrogate": (FRONT_MATTER.encode() + b"\xed\xa0\x80", "text-is-utf-8"),
    "NUL": (FRONT_MATTER.encode() + b"a\0b", "characters-are-printable"),
    "controls": (FRONT_MATTER.encode() + bytes(range(1, 9)), "characters-are-printable"),
    "form feed": (FRONT_MATTER.encode() + b"a\fb", "characters-are-printable"),
    "nothing": (b"", "front-matter-is-there"),
    "a picture": (make_picture(), "text-is-utf-8"),
}


@pytest.mark.parametrize(("data", "rule"), BROKEN_BYTES.values(), ids=BROKEN_BYTES)
def test_files_must_be_clean_utf_8(data: bytes, rule: str, folder: Path) -> None:
    """Check an interview and book.yaml."""
    (folder / "interviews/talk.md").write_bytes(data)
    assert rule in list_rules(list_problems(folder, 15))
    if data:
        (folder / "book.yaml").write_bytes(data.removeprefix(b"---\n"))
        assert "book.yaml" in {problem.location.file for problem in list_problems(folder, 15)}


@pytest.mark.slow
def test_damaged_text_causes_no_crash(folder: Path) -> None:
    """Damage an interview with all kinds of markup at random, in the same way each time."""
    original = (ROOT / "docs/interviews/writing-an-interview.md").read_bytes()
    generator = random.Random(1843)
    marks = [
        b"[",
        b"]",
        b"*",
        b"`",
        b"\n",
        b"|",
        b">",
        b":::",
        b"[^1]",
        b"&#x",
        b"<",
        b"{",
        b"}",
        b"\xff",
        b'"',
        b"---\n",
    ]
    for _ in range(25):
        data = bytearray(original)
        for _ in range(4):
            position = generator.randrange(len(data))
            data[position : position + generator.choice([0, 1, 40])] = generator.choice(marks) * generator.choice(
                [1, 2, 30]
            )
        (folder / "interviews/talk.md").write_bytes(data)
        list_problems(folder)


def _take_marks_out(text: str) -> str:
    """Return the text without Markdown, which a byline and a disclaimer may not hold."""
    return text.replace("_a_ **b** `c` [d](e)", "_a **b `c [d] (e)")


def _write_book_with_injections(folder: Path) -> None:
    """Write one interview for each pair of injections, in every field that can hold it."""
    (folder / "interviews/talk.md").unlink()
    all_injections = " ".join(INJECTIONS)
    settings = dict.fromkeys(("title", "subtitle", "publisher", "edition", "rights", "description"), all_injections)
    settings |= {"slug": "a-book", "disclaimer": "none"}
    lines = [f"{key}: {json.dumps(setting)}\n" for key, setting in settings.items()]
    (folder / "book.yaml").write_text("".join(lines) + f"editors: {json.dumps(INJECTIONS)}\n", encoding="utf-8")
    for number, text in enumerate(PAIRS):
        value = json.dumps(text)
        people = f"[{{name: {value}, role: interviewee, affiliation: {value}}}]"
        code = "```\n" + text + "\n```\n\n"
        escaped = re.sub(r"([^\w\s])", r"\\\1", text)
        unmarked = json.dumps(_take_marks_out(text))
        front = f"title: {value}\nstandfirst: {json.dumps(escaped)}\nbyline: {unmarked}\ndisclaimer: {unmarked}\n"
        front += f"people: {people}\n"
        body = f"**What?**\n\nYes.\n\n{code}{escaped}\n"
        write_interview(folder, body, f"---\n{front}---\n", f"talk-{number}.md")


def test_words_that_look_like_code_stay_words(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On screens they run nothing, end no element, and are kept to the letter in text and in data."""
    _write_book_with_injections(folder)
    monkeypatch.setattr("onrecord.editions.cover.draw_cover", lambda *_: make_picture())
    files = make_screens(folder)
    pages = {name: lxml.html.fromstring(data.decode()) for name, data in files.items() if name.endswith(".html")}
    for page in pages.values():
        scripts = {(script.get("type"), script.get("src")) for script in page.iter("script")}
        assert scripts == {
            ("application/ld+json", None),
            *((None, f"{name}.js") for name in ("theme", "site", "search")),
        }
        assert not [element for element in page.iter() if any(str(name).startswith("on") for name in element.attrib)]
        assert not [image for image in page.iter("img") if not str(image.get("src")).startswith("images/")]
    for number, text in enumerate(PAIRS):
        page, text = pages[f"talk-{number}.html"], _take_marks_out(text)
        assert page.get_element_by_id("byline").text == text
        assert page.get_element_by_id("disclaimer").text_content() == text
        data = next(script for script in page.iter("script") if script.get("type"))
        assert json.loads(data.text or "")["creditText"] == text
    assert "49" not in files["talk-0.html"].decode()


@pytest.mark.slow
def test_words_that_look_like_code_are_printed(folder: Path) -> None:
    """Strings, names and metadata of the PDF hold them unchanged."""
    pikepdf = pytest.importorskip("pikepdf")
    _write_book_with_injections(folder)
    book, _ = load_book(folder)
    data = build_and_read(folder, ("pdf",))["a-book.pdf"]
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as outline:
        assert pdf.docinfo["/Title"] == book.title
        titles = [entry.title for entry in outline.root]
        assert [interview.title.text for interview in book.interviews if interview.title.text not in titles] == []


@pytest.mark.parametrize(
    "body",
    [
        ": a colon first\n\n**Who?**\n\nNobody.\n",
        "{#first}\n**Who?**\n\nNobody.\n",
        "===\n\n**Who?**\n\nNobody.\n",
        "**Who?**\n\n```\n&#65; &amp; &eacute;\n```\n",
    ],
)
def test_an_unusual_beginning_is_read_as_text(body: str, folder: Path) -> None:
    """Nothing is added to the title, and code is not decoded."""
    write_interview(folder, body)
    assert not list_problems(folder)


def test_characters_without_glyphs_are_refused_in_print_only(folder: Path) -> None:
    """Screens have their own fonts; for print, each character is named with its line."""
    write_interview(folder, QUESTION + "ሰላም\n\n你好\n\nᓄᓇᕗᑦ\n")
    build_and_read(folder, SCREEN)
    (folder.parent / "out").rename(folder.parent / "screens")
    with pytest.raises(Refused) as refused:
        build_and_read(folder, ("pdf",))
    assert [(problem.rule, problem.location.line) for problem in refused.value.problems] == [
        ("glyphs-exist", line) for line in (9, 11, 13)
    ]
