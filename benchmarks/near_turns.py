"""Count the warnings about turns that are nearly marked in an imported corpus: a reader looks at each of them.

    python -m benchmarks.near_turns [--corpus ../shared/corpus]

Every file of the corpus is imported into a temporary book. What the check of near turns says about it is printed, and
how often it speaks in 10,000 words; the aim is at most one false alarm.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from onrecord.cli import command_line
from onrecord.manuscript import read_book
from onrecord.model import count_words
from onrecord.model.problems import Problem, quote_source_lines
from onrecord.model.rule import Rule

ROOT = Path(__file__).resolve().parents[1]


def list_sources(corpus: Path) -> list[str]:
    """Return the texts and transcripts of the corpus."""
    suffixes = (".md", ".markdown", ".txt", ".vtt", ".srt", ".html")
    return [str(path) for path in sorted(corpus.rglob("*")) if path.suffix in suffixes]


def find_alarms(book: Path) -> tuple[int, tuple[Problem, ...]]:
    """Return the number of words of the book, and the problems of its near turns with their lines."""
    read, problems = read_book.survey_book(book)
    alarms = [problem for problem in problems if problem.rule is Rule.TURNS_ARE_MARKED]
    return (count_words(read) if read else 0), quote_source_lines(alarms, book)


def main() -> None:
    """Import the corpus, print each alarm and how many there are in 10,000 words."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared" / "corpus")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        book = Path(place)
        (book / "book.yaml").write_text("title: Corpus\ndate: 2026-01-31\ndisclaimer: none\n", encoding="utf-8")
        command_line.main(["import", *list_sources(options.corpus), "--to", str(book / "interviews"), "--yes"])
        words, alarms = find_alarms(book)
        for alarm in alarms:
            print(alarm)
    count = len(alarms)
    print(f"{count} alarms in {words:,} words: {count / max(words, 1) * 10_000:.2f} in 10,000")


if __name__ == "__main__":
    main()
