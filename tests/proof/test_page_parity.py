"""The proof of twin page numbers: honest copies pass, and each spoiled marker, list or source is named.

The copies are written by hand. Every word of the long interview stands in it once, so that another
reader of PDFs can tell which word each printed page begins with: the markers come from there.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from onrecord.editions.pdf import edition
from onrecord.model import Answer, Footnote, Interview, NoteReference, Paragraph, PullQuote, Question, SourceLocation
from onrecord.model.problems import Problem
from onrecord.proof.rules import page_markers
from onrecord.proof.rules.page_parity import prove_page_parity
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from tests.support.proof_copies import FIRST, article, at, book_of, epub, paragraph, web
from tests.support.sample import PRESS

_PER_PARAGRAPH = 70


def _unique(number: int) -> str:
    words = range(number * _PER_PARAGRAPH, (number + 1) * _PER_PARAGRAPH)
    return " ".join(f"w{word:04}" for word in words)


def _long() -> Interview:
    """Nine pages or so: paragraphs of words that nobody says twice, with what else an interview has between them."""
    texts: list[Paragraph | PullQuote] = [paragraph(100 + n, _unique(n)) for n in range(24)]
    texts[3] = paragraph(103, _unique(3), NoteReference(1), " behind the note.")
    texts.insert(8, PullQuote((paragraph(90, "behind the note"),), at(90)))
    question = Question(1, "q1", (paragraph(12, "What is the longest word?"),), at(12))
    answers = (
        Answer(1, "a1", tuple(texts[:12]), at(14)),
        Question(2, "q2", (paragraph(40, "And after it?"),), at(40)),
        Answer(2, "a2", tuple(texts[12:]), at(41)),
    )
    notes = (Footnote(1, (paragraph(80, "A note of many words. " * 20),), at(80)),)
    return replace(FIRST, slug="long", introduction=(), conversation=(question, *answers), footnotes=notes)


LONG = _long()
BOOK = book_of(LONG)
SOURCE = "The Press, 2 January 2026"


# --- honest copies ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return edition.make_pdf(BOOK, tmp_path_factory.mktemp("book"), PRESS).data


@pytest.fixture(scope="module")
def begins(printed: bytes) -> dict[str, str]:
    """Every page label, and the first word of the long answers on that page ("" where there is none)."""
    document = pypdfium2.PdfDocument(printed)
    texts = [document[index].get_textpage().get_text_range() for index in range(len(document))]
    labels = [document.get_page_label(index) for index in range(len(document))]
    assert texts[-2].startswith("Contributors")
    return {label: min(re.findall(r"w\d{4}", text), default="") for label, text in zip(labels, texts, strict=True)}


def people(begins: dict[str, str]) -> list[str]:
    """The pages of the list of people: the last two, of which one is blank."""
    return list(begins)[-2:]


def marker(label: str, tag: str = "div", *, xhtml: bool = True) -> str:
    typed = 'epub:type="pagebreak" xmlns:epub="http://www.idpf.org/2007/ops" ' if xhtml else ""
    return f'<{tag} class="pagebreak" role="doc-pagebreak" {typed}id="page-{label}" aria-label="{label}"></{tag}>'


def marked(begins: dict[str, str], *, xhtml: bool) -> str:
    """The long interview with its markers."""
    body = [label for label in begins if label.isdecimal() and label not in people(begins)]
    text = article(LONG)
    for label in body:
        if label == "1":
            text = re.sub(r"<article[^>]*>", lambda found: found.group() + marker("1", xhtml=xhtml), text)
        elif begins[label]:
            text = text.replace(begins[label], marker(label, "span", xhtml=xhtml) + begins[label], 1)
    blank = [label for label in body if not begins[label]]
    return text.replace("</article>", "".join(marker(label, xhtml=xhtml) for label in blank) + "</article>")


def paged_web(begins: dict[str, str]) -> dict[str, str]:
    files = {name: data.decode() for name, data in web(BOOK).items()}
    front = "".join(marker(label, xhtml=False) for label in begins if not label.isdecimal())
    files["index.html"] = files["index.html"].replace("<main>", f"<main>{front}")
    files["long.html"] = files["long.html"].replace(article(LONG), marked(begins, xhtml=False))
    back = "".join(marker(label, xhtml=False) for label in people(begins))
    files["contributors.html"] = files["contributors.html"].replace("<main>", f"<main>{back}")
    return files


def paged_epub(begins: dict[str, str]) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(epub(BOOK))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    roman = [label for label in begins if not label.isdecimal()]
    homes = {"title-page": roman[:3], "imprint": roman[3:4], "nav": roman[4:], "contributors": people(begins)}
    for page, labels in homes.items():
        name = f"EPUB/{page}.xhtml"
        files[name] = files[name].replace("<body>", "<body>" + "".join(map(marker, labels)))
    files["EPUB/long.xhtml"] = files["EPUB/long.xhtml"].replace(article(LONG), marked(begins, xhtml=True))
    where = {label: page for page, labels in homes.items() for label in labels}
    items = "".join(f'<li><a href="{where.get(label, "long")}.xhtml#page-{label}">{label}</a></li>' for label in begins)
    listed = f'<nav xmlns:epub="http://www.idpf.org/2007/ops" epub:type="page-list" hidden="hidden"><ol>{items}</ol></nav></body>'
    files["EPUB/nav.xhtml"] = files["EPUB/nav.xhtml"].replace("</body>", listed)
    features = "".join(
        f'<meta property="schema:accessibilityFeature">{name}</meta>' for name in ("pageBreakMarkers", "pageNavigation")
    )
    stated = f'<metadata><meta property="pageBreakSource">{SOURCE}</meta>{features}</metadata><manifest>'
    files["EPUB/content.opf"] = files["EPUB/content.opf"].replace("<manifest>", stated)
    return files


def packed(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def proof(printed: bytes, files: dict[str, str]) -> tuple[Problem, ...]:
    """The proof of a web edition, or of an EPUB."""
    if "mimetype" in files:
        return prove_page_parity(BOOK, printed, packed(files), None)
    return prove_page_parity(BOOK, printed, None, {name: text.encode() for name, text in files.items()})


def test_honest_twins_are_proved(printed: bytes, begins: dict[str, str]) -> None:
    """Nine pages, of which some begin inside a paragraph; the other reader's words are those of the proof."""
    assert sum(bool(word) for word in begins.values()) >= 6
    assert proof(printed, paged_web(begins)) == ()
    assert proof(printed, paged_epub(begins)) == ()


