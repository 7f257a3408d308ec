"""Find the labels in the lines of captions that name who speaks, and make them the voices of these lines."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from onrecord.importers.common import labels
from onrecord.importers.readers.caption_cues import Cue, CueLine

_MARK = re.compile(r"(?:>>+|[-–—](?=\s|[^\W\d_]))\s*")
_LABEL = re.compile(
    r"(?P<name>[^\W_][^:：?!;“”«»\"<>()\[\]]{0,69}?(?:\s?[(\[（][^()\[\]（）]{1,60}[)\]）])?)"
    r"\s?[:：](?=\s|$|[^\d/\w]|(?<=：))\s*"
)
_IN_BRACKETS = re.compile(r"[(\[（](?P<name>[^\W\d_][^()\[\]（）:]{0,40})[)\]）]\s*[:：]?\s*(?=\S)")
_LINE_IN_BRACKETS = re.compile(r"[(\[（](?P<name>[^()\[\]（）:]+)[)\]）]")
_WITH_DASH = re.compile(r"(?P<name>[^\W\d_][^:：?!;,()\[\]]{0,40}?)\s+[-–—]\s+(?=\S)")
_USER_NAME = re.compile(r"[a-z][\w.-]*[\w]$")
_SENTENCE_END = re.compile(r"[.?!…。？！\"”’»)\]-]\s+(?=\S)")
_SENTENCE_END_INSIDE = re.compile(r"\w{5,}[.…]\s")
# Words with a colon after them in speech; none is a name.
_SPOKEN = (
    "remember listen look note notice think imagine well so but and because yes no okay ok right now first "
    "second third finally fourth rule lesson problem point fact example again also then here there this that "
    "these those conclusion warning tip step result idea secret truth reason thing story reminder spoiler "
    "caution attention wait stop see watch hint reality option phase stage part chapter act scene rules why "
    "how what when where who more less always never once plus minus equals monday tuesday wednesday thursday "
    "friday saturday sunday january february march april june july august september october november december "
    "today tomorrow yesterday"
)
_SPOKEN_WORDS = frozenset(_SPOKEN.split())
_MAX_NAME_WORDS = 9
_LONGEST_LABEL = 160  # characters, with brackets
_MOST_SHARE_OF_CAPITALS = 0.6  # of the lines; beyond it, capitals show no label


class _Candidate(NamedTuple):
    """A possible label: where it stands, the name in it, its length in characters, and what is said after it."""

    cue: int
    line: int
    name: str
    length: int
    words: str
    has_mark: bool  # a dash or >> before it


@dataclass
class _Name:
    """All candidates of a name."""

    name: str
    candidates: list[_Candidate] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Return how often the name occurs as a label in a subtitle file."""
        return len(self.candidates)

    @property
    def is_in_capitals(self) -> bool:
        """Return whether every label with this name is printed in capitals."""
        return all(labels.is_all_capitals(_cut_brackets(candidate.name)) for candidate in self.candidates)

    @property
    def share_of_small_starts(self) -> float:
        """Return the share of labels after which the words begin with a small letter.

        A label that the cue before has, too, does not count: some files repeat it with each piece of a sentence.
        """
        cues = {candidate.cue for candidate in self.candidates}
        firsts = [candidate for candidate in self.candidates if candidate.cue - 1 not in cues]
        return sum(_starts_small(candidate.words) for candidate in firsts) / len(firsts)


def set_voices_from_labels(cues: Sequence[Cue]) -> None:
    """Give each subtitle line that begins with a speaker's label this speaker as its voice.

    Nothing changes if the file names voices by itself, or if fewer than two labels are speakers.
    """
    lines = [line for cue in cues for line in cue.lines]
    if len({line.voice for line in lines if line.voice}) > 1:
        return
    style = _CaseStyle.measure_case(lines)
    for parse, choose in (
        (_parse_with_colon, _choose_names_with_colon),
        (_parse_with_dash, _choose_repeated_names),
        (_parse_in_brackets, _choose_repeated_names),
        (_parse_name_line, _choose_repeated_names),
    ):
        names = _collect_possible_names(cues, parse)
        chosen = choose(names, len(cues), style)
        if len(chosen) > 1:
            _split_labels_inside(cues, chosen, parse)
            names = _collect_possible_names(cues, parse)
            _set_voices(cues, names, chosen)
            _separate_doubtful_labels(cues, [name for key, name in names.items() if key not in chosen])
            return
        if chosen:  # one side alone has labels; the whole text shows whether it speaks
            _separate_doubtful_labels(cues, [names[key] for key in chosen])


# --- how a label is printed -----------------------------------------------------------------------


