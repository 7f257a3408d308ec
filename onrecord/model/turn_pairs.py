"""Pair the turns of a translation with those of its original, and say where no pair is certain.

Pairs are those that the front matter names, then turns with the same id of their own. Between two of them, and between
two headings where both texts have as many, turns are paired in their order, if questions and answers follow each other
alike on both sides. Otherwise no pair is certain there, and none is made: nothing is shifted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from onrecord.model.book import Book
from onrecord.model.interview import Division, Interview, TranslationOf, Turn
from onrecord.model.names import fold_name
from onrecord.model.problems import Problem, find_closest_word
from onrecord.model.rule import Rule, Severity
from onrecord.model.source_location import SourceLocation
from onrecord.model.value import Value

NO_TURN = "none"  # in place of the name of a turn: it has no pair
_MADE_ID = re.compile(r"[qa]\d+(?:-\d+)?")  # of a turn that has no id of its own
_MOST_NAMED = 4  # turns in a message
_SECONDS_APART = 2  # times of the same turn in both texts may differ so much


@dataclass(frozen=True, slots=True)
class TurnPair(Value):
    """Turns of the original and those that translate them; one of the two may be empty. `is_named`: by the editor."""

    originals: tuple[Turn, ...]
    translations: tuple[Turn, ...]
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Pairing(Value):
    """All pairs in the order of the texts, and what is wrong with them."""

    pairs: tuple[TurnPair, ...]
    problems: tuple[Problem, ...] = ()

    def map_turns(self) -> dict[str, str]:
        """Return the id of the turn of the original by the id of each turn that translates it."""
        return {
            turn.id: pair.originals[min(index, len(pair.originals) - 1)].id
            for pair in self.pairs
            if pair.originals
            for index, turn in enumerate(pair.translations)
        }

    def map_originals(self) -> dict[str, str]:
        """Return the id of the translated turn by the id of each turn of the original."""
        return {
            turn.id: pair.translations[min(index, len(pair.translations) - 1)].id
            for pair in self.pairs
            if pair.translations
            for index, turn in enumerate(pair.originals)
        }


def pair_turns(original: Interview, translation: Interview) -> Pairing:
    """Return the pairs of a translation and its original."""
    assert translation.translation_of is not None
    return _Pairer(original, translation, translation.translation_of).pair()


def find_original(book: Book, translation: Interview) -> Interview | None:
    """Return the interview of the book that another one translates, None if there is none."""
    slug = translation.translation_of.slug if translation.translation_of else ""
    return next((interview for interview in book.interviews if interview.slug == slug), None) if slug else None


@dataclass(frozen=True, slots=True)
class _NamedTurns(Value):
    """The turns of an interview, and what they are called."""

    interview: Interview
    turns: tuple[Turn, ...]
    names: Mapping[str, int]  # index by id and by address, in small letters

    def find(self, text: str) -> list[int] | None:
        """Return the indices of turns named in a text: “a2”, “a2, a2-2”, “q3-a4”; None if one is unknown."""
        indices: list[int] = []
        for name in re.split(r"[\s,;]+", text.strip().casefold().replace("–", "-")):
            ends = [
                (name, name),
                *((name[:index], name[index + 1 :]) for index, char in enumerate(name) if char == "-"),
            ]
            known = [(self.names[a], self.names[b]) for a, b in ends if a in self.names and b in self.names]
            if not known or known[0][0] > known[0][1]:
                return None
            indices += range(known[0][0], known[0][1] + 1)
        return indices

    def list_cuts(self) -> list[int]:
        """Return how many turns stand before each heading of the conversation."""
        cuts, count = [], 0
        for entry in self.interview.conversation:
            if isinstance(entry, Division):
                cuts.append(count)
            count += hasattr(entry, "ordinal")
        return cuts


def _collect_named_turns(interview: Interview) -> _NamedTurns:
    """Return an interview's turns with the ids and addresses that name them, to pair translation and original."""
    turns = interview.turns
    names = {turn.address.casefold(): index for index, turn in enumerate(turns)}
    names |= {turn.id.casefold(): index for index, turn in enumerate(turns)}
    return _NamedTurns(interview, turns, names)


