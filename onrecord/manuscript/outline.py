"""What On Record understood: every interview, turn, byline and disclaimer, as JSON or as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypedDict

from onrecord.model import (
    Answer,
    Block,
    Book,
    Division,
    EditorNote,
    Interview,
    Item,
    Passage,
    Question,
    block_passages,
    plain,
)


def as_json(book: Book) -> str:
    """The outline that scripts rely on; its keys never change their meaning."""
    data = {
        "slug": book.slug,
        "title": book.title,
        "language": book.language,
        "parts": [
            {"title": part.title, "interviews": [_interview(interview) for interview in part.interviews]}
            for part in book.parts
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _interview(interview: Interview) -> dict[str, object]:
    return {
        "slug": interview.slug,
        "title": interview.title.text,
        "standfirst": interview.standfirst.text if interview.standfirst else "",
        "byline": interview.byline.text if interview.byline else "",
        "language": interview.language,
        "disclaimer": interview.disclaimer.text if interview.disclaimer else "",
        **({"rights": interview.rights.text} if interview.rights else {}),
        "people": [
            {"name": person.name, "role": person.role.value, "affiliation": person.affiliation}
            for person in interview.people
        ],
        "turns": [turn for turn, _ in _turns(interview)],
    }


class _Turn(TypedDict):
    n: int
    kind: str
    speaker: str
    text: str


def _turns(interview: Interview) -> Iterator[tuple[_Turn, int]]:
    """Yield each turn and its number of words; list numbers stand in its text and are no words."""
    if interview.introduction:
        yield _turn(0, "introduction", "", _passages(interview.introduction))
    n = 0
    for item in interview.conversation:
        n = item.n if isinstance(item, Question | Answer) else n
        speaker = item.speaker.name if isinstance(item, Question | Answer) and item.speaker else ""
        yield _turn(n, item.kind, speaker, _item_passages(item))


def _turn(n: int, kind: str, speaker: str, said: Sequence[Passage]) -> tuple[_Turn, int]:
    text = "\n".join(passage.numbered_text.rstrip() for passage in said)
    words = sum(len(passage.text.split()) for passage in said)
    return {"n": n, "kind": kind, "speaker": speaker, "text": text}, words


def _item_passages(item: Item) -> list[Passage]:
    match item:
        case Division(content, place=place):
            return [Passage("heading", plain(content), place)]
        case EditorNote(blocks) | Question(blocks=blocks) | Answer(blocks=blocks):
            return _passages(blocks)


def _passages(blocks: Iterable[Block]) -> list[Passage]:
    """Return what is read in the blocks; of a picture only the list number before it."""
    read = (replace(passage, text="") if passage.kind == "alt" else passage for passage in block_passages(blocks, ""))
    return [passage for passage in read if passage.kind != "alt" or passage.numbers]


def as_text(book: Book) -> str:
    """The same for a person at a terminal: one line a turn, with its address and first words."""
    lines = [f"{book.title} ({book.language}), {len(book.interviews)} interviews"]
    for part in book.parts:
        lines += ["", part.title] if part.title else []
        for interview in part.interviews:
            lines += ["", *_lines(interview)]
    return "\n".join(lines) + "\n"


def _lines(interview: Interview) -> Iterator[str]:
    yield f"{interview.slug}  {interview.title}"
    for name, line in (("standfirst", interview.standfirst), ("byline", interview.byline)):
        yield f"  {name:<11} {_short(line.text) if line else '(none)'}"
    for person in interview.people:
        labels = f"  labels: {', '.join(person.labels)}" if person.labels else ""
        affiliation = f", {person.affiliation}" if person.affiliation else ""
        yield f"  {person.role.value:<11} {person.name}{affiliation}{labels}"
    for turn, words in _turns(interview):
        mark = {"question": f"Q{turn['n']}", "answer": f"A{turn['n']}"}.get(turn["kind"], turn["kind"])
        speaker = f"{turn['speaker']}: " if turn["speaker"] else ""
        yield f"  {mark:<11} {speaker}{_short(turn['text'])} ({words} words)"
    yield f"  {'disclaimer':<11} {_short(interview.disclaimer.text) if interview.disclaimer else '(none, as the file says)'}"
    if interview.rights:
        yield f"  {'rights':<11} {_short(interview.rights.text)}"


def _short(text: str, width: int = 72) -> str:
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1].rstrip() + "…"
