"""Recognize the draft of an interview in the clippings of a file."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from onrecord.importers.common import boilerplate, byline, labels
from onrecord.importers.common.draft import Clipping, Draft, SourceText
from onrecord.importers.recognition.classification import Classification, ClassifiedClipping
from onrecord.importers.recognition.conventions import classify_by_headings, classify_unlabelled, group_list_entries
from onrecord.importers.recognition.draft_builder import build_draft
from onrecord.importers.recognition.guests import can_be_guest, find_guests
from onrecord.importers.recognition.label_candidates import can_be_speaker
from onrecord.importers.recognition.label_convention import classify_by_labels
from onrecord.importers.recognition.stray_labels import ask_about_stray_labels
from onrecord.importers.recognition.turn_times import drop_times_inside_turns, drop_times_of_day
from onrecord.model import Person, Role
from onrecord.model.rule import Rule
from onrecord.model.word_count import count_words_in

_ORNAMENT = re.compile(r"^[^\w.…?？؟!—–-]+$")
_BLOCK_NOUNS = {"table": "table", "list": "list", "code": "block of code", "quote": "quotation"}
_LEAST_WORDS_OF_BLOCK, _LEAST_SHARE_OF_BLOCK = 60, 0.4  # about which an editor is asked
_LONE_TIME = "a time by itself"
_ROLE_SETTINGS = (
    ("guests", Role.INTERVIEWEE),
    ("hosts", Role.INTERVIEWER),
    ("photographer", Role.PHOTOGRAPHER),
    ("translator", Role.TRANSLATOR),
)


def recognize_draft(reading: SourceText, name: str) -> Draft:
    """Return the most probable draft of an imported text; `name` is the file's name for warnings."""
    reading = replace(reading, clippings=_set_boilerplate_apart(reading))
    content = [clipping for clipping in reading.clippings if clipping.kind not in ("aside", "setting", "picture")]
    cast = _find_cast(reading, content)
    classification = _classify_content(reading, content, cast)
    if reading.is_spoken:
        _return_to_last_turn(classification.clippings)
    _group_list_entries(classification.clippings)
    for clipping in reading.clippings:
        if clipping.kind == "picture":
            _insert_picture(clipping, classification.clippings)
    draft = drop_times_of_day(build_draft(reading, classification, cast, name), name)
    draft = ask_about_stray_labels(drop_times_inside_turns(draft, name))
    return _ask_about_large_blocks(_ask_about_open_code(_ask_about_encoding(draft)))


def _ask_about_open_code(draft: Draft) -> Draft:
    """Return the draft with a doubt about its last block of code if a code block of the original has no end."""
    warning = next((note for note in draft.notes if note.rule is Rule.BLOCKS_ARE_CLOSED), None)
    blocks = [i for i, (_, clipping, _) in enumerate(draft.passages) if clipping.kind == "code" and clipping.words]
    if warning is None or not blocks:
        return draft
    asks = [ask for _, _, ask in draft.passages]
    ask = f"Where does this code end? The block on line {warning.location.line} of the original is never closed."
    asks[blocks[-1]] = asks[blocks[-1]] or ask
    return _replace_asks(draft, asks)


def _ask_about_large_blocks(draft: Draft) -> Draft:
    """Return the draft with a doubt about each table, list, code block or quotation that holds much of the words."""
    counts = [count_words_in(clipping.words) for _, clipping, _ in draft.passages]
    least = max(_LEAST_WORDS_OF_BLOCK, _LEAST_SHARE_OF_BLOCK * sum(counts))
    asks = [
        ask or (_ask_about_block(clipping, count, sum(counts)) if count >= least else "")
        for (_, clipping, ask), count in zip(draft.passages, counts, strict=True)
    ]
    return _replace_asks(draft, asks)


def _ask_about_block(clipping: Clipping, count: int, total: int) -> str:
    """Return what the editor is asked about a block with `count` of the draft's `total` words; "" for paragraphs."""
    noun = _BLOCK_NOUNS.get(clipping.kind, "")
    return f"Do people speak in this {noun}? It holds {count:,} of {total:,} words, in one turn." if noun else ""


def _replace_asks(draft: Draft, asks: Sequence[str]) -> Draft:
    """Return the draft with these questions to the editor, in the order of its passages; "" asks nothing."""
    count = len(draft.introduction)
    remaining = iter(asks[count:])
    turns = tuple(
        replace(turn, editor_questions=tuple(itertools.islice(remaining, len(turn.clippings)))) for turn in draft.turns
    )
    return replace(draft, introduction_questions=tuple(asks[:count]) if any(asks[:count]) else (), turns=turns)


