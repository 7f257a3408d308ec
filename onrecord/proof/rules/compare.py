"""Compares what a copy holds of one interview with what the manuscript promises, and names each difference.

Where all is well this costs one comparison of strings. Only where letters differ are passages, and
then words, lined up (difflib) to say what happened to which line of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TypeVar

from onrecord.model import Interview, Passage, Place
from onrecord.model.problems import Problem
from onrecord.proof.reading.expected import Promise, Promised
from onrecord.proof.reading.extracted_text import LIST_NUMBERS, Chunk, Found, Settler, segments
from onrecord.proof.reading.normalize import count_words, is_list_number, letters, short, shown
from onrecord.proof.rules.report import InterviewReport

HINT = "Nothing was delivered. Build again; if this stays, it is a fault of On Record: please report it with this line."
_LIST_NUMBERS_HINT = (
    "take the rules that change list numbers (list-style, counter-…) out of the book's styles/ and templates/; "
    "if there are none, it is a fault of On Record: please report it with this line."
)
_MOST = 12  # problems named per interview and copy; who has more has one cause
_AROUND = 4  # words of context
_LONG = 6000  # words up to which a differing stretch is lined up without shortcuts

_RULES = {name: f"{name}-to-the-letter" for name in ("byline", "disclaimer", "rights")}
_PARTS = {**{name: f"({name}) " for name in _RULES}, "alt": "(words of a picture) "}


def compare(promise: Promised, found: Found, copy: str) -> tuple[tuple[Problem, ...], InterviewReport]:
    """The problems of one interview in `copy` ("the PDF"), and its line of the report."""
    found = _settled(promise, found)
    judge = _Judge(promise.interview, copy)
    problems = [
        *judge.running_text(promise.text, found),
        *judge.notes(promise, found),
        *judge.pulls(promise, found),
        *judge.places(promise, found),
        *judge.oddities(found),
    ]
    return _few(problems, promise.interview, copy), _line(promise, found)


def missing(promise: Promised, copy: str) -> tuple[tuple[Problem, ...], InterviewReport]:
    """What to say of an interview that a copy does not hold at all."""
    interview = promise.interview
    sentence = f"{copy} does not hold the interview “{interview.slug}”"
    problem = Problem(interview.place, "every-interview-is-there", sentence, HINT)
    return (problem,), InterviewReport(interview.slug, _promised_words(promise), 0, "", "")


def _promised_words(promise: Promised) -> int:
    return _words([*promise.text, *(piece for _, content in promise.notes for piece in content)])


def _line(promise: Promised, found: Found) -> InterviewReport:
    read = [chunk for content in found.notes.values() for chunk in content]
    interview = promise.interview
    return InterviewReport(
        slug=interview.slug,
        words_promised=_promised_words(promise),
        words_found=_words([*found.chunks, *read]),
        byline=found.places.get("byline", "") if interview.byline else "",
        disclaimer=found.places.get("disclaimer", "") if interview.disclaimer else "",
        rights=found.places.get("rights", "") if interview.rights else "",
    )


def _words(pieces: Iterable[Promise | Chunk]) -> int:
    return sum(count_words(piece.text) for piece in pieces)


def _few(problems: list[Problem], interview: Interview, copy: str) -> tuple[Problem, ...]:
    if len(problems) <= _MOST:
        return tuple(problems)
    more = f"{copy} has {len(problems) - _MOST} more differences in the interview “{interview.slug}”"
    return (*problems[:_MOST], Problem(interview.place, "every-word-is-there", more, HINT))


# --- line ends --------------------------------------------------------------------------------------


def _settled(promise: Promised, found: Found) -> Found:
    """`found` with its line ends read by what was promised in the same place (layout only)."""
    texts: dict[str, list[str]] = {}
    words = _without_numbers(promise.text)
    for piece in words:
        texts.setdefault(piece.owner, []).append(piece.text)
    around = " ".join(piece.text for piece in words)
    settlers = {owner: Settler(" ".join(pieces), around) for owner, pieces in texts.items()}
    astray = Settler("", around)
    chunks = [_settle(chunk, settlers.get(chunk.owner, astray)) for chunk in found.chunks]
    promised_notes = dict(promise.notes)
    notes = {}
    for number, content in found.notes.items():
        settler = Settler(" ".join(piece.text for piece in promised_notes.get(number, ())))
        notes[number] = [_settle(chunk, settler) for chunk in content]
    pulls = [
        _settle(chunk, Settler(promise.pulls[index].text) if index < len(promise.pulls) else astray)
        for index, chunk in enumerate(found.pulls)
    ]
    return replace(found, chunks=chunks, notes=notes, pulls=pulls)


def _settle(chunk: Chunk, settler: Settler) -> Chunk:
    if is_list_number(chunk.text):
        return chunk
    text = settler.settle(chunk.text)
    return chunk if text == chunk.text else Chunk(text, chunk.owner, chunk.where)


# --- list numbers -----------------------------------------------------------------------------------

_Piece = TypeVar("_Piece", Promise, Chunk)


def _without_numbers(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Return the pieces that are words, without the numbers of list items."""
    return [piece for piece in pieces if not is_list_number(piece.text)]


