"""Show what was read: every interview, turn, byline and disclaimer, as JSON or as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NotRequired, TypedDict

from onrecord.manuscript.index_outline import list_index_lines, outline_index
from onrecord.model import (
    Answer,
    Block,
    Book,
    ConversationEntry,
    Division,
    EditorNote,
    Interview,
    Passage,
    Person,
    Portrait,
    Question,
    Source,
    TextLine,
    iterate_block_passages,
    to_plain_text,
)
from onrecord.model.interview import Approval, Clearance
from onrecord.model.recording import Recording
from onrecord.model.terminal_text import format_count
from onrecord.model.turn_pairs import find_original, pair_turns
from onrecord.model.word_count import count_words_in

_MOST_CHARACTERS = 72  # of a text on one line
_NO_PAGES: Mapping[str, str] = {}
OUTLINE_VERSION = 2  # raised when a field changes its meaning or goes away


def render_outline_json(book: Book, pages: Mapping[str, str] = _NO_PAGES) -> str:
    """Return the outline that scripts rely on; its keys never change their meaning.

    `pages` are the printed pages on which turns begin, by `slug.id`.
    """
    data = {
        "version": OUTLINE_VERSION,
        "slug": book.slug,
        "title": book.title,
        "language": book.language,
        "date": book.date.isoformat(),
        "identifier": book.identifier,
        **_drop_empty_fields(
            subtitle=book.subtitle,
            editors=list(book.editors),
            publisher=book.publisher,
            edition=book.edition,
            rights=book.rights,
            description=book.description,
            url=book.url,
            changes_since=book.earlier.location.file if book.earlier else "",
            redirects={redirect.old: redirect.new for redirect in book.redirects},
        ),
        **({"more": dict(book.more)} if book.more else {}),
        "parts": [
            {
                "title": part.title,
                "interviews": [
                    _outline_interview(interview, find_original(book, interview), pages)
                    for interview in part.interviews
                ],
            }
            for part in book.parts
        ],
        **_drop_empty_fields(index=outline_index(book)),
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _outline_interview(interview: Interview, original: Interview | None, pages: Mapping[str, str]) -> dict[str, object]:
    """Return one interview as a dictionary for `outline --json`; `original` is what it translates."""
    return {
        "slug": interview.slug,
        "title": interview.title.text,
        "standfirst": interview.standfirst.text if interview.standfirst else "",
        "byline": interview.byline.text if interview.byline else "",
        "language": interview.language,
        "disclaimer": interview.disclaimer.text if interview.disclaimer else "",
        "file": interview.location.file,
        "status": interview.clearance.status.value,
        **_drop_empty_fields(
            rights=interview.rights.text if interview.rights else "",
            date=interview.date.isoformat() if interview.date else "",
            tags=list(interview.tags),
            embargo=interview.clearance.embargo.isoformat(" ", "minutes") if interview.clearance.embargo else "",
            withdrawn=_outline_withdrawal(interview.clearance),
            disclaimer_name=interview.disclaimer.name if interview.disclaimer else "",
            source=_outline_source(interview.source),
            recordings=[_outline_recording(recording) for recording in interview.recordings],
            corrections=[
                {"date": correction.day.isoformat(), "text": correction.text.text}
                for correction in interview.corrections
            ],
            approved=_outline_approval(interview.approval) if interview.approval else {},
            credit=interview.credit.text if interview.credit else "",
            translation_of=_outline_translation(interview, original) if original else {},
        ),
        "people": [_outline_person(person) for person in interview.people],
        **({"more": dict(interview.more)} if interview.more else {}),
        "turns": [
            {**turn, **_drop_empty_fields(page=pages.get(f"{interview.slug}.{turn.get('id', '')}", ""))}
            for turn, _ in _outline_turns(interview)
        ],
        **({"comments": [_outline_comment(comment) for comment in interview.comments]} if interview.comments else {}),
    }


def _outline_withdrawal(clearance: Clearance) -> dict[str, str]:
    """Return when and why an interview was withdrawn for `outline --json`, {} if it was not."""
    if clearance.withdrawn_on is None:
        return {}
    return {"date": clearance.withdrawn_on.isoformat(), "reason": clearance.reason}


def _drop_empty_fields(**fields: object) -> dict[str, object]:
    """Return the fields that are not empty."""
    return {name: value for name, value in fields.items() if value}


def _outline_source(source: Source) -> dict[str, object]:
    """Return where the words come from for `outline --json`."""
    retrieved = source.retrieved.isoformat() if source.retrieved else ""
    return _drop_empty_fields(file=source.file, sha256=source.sha256, url=source.url, retrieved=retrieved)


def _outline_recording(recording: Recording) -> dict[str, object]:
    """Return a recording of an interview as a dictionary for `outline --json`."""
    return _drop_empty_fields(
        file=recording.file,
        url=recording.url,
        sha256=recording.sha256,
        type=recording.media_type.value,
        offset=recording.offset,
        duration=recording.duration,
        qr=recording.has_code,
    )


def _outline_approval(approval: Approval) -> dict[str, object]:
    """Return who approved an interview, and when, as a dictionary for `outline --json`."""
    return {"by": approval.by, "date": approval.date.isoformat() if approval.date else ""}


def _outline_translation(translation: Interview, original: Interview) -> dict[str, object]:
    """Return for `outline --json` which interview this one translates, and which turns, by address."""
    pairs = [
        {
            "original": [turn.address for turn in pair.originals],
            "translation": [turn.address for turn in pair.translations],
        }
        for pair in pair_turns(original, translation).pairs
    ]
    return {"slug": original.slug, "language": original.language, "pairs": pairs}


def _outline_person(person: Person) -> dict[str, object]:
    """Return a person of an interview as a dictionary for `outline --json`."""
    further = {
        "role_name": person.role_name,
        "labels": list(person.labels),
        "id": person.identity,
        "note": person.note,
        "picture": _outline_portrait(person.picture) if person.picture else {},
        "more": dict(person.more),
    }
    known = {"name": person.name, "role": person.role.value, "affiliation": person.affiliation}
    return {**known, **{key: value for key, value in further.items() if value}}


def _outline_portrait(picture: Portrait) -> dict[str, object]:
    """Return a person's picture as a dictionary for `outline --json`: file, text, size in pixels."""
    asset = picture.asset
    return {"file": asset.path, "alt": picture.alt, "width": asset.width_px, "height": asset.height_px}