def _ask_about_encoding(draft: Draft) -> Draft:
    """Return the draft with a doubt about its first words beyond ASCII if the file's encoding is not sure."""
    warning = next((note for note in draft.notes if note.rule is Rule.LETTERS_ARE_RIGHT), None)
    if warning is None:
        return draft
    ask = f"Are the letters right? {warning.sentence[:1].upper()}{warning.sentence[1:]}."
    asks = [ask_before for _, _, ask_before in draft.passages]
    words = [clipping.words for _, clipping, _ in draft.passages]
    first = next((i for i, text in enumerate(words) if text and not text.isascii()), 0)
    if not asks:
        return draft
    asks[first] = asks[first] or ask
    return _replace_asks(draft, asks)


def _classify_content(reading: SourceText, content: Sequence[Clipping], cast: Sequence[Person]) -> Classification:
    """Return the classification of imported text by labels, by headings or by neither, whichever explains it best."""
    has_sections = any(clipping.kind == "heading" and clipping.time for clipping in content)  # of a recording
    has_title = "title" in reading.settings or reading.is_spoken
    headed = None if has_sections else classify_by_headings(content, has_title=has_title)
    by_labels = classify_by_labels(content, cast, has_title=has_title)
    if headed and (by_labels is None or not _do_labels_explain_more(by_labels.clippings, headed)):
        return Classification(headed)
    return by_labels or classify_unlabelled(content, reading)


def _do_labels_explain_more(by_labels: Sequence[ClassifiedClipping], headed: Sequence[ClassifiedClipping]) -> bool:
    """Return whether labels say better who speaks than headings that ask.

    They do if there are far more labels, or if labels of both sides stand between the headings: then the headings are
    those of sections, or labels are all that tells answers apart.
    """
    labelled = {classified.clipping.index for classified in by_labels if classified.label}
    questions = [i for i, classified in enumerate(headed) if classified.kind == "question"]
    if len(labelled) >= 3 * len(questions):
        return True
    following = [headed[i + 1].clipping.index for i in questions if i + 1 < len(headed)]
    share = sum(index in labelled for index in following) / max(1, len(following))
    in_headings = sum(headed[i].clipping.index in labelled for i in questions)
    return share >= 0.6 or in_headings >= 0.6 * len(questions)


def _group_list_entries(classified: Sequence[ClassifiedClipping]) -> None:
    """Make neighbours inside an imported answer that begin with a bullet or a hyphen entries of a list."""
    for is_inside, group in itertools.groupby(classified, lambda c: c.kind == "answer" and not c.opens_turn):
        inside = list(group) if is_inside else []
        for part, clipping in zip(inside, group_list_entries([part.clipping for part in inside]), strict=True):
            part.clipping = clipping


def _insert_picture(picture: Clipping, classified: list[ClassifiedClipping]) -> None:
    """Insert an imported picture at its place: in the part before it, or at the answer after a question."""
    position = next((i for i, after in enumerate(classified) if after.clipping.index > picture.index), len(classified))
    kind_before = classified[position - 1].kind if position else "front"
    following = classified[position] if position < len(classified) else None
    opens_answer = (
        kind_before in ("question", "heading", "note")
        and following is not None
        and following.kind == "answer"
        and not following.label
    )
    if opens_answer and following is not None:
        following.opens_turn = False
    kind = "answer" if opens_answer or kind_before in ("heading", "note") else kind_before
    classified.insert(position, ClassifiedClipping(picture, kind, opens_turn=opens_answer))


# --- what is no part of the text ------------------------------------------------------------------


def _set_boilerplate_apart(reading: SourceText) -> tuple[Clipping, ...]:
    """Return the imported clippings; buttons copied from a page, lone times and ornaments are set aside.

    In a transcript, after a label that stands alone, and after one that comes again, such words are spoken.
    """
    clippings: list[Clipping] = []
    labels_of = [_find_label(clipping) for clipping in reading.clippings]
    counts = Counter(label.name for label in labels_of if label is not None)
    before: labels.SpeakerLabel | None = None
    for clipping, label in zip(reading.clippings, labels_of, strict=True):
        is_after_label = before is not None and not clippings[-1].words[before.length :].strip()
        is_spoken = reading.is_spoken or is_after_label or (label is not None and counts[label.name] > 1)
        before = label
        reason = (
            "" if clipping.kind != "paragraph" or clipping.speaker else _explain_boilerplate(clipping.words, is_spoken)
        )
        clippings.append(replace(clipping, kind="aside", reason=reason) if reason else clipping)
    return tuple(clippings) if reading.is_spoken else _assign_lone_times(clippings)


