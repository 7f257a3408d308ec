"""Classify a text whose turns begin with labels, those of all speakers or of one side only."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence

from onrecord.importers.common import features, labels
from onrecord.importers.common.draft import DOUBTFUL_BELOW, Clipping
from onrecord.importers.recognition import label_candidates
from onrecord.importers.recognition.classification import Classification, ClassifiedClipping, mark_back_matter
from onrecord.importers.recognition.conventions import classify_by_words
from onrecord.importers.recognition.hmm import ANSWER, FRONT, QUESTION
from onrecord.importers.recognition.label_groups import Speaker
from onrecord.importers.recognition.label_remarks import split_joint_name
from onrecord.importers.recognition.labelled_people import find_roles_in_labels, list_speaking_people
from onrecord.importers.recognition.roles import decide_who_asks
from onrecord.importers.recognition.speakers import collect_turns, detach_label, find_speakers, have_only_answers_labels
from onrecord.model import Person

_MOST_NAME_WORDS = 7  # of two names
_LONGEST_HEADING = 12  # words
_SECTION_NUMBER = re.compile(
    r"^(?:\d{1,2}|[IVX]{1,5}|[A-H])[.)]\s+\S|^(?:part|chapter|section|teil|kapitel|часть|глава)\s", re.IGNORECASE
)
_BREAK = re.compile(r"^\**\s*(?P<label>[^:：]{2,20})\s*[:：]")


def classify_by_labels(
    content: Sequence[Clipping], cast: Sequence[Person], *, has_title: bool
) -> Classification | None:
    """Return the classification of imported text by its speaker labels; None if no speaker has one."""
    speakers, splits = find_speakers(
        content,
        [person.name for person in cast if person.role.speaks],
        {labels.normalize_name(label): person.name for person in cast for label in person.labels},
    )
    if not speakers:
        return None
    turns = collect_turns(speakers, splits, content)
    questions = _find_marked_questions(content, speakers, splits)
    if questions:
        for speaker in speakers:
            speaker.asks = False
        classified = _classify_marked_questions(content, questions, speakers, splits)
        return Classification(classified, list_speaking_people(speakers, splits, cast))
    if have_only_answers_labels(speakers, splits, content):
        speakers = [speaker for speaker in speakers if "&" not in speaker.name]  # a topic, not a person
        splits = {i: splits[i] for speaker in speakers for i in speaker.positions}
        return _classify_one_side(content, speakers, splits, cast, has_title=has_title) if speakers else None
    asks_in_byline = {labels.normalize_name(p.name): p.role.asks for p in cast if p.role.speaks}
    decide_who_asks(speakers, turns, {**find_roles_in_labels(speakers, splits), **asks_in_byline})
    splits |= _add_joint_turns(content, speakers, splits)
    if len(speakers) == 1:
        return _classify_one_side(content, speakers, splits, cast, has_title=has_title)
    return Classification(_classify_all_sides(content, speakers, splits), list_speaking_people(speakers, splits, cast))


def _add_joint_turns(
    content: Sequence[Clipping], speakers: Sequence[Speaker], splits: Mapping[int, labels.SpeakerLabel]
) -> dict[int, labels.SpeakerLabel]:
    """Give turns with a joint label of people with the same role to the first of them; return these labels."""
    known = {
        labels.normalize_name(split.name): speaker
        for speaker in speakers
        for split in _list_speaker_labels(speaker, splits)
    }
    joint: dict[int, labels.SpeakerLabel] = {}
    for i, clipping in enumerate(content):
        label = labels.parse_label(clipping.words, clipping.bold_lead) if clipping.kind == "paragraph" else None
        if label is None or i in splits or not label.is_certain:
            continue
        named = [known.get(labels.normalize_name(part)) for part in split_joint_name(label.name)]
        together = [speaker for speaker in named if speaker is not None]
        if len(together) == len(named) > 0 and len({speaker.asks for speaker in together}) == 1:
            together[0].positions = sorted([*together[0].positions, i])
            joint[i] = label
    return joint


def _list_speaker_labels(speaker: Speaker, splits: Mapping[int, labels.SpeakerLabel]) -> list[labels.SpeakerLabel]:
    """Return the labels with which the turns of a speaker begin in an import."""
    return [splits[i] for i in speaker.positions]


def _classify_all_sides(
    content: Sequence[Clipping], speakers: Sequence[Speaker], splits: Mapping[int, labels.SpeakerLabel]
) -> list[ClassifiedClipping]:
    """Return the classification of a text in which both those who ask and those who answer have labels."""
    speaker_at = {i: speaker for speaker in speakers for i in speaker.positions}
    headings = _find_section_headings(content, speaker_at)
    first = min(speaker_at)
    while first - 1 in headings or (first > 1 and content[first - 1].kind == "heading"):
        first -= 1
    classified: list[ClassifiedClipping] = []
    doubted_names: set[str] = set()
    for i, clipping in enumerate(content):
        if i < first:
            is_section = clipping.kind == "heading" and bool(clipping.time)  # of a recording, so nothing of a title
            classified.append(ClassifiedClipping(clipping, "heading" if is_section else "front"))
        elif i in speaker_at:
            classified.append(_classify_labelled(clipping, speaker_at[i], splits[i], doubted_names))
        else:
            classified.append(_classify_between(clipping, classified, is_heading=i in headings))
    mark_back_matter(classified)
    return classified


def _classify_labelled(
    clipping: Clipping, speaker: Speaker, split: labels.SpeakerLabel, doubted_names: set[str]
) -> ClassifiedClipping:
    """Return a turn's first paragraph, classified; a doubtful role is asked about once, noted in `doubted_names`."""
    ask, confidence = "", speaker.confidence
    if speaker.is_anonymous:
        ask = f"Who is “{speaker.name}”? The original does not say."
        confidence = 0.5
    elif speaker.is_guessed:
        ask = f"Does {speaker.name} speak here? No other turn has this name."
        confidence = 0.6
    elif confidence < DOUBTFUL_BELOW and speaker.name not in doubted_names:
        doubted_names.add(speaker.name)
        ask = (
            f"Does {speaker.name} {'ask' if speaker.asks else 'answer'} here, and everywhere? "
            f"({int(100 * confidence)} %) If not, change the role among the people."
        )
    kind = "question" if speaker.asks else "answer"
    return ClassifiedClipping(detach_label(clipping, split), kind, confidence, True, _format_label(split), ask)


