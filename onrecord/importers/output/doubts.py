"""What an editor answers to a doubt → the draft with that doubt settled; the rest stays as it was guessed and marked.

Who asks the editor, and how, is not known here: an `Ask` is given by whoever has an editor to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from onrecord.importers.common import labels
from onrecord.importers.common.draft import Clipping, Draft, Turn
from onrecord.model import Person, Role


class Answer(StrEnum):
    """What an editor may say: it is one of these, or the doubt stays, or all that are left stay."""

    INTRODUCTION = "introduction"
    QUESTION = "question"
    ANSWER = "answer"
    HEADING = "heading"
    NOTE = "note"
    KEEP = "keep as a doubt"
    STOP = "keep all that are left"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt as an editor sees it: words, the best guess, why it is unsure, and what may be answered."""

    number: int
    of: int
    line: int
    before: str  # the words that stand before it
    speaker: str
    words: str
    guess: Answer
    why: str
    answers: tuple[Answer, ...]


Ask = Callable[[Doubt], Answer]
_GOES_ON = "Does this go on with what stands before it?"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A clipping of a turn, with what the turn says of it."""

    clipping: Clipping
    kind: str
    ask: str
    label: str
    opens: bool
    confidence: float


def settled(draft: Draft, ask: Ask) -> Draft:
    """The draft with each doubt put to `ask`; words and order are untouched, whatever the answers."""
    pieces = [*_opening(draft), *_pieces(draft.turns)]
    people = list(draft.people)
    doubtful = [i for i, piece in enumerate(pieces) if piece.ask]
    for number, i in enumerate(doubtful, 1):
        answer = ask(_doubt(pieces, i, number, len(doubtful)))
        if answer is Answer.STOP:
            break
        if answer is Answer.KEEP:
            continue
        if pieces[i].label:
            pieces, people = _told_of_speaker(pieces, people, pieces[i].label, answer)
        if pieces[i].kind == Answer.INTRODUCTION != answer:
            pieces[i:] = _no_introduction_behind(pieces[i:], answer)
        pieces[i] = replace(pieces[i], kind=answer.value, ask="", confidence=1.0)
    opening = [piece for piece in pieces if piece.kind == Answer.INTRODUCTION]
    asks = tuple(piece.ask for piece in opening)
    return replace(
        draft,
        introduction=tuple(piece.clipping for piece in opening),
        introduction_asks=asks if any(asks) else (),
        turns=tuple(_turns(pieces[len(opening) :])),
        people=tuple(people),
    )


def _opening(draft: Draft) -> Iterator[_Piece]:
    for kind, clipping, ask in draft.told[: len(draft.introduction)]:
        yield _Piece(clipping, kind, ask, "", True, 1.0)


def _no_introduction_behind(pieces: Sequence[_Piece], answer: Answer) -> Iterator[_Piece]:
    """What followed in the introduction goes on in the turn that has begun."""
    for piece in pieces:
        within = piece.kind == Answer.INTRODUCTION
        yield replace(piece, kind=answer.value, opens=False, ask=piece.ask and _GOES_ON) if within else piece


def _pieces(turns: Sequence[Turn]) -> Iterator[_Piece]:
    for turn in turns:
        asks = turn.asks or ("",) * len(turn.clippings)
        for i, (clipping, ask) in enumerate(zip(turn.clippings, asks, strict=True)):
            yield _Piece(clipping, turn.kind, ask, turn.label if i == 0 else "", i == 0, turn.confidence)


def _doubt(pieces: Sequence[_Piece], i: int, number: int, of: int) -> Doubt:
    piece = pieces[i]
    guess = Answer(piece.kind)
    if guess is Answer.INTRODUCTION:
        fits = {Answer.INTRODUCTION, Answer.QUESTION, Answer.ANSWER}
    elif piece.label:
        fits = {Answer.QUESTION, Answer.ANSWER}
    elif piece.clipping.kind in ("paragraph", "heading"):
        fits = {Answer.QUESTION, Answer.ANSWER, Answer.HEADING, Answer.NOTE}
    else:
        fits = {Answer.ANSWER, Answer.NOTE}  # a list or a table asks nothing
    answers = (guess, *(one for one in Answer if one in fits - {guess}), Answer.KEEP, Answer.STOP)
    before = pieces[i - 1].clipping.words if i else ""
    return Doubt(number, of, piece.clipping.line, before, piece.label, piece.clipping.words, guess, piece.ask, answers)


def _told_of_speaker(
    pieces: list[_Piece], people: list[Person], label: str, answer: Answer
) -> tuple[list[_Piece], list[Person]]:
    """Who asks here asks everywhere: the role and all turns of this speaker follow the answer."""
    name = labels.bare(label)
    person = next((p for p in people if name in {labels.bare(one) for one in (p.name, *p.labels)}), None)
    if person is None:
        return pieces, people
    asks = answer is Answer.QUESTION
    role = person.role if person.role.asks == asks else Role.INTERVIEWER if asks else Role.INTERVIEWEE
    mine = {labels.bare(one) for one in (person.name, *person.labels)}
    people = [replace(p, role=role) if p is person else p for p in people]
    speaks, told = False, []
    for piece in pieces:
        speaks = labels.bare(piece.label) in mine if piece.label else speaks and not piece.opens
        told.append(replace(piece, kind=answer.value) if speaks and piece.kind in ("question", "answer") else piece)
    return told, people


def _turns(pieces: Sequence[_Piece]) -> Iterator[Turn]:
    turn: Turn | None = None
    for piece in pieces:
        opens = turn is None or piece.label or piece.kind != turn.kind or (piece.opens and piece.kind != "answer")
        if turn is not None and not opens:
            turn = replace(
                turn,
                clippings=(*turn.clippings, piece.clipping),
                asks=(*turn.asks, piece.ask),
                confidence=min(turn.confidence, piece.confidence),
            )
            continue
        if turn is not None:
            yield turn
        turn = Turn(piece.kind, (piece.clipping,), piece.label, piece.confidence, (piece.ask,))
    if turn is not None:
        yield turn