def _outline_comment(comment: TextLine) -> dict[str, object]:
    """Return an editor's comment as a dictionary for `outline --json`."""
    return {"line": comment.location.line, "text": comment.text}


class _TurnOutline(TypedDict):
    n: int
    kind: str
    speaker: str
    text: str
    id: NotRequired[str]
    address: NotRequired[str]
    t: NotRequired[int]  # seconds of the recording
    question: NotRequired[str]  # the name that the same question has in several interviews


def _outline_turns(interview: Interview) -> Iterator[tuple[_TurnOutline, int]]:
    """Yield each turn for `outline --json` and its number of words; list numbers in its text do not count."""
    if interview.introduction:
        yield _outline_turn(0, "introduction", "", _list_block_passages(interview.introduction))
    n = 0
    for part in interview.conversation:
        n = part.n if isinstance(part, Question | Answer) else n
        speaker = part.speaker.name if isinstance(part, Question | Answer) and part.speaker else ""
        turn, words = _outline_turn(n, part.kind, speaker, _list_entry_passages(part))
        if isinstance(part, Question | Answer):
            turn["id"] = part.id
            turn["address"] = part.address
            if part.remarks.seconds is not None:
                turn["t"] = part.remarks.seconds
            if part.remarks.question_name:
                turn["question"] = part.remarks.question_name
        yield turn, words


def _outline_turn(n: int, kind: str, speaker: str, passages: Sequence[Passage]) -> tuple[_TurnOutline, int]:
    """Return a turn as a dictionary for `outline --json`, and the number of its words."""
    text = "\n".join(passage.numbered_text.rstrip() for passage in passages)
    words = sum(count_words_in(passage.text) for passage in passages)
    return {"n": n, "kind": kind, "speaker": speaker, "text": text}, words


def _list_entry_passages(part: ConversationEntry) -> list[Passage]:
    """Return the passages of a heading, note, question or answer, for the outline."""
    match part:
        case Division(content, location=place):
            return [Passage("heading", to_plain_text(content), place)]
        case EditorNote(blocks) | Question(blocks=blocks) | Answer(blocks=blocks):
            return _list_block_passages(blocks)


def _list_block_passages(blocks: Iterable[Block]) -> list[Passage]:
    """Return the passages of blocks for the outline; of a picture only the list number before it."""
    passages = (
        replace(passage, text="") if passage.kind == "alt" else passage
        for passage in iterate_block_passages(blocks, "")
    )
    return [passage for passage in passages if passage.kind != "alt" or passage.numbers]


def render_outline_text(book: Book) -> str:
    """Return the outline for a terminal: one line a turn, with its address and first words."""
    lines = [f"{book.title} ({book.language}), {format_count(len(book.interviews), 'interview')}"]
    for part in book.parts:
        lines += ["", part.title] if part.title else []
        for interview in part.interviews:
            lines += ["", *_list_interview_lines(interview)]
    lines += ["", "index", *list_index_lines(book)] if book.index else []
    return "\n".join(lines) + "\n"


def _list_interview_lines(interview: Interview) -> Iterator[str]:
    """Yield the lines of one interview for `outline`: title, people, then one line per turn."""
    yield f"{interview.slug}  {interview.title}"
    for name, line in (("standfirst", interview.standfirst), ("byline", interview.byline)):
        yield f"  {name:<11} {_shorten_to_line(line.text) if line else '(none)'}"
    for person in interview.people:
        labels = f"  labels: {', '.join(person.labels)}" if person.labels else ""
        affiliation = f", {person.affiliation}" if person.affiliation else ""
        yield f"  {person.role_name or person.role.value:<11} {person.name}{affiliation}{labels}"
    if interview.credit:
        yield f"  {'credit':<11} {_shorten_to_line(interview.credit.text)}"
    if interview.translation_of:
        yield f"  {'original':<11} {interview.translation_of.slug}"
    for turn, words in _outline_turns(interview):
        mark = turn.get("address") or turn["kind"]
        speaker = f"{turn['speaker']}: " if turn["speaker"] else ""
        yield f"  {mark:<11} {speaker}{_shorten_to_line(turn['text'])} ({format_count(words, 'word')})"
    disclaimer = _shorten_to_line(interview.disclaimer.text) if interview.disclaimer else "(none, as the file says)"
    yield f"  {'disclaimer':<11} {disclaimer}"
    if interview.rights:
        yield f"  {'rights':<11} {_shorten_to_line(interview.rights.text)}"
    for recording in interview.recordings:
        yield f"  {'recording':<11} {recording.url or recording.file}"
    for key, text in interview.more:
        yield f"  {key:<11} {_shorten_to_line(text)}"
    for comment in interview.comments:
        yield f"  {'comment':<11} line {comment.location.line}, not printed: {_shorten_to_line(comment.text)}"


def _shorten_to_line(text: str) -> str:
    """Return a text in one line, cut with “…” if it is too long."""
    line = " ".join(text.split())
    return line if len(line) <= _MOST_CHARACTERS else line[: _MOST_CHARACTERS - 1].rstrip() + "…"