class _Pairer:
    """Pairs two interviews. `links` are certain: index of a turn of the original, and of one of the translation.

    `alone` are turns of both that the front matter declares to have no pair.
    """

    def __init__(self, original: Interview, translation: Interview, of: TranslationOf) -> None:
        self.original = original
        self.translation = translation
        self.of = of
        self.problems: list[Problem] = []
        self.links: list[tuple[int, int]] = []
        self.named: set[tuple[int, int]] = set()
        self.alone: tuple[set[int], set[int]] = (set(), set())

    def pair(self) -> Pairing:
        """Return all pairs of turns of a translation and its original, and the problems."""
        source, target = _collect_named_turns(self.original), _collect_named_turns(self.translation)
        self._read_named_pairs(source, target)
        self._link_equal_ids(source, target)
        groups = self._group_links(source, target)
        if groups is None:
            return Pairing((), tuple(self.problems))
        pairs: list[tuple[list[int], list[int]]] = []
        for group, (source_free, target_free) in self._iterate_segments(source, target, groups):
            pairs += self._pair_segment(source, target, source_free, target_free)
            pairs += [group] if group else []
        turn_pairs = tuple(
            TurnPair(
                tuple(source.turns[index] for index in originals),
                tuple(target.turns[index] for index in translations),
                any((i, j) in self.named for i in originals for j in translations),
            )
            for originals, translations in pairs
        )
        self.problems += self._find_contradictions(turn_pairs)
        self.problems += self._list_unpaired(source, target, pairs)
        return Pairing(turn_pairs, tuple(self.problems))

    def _report(self, rule: Rule, sentence: str, hint: str, place: SourceLocation | None = None) -> None:
        """Add an error, of the line that names the original if it has no other place."""
        self.problems.append(Problem(place or self.of.location, rule, sentence, hint))

    # certain pairs

    def _read_named_pairs(self, source: _NamedTurns, target: _NamedTurns) -> None:
        """Read the pairs of turns that the translation's front matter names."""
        for name, words in self.of.pairs:
            is_left_out = name.casefold() == NO_TURN
            target_indices = [] if is_left_out else self._find_turns(name, target, words.location)
            source_indices = (
                [] if words.text.casefold() == NO_TURN else self._find_turns(words.text, source, words.location)
            )
            if target_indices is None or source_indices is None:
                continue
            self.links += [(i, j) for i in source_indices for j in target_indices]
            self.named |= {(i, j) for i in source_indices for j in target_indices}
            self.alone[0].update(source_indices if not target_indices else ())
            self.alone[1].update(target_indices if not source_indices else ())

    def _find_turns(self, text: str, side: _NamedTurns, place: SourceLocation) -> list[int] | None:
        """Return the indices of the turns that a text names; report one that does not exist."""
        indices = side.find(text)
        if indices is None:
            names = sorted(side.names, key=side.names.__getitem__)
            near = find_closest_word(text.casefold(), names)
            hint = f"did you mean “{near}”?" if near else f"its turns run from {names[0]} to {names[-1]}"
            sentence = f"“{text}” is no turn of “{side.interview.slug}”"
            self._report(Rule.PAIRS_NAME_TURNS, sentence, hint, place)
        return indices

    def _link_equal_ids(self, source: _NamedTurns, target: _NamedTurns) -> None:
        """Link turns with the same id of their own, unless the front matter says something of one of them."""
        known = ({i for i, _ in self.links} | self.alone[0], {j for _, j in self.links} | self.alone[1])
        source_indices = {turn.id: index for index, turn in enumerate(source.turns) if index not in known[0]}
        for index, turn in enumerate(target.turns):
            if index not in known[1] and turn.id in source_indices and not _MADE_ID.fullmatch(turn.id):
                self.links.append((source_indices[turn.id], index))

    def _group_links(self, source: _NamedTurns, target: _NamedTurns) -> list[tuple[list[int], list[int]]] | None:
        """Return linked turns in groups, in order; None and a problem if two pairs cross."""
        groups: list[tuple[list[int], list[int]]] = []
        for i, j in sorted(set(self.links)):
            last = groups[-1] if groups else None
            if last and (i in last[0] or j in last[1]):
                last[0].append(i)
                last[1].append(j)
                continue
            if last and j < max(last[1]):
                first, second = source.turns[last[0][-1]], source.turns[i]
                sentence = (
                    f"{second.address} of “{self.of.slug}” stands after {first.address}, and "
                    f"{target.turns[j].address}, its pair, before {target.turns[max(last[1])].address}"
                )
                hint = f"bring the turns into the order of “{self.of.slug}”, or take an id or a pair away"
                self._report(Rule.PAIRS_KEEP_ORDER, sentence, hint, target.turns[j].location)
                return None
            groups.append(([i], [j]))
        whole = [(sorted(set(originals)), sorted(set(translations))) for originals, translations in groups]
        if gap := next(self._find_gaps(source, target, whole), ""):
            sentence, hint = f"one pair has turns on both sides of {gap}", "name all turns of the pair, or make it two"
            self._report(Rule.PAIRS_KEEP_ORDER, sentence, hint)
            return None
        return whole

    def _find_gaps(
        self, source: _NamedTurns, target: _NamedTurns, groups: Iterable[tuple[list[int], list[int]]]
    ) -> Iterator[str]:
        """Yield each turn inside a group that does not belong to it."""
        for group in groups:
            for side, alone, indices in zip((source, target), self.alone, group, strict=True):
                for index in sorted(set(range(indices[0], indices[-1])) - alone - set(indices)):
                    yield f"{side.turns[index].address} of “{side.interview.slug}”"

    # pairs by order

    def _iterate_segments(
        self, source: _NamedTurns, target: _NamedTurns, groups: Sequence[tuple[list[int], list[int]]]
    ) -> Iterator[tuple[tuple[list[int], list[int]] | None, tuple[list[int], list[int]]]]:
        """Yield the free turns before each group and before each heading of both texts, with the group after them."""
        ends: list[tuple[int, int, tuple[list[int], list[int]] | None]] = [
            (group[0][0], group[1][0], group) for group in groups
        ]
        cuts = _list_common_cuts(source, target, groups)
        ends += ((i, j, None) for i, j in cuts)
        ends.sort(key=lambda end: (end[0], end[1], end[2] is not None))
        used = ({i for group in groups for i in group[0]} | self.alone[0], {j for g in groups for j in g[1]})
        used[1].update(self.alone[1])
        starts = [0, 0]
        for i, j, group in [*ends, (len(source.turns), len(target.turns), None)]:
            free = (
                [index for index in range(starts[0], i) if index not in used[0]],
                [index for index in range(starts[1], j) if index not in used[1]],
            )
            starts = [max(starts[0], i), max(starts[1], j)]
            yield group, free

    def _pair_segment(
        self, source: _NamedTurns, target: _NamedTurns, source_indices: Sequence[int], target_indices: Sequence[int]
    ) -> Iterator[tuple[list[int], list[int]]]:
        """Yield pairs of free turns by their order; report it if none is certain."""
        kinds = (
            [source.turns[index].kind for index in source_indices],
            [target.turns[index].kind for index in target_indices],
        )
        if kinds[0] == kinds[1]:
            yield from (([i], [j]) for i, j in zip(source_indices, target_indices, strict=True))
        elif source_indices and target_indices:
            alike = next((n for n, (a, b) in enumerate(zip(*kinds, strict=False)) if a != b), min(map(len, kinds)))
            turn = target.turns[target_indices[min(alike, len(target_indices) - 1)]]
            original_turns, turns = _name_turns(source, source_indices), _name_turns(target, target_indices)
            sentence = f"{turns} cannot be the translation of {original_turns} of “{self.of.slug}”, turn by turn"
            first_original = source.turns[source_indices[min(alike, len(source_indices) - 1)]]
            hint = (
                "say under pairs: in the front matter which turns belong together, "
                f"for instance: pairs: {{{turn.id}: {first_original.id}}}; "
                f"or which have no pair: {{{NO_TURN}: {first_original.id}}}"
            )
            self._report(Rule.PAIRS_ARE_CERTAIN, sentence, hint, turn.location)

    # what is wrong with pairs

    def _find_contradictions(self, pairs: Iterable[TurnPair]) -> Iterator[Problem]:
        """Yield each pair of two turns that cannot be one another's, though the order says so."""
        cast = {fold_name(person.name) for person in self.translation.people}
        speakers: dict[str, str] = {}  # of the original -> of the translation
        for pair in pairs:
            if pair.is_named or not (len(pair.originals) == len(pair.translations) == 1):
                continue
            source, target = pair.originals[0], pair.translations[0]
            if difference := _find_difference(source, target, cast, speakers):
                contradiction, severity = difference
                sentence = f"{target.address} is paired with {source.address} of “{self.of.slug}”, but {contradiction}"
                hint = f"if they are a pair, write under pairs: {target.id}: {source.id}; if not, name the right pairs"
                yield Problem(target.location, Rule.PAIRS_AGREE, sentence, hint, severity=severity)

    def _list_unpaired(
        self, source: _NamedTurns, target: _NamedTurns, pairs: Iterable[tuple[list[int], list[int]]]
    ) -> Iterator[Problem]:
        """Yield each turn without a pair that the front matter does not name, unless no pair is certain there."""
        if any(problem.rule is Rule.PAIRS_ARE_CERTAIN for problem in self.problems):
            return
        paired = list(pairs)
        lost = set(range(len(source.turns))) - self.alone[0] - {i for group in paired for i in group[0]}
        for index in sorted(lost):
            turn = source.turns[index]
            sentence = f"{turn.address} of “{self.of.slug}” has no pair in this translation"
            hint = f"translate it, or write under pairs: {NO_TURN}: {turn.id}"
            place, rule = self.of.location, Rule.TURNS_HAVE_PAIRS
            yield Problem(place, rule, sentence, hint, severity=Severity.WARNING)
        added = set(range(len(target.turns))) - self.alone[1] - {j for group in paired for j in group[1]}
        for index in sorted(added):
            turn = target.turns[index]
            sentence = f"{turn.address} translates no turn of “{self.of.slug}”"
            hint = f"write under pairs which turn it translates, or: {turn.id}: {NO_TURN}"
            yield Problem(turn.location, Rule.TURNS_HAVE_PAIRS, sentence, hint, severity=Severity.WARNING)