def _find_label(clipping: Clipping) -> labels.SpeakerLabel | None:
    """Return the speaker label with which an imported paragraph surely begins (“Mara:”), or None."""
    label = labels.parse_label(clipping.words, clipping.bold_lead) if clipping.kind == "paragraph" else None
    return label if label is not None and label.is_certain and can_be_speaker(label) else None


def _return_to_last_turn(classified: Sequence[ClassifiedClipping]) -> None:
    """Return to the last turn what looks like a disclaimer or a credit: in a transcript it was said."""
    for clipping in classified:
        if clipping.kind == "back":
            clipping.kind, clipping.opens_turn = "answer", False


def _explain_boilerplate(words: str, is_spoken: bool) -> str:
    """Return why imported words are no part of the text, "" if they are; spoken words always are."""
    if is_spoken:
        return "marks without words" if _ORNAMENT.match(words) else ""
    if boilerplate.is_interface_label(words):
        return "share buttons"
    if boilerplate.is_promotion(words):
        return "advertising"
    if boilerplate.is_only_time(words):
        return _LONE_TIME
    return "marks without words" if _ORNAMENT.match(words) else ""


def _assign_lone_times(clippings: Sequence[Clipping]) -> tuple[Clipping, ...]:
    """Return the clippings; times on lines of their own are given to the paragraphs that follow them.

    This is done if there are three or more such times; one or two belong to the schedule of a programme.
    """
    times = [
        boilerplate.read_recording_time(clipping.words) if clipping.reason == _LONE_TIME else ""
        for clipping in clippings
    ]
    if sum(map(bool, times)) < 3:
        return tuple(clippings)
    return tuple(
        replace(clipping, time=time) if time and not clipping.time and clipping.kind == "paragraph" else clipping
        for clipping, time in zip(clippings, ["", *times[:-1]], strict=True)
    )


# --- the cast -------------------------------------------------------------------------------------


def _find_cast(reading: SourceText, content: Sequence[Clipping]) -> list[Person]:
    """Return the people whom an imported file's settings, bylines or title name."""
    people = list(reading.people)
    people += [Person(name, role) for key, role in _ROLE_SETTINGS for name in reading.settings.get(key, ())]
    if reading.is_spoken:
        return _remove_repeated_names(people)
    authors = reading.settings.get("authors", ())
    for words in reading.settings.get("byline", ()):
        people += _find_people_of_byline(words, authors)
    for clipping in (*content[:12], *content[-6:]):
        if _is_byline(clipping):
            people += [
                p
                for p in _choose_asker(byline.find_people_in_byline(clipping.words), authors)
                if p.role is not Role.INTERVIEWEE or can_be_guest(p.name, _join_other_words(clipping, content))
            ]
    if not any(person.role is Role.INTERVIEWEE for person in people):
        guests = find_guests(reading, content, people)
        names = {guest.name.casefold() for guest in guests}
        people = [person for person in people if person.name.casefold() not in names] + guests
    return _remove_repeated_names(people)


def _find_people_of_byline(words: str, authors: Sequence[str]) -> Sequence[Person]:
    """Return the people of a line that a page marks as its byline: of a credit, or the authors that it repeats."""
    named = [author for author in authors if author in words and byline.can_be_person_name(author)]
    people = _choose_asker(byline.find_people_in_byline(words), authors)
    if people or not named:
        return people or byline.find_authors(words)
    return [Person(byline.strip_profession(author), Role.INTERVIEWER) for author in named]


def _choose_asker(people: Sequence[Person], authors: Sequence[str]) -> Sequence[Person]:
    """Return the people of “X spoke to Y” with roles; Y asked, if Y and not X is an author of the page."""
    asks = [person.name in authors for person in people if person.role.asks]
    answers = [person.name in authors for person in people if person.role is Role.INTERVIEWEE]
    if not asks or not answers or any(asks) or not all(answers):
        return people
    roles = {Role.INTERVIEWER: Role.INTERVIEWEE, Role.INTERVIEWEE: Role.INTERVIEWER}
    return [replace(person, role=roles.get(person.role, person.role)) for person in people]


def _remove_repeated_names(people: Sequence[Person]) -> list[Person]:
    """Return each person as first named, in the order in which they are last named."""
    by_name = {person.name.casefold(): person for person in reversed(people)}
    return list(reversed(by_name.values()))


def _is_byline(clipping: Clipping) -> bool:
    """Return whether the clipping is a byline, and no title that names the guest."""
    return (
        clipping.kind in ("paragraph", "heading")
        and byline.is_byline(clipping.words)
        and not (clipping.level == 1 and bool(byline.find_guest_in_title(clipping.words)))
    )


def _join_other_words(clipping: Clipping, content: Sequence[Clipping]) -> str:
    """Return the words of all clippings but this one."""
    return " ".join(other.words for other in content if other is not clipping)