def _format_label(split: labels.SpeakerLabel) -> str:
    """Return the label as it is shown: the name without “*” or spaces around it, and “:”."""
    return f"{split.name.strip(' *')}:"


def _find_section_headings(content: Sequence[Clipping], labelled: Container[int]) -> set[int]:
    """Return the short paragraphs between turns that are headings: bold or numbered, and followed by a turn."""
    candidates = [
        i
        for i, clipping in enumerate(content[:-1])
        if i not in labelled
        and clipping.kind == "paragraph"
        and len(clipping.words.split()) <= _LONGEST_HEADING
        and not clipping.words.rstrip().endswith((".", "!", "?", ":", ";", ",", "…", "”", '"'))
        and (i + 1 in labelled or content[i + 1].kind == "heading")
    ]
    numbered = [i for i in candidates if _SECTION_NUMBER.match(content[i].words)]
    bold = [i for i in candidates if content[i].is_bold]
    is_numbered = len(numbered) >= 2 or (len(numbered) == 1 and numbered[0] in bold)
    return {*(numbered if is_numbered else ()), *(bold if len(bold) >= 2 else ())}


def _classify_between(
    clipping: Clipping, before: Sequence[ClassifiedClipping], *, is_heading: bool
) -> ClassifiedClipping:
    """Return a clipping without a label, classified: more of the turn, a heading, or a break of the programme."""
    if is_heading or (clipping.kind == "heading" and clipping.level <= 3):
        return ClassifiedClipping(clipping, "heading")
    match = _BREAK.match(clipping.words)
    if match and labels.is_break_label(match["label"]):
        return ClassifiedClipping(clipping, "note")
    kind = before[-1].kind if before else "answer"
    if kind not in ("heading", "note"):
        return ClassifiedClipping(clipping, kind, opens_turn=False, ask=_ask_about_label(clipping))
    spoken = next((turn for turn in reversed(before) if turn.kind in ("question", "answer")), None)
    return ClassifiedClipping(clipping, spoken.kind if spoken else "answer", label=spoken.label if spoken else "")


