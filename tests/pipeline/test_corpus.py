"""Interviews that were not written for us: 120 of Uses This as a book, and transcripts in other people's habits."""

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

PRESS = TaskRunner(WorkerPool(2), Cache(None))  # for whole books


@pytest.fixture(scope="module", autouse=True)
def workers_end() -> Iterator[None]:
    """End the workers after the last book."""
    yield
    PRESS.executor.shutdown()


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not corpus.CORPUS.is_dir(), reason=f"the shared corpus is not on this machine ({corpus.CORPUS})"
    ),
]

INTERVIEWS = 120


def words_of(interview: Interview) -> int:
    return sum(len(passage.text.split()) for passage in iterate_passages(interview) if passage.kind != "alt")


def line_of(folder: Path, mend: corpus.Mend) -> str:
    """Where the text that will be mended stands: file and line, as a problem tells it."""
    name = f"interviews/{corpus.slug_of(mend.file)}.md"
    lines = (folder / name).read_text(encoding="utf-8").split("\n")
    return f"{name}:{next(number for number, line in enumerate(lines, 1) if mend.found in line)}"


def test_every_word_of_120_interviews_is_read(tmp_path: Path) -> None:
    """As many words as there are in the files, counted by other means; and nothing to warn about but unused links."""
    folder = corpus.usesthis(tmp_path / "book")
    book, problems = read_book.survey_book(folder)
    assert book is not None
    assert {problem.sentence for problem in problems} <= {"this link is defined and never used"}
    assert len(book.interviews) == INTERVIEWS
    files = {one.slug: folder / f"interviews/{one.slug}.md" for one in book.interviews}
    assert {one.slug: words_of(one) for one in book.interviews} == {
        slug: corpus.words_of(path) for slug, path in files.items()
    }


def test_what_an_editor_must_mend_is_named_by_its_line(tmp_path: Path) -> None:
    """A relative link and a raw image, before anything is set."""
    mends = [mend for mend in corpus.MENDS if mend.rule == "glyphs-exist"]
    left = [mend for mend in corpus.MENDS if mend not in mends]
    folder = corpus.usesthis(tmp_path / "book", mends)
    with pytest.raises(Refused) as refused:
        load_book(folder)
    found = {(str(problem.location), problem.rule) for problem in select_errors(refused.value.problems)}
    expected = {(line_of(folder, mend), mend.rule) for mend in left if mend.rule != "links-go-somewhere"}
    assert expected <= found
    assert {rule for _, rule in found} == {mend.rule for mend in left}
    assert {place.split(":")[0] for place, _ in found} == {line_of(folder, mend).split(":")[0] for mend in left}


def test_letters_without_a_glyph_are_named_by_their_line(tmp_path: Path) -> None:
    """Pictograms, and a letter of Kannada: the printed book is refused before it is set."""
    left = [mend for mend in corpus.MENDS if mend.rule == "glyphs-exist"]
    folder = corpus.usesthis(tmp_path / "book", [mend for mend in corpus.MENDS if mend not in left])
    with pytest.raises(Refused) as refused:
        build_book(folder, tmp_path / "out", ["pdf"], PRESS, lambda *_: None)
    found = {(str(problem.location), problem.rule) for problem in select_errors(refused.value.problems)}
    assert found == {(line_of(folder, mend), mend.rule) for mend in left}
    assert not list((tmp_path / "out").rglob("*.pdf"))


def test_120_interviews_are_built_and_proved(tmp_path: Path) -> None:
    """In all three formats, every word of every interview, each with its byline."""
    folder = corpus.usesthis(tmp_path / "book")
    finished = build_book(folder, tmp_path / "out", list(FORMATS), PRESS, lambda *_: None)
    assert len(finished.paths) == len(finished.reports) == len(FORMATS)
    record = json.loads((tmp_path / "out/uses-this.proof.json").read_text(encoding="utf-8"))
    expected = {path.stem: corpus.words_of(path) for path in (folder / "interviews").glob("*.md")}
    assert sum(expected.values()) > 87_000
    for edition in record["editions"]:
        assert edition["proved"]
        assert len(edition["interviews"]) == INTERVIEWS
        assert {one["slug"]: one["words"]["promised"] for one in edition["interviews"]} == expected
        assert all(one["words"]["found"] == one["words"]["promised"] for one in edition["interviews"])
        assert all(one["byline"] for one in edition["interviews"])


