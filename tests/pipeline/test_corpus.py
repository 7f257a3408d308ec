"""Interviews by other authors: 120 of Uses This as a book, and transcripts in other formats."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from onrecord.manuscript import read_book
from onrecord.model import Interview, iterate_passages
from onrecord.model.problems import Refused, select_errors
from onrecord.pipeline.build import build_book
from onrecord.pipeline.formats import FORMATS
from onrecord.pipeline.load import load_book, load_packs
from onrecord.pipeline.options import BuildOptions, FinishOptions
from onrecord.pipeline.prove import prove_files
from onrecord.runtime.cache import Cache
from onrecord.runtime.task_runner import TaskRunner
from onrecord.runtime.worker_pool import WorkerPool
from tests.support import corpus

RUNNER = TaskRunner(WorkerPool(2), Cache(None))  # for whole books


@pytest.fixture(scope="module", autouse=True)
def stopped_workers() -> Iterator[None]:
    """End the workers after the last book."""
    yield
    RUNNER.executor.shutdown()


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not corpus.CORPUS.is_dir(), reason=f"the shared corpus is not on this machine ({corpus.CORPUS})"
    ),
]

INTERVIEWS = 120


def count_words(interview: Interview) -> int:
    return sum(len(passage.text.split()) for passage in iterate_passages(interview) if passage.kind != "alt")


def find_line(folder: Path, correction: corpus.Correction) -> str:
    """Return file and line of the text to be corrected, as a problem names them."""
    name = f"interviews/{corpus.make_slug(correction.file)}.md"
    lines = (folder / name).read_text(encoding="utf-8").split("\n")
    return f"{name}:{next(number for number, line in enumerate(lines, 1) if correction.refused in line)}"


def test_every_word_of_120_interviews_is_read(tmp_path: Path) -> None:
    """Words are counted in the files by other means; there are two kinds of warnings only."""
    folder = corpus.write_usesthis_book(tmp_path / "book")
    book, problems = read_book.survey_book(folder)
    assert book is not None
    assert {problem.sentence for problem in problems} <= {
        "this link is defined and never used",
        "this paragraph begins with a hyphen and is printed so",
    }
    assert len(book.interviews) == INTERVIEWS
    files = {interview.slug: folder / f"interviews/{interview.slug}.md" for interview in book.interviews}
    assert {interview.slug: count_words(interview) for interview in book.interviews} == {
        slug: corpus.count_words(path) for slug, path in files.items()
    }


def test_unusable_links_and_images_are_named_by_their_line(tmp_path: Path) -> None:
    """A relative link and a raw image are found before the layout."""
    corrections = [correction for correction in corpus.CORRECTIONS if correction.rule == "glyphs-exist"]
    uncorrected = [correction for correction in corpus.CORRECTIONS if correction not in corrections]
    folder = corpus.write_usesthis_book(tmp_path / "book", corrections)
    with pytest.raises(Refused) as refused:
        load_book(folder)
    problems = {(str(problem.location), problem.rule) for problem in select_errors(refused.value.problems)}
    expected = {
        (find_line(folder, correction), correction.rule)
        for correction in uncorrected
        if correction.rule != "links-go-somewhere"
    }
    assert expected <= problems
    assert {rule for _, rule in problems} == {correction.rule for correction in uncorrected}
    assert {place.split(":")[0] for place, _ in problems} == {
        find_line(folder, correction).split(":")[0] for correction in uncorrected
    }


def test_characters_without_a_glyph_are_named_by_their_line(tmp_path: Path) -> None:
    """A letter of Kannada: the printed book is refused before the layout. Emoji have glyphs."""
    uncorrected = [correction for correction in corpus.CORRECTIONS if correction.rule == "glyphs-exist"]
    folder = corpus.write_usesthis_book(
        tmp_path / "book", [correction for correction in corpus.CORRECTIONS if correction not in uncorrected]
    )
    with pytest.raises(Refused) as refused:
        build_book(folder, tmp_path / "out", ["pdf"], RUNNER, lambda *_: None)
    problems = {(str(problem.location), problem.rule) for problem in select_errors(refused.value.problems)}
    assert problems == {(find_line(folder, correction), correction.rule) for correction in uncorrected}
    assert not list((tmp_path / "out").rglob("*.pdf"))


def test_120_interviews_are_built_and_proved(tmp_path: Path) -> None:
    """In all three formats, every word of every interview, each with its byline."""
    folder = corpus.write_usesthis_book(tmp_path / "book")
    finished = build_book(folder, tmp_path / "out", list(FORMATS), RUNNER, lambda *_: None)
    assert len(finished.lines) == len(FORMATS)
    record = json.loads((tmp_path / "out/uses-this.proof.json").read_text(encoding="utf-8"))
    expected = {path.stem: corpus.count_words(path) for path in (folder / "interviews").glob("*.md")}
    assert sum(expected.values()) > 86_000
    for edition in record["editions"]:
        assert edition["proved"]
        assert len(edition["interviews"]) == INTERVIEWS
        assert {entry["slug"]: entry["words"]["promised"] for entry in edition["interviews"]} == expected
        assert all(entry["words"]["found"] == entry["words"]["promised"] for entry in edition["interviews"])
        assert all(entry["byline"] for entry in edition["interviews"])


@pytest.mark.parametrize("name", ["changelog", "bitcointranscripts"])
def test_every_word_of_a_labelled_transcript_is_read(name: str, tmp_path: Path) -> None:
    """`**Name:**` before each turn, or a name on its own line; every label has a speaker."""
    folder = corpus.write_labelled_book(tmp_path / "book", name)
    book, problems = read_book.survey_book(folder)
    assert book is not None
    assert not select_errors(problems)
    for interview in book.interviews:
        assert count_words(interview) == corpus.count_words(folder / f"interviews/{interview.slug}.md")
        assert len(interview.turns) > 50
        assert all(turn.speaker for turn in interview.turns if turn.label)


CHOSEN_PACK = """\
title: Twenty Desks
meeting: A meeting about tools
date: 2026-03-01 09:00 +01:00
objective: Which tools do twenty people use?
embargo: 2026-03-01 12:00 +01:00
version: 1
note_pages: 3
large_print: yes
agenda:
  - title: Those who write
    note: Found by a word.
    interviews: [{search: my novel, order: oldest}]
  - title: The last to come
    interviews: [{from: 2022-01-01, order: newest}]
  - title: By name
    interviews: [SLUGS]
