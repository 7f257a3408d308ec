"""Spoiled PDFs: each fault is caught, and the interview's own line is named.

One book holds one spoiled interview for each sabotage, so that it is laid out once. The second half
spoils the bytes of an honest PDF with pikepdf.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from onrecord.editions.pdf import edition
from onrecord.model import SourceLocation
from onrecord.model.problems import Problem
from onrecord.proof import Report, prove_pdf
from tests.support.proof_copies import BOOK, FIRST, SECOND, book_of
from tests.support.proof_sabotage import SABOTAGES, Sabotage, filed
from tests.support.workers import KEEPING

_SLUGS = {sabotage.name: f"ada{number}" for number, sabotage in enumerate(SABOTAGES)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("book")


@pytest.fixture(scope="module")
def spoiled(folder: Path) -> Report:
    """The proof of a book in which every interview but the first and the last is spoiled."""
    interviews = [filed(FIRST, slug) for slug in _SLUGS.values()]
    book = book_of(FIRST, *interviews, SECOND)
    bad = [sabotage.spoil(interview) for sabotage, interview in zip(SABOTAGES, interviews, strict=True)]
    return prove_pdf(book, edition.make_pdf(book_of(FIRST, *bad, SECOND), folder, KEEPING).data)


@pytest.fixture(scope="module")
def honest(folder: Path) -> bytes:
    return edition.make_pdf(BOOK, folder, KEEPING).data


def problems_of(report: Report, slug: str) -> list[Problem]:
    return [problem for problem in report.problems if problem.location.file == f"interviews/{slug}.md"]


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=str)
def test_a_spoiled_pdf_is_caught(spoiled: Report, sabotage: Sabotage) -> None:
    """The proof names the line of the source that the copy lost or changed, and the page."""
    slug = _SLUGS[sabotage.name]
    problems = problems_of(spoiled, slug)
    place = SourceLocation(f"interviews/{slug}.md", sabotage.line)
    named = [problem for problem in problems if problem.location == place and problem.rule == sabotage.rule]
    assert any(sabotage.says in problem.sentence for problem in named), problems
    assert all(f"“{slug}”" in problem.sentence or "contents" in problem.sentence for problem in problems)


def test_what_is_not_spoiled_is_not_accused(spoiled: Report) -> None:
    assert not problems_of(spoiled, "ada")
    assert not problems_of(spoiled, "charles")


def test_an_honest_pdf_is_proved(honest: bytes) -> None:
    report = prove_pdf(BOOK, honest)
    assert not report.problems
    first, second = report.interviews
    assert first.words_expected == first.words_found > 100
    assert first.byline == "page 1 (sheet 7)"
    assert second.disclaimer.startswith("page 3 ")


def test_a_lost_interview_is_caught(folder: Path) -> None:
    report = prove_pdf(BOOK, edition.make_pdf(book_of(FIRST), folder, KEEPING).data)
    assert (SECOND.location, "every-interview-is-there") in {(p.location, p.rule) for p in report.problems}


def test_interviews_in_another_order_are_caught(folder: Path) -> None:
    report = prove_pdf(BOOK, edition.make_pdf(book_of(SECOND, FIRST), folder, KEEPING).data)
    assert "order-is-kept" in {problem.rule for problem in report.problems}


# --- spoiled bytes ----------------------------------------------------------------------------------

_FIRST_PAGE = 6  # sheet of the opening of the first interview, from 0


def rewritten(data: bytes, change: Callable[[bytes], bytes], sheet: int = _FIRST_PAGE) -> bytes:
    """The PDF with the content of one page changed."""
    with pikepdf.open(io.BytesIO(data)) as document:
        page = document.pages[sheet]
        page.contents_coalesce()
        content = page.Contents.read_bytes()
        changed = change(content)
        assert changed != content
        page.Contents = document.make_stream(changed)
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()


def marked(content: bytes, mcid: int) -> re.Match[bytes]:
    """A marked-content sequence of a page: its start, operators and end."""
    found = re.search(rb"(/\w+\s<</MCID %d>>\sBDC\n)(.*?)(\nEMC)" % mcid, content, re.DOTALL)
    assert found
    return found


def inside(mcid: int, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change the operators of one marked-content sequence."""

    def spoil(content: bytes) -> bytes:
        found = marked(content, mcid)
        return content[: found.start(2)] + change(found.group(2)) + content[found.end(2) :]

    return spoil


_BYLINE = 2  # marked content ids on the first page
_QUESTION = 7


def lines_of(data: bytes) -> set[tuple[int, str]]:
    return {(problem.location.line, problem.rule) for problem in prove_pdf(BOOK, data).problems}


def test_glyphs_cut_out_of_a_line_are_missed(honest: bytes) -> None:
    """Four glyphs fewer in the first question."""
    cut = rewritten(
        honest, inside(_QUESTION, lambda ops: re.sub(rb"(?:<[0-9a-f]{4}>-?[\d.]+ ?){4}", b"", ops, count=1))
    )
    assert (12, "every-word-is-there") in lines_of(cut)