def _numbers_by_place(pieces: Iterable[_Piece]) -> dict[int, list[_Piece]]:
    """Return the numbers of list items by how many letters, spaces aside, stand before them."""
    numbers: dict[int, list[_Piece]] = {}
    count = 0
    for piece in pieces:
        if is_list_number(piece.text):
            numbers.setdefault(count, []).append(piece)
        else:
            count += _length(piece.text)
    return numbers


def _from(pieces: Iterable[Promise], place: int) -> Promise | None:
    """Return the first piece with words that goes on behind `place`, counted in letters."""
    count = 0
    for piece in _without_numbers(pieces):
        count += _length(piece.text)
        if count > place:
            return piece
    return None


def _length(text: str) -> int:
    return len(text) - text.count(" ")


# --- judging ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Judge:
    """Says what is wrong with one interview in one copy."""

    interview: Interview
    copy: str

    def problem(self, place: Place, rule: str, where: str, what: str) -> Problem:
        copy = f"{self.copy}, {where}" if where else self.copy
        hint = _LIST_NUMBERS_HINT if rule == LIST_NUMBERS else HINT
        return Problem(place, rule, f"{copy}: interview “{self.interview.slug}” {what}", hint)

    def running_text(self, promised: Sequence[Promise], found: Found) -> Iterator[Problem]:
        """Every passage once, in order, under its id, and nothing else."""
        if not _are_the_same(promised, found.chunks):
            yield from self._differences(promised, found.chunks)

    def _differences(self, promised: Sequence[Promise], found: Sequence[Chunk], subject: str = "") -> list[Problem]:
        """Say what is not as promised: words; or where all of them are right, list numbers."""
        words, read = _without_numbers(promised), _without_numbers(found)
        if not _are_the_same(words, read):
            return _Difference(self, _units(words), read, subject).problems()
        return list(self._list_numbers(promised, found))

    def _list_numbers(self, promised: Sequence[Promise], found: Sequence[Chunk]) -> Iterator[Problem]:
        """Say which list items have another number than in the manuscript.

        The words around them are known to be right.
        """
        wanted, read = _numbers_by_place(promised), _numbers_by_place(found)
        for place in sorted(wanted.keys() | read.keys()):
            following = _from(promised, place)
            before = f", before “{short(following.text, 40)}”" if following else ", at the end"
            for promise, chunk in zip_longest(wanted.get(place, ()), read.get(place, ())):
                if promise and chunk and (promise.text, promise.owner) == (chunk.text, chunk.owner):
                    continue
                piece = promise or following
                source = piece.passage.place if piece else self.interview.place
                what = _wrong_number(promise, chunk) + before
                yield self.problem(source, LIST_NUMBERS, chunk.where if chunk else "", what)

    def notes(self, promise: Promised, found: Found) -> Iterator[Problem]:
        """Every footnote once, with its words."""
        for number, content in promise.notes:
            read = found.notes.get(number)
            if read is None:
                place = content[0].passage.place if content else self.interview.place
                yield self.problem(place, "every-word-is-there", "", f"has lost its footnote {number}")
            elif " ".join(chunk.text for chunk in read) != " ".join(piece.text for piece in content):
                yield from self._differences(content, read, f"footnote {number}")
        for number in sorted(found.notes.keys() - dict(promise.notes).keys()):
            yield self.problem(
                self.interview.place, "nothing-is-added", "", f"has a footnote {number} that is not in the manuscript"
            )

    def pulls(self, promise: Promised, found: Found) -> Iterator[Problem]:
        """Every pull quote in an element of its own, in the right turn, with words of the interview."""
        rule = "pull-quotes-repeat-the-interview"
        for index, pull in enumerate(promise.pulls):
            chunk = found.pulls[index] if index < len(found.pulls) else None
            if chunk is None:
                yield self.problem(pull.place, rule, "", f"has lost its pull quote “{short(pull.text)}”")
            elif chunk.text != pull.text:
                what = f"has the pull quote “{short(chunk.text)}” where the manuscript has “{short(pull.text)}”"
                yield self.problem(pull.place, rule, chunk.where, what)
            elif chunk.owner != pull.owner:
                what = f"has the pull quote “{short(pull.text)}” in another turn than the manuscript"
                yield self.problem(pull.place, rule, chunk.where, what)
            elif not repeats(pull.text, " ".join(piece.text for piece in _without_numbers(promise.text))):
                what = f"has the pull quote “{short(pull.text)}”, whose words it does not print anywhere else"
                yield self.problem(pull.place, rule, chunk.where, what)
        for chunk in found.pulls[len(promise.pulls) :]:
            yield self.problem(
                self.interview.place, rule, chunk.where, f"has a pull quote too many: “{short(chunk.text)}”"
            )

    def places(self, promise: Promised, found: Found) -> Iterator[Problem]:
        """Every promised id stands on one element; rights, or else the disclaimer, are last; addresses are right."""
        for piece in promise.text:
            count = found.ids.get(piece.owner, 0)
            if count > 1 and piece.owner:
                what = f"has “{piece.owner}” {count} times"
                yield self.problem(piece.passage.place, _RULES.get(piece.owner, "order-is-kept"), "", what)
                found.ids[piece.owner] = 1
        name = "rights" if self.interview.rights else "disclaimer"
        closing = self.interview.rights or self.interview.disclaimer
        if closing and found.chunks and found.chunks[-1].owner == name != found.last:
            what = f"has words behind its {name}, the last thing of an interview"
            yield self.problem(closing.place, _RULES[name], found.chunks[-1].where, what)
        yield from self._addresses(promise, found)

    def _addresses(self, promise: Promised, found: Found) -> Iterator[Problem]:
        wanted = list(promise.addresses.items())
        if found.addresses != wanted:
            have = dict(found.addresses)
            for turn in promise.interview.turns:
                text = promise.addresses[turn.id]
                if have.get(turn.id) != text:
                    what = f"marks {turn.kind} {turn.n} as “{short(have.get(turn.id, ''))}”, not “{text}”"
                    yield self.problem(turn.place, "addresses-are-right", found.places.get(turn.id, ""), what)
                    return
            what = "has addresses that belong to no turn, or twice"
            yield self.problem(self.interview.place, "addresses-are-right", found.where, what)

    def oddities(self, found: Found) -> Iterator[Problem]:
        for oddity in found.oddities:
            yield self.problem(self.interview.place, oddity.rule, oddity.where, oddity.sentence)