"""


def test_a_pack_of_20_interviews_is_built_and_proved(tmp_path: Path) -> None:
    """Chosen by word, date and name out of 120, in three formats and large print."""
    folder = corpus.write_usesthis_book(tmp_path / "book")
    (folder / "packs").mkdir()
    path = folder / "packs/desks.yaml"
    path.write_text(CHOSEN_PACK.replace("SLUGS", "mike-essl#a2"), encoding="utf-8")
    (_, pack, problems), *_ = load_packs(folder)
    assert pack is not None
    assert not select_errors(problems)
    chosen = {interview.slug for interview in pack.interviews}
    others = [file.stem for file in sorted((folder / "interviews").glob("*.md")) if file.stem not in chosen]
    others = [slug for slug in others if slug != "mike-essl"][: 20 - len(chosen)]
    path.write_text(CHOSEN_PACK.replace("SLUGS", ", ".join(["mike-essl#a2", *others])), encoding="utf-8")
    options = BuildOptions("desks")
    finished = build_book(folder, tmp_path / "out", list(FORMATS), RUNNER, lambda *_: None, options)
    assert len(finished.lines) == len(FORMATS)
    stem = "desks-v1-embargo-2026-03-01-participants"
    record = json.loads((tmp_path / f"out/{stem}.proof.json").read_text(encoding="utf-8"))
    assert f"{stem}-large-print.pdf" in record["files"]
    for edition in record["editions"]:
        assert edition["proved"]
        assert len(edition["interviews"]) == 20
        assert all(entry["byline"] for entry in edition["interviews"])
        assert all(entry["words"]["found"] == entry["words"]["promised"] for entry in edition["interviews"])


NAMED_PACK = """\
title: Twenty Desks
date: 2026-03-01 09:00 +01:00
distribution: named
recipients: packs/recipients.csv
agenda:
  - title: All of them
    interviews: [SLUGS]
"""


def test_50_named_copies_of_a_pack_and_their_booklets_are_proved(tmp_path: Path) -> None:
    """Each number stands on every page of copy and booklet; large print gets no booklet."""
    folder = corpus.write_usesthis_book(tmp_path / "book")
    files = sorted((folder / "interviews").glob("*.md"))
    chosen, others = files[:20], files[20:]
    for path in others:
        path.unlink()
    (folder / "packs").mkdir()
    (folder / "packs/desks.yaml").write_text(
        NAMED_PACK.replace("SLUGS", ", ".join(path.stem for path in chosen)), encoding="utf-8"
    )
    seats = "".join(f"Seat {seat},Row {seat % 7},,\n" for seat in range(1, 46))
    (folder / "packs/recipients.csv").write_text(
        f"name,organisation,copies,large_print\n{seats}Archive,,5,yes\n", encoding="utf-8"
    )
    options = BuildOptions("desks", finishing=FinishOptions(booklet=True, print_file=True))
    finished = build_book(folder, tmp_path / "out", ["pdf"], RUNNER, lambda *_: None, options)
    assert "50 numbered copies" in dict(finished.lines)[tmp_path / "out/desks-named.copies"]
    record = json.loads((tmp_path / "out/desks-named.proof.json").read_text(encoding="utf-8"))
    assert len(record["editions"][0]["interviews"]) == 20
    copies = tmp_path / "out/desks-named.copies"
    booklets = sorted(copies.glob("*.booklet.pdf"))
    assert (len(booklets), len(list(copies.glob("*.pdf")))) == (45, 45 + 50 + 1)
    for seat in (1, 45):
        with pypdfium2.PdfDocument(booklets[seat - 1].read_bytes()) as document:
            sides = [page.get_textpage().get_text_bounded() for page in document]
        pages = record["delivery"]["interviews"][-1]["last"]
        assert sum(side.count(f"Copy {seat} of 50 · Seat {seat}") for side in sides) >= int(pages)
        assert all(f"Copy {seat} of 50" in side for side in sides)
    proved = prove_files(
        folder, tmp_path / "out", [booklets[6], copies / "050-archive.pdf"], RUNNER, lambda *_: None, options
    )
    assert [sentence.partition(":")[0] for _, sentence in proved.lines] == [
        "“Copy 7 of 50 · Seat 7”",
        "“Copy 50 of 50 · Archive”",
    ]
