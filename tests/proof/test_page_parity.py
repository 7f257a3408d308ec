"""The proof of page parity: correct copies pass, and each spoiled marker, page list or source is named.

The tests write the copies themselves. Every word of the long interview occurs once, so that another PDF reader
can find the word with which each printed page begins. The markers are made from these words.
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
from onrecord.model.paper import PageSize
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule
from onrecord.proof.rules import page_markers
from onrecord.proof.rules.page_parity import prove_page_parity
from onrecord.proof.rules.printed_book import PrintedBook, read_page_ranges
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import NO_WORKERS, TaskRunner
from tests.support.proof_copies import FIRST, at, book_of, build_epub, build_web, paragraph, write_article
from tests.support.sample import RUNNER

_PER_PARAGRAPH = 24


def _write_unique_words(number: int) -> str:
    words = range(number * _PER_PARAGRAPH, (number + 1) * _PER_PARAGRAPH)
    return " ".join(f"w{word:04}" for word in words)


def _build_long_interview() -> Interview:
    """Build about nine pages: paragraphs of words that occur once, with other kinds of blocks between them."""
    texts: list[Paragraph | PullQuote] = [paragraph(100 + n, _write_unique_words(n)) for n in range(24)]
    texts[3] = paragraph(103, _write_unique_words(3), NoteReference(1), " after the note.")
    texts.insert(8, PullQuote((paragraph(90, "after the note"),), at(90)))
    question = Question(1, "q1", (paragraph(12, "What is the longest word?"),), at(12))
    answers = (
        Answer(1, "a1", tuple(texts[:12]), at(14)),
        Question(2, "q2", (paragraph(40, "And after it?"),), at(40)),
        Answer(2, "a2", tuple(texts[12:]), at(41)),
    )
    notes = (Footnote(1, (paragraph(80, "A note of many words. " * 20),), at(80)),)
    return replace(FIRST, slug="long", introduction=(), conversation=(question, *answers), footnotes=notes)


LONG = _build_long_interview()
BOOK = replace(book_of(LONG), trim=PageSize(90, 120))  # small pages, with few words on each
SOURCE = "The Press, 2 January 2026"


# --- correct copies ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed_pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return edition.make_pdf(BOOK, tmp_path_factory.mktemp("book"), RUNNER).data


@pytest.fixture(scope="module")
def printed(printed_pdf: bytes) -> PrintedBook:
    """Return the pages of the PDF: it is never spoiled here, and reading it takes longer than all else."""
    return read_page_ranges(BOOK, printed_pdf)


@pytest.fixture(scope="module")
def first_words(printed_pdf: bytes) -> dict[str, str]:
    """The first word of the long answers on each page, by page label ("" where there is none)."""
    document = pypdfium2.PdfDocument(printed_pdf)
    texts = [document[index].get_textpage().get_text_range() for index in range(len(document))]
    labels = [document.get_page_label(index) for index in range(len(document))]
    assert texts[-2].startswith("Contributors")
    return {label: min(re.findall(r"w\d{4}", text), default="") for label, text in zip(labels, texts, strict=True)}


def find_people_pages(first_words: dict[str, str]) -> list[str]:
    """Return the pages of the list of people: the last two, of which one is blank."""
    return list(first_words)[-2:]


def write_marker(label: str, tag: str = "div", *, xhtml: bool = True) -> str:
    typed = 'epub:type="pagebreak" xmlns:epub="http://www.idpf.org/2007/ops" ' if xhtml else ""
    return f'<{tag} class="pagebreak" role="doc-pagebreak" {typed}id="page-{label}" aria-label="{label}"></{tag}>'


def mark_interview(first_words: dict[str, str], *, xhtml: bool) -> str:
    """Write the long interview with its markers."""
    body = [label for label in first_words if label.isdecimal() and label not in find_people_pages(first_words)]
    text = write_article(LONG)
    for label in body:
        if label == "1":
            text = re.sub(r"<article[^>]*>", lambda match: match.group() + write_marker("1", xhtml=xhtml), text)
        elif first_words[label]:
            text = text.replace(first_words[label], write_marker(label, "span", xhtml=xhtml) + first_words[label], 1)
    blank = [label for label in body if not first_words[label]]
    return text.replace("</article>", "".join(write_marker(label, xhtml=xhtml) for label in blank) + "</article>")


def build_paged_web(first_words: dict[str, str]) -> dict[str, str]:
    files = {name: data.decode() for name, data in build_web(BOOK).items()}
    front = "".join(write_marker(label, xhtml=False) for label in first_words if not label.isdecimal())
    files["index.html"] = files["index.html"].replace("<main>", f"<main>{front}")
    files["long.html"] = files["long.html"].replace(write_article(LONG), mark_interview(first_words, xhtml=False))
    back = "".join(write_marker(label, xhtml=False) for label in find_people_pages(first_words))
    files["contributors.html"] = files["contributors.html"].replace("<main>", f"<main>{back}")
    return files


def build_paged_epub(first_words: dict[str, str]) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(build_epub(BOOK))) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    roman = [label for label in first_words if not label.isdecimal()]
    homes = {
        "title-page": roman[:3],
        "imprint": roman[3:4],
        "nav": roman[4:],
        "contributors": find_people_pages(first_words),
    }
    for page, labels in homes.items():
        name = f"EPUB/{page}.xhtml"
        files[name] = files[name].replace("<body>", "<body>" + "".join(map(write_marker, labels)))
    files["EPUB/long.xhtml"] = files["EPUB/long.xhtml"].replace(
        write_article(LONG), mark_interview(first_words, xhtml=True)
    )
    where = {label: page for page, labels in homes.items() for label in labels}
    items = "".join(
        f'<li><a href="{where.get(label, "long")}.xhtml#page-{label}">{label}</a></li>' for label in first_words
    )
    attributes = 'xmlns:epub="http://www.idpf.org/2007/ops" epub:type="page-list" hidden="hidden"'
    page_list = f"<nav {attributes}><ol>{items}</ol></nav></body>"
    files["EPUB/nav.xhtml"] = files["EPUB/nav.xhtml"].replace("</body>", page_list)
    features = "".join(
        f'<meta property="schema:accessibilityFeature">{name}</meta>' for name in ("pageBreakMarkers", "pageNavigation")
    )
    stated = f'<metadata><meta property="pageBreakSource">{SOURCE}</meta>{features}</metadata><manifest>'
    files["EPUB/content.opf"] = files["EPUB/content.opf"].replace("<manifest>", stated)
    return files


def pack_epub(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def prove_copy(printed: PrintedBook, files: dict[str, str]) -> tuple[Problem, ...]:
    """Prove the page parity of a web edition, or of an EPUB."""
    if "mimetype" in files:
        return prove_page_parity(BOOK, printed, pack_epub(files), None)
    return prove_page_parity(BOOK, printed, None, {name: text.encode() for name, text in files.items()})


def test_correct_copies_have_page_parity(printed_pdf: bytes, first_words: dict[str, str]) -> None:
    """Six or more pages have words of the answers; the words that PDFium reads are those of the proof."""
    assert sum(bool(word) for word in first_words.values()) >= 6
    assert prove_copy(printed_pdf, build_paged_web(first_words)) == ()
    assert prove_copy(printed_pdf, build_paged_epub(first_words)) == ()


def test_a_cached_reading_of_a_page_counts_only_for_its_bytes(
    printed_pdf: bytes, first_words: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page is read once; when a marker in it moves, it is read again, and the fault is caught."""
    runner = TaskRunner(NO_WORKERS.executor, Cache(tmp_path))
    read_files: list[str] = []
    original = page_markers._read_page

    def read_and_record(task: page_markers._MarkerTask) -> page_markers._MarkedPage:
        read_files.append(task.file)
        return original(task)

    monkeypatch.setattr(page_markers, "_read_page", read_and_record)
    files = {name: text.encode() for name, text in build_paged_web(first_words).items()}
    known = replace(
        BOOK,
        parts=tuple(
            replace(
                part, interviews=tuple(replace(interview, reading_key=interview.slug) for interview in part.interviews)
            )
            for part in BOOK.parts
        ),
    )
    assert prove_page_parity(known, printed_pdf, None, files, runner) == ()
    first = len(read_files)
    assert first == sum(name.endswith(".html") for name in files)
    assert prove_page_parity(known, printed_pdf, None, files, runner) == ()
    assert len(read_files) == first
    last = [label for label in first_words if label.isdecimal()][1]
    moved = files["long.html"].decode().replace(write_marker(last, "span", xhtml=False), "", 1)
    moved = moved.replace("</article>", f"{write_marker(last, xhtml=False)}</article>")
    problems = prove_page_parity(known, printed_pdf, None, {**files, "long.html": moved.encode()}, runner)
    assert read_files[first:] == ["long.html"]
    assert any(f"page {last}" in problem.sentence for problem in problems)


