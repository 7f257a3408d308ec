"""Name the differences between expected and extracted text: lost, added, moved, doubled and changed words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from onrecord.model import Passage
from onrecord.model.problems import Problem
from onrecord.model.rule import Rule, find_rule
from onrecord.proof.reading.expected import ExpectedPassage
from onrecord.proof.reading.extracted_text import Chunk
from onrecord.proof.reading.normalize import make_readable, shorten_text
from onrecord.proof.rules.report import ProblemBuilder

_CONTEXT_WORDS = 4
_MOST_WORDS = 12  # of a difference that are quoted
_MOST_EXACT_WORDS = 6000  # up to here difflib compares every word; beyond it ignores the most frequent ones

# The kinds of passage whose words, whatever happens to them, have a rule of their own.
FIXED_LINE_RULES = {kind: find_rule(f"{kind}-to-the-letter") for kind in ("byline", "disclaimer", "rights")}
_KIND_NAMES = {**{kind: f"({kind}) " for kind in FIXED_LINE_RULES}, "alt": "(words of a picture) "}


@dataclass(frozen=True, slots=True)
class Unit:
    """The expected passages that share a line of the copy: a label and its paragraph, or one passage."""

    text: str
    owner: str
    pieces: tuple[ExpectedPassage, ...]

    @property
    def passage(self) -> Passage:
        """Return the passage that the unit ends with: problems point to its line."""
        return self.pieces[-1].passage


def group_units(expected: Iterable[ExpectedPassage]) -> list[Unit]:
    """Return the expected passages as units to compare, each speaker label joined to the passage after it."""
    units: list[Unit] = []
    labels: tuple[ExpectedPassage, ...] = ()
    for piece in expected:
        if piece.passage.kind == "label":
            labels = (*labels, piece)
            continue
        pieces = (*labels, piece)
        units.append(Unit(" ".join(part.text for part in pieces), piece.owner, pieces))
        labels = ()
    return units + [Unit(label.text, label.owner, (label,)) for label in labels]


@dataclass(slots=True)
class TextDifference:
    """Aligns units with chunks that are known to differ. In all methods `i` counts units, `j` chunks."""

    builder: ProblemBuilder
    units: list[Unit]
    chunks: list[Chunk]
    subject: str = ""  # "footnote 3"
    lost: dict[int, None] = field(default_factory=dict)  # units without an equal chunk, in order
    extra: dict[int, None] = field(default_factory=dict)  # chunks without an equal unit, in order
    regions: list[tuple[range, range]] = field(default_factory=list)  # units and chunks between equal ones

    def find_problems(self) -> list[Problem]:
        """Return every difference of an edition's text from the expected: wrong ids, moved, doubled, changed words."""
        problems = [*self._pair_equal_texts(), *self._report_moved(), *self._report_doubled()]
        for units, chunks in self.regions:
            problems += self._compare_words(
                [i for i in units if i in self.lost], [j for j in chunks if j in self.extra]
            )
        return problems

    def _pair_equal_texts(self) -> Iterator[Problem]:
        """Pair equal expected units and text blocks of the copy; yield a problem where their ids differ."""
        unit_texts, chunk_texts = [unit.text for unit in self.units], [chunk.text for chunk in self.chunks]
        pairs: list[tuple[int, int]] = []
        for kind, i1, i2, j1, j2 in SequenceMatcher(None, unit_texts, chunk_texts, autojunk=False).get_opcodes():
            if kind == "equal":
                pairs += zip(range(i1, i2), range(j1, j2), strict=True)
            else:
                self.lost.update(dict.fromkeys(range(i1, i2)))
                self.extra.update(dict.fromkeys(range(j1, j2)))
                self.regions.append((range(i1, i2), range(j1, j2)))
        misplaced = [(i, j) for i, j in pairs if self.units[i].owner != self.chunks[j].owner]
        for run in self._group_runs(misplaced):
            i, j = run[0]
            owners = f"{describe_owner(self.chunks[j].owner)}, not {describe_owner(self.units[i].owner)}"
            yield self._build_unit_problem(
                i, Rule.ORDER_IS_KEPT, self.chunks[j].location, f"has {self._quote(run)} {owners}"
            )

    def _report_moved(self) -> Iterator[Problem]:
        """Yield problems for expected units without a pair whose words stand elsewhere in the copy."""
        extra_by_text: dict[str, list[int]] = {}
        for j in self.extra:
            extra_by_text.setdefault(self.chunks[j].text, []).append(j)
        moved = [
            (i, extra_by_text[self.units[i].text].pop(0)) for i in self.lost if extra_by_text.get(self.units[i].text)
        ]
        for i, j in moved:
            del self.lost[i], self.extra[j]
        for run in self._group_runs(moved):
            i, j = run[0]
            unit, chunk = self.units[i], self.chunks[j]
            is_elsewhere = chunk.owner != unit.owner
            owners = f" {describe_owner(chunk.owner)}, not {describe_owner(unit.owner)}," if is_elsewhere else ""
            fault = f"has {self._quote(run)} in another place:{owners} {self._describe_position(j)}"
            yield self._build_unit_problem(i, Rule.ORDER_IS_KEPT, chunk.location, fault)

    def _report_doubled(self) -> Iterator[Problem]:
        """Yield problems for text blocks without a pair whose words the copy has elsewhere already."""
        unit_by_text = {unit.text: i for i, unit in reversed(list(enumerate(self.units)))}
        doubled = [(unit_by_text[self.chunks[j].text], j) for j in self.extra if self.chunks[j].text in unit_by_text]
        for _, j in doubled:
            del self.extra[j]
        for run in self._group_runs(doubled):
            i, j = run[0]
            yield self._build_unit_problem(
                i, Rule.NOTHING_IS_ADDED, self.chunks[j].location, f"has {self._quote(run)} twice"
            )

    def _group_runs(self, pairs: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
        """Yield groups of (unit, block) pairs that follow each other under one id: they have one cause."""
        run: list[tuple[int, int]] = []
        for i, j in pairs:
            is_next = bool(run) and (i, j) == (run[-1][0] + 1, run[-1][1] + 1)
            if run and not (is_next and self._get_owners(run[-1]) == self._get_owners((i, j))):
                yield run
                run = []
            run.append((i, j))
        if run:
            yield run

    def _get_owners(self, pair: tuple[int, int]) -> tuple[str, str]:
        """Return the ids that the unit and the block of a pair stand under."""
        return self.units[pair[0]].owner, self.chunks[pair[1]].owner

    # words

    def _compare_words(self, units: list[int], chunks: list[int]) -> Iterator[Problem]:
        """Yield problems for words lost, added or changed in these expected units and blocks of the copy."""
        unit_of_word = [i for i in units for _ in self.units[i].text.split()]
        expected = [word for i in units for word in self.units[i].text.split()]
        chunk_of_word = [j for j in chunks for _ in self.chunks[j].text.split()]
        copied = [word for j in chunks for word in self.chunks[j].text.split()]
        if not copied or not expected:
            yield from self._report_lost_units(units, self.chunks[chunks[0] - 1].location if chunks else "")
            yield from (self._report_added_chunk(j) for j in chunks)
            return
        is_long = max(len(expected), len(copied)) > _MOST_EXACT_WORDS
        matcher = SequenceMatcher(None, expected, copied, autojunk=is_long)
        matched = {
            unit_of_word[n] for block in matcher.get_matching_blocks() for n in range(block.a, block.a + block.size)
        }
        lost_units: dict[int, str] = {}
        for kind, start, end, j1, j2 in matcher.get_opcodes():
            if kind == "equal":
                continue
            where = self.chunks[chunk_of_word[min(j1, len(chunk_of_word) - 1)]].location
            for first, stop in _split_by_unit(unit_of_word, start, end):
                unit = unit_of_word[min(first, len(unit_of_word) - 1)]
                words = copied[j1:j2] if first == start else []
                if unit not in matched and not words:
                    lost_units.setdefault(unit, where)
                else:
                    pairs = zip(expected[:first], unit_of_word[:first], strict=True)
                    before = [word for word, i in pairs if i == unit][-_CONTEXT_WORDS:]
                    yield self._report_changed_words(unit, expected[first:stop], words, before, where)
        yield from self._report_lost_units(list(lost_units), next(iter(lost_units.values()), ""))

    def _report_lost_units(self, units: list[int], where: str) -> Iterator[Problem]:
        """Yield a problem for each run of neighbouring lost units under one id."""
        run: list[int] = []
        for i in units:
            if run and (i != run[-1] + 1 or self.units[i].owner != self.units[run[-1]].owner):
                yield self._report_lost_run(run, where)
                run = []
            run.append(i)
        if run:
            yield self._report_lost_run(run, where)

    def _report_lost_run(self, run: list[int], where: str) -> Problem:
        """Return one problem for neighbouring units that the copy lacks."""
        return self._build_unit_problem(
            run[0], Rule.EVERY_WORD_IS_THERE, where, f"has lost {self._quote([(i, 0) for i in run])}"
        )

    def _report_added_chunk(self, j: int) -> Problem:
        """Return the problem of added words, at the source line that they follow."""
        texts_before = {chunk.text for chunk in self.chunks[:j]}
        i = max((i for i, unit in enumerate(self.units) if unit.text in texts_before), default=0)
        place = self.units[i].passage.location if self.units else self.builder.interview.location
        words = _quote_words(self.chunks[j].text.split())
        fault = f"has “{words}”, which the manuscript does not have there, {self._describe_position(j)}"
        return self.builder.build(
            place, Rule.NOTHING_IS_ADDED, self.chunks[j].location, self._format_subject_prefix() + fault
        )

    def _report_changed_words(
        self, unit: int, expected: list[str], copied: list[str], before: list[str], where: str
    ) -> Problem:
        """Return the problem of words lost, added or changed in a unit, after the words `before`."""
        position = f", after “{_quote_words(before)}”" if before else ", at its beginning"
        rule = Rule.EVERY_WORD_IS_THERE
        if not copied:
            fault = f"has lost “{_quote_words(expected)}”{position}"
        elif not expected:
            fault, rule = (
                f"has “{_quote_words(copied)}”, which the manuscript does not have there{position}",
                Rule.NOTHING_IS_ADDED,
            )
        else:
            fault = f"says “{_quote_words(copied)}” where the manuscript says “{_quote_words(expected)}”{position}"
        return self._build_unit_problem(unit, rule, where, fault)

    # sentences

    def _quote(self, run: list[tuple[int, int]]) -> str:
        """Return the quoted beginning of the first unit of a run, and how many passages follow."""
        unit = self.units[run[0][0]]
        count = len(run) - 1
        more = f" and {count} more passage{'' if count == 1 else 's'}" if count else ""
        return f"“{shorten_text(unit.text)}”{more}"

    def _describe_position(self, j: int) -> str:
        """Return in words where the block `j` of the copy stands: after which other, or at the beginning."""
        return f"after “{shorten_text(self.chunks[j - 1].text, 40)}”" if j else "at the beginning"

    def _format_subject_prefix(self) -> str:
        """Return the subject in brackets to begin a sentence, "" if there is none."""
        return f"({self.subject}) " if self.subject else ""

    def _build_unit_problem(self, unit: int, rule: Rule, where: str, fault: str) -> Problem:
        """Return a problem at a unit's source line; a fixed line (a byline …) has its own rule."""
        passage = self.units[unit].passage
        rule = FIXED_LINE_RULES.get(passage.kind, rule)
        fault = f"{self._format_subject_prefix()}{_KIND_NAMES.get(passage.kind, '')}{fault}"
        return self.builder.build(passage.location, rule, where, fault)


def describe_owner(owner: str) -> str:
    """Return the words for the id that a passage stands under: a turn, a note …, or outside the turns."""
    return f"under “{owner}”" if owner else "outside the turns"


def _quote_words(words: Sequence[str]) -> str:
    """Return the first words quoted for a message, and how many more there are."""
    text = make_readable(" ".join(words[:_MOST_WORDS]))
    return text + (f" … ({len(words) - _MOST_WORDS} more words)" if len(words) > _MOST_WORDS else "")


def _split_by_unit(unit_of_word: Sequence[int], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a range of words that belong to one unit each; an empty range as it is."""
    if start == end:
        yield start, end
    while start < end:
        stop = start
        while stop < end and unit_of_word[stop] == unit_of_word[start]:
            stop += 1
        yield start, stop
        start = stop
