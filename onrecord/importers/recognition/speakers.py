"""Find who speaks from labels: which of them are speakers of a conversation, and which paragraphs each begins."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace

from onrecord.importers.common import features
from onrecord.importers.common.draft import Clipping
from onrecord.importers.common.labels import (
    ANSWERING_ROLES,
    ASKING_ROLES,
    MAX_LABEL_LENGTH,
    SpeakerLabel,
    is_all_capitals,
    is_uncapitalized_name,
    looks_like_name,
    normalize_name,
)
from onrecord.importers.common.plain_markdown import cut_leading_words, escape_paragraph
from onrecord.importers.recognition.label_candidates import find_introduced_initials, find_label_candidates
from onrecord.importers.recognition.label_groups import Speaker, group_labels

_NEARLY_ALL, _PARAGRAPHS_AT_HEAD, _LEAST_LABELS = 0.9, 3, 6
_SHARE_OF_LABELS = 0.6  # of the paragraphs, where names in small letters are consistently labels


def find_speakers(
    clippings: Sequence[Clipping], cast: Iterable[str], cast_labels: Mapping[str, str]
) -> tuple[list[Speaker], dict[int, SpeakerLabel]]:
    """Return the speakers of an import, and the label of each paragraph that begins with one of theirs.

    `cast` are names that are known from the settings or the byline; `cast_labels` are names by normalized labels.
    """
    candidates = find_label_candidates(clippings)
    introduced = {**find_introduced_initials(clippings), **cast_labels}
    known_names = [*cast, *introduced.values()]
    groups = group_labels(candidates, known_names, introduced)
    speakers = _select_speakers(groups, candidates, clippings, known_names)
    return speakers, {i: candidates[i] for speaker in speakers for i in speaker.positions}


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