def _are_the_same(promised: Iterable[Promise], found: Iterable[Chunk]) -> bool:
    """Tell whether the same letters stand under the same ids."""
    have = segments((chunk.owner, chunk.text) for chunk in found)
    return have == segments((piece.owner, piece.text) for piece in promised)


def _wrong_number(promise: Promise | None, chunk: Chunk | None) -> str:
    """Say what is wrong with a list number: lost, too much, another, or under another id."""
    if promise is None:
        return f"has the number “{shown(chunk.text)}” too much" if chunk else ""
    if chunk is None:
        return f"has lost the number “{shown(promise.text)}”"
    if promise.text != chunk.text:
        return f"numbers an item “{shown(chunk.text)}” that is “{shown(promise.text)}” in the manuscript"
    return f"has the number “{shown(promise.text)}” {_named(chunk.owner)}, not {_named(promise.owner)}"


# --- naming a difference ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Unit:
    """The promises that share a line of the copy: a label and the paragraph it opens, or one passage."""

    text: str
    owner: str
    pieces: tuple[Promise, ...]

    @property
    def passage(self) -> Passage:
        return self.pieces[-1].passage


def _units(promised: Iterable[Promise]) -> list[_Unit]:
    out: list[_Unit] = []
    label: tuple[Promise, ...] = ()
    for piece in promised:
        if piece.passage.kind == "label":
            label = (*label, piece)
            continue
        pieces = (*label, piece)
        out.append(_Unit(" ".join(part.text for part in pieces), piece.owner, pieces))
        label = ()
    return out + [_Unit(piece.text, piece.owner, (piece,)) for piece in label]