def _parse_with_colon(line: CueLine, _cue: Cue) -> tuple[str, int] | None:
    """Return name and length of a subtitle label like “Mara:” or “[SPEAKER_00]:”, None if the line has none."""
    mark = _MARK.match(line.words)
    start = mark.end() if mark else 0
    words = line.words[start:]
    label = labels.parse_label(words)
    if label is not None and label.is_certain and label.label.endswith((":", "：")):
        return label.name, start + label.length
    match = _LABEL.match(words)
    return (match["name"].strip(), start + match.end()) if match and _can_be_name(match["name"].strip()) else None


def _parse_with_dash(line: CueLine, _cue: Cue) -> tuple[str, int] | None:
    """Return name and length of a subtitle label like “MARA - ”, None if the line has none."""
    match = _WITH_DASH.match(line.words)
    return (match["name"], match.end()) if match and _can_be_name(match["name"]) else None


def _parse_in_brackets(line: CueLine, _cue: Cue) -> tuple[str, int] | None:
    """Return name and length of a subtitle label like “[Mara] ” or “(MARA) ”, None if the line has none."""
    mark = _MARK.match(line.words)
    start = mark.end() if mark else 0
    match = _IN_BRACKETS.match(line.words, start)
    return (match["name"], match.end()) if match and _can_be_name(match["name"]) else None


def _parse_name_line(line: CueLine, cue: Cue) -> tuple[str, int] | None:
    """Return name and length of a name that is its cue's first line alone, in brackets or not; or None."""
    is_first = line is cue.lines[0] and len(cue.lines) > 1
    in_brackets = _LINE_IN_BRACKETS.fullmatch(line.words)
    name = in_brackets["name"] if in_brackets else line.words
    is_label = is_first and _can_be_name(name) and name[-1].isalnum()
    return (name, len(line.words)) if is_label else None


def _can_be_name(name: str) -> bool:
    """Return whether words can be a name: capitals, or one word as a user's name is."""
    bare = _cut_brackets(name)
    person = bare.split(",")[0].strip()
    if not person or len(bare.split()) > _MAX_NAME_WORDS or _SENTENCE_END_INSIDE.search(bare):
        return False
    return labels.looks_like_name(person) or bool(_USER_NAME.fullmatch(bare))


def _cut_brackets(name: str) -> str:
    """Return a speaker's name in a subtitle label without words in brackets."""
    return re.sub(r"\s*[(\[（][^()\[\]（）]*[)\]）]", "", name).strip()


# --- which of them are speakers -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _CaseStyle:
    """How a file uses capitals."""

    are_all_capitals: bool
    are_none: bool

    @classmethod
    def measure_case(cls, lines: Sequence[CueLine]) -> _CaseStyle:
        """Return how the lines of a subtitle file use capitals."""
        capital_lines = sum(labels.is_all_capitals(line.words.rpartition(":")[2]) for line in lines)
        letters = "".join(line.words.partition(":")[2] or line.words for line in lines)
        share_of_capitals = sum(map(str.isupper, letters)) / (sum(map(str.isalpha, letters)) or 1)
        return cls(capital_lines > _MOST_SHARE_OF_CAPITALS * len(lines), share_of_capitals < 0.01)


def _collect_possible_names(
    cues: Sequence[Cue], parse: Callable[[CueLine, Cue], tuple[str, int] | None]
) -> dict[str, _Name]:
    """Return the possible speaker labels of a subtitle file by their normalized name."""
    names: dict[str, _Name] = {}
    for i, cue in enumerate(cues):
        for j, line in enumerate(cue.lines):
            parsed = parse(line, cue)
            key = labels.normalize_name(_cut_brackets(parsed[0])) if parsed else ""
            if parsed and key and not labels.is_break_label(key):
                after = line.words[parsed[1] :] or (cue.lines[j + 1].words if j + 1 < len(cue.lines) else "")
                candidate = _Candidate(i, j, parsed[0], parsed[1], after, bool(_MARK.match(line.words)))
                names.setdefault(key, _Name(parsed[0])).candidates.append(candidate)
    return names


def _choose_names_with_colon(names: dict[str, _Name], cue_count: int, style: _CaseStyle) -> set[str]:
    """Return the names with a colon that speak: those that come again, and those printed as surely as these."""
    plausible = {key: name for key, name in names.items() if _is_plausible_speaker(key, name, style)}
    repeated = {key for key, name in plausible.items() if name.count >= 2 and _has_name_form(name)}
    total = sum(plausible[key].count for key in repeated)
    if total < min(6, 0.02 * cue_count):
        repeated = set()
    are_rule = len(repeated) > 1 and total >= 0.5 * cue_count
    single = {
        key
        for key, name in plausible.items()
        if name.count == 1 and (_is_surely_label(name, style) or (are_rule and labels.looks_like_name(name.name)))
    }
    has_turns = bool(repeated) or len(single) >= max(2, 0.5 * cue_count)
    return repeated | single if has_turns else set()