@pytest.mark.parametrize(
    "trick",
    [
        lambda ops: ops.replace(b"BT", b"BT 3 Tr", 1) + b"\n0 Tr",
        lambda ops: re.sub(rb"[\d.]+ [\d.]+ [\d.]+ rg", b"1 1 1 rg", ops),
        lambda ops: b"q 1 0 0 1 2000 0 cm\n" + ops + b"\nQ",
        lambda ops: b"q 1 0 0 1 0 -900 cm\n" + ops + b"\nQ",
        lambda ops: b"q .01 0 0 .01 100 100 cm\n" + ops + b"\nQ",
        lambda ops: b"",
    ],
    ids=["invisible", "white", "off-to-the-right", "below-the-page", "tiny", "gone"],
)
def test_a_byline_nobody_can_see_is_lost(honest: bytes, trick: Callable[[bytes], bytes]) -> None:
    """The tag tree still holds it; the paper does not."""
    assert (4, "byline-to-the-letter") in lines_of(rewritten(honest, inside(_BYLINE, trick)))


def test_the_reason_is_told(honest: bytes) -> None:
    hidden = rewritten(honest, inside(_BYLINE, lambda ops: ops.replace(b"BT", b"BT 3 Tr", 1) + b"\n0 Tr"))
    said = [problem.sentence for problem in prove_pdf(BOOK, hidden).problems]
    assert any("painted with invisible ink" in sentence for sentence in said)


def test_a_byline_turned_into_decoration_is_lost(honest: bytes) -> None:
    """What hangs in no tree is not read to anybody."""
    change = rewritten(honest, lambda content: content.replace(b"<</MCID %d>>" % _BYLINE, b"<<>>", 1))
    found = lines_of(change)
    assert (4, "byline-to-the-letter") in found
    assert (0, "nothing-is-added") in found


def test_words_painted_outside_the_tree_are_caught(honest: bytes) -> None:
    def double(content: bytes) -> bytes:
        return content + b"\nq 1 0 0 1 0 -200 cm\n" + marked(content, _QUESTION).group(2) + b"\nQ"

    assert lines_of(rewritten(honest, double)) == {(0, "nothing-is-added")}


def test_words_painted_as_furniture_are_caught(honest: bytes) -> None:
    def double(content: bytes) -> bytes:
        operators = marked(content, _QUESTION).group(2)
        return content + b"\n/Artifact BMC q 1 0 0 1 0 -200 cm\n" + operators + b"\nQ EMC"

    assert (0, "nothing-is-added") in lines_of(rewritten(honest, double))


def test_lines_that_change_places_on_paper_are_caught(honest: bytes) -> None:
    """The tree is as it was; the eye reads the answer first."""

    def lift(ops: bytes) -> bytes:
        return b"q 1 0 0 1 0 250 cm\n" + ops + b"\nQ"

    assert "order-is-kept" in {rule for _, rule in lines_of(rewritten(honest, inside(12, lift)))}


def test_a_wrong_page_label_is_caught(honest: bytes) -> None:
    """The folio on paper and the number in the viewer are one number."""
    with pikepdf.open(io.BytesIO(honest)) as document:
        document.Root.PageLabels = pikepdf.Dictionary(Nums=pikepdf.Array([0, pikepdf.Dictionary(S=pikepdf.Name.D)]))
        out = io.BytesIO()
        document.save(out)
    found = {rule for _, rule in lines_of(out.getvalue())}
    assert {"folios-are-right", "contents-are-whole"} <= found


def test_a_structure_tree_cut_off_is_caught(honest: bytes) -> None:
    with pikepdf.open(io.BytesIO(honest)) as document:
        del document.Root.StructTreeRoot
        out = io.BytesIO()
        document.save(out)
    assert (0, "every-interview-is-there") in lines_of(out.getvalue())


def test_swapped_branches_of_the_tree_are_caught(honest: bytes) -> None:
    """The paper is as it was; a listener hears the answers in another order."""
    with pikepdf.open(io.BytesIO(honest)) as document:
        top = document.Root.StructTreeRoot.K
        top = top[0] if isinstance(top, pikepdf.Array) else top
        article = next(kid for kid in top.K if kid.S == "/Art")
        kids = [kid for kid in article.K if kid.S == "/Sect"]
        places = [index for index, kid in enumerate(article.K) if kid.S == "/Sect"]
        article.K[places[1]], article.K[places[3]] = kids[3], kids[1]
        out = io.BytesIO()
        document.save(out)
    assert "order-is-kept" in {rule for _, rule in lines_of(out.getvalue())}


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"no PDF at all"])
def test_a_broken_pdf_is_a_problem_not_a_crash(data: bytes) -> None:
    (problem,) = prove_pdf(BOOK, data).problems
    assert problem.rule == "copy-can-be-read"


def test_a_cut_pdf_is_not_proved(honest: bytes) -> None:
    assert not prove_pdf(BOOK, honest[: len(honest) // 2]).is_proved