def _find_difference(
    source: Turn, target: Turn, cast: Iterable[str], speakers: dict[str, str]
) -> tuple[str, Severity] | None:
    """Return what says that two turns are no pair, and how surely; remember who speaks as whom in `speakers`."""
    times = source.remarks.seconds, target.remarks.seconds
    if times[0] is not None and times[1] is not None and abs(times[0] - times[1]) > _SECONDS_APART:
        return "they were said at different times of the recording (t=)", Severity.ERROR
    questions = source.remarks.question_name, target.remarks.question_name
    if all(questions) and questions[0] != questions[1]:
        return f"the one is the question “{questions[0]}”, the other “{questions[1]}”", Severity.ERROR
    if source.speaker is None or target.speaker is None:
        return None
    speaker, partner = fold_name(source.speaker.name), fold_name(target.speaker.name)
    is_known = speaker in cast  # else the name may be written in other letters
    if partner == (speaker if is_known else speakers.setdefault(speaker, partner)):
        return None
    contradiction = f"{source.speaker.name} says the one, {target.speaker.name} the other"
    return contradiction, Severity.ERROR if is_known else Severity.WARNING


def _list_common_cuts(
    source: _NamedTurns, target: _NamedTurns, groups: Sequence[tuple[list[int], list[int]]]
) -> list[tuple[int, int]]:
    """Return before which turns the headings of both texts stand; none if the texts have other headings."""
    cuts = (source.list_cuts(), target.list_cuts())
    common = list(zip(*cuts, strict=False))
    are_alike = all((max(a) < i and max(b) < j) or (min(a) >= i and min(b) >= j) for i, j in common for a, b in groups)
    return common if are_alike and len(cuts[0]) == len(cuts[1]) else []


def _name_turns(side: _NamedTurns, indices: Sequence[int]) -> str:
    """Return the turns for a message: “Q2, A2”, or “Q2 to A9 (16 turns)”."""
    addresses = [side.turns[index].address for index in indices]
    if len(addresses) <= _MOST_NAMED:
        return ", ".join(addresses)
    return f"{addresses[0]} to {addresses[-1]} ({len(addresses)} turns)"
