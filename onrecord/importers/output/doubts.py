"""Settle doubts of a draft with the answers of an editor; what is left open stays as it was guessed, and marked.

The caller gives an `Ask`, a function that puts a doubt to the editor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from onrecord.importers.common import labels
from onrecord.importers.common.draft import Clipping, Draft, DraftTurn
from onrecord.model import Person, Role


class DoubtAnswer(StrEnum):
    """What an editor can answer: what the passage is, or to keep this doubt, or all that are left."""

    INTRODUCTION = "introduction"
    QUESTION = "question"
    ANSWER = "answer"
    HEADING = "heading"
    NOTE = "note"
    KEEP = "keep as a doubt"
    STOP = "keep all that are left"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt as an editor sees it: the words, the best guess, why it is unsure, and the possible answers.

    `before` are the words that come before the passage.
    """

    number: int
    of: int
    line: int
    before: str
    speaker: str
    words: str
    guess: DoubtAnswer
    why: str
    answers: tuple[DoubtAnswer, ...]


Ask = Callable[[Doubt], DoubtAnswer]
_CONTINUES = "Does this go on with what stands before it?"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A clipping of a turn, with the properties that the turn gives it."""

    clipping: Clipping
    kind: str
    ask: str
    label: str
    opens: bool
    confidence: float


def settle_doubts(draft: Draft, ask: Ask) -> Draft:
    """Return an imported draft with each doubt settled by `ask`; no answer changes words or their order."""
    pieces = [*_split_introduction(draft), *_split_turns(draft.turns)]
    people = list(draft.people)
    doubtful = [i for i, piece in enumerate(pieces) if piece.ask]
    for number, i in enumerate(doubtful, 1):
        answer = ask(_describe_doubt(pieces, i, number, len(doubtful)))
        if answer is DoubtAnswer.STOP:
            break
        if answer is DoubtAnswer.KEEP:
            continue
        if pieces[i].label:
            pieces, people = _change_role(pieces, people, pieces[i].label, answer)
        if pieces[i].kind == DoubtAnswer.INTRODUCTION != answer:
            pieces[i:] = _end_introduction(pieces[i:], answer)
        pieces[i] = replace(pieces[i], kind=answer.value, ask="", confidence=1.0)
    opening = [piece for piece in pieces if piece.kind == DoubtAnswer.INTRODUCTION]
    asks = tuple(piece.ask for piece in opening)
    return replace(
        draft,
        introduction=tuple(piece.clipping for piece in opening),
        introduction_questions=asks if any(asks) else (),
        turns=tuple(_join_turns(pieces[len(opening) :])),
        people=tuple(people),
    )


def _split_introduction(draft: Draft) -> Iterator[_Piece]:
    """Yield an editable piece for each paragraph of an imported draft's introduction."""
    for kind, clipping, ask in draft.passages[: len(draft.introduction)]:
        yield _Piece(clipping, kind, ask, "", True, 1.0)


def _end_introduction(pieces: Sequence[_Piece], answer: DoubtAnswer) -> Iterator[_Piece]:
    """Yield the pieces of a draft; those of the introduction continue a turn of the kind `answer`."""
    for piece in pieces:
        if piece.kind == DoubtAnswer.INTRODUCTION:
            yield replace(piece, kind=answer.value, opens=False, ask=piece.ask and _CONTINUES)
        else:
            yield piece


def _split_turns(turns: Sequence[DraftTurn]) -> Iterator[_Piece]:
    """Yield an editable piece for each clipping of an imported draft's turns."""
    for turn in turns:
        asks = turn.editor_questions or ("",) * len(turn.clippings)
        for i, (clipping, ask) in enumerate(zip(turn.clippings, asks, strict=True)):
            yield _Piece(clipping, turn.kind, ask, turn.label if i == 0 else "", i == 0, turn.confidence)


def _describe_doubt(pieces: Sequence[_Piece], i: int, number: int, of: int) -> Doubt:
    """Return the doubt about piece `i` of a draft as an editor sees it, with the possible answers."""
    piece = pieces[i]
    guess = DoubtAnswer(piece.kind)
    if guess is DoubtAnswer.INTRODUCTION:
        fits = {DoubtAnswer.INTRODUCTION, DoubtAnswer.QUESTION, DoubtAnswer.ANSWER}
    elif piece.label:
        fits = {DoubtAnswer.QUESTION, DoubtAnswer.ANSWER}
    elif piece.clipping.kind in ("paragraph", "heading"):
        fits = {DoubtAnswer.QUESTION, DoubtAnswer.ANSWER, DoubtAnswer.HEADING, DoubtAnswer.NOTE}
    else:
        fits = {DoubtAnswer.ANSWER, DoubtAnswer.NOTE}  # a list or a table is no question
    answers = (
        guess,
        *(answer for answer in DoubtAnswer if answer in fits - {guess}),
        DoubtAnswer.KEEP,
        DoubtAnswer.STOP,
    )
    before = pieces[i - 1].clipping.words if i else ""
    return Doubt(number, of, piece.clipping.line, before, piece.label, piece.clipping.words, guess, piece.ask, answers)


def _change_role(
    pieces: list[_Piece], people: list[Person], label: str, answer: DoubtAnswer
) -> tuple[list[_Piece], list[Person]]:
    """Return pieces and people with the editor's answer applied to all turns of this speaker."""
    name = labels.normalize_name(label)
    person = next((p for p in people if name in {labels.normalize_name(form) for form in (p.name, *p.labels)}), None)
    if person is None:
        return pieces, people
    asks = answer is DoubtAnswer.QUESTION
    role = person.role if person.role.asks == asks else Role.INTERVIEWER if asks else Role.INTERVIEWEE
    forms = {labels.normalize_name(form) for form in (person.name, *person.labels)}
    people = [replace(p, role=role) if p is person else p for p in people]
    speaks, changed = False, []
    for piece in pieces:
        speaks = labels.normalize_name(piece.label) in forms if piece.label else speaks and not piece.opens
        is_theirs = speaks and piece.kind in ("question", "answer")
        changed.append(replace(piece, kind=answer.value) if is_theirs else piece)
    return changed, people


def _join_turns(pieces: Sequence[_Piece]) -> Iterator[DraftTurn]:
    """Yield the turns of the draft that the pieces make."""
    turn: DraftTurn | None = None
    for piece in pieces:
        opens = turn is None or piece.label or piece.kind != turn.kind or (piece.opens and piece.kind != "answer")
        if turn is not None and not opens:
            turn = replace(
                turn,
                clippings=(*turn.clippings, piece.clipping),
                editor_questions=(*turn.editor_questions, piece.ask),
                confidence=min(turn.confidence, piece.confidence),
            )
            continue
        if turn is not None:
            yield turn
        turn = DraftTurn(piece.kind, (piece.clipping,), piece.label, piece.confidence, (piece.ask,))
    if turn is not None:
        yield turn
