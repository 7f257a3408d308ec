"""Measure who speaks, by import, where a talk names nobody: for each show, and compared with earlier figures.

    python -m benchmarks.speech [--corpus ../shared/corpus] [--form FORM] [--leave-one-out] [--accept]

The labelled talks of the corpus are the truth. They are written without labels, imported, and compared word by word:

* right: words whose turn is rightly a question or an answer,
* marked: the share of wrong words that stand in a doubt,
* alarms: the share of right words that stand in a doubt.

`all` counts all words together; `mean` is the mean of the shows. The exit code is 1 if a show is worse than in
benchmarks/speech.json (`--accept` writes that file anew).

`--leave-one-out` chooses the two numbers that are fitted to talks for each show by the other shows alone, and then for
all shows:

* the spread (how far a talk may alternate more than the average): the middle one of those with which the mean of the
  shows is at most half a point below the best. Half a point is a single long paragraph of each show, so that the best
  one is chance;
* the sharpness of doubts: the least one, which marks most, with which the mean of false alarms is within the budget.
  Shipped is one step less: the budget has a margin, because a show that is left out may need more.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.import_samples import LabelledInterview, read_interviews, write_unlabelled
from benchmarks.import_scores import WORD, list_result_words, match_words
from onrecord.importers import import_file
from onrecord.importers.common.draft import DOUBTFUL_BELOW, Draft
from onrecord.importers.recognition import classifier, hmm
from onrecord.importers.recognition.classifier import TalkSettings

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "benchmarks/speech.json"
WORDS_PER_SECOND, WORDS_PER_CUE = 2.7, 12
SPREADS = (0.0, 0.15, 0.25, 0.35, 0.5, 0.7, 1.0)
SHARPNESSES = tuple(round(1 + 0.1 * step, 1) for step in range(22))
TOLERANCE = 0.5  # points, between means of shows
MOST_ALARMS = 17.0  # per cent


@dataclass
class WordCount:
    """Counts of words: all, right ones, wrong ones in a doubt, right ones in a doubt."""

    words: int = 0
    right: int = 0
    marked: int = 0
    alarms: int = 0

    def add(self, *, is_right: bool, is_doubtful: bool, count: int = 1) -> None:
        self.words += count
        self.right += count * is_right
        self.marked += count * (is_doubtful and not is_right)
        self.alarms += count * (is_doubtful and is_right)

    def list_shares(self) -> list[float]:
        """Return the shares, in per cent: right, errors marked, false alarms."""
        wrong = self.words - self.right
        shares = (
            self.right / max(1, self.words),
            self.marked / wrong if wrong else 1.0,
            self.alarms / max(1, self.right),
        )
        return [round(100 * share, 1) for share in shares]


# --- forms ----------------------------------------------------------------------------------------


def write_sentences(interview: LabelledInterview) -> str:
    """Write captions as programs give them that hear no speakers: sentences, without pauses."""
    cues = []
    for paragraph in interview.paragraphs:
        for sentence in re.split(r"(?<=[.?!…])\s+", paragraph.words):
            words = sentence.split()
            count = math.ceil(len(words) / WORDS_PER_CUE)
            cues += [words[i * len(words) // count : (i + 1) * len(words) // count] for i in range(count)]
    return write_cues(cues)


def write_tens(interview: LabelledInterview) -> str:
    """Write captions of ten words each, wherever a turn begins."""
    words = " ".join(paragraph.words for paragraph in interview.paragraphs).split()
    return write_cues([words[start : start + 10] for start in range(0, len(words), 10)])


def write_cues(cues: Iterable[Sequence[str]]) -> str:
    """Return a WebVTT file of these cues."""
    lines, seconds = ["WEBVTT", ""], 0.0
    for words in cues:
        times = []
        for second in (seconds, seconds := seconds + len(words) / WORDS_PER_SECOND):
            times.append(f"{int(second // 3600):02}:{int(second // 60 % 60):02}:{second % 60:06.3f}")
        lines += [" --> ".join(times), " ".join(words), ""]
    return "\n".join(lines)


FORMS: dict[str, tuple[str, Callable[[LabelledInterview], str]]] = {
    # form: suffix, the writer of the file
    "text": (".txt", write_unlabelled),
    "captions, sentences": (".vtt", write_sentences),
    "captions, ten words": (".vtt", write_tens),
}


# --- counting -------------------------------------------------------------------------------------


def name_show(interview: LabelledInterview) -> str:
    """Return the show of an interview: the folder's name, or who asks."""
    return "livera" if interview.name.startswith("stephan-livera") else interview.name.partition("-")[0]


def count_words(interview: LabelledInterview, draft: Draft, count: WordCount) -> None:
    """Add the words of an imported talk to the count; lost words are wrong and unmarked."""
    results = list(list_result_words(draft))
    expected = [(word, paragraph.asks) for paragraph in interview.paragraphs for word in WORD.findall(paragraph.words)]
    positions = match_words([word for word, _ in expected], [result.word for result in results])
    for i, (_, asks) in enumerate(expected):
        result = results[positions[i]] if i in positions else None
        is_right = result is not None and result.kind == ("question" if asks else "answer")
        count.add(is_right=is_right, is_doubtful=result is not None and result.is_doubtful)


