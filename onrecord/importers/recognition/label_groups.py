"""Tell which labels of an import are one person: “Jane Doe (JD):”, “JANE DOE:”, “Doe:”, “JD:”."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from onrecord.importers.common.labels import (
    ANSWERING_ROLES,
    ASKING_ROLES,
    SpeakerLabel,
    abbreviate_name,
    identify_speaker,
    is_all_capitals,
    is_role_label,
    normalize_name,
    read_sex,
)
from onrecord.importers.common.titles import split_titles

_ANONYMOUS = re.compile(
    r"(?i)^(?:new speaker|unknown(?: speaker)?|unidentified(?: \w+)?|speaker ?\??|multiple speakers?|crosstalk|\?+)$"
)


@dataclass
class Speaker:
    """A person who speaks: the labels that name them, and the numbers of the paragraphs that these begin.

    `is_guessed`: the label occurs once. `asks_once`: one of several readers who each ask one question.
    """

    name: str
    labels: Counter[str] = field(default_factory=Counter)
    positions: list[int] = field(default_factory=list)
    asks: bool = False
    confidence: float = 1.0
    is_anonymous: bool = False
    is_guessed: bool = False
    asks_once: bool = False


def group_labels(labels: Mapping[int, SpeakerLabel], cast: list[str], introduced: Mapping[str, str]) -> list[Speaker]:
    """Return one speaker for all labels of a person: "Jane Doe (JD):", "JANE DOE:", "Doe:", "JD:"."""
    identities = _Identities([*cast, *(label.name for label in labels.values())])
    counts = Counter(identities.get_compared_name(label.name) for label in labels.values())
    names = list(
        dict.fromkeys([*map(identities.get_compared_name, cast), *sorted(counts, key=lambda name: -len(name.split()))])
    )
    by_initials = {short: normalize_name(name) for short, name in introduced.items()}
    for label in labels.values():
        in_brackets = re.search(r"\(([^)]{1,12})\)", label.name)
        if in_brackets:
            by_initials[normalize_name(in_brackets[1])] = identities.get_compared_name(label.name)
    full_name_index = _FullNames(names, identities)
    full_names = {name: by_initials.get(name) or full_name_index.find_full_name(name) for name in counts}
    speakers: dict[str, Speaker] = {}
    for i, label in labels.items():
        full_name = full_names[identities.get_compared_name(label.name)]
        speaker = speakers.setdefault(full_name, Speaker(full_name))
        speaker.labels[label.label] += 1
        speaker.positions.append(i)
    printed_names = {normalize_name(name): name for name in reversed(cast)}
    for speaker in speakers.values():
        speaker.name = printed_names.get(speaker.name) or _choose_printed_name(speaker, labels)
        speaker.is_anonymous = bool(_ANONYMOUS.match(speaker.name))
    return list(speakers.values())


class _Identities:
    """Tells by which name labels are compared: normalized, with the sex where a text has Mr and Mrs of one name."""

    def __init__(self, names: Iterable[str]) -> None:
        self._sexes = defaultdict[str, set[str]](set)
        for name in names:
            if sex := read_sex(name):
                self._sexes[normalize_name(name)].add(sex)

    def get_compared_name(self, name: str) -> str:
        """Return the name by which a speaker label is compared."""
        normalized = normalize_name(name)
        return identify_speaker(name) if len(self._sexes.get(normalized, ())) > 1 else normalized

    def can_be_same_person(self, name: str, longer: str) -> bool:
        """Return whether a name and a longer one can be of the same person: Mr Doe is not Mrs Jane Doe."""
        bare, _, sex = name.partition(" (")
        sexes = {sex[0]} if sex else self._sexes.get(bare, set())
        others = self._sexes.get(longer, set())
        return sexes == others if sex else not sexes or not others or bool(sexes & others)


class _FullNames:
    """Finds the longer form of a name: “Doe” and “JD” are “Jane Doe”. Indexes make it quick for thousands of names."""

    def __init__(self, names: Sequence[str], identities: _Identities) -> None:
        self._names = names
        self._identities = identities
        self._known = set(names)
        self._by_words = defaultdict[tuple[str, ...], list[str]](list)
        self._by_word = defaultdict[str, list[str]](list)
        self._by_letters = defaultdict[str, list[str]](list)
        self._by_initial_and_surname = defaultdict[tuple[str, str], list[str]](list)
        for name in names:
            head = _cut_affiliation(name)
            words = tuple(head.split())
            is_joint = any(f" {joint} " in name for joint in ("and", "&", "und", "et", "и"))
            if len(words) > 1 and (head == name or head not in self._known) and not is_joint:
                self._by_words[words].append(name)
                for word in set(words):
                    self._by_word[word].append(name)
                self._by_letters[abbreviate_name(head)].append(name)
                self._by_initial_and_surname[words[0][:1], words[-1]].append(name)

    def find_full_name(self, name: str) -> str:
        """Return the only name of the same person or role, longer or without affiliation; else the name itself."""
        for side in (ASKING_ROLES, ANSWERING_ROLES):
            if name in side:  # "P." is "Pregunta." if both are printed
                return self._find_role(name, side)
        head = _cut_affiliation(name)
        if head != name and head in self._known:
            return head  # "Jane Roe, host" is "Jane Roe"
        turned_round = " ".join(reversed(name.split(", ")))
        if turned_round != name and turned_round in self._known:
            return turned_round  # "Roe, Jane" is "Jane Roe"
        for matches in self._iterate_matches(name.partition(" (")[0]):
            matches = {
                longer for longer in matches if longer != name and self._identities.can_be_same_person(name, longer)
            }
            if len(matches) == 1:
                return matches.pop()
        return name

    def _find_role(self, name: str, side: Set[str]) -> str:
        """Return the only role of the asking or answering side that a letter stands for, else the name itself."""
        roles = [role for role in self._names if role in side and len(role) > len(name) == 1 and role.startswith(name)]
        return roles[0] if len(roles) == 1 else name

    def _iterate_matches(self, name: str) -> Iterator[set[str]]:
        """Yield sets of longer names that a label may stand for, from the surest likeness to the least sure."""
        parts, letters = name.split(), name.replace(".", "").replace(" ", "")
        yield {*self._by_word.get(name, ()), *self._by_words.get(tuple(parts), ())}
        yield set(self._by_letters.get(letters, ())) if len(letters) >= 2 else set()
        key = (parts[0].rstrip("."), parts[-1]) if len(parts) > 1 else ("", "")
        yield set(self._by_initial_and_surname.get(key, ()))
        rarest = min((self._by_word.get(part, []) for part in parts), key=len, default=[])
        yield {longer for longer in rarest if set(parts) < set(_cut_affiliation(longer).split())}


def _cut_affiliation(name: str) -> str:
    """Return the part of a name before the first comma."""
    return name.split(",")[0]


def _choose_printed_name(speaker: Speaker, labels: Mapping[int, SpeakerLabel]) -> str:
    """Return the fullest form of a speaker's name, in ordinary capitals if the text has it so."""
    forms = dict.fromkeys(re.sub(r"\s*[(\[][^)\]]*[)\]]", "", labels[i].name).strip(" *") for i in speaker.positions)
    name = max(forms, key=lambda form: (len(split_titles(form).name.split()), -sum(map(is_all_capitals, form.split()))))
    head, _, affiliation = name.partition(", ")
    has_affiliation = (affiliation[:1].islower() or is_all_capitals(affiliation)) and len(head.split()) > 1
    if has_affiliation or is_role_label(affiliation):
        name = head
    if is_role_label(name):
        name = re.sub(r"\s?\d+$", "", name)  # Q1, Q2, Q3 are one speaker
    if is_all_capitals(name) and len(name.split()) > 1:
        return name.title().replace("’S", "’s")
    return name