def _ask_about_label(clipping: Clipping) -> str:
    """Return what the editor is asked if words inside a turn look as if another speaker's label began them."""
    if clipping.kind != "paragraph":
        return ""
    if clipping.words.startswith(">>"):
        return "Who speaks here? The original marks another speaker."
    label = labels.parse_label(clipping.words, clipping.bold_lead)
    is_label = (
        label is not None
        and label.is_certain
        and labels.looks_like_name(label.name)
        and len(label.name.split()) <= _MOST_NAME_WORDS
        and not clipping.words[label.length :].lstrip()[:1].islower()
        and label_candidates.can_be_speaker(label)
    )
    return f"Does {label.name} speak here? No other turn has this name." if label is not None and is_label else ""


def _find_marked_questions(
    content: Sequence[Clipping], speakers: Sequence[Speaker], splits: Mapping[int, labels.SpeakerLabel]
) -> set[int]:
    """Return the headings and bold paragraphs that ask, if most labelled paragraphs stand right after one.

    Then the labels are those of the answers, and what is not marked is no question.
    """
    labelled = {i for speaker in speakers for i in speaker.positions}
    marked = {
        i
        for i, clipping in enumerate(content)
        if i not in labelled and (clipping.kind == "heading" or (clipping.kind == "paragraph" and clipping.is_bold))
    }
    answered = {i - 1 for i in labelled if i - 1 in marked}
    questions = {i for i in marked if features.ends_with_question_mark(content[i].words_without_notes)}
    asked_after = sum(features.ends_with_question_mark(content[i + 1].words_without_notes) for i in answered)
    is_convention = (
        len(answered) >= max(2, 0.5 * len(labelled))
        and len(answered & questions) >= 0.5 * len(answered)
        and asked_after < 0.5 * len(answered)  # else the marked paragraphs are headings above questions
    )
    return answered | {i for i in questions if i > min(answered)} if is_convention else set()


def _classify_marked_questions(
    content: Sequence[Clipping],
    questions: Container[int],
    speakers: Sequence[Speaker],
    splits: Mapping[int, labels.SpeakerLabel],
) -> list[ClassifiedClipping]:
    """Return the classification of a text with questions marked by their type, and labels before answers."""
    speaker_at = {i: speaker for speaker in speakers for i in speaker.positions}
    classified: list[ClassifiedClipping] = []
    has_begun = False
    for i, clipping in enumerate(content):
        has_begun = has_begun or i in questions
        if not has_begun:
            classified.append(ClassifiedClipping(clipping, "front"))
        elif i in questions:
            confidence = 0.99 if features.ends_with_question_mark(clipping.words_without_notes) else 0.92
            classified.append(ClassifiedClipping(clipping, "question", confidence))
        elif i in speaker_at:
            label = _format_label(splits[i])
            classified.append(ClassifiedClipping(detach_label(clipping, splits[i]), "answer", 0.98, label=label))
        elif clipping.kind == "heading" and clipping.level <= 3:
            classified.append(ClassifiedClipping(clipping, "heading"))
        else:
            opens_turn = classified[-1].kind != "answer"
            classified.append(ClassifiedClipping(clipping, "answer", 0.97, opens_turn=opens_turn))
    mark_back_matter(classified)
    return classified


def _classify_one_side(
    content: Sequence[Clipping],
    speakers: Sequence[Speaker],
    splits: Mapping[int, labels.SpeakerLabel],
    cast: Sequence[Person],
    *,
    has_title: bool,
) -> Classification:
    """Return the classification of a text whose questions alone, or answers alone, have labels."""
    positions = sorted(i for speaker in speakers for i in speaker.positions)
    labelled = set(positions)
    unlabelled_questions = sum(
        i not in labelled and len(c.words.split()) <= 30 and features.ends_with_question_mark(c.words_without_notes)
        for i, c in enumerate(content)
    )
    labelled_questions = sum(features.ends_with_question_mark(content[i].words_without_notes) for i in positions)
    are_questions = len(speakers) == 1 and speakers[0].asks and unlabelled_questions <= labelled_questions
    for speaker in speakers:
        speaker.asks = are_questions
    known_states = dict.fromkeys(positions, QUESTION if are_questions else ANSWER)
    clippings = [detach_label(c, splits[i]) if i in known_states else c for i, c in enumerate(content)]
    if are_questions:
        known_states |= dict.fromkeys(range(positions[0]), FRONT)
        known_states |= {i + 1: ANSWER for i in positions if i + 1 < len(content) and i + 1 not in known_states}
    classified = classify_by_words(clippings, known_states, has_title=has_title)
    for i in positions:
        classified[i].label, classified[i].opens_turn = _format_label(splits[i]), True
    return Classification(classified, list_speaking_people(speakers, splits, cast))