def test_what_was_read_of_a_page_counts_for_its_very_bytes_only(
    printed: bytes, begins: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that was read before is not read again; with one marker moved it is, and is caught."""
    runner = TaskRunner(NO_WORKERS.executor, Cache(tmp_path))
    read: list[str] = []
    original = page_markers._read_page

    def counted(leaf: page_markers._MarkerTask) -> page_markers._MarkedPage:
        read.append(leaf.file)
        return original(leaf)

    monkeypatch.setattr(page_markers, "_read_page", counted)
    files = {name: text.encode() for name, text in paged_web(begins).items()}
    known = replace(
        BOOK,
        parts=tuple(
            replace(part, interviews=tuple(replace(one, reading_key=one.slug) for one in part.interviews))
            for part in BOOK.parts
        ),
    )
    assert prove_page_parity(known, printed, None, files, runner) == ()
    first = len(read)
    assert first == sum(name.endswith(".html") for name in files)
    assert prove_page_parity(known, printed, None, files, runner) == ()
    assert len(read) == first
    last = [label for label in begins if label.isdecimal()][1]
    moved = files["long.html"].decode().replace(marker(last, "span", xhtml=False), "", 1)
    moved = moved.replace("</article>", f"{marker(last, xhtml=False)}</article>")
    problems = prove_page_parity(known, printed, None, {**files, "long.html": moved.encode()}, runner)
    assert read[first:] == ["long.html"]
    assert any(f"page {last}" in problem.sentence for problem in problems)


def test_markers_are_no_words_of_the_interview(begins: dict[str, str]) -> None:
    """The proof of the words passes over markers and the list of pages."""
    from onrecord.proof import prove_epub, prove_html

    assert not prove_html(BOOK, {name: text.encode() for name, text in paged_web(begins).items()}).problems
    assert not prove_epub(BOOK, packed(paged_epub(begins))).problems


# --- sabotage ---------------------------------------------------------------------------------------

Spoil = Callable[[dict[str, str], dict[str, str]], None]
COPIES = {"web": (paged_web, "long.html"), "epub": (paged_epub, "EPUB/long.xhtml")}


@pytest.fixture(params=COPIES)
def copy(request: pytest.FixtureRequest, begins: dict[str, str]) -> tuple[dict[str, str], str]:
    """The files of an honest copy, and the one with the interview."""
    make, name = COPIES[request.param]
    return make(begins), name


def tag_of(text: str, label: str) -> str:
    found = re.search(rf'<(\w+) class="pagebreak"[^>]*aria-label="{label}"></\1>', text)
    assert found
    return found.group()


def inner(begins: dict[str, str]) -> str:
    """A page that begins inside a paragraph."""
    return next(label for label, word in begins.items() if word and int(word[1:]) % _PER_PARAGRAPH and label != "1")


@pytest.mark.parametrize("way", ["forwards", "backwards"])
def test_a_marker_moved_by_a_word_is_caught(
    printed: bytes, begins: dict[str, str], copy: tuple[dict[str, str], str], way: str
) -> None:
    """The problem names the page, the words on both sides, and the paragraph of the source."""
    files, name = copy
    label = inner(begins)
    tag, word = tag_of(files[name], label), begins[inner(begins)]
    if way == "forwards":
        files[name] = files[name].replace(f"{tag}{word} ", f"{word} {tag}")
        wrong = f"w{int(word[1:]) + 1:04}"
    else:
        wrong = f"w{int(word[1:]) - 1:04}"
        files[name] = files[name].replace(f"{wrong} {tag}", f"{tag}{wrong} ")
    (problem,) = proof(printed, files)
    assert problem.rule == "pages-are-twins"
    assert problem.location == SourceLocation("interviews/ada.md", 100 + int(word[1:]) // _PER_PARAGRAPH)
    assert f"page {label} begins with “{wrong}" in problem.sentence
    assert f"in print it begins with “{word}" in problem.sentence


def test_a_marker_inside_a_word_is_caught(
    printed: bytes, begins: dict[str, str], copy: tuple[dict[str, str], str]
) -> None:
    files, name = copy
    tag, word = tag_of(files[name], inner(begins)), begins[inner(begins)]
    files[name] = files[name].replace(tag + word, word[:2] + tag + word[2:])
    (problem,) = proof(printed, files)
    assert f"begins with “{word[2:]}" in problem.sentence


def test_a_missing_marker_is_caught(printed: bytes, begins: dict[str, str], copy: tuple[dict[str, str], str]) -> None:
    files, name = copy
    files[name] = files[name].replace(tag_of(files[name], "3"), "")
    problems = proof(printed, files)
    assert "there is no marker for page 3" in problems[0].sentence
    assert {problem.rule for problem in problems} <= {"pages-are-twins", "page-list-is-whole"}


def test_a_marker_twice_is_caught(printed: bytes, copy: tuple[dict[str, str], str]) -> None:
    files, name = copy
    files[name] = files[name].replace(tag_of(files[name], "3"), tag_of(files[name], "3") * 2)
    assert any("there are 2 markers for page 3" in problem.sentence for problem in proof(printed, files))


@pytest.mark.parametrize("label", ["4", "iii", "99", ""])
def test_a_wrong_label_is_caught(printed: bytes, copy: tuple[dict[str, str], str], label: str) -> None:
    files, name = copy
    tag = tag_of(files[name], "3")
    files[name] = files[name].replace(tag, tag.replace('aria-label="3"', f'aria-label="{label}"'))
    assert any("there is no marker for page 3" in problem.sentence for problem in proof(printed, files))


def test_an_id_of_another_page_is_caught(printed: bytes, copy: tuple[dict[str, str], str]) -> None:
    files, name = copy
    files[name] = files[name].replace('id="page-3"', 'id="page-33"')
    assert any("does not say that it is page-3" in problem.sentence for problem in proof(printed, files))


def test_a_hidden_marker_is_no_marker(printed: bytes, copy: tuple[dict[str, str], str]) -> None:
    """No reading system can go to what is not rendered."""
    files, name = copy
    files[name] = files[name].replace('id="page-3"', 'hidden="hidden" id="page-3"')
    assert any("there is no marker for page 3" in problem.sentence for problem in proof(printed, files))


def test_swapped_markers_are_caught(printed: bytes, copy: tuple[dict[str, str], str]) -> None:
    files, name = copy
    one, two = tag_of(files[name], "2"), tag_of(files[name], "3")
    files[name] = files[name].replace(one, "@").replace(two, one).replace("@", two)
    assert any(
        "the marker of page 2 stands behind that of page 3" in problem.sentence for problem in proof(printed, files)
    )


def test_a_marker_in_another_file_is_caught(printed: bytes, copy: tuple[dict[str, str], str]) -> None:
    files, name = copy
    tag, other = tag_of(files[name], "3"), name.replace("long", "contributors")
    files[name] = files[name].replace(tag, "")
    files[other] = files[other].replace('<div class="pagebreak"', f'{tag}<div class="pagebreak"', 1)
    assert any("page 3, which begins with “w0" in problem.sentence for problem in proof(printed, files))


def test_a_marker_in_a_note_is_caught(printed: bytes, copy: tuple[dict[str, str], str]) -> None:
    """Notes stand at the foot of printed pages, and behind the interview elsewhere: no page begins in them."""
    files, name = copy
    tag = tag_of(files[name], "3")
    files[name] = files[name].replace(tag, "").replace("A note of", f"A {tag}note of", 1)
    assert any("page 3, which begins with “w0" in problem.sentence for problem in proof(printed, files))


def test_words_of_another_page_are_caught(
    printed: bytes, begins: dict[str, str], copy: tuple[dict[str, str], str]
) -> None:
    """Even when every marker stands between the right words."""
    files, name = copy
    word = f"w{int(begins['3'][1:]) + 5:04}"
    files[name] = files[name].replace(word, "sabotage")
    problems = proof(printed, files)
    assert any("the words of page 3 are not those in print from “sabotage" in problem.sentence for problem in problems)


def test_a_lost_front_page_is_caught(printed: bytes, copy: tuple[dict[str, str], str]) -> None:
    files, name = copy
    front = "index.html" if name == "long.html" else "EPUB/title-page.xhtml"
    files[front] = files[front].replace(tag_of(files[front], "ii"), "")
    assert any("there is no marker for page ii" in problem.sentence for problem in proof(printed, files))


# --- the page list ----------------------------------------------------------------------------------


def spoiled(begins: dict[str, str], name: str, change: Callable[[str], str]) -> dict[str, str]:
    files = paged_epub(begins)
    assert change(files[name]) != files[name]
    return {**files, name: change(files[name])}


_ENTRY = re.compile(r'<li><a href="long.xhtml#page-3">3</a></li>')


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: _ENTRY.sub("", text), "its page list has “4” where the print edition has “3”"),
        (lambda text: text.replace("#page-3", "#page-4"), "sends page 3 to “long.xhtml#page-4”"),
        (lambda text: text.replace("long.xhtml#page-3", "long.xhtml#a1"), "sends page 3 to “long.xhtml#a1”"),
        (lambda text: text.replace("long.xhtml#page-3", "#page-3"), "sends page 3 to “#page-3”"),
        (lambda text: text.replace(">3</a>", ">page 3</a>"), "has “page 3” where the print edition has “3”"),
        (lambda text: text.replace('"page-list"', '"landmarks"'), "it has no page list"),
        (lambda text: re.sub(r"(<nav.*?page-list.*?</nav>)", r"\1\1", text), "it has 2 page lists"),
    ],
    ids=["entry missing", "entry of another page", "no marker", "other file", "words in it", "landmarks", "two lists"],
)
def test_a_spoiled_page_list_is_caught(
    printed: bytes, begins: dict[str, str], change: Callable[[str], str], says: str
) -> None:
    problems = proof(printed, spoiled(begins, "EPUB/nav.xhtml", change))
    assert {problem.rule for problem in problems} == {"page-list-is-whole"}
    assert any(says in problem.sentence for problem in problems), problems


@pytest.mark.parametrize("source", ["", "none", None])
def test_numbers_name_their_source(printed: bytes, begins: dict[str, str], source: str | None) -> None:
    """An EPUB with markers says which print edition they are from (EPUB Accessibility 1.1 §3.3.2)."""
    whole = f'<meta property="pageBreakSource">{SOURCE}</meta>'
    instead = "" if source is None else whole.replace(SOURCE, source)
    files = spoiled(begins, "EPUB/content.opf", lambda text: text.replace(whole, instead))
    assert [problem.rule for problem in proof(printed, files)] == ["page-source-is-named"]


def test_features_are_declared(printed: bytes, begins: dict[str, str]) -> None:
    files = spoiled(begins, "EPUB/content.opf", lambda text: text.replace("pageNavigation", "index"))
    (problem,) = proof(printed, files)
    assert "does not declare pageNavigation" in problem.sentence


def test_copies_that_cannot_be_read_are_problems(printed: bytes) -> None:
    assert [problem.rule for problem in prove_page_parity(BOOK, b"no PDF", b"no EPUB", {})] == ["copy-can-be-read"]
    assert [problem.rule for problem in prove_page_parity(BOOK, printed, b"no EPUB", None)] == ["copy-can-be-read"]
    assert prove_page_parity(BOOK, printed, None, {})
