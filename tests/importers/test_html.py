"""Test the import of saved pages: the interview is found, the rest is set aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importers.test_import_file import SEED, import_draft, import_source, join_kinds

PARAGRAPHS = [line for line in SEED.read_text("utf-8").split("\n") if line]
PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>{title} — The Desk</title>
<meta charset="utf-8"><link rel="canonical" href="https://example.org/one">
<meta property="article:published_time" content="2012-03-12T10:00:00Z">
<script>var words = "never printed";</script><style>p {{ color: red }}</style></head>
<body>
<header class="site-header"><a href="/">The Desk</a><nav><ul>\
<li><a href="/a">Themes</a></li><li><a href="/b">Authors</a></li></ul></nav></header>
<div id="page"><main class="content"><article>
<h1>{title}</h1>
<div class="share"><a href="#">Facebook</a> <a href="#">Twitter</a></div>
{text}
<div class="related-posts"><h3>Read also</h3><ul><li><a href="/x">Another interview about the press</a></li></ul></div>
</article>
<aside><p>Subscribe to our letter, which comes every Thursday morning.</p></aside></main>
<section id="comments"><h3>2 comments</h3>\
<p>A reader: Is this true? I do not believe that it is, and I will say why.</p></section></div>
<footer><p>© The Desk. All rights reserved.</p></footer>
</body></html>"""


def build_page(bold: str) -> str:
    title, *paragraphs = PARAGRAPHS
    body = "\n".join(f"<p>{bold.format(words) if words.endswith('?') else words}</p>" for words in paragraphs)
    return PAGE.format(title=title, text=body)


def test_the_interview_of_a_page_is_found(tmp_path: Path) -> None:
    """Bold and plain questions give the same interview; the rest is listed with its reason."""
    for n, bold in enumerate(("<strong>{}</strong>", "<b>{}</b>", "{}", "<em><b>{}</b></em>")):
        draft = import_draft(tmp_path / str(n), "one.html", build_page(bold))
        assert draft.title == PARAGRAPHS[0]
        assert draft.standfirst == PARAGRAPHS[1]
        assert draft.byline == PARAGRAPHS[2]
        assert draft.disclaimer == PARAGRAPHS[-1]
        assert join_kinds(draft) == "QAQAQA"
        assert draft.url == "https://example.org/one"
        assert draft.date == "2012-03-12"
        words_by_reason = {clipping.reason: clipping.words for clipping in draft.asides}
        assert words_by_reason["share buttons"] == "Facebook Twitter"
        assert "Is this true?" in words_by_reason["comments"]
        assert "Themes Authors" in words_by_reason["page frame"]
        assert not any("never printed" in clipping.words for clipping in draft.asides)


def test_old_hand_written_html_is_read(tmp_path: Path) -> None:
    """The page has line breaks for paragraphs, unclosed tags and font tags."""
    text = "<br><br>\n".join(f"<b><font size=2>{w}</font></b>" if w.endswith("?") else w for w in PARAGRAPHS[1:])
    old = (
        "<HTML><HEAD><TITLE>x</TITLE></HEAD><BODY BGCOLOR=white>"
        f"<center><h1>{PARAGRAPHS[0]}</h1></center>{text}<HR></BODY>"
    )
    draft = import_draft(tmp_path, "old.htm", old)
    assert join_kinds(draft) == "QAQAQA"
    assert draft.byline == PARAGRAPHS[2]


def test_scripts_of_a_page_leave_no_trace(tmp_path: Path) -> None:
    """Links to scripts and entities of the page are dropped."""
    page = build_page("<b>{}</b>").replace(
        "</article>",
        '<p>Read <a href="javascript:alert(1)">this</a> and <a href="http://example.org/ok">that</a>'
        "<img src=x onerror=alert(1)></p></article>",
    )
    _, result, _ = import_source(
        tmp_path, "evil.html", '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + page + "&x;"
    )
    assert "javascript" not in result
    assert "onerror" not in result
    assert "root:" not in result
    assert "[that](http://example.org/ok)" in result


CONVENTIONS = {
    "bold, then a line end": "<p><strong>{q}</strong><br>{a}</p>",
    "bold, then plain": "<p><b>{q}</b> {a}</p>",
    "italics": "<p><em>{q}</em></p><p>{a}</p>",
    "classes": '<p class="c-question">{q}</p><p class="c-answer">{a}</p>',
    "a definition list": "<dl><dt>{q}</dt><dd>{a}</dd></dl>",
    "headings": "<h3>{q}</h3><p>{a}</p>",
    "names in bold": "<p><strong>The Desk:</strong> {q}</p><p><strong>On Record:</strong> {a}</p>",
    "names in rows": "<table><tr><td>The Desk</td><td>{q}</td></tr><tr><td>On Record</td><td>{a}</td></tr></table>",
}


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_every_layout_of_questions_is_recognized(tmp_path: Path, convention: str) -> None:
    """Every layout gives the same questions and answers."""
    pairs = [
        ("What is a page?", "Paper, once. Now it is anything that scrolls."),
        ("And its words?", "They stay. All of them are counted, each time."),
    ]
    pairs.append(
        (
            "Who reads it?",
            "Anybody. Does it matter who reads it? We print for all of them, as well as we can, and count.",
        )
    )
    body = "".join(CONVENTIONS[convention].format(q=q, a=a) for q, a in pairs)
    if "table" in body:
        body = body.replace("</table><table>", "")
    draft = import_draft(tmp_path, "one.html", f"<html><body><div><h1>Of pages</h1>{body}</div></body></html>")
    assert draft.title == "Of pages"
    assert join_kinds(draft) == "QAQAQA"
    assert [" ".join(c.words for c in turn.clippings) for turn in draft.turns] == [
        words for pair in pairs for words in pair
    ]