@dataclass(slots=True)
class _Difference:
    """Lines up units and chunks that are known to differ."""

    judge: _Judge
    units: list[_Unit]
    chunks: list[Chunk]
    subject: str = ""  # "footnote 3"
    lost: dict[int, None] = field(default_factory=dict)  # units that no equal chunk stands for, in order
    extra: dict[int, None] = field(default_factory=dict)  # chunks that no equal unit stands for, in order
    regions: list[tuple[range, range]] = field(default_factory=list)

    def problems(self) -> list[Problem]:
        out = [*self._line_up(), *self._moved(), *self._doubled()]
        for units, chunks in self.regions:
            out += self._stretch([i for i in units if i in self.lost], [j for j in chunks if j in self.extra])
        return out

    def _line_up(self) -> Iterator[Problem]:
        """Pair equal units and chunks; a pair must stand under the same id."""
        matcher = SequenceMatcher(
            None, [unit.text for unit in self.units], [chunk.text for chunk in self.chunks], autojunk=False
        )
        pairs: list[tuple[int, int]] = []
        for kind, i1, i2, j1, j2 in matcher.get_opcodes():
            if kind == "equal":
                pairs += zip(range(i1, i2), range(j1, j2), strict=True)
            else:
                self.lost.update(dict.fromkeys(range(i1, i2)))
                self.extra.update(dict.fromkeys(range(j1, j2)))
                self.regions.append((range(i1, i2), range(j1, j2)))
        astray = [(i, j) for i, j in pairs if self.units[i].owner != self.chunks[j].owner]
        for run in self._together(astray):
            i, j = run[0]
            names = f"{_named(self.chunks[j].owner)}, not {_named(self.units[i].owner)}"
            yield self._say(i, "order-is-kept", self.chunks[j].where, f"has {self._quoted(run)} {names}")

    def _moved(self) -> Iterator[Problem]:
        """Lost units whose words stand elsewhere."""
        at: dict[str, list[int]] = {}
        for j in self.extra:
            at.setdefault(self.chunks[j].text, []).append(j)
        moved = [(i, at[self.units[i].text].pop(0)) for i in self.lost if at.get(self.units[i].text)]
        for i, j in moved:
            del self.lost[i], self.extra[j]
        for run in self._together(moved):
            i, j = run[0]
            unit, chunk = self.units[i], self.chunks[j]
            under = f" {_named(chunk.owner)}, not {_named(unit.owner)}," if chunk.owner != unit.owner else ""
            what = f"has {self._quoted(run)} in another place:{under} {self._after(j)}"
            yield self._say(i, "order-is-kept", chunk.where, what)

    def _doubled(self) -> Iterator[Problem]:
        """Chunks too many whose words stand in the copy already."""
        known = {unit.text: i for i, unit in reversed(list(enumerate(self.units)))}
        doubled = [(known[self.chunks[j].text], j) for j in self.extra if self.chunks[j].text in known]
        for _, j in doubled:
            del self.extra[j]
        for run in self._together(doubled):
            i, j = run[0]
            yield self._say(i, "nothing-is-added", self.chunks[j].where, f"has {self._quoted(run)} twice")

    def _together(self, pairs: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
        """Pairs that follow each other, under one id: they have one cause."""
        run: list[tuple[int, int]] = []
        for i, j in pairs:
            if (run and (i, j) != (run[-1][0] + 1, run[-1][1] + 1)) or (
                run and self._owners(run[-1]) != self._owners((i, j))
            ):
                yield run
                run = []
            run.append((i, j))
        if run:
            yield run

    def _owners(self, pair: tuple[int, int]) -> tuple[str, str]:
        return self.units[pair[0]].owner, self.chunks[pair[1]].owner

    # words

    def _stretch(self, units: list[int], chunks: list[int]) -> Iterator[Problem]:
        """What became of the words of a stretch, passage by passage."""
        whose = [i for i in units for _ in self.units[i].text.split()]
        wanted = [word for i in units for word in self.units[i].text.split()]
        where = [j for j in chunks for _ in self.chunks[j].text.split()]
        have = [word for j in chunks for word in self.chunks[j].text.split()]
        if not have or not wanted:
            yield from self._gone(units, self.chunks[chunks[0] - 1].where if chunks else "")
            yield from (self._added(j) for j in chunks)
            return
        matcher = SequenceMatcher(None, wanted, have, autojunk=max(len(wanted), len(have)) > _LONG)
        kept = {whose[i] for block in matcher.get_matching_blocks() for i in range(block.a, block.a + block.size)}
        gone: dict[int, str] = {}
        for kind, i1, i2, j1, j2 in matcher.get_opcodes():
            if kind == "equal":
                continue
            spot = self.chunks[where[min(j1, len(where) - 1)]].where
            for start, end in _cut(whose, i1, i2):
                unit = whose[min(start, len(whose) - 1)]
                words = have[j1:j2] if start == i1 else []
                if unit not in kept and not words:
                    gone.setdefault(unit, spot)
                else:
                    before = [word for word, i in zip(wanted[:start], whose[:start], strict=True) if i == unit]
                    yield self._changed(unit, wanted[start:end], words, before[-_AROUND:], spot)
        yield from self._gone(list(gone), next(iter(gone.values()), ""))

    def _gone(self, units: list[int], where: str) -> Iterator[Problem]:
        """Units that are lost whole; those that follow each other under one id have one cause."""
        run: list[int] = []
        for i in units:
            if run and (i != run[-1] + 1 or self.units[i].owner != self.units[run[-1]].owner):
                yield self._gone_together(run, where)
                run = []
            run.append(i)
        if run:
            yield self._gone_together(run, where)

    def _gone_together(self, run: list[int], where: str) -> Problem:
        return self._say(run[0], "every-word-is-there", where, f"has lost {self._quoted([(i, 0) for i in run])}")

    def _added(self, j: int) -> Problem:
        """Words of nobody: they are shown to the editor at the line they follow."""
        before = {chunk.text for chunk in self.chunks[:j]}
        i = max((i for i, unit in enumerate(self.units) if unit.text in before), default=0)
        place = self.units[i].passage.place if self.units else self.judge.interview.place
        what = f"has “{_some(self.chunks[j].text.split())}” too much, {self._after(j)}"
        return self.judge.problem(place, "nothing-is-added", self.chunks[j].where, self._subject() + what)

    def _changed(self, unit: int, wanted: list[str], have: list[str], before: list[str], where: str) -> Problem:
        after = f", after “{_some(before)}”" if before else ", at its beginning"
        if not have:
            what, rule = f"has lost “{_some(wanted)}”{after}", "every-word-is-there"
        elif not wanted:
            what, rule = f"has “{_some(have)}” too much{after}", "nothing-is-added"
        else:
            what = f"says “{_some(have)}” where the manuscript says “{_some(wanted)}”{after}"
            rule = "every-word-is-there"
        return self._say(unit, rule, where, what)

    # saying it

    def _quoted(self, run: list[tuple[int, int]]) -> str:
        """The beginning of the first of some units, and how many follow."""
        unit = self.units[run[0][0]]
        more = f" and {len(run) - 1} more passages" if len(run) > 1 else ""
        return f"“{short(unit.text)}”{more.removesuffix('s') if len(run) == 2 else more}"

    def _after(self, j: int) -> str:
        return f"after “{short(self.chunks[j - 1].text, 40)}”" if j else "at the beginning"

    def _subject(self) -> str:
        return f"({self.subject}) " if self.subject else ""

    def _say(self, unit: int, rule: str, where: str, what: str) -> Problem:
        passage = self.units[unit].passage
        part = _PARTS.get(passage.kind, "")
        return self.judge.problem(
            passage.place, _RULES.get(passage.kind, rule), where, f"{self._subject()}{part}{what}"
        )


def _named(owner: str) -> str:
    return f"under “{owner}”" if owner else "outside the turns"


def _some(words: Sequence[str], most: int = 12) -> str:
    text = shown(" ".join(words[:most]))
    return text + (f" … ({len(words) - most} more words)" if len(words) > most else "")


def _cut(whose: Sequence[int], start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretch cut where it passes from one unit to the next; an empty stretch stays."""
    if start == end:
        yield start, end
    while start < end:
        stop = start
        while stop < end and whose[stop] == whose[start]:
            stop += 1
        yield start, stop
        start = stop


# --- pull quotes ------------------------------------------------------------------------------------

_WORD = re.compile(r"\w+")


def repeats(pull: str, text: str) -> bool:
    """Whether a pull quote's words stand in `text`, its omissions (…) aside."""
    words = " ".join(_WORD.findall(letters(text).casefold()))
    parts = re.split(r"\[?(?:…|\.\.\.)\]?", letters(pull).casefold())
    return all(f" {' '.join(_WORD.findall(part))} ".replace("  ", " ") in f" {words} " for part in parts)