def measure_form(form: str, interviews: Sequence[LabelledInterview]) -> dict[str, WordCount]:
    """Write the interviews in a form, import them, and return the counts of each show."""
    suffix, write = FORMS[form]
    counts = {name_show(interview): WordCount() for interview in interviews}
    for interview in interviews:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / f"{interview.name}{suffix}"
            source.write_text(write(interview), "utf-8")
            results, problems = import_file.import_files([source], Path(folder) / "out", accept=False)
            draft = results[0].draft if results else None
            if draft is None:
                raise SystemExit(f"{interview.name} was refused: {problems}")
            count_words(interview, draft, counts[name_show(interview)])
    return counts


def join_counts(counts: Iterable[WordCount]) -> WordCount:
    """Return the sum of the counts."""
    total = WordCount()
    for count in counts:
        total = WordCount(
            total.words + count.words,
            total.right + count.right,
            total.marked + count.marked,
            total.alarms + count.alarms,
        )
    return total


def print_counts(form: str, counts: dict[str, WordCount], before: dict[str, list[float]]) -> list[str]:
    """Print the shares of each show, of all words and their mean; return the shows that are worse than `before`."""
    print(f"{form:24} {'words':>8} {'right':>7} {'marked':>7} {'alarms':>7}")
    rows = [count.list_shares() for count in counts.values()]
    for show, count in counts.items():
        print_row(show, f"{count.words:8,}", count.list_shares())
    print_row("all", f"{join_counts(counts.values()).words:8,}", join_counts(counts.values()).list_shares())
    print_row("mean", " " * 8, [sum(column) / len(rows) for column in zip(*rows, strict=True)])
    worse = [show for show, row in zip(counts, rows, strict=True) if row[0] < before.get(show, row)[0]]
    return [f"{form}: {show} is worse than {before[show][0]} %" for show in worse]


def print_row(name: str, words: str, shares: Sequence[float]) -> None:
    print(f"  {name:22} {words} " + " ".join(f"{share:6.1f}%" for share in shares))


# --- one show left out ----------------------------------------------------------------------------


class TalkCounts:
    """The counts of the shows for any settings, computed once for each talk."""

    def __init__(self, talks: Sequence[LabelledInterview]) -> None:
        self.shows = tuple(dict.fromkeys(map(name_show, talks)))
        self._talks = talks
        self._counts: dict[tuple[str, TalkSettings], WordCount] = {}

    def count_show(self, show: str, settings: TalkSettings) -> WordCount:
        """Return the count of a show whose paragraphs are classified with these settings."""
        if (show, settings) not in self._counts:
            talks = [talk for talk in self._talks if name_show(talk) == show]
            self._counts[show, settings] = count_paragraphs(talks, settings)
        return self._counts[show, settings]

    def compute_means(self, shows: Sequence[str], settings: TalkSettings) -> list[float]:
        """Return the means of the shows' shares."""
        rows = [self.count_show(show, settings).list_shares() for show in shows]
        return [sum(column) / len(rows) for column in zip(*rows, strict=True)]

    def choose_settings(self, shows: Sequence[str]) -> TalkSettings:
        """Return the settings that these shows choose."""
        rights = {spread: self.compute_means(shows, TalkSettings(spread))[0] for spread in SPREADS}
        good = [spread for spread, right in rights.items() if right >= max(rights.values()) - TOLERANCE]
        spread = good[(len(good) - 1) // 2]
        for sharpness in SHARPNESSES:
            if self.compute_means(shows, TalkSettings(spread, sharpness=sharpness))[2] <= MOST_ALARMS:
                break
        return TalkSettings(spread, sharpness=sharpness)


def count_paragraphs(interviews: Iterable[LabelledInterview], settings: TalkSettings) -> WordCount:
    """Return the count for these interviews, whose paragraphs are classified with these settings."""
    count = WordCount()
    for interview in interviews:
        words = [paragraph.words for paragraph in interview.paragraphs]
        states = classifier.classify_paragraphs(words, {}, settings=settings)
        for paragraph, (state, confidence) in zip(interview.paragraphs, states, strict=True):
            is_right = state == (hmm.QUESTION if paragraph.asks else hmm.ANSWER)
            length = len(WORD.findall(paragraph.words))
            count.add(is_right=is_right, is_doubtful=confidence < DOUBTFUL_BELOW, count=length)
    return count


def leave_one_out(talks: Sequence[LabelledInterview]) -> None:
    """Print the figures of each show with the settings that the other shows choose, and of all with those of all."""
    counts = TalkCounts(talks)
    left_out: dict[str, WordCount] = {}
    for show in counts.shows:
        settings = counts.choose_settings([other for other in counts.shows if other != show])
        print(f"{show}: {settings}, chosen by the other shows")
        left_out[show] = counts.count_show(show, settings)
    print_counts("one show left out", left_out, {})
    settings = counts.choose_settings(counts.shows)
    print(f"{settings}, chosen by all shows; shipped: {TalkSettings()}")
    print_counts("none left out", {show: counts.count_show(show, TalkSettings()) for show in counts.shows}, {})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--corpus", type=Path, default=ROOT.parent / "shared/corpus")
    parser.add_argument("--form", choices=FORMS, help="only this form")
    parser.add_argument("--leave-one-out", action="store_true")
    parser.add_argument("--accept", action="store_true", help="record these figures as those to compare with")
    options = parser.parse_args()
    talks, _ = read_interviews(options.corpus)
    if options.leave_one_out:
        leave_one_out(talks)
        return 0
    record: dict[str, dict[str, list[float]]] = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    worse = []
    for form in [options.form] if options.form else FORMS:
        counts = measure_form(form, talks)
        worse += print_counts(form, counts, record.get(form, {}))
        record[form] = {show: count.list_shares() for show, count in counts.items()}
    if options.accept:
        RECORD.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
        return 0
    print("\n".join(worse))
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