def _is_plausible_speaker(key: str, name: _Name, style: _CaseStyle) -> bool:
    """Return whether a name can be a speaker's: no word of speech, and a sentence begins after it."""
    if labels.is_role_label(key):
        return True
    if set(key.split()) <= _SPOKEN_WORDS or not _can_be_name(name.name):
        return False
    begins_sentences = style.are_none or style.are_all_capitals or name.share_of_small_starts <= 0.5
    return begins_sentences or (name.is_in_capitals and name.count > 2)


def _has_name_form(name: _Name) -> bool:
    """Return whether the name is written as one; a word in small letters must come three times."""
    return name.count >= 3 or not _cut_brackets(name.name)[:1].islower() or bool(re.search(r"[\d_.]", name.name))


def _is_surely_label(name: _Name, style: _CaseStyle) -> bool:
    """Return whether a label that comes once is surely one: capitals in a text of small letters, or after >>."""
    words = _cut_brackets(name.name).split()
    return len(words) <= 4 and (
        (name.is_in_capitals and not style.are_all_capitals)
        or (name.candidates[0].has_mark and not name.name[0].islower())
    )


def _choose_repeated_names(names: dict[str, _Name], cue_count: int, _style: _CaseStyle) -> set[str]:
    """Return the names that begin most lines, as labels without a colon must."""
    repeated = {
        key
        for key, name in names.items()
        if name.count >= 2 and name.name[0].isupper() and set(key.split()).isdisjoint(_SPOKEN_WORDS)
    }
    total = sum(names[key].count for key in repeated)
    if total < 4 or total < 0.3 * cue_count or len(repeated) > max(3, total / 3):
        return set()
    return repeated


def _starts_small(words: str) -> bool:
    """Return whether the first letter of the words is a small one."""
    return next((char.islower() for char in words if char.isalpha()), False)


# --- the voices -----------------------------------------------------------------------------------


def _split_labels_inside(
    cues: Sequence[Cue], chosen: set[str], parse: Callable[[CueLine, Cue], tuple[str, int] | None]
) -> None:
    """Divide a subtitle line where, after the end of a sentence, another speaker's label stands."""
    if parse is not _parse_with_colon:
        return
    for cue in cues:
        cue.lines = [part for line in cue.lines for part in _split_line(line, cue, chosen)]


def _split_line(line: CueLine, cue: Cue, chosen: set[str]) -> list[CueLine]:
    """Return the parts of a subtitle line, each with at most one speaker's label, at its beginning."""
    starts = [0]
    label = _parse_with_colon(line, cue)
    for end in _SENTENCE_END.finditer(line.words, label[1] if label else 0):
        parsed = _parse_with_colon(line._replace(words=line.words[end.end() : end.end() + _LONGEST_LABEL]), cue)
        if parsed and labels.normalize_name(_cut_brackets(parsed[0])) in chosen:
            starts.append(end.end())
    return [
        line._replace(words=line.words[start:end].strip(), opens_paragraph=line.opens_paragraph and start == 0)
        for start, end in zip(starts, [*starts[1:], len(line.words)], strict=True)
    ]


def _set_voices(cues: Sequence[Cue], names: dict[str, _Name], chosen: set[str]) -> None:
    """Make the chosen names the voices of the subtitle lines that they begin; other lines go on as before."""
    printed = {key: _choose_name_form(names[key]) for key in chosen}
    at: dict[int, dict[int, tuple[str, int]]] = defaultdict(dict)
    for key in chosen:
        for candidate in names[key].candidates:
            at[candidate.cue][candidate.line] = (printed[key], candidate.length)
    for i, cue in enumerate(cues):
        for j, line in enumerate(cue.lines):
            if j in at[i]:
                name, length = at[i][j]
                label = line.words[:length].strip()
                cue.lines[j] = line._replace(voice=name, label=label, words=line.words[length:].strip())


def _separate_doubtful_labels(cues: Sequence[Cue], names: Sequence[_Name]) -> None:
    """Begin a paragraph with each label that may be a speaker's, so that an editor is asked about it."""
    for name in names:
        if labels.looks_like_name(name.name):
            for candidate in name.candidates:
                line = cues[candidate.cue].lines[candidate.line]
                cues[candidate.cue].lines[candidate.line] = line._replace(opens_paragraph=True)


def _choose_name_form(name: _Name) -> str:
    """Return the best form of a name: one with brackets, then one not in capitals, then the most frequent."""
    forms = Counter(candidate.name.strip() for candidate in name.candidates)
    return max(
        forms,
        key=lambda form: (
            form != _cut_brackets(form),
            -sum(labels.is_all_capitals(word) and len(word) > 1 for word in form.split()),
            forms[form],
        ),
    )
