"""Spoiled EPUBs: each fault is caught, and the interview's own line is named."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from onrecord.model import SourceLocation
from onrecord.proof import prove_epub
from tests.support.proof_copies import BOOK, FIRST, SECOND, book_of, build_epub
from tests.support.proof_sabotage import SABOTAGES, Sabotage


def repack(data: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Change each entry of the archive, or leave it out where `change` returns None."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=str)
def test_a_spoiled_epub_is_caught(sabotage: Sabotage) -> None:
    """The proof names the line of the source that the copy lost or changed."""
    report = prove_epub(BOOK, build_epub(book_of(sabotage.spoil(FIRST), SECOND)))
    place = SourceLocation("interviews/ada.md", sabotage.line)
    named = [problem for problem in report.problems if problem.location == place and problem.rule == sabotage.rule]
    assert any(sabotage.says in problem.sentence for problem in named), report.problems


def test_a_lost_interview_is_caught() -> None:
    report = prove_epub(BOOK, build_epub(book_of(FIRST)))
    assert (SECOND.location, "every-interview-is-there") in {(p.location, p.rule) for p in report.problems}


def test_an_interview_outside_the_spine_is_lost() -> None:
    """A file that is not in the reading order is not in the book."""
    without = repack(
        build_epub(BOOK),
        lambda name, data: data.replace(b'<itemref idref="i3"/>', b"") if name.endswith(".opf") else data,
    )
    assert [problem.rule for problem in prove_epub(BOOK, without).problems] == ["every-interview-is-there"]


def test_interviews_in_another_order_are_caught() -> None:
    report = prove_epub(BOOK, build_epub(book_of(SECOND, FIRST)))
    assert {problem.rule for problem in report.problems} == {"order-is-kept"}


def test_an_interview_of_another_book_is_caught() -> None:
    report = prove_epub(book_of(FIRST), build_epub(BOOK))
    assert [problem.rule for problem in report.problems] == ["nothing-is-added"]
    assert "“charles”" in report.problems[0].sentence


def test_an_interview_printed_twice_is_caught() -> None:
    twice = repack(
        build_epub(BOOK),
        lambda name, data: (
            data.replace(b'<itemref idref="i3"/>', b'<itemref idref="i3"/>' * 2) if name.endswith(".opf") else data
        ),
    )
    assert [(p.location, p.rule) for p in prove_epub(BOOK, twice).problems] == [(FIRST.location, "nothing-is-added")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive",
        repack(build_epub(BOOK), lambda name, data: None if name == "mimetype" else data),
        repack(build_epub(BOOK), lambda name, data: None if name == "META-INF/container.xml" else data),
        repack(build_epub(BOOK), lambda name, data: None if name.endswith("ada.xhtml") else data),
        repack(build_epub(BOOK), lambda name, data: data[:-20] if name.endswith("ada.xhtml") else data),
        build_epub(BOOK)[:-300],
    ],
    ids=["empty", "text", "no mimetype", "no container", "no page", "broken page", "cut"],
)
def test_a_broken_epub_is_a_problem_not_a_crash(data: bytes) -> None:
    (problem,) = prove_epub(BOOK, data).problems
    assert problem.rule == "copy-can-be-read"


def test_entities_are_not_resolved() -> None:
    """Words that are only in an entity do not count as words of the page."""
    attack = b'<!DOCTYPE html [<!ENTITY x "mere "><!ENTITY y SYSTEM "file:///etc/passwd">]>'

    def change(name: str, data: bytes) -> bytes:
        return attack + data.replace(b"mere ", b"&x;&y;") if name.endswith("ada.xhtml") else data

    (problem,) = prove_epub(BOOK, repack(build_epub(BOOK), change)).problems
    assert problem.rule == "copy-can-be-read"