def test_markers_are_no_words_of_the_interview(first_words: dict[str, str]) -> None:
    """The proof of the words ignores markers and the page list."""
    from onrecord.proof import prove_epub, prove_html

    web = {name: text.encode() for name, text in build_paged_web(first_words).items()}
    rules = {problem.rule for problem in prove_html(BOOK, web).problems}
    assert rules <= {Rule.CITATIONS_ARE_TRUE}  # of these copies, which name no printed page
    assert not prove_epub(BOOK, pack_epub(build_paged_epub(first_words))).problems


# --- sabotage ---------------------------------------------------------------------------------------

Spoil = Callable[[dict[str, str], dict[str, str]], None]
COPIES = {"web": (build_paged_web, "long.html"), "epub": (build_paged_epub, "EPUB/long.xhtml")}


@pytest.fixture(params=COPIES)
def copy(request: pytest.FixtureRequest, first_words: dict[str, str]) -> tuple[dict[str, str], str]:
    """The files of a correct copy, and the name of the file with the interview."""
    make, name = COPIES[request.param]
    return make(first_words), name


def find_tag(text: str, label: str) -> str:
    match = re.search(rf'<(\w+) class="pagebreak"[^>]*aria-label="{label}"></\1>', text)
    assert match
    return match.group()


def find_inner_page(first_words: dict[str, str]) -> str:
    """Return the label of a page that begins inside a paragraph."""
    return next(
        label for label, word in first_words.items() if word and int(word[1:]) % _PER_PARAGRAPH and label != "1"
    )


