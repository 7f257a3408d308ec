"""Find who speaks from labels: which labels are one person, and which paragraphs each person begins."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from onrecord.importers.common import features
from onrecord.importers.common.draft import Clipping
from onrecord.importers.common.labels import (
    ANSWERING_ROLES,
    ASKING_ROLES,
    MAX_LABEL_LENGTH,
    SpeakerLabel,
    abbreviate_name,
    identify_speaker,
    is_all_capitals,
    is_role_label,
    is_uncapitalized_name,
    looks_like_name,
    normalize_name,
    read_sex,
)
from onrecord.importers.common.plain_markdown import cut_leading_words, escape_paragraph
from onrecord.importers.common.titles import split_titles
from onrecord.importers.recognition.label_candidates import find_introduced_initials, find_label_candidates

_ANONYMOUS = re.compile(
    r"(?i)^(?:new speaker|unknown(?: speaker)?|unidentified(?: \w+)?|speaker ?\??|multiple speakers?|crosstalk|\?+)$"
)
_NEARLY_ALL, _PARAGRAPHS_AT_HEAD, _LEAST_LABELS = 0.9, 3, 6
_SHARE_OF_LABELS = 0.6  # of the paragraphs, where names in small letters are consistently labels


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


def find_speakers(
    clippings: Sequence[Clipping], cast: Iterable[str], cast_labels: Mapping[str, str]
) -> tuple[list[Speaker], dict[int, SpeakerLabel]]:
    """Return the speakers of an import, and the label of each paragraph that begins with one of theirs.

    `cast` are names that are known from the settings or the byline; `cast_labels` are names by normalized labels.
    """
    candidates = find_label_candidates(clippings)
    introduced = {**find_introduced_initials(clippings), **cast_labels}
    known_names = [*cast, *introduced.values()]
    groups = _group_labels(candidates, known_names, introduced)
    speakers = _select_speakers(groups, candidates, clippings, known_names)
    return speakers, {i: candidates[i] for speaker in speakers for i in speaker.positions}


# --- which labels are one person ------------------------------------------------------------------


def _group_labels(labels: Mapping[int, SpeakerLabel], cast: list[str], introduced: Mapping[str, str]) -> list[Speaker]:
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


# --- which of them are speakers -------------------------------------------------------------------


def _select_speakers(
    groups: Sequence[Speaker], labels: Mapping[int, SpeakerLabel], clippings: Sequence[Clipping], cast: Iterable[str]
) -> list[Speaker]:
    """Return the groups of labels that are speakers of a conversation; [] if they are too few for one."""
    known = {normalize_name(name) for name in cast}
    speakers = _select_repeated(groups, labels, clippings, known)
    if not speakers or (len(speakers) == 1 and not _can_be_only_speaker(speakers[0], clippings)):
        return []
    paragraph_count = sum(clipping.kind == "paragraph" for clipping in clippings) or 1
    total = sum(len(speaker.positions) for speaker in speakers)
    most = max(len(speaker.positions) for speaker in speakers)
    if total < 2 or (total < 0.12 * paragraph_count and most < 4):
        return []
    speakers = [
        speaker
        for speaker in speakers
        if len(speaker.positions) >= 0.04 * most
        or normalize_name(speaker.name) in known
        or len(speaker.name.split()) > 1
    ]
    # If all labels are in capitals, a single word in capitals is a name too.
    are_capitals = all(is_all_capitals(labels[i].name) for speaker in speakers for i in speaker.positions)
    chosen = {id(speaker) for speaker in speakers}
    are_bold = all(clippings[i].bold_lead and labels[i].is_certain for speaker in speakers for i in speaker.positions)
    single = [
        group
        for group in groups
        if id(group) not in chosen
        and _is_single_speaker(group, labels, clippings, are_capitals=are_capitals, are_bold=are_bold)
    ]
    for speaker in single:
        speaker.is_guessed = len(speaker.positions) == 1
    speakers += single
    return speakers + _find_readers(groups, speakers, clippings)


def _select_repeated(
    groups: Sequence[Speaker], labels: Mapping[int, SpeakerLabel], clippings: Sequence[Clipping], known: Set[str]
) -> list[Speaker]:
    """Return the groups of labels that occur often enough, or that are known to speak."""
    repeated_names = {normalize_name(group.name).rstrip(".") for group in groups if len(group.positions) >= 2}
    has_both_roles = bool(repeated_names & ASKING_ROLES) and bool(repeated_names & ANSWERING_ROLES)
    colon_counts = [len(group.positions) for group in groups if all(labels[i].is_certain for i in group.positions)]
    most_with_colon = max((count for count in colon_counts if count > 1), default=0)
    are_small = _are_labels_uncapitalized(labels, clippings)
    speakers = []
    for group in groups:
        key = normalize_name(group.name)
        is_sure = any(labels[i].is_certain for i in group.positions)
        has_role = key.rstrip(".") in ASKING_ROLES | ANSWERING_ROLES
        is_bold = any(clippings[i].bold_lead for i in group.positions)
        enough = 2 if is_sure or is_bold or (has_role and has_both_roles) else max(3, most_with_colon // 2)
        has_capital = looks_like_name(group.name) or any(labels[i].name[:1].isupper() for i in group.positions)
        is_often = len(group.positions) >= enough and (has_capital or are_small or len(group.positions) >= 3)
        if is_often or (is_sure and (key in known or has_role)) or any(clippings[i].speaker for i in group.positions):
            speakers.append(group)
    return speakers


def _are_labels_uncapitalized(labels: Mapping[int, SpeakerLabel], clippings: Sequence[Clipping]) -> bool:
    """Return whether most paragraphs begin with labels in small letters, and none with another."""
    certain = [label.name for label in labels.values() if label.is_certain]
    paragraph_count = sum(clipping.kind == "paragraph" for clipping in clippings)
    return len(certain) >= _SHARE_OF_LABELS * paragraph_count and all(map(is_uncapitalized_name, certain))


def _can_be_only_speaker(speaker: Speaker, clippings: Sequence[Clipping]) -> bool:
    """Return whether a label is Q or A, or half of its paragraphs are questions, or follow a question."""
    question_count = sum(clippings[i].words.rstrip().endswith(("?", "？", "؟")) for i in speaker.positions)
    positions = set(speaker.positions)
    replied = sum(
        i > 0 and i - 1 not in positions and features.ends_with_question_mark(clippings[i - 1].words_without_notes)
        for i in speaker.positions
    )
    has_role = normalize_name(speaker.name).rstrip(".") in ASKING_ROLES | ANSWERING_ROLES
    return has_role or (len(speaker.positions) >= 2 and max(question_count, replied) >= 0.5 * len(speaker.positions))


def _is_single_speaker(
    group: Speaker,
    labels: Mapping[int, SpeakerLabel],
    clippings: Sequence[Clipping],
    *,
    are_capitals: bool,
    are_bold: bool,
) -> bool:
    """Return whether a label that is not repeated looks like those of the conversation.

    `are_capitals`, `are_bold`: all other labels are in capitals, or in bold type with a colon.
    """
    first = group.positions[0]
    label, words = labels[first], group.name.split()
    if group.is_anonymous and label.time:
        return True
    stands_out = (
        bool(clippings[first].bold_lead) or is_all_capitals(label.name) or _do_nearly_all_have_names(labels, clippings)
    )
    return (
        label.is_certain
        and looks_like_name(group.name)
        and len(words) <= 4
        and stands_out
        and (len(words) > 1 or are_capitals or (are_bold and bool(clippings[first].bold_lead)))
    )


def _do_nearly_all_have_names(labels: Mapping[int, SpeakerLabel], clippings: Sequence[Clipping]) -> bool:
    """Return whether nearly all paragraphs, but for three at the head, begin with a name and a colon."""
    names = sum(label.is_certain and looks_like_name(label.name) for label in labels.values())
    paragraphs = sum(clipping.kind == "paragraph" for clipping in clippings)
    return names >= _NEARLY_ALL * (paragraphs - _PARAGRAPHS_AT_HEAD) and names >= _LEAST_LABELS


def _find_readers(
    groups: Sequence[Speaker], speakers: Sequence[Speaker], clippings: Sequence[Clipping]
) -> list[Speaker]:
    """Return the readers who each ask once, if their names are bold with a colon, as those of the speakers are."""
    if not all(clippings[i].bold_lead for speaker in speakers for i in speaker.positions):
        return []
    chosen = {id(speaker) for speaker in speakers}
    readers = [
        group
        for group in groups
        if id(group) not in chosen
        and len(group.name.split()) == 1
        and all(clippings[i].bold_lead.rstrip().endswith(":") for i in group.positions)
    ]
    for reader in readers:
        reader.asks_once = True
    return readers if len(readers) > 2 else []


def have_only_answers_labels(
    speakers: Sequence[Speaker], labels: Mapping[int, SpeakerLabel], clippings: Sequence[Clipping]
) -> bool:
    """Return whether only answers have labels: more questions stand in a paragraph without a label than with one."""
    if len(speakers) < 2:
        return False
    question_count = sum(
        features.ends_with_question_mark(clippings[i].words_without_notes)
        for speaker in speakers
        for i in speaker.positions
    )
    return _count_unlabelled_questions(speakers, labels, clippings) > max(1, question_count)


def _count_unlabelled_questions(
    speakers: Sequence[Speaker], labels: Mapping[int, SpeakerLabel], clippings: Sequence[Clipping]
) -> int:
    """Return how many short questions stand alone in a paragraph without a label."""
    labelled = {i for speaker in speakers for i in speaker.positions}
    # The words of a label on a line of its own are in the next paragraph.
    lines = {i for i in labelled if not clippings[i].speaker and not clippings[i].words[labels[i].length :].strip()}
    labelled |= {
        i + 1
        for i in labelled
        if i in lines
        or (len(clippings[i].words) < MAX_LABEL_LENGTH and clippings[i].words.rstrip().endswith((":", "：")))
    }
    return sum(
        i not in labelled
        and len(clipping.words.split()) <= 30
        and clipping.kind == "paragraph"
        and features.ends_with_question_mark(clipping.words_without_notes)
        for i, clipping in enumerate(clippings)
    )


# --- what they say --------------------------------------------------------------------------------


def detach_label(clipping: Clipping, label: SpeakerLabel) -> Clipping:
    """Return the clipping with its label separate from its words."""
    if clipping.speaker:
        return replace(clipping, label=label.label if clipping.label == "" else clipping.label)
    words = clipping.words[label.length :].lstrip()
    text = cut_leading_words(clipping.text, clipping.words[: label.length])
    if clipping.is_bold and text is not None:
        text = re.sub(r"^\*\*(.*)\*\*$", r"\1", text)
    if text is None or not words:
        text = escape_paragraph(words)
    return replace(
        clipping,
        kind="paragraph" if clipping.kind == "heading" and words else clipping.kind,
        label=label.name if label.time else label.label,
        printed_time=label.time or clipping.printed_time,
        words=words,
        text=text,
        is_bold=False,
        bold_lead="",
        time=clipping.time or label.time,
    )


def collect_turns(
    speakers: Sequence[Speaker], labels: Mapping[int, SpeakerLabel], clippings: Sequence[Clipping]
) -> dict[str, list[str]]:
    """Return the words of each speaker by name, turn by turn."""
    names = {i: speaker.name for speaker in speakers for i in speaker.positions}
    turns: dict[str, list[list[str]]] = defaultdict(list)
    current = ""
    for i, clipping in enumerate(clippings):
        if i in names:
            current = names[i]
            turns[current].append([clipping.words if clipping.speaker else clipping.words[labels[i].length :]])
        elif current and clipping.kind == "paragraph":
            turns[current][-1].append(clipping.words)
    return {speaker.name: [" ".join(paragraphs) for paragraphs in turns[speaker.name]] for speaker in speakers}
