"""Find who speaks from labels: which labels are one person, and which paragraphs each person begins."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from onrecord.importers.common import features
from onrecord.importers.common.draft import Clipping
from onrecord.importers.common.labels import (
    ANSWERING,
    ASKING,
    LONGEST,
    Split,
    bare,
    initials,
    is_capital,
    is_name,
    is_role,
)
from onrecord.importers.common.plain_markdown import cut, escaped
from onrecord.importers.recognition.label_candidates import find_introduced_initials, find_label_candidates

_ANONYMOUS = re.compile(
    r"(?i)^(?:new speaker|unknown(?: speaker)?|unidentified(?: \w+)?|speaker ?\??|multiple speakers?|crosstalk|\?+)$"
)


@dataclass
class Voice:
    """A person who speaks: the labels that name them, and the numbers of the paragraphs that these begin.

    `is_guessed`: the label occurs once. `asks_once`: one of several readers who each ask one question.
    """

    name: str
    labels: Counter[str] = field(default_factory=Counter)
    at: list[int] = field(default_factory=list)
    asks: bool = False
    confidence: float = 1.0
    anonymous: bool = False
    guessed: bool = False
    among_many: bool = False


def heard(clippings: Sequence[Clipping], cast: Iterable[str]) -> tuple[list[Voice], dict[int, Split]]:
    """Return the speakers, and the label of each paragraph that begins with one of theirs.

    `cast` are names that are known from the settings or the byline.
    """
    candidates = find_label_candidates(clippings)
    introduced = find_introduced_initials(clippings)
    known_names = [*cast, *introduced.values()]
    groups = _group_labels(candidates, known_names, introduced)
    speakers = _select_speakers(groups, candidates, clippings, known_names)
    return speakers, {i: candidates[i] for speaker in speakers for i in speaker.at}


# --- which labels are one person ------------------------------------------------------------------


def _group_labels(labels: Mapping[int, Split], cast: list[str], introduced: Mapping[str, str]) -> list[Voice]:
    """Return one speaker for all labels of a person: "Jane Doe (JD):", "JANE DOE:", "Doe:", "JD:"."""
    counts = Counter(bare(label.name) for label in labels.values())
    names = list(dict.fromkeys([*map(bare, cast), *sorted(counts, key=lambda name: -len(name.split()))]))
    by_initials = {short: bare(name) for short, name in introduced.items()}
    for label in labels.values():
        in_brackets = re.search(r"\(([^)]{1,12})\)", label.name)
        if in_brackets:
            by_initials[bare(in_brackets[1])] = bare(label.name)
    full_names = {name: by_initials.get(name) or _find_full_name(name, names) for name in counts}
    speakers: dict[str, Voice] = {}
    for i, label in labels.items():
        full_name = full_names[bare(label.name)]
        speaker = speakers.setdefault(full_name, Voice(full_name))
        speaker.labels[label.label] += 1
        speaker.at.append(i)
    for speaker in speakers.values():
        speaker.name = _choose_printed_name(speaker, labels, cast)
        speaker.anonymous = bool(_ANONYMOUS.match(speaker.name))
    return list(speakers.values())


def _find_full_name(name: str, names: Sequence[str]) -> str:
    """Return the longer name that `name` is short for; `name` itself if there is none, or more than one."""
    for side in (ASKING, ANSWERING):
        if name in side:  # "P." is "Pregunta." if both are printed
            roles = [role for role in names if role in side and len(role) > len(name) == 1 and role.startswith(name)]
            return roles[0] if len(roles) == 1 else name
    head = _cut_affiliation(name)
    if head != name and head in names:
        return head  # "Jane Roe, host" is "Jane Roe"
    parts, letters = name.split(), name.replace(".", "").replace(" ", "")
    longer = {
        candidate: head.split()
        for candidate in names
        if candidate != name
        and len((head := _cut_affiliation(candidate)).split()) > 1
        and (head == candidate or head not in names)
    }
    for matches in (
        [candidate for candidate, words in longer.items() if name in words or parts == words],
        [candidate for candidate in longer if len(letters) >= 2 and letters == initials(_cut_affiliation(candidate))],
        [candidate for candidate, words in longer.items() if _is_first_initial_and_surname(parts, words)],
        [candidate for candidate, words in longer.items() if set(parts) < set(words)],
    ):
        if len(matches) == 1:
            return matches[0]
    return name


def _cut_affiliation(name: str) -> str:
    return name.split(",")[0]


def _is_first_initial_and_surname(parts: Sequence[str], full_name: Sequence[str]) -> bool:
    return len(parts) > 1 and parts[0].rstrip(".") == full_name[0][:1] and parts[-1] == full_name[-1]


def _choose_printed_name(speaker: Voice, labels: Mapping[int, Split], cast: Iterable[str]) -> str:
    """Return the fullest form of the name, in ordinary capitals if the text or the cast has it so."""
    for name in cast:
        if bare(name) == speaker.name:
            return name
    printed = [re.sub(r"\s*\([^)]*\)", "", labels[i].name).strip(" *") for i in speaker.at]
    name = max(printed, key=lambda form: (len(form.split()), not is_capital(form), -printed.index(form)))
    head, _, affiliation = name.partition(", ")
    has_affiliation = (affiliation[:1].islower() or is_capital(affiliation)) and len(head.split()) > 1
    if has_affiliation or is_role(affiliation):
        name = head
    if is_role(name):
        name = re.sub(r"\s?\d+$", "", name)  # Q1, Q2, Q3 are one speaker
    if is_capital(name) and len(name.split()) > 1:
        return name.title().replace("’S", "’s")
    return name


# --- which of them are speakers -------------------------------------------------------------------


def _select_speakers(
    groups: Sequence[Voice], labels: Mapping[int, Split], clippings: Sequence[Clipping], cast: Iterable[str]
) -> list[Voice]:
    """Return the speakers of a conversation; none if the labels are too few for one."""
    known = {bare(name) for name in cast}
    speakers = _select_repeated(groups, labels, clippings, known)
    if not speakers or (len(speakers) == 1 and not _can_be_only_speaker(speakers[0], clippings)):
        return []
    paragraph_count = sum(clipping.kind == "paragraph" for clipping in clippings) or 1
    total = sum(len(speaker.at) for speaker in speakers)
    most = max(len(speaker.at) for speaker in speakers)
    if total < 2 or (total < 0.12 * paragraph_count and most < 4):
        return []
    speakers = [
        speaker
        for speaker in speakers
        if len(speaker.at) >= 0.04 * most or bare(speaker.name) in known or len(speaker.name.split()) > 1
    ]
    # If all labels are in capitals, a single word in capitals is a name too.
    are_capitals = all(is_capital(labels[i].name) for speaker in speakers for i in speaker.at)
    single = [
        group
        for group in groups
        if group not in speakers and _speaks_once(group, labels, clippings, are_capitals=are_capitals)
    ]
    for speaker in single:
        speaker.guessed = len(speaker.at) == 1
    speakers += single
    return speakers + _find_readers(groups, speakers, clippings)


def _select_repeated(
    groups: Sequence[Voice], labels: Mapping[int, Split], clippings: Sequence[Clipping], known: Set[str]
) -> list[Voice]:
    """Return the groups that occur often enough, or that are known to speak."""
    repeated_names = {bare(group.name).rstrip(".") for group in groups if len(group.at) >= 2}
    has_both_roles = bool(repeated_names & ASKING) and bool(repeated_names & ANSWERING)
    colon_counts = [len(group.at) for group in groups if all(labels[i].sure for i in group.at)]
    most_with_colon = max((count for count in colon_counts if count > 1), default=0)
    speakers = []
    for group in groups:
        key = bare(group.name)
        is_sure = any(labels[i].sure for i in group.at)
        has_role = key.rstrip(".") in ASKING | ANSWERING
        is_bold = any(clippings[i].lead for i in group.at)
        enough = 2 if is_sure or is_bold or (has_role and has_both_roles) else max(3, most_with_colon // 2)
        has_capital = is_name(group.name) or any(labels[i].name[:1].isupper() for i in group.at)
        is_often = len(group.at) >= enough and (has_capital or len(group.at) >= 3)
        if is_often or (is_sure and (key in known or has_role)) or any(clippings[i].voice for i in group.at):
            speakers.append(group)
    return speakers


def _can_be_only_speaker(speaker: Voice, clippings: Sequence[Clipping]) -> bool:
    """Return whether the label is Q or A, or half of its paragraphs are questions, or follow a question."""
    asked = sum(clippings[i].words.rstrip().endswith(("?", "？", "؟")) for i in speaker.at)
    replied = sum(i > 0 and i - 1 not in speaker.at and features.asks(clippings[i - 1].words) for i in speaker.at)
    has_role = bare(speaker.name).rstrip(".") in ASKING | ANSWERING
    return has_role or (len(speaker.at) >= 2 and max(asked, replied) >= 0.5 * len(speaker.at))


def _speaks_once(
    group: Voice, labels: Mapping[int, Split], clippings: Sequence[Clipping], *, are_capitals: bool
) -> bool:
    """Return whether a label that is not repeated looks like those of the conversation."""
    first = group.at[0]
    label, words = labels[first], group.name.split()
    if group.anonymous and label.time:
        return True
    stands_out = bool(clippings[first].lead) or is_capital(label.name)
    return label.sure and is_name(group.name) and len(words) <= 4 and stands_out and (len(words) > 1 or are_capitals)


def _find_readers(groups: Sequence[Voice], speakers: Sequence[Voice], clippings: Sequence[Clipping]) -> list[Voice]:
    """Return readers who each ask once, if their names are bold with a colon, as those of the speakers are."""
    if not all(clippings[i].lead for speaker in speakers for i in speaker.at):
        return []
    readers = [
        group
        for group in groups
        if group not in speakers
        and len(group.name.split()) == 1
        and all(clippings[i].lead.rstrip().endswith(":") for i in group.at)
    ]
    for reader in readers:
        reader.among_many = True
    return readers if len(readers) > 2 else []


def only_guests(speakers: Sequence[Voice], labels: Mapping[int, Split], clippings: Sequence[Clipping]) -> bool:
    """Return whether only answers have labels: more questions stand in a paragraph without a label than with one."""
    if len(speakers) < 2:
        return False
    asked = sum(features.asks(clippings[i].words) for speaker in speakers for i in speaker.at)
    return _count_unlabelled_questions(speakers, labels, clippings) > max(1, asked)


def _count_unlabelled_questions(
    speakers: Sequence[Voice], labels: Mapping[int, Split], clippings: Sequence[Clipping]
) -> int:
    labelled = {i for speaker in speakers for i in speaker.at}
    # The words of a label on a line of its own are in the next paragraph.
    lines = {i for i in labelled if not clippings[i].voice and not clippings[i].words[labels[i].length :].strip()}
    labelled |= {
        i + 1
        for i in labelled
        if i in lines or (len(clippings[i].words) < LONGEST and clippings[i].words.rstrip().endswith((":", "：")))
    }
    return sum(
        i not in labelled
        and len(clipping.words.split()) <= 30
        and clipping.kind in ("paragraph", "heading")
        and features.asks(clipping.words)
        for i, clipping in enumerate(clippings)
    )


# --- what they say --------------------------------------------------------------------------------


def cut_off(clipping: Clipping, label: Split) -> Clipping:
    """Return the clipping with its label separate from its words."""
    if clipping.voice:
        return replace(clipping, label=label.label if clipping.label == "" else clipping.label)
    words = clipping.words[label.length :].lstrip()
    text = cut(clipping.text, clipping.words[: label.length])
    if clipping.bold and text is not None:
        text = re.sub(r"^\*\*(.*)\*\*$", r"\1", text)
    if text is None or not words:
        text = escaped(words)
    return replace(
        clipping,
        label=label.name if label.time else label.label,
        stamp=label.time,
        words=words,
        text=text,
        bold=False,
        lead="",
        time=clipping.time or label.time,
    )


def by_voice(
    speakers: Sequence[Voice], labels: Mapping[int, Split], clippings: Sequence[Clipping]
) -> dict[str, list[str]]:
    """Return the words of each speaker by name, turn by turn."""
    names = {i: speaker.name for speaker in speakers for i in speaker.at}
    turns: dict[str, list[str]] = defaultdict(list)
    current = ""
    for i, clipping in enumerate(clippings):
        if i in names:
            current = names[i]
            turns[current].append(clipping.words if clipping.voice else clipping.words[labels[i].length :])
        elif current and clipping.kind == "paragraph":
            turns[current][-1] += f" {clipping.words}"
    return {speaker.name: turns[speaker.name] for speaker in speakers}