@pytest.mark.parametrize("name", ["changelog", "bitcointranscripts"])
def test_transcripts_with_labels_are_read_whole(name: str, tmp_path: Path) -> None:
    """`**Name:**` in front of each turn, or a name on a line of its own: every word is kept, every label a speaker."""
    folder = corpus.labelled(tmp_path / "book", name)
    book, problems = read_book.survey_book(folder)
    assert book is not None
    assert not select_errors(problems)
    for interview in book.interviews:
        assert words_of(interview) == corpus.words_of(folder / f"interviews/{interview.slug}.md")
        assert len(interview.turns) > 50
        assert all(turn.speaker for turn in interview.turns if turn.label)


AGENDA = """\
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
    """Chosen by word, date and name out of 120: three formats and large print, every word, every byline."""
    folder = corpus.usesthis(tmp_path / "book")
    (folder / "packs").mkdir()
    path = folder / "packs/desks.yaml"
    path.write_text(AGENDA.replace("SLUGS", "mike-essl#a2"), encoding="utf-8")
    (_, found, problems), *_ = load_packs(folder)
    assert found is not None
    assert not select_errors(problems)
    chosen = {one.slug for one in found.interviews}
    others = [one.stem for one in sorted((folder / "interviews").glob("*.md")) if one.stem not in chosen]
    others = [slug for slug in others if slug != "mike-essl"][: 20 - len(chosen)]
    path.write_text(AGENDA.replace("SLUGS", ", ".join(["mike-essl#a2", *others])), encoding="utf-8")
    wish = BuildOptions("desks")
    finished = build_book(folder, tmp_path / "out", list(FORMATS), PRESS, lambda *_: None, wish)
    assert len(finished.reports) == len(FORMATS)
    stem = "desks-v1-embargo-2026-03-01-participants"
    record = json.loads((tmp_path / f"out/{stem}.proof.json").read_text(encoding="utf-8"))
    assert f"{stem}-large-print.pdf" in record["files"]
    for edition in record["editions"]:
        assert edition["proved"]
        assert len(edition["interviews"]) == 20
        assert all(one["byline"] for one in edition["interviews"])
        assert all(one["words"]["found"] == one["words"]["promised"] for one in edition["interviews"])


NUMBERED = """\
title: Twenty Desks
date: 2026-03-01 09:00 +01:00
distribution: named
recipients: packs/recipients.csv
agenda:
  - title: All of them
    interviews: [SLUGS]
"""


def test_50_named_copies_of_a_pack_of_20_interviews_are_folded_and_proved(tmp_path: Path) -> None:
    """Each seat has its number on every page of its copy and of its booklet; large print is numbered, not folded."""
    folder = corpus.usesthis(tmp_path / "book")
    chosen, *rest = (sorted((folder / "interviews").glob("*.md"))[part] for part in (slice(20), slice(20, None)))
    for path in rest[0]:
        path.unlink()
    (folder / "packs").mkdir()
    (folder / "packs/desks.yaml").write_text(
        NUMBERED.replace("SLUGS", ", ".join(path.stem for path in chosen)), encoding="utf-8"
    )
    seats = "".join(f"Seat {seat},Row {seat % 7},,\n" for seat in range(1, 46))
    (folder / "packs/recipients.csv").write_text(
        f"name,organisation,copies,large_print\n{seats}Archive,,5,yes\n", encoding="utf-8"
    )
    wish = BuildOptions("desks", finishing=FinishOptions(booklet=True, print_file=True))
    finished = build_book(folder, tmp_path / "out", ["pdf"], PRESS, lambda *_: None, wish)
    assert "50 numbered copies" in dict(finished.further)[tmp_path / "out/desks-named.copies"]
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
    again = prove_files(
        folder, tmp_path / "out", [booklets[6], copies / "050-archive.pdf"], PRESS, lambda *_: None, wish
    )
    assert [sentence.partition(":")[0] for _, sentence in again.further] == [
        "“Copy 7 of 50 · Seat 7”",
        "“Copy 50 of 50 · Archive”",
    ]