@pytest.mark.parametrize("way", ["forwards", "backwards"])
def test_a_marker_moved_by_a_word_is_caught(
    printed: PrintedBook, first_words: dict[str, str], copy: tuple[dict[str, str], str], way: str
) -> None:
    """The problem names the page, the words on both sides, and the paragraph of the source."""
    files, name = copy
    label = find_inner_page(first_words)
    tag, word = find_tag(files[name], label), first_words[find_inner_page(first_words)]
    if way == "forwards":
        files[name] = files[name].replace(f"{tag}{word} ", f"{word} {tag}")
        wrong = f"w{int(word[1:]) + 1:04}"
    else:
        wrong = f"w{int(word[1:]) - 1:04}"
        files[name] = files[name].replace(f"{wrong} {tag}", f"{tag}{wrong} ")
    (problem,) = prove_copy(printed, files)
    assert problem.rule == "pages-are-twins"
    assert problem.location == SourceLocation("interviews/ada.md", 100 + int(word[1:]) // _PER_PARAGRAPH)
    assert f"page {label} begins with “{wrong}" in problem.sentence
    assert f"in print it begins with “{word}" in problem.sentence


def test_a_marker_inside_a_word_is_caught(
    printed: PrintedBook, first_words: dict[str, str], copy: tuple[dict[str, str], str]
) -> None:
    files, name = copy
    tag, word = find_tag(files[name], find_inner_page(first_words)), first_words[find_inner_page(first_words)]
    files[name] = files[name].replace(tag + word, word[:2] + tag + word[2:])
    (problem,) = prove_copy(printed, files)
    assert f"begins with “{word[2:]}" in problem.sentence


def test_a_missing_marker_is_caught(
    printed: PrintedBook, first_words: dict[str, str], copy: tuple[dict[str, str], str]
) -> None:
    files, name = copy
    files[name] = files[name].replace(find_tag(files[name], "3"), "")
    problems = prove_copy(printed, files)
    assert "there is no marker for page 3" in problems[0].sentence
    assert {problem.rule for problem in problems} <= {"pages-are-twins", "page-list-is-whole"}


def test_a_doubled_marker_is_caught(printed: PrintedBook, copy: tuple[dict[str, str], str]) -> None:
    files, name = copy
    files[name] = files[name].replace(find_tag(files[name], "3"), find_tag(files[name], "3") * 2)
    assert any("there are 2 markers for page 3" in problem.sentence for problem in prove_copy(printed, files))


@pytest.mark.parametrize("label", ["4", "iii", "99", ""])
def test_a_wrong_label_is_caught(printed: PrintedBook, copy: tuple[dict[str, str], str], label: str) -> None:
    files, name = copy
    tag = find_tag(files[name], "3")
    files[name] = files[name].replace(tag, tag.replace('aria-label="3"', f'aria-label="{label}"'))
    assert any("there is no marker for page 3" in problem.sentence for problem in prove_copy(printed, files))


def test_an_id_of_another_page_is_caught(printed: PrintedBook, copy: tuple[dict[str, str], str]) -> None:
    files, name = copy
    files[name] = files[name].replace('id="page-3"', 'id="page-33"')
    assert any("does not say that it is page-3" in problem.sentence for problem in prove_copy(printed, files))


def test_a_hidden_marker_is_no_marker(printed: PrintedBook, copy: tuple[dict[str, str], str]) -> None:
    """No reading system can go to an element that is not rendered."""
    files, name = copy
    files[name] = files[name].replace('id="page-3"', 'hidden="hidden" id="page-3"')
    assert any("there is no marker for page 3" in problem.sentence for problem in prove_copy(printed, files))


def test_swapped_markers_are_caught(printed: PrintedBook, copy: tuple[dict[str, str], str]) -> None:
    files, name = copy
    second, third = find_tag(files[name], "2"), find_tag(files[name], "3")
    files[name] = files[name].replace(second, "@").replace(third, second).replace("@", third)
    assert any(
        "the marker of page 2 stands after that of page 3" in problem.sentence for problem in prove_copy(printed, files)
    )


def test_a_marker_in_another_file_is_caught(printed: PrintedBook, copy: tuple[dict[str, str], str]) -> None:
    files, name = copy
    tag, other = find_tag(files[name], "3"), name.replace("long", "contributors")
    files[name] = files[name].replace(tag, "")
    files[other] = files[other].replace('<div class="pagebreak"', f'{tag}<div class="pagebreak"', 1)
    assert any("page 3, which begins with “w0" in problem.sentence for problem in prove_copy(printed, files))


def test_a_marker_in_a_note_is_caught(printed: PrintedBook, copy: tuple[dict[str, str], str]) -> None:
    """Notes are at the foot of printed pages, and after the interview on screens: no page begins in them."""
    files, name = copy
    tag = find_tag(files[name], "3")
    files[name] = files[name].replace(tag, "").replace("A note of", f"A {tag}note of", 1)
    assert any("page 3, which begins with “w0" in problem.sentence for problem in prove_copy(printed, files))


def test_words_of_another_page_are_caught(
    printed: PrintedBook, first_words: dict[str, str], copy: tuple[dict[str, str], str]
) -> None:
    """They are caught even if every marker is between the right words."""
    files, name = copy
    word = f"w{int(first_words['3'][1:]) + 5:04}"
    files[name] = files[name].replace(word, "sabotage")
    problems = prove_copy(printed, files)
    assert any("the words of page 3 are not those in print from “sabotage" in problem.sentence for problem in problems)


def test_a_lost_front_page_is_caught(printed: PrintedBook, copy: tuple[dict[str, str], str]) -> None:
    files, name = copy
    front = "index.html" if name == "long.html" else "EPUB/title-page.xhtml"
    files[front] = files[front].replace(find_tag(files[front], "ii"), "")
    assert any("there is no marker for page ii" in problem.sentence for problem in prove_copy(printed, files))


# --- the page list ----------------------------------------------------------------------------------


def spoil_epub(first_words: dict[str, str], name: str, change: Callable[[str], str]) -> dict[str, str]:
    files = build_paged_epub(first_words)
    assert change(files[name]) != files[name]
    return {**files, name: change(files[name])}


_ENTRY = re.compile(r'<li><a href="long.xhtml#page-3">3</a></li>')


@pytest.mark.parametrize(
    ("change", "sentence"),
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
    printed: PrintedBook, first_words: dict[str, str], change: Callable[[str], str], sentence: str
) -> None:
    problems = prove_copy(printed, spoil_epub(first_words, "EPUB/nav.xhtml", change))
    assert {problem.rule for problem in problems} == {"page-list-is-whole"}
    assert any(sentence in problem.sentence for problem in problems), problems


@pytest.mark.parametrize("source", ["", "none", None])
def test_page_numbers_name_their_source(printed: PrintedBook, first_words: dict[str, str], source: str | None) -> None:
    """An EPUB with markers names their print edition (EPUB Accessibility 1.1 §3.3.2)."""
    whole = f'<meta property="pageBreakSource">{SOURCE}</meta>'
    instead = "" if source is None else whole.replace(SOURCE, source)
    files = spoil_epub(first_words, "EPUB/content.opf", lambda text: text.replace(whole, instead))
    assert [problem.rule for problem in prove_copy(printed, files)] == ["page-source-is-named"]


def test_accessibility_features_are_declared(printed: PrintedBook, first_words: dict[str, str]) -> None:
    files = spoil_epub(first_words, "EPUB/content.opf", lambda text: text.replace("pageNavigation", "index"))
    (problem,) = prove_copy(printed, files)
    assert problem.rule == "features-are-declared"
    assert "does not declare pageNavigation" in problem.sentence


def test_copies_that_cannot_be_read_are_problems(printed_pdf: bytes) -> None:
    assert [problem.rule for problem in prove_page_parity(BOOK, b"no PDF", b"no EPUB", {})] == ["copy-can-be-read"]
    assert [problem.rule for problem in prove_page_parity(BOOK, printed_pdf, b"no EPUB", None)] == ["copy-can-be-read"]
    assert prove_page_parity(BOOK, printed_pdf, None, {})
